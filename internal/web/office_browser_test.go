package web

import (
	"strings"
	"testing"

	"shouhu/internal/browser"
	"shouhu/internal/story"
)

// The pages of the office in a real browser, wide and on a phone: usable by
// everybody, nothing refused, nothing wider than the screen, lists filtered in
// place.
func TestOfficeInBrowser(t *testing.T) {
	w := newWorld(t)
	n := "/cases/" + id(w.Cases["规范快递面单个人信息保护"])
	pages := []struct{ login, path, see string }{
		{"ys-head", "/cases", "共 12 条"}, {"ys-head", "/cases?due=x", "筛选条件有误"}, {"ys-head", "/calendar", "2026年11月"}, {"ys-head", "/look-backs", "整改是否保持"}, {"ys-head", "/overview", "回复不等于整改"},
		{"ys-jcg", "/law", "程序"}, {"ys-jcg", "/law/administrative", "程序图"}, {"ys-jcg", "/law/administrative/decide-recommend", "现行"}, {"ys-jcg", "/law/limits/D07?start=2026-12-31", "2027-03-01"},
		{"ys-jcg", "/law/article?cite=R75", "第75条"}, {"ys-jcg", n + "/card", "供复制"}, {"ys-jcg", n + "/events/2/receipt", "送达回证"}, {"ys-jcg", "/agencies", "行政机关名录"}, {"ys-jcg", "/agencies/new", "职责和依据"},
		{"ys-jcg", "/search?q=面单", "面单"}, {"ys-shenji", "/record", "全部条目"}, {"zmd-jcg", "/filings", "登记收到"},
	}
	for _, phone := range []bool{false, true} {
		b, who, name := browser.New(t, browser.Options{Phone: phone}), "", "wide"
		if phone {
			name = "phone"
		}
		b.Forgive("422")
		for _, p := range pages {
			if who != p.login {
				if who != "" {
					b.Submit("退出")
				}
				b.Open(w.srv.URL + "/sign-in")
				b.Fill("账号", p.login)
				b.Fill("口令", story.Password)
				b.Submit("登录")
				who = p.login
			}
			b.Open(w.srv.URL + p.path)
			b.MustSee(p.see)
			b.Axe()
			if got := b.Eval("String(document.documentElement.scrollWidth > document.documentElement.clientWidth)"); strings.Contains(got, "true") {
				t.Errorf("%s is wider than the screen (%s)", p.path, name)
			}
			path, _, _ := strings.Cut(p.path, "?")
			b.Screenshot("office-" + name + strings.ReplaceAll(path, "/", "-"))
		}
	}
}

// A list is filtered in place, and has an address for what it shows.
func TestFilterInPlace(t *testing.T) {
	w := newWorld(t)
	b := browser.New(t, browser.Options{})
	b.Open(w.srv.URL + "/cases")
	b.Fill("账号", "ys-head")
	b.Fill("口令", story.Password)
	b.Submit("登录")
	b.MustSee("共 12 条")
	b.Eval("document.body.dataset.same = 'yes'")
	b.Select("领域", "食品药品安全")
	b.Click("筛选")
	b.MustSee("共 1 条")
	b.MustSee("把当前筛选存为视图")
	if got := b.Eval("document.body.dataset.same"); !strings.Contains(got, "yes") {
		t.Error("the whole page was loaded")
	}
	if got := b.Address(); !strings.Contains(got, "field=food-drugs") {
		t.Errorf("at %s", got)
	}
}
