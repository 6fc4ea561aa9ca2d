package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// RecusalDecision answers a request of a recusal.
type RecusalDecision struct {
	Recusal int64
	Recuse  bool
	Opinion string // needed where it is refused
}

// DecideRecusal decides whether somebody is recused: the chief, and about the
// chief the committee (R22). Who is recused is off the matter from that moment.
func (d *Desk) DecideRecusal(ctx context.Context, who Who, in RecusalDecision) error {
	if !in.Recuse && in.Opinion == "" {
		return pil.Invalid("驳回回避申请须写明理由 (reasons are needed)")
	}
	matter, err := d.matterOf(ctx, in.Recusal)
	if err != nil {
		return err
	}
	t := target{matter: matter, more: func(v *store.View, s *account.Subject) error {
		r, err := v.Recusal(in.Recusal)
		if err != nil {
			return err
		}
		p, err := v.Person(r.PersonID)
		if err != nil {
			return err
		}
		s.About, s.Deciders = personID(p.ID), account.RolesOf(account.RecusalDecider(staff(p).Roles))
		return nil
	}}
	return d.do(ctx, who, account.DecideRecusal, t, func(w *work) error {
		w.reason = in.Opinion != ""
		row, err := w.Recusal(in.Recusal)
		if err != nil {
			return err
		}
		if row.State != recusalRequested {
			return &pil.Error{Code: pil.CodeConflict, Text: "已有决定 (decided already)"}
		}
		row.State, row.DecidedBy, row.DecidedRole, row.DecidedOn, row.Opinion = recusalRefused, w.me, w.by.Role.String(), w.today, in.Opinion
		if in.Recuse {
			row.State = recusalDecided
			if err := w.recuse(row); err != nil {
				return err
			}
		}
		return w.tx.Change(row)
	})
}

// matterOf is the matter a recusal is about.
func (d *Desk) matterOf(ctx context.Context, recusal int64) (matter int64, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		r, err := v.Recusal(recusal)
		matter = r.MatterID
		return err
	})
	return matter, err
}

// recuse takes a person off the matter.
func (w *work) recuse(row *store.Recusal) error {
	p, err := w.Person(row.PersonID)
	if err != nil {
		return err
	}
	r := account.Recusal{Matter: matterID(row.MatterID), Person: personID(p.ID), Ground: row.Ground, On: row.DecidedOn, By: w.by.Role}
	if err := r.Check(staff(p).Roles); err != nil {
		return err
	}
	held, err := heldOn(w.View, row.MatterID)
	if err != nil {
		return err
	}
	left, _ := r.Remove(held)
	return w.setAssigned(row.MatterID, left)
}
