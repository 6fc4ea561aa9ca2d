package desk

import (
	"context"

	"shouhu/internal/account"
)

// Grantable is whom the chief may lend, and to where: the own office and those it
// leads (R11).
type Grantable struct {
	People  []LentPerson
	Offices []OfficeName
}

// LentPerson is somebody who may be lent, with the office that person is of.
type LentPerson struct {
	PersonName
	Office OfficeName
}

// ShowGrantable shows whom the chief may lend, and to where.
func (d *Desk) ShowGrantable(ctx context.Context, who Who) (out Grantable, err error) {
	err = d.ask(ctx, who, account.GiveGrant, target{}, func(l *look) error {
		own, err := l.Office(l.office)
		if err != nil {
			return err
		}
		offices, err := l.OfficesUnder(own.Path)
		if err != nil {
			return err
		}
		for i := range offices {
			name := OfficeName{offices[i].ID, offices[i].Name}
			out.Offices = append(out.Offices, name)
		}
		people, err := l.PeopleUnder(own.Path)
		if err != nil {
			return err
		}
		names := map[int64]string{}
		for _, o := range out.Offices {
			names[o.ID] = o.Name
		}
		for i := range people {
			if p := staff(&people[i]); p.Active(l.now) && p.Roles&lendable != 0 {
				out.People = append(out.People, LentPerson{PersonName{people[i].ID, p.Name}, OfficeName{people[i].OfficeID, names[people[i].OfficeID]}})
			}
		}
		return nil
	})
	return out, err
}

// lendable are the roles in which people are lent; account.Grant.Check has the word.
var lendable = account.RolesOf(account.Prosecutor, account.Assistant, account.Technician)
