package web

import (
	"context"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func runPath(run int64) string { return "/models/runs/" + id(run) }

func hitPath(run int64, n int) string { return runPath(run) + "/hits/" + id(int64(n)) }

// takeRun takes in the files as they come and begins the run; what came is kept where
// something else is wrong.
func (s *Server) takeRun(c *call) error {
	ref := c.r.PathValue("model")
	isFile := func(field string) bool { return strings.HasPrefix(field, "table.") }
	v, faults, err := c.streamed(isFile, func(v url.Values, p *multipart.Part) (string, error) {
		u, err := s.desk.HoldTable(c.ctx(), c.session.Who, ref, strings.TrimPrefix(p.FormName(), "table."), p.FileName(), p)
		if err == nil {
			v.Add("held", id(u.ID))
		}
		return "", err
	})
	if err != nil {
		return err
	}
	c.told = &filled{c: c, values: v, faults: faults}
	order := desk.RunOrder{Model: ref, Held: c.told.ids("held"), Cases: map[string][]int64{}, Params: map[string]string{}}
	for name, list := range v {
		if table, ok := strings.CutPrefix(name, "case."); ok {
			order.Cases[table] = c.told.ids(name)
		}
		if param, ok := strings.CutPrefix(name, "param."); ok && len(list) > 0 {
			order.Params[param] = list[0]
		}
	}
	if len(faults) == 0 {
		n, err := s.desk.RunModel(c.ctx(), c.session.Who, order)
		if err == nil {
			return c.done(runPath(n), "")
		}
		if err := c.told.mendAll(err); err != nil {
			return err
		}
	}
	return s.runForm(c, c.told.answers(), http.StatusUnprocessableEntity)
}

func runTag(ctx context.Context, r *desk.RunLine) ui.Tag {
	line := desk.AnalysisLine{Progress: r.Progress}
	line.State = r.State
	return analysisTag(ctx, &line)
}

func (c *call) runGrid(rows []desk.RunLine, empty ui.EmptyState) ui.Grid {
	g := ui.Grid{ID: "runs-table", Caption: c.t("模型运行", "Runs of models"), Empty: empty, Columns: []ui.Column{{Label: c.t("运行", "Run")}, {Label: c.t("状态", "State"), Tight: true}, {Label: c.t("命中", "Hits"), Num: true},
		{Label: c.t("采纳", "Accepted"), Num: true}, {Label: c.t("搁置", "Set aside"), Num: true}, {Label: c.t("待处理", "Open"), Num: true}, {Label: c.t("发起", "Begun"), Tight: true}}}
	for i := range rows {
		r := &rows[i]
		sub := ""
		if r.Trial {
			sub = c.t("试运行", "a trial")
		}
		counts := [4]string{}
		if r.State == desk.AnalysisDone {
			counts[0] = thousands(int64(r.HitCount))
			if !r.Trial {
				counts[1], counts[2], counts[3] = thousands(int64(r.Accepted)), thousands(int64(r.Aside)), thousands(int64(r.Open))
			}
		}
		g.Rows = append(g.Rows, ui.Row{Href: runPath(r.ID), Cells: []ui.Cell{{Text: c.t("第 %[1]d 次：%[2]s", "%[1]d: %[2]s", r.ID, r.Zh), Sub: sub}, {Content: ui.Badge(runTag(c.ctx(), r))},
			{Text: counts[0]}, {Text: counts[1]}, {Text: counts[2]}, {Text: counts[3]}, {Text: ui.Moment(r.MadeAt.Time()), Sub: r.Person}}})
	}
	return g
}

// showRuns lists runs with what became of what they found: the head's view.
func (s *Server) showRuns(c *call) error {
	a := c.asks("/models/runs", c.r.URL.Query())
	filter := desk.RunFilter{Name: a.text("model"), AfterID: a.count("after")}
	v, err := s.desk.ListRuns(c.ctx(), c.session.Who, filter)
	if err != nil {
		return err
	}
	p := ui.Page{Title: c.t("运行和命中", "Runs and hits"), Lead: c.t("每次运行找到什么，采纳、搁置还是没有处理。", "What each run found, and what became of it."), Crumbs: modelCrumbs(c.ctx(), nil)}
	var all desk.RunCount
	by := ui.Grid{ID: "by-model", Caption: c.t("按模型", "By model"), Columns: []ui.Column{{Label: c.t("模型", "Model")}, {Label: c.t("运行", "Runs"), Num: true}, {Label: c.t("命中", "Hits"), Num: true}, {Label: c.t("采纳", "Accepted"), Num: true},
		{Label: c.t("搁置", "Set aside"), Num: true}, {Label: c.t("待处理", "Open"), Num: true}}, Empty: ui.EmptyState{Title: c.t("还没有正式运行过模型", "No model has been run in earnest"), Text: c.t("在「监督模型」里选一个模型，为每个表选一个文件，点「开始运行」；命中在这里等待采纳或者搁置。", "Choose a model, give a file for each table and run it; its hits wait here."),
		Action: &ui.Action{Text: c.t("选择模型", "Choose a model"), Href: "/models"}}}
	var options []ui.Option
	for _, name := range slices.Sorted(maps.Keys(v.Names)) {
		options = append(options, ui.Option{Value: name, Label: v.Names[name]})
	}
	for _, n := range v.Counts {
		all.Runs, all.Hits, all.Accepted, all.Aside, all.Open = all.Runs+n.Runs, all.Hits+n.Hits, all.Accepted+n.Accepted, all.Aside+n.Aside, all.Open+n.Open
		name := n.Name
		if zh := v.Names[n.Name]; zh != "" {
			name = zh
		}
		by.Rows = append(by.Rows, ui.Row{Href: query("/models/runs", "model", n.Name), Cells: []ui.Cell{{Text: name}, {Text: thousands(int64(n.Runs))}, {Text: thousands(int64(n.Hits))}, {Text: thousands(int64(n.Accepted))}, {Text: thousands(int64(n.Aside))}, {Text: thousands(int64(n.Open))}}})
	}
	figures := []ui.Figure{{Label: c.t("运行", "Runs"), Value: thousands(int64(all.Runs))}, {Label: c.t("命中", "Hits"), Value: thousands(int64(all.Hits))}, {Label: c.t("采纳为线索", "Accepted as clues"), Value: thousands(int64(all.Accepted)), Tone: ui.Done},
		{Label: c.t("搁置", "Set aside"), Value: thousands(int64(all.Aside))}, {Label: c.t("待处理", "Open"), Value: thousands(int64(all.Open)), Tone: tone(all.Open > 0, ui.Soon)}}
	list := c.amend()
	if a.ok() {
		next := ""
		if n := len(v.Rows); n > 0 {
			next = a.with("model", a.text("model"), "after", id(v.Rows[n-1].ID))
		}
		list = stack([]templ.Component{ui.Table(c.runGrid(v.Rows, ui.EmptyState{Title: c.t("没有这样的运行", "No such run"), Text: c.t("换一个模型，或者先运行它。", "Choose another model, or run this one.")})), a.turner(v.More, next)})
	}
	return c.page(p, ui.Figures(figures), card(ui.Section{ID: "by", Title: c.t("按模型", "By model"), Flush: true}, ui.Table(by)),
		card(ui.Section{ID: "list", Title: c.t("历次运行", "Runs"), Flush: true}, a.bar("runs-list", chooseOf("model", c.t("模型", "Model"), c.t("全部", "all"), options)), results("runs-list", list)))
}

// tone is a tone where something holds.
func tone(holds bool, t ui.Tone) ui.Tone {
	if holds {
		return t
	}
	return ui.Plain
}

func (s *Server) showRun(c *call) error {
	v, err := s.desk.ShowRun(c.ctx(), c.session.Who, c.number("run"))
	if err != nil {
		return err
	}
	path := runPath(v.ID)
	p := ui.Page{Title: c.t("%[1]s：第 %[2]d 次运行", "%[1]s: run %[2]d", v.Zh, v.ID), Crumbs: c.runCrumbs(), Tags: []ui.Tag{runTag(c.ctx(), &v.RunLine)}}
	if v.Trial {
		p.Tags = append(p.Tags, ui.Tag{Tone: ui.Soon, Text: c.t("试运行", "a trial")})
	}
	again := v.May[account.RunModel] && v.Model != nil && (v.Model.Shelved() || v.Model.Trying())
	if again && v.State != desk.AnalysisRunning {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("再次运行", "Run again"), Post: path + "/again"})
	}
	var parts []templ.Component
	switch {
	case v.Progress != nil:
		c.w.Header().Set("Refresh", "2")
		parts = append(parts, c.runProgress(v, path))
	case v.Broken():
		e := ui.EmptyState{Title: c.t("运行中断了", "The run broke off"), Text: c.t("可能是系统重新启动过，或者在另一台机器上运行。没有结果的，请再次运行：表和参数都还在。", "The office may have been started anew. Run it again: its tables and parameters are there.")}
		if again {
			e.Action = &ui.Action{Text: c.t("再次运行", "Run again"), Post: path + "/again", Kind: ui.Primary}
		}
		parts = append(parts, card(ui.Section{}, ui.Empty(e)))
	case v.State == desk.AnalysisFailed:
		parts = append(parts, card(ui.Section{ID: "failed", Title: c.t("没有完成", "Not finished"), Note: c.t("没有产生任何命中", "nothing was found")}, words(c.say(pil.Invalid("%s", v.Note)))))
	case v.State == desk.AnalysisDone:
		parts = append(parts, ui.Figures(c.runFigures(v)), card(ui.Section{ID: "hits", Title: c.t("命中", "Hits"), Flush: true, Note: c.t("个人信息的值已遮盖", "personal values are masked")}, ui.Table(c.hitGrid(v))))
	}
	parts = append(parts, card(ui.Section{ID: "inputs", Title: c.t("表", "Tables"), Flush: true}, ui.Table(c.inputGrid(v))), card(ui.Section{ID: "about", Title: c.t("怎样运行的", "How it was run")}, ui.Facts(c.runFacts(v))))
	return c.page(p, parts...)
}

