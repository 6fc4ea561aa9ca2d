package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"syscall"

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
// the disk when it returns. Too much is an invalid Error, a full
// disk a busy one.
func (f *Files) Put(r io.Reader, most int64) (sum string, size int64, err error) {
	defer func() {
		if errors.Is(err, syscall.ENOSPC) {
			err = &pil.Error{Code: pil.CodeBusy, Text: "磁盘已满，文件没有保存；请管理员腾出空间后再试 (the disk is full; the file was not saved)", Err: err}
		}
	}()
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
	if b, err := hex.DecodeString(sum); err != nil || len(b) != sha256.Size { // never a path to elsewhere
		return nil, pil.NotFound("没有这个文件 (no such file)")
	}
	file, err := os.Open(f.path(sum))
	if os.IsNotExist(err) {
		return nil, pil.NotFound("文件内容不在存储中，请告知管理员 (the file's bytes are missing)")
	}
	return file, err
}

// ErrAltered says that stored bytes do not give the hash they lie under.
var ErrAltered = errors.New("store: the bytes do not give their hash")

// Check reads the bytes under a hash again and gives their number. What is not there
// is a not_found Error, what was changed is ErrAltered.
func (f *Files) Check(sum string) (size int64, err error) {
	file, err := f.Open(sum)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	if size, err = io.Copy(h, file); err != nil {
		return size, err
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return size, ErrAltered
	}
	return size, nil
}

// All gives the hash under which each file lies, in their order; what is still
// being received is none.
func (f *Files) All() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		dirs, err := os.ReadDir(f.dir)
		if err != nil {
			yield("", err)
			return
		}
		for _, d := range dirs {
			if !d.IsDir() {
				continue
			}
			files, err := os.ReadDir(filepath.Join(f.dir, d.Name()))
			if err != nil {
				yield("", err)
				return
			}
			for _, file := range files {
				if !yield(file.Name(), nil) {
					return
				}
			}
		}
	}
}

// Dir is the folder.
func (f *Files) Dir() string { return f.dir }
