package web

import (
	"regexp"
	"strings"
	"testing"
)

// titles are the first cells of a list, in order.
func (p page) titles() (out []string) {
	for _, m := range regexp.MustCompile(`class="row-link" href="[^"]*">([^<]*)</a>`).FindAllStringSubmatch(p.text, -1) {
		out = append(out, m[1])
	}
	return out
}

func tryDocket(t *testing.T, w *world) {
	head, second, chief, clerk := w.as(t, "ys-head"), w.as(t, "ys-jcg2"), w.as(t, "gao-chief"), w.as(t, "ys-xiansuo")
	all := head.get("/cases")
	all.want(t, 200, "/cases", "督促整治窨井盖缺失案", "共 12 条", "导出表格")
	for _, x := range []struct{ query, want string }{
		{"?sort=due", "督促规范快递面单个人信息保护案 督促整治网约房登记信息泄露案 督促保护饮用水水源地案"},
		{"?due=late", "督促整治网约房登记信息泄露案 督促保护饮用水水源地案 督促规范快递面单个人信息保护案"},
		{"?field=food-drugs", "督促整治校园周边食品安全案"},
		{"?track=civil", "某信息咨询公司侵犯公民个人信息民事公益诉讼案"},
		{"?state=suspended", "督促修复受损耕地案"},
		{"?q=窨井盖", "督促整治窨井盖缺失案"},
		{"?from=2026-10-20&to=2026-10-25", "督促整治非法占用消防通道案"},
		{"?live=0&field=heritage", ""},
	} {
		if got := strings.Join(head.get("/cases"+x.query).titles(), " "); !strings.HasPrefix(got, x.want) || x.want == "" && got != "" {
			t.Errorf("%s: %s, want %s", x.query, got, x.want)
		}
	}
	if got := second.get("/cases").titles(); len(got) == 0 || len(got) >= len(all.titles()) {
		t.Errorf("a prosecutor sees %v", got)
	}
	if p := second.get("/cases"); strings.Contains(p.text, "导出表格") {
		t.Error("a prosecutor is offered to export")
	}
	if got := chief.get("/cases?live=all&region=41&q=确山").text; !strings.Contains(got, "确山县人民检察院") || strings.Contains(got, "督促整治窨井盖缺失案") {
		t.Errorf("by region and word: %s", body(got))
	}
	clerk.get("/cases").want(t, 403, "/cases", "您的职权不包括「案件列表」")
	head.get("/cases?due=soon").want(t, 422, "/cases?due=soon", "没有这个选项")
	head.get("/cases?from=2026-10-20&to=2026-10-01").want(t, 422, "/cases?from=2026-10-20&to=2026-10-01", "不能早于起始日", "筛选条件有误")
	chief.get("/cases?region=xx&office=a").want(t, 422, "/cases?region=xx&office=a", "应为数字")

	head.post("/views", "page", "cases", "name", "", "query", "sort=due").want(t, 422, "/views", "请填写「视图名称」")
	head.post("/views", "page", "cases", "name", strings.Repeat("长", 21), "query", "sort=due").want(t, 422, "/views", "最多 20 字")
	head.post("/views", "page", "cases", "name", "我的到期", "query", "after=3&field=&sort=due&state=served").want(t, 200, "/cases?sort=due&state=served", "已保存视图", "我的到期", "删除视图")
	if strings.Contains(second.get("/cases").text, "我的到期") {
		t.Error("somebody else sees a view")
	}
	second.post("/views/1/remove").want(t, 200, "/cases")
	head.get("/cases").want(t, 200, "/cases", "我的到期")
	head.post("/views/1/remove").want(t, 200, "/cases", "已删除视图")

	rows := head.post("/cases/export", "query", "sort=due").rows(t, "案件")
	if len(rows) != 7 || rows[0][2] != "案件名称" || rows[1][2] != "督促规范快递面单个人信息保护案" || rows[1][15] != "2026-11-16" {
		t.Errorf("the sheet holds %q", rows)
	}
	second.post("/cases/export", "query", "").want(t, 403, "/cases/export")
	head.post("/cases/export", "query", "due=x").want(t, 422, "/cases/export", "没有导出")
}
