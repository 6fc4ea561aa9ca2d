package calendar

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

func builtIn(t testing.TB) *Calendar {
	t.Helper()
	c, err := Load(os.DirFS("../../law"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day(t testing.TB, s string) pil.Day {
	t.Helper()
	d, err := pil.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The golden file is what a lawyer compares with the notices: every day that a
// plain week would answer differently.
func TestGolden(t *testing.T) {
	c := builtIn(t)
	first := c.AsAnnounced()
	var b strings.Builder
	for _, y := range c.Years() {
		fmt.Fprintf(&b, "\n%d %s %s（%s 公布）\n", y.Year, y.Title, y.Number, y.Announced)
		for _, n := range y.Changes {
			fmt.Fprintf(&b, "     改动 %s %s（%s 公布）\n", n.Title, n.Number, n.Announced)
		}
		for d := pil.Date(y.Year, time.January, 1); d < pil.Date(y.Year+1, time.January, 1); d++ {
			if c.Rest(d) == d.Weekend() && first.Rest(d) == d.Weekend() {
				continue
			}
			info := c.On(d)
			fmt.Fprintf(&b, "%s %s %s %s", d.Zh(), word(info.Rest), info.Zh, info.En)
			if first.Rest(d) != c.Rest(d) {
				fmt.Fprintf(&b, " ← 原定%s", word(first.Rest(d)))
			}
			b.WriteByte('\n')
		}
	}
	golden.Check(t, "years.txt", b.String())
}

// Regional days are our reading, so the whole list is kept in view.
func TestRegionalGolden(t *testing.T) {
	c := builtIn(t)
	var b strings.Builder
	regions := map[pil.Region]bool{}
	for _, h := range c.tables.regional {
		regions[h.Region] = true
	}
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		local := c.With(Options{Region: region})
		fmt.Fprintf(&b, "\n%s %s\n", region, region.ProvinceZh())
		for d := pil.Date(2015, time.January, 1); d <= pil.Date(2026, time.December, 31); d++ {
			if info := local.On(d); info.Regional {
				fmt.Fprintf(&b, "%s %s %s %s\n", d.Zh(), word(info.Rest), info.Zh, info.En)
			} else if local.Rest(d) != c.Rest(d) {
				t.Errorf("%s %s differs from the country without a regional mark", region, d)
			}
		}
	}
	golden.Check(t, "regions.txt", b.String())
}

func word(rest bool) string {
	if rest {
		return "休"
	}
	return "班"
}

func TestKnownFacts(t *testing.T) {
	c := builtIn(t)
	for _, f := range []struct {
		day  string
		kind Kind
		zh   string
	}{
		{"2015-01-04", Moved, "元旦调休上班"},
		{"2015-09-03", Holiday, "抗战胜利70周年纪念日"},
		{"2015-09-05", Holiday, "抗战胜利70周年纪念日"},
		{"2015-09-06", Moved, "抗战胜利70周年纪念日调休上班"},
		{"2016-12-31", Holiday, "元旦"},
		{"2017-12-31", Holiday, "元旦"},
		{"2018-12-28", Working, ""},
		{"2018-12-29", Moved, "元旦调休上班"},
		{"2018-12-31", Holiday, "元旦"},
		{"2019-05-02", Holiday, "劳动节"},
		{"2019-05-05", Moved, "劳动节调休上班"},
		{"2020-01-31", Holiday, "春节（延长）"},
		{"2020-02-01", Holiday, "春节（延长）"},
		{"2020-02-02", Holiday, "春节（延长）"},
		{"2020-02-03", Working, ""},
		{"2022-01-03", Holiday, "元旦"},
		{"2022-01-04", Working, ""},
		{"2022-12-30", Working, ""},
		{"2022-12-31", Holiday, "元旦"},
		{"2023-01-02", Holiday, "元旦"},
		{"2023-01-03", Working, ""},
		{"2023-10-06", Holiday, "中秋节、国庆节"},
		{"2023-10-07", Moved, "中秋节、国庆节调休上班"},
		{"2023-10-08", Moved, "中秋节、国庆节调休上班"},
		{"2024-02-04", Moved, "春节调休上班"},
		{"2024-02-09", Working, ""}, // New Year's Eve: the notice only encourages leave
		{"2024-02-17", Holiday, "春节"},
		{"2024-02-18", Moved, "春节调休上班"},
		{"2026-02-23", Holiday, "春节"},
		{"2026-11-22", Weekend, "周末"},
		{"2026-11-23", Working, ""},
	} {
		d := day(t, f.day)
		info := c.On(d)
		if info.Kind != f.kind || info.Zh != f.zh || !info.Known {
			t.Errorf("%s: %v %q known %v, want %v %q", f.day, info.Kind, info.Zh, info.Known, f.kind, f.zh)
		}
		if want := f.kind == Weekend || f.kind == Holiday; info.Rest != want || c.Rest(d) != want {
			t.Errorf("%s: rest %v, want %v", f.day, info.Rest, want)
		}
	}
	if got, want := c.On(day(t, "2018-12-29")).Notice, "国务院办公厅关于2019年部分节假日安排的通知"; got != want {
		t.Errorf("2018-12-29 rests on %q, want %q", got, want)
	}
	if got, want := c.On(day(t, "2020-02-01")).Notice, "国务院办公厅关于延长2020年春节假期的通知"; got != want {
		t.Errorf("2020-02-01 rests on %q, want %q", got, want)
	}
}

func TestRollings(t *testing.T) {
	c := builtIn(t)
	moved := c.With(Options{Moved: MovedRest})
	for _, f := range []struct {
		c         *Calendar
		from, due string
	}{
		{c, "2023-10-07", "2023-10-07"},
		{moved, "2023-10-07", "2023-10-09"},
		{c, "2024-02-18", "2024-02-18"},
		{moved, "2024-02-18", "2024-02-19"},
		{c, "2020-01-31", "2020-02-03"},
		{c.AsAnnounced(), "2020-01-31", "2020-01-31"},
		{c.AsAnnounced(), "2020-01-30", "2020-01-31"},
		{c.AsAnnounced(), "2020-02-01", "2020-02-01"},
		{c.AsAnnounced(), "2019-05-05", "2019-05-06"},
		{c.AsAnnounced(), "2015-09-03", "2015-09-03"},
		{c.With(Options{Region: "45"}), "2017-03-30", "2017-04-05"},
		{c.With(Options{Region: "450102"}), "2017-04-08", "2017-04-08"},
		{c, "2017-04-08", "2017-04-10"},
		{c.With(Options{Region: "51"}), "2017-07-17", "2017-07-17"}, // the prefecture's days bind the prefecture
		{c.With(Options{Region: "5134"}), "2017-07-17", "2017-07-24"},
		{c, "2030-10-01", "2030-10-04"},
		{c, "2030-05-01", "2030-05-03"},
		{c, "2012-05-01", "2012-05-02"},
		{c, "2005-05-01", "2005-05-04"},
		{c, "1998-10-01", "1998-10-05"},
		{c, "1900-10-01", "1900-10-01"},
	} {
		if got := f.c.Roll(day(t, f.from)); got.String() != f.due {
			t.Errorf("%+v: Roll(%s) = %s, want %s", f.c.opts, f.from, got, f.due)
		}
	}
	if got := c.AddWorking(day(t, "2026-09-30"), 3); got.String() != "2026-10-10" {
		t.Errorf("third working day after 2026-09-30 is %s", got)
	}
	if c.Roll(0) != 0 || c.AddWorking(0, 5) != 0 || c.Rest(0) || c.On(0) != (Info{}) {
		t.Error("no day must stay no day")
	}
}

func TestUnknownYears(t *testing.T) {
	c := builtIn(t)
	for s, want := range map[string]Info{
		"2027-10-01": {Kind: Holiday, Rest: true, Zh: "国庆节", En: "National Day", Notice: "全国年节及纪念日放假办法第二条"},
		"2027-10-09": {Kind: Weekend, Rest: true, Zh: "周末", En: "weekend"},
		"2027-02-08": {},
		"0001-01-06": {Kind: Weekend, Rest: true, Zh: "周末", En: "weekend"},
		"9999-12-31": {},
	} {
		if diff := cmp.Diff(want, c.On(day(t, s))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
	}
	if got := c.On(day(t, "2014-04-02")); got.Known {
		t.Errorf("2014 has no table: %+v", got)
	}
}

func TestWords(t *testing.T) {
	for k := Working; k <= Moved; k++ {
		if k.String() == "" || k.Zh() == "" || k.En() == "" {
			t.Errorf("kind %d lacks a name", k)
		}
	}
	for _, m := range []MovedWeekend{MovedWorking, MovedRest} {
		if got, err := ParseMovedWeekend(m.String()); err != nil || got != m {
			t.Errorf("%s parses as %v, %v", m, got, err)
		}
	}
	if got, err := ParseMovedWeekend("working"); err != nil || got != MovedWorking {
		t.Errorf("working parses as %v, %v", got, err)
	}
	if _, err := ParseMovedWeekend("maybe"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("maybe: %v", err)
	}
}

const table2030 = `year: 2030
title: 2030年通知
announced: 2029-11-01
verified: 测试
holidays:
  - {zh: 元旦, en: New Year, days: 2029-12-31..2030-01-01, work: [2029-12-29]}
`

const table2019 = `year: 2019
title: 2019年通知
announced: 2018-11-01
verified: 测试
holidays:
  - {zh: 元旦, en: New Year, days: 2019-01-01}
`

func TestOverlay(t *testing.T) {
	c := builtIn(t)
	if same, err := c.Overlay(fstest.MapFS{}); err != nil || same != c {
		t.Errorf("no folder: %p, %v, want %p", same, err, c)
	}
	o, err := c.Overlay(fstest.MapFS{
		"calendar/2019.yaml": {Data: []byte(table2019)},
		"calendar/2030.yaml": {Data: []byte(table2030)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string][2]bool{ // built in, overlaid
		"2018-12-29": {false, true}, // a Saturday that 2019's table worked
		"2018-12-31": {true, false}, // a Monday that it gave free
		"2018-10-01": {true, true},  // another year
		"2019-01-01": {true, true},
		"2019-10-01": {true, false}, // the whole year is replaced
		"2028-10-02": {true, true},  // no table between 2026 and 2030
		"2029-12-29": {true, false}, // a Saturday that 2030's table works
		"2029-12-31": {false, true}, // a Monday
		"2030-10-01": {true, false}, // 2030's table has no National Day
		"2031-05-01": {true, true},  // beyond the last table
	} {
		d := day(t, s)
		if got := [2]bool{c.Rest(d), o.Rest(d)}; got != want {
			t.Errorf("%s: built in and overlaid %v, want %v", s, got, want)
		}
	}
	if c.Known(day(t, "2030-06-03")) || !o.Known(day(t, "2030-06-03")) || o.Known(day(t, "2029-12-31")) {
		t.Error("Known must go by the calendar year's own table")
	}
	if got := len(o.Years()) - len(c.Years()); got != 1 {
		t.Errorf("overlay adds %d years, want 1", got)
	}
}

func TestYears(t *testing.T) {
	years := builtIn(t).Years()
	if len(years) != 12 || years[0].Year != 2015 || years[11].Year != 2026 {
		t.Fatalf("years: %d", len(years))
	}
	for _, y := range years {
		if len(y.Holidays) < 6 || y.Number == "" || y.Verified == "" || len(y.Moved()) == 0 {
			t.Errorf("%d is incomplete", y.Year)
		}
	}
	want := []pil.Day{day(t, "2019-04-28"), day(t, "2019-05-05")}
	if diff := cmp.Diff(want, years[4].Changes[0].Moved()); diff != "" {
		t.Errorf("2019's change (-want +got):\n%s", diff)
	}
}

var (
	days    = rapid.Int32Range(1, int32(pil.MaxDay)-400)
	readers = rapid.SampledFrom([]Options{{}, {Moved: MovedRest}, {Region: "45"}, {Region: "513401", Moved: MovedRest}})
)

// anyDay draws from the tables' years half the time and from all years else.
func anyDay(rt *rapid.T) pil.Day {
	near := rapid.Int32Range(int32(pil.Date(2014, 12, 1)), int32(pil.Date(2027, 2, 1)))
	return pil.Day(rapid.OneOf(near, days).Draw(rt, "day"))
}

func TestRollProperties(t *testing.T) {
	c := builtIn(t)
	rapid.Check(t, func(rt *rapid.T) {
		c, d := c.With(readers.Draw(rt, "options")), anyDay(rt)
		due := c.Roll(d)
		if due < d || c.Rest(due) || due > d+30 {
			rt.Fatalf("Roll(%s) = %s", d, due)
		}
		for between := d; between < due; between++ {
			if !c.Rest(between) {
				rt.Fatalf("Roll(%s) = %s skips the working day %s", d, due, between)
			}
		}
		if c.Roll(due) != due {
			rt.Fatalf("Roll(%s) moves again", due)
		}
		if got := c.On(d); got.Rest != c.Rest(d) {
			rt.Fatalf("On(%s) and Rest disagree: %+v", d, got)
		}
	})
}

func TestAddWorkingProperties(t *testing.T) {
	c := builtIn(t)
	rapid.Check(t, func(rt *rapid.T) {
		c, d := c.With(readers.Draw(rt, "options")), anyDay(rt)
		n := rapid.IntRange(1, 60).Draw(rt, "n")
		last := c.AddWorking(d, n)
		working := 0
		for between := d + 1; between <= last; between++ {
			if !c.Rest(between) {
				working++
			}
		}
		if working != n || c.Rest(last) {
			rt.Fatalf("AddWorking(%s, %d) = %s, %d working days later", d, n, last, working)
		}
		if c.AddWorking(d, n-1) >= last || c.AddWorking(d+1, n) < last {
			rt.Fatalf("AddWorking is not monotone at %s, %d", d, n)
		}
	})
}

// The other reading only ever adds rest days, and only weekends.
func TestMovedRestAddsWeekends(t *testing.T) {
	c := builtIn(t)
	moved := c.With(Options{Moved: MovedRest})
	for d := pil.Date(2014, 12, 1); d < pil.Date(2028, 1, 1); d++ {
		if c.Rest(d) && !moved.Rest(d) || c.Rest(d) != moved.Rest(d) && !d.Weekend() || d.Weekend() && !moved.Rest(d) {
			t.Errorf("%s: %v, other reading %v", d, c.Rest(d), moved.Rest(d))
		}
	}
}

func BenchmarkRest(b *testing.B) {
	c, d := builtIn(b), pil.Date(2026, 2, 17)
	b.ReportAllocs()
	for b.Loop() {
		c.Rest(d)
	}
}

func BenchmarkRestWithoutTable(b *testing.B) {
	c, d := builtIn(b), pil.Date(2030, 10, 1)
	b.ReportAllocs()
	for b.Loop() {
		c.Rest(d)
	}
}

func BenchmarkRoll(b *testing.B) {
	c, d := builtIn(b), pil.Date(2026, 2, 15)
	b.ReportAllocs()
	for b.Loop() {
		c.Roll(d)
	}
}

func BenchmarkWith(b *testing.B) {
	c := builtIn(b)
	for b.Loop() {
		c.With(Options{Region: "45"})
	}
}
