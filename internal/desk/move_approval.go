package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ApprovalStep is what somebody does with an approval.
type ApprovalStep struct {
	Approval int64
	Moves    int // how many moves the person saw; 0: whatever there are
	Move     docket.ApprovalMove
	Opinion  string
	// Decided names another step to be taken in the place of the one proposed,
	// where it is decided otherwise: one that the law sets against it.
	Decided string
	// Body takes the place of what was proposed, where it is submitted again: an Act
	// of a step, a FilingProposal of a filing. nil: as it was.
	Body any
}

// MoveApproval reviews, returns, decides, refers, withdraws or submits again what
// was proposed, or keeps a written dissent. A decision is carried out in the same
// transaction.
func (d *Desk) MoveApproval(ctx context.Context, who Who, in ApprovalStep) error {
	in.Opinion = strings.TrimSpace(in.Opinion)
	if len([]rune(in.Opinion)) > maxText {
		return pil.Invalid("意见过长，最多 %d 字 (opinion too long)", maxText)
	}
	if !slices.Contains(docket.ApprovalMoves, in.Move) || in.Move == docket.Propose {
		return pil.Invalid("没有这样的处理方式 %s (no such move)", pil.Quote(string(in.Move)))
	}
	a, err := d.peekApproval(ctx, in.Approval)
	if err != nil {
		return err
	}
	return d.do(ctx, who, moveAction(a, in.Move), ofApproval(a), func(w *work) error {
		if a.MatterID == 0 { // without a matter to lock; one chief, whoever else decides now
			if err := w.tx.LockStaff(a.OfficeID); err != nil {
				return err
			}
		}
		now, err := w.Approval(in.Approval)
		if err != nil {
			return err
		}
		moves, err := w.ApprovalMoves(now.ID)
		if err != nil {
			return err
		}
		if now.State != a.State || in.Moves != 0 && in.Moves != len(moves) {
			return &pil.Error{Code: pil.CodeConflict, Text: "此件刚由他人处理，现为「" + docket.ApprovalState(now.State).Zh() + "」；没有保存，请刷新后再看 (somebody else has just acted on it)"}
		}
		if (in.Move == docket.Resubmit || in.Move == docket.Withdraw) && now.Proposer != w.me {
			return pil.Forbidden("只有提出人可以「%s」 (only by who proposed it)", in.Move.Zh())
		}
		return w.advance(now, in)
	})
}

// peekApproval reads an approval before it is known who may see it; nothing of it
// leaves.
func (d *Desk) peekApproval(ctx context.Context, id int64) (a *store.Approval, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		a, err = v.Approval(id)
		return err
	})
	if err == nil && ApprovalKind(a.Kind).row() == nil {
		err = pil.NotFound("没有找到 (not found)")
	}
	return a, err
}

// advance takes an approval one move on, and carries out what the move decides.
func (w *work) advance(a *store.Approval, in ApprovalStep) error {
	row, was := ApprovalKind(a.Kind).row(), docket.ApprovalState(a.State)
	state, err := was.Step(in.Move, a.Review, in.Opinion)
	if err != nil {
		return err
	}
	if err := row.knows(a, in.Move); err != nil {
		return err
	}
	if in.Move == docket.Resubmit {
		if err := w.again(row, a, in.Body); err != nil {
			return err
		}
		if state, err = was.Step(in.Move, a.Review, in.Opinion); err != nil {
			return err
		}
	}
	w.reason = in.Opinion != ""
	if err := w.moved(a, in.Move, in.Opinion); err != nil {
		return err
	}
	switch rest := later(a); {
	case in.Move == docket.Approve && rest != "":
		a.Deciders, state = rest, docket.InDecision
		err = w.queue(a)
	case in.Move == docket.Approve:
		err = row.effect(w, a, "")
	case in.Move == docket.DecideElse && in.Decided != "":
		err = row.effect(w, a, in.Decided)
	case (in.Move == docket.DecideElse || in.Move == docket.Withdraw) && row.ended != nil:
		err = row.ended(w, a, in.Move)
	case state == docket.InDecision && was != docket.InDecision:
		err = w.queue(a)
	}
	if err != nil {
		return err
	}
	a.State = string(state)
	if !state.Open() && in.Move != docket.Dissent {
		a.ClosedAt = w.tx.Now
	}
	return w.tx.Change(a)
}

// again puts what is submitted again in order: it goes the whole way once more,
// under the norms of today.
func (w *work) again(row *kindRow, a *store.Approval, body any) error {
	if w.matter != nil {
		a.OfficeID, a.DepartmentID = w.matter.OfficeID, w.matter.DepartmentID
	}
	review := a.Review
	switch {
	case row.redo != nil:
		if err := row.redo(w, a, body); err != nil {
			return err
		}
		if a.Review != review {
			return &pil.Error{Code: pil.CodeConflict, Text: "审核程序已有变动，请撤回后另行提出 (who reviews it has changed: withdraw it and propose anew)"}
		}
	case body != nil:
		return pil.Invalid("「%s」不能修改后再报；请撤回，另行提出 (withdraw it and propose anew)", row.zh)
	}
	return nil
}

// rewrite keeps another body of an approval.
func rewrite(a *store.Approval, body any) (err error) {
	a.Body, err = json.Marshal(body)
	return err
}

// later is who decides after the present stage; empty where it is the last.
func later(a *store.Approval) string {
	_, rest, _ := strings.Cut(a.Deciders, ";")
	return strings.TrimSpace(rest)
}

// decider is what the law calls who decides.
func (w *work) decider() string { return deciderWord(w.by, w.act) }
