package store

import "shouhu/internal/pil"

// VisitFilter is which look-backs are asked for. Zero fields ask nothing.
type VisitFilter struct {
	Sight Sight
	Lead  int64 // who leads the case
	Done  bool  // those done, the latest first; otherwise those to come, the earliest first
	// Cursor: where the page before ended.
	AfterDay pil.Day
	AfterID  int64
	Most     int
}

// LookBacks is a page of the look-backs a filter asks for.
func (v *View) LookBacks(f VisitFilter) ([]VisitRow, error) {
	if nothingLike(&f) {
		return nil, nil
	}
	var rows []VisitRow
	q := v.db.NewSelect().TableExpr("visits AS x").ColumnExpr("x.*").ColumnExpr("m.number, m.title, COALESCE(p.name, '') AS lead_name").
		Join("JOIN standings AS s ON s.matter_id = x.matter_id").Join("JOIN matters AS m ON m.id = x.matter_id").
		Join("LEFT JOIN people AS p ON p.id = s.lead_id")
	q = v.sight(q, f.Sight)
	if f.Lead != 0 {
		q = q.Where("s.lead_id = ?", f.Lead)
	}
	if f.Done {
		q = q.Where("x.done_on > 0").OrderExpr("x.done_on DESC, x.id DESC")
		if f.AfterID != 0 {
			q = q.Where("(x.done_on < ? OR x.done_on = ? AND x.id < ?)", f.AfterDay, f.AfterDay, f.AfterID)
		}
	} else {
		q = q.Where("x.done_on = 0").OrderExpr("x.planned_on, x.id")
		if f.AfterID != 0 {
			q = q.Where("(x.planned_on > ? OR x.planned_on = ? AND x.id > ?)", f.AfterDay, f.AfterDay, f.AfterID)
		}
	}
	return rows, q.Limit(int64(f.Most)).Scan(v.ctx, &rows)
}
