package tally

import (
	"encoding/binary"
	"io"
	"sync"
	"sync/atomic"
	"unsafe"
)

// partitions are told apart by the first byte of a person's hash, whose place in
// a written record the class then takes.
const partitions = 256

// recordSize is the length of a written record.
const recordSize = 28

// record is a row as it is counted.
type record struct {
	hi, lo uint64 // the person
	rest   uint64 // what tells rows of one person in one place apart
	place  uint32 // code of the groups: the worker's own, later everybody's
	class  uint8
}

func (r *record) write(b []byte) {
	_ = b[recordSize-1]
	binary.LittleEndian.PutUint64(b, r.hi<<8|uint64(r.class))
	binary.LittleEndian.PutUint64(b[8:], r.lo)
	binary.LittleEndian.PutUint64(b[16:], r.rest)
	binary.LittleEndian.PutUint32(b[24:], r.place)
}

// read is write's inverse, in partition p.
func (r *record) read(b []byte, p int) {
	_ = b[recordSize-1]
	first := binary.LittleEndian.Uint64(b)
	r.hi, r.class = uint64(p)<<56|first>>8, uint8(first)
	r.lo = binary.LittleEndian.Uint64(b[8:])
	r.rest = binary.LittleEndian.Uint64(b[16:])
	r.place = binary.LittleEndian.Uint32(b[24:])
}

// shape is how rows are kept.
type shape struct {
	block int // records in a block
	keep  int // blocks all partitions may hold before some are spilled; 0 is no limit
	sort  int // records that may be sorted at once; 0 is no limit
}

// blockRecords fill 64 KiB: large enough that taking the next block costs
// nothing, small enough that one open block for each partition and worker does.
const blockRecords = 64 << 10 / recordSize

// shapeFor divides the memory: half is for rows that wait, a quarter for those
// being sorted, and the last is left to the reading and the groups' names.
func shapeFor(s Spec) shape {
	if s.Memory == 0 {
		return shape{block: blockRecords}
	}
	rows, each := s.Memory/2, s.Memory/4/int64(s.Workers)
	return shape{
		block: blockRecords,
		keep:  max(int(rows/(blockRecords*recordSize))-partitions*s.Workers, 1),
		sort:  int(each / (2 * int64(unsafe.Sizeof(record{})))),
	}
}

// store keeps the records of all workers, by partition.
type store struct {
	shape   shape
	writers []writer
	vault   vault

	first atomic.Int32 // the first partition that is spilled
	mu    sync.Mutex
	free  [][]byte
	given int // blocks given out and not returned
}

// writer is one worker's share of the store.
type writer struct {
	store   *store
	open    [partitions][]byte
	full    [partitions][][]byte
	spilled [partitions][]piece
	rows    [partitions]int64
	file    *sealed
	first   int32 // store.first as last seen
	_       [64]byte
}

func newStore(s shape, workers int, key [16]byte, spill func() (File, error)) *store {
	st := &store{shape: s, vault: newVault(key, spill)}
	st.first.Store(partitions)
	st.writers = make([]writer, workers)
	for i := range st.writers {
		st.writers[i].store, st.writers[i].first = st, partitions
	}
	return st
}

// put takes a record.
func (w *writer) put(r record) error {
	p := r.hi >> 56
	b := w.open[p]
	n := len(b)
	if n+recordSize > cap(b) {
		var err error
		if b, err = w.turn(int(p)); err != nil {
			return err
		}
		n = 0
	}
	b = b[:n+recordSize]
	r.write(b[n:])
	w.open[p] = b
	return nil
}

// turn puts a partition's full block away and gives an empty one.
func (w *writer) turn(p int) ([]byte, error) {
	b := w.open[p]
	if b == nil {
		return make([]byte, 0, w.store.shape.block*recordSize), nil
	}
	w.rows[p] += int64(len(b) / recordSize)
	for {
		if first := w.store.first.Load(); first < w.first {
			w.first = first
			if err := w.spillFrom(int(first)); err != nil {
				return nil, err
			}
		}
		if p >= int(w.first) {
			return b[:0], w.spill(p, b)
		}
		if fresh, ok := w.store.take(); ok {
			w.full[p] = append(w.full[p], b)
			return fresh, nil
		}
		// Nothing is left: one more partition in sixteen goes to the files.
		next := max(w.first-partitions/16, 0)
		w.store.first.CompareAndSwap(w.first, next)
	}
}

// spillFrom writes the full blocks of all partitions from the first one on.
func (w *writer) spillFrom(first int) error {
	for p := first; p < partitions; p++ {
		for _, b := range w.full[p] {
			if err := w.spill(p, b); err != nil {
				return err
			}
			w.store.put(b[:0])
		}
		w.full[p] = nil
	}
	return nil
}

func (w *writer) spill(p int, b []byte) (err error) {
	if w.file == nil {
		if w.file, err = w.store.vault.file(); err != nil {
			return err
		}
	}
	at, err := w.file.append(b)
	if err != nil {
		return err
	}
	w.spilled[p] = append(w.spilled[p], piece{at, len(b)})
	return nil
}

// take gives an empty block, if one may be had.
func (s *store) take() ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		b := s.free[n-1]
		s.free = s.free[:n-1]
		s.given++
		return b, true
	}
	if s.shape.keep > 0 && s.given >= s.shape.keep {
		return nil, false
	}
	s.given++
	return make([]byte, 0, s.shape.block*recordSize), true
}

// put takes an empty block back.
func (s *store) put(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, b)
	s.given--
}

// rows is how many records a partition holds.
func (s *store) rows(p int) (n int64) {
	for i := range s.writers {
		n += s.writers[i].rows[p] + int64(len(s.writers[i].open[p])/recordSize)
	}
	return n
}

// each hands over a partition's blocks, with the worker who wrote them. What was
// spilled is read into buf, which is returned to be used again; a block is valid
// until the next one.
func (s *store) each(p int, buf []byte, visit func(worker int, b []byte) error) ([]byte, error) {
	for i := range s.writers {
		w := &s.writers[i]
		for _, b := range append(w.full[p], w.open[p]) {
			if err := visit(i, b); err != nil {
				return buf, err
			}
		}
		for _, at := range w.spilled[p] {
			var err error
			if buf, err = w.file.read(at, buf); err != nil {
				return buf, err
			}
			if err = visit(i, buf); err != nil {
				return buf, err
			}
		}
	}
	return buf, nil
}

// drop lets go of a partition that was counted.
func (s *store) drop(p int) {
	for i := range s.writers {
		s.writers[i].full[p], s.writers[i].open[p], s.writers[i].spilled[p] = nil, nil, nil
	}
}

func (s *store) close() {
	for p := range partitions {
		s.drop(p)
	}
	s.free = nil
	s.vault.close()
}

// File is a temporary file. Both ways are used from several goroutines. It had
// best be removed from its folder as soon as it is open.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
}
