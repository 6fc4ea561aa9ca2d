package web

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func (s *Server) showPeople(c *call) error {
	p, err := s.desk.ShowPeople(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	g := ui.Grid{Caption: c.t("人员", "People"), Columns: []ui.Column{{Label: c.t("姓名", "Name")}, {Label: c.t("部门", "Department")}, {Label: c.t("角色", "Roles")}, {Label: c.t("状态", "State"), Tight: true}}}
	waiting := 0
	for i := range p.Staff {
		l := &p.Staff[i]
		row := ui.Row{Href: personPath(l.ID), Cells: []ui.Cell{{Text: l.Name, Sub: l.Login}, {Text: l.Department.Name}, {Text: roleList(c.ctx(), l.Roles)}, {Content: ui.Badges(c.personTags(l))}}}
		if l.Proposed != nil {
			waiting++
		}
		g.Rows = append(g.Rows, row)
	}
	page := ui.Page{Title: c.t("人员", "People"), Lead: c.t("%s，共 %d 人", "%s, %d people", p.Office.Name, len(p.Staff))}
	if p.MayAdd {
		page.Actions = []ui.Action{{Text: c.t("增加人员", "Add a person"), Href: "/people/new", Kind: ui.Primary}}
	}
	if p.MayDecide && waiting > 0 {
		page.Flash = []ui.Flash{{Tone: ui.Soon, Text: c.t("有 %d 人的角色等待检察长决定", "The roles of %d wait for the chief's decision", waiting)}}
	}
	return c.page(page, card(ui.Section{Flush: true}, ui.Table(g)))
}

func personPath(id int64) string { return "/people/" + strconv.FormatInt(id, 10) }

// personTags say where one of the staff stands.
func (c *call) personTags(l *desk.PersonLine) []ui.Tag {
	var tags []ui.Tag
	switch {
	case !l.Active && l.Until != 0:
		tags = append(tags, ui.Tag{Tone: ui.Waiting, Text: c.t("已离任", "left")})
	case !l.Active:
		tags = append(tags, ui.Tag{Tone: ui.Waiting, Text: c.t("未到任", "not yet here")})
	}
	if l.Proposed != nil {
		tags = append(tags, ui.Tag{Tone: ui.Soon, Text: c.t("角色待决定", "roles to be decided")})
	}
	return tags
}

func (s *Server) showAddPerson(c *call) error {
	return s.addPersonPage(c, c.empty(url.Values{"from": {s.desk.Day().String()}}))
}

func (s *Server) addPersonPage(c *call, f *filled) error {
	p, err := s.desk.ShowPeople(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	return c.page(ui.Page{Title: c.t("增加人员", "Add a person"), Crumbs: c.crumb("/people", c.t("人员", "People"))},
		card(ui.Section{}, f.fields(ui.Form{Action: "/people/new", Submit: c.t("增加", "Add"), Cancel: c.cancel("/people"),
			Note: c.t("角色由检察长决定后生效；一次性口令在下一页显示", "The roles take effect when the chief decides; the next page shows a password for one use")},
			append(c.personFields(p.Departments), c.roleField(0))...)))
}

// personFields ask what is kept of one of the staff.
func (c *call) personFields(departments []desk.OfficeName) []question {
	return []question{
		{Field: ui.Field{Name: "name", Label: c.t("姓名", "Name"), Required: true, MaxLength: 60, Half: true}},
		{Field: ui.Field{Name: "login", Label: c.t("账号", "Account name"), Required: true, MaxLength: 32, Half: true, Hint: c.t("字母、汉字、数字和 . _ -", "Letters, digits and . _ -")}},
		{kind: choice, Field: ui.Field{Name: "department", Label: c.t("部门", "Department"), Half: true, Blank: c.t("（不属于部门）", "(none)"), Options: officeOptions(departments)}},
		{kind: date, Field: ui.Field{Name: "from", Label: c.t("任职日期", "First day"), Half: true}},
		{kind: ticks, Field: ui.Field{Name: "procurator", Label: c.t("身份", "Standing"), Options: []ui.Option{{Value: "yes", Label: c.t("检察官", "Procurator"),
			Hint: c.t("检察官、检察长、副检察长、检委会委员的角色只能由检察官担任", "Only a procurator can be prosecutor, chief, deputy or member of the committee")}}}},
	}
}

func officeOptions(list []desk.OfficeName) []ui.Option {
	var out []ui.Option
	for _, o := range list {
		out = append(out, ui.Option{Value: strconv.FormatInt(o.ID, 10), Label: o.Name})
	}
	return out
}

// roleField asks for roles; has are ticked at first.
func (c *call) roleField(has account.RoleSet) question {
	q := question{kind: ticks, Field: ui.Field{Name: "roles", Label: c.t("角色", "Roles")}}
	for _, r := range account.AllRoles() {
		q.Options = append(q.Options, ui.Option{Value: r.String(), Label: ui.In(c.ctx(), r), Selected: has.Has(r)})
	}
	return q
}

func (s *Server) addPerson(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.NewPerson{Login: f.need("login", c.t("账号", "Account name")), Name: f.need("name", c.t("姓名", "Name")), Department: f.id("department"),
		Procurator: f.flag("procurator"), From: f.day("from"), Roles: f.roles("roles")}
	if f.ok() {
		added, err := s.desk.AddPerson(c.ctx(), c.session.Who, in)
		if err == nil {
			return s.passwordPage(c, added.Person, string(added.Password))
		}
		field := ""
		if pil.CodeOf(err) == pil.CodeConflict {
			field = "login"
		}
		if err := f.mend(field, err); err != nil {
			return err
		}
	}
	return s.addPersonPage(c, f)
}

// passwordPage shows a password for one use: this once.
func (s *Server) passwordPage(c *call, person int64, password string) error {
	return c.page(ui.Page{Title: c.t("一次性口令", "Password for one use"), Crumbs: c.crumb("/people", c.t("人员", "People")),
		Lead: c.t("只显示这一次，七日内有效。请当面交给本人，首次登录时更换。", "Shown this once, good for seven days. Hand it over in person; it is changed at the first sign-in.")},
		card(ui.Section{}, shown("", password), ui.Actions([]ui.Action{{Text: c.t("打印", "Print"), Print: true}, {Text: c.t("已交付，继续", "Handed over; go on"), Href: personPath(person), Kind: ui.Primary}})))
}

// person finds the one a page is about.
func (s *Server) person(c *call) (p desk.PersonPage, err error) {
	id, err := c.id()
	if err != nil {
		return p, err
	}
	return s.desk.ShowPerson(c.ctx(), c.session.Who, id)
}

// personCrumbs is the way to a page about one of the staff.
func (c *call) personCrumbs(p *desk.PersonPage) []ui.Link {
	return []ui.Link{{Text: c.t("人员", "People"), Href: "/people"}, {Text: p.Name, Href: personPath(p.ID)}}
}

func (s *Server) showPerson(c *call) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	path := personPath(p.ID)
	page := ui.Page{Title: p.Name, Tags: c.personTags(&p.PersonLine), Crumbs: c.crumb("/people", c.t("人员", "People"))}
	for _, a := range []struct {
		may  bool
		text string
		href string
		kind ui.ActionKind
	}{
		{p.MayPropose, c.t("提出角色", "Propose roles"), "/roles", ui.Ordinary},
		{p.MayChange, c.t("变更", "Change"), "/change", ui.Ordinary},
		{p.MayHandOver && p.Held+p.Tasks > 0, c.t("交接", "Hand over"), "/hand-over", ui.Ordinary},
		{p.MayReset, c.t("重置登录凭证", "Reset credentials"), "/reset", ui.Ordinary},
		{p.MayClose, c.t("停用", "Close"), "/close", ui.Danger},
	} {
		if a.may {
			page.Actions = append(page.Actions, ui.Action{Text: a.text, Href: path + a.href, Kind: a.kind})
		}
	}
	standing := c.t("辅助人员", "auxiliary staff")
	if p.Procurator {
		standing = c.t("检察官", "procurator")
	}
	facts := []ui.Fact{{Label: c.t("部门", "Department"), Value: p.Department.Name}, {Label: c.t("身份", "Standing"), Value: standing},
		{Label: c.t("角色", "Roles"), Value: roleList(c.ctx(), p.Roles), Wide: true},
		{Label: c.t("任职", "From"), Value: ui.Date(p.From)}, {Label: c.t("离任", "Until"), Value: ui.Date(p.Until)},
		{Label: c.t("承办事项", "Matters"), Value: strconv.Itoa(p.Held)}, {Label: c.t("未办结任务", "Open tasks"), Value: strconv.Itoa(p.Tasks)}}
	if p.Login != "" {
		facts = append([]ui.Fact{{Label: c.t("账号", "Account"), Value: p.Login}}, facts...)
	}
	parts := []templ.Component{card(ui.Section{Title: c.t("基本情况", "Basics")}, ui.Facts(facts))}
	if p.Proposed != nil {
		parts = append(parts, s.proposedCard(c, &p))
	}
	if len(p.Handovers) > 0 {
		parts = append(parts, card(ui.Section{Title: c.t("授权、调用、代理", "Delegations, grants, covers"), Flush: true}, ui.Table(c.handoverGrid(p.Handovers))))
	}
	if len(p.Tokens) > 0 {
		parts = append(parts, s.tokenCard(c, c.empty(nil), p.Tokens, false))
	}
	if len(p.Moves) > 0 {
		parts = append(parts, card(ui.Section{Title: c.t("角色变更", "How the roles came about"), Flush: true}, ui.Table(c.roleGrid(p.Moves))))
	}
	return c.page(page, parts...)
}

func (s *Server) proposedCard(c *call, p *desk.PersonPage) templ.Component {
	sec := ui.Section{ID: "proposed", Title: c.t("待决定的角色", "Roles to be decided")}
	if p.Proposed.May {
		sec.Actions = []ui.Action{{Text: c.t("决定", "Decide"), Href: personPath(p.ID) + "/roles/decide", Kind: ui.Primary}}
	}
	return card(sec, ui.Facts(c.proposedFacts(p)))
}

func (c *call) proposedFacts(p *desk.PersonPage) []ui.Fact {
	facts := []ui.Fact{{Label: c.t("现有角色", "Present roles"), Value: roleList(c.ctx(), p.Proposed.Was)}, {Label: c.t("提出的角色", "Proposed roles"), Value: roleList(c.ctx(), p.Proposed.Is)},
		{Label: c.t("提出人", "Proposed by"), Value: p.Proposed.By.Name}, {Label: c.t("提出时间", "Proposed at"), Value: ui.Moment(p.Proposed.At)}}
	if p.Proposed.Succeeds.ID != 0 {
		facts = append(facts, ui.Fact{Label: c.t("接任", "Succeeds"), Value: c.t("%s 同时免去检察长，其授权一并终止", "%s is chief no more, and the delegations end", p.Proposed.Succeeds.Name), Wide: true})
	}
	return facts
}

// roleGrid is how somebody's roles came about.
func (c *call) roleGrid(moves []desk.RoleMove) ui.Grid {
	g := ui.Grid{Caption: c.t("角色变更", "How the roles came about"), Columns: []ui.Column{{Label: c.t("时间", "When"), Tight: true}, {Label: c.t("由", "From")}, {Label: c.t("至", "To")}, {Label: c.t("结果", "Outcome"), Tight: true}, {Label: c.t("经手", "By")}}}
	for _, m := range moves {
		tone := ui.Waiting
		switch m.State {
		case docket.Approved:
			tone = ui.Done
		case docket.Otherwise:
			tone = ui.Late
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Moment(m.At)}, {Text: roleList(c.ctx(), m.Was)}, {Text: roleList(c.ctx(), m.Is)},
			{Content: ui.Badge(ui.Tag{Tone: tone, Text: m.State.Zh()})}, {Text: m.By.Name, Sub: m.Opinion}}})
	}
	return g
}

