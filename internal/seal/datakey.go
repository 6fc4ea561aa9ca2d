package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"filippo.io/age"

	"shouhu/internal/pil"
)

// DataKey is the key that the files of one matter are closed under 数据密钥: the
// format is age's (X25519, then ChaCha20-Poly1305 in pieces of 64 KiB), so that large
// files stream and any part of one can be read. The zero DataKey opens nothing.
type DataKey struct{ id *age.X25519Identity }

// NewDataKey draws a key.
func NewDataKey() (DataKey, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return DataKey{}, fmt.Errorf("draw a data key: %w", err)
	}
	return DataKey{id}, nil
}

// Name tells keys apart, and is no secret.
func (k DataKey) Name() string { return k.id.Recipient().String() }

// Wrap closes the key under the office's, to be kept beside its Name.
func (k DataKey) Wrap(random io.Reader, office []byte) (string, error) {
	return Seal(random, office, keyPurpose(k.Name()), []byte(k.id.String()))
}

func keyPurpose(name string) string { return "data-key/" + name }

// UnwrapDataKey opens what Wrap closed, by the key's name.
func UnwrapDataKey(office []byte, name, sealed string) (DataKey, error) {
	text, err := Open(office, keyPurpose(name), sealed)
	if err != nil {
		return DataKey{}, err
	}
	id, err := age.ParseX25519Identity(string(text))
	if err != nil {
		return DataKey{}, closed("数据密钥已损坏 (the data key is damaged)") // without the error: it may hold the key
	}
	return DataKey{id}, nil
}

// Address is the name a file lies under: by the SHA-256 of its bytes, and different
// under each key, so that whoever sees the names cannot tell whether a file he knows
// is among them. Hexadecimal, 64 characters.
func (k DataKey) Address(sha256hex string) string {
	mac := hmac.New(sha256.New, []byte(k.id.String()))
	mac.Write([]byte("address/" + sha256hex))
	return hex.EncodeToString(mac.Sum(nil))
}

// Encrypt closes what is written, and writes it to w; Close writes the last piece, and
// leaves w open.
func (k DataKey) Encrypt(w io.Writer) (io.WriteCloser, error) {
	return age.Encrypt(w, k.id.Recipient())
}

// Decrypt opens closed bytes of a size, and gives them with their own size. They are
// opened as they are read: an altered piece is an error where it is read, a cut or
// lengthened end is one here.
func (k DataKey) Decrypt(r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	if k.id == nil {
		return nil, 0, closed("没有数据密钥 (no data key)")
	}
	open, n, err := age.DecryptReaderAt(r, size, k.id)
	if err != nil {
		return nil, 0, &pil.Error{Code: pil.CodeInternal, Text: "文件打不开：内容被改动，或者密钥不对 (cannot be opened: altered, or the wrong key)", Err: err}
	}
	return open, n, nil
}
