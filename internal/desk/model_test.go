package desk_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/audit"
	. "shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
	"shouhu/internal/wire"
)

// technician is who uploads models in the office.
func technician(o *told) Who {
	all, err := o.ShowPeople(context.Background(), o.c.Admin)
	if err != nil {
		panic(err)
	}
	for _, p := range all.Staff {
		if p.Roles.Has(account.Technician) {
			return Who{Person: p.ID}
		}
	}
	panic("the story has no technician")
}

// listsModel is a model that needs no engine.
const listsModel = `name: unmasked-lists
version: 1
zh: 名单中的号码未作遮盖
en: Numbers left unmasked in lists
field: personal-information
purpose: {zh: 找出名单中的号码。, en: Finds numbers in lists.}
law: [P25]
tables:
  - name: lists
    zh: 名单
    columns:
      - {name: address, zh: 网址}
      - {name: person, zh: 经办人}
      - {name: body, zh: 正文, searched: true}
finder: text
output:
  - {name: address, zh: 网址}
  - {name: person, zh: 经办人, personal: true}
  - {name: found, zh: 未遮盖的信息}
title: "{address}中的号码未作遮盖"
summary: "{address}中有{found}，经办人{person}。"
proves: {zh: 校验位正确。, en: The check digit is right.}
false_alarms: {zh: 可能是样表。, en: It may be a sample.}
`

// The identity numbers are of nobody: they are of the 1880s, in a county that is none.
const (
	listsTable   = "网址\t经办人\t正文\nA1\t沈一二\t号码110000188001010001。\nA2\t李三\t号码完\n"
	noticesTable = "网址\t发布单位\t标题\t发布日期\t正文\t附件文字\nB1\t甲局\t名单一\t2026-03-02\t号码110000188001010001。\t\nB2\t乙局\t名单二\t2026-03-03\t号码110000188001010001。\t\nB3\t丙局\t名单三\t2026-03-04\t无\t\n"
)

