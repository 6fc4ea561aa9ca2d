package desk_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/audit"
	"shouhu/internal/clue"
	"shouhu/internal/dataflow"
	. "shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/evidence"
	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/story"
	"shouhu/internal/table"
	"shouhu/internal/testdb"
	"shouhu/law"
)

// told is the demonstration with what its commands need to act on.
type told struct {
	*Desk
	store                                                     *store.Store
	files                                                     *store.Files
	w                                                         *story.World
	c                                                         *story.Cast
	kase, open, clue, draft, double, single, agency           int64
	file, task, visit, step, identity, roles, recusal, filing int64
	transfer, view, cover, delegation, grant, person, demand  int64
	exhibit                                                   int64
	upload, dropped                                           UploadState
	node, node2, edge, table, count                           int64
	model, modelRun, brokenRun, hits                          int64
	asker                                                     func() (analysis.Asker, error) // of models; nil: there is none
}

// waiting is an engine that counts until it is stopped.
type waiting struct{}

func (waiting) Count(ctx context.Context, _ *table.Set, _ analysis.Question) (*analysis.Counts, []table.Input, error) {
	<-ctx.Done()
	return nil, nil, ctx.Err()
}

// counted puts an analysis that has come to its end into the case.
func (o *told) counted(ctx context.Context) error {
	file, err := o.AttachFile(ctx, o.c.Assistant, Upload{Matter: o.kase, Kind: "document", Name: "报告.json", Media: "application/json", Bytes: strings.NewReader("{}")})
	if err != nil {
		return err
	}
	return o.store.Write(ctx, on, func(tx *store.Tx) error {
		row := &store.Analysis{MatterID: o.kase, Files: fmt.Sprint(o.table), Roles: "person=供应商", State: AnalysisDone, ReportID: file, MadeBy: o.c.Prosecutor.Person, MadeAt: tx.Now, EndedAt: tx.Now}
		if err := tx.Add(row); err != nil {
			return err
		}
		o.count = row.ID
		return tx.Record(audit.Entry{Actor: "init", Office: fmt.Sprint(o.c.Office), Action: "end_analysis", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "case", ID: fmt.Sprint(o.kase)}})
	})
}

// on is the day of the story, in the afternoon.
var on = time.Date(2026, 11, 23, 17, 0, 0, 0, pil.Zone)

