package desk

import (
	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// joinable is an open case of the same office that the actor may see: a clue may
// join it.
func (w *work) joinable(id int64) (*store.Matter, error) {
	m, err := w.tx.LockMatter(id)
	if err != nil || m.Kind != store.KindCase || m.OfficeID != w.matter.OfficeID {
		return nil, fault("join", "没有找到要并入的案件", "no such case")
	}
	about, err := aboutMatter(w.View, m)
	if err != nil {
		return nil, err
	}
	if _, err := account.Can(w.actor, account.ShowCase, about, w.now); err != nil {
		return nil, fault("join", "没有找到要并入的案件", "no such case")
	}
	s, err := w.Standing(id)
	if err != nil {
		return nil, err
	}
	if !s.Live {
		return nil, &pil.Error{Code: pil.CodeConflict, Text: m.Number + " 已经办结，不能并入；请另行立案 (that case has ended: open another)"}
	}
	return m, nil
}

// decidedOn enters a decision on a clue into its history and that of the clues
// merged into it, and answers which those are.
func (w *work) decidedOn(m *store.Matter, step string, approval int64, reason string) (merged []int64, err error) {
	enter := func(m *store.Matter, note string) error {
		return w.append(m, &store.Event{On: w.today, Track: "clue", Step: step, By: w.decider(), ApprovalID: approval, Note: note})
	}
	if err := enter(m, reason); err != nil {
		return nil, err
	}
	rows, err := w.MergedInto(m.ID)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		o, err := w.tx.LockMatter(rows[i].MatterID)
		if err != nil {
			return nil, err
		}
		_, c, err := w.history(o)
		if err != nil {
			return nil, err
		}
		if _, err := c.Permit(docket.Intent{Track: "clue", Step: step, On: w.today, Decider: w.decider(), Reason: reason}); err != nil {
			continue // it was decided on before it was merged
		}
		if err := enter(o, "随 "+m.Number+" 一并决定"); err != nil {
			return nil, err
		}
		merged = append(merged, o.ID)
	}
	return merged, nil
}

// firstOf marks a clue as the first reporter's of its case.
func (w *work) firstOf(m *store.Matter) error {
	c, err := w.Clue(m.ID)
	if err != nil || c.First {
		return err
	}
	c.First = true
	return w.tx.Change(c)
}
