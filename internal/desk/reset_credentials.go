package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Reset says what of somebody's credentials is set anew.
type Reset struct {
	Person  int64
	Factors bool // the second factors too: for who has lost them and the recovery codes
}

// ResetCredentials gives somebody a password to sign in with once, shown once.
// All sessions of that person end, and tokens too.
func (d *Desk) ResetCredentials(ctx context.Context, who Who, in Reset) (shown account.Secret, err error) {
	if err := d.mayAsk(ctx, who, account.ResetCredentials, ofPerson(in.Person)); err != nil {
		return "", err
	}
	shown, fresh, err := d.first("")
	if err != nil {
		return "", err
	}
	err = d.do(ctx, who, account.ResetCredentials, ofPerson(in.Person), func(w *work) error {
		if in.Person == w.me {
			return pil.Invalid("本人的登录凭证请在「我的账号」更换 (change your own on your account page)")
		}
		c, err := w.tx.LockCredential(in.Person)
		if err != nil {
			return err
		}
		c.Password, c.MustReset = fresh.Password, true
		if in.Factors {
			c.TOTP, c.Recovery = "", []string{}
			if err := w.forgetKeys(in.Person); err != nil {
				return err
			}
		}
		if err := w.tx.PutSignIn(&store.SignIn{PersonID: in.Person, What: signInOnce, NextAt: w.tx.Now + onceLasts}); err != nil {
			return err
		}
		if err := w.endTokens(in.Person); err != nil {
			return err
		}
		if err := w.tx.EndSessionsOf(in.Person); err != nil {
			return err
		}
		return w.tx.Change(c)
	})
	if err != nil {
		return "", err
	}
	return shown, nil
}

func (w *work) forgetKeys(person int64) error {
	keys, err := w.Passkeys(person)
	if err != nil {
		return err
	}
	for i := range keys {
		if err := w.tx.ForgetSignIn(person, signInKey+idText(keys[i].ID)); err != nil {
			return err
		}
		if err := w.tx.Remove(&keys[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) endTokens(person int64) error {
	tokens, err := w.Tokens(person)
	if err != nil {
		return err
	}
	for i := range tokens {
		if tokens[i].EndedAt != 0 {
			continue
		}
		tokens[i].EndedAt = w.tx.Now
		if err := w.tx.Change(&tokens[i]); err != nil {
			return err
		}
	}
	return nil
}
