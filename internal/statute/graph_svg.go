package statute

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

const (
	posterFonts  = `"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif`
	posterMargin = 36.0
	posterRatio  = math.Sqrt2 // A3, upright

	lanePitch  = 19.0 // from one thin arrow to the next
	dotRadius  = 7.5  // of the numbers on arrows
	portGap    = 7.0  // arrows enter a box above its middle and leave below
	statePitch = 46.0
	bandPad    = 10.0 // above and below what a band holds
	phaseWidth = 134.0
	inset      = 30.0 // of a state beside the main way
)

// poster lays the picture out on the narrowest sheet of A3's proportions that
// holds it, so that its type is as large as it can be, and then spreads it.
func (g *graph) poster() *sheet {
	fits := func(width float64, air int) bool { return g.draw(width, float64(air)).h <= width*posterRatio }
	width := 1120 + 20*float64(sort.Search(200, func(i int) bool { return fits(1120+20*float64(i), 0) }))
	air := sort.Search(70, func(i int) bool { return !fits(width, i+1) })
	s := g.draw(width, float64(air))
	s.h = math.Ceil(width * posterRatio)
	return s
}

// plan is where things stand on a sheet: columns from left to right, rows from
// top to bottom.
type plan struct {
	*sheet
	g      *graph
	air    float64 // added to every row
	stateX float64
	stateW float64
	laneX  float64
	cols   [8]float64 // left edges of the columns of the table, and its right edge
	lanes  []*lane
	mid    map[int]float64 // state → middle of its box
	top    map[int]float64
	bottom map[int]float64
	onWay  map[int]bool
	y      float64
}

// lane is a thin arrow: down or up beside the states, from every state the act
// leads away from to the one it leads to.
type lane struct {
	act     *graphAct
	sources []int
	lo, hi  int // first and last row
	column  int
}

func (g *graph) draw(width, air float64) *sheet {
	p := &plan{sheet: &sheet{w: width}, g: g, air: air, mid: map[int]float64{}, top: map[int]float64{}, bottom: map[int]float64{}, onWay: map[int]bool{g.order()[0]: true}}
	for _, w := range g.way {
		p.onWay[w.to] = true
	}
	p.findLanes()
	p.setColumns()
	p.heading()
	for i, b := range g.bands {
		p.band(b, i%2 == 1, i == len(g.bands)-1)
	}
	p.drawWay()
	for _, l := range p.lanes {
		p.drawLane(l)
	}
	p.footer()
	p.h = p.y
	return p.sheet
}

// findLanes gives every arrow that is no stretch of the main way a lane, the
// short ones next to the boxes; no two arrows in a lane meet.
func (p *plan) findLanes() {
	g, order := p.g, p.g.order()
	for _, a := range g.moves {
		if g.track.States[a.step.to].Fact {
			continue
		}
		l := &lane{act: a, lo: slices.Index(order, a.step.to)}
		l.hi = l.lo
		for _, i := range g.sources(a) {
			if !slices.ContainsFunc(g.way, func(w graphArrow) bool { return w.from == i && slices.Contains(w.acts, a) }) {
				row := slices.Index(order, i)
				l.sources, l.lo, l.hi = append(l.sources, i), min(l.lo, row), max(l.hi, row)
			}
		}
		if len(l.sources) > 0 {
			p.lanes = append(p.lanes, l)
		}
	}
	slices.SortStableFunc(p.lanes, func(a, b *lane) int { return (a.hi - a.lo) - (b.hi - b.lo) })
	for i, l := range p.lanes {
		for slices.ContainsFunc(p.lanes[:i], func(o *lane) bool { return o.column == l.column && o.lo <= l.hi && l.lo <= o.hi }) {
			l.column++
		}
	}
}

func (p *plan) setColumns() {
	most := 0
	for _, l := range p.lanes {
		most = max(most, l.column+1)
	}
	p.stateX, p.stateW = posterMargin+phaseWidth+36, 168
	p.laneX = p.stateX + p.stateW + 22
	left, right := p.laneX+float64(most)*lanePitch+2, p.w-posterMargin
	p.cols[0], p.cols[1] = left, left+26
	for i, share := range p.shares() {
		p.cols[i+2] = p.cols[i+1] + share*(right-left-26)
	}
}

