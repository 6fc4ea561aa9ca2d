package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// VisitFilter is which look-backs are asked for.
type VisitFilter = store.VisitFilter

// LookBacks is a page of look-backs.
type LookBacks struct {
	Rows  []LookBack
	More  bool // there is a next page, after the last row
	Today pil.Day
}

// LookBack is a look-back in a list, with who went there.
type LookBack struct {
	VisitRow
	Went []string
	Late bool
}

// LookBacks is a page of the look-backs of cases that the actor may see: those to
// come, or those done. The list is recorded.
func (d *Desk) LookBacks(ctx context.Context, who Who, f VisitFilter) (out LookBacks, err error) {
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		l.act, out.Today = account.ListCases, l.today
		if f.Sight, err = l.sight(account.ListCases); err != nil {
			return err
		}
		f.Most = PageSize + 1
		rows, err := l.LookBacks(f)
		if err != nil {
			return err
		}
		if len(rows) > PageSize {
			rows, out.More = rows[:PageSize], true
		}
		names := map[int64]string{}
		for _, r := range rows {
			out.Rows = append(out.Rows, LookBack{VisitRow: r, Went: l.names(names, r.People), Late: r.DoneOn == 0 && r.PlannedOn < l.today})
		}
		l.sawList("visit", filterText(f), len(rows))
		return nil
	})
	return out, err
}
