package desk

import (
	"context"
	"fmt"

	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// DueFilter is which running limits are asked for.
type DueFilter = store.DueFilter

// DueList is a page of running limits.
type DueList struct {
	Rows  []DueLine
	More  bool // there is a next page, after the last row
	Today pil.Day
}

// ListDue is a page of the running limits of the cases or clues that the actor may
// see, the earliest due first. The list is recorded as ListMatters is.
func (d *Desk) ListDue(ctx context.Context, who Who, f DueFilter) (out DueList, err error) {
	err = d.paged(ctx, who, &f.Kind, &f.Sight, &f.Most, func(l *look, most int) error {
		rows, err := l.ListDue(f)
		if err != nil {
			return err
		}
		rows, out.More = firstOf(rows, most)
		for _, r := range rows {
			out.Rows = append(out.Rows, d.dueLine(r, l.today))
		}
		out.Today = l.today
		l.sawList(f.Kind, fmt.Sprintf("due %+v", f), len(out.Rows))
		return nil
	})
	return out, err
}
