package desk

import (
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// NewDelegation is the chief's leave to another procurator of the office (R5).
type NewDelegation struct {
	To          int64
	Actions     []account.Action
	From, Until pil.Day
}

// GiveDelegation has another procurator take some of the chief's decisions for a
// time. Only the chief gives it, in person.
func (d *Desk) GiveDelegation(ctx context.Context, who Who, in NewDelegation) (id int64, err error) {
	err = d.do(ctx, who, account.GiveDelegation, target{}, func(w *work) error {
		to, err := w.Person(in.To)
		if err != nil {
			return err
		}
		if err := w.startsNow(in.Until, to); err != nil {
			return err
		}
		actions := slices.Compact(slices.Sorted(slices.Values(in.Actions)))
		del := account.Delegation{From: personID(w.me), To: personID(to.ID), Office: officeID(w.office), Actions: actions,
			Term: account.Term{From: in.From, Until: in.Until}}
		if err := del.Check(w.actor.Person, staff(to)); err != nil {
			return err
		}
		h := &store.Handover{Kind: handDelegation, FromID: w.me, ToID: to.ID, OfficeID: w.office, Actions: actionWords(actions),
			FromDay: in.From, UntilDay: in.Until, MadeBy: w.me, MadeAt: w.tx.Now}
		id, err = w.handOver(h)
		return err
	})
	return id, err
}

// handOver keeps what is handed over, and has the record name it.
func (w *work) handOver(h *store.Handover) (int64, error) {
	if err := w.tx.Add(h); err != nil {
		return 0, err
	}
	w.target.Kind, w.target.ID = h.Kind, idText(h.ID)
	return h.ID, nil
}

// startsNow refuses what is over before it begins, or is for somebody who has left.
func (w *work) startsNow(until pil.Day, to *store.Person) error {
	switch p := staff(to); {
	case until < w.today:
		return pil.Invalid("终止日已过 (the last day is past)")
	case p.Until != 0 && p.Until < w.today:
		return pil.Invalid("该人员已不在职 (not in service any more)")
	}
	return nil
}

func actionWords(list []account.Action) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = a.String()
	}
	return strings.Join(words, " ")
}
