package statute

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// face is how a text is set.
type face struct {
	size   float64
	bold   bool
	grey   bool
	middle bool // x is the middle
}

// caption is one line of text; x and y are its left end (or middle) and baseline.
type caption struct {
	x, y float64
	face
	text string
}

// emWidth estimates the width of a text in em, rather too wide than too narrow:
// Chinese is square, for the rest the widths are those of bold Noto Sans.
func emWidth(s string) (w float64) {
	for _, r := range s {
		switch {
		case r >= 0x2000 || r == '·':
			w++
		case r == ' ' || r == '\u00a0':
			w += 0.24
		case strings.ContainsRune("ijl.,;:'I", r):
			w += 0.32
		case strings.ContainsRune("ftr()-", r):
			w += 0.42
		case strings.ContainsRune("aceksvxyzJ", r):
			w += 0.58
		case strings.ContainsRune("mwMW", r):
			w += 0.93
		case r >= 'A' && r <= 'Z':
			w += 0.7
		default:
			w += 0.62
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
	captions []caption
	h        float64
}

// add fills lines of a width with the runs; only a piece too long for a line
// is cut further.
func (b *block) add(x, width float64, runs ...run) {
	var line []caption
	at := x
	flush := func() {
		size := 0.0
		for _, t := range line {
			size = max(size, t.size)
		}
		for _, t := range line {
			t.y, t.text = b.h+1.02*size, strings.TrimRight(t.text, " 　")
			b.captions = append(b.captions, t)
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
				line = append(line, caption{x: at, face: r.face})
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
}

func num(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

func (s *sheet) caption(t caption) {
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
	for _, t := range b.captions {
		t.x, t.y = t.x+x, t.y+y
		s.caption(t)
	}
}

func (s *sheet) rect(x, y, w, h float64, attrs string) {
	fmt.Fprintf(&s.areas, `<rect x="%s" y="%s" width="%s" height="%s" %s/>`+"\n", num(x), num(y), num(w), num(h), attrs)
}

func (s *sheet) line(x1, y1, x2, y2 float64, attrs string) {
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
	s.caption(caption{x, y + 3.2, face{size: 9, bold: true, middle: true}, strconv.Itoa(a.n)})
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
