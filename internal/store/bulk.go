package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"shouhu/internal/audit"
)

// Bulk is many new rows made ready to be saved: whoever moves an office in makes
// several at once, and saves them one after another. Their ids are the caller's,
// and no row may be there already.
type Bulk struct {
	s      *Store
	tables []*bulkTable
	marks  []audit.Mark
}

// bulkTable is rows of one table as the engine takes them: arguments, or the text
// of a COPY.
type bulkTable struct {
	name    string
	columns []string
	rows    int
	args    []any
	text    bytes.Buffer
}

// NewBulk begins with no rows.
func (s *Store) NewBulk() *Bulk { return &Bulk{s: s} }

// Rows is how many rows are ready.
func (b *Bulk) Rows() (n int) {
	for _, t := range b.tables {
		n += t.rows
	}
	return n
}

// Add makes rows ready that the record covers.
func (b *Bulk) Add(rows ...Row) error {
	for _, r := range rows {
		if err := b.s.prepare(r); err != nil {
			return err
		}
		row, err := b.s.covered(r)
		if err != nil {
			return err
		}
		m, err := row.Mark()
		if err != nil {
			return err
		}
		b.marks = append(b.marks, m)
		if err := b.model(reflect.ValueOf(r).Elem()); err != nil {
			return err
		}
	}
	return nil
}

// Project makes a projection ready, and what search keeps of the matter.
func (b *Bulk) Project(p *Projection, text Text, assigned ...int64) error {
	if err := b.model(reflect.ValueOf(&p.Standing).Elem()); err != nil {
		return err
	}
	for i := range p.Lines {
		if err := b.model(reflect.ValueOf(&p.Lines[i]).Elem()); err != nil {
			return err
		}
	}
	for i := range p.Deadlines {
		if err := b.model(reflect.ValueOf(&p.Deadlines[i]).Elem()); err != nil {
			return err
		}
	}
	text.MatterID, text.Respondents = p.Standing.MatterID, p.Standing.Respondents
	f := Found{Text: text, Standing: p.Standing, Assigned: assigned}
	tokens := f.tokens(b.s.postgres)
	if b.s.postgres {
		return b.put("search", []string{"matter_id", "digest", "tokens"}, text.MatterID, digest(tokens), "'"+strings.ReplaceAll(tokens, " ", "' '")+"'")
	}
	if err := b.put("search", []string{"matter_id", "digest"}, text.MatterID, digest(tokens)); err != nil {
		return err
	}
	return b.put("search_tokens", []string{"rowid", "tokens"}, text.MatterID, tokens)
}

// Sign makes a clue's signature ready; its bands are for Band.
func (b *Bulk) Sign(s *Signature) error { return b.model(reflect.ValueOf(s).Elem()) }

// Band makes a band of a clue ready. Bands given in their order are saved fastest.
func (b *Bulk) Band(key uint64, matter int64) error {
	return b.put("bands", []string{"band", "matter_id"}, int64(key), matter)
}

// model makes a row of a table ready.
func (b *Bulk) model(v reflect.Value) error {
	table := b.s.write.Table(v.Type())
	values := make([]any, len(table.Fields))
	for i, f := range table.Fields {
		x, err := plainValue(f, v)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", table.Name, f.Name, err)
		}
		values[i] = x
	}
	t := b.table(table.Name, func() (names []string) {
		for _, f := range table.Fields {
			names = append(names, f.Name)
		}
		return names
	})
	t.put(b.s.postgres, values)
	return nil
}

// plainValue is a column's value as every driver takes it.
func plainValue(f *schema.Field, row reflect.Value) (any, error) {
	v := f.Value(row)
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	}
	if b, ok := reflect.TypeAssert[[]byte](v); ok {
		return b, nil
	}
	j, err := json.Marshal(v.Interface())
	return string(j), err
}

func (b *Bulk) put(table string, columns []string, values ...any) error {
	b.table(table, func() []string { return columns }).put(b.s.postgres, values)
	return nil
}

func (b *Bulk) table(name string, columns func() []string) *bulkTable {
	for _, t := range b.tables {
		if t.name == name {
			return t
		}
	}
	t := &bulkTable{name: name, columns: columns()}
	b.tables = append(b.tables, t)
	return t
}

func (t *bulkTable) put(postgres bool, values []any) {
	t.rows++
	if !postgres {
		t.args = append(t.args, values...)
		return
	}
	for i, v := range values {
		if i > 0 {
			t.text.WriteByte('\t')
		}
		switch x := v.(type) {
		case int64:
			t.text.Write(strconv.AppendInt(t.text.AvailableBuffer(), x, 10))
		case bool:
			t.text.WriteString(strconv.FormatBool(x)[:1])
		case []byte:
			t.text.WriteString(`\\x`)
			t.text.Write(hex.AppendEncode(t.text.AvailableBuffer(), x))
		case string:
			copyText.WriteString(&t.text, x) //nolint:errcheck // a buffer never fails
		}
	}
	t.text.WriteByte('\n')
}

// copyText writes a text as COPY reads it.
var copyText = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// manyArgs is how many arguments one statement takes on SQLite here.
const manyArgs = 900

