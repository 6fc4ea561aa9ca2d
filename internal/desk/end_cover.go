package desk

import (
	"context"

	"shouhu/internal/account"
)

// EndCover ends leave cover before its time.
func (d *Desk) EndCover(ctx context.Context, who Who, id int64) error {
	return d.do(ctx, who, account.EndCover, ofHandover(id, handCover), func(w *work) error { return w.endHandover(id) })
}
