package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// show writes a page that brings its own shell.
func (c *call) show(p templ.Component) error { return c.whole(http.StatusOK, p) }

// again writes the page of a form once more, with what is wrong with it.
func (c *call) again(p templ.Component) error { return c.whole(http.StatusUnprocessableEntity, p) }

func (c *call) whole(status int, p templ.Component) error {
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.WriteHeader(status)
	return p.Render(c.ctx(), c.w)
}

// posted reads what was sent, with or without files, before the handler.
func posted(handle func(*call) error) func(*call) error {
	return func(c *call) error {
		if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/") {
			if _, err := c.form(); err != nil {
				return err
			}
			return handle(c)
		}
		_, err := c.upload()
		if c.r.MultipartForm != nil {
			defer func() { _ = c.r.MultipartForm.RemoveAll() }()
		}
		if err != nil {
			return err
		}
		return handle(c)
	}
}

// number is a number in the path; 0, which names nothing, for anything else.
func (c *call) number(name string) int64 {
	n, err := strconv.ParseInt(c.r.PathValue(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// number is a number in a form; 0 for anything else.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// fault is what the desk refused, as a fault of the form; what no form can mend
// comes back.
func (c *call) fault(err error) ([]ui.Fault, error) {
	switch pil.CodeOf(err) {
	case pil.CodeInvalid, pil.CodeConflict, pil.CodeForbidden:
		return []ui.Fault{{Text: c.say(err)}}, nil
	}
	return nil, err
}

// readDay reads a day that may not be missing.
func readDay(c *call, name string, day *pil.Day) []ui.Fault {
	d, err := pil.ParseDay(strings.TrimSpace(c.r.PostForm.Get(name)))
	if err != nil {
		return []ui.Fault{{Name: name, Text: c.t("请填日期，如 2026-11-23。", "Give a day such as 2026-11-23.")}}
	}
	*day = d
	return nil
}
