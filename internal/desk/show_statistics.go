package desk

import (
	"context"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// Statistics is what a head of department looks at: what is late, who carries how
// much, what waits for whom, what is only on paper.
type Statistics struct {
	Today     pil.Day
	Until     pil.Day // coming due on or before
	Late      int
	Soon      int
	ByPerson  []store.DueCount
	ByLimit   []LimitCount
	ByField   []store.DueCount
	Live      int
	States    []StateLine
	People    []store.PersonCount
	Approvals []WaitingLine // at most statisticsMost
	Demands   []DemandLine  // at most statisticsMost
	MoreA     bool          // more approvals than that
	MoreD     bool          // more demands than that
	Export    bool          // the actor may take it along
}

// LimitCount is a count by a limit, with its name.
type LimitCount struct {
	store.DueCount
	Name statute.Text
}

// StateLine is how many live cases stand in a state.
type StateLine struct {
	ID    string
	Text  statute.Text
	Count int
}

// WaitingLine is an approval on its way.
type WaitingLine struct {
	store.WaitingApproval
	State docket.ApprovalState
	Waits string // for whom, in Chinese
	Days  int    // since it last moved
}

// DemandLine is a demand that nobody has verified on the spot.
type DemandLine struct {
	store.DemandRow
	State docket.DemandState
	Days  int // since it last moved; 0: it never did
}

const statisticsMost = 100

// ShowStatistics counts what the actor may see statistics of. It is recorded as a
// list.
func (d *Desk) ShowStatistics(ctx context.Context, who Who) (*Statistics, error) {
	return d.statistics(ctx, who, account.ShowStatistics)
}

// ExportStatistics is ShowStatistics for taking along, recorded as that.
func (d *Desk) ExportStatistics(ctx context.Context, who Who) (*Statistics, error) {
	return d.statistics(ctx, who, account.ExportReport)
}

func (d *Desk) statistics(ctx context.Context, who Who, act account.Action) (*Statistics, error) {
	out := &Statistics{}
	err := d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		l.act = act
		sight, err := l.sight(act)
		if err != nil {
			return err
		}
		out.Today, out.Until = l.today, l.today+soon
		for range account.Powers(l.actor, account.ExportReport, l.now) {
			out.Export = true
		}
		for _, part := range []func(*look, store.Sight) error{out.due, out.live, out.waiting, out.demands} {
			if err := part(l, sight); err != nil {
				return err
			}
		}
		l.sawList("statistics", filterText(sight), out.Live)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Statistics) due(l *look, sight store.Sight) (err error) {
	if s.ByPerson, err = l.DueByPerson(sight, s.Today, s.Until); err != nil {
		return err
	}
	for _, r := range s.ByPerson {
		s.Late, s.Soon = s.Late+r.Late, s.Soon+r.Soon
	}
	limits, err := l.DueByLimit(sight, s.Today, s.Until)
	if err != nil {
		return err
	}
	for _, r := range limits {
		line := LimitCount{DueCount: r}
		if m := l.desk.law.Limit(r.Key); m != nil {
			line.Name = m.Text
		}
		s.ByLimit = append(s.ByLimit, line)
	}
	s.ByField, err = l.DueByField(sight, s.Today, s.Until)
	return err
}

func (s *Statistics) live(l *look, sight store.Sight) error {
	states, err := l.LiveByState(sight)
	if err != nil {
		return err
	}
	at := map[statute.Text]int{}
	for _, r := range states {
		s.Live += r.Count
		text, _ := l.desk.stateText(r.Tracks, r.State)
		if text.Zh == "" {
			text = statute.Text{Zh: r.State, En: r.State}
		}
		i, ok := at[text]
		if !ok {
			i = len(s.States)
			at[text] = i
			s.States = append(s.States, StateLine{ID: r.State, Text: text})
		}
		s.States[i].Count += r.Count
	}
	slices.SortStableFunc(s.States, func(a, b StateLine) int { return b.Count - a.Count })
	s.People, err = l.LiveByPerson(sight)
	return err
}

func (s *Statistics) waiting(l *look, sight store.Sight) error {
	rows, err := l.ApprovalsWaiting(sight, []string{string(docket.InReview), string(docket.InDecision), string(docket.Committee)}, statisticsMost+1)
	if err != nil {
		return err
	}
	if len(rows) > statisticsMost {
		rows, s.MoreA = rows[:statisticsMost], true
	}
	for i := range rows {
		line := WaitingLine{WaitingApproval: rows[i], State: docket.ApprovalState(rows[i].State), Days: int(s.Today - pil.DayOf(rows[i].Since.Time()))}
		if line.Waits, err = waitsFor(&rows[i].Approval); err != nil {
			return err
		}
		s.Approvals = append(s.Approvals, line)
	}
	return nil
}

// waitsFor names whom an approval waits for, in Chinese.
func waitsFor(a *store.Approval) (string, error) {
	if docket.ApprovalState(a.State) == docket.InReview {
		return account.Head.Zh(), nil
	}
	set, err := deciderSet(a)
	if err != nil {
		return "", err
	}
	if stage(a) == higherOffice {
		return "上一级院" + set.Zh(), nil
	}
	return set.Zh(), nil
}

// demands lists those answered, on whatever paper, that nobody has looked at, and
// those found not rectified.
func (s *Statistics) demands(l *look, sight store.Sight) error {
	states := map[string]docket.DemandState{}
	var moves []string
	for _, m := range docket.DemandMoves {
		to := demandAfter(m)
		if to == docket.Answered || to == docket.IdlyAnswered || to == docket.PartRectified || to == docket.NotRectified {
			states[string(m)] = to
			moves = append(moves, string(m))
		}
	}
	rows, err := l.DemandsAfter(sight, moves, statisticsMost+1)
	if err != nil {
		return err
	}
	if len(rows) > statisticsMost {
		rows, s.MoreD = rows[:statisticsMost], true
	}
	for _, r := range rows {
		s.Demands = append(s.Demands, DemandLine{DemandRow: r, State: states[r.Move], Days: int(s.Today - r.On)})
	}
	return nil
}

// demandAfter is the state a move leads to, wherever it may be made.
func demandAfter(m docket.DemandMove) docket.DemandState {
	for _, s := range docket.DemandStates {
		if next, err := docket.MoveDemand(s, m); err == nil {
			return next
		}
	}
	return ""
}
