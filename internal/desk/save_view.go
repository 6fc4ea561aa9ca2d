package desk

import (
	"context"
	"net/url"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Bounds of what a person keeps.
const (
	maxViews    = 20   // a page
	maxViewName = 20   // characters
	maxViewText = 2000 // of the filter, in bytes
)

// SaveView keeps a filter of a page under a name, for the actor alone; a name kept
// already gets the new filter. query is the page's own, and is not looked at.
func (d *Desk) SaveView(ctx context.Context, who Who, page, name, query string) error {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return pil.Invalid("请填视图名称 (name the view)")
	case len([]rune(name)) > maxViewName:
		return pil.Invalid("视图名称最多 %d 字 (at most %[1]d characters)", maxViewName)
	case len(query) > maxViewText || page == "" || len(page) > maxViewName:
		return pil.Invalid("筛选条件过长，不能保存 (the filter is too long to be kept)")
	}
	if _, err := url.ParseQuery(query); err != nil {
		return pil.Invalid("筛选条件无法读取 (the filter cannot be read)")
	}
	return d.do(ctx, who, account.SaveView, ofMyself(who), func(w *work) error {
		kept, err := w.Views(w.me, page)
		if err != nil {
			return err
		}
		n := len(kept)
		for i := range kept {
			if kept[i].Name == name {
				if err := w.tx.RemoveView(w.me, kept[i].ID); err != nil {
					return err
				}
				n--
			}
		}
		if n >= maxViews {
			return pil.Invalid("最多保存 %d 个视图，请先删除不用的 (too many views; remove one first)", maxViews)
		}
		return w.tx.AddView(&store.SavedView{PersonID: w.me, Page: page, Name: name, Query: query})
	})
}

// RemoveView forgets one of the actor's views; one that is not the actor's stays.
func (d *Desk) RemoveView(ctx context.Context, who Who, id int64) error {
	return d.do(ctx, who, account.SaveView, ofMyself(who), func(w *work) error { return w.tx.RemoveView(w.me, id) })
}

// Views are the actor's views of a page, in the order they were made.
func (d *Desk) Views(ctx context.Context, who Who, page string) (out []SavedView, err error) {
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		out, err = l.Views(l.me, page)
		return err
	})
	return out, err
}

// ofMyself is the actor as the subject of the record.
func ofMyself(who Who) target {
	return target{self: true, record: audit.Subject{Kind: "person", ID: idText(who.Person)}}
}
