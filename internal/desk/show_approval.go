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
	Roles      *ProposedRoles // of somebody's roles, with Whom
	Recusal    *RecusalView   // of a recusal, with Whom
	Model      *ShelfModel    // to be put on the shelf
	Whom       PersonOn       // whom roles or a recusal are about; As: on the matter
	Their      account.RoleSet
	Opens      bool       // the clue or case may be opened by who looks
	Edits      bool       // it may be changed before it is submitted again
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
	Of     string // whose power it was, where it came by delegation or cover
	From   pil.Day
	Until  pil.Day
}

func (l *look) approvalLine(a *store.Approval, names map[int64]string) (ApprovalLine, error) {
	line := ApprovalLine{Approval: *a, Kind: ApprovalKind(a.Kind), State: docket.ApprovalState(a.State), Proposer: l.name(names, a.Proposer), Since: a.MadeAt}
	if a.MatterID != 0 {
		m, err := l.Matter(a.MatterID)
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
	act, err := d.wayIn(ctx, who, a)
	if err != nil {
		return nil, err
	}
	v := &ApprovalView{Names: map[int64]string{}, Tracks: map[string]*statute.Procedure{}}
	for _, p := range d.law.Procedures {
		v.Tracks[p.ID] = p
	}
	err = d.ask(ctx, who, act, ofApproval(a), func(l *look) error {
		a, err := l.Approval(id)
		if err != nil {
			return err
		}
		if v.ApprovalLine, err = l.approvalLine(a, v.Names); err != nil {
			return err
		}
		v.Today = l.today
		if v.Moves, err = l.approvalMoves(a, v.Names); err != nil {
			return err
		}
		v.May = l.mayMove(a)
		v.Edits = ApprovalKind(a.Kind).row().redo != nil && slices.Contains(v.May, docket.Resubmit)
		o, err := l.Office(a.OfficeID)
		if err != nil {
			return err
		}
		v.Office = o.Name
		if l.matter != nil {
			v.Opens = l.can(shows(l.matter))
		}
		l.sawSubject()
		return l.openBody(a, v)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// shows is the action by which a matter is looked at.
func shows(m *store.Matter) account.Action {
	if m.Kind == store.KindClue {
		return account.ShowClue
	}
	return account.ShowCase
}

// wayIn is the action by which somebody may look at an approval: at its matter, to
// act on it, or as who proposed it. Who may not gets the first, which says so.
func (d *Desk) wayIn(ctx context.Context, who Who, a *store.Approval) (act account.Action, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		l := &look{View: v, desk: d, now: d.clock()}
		if l.actor, err = actor(v, who); err != nil {
			return err
		}
		act = account.ShowPeople
		if a.MatterID != 0 {
			m, err := v.Matter(a.MatterID)
			if err != nil {
				return err
			}
			act = shows(m)
		}
		if l.about, err = subjectOf(v, a); err != nil {
			return err
		}
		for _, other := range []account.Action{act, waitAction(a), ApprovalKind(a.Kind).row().propose} {
			if other != 0 && (other != ApprovalKind(a.Kind).row().propose || a.Proposer == who.Person) && l.can(other) {
				act = other
				return nil
			}
		}
		return nil
	})
	return act, err
}

// approvalMoves is the way an approval went, with who went it and by which power.
func (l *look) approvalMoves(a *store.Approval, names map[int64]string) (out []MoveView, err error) {
	moves, err := l.ApprovalMoves(a.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range moves {
		v := MoveView{ApprovalMove: m, Move: docket.ApprovalMove(m.Move), Person: l.name(names, m.PersonID)}
		v.Role, _ = account.ParseRole(m.Role) // shown as none where no longer known
		v.Way, _ = account.ParseWay(m.Way)
		if m.Ref != 0 {
			h, err := l.Handover(m.Ref)
			if err != nil {
				return nil, err
			}
			v.From, v.Until = h.FromDay, h.UntilDay
			if h.Kind != handGrant {
				v.Of = l.name(names, h.FromID)
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// mayMove lists what the actor may do with an approval now.
func (l *look) mayMove(a *store.Approval) []docket.ApprovalMove {
	var out []docket.ApprovalMove
	for _, m := range docket.ApprovalMoves[1:] {
		if _, err := docket.ApprovalState(a.State).Step(m, a.Review, "-"); err != nil {
			continue
		}
		if ApprovalKind(a.Kind).row().knows(a, m) != nil {
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
	case KindRole:
		return l.openRoles(a, v)
	case KindRecusal:
		return l.openRecusal(a, v)
	case KindModel:
		b, err := modelBodyOf(a)
		if err != nil {
			return err
		}
		row, err := l.Model(b.Model)
		if err != nil {
			return err
		}
		v.Model, err = l.shelfModel(row)
		return err
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

// openRoles reads which roles somebody is to have.
func (l *look) openRoles(a *store.Approval, v *ApprovalView) error {
	b, err := roleBodyOf(a)
	if err != nil {
		return err
	}
	p, err := l.Person(b.Person)
	if err != nil {
		return err
	}
	v.Whom, v.Their = PersonOn{Name: p.Name}, staff(p).Roles
	v.Whom.PersonID = p.ID
	v.Roles = &ProposedRoles{Approval: a.ID, Was: rolesOf(b.Was), Is: rolesOf(b.Roles), By: PersonName{a.Proposer, v.Proposer}, At: a.MadeAt.Time()}
	if b.Succeeds != 0 {
		v.Roles.Succeeds = PersonName{b.Succeeds, l.name(v.Names, b.Succeeds)}
	}
	if v.State.Open() && p.Roles != b.Was {
		v.Refused = "提出之后，该人员的角色已有变动，请重新提出 (the roles have changed since; propose anew)"
	}
	return nil
}

// openRecusal reads whose recusal is asked for, and what that person does in the
// matter.
func (l *look) openRecusal(a *store.Approval, v *ApprovalView) error {
	b, err := recusalBodyOf(a)
	if err != nil {
		return err
	}
	r, err := l.Recusal(b.Recusal)
	if err != nil {
		return err
	}
	p, err := l.Person(b.Person)
	if err != nil {
		return err
	}
	v.Recusal, v.Their = &RecusalView{Recusal: *r, Name: p.Name}, staff(p).Roles
	v.Whom = PersonOn{Name: p.Name}
	v.Whom.PersonID = p.ID
	held, err := l.Assignments(a.MatterID)
	if err != nil {
		return err
	}
	for i := range held {
		if held[i].PersonID == p.ID {
			v.Whom.Assignment = held[i]
			v.Whom.As, _ = account.ParseRole(held[i].Role)
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
	err = d.ask(ctx, who, account.ListTasks, target{self: true}, func(l *look) error {
		if q, err = l.approvals(); err == nil {
			l.sawList("approval", "", len(q.ForMe)+len(q.Returned)+len(q.Mine))
		}
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
		about, err := subjectOf(l.View, &own[i])
		if err != nil {
			return q, err
		}
		if slices.Contains(about.Recused, personID(l.me)) {
			continue // recused since
		}
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
	if ApprovalKind(a.Kind).row() == nil {
		return false, nil
	}
	s, err := subjectOf(l.View, a)
	if err != nil {
		return false, err
	}
	_, err = account.Can(l.actor, waitAction(a), s, l.now)
	return err == nil, nil
}
