package account

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

func TestHandOver(t *testing.T) {
	held := []Assignment{{"m1", "li", Prosecutor, true}, {"m2", "li", Prosecutor, false}, {"m2", "he", Prosecutor, false}, {"m3", "he", Prosecutor, true}}
	he, wu := who("he", Prosecutor), who("wu", Prosecutor)
	plan, err := HandOver{From: "li", Each: map[MatterID]Person{"m2": he}, Rest: wu}.Plan(held)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Apply(plan, held)
	if err != nil {
		t.Fatal(err)
	}
	want := []Assignment{{"m1", "wu", Prosecutor, true}, {"m2", "he", Prosecutor, false}, {"m3", "he", Prosecutor, true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	_, err = Apply(plan, got)
	wants(t, err, pil.CodeConflict, "the same plan twice")
	for what, h := range map[string]HandOver{
		"nobody takes it":          {From: "li", Each: map[MatterID]Person{"m2": he}},
		"the giver takes it":       {From: "li", Rest: who("li", Prosecutor)},
		"an assistant takes it":    {From: "li", Rest: who("wu", Assistant)},
		"a recused person does":    {From: "li", Rest: wu, Recused: map[MatterID][]PersonID{"m2": {"wu"}}},
		"one matter has no taker":  {From: "li", Each: map[MatterID]Person{"m1": {}}, Rest: wu},
		"a recused named receiver": {From: "li", Each: map[MatterID]Person{"m1": he}, Rest: wu, Recused: map[MatterID][]PersonID{"m1": {"he"}}},
	} {
		_, err := h.Plan(held)
		wants(t, err, pil.CodeInvalid, what)
	}
}

// A hand-over loses nothing: every matter keeps every part and its lead, the
// giver keeps nothing, and what others held they still hold.
func TestHandOverLosesNothing(t *testing.T) {
	receivers := []Person{who("b", Prosecutor, Assistant), who("c", Prosecutor, Assistant)}
	rapid.Check(t, func(t *rapid.T) {
		var held []Assignment
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			x := Assignment{Matter: rapid.SampledFrom([]MatterID{"m1", "m2", "m3", "m4"}).Draw(t, "matter"), Person: anyPerson.Draw(t, "person"),
				As: rapid.SampledFrom([]Role{Prosecutor, Assistant}).Draw(t, "as"), Lead: rapid.Bool().Draw(t, "lead")}
			if !slices.ContainsFunc(held, func(y Assignment) bool { return y.Matter == x.Matter && y.Person == x.Person && y.As == x.As }) {
				held = append(held, x)
			}
		}
		h := HandOver{From: "a", Rest: receivers[0], Each: map[MatterID]Person{}}
		for _, m := range rapid.SliceOf(anyMatter).Draw(t, "each") {
			h.Each[m] = rapid.SampledFrom(receivers).Draw(t, "receiver")
		}
		before := slices.Clone(held)
		plan, err := h.Plan(held)
		if err != nil {
			t.Fatal(err)
		}
		after, err := Apply(plan, held)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(before, held) {
			t.Fatal("the old assignments were changed")
		}
		for _, was := range held {
			if !slices.ContainsFunc(after, func(is Assignment) bool {
				return is.Matter == was.Matter && is.As == was.As && (is.Lead || !was.Lead) && (is.Person == was.Person || was.Person == "a")
			}) {
				t.Fatalf("%+v is lost in %+v", was, after)
			}
		}
		for _, is := range after {
			if is.Person == "a" {
				t.Fatalf("the giver keeps %+v", is)
			}
		}
	})
}

func TestRecusalRemoves(t *testing.T) {
	held := []Assignment{{"m1", "li", Prosecutor, true}, {"m1", "he", Assistant, false}, {"m2", "li", Prosecutor, false}, {"m1", "li", Assistant, false}}
	left, gone := Recusal{Matter: "m1", Person: "li"}.Remove(held)
	if diff := cmp.Diff([]Assignment{held[1], held[2]}, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Assignment{held[0], held[3]}, gone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
}
