package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/pil"
)

// Integrity asks the engine whether its file is whole, and whether every row that
// another refers to is there; what it finds is told in the engine's words, which
// name tables and rows and no content. PostgreSQL keeps both by itself and is asked
// nothing.
func (v *View) Integrity() ([]string, error) {
	if v.s.postgres {
		return nil, nil
	}
	var told []string
	if err := v.db.NewRaw("PRAGMA integrity_check(100)").Scan(v.ctx, &told); err != nil {
		return nil, fmt.Errorf("check the file: %w", err)
	}
	if len(told) == 1 && told[0] == "ok" {
		told = nil
	}
	rows, err := v.db.QueryContext(v.ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return nil, fmt.Errorf("check references: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var table, parent string
		var row sql.NullInt64
		var key int64
		if err := rows.Scan(&table, &row, &parent, &key); err != nil {
			return nil, err
		}
		told = append(told, fmt.Sprintf("%s row %d refers to a row of %s that is not there", table, row.Int64, parent))
	}
	return told, rows.Err()
}

// Damaged reports whether an error of reading says that what is stored cannot be
// read, and not that the engine is away or the caller has given up.
func (s *Store) Damaged(err error) bool {
	return err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) && pil.CodeOf(s.gone(err)) != pil.CodeBusy
}

// BeyondHead counts what stands in the record's tables and belongs to no entry that
// the head counts.
func (v *View) BeyondHead() (n int64, err error) {
	size, err := v.Size()
	if err != nil {
		return 0, err
	}
	err = v.db.NewRaw(`SELECT (SELECT count(*) FROM record_entries WHERE seq NOT BETWEEN 0 AND ?)
		+ (SELECT count(*) FROM record_marks WHERE seq NOT BETWEEN 0 AND ?)
		+ (SELECT count(*) FROM record_hashes WHERE n NOT BETWEEN 0 AND ?)`, size-1, size-1, tlog.StoredHashCount(size)-1).Scan(v.ctx, &n)
	return n, err
}

// Folded is a matter with all that its projection is computed from, and what is kept
// of it.
type Folded struct {
	Matter
	Events   []Event
	Assigned []Assignment // now
	Kept     Projection   // Standing.MatterID is 0 where none is kept
}

// FoldedAfter reads matters in the order of their ids, for work on all of them.
func (v *View) FoldedAfter(id int64, most int) ([]Folded, error) {
	var matters []Matter
	err := v.db.NewSelect().Model(&matters).Where("id > ?", id).OrderExpr("id").Limit(int64(most)).Scan(v.ctx)
	if err != nil || len(matters) == 0 {
		return nil, err
	}
	out := make([]Folded, len(matters))
	at, ids := map[int64]*Folded{}, make([]int64, len(matters))
	for i := range matters {
		out[i].Matter, ids[i] = matters[i], matters[i].ID
		at[ids[i]] = &out[i]
	}
	events, err := all[Event](v, "matter_id, seq", "matter_id IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	for i := range events {
		f := at[events[i].MatterID]
		f.Events = append(f.Events, events[i])
	}
	assigned, err := all[Assignment](v, "matter_id, lead DESC, id", "matter_id IN (?) AND ended_at = 0", bun.List(ids))
	if err != nil {
		return nil, err
	}
	for i := range assigned {
		f := at[assigned[i].MatterID]
		f.Assigned = append(f.Assigned, assigned[i])
	}
	standings, err := all[Standing](v, "matter_id", "matter_id IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	for i := range standings {
		at[standings[i].MatterID].Kept.Standing = standings[i]
	}
	lines, err := all[Line](v, "matter_id, track, respondent", "matter_id IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	for i := range lines {
		f := at[lines[i].MatterID]
		f.Kept.Lines = append(f.Kept.Lines, lines[i])
	}
	deadlines, err := all[Deadline](v, "matter_id, n", "matter_id IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	for i := range deadlines {
		f := at[deadlines[i].MatterID]
		f.Kept.Deadlines = append(f.Kept.Deadlines, deadlines[i])
	}
	return out, nil
}

// LockFoldedAfter is FoldedAfter that keeps others from changing those matters until
// the transaction ends.
func (tx *Tx) LockFoldedAfter(id int64, most int) ([]Folded, error) {
	if tx.s.postgres { // of SQLite there is one writer
		if err := tx.exec("SELECT 1 FROM matters WHERE id > ? ORDER BY id LIMIT ? FOR UPDATE", id, most); err != nil {
			return nil, err
		}
	}
	return tx.FoldedAfter(id, most)
}

// StrayProjections are the numbers of matters that are not there and of which
// something is kept as folded.
func (v *View) StrayProjections() ([]int64, error) {
	var ids []int64
	err := v.db.NewRaw(`SELECT matter_id FROM standings WHERE matter_id NOT IN (SELECT id FROM matters)
		UNION SELECT matter_id FROM lines WHERE matter_id NOT IN (SELECT id FROM matters)
		UNION SELECT matter_id FROM deadlines WHERE matter_id NOT IN (SELECT id FROM matters) ORDER BY matter_id`).Scan(v.ctx, &ids)
	return ids, err
}

// Tied is a row, by its table's name for it, that says something of another row
// which the other does not bear out.
type Tied struct {
	Kind string
	ID   string
}

