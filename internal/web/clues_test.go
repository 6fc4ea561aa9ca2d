package web

import (
	"bytes"
	"mime/multipart"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/browser"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
)

// newInbox is a city office with a clue officer, a prosecutor and a head, and a
// county office below with a clue officer; another city beside it.
func newInbox(tb testing.TB) *bench {
	tb.Helper()
	b := newBench(tb, true)
	b.now = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	b.staff(tb, b.founded.Administrator, b.founded.Chief, 1, "clues", "演示线索员", account.ClueOfficer)
	b.staff(tb, b.founded.Administrator, b.founded.Chief, 1, "handler", "演示检察官", account.Prosecutor)
	b.staff(tb, b.founded.Administrator, b.founded.Chief, 1, "head", "演示负责人", account.Head)
	below, err := b.StaffOffice(tb.Context(), b.founded.Offices["d"], desk.FirstPerson{Login: "d-admin", Name: "演示区管理员", Password: password},
		desk.FirstPerson{Login: "d-chief", Name: "演示区检察长", Password: password})
	if err != nil {
		tb.Fatal(err)
	}
	b.staff(tb, below.Administrator, below.Chief, 0, "d-clues", "演示区线索员", account.ClueOfficer)
	b.staff(tb, below.Administrator, below.Chief, 0, "d-head", "演示区检察长乙", account.DeputyChief)
	return b
}

func (b *bench) staff(tb testing.TB, admin, chief, department int64, login, name string, role account.Role) {
	tb.Helper()
	got, err := b.AddPerson(tb.Context(), desk.Who{Person: admin}, desk.NewPerson{Login: login, Name: name, Department: department, Procurator: true, From: pil.Date(2020, 1, 1),
		Roles: account.RolesOf(role), Password: password})
	if err != nil {
		tb.Fatal(err)
	}
	if err := b.DecideRole(tb.Context(), desk.Who{Person: chief}, desk.RoleDecision{Approval: got.Approval, Agree: true}); err != nil {
		tb.Fatal(err)
	}
}

