package store

import (
	"context"
	"errors"
	"os"
)

// Disk makes last what was written. What did not go through it may be gone after a
// power cut, and a test's Disk forgets it.
type Disk interface {
	Sync(file *os.File) error // a file's bytes
	SyncDir(dir string) error // the names in a folder
}

// machine is the disk of this machine.
type machine struct{}

// Sync makes a file's bytes last.
func (machine) Sync(file *os.File) error { return file.Sync() }

// SyncDir makes the names in a folder last.
func (machine) SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// OpenThrough opens an embedded store as Open does, its bytes going through a VFS that
// was registered with go-sqlite3: one that watches them, or forgets.
func OpenThrough(ctx context.Context, where, vfs string) (*Store, error) {
	return open(ctx, where, vfs, func(s *Store) error { return s.ready(ctx) })
}
