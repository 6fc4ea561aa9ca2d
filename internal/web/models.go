package web

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// modelRoutes are the pages of supervision models, their runs and what these found.
func (s *Server) modelRoutes() []route {
	show, runs := may(account.ShowModels), may(account.ShowRuns)
	return []route{
		{"GET", "/models", show, s.showModels, 0},
		{"GET", "/models/new", may(account.ProposeModel), s.askModel, 0},
		{"POST", "/models/new", may(account.ProposeModel), posted(s.takeModel), 0},
		{"GET", "/models/shelf/{model}", show, s.showModel, 0},
		{"GET", "/models/shelf/{model}/file", show, s.modelFile, 0},
		{"POST", "/models/shelf/{model}/propose", may(account.ProposeModel), s.proposeModel, 0},
		{"GET", "/models/shelf/{model}/withdraw", may(account.WithdrawModel), s.askWithdrawModel, 0},
		{"POST", "/models/shelf/{model}/withdraw", may(account.WithdrawModel), s.withdrawModel, 0},
		{"GET", "/models/shelf/{model}/run", may(account.RunModel), s.askRun, 0},
		{"POST", "/models/shelf/{model}/run", may(account.RunModel), s.takeRun, desk.MaxFile},
		{"GET", "/models/runs", runs, s.showRuns, 0},
		{"GET", "/models/runs/{run}", runs, s.showRun, 0},
		{"POST", "/models/runs/{run}/cancel", may(account.RunModel), s.cancelRun, 0},
		{"POST", "/models/runs/{run}/again", may(account.RunModel), s.runAgain, 0},
		{"GET", "/models/runs/{run}/hits/{hit}", runs, s.showHit, 0},
		{"POST", "/models/runs/{run}/hits/{hit}/full", may(account.ShowProof), s.showWholeHit, 0},
		{"POST", "/models/runs/{run}/hits/{hit}/accept", may(account.JudgeHit), s.acceptHit, 0},
		{"POST", "/models/runs/{run}/hits/{hit}/aside", may(account.JudgeHit), s.setAsideHit, 0},
	}
}

func modelPath(ref string) string { return "/models/shelf/" + url.PathEscape(ref) }

func modelCrumbs(ctx context.Context, m *desk.ShelfModel) []ui.Link {
	list := []ui.Link{{Text: ui.T(ctx, "监督模型", "Models"), Href: "/models"}}
	if m != nil {
		list = append(list, ui.Link{Text: modelName(ctx, m), Href: modelPath(m.Ref)})
	}
	return list
}

func modelName(ctx context.Context, m *desk.ShelfModel) string { return inLang(ctx, m.Zh, m.En) }

func modelTag(ctx context.Context, m *desk.ShelfModel) ui.Tag {
	switch m.State {
	case desk.ModelDraft:
		return ui.Tag{Tone: ui.Soon, Text: ui.T(ctx, "草稿", "draft")}
	case desk.ModelWaiting:
		return ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "等待他人批准", "waits for a second person")}
	case desk.ModelShelf:
		return ui.Tag{Tone: ui.Done, Text: ui.T(ctx, "在架", "on the shelf")}
	case desk.ModelRefused:
		return ui.Tag{Text: ui.T(ctx, "未获批准", "refused")}
	}
	return ui.Tag{Text: ui.T(ctx, "已撤下", "withdrawn")}
}

func fieldName(ctx context.Context, word string) string {
	f, err := clue.ParseField(word)
	if err != nil {
		return word
	}
	return ui.In(ctx, f)
}

// lawOf are a model's citations: those the law data hold lead to the article.
func (c *call) lawOf(m *analysis.Model) templ.Component {
	var known, others []string
	for _, cite := range m.Law {
		if in, _ := c.s.desk.Law().Cited(cite); in != nil {
			known = append(known, cite)
		} else {
			others = append(others, cite)
		}
	}
	parts := []templ.Component{citeList(articles(c.ctx(), known))}
	if len(others) > 0 {
		parts = append(parts, words(strings.Join(others, c.t("、", ", "))))
	}
	return stack(parts)
}

func (c *call) missingEngine(p *ui.Page, why string) {
	if why != "" {
		p.Flash = append(p.Flash, ui.Flash{Tone: ui.Soon, Text: sentence(c.ctx(), why)})
	}
}

