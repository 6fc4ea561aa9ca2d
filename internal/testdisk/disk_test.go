package testdisk

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// What was synced is found again, whole; what was not is lost at least once, and so
// is a name.
func TestForgets(t *testing.T) {
	lost := map[string]int{}
	old, later := bytes.Repeat([]byte("a"), 3*block), bytes.Repeat([]byte("b"), 4*block)
	for seed := range uint64(40) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "there"), old, 0o600); err != nil {
			t.Fatal(err)
		}
		d := New(t, dir, rand.New(rand.NewPCG(seed, 0)))
		write := func(name string, body []byte, sync, syncDir bool) {
			t.Helper()
			f, err := os.Create(filepath.Join(dir, name))
			if err == nil {
				_, err = f.Write(body)
			}
			if err == nil && sync {
				err = d.Sync(f)
			}
			if err == nil && syncDir {
				err = d.SyncDir(filepath.Dir(f.Name()))
			}
			if err = errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
			t.Fatal(err)
		}
		write("whole", later, true, true)
		write("sub/whole", later, true, true)
		write("bytes", later, false, true) // its name lasts, its bytes may not
		write("name", later, true, false)
		write("there", later, false, false)
		if err := os.Remove(filepath.Join(dir, "whole")); err != nil {
			t.Fatal(err)
		}
		d.Cut()
		if err := d.SyncDir(dir); !errors.Is(err, ErrGone) || d.While(func() { t.Error("it goes on") }) {
			t.Errorf("after the cut: %v", err)
		}
		back := d.Restart()
		read := func(name string) []byte {
			body, err := os.ReadFile(filepath.Join(back.Dir, name))
			if err != nil {
				lost[name]++
			}
			return body
		}
		if body := read("whole"); body != nil && !bytes.Equal(body, later) {
			t.Error("what was synced is not whole")
		}
		if body := read("sub/whole"); !bytes.Equal(body, later) {
			t.Error("what was synced in a folder that was is not whole")
		}
		if body := read("bytes"); !bytes.Equal(body, later) {
			lost["bytes in part"]++
		}
		read("name")
		if body := read("there"); !bytes.Equal(body, old) && !bytes.Equal(body, later) {
			lost["there in part"]++
		}
	}
	for _, what := range []string{"whole", "bytes in part", "name", "there in part"} {
		if n := lost[what]; n == 0 || n == 40 {
			t.Errorf("%s: lost %d times of 40", what, n)
		}
	}
	if lost["there"]+lost["bytes"] > 0 {
		t.Error("a synced name is lost")
	}
}

// A database that waits for its disk keeps every row it committed; one that does not
// loses some. So the disk tells the two apart.
func TestDatabase(t *testing.T) {
	for _, c := range []struct {
		synchronous string
		loses       bool
	}{{"full", false}, {"off", true}} {
		lost := 0
		for seed := range uint64(60) {
			d := New(t, t.TempDir(), rand.New(rand.NewPCG(seed, 1)))
			rows := fill(t, d, c.synchronous, 3+d.rand.IntN(300))
			back := d.Restart()
			db, err := sqlite3.Open("file:" + filepath.Join(back.Dir, "x.db"))
			if err != nil {
				t.Fatal(err)
			}
			got := -1
			s, _, err := db.Prepare("SELECT count(*) FROM t WHERE v = printf('%0500d', id) AND id <= ?")
			if err == nil {
				err = errors.Join(s.BindInt64(1, int64(rows)))
				if s.Step() {
					got = s.ColumnInt(0)
				}
				err = errors.Join(err, s.Err(), s.Close())
			}
			if rows > 0 && (err != nil || got != rows) {
				lost++
				if !c.loses {
					t.Errorf("seed %d: %d rows were committed, %d are there: %v", seed, rows, got, err)
				}
			}
			_ = db.Close() // a damaged one need not close well
		}
		if c.loses && lost == 0 {
			t.Error("nothing is lost without waiting for the disk: it forgets nothing")
		}
	}
}

// fill commits rows until the power is gone, and says how many.
func fill(t *testing.T, d *Disk, synchronous string, steps int) (rows int) {
	t.Helper()
	db, err := sqlite3.Open("file:" + filepath.Join(d.Dir, "x.db") + "?vfs=" + d.VFS())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // without power it cannot close well
	if err := db.Exec(fmt.Sprintf("PRAGMA synchronous=%s; PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=10; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", synchronous)); err != nil {
		t.Fatal(err)
	}
	d.CutAfter(steps)
	for db.Exec(fmt.Sprintf("INSERT INTO t VALUES (%d, printf('%%0500d', %[1]d))", rows+1)) == nil {
		if d.While(func() { rows++ }) {
			continue
		}
	}
	return rows
}
