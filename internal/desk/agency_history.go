package desk

import (
	"slices"
	"strings"

	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Recommended is a recommendation to an agency and how it was answered.
type Recommended struct {
	Matter  MatterLine
	On      pil.Day // decided
	Served  pil.Day
	Replied pil.Day // the last reply; 0: none
	Due     pil.Day // of the reply; 0: no limit is known
	Demands []docket.DemandState
}

// Late reports whether the agency let its limit pass.
func (r *Recommended) Late(today pil.Day) bool {
	return r.Due != 0 && (r.Replied > r.Due || r.Replied == 0 && today > r.Due)
}

// Settled counts the demands that nothing more is to be done about.
func (r *Recommended) Settled() (n int) {
	for _, s := range r.Demands {
		if s.Settled() {
			n++
		}
	}
	return n
}

// recommended are the recommendations to an agency in a case, where there are any.
func (l *look) recommended(line MatterLine, agency string) (*Recommended, error) {
	m, err := l.Matter(line.MatterID)
	if err != nil {
		return nil, err
	}
	_, c, err := l.history(m)
	if err != nil {
		return nil, err
	}
	r := &Recommended{Matter: line}
	for _, ln := range c.Lines {
		if ln.Respondent != agency {
			continue
		}
		for i := range ln.Acts {
			on := ln.Acts[i].On.From
			switch id := ln.Acts[i].Step.ID; {
			case id == "decide-recommend", id == "recommend":
				r.On = max(r.On, on)
			case id == "serve":
				r.Served = max(r.Served, on)
			case ln.Acts[i].Step.By == "agency" && strings.Contains(id, "reply"):
				r.Replied = max(r.Replied, on)
			}
		}
		for _, run := range ln.Runs {
			if run.Limit.Who == "agency" && run.From != 0 {
				r.Due = max(r.Due, run.From)
			}
		}
	}
	demands, err := l.Demands(m.ID)
	if err != nil {
		return nil, err
	}
	moves, err := l.DemandMoves(m.ID)
	if err != nil {
		return nil, err
	}
	states := demandStates(demands, moves)
	demands = slices.DeleteFunc(demands, func(d store.Demand) bool { return d.Respondent != agency && d.Respondent != "" })
	for i := range demands {
		r.Demands = append(r.Demands, states[demands[i].ID])
	}
	if r.On == 0 && r.Served == 0 && len(r.Demands) == 0 {
		return nil, nil
	}
	return r, nil
}
