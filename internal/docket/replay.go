package docket

import (
	"slices"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// Report is what replaying a published case finds.
type Report struct {
	ID, Title string
	Tracks    []*statute.Procedure
	Rules     []string // by track: the set of norms of its first dated act
	States    []string // by track
	Events    []Placed
	Lines     []*Line
	Deadlines []*Deadline
	Findings  []Finding
	Paid      pil.Money // public-interest damages paid, as the source states them

	law     *statute.Law
	horizon pil.Day
}

// Placed is one act found in a published event. Act is a step, "background",
// or "" for what could not be placed.
type Placed struct {
	Index        int
	On           pil.Span
	Label        string
	Act          string
	Step         *statute.Step // nil for background and unplaced
	Track, State string
}

// Deadline is one limit of a case.
type Deadline struct {
	Run       *Run
	Track     string
	Addressee string
	Met       string
}

// Background and unplaced acts.
const (
	actBackground = "background"
	actUnplaced   = ""
)

// Undated is the set of norms of a track none of whose acts is dated.
const Undated = "unknown"

// NoNorms stands where no norms of public-interest litigation were in force yet
// on that day in that place.
const NoNorms = "none"

// Replay reads a published case through the law. It never refuses one: what
// cannot be placed is a finding.
func Replay(law *statute.Law, tl *Timeline) *Report {
	r := newReader(law, tl)
	rep := &Report{ID: tl.ID, Title: tl.Title, law: law, horizon: r.horizon()}
	f := &folder{law: law, fields: tl.Field + tl.Title, region: r.region}
	list := r.order(f)
	r.bound(list, rep.horizon)
	lines := make([]lineSet, len(r.tracks))
	for k, p := range r.tracks {
		lines[k] = newLineSet(p)
	}
	for _, i := range list {
		a := &r.acts[i]
		if a.clue {
			a.state = r.tracks[0].States[0].ID
			continue
		}
		f.play(&lines[a.track], a)
	}
	rep.Tracks = r.tracks
	for k := range r.tracks {
		r.openSuspects(&lines[k])
		shown := lines[k].shown()
		rep.Lines = append(rep.Lines, shown...)
		rep.Rules = append(rep.Rules, r.ruleSet(rep, k, list))
		rep.States = append(rep.States, furthest(shown))
	}
	r.placeEvents(rep)
	rep.collect()
	r.judge(rep, list)
	rep.Findings = tidy(rep.Findings)
	return rep
}

// play applies one act to the lines of its track it concerns: the ones its
// text names, else all of them; a recommendation to several addressees opens a
// line for each.
func (f *folder) play(set *lineSet, a *pressAct) {
	if a.step.Otherwise == actBackground && !slices.ContainsFunc(set.shown(), func(ln *Line) bool { return ln.may(a.step) }) {
		a.step, a.background = nil, true
		return
	}
	var concerned []*Line
	for _, name := range a.lineNames() {
		concerned = append(concerned, set.open(f, set.called(name)))
	}
	if ln := set.apart(a); ln != nil {
		f.apply(ln, Act{Step: a.step, On: a.on, Window: a.window, Ref: a.event})
		a.state = ln.StateID()
		return
	}
	if len(concerned) == 0 || a.step.Lines != "addressee" {
		concerned = set.spokenOf(a.label + a.detail)
	}
	acts := []Act{{Step: a.step, On: a.on, Window: a.window, Ref: a.event, Urgent: a.urgent}}
	if s := set.base.Track.Step(serveStep); a.served && s != nil && a.step != s {
		acts = append(acts, acts[0])
		acts[1].Step = s // the published day is the day it was handed over
	}
	for _, act := range acts {
		if len(concerned) == 0 {
			set.all(f, act)
			a.state = set.shown()[len(set.shown())-1].StateID()
		}
		for _, ln := range concerned {
			f.apply(ln, act)
			a.state = ln.StateID()
		}
	}
}

// openSuspects gives a line to each suspect the police named and no case was
// opened against, where others have theirs: their matter is still a clue.
func (r *reader) openSuspects(set *lineSet) {
	if len(set.named) == 0 || set.base.Track.Step("file").Lines != "respondent" {
		return
	}
	for i := range r.tl.Events {
		e := &r.tl.Events[i]
		if !r.reads("suspects", e.Label) {
			continue
		}
		for _, name := range names(e.Detail) {
			if !slices.ContainsFunc(set.named, func(ln *Line) bool { return ln.Respondent == name }) {
				set.named = append(set.named, NewLine(set.base.Track, name))
			}
		}
	}
}

// lineNames are the respondents an act opens lines for: the addressees of a
// recommendation, the persons a case is opened against.
func (a *pressAct) lineNames() []string {
	switch a.step.Lines {
	case "addressee":
		return a.addressees
	case "respondent":
		return a.respondents
	}
	return nil
}

// furthest is the state to report for a track: that of the line that has come
// furthest; a line's end does not hide one that went on to court.
func furthest(lines []*Line) string {
	best := lines[0]
	for _, ln := range lines[1:] {
		if rank(ln) > rank(best) {
			best = ln
		}
	}
	return best.StateID()
}

func rank(ln *Line) int {
	n := 2 * ln.State
	if ln.Fact >= 0 {
		n++
	}
	return n
}

// horizon is the last day the source itself was printed or published.
func (r *reader) horizon() pil.Day {
	var last pil.Day
	for _, e := range r.tl.Events {
		if e.Date.To != 0 && r.reads("press", e.Label) {
			last = max(last, e.Date.To)
		}
	}
	for _, e := range r.tl.Events { // an act dated after the report of it moves the horizon
		if last != 0 && e.Date.Known() {
			last = max(last, e.Date.From)
		}
	}
	return last
}

// ruleSet is the set of norms of a track's first dated act, with a finding
// where that day may fall on either side of a change.
func (r *reader) ruleSet(rep *Report, track int, list []int) string {
	p := r.tracks[track]
	for _, i := range list {
		a := &r.acts[i]
		if a.step == nil || a.clue || a.track != track || !a.on.Known() || a.step.By != "office" && a.step.By != "court" {
			continue
		}
		from, to := rep.law.SetIn(p.ID, a.window.From, r.region), rep.law.SetIn(p.ID, a.window.To, r.region)
		if from == to {
			return setName(from)
		}
		first, last := setName(from), setName(to)
		event := a.event
		rep.find(Finding{Code: RulesUncertain, Level: Info, Against: "procuratorate", Event: &event,
			Message: "首个有日期的行为可能落在规范变更的两侧（" + first + " / " + last + "），两套规范都已判断 (the first dated act may fall under either set of norms; judged under both)"})
		return last
	}
	rep.find(Finding{Code: RulesUncertain, Level: Info, Against: "procuratorate",
		Message: p.Zh + "没有带日期的行为，无法确定适用哪一套规范 (no dated act: the set of norms is not known)"})
	return Undated
}

func setName(n *statute.NormSet) string {
	if n == nil {
		return NoNorms
	}
	return n.ID
}

func (rep *Report) find(x Finding) {
	if x.Basis == nil {
		x.Basis = []string{}
	}
	if x.Cure == nil {
		x.Cure = []string{}
	}
	rep.Findings = append(rep.Findings, x)
}

// placeEvents lists every event with what it was taken for.
func (r *reader) placeEvents(rep *Report) {
	rep.Events = make([]Placed, 0, len(r.acts))
	for i := range r.acts {
		a := &r.acts[i]
		p := Placed{Index: a.event, On: a.on, Label: a.label}
		switch {
		case a.background:
			p.Act = actBackground
		case a.step == nil:
			p.Act = actUnplaced
			event := a.event
			rep.find(Finding{Code: Unplaced, Level: Info, Against: "procuratorate", Event: &event, Message: "无法归入任何程序步骤：「" + a.label + "」 (no step of the procedure matches)"})
		default:
			p.Act, p.Step, p.Track, p.State = a.step.ID, a.step, r.tracks[a.track].ID, a.state
		}
		rep.Events = append(rep.Events, p)
	}
}

// collect lists the limits and the findings of every line.
func (rep *Report) collect() {
	for _, ln := range rep.Lines {
		rep.Findings = append(rep.Findings, ln.Findings...)
		for _, run := range ln.Runs {
			if run.Limit.Shown != "always" && (run.End == nil || run.Start.From == 0) {
				continue
			}
			if run.By != nil && run.By.Lines == "" && slices.ContainsFunc(rep.Deadlines, func(d *Deadline) bool {
				return d.Run.Limit == run.Limit && d.Run.Trigger == run.Trigger && d.Track == ln.Track.ID
			}) {
				continue // one notice or suit, one term, however many respondents
			}
			who := ln.Respondent
			if who == "" {
				who = run.Limit.Who
			}
			rep.Deadlines = append(rep.Deadlines, &Deadline{Run: run, Track: ln.Track.ID, Addressee: who, Met: run.Met(rep.horizon)})
		}
	}
}

// tidy drops findings said twice (several lines of one track), keeping order.
func tidy(all []Finding) []Finding {
	kept := make([]Finding, 0, len(all))
	for _, x := range all {
		if !slices.ContainsFunc(kept, func(y Finding) bool {
			return x.Code == y.Code && x.Level == y.Level && x.Message == y.Message && (x.Event == nil) == (y.Event == nil) && (x.Event == nil || *x.Event == *y.Event)
		}) {
			kept = append(kept, x)
		}
	}
	return kept
}

// Placeable counts the acts that were placed or are background, and all.
func (rep *Report) Placeable() (placed, all int) {
	for _, e := range rep.Events {
		if e.Act != actUnplaced {
			placed++
		}
	}
	return placed, len(rep.Events)
}