func (s *Server) showModels(c *call) error {
	v, err := s.desk.ListModels(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	p := ui.Page{Title: c.t("监督模型", "Supervision models"), Lead: c.t("大数据法律监督模型：对别处的表提问，每条命中都附证明的数据，采纳后进入收件箱。", "A question to tables of other offices; each hit comes with the rows that prove it and may become a clue.")}
	c.missingEngine(&p, v.Missing)
	if v.May[account.ProposeModel] {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("上传模型", "Upload a model"), Href: "/models/new", Kind: ui.Primary})
	}
	if v.May[account.ShowRuns] {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("运行和命中", "Runs and hits"), Href: "/models/runs"})
	}
	g := ui.Grid{ID: "models-table", Caption: c.t("监督模型", "Supervision models"), Columns: []ui.Column{{Label: c.t("模型", "Model")}, {Label: c.t("领域", "Field")}, {Label: c.t("依据", "Law")},
		{Label: c.t("状态", "State"), Tight: true}, {Label: c.t("运行", "Runs"), Num: true}, {Label: c.t("命中", "Hits"), Num: true}}}
	for i := range v.Lines {
		m := &v.Lines[i]
		origin := c.t("内置", "built in")
		if m.Row != nil {
			origin = c.t("%[1]s上传，第%[2]d版", "by %[1]s, version %[2]d", m.By, m.Version)
		}
		hits := ui.Cell{Text: thousands(int64(m.Count.Hits))}
		if m.Count.Open > 0 {
			hits.Sub = c.t("待处理 %d", "%d open", m.Count.Open)
		}
		g.Rows = append(g.Rows, ui.Row{Href: modelPath(m.Ref), Cells: []ui.Cell{{Text: modelName(c.ctx(), &m.ShelfModel), Sub: inLang(c.ctx(), m.Purpose.Zh, m.Purpose.En)}, {Text: fieldName(c.ctx(), m.Field)},
			{Text: citedAll(c.ctx(), m.Law[:min(len(m.Law), 2)])}, {Content: ui.Badge(modelTag(c.ctx(), &m.ShelfModel)), Sub: origin}, {Text: thousands(int64(m.Count.Runs))}, hits}})
	}
	return c.page(p, card(ui.Section{Flush: true}, ui.Table(g)))
}

// askModel is the form of a new model.
func (s *Server) askModel(c *call) error { return c.modelForm(c.empty(url.Values{})) }

func (c *call) modelForm(f *filled) error {
	p := ui.Page{Title: c.t("上传监督模型", "Upload a model"), Crumbs: modelCrumbs(c.ctx(), nil), Lead: c.t("先检查，再用样本试运行，由另一人批准后上架。", "It is checked, tried on a sample, and put on the shelf by a second person.")}
	return c.page(p, card(ui.Section{}, f.fields(ui.Form{Action: "/models/new", Multipart: true, Submit: c.t("检查并保存为草稿", "Check and keep as a draft"), Cancel: c.cancel("/models"),
		Note: c.t("有错误的，逐条写明文件和行号，内容不会丢失。", "What is wrong is told with file and line; nothing typed is lost.")},
		question{file, ui.Field{Name: "file", Label: c.t("模型文件", "File"), Accept: ".yaml,.yml", Hint: c.t("YAML，至多 256 KiB。选了文件的，以文件为准。", "YAML, at most 256 KiB; a file takes the place of the text below.")}},
		question{area, ui.Field{Name: "text", Label: c.t("或者直接填写内容", "Or its text"), Rows: 24, Hint: c.t("名称、依据、表、参数、语句、能证明什么、误报说明，写法同内置模型；内置模型可以下载来改。", "Written as the built-in models are; download one to begin with.")}})))
}

