package web

import (
	"testing"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/story"
)

// A map drawn by hand, without scripts: nodes, an edge, the points the law asks
// for, the picture.
func TestFlowInBrowser(t *testing.T) {
	c := newClicker(t)
	w, err := story.Tell(t.Context(), c.Desk, pil.Date(2026, 11, 23), nil)
	if err != nil {
		t.Fatal(err)
	}
	*c.clock = time.Date(2026, 11, 23, 17, 5, 0, 0, pil.Zone)
	c.signIn("ys-jcg")
	matter := w.Cases["规范快递面单个人信息保护"]
	c.open("/cases/" + id(matter))
	c.b.Click(`#flow a[href="/cases/` + id(matter) + `/flow"]`)
	c.look()
	c.b.MustSee("还没有画图")
	for _, n := range [][3]string{{"subject", "收件人（不特定多数）", ""}, {"collector", "演示快递公司", "面单显示全名和完整手机号"}, {"store", "演示快递公司服务器", ""}, {"processor", "某面单打印服务商", "受托打印"}, {"buyer", "驿站代收点", ""}} {
		c.b.Click("添加主体")
		c.look()
		c.tick("kind", n[0])
		c.fill("name", n[1])
		c.fill("note", n[2])
		if err := c.send("add a node"); err != nil {
			t.Fatal(err)
		}
	}
	f := w.Casts["demo"].Prosecutor
	file, err := c.ShowCase(t.Context(), f, matter)
	if err != nil {
		t.Fatal(err)
	}
	node := func(name string) string {
		for _, n := range file.Flow.Map.Nodes {
			if n.Name == name {
				return id(n.ID)
			}
		}
		t.Fatalf("no node %s", name)
		return ""
	}
	for _, e := range []struct{ from, to, handling, category, basis, rows, yes, no string }{
		{"收件人（不特定多数）", "演示快递公司", "collect", "basic", "contract", "1200000", "notice", ""},
		{"演示快递公司", "演示快递公司服务器", "store", "basic", "contract", "1200000", "", "retention"},
		{"演示快递公司", "某面单打印服务商", "entrust", "basic", "contract", "1200000", "", "assessment"},
		{"演示快递公司", "驿站代收点", "provide", "basic", "", "300000", "", "separate"},
	} {
		c.b.Click("添加流向")
		c.look()
		c.pick("from", node(e.from))
		c.pick("to", node(e.to))
		c.pick("handling", e.handling)
		c.pick("basis", e.basis)
		c.tick("category", e.category)
		c.fill("rows", e.rows)
		c.fill("begin", "2025-01-01")
		if err := c.send("add an edge"); err != nil {
			t.Fatal(err)
		}
		c.b.MustSee("逐项核对")
		if e.yes != "" {
			c.pick("point."+e.yes, "yes")
		}
		if e.no != "" {
			c.pick("point."+e.no, "no")
		}
		if e.from == "演示快递公司" && e.to == "驿站代收点" {
			c.shot("flow-edge", 2000)
		}
		if err := c.send("say what is there"); err != nil {
			t.Fatal(err)
		}
	}
	c.b.MustSee("单独同意")
	c.b.MustSee("个人信息保护法第23条")
	c.look()
	c.shot("flow-hand", 2200)
	c.picture("/cases/"+id(matter), "flow-case", 2600)
}