func (s *Server) showChangePerson(c *call) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	v := url.Values{"name": {p.Name}, "login": {p.Login}, "department": {strconv.FormatInt(p.Department.ID, 10)}, "from": {p.From.String()}}
	if p.Procurator {
		v.Set("procurator", "yes")
	}
	return s.changePersonPage(c, &p, c.empty(v))
}

func (s *Server) changePersonPage(c *call, p *desk.PersonPage, f *filled) error {
	path := personPath(p.ID)
	return c.page(ui.Page{Title: c.t("变更人员", "Change a person"), Crumbs: c.personCrumbs(p)},
		card(ui.Section{}, f.fields(ui.Form{Action: path + "/change", Submit: c.t("保存", "Save"), Cancel: c.cancel(path)}, c.personFields(p.Departments)...)))
}

func (s *Server) changePerson(c *call) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.PersonChange{Person: p.ID, Login: f.need("login", c.t("账号", "Account name")), Name: f.need("name", c.t("姓名", "Name")),
		Department: f.id("department"), Procurator: f.flag("procurator"), From: f.day("from")}
	if f.ok() {
		err := s.desk.ChangePerson(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done(personPath(p.ID), c.t("已保存", "Saved"))
		}
		if err := f.mend("", err); err != nil {
			return err
		}
	}
	return s.changePersonPage(c, &p, f)
}

