package desk

import (
	"context"
	"io"

	"shouhu/internal/store"
)

// randomBytes are the bytes of a file, read from anywhere.
type randomBytes interface {
	io.ReaderAt
	io.Closer
}

// fileBytes opens the bytes of an attached file; who asks has been allowed to.
func (d *Desk) fileBytes(_ context.Context, f *store.File) (randomBytes, error) {
	return d.files.Open(f.SHA256)
}

// readerOf reads bytes from the beginning.
func readerOf(b io.ReaderAt, size int64) io.Reader { return io.NewSectionReader(b, 0, size) }
