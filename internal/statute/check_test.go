package statute_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/law"
)

// TestCheckIsGreen proves the built-in law and holds the counts of what rests
// on practice, inference or unchecked sources to a golden file: a change of
// them is something to see in a diff.
func TestCheckIsGreen(t *testing.T) {
	l := builtIn(t)
	r := l.Check()
	if !r.OK {
		t.Errorf("law check:\n%s", strings.Join(r.Problems, "\n"))
	}
	var b bytes.Buffer
	for _, k := range slices.Sorted(maps.Keys(r.Counts)) {
		fmt.Fprintf(&b, "%s: %d\n", k, r.Counts[k])
	}
	golden.Check(t, "counts.txt", b.String())
}

// TestTable is the whole law on paper: every step × state × decider × limit ×
// article × dates, for a lawyer to read in a diff.
func TestTable(t *testing.T) {
	l := builtIn(t)
	var b bytes.Buffer
	if err := l.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "law.txt", b.String())
}

// TestCheckFinds plants one fault at a time in an overlay and expects Check to
// name it.
func TestCheckFinds(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"a state nobody reaches", "procedures/support.yaml", "procedure: support\nstates:\n  - {id: island, zh: 孤岛, en: island, phase: end}\n", "island"},
		{"a limit nothing starts", "limits.yaml", "- {id: X1, zh: 试, en: test, kind: act-by, who: office, start: {zh: 试, en: test}, versions: [{days: 3, cite: [R47], conf: V}]}\n", "X1"},
		{"a step by nobody", "procedures/support.yaml", "procedure: support\nsteps:\n  - {id: odd, zh: 试, en: test, by: ghost, from: [any], law: [{cite: [R100], conf: V}]}\n", "ghost"},
		{"an instrument of another time", "procedures/support.yaml", "procedure: support\nsteps:\n  - {id: odd, zh: 试, en: test, by: office, from: [any], law: [{to: 2019-01-01, cite: [R100], conf: V}]}\n", "R100"},
		{"a draft cited as law", "procedures/support.yaml", "procedure: support\nsteps:\n  - {id: odd, zh: 试, en: test, by: office, from: [any], law: [{cite: [DRAFT], conf: V}]}\n", "DRAFT"},
		{"a state without a name", "procedures/support.yaml", "procedure: support\nstates:\n  - {id: supported, zh: 支持, phase: court}\n", "supported"},
		{"a state of no phase", "procedures/common.yaml", "procedure: common\nstates:\n  - {id: odd, zh: 试, en: test}\n", "phase"},
		{"a state of another phase", "procedures/support.yaml", "procedure: support\nstates:\n  - {id: odd, zh: 试, en: test, phase: filed}\n", "\"filed\""},
		{"a step that opens odd lines", "procedures/support.yaml", "procedure: support\nsteps:\n  - {id: odd, zh: 试, en: test, by: office, from: [any], lines: respondents, law: [{cite: [R100], conf: V}]}\n", "\"respondents\""},
		{"a step that is something else otherwise", "procedures/support.yaml", "procedure: support\nsteps:\n  - {id: odd, zh: 试, en: test, by: office, from: [any], otherwise: nothing, law: [{cite: [R100], conf: V}]}\n", "\"nothing\""},
		{"a step without a name", "procedures/support.yaml", "procedure: support\nsteps:\n  - {id: odd, zh: 试, by: office, from: [any], law: [{cite: [R100], conf: V}]}\n", "odd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := statute.LoadWith(law.FS, fstest.MapFS{c.file: {Data: []byte(c.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if r := l.Check(); r.OK || !strings.Contains(strings.Join(r.Problems, "\n"), c.want) {
				t.Errorf("problems %q, want one that names %s", r.Problems, c.want)
			}
		})
	}
}

