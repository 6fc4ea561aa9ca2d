package desk

import (
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Answer is what became of one demand of a recommendation.
type Answer struct {
	Demand int64
	Move   docket.DemandMove
	Note   string
}

// DemandVisit is what was found out about demands on a day: delivered, answered,
// seen on the spot, closed.
type DemandVisit struct {
	Matter  int64
	Seen    int
	On      pil.Day
	People  []int64 // who went there; what was seen on the spot needs somebody
	Answers []Answer
}

// RecordDemands records what became of demands, one by one. What was seen on the
// spot names who went; a reply closes nothing.
func (d *Desk) RecordDemands(ctx context.Context, who Who, in DemandVisit) error {
	return d.do(ctx, who, account.RecordEvent, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindCase}, func(w *work) error {
		if in.On == 0 {
			in.On = w.today
		}
		if in.On > w.today {
			return pil.Invalid("%s 还没有到 (that day has not come)", in.On.Zh())
		}
		if len(in.Answers) == 0 {
			return pil.Invalid("请至少选择一项建议事项 (choose at least one demand)")
		}
		if err := w.checkPeople(in.People); err != nil {
			return err
		}
		for _, a := range in.Answers {
			if a.Move.OnTheSpot() && len(in.People) == 0 {
				return pil.Invalid("现场核实须写明到场的检察人员 (name who went there)")
			}
		}
		return w.answer(w.matter, in.On, 0, in.People, in.Answers)
	})
}

// demandStates folds the demands of a matter.
func demandStates(demands []store.Demand, moves []store.DemandMove) map[int64]docket.DemandState {
	states := make(map[int64]docket.DemandState, len(demands))
	for i := range demands {
		states[demands[i].ID] = docket.DemandMade
	}
	for i := range moves {
		if next, err := docket.MoveDemand(states[moves[i].DemandID], docket.DemandMove(moves[i].Move)); err == nil {
			states[moves[i].DemandID] = next
		}
	}
	return states
}

// answer records moves of demands.
func (w *work) answer(m *store.Matter, on pil.Day, seq int, people []int64, answers []Answer) error {
	demands, err := w.Demands(m.ID)
	if err != nil {
		return err
	}
	moves, err := w.DemandMoves(m.ID)
	if err != nil {
		return err
	}
	states := demandStates(demands, moves)
	var went []string
	for _, p := range people {
		went = append(went, idText(p))
	}
	for _, a := range answers {
		state, ok := states[a.Demand]
		if !ok {
			return pil.NotFound("没有这一项建议事项 (no such demand)")
		}
		next, err := docket.MoveDemand(state, a.Move)
		if err != nil {
			return err
		}
		for i := range moves {
			if moves[i].DemandID == a.Demand && moves[i].On > on {
				return pil.Invalid("该事项已有 %s 的记录，不能早于它 (there is a later record)", moves[i].On.Zh())
			}
		}
		a.Note = strings.TrimSpace(a.Note)
		if a.Note == "" && slices.Contains([]docket.DemandMove{docket.Partly, docket.OnPaper, docket.AnswerIdle, docket.Reopen, docket.Drop}, a.Move) {
			return pil.Invalid("「%s」须写明情况 (say what was found)", a.Move.Zh())
		}
		states[a.Demand] = next
		row := &store.DemandMove{DemandID: a.Demand, MatterID: m.ID, Move: string(a.Move), On: on, EventSeq: seq, Note: a.Note, PersonID: w.me, RecordedAt: w.tx.Now}
		if a.Move.OnTheSpot() {
			row.People = strings.Join(went, " ")
		}
		if err := w.tx.Add(row); err != nil {
			return err
		}
	}
	return nil
}

// follow does what goes with an event: the demands of a recommendation are kept,
// service delivers them, a paper for the higher office is filed there.
func (w *work) follow(m *store.Matter, e *store.Event, act *Act, answers []Answer) error {
	for i, t := range act.Demands {
		if err := w.tx.Add(&store.Demand{MatterID: m.ID, EventSeq: e.Seq, Respondent: e.Respondent, N: i + 1, Text: t.Text, Basis: t.Basis}); err != nil {
			return err
		}
	}
	if e.Step == "serve" || e.Step == "recommend" {
		delivered, err := w.undelivered(m, e.Respondent)
		if err != nil {
			return err
		}
		answers = append(delivered, answers...)
	}
	if len(answers) > 0 {
		if err := w.answer(m, e.On, e.Seq, act.People, answers); err != nil {
			return err
		}
	}
	step, err := w.desk.step(e.Track, e.Step)
	if err != nil {
		return err
	}
	rule := step.On(e.On)
	if rule == nil || rule.Higher != "record" || len(rule.Decide) > 0 {
		return nil
	}
	o, err := w.Office(m.OfficeID)
	if err != nil || o.ParentID == 0 {
		return err
	}
	return w.tx.Add(&store.Filing{MatterID: m.ID, EventSeq: e.Seq, FromOffice: m.OfficeID, ToOffice: o.ParentID, Title: step.Zh, SentOn: e.On, SentBy: w.me,
		Note: e.Note})
}

// undelivered are the demands on a respondent that were not delivered yet.
func (w *work) undelivered(m *store.Matter, respondent string) ([]Answer, error) {
	demands, err := w.Demands(m.ID)
	if err != nil {
		return nil, err
	}
	moves, err := w.DemandMoves(m.ID)
	if err != nil {
		return nil, err
	}
	states := demandStates(demands, moves)
	var out []Answer
	for i := range demands {
		if d := &demands[i]; states[d.ID] == docket.DemandMade && (respondent == "" || d.Respondent == respondent || d.Respondent == "") {
			out = append(out, Answer{Demand: d.ID, Move: docket.Deliver})
		}
	}
	return out, nil
}
