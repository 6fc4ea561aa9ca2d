package nation

import (
	"bytes"
	order "cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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

// A two-thousandth of the country: lawful, recorded, projected as the desk does it,
// listed whole, searched, and at work.
func TestSmall(t *testing.T) {
	l := loadLaw(t)
	for name, where := range engines {
		t.Run(name, func(t *testing.T) {
			s := open(t, where(t))
			c := &Country{Size: 0.0005, Seed: 1, Law: l, Check: 1}
			m, err := c.Load(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			checkRecord(t, s)
			all := checkProjections(t, s, l)
			if len(all) != m.Clues+m.Cases {
				t.Errorf("%d matters, want %d clues and %d cases", len(all), m.Clues, m.Cases)
			}
			d := newDesk(t, s, l)
			checkLists(t, d, all)
			checkSearch(t, d, all, m.RareIn)
			b := &Bench{Desk: d, Store: s, Users: 8, Seed: 1}
			undone, err := b.Once(t.Context())
			if err != nil || len(undone) > 0 {
				t.Fatalf("nobody could: %v; %v", undone, err)
			}
			checkRecord(t, s)
		})
	}
}

func newDesk(tb testing.TB, s *store.Store, l *statute.Law) *desk.Desk {
	tb.Helper()
	files, err := store.OpenFiles(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	return desk.New(desk.Config{Store: s, Law: l, Files: files, Clock: Now, Demo: true, Keys: desk.Keys{Seal: make([]byte, 32), Likeness: Likeness}})
}

func checkRecord(tb testing.TB, s *store.Store) {
	tb.Helper()
	err := s.Read(tb.Context(), func(v *store.View) error {
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
			tb.Error(f)
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// checkProjections compares what is kept with what the desk computes, and gives
// all matters.
func checkProjections(tb testing.TB, s *store.Store, l *statute.Law) (all []store.Folded) {
	tb.Helper()
	err := s.Read(tb.Context(), func(v *store.View) error {
		for last := int64(0); ; {
			page, err := v.FoldedAfter(last, 500)
			if err != nil || len(page) == 0 {
				return err
			}
			for i := range page {
				f := &page[i]
				want, err := desk.ProjectFrom(l, &f.Matter, f.Events, f.Assigned)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(*want, f.Kept, cmpopts.EquateEmpty(), inOrder); diff != "" {
					tb.Fatal(diff)
				}
			}
			all, last = append(all, page...), page[len(page)-1].ID
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// listed is all pages of a list, from the first row to the last.
func listed(tb testing.TB, d *desk.Desk, who int64, f store.MatterFilter) (ids []int64) {
	tb.Helper()
	for {
		page, err := d.ListMatters(tb.Context(), desk.Who{Person: who}, f)
		if err != nil {
			tb.Fatal(err)
		}
		for _, r := range page.Rows {
			ids = append(ids, r.MatterID)
		}
		if !page.More {
			return ids
		}
		last := page.Rows[len(page.Rows)-1]
		f.AfterID, f.AfterDue = last.MatterID, last.NextDue
	}
}

// checkLists compares lists of several people with what they should hold.
func checkLists(tb testing.TB, d *desk.Desk, all []store.Folded) {
	tb.Helper()
	some := all[len(all)/3]
	office := some.OfficeID
	yes := true
	under := func(f *store.Folded) bool { return f.Region[:2] == "11" }
	for _, c := range []struct {
		name string
		who  int64
		f    store.MatterFilter
		keep func(f *store.Folded) bool
	}{
		{"the supreme chief", person(1, chiefAt), store.MatterFilter{}, func(*store.Folded) bool { return true }},
		{"a province", person(2, chiefAt), store.MatterFilter{}, under},
		{"a province, one field", person(2, chiefAt), store.MatterFilter{Field: some.Field}, func(f *store.Folded) bool { return under(f) && f.Field == some.Field }},
		{"a quarter", person(1, chiefAt), store.MatterFilter{From: Today - 200, To: Today - 100}, func(f *store.Folded) bool {
			on := f.Kept.Standing.OpenedOn
			return on >= Today-200 && on <= Today-100
		}},
		{"long ago", person(1, chiefAt), store.MatterFilter{To: Today - 900}, func(f *store.Folded) bool { return f.Kept.Standing.OpenedOn <= Today-900 }},
		{"due soon", person(1, chiefAt), store.MatterFilter{Due: Today + 20}, func(f *store.Folded) bool {
			due := f.Kept.Standing.NextDue
			return due > 0 && due <= Today+20
		}},
		{"live, of a track", person(1, chiefAt), store.MatterFilter{Live: &yes, Track: "civil"}, func(f *store.Folded) bool {
			return f.Kept.Standing.Live && f.Kept.Standing.Tracks == "civil"
		}},
		{"a department", person(office, headAt), store.MatterFilter{}, func(f *store.Folded) bool { return f.OfficeID == office }},
		{"a prosecutor", some.Assigned[0].PersonID, store.MatterFilter{}, func(f *store.Folded) bool { return f.Assigned[0].PersonID == some.Assigned[0].PersonID }},
		{"clues of an office", person(office, clerkAt), store.MatterFilter{Kind: store.KindClue}, func(f *store.Folded) bool { return f.OfficeID == office }},
	} {
		var want []int64
		kind := order.Or(c.f.Kind, store.KindCase)
		for i := range slices.Backward(all) {
			if f := &all[i]; f.Kind == kind && c.keep(f) {
				want = append(want, f.ID)
			}
		}
		if got := listed(tb, d, c.who, c.f); !slices.Equal(got, want) {
			tb.Errorf("%s: %d matters, want %d", c.name, len(got), len(want))
		}
		c.f.ByDue = true
		got := listed(tb, d, c.who, c.f)
		slices.Sort(got)
		due := slices.DeleteFunc(want, func(id int64) bool {
			i, _ := slices.BinarySearchFunc(all, id, func(f store.Folded, id int64) int { return int(f.ID - id) })
			return all[i].Kept.Standing.NextDue == 0
		})
		slices.Sort(due)
		if !slices.Equal(got, due) {
			tb.Errorf("%s, by the next limit: %d matters, want %d", c.name, len(got), len(due))
		}
	}
}

// checkSearch looks for what stands in one clue alone, and for a common word.
func checkSearch(tb testing.TB, d *desk.Desk, all []store.Folded, rare int64) {
	tb.Helper()
	at := slices.IndexFunc(all, func(f store.Folded) bool { return f.ID == rare })
	office := all[at].OfficeID
	found := func(who int64, words string) (ids []int64) {
		for after := int64(0); ; {
			page, err := d.Search(tb.Context(), desk.Who{Person: who}, words, after)
			if err != nil {
				tb.Fatal(err)
			}
			for _, r := range page.Rows {
				ids = append(ids, r.MatterID)
			}
			if !page.More {
				return ids
			}
			after = ids[len(ids)-1]
		}
	}
	if got := found(person(office, chiefAt), Rare); !slices.Equal(got, []int64{rare}) {
		tb.Errorf("%s found in %v, want %d", Rare, got, rare)
	}
	if got := found(person(office%220+2, chiefAt), Rare); len(got) > 0 {
		tb.Errorf("another office found %v", got)
	}
	var want []int64
	for i := range slices.Backward(all) {
		if f := &all[i]; f.Kind == store.KindCase && strings.Contains(f.Title+f.Summary+f.Place, "个人信息") {
			want = append(want, f.ID)
		}
	}
	got := found(person(1, chiefAt), "个人信息")
	if got = slices.DeleteFunc(got, func(id int64) bool { return !slices.Contains(want, id) }); !slices.Equal(got, want) || len(want) < 20 {
		tb.Errorf("个人信息 found in %d cases, want %d", len(got), len(want))
	}
}

// inOrder compares lines in whatever order the engine keeps them.
var inOrder = cmpopts.SortSlices(func(a, b store.Line) int {
	return order.Or(order.Compare(a.Track, b.Track), order.Compare(a.Respondent, b.Respondent))
})
