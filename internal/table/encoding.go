package table

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// encoding is how a text's characters are written.
type encoding uint8

const (
	undecided encoding = iota // nothing but ASCII was seen
	asUTF8
	asGB18030
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain reports whether data are ASCII without NUL.
func plain(data []byte) bool { return skipPlain(data) == len(data) }

// skipPlain is the place of the first byte that is NUL or not ASCII.
func skipPlain(data []byte) int {
	i := 0
	for ; i+8 <= len(data); i += 8 {
		w := binary.LittleEndian.Uint64(data[i:])
		// A byte without its high bit that is 0 borrows and gets it.
		if t := (w | (w - ones)) & highs; t != 0 {
			return i + bits.TrailingZeros64(t)/8
		}
	}
	for ; i < len(data); i++ {
		if c := data[i]; c == 0 || c >= utf8.RuneSelf {
			return i
		}
	}
	return i
}

// validUTF8 reports whether data are UTF-8 without NUL. It is utf8.Valid, quick
// where Chinese characters stand in a row.
func validUTF8(data []byte) bool {
	for i := 0; ; {
		i += skipPlain(data[i:])
		// Three bytes are 1110xxxx 10xxxxxx 10xxxxxx. After E0 and ED not every
		// second byte is allowed (RFC 3629): those go the slow way.
		for i+8 <= len(data) { // two characters at once
			w := binary.LittleEndian.Uint64(data[i:])
			if w&0xC0C0F0C0C0F0 != 0x8080E08080E0 || special(w) || special(w>>24) {
				break
			}
			i += 6
		}
		for i+4 <= len(data) {
			w := uint64(binary.LittleEndian.Uint32(data[i:]))
			if w&0xC0C0F0 != 0x8080E0 || special(w) {
				break
			}
			i += 3
		}
		if i == len(data) {
			return true
		}
		if data[i] == 0 {
			return false
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return false
		}
		i += n
	}
}

// special reports whether the lowest byte is E0 or ED.
func special(w uint64) bool { return w&0xFF == 0xE0 || w&0xFF == 0xED }

// gbPairs are the characters of two bytes, the first from 81 to FE, the second
// from 40 to FE; 0 where there is none.
var gbPairs = sync.OnceValue(func() *[126 * 191]uint16 {
	var t [126 * 191]uint16
	d := simplifiedchinese.GB18030.NewDecoder()
	for a := range 126 {
		for b := range 191 {
			out, err := d.Bytes([]byte{byte(0x81 + a), byte(0x40 + b)})
			if r, n := utf8.DecodeRune(out); err == nil && n == len(out) && r != utf8.RuneError && r <= 0xFFFF {
				t[a*191+b] = uint16(r)
			}
		}
	}
	return &t
})

// gbRune is the first character of in, which is not ASCII, and its length in
// bytes; 0 where there is none.
func gbRune(pairs *[126 * 191]uint16, in []byte) (r rune, n int) {
	switch lead := in[0]; {
	case lead == 0x80:
		return '€', 1 // as Windows writes it
	case lead == 0xFF || len(in) < 2:
		return 0, 0
	case in[1] >= 0x40 && in[1] <= 0xFE:
		if r := pairs[int(lead-0x81)*191+int(in[1]-0x40)]; r != 0 {
			return rune(r), 2
		}
		return 0, 0
	case len(in) < 4 || in[1]-'0' > 9 || in[2] < 0x81 || in[2] > 0xFE || in[3]-'0' > 9:
		return 0, 0
	case string(in[:4]) == "\x84\x31\xa4\x37":
		return utf8.RuneError, 4 // written as such, as UTF-8 may
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(in[:4])
	if r, n = utf8.DecodeRune(out); err != nil || n != len(out) || r == utf8.RuneError {
		return 0, 0
	}
	return r, 4
}

// validGB reports whether data are GB18030 without NUL. A row in which Chinese
// characters stand in UTF-8 is not, although it might be read as others.
func validGB(data []byte) bool {
	pairs := gbPairs()
	rest := data
	for {
		if rest = rest[skipPlain(rest):]; len(rest) == 0 {
			return !strayUTF8(data)
		}
		if rest[0] == 0 {
			return false
		}
		_, n := gbRune(pairs, rest)
		if n == 0 {
			return false
		}
		rest = rest[n:]
	}
}

// strayUTF8 reports whether every character of data that is not ASCII is a
// Chinese one in UTF-8, and there are four or more: nobody writes six characters
// in GB18030 that happen to look like that.
func strayUTF8(data []byte) bool {
	seen := 0
	for {
		if data = data[skipPlain(data):]; len(data) == 0 {
			return seen >= 4
		}
		if len(data) < 3 || data[0] < 0xE3 || data[0] > 0xEF || data[0] > 0xE9 && data[0] < 0xEF || data[1]&0xC0 != 0x80 || data[2]&0xC0 != 0x80 {
			return false
		}
		seen++
		data = data[3:]
	}
}

// appendGB decodes text, which is validGB, behind dst.
func appendGB(dst, text []byte) []byte {
	pairs := gbPairs()
	for len(text) > 0 {
		if c := text[0]; c < utf8.RuneSelf {
			dst, text = append(dst, c), text[1:]
			continue
		}
		r, n := gbRune(pairs, text)
		if n == 0 {
			return dst
		}
		dst, text = utf8.AppendRune(dst, r), text[n:]
	}
	return dst
}

// guess says how a text is written, from whole lines of it: as UTF-8 where at
// least half of those that are not ASCII can be read so.
func guess(lines [][]byte) encoding {
	good, bad := 0, 0
	for _, l := range lines {
		switch {
		case plain(l) || bytes.IndexByte(l, 0) >= 0:
		case validUTF8(l):
			good++
		default:
			bad++
		}
	}
	switch {
	case good == 0 && bad == 0:
		return undecided
	case good >= bad:
		return asUTF8
	}
	return asGB18030
}

// decide says how a text is written of which only ASCII was seen before: as the
// first line of data that is not, and that is no longer than a row.
func decide(data []byte, row int) encoding {
	for line := range bytes.Lines(data) {
		if len(line) > row {
			continue
		}
		if e := guess([][]byte{line}); e != undecided {
			return e
		}
	}
	return undecided
}

// valid reports whether data are text in this encoding.
func (e encoding) valid(data []byte) bool {
	switch e {
	case asUTF8:
		return validUTF8(data)
	case asGB18030:
		return validGB(data)
	default:
		return plain(data)
	}
}

// sure reports whether every row of the batch is text in its encoding. In GB18030
// that takes a look at each row, since what is strayUTF8 in one is not in all.
func (b *Batch) sure() bool {
	if b.encoding == asGB18030 {
		return plain(b.data)
	}
	return b.encoding.valid(b.data)
}
