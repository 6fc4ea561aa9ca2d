package account

import (
	"fmt"
	"strings"
	"testing"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

func TestPermissionsGolden(t *testing.T) {
	var b strings.Builder
	if err := WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "permissions.txt", b.String())
}

// places are where a subject can stand to a person, in the order of the golden table.
var places = []struct {
	zh      string
	subject Subject
}{
	{"本人承办", Subject{Matter: "m", Office: "district", Above: []OfficeID{"city", "province"}, Department: "ninth", Assigned: []PersonID{"x", "me"}}},
	{"本部门", Subject{Matter: "m", Office: "district", Above: []OfficeID{"city", "province"}, Department: "eighth", Assigned: []PersonID{"x"}}},
	{"本院", Subject{Matter: "m", Office: "district", Above: []OfficeID{"city", "province"}, Department: "ninth", Assigned: []PersonID{"x"}}},
	{"下级院", Subject{Matter: "m", Office: "town", Above: []OfficeID{"district", "city", "province"}, Department: "eighth", Assigned: []PersonID{"me"}}},
	{"上级院", Subject{Matter: "m", Office: "city", Above: []OfficeID{"province"}, Department: "eighth", Assigned: []PersonID{"me"}}},
	{"他院", Subject{Matter: "m", Office: "other", Above: []OfficeID{"city", "province"}, Department: "eighth", Assigned: []PersonID{"me"}}},
	{"已回避", Subject{Matter: "m", Office: "district", Above: []OfficeID{"city", "province"}, Department: "eighth", Assigned: []PersonID{"me"}, Recused: []PersonID{"me"}}},
}

// What Can answers for every role, action and place: the matrix of the office.
func TestDecisionsGolden(t *testing.T) {
	var b strings.Builder
	b.WriteString("○ 允许 · × 禁止 (403) · － 不存在 (404)。每格依次为：")
	for _, p := range places {
		b.WriteString(p.zh + " ")
	}
	b.WriteString("\n规范指明的决定人在此视为包括该角色。\n\n")
	printed(&b, "", func(r Role) string { return "　" + columns[r] + "　　　" }, "")
	for _, a := range AllActions() {
		printed(&b, a.Zh(), func(r Role) string {
			cell := ""
			for _, p := range places {
				s := p.subject
				s.Deciders = RolesOf(r)
				_, err := Can(Actor{Person: who("me", r)}, a, s, noon)
				cell += answer(err)
			}
			return cell
		}, a.String())
	}
	golden.Check(t, "decisions.txt", b.String())
}

func answer(err error) string {
	switch {
	case err == nil:
		return "○"
	case pil.CodeOf(err) == pil.CodeForbidden:
		return "×"
	case pil.CodeOf(err) == pil.CodeNotFound:
		return "－"
	}
	return fmt.Sprint(err)
}

// Nobody who keeps the system running sees a case, and every role and action is
// somebody's.
func TestTableShape(t *testing.T) {
	for _, a := range []Action{ShowClue, ListClues, ShowCase, ListCases, ViewExhibit, ShowIdentity, ExportCase} {
		for _, r := range []Role{Administrator, Auditor, Finance} {
			if a.Reach(r) != NoReach {
				t.Errorf("%s may %s", r, a)
			}
		}
	}
	for _, a := range AllActions() {
		some := NoReach
		for _, r := range AllRoles() {
			some = max(some, a.Reach(r))
		}
		if some == NoReach {
			t.Errorf("nobody may %s", a)
		}
	}
}

// The law's words for who decides, as the rooms of the law write them.
func TestDeciderRoles(t *testing.T) {
	for word, want := range map[string]string{
		"prosecutor": "decide_step 检察官", "head": "decide_step 部门负责人", "chief": "decide_step 检察长", "committee": "decide_step 检委会委员",
		"office": "decide_step 检察长或者检委会委员", "higher-office": "direct_case 检察长或者检委会委员",
	} {
		a, s, err := DeciderRoles(word)
		if got := a.String() + " " + s.Zh(); err != nil || got != want {
			t.Errorf("%s: got %s, %v; want %s", word, got, err, want)
		}
		for r := range s.Roles() {
			if a.Reach(r) == NoReach {
				t.Errorf("%s decides by the norms, but %s may not %s", word, r, a)
			}
		}
	}
	for _, word := range []string{"court", "agency", "party", "anyone", "finance", ""} {
		_, s, err := DeciderRoles(word)
		wants(t, err, pil.CodeInvalid, word)
		if s != 0 {
			t.Errorf("%s: %s", word, s.Zh())
		}
	}
}
