package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/dataflow"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// flowRoutes are the pages of the data-flow map of a case.
func (s *Server) flowRoutes() []route {
	return []route{
		{"GET", "/cases/{id}/flow", may(account.ShowCase), s.flow, 0},
		{"GET", "/cases/{id}/flow.svg", may(account.ShowCase), s.flowDrawing, 0},
		{"POST", "/cases/{id}/flow-svg", may(account.ExportCase), s.exportFlowDrawing, 0},
		{"POST", "/cases/{id}/flow-csv", may(account.ExportCase), s.exportFlowTable, 0},
		{"GET", "/cases/{id}/flow/node", may(account.DrawFlow), s.askFlowNode, 0},
		{"POST", "/cases/{id}/flow/node", may(account.DrawFlow), s.takeFlowNode, 0},
		{"POST", "/cases/{id}/flow/node-remove", may(account.DrawFlow), s.removeFlowNode, 0},
		{"GET", "/cases/{id}/flow/edge", may(account.DrawFlow), s.askFlowEdge, 0},
		{"POST", "/cases/{id}/flow/edge", may(account.DrawFlow), s.takeFlowEdge, 0},
		{"POST", "/cases/{id}/flow/edge-remove", may(account.DrawFlow), s.removeFlowEdge, 0},
		{"GET", "/cases/{id}/flow/propose", may(account.DrawFlow), s.askFlowProposal, 0},
		{"POST", "/cases/{id}/flow/propose", may(account.DrawFlow), s.takeFlowProposal, 0},
		{"POST", "/cases/{id}/flow/accept", may(account.DrawFlow), s.acceptFlowProposal, 0},
	}
}

func (c *call) flowCrumbs(f *desk.CaseFile, inner bool) []ui.Link {
	list := matterCrumbs(c.ctx(), f.Matter)
	if inner {
		list = append(list, ui.Link{Text: c.t("数据流向图", "Data-flow map"), Href: flowPath(f.ID)})
	}
	return list
}

// flow is the map: the picture, what flows where, who takes part, what to ask for.
func (s *Server) flow(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	v, draws := f.Flow, f.May[account.DrawFlow]
	p := ui.Page{Title: c.t("数据流向图", "Data-flow map"), Lead: f.Title, Crumbs: c.flowCrumbs(f, false)}
	if missing, open := v.Missing(); len(v.Map.Edges) > 0 {
		if missing > 0 {
			p.Tags = append(p.Tags, ui.Tag{Tone: ui.Late, Text: c.t("缺失 %d 项", "%d missing", missing)})
		}
		if open > 0 {
			p.Tags = append(p.Tags, ui.Tag{Tone: ui.Soon, Text: c.t("待查 %d 项", "%d to look into", open)})
		}
	}
	if draws {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("添加主体", "Add a node"), Href: flowPath(f.ID) + "/node", Kind: ui.Primary})
		if len(v.Map.Nodes) > 1 {
			p.Actions = append(p.Actions, ui.Action{Text: c.t("添加流向", "Add an edge"), Href: flowPath(f.ID) + "/edge"})
		}
		p.Actions = append(p.Actions, ui.Action{Text: c.t("由表格提出", "From a table"), Href: flowPath(f.ID) + "/propose"})
	}
	if len(v.Map.Nodes) == 0 {
		return c.page(p, card(ui.Section{}, ui.Empty(ui.EmptyState{Title: c.t("还没有画图", "Nothing is drawn yet"),
			Text: c.t("先添加主体：个人信息主体（如进店消费者）、收集者、存储、加工者、衍生产品、购买者；再添加它们之间的流向，写明种类、数量、时间、合法性基础和证据。每条流向缺什么，会依条文提示。",
				"First the nodes: data subjects, collectors, stores, processors, products, buyers; then the edges between them, with kinds, numbers, time, basis and evidence. What an edge lacks is said with its article.")})))
	}
	if f.May[account.ExportCase] {
		p.Actions = append(p.Actions, ui.Action{Text: c.t("导出图（SVG）", "Picture (SVG)"), Post: "/cases/" + id(f.ID) + "/flow-svg"}, ui.Action{Text: c.t("导出表（CSV）", "Table (CSV)"), Post: "/cases/" + id(f.ID) + "/flow-csv"})
	}
	parts := []templ.Component{
		card(ui.Section{ID: "picture", Title: c.t("图", "Picture"), Note: c.t("点图放大；圆圈内是下表的序号", "open it to enlarge; the circles bear the numbers of the table")}, flowPicture(f.ID, v)),
		card(ui.Section{ID: "edges", Title: c.t("流向", "Edges"), Flush: true, Note: c.t("缺失：查过，没有；待查：还没有查", "missing: looked into, and not there; to look into: nobody has yet")}, ui.Table(c.flowEdges(f, draws))),
	}
	if len(v.Findings) > 0 {
		parts = append(parts, card(ui.Section{ID: "asks", Title: c.t("要调取、核实的", "What to ask for"), Flush: true}, ui.Table(c.flowAsks(v))))
	}
	parts = append(parts, card(ui.Section{ID: "nodes", Title: c.t("主体", "Nodes"), Flush: true}, ui.Table(c.flowNodes(f, draws))))
	return c.page(p, parts...)
}