func (c *call) runCrumbs() []ui.Link {
	return append(modelCrumbs(c.ctx(), nil), ui.Link{Text: c.t("运行和命中", "Runs and hits"), Href: "/models/runs"})
}

func (c *call) runProgress(v *desk.RunView, path string) templ.Component {
	b := ui.Progress{Label: c.t("正在运行", "Running"), Value: v.Progress.Done, Max: max(v.Progress.All, 1), Text: c.t("%s 行", "%s rows", thousands(v.Progress.Rows))}
	if v.Progress.Waits {
		b = ui.Progress{Label: c.t("排队等候", "Waiting for its turn")}
	}
	if v.Progress.Left > 0 {
		b.Text += c.t("，约剩 %s", ", about %s left", v.Progress.Left)
	}
	list := []templ.Component{ui.ProgressBar(b)}
	if v.May[account.RunModel] {
		list = append(list, ui.Do(ui.Action{Text: c.t("取消", "Cancel"), Post: path + "/cancel"}))
	}
	return card(ui.Section{ID: "progress", Title: c.t("进度", "Progress"), Note: c.t("每两秒自动刷新", "refreshes every two seconds")}, list...)
}

func (c *call) runFigures(v *desk.RunView) []ui.Figure {
	list := []ui.Figure{{Label: c.t("读入的行", "Rows read"), Value: thousands(v.Rows()), Href: "#inputs"}, {Label: c.t("剔除的行", "Rejected rows"), Value: thousands(v.Rejected()), Tone: tone(v.Rejected() > 0, ui.Soon), Href: "#inputs"},
		{Label: c.t("命中", "Hits"), Value: thousands(int64(v.HitCount)), Href: "#hits"}}
	if v.Trial {
		return list
	}
	return append(list, ui.Figure{Label: c.t("采纳", "Accepted"), Value: thousands(int64(v.Accepted)), Tone: tone(v.Accepted > 0, ui.Done)}, ui.Figure{Label: c.t("搁置", "Set aside"), Value: thousands(int64(v.Aside))},
		ui.Figure{Label: c.t("待处理", "Open"), Value: thousands(int64(v.Open)), Tone: tone(v.Open > 0, ui.Soon)})
}

