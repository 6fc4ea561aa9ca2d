package web

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/ui"
)

// law is the law the office works by: its procedures, limits and instruments.
func (s *Server) law(c *call) error {
	law, a := s.desk.Law(), c.asks("/law", c.r.URL.Query())
	q := strings.ToLower(a.text("q"))
	has := func(texts ...string) bool {
		for _, t := range texts {
			if strings.Contains(strings.ToLower(t), q) {
				return true
			}
		}
		return q == ""
	}
	empty := ui.EmptyState{Title: c.t("没有找到", "Nothing found"), Text: c.t("换一个词试试：步骤、期限、规范的名称或者编号。", "Try another word: of a step, a limit, an instrument, or its number.")}
	procedures := ui.Grid{ID: "procedures", Caption: c.t("程序", "Procedures"), Empty: empty, Columns: []ui.Column{{Label: c.t("程序", "Procedure")}, {Label: c.t("状态", "States"), Num: true}, {Label: c.t("步骤", "Steps"), Num: true}}}
	steps := ui.Grid{ID: "steps", Caption: c.t("步骤", "Steps"), Empty: empty, Columns: []ui.Column{{Label: c.t("步骤", "Step")}, {Label: c.t("程序", "Procedure"), Tight: true}, {Label: c.t("由谁", "By"), Tight: true}}}
	for _, p := range law.Procedures {
		if has(p.Zh, p.En) {
			procedures.Rows = append(procedures.Rows, ui.Row{Href: "/law/" + p.ID, Cells: []ui.Cell{{Text: say(c.ctx(), p.Text)}, {Text: fmt.Sprint(len(p.States))}, {Text: fmt.Sprint(len(p.Steps))}}})
		}
		for _, st := range p.Steps {
			if q != "" && has(st.Zh, st.En) {
				steps.Rows = append(steps.Rows, ui.Row{Href: stepAddress(p, st), Cells: []ui.Cell{{Text: say(c.ctx(), st.Text)}, {Text: say(c.ctx(), p.Text)}, {Text: say(c.ctx(), statute.ActorText(st.By))}}})
			}
		}
	}
	limits := ui.Grid{ID: "limits", Caption: c.t("期限", "Limits"), Empty: empty, Columns: []ui.Column{{Label: c.t("编号", "Id"), Tight: true}, {Label: c.t("期限", "Limit")}, {Label: c.t("长度", "Length"), Tight: true}, {Label: c.t("由谁遵守", "Kept by"), Tight: true}}}
	for _, m := range law.Limits {
		if !has(m.ID, m.Zh, m.En) {
			continue
		}
		length := "—"
		if v := m.VersionOn(s.desk.Day()); v != nil {
			length = say(c.ctx(), v.Length())
		}
		limits.Rows = append(limits.Rows, ui.Row{Href: "/law/limits/" + m.ID, Cells: []ui.Cell{{Text: m.ID}, {Text: say(c.ctx(), m.Text), Sub: c.t("自%s起", "from %s", say(c.ctx(), m.Start))}, {Text: length}, {Text: say(c.ctx(), statute.ActorText(m.Who))}}})
	}
	instruments := ui.Grid{ID: "instruments", Caption: c.t("规范", "Instruments"), Empty: empty, Columns: []ui.Column{{Label: c.t("规范", "Instrument")}, {Label: c.t("文号", "Number")}, {Label: c.t("施行", "In force"), Tight: true}, {Label: c.t("核对", "Checked"), Tight: true}}}
	for _, in := range law.Instruments {
		if has(in.Key, in.Title, in.En, in.Short, in.Number) {
			instruments.Rows = append(instruments.Rows, ui.Row{Href: query("/law/article", "cite", in.Key), Cells: []ui.Cell{{Text: inLang(c.ctx(), in.Title, in.En), Sub: in.Key}, {Text: in.Number}, {Text: period(c, in.Period)}, {Text: confText(c, in.Conf)}}})
		}
	}
	parts := []templ.Component{ui.Table(procedures)}
	list := []templ.Component{card(ui.Section{ID: "law-procedures", Title: c.t("程序", "Procedures"), Flush: true}, parts...)}
	if q != "" {
		list = append(list, card(ui.Section{ID: "law-steps", Title: c.t("步骤", "Steps"), Flush: true}, ui.Table(steps)))
	}
	list = append(list, card(ui.Section{ID: "law-limits", Title: c.t("期限", "Limits"), Flush: true, Note: c.t("点开可以试算", "open one to try it")}, ui.Table(limits)),
		card(ui.Section{ID: "law-instruments", Title: c.t("规范", "Instruments"), Flush: true}, ui.Table(instruments)))
	return c.page(ui.Page{Title: c.t("法律", "Law"), Lead: c.t("系统据以办案的程序、期限和条文；每个案件页面上的依据都指到这里", "The procedures, limits and articles the office works by; every citation leads here")},
		card(ui.Section{Flush: true}, a.barOf(c.t("查找", "Find"), "law-results", question{Field: ui.Field{Name: "q", Label: c.t("步骤、期限、规范", "Step, limit, instrument"), Type: "search", MaxLength: 60}})),
		results("law-results", list...))
}

