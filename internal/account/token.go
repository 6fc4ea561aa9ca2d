package account

import (
	"io"
	"time"

	"shouhu/internal/pil"
)

// tokenPrefix lets people and scanners know a token where it does not belong.
const tokenPrefix = "shouhu_"

// MaxTokenDays is the longest life of an API token.
const MaxTokenDays = 366

// Token is what is stored of an API token 访问令牌. It may do what its person
// may, but for what is done in person.
type Token struct {
	ID     Digest
	Hint   string // prefix and first characters, to tell tokens apart
	Person PersonID
	Made   time.Time
	Until  time.Time
	Used   time.Time // zero: never
	Ended  time.Time // zero: not revoked
}

// NewToken makes a token for 1 to MaxTokenDays days; secret is shown once.
func NewToken(random io.Reader, person PersonID, days int, at time.Time) (secret Secret, t Token, err error) {
	if days < 1 || days > MaxTokenDays {
		return "", Token{}, pil.Invalid("令牌有效期为1至%d天 (a token lasts 1 to %d days)", MaxTokenDays, MaxTokenDays)
	}
	if secret, err = randomSecret(random, tokenPrefix); err != nil {
		return "", Token{}, err
	}
	return secret, Token{
		ID: digest(secret), Hint: string(secret[:len(tokenPrefix)+4]), Person: person,
		Made: at, Until: at.Add(time.Duration(days) * 24 * time.Hour),
	}, nil
}

// TokenID is the stored id of a token; what no NewToken wrote is an
// unauthenticated Error.
func TokenID(secret Secret) (Digest, error) {
	d, ok := readSecret(tokenPrefix, secret)
	if !ok {
		return "", unauthenticated("访问令牌无效 (not a token)")
	}
	return d, nil
}

// Check refuses, as an unauthenticated Error, a token that has run out or was
// revoked.
func (t Token) Check(at time.Time) error {
	if !at.Before(t.Until) || !t.Ended.IsZero() && !at.Before(t.Ended) {
		return unauthenticated("访问令牌已失效 (the token has run out or was revoked)")
	}
	return nil
}
