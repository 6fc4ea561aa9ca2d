package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"shouhu/internal/audit"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/testdb"
)

var now = time.Date(2021, 11, 1, 1, 0, 0, 0, time.UTC)

func openTest(tb testing.TB, where string) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), where)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// filled is two rows of every covered table, each column with a value of its own,
// in an order in which they can be added.
func filled(tb testing.TB, s *Store) (rows []Row) {
	tb.Helper()
	byTable := map[string]coveredTable{}
	for _, c := range coveredTables {
		byTable[s.write.Table(reflect.TypeOf(c.row).Elem()).Name] = c
	}
	for _, t := range Tables {
		c, ok := byTable[t.Name]
		if !ok {
			continue
		}
		for n := 1; n <= 2; n++ {
			row := reflect.New(reflect.TypeOf(c.row).Elem())
			for _, f := range s.write.Table(row.Type().Elem()).Fields {
				if f.Name != "salt" {
					fillValue(tb, f.Value(row.Elem()), n, f.Name)
				}
			}
			rows = append(rows, row.Interface().(Row))
		}
	}
	return rows
}

func fillValue(tb testing.TB, v reflect.Value, n int, name string) {
	tb.Helper()
	switch v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Bool:
		v.SetBool(n == 1)
	case reflect.String:
		if name == "id" {
			v.SetString(fmt.Sprint("id", n))
		} else {
			v.SetString(fmt.Sprintf("%s\n“%d”\\ \u2028守", name, n))
		}
	default:
		switch p := v.Addr().Interface().(type) {
		case *json.RawMessage:
			*p = fmt.Appendf(nil, `{"%s":%d}`, name, n)
		case *Facts:
			*p = Facts{Ground: name, People: []int64{int64(n)}, More: map[string]string{"文号": "1"}}
		case *evidence.Facts:
			*p = evidence.Facts{Title: name, Collectors: []int64{int64(n)}, On: 1}
		case *[]string:
			*p = []string{name}
		case *map[string]string:
			*p = map[string]string{name: "yes"}
		case *[]Duty:
			*p = []Duty{{Duty: name, Basis: "PIPL60"}}
		case *[]Check:
			*p = []Check{{What: name}}
		default:
			tb.Fatalf("no sample for column %s of %T", name, p)
		}
	}
}

