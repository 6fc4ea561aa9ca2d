package table

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"sync/atomic"
	"unicode/utf16"
	"unicode/utf8"

	"shouhu/internal/pil"
)

// lookJSON looks at JSON lines: every line, since any of them may name a column.
func (s *Set) lookJSON(ctx context.Context, src *source, t layout, head []byte, complete bool, open way) ([]*source, error) {
	t.keys = map[string]int{}
	in, end, err := open(&reading{set: s, ctx: ctx, inputs: make([]Input, len(s.files)), unpacked: make([]atomic.Int64, len(s.files))})
	if err != nil {
		return nil, err
	}
	all := &text{layout: t, in: in, end: end, block: s.limits.block}
	b := &Batch{}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b.data, b.failed = b.data[:0], b.failed[:0]
		if err := all.fill(b); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		all.lines(b, func(_, lo, hi int) {
			// A line that is no object is rejected when the rows are read.
			_ = b.object(lo, hi, func(key []byte, _, _ int) bool {
				if _, known := t.keys[string(key)]; !known && len(t.keys) <= s.limits.Columns {
					src.header = append(src.header, trimmed(string(key)))
					t.keys[string(key)] = len(t.keys)
				}
				return true
			})
		})
	}
	if len(t.keys) == 0 {
		return nil, pil.Invalid("没有一行是 JSON 对象 (no line holds a JSON object)")
	}
	if err := s.name(src); err != nil {
		return nil, err
	}
	src.loose = true
	t.encoding = all.encoding
	src.open = func(r *reading) (stream, error) {
		in, end, err := open(r)
		return &text{layout: t, in: in, end: end, block: s.limits.block}, err
	}
	src.firstRows(&text{layout: t, eof: complete}, head)
	return []*source{src}, nil
}

// lines calls f for each line of the batch that is text and not empty: its
// number, and where it lies in the batch's bytes, decoded.
func (t *text) lines(b *Batch, f func(line, lo, hi int)) {
	sure := b.sure()
	all := len(b.data)
	for pos, line := 0, b.line; pos < all; line++ {
		lo, hi := pos, all
		if n := bytes.IndexByte(b.data[pos:all], '\n'); n >= 0 {
			hi = pos + n + 1
		}
		pos = hi
		switch text := b.data[lo:hi]; {
		case len(bytes.TrimSpace(text)) == 0:
		case hi-lo > t.row:
			b.fail(line, TooLong)
		case !sure && !b.encoding.valid(text):
			b.fail(line, Undecodable)
		default:
			if b.encoding == asGB18030 && !plain(text) {
				lo = len(b.data)
				b.data = appendGB(b.data, text)
				hi = len(b.data)
			}
			f(line, lo, hi)
		}
	}
}

// splitJSON finds the cells of JSON lines: strings unescaped, numbers, objects
// and lists as they are written, null empty.
func (t *text) splitJSON(b *Batch) {
	t.lines(b, func(line, lo, hi int) {
		slots := b.empty()
		if cap(b.seen) < len(b.want) {
			b.seen = make([]bool, len(b.want))
		}
		seen := b.seen[:len(b.want)]
		clear(seen)
		good := true
		ok := b.object(lo, hi, func(key []byte, lo, hi int) bool {
			i, known := t.keys[string(key)]
			if !known || seen[i] {
				return false
			}
			seen[i] = true
			if to := b.want[i]; to >= 0 {
				slots[to], good = b.value(lo, hi)
			}
			return good
		})
		switch {
		case !good:
			b.fail(line, Undecodable)
		case !ok:
			b.fail(line, NotAnObject)
		default:
			b.row(line, slots)
		}
	})
}

// value is the cell of a JSON value; false for a string that is no text.
func (b *Batch) value(lo, hi int) (span, bool) {
	switch b.data[lo] {
	case 'n':
		return span{}, true
	case '"':
		if lo, hi = lo+1, hi-1; bytes.IndexByte(b.data[lo:hi], '\\') >= 0 {
			at := len(b.data)
			var ok bool
			if b.data, ok = unescape(b.data, b.data[lo:hi]); !ok {
				return span{}, false
			}
			lo, hi = at, len(b.data)
		}
	}
	return trim(b.data, lo, hi), true
}

