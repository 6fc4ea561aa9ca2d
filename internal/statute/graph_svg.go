package statute

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
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

// face is how a text is set.
type face struct {
	size   float64
	bold   bool
	grey   bool
	middle bool // x is the middle
}

// label is one line of text; x and y are its left end (or middle) and baseline.
type label struct {
	x, y float64
	face
	text string
}

// box is the space the line takes: left, top, right, bottom.
func (t label) box() [4]float64 {
	w, x := emWidth(t.text)*t.size, t.x
	if t.middle {
		x -= w / 2
	}
	return [4]float64{x, t.y - 0.88*t.size, x + w, t.y + 0.18*t.size}
}

// emWidth estimates the width of a text in em, rather too wide than too narrow.
func emWidth(s string) (w float64) {
	for _, r := range s {
		switch {
		case r >= 0x2000 || r == '·':
			w++
		case strings.ContainsRune(" \u00a0ijlftr.,;:'()-", r):
			w += 0.36
		case r >= 'A' && r <= 'Z' || r == 'm' || r == 'w':
			w += 0.72
		default:
			w += 0.56
		}
	}
	return w
}

// tokens cuts a text where a line may break: between Chinese characters, after
// a blank; never before a closing mark, after an opening one or inside 〔〕.
func tokens(s string) (out []string) {
	var last rune
	inside := false
	for _, r := range s {
		free := last == ' ' || last >= 0x2e80 || r >= 0x2e80
		if len(out) == 0 || free && !inside && !strings.ContainsRune("（〔《「\u00a0", last) && !strings.ContainsRune("，。、；：）〕》」？！) \u00a0", r) {
			out = append(out, "")
		}
		out[len(out)-1] += string(r)
		inside = r == '〔' || inside && r != '〕'
		last = r
	}
	return out
}

// run is a stretch of text in one face, cut where a line may break.
type run struct {
	face
	pieces []string
}

func prose(f face, s string) run { return run{f, tokens(s)} }

// items are pieces that stay whole, parted by a blank.
func items(f face, blank string, pieces []string) run {
	r := run{face: f}
	for i, p := range pieces {
		if i < len(pieces)-1 {
			p += blank
		}
		r.pieces = append(r.pieces, p)
	}
	return r
}

// block is lines of text to be placed as one piece; positions are from its
// upper left corner.
type block struct {
	labels []label
	h      float64
}

// add fills lines of a width with the runs; only a piece too long for a line
// is cut further.
func (b *block) add(x, width float64, runs ...run) {
	var line []label
	at := x
	flush := func() {
		size := 0.0
		for _, t := range line {
			size = max(size, t.size)
		}
		for _, t := range line {
			t.y, t.text = b.h+1.02*size, strings.TrimRight(t.text, " 　")
			b.labels = append(b.labels, t)
		}
		b.h += 1.32 * size
		line, at = nil, x
	}
	for _, r := range runs {
		if len(line) > 0 && len(r.pieces) > 0 {
			at += 0.6 * r.size
		}
		fresh := true // the run has no label on this line yet
		for todo := r.pieces; len(todo) > 0; {
			piece := todo[0]
			w := emWidth(strings.TrimRight(piece, " 　")) * r.size
			if parts := tokens(piece); w > width && len(parts) > 1 {
				todo = slices.Concat(parts, todo[1:])
				continue
			}
			if len(line) > 0 && at+w > x+width {
				flush()
				fresh = true
				continue
			}
			if fresh {
				line = append(line, label{x: at, face: r.face})
				fresh = false
			}
			line[len(line)-1].text += piece
			at += emWidth(piece) * r.size
			todo = todo[1:]
		}
	}
	if len(line) > 0 {
		flush()
	}
}

// sheet collects what is drawn: areas first, lines over them, text on top.
type sheet struct {
	w, h               float64
	title, desc        string
	areas, lines, text strings.Builder
	labels             []label
	segments           [][4]float64 // every straight line, for proving that none runs through a text
}

func num(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

func (s *sheet) label(t label) {
	s.labels = append(s.labels, t)
	fmt.Fprintf(&s.text, `<text x="%s" y="%s" font-size="%s"`, num(t.x), num(t.y), num(t.size))
	if t.bold {
		s.text.WriteString(` font-weight="700"`)
	}
	if t.grey {
		s.text.WriteString(` fill="#555"`)
	}
	if t.middle {
		s.text.WriteString(` text-anchor="middle"`)
	}
	fmt.Fprintf(&s.text, ">%s</text>\n", html.EscapeString(strings.ReplaceAll(t.text, "\u00a0", " ")))
}

func (s *sheet) place(x, y float64, b *block) {
	for _, t := range b.labels {
		t.x, t.y = t.x+x, t.y+y
		s.label(t)
	}
}

func (s *sheet) rect(x, y, w, h float64, attrs string) {
	fmt.Fprintf(&s.areas, `<rect x="%s" y="%s" width="%s" height="%s" %s/>`+"\n", num(x), num(y), num(w), num(h), attrs)
}

func (s *sheet) line(x1, y1, x2, y2 float64, attrs string) {
	s.segments = append(s.segments, [4]float64{min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)})
	fmt.Fprintf(&s.lines, `<path d="M%s %sL%s %s" %s/>`+"\n", num(x1), num(y1), num(x2), num(y2), attrs)
}

