package web

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// agencies is the office's register of agencies.
func (s *Server) agencies(c *call) error {
	list, err := s.desk.ListAgencies(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	a := c.asks("/agencies", c.r.URL.Query())
	q := a.text("q")
	g := ui.Grid{ID: "agencies-table", Caption: c.t("行政机关名录", "Register of agencies"), Columns: []ui.Column{
		{Label: c.t("机关", "Agency")}, {Label: c.t("职责", "Duties")}, {Label: c.t("联系人", "Contact"), Tight: true}, {Label: c.t("电话", "Telephone"), Tight: true},
	}, Empty: ui.EmptyState{Title: c.t("名录中没有符合条件的机关", "No such agency in the register"), Text: c.t("登记机关的职责和法律依据，立案时选用，送达、回复的情况会汇总在它的页面上。", "Enter an agency with its duties and their basis; what was recommended to it is gathered on its page.")}}
	for i := range list {
		x := &list[i]
		var duties []string
		for _, d := range x.Duties {
			duties = append(duties, d.Duty)
		}
		if q != "" && !strings.Contains(x.Name+strings.Join(duties, ""), q) {
			continue
		}
		g.Rows = append(g.Rows, ui.Row{Href: "/agencies/" + id(x.ID), Cells: []ui.Cell{{Text: x.Name, Sub: string(x.Region)}, {Text: strings.Join(duties, c.t("；", "; "))}, {Text: x.Contact}, {Text: x.Phone}}})
	}
	p := ui.Page{Title: c.t("行政机关名录", "Agencies"), Lead: c.t("监督对象的职责、联系方式和历次检察建议", "Whom recommendations go to, their duties, and how they answered")}
	if c.session.May(account.ChangeAgency) {
		p.Actions = []ui.Action{{Text: c.t("增加机关", "Add an agency"), Href: "/agencies/new", Kind: ui.Primary}}
		g.Empty.Action = &ui.Action{Text: c.t("增加机关", "Add an agency"), Href: "/agencies/new"}
	}
	return c.page(p, card(ui.Section{Flush: true},
		a.barOf(c.t("查找", "Find"), "agency-results", question{Field: ui.Field{Name: "q", Label: c.t("名称、职责", "Name or duty"), Type: "search", MaxLength: 100}}),
		results("agency-results", ui.Table(g))))
}

// showAgency is one agency: what it has to do, whom to call, how it answered.
func (s *Server) showAgency(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := s.desk.ShowAgency(c.ctx(), c.session.Who, n)
	if err != nil {
		return err
	}
	p := ui.Page{Title: f.Name, Crumbs: []ui.Link{{Text: c.t("行政机关名录", "Agencies"), Href: "/agencies"}}}
	if f.May {
		p.Actions = []ui.Action{{Text: c.t("修改", "Change"), Href: "/agencies/" + id(n) + "/change"}}
	}
	duties := ui.Grid{Caption: c.t("职责和依据", "Duties and their basis"), Columns: []ui.Column{{Label: c.t("职责", "Duty")}, {Label: c.t("依据", "Basis")}},
		Empty: ui.EmptyState{Title: c.t("还没有登记职责", "No duties entered"), Text: c.t("检察建议要写明行政机关的法定职责，在这里登记一次，以后直接取用。", "A recommendation names the agency's duty; enter it once and use it again.")}}
	for _, d := range f.Duties {
		duties.Rows = append(duties.Rows, ui.Row{Cells: []ui.Cell{{Text: d.Duty}, {Text: d.Basis}}})
	}
	return c.page(p,
		card(ui.Section{Title: c.t("联系方式", "Contact")}, ui.Facts([]ui.Fact{{Label: c.t("联系人", "Contact"), Value: f.Contact}, {Label: c.t("电话", "Telephone"), Value: f.Phone},
			{Label: c.t("地址", "Address"), Value: f.Address}, {Label: c.t("辖区代码", "Region"), Value: string(f.Region)}})),
		card(ui.Section{Title: c.t("职责和依据", "Duties and their basis"), Flush: true}, ui.Table(duties)),
		card(ui.Section{Title: c.t("历次检察建议", "Recommendations so far"), Note: c.t("限于您有权查看的案件", "in cases you may see"), Flush: true}, ui.Table(recommendedGrid(c, f))))
}

func recommendedGrid(c *call, f *desk.AgencyFile) ui.Grid {
	g := ui.Grid{ID: "recommended-table", Caption: c.t("历次检察建议", "Recommendations"), Columns: []ui.Column{
		{Label: c.t("案件", "Case")}, {Label: c.t("送达", "Served"), Tight: true}, {Label: c.t("回复", "Reply"), Tight: true}, {Label: c.t("事项", "Demands"), Tight: true}, {Label: c.t("现状", "Now"), Tight: true},
	}, Empty: ui.EmptyState{Title: c.t("还没有向该机关提出检察建议", "No recommendation to this agency yet")}}
	for _, r := range f.Recommended {
		row := ui.Row{Href: "/cases/" + id(r.Matter.MatterID), Cells: []ui.Cell{
			{Text: r.Matter.Title, Sub: r.Matter.Number}, {Text: ui.Date(r.Served), Sub: c.t("决定 %s", "decided %s", ui.Date(r.On))}, {Text: ui.Date(r.Replied)},
			{Text: c.t("%d 项，办结 %d", "%d, %d closed", len(r.Demands), r.Settled())}, {Text: say(c.ctx(), r.Matter.StateText)},
		}}
		if r.Due != 0 {
			row.Cells[2].Sub = c.t("应于 %s 前", "due by %s", ui.Date(r.Due))
		}
		if r.Late(f.Today) {
			row.Tone = ui.Late
			row.Cells[2].Content, row.Cells[2].Sub = lateReply(ui.Date(r.Replied), ui.Tag{Tone: ui.Late}), c.t("应于 %s 前", "due by %s", ui.Date(r.Due))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func (s *Server) askAgency(c *call) error {
	if c.r.PathValue("id") == "" {
		return s.agencyPage(c, &desk.Agency{}, c.empty(nil))
	}
	a, err := s.agencyToChange(c)
	if err != nil {
		return err
	}
	return s.agencyPage(c, a, c.empty(nil))
}

func (s *Server) agencyToChange(c *call) (*desk.Agency, error) {
	n, err := c.id()
	if err != nil {
		return nil, err
	}
	f, err := s.desk.ShowAgency(c.ctx(), c.session.Who, n)
	if err != nil {
		return nil, err
	}
	return &f.Agency, nil
}

func (s *Server) agencyPage(c *call, a *desk.Agency, f *filled) error {
	path, title := "/agencies/new", c.t("增加机关", "Add an agency")
	crumbs := []ui.Link{{Text: c.t("行政机关名录", "Agencies"), Href: "/agencies"}}
	cancel := "/agencies"
	if a.ID != 0 {
		path, title, cancel = fmt.Sprintf("/agencies/%d/change", a.ID), c.t("修改", "Change"), "/agencies/"+id(a.ID)
		crumbs = append(crumbs, ui.Link{Text: a.Name, Href: cancel})
	}
	var duties []string
	for _, d := range a.Duties {
		line := d.Duty
		if d.Basis != "" {
			line += " | " + d.Basis
		}
		duties = append(duties, line)
	}
	form := f.fields(ui.Form{Action: path, Submit: c.t("保存", "Save"), Cancel: &ui.Link{Text: c.t("返回", "Back"), Href: cancel}},
		question{Field: ui.Field{Name: "name", Label: c.t("机关名称", "Name"), Value: a.Name, Required: true, MaxLength: 200, Hint: c.t("与公章一致的全称", "In full, as on its seal")}},
		question{kind: area, Field: ui.Field{Name: "duties", Label: c.t("职责和依据", "Duties and their basis"), Value: strings.Join(duties, "\n"), Rows: 6, Hint: c.t("一行一项：职责 | 法律依据", "One a line: duty | basis")}},
		question{Field: ui.Field{Name: "contact", Label: c.t("联系人", "Contact"), Value: a.Contact, Half: true, MaxLength: 200}},
		question{Field: ui.Field{Name: "phone", Label: c.t("电话", "Telephone"), Value: a.Phone, Half: true, MaxLength: 200, Type: "tel"}},
		question{Field: ui.Field{Name: "address", Label: c.t("地址", "Address"), Value: a.Address, MaxLength: 200}},
		question{Field: ui.Field{Name: "region", Label: c.t("辖区代码", "Region"), Value: string(a.Region), Half: true, InputMode: "numeric", MaxLength: 6, Hint: c.t("GB/T 2260，2、4或者6位数字", "GB/T 2260: 2, 4 or 6 digits")}})
	return c.page(ui.Page{Title: title, Crumbs: crumbs}, card(ui.Section{}, form))
}

func (s *Server) changeAgency(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var a *desk.Agency
	if c.r.PathValue("id") == "" {
		a = &desk.Agency{}
	} else if a, err = s.agencyToChange(c); err != nil {
		return err
	}
	in := desk.Agency{ID: a.ID, Name: f.need("name", c.t("机关名称", "Name")), Contact: f.text("contact"), Phone: f.text("phone"), Address: f.text("address")}
	if text := f.text("region"); text != "" {
		if in.Region, err = pil.ParseRegion(text); err != nil {
			f.wrong("region", c.say(err))
		}
	}
	for line := range strings.Lines(f.text("duties")) {
		duty, basis, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(line), "｜", "|"), "|")
		if duty = strings.TrimSpace(duty); duty != "" {
			in.Duties = append(in.Duties, desk.Duty{Duty: duty, Basis: strings.TrimSpace(basis)})
		}
	}
	if f.ok() {
		n, err := s.desk.ChangeAgency(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done("/agencies/"+id(n), c.t("已保存", "Saved"))
		}
		if err := f.mend("name", err); err != nil {
			return err
		}
	}
	return s.agencyPage(c, a, f)
}

// filings are the record-filings sent to this office from below.
func (s *Server) filings(c *call) error { return s.filingsPage(c, 0, c.empty(nil)) }

func (s *Server) filingsPage(c *call, wrong int64, f *filled) error {
	list, err := s.desk.ListFilings(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	var open []templ.Component
	done := ui.Grid{ID: "filings-table", Caption: c.t("已收到的备案", "Received"), Columns: []ui.Column{
		{Label: c.t("事项", "What")}, {Label: c.t("报送院", "From"), Tight: true}, {Label: c.t("报送", "Sent"), Tight: true}, {Label: c.t("收到", "Received"), Tight: true}, {Label: c.t("备注", "Note")},
	}, Empty: ui.EmptyState{Title: c.t("还没有收到过备案", "Nothing received yet")}}
	for i := range list {
		x := &list[i]
		if x.ReceivedOn == 0 {
			form := c.empty(nil)
			if x.ID == wrong {
				form = f
			}
			open = append(open, filingCard(c, x, form))
			continue
		}
		cell := ui.Cell{Text: x.Title, Sub: x.Number + " " + x.Matter}
		if x.Open {
			cell.Href = "/cases/" + id(x.MatterID)
		}
		done.Rows = append(done.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: x.From}, {Text: ui.Date(x.SentOn)}, {Text: ui.Date(x.ReceivedOn)}, {Text: x.Note}}})
	}
	if len(open) == 0 {
		open = []templ.Component{card(ui.Section{Title: c.t("待收", "To be received")}, ui.Empty(ui.EmptyState{Title: c.t("没有待收的备案", "Nothing waits to be received"),
			Text: c.t("下级院报送的检察建议书、中止审查等备案材料，会列在这里，由您登记收到、写明审查意见。", "What offices below file for the record is listed here; say that it came and what you think of it.")}))}
	}
	return c.page(ui.Page{Title: c.t("下级院备案", "Record-filings"), Lead: c.t("下级院依规定报上一级院备案的事项", "What offices below have to file with this one")},
		append(open, card(ui.Section{ID: "received", Title: c.t("已收到", "Received"), Flush: true}, ui.Table(done)))...)
}

