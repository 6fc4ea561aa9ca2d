package table

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// field is a cell as it stands in a record: between its quotes where it has some.
type field struct {
	lo, hi  int
	escaped bool // it holds quotes written twice
}

// verdict is what a record is.
type verdict uint8

const (
	whole verdict = iota
	more          // its end is not in sight
	bad           // its quotes do not match
	long          // it has no end within a row's length
)

// record finds the record of data at pos, its cells, and where the next one
// begins. It is the rule of RFC 4180 with three additions. A quote inside a cell
// that does not begin with one is a character like others. Blanks may follow a
// closing quote. Where quotes do not match, the record ends with its first line,
// if the quote that should close it looks like one that opens another cell or if
// there is none within a row's length: one forgotten quote costs one row, not
// all that follow. final says that nothing follows data.
func record(data []byte, pos int, comma byte, row int, final bool, fields []field) (_ []field, end int, v verdict) {
	fields = fields[:0]
	capped := len(data)-pos > row
	if capped {
		data, final = data[:pos+row], true // whoever has no end by then has none
	}
	// alone ends the record with its first line, once it is sure that it has no
	// other end.
	alone := func(sure bool) ([]field, int, verdict) {
		switch n := bytes.IndexByte(data[pos:], '\n'); {
		case n >= 0 && (sure || final):
			return fields, pos + n + 1, bad
		case !final:
			return fields, pos, more
		case capped:
			return fields, pos, long
		}
		return fields, len(data), bad
	}
	nl := -1 // the next line end, where it is beyond i
	for i := pos; ; {
		if i == len(data) || data[i] != '"' {
			if nl < i {
				if n := bytes.IndexByte(data[i:], '\n'); n >= 0 {
					nl = i + n
				} else if !final || capped {
					return alone(false)
				} else {
					nl = len(data)
				}
			}
			if n := bytes.IndexByte(data[i:nl], comma); n >= 0 {
				fields = append(fields, field{lo: i, hi: i + n})
				i += n + 1
				continue
			}
			fields = append(fields, field{lo: i, hi: nl})
			return fields, min(nl+1, len(data)), whole
		}
		f := field{lo: i + 1}
		j := i + 1
		for {
			n := bytes.IndexByte(data[j:], '"')
			if n < 0 {
				return alone(false)
			}
			if j += n + 1; j == len(data) && !final {
				return alone(false)
			}
			if j == len(data) || data[j] != '"' {
				break
			}
			f.escaped = true
			j++
		}
		f.hi = j - 1
		for j < len(data) && data[j] != comma && (data[j] == ' ' || data[j] == '\t' || data[j] == '\r') {
			j++
		}
		switch {
		case j == len(data) && (!final || capped):
			return alone(false)
		case j == len(data):
			return append(fields, f), j, whole
		case data[j] == comma:
			fields = append(fields, f)
			i = j + 1
		case data[j] == '\n':
			return append(fields, f), j + 1, whole
		case f.hi > f.lo && (data[f.hi-1] == comma || data[f.hi-1] == '\n'):
			return alone(true)
		default:
			if n := bytes.IndexByte(data[j:], '\n'); n >= 0 {
				return fields, j + n + 1, bad
			}
			return alone(false)
		}
	}
}

// layout is what is known of a text before its rows are read.
type layout struct {
	encoding encoding
	comma    byte           // 0: a JSON object on each line
	row      int            // Limits.Row
	skip     int64          // bytes before the first row: a mark of the encoding, the header
	line     int            // of the first row
	keys     map[string]int // of JSON: the places of the columns
}

// text is a stream of lines.
type text struct {
	layout
	in    io.Reader
	end   func() error // ends the reading of in
	block int
	rest  []byte // what was read behind the last whole row
	eof   bool
	long  bool // inside a row that is too long

	fields []field // scratch
}

func (t *text) close() error { return t.end() }

func (t *text) fill(b *Batch) error {
	if t.skip > 0 {
		n, err := io.CopyN(io.Discard, t.in, t.skip)
		if t.skip -= n; err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		t.skip = 0
	}
	b.data, b.line = append(b.data, t.rest...), t.line
	for {
		if t.eof && len(b.data) == 0 {
			return io.EOF
		}
		if err := t.read(b); err != nil {
			return err
		}
		if t.long {
			n := bytes.IndexByte(b.data, '\n')
			if n < 0 {
				b.data = b.data[:0]
				continue
			}
			t.long = false
			t.line++
			b.line = t.line
			b.data = append(b.data[:0], b.data[n+1:]...)
		}
		cut := t.cut(b.data)
		if cut == 0 && len(b.data) > t.row {
			// No line end in sight: the row is rejected, the rest of it is passed over.
			b.fail(t.line, TooLong)
			t.long = true
			b.data = b.data[:0]
			continue
		}
		if cut == 0 && !t.eof {
			continue
		}
		t.rest = append(t.rest[:0], b.data[cut:]...)
		b.data = b.data[:cut]
		break
	}
	t.line += newlines(b.data)
	if t.encoding == undecided && !plain(b.data) {
		t.encoding = decide(b.data, t.row)
	}
	b.encoding = t.encoding
	return nil
}

