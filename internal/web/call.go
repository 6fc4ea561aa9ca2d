package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// call is one request at work.
type call struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	session *desk.Session // nil: a stranger
	flash   []ui.Flash    // told on an earlier page's behalf
	told    *filled
}

// formBytes is the most bytes a form without files may have.
const formBytes = 1 << 20

// serve makes the handler of a route: it finds the session, asks for the route's
// permission, and shows what goes wrong.
func (s *Server) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := rt.most
		if most == 0 {
			most = formBytes
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		c := &call{s: s, w: w, r: r.WithContext(withLaw(ui.WithLang(r.Context(), langOf(r)), s.desk.Law()))}
		defer func() {
			if p := recover(); p != nil {
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
				c.panicked(p)
			}
		}()
		err := c.enter(rt.permission)
		if err == nil {
			c.flash = c.takeFlash()
			err = rt.handle(c)
		}
		if err != nil {
			c.trouble(err)
		}
	})
}

// enter finds who asks, and refuses who may never ask this.
func (c *call) enter(p permission) error {
	if cookie := c.cookie(sessionCookie); cookie != "" {
		session, err := c.s.desk.Authenticate(c.ctx(), account.Secret(cookie))
		if err != nil && pil.CodeOf(err) != pil.CodeUnauthenticated {
			return err
		}
		c.session = session
		if err != nil {
			c.session = nil
		}
	}
	switch p {
	case public:
		return nil
	case atDoor:
		if c.session == nil {
			return notSignedIn()
		}
		return nil
	}
	if c.session == nil || c.session.Stage != desk.StageIn {
		return notSignedIn()
	}
	if p == signedIn {
		return nil
	}
	act, err := account.ParseAction(string(p))
	if err != nil {
		return err
	}
	if !c.session.May(act) {
		return pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", act.Zh(), act.En())
	}
	return nil
}

func notSignedIn() error {
	return &pil.Error{Code: pil.CodeUnauthenticated, Text: "请先登录 (please sign in)"}
}

func (c *call) ctx() context.Context { return c.r.Context() }

// t is a text in the language of the page.
func (c *call) t(zh, en string, args ...any) string { return ui.T(c.ctx(), zh, en, args...) }

// id is a number in the path; what is none is a not_found Error.
func (c *call) id() (int64, error) {
	n, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, pil.NotFound("没有找到 (not found)")
	}
	return n, nil
}

// frame is what stays the same on every page of a session.
func (c *call) frame() ui.Frame {
	f := ui.Frame{Version: c.s.version, Lang: "/language/" + ui.LangOf(c.ctx()).Other().String() + "?to=" + escape(c.here())}
	if c.s.desk.Demo() {
		f.Demo = c.t("演示系统：人员、案件均为演示数据，请勿录入真实信息。", "Demonstration: all people and cases are made up. Enter nothing real.")
	}
	if c.session == nil {
		return f
	}
	f.Office, f.Person, f.SignOut = c.session.Office.Name, c.session.Person.Name, "/sign-out"
	if c.session.Stage != desk.StageIn {
		return f
	}
	f.Role, f.Account, f.Search = roleList(c.ctx(), c.session.Roles), "/account", "/search"
	if c.r.URL.Path == f.Search {
		f.Query = c.r.URL.Query().Get("q")
	}
	for _, r := range c.rooms() {
		act, err := account.ParseAction(string(r.permission))
		if r.permission == signedIn || err == nil && c.session.May(act) {
			f.Nav = append(f.Nav, ui.NavEntry{Text: r.text, Href: r.path, Current: within(c.r.URL.Path, r.path)})
		}
	}
	return f
}

// within reports whether a page belongs to the room that opens with another.
func within(path, room string) bool {
	return path == room || room != "/" && strings.HasPrefix(path, room+"/")
}

// here is the address to come back to: of a page, not of what was sent to it.
func (c *call) here() string {
	if c.r.Method != http.MethodGet {
		return c.r.URL.Path
	}
	return c.r.URL.RequestURI()
}

// page shows a page of parts.
func (c *call) page(p ui.Page, parts ...templ.Component) error {
	return c.pageAs(http.StatusOK, p, parts...)
}

func (c *call) pageAs(status int, p ui.Page, parts ...templ.Component) error {
	if c.told != nil && len(c.told.faults) > 0 && status == http.StatusOK {
		status = http.StatusUnprocessableEntity
	}
	p.Flash = append(c.flash, p.Flash...)
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.WriteHeader(status)
	return shell(c.frame(), p, parts).Render(c.ctx(), c.w)
}

// done answers a form that did something: with the page it leads to, and a
// sentence there.
func (c *call) done(path, text string) error {
	if text != "" {
		c.putFlash(ui.Flash{Tone: ui.Done, Text: text})
	}
	return c.to(path)
}

// to leads to another page of ours.
func (c *call) to(path string) error {
	http.Redirect(c.w, c.r, local(path), http.StatusSeeOther)
	return nil
}

// roleList names roles for a page.
func roleList(ctx context.Context, s account.RoleSet) string {
	var names []string
	for r := range s.Roles() {
		names = append(names, ui.In(ctx, r))
	}
	return strings.Join(names, ui.T(ctx, "、", ", "))
}