// RecusedAtWork are assignments, still going, of persons whose recusal from the
// matter is decided.
func (v *View) RecusedAtWork(decided string) ([]Tied, error) {
	return v.tied(`SELECT 'assignment' AS kind, CAST(a.id AS TEXT) AS id FROM assignments a WHERE a.ended_at = 0 AND EXISTS
		(SELECT 1 FROM recusals r WHERE r.matter_id = a.matter_id AND r.person_id = a.person_id AND r.state = ?) ORDER BY a.id`, decided)
}

// SameNumbers are matters of one office and kind with a number that an earlier one
// has.
func (v *View) SameNumbers() ([]Tied, error) {
	return v.tied(`SELECT 'matter' AS kind, CAST(m.id AS TEXT) AS id FROM matters m WHERE m.number <> '' AND EXISTS
		(SELECT 1 FROM matters e WHERE e.number = m.number AND e.office_id = m.office_id AND e.kind = m.kind AND e.id < m.id) ORDER BY m.id`)
}

// Untied are rows that name an approval, an event or a demand of their matter that
// is not there.
func (v *View) Untied() ([]Tied, error) {
	return v.tied(`SELECT 'event' AS kind, CAST(e.matter_id AS TEXT) || '/' || CAST(e.seq AS TEXT) AS id FROM events e
			WHERE e.approval_id <> 0 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.id = e.approval_id)
		UNION ALL SELECT 'event', CAST(e.matter_id AS TEXT) || '/' || CAST(e.seq AS TEXT) FROM events e
			WHERE e.law_id <> 0 AND NOT EXISTS (SELECT 1 FROM laws l WHERE l.id = e.law_id)
		UNION ALL SELECT 'event', CAST(e.matter_id AS TEXT) || '/' || CAST(e.seq AS TEXT) FROM events e
			WHERE e.supersedes <> 0 AND NOT EXISTS (SELECT 1 FROM events f WHERE f.matter_id = e.matter_id AND f.seq = e.supersedes)
		UNION ALL SELECT 'demand', CAST(d.id AS TEXT) FROM demands d
			WHERE d.event_seq <> 0 AND NOT EXISTS (SELECT 1 FROM events e WHERE e.matter_id = d.matter_id AND e.seq = d.event_seq)
		UNION ALL SELECT 'demand-move', CAST(m.id AS TEXT) FROM demand_moves m
			WHERE NOT EXISTS (SELECT 1 FROM demands d WHERE d.id = m.demand_id AND d.matter_id = m.matter_id)
		UNION ALL SELECT 'filing', CAST(f.id AS TEXT) FROM filings f
			WHERE f.event_seq <> 0 AND NOT EXISTS (SELECT 1 FROM events e WHERE e.matter_id = f.matter_id AND e.seq = f.event_seq)
		UNION ALL SELECT 'file', CAST(f.id AS TEXT) FROM files f
			WHERE f.event_seq <> 0 AND NOT EXISTS (SELECT 1 FROM events e WHERE e.matter_id = f.matter_id AND e.seq = f.event_seq)
		UNION ALL SELECT 'file', CAST(f.id AS TEXT) FROM files f
			WHERE f.made_of <> 0 AND NOT EXISTS (SELECT 1 FROM files o WHERE o.id = f.made_of AND o.matter_id = f.matter_id)
		UNION ALL SELECT 'file', CAST(f.id AS TEXT) FROM files f
			WHERE f.key_id <> 0 AND NOT EXISTS (SELECT 1 FROM data_keys k WHERE k.id = f.key_id)
		UNION ALL SELECT 'exhibit', CAST(x.exhibit_id AS TEXT) FROM exhibit_files x
			WHERE NOT EXISTS (SELECT 1 FROM files f JOIN exhibits e ON e.matter_id = f.matter_id WHERE f.id = x.file_id AND e.id = x.exhibit_id)
		UNION ALL SELECT 'approval', CAST(a.id AS TEXT) FROM approvals a
			WHERE a.matter_id <> 0 AND NOT EXISTS (SELECT 1 FROM matters m WHERE m.id = a.matter_id)
		UNION ALL SELECT 'task', CAST(t.id AS TEXT) FROM tasks t
			WHERE t.matter_id <> 0 AND NOT EXISTS (SELECT 1 FROM matters m WHERE m.id = t.matter_id)`)
}

func (v *View) tied(q string, args ...any) ([]Tied, error) {
	var out []Tied
	err := v.db.NewRaw(q, args...).Scan(v.ctx, &out)
	return out, err
}

// Gone is an approval with the way it went.
type Gone struct {
	Approval
	Moves []ApprovalMove
}

// GoneAfter reads approvals in the order of their ids, for a check.
func (v *View) GoneAfter(id int64, most int) ([]Gone, error) {
	var approvals []Approval
	err := v.db.NewSelect().Model(&approvals).Where("id > ?", id).OrderExpr("id").Limit(int64(most)).Scan(v.ctx)
	if err != nil || len(approvals) == 0 {
		return nil, err
	}
	out, at, ids := make([]Gone, len(approvals)), map[int64]*Gone{}, make([]int64, len(approvals))
	for i := range approvals {
		out[i].Approval, ids[i] = approvals[i], approvals[i].ID
		at[ids[i]] = &out[i]
	}
	moves, err := all[ApprovalMove](v, "approval_id, n", "approval_id IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	for i := range moves {
		g := at[moves[i].ApprovalID]
		g.Moves = append(g.Moves, moves[i])
	}
	return out, nil
}