// fate is what became of a hit.
func (c *call) fate(h *desk.HitLine, trial bool) (ui.Tag, *ui.Link, string) {
	switch {
	case trial:
		return ui.Tag{Text: c.t("试运行", "a trial")}, nil, ""
	case h.Clue != nil:
		return ui.Tag{Tone: ui.Done, Text: c.t("采纳", "accepted")}, &ui.Link{Text: h.Clue.Number, Href: "/clues/" + id(h.Clue.ID)}, say(c.ctx(), h.Stand)
	case h.State == desk.HitAside:
		return ui.Tag{Text: c.t("搁置", "set aside")}, nil, h.Reason
	}
	return ui.Tag{Tone: ui.Soon, Text: c.t("待处理", "open")}, nil, ""
}

func (c *call) hitGrid(v *desk.RunView) ui.Grid {
	g := ui.Grid{ID: "hits-table", Caption: c.t("命中", "Hits"), Columns: []ui.Column{{Label: c.t("命中", "Hit")}, {Label: c.t("地点", "Place")}, {Label: c.t("证明的行", "Rows"), Num: true}, {Label: c.t("结果", "What became of it")}},
		Empty: ui.EmptyState{Title: c.t("没有命中", "Nothing was found"), Text: c.t("数据里没有符合模型的情况。参数可以放宽后再次运行；被剔除的行没有参加判断。", "Nothing in the data fits the model. Widen the parameters, and look at rejected rows: they were not judged.")}}
	for i := range v.Hits {
		h := &v.Hits[i]
		tag, clue, sub := c.fate(h, v.Trial)
		g.Rows = append(g.Rows, ui.Row{Href: hitPath(v.ID, h.N), Cells: []ui.Cell{{Text: h.Title, Sub: h.Summary}, {Text: h.Place}, {Text: thousands(int64(h.Proof))}, {Content: hitFate(tag, clue, sub)}}})
	}
	return g
}

