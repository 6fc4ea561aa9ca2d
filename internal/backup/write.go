package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"shouhu/internal/store"
)

// Version is the form of a backup.
const Version = 1

// The names of parts.
const (
	manifestName = "manifest.json"
	dumpPrefix   = "store/" // store/000001.jsonl.gz …, one dump in pieces
	filePrefix   = "files/" // files/NAME, as they lie
	extraPrefix  = "office/"
)

// Manifest lists a backup's parts; it is the last of them.
type Manifest struct {
	Version int       `json:"shouhu_backup"`
	Made    time.Time `json:"made"` // UTC, whole seconds
	Keys    bool      `json:"keys"` // it holds the office's keys
	Rows    int64     `json:"rows"`
	Files   int64     `json:"files"`
	Parts   []Part    `json:"parts"`
}

// Part is one part and the hash of its bytes as they lie in the file.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// sealed is the manifest with its own hash on a line behind it: it lists the hashes
// of all other parts, and this one nobody else lists.
func sealed(list []byte) []byte {
	sum := sha256.Sum256(list)
	return fmt.Appendf(nil, "%s\n%s\n", list, hex.EncodeToString(sum[:]))
}

// unsealed takes the hash off again; false where it does not fit.
func unsealed(body []byte) (list []byte, ok bool) {
	at := bytes.LastIndexByte(bytes.TrimSuffix(body, []byte("\n")), '\n')
	if at < 0 || !bytes.Equal(sealed(body[:at]), body) {
		return nil, false
	}
	return body[:at], true
}

// Source is what a backup is made of.
type Source struct {
	Store *store.Store
	Files *store.Files
	Extra map[string][]byte // by name: settings, keys
	Keys  bool              // keys are among the extra
	Made  time.Time
	Note  func(what string, done int64) // nil
}

// pieceSize is about how large a piece of the dump is: it is held in memory.
const pieceSize = 8 << 20

// Write writes a backup. The store is of one moment; a file that comes later may be
// in it too, and does no harm. Nobody is kept from writing.
func Write(ctx context.Context, w io.Writer, s Source) (*Manifest, error) {
	b := &writer{tar: tar.NewWriter(w), manifest: Manifest{Version: Version, Made: s.Made.UTC().Truncate(time.Second), Keys: s.Keys}}
	for _, name := range slices.Sorted(maps.Keys(s.Extra)) {
		if err := b.put(extraPrefix+name, s.Extra[name]); err != nil {
			return nil, err
		}
	}
	// The store before the files: what it names is there already, and stays.
	if err := b.store(ctx, s); err != nil {
		return nil, fmt.Errorf("save the store: %w", err)
	}
	if err := b.files(ctx, s); err != nil {
		return nil, fmt.Errorf("save the attached files: %w", err)
	}
	list, err := json.MarshalIndent(b.manifest, "", " ")
	if err != nil {
		return nil, err
	}
	if err := b.put(manifestName, sealed(list)); err != nil {
		return nil, err
	}
	return &b.manifest, b.tar.Close()
}

type writer struct {
	tar      *tar.Writer
	manifest Manifest
}

func (b *writer) put(name string, body []byte) error {
	return b.copy(name, int64(len(body)), bytes.NewReader(body))
}

func (b *writer) copy(name string, size int64, r io.Reader) error {
	h := tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: b.manifest.Made, Format: tar.FormatPAX}
	if err := b.tar.WriteHeader(&h); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(b.tar, sum), r)
	if err != nil {
		return err
	}
	if n != size {
		return fmt.Errorf("%s: %d bytes of %d", name, n, size)
	}
	b.manifest.Parts = append(b.manifest.Parts, Part{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func (b *writer) store(ctx context.Context, s Source) error {
	p := &pieces{out: b}
	p.zip, _ = gzip.NewWriterLevel(&p.held, gzip.BestSpeed) // the level is known
	err := s.Store.Dump(ctx, p, func(_ string, rows int64) {
		if b.manifest.Rows += rows; s.Note != nil {
			s.Note("数据行 (rows)", b.manifest.Rows)
		}
	})
	return errors.Join(err, p.flush())
}

// pieces cuts a dump into compressed parts.
type pieces struct {
	out  *writer
	zip  *gzip.Writer
	held bytes.Buffer
	n    int
	any  bool
}

// Write compresses, and puts a part where enough has come together.
func (p *pieces) Write(b []byte) (int, error) {
	p.any = true
	n, err := p.zip.Write(b)
	if err == nil && p.held.Len() >= pieceSize {
		err = p.flush()
	}
	return n, err
}

func (p *pieces) flush() error {
	if !p.any {
		return nil
	}
	if err := p.zip.Close(); err != nil {
		return err
	}
	p.n++
	err := p.out.put(fmt.Sprintf("%s%06d.jsonl.gz", dumpPrefix, p.n), p.held.Bytes())
	p.held.Reset()
	p.zip.Reset(&p.held)
	p.any = false
	return err
}

func (b *writer) files(ctx context.Context, s Source) error {
	for name, err := range s.Files.All(ctx) {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := b.file(ctx, s.Files, name); err != nil {
			return err
		}
		if b.manifest.Files++; s.Note != nil {
			s.Note("附件 (attached files)", b.manifest.Files)
		}
	}
	return nil
}

// file saves a file as it lies: closed files stay closed.
func (b *writer) file(ctx context.Context, files *store.Files, name string) error {
	f, err := files.Raw(ctx, name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read from
	return b.copy(filePrefix+name, f.Size(), f)
}