func (c *call) flowEdges(f *desk.CaseFile, draws bool) ui.Grid {
	v := f.Flow
	g := ui.Grid{ID: "flow-edges", Caption: c.t("流向", "Edges"), Columns: []ui.Column{{Label: c.t("流向", "Edge")}, {Label: c.t("信息种类", "Kinds")}, {Label: c.t("数量、时间", "Number, time"), Tight: true},
		{Label: c.t("合法性基础", "Basis")}, {Label: c.t("缺失和待查", "Missing, to look into")}, {Label: c.t("证据", "Evidence")}},
		Empty: ui.EmptyState{Title: c.t("还没有流向", "No edges yet"), Text: c.t("添加两个以上主体之后，添加它们之间的流向。", "Add two nodes, then the edge between them.")}}
	for i := range v.Map.Edges {
		e := &v.Map.Edges[i]
		findings := v.Of(e.ID)
		row := ui.Row{ID: "edge-" + id(e.ID), Cells: []ui.Cell{{Text: strconv.Itoa(i+1) + " " + flowWay(&v.Map, e), Sub: ui.In(c.ctx(), e.Handling)}, {Content: flowCategories(v, e)},
			{Text: flowVolume(c.ctx(), e), Sub: c.flowTime(e)}, {Text: "—"}, {Content: flowFindings(findings)}, {Content: flowEvidence(v, e)}}}
		if b := v.Rules.Basis(e.Basis); b != nil {
			row.Cells[3].Text = inLang(c.ctx(), b.Text.Zh, b.Text.En)
		}
		switch {
		case slices.ContainsFunc(findings, func(f dataflow.Finding) bool { return f.Missing }):
			row.Tone = ui.Late
		case len(findings) > 0:
			row.Tone = ui.Soon
		}
		if draws {
			row.Cells[0].Href = query(flowPath(f.ID)+"/edge", "edge", id(e.ID))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func (c *call) flowTime(e *dataflow.Edge) string {
	switch {
	case e.Begin == 0 && e.End == 0:
		return ""
	case e.End == 0:
		return c.t("%s 起", "from %s", ui.Date(e.Begin))
	case e.Begin == 0:
		return c.t("%s 止", "until %s", ui.Date(e.End))
	}
	return c.t("%s 至 %s", "%s to %s", ui.Date(e.Begin), ui.Date(e.End))
}

func (c *call) flowNodes(f *desk.CaseFile, draws bool) ui.Grid {
	g := ui.Grid{ID: "flow-nodes", Caption: c.t("主体", "Nodes"), Columns: []ui.Column{{Label: c.t("环节", "Layer"), Tight: true}, {Label: c.t("名称", "Name")}, {Label: c.t("说明", "Note")}}}
	for _, k := range dataflow.Kinds {
		for _, n := range f.Flow.Map.Nodes {
			if n.Kind != k {
				continue
			}
			name := ui.Cell{Text: n.Name}
			if draws {
				name.Href = query(flowPath(f.ID)+"/node", "node", id(n.ID))
			}
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.In(c.ctx(), k)}, name, {Text: n.Note}}})
		}
	}
	return g
}

