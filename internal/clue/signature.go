package clue

import (
	"encoding/binary"
	"math"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
	"golang.org/x/text/unicode/norm"

	"shouhu/internal/pil"
)

// Key is the installation's own number under which texts are hashed, so that
// signatures of two offices do not meet. It is no encryption: a signature is
// guarded like the text it was made of.
type Key uint64

// The shape of a signature. Bands of three places find a pair of likeness J with
// probability 1-(1-J³)⁴²: 0.94 at 0.4, 0.68 at 0.3, where clues told again lie.
// Unlike texts (J below 0.02) meet less than once in three thousand pairs: of
// three million clues a thousand are left to judge. 32 bands of four would leave
// a few dozen, and lose three in ten of what was told again with every tenth
// character changed (testdata/duplicates.txt).
const (
	hashes = 128
	bands  = 42
	inBand = 3
)

// shortText is how many characters a text needs before its wording says much.
// Shorter ones count pairs of characters too, or one changed character would
// leave little in common.
const shortText = 20

// Signature is the MinHash of a text's runs of three characters. The share of
// equal places in two signatures estimates the Jaccard likeness of the texts,
// with a standard error of at most 0.044.
type Signature struct {
	Chars int32 // letters and digits of the text
	Min   [hashes]uint32
}

// mixers are the multipliers that make 128 orders out of one hash.
var mixers = func() (m [hashes]struct{ times, plus uint64 }) {
	x := uint64(0x9E3779B97F4A7C15)
	next := func() uint64 { // SplitMix64
		x += 0x9E3779B97F4A7C15
		z := (x ^ x>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return z ^ z>>31
	}
	for i := range m {
		m[i].times, m[i].plus = next()|1, next()
	}
	return m
}()

// Sign is the signature of a text under a key.
func Sign(text string, key Key) Signature {
	letters, at := plain(text)
	n := len(at) - 1
	s := Signature{Chars: int32(min(n, math.MaxInt32))}
	for i := range s.Min {
		s.Min[i] = math.MaxUint32
	}
	run := func(size int) {
		for i := 0; i+size <= n; i++ {
			s.take(xxh3.HashSeed(letters[at[i]:at[i+size]], uint64(key)))
		}
	}
	if n > 0 {
		run(min(n, 3))
	}
	if n > 2 && n < shortText {
		run(2)
	}
	return s
}

func (s *Signature) take(h uint64) {
	for i := range s.Min {
		s.Min[i] = min(s.Min[i], uint32((h*mixers[i].times+mixers[i].plus)>>32))
	}
}

// plain is a text as it is compared: NFKC, lower case, letters and digits only.
// at holds where each character begins, and the end.
func plain(text string) (letters []byte, at []int) {
	whole := norm.NFKC.AppendString(make([]byte, 0, len(text)), text)
	letters, at = whole[:0], make([]int, 1, len(whole)/3+2)
	for i := 0; i < len(whole); {
		r, size := utf8.DecodeRune(whole[i:])
		i += size
		// A lower-case letter may be longer than its capital: never write
		// beyond what was read.
		if l := unicode.ToLower(r); utf8.RuneLen(l) <= size {
			r = l
		}
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			letters = utf8.AppendRune(letters, r)
			at = append(at, len(letters))
		}
	}
	return letters, at
}

// Likeness is the estimated Jaccard likeness of two texts, from 0 to 1; nothing
// is like an empty text.
func (s *Signature) Likeness(t *Signature) float64 {
	if s.Chars == 0 || t.Chars == 0 {
		return 0
	}
	same := 0
	for i := range s.Min {
		if s.Min[i] == t.Min[i] {
			same++
		}
	}
	return float64(same) / hashes
}

// Bands are the keys under which an index finds likely duplicates: two clues
// that share one are worth judging. An empty text has none.
func (s *Signature) Bands() []uint64 {
	if s.Chars == 0 {
		return nil
	}
	keys := make([]uint64, bands)
	var b [4 * inBand]byte
	for i := range keys {
		for j := range inBand {
			binary.LittleEndian.PutUint32(b[4*j:], s.Min[i*inBand+j])
		}
		keys[i] = xxh3.HashSeed(b[:], uint64(i))
	}
	return keys
}

const signatureSize = 4 + 4*hashes

// AppendBinary appends the 516 bytes under which a signature is stored.
func (s *Signature) AppendBinary(b []byte) ([]byte, error) {
	b = binary.LittleEndian.AppendUint32(b, uint32(s.Chars))
	for _, m := range s.Min {
		b = binary.LittleEndian.AppendUint32(b, m)
	}
	return b, nil
}

// UnmarshalBinary reads what AppendBinary wrote; anything else is an invalid Error.
func (s *Signature) UnmarshalBinary(b []byte) error {
	if len(b) != signatureSize || int32(binary.LittleEndian.Uint32(b)) < 0 {
		return pil.Invalid("签名应为%d字节 (a signature has %d bytes)", signatureSize, signatureSize)
	}
	s.Chars = int32(binary.LittleEndian.Uint32(b))
	for i := range s.Min {
		s.Min[i] = binary.LittleEndian.Uint32(b[4+4*i:])
	}
	return nil
}
