package web

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"shouhu/internal/audit"
	"shouhu/internal/pil"
)

func tryCalendar(t *testing.T, w *world) {
	jcg, clerk := w.as(t, "ys-jcg"), w.as(t, "ys-xiansuo")
	jcg.get("/calendar").want(t, 200, "/calendar", "2026年11月", "行政机关依法履职并书面回复：督促规范快递面单个人信息保护案", "/calendar?month=2026-12")
	jcg.get("/calendar?month=2026-10").want(t, 200, "/calendar?month=2026-10", "国庆节", "班", "本月没有到期事项")
	jcg.get("/calendar?month=2027-02").want(t, 200, "/calendar?month=2027-02", "放假安排尚未收录")
	if p := clerk.get("/calendar"); p.status != 200 || strings.Contains(p.text, "督促规范快递面单个人信息保护案") {
		t.Error("the clue officer sees limits of cases")
	}
	for _, bad := range []string{"x", "2026-13", "0001-01", "2026-11-01"} {
		jcg.get("/calendar?month="+bad).want(t, 422, "/calendar?month="+bad, "月份应写作")
	}
}

func tryLookBacks(t *testing.T, w *world) {
	head, other := w.as(t, "ys-head"), w.as(t, "qs-jcg")
	head.get("/look-backs").want(t, 200, "/look-backs", "督促拆除违法排污口", "逾期", "整改是否保持")
	head.get("/look-backs?show=done").want(t, 200, "/look-backs?show=done", "已办")
	if strings.Contains(other.get("/look-backs").text, "督促拆除违法排污口") {
		t.Error("another office sees a look-back")
	}
	w.as(t, "tc-jcg").get("/look-backs?show=done").want(t, 200, "/look-backs?show=done", "没有反弹")
	head.get("/look-backs?show=x&lead=y").want(t, 422, "/look-backs?show=x&lead=y", "应为数字")
	w.as(t, "ys-xiansuo").get("/look-backs").want(t, 403, "/look-backs")
}

func tryOverview(t *testing.T, w *world) {
	head, second := w.as(t, "ys-head"), w.as(t, "ys-jcg2")
	head.get("/overview").want(t, 200, "/overview", "演示检察官乙", "送达检察建议书", "公示检查结果", "未整改（纸面整改）", "决定提出检察建议（演示县消防救援大队）", "导出表格")
	if p := second.get("/overview"); p.status != 200 || strings.Contains(p.text, "演示县消防救援大队") || strings.Contains(p.text, "导出表格") {
		t.Error("a prosecutor sees others' figures")
	}
	if p := w.as(t, "qs-head").get("/overview"); p.status != 200 || strings.Contains(p.text, "演示检察官乙") {
		t.Error("another office sees the figures")
	}
	p := head.post("/overview/export")
	if rows := p.rows(t, "等待审批"); len(rows) < 2 || rows[0][0] != "事项" {
		t.Errorf("approvals: %q", rows)
	}
	if rows := p.rows(t, "未核实的建议事项"); len(rows) != 7 {
		t.Errorf("demands: %q", rows)
	}
	second.post("/overview/export").want(t, 403, "/overview/export")
	w.as(t, "ys-shenji").get("/overview").want(t, 403, "/overview")
}

