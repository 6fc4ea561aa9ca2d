package tally

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
	"shouhu/internal/table"
)

// memory is a temporary file that can be looked into.
type memory struct {
	mu     sync.Mutex
	data   []byte
	spoil  bool // changes a byte of what is read
	closed bool
}

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.data = append(m.data, make([]byte, max(0, int(at)+len(b)-len(m.data)))...)
	return copy(m.data[at:], b), nil
}

func (m *memory) ReadAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := copy(b, m.data[at:])
	if n < len(b) {
		return n, io.EOF
	}
	if m.spoil {
		b[n/2] ^= 1
	}
	return n, nil
}

func (m *memory) Close() error { m.closed = true; return nil }

// tight makes nearly every row go to the files, and partitions too large to sort.
var tight = shape{block: 4, keep: 1, sort: 16}

func visits(n int) [][]string {
	var list [][]string
	for i := range n {
		list = append(list, []string{fmt.Sprint("canary", i%7), "甲", "一店", "1", fmt.Sprintf("2021-03-05 08:%02d:%02d", i/60%60, i%60), "", "女"})
	}
	return list
}

// What is spilled cannot be read there, is found out when changed or cut off,
// and its files are closed in the end, whatever happens.
func TestTemporaryFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*memory)
		bad  bool
	}{
		{"left alone", func(*memory) {}, false},
		{"changed", func(m *memory) { m.spoil = true }, true},
		{"cut off", func(m *memory) { m.data = m.data[:len(m.data)-1] }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var files []*memory
			s := Spec{Person: 0, Path: []int{1, 2, 3}, Time: 4, Workers: 1, Spill: func() (File, error) {
				files = append(files, &memory{})
				return files[len(files)-1], nil
			}}
			counter := newCounter(s, tight)
			list := visits(3000)
			read(t, counter, list)
			if len(files) != 1 || len(files[0].data) < 2000*recordSize {
				t.Fatal("nearly nothing was spilled")
			}
			if bytes.Contains(files[0].data, []byte("canary")) {
				t.Error("a person's id stands in the file")
			}
			c.do(files[0])
			r, err := counter.Result(t.Context())
			switch {
			case c.bad && pil.CodeOf(err) != pil.CodeInternal || !c.bad && err != nil:
				t.Errorf("got %v", err)
			case !c.bad && (r.Rows != 3000 || r.DuplicateRows != 0 || r.Persons != 7 || r.Spilled == 0):
				t.Errorf("got %+v", r)
			}
			for i, f := range files {
				if !f.closed {
					t.Errorf("file %d is open", i)
				}
			}
		})
	}
}

// No two pieces of a count are sealed under one nonce, and the key is another
// for another count.
func TestSealedPiecesDiffer(t *testing.T) {
	seal := func(key byte) []byte {
		var files []*memory
		v := newVault([16]byte{key}, func() (File, error) {
			files = append(files, &memory{})
			return files[len(files)-1], nil
		})
		for range 2 {
			f, err := v.file()
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := f.append(make([]byte, 32)); err != nil {
					t.Fatal(err)
				}
			}
		}
		return slices.Concat(files[0].data, files[1].data)
	}
	seen := map[string]bool{}
	for _, all := range [][]byte{seal(1), seal(2)} {
		for piece := range slices.Chunk(all, 48) {
			if seen[string(piece[:32])] {
				t.Error("the same text was sealed the same way twice")
			}
			seen[string(piece[:32])] = true
		}
	}
}

// A full disk is an error of Add or of Result, never a count.
func TestFullDisk(t *testing.T) {
	full := errors.New("no space")
	c := newCounter(Spec{Person: 0, Time: 4, Workers: 1, Spill: func() (File, error) { return nil, full }}, tight)
	defer c.Close()
	set := open(t, visits(3000))
	if _, err := set.Read(t.Context(), table.Plan{Columns: []int{0, 1, 2, 3, 4, 5, 6}, Workers: 1}, c.Add); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	c := newCounter(Spec{Person: 0, Time: 4, Workers: 2, Progress: func(p Progress) {
		if calls++; p.Done > 0 {
			cancel()
		}
	}}, shape{block: 8})
	read(t, c, visits(500))
	if _, err := c.Result(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after %d calls", err, calls)
	}
}

// A person with most of the rows is counted in the memory there is.
func TestOnePersonWithNearlyAllRows(t *testing.T) {
	list := visits(2000)
	for i := range list {
		if i%50 > 0 {
			list[i][0] = "无"
		}
	}
	list = append(list, list[:700]...)
	s := Spec{Person: 0, Path: []int{1, 2, 3}, Time: 4, Workers: 2, Spill: folder(t.TempDir())}
	want := brute(s, male, list)
	want.Classes = []int64{2000}
	got, err := countFiles(t, s, shape{block: 16, keep: 2, sort: 100}, text(t, list))
	if err != nil {
		t.Fatal(err)
	}
	if got.Spilled == 0 {
		t.Error("nothing was spilled")
	}
	got.Spilled = 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSpecIsChecked(t *testing.T) {
	for _, s := range []Spec{
		{Memory: 1},
		{Memory: 2*MinMemory - 1, Workers: 2, Spill: folder("")},
		{Memory: MinMemory},
	} {
		if _, err := New(s); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%+v: got %v", s, err)
		}
	}
}

func TestProgress(t *testing.T) {
	for _, c := range []struct {
		p        Progress
		permille int64
		left     time.Duration
	}{
		{Progress{}, 0, 0},
		{Progress{Phase: Reading, Done: 50, Total: 100}, 425, 575 * time.Second / 425 * 10},
		{Progress{Phase: Reading, Done: 200, Total: 100}, 850, 150 * time.Second / 850 * 10},
		{Progress{Phase: Counting}, 850, 150 * time.Second / 850 * 10},
		{Progress{Phase: Counting, Done: 100, Total: 100}, 1000, 0},
	} {
		if got := c.p.Permille(); got != c.permille {
			t.Errorf("%+v: got %d‰, want %d‰", c.p, got, c.permille)
		}
		if got := c.p.Left(10 * time.Second); (got - c.left).Abs() > time.Millisecond {
			t.Errorf("%+v: got %s left, want %s", c.p, got, c.left)
		}
	}
}

func open(t *testing.T, rows [][]string) *table.Set {
	t.Helper()
	b := text(t, rows)
	set, err := table.Open(t.Context(), []table.File{{Name: "a.csv", Size: int64(len(b)), Bytes: bytes.NewReader(b)}}, table.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func read(t *testing.T, c *Counter, rows [][]string) {
	t.Helper()
	if _, err := open(t, rows).Read(t.Context(), table.Plan{Columns: []int{0, 1, 2, 3, 4, 5, 6}, Workers: 1}, c.Add); err != nil {
		t.Fatal(err)
	}
}
