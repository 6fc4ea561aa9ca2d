package account

import (
	"fmt"
	"regexp"
	"testing"

	"shouhu/internal/pil"
)

// Every closed set: each member is written once, read back, and named in Chinese.
func TestSetsWalk(t *testing.T) {
	walk(t, "level", Levels(), ParseLevel, 4)
	walk(t, "kind", Kinds(), ParseKind, 3)
	walk(t, "role", AllRoles(), ParseRole, 12)
	walk(t, "action", AllActions(), ParseAction, int(actionEnd)-1)
	walk(t, "reach", Reaches(), ParseReach, 5)
	walk(t, "way", Ways(), ParseWay, 4)
	walk(t, "factor", Factors(), ParseFactor, 3)
}

func walk[T interface {
	comparable
	fmt.Stringer
	Zh() string
}](t *testing.T, name string, list []T, parse func(string) (T, error), n int,
) {
	t.Helper()
	seen := map[string]bool{"": true}
	for _, m := range list {
		if seen[m.String()] || seen[m.Zh()] {
			t.Errorf("%s %q %q: unnamed or named twice", name, m, m.Zh())
		}
		seen[m.String()], seen[m.Zh()] = true, true
		if back, err := parse(m.String()); err != nil || back != m {
			t.Errorf("%s %s is read as %v, %v", name, m, back, err)
		}
	}
	if len(list) != n {
		t.Errorf("%d members of %s, want %d", len(list), name, n)
	}
	var none T
	for _, s := range []string{"", "none", "—", "nobody", none.String()} {
		if m, err := parse(s); pil.CodeOf(err) != pil.CodeInvalid || m != none {
			t.Errorf("%s %q is read as %v, %v", name, s, m, err)
		}
	}
}

func TestNoMembers(t *testing.T) {
	for _, s := range []string{Level(99).String(), Kind(99).Zh(), Role(99).String(), Action(255).String(), Action(0).Zh(), Reach(99).Zh(), Way(0).String(), Factor(99).Zh()} {
		if s != "" {
			t.Errorf("what is no member is written %q", s)
		}
	}
	if Action(255).Reach(Chief) != NoReach || ShowCase.Reach(99) != NoReach || ShowCase.Reach(0) != NoReach {
		t.Error("what is no member has a reach")
	}
}

// Actions are named verb_noun, in both languages.
func TestActionNames(t *testing.T) {
	verbNoun := regexp.MustCompile(`^[a-z]+(_[a-z]+){1,2}$`)
	for _, a := range AllActions() {
		if !verbNoun.MatchString(a.String()) || a.En() == "" {
			t.Errorf("action %q: %q", a, a.En())
		}
		if a.entry().shows == 0 {
			t.Errorf("%s shows nothing", a)
		}
	}
}
