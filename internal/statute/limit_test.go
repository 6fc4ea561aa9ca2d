package statute_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/calendar"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/law"
)

var loadBuiltIn = sync.OnceValues(func() (*statute.Law, error) { return statute.Load(law.FS) })

// builtIn is the law as delivered.
func builtIn(t testing.TB) *statute.Law {
	t.Helper()
	l, err := loadBuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// on is a day the test knows to be one.
func on(t testing.TB, s string) pil.Day {
	t.Helper()
	d, err := pil.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func spans(t testing.TB, texts ...string) (all []pil.Span) {
	t.Helper()
	for _, text := range texts {
		s, err := pil.ParseSpan(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// count counts a limit of the law that is there, by a question that has an answer.
func count(t testing.TB, l *statute.Law, id string, q statute.Question) statute.Due {
	t.Helper()
	m := l.Limit(id)
	if m == nil {
		t.Fatalf("no limit %s", id)
	}
	d, err := m.Count(l.Calendar, q)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The vectors were worked out by hand from the texts and the holiday notices, not with
// this code.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		ID          string
		Start       pil.Day
		Days        int
		Moved       string
		Raw, Due    pil.Day
		Safe        pil.Day // of a Before limit
		Provisional bool
		Why         string
	}
	in := json.NewDecoder(strings.NewReader(string(text)))
	in.DisallowUnknownFields()
	if err := in.Decode(&vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 96 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	l := builtIn(t)
	rest := l.Calendar.With(calendar.Options{Moved: calendar.MovedRest})
	for _, v := range vectors {
		m := l.Limit(v.ID)
		if m == nil {
			t.Errorf("no limit %s", v.ID)
			continue
		}
		cal := l.Calendar
		if v.Moved == "rest" {
			cal = rest
		}
		d, err := m.Count(cal, statute.Question{Start: v.Start, Days: v.Days})
		if err != nil {
			t.Errorf("%s from %s: %v", v.ID, v.Start, err)
			continue
		}
		if d.Raw != v.Raw || d.Due != v.Due || d.Provisional != v.Provisional || d.Start != v.Start || d.Limit != m {
			t.Errorf("%s from %s %s: raw %s, due %s, provisional %t; want %s, %s, %t: %s", v.ID, v.Start, v.Moved, d.Raw, d.Due, d.Provisional, v.Raw, v.Due, v.Provisional, v.Why)
		}
		if v.Safe != 0 && (m.Kind != statute.Before || d.Due-1 != v.Safe || !strings.Contains(l.Explain(d).Zh, v.Safe.String())) {
			t.Errorf("%s from %s: the safe day %s is not told", v.ID, v.Start, v.Safe)
		}
	}
}

// Periods that begin where another ends,
// and of extensions: these lengthen the period, they do not follow it.
func TestChains(t *testing.T) {
	l := builtIn(t)
	chief := []statute.Grant{{Months: 1, By: "chief", Cite: "R47"}}
	for _, c := range []struct {
		name, first, start, end string
		next                    string
		extend                  []statute.Grant
		raw, due                string
	}{
		{"two months, then one month", "D07", "2026-11-25", "2027-01-25", "D09", nil, "2027-02-25", "2027-02-25"},
		{"two months, then a month, extended", "D07", "2026-11-25", "2027-01-25", "D09", chief, "2027-03-25", "2027-03-25"},
		{"thirty days, then three months", "D10", "2026-11-23", "2026-12-23", "D11", nil, "2027-03-23", "2027-03-23"},
		{"from the rolled end", "D07", "2023-12-14", "2024-02-18", "D09", nil, "2024-03-18", "2024-03-18"}, // 02-14 would give 03-14
		{"from the rolled end, civil", "D10", "2024-04-01", "2024-05-06", "D11", nil, "2024-08-06", "2024-08-06"},
		{"extended over a holiday", "D07", "2023-10-31", "2024-01-02", "D09", chief, "2024-03-02", "2024-03-04"},
		{"extended past the clamp", "D10", "2023-10-31", "2023-11-30", "D11", chief, "2024-03-30", "2024-04-01"}, // 02-29 + 1 month would be 03-29
	} {
		t.Run(c.name, func(t *testing.T) {
			first := count(t, l, c.first, statute.Question{Start: on(t, c.start)})
			if first.Due.String() != c.end {
				t.Fatalf("%s ends on %s, want %s", c.first, first.Due, c.end)
			}
			if after := l.Limit(c.next).AfterLimit(); after == nil || after.ID != c.first {
				t.Fatalf("%s does not begin after %s", c.next, c.first)
			}
			next := count(t, l, c.next, statute.Question{Start: first.Due, Extend: c.extend})
			if next.Raw.String() != c.raw || next.Due.String() != c.due {
				t.Errorf("%s ends on %s, %s; want %s, %s", c.next, next.Raw, next.Due, c.raw, c.due)
			}
		})
	}
	t.Run("clamped once", func(t *testing.T) {
		// 01-31 + 1 = 02-29, and + 2 = 03-31: not 02-29 + 1 month = 03-29.
		d := count(t, l, "D09", statute.Question{Start: on(t, "2024-01-31"), Extend: chief})
		if d.Raw.String() != "2024-03-31" || d.Due.String() != "2024-04-01" {
			t.Errorf("ends on %s, %s; want 2024-03-31, 2024-04-01", d.Raw, d.Due)
		}
	})
	t.Run("rolled once", func(t *testing.T) {
		// 2023-09-30 lies in the National Day week, but is not the end any more.
		d := count(t, l, "D09", statute.Question{Start: on(t, "2023-08-30"), Extend: chief})
		if d.Raw.String() != "2023-10-30" || d.Due != d.Raw {
			t.Errorf("ends on %s, %s; want 2023-10-30", d.Raw, d.Due)
		}
	})
}

func TestExclusionByHand(t *testing.T) {
	l := builtIn(t)
	// One month from Friday 2024-03-01 ends on Monday 2024-04-01.
	for _, c := range []struct {
		name     string
		exclude  []string
		raw, due string
		added    int
	}{
		{"none", nil, "2024-04-01", "2024-04-01", 0},
		{"ten days inside", []string{"2024-03-11..2024-03-20"}, "2024-04-11", "2024-04-11", 10},
		{"one day", []string{"2024-03-11"}, "2024-04-02", "2024-04-02", 1},
		{"rolled after it is added", []string{"2024-03-11..2024-03-15"}, "2024-04-06", "2024-04-07", 5}, // Qingming; 04-07 is worked
		{"overlapping: the union, not the sum", []string{"2024-03-11..2024-03-20", "2024-03-16..2024-03-25"}, "2024-04-16", "2024-04-16", 15},
		{"one inside the other", []string{"2024-03-11..2024-03-20", "2024-03-12..2024-03-13"}, "2024-04-11", "2024-04-11", 10},
		{"began before the start: from the day after it", []string{"2024-02-01..2024-03-05"}, "2024-04-05", "2024-04-07", 4},
		{"over by the start", []string{"2024-02-01..2024-03-01"}, "2024-04-01", "2024-04-01", 0},
		{"began on the last day", []string{"2024-04-01..2024-04-03"}, "2024-04-04", "2024-04-07", 3},
		{"began after the end", []string{"2024-04-02..2024-04-20"}, "2024-04-01", "2024-04-01", 0},
		{"began in the days another added", []string{"2024-04-05..2024-04-06", "2024-03-11..2024-03-15"}, "2024-04-08", "2024-04-08", 7},
		{"reaches far past the end", []string{"2024-03-31..2024-12-31"}, "2025-01-02", "2025-01-02", 276},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := count(t, l, "D09", statute.Question{Start: on(t, "2024-03-01"), Exclude: spans(t, c.exclude...)})
			if d.Raw.String() != c.raw || d.Due.String() != c.due || d.Added != c.added {
				t.Errorf("ends on %s, %s, %d days added; want %s, %s, %d", d.Raw, d.Due, d.Added, c.raw, c.due, c.added)
			}
		})
	}
}

// Suspension adds days only where the data say that it does (R78 is silent).
func TestSuspension(t *testing.T) {
	l := builtIn(t)
	q := statute.Question{Start: on(t, "2024-03-01"), Suspend: spans(t, "2024-03-11..2024-03-20")}
	if d := count(t, l, "D07", q); d.Raw.String() != "2024-05-11" || d.Added != 10 {
		t.Errorf("effect add: ends on %s, %d days added", d.Raw, d.Added)
	}
	if d := count(t, l, "D08", q); d.Raw.String() != "2024-03-16" || d.Added != 0 {
		t.Errorf("D08 knows no suspension: ends on %s, %d days added", d.Raw, d.Added)
	}
	none := *l.Limit("D07")
	none.Suspend = &statute.Suspension{Cite: "R78", Effect: "none", Conf: statute.Reading}
	if d, err := none.Count(l.Calendar, q); err != nil || d.Raw.String() != "2024-05-01" || d.Added != 0 {
		t.Errorf("effect none: ends on %s, %d days added, %v", d.Raw, d.Added, err)
	}
	// Days that are excluded and suspended count once.
	q.Exclude = spans(t, "2024-03-16..2024-03-25")
	if d := count(t, l, "D09", q); d.Raw.String() != "2024-04-16" || d.Added != 15 {
		t.Errorf("with an exclusion: ends on %s, %d days added", d.Raw, d.Added)
	}
}

func TestVersionByTrigger(t *testing.T) {
	l := builtIn(t)
	for _, c := range []struct {
		id, start  string
		cite       string
		outOfForce bool
	}{
		{"D06", "2019-02-25", "JS21", true}, // nearest: the one that begins next day
		{"D06", "2019-02-26", "JS21", false},
		{"D06", "2021-06-30", "JS21", false}, // the running limit keeps its norms
		{"D06", "2021-07-01", "R75", false},
		{"D03", "2021-06-30", "R70", true},
		{"D03", "2021-07-01", "R70", false},
		{"PM40", "2017-06-30", "PM40", false},
		{"PM40", "2017-07-01", "PM40", true},
		{"PM40", "2015-12-23", "PM40", true},
	} {
		d := count(t, l, c.id, statute.Question{Start: on(t, c.start)})
		if !slices.Contains(d.Version.Cite, c.cite) || d.OutOfForce != c.outOfForce {
			t.Errorf("%s from %s: by %v, out of force %t; want %s, %t", c.id, c.start, d.Version.Cite, d.OutOfForce, c.cite, c.outOfForce)
		}
	}
	between := &statute.Limit{ID: "X", Kind: statute.ActBy, Vers: []*statute.LimitVersion{
		{Period: statute.Period{From: 100, To: 199}, Days: 1}, {Period: statute.Period{From: 300, To: 399}, Days: 2}, {Period: statute.Period{From: 500}, Days: 3},
	}}
	for start, days := range map[pil.Day]int{50: 1, 199: 1, 240: 1, 260: 2, 399: 2, 440: 2, 460: 3, 900: 3} {
		d, err := between.Count(l.Calendar, statute.Question{Start: start})
		if err != nil || d.Version.Days != days || d.OutOfForce != (between.VersionOn(start) == nil) {
			t.Errorf("from day %d: %+v, out of force %t, %v; want the version of %d", start, d.Version, d.OutOfForce, err, days)
		}
	}
}

func TestCountRefuses(t *testing.T) {
	l := builtIn(t)
	start := on(t, "2024-03-01")
	for _, c := range []struct {
		name, id string
		q        statute.Question
	}{
		{"stated length not given", "D34", statute.Question{Start: start}},
		{"stated length negative", "D34", statute.Question{Start: start, Days: -3}},
		{"stated length beyond all measure", "D34", statute.Question{Start: start, Days: 1 << 40}},
		{"length given though the law states it", "D07", statute.Question{Start: start, Days: 15}},
		{"no start", "D07", statute.Question{}},
		{"start before the calendar", "D07", statute.Question{Start: -5}},
		{"start at its end", "D07", statute.Question{Start: pil.MaxDay}},
		{"counted back before it", "D15", statute.Question{Start: 3}},
		{"extension that shortens", "D09", statute.Question{Start: start, Extend: []statute.Grant{{Months: -1}}}},
		{"extension beyond all measure", "D09", statute.Question{Start: start, Extend: []statute.Grant{{Months: 1 << 40}}}},
		{"exclusion to the end of the calendar", "D09", statute.Question{Start: start, Exclude: spans(t, "2024-03-11..9999-12-31")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := l.Limit(c.id).Count(l.Calendar, c.q)
			if pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("ends on %d, %v", d.Due, err)
			}
		})
	}
	if d := count(t, l, "D34", statute.Question{Start: start, Days: 1}); d.Raw != start+1 {
		t.Errorf("one stated day ends on %s", d.Raw)
	}
}

// question draws a start of the years that have tables and a few beyond, and
// now and then what moves an end.
func question(t *rapid.T, m *statute.Limit) statute.Question {
	q := plain(t, m)
	for range rapid.IntRange(0, 2).Draw(t, "extensions") {
		q.Extend = append(q.Extend, statute.Grant{Months: rapid.IntRange(1, 6).Draw(t, "months"), By: "chief", Cite: "R47"})
	}
	q.Exclude = pauses(t, q.Start, "exclude")
	q.Suspend = pauses(t, q.Start, "suspend")
	return q
}

func plain(t *rapid.T, m *statute.Limit) statute.Question {
	first, last := pil.Date(2015, 1, 1), pil.Date(2030, 12, 31)
	q := statute.Question{Start: pil.Day(rapid.Int32Range(int32(first), int32(last)).Draw(t, "start"))}
	if m.Vers[0].Stated {
		q.Days = rapid.IntRange(1, 60).Draw(t, "days")
	}
	return q
}

// pauses draws spans thick enough around the start that they meet.
func pauses(t *rapid.T, start pil.Day, label string) (all []pil.Span) {
	for range rapid.IntRange(0, 5).Draw(t, label) {
		from := start + pil.Day(rapid.Int32Range(-20, 150).Draw(t, label+" from"))
		all = append(all, pil.Between(from, from+pil.Day(rapid.Int32Range(0, 30).Draw(t, label+" length"))))
	}
	return all
}

func ofKind(l *statute.Law, kinds ...statute.Kind) *rapid.Generator[*statute.Limit] {
	var some []*statute.Limit
	for _, m := range l.Limits {
		if slices.Contains(kinds, m.Kind) {
			some = append(some, m)
		}
	}
	return rapid.SampledFrom(some)
}

// must counts inside a property.
func must(t *rapid.T, m *statute.Limit, cal *calendar.Calendar, q statute.Question) statute.Due {
	d, err := m.Count(cal, q)
	if err != nil {
		t.Fatalf("%s: %v", m.ID, err)
	}
	return d
}

// ways are the readings of the calendar; a property holds under each.
func ways(l *statute.Law) *rapid.Generator[*calendar.Calendar] {
	return rapid.SampledFrom([]*calendar.Calendar{
		l.Calendar, l.Calendar.With(calendar.Options{Moved: calendar.MovedRest}),
		l.Calendar.With(calendar.Options{Region: "45"}), l.Calendar.AsAnnounced(),
	})
}

func TestRollingLimits(t *testing.T) {
	l := builtIn(t)
	limits, ways := ofKind(l, statute.ActBy, statute.Wait), ways(l)
	rapid.Check(t, func(t *rapid.T) {
		m, cal := limits.Draw(t, "limit"), ways.Draw(t, "calendar")
		d := must(t, m, cal, question(t, m))
		if d.Raw <= d.Start || d.Due < d.Raw || cal.Rest(d.Due) {
			t.Fatalf("%s from %s: raw %s, due %s", m.ID, d.Start, d.Raw.Zh(), d.Due.Zh())
		}
		for day := d.Raw; day < d.Due; day++ {
			if !cal.Rest(day) {
				t.Fatalf("%s from %s: %s is no rest day, yet the end moved past it to %s", m.ID, d.Start, day.Zh(), d.Due.Zh())
			}
		}
		if d.Provisional != (!cal.Known(d.Raw) || !cal.Known(d.Due)) {
			t.Fatalf("%s from %s to %s: provisional %t", m.ID, d.Start, d.Due, d.Provisional)
		}
	})
}

// Without pauses a later start never gives an earlier end. (With them it may,
// by the days the months clamp away: 01-30 and 01-31 both end on 02-28, and an
// exclusion that covers 01-31 helps the first only.)
func TestEndsGrowWithStarts(t *testing.T) {
	l := builtIn(t)
	limits, ways := rapid.SampledFrom(l.Limits), ways(l)
	rapid.Check(t, func(t *rapid.T) {
		m, cal := limits.Draw(t, "limit"), ways.Draw(t, "calendar")
		q := plain(t, m)
		early := must(t, m, cal, q)
		q.Start += pil.Day(rapid.Int32Range(1, 40).Draw(t, "later"))
		if late := must(t, m, cal, q); late.Due < early.Due || late.Raw < early.Raw {
			t.Fatalf("%s from %s ends on %s, from %s on %s", m.ID, early.Start, early.Due, late.Start, late.Due)
		}
	})
}

func TestLimitsThatNeverRoll(t *testing.T) {
	l := builtIn(t)
	limits, ways := ofKind(l, statute.KeepAtLeast, statute.Before), ways(l)
	rapid.Check(t, func(t *rapid.T) {
		m, cal := limits.Draw(t, "limit"), ways.Draw(t, "calendar")
		q := plain(t, m)
		d := must(t, m, cal, q)
		v := d.Version
		want := q.Start.AddMonths(v.Months+12*v.Years) + pil.Day(v.Days)
		if m.Kind == statute.Before {
			want = q.Start - pil.Day(v.Days)
		}
		if d.Raw != want || d.Due != want || d.Provisional {
			t.Fatalf("%s from %s: raw %s, due %s, provisional %t; want %s", m.ID, q.Start, d.Raw, d.Due, d.Provisional, want)
		}
	})
}

func TestWorkingDaysAreCounted(t *testing.T) {
	l := builtIn(t)
	limits, ways := ofKind(l, statute.WorkingDays), ways(l)
	rapid.Check(t, func(t *rapid.T) {
		m, cal := limits.Draw(t, "limit"), ways.Draw(t, "calendar")
		d := must(t, m, cal, plain(t, m))
		worked := 0
		for day := d.Start + 1; day <= d.Due; day++ {
			if !cal.Rest(day) {
				worked++
			}
		}
		if worked != d.Version.Days || cal.Rest(d.Due) {
			t.Fatalf("%s from %s to %s: %d working days, want %d", m.ID, d.Start, d.Due.Zh(), worked, d.Version.Days)
		}
	})
}

func TestExtensionNeverShortens(t *testing.T) {
	l := builtIn(t)
	limits := ofKind(l, statute.ActBy, statute.Wait)
	rapid.Check(t, func(t *rapid.T) {
		m := limits.Draw(t, "limit")
		q := question(t, m)
		before := must(t, m, l.Calendar, q)
		q.Extend = append(slices.Clone(q.Extend), statute.Grant{Months: rapid.IntRange(1, 12).Draw(t, "more"), By: "higher-office", Cite: "R47"})
		if after := must(t, m, l.Calendar, q); after.Due < before.Due || after.Raw <= before.Raw {
			t.Fatalf("%s from %s ends on %s, extended on %s", m.ID, q.Start, before.Raw, after.Raw)
		}
	})
}

// The rule of R48 said the other way round: the end is the day on which as many
// days have counted as the plain period has.
func TestExclusionsAgainstWalking(t *testing.T) {
	l := builtIn(t)
	limits := ofKind(l, statute.ActBy, statute.Wait, statute.KeepAtLeast)
	rapid.Check(t, func(t *rapid.T) {
		m := limits.Draw(t, "limit")
		q := question(t, m)
		d := must(t, m, l.Calendar, q)
		counts := func(day pil.Day) bool {
			all := q.Exclude
			if m.Suspend != nil && m.Suspend.Effect == "add" {
				all = append(slices.Clone(all), q.Suspend...)
			}
			return !slices.ContainsFunc(all, func(s pil.Span) bool { return s.From <= day && day <= s.To })
		}
		bare := q
		bare.Exclude, bare.Suspend = nil, nil
		left := must(t, m, l.Calendar, bare).Raw - q.Start
		end, passed := q.Start, 0
		for left > 0 {
			if end++; counts(end) {
				left--
			} else {
				passed++
			}
		}
		if d.Raw != end || d.Added != passed {
			t.Fatalf("%s from %s: raw %s, %d added; want %s, %d", m.ID, q.Start, d.Raw, d.Added, end, passed)
		}
	})
}

func TestExclusionsHoweverTheyAreEntered(t *testing.T) {
	l := builtIn(t)
	limits := ofKind(l, statute.ActBy, statute.Wait)
	rapid.Check(t, func(t *rapid.T) {
		m := limits.Draw(t, "limit")
		q := question(t, m)
		given := slices.Clone(q.Exclude)
		want := must(t, m, l.Calendar, q)

		var other []pil.Span
		for _, s := range rapid.Permutation(q.Exclude).Draw(t, "order") {
			switch rapid.IntRange(0, 2).Draw(t, "entered") {
			case 0: // in two pieces that touch
				at := s.From + pil.Day(rapid.Int32Range(0, int32(s.To-s.From)).Draw(t, "cut"))
				other = append(other, pil.Between(s.From, at))
				if at < s.To {
					other = append(other, pil.Between(at+1, s.To))
				}
			case 1: // twice
				other = append(other, s, s)
			default:
				other = append(other, s)
			}
		}
		again := q
		again.Exclude = other
		got := must(t, m, l.Calendar, again)
		if got.Raw != want.Raw || got.Due != want.Due || got.Added != want.Added {
			t.Fatalf("%s: %v ends on %s (+%d), %v on %s (+%d)", m.ID, q.Exclude, want.Due, want.Added, other, got.Due, got.Added)
		}
		if diff := cmp.Diff(given, q.Exclude); diff != "" {
			t.Fatalf("Count changed the question (-before +after):\n%s", diff)
		}
	})
}

func TestOneMoreExclusion(t *testing.T) {
	l := builtIn(t)
	limits := ofKind(l, statute.ActBy, statute.Wait)
	rapid.Check(t, func(t *rapid.T) {
		m := limits.Draw(t, "limit")
		q := question(t, m)
		before := must(t, m, l.Calendar, q)
		from := q.Start + pil.Day(rapid.Int32Range(-20, 400).Draw(t, "from"))
		more := pil.Between(from, from+pil.Day(rapid.Int32Range(0, 60).Draw(t, "length")))
		q.Exclude = append(slices.Clone(q.Exclude), more)
		after := must(t, m, l.Calendar, q)
		switch {
		case after.Raw < before.Raw || after.Due < before.Due:
			t.Fatalf("%s: %v moved the end from %s to %s", m.ID, more, before.Due, after.Due)
		case more.From > before.Raw && after.Raw != before.Raw:
			t.Fatalf("%s: %v began after the end %s, yet moved it to %s", m.ID, more, before.Raw, after.Raw)
		}
	})
}

func TestRestIsNeverEarlierThanWork(t *testing.T) {
	l := builtIn(t)
	limits := rapid.SampledFrom(l.Limits)
	rest := l.Calendar.With(calendar.Options{Moved: calendar.MovedRest})
	rapid.Check(t, func(t *rapid.T) {
		m := limits.Draw(t, "limit")
		work := must(t, m, l.Calendar, question(t, m))
		if other := work.With(rest); other.Due < work.Due || m.Kind != statute.WorkingDays && other.Raw != work.Raw {
			t.Fatalf("%s from %s: work %s, rest %s", m.ID, work.Start, work.Due, other.Due)
		}
	})
}

// newTable is a table of 2027 that makes Monday 2027-03-01, where D07 from
// 2026-12-31 ends without one, a rest day.
var newTable = fstest.MapFS{"calendar/2027.yaml": {Data: []byte(`year: 2027
title: 关于2027年部分节假日安排的通知
announced: 2026-11-04
verified: 测试
holidays:
  - {zh: 测试节, en: Test Day, days: 2027-03-01..2027-03-02}
`)}}

// A notice that appears while a limit runs changes the holidays, not the start
// or the length.
func TestMoved(t *testing.T) {
	l := builtIn(t)
	next, err := statute.LoadWith(law.FS, newTable)
	if err != nil {
		t.Fatal(err)
	}
	before := count(t, l, "D07", statute.Question{Start: on(t, "2026-12-31")})
	after := before.With(next.Calendar)
	if !before.Provisional || after.Provisional || before.Raw != after.Raw {
		t.Errorf("provisional %t, then %t; raw %s, then %s", before.Provisional, after.Provisional, before.Raw, after.Raw)
	}
	got, ok := statute.Moved(before, after)
	want := statute.Text{
		Zh: "D07：放假安排变动，届满日由 2027-03-01（周一） 改为 2027-03-03（周三）",
		En: "D07: the holiday table changed; the end moved from 2027-03-01 (Mon) to 2027-03-03 (Wed)",
	}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%t (-want +got):\n%s", ok, diff)
	}
	stays := count(t, l, "D07", statute.Question{Start: on(t, "2026-11-25")})
	if got, ok := statute.Moved(stays, stays.With(next.Calendar)); ok || got != (statute.Text{}) {
		t.Errorf("an end that stayed is said to have moved: %s", got.Zh)
	}
	// What was allowed and excluded is counted again too.
	q := statute.Question{Start: on(t, "2026-11-30"), Extend: []statute.Grant{{Months: 1}}, Exclude: spans(t, "2026-12-01..2027-01-29")}
	moved := count(t, l, "D09", q).With(next.Calendar)
	if direct := count(t, next, "D09", q); moved.Due != direct.Due || moved.Added != direct.Added {
		t.Errorf("counted again %s, counted afresh %s", moved.Due, direct.Due)
	}
}

// An end is provisional where a year on either side of the rolling has no
// table, and the missing year is the one that is named.
func TestProvisionalOnEitherSide(t *testing.T) {
	l, err := statute.LoadWith(law.FS, fstest.MapFS{"calendar/2028.yaml": {Data: []byte(`year: 2028
title: 关于2028年部分节假日安排的通知
announced: 2027-11-04
verified: 测试
holidays:
  - {zh: 元旦, en: New Year's Day, days: 2027-12-31..2028-01-02}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		start, raw, due string
		missing         string
	}{
		{"2027-10-31", "2027-12-31", "2028-01-03", "2027"},
		{"2027-11-04", "2028-01-04", "2028-01-04", ""},
		{"2026-10-31", "2026-12-31", "2026-12-31", ""},
		{"2028-10-31", "2028-12-31", "2029-01-02", "2029"},
	} {
		d := count(t, l, "D07", statute.Question{Start: on(t, c.start)})
		if d.Raw.String() != c.raw || d.Due.String() != c.due || d.Provisional != (c.missing != "") {
			t.Errorf("from %s: raw %s, due %s, provisional %t; want %s, %s, %t", c.start, d.Raw, d.Due, d.Provisional, c.raw, c.due, c.missing != "")
		}
		if c.missing != "" && !strings.Contains(l.Explain(d).Zh, c.missing+"年放假安排尚未收录") {
			t.Errorf("from %s: the year %s is not named: %s", c.start, c.missing, l.Explain(d).Zh)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	l := builtIn(b)
	for _, c := range []struct {
		name, id string
		q        statute.Question
	}{
		{"plain", "D07", statute.Question{Start: on(b, "2023-12-14")}},
		{"pauses", "D09", statute.Question{
			Start:   on(b, "2023-12-14"),
			Extend:  []statute.Grant{{Months: 1, By: "chief", Cite: "R47"}},
			Exclude: spans(b, "2024-02-01..2024-02-20", "2023-12-20..2024-01-05", "2024-01-03..2024-01-10"),
			Suspend: spans(b, "2024-01-08..2024-01-15"),
		}},
		{"working-days", "D36", statute.Question{Start: on(b, "2025-09-15")}},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := l.Limit(c.id)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Count(l.Calendar, c.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
