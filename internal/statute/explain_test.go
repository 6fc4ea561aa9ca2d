package statute_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"shouhu/internal/calendar"
	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// The golden file is what people are told, in both languages, in each situation
// that is worth telling apart. A lawyer reads it.
func TestExplainGolden(t *testing.T) {
	l := builtIn(t)
	start := func(s string) statute.Question { return statute.Question{Start: on(t, s)} }
	chief := func(day string) statute.Grant {
		return statute.Grant{Months: 1, By: "chief", Cite: "R47", On: on(t, day)}
	}
	rest := calendar.Options{Moved: calendar.MovedRest}
	var b strings.Builder
	for _, c := range []struct {
		what, id string
		q        statute.Question
		options  calendar.Options
	}{
		{"一个平常的期限 · a plain one", "D03", start("2026-11-23"), calendar.Options{}},
		{"末日是星期日 · the last day is a Sunday", "D05", start("2026-11-26"), calendar.Options{}},
		{"顺延越过春节，调休周日上班 · rolled over Spring Festival to a Sunday that is worked", "D07", start("2023-12-14"), calendar.Options{}},
		{"同上，调休周日作休息日 · the same, moved weekends as rest days", "D07", start("2023-12-14"), rest},
		{"顺延越过国庆和中秋 · rolled over National Day and Mid-Autumn", "D07", start("2020-08-05"), calendar.Options{}},
		{"末日是调休上班的周日 · the last day is a Sunday that is worked", "D06", start("2026-09-15"), calendar.Options{}},
		{"同上，作休息日 · the same as a rest day", "D06", start("2026-09-15"), rest},
		{"没有对应日 · no corresponding day", "D12.civil", start("2023-11-30"), calendar.Options{}},
		{"没有对应日，又是周日，又无放假安排 · clamped, a Sunday, no table yet", "D07", start("2026-12-31"), calendar.Options{}},
		{"按年计，闰日起 · in years from a leap day", "D32", start("2024-02-29"), calendar.Options{}},
		{"2027年暂定，元旦 · provisional 2027, New Year's Day", "D09", start("2026-12-01"), calendar.Options{}},
		{"经批准延长 · extended with approval", "D09", statute.Question{Start: on(t, "2024-01-31"), Extend: []statute.Grant{chief("2024-02-20")}}, calendar.Options{}},
		{"两次延长，批准日未载 · extended twice, the day of the second approval unknown", "D11", statute.Question{Start: on(t, "2023-11-30"), Extend: []statute.Grant{chief("2024-02-20"), {Months: 2, By: "higher-office", Cite: "R47"}}}, calendar.Options{}},
		{"扣除鉴定，后一次在期满之后 · exclusions, the last of them after the end", "D09", statute.Question{Start: on(t, "2024-03-01"), Exclude: spans(t, "2024-03-11..2024-03-20", "2024-03-16..2024-03-25", "2024-05-06..2024-05-10")}, calendar.Options{}},
		{"延长又扣除 · extended and excluded", "D09", statute.Question{Start: on(t, "2023-12-31"), Extend: []statute.Grant{chief("2024-01-20")}, Exclude: spans(t, "2024-01-08..2024-01-19")}, calendar.Options{}},
		{"中止 · suspended", "D07", statute.Question{Start: on(t, "2024-03-01"), Suspend: spans(t, "2024-03-11..2024-04-10")}, calendar.Options{}},
		{"期满前不得起诉 · a term of waiting", "D10", start("2024-04-01"), calendar.Options{}},
		{"接续的期限 · a period that follows another", "D11", start("2026-12-23"), calendar.Options{}},
		{"倒数 · counted back", "D15", start("2024-10-10"), calendar.Options{}},
		{"倒数零日 · counted back by no day", "D31.hearing", start("2024-10-10"), calendar.Options{}},
		{"工作日 · working days", "D36", start("2025-09-15"), calendar.Options{}},
		{"工作日，跨到无放假安排的年份 · working days into a year without a table", "D36", start("2026-12-01"), calendar.Options{}},
		{"工作日，从无放假安排的年份起 · working days from a year without a table", "D40", start("2014-12-30"), calendar.Options{}},
		{"至少保存 · to be kept", "D38", start("2025-09-02"), calendar.Options{}},
		{"按年保存 · to be kept for years", "D39", start("2024-02-29"), calendar.Options{}},
		{"当时没有这一期限 · not in force then", "D03", start("2021-06-30"), calendar.Options{}},
		{"已经失效 · no longer in force", "PM40", start("2018-01-10"), calendar.Options{}},
		{"旧规定的期限 · under the norms of the day", "D06", start("2021-06-25"), calendar.Options{}},
		{"旧条号 · an article by its old number", "D35", start("2021-09-21"), calendar.Options{}},
		{"二手资料 · a secondary source", "INF.receipt", start("2024-05-10"), calendar.Options{}},
		{"我们的读法 · our reading", "D19.ruling", start("2024-08-12"), calendar.Options{}},
		{"文书载明的期限 · as the paper states", "D34", statute.Question{Start: on(t, "2023-09-15"), Days: 15}, calendar.Options{}},
		{"2015年9月3日 · 3 September 2015", "D17", start("2015-08-19"), calendar.Options{}},
		{"2019年劳动节 · Labour Day 2019", "D24", start("2019-04-25"), calendar.Options{}},
		{"2019年因改动上班的周日 · a Sunday of 2019 worked by the change", "D25", start("2019-04-23"), calendar.Options{}},
		{"2020年延长的春节 · the Spring Festival of 2020, lengthened", "D17", start("2020-01-16"), calendar.Options{}},
		{"地方节日 · a regional holiday", "D01", start("2024-04-08"), calendar.Options{Region: "45"}},
	} {
		m := l.Limit(c.id)
		if m == nil {
			t.Fatalf("no limit %s", c.id)
		}
		d, err := m.Count(l.Calendar.With(c.options), c.q)
		if err != nil {
			t.Fatal(err)
		}
		text := l.Explain(d)
		fmt.Fprintf(&b, "# %s\n%s\n%s\n%s\n\n", c.what, strings.Join(l.Basis(d), " "), text.Zh, text.En)
		for _, s := range []string{text.Zh, text.En} {
			if !strings.Contains(s, d.Due.String()) || !strings.Contains(s, d.Start.String()) {
				t.Errorf("%s: start or end untold: %s", c.what, s)
			}
		}
	}
	golden.Check(t, "explain.txt", b.String())
}

