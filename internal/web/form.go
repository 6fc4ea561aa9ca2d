package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// filled is a form as it was sent, and what is wrong with it. The zero filled is
// one that nobody has filled in.
type filled struct {
	c      *call
	values url.Values
	faults []ui.Fault
}

// form reads what was sent. Later pages of this call show its faults.
func (c *call) form() (*filled, error) {
	if err := c.r.ParseForm(); err != nil {
		return nil, badForm(err)
	}
	c.told = &filled{c: c, values: c.r.PostForm}
	return c.told, nil
}

// upload reads what was sent with files; the route says how much it may be. What
// does not fit into memory lies in temporary files until the request is over.
func (c *call) upload() (*filled, error) {
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/") {
		return c.form() // a form that came without files
	}
	if err := c.r.ParseMultipartForm(formBytes); err != nil {
		return nil, badForm(err)
	}
	c.told = &filled{c: c, values: c.r.MultipartForm.Value}
	return c.told, nil
}

// badForm keeps what says that a request was too large, and hides the rest: the
// parser's words may hold what was sent.
func badForm(err error) error {
	if strings.Contains(err.Error(), "too large") {
		return err
	}
	return pil.Invalid("表单无法读取，请重新填写 (the form cannot be read)")
}

// empty is a form not filled in yet, with what it shows at first.
func (c *call) empty(values url.Values) *filled { return &filled{c: c, values: values} }

// ok reports whether nothing is wrong so far.
func (f *filled) ok() bool { return len(f.faults) == 0 }

// wrong notes what is wrong with a field; name empty: with the whole form.
func (f *filled) wrong(name, text string) {
	f.faults = append(f.faults, ui.Fault{Name: name, Text: text})
}

// mend notes what a person can mend in the form, beside a field, and returns nil
// then; any other error comes back.
func (f *filled) mend(name string, err error) error {
	switch pil.CodeOf(err) {
	case pil.CodeInvalid, pil.CodeConflict:
		f.wrong(name, f.c.say(err))
		return nil
	}
	return err
}

// text is what was typed into a field, without blanks around it.
func (f *filled) text(name string) string { return strings.TrimSpace(f.values.Get(name)) }

// need is text that may not be missing.
func (f *filled) need(name, label string) string {
	text := f.text(name)
	if text == "" {
		f.wrong(name, f.c.t("请填写「%s」", "Fill in: %s", label))
	}
	return text
}

// day is a day, 0 for none typed.
func (f *filled) day(name string) pil.Day {
	text := f.text(name)
	if text == "" {
		return 0
	}
	d, err := pil.ParseDay(text)
	if err != nil {
		f.wrong(name, f.c.t("日期写法不对，应如 2026-03-05", "Write the day as 2026-03-05"))
	}
	return d
}

// needDay is a day that may not be missing.
func (f *filled) needDay(name, label string) pil.Day {
	f.need(name, label)
	return f.day(name)
}

// id is the number of something chosen, 0 for nothing.
func (f *filled) id(name string) int64 {
	n, err := strconv.ParseInt(f.text(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// needID is something that has to be chosen.
func (f *filled) needID(name, label string) int64 {
	n := f.id(name)
	if n == 0 {
		f.wrong(name, f.c.t("请选择「%s」", "Choose: %s", label))
	}
	return n
}

// flag is a box that was ticked.
func (f *filled) flag(name string) bool { return f.values.Get(name) != "" }

// roles are the roles ticked.
func (f *filled) roles(name string) account.RoleSet {
	var list []account.Role
	for _, word := range f.values[name] {
		r, err := account.ParseRole(word)
		if err != nil {
			f.wrong(name, f.c.say(err))
			continue
		}
		list = append(list, r)
	}
	return account.RolesOf(list...)
}

// actions are the actions ticked.
func (f *filled) actions(name string) []account.Action {
	var list []account.Action
	for _, word := range f.values[name] {
		a, err := account.ParseAction(word)
		if err != nil {
			f.wrong(name, f.c.say(err))
			continue
		}
		list = append(list, a)
	}
	return list
}

// fields is a form of fields on a page, filled with what was sent.
func (f *filled) fields(form ui.Form, list ...question) templ.Component {
	form.Faults = f.faults
	answers := ui.Answers{Values: f.values, Faults: f.faults}
	for i := range list {
		list[i].Field = answers.Fill(list[i].Field)
	}
	return formBox(form, list)
}

// kind is which component writes a question.
type kind uint8

const (
	line kind = iota
	area
	choice // one of many
	radio  // one of a few
	ticks  // any of a few
	date
	file
)

// question is one field of a form.
type question struct {
	kind kind
	ui.Field
}
