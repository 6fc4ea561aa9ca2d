package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Recording is an act that has happened, to be written into a matter's history.
type Recording struct {
	Matter int64
	Seen   int // the version the person saw
	Act
	Answers []Answer // what became of demands with it
}

// Recorded is what came of it: the number of the event, or of the approval that
// a back-entry needs first.
type Recorded struct {
	Seq      int
	Approval int64
}

// RecordEvent records what happened: acts of the office that need no decision of
// somebody else, and whatever agencies, courts and parties did. An act of the
// office that the law forbids today is refused with the article. One of an
// earlier day, before something already recorded or against the law, is a
// back-entry: it needs a reason and the department head's approval.
func (d *Desk) RecordEvent(ctx context.Context, who Who, in Recording) (out Recorded, err error) {
	if err := in.clean(); err != nil {
		return out, err
	}
	step, err := d.step(in.Track, in.Step)
	if err != nil {
		return out, err
	}
	err = d.do(ctx, who, account.RecordEvent, target{matter: named(in.Matter), seen: in.Seen}, func(w *work) error {
		if in.On == 0 {
			in.On = w.today
		}
		rule := step.On(in.On)
		switch {
		case in.On > w.today:
			return pil.Invalid("%s 还没有到，只能记录已经发生的事 (cannot record what has not happened)", in.On.Zh())
		case step.By == "office" && rule != nil && len(rule.Decide) > 0:
			return pil.Forbidden("「%s」须经审批，请用「提出办案意见」 (needs a decision: propose it)", step.Zh)
		}
		if err := w.checkPeople(in.People); err != nil {
			return err
		}
		events, c, err := w.history(w.matter)
		if err != nil {
			return err
		}
		_, refused := c.Permit(in.intent("prosecutor"))
		if refused != nil && (in.On == w.today || pil.CodeOf(refused) == pil.CodeInvalid) {
			return refused
		}
		if back := refused != nil || in.On < lastOn(events); back {
			if in.Reason == "" {
				if refused != nil {
					return pil.Invalid("依法不应有此一步：%v。确已发生的，写明理由，经部门负责人同意后补录 (give the reason; the head approves the back-entry)", refused)
				}
				return pil.Invalid("补录 %s 的事须写明理由，经部门负责人同意后入卷：案卷中已有更晚的记录 (a back-entry needs a reason and the head's approval)", in.On.Zh())
			}
			out.Approval, err = w.propose(proposal{kind: KindCorrection, subject: in.Step, title: "补录：" + step.Zh,
				body: Correction{Act: &in.Act, Reason: in.Reason}, deciders: correctionDeciders})
			return err
		}
		e := in.event("", 0)
		if step.By == "office" {
			e.By = "prosecutor"
		}
		if err := w.append(w.matter, e); err != nil {
			return err
		}
		out.Seq = e.Seq
		return w.follow(w.matter, e, &in.Act, in.Answers)
	})
	return out, err
}

func lastOn(events []store.Event) (last pil.Day) {
	for i := range events {
		last = max(last, events[i].On)
	}
	return last
}
