package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/emmansun/gmsm/sm3"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
)

// Files keeps attached files by the hash of their bytes, closed under the key of their
// matter: what is there is never written again, and never taken away but where it never
// became part of anything. What came before there were keys lies open under its SHA-256,
// and is read as well.
type Files struct {
	spool string // what is being received, closed
	at    blobs
}

// blobs is where closed bytes lie under names.
type blobs interface {
	// take moves a file of a size that is on the disk to a name.
	take(ctx context.Context, file *os.File, size int64, name string) error
	// open opens what lies under a name; nothing is a not_found Error.
	open(ctx context.Context, name string) (blob, error)
	remove(ctx context.Context, name string) error
	all(ctx context.Context) iter.Seq2[string, error]
}

// blob is an open file of whoever keeps it.
type blob interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Received is what was taken of bytes as they came in.
type Received struct {
	SHA256, SM3 string // hexadecimal
	Size        int64
}

// OpenFiles opens, and makes where needed, a folder.
func OpenFiles(dir string) (*Files, error) { return OpenFilesThrough(dir, machine{}) }

// OpenFilesThrough opens a folder as OpenFiles does, and has a Disk make last what is
// kept there.
func OpenFilesThrough(dir string, disk Disk) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	_ = disk.SyncDir(filepath.Dir(dir)) // a folder that is not ours to read was not made just now
	return &Files{spool: dir, at: &folder{dir: dir, disk: disk}}, nil
}

// Dir is the folder files are received in; where they are kept in one, they lie there.
func (f *Files) Dir() string { return f.spool }

// hashes takes both hashes of what is written to it (GB/T 32905 for SM3).
type hashes struct {
	sha, sm interface {
		io.Writer
		Sum(b []byte) []byte
	}
}

func newHashes() hashes { return hashes{sha256.New(), sm3.New()} }

// Write takes bytes.
func (d hashes) Write(b []byte) (int, error) {
	_, _ = d.sha.Write(b) // a hash never fails
	return d.sm.Write(b)
}

func (d hashes) sums() (sha, sm string) {
	return hex.EncodeToString(d.sha.Sum(nil)), hex.EncodeToString(d.sm.Sum(nil))
}

// Put stores what r gives, up to a size, closed under a key, and returns its hashes;
// the bytes are kept for good when it returns. They are never whole in memory, and
// never open on a disk. Too much is an invalid Error, a full disk a busy one.
func (f *Files) Put(ctx context.Context, key seal.DataKey, r io.Reader, most int64) (got Received, err error) {
	d := newHashes()
	err = f.receive(ctx, func(w io.Writer) (string, error) {
		if got.Size, err = encrypt(key, w, io.TeeReader(io.LimitReader(r, most+1), d)); err != nil {
			return "", err
		}
		if got.Size > most {
			return "", pil.Invalid("文件超过 %d MB，没有保存；请分开上传 (the file is larger than %[1]d MB)", most>>20)
		}
		got.SHA256, got.SM3 = d.sums()
		return key.Address(got.SHA256), nil
	})
	if err != nil {
		return Received{}, err
	}
	return got, nil
}

func encrypt(key seal.DataKey, w io.Writer, r io.Reader) (int64, error) {
	closed, err := key.Encrypt(w)
	if err != nil {
		return 0, err
	}
	n, err := io.CopyBuffer(closed, struct{ io.Reader }{r}, make([]byte, 256<<10))
	return n, errors.Join(err, closed.Close())
}