func tryLaw(t *testing.T, w *world) {
	any := w.as(t, "ys-shenji")
	any.get("/law").want(t, 200, "/law", "行政公益诉讼", "D07", "人民检察院公益诉讼办案规则")
	any.get("/law?q=面单").want(t, 200, "/law?q=面单", "没有找到")
	any.get("/law?q=送达检察建议").want(t, 200, "/law?q=送达检察建议", "/law/administrative/serve")
	any.get("/law/administrative").want(t, 200, "/law/administrative", "/law/administrative.svg", "决定提出检察建议", "检察长或者检察委员会")
	svg := any.get("/law/administrative.svg")
	svg.want(t, 200, "/law/administrative.svg", "<svg")
	if svg.header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the picture comes with %v", svg.header)
	}
	any.get("/law/administrative/decide-recommend").want(t, 200, "/law/administrative/decide-recommend", "现行", "办案规则第75条", "不得进行", "D05", "已核对原文")
	any.get("/law/limits/D07").want(t, 200, "/law/limits/D07", "填起算日", "2个月", "行政机关逾期回复")
	any.get("/law/limits/D07?start=2026-12-31").want(t, 200, "/law/limits/D07?start=2026-12-31", "2027-03-01", "暂定", "该月无对应日")
	any.get("/law/limits/D07?start=12月31日").want(t, 422, "/law/limits/D07?start=12月31日", "日期写法不对")
	any.get("/law/limits/D34?start=2026-12-31").want(t, 422, "/law/limits/D34?start=2026-12-31", "筛选条件有误")
	any.get("/law/limits/D34?start=2026-12-31&days=x").want(t, 422, "/law/limits/D34?start=2026-12-31&days=x", "1 至 36500")
	any.get("/law/limits/D34?start=2026-11-23&days=10").want(t, 200, "/law/limits/D34?start=2026-11-23&days=10", "2026-12-03")
	any.get("/law/article?cite=R75").want(t, 200, "/law/article?cite=R75", "《人民检察院公益诉讼办案规则》第75条", "提出检察建议", "D06", "检察建议书", "已核对原文")
	any.get("/law/article?cite=CPL82").want(t, 200, "/law/article?cite=CPL82", "以前的条号", "cite=CPL85")
	for _, none := range []string{"/law/nothing", "/law/administrative/nothing", "/law/limits/D99", "/law/article?cite=R999", "/law/article", "/law/nothing.svg"} {
		any.get(none).want(t, 404, none)
	}
	// What the case file prints as its basis is found here.
	f, err := w.ShowCase(t.Context(), w.Casts["demo"].Prosecutor, w.Cases["规范快递面单个人信息保护"])
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range f.Timeline {
		for _, cite := range e.Cites {
			if in, _ := w.Law().Cited(cite); in == nil {
				t.Errorf("%s leads nowhere", cite)
			}
		}
	}
}

