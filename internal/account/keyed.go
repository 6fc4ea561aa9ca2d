package account

import (
	"crypto/subtle"
	"fmt"
	"io"
	"unicode/utf8"

	"shouhu/internal/pil"
)

// keyBytes is the length of a key drawn from a passphrase; behind it come the bytes
// that tell a wrong passphrase.
const (
	keyBytes   = 32
	checkBytes = 16
)

// DrawKey makes a key of 32 bytes from a passphrase that CheckPassword let pass.
// stored says how, and tells a wrong passphrase; it opens nothing.
func (h Hasher) DrawKey(random io.Reader, passphrase string) (stored Secret, key []byte, err error) {
	p := phc{memory: h.Memory, time: h.Time, threads: h.Threads, keyID: h.keyID(), salt: make([]byte, 16)}
	if _, err := io.ReadFull(random, p.salt); err != nil {
		return "", nil, fmt.Errorf("draw a salt: %w", err)
	}
	out := h.derive(p, passphrase, keyBytes+checkBytes)
	p.hash = out[keyBytes:]
	return Secret(p.String()), out[:keyBytes], nil
}

// Key makes the key again. A wrong passphrase is an invalid Error, and so is a
// stored form that cannot be read or needs a pepper we do not have.
func (h Hasher) Key(stored Secret, passphrase string) ([]byte, error) {
	p, err := parsePHC(string(stored))
	if err != nil {
		return nil, err
	}
	if p.keyID != nil && subtle.ConstantTimeCompare(p.keyID, h.keyID()) != 1 {
		return nil, pil.Invalid("身份口令使用了另一密钥 (made under another pepper)")
	}
	if utf8.RuneCountInString(passphrase) <= maxPassword {
		if out := h.derive(p, passphrase, keyBytes+checkBytes); subtle.ConstantTimeCompare(p.hash, out[keyBytes:]) == 1 {
			return out[:keyBytes], nil
		}
	}
	return nil, pil.Invalid("身份口令不对 (wrong passphrase)")
}
