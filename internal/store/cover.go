package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strconv"

	"github.com/uptrace/bun"

	"shouhu/internal/audit"
)

// covered is the row as the record commits to it: every column as text but the
// salt and those tagged record:"-"; one tagged record:"hash" goes in as its hash, and
// one tagged record:"later", which older rows were saved without, only where it says
// something: what the record commits to of those rows stays as it was.
func (s *Store) covered(r Row) (audit.Row, error) {
	kind, id := r.cover()
	out := audit.Row{Kind: kind, ID: id, Content: map[string]string{}}
	copy(out.Salt[:], r.salted().Salt)
	v := reflect.ValueOf(r).Elem()
	for _, f := range s.write.Table(v.Type()).Fields {
		tag := f.StructField.Tag.Get("record")
		if tag == "-" || tag == "later" && f.Value(v).IsZero() {
			continue
		}
		text, err := textOf(f.Value(v))
		if err != nil {
			return out, fmt.Errorf("column %s: %w", f.Name, err)
		}
		if tag == "hash" {
			sum := sha256.Sum256([]byte(text))
			text = hex.EncodeToString(sum[:])
		}
		out.Content[f.Name] = text
	}
	return out, nil
}

func textOf(v reflect.Value) (string, error) {
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	case reflect.Slice:
		if b, ok := reflect.TypeAssert[[]byte](v); ok {
			return hex.EncodeToString(b), nil
		}
	}
	b, err := json.Marshal(v.Interface())
	return string(b), err
}

// register tells bun the rows, so that what reads them by type is ready before
// the first request.
func (s *Store) register() {
	for _, c := range coveredTables {
		s.write.Table(reflect.TypeOf(c.row).Elem())
	}
}

// page is how many rows are read at a time where all are read.
const page = 1000

// Rows are all rows that the record covers, table by table, for an export.
func (v *View) Rows() iter.Seq2[audit.Row, error] {
	return func(yield func(audit.Row, error) bool) {
		for _, c := range coveredTables {
			if !c.each(v, yield) {
				return
			}
		}
	}
}

// coveredTable is a table whose rows the record commits to.
type coveredTable struct {
	row  Row
	each func(v *View, yield func(audit.Row, error) bool) bool
}

// table is a covered table read in the order of its key, which ends in the
// column that after names; wide keys page by all their columns.
func table[T any, P interface {
	*T
	Row
}](key ...string) coveredTable {
	return coveredTable{row: P(new(T)), each: func(v *View, yield func(audit.Row, error) bool) bool {
		var last []any
		for {
			var rows []T
			q := v.db.NewSelect().Model(&rows).Limit(int64(page))
			for _, k := range key {
				q = q.OrderExpr("?", bun.Ident(k))
			}
			if last != nil {
				q = q.Where("(?) > (?)", idents(key), bun.List(last))
			}
			if err := q.Scan(v.ctx); err != nil {
				if !v.s.Damaged(err) {
					return yield(audit.Row{}, fmt.Errorf("read %T: %w", rows, err))
				}
				if rows, err = oneByOne[T, P](v, key, last); err != nil {
					return yield(audit.Row{}, fmt.Errorf("read %T: %w", rows, err))
				}
			}
			for i := range rows {
				row, err := v.s.covered(P(&rows[i]))
				if err != nil || row.Salt == (audit.Salt{}) { // no row of ours: one that matches no commitment
					row.Salt[0], row.Content = 1, map[string]string{}
				}
				if !yield(row, nil) {
					return false
				}
			}
			if len(rows) < page {
				return true
			}
			last = v.keyOf(reflect.ValueOf(&rows[len(rows)-1]).Elem(), key)
		}
	}}
}

// oneByOne reads a page of which some row cannot be read: that one is told with its
// key alone, which matches no commitment to it.
func oneByOne[T any, P interface {
	*T
	Row
}](v *View, key []string, last []any) ([]T, error) {
	var keys, out []T
	q := v.db.NewSelect().Model(&keys).Column(key...).Limit(int64(page))
	for _, k := range key {
		q = q.OrderExpr("?", bun.Ident(k))
	}
	if last != nil {
		q = q.Where("(?) > (?)", idents(key), bun.List(last))
	}
	if err := q.Scan(v.ctx); err != nil {
		return nil, err
	}
	for i := range keys {
		row := keys[i]
		if err := v.db.NewSelect().Model(P(&row)).WherePK().Scan(v.ctx); err != nil {
			row = keys[i]
		}
		out = append(out, row)
	}
	return out, nil
}

func idents(names []string) any {
	list := make([]any, len(names))
	for i, n := range names {
		list[i] = bun.Ident(n)
	}
	return bun.List(list)
}

func (v *View) keyOf(row reflect.Value, key []string) []any {
	fields := v.s.write.Table(row.Type()).FieldMap
	out := make([]any, len(key))
	for i, k := range key {
		out[i] = fields[k].Value(row).Interface()
	}
	return out
}