func (c *call) inputGrid(v *desk.RunView) ui.Grid {
	g := ui.Grid{ID: "inputs-table", Caption: c.t("表", "Tables"), Columns: []ui.Column{{Label: c.t("文件", "File")}, {Label: c.t("表", "Table")}, {Label: c.t("行", "Rows"), Num: true}, {Label: c.t("剔除", "Rejected"), Num: true}, {Label: "SHA-256"}}}
	for i := range v.Inputs {
		f := &v.Inputs[i]
		origin := c.t("为这次运行上传", "uploaded for this run")
		if f.FileID != 0 {
			origin = c.t("案件的附件", "attached to a case")
		}
		rows, rejected := "", ""
		if v.State == desk.AnalysisDone {
			rows, rejected = thousands(f.RowCount), thousands(f.Rejected)
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: f.Name, Sub: c.t("%[1]s，%[2]s", "%[1]s, %[2]s", sizeText(f.Size), origin)}, {Text: c.tableName(v.Model, f.Part)}, {Text: rows}, {Text: rejected}, {Content: hashed(f.SHA256)}}})
	}
	return g
}

func (c *call) tableName(m *desk.ShelfModel, part string) string {
	if m != nil {
		for i := range m.Tables {
			if m.Tables[i].Name == part {
				return m.Tables[i].Zh
			}
		}
	}
	return part
}