func (s *Server) showClosePerson(c *call) error {
	return s.closePersonPage(c, c.empty(url.Values{"until": {s.desk.Day().String()}}))
}

func (s *Server) closePersonPage(c *call, f *filled) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	path := personPath(p.ID)
	q := ui.Question{Title: c.t("停用 %s？", "Close %s?", p.Name), Text: c.t("离任日之后不能登录。", "After the last day there is no signing in."),
		Consequences: []string{c.t("承办事项 %d 件、未办结任务 %d 项须另行交接", "%d matters and %d tasks are still to be handed over", p.Held, p.Tasks)},
		Form:         ui.Form{Action: path + "/close", Submit: c.t("停用", "Close"), Cancel: c.cancel(path), Faults: f.faults}}
	last := question{kind: date, Field: ui.Answers{Values: f.values, Faults: f.faults}.Fill(ui.Field{Name: "until", Label: c.t("离任日（当日仍在职）", "Last day of service"), Hint: c.t("留空为恢复在职", "Empty: back in service")})}
	return c.page(ui.Page{Bare: true, Title: c.t("停用人员", "Close a person"), Crumbs: c.personCrumbs(&p)}, confirm(q, []question{last}))
}

func (s *Server) closePerson(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	until := f.day("until")
	if f.ok() {
		left, err := s.desk.ClosePerson(c.ctx(), c.session.Who, desk.Closing{Person: id, Until: until})
		if err == nil && left > 0 && until != 0 {
			c.putFlash(ui.Flash{Tone: ui.Soon, Text: c.t("已停用；名下还有 %d 项须交接", "Closed; %d things are still to be handed over", left)})
			return c.to(personPath(id))
		}
		if err == nil {
			return c.done(personPath(id), c.t("已保存", "Saved"))
		}
		if err := f.mend("until", err); err != nil {
			return err
		}
	}
	return s.closePersonPage(c, f)
}

