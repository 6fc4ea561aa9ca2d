package docket_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/calendar"
	"shouhu/internal/docket"
	"shouhu/internal/golden"
	"shouhu/internal/statute"
	"shouhu/law"
)

const cases = "../../testdata/"

func loadLaw(t testing.TB) *statute.Law {
	t.Helper()
	l, err := statute.Load(law.FS)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func replayFile(t testing.TB, l *statute.Law, file string) *docket.Report {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := docket.ParseTimeline(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return docket.Replay(l, tl)
}

func files(t testing.TB, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(cases + pattern)
	if err != nil || len(list) == 0 {
		t.Fatalf("no files for %s: %v", pattern, err)
	}
	return list
}

// TestPublishedCases holds every one of the 42 published cases to a golden file
// that was read against its text.
func TestPublishedCases(t *testing.T) {
	l := loadLaw(t)
	for _, file := range files(t, "cases/*.yaml") {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			got := describe(l, replayFile(t, l, file).JSON())
			golden.Check(t, "cases/"+name+".txt", got)
		})
	}
}

// describe writes a report the way a lawyer reads it.
func describe(l *statute.Law, r docket.ReportJSON) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.ID, r.Title)
	for _, track := range r.Tracks {
		p := l.Procedure(track)
		fmt.Fprintf(&b, "%s → %s %s (规范 %s)\n", track, r.States[track], p.State(r.States[track]).Zh, r.Rules[track])
	}
	for _, ln := range r.Lines {
		if ln.Respondent != "" {
			fmt.Fprintf(&b, "  线 %s · %s → %s %s\n", ln.Track, ln.Respondent, ln.State, ln.Ground)
		}
	}
	if r.Paid != "" {
		fmt.Fprintf(&b, "已付 %s\n", r.Paid)
	}
	b.WriteString("\n")
	for _, e := range r.Events {
		from, to := "?", "?"
		if e.From != nil {
			from, to = e.From.String(), e.To.String()
		}
		fmt.Fprintf(&b, "%2d %s..%s %s ⇒ %s [%s %s]\n", e.Index, from, to, e.Label, e.Act, e.Track, e.State)
	}
	b.WriteString("\n")
	for _, d := range r.Deadlines {
		due := "?"
		if d.DueFrom != nil {
			due = d.DueFrom.String()
			if d.DueTo == nil {
				due += "..?"
			} else if *d.DueTo != *d.DueFrom {
				due += ".." + d.DueTo.String()
			}
		}
		fmt.Fprintf(&b, "%s %s %s 届满 %s %s %v\n   %s\n   %s\n", d.ID, d.Track, d.Addressee, due, d.Met, d.Basis, d.Explain, d.ExplainEn)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "[%s %s] %s %v %v\n", f.Level, f.Code, f.Message, f.Basis, f.Cure)
	}
	return b.String()
}

// TestPlaced: at least 95 % of the published events are placed or background.
func TestPlaced(t *testing.T) {
	l := loadLaw(t)
	for _, set := range []string{"cases/*.yaml", "more/*.yaml", "altered/*.yaml"} {
		placed, all := 0, 0
		for _, file := range files(t, set) {
			p, n := replayFile(t, l, file).Placeable()
			placed, all = placed+p, all+n
		}
		if placed*100 < all*95 {
			t.Errorf("%s: %d of %d events placed", set, placed, all)
		}
	}
}

// verdict is one line of the verdicts on published cases.
type verdict struct {
	id        string
	tracks    []string
	state     string
	deadlines []string // "D07 2021-10-08..2021-11-01 unknown"
	absent    []string // limits that must not run
	findings  []string // "warning agency_late agency", beside info
	info      []string // info codes that must be there
}

