package tally

import (
	"container/heap"
	"context"
)

// run is a sorted piece of a partition that is too large to be sorted at once.
type run []piece

// save sorts what is loaded and writes it.
func (s *pass) save() (r run, err error) {
	if s.runs == nil {
		if s.runs, err = s.store.vault.file(); err != nil {
			return nil, err
		}
	}
	block := make([]byte, 0, s.store.shape.block*recordSize)
	flush := func() {
		if err == nil && len(block) > 0 {
			var at int64
			at, err = s.runs.append(block)
			r = append(r, piece{at, len(block)})
		}
		block = block[:0]
	}
	s.sort(func(rows []record) {
		for i := range rows {
			if len(block) == cap(block) {
				flush()
			}
			block = block[:len(block)+recordSize]
			rows[i].write(block[len(block)-recordSize:])
		}
	})
	flush()
	return r, err
}

// mergeRuns reads the sorted runs of a partition side by side and counts them.
func (s *pass) mergeRuns(ctx context.Context, runs []run) error {
	partition := int(s.loaded[0].hi >> 56)
	var heads heads
	for _, r := range runs {
		h := &head{file: s.runs, partition: partition, rest: r}
		if err := h.fill(); err != nil {
			return err
		}
		heads = append(heads, h)
	}
	heap.Init(&heads)
	one := make([]record, 1)
	for n := 0; len(heads) > 0; n++ {
		if n%(1<<20) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		h := heads[0]
		one[0] = h.now
		s.see(one)
		switch more, err := h.next(); {
		case err != nil:
			return err
		case more:
			heap.Fix(&heads, 0)
		default:
			heap.Pop(&heads)
		}
	}
	return nil
}

// head is where the reading of a run stands.
type head struct {
	now       record
	file      *sealed
	partition int
	rest      run
	buf       []byte
	block     []byte
}

// fill reads the next piece and its first record.
func (h *head) fill() (err error) {
	if h.block, err = h.file.read(h.rest[0], h.buf); err != nil {
		return err
	}
	h.buf, h.rest = h.block[:0], h.rest[1:]
	h.take()
	return nil
}

func (h *head) take() {
	h.now.read(h.block, h.partition)
	h.block = h.block[recordSize:]
}

// next goes to the next record, if there is one.
func (h *head) next() (more bool, err error) {
	switch {
	case len(h.block) > 0:
		h.take()
		return true, nil
	case len(h.rest) > 0:
		return true, h.fill()
	}
	return false, nil
}

// heads is a heap of runs by their next record.
type heads []*head

func (h heads) Len() int           { return len(h) }
func (h heads) Less(i, j int) bool { return h[i].now.less(&h[j].now) }
func (h heads) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(x any)        { *h = append(*h, x.(*head)) }
func (h *heads) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
