package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"shouhu/internal/pil"
)

// Digest is a SHA-256, written as 64 hexadecimal digits. The zero Digest means
// none.
type Digest [sha256.Size]byte

// Salt is 32 random bytes that make a commitment to a row unguessable. It is
// kept with the row, never in an entry, and deleted with it.
type Salt [32]byte

// NewSalt draws a salt from random. Its error is that of random.
func NewSalt(random io.Reader) (s Salt, err error) {
	if _, err := io.ReadFull(random, s[:]); err != nil {
		return Salt{}, fmt.Errorf("draw a salt: %w", err)
	}
	return s, nil
}

// HashFilter is what the record keeps of a list's filter: an HMAC-SHA-256 under
// a key of the installation, for a filter may be a person's name, and a bare
// hash of a name is soon guessed.
func HashFilter(key Salt, filter string) (d Digest) {
	mac := hmac.New(sha256.New, key[:])
	io.WriteString(mac, filterDomain+filter) //nolint:errcheck // a hash never fails to take bytes
	mac.Sum(d[:0])
	return d
}

// ParseDigest reads 64 hexadecimal digits; anything else is an invalid Error.
func ParseDigest(s string) (d Digest, err error) { return d, unhex(d[:], []byte(s)) }

// String writes 64 hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes 64 hexadecimal digits.
func (d Digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText reads 64 hexadecimal digits.
func (d *Digest) UnmarshalText(b []byte) error { return unhex(d[:], b) }

// MarshalText writes 64 hexadecimal digits.
func (s Salt) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads 64 hexadecimal digits.
func (s *Salt) UnmarshalText(b []byte) error { return unhex(s[:], b) }

func unhex(to, text []byte) error {
	if len(text) == hex.EncodedLen(len(to)) {
		if _, err := hex.Decode(to, text); err == nil {
			return nil
		}
	}
	return pil.Invalid("摘要值应为 %d 位十六进制数字 (digest must be hexadecimal digits)", hex.EncodedLen(len(to)))
}
