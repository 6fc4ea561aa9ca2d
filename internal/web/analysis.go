package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/privacy"
	"shouhu/internal/ui"
)

// analysisRoutes are the pages on which evidence tables are counted.
func (s *Server) analysisRoutes() []route {
	return []route{
		{"GET", "/cases/{id}/analyses/new", may(account.RunAnalysis), s.askAnalysis, 0},
		{"POST", "/cases/{id}/analyses/columns", may(account.RunAnalysis), s.askColumns, 0},
		{"POST", "/cases/{id}/analyses", may(account.RunAnalysis), s.runAnalysis, 0},
		{"GET", "/cases/{id}/analyses/{n}", may(account.ViewExhibit), s.showAnalysis, 0},
		{"POST", "/cases/{id}/analyses/{n}/full", may(account.ViewExhibit), s.showWholeAnalysis, 0},
		{"POST", "/cases/{id}/analyses/{n}/cancel", may(account.RunAnalysis), s.cancelAnalysis, 0},
		{"POST", "/cases/{id}/analyses/{n}/exhibit", may(account.AttachExhibit), s.exhibitAnalysis, 0},
		{"POST", "/cases/{id}/analyses/{n}/xlsx", may(account.ExportExhibit), s.analysisBook, 0},
		{"POST", "/cases/{id}/analyses/{n}/json", may(account.ExportExhibit), s.analysisText, 0},
	}
}

func (c *call) mayRun(f *desk.CaseFile) error {
	if !f.May[account.RunAnalysis] {
		return pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", account.RunAnalysis.Zh(), account.RunAnalysis.En())
	}
	return nil
}

// askAnalysis lets choose the tables.
func (s *Server) askAnalysis(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	if err := c.mayRun(f); err != nil {
		return err
	}
	return c.analysisFiles(f, c.empty(url.Values{}))
}

func (c *call) analysisFiles(f *desk.CaseFile, form *filled) error {
	var files []ui.Option
	for i := range f.Files {
		if x := &f.Files[i]; desk.IsTable(x.Name) {
			files = append(files, ui.Option{Value: id(x.ID), Label: x.Name, Hint: c.t("%s，%s", "%s, %s", sizeText(x.Size), ui.Moment(x.ReceivedAt.Time()))})
		}
	}
	p := ui.Page{Title: c.t("分析证据表格", "Analyse tables"), Lead: f.Title, Crumbs: matterCrumbs(c.ctx(), f.Matter)}
	if len(files) == 0 {
		return c.page(p, card(ui.Section{}, ui.Empty(ui.EmptyState{Title: c.t("本案还没有表格文件", "The case has no tables yet"),
			Text:   c.t("先附入 CSV、TSV、XLSX、JSON、Parquet 文件，可以压缩。", "Attach CSV, TSV, XLSX, JSON or Parquet files first; they may be compressed."),
			Action: &ui.Action{Text: c.t("附文件", "Attach files"), Href: "/cases/" + id(f.ID) + "/files"}})))
	}
	return c.page(p, card(ui.Section{Note: c.t("第一步，共两步", "step 1 of 2"), Title: c.t("选择表格", "Choose the tables")},
		form.fields(ui.Form{Action: analysisPath(f.ID, 0) + "/columns", Submit: c.t("读表头，核对各列", "Read the headers, check the columns"), Cancel: c.cancel("/cases/" + id(f.ID)),
			Note: c.t("同样结构的几个文件合在一起数；原文件不会改动。", "Files of one shape are counted together; the files themselves do not change.")},
			question{ticks, ui.Field{Name: "file", Label: c.t("表格", "Tables"), Required: true, Options: files}})))
}

