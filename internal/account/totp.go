package account

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"

	"shouhu/internal/pil"
)

// TOTP is a second factor: six digits that change every thirty seconds
// (RFC 6238), from a phone or from a pocket device where phones are banned.
type TOTP struct {
	Secret Secret // 160 bits, base32
	Last   int64  // the latest thirty seconds a code was accepted for: never again
}

// totpStep is the length of a code's turn in seconds, totpSkew how many turns a
// device's clock may be off either way.
const (
	totpStep = 30
	totpSkew = 1
)

// NewTOTP draws a secret. uri is for the QR code, shown once. The person proves
// with a first Verify that the device has it, before it is stored.
func NewTOTP(random io.Reader, issuer, login string) (t TOTP, uri Secret, err error) {
	if strings.Contains(issuer+login, ":") {
		return TOTP{}, "", pil.Invalid("名称不得含有冒号 (no colon in the names)")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: login, Rand: random})
	if err != nil {
		return TOTP{}, "", fmt.Errorf("draw a TOTP secret: %w", err)
	}
	return TOTP{Secret: Secret(key.Secret())}, Secret(key.URL()), nil
}

// Verify accepts a code of this turn or of those beside it, later than the last
// one accepted, and returns the state to store. Blanks and full-width digits
// are forgiven. Anything else is an unauthenticated Error.
func (t TOTP) Verify(code string, at time.Time) (TOTP, error) {
	code = strings.Join(strings.Fields(norm.NFKC.String(code)), "")
	now := at.Unix() / totpStep
	for turn := max(now-totpSkew, t.Last+1, 0); turn <= now+totpSkew; turn++ {
		ok, err := hotp.ValidateCustom(code, uint64(turn), string(t.Secret), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			t.Last = turn
			return t, nil
		}
	}
	return t, unauthenticated("验证码不对，或者已经用过 (wrong code, or one used before)")
}
