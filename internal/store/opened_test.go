package store

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// Whatever lies between two days has a label that is asked for.
func TestOpenedLabels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) pil.Day {
			return pil.Day(rapid.OneOf(rapid.Just(0), rapid.IntRange(728_000, 742_000), rapid.IntRange(0, 800_000)).Draw(t, name))
		}
		from, to, on := day("from"), day("to"), day("on")
		asked := openedLabels(from, to)
		if len(asked) == 0 || from != 0 && on < from || to != 0 && on > to {
			return
		}
		f := &Found{Standing: Standing{OpenedOn: on}}
		kept := strings.Fields(f.tokens(false))
		if !slices.ContainsFunc(asked, func(a string) bool { return slices.Contains(kept, a) }) {
			t.Fatalf("opened on %s, asked from %s to %s: none of %v is among %v", on, from, to, asked, kept)
		}
	})
	if got := len(openedLabels(pil.Date(2024, 1, 31), pil.Date(2024, 3, 1))); got != 3 {
		t.Errorf("a month and a day over three months has %d labels", got)
	}
}