func (s *sheet) dot(x, y float64) {
	fmt.Fprintf(&s.lines, `<circle cx="%s" cy="%s" r="2.8"/>`+"\n", num(x), num(y))
}

// head draws an arrow head with its tip at x, y, pointing down or left.
func (s *sheet) head(x, y, size float64, down bool) {
	d := fmt.Sprintf("M%s %sl%s %sv%sz", num(x), num(y), num(size), num(-size/2), num(size))
	if down {
		d = fmt.Sprintf("M%s %sl%s %sh%sz", num(x), num(y), num(-size/2), num(-size), num(size))
	}
	fmt.Fprintf(&s.lines, `<path d="%s"/>`+"\n", d)
}

// number draws the number of an act in a circle, dashed where it rests on less
// than an article.
func (s *sheet) number(x, y float64, a *graphAct) {
	dash := ""
	if a.loose() {
		dash = ` stroke-dasharray="2.2 1.6"`
	}
	fmt.Fprintf(&s.lines, `<circle cx="%s" cy="%s" r="%s" fill="#fff" stroke="#000"%s/>`+"\n", num(x), num(y), num(dotRadius), dash)
	s.label(label{x, y + 3.2, face{size: 9, bold: true, middle: true}, strconv.Itoa(a.n)})
}

// String is the finished picture.
func (s *sheet) String() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="graph-title graph-desc" viewBox="0 0 %s %s" width="297mm" height="%smm" font-family='%s'>
<title id="graph-title">%s</title>
<desc id="graph-desc">%s</desc>
<rect width="100%%" height="100%%" fill="#fff"/>
%s<g fill="#000">
%s</g>
<g fill="#000">
%s</g>
</svg>
`, num(s.w), num(s.h), num(297*s.h/s.w), posterFonts, html.EscapeString(s.title), html.EscapeString(s.desc), s.areas.String(), s.lines.String(), s.text.String())
}

// poster lays the picture out on the narrowest sheet of A3's proportions that
// holds it, so that its type is as large as it can be, and then spreads it.
func (g *graph) poster() *sheet {
	width := 1120.0
	for g.draw(width, 0).h > width*posterRatio {
		width += 20
	}
	air := 0.0
	for air < 40 && g.draw(width, air+1).h <= width*posterRatio {
		air++
	}
	s := g.draw(width, air)
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
	for i, share := range []float64{0.27, 0.1, 0.15, 0.11, 0.215, 0.155} {
		p.cols[i+2] = p.cols[i+1] + share*(right-left-26)
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
	p.label(label{left, p.y + 17.5, face{size: 12.5, bold: true}, t.Zh})
	if x := left + 12.5*emWidth(t.Zh) + 5; x+9.5*emWidth(t.En)+6 < right {
		p.label(label{x, p.y + 17.5, face{size: 9.5}, t.En})
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
	height := max(table, float64(len(b.states))*(statePitch+p.air/2), side.h) + 2*bandPad
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
		cell := func(i int, runs ...run) {
			c := block{}
			c.add(p.cols[i], p.cols[i+1]-p.cols[i]-9, runs...)
			row.labels, row.h = append(row.labels, c.labels...), max(row.h, c.h)
		}
		plainFace, small := face{size: 11.5}, face{size: 9, grey: true}
		cell(1, prose(face{size: 13, bold: true}, a.name()), prose(small, a.step.En))
		cell(2, prose(plainFace, p.g.track.States[a.step.to].Zh))
		cell(3, prose(plainFace, a.who), prose(small, a.more))
		cell(4, items(face{size: 10.5}, "", tokens(strings.Join(a.papers, "、"))))
		cell(5, items(face{size: 11}, "　", a.limits))
		cell(6, items(face{size: 11}, " ", a.cites))
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

// state draws a state as a box; one beside the main way is set in, so that the
// way passes it.
func (p *plan) state(i int, mid float64) {
	s := p.g.track.States[i]
	x, w, stroke := p.stateX, p.stateW, "2.2"
	if !p.onWay[i] {
		x, w, stroke = x+inset, w-inset, "1"
	}
	var b block
	b.h = 3
	b.add(w/2, w-12, prose(face{size: 13, bold: p.onWay[i], middle: true}, s.Zh))
	b.add(w/2, w-10, prose(face{size: 9, grey: true, middle: true}, s.En))
	b.h += 3
	p.mid[i], p.top[i], p.bottom[i] = mid, mid-b.h/2, mid+b.h/2
	if s.End {
		p.rect(x-3, p.top[i]-3, w+6, b.h+6, `fill="#fff" stroke="#000" stroke-width="1"`)
	}
	p.rect(x, p.top[i], w, b.h, `fill="#fff" stroke="#000" stroke-width="`+stroke+`"`)
	p.place(x, p.top[i], &b)
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
	l.labels, l.h = append(l.labels, keys.labels...), max(l.h, keys.h)
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
	p.label(label{posterMargin, p.y + 16, face{size: 8.5, grey: true}, "shouhu law graph " + p.g.track.ID + " · 法律数据 law data " + p.g.law.Hash[:12]})
	p.y += 16 + posterMargin
}

// detail is a side act in short: where to, who, papers.
func (a *graphAct) detail(g *graph) string {
	var parts []string
	if a.step.to >= 0 {
		parts = append(parts, "→ "+g.track.States[a.step.to].Zh)
	}
	for _, s := range []string{a.who, a.more, strings.Join(a.papers, "、")} {
		if s != "" && s != actorText("office").Zh {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "；")
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
