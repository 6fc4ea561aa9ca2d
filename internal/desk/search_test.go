package desk

import (
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// What is written is found by who may see it, at once, and every search is recorded.
func TestSearch(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	b.on("2021-11-20")
	id := b.opened(t)
	shown := func(who Who, text string) string {
		t.Helper()
		var lines []string
		for _, r := range must(b.Search(ctx, who, text, 0))(t).Rows {
			var line strings.Builder
			line.WriteString(r.Kind + " ")
			for _, pieces := range [][]store.Piece{r.Title, {{Text: " "}}, r.Snippet} {
				for _, p := range pieces {
					if p.Hit {
						line.WriteString("【" + p.Text + "】")
					} else {
						line.WriteString(p.Text)
					}
				}
			}
			lines = append(lines, strings.TrimSpace(line.String()))
		}
		return strings.Join(lines, "\n")
	}
	const found = "case 督促整治林区乱扔【垃圾】案 林区【垃圾】遍地，主管部门未依法履职\nclue 林区乱扔【垃圾】 林区乱扔【垃圾】"
	for who, want := range map[Who]string{
		b.handler: found, b.head: found, b.second: "",
		b.clues: "clue 林区乱扔【垃圾】 林区乱扔【垃圾】", b.higher: strings.Split(found, "\n")[0],
	} {
		if got := shown(who, "垃圾"); got != want {
			t.Errorf("person %d found %q, want %q", who.Person, got, want)
		}
	}
	if got := shown(b.handler, "县林业局 未依法履职"); got != "case 督促整治林区乱扔垃圾案 林区垃圾遍地，主管部门【未依法履职】" {
		t.Errorf("by the respondent: %s", got)
	}
	if _, err := b.RecordEvent(ctx, b.handler, Recording{Matter: id, Act: Act{Track: "administrative", Respondent: "县林业局", Step: "consult"}}); err != nil {
		t.Fatal(err)
	}
	now := must(b.ListMatters(ctx, b.handler, store.MatterFilter{}))(t).Rows[0]
	with := must(b.ListMatters(ctx, b.handler, store.MatterFilter{Words: []string{"林区"}, State: now.State, Phase: now.Phase}))(t)
	if now.State == "filed" || with.Count != 1 || with.Rows[0].MatterID != id {
		t.Errorf("in the state %s: %+v", now.State, with)
	}
	for _, bad := range []string{"", " ", "……", strings.Repeat("长", 201)} {
		if _, err := b.Search(ctx, b.handler, bad, 0); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	err := b.store.Read(ctx, func(v *store.View) error {
		for _, want := range []struct {
			kind string
			act  account.Action
		}{{"case", account.ListCases}, {"clue", account.ListClues}} {
			list, err := v.EntriesOf(want.kind, "", []audit.Class{audit.ClassList}, 99)
			if err != nil {
				return err
			}
			if len(list) == 0 || list[0].Action != want.act.String() {
				t.Errorf("no entry of a list of %ss: %+v", want.kind, list)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.clean(t)
}
