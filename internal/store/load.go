package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// maxDumpLine is the longest line of a dump: a row with its longest texts.
const maxDumpLine = 64 << 20

// Load makes a store at where from a dump and brings it up to this program's
// version. A database that holds anything is a conflict Error, a dump that is cut,
// altered in form or of a later program an invalid one. All is loaded, or nothing.
func Load(ctx context.Context, where string, r io.Reader, note func(table string, rows int64)) error {
	l := &loader{in: bufio.NewReaderSize(r, 1<<16), note: note}
	var first dumpLine
	if err := l.next(&first); err != nil || first.Version != dumpVersion || first.Schema == 0 {
		return pil.Invalid("不是守护的数据转储，或者版本不认识 (not a dump of this program)")
	}
	s, err := open(ctx, where, "", func(s *Store) error {
		if err := s.empty(ctx); err != nil {
			return err
		}
		p, err := s.migrations()
		if err != nil {
			return err
		}
		if sources := p.ListSources(); first.Schema > sources[len(sources)-1].Version {
			return pil.Invalid("备份来自更新的版本，请用新版程序恢复 (the dump is of a later version of the program)")
		}
		return s.migrate(ctx, first.Schema)
	})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	err = s.Write(ctx, time.Time{}, func(tx *Tx) error { return l.load(tx) })
	if err != nil {
		return err
	}
	if err := s.migrate(ctx, 0); err != nil {
		return err
	}
	return s.RebuildSearch(ctx)
}

// empty refuses a database that holds anything but our tables without an office.
func (s *Store) empty(ctx context.Context) error {
	names, err := s.tableNames(ctx)
	if err != nil || len(names) == 0 {
		return err
	}
	full := &pil.Error{Code: pil.CodeConflict, Text: "数据库不是空的，没有恢复；请另建一个空库 (the database is not empty; nothing was restored)"}
	if !slices.Contains(names, versionTable) || !slices.Contains(names, "record_head") {
		return full
	}
	return s.Read(ctx, func(v *View) error {
		h, err := v.Head()
		if err != nil {
			return err
		}
		offices, err := v.Offices()
		if err == nil && h.Size+int64(len(offices)) > 0 {
			return full
		}
		return err
	})
}

type loader struct {
	in    *bufio.Reader
	held  []byte // a line read ahead
	rows  int64
	note  func(string, int64)
	lines int
}

func (l *loader) line() ([]byte, error) {
	if l.held != nil {
		b := l.held
		l.held = nil
		return b, nil
	}
	var b []byte
	for {
		part, err := l.in.ReadSlice('\n')
		if b = append(b, part...); err == nil {
			l.lines++
			return bytes.TrimSuffix(b, []byte("\n")), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, l.wrong(err)
		}
		if len(b) > maxDumpLine {
			return nil, l.wrong(nil)
		}
	}
}

func (l *loader) wrong(err error) error {
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read the dump: %w", err)
	}
	return pil.Invalid("数据转储在第%d行之后不完整或者不合格式 (the dump is cut or malformed after line %[1]d)", l.lines)
}

// next reads a line that is an object.
func (l *loader) next(into *dumpLine) error {
	b, err := l.line()
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if dec.Decode(into) != nil {
		return l.wrong(nil)
	}
	return nil
}

func (l *loader) load(tx *Tx) error {
	if !tx.s.postgres {
		if err := tx.exec("PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
	}
	for {
		var line dumpLine
		if err := l.next(&line); err != nil {
			return err
		}
		switch {
		case line.Table != "":
			if err := l.table(tx, line); err != nil {
				return err
			}
		case line.Sequences != nil:
			if err := tx.setSequences(line.Sequences); err != nil {
				return err
			}
		case line.End != nil:
			if line.End.Rows != l.rows {
				return l.wrong(nil)
			}
			return nil
		}
	}
}

func (l *loader) table(tx *Tx, line dumpLine) error {
	if !slices.ContainsFunc(Tables, func(t Table) bool { return t.Name == line.Table && !t.Passing }) {
		return l.wrong(nil)
	}
	cols, err := tx.columns(line.Table)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(cols, line.Columns, func(a, b column) bool { return a.Name == b.Name && a.Kind == b.Kind })
	if !same || len(cols) == 0 {
		return l.wrong(nil)
	}
	if err := tx.exec("DELETE FROM ?", bun.Ident(line.Table)); err != nil { // what a migration put there
		return err
	}
	start := l.rows
	most := min(batch, 30000/len(cols))
	var args []any
	flush := func() error {
		if len(args) == 0 {
			return nil
		}
		_, err := tx.tx.Tx.ExecContext(tx.ctx, insertInto(line.Table, cols, len(args)/len(cols), tx.s.postgres), args...)
		args = args[:0]
		return err
	}
	for {
		b, err := l.line()
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(b, []byte("[")) {
			l.held = b
			break
		}
		var raw []json.RawMessage
		if json.Unmarshal(b, &raw) != nil || len(raw) != len(cols) {
			return l.wrong(nil)
		}
		for i, c := range cols {
			v, err := c.parse(raw[i])
			if err != nil {
				return l.wrong(nil)
			}
			args = append(args, v)
		}
		if l.rows++; len(args) >= most*len(cols) {
			if err := flush(); err != nil {
				return fmt.Errorf("load %s: %w", line.Table, err)
			}
		}
	}
	if err := flush(); err != nil {
		return fmt.Errorf("load %s: %w", line.Table, err)
	}
	if l.note != nil {
		l.note(line.Table, l.rows-start)
	}
	return nil
}

// parse reads a value of a dump.
func (c column) parse(raw json.RawMessage) (v any, err error) {
	if string(raw) == "null" {
		return nil, nil
	}
	switch c.Kind {
	case columnInt:
		return strconv.ParseInt(string(raw), 10, 64)
	case columnBool:
		return strconv.ParseBool(string(raw))
	case columnBytes:
		b := []byte{}
		err = json.Unmarshal(raw, &b)
		return b, err
	}
	var text string
	err = json.Unmarshal(raw, &text)
	return text, err
}

func insertInto(table string, cols []column, rows int, postgres bool) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO "` + table + `" (`)
	for i, c := range cols {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + c.Name + `"`)
	}
	b.WriteString(") VALUES ")
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for i := range cols {
			if i > 0 {
				b.WriteString(", ")
			}
			if n++; postgres {
				b.WriteString("$" + strconv.Itoa(n))
			} else {
				b.WriteByte('?')
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

func (tx *Tx) setSequences(last map[string]int64) error {
	for table, n := range last {
		cols, err := tx.columns(table)
		if err != nil {
			return err
		}
		if !hasSequence(cols) || n < 1 {
			return pil.Invalid("数据转储里的编号不合格式 (the dump's sequences are malformed)")
		}
		if tx.s.postgres {
			err = tx.exec("SELECT setval(pg_get_serial_sequence(?, 'id'), ?)", table, n)
		} else if err = tx.exec("DELETE FROM sqlite_sequence WHERE name = ?", table); err == nil {
			err = tx.exec("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
