package statute_test

import (
	"testing"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/law"
)

func built(t *testing.T) *statute.Law {
	t.Helper()
	l, err := statute.Load(law.FS)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestCited(t *testing.T) {
	l := citing(t)
	for _, c := range []struct{ cite, key, article string }{
		{"A3", "A", "3"}, {" AB12(1) ", "AB", "12(1)"}, {"B18", "B18", ""}, {"D16:4", "D16", "4"}, {"C9（今条号）", "C", "9"},
		{"", "", ""}, {"X1", "", ""}, {"未成年人保护法第106条", "", ""},
	} {
		in, article := l.Cited(c.cite)
		key := ""
		if in != nil {
			key = in.Key
		}
		if key != c.key || article != c.article {
			t.Errorf("%q: %s %s", c.cite, key, article)
		}
	}
	in, _ := l.Cited("C")
	if was := in.Was("82"); len(was) != 1 || was[0].Article != "85" || was[0].Before != pil.Date(2022, 1, 1) {
		t.Errorf("82 was %+v", was)
	}
	if was := in.Was("85"); len(was) != 0 {
		t.Errorf("85 was %+v", was)
	}
}

// Every citation of the law's own data leads to an instrument, and back to what
// rests on it.
func TestRestsOn(t *testing.T) {
	l := built(t)
	for _, p := range l.Procedures {
		for _, s := range p.Steps {
			for _, r := range s.Law {
				for _, cite := range r.Cite {
					in, article := l.Cited(cite)
					if in == nil {
						t.Errorf("%s/%s cites %s, which leads nowhere", p.ID, s.ID, cite)
						continue
					}
					found := false
					for _, x := range l.RestsOn(in, article) {
						found = found || x.Step == s && x.Cite == cite
					}
					if !found {
						t.Errorf("%s does not lead back to %s/%s", cite, p.ID, s.ID)
					}
				}
			}
		}
	}
	in, _ := l.Cited("R75")
	if all, one := len(l.RestsOn(in, "")), len(l.RestsOn(in, "75")); one == 0 || all <= one {
		t.Errorf("%d rest on R, %d on its article 75", all, one)
	}
}
