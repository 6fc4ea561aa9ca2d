package desk

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/testdb"
	"shouhu/law"
)

// bench is a desk with an office to try things in, and a clock to set.
type bench struct {
	*Desk
	now time.Time
}

func newBench(tb testing.TB) *bench {
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
	b := &bench{now: time.Date(2021, 11, 1, 1, 0, 0, 0, time.UTC)}
	b.Desk = New(Config{Store: s, Law: l, Files: files, Clock: func() time.Time { return b.now }, Demo: true,
		Keys: Keys{Seal: make([]byte, 32), Pepper: nil, Likeness: make([]byte, 16)}, Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
	return b
}

// on sets the clock to nine in the morning of a day.
func (b *bench) on(day string) pil.Day {
	d, err := pil.ParseDay(day)
	if err != nil {
		panic(err)
	}
	y, m, dom := d.Civil()
	b.now = time.Date(y, m, dom, 9, 0, 0, 0, pil.Zone).UTC()
	return d
}

func TestDoNeedsSomebody(t *testing.T) {
	b := newBench(t)
	err := b.do(t.Context(), Who{Person: 7}, account.SaveView, target{self: true}, func(*work) error { return nil })
	if pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Fatalf("got %v, want unauthenticated", err)
	}
}

func testEntry(action string) audit.Entry {
	return audit.Entry{Actor: "init", Office: "1", Action: action, Class: audit.ClassWrite, Subject: audit.Subject{Kind: "office", ID: "1"}}
}

// clean checks the whole record against the store, and every projection.
func (b *bench) clean(tb testing.TB) {
	tb.Helper()
	err := b.store.Read(tb.Context(), func(v *store.View) error {
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
