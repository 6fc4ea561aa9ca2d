package table

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash/crc32"
	"io"
	"path"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"shouhu/internal/pil"
)

// guard reads what was packed within the limits. seen counts for the whole input,
// so that many members that share their bytes are no way round.
type guard struct {
	in     io.Reader
	raw    *failing // what lies beneath
	seen   *atomic.Int64
	packed int64
	limits *Limits
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.in.Read(p)
	seen := g.seen.Add(int64(n))
	if seen > g.limits.Unpacked || seen > g.limits.free && seen/g.limits.Ratio > g.packed {
		return 0, pil.Invalid("解压后过大，可能是压缩炸弹，已停止读取 (it unpacks to too much: a bomb?)")
	}
	switch {
	case err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return n, err
	case g.raw.err != nil:
		return n, g.raw.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, pil.Invalid("压缩文件不完整，后面的部分缺失，请重新取得 (the compressed file is cut off)")
	}
	return n, errDamaged()
}

func errDamaged() error {
	return pil.Invalid("压缩文件已损坏，请重新取得 (the compressed file is damaged)")
}

// failing remembers that the bytes themselves could not be read.
type failing struct {
	in  io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.in.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// unzip opens what gzip packed.
func (s *Set) unzip(in io.Reader, packed int64) (io.Reader, error) {
	raw := &failing{in: in}
	g := &guard{in: raw, raw: raw, seen: new(atomic.Int64), packed: packed, limits: &s.limits}
	z, err := gzip.NewReader(raw)
	if err != nil {
		g.in = failed{err}
		_, err = g.Read(nil)
		return nil, err
	}
	g.in = z
	return g, nil
}

// failed is a reader that always fails.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// gzipWay reads what a gzip file packs and hashes the file.
func (s *Set) gzipWay(file int) way {
	return func(r *reading) (io.Reader, func() error, error) {
		f := s.files[file]
		in := &hashing{r: r, h: sha256.New(), in: io.NewSectionReader(f.Bytes, 0, f.Size)}
		out, err := s.unzip(in, f.Size)
		return out, func() error { return in.end(file) }, err
	}
}

// lookGzip looks at what a gzip file packs: a text.
func (s *Set) lookGzip(ctx context.Context, file int) ([]*source, error) {
	f := s.files[file]
	open := func() (io.Reader, error) { return s.unzip(io.NewSectionReader(f.Bytes, 0, f.Size), f.Size) }
	return s.lookPacked(ctx, &source{file: file, hashed: true}, strings.TrimSuffix(strings.ToLower(f.Name), ".gz"), open, s.gzipWay(file))
}

// lookPacked looks at something packed, by what it begins with: a text is read as
// it is unpacked, a workbook and Parquet in memory.
func (s *Set) lookPacked(ctx context.Context, src *source, name string, open func() (io.Reader, error), w way) ([]*source, error) {
	in, err := open()
	if err != nil {
		return nil, err
	}
	head, err := s.head(in)
	switch {
	case err != nil:
		return nil, err
	case len(head) == 0:
		return nil, errEmpty()
	}
	switch kindOf(head) {
	case "":
		complete := len(head) < s.limits.Row+s.limits.head
		return s.lookText(ctx, src, name, [][]byte{head}, complete, w)
	case "zip", "parquet":
		data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head), in), s.limits.Book+1))
		if err != nil {
			return nil, err
		}
		if int64(len(data)) > s.limits.Book {
			return nil, pil.Invalid("压缩包内的文件超过%d MB，请解压后再提交 (too large inside an archive: unpack it first)", s.limits.Book>>20)
		}
		src.hashed = false
		if kindOf(head) == "parquet" {
			return s.lookParquet(src, bytes.NewReader(data), int64(len(data)))
		}
		if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil && isBook(z) {
			return s.lookBook(src, bytes.NewReader(data), int64(len(data)))
		}
		return nil, pil.Invalid("压缩包里还有压缩包，请解压后再提交 (an archive inside an archive: unpack it first)")
	case "gzip":
		if src.part != "" {
			return nil, pil.Invalid("压缩包里还有压缩文件，请解压后再提交 (a compressed file inside an archive: unpack it first)")
		}
	}
	return nil, errKind()
}

