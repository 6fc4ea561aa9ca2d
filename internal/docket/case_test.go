package docket_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/law"
)

func d(s string) pil.Day {
	day, err := pil.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return day
}

// history writes events from "2026-03-02 file", numbering them.
func history(track string, lines ...string) []docket.Event {
	var out []docket.Event
	for i, line := range lines {
		day, rest, _ := strings.Cut(line, " ")
		step, who, _ := strings.Cut(rest, " ")
		out = append(out, docket.Event{Seq: i + 1, On: d(day), Track: track, Step: step, Respondent: who, By: "chief"})
	}
	return out
}

func fold(t *testing.T, l *statute.Law, events []docket.Event) *docket.Case {
	t.Helper()
	c, err := docket.Fold(l, docket.CaseFacts{Field: "个人信息", Region: "32"}, events)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFoldFollowsDaysThenSequence(t *testing.T) {
	l := loadLaw(t)
	events := history("administrative", "2026-03-02 file", "2026-03-20 recommend", "2026-03-05 serve-filing")
	c := fold(t, l, events)
	ln := c.Line("administrative", "")
	if got := ln.StateID(); got != "served" {
		t.Errorf("state %s, want served: back-entry must not move the line back", got)
	}
	for _, run := range ln.Runs {
		if run.Limit.ID == "D03" && run.Met(0) != "yes" {
			t.Errorf("D03 %s, want yes", run.Met(0))
		}
	}
}

// TestSeveralAgencies: each addressee has its own clock, reply and suit.
func TestSeveralAgencies(t *testing.T) {
	l := loadLaw(t)
	c := fold(t, l, history("administrative", "2026-03-02 file", "2026-03-20 recommend 城管局", "2026-04-10 recommend 住建局", "2026-05-18 reply 城管局"))
	if got := c.Line("administrative", "城管局").StateID(); got != "replied" {
		t.Errorf("城管局 is %s", got)
	}
	if got := c.Line("administrative", "住建局").StateID(); got != "served" {
		t.Errorf("住建局 is %s", got)
	}
	due := map[string]string{}
	for _, ln := range c.Lines {
		for _, run := range ln.Runs {
			if run.Limit.ID == "D07" {
				due[ln.Respondent] = run.From.String()
			}
		}
	}
	if diff := cmp.Diff(map[string]string{"城管局": "2026-05-20", "住建局": "2026-06-10"}, due); diff != "" {
		t.Error(diff)
	}
}

// TestCorrection: a correction supersedes, the old value stays visible, limits
// are counted again and say so.
func TestCorrection(t *testing.T) {
	l := loadLaw(t)
	events := history("administrative", "2026-03-02 file", "2026-03-20 recommend")
	before := fold(t, l, events)
	fix := docket.Event{Seq: 3, On: d("2026-03-30"), Track: "administrative", Step: "recommend", Supersedes: 2, Reason: "送达回证日期录错", Approved: "head"}
	after := fold(t, l, append(events, fix))
	if old := after.Superseded[3]; old.On != d("2026-03-20") {
		t.Errorf("the old value is gone: %+v", old)
	}
	var said []string
	for _, m := range docket.Moved(before, after) {
		said = append(said, m.Zh)
	}
	if len(said) == 0 || !strings.Contains(strings.Join(said, ""), "D07：依据的事实更正，届满日由 2026-05-20（周三） 改为 2026-06-01（周一）") {
		t.Errorf("limits do not say that they moved: %v", said)
	}
	for name, bad := range map[string]docket.Event{
		"no reason":   {Seq: 3, On: d("2026-03-30"), Track: "administrative", Step: "recommend", Supersedes: 2, Approved: "head"},
		"no approval": {Seq: 3, On: d("2026-03-30"), Track: "administrative", Step: "recommend", Supersedes: 2, Reason: "x"},
		"nothing":     {Seq: 3, On: d("2026-03-30"), Track: "administrative", Step: "recommend", Supersedes: 9, Reason: "x", Approved: "head"},
	} {
		if _, err := docket.Fold(l, docket.CaseFacts{}, append(events, bad)); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHolidayTableChanges: a running limit moves with a new holiday notice and
// says so.
func TestHolidayTableChanges(t *testing.T) {
	old := loadLaw(t)
	table, err := fs.ReadFile(law.FS, "calendar/2026.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := string(table) + "\nchanges:\n  - title: 关于调整放假安排的通知\n    announced: 2026-05-01\n    verified: 测试用\n    holidays:\n      - {zh: 特别假日, en: special holiday, days: 2026-05-20..2026-05-22}\n"
	renewed, err := statute.LoadWith(law.FS, fstest.MapFS{"calendar/2026.yaml": {Data: []byte(changed)}})
	if err != nil {
		t.Fatal(err)
	}
	events := history("administrative", "2026-03-02 file", "2026-03-20 recommend")
	moved := docket.Moved(fold(t, old, events), fold(t, renewed, events))
	found := false
	for _, m := range moved {
		found = found || m.Zh == "D07：放假安排变动，届满日由 2026-05-20（周三） 改为 2026-05-25（周一）"
	}
	if !found {
		t.Errorf("D07 does not say that the holidays changed: %v", moved)
	}
}

// TestPermit: what the office may not do is refused with the article; what
// passes only with reasons asks for them; others' acts are never refused.
func TestPermit(t *testing.T) {
	l := loadLaw(t)
	admin := history("administrative", "2026-03-02 file", "2026-03-20 recommend")
	civil := history("civil", "2026-03-02 file", "2026-03-10 announce")
	for _, c := range []struct {
		name    string
		history []docket.Event
		in      docket.Intent
		want    string // "" allowed; else what the refusal says
	}{
		{"open without the chief", nil, docket.Intent{Track: "administrative", Step: "file", On: d("2026-03-02"), Decider: "prosecutor"}, "R30"},
		{"open with the chief", nil, docket.Intent{Track: "administrative", Step: "file", On: d("2026-03-02"), Decider: "chief"}, ""},
		{"one investigator", admin, docket.Intent{Track: "administrative", Step: "investigate", On: d("2026-03-21"), People: 1, Facts: []string{"plan-made"}}, "R36"},
		{"two investigators", admin, docket.Intent{Track: "administrative", Step: "investigate", On: d("2026-03-21"), People: 2, Facts: []string{"plan-made"}}, ""},
		{"compulsory measures", admin, docket.Intent{Track: "administrative", Step: "compulsory", On: d("2026-03-21"), Decider: "chief"}, "R35"},
		{"suit without the recommendation", history("administrative", "2026-03-02 file"), docket.Intent{Track: "administrative", Step: "sue", On: d("2026-04-02"), Decider: "chief"}, "不能「起诉」"},
		{"suit on day 14", admin, docket.Intent{Track: "administrative", Step: "sue", On: d("2026-04-03"), Decider: "chief", Reason: "紧急"}, "J21"},
		{"suit on day 15 without reasons", admin, docket.Intent{Track: "administrative", Step: "sue", On: d("2026-04-04"), Decider: "chief"}, "理由"},
		{"suit on day 15 with reasons", admin, docket.Intent{Track: "administrative", Step: "sue", On: d("2026-04-04"), Decider: "chief", Reason: "损害继续扩大", Facts: []string{"still-harmed"}}, ""},
		{"suit during the notice", civil, docket.Intent{Track: "civil", Step: "sue", On: d("2026-04-09"), Decider: "chief", Reason: "x"}, "公告"},
		{"suit after the notice", civil, docket.Intent{Track: "civil", Step: "sue", On: d("2026-04-10"), Decider: "chief", Reason: "x", Facts: []string{"still-harmed"}}, ""},
		{"the Jiangsu ground in Jiangsu", civil, docket.Intent{Track: "civil", Step: "terminate", On: d("2026-04-10"), Decider: "chief", Ground: "JSU-paid"}, ""},
		{"no ground named", civil, docket.Intent{Track: "civil", Step: "terminate", On: d("2026-04-10"), Decider: "chief"}, "R90(1)"},
		{"suspension without its four conditions", admin, docket.Intent{Track: "administrative", Step: "suspend", On: d("2026-04-10"), Decider: "chief", Facts: []string{"within-term"}}, "R78"},
		{"the agency replies whenever it does", admin, docket.Intent{Track: "administrative", Step: "reply", On: d("2027-04-10")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := fold(t, l, c.history).Permit(c.in)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want a refusal that names %s", err, c.want)
			}
		})
	}
	elsewhere, err := docket.Fold(l, docket.CaseFacts{Region: "33"}, civil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := elsewhere.Permit(docket.Intent{Track: "civil", Step: "terminate", On: d("2026-04-10"), Decider: "chief", Ground: "JSU-paid"}); err == nil || !strings.Contains(err.Error(), "R90(5)") {
		t.Errorf("the Jiangsu ground in Zhejiang: %v", err)
	}
}

// TestNext lists what may come next, lawful steps first, each with what is missing.
func TestNext(t *testing.T) {
	l := loadLaw(t)
	c := fold(t, l, history("civil", "2026-03-02 file", "2026-03-10 announce"))
	options := c.Next(c.Line("civil", ""), d("2026-03-20"))
	seenLacking := false
	for _, o := range options {
		if !o.Allowed() {
			seenLacking = true
		} else if seenLacking {
			t.Errorf("%s may be done but stands after what may not", o.Step.ID)
		}
		if o.Step.ID == "sue" {
			if o.Allowed() {
				t.Error("suit is offered while the notice runs")
			} else if o.Lack[0].Cite != "R91" && o.Lack[0].Cite != "J13" {
				t.Errorf("lack cites %s", o.Lack[0].Cite)
			}
		}
	}
	if !seenLacking {
		t.Error("suit is not listed with what it lacks")
	}
}

// TestWhatHappenedCanBeRecorded: no order of acts makes Fold fail, and every
// act stands in the history.
func TestWhatHappenedCanBeRecorded(t *testing.T) {
	l := loadLaw(t)
	rapid.Check(t, func(t *rapid.T) {
		p := l.Procedure(rapid.SampledFrom([]string{"administrative", "civil", "criminal-incidental", "support"}).Draw(t, "track"))
		var events []docket.Event
		for i := range rapid.IntRange(1, 15).Draw(t, "n") {
			events = append(events, docket.Event{Seq: i + 1, Track: p.ID,
				On:         d("2016-01-01") + pil.Day(rapid.IntRange(0, 4500).Draw(t, "day")),
				Step:       rapid.SampledFrom(p.Steps).Draw(t, "step").ID,
				Respondent: rapid.SampledFrom([]string{"", "甲", "乙"}).Draw(t, "who")})
		}
		c, err := docket.Fold(l, docket.CaseFacts{Field: "个人信息", Region: "32"}, events)
		if err != nil {
			t.Fatal(err)
		}
		for _, ln := range c.Lines {
			seen := map[int]bool{}
			for _, a := range ln.Acts {
				if !a.Implied {
					seen[a.Ref] = true
				}
			}
			for _, e := range events {
				if (e.Respondent == ln.Respondent) && !seen[e.Seq] {
					t.Fatalf("event %d is not on the line %q", e.Seq, ln.Respondent)
				}
			}
			for _, run := range ln.Runs {
				if run.From != 0 && run.To != 0 && run.From > run.To {
					t.Fatalf("%s ends before it ends", run.Limit.ID)
				}
			}
		}
	})
}

func FuzzParseTimeline(f *testing.F) {
	for _, file := range files(f, "cases/*.yaml") {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("events: [{date: 2026-02-31, event: 立案}]"))
	f.Add([]byte("events: [{date: 'XXXX-02-29', event: 检察建议/起诉}, {event: 送达, date: 2026}]\nkind: 民行"))
	l := loadLaw(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		tl, err := docket.ParseTimeline("f.yaml", data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "f.yaml:") {
				t.Errorf("not one line with its place: %q", err)
			}
			return
		}
		r := docket.Replay(l, tl).JSON()
		index := map[int]bool{}
		for _, e := range r.Events {
			index[e.Index] = true
		}
		for i := range tl.Events {
			if !index[i] {
				t.Errorf("event %d is lost", i)
			}
		}
	})
}
