package web

import (
	"regexp"
	"strings"
	"testing"

	"shouhu/internal/desk"
)

// Somebody comes, gets roles, does another's work, and goes.
func TestPeopleByForms(t *testing.T) {
	b := newBench(t, true)
	admin, chief := b.in(t, "admin"), b.in(t, "chief")
	admin.get("/people").want(t, 200, "/people", "演示检察长", "增加人员")
	admin.post("/people/new", "login", "zhang", "name", "", "from", "3月5日", "roles", "prosecutor").
		want(t, 422, "/people/new", "请填写「姓名」", "日期写法不对", `value="zhang"`)
	admin.post("/people/new", "login", "chief", "name", "张三", "procurator", "yes").want(t, 422, "/people/new", "已有人使用", `value="张三"`)
	admin.post("/people/new", "login", "zhang", "name", "张三", "roles", "prosecutor").want(t, 422, "/people/new", "检察官须由检察官担任")
	p := admin.post("/people/new", "login", "zhang", "name", "张三", "procurator", "yes", "department", "1", "roles", "prosecutor")
	p.want(t, 200, "/people/new", "一次性口令")
	first := regexp.MustCompile(`<code>([0-9A-Z-]{19})</code>`).FindStringSubmatch(p.text)[1]
	path := regexp.MustCompile(`href="(/people/\d+)"`).FindStringSubmatch(p.text)[1]
	admin.get(path).want(t, 200, path, "张三", "角色待决定", "第八检察部")
	admin.get(path+"/roles/decide").want(t, 403, path+"/roles/decide", "您的职权不包括「决定角色」")
	chief.get("/people").want(t, 200, "/people", "有 1 人的角色等待检察长决定")
	approval := regexp.MustCompile(`name="approval" value="(\d+)"`).FindStringSubmatch(chief.get(path + "/roles/decide").text)[1]
	chief.post(path+"/roles/decide", "approval", approval).want(t, 422, path+"/roles/decide", "请填写「决定」")
	chief.post(path+"/roles/decide", "approval", approval, "decision", "no").want(t, 422, path+"/roles/decide", "须写明理由")
	chief.post(path+"/roles/decide", "approval", approval, "decision", "yes").want(t, 200, path, "已决定", "检察官")
	chief.post(path+"/roles/decide", "approval", approval, "decision", "yes").want(t, 409, path+"/roles/decide")

	zhang := b.visitor(t)
	zhang.post("/sign-in", "login", "zhang", "password", first).want(t, 200, "/set-up/password")
	zhang.post("/set-up/password", "password", "两个黄鹂鸣翠柳啊", "again", "两个黄鹂鸣翠柳啊").want(t, 200, "/")
	zhang.get("/people/new").want(t, 403, "/people/new", "您的职权不包括「增加人员」")

	chief.post("/handovers/delegate", "actions", "decide_step", "from", "2021-11-01").want(t, 422, "/handovers/delegate", "请选择「被授权人」", "请填写「终止日」")
	to := strings.TrimPrefix(path, "/people/")
	chief.post("/handovers/delegate", "to", to, "actions", "decide_step", "from", "2021-11-01", "until", "2021-12-01").want(t, 200, "/handovers", "已保存", "决定办案事项", "有效")
	zhang.get("/handovers").want(t, 200, "/handovers", "决定办案事项")
	chief.post("/handovers/1/end", "kind", "delegation").want(t, 200, "/handovers", "已结束")
	chief.get("/handovers/grant").want(t, 200, "/handovers/grant", "演示区院")
	chief.get("/handovers/cover").want(t, 200, "/handovers/cover", "张三")

	admin.get(path+"/change").want(t, 200, path+"/change", `value="张三"`)
	admin.post(path+"/change", "login", "zhang", "name", "李四", "procurator", "yes").want(t, 200, path, "已保存", "李四")
	admin.get(path+"/reset").want(t, 200, path+"/reset", "重置 李四 的登录凭证？")
	admin.post(path+"/reset").want(t, 200, path+"/reset", "一次性口令")
	zhang.get("/people").want(t, 200, "/sign-in?to=%2Fpeople")
	admin.get(path+"/roles").want(t, 200, path+"/roles", "提出角色")
	admin.post(path+"/roles", "roles", "prosecutor", "roles", "head").want(t, 200, path, "已提出")
	chief.get(path+"/hand-over").want(t, 200, path+"/hand-over", "交接")
	chief.post(path+"/hand-over", "rest", "2").want(t, 200, path+"/hand-over", "交接清单")
	admin.get(path+"/close").want(t, 200, path+"/close", "停用 李四？")
	admin.post(path+"/close", "until", "2021-11-01").want(t, 200, path, "已保存", "2021-11-01")

	admin.get("/office").want(t, 200, "/office", "演示区院", "第八检察部")
	admin.post("/office", "name", "演示市院", "dep-1", "", "add", "办公室").want(t, 422, "/office", "请填写「部门」")
	admin.post("/office", "name", "演示市院", "dep-1", "第七检察部", "add", "办公室").want(t, 200, "/office", "已保存", "第七检察部", "办公室")
	admin.post("/office/below", "name", "演示县院", "level", "grassroots", "kind", "local", "region", "abc").want(t, 422, "/office/below", "地区代码")
	admin.post("/office/below", "name", "演示县院", "level", "grassroots", "kind", "local", "region", "420116").want(t, 200, "/office", "已增加", "演示县院")
	chief.get("/office").want(t, 200, "/office", "办公室")

	admin.get("/language/en?to=/people").want(t, 200, "/people", "Add a person", `lang="en"`)
	admin.post("/people/new", "login", "chief", "name", "x").want(t, 422, "/people/new", "this account name is taken")
}

