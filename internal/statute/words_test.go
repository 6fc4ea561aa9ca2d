package statute_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// lexicon is a law with two tracks, words inside words, background words and
// a local rule of Jiangsu.
func lexicon(t *testing.T) *statute.Law {
	t.Helper()
	const track = `procedure: NAME
zh: 程序
en: track
states:
  - {id: a, zh: 甲, en: a, phase: clue}
steps:
  - {id: file, zh: 立案, en: open, by: office, words: [立案], from: [a], law: [{cite: [R1], conf: V}]}
`
	files := small()
	for name, more := range map[string]string{
		"civil": `  - {id: investigate, zh: 调查, en: look, by: office, words: [调查, 调查取证], from: [a], law: [{cite: [R1], conf: V}]}
  - {id: suggest, zh: 建议, en: suggest, by: office, words: [建议, 磋商], from: [a], law: [{cite: [R1], conf: V}]}
`,
		"administrative": `  - {id: recommend, zh: 检察建议, en: recommend, by: office, words: [建议, 检察建议, 检察建议书], from: [a], law: [{cite: [R1], conf: V}]}
`,
	} {
		files["procedures/"+name+".yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(track, "NAME", name, 1) + more)}
	}
	files["local/js.yaml"] = &fstest.MapFile{Data: []byte(`rule: {id: js, zh: 江苏, en: Jiangsu, region: "32", effect: extra-state, conf: S}
procedures:
  - procedure: civil
    steps:
      - {id: consult, zh: 磋商, en: consult, by: office, words: [磋商, 江苏磋商], from: [a], law: [{cite: [R1], conf: V}]}
`)}
	files["words.yaml"] = &fstest.MapFile{Data: []byte("background: [公安立案, 案发]\n")}
	delete(files, "procedures/p.yaml")
	delete(files, "norms.yaml")
	l, err := statute.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// told writes what was found: word at offset, and in which track it is which step.
func told(l *statute.Law, text string, region pil.Region) (all []string) {
	for _, m := range l.Find(nil, text) {
		one := m.Word
		if text[m.At:m.End] != m.Word {
			one += " at the wrong place"
		}
		if m.Background {
			one += " background"
		}
		for _, track := range []string{"civil", "administrative"} {
			if s := m.StepIn(l.Procedure(track), region); s != nil {
				one += " " + track + ":" + s.ID
			}
		}
		all = append(all, one)
	}
	return all
}

func TestFind(t *testing.T) {
	l := lexicon(t)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "没有已知的词", nil},
		{"empty", "", nil},
		{"one word, two tracks", "立案", []string{"立案 civil:file administrative:file"}},
		{"the longest", "制发检察建议书", []string{"检察建议书 administrative:recommend"}},
		{"the longest that is whole", "检察建议采纳", []string{"检察建议 administrative:recommend"}},
		{"a start that leads nowhere", "检察机关建议", []string{"建议 civil:suggest administrative:recommend"}},
		{"a start that falls back", "调查取款", []string{"调查 civil:investigate"}},
		{"background hides the step inside it", "公安立案后立案", []string{"公安立案 background", "立案 civil:file administrative:file"}},
		{"leftmost, not inside one that was found", "调查取证建议", []string{"调查取证 civil:investigate", "建议 civil:suggest administrative:recommend"}},
		{"the rest of a word is read on", "公安立检察建议", []string{"检察建议 administrative:recommend"}},
		{"between other letters", "x立案y案发z", []string{"立案 civil:file administrative:file", "案发 background"}},
		{"broken text", "\xe7立案\xff\xfe建议\xe5", []string{"立案 civil:file administrative:file", "建议 civil:suggest administrative:recommend"}},
		{"local rule elsewhere", "江苏磋商", []string{"江苏磋商"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, told(l, c.text, "")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLocalStepGoesFirst(t *testing.T) {
	l := lexicon(t)
	for region, want := range map[pil.Region]string{
		"": "磋商 civil:suggest", "31": "磋商 civil:suggest", "3": "磋商 civil:suggest",
		"32": "磋商 civil:consult", "3201": "磋商 civil:consult", "320105": "磋商 civil:consult",
	} {
		if diff := cmp.Diff([]string{want}, told(l, "磋商", region)); diff != "" {
			t.Errorf("region %q (-want +got):\n%s", region, diff)
		}
	}
}

// Find appends, so that a caller may reuse its slice.
func TestFindAppends(t *testing.T) {
	l := lexicon(t)
	found := l.Find(l.Find(nil, "立案"), "公安立案")
	if len(found) != 2 || found[0].Word != "立案" || found[1].Word != "公安立案" {
		t.Errorf("found %+v", found)
	}
}

func TestWordsRefused(t *testing.T) {
	step := func(words string) string {
		return "  - {id: again, zh: 再, en: again, by: office, words: [" + words + "], from: [open], law: [{cite: [R1], conf: V}]}\n"
	}
	for _, c := range []struct {
		name, file, more string
		line             int
		says             string
	}{
		{"one word, two steps", "procedures/p.yaml", step("立案"), smallSteps + 1, "one word, two steps"},
		{"one word twice in one step", "procedures/p.yaml", step("又, 又"), smallSteps + 1, "one word, two steps"},
		{"empty word of a step", "procedures/p.yaml", step("''"), smallSteps + 1, "empty word"},
		{"empty background word", "words.yaml", "background: ['']\n", 1, "empty word"},
		{"step and background", "words.yaml", "background: [背景, 立案]\n", smallStep, "both a step and background"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := small()
			if c.file == "words.yaml" {
				delete(files, c.file)
			}
			add(files, c.file, c.more)
			at := c.file
			if c.line == smallStep {
				at = "procedures/p.yaml"
			}
			_, err := statute.Load(files)
			refused(t, err, at, c.line, c.says)
		})
	}
}

// Every word of the law as delivered is found as itself where it stands alone.
func TestFindEveryWord(t *testing.T) {
	l := builtIn(t)
	words := 0
	for _, p := range l.Procedures {
		for _, s := range p.Steps {
			for _, w := range s.Words {
				words++
				found := l.Find(nil, w)
				if len(found) != 1 || found[0].Word != w || found[0].Background || found[0].StepIn(p, pil.Region(s.Region)) != s {
					t.Errorf("%s: %s of %s is found as %+v", p.ID, w, s.ID, found)
				}
			}
		}
	}
	for _, w := range l.Words.Background {
		if found := l.Find(nil, w); len(found) != 1 || found[0].Word != w || !found[0].Background {
			t.Errorf("background %s is found as %+v", w, found)
		}
	}
	if words < 100 {
		t.Errorf("only %d words", words)
	}
}
