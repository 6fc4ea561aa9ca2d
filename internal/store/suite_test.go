package store

import (
	"fmt"
	"testing"

	"shouhu/internal/audit"
	"shouhu/internal/testdb"
)

// onBoth runs a test on each engine; PostgreSQL's is skipped, by its name, where
// none runs.
func onBoth(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, openTest(t, testdb.SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { test(t, openTest(t, testdb.Postgres(t))) })
}

// saved runs a write that ends in one entry of the record.
func saved(tb testing.TB, s *Store, fn func(tx *Tx) error) {
	tb.Helper()
	err := s.Write(tb.Context(), now, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Record(testEntry())
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func testEntry() audit.Entry {
	return audit.Entry{Actor: "1", Office: "1", Action: "try_store", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "office", ID: "1"}}
}

func read(tb testing.TB, s *Store, fn func(v *View) error) {
	tb.Helper()
	if err := s.Read(tb.Context(), fn); err != nil {
		tb.Fatal(err)
	}
}

// ground is a city office 1 over two county offices 2 and 3, with a department
// and two people in each: persons 1 and 2 in office 1, 3 and 4 in 2, 5 and 6 in 3.
func ground(tb testing.TB, s *Store) {
	tb.Helper()
	saved(tb, s, func(tx *Tx) error {
		for i, path := range []string{"/1/", "/1/2/", "/1/3/"} {
			o := &Office{Name: fmt.Sprintf("第%d院", i+1), Level: "grassroots", Kind: "local", Region: "420111", Path: path, ParentID: int64(min(i, 1))}
			d := &Department{OfficeID: int64(i + 1), Name: "第八检察部"}
			if err := tx.Add(o, d); err != nil {
				return err
			}
			for n := range 2 {
				p := &Person{Login: fmt.Sprintf("p%d-%d", i+1, n), Name: "演示", OfficeID: o.ID, DepartmentID: d.ID, Roles: "prosecutor", FromDay: 700000}
				if err := tx.Add(p); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// sample is a matter to put into a store.
type sample struct {
	Matter
	Clue     *Clue
	Standing Standing
	On       []int64 // who works on it
}

// put saves samples with their projections and what search keeps, and numbers them.
func put(tb testing.TB, s *Store, list ...*sample) {
	tb.Helper()
	saved(tb, s, func(tx *Tx) error {
		for _, x := range list {
			if x.OfficeID == 0 {
				x.OfficeID = 1
			}
			if x.Kind == "" {
				x.Kind = KindCase
			}
			if err := tx.Add(&x.Matter); err != nil {
				return err
			}
			if x.Clue != nil {
				x.Clue.MatterID, x.Clue.Assessment = x.ID, []byte("{}")
				if err := tx.Add(x.Clue); err != nil {
					return err
				}
			}
			for _, p := range x.On {
				if err := tx.Add(&Assignment{MatterID: x.ID, PersonID: p, Role: "prosecutor", Lead: true}); err != nil {
					return err
				}
			}
			st := &x.Standing
			st.MatterID, st.Kind, st.OfficeID, st.DepartmentID, st.Field, st.Region = x.ID, x.Kind, x.OfficeID, x.DepartmentID, x.Field, x.Region
			if err := tx.PutProjection(&Projection{Standing: *st}); err != nil {
				return err
			}
			if err := tx.Index(x.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func ids(rows []MatterRow) (out []int64) {
	for _, r := range rows {
		out = append(out, r.MatterID)
	}
	return out
}

var everything = Sight{Reaches: []Reach{{}}}

func list(tb testing.TB, s *Store, f MatterFilter) (out []int64) {
	tb.Helper()
	if f.Most == 0 {
		f.Most = 50
	}
	read(tb, s, func(v *View) error {
		rows, err := v.ListMatters(f)
		out = ids(rows)
		return err
	})
	return out
}

func count(tb testing.TB, s *Store, f MatterFilter, most int) (n int) {
	tb.Helper()
	read(tb, s, func(v *View) (err error) {
		n, err = v.CountMatters(f, most)
		return err
	})
	return n
}
