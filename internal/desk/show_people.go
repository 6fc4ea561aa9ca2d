package desk

import (
	"context"
	"slices"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// People is the staff of an office.
type People struct {
	Office      OfficeName
	Departments []OfficeName
	Staff       []PersonLine
	MayAdd      bool
	MayDecide   bool
}

// PersonLine is one of the staff.
type PersonLine struct {
	PersonName
	Login       string // for who may change it
	Department  OfficeName
	Roles       account.RoleSet
	Procurator  bool
	From, Until pil.Day
	Active      bool
	Proposed    *ProposedRoles // waiting for a decision
}

// ProposedRoles are roles put before the chief.
type ProposedRoles struct {
	Approval int64
	Was, Is  account.RoleSet
	Succeeds PersonName // the chief who goes at the same moment
	By       PersonName
	At       time.Time
	May      bool // the one who asks may decide
}

// ShowPeople shows the staff of the actor's office.
func (d *Desk) ShowPeople(ctx context.Context, who Who) (out People, err error) {
	err = d.ask(ctx, who, account.ShowPeople, target{}, func(l *look) error {
		out, err = l.people()
		return err
	})
	return out, err
}

func (l *look) people() (out People, err error) {
	o, err := l.Office(l.office)
	if err != nil {
		return out, err
	}
	out.Office, out.MayAdd, out.MayDecide = OfficeName{o.ID, o.Name}, l.can(account.AddPerson), l.can(account.DecideRole)
	deps, err := l.Departments(o.ID)
	if err != nil {
		return out, err
	}
	byID := map[int64]OfficeName{}
	for i := range deps {
		byID[deps[i].ID] = OfficeName{deps[i].ID, deps[i].Name}
		out.Departments = append(out.Departments, byID[deps[i].ID])
	}
	people, err := l.People(o.ID)
	if err != nil {
		return out, err
	}
	proposed, err := l.proposed(o.ID, people)
	if err != nil {
		return out, err
	}
	for i := range people {
		row := &people[i]
		p := staff(row)
		line := PersonLine{PersonName: PersonName{row.ID, row.Name}, Department: byID[row.DepartmentID], Roles: p.Roles, Procurator: p.Procurator,
			From: p.From, Until: p.Until, Active: p.Active(l.now), Proposed: proposed[row.ID]}
		if out.MayAdd || row.ID == l.me {
			line.Login = row.Login
		}
		out.Staff = append(out.Staff, line)
	}
	return out, nil
}

// proposed are an office's proposals of roles that wait, by person.
func (l *look) proposed(office int64, people []store.Person) (map[int64]*ProposedRoles, error) {
	waiting, err := l.ApprovalsIn(office, string(docket.InDecision))
	if err != nil {
		return nil, err
	}
	name := func(id int64) PersonName {
		at := slices.IndexFunc(people, func(p store.Person) bool { return p.ID == id })
		if at < 0 {
			return PersonName{ID: id}
		}
		return PersonName{id, people[at].Name}
	}
	out := map[int64]*ProposedRoles{}
	for i := range waiting {
		a := &waiting[i]
		if a.Kind != string(KindRole) {
			continue
		}
		b, err := roleBodyOf(a)
		if err != nil {
			return nil, err
		}
		about := l.about
		about.Proposer, about.About = personID(a.Proposer), personID(b.Person)
		_, no := account.Can(l.actor, account.DecideRole, about, l.now)
		out[b.Person] = &ProposedRoles{Approval: a.ID, Was: rolesOf(b.Was), Is: rolesOf(b.Roles), By: name(a.Proposer), At: a.MadeAt.Time(), May: no == nil}
		if b.Succeeds != 0 {
			out[b.Person].Succeeds = name(b.Succeeds)
		}
	}
	return out, nil
}

// PersonPage is one of the staff, with what may be done.
type PersonPage struct {
	PersonLine
	Departments []OfficeName
	Held        int // matters assigned now
	Tasks       int // open
	Tokens      []TokenLine
	Handovers   []HandoverLine
	Moves       []RoleMove // how the roles came about, the latest first

	MayChange, MayClose, MayPropose, MayReset, MayHandOver bool
}

// RoleMove is a decided or waiting proposal of roles.
type RoleMove struct {
	Approval int64
	Was, Is  account.RoleSet
	State    docket.ApprovalState
	By       PersonName
	At       time.Time
	Opinion  string
}

// TokenLine is an API token on a page.
type TokenLine struct {
	ID, Hint                 string
	Made, Until, Used, Ended time.Time
	Over                     bool
}

// ShowPerson shows one of the staff of the actor's office.
func (d *Desk) ShowPerson(ctx context.Context, who Who, id int64) (out PersonPage, err error) {
	err = d.ask(ctx, who, account.ShowPeople, ofPerson(id), func(l *look) error {
		all, err := l.people()
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all.Staff, func(p PersonLine) bool { return p.ID == id })
		if at < 0 {
			return pil.NotFound("没有找到 (not found)")
		}
		out.PersonLine, out.Departments = all.Staff[at], all.Departments
		out.MayChange, out.MayClose, out.MayPropose = l.can(account.ChangePerson), l.can(account.ClosePerson), l.can(account.ProposeRole)
		out.MayReset, out.MayHandOver = l.can(account.ResetCredentials) && id != l.me, l.can(account.HandOverMatters)
		held, err := l.AssignmentsOf(id)
		if err != nil {
			return err
		}
		tasks, err := l.TasksFor(id)
		if err != nil {
			return err
		}
		out.Held, out.Tasks = len(held), len(tasks)
		if l.can(account.RevokeToken) {
			if out.Tokens, err = l.tokens(id); err != nil {
				return err
			}
		}
		if out.Moves, err = l.roleMoves(id); err != nil {
			return err
		}
		handed, err := l.HandoversTo(id)
		if err != nil {
			return err
		}
		out.Handovers, err = l.handoverLines(handed)
		return err
	})
	return out, err
}

