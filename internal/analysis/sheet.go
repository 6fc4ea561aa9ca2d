package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shouhu/internal/privacy"
)

// Text is a text in both languages.
type Text struct{ Zh, En string }

// Sheet is one table of the report as people read it: on a page, in a workbook,
// on a terminal.
type Sheet struct {
	Name    string // short and stable: orgs, sites …
	Title   Text
	Heads   []Text
	Rows    [][]Cell
	Measure int // the column a bar chart draws; 0 where there is nothing to draw
}

// Cell is a text or a whole number.
type Cell struct {
	Text   string
	Number int64
	Is     CellKind
}

// CellKind tells what a Cell holds.
type CellKind uint8

// The kinds of cells.
const (
	IsText   CellKind = iota
	IsNumber          // Number
	IsHidden          // a number that is there and not shown
)

func text(s string) Cell { return Cell{Text: s} }
func count(n int64) Cell { return Cell{Number: n, Is: IsNumber} }
func stamp(s *Stamp) Cell {
	if s == nil {
		return Cell{}
	}
	return text(s.String())
}

func optional(n *int64) Cell {
	if n == nil {
		return Cell{}
	}
	return count(*n)
}

func optionalText(s *string) Cell {
	if s == nil {
		return Cell{}
	}
	return text(*s)
}

// String writes the cell for a page or a terminal: 1,234, or ＊ where hidden.
func (c Cell) String() string {
	switch c.Is {
	case IsNumber:
		return grouped(c.Number)
	case IsHidden:
		return "＊"
	}
	return c.Text
}

// grouped writes 26000000 as 26,000,000.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

var (
	headOrg     = Text{"单位", "org"}
	headSite    = Text{"场所", "site"}
	headDevice  = Text{"设备", "device"}
	headRows    = Text{"行数", "rows"}
	headPersons = Text{"人数(去重)", "distinct persons"}
	headSites   = Text{"场所数", "sites"}
	headDevices = Text{"设备数", "devices"}
	headFrom    = Text{"起", "from"}
	headTo      = Text{"止", "to"}
	headValue   = Text{"值", "value"}
	headItem    = Text{"项目", "item"}
)

// Sheets lists the tables of the report that have something to say. Nothing is
// masked: that is for Masked.
func (r *Report) Sheets() []Sheet {
	all := []Sheet{r.summary(), r.orgSheet(), r.siteSheet(), r.deviceSheet(), r.repeatSheet(), r.personalSheet(), r.thresholdSheet()}
	all = append(all, r.Derived.sheets()...)
	all = append(all, r.inputSheet())
	return slices.DeleteFunc(all, func(s Sheet) bool { return len(s.Rows) == 0 })
}

func (r *Report) summary() Sheet {
	s := Sheet{Name: "summary", Title: Text{"概要", "summary"}, Heads: []Text{headItem, headValue}}
	var rejected int64
	for _, in := range r.Inputs {
		rejected += in.Rejected
	}
	add := func(item string, c Cell) { s.Rows = append(s.Rows, []Cell{text(item), c}) }
	add("行数(含重复) rows", count(r.Rows))
	add("剔除 rejected", count(rejected))
	add("重复行 duplicates", count(r.Duplicates.Rows))
	add("重复规则 rule", text(r.Duplicates.Rule))
	add("不同的人 distinct persons", count(r.DistinctPersons))
	add("期间起 from", stamp(r.Period.From))
	add("期间止 to", stamp(r.Period.To))
	for role, name := range r.Roles {
		if name != nil {
			add("列 "+roleNames[role], text(*name))
		}
	}
	add("结果摘要 result_sha256", text(r.ResultSHA256))
	return s
}

func (r *Report) orgSheet() Sheet {
	s := Sheet{Name: "orgs", Title: Text{"各单位", "by org"}, Measure: 2,
		Heads: []Text{headOrg, headRows, headPersons, headSites, headDevices, headFrom, headTo}}
	for _, o := range r.Orgs {
		s.Rows = append(s.Rows, []Cell{text(o.Org), count(o.Rows), count(o.DistinctPersons), optional(o.Sites), optional(o.Devices), stamp(o.From), stamp(o.To)})
	}
	return s
}

func (r *Report) siteSheet() Sheet {
	s := Sheet{Name: "sites", Title: Text{"各场所", "by site"}, Measure: 3,
		Heads: []Text{headOrg, headSite, headRows, headPersons, headDevices, headFrom, headTo}}
	for _, o := range r.Sites {
		s.Rows = append(s.Rows, []Cell{optionalText(o.Org), text(o.Site), count(o.Rows), count(o.DistinctPersons), optional(o.Devices), stamp(o.From), stamp(o.To)})
	}
	return s
}

