package audit

import (
	"maps"
	"slices"
	"strings"
)

// rowState is what the entries say of a row, and what was shown of it.
type rowState struct {
	seq        int64  // the last entry that names it; -1 while none does
	commitment Digest // the last one; none where that entry removed the row
	shown      Digest // the commitment to what was shown; none while nothing was
	line       int    // that showed it
}

func (c *checker) rowState(kind Kind, id string) *rowState {
	s := c.rows[RowID{kind, id}]
	if s == nil {
		s = &rowState{seq: -1}
		c.rows[RowID{kind, id}] = s
	}
	return s
}

// mark remembers the rows an entry names, unless a later one named them already.
func (c *checker) mark(e *Entry) {
	if c.trust.EntriesOnly {
		return
	}
	for _, m := range e.Rows {
		if s := c.rowState(m.Kind, m.ID); s.seq <= e.Seq {
			s.seq, s.commitment = e.Seq, m.Commitment
		}
	}
}

// row remembers what is shown of a row.
func (c *checker) row(l *line) {
	c.report.Rows++
	if c.trust.EntriesOnly {
		return
	}
	s := c.rowState(l.Row.Kind, l.Row.ID)
	if s.line > 0 {
		c.report.add(Finding{Fault: RowRepeated, Row: RowID{l.Row.Kind, l.Row.ID}, Line: l.number})
		return
	}
	s.shown, s.line = l.Row.commitment(), l.number
}

// compareRows compares every row with the last commitment to it.
func (c *checker) compareRows() {
	maps.DeleteFunc(c.rows, func(_ RowID, s *rowState) bool { return s.seq >= 0 && s.shown == s.commitment })
	for _, id := range slices.SortedFunc(maps.Keys(c.rows), func(a, b RowID) int {
		return strings.Compare(string(a.Kind)+" "+a.ID, string(b.Kind)+" "+b.ID)
	}) {
		s := c.rows[id]
		f := Finding{Fault: RowAltered, Row: id, Line: s.line}
		if s.seq >= 0 {
			f.Entries = one(s.seq)
		}
		switch {
		case s.commitment == Digest{}:
			f.Fault = RowUnrecorded
		case s.line == 0 && c.end == nil:
			continue // the file is cut; who knows
		case s.line == 0:
			f.Fault = RowMissing
		}
		c.report.add(f)
	}
}