func (l *look) tokens(person int64) ([]TokenLine, error) {
	rows, err := l.Tokens(person)
	if err != nil {
		return nil, err
	}
	var out []TokenLine
	for i := range rows {
		t := &rows[i]
		out = append(out, TokenLine{ID: t.ID, Hint: t.Hint, Made: t.MadeAt.Time(), Until: t.UntilAt.Time(), Used: t.UsedAt.Time(), Ended: t.EndedAt.Time(),
			Over: tokenOf(t).Check(l.now) != nil})
	}
	return out, nil
}

// roleMoves is how a person's roles came about.
func (l *look) roleMoves(person int64) ([]RoleMove, error) {
	var states []string
	for _, s := range docket.ApprovalStates {
		states = append(states, string(s))
	}
	rows, err := l.RoleApprovals(idText(person), states...)
	if err != nil {
		return nil, err
	}
	var out []RoleMove
	for i := range slices.Backward(rows) {
		a := &rows[i]
		b, err := roleBodyOf(a)
		if err != nil {
			return nil, err
		}
		moves, err := l.ApprovalMoves(a.ID)
		if err != nil {
			return nil, err
		}
		m := RoleMove{Approval: a.ID, Was: rolesOf(b.Was), Is: rolesOf(b.Roles), State: docket.ApprovalState(a.State), At: a.MadeAt.Time(), By: PersonName{ID: a.Proposer}}
		if n := len(moves); n > 0 {
			m.Opinion, m.At, m.By.ID = moves[n-1].Opinion, moves[n-1].At.Time(), moves[n-1].PersonID
		}
		if p, err := l.Person(m.By.ID); err == nil {
			m.By.Name = p.Name
		}
		out = append(out, m)
	}
	return out, nil
}

// OfficePage is an office with its departments and what it leads.
type OfficePage struct {
	OfficeLine
	Departments []OfficeName
	Below       []OfficeLine
	MayChange   bool
}

// OfficeLine is an office on a page.
type OfficeLine struct {
	OfficeName
	Level  account.Level
	Kind   account.Kind
	Region pil.Region
	Parent OfficeName
}

// ShowOffice shows the actor's office and the offices right below it.
func (d *Desk) ShowOffice(ctx context.Context, who Who) (out OfficePage, err error) {
	err = d.ask(ctx, who, account.ShowPeople, target{}, func(l *look) error {
		offices, err := l.Offices()
		if err != nil {
			return err
		}
		names := map[int64]string{}
		for i := range offices {
			names[offices[i].ID] = offices[i].Name
		}
		for i := range offices {
			o, err := officeOf(&offices[i])
			if err != nil {
				return err
			}
			line := OfficeLine{OfficeName{offices[i].ID, o.Name}, o.Level, o.Kind, o.Region, OfficeName{offices[i].ParentID, names[offices[i].ParentID]}}
			switch {
			case line.ID == l.office:
				out.OfficeLine = line
			case line.Parent.ID == l.office:
				out.Below = append(out.Below, line)
			}
		}
		deps, err := l.Departments(l.office)
		if err != nil {
			return err
		}
		for i := range deps {
			out.Departments = append(out.Departments, OfficeName{deps[i].ID, deps[i].Name})
		}
		out.MayChange = l.can(account.ChangeOffice)
		return nil
	})
	return out, err
}

// AccountPage is what somebody signs in with, on the own page.
type AccountPage struct {
	Person   PersonLine
	Keys     []KeyLine
	Tokens   []TokenLine
	Sessions []SessionLine
}

// KeyLine is a security key on a page.
type KeyLine struct {
	ID   int64
	Name string
	Made time.Time
}

// SessionLine is a place somebody is signed in at.
type SessionLine struct {
	Begun, Seen time.Time
	Factor      account.Factor
	This        bool
}

// ShowAccount shows somebody's own account.
func (d *Desk) ShowAccount(ctx context.Context, s *Session) (out AccountPage, err error) {
	err = d.ask(ctx, s.Who, account.ChangeCredentials, ofSelf(s.Who), func(l *look) error {
		all, err := l.people()
		if err != nil {
			return err
		}
		for _, p := range all.Staff {
			if p.ID == l.me {
				out.Person = p
			}
		}
		keys, err := l.Passkeys(l.me)
		if err != nil {
			return err
		}
		for i := range keys {
			out.Keys = append(out.Keys, KeyLine{keys[i].ID, keys[i].Name, keys[i].MadeAt.Time()})
		}
		if out.Tokens, err = l.tokens(l.me); err != nil {
			return err
		}
		rows, err := l.SessionsOf(l.me)
		if err != nil {
			return err
		}
		for i := range rows {
			live, err := sessionOf(&rows[i])
			if err != nil {
				return err
			}
			if live.Live(d.rule(), l.now) {
				out.Sessions = append(out.Sessions, SessionLine{rows[i].BegunAt.Time(), rows[i].SeenAt.Time(), live.Factor, rows[i].ID == s.row.ID})
			}
		}
		return nil
	})
	return out, err
}
