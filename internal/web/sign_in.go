package web

import (
	_ "embed" // the script of security keys
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

//go:embed static/passkey.js
var passkeyScript []byte

// script serves the script of security keys.
func (s *Server) script(c *call) error {
	c.w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	c.w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err := c.w.Write(passkeyScript)
	return err
}

func (s *Server) showSignIn(c *call) error {
	if c.session != nil && c.session.Stage == desk.StageIn {
		return c.to(c.r.FormValue("to"))
	}
	return s.signInPage(c, c.empty(nil), http.StatusOK)
}

func (s *Server) signInPage(c *call, f *filled, status int) error {
	form := ui.Form{Action: "/sign-in", Submit: c.t("登录", "Sign in"), Hidden: c.returnTo()}
	return c.pageAs(status, ui.Page{Title: c.t("登录", "Sign in"), Lead: c.t("检察公益诉讼办案系统", "Public-interest litigation")},
		card(ui.Section{}, f.fields(form,
			question{Field: ui.Field{Name: "login", Label: c.t("账号", "Account"), Required: true, Autocomplete: "username", MaxLength: 64}},
			question{Field: ui.Field{Name: "password", Label: c.t("口令", "Password"), Type: "password", Required: true, Autocomplete: "current-password"}},
		)))
}

// returnTo is where the person wants to go afterwards, to be sent along.
func (c *call) returnTo() []ui.Hidden {
	if to := local(c.r.FormValue("to")); to != "/" {
		return []ui.Hidden{{Name: "to", Value: to}}
	}
	return nil
}

func (s *Server) signIn(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	login, password := f.need("login", c.t("账号", "Account")), f.values.Get("password")
	if password == "" {
		f.need("password", c.t("口令", "Password"))
	}
	if !f.ok() {
		return s.signInPage(c, f, http.StatusUnprocessableEntity)
	}
	got, err := s.desk.SignIn(c.ctx(), desk.Credentials{Login: login, Password: password, Device: c.device()})
	switch pil.CodeOf(err) {
	case pil.CodeUnauthenticated:
		f.wrong("", c.say(err))
		return s.signInPage(c, f, http.StatusUnauthorized)
	case pil.CodeBusy:
		f.wrong("", c.say(err))
		c.w.Header().Set("Retry-After", "5")
		return s.signInPage(c, f, http.StatusServiceUnavailable)
	}
	if err != nil {
		return err
	}
	return c.admit(got)
}

func (s *Server) signOut(c *call) error {
	if err := s.desk.SignOut(c.ctx(), account.Secret(c.cookie(sessionCookie))); err != nil {
		return err
	}
	c.forget(sessionCookie)
	return c.done("/sign-in", c.t("已退出", "Signed out"))
}

// at leads somebody who is at another stage to what is to be done there.
func (c *call) at(stages ...desk.Stage) (elsewhere bool, err error) {
	if slices.Contains(stages, c.session.Stage) {
		return false, nil
	}
	return true, c.toStage(c.session.Stage, c.r.FormValue("to"))
}

func (s *Server) showFactor(c *call) error {
	if elsewhere, err := c.at(desk.StageFactor); elsewhere {
		return err
	}
	return s.factorPage(c, c.empty(nil), http.StatusOK)
}

func (s *Server) factorPage(c *call, f *filled, status int) error {
	var parts []templ.Component
	if c.session.HasTOTP {
		parts = append(parts, card(ui.Section{Title: c.t("动态验证码", "Time-based code")}, f.fields(
			ui.Form{Action: "/sign-in/code", Submit: c.t("确认", "Confirm"), Hidden: c.returnTo()},
			question{Field: ui.Field{Name: "code", Label: c.t("六位验证码", "Six digits"), InputMode: "numeric", Autocomplete: "one-time-code", MaxLength: 16, Required: true,
				Hint: c.t("在手机或者动态令牌上查看", "Shown on your phone or token")}})))
	}
	if c.session.Keys > 0 && s.desk.TakesKeys() {
		parts = append(parts, card(ui.Section{Title: c.t("安全密钥", "Security key")},
			keyForm("/sign-in/key-options", "/sign-in/key", local(c.r.FormValue("to")), c.t("使用安全密钥", "Use a security key"), nil)))
	}
	parts = append(parts, card(ui.Section{Title: c.t("设备不在身边", "Without the device"), Note: c.t("每个恢复码只能用一次", "Each code works once")}, f.fields(
		ui.Form{Action: "/sign-in/recovery", Submit: c.t("使用恢复码", "Use a recovery code"), Hidden: c.returnTo()},
		question{Field: ui.Field{Name: "recovery", Label: c.t("恢复码", "Recovery code"), MaxLength: 40, Required: true}})))
	return c.pageAs(status, ui.Page{Title: c.t("第二因素验证", "Second factor"), Lead: c.t("口令正确，请再验证一次身份", "The password is right; show once more that it is you")}, parts...)
}

func (s *Server) confirmCode(c *call) error {
	return s.confirmFactor(c, "code", func(text string) (desk.SignedIn, error) {
		return s.desk.ConfirmCode(c.ctx(), c.session, text, c.device())
	})
}

func (s *Server) confirmRecovery(c *call) error {
	return s.confirmFactor(c, "recovery", func(text string) (desk.SignedIn, error) {
		return s.desk.ConfirmRecovery(c.ctx(), c.session, text, c.device())
	})
}

func (s *Server) confirmKey(c *call) error {
	return s.confirmFactor(c, "answer", func(text string) (desk.SignedIn, error) {
		return s.desk.ConfirmKey(c.ctx(), c.session, []byte(text), c.device())
	})
}

func (s *Server) confirmFactor(c *call, field string, confirm func(string) (desk.SignedIn, error)) error {
	if elsewhere, err := c.at(desk.StageFactor); elsewhere {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	got, err := confirm(f.text(field))
	status := http.StatusUnauthorized
	switch pil.CodeOf(err) {
	case pil.CodeUnauthenticated, pil.CodeInvalid:
	case pil.CodeBusy:
		status = http.StatusServiceUnavailable
		c.w.Header().Set("Retry-After", "5")
	default:
		if err != nil {
			return err
		}
		return c.admit(got)
	}
	if field == "answer" {
		field = ""
	}
	f.wrong(field, c.say(err))
	return s.factorPage(c, f, status)
}

func (s *Server) keyOptions(c *call) error {
	options, err := s.desk.BeginKey(c.ctx(), c.session)
	return c.json(options, err)
}

// json answers a script.
func (c *call) json(text []byte, err error) error {
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	_, err = c.w.Write(text)
	return err
}
