package desk

import (
	"slices"
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// hire adds somebody to the county office.
func (b *staffed) hire(tb testing.TB, login, name string, roles ...account.Role) Who {
	tb.Helper()
	p := &store.Person{Login: login, Name: name, OfficeID: 2, DepartmentID: 1, Roles: roleWords(account.RolesOf(roles...)), Procurator: true, FromDay: pil.Date(2015, 1, 1)}
	b.write(tb, p)
	return Who{Person: p.ID}
}

// waits fails unless an approval stands in the queue, and among today's, of these
// and of nobody else; all of them can open it.
func (b *staffed) waits(tb testing.TB, approval int64, all []Who, whom ...Who) {
	tb.Helper()
	for _, who := range all {
		q := must(b.ListApprovals(tb.Context(), who))(tb)
		t := must(b.Today(tb.Context(), who))(tb)
		is := func(l ApprovalLine) bool { return l.ID == approval }
		got, want := slices.ContainsFunc(q.ForMe, is), slices.Contains(whom, who)
		if got != want || slices.ContainsFunc(t.Approvals.ForMe, is) != want {
			p := must(b.ShowPeople(tb.Context(), who))(tb)
			tb.Errorf("approval %d waits for person %d: %t, want %t (%s)", approval, who.Person, got, want, p.Office.Name)
		}
		if !want {
			continue
		}
		v, err := b.ShowApproval(tb.Context(), who, approval)
		if err != nil {
			tb.Errorf("person %d cannot open what waits: %v", who.Person, err)
		} else if len(v.May) == 0 || v.Kind.Zh() == string(v.Kind) || v.Waits == "" {
			tb.Errorf("person %d: may %v, %s, waits for %q", who.Person, v.May, v.Kind.Zh(), v.Waits)
		}
	}
}

// move acts on an approval and wants a code; empty: done.
func (b *staffed) move(tb testing.TB, who Who, in ApprovalStep, want pil.Code) {
	tb.Helper()
	err := b.MoveApproval(tb.Context(), who, in)
	if err == nil && want != "" || err != nil && pil.CodeOf(err) != want {
		tb.Fatalf("%s by %d: got %v, want %q", in.Move, who.Person, err, want)
	}
}

func consult() Act {
	return Act{Track: "administrative", Respondent: "县林业局", Step: "consult"}
}

func recommend(note string) Act {
	return Act{Track: "administrative", Respondent: "县林业局", Step: "decide-recommend", Affirmed: []string{"addressee-known", "agency-not-performing"}, Reason: "案情简单",
		Note: note, Demands: []DemandText{{Text: "清理林区垃圾"}}}
}

// Every kind waits for who decides it, and can be opened and decided there.
func TestApprovalsWaitForWhoDecides(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	deputy, committee := b.hire(t, "deputy", "演示副检察长", account.DeputyChief), b.hire(t, "committee", "演示委员", account.Committee)
	admin := b.hire(t, "admin", "演示管理员", account.Administrator)
	all := []Who{b.handler, b.second, b.assistant, b.clues, b.head, b.chief, b.higher, deputy, committee, admin}
	kase := b.opened(t)

	roles := must(b.ProposeRole(ctx, admin, RoleProposal{Person: b.second.Person, Roles: account.RolesOf(account.Prosecutor, account.Committee)}))(t)
	b.waits(t, roles, all, b.chief, deputy)
	v := must(b.ShowApproval(ctx, deputy, roles))(t)
	if v.Roles == nil || v.Whom.PersonID != b.second.Person || !v.Roles.Is.Has(account.Committee) || v.Title == "" {
		t.Errorf("roles: %+v", v)
	}
	b.move(t, b.head, ApprovalStep{Approval: roles, Move: docket.Approve}, pil.CodeForbidden)
	b.move(t, admin, ApprovalStep{Approval: roles, Move: docket.Approve}, pil.CodeForbidden)
	b.move(t, deputy, ApprovalStep{Approval: roles, Move: docket.Refer, Opinion: "报检委会"}, pil.CodeForbidden)
	b.move(t, b.chief, ApprovalStep{Approval: roles, Move: docket.Refer, Opinion: "报检委会"}, pil.CodeInvalid) // about no matter
	b.move(t, deputy, ApprovalStep{Approval: roles, Move: docket.Approve}, "")
	if p := must(b.ShowPerson(ctx, b.second, b.second.Person))(t); !p.Roles.Has(account.Committee) {
		t.Error("the roles were not given")
	}

	must(b.RequestRecusal(ctx, b.handler, RecusalRequest{Matter: kase, Person: b.assistant.Person, Ground: "系被监督单位负责人的近亲属"}))(t)
	list := must(b.ShowRecusals(ctx, b.head, kase))(t)
	recusal := list.Recusals[0].Approval
	b.waits(t, recusal, all, b.chief)
	v = must(b.ShowApproval(ctx, b.chief, recusal))(t)
	if v.Recusal == nil || v.Whom.As != account.Assistant || v.Recusal.Ground == "" || slices.Contains(v.May, docket.Refer) || slices.Contains(v.May, docket.Dissent) {
		t.Errorf("recusal: %+v", v)
	}
	b.move(t, b.chief, ApprovalStep{Approval: recusal, Move: docket.Approve, Opinion: "属实"}, "")
	if _, err := b.ShowApproval(ctx, b.assistant, recusal); pil.CodeOf(err) != pil.CodeForbidden && pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("the recused person reads it: %v", err)
	}
	if list = must(b.ShowRecusals(ctx, b.head, kase))(t); list.Recusals[0].State != recusalDecided || list.Recusals[0].Opinion != "属实" || list.Recusals[0].As != account.Chief {
		t.Errorf("decided: %+v", list.Recusals[0])
	}

	told := must(b.RegisterClue(ctx, b.clues, NewClue{Title: "河边倾倒垃圾", Lead: b.handler.Person, Department: 1, Identity: clue.Identity{Name: "演示举报人", Phone: "010-00000000"},
		Form: clue.Form{Channel: clue.Telephone, Field: clue.Ecology, Place: "河边", Region: "411725", What: "河边倾倒建筑垃圾，已有一周", Received: b.Day(), Reporter: clue.InConfidence}}))(t)
	identity := must(b.RequestIdentity(ctx, b.clues, told, "须当面核实地点"))(t)
	b.waits(t, identity, all, b.head, b.chief, deputy)
	b.move(t, b.chief, ApprovalStep{Approval: identity, Move: docket.Refer, Opinion: "x"}, pil.CodeInvalid)
	b.move(t, b.head, ApprovalStep{Approval: identity, Move: docket.DecideElse, Opinion: "可以电话联系"}, "")

	sent := must(b.TransferClue(ctx, b.clues, ClueTransfer{Matter: told, Step: TransferUp, Reason: "属市院管辖"}))(t)
	if sent.Approval == 0 {
		t.Fatalf("sent at once: %+v", sent)
	}
	b.waits(t, sent.Approval, all, b.head, b.chief)
	if v = must(b.ShowApproval(ctx, b.head, sent.Approval))(t); v.Transfer == nil || v.To != "某市人民检察院" {
		t.Errorf("transfer: %+v", v)
	}

	step := must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: kase, Act: recommend("x")}))(t)
	reviewed := must(b.ShowApproval(ctx, b.handler, step))(t).State == docket.InReview
	if reviewed {
		b.waits(t, step, all, b.head, deputy)
		b.move(t, b.head, ApprovalStep{Approval: step, Move: docket.Disagree, Opinion: "证据不足"}, "")
	}
	b.waits(t, step, all, b.chief)
}

