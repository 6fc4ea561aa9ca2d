package tally

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
)

// count goes through the partitions, with as many goroutines as there were
// workers.
func (c *Counter) count(ctx context.Context) (*Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := c.merge()
	order, largest, total := c.order()

	passes := make([]*pass, len(c.workers))
	var (
		next, done atomic.Int64
		telling    sync.Mutex
		wg         sync.WaitGroup
	)
	tell := func(rows int64) {
		telling.Lock()
		defer telling.Unlock()
		if now := done.Add(rows); c.spec.Progress != nil {
			c.spec.Progress(Progress{Phase: Counting, Done: now, Total: total, Rows: total})
		}
	}
	tell(0)
	for i := range passes {
		s := newPass(c.store, p, largest)
		passes[i] = s
		wg.Go(func() {
			for n := next.Add(1) - 1; n < partitions; n = next.Add(1) - 1 {
				rows := c.store.rows(order[n])
				if err := s.partition(ctx, order[n]); err != nil {
					cancel(err)
					return
				}
				c.store.drop(order[n])
				if rows > 0 {
					tell(rows)
				}
			}
			s.finish()
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return c.result(p, passes, total), nil
}

// order lists the partitions, those in memory first, so that their room is free
// when the others come back; and says how many rows the largest and all have.
func (c *Counter) order() (order []int, largest, total int64) {
	for p := range partitions {
		order = append(order, p)
		n := c.store.rows(p)
		largest, total = max(largest, n), total+n
	}
	return order, largest, total
}

func (c *Counter) result(p *places, passes []*pass, total int64) *Result {
	r := &Result{Rows: total, Spilled: c.store.vault.bytes.Load()}
	repeats, distinct := map[int64]int64{}, int64(0)
	var classes [256]int64
	for _, s := range passes {
		r.Persons += s.person
		for times, persons := range s.few {
			if persons > 0 {
				repeats[int64(times)] += persons
			}
		}
		for times, persons := range s.many {
			repeats[times] += persons
		}
		for class, n := range s.classes {
			classes[class] += n
			distinct += n
		}
	}
	r.DuplicateRows = total - distinct
	for class, n := range classes {
		if n > 0 {
			r.Classes = append(r.Classes, make([]int64, class+1-len(r.Classes))...)
			r.Classes[class] = n
		}
	}
	seat := 0
	for _, list := range p.lists {
		for i := range list {
			for _, s := range passes {
				list[i].Persons += s.seats[seat].persons
			}
			seat++
		}
	}
	for i := range c.workers {
		for _, g := range c.workers[i].groups {
			r.Period.join(g.Period)
		}
	}
	r.Levels, r.By = p.lists[:p.levels], p.lists[p.levels:]
	if c.spec.Person == None {
		r.Persons = 0
		for _, list := range p.lists {
			for i := range list {
				list[i].Persons = 0
			}
		}
		return r
	}
	r.Repeats = byTimes(repeats)
	return r
}

// pass is one goroutine's way through its partitions.
type pass struct {
	store  *store
	places *places

	loaded, sorted []record
	starts         []uint32
	buf            []byte
	runs           *sealed

	seats []seat
	last  []int64 // by place: the last person seen there

	person  int64  // how many persons were seen
	before  record // the row before this one
	times   int64  // distinct rows of the person so far
	few     [64]int64
	many    map[int64]int64
	classes [256]int64
}

// seat is what a group remembers while persons go by.
type seat struct {
	last    int64 // number of the last person seen in the group
	persons int64
}

func newPass(s *store, p *places, largest int64) *pass {
	n := int(largest)
	if s.shape.sort > 0 {
		n = min(n, s.shape.sort)
	}
	return &pass{
		store: s, places: p, many: map[int64]int64{},
		loaded: make([]record, 0, n), sorted: make([]record, n),
		seats: make([]seat, p.seats), last: make([]int64, len(p.path)),
	}
}

// partition counts one partition. Where it is too large to be sorted at once,
// it is sorted in runs.
func (s *pass) partition(ctx context.Context, p int) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	var runs []run
	s.loaded = s.loaded[:0]
	s.buf, err = s.store.each(p, s.buf, func(worker int, b []byte) error {
		common := s.places.common[worker]
		for ; len(b) > 0; b = b[recordSize:] {
			if len(s.loaded) == cap(s.loaded) {
				if err := ctx.Err(); err != nil {
					return err
				}
				r, err := s.save()
				if err != nil {
					return err
				}
				runs, s.loaded = append(runs, r), s.loaded[:0]
			}
			n := len(s.loaded)
			s.loaded = s.loaded[:n+1]
			r := &s.loaded[n]
			r.read(b, p)
			r.place = common[r.place]
		}
		return nil
	})
	if err != nil {
		return err
	}
	if runs == nil {
		s.sort(s.see)
		return nil
	}
	r, err := s.save()
	if err != nil {
		return err
	}
	return s.mergeRuns(ctx, append(runs, r))
}

// sort puts the loaded records in order and hands them over in pieces, while
// they are still in the cache: first into buckets by the next bits of the hash,
// a few records each, then each bucket by itself.
func (s *pass) sort(visit func([]record)) {
	rows := s.loaded
	if len(rows) == 0 {
		return
	}
	width := min(max(bits.Len(uint(len(rows)))-2, 1), 20)
	shift := 56 - width
	mask := uint64(1)<<width - 1
	if len(s.starts) < 1<<width+1 {
		s.starts = make([]uint32, 1<<width+1)
	}
	starts := s.starts[:1<<width+1]
	clear(starts)
	for i := range rows {
		starts[rows[i].hi>>shift&mask+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	sorted := s.sorted[:len(rows)]
	for i := range rows {
		at := &starts[rows[i].hi>>shift&mask]
		sorted[*at] = rows[i]
		*at++
	}
	const piece = 512
	from, lo := uint32(0), uint32(0)
	for _, hi := range starts[:1<<width] { // where each bucket ends, by now
		sortBucket(sorted[lo:hi])
		lo = hi
		if hi-from >= piece {
			visit(sorted[from:hi])
			from = hi
		}
	}
	visit(sorted[from:])
}

// sortBucket sorts a bucket by person, then by what tells rows apart, then by place.
func sortBucket(rows []record) {
	if len(rows) > 24 {
		slices.SortFunc(rows, func(a, b record) int { return a.compare(&b) })
		return
	}
	for i := 1; i < len(rows); i++ {
		for j := i; j > 0 && rows[j].less(&rows[j-1]); j-- {
			rows[j], rows[j-1] = rows[j-1], rows[j]
		}
	}
}

func (r *record) compare(q *record) int {
	return cmp.Or(cmp.Compare(r.hi, q.hi), cmp.Compare(r.lo, q.lo), cmp.Compare(r.rest, q.rest), cmp.Compare(r.place, q.place))
}

func (r *record) less(q *record) bool {
	if r.hi != q.hi {
		return r.hi < q.hi
	}
	if r.lo != q.lo {
		return r.lo < q.lo
	}
	if r.rest != q.rest {
		return r.rest < q.rest
	}
	return r.place < q.place
}

// see counts records, which come in order. A person may go on in the next call.
func (s *pass) see(rows []record) {
	p := s.places
	for i := range rows {
		r := &rows[i]
		before := &s.before
		if i > 0 {
			before = &rows[i-1]
		}
		switch {
		case s.person == 0 || r.hi != before.hi || r.lo != before.lo:
			s.leave(before)
			s.person++
			s.times = 1
		case r.rest == before.rest && p.path[r.place] == p.path[before.place]:
			r.class = max(r.class, before.class) // a duplicate
		default:
			s.classes[before.class]++
			s.times++
		}
		if s.last[r.place] == s.person {
			continue
		}
		s.last[r.place] = s.person
		for _, g := range p.groups[int(r.place)*p.groupings : (int(r.place)+1)*p.groupings] {
			if seat := &s.seats[g]; seat.last != s.person {
				seat.last = s.person
				seat.persons++
			}
		}
	}
	if len(rows) > 0 {
		s.before = rows[len(rows)-1]
	}
}

// leave closes the account of a person, whose last row is given.
func (s *pass) leave(last *record) {
	if s.person == 0 {
		return
	}
	s.classes[last.class]++
	if s.times < int64(len(s.few)) {
		s.few[s.times]++
	} else {
		s.many[s.times]++
	}
}

// finish closes the last account.
func (s *pass) finish() { s.leave(&s.before) }
