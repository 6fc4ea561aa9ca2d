// Package calendar knows which days are rest days: weekends, the holidays and
// worked weekends of the State Council's yearly notices, and the regional
// holidays of 放假办法 art 4.
//
// It must not know what a deadline is, nor what time it is. It trusts the law
// files it is given (law/calendar) once they have passed the checks of Load;
// what a file says is the notice's word, not this package's.
package calendar

import (
	"maps"
	"slices"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

// Kind says what a day is in the table, whatever the reading of moved days.
type Kind uint8

// The closed set of kinds.
const (
	Working Kind = iota
	Weekend
	Holiday
	Moved // a weekend day that is worked (调休上班)
)

var kinds = [...]struct{ id, zh, en string }{
	{"working", "工作日", "working day"},
	{"weekend", "周末", "weekend"},
	{"holiday", "节假日", "holiday"},
	{"moved", "调休上班日", "moved working day"},
}

// String writes working, weekend, holiday or moved.
func (k Kind) String() string { return kinds[k].id }

// Zh names the kind for people in Chinese.
func (k Kind) Zh() string { return kinds[k].zh }

// En names the kind for people in English.
func (k Kind) En() string { return kinds[k].en }

// MovedWeekend is the reading of 民事诉讼法 art 85 for a Saturday or Sunday that
// is worked. The text is silent.
type MovedWeekend uint8

// The two readings. MovedWorking is the default.
const (
	MovedWorking MovedWeekend = iota // the day is no rest day
	MovedRest                        // it is a rest day all the same
)

// String writes work or rest, as ParseMovedWeekend reads them.
func (m MovedWeekend) String() string { return [...]string{"work", "rest"}[m] }

// ParseMovedWeekend reads work (or working) and rest; anything else is an
// invalid Error.
func ParseMovedWeekend(s string) (MovedWeekend, error) {
	switch s {
	case "work", "working":
		return MovedWorking, nil
	case "rest":
		return MovedRest, nil
	}
	return 0, pil.Invalid("调休上班的周末应写 work 或 rest，不是 %s (moved weekend must be work or rest)", pil.Quote(s))
}

// Options are the readings a Calendar answers under. The zero Options are the
// default reading for the whole country.
type Options struct {
	Moved  MovedWeekend
	Region pil.Region // adds the holidays of this region and of those it lies in
}

// Info is what is known of one day.
type Info struct {
	Kind     Kind
	Rest     bool   // under the Options
	Known    bool   // a yearly table covers the day
	Zh, En   string // name of the holiday, the moved day or the weekend; empty for a plain working day
	Notice   string // title of what sets the day, empty for a plain one
	Regional bool   // set by a region, conf I
}

// Range is a run of days, both ends included.
type Range struct{ From, To pil.Day }

// Entry is one holiday of a notice: its rest days with the weekends joined to
// them, and the days worked for it.
type Entry struct {
	At   yamltext.Place
	Zh   string    `yaml:"zh"`
	En   string    `yaml:"en"`
	Days Range     `yaml:"days"`
	Work []pil.Day `yaml:"work"`
	Text string    `yaml:"text"` // the notice's own words
}

// Notice is one document and the days it sets.
type Notice struct {
	At        yamltext.Place
	Title     string  `yaml:"title"`
	Number    string  `yaml:"number"`
	Announced pil.Day `yaml:"announced"`
	Verified  string  `yaml:"verified"` // how the data was checked
	Holidays  []Entry `yaml:"holidays"`
}

// Moved lists the days the notice makes working days, in order.
func (n Notice) Moved() []pil.Day {
	var days []pil.Day
	for _, e := range n.Holidays {
		days = append(days, e.Work...)
	}
	slices.Sort(days)
	return days
}

// Year is the table of one year: its notice and, in order, what was changed
// during the year. It may hold days of the December before.
type Year struct {
	Year    int `yaml:"year"`
	Notice  `yaml:",inline"`
	Changes []Notice `yaml:"changes"`
}

// Calendar answers which days are rest days. It is immutable and safe for
// concurrent use.
type Calendar struct {
	tables    *tables
	opts      Options
	announced bool      // leave mid-year changes out
	original  *Calendar // the same without mid-year changes; nil in itself

	marks map[pil.Day]*mark // every day a notice or a region names
	first pil.Day           // the day of rest[0]
	rest  []bool            // the answer for every day from the first table to the last
}

// mark is what one document says of one day.
type mark struct {
	kind           Kind
	zh, en, notice string
	regional       bool
}

// With returns the calendar under other options.
func (c *Calendar) With(o Options) *Calendar {
	if o == c.opts {
		return c
	}
	return build(c.tables, o, c.announced)
}

// AsAnnounced returns the calendar with every table as first announced,
// without the mid-year changes.
func (c *Calendar) AsAnnounced() *Calendar {
	if c.announced {
		return c
	}
	return c.original
}

// Rest reports whether d is a rest day. No day (0) is none.
func (c *Calendar) Rest(d pil.Day) bool {
	if i := int(d - c.first); i >= 0 && i < len(c.rest) {
		return c.rest[i]
	}
	if m := c.marks[d]; m != nil {
		return c.restful(m)
	}
	return d > 0 && (d.Weekend() || c.tables.solarOn(d) != nil)
}

// Known reports whether a yearly table covers the calendar year of d. Where
// none does, Rest knows only weekends and solar holidays and is provisional.
func (c *Calendar) Known(d pil.Day) bool {
	if d <= 0 {
		return false
	}
	_, ok := c.tables.years[d.Year()]
	return ok
}

// On tells what is known of d; the zero Info for no day.
func (c *Calendar) On(d pil.Day) Info {
	if d <= 0 {
		return Info{}
	}
	info := Info{Rest: c.Rest(d), Known: c.Known(d)}
	if m := c.marks[d]; m != nil {
		info.Kind, info.Zh, info.En, info.Notice, info.Regional = m.kind, m.zh, m.en, m.notice, m.regional
		return info
	}
	if r := c.tables.solarOn(d); r != nil && !info.Known {
		info.Kind, info.Zh, info.En, info.Notice = Holiday, r.Zh, r.En, c.tables.solar.Title
	} else if d.Weekend() {
		info.Kind, info.Zh, info.En = Weekend, Weekend.Zh(), Weekend.En()
	}
	return info
}

// Roll returns d, or the first day after it that is no rest day (民事诉讼法 art
// 85, 民法典 art 203). No day stays no day.
func (c *Calendar) Roll(d pil.Day) pil.Day {
	for c.Rest(d) {
		d++
	}
	return d
}

// AddWorking returns the n-th working day after d, which is not counted itself;
// d where n is not positive, and no day for no day.
func (c *Calendar) AddWorking(d pil.Day, n int) (last pil.Day) {
	if d <= 0 {
		return d
	}
	for ; n > 0; n-- {
		d = c.Roll(d + 1)
	}
	return d
}

// Years lists the tables in order. The slices belong to the calendar.
func (c *Calendar) Years() []Year {
	var list []Year
	for _, year := range slices.Sorted(maps.Keys(c.tables.years)) {
		list = append(list, c.tables.years[year].Year)
	}
	return list
}

// build computes the answers from the tables.
func build(t *tables, o Options, announced bool) *Calendar {
	c := &Calendar{tables: t, opts: o, announced: announced, marks: make(map[pil.Day]*mark, 512)}
	for _, y := range t.years {
		c.apply(y.Notice)
		if !announced {
			for _, change := range y.Changes {
				c.apply(change)
			}
		}
	}
	if o.Region != "" {
		c.applyRegions()
	}
	c.fill()
	if !announced {
		c.original = build(t, o, true)
	}
	return c
}

// apply sets the days of a notice, over those set before.
func (c *Calendar) apply(n Notice) {
	for _, e := range n.Holidays {
		m := &mark{kind: Holiday, zh: e.Zh, en: e.En, notice: n.Title}
		for d := e.Days.From; d <= e.Days.To; d++ {
			c.marks[d] = m
		}
		for _, d := range e.Work {
			c.marks[d] = m.worked(d)
		}
	}
}

// worked is the mark of a day worked for the holiday m.
func (m *mark) worked(d pil.Day) *mark {
	w := *m
	w.kind, w.zh, w.en = Moved, m.zh+"调休上班", "worked for "+m.en
	if !d.Weekend() { // a change took a holiday back
		w.kind = Working
	}
	return &w
}

// applyRegions adds what the region of the options, or one it lies in, sets. A
// national holiday stays what it is.
func (c *Calendar) applyRegions() {
	set := func(d pil.Day, m *mark) {
		if old := c.marks[d]; old == nil || old.kind != Holiday {
			c.marks[d] = m
		}
	}
	for _, h := range c.tables.regional {
		if !c.opts.Region.Within(h.Region) {
			continue
		}
		m := &mark{kind: Holiday, zh: h.Zh, en: h.En, notice: h.Basis, regional: true}
		for _, dates := range h.Dates {
			for _, run := range dates.Rest {
				for d := run.From; d <= run.To; d++ {
					set(d, m)
				}
			}
			for _, d := range dates.Work {
				set(d, m.worked(d))
			}
		}
	}
}

// fill writes the answer for every day from the first table's year to the last's.
func (c *Calendar) fill() {
	years := slices.Sorted(maps.Keys(c.tables.years))
	if len(years) == 0 {
		return
	}
	last := years[len(years)-1]
	c.first = pil.Date(years[0], time.January, 1)
	c.rest = make([]bool, 0, pil.Date(last+1, time.January, 1)-c.first)
	for year := years[0]; year <= last; year++ {
		_, known := c.tables.years[year]
		for d, end := pil.Date(year, time.January, 1), pil.Date(year+1, time.January, 1); d < end; d++ {
			c.rest = append(c.rest, d.Weekend() || !known && c.tables.solarOn(d) != nil)
		}
	}
	for d, m := range c.marks {
		if i := int(d - c.first); i >= 0 && i < len(c.rest) {
			c.rest[i] = c.restful(m)
		}
	}
}

// restful reports whether a day with the mark m is a rest day.
func (c *Calendar) restful(m *mark) bool {
	return m.kind == Holiday || m.kind == Moved && c.opts.Moved == MovedRest
}
