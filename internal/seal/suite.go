package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"math/big"
	"strings"

	sm2ecdh "github.com/emmansun/gmsm/ecdh"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"

	"shouhu/internal/pil"
)

// Suite is a family of algorithms for what is sealed to a public key.
type Suite uint8

// The closed set of suites. The numbers stand in envelopes and never change.
const (
	International   Suite = 1 // HPKE (RFC 9180): X25519, HKDF-SHA256; AES-256-GCM
	ChineseNational Suite = 2 // SM2 (GB/T 32918.4), HKDF-SM3, SM4-GCM
)

// Suites lists every suite.
func Suites() []Suite { return []Suite{International, ChineseNational} }

// ParseSuite reads x25519 or sm2; an unknown word is an invalid Error.
func ParseSuite(s string) (Suite, error) {
	for _, known := range Suites() {
		if s == known.String() {
			return known, nil
		}
	}
	return 0, pil.Invalid("密码套件应为 x25519 或者 sm2 (suite must be x25519 or sm2)")
}

// String writes the suite as key files do.
func (s Suite) String() string {
	switch s {
	case International:
		return "x25519"
	case ChineseNational:
		return "sm2"
	}
	return ""
}

// algorithms is what a suite is made of. secrets are 32 bytes.
type algorithms interface {
	// keyFrom makes a private key of 32 even bytes.
	keyFrom(seed []byte) ([]byte, error)
	public(private []byte) ([]byte, error)
	// encapsulate draws a secret that only the private key finds again in enc.
	encapsulate(random io.Reader, public []byte) (secret, enc []byte, err error)
	decapsulate(private, enc []byte) (secret []byte, err error)
	hash() hash.Hash
	aead(key []byte) (cipher.AEAD, error)
	keySize() int
}

func (s Suite) algorithms() (algorithms, error) {
	switch s {
	case International:
		return x25519Suite{}, nil
	case ChineseNational:
		return sm2Suite{}, nil
	}
	return nil, pil.Invalid("这一版本不认识的密码套件 (unknown suite)")
}

// derive makes n bytes of a secret for one purpose.
func derive(a algorithms, secret, salt []byte, purpose string, n int) ([]byte, error) {
	return hkdf.Key(a.hash, secret, salt, "shouhu-seal/1 "+purpose, n)
}

// hpkeInfo binds secrets to this format.
var hpkeInfo = []byte("shouhu-seal/1")

type x25519Suite struct{}

func (x25519Suite) kem() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

func (x x25519Suite) keyFrom(seed []byte) ([]byte, error) {
	k, err := x.kem().DeriveKeyPair(seed)
	if err != nil {
		return nil, err
	}
	return k.Bytes()
}

func (x x25519Suite) public(private []byte) ([]byte, error) {
	k, err := x.kem().NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	return k.PublicKey().Bytes(), nil
}

// encapsulate leaves the chance to the library, which takes none from outside.
func (x x25519Suite) encapsulate(_ io.Reader, public []byte) (secret, enc []byte, err error) {
	k, err := x.kem().NewPublicKey(public)
	if err != nil {
		return nil, nil, err
	}
	enc, sender, err := hpke.NewSender(k, hpke.HKDFSHA256(), hpke.ExportOnly(), hpkeInfo)
	if err != nil {
		return nil, nil, err
	}
	secret, err = sender.Export("secret", 32)
	return secret, enc, err
}

func (x x25519Suite) decapsulate(private, enc []byte) ([]byte, error) {
	k, err := x.kem().NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	r, err := hpke.NewRecipient(enc, k, hpke.HKDFSHA256(), hpke.ExportOnly(), hpkeInfo)
	if err != nil {
		return nil, err
	}
	return r.Export("secret", 32)
}

func (x25519Suite) hash() hash.Hash { return sha256.New() }
func (x25519Suite) keySize() int    { return 32 }
func (x25519Suite) aead(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

type sm2Suite struct{}

// keyFrom takes 48 bytes derived from the seed modulo n−2, so that no key is
// likelier than another (FIPS 186-5 A.4.1's way).
func (s sm2Suite) keyFrom(seed []byte) ([]byte, error) {
	wide, err := derive(s, seed, nil, "sm2 private key", 48)
	if err != nil {
		return nil, err
	}
	order := new(big.Int).Sub(sm2.P256().Params().N, big.NewInt(2))
	d := new(big.Int).SetBytes(wide)
	d.Mod(d, order).Add(d, big.NewInt(1))
	return d.FillBytes(make([]byte, 32)), nil
}

func (sm2Suite) public(private []byte) ([]byte, error) {
	k, err := sm2ecdh.P256().NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	return k.PublicKey().Bytes(), nil
}

func (sm2Suite) encapsulate(random io.Reader, public []byte) (secret, enc []byte, err error) {
	k, err := sm2.NewPublicKey(public)
	if err != nil {
		return nil, nil, err
	}
	secret = make([]byte, 32)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, nil, fmt.Errorf("draw a secret: %w", err)
	}
	enc, err = sm2.Encrypt(random, k, secret, nil)
	return secret, enc, err
}