// read adds the next block of bytes to the batch.
func (t *text) read(b *Batch) error {
	if t.eof {
		return nil
	}
	// What is decoded goes behind the bytes: leave it room.
	had := len(b.data)
	b.data = slices.Grow(b.data, t.block+t.block/8)
	n, err := io.ReadFull(t.in, b.data[had:had+t.block])
	b.data = b.data[:had+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.eof, err = true, nil
	}
	return err
}

// cut is where the last whole row of data ends.
func (t *text) cut(data []byte) int {
	if t.eof {
		return len(data)
	}
	if t.comma == 0 {
		return bytes.LastIndexByte(data, '\n') + 1
	}
	for pos := 0; ; {
		q := bytes.IndexByte(data[pos:], '"')
		if q < 0 {
			return max(pos, bytes.LastIndexByte(data, '\n')+1)
		}
		// Rows before the one that holds the quote are whole.
		pos = max(pos, pos+bytes.LastIndexByte(data[pos:pos+q], '\n')+1)
		var v verdict
		var end int
		if t.fields, end, v = record(data, pos, t.comma, t.row, false, t.fields); v == more {
			return pos
		}
		if v == long {
			n := bytes.IndexByte(data[pos:], '\n')
			if n < 0 {
				return pos
			}
			end = pos + n + 1
		}
		pos = end
	}
}

func (t *text) split(b *Batch) {
	if t.comma == 0 {
		t.splitJSON(b)
		return
	}
	sure := b.sure()
	if b.encoding != asGB18030 && bytes.IndexByte(b.data, '"') < 0 {
		t.splitPlain(b, sure)
		return
	}
	t.splitRecords(b, sure)
}

// splitPlain finds rows and cells where there are no quotes and nothing to
// decode: at the speed of memory. sure says that all of it is valid text.
func (t *text) splitPlain(b *Batch, sure bool) {
	data, line := b.data, b.line
	width, comma := b.width, t.comma
	cells, lines := b.cells, b.lines
rows:
	for pos := 0; pos < len(data); line++ {
		end := bytes.IndexByte(data[pos:], '\n')
		next := pos + end + 1
		if end += pos; end < pos {
			end, next = len(data), len(data)
		}
		start, from := pos, pos
		pos = next
		if end > start && data[end-1] == '\r' {
			end--
		}
		if end == start {
			continue
		}
		if next-start > t.row {
			b.fail(line, TooLong)
			continue
		}
		if !sure && !b.encoding.valid(data[start:end]) {
			b.fail(line, Undecodable)
			continue
		}
		at := len(cells)
		if at+width > cap(cells) {
			cells = slices.Grow(cells, max(width, len(cells)))
		}
		cells = cells[:at+width]
		row := cells[at:]
		for i, to := range b.want {
			hi := end
			if n := bytes.IndexByte(data[from:end], comma); n >= 0 {
				hi = from + n
			}
			if (hi == end) != (i == len(b.want)-1) {
				cells = cells[:at]
				b.fail(line, Ragged)
				continue rows
			}
			if uint(to) < uint(len(row)) {
				// Most cells begin and end with neither a blank nor a part of U+3000.
				if hi > from && data[from] > ' ' && data[from] != 0xE3 && data[hi-1] > ' ' && data[hi-1] != 0x80 {
					row[to] = span{uint32(from), uint32(hi)}
				} else {
					row[to] = trim(data, from, hi)
				}
			}
			from = hi + 1
		}
		for _, c := range b.twice {
			row[c[1]] = row[c[0]]
		}
		lines = append(lines, uint32(line))
	}
	b.cells, b.lines = cells, lines
}

// splitRecords finds rows and cells the exact way.
func (t *text) splitRecords(b *Batch, sure bool) {
	data, line := b.data, b.line
	for pos := 0; pos < len(data); {
		fields, end, v := record(data, pos, t.comma, t.row, true, b.fields)
		if b.fields = fields; v == long {
			end = len(data)
			if n := bytes.IndexByte(data[pos:], '\n'); n >= 0 {
				end = pos + n + 1
			}
		}
		at, text := line, data[pos:end]
		pos = end
		line += newlines(text)
		switch empty := len(bytes.Trim(text, "\r\n")) == 0; {
		case empty:
		case v == long:
			b.fail(at, TooLong)
		case !sure && !b.encoding.valid(text):
			b.fail(at, Undecodable)
		case v == bad:
			b.fail(at, UnclosedQuote)
		case len(fields) != len(b.want):
			b.fail(at, Ragged)
		default:
			slots := b.empty()
			for i, f := range fields {
				if to := b.want[i]; to >= 0 {
					slots[to] = b.cell(f)
				}
			}
			b.row(at, slots)
		}
	}
}

// cell gives a field's text, unescaped and decoded.
func (b *Batch) cell(f field) span {
	text := b.data[f.lo:f.hi]
	foreign := b.encoding == asGB18030 && !plain(text)
	if !f.escaped && !foreign {
		return trim(b.data, f.lo, f.hi)
	}
	lo := len(b.data)
	if f.escaped {
		for {
			n := bytes.IndexByte(text, '"')
			if n < 0 {
				break
			}
			b.data = append(b.data, text[:n+1]...)
			text = text[n+2:]
		}
		b.data = append(b.data, text...)
		if text = b.data[lo:]; !foreign {
			return trim(b.data, lo, len(b.data))
		}
		lo = len(b.data)
	}
	b.data = appendGB(b.data, text)
	return trim(b.data, lo, len(b.data))
}