// object calls member for each member of the JSON object (RFC 8259) that stands
// alone in data[lo:hi]: with its key, unescaped, and where its value lies. It
// answers false where there is no such object or member says so.
func (b *Batch) object(lo, hi int, member func(key []byte, lo, hi int) bool) bool {
	// What is unescaped goes behind the bytes and may move them, not what is here.
	p := scanner{b.data[:hi:hi], lo}
	p.blanks()
	if !p.take('{') {
		return false
	}
	p.blanks()
	if !p.take('}') {
		for {
			p.blanks()
			from := p.at
			if !p.text() {
				return false
			}
			key := p.data[from+1 : p.at-1]
			if bytes.IndexByte(key, '\\') >= 0 {
				var ok bool
				if b.key, ok = unescape(b.key[:0], key); !ok {
					return false
				}
				key = b.key
			}
			p.blanks()
			if !p.take(':') {
				return false
			}
			p.blanks()
			from = p.at
			if !p.value(0) || !member(key, from, p.at) {
				return false
			}
			p.blanks()
			if p.take('}') {
				break
			}
			if !p.take(',') {
				return false
			}
		}
	}
	p.blanks()
	return p.at == len(p.data)
}

// scanner finds where JSON values end, and that they are values.
type scanner struct {
	data []byte
	at   int
}

func (p *scanner) take(c byte) bool {
	if p.at < len(p.data) && p.data[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *scanner) blanks() {
	for p.at < len(p.data) && (p.data[p.at] == ' ' || p.data[p.at] == '\t' || p.data[p.at] == '\r' || p.data[p.at] == '\n') {
		p.at++
	}
}

// deepest is how far lists and objects may stand inside each other.
const deepest = 64

func (p *scanner) value(depth int) bool {
	if p.at == len(p.data) || depth > deepest {
		return false
	}
	switch c := p.data[p.at]; c {
	case '"':
		return p.text()
	case '{', '[':
		p.at++
		last := byte('}')
		if c == '[' {
			last = ']'
		}
		p.blanks()
		if p.take(last) {
			return true
		}
		for {
			p.blanks()
			if c == '{' {
				if !p.text() {
					return false
				}
				if p.blanks(); !p.take(':') {
					return false
				}
				p.blanks()
			}
			if !p.value(depth + 1) {
				return false
			}
			if p.blanks(); p.take(last) {
				return true
			}
			if !p.take(',') {
				return false
			}
		}
	case 't':
		return p.word("true")
	case 'f':
		return p.word("false")
	case 'n':
		return p.word("null")
	}
	return p.number()
}

func (p *scanner) word(w string) bool {
	if len(p.data)-p.at < len(w) || string(p.data[p.at:p.at+len(w)]) != w {
		return false
	}
	p.at += len(w)
	return true
}

func (p *scanner) digits() bool {
	from := p.at
	for p.at < len(p.data) && p.data[p.at]-'0' <= 9 {
		p.at++
	}
	return p.at > from
}

func (p *scanner) number() bool {
	p.take('-')
	if !p.take('0') && !p.digits() {
		return false
	}
	if p.take('.') && !p.digits() {
		return false
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		return p.digits()
	}
	return true
}

// text passes over a string.
func (p *scanner) text() bool {
	if !p.take('"') {
		return false
	}
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case c == '"':
			p.at++
			return true
		case c == '\\':
			p.at += 2
		case c < ' ':
			return false
		default:
			p.at++
		}
	}
	return false
}

// unescape writes a string's text behind dst; false where an escape is none or
// stands for no character, half a pair of surrogates or NUL.
func unescape(dst, text []byte) ([]byte, bool) {
	for {
		n := bytes.IndexByte(text, '\\')
		if n < 0 {
			return append(dst, text...), true
		}
		dst = append(dst, text[:n]...)
		if text = text[n+1:]; len(text) == 0 {
			return dst, false
		}
		c := text[0]
		text = text[1:]
		switch c {
		case '"', '\\', '/':
			dst = append(dst, c)
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, ok := hex4(text)
			if !ok || r == 0 {
				return dst, false
			}
			text = text[4:]
			if utf16.IsSurrogate(r) {
				if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
					return dst, false
				}
				second, ok := hex4(text[2:])
				if r = utf16.DecodeRune(r, second); !ok || r == utf8.RuneError {
					return dst, false
				}
				text = text[6:]
			}
			dst = utf8.AppendRune(dst, r)
		default:
			return dst, false
		}
	}
}

func hex4(text []byte) (rune, bool) {
	if len(text) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[:4]), 16, 16)
	return rune(n), err == nil
}