func stepAddress(p *statute.Procedure, st *statute.Step) string { return "/law/" + p.ID + "/" + st.ID }

// procedure is one track: its picture, states and steps. An address that ends in
// .svg is the picture itself.
func (s *Server) procedure(c *call) error {
	name, picture := strings.CutSuffix(c.r.PathValue("procedure"), ".svg")
	p := s.desk.Law().Procedure(name)
	if p == nil {
		return pil.NotFound("没有这个程序 (no such procedure)")
	}
	if picture {
		return s.drawing(c, p)
	}
	steps := ui.Grid{ID: "steps", Caption: c.t("步骤", "Steps"), Columns: []ui.Column{{Label: c.t("步骤", "Step")}, {Label: c.t("由谁", "By"), Tight: true}, {Label: c.t("决定", "Decided by"), Tight: true}, {Label: c.t("到达", "Leads to"), Tight: true}, {Label: c.t("依据", "Basis")}}}
	for _, st := range p.Steps {
		to, decide, basis := "—", "—", c.t("现行规范没有这一步", "the norms of today know no such step")
		if i := st.ToState(); i >= 0 {
			to = say(c.ctx(), p.States[i].Text)
		}
		if r := st.On(s.desk.Day()); r != nil {
			basis = citedAll(c.ctx(), s.desk.Law().CitesOn(r.Cite, s.desk.Day()))
			if len(r.Decide) > 0 {
				decide = actors(c, r.Decide)
			}
			if basis == "" {
				basis = basisText(c, r.Basis)
			}
		}
		steps.Rows = append(steps.Rows, ui.Row{Href: stepAddress(p, st), Cells: []ui.Cell{{Text: say(c.ctx(), st.Text)}, {Text: say(c.ctx(), statute.ActorText(st.By))}, {Text: decide}, {Text: to}, {Text: basis}}})
	}
	states := ui.Grid{ID: "states", Caption: c.t("状态", "States"), Columns: []ui.Column{{Label: c.t("状态", "State")}, {Label: c.t("阶段", "Phase"), Tight: true}, {Label: c.t("由此可以", "From here")}}}
	for i, st := range p.States {
		var next []string
		for _, m := range p.Moves(i) {
			next = append(next, say(c.ctx(), m.Text))
		}
		cell := ui.Cell{Text: say(c.ctx(), st.Text)}
		switch {
		case st.End:
			cell.Sub = c.t("办结", "the end")
		case st.Fact:
			cell.Sub = c.t("程序之外的事实", "a fact beside the procedure")
		}
		states.Rows = append(states.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: phaseText(c.ctx(), st.Phase)}, {Text: strings.Join(next, c.t("、", ", "))}}})
	}
	src := "/law/" + p.ID + ".svg"
	return c.page(ui.Page{Title: say(c.ctx(), p.Text), Crumbs: lawCrumbs(c), Actions: []ui.Action{{Text: c.t("程序图（可打印张贴）", "The picture, for the wall"), Href: src}}},
		card(ui.Section{ID: "picture", Title: c.t("程序图", "The procedure"), Note: c.t("现行规范；点图放大", "by the norms of today; open it to enlarge")}, drawingLink(src, c.t("%s程序图；文字见下面的步骤表", "Picture of %s; the same in words below", say(c.ctx(), p.Text)))),
		card(ui.Section{ID: "law-steps", Title: c.t("步骤", "Steps"), Flush: true}, ui.Table(steps)),
		card(ui.Section{ID: "law-states", Title: c.t("状态", "States"), Flush: true}, ui.Table(states)))
}

