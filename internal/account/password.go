package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed" // the list of common passwords
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"shouhu/internal/pil"
)

// How long a password must be in characters. Two Chinese characters are about
// as hard to guess as three Latin ones, so eight of them do.
const (
	minPassword = 12
	minHan      = 8
	maxPassword = 256
)

// common.txt holds the stems of the most common passwords here, folded.
//
//go:embed common.txt
var commonText string

// normal is the one form of a password: full-width and half-width, composed and
// decomposed letters are the same (NFKC), because input methods mix them.
func normal(password string) string { return norm.NFKC.String(password) }

// CheckPassword refuses, as an invalid Error, a password that is too short,
// holds the account name, repeats a few characters, or is a common one with
// digits or signs around it. It asks for no mixture of characters.
func CheckPassword(login, password string) error {
	folded := strings.ToLower(normal(password))
	count, han := 0, 0
	var kinds []rune
	for _, r := range folded {
		count++
		if unicode.Is(unicode.Han, r) {
			han++
		}
		if !slices.Contains(kinds, r) {
			kinds = append(kinds, r)
		}
	}
	stem := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	common := strings.Fields(commonText)
	name := strings.ToLower(normal(login))
	switch {
	case !utf8.ValidString(password) || count > maxPassword:
		return pil.Invalid("口令至多%d个字符 (at most %d characters)", maxPassword, maxPassword)
	case count < minPassword && han < minHan:
		return pil.Invalid("口令至少%d个字符，或者至少%d个汉字的一句话 (at least %d characters, or a sentence of %d Chinese ones)", minPassword, minHan, minPassword, minHan)
	case name != "" && strings.Contains(folded, name):
		return pil.Invalid("口令不得包含账号名 (must not hold the account name)")
	case len(kinds) < 5:
		return pil.Invalid("口令的不同字符太少 (too few different characters)")
	case slices.Contains(common, stem) || slices.Contains(common, folded):
		return pil.Invalid("这是常见口令，请换一个 (too common)")
	}
	return nil
}

// Hasher says how passwords are hashed: argon2id with these parameters. A
// pepper is a key kept outside the store; without it a stolen store cannot be
// guessed at, and whoever loses it must have every password set anew.
type Hasher struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
	Pepper  []byte // nil: none
}

// StandardHasher takes 64 MiB and three passes (RFC 9106, second choice).
func StandardHasher(pepper []byte) Hasher {
	return Hasher{Memory: 64 << 10, Time: 3, Threads: 4, Pepper: pepper}
}

// Hash is the stored form of a password that CheckPassword let pass.
func (h Hasher) Hash(random io.Reader, password string) (Secret, error) {
	p := phc{memory: h.Memory, time: h.Time, threads: h.Threads, keyID: h.keyID(), salt: make([]byte, 16)}
	if _, err := io.ReadFull(random, p.salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	p.hash = h.derive(p, password, 32)
	return Secret(p.String()), nil
}

// Verify compares a password with its stored form, in a time that does not
// depend on where they differ. Where the stored form was made with other
// parameters or another use of the pepper, fresh is the one to store from now
// on. A wrong password is an unauthenticated Error; a stored form that cannot be
// read, or that needs a pepper we do not have, an invalid one.
func (h Hasher) Verify(random io.Reader, stored Secret, password string) (fresh Secret, err error) {
	p, err := parsePHC(string(stored))
	if err != nil {
		return "", err
	}
	if p.keyID != nil && subtle.ConstantTimeCompare(p.keyID, h.keyID()) != 1 {
		return "", pil.Invalid("口令散列使用了另一密钥 (hashed under another pepper)")
	}
	if utf8.RuneCountInString(password) > maxPassword || subtle.ConstantTimeCompare(p.hash, h.derive(p, password, len(p.hash))) != 1 {
		return "", wrongPassword()
	}
	if p.memory == h.Memory && p.time == h.Time && p.threads == h.Threads && string(p.keyID) == string(h.keyID()) && len(p.hash) == 32 {
		return "", nil
	}
	return h.Hash(random, password)
}

// Decoy spends the time of a Verify on an account that does not exist, so that
// the time of an answer does not tell which accounts do. Its Error is Verify's.
func (h Hasher) Decoy(password string) error {
	h.derive(phc{memory: h.Memory, time: h.Time, threads: h.Threads, keyID: h.keyID(), salt: make([]byte, 16)}, password, 32)
	return wrongPassword()
}

func wrongPassword() error {
	return unauthenticated("账号或者口令不对 (wrong account or password)")
}

// derive is the argon2id of the password, keyed with the pepper where the
// stored form says so.
func (h Hasher) derive(p phc, password string, size int) []byte {
	input := []byte(normal(password))
	if p.keyID != nil {
		mac := hmac.New(sha256.New, h.Pepper)
		mac.Write(input)
		input = mac.Sum(nil)
	}
	return argon2.IDKey(input, p.salt, p.time, p.memory, p.threads, uint32(size))
}

// keyID tells one pepper from another without showing it; nil without a pepper.
func (h Hasher) keyID() []byte {
	if len(h.Pepper) == 0 {
		return nil
	}
	mac := hmac.New(sha256.New, h.Pepper)
	mac.Write([]byte("shouhu password pepper"))
	return mac.Sum(nil)[:6]
}