// Who is of another office is not there.
func TestAnotherOffice(t *testing.T) {
	b := newBench(t, true)
	below, err := b.StaffOffice(t.Context(), b.founded.Offices["d"], desk.FirstPerson{Login: "d-admin", Name: "演示区管理员", Password: password},
		desk.FirstPerson{Login: "d-chief", Name: "演示区检察长", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	admin := b.in(t, "d-admin")
	admin.get(personPath(below.Chief)).want(t, 200, personPath(below.Chief), "演示区检察长")
	for _, rest := range []string{"", "/change", "/close", "/roles", "/reset"} {
		p := admin.get(personPath(b.founded.Chief) + rest)
		p.want(t, 404, personPath(b.founded.Chief)+rest, "没有找到")
		if strings.Contains(p.text, "演示检察长") {
			t.Errorf("%s names who is not there", rest)
		}
	}
	admin.post(personPath(b.founded.Chief)+"/reset").want(t, 404, personPath(b.founded.Chief)+"/reset")
	admin.post(personPath(b.founded.Chief)+"/change", "login", "x1", "name", "x").want(t, 404, personPath(b.founded.Chief)+"/change")
}

func TestOwnAccount(t *testing.T) {
	b := newBench(t, true)
	br, other := b.in(t, "chief"), b.in(t, "chief")
	br.get("/account").want(t, 200, "/account", "演示检察长", "尚未设置第二因素", "退出其他登录")
	p := br.post("/account/tokens", "days", "30")
	p.want(t, 200, "/account/tokens", "shouhu_", "只显示这一次")
	br.post("/account/tokens", "days", "9999").want(t, 200, "/account", "令牌有效期")
	token := regexp.MustCompile(`name="token" value="([0-9a-f]{64})"`).FindStringSubmatch(br.get("/account").text)[1]
	br.post("/tokens/revoke", "token", token, "to", "/account").want(t, 200, "/account", "令牌已撤销", "已失效")
	br.post("/account/sessions/end").want(t, 200, "/account", "其他登录已退出")
	other.get("/account").want(t, 200, "/sign-in?to=%2Faccount")
	br.post("/account/password", "old", "wrong", "password", "小荷才露尖尖角啊", "again", "小荷才露尖尖角啊").want(t, 422, "/account/password", "原口令不对")
	br.post("/account/password", "old", password, "password", "小荷才露尖尖角啊", "again", "小荷才露尖尖角啊").want(t, 200, "/account", "口令已更换")
	br.get("/passkey.js").want(t, 200, "/passkey.js", "navigator.credentials")
}
