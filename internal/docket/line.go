package docket

import (
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// Act is one thing that happened on a line.
type Act struct {
	Step    *statute.Step
	On      pil.Span // the day as known
	Window  pil.Span // the days it may lie on, by the logic of the case
	Ref     int      // the event it comes from; -1: implied
	Implied bool     // unpublished, but another act cannot be without it
	Urgent  bool     // the paper says that harm goes on or grows (J21)
	Days    int      // the length a paper states, for a limit that needs one
	Months  int      // the length of an extension, in months
	By      string   // who decided it
}

// Run is one limit on a line: started, perhaps paused and extended, ended or not.
type Run struct {
	Limit       *statute.Limit
	Start       pil.Span      // the days the trigger may lie on; unknown where it is unpublished
	Trigger     int           // event of the trigger, -1: implied or the end of another limit
	By          *statute.Step // the step that started it; nil: the end of another limit
	End         *Act          // what ended it
	Early       pil.Day       // the earliest raw end, before rolling over rest days
	From        pil.Day       // the earliest end
	To          pil.Day       // the latest end; 0: open
	Silent      bool          // the source states that it was let pass
	Doubt       bool          // some day of the trigger lies outside the norms that know the limit
	Due         statute.Due   // for the earliest start: what Explain speaks of
	Provisional bool          // some end it may have lies in a year without a holiday table

	days    int        // the length the paper states
	exclude []pil.Span // R48, as published; open ones have To 0
	suspend []pil.Span // R78
	grants  []statute.Grant
	counted bool // nothing changed since it was counted
	open    bool // extended or paused by an unknown length
}

// Line is one track against one respondent.
type Line struct {
	Track      *statute.Procedure
	Respondent string
	State      int   // index into Track.States: where the procedure stands
	Fact       int   // the latest fact beside the procedure; -1: none
	Acts       []Act // in fold order, implied ones included
	Runs       []*Run
	Ground     *statute.Ground // the ground of the decision that ended it, where known
	Findings   []Finding

	done []bool // by step index
}

// NewLine is a line at the first state of its track.
func NewLine(track *statute.Procedure, respondent string) *Line {
	return &Line{Track: track, Respondent: respondent, Fact: -1, done: make([]bool, len(track.Steps))}
}

// StateID is the state the line shows: the fact where one was reached since
// the procedure last moved, else the state of the procedure.
func (ln *Line) StateID() string {
	if ln.Fact >= 0 {
		return ln.Track.States[ln.Fact].ID
	}
	return ln.Track.States[ln.State].ID
}

// at is the index of the state the line shows.
func (ln *Line) at() int {
	if ln.Fact >= 0 {
		return ln.Fact
	}
	return ln.State
}

// may reports whether a step may be taken where the line stands: from the state of
// the procedure or from the fact beside it.
func (ln *Line) may(s *statute.Step) bool { return s.MayFrom(ln.at()) || s.MayFrom(ln.State) }

// Done reports whether one of the steps has happened or is implied.
func (ln *Line) Done(steps []int) bool {
	for _, s := range steps {
		if ln.done[s] {
			return true
		}
	}
	return false
}
