package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/store"
)

// MakeToken makes the actor an API token for 1 to account.MaxTokenDays days. The
// secret is shown once.
func (d *Desk) MakeToken(ctx context.Context, who Who, days int) (secret account.Secret, err error) {
	err = d.do(ctx, who, account.MakeToken, ofSelf(who), func(w *work) error {
		made, t, err := account.NewToken(d.random, personID(w.me), days, w.now)
		if err != nil {
			return err
		}
		secret = made
		w.target = audit.Subject{Kind: "token", ID: string(t.ID)}
		return w.tx.Add(&store.Token{ID: string(t.ID), Hint: t.Hint, PersonID: w.me, MadeAt: w.tx.Now, UntilAt: store.MomentOf(t.Until)})
	})
	return secret, err
}
