package web

import (
	"fmt"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/ui"
)

func (s *Server) showAccount(c *call) error {
	a, err := s.desk.ShowAccount(c.ctx(), c.session)
	if err != nil {
		return err
	}
	p := a.Person
	return c.page(ui.Page{Title: c.t("我的账号", "My account")},
		card(ui.Section{Title: c.t("本人", "Myself")}, ui.Facts([]ui.Fact{
			{Label: c.t("姓名", "Name"), Value: p.Name}, {Label: c.t("账号", "Account"), Value: p.Login},
			{Label: c.t("部门", "Department"), Value: p.Department.Name}, {Label: c.t("角色", "Roles"), Value: roleList(c.ctx(), p.Roles)},
		})),
		s.factorCard(c, &a),
		s.sessionCard(c, a.Sessions),
		s.tokenCard(c, c.empty(nil), a.Tokens, true),
	)
}

func (s *Server) factorCard(c *call, a *desk.AccountPage) templ.Component {
	g := ui.Grid{Caption: c.t("第二因素", "Second factors"), Columns: []ui.Column{{Label: c.t("第二因素", "Second factor")}, {Label: c.t("登记时间", "Since"), Tight: true}, {Label: c.t("操作", "Action"), Tight: true, Hidden: true}},
		Empty: ui.EmptyState{Title: c.t("尚未设置第二因素", "No second factor yet")}}
	if c.session.HasTOTP {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: c.t("动态验证码", "Time-based codes")}, {Text: "—"},
			{Content: ui.Do(ui.Action{Text: c.t("移除", "Remove"), Post: "/account/totp/remove", Kind: ui.Quiet})}}})
	}
	for _, k := range a.Keys {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: k.Name, Sub: c.t("安全密钥", "Security key")}, {Text: ui.Moment(k.Made)},
			{Content: ui.Do(ui.Action{Text: c.t("移除", "Remove"), Post: fmt.Sprintf("/account/keys/%d/remove", k.ID), Kind: ui.Quiet})}}})
	}
	actions := []ui.Action{{Text: c.t("更换口令", "Change password"), Href: "/account/password"}, {Text: c.t("设置第二因素", "Set up a factor"), Href: "/set-up/factor?to=%2Faccount"}}
	if len(g.Rows) > 0 {
		actions = append(actions, ui.Action{Text: c.t("重新生成恢复码", "New recovery codes"), Post: "/account/recovery"})
	}
	return card(ui.Section{ID: "factors", Title: c.t("登录凭证", "Signing in"), Note: c.t("恢复码剩余 %d 个", "%d recovery codes left", c.session.RecoveryLeft), Actions: actions, Flush: true}, ui.Table(g))
}

func (s *Server) sessionCard(c *call, list []desk.SessionLine) templ.Component {
	g := ui.Grid{Caption: c.t("登录中的设备", "Signed in at"), Columns: []ui.Column{{Label: c.t("登录时间", "Since"), Tight: true}, {Label: c.t("最近使用", "Last used"), Tight: true}, {Label: c.t("第二因素", "Second factor")}, {Label: ""}}}
	for _, l := range list {
		factor := c.t("无", "none")
		if l.Factor != account.NoFactor {
			factor = ui.In(c.ctx(), l.Factor)
		}
		row := ui.Row{Cells: []ui.Cell{{Text: ui.Moment(l.Begun)}, {Text: ui.Moment(l.Seen)}, {Text: factor}, {}}}
		if l.This {
			row.Cells[3].Content = ui.Badge(ui.Tag{Tone: ui.Done, Text: c.t("当前", "this one")})
		}
		g.Rows = append(g.Rows, row)
	}
	var actions []ui.Action
	if len(list) > 1 {
		actions = append(actions, ui.Action{Text: c.t("退出其他登录", "Sign out elsewhere"), Post: "/account/sessions/end"})
	}
	return card(ui.Section{ID: "sessions", Title: c.t("登录中的设备", "Signed in at"), Actions: actions, Flush: true}, ui.Table(g))
}