// What was returned is changed, submitted again, and goes the whole way once more.
func TestReturnedIsSubmittedAgain(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	kase := b.opened(t)
	n := must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: kase, Act: recommend("第一稿")}))(t)
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Agree}, "")
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Return}, pil.CodeInvalid) // why
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Return, Opinion: "请补充面积"}, "")
	q := must(b.ListApprovals(ctx, b.handler))(t)
	if len(q.Returned) != 1 || q.Returned[0].ID != n {
		t.Fatalf("returned: %+v", q)
	}
	v := must(b.ShowApproval(ctx, b.handler, n))(t)
	if !v.Edits || !slices.Contains(v.May, docket.Withdraw) {
		t.Fatalf("may: %v", v.May)
	}
	if v := must(b.ShowApproval(ctx, b.head, n))(t); v.Edits {
		t.Error("the head edits what another proposed")
	}
	better := recommend("第二稿，面积三亩")
	better.Demands = []DemandText{{Text: "清理林区垃圾三亩"}, {Text: "设置警示牌"}}
	b.move(t, b.second, ApprovalStep{Approval: n, Move: docket.Resubmit, Body: better}, pil.CodeForbidden)
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Resubmit, Body: consult()}, pil.CodeInvalid)
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Resubmit, Body: 7}, pil.CodeInvalid)
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Resubmit, Body: better, Opinion: "已补充"}, "")
	if v := must(b.ShowApproval(ctx, b.head, n))(t); v.State != docket.InReview || v.Act.Note != better.Note {
		t.Fatalf("after it was submitted again: %s, %+v", v.State, v.Act)
	}
	b.decided(t, n)
	f := must(b.ShowCase(ctx, b.handler, kase))(t)
	if len(f.Demands) != 2 || !slices.ContainsFunc(f.Timeline, func(e EventView) bool { return e.Note == better.Note }) {
		t.Fatalf("%d demands: the first draft was carried out", len(f.Demands))
	}
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Resubmit}, pil.CodeConflict)

	// An opinion on a clue, the same way; as it was.
	told := b.clue(t, "另一件")
	filing := FilingProposal{Matter: told, Open: true, Reason: "一", Lines: []CaseLine{{Track: "administrative", Respondent: "县水利局"}}}
	n = must(b.ProposeFiling(ctx, b.handler, filing))(t)
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Return, Opinion: "对象不对"}, "")
	filing.Lines[0].Respondent, filing.Reason = "县林业局", ""
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Resubmit, Body: filing}, pil.CodeInvalid)
	filing.Reason = "二"
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Resubmit, Body: filing}, "")
	if v := must(b.ShowApproval(ctx, b.head, n))(t); v.Filing.Lines[0].Respondent != "县林业局" || v.State != docket.InReview {
		t.Fatalf("%+v", v.Filing)
	}
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Return, Opinion: "再看"}, "")
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Resubmit}, "")
	b.decided(t, n)
}

