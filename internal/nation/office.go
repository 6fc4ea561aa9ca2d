package nation

import (
	"fmt"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// place is where an office is.
type place struct {
	office store.Office
	county string // as texts name it
}

// staff are the people of each office, by their place in it; person ids follow.
var staff = []account.RoleSet{
	account.RolesOf(account.Chief), account.RolesOf(account.Head), account.RolesOf(account.Prosecutor), account.RolesOf(account.Prosecutor),
	account.RolesOf(account.Prosecutor), account.RolesOf(account.Assistant), account.RolesOf(account.ClueOfficer), account.RolesOf(account.CaseManager),
}

// The places in staff of who works on matters.
const (
	chiefAt     = 0
	headAt      = 1
	leadAt      = 2
	leads       = 3
	assistantAt = 5
	clerkAt     = 6
)

// person is the id of somebody of an office.
func person(office int64, at int) int64 { return (office-1)*int64(len(staff)) + int64(at) + 1 }

// cut keeps the tree whole at any size: all the levels, and at least two of each.
func cut(n int, size float64) int { return max(2, int(float64(n)*size)) }

// offices are the offices of the country, those that lead before those that are
// led: one at the top, 31 provinces, some ten cities in each, some ten counties in
// each city; at size 1 about 3,500.
func offices(size float64) (list []place) {
	add := func(level account.Level, name string, region pil.Region, parent int64) int64 {
		o := store.Office{ID: int64(len(list) + 1), Level: level.String(), Kind: "local", Name: name + "人民检察院", Region: region, ParentID: parent}
		if parent != 0 {
			o.Path = list[parent-1].office.Path
		} else {
			o.Name, o.Path = "最高人民检察院", "/"
		}
		o.Path += fmt.Sprint(o.ID, "/")
		list = append(list, place{o, name})
		return o.ID
	}
	top := add(account.Supreme, "", "", 0)
	root := min(1, size)
	n := 0
	for i, p := range pil.Provinces[:31] {
		if i >= cut(31, root) {
			break
		}
		province := add(account.Provincial, p.Zh, p.Code, top)
		for c := range cut(10, 1) {
			city := named(n)
			n++
			region := pil.Region(fmt.Sprintf("%s%02d", p.Code, c+1))
			id := add(account.City, p.Zh+city+"市", region, province)
			for d := range 10 {
				county := named(n)
				n++
				add(account.Grassroots, city+"市"+county+"县", pil.Region(fmt.Sprintf("%s%02d", region, d+21)), id)
			}
		}
	}
	return list
}

// people are who works in an office.
func people(o *store.Office) (list []*store.Person) {
	for at, roles := range staff {
		var words []string
		for r := range roles.Roles() {
			words = append(words, r.String())
		}
		list = append(list, &store.Person{ID: person(o.ID, at), Login: fmt.Sprintf("u%d", person(o.ID, at)), Name: "演示" + named(int(o.ID)*8+at), OfficeID: o.ID,
			DepartmentID: o.ID, Roles: strings.Join(words, " "), Procurator: at < assistantAt, FromDay: pil.Date(2015, 1, 1)})
	}
	return list
}
