package desk

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// own runs a change of somebody's own credentials: before everything asked for at
// the door is done as well as after, but never before the second factor is shown.
func (d *Desk) own(ctx context.Context, s *Session, fn func(*work, *store.Credential) error) error {
	if s.Stage == StageFactor || s.Token {
		return notNow()
	}
	who := Who{Person: s.Person.ID}
	return d.do(ctx, who, account.ChangeCredentials, ofSelf(who), func(w *work) error {
		if _, err := w.Session(s.row.ID); err != nil { // ended meanwhile, by the person or by an administrator
			return notNow()
		}
		c, err := w.tx.LockCredential(w.me)
		if err != nil {
			return err
		}
		return fn(w, c)
	})
}

// ChangePassword sets a new password. The old one is asked for but at the first
// sign-in, where it has just been typed. All other sessions end.
func (d *Desk) ChangePassword(ctx context.Context, s *Session, old, fresh string) error {
	if s.Stage == StageFactor || s.Token {
		return notNow()
	}
	if err := account.CheckPassword(s.Login, fresh); err != nil {
		return err
	}
	stored, err := d.chargeChange(ctx, s)
	if err != nil {
		return err
	}
	if s.Stage != StagePassword {
		_, err := d.door.verify(ctx, d.random, stored, old)
		if pil.CodeOf(err) == pil.CodeUnauthenticated {
			return pil.Invalid("原口令不对 (the present password is wrong)")
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.door.verify(ctx, d.random, stored, fresh); err == nil {
		return pil.Invalid("新口令须与原口令不同 (the new password must be another)")
	}
	hashed, err := d.door.hash(d.random, fresh)
	if err != nil {
		return err
	}
	return d.own(ctx, s, func(w *work, c *store.Credential) error {
		if c.Password != stored {
			return &pil.Error{Code: pil.CodeConflict, Text: "口令刚刚改过，没有保存 (the password has just been changed)"}
		}
		c.Password, c.MustReset = string(hashed), false
		for _, what := range []string{signInOnce, signInChange} {
			if err := w.tx.ForgetSignIn(w.me, what); err != nil {
				return err
			}
		}
		if err := w.tx.EndOtherSessions(w.me, s.row.ID); err != nil {
			return err
		}
		return w.tx.Change(c)
	})
}

// signInChange is the throttle of changing the password: who took over an open
// browser may not guess at it there.
const signInChange = "change"

func (d *Desk) chargeChange(ctx context.Context, s *Session) (stored string, err error) {
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		c, err := tx.Credential(s.Person.ID)
		if err != nil {
			return err
		}
		stored = c.Password
		return d.charge(tx, s.Person.ID, signInChange, account.PasswordPace())
	})
	return stored, err
}

// TOTPSetUp is what a device needs to give codes: shown once, on one page.
type TOTPSetUp struct {
	URI    account.Secret // for the QR code
	Secret account.Secret // for typing
}

// issuer is what an authenticator app shows a code under.
const issuer = "守护"

// setUpTime is how long there is to set up a device.
const setUpTime = 15 * 60

// BeginTOTP draws what a device needs to give codes; until it has shown that it
// has it, nothing changes. Asked again it gives the same, for a while.
func (d *Desk) BeginTOTP(ctx context.Context, s *Session) (TOTPSetUp, error) {
	if s.Stage != StageEnrol && s.Stage != StageIn || s.Token {
		return TOTPSetUp{}, notNow()
	}
	now := d.clock()
	if c, ok := s.pending(ceremonyTOTP, now); ok {
		return d.openSetUp(s, c)
	}
	_, uri, err := account.NewTOTP(d.random, issuer, s.Login)
	if err != nil {
		return TOTPSetUp{}, err
	}
	sealed, err := seal.Seal(d.random, d.keys.Seal, "set-up/"+idText(s.Person.ID), []byte(uri))
	if err != nil {
		return TOTPSetUp{}, err
	}
	c := ceremony{Kind: ceremonyTOTP, Sealed: sealed, Until: store.MomentOf(now) + setUpTime}
	if err := d.keepCeremony(ctx, s, c); err != nil {
		return TOTPSetUp{}, err
	}
	return d.openSetUp(s, c)
}

func (d *Desk) openSetUp(s *Session, c ceremony) (TOTPSetUp, error) {
	uri, err := seal.Open(d.keys.Seal, "set-up/"+idText(s.Person.ID), c.Sealed)
	if err != nil {
		return TOTPSetUp{}, err
	}
	u, err := url.Parse(string(uri))
	if err != nil {
		return TOTPSetUp{}, err
	}
	return TOTPSetUp{URI: account.Secret(uri), Secret: account.Secret(u.Query().Get("secret"))}, nil
}

// Enrolled is a second factor set up.
type Enrolled struct {
	Cookie   account.Secret   // where the session was confirmed by it; empty otherwise
	Recovery []account.Secret // codes for a lost device, shown once; none where there are some already
}

// FinishTOTP keeps the device set up by BeginTOTP, after a first right code.
func (d *Desk) FinishTOTP(ctx context.Context, s *Session, code string) (out Enrolled, err error) {
	under, ok := s.pending(ceremonyTOTP, d.clock())
	if !ok {
		return out, tooLate()
	}
	set, err := d.openSetUp(s, under)
	if err != nil {
		return out, err
	}
	t, err := account.TOTP{Secret: set.Secret}.Verify(code, d.clock())
	if err != nil {
		return out, pil.Invalid("验证码不对，请核对设备时间后再试 (wrong code; check the clock of the device)")
	}
	err = d.own(ctx, s, func(w *work, c *store.Credential) error {
		sealed, err := seal.Seal(d.random, d.keys.Seal, totpPlace(w.me), []byte(set.Secret))
		if err != nil {
			return err
		}
		c.TOTP = sealed
		if err := w.tx.PutSignIn(&store.SignIn{PersonID: w.me, What: signInTOTP, Last: t.Last}); err != nil {
			return err
		}
		out, err = d.enrolled(w, s, c, account.ByTOTP)
		return err
	})
	if err != nil {
		return Enrolled{}, err
	}
	return out, nil
}

