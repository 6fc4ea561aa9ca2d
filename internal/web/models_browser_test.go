package web

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shouhu/internal/analysis"
	"shouhu/internal/browser"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/story"
	"shouhu/internal/testengine"
)

// A supervision model through the pages, with the real engine: uploaded and put right,
// tried, agreed to by a second person, run, its hit accepted, the clue in the inbox.
func TestModelInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser and the engine: not in a short run")
	}
	c := newClicker(t)
	w, err := story.Tell(t.Context(), c.Desk, pil.Date(2026, 11, 23), nil)
	if err != nil {
		t.Fatal(err)
	}
	*c.clock = time.Date(2026, 11, 23, 17, 5, 0, 0, pil.Zone)
	c.learn(w)
	*c.asker = analysis.DuckDB{Program: testengine.Program(t), Memory: 256 << 20}
	name, text, err := c.ModelFile(t.Context(), w.Casts["demo"].Prosecutor, "new-numbers")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer("name: new-numbers", "name: new-numbers-county", "zh: 新办号码交付前被注册平台账号", "zh: 新办号码代注册（本县版）", `default: "5"`, `default: "2"`).Replace(string(text))
	var openings, registrations strings.Builder
	openings.WriteString("手机号码\t经办人工号\t营业厅\t开户时间\t交付时间\n")
	registrations.WriteString("注册手机号\t平台\t注册时间\n")
	for n := range 40 {
		clerk := "甲某"
		if n < 6 {
			clerk = "沈一二"
			_, _ = fmt.Fprintf(&registrations, "1990000%04d\t演示商城\t2026-03-%02d 10:20:00\n", n, n+1)
		}
		_, _ = fmt.Fprintf(&openings, "1990000%04d\t%s\t演示路营业厅\t2026-03-%02d 09:00:00\t2026-03-%02d 15:00:00\n", n, clerk, n%27+1, n%27+2)
	}
	openings.WriteString("19900009999\t甲某\t演示路营业厅\t某日\t某日\n")
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wrong, right := file("有误的"+name, strings.Replace(own, "FROM openings o", "FROM openings_2026 o", 1)), file(name, own)
	tables := []string{file("开户记录.tsv", openings.String()), file("注册记录.tsv", registrations.String())}
	run := func(what string) {
		c.b.Upload(`[name="table.openings"]`, tables[0])
		c.b.Upload(`[name="table.registrations"]`, tables[1])
		if err := c.send(what); err != nil {
			t.Fatal(err)
		}
		address := c.b.Address()
		for range 300 {
			c.b.Open(address)
			if c.b.Eval(`String(!!document.querySelector('#hits, #failed'))`) == "true" {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		c.b.MustSee("演示路营业厅经办人沈**涉嫌擅自用新办号码注册平台账号")
		c.look()
	}

	c.signIn("ys-jishu")
	c.open("/models")
	c.b.MustSee("人脸信息存储达到十万人未备案")
	c.shot("models", 1500)
	c.b.Click("上传模型")
	c.look()
	c.b.Upload(`[name="file"]`, wrong)
	c.b.Forgive("422")
	if err := c.send("a model that reads another table"); err == nil || !strings.Contains(err.Error(), "sql 第4行") {
		t.Errorf("it says %v", err)
	}
	if kept := c.b.Eval(`String(document.querySelector('[name=text]').value.includes('openings_2026'))`); kept != "true" {
		t.Error("what was sent is gone")
	}
	c.shot("model-wrong", 1300)
	c.b.Upload(`[name="file"]`, right)
	if err := c.send("the model"); err != nil {
		t.Fatal(err)
	}
	c.b.MustSee("检查通过")
	c.look()
	model := c.b.Address()
	c.b.Click("用样本试运行")
	c.look()
	run("the trial")
	c.b.MustSee("试运行")
	c.b.Open(model)
	c.b.Submit("报请上架")
	c.b.MustSee("等待另一人批准")
	approval := c.b.Address()

	c.signIn("ys-head")
	c.b.Open(approval)
	c.look()
	c.b.Click("打开模型")
	c.b.MustSee("WITH early AS")
	c.look()
	c.shot("model", 2200)
	c.b.Open(approval)
	c.tick("move", "approve")
	c.fill("opinion", "依据和语句已核对，同意上架")
	if err := c.send("agree"); err != nil {
		t.Fatal(err)
	}
	c.b.Open(model)
	c.b.MustSee("在架")

	c.signIn("ys-jcg")
	c.b.Open(model)
	c.b.Click(`a.primary[href$="/run"]`)
	c.look()
	c.shot("model-form", 1500)
	run("the run")
	c.shot("model-run", 1500)
	c.b.Click("#hits-table a.row-link")
	c.look()
	c.b.MustNotSee("沈一二")
	c.b.MustNotSee("19900000003")
	hit := c.b.Address()
	c.shot("model-hit", 1500)
	c.b.Submit("采纳为线索")
	c.b.MustSee("已采纳为")
	c.look()
	c.open("/clues")
	c.b.MustSee("演示路营业厅经办人沈**涉嫌擅自用新办号码注册平台账号")
	c.b.Click("演示路营业厅经办人沈**涉嫌擅自用新办号码注册平台账号")
	c.b.MustSee("监督模型的命中")
	c.b.MustSee("证明数据.csv")
	c.look()
	c.shot("model-clue", 1500)
	c.b.Open(hit)
	c.b.MustSee("采纳")

	c.signIn("ys-head")
	c.open("/models/runs")
	c.b.MustSee("新办号码代注册（本县版）")
	c.shot("model-runs", 1300)
	runs, err := c.ListRuns(t.Context(), w.Casts["demo"].Head, desk.RunFilter{})
	if err != nil || len(runs.Counts) != 1 || runs.Counts[0].Accepted != 1 {
		t.Errorf("%+v, %v", runs.Counts, err)
	}

	// On a phone nothing is wider than it, and without scripts it works as well.
	c.b = browser.New(t, browser.Options{Phone: true, NoScript: true})
	c.who = 0
	c.signIn("ys-jcg")
	for _, path := range []string{"/models", "/models/runs"} {
		c.b.Open(c.base + path)
		c.narrow(path)
	}
	for _, address := range []string{model, model + "/run", hit, strings.Split(hit, "/hits/")[0]} {
		c.b.Open(address)
		c.narrow(address)
	}
}

// narrow fails where a page is wider than the phone, or not for everybody.
func (c *clicker) narrow(path string) {
	c.tb.Helper()
	c.b.Axe()
	if wide := c.b.Eval(`String(document.documentElement.scrollWidth - innerWidth)`); wide != "0" {
		c.tb.Errorf("%s is %s pixels wider than the phone", path, wide)
	}
}
