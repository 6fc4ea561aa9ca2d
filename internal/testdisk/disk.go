// Package testdisk is a folder of this machine whose power can be cut: what was not
// synced may then be gone, or be there in part.
//
//	programs write to the folder as always, and sync through Disk and its VFS
//	        │ after so many steps
//	        ▼
//	power is gone: every step fails; Restart gives the folder as it is found again
//
// After a cut a file has its bytes as they were synced, and of what was written later
// any blocks of 512 bytes, new or old or zero. A folder has the names as they were
// synced, and of each name made, moved or removed later either state. A disk may do
// all that, and a worse one is broken.
//
// It is for tests only and knows nothing of what is stored.
package testdisk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
)

// ErrGone says that the power is gone.
var ErrGone = errors.New("testdisk: the power is gone")

// Disk is a folder.
type Disk struct {
	Dir string

	tb    testing.TB
	mu    sync.Mutex
	rand  *rand.Rand
	left  int // steps until the power is gone; 0: it stays
	gone  bool
	files map[uint64]*held             // by inode
	names map[string]map[string]uint64 // folder → name → inode, as they last
	after map[string][]byte            // what is found when it is back; nil: a folder
}

// held is a file that was synced, or named in a folder that was. Holding it open keeps
// its inode from being another's.
type held struct {
	file   *os.File
	synced []byte
}

// New takes a folder as it is for what is on the disk.
func New(tb testing.TB, dir string, r *rand.Rand) *Disk {
	tb.Helper()
	d := &Disk{Dir: dir, tb: tb, rand: r, files: map[uint64]*held{}, names: map[string]map[string]uint64{}}
	tb.Cleanup(d.release)
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			return d.nameAll(name)
		}
		return err
	})
	for _, h := range d.files {
		if err == nil {
			h.synced, err = h.now()
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func (d *Disk) release() {
	for _, h := range d.files {
		_ = h.file.Close() // only read from
	}
	clear(d.files)
}

// CutAfter has the power go after so many steps: syncs, and writes of a database.
func (d *Disk) CutAfter(steps int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = steps
}

// Cut has it go now, if it has not.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.gone {
		d.cut()
	}
}

// While runs f, and reports so, while the power is there. What f notes was known to
// the world before the cut.
func (d *Disk) While(f func()) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.gone {
		f()
	}
	return !d.gone
}

// step runs one step of the disk.
func (d *Disk) step(f func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.left--; d.left == 0 {
		d.cut()
	}
	if d.gone {
		return ErrGone
	}
	return f()
}

// Sync makes a file's bytes last.
func (d *Disk) Sync(file *os.File) error {
	return d.step(func() error {
		h, err := d.hold(fmt.Sprintf("/proc/self/fd/%d", file.Fd()))
		if err == nil {
			h.synced, err = h.now()
		}
		return err
	})
}

// SyncDir makes the names in a folder last.
func (d *Disk) SyncDir(dir string) error {
	return d.step(func() error { return d.nameAll(dir) })
}

func (d *Disk) nameAll(dir string) error {
	now, err := d.look(dir)
	if err != nil {
		return err
	}
	for name, inode := range now {
		if _, ok := d.files[inode]; ok {
			continue
		}
		if _, err := d.hold(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	d.names[dir] = now
	return nil
}

// look gives the names of a folder as programs see them.
func (d *Disk) look(dir string) (map[string]uint64, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	now := map[string]uint64{}
	for _, e := range list {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // moved meanwhile
		}
		if err != nil {
			return nil, err
		}
		now[e.Name()] = info.Sys().(*syscall.Stat_t).Ino //nolint:forcetypeassert // a file of this machine
	}
	return now, nil
}

func (d *Disk) hold(name string) (*held, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	inode := info.Sys().(*syscall.Stat_t).Ino //nolint:forcetypeassert // a file of this machine
	if h, ok := d.files[inode]; ok {
		return h, f.Close()
	}
	h := &held{file: f}
	d.files[inode] = h
	return h, nil
}

// now is what programs read of a file; nothing of a folder.
func (h *held) now() ([]byte, error) {
	info, err := h.file.Stat()
	if err != nil || info.IsDir() {
		return nil, err
	}
	body := make([]byte, info.Size())
	n, err := h.file.ReadAt(body, 0)
	if errors.Is(err, io.EOF) { // it became shorter meanwhile
		err = nil
	}
	return body[:n], err
}

// cut takes down what will be found.
func (d *Disk) cut() {
	d.gone, d.after = true, map[string][]byte{}
	if err := d.keep(d.Dir, "."); err != nil {
		d.tb.Errorf("cut: %v", err)
	}
}

func (d *Disk) keep(dir, as string) error {
	d.after[as] = nil
	now, err := d.look(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	all := map[string]bool{}
	for name := range now {
		all[name] = true
	}
	for name := range d.names[dir] {
		all[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		inode, there := d.names[dir][name]
		if d.rand.IntN(2) == 0 {
			inode, there = now[name], now[name] != 0
		}
		if !there {
			continue
		}
		if err := d.keepFile(filepath.Join(dir, name), filepath.Join(as, name), inode); err != nil {
			return err
		}
	}
	return nil
}

func (d *Disk) keepFile(name, as string, inode uint64) error {
	h, ok := d.files[inode]
	if !ok { // never synced: what is there under its name, in part
		var err error
		if h, err = d.hold(name); errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
	}
	if info, err := h.file.Stat(); err != nil || info.IsDir() {
		return errors.Join(err, d.keep(name, as))
	}
	now, err := h.now()
	d.after[as] = d.mix(h.synced, now)
	return err
}

const block = 512

// mix is a file of which some blocks are as synced and others as written later.
func (d *Disk) mix(synced, now []byte) []byte {
	if bytes.Equal(synced, now) {
		return append([]byte{}, now...)
	}
	size := len(synced)
	if d.rand.IntN(2) == 0 {
		size = len(now)
	}
	mixed := make([]byte, size)
	for at := 0; at < size; at += block {
		from := synced
		if d.rand.IntN(2) == 0 {
			from = now
		}
		if at < len(from) {
			copy(mixed[at:min(at+block, size)], from[at:])
		}
	}
	return mixed
}

// Restart is the disk when the power is back, in a folder of its own.
func (d *Disk) Restart() *Disk {
	d.tb.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.gone {
		d.tb.Fatal("the power is not gone")
	}
	dir := d.tb.TempDir()
	for _, name := range slices.Sorted(maps.Keys(d.after)) { // a folder before what is in it
		var err error
		if body := d.after[name]; body == nil {
			err = os.MkdirAll(filepath.Join(dir, name), 0o700)
		} else {
			err = os.WriteFile(filepath.Join(dir, name), body, 0o600)
		}
		if err != nil {
			d.tb.Fatal(err)
		}
	}
	d.release()
	return New(d.tb, dir, d.rand)
}