func tell(tb testing.TB) *told {
	tb.Helper()
	l, err := statute.Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := store.Open(tb.Context(), testdb.Store(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	files, err := store.OpenFiles(filepath.Join(tb.TempDir(), "files"))
	if err != nil {
		tb.Fatal(err)
	}
	o := &told{store: s, files: files}
	asker := func() (analysis.Asker, error) {
		if o.asker == nil {
			return nil, pil.NotFound("no engine")
		}
		return o.asker()
	}
	o.Desk = New(Config{Store: s, Law: l, Files: files, Engine: waiting{}, Asker: asker, Demo: true, Keys: Keys{Seal: make([]byte, 32), Likeness: make([]byte, 16)}, Clock: func() time.Time { return on },
		Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
	w, err := story.Tell(tb.Context(), o.Desk, pil.DayOf(on), nil)
	if err != nil {
		tb.Fatal(err)
	}
	o.w, o.c, o.kase, o.open, o.clue = w, w.Casts["demo"], w.Cases["整治窨井盖缺失"], w.Cases["整治非法占用消防通道"], w.Clues["药店出售过期药品"]
	o.draft, o.double, o.single = w.Clues["湿地公园填埋垃圾"], w.Clues["湿地公园北岸倾倒垃圾"], w.Clues["外卖平台泄露订单信息"]
	return o
}

// contract is an exhibit that lacks nothing.
func (o *told) contract() evidence.Facts {
	return evidence.Facts{Title: "供货合同", Kind: evidence.Documentary, Method: evidence.Gathered, Collectors: []int64{o.c.Prosecutor.Person, o.c.Assistant.Person}, On: o.Day(),
		Place: "演示公司", Provider: "演示公司", Source: "公司档案", Form: evidence.Copy, Checked: true, Signature: evidence.Sealed, Pages: 10, Seam: true, Proves: "供货范围"}
}

// command is one exported way to act or to look: by whom it is tried, the action
// the record names, and what it leaves there.
type command struct {
	who    func(*told) Who
	act    account.Action
	leaves string // a write, a read, a list, or nothing
	run    func(context.Context, *told, Who) error
}

func second[T any](_ T, err error) error { return err }

// keep keeps what a command answered for those that follow.
func keep[T any](to *T) func(T, error) error {
	return func(got T, err error) error {
		if err == nil {
			*to = got
		}
		return err
	}
}

func handler(o *told) Who { return o.c.Prosecutor }
func head(o *told) Who    { return o.c.Head }
func chief(o *told) Who   { return o.c.Chief }
func clues(o *told) Who   { return o.c.ClueDesk }
func admin(o *told) Who   { return o.c.Admin }
func manager(o *told) Who { return o.c.CaseManager }
func higher(o *told) Who  { return o.w.Casts["zhumadian"].Chief }

// act is a step on the case, and wrong where what is recorded is put right.
func act(step string) Act {
	return Act{Track: "administrative", Respondent: "演示县住房和城乡建设局", Step: step, Affirmed: []string{"plan-made", "addressee-known", "agency-not-performing"}, Reason: "另行补充"}
}

// fromDoor is a clue that came through the public door, however often it is asked for.
func (o *told) fromDoor(ctx context.Context) int64 {
	_, keys, err := seal.NewDoor(rand.Reader, seal.International)
	if err == nil {
		err = o.ReceiveReport(ctx, Carried{Office: "演示县人民检察院", Envelope: seal.ID{1}, Lookup: strings.Repeat("a", 32), ReporterKey: keys.Intake.Public().String(), Text: "河边堆放垃圾"})
	}
	if err != nil {
		return 0
	}
	pages, err := o.ReporterPages(ctx, 1)
	if err != nil || len(pages) == 0 {
		return 0
	}
	return pages[0].Matter
}

// commands are all of them, in an order in which each finds what it needs.
var commands = []struct {
	name string
	command
}{
	{"AddNote", command{handler, account.AddNote, "write", func(ctx context.Context, o *told, who Who) error { return o.AddNote(ctx, who, o.kase, "便签") }}},
	{"AddTask", command{handler, account.AddTask, "write", func(ctx context.Context, o *told, who Who) error {
		return o.AddTask(ctx, who, NewTask{Matter: o.kase, Text: "任务"})
	}}},
	{"AttachFile", command{handler, account.AttachExhibit, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.file)(o.AttachFile(ctx, who, Upload{Matter: o.kase, Kind: "exhibit", Name: "a.txt", Media: "text/plain", Bytes: strings.NewReader("a")}))
	}}},
	{"ShowCase", command{handler, account.ShowCase, "read", func(ctx context.Context, o *told, who Who) error {
		f, err := o.ShowCase(ctx, who, o.kase)
		if err == nil {
			o.task, o.demand = f.Tasks[0].ID, f.Demands[0].ID
		}
		return err
	}}},
	{"OpenFile", command{handler, account.ViewExhibit, "read", func(ctx context.Context, o *told, who Who) error {
		_, bytes, err := o.OpenFile(ctx, who, o.file)
		if err == nil {
			_ = bytes.Close()
		}
		return err
	}}},
	{"BeginUpload", command{handler, account.AttachExhibit, "nothing", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.upload)(o.BeginUpload(ctx, who, o.kase, "合同.txt", 6))
	}}},
	{"AddPiece", command{handler, account.AttachExhibit, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.AddPiece(ctx, who, o.kase, o.upload.ID, 0, strings.NewReader("合同")))
	}}},
	{"ListUploads", command{handler, account.AttachExhibit, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.ListUploads(ctx, who, o.kase))
	}}},
	{"Receive", command{handler, account.AttachExhibit, "nothing", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.dropped)(o.Receive(ctx, who, o.kase, "b.txt", strings.NewReader("b")))
	}}},
	{"DropUpload", command{handler, account.AttachExhibit, "nothing", func(ctx context.Context, o *told, who Who) error {
		return o.DropUpload(ctx, who, o.kase, o.dropped.ID)
	}}},
	{"AddExhibit", command{handler, account.AttachExhibit, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.exhibit)(o.AddExhibit(ctx, who, NewExhibit{Matter: o.kase, Facts: o.contract(), Files: []int64{o.file}, Uploads: []int64{o.upload.ID}}))
	}}},
	{"ListExhibits", command{handler, account.ViewExhibit, "read", func(ctx context.Context, o *told, who Who) error { return second(o.ListExhibits(ctx, who, o.kase)) }}},
	{"ShowExhibit", command{handler, account.ViewExhibit, "read", func(ctx context.Context, o *told, who Who) error { return second(o.ShowExhibit(ctx, who, o.exhibit)) }}},
	{"CorrectExhibit", command{handler, account.CorrectExhibit, "write", func(ctx context.Context, o *told, who Who) error {
		f := o.contract()
		f.Pages = 12
		return o.CorrectExhibit(ctx, who, ExhibitCorrection{Exhibit: o.exhibit, Entry: 1, Facts: f, Reason: "页数误记"})
	}}},
	{"HandOverExhibit", command{handler, account.HandOverExhibit, "write", func(ctx context.Context, o *told, who Who) error {
		return o.HandOverExhibit(ctx, who, CustodyAct{Exhibit: o.exhibit, Act: evidence.HandedOver, Unit: "演示县人民法院"})
	}}},
	{"RecheckExhibit", command{handler, account.RecheckExhibit, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.RecheckExhibit(ctx, who, o.exhibit))
	}}},
	{"ExportManifest", command{handler, account.ExportExhibit, "read", func(ctx context.Context, o *told, who Who) error {
		_, _, err := o.ExportManifest(ctx, who, o.kase)
		return err
	}}},
	{"CloseTask", command{handler, account.CloseTask, "write", func(ctx context.Context, o *told, who Who) error { return o.CloseTask(ctx, who, o.task, true) }}},
	{"KindOf", command{handler, account.ShowCase, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.KindOf(ctx, who, o.kase)) }}},
	{"ActForm", command{handler, account.ShowCase, "read", func(ctx context.Context, o *told, who Who) error {
		return second(o.ActForm(ctx, who, o.kase, "administrative", "演示县住房和城乡建设局", "consult"))
	}}},
	{"RecordEvent", command{handler, account.RecordEvent, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.RecordEvent(ctx, who, Recording{Matter: o.kase, Act: act("consult")}))
	}}},
	{"RecordDemands", command{handler, account.RecordEvent, "write", func(ctx context.Context, o *told, who Who) error {
		return o.RecordDemands(ctx, who, DemandVisit{Matter: o.kase, On: o.Day(), People: []int64{o.c.Prosecutor.Person, o.c.Assistant.Person}, Answers: []Answer{{Demand: o.demand, Move: docket.Verified, Note: "已更换"}}})
	}}},
	{"ChangeCase", command{handler, account.RecordEvent, "write", func(ctx context.Context, o *told, who Who) error {
		return o.ChangeCase(ctx, who, CaseFacts{Matter: o.kase, Title: "督促整治窨井盖缺失案", Summary: "改"})
	}}},
	{"AddParty", command{handler, account.RecordEvent, "write", func(ctx context.Context, o *told, who Who) error {
		return o.AddParty(ctx, who, NewParty{Matter: o.kase, Kind: "company", Part: "beside", Name: "演示公司"})
	}}},
	{"LinkCases", command{handler, account.RecordEvent, "write", func(ctx context.Context, o *told, who Who) error {
		f, err := o.ShowCase(ctx, o.c.Prosecutor, o.open)
		if err != nil {
			return err
		}
		return o.LinkCases(ctx, who, o.kase, f.Number, LinkParallel, "同一损害")
	}}},
	{"CorrectEvent", command{handler, account.CorrectEvent, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.CorrectEvent(ctx, who, o.kase, 0, Correction{Seq: 2, Reason: "误记"}))
	}}},
	{"SaveFlowNode", command{handler, account.DrawFlow, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.node)(o.SaveFlowNode(ctx, who, FlowNode{Matter: o.kase, Node: dataflow.Node{ID: o.node, Kind: dataflow.Subject, Name: "行人"}}))
	}}},
	{"SaveFlowEdge", command{handler, account.DrawFlow, "write", func(ctx context.Context, o *told, who Who) error {
		if o.edge == 0 && who == o.c.Prosecutor {
			other, err := o.SaveFlowNode(ctx, o.c.Assistant, FlowNode{Matter: o.kase, Node: dataflow.Node{Kind: dataflow.Collector, Name: "演示公司"}})
			if err != nil {
				return err
			}
			o.node2 = other
		}
		return keep(&o.edge)(o.SaveFlowEdge(ctx, who, FlowEdge{Matter: o.kase, Edge: dataflow.Edge{ID: o.edge, From: o.node, To: o.node2, Handling: dataflow.Collect, Categories: []string{"face"}}}))
	}}},
	{"ShowFlow", command{handler, account.ShowCase, "read", func(ctx context.Context, o *told, who Who) error {
		_, _, err := o.ShowFlow(ctx, who, o.kase)
		return err
	}}},
	{"ExportFlow", command{handler, account.ExportCase, "read", func(ctx context.Context, o *told, who Who) error {
		_, _, err := o.ExportFlow(ctx, who, o.kase)
		return err
	}}},
	{"ProposeFlow", command{handler, account.DrawFlow, "read", func(ctx context.Context, o *told, who Who) error {
		if who == o.c.Prosecutor {
			err := keep(&o.table)(o.AttachFile(ctx, o.c.Assistant, Upload{Matter: o.kase, Kind: "document", Name: "合同.csv", Media: "text/csv", Bytes: strings.NewReader("供应商\t购买方\t设备所属\n甲\t乙\t乙\n")}))
			if err != nil {
				return err
			}
		}
		return second(o.ProposeFlow(ctx, who, FlowQuestion{Matter: o.kase, File: o.table, Subject: "行人", Categories: []string{"face"}}))
	}}},
	{"AcceptFlow", command{handler, account.DrawFlow, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.AcceptFlow(ctx, who, FlowQuestion{Matter: o.kase, File: o.table, Subject: "行人", Categories: []string{"face"}}))
	}}},
	{"RemoveFlowEdge", command{handler, account.DrawFlow, "write", func(ctx context.Context, o *told, who Who) error {
		return o.RemoveFlowEdge(ctx, who, o.kase, 0, o.edge)
	}}},
	{"RemoveFlowNode", command{handler, account.DrawFlow, "write", func(ctx context.Context, o *told, who Who) error {
		return o.RemoveFlowNode(ctx, who, o.kase, 0, o.node)
	}}},
	{"ProposeRoles", command{handler, account.RunAnalysis, "read", func(ctx context.Context, o *told, who Who) error {
		return second(o.ProposeRoles(ctx, who, o.kase, []int64{o.table}))
	}}},
	{"RunAnalysis", command{handler, account.RunAnalysis, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.count)(o.RunAnalysis(ctx, who, AnalysisOrder{Matter: o.kase, Files: []int64{o.table}, Roles: "person=供应商"}))
	}}},
	{"CancelAnalysis", command{handler, account.RunAnalysis, "write", func(ctx context.Context, o *told, who Who) error {
		return o.CancelAnalysis(ctx, who, o.kase, o.count)
	}}},
	{"ShowAnalysis", command{handler, account.ViewExhibit, "read", func(ctx context.Context, o *told, who Who) error {
		return second(o.ShowAnalysis(ctx, who, o.kase, o.count, false))
	}}},
	{"ExhibitAnalysis", command{handler, account.AttachExhibit, "write", func(ctx context.Context, o *told, who Who) error {
		if who == o.c.Prosecutor {
			if err := o.counted(ctx); err != nil {
				return err
			}
		}
		return second(o.ExhibitAnalysis(ctx, who, AnalysisExhibit{Matter: o.kase, Analysis: o.count, Collectors: []int64{o.c.Prosecutor.Person, o.c.Assistant.Person}, Place: "本院"}))
	}}},
	{"ExportAnalysis", command{handler, account.ExportExhibit, "read", func(ctx context.Context, o *told, who Who) error {
		return second(o.ExportAnalysis(ctx, who, o.kase, o.count, true))
	}}},
	{"ListModels", command{handler, account.ShowModels, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ListModels(ctx, who)) }}},
	{"UploadModel", command{technician, account.ProposeModel, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.model)(o.UploadModel(ctx, who, NewModel{File: "unmasked-lists.yaml", Text: []byte(listsModel)}))
	}}},
	{"ShowModel", command{handler, account.ShowModels, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.ShowModel(ctx, who, fmt.Sprint(o.model)))
	}}},
	{"ModelFile", command{handler, account.ShowModels, "nothing", func(ctx context.Context, o *told, who Who) error {
		_, _, err := o.ModelFile(ctx, who, "notices-unmasked")
		return err
	}}},
	{"HoldTable", command{technician, account.RunModel, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.HoldTable(ctx, who, fmt.Sprint(o.model), "lists", "名单.tsv", strings.NewReader(listsTable)))
	}}},
	{"PrepareRun", command{technician, account.RunModel, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.PrepareRun(ctx, who, fmt.Sprint(o.model)))
	}}},
	{"RunModel", command{technician, account.RunModel, "write", func(ctx context.Context, o *told, who Who) error {
		order := RunOrder{Model: fmt.Sprint(o.model)}
		if c, err := o.PrepareRun(ctx, technician(o), order.Model); err == nil {
			for _, u := range c.Held {
				order.Held = append(order.Held, u.ID)
			}
		}
		return keep(&o.modelRun)(o.RunModel(ctx, who, order))
	}}},
	{"ShowRun", command{technician, account.ShowRuns, "read", func(ctx context.Context, o *told, who Who) error {
		return second(o.ShowRun(ctx, who, o.modelRun))
	}}},
	{"CancelRun", command{technician, account.RunModel, "write", func(ctx context.Context, o *told, who Who) error {
		if who == technician(o) {
			if err := o.breakRun(ctx); err != nil {
				return err
			}
		}
		return o.CancelRun(ctx, who, o.brokenRun)
	}}},
	{"ProposeModel", command{technician, account.ProposeModel, "write", func(ctx context.Context, o *told, who Who) error {
		if who == technician(o) {
			if err := o.settled(ctx, o.modelRun); err != nil {
				return err
			}
		}
		return second(o.ProposeModel(ctx, who, o.model, "已用样本试运行"))
	}}},
	{"RunModelAgain", command{handler, account.RunModel, "write", func(ctx context.Context, o *told, who Who) error {
		n, err := o.RunModelAgain(ctx, who, o.modelRun)
		if err != nil {
			return err
		}
		return o.settled(ctx, n)
	}}},
	{"WithdrawModel", command{head, account.WithdrawModel, "write", func(ctx context.Context, o *told, who Who) error {
		if who == o.c.Head {
			v, err := o.ShowModel(ctx, o.c.Chief, fmt.Sprint(o.model))
			if err != nil {
				return err
			}
			if err := o.MoveApproval(ctx, o.c.Chief, ApprovalStep{Approval: v.Approval.ID, Move: docket.Approve}); err != nil {
				return err
			}
		}
		return o.WithdrawModel(ctx, who, o.model, "有更好的模型")
	}}},
	{"ListRuns", command{handler, account.ShowRuns, "list", func(ctx context.Context, o *told, who Who) error {
		return second(o.ListRuns(ctx, who, store.RunFilter{}))
	}}},
	{"AcceptHit", command{handler, account.JudgeHit, "write", func(ctx context.Context, o *told, who Who) error {
		if who == o.c.Prosecutor {
			u, err := o.HoldTable(ctx, o.c.Second, "notices-unmasked", "notices", "公示.tsv", strings.NewReader(noticesTable))
			if err != nil {
				return err
			}
			if o.hits, err = o.RunModel(ctx, o.c.Second, RunOrder{Model: "notices-unmasked", Held: []int64{u.ID}}); err != nil {
				return err
			}
			if err := o.settled(ctx, o.hits); err != nil {
				return err
			}
		}
		return second(o.AcceptHit(ctx, who, o.hits, 1))
	}}},
	{"ShowHit", command{handler, account.ShowProof, "read", func(ctx context.Context, o *told, who Who) error {
		return second(o.ShowHit(ctx, who, o.hits, 1, true))
	}}},
	{"SetAsideHit", command{handler, account.JudgeHit, "write", func(ctx context.Context, o *told, who Who) error {
		return o.SetAsideHit(ctx, who, o.hits, 2, "样表")
	}}},
	{"PlanLookBack", command{handler, account.PlanLookBack, "write", func(ctx context.Context, o *told, who Who) error {
		return o.PlanLookBack(ctx, who, VisitPlan{Matter: o.kase, On: o.Day(), Checklist: []string{"是否保持"}})
	}}},
	{"ListVisits", command{handler, account.ListCases, "list", func(ctx context.Context, o *told, who Who) error {
		list, _, err := o.ListVisits(ctx, who, true)
		for _, v := range list {
			if v.MatterID == o.kase {
				o.visit = v.ID
			}
		}
		return err
	}}},
	{"LookBacks", command{handler, account.ListCases, "list", func(ctx context.Context, o *told, who Who) error { return second(o.LookBacks(ctx, who, VisitFilter{})) }}},
	{"RecordLookBack", command{handler, account.RecordLookBack, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.RecordLookBack(ctx, who, VisitReport{Visit: o.visit, On: o.Day(), People: []int64{o.c.Prosecutor.Person}, Outcome: Holds, Findings: "保持"}))
	}}},
	{"ShowAssigning", command{head, account.AssignCase, "read", func(ctx context.Context, o *told, who Who) error { return second(o.ShowAssigning(ctx, who, o.kase)) }}},
	{"AssignCase", command{head, account.AssignCase, "write", func(ctx context.Context, o *told, who Who) error {
		return o.AssignCase(ctx, who, Assigning{Matter: o.kase, To: []Assignee{{o.c.Prosecutor.Person, account.Prosecutor, true}, {o.c.Second.Person, account.Prosecutor, false}, {o.c.Assistant.Person, account.Assistant, false}}})
	}}},
	{"RequestRecusal", command{handler, account.RequestRecusal, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.recusal)(o.RequestRecusal(ctx, who, RecusalRequest{Matter: o.kase, Person: o.c.Second.Person, Ground: "近亲属"}))
	}}},
	{"ShowRecusals", command{handler, account.RequestRecusal, "read", func(ctx context.Context, o *told, who Who) error { return second(o.ShowRecusals(ctx, who, o.kase)) }}},
	{"DecideRecusal", command{chief, account.DecideRecusal, "write", func(ctx context.Context, o *told, who Who) error {
		return o.DecideRecusal(ctx, who, RecusalDecision{Recusal: o.recusal, Recuse: true})
	}}},
	{"ListApprovals", command{head, account.ListTasks, "list", func(ctx context.Context, o *told, who Who) error {
		q, err := o.ListApprovals(ctx, who)
		for _, a := range q.ForMe {
			if a.MatterID == o.open {
				o.step = a.ID
			}
		}
		return err
	}}},
	{"ShowApproval", command{head, account.ShowCase, "read", func(ctx context.Context, o *told, who Who) error { return second(o.ShowApproval(ctx, who, o.step)) }}},
	{"MoveApproval", command{head, account.ReviewStep, "write", func(ctx context.Context, o *told, who Who) error {
		return o.MoveApproval(ctx, who, ApprovalStep{Approval: o.step, Move: docket.Agree})
	}}},
	{"ProposeStep", command{handler, account.ProposeStep, "write", func(ctx context.Context, o *told, who Who) error {
		a := act("terminate")
		a.Ground = "R74(1)"
		return second(o.ProposeStep(ctx, who, StepProposal{Matter: o.kase, Act: a}))
	}}},
	{"ExportCard", command{manager, account.ExportCase, "read", func(ctx context.Context, o *told, who Who) error { return second(o.ExportCard(ctx, who, o.kase)) }}},
	{"ListMatters", command{handler, account.ListCases, "list", func(ctx context.Context, o *told, who Who) error {
		return second(o.ListMatters(ctx, who, MatterFilter{}))
	}}},
	{"ExportCases", command{head, account.ExportReport, "list", func(ctx context.Context, o *told, who Who) error {
		return second(o.ExportCases(ctx, who, MatterFilter{}, func(MatterLine) error { return nil }))
	}}},
	{"CaseChoices", command{handler, account.ListCases, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.CaseChoices(ctx, who, account.ListCases))
	}}},
	{"ListDue", command{handler, account.ListCases, "list", func(ctx context.Context, o *told, who Who) error { return second(o.ListDue(ctx, who, DueFilter{})) }}},
	{"Today", command{handler, account.ListTasks, "list", func(ctx context.Context, o *told, who Who) error { return second(o.Today(ctx, who)) }}},
	{"Agenda", command{handler, account.ListTasks, "list", func(ctx context.Context, o *told, who Who) error {
		return second(o.Agenda(ctx, who, o.Day(), o.Day()+30))
	}}},
	{"Search", command{handler, account.ListCases, "list", func(ctx context.Context, o *told, who Who) error { return second(o.Search(ctx, who, "窨井盖", 0)) }}},
	{"SaveView", command{handler, account.SaveView, "write", func(ctx context.Context, o *told, who Who) error {
		return o.SaveView(ctx, who, "cases", "在办", "live=1")
	}}},
	{"Views", command{handler, account.SaveView, "nothing", func(ctx context.Context, o *told, who Who) error {
		list, err := o.Views(ctx, who, "cases")
		if err == nil {
			o.view = list[0].ID
		}
		return err
	}}},
	{"RemoveView", command{handler, account.SaveView, "write", func(ctx context.Context, o *told, who Who) error { return o.RemoveView(ctx, who, o.view) }}},
	{"ShowStatistics", command{head, account.ShowStatistics, "list", func(ctx context.Context, o *told, who Who) error { return second(o.ShowStatistics(ctx, who)) }}},
	{"ExportStatistics", command{head, account.ExportReport, "list", func(ctx context.Context, o *told, who Who) error { return second(o.ExportStatistics(ctx, who)) }}},
	{"ListFilings", command{higher, account.ShowFilings, "list", func(ctx context.Context, o *told, who Who) error {
		list, err := o.ListFilings(ctx, who)
		for _, f := range list {
			if f.ReceivedOn == 0 {
				o.filing = f.ID
			}
		}
		return err
	}}},
	{"ReceiveFiling", command{higher, account.ShowFilings, "write", func(ctx context.Context, o *told, who Who) error {
		return o.ReceiveFiling(ctx, who, o.filing, "已收")
	}}},

	{"ClueChoices", command{clues, account.SaveView, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ClueChoices(ctx, who)) }}},
	{"RegisterClue", command{clues, account.RegisterClue, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.RegisterClue(ctx, who, NewClue{Title: "又一件", Form: clue.Form{Channel: clue.OwnFinding, Field: clue.Ecology, Place: "演示县", Region: "411726", What: "河边倾倒建筑垃圾，已有一周", Received: o.Day()}}))
	}}},
	{"RegisterOnce", command{clues, account.RegisterClue, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.RegisterOnce(ctx, who, NewClue{Title: "又一件", Order: "工单-1", Form: clue.Form{Channel: clue.OwnFinding, Field: clue.Ecology, Place: "演示县", Region: "411726", What: "山上倾倒建筑垃圾，已有一月", Received: o.Day()}}))
	}}},
	{"ImportClues", command{clues, account.ImportClues, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.ImportClues(ctx, who, "a.tsv", strings.NewReader("诉求内容\t来电时间\n演示路路灯不亮已有半月\t2026-11-20\n"), ImportPlan{Mapping: clue.Mapping{Channel: clue.Hotline, Region: "411726"}}))
	}}},
	{"Inbox", command{clues, account.ListClues, "list", func(ctx context.Context, o *told, who Who) error { return second(o.Inbox(ctx, who, MatterFilter{})) }}},
	{"ShowClue", command{clues, account.ShowClue, "read", func(ctx context.Context, o *told, who Who) error { return second(o.ShowClue(ctx, who, o.clue)) }}},
	{"SuggestDuplicates", command{clues, account.ShowClue, "list", func(ctx context.Context, o *told, who Who) error {
		return second(o.SuggestDuplicates(ctx, who, o.double))
	}}},
	{"MergeClues", command{clues, account.MergeClues, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.MergeClues(ctx, who, Merging{Clues: []int64{o.single, o.double}, Reason: "试"}))
	}}},
	{"UnmergeClue", command{clues, account.MergeClues, "write", func(ctx context.Context, o *told, who Who) error {
		return o.UnmergeClue(ctx, who, o.double, 0, "误合")
	}}},
	{"ProposeJurisdiction", command{clues, account.ShowClue, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.ProposeJurisdiction(ctx, who, Whereabouts{Matter: o.clue}))
	}}},
	{"AssessClue", command{clues, account.AssessClue, "write", func(ctx context.Context, o *told, who Who) error {
		g := func(x clue.Grade) clue.Graded { return clue.Graded{Grade: x, Reason: "有照片"} }
		return o.AssessClue(ctx, who, ClueAssessment{Matter: o.clue, Assessment: clue.Assessment{Truth: g(clue.High), Checkability: g(clue.High), Risk: g(clue.Low), Harm: true, Illegal: true, Conclusion: clue.ToFile, Reason: "属实"}})
	}}},
	{"AssignClue", command{head, account.AssignClue, "write", func(ctx context.Context, o *told, who Who) error {
		return o.AssignClue(ctx, who, Assigning{Matter: o.clue, To: []Assignee{{o.c.Prosecutor.Person, account.Prosecutor, true}}})
	}}},
	{"AnswerReporter", command{clues, account.AnswerReporter, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.AnswerReporter(ctx, who, ReporterAnswer{Matter: o.clue, Step: "receipt-informant", On: o.Day(), Manner: "电话", Text: "已收到"}))
	}}},
	{"TellReporter", command{clues, account.AnswerReporter, "write", func(ctx context.Context, o *told, who Who) error {
		return o.TellReporter(ctx, who, o.fromDoor(ctx), "请问在哪一段？")
	}}},
	{"RequestIdentity", command{clues, account.ShowIdentity, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.identity)(o.RequestIdentity(ctx, who, o.clue, "须当面核实"))
	}}},
	{"OpenIdentity", command{clues, account.ShowIdentity, "write", func(ctx context.Context, o *told, who Who) error {
		if who == o.c.ClueDesk {
			if err := o.MoveApproval(ctx, o.c.Head, ApprovalStep{Approval: o.identity, Move: docket.Approve}); err != nil {
				return err
			}
		}
		_, _, err := o.OpenIdentity(ctx, who, o.identity, story.Passphrase)
		return err
	}}},
	{"ShowIdentityKeys", command{clues, account.ShowIdentityKeys, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ShowIdentityKeys(ctx, who)) }}},
	{"SetPassphrase", command{clues, account.KeepIdentityKey, "write", func(ctx context.Context, o *told, who Who) error {
		return o.SetPassphrase(ctx, who, Passphrase{Old: story.Passphrase, Fresh: story.Passphrase + "-2"})
	}}},
	{"GiveIdentityKey", command{clues, account.GiveIdentityKey, "write", func(ctx context.Context, o *told, who Who) error {
		return o.GiveIdentityKey(ctx, who, o.c.Second.Person, story.Passphrase+"-2")
	}}},
	{"TakeIdentityKey", command{clues, account.KeepIdentityKey, "write", func(ctx context.Context, o *told, who Who) error {
		code := ""
		if who == o.c.ClueDesk {
			start, err := o.StartIdentityKeys(ctx, o.w.Identity)
			if err != nil {
				return err
			}
			code = string(start)
		}
		return o.TakeIdentityKey(ctx, who, code)
	}}},
	{"ProposeFiling", command{handler, account.ProposeFiling, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.ProposeFiling(ctx, who, FilingProposal{Matter: o.draft, Open: true, Reason: "属实", Lines: []CaseLine{{Track: "administrative", Respondent: "演示县林业局"}}}))
	}}},
	{"TransferClue", command{clues, account.TransferClue, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.TransferClue(ctx, who, ClueTransfer{Matter: o.single, Step: TransferSame, ToOffice: o.w.Casts["queshan"].Office, Reason: "损害在该县"}))
	}}},
	{"ListTransfers", command{func(o *told) Who { return o.w.Casts["queshan"].ClueDesk }, account.AcceptClue, "list", func(ctx context.Context, o *told, who Who) error {
		q, err := o.ListApprovals(ctx, o.c.Head)
		for _, a := range q.ForMe {
			if err == nil && a.MatterID == o.single {
				err = o.MoveApproval(ctx, o.c.Head, ApprovalStep{Approval: a.ID, Move: docket.Approve})
			}
		}
		if err != nil {
			return err
		}
		list, err := o.ListTransfers(ctx, who)
		if err == nil {
			o.transfer = list.In[0].ID
		}
		return err
	}}},
	{"AcceptClue", command{func(o *told) Who { return o.w.Casts["queshan"].ClueDesk }, account.AcceptClue, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.AcceptClue(ctx, who, Acceptance{Transfer: o.transfer}))
	}}},
	{"ImportCase", command{manager, account.ImportClues, "write", func(ctx context.Context, o *told, who Who) error {
		text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "cases", "PI-06.yaml"))
		if err != nil {
			return err
		}
		tl, err := docket.ParseTimeline("PI-06.yaml", text)
		if err != nil {
			return err
		}
		return second(o.ImportCase(ctx, who, tl))
	}}},

	{"ChangeAgency", command{handler, account.ChangeAgency, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.agency)(o.ChangeAgency(ctx, who, Agency{Name: "演示县水务局"}))
	}}},
	{"ListAgencies", command{handler, account.ShowAgencies, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ListAgencies(ctx, who)) }}},
	{"ShowAgency", command{handler, account.ShowAgencies, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ShowAgency(ctx, who, o.agency)) }}},

	{"AddPerson", command{admin, account.AddPerson, "write", func(ctx context.Context, o *told, who Who) error {
		got, err := o.AddPerson(ctx, who, NewPerson{Login: "ys-xin", Name: "演示新人", Procurator: true, Department: o.c.Department, Roles: account.RolesOf(account.Prosecutor), Password: story.Password})
		if err == nil {
			o.person, o.roles = got.Person, got.Approval
		}
		return err
	}}},
	{"DecideRole", command{chief, account.DecideRole, "write", func(ctx context.Context, o *told, who Who) error {
		return o.DecideRole(ctx, who, RoleDecision{Approval: o.roles, Agree: true})
	}}},
	{"ProposeRole", command{admin, account.ProposeRole, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.ProposeRole(ctx, who, RoleProposal{Person: o.person, Roles: account.RolesOf(account.Prosecutor, account.Head)}))
	}}},
	{"ChangePerson", command{admin, account.ChangePerson, "write", func(ctx context.Context, o *told, who Who) error {
		return o.ChangePerson(ctx, who, PersonChange{Person: o.person, Login: "ys-xin", Name: "演示新人甲", Department: o.c.Department, Procurator: true})
	}}},
	{"ShowPeople", command{handler, account.ShowPeople, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ShowPeople(ctx, who)) }}},
	{"ShowPerson", command{handler, account.ShowPeople, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ShowPerson(ctx, who, o.person)) }}},
	{"ShowOffice", command{handler, account.ShowPeople, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ShowOffice(ctx, who)) }}},
	{"ResetCredentials", command{admin, account.ResetCredentials, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.ResetCredentials(ctx, who, Reset{Person: o.person}))
	}}},
	{"PlanHandOver", command{head, account.HandOverMatters, "nothing", func(ctx context.Context, o *told, who Who) error {
		return second(o.PlanHandOver(ctx, who, HandingOver{From: o.c.Second.Person, Rest: o.c.Prosecutor.Person}))
	}}},
	{"HandOverMatters", command{head, account.HandOverMatters, "write", func(ctx context.Context, o *told, who Who) error {
		in := HandingOver{From: o.c.Second.Person, Rest: o.c.Prosecutor.Person}
		plan, err := o.PlanHandOver(ctx, o.c.Head, in)
		if err != nil {
			return err
		}
		in.Seen = plan.Seen
		return o.HandOverMatters(ctx, who, in)
	}}},
	{"GiveDelegation", command{chief, account.GiveDelegation, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.delegation)(o.GiveDelegation(ctx, who, NewDelegation{To: o.c.Second.Person, Actions: []account.Action{account.DecideStep}, From: o.Day(), Until: o.Day() + 9}))
	}}},
	{"EndDelegation", command{chief, account.EndDelegation, "write", func(ctx context.Context, o *told, who Who) error { return o.EndDelegation(ctx, who, o.delegation) }}},
	{"AddCover", command{head, account.AddCover, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.cover)(o.AddCover(ctx, who, NewCover{Absent: o.c.Prosecutor.Person, Does: o.c.Second.Person, From: o.Day(), Until: o.Day() + 9}))
	}}},
	{"EndCover", command{head, account.EndCover, "write", func(ctx context.Context, o *told, who Who) error { return o.EndCover(ctx, who, o.cover) }}},
	{"ShowGrantable", command{higher, account.GiveGrant, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ShowGrantable(ctx, who)) }}},
	{"GiveGrant", command{higher, account.GiveGrant, "write", func(ctx context.Context, o *told, who Who) error {
		return keep(&o.grant)(o.GiveGrant(ctx, who, NewGrant{Person: o.w.Casts["queshan"].Prosecutor.Person, Office: o.c.Office, Role: account.Prosecutor, Matter: o.kase, Decision: "驻检调〔2026〕1号", From: o.Day(), Until: o.Day() + 30}))
	}}},
	{"EndGrant", command{higher, account.EndGrant, "write", func(ctx context.Context, o *told, who Who) error { return o.EndGrant(ctx, who, o.grant) }}},
	{"ShowHandovers", command{chief, account.ShowHandovers, "nothing", func(ctx context.Context, o *told, who Who) error { return second(o.ShowHandovers(ctx, who)) }}},
	{"MakeToken", command{handler, account.MakeToken, "write", func(ctx context.Context, o *told, who Who) error { return second(o.MakeToken(ctx, who, 30)) }}},
	{"RevokeToken", command{admin, account.RevokeToken, "write", func(ctx context.Context, o *told, who Who) error {
		p, err := o.ShowPerson(ctx, o.c.Admin, o.c.Prosecutor.Person)
		if err != nil {
			return err
		}
		return o.RevokeToken(ctx, who, p.Tokens[0].ID)
	}}},
	{"ChangeOffice", command{admin, account.ChangeOffice, "write", func(ctx context.Context, o *told, who Who) error {
		return o.ChangeOffice(ctx, who, OfficeChange{Add: []string{"办公室"}})
	}}},
	{"AddOffices", command{func(o *told) Who { return o.w.Casts["zhumadian"].Admin }, account.ChangeOffice, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.AddOffices(ctx, who, []NewOffice{{Code: "x", Name: "演示又一县院", Level: account.Grassroots, Kind: account.Local, Region: "411727"}}))
	}}},
	{"ClosePerson", command{admin, account.ClosePerson, "write", func(ctx context.Context, o *told, who Who) error {
		return second(o.ClosePerson(ctx, who, Closing{Person: o.person, Until: o.Day()}))
	}}},
	{"ShowRecord", command{chief, account.ShowRecord, "list", func(ctx context.Context, o *told, who Who) error {
		return second(o.ShowRecord(ctx, who, RecordFilter{}))
	}}},
	{"ShowRecordOf", command{chief, account.ShowRecord, "read", func(ctx context.Context, o *told, who Who) error {
		return second(o.ShowRecordOf(ctx, who, o.kase, RecordFilter{}))
	}}},
	{"ExportRecord", command{func(o *told) Who {
		all, err := o.ShowPeople(context.Background(), o.c.Admin)
		at := slices.IndexFunc(all.Staff, func(p PersonLine) bool { return p.Roles.Has(account.Auditor) })
		if err != nil || at < 0 {
			panic("the story has no auditor")
		}
		return Who{Person: all.Staff[at].ID}
	}, account.ExportRecord, "list", func(ctx context.Context, o *told, who Who) error { return o.ExportRecord(ctx, who, io.Discard) }}},
}

