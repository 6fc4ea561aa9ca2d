package desk

import (
	"context"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// RecusalDecision answers a request of a recusal.
type RecusalDecision struct {
	Recusal int64
	Recuse  bool
	Opinion string // needed where it is refused
}

// DecideRecusal decides whether somebody is recused: the chief, and about the
// chief the committee (R22). Who is recused is off the matter from that moment.
func (d *Desk) DecideRecusal(ctx context.Context, who Who, in RecusalDecision) error {
	var approval int64
	err := d.store.Read(ctx, func(v *store.View) error {
		r, err := v.Recusal(in.Recusal)
		if err != nil {
			return err
		}
		list, err := v.Approvals(r.MatterID)
		approval = approvalOf(list, r)
		return err
	})
	if err != nil {
		return err
	}
	return d.MoveApproval(ctx, who, ApprovalStep{Approval: approval, Move: verdict(in.Recuse), Opinion: in.Opinion})
}

// approvalOf is the approval by which a recusal is decided; 0 where there is none.
func approvalOf(list []store.Approval, r *store.Recusal) int64 {
	at := slices.IndexFunc(list, func(a store.Approval) bool {
		b, err := recusalBodyOf(&a)
		return ApprovalKind(a.Kind) == KindRecusal && err == nil && b.Recusal == r.ID
	})
	if at < 0 {
		return 0
	}
	return list[at].ID
}

// carryOutRecusal takes who is recused off the matter.
func (w *work) carryOutRecusal(a *store.Approval, decided string) error {
	if decided != "" {
		return pil.Invalid("只能决定回避，或者写明理由驳回 (recuse or not)")
	}
	return w.answerRecusal(a, recusalDecided)
}

// endRecusal keeps that a recusal was refused, or the request withdrawn.
func (w *work) endRecusal(a *store.Approval, move docket.ApprovalMove) error {
	if move == docket.Withdraw {
		return w.answerRecusal(a, recusalWithdrawn)
	}
	return w.answerRecusal(a, recusalRefused)
}

// answerRecusal keeps an answer in the row that the permission check reads, with
// the opinion of the move that gave it.
func (w *work) answerRecusal(a *store.Approval, state string) error {
	b, err := recusalBodyOf(a)
	if err != nil {
		return err
	}
	row, err := w.Recusal(b.Recusal)
	if err != nil {
		return err
	}
	if row.State != recusalRequested {
		return &pil.Error{Code: pil.CodeConflict, Text: "已有决定 (decided already)"}
	}
	moves, err := w.ApprovalMoves(a.ID)
	if err != nil {
		return err
	}
	row.State, row.DecidedBy, row.DecidedRole, row.DecidedOn, row.Opinion = state, w.me, w.by.Role.String(), w.today, moves[len(moves)-1].Opinion
	if state == recusalDecided {
		if err := w.recuse(row); err != nil {
			return err
		}
	}
	return w.tx.Change(row)
}

// recuse takes a person off the matter.
func (w *work) recuse(row *store.Recusal) error {
	p, err := w.Person(row.PersonID)
	if err != nil {
		return err
	}
	r := account.Recusal{Matter: matterID(row.MatterID), Person: personID(p.ID), Ground: row.Ground, On: row.DecidedOn, By: w.by.Role}
	if err := r.Check(staff(p).Roles); err != nil {
		return err
	}
	held, err := heldOn(w.View, row.MatterID)
	if err != nil {
		return err
	}
	left, _ := r.Remove(held)
	return w.setAssigned(row.MatterID, left)
}
