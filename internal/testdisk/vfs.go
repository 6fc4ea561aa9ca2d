package testdisk

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// registered makes the names of VFSes differ.
var registered atomic.Int64

// VFS registers, until the test ends, a VFS of go-sqlite3 whose databases and journals
// lie on the disk, and gives its name.
func (d *Disk) VFS() string {
	name := fmt.Sprintf("testdisk-%d", registered.Add(1))
	vfs.Register(name, through{vfs.Find(""), d})
	d.tb.Cleanup(func() { vfs.Unregister(name) })
	return name
}

type through struct {
	vfs.VFS
	d *Disk
}

// journals are what lies beside a database and has to be found with it.
const journals = vfs.OPEN_MAIN_JOURNAL | vfs.OPEN_SUPER_JOURNAL | vfs.OPEN_WAL

// Open opens a file without a name: nobody finds it again.
func (t through) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return vfsutil.WrapOpen(t.VFS, name, flags)
}

// OpenFilename opens a file.
func (t through) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, flags, err := vfsutil.WrapOpenFilename(t.VFS, name, flags)
	if err != nil || flags&(vfs.OPEN_MAIN_DB|journals) == 0 {
		return file, flags, err
	}
	// As the driver's own VFS: the first sync of a journal it made is of its name too.
	return &database{File: file, d: t.d, name: name.String(), syncDir: flags&vfs.OPEN_CREATE != 0 && flags&journals != 0}, flags, nil
}

// Delete removes a file.
func (t through) Delete(name string, syncDir bool) error {
	return t.d.step(func() error {
		if err := t.VFS.Delete(name, false); err != nil || !syncDir {
			return err
		}
		return t.d.nameAll(filepath.Dir(name))
	})
}

// database is a database, or a journal of one.
type database struct {
	vfs.File
	d       *Disk
	name    string
	syncDir bool
}

// WriteAt writes.
func (f *database) WriteAt(b []byte, at int64) (n int, err error) {
	err = f.d.step(func() error {
		n, err = f.File.WriteAt(b, at)
		return err
	})
	return n, err
}

// Truncate cuts the file short, or makes it longer.
func (f *database) Truncate(size int64) error {
	return f.d.step(func() error { return f.File.Truncate(size) })
}

// Sync makes what was written last.
func (f *database) Sync(vfs.SyncFlag) error {
	file, err := os.Open(f.name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read from
	if err := f.d.Sync(file); err != nil || !f.syncDir {
		return err
	}
	f.syncDir = false
	return f.d.SyncDir(filepath.Dir(f.name))
}

// SharedMemory is that of the file below.
func (f *database) SharedMemory() vfs.SharedMemory { return vfsutil.WrapSharedMemory(f.File) }