// entries are the record's, from one on.
func (o *told) entries(tb testing.TB, from int64) (out []audit.Entry, size int64) {
	tb.Helper()
	err := o.store.Read(tb.Context(), func(v *store.View) (err error) {
		if size, err = v.Size(); err == nil {
			out, err = v.Entries(from, size)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out, size
}

// Every command and query stands in the list, with the action it asks the
// permission table for; it refuses who is nobody, and leaves what it says in the
// record: a command exactly one write, a look at a person's or a matter's data
// its read.
func TestCommands(t *testing.T) {
	known := map[string]bool{}
	for _, c := range commands {
		if known[c.name] {
			t.Errorf("%s is listed twice", c.name)
		}
		known[c.name] = true
	}
	who := reflect.TypeFor[Who]()
	for m := range reflect.TypeFor[*Desk]().Methods() {
		takes := m.Type.NumIn() > 2 && m.Type.In(2) == who
		if takes && !known[m.Name] {
			t.Errorf("Desk.%s is not in the list of commands: declare its action and what it leaves in the record", m.Name)
		}
		if takes {
			delete(known, m.Name)
		}
	}
	for name := range known {
		t.Errorf("there is no Desk.%s", name)
	}

	o := tell(t)
	var table strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&table, "%-20s %-20s %s\n", c.name, c.act, c.leaves)
		person := c.who(o)
		_, before := o.entries(t, 0)
		if err := c.run(t.Context(), o, person); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		left, _ := o.entries(t, before)
		var writes, reads, lists []string
		for _, e := range left {
			if e.Actor != fmt.Sprint(person.Person) {
				continue // somebody else's, on the way to it
			}
			switch e.Class {
			case audit.ClassWrite:
				writes = append(writes, e.Action)
			case audit.ClassRead:
				reads = append(reads, e.Action)
			case audit.ClassList:
				lists = append(lists, e.Action)
			}
		}
		named := slices.Concat(writes, reads, lists)
		switch c.leaves {
		case "write":
			if len(writes) != 1 || writes[0] != c.act.String() {
				t.Errorf("%s leaves %q, want one write of %s", c.name, named, c.act)
			}
		case "read", "list":
			got := reads
			if c.leaves == "list" {
				got = lists
			}
			if len(writes) != 0 || !slices.Contains(got, c.act.String()) {
				t.Errorf("%s leaves %q, want a %s of %s", c.name, named, c.leaves, c.act)
			}
		case "nothing":
			if len(named) != 0 {
				t.Errorf("%s leaves %q, want nothing", c.name, named)
			}
		}
	}
	golden.Check(t, "commands.txt", table.String())

	// Now that all of it is there, nobody gets any of it.
	_, before := o.entries(t, 0)
	for _, c := range commands {
		if slices.Contains([]string{"LinkCases", "ListTransfers", "HandOverMatters", "RevokeToken"}, c.name) {
			continue // these look as somebody else first; see below
		}
		if err := c.run(t.Context(), o, Who{Person: 987654321}); pil.CodeOf(err) != pil.CodeUnauthenticated {
			t.Errorf("%s by nobody: %v", c.name, err)
		}
	}
	if left, _ := o.entries(t, before); len(left) != 0 {
		t.Errorf("nobody left %d entries", len(left))
	}
	nobody := Who{Person: 987654321}
	for name, err := range map[string]error{"LinkCases": o.LinkCases(t.Context(), nobody, o.kase, "x", LinkParallel, ""), "ListTransfers": second(o.ListTransfers(t.Context(), nobody)),
		"HandOverMatters": o.HandOverMatters(t.Context(), nobody, HandingOver{From: o.c.Second.Person, Rest: o.c.Prosecutor.Person, Seen: "x"}), "RevokeToken": o.RevokeToken(t.Context(), nobody, "x")} {
		if pil.CodeOf(err) != pil.CodeUnauthenticated {
			t.Errorf("%s by nobody: %v", name, err)
		}
	}
}
