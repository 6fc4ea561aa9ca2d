package web

import (
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/ui"
)

// lookBacks lists return visits to closed cases: those to come, and those done.
func (s *Server) lookBacks(c *call) error {
	a := c.asks("/look-backs", c.r.URL.Query())
	choices, err := s.desk.CaseChoices(c.ctx(), c.session.Who, account.ListCases)
	if err != nil {
		return err
	}
	f := desk.VisitFilter{Done: a.among("show", "done") == "done", Lead: a.count("lead"), AfterID: a.count("after"), AfterDay: a.day("afterday")}
	list := c.amend()
	if a.ok() {
		if list, err = s.lookBackResults(c, a, f); err != nil {
			return err
		}
	}
	tabs := []ui.Tab{{Text: c.t("待办", "To come"), Href: a.with("show", ""), Current: !f.Done}, {Text: c.t("已办", "Done"), Href: a.with("show", "done"), Current: f.Done}}
	var leads []ui.Option
	for _, p := range choices.Leads {
		leads = append(leads, ui.Option{Value: id(p.ID), Label: p.Name})
	}
	parts := []templ.Component{ui.Tabs(c.t("视图", "Views"), tabs)}
	if len(leads) > 1 {
		parts = append(parts, a.bar("visit-results", chooseOf("lead", c.t("承办", "Handled by"), c.t("不限", "any"), leads)))
	}
	return c.page(ui.Page{Title: c.t("回头看", "Look-backs"), Lead: c.t("办结之后再去现场：整改守住没有，公益有没有再受损害", "Back to the place after the case has ended: does the rectification hold?")},
		card(ui.Section{Flush: true}, append(parts, results("visit-results", list))...))
}

func (s *Server) lookBackResults(c *call, a *asked, f desk.VisitFilter) (templ.Component, error) {
	list, err := s.desk.LookBacks(c.ctx(), c.session.Who, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if n := len(list.Rows); n > 0 {
		last := &list.Rows[n-1]
		day := last.PlannedOn
		if f.Done {
			day = last.DoneOn
		}
		next = a.with("after", id(last.ID), "afterday", day.String())
	}
	return stack([]templ.Component{ui.Table(lookBackGrid(c, &list, f.Done)), a.turner(list.More, next)}), nil
}

func lookBackGrid(c *call, list *desk.LookBacks, done bool) ui.Grid {
	g := ui.Grid{ID: "visits-table", Caption: c.t("回头看", "Look-backs"), Columns: []ui.Column{
		{Label: c.t("案件", "Case")}, {Label: c.t("计划日", "Planned"), Tight: true}, {Label: c.t("查看事项", "To be looked at")}, {Label: c.t("承办", "Handled by"), Tight: true},
	}, Empty: ui.EmptyState{Title: c.t("没有待办的回头看", "No look-back to come"), Text: c.t("案件办结后，在案卷的「回头看」里安排日期和查看事项。", "Plan day and checklist in the case file once a case has ended.")}}
	if done {
		g.Columns[1], g.Columns[2] = ui.Column{Label: c.t("查看日", "Visited"), Tight: true}, ui.Column{Label: c.t("结果", "Found")}
		g.Empty = ui.EmptyState{Title: c.t("还没有办过的回头看", "No look-back has been done"), Text: c.t("查看的结果、照片和发现反弹后重新登记的线索，会列在这里。", "What was found, and clues registered anew where harm returned, is listed here.")}
	}
	for i := range list.Rows {
		g.Rows = append(g.Rows, lookBackRow(c, &list.Rows[i], list))
	}
	return g
}

func lookBackRow(c *call, v *desk.LookBack, list *desk.LookBacks) ui.Row {
	row := ui.Row{Href: "/cases/" + id(v.MatterID) + "#visits", Cells: []ui.Cell{{Text: v.Title, Sub: v.Number}, {}, {}, {Text: v.LeadName}}}
	if v.DoneOn == 0 {
		d := ui.Deadline{Due: v.PlannedOn, Today: list.Today}
		var what []string
		for _, check := range v.Checklist {
			what = append(what, check.What)
		}
		row.Tone = d.Tone()
		row.Cells[1].Content = nextDue(d)
		row.Cells[2] = ui.Cell{Text: strings.Join(what, c.t("；", "; ")), Sub: v.PlanNote}
		return row
	}
	row.Cells[1] = ui.Cell{Text: ui.Date(v.DoneOn), Sub: c.t("计划 %s", "planned %s", ui.Date(v.PlannedOn))}
	found := ui.Tag{Tone: ui.Done, Text: c.t("没有反弹", "holds")}
	if v.Outcome == desk.Rebounded {
		found, row.Tone = ui.Tag{Tone: ui.Late, Text: c.t("发现反弹", "harm returned")}, ui.Late
		if v.NewClue != 0 {
			found.Href = "/clues/" + id(v.NewClue)
		}
	}
	row.Cells[2] = ui.Cell{Content: ui.Badge(found), Sub: strings.TrimSpace(v.Findings)}
	if len(v.Went) > 0 {
		row.Cells[3].Sub = c.t("到场：%s", "went: %s", strings.Join(v.Went, c.t("、", ", ")))
	}
	return row
}
