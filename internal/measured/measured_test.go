package measured

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	doc := filepath.Join(t.TempDir(), "doc.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(doc, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want string) {
		t.Helper()
		got, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("the document is\n%s\ninstead of\n%s", got, want)
		}
	}
	write("# Speed\n\n\n")
	for _, section := range []string{"first\n", "second\n"} {
		if err := Write(doc, "bench-x", section); err != nil {
			t.Fatal(err)
		}
		expect("# Speed\n\n<!-- bench-x: written by make bench-x -->\n" + section + "<!-- /bench-x -->\n")
	}
	if err := Write(doc, "bench-y", "other\n"); err != nil {
		t.Fatal(err)
	}
	if err := Write(doc, "bench-x", "third\n"); err != nil {
		t.Fatal(err)
	}
	expect("# Speed\n\n<!-- bench-x: written by make bench-x -->\nthird\n<!-- /bench-x -->\n\n<!-- bench-y: written by make bench-y -->\nother\n<!-- /bench-y -->\n")

	broken := "<!-- bench-x: written by make bench-x -->\nno end\n"
	write(broken)
	if err := Write(doc, "bench-x", "new\n"); err == nil {
		t.Error("a section without an end was replaced")
	}
	expect(broken)
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 26_000_000: "26,000,000"} {
		if got := Grouped(n); got != want {
			t.Errorf("Grouped(%d) = %s, not %s", n, got, want)
		}
	}
}
