package web

import (
	"strings"
	"testing"

	"shouhu/internal/browser"
)

// The pages of people in a real browser: usable by everybody, nothing refused by
// the content security policy.
func TestPagesInBrowser(t *testing.T) {
	b := newBench(t, true)
	br := browser.New(t, browser.Options{})
	br.Open(b.srv.URL + "/people")
	br.MustSee("登录")
	br.Axe()
	br.Screenshot("sign-in")
	br.Fill("账号", "admin")
	br.Fill("口令", "wrong")
	br.Forgive("401")
	br.Submit("登录")
	br.MustSee("账号或者口令不对")
	br.Axe()
	br.Fill("口令", password)
	br.Submit("登录")
	br.MustSee("演示检察长")
	for _, p := range []struct{ path, see string }{
		{"/people", "增加人员"}, {"/people/new", "任职日期"}, {"/people/2", "基本情况"}, {"/people/2/close", "停用"}, {"/people/2/roles", "提出角色"},
		{"/people/2/reset", "一次性口令"}, {"/office", "下级院"}, {"/handovers", "跨院调用"}, {"/account", "登录中的设备"}, {"/account/password", "现口令"}, {"/set-up/factor", "二维码"},
	} {
		br.Open(b.srv.URL + p.path)
		br.MustSee(p.see)
		br.Axe()
		br.Screenshot("page" + strings.ReplaceAll(p.path, "/", "-"))
	}
}

// The door on a phone, without scripts.
func TestDoorOnPhone(t *testing.T) {
	b := newBench(t, false)
	br := browser.New(t, browser.Options{Phone: true, NoScript: true})
	br.Open(b.srv.URL + "/")
	br.Fill("账号", "chief")
	br.Fill("口令", string(b.founded.ChiefPassword))
	br.Submit("登录")
	br.MustSee("设置口令")
	br.Fill("新口令", "两岸猿声啼不住轻舟")
	br.Fill("再输入一次", "两岸猿声啼不住轻舟")
	br.Submit("保存")
	br.MustSee("动态验证码")
	br.Screenshot("factor-phone")
}
