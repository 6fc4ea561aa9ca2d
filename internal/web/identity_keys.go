package web

import (
	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func (s *Server) showIdentityKeys(c *call) error {
	return s.identityKeysPage(c, c.empty(nil), c.empty(nil))
}

// identityKeysPage shows who is entitled, who holds the key and who waits; own and
// take are the forms of who is entitled.
func (s *Server) identityKeysPage(c *call, own, take *filled) error {
	k, err := s.desk.ShowIdentityKeys(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	g := ui.Grid{Caption: c.t("有权查阅举报人身份的人员", "Who may open who reported"), Columns: []ui.Column{{Label: c.t("姓名", "Name")}, {Label: c.t("状态", "State"), Tight: true}, {Label: c.t("由谁转交", "Given by")}, {Label: c.t("时间", "Since"), Tight: true}, {Label: c.t("操作", "Action"), Tight: true, Hidden: true}},
		Empty: ui.EmptyState{Title: c.t("还没有有权查阅身份的人员", "Nobody is entitled yet"), Text: c.t("检察长决定谁任线索管理员、检察官；他们可以持有身份密钥。", "The chief decides who is clue officer or prosecutor; they may hold the key.")}}
	for i := range k.Holders {
		h := &k.Holders[i]
		row := ui.Row{Cells: []ui.Cell{{Text: h.Name, Sub: h.Office}, {Content: ui.Badge(holderTag(c, h.State))}, {Text: h.By}, {Text: "—"}, {}}}
		if h.Since != 0 {
			row.Cells[3].Text = ui.Moment(h.Since.Time())
			if h.By == "" {
				row.Cells[2].Text = c.t("启用码或者轮换", "start code or rotation")
			}
		}
		if !h.Me && (k.Mine == desk.HolderReady || k.Mine == desk.HolderPart) && (h.State == desk.HolderWaiting || h.State == desk.HolderPart) {
			row.Cells[4].Content = ui.Do(ui.Action{Text: c.t("转交", "Give"), Href: "/identity-keys/" + id(h.ID) + "/give", Kind: ui.Quiet})
		}
		g.Rows = append(g.Rows, row)
	}
	page := ui.Page{Title: c.t("身份密钥", "Identity key"), Lead: c.t("举报人身份封存在这把密钥之下，只由有权查阅的人员各自持有；服务器上没有打开的一份", "Who reported is sealed to this key; only those entitled hold it, and no open copy is on the server")}
	if k.Keys == 0 {
		page.Flash = []ui.Flash{{Tone: ui.Late, Text: c.t("还没有身份密钥；请在服务器上运行 shouhu keys rotate", "There is no identity key: run shouhu keys rotate on the server")}}
	}
	parts := []templ.Component{card(ui.Section{Title: c.t("持有和等待", "Who holds it, who waits"), Note: c.t("离任或者角色取消时，密钥自动收回；新任者设置身份口令后，由持有人转交。", "It is taken back when somebody leaves or loses the role; who is new sets a passphrase, and a holder gives the key."), Flush: true}, ui.Table(g))}
	if c.session.May(account.KeepIdentityKey) && k.Mine != "" {
		parts = append(parts, s.passphraseCard(c, own, k.Mine))
		if k.Unused {
			parts = append(parts, card(ui.Section{ID: "take", Title: c.t("用启用码领取", "Take it with the start code"), Note: c.t("启用码在建立系统、恢复密钥时打印一次，只能用一次。", "The start code was printed once, when the office was set up or its keys recovered; it works once.")},
				take.fields(ui.Form{Action: "/identity-keys/take", Submit: c.t("领取", "Take")},
					question{Field: ui.Field{Name: "code", Label: c.t("启用码（28 位数字）", "Start code (28 digits)"), Required: true, InputMode: "numeric", MaxLength: 60, Autocomplete: "off"}})))
		}
	}
	return c.page(page, parts...)
}

func (s *Server) passphraseCard(c *call, f *filled, mine desk.HolderState) templ.Component {
	var fields []question
	note := c.t("与登录口令不同；每次查阅身份时输入，谁也不保存。忘记后只能重新设置，再由持有人转交密钥。", "Not your password; typed at each look and kept by nobody. Once forgotten it can only be set anew, and somebody has to give you the key again.")
	if mine != desk.HolderNone {
		fields = append(fields, question{Field: ui.Field{Name: "old", Label: c.t("现身份口令", "Present passphrase"), Type: "password", MaxLength: 256, Autocomplete: "off", Hint: c.t("忘记的留空：密钥须重新转交。", "Empty where it is forgotten: the key has to be given again.")}})
	}
	fields = append(fields, question{Field: ui.Field{Name: "fresh", Label: c.t("新身份口令", "New passphrase"), Type: "password", Required: true, Half: true, MaxLength: 256, Autocomplete: "new-password"}},
		question{Field: ui.Field{Name: "again", Label: c.t("再输一次", "Once more"), Type: "password", Required: true, Half: true, MaxLength: 256, Autocomplete: "new-password"}})
	return card(ui.Section{ID: "passphrase", Title: c.t("本人的身份口令", "Your passphrase")}, f.fields(ui.Form{Action: "/identity-keys/passphrase", Submit: c.t("保存", "Save"), Note: note}, fields...))
}

func holderTag(c *call, state desk.HolderState) ui.Tag {
	switch state {
	case desk.HolderReady:
		return ui.Tag{Tone: ui.Done, Text: c.t("持有", "holds it")}
	case desk.HolderPart:
		return ui.Tag{Tone: ui.Soon, Text: c.t("只持有部分", "holds a part")}
	case desk.HolderWaiting:
		return ui.Tag{Tone: ui.Soon, Text: c.t("等待转交", "waits for it")}
	}
	return ui.Tag{Tone: ui.Waiting, Text: c.t("未设身份口令", "no passphrase")}
}

func (s *Server) setPassphrase(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.Passphrase{Old: f.values.Get("old"), Fresh: f.values.Get("fresh")}
	switch {
	case in.Fresh == "":
		f.need("fresh", c.t("新身份口令", "New passphrase"))
	case in.Fresh != f.values.Get("again"):
		f.wrong("again", c.t("两次输入不同", "Not the same"))
	}
	if f.ok() {
		err := s.desk.SetPassphrase(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done("/identity-keys", c.t("身份口令已保存", "Passphrase saved"))
		}
		if err := f.mendAll(err); err != nil {
			return err
		}
	}
	return s.identityKeysPage(c, f, c.empty(nil))
}

func (s *Server) takeIdentityKey(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	err = s.desk.TakeIdentityKey(c.ctx(), c.session.Who, f.text("code"))
	if err == nil {
		return c.done("/identity-keys", c.t("已领取身份密钥；启用码从此无用", "You hold the identity key now; the start code is worth nothing any more"))
	}
	if err := f.mendAll(err); err != nil {
		return err
	}
	return s.identityKeysPage(c, c.empty(nil), f)
}

func (s *Server) askGiveKey(c *call) error { return s.giveKeyPage(c, c.empty(nil)) }

func (s *Server) giveKeyPage(c *call, f *filled) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	k, err := s.desk.ShowIdentityKeys(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	name := ""
	for _, h := range k.Holders {
		if h.ID == n {
			name = h.Name
		}
	}
	if name == "" {
		return pil.NotFound("没有找到 (not found)")
	}
	return c.page(ui.Page{Title: c.t("转交身份密钥", "Give the identity key"), Lead: name, Crumbs: c.crumb("/identity-keys", c.t("身份密钥", "Identity key"))},
		card(ui.Section{}, f.fields(ui.Form{Action: "/identity-keys/" + id(n) + "/give", Submit: c.t("转交", "Give"), Cancel: c.cancel("/identity-keys"),
			Note: c.t("转交后，对方仍须写明理由、经另一人同意，才能查阅。转交记入操作记录。", "Who gets it still needs a reason and a second person for each look. The record keeps that you gave it.")},
			question{Field: ui.Field{Name: "passphrase", Label: c.t("您的身份口令", "Your passphrase"), Type: "password", Required: true, MaxLength: 256, Autocomplete: "off"}})))
}

func (s *Server) giveIdentityKey(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = s.desk.GiveIdentityKey(c.ctx(), c.session.Who, n, f.values.Get("passphrase"))
	if err == nil {
		return c.done("/identity-keys", c.t("已转交", "Given"))
	}
	if err := f.mendAll(err); err != nil {
		return err
	}
	return s.giveKeyPage(c, f)
}
