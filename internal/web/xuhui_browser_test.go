package web

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/story"
)

// Xuhui's evidence through the pages: the supplier's data and the list of contracts
// are loaded, counted, reported, made an exhibit; the contracts become the map of who
// collects, processes and buys.
func TestXuhuiInBrowser(t *testing.T) {
	c := newClicker(t)
	w, err := story.Tell(t.Context(), c.Desk, pil.Date(2026, 11, 23), nil)
	if err != nil {
		t.Fatal(err)
	}
	*c.clock = time.Date(2026, 11, 23, 17, 5, 0, 0, pil.Zone)
	matter, cast := w.Cases["徐汇"], w.Casts["xuhui"]
	if matter == 0 || cast == nil {
		t.Fatalf("no such matter: %v", w.Cases)
	}
	c.learn(w)
	c.as(cast.Prosecutor, c.Day())
	dir := t.TempDir()
	data, contracts := filepath.Join(dir, "后台数据.tsv"), filepath.Join(dir, "合同清单.tsv")
	var rows, lines strings.Builder
	faceRows(&rows, 20000)
	lines.WriteString("合同编号\t技术服务商\t甲方\t设备所属单位\t采集条数\n")
	for i, n := range []string{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"} {
		_, _ = fmt.Fprintf(&lines, "HT-%d\t某电子科技公司\t涉案经营主体%s\t涉案经营主体%s\t%d\n", i+1, n, n, 3_250_000+i*1000)
	}
	for path, text := range map[string]string{data: rows.String(), contracts: lines.String()} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kase := "/cases/" + id(matter)
	c.open(kase + "/files")
	c.b.Upload(`[name="files"]`, data, contracts)
	c.tick("kind", "exhibit")
	if err := c.send("attach the tables"); err != nil {
		t.Fatal(err)
	}

	c.open(kase + "/analyses/new")
	file, err := c.ShowCase(t.Context(), cast.Prosecutor, matter)
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]string{}
	for _, f := range file.Files {
		number[f.Name] = id(f.ID)
	}
	c.tick("file", number["后台数据.tsv"])
	if err := c.send("choose the data"); err != nil {
		t.Fatal(err)
	}
	c.shot("analysis-columns", 900)
	if err := c.send("count"); err != nil {
		t.Fatal(err)
	}
	address := c.b.Address()
	for range 100 {
		c.b.Open(address)
		if c.b.Eval(`String(!!document.querySelector('#orgs'))`) == "true" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.b.MustSee("20,000")
	c.look()
	if err := c.send("make it an exhibit"); err != nil {
		t.Fatal(err)
	}
	c.b.MustSee("已作为证据登记")
	c.shot("analysis", 1700)

	c.open(kase + "/flow/propose")
	c.pick("file", number["合同清单.tsv"])
	c.fill("subject", "进店消费者")
	c.tick("category", "face")
	if err := c.send("read the contracts"); err != nil {
		t.Fatal(err)
	}
	c.b.MustSee("还没有保存")
	c.shot("flow-propose", 1500)
	c.b.Submit("画到图上")
	c.b.MustSee("新增流向")
	c.look()
	c.shot("flow", 1500)
}
