package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"shouhu/internal/golden"
	"shouhu/internal/seal"
	"shouhu/internal/statute"
	"shouhu/law"
)

// What a reporter reads in every state a clue can be in, and however its cases went: a
// text to be read as a reporter would.
func TestReporterStates(t *testing.T) {
	l, err := statute.Load(law.FS)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	say := func(of string, p seal.Page) {
		if p.Zh == "" || p.En == "" || p.NextZh == "" || p.NextEn == "" || p.Messages == nil {
			t.Errorf("%s: something is not said: %+v", of, p)
		}
		_, _ = fmt.Fprintf(&text, "%s → %s, stage %d, asks %t\n  %s。%s\n  %s. %s\n", of, p.State, p.Stage, p.Asks, p.Zh, p.NextZh, p.En, p.NextEn)
	}
	at := slices.IndexFunc(l.Procedures, func(p *statute.Procedure) bool { return p.ID == "clue" })
	for _, s := range l.Procedures[at].States {
		if s.ID != "filed" {
			p := plainState(s.ID)
			say(s.ID, p)
			if p.Asks {
				t.Errorf("%s: asks whether it is fixed before anybody put it right", s.ID)
			}
		}
	}
	for _, c := range []course{{}, {live: true}, {live: true, claimed: true}, {live: true, verified: true, claimed: true}, {verified: true}} {
		say(fmt.Sprintf("filed %+v", c), plainCourse(c))
	}
	golden.Check(t, "reporter-states.txt", text.String())
}