// Save saves a bulk; the transaction's entry commits to its rows.
func (tx *Tx) Save(b *Bulk) error {
	for _, t := range b.tables {
		err := t.insert(tx)
		if tx.s.postgres {
			err = t.copy(tx)
		}
		if err != nil {
			return fmt.Errorf("save %d rows of %s: %w", t.rows, t.name, err)
		}
	}
	tx.marks = append(tx.marks, b.marks...)
	return nil
}

func (t *bulkTable) insert(tx *Tx) error {
	cols := len(t.columns)
	most := max(1, manyArgs/cols)
	head := `INSERT INTO "` + t.name + `" ("` + strings.Join(t.columns, `", "`) + `") VALUES `
	one := "(?" + strings.Repeat(", ?", cols-1) + ")"
	var many *sql.Stmt
	args := t.args
	if len(args) >= most*cols {
		var err error
		if many, err = tx.tx.PrepareContext(tx.ctx, head+one+strings.Repeat(", "+one, most-1)); err != nil {
			return err
		}
		defer func() { _ = many.Close() }()
		for ; len(args) >= most*cols; args = args[most*cols:] {
			if _, err := many.ExecContext(tx.ctx, args[:most*cols]...); err != nil {
				return err
			}
		}
	}
	if n := len(args) / cols; n > 0 {
		_, err := tx.tx.Tx.ExecContext(tx.ctx, head+one+strings.Repeat(", "+one, n-1), args...)
		return err
	}
	return nil
}

func (t *bulkTable) copy(tx *Tx) error {
	return tx.conn.Raw(func(driver any) error {
		c := driver.(*stdlib.Conn).Conn().PgConn()
		_, err := c.CopyFrom(tx.ctx, bytes.NewReader(t.text.Bytes()), `COPY "`+t.name+`" ("`+strings.Join(t.columns, `", "`)+`") FROM STDIN`)
		return err
	})
}

// MoveIn lets fn save much at once, with nobody else there: references are looked
// up, and indexes made, when it is done. What fn leaves unfinished stays as it is.
func (s *Store) MoveIn(ctx context.Context, fn func() error) error {
	before, after, err := s.movingIn(ctx)
	if err != nil {
		return err
	}
	if err := s.runAll(ctx, before); err != nil {
		return err
	}
	err = fn()
	if again := s.runAll(ctx, after); err == nil {
		err = again
	}
	if err == nil && s.postgres {
		err = s.Write(ctx, time.Time{}, (*Tx).goOn)
	}
	return err
}

// movingIn is what is to be done before and after much is saved.
func (s *Store) movingIn(ctx context.Context) (before, after []string, err error) {
	indexes := "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
	if s.postgres {
		indexes = `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS sql FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
			WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisunique`
	}
	var list []struct {
		Table string
		Name  string
		SQL   string `bun:"sql"`
	}
	if err := s.write.NewRaw(indexes).Scan(ctx, &list); err != nil {
		return nil, nil, fmt.Errorf("list the indexes: %w", err)
	}
	for _, x := range list {
		before, after = append(before, "DROP INDEX "+x.Name), append(after, x.SQL)
	}
	if !s.postgres {
		const set = "INSERT INTO search_tokens (search_tokens, rank) VALUES ('hashsize', %d)"
		before = append(before, "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -1500000", "PRAGMA temp_store = FILE", "PRAGMA synchronous = OFF", fmt.Sprintf(set, 64<<20))
		after = append(after, fmt.Sprintf(set, 1<<20), "INSERT INTO search_tokens (search_tokens) VALUES ('optimize')",
			"PRAGMA foreign_keys = ON", "PRAGMA cache_size = -65536", "PRAGMA temp_store = MEMORY", "PRAGMA synchronous = FULL", "PRAGMA analysis_limit = 1000", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
		return before, after, nil
	}
	list = nil
	err = s.write.NewRaw(`SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS sql FROM pg_constraint
		WHERE connamespace = current_schema()::regnamespace AND contype = 'f'`).Scan(ctx, &list)
	if err != nil {
		return nil, nil, fmt.Errorf("list the references: %w", err)
	}
	after = append([]string{"SET maintenance_work_mem = '1500MB'"}, after...)
	for _, x := range list {
		before = append(before, fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s", x.Table, x.Name))
		after = append(after, fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", x.Table, x.Name, x.SQL))
	}
	return before, append(after, "RESET maintenance_work_mem", "VACUUM ANALYZE"), nil
}

func (s *Store) runAll(ctx context.Context, statements []string) error {
	conn, err := s.write.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	for _, q := range statements {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// goOn has PostgreSQL give out the ids after those that are there.
func (tx *Tx) goOn() error {
	for _, t := range Tables {
		if t.Passing {
			continue
		}
		cols, err := tx.columns(t.Name)
		if err != nil {
			return err
		}
		if hasSequence(cols) {
			if err := tx.exec("SELECT setval(pg_get_serial_sequence(?, 'id'), (SELECT coalesce(max(id), 1) FROM ?))", t.Name, bun.Ident(t.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}
