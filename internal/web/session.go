package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/ui"
)

// The cookies. Over TLS their names say that this server alone set them.
const (
	sessionCookie = "shouhu"
	deviceCookie  = "shouhu-device"
	flashCookie   = "shouhu-flash"
	langCookie    = "shouhu-lang"
)

func (s *Server) cookieName(name string) string {
	if s.secure && name != langCookie {
		return "__Host-" + name
	}
	return name
}

// cookie is what the browser keeps under a name; empty for nothing.
func (c *call) cookie(name string) string {
	k, err := c.r.Cookie(c.s.cookieName(name))
	if err != nil {
		return ""
	}
	return k.Value
}

// keep has the browser keep a value: until it is closed, or for a time.
func (c *call) keep(name, value string, seconds int) {
	http.SetCookie(c.w, &http.Cookie{Name: c.s.cookieName(name), Value: value, Path: "/", MaxAge: seconds,
		Secure: c.s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (c *call) forget(name string) { c.keep(name, "", -1) }

const year = 365 * 24 * 3600 // seconds

// admit keeps what signing in gave, and leads to what is to be done next.
func (c *call) admit(got desk.SignedIn) error {
	c.keep(sessionCookie, string(got.Cookie), 0)
	if got.Device != "" {
		c.keep(deviceCookie, string(got.Device), year)
	}
	return c.toStage(got.Stage, c.r.FormValue("to"))
}

// toStage leads to what is to be done at a stage; to is where the person wanted to
// go when signed in.
func (c *call) toStage(stage desk.Stage, to string) error {
	q := ""
	if local(to) != "/" {
		q = "?to=" + escape(local(to))
	}
	switch stage {
	case desk.StageFactor:
		return c.to("/sign-in/factor" + q)
	case desk.StagePassword:
		return c.to("/set-up/password" + q)
	case desk.StageEnrol:
		return c.to("/set-up/factor" + q)
	}
	return c.to(to)
}

func (c *call) device() account.Secret { return account.Secret(c.cookie(deviceCookie)) }

// local is a path of ours; "/" for anything that leads elsewhere.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}

func escape(s string) string { return url.QueryEscape(s) }

// langOf is the language of a request: as chosen, else Chinese.
func langOf(r *http.Request) ui.Lang {
	k, err := r.Cookie(langCookie)
	if err != nil {
		return ui.Chinese
	}
	l, err := ui.ParseLang(k.Value)
	if err != nil {
		return ui.Chinese
	}
	return l
}

// chooseLanguage switches the language, and leads back.
func (s *Server) chooseLanguage(c *call) error {
	l, err := ui.ParseLang(c.r.PathValue("lang"))
	if err != nil {
		return err
	}
	c.keep(langCookie, l.String(), year)
	return c.to(c.r.FormValue("to"))
}

// A sentence for the next page travels in a cookie, signed: nobody else can have
// us say something. It lasts a minute.
func (c *call) putFlash(f ui.Flash) {
	text, err := json.Marshal(kept{f.Tone, f.Text, time.Now().Add(time.Minute).Unix()})
	if err != nil {
		return // a struct of words and numbers is always written
	}
	body := base64.RawURLEncoding.EncodeToString(text)
	c.keep(flashCookie, body+"."+c.s.sign(body), 60)
}

// kept is a sentence as a cookie keeps it.
type kept struct {
	Tone  ui.Tone `json:"tone"`
	Text  string  `json:"text"`
	Until int64   `json:"until"`
}

// takeFlash reads the sentence an earlier page left, once.
func (c *call) takeFlash() []ui.Flash {
	value := c.cookie(flashCookie)
	if value == "" || c.r.Method != http.MethodGet {
		return nil
	}
	c.forget(flashCookie)
	body, sum, _ := strings.Cut(value, ".")
	if !hmac.Equal([]byte(sum), []byte(c.s.sign(body))) {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil
	}
	var k kept
	if json.Unmarshal(text, &k) != nil || time.Now().Unix() > k.Until {
		return nil
	}
	return []ui.Flash{{Tone: k.Tone, Text: k.Text}}
}

func (s *Server) sign(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