// send posts a form with files: pairs of values, then name, file name and content.
func (b *visitor) send(path string, values []string, files ...string) page {
	b.tb.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(values); i += 2 {
		if err := w.WriteField(values[i], values[i+1]); err != nil {
			b.tb.Fatal(err)
		}
	}
	for i := 0; i+2 < len(files); i += 3 {
		part, err := w.CreateFormFile(files[i], files[i+1])
		if err != nil {
			b.tb.Fatal(err)
		}
		if _, err := part.Write([]byte(files[i+2])); err != nil {
			b.tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.tb.Fatal(err)
	}
	return b.read(b.http.Post(b.base+path, w.FormDataContentType(), &buf))
}

const rubbish = "演示乡老林场入口两侧林地长期堆放生活垃圾，夏天焚烧冒烟，附近没有垃圾箱和警示牌"

func told() []string {
	return []string{"channel", "telephone", "received", "2026-11-20", "what", rubbish, "place", "演示乡老林场入口", "region", "420111", "happened", "2026-10",
		"field", "ecology", "reporter", "in-confidence", "name", "演示举报人", "phone", "010-00000000"}
}

// A clue from the call to the answer, by forms alone.
func TestInboxByForms(t *testing.T) {
	b := newInbox(t)
	br := b.in(t, "clues")
	br.get("/clues").want(t, 200, "/clues", "收件箱", "登记线索", "这里没有线索")
	p := br.send("/clues/new", []string{"what", "", "received", "昨天", "phone", "不详", "reporter", "named", "place", "演示路"}, "files", "现场.txt", "演示")
	p.want(t, 422, "/clues/new", "请选择线索渠道", "请填写内容", "日期应写作", "电话号码应由数字组成", `value="演示路"`, `value="不详"`, "附件须重新选择")
	br.send("/clues/new", told(), "files", "现场.txt", "演示").want(t, 200, "/clues/1", "线索〔2026〕1号", "已登记", "向举报人程序回复", "身份已密封", "现场.txt", "控告、举报（R24(1)）")
	if text := br.get("/clues/1").text; strings.Contains(text, "演示举报人") || strings.Contains(text, "00000000") {
		t.Error("the page shows who reported")
	}
	br.get("/clues?channel=telephone&state=registered&region=42&from=2026-11-01").want(t, 200, "/clues?channel=telephone&state=registered&region=42&from=2026-11-01", "线索〔2026〕1号")
	br.get("/files/1").want(t, 200, "/files/1", "演示")
	br.get("/clues?channel=letter").want(t, 200, "/clues?channel=letter", "这里没有线索")
	br.get("/clues?view=unassigned").want(t, 200, "/clues?view=unassigned", "线索〔2026〕1号")

	// Told again by letter: found, and merged.
	br.send("/clues/new", []string{"channel", "letter", "received", "2026-11-22", "what", "老林场入口两侧林地长期堆放生活垃圾，夏天焚烧冒烟，周围没有垃圾箱也没有警示牌，请处理", "place", "老林场入口",
		"region", "420111", "reporter", "anonymous"}).want(t, 200, "/clues/2", "可能重复", "行政区划相同", "合并勾选的线索", "匿名举报")
	br.post("/clues/2/merge", "reason", "同一地点").want(t, 422, "/clues/2/merge", "请勾选要合并的线索")
	br.post("/clues/2/merge", "clues", "1").want(t, 422, "/clues/2/merge", "请写明认定重复的理由")
	br.post("/clues/2/merge", "clues", "1", "reason", "同一地点、同一事实").want(t, 200, "/clues/2", "已并入另一件线索", "线索〔2026〕1号")
	br.post("/clues/2/unmerge", "reason", "误合").want(t, 200, "/clues/2", "合并勾选的线索")

	br.get("/clues/1?jurisdiction=1&kind=administrative&tier=city").want(t, 200, "/clues/1?jurisdiction=1&kind=administrative&tier=city", "本院管辖", "R13")
	br.post("/clues/1/assess", "truth", "high", "truth-reason", "有照片", "conclusion", "file").want(t, 422, "/clues/1/assess", "请选择等级", "立案须国家利益", "有照片")
	br.post("/clues/1/assess", "truth", "high", "truth-reason", "有照片", "checkability", "high", "checkability-reason", "地点明确", "risk", "low", "risk-reason", "无", "finds", "harm", "finds", "illegal",
		"conclusion", "file", "reason", "公益受损，可能未依法履职").want(t, 200, "/clues/1", "评估已保存", "建议立案")
	br.post("/clues/1/answer", "step", "receipt-informant", "on", "2026-11-23").want(t, 422, "/clues/1/answer", "请选择答复方式", "请写明答复内容")
	br.post("/clues/1/answer", "step", "receipt-informant", "on", "2026-11-23", "manner", "电话", "text", "已收到，由本院办理").want(t, 200, "/clues/1", "答复已记录", "已收到，由本院办理")

	br.post("/clues/1/assign", "department", "1", "lead", "4").want(t, 200, "/clues/1", "已分派", "演示检察官")
	handler := b.in(t, "handler")
	handler.get("/clues/1").want(t, 200, "/clues/1", "提出立案、并案或者不立案意见", "初步调查")
	handler.get("/clues/1/act?step=preliminary&track=clue").want(t, 200, "/clues/1/act?step=preliminary&track=clue", "初步调查")
	handler.post("/clues/1/act", "track", "clue", "step", "preliminary", "on", "2026-11-23", "note", "到现场查看").want(t, 200, "/clues/1", "已记录", "到现场查看")
	handler.post("/clues/1/filing", "decision", "open", "reason", "未依法履职").want(t, 422, "/clues/1/filing", "请选择案件类型", "请写明监督对象")
	handler.post("/clues/1/filing", "decision", "open", "reason", "未依法履职", "track", "administrative", "respondents", "演示县林业局").want(t, 200, "/clues/1", "意见已提交", "审批中")
	if b.log.Len() > 0 {
		t.Errorf("the log says %s", b.log)
	}
}

// Who reported opens through two persons, once.
func TestIdentityByForms(t *testing.T) {
	b := newInbox(t)
	br := b.in(t, "clues")
	br.send("/clues/new", told())
	br.post("/clues/1/identity").want(t, 422, "/clues/1/identity", "请写明查阅的理由")
	p := br.post("/clues/1/identity", "reason", "须当面核实地点")
	p.want(t, 200, "/clues/1", "申请已提交", "等待同意")
	n := approvalOf(t, p.text)
	path := "/clues/1/identity/" + id(n)
	br.post(path).want(t, 409, path, "申请尚未获得同意")
	br.get("/identity-keys").want(t, 200, "/identity-keys", "未设身份口令", "用启用码领取")
	br.post("/identity-keys/passphrase", "fresh", "身份口令的一句话", "again", "别的").want(t, 422, "/identity-keys/passphrase", "两次输入不同")
	br.post("/identity-keys/passphrase", "fresh", password, "again", password).want(t, 422, "/identity-keys/passphrase", "须与登录口令不同")
	br.post("/identity-keys/passphrase", "fresh", "身份口令的一句话", "again", "身份口令的一句话").want(t, 200, "/identity-keys", "身份口令已保存", "等待转交")
	br.post("/identity-keys/take", "code", "0000").want(t, 422, "/identity-keys/take", "启用码不对")
	br.post("/identity-keys/take", "code", string(b.founded.Start)).want(t, 200, "/identity-keys", "已领取身份密钥", "持有")
	handler := b.in(t, "handler")
	handler.post("/identity-keys/passphrase", "fresh", "检察官的身份口令一句话", "again", "检察官的身份口令一句话").want(t, 200, "/identity-keys", "等待转交")
	give := "/identity-keys/" + regexp.MustCompile(`/identity-keys/(\d+)/give`).FindStringSubmatch(br.get("/identity-keys").text)[1] + "/give"
	br.get(give).want(t, 200, give, "演示检察官", "您的身份口令")
	br.post(give, "passphrase", "猜的一句身份口令").want(t, 422, give, "身份口令不对")
	br.post(give, "passphrase", "身份口令的一句话").want(t, 200, "/identity-keys", "已转交")
	head := b.in(t, "head")
	head.get("/approvals").want(t, 200, "/approvals", "查阅举报人身份")
	head.get("/approvals/"+id(n)).want(t, 200, "/approvals/"+id(n), "查阅理由", "须当面核实地点", "同意的人看不到")
	head.post("/approvals/"+id(n), "move", "approve", "opinion", "同意")
	br.get("/clues/1").want(t, 200, "/clues/1", "已同意，尚未查阅", "查阅（仅一次")
	br.post(path, "passphrase", "猜的一句身份口令").want(t, 422, path, "身份口令不对")
	br.post(path, "passphrase", "身份口令的一句话").want(t, 200, path, "演示举报人", "010-00000000", "仅此一次")
	br.post(path, "passphrase", "身份口令的一句话").want(t, 409, path, "已经用过")
}

func (b *bench) approve(tb testing.TB, login string, approval int64) {
	tb.Helper()
	got, err := b.SignIn(tb.Context(), desk.Credentials{Login: login, Password: password})
	if err != nil {
		tb.Fatal(err)
	}
	s, err := b.Authenticate(tb.Context(), got.Cookie)
	if err != nil {
		tb.Fatal(err)
	}
	if err := b.MoveApproval(tb.Context(), s.Who, desk.ApprovalStep{Approval: approval, Move: "approve"}); err != nil {
		tb.Fatal(err)
	}
}

const sheet = "工单编号\t来电时间\t诉求内容\t诉求地址\t诉求类别\t来电人\t联系电话\n" +
	"A1\t2026-11-20 09:00\t演示路三号工地夜间把泥浆排进河道\t演示路三号\t生态环境\t演示来电人\t010-00000000\n" +
	"A2\t2026-12-31\t秘密诉求\t\t\t\t\n" +
	"A3\t2026-11-21\t演示小区门口食品摊位卫生差\t演示小区\t不知道\t演示来电人\t电话不详\n"

func TestImportAndTransferByForms(t *testing.T) {
	b := newInbox(t)
	br := b.in(t, "clues")
	br.send("/clues/import", []string{"channel", "hotline"}).want(t, 422, "/clues/import", "请选择一份表格")
	br.send("/clues/import", []string{"channel", "hotline"}, "sheet", "热线.tsv", "没有表头\n").want(t, 422, "/clues/import", "没有表头")
	p := br.send("/clues/import", []string{"channel", "hotline", "region", "4201"}, "sheet", "热线.tsv", sheet)
	p.want(t, 200, "/clues/import", "导入结果", "收到日期不能晚于今天", "未能对应领域")
	if strings.Contains(p.text, "秘密诉求") || strings.Contains(p.text, "电话不详") {
		t.Error("the report shows what stood in a cell")
	}
	br.send("/clues/import", []string{"channel", "hotline"}, "sheet", "热线.tsv", sheet).want(t, 200, "/clues/import", "该工单编号已登记为 线索〔2026〕1号")

	below := b.in(t, "d-clues")
	below.send("/clues/new", told()).want(t, 200, "/clues/3")
	below.post("/clues/3/transfer", "step", "transfer-clue").want(t, 422, "/clues/3/transfer", "请选择接收的检察院", "请写明理由")
	below.post("/clues/3/transfer", "step", "report-up", "reason", "属市院管辖", "identity", "1").want(t, 200, "/clues/3", "已提交部门负责人审核")
	n := approvalOf(t, below.get("/clues/3").text)
	b.in(t, "d-chief").get("/approvals/"+id(n)).want(t, 200, "/approvals/"+id(n), "演示市院", "密封后一并移送", "属市院管辖")
	b.approve(t, "d-chief", n)
	below.get("/clues/3").want(t, 200, "/clues/3", "待对方受理", "已报请移送上级院")
	br.get("/clues/transfers").want(t, 200, "/clues/transfers", "演示区院", "属市院管辖", "受理")
	br.post("/transfers/1/accept", "department", "1").want(t, 200, "/clues/4", "已受理，编号 线索〔2026〕3号", "其他院移送", "身份已密封")
	br.post("/transfers/1/accept").want(t, 409, "/transfers/1/accept", "已经受理")
	below.get("/clues/4").want(t, 404, "/clues/4", "没有找到")
	if b.log.Len() > 0 {
		t.Errorf("the log says %s", b.log)
	}
}

func approvalOf(tb testing.TB, text string) int64 {
	tb.Helper()
	m := regexp.MustCompile(`/approvals/(\d+)`).FindStringSubmatch(text)
	if m == nil {
		tb.Fatal("no approval on the page")
	}
	f := filled{values: map[string][]string{"n": {m[1]}}}
	return f.id("n")
}

// The inbox in a real browser, and on a phone without scripts.
func TestInboxInBrowser(t *testing.T) {
	b := newInbox(t)
	forms := b.in(t, "clues")
	forms.send("/clues/new", told(), "files", "现场.jpg", "演示")
	forms.send("/clues/import", []string{"channel", "hotline", "region", "4201"}, "sheet", "热线.tsv", sheet)
	forms.post("/clues/1/identity", "reason", "须当面核实地点")
	b.in(t, "d-clues").send("/clues/new", told())
	file := filepath.Join(t.TempDir(), "热线.tsv")
	if err := os.WriteFile(file, []byte(sheet), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []browser.Options{{}, {Phone: true, NoScript: true}} {
		name := "wide"
		if o.Phone {
			name = "phone"
		}
		br := browser.New(t, o)
		br.Open(b.srv.URL + "/clues/new")
		br.Fill("账号", "clues")
		br.Fill("口令", password)
		br.Submit("登录")
		br.MustSee("登记线索")
		br.Axe()
		br.Screenshot(name + "-new")
		br.Select("线索渠道", "来信")
		br.Fill("姓名", "演示人")
		br.Forgive("422")
		br.Submit("登记")
		br.MustSee("请填写内容")
		br.Axe()
		br.Screenshot(name + "-new-faults")
		br.Fill("内容", "老林场入口两侧林地长期堆放生活垃圾，夏天焚烧冒烟，周围没有垃圾箱也没有警示牌，请处理")
		br.Fill("行政区划代码", "420111")
		br.Fill("地点", "老林场入口")
		br.Click("实名（要求保密）")
		br.Submit("登记")
		br.MustSee("可能重复")
		br.Axe()
		br.Screenshot(name + "-clue-second")
		br.Open(b.srv.URL + "/clues/import")
		br.Upload("热线工单表", file)
		br.Axe()
		br.Screenshot(name + "-import")
		br.Submit("导入")
		br.MustSee("导入结果")
		br.Axe()
		br.Screenshot(name + "-imported")
		for _, p := range []struct{ path, see string }{
			{"/clues", "收件箱"}, {"/clues/1", "反映的情况"}, {"/clues/1?jurisdiction=1&kind=administrative&tier=county&agency=420111", "交下级院办理"}, {"/clues/1/assess", "处理意见"},
			{"/clues/1/transfer", "移送方式"}, {"/clues/1/answer?step=receipt-informant", "答复内容"}, {"/clues/1/assign", "承办检察官"}, {"/clues/transfers", "待受理"}, {"/clues/1/identity", "查阅的理由"},
		} {
			br.Open(b.srv.URL + p.path)
			br.MustSee(p.see)
			br.Axe()
			path, _, _ := strings.Cut(p.path, "?")
			br.Screenshot(name + strings.ReplaceAll(path, "/", "-"))
		}
	}
}
