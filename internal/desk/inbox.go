package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Inbox is a page of the office's clues, with what waits.
type Inbox struct {
	Rows   []InboxLine
	Count  int // at most CountLimit + 1
	More   bool
	Counts InboxCounts
	Today  pil.Day
}

// InboxLine is one clue of the inbox.
type InboxLine struct {
	MatterLine
	Channel clue.Channel
	On      pil.Day // received
	Named   bool    // somebody can be answered
	Into    int64   // merged into this clue
}

// InboxCounts is what waits in the inbox, each at most CountLimit + 1.
type InboxCounts struct {
	Live, Unassigned, Mine, Soon, Arriving int
}

// Inbox lists clues as ListMatters does, with how each came in and what waits.
func (d *Desk) Inbox(ctx context.Context, who Who, f store.MatterFilter) (out Inbox, err error) {
	f.Kind = store.KindClue
	list, err := d.ListMatters(ctx, who, f)
	if err != nil {
		return out, err
	}
	out.Count, out.More, out.Today = list.Count, list.More, list.Today
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		ids := make([]int64, len(list.Rows))
		for i := range list.Rows {
			ids[i] = list.Rows[i].MatterID
		}
		clues, err := l.CluesByID(ids)
		if err != nil {
			return err
		}
		byID := make(map[int64]*store.Clue, len(clues))
		for i := range clues {
			byID[clues[i].MatterID] = &clues[i]
		}
		for _, row := range list.Rows {
			line := InboxLine{MatterLine: row}
			if c := byID[row.MatterID]; c != nil {
				line.On, line.Named, line.Into = c.ReceivedOn, c.Named, c.MergedInto
				line.Channel, _ = clue.ParseChannel(c.Channel) // one no longer known is shown as none
			}
			out.Rows = append(out.Rows, line)
		}
		out.Counts, err = l.inboxCounts()
		return err
	})
	return out, err
}

// InboxCounts counts what waits in the inbox, for the first page.
func (l *look) inboxCounts() (n InboxCounts, err error) {
	sight, err := l.sight(account.ListClues)
	if err != nil {
		return n, err
	}
	live, merged := true, false
	base := store.MatterFilter{Sight: sight, Kind: store.KindClue, Live: &live, Merged: &merged}
	for _, x := range []struct {
		n   *int
		set func(*store.MatterFilter)
	}{
		{&n.Live, func(*store.MatterFilter) {}},
		{&n.Unassigned, func(f *store.MatterFilter) { f.Unassigned = true }},
		{&n.Mine, func(f *store.MatterFilter) { f.Assigned = l.me }},
		{&n.Soon, func(f *store.MatterFilter) { f.Due, f.Merged = l.today+soonClue, nil }},
	} {
		f := base
		x.set(&f)
		if *x.n, err = l.CountMatters(f, CountLimit+1); err != nil {
			return n, err
		}
	}
	for range account.Powers(l.actor, account.AcceptClue, l.now) {
		rows, err := l.TransfersTo(l.office, transferSent)
		if err != nil {
			return n, err
		}
		n.Arriving = len(rows)
		break
	}
	return n, nil
}

// soonClue is how many days ahead a limit towards a reporter counts as near.
const soonClue = 7

// ClueChoices is what forms about clues offer: the office, its departments, and who
// may handle a clue.
type ClueChoices struct {
	Office      store.Office
	Department  int64 // the actor's own
	Departments []store.Department
	Prosecutors []store.Person
	Assistants  []store.Person
	MayAssign   bool
	MayImport   bool
	Today       pil.Day
}

// ClueChoices reads what forms about clues of the actor's office offer.
func (d *Desk) ClueChoices(ctx context.Context, who Who) (out ClueChoices, err error) {
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		o, err := l.Office(l.office)
		if err != nil {
			return err
		}
		out.Office, out.Today, out.Department = *o, l.today, idOf(l.actor.Person.Department)
		if out.Departments, err = l.Departments(l.office); err != nil {
			return err
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
			if p.Roles.Has(account.Prosecutor) {
				out.Prosecutors = append(out.Prosecutors, people[i])
			}
			if p.Roles.Has(account.Assistant) {
				out.Assistants = append(out.Assistants, people[i])
			}
		}
		for range account.Powers(l.actor, account.AssignClue, l.now) {
			out.MayAssign = true
		}
		for range account.Powers(l.actor, account.ImportClues, l.now) {
			out.MayImport = true
		}
		return nil
	})
	return out, err
}
