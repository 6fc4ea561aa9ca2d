package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// SearchList is a page of what a search found.
type SearchList struct {
	Rows  []SearchLine
	Count int  // at most CountLimit + 1; it may hold some with the characters apart
	More  bool // there is a next page, after the last row
	Today pil.Day
}

// SearchLine is a clue or case with where the words stand.
type SearchLine struct {
	MatterLine
	Title   []store.Piece
	Snippet []store.Piece // of the text that holds a word; nil: only the title, or a number, does
}

// snippet is how many characters around a word are shown.
const snippet = 60

// Search finds clues and cases the actor may see, whose texts hold all the words,
// the newest first; after, where not 0, is the last matter of the page before.
// Who reported, and what is sealed, is not searched. The search is recorded as a
// list of clues, of cases, or of both.
func (d *Desk) Search(ctx context.Context, who Who, text string, after int64) (out SearchList, err error) {
	if len([]rune(text)) > maxLine {
		return out, pil.Invalid("查找的文字过长，最多 %d 字 (too long to search for)", maxLine)
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return out, pil.Invalid("请输入要查找的文字或者数字 (type letters or digits to search for)")
	}
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		out.Today = l.today
		var rows []store.MatterRow
		var seen []account.Action // the lists that were looked through
		for _, act := range []account.Action{account.ListCases, account.ListClues} {
			some, n, err := l.found(act, words, after)
			if pil.CodeOf(err) == pil.CodeForbidden {
				continue
			}
			if err != nil {
				return err
			}
			rows, out.Count, seen = append(rows, some...), min(out.Count+n, CountLimit+1), append(seen, act)
		}
		if len(seen) == 0 {
			return pil.Forbidden("您的职权不包括查看线索或者案件列表 (your roles do not let you list clues or cases)")
		}
		slices.SortFunc(rows, func(a, b store.MatterRow) int { return cmp.Compare(b.MatterID, a.MatterID) })
		if len(rows) > PageSize {
			rows, out.More = rows[:PageSize], true
		}
		for _, act := range seen {
			l.act = act
			shown := 0
			for i := range rows {
				if rows[i].Kind == kindOf(act) {
					shown++
				}
			}
			l.sawList(kindOf(act), strings.Join(words, " "), shown)
		}
		for _, r := range rows {
			out.Rows = append(out.Rows, d.searchLine(r, words))
		}
		return nil
	})
	return out, err
}

func kindOf(act account.Action) string {
	if act == account.ListClues {
		return store.KindClue
	}
	return store.KindCase
}

// found is a page of one kind, and how many there are.
func (l *look) found(act account.Action, words []string, after int64) (rows []store.MatterRow, n int, err error) {
	f := store.MatterFilter{Kind: kindOf(act), Words: words, AfterID: after, Most: PageSize + 1}
	if f.Sight, err = l.sight(act); err != nil {
		return nil, 0, err
	}
	return l.ListCounted(f, CountLimit+1)
}

func (d *Desk) searchLine(r store.MatterRow, words []string) SearchLine {
	line := SearchLine{MatterLine: d.matterLine(r), Title: store.Highlight(r.Title, words, maxLine)}
	if line.Title == nil {
		line.Title = []store.Piece{{Text: r.Title}}
	}
	for _, s := range r.Text.Fields()[1:] {
		if line.Snippet = store.Highlight(s, words, snippet); line.Snippet != nil {
			break
		}
	}
	return line
}
