package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/store"
)

// ExportCard is the case file for a card that is taken along to another system,
// and is recorded as that.
func (d *Desk) ExportCard(ctx context.Context, who Who, id int64) (*CaseFile, error) {
	err := d.ask(ctx, who, account.ExportCase, target{matter: named(id), kind: store.KindCase}, func(l *look) error {
		l.sawSubject()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.ShowCase(ctx, who, id)
}