// receive writes a file, and keeps it under the name that comes out.
func (f *Files) receive(ctx context.Context, write func(io.Writer) (string, error)) (err error) {
	defer func() {
		if errors.Is(err, syscall.ENOSPC) {
			err = &pil.Error{Code: pil.CodeBusy, Text: "磁盘已满，文件没有保存；请管理员腾出空间后再试 (the disk is full; the file was not saved)", Err: err}
		}
	}()
	tmp, err := os.CreateTemp(f.spool, "receiving-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // where it was moved it is gone
	defer func() { _ = tmp.Close() }()
	name, err := write(tmp)
	if err != nil {
		return err
	}
	size, err := tmp.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	return f.at.take(ctx, tmp, size, name)
}

// PutAs keeps bytes as they are under a name that All gave: what a backup saved.
func (f *Files) PutAs(ctx context.Context, name string, r io.Reader) error {
	if !isName(name) {
		return pil.Invalid("附件的名称不对 (not a name of a file)")
	}
	return f.receive(ctx, func(w io.Writer) (string, error) {
		_, err := io.Copy(w, r)
		return name, err
	})
}

// isName reports whether a name is one that Files gives: never a path to elsewhere.
func isName(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == sha256.Size
}

// Bytes are a file's bytes, open for reading from anywhere.
type Bytes struct {
	*io.SectionReader
	from io.Closer
}

// Close ends the reading.
func (b *Bytes) Close() error { return b.from.Close() }

// ErrAltered says that stored bytes do not give their hashes, or cannot be opened.
var ErrAltered = errors.New("store: the bytes are not those received")

// Open opens the bytes of a SHA-256 under their key; the zero key is for what lies open.
// What is not there is a not_found Error, what cannot be opened ErrAltered.
func (f *Files) Open(ctx context.Context, sum string, key seal.DataKey) (*Bytes, error) {
	if !isName(sum) {
		return nil, pil.NotFound("没有这个文件 (no such file)")
	}
	if key == (seal.DataKey{}) {
		return f.Raw(ctx, sum)
	}
	return f.unsealed(ctx, key.Address(sum), key)
}

// Forget takes away the bytes of a SHA-256 under a key that nothing else was closed
// with: what was sent, and is part of nothing.
func (f *Files) Forget(ctx context.Context, sum string, key seal.DataKey) error {
	return f.at.remove(ctx, key.Address(sum))
}

// Raw opens what lies under a name of All as it lies there.
func (f *Files) Raw(ctx context.Context, name string) (*Bytes, error) {
	b, err := f.at.open(ctx, name)
	if err != nil {
		return nil, err
	}
	return &Bytes{io.NewSectionReader(b, 0, b.Size()), b}, nil
}

func (f *Files) unsealed(ctx context.Context, name string, key seal.DataKey) (*Bytes, error) {
	b, err := f.at.open(ctx, name)
	if err != nil {
		return nil, err
	}
	kept := &kept{ReaderAt: b}
	r, size, err := key.Decrypt(kept, b.Size())
	if err != nil {
		return nil, errors.Join(kept.blame(err), b.Close())
	}
	return &Bytes{io.NewSectionReader(opened{r, kept}, 0, size), b}, nil
}

// kept remembers that reading failed: an error of the disk says nothing of the bytes.
type kept struct {
	io.ReaderAt
	err error
}

// ReadAt reads.
func (k *kept) ReadAt(b []byte, at int64) (int, error) {
	n, err := k.ReaderAt.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		k.err = err
	}
	return n, err
}

func (k *kept) blame(err error) error {
	if k.err != nil {
		return k.err
	}
	return fmt.Errorf("%w: %w", ErrAltered, err)
}

type opened struct {
	io.ReaderAt
	kept *kept
}

// ReadAt reads, and says of bytes that do not open that they were altered.
func (o opened) ReadAt(b []byte, at int64) (int, error) {
	n, err := o.ReaderAt.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		err = o.kept.blame(err)
	}
	return n, err
}

// Check reads the bytes of a file again and takes both hashes. What is not there is a
// not_found Error, what was changed is ErrAltered; an SM3 that was never taken is not
// compared.
func (f *Files) Check(ctx context.Context, want Received, key seal.DataKey) error {
	file, err := f.Open(ctx, want.SHA256, key)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read from
	d := newHashes()
	size, err := io.CopyBuffer(d, readerWith{ctx, file}, make([]byte, 1<<20))
	if err != nil {
		return err
	}
	sha, sm := d.sums()
	if sha != want.SHA256 || want.SM3 != "" && sm != want.SM3 || size != want.Size {
		return ErrAltered
	}
	return nil
}

// readerWith reads until the context ends.
type readerWith struct {
	ctx context.Context
	r   io.Reader
}

// Read reads.
func (r readerWith) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

// All gives the name under which each file lies; what is still being received is none.
func (f *Files) All(ctx context.Context) iter.Seq2[string, error] { return f.at.all(ctx) }

// Pieces of files that are being received over several requests.

func piece(upload int64, n int) string { return fmt.Sprintf("uploads/%d/%06d", upload, n) }

