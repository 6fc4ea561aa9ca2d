package statute

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// GraphFormats are the forms a procedure can be drawn in.
func GraphFormats() []string { return []string{"svg", "dot", "text"} }

// Graph draws the procedure by the norms of a day, 0 being the latest, as a
// poster (svg), as Graphviz source (dot) or for a terminal (text). Steps for
// which the norms of the day have no rule are left out.
func (l *Law) Graph(w io.Writer, id string, format string, on pil.Day) error {
	p := l.Procedure(id)
	if p == nil {
		var ids []string
		for _, p := range l.Procedures {
			ids = append(ids, p.ID)
		}
		return pil.NotFound("没有程序 %s，可用的有 %s (no such procedure)", pil.Quote(id), strings.Join(ids, "、"))
	}
	if on == 0 {
		on = pil.MaxDay
	}
	draw := map[string]func(*graph) string{
		"svg":  func(g *graph) string { return g.poster().String() },
		"dot":  (*graph).dot,
		"text": (*graph).text,
	}[format]
	if draw == nil {
		return pil.Invalid("没有格式 %s，可用的有 %s (no such format)", pil.Quote(format), strings.Join(GraphFormats(), "、"))
	}
	_, err := io.WriteString(w, draw(newGraph(l, p, on)))
	return err
}

// graph is a procedure on one day, arranged for reading.
type graph struct {
	law    *Law
	track  *Procedure
	day    pil.Day
	set    *NormSet // what brought the youngest rule shown
	bands  []*graphBand
	moves  []*graphAct     // acts that lead to another state, numbered in the order of the bands
	sides  []graphGroup    // acts that leave the state as it is
	way    []graphArrow    // the main way, state by state
	shown  []bool          // by state: some act of the day leads there
	runs   map[*Limit]bool // limits that can run in the track: a file that tracks share names those of others too
	limits []*Limit        // every limit named, in the order of the master list
	keys   []*Instrument   // every instrument cited, likewise
}

// graphBand is one phase: its states, the facts beside them, the acts to be
// decided in it.
type graphBand struct {
	phase         string
	states, facts []int
	acts          []*graphAct
}

// graphGroup is a run of side acts under one heading.
type graphGroup struct {
	Text
	acts []*graphAct
}

// graphArrow is a stretch of the main way and the acts that go it.
type graphArrow struct {
	from, to int
	acts     []*graphAct
}

func newGraph(l *Law, p *Procedure, on pil.Day) *graph {
	g := &graph{law: l, track: p, day: on, shown: make([]bool, len(p.States))}
	g.shown[0] = true
	g.findSet()
	g.findRunning()
	var acts []*graphAct
	for _, s := range p.Steps {
		if r := s.On(on); r != nil {
			acts = append(acts, g.act(s, r))
			if s.to >= 0 {
				g.shown[s.to] = true
			}
		}
	}
	g.showSources(acts)
	g.layBands()
	for _, a := range acts {
		if a.moves() {
			b := g.home(a)
			b.acts = append(b.acts, a)
		}
	}
	for _, b := range g.bands {
		for _, a := range b.acts {
			g.moves = append(g.moves, a)
			a.n = len(g.moves)
		}
	}
	g.groupSides(acts)
	g.findWay()
	g.collectNames(acts)
	return g
}

// showSources keeps an act on the map that the norms of the day know though
// they know no step to any state it can be done in.
func (g *graph) showSources(acts []*graphAct) {
	for _, a := range acts {
		reached := false
		for i, from := range a.step.from {
			reached = reached || from && g.shown[i] && i != a.step.to
		}
		for i, from := range a.step.from {
			g.shown[i] = g.shown[i] || from && !reached && a.moves()
		}
	}
}

// findSet names the norms the picture rests on: those that brought its
// youngest rule. A track for which no set says that it is new takes any.
func (g *graph) findSet() {
	var since pil.Day
	for _, s := range g.track.Steps {
		if r := s.On(g.day); r != nil {
			since = max(since, r.From)
		}
	}
	if g.set = g.law.SetOn(g.track.ID, since); g.set != nil {
		return
	}
	for _, n := range g.law.Sets {
		if n.From != 0 && n.From <= since && len(n.Opens) > 0 {
			g.set = n
		}
	}
}

// findRunning finds the limits that some step of the track, by any norms,
// starts, and those that begin at their ends.
func (g *graph) findRunning() {
	g.runs = map[*Limit]bool{}
	for _, s := range g.track.Steps {
		for _, r := range s.Law {
			for _, m := range slices.Concat(r.starts, r.restarts) {
				g.runs[m] = true
			}
		}
	}
	for _, m := range g.law.Limits {
		for at := m; at != nil && !g.runs[m]; at = at.after {
			g.runs[m] = g.runs[at]
		}
	}
}

// layBands gathers the states by phase, in the order of the procedure; a phase
// of nothing but ends goes last.
func (g *graph) layBands() {
	ends := map[string]bool{}
	for i, s := range g.track.States {
		if !g.shown[i] {
			continue
		}
		at := slices.IndexFunc(g.bands, func(b *graphBand) bool { return b.phase == s.Phase })
		if at < 0 {
			at = len(g.bands)
			g.bands = append(g.bands, &graphBand{phase: s.Phase})
			ends[s.Phase] = true
		}
		b := g.bands[at]
		if s.Fact {
			b.facts = append(b.facts, i)
		} else {
			b.states = append(b.states, i)
		}
		ends[s.Phase] = ends[s.Phase] && s.End
	}
	slices.SortStableFunc(g.bands, func(a, b *graphBand) int {
		rank := map[bool]int{true: 1}
		return cmp.Compare(rank[ends[a.phase]], rank[ends[b.phase]])
	})
}