func (r *Report) deviceSheet() Sheet {
	s := Sheet{Name: "devices", Title: Text{"各设备", "by device"}, Measure: 4,
		Heads: []Text{headOrg, headSite, headDevice, headRows, headPersons, headFrom, headTo}}
	for _, o := range r.Devices {
		s.Rows = append(s.Rows, []Cell{optionalText(o.Org), optionalText(o.Site), text(o.Device), count(o.Rows), count(o.DistinctPersons), stamp(o.From), stamp(o.To)})
	}
	return s
}

func (r *Report) repeatSheet() Sheet {
	s := Sheet{Name: "repeat_persons", Title: Text{"同一人出现次数(去重后)", "times a person occurs"}, Measure: 1,
		Heads: []Text{{"次数", "times"}, {"人数", "persons"}}}
	for _, o := range r.RepeatPersons {
		s.Rows = append(s.Rows, []Cell{count(o.Times), count(o.Persons)})
	}
	return s
}

func (r *Report) personalSheet() Sheet {
	s := Sheet{Name: "personal_data", Title: Text{"个人信息", "personal data"},
		Heads: []Text{{"列", "column"}, {"种类", "kind"}, {"类别", "tier"}, {"敏感", "sensitive"}, {"填写比例", "share"}, {"依据", "basis"}}}
	for _, c := range r.PersonalData {
		about, sensitive := privacy.Of(c.Kind), "否"
		if c.Sensitive {
			sensitive = "是"
		}
		s.Rows = append(s.Rows, []Cell{text(c.Column), text(about.Zh), text(c.Tier.String()), text(sensitive), text(c.Share.String()), text(strings.Join(about.Basis, "、"))})
	}
	return s
}

func (r *Report) thresholdSheet() Sheet {
	t := r.Threshold
	verdict := "未达到情节严重的数量标准 (below the thresholds)"
	switch {
	case t.VerySerious:
		verdict = "达到情节特别严重的数量标准 (very serious)"
	case t.Serious:
		verdict = "达到情节严重的数量标准 (serious)"
	}
	s := Sheet{Name: "threshold", Title: Text{"情节(法释〔2017〕10号)", "severity"}, Heads: []Text{{"依据", "rule"}, {"说明", "text"}}}
	s.Rows = append(s.Rows,
		[]Cell{text("PIJ5"), text(verdict)}, []Cell{text("PIJ5"), text("比值 ratio " + t.Ratio.String())},
		[]Cell{text("PIJ5"), text(fmt.Sprintf("A类 %s 条，B类 %s 条，C类 %s 条", grouped(t.A), grouped(t.B), grouped(t.C)))})
	for _, reason := range t.Reasons {
		s.Rows = append(s.Rows, []Cell{text(reason.Rule), text(reason.Text)})
	}
	return s
}

func (d Derived) sheets() (all []Sheet) {
	hours := Sheet{Name: "hours", Title: Text{"客流：按时段", "by hour of the day"}, Measure: 1, Heads: []Text{{"时", "hour"}, headRows}}
	for _, h := range d.Hours {
		hours.Rows = append(hours.Rows, []Cell{text(fmt.Sprintf("%02d", h.Hour)), count(h.Rows)})
	}
	days := Sheet{Name: "days", Title: Text{"客流：按日", "by day"}, Measure: 1, Heads: []Text{{"日", "day"}, headRows}}
	for _, day := range d.Days {
		days.Rows = append(days.Rows, []Cell{text(day.Day), count(day.Rows)})
	}
	all = append(all, hours, days)
	for _, list := range []struct {
		name  string
		title Text
		rows  []ValueRow
	}{
		{"genders", Text{"性别", "gender"}, d.Genders}, {"ages", Text{"年龄", "age"}, d.Ages},
		{"consents", Text{"同意情况", "consent"}, d.Consents}, {"categories", Text{"类别", "category"}, d.Categories},
	} {
		s := Sheet{Name: list.name, Title: list.title, Measure: 1, Heads: []Text{headValue, headRows}}
		for _, v := range list.rows {
			value := v.Value
			if value == "" {
				value = "(空)"
			}
			s.Rows = append(s.Rows, []Cell{text(value), count(v.Rows)})
		}
		all = append(all, s)
	}
	if d.Amount != nil {
		all = append(all, Sheet{Name: "amount", Title: Text{"金额", "amount"}, Heads: []Text{headItem, headValue}, Rows: [][]Cell{
			{text("合计(元) sum"), text(d.Amount.Yuan)}, {text("有金额的行 rows"), count(d.Amount.Rows)}, {text("无法识别的行 unread"), count(d.Amount.Unread)},
		}})
	}
	return all
}

