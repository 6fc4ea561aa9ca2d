package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// asked is what a list's address asks for. Its filled tells what is wrong with it.
type asked struct {
	*filled
	path string
}

// asks reads the address of a list. Blank values are left out, so that one list has
// one address.
func (c *call) asks(path string, from url.Values) *asked {
	v := url.Values{}
	for name, list := range from {
		for _, text := range list {
			if text = strings.TrimSpace(text); text != "" {
				v.Add(name, text)
			}
		}
	}
	c.told = &filled{c: c, values: v}
	return &asked{c.told, path}
}

// cursors are the parameters that say where a page begins.
var cursors = []string{"after", "afterday"}

// with is the address of the same list with some parameters set (name, value …), an
// empty value taking it out; it begins at the first page unless it says otherwise.
func (a *asked) with(pairs ...string) string {
	v := maps.Clone(a.values)
	for _, name := range cursors {
		v.Del(name)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Del(pairs[i])
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return a.path
	}
	return a.path + "?" + v.Encode()
}

// query is what the list is asked for, without where the page begins.
func (a *asked) query() string {
	_, query, _ := strings.Cut(a.with(), "?")
	return query
}

// active counts the parameters of those names that are set.
func (a *asked) active(names ...string) (n int) {
	for _, name := range names {
		if a.values.Get(name) != "" {
			n++
		}
	}
	return n
}

// among is a parameter that has to be one of several words.
func (a *asked) among(name string, words ...string) string {
	text := a.text(name)
	if text != "" && !slices.Contains(words, text) {
		a.wrong(name, a.c.t("没有这个选项，请重新选择", "No such choice; choose again"))
		return ""
	}
	return text
}

// count is a parameter that has to be a whole number.
func (a *asked) count(name string) int64 {
	text := a.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		a.wrong(name, a.c.t("应为数字", "Give a number"))
		return 0
	}
	return n
}

// region is a parameter that has to be a region.
func (a *asked) region(name string) pil.Region {
	text := a.text(name)
	if text == "" {
		return ""
	}
	r, err := pil.ParseRegion(text)
	if err != nil {
		a.wrong(name, a.c.say(err))
	}
	return r
}

// bar is the filter of the list, filled with what was asked for. names are the
// parameters it sends; the others that are set are sent along.
func (a *asked) bar(target string, list ...question) templ.Component {
	return a.barOf("", target, list...)
}

// barOf is a bar whose button says something else, and which nobody has to clear.
func (a *asked) barOf(submit, target string, list ...question) templ.Component {
	f := ui.Filter{Action: a.path, Target: target, Submit: submit}
	var names []string
	answers := ui.Answers{Values: a.values, Faults: a.faults}
	for i := range list {
		names = append(names, list[i].Name)
		list[i].Field = answers.Fill(list[i].Field)
	}
	var clear []string
	for _, name := range slices.Sorted(maps.Keys(a.values)) {
		switch {
		case slices.Contains(names, name):
			clear = append(clear, name, "")
		case !slices.Contains(cursors, name):
			f.Hidden = append(f.Hidden, ui.Hidden{Name: name, Value: a.values.Get(name)})
		}
	}
	if submit == "" {
		f.Active, f.Clear = a.active(names...), a.with(clear...)
	}
	return narrow(f, list)
}

// pager leads to the next page, where there is one.
func (a *asked) pager(count int, more bool, next string) templ.Component {
	p := ui.Pager{Count: min(count, desk.CountLimit), More: count > desk.CountLimit}
	if a.active(cursors...) > 0 {
		p.First = a.with()
	}
	if more {
		p.Next = next
	}
	return ui.PagerBar(p)
}

// turner leads on through a list that nobody counts.
func (a *asked) turner(more bool, next string) templ.Component {
	var list []ui.Action
	if a.active(cursors...) > 0 {
		list = append(list, ui.Action{Text: a.c.t("回到首页", "First page"), Href: a.with(), Kind: ui.Quiet})
	}
	if more {
		list = append(list, ui.Action{Text: a.c.t("下一页", "Next"), Href: next})
	}
	return toolbar(ui.Actions(list))
}

// chooseOf is a field that is one of several, or none of them.
func chooseOf(name, label, blank string, options []ui.Option) question {
	return question{kind: choice, Field: ui.Field{Name: name, Label: label, Blank: blank, Options: options}}
}

// amend is what the filter of a list says where the list cannot be shown.
func (c *call) amend() templ.Component {
	return ui.Empty(ui.EmptyState{Title: c.t("筛选条件有误", "The filter is wrong"), Text: c.t("请改正标出的条件，再点「筛选」。", "Correct what is marked and filter again.")})
}
