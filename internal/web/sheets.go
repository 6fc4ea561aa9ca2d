package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// Forms on paper are in Chinese, whatever the language of the pages around them:
// they go into a file.

// onPaper is a page with a sheet.
func (c *call) onPaper(p ui.Page, sheet ui.Sheet) error {
	p.Actions = append(p.Actions, ui.Action{Text: c.t("打印", "Print"), Print: true, Kind: ui.Primary})
	return c.page(p, ui.SheetPage(sheet))
}

// paperDay is a day as papers write it: 2026年11月23日.
func paperDay(d pil.Day) string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%d年%d月%d日", y, int(m), day)
}

// inPaper is a context whose texts are Chinese.
func inPaper(c *call) context.Context { return ui.WithLang(c.ctx(), ui.Chinese) }

// approvalSheet is an approval as a form: who proposed what, who reviewed and
// decided it, every opinion in its own words.
func (s *Server) approvalSheet(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	v, err := s.desk.ShowApproval(c.ctx(), c.session.Who, n)
	if err != nil {
		return err
	}
	sheet := ui.Sheet{Office: v.Office, Title: v.Kind.Zh() + "审批表"}
	if v.Matter != nil {
		kind := "案件"
		if v.Matter.Kind == desk.KindClue {
			kind = "线索"
		}
		sheet.Number = v.Matter.Number
		sheet.Rows = append(sheet.Rows, []ui.SheetField{{Label: kind + "名称", Value: v.Matter.Title}}, []ui.SheetField{{Label: "编号", Value: v.Matter.Number}, {Label: "领域", Value: v.Matter.Field}})
	}
	sheet.Rows = append(sheet.Rows, []ui.SheetField{{Label: "提请事项", Value: v.Title}}, []ui.SheetField{{Label: "提出人", Value: v.Proposer}, {Label: "提出时间", Value: ui.Moment(v.MadeAt.Time())}})
	if len(v.Cites) > 0 {
		sheet.Rows = append(sheet.Rows, []ui.SheetField{{Label: "法律依据", Value: citedAll(inPaper(c), v.Cites)}})
	}
	sheet.Rows = append(sheet.Rows, approvalRows(v)...)
	for _, m := range v.Moves {
		title := signTitle(m)
		opinion := m.Opinion
		if m.Way > account.ByRole {
			opinion = strings.TrimSpace(opinion + "\n（" + m.Way.Zh() + "）")
		}
		if m.Self {
			opinion = strings.TrimSpace(opinion + "\n（本人承办的案件由本人决定）")
		}
		sheet.Signs = append(sheet.Signs, ui.Signature{Title: title, Opinion: opinion, Name: m.Person, Day: ui.Moment(m.At.Time())})
	}
	if v.State == docket.InReview {
		sheet.Signs = append(sheet.Signs, ui.Signature{Title: "部门负责人审核意见"})
	}
	if v.State == docket.InReview || v.State == docket.InDecision || v.State == docket.Committee {
		sheet.Signs = append(sheet.Signs, ui.Signature{Title: "决定意见"})
	}
	sheet.Notes = []string{fmt.Sprintf("审批编号 %d。本表由系统记录生成，意见、时间以系统记录为准。", v.ID)}
	return c.onPaper(ui.Page{Title: c.t("审批表", "Approval sheet"), Crumbs: []ui.Link{{Text: c.t("审批", "Approvals"), Href: "/approvals"}, {Text: v.Title, Href: "/approvals/" + id(v.ID)}}}, sheet)
}

// signTitle is the box an opinion stands in.
func signTitle(m desk.MoveView) string {
	role := ""
	if m.Role != 0 {
		role = m.Role.Zh()
	}
	switch m.Move {
	case docket.Propose, docket.Resubmit:
		return "承办人意见"
	case docket.Agree:
		return role + "审核意见：同意"
	case docket.Disagree:
		return role + "审核意见：另有意见"
	case docket.Approve:
		return role + "决定：同意"
	case docket.DecideElse:
		return role + "决定：另行决定"
	case docket.Dissent:
		return "承办人书面异议"
	}
	return role + m.Move.Zh()
}

