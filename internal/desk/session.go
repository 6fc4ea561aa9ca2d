package desk

import (
	"context"
	"encoding/json"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Stage is how far somebody has come in signing in.
type Stage uint8

// The closed set of stages.
const (
	StageFactor   Stage = iota + 1 // the second factor is to be shown
	StagePassword                  // the password is to be changed
	StageEnrol                     // a second factor is to be set up
	StageIn                        // signed in
)

// Session is somebody at a door. Who is zero until everything asked for at the
// door is done: no command takes it before.
type Session struct {
	Who
	Person     PersonName
	Login      string
	Office     OfficeName
	Department OfficeName
	Roles      account.RoleSet
	Stage      Stage
	Factor     account.Factor
	Until      time.Time // when it ends at the latest

	HasTOTP      bool
	Keys         int
	RecoveryLeft int

	actor account.Actor
	at    time.Time
	row   store.Session
}

// OfficeName is an office, or a department, on a page.
type OfficeName struct {
	ID   int64
	Name string
}

// May reports whether the person has any power to take the action, on whatever:
// for menus. The commands ask again, about what is meant.
func (s *Session) May(act account.Action) bool {
	if s.Stage != StageIn {
		return false
	}
	for range account.Powers(s.actor, act, s.at) {
		return true
	}
	return false
}

// rule is how long sessions last.
func (d *Desk) rule() account.SessionRule {
	r := account.OfficeRule()
	r.OneFactor = d.demo
	return r
}

// stage is what is still to be done: the second factor first, for who has not
// shown it may change nothing. In the demonstration none need be set up.
func (d *Desk) stage(s account.Session, c *store.Credential, keys int) Stage {
	has := c.TOTP != "" || keys > 0
	switch {
	case has && s.Factor == account.NoFactor:
		return StageFactor
	case c.MustReset:
		return StagePassword
	case !has && s.Lacks(d.rule()):
		return StageEnrol
	}
	return StageIn
}

func sessionRow(s account.Session, ceremony string) *store.Session {
	row := &store.Session{ID: string(s.ID), PersonID: idOf(s.Person), BegunAt: store.MomentOf(s.Begun), SeenAt: store.MomentOf(s.Seen), Ceremony: ceremony}
	if s.Factor != account.NoFactor {
		row.Factor = s.Factor.String()
	}
	return row
}

func sessionOf(row *store.Session) (account.Session, error) {
	s := account.Session{ID: account.Digest(row.ID), Person: personID(row.PersonID), Begun: row.BegunAt.Time(), Seen: row.SeenAt.Time()}
	var err error
	if row.Factor != "" {
		s.Factor, err = account.ParseFactor(row.Factor)
	}
	return s, err
}

// touchEvery is how often it is written down that a session is in use.
const touchEvery = time.Minute

// Authenticate finds the session of a cookie. One that is over, or not ours, is an
// unauthenticated Error. One that is not signed in yet comes with its Stage and
// without Who.
func (d *Desk) Authenticate(ctx context.Context, cookie account.Secret) (*Session, error) {
	digest, err := account.SessionID(cookie)
	if err != nil {
		return nil, err
	}
	now := d.clock()
	s := &Session{at: now}
	err = d.store.Read(ctx, func(v *store.View) error {
		row, err := v.Session(string(digest))
		if pil.CodeOf(err) == pil.CodeNotFound {
			return &pil.Error{Code: pil.CodeUnauthenticated, Text: "登录已过期，请重新登录 (the session has run out)"}
		}
		if err != nil {
			return err
		}
		s.row = *row
		live, err := sessionOf(row)
		if err != nil {
			return err
		}
		if !live.Live(d.rule(), now) {
			return live.Check(d.rule(), now)
		}
		s.Factor, s.Until = live.Factor, live.Begun.Add(d.rule().Whole)
		return d.meet(v, s, live, row.PersonID)
	})
	if err != nil {
		return nil, err
	}
	if now.Sub(s.row.SeenAt.Time()) >= touchEvery {
		s.row.SeenAt = store.MomentOf(now)
		if err := d.store.Write(ctx, now, func(tx *store.Tx) error { return tx.TouchSession(s.row.ID) }); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// meet loads who the session is of.
func (d *Desk) meet(v *store.View, s *Session, live account.Session, person int64) (err error) {
	if s.actor, err = actor(v, Who{Person: person, Token: s.Token}); err != nil {
		return err
	}
	if !s.actor.Person.Active(s.at) {
		return &pil.Error{Code: pil.CodeUnauthenticated, Text: "请重新登录 (please sign in again)"}
	}
	p, err := v.Person(person)
	if err != nil {
		return err
	}
	c, err := v.Credential(person)
	if err != nil {
		return err
	}
	keys, err := v.Passkeys(person)
	if err != nil {
		return err
	}
	o, err := v.Office(p.OfficeID)
	if err != nil {
		return err
	}
	s.Person, s.Login, s.Office, s.Roles = PersonName{p.ID, p.Name}, p.Login, OfficeName{o.ID, o.Name}, s.actor.Person.Roles
	s.HasTOTP, s.Keys, s.RecoveryLeft = c.TOTP != "", len(keys), len(c.Recovery)
	s.Stage = d.stage(live, c, len(keys))
	if s.Token {
		s.Stage = StageIn
	}
	if s.Stage == StageIn {
		s.Who = Who{Person: person, Token: s.Token}
	}
	if p.DepartmentID == 0 {
		return nil
	}
	deps, err := v.Departments(p.OfficeID)
	for i := range deps {
		if deps[i].ID == p.DepartmentID {
			s.Department = OfficeName{deps[i].ID, deps[i].Name}
		}
	}
	return err
}

// AuthenticateToken finds whom an API token speaks for. One that is over, or not
// ours, is an unauthenticated Error.
func (d *Desk) AuthenticateToken(ctx context.Context, secret account.Secret) (*Session, error) {
	digest, err := account.TokenID(secret)
	if err != nil {
		return nil, err
	}
	now := d.clock()
	s := &Session{at: now, Who: Who{Token: true}}
	var used store.Moment
	err = d.store.Read(ctx, func(v *store.View) error {
		row, err := v.Token(string(digest))
		if pil.CodeOf(err) == pil.CodeNotFound {
			return &pil.Error{Code: pil.CodeUnauthenticated, Text: "访问令牌无效 (not a token)"}
		}
		if err != nil {
			return err
		}
		if err := tokenOf(row).Check(now); err != nil {
			return err
		}
		used, s.Until = row.UsedAt, row.UntilAt.Time()
		return d.meet(v, s, account.Session{}, row.PersonID)
	})
	if err != nil {
		return nil, err
	}
	if now.Sub(used.Time()) >= touchEvery {
		if err := d.store.Write(ctx, now, func(tx *store.Tx) error { return tx.UseToken(string(digest)) }); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// ceremony is what a session keeps between a question and its answer.
type ceremony struct {
	Kind   string       `json:"kind"` // totp, register, sign-in
	Until  store.Moment `json:"until"`
	Sealed string       `json:"sealed,omitempty"` // of totp: the address for the QR code
	State  []byte       `json:"state,omitempty"`  // of security keys
}

const (
	ceremonyTOTP     = "totp"
	ceremonyRegister = "register"
	ceremonySignIn   = "sign-in"
)

// pending is the ceremony under way, of a kind; ok is false where there is none.
func (s *Session) pending(kind string, now time.Time) (c ceremony, ok bool) {
	if s.row.Ceremony == "" || json.Unmarshal([]byte(s.row.Ceremony), &c) != nil {
		return ceremony{}, false
	}
	return c, c.Kind == kind && now.Before(c.Until.Time())
}

func (d *Desk) keepCeremony(ctx context.Context, s *Session, c ceremony) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	s.row.Ceremony = string(text)
	return d.store.Write(ctx, d.clock(), func(tx *store.Tx) error { return tx.SetCeremony(s.row.ID, s.row.Ceremony) })
}

func tooLate() error {
	return &pil.Error{Code: pil.CodeUnauthenticated, Text: "验证已过期，请重来 (too late, begin again)"}
}

// confirm gives the session its second factor, under a new id.
func (d *Desk) confirm(tx *store.Tx, s *Session, f account.Factor) (account.Secret, error) {
	live, err := tx.Session(s.row.ID) // it may have been ended meanwhile
	if pil.CodeOf(err) == pil.CodeNotFound {
		return "", tooLate()
	}
	if err != nil {
		return "", err
	}
	was, err := sessionOf(live)
	if err != nil {
		return "", err
	}
	id, is, err := was.Confirm(d.random, f, d.clock())
	if err != nil {
		return "", err
	}
	if err := tx.EndSession(live.ID); err != nil {
		return "", err
	}
	row := sessionRow(is, "")
	if err := tx.PutSession(row); err != nil {
		return "", err
	}
	s.row, s.Factor = *row, f
	return id, nil
}
