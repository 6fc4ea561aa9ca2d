package audit

import (
	"cmp"
	"io"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/pil"
)

// Trust is what whoever checks a record knows beforehand.
type Trust struct {
	Origin      string         // whose record it should be
	Keys        note.Verifiers // who may have signed it
	Held        []Checkpoint   // checkpoints of it that were kept elsewhere
	EntriesOnly bool           // the file shows no rows: look for none
}

// Check reads an exported record, computes everything anew and reports all that
// is wrong with it. It needs nothing else: no store, no network.
//
// Each single change is named: the entry, the row, the checkpoint or the line.
// A change whose author also re-hashed what he changed is named by the entries
// between the checkpoint before and the checkpoint that does not match. After
// damage, checking goes on from the next signed checkpoint.
//
// Memory grows with the number of covered rows (some 200 bytes each), of
// checkpoints and of faults, not with that of entries. The error is for a file
// that cannot be read or is no exported record; what is wrong with the record
// is in the Report.
func Check(r io.Reader, trust Trust) (*Report, error) {
	in := newReader(r)
	first, err := in.next()
	if err != nil {
		return nil, err
	}
	if first == nil || first.Version != version {
		return nil, &pil.Error{Code: pil.CodeInvalid, Line: 1, Text: "不是第 1 版的审计记录导出文件 (not an exported record of version 1)"}
	}
	c := &checker{trust: trust, report: &Report{Findings: []Finding{}}, ahead: -1, early: map[int64]*line{}, rows: map[RowID]*rowState{}}
	for _, h := range trust.Held {
		c.await(signed{Checkpoint: h})
	}
	c.compare()
	for {
		l, err := in.next()
		if err != nil {
			return nil, err
		}
		if l == nil {
			c.finish(in.number)
			return c.report, nil
		}
		c.line(l)
	}
}

// checker walks the file once.
type checker struct {
	trust  Trust
	report *Report

	awaited []signed // checkpoints the tree has not grown to, by size

	next     int64           // the entry expected
	tree     Head            // grown from the stored hashes
	scratch  []tlog.Hash     // what Head.add would have stored
	broken   bool            // an entry's hash is unknown: tree is not that of the record
	absent   spans           // entries passed by and not seen yet
	early    map[int64]*line // entries seen before their turn
	ahead    int64           // the last entry read, where it is in early; else -1
	placedAt int             // the highest line of the entries that had their turn

	rows map[RowID]*rowState
	end  *line
}

// signed is a checkpoint that the tree has to match.
type signed struct {
	Checkpoint
	peaks []tlog.Hash // of its tree as stored; none of one kept elsewhere
	line  int         // 0 for one kept elsewhere
}

func (c *checker) line(l *line) {
	switch {
	case l.bad:
		c.report.add(Finding{Fault: LineUnreadable, Line: l.number})
	case l.Checkpoint != nil:
		c.checkpoint(l)
	case l.Entry != nil, l.Lost != nil:
		c.entry(l)
	case l.Row != nil:
		c.row(l)
	case l.End != nil && c.end == nil:
		c.end = l
	default: // a second header or end
		c.report.add(Finding{Fault: LineMisplaced, Line: l.number})
	}
}

// checkpoint takes a signed checkpoint, to be compared when the tree has grown
// to its size.
func (c *checker) checkpoint(l *line) {
	cp, err := OpenCheckpoint([]byte(l.Checkpoint.Note), c.trust.Keys, c.trust.Origin)
	switch {
	case err != nil:
		c.report.add(Finding{Fault: CheckpointUnsigned, Line: l.number})
	case cp.Size < c.next:
		c.report.add(Finding{Fault: LineMisplaced, Line: l.number})
	default:
		c.await(signed{cp, l.Checkpoint.Peaks, l.number})
		c.compare()
	}
}

func (c *checker) await(s signed) {
	i, _ := slices.BinarySearchFunc(c.awaited, s.Size+1, func(a signed, size int64) int { return cmp.Compare(a.Size, size) })
	c.awaited = slices.Insert(c.awaited, i, s)
}

// compare compares the checkpoints that the tree has grown to. Where one does
// not match and its peaks are those that were signed, checking goes on from them.
func (c *checker) compare() {
	for len(c.awaited) > 0 && c.awaited[0].Size <= c.next {
		s := c.awaited[0]
		c.awaited = c.awaited[1:]
		peaks := Head{s.Size, s.peaks}
		proved := peaks.Check() == nil && peaks.Root() == s.Root
		switch whole := !c.broken && c.tree.Root() == s.Root && s.Origin == c.trust.Origin; {
		case whole && !proved && s.line > 0:
			c.report.add(Finding{Fault: PeaksMismatch, Entries: Range{0, s.Size}, Line: s.line})
		case !whole:
			c.report.add(Finding{Fault: CheckpointMismatch, Entries: Range{c.report.Sealed, s.Size}, Line: s.line})
			if !proved {
				continue
			}
			c.tree, c.broken = peaks, false
		}
		c.report.Checkpoints++
		c.report.Sealed = s.Size
	}
}

// finish says what never came. The file has so many lines.
func (c *checker) finish(lines int) {
	c.finishEntries()
	switch {
	case c.end == nil:
		c.report.add(Finding{Fault: FileCut})
	case c.end.number != lines:
		c.report.add(Finding{Fault: LineMisplaced, Line: c.end.number})
	}
	if c.end != nil && c.end.End.Lines != lines {
		c.report.add(Finding{Fault: FileLength, Line: c.end.number})
	}
	if !c.trust.EntriesOnly {
		c.compareRows()
	}
	c.report.Entries = c.next
	if !c.broken {
		c.report.Root = c.tree.Root().String()
	}
}