// The three changes made during a year are told with the day that held before.
func TestMidYearChangesAreTold(t *testing.T) {
	l := builtIn(t)
	for _, c := range []struct{ id, start, first, due string }{
		{"D17", "2015-08-19", "2015-09-03", "2015-09-06"},
		{"D24", "2019-04-25", "2019-05-02", "2019-05-05"},
		{"D25", "2019-04-23", "2019-04-29", "2019-04-28"}, // a change can bring an end forward
		{"D17", "2020-01-16", "2020-01-31", "2020-02-03"},
		{"D18", "2020-01-22", "2020-02-01", "2020-02-03"},
	} {
		d := count(t, l, c.id, statute.Question{Start: on(t, c.start)})
		text := l.Explain(d)
		if d.Due.String() != c.due {
			t.Errorf("%s from %s ends on %s, want %s", c.id, c.start, d.Due, c.due)
		}
		if !strings.Contains(text.Zh, "年初公布的放假安排为 "+c.first) || !strings.Contains(text.En, "as first announced it was "+c.first) {
			t.Errorf("%s from %s: %s is not told in\n%s\n%s", c.id, c.start, c.first, text.Zh, text.En)
		}
	}
	for _, start := range []string{"2020-02-10", "2024-04-16"} {
		if text := l.Explain(count(t, l, "D17", statute.Question{Start: on(t, start)})); strings.Contains(text.Zh, "年初公布") {
			t.Errorf("no change touched it, yet: %s", text.Zh)
		}
	}
}

