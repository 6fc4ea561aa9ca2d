package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/calendar"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// sight is what the actor may see in a list under an action.
func (l *look) sight(act account.Action) (s store.Sight, err error) {
	s.Me = l.me
	for p := range account.Powers(l.actor, act, l.now) {
		r := store.Reach{Office: idOf(p.Office)}
		switch p.Reach {
		case account.Own:
			if p.Matter != "" {
				r.Matter = idOf(p.Matter)
			} else {
				r.Person = idOf(p.Of)
			}
		case account.InDepartment:
			if p.Department == "" {
				continue
			}
			r.Department = idOf(p.Department)
		case account.InOffice:
		case account.Lower, account.Below:
			o, err := l.Office(idOf(p.Office))
			if err != nil {
				return s, err
			}
			r = store.Reach{Under: o.Path}
			if o.ParentID == 0 {
				r = store.Reach{} // it leads all
			}
		}
		s.Reaches = append(s.Reaches, r)
	}
	if len(s.Reaches) == 0 {
		return s, pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", act.Zh(), act.En())
	}
	return s, nil
}

// PageSize is how many lines a page of a list has.
const PageSize = 50

// CountLimit is where counting stops: a page says 1000+.
const CountLimit = 1000

// MatterList is a page of a list of clues or cases.
type MatterList struct {
	Rows  []MatterLine
	Count int  // at most CountLimit + 1
	More  bool // there is a next page, after the last row
	Today pil.Day
}

// MatterLine is a line of the list, with its state in words.
type MatterLine struct {
	store.MatterRow
	StateText statute.Text
	TrackText []statute.Text
	LimitText statute.Text
}

// paged asks for a page of a list of clues or cases: what kind it is of, what the
// actor may see of it, and one row more than the page has, which says whether
// there is another.
func (d *Desk) paged(ctx context.Context, who Who, kind *string, sight *store.Sight, most *int, fn func(l *look, most int) error) error {
	act := account.ListCases
	if *kind == store.KindClue {
		act = account.ListClues
	} else {
		*kind = store.KindCase
	}
	return d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) (err error) {
		l.act = act
		if *sight, err = l.sight(act); err != nil {
			return err
		}
		page := *most
		if page <= 0 || page > 10*PageSize {
			page = PageSize
		}
		*most = page + 1
		return fn(l, page)
	})
}

// firstOf cuts rows to a page, and says whether some were cut.
func firstOf[T any](rows []T, most int) ([]T, bool) {
	if len(rows) > most {
		return rows[:most], true
	}
	return rows, false
}

// ListMatters is a page of the clues or cases that the actor may see and the
// filter asks for. The list is recorded: its filter, hashed, and its length.
func (d *Desk) ListMatters(ctx context.Context, who Who, f store.MatterFilter) (out MatterList, err error) {
	err = d.paged(ctx, who, &f.Kind, &f.Sight, &f.Most, func(l *look, most int) error {
		rows, n, err := l.ListCounted(f, CountLimit+1)
		if err != nil {
			return err
		}
		out.Count = n
		rows, out.More = firstOf(rows, most)
		for i := range rows {
			out.Rows = append(out.Rows, d.matterLine(rows[i]))
		}
		out.Today = l.today
		l.sawList(f.Kind, filterText(f), len(out.Rows))
		return nil
	})
	return out, err
}

// filterText writes a filter, the same for the same: the record keeps its hash.
func filterText(f any) string {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // filters are numbers and words
	}
	return string(b)
}

func (d *Desk) matterLine(r store.MatterRow) MatterLine {
	line := MatterLine{MatterRow: r}
	line.StateText, line.TrackText = d.stateText(r.Tracks, r.State)
	if m := d.law.Limit(r.NextLimit); m != nil {
		line.LimitText = m.Text
	}
	return line
}

// stateText is a state of the first track of several that knows it, in words.
func (d *Desk) stateText(tracks, state string) (t statute.Text, names []statute.Text) {
	for _, id := range fields(tracks) {
		p := d.law.Procedure(id)
		if p == nil {
			continue
		}
		names = append(names, p.Text)
		if s := p.State(state); s != nil && t.Zh == "" {
			t = s.Text
		}
	}
	return t, names
}

// DueLine is a running limit as lists show it.
type DueLine struct {
	store.DueRow
	Name  statute.Text
	Whose statute.Text
	Late  bool
	Left  int // days until it is due; negative: late
}

