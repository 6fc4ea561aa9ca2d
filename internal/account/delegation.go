package account

import (
	"slices"
	"time"

	"shouhu/internal/pil"
)

// Delegation 授权 is the chief's leave to another to take some of the chief's
// decisions (R5). It does not carry major matters, and cannot be passed on.
type Delegation struct {
	ID       string
	From, To PersonID
	Office   OfficeID
	Actions  []Action
	Term
}

// Check refuses, as an invalid Error, a delegation that is not from the chief
// of the office to another procurator of it (R5), that has no end, or that
// names no action or one which cannot be delegated.
func (d Delegation) Check(from, to Person) error {
	switch {
	case d.From != from.ID || d.To != to.ID || d.Office != from.Office:
		return pil.Invalid("授权书与人员不符 (the delegation names other persons)")
	case !from.Roles.Has(Chief):
		return pil.Invalid("只有检察长可以授权（R5） (only the chief delegates)")
	case from.ID == to.ID || from.Office != to.Office || !to.Procurator:
		return pil.Invalid("只能授权本院其他检察官（R5） (only to another procurator of the office)")
	case len(d.Actions) == 0:
		return pil.Invalid("须写明授权事项 (name what is delegated)")
	}
	for _, a := range d.Actions {
		if !a.Delegable() {
			return pil.Invalid("「%s」不能授权 (cannot be delegated)", a.Zh())
		}
	}
	return d.Term.Check()
}

// carries reports whether the delegation gives the person the action now.
func (d *Delegation) carries(to *Person, act Action, at time.Time) bool {
	return d.To == to.ID && d.From != to.ID && to.Procurator && d.Office == to.Office && act.Delegable() && slices.Contains(d.Actions, act) && d.Holds(at)
}
