package store

import (
	"github.com/uptrace/bun"

	"shouhu/internal/audit"
)

// Analysis is one count of a case's evidence tables.
type Analysis struct {
	bun.BaseModel `bun:"analyses"`
	ID            int64  `bun:"id,pk,autoincrement"`
	MatterID      int64  `bun:"matter_id"`
	Files         string `bun:"files"`
	Roles         string `bun:"roles"`
	State         string `bun:"state"`
	Note          string `bun:"note"`
	MadeBy        int64  `bun:"made_by"`
	MadeAt        Moment `bun:"made_at"`
	EndedAt       Moment `bun:"ended_at"`
	RowCount      int64  `bun:"row_count"`
	Rejected      int64  `bun:"rejected"`
	Persons       int64  `bun:"persons"`
	Result        string `bun:"result"`
	ReportID      int64  `bun:"report_id"`
	RejectsID     int64  `bun:"rejects_id"`
	Salted
}

func (r *Analysis) cover() (audit.Kind, string) { return audit.KindExhibit, "analysis/" + id(r.ID) }

// Analyses are a matter's, the last first.
func (v *View) Analyses(matter int64) ([]Analysis, error) {
	return all[Analysis](v, "id DESC", "matter_id = ?", matter)
}

// Analysis reads one.
func (v *View) Analysis(n int64) (*Analysis, error) {
	var row Analysis
	return &row, v.one(&row, "id = ?", n)
}

// StrayAnalyses are those whose report is not of their matter.
func (v *View) StrayAnalyses() ([]Tied, error) {
	return v.tied(`SELECT 'analysis' AS kind, CAST(a.id AS TEXT) AS id FROM analyses a
		WHERE a.report_id <> 0 AND NOT EXISTS (SELECT 1 FROM files f WHERE f.id = a.report_id AND f.matter_id = a.matter_id) ORDER BY a.id`)
}
