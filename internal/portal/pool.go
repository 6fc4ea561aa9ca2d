package portal

import (
	"context"
	"sync/atomic"
	"time"

	"shouhu/internal/pil"
)

// pool lets a few work at a time; the others wait their turn, for a while.
type pool struct {
	turns    chan struct{}
	waiting  *atomic.Int64
	most     int64
	patience time.Duration
}

func newPool(turns int, most int64, patience time.Duration) pool {
	return pool{turns: make(chan struct{}, turns), waiting: new(atomic.Int64), most: most, patience: patience}
}

// turn waits for a turn, which the func ends. Too many waiting, and patience at its
// end, are busy Errors.
func (p pool) turn(ctx context.Context) (done func(), err error) {
	busy := &pil.Error{Code: pil.CodeBusy, Text: "现在人多，请稍后再试 (busy; try again)"}
	if p.waiting.Add(1) > p.most {
		p.waiting.Add(-1)
		return nil, busy
	}
	defer p.waiting.Add(-1)
	late := time.NewTimer(p.patience)
	defer late.Stop()
	select {
	case p.turns <- struct{}{}:
		return func() { <-p.turns }, nil
	case <-late.C:
	case <-ctx.Done():
	}
	return nil, busy
}
