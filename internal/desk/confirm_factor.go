package desk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// ConfirmCode shows the second factor by a time-based code.
func (d *Desk) ConfirmCode(ctx context.Context, s *Session, code string, device account.Secret) (SignedIn, error) {
	return d.confirmFactor(ctx, s, account.ByTOTP, device, func(tx *store.Tx, c *store.Credential) error { return d.useCode(tx, c, code) })
}

// ConfirmRecovery shows the second factor by a recovery code, which is used up.
func (d *Desk) ConfirmRecovery(ctx context.Context, s *Session, code string, device account.Secret) (SignedIn, error) {
	return d.confirmFactor(ctx, s, account.ByRecovery, device, func(tx *store.Tx, c *store.Credential) error {
		left, err := account.UseRecovery(digests(c.Recovery), code)
		if err != nil {
			return err
		}
		c.Recovery = texts(left)
		return tx.Change(c)
	})
}

// BeginKey asks for a security key: the options for the browser, as JSON.
func (d *Desk) BeginKey(ctx context.Context, s *Session) (options []byte, err error) {
	if s.Stage != StageFactor {
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
	now := d.clock()
	options, c, err := party.BeginSignIn(d.random, h, now)
	if err != nil {
		return nil, err
	}
	return options, d.keepCeremony(ctx, s, ceremony{Kind: ceremonySignIn, State: c.State, Until: store.MomentOf(c.Until)})
}

// ConfirmKey shows the second factor by a security key's answer.
func (d *Desk) ConfirmKey(ctx context.Context, s *Session, answer []byte, device account.Secret) (SignedIn, error) {
	party, err := d.party()
	if err != nil {
		return SignedIn{}, err
	}
	under, ok := s.pending(ceremonySignIn, d.clock())
	if !ok {
		return SignedIn{}, tooLate()
	}
	return d.confirmFactor(ctx, s, account.ByPasskey, device, func(tx *store.Tx, _ *store.Credential) error {
		now, err := tx.Session(s.row.ID)
		if err != nil {
			return err
		}
		if now.Ceremony != s.row.Ceremony { // used, or begun anew, meanwhile
			return tooLate()
		}
		h, rows, err := holderOf(&tx.View, s)
		if err != nil {
			return err
		}
		key, err := party.FinishSignIn(account.Ceremony{State: under.State, Until: under.Until.Time()}, h, answer, d.clock())
		if err != nil {
			return err
		}
		return useKey(tx, rows, key)
	})
}

// confirmFactor charges an attempt, has the factor checked, and gives the session
// the factor under a new id.
func (d *Desk) confirmFactor(ctx context.Context, s *Session, f account.Factor, device account.Secret, check func(*store.Tx, *store.Credential) error) (out SignedIn, err error) {
	if s.Stage != StageFactor {
		return out, notNow()
	}
	now := d.clock()
	err = d.store.Write(ctx, now, func(tx *store.Tx) error {
		digest, err := known(&tx.View, s.Person.ID, device)
		if err != nil {
			return err
		}
		_, code := throttles(digest)
		return d.charge(tx, s.Person.ID, code, account.CodePace())
	})
	if err != nil {
		return out, err
	}
	var p *store.Person
	err = d.store.Write(ctx, now, func(tx *store.Tx) (err error) {
		if p, err = tx.Person(s.Person.ID); err != nil {
			return err
		}
		c, err := tx.LockCredential(p.ID)
		if err != nil {
			return err
		}
		if err := check(tx, c); err != nil {
			return err
		}
		if out.Cookie, err = d.confirm(tx, s, f); err != nil {
			return err
		}
		if out.Device, err = d.remember(tx, p.ID, device); err != nil {
			return err
		}
		out.Stage = StageIn
		if c.MustReset {
			out.Stage = StagePassword
		}
		return tx.Record(byPerson(p, "sign_in"))
	})
	if pil.CodeOf(err) == pil.CodeUnauthenticated && p != nil {
		if noted := d.refused(ctx, p); noted != nil {
			return SignedIn{}, noted
		}
	}
	if err != nil {
		return SignedIn{}, err
	}
	return out, nil
}

func notNow() error {
	return &pil.Error{Code: pil.CodeUnauthenticated, Text: "请先登录 (please sign in)"}
}

// useCode checks a time-based code, and keeps that it was used.
func (d *Desk) useCode(tx *store.Tx, c *store.Credential, code string) error {
	if c.TOTP == "" {
		return pil.Invalid("尚未设置动态验证码 (no codes set up)")
	}
	secret, err := seal.Open(d.keys.Seal, totpPlace(c.PersonID), c.TOTP)
	if err != nil {
		return fmt.Errorf("open a second factor: %w", err)
	}
	row, err := tx.LockSignIn(c.PersonID, signInTOTP)
	if err != nil {
		return err
	}
	t, err := account.TOTP{Secret: account.Secret(secret), Last: row.Last}.Verify(code, d.clock())
	if err != nil {
		return err
	}
	row.Last = t.Last
	return tx.PutSignIn(row)
}

// totpPlace is what a sealed second factor is bound to.
func totpPlace(person int64) string { return "totp/" + idText(person) }

func (d *Desk) party() (account.Passkeys, error) {
	if d.door.passkeys == nil {
		return account.Passkeys{}, pil.Invalid("本院的网址未设置，暂不能使用安全密钥 (the office's address is not set)")
	}
	return *d.door.passkeys, nil
}

// keyBody is what is kept of a security key beside its name.
type keyBody struct {
	PublicKey  []byte   `json:"public_key"`
	Flags      uint8    `json:"flags"`
	Transports []string `json:"transports,omitempty"`
}

// holderOf is the person with the security keys, and their rows in the same order.
func holderOf(v *store.View, s *Session) (h account.Holder, rows []store.Passkey, err error) {
	h = account.Holder{ID: personID(s.Person.ID), Login: s.Login, Name: s.Person.Name}
	if rows, err = v.Passkeys(s.Person.ID); err != nil {
		return h, nil, err
	}
	for i := range rows {
		row := &rows[i]
		var b keyBody
		if err := json.Unmarshal([]byte(row.Body), &b); err != nil {
			return h, nil, fmt.Errorf("read security key %d: %w", row.ID, err)
		}
		id, err := base64.RawURLEncoding.DecodeString(row.KeyID)
		if err != nil {
			return h, nil, fmt.Errorf("read security key %d: %w", row.ID, err)
		}
		count, err := v.SignIn(s.Person.ID, signInKey+idText(row.ID))
		if err != nil {
			return h, nil, err
		}
		h.Keys = append(h.Keys, account.Passkey{ID: id, PublicKey: b.PublicKey, Flags: b.Flags, Counter: uint32(count.Last),
			Transports: b.Transports, Name: row.Name, Made: row.MadeAt.Time()})
	}
	return h, rows, nil
}

// useKey keeps a key's counter, and its flags where they are others.
func useKey(tx *store.Tx, rows []store.Passkey, key account.Passkey) error {
	for i := range rows {
		row := &rows[i]
		if row.KeyID != base64.RawURLEncoding.EncodeToString(key.ID) {
			continue
		}
		body, err := keyText(key)
		if err != nil {
			return err
		}
		if body != row.Body {
			row.Body = body
			if err := tx.Change(row); err != nil {
				return err
			}
		}
		return tx.PutSignIn(&store.SignIn{PersonID: row.PersonID, What: signInKey + idText(row.ID), Last: int64(key.Counter)})
	}
	return pil.NotFound("没有找到 (not found)")
}

func keyText(key account.Passkey) (string, error) {
	b, err := json.Marshal(keyBody{PublicKey: key.PublicKey, Flags: key.Flags, Transports: key.Transports})
	return string(b), err
}

func digests(list []string) []account.Digest {
	out := make([]account.Digest, len(list))
	for i, s := range list {
		out[i] = account.Digest(s)
	}
	return out
}

func texts(list []account.Digest) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