func (s *Server) takeModel(c *call) error {
	f := c.told
	name, text := "model.yaml", strings.ReplaceAll(f.values.Get("text"), "\r\n", "\n")
	if c.r.MultipartForm != nil && len(c.r.MultipartForm.File["file"]) > 0 {
		h := c.r.MultipartForm.File["file"][0]
		file, err := h.Open()
		if err != nil {
			return err
		}
		b, err := io.ReadAll(file) // the route bounds it
		_ = file.Close()
		if err != nil {
			return err
		}
		name, text = h.Filename, string(b)
		f.values.Set("text", strings.ToValidUTF8(text, "\ufffd"))
	}
	if strings.TrimSpace(text) == "" {
		f.wrong("file", c.t("请选择文件，或者填写内容", "Choose a file or give its text"))
		return c.modelForm(f)
	}
	n, err := s.desk.UploadModel(c.ctx(), c.session.Who, desk.NewModel{File: name, Text: []byte(text)})
	if err == nil {
		return c.done(modelPath(id(n)), c.t("检查通过，已存为草稿。下一步：用样本试运行。", "Checked and kept as a draft. Next: try it on a sample."))
	}
	if faults, ok := err.(desk.Faults); ok { //nolint:errorlint // the desk gives it as it is
		for _, x := range faults {
			f.wrong("text", inLang(c.ctx(), x.Zh, x.En))
		}
	} else if pil.CodeOf(err) == pil.CodeInvalid { // with its file and line
		f.wrong("text", sentence(c.ctx(), err.Error()))
	} else if err != nil {
		return err
	}
	return c.modelForm(f)
}

func (s *Server) showModel(c *call) error {
	v, err := s.desk.ShowModel(c.ctx(), c.session.Who, c.r.PathValue("model"))
	if err != nil {
		return err
	}
	m, path := &v.ShelfModel, modelPath(v.Ref)
	p := ui.Page{Title: modelName(c.ctx(), m), Lead: inLang(c.ctx(), m.Purpose.Zh, m.Purpose.En), Tags: []ui.Tag{modelTag(c.ctx(), m)}, Crumbs: modelCrumbs(c.ctx(), nil)}
	if m.SQL != "" {
		c.missingEngine(&p, v.Missing)
	}
	if v.May[account.RunModel] && (m.Shelved() || m.Trying()) {
		text := c.t("运行", "Run")
		if m.Trying() {
			text = c.t("用样本试运行", "Try it on a sample")
		}
		p.Actions = append(p.Actions, ui.Action{Text: text, Href: path + "/run", Kind: ui.Primary})
	}
	if m.State == desk.ModelDraft && v.Own && v.Tried {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("报请上架", "Propose for the shelf"), Post: path + "/propose", Kind: ui.Primary})
	}
	p.Actions = append(p.Actions, ui.Action{Text: c.t("下载文件", "Download the file"), Href: path + "/file"})
	if m.Row != nil && m.Shelved() && v.May[account.WithdrawModel] {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("撤下", "Withdraw"), Href: path + "/withdraw"})
	}
	parts := []templ.Component{}
	if m.Trying() {
		parts = append(parts, card(ui.Section{ID: "next", Title: c.t("上架之前", "Before it is on the shelf")}, c.modelSteps(v)))
	}
	parts = append(parts, card(ui.Section{ID: "about", Title: c.t("模型", "The model")}, ui.Facts(c.modelFacts(v))))
	for i := range m.Tables {
		parts = append(parts, c.modelTable(&m.Tables[i]))
	}
	parts = append(parts, c.modelParameters(m))
	if m.SQL != "" {
		parts = append(parts, card(ui.Section{ID: "sql", Title: c.t("语句", "Statement"), Note: c.t("只读，只能用上面的表", "reads the tables above and nothing else")}, source(strings.TrimRight(m.SQL, "\n"))))
	}
	parts = append(parts, card(ui.Section{ID: "worth", Title: c.t("怎样看命中", "How to read a hit")}, modelText(c.t("能证明", "What it proves"), inLang(c.ctx(), m.Proves.Zh, m.Proves.En)),
		modelText(c.t("可能的误报", "False alarms"), inLang(c.ctx(), m.FalseAlarms.Zh, m.FalseAlarms.En))))
	if v.May[account.ShowRuns] {
		parts = append(parts, card(ui.Section{ID: "runs", Title: c.t("最近的运行", "The last runs"), Flush: true, Actions: []ui.Action{{Text: c.t("全部", "All"), Href: query("/models/runs", "model", m.Name)}}},
			ui.Table(c.runGrid(v.Runs, ui.EmptyState{Title: c.t("还没有运行过", "It has not been run yet"), Text: c.t("点「运行」，为每个表选一个文件。", "Run it: choose a file for each table.")}))))
	}
	return c.page(p, parts...)
}

