package desk

import (
	"context"
	"encoding/json"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ClueAssessment is what somebody makes of a clue.
type ClueAssessment struct {
	Matter int64
	Seen   int
	clue.Assessment
}

// keptAssessment is an assessment as it is kept: grades by their words.
type keptAssessment struct {
	Truth         keptGrade `json:"truth"`
	Checkability  keptGrade `json:"checkability"`
	Risk          keptGrade `json:"risk"`
	Harm          bool      `json:"harm,omitempty"`
	Illegal       bool      `json:"illegal,omitempty"`
	SeriousNobody bool      `json:"serious_nobody,omitempty"`
	Conclusion    string    `json:"conclusion"`
	Reason        string    `json:"reason"`
	By            int64     `json:"by"`
	On            pil.Day   `json:"on"`
}

type keptGrade struct {
	Grade  string `json:"grade"`
	Reason string `json:"reason"`
}

// AssessClue keeps the assessment of a clue (R27) and enters it into the history.
// What is missing, or does not follow, comes back as Faults. It decides nothing:
// a case is opened by ProposeFiling, a clue sent on by TransferClue.
func (d *Desk) AssessClue(ctx context.Context, who Who, in ClueAssessment) error {
	a := &in.Assessment
	for _, s := range []*string{&a.Truth.Reason, &a.Checkability.Reason, &a.Risk.Reason, &a.Reason} {
		*s = strings.TrimSpace(*s)
	}
	if err := problemsOf(a.Check()).orNil(); err != nil {
		return err
	}
	return d.do(ctx, who, account.AssessClue, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindClue}, func(w *work) error {
		if err := w.notMerged(); err != nil {
			return err
		}
		_, c, err := w.history(w.matter)
		if err != nil {
			return err
		}
		act := Act{Track: "clue", Step: "assess", On: w.today, Note: a.Conclusion.Zh() + "：" + a.Reason}
		if _, err := c.Permit(act.intent("prosecutor")); err != nil {
			return err
		}
		row, err := w.Clue(w.matter.ID)
		if err != nil {
			return err
		}
		grade := func(g clue.Graded) keptGrade { return keptGrade{g.Grade.String(), g.Reason} }
		if row.Assessment, err = json.Marshal(keptAssessment{grade(a.Truth), grade(a.Checkability), grade(a.Risk), a.Harm, a.Illegal, a.SeriousNobody,
			a.Conclusion.String(), a.Reason, w.me, w.today}); err != nil {
			return err
		}
		if err := w.tx.Change(row); err != nil {
			return err
		}
		w.reason = true
		return w.append(w.matter, act.event("prosecutor", 0))
	})
}

// readAssessment is a kept assessment; nil where nobody made one yet.
func readAssessment(b []byte) (a *clue.Assessment, by int64, on pil.Day, err error) {
	var k keptAssessment
	if err := json.Unmarshal(b, &k); err != nil || k.By == 0 {
		return nil, 0, 0, err
	}
	grade := func(g keptGrade) clue.Graded {
		level, _ := clue.ParseGrade(g.Grade) // one no longer known is shown as none
		return clue.Graded{Grade: level, Reason: g.Reason}
	}
	conclusion, _ := clue.ParseConclusion(k.Conclusion)
	return &clue.Assessment{Truth: grade(k.Truth), Checkability: grade(k.Checkability), Risk: grade(k.Risk), Harm: k.Harm, Illegal: k.Illegal,
		SeriousNobody: k.SeriousNobody, Conclusion: conclusion, Reason: k.Reason}, k.By, k.On, nil
}

// notMerged refuses a step on a clue that was merged into another.
func (w *work) notMerged() error {
	row, err := w.Clue(w.matter.ID)
	if err != nil || row.MergedInto == 0 {
		return err
	}
	into, err := w.Matter(row.MergedInto)
	if err != nil {
		return err
	}
	return &pil.Error{Code: pil.CodeConflict, Text: "本线索已并入 " + into.Number + "，请在该线索上办理 (merged into another clue: work on that one)"}
}