func sizeText(n int64) string {
	switch {
	case n >= 1<<30:
		return strconv.FormatFloat(float64(n)/(1<<30), 'f', 1, 64) + " GB"
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	case n >= 1<<10:
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

// askColumns proposes what each column is.
func (s *Server) askColumns(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	if len(form.ids("file")) == 0 {
		form.wrong("file", c.t("请选择表格", "Choose the tables"))
		return c.analysisFiles(f, form)
	}
	p, err := s.desk.ProposeRoles(c.ctx(), c.session.Who, f.ID, form.ids("file"))
	if err != nil {
		if err := form.mend("file", err); err != nil {
			return err
		}
		return c.analysisFiles(f, form)
	}
	return c.columnsPage(f, form, p)
}

// roleWords are the roles a column may have, in the order of a report.
var roleWords = []struct {
	role   analysis.Role
	zh, en string
}{
	{analysis.Person, "人（按它去重）", "person"}, {analysis.Org, "单位", "org"}, {analysis.Site, "场所、门店", "site"}, {analysis.Device, "设备", "device"}, {analysis.Time, "时间", "time"},
	{analysis.Amount, "金额", "amount"}, {analysis.Consent, "是否同意", "consent"}, {analysis.Category, "信息类别", "category"}, {analysis.Gender, "性别", "gender"}, {analysis.Age, "年龄", "age"},
}

func (c *call) columnsPage(f *desk.CaseFile, form *filled, p *desk.TableRoles) error {
	var options []ui.Option
	for _, r := range roleWords {
		options = append(options, ui.Option{Value: r.role.String(), Label: inLang(c.ctx(), r.zh, r.en)})
	}
	var list []question
	for i, name := range p.Header {
		q := ui.Field{Name: "role." + strconv.Itoa(i), Label: name, Half: true, Blank: c.t("不用", "not used"), Options: options}
		var hint []string
		for role, at := range p.Proposal.Roles {
			if at == i {
				q.Value = analysis.Role(role).String()
				hint = append(hint, c.t("把握 %d%%", "confidence %d%%", p.Proposal.Confidence[role]))
			}
		}
		if k := p.Columns[i].Kind; k != "" {
			hint = append(hint, c.t("识别为%s", "looks like: %s", privacy.Of(k).Zh))
		}
		if ex := p.Columns[i].Examples; len(ex) > 0 {
			hint = append(hint, c.t("如 %s", "such as %s", strings.Join(ex, c.t("、", ", "))))
		}
		q.Hint = strings.Join(hint, c.t("；", "; "))
		list = append(list, question{choice, q})
	}
	hidden := []ui.Hidden{}
	var names []string
	for i := range p.Files {
		hidden = append(hidden, ui.Hidden{Name: "file", Value: id(p.Files[i].ID)})
		names = append(names, p.Files[i].Name)
	}
	page := ui.Page{Title: c.t("核对各列", "Check the columns"), Lead: f.Title, Crumbs: append(matterCrumbs(c.ctx(), f.Matter), ui.Link{Text: c.t("分析证据表格", "Analyse tables"), Href: analysisPath(f.ID, 0) + "/new"})}
	if !p.Proposal.Sure() {
		page.Flash = []ui.Flash{{Tone: ui.Soon, Text: c.t("有的列把握不大，请逐列核对。", "Some columns are in doubt: check each.")}}
	}
	return c.page(page, card(ui.Section{Title: c.t("第二步：每一列是什么", "Step 2: what each column is"), Note: c.t("%s；示例已遮盖", "%s; examples are masked", strings.Join(names, c.t("、", ", ")))},
		form.fields(ui.Form{Action: analysisPath(f.ID, 0), Submit: c.t("开始分析", "Begin"), Cancel: c.cancel(analysisPath(f.ID, 0) + "/new"), Hidden: hidden,
			Note: c.t("在后台数，可以离开本页。", "It counts in the background; you may leave the page.")}, list...)))
}

// runAnalysis begins to count.
func (s *Server) runAnalysis(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	matter, files := c.number("id"), form.ids("file")
	var parts []string
	for name, values := range form.values {
		if column, ok := strings.CutPrefix(name, "role."); ok && len(values) > 0 && values[0] != "" {
			parts = append(parts, fmt.Sprintf("%s=#%d", values[0], number(column)+1))
		}
	}
	slices.Sort(parts)
	n, err := s.desk.RunAnalysis(c.ctx(), c.session.Who, desk.AnalysisOrder{Matter: matter, Files: files, Roles: strings.Join(parts, ",")})
	if err == nil {
		return c.done(analysisPath(matter, n), "")
	}
	if err := form.mend("", err); err != nil {
		return err
	}
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	p, err := s.desk.ProposeRoles(c.ctx(), c.session.Who, matter, files)
	if err != nil {
		if err := form.mend("", err); err != nil {
			return err
		}
		return c.analysisFiles(f, form)
	}
	return c.columnsPage(f, form, p)
}

func (s *Server) cancelAnalysis(c *call) error {
	matter, n := c.number("id"), c.number("n")
	if err := s.desk.CancelAnalysis(c.ctx(), c.session.Who, matter, n); err != nil {
		return err
	}
	return c.done(analysisPath(matter, n), c.t("已取消。", "Cancelled."))
}

func (s *Server) showAnalysis(c *call) error { return s.analysisPage(c, false) }

// showWholeAnalysis shows small groups and personal values, once.
func (s *Server) showWholeAnalysis(c *call) error { return s.analysisPage(c, true) }

func (s *Server) analysisPage(c *call, full bool) error {
	v, err := s.desk.ShowAnalysis(c.ctx(), c.session.Who, c.number("id"), c.number("n"), full)
	if err != nil {
		return err
	}
	path := analysisPath(v.Matter.ID, v.ID)
	p := ui.Page{Title: c.t("数据分析 %d", "Analysis %d", v.ID), Lead: v.Matter.Title, Crumbs: matterCrumbs(c.ctx(), v.Matter), Tags: []ui.Tag{analysisTag(c.ctx(), &v.AnalysisLine)}}
	var names []string
	for i := range v.Inputs {
		names = append(names, v.Inputs[i].Name)
	}
	facts := []ui.Fact{{Label: c.t("表格", "Tables"), Value: strings.Join(names, c.t("、", ", ")), Wide: true}, {Label: c.t("各列", "Columns"), Value: v.Roles, Wide: true},
		{Label: c.t("发起", "Begun by"), Value: v.Person + " " + ui.Moment(v.MadeAt.Time())}, {Label: c.t("结束", "Ended"), Value: ui.Moment(v.EndedAt.Time())}}
	if v.Report == nil {
		return c.page(p, append([]templ.Component{card(ui.Section{}, ui.Facts(facts))}, c.analysisWaits(v, path)...)...)
	}
	if v.May[account.ExportExhibit] {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("下载 .xlsx（已遮盖）", ".xlsx (masked)"), Post: path + "/xlsx"}, ui.Action{Text: c.t("下载 .json（完整）", ".json (whole)"), Post: path + "/json"})
	}
	note := c.t("少于 %d 人（行）的组和个人信息的值已遮盖", "groups below %d and personal values are masked", desk.SmallGroup)
	if full {
		note = c.t("未遮盖；这次查看已记录", "unmasked; this look is recorded")
	} else {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("不遮盖（记录查看）", "Unmask (recorded)"), Post: path + "/full"})
	}
	r := v.Report
	parts := []templ.Component{ui.Figures(c.analysisFigures(v)), card(ui.Section{ID: "about", Title: c.t("来源", "Source"), Note: note}, ui.Facts(append(facts,
		ui.Fact{Label: c.t("结果摘要", "result_sha256"), Value: r.ResultSHA256, Wide: true})))}
	if part := c.exhibitPart(v, path); part != nil {
		parts = append(parts, part)
	}
	for _, s := range v.Sheets() {
		parts = append(parts, c.analysisSheet(v, s))
	}
	return c.page(p, parts...)
}

