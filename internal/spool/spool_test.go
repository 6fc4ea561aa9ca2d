package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"shouhu/internal/pil"
)

// memory is a file system that forgets, at a power cut, what was not synced: bytes
// of files, and names in folders.
type memory struct {
	mu      sync.Mutex
	names   map[string]*inode // as programs see it
	durable map[string]*inode // as the disk has it
	room    int               // bytes that still fit; negative: any
	cut     bool
}

type inode struct{ now, synced []byte }

func newMemory() *memory {
	return &memory{names: map[string]*inode{}, durable: map[string]*inode{}, room: -1}
}

var errCut = errors.New("power cut")

func (m *memory) do(f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cut {
		return errCut
	}
	return f()
}

func (m *memory) Create(name string) (File, error) {
	n := &inode{}
	return &memFile{m, n}, m.do(func() error {
		if m.names[name] != nil {
			return fs.ErrExist
		}
		m.names[name] = n
		return nil
	})
}

func (m *memory) Open(name string) (r io.ReadCloser, err error) {
	return r, m.do(func() error {
		n := m.names[name]
		if n == nil {
			return fs.ErrNotExist
		}
		r = io.NopCloser(bytes.NewReader(n.now))
		return nil
	})
}

func (m *memory) Exists(name string) error {
	return m.do(func() error {
		if m.names[name] == nil {
			return fs.ErrNotExist
		}
		return nil
	})
}

func (m *memory) Rename(from, to string) error {
	return m.do(func() error {
		if m.names[from] == nil {
			return fs.ErrNotExist
		}
		m.names[to] = m.names[from]
		delete(m.names, from)
		return nil
	})
}

func (m *memory) Remove(name string) error {
	return m.do(func() error {
		if m.names[name] == nil {
			return fs.ErrNotExist
		}
		delete(m.names, name)
		return nil
	})
}

func (m *memory) SyncDir(dir string) error {
	return m.do(func() error {
		maps.DeleteFunc(m.durable, func(name string, _ *inode) bool { return path.Dir(name) == dir })
		for name, n := range m.names {
			if path.Dir(name) == dir {
				m.durable[name] = n
			}
		}
		return nil
	})
}

func (m *memory) List(dir string) (list []Entry, err error) {
	return list, m.do(func() error {
		for _, name := range slices.Sorted(maps.Keys(m.names)) {
			if path.Dir(name) == dir {
				list = append(list, Entry{path.Base(name), int64(len(m.names[name].now))})
			}
		}
		return nil
	})
}

// powerCut stops everything and gives the disk as it is found afterwards.
func (m *memory) powerCut() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cut = true
	after := newMemory()
	for name, n := range m.durable {
		kept := &inode{now: bytes.Clone(n.synced), synced: bytes.Clone(n.synced)}
		after.names[name], after.durable[name] = kept, kept
	}
	return after
}

type memFile struct {
	m *memory
	n *inode
}

func (f *memFile) Write(b []byte) (n int, err error) {
	return len(b), f.m.do(func() error {
		if f.m.room >= 0 && f.m.room < len(b) {
			return &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
		}
		if f.m.room >= 0 {
			f.m.room -= len(b)
		}
		f.n.now = append(f.n.now, b...)
		return nil
	})
}

func (f *memFile) Sync() error {
	return f.m.do(func() error {
		f.n.synced = bytes.Clone(f.n.now)
		return nil
	})
}

func (f *memFile) Close() error { return f.m.do(func() error { return nil }) }

func put(s *Spool, lookup, body string) error {
	d := s.Begin(lookup)
	defer d.Drop()
	if _, err := io.WriteString(d, body); err != nil {
		return err
	}
	return d.KeepReport(lookup)
}

// However the power goes, what was acknowledged is there, whole.
func TestPowerCut(t *testing.T) {
	for round := range 200 {
		disk := newMemory()
		s, err := Open(disk, 0)
		if err != nil {
			t.Fatal(err)
		}
		var kept sync.Map
		var wait sync.WaitGroup
		for client := range 8 {
			wait.Go(func() {
				for n := 0; ; n++ {
					lookup := fmt.Sprintf("%d-%d", client, n)
					if put(s, lookup, strings.Repeat(lookup, 50)) != nil {
						return
					}
					kept.Store(lookup, true)
				}
			})
		}
		for range rand.IntN(500) {
			_, _ = s.Waiting() // passes time
		}
		after, err := Open(disk.powerCut(), 0)
		wait.Wait()
		if err != nil {
			t.Fatal(err)
		}
		kept.Range(func(key, _ any) bool {
			lookup := key.(string)
			if known, err := after.Known(lookup); err != nil || !known {
				t.Errorf("round %d: %s was acknowledged and is gone", round, lookup)
				return false
			}
			r, err := after.Fetch(Waiting{Name: lookup + reportEnd})
			if err != nil {
				t.Error(err)
				return false
			}
			if b, err := io.ReadAll(r); err != nil || string(b) != strings.Repeat(lookup, 50) {
				t.Errorf("round %d: %s has %d bytes", round, lookup, len(b))
			}
			return true
		})
	}
}

