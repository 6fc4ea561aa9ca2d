package store

import (
	"context"
	"fmt"

	"shouhu/internal/audit"
)

// Table is a table and how the record guards it.
type Table struct {
	Name  string
	Cover audit.Cover
	// Passing tables hold what ends by itself, or is made again, and are in no dump.
	Passing bool
}

// Tables are all the tables, those referred to before those that refer, but for
// the queue's own (river_…), which hold nothing that is not made again.
var Tables = []Table{
	{Name: "settings", Cover: audit.CoverNone},
	{Name: "offices", Cover: audit.CoverCommitted},
	{Name: "departments", Cover: audit.CoverCommitted},
	{Name: "people", Cover: audit.CoverCommitted},
	{Name: "credentials", Cover: audit.CoverCommitted},
	{Name: "passkeys", Cover: audit.CoverCommitted},
	{Name: "sign_ins", Cover: audit.CoverNone},
	{Name: "sessions", Cover: audit.CoverNone, Passing: true},
	{Name: "tokens", Cover: audit.CoverCommitted},
	{Name: "handovers", Cover: audit.CoverCommitted},
	{Name: "matters", Cover: audit.CoverCommitted},
	{Name: "numbers", Cover: audit.CoverNone},
	{Name: "laws", Cover: audit.CoverTree}, // the hash is part of every entry that names one
	{Name: "events", Cover: audit.CoverCommitted},
	{Name: "assignments", Cover: audit.CoverCommitted},
	{Name: "recusals", Cover: audit.CoverCommitted},
	{Name: "links", Cover: audit.CoverCommitted},
	{Name: "clues", Cover: audit.CoverCommitted},
	{Name: "signatures", Cover: audit.CoverNone}, // computed from the clue, under a key the record does not know
	{Name: "bands", Cover: audit.CoverNone},
	{Name: "identities", Cover: audit.CoverCommitted},
	{Name: "identity_keys", Cover: audit.CoverCommitted},
	{Name: "officer_keys", Cover: audit.CoverCommitted},
	{Name: "identity_wraps", Cover: audit.CoverCommitted},
	{Name: "reports", Cover: audit.CoverCommitted},
	{Name: "talks", Cover: audit.CoverCommitted},
	{Name: "report_pages", Cover: audit.CoverNone, Passing: true},
	{Name: "transfers", Cover: audit.CoverCommitted},
	{Name: "agencies", Cover: audit.CoverCommitted},
	{Name: "parties", Cover: audit.CoverCommitted},
	{Name: "demands", Cover: audit.CoverCommitted},
	{Name: "demand_moves", Cover: audit.CoverCommitted},
	{Name: "visits", Cover: audit.CoverCommitted},
	{Name: "files", Cover: audit.CoverCommitted},
	{Name: "data_keys", Cover: audit.CoverNone}, // one that was changed opens nothing
	{Name: "file_checks", Cover: audit.CoverNone},
	{Name: "uploads", Cover: audit.CoverNone, Passing: true},
	{Name: "exhibits", Cover: audit.CoverCommitted},
	{Name: "exhibit_entries", Cover: audit.CoverCommitted},
	{Name: "exhibit_files", Cover: audit.CoverCommitted},
	{Name: "custody", Cover: audit.CoverCommitted},
	{Name: "flow_nodes", Cover: audit.CoverCommitted},
	{Name: "flow_edges", Cover: audit.CoverCommitted},
	{Name: "analyses", Cover: audit.CoverCommitted},
	{Name: "notes", Cover: audit.CoverCommitted},
	{Name: "tasks", Cover: audit.CoverCommitted},
	{Name: "approvals", Cover: audit.CoverCommitted},
	{Name: "approval_moves", Cover: audit.CoverCommitted},
	{Name: "filings", Cover: audit.CoverCommitted},
	{Name: "models", Cover: audit.CoverCommitted},
	{Name: "model_runs", Cover: audit.CoverCommitted},
	{Name: "model_files", Cover: audit.CoverCommitted},
	{Name: "model_hits", Cover: audit.CoverCommitted},
	{Name: "model_uploads", Cover: audit.CoverNone, Passing: true},
	{Name: "views", Cover: audit.CoverNone},
	{Name: "reminders", Cover: audit.CoverNone},
	{Name: "record_entries", Cover: audit.CoverTree},
	{Name: "record_marks", Cover: audit.CoverTree},
	{Name: "record_hashes", Cover: audit.CoverTree},
	{Name: "record_head", Cover: audit.CoverTree},
	{Name: "checkpoints", Cover: audit.CoverTree},
	{Name: "standings", Cover: audit.CoverRecomputed},
	{Name: "lines", Cover: audit.CoverRecomputed},
	{Name: "deadlines", Cover: audit.CoverRecomputed},
	{Name: "search", Cover: audit.CoverNone, Passing: true},
}

// tableNames are the tables of the database, whosever they are, but for those
// that an index of SQLite's is made of.
func (s *Store) tableNames(ctx context.Context) ([]string, error) {
	q := "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if s.postgres {
		q = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name"
	}
	var names []string
	if err := s.read.NewRaw(q).Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	return names, nil
}

// column is a column as both engines know it.
type column struct {
	Name string     `json:"name"`
	Kind columnKind `json:"kind"`
	key  int        // its place in the primary key, from 1; 0: not part of it
}

type columnKind string

const (
	columnInt   columnKind = "int"
	columnText  columnKind = "text"
	columnBool  columnKind = "bool"
	columnBytes columnKind = "bytes"
)

var columnKinds = map[string]columnKind{
	"INTEGER": columnInt, "BIGINT": columnInt, "bigint": columnInt, "TEXT": columnText, "text": columnText,
	"BOOLEAN": columnBool, "boolean": columnBool, "BLOB": columnBytes, "bytea": columnBytes,
}

// columns are a table's columns in their order.
func (v *View) columns(table string) ([]column, error) {
	q := "SELECT name, type AS kind, pk AS key FROM pragma_table_info(?) ORDER BY cid"
	if v.s.postgres {
		q = `SELECT c.column_name AS name, c.data_type AS kind, coalesce(k.ordinal_position, 0) AS key
			FROM information_schema.columns c
			LEFT JOIN information_schema.table_constraints t
				ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
			LEFT JOIN information_schema.key_column_usage k
				ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name
				AND k.table_name = c.table_name AND k.column_name = c.column_name
			WHERE c.table_schema = current_schema() AND c.table_name = ? ORDER BY c.ordinal_position`
	}
	var found []struct {
		Name, Kind string
		Key        int
	}
	if err := v.db.NewRaw(q, table).Scan(v.ctx, &found); err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	out := make([]column, len(found))
	for i, f := range found {
		kind, ok := columnKinds[f.Kind]
		if !ok {
			return nil, fmt.Errorf("columns of %s: %s has the type %s, which is not portable", table, f.Name, f.Kind)
		}
		out[i] = column{Name: f.Name, Kind: kind, key: f.Key}
	}
	return out, nil
}
