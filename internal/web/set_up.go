package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/boombuler/barcode/qr"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/ui"
)

func (s *Server) showSetPassword(c *call) error {
	if elsewhere, err := c.at(desk.StagePassword); elsewhere {
		return err
	}
	return s.setPasswordPage(c, c.empty(nil))
}

func (s *Server) setPasswordPage(c *call, f *filled) error {
	return c.page(ui.Page{Title: c.t("设置口令", "Set your password"), Lead: c.t("您使用的是一次性口令，请先设置自己的口令", "You came with a password for one use; set your own first")},
		card(ui.Section{}, f.fields(ui.Form{Action: "/set-up/password", Submit: c.t("保存", "Save"), Hidden: c.returnTo()}, c.newPassword()...)))
}

// newPassword asks for a new password twice.
func (c *call) newPassword() []question {
	return []question{
		{Field: ui.Field{Name: "password", Label: c.t("新口令", "New password"), Type: "password", Required: true, Autocomplete: "new-password",
			Hint: c.t("至少12个字符，或者至少8个汉字的一句话；不要求大小写和符号", "At least 12 characters, or a sentence of 8 Chinese ones")}},
		{Field: ui.Field{Name: "again", Label: c.t("再输入一次", "Once more"), Type: "password", Required: true, Autocomplete: "new-password"}},
	}
}

// chosen is the new password where it was typed twice the same.
func (f *filled) chosen() string {
	password := f.values.Get("password")
	switch {
	case password == "":
		f.need("password", f.c.t("新口令", "New password"))
	case password != f.values.Get("again"):
		f.wrong("again", f.c.t("两次输入的口令不同", "The two are not the same"))
	}
	return password
}

func (s *Server) setPassword(c *call) error {
	if elsewhere, err := c.at(desk.StagePassword); elsewhere {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	password := f.chosen()
	if f.ok() {
		err := s.desk.ChangePassword(c.ctx(), c.session, "", password)
		if err == nil {
			return c.next()
		}
		if err := f.mend("password", err); err != nil {
			return err
		}
	}
	return s.setPasswordPage(c, f)
}

// next leads to what is to be done after a stage.
func (c *call) next() error {
	session, err := c.s.desk.Authenticate(c.ctx(), account.Secret(c.cookie(sessionCookie)))
	if err != nil {
		return err
	}
	return c.toStage(session.Stage, c.r.FormValue("to"))
}

func (s *Server) showSetFactor(c *call) error {
	if elsewhere, err := c.at(desk.StageEnrol, desk.StageIn); elsewhere {
		return err
	}
	return s.setFactorPage(c, c.empty(nil))
}

func (s *Server) setFactorPage(c *call, f *filled) error {
	set, err := s.desk.BeginTOTP(c.ctx(), c.session)
	if err != nil {
		return err
	}
	parts := []templ.Component{card(ui.Section{Title: c.t("动态验证码", "Time-based codes"), Note: c.t("手机应用或者动态令牌", "A phone app or a token")},
		steps([]string{
			c.t("在手机上打开验证码应用，扫描下面的二维码；办公区不能带手机的，把密钥录入动态令牌。", "Scan this with an authenticator app, or type the key into a token."),
			c.t("输入设备显示的六位验证码，确认设置成功。", "Type the six digits it shows, to confirm."),
		}),
		picture("/set-up/factor.svg", c.t("二维码，内容与下面的密钥相同", "QR code; the key below says the same")),
		shown(c.t("密钥：", "Key: "), grouped(string(set.Secret))),
		f.fields(ui.Form{Action: "/set-up/code", Submit: c.t("确认", "Confirm"), Hidden: c.returnTo()},
			question{Field: ui.Field{Name: "code", Label: c.t("六位验证码", "Six digits"), InputMode: "numeric", Autocomplete: "one-time-code", MaxLength: 16, Required: true}}))}
	if s.desk.TakesKeys() {
		parts = append(parts, card(ui.Section{Title: c.t("安全密钥", "Security key")},
			keyForm("/set-up/key-options", "/set-up/key", local(c.r.FormValue("to")), c.t("登记安全密钥", "Register a security key"),
				&ui.Field{Name: "name", Label: c.t("名称", "Name"), MaxLength: 60, Hint: c.t("便于区分，如「工作证旁的钥匙」", "To tell keys apart")})))
	}
	return c.page(ui.Page{Title: c.t("设置第二因素", "Set up a second factor"), Lead: c.t("登录除口令外还须一种设备证明，任选一种", "Besides the password a device shows that it is you; take either")}, parts...)
}

// grouped writes a key in fours, to be typed.
func grouped(key string) string {
	var b strings.Builder
	for i, r := range key {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// factorPicture is the QR code of the key being set up.
func (s *Server) factorPicture(c *call) error {
	set, err := s.desk.BeginTOTP(c.ctx(), c.session)
	if err != nil {
		return err
	}
	code, err := qr.Encode(string(set.URI), qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("draw a QR code: %w", err)
	}
	const margin = 4 // ISO/IEC 18004
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				_, _ = fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+margin, y+margin) // a Builder takes everything
			}
		}
	}
	c.w.Header().Set("Content-Type", "image/svg+xml")
	_, err = fmt.Fprintf(c.w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="%[2]s"/></svg>`,
		size+2*margin, path.String())
	return err
}

func (s *Server) setCode(c *call) error {
	return s.setFactor(c, "code", func(f *filled) (desk.Enrolled, error) {
		return s.desk.FinishTOTP(c.ctx(), c.session, f.text("code"))
	})
}

func (s *Server) setKey(c *call) error {
	return s.setFactor(c, "", func(f *filled) (desk.Enrolled, error) {
		return s.desk.FinishKeySetUp(c.ctx(), c.session, f.text("name"), []byte(f.text("answer")))
	})
}

func (s *Server) setFactor(c *call, field string, finish func(*filled) (desk.Enrolled, error)) error {
	if elsewhere, err := c.at(desk.StageEnrol, desk.StageIn); elsewhere {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	got, err := finish(f)
	if err != nil {
		if err := f.mend(field, err); err != nil {
			return err
		}
		return s.setFactorPage(c, f)
	}
	if got.Cookie != "" {
		c.keep(sessionCookie, string(got.Cookie), 0)
		if c.session, err = s.desk.Authenticate(c.ctx(), got.Cookie); err != nil {
			return err
		}
	}
	if len(got.Recovery) == 0 {
		return c.done("/account", c.t("已设置", "Set up"))
	}
	return s.codesPage(c, got.Recovery)
}

func (s *Server) newKeyOptions(c *call) error {
	options, err := s.desk.BeginKeySetUp(c.ctx(), c.session)
	return c.json(options, err)
}

// codesPage shows recovery codes: this once.
func (s *Server) codesPage(c *call, list []account.Secret) error {
	var texts []string
	for _, code := range list {
		texts = append(texts, string(code))
	}
	on := ui.Action{Text: c.t("已抄存，继续", "Kept safe; go on"), Href: local(c.r.FormValue("to")), Kind: ui.Primary}
	return c.pageAs(http.StatusOK, ui.Page{Title: c.t("恢复码", "Recovery codes"),
		Lead: c.t("设备丢失时，每个恢复码可以登录一次。只显示这一次，请打印或者抄写后锁存。", "If the device is lost, each signs you in once. They are shown this once: print or write them down, and lock them away.")},
		card(ui.Section{}, codes(texts), ui.Actions([]ui.Action{{Text: c.t("打印", "Print"), Print: true}, on})))
}