func (sm2Suite) decapsulate(private, enc []byte) ([]byte, error) {
	k, err := sm2.NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	secret, err := sm2.Decrypt(k, enc)
	if err == nil && len(secret) != 32 {
		err = pil.Invalid("密封的密钥长度不对 (a sealed key of the wrong length)")
	}
	return secret, err
}

func (sm2Suite) hash() hash.Hash { return sm3.New() }
func (sm2Suite) keySize() int    { return 16 }
func (sm2Suite) aead(key []byte) (cipher.AEAD, error) {
	b, err := sm4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

// PublicKey seals. Its text is suite:base64url.
type PublicKey struct {
	suite Suite
	raw   []byte
}

// PrivateKey opens. No printing shows it but Text.
type PrivateKey struct {
	suite Suite
	raw   []byte
}

// NewPrivateKey draws a key of a suite from random.
func NewPrivateKey(random io.Reader, s Suite) (PrivateKey, error) {
	seed, err := NewKey(random)
	if err != nil {
		return PrivateKey{}, err
	}
	return privateFrom(s, seed)
}

func privateFrom(s Suite, seed []byte) (PrivateKey, error) {
	a, err := s.algorithms()
	if err != nil {
		return PrivateKey{}, err
	}
	raw, err := a.keyFrom(seed)
	return PrivateKey{s, raw}, err
}

// ParsePrivateKey reads what Text wrote. What is none is an invalid Error that does
// not show it.
func ParsePrivateKey(text string) (PrivateKey, error) {
	s, raw, err := parseKey(strings.TrimPrefix(strings.TrimSpace(text), "secret-"))
	if err != nil || !strings.HasPrefix(strings.TrimSpace(text), "secret-") {
		return PrivateKey{}, pil.Invalid("私钥的格式不对 (not a private key)")
	}
	k := PrivateKey{s, raw}
	if _, err := k.public(); err != nil {
		return PrivateKey{}, pil.Invalid("私钥的格式不对 (not a private key)")
	}
	return k, nil
}

// Text is the secret as a key file holds it.
func (k PrivateKey) Text() string { return "secret-" + keyText(k.suite, k.raw) }

// String hides the key.
func (PrivateKey) String() string { return "［private key］" }

// GoString hides the key.
func (k PrivateKey) GoString() string { return k.String() }

// IsZero reports whether there is no key.
func (k PrivateKey) IsZero() bool { return k.suite == 0 }

// Public is the key that seals to k; the zero PublicKey where k is none.
func (k PrivateKey) Public() PublicKey {
	p, _ := k.public() // checked when k was made
	return p
}

func (k PrivateKey) public() (PublicKey, error) {
	a, err := k.suite.algorithms()
	if err != nil {
		return PublicKey{}, err
	}
	raw, err := a.public(k.raw)
	return PublicKey{k.suite, raw}, err
}

// ParsePublicKey reads what String wrote; anything else is an invalid Error.
func ParsePublicKey(text string) (PublicKey, error) {
	s, raw, err := parseKey(strings.TrimSpace(text))
	if err != nil {
		return PublicKey{}, err
	}
	switch s {
	case International:
		_, err = x25519Suite{}.kem().NewPublicKey(raw)
	default:
		_, err = sm2.NewPublicKey(raw)
	}
	if err != nil {
		return PublicKey{}, pil.Invalid("公钥的格式不对 (not a public key)")
	}
	return PublicKey{s, raw}, nil
}

// String writes the key.
func (k PublicKey) String() string {
	if k.suite == 0 {
		return ""
	}
	return keyText(k.suite, k.raw)
}

// Suite is the suite of the key.
func (k PublicKey) Suite() Suite { return k.suite }

// Equal reports whether both are one key.
func (k PublicKey) Equal(o PublicKey) bool {
	return k.suite == o.suite && subtle.ConstantTimeCompare(k.raw, o.raw) == 1
}

// id is what an envelope names its key by: eight bytes.
func (k PublicKey) id() []byte {
	a, err := k.suite.algorithms()
	if err != nil {
		return make([]byte, keyIDSize)
	}
	h := a.hash()
	h.Write([]byte("shouhu-seal/1 key "))
	h.Write(k.raw)
	return h.Sum(nil)[:keyIDSize]
}

func keyText(s Suite, raw []byte) string {
	return s.String() + ":" + base64.RawURLEncoding.EncodeToString(raw)
}

func parseKey(text string) (Suite, []byte, error) {
	name, body, _ := strings.Cut(text, ":")
	s, err := ParseSuite(name)
	if err != nil {
		return 0, nil, err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(raw) == 0 {
		return 0, nil, pil.Invalid("密钥的格式不对 (not a key)")
	}
	return s, raw, nil
}
