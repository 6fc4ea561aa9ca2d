package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"shouhu/internal/audit"
	"shouhu/internal/evidence"
	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

// Whatever a row holds comes back as it was, on both engines.
func TestRowsComeBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		fill(t, s)
		rapid.Check(t, func(t *rapid.T) {
			c := rapid.SampledFrom(coveredTables).Draw(t, "table")
			table := s.write.Table(reflect.TypeOf(c.row).Elem())
			row := reflect.New(table.Type)
			where := map[string]any{}
			for _, f := range table.Fields {
				v := f.Value(row.Elem())
				switch key := slices.Contains(table.PKs, f); {
				case (key || strings.HasSuffix(f.Name, "_id")) && v.Kind() == reflect.String:
					v.SetString("id1")
				case key, strings.HasSuffix(f.Name, "_id"): // refers to a row that is there
					v.SetInt(1)
				case f.Name != "salt":
					drawValue(t, v, f.Name)
				}
				if slices.Contains(table.PKs, f) {
					where[f.Name] = v.Interface()
				}
			}
			kept := reflect.New(table.Type)
			err := s.Write(context.Background(), now, func(tx *Tx) error {
				if err := tx.Change(row.Interface().(Row)); err != nil {
					return err
				}
				var conds []string
				var args []any
				for k, v := range where {
					conds, args = append(conds, k+" = ?"), append(args, v)
				}
				if err := tx.one(kept.Interface(), strings.Join(conds, " AND "), args...); err != nil {
					return err
				}
				return tx.Record(testEntry())
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.Interface(), kept.Interface(), cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		})
		if told := checkRecord(t, s); len(told) > 0 {
			t.Errorf("after all that: %v", told)
		}
	})
}

var text = rapid.Map(rapid.String(), func(s string) string { return strings.ReplaceAll(s, "\x00", "?") })

func drawValue(t *rapid.T, v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, name))
	case reflect.Int32:
		v.SetInt(int64(rapid.Int32().Draw(t, name)))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case reflect.String:
		v.SetString(text.Draw(t, name))
	default:
		switch p := v.Addr().Interface().(type) {
		case *json.RawMessage:
			b, err := json.Marshal(text.Draw(t, name))
			if err != nil {
				t.Fatal(err)
			}
			*p = b
		case *Facts:
			*p = Facts{Ground: text.Draw(t, name), People: rapid.SliceOf(rapid.Int64()).Draw(t, name), More: rapid.MapOf(text, text).Draw(t, name)}
		case *evidence.Facts:
			*p = evidence.Facts{Title: text.Draw(t, name), Collectors: rapid.SliceOfN(rapid.Int64(), 1, 3).Draw(t, name), On: 700000, Checked: rapid.Bool().Draw(t, name), Proves: text.Draw(t, name)}
		case *[]string:
			*p = rapid.SliceOf(text).Draw(t, name)
		case *map[string]string:
			*p = rapid.MapOf(text, text).Draw(t, name)
		case *[]Duty:
			*p = []Duty{{Duty: text.Draw(t, name), Basis: text.Draw(t, name)}}
		case *[]Check:
			*p = []Check{{What: text.Draw(t, name), Remark: text.Draw(t, name)}}
		default:
			t.Fatalf("no sample for column %s", name)
		}
	}
}

// Text that no engine can keep is refused as such.
func TestNoZeroByte(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		for _, bad := range []string{"a\x00b", "a\xffb"} {
			err := s.Write(t.Context(), now, func(tx *Tx) error { return tx.Add(&Note{Text: bad}) })
			if pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("%q: got %v, want invalid", bad, err)
			}
		}
	})
}

