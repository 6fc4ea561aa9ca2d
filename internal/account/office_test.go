package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
)

func offices() []Office {
	return []Office{
		{"hongshan", "武汉市洪山区人民检察院", Grassroots, Local, "420111", "wuhan"},
		{"wuhan", "武汉市人民检察院", City, Local, "4201", "hubei"},
		{"hubei", "湖北省人民检察院", Provincial, Local, "42", "spp"},
		{"spp", "最高人民检察院", Supreme, Local, "", ""},
		{"rail-wuhan", "武汉铁路运输检察院", Grassroots, Dispatched, "42", "rail-branch"},
		{"rail-branch", "湖北省人民检察院武汉铁路运输分院", City, Dispatched, "42", "hubei"},
		{"military", "解放军军事检察院", Provincial, Specialised, "", "spp"},
	}
}

func TestOffices(t *testing.T) {
	s, err := NewOffices(offices())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]OfficeID{"wuhan", "hubei", "spp"}, s.Above("hongshan")); diff != "" {
		t.Errorf("above (-want +got):\n%s", diff)
	}
	if up, err := s.Higher("rail-wuhan"); err != nil || up.ID != "rail-branch" {
		t.Errorf("higher office: %v, %v", up, err)
	}
	for _, id := range []OfficeID{"spp", "nowhere"} {
		_, err := s.Higher(id)
		wants(t, err, pil.CodeNotFound, "above "+string(id))
	}
	for _, c := range []struct {
		a, b         OfficeID
		within, same bool
	}{
		{"hongshan", "hubei", true, false},
		{"hubei", "hongshan", false, false},
		{"hongshan", "hongshan", true, true},
		{"hongshan", "rail-wuhan", false, true},
		{"rail-branch", "wuhan", false, true},
		{"nowhere", "nobody", false, false},
	} {
		if s.Within(c.a, c.b) != c.within || s.SameLevel(c.a, c.b) != c.same {
			t.Errorf("%s, %s: within %t, same level %t", c.a, c.b, s.Within(c.a, c.b), s.SameLevel(c.a, c.b))
		}
	}
}

func TestOfficesRefused(t *testing.T) {
	for want, change := range map[string]func([]Office) []Office{
		"重复":   func(l []Office) []Office { return append(l, l[0]) },
		"不存在":  func(l []Office) []Office { l[0].Parent = "nowhere"; return l },
		"不高于":  func(l []Office) []Office { l[1].Parent = "rail-branch"; return l },
		"辖区":   func(l []Office) []Office { l[0].Region = "310104"; return l },
		"须有编号": func(l []Office) []Office { l[2].Name = ""; return l },
		"种类":   func(l []Office) []Office { l[2].Kind = 0; return l },
		"级别":   func(l []Office) []Office { l[2].Level = 9; return l },
	} {
		_, err := NewOffices(change(offices()))
		wants(t, err, pil.CodeInvalid, want)
		if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("want %s in %v", want, err)
		}
	}
}

func TestPersonCheck(t *testing.T) {
	for what, c := range map[string]struct {
		change func(*Person)
		code   pil.Code
	}{
		"chief who handles cases":  {func(p *Person) { p.Roles = RolesOf(Chief, Prosecutor, Committee) }, ""},
		"head of auxiliary staff":  {func(p *Person) { p.Roles = RolesOf(Head); p.Procurator = false }, ""},
		"prosecutor who is none":   {func(p *Person) { p.Procurator = false }, pil.CodeInvalid},
		"auditor with a case":      {func(p *Person) { p.Roles = RolesOf(Auditor, Prosecutor) }, pil.CodeInvalid},
		"administrator and chief":  {func(p *Person) { p.Roles = RolesOf(Administrator, Chief) }, pil.CodeInvalid},
		"no first day":             {func(p *Person) { p.From = 0 }, pil.CodeInvalid},
		"last day before first":    {func(p *Person) { p.Until = p.From - 1 }, pil.CodeInvalid},
		"nameless":                 {func(p *Person) { p.Name = "" }, pil.CodeInvalid},
		"nobody's":                 {func(p *Person) { p.Office = "" }, pil.CodeInvalid},
		"auditor and nothing else": {func(p *Person) { p.Roles = RolesOf(Auditor) }, ""},
	} {
		p := who("me", Prosecutor)
		c.change(&p)
		wants(t, p.Check(), c.code, what)
	}
}
