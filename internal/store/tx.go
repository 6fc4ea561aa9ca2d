package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"shouhu/internal/audit"
	"shouhu/internal/pil"
)

// Context is what the reading ends with.
func (v *View) Context() context.Context { return v.ctx }

// Moment is a point in time in whole seconds since 1970, UTC; 0 means none.
type Moment int64

// MomentOf cuts a time to whole seconds.
func MomentOf(t time.Time) Moment {
	if t.IsZero() {
		return 0
	}
	return Moment(t.Unix())
}

// Time is the moment as a time, UTC; the zero time for none.
func (m Moment) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.Unix(int64(m), 0).UTC()
}

// View reads.
type View struct {
	s   *Store
	db  bun.IDB
	ctx context.Context
}

// Tx reads and writes.
type Tx struct {
	View
	tx    bun.Tx
	conn  bun.Conn // what it runs on
	Now   Moment
	marks []audit.Mark
}

// Row is a row that the record covers: entries commit to it.
type Row interface {
	cover() (kind audit.Kind, id string)
	salted() *Salted
}

// Salted is what every covered row has: what makes its commitment unguessable.
type Salted struct {
	Salt []byte `bun:"salt" record:"-" json:"-"`
}

func (s *Salted) salted() *Salted { return s }

// SQL is the transaction itself, for a queue whose jobs are committed with it.
func (tx *Tx) SQL() *sql.Tx { return tx.tx.Tx }

// Add saves a new row and commits the record to it.
func (tx *Tx) Add(rows ...Row) error {
	for _, r := range rows {
		if err := tx.s.prepare(r); err != nil {
			return err
		}
		if _, err := tx.tx.NewInsert().Model(r).Exec(tx.ctx); err != nil {
			return fmt.Errorf("add %T: %w", r, err)
		}
		if err := tx.mark(r); err != nil {
			return err
		}
	}
	return nil
}

// Change saves a row anew, under a fresh salt, and commits the record to it.
func (tx *Tx) Change(rows ...Row) error {
	for _, r := range rows {
		if err := tx.s.prepare(r); err != nil {
			return err
		}
		res, err := tx.tx.NewUpdate().Model(r).WherePK().Exec(tx.ctx)
		if err != nil {
			return fmt.Errorf("change %T: %w", r, err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("change %T: %d rows: %w", r, n, err)
		}
		if err := tx.mark(r); err != nil {
			return err
		}
	}
	return nil
}

// Remove takes a row away; the record keeps that it was there.
func (tx *Tx) Remove(r Row) error {
	if _, err := tx.tx.NewDelete().Model(r).WherePK().Exec(tx.ctx); err != nil {
		return fmt.Errorf("remove %T: %w", r, err)
	}
	kind, id := r.cover()
	tx.put(audit.Mark{Kind: kind, ID: id, Removed: true})
	return nil
}

// prepare draws a fresh salt for a row, whose texts both engines have to be able
// to keep.
func (s *Store) prepare(r Row) error {
	v := reflect.ValueOf(r).Elem()
	for _, f := range s.write.Table(v.Type()).Fields {
		if text := f.Value(v); text.Kind() == reflect.String && !keeps(text.String()) {
			return unkept()
		}
	}
	salt, err := audit.NewSalt(rand.Reader)
	if err != nil {
		return err
	}
	r.salted().Salt = salt[:]
	return nil
}

func (tx *Tx) mark(r Row) error {
	row, err := tx.s.covered(r)
	if err != nil {
		return err
	}
	m, err := row.Mark()
	if err != nil {
		return err
	}
	tx.put(m)
	return nil
}

// put keeps the last mark of a row: a transaction leaves each row in one state.
func (tx *Tx) put(m audit.Mark) {
	for i := range tx.marks {
		if tx.marks[i].Kind == m.Kind && tx.marks[i].ID == m.ID {
			tx.marks[i] = m
			return
		}
	}
	tx.marks = append(tx.marks, m)
}

// one reads one row; none is a not_found Error.
func (v *View) one(row any, where string, args ...any) error {
	if nowhere(args) {
		return pil.NotFound("没有找到 (not found)")
	}
	err := v.db.NewSelect().Model(row).Where(where, args...).Scan(v.ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return pil.NotFound("没有找到 (not found)")
	}
	if err != nil {
		return fmt.Errorf("read %T: %w", row, err)
	}
	return nil
}

// keeps reports whether both engines can keep a text.
func keeps(text string) bool { return !strings.Contains(text, "\x00") && utf8.ValidString(text) }

func unkept() error {
	return pil.Invalid("文字中有不能保存的字符，没有保存；请删去后再试 (a character that cannot be stored)")
}

// nothingLike reports whether a filter asks for a text that no row can hold.
func nothingLike[F any](filter *F) bool {
	v := reflect.ValueOf(filter).Elem()
	for _, f := range v.Fields() {
		if f.Kind() == reflect.String && !keeps(f.String()) {
			return true
		}
	}
	return false
}

// nowhere reports whether one of the texts asked for is one that no row can hold.
func nowhere(args []any) bool {
	for _, a := range args {
		if s, ok := a.(string); ok && !keeps(s) {
			return true
		}
	}
	return false
}

// all reads rows in an order.
func all[T any](v *View, order, where string, args ...any) ([]T, error) {
	var rows []T
	if nowhere(args) {
		return nil, nil
	}
	if err := v.db.NewSelect().Model(&rows).Where(where, args...).OrderExpr(order).Scan(v.ctx); err != nil {
		return nil, fmt.Errorf("read %T: %w", rows, err)
	}
	return rows, nil
}

// exec runs a statement on a table that the record does not cover.
func (tx *Tx) exec(statement string, args ...any) error {
	if _, err := tx.tx.NewRaw(statement, args...).Exec(tx.ctx); err != nil {
		return fmt.Errorf("execute: %w", err)
	}
	return nil
}
