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
	err = d.do(ctx, who, account.ProposeStep, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindCase}, func(w *work) error {
		step, rule, err := w.proposable(&in.Act)
		if err != nil {
			return err
		}
		id, err = w.propose(proposal{kind: KindStep, subject: in.Step, title: titleOf(step, in.Respondent), body: in.Act,
			review: rule.Review == "head", deciders: stages(rule), opinion: strings.TrimSpace(in.Opinion)})
		return err
	})
	return id, err
}

// proposable refuses a step that needs no decision, or that the law of today
// forbids.
func (w *work) proposable(in *Act) (*statute.Step, *statute.Rule, error) {
	step, err := w.desk.step(in.Track, in.Step)
	if err != nil {
		return nil, nil, err
	}
	in.On = w.today
	rule := step.On(in.On)
	if step.By != "office" && step.By != higherOffice || rule == nil || len(rule.Decide) == 0 {
		return nil, nil, pil.Invalid("「%s」不须审批，请直接记录 (needs no decision: record it)", step.Zh)
	}
	if err := w.checkPeople(in.People); err != nil {
		return nil, nil, err
	}
	_, c, err := w.history(w.matter)
	if err != nil {
		return nil, nil, err
	}
	_, err = c.Permit(in.intent(rule.Decide[0]))
	return step, rule, err
}

// redoStep puts a step that was returned on its way again.
func (w *work) redoStep(a *store.Approval, body any) error {
	var old Act
	if err := json.Unmarshal(a.Body, &old); err != nil {
		return err
	}
	act := old
	if body != nil {
		fresh, ok := body.(Act)
		if !ok || fresh.Track != old.Track || fresh.Step != old.Step || fresh.Respondent != old.Respondent {
			return pil.Invalid("只能修改原来的办案意见；换一步骤的，请撤回后另行提出 (another step is proposed anew)")
		}
		act = fresh
	}
	if err := act.clean(); err != nil {
		return err
	}
	_, rule, err := w.proposable(&act)
	if err != nil {
		return err
	}
	a.Review, a.Deciders = rule.Review == "head", stages(rule)
	return rewrite(a, act)
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
