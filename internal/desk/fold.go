package desk

import (
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// fold computes a matter from its events.
func fold(law *statute.Law, m *store.Matter, events []store.Event) (*docket.Case, error) {
	list := make([]docket.Event, len(events))
	for i := range events {
		list[i] = events[i].Docket()
	}
	return docket.Fold(law, docket.CaseFacts{Field: m.Field, Region: m.Region}, list)
}

// refold takes the place of what lists show of a matter.
func (d *Desk) refold(tx *store.Tx, m *store.Matter) error {
	p, err := Project(d.law, &tx.View, m)
	if err != nil {
		return err
	}
	return tx.PutProjection(p)
}

// Project computes what lists show of a matter from what the record covers;
// fsck compares it with what is kept.
func Project(law *statute.Law, v *store.View, m *store.Matter) (*store.Projection, error) {
	events, err := v.Events(m.ID)
	if err != nil {
		return nil, err
	}
	assigned, err := v.Assignments(m.ID)
	if err != nil {
		return nil, err
	}
	return ProjectFrom(law, m, events, assigned)
}

// ProjectFrom is Project on rows in hand.
func ProjectFrom(law *statute.Law, m *store.Matter, events []store.Event, assigned []store.Assignment) (*store.Projection, error) {
	c, err := fold(law, m, events)
	if err != nil {
		return nil, fmt.Errorf("fold matter %d: %w", m.ID, err)
	}
	p := &store.Projection{Standing: store.Standing{MatterID: m.ID, Kind: m.Kind, OfficeID: m.OfficeID, DepartmentID: m.DepartmentID,
		Field: m.Field, Region: m.Region, Version: m.Version, Live: len(c.Lines) == 0, State: "new"}}
	s := &p.Standing
	for i := range assigned {
		if assigned[i].Lead || s.LeadID == 0 {
			s.LeadID = assigned[i].PersonID
		}
		if assigned[i].Lead {
			break
		}
	}
	for i := range events {
		s.MovedOn = max(s.MovedOn, events[i].On)
		if s.OpenedOn == 0 || events[i].On < s.OpenedOn {
			s.OpenedOn = events[i].On
		}
	}
	var tracks, respondents []string
	for i, ln := range c.Lines {
		state := ln.Track.State(ln.StateID())
		row := store.Line{MatterID: m.ID, Track: ln.Track.ID, Respondent: ln.Respondent, State: state.ID, Phase: state.Phase,
			Ended: ln.Track.States[ln.State].End}
		if ln.Ground != nil {
			row.Ground = ln.Ground.ID
		}
		p.Lines = append(p.Lines, row)
		if i == 0 {
			s.State, s.Phase = state.ID, state.Phase
		}
		if !row.Ended {
			if !s.Live { // the first line still going is the one that tells
				s.State, s.Phase = state.ID, state.Phase
			}
			s.Live = true
		}
		if !slices.Contains(tracks, row.Track) {
			tracks = append(tracks, row.Track)
		}
		if row.Respondent != "" && !slices.Contains(respondents, row.Respondent) {
			respondents = append(respondents, row.Respondent)
		}
		p.Deadlines = append(p.Deadlines, deadlinesOf(ln, row.Ended)...)
	}
	s.Tracks, s.Respondents = strings.Join(tracks, " "), strings.Join(respondents, "、")
	for i := range p.Deadlines {
		d := &p.Deadlines[i]
		d.MatterID, d.N, d.OfficeID, d.DepartmentID, d.LeadID = m.ID, i, m.OfficeID, m.DepartmentID, s.LeadID
		if d.EndedOn == 0 && d.DueOn != 0 && (s.NextDue == 0 || d.DueOn < s.NextDue) {
			s.NextDue, s.NextLimit = d.DueOn, d.LimitID
		}
	}
	return p, nil
}

// deadlinesOf are the limits of a line. Of a line that has ended none runs on but
// those that keep something for at least a time.
func deadlinesOf(ln *docket.Line, ended bool) []store.Deadline {
	var out []store.Deadline
	for _, r := range ln.Runs {
		if r.From == 0 {
			continue // its start, or its length, is not known yet
		}
		d := store.Deadline{Track: ln.Track.ID, Respondent: ln.Respondent, LimitID: r.Limit.ID, Kind: string(r.Limit.Kind), Who: r.Limit.Who,
			StartOn: r.Start.From, DueOn: r.From, Provisional: r.Provisional}
		switch {
		case r.End != nil:
			d.EndedOn = r.End.On.From
		case ended && r.Limit.Kind != statute.KeepAtLeast:
			d.EndedOn = lastDay(ln)
		}
		out = append(out, d)
	}
	return out
}

func lastDay(ln *docket.Line) pil.Day {
	var last pil.Day
	for i := range ln.Acts {
		last = max(last, ln.Acts[i].On.From)
	}
	return last
}
