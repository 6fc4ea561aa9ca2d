package desk

import (
	"context"
	"fmt"

	"shouhu/internal/account"
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
	act := account.ListCases
	if f.Kind == store.KindClue {
		act = account.ListClues
	} else {
		f.Kind = store.KindCase
	}
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		l.act = act
		if f.Sight, err = l.sight(act); err != nil {
			return err
		}
		if f.Most <= 0 || f.Most > 10*PageSize {
			f.Most = PageSize
		}
		most := f.Most
		f.Most++
		rows, err := l.ListDue(f)
		if err != nil {
			return err
		}
		if len(rows) > most {
			rows, out.More = rows[:most], true
		}
		for _, r := range rows {
			out.Rows = append(out.Rows, d.dueLine(r, l.today))
		}
		out.Today = l.today
		l.sawList(f.Kind, fmt.Sprintf("due %+v", f), len(out.Rows))
		return nil
	})
	return out, err
}
