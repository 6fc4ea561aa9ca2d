package clue

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/law"
)

// today is 2026-11-23.
const today = pil.Day(739943)

func TestToday(t *testing.T) {
	if today.String() != "2026-11-23" {
		t.Fatal(today)
	}
}

// Every closed set: each member is written once, read back, and named in both
// languages.
func TestSetsWalk(t *testing.T) {
	walk(t, "channel", Channels(), ParseChannel, 16)
	walk(t, "source", Sources(), ParseSource, 6)
	walk(t, "field", Fields(), ParseField, 20)
	walk(t, "input", Inputs(), ParseInput, 20)
	walk(t, "reporter", Reporters(), ParseReporter, 3)
	walk(t, "grade", Grades(), ParseGrade, 3)
	walk(t, "conclusion", Conclusions(), ParseConclusion, 5)
	walk(t, "tier", Tiers(), ParseTier, 5)
	walk(t, "kind", Kinds(), ParseKind, 3)
	walk(t, "suspicion", Suspicions(), ParseSuspicion, 3)
	walk(t, "verdict", Verdicts(), ParseVerdict, 5)
}

func walk[T interface {
	comparable
	fmt.Stringer
	Zh() string
	En() string
}](t *testing.T, name string, list []T, parse func(string) (T, error), n int,
) {
	t.Helper()
	seen := map[string]bool{"": true}
	for _, m := range list {
		if seen[m.String()] || seen[m.Zh()] || m.En() == "" {
			t.Errorf("%s %q %q %q: unnamed or named twice", name, m, m.Zh(), m.En())
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
	for _, s := range []string{"", "none", "—", none.String(), none.Zh()} {
		if m, err := parse(s); pil.CodeOf(err) != pil.CodeInvalid || m != none {
			t.Errorf("%s %q is read as %v, %v", name, s, m, err)
		}
	}
}

func TestNoMembers(t *testing.T) {
	for _, s := range []string{Channel(99).Zh(), Source(0).En(), Field(99).String(), Input(99).Zh(), Verdict(99).En()} {
		if s != "" {
			t.Errorf("what is no member is written %q", s)
		}
	}
	if (Field(99).Basis() != Basis{}) || (Field(0).Basis() != Basis{}) {
		t.Error("what is no field rests on a statute")
	}
}

// What a lawyer reads: which source of R24 a channel counts as, on what each
// field rests.
func TestSetsGolden(t *testing.T) {
	var b strings.Builder
	for _, c := range Channels() {
		source, said := c.Source()
		mark := "I"
		if said {
			mark = "V"
		}
		if source == 0 {
			mark = "R24 未列"
		}
		fmt.Fprintf(&b, "%s → %s %s %s\n", c.Zh(), source, source.Zh(), mark)
	}
	b.WriteByte('\n')
	for _, f := range Fields() {
		s := f.Basis()
		fmt.Fprintf(&b, "%s · %s · %s · 行政 %t · 民事 %t · 市级以上 %t · %s\n", f.Zh(), s.Cite, s.Since, s.Administrative, s.Civil, s.CityUp, s.Conf)
	}
	golden.Check(t, "sets.txt", b.String())
}

// The law tells fields by words; a field's Chinese name holds them, so that
// statute.Step.InField knows it.
func TestFieldsFitTheLaw(t *testing.T) {
	lists := regexp.MustCompile(`(?m)^ +fields: \[(.*)\]`)
	seen := 0
	err := fs.WalkDir(law.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(law.FS, name)
		if err != nil {
			return err
		}
		for _, m := range lists.FindAllStringSubmatch(string(text), -1) {
			seen++
			words := strings.Split(m[1], ", ")
			if f := FindField(words[0]); !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(f.Zh(), w) }) {
				t.Errorf("%s: a clue's field %q fits none of %q", name, f.Zh(), words)
			}
		}
		return nil
	})
	if err != nil || seen == 0 {
		t.Fatalf("%d lists of fields, %v", seen, err)
	}
	for text, want := range map[string]Field{
		// as published cases write them
		"生态环境/自然遗迹": Ecology, "生态环境(森林)": Ecology, "文物": Heritage, "未成年人保护": Minors, "英雄烈士保护": Heroes,
		"国有土地使用权出让": StateLand, "无障碍环境": Accessibility, "古树名木": OldTrees, "个人信息/未成年人": PersonalInformation, "个人信息": PersonalInformation,
		// as sheets write them
		"环境保护-噪声扰民": Ecology, "市场监管/食品安全": FoodDrugs, "反电信网络诈骗": TelecomFraud, "交通管理": 0, "": 0,
	} {
		if got := FindField(text); got != want {
			t.Errorf("%q is found to be %q, want %q", text, got, want)
		}
	}
	for _, f := range Fields() {
		if got := FindField(f.Zh()); got != f && f != OtherField {
			t.Errorf("%q is found to be %q", f.Zh(), got)
		}
	}
}

// What is cited by an instrument's key is in the law.
func TestCitesAreKnown(t *testing.T) {
	text, err := fs.ReadFile(law.FS, "instruments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^- key: (\w+)`).FindAllStringSubmatch(string(text), -1) {
		keys[m[1]] = true
	}
	cited := regexp.MustCompile(`^([A-Z]+)\d+`)
	check := func(cite string) {
		for _, part := range strings.FieldsFunc(cite, func(r rune) bool { return r == '、' || r == '–' }) {
			if m := cited.FindStringSubmatch(part); m != nil && !keys[m[1]] {
				t.Errorf("%s is of no instrument of the law", part)
			} else if m == nil && !strings.Contains(part, "法第") {
				t.Errorf("%q cites nothing", part)
			}
		}
	}
	for _, f := range Fields() {
		check(f.Basis().Cite)
	}
	for _, s := range Sources() {
		check(s.String())
	}
	for _, c := range questions {
		p := Propose(c.q)
		for _, r := range slices.Concat(p.Reasons, p.Warnings) {
			check(r.Cite)
		}
	}
}

// Steps named by conclusions and verdicts are steps of the law.
func TestStepsAreKnown(t *testing.T) {
	var all strings.Builder
	for _, name := range []string{"procedures/clue.yaml", "procedures/common.yaml"} {
		text, err := fs.ReadFile(law.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, step := range []string{ToFile.String(), NotToFile.String(), ToTransfer.String(), ToReportUp.String(), ToInquire.String(), SameTier.String(), Higher.String(), Lower.String()} {
		if !strings.Contains(all.String(), "- id: "+step+"\n") {
			t.Errorf("the law knows no step %s", step)
		}
	}
}
