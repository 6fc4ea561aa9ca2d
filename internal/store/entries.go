package store

import "github.com/uptrace/bun"

// EntryFilter is which entries of the record are asked for. Zero fields ask
// nothing.
type EntryFilter struct {
	Office  string
	Actor   string
	Action  string
	Class   string
	Kind    string // of the subject
	Subject string // its id
	Since   Moment // at or after
	Until   Moment // before
	Before  int64  // cursor: the entry the page before ended with
	Most    int
}

// EntriesBy is a page of the entries a filter asks for, the newest first.
func (v *View) EntriesBy(f EntryFilter) ([]Entry, error) {
	if nothingLike(&f) {
		return nil, nil
	}
	var rows []Entry
	q := v.db.NewSelect().Model(&rows).OrderExpr("seq DESC").Limit(int64(f.Most))
	for _, w := range []struct{ column, value string }{
		{"office", f.Office}, {"actor", f.Actor}, {"action", f.Action}, {"class", f.Class}, {"subject_kind", f.Kind}, {"subject_id", f.Subject},
	} {
		if w.value != "" {
			q = q.Where("? = ?", bun.Ident(w.column), w.value)
		}
	}
	if f.Since != 0 {
		q = q.Where("at >= ?", f.Since)
	}
	if f.Until != 0 {
		q = q.Where("at < ?", f.Until)
	}
	if f.Before > 0 {
		q = q.Where("seq < ?", f.Before)
	}
	return rows, q.Scan(v.ctx)
}

// NewestCheckpoint is the largest signed checkpoint, and the size it signs; 0 where
// there is none.
func (v *View) NewestCheckpoint() (size int64, note []byte, err error) {
	rows, err := all[checkpoint](v, "size DESC LIMIT 1", "1 = 1")
	if err != nil || len(rows) == 0 {
		return 0, nil, err
	}
	return rows[0].Size, []byte(rows[0].Note), nil
}
