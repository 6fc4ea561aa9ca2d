package desk

import (
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"slices"
)

// Investigation is what was planned and done to find the facts of a case: the plan
// (R33), the acts with who took part (R36), and what they brought.
type Investigation struct {
	Plans  []store.File
	Said   *EventView // the first act by which somebody affirmed that there is a plan
	Acts   []ActOf
	People int // how many have to take part in one, by the norms of today; 0: no such norm
	Cite   string
}

// ActOf is an act of investigation with who took part.
type ActOf struct {
	EventView
	Went []string
}

// PlanKind is the kind of a file that is the plan of the investigation.
const PlanKind = "plan"

// planFact is what an officer affirms of the plan.
const planFact = "plan-made"

// investigates is how many have to take part together in a step by the norms of a
// day, and the article: 0 where the step is no act of investigation.
func investigates(s *statute.Step, on pil.Day) (people int, cite string) {
	if s == nil || s.On(on) == nil {
		return 0, ""
	}
	for _, n := range s.On(on).Needs {
		if n.People > 0 {
			return n.People, n.Cite
		}
	}
	return 0, ""
}

// fillInvestigation is a view of the history and the files.
func (l *look) fillInvestigation(f *CaseFile) error {
	v := &f.Investigation
	for _, x := range f.Files {
		if x.Kind == PlanKind {
			v.Plans = append(v.Plans, x)
		}
	}
	for _, e := range f.Timeline {
		p := l.desk.law.Procedure(e.Track)
		if p == nil || e.SupersededBy != 0 || e.Void {
			continue
		}
		if affirms(&e.Event, planFact) && v.Said == nil {
			v.Said = &e
		}
		step := p.Step(e.Step)
		if n, _ := investigates(step, e.On); n == 0 && e.Step != "investigate" {
			continue // before the Rules nothing said how many
		}
		var went []string
		for _, id := range e.Facts.People {
			went = append(went, l.name(f.Names, id))
		}
		v.Acts = append(v.Acts, ActOf{EventView: e, Went: went})
	}
	for _, ln := range f.Lines {
		for _, s := range ln.Track.Steps {
			if n, cite := investigates(s, l.today); n > v.People {
				v.People, v.Cite = n, l.desk.law.CiteOn(cite, l.today)
			}
		}
	}
	return nil
}

func affirms(e *store.Event, fact string) bool {
	return slices.Contains(e.Facts.Affirmed, fact)
}

// Investigates reports whether a step that may come next is an act of
// investigation.
func (o OptionView) Investigates() bool {
	for _, n := range o.Rule.Needs {
		if n.People > 0 {
			return true
		}
	}
	return false
}

// planned reports whether a plan of the investigation is in the file, or was
// affirmed before.
func (l *look) planned(events []store.Event) (bool, error) {
	for i := range events {
		if affirms(&events[i], planFact) && !events[i].Void {
			return true, nil
		}
	}
	files, err := l.Files(l.matter.ID)
	for i := range files {
		if files[i].Kind == PlanKind {
			return true, err
		}
	}
	return false, err
}
