package table

import (
	"errors"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"shouhu/internal/pil"
)

// column is a column of a Parquet file.
type column struct {
	write func(dst []byte, v *parquet.Value) []byte // as text; v is not null

}

// group is a row group being read: its wanted columns side by side.
type group struct {
	columns []column
	chunks  []parquet.ColumnChunk
	row     int // last read
	rows    int
	once    int // rows of a batch
	most    int // Limits.Row
	open    []chunk
	values  []parquet.Value
	end     func()
}

// chunk is a column of a row group being read.
type chunk struct {
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
}

// lookParquet looks at a Parquet file; each of its row groups is a source.
func (s *Set) lookParquet(src *source, in io.ReaderAt, size int64) (list []*source, err error) {
	var f *parquet.File
	err = safely(func() error {
		f, err = parquet.OpenFile(in, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(256<<10))
		return err
	})
	if err != nil {
		return nil, errParquet()
	}
	schema := f.Metadata().Schema
	if len(schema) == 0 {
		return nil, errParquet()
	}
	var columns []column
	for i := range schema[1:] {
		c, ok := columnOf(&schema[i+1])
		if !ok {
			return nil, pil.Invalid("第%d列是嵌套、重复或者不支持的类型，请展开成普通列 (column %d is nested, repeated or of an unknown type)", i+1, i+1)
		}
		columns = append(columns, c)
		src.header = append(src.header, trimmed(schema[i+1].Name))
	}
	if len(columns) == 0 {
		return nil, errEmpty()
	}
	if err := s.name(src); err != nil {
		return nil, err
	}
	groups := f.RowGroups()
	first := 0
	for i, rg := range groups {
		one := *src
		chunks, rows, before := rg.ColumnChunks(), int(rg.NumRows()), first
		first += rows
		if len(chunks) != len(columns) {
			return nil, errParquet()
		}
		// Rows of any size, four megabytes at once.
		each := f.Metadata().RowGroups[i].TotalByteSize/int64(max(rows, 1)) + 1
		once := int(min(batchRows, max(1, (4<<20)/each)))
		one.open = func(r *reading) (stream, error) {
			return &group{columns: columns, chunks: chunks, row: before, rows: before + rows, once: once, most: s.limits.Row, end: func() {
				if src.part == "" {
					r.bytes.Add(size / int64(len(groups)))
				}
			}}, nil
		}
		if i == 0 {
			if err := one.firstGroup(); err != nil {
				return nil, err
			}
		}
		list = append(list, &one)
	}
	if len(list) == 0 {
		src.open = func(*reading) (stream, error) { return &group{end: func() {}}, nil }
		list = append(list, src)
	}
	return list, nil
}

func errParquet() error {
	return pil.Invalid("无法读取这份 Parquet 文件：不完整、已损坏或者加密 (cut off, damaged or encrypted Parquet file)")
}

// firstGroup keeps the first rows of a row group as the sample.
func (src *source) firstGroup() error {
	g, err := src.open(&reading{})
	if err != nil {
		return err
	}
	b := &Batch{width: len(src.header), want: count(len(src.header))}
	if err := g.fill(b); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	g.split(b)
	b.keep(src)
	return g.close()
}

