package docket_test

import (
	"fmt"
	"strings"
	"testing"

	"shouhu/internal/docket"
	"shouhu/internal/golden"
)

// The whole table, for a prosecutor to read: a reply closes nothing.
func TestDemandTable(t *testing.T) {
	var b strings.Builder
	for _, s := range docket.DemandStates {
		fmt.Fprintf(&b, "%s\n", s.Zh())
		for _, m := range docket.DemandMoves {
			if next, err := docket.MoveDemand(s, m); err == nil {
				fmt.Fprintf(&b, "  %s → %s\n", m.Zh(), next.Zh())
			} else if m == docket.CloseIt {
				fmt.Fprintf(&b, "  %s ✗ %v\n", m.Zh(), err)
			}
		}
	}
	golden.Check(t, "demands.txt", b.String())
}

// The ways of an approval, likewise.
func TestApprovalTable(t *testing.T) {
	var b strings.Builder
	for _, s := range docket.ApprovalStates {
		fmt.Fprintf(&b, "%s open=%v\n", s.Zh(), s.Open())
		for _, m := range docket.ApprovalMoves {
			if next, err := s.Step(m, true, "理由"); err == nil {
				fmt.Fprintf(&b, "  %s → %s\n", m.Zh(), next.Zh())
			}
			if _, err := s.Step(m, true, ""); err != nil && m.NeedsOpinion() != strings.Contains(err.Error(), "理由") {
				t.Errorf("%s without reasons: %v", m, err)
			}
		}
	}
	golden.Check(t, "approvals.txt", b.String())
}
