package web

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shouhu/internal/browser"
	"shouhu/internal/pil"
	"shouhu/internal/story"
)

// Every page of the menu, for everybody who has it, on a working day: nobody is
// shut out, nothing is refused by the content security policy. With SHOUHU_SHOTS
// it takes the pictures of the manual (make shots).
func TestEveryPageInBrowser(t *testing.T) {
	c := newClicker(t)
	day := pil.Date(2026, 11, 23)
	w, err := story.Tell(t.Context(), c.Desk, day, nil)
	if err != nil {
		t.Fatal(err)
	}
	*c.clock = time.Date(2026, 11, 23, 17, 5, 0, 0, pil.Zone)
	c.learn(w)
	var seen []string
	for _, login := range []string{"ys-jcg", "ys-head", "ys-jcz", "ys-xiansuo", "ys-zhuli", "ys-anguan", "ys-shenji", "ys-admin", "ys-jianwei", "zmd-jcz"} {
		c.signIn(login)
		menu := strings.Fields(c.b.Eval(`[...document.querySelectorAll('nav a[href]')].map(a => a.getAttribute('href')).join(' ')`))
		if len(menu) < 3 {
			t.Errorf("%s has a menu of %v", login, menu)
		}
		for _, path := range menu {
			c.b.Open(c.base + path)
			if head := c.b.Text("h1"); head == "" {
				t.Errorf("%s at %s: no heading", login, path)
			}
			if !slices.Contains(seen, path) {
				seen = append(seen, path)
				c.b.Axe()
			}
		}
		switch login {
		case "ys-jcg":
			c.picture("/", "today", 1100)
			c.picture("/cases/"+id(w.Cases["规范快递面单个人信息保护"]), "case", 1500)
			c.picture("/clues/"+id(w.Clues["湿地公园填埋垃圾"]), "clue", 1500)
			c.picture("/calendar", "calendar", 1100)
		case "ys-jcz":
			c.b.Open(c.base + "/approvals")
			c.b.Click("#for-me tbody a[href]")
			c.look()
			c.shot("approval", 1100)
		case "ys-head":
			c.picture("/overview", "overview", 1300)
		}
	}
}

// The two pages a prosecutor lives in, on a phone: nothing is wider than it.
func TestOnPhone(t *testing.T) {
	c := newClicker(t)
	w, err := story.Tell(t.Context(), c.Desk, pil.Date(2026, 11, 23), nil)
	if err != nil {
		t.Fatal(err)
	}
	*c.clock = time.Date(2026, 11, 23, 17, 5, 0, 0, pil.Zone)
	c.b = browser.New(t, browser.Options{Phone: true, NoScript: true})
	c.signIn("ys-jcg")
	for _, p := range []struct{ path, name string }{
		{"/", "phone-today"}, {"/cases/" + id(w.Cases["规范快递面单个人信息保护"]), "phone-case"}, {"/clues", "phone-inbox"},
		{"/clues/new", "phone-clue"}, {"/cases", "phone-cases"}, {"/approvals", "phone-approvals"}, {"/calendar", "phone-calendar"},
	} {
		c.b.Open(c.base + p.path)
		c.b.Axe()
		if wide := c.b.Eval(`String(document.documentElement.scrollWidth - innerWidth)`); wide != "0" {
			t.Errorf("%s is %s pixels wider than the phone", p.path, wide)
		}
		c.shot(p.name, 2400)
	}
}

func (c *clicker) signIn(login string) {
	if c.who != 0 {
		c.b.Submit("退出")
	}
	c.b.Open(c.base + "/sign-in")
	c.b.Fill("账号", login)
	c.b.Fill("口令", story.Password)
	c.b.Submit("登录")
	c.who = 1
}

// picture opens a page and takes a picture of its upper part.
func (c *clicker) picture(path, name string, height int) {
	c.open(path)
	c.shot(name, height)
}

func (c *clicker) shot(name string, height int) {
	c.b.Screenshot(name)
	dir := os.Getenv("SHOUHU_SHOTS")
	if dir == "" {
		return
	}
	path := filepath.Join(dir, name+".png")
	f, err := os.Open(path)
	if err != nil {
		c.tb.Fatal(err)
	}
	m, err := png.Decode(f)
	_ = f.Close()
	if err != nil {
		c.tb.Fatal(err)
	}
	r := m.Bounds()
	r.Max.Y = min(r.Max.Y, r.Min.Y+height)
	out := image.NewRGBA(r)
	draw.Draw(out, r, m, r.Min, draw.Src)
	if f, err = os.Create(path); err != nil {
		c.tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := png.Encode(f, out); err != nil {
		c.tb.Fatal(err)
	}
}