// exhibitPart makes the report an exhibit, or leads to the one it is.
func (c *call) exhibitPart(v *desk.AnalysisView, path string) templ.Component {
	section := ui.Section{ID: "exhibit", Title: c.t("作为证据", "As an exhibit")}
	switch {
	case v.Exhibit != 0:
		section.Actions = []ui.Action{{Text: c.t("打开这份证据", "Open the exhibit"), Href: "/cases/" + id(v.Matter.ID) + "/exhibits/" + id(v.Exhibit)}}
		return card(section, words(c.t("这份报告已作为电子数据登记。", "The report is registered as electronic data.")))
	case !v.May[account.AttachExhibit]:
		return nil
	}
	section.Note = c.t("电子数据：载明原始数据的散列值、计数规则和结果摘要", "electronic data, with the hashes of its sources, the rule and the result's hash")
	options := staffOptions(v.Staff)
	form := c.told
	if form == nil || form.values.Get("place") == "" && len(form.faults) == 0 {
		form = c.empty(url.Values{})
		for i := range options {
			options[i].Selected = i < 2 // who handles the case stands first
		}
	}
	return card(section, form.fields(ui.Form{Action: path + "/exhibit", Submit: c.t("作为证据登记", "Register as an exhibit")},
		question{ticks, ui.Field{Name: "collectors", Label: c.t("制作人员（两名以上）", "Made by (two or more)"), Required: true, Options: options}},
		question{line, ui.Field{Name: "place", Label: c.t("制作地点", "Where"), Required: true, Half: true, Value: c.session.Office.Name, MaxLength: 200}}))
}

