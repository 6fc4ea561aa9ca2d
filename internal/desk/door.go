package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// door is what signing in needs beside the store.
type door struct {
	hasher   account.Hasher
	turns    chan struct{} // a password's hash takes 64 MiB: so many at once
	passkeys *account.Passkeys
	mask     []byte // hides which names were tried that nobody has
}

// hashers is how many passwords are hashed at once.
const hashers = 2

func newDoor(c Config) door {
	d := door{hasher: account.StandardHasher(c.Keys.Pepper), turns: make(chan struct{}, hashers), passkeys: c.Passkeys, mask: c.Keys.Seal}
	if c.Hasher != nil {
		d.hasher = *c.Hasher
	}
	return d
}

// TakesKeys reports whether security keys can be used: the address is known.
func (d *Desk) TakesKeys() bool { return d.door.passkeys != nil }

// turn waits for a turn to hash; the func it returns ends it.
func (d *door) turn(ctx context.Context) (done func(), err error) {
	select {
	case d.turns <- struct{}{}:
		return func() { <-d.turns }, nil
	case <-ctx.Done():
		return nil, &pil.Error{Code: pil.CodeBusy, Text: "登录的人较多，请稍后再试 (busy; try again)", Err: ctx.Err()}
	}
}

func (d *door) hash(random io.Reader, password string) (account.Secret, error) {
	d.turns <- struct{}{}
	defer func() { <-d.turns }()
	return d.hasher.Hash(random, password)
}

// verify compares a password with what is stored; without anything stored it
// takes as long and refuses.
func (d *door) verify(ctx context.Context, random io.Reader, stored, password string) (fresh account.Secret, err error) {
	done, err := d.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	if stored == "" {
		return "", d.hasher.Decoy(password)
	}
	return d.hasher.Verify(random, account.Secret(stored), password)
}

// What a row of sign_ins is about.
const (
	signInPassword = "password" // the throttle of strange devices
	signInDevice   = "device:"  // … of a device the person signed in from, by digest
	signInCode     = "code"     // the throttle of second factors
	signInTOTP     = "totp"     // the last turn a code was accepted for
	signInKey      = "key:"     // a security key's counter, by id
	signInOnce     = "once"     // until when a drawn password is good
	signInNobody   = "nobody:"  // the throttle of names nobody has, by a few bits of a keyed hash
)

// nobody is the throttle of a name that nobody has. There are 256 of them, so that
// made-up names neither fill the store nor are told apart by never having to wait.
func (d *door) nobody(login string) string {
	mac := hmac.New(sha256.New, d.mask)
	mac.Write([]byte("nobody " + login))
	return fmt.Sprintf("%s%02x", signInNobody, mac.Sum(nil)[0])
}

// charge charges an attempt before anything is compared.
func (d *Desk) charge(tx *store.Tx, person int64, what string, pace account.Pace) error {
	row, err := tx.LockSignIn(person, what)
	if err != nil {
		return err
	}
	t, err := account.Throttle{Failed: row.Failed, Next: row.NextAt.Time()}.Attempt(pace, d.clock())
	if err != nil {
		return err
	}
	row.Failed, row.NextAt = t.Failed, store.MomentOf(t.Next)
	return tx.PutSignIn(row)
}

// known is the device's own throttle where the person has signed in from it
// before; otherwise the one for strange devices.
func known(v *store.View, person int64, device account.Secret) (suffix string, err error) {
	digest, err := account.SessionID(device)
	if err != nil {
		return "", nil //nolint:nilerr // no device, or not one of ours: a strange one
	}
	row, err := v.SignIn(person, signInDevice+string(digest))
	if err != nil || row.Last == 0 {
		return "", err
	}
	return string(digest), nil
}

// throttles are the rows that an attempt from a device is charged to.
func throttles(digest string) (password, code string) {
	if digest == "" {
		return signInPassword, signInCode
	}
	return signInDevice + digest, signInCode + ":" + digest
}

// devices is how many devices of a person are remembered.
const devices = 20

// remember notes that a person signed in from a device: its throttles begin anew.
// A device that is not known gets a secret to be known by.
func (d *Desk) remember(tx *store.Tx, person int64, device account.Secret) (fresh account.Secret, err error) {
	digest, err := known(&tx.View, person, device)
	if err != nil {
		return "", err
	}
	if digest == "" {
		secret, s, err := account.NewSession(d.random, personID(person), d.clock())
		if err != nil {
			return "", err
		}
		fresh, digest = secret, string(s.ID)
		for _, what := range []string{signInPassword, signInCode} {
			if err := tx.ForgetSignIn(person, what); err != nil {
				return "", err
			}
		}
	}
	password, code := throttles(digest)
	if err := tx.PutSignIn(&store.SignIn{PersonID: person, What: password, Last: int64(tx.Now)}); err != nil {
		return "", err
	}
	if err := tx.ForgetSignIn(person, code); err != nil {
		return "", err
	}
	return fresh, forgetDevices(tx, person)
}

func forgetDevices(tx *store.Tx, person int64) error {
	rows, err := tx.SignInsOf(person)
	if err != nil {
		return err
	}
	n := 0
	for i := range rows {
		digest, ok := strings.CutPrefix(rows[i].What, signInDevice)
		if !ok {
			continue
		}
		if n++; n <= devices {
			continue
		}
		password, code := throttles(digest)
		for _, what := range []string{password, code} {
			if err := tx.ForgetSignIn(person, what); err != nil {
				return err
			}
		}
	}
	return nil
}

// refused notes in the record that somebody was refused, and nothing of what was
// typed. The actor is the door: who it was is not known.
func (d *Desk) refused(ctx context.Context, p *store.Person) error {
	return d.byMachine(ctx, func(*store.Tx) (audit.Entry, error) {
		return audit.Entry{Actor: "door", Office: idText(p.OfficeID), Action: "refuse_sign_in",
			Subject: audit.Subject{Kind: "person", ID: idText(p.ID)}}, nil
	})
}
