package desk

import (
	"context"
	"fmt"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ImportCase takes a published case into the office, as the replay reads it: the
// acts it places become the history, what the source says goes into their notes.
// An act the source does not date stands on the day of the one before it, and its
// note says so; what comes before any day is left out. It gives 0 for a source
// none of whose acts can be placed on a day.
func (d *Desk) ImportCase(ctx context.Context, who Who, tl *docket.Timeline) (id int64, err error) {
	rep := docket.Replay(d.law, tl)
	events := d.published(tl, rep)
	if len(events) == 0 {
		return 0, nil
	}
	err = d.do(ctx, who, account.ImportClues, target{}, func(w *work) error {
		m := &store.Matter{Kind: store.KindCase, OfficeID: w.office, DepartmentID: idOf(w.actor.Person.Department), Number: "公布〔" + tl.ID + "〕",
			Title: shorten(tl.Title, maxLine), Region: pil.FindProvince(tl.Region), Place: shorten(tl.Region, maxLine), Demo: true,
			Summary: shorten(strings.TrimSpace(tl.Office+"。"+tl.Outcome), maxText), MadeBy: w.me, MadeAt: w.tx.Now}
		m.Field = tl.Field
		if f := clue.FindField(tl.Field); f != 0 {
			m.Field = f.Zh()
		}
		had, err := w.MatterByNumber(w.office, m.Number)
		if err == nil {
			return &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf("%s 已经导入（%s） (imported already)", tl.ID, had.Title)}
		}
		if err := w.tx.Add(m); err != nil {
			return err
		}
		for i := range events {
			if err := w.append(m, &events[i]); err != nil {
				return err
			}
		}
		id = m.ID
		return nil
	})
	return id, err
}

// published are the placed acts of a replay as events.
func (d *Desk) published(tl *docket.Timeline, rep *docket.Report) []store.Event {
	var out []store.Event
	var last pil.Day
	for _, p := range rep.Events {
		if p.Step == nil || d.law.ProcedureOf(p.Step).ID != p.Track {
			continue // background, or an act of the clue before the case
		}
		note := p.Label
		if p.Index < len(tl.Events) && tl.Events[p.Index].Detail != "" {
			note = tl.Events[p.Index].Detail
		}
		on := p.On.From
		switch {
		case on == 0 && last == 0:
			continue
		case on == 0:
			on, note = last, note+"（来源未载日期）"
		case !p.On.Precise():
			note += "（来源只载" + p.On.String() + "）"
		}
		last = on
		out = append(out, store.Event{On: on, Track: p.Track, Step: p.Step.ID, Note: note})
	}
	return out
}

func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