// PutPiece keeps the n-th piece of an upload, closed, until it is put together or
// forgotten; the same piece again takes the place of the one before.
func (f *Files) PutPiece(ctx context.Context, key seal.DataKey, upload int64, n int, r io.Reader, most int64) (size int64, err error) {
	err = f.receive(ctx, func(w io.Writer) (string, error) {
		if size, err = encrypt(key, w, io.LimitReader(r, most)); err != nil {
			return "", err
		}
		return piece(upload, n), nil
	})
	return size, err
}

// Pieces reads the pieces of an upload one after the other.
func (f *Files) Pieces(ctx context.Context, key seal.DataKey, upload int64, count int) io.ReadCloser {
	from, to := io.Pipe()
	go func() {
		for n := range count {
			b, err := f.unsealed(ctx, piece(upload, n), key)
			if err != nil {
				_ = to.CloseWithError(err) // it gives no error
				return
			}
			_, err = io.CopyBuffer(to, struct{ io.Reader }{b}, make([]byte, 256<<10))
			if err = errors.Join(err, b.Close()); err != nil {
				_ = to.CloseWithError(err)
				return
			}
		}
		_ = to.Close()
	}()
	return from
}

// DropPieces forgets the pieces of an upload.
func (f *Files) DropPieces(ctx context.Context, upload int64, count int) (err error) {
	for n := range count {
		err = errors.Join(err, f.at.remove(ctx, piece(upload, n)))
	}
	return err
}

// folder keeps blobs in a folder of this machine.
type folder struct {
	dir   string
	disk  Disk
	lasts sync.Map // folders in it that were seen to last
}

func (d *folder) path(name string) string {
	if isName(name) {
		return filepath.Join(d.dir, name[:2], name)
	}
	return filepath.Join(d.dir, filepath.FromSlash(name))
}

// take returns when the bytes, their name and their folder are on the disk, in this
// order: a name never stands for less than all of its bytes.
func (d *folder) take(_ context.Context, file *os.File, _ int64, name string) error {
	if err := d.disk.Sync(file); err != nil {
		return err
	}
	dir := filepath.Dir(d.path(name))
	if err := d.makeDir(dir); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), d.path(name)); err != nil {
		return err
	}
	return d.disk.SyncDir(dir)
}

// makeDir makes a folder, and those above it, and their names last. One that is there
// may have been made a moment ago by somebody who has not come that far: it is seen to
// once by each program.
func (d *folder) makeDir(dir string) error {
	if _, ok := d.lasts.Load(dir); dir == d.dir || ok && exists(dir) {
		return nil
	}
	above := filepath.Dir(dir)
	if err := d.makeDir(above); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	if err := d.disk.SyncDir(above); err != nil {
		return err
	}
	d.lasts.Store(dir, true)
	return nil
}

func exists(dir string) bool {
	_, err := os.Stat(dir)
	return err == nil
}

// onDisk is a file of a size.
type onDisk struct {
	*os.File
	size int64
}

// Size is how long it is.
func (f onDisk) Size() int64 { return f.size }

func (d *folder) open(_ context.Context, name string) (blob, error) {
	file, err := os.Open(d.path(name))
	if os.IsNotExist(err) {
		return nil, missing()
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return onDisk{file, info.Size()}, nil
}

func missing() error {
	return pil.NotFound("文件内容不在存储中，请告知管理员 (the file's bytes are missing)")
}

func (d *folder) remove(_ context.Context, name string) error {
	err := os.Remove(d.path(name))
	if os.IsNotExist(err) {
		return nil
	}
	_ = os.Remove(filepath.Dir(d.path(name))) // the last one takes the folder along
	return err
}

func (d *folder) all(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		dirs, err := os.ReadDir(d.dir)
		if err != nil {
			yield("", err)
			return
		}
		for _, sub := range dirs {
			if !sub.IsDir() || len(sub.Name()) != 2 {
				continue
			}
			files, err := os.ReadDir(filepath.Join(d.dir, sub.Name()))
			if err = errors.Join(err, ctx.Err()); err != nil {
				yield("", err)
				return
			}
			for _, file := range files {
				if isName(file.Name()) && !yield(file.Name(), nil) {
					return
				}
			}
		}
	}
}