// approvalRows are what was proposed, box by box.
func approvalRows(v *desk.ApprovalView) [][]ui.SheetField {
	var rows [][]ui.SheetField
	add := func(label, value string, lines int) {
		if value = strings.TrimSpace(value); value != "" {
			rows = append(rows, []ui.SheetField{{Label: label, Value: value, Lines: lines}})
		}
	}
	if f := v.Filing; f != nil {
		var lines []string
		for _, l := range f.Lines {
			track := l.Track
			if p := v.Tracks[l.Track]; p != nil {
				track = p.Zh
			}
			lines = append(lines, track+" "+l.Respondent)
		}
		add("程序、对象", strings.Join(lines, "\n"), 2)
		add("事实和理由", f.Reason, 5)
	}
	if a := v.Act; a != nil {
		if v.Step != nil {
			add("拟办理", v.Step.Zh, 1)
		}
		add("监督对象", a.Respondent, 1)
		add("事实和理由", a.Note, 5)
		add("应说明的理由", a.Reason, 2)
		var demands []string
		for i, d := range a.Demands {
			line := strconv.Itoa(i+1) + ". " + d.Text
			if d.Basis != "" {
				line += "（" + d.Basis + "）"
			}
			demands = append(demands, line)
		}
		add("建议事项", strings.Join(demands, "\n"), 4)
	}
	if t := v.Transfer; t != nil {
		add("移送至", v.To, 1)
		add("理由", t.Reason, 3)
	}
	if x := v.Correction; x != nil {
		add("更正理由", x.Reason, 3)
	}
	if x := v.Identity; x != nil {
		add("查阅理由", x.Reason, 3)
	}
	return rows
}

// isService reports whether an event is the service of a paper.
func isService(step string) bool { return strings.HasPrefix(step, "serve") }

// receipt is the proof of service (送达回证) of an event.
func (s *Server) receipt(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	seq, err := strconv.Atoi(c.r.PathValue("seq"))
	if err != nil {
		return pil.NotFound("没有找到 (not found)")
	}
	f, err := s.desk.ShowCase(c.ctx(), c.session.Who, n)
	if err != nil {
		return err
	}
	for i := range f.Timeline {
		e := &f.Timeline[i]
		if e.Seq != seq || !isService(e.Step) || e.Void {
			continue
		}
		return c.onPaper(ui.Page{Title: c.t("送达回证", "Proof of service"), Crumbs: []ui.Link{{Text: c.t("案件", "Cases"), Href: "/cases"}, {Text: f.Title, Href: "/cases/" + id(f.ID)}}}, receiptSheet(f, e))
	}
	return pil.NotFound("这条记录不是送达，没有送达回证 (not a service)")
}

func receiptSheet(f *desk.CaseFile, e *desk.EventView) ui.Sheet {
	paper := strings.TrimPrefix(e.Name.Zh, "送达")
	if i := strings.Index(e.Name.Zh, "送达"); i > 0 {
		paper = e.Name.Zh[i+len("送达"):]
	}
	address, contact := "", ""
	for i := range f.Parties {
		if p := &f.Parties[i]; p.Name == e.Respondent {
			contact = p.Note
		}
	}
	var by []string
	for _, p := range e.Facts.People {
		if name := f.Names[p]; name != "" {
			by = append(by, name)
		}
	}
	if len(by) == 0 && e.Person != "" {
		by = []string{e.Person}
	}
	return ui.Sheet{Office: f.Office, Title: "送达回证", Number: f.Number, Rows: [][]ui.SheetField{
		{{Label: "案件名称", Value: f.Title}},
		{{Label: "送达文书", Value: paper}, {Label: "文书编号", Value: e.Facts.More["number"]}},
		{{Label: "受送达人", Value: e.Respondent}, {Label: "送达地点", Value: address}},
		{{Label: "送达方式", Value: e.Facts.More["manner"]}, {Label: "送达日期", Value: paperDay(e.On)}},
		{{Label: "送达人", Value: strings.Join(by, "、")}, {Label: "见证人", Value: ""}},
		{{Label: "备注", Value: strings.TrimSpace(e.Note + "\n" + contact), Lines: 3}},
	}, Signs: []ui.Signature{{Title: "受送达人签名或者盖章"}, {Title: "代收人签名、代收理由"}},
		Notes: []string{"受送达人拒绝签收的，由送达人注明情况，可以邀请见证人到场，拍照或者录像后留置送达。"}}
}

