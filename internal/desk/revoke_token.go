package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// RevokeToken ends an API token: its owner may, and the administrator.
func (d *Desk) RevokeToken(ctx context.Context, who Who, id string) error {
	t := target{
		record: audit.Subject{Kind: "token", ID: id},
		more: func(v *store.View, s *account.Subject) error {
			row, err := v.Token(id)
			if err != nil {
				return err
			}
			p, err := v.Person(row.PersonID)
			if err != nil {
				return err
			}
			return aboutPerson(v, s, p)
		},
	}
	return d.do(ctx, who, account.RevokeToken, t, func(w *work) error {
		row, err := w.Token(id)
		if err != nil {
			return err
		}
		if row.EndedAt != 0 {
			return &pil.Error{Code: pil.CodeConflict, Text: "令牌已经撤销 (revoked already)"}
		}
		row.EndedAt = w.tx.Now
		return w.tx.Change(row)
	})
}

// tokenOf is a row of tokens as account knows a token.
func tokenOf(row *store.Token) account.Token {
	return account.Token{ID: account.Digest(row.ID), Hint: row.Hint, Person: personID(row.PersonID),
		Made: row.MadeAt.Time(), Until: row.UntilAt.Time(), Used: row.UsedAt.Time(), Ended: row.EndedAt.Time()}
}
