package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func (s *Server) showHandovers(c *call) error {
	h, err := s.desk.ShowHandovers(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	page := ui.Page{Title: c.t("授权、调用、代理", "Delegations, grants, covers"), Lead: c.t("每一项都有终止日，到期自动失效", "Each has a last day, and ends by itself")}
	if h.MayDelegate {
		page.Actions = append(page.Actions, ui.Action{Text: c.t("授权", "Delegate"), Href: "/handovers/delegate"})
	}
	if h.MayGrant {
		page.Actions = append(page.Actions, ui.Action{Text: c.t("跨院调用", "Lend across offices"), Href: "/handovers/grant"})
	}
	if h.MayCover {
		page.Actions = append(page.Actions, ui.Action{Text: c.t("安排代理", "Arrange leave cover"), Href: "/handovers/cover"})
	}
	return c.page(page, card(ui.Section{Flush: true}, ui.Table(c.handoverGrid(h.Lines))))
}

// handoverGrid lists what was handed over for a time.
func (c *call) handoverGrid(lines []desk.HandoverLine) ui.Grid {
	g := ui.Grid{Caption: c.t("授权、调用、代理", "Delegations, grants, covers"), Columns: []ui.Column{{Label: c.t("种类", "Kind"), Tight: true}, {Label: c.t("交出人", "From")}, {Label: c.t("接受人", "To")},
		{Label: c.t("内容", "What")}, {Label: c.t("期间", "Term"), Tight: true}, {Label: c.t("状态", "State"), Tight: true}, {Label: c.t("操作", "Action"), Tight: true, Hidden: true}},
		Empty: ui.EmptyState{Title: c.t("没有授权、调用、代理", "Nothing is handed over"), Text: c.t("检察长可以授权、跨院调用，部门负责人可以安排代理。", "The chief delegates and lends, a head arranges leave cover.")}}
	for i := range lines {
		l := &lines[i]
		row := ui.Row{Cells: []ui.Cell{{Text: c.handoverKind(l.Kind)}, {Text: l.From.Name}, {Text: l.To.Name}, {Text: c.handoverWhat(l), Sub: l.Decision},
			{Text: ui.Date(l.FromDay), Sub: c.t("至 %s", "to %s", ui.Date(l.UntilDay))}, {Content: ui.Badge(ui.Tag{Tone: handoverTone(l.State), Text: ui.In(c.ctx(), l.State)})}, {}}}
		if l.MayEnd {
			row.Cells[6].Content = ui.Do(ui.Action{Text: c.t("结束", "End"), Post: fmt.Sprintf("/handovers/%d/end", l.ID), Kind: ui.Quiet, Hidden: []ui.Hidden{{Name: "kind", Value: l.Kind}}})
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func (c *call) handoverKind(kind string) string {
	switch kind {
	case "delegation":
		return c.t("授权", "delegation")
	case "grant":
		return c.t("跨院调用", "grant")
	}
	return c.t("代理", "leave cover")
}

func handoverTone(s desk.HandoverState) ui.Tone {
	switch s {
	case desk.HandoverHolds:
		return ui.Done
	case desk.HandoverComing:
		return ui.Soon
	}
	return ui.Waiting
}

func (c *call) handoverWhat(l *desk.HandoverLine) string {
	switch l.Kind {
	case "delegation":
		var names []string
		for _, a := range l.Actions {
			names = append(names, ui.In(c.ctx(), a))
		}
		return strings.Join(names, c.t("、", ", "))
	case "grant":
		text := l.Office.Name + " · " + ui.In(c.ctx(), l.Role)
		if l.Matter.ID != 0 {
			text += " · " + matterName(l.Matter)
		}
		return text
	}
	return c.t("全部职责", "all duties")
}

// term asks for the first and the last day.
func (c *call) term() []question {
	return []question{
		{kind: date, Field: ui.Field{Name: "from", Label: c.t("起始日", "First day"), Half: true, Required: true}},
		{kind: date, Field: ui.Field{Name: "until", Label: c.t("终止日", "Last day"), Half: true, Required: true}},
	}
}

// today fills in the first day.
func (s *Server) today(c *call) *filled { return c.empty(url.Values{"from": {s.desk.Day().String()}}) }

func personOptions(list []desk.PersonName) []ui.Option {
	var out []ui.Option
	for _, p := range list {
		out = append(out, ui.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name})
	}
	return out
}

// handoverForm is the page of a form that hands something over.
func (s *Server) handoverForm(c *call, f *filled, page ui.Page, action string, fields ...question) error {
	page.Crumbs = c.crumb("/handovers", c.t("授权、调用、代理", "Delegations, grants, covers"))
	return c.page(page, card(ui.Section{}, f.fields(ui.Form{Action: action, Submit: page.Title, Cancel: c.cancel("/handovers")}, append(fields, c.term()...)...)))
}

// handed answers a form that handed something over.
func (s *Server) handed(c *call, f *filled, err error, again func(*call, *filled) error) error {
	if f.ok() {
		if err == nil {
			return c.done("/handovers", c.t("已保存", "Saved"))
		}
		if err := f.mend("", err); err != nil {
			return err
		}
	}
	return again(c, f)
}

func (s *Server) showDelegate(c *call) error { return s.delegatePage(c, s.today(c)) }

func (s *Server) delegatePage(c *call, f *filled) error {
	h, err := s.desk.ShowHandovers(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	acts := question{kind: ticks, Field: ui.Field{Name: "actions", Label: c.t("授权事项", "What is delegated"), Required: true, Hint: c.t("重大办案事项不适用授权（R5）", "Major matters are not delegated (R5)")}}
	for _, a := range h.Delegable {
		acts.Options = append(acts.Options, ui.Option{Value: a.String(), Label: ui.In(c.ctx(), a)})
	}
	return s.handoverForm(c, f, ui.Page{Title: c.t("授权", "Delegate"), Lead: c.t("由本院其他检察官在期间内行使检察长的部分职权", "Another procurator takes some of the chief's decisions for a time")}, "/handovers/delegate",
		question{kind: choice, Field: ui.Field{Name: "to", Label: c.t("被授权人", "To"), Blank: c.t("请选择", "Choose"), Required: true, Options: personOptions(h.Procurators)}}, acts)
}

func (s *Server) delegate(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.NewDelegation{To: f.needID("to", c.t("被授权人", "To")), Actions: f.actions("actions"), From: f.needDay("from", c.t("起始日", "First day")), Until: f.needDay("until", c.t("终止日", "Last day"))}
	if f.ok() {
		_, err = s.desk.GiveDelegation(c.ctx(), c.session.Who, in)
	}
	return s.handed(c, f, err, s.delegatePage)
}

func (s *Server) showGrant(c *call) error { return s.grantPage(c, s.today(c)) }

func (s *Server) grantPage(c *call, f *filled) error {
	g, err := s.desk.ShowGrantable(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	people := question{kind: choice, Field: ui.Field{Name: "person", Label: c.t("被调用人员", "Who is lent"), Blank: c.t("请选择", "Choose"), Required: true, Half: true}}
	for _, p := range g.People {
		people.Options = append(people.Options, ui.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name + c.t("（%s）", " (%s)", p.Office.Name)})
	}
	role := question{kind: choice, Field: ui.Field{Name: "role", Label: c.t("身份", "As"), Half: true, Required: true}}
	for _, r := range []account.Role{account.Prosecutor, account.Assistant, account.Technician} {
		role.Options = append(role.Options, ui.Option{Value: r.String(), Label: ui.In(c.ctx(), r)})
	}
	return s.handoverForm(c, f, ui.Page{Title: c.t("跨院调用", "Lend across offices"), Lead: c.t("依书面决定（R11）", "By written decision (R11)")}, "/handovers/grant", people,
		question{kind: choice, Field: ui.Field{Name: "office", Label: c.t("办案的检察院", "The office that handles the matter"), Blank: c.t("请选择", "Choose"), Required: true, Half: true, Options: officeOptions(g.Offices)}}, role,
		question{Field: ui.Field{Name: "decision", Label: c.t("决定文号", "Decision, by number"), Half: true, Required: true, MaxLength: 200}})
}

func (s *Server) grant(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.NewGrant{Person: f.needID("person", c.t("被调用人员", "Who is lent")), Office: f.needID("office", c.t("办案的检察院", "The office that handles the matter")),
		Decision: f.need("decision", c.t("决定文号", "Decision, by number")), From: f.needDay("from", c.t("起始日", "First day")), Until: f.needDay("until", c.t("终止日", "Last day"))}
	if in.Role, err = account.ParseRole(f.text("role")); err != nil {
		f.wrong("role", c.say(err))
	}
	if f.ok() {
		_, err = s.desk.GiveGrant(c.ctx(), c.session.Who, in)
	}
	return s.handed(c, f, err, s.grantPage)
}

func (s *Server) showCover(c *call) error { return s.coverPage(c, s.today(c)) }

func (s *Server) coverPage(c *call, f *filled) error {
	h, err := s.desk.ShowHandovers(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	return s.handoverForm(c, f, ui.Page{Title: c.t("安排代理", "Arrange leave cover"), Lead: c.t("代理人在期间内代行离岗人员的职责", "Another does the work of who is away")}, "/handovers/cover",
		question{kind: choice, Field: ui.Field{Name: "absent", Label: c.t("离岗人员", "Who is away"), Blank: c.t("请选择", "Choose"), Required: true, Half: true, Options: personOptions(h.Staff)}},
		question{kind: choice, Field: ui.Field{Name: "does", Label: c.t("代理人", "Stand-in"), Blank: c.t("请选择", "Choose"), Required: true, Half: true, Options: personOptions(h.Staff)}})
}

func (s *Server) cover(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.NewCover{Absent: f.needID("absent", c.t("离岗人员", "Who is away")), Does: f.needID("does", c.t("代理人", "Stand-in")),
		From: f.needDay("from", c.t("起始日", "First day")), Until: f.needDay("until", c.t("终止日", "Last day"))}
	if f.ok() {
		_, err = s.desk.AddCover(c.ctx(), c.session.Who, in)
	}
	return s.handed(c, f, err, s.coverPage)
}

func (s *Server) endHandover(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	switch f.text("kind") {
	case "delegation":
		err = s.desk.EndDelegation(c.ctx(), c.session.Who, id)
	case "grant":
		err = s.desk.EndGrant(c.ctx(), c.session.Who, id)
	case "cover":
		err = s.desk.EndCover(c.ctx(), c.session.Who, id)
	default:
		err = pil.NotFound("没有找到 (not found)")
	}
	return c.after("/handovers", c.t("已结束", "Ended"), err)
}
