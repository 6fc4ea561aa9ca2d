package desk

import (
	"context"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// OfficeChange is what an office is called from now on, and its departments.
type OfficeChange struct {
	Office      int64            // 0: the actor's own
	Name        string           // empty: as it was
	Departments map[int64]string // departments with another name
	Add         []string         // new departments
}

// ChangeOffice changes the name of an office and its departments.
func (d *Desk) ChangeOffice(ctx context.Context, who Who, in OfficeChange) error {
	return d.do(ctx, who, account.ChangeOffice, target{office: in.Office}, func(w *work) error {
		o, err := w.Office(idOf(w.about.Office))
		if err != nil {
			return err
		}
		if in.Name != "" && in.Name != o.Name {
			if o.Name, err = nameOf("检察院名称", in.Name); err != nil {
				return err
			}
			if err := w.tx.Change(o); err != nil {
				return err
			}
		}
		return w.changeDepartments(o.ID, in)
	})
}

func (w *work) changeDepartments(office int64, in OfficeChange) error {
	list, err := w.Departments(office)
	if err != nil {
		return err
	}
	var names []string
	seen := 0
	for i := range list {
		dep := &list[i]
		if to, ok := in.Departments[dep.ID]; ok {
			seen++
			if to, err = nameOf("部门名称", to); err != nil {
				return err
			}
			if to != dep.Name {
				dep.Name = to
				if err := w.tx.Change(dep); err != nil {
					return err
				}
			}
		}
		names = append(names, dep.Name)
	}
	if seen != len(in.Departments) {
		return pil.NotFound("本院没有这个部门 (no such department in the office)")
	}
	for _, add := range in.Add {
		name, err := nameOf("部门名称", add)
		if err != nil {
			return err
		}
		if err := w.tx.Add(&store.Department{OfficeID: office, Name: name}); err != nil {
			return err
		}
		names = append(names, name)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(list)+len(in.Add) {
		return pil.Invalid("部门名称重复 (two departments of one name)")
	}
	return nil
}

// NewOffice is an office to be. Code names it in the list it stands in, so that
// others there can say who leads them.
type NewOffice struct {
	Code   string
	Name   string
	Level  account.Level
	Kind   account.Kind
	Region pil.Region
	Parent string // code of the office that leads it; empty: see AddOffices and Found
}

// AddOffices adds offices below the actor's own, those without Parent right below
// it, and returns their ids by code.
func (d *Desk) AddOffices(ctx context.Context, who Who, list []NewOffice) (ids map[string]int64, err error) {
	err = d.do(ctx, who, account.ChangeOffice, target{}, func(w *work) error {
		own, err := w.Office(w.office)
		if err != nil {
			return err
		}
		ids, err = addOffices(w.tx, own, list)
		return err
	})
	return ids, err
}

// addOffices adds offices, those without parent below another; with none above
// there is one without parent, the top.
func addOffices(tx *store.Tx, below *store.Office, list []NewOffice) (map[string]int64, error) {
	if len(list) == 0 {
		return nil, pil.Invalid("没有要增加的检察院 (no offices)")
	}
	if err := checkOffices(tx, below, list); err != nil {
		return nil, err
	}
	sorted := slices.Clone(list) // those that lead come first: the parent is of a higher level
	slices.SortStableFunc(sorted, func(a, b NewOffice) int { return int(b.Level) - int(a.Level) })
	ids, paths := map[string]int64{}, map[string]string{}
	for i := range sorted {
		o := &sorted[i]
		row := &store.Office{Name: o.Name, Level: o.Level.String(), Kind: o.Kind.String(), Region: o.Region}
		path := "/"
		switch {
		case o.Parent != "":
			row.ParentID, path = ids[o.Parent], paths[o.Parent]
		case below != nil:
			row.ParentID, path = below.ID, below.Path
		}
		if err := tx.Add(row); err != nil { // for the id, which the path holds
			return nil, err
		}
		row.Path = path + idText(row.ID) + "/"
		if err := tx.Change(row); err != nil {
			return nil, err
		}
		ids[o.Code], paths[o.Code] = row.ID, row.Path
	}
	return ids, nil
}

// checkOffices holds the new offices against what account says of offices, and
// against the names there are.
func checkOffices(tx *store.Tx, below *store.Office, list []NewOffice) error {
	var all []account.Office
	if below != nil {
		o, err := officeOf(below)
		if err != nil {
			return err
		}
		o.Parent = ""
		all = append(all, o)
	}
	known, err := tx.Offices()
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for i := range known {
		names[known[i].Name] = true
	}
	tops := 0
	for i := range list {
		in := &list[i]
		if _, err := nameOf("检察院名称", in.Name); err != nil {
			return err
		}
		if names[in.Name] {
			return &pil.Error{Code: pil.CodeConflict, Text: "已有检察院 " + pil.Quote(in.Name) + "，请核对名单 (this office exists)"}
		}
		names[in.Name] = true
		o := account.Office{ID: account.OfficeID("code " + in.Code), Name: in.Name, Level: in.Level, Kind: in.Kind, Region: in.Region}
		switch {
		case in.Code == "":
			return pil.Invalid("检察院 %s 须有编号 (office needs a code)", pil.Quote(in.Name))
		case in.Parent != "":
			o.Parent = account.OfficeID("code " + in.Parent)
		case below != nil:
			o.Parent = officeID(below.ID)
		default:
			tops++
		}
		all = append(all, o)
	}
	if tops > 1 {
		return pil.Invalid("只能有一个没有上级院的检察院 (only one office without a parent)")
	}
	_, err = account.NewOffices(all)
	return err
}

// officeOf is a row of offices as account knows an office.
func officeOf(o *store.Office) (account.Office, error) {
	level, err := account.ParseLevel(o.Level)
	if err != nil {
		return account.Office{}, err
	}
	kind, err := account.ParseKind(o.Kind)
	return account.Office{ID: officeID(o.ID), Name: o.Name, Level: level, Kind: kind, Region: o.Region, Parent: officeID(o.ParentID)}, err
}

// officeSubject names an office in the record.
func officeSubject(id int64) audit.Subject { return audit.Subject{Kind: "office", ID: idText(id)} }