// enrolled saves the credential with recovery codes where there are none yet, and
// confirms the session where it lacks a factor.
func (d *Desk) enrolled(w *work, s *Session, c *store.Credential, f account.Factor) (out Enrolled, err error) {
	if len(c.Recovery) == 0 {
		codes, stored, err := account.NewRecovery(d.random)
		if err != nil {
			return out, err
		}
		out.Recovery, c.Recovery = codes, texts(stored)
	}
	if s.Factor == account.NoFactor {
		if out.Cookie, err = d.confirm(w.tx, s, f); err != nil {
			return out, err
		}
	} else if err := w.tx.SetCeremony(s.row.ID, ""); err != nil {
		return out, err
	}
	return out, w.tx.Change(c)
}

// RemoveTOTP forgets the device that gives codes. Outside the demonstration one
// factor has to stay.
func (d *Desk) RemoveTOTP(ctx context.Context, s *Session) error {
	return d.own(ctx, s, func(w *work, c *store.Credential) error {
		keys, err := w.Passkeys(w.me)
		if err != nil {
			return err
		}
		if len(keys) == 0 && !d.demo {
			return oneStays()
		}
		c.TOTP = ""
		return w.tx.Change(c)
	})
}

func oneStays() error {
	return pil.Invalid("须保留一种第二因素；请先设置另一种 (one second factor has to stay)")
}

// BeginKeySetUp asks for a new security key: the options for the browser, as JSON.
func (d *Desk) BeginKeySetUp(ctx context.Context, s *Session) (options []byte, err error) {
	if s.Stage != StageEnrol && s.Stage != StageIn || s.Token {
		return nil, notNow()
	}
	party, err := d.party()
	if err != nil {
		return nil, err
	}
	var h account.Holder
	err = d.store.Read(ctx, func(v *store.View) (err error) {
		h, _, err = holderOf(v, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	options, c, err := party.BeginRegister(d.random, h, d.clock())
	if err != nil {
		return nil, err
	}
	return options, d.keepCeremony(ctx, s, ceremony{Kind: ceremonyRegister, State: c.State, Until: store.MomentOf(c.Until)})
}

// FinishKeySetUp keeps a new security key, under what its owner calls it.
func (d *Desk) FinishKeySetUp(ctx context.Context, s *Session, name string, answer []byte) (out Enrolled, err error) {
	party, err := d.party()
	if err != nil {
		return out, err
	}
	if strings.TrimSpace(name) == "" {
		name = "安全密钥"
	}
	if name, err = nameOf("密钥名称", name); err != nil {
		return out, err
	}
	under, ok := s.pending(ceremonyRegister, d.clock())
	if !ok {
		return out, tooLate()
	}
	err = d.own(ctx, s, func(w *work, c *store.Credential) error {
		h, _, err := holderOf(w.View, s)
		if err != nil {
			return err
		}
		key, err := party.FinishRegister(account.Ceremony{State: under.State, Until: under.Until.Time()}, h, answer, d.clock())
		if err != nil {
			return err
		}
		body, err := keyText(key)
		if err != nil {
			return err
		}
		row := &store.Passkey{PersonID: w.me, KeyID: base64.RawURLEncoding.EncodeToString(key.ID), Name: name, Body: body, MadeAt: w.tx.Now}
		if err := w.tx.Add(row); err != nil {
			return err
		}
		if err := w.tx.PutSignIn(&store.SignIn{PersonID: w.me, What: signInKey + idText(row.ID), Last: int64(key.Counter)}); err != nil {
			return err
		}
		out, err = d.enrolled(w, s, c, account.ByPasskey)
		return err
	})
	if err != nil {
		return Enrolled{}, err
	}
	return out, nil
}

// RemoveKey forgets a security key of one's own.
func (d *Desk) RemoveKey(ctx context.Context, s *Session, id int64) error {
	return d.own(ctx, s, func(w *work, c *store.Credential) error {
		key, err := w.Passkey(id)
		if err != nil {
			return err
		}
		if key.PersonID != w.me {
			return pil.NotFound("没有找到 (not found)")
		}
		keys, err := w.Passkeys(w.me)
		if err != nil {
			return err
		}
		if len(keys) == 1 && c.TOTP == "" && !d.demo {
			return oneStays()
		}
		if err := w.tx.ForgetSignIn(w.me, signInKey+idText(id)); err != nil {
			return err
		}
		return w.tx.Remove(key)
	})
}

// RenewRecovery draws new recovery codes; the old ones are worth nothing then.
func (d *Desk) RenewRecovery(ctx context.Context, s *Session) (codes []account.Secret, err error) {
	err = d.own(ctx, s, func(w *work, c *store.Credential) error {
		drawn, stored, err := account.NewRecovery(d.random)
		if err != nil {
			return err
		}
		codes, c.Recovery = drawn, texts(stored)
		return w.tx.Change(c)
	})
	return codes, err
}

// EndOtherSessions signs the person out everywhere else.
func (d *Desk) EndOtherSessions(ctx context.Context, s *Session) error {
	return d.own(ctx, s, func(w *work, _ *store.Credential) error { return w.tx.EndOtherSessions(w.me, s.row.ID) })
}
