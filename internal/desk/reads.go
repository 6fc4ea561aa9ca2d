package desk

import (
	"context"
	"sync"

	"shouhu/internal/audit"
	"shouhu/internal/store"
)

// readLog commits read entries in groups: whoever comes first writes for all who
// came meanwhile, so that a hundred readers cost one transaction, not a hundred.
type readLog struct {
	write func(context.Context, []audit.Entry) error

	mu      sync.Mutex
	writing bool
	next    *group
}

type group struct {
	entries []audit.Entry
	done    chan struct{}
	err     error
}

// add returns when the entries are committed, or could not be.
func (r *readLog) add(ctx context.Context, entries ...audit.Entry) error {
	r.mu.Lock()
	if r.next == nil {
		r.next = &group{done: make(chan struct{})}
	}
	g := r.next
	g.entries = append(g.entries, entries...)
	if r.writing {
		r.mu.Unlock()
		select {
		case <-g.done:
			return g.err
		case <-ctx.Done():
			return ctx.Err() // the entries are written all the same: the look was asked for
		}
	}
	r.writing = true
	for r.next != nil {
		now := r.next
		r.next = nil
		r.mu.Unlock()
		now.err = r.write(context.WithoutCancel(ctx), now.entries)
		close(now.done)
		r.mu.Lock()
	}
	r.writing = false
	r.mu.Unlock()
	return g.err
}

func (d *Desk) recordReads(ctx context.Context, entries []audit.Entry) error {
	return d.store.Write(ctx, d.clock(), func(tx *store.Tx) error { return tx.Record(entries...) })
}
