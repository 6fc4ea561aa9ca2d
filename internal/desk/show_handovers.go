package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Handovers are delegations, grants and covers that the one who asks may see, the
// latest first.
type Handovers struct {
	Lines                           []HandoverLine
	MayDelegate, MayGrant, MayCover bool
	Delegable                       []account.Action
	Procurators, Staff              []PersonName // of the office, in service
}

// HandoverLine is something handed over for a time.
type HandoverLine struct {
	ID       int64
	Kind     string // delegation, grant, cover
	From, To PersonName
	Office   OfficeName
	Actions  []account.Action
	Role     account.Role
	Matter   Ref // of a grant for one matter; without number where it may not be seen
	Decision string
	FromDay  pil.Day
	UntilDay pil.Day
	Ended    time.Time
	State    HandoverState
	MayEnd   bool
}

// HandoverState is where something handed over stands today.
type HandoverState string

// The closed set of states.
const (
	HandoverComing HandoverState = "coming"
	HandoverHolds  HandoverState = "holds"
	HandoverOver   HandoverState = "over"
	HandoverEnded  HandoverState = "ended"
)

// HandoverStates lists every state.
var HandoverStates = []HandoverState{HandoverComing, HandoverHolds, HandoverOver, HandoverEnded}

// Zh is the state in Chinese.
func (s HandoverState) Zh() string {
	return map[HandoverState]string{HandoverComing: "尚未开始", HandoverHolds: "有效", HandoverOver: "已到期", HandoverEnded: "已结束"}[s]
}

// En is the state in English.
func (s HandoverState) En() string {
	return map[HandoverState]string{HandoverComing: "not begun", HandoverHolds: "in force", HandoverOver: "run out", HandoverEnded: "ended"}[s]
}

// ShowHandovers shows what was handed over in the actor's office, to the actor and
// by the actor, as far as the actor may see it.
func (d *Desk) ShowHandovers(ctx context.Context, who Who) (out Handovers, err error) {
	err = d.ask(ctx, who, account.ShowHandovers, target{self: true}, func(l *look) error {
		rows, err := l.HandoversIn(l.office)
		if err != nil {
			return err
		}
		for _, more := range []func(int64) ([]store.Handover, error){l.HandoversTo, l.HandoversMade} {
			list, err := more(l.me)
			if err != nil {
				return err
			}
			for _, h := range list {
				if !slices.ContainsFunc(rows, func(o store.Handover) bool { return o.ID == h.ID }) {
					rows = append(rows, h)
				}
			}
		}
		slices.SortFunc(rows, func(a, b store.Handover) int { return cmp.Compare(b.ID, a.ID) })
		if out.Lines, err = l.handoverLines(rows); err != nil {
			return err
		}
		out.MayDelegate, out.MayGrant, out.MayCover = l.can(account.GiveDelegation), l.can(account.GiveGrant), l.can(account.AddCover)
		for _, a := range account.AllActions() {
			if a.Delegable() {
				out.Delegable = append(out.Delegable, a)
			}
		}
		people, err := l.People(l.office)
		if err != nil {
			return err
		}
		for i := range people {
			p := staff(&people[i])
			if !p.Active(l.now) {
				continue
			}
			out.Staff = append(out.Staff, PersonName{people[i].ID, p.Name})
			if p.Procurator && people[i].ID != l.me {
				out.Procurators = append(out.Procurators, PersonName{people[i].ID, p.Name})
			}
		}
		return nil
	})
	return out, err
}

// handoverLines are those of the rows that the actor may see.
func (l *look) handoverLines(rows []store.Handover) ([]HandoverLine, error) {
	var out []HandoverLine
	for i := range rows {
		h := &rows[i]
		var about account.Subject
		if err := aboutHandover(l.View, &about, h); err != nil {
			return nil, err
		}
		if _, err := account.Can(l.actor, account.ShowHandovers, about, l.now); err != nil {
			continue
		}
		line, err := l.handoverLine(h)
		if err != nil {
			return nil, err
		}
		end := map[string]account.Action{handDelegation: account.EndDelegation, handGrant: account.EndGrant, handCover: account.EndCover}[h.Kind]
		if _, err := account.Can(l.actor, end, about, l.now); err == nil {
			line.MayEnd = line.State == HandoverHolds || line.State == HandoverComing
		}
		out = append(out, line)
	}
	return out, nil
}

func (l *look) handoverLine(h *store.Handover) (line HandoverLine, err error) {
	line = HandoverLine{ID: h.ID, Kind: h.Kind, From: PersonName{ID: h.FromID}, To: PersonName{ID: h.ToID}, Office: OfficeName{ID: h.OfficeID},
		Actions: actionsOf(h.Actions), Decision: h.Decision, FromDay: h.FromDay, UntilDay: h.UntilDay, Ended: h.EndedAt.Time()}
	people, err := l.PeopleByID([]int64{h.FromID, h.ToID})
	if err != nil {
		return line, err
	}
	for i := range people {
		if people[i].ID == h.FromID {
			line.From.Name = people[i].Name
		}
		if people[i].ID == h.ToID {
			line.To.Name = people[i].Name
		}
	}
	o, err := l.Office(h.OfficeID)
	if err != nil {
		return line, err
	}
	line.Office.Name = o.Name
	if h.Role != "" {
		if line.Role, err = account.ParseRole(h.Role); err != nil {
			return line, err
		}
	}
	if h.MatterID != 0 {
		if line.Matter, err = l.refIfSeen(h.MatterID); err != nil {
			return line, err
		}
	}
	switch t := term(h); {
	case h.EndedAt != 0:
		line.State = HandoverEnded
	case h.FromDay > l.today:
		line.State = HandoverComing
	case t.Holds(l.now):
		line.State = HandoverHolds
	default:
		line.State = HandoverOver
	}
	return line, nil
}

// refIfSeen names a matter where the actor may see it; elsewhere only that there
// is one.
func (l *look) refIfSeen(matter int64) (Ref, error) {
	m, err := l.Matter(matter)
	if err != nil {
		return Ref{}, err
	}
	about, err := aboutMatter(l.View, m)
	if err != nil {
		return Ref{}, err
	}
	show := account.ShowCase
	if m.Kind == store.KindClue {
		show = account.ShowClue
	}
	if _, err := account.Can(l.actor, show, about, l.now); err != nil {
		return Ref{ID: m.ID}, nil //nolint:nilerr // not allowed to see it is an answer here
	}
	return refOf(m), nil
}