// A full disk and a full spool say so, keep nothing by halves, and lose nothing.
func TestFull(t *testing.T) {
	disk := newMemory()
	disk.room = 250
	s, err := Open(disk, 0)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("x", 100)
	for n := range 4 {
		err := put(s, fmt.Sprint(n), body)
		if n < 2 && err != nil || n >= 2 && pil.CodeOf(err) != pil.CodeBusy {
			t.Errorf("envelope %d: %v", n, err)
		}
	}
	if len(disk.names) != 2 {
		t.Errorf("%d files are left", len(disk.names))
	}
	disk.room = -1
	limited, err := Open(disk, 350)
	if err != nil {
		t.Fatal(err)
	}
	if err := put(limited, "a", body); err != nil {
		t.Error(err)
	}
	if err := put(limited, "b", body); pil.CodeOf(err) != pil.CodeBusy {
		t.Errorf("over the limit: %v", err)
	}
}

func TestOnDisk(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenDir(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	one, two := strings.Repeat("a", 32), strings.Repeat("b", 32)
	for _, lookup := range []string{one, two} {
		if err := put(s, lookup, lookup); err != nil {
			t.Fatal(err)
		}
	}
	d := s.Begin("x")
	if _, err := d.Write([]byte("more")); err != nil {
		t.Fatal(err)
	}
	if err := d.KeepAddition(one, "id"); err != nil {
		t.Fatal(err)
	}
	list, err := s.Waiting()
	if err != nil || len(list) != 3 || !list[0].First || list[2].First || list[2].Lookup != one {
		t.Fatalf("got %v, %v", list, err)
	}
	if known, err := s.Known(strings.Repeat("c", 32)); known || err != nil {
		t.Error("knows what nobody sent", err)
	}
	if b, err := s.Answer(one); b != nil || err != nil {
		t.Error("an answer nobody wrote", err)
	}
	for _, text := range []string{"first", "second"} {
		if err := s.PutAnswer(one, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := s.Answer(one); string(b) != text || err != nil {
			t.Errorf("got %q, %v", b, err)
		}
	}
	if err := s.Fetched(list[0]); err != nil {
		t.Error(err)
	}
	if err := s.Fetched(list[0]); err != nil {
		t.Error("a second time:", err)
	}
	if known, err := s.Known(one); !known || err != nil {
		t.Error("forgets whom it has an answer for", err)
	}
	if err := s.Refuse(list[1]); err != nil {
		t.Error(err)
	}
	left := s.Begin("left")
	if _, err := left.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(); err != nil {
		t.Error(err)
	}
	if list, err := s.fs.List(dirNew); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v", list, err)
	}
	if _, err := s.fs.Open("../" + path.Base(dir)); err == nil {
		t.Error("a name leads out of the folder")
	}
}

// What is being written counts too: many at once do not go over the limit together.
func TestDraftsCount(t *testing.T) {
	s, err := Open(newMemory(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	one, two := s.Begin("1"), s.Begin("2")
	if _, err := one.Write(make([]byte, 600)); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Write(make([]byte, 600)); pil.CodeOf(err) != pil.CodeBusy {
		t.Errorf("got %v, want busy", err)
	}
	two.Drop()
	one.Drop()
	three := s.Begin("3")
	if _, err := three.Write(make([]byte, 900)); err != nil {
		t.Errorf("after one was dropped: %v", err)
	}
	if err := three.KeepReport("3"); err != nil {
		t.Fatal(err)
	}
	if err := s.PutKey("4", make([]byte, 21)); pil.CodeOf(err) != pil.CodeBusy { // a fiftieth of the room is for keys
		t.Errorf("a key: got %v, want busy", err)
	}
	if err := s.PutKey("4", []byte("sealed")); err != nil {
		t.Fatal(err)
	}
	if err := s.PutKey("6", make([]byte, 15)); pil.CodeOf(err) != pil.CodeBusy {
		t.Errorf("one key too many: got %v, want busy", err)
	}
	if b, err := s.Key("4"); err != nil || string(b) != "sealed" {
		t.Errorf("got %q, %v", b, err)
	}
	if b, err := s.Key("5"); err != nil || b != nil {
		t.Errorf("a key nobody has: %q, %v", b, err)
	}
}
