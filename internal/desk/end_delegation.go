package desk

import (
	"context"

	"shouhu/internal/account"
)

// EndDelegation ends a delegation before its time.
func (d *Desk) EndDelegation(ctx context.Context, who Who, id int64) error {
	return d.do(ctx, who, account.EndDelegation, ofHandover(id, handDelegation), func(w *work) error { return w.endHandover(id) })
}