func (d *Desk) dueLine(r store.DueRow, today pil.Day) DueLine {
	line := DueLine{DueRow: r, Whose: statute.ActorText(r.Who), Late: r.DueOn < today, Left: int(r.DueOn - today)}
	if m := d.law.Limit(r.LimitID); m != nil {
		line.Name = m.Text
	}
	return line
}

// sees reports whether the actor may look at a clue or case: not one who was
// recused from it since a task was given.
func (l *look) sees(m *store.Matter) (bool, error) {
	s, err := aboutMatter(l.View, m)
	if err != nil {
		return false, err
	}
	_, err = account.Can(l.actor, shows(m), s, l.now)
	return err == nil, nil
}

// Today is what a person finds in the morning.
type Today struct {
	Day       pil.Day
	Late      []DueLine // the office's own, let pass
	Due       []DueLine // the office's own, soon
	Waiting   []DueLine // somebody else's, running or let pass
	Approvals Queue
	Tasks     []TaskView
	Visits    []store.VisitRow
	Transfers []TransferLine // clues sent to the office, to be accepted
	Filings   int            // record-filings from below, not yet received
	Clues     int            // clues the actor may see that nobody has finished with
	Cases     int            // live cases the actor may see
}

// TransferLine is a clue on its way between offices.
type TransferLine struct {
	store.Transfer
	Title string
	From  string
}

// soon is how many days ahead today looks, and ahead for look-backs.
const (
	soon      = 14
	ahead     = 30
	todayMost = 100
)

// Today is what is due, what waits for the person, and what the person waits for.
func (d *Desk) Today(ctx context.Context, who Who) (t Today, err error) {
	err = d.ask(ctx, who, account.ListTasks, target{self: true}, func(l *look) error {
		t.Day = l.today
		if t.Approvals, err = l.approvals(); err != nil {
			return err
		}
		tasks, err := l.TasksFor(l.me)
		if err != nil {
			return err
		}
		names := map[int64]string{}
		for _, x := range tasks {
			v := l.taskView(x, names)
			if x.MatterID != 0 {
				m, err := l.Matter(x.MatterID)
				if err != nil {
					return err
				}
				if sees, err := l.sees(m); err != nil {
					return err
				} else if sees {
					v.Matter = m.Title
				}
			}
			t.Tasks = append(t.Tasks, v)
		}
		if err := l.todayOfCases(&t); err != nil {
			return err
		}
		if err := l.todayOfClues(&t); err != nil {
			return err
		}
		l.sawList("today", "", len(t.Late)+len(t.Due)+len(t.Waiting)+len(t.Approvals.ForMe)+len(t.Tasks)+len(t.Visits))
		return nil
	})
	return t, err
}

func (l *look) todayOfCases(t *Today) error {
	sight, err := l.sight(account.ListCases)
	if pil.CodeOf(err) == pil.CodeForbidden {
		return nil
	}
	if err != nil {
		return err
	}
	if err := l.dueToday(t, sight, store.KindCase); err != nil {
		return err
	}
	if t.Visits, err = l.ListVisits(sight, 0, l.today+ahead, true, todayMost); err != nil {
		return err
	}
	live := true
	t.Cases, err = l.CountMatters(store.MatterFilter{Sight: sight, Kind: store.KindCase, Live: &live}, CountLimit+1)
	return err
}

// dueToday puts the running limits of one kind of matters where they belong.
func (l *look) dueToday(t *Today, sight store.Sight, kind string) error {
	own, err := l.ListDue(store.DueFilter{Sight: sight, Kind: kind, Who: []string{"office"}, Until: l.today + soon, Most: todayMost})
	if err != nil {
		return err
	}
	for _, r := range own {
		line := l.desk.dueLine(r, l.today)
		if line.Late {
			t.Late = append(t.Late, line)
		} else {
			t.Due = append(t.Due, line)
		}
	}
	others, err := l.ListDue(store.DueFilter{Sight: sight, Kind: kind, Who: []string{"agency", "court", "party", higherOffice}, Until: l.today + ahead, Most: todayMost})
	if err != nil {
		return err
	}
	for _, r := range others {
		t.Waiting = append(t.Waiting, l.desk.dueLine(r, l.today))
	}
	for _, list := range [][]DueLine{t.Late, t.Due, t.Waiting} {
		slices.SortStableFunc(list, func(a, b DueLine) int { return cmp.Compare(a.DueOn, b.DueOn) })
	}
	return nil
}

