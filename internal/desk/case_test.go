package desk

import (
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// staffed is a county office under a city office, with one person of each kind.
type staffed struct {
	*bench
	handler, second, assistant, clues, head, chief, higher Who
	start                                                  account.Secret // of the identity key
}

func newStaffed(tb testing.TB) *staffed {
	tb.Helper()
	b := &staffed{bench: newBench(tb)}
	err := b.store.Write(tb.Context(), b.now, func(tx *store.Tx) error {
		city := &store.Office{Name: "某市人民检察院", Level: "city", Kind: "local", Region: "4117", Path: "/1/"}
		county := &store.Office{Name: "某县人民检察院", Level: "grassroots", Kind: "local", Region: "411725", ParentID: 1, Path: "/1/2/"}
		eighth := &store.Department{OfficeID: 2, Name: "第四检察部"}
		if err := tx.Add(city, county, eighth); err != nil {
			return err
		}
		add := func(w *Who, office, department int64, roles ...account.Role) error {
			p := &store.Person{Login: roles[0].String() + idText(office), Name: "演示" + roles[0].Zh() + idText(office), OfficeID: office, DepartmentID: department,
				Roles: roleWords(account.RolesOf(roles...)), Procurator: true, FromDay: pil.Date(2015, 1, 1)}
			if roles[0] == account.Prosecutor && b.handler.Person != 0 {
				p.Login, p.Name = "second", "演示检察官乙"
			}
			if err := tx.Add(p); err != nil {
				return err
			}
			w.Person = p.ID
			return tx.Add(&store.Credential{PersonID: p.ID, Recovery: []string{}})
		}
		for _, x := range []struct {
			w     *Who
			in    int64
			roles []account.Role
		}{
			{&b.handler, 2, []account.Role{account.Prosecutor}}, {&b.second, 2, []account.Role{account.Prosecutor}}, {&b.assistant, 2, []account.Role{account.Assistant}},
			{&b.clues, 2, []account.Role{account.ClueOfficer}}, {&b.head, 2, []account.Role{account.Head}}, {&b.chief, 2, []account.Role{account.Chief}},
			{&b.higher, 1, []account.Role{account.Chief, account.Prosecutor}},
		} {
			if err := add(x.w, x.in, 1, x.roles...); err != nil {
				return err
			}
		}
		key, err := seal.NewPrivateKey(b.random, seal.International)
		if err != nil {
			return err
		}
		if _, b.start, err = b.newIdentityKey(tx, key); err != nil {
			return err
		}
		return tx.Record(testEntry("found_office"))
	})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// passphrase is everybody's.
const passphrase = "试验用的身份口令一句话"

// keyed gives somebody a passphrase, and the identity key: the first takes it with
// the start code, the others get it from the clue desk.
func (b *staffed) keyed(tb testing.TB, who Who) {
	tb.Helper()
	err := b.SetPassphrase(tb.Context(), who, Passphrase{Fresh: passphrase})
	switch {
	case err != nil:
	case b.start != "":
		err = b.TakeIdentityKey(tb.Context(), who, string(b.start))
		b.start = ""
	default:
		err = b.GiveIdentityKey(tb.Context(), b.clues, who.Person, passphrase)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// clue registers a bare clue assigned to the handler.
func (b *staffed) clue(tb testing.TB, title string) int64 {
	tb.Helper()
	var id int64
	err := b.do(tb.Context(), b.handler, account.RegisterClue, target{}, func(w *work) error {
		m := &store.Matter{Kind: store.KindClue, OfficeID: 2, DepartmentID: 1, Number: "线索〔2021〕1号", Title: title, Field: "生态环境和资源保护", Region: "411725"}
		if err := w.tx.Add(m); err != nil {
			return err
		}
		id = m.ID
		if err := w.tx.Add(&store.Clue{MatterID: m.ID, Channel: "own-finding", ReceivedOn: w.today, What: title, Assessment: []byte("{}")}); err != nil {
			return err
		}
		if err := w.append(m, &store.Event{On: w.today, Track: "clue", Step: "register"}); err != nil {
			return err
		}
		return w.assign(m, b.handler.Person, account.Prosecutor, true)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// must fails the test on an error.
func must[T any](v T, err error) func(tb testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// decided takes a proposal through the head and the chief.
func (b *staffed) decided(tb testing.TB, id int64) {
	tb.Helper()
	v, err := b.ShowApproval(tb.Context(), b.head, id)
	if err != nil {
		tb.Fatal(err)
	}
	if v.State == docket.InReview {
		if err := b.MoveApproval(tb.Context(), b.head, ApprovalStep{Approval: id, Move: docket.Agree, Opinion: "同意"}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := b.MoveApproval(tb.Context(), b.chief, ApprovalStep{Approval: id, Move: docket.Approve, Opinion: "同意"}); err != nil {
		tb.Fatal(err)
	}
}

// opened is a case against the forestry bureau.
func (b *staffed) opened(tb testing.TB) int64 {
	tb.Helper()
	clue := b.clue(tb, "林区乱扔垃圾")
	id := must(b.ProposeFiling(tb.Context(), b.handler, FilingProposal{Matter: clue, Open: true, Title: "督促整治林区乱扔垃圾案", With: []int64{b.assistant.Person},
		Lines: []CaseLine{{Track: "administrative", Respondent: "县林业局"}}, Reason: "林区垃圾遍地，主管部门未依法履职"}))(tb)
	b.decided(tb, id)
	list := must(b.ListMatters(tb.Context(), b.handler, store.MatterFilter{}))(tb)
	if len(list.Rows) != 1 {
		tb.Fatalf("%d cases, want 1", len(list.Rows))
	}
	return list.Rows[0].MatterID
}

// One matter from the clue to its termination, the way it went in Queshan.
func TestAdministrativeCase(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	b.on("2021-11-20")
	id := b.opened(t)
	record := func(who Who, act Act, answers ...Answer) {
		t.Helper()
		if _, err := b.RecordEvent(ctx, who, Recording{Matter: id, Act: act, Answers: answers}); err != nil {
			t.Fatal(err)
		}
	}
	admin := func(step string) Act {
		return Act{Track: "administrative", Respondent: "县林业局", Step: step, Affirmed: []string{"plan-made", "addressee-known", "agency-not-performing"}}
	}
	// One investigator is refused with the article.
	one := admin("investigate")
	one.People = []int64{b.handler.Person}
	if _, err := b.RecordEvent(ctx, b.handler, Recording{Matter: id, Act: one}); err == nil || !strings.Contains(err.Error(), "R36") && !strings.Contains(err.Error(), "第三十六条") {
		t.Fatalf("one investigator: %v", err)
	}
	two := one
	two.People = append(two.People, b.assistant.Person)
	record(b.handler, two)
	b.on("2021-12-01")
	record(b.handler, admin("investigate-end"))
	rec := admin("decide-recommend")
	rec.Demands = []DemandText{{Text: "清理林区垃圾", Basis: "森林法第三十九条"}, {Text: "设置垃圾箱和警示牌"}, {Text: "建立巡查机制"}}
	b.decided(t, must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: id, Act: rec}))(t))
	b.on("2021-12-10")
	record(b.handler, admin("serve"))
	record(b.handler, admin("record-recommendation"))

	f := must(b.ShowCase(ctx, b.handler, id))(t)
	var due string
	for _, d := range f.Deadlines {
		if d.ID == "D07" {
			due = d.Due.String()
		}
	}
	if due != "2022-02-10" || len(f.Filings) != 1 {
		t.Fatalf("D07 due %q, want 2022-02-10; %d filings, want 1", due, len(f.Filings))
	}
	if len(f.Demands) != 3 || f.Demands[0].State != docket.Delivered {
		t.Fatalf("demands %+v", f.Demands)
	}
	if err := b.ReceiveFiling(ctx, b.higher, f.Filings[0].ID, ""); err != nil {
		t.Fatal(err)
	}

	b.on("2022-01-20")
	record(b.assistant, admin("reply"), Answer{Demand: f.Demands[0].ID, Move: docket.AnswerIt}, Answer{Demand: f.Demands[1].ID, Move: docket.AnswerIdle, Note: "只说将研究"})
	closeAll := DemandVisit{Matter: id, Answers: []Answer{{Demand: f.Demands[0].ID, Move: docket.CloseIt}}}
	if err := b.RecordDemands(ctx, b.handler, closeAll); pil.CodeOf(err) != pil.CodeForbidden {
		t.Fatalf("closing what was only answered: %v", err)
	}
	b.on("2022-02-20")
	for _, d := range f.Demands {
		for _, m := range []docket.DemandMove{docket.Verified, docket.CloseIt} {
			if err := b.RecordDemands(ctx, b.handler, DemandVisit{Matter: id, People: []int64{b.handler.Person, b.assistant.Person}, Answers: []Answer{{Demand: d.ID, Move: m}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	record(b.handler, admin("verify"))
	record(b.handler, admin("review-end"))
	end := admin("terminate")
	end.Ground = "R74(1)"
	b.decided(t, must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: id, Act: end}))(t))
	f = must(b.ShowCase(ctx, b.handler, id))(t)
	if !f.Lines[0].Ended || f.Lines[0].State.ID != "terminated" {
		t.Fatalf("state %s", f.Lines[0].State.ID)
	}
	if err := b.PlanLookBack(ctx, b.handler, VisitPlan{Matter: id, On: b.Day().AddMonths(3), Checklist: []string{"垃圾是否反弹"}}); err != nil {
		t.Fatal(err)
	}
	b.on("2022-05-20")
	visits, _, err := b.ListVisits(ctx, b.handler, true)
	if err != nil || len(visits) != 1 {
		t.Fatalf("%d visits, %v", len(visits), err)
	}
	clue := must(b.RecordLookBack(ctx, b.assistant, VisitReport{Visit: visits[0].ID, People: []int64{b.assistant.Person}, Outcome: Rebounded, Findings: "又见垃圾"}))(t)
	if clue == 0 {
		t.Fatal("no clue from a rebound")
	}
	f = must(b.ShowCase(ctx, b.handler, id))(t)
	if !f.Lines[0].Ended || len(f.Links) != 2 {
		t.Fatalf("after the look-back: ended %v, %d links", f.Lines[0].Ended, len(f.Links))
	}
	// The chief may revoke the termination besides.
	again := admin("revoke-termination")
	again.Note = "垃圾反弹"
	b.decided(t, must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: id, Act: again}))(t))
	if f = must(b.ShowCase(ctx, b.handler, id))(t); f.Lines[0].Ended || f.Lines[0].Main.ID != "following-up" {
		t.Fatalf("after the revocation: ended %v, %s", f.Lines[0].Ended, f.Lines[0].Main.ID)
	}
	b.clean(t)
}

// The second of two is told what the first did, and nothing is saved.
func TestConflict(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	b.on("2021-11-20")
	id := b.opened(t)
	f := must(b.ShowCase(ctx, b.handler, id))(t)
	act := Act{Track: "administrative", Respondent: "县林业局", Step: "consult"}
	if _, err := b.RecordEvent(ctx, b.assistant, Recording{Matter: id, Seen: f.Version, Act: act}); err != nil {
		t.Fatal(err)
	}
	_, err := b.RecordEvent(ctx, b.handler, Recording{Matter: id, Seen: f.Version, Act: act})
	if pil.CodeOf(err) != pil.CodeConflict || !strings.Contains(err.Error(), "记录办案情况") {
		t.Fatalf("got %v, want a conflict that tells what changed", err)
	}
	if g := must(b.ShowCase(ctx, b.handler, id))(t); len(g.Timeline) != len(f.Timeline)+1 {
		t.Fatalf("%d events, want %d", len(g.Timeline), len(f.Timeline)+1)
	}
}

// A correction goes through the head, keeps the old value and tells which limits moved.
func TestCorrection(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	b.on("2021-11-20")
	id := b.opened(t)
	at := func(step, day string) Act {
		return Act{Track: "administrative", Respondent: "县林业局", Step: step, On: b.on(day), Affirmed: []string{"addressee-known", "agency-not-performing"}, Reason: "案情简单"}
	}
	b.decided(t, must(b.ProposeStep(ctx, b.handler, StepProposal{Matter: id, Act: at("decide-recommend", "2021-12-01")}))(t))
	got := must(b.RecordEvent(ctx, b.handler, Recording{Matter: id, Act: at("serve", "2021-12-10")}))(t)
	right := at("serve", "2021-12-13")
	n := must(b.CorrectEvent(ctx, b.handler, id, 0, Correction{Seq: got.Seq, Act: &right, Reason: "送达回证为13日"}))(t)
	if err := b.MoveApproval(ctx, b.head, ApprovalStep{Approval: n, Move: docket.Approve}); err != nil {
		t.Fatal(err)
	}
	f := must(b.ShowCase(ctx, b.handler, id))(t)
	var old, now *EventView
	for i := range f.Timeline {
		if f.Timeline[i].SupersededBy != 0 {
			old = &f.Timeline[i]
		}
		if f.Timeline[i].Supersedes != nil {
			now = &f.Timeline[i]
		}
	}
	if old == nil || now == nil || old.On.String() != "2021-12-10" || now.On.String() != "2021-12-13" {
		t.Fatalf("old %+v, now %+v", old, now)
	}
	if len(f.Notes) != 1 || !strings.Contains(f.Notes[0].Text, "D07") {
		t.Fatalf("notes %+v", f.Notes)
	}
	// A back-entry before what is recorded needs a reason, and goes to the head.
	late := Act{Track: "administrative", Respondent: "县林业局", Step: "consult", On: b.on("2021-12-13") - 5}
	if _, err := b.RecordEvent(ctx, b.handler, Recording{Matter: id, Act: late}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Fatalf("a back-entry without a reason: %v", err)
	}
	late.Reason = "漏记"
	if r := must(b.RecordEvent(ctx, b.handler, Recording{Matter: id, Act: late}))(t); r.Approval == 0 || r.Seq != 0 {
		t.Fatalf("a back-entry: %+v", r)
	}
	b.clean(t)
}

// Today is worth looking at.
func TestToday(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	b.on("2021-11-20")
	b.opened(t)
	b.on("2021-11-23")
	today := must(b.Today(ctx, b.handler))(t)
	if today.Cases != 1 || len(today.Due)+len(today.Late) == 0 {
		t.Fatalf("%+v", today)
	}
	if other := must(b.Today(ctx, b.second))(t); other.Cases != 0 || len(other.Due) != 0 {
		t.Fatalf("another prosecutor sees %+v", other)
	}
}
