package account

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// A small world, so that people, offices and matters often meet.
var (
	anyPerson = rapid.SampledFrom([]PersonID{"a", "b", "c"})
	anyOffice = rapid.SampledFrom([]OfficeID{"district", "other", "town", "city"})
	anyMatter = rapid.SampledFrom([]MatterID{"", "m1", "m2"})
	anyAction = rapid.SampledFrom(AllActions())
	anyRoles  = rapid.Custom(func(t *rapid.T) RoleSet {
		return RolesOf(rapid.SliceOfN(rapid.SampledFrom(AllRoles()), 0, 4).Draw(t, "roles")...)
	})
	anyTerm    = rapid.Custom(func(t *rapid.T) Term { return term(t, -3, 3) })
	someEnded  = rapid.Custom(func(t *rapid.T) Term { return term(t, -9, -1) })
	people     = rapid.SliceOfN(anyPerson, 0, 2)
	chainAbove = map[OfficeID][]OfficeID{"district": {"city"}, "other": {"city"}, "town": {"district", "city"}, "city": nil}
)

func term(t *rapid.T, from, to int) Term {
	d := rapid.IntRange(from, to).Draw(t, "from")
	x := Term{From: today + pil.Day(d), Until: today + pil.Day(rapid.IntRange(d, to).Draw(t, "until"))}
	if rapid.Bool().Draw(t, "ended") {
		x = x.End(noon.AddDate(0, 0, rapid.IntRange(from, to).Draw(t, "end")))
	}
	return x
}

func anybody(t *rapid.T) Person {
	return Person{
		ID: anyPerson.Draw(t, "person"), Office: anyOffice.Draw(t, "office"), Department: rapid.SampledFrom([]DepartmentID{"", "eighth"}).Draw(t, "department"),
		Roles: anyRoles.Draw(t, "roles"), Procurator: rapid.Bool().Draw(t, "procurator"), From: today - 100,
	}
}

// anyActor has been handed anything, lawful or not, for terms of one kind.
func anyActor(t *rapid.T, terms *rapid.Generator[Term]) Actor {
	a := Actor{Person: anybody(t), Token: rapid.Bool().Draw(t, "token")}
	for range rapid.IntRange(0, 2).Draw(t, "delegations") {
		a.Delegations = append(a.Delegations, Delegation{ID: "d", From: anyPerson.Draw(t, "from"), To: anyPerson.Draw(t, "to"), Office: anyOffice.Draw(t, "office"),
			Actions: rapid.SliceOf(anyAction).Draw(t, "actions"), Term: terms.Draw(t, "term")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "grants") {
		a.Grants = append(a.Grants, Grant{ID: "g", Person: anyPerson.Draw(t, "lent"), Office: anyOffice.Draw(t, "to"), Role: rapid.SampledFrom(AllRoles()).Draw(t, "as"),
			Matter: anyMatter.Draw(t, "for"), Term: terms.Draw(t, "term")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "covers") {
		a.Covers = append(a.Covers, StandIn{Cover{ID: "c", Absent: anyPerson.Draw(t, "absent"), Does: anyPerson.Draw(t, "does"), Term: terms.Draw(t, "term")}, anybody(t)})
	}
	return a
}

func anySubject(t *rapid.T) Subject {
	office := anyOffice.Draw(t, "office")
	return Subject{
		Matter: anyMatter.Draw(t, "matter"), Office: office, Above: chainAbove[office], Department: rapid.SampledFrom([]DepartmentID{"", "eighth"}).Draw(t, "department"),
		Assigned: people.Draw(t, "assigned"), Recused: people.Draw(t, "recused"), Major: rapid.Bool().Draw(t, "major"), Identity: rapid.Bool().Draw(t, "identity"),
		Proposer: rapid.SampledFrom([]PersonID{"", "a", "b"}).Draw(t, "proposer"), About: rapid.SampledFrom([]PersonID{"", "a", "c"}).Draw(t, "about"), Deciders: anyRoles.Draw(t, "deciders"),
	}
}

func TestRecusedNever(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, s, act := anyActor(t, anyTerm), anySubject(t), anyAction.Draw(t, "action")
		d, err := Can(a, act, s, noon)
		if err == nil && (slices.Contains(s.Recused, a.Person.ID) || slices.Contains(s.Recused, d.Of)) {
			t.Fatalf("recused, and may %s through %+v", act, d)
		}
	})
}

// Without a grant in force for that office, a matter of an office that the
// person's own does not lead is not there.
func TestAnotherOfficeNever(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, s, act := anyActor(t, anyTerm), anySubject(t), anyAction.Draw(t, "action")
		lent := slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Person == a.Person.ID && g.Office == s.Office && g.Holds(noon) })
		if a.Person.Office == s.Office || slices.Contains(s.Above, a.Person.Office) || lent {
			t.Skip("not another office")
		}
		if _, err := Can(a, act, s, noon); pil.CodeOf(err) != pil.CodeNotFound {
			t.Fatalf("%s: %v", act, err)
		}
	})
}

// What has ended gives nothing that the person's own roles do not give.
func TestEndedNever(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, s, act := anyActor(t, someEnded), anySubject(t), anyAction.Draw(t, "action")
		d, err := Can(a, act, s, noon)
		alone, aloneErr := Can(Actor{Person: a.Person, Token: a.Token}, act, s, noon)
		if d != alone || answer(err) != answer(aloneErr) {
			t.Fatalf("%s: %+v %v with what has ended, %+v %v without", act, d, err, alone, aloneErr)
		}
	})
}

// A decision names a power that Powers lists and that reaches the subject, and
// what is done in person goes through no other way.
func TestDecisionIsAPower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, s, act := anyActor(t, anyTerm), anySubject(t), anyAction.Draw(t, "action")
		reached := false
		for p := range Powers(a, act, noon) {
			reached = reached || p.Reaches(&s)
			if p.Reach == NoReach || p.Role == 0 || p.Of == "" || (p.Ref == "") != (p.Way == ByRole) {
				t.Fatalf("%s: power %+v", act, p)
			}
		}
		d, err := Can(a, act, s, noon)
		switch {
		case err != nil && d != Decision{}:
			t.Fatalf("refused through %+v", d)
		case err != nil && pil.CodeOf(err) == pil.CodeNotFound && reached:
			t.Fatalf("%s: not found, but a list shows it", act)
		case err != nil:
			return
		case !reached:
			t.Fatalf("%s: through %+v, which reaches nothing", act, d)
		case act.entry().is(inPerson) && (a.Token || d.Way != ByRole):
			t.Fatalf("%s is done in person, not through %+v", act, d)
		case d.Way == ByDelegation && (s.Major || !act.Delegable()):
			t.Fatalf("%s: delegated", act)
		case d.Self && d.Role != Chief:
			t.Fatalf("%s: proposed and decided by one who is not the chief", act)
		case act.entry().is(decides) && a.Person.ID == s.Proposer && !d.Self:
			t.Fatalf("%s: proposer decides", act)
		}
	})
}

func TestLeftNever(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyActor(t, anyTerm)
		a.Person.Until = today - 1
		_, err := Can(a, anyAction.Draw(t, "action"), anySubject(t), noon)
		wants(t, err, pil.CodeUnauthenticated, "gone")
		for p := range Powers(a, ShowCase, noon) {
			t.Fatalf("gone, and has %+v", p)
		}
	})
}
