package statute_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"shouhu/internal/statute"
)

// The laws of this test: one renumbered twice, one whose key ends in digits,
// one whose key begins like another's.
const cited = `
- {key: A, title: 甲法, en: Law A, conf: V}
- {key: AB, title: 乙规定, en: Rules AB, conf: V}
- key: C
  title: 丙法
  en: Law C
  conf: V
  renumbered:
    - {before: 2013-01-01, conf: V, articles: {"85": 75}}
    - {before: 2022-01-01, conf: V, articles: {"85": 82, "58": 55}}
- {key: B18, title: 批复, en: the Reply, conf: V}
- {key: D16, title: 公布规定, en: the Publication Rules, conf: V}
`

func citing(t *testing.T) *statute.Law {
	t.Helper()
	files := small()
	files["instruments.yaml"] = &fstest.MapFile{Data: []byte(smallInstruments + strings.TrimPrefix(cited, "\n"))}
	l, err := statute.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestCiteOn(t *testing.T) {
	l := citing(t)
	for _, c := range []struct{ cite, day, want string }{
		{"C85", "2022-01-01", "C85"},
		{"C85", "2021-12-31", "C82"},
		{"C85", "2013-01-01", "C82"},
		{"C85", "2012-12-31", "C75"},
		{"C58", "2012-12-31", "C58（今条号）"}, // its number then was not seen
		{"C85(1)", "2021-12-31", "C82(1)"},
		{"C85(1)(2)", "2021-12-31", "C82(1)(2)"},
		{"C8", "2021-12-31", "C8（今条号）"}, // no article of the concordance
		{"C850", "2021-12-31", "C850（今条号）"},
		{"C", "2021-12-31", "C"},     // the whole law
		{"A85", "2012-12-31", "A85"}, // another law
		{"AB85", "2012-12-31", "AB85"},
		{"B18", "2012-12-31", "B18"},
		{"D16:7", "2012-12-31", "D16:7"},
		{"X85", "2012-12-31", "X85"}, // nothing answers to it
	} {
		if got := l.CiteOn(c.cite, on(t, c.day)); got != c.want {
			t.Errorf("%s on %s is %s, want %s", c.cite, c.day, got, c.want)
		}
	}
	if got := l.CiteOn("C85", 0); got != "C85" {
		t.Errorf("on no day C85 is %s", got)
	}
	cites := []string{"A1", "C85"}
	if got := strings.Join(l.CitesOn(cites, on(t, "2020-01-01")), " "); got != "A1 C82" || cites[1] != "C85" {
		t.Errorf("got %s, and left %v", got, cites)
	}
}

// The one concordance in force: 民事诉讼法 as renumbered from 2022-01-01.
func TestCiteOnCivilProcedure(t *testing.T) {
	l := builtIn(t)
	before, after := on(t, "2021-12-31"), on(t, "2022-01-01")
	for cite, old := range map[string]string{"CPL58": "CPL55", "CPL85": "CPL82", "CPL86": "CPL83", "CPL122": "CPL119"} {
		if got := l.CiteOn(cite, before); got != old {
			t.Errorf("%s on %s is %s, want %s", cite, before, got, old)
		}
		if got := l.CiteOn(cite, after); got != cite {
			t.Errorf("%s on %s is %s", cite, after, got)
		}
	}
}

func TestCiteText(t *testing.T) {
	l := citing(t)
	for cite, want := range map[string]statute.Text{
		"A7":       {Zh: "《甲法》第7条", En: "Law A, art. 7"},
		"AB7":      {Zh: "《乙规定》第7条", En: "Rules AB, art. 7"},
		"C85(1)":   {Zh: "《丙法》第85条第1项", En: "Law C, art. 85(1)"},
		"C5(1)(8)": {Zh: "《丙法》第5条第1款第8项", En: "Law C, art. 5(1)(8)"},
		"A":        {Zh: "《甲法》", En: "Law A"},
		"B18":      {Zh: "《批复》", En: "the Reply"},
		"D16:7":    {Zh: "《公布规定》第7条", En: "the Publication Rules, art. 7"},
		"X7":       {Zh: "X7", En: "X7"},
	} {
		if got := l.CiteText(cite); got != want {
			t.Errorf("%s is %+v, want %+v", cite, got, want)
		}
	}
	if got, want := builtIn(t).CiteText("R75").Zh, "《人民检察院公益诉讼办案规则》第75条"; got != want {
		t.Errorf("R75 is %s, want %s", got, want)
	}
}
