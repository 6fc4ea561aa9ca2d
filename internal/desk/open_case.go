package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// FilingProposal is a prosecutor's opinion on a clue: open a case, on which
// tracks and against whom, or open none.
type FilingProposal struct {
	Matter  int64      `json:"-"` // the clue
	Seen    int        `json:"-"`
	Open    bool       `json:"open"`
	Title   string     `json:"title,omitempty"` // of the case
	Field   string     `json:"field,omitempty"`
	Lines   []CaseLine `json:"lines,omitempty"`
	OnFacts bool       `json:"on_facts,omitempty"` // respondent not known yet (R29)
	Major   bool       `json:"major,omitempty"`
	Lead    int64      `json:"lead,omitempty"` // who handles it; 0: who proposes
	With    []int64    `json:"with,omitempty"` // assistants
	Reason  string     `json:"reason"`         // facts and grounds of the opinion
	Join    int64      `json:"join,omitempty"` // an open case the clue joins instead: one case may collect many
}

// CaseLine is one track against one respondent that a case is opened with.
type CaseLine struct {
	Track      string `json:"track"`
	Respondent string `json:"respondent,omitempty"`
	Kind       string `json:"kind,omitempty"` // of the respondent: agency, company, person, other
	Agency     int64  `json:"agency,omitempty"`
}

// The kinds of parties, and the parts they have.
var (
	PartyKinds = []string{"agency", "company", "person", "other"}
	PartyParts = []string{"respondent", "beside", "supplier", "relative", "plaintiff", "court", "other"}
)

func (in *FilingProposal) check(d *Desk) error {
	in.Title, in.Reason = strings.TrimSpace(in.Title), strings.TrimSpace(in.Reason)
	if in.Reason == "" {
		return pil.Invalid("请写明事实、证据和理由 (facts, evidence and reasons are needed)")
	}
	if len([]rune(in.Reason)) > maxText || len([]rune(in.Title)) > maxLine {
		return pil.Invalid("文字过长：案名最多 %d 字，理由最多 %d 字 (text too long)", maxLine, maxText)
	}
	if !in.Open || in.Join != 0 {
		return nil
	}
	if len(in.Lines) == 0 {
		return pil.Invalid("请选择案件类型（行政、民事、刑事附带民事或者支持起诉） (choose a track)")
	}
	for i := range in.Lines {
		ln := &in.Lines[i]
		ln.Respondent = strings.TrimSpace(ln.Respondent)
		if d.law.Procedure(ln.Track) == nil || ln.Track == "clue" {
			return pil.Invalid("没有这样的案件类型 %s (no such track)", pil.Quote(ln.Track))
		}
		if len([]rune(ln.Respondent)) > maxLine {
			return pil.Invalid("对象名称过长，最多 %d 字 (name too long)", maxLine)
		}
		if ln.Kind == "" {
			ln.Kind = "other"
			if ln.Track == "administrative" {
				ln.Kind = "agency"
			}
		}
		if !slices.Contains(PartyKinds, ln.Kind) {
			return pil.Invalid("没有这样的对象种类 %s (no such kind of party)", pil.Quote(ln.Kind))
		}
		for _, before := range in.Lines[:i] {
			if before.Track == ln.Track && before.Respondent == ln.Respondent {
				return pil.Invalid("同一类型下对象重复：%s (named twice on one track)", ln.Respondent)
			}
		}
		if ln.Respondent == "" && !in.OnFacts {
			return pil.Invalid("请写明监督对象；尚不能确定的，选择「以事立案」（R29） (name the respondent, or open on facts)")
		}
	}
	return nil
}

// ProposeFiling proposes to open a case, or to open none (R30): review by the
// head, decision by the chief.
func (d *Desk) ProposeFiling(ctx context.Context, who Who, in FilingProposal) (id int64, err error) {
	if err := in.check(d); err != nil {
		return 0, err
	}
	err = d.do(ctx, who, account.ProposeFiling, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindClue}, func(w *work) error {
		if err := w.noneOpen(KindFiling); err != nil {
			return err
		}
		p, err := w.filing(&in)
		if err != nil {
			return err
		}
		id, err = w.propose(p)
		return err
	})
	return id, err
}

