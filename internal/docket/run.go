package docket

import (
	"cmp"
	"slices"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// limits starts, pauses, extends and ends the limits the act's rules name.
func (f *folder) limits(ln *Line, a *Act, rules []*statute.Rule) {
	for _, r := range rules {
		for _, m := range r.EndsLimits() {
			f.end(ln, m, a)
		}
	}
	if len(rules) == 0 {
		return
	}
	for i, r := range rules {
		for _, m := range r.StartsLimits() {
			if i == 0 || !startedBy(rules[:i], m) {
				f.start(ln, m, a, rules, false)
			}
		}
		for _, m := range r.RestartsLimits() {
			if i == 0 || !startedBy(rules[:i], m) {
				f.start(ln, m, a, rules, true)
			}
		}
	}
	last := rules[len(rules)-1]
	for _, run := range ln.Runs {
		if run.End == nil {
			run.alter(last, a, f.law)
		}
	}
	f.recount(ln)
}

func startedBy(rules []*statute.Rule, m *statute.Limit) bool {
	for _, r := range rules {
		if r.StartsLimit(m) {
			return true
		}
	}
	return false
}

// knownBy reports whether the rule of a day starts the limit.
func knownBy(rules []*statute.Rule, m *statute.Limit, on pil.Day) bool {
	for _, r := range rules {
		if r.Holds(on) {
			return r.StartsLimit(m)
		}
	}
	return false
}

// clipTo is the stretch of days in which the rules that know the limit hold,
// and whether some rule does not know it.
func clipTo(rules []*statute.Rule, m *statute.Limit) statute.Period {
	p := statute.Period{}
	for i, r := range rules {
		if !r.StartsLimit(m) {
			continue
		}
		if i > 0 && !rules[i-1].StartsLimit(m) {
			p.From = r.From
		}
		if i+1 < len(rules) && !rules[i+1].StartsLimit(m) {
			p.To = r.To
		}
	}
	return p
}

// start begins a limit at the act. Where the norms know the limit only for a
// part of the days the act may lie on, that part counts and the run is in doubt.
func (f *folder) start(ln *Line, m *statute.Limit, a *Act, rules []*statute.Rule, restart bool) {
	if m.When == "urgent" && !a.Urgent {
		return
	}
	if a.Implied && m.Shown != "always" {
		return
	}
	if m.Once && !restart && slices.ContainsFunc(ln.Runs, func(r *Run) bool { return r.Limit == m && r.End == nil && r.By != a.Step }) {
		return
	}
	run := &Run{Limit: m, Start: a.On, Trigger: a.Ref, By: a.Step, days: a.Days}
	if a.Implied {
		run.Start = pil.Span{}
	}
	if !run.Start.Known() {
		// Undated: nothing is counted, the row only says that the limit ran. The
		// norms of the latest day it may lie on decide whether it did.
		on := day(a.Window)
		if !knownBy(rules, m, on) || m.VersionOn(on) == nil {
			return
		}
		run.Start = pil.Span{}
	} else {
		clipped, ok := f.inForce(m, run.Start, clipTo(rules, m))
		if !ok {
			return
		}
		run.Doubt = clipped != run.Start
		run.Start = clipped
	}
	if m.Kind == statute.Before {
		for i := range ln.Acts[:len(ln.Acts)-1] {
			if f.endsLimit(&ln.Acts[i], m) && !ln.used(m, ln.Acts[i].Ref) {
				run.End = &ln.Acts[i]
			}
		}
	}
	if restart {
		for i := len(ln.Runs) - 1; i >= 0; i-- {
			if old := ln.Runs[i]; old.Limit == m && old.End == nil {
				if run.Start.Known() || !old.Start.Known() { // an undated service leaves the published day of the recommendation
					ln.Runs[i] = run
				}
				return
			}
		}
	}
	ln.Runs = append(ln.Runs, run)
}

// used reports whether an act has already answered an earlier day of the kind:
// one notice tells of one hearing.
func (ln *Line) used(m *statute.Limit, ref int) bool {
	return slices.ContainsFunc(ln.Runs, func(r *Run) bool { return r.Limit == m && r.End != nil && r.End.Ref == ref })
}

func (f *folder) endsLimit(a *Act, m *statute.Limit) bool {
	for _, r := range f.rules(a.Step, a.Window) {
		if slices.Contains(r.EndsLimits(), m) {
			return true
		}
	}
	return false
}

// inForce is the part of w in which the limit has a version.
func (f *folder) inForce(m *statute.Limit, w pil.Span, known statute.Period) (pil.Span, bool) {
	clipped, ok := w.Clip(known.From, known.To)
	if !ok {
		return w, false
	}
	var from, to pil.Day
	for _, v := range m.Vers {
		if v.From <= max(clipped.To, clipped.From) || clipped.To == 0 {
			if v.To == 0 || v.To >= clipped.From {
				if from == 0 || v.From < from {
					from = max(v.From, 1)
				}
				if v.To == 0 {
					to = pil.MaxDay
				}
				to = max(to, v.To)
			}
		}
	}
	if from == 0 {
		return w, false
	}
	if from <= clipped.From || from == 1 {
		from = 0
	}
	if to == pil.MaxDay || clipped.To != 0 && to >= clipped.To {
		to = 0
	}
	return clipped.Clip(from, to)
}

// latest is the run of a limit that started last: what ends one, ends that;
// an earlier one stays open, for its own end may be unpublished.
func (ln *Line) latest(m *statute.Limit) *Run {
	for _, run := range slices.Backward(ln.Runs) {
		if run.Limit == m {
			return run
		}
	}
	return nil
}

// end ends the running limit. A limit that begins at the end of
// another is begun here, where its own end is known.
func (f *folder) end(ln *Line, m *statute.Limit, a *Act) {
	if last := ln.latest(m); last != nil {
		if last.End == nil {
			last.End = a
		}
		return
	}
	if m.AfterLimit() == nil {
		return
	}
	for _, base := range slices.Backward(ln.Runs) {
		if base.Limit != m.AfterLimit() || base.From == 0 {
			continue
		}
		run := &Run{Limit: m, Start: pil.Span{From: base.From, To: base.To}, Trigger: -1, End: a, Doubt: base.Doubt}
		if _, ok := f.inForce(m, run.Start, statute.Period{}); !ok {
			return
		}
		for k := range ln.Acts[:len(ln.Acts)-1] {
			earlier := &ln.Acts[k]
			if rules := f.rules(earlier.Step, earlier.Window); len(rules) > 0 {
				run.alter(rules[len(rules)-1], earlier, f.law)
			}
		}
		f.count(run)
		ln.Runs = append(ln.Runs, run)
		return
	}
}

// alter pauses, resumes or extends the run as an act under the rule does.
func (r *Run) alter(rule *statute.Rule, a *Act, law *statute.Law) {
	if slices.Contains(rule.PausesLimits(), r.Limit) {
		r.pause(a)
	}
	if slices.Contains(rule.ResumesLimits(), r.Limit) {
		r.resume(a)
	}
	if slices.Contains(rule.ExtendsLimits(), r.Limit) {
		r.extend(a, law)
	}
}

// suspendStep is the one step that suspends a case (R78); every other pause is
// an exclusion of days (R48).
const suspendStep = "suspend"

// pause begins days that do not count; an undated one leaves the end open.
func (r *Run) pause(a *Act) {
	r.counted = false
	switch {
	case a.On.From == 0:
		r.open = true
	case a.Step.ID == suspendStep:
		r.suspend = append(r.suspend, pil.Span{From: a.On.From})
	default:
		r.exclude = append(r.exclude, pil.Span{From: a.On.From})
	}
}

// resume ends the days that do not count.
func (r *Run) resume(a *Act) {
	r.counted = false
	for _, list := range [][]pil.Span{r.exclude, r.suspend} {
		for i := range list {
			if list[i].To == 0 && a.On.To >= list[i].From {
				list[i].To = a.On.To
			}
		}
	}
}

// extend adds an extension: of the length the act states, else of the next
// length the law gives; where neither says one the end is open.
func (r *Run) extend(a *Act, law *statute.Law) {
	r.counted = false
	g := statute.Grant{Months: a.Months, By: a.By, On: a.On.From}
	if list := r.Limit.Extend; len(list) > 0 {
		e := list[min(len(r.grants), len(list)-1)]
		g.Months, g.By, g.Cite = cmp.Or(g.Months, e.Months), cmp.Or(g.By, e.By), law.CiteOn(e.Cite, day(a.Window))
	}
	if g.Months == 0 {
		r.open = true
		return
	}
	r.grants = append(r.grants, g)
}

// recount counts every run that is not counted yet or was changed.
func (f *folder) recount(ln *Line) {
	for _, run := range ln.Runs {
		if !run.counted {
			f.count(run)
		}
	}
}

// count finds the earliest and the latest end of a run from the two ends of its
// start. Ends grow with starts, but for a day or two where excluded days meet the
// last day of a month; so the smaller and the larger of the two are taken.
func (f *folder) count(run *Run) {
	run.counted = true
	if run.Start.From == 0 {
		return
	}
	if v := run.Limit.VersionOn(run.Start.From); v != nil && v.Stated && run.days == 0 {
		return // the paper states the length, and we were not told it
	}
	q := statute.Question{Start: run.Start.From, Days: run.days, Extend: run.grants, Exclude: closed(run.exclude), Suspend: closed(run.suspend)}
	first, err := run.Limit.Count(f.law.Calendar, q)
	if err != nil {
		return
	}
	last := first
	if run.Start.To != run.Start.From {
		if run.Start.To == 0 {
			run.Early, run.From, run.To, run.Due, run.Provisional = first.Raw, first.Due, 0, first, first.Provisional
			return
		}
		q.Start = run.Start.To
		if last, err = run.Limit.Count(f.law.Calendar, q); err != nil {
			return
		}
	}
	run.Early, run.From, run.To = min(first.Raw, last.Raw), min(first.Due, last.Due), max(first.Due, last.Due)
	run.Due, run.Provisional = first, first.Provisional || last.Provisional
	if run.open || openPause(run.exclude, run.To) || openPause(run.suspend, run.To) {
		run.To = 0
	}
}

// openPause reports whether days that do not count began before the end and no
// day is known on which they ended.
func openPause(spans []pil.Span, end pil.Day) bool {
	return slices.ContainsFunc(spans, func(s pil.Span) bool { return s.To == 0 && s.From <= end })
}

// closed are the pauses whose end is known.
func closed(spans []pil.Span) []pil.Span {
	n := 0
	for _, s := range spans {
		if s.To != 0 {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]pil.Span, 0, n)
	for _, s := range spans {
		if s.To != 0 {
			out = append(out, s)
		}
	}
	return out
}

// Met answers whether a run was kept, on the days its end and its trigger may
// lie on: yes, no, unknown, or running where the source ends before the term.
func (r *Run) Met(horizon pil.Day) string {
	if r.Silent && r.End == nil {
		return "no"
	}
	if r.Start.From == 0 || r.Doubt {
		return "unknown"
	}
	if r.End == nil {
		if horizon != 0 && r.From != 0 && horizon < r.From {
			return "running"
		}
		return "unknown"
	}
	w := r.End.Window
	if r.Limit.Kind == statute.Wait { // nobody acted before the end
		switch {
		case w.From != 0 && r.To != 0 && w.From >= r.To:
			return "yes"
		case w.To != 0 && w.To < r.From:
			return "no"
		}
		return "unknown"
	}
	if r.To == 0 && w.From > r.From {
		return "unknown"
	}
	switch {
	case w.To != 0 && w.To <= r.From:
		return "yes"
	case w.From != 0 && r.To != 0 && w.From > r.To:
		return "no"
	}
	return "unknown"
}
