package jobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"shouhu/internal/audit"
	"shouhu/internal/desk"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/testdb"
	"shouhu/law"
)

var engines = map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.Postgres}

// log is what the queue complains of.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// quiet fails the test where the queue complained.
func (l *log) quiet(tb testing.TB) {
	tb.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text.Len() > 0 {
		tb.Errorf("the queue says:\n%s", &l.text)
	}
}

func office(tb testing.TB, where string) (*store.Store, *desk.Desk) {
	tb.Helper()
	s, err := store.Open(tb.Context(), where)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	l, err := statute.Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	secret, _, err := audit.NewKey(rand.Reader, "test")
	if err != nil {
		tb.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		tb.Fatal(err)
	}
	return s, desk.New(desk.Config{Store: s, Law: l, Origin: "test", Signer: signer})
}

func write(tb testing.TB, s *store.Store, then func(*store.Tx) error) error {
	tb.Helper()
	return s.Write(tb.Context(), time.Now(), func(tx *store.Tx) error {
		if err := tx.Add(&store.Office{Name: "示例院"}); err != nil {
			return err
		}
		if err := tx.Record(audit.Entry{Actor: "1", Office: "1", Action: "add_office", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "office", ID: "1"}}); err != nil {
			return err
		}
		return then(tx)
	})
}

func signed(tb testing.TB, s *store.Store) (n int) {
	tb.Helper()
	err := s.Read(tb.Context(), func(v *store.View) error {
		list, err := v.Checkpoints()
		n = len(list)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func await(tb testing.TB, what string, done func() bool) {
	tb.Helper()
	for end := time.Now().Add(40 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatalf("not in 40 seconds: %s", what)
		}
	}
}

// The clock does its chores when it starts, those enqueued by a transaction when it
// is committed and never otherwise, and stops.
func TestClock(t *testing.T) {
	for name, where := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, d := office(t, where(t))
			nothing := func(*store.Tx) error { return nil }
			if err := write(t, s, nothing); err != nil {
				t.Fatal(err)
			}
			var said log
			c, err := Start(t.Context(), s, d, said.logger())
			if err != nil {
				t.Fatal(err)
			}
			await(t, "the record is signed at the start", func() bool { return signed(t, s) == 1 })
			given := errors.New("given up")
			if err := write(t, s, func(tx *store.Tx) error { return errors.Join(c.Enqueue(t.Context(), tx, Sign), given) }); !errors.Is(err, given) {
				t.Fatal(err)
			}
			if err := write(t, s, nothing); err != nil { // something to sign, and nobody to ask for it
				t.Fatal(err)
			}
			time.Sleep(pollEvery + time.Second)
			if n := signed(t, s); n != 1 {
				t.Errorf("a chore of a transaction that was not committed was done: %d checkpoints", n)
			}
			if err := write(t, s, func(tx *store.Tx) error { return c.Enqueue(t.Context(), tx, Sign) }); err != nil {
				t.Fatal(err)
			}
			await(t, "an enqueued chore is done", func() bool { return signed(t, s) == 2 })
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := c.Stop(ctx); err != nil {
				t.Error(err)
			}
			said.quiet(t)
		})
	}
}

// Two offices on one database share the chores and do none twice.
func TestTwoClocks(t *testing.T) {
	where := testdb.Postgres(t)
	var said log
	var mu sync.Mutex
	var s *store.Store
	var both sync.WaitGroup
	for range 2 { // at once, on a database without tables
		both.Go(func() {
			one, d := office(t, where)
			c, err := Start(t.Context(), one, d, said.logger())
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() {
				if err := c.Stop(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
			mu.Lock()
			defer mu.Unlock()
			s = one
		})
	}
	both.Wait()
	if t.Failed() {
		return
	}
	await(t, "all chores are done", func() bool {
		var n int
		if err := s.Writer().QueryRowContext(t.Context(), "SELECT count(*) FROM river_job WHERE state = 'completed'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n == 4
	})
	var n int
	if err := s.Writer().QueryRowContext(t.Context(), "SELECT count(*) FROM river_job").Scan(&n); err != nil || n != 4 {
		t.Errorf("%d jobs, %v, want 4", n, err)
	}
	said.quiet(t)
}