func (l *look) todayOfClues(t *Today) error {
	sight, err := l.sight(account.ListClues)
	if pil.CodeOf(err) == pil.CodeForbidden {
		return nil
	}
	if err != nil {
		return err
	}
	if err := l.dueToday(t, sight, store.KindClue); err != nil {
		return err
	}
	live := true
	if t.Clues, err = l.CountMatters(store.MatterFilter{Sight: sight, Kind: store.KindClue, Live: &live}, CountLimit+1); err != nil {
		return err
	}
	for p := range account.Powers(l.actor, account.AcceptClue, l.now) {
		rows, err := l.TransfersTo(idOf(p.Office), transferSent)
		if err != nil {
			return err
		}
		for _, r := range rows {
			m, err := l.Matter(r.MatterID)
			if err != nil {
				return err
			}
			o, err := l.Office(r.FromOffice)
			if err != nil {
				return err
			}
			t.Transfers = append(t.Transfers, TransferLine{Transfer: r, Title: m.Title, From: o.Name})
		}
		break // one power is enough to see them
	}
	return nil
}

// The states of a transfer.
const (
	transferSent       = "sent"
	transferAccepted   = "accepted"
	transferReportedUp = "reported-up"
)

// Agenda is what falls on the days of a month: limits, look-backs, tasks.
type Agenda struct {
	From, To pil.Day
	Due      []DueLine
	Visits   []store.VisitRow
	Tasks    []TaskView
	Days     map[pil.Day]DayNote
	Unknown  bool // no holiday notice covers some of them
	Today    pil.Day
}

// DayNote is what the calendar says of a day that is no plain one.
type DayNote struct {
	Rest, Moved bool // Moved: a weekend day that is worked
	Name        statute.Text
	Notice      string // title of what sets it
}

// Agenda is a stretch of days of at most 62.
func (d *Desk) Agenda(ctx context.Context, who Who, from, to pil.Day) (a Agenda, err error) {
	if from <= 0 || to < from || to-from > 62 {
		return a, pil.Invalid("请选择不超过两个月的日期 (choose at most two months)")
	}
	a.From, a.To, a.Days = from, to, map[pil.Day]DayNote{}
	err = d.ask(ctx, who, account.ListTasks, target{self: true}, func(l *look) error {
		a.Today = l.today
		for kind, act := range map[string]account.Action{store.KindCase: account.ListCases, store.KindClue: account.ListClues} {
			sight, err := l.sight(act)
			if pil.CodeOf(err) == pil.CodeForbidden {
				continue
			}
			if err != nil {
				return err
			}
			rows, err := l.ListDue(store.DueFilter{Sight: sight, Kind: kind, From: from, Until: to, Most: 1000})
			if err != nil {
				return err
			}
			for _, r := range rows {
				a.Due = append(a.Due, d.dueLine(r, l.today))
			}
			if kind == store.KindClue {
				continue
			}
			if a.Visits, err = l.ListVisits(sight, from, to, false, 1000); err != nil {
				return err
			}
		}
		slices.SortStableFunc(a.Due, func(x, y DueLine) int {
			return cmp.Or(cmp.Compare(x.DueOn, y.DueOn), cmp.Compare(x.MatterID, y.MatterID))
		})
		tasks, err := l.TasksFor(l.me)
		if err != nil {
			return err
		}
		names := map[int64]string{}
		for _, x := range tasks {
			if x.DueOn >= from && x.DueOn <= to {
				a.Tasks = append(a.Tasks, l.taskView(x, names))
			}
		}
		for day := from; day <= to; day++ {
			info := d.law.Calendar.On(day)
			a.Unknown = a.Unknown || !info.Known
			if info.Kind != calendar.Working {
				a.Days[day] = DayNote{Rest: info.Rest, Moved: info.Kind == calendar.Moved, Name: statute.Text{Zh: info.Zh, En: info.En}, Notice: info.Notice}
			}
		}
		l.sawList("calendar", from.String()+" "+to.String(), len(a.Due)+len(a.Visits)+len(a.Tasks))
		return nil
	})
	return a, err
}

// ListVisits are look-backs the actor may see: those to come, or all.
func (d *Desk) ListVisits(ctx context.Context, who Who, open bool) (out []store.VisitRow, today pil.Day, err error) {
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		today = l.today
		sight, err := l.sight(account.ListCases)
		if err != nil {
			return err
		}
		if out, err = l.ListVisits(sight, 0, 0, open, 500); err == nil {
			l.act = account.ListCases
			l.sawList("visit", "", len(out))
		}
		return err
	})
	return out, today, err
}

// States lists the states a case may stand in, for a filter, by track.
func (d *Desk) States() []*statute.Procedure { return d.law.Procedures }
