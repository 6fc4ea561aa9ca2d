package gallery

import (
	"context"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"shouhu/internal/ui"
)

var keep = flag.String("keep", "", "a folder to write the pages to, for looking at")

func pages() map[string]templ.Component {
	return map[string]templ.Component{"today": Today(), "case": CaseFile(), "parts": Parts(), "confirm": ConfirmPage(), "sheet": SheetPage()}
}

func render(t *testing.T, l ui.Lang, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(ui.WithLang(context.Background(), l), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// each runs a test on every page in both languages.
func each(t *testing.T, test func(t *testing.T, html string)) {
	t.Helper()
	for name, page := range pages() {
		for _, l := range []ui.Lang{ui.Chinese, ui.English} {
			t.Run(name+"-"+l.String(), func(t *testing.T) { test(t, render(t, l, page)) })
		}
	}
}

// With -keep DIR the pages are there to look at: open DIR/today-zh.html.
func TestKeep(t *testing.T) {
	if *keep == "" {
		return
	}
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(*keep, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, page := range pages() {
		for _, l := range []ui.Lang{ui.Chinese, ui.English} {
			write(name+"-"+l.String()+".html", strings.ReplaceAll(render(t, l, page), `"/static/`, `"static/`))
		}
	}
	for _, name := range []string{"shouhu.css", "shouhu.js", "htmx.min.js", "shield.svg"} {
		answer := httptest.NewRecorder()
		ui.Static().ServeHTTP(answer, httptest.NewRequest("GET", ui.Asset(name), nil))
		write(strings.TrimPrefix(ui.Asset(name), "/"), answer.Body.String())
	}
}

var (
	inline = regexp.MustCompile(`(?i)\s(?:style|on[a-z]+)\s*=|<style|<script(?: defer)?>|javascript:|data:`)
	ids    = regexp.MustCompile(`\sid="([^"]*)"`)
	refs   = regexp.MustCompile(`\s(?:for|aria-describedby|aria-labelledby|data-dialog|hx-target)="#?([^"]*)"`)
)

func TestNothingInline(t *testing.T) {
	each(t, func(t *testing.T, html string) {
		for _, found := range inline.FindAllString(html, -1) {
			t.Errorf("the content security policy refuses %q", found)
		}
	})
}

func TestIDs(t *testing.T) {
	each(t, func(t *testing.T, html string) {
		have := map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(html, -1) {
			if have[m[1]] {
				t.Errorf("two elements are called %q", m[1])
			}
			have[m[1]] = true
		}
		for _, m := range refs.FindAllStringSubmatch(html, -1) {
			for id := range strings.FieldsSeq(m[1]) {
				if !have[id] {
					t.Errorf("nothing is called %q", id)
				}
			}
		}
	})
}
