package desk

import (
	"context"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// WorkFile is who works on a clue or case, who may, and whose recusal was asked
// for.
type WorkFile struct {
	store.Matter
	Department  string
	Departments []store.Department
	People      []PersonOn
	Hands       []Hands // who may work on it, by role
	Recusals    []RecusalView
	Staff       []store.Person // whose recusal may be asked for: of the office, or on the matter
	Opens       bool           // the matter may be opened by who looks
	Today       pil.Day
}

// Hands are those who may work on a matter in one role.
type Hands struct {
	Role   account.Role
	People []Hand
}

// Hand is somebody who may work on a matter.
type Hand struct {
	store.Person
	On, Lead bool // works on it now, and leads
	Lent     bool // from another office (R11)
}

// ShowAssigning is what assigning a clue or case needs to know.
func (d *Desk) ShowAssigning(ctx context.Context, who Who, matter int64) (*WorkFile, error) {
	kind, err := d.matterKind(ctx, matter)
	if err != nil {
		return nil, err
	}
	act := account.AssignCase
	if kind == store.KindClue {
		act = account.AssignClue
	}
	f := &WorkFile{}
	err = d.ask(ctx, who, act, target{matter: named(matter)}, func(l *look) error {
		if err := l.work(f); err != nil {
			return err
		}
		return l.hold(f)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ShowRecusals is whose recusal was asked for in a clue or case, and what came of
// it. Every look at it is recorded.
func (d *Desk) ShowRecusals(ctx context.Context, who Who, matter int64) (*WorkFile, error) {
	f := &WorkFile{}
	err := d.ask(ctx, who, account.RequestRecusal, target{matter: named(matter)}, func(l *look) error { return l.work(f) })
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (l *look) work(f *WorkFile) (err error) {
	f.Matter, f.Today, f.Opens = *l.matter, l.today, l.can(shows(l.matter))
	names := map[int64]string{}
	if f.Departments, err = l.Departments(f.OfficeID); err != nil {
		return err
	}
	for i := range f.Departments {
		if f.Departments[i].ID == f.DepartmentID {
			f.Department = f.Departments[i].Name
		}
	}
	if f.People, err = l.peopleOn(f.ID, names); err != nil {
		return err
	}
	if f.Recusals, err = l.recusalViews(f.ID, names); err != nil {
		return err
	}
	people, err := l.People(f.OfficeID)
	if err != nil {
		return err
	}
	for i := range people {
		if p := staff(&people[i]); p.Active(l.now) && p.Roles != 0 {
			f.Staff = append(f.Staff, people[i])
		}
	}
	for i := range f.People {
		id := f.People[i].PersonID
		if !slices.ContainsFunc(f.Staff, func(p store.Person) bool { return p.ID == id }) {
			f.Staff = append(f.Staff, store.Person{ID: id, Name: f.People[i].Name})
		}
	}
	l.sawSubject()
	return nil
}

// hold finds who may work on the matter in each role: of the office or lent to it,
// in service, not recused.
func (l *look) hold(f *WorkFile) error {
	people, err := l.People(f.OfficeID)
	if err != nil {
		return err
	}
	handed, err := l.HandoversIn(f.OfficeID)
	if err != nil {
		return err
	}
	lent := map[int64]bool{}
	for i := range handed {
		h := &handed[i]
		if h.Kind != handGrant || lent[h.ToID] || !term(h).Holds(l.now) || h.MatterID != 0 && h.MatterID != f.ID {
			continue
		}
		p, err := l.Person(h.ToID)
		if err != nil {
			return err
		}
		lent[p.ID] = true
		people = append(people, *p)
	}
	for r := range assignable[f.Kind].Roles() {
		hands := Hands{Role: r}
		for _, p := range people {
			who := staff(&p)
			if !who.Active(l.now) || slices.Contains(l.about.Recused, who.ID) {
				continue
			}
			has := p.OfficeID == f.OfficeID && who.Roles.Has(r)
			if !has && lent[p.ID] {
				if has, err = lentAs(l, p.ID, l.matter, r.String(), 0); err != nil {
					return err
				}
			}
			if !has {
				continue
			}
			hand := Hand{Person: p, Lent: p.OfficeID != f.OfficeID}
			for _, on := range f.People {
				if on.PersonID == p.ID && on.As == r {
					hand.On, hand.Lead = true, on.Lead
				}
			}
			hands.People = append(hands.People, hand)
		}
		f.Hands = append(f.Hands, hands)
	}
	return nil
}

// peopleOn are those who work on a matter now.
func (l *look) peopleOn(matter int64, names map[int64]string) (out []PersonOn, err error) {
	assigned, err := l.Assignments(matter)
	if err != nil {
		return nil, err
	}
	for _, a := range assigned {
		role, _ := account.ParseRole(a.Role) // a role no longer known is shown as none
		out = append(out, PersonOn{Assignment: a, Name: l.name(names, a.PersonID), As: role})
	}
	return out, nil
}

// recusalViews are the recusals asked for in a matter, the latest first.
func (l *look) recusalViews(matter int64, names map[int64]string) (out []RecusalView, err error) {
	rows, err := l.Recusals(matter)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	list, err := l.Approvals(matter)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(rows) {
		v := RecusalView{Recusal: r, Name: l.name(names, r.PersonID), By: l.name(names, r.RequestedBy), Decider: l.name(names, r.DecidedBy), Approval: approvalOf(list, &r)}
		v.As, _ = account.ParseRole(r.DecidedRole) // none while nobody has decided
		for i := range list {
			if list[i].ID == v.Approval && docket.ApprovalState(list[i].State).Open() {
				line, err := l.approvalLine(&list[i], names)
				if err != nil {
					return nil, err
				}
				v.Waits = line.Waits
			}
		}
		out = append(out, v)
	}
	return out, nil
}