// order lists the states on the way (not the facts) from top to bottom.
func (g *graph) order() (states []int) {
	for _, b := range g.bands {
		states = append(states, b.states...)
	}
	return states
}

// sources are the states on the way that the act leads away from.
func (g *graph) sources(a *graphAct) (from []int) {
	for _, i := range g.order() {
		if a.step.from[i] && i != a.step.to {
			from = append(from, i)
		}
	}
	return from
}

// home is the band in which the act is decided: that of its target where it
// can be done from there; else that of the last state before its target.
func (g *graph) home(a *graphAct) *graphBand {
	band := func(i int) *graphBand {
		at := slices.IndexFunc(g.bands, func(b *graphBand) bool { return b.phase == g.track.States[i].Phase })
		return g.bands[max(at, 0)]
	}
	target, from, order := band(a.step.to), g.sources(a), g.order()
	if len(from) == 0 {
		return target
	}
	best := from[0]
	for _, i := range from {
		if band(i) == target && !g.track.States[a.step.to].End {
			return target
		}
		if !g.track.States[i].End && slices.Index(order, i) < slices.Index(order, a.step.to) {
			best = i
		}
	}
	return band(best)
}

// groupSides puts the acts that are on no arrow under the phase in which they
// can first be done; what the law forbids goes last.
func (g *graph) groupSides(acts []*graphAct) {
	groups := []graphGroup{{Text: Text{"随时", "at any time"}}}
	for _, b := range g.bands {
		t := phaseText(b.phase)
		groups = append(groups, graphGroup{Text: Text{t.Zh + "起", "from " + t.En + " on"}})
	}
	never := graphGroup{Text: Text{"不得", "never"}}
	for _, a := range acts {
		switch at := g.firstBand(a); {
		case a.moves():
		case slices.ContainsFunc(a.rule.Needs, func(n Need) bool { return n.Forbidden }):
			never.acts = append(never.acts, a)
		default:
			groups[at].acts = append(groups[at].acts, a)
		}
	}
	for _, x := range append(groups, never) {
		if len(x.acts) > 0 {
			g.sides = append(g.sides, x)
		}
	}
}

// firstBand is 0 for an act from anywhere, else one more than the first band
// with a state it can be done in.
func (g *graph) firstBand(a *graphAct) int {
	if slices.Contains(a.step.From, "any") {
		return 0
	}
	for i, b := range g.bands {
		for _, s := range append(slices.Clone(b.states), b.facts...) {
			if a.step.from[s] {
				return i + 1
			}
		}
	}
	return 0
}

// findWay finds the main way: forward, by ordinary steps, through as many of
// the states of the main way as it can, through no side state it can avoid.
func (g *graph) findWay() {
	order := g.order()
	score, next := make([]int, len(order)), make([]int, len(order))
	for r := len(order) - 1; r >= 0; r-- {
		next[r] = -1
		for q := r + 1; q < len(order); q++ {
			if len(g.between(order[r], order[q])) == 0 {
				continue
			}
			gain := score[q] + 100
			if s := g.track.States[order[q]]; s.Side || s.End {
				gain = score[q] - 1
			}
			if next[r] < 0 || gain > score[r] {
				score[r], next[r] = gain, q
			}
		}
	}
	for r := 0; len(order) > 0 && next[r] >= 0; r = next[r] {
		from, to := order[r], order[next[r]]
		g.way = append(g.way, graphArrow{from, to, g.between(from, to)})
	}
}

// between lists the ordinary acts that lead from one state to another.
func (g *graph) between(from, to int) (acts []*graphAct) {
	for _, a := range g.moves {
		if a.step.to == to && a.step.from[from] && a.step.Region == "" && len(a.step.Fields) == 0 {
			acts = append(acts, a)
		}
	}
	return acts
}

// collectNames gathers what a legend has to spell out.
func (g *graph) collectNames(acts []*graphAct) {
	limits, keys := map[*Limit]bool{}, map[string]bool{}
	for _, a := range acts {
		r := a.rule
		for _, m := range slices.Concat(r.starts, r.restarts, r.ends, r.pauses, r.resumes, r.extends) {
			limits[m] = g.runs[m]
		}
		for _, c := range r.Cite {
			key, _ := g.law.splitCite(c)
			keys[key] = true
		}
	}
	for _, m := range g.law.Limits {
		if !limits[m] {
			continue
		}
		g.limits = append(g.limits, m)
		for _, c := range m.lawOn(g.day) {
			key, _ := g.law.splitCite(c)
			keys[key] = true
		}
	}
	for _, i := range g.law.Instruments {
		if keys[i.Key] {
			g.keys = append(g.keys, i)
		}
	}
}

// norms says under which norms the picture holds.
func (g *graph) norms() string {
	if g.set == nil {
		return "尚无规范 · no norms yet"
	}
	return g.set.ID + " · " + g.set.From.String() + "起"
}

// dayNorms names the set of the day where it is a younger one that changed no
// step of the procedure.
func (g *graph) dayNorms() string {
	var parts []string
	if g.day != pil.MaxDay {
		parts = append(parts, "按 "+g.day.String()+" 的规范 · by the norms of that day")
	}
	if n := g.law.SetOn(g.track.ID, g.day); n != nil && n != g.set {
		parts = append(parts, "其后 "+n.ID+" · "+n.From.String()+"起，步骤未变")
	}
	return strings.Join(parts, "；")
}