// tokenCard lists API tokens; on one's own page new ones can be made.
func (s *Server) tokenCard(c *call, f *filled, list []desk.TokenLine, own bool) templ.Component {
	g := ui.Grid{Caption: c.t("访问令牌", "API tokens"), Columns: []ui.Column{{Label: c.t("令牌", "Token")}, {Label: c.t("生成", "Made"), Tight: true}, {Label: c.t("到期", "Until"), Tight: true},
		{Label: c.t("最近使用", "Last used"), Tight: true}, {Label: c.t("操作", "Action"), Tight: true, Hidden: true}},
		Empty: ui.EmptyState{Title: c.t("没有访问令牌", "No API tokens"), Text: c.t("访问令牌供其他程序以本人身份查询、登记，不能作出须亲自作出的决定。", "With a token another program acts for you, but for what is done in person.")}}
	for _, t := range list {
		row := ui.Row{Cells: []ui.Cell{{Text: t.Hint + "…"}, {Text: ui.Moment(t.Made)}, {Text: ui.Moment(t.Until)}, {Text: ui.Moment(t.Used)},
			{Content: ui.Do(ui.Action{Text: c.t("撤销", "Revoke"), Post: "/tokens/revoke", Hidden: []ui.Hidden{{Name: "token", Value: t.ID}, {Name: "to", Value: c.here()}}, Kind: ui.Quiet})}}}
		if t.Over {
			row.Cells[4].Content = ui.Badge(ui.Tag{Tone: ui.Waiting, Text: c.t("已失效", "over")})
		}
		g.Rows = append(g.Rows, row)
	}
	parts := []templ.Component{ui.Table(g)}
	if own && c.session.May(account.MakeToken) {
		parts = append(parts, f.fields(ui.Form{Action: "/account/tokens", Submit: c.t("生成令牌", "Make a token")},
			question{Field: ui.Field{Name: "days", Label: c.t("有效天数", "Days"), Type: "number", Min: "1", Max: strconv.Itoa(account.MaxTokenDays), Value: "90", Half: true, Required: true}}))
	}
	return card(ui.Section{ID: "tokens", Title: c.t("访问令牌", "API tokens")}, parts...)
}

func (s *Server) showChangePassword(c *call) error { return s.changePasswordPage(c, c.empty(nil)) }

func (s *Server) changePasswordPage(c *call, f *filled) error {
	old := question{Field: ui.Field{Name: "old", Label: c.t("现口令", "Present password"), Type: "password", Required: true, Autocomplete: "current-password"}}
	return c.page(ui.Page{Title: c.t("更换口令", "Change password"), Crumbs: c.crumb("/account", c.t("我的账号", "My account"))},
		card(ui.Section{}, f.fields(ui.Form{Action: "/account/password", Submit: c.t("保存", "Save"), Cancel: c.cancel("/account"),
			Note: c.t("保存后，其他设备上的登录都会退出", "You will be signed out everywhere else")}, append([]question{old}, c.newPassword()...)...)))
}

func (s *Server) changePassword(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	fresh := f.chosen()
	if f.values.Get("old") == "" {
		f.need("old", c.t("现口令", "Present password"))
	}
	if f.ok() {
		err := s.desk.ChangePassword(c.ctx(), c.session, f.values.Get("old"), fresh)
		if err == nil {
			return c.done("/account", c.t("口令已更换", "Password changed"))
		}
		if err := f.mend("", err); err != nil {
			return err
		}
	}
	return s.changePasswordPage(c, f)
}

// after leads to a page once something is done; what cannot be done is told there.
func (c *call) after(path, text string, err error) error {
	if err == nil {
		return c.done(path, text)
	}
	f := c.empty(nil)
	if err := f.mend("", err); err != nil {
		return err
	}
	c.putFlash(ui.Flash{Tone: ui.Late, Text: f.faults[0].Text})
	return c.to(path)
}

func (s *Server) removeTOTP(c *call) error {
	return c.after("/account", c.t("已移除", "Removed"), s.desk.RemoveTOTP(c.ctx(), c.session))
}

func (s *Server) removeKey(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	return c.after("/account", c.t("已移除", "Removed"), s.desk.RemoveKey(c.ctx(), c.session, id))
}

func (s *Server) renewRecovery(c *call) error {
	list, err := s.desk.RenewRecovery(c.ctx(), c.session)
	if err != nil {
		return err
	}
	return s.codesPage(c, list)
}

func (s *Server) endSessions(c *call) error {
	return c.after("/account", c.t("其他登录已退出", "Signed out elsewhere"), s.desk.EndOtherSessions(c.ctx(), c.session))
}

func (s *Server) makeToken(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	secret, err := s.desk.MakeToken(c.ctx(), c.session.Who, int(f.id("days")))
	if err != nil {
		return c.after("/account#tokens", "", err)
	}
	until := s.desk.Now().Add(time.Duration(f.id("days")) * 24 * time.Hour)
	return c.page(ui.Page{Title: c.t("访问令牌", "API token"), Lead: c.t("只显示这一次，有效至 %s", "Shown this once; good until %s", ui.Moment(until)), Crumbs: c.crumb("/account", c.t("我的账号", "My account"))},
		card(ui.Section{}, shown("", string(secret)), ui.Actions([]ui.Action{{Text: c.t("已保存，返回", "Kept; go back"), Href: "/account", Kind: ui.Primary}})))
}

func (s *Server) revokeToken(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	return c.after(local(f.text("to")), c.t("令牌已撤销", "Revoked"), s.desk.RevokeToken(c.ctx(), c.session.Who, f.text("token")))
}

// crumb is the way here from one page above.
func (c *call) crumb(href, text string) []ui.Link { return []ui.Link{{Text: text, Href: href}} }

func (c *call) cancel(href string) *ui.Link {
	return &ui.Link{Text: c.t("取消", "Cancel"), Href: href}
}