// A proposal is withdrawn by who proposed it, until it is decided, and nothing
// comes of it.
func TestWithdraw(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	kase := b.opened(t)
	n := must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: kase, Act: recommend("x")}))(t)
	for _, who := range []Who{b.head, b.chief, b.assistant, b.second} {
		b.move(t, who, ApprovalStep{Approval: n, Move: docket.Withdraw}, pil.CodeForbidden)
	}
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Withdraw, Opinion: "另提"}, "")
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Agree}, pil.CodeConflict)
	if v := must(b.ShowApproval(ctx, b.handler, n))(t); v.State != docket.Withdrawn || len(v.May) != 0 || v.ClosedAt == 0 {
		t.Errorf("%s, may %v", v.State, v.May)
	}
	// A recusal asked for by mistake can be asked for again.
	ask := RecusalRequest{Matter: kase, Person: b.assistant.Person, Ground: "近亲属"}
	must(b.RequestRecusal(ctx, b.handler, ask))(t)
	n = must(b.ShowRecusals(ctx, b.handler, kase))(t).Recusals[0].Approval
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Withdraw}, "")
	must(b.RequestRecusal(ctx, b.handler, ask))(t)
	list := must(b.ShowRecusals(ctx, b.handler, kase))(t).Recusals
	if len(list) != 2 || list[1].State != recusalWithdrawn || list[0].State != recusalRequested {
		t.Errorf("%+v", list)
	}
}

// What the chief decides otherwise stands; the handler's dissent is kept beside it.
func TestOtherwiseAndDissent(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	kase := b.opened(t)
	n := must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: kase, Act: recommend("x")}))(t)
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Agree}, "")
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.DecideElse}, pil.CodeInvalid) // why
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.DecideElse, Opinion: "先行磋商", Decided: "withdraw-suit"}, pil.CodeInvalid)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.DecideElse, Opinion: "先行磋商"}, "")
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Dissent}, pil.CodeInvalid) // why
	b.move(t, b.second, ApprovalStep{Approval: n, Move: docket.Dissent, Opinion: "不同意"}, pil.CodeForbidden)
	b.move(t, b.assistant, ApprovalStep{Approval: n, Move: docket.Dissent, Opinion: "不同意"}, pil.CodeForbidden)
	closed := must(b.ShowApproval(ctx, b.handler, n))(t)
	if !slices.Contains(closed.May, docket.Dissent) {
		t.Errorf("may %v", closed.May)
	}
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Dissent, Opinion: "已符合制发条件"}, "")
	v := must(b.ShowApproval(ctx, b.chief, n))(t)
	last := v.Moves[len(v.Moves)-1]
	if v.State != docket.Otherwise || last.Move != docket.Dissent || last.Opinion != "已符合制发条件" || v.ClosedAt != closed.ClosedAt {
		t.Errorf("%s, %+v", v.State, last)
	}
	if f := must(b.ShowCase(ctx, b.handler, kase))(t); len(f.Demands) != 0 {
		t.Error("what was not approved was carried out")
	}
}

