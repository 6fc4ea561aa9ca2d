package tally

import (
	"context"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync"

	"shouhu/internal/pil"
	"shouhu/internal/table"
)

// None stands for a column that is not there, in Spec.Person and Spec.Time.
const None = -1

// Spec says what to count. Columns are those of the batches: positions in
// table.Plan.Columns.
type Spec struct {
	// Person names who a row is about. A row where it is empty is rejected. With
	// None persons are not counted, everything else is.
	Person int
	// Path names where, from the top: company, shop, device, or any other number
	// of levels. A name counts within the one above it.
	Path []int
	// By are further groupings, each by its own columns and beside Path: gender,
	// or age and company. They do not make rows distinct.
	By [][]int
	// Time is when, or None. A row whose time is there and cannot be read is
	// rejected.
	Time int
	// Others are the further columns in which an equal row must be equal too.
	// Where there is no time that is every column.
	Others []int
	// Class puts a row in a class from 0 to 255, for Result.Classes. Nil puts all
	// in class 0. It is called by all workers at once, and only for rows that count.
	Class func(b *table.Batch, row int) uint8
	// Seen is told each row that counts, duplicates too, by the worker who adds
	// it; sec is its time, where timed. May be nil.
	Seen func(worker int, b *table.Batch, row int, sec int64, timed bool)
	// Key is a secret of this one count, drawn anew for each.
	Key [16]byte
	// Workers is how many goroutines call Add, and count; 1 where it is less.
	Workers int
	// Memory is about how many bytes all of it may take, at least MinMemory; 0
	// is no limit. With a limit, Spill is needed.
	Memory int64
	// Spill makes a temporary file, one at a time. It is closed when it is no
	// longer needed; nothing in it can be read without this process.
	Spill func() (File, error)
	// Progress is told how far the counting is, one call at a time.
	Progress func(Progress)
}

// MinMemory is the least Spec.Memory, for each worker.
const MinMemory = 32 << 20

// Counter takes batches of rows and counts them. Add may be called by several
// workers at once, each with its own number; Result once, after the last Add.
type Counter struct {
	spec    Spec
	columns []int // that name groups: Path, then the rest of By
	hash    sip
	store   *store
	workers []worker
	once    sync.Once
}

// New makes a Counter. A Spec that contradicts itself is an invalid Error.
func New(spec Spec) (*Counter, error) {
	spec.Workers = max(spec.Workers, 1)
	if spec.Memory != 0 && spec.Memory < MinMemory*int64(spec.Workers) {
		return nil, pil.Invalid("内存上限太小，每个工作线程至少 %d MiB (memory limit too small)", MinMemory>>20)
	}
	if spec.Memory != 0 && spec.Spill == nil {
		return nil, pil.Invalid("限制内存时须有临时文件 (a memory limit needs temporary files)")
	}
	return newCounter(spec, shapeFor(spec)), nil
}

func newCounter(spec Spec, s shape) *Counter {
	c := &Counter{spec: spec, hash: newSIP(spec.Key), columns: slices.Clone(spec.Path)}
	for _, by := range spec.By {
		for _, col := range by {
			if !slices.Contains(c.columns, col) {
				c.columns = append(c.columns, col)
			}
		}
	}
	c.store = newStore(s, spec.Workers, spec.Key, spec.Spill)
	c.workers = make([]worker, spec.Workers)
	for i := range c.workers {
		c.workers[i] = worker{names: map[string]uint32{}, out: &c.store.writers[i]}
	}
	return c
}

// worker is what one goroutine keeps while rows come in. It is large enough not
// to share a cache line with its neighbour's hot fields.
type worker struct {
	names  map[string]uint32 // the cells that name groups, each after its length → code
	near   [4096]uint32      // codes by a glance at those cells
	groups []group           // by code
	key    []byte            // scratch
	rest   []byte            // scratch
	out    *writer
	_      [64]byte
}

// group is what is known of a code while rows come in.
type group struct {
	key   string
	cells []string // the key taken apart
	rows  int64
	Period
}

// noTime is the moment of a row without one.
const noTime = math.MinInt64

