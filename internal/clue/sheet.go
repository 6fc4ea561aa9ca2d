package clue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"shouhu/internal/pil"
)

// Mapping says how a sheet is read, beside what its header says.
type Mapping struct {
	Channel Channel          // of a row that names none; Hotline where empty
	Region  pil.Region       // of a row that names none
	Columns map[string]Input // what columns of these names are, before the names known here
	Today   pil.Day          // no row was received later
}

// Imported is a row that became a clue.
type Imported struct {
	Line     int
	Order    string // 工单编号
	Form     Form
	Identity Identity
	Notes    []Problem // what could not be read, or is doubtful
}

// Rejected is a row that did not, and why; never what stood in it.
type Rejected struct {
	Line int
	Why  []Problem
}

// headerWithin is among how many rows the header is looked for: titles may
// stand above it.
const headerWithin = 10

var (
	bracketed = regexp.MustCompile(`[(\[【].*?[)\]】]`)
	// rounded is a long number as a spreadsheet spoils it: several may look the same.
	rounded = regexp.MustCompile(`^\d(\.\d+)?[Ee]\+?\d+$`)
)

// known are the inputs by the names of columns.
var known = func() map[string]Input {
	m := map[string]Input{}
	for in, names := range headers {
		for _, name := range names {
			m[name] = Input(in)
		}
	}
	return m
}()

// Read says which input each column of a header is, 0 where nothing is read
// from it.
func (m *Mapping) Read(header []string) []Input {
	columns := make([]Input, len(header))
	for i, name := range header {
		in, ok := m.Columns[name]
		if !ok {
			letters, _ := plain(bracketed.ReplaceAllString(norm.NFKC.String(name), ""))
			in = known[string(letters)]
		}
		columns[i] = in
	}
	return columns
}

// ImportTable reads the rows below the header into clues. A row that lacks what
// a form requires, has more cells than the header, or repeats a work-order
// number is rejected. A sheet without columns for what happened and when it was
// received is an invalid Error.
func ImportTable(rows [][]string, m Mapping) (accepted []Imported, rejected []Rejected, err error) {
	head, columns := 0, []Input(nil)
	for i, row := range rows[:min(len(rows), headerWithin)] {
		if c := m.Read(row); slices.Contains(c, InWhat) && slices.Contains(c, InReceived) {
			head, columns = i, c
			break
		}
	}
	if columns == nil {
		return nil, nil, pil.Invalid("前%d行中没有表头：须有「诉求内容」和「来电时间」两列 (no header with columns for what happened and when it was received)", headerWithin)
	}
	orders := map[string]int{}
	for i, row := range rows[head+1:] {
		if strings.Join(row, "") == "" {
			continue
		}
		line := head + i + 2
		clue, why := m.row(rows[head], columns, row)
		if first, twice := orders[clue.Order]; twice && clue.Order != "" {
			why.add(true, InOrder, fmt.Sprintf("工单编号与第%d行相同", first), fmt.Sprintf("the same work-order number as row %d", first))
		}
		if len(why) > 0 {
			rejected = append(rejected, Rejected{line, why})
			continue
		}
		orders[clue.Order] = line
		clue.Line = line
		accepted = append(accepted, clue)
	}
	return accepted, rejected, nil
}

// row reads one row, and says why it is no clue.
func (m *Mapping) row(header []string, columns []Input, row []string) (c Imported, why problems) {
	cells := map[Input]string{}
	for i, cell := range row {
		switch {
		case i >= len(columns):
			why.add(cell != "" && len(why) == 0, 0, "单元格多于表头，可能有未加引号的逗号", "more cells than the header: a comma without quotes?")
		case cell == "":
		case columns[i] == InReporter:
			cells[InReporter] = standing(header[i], cell, cells[InReporter])
		case cells[columns[i]] == "":
			cells[columns[i]] = cell
		case columns[i] == InWhat && cells[InWhat] != cell:
			cells[InWhat] += "\n" + cell // title and text
		}
	}
	var unread []Problem
	c.Order = cells[InOrder]
	c.Form, c.Identity, unread = ReadForm(func(in Input) string { return cells[in] })
	if c.Form.Channel == 0 {
		if c.Form.Channel = m.Channel; c.Form.Channel == 0 {
			c.Form.Channel = Hotline
		}
	}
	if c.Form.Region == "" {
		c.Form.Region = m.Region
	}
	if c.Form.Reporter == 0 && (c.Identity.Name != "" || c.Identity.Phone != "") {
		c.Form.Reporter = Named
	}
	if c.Form.Reporter == Anonymous && c.Identity != (Identity{}) {
		c.Form.Reporter = InConfidence // who is known and would not be named
	}
	for _, p := range unread {
		if p.Input == InReceived {
			why = append(why, p)
		} else {
			c.Notes = append(c.Notes, p)
		}
	}
	for _, p := range c.Form.Check(m.Today) {
		// A day that cannot be read is not also missing.
		if !slices.ContainsFunc(why, func(w Problem) bool { return w.Input == p.Input }) {
			why = append(why, p)
		}
	}
	why.add(rounded.MatchString(c.Order), InOrder, "工单编号被表格软件改成了科学计数，请将该列设为文本后重新导出", "the spreadsheet rounded the work-order number: export the column as text")
	why.tooLong(InOrder, c.Order, maxLine)
	c.Notes = append(c.Notes, c.Identity.Check(c.Form.Reporter)...)
	return c, why
}

// standing reads a cell about the reporter's name: the words 匿名, 保密 or 实名,
// or yes and no under a header that asks. The most careful of several columns
// counts.
func standing(header, cell, before string) string {
	says := func(s, word string) bool {
		return strings.Contains(s, word) && !strings.Contains(s, "不"+word) && !strings.Contains(s, "非"+word)
	}
	switch strings.ToLower(cell) {
	case "是", "y", "yes", "1", "true":
		cell = header
	case "否", "n", "no", "0", "false":
		return before
	}
	switch {
	case says(cell, "匿名"):
		return Anonymous.String()
	case before != "":
		return before
	case says(cell, "保密"):
		return InConfidence.String()
	case says(cell, "实名"):
		return Named.String()
	}
	return cell
}
