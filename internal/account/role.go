package account

import (
	"iter"
	"strings"

	"shouhu/internal/pil"
)

// Role is what a person is in the office. A person may have several: a chief
// who handles a case (R109) is a prosecutor too.
type Role uint8

// The closed set of roles.
const (
	ClueOfficer   Role = iota + 1
	Prosecutor         // handles cases, alone or in a group (R6)
	Assistant          // 检察官助理, 书记员 (R6)
	Technician         // 检察技术人员 (R6)
	Head               // reviews what goes to the chief (R7)
	DeputyChief        // decides by delegation only (R5); reviews where the head cannot
	Chief              // decides (R5)
	Committee          // a member, who enters what the committee decided (R5, R22)
	CaseManager        // 案管
	Finance            // keeps the compensation account
	Auditor            // reads the record, stands alone
	Administrator      // people, devices, backups; sees no case
	roleEnd
)

var roles = []word{
	ClueOfficer:   {"clue-officer", "线索管理员", "clue officer"},
	Prosecutor:    {"prosecutor", "检察官", "prosecutor"},
	Assistant:     {"assistant", "检察官助理、书记员", "assistant"},
	Technician:    {"technician", "技术人员", "technician"},
	Head:          {"head", "部门负责人", "department head"},
	DeputyChief:   {"deputy-chief", "副检察长", "deputy chief procurator"},
	Chief:         {"chief", "检察长", "chief procurator"},
	Committee:     {"committee", "检委会委员", "member of the procuratorial committee"},
	CaseManager:   {"case-manager", "案管人员", "case manager"},
	Finance:       {"finance", "财务人员", "finance"},
	Auditor:       {"auditor", "检务督察、审计人员", "auditor"},
	Administrator: {"administrator", "系统管理员", "administrator"},
}

// AllRoles lists every role.
func AllRoles() []Role { return all[Role](roles) }

// ParseRole reads a role; an unknown word is an invalid Error.
func ParseRole(s string) (Role, error) { return parse[Role]("角色", roles, s) }

// String writes the role as data do.
func (r Role) String() string { return written(roles, r).id }

// Zh is the role in Chinese.
func (r Role) Zh() string { return written(roles, r).zh }

// En is the role in English.
func (r Role) En() string { return written(roles, r).en }

// RoleSet is a set of roles. The zero RoleSet is empty.
type RoleSet uint16

// RolesOf is the set of the roles named.
func RolesOf(list ...Role) RoleSet {
	var s RoleSet
	for _, r := range list {
		s |= 1 << r
	}
	return s
}

// Has reports whether r is in the set.
func (s RoleSet) Has(r Role) bool { return s&(1<<r) != 0 }

// Roles gives the roles of the set in their order.
func (s RoleSet) Roles() iter.Seq[Role] {
	return func(yield func(Role) bool) {
		for r := Role(1); r < roleEnd; r++ {
			if s.Has(r) && !yield(r) {
				return
			}
		}
	}
}

// Zh names the roles in Chinese: 检察长或者检委会委员.
func (s RoleSet) Zh() string {
	var names []string
	for r := range s.Roles() {
		names = append(names, r.Zh())
	}
	return strings.Join(names, "或者")
}

// procurators are the roles only a procurator can have: 检察官 are the chief,
// deputy chiefs, committee members and procurators (R109).
const procurators RoleSet = 1<<Prosecutor | 1<<DeputyChief | 1<<Chief | 1<<Committee

// Check refuses roles that must not lie in one hand: the auditor looks at
// everybody's work, and the administrator's proposals of roles are decided by
// the chief.
func (s RoleSet) Check() error {
	switch {
	case s.Has(Auditor) && s != RolesOf(Auditor):
		return pil.Invalid("审计人员不得兼任其他角色 (an auditor has no other role)")
	case s.Has(Administrator) && s.Has(Chief):
		return pil.Invalid("系统管理员与检察长不得由一人兼任 (administrator and chief are two persons)")
	}
	return nil
}

// DeciderRoles says what a norm's word for who decides means here: the action a
// decision is, and the roles that may take it. The office itself decides
// through its chief or committee (I: R58 is silent); the higher office does so
// as DirectCase, on a matter of an office it leads. Words for courts, agencies
// and parties are an invalid Error: what they do is recorded, not decided.
func DeciderRoles(word string) (Action, RoleSet, error) {
	switch word {
	case "prosecutor", "head", "chief", "committee":
		r, err := ParseRole(word)
		return DecideStep, RolesOf(r), err
	case "office":
		return DecideStep, RolesOf(Chief, Committee), nil
	case "higher-office":
		return DirectCase, RolesOf(Chief, Committee), nil
	}
	return 0, 0, pil.Invalid("%s 不在检察院内部作出决定 (not decided inside a procuratorate)", pil.Quote(word))
}