// drawing is the picture of a procedure. It brings a style of its own, which is
// all that its policy lets it do.
func (s *Server) drawing(c *call, p *statute.Procedure) error {
	var b bytes.Buffer
	if err := s.desk.Law().Graph(&b, p.ID, "svg", s.desk.Day()); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Cache-Control", "private, max-age=3600")
	_, _ = c.w.Write(b.Bytes()) // whoever asked may have gone
	return nil
}

func lawCrumbs(c *call, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: c.t("法律", "Law"), Href: "/law"}}, more...)
}

// step is one act of a procedure: what the norms of each period say of it.
func (s *Server) step(c *call) error {
	law := s.desk.Law()
	p := law.Procedure(c.r.PathValue("procedure"))
	if p == nil || p.Step(c.r.PathValue("step")) == nil {
		return pil.NotFound("没有这一步 (no such step)")
	}
	st := p.Step(c.r.PathValue("step"))
	facts := []ui.Fact{{Label: c.t("由谁进行", "Taken by"), Value: say(c.ctx(), statute.ActorText(st.By))}}
	if i := st.ToState(); i >= 0 {
		facts = append(facts, ui.Fact{Label: c.t("到达状态", "Leads to"), Value: say(c.ctx(), p.States[i].Text)})
	}
	var from []string
	for i := range p.States {
		if st.MayFrom(i) && !st.StaysIn(i) {
			from = append(from, say(c.ctx(), p.States[i].Text))
		}
	}
	facts = append(facts, ui.Fact{Label: c.t("可以从", "May be taken in"), Value: strings.Join(from, c.t("、", ", ")), Wide: true})
	parts := []templ.Component{card(ui.Section{}, ui.Facts(facts))}
	for _, r := range slices.Backward(st.Law) {
		parts = append(parts, ruleCard(c, law, r, s.desk.Day()))
	}
	if len(st.Grounds) > 0 {
		g := ui.Grid{Caption: c.t("法定情形", "Grounds"), Columns: []ui.Column{{Label: c.t("情形", "Ground")}, {Label: c.t("依据", "Basis")}, {Label: c.t("施行", "In force"), Tight: true}, {Label: c.t("核对", "Checked"), Tight: true}}}
		for _, x := range st.Grounds {
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: say(c.ctx(), x.Text)}, {Content: citeList(articles(c.ctx(), x.Cite))}, {Text: period(c, x.Period)}, {Text: confText(c, x.Conf)}}})
		}
		parts = append(parts, card(ui.Section{Title: c.t("法定情形", "Grounds"), Flush: true}, ui.Table(g)))
	}
	return c.page(ui.Page{Title: say(c.ctx(), st.Text), Crumbs: lawCrumbs(c, ui.Link{Text: say(c.ctx(), p.Text), Href: "/law/" + p.ID})}, parts...)
}

