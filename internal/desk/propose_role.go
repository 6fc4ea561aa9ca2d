package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
)

// RoleProposal is which roles somebody is to have: all of them, not those added.
type RoleProposal struct {
	Person  int64
	Roles   account.RoleSet
	Succeed bool // as chief, in the place of the present one, who goes at that moment
}

// ProposeRole puts roles before the chief, and returns the approval's id. What
// was proposed for that person before, and is not decided, is withdrawn.
func (d *Desk) ProposeRole(ctx context.Context, who Who, in RoleProposal) (approval int64, err error) {
	err = d.do(ctx, who, account.ProposeRole, ofPerson(in.Person), func(w *work) error {
		if err := w.tx.LockStaff(w.office); err != nil {
			return err
		}
		p, err := w.Person(in.Person)
		if err != nil {
			return err
		}
		if staff(p).Roles == in.Roles {
			return pil.Invalid("与现有角色相同，无须提出 (these are the roles already)")
		}
		approval, err = w.proposeRole(p, in.Roles, in.Succeed)
		return err
	})
	return approval, err
}
