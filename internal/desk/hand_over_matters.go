package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// HandingOver says who takes over all that somebody holds.
type HandingOver struct {
	From int64
	Rest int64           // takes what Each does not name
	Each map[int64]int64 // by matter, who takes it
	Seen string          // HandOverPlan.Seen of the plan that was agreed to
}

// HandOverPlan is what a hand-over would do.
type HandOverPlan struct {
	From   PersonName
	Moves  []HandOverMove
	Tasks  int      // open tasks, which go along
	Beyond []Ref    // matters the actor may not hand over: of other offices, or from which the actor is recused
	Faults []string // why it cannot be done yet, a sentence each
	Seen   string
}

// HandOverMove is one matter that goes to somebody else.
type HandOverMove struct {
	Matter Ref
	As     account.Role
	Lead   bool
	To     PersonName // empty: nobody yet
}

// Ref names a clue or case on a page.
type Ref struct {
	ID     int64
	Kind   string
	Number string
	Title  string
}

func refOf(m *store.Matter) Ref { return Ref{m.ID, m.Kind, m.Number, m.Title} }

// PersonName is somebody on a page.
type PersonName struct {
	ID   int64
	Name string
}

// PlanHandOver shows what a hand-over would do, and what stands in its way.
func (d *Desk) PlanHandOver(ctx context.Context, who Who, in HandingOver) (plan HandOverPlan, err error) {
	err = d.ask(ctx, who, account.HandOverMatters, ofPerson(in.From), func(l *look) error {
		h, err := l.planHandOver(in)
		if err != nil {
			return err
		}
		plan = h.HandOverPlan
		return nil
	})
	return plan, err
}

// HandOverMatters hands all that somebody holds to others, in one transaction:
// clues, cases, and the open tasks. Where the plan has changed since it was seen
// nothing is done.
func (d *Desk) HandOverMatters(ctx context.Context, who Who, in HandingOver) error {
	return d.do(ctx, who, account.HandOverMatters, ofPerson(in.From), func(w *work) error {
		h, err := w.planHandOver(in)
		if err != nil {
			return err
		}
		if in.Seen != "" && in.Seen != h.Seen {
			return &pil.Error{Code: pil.CodeConflict, Text: "承办情况已变动，没有交接；请重新核对 (assignments have changed; look at the plan again)"}
		}
		if len(h.Faults) > 0 {
			return pil.Invalid("%s", h.Faults[0])
		}
		if len(h.plan) == 0 && h.Tasks == 0 {
			return pil.Invalid("该人员名下没有可以交接的事项 (nothing to hand over)")
		}
		for _, id := range h.matters {
			m, err := w.tx.LockMatter(id)
			if err != nil {
				return err
			}
			held, err := heldOn(w.View, id)
			if err != nil {
				return err
			}
			left, err := account.Apply(movesOn(h.plan, id), held)
			if err != nil {
				return err
			}
			if err := w.setAssigned(id, left); err != nil {
				return err
			}
			w.touch(m)
		}
		return w.moveTasks(in, h)
	})
}

// moveTasks gives the open tasks to who takes the matter, the others to Rest.
func (w *work) moveTasks(in HandingOver, h *handOver) error {
	for i := range h.tasks {
		t := &h.tasks[i]
		t.ForID = in.taker(t.MatterID)
		if err := w.tx.Change(t); err != nil {
			return err
		}
	}
	return nil
}

// taker is who takes over a matter; 0 for nobody.
func (in HandingOver) taker(matter int64) int64 {
	if to, ok := in.Each[matter]; ok && matter != 0 {
		return to
	}
	return in.Rest
}

// handOver is a plan with what carrying it out needs.
type handOver struct {
	HandOverPlan
	plan    []account.Move
	matters []int64
	tasks   []store.Task
}

func movesOn(plan []account.Move, matter int64) (out []account.Move) {
	for _, m := range plan {
		if m.Was.Matter == matterID(matter) {
			out = append(out, m)
		}
	}
	return out
}

