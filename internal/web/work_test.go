package web

import (
	"net/url"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/browser"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/story"
)

// A proposal goes back and forth, by forms alone; who works on a case and whose
// recusal is asked for, the same way.
func TestCaseworkByForms(t *testing.T) {
	w := newWalk(t)
	jcg, head, chief := w.as(t, "ys-jcg"), w.as(t, "ys-head"), w.as(t, "ys-jcz")
	approval := "/approvals/" + w.ids["approvals"]["id"]
	head.get("/approvals").want(t, 200, "/approvals", "等我审核、决定", approval)
	head.post(approval, "move", "").want(t, 422, approval, "请选择处理方式")
	head.post(approval, "move", "return").want(t, 422, approval, "须写明理由")
	head.post(approval, "move", "return", "opinion", "请写明占用的长度").want(t, 200, approval, "退回复核", "请写明占用的长度")
	head.get(approval+"/edit").want(t, 409, approval+"/edit", "由提出人修改后再报")
	head.get(approval+"/withdraw").want(t, 409, approval+"/withdraw", "只有提出人")
	jcg.get(approval).want(t, 200, approval, "修改后再报", "撤回")
	jcg.get(approval+"/edit").want(t, 200, approval+"/edit", "退回：请写明占用的长度", "清理占用消防通道的停车位", `name="opinion"`, "再次报送")
	jcg.post(approval+"/edit", "moves", "2", "note", "长四十米", "demands", "").want(t, 422, approval+"/edit", "请至少写一项建议事项", "长四十米")
	jcg.post(approval+"/edit", "moves", "1", "note", "长四十米", "demands", "清理停车位", "affirmed", "addressee-known", "affirmed", "agency-not-performing").want(t, 422, approval+"/edit", "刚由他人处理", "长四十米")
	jcg.post(approval+"/edit", "moves", "2", "note", "长四十米", "demands", "清理停车位｜消防法第二十八条", "affirmed", "addressee-known", "affirmed", "agency-not-performing", "opinion", "已补充").
		want(t, 200, approval, "已再次报送", "长四十米", "消防法第二十八条", "已补充", "待部门负责人")
	jcg.get(approval+"/withdraw").want(t, 200, approval+"/withdraw", "撤回「", "不再送部门负责人审核")
	jcg.post(approval+"/withdraw", "moves", "3", "opinion", "另行提出").want(t, 200, approval, "已撤回", "另行提出")

	matter := "/matters/" + id(w.kase)
	head.get(matter+"/assign").want(t, 200, matter+"/assign", "主办检察官", "演示检察官乙", "检察官助理")
	head.post(matter+"/assign", "lead", "").want(t, 422, matter+"/assign", "案件须有主办检察官")
	head.post(matter+"/assign", "lead", "987654").want(t, 422, matter+"/assign", "没有该人员")
	head.post(matter+"/assign", "lead", id(w.cast.Prosecutor.Person), "as-prosecutor", id(w.cast.Second.Person), "as-assistant", id(w.cast.Assistant.Person), "as-technician", id(w.people["ys-jishu"].ID)).
		want(t, 200, "/cases/"+id(w.kase), "已指定承办人员", "演示技术员", "主办")
	jcg.get(matter+"/assign").want(t, 403, matter+"/assign")
	jcg.get(matter+"/recusal").want(t, 200, matter+"/recusal", "没有人申请回避", "由检察长决定")
	jcg.post(matter+"/recusal", "person", "", "ground", "").want(t, 422, matter+"/recusal", "请选择「回避人员」", "请填写「理由」")
	jcg.post(matter+"/recusal", "person", id(w.cast.Second.Person), "ground", "系被监督单位负责人的近亲属").want(t, 200, matter+"/recusal", "已提出", "待检察长决定")
	jcg.post(matter+"/recusal", "person", id(w.cast.Second.Person), "ground", "重复").want(t, 422, matter+"/recusal", "已经提出或者决定", "重复")
	list, err := w.ShowRecusals(t.Context(), w.cast.Prosecutor, w.kase)
	if err != nil {
		t.Fatal(err)
	}
	recusal := "/approvals/" + id(list.Recusals[0].Approval)
	chief.get("/").want(t, 200, "/", "回避：演示检察官乙")
	chief.get(recusal).want(t, 200, recusal, "系被监督单位负责人的近亲属", "即时退出本件")
	chief.post(recusal, "move", "approve", "opinion", "属实").want(t, 200, recusal, "已处理", "同意")
	roles := "/approvals/" + w.ids["roles"]["id"]
	chief.get(roles).want(t, 200, roles, "提出的角色", "技术")
	chief.post(roles, "move", "otherwise", "opinion", "暂不需要").want(t, 200, roles, "另行决定", "暂不需要")

	// The investigation: a plan, an act with what it brought.
	kase := "/cases/" + id(w.kase)
	jcg.get(kase).want(t, 200, kase, "确认已制定调查方案", "实地测量通道宽度", "附证据")
	jcg.get(kase+"/files?kind=plan").want(t, 200, kase+"/files?kind=plan", "调查方案")
	jcg.send(kase+"/files", []string{"kind", "plan"}, "files", "调查方案.txt", "方案").want(t, 200, kase, "调查方案.txt")
	act := kase + "/act"
	query := "?track=administrative&respondent=" + "%E6%BC%94%E7%A4%BA%E5%8E%BF%E6%B6%88%E9%98%B2%E6%95%91%E6%8F%B4%E5%A4%A7%E9%98%9F" + "&step=investigate"
	jcg.get(act+query).want(t, 200, act+query, "不足 2 名的不能记录", "至少 2 名")
	jcg.post(act, "track", "administrative", "respondent", "演示县消防救援大队", "step", "investigate", "on", "2026-11-23", "people", id(w.cast.Prosecutor.Person), "note", "再次测量").
		want(t, 422, act, "至少选择 2 名检察人员", "再次测量")
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}

