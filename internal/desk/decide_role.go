package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// RoleDecision answers a proposal of roles.
type RoleDecision struct {
	Approval int64
	Agree    bool
	Opinion  string // needed where it is refused
}

// DecideRole decides which roles somebody has, as the chief or a deputy. Nobody
// decides about oneself, nor what one proposed.
func (d *Desk) DecideRole(ctx context.Context, who Who, in RoleDecision) error {
	a, err := d.peekApproval(ctx, in.Approval)
	if err != nil {
		return err
	}
	if ApprovalKind(a.Kind) != KindRole {
		return pil.NotFound("没有找到 (not found)")
	}
	return d.MoveApproval(ctx, who, ApprovalStep{Approval: a.ID, Move: verdict(in.Agree), Opinion: in.Opinion})
}

// verdict is the move of a plain yes or no.
func verdict(yes bool) docket.ApprovalMove {
	if yes {
		return docket.Approve
	}
	return docket.DecideElse
}

// carryOutRole gives the roles that were decided on.
func (w *work) carryOutRole(a *store.Approval, decided string) error {
	if decided != "" {
		return pil.Invalid("只能同意，或者写明理由不同意 (agree or not)")
	}
	b, err := roleBodyOf(a)
	if err != nil {
		return err
	}
	return w.giveRoles(b)
}

// giveRoles gives the roles decided on. A chief who is succeeded goes at the same
// moment, and with the chief go the delegations that chief gave (R5).
func (w *work) giveRoles(b roleBody) error {
	p, err := w.Person(b.Person)
	if err != nil {
		return err
	}
	if p.Roles != b.Was {
		return &pil.Error{Code: pil.CodeConflict, Text: "提出之后，该人员的角色已有变动，请重新提出 (the roles have changed since; propose anew)"}
	}
	was := staff(p).Roles
	p.Roles = b.Roles
	if err := staff(p).Check(); err != nil {
		return err
	}
	is := staff(p).Roles
	if was.Has(account.Administrator) && !is.Has(account.Administrator) {
		other, err := holder(&w.look, p.OfficeID, account.Administrator, p.ID)
		if err != nil {
			return err
		}
		if other == nil {
			return pil.Invalid("这是最后一名系统管理员，须先有另一名 (the last administrator)")
		}
	}
	if is.Has(account.Chief) && !was.Has(account.Chief) {
		chief, err := chiefOf(&w.look, p.OfficeID)
		if err != nil {
			return err
		}
		if chief != nil {
			if chief.ID != b.Succeeds {
				return &pil.Error{Code: pil.CodeConflict, Text: "本院已有检察长，请重新提出 (the office has a chief; propose anew)"}
			}
			if err := w.unseat(chief); err != nil {
				return err
			}
		}
	}
	if was.Has(account.Chief) && !is.Has(account.Chief) {
		return pil.Invalid("检察长由接任者接替，不能空缺 (a chief is succeeded, the seat is not left empty)")
	}
	if err := takeBackKeys(w.tx, p, w.now); err != nil {
		return err
	}
	return w.tx.Change(p)
}

// unseat takes the chief's role from the one who is succeeded.
func (w *work) unseat(chief *store.Person) error {
	chief.Roles = roleWords(staff(chief).Roles &^ account.RolesOf(account.Chief))
	if err := w.tx.Change(chief); err != nil {
		return err
	}
	given, err := w.HandoversMade(chief.ID)
	if err != nil {
		return err
	}
	for i := range given {
		h := &given[i]
		if h.Kind != handDelegation || h.EndedAt != 0 {
			continue
		}
		h.EndedAt = w.tx.Now
		if err := w.tx.Change(h); err != nil {
			return err
		}
	}
	return nil
}
