package account

import (
	"time"

	"shouhu/internal/pil"
)

// grantable are the roles a person can be lent to another office in (R11, R6).
const grantable RoleSet = 1<<Prosecutor | 1<<Assistant | 1<<Technician

// Grant 调用 lends a person to another office by written decision (R11). There
// the person acts in one role, on the matters assigned there, or on one matter.
type Grant struct {
	ID       string
	Person   PersonID
	Office   OfficeID // the office that handles the matter
	Role     Role
	Matter   MatterID // empty: whatever is assigned to the person there
	Decision string   // the written decision, by number
	Term
}

// Check refuses, as an invalid Error, a grant without written decision or end
// (R11), to the person's own office, or in a role that is not lent.
func (g Grant) Check(p Person) error {
	switch {
	case g.Person != p.ID || g.Office == "" || g.Office == p.Office:
		return pil.Invalid("须写明被调用人员和其他检察院 (name a person and another office)")
	case !grantable.Has(g.Role):
		return pil.Invalid("只能以%s的身份调用 (not lent in this role)", grantable.Zh())
	case procurators.Has(g.Role) && !p.Procurator:
		return pil.Invalid("%s须由检察官担任（R109） (only a procurator can have this role)", g.Role.Zh())
	case g.Decision == "":
		return pil.Invalid("跨院调用须有书面决定（R11） (needs a written decision)")
	}
	return g.Term.Check()
}

// carries reports whether the grant gives the person something of the row now.
func (g *Grant) carries(p *Person, row *entry, at time.Time) bool {
	return g.Person == p.ID && grantable.Has(g.Role) && row.may[g.Role] != NoReach && g.Holds(at)
}
