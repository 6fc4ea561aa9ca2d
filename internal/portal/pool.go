package portal

import (
	"context"
	"slices"
	"sync"
	"time"

	"shouhu/internal/pil"
)

// pool lets a few work at a time; the others wait their turn, for a while.
type pool struct {
	most     int
	patience time.Duration

	mu     sync.Mutex
	free   int
	lanes  [2][]chan struct{} // who waits: everybody; who has shown work
	served int
}

func newPool(turns, most int, patience time.Duration) *pool {
	return &pool{free: turns, most: most, patience: patience}
}

// waiting is how many wait.
func (p *pool) waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.line()
}

func (p *pool) line() int { return len(p.lanes[0]) + len(p.lanes[1]) }

// turn waits for a turn, which the func ends; who has shown work waits in a shorter
// line. Too many waiting, and patience at its end, are busy Errors.
func (p *pool) turn(ctx context.Context, worked bool) (done func(), err error) {
	busy := &pil.Error{Code: pil.CodeBusy, Text: "现在人多，请稍后再试 (busy; try again)"}
	lane := 0
	if worked {
		lane = 1
	}
	mine := make(chan struct{})
	p.mu.Lock()
	switch {
	case p.free > 0:
		p.free--
		p.mu.Unlock()
		return p.done, nil
	case p.line() >= p.most:
		p.mu.Unlock()
		return nil, busy
	}
	p.lanes[lane] = append(p.lanes[lane], mine)
	p.mu.Unlock()
	late := time.NewTimer(p.patience)
	defer late.Stop()
	select {
	case <-mine:
		return p.done, nil
	case <-late.C:
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.lanes[lane], mine); at >= 0 {
		p.lanes[lane] = slices.Delete(p.lanes[lane], at, at+1)
		return nil, busy
	}
	return p.done, nil // it came just now
}

// done gives the turn on. Every fourth goes to the longer line, so that it moves too.
func (p *pool) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.served++
	lane := 1
	if len(p.lanes[1]) == 0 || p.served%4 == 0 && len(p.lanes[0]) > 0 {
		lane = 0
	}
	if len(p.lanes[lane]) == 0 {
		p.free++
		return
	}
	close(p.lanes[lane][0])
	p.lanes[lane] = p.lanes[lane][1:]
}