func (s *Server) showProposeRole(c *call) error { return s.proposeRolePage(c, c.empty(nil)) }

func (s *Server) proposeRolePage(c *call, f *filled) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	path := personPath(p.ID)
	return c.page(ui.Page{Title: c.t("提出角色", "Propose roles"), Lead: c.t("%s，现有角色：%s", "%s, present roles: %s", p.Name, roleList(c.ctx(), p.Roles)), Crumbs: c.personCrumbs(&p)},
		card(ui.Section{}, f.fields(ui.Form{Action: path + "/roles", Submit: c.t("提出", "Propose"), Cancel: c.cancel(path), Note: c.t("由检察长或者副检察长决定后生效", "Takes effect when the chief or a deputy decides")},
			c.roleField(p.Roles),
			question{kind: ticks, Field: ui.Field{Name: "succeed", Label: c.t("接任检察长的", "To succeed the chief"), Options: []ui.Option{{Value: "yes", Label: c.t("接任，现任同时免去", "Succeeds; the present chief goes at that moment")}}}})))
}

func (s *Server) proposeRole(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.RoleProposal{Person: id, Roles: f.roles("roles"), Succeed: f.flag("succeed")}
	if f.ok() {
		_, err := s.desk.ProposeRole(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done(personPath(id), c.t("已提出，等待检察长决定", "Proposed; the chief decides"))
		}
		if err := f.mend("roles", err); err != nil {
			return err
		}
	}
	return s.proposeRolePage(c, f)
}

func (s *Server) showDecideRole(c *call) error { return s.decideRolePage(c, c.empty(nil)) }

