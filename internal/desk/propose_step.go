package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// StepProposal is a step somebody proposes for decision.
type StepProposal struct {
	Matter int64
	Seen   int
	Act
	Opinion string
}

// ProposeStep puts a step that the law leaves to the head, the chief, the
// committee or the higher office on its way: review where the norms of the day
// ask for it, then decision. What the law forbids is refused here already.
func (d *Desk) ProposeStep(ctx context.Context, who Who, in StepProposal) (id int64, err error) {
	if err := in.clean(); err != nil {
		return 0, err
	}
	step, err := d.step(in.Track, in.Step)
	if err != nil {
		return 0, err
	}
	err = d.do(ctx, who, account.ProposeStep, target{matter: in.Matter, seen: in.Seen, kind: store.KindCase}, func(w *work) error {
		in.On = w.today
		rule := step.On(in.On)
		if step.By != "office" && step.By != higherOffice || rule == nil || len(rule.Decide) == 0 {
			return pil.Invalid("「%s」不须审批，请直接记录 (needs no decision: record it)", step.Zh)
		}
		if err := w.checkPeople(in.People); err != nil {
			return err
		}
		_, c, err := w.history(w.matter)
		if err != nil {
			return err
		}
		if _, err := c.Permit(in.intent(rule.Decide[0])); err != nil {
			return err
		}
		id, err = w.propose(proposal{kind: KindStep, subject: in.Step, title: titleOf(step, in.Respondent), body: in.Act,
			review: rule.Review == "head", deciders: stages(rule), opinion: strings.TrimSpace(in.Opinion)})
		return err
	})
	return id, err
}

// stages is who decides a step, one after the other.
func stages(rule *statute.Rule) string {
	s := strings.Join(rule.Decide, " ")
	if rule.Higher == "approve" && !slices.Contains(rule.Decide, higherOffice) {
		s += ";" + higherOffice
	}
	return s
}

func titleOf(step *statute.Step, respondent string) string {
	if respondent == "" {
		return step.Zh
	}
	return step.Zh + "（" + respondent + "）"
}

// carryOutStep enters a decided step into the history, on the day of the decision.
func (w *work) carryOutStep(a *store.Approval, decided string) error {
	var act Act
	if err := json.Unmarshal(a.Body, &act); err != nil {
		return err
	}
	act.On = w.today
	if decided != "" && decided != act.Step {
		step, err := w.desk.step(act.Track, act.Step)
		if err != nil {
			return err
		}
		if !slices.Contains(step.Opposite, decided) {
			return pil.Invalid("不能改作「%s」：法律没有把它列为相反的决定 (not an opposite of the step proposed)", pil.Quote(decided))
		}
		act.Step, act.Demands = decided, nil
	}
	_, c, err := w.history(w.matter)
	if err != nil {
		return err
	}
	if _, err := c.Permit(act.intent(w.decider())); err != nil {
		return err
	}
	e := act.event(w.decider(), a.ID)
	if err := w.append(w.matter, e); err != nil {
		return err
	}
	return w.follow(w.matter, e, &act, nil)
}
