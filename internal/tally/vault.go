package tally

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"shouhu/internal/pil"
)

// vault makes the temporary files of one count. What they hold is sealed with
// AES-GCM under a key that comes from Spec.Key and is never written: nobody can
// read a row there, and one that was changed is found out.
type vault struct {
	aead  cipher.AEAD
	spill func() (File, error)
	bytes *atomic.Int64

	mu    *sync.Mutex
	files *[]*sealed
}

func newVault(key [16]byte, spill func() (File, error)) vault {
	secret := sha256.Sum256(append([]byte("shouhu/tally: temporary files\x00"), key[:]...))
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16 bytes
	}
	return vault{aead: aead, spill: spill, bytes: new(atomic.Int64), mu: new(sync.Mutex), files: new([]*sealed)}
}

// sealed is a temporary file of sealed pieces. One goroutine appends; several
// may read.
type sealed struct {
	vault *vault
	file  File
	id    uint32
	at    int64
	buf   []byte
}

// piece is where something lies in a sealed file, and how long it was.
type piece struct {
	at   int64
	size int
}

// file makes a new one.
func (v *vault) file() (*sealed, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f, err := v.spill()
	if err != nil {
		return nil, err
	}
	s := &sealed{vault: v, file: f, id: uint32(len(*v.files))}
	*v.files = append(*v.files, s)
	return s, nil
}

// close closes all files.
func (v *vault) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range *v.files {
		if s.file != nil {
			_ = s.file.Close() // nothing in it is needed any more
			s.file = nil
		}
	}
}

// nonce is the file and the place in it: no two pieces of a count share one.
func (s *sealed) nonce(at int64) (n [12]byte) {
	binary.LittleEndian.PutUint32(n[:], s.id)
	binary.LittleEndian.PutUint64(n[4:], uint64(at))
	return n
}

func (s *sealed) append(b []byte) (at int64, err error) {
	at = s.at
	nonce := s.nonce(at)
	s.buf = s.vault.aead.Seal(s.buf[:0], nonce[:], b, nil)
	if _, err = s.file.WriteAt(s.buf, at); err != nil {
		return 0, err
	}
	s.at += int64(len(s.buf))
	s.vault.bytes.Add(int64(len(s.buf)))
	return at, nil
}

// read gives a piece, in buf where it fits.
func (s *sealed) read(p piece, buf []byte) ([]byte, error) {
	if n := p.size + s.vault.aead.Overhead(); cap(buf) < n {
		buf = make([]byte, n)
	} else {
		buf = buf[:n]
	}
	if n, err := s.file.ReadAt(buf, p.at); n < len(buf) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	nonce := s.nonce(p.at)
	plain, err := s.vault.aead.Open(buf[:0], nonce[:], buf, nil)
	if err != nil {
		return nil, &pil.Error{Code: pil.CodeInternal, Text: "临时文件被改动过，计数已停止；请重新运行 (a temporary file was changed)", Err: err}
	}
	return plain, nil
}
