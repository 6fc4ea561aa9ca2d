package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/audit"
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
	t := target{
		record: audit.Subject{Kind: "approval", ID: idText(in.Approval)},
		more: func(v *store.View, s *account.Subject) error {
			a, b, err := roleApproval(v, in.Approval)
			if err != nil {
				return err
			}
			if *s, err = inOffice(v, a.OfficeID); err != nil {
				return err
			}
			s.Proposer, s.About = personID(a.Proposer), personID(b.Person)
			return nil
		},
	}
	return d.do(ctx, who, account.DecideRole, t, func(w *work) error {
		if err := w.tx.LockStaff(w.office); err != nil { // one chief, whoever else decides now
			return err
		}
		a, b, err := roleApproval(w.View, in.Approval)
		if err != nil {
			return err
		}
		w.reason = in.Opinion != ""
		if !in.Agree {
			return w.moveRole(a, docket.DecideElse, in.Opinion)
		}
		if err := w.moveRole(a, docket.Approve, in.Opinion); err != nil {
			return err
		}
		return w.giveRoles(b)
	})
}

func roleApproval(v *store.View, id int64) (*store.Approval, roleBody, error) {
	a, err := v.Approval(id)
	if err != nil {
		return nil, roleBody{}, err
	}
	if a.Kind != string(KindRole) {
		return nil, roleBody{}, pil.NotFound("没有找到 (not found)")
	}
	b, err := roleBodyOf(a)
	return a, b, err
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
