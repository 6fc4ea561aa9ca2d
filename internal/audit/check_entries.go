package audit

import (
	"cmp"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// seq is the number of the entry in a line, or of the one that is lost.
func (l *line) seq() int64 {
	if l.Lost != nil {
		return l.Lost.Seq
	}
	return l.Entry.Seq
}

// entry takes an entry, or the hash of one that is lost. One ahead of its turn
// waits: if the next goes on from it, there is a gap before them; if the next
// goes on where the record was, it was this one that moved.
func (c *checker) entry(l *line) {
	seq := l.seq()
	for seq > c.next && c.early[c.next] != nil {
		c.skip(c.next + 1)
	}
	wasAhead := c.ahead
	c.ahead = -1
	switch {
	case seq < c.next && c.absent.take(seq):
		c.report.add(Finding{Fault: EntryMoved, Entries: one(seq), Line: l.number})
		c.judge(l)
	case seq == c.next, wasAhead > c.next && (seq == wasAhead+1 || seq == c.next+1):
		c.skip(seq)
		if again := c.early[seq]; again != nil {
			c.report.add(Finding{Fault: EntryInserted, Entries: one(seq), Line: again.number})
			delete(c.early, seq)
		}
		c.place(l)
	case seq < c.next, c.early[seq] != nil:
		c.report.add(Finding{Fault: EntryInserted, Entries: one(seq), Line: l.number})
	default:
		c.early[seq], c.ahead = l, seq
	}
}

// skip goes on to entry number to: those that were early have their turn, the
// others are absent. It stops at each checkpoint on the way.
func (c *checker) skip(to int64) {
	for c.next < to {
		if l := c.early[c.next]; l != nil {
			delete(c.early, c.next)
			c.place(l)
			continue
		}
		turn := to
		for seq := range c.early {
			if seq > c.next {
				turn = min(turn, seq)
			}
		}
		if len(c.awaited) > 0 {
			turn = min(turn, c.awaited[0].Size)
		}
		c.absent.add(Range{c.next, turn})
		c.broken, c.next = true, turn
		c.compare()
	}
}

// place gives the entry expected its turn: its hash goes into the tree.
func (c *checker) place(l *line) {
	if l.number < c.placedAt {
		c.report.add(Finding{Fault: EntryMoved, Entries: one(c.next), Line: l.number})
	}
	c.placedAt = max(c.placedAt, l.number)
	hash := c.judge(l)
	if !c.broken {
		c.scratch = c.tree.add(c.scratch[:0], hash)
	}
	c.next++
	c.compare()
}

// judge checks an entry against its stored hash, remembers the rows it names,
// and returns the hash that belongs in the tree.
func (c *checker) judge(l *line) tlog.Hash {
	if l.Lost != nil {
		c.report.add(Finding{Fault: EntryMissing, Entries: one(l.Lost.Seq), Line: l.number})
		return l.Lost.Hash
	}
	c.mark(l.Entry)
	hash := l.Entry.Hash()
	switch l.Hash {
	case hash:
	case tlog.Hash{}:
		c.report.add(Finding{Fault: HashMissing, Entries: one(l.Entry.Seq), Line: l.number})
	default:
		c.report.add(Finding{Fault: EntryAltered, Entries: one(l.Entry.Seq), Line: l.number})
		return l.Hash
	}
	return hash
}

// finishEntries says which entries never came. Those that still wait come after
// a gap, or lie beyond the record.
func (c *checker) finishEntries() {
	size := c.next
	if n := len(c.awaited); n > 0 {
		size = c.awaited[n-1].Size
	}
	for _, seq := range slices.Sorted(maps.Keys(c.early)) {
		last := seq == c.next+1 && c.early[seq].number > c.placedAt // after the last checkpoint, with one missing before it
		if seq < size || last {
			c.skip(seq + 1)
		} else {
			c.report.add(Finding{Fault: EntryInserted, Entries: one(seq), Line: c.early[seq].number})
		}
	}
	for _, r := range c.absent {
		c.report.add(Finding{Fault: EntryMissing, Entries: r})
	}
	if c.next < size {
		c.report.add(Finding{Fault: TreeTruncated, Entries: Range{c.next, size}})
	}
}

func one(seq int64) Range { return Range{seq, seq + 1} }

// spans are ranges of entries, ascending and apart.
type spans []Range

// add puts a range after all others, or at the end of the last.
func (s *spans) add(r Range) {
	if n := len(*s); n > 0 && (*s)[n-1].To == r.From {
		(*s)[n-1].To = r.To
		return
	}
	*s = append(*s, r)
}

// take removes one entry and reports whether it was there.
func (s *spans) take(seq int64) bool {
	i, _ := slices.BinarySearchFunc(*s, seq, func(r Range, seq int64) int { return cmp.Compare(r.To-1, seq) })
	if i == len(*s) || (*s)[i].From > seq {
		return false
	}
	r := (*s)[i]
	rest := slices.DeleteFunc([]Range{{r.From, seq}, {seq + 1, r.To}}, func(r Range) bool { return r.From == r.To })
	*s = slices.Replace(*s, i, i+1, rest...)
	return true
}