// The pages of casework in a real browser, wide and on a phone.
func TestCaseworkInBrowser(t *testing.T) {
	w := newWalk(t)
	ctx, c := t.Context(), w.cast
	if _, err := w.RequestRecusal(ctx, c.Prosecutor, desk.RecusalRequest{Matter: w.kase, Person: c.Assistant.Person, Ground: "系被监督单位负责人的近亲属"}); err != nil {
		t.Fatal(err)
	}
	deputy := w.people["ys-fujcz"].ID
	if _, err := w.GiveDelegation(ctx, c.Chief, desk.NewDelegation{To: deputy, Actions: []account.Action{account.DecideStep}, From: w.Day(), Until: w.Day() + 30}); err != nil {
		t.Fatal(err)
	}
	var step int64
	for _, m := range []struct {
		who  desk.Who
		move docket.ApprovalMove
	}{{c.Head, docket.Agree}, {desk.Who{Person: deputy}, docket.Approve}} {
		q, err := w.ListApprovals(ctx, m.who)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range q.ForMe {
			if a.MatterID == w.kase && a.Kind == desk.KindStep {
				step = a.ID
				if err := w.MoveApproval(ctx, m.who, desk.ApprovalStep{Approval: a.ID, Move: m.move, Opinion: "事实清楚，同意。"}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	recusals, err := w.ShowRecusals(ctx, c.Prosecutor, w.kase)
	if err != nil {
		t.Fatal(err)
	}
	q, err := w.ListApprovals(ctx, c.Prosecutor)
	if err != nil {
		t.Fatal(err)
	}
	returned := "/approvals/" + id(q.Returned[0].ID)
	kase, matter := "/cases/"+id(w.kase), "/matters/"+id(w.kase)
	for _, v := range []struct {
		login string
		phone bool
		pages []struct{ name, path, see string }
	}{
		{"ys-jcg", false, []struct{ name, path, see string }{
			{"approval-returned", returned, "修改后再报"}, {"approval-edit", returned + "/edit", "再次报送"}, {"approval-withdraw", returned + "/withdraw", "不能恢复"},
			{"approval-delegated", "/approvals/" + id(step), "授权"}, {"case-investigation", kase, "调查"}, {"recusal", matter + "/recusal", "待检察长决定"},
			{"investigate", kase + "/act?track=administrative&respondent=" + url.QueryEscape("演示县消防救援大队") + "&step=investigate", "至少 2 名"}}},
		{"ys-jcz", false, []struct{ name, path, see string }{
			{"approvals", "/approvals", "等我审核、决定"}, {"approval-recusal", "/approvals/" + id(recusals.Recusals[0].Approval), "即时退出本件"},
			{"approval-roles", "/approvals/" + w.ids["roles"]["id"], "提出的角色"}, {"approval-identity", "/approvals/" + w.ids["clues"]["approval"], "查阅理由"}, {"assign", matter + "/assign", "主办检察官"}}},
		{"ys-jcg", true, []struct{ name, path, see string }{
			{"approval-edit", returned + "/edit", "再次报送"}, {"approval-withdraw", returned + "/withdraw", "不能恢复"}, {"case-investigation", kase, "调查"}, {"recusal", matter + "/recusal", "待检察长决定"}}},
		{"ys-jcz", true, []struct{ name, path, see string }{
			{"approvals", "/approvals", "等我审核、决定"}, {"approval-recusal", "/approvals/" + id(recusals.Recusals[0].Approval), "即时退出本件"}, {"assign", matter + "/assign", "主办检察官"}}},
	} {
		br, size := browser.New(t, browser.Options{Phone: v.phone}), "-wide"
		if v.phone {
			size = "-phone"
		}
		br.Open(w.srv.URL + "/sign-in")
		br.Fill("账号", v.login)
		br.Fill("口令", story.Password)
		br.Submit("登录")
		for _, p := range v.pages {
			br.Open(w.srv.URL + p.path)
			br.MustSee(p.see)
			br.Axe()
			br.Screenshot(p.name + size)
		}
	}
}