func (s *Server) exhibitAnalysis(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	matter, n := c.number("id"), c.number("n")
	_, err = s.desk.ExhibitAnalysis(c.ctx(), c.session.Who, desk.AnalysisExhibit{Matter: matter, Analysis: n, Collectors: form.ids("collectors"), Place: form.text("place")})
	if err == nil {
		return c.done(analysisPath(matter, n)+"#exhibit", c.t("已作为证据登记。", "Registered as an exhibit."))
	}
	if err := form.mendAll(err); err != nil {
		return err
	}
	return s.analysisPage(c, false)
}

// analysisWaits is a count that has no report: how far it is, or why there is none.
func (c *call) analysisWaits(v *desk.AnalysisView, path string) []templ.Component {
	var parts []templ.Component
	switch {
	case v.Progress != nil:
		c.w.Header().Set("Refresh", "2")
		b := ui.Progress{Label: c.t("正在数", "Counting"), Value: v.Progress.Done, Max: max(v.Progress.All, 1), Text: c.t("%s 行", "%s rows", thousands(v.Progress.Rows))}
		if v.Progress.Waits {
			b = ui.Progress{Label: c.t("排队等候", "Waiting for its turn")}
		}
		if v.Progress.Left > 0 {
			b.Text += c.t("，约剩 %s", ", about %s left", v.Progress.Left)
		}
		parts = append(parts, card(ui.Section{ID: "progress", Title: c.t("进度", "Progress"), Note: c.t("每两秒自动刷新", "refreshes every two seconds")}, ui.ProgressBar(b),
			ui.Do(ui.Action{Text: c.t("取消", "Cancel"), Post: path + "/cancel"})))
	case v.Broken():
		parts = append(parts, card(ui.Section{}, ui.Empty(ui.EmptyState{Title: c.t("分析中断了", "It broke off"), Text: c.t("可能是系统重新启动过，或者在另一台机器上运行。没有结果的，请重新分析。", "The office may have been started anew, or it runs elsewhere. Begin again where nothing comes."),
			Action: &ui.Action{Text: c.t("重新分析", "Begin again"), Href: analysisPath(v.Matter.ID, 0) + "/new"}})))
	case v.Note != "":
		parts = append(parts, card(ui.Section{Title: c.t("没有完成", "Not finished")}, words(c.say(pil.Invalid("%s", v.Note)))))
	}
	return parts
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (c *call) analysisFigures(v *desk.AnalysisView) []ui.Figure {
	r := v.Report
	list := []ui.Figure{
		{Label: c.t("行数（含重复）", "Rows"), Value: thousands(r.Rows), Href: "#summary"},
		{Label: c.t("不同的人", "Distinct persons"), Value: thousands(r.DistinctPersons), Href: "#summary"},
		{Label: c.t("重复行", "Duplicates"), Value: thousands(r.Duplicates.Rows), Href: "#summary"},
	}
	for _, x := range []struct {
		label, href string
		n           int
	}{{c.t("单位", "Orgs"), "#orgs", len(r.Orgs)}, {c.t("场所", "Sites"), "#sites", len(r.Sites)}, {c.t("设备", "Devices"), "#devices", len(r.Devices)}} {
		if x.n > 0 {
			list = append(list, ui.Figure{Label: x.label, Value: thousands(int64(x.n)), Href: x.href})
		}
	}
	verdict, tone := c.t("未达到", "below"), ui.Plain
	switch {
	case r.Threshold.VerySerious:
		verdict, tone = c.t("特别严重", "very serious"), ui.Late
	case r.Threshold.Serious:
		verdict, tone = c.t("严重", "serious"), ui.Late
	}
	list = append(list, ui.Figure{Label: c.t("情节（数量）", "Severity by number"), Value: verdict, Tone: tone, Href: "#threshold"})
	if v.Rejected > 0 {
		list = append(list, ui.Figure{Label: c.t("剔除的行", "Rejected rows"), Value: thousands(v.Rejected), Tone: ui.Soon, Href: "/files/" + id(v.RejectsID)})
	}
	return list
}

// mostShown is how many rows of a table a page shows; the workbook has all.
const (
	mostShown = 400
	mostBars  = 20
)

// analysisSheet is one table of the report: a chart, the numbers beside it, and how
// they were counted.
func (c *call) analysisSheet(v *desk.AnalysisView, s analysis.Sheet) templ.Component {
	title := inLang(c.ctx(), s.Title.Zh, s.Title.En)
	g := ui.Grid{ID: "sheet-" + s.Name, Caption: title}
	for i, h := range s.Heads {
		num := !slices.ContainsFunc(s.Rows, func(row []analysis.Cell) bool {
			return i < len(row) && row[i].Is == analysis.IsText && row[i].Text != ""
		})
		g.Columns = append(g.Columns, ui.Column{Label: inLang(c.ctx(), h.Zh, h.En), Num: num})
	}
	for _, row := range s.Rows[:min(len(s.Rows), mostShown)] {
		var cells []ui.Cell
		for _, x := range row {
			cells = append(cells, ui.Cell{Text: x.String()})
		}
		g.Rows = append(g.Rows, ui.Row{Cells: cells})
	}
	note := ""
	if len(s.Rows) > mostShown {
		note = c.t("共 %d 行，页面显示前 %d 行，全部见 .xlsx", "%d rows; the first %d are shown, all are in the workbook", len(s.Rows), mostShown)
	}
	var parts []templ.Component
	if s.Measure > 0 && len(s.Rows) > 1 {
		parts = append(parts, c.analysisChart(s))
	}
	table := ui.Table(g)
	if len(g.Rows) > mostBars {
		table = folded(c.t("全部 %d 行的表", "The table of all %d rows", len(g.Rows)), false, table)
	}
	parts = append(parts, table, analysisSource(v, s))
	return card(ui.Section{ID: s.Name, Title: title, Note: note}, parts...)
}

// analysisChart draws the measure of a table: days as a line, the rest as bars.
func (c *call) analysisChart(s analysis.Sheet) templ.Component {
	if s.Name == "days" && len(s.Rows) > 2 {
		return ui.Chart(c.dayChart(s))
	}
	b := ui.BarList{Caption: inLang(c.ctx(), s.Heads[s.Measure].Zh, s.Heads[s.Measure].En)}
	for _, row := range s.Largest(mostBars) {
		var label []string
		for _, x := range row[:s.Measure] {
			if x.Is == analysis.IsText {
				label = append(label, x.Text)
			}
		}
		if len(label) == 0 {
			label = []string{c.t("%s 次", "%s times", row[0].String())}
		}
		b.Bars = append(b.Bars, ui.Bar{Label: strings.Join(slices.DeleteFunc(label, func(s string) bool { return s == "" }), " · "), Value: row[s.Measure].Number, Text: row[s.Measure].String()})
	}
	if len(s.Rows) > mostBars {
		b.Caption += c.t("（最大的 %d 个）", " (the largest %d)", mostBars)
	}
	return ui.Bars(b)
}

// dayChart draws days, or the sums of months where there are many.
func (c *call) dayChart(s analysis.Sheet) ui.LineChart {
	cut := len("2006-01-02")
	if len(s.Rows) > 62 {
		cut = len("2006-01")
	}
	chart := ui.LineChart{Caption: c.t("每日行数", "rows a day"), Series: []ui.Series{{Name: c.t("行", "rows")}}}
	if cut == len("2006-01") {
		chart.Caption = c.t("每月行数", "rows a month")
	}
	values := &chart.Series[0].Values
	for _, row := range s.Rows {
		label := row[0].Text[:min(cut, len(row[0].Text))]
		if n := len(chart.Labels); n == 0 || chart.Labels[n-1] != label {
			chart.Labels, *values = append(chart.Labels, label), append(*values, 0)
		}
		(*values)[len(*values)-1] += row[1].Number
	}
	return chart
}

// analysisRule says in a sentence how a table was counted.
func analysisRule(ctx context.Context, v *desk.AnalysisView, s analysis.Sheet) string {
	dup := v.Report.Duplicates.Rule
	switch s.Name {
	case "summary":
		return ui.T(ctx, "行数：读得出、人不为空、时间读得出的行，含重复。重复：%s。不同的人：按“人”一列的值（解码、去首尾空白后）逐字节比较，精确计数，不是估算。", "Rows: accepted ones, duplicates included. Duplicates: %s. Persons: distinct values of the person column, exact, not estimated.", dup)
	case "orgs", "sites", "devices":
		return ui.T(ctx, "按单位、场所、设备逐级分组；场所在单位之内、设备在场所之内区分。行数含重复；人数在每一组内去重，各组人数之和可以大于总人数（同一人到过几处）。", "Grouped by org, site, device. Rows include duplicates; persons are distinct within each group, so the groups may add up to more than the total.")
	case "repeat_persons":
		return ui.T(ctx, "去除重复行以后，同一人有几行就算出现几次。重复：%s。", "Once duplicates are removed, how many rows each person has. Duplicates: %s.", dup)
	case "personal_data":
		return ui.T(ctx, "按列名和值识别种类；类别依法释〔2017〕10号第五条第一款，敏感依个人信息保护法第二十八条。填写比例：该列不为空的行占计入行数的比例。", "Kinds are told by names and values; tiers by PIJ5, sensitivity by P28. Share: rows with a value, of all accepted.")
	case "threshold":
		return ui.T(ctx, "一条：去除重复后的一行，按该行最高类别计；与法释〔2017〕10号第五条的数量标准比较。是否认定由办案人员决定。", "One record is one row after duplicates at its highest tier, held against PIJ5. The finding is for the prosecutor.")
	case "inputs":
		return ui.T(ctx, "每个文件在读的同时计算 SHA-256；剔除的行列有文件、行号和原因，不含内容。", "SHA-256 is taken in the same read; rejected rows are listed with file, line and reason.")
	}
	return ui.T(ctx, "供应商出售的衍生数据的样子：按计入的行统计，含重复。", "As suppliers sell it: counts of accepted rows, duplicates included.")
}

func analysisTag(ctx context.Context, a *desk.AnalysisLine) ui.Tag {
	switch {
	case a.Broken():
		return ui.Tag{Tone: ui.Late, Text: ui.T(ctx, "中断", "broke off")}
	case a.State == desk.AnalysisDone:
		return ui.Tag{Tone: ui.Done, Text: ui.T(ctx, "完成", "done")}
	case a.State == desk.AnalysisFailed:
		return ui.Tag{Tone: ui.Late, Text: ui.T(ctx, "未完成", "failed")}
	case a.State == desk.AnalysisCancelled:
		return ui.Tag{Text: ui.T(ctx, "已取消", "cancelled")}
	}
	return ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "进行中", "running")}
}

