package store

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// The lines of a dump (docs/formats/backup.md, "Dump"); the rows of a table
// follow its line as arrays.
type dumpLine struct {
	Version   int              `json:"shouhu_dump,omitempty"`
	Schema    int64            `json:"schema,omitempty"`
	Table     string           `json:"table,omitempty"`
	Columns   []column         `json:"columns,omitempty"`
	Sequences map[string]int64 `json:"sequences,omitempty"` // table → last id given
	End       *dumpEnd         `json:"end,omitempty"`
}

type dumpEnd struct {
	Rows int64 `json:"rows"`
}

// dumpVersion is the form of a dump.
const dumpVersion = 1

// Dump writes all tables but passing ones as text that Load reads on either
// engine: one snapshot, which keeps nobody from writing. note, where given, is
// told each table when it is done.
func (s *Store) Dump(ctx context.Context, w io.Writer, note func(table string, rows int64)) error {
	p, err := s.migrations()
	if err != nil {
		return err
	}
	schema, _, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the tables: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	err = s.Read(ctx, func(v *View) error {
		if err := writeLine(out, dumpLine{Version: dumpVersion, Schema: schema}); err != nil {
			return err
		}
		var all int64
		for _, t := range Tables {
			if t.Passing {
				continue
			}
			n, err := v.dumpTable(out, t.Name)
			if err != nil {
				return fmt.Errorf("dump %s: %w", t.Name, err)
			}
			if all += n; note != nil {
				note(t.Name, n)
			}
		}
		last, err := v.sequences()
		if err != nil {
			return err
		}
		if err := writeLine(out, dumpLine{Sequences: last}); err != nil {
			return err
		}
		return writeLine(out, dumpLine{End: &dumpEnd{Rows: all}})
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func writeLine(w *bufio.Writer, line dumpLine) error {
	b, err := json.Marshal(line)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

func (v *View) dumpTable(w *bufio.Writer, table string) (n int64, err error) {
	cols, err := v.columns(table)
	if err != nil {
		return 0, err
	}
	if err := writeLine(w, dumpLine{Table: table, Columns: cols}); err != nil {
		return 0, err
	}
	rows, err := v.db.QueryContext(v.ctx, v.selectAll(table, cols))
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	values, into := make([]any, len(cols)), make([]any, len(cols))
	for i := range values {
		into[i] = &values[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, c := range cols {
			if values[i], err = c.plain(values[i]); err != nil {
				return n, err
			}
		}
		b, err := json.Marshal(values)
		if err != nil {
			return n, err
		}
		if _, err := w.Write(append(b, '\n')); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// selectAll reads a table in the order of its key, which is of bytes on both
// engines: equal stores give equal dumps.
func (v *View) selectAll(table string, cols []column) string {
	names := make([]string, len(cols))
	var keys []column
	for i, c := range cols {
		names[i] = `"` + c.Name + `"`
		if c.key > 0 {
			keys = append(keys, c)
		}
	}
	slices.SortFunc(keys, func(a, b column) int { return a.key - b.key })
	order := make([]string, len(keys))
	for i, c := range keys {
		order[i] = `"` + c.Name + `"`
		if c.Kind == columnText && v.s.postgres {
			order[i] += ` COLLATE "C"`
		}
	}
	return `SELECT ` + strings.Join(names, ", ") + ` FROM "` + table + `" ORDER BY ` + strings.Join(order, ", ")
}

// plain is a value as a dump holds it: bytes as base64, the rest as JSON has it.
func (c column) plain(v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case int64:
		if c.Kind == columnBool {
			return x != 0, nil
		}
		if c.Kind == columnInt {
			return x, nil
		}
	case bool:
		if c.Kind == columnBool {
			return x, nil
		}
	case string:
		if c.Kind == columnBytes {
			return []byte(x), nil
		}
		if c.Kind == columnText {
			return x, nil
		}
	case []byte:
		if c.Kind == columnText {
			return string(x), nil
		}
		if c.Kind == columnBytes {
			return x, nil
		}
	}
	return nil, fmt.Errorf("column %s holds %T where %s belongs", c.Name, v, c.Kind)
}

// sequences is the last id each table has given out: one that was given and taken
// away is not given again.
func (v *View) sequences() (map[string]int64, error) {
	last := map[string]int64{}
	for _, t := range Tables {
		if t.Passing {
			continue
		}
		cols, err := v.columns(t.Name)
		if err != nil {
			return nil, err
		}
		if !hasSequence(cols) {
			continue
		}
		q, args := "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)", []any{t.Name}
		if v.s.postgres {
			var name string
			if err := v.db.NewRaw("SELECT coalesce(pg_get_serial_sequence(?, 'id'), '')", t.Name).Scan(v.ctx, &name); err != nil {
				return nil, fmt.Errorf("sequence of %s: %w", t.Name, err)
			}
			if name == "" {
				continue // ids that are not given out
			}
			q, args = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ?", []any{bun.Safe(name)}
		}
		var n int64
		if err := v.db.NewRaw(q, args...).Scan(v.ctx, &n); err != nil {
			return nil, fmt.Errorf("sequence of %s: %w", t.Name, err)
		}
		if n > 0 {
			last[t.Name] = n
		}
	}
	return last, nil
}

// hasSequence reports whether the engine may give out the table's ids: the
// migrations call such a column id.
func hasSequence(cols []column) bool {
	return len(cols) > 0 && cols[0].Name == "id" && cols[0].Kind == columnInt
}
