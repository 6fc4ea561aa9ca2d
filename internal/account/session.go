package account

import (
	"io"
	"time"
)

// Factor is the second factor a session was confirmed with.
type Factor uint8

// The closed set of factors. The zero Factor is none.
const (
	NoFactor Factor = iota
	ByTOTP
	ByPasskey
	ByRecovery
)

var factors = []word{
	NoFactor:   {"none", "无", "none"},
	ByTOTP:     {"totp", "动态验证码", "time-based code"},
	ByPasskey:  {"passkey", "安全密钥", "security key"},
	ByRecovery: {"recovery", "恢复码", "recovery code"},
}

// Factors lists every factor but none.
func Factors() []Factor { return all[Factor](factors) }

// ParseFactor reads a factor; an unknown word is an invalid Error.
func ParseFactor(s string) (Factor, error) { return parse[Factor]("第二因素", factors, s) }

// String writes the factor as data do.
func (f Factor) String() string { return written(factors, f).id }

// Zh is the factor in Chinese.
func (f Factor) Zh() string { return written(factors, f).zh }

// En is the factor in English.
func (f Factor) En() string { return written(factors, f).en }

// SessionRule says how long a session lasts, and whether one factor is enough,
// which it is in the demo only.
type SessionRule struct {
	Idle      time.Duration // without a request
	Whole     time.Duration // from signing in
	OneFactor bool
}

// OfficeRule is half an hour of quiet, ten hours in all, two factors.
func OfficeRule() SessionRule { return SessionRule{Idle: 30 * time.Minute, Whole: 10 * time.Hour} }

// Session is what is stored of a person's being signed in. The id itself, 256
// random bits, is known to the browser only.
type Session struct {
	ID          Digest
	Person      PersonID
	Factor      Factor
	Begun, Seen time.Time
}

// NewSession begins a session after a right password. id goes into the cookie.
func NewSession(random io.Reader, person PersonID, at time.Time) (id Secret, s Session, err error) {
	if id, err = randomSecret(random, ""); err != nil {
		return "", Session{}, err
	}
	return id, Session{ID: digest(id), Person: person, Begun: at, Seen: at}, nil
}

// SessionID is the stored id of a cookie's; what no NewSession wrote is an
// unauthenticated Error.
func SessionID(id Secret) (Digest, error) {
	d, ok := readSecret("", id)
	if !ok {
		return "", unauthenticated("请先登录 (sign in first)")
	}
	return d, nil
}

// Confirm records the second factor under a new id: the old one, which may have
// been seen before, is worth nothing afterwards.
func (s Session) Confirm(random io.Reader, f Factor, at time.Time) (id Secret, confirmed Session, err error) {
	if id, err = randomSecret(random, ""); err != nil {
		return "", Session{}, err
	}
	s.ID, s.Factor, s.Seen = digest(id), f, at
	return id, s, nil
}

// Live reports whether the session has not run out: half of one that still
// lacks its second factor.
func (s Session) Live(rule SessionRule, at time.Time) bool {
	return at.Before(s.Seen.Add(rule.Idle)) && at.Before(s.Begun.Add(rule.Whole))
}

// Lacks reports whether the session still lacks its second factor.
func (s Session) Lacks(rule SessionRule) bool { return s.Factor == NoFactor && !rule.OneFactor }

// Check refuses, as an unauthenticated Error, a session that has run out or
// lacks its second factor.
func (s Session) Check(rule SessionRule, at time.Time) error {
	switch {
	case !s.Live(rule, at):
		return unauthenticated("登录已过期，请重新登录 (the session has run out)")
	case s.Lacks(rule):
		return unauthenticated("请完成第二因素验证 (second factor needed)")
	}
	return nil
}

// Touch notes a request at a moment; time does not run backwards.
func (s Session) Touch(at time.Time) Session {
	if at.After(s.Seen) {
		s.Seen = at
	}
	return s
}