// Add counts the rows of a batch; those without a person or with an unreadable
// time it rejects. worker is from 0 to Spec.Workers-1. The error is one of
// Spec.Spill's files.
func (c *Counter) Add(worker int, b *table.Batch) error {
	w := &c.workers[worker]
	s := &c.spec
	for row := range b.Len() {
		var person []byte
		if s.Person != None {
			if person = b.Cell(row, s.Person); len(person) == 0 {
				b.Reject(row, table.EmptyPerson)
				continue
			}
		}
		when := int64(noTime)
		if s.Time != None {
			if cell := b.Cell(row, s.Time); len(cell) > 0 {
				sec, ok := table.ParseTime(cell)
				if !ok {
					b.Reject(row, table.BadTime)
					continue
				}
				when = sec
			}
		}
		r := record{rest: uint64(when)}
		if len(s.Others) > 0 {
			w.rest = binary.LittleEndian.AppendUint64(w.rest[:0], r.rest)
			w.rest = appendCells(w.rest, b, row, s.Others)
			r.rest, _ = c.hash.sum(w.rest)
		}
		if s.Person != None {
			r.hi, r.lo = c.hash.sum(person)
		} else { // the row stands for itself
			w.rest = binary.LittleEndian.AppendUint64(w.rest[:0], r.rest)
			r.hi, r.lo = c.hash.sum(appendCells(w.rest, b, row, s.Path))
		}
		if s.Class != nil {
			r.class = s.Class(b, row)
		}
		if s.Seen != nil {
			s.Seen(worker, b, row, when, when != noTime)
		}
		r.place = w.code(b, row, c.columns)

		g := &w.groups[r.place]
		g.rows++
		if when != noTime {
			g.add(when)
		}
		if err := w.out.put(r); err != nil {
			return err
		}
	}
	return nil
}

// appendCells writes cells one after the other, each after its length, so that
// no two rows of cells look the same.
func appendCells(to []byte, b *table.Batch, row int, columns []int) []byte {
	for _, col := range columns {
		cell := b.Cell(row, col)
		to = append(binary.AppendUvarint(to, uint64(len(cell))), cell...)
	}
	return to
}

// code is the number of the groups that a row's cells name.
func (w *worker) code(b *table.Batch, row int, columns []int) uint32 {
	near := &w.near[glance(b, row, columns)%uint64(len(w.near))]
	if int(*near) < len(w.groups) && w.groups[*near].is(b, row, columns) {
		return *near
	}
	w.key = appendCells(w.key[:0], b, row, columns)
	code, ok := w.names[string(w.key)]
	if !ok {
		code = uint32(len(w.groups))
		key := string(w.key)
		w.names[key] = code
		w.groups = append(w.groups, group{key: key, cells: cells(key, len(columns))})
	}
	*near = code
	return code
}

// is reports whether the row's cells name the group.
func (g *group) is(b *table.Batch, row int, columns []int) bool {
	for i, col := range columns {
		if string(b.Cell(row, col)) != g.cells[i] {
			return false
		}
	}
	return true
}

// glance mixes the ends of a row's cells. It only says where to look first: rows
// that look the same at a glance are told apart by their cells.
func glance(b *table.Batch, row int, columns []int) (h uint64) {
	for _, col := range columns {
		cell := b.Cell(row, col)
		var end uint64
		if len(cell) >= 8 {
			end = binary.LittleEndian.Uint64(cell[len(cell)-8:])
		} else {
			for _, c := range cell {
				end = end<<8 | uint64(c)
			}
		}
		hi, lo := bits.Mul64(h^end^uint64(len(cell)), 0x9E3779B97F4A7C15)
		h = hi ^ lo // every bit of the cell may reach every bit of it
	}
	return h
}

// Result counts what was added. It ends early with ctx's error. The Counter is
// of no use afterwards.
func (c *Counter) Result(ctx context.Context) (*Result, error) {
	defer c.Close()
	return c.count(ctx)
}

// Close lets go of memory and temporary files. It may be called at any time
// after the last Add, also more than once.
func (c *Counter) Close() {
	c.once.Do(c.store.close)
}
