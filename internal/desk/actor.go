package desk

import (
	"cmp"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// staff is a row of people as account knows a person. A role no longer known is
// worth nothing.
func staff(p *store.Person) account.Person {
	return account.Person{ID: personID(p.ID), Name: p.Name, Office: officeID(p.OfficeID), Department: departmentID(p.DepartmentID),
		Roles: rolesOf(p.Roles), Procurator: p.Procurator, From: p.FromDay, Until: p.UntilDay}
}

func rolesOf(words string) account.RoleSet {
	var list []account.Role
	for word := range strings.FieldsSeq(words) {
		if r, err := account.ParseRole(word); err == nil {
			list = append(list, r)
		}
	}
	return account.RolesOf(list...)
}

func roleWords(s account.RoleSet) string {
	var words []string
	for r := range s.Roles() {
		words = append(words, r.String())
	}
	return strings.Join(words, " ")
}

func term(h *store.Handover) account.Term {
	return account.Term{From: h.FromDay, Until: h.UntilDay, Ended: h.EndedAt.Time()}
}

// actor is the person who asks, with all that was handed to that person.
func actor(v *store.View, who Who) (account.Actor, error) {
	p, err := v.Person(who.Person)
	if pil.CodeOf(err) == pil.CodeNotFound {
		return account.Actor{}, &pil.Error{Code: pil.CodeUnauthenticated, Text: "请先登录 (please sign in)"}
	}
	if err != nil {
		return account.Actor{}, err
	}
	a := account.Actor{Person: staff(p), Token: who.Token}
	handed, err := v.HandoversTo(p.ID)
	if err != nil {
		return a, err
	}
	for i := range handed {
		h := &handed[i]
		switch h.Kind {
		case "delegation":
			a.Delegations = append(a.Delegations, account.Delegation{ID: idText(h.ID), From: personID(h.FromID), To: personID(h.ToID),
				Office: officeID(h.OfficeID), Actions: actionsOf(h.Actions), Term: term(h)})
		case "grant":
			role, err := account.ParseRole(h.Role)
			if err != nil {
				continue
			}
			a.Grants = append(a.Grants, account.Grant{ID: idText(h.ID), Person: personID(h.ToID), Office: officeID(h.OfficeID), Role: role,
				Matter: matterID(h.MatterID), Decision: h.Decision, Term: term(h)})
		case "cover":
			absent, err := v.Person(h.FromID)
			if err != nil {
				return a, err
			}
			a.Covers = append(a.Covers, account.StandIn{For: staff(absent), Cover: account.Cover{ID: idText(h.ID),
				Absent: personID(h.FromID), Does: personID(h.ToID), Term: term(h)}})
		}
	}
	return a, nil
}

func actionsOf(words string) []account.Action {
	var out []account.Action
	for word := range strings.FieldsSeq(words) {
		if a, err := account.ParseAction(word); err == nil {
			out = append(out, a)
		}
	}
	return out
}

// inOffice is the subject of an action about an office as a whole.
func inOffice(v *store.View, office int64) (account.Subject, error) {
	above, err := leadersOf(v, office)
	return account.Subject{Office: officeID(office), Above: above}, err
}

// leadersOf lists the offices that lead one, nearest first.
func leadersOf(v *store.View, office int64) ([]account.OfficeID, error) {
	o, err := v.Office(office)
	if err != nil {
		return nil, err
	}
	var above []account.OfficeID
	for id := range strings.SplitSeq(o.Path, "/") {
		if id != "" && id != idText(office) {
			above = append(above, account.OfficeID(id))
		}
	}
	slices.Reverse(above)
	return above, nil
}

// aboutMatter is the subject of an action about a clue or case.
func aboutMatter(v *store.View, m *store.Matter) (account.Subject, error) {
	s, err := inOffice(v, m.OfficeID)
	if err != nil {
		return s, err
	}
	s.Matter, s.Department, s.Major = matterID(m.ID), departmentID(m.DepartmentID), m.Major
	assigned, err := v.Assignments(m.ID)
	if err != nil {
		return s, err
	}
	for i := range assigned {
		s.Assigned = append(s.Assigned, personID(assigned[i].PersonID))
	}
	recused, err := v.Recusals(m.ID)
	if err != nil {
		return s, err
	}
	for i := range recused {
		if recused[i].State == recusalDecided {
			s.Recused = append(s.Recused, personID(recused[i].PersonID))
		}
	}
	return s, nil
}

// The states of a recusal.
const (
	recusalRequested = "requested"
	recusalDecided   = "decided"
	recusalRefused   = "refused"
	recusalWithdrawn = "withdrawn"
)

// hands are those of an office's people who may take part in an act on a matter:
// in service, not recused, procuratorial staff; who works on the matter first.
func (l *look) hands(people []store.Person) []store.Person {
	var out []store.Person
	for i := range people {
		p := staff(&people[i])
		desk := account.RolesOf(account.ClueOfficer, account.CaseManager, account.Finance, account.Auditor, account.Administrator)
		if p.Active(l.now) && p.Roles&^desk != 0 && !slices.Contains(l.about.Recused, p.ID) {
			out = append(out, people[i])
		}
	}
	rank := func(p store.Person) int {
		if at := slices.Index(l.about.Assigned, personID(p.ID)); at >= 0 {
			return at
		}
		return len(l.about.Assigned)
	}
	slices.SortStableFunc(out, func(a, b store.Person) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}