// flowAsks says, point by point, what to ask of whom.
func (c *call) flowAsks(v *desk.FlowView) ui.Grid {
	g := ui.Grid{ID: "flow-asks", Caption: c.t("要调取、核实的", "What to ask for"), Columns: []ui.Column{{Label: c.t("要求", "Point"), Tight: true}, {Label: c.t("要什么", "What to ask for")}, {Label: c.t("流向", "Edges"), Tight: true}, {Label: c.t("依据", "Basis")}}}
	for _, p := range v.Rules.Points {
		var edges []string
		var cites []string
		for i := range v.Map.Edges {
			for _, f := range v.Of(v.Map.Edges[i].ID) {
				if f.Point != p {
					continue
				}
				edges = append(edges, strconv.Itoa(i+1))
				for _, cite := range f.Cites() {
					if !slices.Contains(cites, cite) {
						cites = append(cites, cite)
					}
				}
			}
		}
		if len(edges) > 0 {
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: inLang(c.ctx(), p.Text.Zh, p.Text.En)}, {Text: inLang(c.ctx(), p.Ask.Zh, p.Ask.En)}, {Text: strings.Join(ranges(edges), c.t("、", ", "))}, {Content: citeList(articles(c.ctx(), cites))}}})
		}
	}
	return g
}

// ranges writes runs of numbers short: 1–4、7.
func ranges(list []string) (out []string) {
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && number(list[j+1]) == number(list[j])+1 {
			j++
		}
		switch {
		case j > i+1:
			out = append(out, list[i]+"–"+list[j])
		case j == i+1:
			out = append(out, list[i], list[j])
		default:
			out = append(out, list[i])
		}
		i = j + 1
	}
	return out
}

func drawFlow(c *call, v *desk.FlowView, title string) []byte {
	return []byte(dataflow.Draw(&v.Map, v.Findings, dataflow.Captions{Title: c.t("数据流向图：%s", "Data-flow map: %s", title), Desc: v.Rules.Describe(&v.Map)}))
}