// filing checks an opinion on a clue against the law of today, fills in what it
// left open, and makes the proposal of it.
func (w *work) filing(in *FilingProposal) (p proposal, err error) {
	step, title := "file", "立案"
	if !in.Open {
		step, title = "not-file", "不立案"
	}
	s, err := w.desk.step("clue", step)
	if err != nil {
		return p, err
	}
	rule := s.On(w.today)
	if rule == nil {
		return p, pil.Forbidden("%s 还没有公益诉讼的规范，不能立案 (no norms of public-interest litigation on that day)", w.today.Zh())
	}
	if err := w.notMerged(); err != nil {
		return p, err
	}
	_, c, err := w.history(w.matter)
	if err != nil {
		return p, err
	}
	act := Act{Track: "clue", Step: step, On: w.today, Reason: in.Reason}
	if _, err := c.Permit(act.intent(rule.Decide[0])); err != nil {
		return p, err
	}
	if in.Lead == 0 {
		in.Lead = w.me
	}
	if in.Open && in.Join != 0 {
		joined, err := w.joinable(in.Join)
		if err != nil {
			return p, err
		}
		title, in.Title = "并入在办案件", joined.Number+" "+joined.Title
	}
	if in.Title == "" {
		in.Title = w.matter.Title
	}
	if in.Field == "" {
		in.Field = w.matter.Field
	}
	if err := w.checkPeople(append([]int64{in.Lead}, in.With...)); err != nil {
		return p, err
	}
	return proposal{kind: KindFiling, subject: step, title: title + "：" + in.Title, body: *in,
		review: rule.Review == "head", deciders: strings.Join(rule.Decide, " "), opinion: in.Reason}, nil
}

// redoFiling puts an opinion on a clue that was returned on its way again.
func (w *work) redoFiling(a *store.Approval, body any) error {
	var in FilingProposal
	if err := json.Unmarshal(a.Body, &in); err != nil {
		return err
	}
	if body != nil {
		fresh, ok := body.(FilingProposal)
		if !ok {
			return pil.Invalid("只能修改原来的立案意见 (only the opinion on this clue)")
		}
		in = fresh
		if err := in.check(w.desk); err != nil {
			return err
		}
	}
	p, err := w.filing(&in)
	if err != nil {
		return err
	}
	a.Subject, a.Title, a.Review, a.Deciders = p.subject, p.title, p.review, p.deciders
	return rewrite(a, p.body)
}

// noneOpen refuses a second proposal of a kind while one is on its way.
func (l *look) noneOpen(kind ApprovalKind) error {
	list, err := l.Approvals(l.matter.ID)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Kind == string(kind) && list[i].ClosedAt == 0 {
			return &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf("已有一件「%s」在审批中；请先办完或者撤回 (one is on its way already)", list[i].Title)}
		}
	}
	return nil
}

// carryOutFiling opens the case, or not, as decided.
func (w *work) carryOutFiling(a *store.Approval, decided string) error {
	var in FilingProposal
	if err := json.Unmarshal(a.Body, &in); err != nil {
		return err
	}
	step := a.Subject
	if decided != "" {
		step = decided
	}
	if step != "file" && step != "not-file" {
		return pil.Invalid("只能决定立案或者不立案 (open, or do not open)")
	}
	clue := w.matter
	merged, err := w.decidedOn(clue, step, a.ID, in.Reason)
	if err != nil || step == "not-file" {
		return err
	}
	into := in.Join
	if into == 0 {
		if len(in.Lines) == 0 {
			return pil.Invalid("提出的是不立案，没有写明案件类型和对象；请退回补充后再决定立案 (the proposal names no track; return it)")
		}
		m, err := w.openCase(clue, &in, a.ID)
		if err != nil {
			return err
		}
		into = m.ID
		if err := w.firstOf(clue); err != nil {
			return err
		}
	} else {
		m, err := w.joinable(into)
		if err != nil {
			return err
		}
		w.touch(m)
		merged = append(merged, clue.ID)
	}
	for _, id := range merged {
		if err := w.tx.Add(&store.Link{Kind: LinkClue, FromID: id, ToID: into, MadeBy: w.me, MadeAt: w.tx.Now}); err != nil {
			return err
		}
	}
	return nil
}

