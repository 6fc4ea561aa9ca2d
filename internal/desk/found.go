package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// Founding is what an empty installation begins with.
type Founding struct {
	Offices       []NewOffice // the first of them is the one founded
	Departments   []string    // of that one
	Administrator FirstPerson
	Chief         FirstPerson
	Settings      map[string]string
	Identity      seal.PrivateKey // that who reported is sealed to; zero: one is drawn
}

// FirstPerson is one of the two persons an office begins with.
type FirstPerson struct {
	Login, Name string
	Password    string // of the demonstration only; elsewhere one is drawn
}

// Founded is an office founded: the passwords are shown once.
type Founded struct {
	Office, Administrator, Chief         int64
	AdministratorPassword, ChiefPassword account.Secret
	Departments                          []int64
	Offices                              map[string]int64 // by code
	Start                                account.Secret   // code to take the identity key with, shown once
}

// founder is the actor of the record while there is nobody yet.
const founder = "init"

// Found founds the first office of an empty installation, with its administrator
// and its chief. In one that is not empty it is a conflict Error.
func (d *Desk) Found(ctx context.Context, in Founding) (out Founded, err error) {
	if len(in.Offices) == 0 {
		return out, pil.Invalid("须写明检察院 (name the office)")
	}
	two, err := d.firstTwo(in.Administrator, in.Chief)
	if err != nil {
		return out, err
	}
	if in.Identity.IsZero() {
		if in.Identity, err = seal.NewPrivateKey(d.random, seal.International); err != nil {
			return out, err
		}
	}
	err = d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
		any, err := tx.AnyOffice()
		if err != nil {
			return audit.Entry{}, err
		}
		if any {
			return audit.Entry{}, &pil.Error{Code: pil.CodeConflict, Text: "已经初始化，不能再次进行 (initialised already)"}
		}
		if out.Offices, err = addOffices(tx, nil, in.Offices); err != nil {
			return audit.Entry{}, err
		}
		out.Office = out.Offices[in.Offices[0].Code]
		for _, name := range in.Departments {
			if name, err = nameOf("部门名称", name); err != nil {
				return audit.Entry{}, err
			}
			dep := &store.Department{OfficeID: out.Office, Name: name}
			if err := tx.Add(dep); err != nil {
				return audit.Entry{}, err
			}
			out.Departments = append(out.Departments, dep.ID)
		}
		for name, value := range in.Settings {
			if err := tx.SetSetting(name, value); err != nil {
				return audit.Entry{}, err
			}
		}
		if err := d.seatTwo(tx, out.Office, two); err != nil {
			return audit.Entry{}, err
		}
		if _, out.Start, err = d.newIdentityKey(tx, in.Identity); err != nil {
			return audit.Entry{}, err
		}
		return audit.Entry{Actor: founder, Office: idText(out.Office), Action: "found_office", Subject: officeSubject(out.Office)}, nil
	})
	if err != nil {
		return Founded{}, err
	}
	out.Administrator, out.AdministratorPassword = two[0].person.ID, two[0].shown
	out.Chief, out.ChiefPassword = two[1].person.ID, two[1].shown
	return out, nil
}

// StaffOffice gives an office that has no staff its administrator and its chief,
// from the machine the office runs on: nobody else may, for an administrator adds
// people to the own office only.
func (d *Desk) StaffOffice(ctx context.Context, office int64, administrator, chief FirstPerson) (out Founded, err error) {
	two, err := d.firstTwo(administrator, chief)
	if err != nil {
		return out, err
	}
	err = d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
		if _, err := tx.Office(office); err != nil {
			return audit.Entry{}, err
		}
		people, err := tx.People(office)
		if err != nil {
			return audit.Entry{}, err
		}
		if len(people) > 0 {
			return audit.Entry{}, &pil.Error{Code: pil.CodeConflict, Text: "该院已有人员，由其管理员增加 (the office has staff already)"}
		}
		if err := d.seatTwo(tx, office, two); err != nil {
			return audit.Entry{}, err
		}
		return audit.Entry{Actor: founder, Office: idText(office), Action: "staff_office", Subject: officeSubject(office)}, nil
	})
	if err != nil {
		return Founded{}, err
	}
	return Founded{Office: office, Administrator: two[0].person.ID, AdministratorPassword: two[0].shown,
		Chief: two[1].person.ID, ChiefPassword: two[1].shown}, nil
}

// seat is a person about to be added, and what that one signs in with first.
type seat struct {
	person     store.Person
	credential store.Credential
	shown      account.Secret
}

func (d *Desk) firstTwo(administrator, chief FirstPerson) ([]seat, error) {
	var two []seat
	for i, f := range []FirstPerson{administrator, chief} {
		role := []account.Role{account.Administrator, account.Chief}[i]
		login, err := loginOf(f.Login)
		if err != nil {
			return nil, err
		}
		name, err := nameOf("姓名", f.Name)
		if err != nil {
			return nil, err
		}
		shown, c, err := d.first(f.Password)
		if err != nil {
			return nil, err
		}
		two = append(two, seat{shown: shown, credential: c, person: store.Person{
			Login: login, Name: name, Roles: role.String(), Procurator: role == account.Chief}})
	}
	return two, nil
}

func (d *Desk) seatTwo(tx *store.Tx, office int64, two []seat) error {
	for i := range two {
		p, c := &two[i].person, &two[i].credential
		p.ID, p.OfficeID, p.FromDay = 0, office, pil.DayOf(tx.Now.Time())
		if err := freeLogin(&tx.View, p.Login); err != nil {
			return err
		}
		if err := tx.Add(p); err != nil {
			return err
		}
		if err := staff(p).Check(); err != nil {
			return err
		}
		c.PersonID = p.ID
		if err := begin(tx, c); err != nil {
			return err
		}
	}
	return nil
}

// byMachine writes what no signed-in person asks for: founding from the command
// line, and signing in. The entry says who it was by.
func (d *Desk) byMachine(ctx context.Context, fn func(*store.Tx) (audit.Entry, error)) error {
	return d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		e, err := fn(tx)
		if err != nil {
			return err
		}
		e.Class = audit.ClassWrite
		return tx.Record(e)
	})
}
