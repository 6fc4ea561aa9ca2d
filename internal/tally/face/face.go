// Package face invents records of faces taken in shops, as many as are asked
// for, always the same for the same seed, in numbers that are known beforehand:
// so a count of millions of rows can be checked exactly.
//
// It is for tests and measurements. Nobody in it lives: ids come from a counter,
// names of companies and shops from lists of invented words. It must not know who
// counts, or where rows are written.
//
// A hundred rows hold one duplicate, of the row fifty rows before it. The others
// are visits; 26 visits are those of six persons, who come 1, 1, 2, 4, 6 and 12
// times, at different times of two years and all over the file.
package face

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"strconv"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// How many there are of each, where enough rows are asked for.
const (
	Companies = 8
	Shops     = 143
	Devices   = 284
)

const (
	every = 100                    // one row in so many is a duplicate
	back  = 50                     // of the row so many before it
	bunch = 26                     // visits of one bunch of persons
	six   = 6                      // persons in it
	start = 1_609_459_200 - 8*3600 // 2021-01-01 00:00:00 at +08:00
	stay  = 28                     // days of each visit's own stretch of time
)

// who says which of the six comes on each visit of a bunch.
var who = [bunch]uint8{0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}

// Header names the columns: the face's id, company, shop, device, time, gender
// and age band.
var Header = []string{"人脸编号", "公司", "门店", "设备编号", "抓拍时间", "性别", "年龄段"}

// Encoding is how text is written.
type Encoding bool

// The encodings.
const (
	UTF8    Encoding = false
	GB18030 Encoding = true
)

// Set is so many rows.
type Set struct {
	Seed uint64
	Rows int64
}

// Totals are the numbers a count of all rows must give.
type Totals struct {
	Rows, DuplicateRows, Persons int64
	Repeats                      map[int64]int64 // persons by distinct rows
}

// Totals of the set.
func (s Set) Totals() Totals {
	visits := s.visits()
	t := Totals{Rows: s.Rows, DuplicateRows: s.Rows - visits, Repeats: map[int64]int64{}}
	add := func(visits, bunches int64) {
		var times [six]int64
		for _, w := range who[:visits] {
			times[w]++
		}
		for _, n := range times {
			if n > 0 && bunches > 0 {
				t.Persons += bunches
				t.Repeats[n] += bunches
			}
		}
	}
	add(bunch, visits/bunch)
	add(visits%bunch, 1)
	return t
}

func (s Set) visits() int64 { return s.Rows - s.Rows/every }

// Row is one record.
type Row struct {
	Face                  uint64
	Company, Shop, Device string
	Sec                   int64 // since 1970, as of +08:00
	Gender, Age           string
}

// Maker makes rows. It is not for several goroutines at once.
type Maker struct {
	set    Set
	step   uint64
	places [Devices]place
	utf8   bool
	days   []string
}

type place struct{ company, shop, device, prefix string }

var (
	genders = [...]string{"女", "男"}
	ages    = [...]string{"0-17", "18-24", "25-34", "35-44", "45-59", "60+"}
	brands  = [...]string{"云岫商贸有限公司", "青禾百货有限公司", "望舒服饰有限公司", "海棠餐饮有限公司", "南屏家居有限公司", "松石数码有限公司", "星野文化有限公司", "白鹭生活有限公司"}
	spots   = [...]string{"东湖", "西苑", "南浦", "北辰", "长亭", "古渡", "新港", "平桥", "凤台", "龙泉", "石门"}
	kinds   = [...]string{"广场店", "中心店", "大街店", "城南店", "站前店"}
)

