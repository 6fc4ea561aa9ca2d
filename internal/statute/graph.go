package statute

import (
	"bufio"
	"cmp"
	"fmt"
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
	g := newGraph(l, p, on)
	switch format {
	case "svg":
		_, err := io.WriteString(w, g.poster().String())
		return err
	case "dot":
		return g.dot(w)
	case "text":
		return g.text(w)
	}
	return pil.Invalid("没有格式 %s，可用的有 %s (no such format)", pil.Quote(format), strings.Join(GraphFormats(), "、"))
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

// graphAct is a step under the rule of the day, in words.
type graphAct struct {
	n                     int // its number in the picture; 0 for a side act
	step                  *Step
	rule                  *Rule
	tags                  []string
	who, more             string // who decides; who proposes, reviews, is told
	papers, limits, cites []string
}

// loose reports whether the act rests on less than an article.
func (a *graphAct) loose() bool { return a.rule.Basis != ByLaw }

// name is the Chinese name with its marks.
func (a *graphAct) name() string { return a.step.Zh + strings.Join(a.tags, "") }

// moves reports whether the act belongs on the map: it leads to a state, and
// not from just anywhere.
func (a *graphAct) moves() bool { return a.step.to >= 0 && !slices.Contains(a.step.From, "any") }

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

// act puts a rule into words.
func (g *graph) act(s *Step, r *Rule) *graphAct {
	a := &graphAct{step: s, rule: r, cites: g.law.CitesOn(r.Cite, g.day)}
	a.who, a.more = graphWho(s, r)
	switch {
	case r.Basis == ByPractice:
		a.tags = append(a.tags, "〔做法〕")
	case r.Basis == ByInference:
		a.tags = append(a.tags, "〔推论〕")
	case r.Conf == Reading:
		a.tags = append(a.tags, "〔读法〕")
	case r.Conf == Secondary || r.Conf == Memory:
		a.tags = append(a.tags, "〔待核〕")
	}
	if len(s.Fields) > 0 {
		a.tags = append(a.tags, "〔限"+s.Fields[0]+"〕")
	}
	if s.Region != "" {
		a.tags = append(a.tags, "〔"+pil.Region(s.Region).ProvinceZh()+"〕")
	}
	for _, id := range r.Papers {
		t := g.law.paper[id].Text
		if g.set != nil && g.set.Papers[id].Zh != "" {
			t = g.set.Papers[id]
		}
		a.papers = append(a.papers, t.Zh)
	}
	a.limits = g.limitWords(r)
	return a
}

func graphWho(s *Step, r *Rule) (who, more string) {
	var rest []string
	if len(r.Decide) > 0 {
		var names []string
		for _, d := range r.Decide {
			names = append(names, actorText(d).Zh)
		}
		who = strings.Join(names, "或者") + "决定"
		if r.Propose != "" && !slices.Contains(r.Decide, r.Propose) {
			rest = append(rest, actorText(r.Propose).Zh+"提出")
		}
	} else if r.Propose != "" {
		who = actorText(r.Propose).Zh
	} else {
		who = actorText(s.By).Zh
	}
	if r.Review != "" {
		rest = append(rest, actorText(r.Review).Zh+"审核")
	}
	switch r.Higher {
	case "record":
		rest = append(rest, "报上一级院备案")
	case "approve":
		rest = append(rest, "报上级院批准")
	case "report":
		rest = append(rest, "报上级院")
	}
	return who, strings.Join(rest, "，")
}

// limitWords says what the act does to each limit, with the length where one
// begins, ends or begins anew.
func (g *graph) limitWords(r *Rule) (words []string) {
	for _, x := range []struct {
		verb   string
		length bool
		limits []*Limit
	}{
		{"起", true, r.starts}, {"改起", true, r.restarts}, {"止", true, r.ends},
		{"停", false, r.pauses}, {"续", false, r.resumes}, {"延", false, r.extends},
	} {
		for _, m := range x.limits {
			if !g.runs[m] {
				continue
			}
			word := x.verb + "\u00a0" + m.ID
			if x.length {
				word += "\u00a0" + m.lengthOn(g.day)
			}
			words = append(words, word)
		}
	}
	return words
}

// lengthOn is the length in a few words, as counted by the norms of the day.
func (m *Limit) lengthOn(d pil.Day) string {
	v := m.VersionOn(d)
	if v == nil {
		v = m.nearest(d)
	}
	switch {
	case v.Stated:
		return "文书载明"
	case m.Kind == Before && v.Days == 0:
		return "之前"
	case m.Kind == Before:
		return fmt.Sprintf("提前%d日", v.Days)
	case m.Kind == WorkingDays:
		return fmt.Sprintf("%d个工作日", v.Days)
	case m.Kind == Wait:
		return "满" + v.Length().Zh
	}
	return v.Length().Zh
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

// detour reports whether a state stands beside the main way: a way back, a
// branch, a remedy. It only arranges the picture; every arrow is drawn.
func detour(s *State) bool {
	switch s.ID {
	case "consulting", "consulted", "urged", "suspended", "transferred", "claims-changed", "mediated", "settled",
		"appealed", "judged-second", "protested", "retried":
		return true
	}
	return false
}

// findWay finds the main way: forward, by ordinary steps, through as many of
// the states that are no detour as it can, through no detour it can avoid.
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
			if s := g.track.States[order[q]]; detour(s) || s.End {
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

// lawOn is what the limit rests on by the norms of the day.
func (m *Limit) lawOn(d pil.Day) []string {
	if v := m.VersionOn(d); v != nil {
		return v.Cite
	}
	return m.nearest(d).Cite
}

// phaseText names a phase; one that is not known goes by its id.
func phaseText(id string) Text {
	switch id {
	case "clue":
		return Text{"线索", "clue"}
	case "inquiry":
		return Text{"立案调查", "opening and inquiry"}
	case "pre-suit":
		return Text{"诉前程序", "before the suit"}
	case "review":
		return Text{"审查起诉", "review for suit"}
	case "court":
		return Text{"诉讼", "in court"}
	case "after":
		return Text{"裁判之后", "after judgment"}
	case "end":
		return Text{"办结", "ends"}
	}
	return Text{id, id}
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

// text writes the procedure for a terminal.
func (g *graph) text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s  %s\n%s", g.track.Zh, g.track.En, g.norms())
	if g.set != nil {
		fmt.Fprintf(b, "  %s", g.set.Zh)
	}
	if s := g.dayNorms(); s != "" {
		fmt.Fprintf(b, "\n%s", s)
	}
	fmt.Fprintf(b, "\n主要走法: %s\n", g.wayText())
	widths := g.textWidths()
	for _, band := range g.bands {
		t := phaseText(band.phase)
		fmt.Fprintf(b, "\n【%s】%s\n", t.Zh, t.En)
		for _, i := range slices.Sorted(slices.Values(slices.Concat(band.states, band.facts))) {
			s := g.track.States[i]
			fmt.Fprintf(b, "\n  %s %s%s\n", s.Zh, s.En, stateMark(s))
			for _, a := range g.moves {
				if a.step.from[i] && a.step.to != i {
					g.textLine(b, a, widths)
				}
			}
		}
	}
	for _, group := range g.sides {
		fmt.Fprintf(b, "\n【%s】%s (不改变状态 · the state stays)\n\n", group.Zh, group.En)
		for _, a := range group.acts {
			g.textLine(b, a, widths)
		}
	}
	fmt.Fprintf(b, "\n【期限】limits\n\n")
	for _, m := range g.limits {
		fmt.Fprintf(b, "    %s  %s  %s  自%s  %s\n", pad(m.ID, 15), pad(m.lengthOn(g.day), 10), m.Zh, m.Start.Zh, strings.Join(g.law.CitesOn(m.lawOn(g.day), g.day), " "))
	}
	return b.Flush()
}

func stateMark(s *State) string {
	switch {
	case s.Fact:
		return " (程序之外的事实 · a fact beside the procedure)"
	case s.End:
		return " (办结 · an end)"
	}
	return ""
}

func (g *graph) wayText() string {
	names := []string{g.track.States[0].Zh}
	for _, w := range g.way {
		names = append(names, g.track.States[w.to].Zh)
	}
	return strings.Join(names, " → ")
}

// textCells are the columns of a line but the last.
func (g *graph) textCells(a *graphAct) []string {
	to := ""
	if a.step.to >= 0 {
		to = "→ " + g.track.States[a.step.to].Zh
	}
	return []string{a.name(), to, a.who, plain(strings.Join(a.limits, "，"))}
}

// textWidths are the widths of the columns: the widest cell, but no wider than
// leaves room for the rest.
func (g *graph) textWidths() []int {
	widths, most := make([]int, 4), []int{40, 24, 26, 34}
	measure := func(acts []*graphAct) {
		for _, a := range acts {
			for i, c := range g.textCells(a) {
				widths[i] = max(widths[i], min(columns(c), most[i]))
			}
		}
	}
	measure(g.moves)
	for _, group := range g.sides {
		measure(group.acts)
	}
	return widths
}

func (g *graph) textLine(w io.Writer, a *graphAct, widths []int) {
	line := "    "
	for i, c := range g.textCells(a) {
		line += pad(c, widths[i]) + "  "
	}
	fmt.Fprintln(w, strings.TrimRight(line+strings.Join(a.cites, " "), " "))
	if more := strings.Join(slices.DeleteFunc([]string{a.more, strings.Join(a.papers, "、")}, func(s string) bool { return s == "" }), "；"); more != "" {
		fmt.Fprintf(w, "      %s\n", more)
	}
}

// plain has no unbreakable blanks.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// columns is the width of a text on a terminal.
func columns(s string) (n int) {
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

// wide reports whether a terminal gives the rune two columns: Chinese,
// its punctuation and the full-width forms.
func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x20000 && r <= 0x3fffd
}

// pad fills a cell up to its width.
func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-columns(s))) }

