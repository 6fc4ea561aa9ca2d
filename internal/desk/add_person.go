package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// NewPerson is one of the staff to be. The roles are proposed, and the person has
// none until the chief decides.
type NewPerson struct {
	Login, Name string
	Department  int64 // 0: none
	Procurator  bool
	From        pil.Day // 0: today
	Roles       account.RoleSet
	Password    string // of the demonstration only; elsewhere one is drawn
}

// Added is a person added: the password is shown once.
type Added struct {
	Person   int64
	Password account.Secret
	Approval int64 // of the roles; 0: none were proposed
}

// AddPerson adds one of the staff to the actor's office.
func (d *Desk) AddPerson(ctx context.Context, who Who, in NewPerson) (out Added, err error) {
	login, err := loginOf(in.Login)
	if err != nil {
		return out, err
	}
	name, err := nameOf("姓名", in.Name)
	if err != nil {
		return out, err
	}
	if err := d.mayAsk(ctx, who, account.AddPerson, target{}); err != nil {
		return out, err // before a password is hashed, which costs
	}
	shown, c, err := d.first(in.Password)
	if err != nil {
		return out, err
	}
	out.Password = shown
	err = d.do(ctx, who, account.AddPerson, target{}, func(w *work) error {
		if err := freeLogin(w.View, login); err != nil {
			return err
		}
		if err := inDepartment(w.View, w.office, in.Department); err != nil {
			return err
		}
		p := &store.Person{Login: login, Name: name, OfficeID: w.office, DepartmentID: in.Department, Procurator: in.Procurator, FromDay: in.From}
		if p.FromDay == 0 {
			p.FromDay = w.today
		}
		if err := w.tx.Add(p); err != nil {
			return err
		}
		if err := staff(p).Check(); err != nil {
			return err
		}
		c.PersonID, out.Person = p.ID, p.ID
		if err := begin(w.tx, &c); err != nil {
			return err
		}
		w.target.Kind, w.target.ID = "person", idText(p.ID)
		if in.Roles == 0 {
			return nil
		}
		out.Approval, err = w.proposeRole(p, in.Roles, false)
		return err
	})
	if err != nil {
		return Added{}, err
	}
	return out, nil
}

// mayAsk asks the permission table alone, where something costly comes first.
func (d *Desk) mayAsk(ctx context.Context, who Who, act account.Action, t target) error {
	return d.ask(ctx, who, act, t, func(*look) error { return nil })
}