// settled waits for a run to end.
func (o *told) settled(ctx context.Context, run int64) error {
	for range 1500 {
		v, err := o.ShowRun(ctx, o.c.Head, run)
		if err != nil {
			return err
		}
		if v.State != AnalysisRunning {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("the run does not end")
}

// breakRun leaves a run behind as a restart of the office does.
func (o *told) breakRun(ctx context.Context) error {
	return o.store.Write(ctx, on, func(tx *store.Tx) error {
		from, err := tx.Run(o.modelRun)
		if err != nil {
			return err
		}
		files, err := tx.RunFiles(o.modelRun)
		if err != nil {
			return err
		}
		row := *from
		row.ID, row.State, row.EndedAt, row.HitCount = 0, AnalysisRunning, 0, 0
		if err := tx.Add(&row); err != nil {
			return err
		}
		for _, f := range files {
			if f.Part == "" {
				continue
			}
			f.ID, f.RunID = 0, row.ID
			if err := tx.Add(&f); err != nil {
				return err
			}
		}
		o.brokenRun = row.ID
		return tx.Record(audit.Entry{Actor: "init", Office: fmt.Sprint(o.c.Office), Action: "end_model_run", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "model_run", ID: fmt.Sprint(row.ID)}})
	})
}

// run runs a model on texts of its tables, and waits for the end.
func (o *told) run(t *testing.T, who Who, model string, tables map[string]string) *RunView {
	t.Helper()
	order := RunOrder{Model: model}
	for part, text := range tables {
		u, err := o.HoldTable(t.Context(), who, model, part, part+".tsv", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		order.Held = append(order.Held, u.ID)
	}
	n, err := o.RunModel(t.Context(), who, order)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.settled(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	v, err := o.ShowRun(t.Context(), who, n)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func code(t *testing.T, what string, err error, want pil.Code, says string) {
	t.Helper()
	if pil.CodeOf(err) != want || !strings.Contains(fmt.Sprint(err), says) {
		t.Errorf("%s: %v (%s), want %s with %q", what, err, pil.CodeOf(err), want, says)
	}
}

// A model goes from a file to the shelf by two persons: what is wrong with it is told
// with its line, it is tried first, and who uploaded it never decides.
func TestModelToShelf(t *testing.T) {
	o := tell(t)
	ctx, tech := t.Context(), technician(o)
	upload := func(text string) (int64, error) {
		return o.UploadModel(ctx, tech, NewModel{File: "试.yaml", Text: []byte(text)})
	}
	for _, x := range []struct{ what, old, new, says string }{
		{"no such citation", "law: [P25]", "law: [P999]", "试.yaml:1: 法律数据中没有"},
		{"no such field", "field: personal-information", "field: nonsense", "试.yaml:1: "},
		{"no such key", "version: 1", "versions: 1", "试.yaml:2"},
		{"a name that is taken", "name: unmasked-lists", "name: notices-unmasked", "内置模型"},
		{"no table", "finder: text", "finder: guess", "没有 finder"},
	} {
		_, err := upload(strings.Replace(listsModel, x.old, x.new, 1))
		code(t, x.what, err, pil.CodeInvalid, x.says)
	}
	_, err := o.UploadModel(ctx, o.c.Prosecutor, NewModel{Text: []byte(listsModel)})
	code(t, "by a prosecutor", err, pil.CodeForbidden, "上传")

	id, err := upload(listsModel)
	if err != nil {
		t.Fatal(err)
	}
	ref := fmt.Sprint(id)
	if again, err := upload(strings.Replace(listsModel, "校验位正确", "校验位完全正确", 1)); err != nil || again != id {
		t.Errorf("the draft uploaded again is %d, %v; want %d", again, err, id)
	}
	_, err = o.ProposeModel(ctx, tech, id, "")
	code(t, "not tried yet", err, pil.CodeInvalid, "试运行")

	trial := o.run(t, tech, ref, map[string]string{"lists": listsTable})
	if trial.State != AnalysisDone || !trial.Trial || len(trial.Hits) != 1 {
		t.Fatalf("the trial: %s %q, %d hits", trial.State, trial.Note, len(trial.Hits))
	}
	if got := trial.Hits[0].Summary; !strings.Contains(got, "身份证件号码1处") || strings.Contains(got, "沈一二") {
		t.Errorf("the summary is %q", got)
	}
	_, err = o.AcceptHit(ctx, o.c.Prosecutor, trial.ID, 1)
	code(t, "a hit of a trial", err, pil.CodeInvalid, "试运行")

	approval, err := o.ProposeModel(ctx, tech, id, "请审")
	if err != nil {
		t.Fatal(err)
	}
	_, err = upload(listsModel)
	code(t, "while one waits", err, pil.CodeInvalid, "等待批准")
	code(t, "by who uploaded it", o.MoveApproval(ctx, tech, ApprovalStep{Approval: approval, Move: docket.Approve}), pil.CodeForbidden, "")
	code(t, "by a prosecutor", o.MoveApproval(ctx, o.c.Prosecutor, ApprovalStep{Approval: approval, Move: docket.Approve}), pil.CodeForbidden, "")
	if err := o.MoveApproval(ctx, o.c.Head, ApprovalStep{Approval: approval, Move: docket.Approve}); err != nil {
		t.Fatal(err)
	}
	v, err := o.ShowModel(ctx, o.c.Prosecutor, ref)
	if err != nil || v.State != ModelShelf || v.Shelver == "" {
		t.Fatalf("%+v, %v", v, err)
	}

	// The next version takes its place; the same one again does not.
	_, err = upload(listsModel)
	code(t, "the same version", err, pil.CodeInvalid, "version 应大于 1")
	next, err := upload(strings.Replace(listsModel, "version: 1", "version: 2", 1))
	if err != nil {
		t.Fatal(err)
	}
	o.run(t, tech, fmt.Sprint(next), map[string]string{"lists": listsTable})
	if approval, err = o.ProposeModel(ctx, tech, next, ""); err != nil {
		t.Fatal(err)
	}
	if err := o.MoveApproval(ctx, o.c.Head, ApprovalStep{Approval: approval, Move: docket.DecideElse, Opinion: "误报太多"}); err != nil {
		t.Fatal(err)
	}
	if v, err := o.ShowModel(ctx, o.c.Head, fmt.Sprint(next)); err != nil || v.State != ModelRefused {
		t.Errorf("refused: %+v, %v", v, err)
	}
	_, err = o.PrepareRun(ctx, tech, fmt.Sprint(next))
	code(t, "a run of what was refused", err, pil.CodeConflict, "不在架上")

	if err := o.WithdrawModel(ctx, o.c.Head, id, "有误"); err != nil {
		t.Fatal(err)
	}
	_, err = o.PrepareRun(ctx, tech, ref)
	code(t, "a run of what was withdrawn", err, pil.CodeConflict, "不在架上")
	shelf, err := o.ListModels(ctx, o.c.Prosecutor)
	if err != nil || len(shelf.Lines) != 12+2 || shelf.Missing == "" {
		t.Errorf("%d models, %q, %v", len(shelf.Lines), shelf.Missing, err)
	}
	there := o.w.Casts["queshan"]
	for _, err := range []error{second(o.ShowModel(ctx, there.Head, ref)), second(o.ShowRun(ctx, there.Head, trial.ID)), second(o.ShowHit(ctx, there.Prosecutor, trial.ID, 1, true)), o.CancelRun(ctx, there.Prosecutor, trial.ID)} {
		code(t, "another office", err, pil.CodeNotFound, "")
	}
	o.whole(t)
}

// whole fails where a check of everything finds something.
func (o *told) whole(t *testing.T) {
	t.Helper()
	c, err := o.Check(t.Context(), audit.Trust{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Findings {
		t.Error(f)
	}
}

// A hit becomes a clue once, with its rows; the same rows found again are the same
// clue; what is set aside says why.
func TestHitsToClues(t *testing.T) {
	o := tell(t)
	ctx, who := t.Context(), o.c.Prosecutor
	run := o.run(t, who, "notices-unmasked", map[string]string{"notices": noticesTable})
	if run.State != AnalysisDone || len(run.Hits) != 2 || run.Rows() != 3 || run.SHA256 == "" || run.Inputs[0].SHA256 == "" {
		t.Fatalf("%s %q: %d hits of %d rows", run.State, run.Note, len(run.Hits), run.Rows())
	}
	got, err := o.AcceptHit(ctx, who, run.ID, 1)
	if err != nil || got.Again || got.Number == "" {
		t.Fatal(got, err)
	}
	if again, err := o.AcceptHit(ctx, o.c.Second, run.ID, 1); err != nil || !again.Again || again.Matter != got.Matter {
		t.Errorf("accepted twice: %+v, %v; want clue %d", again, err, got.Matter)
	}
	same := o.run(t, o.c.Second, "notices-unmasked", map[string]string{"notices": noticesTable})
	if again, err := o.AcceptHit(ctx, o.c.Second, same.ID, 1); err != nil || !again.Again || again.Matter != got.Matter {
		t.Errorf("found again: %+v, %v; want clue %d", again, err, got.Matter)
	}
	f, err := o.ShowClue(ctx, who, got.Matter)
	if err != nil {
		t.Fatal(err)
	}
	if f.Channel.String() != "model" || f.Field != "个人信息保护" || len(f.Hits) != 2 || len(f.Files) != 1 || !strings.Contains(f.Clue.What, fmt.Sprintf("第%d次运行", run.ID)) || !strings.Contains(f.Clue.What, "证明的数据1行") {
		t.Errorf("the clue: %s %s, %d hits, %d files, %q", f.Channel, f.Field, len(f.Hits), len(f.Files), f.Clue.What)
	}
	_, proof, err := o.OpenFile(ctx, who, f.Files[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(proof)
	_ = proof.Close()
	if err != nil || !strings.Contains(string(text), "B1") || strings.Contains(string(text), "B2") {
		t.Errorf("the proof is %q, %v", text, err)
	}

	code(t, "set aside without a reason", o.SetAsideHit(ctx, who, run.ID, 2, " "), pil.CodeInvalid, "理由")
	code(t, "what is a clue", o.SetAsideHit(ctx, who, run.ID, 1, "误报"), pil.CodeConflict, "已经采纳")
	if err := o.SetAsideHit(ctx, who, run.ID, 2, "样表"); err != nil {
		t.Fatal(err)
	}
	_, err = o.AcceptHit(ctx, who, run.ID, 2)
	code(t, "what was set aside", err, pil.CodeConflict, "搁置")
	_, err = o.AcceptHit(ctx, o.c.Head, same.ID, 2)
	code(t, "by the head", err, pil.CodeForbidden, "")
	list, err := o.ListRuns(ctx, o.c.Head, store.RunFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]store.RunCount{{Name: "notices-unmasked", Runs: 2, Hits: 4, Accepted: 2, Aside: 1, Open: 1}}, list.Counts); d != "" {
		t.Error(d)
	}
	v, err := o.ShowHit(ctx, o.c.Head, same.ID, 2, false)
	if err != nil || len(v.Proof) != 1 || len(v.Earlier) != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	o.whole(t)
}

// What proves is masked unless somebody asks for it, which the record tells; a
// technician sees in full only what that technician ran.
func TestProofMasked(t *testing.T) {
	o := tell(t)
	ctx, tech := t.Context(), technician(o)
	id, err := o.UploadModel(ctx, tech, NewModel{Text: []byte(listsModel)})
	if err != nil {
		t.Fatal(err)
	}
	own := o.run(t, tech, fmt.Sprint(id), map[string]string{"lists": listsTable})
	others := o.run(t, o.c.Prosecutor, fmt.Sprint(id), map[string]string{"lists": listsTable})
	cells := func(who Who, run int64, full bool) []string {
		v, err := o.ShowHit(ctx, who, run, 1, full)
		if err != nil {
			t.Fatal(err)
		}
		return v.Proof[0].Cells
	}
	if got := cells(o.c.Head, own.ID, false); got[1] != "沈**" {
		t.Errorf("masked: %q", got)
	}
	_, before := o.entries(t, 0)
	if got := cells(tech, own.ID, true); got[1] != "沈一二" {
		t.Errorf("in full: %q", got)
	}
	left, _ := o.entries(t, before)
	if len(left) != 1 || left[0].Subject.Kind != "model_hit_unmasked" || left[0].Class != audit.ClassRead {
		t.Errorf("the look left %+v", left)
	}
	_, err = o.ShowHit(ctx, tech, others.ID, 1, true)
	code(t, "another's run in full", err, pil.CodeForbidden, "")
}

// refusing is an engine that does what tests tell it.
type refusing func(ctx context.Context) (*wire.Answer, error)

func (refusing) Engine() string { return analysis.EngineDuckDB }

func (f refusing) Ask(ctx context.Context, _ analysis.Asked) (*wire.Answer, error) { return f(ctx) }

var penalties = map[string]string{"penalties": "信用代码\t当事人\t决定书文号\t案由\t处罚机关\t处罚日期\t决定状态\n91990000MA00000001\t甲厂\t罚1\t标签不符\t某局\t2025-03-05\t有效\n"}

// Without the query program nothing is begun, and the office says what to do; a run it
// dies in has failed, says so, and has found nothing; one that is stopped is nobody's;
// one that broke off is run again.
func TestRunsThatFail(t *testing.T) {
	o := tell(t)
	ctx, who := t.Context(), o.c.Prosecutor
	u, err := o.HoldTable(ctx, who, "repeat-penalties", "penalties", "处罚.tsv", strings.NewReader(penalties["penalties"]))
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.RunModel(ctx, who, RunOrder{Model: "repeat-penalties", Held: []int64{u.ID}})
	code(t, "without an engine", err, pil.CodeInvalid, "make build")

	var faults Faults
	_, err = o.RunModel(ctx, who, RunOrder{Model: "repeat-penalties", Params: map[string]string{"within": "0"}})
	if !errors.As(err, &faults) || len(faults) != 2 || faults[0].Field != "table.penalties" || faults[1].Field != "param.within" {
		t.Errorf("without a table, and with a wrong parameter: %v", err)
	}
	wrong, err := o.HoldTable(ctx, who, "repeat-penalties", "penalties", "别的.csv", strings.NewReader("名称\n甲\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.RunModel(ctx, who, RunOrder{Model: "repeat-penalties", Held: []int64{wrong.ID}})
	code(t, "a table of another shape", err, pil.CodeInvalid, "缺少列")

	dies := filepath.Join(t.TempDir(), "engine")
	if err := os.WriteFile(dies, []byte("#!/bin/sh\nkill -9 $$\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	o.asker = func() (analysis.Asker, error) { return analysis.DuckDB{Program: dies}, nil }
	dead := o.run(t, who, "repeat-penalties", penalties)
	if dead.State != AnalysisFailed || !strings.Contains(dead.Note, "中途退出") || len(dead.Hits) != 0 {
		t.Errorf("it died: %s %q, %d hits", dead.State, dead.Note, len(dead.Hits))
	}

	asked := make(chan bool)
	o.asker = func() (analysis.Asker, error) {
		return refusing(func(ctx context.Context) (*wire.Answer, error) { asked <- true; <-ctx.Done(); return nil, ctx.Err() }), nil
	}
	stopped, err := o.RunModelAgain(ctx, who, dead.ID)
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	if v, err := o.ShowRun(ctx, who, stopped); err != nil || v.Progress == nil || v.Broken() {
		t.Errorf("at work: %+v, %v", v, err)
	}
	if err := o.CancelRun(ctx, who, stopped); err != nil {
		t.Fatal(err)
	}
	if err := o.settled(ctx, stopped); err != nil {
		t.Fatal(err)
	}
	if v, err := o.ShowRun(ctx, who, stopped); err != nil || v.State != AnalysisCancelled || len(v.Hits) != 0 {
		t.Errorf("stopped: %s, %v", v.State, err)
	}

	o.modelRun = stopped
	if err := o.breakRun(ctx); err != nil {
		t.Fatal(err)
	}
	v, err := o.ShowRun(ctx, who, o.brokenRun)
	if err != nil || !v.Broken() {
		t.Errorf("after a restart: %+v, %v", v, err)
	}
	o.asker = func() (analysis.Asker, error) {
		return refusing(func(context.Context) (*wire.Answer, error) { return nil, pil.Invalid("语句有误") }), nil
	}
	again, err := o.RunModelAgain(ctx, who, o.brokenRun)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.settled(ctx, again); err != nil {
		t.Fatal(err)
	}
	o.whole(t)
}

// A table that was sent and never run is there for two days; then it is gone, with its
// bytes. One that a run has taken stays.
func TestTablesSentAndNotRun(t *testing.T) {
	o := tell(t)
	ctx, who := t.Context(), o.c.Prosecutor
	run := o.run(t, who, "notices-unmasked", map[string]string{"notices": noticesTable})
	count := func() (n int) {
		for _, err := range o.files.All(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	before := count()
	u, err := o.HoldTable(ctx, who, "notices-unmasked", "notices", "公示.tsv", strings.NewReader(noticesTable))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		after time.Duration
		files int
	}{{47 * time.Hour, before + 1}, {49 * time.Hour, before}, {50 * time.Hour, before}} {
		if err := o.At(on.Add(x.after)).DropModelUploads(ctx); err != nil {
			t.Fatal(err)
		}
		if got := count(); got != x.files {
			t.Errorf("after %s: %d files, want %d", x.after, got, x.files)
		}
	}
	_, err = o.RunModel(ctx, who, RunOrder{Model: "notices-unmasked", Held: []int64{u.ID}})
	code(t, "a run on what is gone", err, pil.CodeInvalid, "重新选择")
	if v, err := o.ShowHit(ctx, who, run.ID, 1, false); err != nil || len(v.Proof) != 1 {
		t.Errorf("the run before: %+v, %v", v, err)
	}
	o.whole(t)
}

// A table of a case is run on where it lies, by who may analyse the case's data.
func TestRunOnCaseTable(t *testing.T) {
	o := tell(t)
	ctx, who := t.Context(), o.c.Prosecutor
	file, err := o.AttachFile(ctx, who, Upload{Matter: o.kase, Kind: "exhibit", Name: "公示.tsv", Media: "text/tab-separated-values", Bytes: strings.NewReader(noticesTable)})
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.PrepareRun(ctx, who, "notices-unmasked")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, x := range c.Cases {
		found = found || x.ID == file
	}
	if !found {
		t.Errorf("the form offers %+v", c.Cases)
	}
	order := RunOrder{Model: "notices-unmasked", Cases: map[string][]int64{"notices": {file}}}
	_, err = o.RunModel(ctx, technician(o), order)
	code(t, "by who does not work on the case", err, pil.CodeForbidden, "")
	n, err := o.RunModel(ctx, who, order)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.settled(ctx, n); err != nil {
		t.Fatal(err)
	}
	v, err := o.ShowRun(ctx, who, n)
	if err != nil || len(v.Hits) != 2 || v.Inputs[0].FileID != file {
		t.Errorf("%+v, %v", v, err)
	}
	o.whole(t)
}