// dot writes the states and arrows as Graphviz source.
func (g *graph) dot(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "digraph %s {\n", dotQuote(g.track.ID))
	fmt.Fprintf(b, "  label=%s; labelloc=t; rankdir=TB; newrank=true;\n", dotQuote(g.track.Zh+" "+g.track.En+"\n"+g.norms()))
	fmt.Fprintf(b, "  fontname=\"Noto Sans CJK SC\"; node [shape=box, fontname=\"Noto Sans CJK SC\"]; edge [fontname=\"Noto Sans CJK SC\", fontsize=10];\n")
	for _, band := range g.bands {
		t := phaseText(band.phase)
		fmt.Fprintf(b, "  subgraph %s {\n    label=%s;\n", dotQuote("cluster_"+band.phase), dotQuote(t.Zh+" "+t.En))
		for _, i := range slices.Concat(band.states, band.facts) {
			s := g.track.States[i]
			style := ""
			if s.Fact {
				style = ", style=\"rounded,dashed\""
			} else if s.End {
				style = ", peripheries=2"
			}
			fmt.Fprintf(b, "    %s [label=%s%s];\n", dotQuote(s.ID), dotQuote(s.Zh+"\n"+s.En), style)
		}
		fmt.Fprintln(b, "  }")
	}
	for _, a := range g.moves {
		for i, ok := range a.step.from {
			if ok && i != a.step.to && g.shown[i] {
				fmt.Fprintf(b, "  %s -> %s [label=%s%s];\n", dotQuote(g.track.States[i].ID), dotQuote(a.step.To), dotQuote(a.dotLabel()), g.dotStyle(a, i))
			}
		}
	}
	for n, group := range g.sides {
		lines := []string{group.Zh + " " + group.En}
		for _, a := range group.acts {
			lines = append(lines, a.dotLabel())
		}
		fmt.Fprintf(b, "  %s [shape=note, label=%s];\n", dotQuote(fmt.Sprintf("side_%d", n)), dotQuote(strings.Join(lines, "\n")))
	}
	fmt.Fprintln(b, "}")
	return b.Flush()
}

func (a *graphAct) dotLabel() string {
	label := a.name() + " " + a.who
	for _, part := range []string{strings.Join(a.limits, "，"), strings.Join(a.cites, " ")} {
		if part != "" {
			label += " · " + plain(part)
		}
	}
	return label
}

func (g *graph) dotStyle(a *graphAct, from int) (style string) {
	if slices.ContainsFunc(g.way, func(w graphArrow) bool { return w.from == from && w.to == a.step.to }) {
		style = ", penwidth=3, weight=10"
	}
	if a.loose() {
		style += ", style=dashed"
	}
	return style
}

// dotQuote writes a Graphviz string; its line breaks are centred ones.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