// card lists a case field by field, to be copied into the national system.
func (s *Server) caseCard(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := s.desk.ShowCase(c.ctx(), c.session.Who, n)
	if err != nil {
		return err
	}
	p := ui.Page{Title: c.t("案卡", "Case card"), Lead: f.Number + " · " + f.Title, Crumbs: []ui.Link{{Text: c.t("案件", "Cases"), Href: "/cases"}, {Text: f.Title, Href: "/cases/" + id(f.ID)}}}
	if f.May[account.ExportCase] {
		p.Actions = []ui.Action{{Text: c.t("下载文本", "As text"), Post: "/cases/" + id(f.ID) + "/card.txt"}, {Text: c.t("下载表格（.xlsx）", "As a sheet (.xlsx)"), Post: "/cases/" + id(f.ID) + "/card.xlsx"}}
	}
	p.Actions = append(p.Actions, ui.Action{Text: c.t("打印", "Print"), Print: true})
	parts := []templ.Component{card(ui.Section{Title: c.t("供复制", "To be copied"), Note: c.t("逐项对照填入全国检察业务应用系统；本系统不直接报送", "to be entered in the national business system; nothing is sent there")}, copyText(cardText(cardRows(inPaper(c), f))))}
	for _, section := range cardRows(inPaper(c), f) {
		g := ui.Grid{Caption: section.name, Columns: []ui.Column{{Label: c.t("项目", "Field"), Tight: true}, {Label: c.t("内容", "Content")}}}
		for _, r := range section.rows {
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: r[0]}, {Text: r[1]}}})
		}
		parts = append(parts, card(ui.Section{Title: section.name, Flush: true}, ui.Table(g)))
	}
	return c.page(p, parts...)
}

// cardSection is a part of a card: fields and their content.
type cardSection struct {
	name string
	rows [][2]string
}

