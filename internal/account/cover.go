package account

import (
	"time"

	"shouhu/internal/pil"
)

// coverable are the roles another may stand in for. The chief's absence is a
// matter of delegation (R5); the committee, the auditor and the administrator
// act in person.
const coverable RoleSet = 1<<ClueOfficer | 1<<Prosecutor | 1<<Assistant | 1<<Technician | 1<<Head | 1<<CaseManager | 1<<Finance

// Cover 代理 lets one person do another's work while that one is on leave.
type Cover struct {
	ID           string
	Absent, Does PersonID
	Term
}

// StandIn is a cover with the person it is for, as that one is now: what the
// absent person loses, the stand-in loses.
type StandIn struct {
	Cover
	For Person
}

// Check refuses, as an invalid Error, a cover without end or between persons of
// different offices, one whose roles cannot be covered or do not go with those
// of the stand-in, and one that makes a procurator of somebody who is none (R109).
func (s StandIn) Check(does Person) error {
	carried := s.For.Roles & coverable
	switch {
	case s.Absent != s.For.ID || s.Does != does.ID || s.Absent == s.Does || s.For.Office != does.Office:
		return pil.Invalid("代理人须为本院另一人 (the stand-in is another person of the office)")
	case carried == 0:
		return pil.Invalid("%s的职务不能代理 (these roles cannot be covered)", s.For.Roles.Zh())
	case carried&procurators != 0 && !does.Procurator:
		return pil.Invalid("%s须由检察官代理（R109） (only a procurator can stand in)", (carried & procurators).Zh())
	}
	if err := (carried | does.Roles).Check(); err != nil {
		return err
	}
	return s.Term.Check()
}

// carried are the absent person's roles that the cover carries to the stand-in.
func (s *StandIn) carried(does *Person) RoleSet {
	if !does.Procurator {
		return s.For.Roles & coverable &^ procurators
	}
	return s.For.Roles & coverable
}

// carries reports whether the cover gives the person anything now.
func (s *StandIn) carries(does *Person, at time.Time) bool {
	return s.Does == does.ID && s.Absent == s.For.ID && s.Does != s.Absent && s.For.Office == does.Office && s.Holds(at) && s.For.Active(at)
}