// modelSteps are what a draft has behind it and before it.
func (c *call) modelSteps(v *desk.ModelView) templ.Component {
	done := func(yes bool) string {
		if yes {
			return c.t("（已完成）", " (done)")
		}
		return ""
	}
	return steps([]string{c.t("检查：文件、名称、引用、语句", "Checked: file, names, citations, statement") + done(true),
		c.t("用样本试运行到底；每个文件只读前 %d 行，命中不成为线索", "Tried on a sample to the end: the first %d rows of each file; hits become no clues", desk.TrialRows) + done(v.Tried),
		c.t("由上传的人报请上架", "Proposed by who uploaded it") + done(v.State == desk.ModelWaiting), c.t("由另一人（部门负责人、副检察长或者检察长）批准", "Agreed to by a second person: head, deputy chief or chief")})
}

func (c *call) modelFacts(v *desk.ModelView) []ui.Fact {
	m := &v.ShelfModel
	engines := strings.Join(m.Engines, c.t("、", ", "))
	if m.Finder != "" {
		engines = c.t("本系统的识别程序 %s，不用查询程序", "the office's own finder %s", m.Finder)
	}
	facts := []ui.Fact{{Label: c.t("名称", "Name"), Value: c.t("%[1]s，第%[2]d版", "%[1]s, version %[2]d", m.Name, m.Version)}, {Label: c.t("领域", "Field"), Value: fieldName(c.ctx(), m.Field)},
		{Label: c.t("依据", "Law"), Content: c.lawOf(m.Model), Wide: true}, {Label: c.t("运行于", "Runs on"), Value: engines}, {Label: "SHA-256", Content: hashed(m.SHA256), Wide: true}}
	if m.Row == nil {
		return append(facts, ui.Fact{Label: c.t("来源", "Origin"), Value: c.t("内置，随程序更新", "built in, comes with the program")})
	}
	facts = append(facts, ui.Fact{Label: c.t("上传", "Uploaded"), Value: m.By + " " + ui.Moment(m.Row.MadeAt.Time())})
	if v.Approval != nil {
		facts = append(facts, ui.Fact{Label: c.t("审批", "Approval"), Content: ui.Anchor(ui.Link{Text: v.Approval.Title, Href: "/approvals/" + id(v.Approval.ID)})})
	}
	if m.Row.ShelvedAt != 0 {
		facts = append(facts, ui.Fact{Label: c.t("上架", "On the shelf"), Value: v.Shelver + " " + ui.Moment(m.Row.ShelvedAt.Time())})
	}
	if m.State == desk.ModelWithdrawn {
		facts = append(facts, ui.Fact{Label: c.t("撤下", "Withdrawn"), Value: v.Ender + " " + ui.Moment(m.Row.EndedAt.Time())}, ui.Fact{Label: c.t("理由", "Why"), Value: m.Row.Reason, Wide: true})
	}
	return facts
}

func (c *call) kindText(k string) string {
	switch k {
	case "integer":
		return c.t("整数", "whole number")
	case "fen":
		return c.t("金额", "money")
	case "day":
		return c.t("日期", "day")
	case "time":
		return c.t("时间", "time")
	}
	return c.t("文字", "text")
}

func (c *call) modelTable(t *analysis.ModelTable) templ.Component {
	g := ui.Grid{ID: "table-" + t.Name, Caption: t.Zh, Columns: []ui.Column{{Label: c.t("列", "Column")}, {Label: c.t("也可以叫", "May be called")}, {Label: c.t("类型", "Kind"), Tight: true}}}
	for _, col := range t.Columns {
		name, more := col.Zh, strings.Join(slices.Concat([]string{col.Name}, col.Aliases), c.t("、", ", "))
		if col.From != "" {
			name, more = col.Name, c.t("由 %[1]s 算出：其后第 %[2]d 个工作日", "computed: working day %[2]d after %[1]s", col.From, col.WorkingDays)
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: name}, {Text: more}, {Text: c.kindText(string(col.Kind))}}})
	}
	return card(ui.Section{ID: "needs-" + t.Name, Title: c.t("需要的表：%s", "Table: %s", t.Zh), Note: t.Name, Flush: true}, ui.Table(g))
}