func analysisGrid(ctx context.Context, f *desk.CaseFile) ui.Grid {
	g := ui.Grid{ID: "case-analyses", Caption: ui.T(ctx, "数据分析", "Analyses"), Columns: []ui.Column{{Label: ui.T(ctx, "表格", "Tables")}, {Label: ui.T(ctx, "行数", "Rows"), Num: true}, {Label: ui.T(ctx, "人数", "Persons"), Num: true}, {Label: ui.T(ctx, "状态", "State"), Tight: true}, {Label: ui.T(ctx, "发起", "Begun"), Tight: true}},
		Empty: ui.EmptyState{Title: ui.T(ctx, "还没有分析", "Nothing was analysed yet"), Text: ui.T(ctx, "附入表格（CSV、XLSX、JSON、Parquet，可压缩）后，在这里数清行数、人数、设备，得出可以重复、可以引用的报告。", "Attach tables, then count rows, persons and devices here: exact, repeatable, citable.")}}
	for i := range f.Analyses {
		a := &f.Analyses[i]
		var names []string
		for j := range a.Inputs {
			names = append(names, a.Inputs[j].Name)
		}
		rows, persons := "", ""
		if a.State == desk.AnalysisDone {
			rows, persons = thousands(a.RowCount), thousands(a.Persons)
		}
		g.Rows = append(g.Rows, ui.Row{Href: analysisPath(f.ID, a.ID), Cells: []ui.Cell{{Text: cmp.Or(strings.Join(names, ui.T(ctx, "、", ", ")), ui.T(ctx, "第 %d 次", "no %d", a.ID))}, {Text: rows}, {Text: persons},
			{Content: ui.Badge(analysisTag(ctx, a))}, {Text: ui.Moment(a.MadeAt.Time()), Sub: a.Person}}})
	}
	return g
}

func (s *Server) analysisBook(c *call) error {
	v, err := s.reportToKeep(c, false)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := analysis.WriteXLSX(&b, v.Sheets()); err != nil {
		return err
	}
	return c.send(c.t("数据分析报告", "analysis")+"-"+id(v.ID)+".xlsx", xlsxMedia, b.Bytes())
}

func (s *Server) analysisText(c *call) error {
	v, err := s.reportToKeep(c, true)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(v.Report, "", " ")
	if err != nil {
		return err
	}
	return c.send(c.t("数据分析报告", "analysis")+"-"+id(v.ID)+".json", "application/json", text)
}

func (s *Server) reportToKeep(c *call, full bool) (*desk.AnalysisView, error) {
	v, err := s.desk.ExportAnalysis(c.ctx(), c.session.Who, c.number("id"), c.number("n"), full)
	if err == nil && v.Report == nil {
		err = pil.NotFound("这次分析没有报告 (there is no report)")
	}
	return v, err
}
