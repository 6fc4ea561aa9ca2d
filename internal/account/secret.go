package account

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"shouhu/internal/pil"
)

// Secret is a text that no printing, error or JSON shows: a password's hash, a
// key, a code shown once. string(s) is the text itself, for the store and for
// the one page that shows it.
type Secret string

const hidden = "［secret］"

// String hides the secret.
func (Secret) String() string { return hidden }

// Format hides the secret under every verb.
func (Secret) Format(f fmt.State, _ rune) {
	// A writer that fails is the printer's trouble, not ours.
	_, _ = io.WriteString(f, hidden)
}

// MarshalText hides the secret in JSON and logs.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Digest is the SHA-256 of a random secret, in hex: what is stored of it. The
// secrets have 80 bits or more, so that no slower hash is needed.
type Digest string

func digest(s Secret) Digest {
	sum := sha256.Sum256([]byte(s))
	return Digest(hex.EncodeToString(sum[:]))
}

// randomSecret is 256 random bits after a prefix, written for a header or a cookie.
func randomSecret(random io.Reader, prefix string) (Secret, error) {
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a random secret: %w", err)
	}
	return Secret(prefix + base64.RawURLEncoding.EncodeToString(b[:])), nil
}

// readSecret is the digest of what randomSecret wrote; ok is false for anything else.
func readSecret(prefix string, s Secret) (d Digest, ok bool) {
	text, ok := strings.CutPrefix(string(s), prefix)
	if !ok {
		return "", false
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	return digest(s), err == nil && len(b) == 32
}

// unauthenticated is an Error for somebody who has not shown who they are.
func unauthenticated(text string) *pil.Error {
	return &pil.Error{Code: pil.CodeUnauthenticated, Text: text}
}
