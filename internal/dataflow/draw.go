package dataflow

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Number writes a count for people: 2600万, 43.2万, 1.5亿, 8,000.
func Number(n int64) string {
	short := func(by float64, unit string) string {
		return strings.TrimSuffix(strconv.FormatFloat(math.Trunc(float64(n)/by*10)/10, 'f', 1, 64), ".0") + unit
	}
	switch {
	case n >= 1e8:
		return short(1e8, "亿")
	case n >= 1e4:
		return short(1e4, "万")
	}
	return strconv.FormatInt(n, 10)
}

// Measures of the picture, in pixels.
const (
	boxWidth  = 146.0
	lineTall  = 19.0
	boxPad    = 9.0
	boxGap    = 20.0 // between boxes under each other
	portPitch = 9.0  // between edges at one side of a box
	passTall  = 14.0 // a long edge passing a layer
	layerGap  = 126.0
	margin    = 24.0
	headTall  = 64.0
	backPitch = 22.0 // from one way back to the next
	typeSize  = 14.0
	fonts     = `'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif`
)

// Captions are the texts of a picture that its caller knows.
type Captions struct {
	Title string // of the case
	Desc  string // the map in a sentence, for those who cannot see it
}

// place is a box, or a point that a long edge passes.
type place struct {
	node  *Node
	layer int
	lines []string
	x, y  float64
	tall  float64
	order float64 // towards which it wants to be
}

func (p *place) mid() float64 { return p.y + p.tall/2 }

// way is an edge with the places it goes through.
type way struct {
	edge   *Edge
	n      int
	stops  []*place
	back   int // which lane below the boxes it takes; -1: none, it leads on
	out    float64
	in     float64
	state  byte // what the findings say: m missing, u unknown, or ok
	number string
}

// Draw writes the picture of a map as SVG: layers from left to right, edges with
// the number they have in the table beside it. It depends on nothing but its
// arguments: the same map gives the same bytes.
func Draw(m *Map, findings []Finding, c Captions) string {
	p := layOut(m, findings)
	return p.write(c)
}

type picture struct {
	layers   [][]*place
	kinds    []Kind
	ways     []*way
	w, h     float64
	bottom   float64 // of the boxes
	any      map[byte]bool
	hasEdges bool
}

func layOut(m *Map, findings []Finding) *picture {
	p := &picture{any: map[byte]bool{}}
	at := map[int64]*place{}
	for _, k := range Kinds {
		var layer []*place
		for i := range m.Nodes {
			if n := &m.Nodes[i]; n.Kind == k {
				lines := wrap(n.Name, boxWidth-2*boxPad, 4)
				b := &place{node: n, layer: len(p.layers), lines: lines, tall: float64(len(lines))*lineTall + 2*boxPad}
				layer, at[n.ID] = append(layer, b), b
			}
		}
		if len(layer) > 0 {
			p.layers, p.kinds = append(p.layers, layer), append(p.kinds, k)
		}
	}
	worst := map[int64]byte{}
	for _, f := range findings {
		if f.Missing {
			worst[f.Edge] = 'm'
		} else if worst[f.Edge] == 0 {
			worst[f.Edge] = 'u'
		}
	}
	lanes, leave, reach := 0, map[*place]int{}, map[*place]int{}
	for i := range m.Edges {
		e := &m.Edges[i]
		from, to := at[e.From], at[e.To]
		if from == nil || to == nil {
			continue
		}
		w := &way{edge: e, n: i + 1, back: -1, state: worst[e.ID]}
		p.any[w.state] = true
		if e.Rows > 0 {
			w.number = Number(e.Rows) + "条"
		}
		w.stops = append(w.stops, from)
		if to.layer <= from.layer {
			w.back = lanes
			lanes++
		} else {
			for l := from.layer + 1; l < to.layer; l++ {
				pass := &place{layer: l, tall: passTall}
				p.layers[l] = append(p.layers[l], pass)
				w.stops = append(w.stops, pass)
			}
		}
		w.stops = append(w.stops, to)
		p.ways = append(p.ways, w)
		leave[from]++
		reach[to]++
		for _, b := range []*place{from, to} {
			b.tall = max(b.tall, float64(max(leave[b], reach[b])+1)*portPitch)
		}
	}
	p.hasEdges = len(p.ways) > 0
	p.arrange()
	p.locate()
	p.ports()
	p.h = p.bottom + 30 + float64(lanes)*backPitch
	return p
}