// lookZip looks at a workbook, or at every member of an archive.
func (s *Set) lookZip(ctx context.Context, file int) (list []*source, err error) {
	f := s.files[file]
	z, err := zip.NewReader(f.Bytes, f.Size)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = pil.Invalid("压缩包不完整或者已损坏，请重新取得 (the archive is cut off or damaged)")
		}
		return nil, err
	}
	if isBook(z) {
		return s.lookBook(&source{file: file}, f.Bytes, f.Size)
	}
	if len(z.File) > s.limits.Members {
		return nil, pil.Invalid("压缩包内超过%d个文件 (too many members)", s.limits.Members)
	}
	seen := new(atomic.Int64)
	for _, m := range z.File {
		if base := path.Base(m.Name); m.FileInfo().IsDir() || strings.HasPrefix(m.Name, "__MACOSX/") || base == ".DS_Store" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := m.Name
		if m.NonUTF8 && !utf8.ValidString(part) && validGB([]byte(part)) {
			part = string(appendGB(nil, []byte(part)))
		}
		if m.Name == "[Content_Types].xml" || m.Name == "mimetype" {
			return nil, errKind() // a document of another kind
		}
		found, err := s.lookPacked(ctx, &source{file: file, part: part}, m.Name,
			func() (io.Reader, error) { return s.member(f, m, seen) }, s.memberWay(file, m))
		if err != nil {
			if e, ok := errors.AsType[*pil.Error](err); ok {
				at := *e
				at.Text = part + "：" + at.Text
				err = &at
			}
			return nil, err
		}
		list = append(list, found...)
	}
	if len(list) == 0 {
		return nil, errEmpty()
	}
	return list, nil
}

// isBook reports whether an archive is a workbook.
func isBook(z *zip.Reader) bool {
	for _, m := range z.File {
		if m.Name == "xl/workbook.xml" {
			return true
		}
	}
	return false
}

// member opens a member of an archive.
func (s *Set) member(f File, m *zip.File, seen *atomic.Int64) (io.Reader, error) {
	if m.Flags&1 != 0 {
		return nil, pil.Invalid("压缩包有密码，请解密后再提交 (the archive has a password)")
	}
	raw := &failing{}
	g := &guard{raw: raw, seen: seen, packed: f.Size, limits: &s.limits}
	at, err := m.DataOffset()
	if err != nil {
		return nil, errDamaged()
	}
	raw.in = io.NewSectionReader(f.Bytes, at, min(int64(m.CompressedSize64), max(0, f.Size-at)))
	checked := &checking{want: m.CRC32, size: int64(m.UncompressedSize64)}
	switch m.Method {
	case zip.Store:
		checked.in = raw
	case zip.Deflate:
		checked.in = flate.NewReader(raw)
	default:
		return nil, pil.Invalid("压缩方法不受支持，请用普通 zip 重新压缩 (unknown compression: use plain zip)")
	}
	g.in = checked
	return g, nil
}

// memberWay reads a member of an archive.
func (s *Set) memberWay(file int, m *zip.File) way {
	return func(r *reading) (io.Reader, func() error, error) {
		in, err := s.member(s.files[file], m, &r.unpacked[file])
		return in, func() error {
			r.bytes.Add(int64(m.CompressedSize64))
			return nil
		}, err
	}
}

// checking compares a member with what the archive says of it, at its end.
type checking struct {
	in   io.Reader
	sum  uint32
	seen int64
	want uint32
	size int64
}

func (c *checking) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.sum = crc32.Update(c.sum, crc32.IEEETable, p[:n])
	c.seen += int64(n)
	switch {
	case !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
	case c.seen < c.size:
		err = io.ErrUnexpectedEOF
	case c.seen > c.size || c.sum != c.want:
		err = zip.ErrChecksum
	}
	return n, err
}