// What the chief refers is the committee's from then on, and enters the file as
// its decision.
func TestReferredToCommittee(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	kase := b.opened(t)
	committee := b.hire(t, "committee", "演示委员", account.Committee)
	all := []Who{b.handler, b.head, b.chief, committee}
	n := must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: kase, Act: recommend("x")}))(t)
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Agree}, "")
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Refer, Opinion: "重大"}, pil.CodeForbidden)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Refer, Opinion: "重大疑难"}, "")
	b.waits(t, n, all, committee)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Approve}, pil.CodeForbidden)
	b.move(t, b.handler, ApprovalStep{Approval: n, Move: docket.Withdraw}, pil.CodeConflict)
	b.move(t, committee, ApprovalStep{Approval: n, Move: docket.Approve, Opinion: "2021年11月20日检委会会议决定同意"}, "")
	f := must(b.ShowCase(ctx, b.handler, kase))(t)
	if at := slices.IndexFunc(f.Timeline, func(e EventView) bool { return e.Step == "decide-recommend" }); at < 0 || f.Timeline[at].Event.By != "committee" {
		t.Errorf("decided by somebody else: %+v", f.Timeline)
	}
	// An opinion on a clue too: who decides it may read it, though not the clue.
	told := b.clue(t, "另一件")
	n = must(b.ProposeFiling(ctx, b.handler, FilingProposal{Matter: told, Open: true, Reason: "一", Lines: []CaseLine{{Track: "administrative", Respondent: "县水利局"}}}))(t)
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Agree}, "")
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Refer, Opinion: "重大疑难"}, "")
	b.waits(t, n, all, committee)
	if v := must(b.ShowApproval(ctx, committee, n))(t); v.Opens {
		t.Error("the committee opens clues")
	}
	b.move(t, committee, ApprovalStep{Approval: n, Move: docket.Approve, Opinion: "同意"}, "")
}

// A deputy decides under the chief's delegation, and somebody stands in for the
// head; both are said.
func TestDelegatedAndCovered(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	deputy := b.hire(t, "deputy", "演示副检察长", account.DeputyChief)
	kase := b.opened(t)
	all := []Who{b.handler, b.second, b.head, b.chief, deputy}
	n := must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: kase, Act: recommend("x")}))(t)
	must(b.AddCover(ctx, b.chief, NewCover{Absent: b.head.Person, Does: b.second.Person, From: b.Day(), Until: b.Day() + 9}))(t)
	b.waits(t, n, all, b.head, deputy, b.second)
	b.move(t, b.second, ApprovalStep{Approval: n, Move: docket.Agree, Opinion: "同意"}, "")
	b.waits(t, n, all, b.chief)
	must(b.GiveDelegation(ctx, b.chief, NewDelegation{To: deputy.Person, Actions: []account.Action{account.DecideStep}, From: b.Day(), Until: b.Day() + 30}))(t)
	b.waits(t, n, all, b.chief, deputy)
	b.move(t, deputy, ApprovalStep{Approval: n, Move: docket.Approve, Opinion: "同意"}, "")
	v := must(b.ShowApproval(ctx, b.handler, n))(t)
	covered, delegated := v.Moves[1], v.Moves[2]
	if covered.Way != account.ByCover || covered.Role != account.Head || !strings.Contains(covered.Of, account.Head.Zh()) || covered.Until != b.Day()+9 {
		t.Errorf("the head's review: %+v", covered)
	}
	if delegated.Way != account.ByDelegation || delegated.Role != account.Chief || !strings.Contains(delegated.Of, account.Chief.Zh()) || delegated.From != b.Day() || delegated.Person != "演示副检察长" {
		t.Errorf("the chief's decision: %+v", delegated)
	}
	// Who stands in for the head does not review what the head, or oneself, proposed.
	own := must(b.CorrectEvent(ctx, b.handler, kase, 0, Correction{Seq: 1, Reason: "误记"}))(t)
	must(b.AddCover(ctx, b.chief, NewCover{Absent: b.head.Person, Does: b.handler.Person, From: b.Day(), Until: b.Day() + 9}))(t)
	b.move(t, b.handler, ApprovalStep{Approval: own, Move: docket.Approve}, pil.CodeForbidden)
}