func (s *Server) decideRolePage(c *call, f *filled) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	if p.Proposed == nil {
		return &pil.Error{Code: pil.CodeConflict, Text: "没有待决定的角色，可能已有决定 (nothing to decide; perhaps it was decided)"}
	}
	path := personPath(p.ID)
	return c.page(ui.Page{Title: c.t("决定角色", "Decide roles"), Lead: p.Name, Crumbs: c.personCrumbs(&p)},
		card(ui.Section{}, ui.Facts(c.proposedFacts(&p)), f.fields(
			ui.Form{Action: path + "/roles/decide", Submit: c.t("决定", "Decide"), Cancel: c.cancel(path), Hidden: []ui.Hidden{{Name: "approval", Value: strconv.FormatInt(p.Proposed.Approval, 10)}}},
			question{kind: radio, Field: ui.Field{Name: "decision", Label: c.t("决定", "Decision"), Required: true, Options: []ui.Option{{Value: "yes", Label: c.t("同意", "Agree")}, {Value: "no", Label: c.t("不同意", "Refuse")}}}},
			question{kind: area, Field: ui.Field{Name: "opinion", Label: c.t("意见", "Opinion"), Hint: c.t("不同意的，须写明理由", "Needed where refused"), MaxLength: 500}})))
}

func (s *Server) decideRole(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	decision := f.need("decision", c.t("决定", "Decision"))
	if f.ok() {
		err := s.desk.DecideRole(c.ctx(), c.session.Who, desk.RoleDecision{Approval: f.id("approval"), Agree: decision == "yes", Opinion: f.text("opinion")})
		switch pil.CodeOf(err) {
		case pil.CodeInvalid:
			if err := f.mend("opinion", err); err != nil {
				return err
			}
		default:
			if err != nil {
				return err
			}
			return c.done(personPath(id), c.t("已决定", "Decided"))
		}
	}
	return s.decideRolePage(c, f)
}

func (s *Server) showReset(c *call) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	path := personPath(p.ID)
	q := ui.Question{Title: c.t("重置 %s 的登录凭证？", "Reset the credentials of %s?", p.Name),
		Consequences: []string{c.t("现口令作废，另发一次性口令", "The password is worth nothing any more; another is drawn"), c.t("所有登录退出，访问令牌全部撤销", "All sessions and tokens end"), c.t("此操作记入操作记录", "This is recorded")},
		Form:         ui.Form{Action: path + "/reset", Submit: c.t("重置", "Reset"), Cancel: c.cancel(path)}}
	return c.page(ui.Page{Bare: true, Title: c.t("重置登录凭证", "Reset credentials"), Crumbs: c.personCrumbs(&p)}, confirm(q, []question{{kind: ticks, Field: ui.Field{Name: "factors", Label: c.t("第二因素", "Second factor"),
		Options: []ui.Option{{Value: "yes", Label: c.t("同时清除第二因素和恢复码", "Also forget second factors and recovery codes"), Hint: c.t("仅在设备和恢复码都丢失时选择；先核实本人身份", "Only where device and codes are lost; make sure who it is")}}}}}))
}

func (s *Server) resetCredentials(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	password, err := s.desk.ResetCredentials(c.ctx(), c.session.Who, desk.Reset{Person: id, Factors: f.flag("factors")})
	if err != nil {
		return c.after(personPath(id), "", err)
	}
	return s.passwordPage(c, id, string(password))
}

// —— hand-over: choose, look at the plan, confirm ——

func (s *Server) showHandOver(c *call) error {
	return s.handOverPage(c, c.empty(nil), desk.HandOverPlan{})
}