func (r *Report) inputSheet() Sheet {
	s := Sheet{Name: "inputs", Title: Text{"输入文件", "inputs"}, Heads: []Text{{"文件", "file"}, {"SHA-256", "SHA-256"}, headRows, {"剔除", "rejected"}}}
	for _, in := range r.Inputs {
		s.Rows = append(s.Rows, []Cell{text(in.Path), text(in.SHA256), count(in.Rows), count(in.Rejected)})
	}
	return s
}

// Masked gives the tables for pages and exports, with small groups and personal
// values hidden. A line that counts from 1 to floor−1 persons, or rows where no
// persons are counted, loses its counts and times. So that what stays shown does
// not give it away, the next smallest of the same parent goes with it, and all
// lines below a hidden one. Identity numbers, mobiles and the like that stand in
// a name or a value are masked. The totals of the summary stay. A floor of 0 or 1
// hides no group.
func Masked(r *Report, floor int64) []Sheet {
	sheets := r.Sheets()
	below := map[string]bool{} // paths whose line is hidden
	for i := range sheets {
		s := &sheets[i]
		if s.Measure > 0 {
			hideSmall(s, floor, below)
		}
		if s.Name == "inputs" || s.Name == "threshold" || s.Name == "summary" {
			continue
		}
		for _, row := range s.Rows {
			for j := range row {
				if row[j].Is == IsText {
					row[j].Text = maskText(row[j].Text)
				}
			}
		}
	}
	return sheets
}

// hideSmall hides the lines of a sheet whose measure is small, and as many
// others of the same parent as keep them from being computed.
func hideSmall(s *Sheet, floor int64, below map[string]bool) {
	together := 2 // lines that share one known sum
	if s.Name == "repeat_persons" {
		together = 3 // they share two: persons, and rows after duplicates
	}
	families := map[string][]int{}
	for i, row := range s.Rows {
		families[s.parent(row)] = append(families[s.parent(row)], i)
	}
	for parent, lines := range families {
		slices.SortStableFunc(lines, func(a, b int) int {
			return cmp.Compare(s.Rows[a][s.Measure].Number, s.Rows[b][s.Measure].Number)
		})
		small := 0
		for _, i := range lines {
			if s.Rows[i][s.Measure].Number < floor {
				small++
			}
		}
		switch {
		case below[parent]:
			small = len(lines)
		case small > 0:
			small = min(max(small, together), len(lines))
		}
		for _, i := range lines[:small] {
			if s.levels() > 0 {
				below[path(s.Rows[i][:s.levels()])] = true
			}
			s.hide(s.Rows[i])
		}
	}
}

// levels is how many of org, site and device name a line; 0 of other sheets.
func (s *Sheet) levels() int {
	switch s.Name {
	case "orgs", "sites", "devices":
		return s.Measure - 1
	}
	return 0
}

// parent is the path of the line a line belongs to.
func (s *Sheet) parent(row []Cell) string { return path(row[:max(s.levels()-1, 0)]) }

func path(cells []Cell) string {
	var names []string
	for _, c := range cells {
		names = append(names, c.Text)
	}
	return strconv.Itoa(len(names)) + "\x00" + strings.Join(names, "\x00")
}

// hide takes counts and times out of a line.
func (s *Sheet) hide(row []Cell) {
	for j := range row {
		c, head := &row[j], s.Heads[j]
		if c.Is == IsNumber && (s.Name != "repeat_persons" || j == s.Measure) || (head == headFrom || head == headTo) && c.Text != "" {
			*c = Cell{Is: IsHidden}
		}
	}
}

// maskText masks the personal data that can be told inside a text.
func maskText(s string) string {
	found := privacy.Find([]byte(s))
	if len(found) == 0 {
		return s
	}
	var b strings.Builder
	last := 0
	for _, f := range found {
		b.WriteString(s[last:f.Start])
		b.WriteString(privacy.Mask(f.Kind, s[f.Start:f.End]))
		last = f.End
	}
	return b.String() + s[last:]
}

// Largest gives the n rows of a sheet with the largest measure, for a chart or a
// terminal; all rows in their order where the sheet has no more than n or no
// measure.
func (s Sheet) Largest(n int) [][]Cell {
	if s.Measure == 0 || len(s.Rows) <= n {
		return s.Rows[:min(n, len(s.Rows))]
	}
	rows := slices.Clone(s.Rows)
	slices.SortStableFunc(rows, func(a, b []Cell) int { return cmp.Compare(b[s.Measure].Number, a[s.Measure].Number) })
	return rows[:n]
}
