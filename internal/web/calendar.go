package web

import (
	"fmt"
	"time"

	"github.com/a-h/templ"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// calendar is a month with what is due and planned on its days.
func (s *Server) calendar(c *call) error {
	first, err := s.month(c.r.URL.Query().Get("month"))
	if err != nil {
		return err
	}
	year, month, _ := first.Civil()
	last := pil.Date(year, month+1, 0)
	a, err := s.desk.Agenda(c.ctx(), c.session.Who, first, last)
	if err != nil {
		return err
	}
	m := ui.Month{Year: year, Month: month, Today: a.Today, Days: monthDays(c, &a), Prev: monthPath(first - 1), Next: monthPath(last + 1)}
	p := ui.Page{Title: c.t("日历", "Calendar"), Lead: c.t("期限、回头看和我的任务；节假日和调休依国务院办公厅通知", "Limits, look-backs and my tasks; rest days by the State Council's notices"),
		Actions: []ui.Action{{Text: c.t("本月", "This month"), Href: "/calendar"}, {Text: c.t("打印", "Print"), Print: true}}}
	if a.Unknown {
		p.Flash = append(p.Flash, ui.Flash{Tone: ui.Soon, Text: c.t("本月的放假安排尚未收录，只按周末和固定节日推算，期限为暂定。", "No holiday notice for this month yet: weekends and fixed holidays only, limits are provisional.")})
	}
	parts := []templ.Component{ui.MonthGrid(m)}
	if len(a.Due)+len(a.Visits)+len(a.Tasks) == 0 {
		parts = append(parts, ui.Empty(ui.EmptyState{Title: c.t("本月没有到期事项", "Nothing falls on this month"),
			Text: c.t("记录一步之后，依法起算的期限会自动出现；回头看在案卷里安排。", "Limits appear when a step that starts them is recorded; look-backs are planned in the case file.")}))
	}
	return c.page(p, card(ui.Section{Flush: true}, parts...))
}

// month is the first day of a month written 2026-11; of this month where nothing is
// written.
func (s *Server) month(text string) (pil.Day, error) {
	if text == "" {
		y, m, _ := s.desk.Day().Civil()
		return pil.Date(y, m, 1), nil
	}
	t, err := time.Parse("2006-01", text)
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return 0, pil.Invalid("月份应写作 2026-11 (write the month as 2026-11)")
	}
	return pil.Date(t.Year(), t.Month(), 1), nil
}

func monthPath(d pil.Day) string {
	y, m, _ := d.Civil()
	return fmt.Sprintf("/calendar?month=%04d-%02d", y, int(m))
}

func monthDays(c *call, a *desk.Agenda) map[pil.Day]ui.MonthDay {
	ctx, days := c.ctx(), map[pil.Day]ui.MonthDay{}
	for d, n := range a.Days {
		day := ui.MonthDay{Rest: n.Rest, Moved: n.Moved}
		if n.Notice != "" && !n.Moved {
			day.Note = say(ctx, n.Name)
		}
		days[d] = day
	}
	add := func(d pil.Day, item ui.MonthItem) {
		day := days[d]
		day.Items = append(day.Items, item)
		days[d] = day
	}
	for _, l := range a.Due {
		d := dueDeadline(ctx, l, a.Today)
		add(l.DueOn, ui.MonthItem{Text: c.t("%s：%s", "%s: %s", d.Name, l.Title), Href: d.Case.Href + "#deadlines", Tone: d.Tone()})
	}
	for i := range a.Visits {
		v := &a.Visits[i]
		item := ui.MonthItem{Text: c.t("回头看：%s", "Look-back: %s", v.Title), Href: "/cases/" + id(v.MatterID) + "#visits"}
		switch {
		case v.DoneOn != 0:
			item.Tone = ui.Done
		case v.PlannedOn < a.Today:
			item.Tone = ui.Late
		}
		add(v.PlannedOn, item)
	}
	for _, t := range a.Tasks {
		href := "/#tasks"
		if t.MatterID != 0 {
			href = "/matters/" + id(t.MatterID)
		}
		item := ui.MonthItem{Text: c.t("任务：%s", "Task: %s", t.Text), Href: href}
		if t.Late {
			item.Tone = ui.Late
		}
		add(t.DueOn, item)
	}
	return days
}
