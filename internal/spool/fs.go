package spool

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"shouhu/internal/pil"
)

// FS is what a spool needs of a file system. Names have one slash. What was written
// and not synced may be gone after a power cut, names too.
type FS interface {
	Create(name string) (File, error) // it must not be there
	Open(name string) (io.ReadCloser, error)
	Exists(name string) error // fs.ErrNotExist where it does not
	Rename(from, to string) error
	Remove(name string) error
	SyncDir(dir string) error
	List(dir string) ([]Entry, error) // in the order of names
}

// File is a file being written.
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// Entry is one file of a folder.
type Entry struct {
	Name string
	Size int64
}

// disk is a folder of the machine; no name leads out of it.
type disk struct{ root *os.Root }

// OpenDir opens, and makes where needed, a spool in a folder. The folders can be
// written by their group: the door and the office may run under different users.
func OpenDir(dir string, limit int64) (*Spool, error) {
	d, err := Dir(dir)
	if err != nil {
		return nil, err
	}
	return Open(d, limit)
}

// Dir is the file system of a folder, which it makes where needed.
func Dir(dir string) (FS, error) {
	d, err := makeDirs(dir)
	if err != nil {
		return nil, &pil.Error{Code: pil.CodeInvalid, Text: "暂存目录 " + dir + " 不能使用，请检查路径和权限 (cannot use the spool folder)", Err: err}
	}
	return d, nil
}

func makeDirs(dir string) (d disk, err error) {
	if err := os.MkdirAll(dir, 0o770); err != nil {
		return d, err
	}
	if d.root, err = os.OpenRoot(dir); err != nil {
		return d, err
	}
	for _, name := range dirs {
		if err := d.root.Mkdir(name, 0o770); err != nil && !errors.Is(err, fs.ErrExist) {
			return d, err
		}
	}
	if above, err := os.Open(filepath.Dir(dir)); err == nil { // one that is not ours to read was there before
		_ = errors.Join(above.Sync(), above.Close())
	}
	return d, d.SyncDir(".")
}

func (d disk) Create(name string) (File, error) {
	return d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o660)
}
func (d disk) Open(name string) (io.ReadCloser, error) { return d.root.Open(name) }
func (d disk) Exists(name string) error {
	_, err := d.root.Lstat(name)
	return err
}
func (d disk) Rename(from, to string) error { return d.root.Rename(from, to) }
func (d disk) Remove(name string) error     { return d.root.Remove(name) }

func (d disk) SyncDir(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d disk) List(dir string) ([]Entry, error) {
	f, err := d.root.Open(dir)
	if err != nil {
		return nil, err
	}
	names, err := f.ReadDir(-1)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	list := make([]Entry, 0, len(names))
	for _, e := range names {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // taken away meanwhile
		}
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() {
			list = append(list, Entry{e.Name(), info.Size()})
		}
	}
	return list, nil
}
