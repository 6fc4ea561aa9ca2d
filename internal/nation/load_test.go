package nation

import (
	"bytes"
	cmp2 "cmp"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"shouhu/internal/audit"
	"shouhu/internal/desk"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/testdb"
	"shouhu/law"
)

func loadLaw(tb testing.TB) *statute.Law {
	tb.Helper()
	l, err := statute.Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// engines are where a country is made, by name; PostgreSQL is skipped where none runs.
var engines = map[string]func(tb testing.TB) string{
	"sqlite":   func(tb testing.TB) string { return filepath.Join(tb.TempDir(), "office.db") },
	"postgres": testdb.Postgres,
}

func open(tb testing.TB, where string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), where)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// A thousandth of the country: lawful, recorded, and projected as the desk does it.
func TestLoad(t *testing.T) {
	l := loadLaw(t)
	for name, where := range engines {
		t.Run(name, func(t *testing.T) {
			s := open(t, where(t))
			c := &Country{Size: 0.001, Seed: 1, Law: l, Check: 1, Timed: func(what string, took time.Duration) { t.Log(what, took) }}
			m, err := c.Load(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", m)
			err = s.Read(t.Context(), func(v *store.View) error {
				var file bytes.Buffer
				if err := audit.Export(&file, v); err != nil {
					return err
				}
				keys, err := audit.Keys()
				if err != nil {
					return err
				}
				rep, err := audit.Check(&file, audit.Trust{Origin: "test", Keys: keys})
				if err != nil {
					return err
				}
				for _, f := range rep.Findings {
					t.Error(f)
				}
				seen := 0
				for last := int64(0); ; {
					page, err := v.FoldedAfter(last, 500)
					if err != nil || len(page) == 0 {
						if seen != m.Clues+m.Cases {
							t.Errorf("%d matters, want %d", seen, m.Clues+m.Cases)
						}
						return err
					}
					for i := range page {
						f := &page[i]
						want, err := desk.ProjectFrom(l, &f.Matter, f.Events, f.Assigned)
						if err != nil {
							return err
						}
						if diff := cmp.Diff(*want, f.Kept, cmpopts.EquateEmpty(), inOrder); diff != "" {
							t.Fatal(diff)
						}
					}
					seen, last = seen+len(page), page[len(page)-1].ID
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// inOrder compares lines in whatever order the engine keeps them.
var inOrder = cmpopts.SortSlices(func(a, b store.Line) int {
	return cmp2.Or(cmp2.Compare(a.Track, b.Track), cmp2.Compare(a.Respondent, b.Respondent))
})