// TestVerdicts holds the verdicts on published cases exactly.
func TestVerdicts(t *testing.T) {
	l := loadLaw(t)
	for _, v := range []verdict{
		{id: "SEED-1", tracks: []string{"criminal-incidental"}, state: "judged", deadlines: []string{"D10 ? unknown"}, absent: []string{"D28", "D11"}},
		{id: "SEED-2", tracks: []string{"civil"}, state: "terminated", absent: []string{"D10", "D11"}},
		{id: "SEED-3", tracks: []string{"administrative"}, state: "rectified-reported", deadlines: []string{"D07 2021-10-08..2021-11-01 unknown"}},
		{id: "PI-23", tracks: []string{"administrative"}, state: "rectified-reported", deadlines: []string{"D07 2021-10-08..2021-11-01 unknown"}},
		{id: "SEED-4", tracks: []string{"administrative"}, state: "rectified", deadlines: []string{"D07 2022-02-10 unknown"}},
		{id: "SEED-5", tracks: []string{"administrative"}, state: "look-back"},
		{id: "PI-06", tracks: []string{"administrative"}, state: "sued", deadlines: []string{"D05 2023-07-03 yes", "D07 2023-08-30 unknown", "D09 2023-10-07 yes"}, findings: []string{"warning replied_not_rectified agency"}},
		{id: "PI-32", tracks: []string{"administrative"}, state: "replied", deadlines: []string{"D07 2024-06-18 no"}, findings: []string{"warning agency_late agency"}},
		{id: "OT-21", tracks: []string{"civil"}, state: "sued", absent: []string{"D10"}, info: []string{"implied"}},
		{id: "PI-15", tracks: []string{"criminal-incidental"}, state: "judged", deadlines: []string{"D10 ? unknown"}, absent: []string{"D28"}, info: []string{"suit_after_indictment"}},
		{id: "PI-28", tracks: []string{"administrative"}, state: "look-back", deadlines: []string{"D07 2019-03-15 unknown"}},
		{id: "PI-10", tracks: []string{"civil"}, state: "look-back", absent: []string{"D07", "D09"}},
		{id: "PI-04", tracks: []string{"administrative"}, state: "rectified-reported", deadlines: []string{"D07 2024-02-18 unknown", "D07 2024-02-18 unknown"}},
	} {
		t.Run(v.id, func(t *testing.T) {
			r := replayFile(t, l, cases+"cases/"+v.id+".yaml").JSON()
			if diff := cmp.Diff(v.tracks, r.Tracks); diff != "" {
				t.Error(diff)
			}
			if r.State != v.state {
				t.Errorf("state %s, want %s", r.State, v.state)
			}
			if diff := cmp.Diff(v.deadlines, deadlineLines(r)); diff != "" {
				t.Errorf("deadlines (-want +got):\n%s", diff)
			}
			var grave, info []string
			for _, f := range r.Findings {
				if f.Level == docket.Info {
					info = append(info, string(f.Code))
				} else {
					grave = append(grave, fmt.Sprintf("%s %s %s", f.Level, f.Code, f.Against))
				}
			}
			if diff := cmp.Diff(v.findings, grave); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, code := range v.info {
				if !slices.Contains(info, code) {
					t.Errorf("no finding %s in %v", code, info)
				}
			}
			for _, d := range r.Deadlines {
				if slices.Contains(v.absent, d.ID) {
					t.Errorf("%s must not run", d.ID)
				}
			}
		})
	}
}

func deadlineLines(r docket.ReportJSON) []string {
	var out []string
	for _, d := range r.Deadlines {
		due := "?"
		if d.DueFrom != nil {
			due = d.DueFrom.String()
			if d.DueTo != nil && *d.DueTo != *d.DueFrom {
				due += ".." + d.DueTo.String()
			}
		}
		out = append(out, fmt.Sprintf("%s %s %s", d.ID, due, d.Met))
	}
	return out
}

// TestNewspaperEnds: each matter of the newspaper page ends where the page ends.
func TestNewspaperEnds(t *testing.T) {
	l := loadLaw(t)
	rugao := replayFile(t, l, cases+"cases/SEED-2.yaml").JSON()
	if rugao.Paid != "5,199.50" {
		t.Errorf("paid %s", rugao.Paid)
	}
	var ends []string
	for _, ln := range rugao.Lines {
		ends = append(ends, ln.Respondent+" "+ln.State+" "+ln.Ground)
	}
	if diff := cmp.Diff([]string{"周某 terminated JSU-paid", "许某 terminated JSU-paid", "仇某 clue "}, ends); diff != "" {
		t.Error(diff)
	}
	if got := replayFile(t, l, cases+"cases/SEED-3.yaml").JSON().Rules["administrative"]; got != "R2021" {
		t.Errorf("the Xuhui recommendation falls under %s, want R2021", got)
	}
	queshan := replayFile(t, l, cases+"cases/SEED-4.yaml").JSON()
	for _, e := range queshan.Events {
		if e.Act == "look-back" || e.Act == "terminate" {
			t.Errorf("the page tells of no %s", e.Act)
		}
	}
}