// The basis names what the end rests on: each part of the counting that was
// used, and none that was not.
func TestBasis(t *testing.T) {
	l := builtIn(t)
	march := on(t, "2024-03-01")
	for _, c := range []struct {
		name, id string
		q        statute.Question
		want     string
	}{
		{"rolling", "D07", statute.Question{Start: march}, "J21 CPL85"},
		{"by the number of the day", "D07", statute.Question{Start: on(t, "2021-12-31")}, "J21 CPL82"},
		{"not rolling", "D38", statute.Question{Start: on(t, "2025-09-02")}, "PVS17"},
		{"counted back", "D15", statute.Question{Start: march}, "J8"},
		{"extended, by the limit's own article", "D09", statute.Question{Start: march, Extend: []statute.Grant{{Months: 1, By: "chief", Cite: "R47"}}}, "R47 CPL85"},
		{"extended", "D09", statute.Question{Start: march, Extend: []statute.Grant{{Months: 1, By: "higher-office", Cite: "R46"}, {Months: 1, By: "higher-office", Cite: "R46"}}}, "R47 CPL85 R46"},
		{"excluded", "D09", statute.Question{Start: march, Exclude: spans(t, "2024-03-11")}, "R47 CPL85 R48"},
		{"excluded too late to count", "D09", statute.Question{Start: march, Exclude: spans(t, "2024-05-06")}, "R47 CPL85"},
		{"suspended", "D07", statute.Question{Start: march, Suspend: spans(t, "2024-03-11")}, "J21 CPL85 R78"},
	} {
		d := count(t, l, c.id, c.q)
		if got := strings.Join(l.Basis(d), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if slices.Contains(d.Version.Cite, "CPL85") {
			t.Errorf("%s: the data were changed", c.name)
		}
	}
}

// Every version of every limit is explained without a gap in either language.
func TestExplainWalk(t *testing.T) {
	l := builtIn(t)
	for _, m := range l.Limits {
		for _, v := range m.Vers {
			q := statute.Question{Start: max(v.From, on(t, "2016-03-01"))}
			if v.To != 0 {
				q.Start = v.To
			}
			if v.Stated {
				q.Days = 10
			}
			d := count(t, l, m.ID, q)
			if d.Version != v {
				t.Errorf("%s from %s: another version", m.ID, q.Start)
			}
			text := l.Explain(d)
			for _, s := range []string{text.Zh, text.En} {
				if strings.Contains(s, "%!") || strings.Contains(s, "  ") || strings.Contains(s, "()") || strings.Contains(s, "（）") || !strings.Contains(s, m.ID) {
					t.Errorf("%s: %s", m.ID, s)
				}
			}
			for _, cite := range v.Cite {
				if !strings.Contains(text.Zh, l.CiteOn(cite, q.Start)) {
					t.Errorf("%s: %s is not named in %s", m.ID, cite, text.Zh)
				}
			}
		}
	}
}

func TestActorsWalk(t *testing.T) {
	seen := map[statute.Text]string{}
	for _, id := range statute.Actors() {
		name := statute.ActorText(id)
		if name.Zh == id || name.Zh == "" || name.En == "" || seen[name] != "" {
			t.Errorf("actor %s is named %+v, as is %q", id, name, seen[name])
		}
		seen[name] = id
	}
	if got := statute.ActorText("nobody"); got != (statute.Text{Zh: "nobody", En: "nobody"}) {
		t.Errorf("an unknown actor is named %+v", got)
	}
}

func TestLengthAndUnit(t *testing.T) {
	for _, c := range []struct {
		v            statute.LimitVersion
		kind         statute.Kind
		zh, en, unit string
	}{
		{statute.LimitVersion{Days: 15}, statute.ActBy, "15日", "15 days", "days"},
		{statute.LimitVersion{Days: 30}, statute.WorkingDays, "30日", "30 days", "working-days"},
		{statute.LimitVersion{Months: 2}, statute.ActBy, "2个月", "2 month(s)", "months"},
		{statute.LimitVersion{Years: 3}, statute.KeepAtLeast, "3年", "3 year(s)", "years"},
		{statute.LimitVersion{Stated: true}, statute.ActBy, "文书载明", "as the paper states", "days"},
	} {
		if got := c.v.Length(); got != (statute.Text{Zh: c.zh, En: c.en}) || c.v.Unit(c.kind) != c.unit {
			t.Errorf("%+v: %+v in %s", c.v, got, c.v.Unit(c.kind))
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	l := builtIn(b)
	for _, c := range []struct {
		name, id string
		q        statute.Question
	}{
		{"plain", "D03", statute.Question{Start: on(b, "2026-11-23")}},
		{"rolled", "D07", statute.Question{Start: on(b, "2023-12-14")}},
		{"pauses", "D09", statute.Question{
			Start: on(b, "2023-12-14"), Extend: []statute.Grant{{Months: 1, By: "chief", Cite: "R47", On: pil.Date(2024, 1, 10)}},
			Exclude: spans(b, "2024-01-03..2024-01-10"),
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			d := count(b, l, c.id, c.q)
			b.ReportAllocs()
			for b.Loop() {
				if l.Explain(d).Zh == "" {
					b.Fatal("nothing said")
				}
			}
		})
	}
}