// Every query runs, and answers the same on both engines.
func TestQueriesAgree(t *testing.T) {
	answers := map[string]string{}
	onBoth(t, func(t *testing.T, s *Store) {
		fill(t, s)
		saved(t, s, func(tx *Tx) error { return tx.Index(1, 2) })
		of := reflect.TypeFor[*View]()
		for i := range of.NumMethod() {
			m := of.Method(i)
			if n := m.Type.NumOut(); n == 0 || m.Type.Out(n-1) != reflect.TypeFor[error]() {
				continue // a sequence
			}
			var got []byte
			err := s.Read(t.Context(), func(v *View) (err error) {
				got, err = ask(t, reflect.ValueOf(v).Method(i), m.Name)
				return err
			})
			if err != nil && pil.CodeOf(err) != pil.CodeNotFound {
				t.Errorf("%s: %v", m.Name, err)
				continue
			}
			if was, ok := answers[m.Name]; ok && was != string(got) && m.Name != "Head" { // its hashes are of fresh salts
				t.Errorf("%s answers\n%s\nwhere the other engine answers\n%s", m.Name, got, was)
			}
			answers[m.Name] = string(got)
		}
	})
	if len(answers) < 60 {
		t.Errorf("only %d queries were asked", len(answers))
	}
}

// ask calls a query with samples; the answer is JSON.
func ask(tb testing.TB, m reflect.Value, name string) ([]byte, error) {
	tb.Helper()
	in := make([]reflect.Value, m.Type().NumIn())
	for k := range in {
		in[k] = sampleOf(tb, name, m.Type().In(k))
	}
	call := m.Call
	if m.Type().IsVariadic() {
		call = m.CallSlice
	}
	out := call(in)
	var values []any
	for _, o := range out[:len(out)-1] {
		values = append(values, o.Interface())
	}
	b, err := json.Marshal(values)
	if last, ok := reflect.TypeAssert[error](out[len(out)-1]); ok && last != nil {
		err = last
	}
	return b, err
}

func sampleOf(tb testing.TB, method string, of reflect.Type) reflect.Value {
	tb.Helper()
	v := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint64:
		v.SetUint(1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("1")
	case reflect.Slice:
		v.Set(reflect.Append(v, sampleOf(tb, method, of.Elem())))
	case reflect.Struct:
		switch p := v.Addr().Interface().(type) {
		case *MatterFilter:
			live := true
			*p = MatterFilter{Sight: many, Live: &live, Kind: "", Region: "1", Track: "civil", Most: 9, ByDue: true, Due: 9}
		case *DueFilter:
			*p = DueFilter{Sight: many, From: 1, Until: 9, Most: 9}
		case *Sight:
			*p = many
		}
	default:
		tb.Fatalf("%s takes %v: give it a sample", method, of)
	}
	return v
}

var many = Sight{Me: 9, Reaches: []Reach{{Office: 1}, {Under: "/"}, {Office: 1, Department: 1}, {Office: 1, Person: 1}, {Office: 1, Matter: 1}, {}}}

// Where all rows are read, every row is, though a page ends inside a wide key.
func TestAllRowsArePaged(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		ground(t, s)
		put(t, s, &sample{}, &sample{}, &sample{})
		const n = 2*page + 10
		saved(t, s, func(tx *Tx) error {
			for i := range n {
				if err := tx.Add(&Event{MatterID: int64(i%3 + 1), Seq: i/3 + 1, On: 1}); err != nil {
					return err
				}
			}
			return nil
		})
		seen := map[string]bool{}
		read(t, s, func(v *View) error {
			for row, err := range v.Rows() {
				if err != nil {
					return err
				}
				if row.Kind == audit.KindEvent {
					seen[row.ID] = true
				}
			}
			return nil
		})
		if len(seen) != n {
			t.Errorf("%d events read, want %d", len(seen), n)
		}
		if told := checkRecord(t, s); len(told) > 0 {
			t.Error(told)
		}
	})
}

