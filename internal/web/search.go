package web

import (
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// search finds clues and cases by words in their texts.
func (s *Server) search(c *call) error {
	a := c.asks("/search", c.r.URL.Query())
	q := a.text("q")
	p := ui.Page{Title: c.t("搜索", "Search"), Lead: c.t("查找您有权查看的线索和案件；举报人身份不在查找范围", "Clues and cases you may see; who reported is not searched")}
	box := a.barOf(c.t("搜索", "Search"), "search-results", question{Field: ui.Field{Name: "q", ID: "f-q", Label: c.t("关键词，多个词用空格分开", "Words, parted by blanks"), Type: "search", MaxLength: 200}})
	list, err := s.found(c, a, q)
	if err != nil {
		return err
	}
	return c.page(p, card(ui.Section{Flush: true}, box, results("search-results", list)))
}

func (s *Server) found(c *call, a *asked, q string) (templ.Component, error) {
	if q == "" {
		return ui.Empty(ui.EmptyState{Title: c.t("请输入要找的词", "Type what to look for"), Text: c.t("案号、线索编号、名称、对象、地点和办案记录的文字都可以找；在任何页面按 / 键开始。", "Numbers, names, respondents, places and the words of records are searched; press / on any page to begin.")}), nil
	}
	got, err := s.desk.Search(c.ctx(), c.session.Who, q, a.count("after"))
	if pil.CodeOf(err) == pil.CodeInvalid {
		a.wrong("q", c.say(err))
		return ui.Empty(ui.EmptyState{Title: c.say(err)}), nil
	}
	if err != nil {
		return nil, err
	}
	if len(got.Rows) == 0 {
		return ui.Empty(ui.EmptyState{Title: c.t("没有找到「%s」", "Nothing found for “%s”", q), Text: c.t("少写几个词，或者换一种说法；没有权限查看的案件不会列出。", "Fewer words, or others; what you may not see is not listed.")}), nil
	}
	return stack([]templ.Component{hits(got), a.pager(got.Count, got.More, a.with("after", id(got.Rows[len(got.Rows)-1].MatterID)))}), nil
}

// hitLead is the line under a hit: number, field, track, state, who leads it.
func hitLead(c desk.SearchLine, words ...string) string {
	var parts []string
	for _, w := range append([]string{c.Number, c.Field}, words...) {
		if w != "" {
			parts = append(parts, w)
		}
	}
	return strings.Join(parts, " · ")
}
