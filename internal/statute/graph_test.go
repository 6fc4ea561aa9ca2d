package statute_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// graphDays are a day under each set of norms that changed the procedures, and
// the latest.
var graphDays = []string{"2015-01-01", "2016-06-01", "2018-01-01", "2018-06-01", "2019-06-01", "2020-06-01", ""}

func draw(t *testing.T, l *statute.Law, id, format, day string) string {
	t.Helper()
	var b strings.Builder
	d := pil.Day(0)
	if day != "" {
		d = on(t, day)
	}
	if err := l.Graph(&b, id, format, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// eachGraph runs the test for every procedure on every day.
func eachGraph(t *testing.T, test func(t *testing.T, l *statute.Law, p *statute.Procedure, day string)) {
	l := builtIn(t)
	for _, p := range l.Procedures {
		for _, day := range graphDays {
			t.Run(p.ID+" "+day, func(t *testing.T) {
				t.Parallel()
				test(t, l, p, day)
			})
		}
	}
}

// The golden files are the procedures as a terminal shows them: the latest
// norms, and the pilot's for one track. A lawyer reads them.
func TestGraphText(t *testing.T) {
	l := builtIn(t)
	for _, p := range l.Procedures {
		golden.Check(t, "graph/"+p.ID+".txt", draw(t, l, p.ID, "text", ""))
	}
	golden.Check(t, "graph/administrative-pilot.txt", draw(t, l, "administrative", "text", "2016-06-01"))
}

// Every step with a rule on the day is there, and no other.
func TestGraphShowsTheDay(t *testing.T) {
	eachGraph(t, func(t *testing.T, l *statute.Law, p *statute.Procedure, day string) {
		d := pil.MaxDay
		if day != "" {
			d = on(t, day)
		}
		blank := regexp.MustCompile(`\s`)
		for _, format := range statute.GraphFormats() {
			text := draw(t, l, p.ID, format, day)
			if format == "svg" {
				text = ""
				for _, line := range readPicture(t, draw(t, l, p.ID, format, day)).texts {
					text += line.text
				}
			}
			text = blank.ReplaceAllString(text, "")
			for _, s := range p.Steps {
				if want := blank.ReplaceAllString(s.Zh, ""); s.On(d) != nil && !strings.Contains(text, want) {
					t.Errorf("%s: step %s %q is missing", format, s.ID, s.Zh)
				}
			}
		}
	})
	if text := draw(t, builtIn(t), "administrative", "text", "2019-06-01"); strings.Contains(text, "中止审查决定书") {
		t.Error("the suspension of 2021 is drawn in a picture of 2019")
	}
}

// The poster: well-formed, of A3's proportions, without scripts or references,
// the same each time; all text on the sheet, none over another, no line
// through any.
func TestGraphPoster(t *testing.T) {
	eachGraph(t, func(t *testing.T, l *statute.Law, p *statute.Procedure, day string) {
		svg := draw(t, l, p.ID, "svg", day)
		if again := draw(t, l, p.ID, "svg", day); again != svg {
			t.Error("drawn twice, two pictures")
		}
		if bad := regexp.MustCompile(`<script|href|url\(|<image|<style| on[a-z]+=`).FindString(svg); bad != "" {
			t.Errorf("the picture holds %q", bad)
		}
		pic := readPicture(t, svg)
		if ratio := pic.h / pic.w; math.Abs(ratio-math.Sqrt2) > 0.002 {
			t.Errorf("sheet of %g × %g", pic.w, pic.h)
		}
		for _, want := range []string{p.En, "图例 legend"} {
			if !slices.ContainsFunc(pic.texts, func(line setText) bool { return line.text == want }) {
				t.Errorf("%q is missing", want)
			}
		}
		for i, a := range pic.texts {
			if a.left < 0 || a.top < 0 || a.right > pic.w || a.bottom > pic.h {
				t.Errorf("%q leaves the sheet", a.text)
			}
			if a.size < 8 {
				t.Errorf("%q is set in %g", a.text, a.size)
			}
			for _, b := range pic.texts[:i] {
				if a.meets(b.area) {
					t.Errorf("%q overlaps %q", a.text, b.text)
				}
			}
			for _, line := range pic.lines {
				if a.meets(line) {
					t.Errorf("a line runs through %q: %v", a.text, line)
				}
			}
		}
	})
}

// A name taken from an overlay may hold anything.
func TestGraphEscapes(t *testing.T) {
	l := builtIn(t)
	l.Procedure("clue").Step("register").Zh = `<b>"登记" & 'x' \ 换行` + "\n"
	readPicture(t, draw(t, l, "clue", "svg", ""))
	if dot := draw(t, l, "clue", "dot", ""); !strings.Contains(dot, `\"登记\"`) || strings.Count(dot, "\n") != strings.Count(draw(t, builtIn(t), "clue", "dot", ""), "\n") {
		t.Error("quotes or line breaks are not escaped in dot")
	}
}

func TestGraphDot(t *testing.T) {
	eachGraph(t, func(t *testing.T, l *statute.Law, p *statute.Procedure, day string) {
		dot := draw(t, l, p.ID, "dot", day)
		if !strings.HasPrefix(dot, "digraph ") || strings.Count(dot, "{") != strings.Count(dot, "}") {
			t.Error("not a digraph in balanced braces")
		}
		named := map[string]bool{}
		for _, m := range regexp.MustCompile(`(?m)^    "([^"]+)" \[`).FindAllStringSubmatch(dot, -1) {
			named[m[1]] = true
			if p.State(m[1]) == nil {
				t.Errorf("no state %s", m[1])
			}
		}
		for _, m := range regexp.MustCompile(`(?m)^  "([^"]+)" -> "([^"]+)"`).FindAllStringSubmatch(dot, -1) {
			if !named[m[1]] || !named[m[2]] {
				t.Errorf("arrow from %s to %s, one of them not drawn", m[1], m[2])
			}
		}
	})
}

func TestGraphRefuses(t *testing.T) {
	l := builtIn(t)
	for _, c := range []struct {
		id, format string
		code       pil.Code
		lists      string
	}{
		{"frozen", "svg", pil.CodeNotFound, "administrative"},
		{"administrative", "png", pil.CodeInvalid, "svg、dot、text"},
	} {
		err := l.Graph(io.Discard, c.id, c.format, 0)
		if pil.CodeOf(err) != c.code || !strings.Contains(fmt.Sprint(err), c.lists) {
			t.Errorf("%s %s: %v", c.id, c.format, err)
		}
	}
}

// picture is a poster read back.
type picture struct {
	w, h  float64
	texts []setText
	lines []area
}

type area struct{ left, top, right, bottom float64 }

// meets reports whether two areas share more than an edge.
func (a area) meets(b area) bool {
	const slack = 0.3
	return a.left+slack < b.right && b.left+slack < a.right && a.top+slack < b.bottom && b.top+slack < a.bottom
}

type setText struct {
	area
	text string
	size float64
}

// readPicture parses a poster: its texts with the room they take, and its
// straight lines with their strength.
func readPicture(t *testing.T, svg string) (pic picture) {
	t.Helper()
	number := func(e xml.StartElement, name string) float64 {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				f, err := strconv.ParseFloat(a.Value, 64)
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
		}
		return 0
	}
	attr := func(e xml.StartElement, name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return pic
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "svg":
			if _, err := fmt.Sscanf(attr(e, "viewBox"), "0 0 %g %g", &pic.w, &pic.h); err != nil || attr(e, "role") != "img" {
				t.Fatal("no viewBox or role", err)
			}
		case "path":
			var l area
			if n, _ := fmt.Sscanf(attr(e, "d"), "M%g %gL%g %g", &l.left, &l.top, &l.right, &l.bottom); n == 4 {
				half := number(e, "stroke-width") / 2
				pic.lines = append(pic.lines, area{min(l.left, l.right) - half, min(l.top, l.bottom) - half, max(l.left, l.right) + half, max(l.top, l.bottom) + half})
			}
		case "text":
			var text string
			x, y, size := number(e, "x"), number(e, "y"), number(e, "font-size")
			if err := d.DecodeElement(&text, &e); err != nil {
				t.Fatal(err)
			}
			w := setWidth(text) * size
			if attr(e, "text-anchor") == "middle" {
				x -= w / 2
			}
			pic.texts = append(pic.texts, setText{area{x, y - 0.88*size, x + w, y + 0.16*size}, text, size})
		}
	}
}

// setWidth is the width of a text in em, as Noto Sans CJK SC sets it.
func setWidth(s string) (w float64) {
	for _, r := range s {
		switch {
		case r >= 0x2000 || r == '·':
			w++
		case strings.ContainsRune(" ijl.,;:'I", r):
			w += 0.27
		case strings.ContainsRune("ftr()-", r):
			w += 0.36
		case strings.ContainsRune("cksvxyzJ", r):
			w += 0.51
		case strings.ContainsRune("mwMW", r):
			w += 0.86
		case r >= 'A' && r <= 'Z':
			w += 0.65
		case r >= '0' && r <= '9':
			w += 0.56
		default:
			w += 0.6
		}
	}
	return w
}