// arrange orders each layer by where its neighbours lie, a few times over, so that
// few edges cross; equals keep the order of the map.
func (p *picture) arrange() {
	for round := range 8 {
		rank := func(layer []*place) map[*place]float64 {
			out := map[*place]float64{}
			for i, b := range layer {
				out[b] = (float64(i) + 0.5) / float64(len(layer))
			}
			return out
		}
		order := make([]int, len(p.layers))
		for i := range order {
			order[i] = i
			if round%2 == 1 {
				order[i] = len(p.layers) - 1 - i
			}
		}
		for _, l := range order {
			next := l - 1
			if round%2 == 1 {
				next = l + 1
			}
			if next < 0 || next >= len(p.layers) {
				continue
			}
			at, own := rank(p.layers[next]), rank(p.layers[l])
			for _, b := range p.layers[l] {
				sum, n := 0.0, 0
				for _, w := range p.ways {
					for i, s := range w.stops {
						if s != b || w.back >= 0 {
							continue
						}
						for _, j := range []int{i - 1, i + 1} {
							if j >= 0 && j < len(w.stops) && w.stops[j].layer == next {
								sum, n = sum+at[w.stops[j]], n+1
							}
						}
					}
				}
				b.order = own[b]
				if n > 0 {
					b.order = sum / float64(n)
				}
			}
			slices.SortStableFunc(p.layers[l], func(a, b *place) int { return cmp.Compare(a.order, b.order) })
		}
	}
}

// locate gives every place its coordinates, each layer centred.
func (p *picture) locate() {
	tallest := 60.0
	height := func(layer []*place) (h float64) {
		for _, b := range layer {
			h += b.tall + boxGap
		}
		return h - boxGap
	}
	for _, l := range p.layers {
		tallest = max(tallest, height(l))
	}
	top := margin + headTall
	for i, l := range p.layers {
		y := top + (tallest-height(l))/2
		for _, b := range l {
			b.x, b.y = margin+float64(i)*(boxWidth+layerGap), math.Round(y)
			y += b.tall + boxGap
		}
	}
	p.w = 2*margin + float64(max(len(p.layers), 1))*(boxWidth+layerGap) - layerGap
	p.w = max(p.w, 640)
	p.bottom = top + tallest + 34
}

// ports spreads the edges of a box along its sides, in the order of where they
// lead.
func (p *picture) ports() {
	spread := func(of func(*way) *place, other func(*way) float64, set func(*way, float64)) {
		at := map[*place][]*way{}
		for _, w := range p.ways {
			at[of(w)] = append(at[of(w)], w)
		}
		for b, list := range at {
			slices.SortStableFunc(list, func(a, c *way) int { return cmp.Compare(other(a), other(c)) })
			for i, w := range list {
				set(w, b.y+b.tall*(float64(i)+1)/float64(len(list)+1))
			}
		}
	}
	beyond := func(w *way, y float64) float64 {
		if w.back >= 0 {
			return 1e6
		}
		return y
	}
	last := func(w *way) *place { return w.stops[len(w.stops)-1] }
	spread(func(w *way) *place { return w.stops[0] }, func(w *way) float64 { return beyond(w, w.stops[1].mid()) }, func(w *way, y float64) { w.out = y })
	spread(last, func(w *way) float64 { return beyond(w, w.stops[len(w.stops)-2].mid()) }, func(w *way, y float64) { w.in = y })
}

// How an edge looks by what the findings say: never by colour alone.
var looks = map[byte]struct{ ink, dash, sign, zh string }{
	'm': {"#b42318", "7 4", "!", "有缺失"},
	'u': {"#8a5a00", "2 4", "?", "有待查"},
	0:   {"#2b5f3a", "", "", "要求已具备"},
}

var fills = map[Kind]string{Subject: "#eef2f7", Collector: "#fff4e0", Keeper: "#e8f1fb", Processor: "#efeafa", Product: "#e9f6ee", Buyer: "#fbeaea"}

func (p *picture) write(c Captions) string {
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	f(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="flow-title flow-desc" font-family="%s" font-size="%.0f">`, p.w, p.h, p.w, p.h, fonts, typeSize)
	f(`<title id="flow-title">%s</title>`, escape(c.Title))
	f(`<desc id="flow-desc">%s</desc>`, escape(c.Desc))
	f(`<rect width="100%%" height="100%%" fill="#fff"/>`)
	f(`<defs>`)
	for _, s := range []byte{'m', 'u', 0} {
		f(`<marker id="arrow-%s" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="%s"/></marker>`, stateID(s), looks[s].ink)
	}
	f(`</defs>`)
	p.legend(f)
	for i, k := range p.kinds {
		x := margin + float64(i)*(boxWidth+layerGap)
		f(`<text x="%.1f" y="%.1f" text-anchor="middle" font-weight="bold" fill="#333">%s</text>`, x+boxWidth/2, margin+headTall-18, escape(k.Zh()))
		f(`<path d="M%.1f %.1fH%.1f" stroke="#bbb"/>`, x, margin+headTall-9, x+boxWidth)
	}
	for _, w := range p.ways {
		p.line(f, w)
	}
	for _, l := range p.layers {
		for _, box := range l {
			if box.node != nil {
				p.box(f, box)
			}
		}
	}
	for _, w := range p.ways {
		p.badge(f, w)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func stateID(s byte) string {
	if s == 0 {
		return "ok"
	}
	return string(s)
}

func (p *picture) legend(f func(string, ...any)) {
	x := margin
	for _, s := range []byte{'m', 'u', 0} {
		if !p.any[s] {
			continue
		}
		l := looks[s]
		f(`<path d="M%.1f %.1fh38" stroke="%s" stroke-width="2" stroke-dasharray="%s" marker-end="url(#arrow-%s)"/>`, x, margin-2, l.ink, l.dash, stateID(s))
		f(`<text x="%.1f" y="%.1f" font-size="12" fill="%s">%s</text>`, x+46, margin+2, l.ink, l.sign+l.zh)
		x += 46 + 12*6 + 22
	}
	if p.hasEdges {
		f(`<text x="%.1f" y="%.1f" font-size="12" fill="#555">圆圈内是流向的序号，见流向表</text>`, x, margin+2)
	}
}

func (p *picture) box(f func(string, ...any), b *place) {
	f(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6" fill="%s" stroke="#55606e"/>`, b.x, b.y, boxWidth, b.tall, fills[b.node.Kind])
	for i, l := range b.lines {
		f(`<text x="%.1f" y="%.1f" text-anchor="middle" fill="#1c2430">%s</text>`, b.x+boxWidth/2, b.mid()+(float64(i)-float64(len(b.lines))/2)*lineTall+lineTall/2+5, escape(l))
	}
}

