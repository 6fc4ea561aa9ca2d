package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// docket is the list of cases.
func (s *Server) docket(c *call) error {
	return s.docketPage(c, c.asks("/cases", c.r.URL.Query()), c.empty(nil))
}

func (s *Server) docketPage(c *call, a *asked, save *filled) error {
	choices, err := s.desk.CaseChoices(c.ctx(), c.session.Who, account.ListCases)
	if err != nil {
		return err
	}
	views, err := s.desk.Views(c.ctx(), c.session.Who, "cases")
	if err != nil {
		return err
	}
	f := s.readDocket(a, &choices)
	tabs, kept := docketTabs(c, a, views)
	var list templ.Component
	if a.ok() {
		if list, err = s.docketResults(c, a, f, &choices, save, kept); err != nil {
			return err
		}
	} else {
		list = c.amend()
	}
	if len(save.faults) > 0 {
		c.told = save
	}
	return c.page(ui.Page{Title: c.t("案件", "Cases"), Lead: c.t("只列您有权查看的案件", "The cases you may see")},
		card(ui.Section{Flush: true}, ui.Tabs(c.t("视图", "Views"), tabs), a.bar("case-results", docketFields(c, &choices)...), results("case-results", list)))
}

// readDocket reads what the list is asked for.
func (s *Server) readDocket(a *asked, choices *desk.CaseChoices) desk.MatterFilter {
	var fields, tracks []string
	for _, x := range choices.Fields {
		fields = append(fields, x.String())
	}
	for _, p := range choices.Tracks {
		tracks = append(tracks, p.ID)
	}
	f := desk.MatterFilter{Region: a.region("region"), Track: a.among("track", tracks...), Office: a.count("office"), Lead: a.count("lead"),
		From: a.day("from"), To: a.day("to"), State: a.text("state"), Words: strings.Fields(a.text("q")), AfterID: a.count("after"), AfterDue: a.day("afterday")}
	if word := a.among("field", fields...); word != "" {
		for _, x := range choices.Fields {
			if x.String() == word {
				f.Field = x.Zh()
			}
		}
	}
	live := true
	switch a.among("live", "1", "0", "all") {
	case "", "1":
		f.Live = &live
	case "0":
		live = false
		f.Live = &live
	}
	switch due := a.among("due", "late", "7", "14", "30", "60"); due {
	case "":
	case "late":
		f.Due = s.desk.Day() - 1
	default:
		n, err := strconv.Atoi(due)
		if err == nil {
			f.Due = s.desk.Day() + pil.Day(n)
		}
	}
	if a.among("sort", "due") == "due" {
		f.ByDue = true
		if f.Due == 0 {
			f.Due = pil.MaxDay // only what has a limit stands in this order
		}
	}
	if f.From != 0 && f.To != 0 && f.To < f.From {
		a.wrong("to", a.c.t("不能早于起始日", "Not before the first day"))
	}
	return f
}

func docketFields(c *call, choices *desk.CaseChoices) []question {
	var fields, tracks, states, leads, offices []ui.Option
	for _, x := range choices.Fields {
		fields = append(fields, ui.Option{Value: x.String(), Label: ui.In(c.ctx(), x)})
	}
	for _, p := range choices.Tracks {
		tracks = append(tracks, ui.Option{Value: p.ID, Label: say(c.ctx(), p.Text)})
	}
	for _, x := range choices.States {
		states = append(states, ui.Option{Value: x.ID, Label: say(c.ctx(), x.Text)})
	}
	for _, p := range choices.Leads {
		leads = append(leads, ui.Option{Value: id(p.ID), Label: p.Name})
	}
	for _, o := range choices.Offices {
		offices = append(offices, ui.Option{Value: id(o.ID), Label: o.Name})
	}
	all := c.t("不限", "any")
	list := []question{
		{Field: ui.Field{Name: "q", Label: c.t("关键词", "Words"), Type: "search", MaxLength: 100, Hint: ""}},
		chooseOf("field", c.t("领域", "Field"), all, fields),
		chooseOf("track", c.t("程序", "Track"), all, tracks),
		chooseOf("state", c.t("状态", "State"), all, states),
		chooseOf("due", c.t("期限", "Limits"), all, []ui.Option{{Value: "late", Label: c.t("已逾期", "late")}, {Value: "7", Label: c.t("7 日内届满", "within 7 days")},
			{Value: "14", Label: c.t("14 日内届满", "within 14 days")}, {Value: "30", Label: c.t("30 日内届满", "within 30 days")}, {Value: "60", Label: c.t("60 日内届满", "within 60 days")}}),
	}
	if len(choices.Offices) > 1 {
		list = append(list, chooseOf("office", c.t("检察院", "Office"), all, offices),
			question{Field: ui.Field{Name: "region", Label: c.t("辖区代码", "Region"), InputMode: "numeric", MaxLength: 6}})
	}
	if len(leads) > 1 {
		list = append(list, chooseOf("lead", c.t("承办", "Handled by"), all, leads))
	}
	return append(list, question{kind: date, Field: ui.Field{Name: "from", Label: c.t("立案从", "Opened from")}}, question{kind: date, Field: ui.Field{Name: "to", Label: c.t("至", "to")}})
}

