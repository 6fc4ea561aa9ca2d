package story_test

import (
	"path/filepath"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/story"
	"shouhu/internal/testdb"
	"shouhu/law"
)

// world tells the story into a fresh office.
func world(tb testing.TB, today pil.Day) (*desk.Desk, *story.World) {
	tb.Helper()
	l, err := statute.Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	s, err := store.Open(tb.Context(), testdb.Store(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	files, err := store.OpenFiles(filepath.Join(dir, "files"))
	if err != nil {
		tb.Fatal(err)
	}
	d := desk.New(desk.Config{Store: s, Law: l, Files: files, Demo: true, Keys: desk.Keys{Seal: make([]byte, 32), Likeness: make([]byte, 16)},
		Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
	w, err := story.Tell(tb.Context(), d, today, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return d, w
}

// The five matters stand where the page leaves them.
func TestNewspaper(t *testing.T) {
	d, w := world(t, pil.Date(2026, 11, 23))
	for _, c := range []struct {
		name, office string
		states       []string
	}{
		{"确山", "queshan", []string{"rectified"}},
		{"如皋", "rugao", []string{"terminated", "terminated", "filed"}},
		{"徐汇", "xuhui", []string{"rectified-reported"}},
		{"洪山", "hongshan", []string{"judged"}},
		{"郯城", "tancheng", []string{"terminated"}},
	} {
		f, err := d.ShowCase(t.Context(), w.Casts[c.office].Prosecutor, w.Cases[c.name])
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, l := range f.Lines {
			got = append(got, l.State.ID)
		}
		if len(got) != len(c.states) {
			t.Errorf("%s: %v, want %v", c.name, got, c.states)
			continue
		}
		for i := range got {
			if got[i] != c.states[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.states)
			}
		}
	}
}

// Whatever day it is, the running matters can be told, and today looks like a
// working day.
func TestRunning(t *testing.T) {
	for _, today := range []pil.Day{pil.Date(2026, 11, 23), pil.Date(2026, 2, 22), pil.Date(2026, 10, 5), pil.Date(2027, 3, 1)} {
		d, w := world(t, today)
		y, m, dom := today.Civil()
		d = d.At(timeAt(y, m, dom))
		got, err := d.Today(t.Context(), w.Casts["demo"].Prosecutor)
		if err != nil {
			t.Fatal(err)
		}
		head, err := d.Today(t.Context(), w.Casts["demo"].Head)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: late %d, due %d, waiting %d, visits %d, returned %d, for the head %d, cases %d", today, len(got.Late), len(got.Due), len(got.Waiting), len(got.Visits),
			len(got.Approvals.Returned), len(head.Approvals.ForMe), got.Cases)
		if len(got.Late) == 0 || len(got.Waiting) == 0 || len(got.Visits) == 0 || len(got.Approvals.Returned) == 0 || len(head.Approvals.ForMe) == 0 || got.Cases < 9 {
			t.Errorf("%s: today does not look like a working day", today)
		}
	}
}

func timeAt(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 17, 0, 0, 0, pil.Zone) }
