package desk

import (
	"context"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// CaseChoices is what filters of lists of cases offer the actor.
type CaseChoices struct {
	Fields  []clue.Field
	Tracks  []*statute.Procedure
	States  []StateChoice
	Offices []Office // that the actor sees cases of; one: only that
	Leads   []Person // of the actor's own office
	Me      int64
	Export  bool // the actor may take the list along
}

// StateChoice is a state that cases may stand in, with its names in all the tracks
// that have it.
type StateChoice struct {
	ID   string
	Text statute.Text
}

// CaseChoices reads what filters offer under an action that lists cases.
func (d *Desk) CaseChoices(ctx context.Context, who Who, act account.Action) (out CaseChoices, err error) {
	out.Fields = clue.Fields()
	for _, p := range d.law.Procedures {
		if p.ID != clueTrack {
			out.Tracks = append(out.Tracks, p)
		}
	}
	out.States = statesOf(out.Tracks)
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		out.Me = l.me
		sight, err := l.sight(act)
		if err != nil {
			return err
		}
		all, err := l.Offices()
		if err != nil {
			return err
		}
		for i := range all {
			if seesOffice(&sight, &all[i], l.office) {
				out.Offices = append(out.Offices, all[i])
			}
		}
		people, err := l.People(l.office)
		if err != nil {
			return err
		}
		for i := range people {
			if p := staff(&people[i]); p.Roles.Has(account.Prosecutor) {
				out.Leads = append(out.Leads, people[i])
			}
		}
		for range account.Powers(l.actor, account.ExportReport, l.now) {
			out.Export = true
		}
		return nil
	})
	return out, err
}

const clueTrack = "clue"

// seesOffice reports whether a sight reaches into an office.
func seesOffice(s *store.Sight, o *store.Office, own int64) bool {
	return slices.ContainsFunc(s.Reaches, func(r store.Reach) bool {
		switch {
		case r.Office != 0:
			return r.Office == o.ID
		case r.Under != "":
			return len(o.Path) >= len(r.Under) && o.Path[:len(r.Under)] == r.Under
		case r.Department != 0, r.Person != 0:
			return o.ID == own
		}
		return r.Matter == 0
	})
}

// statesOf are the states of several tracks, each once, in the order of their ways.
func statesOf(tracks []*statute.Procedure) []StateChoice {
	var out []StateChoice
	names := map[string][]statute.Text{}
	for _, p := range tracks {
		for _, s := range p.States {
			if names[s.ID] == nil {
				out = append(out, StateChoice{ID: s.ID})
			}
			if !slices.Contains(names[s.ID], s.Text) {
				names[s.ID] = append(names[s.ID], s.Text)
			}
		}
	}
	for i := range out {
		for k, t := range names[out[i].ID] {
			if k > 0 {
				out[i].Text.Zh, out[i].Text.En = out[i].Text.Zh+"、", out[i].Text.En+", "
			}
			out[i].Text.Zh, out[i].Text.En = out[i].Text.Zh+t.Zh, out[i].Text.En+t.En
		}
	}
	return out
}

// MostExported is how many lines a list taken along has at most.
const MostExported = 20000

// ExportCases gives the cases that the filter asks for and of which the actor may
// take a list along, one by one; more says that there were more than MostExported.
// It is recorded as an export, with the filter, hashed, and its length.
func (d *Desk) ExportCases(ctx context.Context, who Who, f MatterFilter, each func(MatterLine) error) (more bool, err error) {
	f.Kind, f.AfterID, f.AfterDue = store.KindCase, 0, 0
	err = d.ask(ctx, who, account.SaveView, target{self: true}, func(l *look) error {
		l.act = account.ExportReport
		if f.Sight, err = l.sight(account.ExportReport); err != nil {
			return err
		}
		n := 0
		filter := filterText(f)
		for f.Most = 500; ; {
			rows, err := l.ListMatters(f)
			if err != nil {
				return err
			}
			for i := range rows {
				if n == MostExported {
					more = true
					break
				}
				n++
				if err := each(d.matterLine(rows[i])); err != nil {
					return err
				}
			}
			if len(rows) < f.Most || more {
				break
			}
			last := rows[len(rows)-1]
			f.AfterID, f.AfterDue = last.MatterID, last.NextDue
		}
		l.sawList(store.KindCase, filter, n)
		return nil
	})
	return more, err
}
