package table

import (
	"encoding/binary"
	"time"
	"unicode/utf8"

	"shouhu/internal/pil"
)

// ParseTime reads a time as it is written here, in seconds since 1970 (UTC):
//
//	2021-03-05 08:05:00   2021/3/5 8:05   2021.3.5   20210305   202103050805   20210305080500
//	2021年3月5日 8时5分    2021年3月5日 上午8:05   2021-03-05 下午 8点5分30秒   2021/3/5 8:05 PM
//	2021-03-05T08:05:00.123+08:00   2021-03-05T00:05:00Z
//	44260.336806                    days as a spreadsheet counts them, five digits before the point
//	1614902700   1614902700000      seconds and milliseconds since 1970 (UTC)
//
// A time without a zone is at +08:00; a day alone is its midnight; parts of a
// second are cut off, those of a spreadsheet's day rounded. Digits and signs may
// be full-width. A month without a day, a year of two digits and a day that does
// not exist are no times.
func ParseTime(cell []byte) (sec int64, ok bool) {
	// 2021-03-05 08:05:00 is nearly all there is.
	if len(cell) == 19 && cell[4] == '-' && cell[7] == '-' && (cell[10] == ' ' || cell[10] == 'T') && cell[13] == ':' && cell[16] == ':' {
		// The digits of "2021-03-" and "05 08:05", then of ":00".
		a, b := binary.LittleEndian.Uint64(cell)^0x2D30302D30303030, binary.LittleEndian.Uint64(cell[8:])
		b ^= 0x30303A3030003030 | uint64(cell[10])<<16
		c := uint64(cell[17]-'0')<<8 | uint64(cell[18]-'0')
		if digits(a) && digits(b) && digits(c) {
			at := func(w uint64, i int) int { return int(w >> (8 * i) & 0xFF) }
			year := at(a, 0)*1000 + at(a, 1)*100 + at(a, 2)*10 + at(a, 3)
			return moment(year, at(a, 5)*10+at(a, 6), at(b, 0)*10+at(b, 1), at(b, 3)*10+at(b, 4), at(b, 6)*10+at(b, 7), int(c>>8)*10+int(c&0xFF))
		}
		return 0, false
	}
	var plain [48]byte
	text, ok := clock(plain[:0], cell)
	if !ok {
		return 0, false
	}
	p := parser{text}
	sec, ok = p.number()
	if !ok {
		sec, ok = p.time()
	}
	return sec, ok
}

// FormatTime writes a time as 2021-03-05T08:05:00, at +08:00.
func FormatTime(sec int64) string {
	return time.Unix(sec, 0).In(pil.Zone).Format("2006-01-02T15:04:05")
}

// digits reports whether every byte of w is 0 to 9.
func digits(w uint64) bool {
	return (w+0x7676767676767676|w)&highs == 0
}

// offset is how far the clocks here are ahead of UTC.
const offset = 8 * 3600

var (
	monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	before    = [13]int{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}
)

// moment is a time at +08:00; false where there is none. 24:00:00 ends a day.
func moment(year, month, day, hour, minute, second int) (int64, bool) {
	if year < 1900 || year > 2999 || month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 59 ||
		hour == 24 && minute+second > 0 {
		return 0, false
	}
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	if day > monthDays[month] && (!leap || month != 2 || day != 29) {
		return 0, false
	}
	y := year - 1
	days := y*365 + y/4 - y/100 + y/400 - 719162 + before[month] + day - 1
	if leap && month > 2 {
		days++
	}
	return int64(days)*86400 + int64(hour)*3600 + int64(minute)*60 + int64(second) - offset, true
}

// words are how people write what stands beside the digits, and the letter that
// stands for it below. a is before noon, p after it, n about it, e after midnight,
// w a day of the week.
var words = []struct {
	word   string
	letter byte
}{
	{"年", 'Y'}, {"月", 'M'}, {"日", 'D'}, {"号", 'D'}, {"时", 'h'}, {"点", 'h'}, {"分", 'm'}, {"秒", 's'},
	{"上午", 'a'}, {"早上", 'a'}, {"下午", 'p'}, {"晚上", 'p'}, {"傍晚", 'p'}, {"中午", 'n'}, {"凌晨", 'e'},
	{"星期一", 'w'}, {"星期二", 'w'}, {"星期三", 'w'}, {"星期四", 'w'}, {"星期五", 'w'}, {"星期六", 'w'}, {"星期日", 'w'}, {"星期天", 'w'},
	{"周一", 'w'}, {"周二", 'w'}, {"周三", 'w'}, {"周四", 'w'}, {"周五", 'w'}, {"周六", 'w'}, {"周日", 'w'},
}

// clock writes a cell in ASCII behind dst, as far as dst has room.
func clock(dst, cell []byte) ([]byte, bool) {
next:
	for len(cell) > 0 {
		if len(dst) == cap(dst) {
			return nil, false
		}
		if c := cell[0]; c < utf8.RuneSelf {
			// The letters below are not for strangers.
			switch {
			case c >= '0' && c <= ':' || c == '-' || c == '/' || c == '.' || c == '+' || c == 'T' || c == 'Z':
			case c == ' ' || c == '\t' || c == ',':
				c = ' '
			case len(cell) > 1 && (cell[1]|' ') == 'm' && ((c|' ') == 'a' || (c|' ') == 'p'):
				c |= ' '
				cell = cell[1:]
			default:
				return nil, false
			}
			dst, cell = append(dst, c), cell[1:]
			continue
		}
		for _, w := range words {
			if len(cell) >= len(w.word) && string(cell[:len(w.word)]) == w.word {
				dst, cell = append(dst, w.letter), cell[len(w.word):]
				continue next
			}
		}
		r, n := utf8.DecodeRune(cell)
		switch {
		case r >= '０' && r <= '：' || r == '－' || r == '／' || r == '．' || r == '＋':
			dst = append(dst, byte(r-'！'+'!'))
		case r == '　' || r == '，':
			dst = append(dst, ' ')
		default:
			return nil, false
		}
		cell = cell[n:]
	}
	return dst, len(dst) > 0
}

