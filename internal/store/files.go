package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"shouhu/internal/pil"
)

// Files keeps attached files in a folder, each under the SHA-256 of its bytes:
// what is there is never written again and never taken away.
type Files struct{ dir string }

// OpenFiles opens, and makes where needed, the folder.
func OpenFiles(dir string) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Files{dir: dir}, nil
}

func (f *Files) path(sum string) string { return filepath.Join(f.dir, sum[:2], sum) }

// Put stores what r gives, up to a size, and returns its hash; the bytes are on
// the disk when it returns. Too much is an invalid Error.
func (f *Files) Put(r io.Reader, most int64) (sum string, size int64, err error) {
	tmp, err := os.CreateTemp(f.dir, "receiving-*")
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // after the rename it is gone
	defer func() { _ = tmp.Close() }()
	h := sha256.New()
	if size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(r, most+1)); err != nil {
		return "", 0, err
	}
	if size > most {
		return "", 0, pil.Invalid("文件超过 %d MB，没有保存；请分开上传 (the file is larger than %[1]d MB)", most>>20)
	}
	if err := tmp.Sync(); err != nil {
		return "", 0, err
	}
	sum = hex.EncodeToString(h.Sum(nil))
	dir := filepath.Dir(f.path(sum))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", 0, err
	}
	if err := os.Rename(tmp.Name(), f.path(sum)); err != nil {
		return "", 0, err
	}
	return sum, size, syncDir(dir)
}

// syncDir makes a rename in a folder last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return d.Sync()
}

// Open opens the bytes under a hash; what is not there is a not_found Error.
func (f *Files) Open(sum string) (*os.File, error) {
	if len(sum) != 2*sha256.Size {
		return nil, pil.NotFound("没有这个文件 (no such file)")
	}
	file, err := os.Open(f.path(sum))
	if os.IsNotExist(err) {
		return nil, pil.NotFound("文件内容不在存储中，请告知管理员 (the file's bytes are missing)")
	}
	return file, err
}

// Check reads the bytes under a hash again and compares.
func (f *Files) Check(sum string) error {
	file, err := f.Open(sum)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sum {
		return fmt.Errorf("bytes have the hash %s", got)
	}
	return nil
}

// Dir is the folder.
func (f *Files) Dir() string { return f.dir }
