package seal

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"shouhu/internal/pil"
)

// Receipt is a reporter's code 回执码: 26 random decimal digits (86 bits) and two
// check digits, in seven groups of four. It is shown once and stored nowhere.
type Receipt string

const (
	randomDigits  = 26
	receiptDigits = 28
)

// NewReceipt draws a code from random.
func NewReceipt(random io.Reader) (Receipt, error) {
	digits := make([]byte, 0, receiptDigits)
	for one := make([]byte, 1); len(digits) < randomDigits; {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("draw a receipt: %w", err)
		}
		if one[0] < 250 { // so that no digit is likelier than another
			digits = append(digits, '0'+one[0]%10)
		}
	}
	return Receipt(fmt.Sprintf("%s%02d", digits, 98-mod97(string(digits)+"00"))), nil
}

// mod97 is the remainder of a number of any length (ISO 7064 MOD 97-10).
func mod97(digits string) int {
	n := 0
	for _, d := range digits {
		n = (n*10 + int(d-'0')) % 97
	}
	return n
}

// ParseReceipt reads a code as people type it: blanks, dashes and full-width digits
// are all the same. A mistyped one is an invalid Error that does not show it.
func ParseReceipt(typed string) (Receipt, error) {
	bad := pil.Invalid("回执码不对，请逐位核对 (not a receipt code)")
	digits, err := digitsOf(typed, 512)
	if err != nil || len(digits) != receiptDigits || mod97(digits) != 1 {
		return "", bad
	}
	return Receipt(digits), nil
}

// digitsOf reads digits as people type them, of a text of most bytes.
func digitsOf(typed string, most int) (string, error) {
	bad := pil.Invalid("应为数字 (not digits)")
	if len(typed) > most {
		return "", bad
	}
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case strings.ContainsRune(" \t\r\n\u3000\u00a0-‐‑‒–—―－_.·", r):
			return -1
		}
		return 'x'
	}, typed)
	if strings.Contains(digits, "x") {
		return "", bad
	}
	return digits, nil
}

// Shown is the code in seven groups of four.
func (r Receipt) Shown() string {
	var groups []string
	for s := string(r); len(s) >= 4; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(groups, " ")
}

// String hides the code.
func (Receipt) String() string { return "［receipt］" }

// GoString hides the code.
func (r Receipt) GoString() string { return r.String() }

// What argon2id takes for one receipt: 32 MiB and three passes, one lane.
const (
	receiptMemory = 32 << 10 // KiB
	receiptPasses = 3
)

// ReporterKeys are what a receipt gives: where the reporter's page lies, and the
// key that opens it.
type ReporterKeys struct {
	Lookup string // 32 hexadecimal digits
	Key    PrivateKey
}

// Keys computes what a receipt gives, at argon2id's price (32 MiB, about 50 ms of
// one core): the caller bounds how many run at once. A code that is none costs the
// same; its keys are nobody's.
func (r Receipt) Keys(salt []byte, s Suite) (ReporterKeys, error) {
	out := argon2.IDKey([]byte(r), salt, receiptPasses, receiptMemory, 1, 48)
	key, err := privateFrom(s, out[16:])
	return ReporterKeys{Lookup: hex.EncodeToString(out[:16]), Key: key}, err
}

// IsLookup reports whether a text has the form of a look-up id; no other may become
// part of a path.
func IsLookup(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 16 && strings.ToLower(s) == s
}
