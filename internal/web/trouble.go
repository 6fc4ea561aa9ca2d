package web

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// statuses are the HTTP statuses of codes; any other is internal.
var statuses = map[pil.Code]int{
	pil.CodeConflict: http.StatusConflict, pil.CodeInvalid: http.StatusUnprocessableEntity, pil.CodeNotFound: http.StatusNotFound,
	pil.CodeForbidden: http.StatusForbidden, pil.CodeUnauthenticated: http.StatusUnauthorized, pil.CodeBusy: http.StatusServiceUnavailable,
}

// trouble shows what went wrong: what happened, and what to do. The text of an
// error that is not a pil.Error is never shown; the log has it under a number.
func (c *call) trouble(err error) {
	t := ui.Trouble{Status: http.StatusInternalServerError}
	code := pil.CodeOf(err)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		t.Status = http.StatusRequestEntityTooLarge
	case code == pil.CodeUnauthenticated && c.wants():
		return
	case statuses[code] != 0:
		t.Status, t.Detail = statuses[code], c.say(err)
	}
	switch t.Status {
	case http.StatusServiceUnavailable:
		c.w.Header().Set("Retry-After", "5")
	case http.StatusInternalServerError:
		t.Ref = c.logged(err)
	}
	if c.session != nil && c.session.Stage == desk.StageIn {
		t.Way = []ui.Link{{Text: c.t("回到首页", "Home"), Href: "/"}}
	} else {
		t.Way = []ui.Link{{Text: c.t("登录", "Sign in"), Href: "/sign-in"}}
	}
	if err := c.pageAs(t.Status, ui.Page{Bare: true, Title: c.t("出错", "Trouble")}, ui.ErrorPage(t)); err != nil {
		c.s.log.Warn("page not sent", slog.String("error", err.Error()))
	}
}

// wants leads who asked for a page without being signed in to the door, and back
// to the page afterwards.
func (c *call) wants() bool {
	if c.r.Method != http.MethodGet {
		return false
	}
	stage := desk.Stage(0)
	if c.session != nil {
		stage = c.session.Stage
	}
	if stage == desk.StageIn { // signed in, and refused all the same
		return false
	}
	if stage == 0 {
		return c.to("/sign-in?to="+escape(c.here())) == nil
	}
	return c.toStage(stage, c.here()) == nil
}

// logged writes an error into the log, and returns the number it stands under. It
// names the route, not the address: an address may hold what somebody searched for.
func (c *call) logged(err error) string {
	ref := rand.Text()[:8]
	c.s.log.Error("request failed", slog.String("ref", ref), slog.String("route", c.r.Pattern), slog.String("error", err.Error()))
	return ref
}

func (c *call) panicked(p any) {
	ref := rand.Text()[:8]
	c.s.log.Error("request panicked", slog.String("ref", ref), slog.String("route", c.r.Pattern), slog.Any("panic", p))
	if err := c.pageAs(http.StatusInternalServerError, ui.Page{Bare: true, Title: c.t("出错", "Trouble")},
		ui.ErrorPage(ui.Trouble{Status: http.StatusInternalServerError, Ref: ref})); err != nil {
		c.s.log.Warn("page not sent", slog.String("error", err.Error()))
	}
}

// say is the sentence of an Error in the language of the page: Errors say
// everything in Chinese, and the gist in English in brackets at the end.
func (c *call) say(err error) string {
	e, ok := errors.AsType[*pil.Error](err)
	if !ok {
		return ""
	}
	return sentence(c.ctx(), e.Text)
}