func (c *call) modelParameters(m *desk.ShelfModel) templ.Component {
	g := ui.Grid{ID: "parameters-table", Caption: c.t("参数", "Parameters"), Columns: []ui.Column{{Label: c.t("参数", "Parameter")}, {Label: c.t("类型", "Kind"), Tight: true}, {Label: c.t("默认", "Default"), Tight: true}, {Label: c.t("范围", "Range"), Tight: true}},
		Empty: ui.EmptyState{Title: c.t("没有参数", "No parameters")}}
	for i := range m.Parameters {
		p := &m.Parameters[i]
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: inLang(c.ctx(), p.Zh, p.En), Sub: p.Name}, {Text: c.kindText(string(p.Kind))}, {Text: c.defaultText(p)}, {Text: c.rangeText(p)}}})
	}
	return card(ui.Section{ID: "parameters", Title: c.t("参数", "Parameters"), Flush: true}, ui.Table(g))
}

func (c *call) defaultText(p *analysis.ModelParameter) string {
	if p.Default == "today" {
		return c.t("运行当日", "the day of the run")
	}
	return p.Default
}

func (c *call) rangeText(p *analysis.ModelParameter) string {
	if p.Min == "" && p.Max == "" {
		return "—"
	}
	return c.t("%[1]s 至 %[2]s", "%[1]s to %[2]s", p.Min, p.Max)
}

// modelFile is the file itself, of an uploaded model; of a built-in one as it was read.
func (s *Server) modelFile(c *call) error {
	name, text, err := s.desk.ModelFile(c.ctx(), c.session.Who, c.r.PathValue("model"))
	if err != nil {
		return err
	}
	return c.send(name, "application/yaml; charset=utf-8", text)
}

func (s *Server) proposeModel(c *call) error {
	n := c.number("model")
	approval, err := s.desk.ProposeModel(c.ctx(), c.session.Who, n, "")
	if err != nil {
		return c.after(modelPath(id(n)), "", err)
	}
	return c.done("/approvals/"+id(approval), c.t("已报请上架，等待另一人批准。", "Proposed; a second person decides."))
}

func (s *Server) askWithdrawModel(c *call) error { return s.withdrawModelPage(c, c.empty(nil)) }

func (s *Server) withdrawModelPage(c *call, f *filled) error {
	v, err := s.desk.ShowModel(c.ctx(), c.session.Who, c.r.PathValue("model"))
	if err != nil {
		return err
	}
	if v.Row == nil || !v.Shelved() {
		return &pil.Error{Code: pil.CodeConflict, Text: "只有上传的、在架的模型可以撤下 (only an uploaded model that is on the shelf)"}
	}
	path := modelPath(v.Ref)
	q := ui.Question{Title: c.t("撤下「%s」？", "Withdraw “%s”?", modelName(c.ctx(), &v.ShelfModel)), Text: c.t("撤下后不能再运行；改好的作为新版本上传。", "It is run no more; upload a new version once it is mended."),
		Consequences: []string{c.t("已有的运行、命中和线索都保留", "Runs, hits and clues stay"), c.t("理由写在模型的页面上", "The reason stands on the model's page")},
		Form:         ui.Form{Action: path + "/withdraw", Submit: c.t("撤下", "Withdraw"), Danger: true, Cancel: c.cancel(path), Faults: f.faults}}
	why := question{kind: area, Field: ui.Answers{Values: f.values, Faults: f.faults}.Fill(ui.Field{Name: "reason", Label: c.t("理由", "Why"), Required: true, Rows: 3, MaxLength: 20000})}
	return c.page(ui.Page{Bare: true, Title: c.t("撤下模型", "Withdraw"), Crumbs: modelCrumbs(c.ctx(), &v.ShelfModel)}, confirm(q, []question{why}))
}

func (s *Server) withdrawModel(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	n := c.number("model")
	err = s.desk.WithdrawModel(c.ctx(), c.session.Who, n, f.text("reason"))
	if err == nil {
		return c.done(modelPath(id(n)), c.t("已撤下。", "Withdrawn."))
	}
	if err := f.mendAll(err); err != nil {
		return err
	}
	return s.withdrawModelPage(c, f)
}

