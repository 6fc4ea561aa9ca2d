package account

import (
	"time"

	"shouhu/internal/pil"
)

// Person is one member of the staff 人员.
type Person struct {
	ID          PersonID
	Name        string
	Office      OfficeID
	Department  DepartmentID
	Roles       RoleSet
	Procurator  bool    // 检察官; otherwise auxiliary staff 辅助人员 (R109)
	From, Until pil.Day // first and last day of service; Until 0: still here
}

// Active reports whether the person serves on the civil day (+08:00) of at.
func (p Person) Active(at time.Time) bool {
	d := pil.DayOf(at)
	return p.From != 0 && p.From <= d && (p.Until == 0 || d <= p.Until)
}

// Check refuses a person without ID, name, office or first day, roles that do
// not go together, and a procurator's role for somebody who is none (R109).
// All are invalid Errors.
func (p Person) Check() error {
	switch {
	case p.ID == "" || p.Name == "" || p.Office == "" || p.From == 0:
		return pil.Invalid("人员须有编号、姓名、所在院和起始日 (a person needs id, name, office and first day)")
	case p.Until != 0 && p.Until < p.From:
		return pil.Invalid("离任日早于任职日 (last day before the first)")
	case p.Roles&procurators != 0 && !p.Procurator:
		return pil.Invalid("%s须由检察官担任（R109） (only a procurator can have this role)", (p.Roles & procurators).Zh())
	}
	return p.Roles.Check()
}