func (l *look) planHandOver(in HandingOver) (*handOver, error) {
	from, err := l.Person(in.From)
	if err != nil {
		return nil, err
	}
	h := &handOver{HandOverPlan: HandOverPlan{From: PersonName{from.ID, from.Name}}}
	if h.tasks, err = l.TasksFor(in.From); err != nil {
		return nil, err
	}
	h.Tasks = len(h.tasks)
	takers, names, err := l.takers(in, from, h)
	if err != nil {
		return nil, err
	}
	rows, err := l.AssignmentsOf(in.From)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	for i := range rows {
		row := &rows[i]
		m, err := l.Matter(row.MatterID)
		if err != nil {
			return nil, err
		}
		about, err := aboutMatter(l.View, m)
		if err != nil {
			return nil, err
		}
		if _, err := account.Can(l.actor, account.HandOverMatters, about, l.now); err != nil {
			if !slices.Contains(h.Beyond, refOf(m)) {
				h.Beyond = append(h.Beyond, refOf(m))
			}
			continue
		}
		held, err := assignmentOf(row)
		if err != nil {
			return nil, err
		}
		to := in.taker(m.ID)
		_, _ = fmt.Fprintf(sum, "%d %d %t %d\n", row.ID, m.Version, row.Lead, to) // a hash takes everything
		move := HandOverMove{Matter: refOf(m), As: held.As, Lead: held.Lead, To: PersonName{to, names[to]}}
		h.Moves = append(h.Moves, move)
		plan := account.HandOver{From: personID(in.From), Rest: takers[to], Recused: map[account.MatterID][]account.PersonID{held.Matter: about.Recused}}
		moves, err := plan.Plan([]account.Assignment{held})
		switch pil.CodeOf(err) {
		case pil.CodeInvalid:
			h.Faults = append(h.Faults, faultOf(m, err))
			continue
		default:
			if err != nil {
				return nil, err
			}
		}
		h.plan = append(h.plan, moves...)
		if !slices.Contains(h.matters, m.ID) {
			h.matters = append(h.matters, m.ID)
		}
	}
	for i := range h.tasks {
		to := in.taker(h.tasks[i].MatterID)
		_, _ = fmt.Fprintf(sum, "task %d %d\n", h.tasks[i].ID, to) // a hash takes everything
		if to == 0 || takers[to].ID == "" {
			h.Faults = append(h.Faults, "待办任务没有接收人 (nobody takes over the tasks)")
			break
		}
	}
	h.Seen = hex.EncodeToString(sum.Sum(nil)[:12])
	return h, nil
}

// faultOf says of which matter a hand-over is not possible, by its number: the id
// tells nobody anything.
func faultOf(m *store.Matter, err error) string {
	name := m.Number
	if name == "" {
		name = m.Title
	}
	return strings.Replace(err.Error(), pil.Quote(idText(m.ID)), "「"+name+"」", 1)
}

// takers are those who take over: in service, of the office, and not the one who
// goes. Who is not fit is left out and told as a fault.
func (l *look) takers(in HandingOver, from *store.Person, h *handOver) (map[int64]account.Person, map[int64]string, error) {
	ids := []int64{in.Rest}
	for _, to := range in.Each {
		ids = append(ids, to)
	}
	slices.Sort(ids)
	fit, names := map[int64]account.Person{}, map[int64]string{}
	people, err := l.PeopleByID(slices.Compact(ids))
	if err != nil {
		return nil, nil, err
	}
	for i := range people {
		p := &people[i]
		if p.OfficeID != from.OfficeID {
			return nil, nil, pil.NotFound("没有找到 (not found)")
		}
		names[p.ID] = p.Name
		if !staff(p).Active(l.now) || p.ID == from.ID {
			h.Faults = append(h.Faults, "接收人须为本院另一名在职人员 (the receiver is another person in service)")
			continue
		}
		fit[p.ID] = staff(p)
	}
	return fit, names, nil
}
