package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Login, Password string
	Device          account.Secret // from an earlier SignedIn; empty on a strange device
}

// SignedIn is what a browser keeps: Cookie is the session's, Device lets the
// person in past a stranger's guesses, and is empty where the browser's is good.
type SignedIn struct {
	Cookie, Device account.Secret
	Stage          Stage // what is still to be done
}

// SignIn begins a session after a right account name and password. Each account
// has a throttle of its own, and so has each device the person has signed in
// from. Whether an account exists shows neither in the answer nor in its time.
func (d *Desk) SignIn(ctx context.Context, in Credentials) (out SignedIn, err error) {
	p, c, err := d.attempt(ctx, in)
	if err != nil {
		return out, err
	}
	stored := ""
	if p != nil && staff(p).Active(d.clock()) {
		stored = c.Password
	}
	fresh, err := d.door.verify(ctx, d.random, stored, in.Password)
	if pil.CodeOf(err) == pil.CodeUnauthenticated && p != nil {
		if noted := d.refused(ctx, p); noted != nil {
			return out, noted
		}
	}
	if err != nil {
		return out, err
	}
	if p.Roles == "" {
		return out, &pil.Error{Code: pil.CodeUnauthenticated, Text: "检察长尚未决定您的角色，决定之后才能登录 (your roles are not decided yet)"}
	}
	return d.passed(ctx, p, in, c.Password, fresh)
}

// attempt charges the attempt and loads who it may be; nil where nobody has the
// name.
func (d *Desk) attempt(ctx context.Context, in Credentials) (p *store.Person, c *store.Credential, err error) {
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		p, c = nil, nil
		found, err := tx.PersonByLogin(in.Login)
		if pil.CodeOf(err) == pil.CodeNotFound {
			return d.charge(tx, 0, d.door.nobody(in.Login), account.PasswordPace())
		}
		if err != nil {
			return err
		}
		digest, err := known(&tx.View, found.ID, in.Device)
		if err != nil {
			return err
		}
		what, _ := throttles(digest)
		if err := d.charge(tx, found.ID, what, account.PasswordPace()); err != nil {
			return err
		}
		p = found
		c, err = tx.Credential(found.ID)
		return err
	})
	return p, c, err
}

// passed begins the session of somebody whose password was right. stored is what
// it was compared with, fresh what to store from now on.
func (d *Desk) passed(ctx context.Context, p *store.Person, in Credentials, stored string, fresh account.Secret) (out SignedIn, err error) {
	now := d.clock()
	err = d.store.Write(ctx, now, func(tx *store.Tx) error {
		c, err := tx.LockCredential(p.ID)
		if err != nil {
			return err
		}
		if c.Password != stored {
			return &pil.Error{Code: pil.CodeUnauthenticated, Text: "口令刚刚改过，请重新登录 (the password has just been changed)"}
		}
		once, err := tx.SignIn(p.ID, signInOnce)
		if err != nil {
			return err
		}
		if c.MustReset && once.NextAt != 0 && once.NextAt < tx.Now {
			return &pil.Error{Code: pil.CodeUnauthenticated, Text: "一次性口令已过期，请管理员重置 (the password has run out; ask for another)"}
		}
		if err := tx.EndSessionsBefore(store.MomentOf(now.Add(-d.rule().Whole))); err != nil {
			return err
		}
		id, s, err := account.NewSession(d.random, personID(p.ID), now)
		if err != nil {
			return err
		}
		if err := tx.PutSession(sessionRow(s, "")); err != nil {
			return err
		}
		keys, err := tx.Passkeys(p.ID)
		if err != nil {
			return err
		}
		out = SignedIn{Cookie: id, Stage: d.stage(s, c, len(keys))}
		var entries []audit.Entry
		if fresh != "" {
			c.Password = string(fresh)
			if err := tx.Change(c); err != nil {
				return err
			}
			entries = append(entries, byPerson(p, "renew_password"))
		}
		if out.Stage != StageFactor { // no second factor is to come now
			if out.Device, err = d.remember(tx, p.ID, in.Device); err != nil {
				return err
			}
			entries = append(entries, byPerson(p, "sign_in"))
		}
		return tx.Record(entries...)
	})
	if err != nil {
		return SignedIn{}, err
	}
	return out, nil
}

// byPerson is the entry of something a person did at the door.
func byPerson(p *store.Person, action string) audit.Entry {
	return audit.Entry{Actor: idText(p.ID), Office: idText(p.OfficeID), Action: action, Class: audit.ClassWrite,
		Subject: audit.Subject{Kind: "person", ID: idText(p.ID)}}
}

// SignOut ends a session. One that is over is none.
func (d *Desk) SignOut(ctx context.Context, cookie account.Secret) error {
	digest, err := account.SessionID(cookie)
	if err != nil {
		return nil //nolint:nilerr // not a session of ours: signed out already
	}
	return d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		row, err := tx.Session(string(digest))
		if pil.CodeOf(err) == pil.CodeNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		p, err := tx.Person(row.PersonID)
		if err != nil {
			return err
		}
		if err := tx.EndSession(row.ID); err != nil {
			return err
		}
		return tx.Record(byPerson(p, "sign_out"))
	})
}
