package account

// Reach is how far a role's permission goes, narrowest first.
type Reach uint8

// The closed set of reaches. The zero Reach is none at all.
const (
	NoReach      Reach = iota
	Own                // what is assigned, or belongs, to the person
	InDepartment       // the person's department
	InOffice           // the person's office
	Below              // the offices it leads, not itself
	Lower              // the person's office and those it leads
)

var reachWords = []word{
	NoReach:      {"none", "—", "none"},
	Own:          {"own", "本人", "own matters"},
	InDepartment: {"department", "本部门", "own department"},
	InOffice:     {"office", "本院", "own office"},
	Below:        {"below", "下级院", "offices below"},
	Lower:        {"lower", "本院及下级", "own office and those below"},
}

// Reaches lists every reach but none.
func Reaches() []Reach { return all[Reach](reachWords) }

// ParseReach reads a reach; an unknown word is an invalid Error.
func ParseReach(s string) (Reach, error) { return parse[Reach]("范围", reachWords, s) }

// String writes the reach as data do.
func (r Reach) String() string { return written(reachWords, r).id }

// Zh is the reach in Chinese.
func (r Reach) Zh() string { return written(reachWords, r).zh }
