package docket

import (
	"fmt"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// folder applies acts to lines under one law.
type folder struct {
	law    *statute.Law
	fields string // the case's field, for steps that belong to one
	region pil.Region
}

// apply records an act on a line. It never refuses: a step missing before it is
// implied, a step out of order is found, limits are started and ended, and what
// the norms of its day forbid becomes a finding.
func (f *folder) apply(ln *Line, a Act) {
	f.imply(ln, &a)
	f.contradict(ln, &a)
	f.move(ln, &a)
	ln.done[a.Step.Index()] = true
	ln.Acts = append(ln.Acts, a)
	kept := &ln.Acts[len(ln.Acts)-1]
	rules := f.rules(a.Step, a.Window)
	f.judgeNeeds(ln, kept, rules)
	f.limits(ln, kept, rules)
}

// contradict finds that a step an earlier act had to imply is published with a
// later day: the dates do not go together, or an earlier one was not published.
func (f *folder) contradict(ln *Line, a *Act) {
	if a.Implied {
		return
	}
	for i, b := range ln.Acts {
		if !b.Implied || b.Step != a.Step || i+1 >= len(ln.Acts) {
			continue
		}
		later := ln.Acts[i+1]
		ln.find(Finding{Code: DateConflict, Level: Info, Against: "procuratorate", Event: ref(a),
			Message: fmt.Sprintf("「%s」%s 早于「%s」%s：日期有误，或另有更早的未公布 (dates do not go together, or an earlier one was not published)", later.Step.Zh, later.On, a.Step.Zh, a.On)})
		return
	}
}

// rules are the rules of the step under every norm its day may fall under.
func (f *folder) rules(s *statute.Step, w pil.Span) []*statute.Rule {
	from, to := w.From, w.To
	if to == 0 {
		to = pil.MaxDay
	}
	var some []*statute.Rule
	for _, r := range s.Law {
		if r.From <= to && (r.To == 0 || r.To >= from) && r.In(f.region) {
			some = append(some, r)
		}
	}
	return some
}

// day is one day the act may lie on, for choosing what was usual then.
func day(w pil.Span) pil.Day {
	switch {
	case w.To != 0:
		return w.To
	case w.From != 0:
		return w.From
	}
	return pil.MaxDay
}

// imply adds the steps without which the act cannot be: those its rule needs
// done, then a path from where the line stands to where the step may be taken.
func (f *folder) imply(ln *Line, a *Act) {
	if r := a.Step.On(day(a.Window)); r != nil && r.In(f.region) {
		for _, n := range r.Needs {
			if n.Level == "" && len(n.Done) > 0 && !ln.Done(n.DoneSteps()) {
				if s := f.usual(ln, n.DoneSteps()); s != nil {
					f.apply(ln, f.implied(ln, s, a))
				}
			}
		}
	}
	if ln.may(a.Step) || a.Step.ToState() == ln.State {
		return
	}
	for _, s := range f.path(ln, a) {
		f.apply(ln, f.implied(ln, s, a))
	}
}

func (f *folder) implied(ln *Line, s *statute.Step, before *Act) Act {
	w := pil.Span{To: before.Window.To}
	if n := len(ln.Acts); n > 0 {
		w.From = ln.Acts[n-1].Window.From
	}
	if w.To != 0 && w.From > w.To {
		w.From = 0
	}
	return Act{Step: s, Window: w, Ref: -1, Implied: true}
}

// usual chooses among alternative steps the one that belongs to the case's
// field, else the first that belongs to none.
func (f *folder) usual(ln *Line, steps []int) *statute.Step {
	var general *statute.Step
	for _, i := range steps {
		s := ln.Track.Steps[i]
		switch {
		case len(s.Fields) > 0 && s.InField(f.fields):
			return s
		case len(s.Fields) == 0 && general == nil:
			general = s
		}
	}
	return general
}

// path is the shortest way of ordinary steps from the line's state to one the
// act may be taken from; nil where there is none.
func (f *folder) path(ln *Line, a *Act) []*statute.Step {
	type visit struct {
		by   *statute.Step
		prev int
	}
	seen := make([]visit, len(ln.Track.States))
	for i := range seen {
		seen[i].prev = -2
	}
	start := ln.State
	seen[start].prev = -1
	queue := append(make([]int, 0, len(seen)), start)
	on := day(a.Window)
	for head := 0; head < len(queue); head++ {
		at := queue[head]
		if at != start && a.Step.MayFrom(at) {
			var way []*statute.Step
			for at != start {
				way = append([]*statute.Step{seen[at].by}, way...)
				at = seen[at].prev
			}
			return way
		}
		for _, s := range ln.Track.Moves(at) {
			to := s.ToState()
			if seen[to].prev != -2 || ln.Track.States[to].Fact || ln.Track.States[to].End || to < at && !ln.Track.States[at].Side ||
				s.Region != "" || len(s.Fields) > 0 && !s.InField(f.fields) || on != pil.MaxDay && s.On(on) == nil {
				continue
			}
			seen[to] = visit{s, at}
			queue = append(queue, to)
		}
	}
	return nil
}

// move takes the line to the act's state. A fact is kept beside the procedure;
// an act out of order never takes the procedure back.
func (f *folder) move(ln *Line, a *Act) {
	to := a.Step.ToState()
	lawful := ln.may(a.Step)
	if a.Step.StaysIn(ln.State) || to == ln.State && !lawful { // stays, or told again
		return
	}
	if ln.Track.States[to].Fact {
		if lawful {
			ln.Fact = to
		}
		return
	}
	if !lawful {
		if !a.Implied {
			ln.find(Finding{Code: OutOfOrder, Level: Info, Against: "procuratorate", Event: ref(a), Basis: []string{},
				Message: fmt.Sprintf("「%s」与此前的「%s」次序不合，按发生的事实记录（out of the usual order; recorded as it happened）", a.Step.Zh, ln.Track.States[ln.State].Zh)})
		}
		if to <= ln.State || ln.Track.States[to].End && ln.Track.States[ln.State].Phase == courtPhase {
			return // 办结 after a suit is the court's ending, told in other words
		}
	}
	ln.State, ln.Fact = to, -1
}

// courtPhase is the phase of the states a case has before the court.
const courtPhase = "court"

func (ln *Line) find(x Finding) {
	if x.Basis == nil {
		x.Basis = []string{}
	}
	if x.Cure == nil {
		x.Cure = []string{}
	}
	ln.Findings = append(ln.Findings, x)
}

func ref(a *Act) *int {
	if a.Ref < 0 {
		return nil
	}
	r := a.Ref
	return &r
}

// judgeNeeds finds what the norms of the act's day forbade. Only what can be
// told from published dates is judged: a limit that was certainly not over. The
// mildest answer under the norms the day may fall under counts.
func (f *folder) judgeNeeds(ln *Line, a *Act, rules []*statute.Rule) {
	if a.Implied || len(rules) == 0 {
		return
	}
	var worst *Finding
	for _, r := range rules {
		found := f.judgeRule(ln, a, r)
		if found == nil {
			return
		}
		if worst == nil || found.Level == Warning {
			worst = found
		}
	}
	ln.find(*worst)
}

func (f *folder) judgeRule(ln *Line, a *Act, r *statute.Rule) *Finding {
	var worst *statute.Need
	var level Level
	var end pil.Day
	for i := range r.Needs {
		n := &r.Needs[i]
		grave, due := Breach, pil.Day(0)
		switch {
		case n.Forbidden:
		case n.Over != "":
			early, over := f.tooEarly(ln, a, n)
			if early == pil.No {
				continue
			}
			if early == pil.Unknown || n.Level == "warn" {
				grave = Warning
			}
			due = over
		default:
			continue
		}
		if worst == nil || grave == Breach && level == Warning {
			worst, level, end = n, grave, due
		}
	}
	if worst == nil {
		return nil
	}
	what := fmt.Sprintf("「%s」%s：%s (%s)", a.Step.Zh, a.On, worst.Zh, worst.En)
	if end != 0 {
		what = fmt.Sprintf("「%s」%s 在 %s（%s）届满之前，尚缺：%s (before the end of %s; lacking: %s)", a.Step.Zh, a.On, worst.Over, end, worst.Zh, worst.Over, worst.En)
	}
	return &Finding{Code: StepUnlawful, Level: level, Against: "procuratorate", Event: ref(a), Message: what,
		Basis: f.law.CitesOn([]string{worst.Cite}, day(a.Window))}
}

// tooEarly answers whether the act came before the limit a need names was over:
// Yes where it certainly came before the raw end, Unknown where it certainly
// came before the rolled end only, else No; and that end. Of several runs the
// first to end counts, for any of them would do.
func (f *folder) tooEarly(ln *Line, a *Act, n *statute.Need) (early pil.Tri, end pil.Day) {
	base := n.OverLimit()
	if n.OfLimit() != nil {
		base = n.OfLimit()
	}
	some := false
	for _, run := range ln.Runs {
		if run.Limit != base {
			continue
		}
		if run.Start.From == 0 || run.From == 0 || run.Doubt || a.Window.To == 0 || run.open {
			return pil.No, 0
		}
		if n.OrDone && run.End != nil {
			return pil.No, 0
		}
		raw, due := run.Early, run.From
		if n.OfLimit() != nil {
			d, err := n.OverLimit().Count(f.law.Calendar, statute.Question{Start: run.Start.From})
			if err != nil {
				return pil.No, 0
			}
			raw, due = d.Raw, d.Raw
		}
		switch {
		case a.Window.To >= due:
			return pil.No, 0
		case a.Window.To >= raw:
			early, end = pil.Unknown, due
		case !some:
			early, end = pil.Yes, due
		}
		some = true
	}
	if !some {
		return pil.No, 0
	}
	return early, end
}