func (c *call) runFacts(v *desk.RunView) []ui.Fact {
	facts := []ui.Fact{{Label: c.t("模型", "Model"), Content: ui.Anchor(ui.Link{Text: c.t("%[1]s（%[2]s，第%[3]d版）", "%[1]s (%[2]s, version %[3]d)", v.Zh, v.Name, v.Version), Href: modelPath(v.Ref)})}, {Label: c.t("引擎", "Engine"), Value: v.Engine}}
	var params []string
	for _, name := range slices.Sorted(maps.Keys(v.Params)) {
		label := name
		if v.Model != nil {
			for i := range v.Model.Parameters {
				if x := &v.Model.Parameters[i]; x.Name == name {
					label = inLang(c.ctx(), x.Zh, x.En)
				}
			}
		}
		params = append(params, fmt.Sprintf("%s：%s", label, v.Params[name]))
	}
	facts = append(facts, ui.Fact{Label: c.t("参数", "Parameters"), Value: strings.Join(params, c.t("；", "; ")), Wide: true}, ui.Fact{Label: c.t("模型 SHA-256", "SHA-256 of the model"), Content: hashed(v.SHA256), Wide: true})
	if v.Model != nil && v.Model.SHA256 != v.SHA256 {
		facts = append(facts, ui.Fact{Label: c.t("注意", "Note"), Value: c.t("模型后来有变动，这次运行用的是当时的版本", "the model has changed since; this run used the one of then"), Wide: true})
	}
	return append(facts, ui.Fact{Label: c.t("发起", "Begun by"), Value: v.Person + " " + ui.Moment(v.MadeAt.Time())}, ui.Fact{Label: c.t("结束", "Ended"), Value: ui.Moment(v.EndedAt.Time())})
}

func (s *Server) cancelRun(c *call) error {
	n := c.number("run")
	return c.after(runPath(n), c.t("已取消。", "Cancelled."), s.desk.CancelRun(c.ctx(), c.session.Who, n))
}

func (s *Server) runAgain(c *call) error {
	n := c.number("run")
	next, err := s.desk.RunModelAgain(c.ctx(), c.session.Who, n)
	if err != nil {
		return c.after(runPath(n), "", err)
	}
	return c.done(runPath(next), "")
}

func (s *Server) showHit(c *call) error { return s.hitPage(c, false, c.empty(nil)) }

// showWholeHit shows personal values, once; the look is recorded.
func (s *Server) showWholeHit(c *call) error { return s.hitPage(c, true, c.empty(nil)) }

func (c *call) hit() (run int64, n int) { return c.number("run"), int(c.number("hit")) }

func (s *Server) hitPage(c *call, full bool, f *filled) error {
	run, n := c.hit()
	v, err := s.desk.ShowHit(c.ctx(), c.session.Who, run, n, full)
	if err != nil {
		return err
	}
	path := hitPath(run, n)
	tag, clue, sub := c.fate(&v.Hit, v.Trial)
	p := ui.Page{Title: v.Hit.Title, Crumbs: append(c.runCrumbs(), ui.Link{Text: c.t("第 %d 次运行", "run %d", run), Href: runPath(run)}), Tags: []ui.Tag{tag}}
	note := c.t("个人信息的值已遮盖", "personal values are masked")
	if full {
		note = c.t("未遮盖；这次查看已记录", "unmasked; this look is recorded")
	} else if v.May[account.ShowProof] {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("不遮盖（记录查看）", "Unmask (recorded)"), Post: path + "/full"})
	}
	facts := []ui.Fact{{Label: c.t("摘要", "Summary"), Value: v.Hit.Summary, Wide: true}, {Label: c.t("地点", "Place"), Value: v.Hit.Place}, {Label: c.t("模型", "Model"), Content: ui.Anchor(ui.Link{Text: v.Zh, Href: modelPath(v.Ref)})}}
	if !v.Trial {
		facts = append(facts, ui.Fact{Label: c.t("结果", "What became of it"), Content: hitFate(tag, clue, sub), Wide: true})
	}
	if v.Hit.By != "" {
		facts = append(facts, ui.Fact{Label: c.t("处理", "Decided by"), Value: v.Hit.By + " " + ui.Moment(v.Hit.DecidedAt.Time())})
	}
	if v.Model != nil {
		facts = append(facts, ui.Fact{Label: c.t("能证明", "What it proves"), Value: inLang(c.ctx(), v.Model.Proves.Zh, v.Model.Proves.En), Wide: true}, ui.Fact{Label: c.t("可能的误报", "False alarms"), Value: inLang(c.ctx(), v.Model.FalseAlarms.Zh, v.Model.FalseAlarms.En), Wide: true})
	}
	parts := []templ.Component{card(ui.Section{ID: "about", Title: c.t("命中", "The hit")}, ui.Facts(facts))}
	if len(v.Earlier) > 0 {
		var links []templ.Component
		for i := range v.Earlier {
			tag, clue, sub := c.fate(&v.Earlier[i], false)
			links = append(links, hitFate(tag, clue, sub))
		}
		parts = append(parts, card(ui.Section{ID: "earlier", Title: c.t("此前的运行中，同一对象已有线索", "Earlier runs made clues of the same"), Note: c.t("数据不同，采纳的另成线索；请先看是否重复", "by other rows: see whether they are the same before you accept")}, links...))
	}
	if v.Hit.State == desk.HitOpen && !v.Trial && v.May[account.JudgeHit] {
		parts = append(parts, card(ui.Section{ID: "judge", Title: c.t("处理", "Decide"), Note: c.t("采纳的进入收件箱，证明的数据附在线索里，由您承办", "accepted, it is a clue of yours in the inbox with its rows")},
			ui.Actions([]ui.Action{{Text: c.t("采纳为线索", "Accept as a clue"), Post: path + "/accept", Kind: ui.Primary}}),
			f.fields(ui.Form{Action: path + "/aside", Submit: c.t("搁置", "Set aside")}, question{area, ui.Field{Name: "reason", Label: c.t("搁置的理由（误报、已经办理等）", "Why it is set aside"), Required: true, Rows: 2, MaxLength: 20000}})))
	}
	parts = append(parts, card(ui.Section{ID: "proof", Title: c.t("证明的数据", "The rows that prove"), Note: note, Flush: true}, c.proofTable(v)))
	return c.page(p, parts...)
}

