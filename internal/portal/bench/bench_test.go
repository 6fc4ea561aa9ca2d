package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The measuring works: every line is measured, what was acknowledged is stored, and
// the section is written in its place.
func TestBench(t *testing.T) {
	program := filepath.Join(t.TempDir(), "portal")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "shouhu/cmd/portal").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	const opening, closing = "<!-- bench-portal: written by make bench-portal -->\n", "<!-- /bench-portal -->\n"
	doc := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(doc, []byte("before\n"+opening+"old\n"+closing+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &bench{program: program, dir: t.TempDir(), time: time.Millisecond, clients: []int{1, 3}}
	if err := b.run(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"before\n" + opening, closing + "after\n", argon, argonEnd, sync64, sealed, "| " + text + " | 1 |", "| " + text + " | 3 |", photo, back} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the document lacks %q", want)
		}
	}
	if strings.Contains(string(got), "old") || b.stored < 7 || len(b.lines) != 8 {
		t.Errorf("%d reports, %d lines", b.stored, len(b.lines))
	}
	for _, l := range b.lines {
		if l.rate <= 0 || l.p50 <= 0 || l.p95 < l.p50 {
			t.Errorf("%+v", l)
		}
	}
	b.stored++
	if err := b.mustBeStored(); err == nil {
		t.Error("a lost report is not noticed")
	}
}
