package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"shouhu/internal/desk"
	"shouhu/internal/docket"
)

// listsModel is a model that needs no engine; its identity number is of nobody.
const listsModel = `name: unmasked-lists
version: 1
zh: 名单中的号码未作遮盖
en: Numbers left unmasked in lists
field: personal-information
purpose: {zh: 找出名单中没有遮盖的号码。, en: Finds numbers in lists.}
law: [P25]
tables:
  - name: lists
    zh: 名单
    columns:
      - {name: address, zh: 网址}
      - {name: person, zh: 经办人}
      - {name: body, zh: 正文, searched: true}
finder: text
parameters:
  - {name: min, zh: 至少命中的行数, en: least rows, default: "1", min: "1", max: "1000"}
output:
  - {name: address, zh: 网址}
  - {name: person, zh: 经办人, personal: true}
  - {name: found, zh: 未遮盖的信息}
title: "{address}中的号码未作遮盖"
summary: "{address}中有{found}，经办人{person}。"
proves: {zh: 校验位正确。, en: The check digit is right.}
false_alarms: {zh: 可能是样表。, en: It may be a sample.}
`

const listsTable = "网址\t经办人\t正文\nA1\t沈一二\t号码110000188001010001。\nA2\t李三\t号码110000188001010001。\nA3\t李三\t号码完。\n"

// models puts models, runs and hits into the walked office.
func (w *walk) models(tb testing.TB) {
	tb.Helper()
	ctx := tb.Context()
	tech := desk.Who{Person: w.people["ys-jishu"].ID}
	upload := func(text string) int64 {
		n, err := w.UploadModel(ctx, tech, desk.NewModel{File: "m.yaml", Text: []byte(text)})
		if err != nil {
			tb.Fatal(err)
		}
		w.finish(tb, w.run(tb, tech, n))
		return n
	}
	shelf := upload(listsModel)
	approval, err := w.ProposeModel(ctx, tech, shelf, "")
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.MoveApproval(ctx, w.cast.Head, desk.ApprovalStep{Approval: approval, Move: docket.Approve}); err != nil {
		tb.Fatal(err)
	}
	run := w.run(tb, w.cast.Prosecutor, shelf)
	if v := w.finish(tb, run); v.State != desk.AnalysisDone || len(v.Hits) != 2 {
		tb.Fatalf("the run: %s %q, %d hits", v.State, v.Note, len(v.Hits))
	}
	w.ids["models"] = map[string]string{"model": id(shelf), "run": id(run), "hit": "1"}
	w.draftModel = id(upload(strings.Replace(listsModel, "unmasked-lists", "unmasked-letters", 1)))
}