// fill saves a row of everything, under one entry of the record.
func fill(tb testing.TB, s *Store) {
	tb.Helper()
	err := s.Write(tb.Context(), now, func(tx *Tx) error {
		if err := tx.SetSetting("name", "value"); err != nil {
			return err
		}
		if err := tx.Add(filled(tb, s)...); err != nil {
			return err
		}
		if err := tx.PutSession(&Session{ID: "s", PersonID: 1, BegunAt: tx.Now}); err != nil {
			return err
		}
		if _, err := tx.NextNumber(1, "case", 2021); err != nil {
			return err
		}
		if err := tx.PutProjection(&Projection{Standing: Standing{MatterID: 1, Live: true}, Lines: []Line{{MatterID: 1, Track: "civil"}},
			Deadlines: []Deadline{{MatterID: 1, N: 0}}}); err != nil {
			return err
		}
		return tx.Record(audit.Entry{Actor: "1", Office: "1", Action: "fill_store", Class: audit.ClassWrite,
			Subject: audit.Subject{Kind: "office", ID: "1"}, Law: audit.Digest{1}})
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// Every table of the database is listed, in an order in which references hold, and
// those that entries commit to are those whose rows an export shows.
func TestTables(t *testing.T) {
	s := openTest(t, testdb.SQLite(t))
	found, err := s.tableNames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var listed, committed []string
	for _, table := range Tables {
		listed = append(listed, table.Name)
		if table.Cover == audit.CoverCommitted {
			committed = append(committed, table.Name)
		}
	}
	for _, name := range found {
		if name != versionTable && !slices.Contains(listed, name) {
			t.Errorf("table %s is not in Tables", name)
		}
	}
	if len(found) != len(listed)+1 {
		t.Errorf("%d tables listed, %d there: %v", len(listed), len(found), found)
	}
	var covered []string
	for _, c := range coveredTables {
		covered = append(covered, s.write.Table(reflect.TypeOf(c.row).Elem()).Name)
	}
	slices.Sort(covered)
	slices.Sort(committed)
	if !slices.Equal(covered, committed) {
		t.Errorf("an export shows %v, listed as committed are %v", covered, committed)
	}
	err = s.Read(t.Context(), func(v *View) error {
		for i, name := range listed {
			var parents []string
			if err := v.db.NewRaw(`SELECT "table" FROM pragma_foreign_key_list(?)`, name).Scan(t.Context(), &parents); err != nil {
				return err
			}
			for _, p := range parents {
				if !slices.Contains(listed[:i], p) {
					t.Errorf("%s refers to %s, which stands after it", name, p)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever changes, takes away or adds a row of any covered table by other ways
// than the office's is found out, and the row is named.
func TestEveryCoveredRowIsGuarded(t *testing.T) {
	for _, c := range coveredTables {
		s := openTest(t, testdb.SQLite(t))
		fill(t, s)
		table := s.write.Table(reflect.TypeOf(c.row).Elem())
		for _, field := range table.Fields {
			if field.StructField.Tag.Get("record") == "-" || slices.Contains(table.PKs, field) {
				continue
			}
			was := checkRecord(t, s)
			if len(was) > 0 {
				t.Fatalf("%s: before: %v", table.Name, was)
			}
			other := `"` + field.Name + `" || 'x'`
			if k := field.StructField.Type.Kind(); k == reflect.Bool {
				other = `NOT "` + field.Name + `"`
			} else if k == reflect.Int || k == reflect.Int32 || k == reflect.Int64 {
				other = `"` + field.Name + `" + 1`
			} else if k != reflect.String { // JSON; the samples hold the column's name
				other = fmt.Sprintf(`replace("%s", '%[1]s', 'other')`, field.Name)
			}
			where := fmt.Sprintf(`rowid = (SELECT min(rowid) FROM "%s")`, table.Name)
			keep := fmt.Sprintf(`CREATE TEMP TABLE kept AS SELECT * FROM "%s"`, table.Name)
			raw(t, s, keep, fmt.Sprintf(`UPDATE "%s" SET "%s" = %s WHERE %s`, table.Name, field.Name, other, where))
			if got := checkRecord(t, s); len(got) != 1 || !strings.HasPrefix(got[0], "row_altered ") {
				t.Errorf("%s.%s: got %v", table.Name, field.Name, got)
			}
			raw(t, s, fmt.Sprintf(`DELETE FROM "%s"`, table.Name), fmt.Sprintf(`INSERT INTO "%s" SELECT * FROM kept`, table.Name), `DROP TABLE kept`)
		}
		raw(t, s, fmt.Sprintf(`DELETE FROM "%s" WHERE rowid = (SELECT max(rowid) FROM "%[1]s")`, table.Name))
		if got := checkRecord(t, s); len(got) != 1 || !strings.HasPrefix(got[0], "row_missing ") {
			t.Errorf("%s, a row deleted: got %v", table.Name, got)
		}
	}
}

// raw runs statements past the store, on the connection that writes.
func raw(tb testing.TB, s *Store, statements ...string) {
	tb.Helper()
	for _, q := range append([]string{"PRAGMA foreign_keys = OFF"}, statements...) {
		if _, err := s.Writer().ExecContext(tb.Context(), q); err != nil {
			tb.Fatalf("%s: %v", q, err)
		}
	}
}

// checkRecord lists what is wrong with the record and what it covers.
func checkRecord(tb testing.TB, s *Store) (told []string) {
	tb.Helper()
	var b strings.Builder
	if err := s.Read(tb.Context(), func(v *View) error { return audit.Export(&b, v) }); err != nil {
		tb.Fatal(err)
	}
	keys, err := audit.Keys()
	if err != nil {
		tb.Fatal(err)
	}
	report, err := audit.Check(strings.NewReader(b.String()), audit.Trust{Origin: "test", Keys: keys})
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range report.Findings {
		told = append(told, fmt.Sprintf("%s %s/%s", f.Fault, f.Row.Kind, f.Row.ID))
	}
	return told
}

// A row added past the office is found and named, whichever table it is in.
func TestAddedRowIsFound(t *testing.T) {
	for _, c := range coveredTables {
		s := openTest(t, testdb.SQLite(t))
		fill(t, s)
		table := s.write.Table(reflect.TypeOf(c.row).Elem())
		var names, values []string
		for _, f := range table.Fields {
			names = append(names, `"`+f.Name+`"`)
			switch {
			case slices.Contains(table.PKs, f) && f.StructField.Type.Kind() == reflect.String, f.Name == "login", f.Name == "key_id" && f.StructField.Type.Kind() == reflect.String:
				values = append(values, `'new'`)
			case slices.Contains(table.PKs, f):
				values = append(values, "9")
			default:
				values = append(values, `"`+f.Name+`"`)
			}
		}
		raw(t, s, fmt.Sprintf(`INSERT INTO "%s" (%s) SELECT %s FROM "%[1]s" LIMIT 1`, table.Name, strings.Join(names, ","), strings.Join(values, ",")))
		if got := checkRecord(t, s); len(got) != 1 || !strings.HasPrefix(got[0], "row_unrecorded ") {
			t.Errorf("%s: got %v", table.Name, got)
		}
	}
}

func TestIntegrity(t *testing.T) {
	s := openTest(t, testdb.SQLite(t))
	fill(t, s)
	look := func() (told []string) {
		err := s.Read(t.Context(), func(v *View) (err error) {
			told, err = v.Integrity()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return told
	}
	if got := look(); len(got) > 0 {
		t.Fatalf("a good file: %v", got)
	}
	raw(t, s, "DELETE FROM matters WHERE id = 2")
	if got := look(); len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), "events row ") {
		t.Errorf("got %v", got)
	}
}

func TestAttach(t *testing.T) {
	where := testdb.SQLite(t)
	if _, err := Attach(t.Context(), where); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("no file: got %v", err)
	}
	s := openTest(t, where)
	again, err := Attach(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, s, "INSERT INTO "+versionTable+" (version_id, is_applied) VALUES (999, 1)")
	if _, err := Attach(t.Context(), where); pil.CodeOf(err) != pil.CodeConflict {
		t.Errorf("a later version: got %v", err)
	}
}
