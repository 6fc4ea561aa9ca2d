package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// NewCover has one of the staff do another's work while that one is on leave.
type NewCover struct {
	Absent, Does int64
	From, Until  pil.Day
}

// AddCover arranges leave cover.
func (d *Desk) AddCover(ctx context.Context, who Who, in NewCover) (id int64, err error) {
	err = d.do(ctx, who, account.AddCover, ofPerson(in.Absent), func(w *work) error {
		absent, err := w.Person(in.Absent)
		if err != nil {
			return err
		}
		does, err := w.Person(in.Does)
		if err != nil {
			return err
		}
		if err := w.startsNow(in.Until, does); err != nil {
			return err
		}
		s := account.StandIn{For: staff(absent), Cover: account.Cover{Absent: personID(absent.ID), Does: personID(does.ID),
			Term: account.Term{From: in.From, Until: in.Until}}}
		if err := s.Check(staff(does)); err != nil {
			return err
		}
		h := &store.Handover{Kind: handCover, FromID: absent.ID, ToID: does.ID, OfficeID: absent.OfficeID,
			FromDay: in.From, UntilDay: in.Until, MadeBy: w.me, MadeAt: w.tx.Now}
		id, err = w.handOver(h)
		return err
	})
	return id, err
}