func filingCard(c *call, x *desk.FilingLine, f *filled) templ.Component {
	matter := ui.Fact{Label: c.t("案件", "Case"), Value: x.Number + " " + x.Matter, Wide: true}
	if x.Open {
		matter.Content = ui.Anchor(ui.Link{Text: matter.Value, Href: "/cases/" + id(x.MatterID)})
	}
	facts := []ui.Fact{matter, {Label: c.t("报送院", "From"), Value: x.From}, {Label: c.t("报送日", "Sent"), Value: ui.Date(x.SentOn)}}
	if x.Note != "" {
		facts = append(facts, ui.Fact{Label: c.t("说明", "Note"), Value: x.Note, Wide: true})
	}
	return card(ui.Section{ID: "filing-" + id(x.ID), Title: x.Title, Note: c.t("待收", "to be received")}, halves(ui.Facts(facts),
		f.fields(ui.Form{Action: "/filings/" + id(x.ID) + "/receive", Submit: c.t("登记收到", "Received")},
			question{kind: area, Field: ui.Field{ID: "f-note-" + id(x.ID), Name: "note", Label: c.t("审查意见、备注", "Opinion or note"), Rows: 2, MaxLength: 2000}})))
}

func (s *Server) receiveFiling(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	note := f.text("note")
	if len([]rune(note)) > 2000 {
		f.wrong("note", c.t("最多 2000 字", "At most 2000 characters"))
	} else {
		err = s.desk.ReceiveFiling(c.ctx(), c.session.Who, n, note)
		if err == nil {
			return c.done("/filings", c.t("已登记收到", "Received"))
		}
		if pil.CodeOf(err) != pil.CodeInvalid {
			return err
		}
		f.wrong("note", c.say(err))
	}
	return s.filingsPage(c, n, f)
}
