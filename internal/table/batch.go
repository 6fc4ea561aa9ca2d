package table

import "bytes"

// span is where a cell lies in its batch's bytes.
type span struct{ lo, hi uint32 }

// Batch is some rows of one part. It and the cells it gives are valid during the
// call they are handed to, and no longer.
type Batch struct {
	data  []byte // as read; what was decoded or unescaped stands behind it
	cells []span // width to a row
	lines []uint32
	width int

	run      *reading
	source   *source
	part     string
	line     int      // of the first byte of data
	encoding encoding // of data
	failed   []fault  // rows that were rejected
	away     []bool   // rows the consumer rejected; nil where none

	want   []int // for each column of the source, its place in a row; -1 where not asked for
	twice  [][2]int
	fields []field // scratch
	slots  []span  // scratch
	seen   []bool  // scratch
	key    []byte  // scratch
}

type fault struct {
	line int
	why  Reason
}

// reset makes the batch ready to be filled from src.
func (b *Batch) reset(f *feed) {
	b.source, b.part, b.want, b.twice = f.source, f.source.part, f.want, f.twice
	b.data, b.cells, b.lines, b.failed, b.away = b.data[:0], b.cells[:0], b.lines[:0], b.failed[:0], nil
}

// turnTo makes the batch one of a part of its source.
func (b *Batch) turnTo(part *source) {
	b.part = part.part
	b.want, b.twice = places(part, b.run.plan.Columns)
}

// empty is a row's worth of empty cells.
func (b *Batch) empty() []span {
	if cap(b.slots) < b.width {
		b.slots = make([]span, b.width)
	}
	slots := b.slots[:b.width]
	clear(slots)
	return slots
}

// Len is the number of rows.
func (b *Batch) Len() int { return len(b.lines) }

// Cell is a cell's text, in UTF-8, without ASCII blanks and U+3000 at its ends.
// col counts Plan.Columns.
func (b *Batch) Cell(row, col int) []byte {
	c := b.cells[row*b.width+col]
	return b.data[c.lo:c.hi:c.hi]
}

// Line is where the row begins in its part, as in Reject.
func (b *Batch) Line(row int) int { return int(b.lines[row]) }

// File is the name of the file, and the part of it the rows stand in: a member
// of an archive, a sheet; empty where the file has no parts.
func (b *Batch) File() (name, part string) { return b.run.set.files[b.source.file].Name, b.part }

// Reject counts a row as rejected, which the consumer finds wanting.
func (b *Batch) Reject(row int, why Reason) {
	if b.away == nil {
		b.away = make([]bool, b.Len())
	}
	if !b.away[row] {
		b.away[row] = true
		b.fail(b.Line(row), why)
	}
}

func (b *Batch) fail(line int, why Reason) { b.failed = append(b.failed, fault{line, why}) }

// gone is how many rows the consumer rejected.
func (b *Batch) gone() (n int64) {
	for _, a := range b.away {
		if a {
			n++
		}
	}
	return n
}

// trim is the cell data[lo:hi] without blanks at its ends.
func trim(data []byte, lo, hi int) span {
	for lo < hi {
		switch c := data[lo]; {
		case c == ' ' || c-'\t' <= '\r'-'\t':
			lo++
			continue
		case c == 0xE3 && hi-lo >= 3 && data[lo+1] == 0x80 && data[lo+2] == 0x80:
			lo += 3
			continue
		}
		break
	}
	for lo < hi {
		switch c := data[hi-1]; {
		case c == ' ' || c-'\t' <= '\r'-'\t':
			hi--
			continue
		case c == 0x80 && hi-lo >= 3 && data[hi-2] == 0x80 && data[hi-3] == 0xE3:
			hi -= 3
			continue
		}
		break
	}
	return span{uint32(lo), uint32(hi)}
}

// row adds a row of cells; a column that was asked for twice is copied.
func (b *Batch) row(line int, cells []span) {
	at := len(b.cells)
	b.cells = append(b.cells, cells...)
	for _, c := range b.twice {
		b.cells[at+c[1]] = b.cells[at+c[0]]
	}
	b.lines = append(b.lines, uint32(line))
}

// newlines counts lines that end in data.
func newlines(data []byte) int { return bytes.Count(data, []byte{'\n'}) }

// keep makes the batch's rows the sample of a part.
func (b *Batch) keep(part *source) {
	for row := range min(b.Len(), samples) {
		cells := make([]string, b.width)
		for col := range cells {
			cells[col] = string(b.Cell(row, col))
		}
		part.sample = append(part.sample, cells)
	}
}
