package statute

import (
	"cmp"
	"slices"

	"shouhu/internal/calendar"
	"shouhu/internal/pil"
)

// Question is what a limit is counted from. Start is the day of the trigger;
// for a Before limit it is the day before which something must be done.
type Question struct {
	Start   pil.Day
	Days    int        // the length a paper states, in days; only for a limit whose length is stated
	Extend  []Grant    // extensions allowed
	Exclude []pil.Span // days that do not count (R48); both ends belong to them
	Suspend []pil.Span // days of suspension (R78); both ends belong to them
}

// Grant is one extension that was allowed.
type Grant struct {
	Months int
	By     string
	Cite   string
	On     pil.Day // the day of the approval
}

// Due is a limit counted out. Raw is the last day before rolling over rest
// days; Due is the last day that counts.
type Due struct {
	Limit       *Limit
	Version     *LimitVersion
	Start       pil.Day
	Raw, Due    pil.Day
	Added       int  // days that did not count, in days
	Provisional bool // a year without a holiday table was touched
	OutOfForce  bool // the day of the trigger lies outside every version; the nearest was taken

	question Question
	calendar *calendar.Calendar
}

// VersionOn is the version of the limit by the norms of the day d, or nil
// where these know no such limit.
func (m *Limit) VersionOn(d pil.Day) *LimitVersion {
	for _, v := range m.Vers {
		if v.Holds(d) {
			return v
		}
	}
	return nil
}

// nearest is the version whose period lies nearest to a day outside all.
func (m *Limit) nearest(d pil.Day) *LimitVersion {
	return slices.MinFunc(m.Vers, func(a, b *LimitVersion) int { return cmp.Compare(distance(a.Period, d), distance(b.Period, d)) })
}

func distance(p Period, d pil.Day) pil.Day {
	if d < p.From {
		return p.From - d
	}
	return d - p.To
}

// Count counts the limit out. The start day is not counted; months end on the
// corresponding day or the month's last (民法典202); excluded days are added
// as the union of the days, of those exclusions only that began before the
// end; the end is rolled once. It is an invalid Error where the length is
// stated by a paper and not given, is given though the law states it, or where
// a length or the end is out of range (years 1 to 9999).
func (m *Limit) Count(cal *calendar.Calendar, q Question) (Due, error) {
	d := Due{Limit: m, Start: q.Start, question: q, calendar: cal}
	if d.Version = m.VersionOn(q.Start); d.Version == nil {
		d.Version, d.OutOfForce = m.nearest(q.Start), true
	}
	v := d.Version
	switch {
	case v.Stated && q.Days <= 0:
		return d, pil.Invalid("期限 %s 的长度由文书载明，须给出天数 --days (the paper states the length of %s)", m.ID, m.ID)
	case !v.Stated && q.Days != 0:
		return d, pil.Invalid("期限 %s 的长度由法律规定，不能另给天数 (the length of %s is fixed by law)", m.ID, m.ID)
	case q.Days > 36600 || slices.ContainsFunc(q.Extend, func(g Grant) bool { return g.Months < 0 || g.Months > 1200 }):
		return d, pil.Invalid("期限 %s 的天数或者延长的月数超出可计算的范围 (length out of range)", m.ID)
	case q.Start < 1 || q.Start > pil.MaxDay-36600:
		return d, pil.Invalid("起算日 %s 超出可计算的范围 (start day out of range)", q.Start)
	}
	switch m.Kind {
	case Before:
		d.Raw = q.Start - pil.Day(v.Days)
		d.Due = d.Raw
	case KeepAtLeast:
		d.Raw = d.lengthen()
		d.Due = d.Raw
	case WorkingDays:
		d.Due = cal.AddWorking(q.Start, v.Days)
		d.Raw = d.Due
		d.Provisional = !cal.Known(q.Start) || !cal.Known(d.Due)
	case ActBy, Wait:
		d.Raw = d.lengthen()
		d.Due = cal.Roll(d.Raw)
		d.Provisional = !cal.Known(d.Raw) || !cal.Known(d.Due)
	}
	if d.Raw < 1 || d.Due > pil.MaxDay {
		return d, pil.Invalid("期限 %s 的末日超出可计算的范围 (end out of range)", m.ID)
	}
	return d, nil
}

// lengthen is the end before rolling: length and extensions, then the days
// that do not count.
func (d *Due) lengthen() pil.Day {
	v, q := d.Version, d.question
	months := v.Months + 12*v.Years
	for _, g := range q.Extend {
		months += g.Months
	}
	end := q.Start
	if months > 0 {
		end = end.AddMonths(months)
	}
	end += pil.Day(v.Days)
	if v.Stated {
		end += pil.Day(q.Days)
	}
	for _, p := range d.pauses() {
		if p.From > end {
			break
		}
		n := p.To - p.From + 1
		d.Added += int(n)
		end += n
	}
	return end
}

// pauses is the union of the days that do not count, as spans in order, the
// part on or before the start day cut off.
func (d *Due) pauses() []pil.Span {
	q := d.question
	all := slices.Clone(q.Exclude)
	if s := d.Limit.Suspend; s != nil && s.Effect == "add" {
		all = append(all, q.Suspend...)
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b pil.Span) int { return cmp.Compare(a.From, b.From) })
	var union []pil.Span
	for _, p := range all {
		p.From = max(p.From, q.Start+1)
		if p.To < p.From {
			continue
		}
		if n := len(union); n > 0 && p.From <= union[n-1].To+1 {
			union[n-1].To = max(union[n-1].To, p.To)
		} else {
			union = append(union, p)
		}
	}
	return union
}

// With counts the same limit again with another calendar, for when a holiday
// notice changes while the limit runs.
func (d Due) With(cal *calendar.Calendar) Due {
	again, err := d.Limit.Count(cal, d.question)
	if err != nil {
		return d // the question was answerable before; the calendar cannot change that
	}
	return again
}