func ruleCard(c *call, law *statute.Law, r *statute.Rule, today pil.Day) templ.Component {
	on := r.From
	if r.Holds(today) {
		on = today
	}
	facts := []ui.Fact{{Label: c.t("依据", "Basis"), Content: citeList(articles(c.ctx(), law.CitesOn(r.Cite, on))), Wide: true}}
	if len(r.Cite) == 0 {
		facts[0] = ui.Fact{Label: c.t("依据", "Basis"), Value: basisText(c, r.Basis), Wide: true}
	}
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, ui.Fact{Label: label, Value: value})
		}
	}
	add(c.t("提出", "Proposed by"), actors(c, strings.Fields(r.Propose)))
	add(c.t("审核", "Reviewed by"), actors(c, strings.Fields(r.Review)))
	add(c.t("决定", "Decided by"), actors(c, r.Decide))
	add(c.t("核对", "Checked"), confText(c, r.Conf))
	var papers []string
	for _, id := range r.Papers {
		papers = append(papers, say(c.ctx(), law.PaperOn(id, on)))
	}
	add(c.t("文书", "Papers"), strings.Join(papers, c.t("、", ", ")))
	parts := []templ.Component{ui.Facts(facts)}
	if len(r.Needs) > 0 {
		g := ui.Grid{Caption: c.t("条件", "Needs"), Columns: []ui.Column{{Label: c.t("条件", "What is needed")}, {Label: c.t("缺少时", "Where it is missing"), Tight: true}, {Label: c.t("依据", "Basis"), Tight: true}}}
		for i := range r.Needs {
			n := &r.Needs[i]
			lack := ui.Tag{Tone: ui.Late, Text: c.t("不得进行", "refused")}
			if n.Level == "warn" {
				lack = ui.Tag{Tone: ui.Soon, Text: c.t("须写明理由", "needs reasons")}
			}
			row := ui.Row{Cells: []ui.Cell{{Text: say(c.ctx(), n.Text)}, {Content: ui.Badge(lack)}, {}}}
			if n.Cite != "" {
				row.Cells[2].Content = citeList(articles(c.ctx(), []string{law.CiteOn(n.Cite, on)}))
			}
			g.Rows = append(g.Rows, row)
		}
		parts = append(parts, ui.Table(g))
	}
	if g := ruleLimits(c, r); len(g.Rows) > 0 {
		parts = append(parts, ui.Table(g))
	}
	if r.Note != "" {
		parts = append(parts, words(r.Note))
	}
	title := c.t("规则（%s）", "Rule (%s)", period(c, r.Period))
	note := ""
	if r.Holds(today) {
		note = c.t("现行", "in force")
	}
	return card(ui.Section{Title: title, Note: note}, parts...)
}

func ruleLimits(c *call, r *statute.Rule) ui.Grid {
	g := ui.Grid{Caption: c.t("期限", "Limits"), Columns: []ui.Column{{Label: c.t("期限", "Limit")}, {Label: c.t("这一步使它", "This step"), Tight: true}}}
	for _, x := range []struct {
		does string
		list []*statute.Limit
	}{
		{c.t("起算", "starts it"), r.StartsLimits()}, {c.t("重新起算", "starts it anew"), r.RestartsLimits()}, {c.t("终止", "ends it"), r.EndsLimits()},
		{c.t("暂停", "pauses it"), r.PausesLimits()}, {c.t("继续", "resumes it"), r.ResumesLimits()}, {c.t("延长", "extends it"), r.ExtendsLimits()},
	} {
		for _, m := range x.list {
			g.Rows = append(g.Rows, ui.Row{Href: "/law/limits/" + m.ID, Cells: []ui.Cell{{Text: m.ID + " " + say(c.ctx(), m.Text)}, {Text: x.does}}})
		}
	}
	return g
}

func actors(c *call, list []string) string {
	var out []string
	for _, a := range list {
		out = append(out, say(c.ctx(), statute.ActorText(a)))
	}
	return strings.Join(out, c.t("或者", " or "))
}

// confText says how sure we are of a line of the law's data.
func confText(c *call, conf statute.Conf) string {
	switch conf {
	case statute.Verified:
		return c.t("已核对原文", "text read")
	case statute.Excerpt:
		return c.t("见过条文节录", "excerpt seen")
	case statute.Secondary:
		return c.t("二手来源", "secondary source")
	case statute.Memory:
		return c.t("凭记忆，待核对", "from memory, to be checked")
	case statute.Reading:
		return c.t("系我们的理解，条文没有明说", "our reading; the text is silent")
	}
	return "—"
}

func basisText(c *call, b statute.Basis) string {
	switch b {
	case statute.ByPractice:
		return c.t("办案惯例，没有条文", "practice; no article")
	case statute.ByInference:
		return c.t("由其他条文推知", "inferred from other articles")
	}
	return "—"
}