// line draws one edge: on through the layers, or round below them.
func (p *picture) line(f func(string, ...any), w *way) {
	l := looks[w.state]
	var d strings.Builder
	from, to := w.stops[0], w.stops[len(w.stops)-1]
	x, y := from.x+boxWidth, w.out
	fmt.Fprintf(&d, "M%.1f %.1f", x, y)
	if w.back >= 0 {
		y = p.lane(w)
		fmt.Fprintf(&d, "C%.1f %.1f %.1f %.1f %.1f %.1f", x+40, w.out, x+40, y, x-10, y)
		fmt.Fprintf(&d, "H%.1fC%.1f %.1f %.1f %.1f %.1f %.1f", to.x+10, to.x-40, y, to.x-40, w.in, to.x-2, w.in)
	} else {
		for i, s := range w.stops[1:] {
			ty := s.mid()
			if i == len(w.stops)-2 {
				ty = w.in
			}
			tx := s.x - 2
			fmt.Fprintf(&d, "C%.1f %.1f %.1f %.1f %.1f %.1f", x+layerGap/2, y, tx-layerGap/2, ty, tx, ty)
			if s.node == nil {
				fmt.Fprintf(&d, "H%.1f", s.x+boxWidth)
			}
			x, y = s.x+boxWidth, ty
		}
	}
	width := 1.4
	if w.edge.Rows > 0 {
		width += min(math.Log10(float64(w.edge.Rows)), 9) * 0.28
	}
	f(`<path d="%s" fill="none" stroke="%s" stroke-width="%.2f" stroke-dasharray="%s" marker-end="url(#arrow-%s)"/>`, d.String(), l.ink, width, l.dash, stateID(w.state))
}

func (p *picture) lane(w *way) float64 { return p.bottom + 8 + float64(w.back)*backPitch }

// badge is the number of an edge, and how many rows go along it.
func (p *picture) badge(f func(string, ...any), w *way) {
	l := looks[w.state]
	from, to := w.stops[0], w.stops[len(w.stops)-1]
	x, y := (from.x+to.x+boxWidth)/2, p.lane(w)
	if w.back < 0 {
		x0, x1, y1 := from.x+boxWidth, w.stops[1].x, w.stops[1].mid()
		if len(w.stops) == 2 {
			y1 = w.in
		}
		x, y = (x0+x1)/2, (w.out+y1)/2
	}
	f(`<circle cx="%.1f" cy="%.1f" r="10" fill="#fff" stroke="%s" stroke-width="1.5"/>`, x, y, l.ink)
	f(`<text x="%.1f" y="%.1f" text-anchor="middle" font-size="11" font-weight="bold" fill="%s">%d</text>`, x, y+4, l.ink, w.n)
	if text := l.sign + w.number; text != "" {
		f(`<text x="%.1f" y="%.1f" font-size="11" fill="%s" stroke="#fff" stroke-width="3" paint-order="stroke">%s</text>`, x+13, y+4, l.ink, escape(text))
	}
}

// wrap breaks a text into lines of a width; what does not fit into the most lines
// ends in an ellipsis.
func wrap(s string, width float64, most int) []string {
	var lines []string
	line, wide := "", 0.0
	for _, r := range s {
		em := typeSize * runeEm(r)
		if wide+em > width && line != "" && !strings.ContainsRune("，。、；：）》」？！)", r) {
			lines = append(lines, line)
			line, wide = "", 0
		}
		line += string(r)
		wide += em
	}
	lines = append(lines, line)
	if len(lines) > most {
		lines = lines[:most]
		cut := []rune(lines[most-1])
		lines[most-1] = string(cut[:len(cut)-1]) + "…"
	}
	return lines
}

// runeEm is the width of a character in em: Chinese is square.
func runeEm(r rune) float64 {
	switch {
	case r >= 0x2000:
		return 1
	case r >= 'A' && r <= 'Z' || r == 'm' || r == 'w':
		return 0.75
	}
	return 0.58
}

// escape writes a text for XML, which has no place for control characters.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, s))
}