// TestMovedWeekendRest holds the verdicts under the other reading of moved
// working weekends.
func TestMovedWeekendRest(t *testing.T) {
	l := loadLaw(t)
	l.Calendar = l.Calendar.With(calendar.Options{Moved: calendar.MovedRest})
	for id, want := range map[string]string{"PI-06": "D09 2023-10-09 yes", "PI-04": "D07 2024-02-19 unknown"} {
		if got := deadlineLines(replayFile(t, l, cases+"cases/"+id+".yaml").JSON()); !slices.Contains(got, want) {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
}

// expectation is what a case made for examination must show.
type expectation struct {
	Tracks      []string           `json:"tracks"`
	Background  []int              `json:"background"`
	NoBreach    *bool              `json:"no_breach"`
	MustFind    []wanted           `json:"must_find"`
	Forbidden   []wanted           `json:"forbidden"`
	Deadlines   []expectedDeadline `json:"deadlines"`
	NoDeadlines []string           `json:"no_deadlines"`
}

type wanted struct {
	Code    *string  `json:"code"`
	Or      []string `json:"or"`
	Level   *string  `json:"level"`
	Against *string  `json:"against"`
}

type expectedDeadline struct {
	ID      string  `json:"id"`
	DueFrom *string `json:"due_from"`
	DueTo   *string `json:"due_to"`
	Met     *string `json:"met"`
}

func (w wanted) is(f docket.Finding) bool {
	code := w.Code == nil || *w.Code == string(f.Code) || slices.Contains(w.Or, string(f.Code))
	return code && (w.Level == nil || *w.Level == string(f.Level)) && (w.Against == nil || *w.Against == f.Against)
}

// TestExamination replays cases that were published elsewhere and altered ones
// — suits too early, filings too late, replies on the last day, norms not yet in
// force — against expectations written from the law, not from the program.
func TestExamination(t *testing.T) {
	l := loadLaw(t)
	for _, file := range append(files(t, "more/*.yaml"), files(t, "altered/*.yaml")...) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(strings.TrimSuffix(file, ".yaml") + ".expect.json")
			if err != nil {
				t.Fatal(err)
			}
			var want expectation
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			examine(t, replayFile(t, l, file).JSON(), want)
		})
	}
}

func examine(t *testing.T, r docket.ReportJSON, want expectation) {
	if diff := cmp.Diff(want.Tracks, r.Tracks); diff != "" {
		t.Errorf("tracks: %s", diff)
	}
	breach := slices.ContainsFunc(r.Findings, func(f docket.Finding) bool { return f.Level == docket.Breach })
	if want.NoBreach != nil && *want.NoBreach == breach {
		t.Errorf("breach %v: %+v", breach, r.Findings)
	}
	for _, w := range want.MustFind {
		if !slices.ContainsFunc(r.Findings, w.is) {
			t.Errorf("missing %s, have %+v", *w.Code, r.Findings)
		}
	}
	for _, w := range want.Forbidden {
		if i := slices.IndexFunc(r.Findings, w.is); i >= 0 {
			t.Errorf("forbidden: %+v", r.Findings[i])
		}
	}
	for _, w := range want.Deadlines {
		if !slices.ContainsFunc(r.Deadlines, w.is) {
			t.Errorf("no deadline %s %v, have %v", w.ID, w, deadlineLines(r))
		}
	}
	for _, d := range r.Deadlines {
		if slices.Contains(want.NoDeadlines, d.ID) {
			t.Errorf("%s must not run", d.ID)
		}
	}
	for _, e := range r.Events {
		if slices.Contains(want.Background, e.Index) && e.Act != "background" {
			t.Errorf("event %d %s is %s, want background", e.Index, e.Label, e.Act)
		}
	}
}

func (w expectedDeadline) is(d docket.DeadlineJSON) bool {
	same := func(want *string, got interface{ String() string }, none bool) bool {
		return want == nil || !none && *want == got.String()
	}
	id := w.ID == d.ID || w.ID == "D07" && d.ID == "PM40" // the pilot's month has an id of its own here
	return id && same(w.DueFrom, d.DueFrom, d.DueFrom == nil) && same(w.DueTo, d.DueTo, d.DueTo == nil) && (w.Met == nil || *w.Met == d.Met)
}

// TestServiceLevels: the office's own targets run only where it turned them on,
// and missing one is a warning that can be excused, never a breach.
func TestServiceLevels(t *testing.T) {
	on, err := statute.LoadWith(law.FS, fstest.MapFS{"options.yaml": {Data: []byte("options: [service-levels]")}})
	if err != nil {
		t.Fatal(err)
	}
	if r := on.Check(); !r.OK {
		t.Error(r.Problems)
	}
	file := cases + "altered/A37.yaml"
	if got := deadlineLines(replayFile(t, on, file).JSON()); !slices.Contains(got, "L02 2022-09-13 yes") {
		t.Errorf("turned on: %v", got)
	}
	for _, d := range deadlineLines(replayFile(t, loadLaw(t), file).JSON()) {
		if strings.HasPrefix(d, "L0") {
			t.Errorf("not turned on: %s", d)
		}
	}
}