func period(c *call, p statute.Period) string {
	switch {
	case p.From == 0 && p.To == 0:
		return c.t("始终", "always")
	case p.To == 0:
		return c.t("%s 起", "from %s", ui.Date(p.From))
	case p.From == 0:
		return c.t("%s 止", "until %s", ui.Date(p.To))
	}
	return c.t("%s 至 %s", "%s to %s", ui.Date(p.From), ui.Date(p.To))
}

// limit is one limit of the law, and a form to try it.
func (s *Server) limit(c *call) error {
	law := s.desk.Law()
	m := law.Limit(c.r.PathValue("limit"))
	if m == nil {
		return pil.NotFound("没有这个期限 (no such limit)")
	}
	a := c.asks("/law/limits/"+m.ID, c.r.URL.Query())
	facts := []ui.Fact{{Label: c.t("由谁遵守", "Kept by"), Value: say(c.ctx(), statute.ActorText(m.Who))}, {Label: c.t("种类", "Kind"), Value: kindText(c, m.Kind)}, {Label: c.t("起算", "Runs from"), Value: say(c.ctx(), m.Start)}}
	for _, e := range m.Extend {
		length := c.t("条文没有写明长度", "for a time the text does not state")
		if e.Months > 0 {
			length = c.t("%d 个月", "%d months", e.Months)
		}
		facts = append(facts, ui.Fact{Label: c.t("可以延长", "May be extended"), Value: c.t("%[1]s，由%[2]s批准（%[3]s）", "by %[1]s, approved by %[2]s (%[3]s)", length, say(c.ctx(), statute.ActorText(e.By)), cited(c.ctx(), e.Cite))})
	}
	if m.Exclude != nil {
		facts = append(facts, ui.Fact{Label: c.t("不计入", "Not counted"), Value: say(c.ctx(), m.Exclude.Text) + "（" + cited(c.ctx(), m.Exclude.Cite) + "）", Wide: true})
	}
	if m.Outside != nil {
		facts = append(facts, ui.Fact{Label: c.t("系统之外", "Outside"), Value: say(c.ctx(), *m.Outside), Wide: true})
	}
	if m.Note != "" {
		facts = append(facts, ui.Fact{Label: c.t("说明", "Note"), Value: m.Note, Wide: true})
	}
	versions := ui.Grid{Caption: c.t("历次规定", "Versions"), Columns: []ui.Column{{Label: c.t("触发日在", "Triggered"), Tight: true}, {Label: c.t("长度", "Length"), Tight: true}, {Label: c.t("依据", "Basis")}, {Label: c.t("核对", "Checked"), Tight: true}}}
	for _, v := range slices.Backward(m.Vers) {
		on := v.From
		if v.Holds(s.desk.Day()) {
			on = s.desk.Day()
		}
		versions.Rows = append(versions.Rows, ui.Row{Cells: []ui.Cell{{Text: period(c, v.Period)}, {Text: say(c.ctx(), v.Length())}, {Content: citeList(articles(c.ctx(), law.CitesOn(v.Cite, on))), Sub: v.Note}, {Text: confText(c, v.Conf)}}})
	}
	return c.page(ui.Page{Title: m.ID + " " + say(c.ctx(), m.Text), Crumbs: lawCrumbs(c, ui.Link{Text: c.t("期限", "Limits"), Href: "/law#law-limits"})},
		card(ui.Section{ID: "try", Title: c.t("试算", "Try it"), Flush: true}, s.counter(c, m, a)...),
		card(ui.Section{}, ui.Facts(facts)), card(ui.Section{Title: c.t("历次规定", "Versions"), Flush: true}, ui.Table(versions)), limitSteps(c, law, m))
}