// parser reads what clock wrote.
type parser struct{ text []byte }

func (p *parser) take(c byte) bool {
	if len(p.text) > 0 && p.text[0] == c {
		p.text = p.text[1:]
		return true
	}
	return false
}

func (p *parser) blanks() bool {
	seen := false
	for p.take(' ') {
		seen = true
	}
	return seen
}

// digits reads from least to most digits.
func (p *parser) digits(least, most int) (n int, ok bool) {
	i := 0
	for ; i < len(p.text) && i < most && p.text[i]-'0' <= 9; i++ {
		n = n*10 + int(p.text[i]-'0')
	}
	p.text = p.text[i:]
	return n, i >= least
}

// number reads a time that is nothing but digits, with one point at most.
func (p *parser) number() (sec int64, ok bool) {
	n, dot := 0, -1
	for i, c := range p.text {
		switch {
		case c == '.' && dot < 0 && i > 0:
			dot = i
		case c-'0' > 9:
			return 0, false
		case dot < 0 && i < 15:
			n = n*10 + int(c-'0')
		}
	}
	var part []byte
	size := len(p.text)
	if dot >= 0 {
		part, size = p.text[dot+1:], dot
	}
	switch {
	case size == 5:
		// Days since 30 December 1899, and parts of a day.
		num, den := 0, 1
		for _, c := range part[:min(len(part), 13)] {
			num, den = num*10+int(c-'0'), den*10
		}
		return int64(n-25569)*86400 + int64((num*86400+den/2)/den) - offset, n >= 10000
	case size == 9 || size == 10:
		return int64(n), n >= 1e8
	case dot >= 0 && size != 13:
		return 0, false
	case size == 8:
		return moment(n/10000, n/100%100, n%100, 0, 0, 0)
	case size == 12:
		return moment(n/1e8, n/1e6%100, n/1e4%100, n/100%100, n%100, 0)
	case size == 13:
		return int64(n / 1000), n >= 1e11
	case size == 14:
		return moment(n/1e10, n/1e8%100, n/1e6%100, n/1e4%100, n/100%100, n%100)
	}
	return 0, false
}

// time reads a day and, where there is one, a time of day with its zone.
func (p *parser) time() (sec int64, ok bool) {
	year, ok := p.digits(4, 4)
	if !ok || len(p.text) == 0 {
		return 0, false
	}
	sep := p.text[0]
	p.text = p.text[1:]
	month, ok := p.digits(1, 2)
	if !ok {
		return 0, false
	}
	switch sep {
	case 'Y':
		if !p.take('M') {
			return 0, false
		}
	case '-', '/', '.':
		if !p.take(sep) {
			return 0, false
		}
	default:
		return 0, false
	}
	day, ok := p.digits(1, 2)
	if !ok {
		return 0, false
	}
	apart := sep == 'Y' && p.take('D')
	apart = p.blanks() || apart
	if p.take('w') {
		apart = true
		p.blanks()
	}
	if len(p.text) == 0 {
		return moment(year, month, day, 0, 0, 0)
	}
	if !apart && !p.take('T') && p.text[0] < 'a' {
		return 0, false
	}
	hour, minute, second, ok := p.clock()
	if !ok {
		return 0, false
	}
	if sec, ok = moment(year, month, day, hour, minute, second); !ok || len(p.text) == 0 {
		return sec, ok
	}
	if p.take('Z') {
		return sec + offset, len(p.text) == 0
	}
	sign := int64(1)
	if p.take('-') {
		sign = -1
	} else if !p.take('+') {
		return 0, false
	}
	h, ok := p.digits(2, 2)
	m := 0
	if ok && len(p.text) > 0 {
		p.take(':')
		m, ok = p.digits(2, 2)
	}
	return sec + offset - sign*int64(h*3600+m*60), ok && h < 15 && m < 60 && len(p.text) == 0
}

// clock reads a time of day.
func (p *parser) clock() (hour, minute, second int, ok bool) {
	half := byte(0)
	if len(p.text) > 0 && p.text[0] >= 'a' {
		half = p.text[0]
		p.text = p.text[1:]
		p.blanks()
	}
	if hour, ok = p.digits(1, 2); !ok {
		return
	}
	switch {
	case p.take(':'):
		if minute, ok = p.digits(2, 2); ok && p.take(':') {
			second, ok = p.digits(2, 2)
			if ok && p.take('.') {
				_, ok = p.digits(1, 9)
			}
		}
	case p.take('h'):
		if len(p.text) > 0 && p.text[0]-'0' <= 9 {
			if minute, ok = p.digits(1, 2); ok && p.take('m') && len(p.text) > 0 && p.text[0]-'0' <= 9 {
				if second, ok = p.digits(1, 2); ok {
					p.take('s')
				}
			}
		}
	default:
		ok = false
	}
	p.blanks()
	if half == 0 && len(p.text) > 0 && (p.text[0] == 'a' || p.text[0] == 'p') {
		half = p.text[0]
		p.text = p.text[1:]
	}
	switch half {
	case 'a', 'e':
		if ok = ok && hour <= 12; hour == 12 {
			hour = 0
		}
	case 'p', 'n':
		if hour < 12 && (half == 'p' || hour < 10) {
			hour += 12
		}
	}
	return hour, minute, second, ok
}
