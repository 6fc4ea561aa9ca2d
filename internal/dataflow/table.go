package dataflow

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"shouhu/internal/pil"
)

// label names an edge for people: 消费者 → 甲公司（收集）.
func (m *Map) label(id int64) string {
	for i := range m.Edges {
		if e := &m.Edges[i]; e.ID == id {
			return m.name(e.From) + " → " + m.name(e.To) + "（" + e.Handling.Zh() + "）"
		}
	}
	return ""
}

func (m *Map) name(id int64) string {
	if n := m.Node(id); n != nil {
		return n.Name
	}
	return ""
}

// Describe is the map in sentences, for those who cannot see the picture.
func (r *Rules) Describe(m *Map) string {
	var b strings.Builder
	missing, open := 0, 0
	for _, f := range r.Judge(m) {
		if f.Missing {
			missing++
		} else {
			open++
		}
	}
	fmt.Fprintf(&b, "%d 个主体、%d 条流向；缺失 %d 项，待查 %d 项。", len(m.Nodes), len(m.Edges), missing, open)
	for i := range m.Edges {
		e := &m.Edges[i]
		fmt.Fprintf(&b, "%d：%s，%s", i+1, m.label(e.ID), strings.Join(r.categoryNames(e), "、"))
		if e.Rows > 0 {
			fmt.Fprintf(&b, "，%s条", Number(e.Rows))
		}
		b.WriteString("。")
	}
	return b.String()
}

func (r *Rules) categoryNames(e *Edge) (out []string) {
	for _, tag := range e.Categories {
		if c := r.Category(tag); c != nil {
			out = append(out, c.Text.Zh)
		}
	}
	return out
}

// csvHeader are the columns of the table.
var csvHeader = []string{"序号", "起点", "起点环节", "终点", "终点环节", "处理方式", "信息种类", "类别", "敏感", "情形", "条数", "人数", "开始", "结束", "合法性基础", "缺失", "待查", "依据", "证据", "说明"}

// WriteCSV writes the edges as a table with what is missing, UTF-8 with a byte
// order mark, as spreadsheets here want it. A cell that a spreadsheet would take
// for a formula is written after an apostrophe.
func (r *Rules) WriteCSV(w io.Writer, m *Map) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	for i := range m.Edges {
		row := r.row(m, i)
		for j := range row {
			row[j] = plain(row[j])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plain keeps a spreadsheet from computing a cell.
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (r *Rules) row(m *Map, i int) []string {
	e := &m.Edges[i]
	var tiers, circumstances, missing, open, cites []string
	sensitive := "否"
	for _, tag := range e.Categories {
		c := r.Category(tag)
		if c == nil {
			continue
		}
		if c.Tier != "" {
			tiers = append(tiers, c.Tier)
		}
		if c.Sensitive {
			sensitive = "是"
		}
	}
	for _, c := range e.Circumstances {
		circumstances = append(circumstances, c.Zh())
	}
	for _, f := range r.judge(m, e) {
		if f.Missing {
			missing = append(missing, f.Point.Text.Zh)
		} else {
			open = append(open, f.Point.Text.Zh)
		}
		cites = append(cites, f.Cites()...)
	}
	basis := ""
	if b := r.Basis(e.Basis); b != nil {
		basis = b.Text.Zh
	}
	kind := func(id int64) string {
		if n := m.Node(id); n != nil {
			return n.Kind.Zh()
		}
		return ""
	}
	list := func(s []string) string { return strings.Join(unique(s), "、") }
	return []string{strconv.Itoa(i + 1), m.name(e.From), kind(e.From), m.name(e.To), kind(e.To), e.Handling.Zh(), list(r.categoryNames(e)), list(tiers), sensitive, list(circumstances),
		count(e.Rows), count(e.Persons), dayText(e.Begin), dayText(e.End), basis, list(missing), list(open), list(cites), list(e.Evidence), e.Note}
}

func unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

func count(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func dayText(d pil.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