// TestCheckTellsOnce: a step of a shared file stands in several tracks, what is
// wrong with it is said once.
func TestCheckTellsOnce(t *testing.T) {
	l, err := statute.LoadWith(law.FS, fstest.MapFS{"procedures/common.yaml": {Data: []byte("procedure: common\nsteps:\n  - {id: odd, zh: 试, en: test, by: ghost, from: [any], law: [{basis: practice, conf: I}]}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if r := l.Check(); len(r.Problems) != 1 {
		t.Errorf("problems %q", r.Problems)
	}
}

// TestInstrumentsNobodyCites: those and no others stand in the last section of
// instruments.yaml.
func TestInstrumentsNobodyCites(t *testing.T) {
	text, err := fs.ReadFile(law.FS, "instruments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "# —— 目录中备查，尚无条目引用 ——\n")
	before := builtIn(t).Check().Counts["instruments nobody cites"]
	if !ok || strings.Count("\n"+section, "\n- key: ") != before {
		t.Errorf("the section lists %d, nobody cites %d", strings.Count("\n"+section, "\n- key: "), before)
	}
	for line := range strings.SplitSeq(section, "\n") {
		key, ok := strings.CutPrefix(line, "- key: ")
		if !ok {
			continue
		}
		l, err := statute.LoadWith(law.FS, fstest.MapFS{"papers.yaml": {Data: []byte("- {id: X1, zh: 试, en: test, cite: [" + key + "], conf: S}\n")}})
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Check().Counts["instruments nobody cites"]; got != before-1 {
			t.Errorf("%s is cited after all: %d, then %d", key, before, got)
		}
	}
}

// TestNormsByDate holds the day on which each set of norms begins.
func TestNormsByDate(t *testing.T) {
	l := builtIn(t)
	for _, c := range []struct{ day, track, want string }{
		{"2015-06-30", "civil", ""}, {"2015-07-01", "civil", "NPCSC2015"}, {"2015-12-24", "administrative", "PM2015"},
		{"2017-06-30", "administrative", "PM2015"}, {"2017-07-01", "administrative", "S2017"}, {"2018-03-01", "civil", "S2017"},
		{"2018-03-02", "civil", "J2018"}, {"2019-02-26", "administrative", "JS2019"}, {"2019-02-26", "civil", "J2018"},
		{"2019-12-06", "criminal-incidental", "B2019"}, {"2019-12-06", "civil", "J2018"}, {"2021-01-01", "civil", "J2021"},
		{"2021-06-30", "administrative", "J2021"}, {"2021-07-01", "administrative", "R2021"}, {"2026-11-23", "support", "R2021"},
	} {
		got := ""
		if n := l.SetOn(c.track, on(t, c.day)); n != nil {
			got = n.ID
		}
		if got != c.want {
			t.Errorf("%s %s: %q, want %q", c.day, c.track, got, c.want)
		}
	}
}

// TestPaperNamesByDay: a paper is called what the norms of the day call it; a
// draft that is not in force renames nothing.
func TestPaperNamesByDay(t *testing.T) {
	l := builtIn(t)
	for _, c := range []struct{ paper, day, want string }{
		{"W18", "2016-06-01", "终结审查决定书"}, {"W18", "2017-07-01", "终结案件决定书"}, {"W18", "2026-11-23", "终结案件决定书"},
		{"W19", "2016-06-01", "检察建议书"}, {"W19", "2026-11-23", "检察建议书"},
	} {
		if got := l.PaperOn(c.paper, on(t, c.day)).Zh; got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.paper, c.day, got, c.want)
		}
	}
	for _, n := range l.Sets {
		if n.ID == "DRAFT" && (n.From != 0 || n.Papers["W19"].Zh != "检察意见书" || l.SetOn("administrative", pil.MaxDay) == n) {
			t.Errorf("the draft law must stand apart, not in force: %+v", n)
		}
	}
}

// BenchmarkLoad is what every call of the program pays first.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := statute.Load(law.FS); err != nil {
			b.Fatal(err)
		}
	}
}