// docketTabs are the views everybody has, and those a person keeps; kept is the one
// that is shown, where it is such.
func docketTabs(c *call, a *asked, views []desk.SavedView) (tabs []ui.Tab, kept *desk.SavedView) {
	now := a.query()
	for _, t := range []struct{ text, query string }{
		{c.t("在办", "Open"), ""}, {c.t("临近期限", "Due next"), "sort=due"}, {c.t("已逾期", "Late"), "due=late&sort=due"}, {c.t("已办结", "Closed"), "live=0"}, {c.t("全部", "All"), "live=all"},
	} {
		tabs = append(tabs, ui.Tab{Text: t.text, Href: "/cases" + questionMark(t.query), Current: now == t.query || t.query == "" && now == "live=1"})
	}
	for i := range views {
		v := &views[i]
		tabs = append(tabs, ui.Tab{Text: v.Name, Href: "/cases" + questionMark(v.Query), Current: now == v.Query})
		if now == v.Query {
			kept = v
		}
	}
	return tabs, kept
}

func questionMark(query string) string {
	if query == "" {
		return ""
	}
	return "?" + query
}

func (s *Server) docketResults(c *call, a *asked, f desk.MatterFilter, choices *desk.CaseChoices, save *filled, kept *desk.SavedView) (templ.Component, error) {
	list, err := s.desk.ListMatters(c.ctx(), c.session.Who, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if n := len(list.Rows); n > 0 {
		last := list.Rows[n-1]
		next = a.with("after", id(last.MatterID))
		if f.ByDue {
			next = a.with("after", id(last.MatterID), "afterday", last.NextDue.String())
		}
	}
	parts := []templ.Component{ui.Table(docketGrid(c, a, f, &list, len(choices.Offices) > 1))}
	if len(list.Rows) > 0 {
		parts = append(parts, a.pager(list.Count, list.More, next))
	}
	return stack(append(parts, s.docketTools(c, a, choices, save, kept, len(list.Rows) > 0))), nil
}

// docketTools are what may be done with the list as it is filtered.
func (s *Server) docketTools(c *call, a *asked, choices *desk.CaseChoices, save *filled, kept *desk.SavedView, any bool) templ.Component {
	query := []ui.Hidden{{Name: "query", Value: a.query()}}
	var tools []templ.Component
	if choices.Export && any {
		tools = append(tools, ui.Do(ui.Action{Text: c.t("导出表格（.xlsx）", "Export (.xlsx)"), Post: "/cases/export", Hidden: query}))
	}
	if kept != nil {
		tools = append(tools, ui.Do(ui.Action{Text: c.t("删除视图「%s」", "Remove the view “%s”", kept.Name), Post: "/views/" + id(kept.ID) + "/remove", Hidden: []ui.Hidden{{Name: "page", Value: "cases"}}, Kind: ui.Quiet}))
	} else if a.query() != "" {
		tools = append(tools, folded(c.t("把当前筛选存为视图", "Keep this filter as a view"), len(save.faults) > 0, save.fields(
			ui.Form{Action: "/views", Submit: c.t("保存", "Save"), Hidden: append([]ui.Hidden{{Name: "page", Value: "cases"}}, query...)},
			question{Field: ui.Field{Name: "name", Label: c.t("视图名称", "Name"), Required: true, MaxLength: 20, Hint: c.t("只有您自己看得到，显示在列表上方", "Only you see it, above the list")}})))
	}
	return toolbar(tools...)
}

func docketGrid(c *call, a *asked, f desk.MatterFilter, list *desk.MatterList, several bool) ui.Grid {
	g := ui.Grid{ID: "cases-table", Caption: c.t("案件", "Cases"), Columns: []ui.Column{
		{Label: c.t("案件", "Case")}, {Label: c.t("程序、对象", "Track and respondent")}, {Label: c.t("状态", "State"), Tight: true},
		{Label: c.t("承办", "Handled by"), Tight: true}, {Label: c.t("立案", "Opened"), Tight: true, SortBy: a.with("sort", "")}, {Label: c.t("下一期限", "Next limit"), Tight: true, SortBy: a.with("sort", "due")},
	}, Empty: ui.EmptyState{Title: c.t("没有符合条件的案件", "No case fits"), Text: c.t("放宽筛选条件，或者看「全部」。立案决定作出后，案件自动出现在这里。", "Widen the filter, or look at “All”. A case appears here once the decision to open it is made.")}}
	if f.ByDue {
		g.Columns[5].Sorted = ui.Ascending
	} else {
		g.Columns[4].Sorted = ui.Descending
	}
	for i := range list.Rows {
		g.Rows = append(g.Rows, docketRow(c, &list.Rows[i], list.Today, several))
	}
	return g
}

func docketRow(c *call, m *desk.MatterLine, today pil.Day, several bool) ui.Row {
	ctx := c.ctx()
	var tracks []string
	for _, t := range m.TrackText {
		tracks = append(tracks, say(ctx, t))
	}
	state := ui.Tag{Text: say(ctx, m.StateText)}
	if !m.Live {
		state.Tone = ui.Done
	}
	row := ui.Row{Href: "/cases/" + id(m.MatterID), Cells: []ui.Cell{
		{Text: m.Title, Sub: m.Number + " · " + m.Field}, {Text: m.Respondents, Sub: strings.Join(tracks, c.t("、", ", "))},
		{Content: ui.Badge(state)}, {Text: m.LeadName}, {Text: ui.Date(m.OpenedOn)}, {Text: "—"},
	}}
	if several {
		row.Cells[3].Sub = m.OfficeName
	}
	if m.NextDue != 0 {
		d := ui.Deadline{Due: m.NextDue, Today: today}
		row.Tone = d.Tone()
		row.Cells[5] = ui.Cell{Content: nextDue(d), Sub: say(ctx, m.LimitText)}
	}
	return row
}

// saveView keeps a filter of a list.
func (s *Server) saveView(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(f.text("query"))
	if err != nil || f.text("page") != "cases" {
		return pil.Invalid("筛选条件无法读取 (the filter cannot be read)")
	}
	a := c.asks("/cases", query)
	name := f.need("name", c.t("视图名称", "Name"))
	if f.ok() {
		err := s.desk.SaveView(c.ctx(), c.session.Who, "cases", name, a.query())
		if err == nil {
			return c.done(a.with(), c.t("已保存视图「%s」", "View “%s” kept", name))
		}
		if err := f.mend("name", err); err != nil {
			return err
		}
	}
	return s.docketPage(c, a, f)
}

func (s *Server) removeView(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	if err := s.desk.RemoveView(c.ctx(), c.session.Who, n); err != nil {
		return err
	}
	return c.done("/cases", c.t("已删除视图", "View removed"))
}

// exportCases is the list as a spreadsheet.
func (s *Server) exportCases(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(form.text("query"))
	if err != nil {
		return pil.Invalid("筛选条件无法读取 (the filter cannot be read)")
	}
	a := c.asks("/cases", query)
	choices, err := s.desk.CaseChoices(c.ctx(), c.session.Who, account.ListCases)
	if err != nil {
		return err
	}
	f := s.readDocket(a, &choices)
	if !a.ok() {
		return pil.Invalid("筛选条件有误，没有导出 (the filter is wrong; nothing was exported)")
	}
	b, err := newWorkbook()
	if err != nil {
		return err
	}
	if err := b.sheet(c.t("案件", "Cases"), sheetColumn{c.t("案号", "Number"), 26}, sheetColumn{c.t("国家业务系统编号", "National number"), 22}, sheetColumn{c.t("案件名称", "Title"), 44},
		sheetColumn{c.t("领域", "Field"), 18}, sheetColumn{c.t("程序", "Track"), 24}, sheetColumn{c.t("监督对象", "Respondents"), 34}, sheetColumn{c.t("状态", "State"), 18},
		sheetColumn{c.t("在办", "Open"), 8}, sheetColumn{c.t("承办", "Handled by"), 16}, sheetColumn{c.t("检察院", "Office"), 26}, sheetColumn{c.t("辖区代码", "Region"), 10}, sheetColumn{c.t("地点", "Place"), 24},
		sheetColumn{c.t("立案日", "Opened"), 12}, sheetColumn{c.t("最近办理", "Last act"), 12}, sheetColumn{c.t("下一期限", "Next limit"), 34}, sheetColumn{c.t("届满日", "Last day"), 12}); err != nil {
		return err
	}
	ctx := c.ctx()
	more, err := s.desk.ExportCases(ctx, c.session.Who, f, func(m desk.MatterLine) error {
		var tracks []string
		for _, t := range m.TrackText {
			tracks = append(tracks, say(ctx, t))
		}
		open := c.t("否", "no")
		if m.Live {
			open = c.t("是", "yes")
		}
		return b.add(m.Number, m.National, m.Title, m.Field, strings.Join(tracks, c.t("、", ", ")), m.Respondents, say(ctx, m.StateText), open, m.LeadName, m.OfficeName, string(m.Region),
			m.Place, m.OpenedOn, m.MovedOn, say(ctx, m.LimitText), m.NextDue)
	})
	if err != nil {
		return err
	}
	if more {
		if err := b.add(c.t("以上为前 %d 件，其余请缩小范围后再导出", "The first %d; narrow the filter for the rest", desk.MostExported)); err != nil {
			return err
		}
	}
	return c.sendBook(fmt.Sprintf("%s-%s.xlsx", c.t("案件", "cases"), s.desk.Day()), b)
}
