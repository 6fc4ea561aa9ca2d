package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/store"
)

// EndGrant ends a cross-office grant before its time. What was assigned to the
// person in that office, and rests on the grant, goes with it.
func (d *Desk) EndGrant(ctx context.Context, who Who, id int64) error {
	return d.do(ctx, who, account.EndGrant, ofHandover(id, handGrant), func(w *work) error {
		h, err := w.Handover(id)
		if err != nil {
			return err
		}
		if err := w.endHandover(id); err != nil {
			return err
		}
		return w.endLent(h)
	})
}

// endLent ends the assignments that rested on a grant.
func (w *work) endLent(h *store.Handover) error {
	held, err := w.AssignmentsOf(h.ToID)
	if err != nil {
		return err
	}
	for i := range held {
		row := &held[i]
		if row.Role != h.Role || h.MatterID != 0 && h.MatterID != row.MatterID {
			continue
		}
		m, err := w.Matter(row.MatterID)
		if err != nil {
			return err
		}
		if m.OfficeID != h.OfficeID {
			continue
		}
		if m, err = w.tx.LockMatter(m.ID); err != nil {
			return err
		}
		still, err := lentAs(&w.look, h.ToID, m, row.Role, h.ID)
		if err != nil {
			return err
		}
		if still {
			continue
		}
		row.EndedAt = w.tx.Now
		if err := w.tx.Change(row); err != nil {
			return err
		}
		w.touch(m)
	}
	return nil
}

// lentAs reports whether a person is lent to a matter's office in a role now, by
// another grant than one.
func lentAs(l *look, person int64, m *store.Matter, role string, but int64) (bool, error) {
	handed, err := l.HandoversTo(person)
	if err != nil {
		return false, err
	}
	for i := range handed {
		h := &handed[i]
		if h.ID != but && h.Kind == handGrant && h.OfficeID == m.OfficeID && h.Role == role &&
			(h.MatterID == 0 || h.MatterID == m.ID) && term(h).Holds(l.now) {
			return true, nil
		}
	}
	return false, nil
}