// Many write at once; nothing is lost, and the record is whole.
func TestWritersTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		ground(t, s)
		put(t, s, &sample{}, &sample{})
		const writers, times = 8, 12
		var wait sync.WaitGroup
		for w := range writers {
			wait.Go(func() {
				for i := range times {
					err := s.Write(t.Context(), now, func(tx *Tx) error {
						m, err := tx.LockMatter(int64(w%2 + 1))
						if err != nil {
							return err
						}
						m.Version++
						if err := tx.Change(m); err != nil {
							return err
						}
						if _, err := tx.NextNumber(1, "case", 2021); err != nil {
							return err
						}
						if err := tx.Add(&Note{MatterID: m.ID, Text: fmt.Sprint(w, i)}); err != nil {
							return err
						}
						return tx.Record(testEntry())
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wait.Wait()
		saved(t, s, func(tx *Tx) error {
			for id := range int64(2) {
				m, err := tx.Matter(id + 1)
				if err != nil || m.Version != writers*times/2 {
					t.Errorf("matter %d has version %d, %v", id+1, m.Version, err)
				}
			}
			n, err := tx.NextNumber(1, "case", 2021)
			if n != writers*times+1 {
				t.Errorf("the next number is %d", n)
			}
			return err
		})
		if told := checkRecord(t, s); len(told) > 0 {
			t.Error(told)
		}
	})
}

// Two that wait for each other both get through.
func TestDeadlock(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		ground(t, s)
		put(t, s, &sample{}, &sample{})
		var wait, met sync.WaitGroup
		met.Add(2)
		runs := make([]int, 2)
		for w := range 2 {
			wait.Go(func() {
				err := s.Write(t.Context(), now, func(tx *Tx) error {
					runs[w]++
					for n := range 2 {
						m, err := tx.LockMatter(int64((w+n)%2 + 1))
						if err != nil {
							return err
						}
						m.Version++
						if err := tx.Change(m); err != nil {
							return err
						}
						if n == 0 && runs[w] == 1 && s.Postgres() { // SQLite lets one in at a time
							met.Done()
							met.Wait()
						}
					}
					return tx.Record(testEntry())
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if s.Postgres() && runs[0]+runs[1] < 3 {
			t.Errorf("%v runs, want one to be tried again", runs)
		}
		read(t, s, func(v *View) error {
			for id := range int64(2) {
				if m, err := v.Matter(id + 1); err != nil || m.Version != 2 {
					t.Errorf("matter %d has version %d, %v", id+1, m.Version, err)
				}
			}
			return nil
		})
		if told := checkRecord(t, s); len(told) > 0 {
			t.Error(told)
		}
	})
}

// A transaction that fails, or panics, leaves nothing; one that saves rows and
// records none does not commit.
func TestAllOrNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		ground(t, s)
		broken := errors.New("broken")
		for _, end := range []func() error{func() error { return broken }, func() error { panic(broken) }, func() error { return nil }} {
			func() {
				defer func() { _ = recover() }()
				err := s.Write(t.Context(), now, func(tx *Tx) error {
					if err := tx.Add(&Matter{Kind: KindCase, OfficeID: 1}); err != nil {
						return err
					}
					return end()
				})
				if err == nil {
					t.Error("it committed")
				}
			}()
		}
		read(t, s, func(v *View) error {
			for id := range int64(3) {
				if _, err := v.Matter(id + 1); pil.CodeOf(err) != pil.CodeNotFound {
					t.Errorf("matter %d: %v", id+1, err)
				}
			}
			return nil
		})
	})
}

// The tables after all migrations, as each engine tells them; and the columns,
// alike on both.
func TestSchema(t *testing.T) {
	columns := map[string]string{}
	onBoth(t, func(t *testing.T, s *Store) {
		var lines []string
		read(t, s, func(v *View) error {
			for _, table := range Tables {
				if table.Passing && table.Name == "search" {
					continue // each engine has its own
				}
				cols, err := v.columns(table.Name)
				if err != nil {
					return err
				}
				got := fmt.Sprintf("%+v", cols)
				if was, ok := columns[table.Name]; ok && was != got {
					t.Errorf("%s has the columns\n%s\nand on the other engine\n%s", table.Name, got, was)
				}
				columns[table.Name] = got
			}
			q := "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' ORDER BY tbl_name, type DESC, name"
			if s.Postgres() {
				q = `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
						|| CASE is_identity WHEN 'YES' THEN ' identity ' || identity_generation ELSE '' END || coalesce(' default ' || column_default, '') AS line
					FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose%'
					UNION ALL SELECT tablename || ': ' || indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename NOT LIKE 'goose%'
					UNION ALL SELECT conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
						WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0 AND conrelid::regclass::text NOT LIKE 'goose%' ORDER BY line`
			}
			return v.db.NewRaw(q).Scan(t.Context(), &lines)
		})
		name := map[bool]string{true: "schema-postgres.txt", false: "schema-sqlite.txt"}[s.Postgres()]
		golden.Check(t, name, strings.Join(lines, "\n")+"\n")
	})
	if len(columns) < len(Tables)-1 {
		t.Errorf("columns of %v", slices.Sorted(maps.Keys(columns)))
	}
}
