package seal

import (
	"bufio"
	"crypto/cipher"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"

	"shouhu/internal/pil"
)

// The envelope of docs/formats/seal.md.
const (
	magic     = "shouhu-envelope-1\n"
	keyIDSize = 8
	idSize    = 16
	chunkSize = 64 << 10 // of what is sealed; a tag of 16 bytes follows each
	tagSize   = 16
	maxEnc    = 512
)

// ID names an envelope. The office takes each in once.
type ID [idSize]byte

// NewID draws an id from random.
func NewID(random io.Reader) (id ID, err error) {
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return id, fmt.Errorf("draw an id: %w", err)
	}
	return id, nil
}

// String writes the id in hexadecimal.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// smallest is the shortest class: what a text without files comes to.
const smallest = 16 << 10

// Padded is the length class of n sealed bytes: powers of two from 16 KiB up to
// 1 MiB, above that eight classes to each doubling.
func Padded(n int64) int64 {
	if n <= smallest {
		return smallest
	}
	top := int64(1) << (bits.Len64(uint64(n-1)) - 1) // the power of two below n
	step := top
	if n > 1<<20 {
		step = top >> 3
	}
	return (n + step - 1) / step * step
}

// sealer writes one stream of sealed chunks, padded to its class.
type sealer struct {
	w     io.Writer
	aead  cipher.AEAD
	buf   []byte // the chunk being filled
	out   []byte
	n     uint64 // chunks written
	total int64
	err   error
}

// newSealer writes the header of an envelope to a key.
func newSealer(w io.Writer, random io.Reader, to PublicKey, id ID) (*sealer, error) {
	a, err := to.suite.algorithms()
	if err != nil {
		return nil, err
	}
	secret, enc, err := a.encapsulate(random, to.raw)
	if err != nil {
		return nil, fmt.Errorf("seal to a key: %w", err)
	}
	head := append([]byte(magic), byte(to.suite))
	head = append(head, id[:]...)
	head = append(head, to.id()...)
	head = binary.BigEndian.AppendUint16(head, uint16(len(enc)))
	head = append(head, enc...)
	aead, err := streamKey(a, secret, head)
	if err != nil {
		return nil, err
	}
	s := &sealer{w: w, aead: aead, buf: make([]byte, 0, chunkSize), out: make([]byte, 0, len(head)+chunkSize+tagSize)}
	s.out = append(s.out, head...) // leaves with the first chunk
	return s, nil
}

// streamKey is bound to all of the header.
func streamKey(a algorithms, secret, head []byte) (cipher.AEAD, error) {
	h := a.hash()
	h.Write(head)
	key, err := derive(a, secret, h.Sum(nil), "stream", a.keySize())
	if err != nil {
		return nil, err
	}
	return a.aead(key)
}

// nonce is the chunk's number and whether it is the last. Each envelope has a key
// of its own.
func nonce(n uint64, last bool) []byte {
	b := make([]byte, 12)
	binary.BigEndian.PutUint64(b[3:11], n)
	if last {
		b[11] = 1
	}
	return b
}

func (s *sealer) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 && s.err == nil {
		if len(s.buf) == chunkSize {
			s.flush(false)
			continue
		}
		n := min(len(p), chunkSize-len(s.buf))
		s.buf = append(s.buf, p[:n]...)
		p = p[n:]
		s.total += int64(n)
	}
	if s.err != nil {
		return 0, s.err
	}
	return written, nil
}

func (s *sealer) flush(last bool) {
	s.out = s.aead.Seal(s.out, nonce(s.n, last), s.buf, nil)
	_, s.err = s.w.Write(s.out)
	s.out, s.buf, s.n = s.out[:0], s.buf[:0], s.n+1
}

// close pads, and writes the last chunk.
func (s *sealer) close() error {
	zeros := make([]byte, 4096)
	for left := Padded(s.total) - s.total; left > 0 && s.err == nil; {
		n, _ := s.Write(zeros[:min(left, int64(len(zeros)))])
		left -= int64(n)
	}
	if s.err == nil {
		s.flush(true)
	}
	return s.err
}

// opener reads what sealer wrote.
type opener struct {
	r    *bufio.Reader
	aead cipher.AEAD
	in   []byte
	out  []byte // opened and not yet read
	n    uint64
	done bool
}

var errDamaged = pil.Invalid("信封已损坏、被截短或者被改动，未收入 (the envelope is damaged, truncated or altered)")

