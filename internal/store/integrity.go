package store

import (
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
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

// MattersAfter are matters in the order of their ids, for work on all of them.
func (v *View) MattersAfter(id int64, most int) ([]Matter, error) {
	var rows []Matter
	err := v.db.NewSelect().Model(&rows).Where("id > ?", id).OrderExpr("id").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// ProjectionIDs are the matters that a projection holds anything of, in order.
func (v *View) ProjectionIDs() ([]int64, error) {
	var ids []int64
	err := v.db.NewRaw("SELECT matter_id FROM standings UNION SELECT matter_id FROM lines UNION SELECT matter_id FROM deadlines ORDER BY matter_id").Scan(v.ctx, &ids)
	return ids, err
}

// RemoveProjection takes away what was kept of a matter that is not there.
func (tx *Tx) RemoveProjection(matter int64) error {
	for _, t := range projections {
		if err := tx.exec("DELETE FROM ? WHERE matter_id = ?", bun.Ident(t), matter); err != nil {
			return err
		}
	}
	return nil
}

// Writer is where the store writes, for a queue that keeps tables of its own beside
// ours.
func (s *Store) Writer() *sql.DB { return s.write.DB }

// SQL is the transaction itself, for a queue whose jobs are committed with it.
func (tx *Tx) SQL() *sql.Tx { return tx.tx.Tx }
