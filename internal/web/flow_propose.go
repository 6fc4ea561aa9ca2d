package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"shouhu/internal/dataflow"
	"shouhu/internal/desk"
	"shouhu/internal/ui"
)

func (s *Server) askFlowProposal(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	if err := c.mayDraw(f); err != nil {
		return err
	}
	return c.flowProposalPage(f, c.empty(url.Values{}), nil)
}

// flowQuestion reads what the form asks.
func (f *filled) flowQuestion(matter int64) desk.FlowQuestion {
	in := desk.FlowQuestion{Matter: matter, Seen: number(f.text("seen")), File: f.id("file"), Subject: f.text("subject"), Categories: f.values["category"]}
	if _, ok := f.values["supplier"]; ok {
		column := func(name string) int {
			if f.text(name) == "" {
				return -1
			}
			return number(f.text(name))
		}
		in.Columns = &dataflow.Columns{Supplier: column("supplier"), Buyer: column("buyer"), Owner: column("owner"), Rows: column("rows")}
	}
	return in
}

// takeFlowProposal counts the table and shows what it gives; nothing is saved.
func (s *Server) takeFlowProposal(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	p, err := s.desk.ProposeFlow(c.ctx(), c.session.Who, form.flowQuestion(f.ID))
	if err != nil {
		if err := form.mend("", err); err != nil {
			return err
		}
		if p != nil && p.Header == nil {
			p = nil
		}
	}
	if p != nil && err == nil && len(p.Map.Edges) == 0 {
		form.wrong("supplier", c.t("没有认出供应商和设备所属，请选择列", "Choose the columns: neither supplier nor owner was recognised"))
	}
	return c.flowProposalPage(f, form, p)
}

func (s *Server) acceptFlowProposal(c *call) error {
	form, err := c.form()
	if err != nil {
		return err
	}
	matter := c.number("id")
	added, err := s.desk.AcceptFlow(c.ctx(), c.session.Who, form.flowQuestion(matter))
	if err == nil {
		return c.done(flowPath(matter), c.t("已画到图上，新增流向 %d 条；请逐条核对种类、合法性基础和证据。", "On the map now, %d edges new; look into kinds, basis and evidence of each.", added))
	}
	if err := form.mend("", err); err != nil {
		return err
	}
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	return c.flowProposalPage(f, form, nil)
}

func (c *call) flowProposalPage(f *desk.CaseFile, form *filled, p *desk.FlowProposal) error {
	var files, categories []ui.Option
	for i := range f.Files {
		if x := &f.Files[i]; x.Kind != "photo" {
			files = append(files, ui.Option{Value: id(x.ID), Label: x.Name})
		}
	}
	for _, x := range f.Flow.Rules.Categories {
		categories = append(categories, ui.Option{Value: x.Tag, Label: inLang(c.ctx(), x.Text.Zh, x.Text.En)})
	}
	list := []question{
		{choice, ui.Field{Name: "file", Label: c.t("表格", "Table"), Required: true, Half: true, Blank: c.t("请选择", "choose"), Options: files, Hint: c.t("合同、设备、结算清单一类：每行写明谁供给谁", "contracts, devices, settlements: a line says who supplies whom")}},
		{line, ui.Field{Name: "subject", Label: c.t("个人信息主体", "Whose data"), Required: true, Half: true, MaxLength: 60, Hint: c.t("如进店消费者", "customers entering the shops")}},
		{ticks, ui.Field{Name: "category", Label: c.t("信息种类", "Kinds of information"), Required: true, Options: categories}},
	}
	if p != nil && len(p.Header) > 0 {
		var columns []ui.Option
		for i, h := range p.Header {
			columns = append(columns, ui.Option{Value: strconv.Itoa(i), Label: h})
		}
		value := func(n int) string {
			if n < 0 {
				return ""
			}
			return strconv.Itoa(n)
		}
		for _, q := range []struct {
			name, label string
			at          int
		}{
			{"owner", c.t("设备所属、收集者", "Owner of devices, collector"), p.Columns.Owner}, {"supplier", c.t("供应商、处理者", "Supplier, processor"), p.Columns.Supplier},
			{"buyer", c.t("购买方、接收者", "Buyer, receiver"), p.Columns.Buyer}, {"rows", c.t("条数", "Rows"), p.Columns.Rows},
		} {
			list = append(list, question{choice, ui.Field{Name: q.name, Label: q.label, Half: true, Blank: c.t("没有这一列", "no such column"), Options: columns, Value: value(q.at)}})
		}
	}
	path := flowPath(f.ID)
	var parts []templ.Component
	if p != nil && len(p.Map.Edges) > 0 {
		v := &desk.FlowView{Map: p.Map, Rules: f.Flow.Rules, Findings: f.Flow.Rules.Judge(&p.Map), Evidence: f.Flow.Evidence}
		hidden := []ui.Hidden{{Name: "seen", Value: strconv.Itoa(f.Version)}}
		for name, at := range map[string]int{"supplier": p.Columns.Supplier, "buyer": p.Columns.Buyer, "owner": p.Columns.Owner, "rows": p.Columns.Rows} {
			text := ""
			if at >= 0 {
				text = strconv.Itoa(at)
			}
			hidden = append(hidden, ui.Hidden{Name: name, Value: text})
		}
		for _, name := range []string{"file", "subject", "category"} {
			for _, value := range form.values[name] {
				hidden = append(hidden, ui.Hidden{Name: name, Value: value})
			}
		}
		slices.SortStableFunc(hidden, func(a, b ui.Hidden) int { return len(a.Name) - len(b.Name) })
		parts = append(parts, card(ui.Section{ID: "proposal", Title: c.t("这张表给出的图", "What the table gives"), Note: c.t("%d 行，%d 个主体、%d 条流向；还没有保存", "%d lines, %d nodes, %d edges; not saved", p.Lines, len(p.Map.Nodes), len(p.Map.Edges)),
			Actions: []ui.Action{{Text: c.t("画到图上", "Put it on the map"), Post: path + "/accept", Kind: ui.Primary, Hidden: hidden}}},
			inlinePicture(string(drawFlow(c, v, f.Title)))),
			card(ui.Section{ID: "edges", Title: c.t("流向", "Edges"), Flush: true}, ui.Table(c.flowEdges(&desk.CaseFile{Flow: v}, false))))
	}
	box := card(ui.Section{}, form.fields(ui.Form{Action: path + "/propose", Submit: c.t("读表，看看给出什么", "Read it, and show what it gives"), Cancel: c.cancel(path)}, list...))
	return c.page(ui.Page{Title: c.t("由表格提出流向图", "A map from a table"), Lead: f.Title, Crumbs: c.flowCrumbs(f, true)}, append(parts, box)...)
}
