package docket

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// Event is one entry of a case's history. History is never edited: a
// correction is an event that takes the place of an earlier one, which stays
// visible.
type Event struct {
	Seq        int       // recorded sequence, ascending, from 1
	Recorded   time.Time // when it was recorded
	On         pil.Day   // the civil day it happened, at +08:00
	Track      string
	Respondent string // "" for all lines of the track
	Step       string
	By         string // who decided: an actor of package statute
	Urgent     bool
	Days       int // the length a paper states
	Months     int // the length of an extension
	// Supersedes is the Seq of the event this one corrects; Reason and Approved
	// (the department head who agreed) must be there then. Void takes the
	// corrected event out without putting another in its place.
	Supersedes int
	Void       bool
	Reason     string
	Approved   string
	Law        string // hash of the law it was decided under
}

// Case is a case as its events leave it.
type Case struct {
	Field  string
	Region pil.Region
	Lines  []*Line
	// Superseded are the events that were corrected, by Seq of the correction.
	Superseded map[int]Event

	law    *statute.Law
	tracks []lineSet
}

// CaseFacts is what a case is about, for steps that belong to a field or place.
type CaseFacts struct {
	Field  string
	Region pil.Region
}

// Fold computes a case from its events, in the order (day it happened,
// recorded sequence). An event without a day, with a number given twice, that
// corrects one that is not there, or corrects without reason and approval, is an
// invalid Error; one that names no step or track of the law, a not_found Error.
func Fold(law *statute.Law, facts CaseFacts, events []Event) (*Case, error) {
	c := &Case{Field: facts.Field, Region: facts.Region, Superseded: map[int]Event{}, law: law}
	standing, err := c.standing(events)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(standing, func(a, b Event) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Seq, b.Seq)) })
	f := c.folder()
	for _, e := range standing {
		step, err := c.step(e.Track, e.Step)
		if err != nil {
			return nil, err
		}
		act := Act{Step: step, On: pil.On(e.On), Window: pil.On(e.On), Ref: e.Seq, Urgent: e.Urgent, Days: e.Days, Months: e.Months, By: e.By}
		c.record(f, e, act)
	}
	for i := range c.tracks {
		c.Lines = append(c.Lines, c.tracks[i].shown()...)
	}
	return c, nil
}

func (c *Case) folder() *folder { return &folder{law: c.law, fields: c.Field, region: c.Region} }

// standing leaves out what was corrected, remembering it.
func (c *Case) standing(events []Event) ([]Event, error) {
	gone := map[int]bool{}
	bySeq := map[int]Event{}
	for _, e := range events {
		_, twice := bySeq[e.Seq]
		switch {
		case twice:
			return nil, pil.Invalid("记录号%d出现了两次 (number given twice)", e.Seq)
		case e.On < 1:
			return nil, pil.Invalid("第%d号记录没有发生的日期 (no day)", e.Seq)
		case e.Void && e.Supersedes == 0:
			return nil, pil.Invalid("第%d号记录撤销了什么，没有写明 (voids nothing)", e.Seq)
		}
		if e.Supersedes != 0 {
			old, ok := bySeq[e.Supersedes]
			switch {
			case !ok || gone[e.Supersedes]:
				return nil, pil.Invalid("更正所指的第%d号记录不存在或已被更正 (nothing to correct)", e.Supersedes)
			case e.Reason == "" || e.Approved == "":
				return nil, pil.Invalid("更正第%d号记录须写明理由并经部门负责人同意 (a correction needs a reason and the head's approval)", e.Supersedes)
			}
			gone[e.Supersedes] = true
			c.Superseded[e.Seq] = old
		}
		bySeq[e.Seq] = e
	}
	var out []Event
	for _, e := range events {
		if !gone[e.Seq] && !e.Void {
			out = append(out, e)
		}
	}
	return out, nil
}

func (c *Case) step(track, step string) (*statute.Step, error) {
	p := c.law.Procedure(track)
	if p == nil {
		return nil, pil.NotFound("没有程序 %s (no such procedure)", pil.Quote(track))
	}
	s := p.Step(step)
	if s == nil {
		return nil, pil.NotFound("程序 %s 没有步骤 %s (no such step)", track, pil.Quote(step))
	}
	return s, nil
}

// record applies an act to the line of its respondent, started where there is
// none yet, or to every line of the track.
func (c *Case) record(f *folder, e Event, act Act) {
	at := slices.IndexFunc(c.tracks, func(s lineSet) bool { return s.base.Track.ID == e.Track })
	if at < 0 {
		at = len(c.tracks)
		c.tracks = append(c.tracks, newLineSet(c.law.Procedure(e.Track)))
	}
	if e.Respondent == "" {
		c.tracks[at].all(f, act)
	} else {
		f.apply(c.tracks[at].open(f, e.Respondent), act)
	}
}

// lineFor is the line an act against a respondent would fall on: its own, or
// what it would start as.
func (c *Case) lineFor(track, respondent string) *Line {
	at := slices.IndexFunc(c.tracks, func(s lineSet) bool { return s.base.Track.ID == track })
	if at < 0 {
		return NewLine(c.law.Procedure(track), respondent)
	}
	set := &c.tracks[at]
	for _, ln := range set.shown() {
		if ln.Respondent == respondent {
			return ln
		}
	}
	return set.fresh(c.folder(), respondent)
}

// Line finds the line of a track against a respondent, or nil.
func (c *Case) Line(track, respondent string) *Line {
	for _, ln := range c.Lines {
		if ln.Track.ID == track && ln.Respondent == respondent {
			return ln
		}
	}
	return nil
}

// Moved tells which limits of a case are other than before: after a
// correction, an extension, a new holiday table.
func Moved(before, after *Case) []statute.Text {
	var out []statute.Text
	for _, ln := range after.Lines {
		old := before.Line(ln.Track.ID, ln.Respondent)
		if old == nil {
			continue
		}
		seen := map[string]int{} // by id: the two cases may stand under different laws
		for _, run := range ln.Runs {
			n := seen[run.Limit.ID]
			seen[run.Limit.ID]++
			was := nth(old.Runs, run.Limit.ID, n)
			if was == nil || was.From == run.From && was.To == run.To {
				continue
			}
			if was.Due.Start == run.Due.Start && was.Due.Raw == run.Due.Raw {
				if t, ok := statute.Moved(was.Due, run.Due); ok {
					out = append(out, t)
					continue
				}
			}
			out = append(out, statute.Text{
				Zh: fmt.Sprintf("%s：依据的事实更正，届满日由 %s 改为 %s", run.Limit.ID, was.From.Zh(), run.From.Zh()),
				En: fmt.Sprintf("%s: the facts it rests on were corrected; the end moved from %s to %s", run.Limit.ID, was.From.En(), run.From.En()),
			})
		}
	}
	return out
}

func nth(runs []*Run, limit string, n int) *Run {
	for _, r := range runs {
		if r.Limit.ID == limit {
			if n == 0 {
				return r
			}
			n--
		}
	}
	return nil
}