// askRun is the form of a run: a file for each table, and the parameters.
func (s *Server) askRun(c *call) error {
	return s.runForm(c, ui.Answers{Values: url.Values{}}, http.StatusOK)
}

// fileField is the name of the field a table's files are sent in.
func fileField(table string) string { return "table." + table }

func (s *Server) runForm(c *call, a ui.Answers, status int) error {
	v, err := s.desk.PrepareRun(c.ctx(), c.session.Who, c.r.PathValue("model"))
	if err != nil {
		return err
	}
	m, path := &v.ShelfModel, modelPath(v.Ref)
	p := ui.Page{Title: c.t("运行监督模型", "Run a model"), Lead: modelName(c.ctx(), m), Crumbs: modelCrumbs(c.ctx(), m)}
	form := ui.Form{Action: path + "/run", Multipart: true, Submit: c.t("开始运行", "Run"), Cancel: c.cancel(path), Note: c.t("在后台运行，可以离开本页。文件加密保存，散列值记入这次运行。", "It runs in the background. Files are kept closed; their hashes stand in the run.")}
	if m.Trying() {
		p.Title, form.Submit = c.t("用样本试运行", "Try a model"), c.t("试运行", "Try")
		form.Note = c.t("每个文件只读前 %d 行；命中不成为线索。", "The first %d rows of each file are read; hits become no clues.", desk.TrialRows)
	}
	if m.SQL != "" {
		c.missingEngine(&p, v.Missing)
	}
	var list []question
	for i := range m.Tables {
		list = append(list, c.tableQuestions(v, &m.Tables[i])...)
	}
	for i := range m.Parameters {
		x := &m.Parameters[i]
		q := question{line, ui.Field{Name: "param." + x.Name, Label: inLang(c.ctx(), x.Zh, x.En), Half: true, MaxLength: 40, Hint: c.t("默认 %s", "default %s", c.defaultText(x))}}
		if x.Min != "" || x.Max != "" {
			q.Hint += c.t("；范围 %s", "; %s", c.rangeText(x))
		}
		if x.Default != "today" {
			q.Value = x.Default
		}
		list = append(list, q)
	}
	f := &filled{c: c, values: a.Values, faults: a.Faults}
	return c.pageAs(status, p, card(ui.Section{}, f.fields(form, list...)))
}

// tableQuestions ask for the files of one table: new ones, ones sent before, or tables
// of a case.
func (c *call) tableQuestions(v *desk.RunChoices, t *analysis.ModelTable) []question {
	var names []string
	for _, col := range t.Columns {
		if col.From == "" {
			names = append(names, col.Zh)
		}
	}
	list := []question{{file, ui.Field{Name: fileField(t.Name), Label: c.t("表「%s」的文件", "File for the table %s", t.Zh), Multiple: true, Accept: strings.Join(desk.TableEndings, ","),
		Hint: c.t("需要的列：%s。同样结构的可以有几个文件。", "Columns: %s. Several files of one shape are read together.", strings.Join(names, c.t("、", ", ")))}}}
	var held []ui.Option
	for i := range v.Held {
		if u := &v.Held[i]; u.Part == t.Name {
			held = append(held, ui.Option{Value: id(u.ID), Label: u.Name, Hint: c.t("%s，%s 收到", "%s, received %s", sizeText(u.Size), ui.Moment(u.MovedAt.Time()))})
		}
	}
	if len(held) > 0 {
		list = append(list, question{ticks, ui.Field{Name: "held", ID: "held-" + t.Name, Label: c.t("或者已传来的文件", "Or what was sent already"), Options: held}})
	}
	var cases []ui.Option
	for i := range v.Cases {
		x := &v.Cases[i]
		cases = append(cases, ui.Option{Value: id(x.ID), Label: c.t("%[1]s（%[2]s %[3]s）", "%[1]s (%[2]s %[3]s)", x.Name, cmp.Or(x.Number, id(x.MatterID)), x.Title)})
	}
	if len(cases) > 0 {
		list = append(list, question{choice, ui.Field{Name: "case." + t.Name, Label: c.t("或者案件中的表格", "Or a table of a case"), Blank: c.t("不用", "none"), Options: cases}})
	}
	return list
}