// counter is a form that counts a limit out, with its answer.
func (s *Server) counter(c *call, m *statute.Limit, a *asked) []templ.Component {
	start, days := a.day("start"), 0
	stated := false
	for _, v := range m.Vers {
		stated = stated || v.Stated
	}
	label := c.t("起算日（%s）", "Day of the trigger (%s)", say(c.ctx(), m.Start))
	fields := []question{{kind: date, Field: ui.Field{Name: "start", Label: label}}}
	if stated {
		fields = append(fields, question{Field: ui.Field{Name: "days", Label: c.t("文书写明的天数", "Days the paper states"), InputMode: "numeric", MaxLength: 5}})
		if text := a.text("days"); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n > 36500 {
				a.wrong("days", c.t("请填 1 至 36500 的整数", "Give a whole number from 1 to 36500"))
			}
			days = n
		}
	}
	var answer templ.Component
	switch {
	case start == 0 && a.ok():
		answer = ui.Empty(ui.EmptyState{Title: c.t("填起算日，逐日说明怎样算出届满日", "Give the first day; the answer explains itself day by day")})
	case a.ok():
		due, err := m.Count(s.desk.Law().Calendar, statute.Question{Start: start, Days: days})
		if err != nil {
			name := "start"
			if stated {
				name = "days"
			}
			a.wrong(name, c.say(err))
			break
		}
		law := s.desk.Law()
		d := ui.Deadline{ID: m.ID, Name: say(c.ctx(), m.Text), Who: say(c.ctx(), statute.ActorText(m.Who)), Due: due.Due, Today: s.desk.Day(), Provisional: due.Provisional,
			Explanation: strings.Split(say(c.ctx(), law.Explain(due)), "\n"), Articles: articles(c.ctx(), law.Basis(due))}
		for _, w := range law.Warnings(due) {
			d.Explanation = append(d.Explanation, say(c.ctx(), w))
		}
		answer = countedOut(d)
	}
	if answer == nil {
		answer = c.amend()
	}
	return []templ.Component{a.barOf(c.t("计算", "Count"), "answer", fields...), results("answer", answer)}
}

func kindText(c *call, k statute.Kind) string {
	switch k {
	case statute.ActBy:
		return c.t("届满前办理，末日遇休息日顺延", "act by the end; a rest day at the end is rolled over")
	case statute.Wait:
		return c.t("届满前不得进行，末日遇休息日顺延", "wait until the end; a rest day at the end is rolled over")
	case statute.Before:
		return c.t("至少提前若干日，向前倒算，不顺延", "at least so long before; counts back, never rolled")
	case statute.KeepAtLeast:
		return c.t("至少持续到届满，不顺延", "keep at least until the end; never rolled")
	case statute.WorkingDays:
		return c.t("只计工作日", "working days only")
	}
	return string(k)
}

// limitSteps are the steps that touch a limit.
func limitSteps(c *call, law *statute.Law, m *statute.Limit) templ.Component {
	g := ui.Grid{Caption: c.t("哪些步骤", "Steps"), Columns: []ui.Column{{Label: c.t("步骤", "Step")}, {Label: c.t("程序", "Procedure"), Tight: true}, {Label: c.t("使期限", "Does"), Tight: true}},
		Empty: ui.EmptyState{Title: c.t("没有步骤使它起算或者终止", "No step starts or ends it")}}
	for _, p := range law.Procedures {
		for _, st := range p.Steps {
			does := map[string]bool{}
			for _, r := range st.Law {
				for _, row := range ruleLimits(c, r).Rows {
					if row.Href == "/law/limits/"+m.ID {
						does[row.Cells[1].Text] = true
					}
				}
			}
			for _, word := range []string{c.t("起算", "starts it"), c.t("重新起算", "starts it anew"), c.t("终止", "ends it"), c.t("暂停", "pauses it"), c.t("继续", "resumes it"), c.t("延长", "extends it")} {
				if does[word] {
					g.Rows = append(g.Rows, ui.Row{Href: stepAddress(p, st), Cells: []ui.Cell{{Text: say(c.ctx(), st.Text)}, {Text: say(c.ctx(), p.Text)}, {Text: word}}})
				}
			}
		}
	}
	return card(ui.Section{Title: c.t("哪些步骤", "Steps"), Flush: true}, ui.Table(g))
}

