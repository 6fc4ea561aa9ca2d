package desk

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/clue"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// inbox is a staffed office with a neighbour of the same level.
type inbox struct {
	*staffed
	neighbour       int64 // office
	theirs, theirHd Who   // its clue officer and head
	cityClues       Who
}

func newInbox(tb testing.TB) *inbox {
	tb.Helper()
	b := &inbox{staffed: newStaffed(tb)}
	err := b.store.Write(tb.Context(), b.now, func(tx *store.Tx) error {
		o := &store.Office{Name: "邻县人民检察院", Level: "grassroots", Kind: "local", Region: "411726", ParentID: 1, Path: "/1/3/"}
		if err := tx.Add(o); err != nil {
			return err
		}
		d := &store.Department{OfficeID: o.ID, Name: "公益诉讼检察部"}
		if err := tx.Add(d); err != nil {
			return err
		}
		b.neighbour = o.ID
		for _, x := range []struct {
			w        *Who
			in, dept int64
			role     account.Role
		}{{&b.theirs, o.ID, d.ID, account.ClueOfficer}, {&b.theirHd, o.ID, d.ID, account.Head}, {&b.cityClues, 1, 0, account.ClueOfficer}} {
			p := &store.Person{Login: x.role.String() + idText(x.in) + "x", Name: "演示" + x.role.Zh() + idText(x.in), OfficeID: x.in, DepartmentID: x.dept, Roles: x.role.String(),
				Procurator: true, FromDay: pil.Date(2015, 1, 1)}
			if err := tx.Add(p); err != nil {
				return err
			}
			x.w.Person = p.ID
		}
		return tx.Record(testEntry("found_office"))
	})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// rubbish is what a caller told about a forest.
func (b *inbox) rubbish() NewClue {
	return NewClue{Form: clue.Form{Channel: clue.Telephone, What: "演示乡老林场入口两侧林地长期堆放生活垃圾，夏天焚烧冒烟，附近没有垃圾箱和警示牌", Place: "演示乡老林场入口", Region: "411725",
		Happened: pil.Between(pil.Date(2021, 10, 1), pil.Date(2021, 10, 31)), Received: b.Day(), Field: clue.Ecology, Reporter: clue.InConfidence},
		Identity: clue.Identity{Name: "演示举报人", Phone: "010-00000000"}}
}

func (b *inbox) register(tb testing.TB, in NewClue) int64 {
	tb.Helper()
	return must(b.RegisterClue(tb.Context(), b.clues, in))(tb)
}

func TestRegisterClue(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	var f Faults
	_, err := b.RegisterClue(ctx, b.clues, NewClue{Form: clue.Form{Received: b.Day() + 1, Reporter: clue.Named}})
	if !errors.As(err, &f) || pil.CodeOf(err) != pil.CodeInvalid {
		t.Fatalf("got %v, want faults", err)
	}
	var fields []string
	for _, x := range f {
		fields = append(fields, x.Field)
	}
	if got := strings.Join(fields, " "); got != "channel what received name" {
		t.Fatalf("faults beside %q", got)
	}
	in := b.rubbish()
	in.Files = []NewFile{{Name: "现场.jpg", Media: "image/jpeg", Bytes: strings.NewReader("演示")}}
	id := b.register(t, in)
	c := must(b.ShowClue(ctx, b.clues, id))(t)
	if c.Number != "线索〔2021〕1号" || c.Lines[0].State.ID != "registered" || !c.HasIdentity || !c.Clue.Named || c.Reporter != clue.InConfidence || len(c.Files) != 1 {
		t.Fatalf("%+v", c)
	}
	due := map[string]string{}
	for _, d := range c.Deadlines {
		due[d.ID] = d.Due.String()
	}
	if due["INF.receipt"] != "2021-11-29" || due["INF.result"] != "2022-02-21" { // the 27th is a Saturday, 02-20 a Sunday
		t.Fatalf("due %v", due)
	}
	if text := fmt.Sprintf("%+v", c); strings.Contains(text, "演示举报人") || strings.Contains(text, "00000000") {
		t.Fatal("the clue's page holds who reported")
	}
	if _, _, err := b.OpenFile(ctx, b.clues, c.Files[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ShowClue(ctx, b.theirs, id); pil.CodeOf(err) != pil.CodeNotFound {
		t.Fatalf("another office: %v", err)
	}
	b.clean(t)
}

// The criminal department hands over to the prosecutor who takes it on; who may
// not see the office's clues works on what that person registers.
func TestRegisterForOneself(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	in := b.rubbish()
	in.Channel, in.Reporter, in.Identity = clue.CriminalDepartment, 0, clue.Identity{}
	id := must(b.RegisterClue(ctx, b.handler, in))(t)
	c := must(b.ShowClue(ctx, b.handler, id))(t)
	if len(c.People) != 1 || c.People[0].PersonID != b.handler.Person || len(c.Deadlines) != 0 || c.Timeline[1].Step != "hand-over-internal" {
		t.Fatalf("%+v", c)
	}
	must(b.ShowClue(ctx, b.assistant, must(b.RegisterClue(ctx, b.assistant, in))(t)))(t)
	in.Lead = b.second.Person
	if _, err := b.RegisterClue(ctx, b.handler, in); pil.CodeOf(err) != pil.CodeForbidden {
		t.Fatalf("a prosecutor assigned somebody else: %v", err)
	}
	id = must(b.RegisterClue(ctx, b.clues, in))(t)
	must(b.ShowClue(ctx, b.second, id))(t)
	list := must(b.Inbox(ctx, b.clues, store.MatterFilter{Channel: "criminal-department"}))(t)
	if len(list.Rows) != 3 || list.Counts.Live != 3 || list.Counts.Unassigned != 0 {
		t.Fatalf("%+v", list)
	}
	none := must(b.Inbox(ctx, b.clues, store.MatterFilter{Channel: "letter"}))(t)
	if len(none.Rows) != 0 {
		t.Fatalf("%+v", none)
	}
}

// Told twice in other words: found, shown with reasons, merged, undone. Of another
// office's only the score leaves.
func TestDuplicatesAndMerge(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	first := b.register(t, b.rubbish())
	b.on("2021-11-22")
	again := b.rubbish()
	again.Channel, again.Reporter, again.Identity = clue.Letter, clue.Anonymous, clue.Identity{}
	again.What = "老林场入口两侧林地长期堆放生活垃圾，夏天焚烧冒烟，周围没有垃圾箱也没有警示牌，请处理"
	second := b.register(t, again)
	third := must(b.RegisterClue(ctx, b.theirs, again))(t)
	other := again
	other.What, other.Place = "某小区电梯维保记录造假，住户多次被困，希望有关部门检查", "演示镇"
	b.register(t, other)

	dup := must(b.SuggestDuplicates(ctx, b.clues, second))(t)
	if len(dup) != 2 || dup[0].Matter != third || dup[0].Visible || dup[0].What != "" || dup[0].Number != "" || dup[0].Score.Total < 90 ||
		dup[1].Matter != first || !dup[1].Visible || len(dup[1].Why) == 0 {
		t.Fatalf("%+v", dup)
	}
	if _, err := b.MergeClues(ctx, b.clues, Merging{Clues: []int64{second, third}, Reason: "同一地点"}); pil.CodeOf(err) != pil.CodeNotFound {
		t.Fatalf("merged another office's clue: %v", err)
	}
	kept := must(b.MergeClues(ctx, b.clues, Merging{Clues: []int64{second, first}, Reason: "同一地点、同一事实"}))(t)
	if kept != first {
		t.Fatalf("kept %d, want the first told, %d", kept, first)
	}
	c := must(b.ShowClue(ctx, b.clues, second))(t)
	if c.Into == nil || c.Into.ID != first || len(must(b.ShowClue(ctx, b.clues, first))(t).Merged) != 1 {
		t.Fatalf("%+v", c)
	}
	if list := must(b.Inbox(ctx, b.clues, store.MatterFilter{}))(t); list.Counts.Live != 2 {
		t.Fatalf("%+v", list.Counts)
	}
	if err := b.AssessClue(ctx, b.clues, assessed(second)); pil.CodeOf(err) != pil.CodeConflict {
		t.Fatalf("assessed what was merged: %v", err)
	}
	if err := b.UnmergeClue(ctx, b.clues, second, 0, "另一处林地"); err != nil {
		t.Fatal(err)
	}
	if c := must(b.ShowClue(ctx, b.clues, second))(t); c.Into != nil || len(c.Notes) != 2 {
		t.Fatalf("%+v", c)
	}
	if err := b.RebuildLikeness(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if again := must(b.SuggestDuplicates(ctx, b.clues, second))(t); len(again) != 2 || again[1].Score.Total != dup[1].Score.Total {
		t.Fatalf("signed anew: %+v", again)
	}
	b.clean(t)
}

func assessed(matter int64) ClueAssessment {
	g := clue.Graded{Grade: clue.High, Reason: "有照片"}
	return ClueAssessment{Matter: matter, Assessment: clue.Assessment{Truth: g, Checkability: g, Risk: clue.Graded{Grade: clue.Low, Reason: "无"}, Harm: true, Illegal: true,
		Conclusion: clue.ToFile, Reason: "公益受损，主管部门可能未依法履职"}}
}

func TestAssessClue(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	id := b.register(t, b.rubbish())
	wrong := assessed(id)
	wrong.Harm, wrong.Truth.Reason = false, " "
	var f Faults
	if err := b.AssessClue(ctx, b.clues, wrong); !errors.As(err, &f) || len(f) != 2 || f[0].Field != "truth" || f[1].Field != "conclusion" {
		t.Fatalf("%+v", f)
	}
	if err := b.AssessClue(ctx, b.clues, assessed(id)); err != nil {
		t.Fatal(err)
	}
	c := must(b.ShowClue(ctx, b.clues, id))(t)
	if c.Assessment == nil || c.Assessment.Truth.Grade != clue.High || c.Assessment.Conclusion != clue.ToFile || c.Lines[0].State.ID != "assessing" {
		t.Fatalf("%+v", c.Assessment)
	}
	// Further steps of a clue go the way of every step.
	if _, err := b.RecordEvent(ctx, b.head, Recording{Matter: id, Act: Act{Track: "clue", Step: "preliminary", Note: "现场查看"}}); err != nil {
		t.Fatal(err)
	}
	b.clean(t)
}

// What came through the public door is as sealed at the next office as at the first,
// whose page the reporter goes on reading.
func TestTransferReport(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	const told = "河边夜里有人倾倒建筑垃圾"
	_, keys, err := seal.NewDoor(rand.Reader, seal.International)
	if err != nil {
		t.Fatal(err)
	}
	var id, there int64
	read := func(f func(v *store.View) error) {
		t.Helper()
		if err := b.store.Read(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	carried := Carried{Envelope: seal.ID{1}, Lookup: strings.Repeat("a", 32), ReporterKey: keys.Intake.Public().String(), Text: told}
	read(func(v *store.View) error {
		me, err := v.Person(b.clues.Person)
		if err != nil {
			return err
		}
		office, err := v.Office(me.OfficeID)
		if err == nil {
			carried.Office = office.Name
		}
		return err
	})
	if err := b.ReceiveReport(ctx, carried); err != nil {
		t.Fatal(err)
	}
	pages := func() (n int) {
		for _, p := range must(b.ReporterPages(ctx, 10))(t) {
			id = p.Matter
			n++
		}
		return n
	}
	if n := pages(); n != 1 {
		t.Fatalf("%d pages for one reporter", n)
	}
	got := must(b.TransferClue(ctx, b.clues, ClueTransfer{Matter: id, Step: TransferSame, ToOffice: b.neighbour, Reason: "行为地在邻县"}))(t)
	b.approve(t, b.chief, got.Approval)
	list := must(b.ListTransfers(ctx, b.theirs))(t)
	there = must(b.AcceptClue(ctx, b.theirs, Acceptance{Transfer: list.In[0].ID}))(t).Matter
	read(func(v *store.View) error {
		c, err := v.Clue(there)
		if err == nil && c.What != SealedText {
			t.Errorf("what was told stands in clear: %q", c.What)
		}
		return err
	})
	if c := must(b.ShowClue(ctx, b.theirs, there))(t); c.Clue.What != told || c.FromDoor {
		t.Errorf("the next office reads %q, talks to the reporter: %v", c.Clue.What, c.FromDoor)
	}
	if pages(); id == there {
		t.Error("a page of the next office for a reporter it cannot reach")
	}
}

// A clue goes to the competent office of the same level after the head's review,
// is taken in there under a number of its own, and may only go up from there.
func TestTransferClue(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	id := b.register(t, b.rubbish())
	send := ClueTransfer{Matter: id, Step: TransferSame, ToOffice: b.neighbour, Reason: "行为地在邻县", Identity: true}
	up := send
	up.ToOffice = 1
	if _, err := b.TransferClue(ctx, b.clues, up); pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(err.Error(), "同级") {
		t.Fatalf("sent across levels: %v", err)
	}
	j := must(b.ProposeJurisdiction(ctx, b.clues, Whereabouts{Matter: id, Kind: clue.Administrative, Agency: clue.Agency{Tier: clue.County, Region: "411726"}}))(t)
	if j.Verdict != clue.SameTier || len(j.Offices) != 1 || j.Offices[0].ID != b.neighbour {
		t.Fatalf("%+v", j)
	}
	got := must(b.TransferClue(ctx, b.clues, send))(t)
	if got.Approval == 0 {
		t.Fatal("sent without the head's review (R26)")
	}
	if list := must(b.ListTransfers(ctx, b.theirs))(t); len(list.In) != 0 {
		t.Fatalf("there before it was agreed to: %+v", list)
	}
	if _, err := b.TransferClue(ctx, b.clues, send); pil.CodeOf(err) != pil.CodeConflict {
		t.Fatalf("proposed twice: %v", err)
	}
	v := must(b.ShowApproval(ctx, b.head, got.Approval))(t)
	if v.Transfer == nil || v.To != "邻县人民检察院" {
		t.Fatalf("%+v", v)
	}
	b.approve(t, b.head, got.Approval)
	list := must(b.ListTransfers(ctx, b.theirs))(t)
	if len(list.In) != 1 {
		t.Fatalf("%+v", list)
	}
	if _, err := b.AcceptClue(ctx, b.cityClues, Acceptance{Transfer: list.In[0].ID}); pil.CodeOf(err) != pil.CodeNotFound {
		t.Fatalf("accepted by a third office: %v", err)
	}
	acc := must(b.AcceptClue(ctx, b.theirs, Acceptance{Transfer: list.In[0].ID}))(t)
	c := must(b.ShowClue(ctx, b.theirs, acc.Matter))(t)
	if c.Number != "线索〔2021〕1号" || !c.HasIdentity || !c.Received || c.Lines[0].State.ID != "registered" || len(c.Links) != 1 || len(c.Deadlines) != 2 {
		t.Fatalf("%+v", c)
	}
	if old := must(b.ShowClue(ctx, b.clues, id))(t); old.Lines[0].State.ID != "transferred-out" || old.Transfers[0].Number != c.Number {
		t.Fatalf("%+v", old.Transfers)
	}
	back := ClueTransfer{Matter: acc.Matter, Step: TransferSame, ToOffice: 2, Reason: "不属本院"}
	if _, err := b.TransferClue(ctx, b.theirs, back); pil.CodeOf(err) != pil.CodeForbidden || !strings.Contains(err.Error(), "不得自行退回") {
		t.Fatalf("sent back: %v", err)
	}
	got = must(b.TransferClue(ctx, b.theirs, ClueTransfer{Matter: acc.Matter, Step: TransferUp, Reason: "不属本院", Identity: true}))(t)
	b.approve(t, b.theirHd, got.Approval)
	if _, err := b.AcceptClue(ctx, b.theirs, Acceptance{Transfer: list.In[0].ID}); pil.CodeOf(err) != pil.CodeConflict {
		t.Fatalf("accepted twice: %v", err)
	}
	higher := must(b.ListTransfers(ctx, b.cityClues))(t)
	if len(higher.In) != 1 || higher.In[0].From != "邻县人民检察院" {
		t.Fatalf("%+v", higher)
	}
	b.clean(t)
}

// Who was sent a clue and holds the office not to be competent takes it in and
// reports it up in one go.
func TestDisputeTransfer(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	id := b.register(t, b.rubbish())
	got := must(b.TransferClue(ctx, b.clues, ClueTransfer{Matter: id, Step: TransferSame, ToOffice: b.neighbour, Reason: "行为地在邻县"}))(t)
	b.approve(t, b.head, got.Approval)
	sent := must(b.ListTransfers(ctx, b.theirs))(t).In[0]
	acc := must(b.AcceptClue(ctx, b.theirs, Acceptance{Transfer: sent.ID, Dispute: "行为地仍在某县"}))(t)
	if acc.Approval == 0 {
		t.Fatal("no report to the higher office")
	}
	c := must(b.ShowClue(ctx, b.theirs, acc.Matter))(t)
	if c.HasIdentity || len(c.Approvals) != 1 || c.Approvals[0].Kind != KindTransfer {
		t.Fatalf("%+v", c)
	}
	// A part that tells of a crime goes to those who deal with it, at once.
	out := must(b.TransferClue(ctx, b.clues, ClueTransfer{Matter: b.register(t, b.rubbish()), Step: TransferCrime, Outside: "演示县公安局", Reason: "涉嫌犯罪（R31）"}))(t)
	if out.Seq == 0 {
		t.Fatalf("%+v", out)
	}
	b.clean(t)
}

func (b *inbox) approve(tb testing.TB, who Who, id int64) {
	tb.Helper()
	if err := b.MoveApproval(tb.Context(), who, ApprovalStep{Approval: id, Move: docket.Approve, Opinion: "同意"}); err != nil {
		tb.Fatal(err)
	}
}

func TestAnswerReporter(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	id := b.register(t, b.rubbish())
	b.on("2021-11-24")
	ans := ReporterAnswer{Matter: id, Step: AnswerReceipt, Manner: "电话", Text: "已收到，由本院办理"}
	must(b.AnswerReporter(ctx, b.clues, ans))(t)
	c := must(b.ShowClue(ctx, b.clues, id))(t)
	for _, d := range c.Deadlines {
		if (d.ID == "INF.receipt") != (d.Ended != 0) {
			t.Fatalf("%+v", d)
		}
	}
	ans.On = b.Day() - 1
	var f Faults
	if _, err := b.AnswerReporter(ctx, b.clues, ans); !errors.As(err, &f) || f[0].Field != "reason" {
		t.Fatalf("a back-entry without a reason: %v", err)
	}
	ans.Reason = "漏记"
	if r := must(b.AnswerReporter(ctx, b.clues, ans))(t); r.Approval == 0 {
		t.Fatalf("%+v", r)
	}
	anon := b.rubbish()
	anon.Reporter, anon.Identity = clue.Anonymous, clue.Identity{}
	ans.Matter, ans.On = b.register(t, anon), 0
	if _, err := b.AnswerReporter(ctx, b.clues, ans); pil.CodeOf(err) != pil.CodeForbidden {
		t.Fatalf("answered nobody: %v", err)
	}
	b.clean(t)
}

// Who reported opens with a reason, a second person, once, within a day, and the
// record has it.
func TestIdentity(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	id := b.register(t, b.rubbish())
	b.keyed(t, b.clues)
	ask := func() int64 { return must(b.RequestIdentity(ctx, b.clues, id, "需要当面核实地点"))(t) }
	if _, err := b.RequestIdentity(ctx, b.clues, id, ""); pil.CodeOf(err) != pil.CodeInvalid {
		t.Fatalf("without a reason: %v", err)
	}
	n := ask()
	if _, _, err := b.OpenIdentity(ctx, b.clues, n, passphrase); pil.CodeOf(err) != pil.CodeConflict {
		t.Fatalf("before anybody agreed: %v", err)
	}
	if err := b.MoveApproval(ctx, b.clues, ApprovalStep{Approval: n, Move: docket.Approve}); pil.CodeOf(err) != pil.CodeForbidden {
		t.Fatalf("agreed to by who asked: %v", err)
	}
	b.approve(t, b.head, n)
	if _, _, err := b.OpenIdentity(ctx, b.head, n, passphrase); pil.CodeOf(err) != pil.CodeForbidden {
		t.Fatalf("opened by another: %v", err)
	}
	if _, _, err := b.OpenIdentity(ctx, Who{Person: b.clues.Person, Token: true}, n, passphrase); err == nil {
		t.Fatal("opened through a token")
	}
	if _, _, err := b.OpenIdentity(ctx, b.clues, n, "另外一句身份口令的话"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Fatalf("opened with another passphrase: %v", err)
	}
	who, _, err := b.OpenIdentity(ctx, b.clues, n, passphrase)
	if err != nil || string(who.Name) != "演示举报人" || string(who.Phone) != "010-00000000" {
		t.Fatalf("%q, %v", string(who.Name), err)
	}
	if _, _, err := b.OpenIdentity(ctx, b.clues, n, passphrase); pil.CodeOf(err) != pil.CodeConflict {
		t.Fatalf("opened twice: %v", err)
	}
	reads := 0
	if err := b.store.Read(ctx, func(v *store.View) error {
		entries, err := v.EntriesOf("clue", idText(id), []audit.Class{audit.ClassRead}, 50)
		for _, e := range entries {
			if e.Action == "show_identity" {
				reads++
			}
		}
		return err
	}); err != nil || reads != 1 {
		t.Fatalf("%d reads in the record, %v", reads, err)
	}
	n = ask()
	b.approve(t, b.head, n)
	b.now = b.now.Add(25 * time.Hour)
	if _, _, err := b.OpenIdentity(ctx, b.clues, n, passphrase); pil.CodeOf(err) != pil.CodeConflict {
		t.Fatalf("opened after a day: %v", err)
	}
	if c := must(b.ShowClue(ctx, b.clues, id))(t); len(c.Identity) != 2 || c.Identity[0].OpenedAt == 0 {
		t.Fatalf("%+v", c.Identity)
	}
	// Nowhere in the store does it stand in the open.
	var dump bytes.Buffer
	if err := b.store.Read(ctx, func(v *store.View) error { return audit.Export(&dump, v) }); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(dump.Bytes(), []byte("演示举报人")) {
		t.Fatal("the record's export holds who reported")
	}
	b.clean(t)
}

func TestImportClues(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	var sheet strings.Builder
	sheet.WriteString("工单编号\t来电时间\t诉求内容\t诉求地址\t来电人\t联系电话\n")
	for i := range 250 {
		fmt.Fprintf(&sheet, "A%03d\t2021-11-%02d 09:00\t演示路%d号门前人行道被占用停放共享单车\t演示路%d号\t演示来电人\t010-00000000\n", i, 1+i%19, i, i)
	}
	sheet.WriteString("A999\t2021-12-30\t未来的事\t演示路\nA998\t\t没有日期的机密诉求\t演示路\n")
	plan := ImportPlan{Mapping: clue.Mapping{Region: "411725"}}
	var steps []int
	plan.Progress = func(done, all int) { steps = append(steps, done, all) }
	rep := must(b.ImportClues(ctx, b.clues, "热线.tsv", strings.NewReader(sheet.String()), plan))(t)
	if len(rep.Accepted) != 250 || len(rep.Rejected) != 2 || fmt.Sprint(steps) != "[100 250 200 250 250 250]" {
		t.Fatalf("%d accepted, %d rejected, %v", len(rep.Accepted), len(rep.Rejected), steps)
	}
	again := must(b.ImportClues(ctx, b.clues, "热线.tsv", strings.NewReader(sheet.String()), plan))(t)
	if len(again.Accepted) != 0 || len(again.Rejected) != 252 {
		t.Fatalf("sent again: %d accepted, %d rejected", len(again.Accepted), len(again.Rejected))
	}
	if text := fmt.Sprintf("%+v", again.Rejected); strings.Contains(text, "A00") || strings.Contains(text, "机密") || strings.Contains(text, "来电人") {
		t.Fatal("a rejected row tells what stood in it")
	}
	c := must(b.ShowClue(ctx, b.clues, rep.Accepted[0].Matter))(t)
	if c.Channel != clue.Hotline || !c.HasIdentity || len(c.Deadlines) != 2 || c.Clue.OutsideNo != "A000" {
		t.Fatalf("%+v", c.Clue)
	}
	if _, err := b.ImportClues(ctx, b.handler, "热线.tsv", strings.NewReader(sheet.String()), plan); pil.CodeOf(err) != pil.CodeForbidden {
		t.Fatalf("imported by a prosecutor: %v", err)
	}
	b.clean(t)
}

// One case collects many clues: those merged go with the first told, and a later
// one joins by decision.
func TestJoinCase(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	in := b.rubbish()
	in.Lead = b.handler.Person
	first, second := b.register(t, in), b.register(t, in)
	must(b.MergeClues(ctx, b.clues, Merging{Clues: []int64{first, second}, Reason: "同一事"}))(t)
	n := must(b.ProposeFiling(ctx, b.handler, FilingProposal{Matter: first, Open: true, Title: "督促整治演示林场垃圾案",
		Lines: []CaseLine{{Track: "administrative", Respondent: "演示县林业局"}}, Reason: "未依法履职"}))(t)
	b.decided(t, n)
	c := must(b.ShowClue(ctx, b.handler, second))(t)
	if c.Lines[0].State.ID != "filed" || len(c.Links) != 1 || c.Links[0].Kind != LinkClue {
		t.Fatalf("the merged one: %+v", c.Links)
	}
	cases := c.Links[0].Other.ID
	third := b.register(t, in)
	if got := must(b.ShowClue(ctx, b.handler, third))(t); len(got.Cases) != 1 || got.Cases[0].ID != cases {
		t.Fatalf("cases to join: %+v", got.Cases)
	}
	n = must(b.ProposeFiling(ctx, b.handler, FilingProposal{Matter: third, Open: true, Join: cases, Reason: "同一事实，并入在办案件"}))(t)
	b.decided(t, n)
	f := must(b.ShowCase(ctx, b.handler, cases))(t)
	if len(f.Links) != 3 {
		t.Fatalf("%d clues in the case, want 3", len(f.Links))
	}
	b.clean(t)
}
