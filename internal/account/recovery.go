package account

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// recoveryCodes is how many codes a person gets, recoveryBytes how many random
// bytes each has (80 bits).
const (
	recoveryCodes = 10
	recoveryBytes = 10
)

// Without I, L, O and U, which read like others.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewRecovery draws the codes that stand in once each for a lost second factor:
// codes to show once (XXXX-XXXX-XXXX-XXXX), and what to store of them.
func NewRecovery(random io.Reader) (codes []Secret, stored []Digest, err error) {
	for range recoveryCodes {
		var b [recoveryBytes]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return nil, nil, fmt.Errorf("draw recovery codes: %w", err)
		}
		text := crockford.EncodeToString(b[:])
		codes = append(codes, Secret(text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:]))
		stored = append(stored, digest(Secret(text)))
	}
	return codes, stored, nil
}

// UseRecovery takes a code off the stored ones and returns those left. Case,
// dashes, blanks and full-width letters are forgiven. A code that is not among
// them is an unauthenticated Error.
func UseRecovery(stored []Digest, code string) ([]Digest, error) {
	text := strings.ToUpper(norm.NFKC.String(code))
	text = strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ', '\t', '\u2014', '\u2010':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, text)
	want := digest(Secret(text))
	found := -1
	for i, d := range stored { // all of them, found or not
		if subtle.ConstantTimeCompare([]byte(d), []byte(want)) == 1 {
			found = i
		}
	}
	if found < 0 {
		return stored, unauthenticated("恢复码不对，或者已经用过 (wrong recovery code, or one used before)")
	}
	return slices.Concat(stored[:found], stored[found+1:]), nil
}
