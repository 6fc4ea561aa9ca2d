package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"shouhu/internal/pil"
)

// reading is one Read under way.
type reading struct {
	set   *Set
	plan  Plan
	ctx   context.Context
	feeds []*feed
	first atomic.Int64 // no feed before it has rows left
	bytes atomic.Int64 // of the files

	unpacked []atomic.Int64 // for each file, by zip

	mu     sync.Mutex // counts, and callbacks
	inputs []Input
	rows   int64
}

// feed is a source being read. Who holds the lock has its turn.
type feed struct {
	sync.Mutex
	source *source
	stream stream // nil before its first turn
	done   bool
	want   []int    // for each column of the source, its place in a row or -1
	twice  [][2]int // columns asked for more than once: from, to
}

// Read hands every row of the set to each, in batches, from as many goroutines
// as the plan says; worker counts them from 0, and no two calls of one worker run
// at the same time. Inputs come in the order of the files. An error of each, of
// the files or of ctx ends the reading, and then there are no inputs.
func (s *Set) Read(ctx context.Context, plan Plan, each func(worker int, b *Batch) error) ([]Input, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &reading{set: s, plan: plan, ctx: ctx, inputs: make([]Input, len(s.files)), unpacked: make([]atomic.Int64, len(s.files))}
	apart := make([]bool, len(s.files)) // files whose hash needs a pass of its own
	for i, f := range s.files {
		r.inputs[i].Name = f.Name
		apart[i] = true
	}
	for _, src := range s.sources {
		f := &feed{source: src}
		if src.sheets == nil {
			f.want, f.twice = places(src, plan.Columns)
		}
		r.feeds = append(r.feeds, f)
		apart[src.file] = apart[src.file] && !src.hashed
	}
	var all sync.WaitGroup
	for i := range apart {
		if apart[i] {
			all.Go(func() {
				if err := r.hash(i); err != nil {
					cancel(err)
				}
			})
		}
	}
	for w := range max(plan.Workers, 1) {
		all.Go(func() {
			if err := r.work(w, each); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	err := context.Cause(ctx)
	for _, f := range r.feeds {
		if f.stream != nil && !f.done {
			_ = f.stream.close() // given up: err says why
		}
	}
	if err != nil {
		return nil, err
	}
	return r.inputs, nil
}

// places says where the columns of a part go in a row of a batch: for each its
// place, or -1; and which cells of a row are copied, for columns asked for twice.
func places(part *source, columns []int) (want []int, twice [][2]int) {
	want = slices.Repeat([]int{-1}, len(part.header))
	for to, c := range columns {
		from := part.columns[c]
		switch {
		case from < 0: // the part lacks the column: its cells stay empty
		case want[from] < 0:
			want[from] = to
		default:
			twice = append(twice, [2]int{want[from], to})
		}
	}
	return want, twice
}

// turn waits for a source with rows left and gives it locked; nil at the end.
// A source nobody reads goes before one to wait for.
func (r *reading) turn() *feed {
	for {
		var busy *feed
		for i := int(r.first.Load()); i < len(r.feeds); i++ {
			f := r.feeds[i]
			if !f.TryLock() {
				if busy == nil {
					busy = f
				}
				continue
			}
			if !f.done {
				return f
			}
			f.Unlock()
			r.first.CompareAndSwap(int64(i), int64(i)+1)
		}
		if busy == nil {
			return nil
		}
		busy.Lock()
		if !busy.done {
			return busy
		}
		busy.Unlock()
	}
}

func (r *reading) work(worker int, each func(int, *Batch) error) error {
	b := &Batch{run: r, width: len(r.plan.Columns)}
	for {
		f := r.turn()
		if f == nil {
			return nil
		}
		if err := r.fill(f, b); err != nil {
			return place(err, r.set.files[f.source.file].Name)
		}
		f.stream.split(b)
		if b.Len() > 0 {
			if err := each(worker, b); err != nil {
				return err
			}
		}
		r.count(b)
	}
}

// fill takes a turn at f, which is locked, and unlocks it.
func (r *reading) fill(f *feed, b *Batch) (err error) {
	defer f.Unlock()
	b.reset(f)
	if err := context.Cause(r.ctx); err != nil {
		return err
	}
	if f.stream == nil {
		if f.stream, err = f.source.open(r); err != nil {
			return err
		}
	}
	switch err = f.stream.fill(b); {
	case errors.Is(err, io.EOF):
		f.done = true
		return f.stream.close()
	case err != nil:
		return err
	}
	return nil
}

// count adds up what became of a batch, and tells it.
func (r *reading) count(b *Batch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	in := &r.inputs[b.source.file]
	rows := int64(b.Len()) - b.gone()
	in.Rows += rows
	in.Rejected += int64(len(b.failed))
	r.rows += rows
	if r.plan.Reject != nil {
		for _, f := range b.failed {
			r.plan.Reject(Reject{File: in.Name, Part: b.part, Line: f.line, Reason: f.why})
		}
	}
	if r.plan.Progress != nil {
		r.plan.Progress(r.bytes.Load(), r.rows)
	}
}

// sum notes the hash of a file.
func (r *reading) sum(file int, sum []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inputs[file].SHA256 = hex.EncodeToString(sum)
}

// hash takes a file's hash in a pass of its own.
func (r *reading) hash(file int) error {
	f, h := r.set.files[file], sha256.New()
	in := io.NewSectionReader(f.Bytes, 0, f.Size)
	for {
		if err := context.Cause(r.ctx); err != nil {
			return err
		}
		if _, err := io.CopyN(h, in, 4<<20); errors.Is(err, io.EOF) {
			r.sum(file, h.Sum(nil))
			return nil
		} else if err != nil {
			return place(err, f.Name)
		}
	}
}

// place says which file an error speaks of. One that is not about what stands in
// the file, such as a failing disk, stays what it is.
func place(err error, file string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*pil.Error](err); ok {
		return pil.At(err, file, 0)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%s: %w", file, err)
}