// handOverPage asks who takes over; with a plan it shows what would happen, and
// asks for each matter.
func (s *Server) handOverPage(c *call, f *filled, plan desk.HandOverPlan) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	all, err := s.desk.ShowPeople(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	var staff []ui.Option
	for i := range all.Staff {
		if l := &all.Staff[i]; l.Active && l.ID != p.ID && l.Roles != 0 {
			staff = append(staff, ui.Option{Value: strconv.FormatInt(l.ID, 10), Label: l.Name + c.t("（%s）", " (%s)", roleList(c.ctx(), l.Roles))})
		}
	}
	path := personPath(p.ID)
	form := ui.Form{Action: path + "/hand-over", Submit: c.t("查看交接清单", "Show the plan"), Cancel: c.cancel(path)}
	fields := []question{{kind: choice, Field: ui.Field{Name: "rest", Label: c.t("接收人", "Who takes over"), Blank: c.t("请选择", "Choose"), Options: staff, Required: true, Hint: c.t("另有指定的除外", "But for what is named below")}}}
	parts := []templ.Component{}
	if plan.Seen != "" {
		for _, m := range plan.Moves {
			name := fmt.Sprintf("to-%d", m.Matter.ID)
			fields = append(fields, question{kind: choice, Field: ui.Field{Name: name, Label: matterName(m.Matter) + " · " + ui.In(c.ctx(), m.As), Half: true,
				Blank: c.t("同上", "as above"), Options: staff}})
		}
		parts = append(parts, s.planCard(c, &plan))
	}
	parts = append(parts, card(ui.Section{Title: c.t("接收人", "Who takes over")}, f.fields(form, fields...)))
	if plan.Seen != "" && len(plan.Faults) == 0 && len(plan.Moves)+plan.Tasks > 0 {
		hidden := []ui.Hidden{{Name: "seen", Value: plan.Seen}, {Name: "rest", Value: f.text("rest")}}
		for _, m := range plan.Moves {
			name := fmt.Sprintf("to-%d", m.Matter.ID)
			hidden = append(hidden, ui.Hidden{Name: name, Value: f.text(name)})
		}
		parts = append(parts, confirm(ui.Question{Title: c.t("确认交接？", "Hand over?"), Text: c.t("清单中的事项和任务一次全部交接。", "Everything on the plan goes over at once."),
			Form: ui.Form{Action: path + "/hand-over", Submit: c.t("确认交接", "Hand over"), Hidden: hidden}}, nil))
	}
	return c.page(ui.Page{Title: c.t("交接", "Hand over"), Lead: c.t("%s 名下：承办事项 %d 件，未办结任务 %d 项", "%s holds %d matters and %d open tasks", p.Name, p.Held, p.Tasks), Crumbs: c.personCrumbs(&p)}, parts...)
}

func matterName(r desk.Ref) string {
	if r.Number != "" {
		return r.Number
	}
	return r.Title
}

func (s *Server) planCard(c *call, plan *desk.HandOverPlan) templ.Component {
	g := ui.Grid{Caption: c.t("交接清单", "The plan"), Columns: []ui.Column{{Label: c.t("事项", "Matter")}, {Label: c.t("身份", "As"), Tight: true}, {Label: c.t("接收人", "Goes to")}},
		Empty: ui.EmptyState{Title: c.t("没有承办事项", "No matters")}}
	for _, m := range plan.Moves {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: matterName(m.Matter), Sub: m.Matter.Title}, {Text: ui.In(c.ctx(), m.As)}, {Text: m.To.Name}}})
	}
	for _, m := range plan.Beyond {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: matterName(m)}, {Text: "—"}, {Text: c.t("由办理该案的检察院或者其他负责人交接", "To be handed over by that office, or by somebody not recused")}}})
	}
	return card(ui.Section{Title: c.t("交接清单", "The plan"), Note: c.t("任务 %d 项一并交接", "%d tasks go along", plan.Tasks), Flush: true}, ui.Table(g))
}

func (s *Server) handOver(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.HandingOver{From: id, Rest: f.id("rest"), Each: map[int64]int64{}, Seen: f.text("seen")}
	for name := range f.values {
		var matter int64
		if n, err := fmt.Sscanf(name, "to-%d", &matter); n == 1 && err == nil && f.id(name) != 0 {
			in.Each[matter] = f.id(name)
		}
	}
	if in.Seen != "" {
		err := s.desk.HandOverMatters(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done(personPath(id), c.t("已交接", "Handed over"))
		}
		if err := f.mend("", err); err != nil {
			return err
		}
	}
	plan, err := s.desk.PlanHandOver(c.ctx(), c.session.Who, in)
	if err != nil {
		return err
	}
	for _, fault := range plan.Faults {
		f.wrong("rest", c.say(pil.Invalid("%s", fault)))
	}
	return s.handOverPage(c, f, plan)
}