// columnOf says how a column's values are written; false where they cannot be.
func columnOf(e *format.SchemaElement) (c column, ok bool) {
	kind, flat := e.Type.Get()
	if repeats, ok := e.RepetitionType.Get(); !flat || e.NumChildren.V > 0 || ok && repeats == format.Repeated {
		return c, false
	}
	old, has := e.ConvertedType.Get()
	is := func(t deprecated.ConvertedType) bool { return has && old == t }
	scale := -1
	if is(deprecated.Decimal) {
		scale = int(e.Scale.V)
	}
	var stamp struct {
		unit int64 // to a second; 0: no time
		utc  bool
	}
	date, unsigned, uuid := is(deprecated.Date), is(deprecated.Uint8) || is(deprecated.Uint16) || is(deprecated.Uint32) || is(deprecated.Uint64), false
	clock := int64(0)
	switch {
	case is(deprecated.TimestampMillis):
		stamp.unit, stamp.utc = 1e3, true
	case is(deprecated.TimestampMicros):
		stamp.unit, stamp.utc = 1e6, true
	case is(deprecated.TimeMillis):
		clock = 1e3
	case is(deprecated.TimeMicros):
		clock = 1e6
	}
	switch l := e.LogicalType.Value.(type) {
	case *format.DecimalType:
		scale = int(l.Scale)
	case *format.TimestampType:
		stamp.unit, stamp.utc = perSecond(&l.Unit), l.IsAdjustedToUTC
	case *format.TimeType:
		clock = perSecond(&l.Unit)
	case *format.DateType:
		date = true
	case *format.IntType:
		unsigned = !l.IsSigned
	case *format.UUIDType:
		uuid = true
	case *format.Float16Type, *format.VariantType, *format.GeometryType, *format.GeographyType, *format.BsonType:
		return c, false
	}
	if scale > 1000 || is(deprecated.Interval) {
		return c, false
	}
	integer := func(get func(*parquet.Value) int64, bits int) func([]byte, *parquet.Value) []byte {
		switch {
		case scale >= 0:
			return func(dst []byte, v *parquet.Value) []byte { return appendDecimal(dst, big.NewInt(get(v)), scale) }
		case date:
			return func(dst []byte, v *parquet.Value) []byte { return appendDate(dst, get(v)) }
		case stamp.unit > 0:
			return func(dst []byte, v *parquet.Value) []byte { return appendStamp(dst, get(v), stamp.unit, stamp.utc) }
		case clock > 0:
			return func(dst []byte, v *parquet.Value) []byte { return appendClock(dst, get(v), clock) }
		case unsigned:
			return func(dst []byte, v *parquet.Value) []byte {
				return strconv.AppendUint(dst, uint64(get(v))<<(64-bits)>>(64-bits), 10)
			}
		}
		return func(dst []byte, v *parquet.Value) []byte { return strconv.AppendInt(dst, get(v), 10) }
	}
	switch kind {
	case format.Boolean:
		c.write = func(dst []byte, v *parquet.Value) []byte { return strconv.AppendBool(dst, v.Boolean()) }
	case format.Int32:
		c.write = integer(func(v *parquet.Value) int64 { return int64(v.Int32()) }, 32)
	case format.Int64:
		c.write = integer(func(v *parquet.Value) int64 { return v.Int64() }, 64)
	case format.Int96:
		c.write = func(dst []byte, v *parquet.Value) []byte {
			t := v.Int96()
			nanos := int64(uint64(t[0]) | uint64(t[1])<<32)
			return appendStamp(dst, (int64(t[2])-2440588)*86400e9+nanos, 1e9, true)
		}
	case format.Float:
		c.write = func(dst []byte, v *parquet.Value) []byte { return appendFloat(dst, float64(v.Float()), 32) }
	case format.Double:
		c.write = func(dst []byte, v *parquet.Value) []byte { return appendFloat(dst, v.Double(), 64) }
	case format.ByteArray, format.FixedLenByteArray:
		switch {
		case scale >= 0:
			c.write = func(dst []byte, v *parquet.Value) []byte { return appendDecimal(dst, signed(v.ByteArray()), scale) }
		case uuid && kind == format.FixedLenByteArray && e.TypeLength.V == 16:
			c.write = func(dst []byte, v *parquet.Value) []byte { return appendUUID(dst, v.ByteArray()) }
		default:
			c.write = func(dst []byte, v *parquet.Value) []byte { return append(dst, v.ByteArray()...) }
		}
	default:
		return c, false
	}
	return c, true
}

func perSecond(u *format.TimeUnit) int64 {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return 1e3
	case *format.MicroSeconds:
		return 1e6
	}
	return 1e9
}

// signed reads a two's complement number, the highest byte first.
func signed(bytes []byte) *big.Int {
	n := new(big.Int).SetBytes(bytes)
	if len(bytes) > 0 && bytes[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(bytes))))
	}
	return n
}

func appendDecimal(dst []byte, n *big.Int, scale int) []byte {
	if n.Sign() < 0 {
		dst = append(dst, '-')
		n.Neg(n)
	}
	digits := n.String()
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	whole := len(digits) - scale
	dst = append(dst, digits[:whole]...)
	if scale > 0 {
		dst = append(append(dst, '.'), digits[whole:]...)
	}
	return dst
}

func appendFloat(dst []byte, v float64, bits int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return dst // no number
	}
	return strconv.AppendFloat(dst, v, 'f', -1, bits)
}

func appendUUID(dst, id []byte) []byte {
	const hexes = "0123456789abcdef"
	for i, c := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, hexes[c>>4], hexes[c&15])
	}
	return dst
}

