package desk

import (
	"context"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Assigning says who works on a matter from now on: all of them, not those added.
type Assigning struct {
	Matter     int64
	Seen       int   // the version that was seen
	Department int64 // that handles it from now on; 0: as it was
	To         []Assignee
}

// Assignee is one who works on a matter.
type Assignee struct {
	Person int64
	As     account.Role
	Lead   bool // 主办检察官; who is the only prosecutor leads anyhow
}

// AssignClue assigns a clue.
func (d *Desk) AssignClue(ctx context.Context, who Who, in Assigning) error {
	return d.assign(ctx, who, account.AssignClue, store.KindClue, in)
}

// AssignCase assigns a case.
func (d *Desk) AssignCase(ctx context.Context, who Who, in Assigning) error {
	return d.assign(ctx, who, account.AssignCase, store.KindCase, in)
}

func (d *Desk) assign(ctx context.Context, who Who, act account.Action, kind string, in Assigning) error {
	return d.do(ctx, who, act, target{matter: named(in.Matter), kind: kind, seen: in.Seen}, func(w *work) error {
		if in.Department != 0 {
			if err := inDepartment(w.View, w.matter.OfficeID, in.Department); err != nil {
				return err
			}
			w.matter.DepartmentID = in.Department
		}
		want, err := w.assignees(in.To)
		if err != nil {
			return err
		}
		return w.setAssigned(in.Matter, want)
	})
}

// assignable are the roles in which people work on a matter.
var assignable = map[string]account.RoleSet{
	store.KindClue: account.RolesOf(account.ClueOfficer, account.Prosecutor, account.Assistant),
	store.KindCase: account.RolesOf(account.Prosecutor, account.Assistant, account.Technician),
}

// assignees checks who is to work on the matter: in service, of its office or lent
// to it, in a role that person has, and not recused. Of several prosecutors one
// leads (R6).
func (w *work) assignees(to []Assignee) ([]account.Assignment, error) {
	var out []account.Assignment
	var leads, prosecutors []int
	for _, a := range to {
		p, err := w.somebody(a.Person)
		if err != nil {
			return nil, err
		}
		if err := w.mayWork(p, a.As); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(b account.Assignment) bool { return b.Person == personID(p.ID) && b.As == a.As }) {
			return nil, pil.Invalid("同一人员、同一身份只列一次 (listed twice)")
		}
		if a.As == account.Prosecutor {
			prosecutors = append(prosecutors, len(out))
		}
		if a.Lead {
			leads = append(leads, len(out))
		}
		out = append(out, account.Assignment{Matter: matterID(w.matter.ID), Person: personID(p.ID), As: a.As, Lead: a.Lead})
	}
	switch {
	case len(leads) > 1 || len(leads) == 1 && out[leads[0]].As != account.Prosecutor:
		return nil, pil.Invalid("主办检察官须为一名检察官（R6） (one prosecutor leads)")
	case len(leads) == 0 && len(prosecutors) > 1:
		return nil, pil.Invalid("多名检察官办理的，须指定一名主办检察官（R6） (say who leads)")
	case len(leads) == 0 && len(prosecutors) == 1:
		out[prosecutors[0]].Lead = true
	}
	return out, nil
}

// somebody is one of the staff a form named; who is not there is an invalid Error.
func (l *look) somebody(id int64) (*store.Person, error) {
	p, err := l.Person(id)
	if pil.CodeOf(err) == pil.CodeNotFound {
		return nil, pil.Invalid("没有该人员，请重新选择 (no such person)")
	}
	return p, err
}

// mayWork refuses somebody who cannot work on the matter in a role.
func (w *work) mayWork(p *store.Person, as account.Role) error {
	who := staff(p)
	switch {
	case !assignable[w.matter.Kind].Has(as):
		return pil.Invalid("不能以%s的身份承办 (nobody works on it in this role)", as.Zh())
	case !who.Active(w.now):
		return pil.Invalid("承办人须为在职人员 (must be in service)")
	case slices.Contains(w.about.Recused, who.ID):
		return pil.Invalid("该人员已回避，不能承办（R21） (recused)")
	case p.OfficeID == w.matter.OfficeID && who.Roles.Has(as):
		return nil
	}
	lent, err := lentAs(&w.look, p.ID, w.matter, as.String(), 0)
	if err != nil {
		return err
	}
	if !lent {
		return pil.Invalid("承办人须为本院%s，或者依决定调用到本院（R11） (lacks the role, or is of another office)", as.Zh())
	}
	return nil
}

// heldOn are the assignments on a matter now, as account knows them.
func heldOn(v *store.View, matter int64) ([]account.Assignment, error) {
	rows, err := v.Assignments(matter)
	if err != nil {
		return nil, err
	}
	out := make([]account.Assignment, 0, len(rows))
	for i := range rows {
		a, err := assignmentOf(&rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func assignmentOf(row *store.Assignment) (account.Assignment, error) {
	as, err := account.ParseRole(row.Role)
	return account.Assignment{Matter: matterID(row.MatterID), Person: personID(row.PersonID), As: as, Lead: row.Lead}, err
}

// setAssigned makes the assignments on a matter those wanted: what is missing
// ends, what is new begins, and the rest stays.
func (w *work) setAssigned(matter int64, want []account.Assignment) error {
	rows, err := w.Assignments(matter)
	if err != nil {
		return err
	}
	want = slices.Clone(want)
	for i := range rows {
		row := &rows[i]
		was, err := assignmentOf(row)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(want, func(a account.Assignment) bool { return a.Person == was.Person && a.As == was.As })
		switch {
		case at < 0:
			row.EndedAt = w.tx.Now
		case want[at].Lead == row.Lead:
			want = slices.Delete(want, at, at+1)
			continue
		default:
			row.Lead = want[at].Lead
			want = slices.Delete(want, at, at+1)
		}
		if err := w.tx.Change(row); err != nil {
			return err
		}
	}
	for _, a := range want {
		if err := w.tx.Add(&store.Assignment{MatterID: matter, PersonID: idOf(a.Person), Role: a.As.String(), Lead: a.Lead,
			FromAt: w.tx.Now, MadeBy: w.me}); err != nil {
			return err
		}
	}
	return nil
}
