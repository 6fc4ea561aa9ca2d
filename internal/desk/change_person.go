package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
)

// PersonChange is what is kept of one of the staff from now on.
type PersonChange struct {
	Person     int64
	Login      string
	Name       string
	Department int64 // 0: none
	Procurator bool
	From       pil.Day // 0: as it was
}

// ChangePerson changes what is kept of one of the staff. Roles have a way of their
// own (ProposeRole), and so has the end (ClosePerson).
func (d *Desk) ChangePerson(ctx context.Context, who Who, in PersonChange) error {
	login, err := loginOf(in.Login)
	if err != nil {
		return err
	}
	name, err := nameOf("姓名", in.Name)
	if err != nil {
		return err
	}
	return d.do(ctx, who, account.ChangePerson, ofPerson(in.Person), func(w *work) error {
		if err := w.tx.LockStaff(w.office); err != nil {
			return err
		}
		p, err := w.Person(in.Person)
		if err != nil {
			return err
		}
		if login != p.Login {
			if err := freeLogin(w.View, login); err != nil {
				return err
			}
		}
		if err := inDepartment(w.View, p.OfficeID, in.Department); err != nil {
			return err
		}
		p.Login, p.Name, p.DepartmentID, p.Procurator = login, name, in.Department, in.Procurator
		if in.From != 0 {
			p.FromDay = in.From
		}
		if err := staff(p).Check(); err != nil {
			return err
		}
		return w.tx.Change(p)
	})
}
