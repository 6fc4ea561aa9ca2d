package web

import (
	"fmt"

	"github.com/a-h/templ"

	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/ui"
)

// overview is what a head of department looks at.
func (s *Server) overview(c *call) error {
	st, err := s.desk.ShowStatistics(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	p := ui.Page{Title: c.t("办案总览", "Overview"), Lead: c.t("%s 的情况；只统计您有权查看的", "As of %s; what you may see", ui.In(c.ctx(), st.Today)), Actions: []ui.Action{{Text: c.t("打印", "Print"), Print: true}}}
	if st.Export {
		p.Actions = append([]ui.Action{{Text: c.t("导出表格（.xlsx）", "Export (.xlsx)"), Post: "/overview/export"}}, p.Actions...)
	}
	return c.page(p,
		ui.Figures([]ui.Figure{
			{Label: c.t("本院期限已逾期", "Limits late"), Value: fmt.Sprint(st.Late), Href: "#due", Tone: toneIf(st.Late > 0, ui.Late)},
			{Label: c.t("十四日内届满", "Due within 14 days"), Value: fmt.Sprint(st.Soon), Href: "#due", Tone: toneIf(st.Soon > 0, ui.Soon)},
			{Label: c.t("在办案件", "Open cases"), Value: fmt.Sprint(st.Live), Href: "#live"},
			{Label: c.t("等待审批", "Approvals waiting"), Value: ui.Count(len(st.Approvals), st.MoreA), Href: "#approvals", Tone: toneIf(len(st.Approvals) > 0, ui.Waiting)},
			{Label: c.t("回复后未核实、未整改", "Answered, not rectified"), Value: ui.Count(len(st.Demands), st.MoreD), Href: "#demands", Tone: toneIf(len(st.Demands) > 0, ui.Soon)},
		}),
		card(ui.Section{ID: "due", Title: c.t("逾期和临近的本院期限", "Our limits, late and due"), Flush: true, Note: c.t("线索和案件都计，对方的期限不计", "of clues and cases; those of others are not counted")}, dueTables(c, st)),
		card(ui.Section{ID: "live", Title: c.t("在办案件", "Open cases"), Note: c.t("共 %d 件", "%d in all", st.Live)}, liveBars(c, st)),
		card(ui.Section{ID: "approvals", Title: c.t("等待审批", "Approvals waiting"), Flush: true, Note: c.t("等得最久的在前", "the longest wait first")}, ui.Table(waitingGrid(c, st))),
		card(ui.Section{ID: "demands", Title: c.t("回复不等于整改", "A reply is not a rectification"), Flush: true, Note: c.t("已回复而没有现场核实，或者核实未整改的建议事项", "demands answered but not verified, or found not rectified")}, ui.Table(demandsGrid(c, st))),
	)
}

func dueTables(c *call, st *desk.Statistics) templ.Component {
	if len(st.ByPerson) == 0 {
		return ui.Empty(ui.EmptyState{Title: c.t("没有逾期或者临近的期限", "No limit is late or near")})
	}
	return thirds(duePeople(c, st), dueLimits(c, st), dueFields(c, st))
}

// counted is the columns of a table of late and coming limits.
func counted(c *call, id, label string) ui.Grid {
	return ui.Grid{ID: id, Caption: label, Columns: []ui.Column{{Label: label}, {Label: c.t("已逾期", "Late"), Num: true}, {Label: c.t("十四日内", "Within 14 days"), Num: true}}}
}

func countCells(late, soon int) (ui.Tone, []ui.Cell) {
	return toneIf(late > 0, ui.Late), []ui.Cell{{Text: fmt.Sprint(late)}, {Text: fmt.Sprint(soon)}}
}

func personName(c *call, name string) string {
	if name == "" {
		return c.t("未指定承办", "nobody assigned")
	}
	return name
}

func duePeople(c *call, st *desk.Statistics) ui.Grid {
	g := counted(c, "due-people", c.t("按承办人", "By person"))
	for _, r := range st.ByPerson {
		tone, cells := countCells(r.Late, r.Soon)
		cell := ui.Cell{Text: personName(c, r.Key)}
		if r.ID != 0 {
			cell.Href = "/cases?due=14&sort=due&lead=" + id(r.ID)
		}
		g.Rows = append(g.Rows, ui.Row{Tone: tone, Cells: append([]ui.Cell{cell}, cells...)})
	}
	return g
}

func dueLimits(c *call, st *desk.Statistics) ui.Grid {
	g := counted(c, "due-limits", c.t("按期限", "By limit"))
	for _, r := range st.ByLimit {
		tone, cells := countCells(r.Late, r.Soon)
		g.Rows = append(g.Rows, ui.Row{Tone: tone, Cells: append([]ui.Cell{{Text: say(c.ctx(), r.Name), Sub: r.Key, Href: "/law/limits/" + r.Key}}, cells...)})
	}
	return g
}

func dueFields(c *call, st *desk.Statistics) ui.Grid {
	g := counted(c, "due-fields", c.t("按领域", "By field"))
	for _, r := range st.ByField {
		tone, cells := countCells(r.Late, r.Soon)
		g.Rows = append(g.Rows, ui.Row{Tone: tone, Cells: append([]ui.Cell{{Text: r.Key}}, cells...)})
	}
	return g
}

func liveBars(c *call, st *desk.Statistics) templ.Component {
	states := ui.BarList{Caption: c.t("按所处状态", "By state"), Unit: c.t("件", "cases")}
	for _, r := range st.States {
		states.Bars = append(states.Bars, ui.Bar{Label: say(c.ctx(), r.Text), Value: int64(r.Count), Href: "/cases?state=" + r.ID})
	}
	people := ui.BarList{Caption: c.t("按承办人", "By person"), Unit: c.t("件", "cases")}
	for _, r := range st.People {
		bar := ui.Bar{Label: personName(c, r.Name), Value: int64(r.Count)}
		if r.ID != 0 {
			bar.Href = "/cases?lead=" + id(r.ID)
		}
		people.Bars = append(people.Bars, bar)
	}
	if st.Live == 0 {
		return ui.Empty(ui.EmptyState{Title: c.t("没有在办案件", "No open case")})
	}
	return halves(ui.Bars(states), ui.Bars(people))
}

func waitingGrid(c *call, st *desk.Statistics) ui.Grid {
	g := ui.Grid{ID: "waiting-table", Caption: c.t("等待审批", "Approvals waiting"), Columns: []ui.Column{
		{Label: c.t("事项", "What")}, {Label: c.t("等待", "Waits for"), Tight: true}, {Label: c.t("提出", "Proposed by"), Tight: true}, {Label: c.t("自", "Since"), Tight: true}, {Label: c.t("已等", "For"), Num: true},
	}, Empty: ui.EmptyState{Title: c.t("没有等待审批的事项", "Nothing waits for a decision")}}
	for i := range st.Approvals {
		a := &st.Approvals[i]
		g.Rows = append(g.Rows, ui.Row{Href: "/approvals/" + id(a.ID), Tone: toneIf(a.Days > 3, ui.Soon), Cells: []ui.Cell{
			{Text: a.Title, Sub: a.Number + " " + a.Matter}, {Text: a.Waits}, {Text: a.Proposed}, {Text: ui.Moment(a.Since.Time())}, {Text: c.t("%d 天", "%d days", a.Days)},
		}})
	}
	return g
}

func demandsGrid(c *call, st *desk.Statistics) ui.Grid {
	g := ui.Grid{ID: "demands-table", Caption: c.t("建议事项", "Demands"), Columns: []ui.Column{
		{Label: c.t("建议事项", "Demand")}, {Label: c.t("机关", "Agency")}, {Label: c.t("状态", "State"), Tight: true}, {Label: c.t("承办", "Handled by"), Tight: true}, {Label: c.t("自", "Since"), Tight: true},
	}, Empty: ui.EmptyState{Title: c.t("没有回复后等待核实的建议事项", "No demand waits for verification"), Text: c.t("行政机关回复之后，逐项到现场核实，办结的才不再列出。", "After a reply each demand is verified on the spot; only closed ones leave this list.")}}
	for i := range st.Demands {
		d := &st.Demands[i]
		tone := ui.Waiting
		if d.State == docket.NotRectified || d.State == docket.IdlyAnswered {
			tone = ui.Late
		}
		g.Rows = append(g.Rows, ui.Row{Href: "/cases/" + id(d.MatterID) + "#demands", Tone: tone, Cells: []ui.Cell{
			{Text: d.Text, Sub: d.Number + " " + d.Title}, {Text: d.Respondent}, {Content: ui.Badge(ui.Tag{Tone: tone, Text: inLang(c.ctx(), d.State.Zh(), d.State.En())})}, {Text: d.LeadName},
			{Text: ui.Date(d.On), Sub: c.t("%d 天", "%d days", d.Days)},
		}})
	}
	return g
}

// exportOverview is the overview as a spreadsheet.
func (s *Server) exportOverview(c *call) error {
	st, err := s.desk.ExportStatistics(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	b, err := newWorkbook()
	if err != nil {
		return err
	}
	type line []any
	late, soon, count := sheetColumn{c.t("已逾期", "Late"), 10}, sheetColumn{c.t("十四日内届满", "Within 14 days"), 14}, sheetColumn{c.t("件数", "Cases"), 10}
	sheets := []struct {
		name    string
		columns []sheetColumn
		rows    []line
	}{
		{name: c.t("期限-按承办人", "Limits by person"), columns: []sheetColumn{{c.t("承办", "Handled by"), 20}, late, soon}},
		{name: c.t("期限-按期限", "Limits by limit"), columns: []sheetColumn{{c.t("编号", "Id"), 12}, {c.t("期限", "Limit"), 40}, late, soon}},
		{name: c.t("期限-按领域", "Limits by field"), columns: []sheetColumn{{c.t("领域", "Field"), 26}, late, soon}},
		{name: c.t("在办-按状态", "Open by state"), columns: []sheetColumn{{c.t("状态", "State"), 26}, count}},
		{name: c.t("在办-按承办人", "Open by person"), columns: []sheetColumn{{c.t("承办", "Handled by"), 20}, count}},
		{name: c.t("等待审批", "Approvals"), columns: []sheetColumn{{c.t("事项", "What"), 40}, {c.t("编号", "Number"), 24}, {c.t("案件", "Case"), 40}, {c.t("等待", "Waits for"), 18}, {c.t("提出", "Proposed by"), 18}, {c.t("自", "Since"), 18}, {c.t("天", "Days"), 8}}},
		{name: c.t("未核实的建议事项", "Demands"), columns: []sheetColumn{{c.t("建议事项", "Demand"), 50}, {c.t("机关", "Agency"), 28}, {c.t("案号", "Number"), 24}, {c.t("案件", "Case"), 40}, {c.t("状态", "State"), 20}, {c.t("承办", "Handled by"), 18}, {c.t("自", "Since"), 12}}},
	}
	for _, r := range st.ByPerson {
		sheets[0].rows = append(sheets[0].rows, line{personName(c, r.Key), r.Late, r.Soon})
	}
	for _, r := range st.ByLimit {
		sheets[1].rows = append(sheets[1].rows, line{r.Key, say(c.ctx(), r.Name), r.Late, r.Soon})
	}
	for _, r := range st.ByField {
		sheets[2].rows = append(sheets[2].rows, line{r.Key, r.Late, r.Soon})
	}
	for _, r := range st.States {
		sheets[3].rows = append(sheets[3].rows, line{say(c.ctx(), r.Text), r.Count})
	}
	for _, r := range st.People {
		sheets[4].rows = append(sheets[4].rows, line{personName(c, r.Name), r.Count})
	}
	for i := range st.Approvals {
		a := &st.Approvals[i]
		sheets[5].rows = append(sheets[5].rows, line{a.Title, a.Number, a.Matter, a.Waits, a.Proposed, ui.Moment(a.Since.Time()), a.Days})
	}
	for i := range st.Demands {
		d := &st.Demands[i]
		sheets[6].rows = append(sheets[6].rows, line{d.Text, d.Respondent, d.Number, d.Title, inLang(c.ctx(), d.State.Zh(), d.State.En()), d.LeadName, d.On})
	}
	for _, sheet := range sheets {
		if err := b.sheet(sheet.name, sheet.columns...); err != nil {
			return err
		}
		for _, row := range sheet.rows {
			if err := b.add(row...); err != nil {
				return err
			}
		}
	}
	return c.sendBook(c.t("办案总览", "overview")+"-"+st.Today.String()+".xlsx", b)
}