// appendDate writes a day counted from 1970-01-01 in the Gregorian calendar.
func appendDate(dst []byte, days int64) []byte {
	// Years begin in March, so that the leap day is their last.
	z := days + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	day := z - era*146097
	year := (day - day/1460 + day/36524 - day/146096) / 365
	day -= 365*year + year/4 - year/100
	month := (5*day + 2) / 153
	day -= (153*month + 2) / 5
	year += era * 400
	if month += 3; month > 12 {
		month -= 12
		year++
	}
	if year < 0 || year > 9999 {
		return strconv.AppendInt(dst, days, 10) // no time anybody writes
	}
	dst = append(dst, byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-')
	dst = append(two(dst, month), '-')
	return two(dst, day+1)
}

func two(dst []byte, n int64) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// appendStamp writes a moment counted in parts of a second: at +08:00 where it is
// in UTC, else as the clock on the wall showed it.
func appendStamp(dst []byte, n, unit int64, utc bool) []byte {
	sec, part := n/unit, n%unit
	if part < 0 {
		sec, part = sec-1, part+unit
	}
	if utc {
		sec += offset
	}
	days, rest := sec/86400, sec%86400
	if rest < 0 {
		days, rest = days-1, rest+86400
	}
	dst = append(appendDate(dst, days), ' ')
	return appendClock(dst, rest*unit+part, unit)
}

// appendClock writes a time of day counted in parts of a second.
func appendClock(dst []byte, n, unit int64) []byte {
	sec, part := n/unit, n%unit
	if n < 0 || sec > 86400 {
		return strconv.AppendInt(dst, n, 10) // no time of day
	}
	dst = append(two(dst, sec/3600), ':')
	dst = append(two(dst, sec/60%60), ':')
	dst = two(dst, sec%60)
	if part > 0 {
		dst = append(dst, '.')
		for unit /= 10; part > 0; unit /= 10 {
			dst = append(dst, byte('0'+part/unit))
			part %= unit
		}
	}
	return dst
}

func (g *group) fill(b *Batch) error {
	n := min(g.once, g.rows-g.row)
	if n == 0 {
		return io.EOF
	}
	err := safely(func() error { return g.read(b, n) })
	if err != nil {
		if _, ok := errors.AsType[*pil.Error](err); !ok {
			err = errParquet()
		}
		return err
	}
	for range n {
		g.row++
		b.lines = append(b.lines, uint32(g.row))
	}
	return nil
}

// read reads n rows, column after column.
func (g *group) read(b *Batch, n int) error {
	if g.open == nil {
		g.open = make([]chunk, len(g.chunks))
		g.values = make([]parquet.Value, g.once)
	}
	b.cells = append(b.cells, make([]span, n*b.width)...)
	for i, to := range b.want {
		if to < 0 {
			continue
		}
		c := &g.open[i]
		if c.pages == nil {
			c.pages = g.chunks[i].Pages()
		}
		write := g.columns[i].write
		for row := 0; row < n; {
			if c.values == nil {
				page, err := c.pages.ReadPage()
				if err != nil {
					return err // also an end: rows are missing
				}
				c.page, c.values = page, page.Values()
			}
			got, err := c.values.ReadValues(g.values[:n-row])
			for k := range g.values[:got] {
				lo := len(b.data)
				if v := &g.values[k]; !v.IsNull() {
					b.data = write(b.data, v)
				}
				if len(b.data) > math.MaxInt32 {
					return pil.Invalid("一行过长 (rows too long)")
				}
				b.cells[row*b.width+to] = span{uint32(lo), uint32(len(b.data))}
				b.data = append(b.data, '\n') // so that no character reaches into the next cell
				row++
			}
			if errors.Is(err, io.EOF) || got == 0 && err == nil {
				parquet.Release(c.page)
				c.page, c.values = nil, nil
			} else if err != nil {
				return err
			}
		}
	}
	for row := range n {
		for _, c := range b.twice {
			b.cells[row*b.width+c[1]] = b.cells[row*b.width+c[0]]
		}
	}
	return nil
}

// split trims the cells and rejects rows that are no text.
func (g *group) split(b *Batch) {
	sure, kept := validUTF8(b.data), 0
	for row := range b.lines {
		cells := b.cells[row*b.width : (row+1)*b.width]
		size, good := 0, true
		for i, c := range cells {
			size += int(c.hi - c.lo)
			good = good && (sure || validUTF8(b.data[c.lo:c.hi]))
			cells[i] = trim(b.data, int(c.lo), int(c.hi))
		}
		switch {
		case !good:
			b.fail(b.Line(row), Undecodable)
			continue
		case size > g.most:
			b.fail(b.Line(row), TooLong)
			continue
		}
		copy(b.cells[kept*b.width:], cells)
		b.lines[kept] = b.lines[row]
		kept++
	}
	b.cells, b.lines = b.cells[:kept*b.width], b.lines[:kept]
}

func (g *group) close() error {
	for i := range g.open {
		if c := &g.open[i]; c.pages != nil {
			if c.page != nil {
				parquet.Release(c.page)
			}
			_ = c.pages.Close() // it was only read
		}
	}
	g.end()
	return nil
}
