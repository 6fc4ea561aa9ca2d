package account

import (
	"fmt"
	"testing"
)

func BenchmarkCan(b *testing.B) {
	s := matter()
	s.Assigned = []PersonID{"x", "y", "z", "li"}
	s.Recused = []PersonID{"u", "v"}
	busy := Actor{Person: who("li", ClueOfficer, Prosecutor, Head)}
	for i := range 5 {
		id := fmt.Sprint(i)
		busy.Delegations = append(busy.Delegations, Delegation{ID: id, From: "zhao", To: "li", Office: "district", Actions: []Action{SignPaper, DecideFiling, DecideStep}, Term: month})
		busy.Grants = append(busy.Grants, Grant{ID: id, Person: "li", Office: "other", Role: Prosecutor, Matter: "case-9", Term: month})
		busy.Covers = append(busy.Covers, StandIn{Cover{ID: id, Absent: "he", Does: "li", Term: month}, who("he", Prosecutor)})
	}
	far := s
	far.Office, far.Above = "elsewhere", nil
	for _, c := range []struct {
		name    string
		actor   Actor
		action  Action
		subject Subject
	}{
		{"own-role", Actor{Person: who("li", Prosecutor)}, RecordEvent, s},
		{"delegation", busy, SignPaper, s},
		{"forbidden", Actor{Person: who("he", Prosecutor)}, RecordEvent, s},
		{"not-found-after-15", busy, RecordEvent, far},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Can(c.actor, c.action, c.subject, noon)
			}
		})
	}
}

// One page of a list: how far the powers go is asked once, each row is matched.
func BenchmarkPowers(b *testing.B) {
	a, s := Actor{Person: who("zhao", Chief, Prosecutor)}, matter()
	b.ReportAllocs()
	for b.Loop() {
		for p := range Powers(a, ListCases, noon) {
			if p.Reaches(&s) {
				break
			}
		}
	}
}

func BenchmarkArgon2id(b *testing.B) {
	for name, h := range map[string]Hasher{
		"standard-64MiB-3": StandardHasher(nil),
		"128MiB-3":         {Memory: 128 << 10, Time: 3, Threads: 4},
	} {
		b.Run(name, func(b *testing.B) {
			stored, err := h.Hash(chance(), "correct horse battery")
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Verify(nil, stored, "correct horse battery"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