func tryRecord(t *testing.T, w *world) {
	auditor, head, chief := w.as(t, "ys-shenji"), w.as(t, "ys-head"), w.as(t, "ys-jcz")
	auditor.get("/record").want(t, 200, "/record", "全部条目", "查看案件", "演示检察官", "导出核验文件")
	head.get("/record").want(t, 403, "/record")
	if p := chief.get("/record"); p.status != 200 || strings.Contains(p.text, "导出核验文件") {
		t.Error("the chief is offered to export the record")
	}
	if p := auditor.get("/record?action=decide_filing"); !strings.Contains(p.text, "决定立案与否") || regexp.MustCompile(`>登录<`).MatchString(p.text) {
		t.Errorf("by action: %s", body(p.text))
	}
	if p := auditor.get("/record"); strings.Contains(p.text, "演示确山检察官") {
		t.Error("entries of another office")
	}
	first := auditor.get("/record?class=write")
	next := regexp.MustCompile(`href="(/record\?after=[^"]*)"`).FindStringSubmatch(first.text)
	if next == nil {
		t.Fatal("no second page")
	}
	auditor.get(strings.ReplaceAll(next[1], "&amp;", "&")).want(t, 200, strings.ReplaceAll(next[1], "&amp;", "&"), "回到首页")
	auditor.get("/record?action=nothing&from=x").want(t, 422, "/record?action=nothing&from=x", "日期写法不对")

	n := id(w.Cases["规范快递面单个人信息保护"])
	chief.get("/matters/"+n+"/record").want(t, 200, "/matters/"+n+"/record", "查看案件", "记录办案情况", "谁看过")
	chief.get("/cases/"+n).want(t, 200, "/cases/"+n, "/matters/"+n+"/record")
	if p := w.as(t, "ys-jcg").get("/cases/" + n); strings.Contains(p.text, "/matters/"+n+"/record") {
		t.Error("a prosecutor is led to the record")
	}
	other := id(w.Cases["确山"])
	chief.get("/matters/"+other+"/record").want(t, 404, "/matters/"+other+"/record")

	file := auditor.post("/record/export")
	if file.status != 200 || !strings.HasPrefix(file.text, `{"shouhu_audit":1}`) || strings.Contains(file.text, `"content"`) {
		t.Fatalf("%d %.200s", file.status, file.text)
	}
	report, err := audit.Check(bytes.NewReader([]byte(file.text)), audit.Trust{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Fault != audit.EntryMissing && f.Fault != audit.RowMissing {
			t.Errorf("the exported record: %+v", f)
		}
	}
	chief.post("/record/export").want(t, 403, "/record/export")
}

func trySheets(t *testing.T, w *world) {
	jcg, head, other := w.as(t, "ys-jcg"), w.as(t, "ys-head"), w.as(t, "qs-jcg")
	n := w.Cases["规范快递面单个人信息保护"]
	path := "/cases/" + id(n)
	links := regexp.MustCompile(path+`/events/\d+/receipt`).FindAllString(jcg.get(path).text, -1)
	if len(links) != 2 {
		t.Fatalf("receipts: %v", links)
	}
	jcg.get(links[0]).want(t, 200, links[0], "送达回证", "演示县邮政管理局", "受送达人签名或者盖章")
	jcg.get(path+"/events/1/receipt").want(t, 404, path+"/events/1/receipt", "不是送达")
	other.get(links[0]).want(t, 404, links[0])

	jcg.get(path+"/card").want(t, 200, path+"/card", "案件名称：督促规范快递面单个人信息保护案", "下载文本", "督促网点启用隐私面单")
	if p := head.get(path + "/card"); p.status != 200 || strings.Contains(p.text, "下载文本") {
		t.Error("the head is offered to take the card along")
	}
	head.post(path+"/card.txt").want(t, 403, path+"/card.txt")
	other.post(path+"/card.xlsx").want(t, 404, path+"/card.xlsx")
	if p := jcg.post(path + "/card.txt"); p.status != 200 || !strings.Contains(p.text, "\r\n案件名称：督促规范快递面单个人信息保护案\r\n") {
		t.Errorf("%d %s", p.status, p.text)
	}
	if rows := jcg.post(path+"/card.xlsx").rows(t, "案卡"); len(rows) < 20 || rows[3][2] != "督促规范快递面单个人信息保护案" {
		t.Errorf("%q", rows)
	}

	f, err := w.ShowCase(t.Context(), w.Casts["demo"].Prosecutor, n)
	if err != nil {
		t.Fatal(err)
	}
	sheet := "/approvals/" + id(f.Approvals[0].ID) + "/sheet"
	jcg.get(sheet).want(t, 200, sheet, "审批表", "承办人意见", "部门负责人审核意见：同意", "检察长决定：同意", "建议事项")
	other.get(sheet).want(t, 404, sheet)
	waiting := regexp.MustCompile(`/approvals/\d+`).FindString(head.get("/approvals").text) + "/sheet"
	head.get(waiting).want(t, 200, waiting, "部门负责人审核意见", "决定意见", "年　　月　　日")
}

func tryAgencies(t *testing.T, w *world) {
	jcg, other, shown := w.as(t, "ys-jcg"), w.as(t, "qs-jcg"), w.as(t, "ys-shenji")
	jcg.get("/agencies").want(t, 200, "/agencies", "增加机关")
	jcg.post("/agencies/new", "name", "", "region", "4x").want(t, 422, "/agencies/new", "请填写「机关名称」")
	p := jcg.post("/agencies/new", "name", "演示县林业局", "duties", "林区环境卫生监管｜森林法第9条\n\n防火", "contact", "演示联系人", "phone", "0396-0000000", "region", "411726")
	if p.status != 200 || !strings.HasPrefix(p.path, "/agencies/") {
		t.Fatalf("%d at %s\n%s", p.status, p.path, body(p.text))
	}
	for _, text := range []string{"已保存", "林区环境卫生监管", "森林法第9条", "演示联系人"} {
		if !strings.Contains(p.text, text) {
			t.Errorf("the entry does not say %q", text)
		}
	}
	jcg.post("/agencies/new", "name", "演示县林业局").want(t, 422, "/agencies/new", "名录中已有")
	jcg.get(p.path+"/change").want(t, 200, p.path+"/change", "林区环境卫生监管 | 森林法第9条")
	jcg.post(p.path+"/change", "name", "演示县林业和草原局", "duties", "防火").want(t, 200, p.path, "演示县林业和草原局")
	shown.get(p.path).want(t, 200, p.path, "还没有向该机关提出检察建议")
	shown.get(p.path+"/change").want(t, 403, p.path+"/change")
	other.get(p.path).want(t, 404, p.path)
	other.post(p.path+"/change", "name", "别人").want(t, 404, p.path+"/change")
	if got := jcg.get("/agencies?q=交通").titles(); len(got) != 0 {
		t.Errorf("by word: %v", got)
	}
}

func tryFilings(t *testing.T, w *world) {
	higher, other := w.as(t, "zmd-jcg"), w.as(t, "ys-xiansuo")
	p := higher.get("/filings")
	p.want(t, 200, "/filings", "检察建议书报上一级院备案", "演示县人民检察院", "登记收到")
	path := regexp.MustCompile(`/filings/\d+/receive`).FindString(p.text)
	higher.post(path, "note", strings.Repeat("长", 2001)).want(t, 422, path, "最多 2000 字")
	w.as(t, "ys-jcg").post(path, "note", "").want(t, 403, path)
	w.as(t, "gao-chief").post(path, "note", "").want(t, 404, path)
	higher.post(path, "note", "同意备案。").want(t, 200, "/filings", "已登记收到", "同意备案。", "2026-11-23")
	higher.post(path).want(t, 409, path, "登记收到")
	higher.post("/filings/99999/receive").want(t, 404, "/filings/99999/receive")
	other.get("/filings").want(t, 403, "/filings")
	if p := w.as(t, "zmd-jcz").get("/filings"); !strings.Contains(p.text, `href="/cases/`) {
		t.Error("the chief above is not led to the case")
	}
	if strings.Contains(p.text, `href="/cases/`) {
		t.Error("a prosecutor above is led to a case that stays shut")
	}
}

func trySearch(t *testing.T, w *world) {
	jcg, finance := w.as(t, "ys-jcg"), w.as(t, "ys-caiwu")
	jcg.get("/search").want(t, 200, "/search", "请输入要找的词")
	p := jcg.get("/search?q=面单")
	if p.status != 200 || !strings.Contains(p.text, "<mark>面单</mark>") || !strings.Contains(p.text, `value="面单"`) {
		t.Errorf("%d %s", p.status, body(p.text))
	}
	if p := w.as(t, "qs-jcg").get("/search?q=面单"); !strings.Contains(p.text, "没有找到") {
		t.Error("another office finds it")
	}
	if p := jcg.get("/search?q=……"); p.status != 422 {
		t.Errorf("nothing to search for: %d", p.status)
	}
	if p := finance.get("/search?q=面单"); p.status != 403 {
		t.Errorf("finance searches cases: %d", p.status)
	}
}

// An office's own days are those of the clock, wherever the machine stands.
func TestPaperDay(t *testing.T) {
	if got := paperDay(pil.Date(2026, 11, 3)); got != "2026年11月3日" {
		t.Error(got)
	}
	if got := paperDay(0); got != "" {
		t.Error(got)
	}
}