// article is what a citation speaks of: the instrument, and what of ours rests on
// the article.
func (s *Server) article(c *call) error {
	law := s.desk.Law()
	cite := strings.TrimSpace(c.r.URL.Query().Get("cite"))
	if len([]rune(cite)) > 60 {
		return pil.Invalid("引用过长 (the citation is too long)")
	}
	in, number := law.Cited(cite)
	if in == nil {
		return pil.NotFound("法律数据没有收录「%s」 (not in the law data)", cite)
	}
	key := strings.TrimSuffix(cite, "（今条号）")
	facts := []ui.Fact{{Label: c.t("规范", "Instrument"), Value: inLang(c.ctx(), in.Title, in.En), Wide: true}, {Label: c.t("文号", "Number"), Value: in.Number}, {Label: c.t("制定机关", "Issued by"), Value: in.Issuer},
		{Label: c.t("施行", "In force"), Value: period(c, in.Period)}, {Label: c.t("核对", "Checked"), Value: confText(c, in.Conf)}, {Label: c.t("文本来源", "Source"), Value: in.Source, Wide: true}}
	if len(in.Regions) > 0 {
		facts = append(facts, ui.Fact{Label: c.t("适用地区", "In force in"), Value: strings.Join(in.Regions, c.t("、", ", "))})
	}
	if in.Articles > 0 {
		facts = append(facts, ui.Fact{Label: c.t("条文数", "Articles"), Value: fmt.Sprint(in.Articles)})
	}
	if in.Note != "" {
		facts = append(facts, ui.Fact{Label: c.t("说明", "Note"), Value: in.Note, Wide: true})
	}
	p := ui.Page{Title: say(c.ctx(), law.CiteText(key)), Lead: key, Crumbs: lawCrumbs(c)}
	if in.Status == "draft" {
		p.Tags = []ui.Tag{{Tone: ui.Soon, Text: c.t("草案，没有施行", "a draft, not in force")}}
	}
	parts := []templ.Component{card(ui.Section{}, ui.Facts(facts))}
	for _, was := range in.Was(number) {
		cites := articles(c.ctx(), []string{in.Key + was.Article})
		parts = append(parts, card(ui.Section{Title: c.t("%s 以前的条号", "Numbers before %s", ui.Date(was.Before))},
			words(c.t("当时的第%[1]s条，即今第%[2]s条。在那以前的案件所引的是它：", "What was article %[1]s then is article %[2]s today; cases before that day cite it:", articleNumber(number), was.Article)), ui.Articles(cites)))
	}
	g := ui.Grid{ID: "resting", Caption: c.t("据此的步骤和期限", "What rests on it"), Columns: []ui.Column{{Label: c.t("步骤、期限、文书", "Step, limit or paper")}, {Label: c.t("程序", "Procedure"), Tight: true}, {Label: c.t("引用", "Cited as"), Tight: true}, {Label: c.t("施行", "In force"), Tight: true}, {Label: c.t("核对", "Checked"), Tight: true}},
		Empty: ui.EmptyState{Title: c.t("没有步骤或者期限引用这一条", "No step or limit cites it")}}
	for _, r := range law.RestsOn(in, number) {
		row := ui.Row{Cells: []ui.Cell{{}, {Text: "—"}, {Text: cited(c.ctx(), r.Cite)}, {Text: period(c, r.Period)}, {Text: confText(c, r.Conf)}}}
		switch {
		case r.Step != nil:
			row.Href = stepAddress(r.Procedure, r.Step)
			row.Cells[0].Text, row.Cells[1].Text = say(c.ctx(), r.Step.Text), say(c.ctx(), r.Procedure.Text)
		case r.Limit != nil:
			row.Href = "/law/limits/" + r.Limit.ID
			row.Cells[0] = ui.Cell{Text: say(c.ctx(), r.Limit.Text), Sub: r.Limit.ID}
		default:
			row.Cells[0] = ui.Cell{Text: say(c.ctx(), r.Paper.Text), Sub: r.Paper.ID}
		}
		g.Rows = append(g.Rows, row)
	}
	return c.page(p, append(parts, card(ui.Section{Title: c.t("据此的步骤和期限", "What rests on it"), Flush: true, Note: c.t("条文原文以官方公布为准", "for the text itself see its official publication")}, ui.Table(g)))...)
}

func articleNumber(article string) string {
	number, _, _ := strings.Cut(article, "(")
	return number
}