// flowStamp tells one state of a map from another, so that a picture is fetched
// anew when it has changed.
func flowStamp(v *desk.FlowView) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%+v %d", v.Map, len(v.Findings)) // a hash takes everything
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// flowDrawing is the picture, for the page.
func (s *Server) flowDrawing(c *call) error {
	v, title, err := s.desk.ShowFlow(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	_, _ = c.w.Write(drawFlow(c, v, title)) // whoever asked may have gone
	return nil
}

func (s *Server) exportFlowDrawing(c *call) error {
	v, title, err := s.desk.ExportFlow(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	return c.send(c.t("数据流向图", "data-flow")+".svg", "image/svg+xml", drawFlow(c, v, title))
}

func (s *Server) exportFlowTable(c *call) error {
	v, _, err := s.desk.ExportFlow(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := v.Rules.WriteCSV(&b, &v.Map); err != nil {
		return err
	}
	return c.send(c.t("数据流向表", "data-flow")+".csv", "text/csv; charset=utf-8", b.Bytes())
}

// —— nodes ——

func (s *Server) askFlowNode(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	if err := c.mayDraw(f); err != nil {
		return err
	}
	values := url.Values{}
	if n := c.r.URL.Query().Get("node"); n != "" {
		node := f.Flow.Map.Node(int64(number(n)))
		if node == nil {
			return pil.NotFound("图上没有这个主体 (no such node)")
		}
		values = url.Values{"node": {n}, "kind": {string(node.Kind)}, "name": {node.Name}, "note": {node.Note}}
	}
	return c.flowNodePage(f, c.empty(values))
}

// mayDraw refuses who may look at the case and not draw.
func (c *call) mayDraw(f *desk.CaseFile) error {
	if !f.May[account.DrawFlow] {
		return pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", account.DrawFlow.Zh(), account.DrawFlow.En())
	}
	return nil
}

func (c *call) flowNodePage(f *desk.CaseFile, form *filled) error {
	title := c.t("添加主体", "Add a node")
	node := form.text("node")
	var kinds []ui.Option
	for _, k := range dataflow.Kinds {
		kinds = append(kinds, ui.Option{Value: string(k), Label: ui.In(c.ctx(), k)})
	}
	parts := []templ.Component{card(ui.Section{}, form.fields(ui.Form{Action: flowPath(f.ID) + "/node", Submit: c.t("保存", "Save"), Cancel: c.cancel(flowPath(f.ID)),
		Hidden: []ui.Hidden{{Name: "seen", Value: strconv.Itoa(f.Version)}, {Name: "node", Value: node}}},
		question{radio, ui.Field{Name: "kind", Label: c.t("环节", "Layer"), Required: true, Options: kinds}},
		question{line, ui.Field{Name: "name", Label: c.t("名称", "Name"), Required: true, MaxLength: 60, Hint: c.t("单位名称，或者一类人、一种产品：进店消费者、客流统计服务", "A company, or a group of people, a product")}},
		question{area, ui.Field{Name: "note", Label: c.t("说明", "Note"), Rows: 2, MaxLength: 2000}}))}
	if node != "" {
		title = c.t("修改主体", "Change a node")
		parts = append(parts, card(ui.Section{Title: c.t("移除", "Remove"), Note: c.t("连在它上面的流向一并移除；操作记录里留有痕迹", "with the edges that hang on it; the record keeps a trace")},
			ui.Do(ui.Action{Text: c.t("从图上移除", "Take it off the map"), Post: flowPath(f.ID) + "/node-remove", Kind: ui.Danger, Hidden: []ui.Hidden{{Name: "node", Value: node}, {Name: "seen", Value: strconv.Itoa(f.Version)}}})))
	}
	return c.page(ui.Page{Title: title, Lead: f.Title, Crumbs: c.flowCrumbs(f, true)}, parts...)
}

func (s *Server) takeFlowNode(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	in := desk.FlowNode{Matter: c.number("id"), Seen: number(form.text("seen")), Node: dataflow.Node{ID: form.id("node"), Kind: dataflow.Kind(form.text("kind")), Name: form.text("name"), Note: form.text("note")}}
	_, err = s.desk.SaveFlowNode(c.ctx(), c.session.Who, in)
	if err == nil {
		return c.done(flowPath(in.Matter), c.t("已保存。", "Saved."))
	}
	if err := form.mend("", err); err != nil {
		return err
	}
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	return c.flowNodePage(f, form)
}

func (s *Server) removeFlowNode(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	if err := s.desk.RemoveFlowNode(c.ctx(), c.session.Who, c.number("id"), number(form.text("seen")), form.id("node")); err != nil {
		return err
	}
	return c.done(flowPath(c.number("id")), c.t("已从图上移除。", "Taken off the map."))
}

// —— edges ——

func (s *Server) askFlowEdge(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	if err := c.mayDraw(f); err != nil {
		return err
	}
	values := url.Values{}
	if n := c.r.URL.Query().Get("edge"); n != "" {
		i := slices.IndexFunc(f.Flow.Map.Edges, func(e dataflow.Edge) bool { return id(e.ID) == n })
		if i < 0 {
			return pil.NotFound("图上没有这条流向 (no such edge)")
		}
		values = edgeValues(&f.Flow.Map.Edges[i])
	}
	return c.flowEdgePage(f, c.empty(values))
}

// edgeValues are an edge as its form sends it.
func edgeValues(e *dataflow.Edge) url.Values {
	amount := func(n int64) string {
		if n == 0 {
			return ""
		}
		return id(n)
	}
	day := func(d pil.Day) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	v := url.Values{"edge": {id(e.ID)}, "from": {id(e.From)}, "to": {id(e.To)}, "handling": {string(e.Handling)}, "category": e.Categories, "rows": {amount(e.Rows)}, "persons": {amount(e.Persons)},
		"begin": {day(e.Begin)}, "end": {day(e.End)}, "basis": {e.Basis}, "evidence": e.Evidence, "note": {e.Note}}
	for _, c := range e.Circumstances {
		v.Add("circumstance", string(c))
	}
	for p, a := range e.Answers {
		if a != pil.Unknown {
			v.Set("point."+p, a.String())
		}
	}
	return v
}

func (c *call) flowEdgePage(f *desk.CaseFile, form *filled) error {
	v := f.Flow
	var nodes, handlings, categories, circumstances, bases, evidence []ui.Option
	for _, k := range dataflow.Kinds {
		for _, n := range v.Map.Nodes {
			if n.Kind == k {
				nodes = append(nodes, ui.Option{Value: id(n.ID), Label: n.Name + c.t("（%s）", " (%s)", ui.In(c.ctx(), k))})
			}
		}
	}
	for _, h := range dataflow.Handlings {
		handlings = append(handlings, ui.Option{Value: string(h), Label: ui.In(c.ctx(), h)})
	}
	for _, x := range v.Rules.Categories {
		hint := c.t("不是个人信息", "no personal data")
		if x.Tier != "" {
			hint = c.t("%s 类", "tier %s", x.Tier)
		}
		if x.Disputed != "" {
			hint += c.t("（有判例认定为 %s 类）", " (some courts: %s)", x.Disputed)
		}
		if x.Sensitive {
			hint += c.t("，敏感", ", sensitive")
		}
		categories = append(categories, ui.Option{Value: x.Tag, Label: inLang(c.ctx(), x.Text.Zh, x.Text.En), Hint: hint})
	}
	for _, x := range dataflow.Circumstances {
		circumstances = append(circumstances, ui.Option{Value: string(x), Label: ui.In(c.ctx(), x)})
	}
	for _, b := range v.Rules.Bases {
		bases = append(bases, ui.Option{Value: b.ID, Label: inLang(c.ctx(), b.Text.Zh, b.Text.En)})
	}
	for _, p := range v.Evidence {
		evidence = append(evidence, ui.Option{Value: p.Ref, Label: p.Name})
	}
	list := []question{
		{choice, ui.Field{Name: "from", Label: c.t("起点", "From"), Required: true, Half: true, Blank: c.t("请选择", "choose"), Options: nodes}},
		{choice, ui.Field{Name: "to", Label: c.t("终点", "To"), Required: true, Half: true, Blank: c.t("请选择", "choose"), Options: nodes}},
		{choice, ui.Field{Name: "handling", Label: c.t("处理方式", "How it is processed"), Required: true, Half: true, Blank: c.t("请选择", "choose"), Options: handlings}},
		{choice, ui.Field{Name: "basis", Label: c.t("合法性基础", "Legal basis"), Half: true, Blank: c.t("尚未查明", "not looked into"), Options: bases, Hint: c.t("个人信息保护法第十三条", "PIPL art 13")}},
		{ticks, ui.Field{Name: "category", Label: c.t("信息种类", "Kinds of information"), Required: true, Options: categories}},
		{ticks, ui.Field{Name: "circumstance", Label: c.t("情形", "Circumstances"), Options: circumstances}},
		{line, ui.Field{Name: "rows", Label: c.t("条数", "Rows"), Half: true, InputMode: "numeric", MaxLength: 15}},
		{line, ui.Field{Name: "persons", Label: c.t("人数（去重）", "Distinct persons"), Half: true, InputMode: "numeric", MaxLength: 15}},
		{date, ui.Field{Name: "begin", Label: c.t("开始", "From"), Half: true}},
		{date, ui.Field{Name: "end", Label: c.t("结束", "Until"), Half: true, Hint: c.t("仍在继续的不填", "leave empty where it goes on")}},
	}
	edge := form.text("edge")
	title, submit := c.t("添加流向", "Add an edge"), c.t("保存，接着核对要求", "Save, then look into the points")
	parts := []templ.Component{}
	if edge != "" {
		title, submit = c.t("修改流向", "Change an edge"), c.t("保存", "Save")
		if i := slices.IndexFunc(v.Map.Edges, func(e dataflow.Edge) bool { return id(e.ID) == edge }); i >= 0 {
			list = append(list, c.pointQuestions(v, &v.Map.Edges[i])...)
			if findings := v.Of(v.Map.Edges[i].ID); len(findings) > 0 {
				parts = append(parts, card(ui.Section{ID: "why", Title: c.t("为什么要查这些", "Why these are asked")}, flowRules(findings)))
			}
		}
		parts = append(parts, card(ui.Section{Title: c.t("移除", "Remove"), Note: c.t("操作记录里留有痕迹", "the record keeps a trace")},
			ui.Do(ui.Action{Text: c.t("从图上移除", "Take it off the map"), Post: flowPath(f.ID) + "/edge-remove", Kind: ui.Danger, Hidden: []ui.Hidden{{Name: "edge", Value: edge}, {Name: "seen", Value: strconv.Itoa(f.Version)}}})))
	}
	if len(evidence) > 0 {
		list = append(list, question{ticks, ui.Field{Name: "evidence", Label: c.t("证据", "Evidence"), Options: evidence, Hint: c.t("本案的文书和证据", "of this case")}})
	}
	list = append(list, question{area, ui.Field{Name: "note", Label: c.t("说明", "Note"), Rows: 2, MaxLength: 2000}})
	box := form.fields(ui.Form{Action: flowPath(f.ID) + "/edge", Submit: submit, Cancel: c.cancel(flowPath(f.ID)), Hidden: []ui.Hidden{{Name: "seen", Value: strconv.Itoa(f.Version)}, {Name: "edge", Value: edge}}}, list...)
	return c.page(ui.Page{Title: title, Lead: f.Title, Crumbs: c.flowCrumbs(f, true)}, append([]templ.Component{card(ui.Section{}, box)}, parts...)...)
}

// pointQuestions ask for what the edge needs by the rules.
func (c *call) pointQuestions(v *desk.FlowView, e *dataflow.Edge) (list []question) {
	for _, p := range v.Rules.Needs(&v.Map, e) {
		if p.ID == dataflow.BasisPoint {
			continue
		}
		list = append(list, question{choice, ui.Field{Name: "point." + p.ID, Label: inLang(c.ctx(), p.Text.Zh, p.Text.En), Half: true, Blank: c.t("待查", "to look into"), Hint: inLang(c.ctx(), p.Ask.Zh, p.Ask.En),
			Options: []ui.Option{{Value: pil.Yes.String(), Label: c.t("有", "there")}, {Value: pil.No.String(), Label: c.t("没有", "missing")}}}})
	}
	return list
}

func (s *Server) takeFlowEdge(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	in := desk.FlowEdge{Matter: c.number("id"), Seen: number(form.text("seen")), Edge: dataflow.Edge{ID: form.id("edge"), From: form.id("from"), To: form.id("to"), Handling: dataflow.Handling(form.text("handling")),
		Categories: form.values["category"], Begin: form.day("begin"), End: form.day("end"), Basis: form.text("basis"), Answers: map[string]pil.Tri{}, Evidence: form.values["evidence"], Note: form.text("note")}}
	in.Rows, in.Persons = form.amount("rows"), form.amount("persons")
	for _, x := range form.values["circumstance"] {
		in.Circumstances = append(in.Circumstances, dataflow.Circumstance(x))
	}
	for name, values := range form.values {
		if point, ok := strings.CutPrefix(name, "point."); ok && len(values) > 0 {
			switch values[0] {
			case pil.Yes.String():
				in.Answers[point] = pil.Yes
			case pil.No.String():
				in.Answers[point] = pil.No
			}
		}
	}
	if form.ok() {
		n, err := s.desk.SaveFlowEdge(c.ctx(), c.session.Who, in)
		switch {
		case err == nil && in.ID == 0:
			return c.done(query(flowPath(in.Matter)+"/edge", "edge", id(n)), c.t("已保存。下面是依法应当具备的各项，请逐项核对。", "Saved. Below is what the law asks for: look into each."))
		case err == nil:
			return c.done(flowPath(in.Matter)+"#edge-"+id(n), c.t("已保存。", "Saved."))
		}
		if err := form.mend("", err); err != nil {
			return err
		}
	}
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	return c.flowEdgePage(f, form)
}

// amount is a number of things, 0 for none typed; blanks and separators between
// digits are passed over.
func (f *filled) amount(name string) int64 {
	text := strings.NewReplacer(",", "", "，", "", " ", "").Replace(f.text(name))
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		f.wrong(name, f.c.t("请填整数，如 26000000", "Write a whole number such as 26000000"))
		return 0
	}
	return n
}

func (s *Server) removeFlowEdge(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	if err := s.desk.RemoveFlowEdge(c.ctx(), c.session.Who, c.number("id"), number(form.text("seen")), form.id("edge")); err != nil {
		return err
	}
	return c.done(flowPath(c.number("id")), c.t("已从图上移除。", "Taken off the map."))
}
