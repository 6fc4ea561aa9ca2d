package ui

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

var (
	zh = WithLang(context.Background(), Chinese)
	en = WithLang(context.Background(), English)
)

// html is a component with a line for each tag before each tag, for golden files that can be read.
func html(t *testing.T, ctx context.Context, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), "<", "\n<")) + "\n"
}

func TestLanguage(t *testing.T) {
	if got := T(context.Background(), "守护", "Shouhu"); got != "守护" {
		t.Errorf("without a language: %s", got)
	}
	if got := T(en, "还有 %d 天", "%d days left", 5); got != "5 days left" {
		t.Error(got)
	}
	for _, l := range []Lang{Chinese, English} {
		if back, err := ParseLang(l.String()); err != nil || back != l || l.Other().Other() != l {
			t.Errorf("%s: %s %v", l, back, err)
		}
	}
	if _, err := ParseLang("fr"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("fr: %v", err)
	}
}

func TestDates(t *testing.T) {
	for s, want := range map[string][2]string{
		"2026-11-23":             {"2026-11-23（周一）", "2026-11-23 (Mon)"},
		"2026-09":                {"2026年9月", "September 2026"},
		"2026-09-02..2026-09-05": {"2026-09-02 至 2026-09-05", "2026-09-02 to 2026-09-05"},
		"":                       {"日期不详", "date unknown"},
	} {
		span, err := pil.ParseSpan(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{When(zh, span), When(en, span)}; got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
	if got := Moment(time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)); got != "2026-11-24 00:30" {
		t.Error(got)
	}
}

func TestDeadlineWords(t *testing.T) {
	today := pil.Date(2026, 11, 23)
	for _, c := range []struct {
		d      Deadline
		tone   Tone
		zh, en string
	}{
		{Deadline{Due: today + 8}, Plain, "还有 8 天", "8 days left"},
		{Deadline{Due: today + 7}, Soon, "还有 7 天", "7 days left"},
		{Deadline{Due: today + 1}, Soon, "还有 1 天", "1 day left"},
		{Deadline{Due: today}, Soon, "今天届满", "due today"},
		{Deadline{Due: today - 1}, Late, "逾期 1 天", "1 day late"},
		{Deadline{Due: today - 3}, Late, "逾期 3 天", "3 days late"},
		{Deadline{Due: today - 3, State: Met}, Done, "已办结", "met"},
		{Deadline{Due: today - 3, State: Paused}, Waiting, "暂停计算", "paused"},
		{Deadline{Due: today - 3, State: Lapsed}, Plain, "不再适用", "fell away"},
		{Deadline{}, Waiting, "未起算", "not running yet"},
	} {
		c.d.Today = today
		if c.d.Tone() != c.tone || c.d.Words(zh) != c.zh || c.d.Words(en) != c.en {
			t.Errorf("%v: %v %s %s", c.d.Due, c.d.Tone(), c.d.Words(zh), c.d.Words(en))
		}
	}
}

// What a person sent comes back to the fields, but for passwords.
func TestFill(t *testing.T) {
	a := Answers{
		Values: url.Values{"name": {"<b>"}, "of": {"x", "z"}, "secret": {"s"}, "none": nil},
		Faults: []Fault{{Name: "name", Text: "请改正。"}},
	}
	if f := a.Fill(Field{Name: "name", Value: "old"}); f.Value != "<b>" || f.Error != "请改正。" {
		t.Errorf("%+v", f)
	}
	if f := a.Fill(Field{Name: "secret", Type: "password"}); f.Value != "" {
		t.Errorf("a password came back: %+v", f)
	}
	options := []Option{{Value: "x"}, {Value: "y", Selected: true}, {Value: "z"}}
	f := a.Fill(Field{Name: "of", Options: options})
	if diff := cmp.Diff([]Option{{Value: "x", Selected: true}, {Value: "y"}, {Value: "z", Selected: true}}, f.Options); diff != "" {
		t.Error(diff)
	}
	if !options[1].Selected {
		t.Error("the options of the caller were changed")
	}
	if f := (Answers{}).Fill(Field{Name: "name", Value: "old"}); f.Value != "old" || f.Error != "" {
		t.Errorf("an untouched form: %+v", f)
	}
}

func TestMonthWeeks(t *testing.T) {
	weeks := Month{Year: 2026, Month: time.November}.weeks()
	if len(weeks) != 6 || weeks[0][0] != pil.Date(2026, 10, 26) || weeks[5][6] != pil.Date(2026, 12, 6) {
		t.Errorf("%v", weeks)
	}
	if weeks := (Month{Year: 2027, Month: time.February}).weeks(); len(weeks) != 4 {
		t.Errorf("a February of four weeks: %v", weeks)
	}
}

func TestChartTop(t *testing.T) {
	for most, want := range map[int64]int64{0: 4, 3: 4, 5: 8, 33: 40, 99: 100, 100: 100, 101: 200, 1820: 2000} {
		if got := (LineChart{Series: []Series{{Values: []int64{most}}}}).top(); got != want {
			t.Errorf("%d: %d, want %d", most, got, want)
		}
	}
}

// Whatever comes in is escaped, and no address runs a script.
func TestEscaping(t *testing.T) {
	for _, c := range []templ.Component{
		Badge(Tag{Text: `<script>`}),
		Input(Field{Name: "a", Label: "<i>", Value: `"><script>`, Error: "<b>", Hint: "<u>"}),
		Anchor(Link{Text: "<b>", Href: "javascript:alert(1)"}),
		Do(Action{Text: "<b>", Post: "javascript:alert(1)"}),
		Table(Grid{Columns: []Column{{Label: "<b>"}}, Rows: []Row{{Href: "javascript:alert(1)", Cells: []Cell{{Text: "<b>"}}}}}),
	} {
		got := html(t, zh, c)
		for _, bad := range []string{"<script", "javascript:", "<b>", "<i>", "<u>"} {
			if strings.Contains(got, bad) {
				t.Errorf("%s in %s", bad, got)
			}
		}
	}
}

// A page for the public has no scripts and nothing of the office; the wrong
// turns of one say what to do.
func TestPublicPage(t *testing.T) {
	got := html(t, zh, Shell(Frame{Plain: true}, Page{Bare: true}))
	for _, bad := range []string{"<script", "<nav", "<form", "htmx"} {
		if strings.Contains(got, bad) {
			t.Errorf("%s in %s", bad, got)
		}
	}
	for _, status := range []int{400, 401, 403, 404, 409, 413, 422, 429, 500, 503} {
		for _, ctx := range []context.Context{zh, en} {
			if s := (Trouble{Status: status}).say(ctx); s.title == "" || s.happened == "" || s.advice == "" {
				t.Errorf("%d says nothing", status)
			}
		}
	}
}

// Three parts as they are sent: a field that is wrong, a deadline that is late,
// a row.
func TestGolden(t *testing.T) {
	golden.Check(t, "field.html", html(t, zh, Input(Field{Name: "title", Label: "线索名称", Hint: "写明地点和行为。", Error: "请填写。", Required: true, MaxLength: 80})))
	golden.Check(t, "deadline.html", html(t, en, DeadlineChip(Deadline{
		ID: "D05", Name: "serve the recommendation", Due: pil.Date(2026, 11, 20), Today: pil.Date(2026, 11, 23), Provisional: true,
		Explanation: []string{"Within five days."}, Articles: []Article{{Text: "art 76", Href: "/law/R76"}},
	})))
	golden.Check(t, "table.html", html(t, zh, Table(Grid{
		ID: "cases", Caption: "案件", Columns: []Column{{Label: "案号", Tight: true, SortBy: "?sort=no", Sorted: Ascending}, {Label: "人数", Num: true}},
		Rows: []Row{{Href: "/cases/9", Tone: Late, Cells: []Cell{{Text: "9号", Sub: "演示"}, {Text: "1,000"}}}},
	})))
}