// Maker gives a maker of the set's rows. Bytes are written in the encoding.
func (s Set) Maker(e Encoding) *Maker {
	m := &Maker{set: s, utf8: e == UTF8}
	encode := func(text string) string {
		if m.utf8 {
			return text
		}
		out, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		if err != nil {
			panic(err) // GB18030 has all characters
		}
		return out
	}
	for d := range m.places {
		shop := d % Shops
		m.places[d] = place{
			company: encode(brands[shop%Companies]),
			shop:    encode(fmt.Sprintf("%s%s%d", spots[shop%len(spots)], kinds[shop/len(spots)%len(kinds)], shop/55+1)),
			device:  fmt.Sprintf("CAM-%04d", d+1),
		}
		m.places[d].prefix = "," + m.places[d].company + "," + m.places[d].shop + "," + m.places[d].device + ","
	}
	for i := range genders {
		for j := range ages {
			m.days = append(m.days, ","+encode(genders[i])+","+ages[j]+"\n")
		}
	}
	// A step that has no divisor in common with the visits walks through all.
	visits := uint64(s.visits())
	for m.step = visits*618/1000 | 1; visits > 1 && gcd(m.step, visits) != 1; m.step += 2 {
	}
	return m
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// scramble is the last step of SplitMix64: different numbers stay different.
func scramble(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// raw is a record in numbers.
type raw struct {
	face  uint64
	sec   int64
	place int
	trait int
}

func (m *Maker) raw(i int64) raw {
	if i%every == every-1 {
		i -= back
	}
	visits := uint64(m.set.visits())
	hi, lo := bits.Mul64(uint64(i-i/every), m.step)
	_, v := bits.Div64(hi%visits, lo, visits)
	group, slot := v/bunch, v%bunch
	face := scramble(m.set.Seed + group*six + uint64(who[slot]))
	h := scramble(m.set.Seed + v ^ 1<<63)
	stretch := (slot*7 + group) % bunch
	day := int64(stretch*stay + h%stay)
	second := int64(9*3600 + h>>8%(13*3600))
	// Busy places are busier: the smaller of two draws.
	return raw{
		face:  face,
		sec:   start + day*86400 + second,
		place: int(min(h>>40%Devices, h>>52%(2*Devices)) % Devices),
		trait: int(face >> 20 % uint64(len(m.days))),
	}
}

// Row is row i, from 0.
func (m *Maker) Row(i int64) Row {
	r := m.raw(i)
	p := &m.places[r.place]
	return Row{r.face, p.company, p.shop, p.device, r.sec, genders[r.trait/len(ages)], ages[r.trait%len(ages)]}
}

// AppendHeader appends the line of names.
func (m *Maker) AppendHeader(b []byte) []byte {
	for i, name := range Header {
		if i > 0 {
			b = append(b, ',')
		}
		if !m.utf8 {
			name, _ = simplifiedchinese.GB18030.NewEncoder().String(name) // GB18030 has all characters
		}
		b = append(b, name...)
	}
	return append(b, '\n')
}

// Append appends rows from to to-1 as CSV.
func (m *Maker) Append(b []byte, from, to int64) []byte {
	const hex = "0123456789abcdef"
	for i := from; i < to; i++ {
		r := m.raw(i)
		var id [16]byte
		for n, f := 15, r.face; n >= 0; n, f = n-1, f>>4 {
			id[n] = hex[f&15]
		}
		b = append(b, id[:]...)
		b = append(b, m.places[r.place].prefix...)
		b = AppendTime(b, r.sec)
		b = append(b, m.days[r.trait]...)
	}
	return b
}

// AppendTime appends a time as 2021-03-05 08:05:00, at +08:00.
func AppendTime(b []byte, sec int64) []byte {
	sec += 8 * 3600
	day, sec := sec/86400, sec%86400
	// Days since 1970 as year, month, day (Hinnant, "chrono-compatible date algorithms").
	z := day + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d, mo, y := doy-(153*mp+2)/5+1, mp+3, yoe+era*400
	if mo > 12 {
		mo, y = mo-12, y+1
	}
	b = strconv.AppendInt(b, y, 10)
	for _, part := range [...]struct {
		sign byte
		n    int64
	}{{'-', mo}, {'-', d}, {' ', sec / 3600}, {':', sec / 60 % 60}, {':', sec % 60}} {
		b = append(b, part.sign, byte('0'+part.n/10), byte('0'+part.n%10))
	}
	return b
}

// ID is how a face's number is written.
func ID(face uint64) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], face)
	return fmt.Sprintf("%x", b)
}

// WriteCSV writes rows from to to-1 with the line of names before them, made by
// so many workers.
func (s Set) WriteCSV(w io.Writer, e Encoding, from, to int64, workers int) error {
	const piece = 32 << 10
	type made chan []byte
	head := s.Maker(e)
	if _, err := w.Write(head.AppendHeader(nil)); err != nil {
		return err
	}
	// Each worker makes every so-manieth piece; they are written in turn.
	workers = max(workers, 1)
	lines, empty := make([]made, workers), make([]made, workers)
	stop := make(chan struct{})
	defer close(stop)
	for n := range workers {
		lines[n], empty[n] = make(made, 3), make(made, 3)
		for range 3 {
			empty[n] <- nil
		}
		m := s.Maker(e)
		go func() {
			for at := from + int64(n)*piece; at < to; at += int64(workers) * piece {
				select {
				case b := <-empty[n]:
					lines[n] <- m.Append(b[:0], at, min(at+piece, to))
				case <-stop:
					return
				}
			}
		}()
	}
	for at, n := from, 0; at < to; at, n = at+piece, (n+1)%workers {
		b := <-lines[n]
		if _, err := w.Write(b); err != nil {
			return err
		}
		empty[n] <- b
	}
	return nil
}
