package desk

import (
	"context"
	"encoding/json"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// ApprovalLine is an approval as lists show it.
type ApprovalLine struct {
	store.Approval
	Kind     ApprovalKind
	State    docket.ApprovalState
	Proposer string
	Matter   *store.Matter // nil: of none
	Waits    string        // for whom, in Chinese
	Since    store.Moment  // since when
}

// ApprovalView is one approval with its way and what may be done with it.
type ApprovalView struct {
	ApprovalLine
	Moves      []MoveView
	May        []docket.ApprovalMove
	Act        *Act            // of a step
	Step       *statute.Step   // of a step
	Rule       *statute.Rule   // of the day
	Cites      []string        // of the rule
	Cautions   []docket.Lack   // what passes only with reasons
	Refused    string          // why it could not be carried out now
	Opposite   []*statute.Step // what may be decided instead
	Filing     *FilingProposal
	Tracks     map[string]*statute.Procedure // by id
	Correction *Correction
	Transfer   *ClueTransfer
	To         string // of a transfer: who gets it
	Identity   *IdentityRequest
	Old        *EventView // what a correction takes the place of
	Names      map[int64]string
	Office     string
	Department string
	Today      pil.Day
}

// MoveView is one thing somebody did with it.
type MoveView struct {
	store.ApprovalMove
	Move   docket.ApprovalMove
	Role   account.Role
	Way    account.Way
	Person string
}

func (l *look) approvalLine(a *store.Approval, names map[int64]string) (ApprovalLine, error) {
	line := ApprovalLine{Approval: *a, Kind: ApprovalKind(a.Kind), State: docket.ApprovalState(a.State), Proposer: l.name(names, a.Proposer), Since: a.MadeAt}
	if a.MatterID != 0 {
		m, err := l.View.Matter(a.MatterID)
		if err != nil {
			return line, err
		}
		line.Matter = m
	}
	switch line.State {
	case docket.InReview:
		line.Waits = account.Head.Zh()
	case docket.InDecision, docket.Committee:
		set, err := deciderSet(a)
		if err != nil {
			return line, err
		}
		line.Waits = set.Zh()
		if stage(a) == higherOffice {
			line.Waits = "上一级院" + line.Waits
		}
	case docket.Returned:
		line.Waits = line.Proposer
	}
	return line, nil
}

// ShowApproval is one approval. Who may see its matter, or proposed it, or may act
// on it, may see it.
func (d *Desk) ShowApproval(ctx context.Context, who Who, id int64) (*ApprovalView, error) {
	a, err := d.peekApproval(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &ApprovalView{Names: map[int64]string{}, Tracks: map[string]*statute.Procedure{}}
	for _, p := range d.law.Procedures {
		v.Tracks[p.ID] = p
	}
	act := account.ShowCase
	t := target{matter: a.MatterID, office: a.OfficeID, more: aboutApproval(a), self: a.Proposer == who.Person}
	if a.MatterID != 0 {
		t.self = false
		if err := d.store.Read(ctx, func(view *store.View) error {
			m, err := view.Matter(a.MatterID)
			if m != nil && m.Kind == store.KindClue {
				act = account.ShowClue
			}
			return err
		}); err != nil {
			return nil, err
		}
	} else {
		act = account.ShowPeople
	}
	err = d.ask(ctx, who, act, t, func(l *look) error {
		a, err := l.Approval(id)
		if err != nil {
			return err
		}
		if v.ApprovalLine, err = l.approvalLine(a, v.Names); err != nil {
			return err
		}
		v.Today = l.today
		moves, err := l.ApprovalMoves(id)
		if err != nil {
			return err
		}
		for _, m := range moves {
			role, _ := account.ParseRole(m.Role) // shown as none where no longer known
			way, _ := account.ParseWay(m.Way)
			v.Moves = append(v.Moves, MoveView{ApprovalMove: m, Move: docket.ApprovalMove(m.Move), Role: role, Way: way, Person: l.name(v.Names, m.PersonID)})
		}
		v.May = l.mayMove(a)
		o, err := l.Office(a.OfficeID)
		if err != nil {
			return err
		}
		v.Office = o.Name
		if l.matter != nil {
			l.sawSubject()
		}
		return l.openBody(a, v)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// mayMove lists what the actor may do with an approval now.
func (l *look) mayMove(a *store.Approval) []docket.ApprovalMove {
	var out []docket.ApprovalMove
	for _, m := range docket.ApprovalMoves[1:] {
		if _, err := docket.ApprovalState(a.State).Step(m, a.Review, "-"); err != nil {
			continue
		}
		if (m == docket.Resubmit || m == docket.Withdraw) && a.Proposer != l.me {
			continue
		}
		if m == docket.Dissent && a.Proposer != l.me && !slices.Contains(l.about.Assigned, personID(l.me)) {
			continue
		}
		if l.can(moveAction(a, m)) {
			out = append(out, m)
		}
	}
	return out
}

// openBody reads what was proposed, and tries it against the law of today.
func (l *look) openBody(a *store.Approval, v *ApprovalView) error {
	switch v.Kind {
	case KindStep:
		v.Act = &Act{}
		if err := json.Unmarshal(a.Body, v.Act); err != nil {
			return err
		}
		step, err := l.desk.step(v.Act.Track, v.Act.Step)
		if err != nil {
			return err
		}
		v.Step, v.Rule = step, step.On(l.today)
		if v.Rule != nil {
			v.Cites = l.desk.law.CitesOn(v.Rule.Cite, l.today)
		}
		for _, id := range step.Opposite {
			if s := l.desk.law.Procedure(v.Act.Track).Step(id); s != nil {
				v.Opposite = append(v.Opposite, s)
			}
		}
		if !v.State.Open() || v.Rule == nil || len(v.Rule.Decide) == 0 {
			return nil
		}
		_, c, err := l.history(l.matter)
		if err != nil {
			return err
		}
		act := *v.Act
		act.On = l.today
		v.Cautions, err = c.Permit(act.intent(v.Rule.Decide[0]))
		if err != nil {
			v.Refused = err.Error()
		}
	case KindFiling:
		v.Filing = &FilingProposal{}
		if err := json.Unmarshal(a.Body, v.Filing); err != nil {
			return err
		}
		for _, id := range append([]int64{v.Filing.Lead}, v.Filing.With...) {
			l.name(v.Names, id)
		}
		step, err := l.desk.step("clue", a.Subject)
		if err != nil {
			return err
		}
		v.Step, v.Rule = step, step.On(l.today)
		if v.Rule != nil {
			v.Cites = l.desk.law.CitesOn(v.Rule.Cite, l.today)
		}
		for _, id := range step.Opposite {
			if s := l.desk.law.Procedure("clue").Step(id); s != nil {
				v.Opposite = append(v.Opposite, s)
			}
		}
	case KindTransfer:
		v.Transfer = &ClueTransfer{}
		if err := json.Unmarshal(a.Body, v.Transfer); err != nil {
			return err
		}
		step, err := l.desk.step("clue", a.Subject)
		if err != nil {
			return err
		}
		v.Step, v.Rule = step, step.On(l.today)
		if v.Rule != nil {
			v.Cites = l.desk.law.CitesOn(v.Rule.Cite, l.today)
		}
		_, v.To, err = l.endsOf(&store.Transfer{FromOffice: a.OfficeID, ToOffice: v.Transfer.ToOffice, Outside: v.Transfer.Outside})
		return err
	case KindIdentity:
		v.Identity = &IdentityRequest{}
		return json.Unmarshal(a.Body, v.Identity)
	case KindCorrection:
		v.Correction = &Correction{}
		if err := json.Unmarshal(a.Body, v.Correction); err != nil {
			return err
		}
		events, err := l.Events(a.MatterID)
		if err != nil {
			return err
		}
		for _, e := range l.timeline(events, nil, v.Names) {
			if e.Seq == v.Correction.Seq {
				v.Old = &e
			}
		}
		if v.Correction.Act != nil {
			v.Act = v.Correction.Act
			if v.Step, err = l.desk.step(v.Act.Track, v.Act.Step); err != nil {
				return err
			}
		}
	}
	return nil
}

// Queue is what waits for somebody, and what somebody waits for.
type Queue struct {
	ForMe    []ApprovalLine // to review or decide
	Returned []ApprovalLine // one's own, sent back
	Mine     []ApprovalLine // one's own, on their way
}

// ListApprovals is the queue of the person who asks.
func (d *Desk) ListApprovals(ctx context.Context, who Who) (q Queue, err error) {
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		q, err = l.approvals()
		return err
	})
	return q, err
}

func (l *look) approvals() (q Queue, err error) {
	names := map[int64]string{}
	offices := []int64{l.office}
	for _, g := range l.actor.Grants {
		if id := idOf(g.Office); g.Holds(l.now) && !slices.Contains(offices, id) {
			offices = append(offices, id)
		}
	}
	if l.decides() {
		for _, office := range offices {
			list, err := l.ApprovalsIn(office, string(docket.InReview), string(docket.InDecision), string(docket.Committee))
			if err != nil {
				return q, err
			}
			for i := range list {
				waits, err := l.waitsForMe(&list[i])
				if err != nil {
					return q, err
				}
				if waits {
					line, err := l.approvalLine(&list[i], names)
					if err != nil {
						return q, err
					}
					q.ForMe = append(q.ForMe, line)
				}
			}
		}
	}
	own, err := l.ApprovalsBy(l.me, string(docket.InReview), string(docket.InDecision), string(docket.Committee), string(docket.Returned))
	if err != nil {
		return q, err
	}
	for i := range own {
		line, err := l.approvalLine(&own[i], names)
		if err != nil {
			return q, err
		}
		if line.State == docket.Returned {
			q.Returned = append(q.Returned, line)
		} else {
			q.Mine = append(q.Mine, line)
		}
	}
	return q, nil
}

// decides reports whether the actor has any power to review or decide: who has
// none need not look through the office's queue.
func (l *look) decides() bool {
	for _, r := range kindRows() {
		for _, act := range []account.Action{r.review, r.decide} {
			for p := range account.Powers(l.actor, act, l.now) {
				if p.Role != account.Prosecutor {
					return true
				}
			}
		}
	}
	return false
}

// waitsForMe reports whether the actor may act on an approval now.
func (l *look) waitsForMe(a *store.Approval) (bool, error) {
	row := ApprovalKind(a.Kind).row()
	if row == nil {
		return false, nil
	}
	act := decideAction(a)
	if docket.ApprovalState(a.State) == docket.InReview {
		act = row.review
	}
	var s account.Subject
	var err error
	if a.MatterID != 0 {
		m, err := l.View.Matter(a.MatterID)
		if err != nil {
			return false, err
		}
		if s, err = aboutMatter(l.View, m); err != nil {
			return false, err
		}
	} else {
		if s, err = inOffice(l.View, a.OfficeID); err != nil {
			return false, err
		}
		s.Department = departmentID(a.DepartmentID)
	}
	if err = aboutApproval(a)(l.View, &s); err != nil {
		return false, err
	}
	_, err = account.Can(l.actor, act, s, l.now)
	return err == nil, nil
}