func cardRows(ctx context.Context, f *desk.CaseFile) []cardSection {
	yes := func(b bool) string {
		if b {
			return "是"
		}
		return "否"
	}
	basic := cardSection{name: "基本情况"}
	add := func(s *cardSection, label, value string) { s.rows = append(s.rows, [2]string{label, value}) }
	var people []string
	for _, p := range f.People {
		word := p.As.Zh()
		if p.Lead {
			word += "、主办"
		}
		people = append(people, p.Name+"（"+word+"）")
	}
	for _, x := range [][2]string{{"案号", f.Number}, {"国家业务系统编号", f.National}, {"案件名称", f.Title}, {"承办检察院", f.Office}, {"承办部门", f.Department}, {"办案人员", strings.Join(people, "、")},
		{"领域", f.Field}, {"辖区代码", string(f.Region)}, {"地点", f.Place}, {"重大办案事项", yes(f.Major)}, {"案情摘要", f.Summary}} {
		add(&basic, x[0], x[1])
	}
	for _, l := range f.Links {
		add(&basic, linkText(ctx, desk.LinkView{Link: l.Link, Other: l.Other, Outward: l.Outward}), l.Other.Number+" "+l.Other.Title)
	}
	out := []cardSection{basic}
	for _, l := range f.Lines {
		line := cardSection{name: strings.TrimSpace(l.Track.Zh + " " + l.Respondent)}
		add(&line, "状态", l.State.Zh)
		add(&line, "是否办结", yes(l.Ended))
		if l.Ground != nil {
			add(&line, "法定情形", l.Ground.Zh)
		}
		for i := range f.Timeline {
			e := &f.Timeline[i]
			if e.Track != l.Track.ID || e.Respondent != "" && e.Respondent != l.Respondent || e.Void || e.SupersededBy != 0 {
				continue
			}
			value := ui.Date(e.On)
			if no := e.Facts.More["number"]; no != "" {
				value += "，" + no
			}
			if e.Note != "" {
				value += "，" + e.Note
			}
			add(&line, e.Name.Zh, value)
		}
		for _, d := range f.Deadlines {
			if d.Track != l.Track.ID || d.Respondent != l.Respondent {
				continue
			}
			value := "自 " + ui.Date(d.Start) + " 至 " + ui.Date(d.Due)
			if d.Ended != 0 {
				value += "，" + ui.Date(d.Ended) + " 止"
			}
			add(&line, "期限 "+d.ID+" "+d.Name.Zh, value)
		}
		out = append(out, line)
	}
	if len(f.Demands) > 0 {
		demands := cardSection{name: "建议事项"}
		for i := range f.Demands {
			d := &f.Demands[i]
			add(&demands, strconv.Itoa(i+1), d.Text+"（"+d.State.Zh()+"）")
		}
		out = append(out, demands)
	}
	if len(f.Parties) > 0 {
		parties := cardSection{name: "当事人和有关单位"}
		for i := range f.Parties {
			p := &f.Parties[i]
			add(&parties, partyPart(ctx, p.Part), strings.TrimSpace(p.Name+" "+p.Personal))
		}
		out = append(out, parties)
	}
	if len(f.Visits) > 0 {
		visits := cardSection{name: "回头看"}
		for i := range f.Visits {
			v := &f.Visits[i]
			value := "计划 " + ui.Date(v.PlannedOn)
			if v.DoneOn != 0 {
				value = ui.Date(v.DoneOn) + "，没有反弹"
				if v.Outcome == desk.Rebounded {
					value = ui.Date(v.DoneOn) + "，发现反弹"
				}
				if v.Findings != "" {
					value += "，" + v.Findings
				}
			}
			add(&visits, strconv.Itoa(i+1), value)
		}
		out = append(out, visits)
	}
	return out
}

func cardText(sections []cardSection) string {
	var b strings.Builder
	for i, s := range sections {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString("【" + s.name + "】\n")
		for _, r := range s.rows {
			b.WriteString(r[0] + "：" + strings.ReplaceAll(strings.TrimSpace(r[1]), "\n", " ") + "\n")
		}
	}
	return b.String()
}

// cardAsText is the card as a text file.
func (s *Server) cardAsText(c *call) error {
	f, err := s.cardFile(c)
	if err != nil {
		return err
	}
	return c.send(f.Number+"-案卡.txt", "text/plain; charset=utf-8", []byte("\ufeff"+strings.ReplaceAll(cardText(cardRows(inPaper(c), f)), "\n", "\r\n")))
}

// cardAsSheet is the card as a spreadsheet.
func (s *Server) cardAsSheet(c *call) error {
	f, err := s.cardFile(c)
	if err != nil {
		return err
	}
	b, err := newWorkbook()
	if err != nil {
		return err
	}
	if err := b.sheet("案卡", sheetColumn{"部分", 24}, sheetColumn{"项目", 30}, sheetColumn{"内容", 80}); err != nil {
		return err
	}
	for _, section := range cardRows(inPaper(c), f) {
		for _, r := range section.rows {
			if err := b.add(section.name, r[0], r[1]); err != nil {
				return err
			}
		}
	}
	return c.sendBook(f.Number+"-案卡.xlsx", b)
}

func (s *Server) cardFile(c *call) (*desk.CaseFile, error) {
	n, err := c.id()
	if err != nil {
		return nil, err
	}
	return s.desk.ExportCard(c.ctx(), c.session.Who, n)
}