// shares divides the table among its columns: by what they hold on average and
// by the longest piece that cannot be broken.
func (p *plan) shares() (shares [6]float64) {
	var longest [6]float64
	for _, a := range p.g.moves {
		for i, runs := range p.cells(a) {
			for _, r := range runs {
				for _, piece := range r.pieces {
					w := emWidth(piece) * r.size
					shares[i] += w / float64(len(p.g.moves))
					longest[i] = max(longest[i], w)
				}
			}
		}
	}
	sum := 0.0
	for i := range shares {
		shares[i] += longest[i] + 60
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// cells are the columns of an act in the table.
func (p *plan) cells(a *graphAct) [][]run {
	size, small := face{size: 11.5}, face{size: 9, grey: true}
	return [][]run{
		{prose(face{size: 13, bold: true}, a.name()), prose(small, a.step.En)},
		{prose(size, p.g.track.States[a.step.to].Zh)},
		{prose(size, a.who), prose(small, a.more)},
		{prose(face{size: 10.5}, strings.Join(a.papers, "、"))},
		{items(face{size: 11}, "　", a.limits)},
		{items(face{size: 11}, " ", a.cites)},
	}
}

func (p *plan) heading() {
	g := p.g
	name := g.track.Zh + "办案流程"
	p.title = name + " " + g.norms()
	p.desc = fmt.Sprintf("%s: %d states, %d numbered steps. %s", g.track.En, len(g.order()), len(g.moves), g.wayText())
	var b block
	b.add(0, p.w-2*posterMargin, prose(face{size: 36, bold: true}, name), prose(face{size: 15, grey: true}, g.track.En))
	norms := g.norms()
	if g.set != nil {
		norms += "　" + g.set.Zh
	}
	b.add(0, p.w-2*posterMargin, prose(face{size: 16, bold: true}, norms), prose(face{size: 11.5, grey: true}, g.dayNorms()))
	p.place(posterMargin, 32, &b)
	p.y = 32 + b.h + 10
	p.rect(posterMargin, p.y, p.w-2*posterMargin, 26, `fill="#222"`)
	p.text.WriteString(`<g fill="#fff">` + "\n")
	for i, t := range []Text{{"步骤", "step"}, {"到", "to"}, {"谁决定", "who decides"}, {"文书", "papers"}, {"期限", "limits"}, {"依据", "articles"}} {
		p.columnHead(p.cols[i+1], p.cols[i+2], t)
	}
	p.columnHead(posterMargin+10, p.stateX, Text{"阶段", "phase"})
	p.columnHead(p.stateX, p.cols[0], Text{"状态和走法", "states and ways"})
	p.text.WriteString("</g>\n")
	p.y += 26
}

// columnHead sets a heading of the table, the English where there is room.
func (p *plan) columnHead(left, right float64, t Text) {
	p.caption(caption{left, p.y + 17.5, face{size: 12.5, bold: true}, t.Zh})
	if x := left + 12.5*emWidth(t.Zh) + 5; x+9.5*emWidth(t.En)+6 < right {
		p.caption(caption{x, p.y + 17.5, face{size: 9.5}, t.En})
	}
}

// band draws one phase: heading and facts, states, acts, side by side.
func (p *plan) band(b *graphBand, shade, last bool) {
	rows, table := p.rows(b), 0.0
	for _, r := range rows {
		table += r.h
	}
	l := &legend{}
	if last {
		l = p.legend()
		table += l.h + 8
	}
	side := p.phase(b)
	pitch := statePitch
	for _, i := range b.states {
		_, _, name := p.stateBox(i)
		pitch = max(pitch, name.h+11)
	}
	height := max(table, float64(len(b.states))*(pitch+p.air/2), side.h) + 2*bandPad
	if shade {
		p.rect(posterMargin, p.y, p.w-2*posterMargin, height, `fill="#f5f5f5"`)
	}
	p.rect(posterMargin, p.y, phaseWidth, height, `fill="#e4e4e4"`)
	p.facts(b, side)
	slot := (height - 2*bandPad) / float64(max(1, len(b.states)))
	for k, i := range b.states {
		p.state(i, p.y+bandPad+slot*(float64(k)+0.5))
	}
	y, spare := p.y+bandPad, 0.0
	if len(rows) > 0 && !last {
		spare = min(16, (height-2*bandPad-table)/float64(len(rows)))
	}
	for i, r := range rows {
		above := (p.air+spare)/2 + 3
		p.number(p.cols[0]+10, y+above+8.5, b.acts[i])
		p.place(0, y+above, r)
		y += r.h + spare
		p.line(p.cols[0], y, p.cols[7], y, `stroke="#bbb" stroke-width="0.6"`)
	}
	if last {
		p.place(p.cols[0], y+8, &l.block)
		p.samples(l, y+8)
	}
	p.y += height
	p.line(posterMargin, p.y, p.w-posterMargin, p.y, `stroke="#000" stroke-width="1"`)
}

// rows sets the acts of a band as rows of the table.
func (p *plan) rows(b *graphBand) (rows []*block) {
	for _, a := range b.acts {
		row := &block{}
		for i, runs := range p.cells(a) {
			var c block
			c.add(p.cols[i+1], p.cols[i+2]-p.cols[i+1]-9, runs...)
			row.captions, row.h = append(row.captions, c.captions...), max(row.h, c.h)
		}
		row.h += 6 + p.air
		rows = append(rows, row)
	}
	return rows
}

// margin is what stands left of the states: the heading of the phase and its
// facts.
type margin struct {
	head  block
	facts []*block
	h     float64
}

func (p *plan) phase(b *graphBand) *margin {
	m := &margin{}
	t := phaseText(b.phase)
	m.head.add(0, phaseWidth-16, prose(face{size: 18, bold: true}, t.Zh))
	m.head.add(0, phaseWidth-16, prose(face{size: 10.5, grey: true}, t.En))
	m.head.h += 10
	m.h = m.head.h
	for _, i := range b.facts {
		s := p.g.track.States[i]
		fact := &block{h: 4}
		fact.add(57, 100, prose(face{size: 12, middle: true}, s.Zh))
		fact.add(57, 104, prose(face{size: 8.5, grey: true, middle: true}, s.En))
		fact.h += 22
		m.facts = append(m.facts, fact)
		m.h += fact.h + 8
	}
	return m
}

func (p *plan) facts(b *graphBand, m *margin) {
	x, y := posterMargin+10, p.y+bandPad
	p.place(x, y, &m.head)
	y += m.head.h
	for k, fact := range m.facts {
		p.rect(x, y, 114, fact.h, `rx="12" fill="#fff" stroke="#000" stroke-dasharray="4 3"`)
		p.place(x, y, fact)
		var acts []*graphAct
		for _, a := range p.g.moves {
			if a.step.to == b.facts[k] {
				acts = append(acts, a)
			}
		}
		for n, a := range acts {
			p.number(x+57+18*(float64(n)-float64(len(acts)-1)/2), y+fact.h-12, a)
		}
		y += fact.h + 8
	}
}

// stateBox is the box of a state: left edge, width, what it says. One beside
// the main way is set in, so that the way passes it.
func (p *plan) stateBox(i int) (x, w float64, name *block) {
	s := p.g.track.States[i]
	x, w, name = p.stateX, p.stateW, &block{h: 3}
	if !p.onWay[i] {
		x, w = x+inset, w-inset
	}
	name.add(w/2, w-12, prose(face{size: 13, bold: p.onWay[i], middle: true}, s.Zh))
	name.add(w/2, w-10, prose(face{size: 9, grey: true, middle: true}, s.En))
	name.h += 3
	return x, w, name
}

func (p *plan) state(i int, mid float64) {
	s := p.g.track.States[i]
	x, w, b := p.stateBox(i)
	stroke := "1"
	if p.onWay[i] {
		stroke = "2.2"
	}
	p.mid[i], p.top[i], p.bottom[i] = mid, mid-b.h/2, mid+b.h/2
	if s.End {
		p.rect(x-3, p.top[i]-3, w+6, b.h+6, `fill="#fff" stroke="#000" stroke-width="1"`)
	}
	p.rect(x, p.top[i], w, b.h, `fill="#fff" stroke="#000" stroke-width="`+stroke+`"`)
	p.place(x, p.top[i], b)
}

func (p *plan) drawWay() {
	x := p.stateX + 10
	for _, w := range p.g.way {
		from, to := p.bottom[w.from], p.top[w.to]
		if p.g.track.States[w.to].End {
			to -= 3
		}
		p.line(x, from, x, to-7, `stroke="#000" stroke-width="3.4"`)
		p.head(x, to, 10, true)
		for k, a := range w.acts {
			p.number(p.stateX-10-16*float64(k%2), to-dotRadius+1-16*float64(k/2), a)
		}
	}
}

func (p *plan) drawLane(l *lane) {
	x, edge := p.laneX+float64(l.column)*lanePitch+dotRadius, p.stateX+p.stateW
	stroke := `stroke="#000" stroke-width="1.1" fill="none"`
	if l.act.loose() {
		stroke += ` stroke-dasharray="4 2.5"`
	}
	target := p.g.track.States[l.act.step.to]
	in := p.mid[l.act.step.to] - portGap
	lo, hi := in, in
	for _, i := range l.sources {
		out := p.mid[i] + portGap
		lo, hi = min(lo, out), max(hi, out)
		p.line(edge, out, x, out, `stroke="#999" stroke-width="0.7"`)
		p.dot(x, out)
	}
	dot := in - dotRadius - 6
	if lo == in { // all come from below
		dot = in + 2*portGap + dotRadius + 4
	}
	p.line(x, lo, x, dot-dotRadius, stroke)
	p.line(x, dot+dotRadius, x, hi, stroke)
	if target.End {
		edge += 3
	}
	p.line(edge+6, in, x, in, stroke)
	p.head(edge, in, 8, false)
	p.number(x, dot, l.act)
}

// legend explains the signs and the letters of the articles; rows are the
// middles of its lines with a sample.
type legend struct {
	block
	rows []float64
}

func (p *plan) legend() *legend {
	l, f := &legend{}, face{size: 10.5}
	width := (p.cols[7] - p.cols[0] - 24) * 0.54
	l.add(0, width, prose(face{size: 12.5, bold: true}, "图例 legend"))
	for _, t := range []string{
		"主要走法，数字即表中步骤 the main way; numbers are steps of the table",
		"其他走法：从有圆点的各状态到箭头所指 other ways: from each dotted state to the arrow",
		"〔做法〕没有条文的实践，〔推论〕由条文推出 practice without an article, inference",
		"程序之外的事实，程序停在原状态 a fact beside the procedure, which stays where it stood",
		"办结；缩进的在主要走法之外 an end; boxes set in lie beside the main way",
	} {
		l.h += 3
		l.rows = append(l.rows, l.h+7)
		l.add(50, width-50, prose(f, t))
	}
	l.h += 4
	l.add(0, width, items(f, "　", []string{"期限 limits:", "起 starts", "改起 starts anew", "止 ends", "停 pauses", "续 resumes", "延 extends"}))
	l.add(0, width, items(f, "　", []string{"〔读法〕条文未明，我们的读法 our reading", "〔待核〕原文未核 secondary source"}))
	var keys block
	x, width := width+24, p.cols[7]-p.cols[0]-24-width
	keys.add(x, width, prose(face{size: 12.5, bold: true}, "依据"), prose(face{size: 9.5, grey: true}, "articles: letters for the instrument, figures for the article"))
	for _, k := range p.g.keys {
		keys.h += 2
		keys.add(x, width, prose(face{size: 10, bold: true}, k.Key), prose(face{size: 10}, k.Title))
	}
	l.captions, l.h = append(l.captions, keys.captions...), max(l.h, keys.h)
	return l
}

func (p *plan) samples(l *legend, y float64) {
	x, row := p.cols[0], func(n int) float64 { return y + l.rows[n] }
	p.line(x+2, row(0), x+40, row(0), `stroke="#000" stroke-width="3.4"`)
	p.line(x+2, row(1), x+40, row(1), `stroke="#000" stroke-width="1.1"`)
	p.dot(x+5, row(1))
	p.line(x+2, row(2), x+40, row(2), `stroke="#000" stroke-width="1.1" stroke-dasharray="4 2.5"`)
	p.rect(x+4, row(3)-5, 34, 10, `rx="5" fill="#fff" stroke="#000" stroke-dasharray="4 3"`)
	p.rect(x+4, row(4)-6, 34, 12, `fill="#fff" stroke="#000"`)
	p.rect(x+7, row(4)-3, 28, 6, `fill="#fff" stroke="#000"`)
}

// footer holds what can be done beside the way, and spells out the limits.
func (p *plan) footer() {
	inner := p.w - 2*posterMargin - 20
	n := max(2, int(inner)/300)
	width := (inner+14)/float64(n) - 14
	var sides, limits []*block
	for _, group := range p.g.sides {
		for i, a := range group.acts {
			b := &block{}
			if i == 0 {
				b.h = 4
				b.add(0, width, prose(face{size: 12.5, bold: true}, "▍"+group.Zh), prose(face{size: 9.5, grey: true}, group.En))
			}
			small := face{size: 9.5}
			b.add(8, width-8, prose(face{size: 11, bold: true}, a.name()), prose(face{size: 8.5, grey: true}, a.step.En),
				prose(small, a.detail(p.g)), items(small, "　", a.limits), items(small, " ", a.cites))
			b.h += 3 + p.air/4
			sides = append(sides, b)
		}
	}
	p.flow(Text{"随时可以做的", "side acts: the state stays as it is"}, n, width, sides)
	f := face{size: 9.5}
	for _, m := range p.g.limits {
		b := &block{}
		b.add(0, width, items(face{size: 10, bold: true}, " ", []string{m.ID, m.lengthOn(p.g.day)}), prose(f, m.Zh+"，自"+m.Start.Zh), items(f, " ", p.g.law.CitesOn(m.lawOn(p.g.day), p.g.day)))
		limits = append(limits, b)
	}
	p.flow(Text{"期限", "limits: how long, what for, from when"}, n, width, limits)
	p.caption(caption{posterMargin, p.y + 16, face{size: 8.5, grey: true}, "shouhu law graph " + p.g.track.ID + " · 法律数据 law data " + p.g.law.Hash[:12]})
	p.y += 16 + posterMargin
}

// detail is a side act in short: where to, who, papers.
func (a *graphAct) detail(g *graph) string {
	to, who := "", a.who
	if a.step.to >= 0 {
		to = "→ " + g.track.States[a.step.to].Zh
	}
	if who == actorText("office").Zh {
		who = "" // goes without saying
	}
	return joinSome("；", to, who, a.more, strings.Join(a.papers, "、"))
}

// flow sets blocks in columns of about one height under a heading.
func (p *plan) flow(title Text, n int, width float64, blocks []*block) {
	if len(blocks) == 0 {
		return
	}
	p.y += 10
	top := p.y
	var head block
	head.add(0, p.w, prose(face{size: 14, bold: true}, title.Zh), prose(face{size: 10, grey: true}, title.En))
	p.place(posterMargin+10, p.y+4, &head)
	p.y += head.h + 8
	height := 0.0
	for _, b := range blocks {
		height += b.h / float64(n)
	}
	for columnsOf(blocks, height) > n {
		height += 2
	}
	x, y := posterMargin+10, p.y
	for _, b := range blocks {
		if y > p.y && y+b.h > p.y+height+0.1 {
			x, y = x+width+14, p.y
		}
		p.place(x, y, b)
		y += b.h
	}
	p.y += height + 8
	p.rect(posterMargin, top, p.w-2*posterMargin, p.y-top, `fill="none" stroke="#000" stroke-width="0.8"`)
}

// columnsOf counts the columns of a height that the blocks fill.
func columnsOf(blocks []*block, height float64) int {
	n, y := 1, 0.0
	for _, b := range blocks {
		if y > 0 && y+b.h > height+0.1 {
			n, y = n+1, 0
		}
		y += b.h
	}
	return n
}
