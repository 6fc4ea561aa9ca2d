package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// VisitPlan is a look-back (回头看) planned by the office's own interval or by
// hand: no article sets one.
type VisitPlan struct {
	Matter    int64
	Seen      int
	On        pil.Day
	Every     int // months between visits; 0: once
	Times     int // how many; 0 or 1: once
	Checklist []string
	Note      string
}

// maxVisits is how many visits one plan may hold.
const maxVisits = 12

// PlanLookBack plans one or several return visits.
func (d *Desk) PlanLookBack(ctx context.Context, who Who, in VisitPlan) error {
	var list []store.Check
	for _, line := range in.Checklist {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, store.Check{What: line})
		}
	}
	in.Times = max(in.Times, 1)
	switch {
	case in.On == 0:
		return pil.Invalid("请填回头看的日期 (a day is needed)")
	case in.Times > maxVisits || in.Times > 1 && (in.Every < 1 || in.Every > 24):
		return pil.Invalid("最多安排 %d 次，间隔 1 至 24 个月 (at most %[1]d visits, 1 to 24 months apart)", maxVisits)
	case len([]rune(in.Note)) > maxText || len(list) > 100:
		return pil.Invalid("内容过长：检查项目最多 100 项 (too long)")
	}
	return d.do(ctx, who, account.PlanLookBack, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindCase}, func(w *work) error {
		if in.On < w.today {
			return pil.Invalid("计划日期已经过去 (the day has passed)")
		}
		for n := range in.Times {
			if err := w.tx.Add(&store.Visit{MatterID: in.Matter, PlannedOn: in.On.AddMonths(n * in.Every), Checklist: list,
				PlanNote: strings.TrimSpace(in.Note), MadeBy: w.me, MadeAt: w.tx.Now}); err != nil {
				return err
			}
		}
		return nil
	})
}

// VisitReport is what a look-back found.
type VisitReport struct {
	Visit    int64
	Seen     int
	On       pil.Day
	People   []int64
	Outcome  string // holds, rebounded
	Findings string
	Checks   []store.Check // in the order of the plan
}

// The outcomes of a look-back.
const (
	Holds     = "holds"
	Rebounded = "rebounded"
)

// RecordLookBack records a return visit. Where the harm has returned, a new clue
// is registered and linked to the case; the chief may revoke the termination
// besides (a step of the procedure).
func (d *Desk) RecordLookBack(ctx context.Context, who Who, in VisitReport) (clue int64, err error) {
	var matter int64
	if err := d.store.Read(ctx, func(v *store.View) error {
		x, err := v.Visit(in.Visit)
		matter = x.MatterID
		return err
	}); err != nil {
		return 0, err
	}
	in.Findings = strings.TrimSpace(in.Findings)
	switch {
	case in.Outcome != Holds && in.Outcome != Rebounded:
		return 0, pil.Invalid("请选择结果：保持或者反弹 (choose an outcome)")
	case in.Findings == "":
		return 0, pil.Invalid("请写明看到的情况 (say what was found)")
	case len([]rune(in.Findings)) > maxText:
		return 0, pil.Invalid("文字最多 %d 字 (text too long)", maxText)
	case len(in.People) == 0:
		return 0, pil.Invalid("请写明到场的检察人员 (name who went there)")
	}
	err = d.do(ctx, who, account.RecordLookBack, target{matter: named(matter), seen: in.Seen, kind: store.KindCase}, func(w *work) error {
		x, err := w.Visit(in.Visit)
		if err != nil {
			return err
		}
		if in.On == 0 {
			in.On = w.today
		}
		switch {
		case x.DoneOn != 0:
			return &pil.Error{Code: pil.CodeConflict, Text: "这次回头看已于 " + x.DoneOn.Zh() + " 记录 (already recorded)"}
		case in.On > w.today:
			return pil.Invalid("%s 还没有到 (that day has not come)", in.On.Zh())
		}
		if err := w.checkPeople(in.People); err != nil {
			return err
		}
		for i := range x.Checklist {
			if i < len(in.Checks) && slices.Contains([]string{"", "yes", "no"}, in.Checks[i].Holds) {
				x.Checklist[i].Holds, x.Checklist[i].Remark = in.Checks[i].Holds, strings.TrimSpace(in.Checks[i].Remark)
			}
		}
		var went []string
		for _, p := range in.People {
			went = append(went, idText(p))
		}
		x.DoneOn, x.Outcome, x.Findings, x.People, x.DoneBy = in.On, in.Outcome, in.Findings, strings.Join(went, " "), w.me
		if err := w.lookedBack(x, in.People); err != nil {
			return err
		}
		if in.Outcome == Rebounded {
			if clue, err = w.rebound(x); err != nil {
				return err
			}
			x.NewClue = clue
		}
		return w.tx.Change(x)
	})
	return clue, err
}

// lookedBack enters the visit into the history of every track that knows the step
// and still stands where it may be taken.
func (w *work) lookedBack(x *store.Visit, people []int64) error {
	_, c, err := w.history(w.matter)
	if err != nil {
		return err
	}
	var done []string
	for _, ln := range c.Lines {
		step := ln.Track.Step("look-back")
		if step == nil || slices.Contains(done, ln.Track.ID) {
			continue
		}
		done = append(done, ln.Track.ID)
		act := Act{Track: ln.Track.ID, Step: step.ID, On: x.DoneOn, People: people, Note: x.Findings}
		if err := w.append(w.matter, act.event("prosecutor", 0)); err != nil {
			return err
		}
	}
	return nil
}

// rebound registers the clue of a harm that returned.
func (w *work) rebound(x *store.Visit) (int64, error) {
	old := w.matter
	n, err := w.tx.NextNumber(old.OfficeID, "clue", w.today.Year())
	if err != nil {
		return 0, err
	}
	m := &store.Matter{Kind: store.KindClue, OfficeID: old.OfficeID, DepartmentID: old.DepartmentID, Number: fmt.Sprintf("线索〔%d〕%d号", w.today.Year(), n),
		Title: "反弹：" + old.Title, Field: old.Field, Region: old.Region, Place: old.Place, Summary: x.Findings, Demo: old.Demo, MadeBy: w.me, MadeAt: w.tx.Now}
	if err := w.tx.Add(m); err != nil {
		return 0, err
	}
	c := &store.Clue{MatterID: m.ID, Channel: "own-finding", ReceivedOn: x.DoneOn, What: x.Findings, Assessment: []byte("{}")}
	if err := w.tx.Add(c, &store.Link{Kind: LinkRebound, FromID: old.ID, ToID: m.ID, MadeBy: w.me, MadeAt: w.tx.Now}); err != nil {
		return 0, err
	}
	for _, step := range []string{"find", "register"} {
		if err := w.append(m, &store.Event{On: x.DoneOn, Track: "clue", Step: step, Note: x.Findings}); err != nil {
			return 0, err
		}
	}
	if err := w.sign(m, c); err != nil {
		return 0, err
	}
	assigned, err := w.Assignments(old.ID)
	if err != nil || len(assigned) == 0 {
		return m.ID, err
	}
	return m.ID, w.assign(m, assigned[0].PersonID, account.Prosecutor, true) // the lead stands first
}
