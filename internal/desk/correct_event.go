package desk

import (
	"context"
	"encoding/json"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Correction asks to put right what the history says: another act in the place of
// one recorded, one taken out, or one entered late.
type Correction struct {
	Seq    int    `json:"seq,omitempty"` // the event to correct; 0: a back-entry
	Act    *Act   `json:"act,omitempty"` // what takes its place; nil: nothing does
	Reason string `json:"reason"`
}

// CorrectEvent proposes a correction; the department head agrees or not. The old
// value stays visible, and limits are counted again.
func (d *Desk) CorrectEvent(ctx context.Context, who Who, matter int64, seen int, in Correction) (id int64, err error) {
	in.Reason = strings.TrimSpace(in.Reason)
	if in.Act != nil {
		if err := in.Act.clean(); err != nil {
			return 0, err
		}
		if _, err := d.step(in.Act.Track, in.Act.Step); err != nil {
			return 0, err
		}
	}
	err = d.do(ctx, who, account.CorrectEvent, target{matter: named(matter), seen: seen}, func(w *work) error {
		if in.Reason == "" {
			return pil.Invalid("请写明更正的理由 (a correction needs a reason)")
		}
		title := "更正"
		if in.Act == nil {
			title = "撤销记录"
		}
		e, err := w.correctedFold(in, "x")
		if err != nil {
			return err
		}
		if old, err := w.desk.step(e.Track, e.Step); err == nil {
			title += "：" + old.Zh
		}
		id, err = w.propose(proposal{kind: KindCorrection, subject: e.Step, title: title, body: in, deciders: correctionDeciders, opinion: in.Reason})
		return err
	})
	return id, err
}

// correctedFold tries a correction: what cannot be folded is refused before it is
// proposed.
func (w *work) correctedFold(in Correction, approved string) (*store.Event, error) {
	e, err := w.correction(in, approved)
	if err != nil {
		return nil, err
	}
	events, err := w.Events(w.matter.ID)
	if err != nil {
		return nil, err
	}
	e.Seq = 1
	if n := len(events); n > 0 {
		e.Seq = events[n-1].Seq + 1
	}
	_, err = fold(w.desk.law, w.matter, append(events, *e))
	return e, err
}

func (w *work) correction(in Correction, approved string) (*store.Event, error) {
	if in.Seq == 0 {
		if in.Act == nil || in.Act.On == 0 || in.Act.On > w.today {
			return nil, pil.Invalid("补录须写明已经过去的日期 (a back-entry needs a past day)")
		}
		e := in.Act.event("", 0)
		e.Reason, e.Approved = in.Reason, approved
		return e, nil
	}
	events, err := w.Events(w.matter.ID)
	if err != nil {
		return nil, err
	}
	for i := range events {
		old := events[i]
		if old.Seq != in.Seq {
			continue
		}
		e := &store.Event{On: old.On, Track: old.Track, Respondent: old.Respondent, Step: old.Step, By: old.By, Void: true}
		if in.Act != nil {
			if in.Act.On == 0 || in.Act.On > w.today {
				return nil, pil.Invalid("请填已经过去的日期 (a past day is needed)")
			}
			e = in.Act.event(old.By, 0)
		}
		e.Supersedes, e.Reason, e.Approved = in.Seq, in.Reason, approved
		return e, nil
	}
	return nil, pil.NotFound("没有第 %d 号记录 (no such event)", in.Seq)
}

// carryOutCorrection enters an agreed correction.
func (w *work) carryOutCorrection(a *store.Approval, _ string) error {
	var in Correction
	if err := json.Unmarshal(a.Body, &in); err != nil {
		return err
	}
	_, before, err := w.history(w.matter)
	if err != nil {
		return err
	}
	e, err := w.correction(in, idText(w.me))
	if err != nil {
		return err
	}
	e.ApprovalID = a.ID
	if err := w.append(w.matter, e); err != nil {
		return err
	}
	_, after, err := w.history(w.matter)
	if err != nil {
		return err
	}
	var moved []string
	for _, t := range docket.Moved(before, after) {
		moved = append(moved, t.Zh)
	}
	if len(moved) == 0 {
		return nil
	}
	return w.tx.Add(&store.Note{MatterID: w.matter.ID, PersonID: w.me, MadeAt: w.tx.Now, Text: "更正后期限重新计算：" + strings.Join(moved, "；")})
}
