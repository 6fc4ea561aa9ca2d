package statute

import (
	"fmt"
	"slices"
	"strings"
)

// text writes the procedure for a terminal.
func (g *graph) text() string {
	b := &strings.Builder{}
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
		fmt.Fprintf(b, "\n【%s】%s，不改变状态 · the state stays\n\n", group.Zh, group.En)
		for _, a := range group.acts {
			g.textLine(b, a, widths)
		}
	}
	fmt.Fprintf(b, "\n【期限】limits\n\n")
	for _, m := range g.limits {
		fmt.Fprintf(b, "    %s  %s  %s  自%s  %s\n", pad(m.ID, 15), pad(m.lengthOn(g.day), 10), m.Zh, m.Start.Zh, strings.Join(g.law.CitesOn(m.lawOn(g.day), g.day), " "))
	}
	return b.String()
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

// textCells are the columns of a line: what, where to, who, under what.
func (g *graph) textCells(a *graphAct) []string {
	to := ""
	if a.step.to >= 0 {
		to = "→ " + g.track.States[a.step.to].Zh
	}
	return []string{a.name(), to, a.who, strings.Join(a.cites, " ")}
}

// textWidths are the widths of the columns: of the widest cell, but for one
// that would leave no room for the rest.
func (g *graph) textWidths() []int {
	widths, most := make([]int, 4), []int{36, 24, 26, 0}
	for _, group := range append(g.sides, graphGroup{acts: g.moves}) {
		for _, a := range group.acts {
			for i, c := range g.textCells(a) {
				widths[i] = max(widths[i], min(columns(c), most[i]))
			}
		}
	}
	return widths
}

// textLine writes an act, and below it the limits, who else has a hand in it
// and the papers.
func (g *graph) textLine(b *strings.Builder, a *graphAct, widths []int) {
	cells := g.textCells(a)
	for i, c := range cells {
		cells[i] = pad(c, widths[i])
	}
	b.WriteString(strings.TrimRight("    "+strings.Join(cells, "  "), " ") + "\n")
	if more := joinSome("；", plain(strings.Join(a.limits, "，")), a.more, strings.Join(a.papers, "、")); more != "" {
		fmt.Fprintf(b, "        %s\n", more)
	}
}

// joinSome joins the parts that are there.
func joinSome(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
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
func (g *graph) dot() string {
	b := &strings.Builder{}
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
	return b.String()
}

func (a *graphAct) dotLabel() string {
	return plain(joinSome(" · ", a.name()+" "+a.who, strings.Join(a.limits, "，"), strings.Join(a.cites, " ")))
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
