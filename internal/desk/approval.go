package desk

import (
	"encoding/json"
	"fmt"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ApprovalKind is what is proposed, and with it who may propose, review and
// decide it.
type ApprovalKind string

// The kinds of approvals.
const (
	KindStep       ApprovalKind = "step"
	KindFiling     ApprovalKind = "filing"
	KindCorrection ApprovalKind = "correction"
	KindIdentity   ApprovalKind = "identity"
	KindTransfer   ApprovalKind = "transfer"
	KindRole       ApprovalKind = "role"
	KindRecusal    ApprovalKind = "recusal"
	KindModel      ApprovalKind = "model"
)

// kindRow says which actions an approval of a kind goes through, and what comes of
// it.
type kindRow struct {
	kind                    ApprovalKind
	zh, en                  string
	propose, review, decide account.Action
	// effect carries out a decision to approve, or another step decided instead.
	effect func(w *work, a *store.Approval, decided string) error
	// ended is told where it ends without being carried out; nil: nothing is to be done.
	ended func(w *work, a *store.Approval, move docket.ApprovalMove) error
	// redo puts what is submitted again in the place of what was proposed, and tries
	// it against the law of today; body nil: as it was. nil: nothing can be changed.
	redo func(w *work, a *store.Approval, body any) error
	// handling says that it is a decision on the handling of a matter: the chief may
	// refer it to the committee (R5), the handler may dissent in writing (R8).
	handling bool
}

// kindRows is the table of kinds.
func kindRows() []kindRow {
	return []kindRow{
		{KindStep, "办案意见", "step", account.ProposeStep, account.ReviewStep, account.DecideStep, (*work).carryOutStep, nil, (*work).redoStep, true},
		{KindFiling, "立案意见", "opening a case", account.ProposeFiling, account.ReviewFiling, account.DecideFiling, (*work).carryOutFiling, nil, (*work).redoFiling, true},
		{KindCorrection, "更正、补录", "correction", account.CorrectEvent, account.ApproveCorrection, account.ApproveCorrection, (*work).carryOutCorrection, nil, nil, false},
		{KindTransfer, "移送线索", "sending a clue on", account.TransferClue, account.ReviewStep, account.DecideStep, (*work).carryOutTransfer, nil, nil, false},
		{KindIdentity, "查阅举报人身份", "opening the reporter's identity", account.ShowIdentity, account.ApproveIdentity, account.ApproveIdentity, (*work).carryOutIdentity, nil, nil, false},
		{KindRole, "人员角色", "roles", account.ProposeRole, account.DecideRole, account.DecideRole, (*work).carryOutRole, nil, nil, false},
		{KindRecusal, "回避", "recusal", account.RequestRecusal, account.DecideRecusal, account.DecideRecusal, (*work).carryOutRecusal, (*work).endRecusal, nil, false},
		{KindModel, "监督模型上架", "a supervision model", account.ProposeModel, account.DecideModel, account.DecideModel, (*work).carryOutModel, (*work).endModel, nil, false},
	}
}

// knows refuses a move that the kind has not.
func (r *kindRow) knows(a *store.Approval, move docket.ApprovalMove) error {
	switch {
	case move == docket.Refer && (!r.handling || stage(a) == higherOffice), move == docket.Dissent && !r.handling:
		return pil.Invalid("「%s」不能「%s」 (not for this kind)", r.zh, move.Zh())
	}
	return nil
}

// ApprovalKinds lists the kinds with their names.
func ApprovalKinds() []ApprovalKind {
	var out []ApprovalKind
	for _, r := range kindRows() {
		out = append(out, r.kind)
	}
	return out
}

func (k ApprovalKind) row() *kindRow {
	for _, r := range kindRows() {
		if r.kind == k {
			return &r
		}
	}
	return nil
}

// Zh is the kind in Chinese; a kind no longer known is the word itself.
func (k ApprovalKind) Zh() string {
	if r := k.row(); r != nil {
		return r.zh
	}
	return string(k)
}

// En is the kind in English.
func (k ApprovalKind) En() string {
	if r := k.row(); r != nil {
		return r.en
	}
	return string(k)
}

// proposal is something a command proposes.
type proposal struct {
	kind     ApprovalKind
	subject  string
	title    string
	body     any
	review   bool
	deciders string // stages separated by ; each the words of the law for who decides
	opinion  string
	matter   *store.Matter // nil: the matter of the command, or none
}

// correctionDeciders agree to corrections: the head of the department, or who
// stands above.
const correctionDeciders = "head deputy-chief chief"

// propose puts a proposal on its way and returns its number.
func (w *work) propose(p proposal) (int64, error) {
	body, err := json.Marshal(p.body)
	if err != nil {
		return 0, err
	}
	state, err := docket.ApprovalState("").Step(docket.Propose, p.review, p.opinion)
	if err != nil {
		return 0, err
	}
	m := p.matter
	if m == nil {
		m = w.matter
	}
	a := &store.Approval{OfficeID: w.office, DepartmentID: idOf(w.actor.Person.Department), Kind: string(p.kind), Subject: p.subject, Title: p.title,
		Body: body, Proposer: w.me, MadeAt: w.tx.Now, Review: p.review, Deciders: p.deciders, State: string(state)}
	if m != nil {
		a.MatterID, a.OfficeID, a.DepartmentID = m.ID, m.OfficeID, m.DepartmentID
	}
	if state == docket.InDecision {
		if err := w.queue(a); err != nil {
			return 0, err
		}
	}
	if err := w.tx.Add(a); err != nil {
		return 0, err
	}
	return a.ID, w.moved(a, docket.Propose, p.opinion)
}

// queue puts an approval that waits for a decision where who decides finds it:
// a decision of the higher office waits there.
func (w *work) queue(a *store.Approval) error {
	if stage(a) != higherOffice {
		return nil
	}
	o, err := w.Office(a.OfficeID)
	if err != nil {
		return err
	}
	if o.ParentID == 0 {
		return pil.Invalid("本院没有上一级院，不能报请决定 (there is no higher office)")
	}
	a.OfficeID, a.DepartmentID = o.ParentID, 0
	return nil
}

const higherOffice = "higher-office"

// stage is who decides now, as the law's words.
func stage(a *store.Approval) string {
	first, _, _ := strings.Cut(a.Deciders, ";")
	return strings.TrimSpace(first)
}

// moved keeps what somebody did with an approval.
func (w *work) moved(a *store.Approval, move docket.ApprovalMove, opinion string) error {
	moves, err := w.ApprovalMoves(a.ID)
	if err != nil {
		return err
	}
	return w.tx.Add(&store.ApprovalMove{ApprovalID: a.ID, N: len(moves) + 1, At: w.tx.Now, PersonID: w.me, Role: w.by.Role.String(), Way: w.by.Way.String(),
		Ref: idOf(w.by.Ref), Self: w.by.Self && (move == docket.Approve || move == docket.DecideElse), Move: string(move), Opinion: opinion})
}

// deciderSet is the roles that may decide an approval now. What the chief or the
// committee decides goes to the committee only where the chief refers it (R5).
func deciderSet(a *store.Approval) (account.RoleSet, error) {
	if docket.ApprovalState(a.State) == docket.Committee {
		return account.RolesOf(account.Committee), nil
	}
	var set account.RoleSet
	for word := range strings.FieldsSeq(stage(a)) {
		if word == "deputy-chief" {
			set |= account.RolesOf(account.DeputyChief)
			continue
		}
		_, roles, err := account.DeciderRoles(word)
		if err != nil {
			return 0, fmt.Errorf("approval %d: %w", a.ID, err)
		}
		set |= roles
	}
	if stage(a) != higherOffice && set.Has(account.Chief) {
		set &^= account.RolesOf(account.Committee)
	}
	return set, nil
}

// decideAction is the action by which an approval is decided now.
func decideAction(a *store.Approval) account.Action {
	if stage(a) == higherOffice {
		return account.DirectCase
	}
	return ApprovalKind(a.Kind).row().decide
}

// moveAction is the action a move is, in the state the approval is in.
func moveAction(a *store.Approval, move docket.ApprovalMove) account.Action {
	row := ApprovalKind(a.Kind).row()
	switch move {
	case docket.Agree, docket.Disagree:
		return row.review
	case docket.Return:
		if docket.ApprovalState(a.State) == docket.InReview {
			return row.review
		}
		return decideAction(a)
	case docket.Approve, docket.DecideElse:
		return decideAction(a)
	case docket.Refer:
		return account.ReferStep
	case docket.Dissent:
		return account.RecordDissent
	}
	return row.propose
}

// aboutApproval adds to a subject what an approval brings: who proposed, whom it
// is about, and who decides by the norms of the day. From whom the chief is
// recused, the committee decides.
func aboutApproval(a *store.Approval) func(*store.View, *account.Subject) error {
	return func(v *store.View, s *account.Subject) error {
		s.Proposer = personID(a.Proposer)
		if a.MatterID == 0 {
			s.Department = departmentID(a.DepartmentID)
		}
		var err error
		if s.About, err = aboutWhom(a); err != nil {
			return err
		}
		if s.Deciders, err = deciderSet(a); err != nil {
			return err
		}
		for _, r := range s.Recused {
			p, err := v.Person(idOf(r))
			if err != nil {
				return err
			}
			if rolesOf(p.Roles).Has(account.Chief) {
				s.Deciders = s.Deciders.WithoutChief()
			}
		}
		return nil
	}
}

// aboutWhom is the person whose roles or recusal is decided.
func aboutWhom(a *store.Approval) (account.PersonID, error) {
	switch ApprovalKind(a.Kind) {
	case KindRole:
		b, err := roleBodyOf(a)
		return personID(b.Person), err
	case KindRecusal:
		b, err := recusalBodyOf(a)
		return personID(b.Person), err
	}
	return "", nil
}

// subjectOf is what an approval is about, for the permission table.
func subjectOf(v *store.View, a *store.Approval) (s account.Subject, err error) {
	if a.MatterID == 0 {
		s, err = inOffice(v, a.OfficeID)
	} else {
		var m *store.Matter
		if m, err = v.Matter(a.MatterID); err == nil {
			s, err = aboutMatter(v, m)
		}
	}
	if err != nil {
		return s, err
	}
	return s, aboutApproval(a)(v, &s)
}

// ofApproval is the target of an action on an approval.
func ofApproval(a *store.Approval) target {
	t := target{matter: a.MatterID, office: a.OfficeID, more: aboutApproval(a)}
	if a.MatterID == 0 {
		t.record = audit.Subject{Kind: "approval", ID: idText(a.ID)}
	}
	return t
}

// waitAction is the action an approval waits for; 0 where it waits for nobody but
// who proposed it.
func waitAction(a *store.Approval) account.Action {
	switch docket.ApprovalState(a.State) {
	case docket.InReview:
		return ApprovalKind(a.Kind).row().review
	case docket.InDecision, docket.Committee:
		return decideAction(a)
	}
	return 0
}
