package analysis

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"shouhu/internal/pil"
	"shouhu/internal/privacy"
	"shouhu/internal/wire"
)

// A finder looks at the cells of its one table itself, by package privacy, and
// gives an answer as an engine does: hit, the table's columns, found, source.
//
//	text    identity and bank numbers in the columns that are searched
//	labels  a name and a mobile number, both whole, in the columns that are searched
//
// found is what was found, in Chinese, never the value. min, a parameter, is how
// many rows of one hit must show it.

// foundColumn is what a finder adds to its table's columns.
const foundColumn = "found"

// find runs the model's finder. The hit is the first column's value; of labels,
// the first and second joined.
func (m *Model) find(ctx context.Context, q Asked) (*wire.Answer, error) {
	t := q.Tables[0]
	look := map[string]func([]any) string{FinderText: m.inText, FinderLabels: m.onLabel}[m.Finder]
	a := &wire.Answer{Columns: []string{hitColumn}}
	for _, c := range t.Columns[:len(t.Columns)-1] {
		a.Columns = append(a.Columns, c.Name)
	}
	a.Columns = append(a.Columns, foundColumn, sourceColumn+"_"+t.Name)
	least, _ := q.Params["min"].(int64)
	count := map[string]int64{}
	var mu sync.Mutex
	err := t.Read(ctx, 2, func(_ int, cells []any) error {
		found := look(cells)
		if found == "" {
			return nil
		}
		row := []any{""}
		for _, c := range cells[:len(cells)-1] {
			if b, ok := c.([]byte); ok {
				c = string(b)
			}
			row = append(row, c)
		}
		key, _ := row[1].(string)
		if more, ok := row[2].(string); ok && m.Finder == FinderLabels {
			key += " " + more
		}
		row[0] = key
		row = append(row, found, cells[len(cells)-1])
		mu.Lock()
		defer mu.Unlock()
		if a.More = int64(len(a.Rows)) >= q.Rows; a.More {
			return nil
		}
		count[key]++
		a.Rows = append(a.Rows, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Rows = slices.DeleteFunc(a.Rows, func(row []any) bool { return count[row[0].(string)] < least })
	for _, row := range a.Rows { // without a key there is no clue to make
		if row[0] == "" {
			return nil, pil.Invalid("表 %s 的第一列为空，无法归到一条线索 (the first column is empty)", t.Name)
		}
	}
	return a, nil
}

// inText says which kinds of numbers stand unmasked in the columns of texts.
func (m *Model) inText(cells []any) string {
	counts := map[privacy.Kind]int{}
	for i, c := range m.Tables[0].Columns {
		text, ok := cells[i].([]byte)
		if !ok || !c.Searched {
			continue
		}
		for _, f := range privacy.Find(text) {
			counts[f.Kind]++
		}
	}
	found := ""
	for _, k := range []privacy.Kind{privacy.IDNumber, privacy.BankCard} {
		if n := counts[k]; n > 0 {
			if found != "" {
				found += "、"
			}
			found += privacy.Of(k).Zh + strconv.Itoa(n) + "处"
		}
	}
	return found
}

// onLabel says whether a label shows both a whole name and a whole number.
func (m *Model) onLabel(cells []any) string {
	name, number := false, false
	for i, c := range m.Tables[0].Columns {
		text, ok := cells[i].([]byte)
		if !ok || !c.Searched {
			continue
		}
		name = name || privacy.IsPersonName(text)
		number = number || privacy.IsMobile(text)
	}
	if name && number {
		return "姓名和手机号码完整显示"
	}
	return ""
}