func (w *walk) run(tb testing.TB, who desk.Who, model int64) int64 {
	tb.Helper()
	u, err := w.HoldTable(tb.Context(), who, id(model), "lists", "名单.tsv", strings.NewReader(listsTable))
	if err != nil {
		tb.Fatal(err)
	}
	n, err := w.RunModel(tb.Context(), who, desk.RunOrder{Model: id(model), Held: []int64{u.ID}})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// finish waits until a run has ended.
func (w *walk) finish(tb testing.TB, n int64) *desk.RunView {
	tb.Helper()
	for range 1500 {
		v, err := w.ShowRun(tb.Context(), w.cast.Head, n)
		if err != nil {
			tb.Fatal(err)
		}
		if v.State != desk.AnalysisRunning {
			return v
		}
		time.Sleep(10 * time.Millisecond)
	}
	tb.Fatal("the run does not end")
	return nil
}

// The pages of models without scripts: nothing typed is lost, files stay where a
// parameter is wrong, values are masked until asked for, and a hit is accepted once.
func TestModelPages(t *testing.T) {
	w := newWalk(t)
	tech, pros, head := w.as(t, "ys-jishu"), w.as(t, "ys-jcg"), w.as(t, "ys-head")
	pros.get("/models").want(t, 200, "/models", "新办号码交付前被注册平台账号", "内置", "名单中的号码未作遮盖", "没有查询程序", "待处理 2")
	pros.get("/models/new").want(t, 403, "/models/new")
	pros.get("/models/shelf/new-numbers").want(t, 200, "/models/shelf/new-numbers", "WITH early AS", "个人信息保护法", "手机号码", "交付时间可能事后补录", "5")
	pros.get("/models/shelf/new-numbers/file").want(t, 200, "/models/shelf/new-numbers/file", "name: new-numbers")
	pros.get("/models/shelf/nothing").want(t, 404, "/models/shelf/nothing")

	bad := strings.Replace(listsModel, "law: [P25]", "law: [P999]", 1)
	tech.post("/models/new", "text", bad).want(t, 422, "/models/new", "法律数据中没有", "model.yaml:1", "P999", "unmasked-lists")
	tech.post("/models/new", "text", strings.Replace(listsModel, "version: 1", "verzion: 1", 1)).want(t, 422, "/models/new", "model.yaml:2")
	draft := tech.get("/models/shelf/" + w.draftModel)
	draft.want(t, 200, "/models/shelf/"+w.draftModel, "草稿", "报请上架", "试运行")

	run := "/models/shelf/" + w.ids["models"]["model"] + "/run"
	sent := pros.send(run, []string{"param.min", "0"}, "table.lists", "名单.tsv", listsTable)
	sent.want(t, 422, run, "应在1到1000之间", "名单.tsv", "checked")
	pros.post(run, "param.min", "1").want(t, 422, run, "请给出表「名单」的文件")
	pros.send(run, nil, "table.lists", "别的.csv", "别的\n1\n").want(t, 422, run, "缺少列")

	failed := pros.send(run, nil, "table.lists", "没有网址.tsv", "网址\t经办人\t正文\n\t李三\t号码110000188001010001。\n")
	n := number64(strings.TrimPrefix(failed.path, "/models/runs/"))
	w.finish(t, n)
	pros.get(runPath(n)).want(t, 200, runPath(n), "没有完成", "第一列为空", "没有产生任何命中", "再次运行")
	again := pros.post(runPath(n) + "/again")
	w.finish(t, number64(strings.TrimPrefix(again.path, "/models/runs/")))
	pros.get(again.path).want(t, 200, again.path, "没有网址.tsv", "没有完成")
	pros.post(again.path+"/cancel").want(t, 200, again.path, "已经结束")

	page := "/models/runs/" + w.ids["models"]["run"]
	pros.get(page).want(t, 200, page, "A1中的号码未作遮盖", "待处理", "沈**", "名单.tsv", "SHA-256")
	hit := page + "/hits/1"
	masked := pros.get(hit)
	masked.want(t, 200, hit, "沈**", "名单.tsv:2", "采纳为线索", "已遮盖")
	if strings.Contains(masked.text, "沈一二") {
		t.Error("a masked page shows a name")
	}
	pros.post(hit+"/full").want(t, 200, hit+"/full", "沈一二", "这次查看已记录")
	head.post(hit+"/accept").want(t, 403, hit+"/accept")
	pros.post(hit+"/accept").want(t, 200, hit, "已采纳为", "线索〔2026〕")
	pros.post(hit+"/accept").want(t, 200, hit, "没有另外登记")
	pros.post(page+"/hits/2/aside", "reason", "").want(t, 422, page+"/hits/2/aside", "请写明搁置的理由")
	pros.post(page+"/hits/2/aside", "reason", "样表").want(t, 200, page, "已搁置")
	head.get("/models/runs").want(t, 200, "/models/runs", "采纳为线索", "名单中的号码未作遮盖", "试运行")
	head.get("/models/runs?model=new-numbers").want(t, 200, "/models/runs?model=new-numbers", "没有这样的运行")
	clues := pros.get("/clues")
	clues.want(t, 200, "/clues", "A1中的号码未作遮盖", "大数据监督模型")
	v, err := w.ShowHit(t.Context(), w.cast.Prosecutor, number64(w.ids["models"]["run"]), 1, false)
	if err != nil {
		t.Fatal(err)
	}
	clue := fmt.Sprint("/clues/", v.Hit.MatterID)
	pros.get(clue).want(t, 200, clue, hit, "证明数据.csv", "监督模型的命中")

	withdraw := "/models/shelf/" + w.ids["models"]["model"] + "/withdraw"
	head.post(withdraw, "reason", " ").want(t, 422, withdraw, "请写明撤下的理由")
	head.post(withdraw, "reason", "误报太多").want(t, 200, "/models/shelf/"+w.ids["models"]["model"], "已撤下", "误报太多")
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}
