package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"shouhu/internal/pil"
)

// KeySize is the length of a key in bytes: AES-256.
const KeySize = 32

// prefix is the version: a later suite has another, and what was sealed stays.
const prefix = "seal1."

// NewKey draws a key from random. Its error is that of random.
func NewKey(random io.Reader) ([]byte, error) {
	key := make([]byte, KeySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("draw a key: %w", err)
	}
	return key, nil
}

// Seal closes a small secret under a key of KeySize bytes, for a purpose: which
// secret of whom it is, like totp/7. The text is safe to store; its nonce is drawn
// from random, so that equal secrets look different. One key seals at most 2³²
// secrets.
func Seal(random io.Reader, key []byte, purpose string, secret []byte) (string, error) {
	aead, err := suite(key, purpose)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(secret)+aead.Overhead())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return "", fmt.Errorf("draw a nonce: %w", err)
	}
	return prefix + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, secret, []byte(prefix+purpose))), nil
}

// Open opens what Seal closed under the same key for the same purpose. What is
// altered, or belongs to another key or purpose, is an internal Error without a
// word of the secret.
func Open(key []byte, purpose, sealed string) ([]byte, error) {
	aead, err := suite(key, purpose)
	if err != nil {
		return nil, err
	}
	text, ok := strings.CutPrefix(sealed, prefix)
	if !ok {
		return nil, closed("密封内容的版本不认识 (sealed in a form this version does not know)")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < aead.NonceSize() {
		return nil, closed("密封内容已损坏 (the sealed text is damaged)")
	}
	n := aead.NonceSize()
	secret, err := aead.Open(nil, b[:n], b[n:], []byte(prefix+purpose))
	if err != nil {
		return nil, closed("密封内容打不开：内容被改动，或者密钥不对 (cannot be opened: altered, or the wrong key)")
	}
	return secret, nil
}

func suite(key []byte, purpose string) (cipher.AEAD, error) {
	if len(key) != KeySize {
		return nil, closed("密封密钥应为 32 字节 (a sealing key has 32 bytes)")
	}
	if purpose == "" {
		return nil, closed("密封须写明用途 (sealing needs a purpose)")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func closed(text string) error { return &pil.Error{Code: pil.CodeInternal, Text: text} }
