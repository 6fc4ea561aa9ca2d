package analysis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"shouhu/internal/pil"
)

// Role is what a column means to the report.
type Role int

// The closed set of roles. The first eight make rows distinct; Gender and Age
// only feed the derived tables.
const (
	Person Role = iota
	Org
	Site
	Device
	Time
	Amount
	Consent
	Category
	Gender
	Age
	roles // how many there are
)

// comparing is the number of roles whose columns make rows distinct.
const comparing = int(Category) + 1

var roleNames = [roles]string{"person", "org", "site", "device", "time", "amount", "consent", "category", "gender", "age"}

// String is the role as --map and the report write it.
func (r Role) String() string { return roleNames[r] }

// ParseRole reads a role's name.
func ParseRole(s string) (Role, bool) {
	i := slices.Index(roleNames[:], s)
	return Role(i), i >= 0
}

// Roles says which column each role has, by its position in the header; -1
// where the role is not mapped.
type Roles [roles]int

// NoRoles maps nothing.
func NoRoles() Roles {
	var r Roles
	for i := range r {
		r[i] = -1
	}
	return r
}

// Mapped reports whether the role has a column.
func (r Roles) Mapped(role Role) bool { return r[role] >= 0 }

// Counting leaves out the roles that only feed derived tables.
func (r Roles) Counting() Roles {
	r[Gender], r[Age] = -1, -1
	return r
}

// Compared lists the columns that make rows distinct, in the order of roles: a
// duplicate equals an earlier row in every one of them. Without a time that is
// every column of the header.
func (r Roles) Compared(columns int) []int {
	var compared []int
	if !r.Mapped(Time) {
		for i := range columns {
			compared = append(compared, i)
		}
		return compared
	}
	for _, i := range r[:comparing] {
		if i >= 0 {
			compared = append(compared, i)
		}
	}
	return compared
}

// Path lists the mapped ones of org, site and device.
func (r Roles) Path() (path []Role) {
	for _, role := range []Role{Org, Site, Device} {
		if r.Mapped(role) {
			path = append(path, role)
		}
	}
	return path
}

// ParseMap reads person=列名,org=列名,… against a header. A column is named as
// the header has it, or by its number as #1, #2, …; names may hold commas. What
// names no column or no role, a role or a column twice, or a map without a
// person is an invalid Error.
func ParseMap(text string, header []string) (Roles, error) {
	mapped := NoRoles()
	for _, part := range splitMap(text) {
		name, column, ok := strings.Cut(part, "=")
		role, known := ParseRole(strings.TrimSpace(name))
		if !ok || !known {
			return mapped, pil.Invalid("--map 的 %s 应写作 角色=列名，角色有 %s (should be ROLE=COLUMN)", pil.Quote(part), strings.Join(roleNames[:], "、"))
		}
		if mapped.Mapped(role) {
			return mapped, pil.Invalid("--map 中 %s 出现两次 (role stands twice)", role)
		}
		i, err := findColumn(column, header)
		if err != nil {
			return mapped, err
		}
		if j := slices.Index(mapped[:], i); j >= 0 {
			return mapped, pil.Invalid("--map 中同一列既是 %s 又是 %s (one column in two roles)", Role(j), role)
		}
		mapped[role] = i
	}
	if !mapped.Mapped(Person) {
		return mapped, pil.Invalid("--map 缺少 person=列名：按哪一列识别不同的人 (the map needs a person)")
	}
	return mapped, nil
}

// splitMap cuts at commas that a role and = follow.
func splitMap(text string) (parts []string) {
	start := 0
	for i, c := range text {
		if c != ',' && c != '，' {
			continue
		}
		rest := strings.TrimSpace(strings.TrimLeft(text[i:], ",，"))
		name, _, ok := strings.Cut(rest, "=")
		if _, known := ParseRole(strings.TrimSpace(name)); ok && known {
			parts = append(parts, text[start:i])
			start = i + len(string(c))
		}
	}
	return append(parts, text[start:])
}

func findColumn(name string, header []string) (int, error) {
	trimmed := strings.Trim(name, " \t　")
	found := -1
	for i, h := range header {
		if h != name && h != trimmed {
			continue
		}
		if found >= 0 {
			return 0, pil.Invalid("有几列都叫 %s，请用 #%d 这样的列号 (several columns have this name; use its number)", pil.Quote(name), found+1)
		}
		found = i
	}
	if found >= 0 {
		return found, nil
	}
	if number, ok := strings.CutPrefix(trimmed, "#"); ok {
		if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(header) {
			return n - 1, nil
		}
	}
	return 0, pil.Invalid("表中没有 %s 这一列，有 %s (no such column)", pil.Quote(name), headerText(header))
}

// headerText names the columns on one short line.
func headerText(header []string) string {
	const most = 12
	var names []string
	for _, h := range header[:min(len(header), most)] {
		names = append(names, visible(h))
	}
	if len(header) > most {
		names = append(names, fmt.Sprintf("…共%d列", len(header)))
	}
	return strings.Join(names, "、")
}

// visible shows control and direction characters of a name as what they are.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) {
			return '�'
		}
		return r
	}, s)
}

// MapText writes roles as --map reads them: by name, and by number where a name
// is empty, stands twice or would not survive a command line.
func (r Roles) MapText(header []string) string {
	var parts []string
	for role, i := range r {
		if i < 0 {
			continue
		}
		name := header[i]
		if !plainName(name) || slices.Index(header, name) != i || slices.Contains(header[i+1:], name) {
			name = "#" + strconv.Itoa(i+1)
		}
		parts = append(parts, roleNames[role]+"="+name)
	}
	return strings.Join(parts, ",")
}

// plainName reports whether a header can stand on a command line unquoted.
func plainName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= 0x7f && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/%+@", r) ||
			unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) || r == '，'
	})
}