// openCase makes the case of a clue: the matter, its first events, parties, who
// works on it, and the link to the clue.
func (w *work) openCase(clue *store.Matter, in *FilingProposal, approval int64) (*store.Matter, error) {
	n, err := w.tx.NextNumber(clue.OfficeID, "case", w.today.Year())
	if err != nil {
		return nil, err
	}
	lead, err := w.Person(in.Lead)
	if err != nil {
		return nil, err
	}
	m := &store.Matter{Kind: store.KindCase, OfficeID: clue.OfficeID, DepartmentID: lead.DepartmentID, Number: fmt.Sprintf("公益立〔%d〕%d号", w.today.Year(), n),
		Title: in.Title, Field: in.Field, Region: clue.Region, Place: clue.Place, Summary: in.Reason, Major: in.Major, Demo: clue.Demo,
		MadeBy: w.me, MadeAt: w.tx.Now}
	if err := w.tx.Add(m); err != nil {
		return nil, err
	}
	if err := w.assign(m, in.Lead, account.Prosecutor, true); err != nil {
		return nil, err
	}
	for _, id := range in.With {
		if err := w.assign(m, id, account.Assistant, false); err != nil {
			return nil, err
		}
	}
	for i := range in.Lines {
		if err := w.openLine(m, &in.Lines[i], in.OnFacts, approval); err != nil {
			return nil, err
		}
	}
	return m, w.tx.Add(&store.Link{Kind: LinkClue, FromID: clue.ID, ToID: m.ID, MadeBy: w.me, MadeAt: w.tx.Now})
}

func (w *work) openLine(m *store.Matter, ln *CaseLine, onFacts bool, approval int64) error {
	step := "file"
	if onFacts && ln.Respondent == "" {
		step = "file-on-facts"
	}
	if ln.Track == "support" {
		step = "open"
	}
	s, err := w.desk.step(ln.Track, step)
	if err != nil {
		return err
	}
	e := &store.Event{On: w.today, Track: ln.Track, Respondent: ln.Respondent, Step: s.ID, By: w.decider(), ApprovalID: approval}
	if err := w.append(m, e); err != nil {
		return err
	}
	if ln.Respondent == "" {
		return nil
	}
	return w.tx.Add(&store.Party{MatterID: m.ID, Kind: ln.Kind, Part: "respondent", Name: ln.Respondent, AgencyID: ln.Agency})
}

// The kinds of links between matters.
const (
	LinkClue     = "clue_case" // a clue became, or joined, a case
	LinkParent   = "parent"    // from the child to its parent
	LinkParallel = "parallel"  // one harm, two cases
	LinkRebound  = "rebound"   // from the old case to the clue of the harm that returned
	LinkTransfer = "transfer"  // from a clue sent away to the receiver's own
)

// assign puts somebody to work on a matter.
func (w *work) assign(m *store.Matter, person int64, role account.Role, lead bool) error {
	p, err := w.Person(person)
	if err != nil {
		return err
	}
	if !rolesOf(p.Roles).Has(role) {
		return pil.Invalid("%s 没有「%s」的角色，不能这样指定 (lacks the role)", p.Name, role.Zh())
	}
	return w.tx.Add(&store.Assignment{MatterID: m.ID, PersonID: person, Role: role.String(), Lead: lead, FromAt: w.tx.Now, MadeBy: w.me})
}