// openEnvelope reads the header, which names the key. What is no envelope, or is
// sealed to none of the keys, is an invalid Error.
func openEnvelope(r io.Reader, keys []PrivateKey) (*opener, ID, error) {
	var id ID
	fixed := make([]byte, len(magic)+1+idSize+keyIDSize+2)
	if _, err := io.ReadFull(r, fixed); err != nil {
		return nil, id, short(err)
	}
	if string(fixed[:len(magic)]) != magic {
		return nil, id, pil.Invalid("不是守护的信封，或者版本不认识 (not an envelope of this version)")
	}
	rest := fixed[len(magic):]
	copy(id[:], rest[1:])
	suite := Suite(rest[0])
	a, err := suite.algorithms()
	if err != nil {
		return nil, id, err
	}
	at := slices.IndexFunc(keys, func(k PrivateKey) bool {
		return suite == k.suite && string(rest[1+idSize:1+idSize+keyIDSize]) == string(k.Public().id())
	})
	if at < 0 {
		return nil, id, pil.Invalid("信封不是封给这把密钥的 (sealed to another key)")
	}
	n := binary.BigEndian.Uint16(rest[1+idSize+keyIDSize:])
	if n == 0 || n > maxEnc {
		return nil, id, errDamaged
	}
	enc := make([]byte, n)
	if _, err := io.ReadFull(r, enc); err != nil {
		return nil, id, short(err)
	}
	secret, err := a.decapsulate(keys[at].raw, enc)
	if err != nil {
		return nil, id, errDamaged
	}
	aead, err := streamKey(a, secret, append(fixed, enc...))
	if err != nil {
		return nil, id, err
	}
	return &opener{r: bufio.NewReaderSize(r, chunkSize+tagSize+1), aead: aead, in: make([]byte, chunkSize+tagSize)}, id, nil
}

func short(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errDamaged
	}
	return err
}

// Read gives opened bytes. io.EOF comes only after the chunk that says it is the
// last, with nothing behind it.
func (o *opener) Read(p []byte) (int, error) {
	for len(o.out) == 0 {
		if o.done {
			return 0, io.EOF
		}
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, o.out)
	o.out = o.out[n:]
	return n, nil
}

func (o *opener) next() error {
	n, err := io.ReadFull(o.r, o.in)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return short(err)
	}
	if _, err := o.r.Peek(1); err != nil {
		if !errors.Is(err, io.EOF) {
			return err
		}
		o.done = true
	}
	if n < tagSize {
		return errDamaged
	}
	if o.out, err = o.aead.Open(o.in[:0], nonce(o.n, o.done), o.in[:n], nil); err != nil {
		return errDamaged
	}
	o.n++
	return nil
}

// To closes a short text to a public key, for a purpose, padded to a multiple
// of 512 bytes. Only OpenFrom with the private key and the same purpose opens it.
func To(random io.Reader, to PublicKey, purpose string, secret []byte) ([]byte, error) {
	a, err := to.suite.algorithms()
	if err != nil {
		return nil, err
	}
	shared, enc, err := a.encapsulate(random, to.raw)
	if err != nil {
		return nil, fmt.Errorf("seal to a key: %w", err)
	}
	head := binary.BigEndian.AppendUint16([]byte{byte(to.suite)}, uint16(len(enc)))
	head = append(head, enc...)
	aead, err := boxKey(a, shared, head, purpose)
	if err != nil {
		return nil, err
	}
	text := binary.BigEndian.AppendUint32(nil, uint32(len(secret)))
	text = append(text, secret...)
	text = append(text, make([]byte, (512-len(text)%512)%512)...)
	return aead.Seal(head, nonce(0, true), text, nil), nil
}

func boxKey(a algorithms, shared, head []byte, purpose string) (cipher.AEAD, error) {
	h := a.hash()
	h.Write(head)
	key, err := derive(a, shared, h.Sum(nil), "box "+purpose, a.keySize())
	if err != nil {
		return nil, err
	}
	return a.aead(key)
}

// OpenFrom opens what To closed. What is altered, or belongs to another key or
// purpose, is an invalid Error without a word of the secret.
func OpenFrom(key PrivateKey, purpose string, sealed []byte) ([]byte, error) {
	bad := pil.Invalid("密封内容打不开：内容被改动，或者密钥不对 (cannot be opened: altered, or the wrong key)")
	if len(sealed) < 3 || Suite(sealed[0]) != key.suite || key.IsZero() {
		return nil, bad
	}
	a, err := key.suite.algorithms()
	if err != nil {
		return nil, err
	}
	end := 3 + int(binary.BigEndian.Uint16(sealed[1:]))
	if end > len(sealed) || end == 3 || end > 3+maxEnc {
		return nil, bad
	}
	shared, err := a.decapsulate(key.raw, sealed[3:end])
	if err != nil {
		return nil, bad
	}
	aead, err := boxKey(a, shared, sealed[:end], purpose)
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, nonce(0, true), sealed[end:], nil)
	if err != nil || len(text) < 4 {
		return nil, bad
	}
	n := binary.BigEndian.Uint32(text)
	if int64(n) > int64(len(text)-4) {
		return nil, bad
	}
	return text[4 : 4+n], nil
}

// ParseID reads what String wrote; anything else is an invalid Error.
func ParseID(s string) (id ID, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != idSize {
		return id, pil.Invalid("信封编号的格式不对 (not an envelope's id)")
	}
	copy(id[:], b)
	return id, nil
}