// The chief who handles the case decides the chief's own proposal, after the
// head's review, and the sheet says so (R109).
func TestChiefHandles(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	kase := b.opened(t)
	b.change(t, func(tx *store.Tx) error {
		p, err := tx.Person(b.chief.Person)
		if err != nil {
			return err
		}
		p.Roles = roleWords(account.RolesOf(account.Chief, account.Prosecutor))
		return tx.Change(p)
	})
	if err := b.AssignCase(ctx, b.head, Assigning{Matter: kase, To: []Assignee{{b.chief.Person, account.Prosecutor, true}, {b.assistant.Person, account.Assistant, false}}}); err != nil {
		t.Fatal(err)
	}
	n := must(b.ProposeStep(ctx, b.chief, StepProposal{Matter: kase, Act: recommend("x")}))(t)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Agree}, pil.CodeForbidden)
	b.move(t, b.head, ApprovalStep{Approval: n, Move: docket.Agree}, "")
	b.waits(t, n, []Who{b.handler, b.head, b.chief}, b.chief)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Approve}, "")
	v := must(b.ShowApproval(ctx, b.head, n))(t)
	if last := v.Moves[len(v.Moves)-1]; !last.Self || v.State != docket.Approved {
		t.Errorf("%+v", last)
	}
}

// Who decides a recusal, and who may ask for it (R19–R22).
func TestRecusals(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	defer b.clean(t)
	b.on("2021-11-20")
	kase := b.opened(t)
	committee, manager := b.hire(t, "committee", "演示委员", account.Committee), b.hire(t, "manager", "演示案管", account.CaseManager)
	all := []Who{b.handler, b.head, b.chief, committee, manager}
	ask := func(who Who, about Who, want pil.Code) int64 {
		t.Helper()
		_, err := b.RequestRecusal(ctx, who, RecusalRequest{Matter: kase, Person: about.Person, Ground: "有利害关系"})
		if err == nil && want != "" || err != nil && pil.CodeOf(err) != want {
			t.Fatalf("asked: got %v, want %q", err, want)
		}
		if err != nil {
			return 0
		}
		return must(b.ShowRecusals(ctx, manager, kase))(t).Recusals[0].Approval
	}
	ask(b.second, b.assistant, pil.CodeForbidden)
	ask(b.chief, b.assistant, pil.CodeForbidden) // who decides does not ask
	n := ask(b.handler, b.handler, "")           // one steps back oneself
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.DecideElse}, pil.CodeInvalid)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.DecideElse, Opinion: "不属于应当回避的情形"}, "")
	n = ask(manager, b.assistant, "")
	b.waits(t, n, all, b.chief)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.DecideElse, Opinion: "不", Decided: "x"}, pil.CodeInvalid)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.Approve}, "")
	n = ask(b.handler, b.chief, "")
	b.waits(t, n, all, committee)
	b.move(t, b.chief, ApprovalStep{Approval: n, Move: docket.DecideElse, Opinion: "不"}, pil.CodeForbidden)
	b.move(t, committee, ApprovalStep{Approval: n, Move: docket.Approve, Opinion: "检委会决定回避"}, "")
	// Then the committee stands in the chief's place (I): steps, and other recusals.
	step := must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: kase, Act: recommend("x")}))(t)
	b.move(t, b.head, ApprovalStep{Approval: step, Move: docket.Agree}, "")
	b.waits(t, step, all, committee)
	b.move(t, b.chief, ApprovalStep{Approval: step, Move: docket.Approve}, pil.CodeForbidden)
	b.move(t, committee, ApprovalStep{Approval: step, Move: docket.Approve}, "")
	n = ask(manager, b.head, "")
	b.waits(t, n, all, committee)
	b.move(t, committee, ApprovalStep{Approval: n, Move: docket.Approve}, "")
	// Who is recused no longer sees what one proposed oneself, nor the title beside
	// one's tasks.
	must(b.CorrectEvent(ctx, b.handler, kase, 0, Correction{Seq: 1, Reason: "误记"}))(t)
	if err := b.AddTask(ctx, b.handler, NewTask{Matter: kase, Text: "核对"}); err != nil {
		t.Fatal(err)
	}
	n = ask(manager, b.handler, "")
	b.move(t, committee, ApprovalStep{Approval: n, Move: docket.Approve}, "")
	today := must(b.Today(ctx, b.handler))(t)
	if len(today.Approvals.Mine) != 0 || len(today.Tasks) != 1 || today.Tasks[0].Matter != "" {
		t.Errorf("recused, and finds %+v", today)
	}
}

// change writes past the commands.
func (b *bench) change(tb testing.TB, fn func(*store.Tx) error) {
	tb.Helper()
	err := b.store.Write(tb.Context(), b.now, func(tx *store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Record(testEntry("try_change"))
	})
	if err != nil {
		tb.Fatal(err)
	}
}