// proofTable is the first rows that prove, with where each stands.
func (c *call) proofTable(v *desk.HitView) templ.Component {
	g := ui.Grid{ID: "proof-table", Caption: c.t("证明的数据", "The rows that prove")}
	for _, col := range v.Columns {
		g.Columns = append(g.Columns, ui.Column{Label: col.Zh})
	}
	g.Columns = append(g.Columns, ui.Column{Label: c.t("所在的文件和行", "Where it stands")})
	for _, row := range v.Proof[:min(len(v.Proof), mostShown)] {
		var cells []ui.Cell
		for _, x := range row.Cells {
			cells = append(cells, ui.Cell{Text: x})
		}
		g.Rows = append(g.Rows, ui.Row{Cells: append(cells, ui.Cell{Text: analysis.SourcesText(row.Sources)})})
	}
	if len(v.Proof) <= mostShown {
		return ui.Table(g)
	}
	return stack([]templ.Component{words(c.t("共 %d 行，页面显示前 %d 行；采纳后全部附在线索里。", "%d rows; the first %d are shown. All are attached to the clue once accepted.", len(v.Proof), mostShown)), ui.Table(g)})
}

func (s *Server) acceptHit(c *call) error {
	run, n := c.hit()
	got, err := s.desk.AcceptHit(c.ctx(), c.session.Who, run, n)
	if err != nil {
		return c.after(hitPath(run, n), "", err)
	}
	if got.Again {
		return c.done(hitPath(run, n), c.t("同样的数据已经是线索 %s，没有另外登记。", "These rows are clue %s already; nothing new was registered.", got.Number))
	}
	return c.done(hitPath(run, n), c.t("已采纳为 %s，在收件箱里，证明的数据已附上。", "Accepted as %s: it is in the inbox, with its rows.", got.Number))
}

func (s *Server) setAsideHit(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	run, n := c.hit()
	err = s.desk.SetAsideHit(c.ctx(), c.session.Who, run, n, f.text("reason"))
	if err == nil {
		return c.done(runPath(run)+"#hits", c.t("已搁置，理由已记下。", "Set aside, with the reason."))
	}
	if err := f.mendAll(err); err != nil {
		return err
	}
	return s.hitPage(c, false, f)
}
