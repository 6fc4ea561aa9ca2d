package store

import (
	"fmt"

	"github.com/uptrace/bun"
)

// Report is the way a clue came through the public door. Its text is sealed. A clue
// that another office handed on keeps the sealed text alone, without a Lookup: its
// reporter talks to the first office.
type Report struct {
	bun.BaseModel `bun:"reports"`
	MatterID      int64  `bun:"matter_id,pk"`
	Envelope      string `bun:"envelope"`
	Lookup        string `bun:"lookup"`
	ReporterKey   string `bun:"reporter_key"`
	Sealed        string `bun:"sealed" record:"hash" json:"-"`
	Salted
}

// Talk is one message between the office and a reporter, sealed.
type Talk struct {
	bun.BaseModel `bun:"talks"`
	ID            int64  `bun:"id,pk,autoincrement"`
	MatterID      int64  `bun:"matter_id"`
	Side          string `bun:"side"`
	PersonID      int64  `bun:"person_id"`
	MadeAt        Moment `bun:"made_at"`
	Envelope      string `bun:"envelope"`
	Sealed        string `bun:"sealed" record:"hash" json:"-"`
	Salted
}

// The sides of a talk.
const (
	OfficeSide   = "office"
	ReporterSide = "reporter"
)

// Report is the sealed text of a clue that came through the public door, here or at
// the office that handed it on; not_found where it came another way.
func (v *View) Report(matter int64) (*Report, error) {
	var row Report
	return &row, v.one(&row, "matter_id = ?", matter)
}

// Door is how a clue came through this office's public door; not_found where it came
// another way.
func (v *View) Door(matter int64) (*Report, error) {
	var row Report
	return &row, v.one(&row, "matter_id = ? AND lookup <> ''", matter)
}

// ReportOf is the report whose reporter's page lies there; not_found for none.
func (v *View) ReportOf(lookup string) (*Report, error) {
	var row Report
	return &row, v.one(&row, "lookup = ?", lookup)
}

// HasEnvelope reports whether an envelope was taken in.
func (v *View) HasEnvelope(id string) (bool, error) {
	reports, err := all[Report](v, "matter_id", "envelope = ?", id)
	if err != nil || len(reports) > 0 {
		return len(reports) > 0, err
	}
	talks, err := all[Talk](v, "id", "envelope = ?", id)
	return len(talks) > 0, err
}

// Talks are the messages with a clue's reporter, oldest first.
func (v *View) Talks(matter int64) ([]Talk, error) {
	return all[Talk](v, "id", "matter_id = ?", matter)
}

// shown counts the changes of all that a reporter's page shows: the clue, the one it was
// merged into, and the cases that came of either.
const shown = `CAST(m.version + COALESCE((SELECT SUM(x.version) FROM matters x WHERE x.id = c.merged_into), 0)
	+ COALESCE((SELECT SUM(x.version) FROM links k JOIN matters x ON x.id = k.to_id WHERE k.kind = 'clue_case' AND k.from_id IN (r.matter_id, c.merged_into)), 0) AS BIGINT)`

const shownFrom = ` FROM reports r JOIN matters m ON m.id = r.matter_id JOIN clues c ON c.matter_id = r.matter_id AND r.lookup <> '' `

// StaleReports lists, up to most, reports whose page is older than what it shows.
func (v *View) StaleReports(most int) ([]Report, error) {
	return all[Report](v, "matter_id", `matter_id IN (SELECT r.matter_id`+shownFrom+`
		LEFT JOIN report_pages p ON p.matter_id = r.matter_id WHERE p.version IS NULL OR p.version <> `+shown+` ORDER BY r.matter_id LIMIT ?)`, most)
}

// ReportVersion counts the changes of all that a reporter's page shows.
func (v *View) ReportVersion(matter int64) (n int64, err error) {
	if err := v.db.NewRaw("SELECT "+shown+shownFrom+"WHERE r.matter_id = ?", matter).Scan(v.ctx, &n); err != nil {
		return 0, fmt.Errorf("count the changes of a report: %w", err)
	}
	return n, nil
}

// MarkReport notes which version a reporter's page shows.
func (tx *Tx) MarkReport(matter, version int64) error {
	if _, err := tx.tx.NewRaw("INSERT INTO report_pages (matter_id, version) VALUES (?, ?) ON CONFLICT (matter_id) DO UPDATE SET version = excluded.version", matter, version).Exec(tx.ctx); err != nil {
		return fmt.Errorf("mark a report: %w", err)
	}
	return nil
}
