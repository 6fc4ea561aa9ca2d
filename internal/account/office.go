package account

import (
	"slices"

	"shouhu/internal/pil"
)

type (
	// OfficeID names an office.
	OfficeID string
	// DepartmentID names a department of an office.
	DepartmentID string
	// PersonID names a person.
	PersonID string
	// MatterID names a clue, a case, or what else is assigned to persons.
	MatterID string
)

// Level is the level of a procuratorate, lowest first.
type Level uint8

// The closed set of levels (人民检察院组织法 arts 12, 13). Specialised and
// dispatched offices have one of these levels too.
const (
	Grassroots Level = iota + 1
	City
	Provincial
	Supreme
)

var levels = []word{
	Grassroots: {"grassroots", "基层院", "grassroots procuratorate"},
	City:       {"city", "市级院（分、州、市）", "city procuratorate"},
	Provincial: {"provincial", "省级院", "provincial procuratorate"},
	Supreme:    {"supreme", "最高人民检察院", "Supreme People's Procuratorate"},
}

// Levels lists every level, lowest first.
func Levels() []Level { return all[Level](levels) }

// ParseLevel reads a level; an unknown word is an invalid Error.
func ParseLevel(s string) (Level, error) { return parse[Level]("院的级别", levels, s) }

// String writes the level as data do.
func (l Level) String() string { return written(levels, l).id }

// Zh is the level in Chinese.
func (l Level) Zh() string { return written(levels, l).zh }

// En is the level in English.
func (l Level) En() string { return written(levels, l).en }

// Kind is how an office stands to its region.
type Kind uint8

// The closed set of kinds (人民检察院组织法 arts 12, 15, 16).
const (
	Local       Kind = iota + 1 // of an administrative region
	Specialised                 // military and other specialised offices
	Dispatched                  // sent out by another office: railways, prisons, development zones
)

var kinds = []word{
	Local:       {"local", "地方检察院", "local"},
	Specialised: {"specialised", "专门检察院", "specialised"},
	Dispatched:  {"dispatched", "派出检察院", "dispatched"},
}

// Kinds lists every kind.
func Kinds() []Kind { return all[Kind](kinds) }

// ParseKind reads a kind; an unknown word is an invalid Error.
func ParseKind(s string) (Kind, error) { return parse[Kind]("院的种类", kinds, s) }

// String writes the kind as data do.
func (k Kind) String() string { return written(kinds, k).id }

// Zh is the kind in Chinese.
func (k Kind) Zh() string { return written(kinds, k).zh }

// En is the kind in English.
func (k Kind) En() string { return written(kinds, k).en }

// Office is a procuratorate 检察院.
type Office struct {
	ID     OfficeID
	Name   string
	Level  Level
	Kind   Kind
	Region pil.Region // GB/T 2260; empty for the whole country
	Parent OfficeID   // the office that leads it (上一级院); empty at the top
}

// Department is a part of an office 部门, such as 第八检察部.
type Department struct {
	ID     DepartmentID
	Office OfficeID
	Name   string
}

// Offices is a checked set of offices: every parent is in it and of a higher
// level, so that nothing leads itself.
type Offices struct{ byID map[OfficeID]Office }

// NewOffices checks the offices and puts them together. A missing name, level
// or kind, an ID used twice, an unknown parent, one that is not of a higher
// level, or a local office outside its parent's region is an invalid Error.
func NewOffices(list []Office) (Offices, error) {
	byID := make(map[OfficeID]Office, len(list))
	for _, o := range list {
		_, twice := byID[o.ID]
		switch {
		case o.ID == "" || o.Name == "" || o.Level.String() == "" || o.Kind.String() == "":
			return Offices{}, pil.Invalid("检察院 %s 须有编号、名称、级别和种类 (office needs id, name, level and kind)", pil.Quote(o.Name))
		case twice:
			return Offices{}, pil.Invalid("检察院编号 %s 重复 (office listed twice)", pil.Quote(string(o.ID)))
		}
		byID[o.ID] = o
	}
	for _, o := range list {
		if o.Parent == "" {
			continue
		}
		up, ok := byID[o.Parent]
		switch {
		case !ok:
			return Offices{}, pil.Invalid("%s的上级院 %s 不存在 (unknown parent office)", o.Name, pil.Quote(string(o.Parent)))
		case up.Level <= o.Level:
			return Offices{}, pil.Invalid("%s不高于%s，不能是其上级院 (the parent must be of a higher level)", up.Name, o.Name)
		case o.Kind == Local && !o.Region.Within(up.Region):
			return Offices{}, pil.Invalid("%s不在%s的辖区内 (outside the parent's region)", o.Name, up.Name)
		}
	}
	return Offices{byID}, nil
}

// Get finds an office; what is not there is a not_found Error.
func (s Offices) Get(id OfficeID) (Office, error) {
	o, ok := s.byID[id]
	if !ok {
		return Office{}, pil.NotFound("没有检察院 %s (no such office)", pil.Quote(string(id)))
	}
	return o, nil
}

// Above lists the offices that lead one, nearest first: 上一级院 to the top.
func (s Offices) Above(id OfficeID) []OfficeID {
	var up []OfficeID
	for o := s.byID[id]; o.Parent != ""; o = s.byID[o.Parent] {
		up = append(up, o.Parent)
	}
	return up
}

// Higher is the office that leads one (上一级院, R47, R58, R75); a not_found
// Error at the top.
func (s Offices) Higher(id OfficeID) (Office, error) { return s.Get(s.byID[id].Parent) }

// Within reports whether an office is another or is led by it.
func (s Offices) Within(id, outer OfficeID) bool {
	return id == outer || slices.Contains(s.Above(id), outer)
}

// SameLevel reports whether two known offices are of one level (同级院, R13, R26).
func (s Offices) SameLevel(a, b OfficeID) bool {
	return s.byID[a].Level != 0 && s.byID[a].Level == s.byID[b].Level
}
