package ui

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift uint, weight float64) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return weight * c / 12.92
		}
		return weight * math.Pow((c+0.055)/1.055, 2.4)
	}
	return part(16, 0.2126) + part(8, 0.7152) + part(0, 0.0722)
}

// Every text colour stands out from every ground it is used on.
func TestContrast(t *testing.T) {
	named := map[string]string{}
	for _, m := range colour.FindAllStringSubmatch(string(read("shouhu.css")), -1) {
		named[m[1]] = m[2]
	}
	for _, c := range []struct {
		ink     string
		grounds []string
		least   float64
	}{
		{"ink", []string{"surface", "ground", "raised", "late-ground", "soon-ground", "waiting-ground", "done-ground"}, 7},
		{"ink-2", []string{"surface", "ground", "raised", "late-ground", "soon-ground"}, 4.5},
		{"ink-3", []string{"surface", "ground", "raised"}, 4.5},
		{"accent", []string{"surface", "ground", "raised", "soon-ground", "late-ground"}, 4.5},
		{"accent-strong", []string{"surface", "raised", "accent-ground"}, 4.5},
		{"surface", []string{"accent", "accent-strong", "late", "ink-2"}, 4.5},
		{"head-ink", []string{"head", "head-field"}, 7},
		{"head-ink-2", []string{"head"}, 4.5},
		{"late", []string{"surface", "late-ground"}, 4.5},
		{"soon", []string{"surface", "soon-ground"}, 4.5},
		{"waiting", []string{"surface", "waiting-ground"}, 4.5},
		{"done", []string{"surface", "done-ground"}, 4.5},
		{"focus", []string{"surface", "ground"}, 3},
	} {
		for _, ground := range c.grounds {
			if named[c.ink] == "" || named[ground] == "" {
				t.Errorf("%s or %s is not in the style", c.ink, ground)
				continue
			}
			a, b := luminance(t, named[c.ink]), luminance(t, named[ground])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < c.least {
				t.Errorf("%s on %s: %.2f : 1, want %.1f", c.ink, ground, ratio, c.least)
			}
		}
	}
}

// The sheet asks for nothing that content security refuses, and every rule of
// ours lies in a layer.
func TestStylesheet(t *testing.T) {
	if found := regexp.MustCompile(`data:|@import|https?://[^ ]*\.(?:css|woff2?)`).FindString(string(stylesheet())); found != "" {
		t.Errorf("the style asks for %q", found)
	}
	depth, line := 0, 1
	for _, b := range read("shouhu.css") {
		switch b {
		case '{':
			depth++
		case '}':
			depth--
		case '\n':
			line++
		}
		if depth < 0 {
			t.Fatalf("line %d closes what was not opened", line)
		}
	}
	if depth != 0 {
		t.Errorf("%d blocks are not closed", depth)
	}
}
