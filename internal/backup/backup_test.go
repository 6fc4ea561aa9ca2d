package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
	"shouhu/internal/testdb"
)

var at = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

func open(tb testing.TB, where string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), where)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func folder(tb testing.TB) *store.Files {
	tb.Helper()
	f, err := store.OpenFiles(filepath.Join(tb.TempDir(), "files"))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// add records one office, and keeps a file.
func add(ctx context.Context, s *store.Store, files *store.Files, n int) error {
	text := fmt.Sprint("照片", n)
	sum := sha256.Sum256([]byte(text))
	if err := files.PutAs(ctx, hex.EncodeToString(sum[:]), strings.NewReader(text)); err != nil {
		return err
	}
	return s.Write(ctx, at, func(tx *store.Tx) error {
		if err := tx.Add(&store.Office{Name: fmt.Sprint("院", n)}); err != nil {
			return err
		}
		return tx.Record(audit.Entry{Actor: "1", Office: "1", Action: "add_office", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "office", ID: "1"}})
	})
}

func dump(tb testing.TB, s *store.Store) string {
	tb.Helper()
	var b bytes.Buffer
	if err := s.Dump(tb.Context(), &b, nil); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func sums(tb testing.TB, f *store.Files) (list []string) {
	tb.Helper()
	for sum, err := range f.All(tb.Context()) {
		if err != nil {
			tb.Fatal(err)
		}
		b, err := f.Raw(tb.Context(), sum)
		if err != nil {
			tb.Fatal(err)
		}
		text, err := io.ReadAll(b)
		if got := sha256.Sum256(text); err != nil || hex.EncodeToString(got[:]) != sum {
			tb.Error(err, sum)
		}
		if err := b.Close(); err != nil {
			tb.Error(err)
		}
		list = append(list, sum)
	}
	return list
}

// write is a backup of a small office.
func write(tb testing.TB) (s *store.Store, files *store.Files, body []byte) {
	tb.Helper()
	s, files = open(tb, testdb.SQLite(tb)), folder(tb)
	for n := range 3 {
		if err := add(tb.Context(), s, files, n); err != nil {
			tb.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := Write(tb.Context(), &b, Source{Store: s, Files: files, Extra: map[string][]byte{"config": []byte("office: 示例院\n")}, Made: at}); err != nil {
		tb.Fatal(err)
	}
	return s, files, b.Bytes()
}

func TestRestore(t *testing.T) {
	s, files, body := write(t)
	b, err := Open(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(b.Extra["config"]); got != "office: 示例院\n" || b.Manifest.Keys || b.Manifest.Files != 3 || !b.Manifest.Made.Equal(at) {
		t.Errorf("extra %q, manifest %+v", got, b.Manifest)
	}
	for name, where := range map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.Postgres} {
		t.Run(name, func(t *testing.T) {
			at, into := where(t), folder(t)
			if err := b.Restore(t.Context(), at, into, nil); err != nil {
				t.Fatal(err)
			}
			if got, want := dump(t, open(t, at)), dump(t, s); got != want {
				t.Errorf("restored:\n%s\nsaved:\n%s", got, want)
			}
			if got, want := fmt.Sprint(sums(t, into)), fmt.Sprint(sums(t, files)); got != want {
				t.Errorf("files %s, want %s", got, want)
			}
			if err := b.Restore(t.Context(), at, folder(t), nil); pil.CodeOf(err) != pil.CodeConflict {
				t.Errorf("over a store: %v", err)
			}
		})
	}
}

// A backup altered or cut anywhere is refused, and an invalid Error says so.
func TestDamage(t *testing.T) {
	_, _, body := write(t)
	rapid.Check(t, func(t *rapid.T) {
		bad := bytes.Clone(body)
		at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		if rapid.Bool().Draw(t, "cut") {
			bad = bad[:at]
		} else {
			bad[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		}
		b, err := Open(bytes.NewReader(bad))
		if err == nil {
			// What is left may only be padding, or a header's field that says nothing of ours.
			good, err := Open(bytes.NewReader(body))
			if err != nil || fmt.Sprint(b.Manifest) != fmt.Sprint(good.Manifest) || fmt.Sprint(b.Extra) != fmt.Sprint(good.Extra) {
				t.Fatalf("byte %d: taken as whole: %+v", at, b.Manifest)
			}
		} else if pil.CodeOf(err) != pil.CodeInvalid {
			t.Fatalf("byte %d: %v", at, err)
		}
	})
	if _, err := Open(strings.NewReader("")); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("nothing: %v", err)
	}
}

// Parts that are none of ours are refused before anything is done with them.
func TestStrangeParts(t *testing.T) {
	for name, h := range map[string]tar.Header{
		"path": {Name: "office/../../etc/passwd", Typeflag: tar.TypeReg}, "other": {Name: "x", Typeflag: tar.TypeReg},
		"link": {Name: "files/x", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := errors.Join(w.WriteHeader(&h), w.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(bytes.NewReader(b.Bytes())); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// While people write, a backup keeps nobody waiting, and what it holds is of one
// moment: every entry is whole.
func TestWhileWriting(t *testing.T) {
	for name, where := range map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.Postgres} {
		t.Run(name, func(t *testing.T) {
			s, files := open(t, where(t)), folder(t)
			if err := add(t.Context(), s, files, 0); err != nil {
				t.Fatal(err)
			}
			stop, done, written := make(chan struct{}), make(chan error, 1), 1
			go func() {
				for {
					select {
					case <-stop:
						done <- nil
						return
					default:
					}
					if err := add(t.Context(), s, files, written); err != nil {
						done <- err
						return
					}
					written++
				}
			}()
			for range 2 {
				var b bytes.Buffer
				if _, err := Write(t.Context(), &b, Source{Store: s, Files: files, Made: at}); err != nil {
					t.Fatal(err)
				}
				whole, err := Open(bytes.NewReader(b.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				at := testdb.SQLite(t)
				if err := whole.Restore(t.Context(), at, folder(t), nil); err != nil {
					t.Fatal(err)
				}
				checkRecord(t, open(t, at))
			}
			close(stop)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			t.Logf("%d writes meanwhile", written)
		})
	}
}

func checkRecord(t *testing.T, s *store.Store) {
	t.Helper()
	var b bytes.Buffer
	if err := s.Read(t.Context(), func(v *store.View) error { return audit.Export(&b, v) }); err != nil {
		t.Fatal(err)
	}
	keys, err := audit.Keys()
	if err != nil {
		t.Fatal(err)
	}
	r, err := audit.Check(&b, audit.Trust{Keys: keys})
	if err != nil || len(r.Findings) > 0 || r.Entries == 0 || int64(r.Rows) != r.Entries {
		t.Errorf("%+v, %v", r, err)
	}
}

// A disk that is full while a backup is written is an error, not half a backup.
func TestNoRoom(t *testing.T) {
	s, files, _ := write(t)
	for _, room := range []int{0, 512, 4096, 6000} {
		if _, err := Write(t.Context(), &small{room}, Source{Store: s, Files: files, Made: at}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
}

type small struct{ room int }

func (s *small) Write(b []byte) (int, error) {
	if len(b) > s.room {
		return 0, io.ErrShortWrite
	}
	s.room -= len(b)
	return len(b), nil
}
