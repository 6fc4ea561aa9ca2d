package calendar

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

// The years a table may have, and the most days a holiday may: beyond them is a
// slip of the pen.
const (
	firstYear, lastYear = 1950, 2199
	longest             = 31
)

// UnmarshalText reads a day, or a range A..B of at most 31 days.
func (r *Range) UnmarshalText(text []byte) error {
	first, last, ranged := strings.Cut(string(text), "..")
	if !ranged {
		last = first
	}
	from, err := pil.ParseDay(first)
	to, err2 := pil.ParseDay(last)
	if err := cmp.Or(err, err2); err != nil {
		return err
	}
	if to < from || to-from >= longest {
		return pil.Invalid("%s 应由早到晚，至多%d天 (a range must run forward and be short)", pil.Quote(string(text)), longest)
	}
	*r = Range{from, to}
	return nil
}

// UnmarshalText reads MM-DD.
func (m *monthDay) UnmarshalText(text []byte) error {
	s, err := pil.ParseSpan("XXXX-" + string(text))
	if err != nil || s.Dom == 0 {
		return pil.Invalid("%s 应写作 月-日，如 05-01 (must be MM-DD)", pil.Quote(string(text)))
	}
	*m = monthDay{time.Month(s.Month), int(s.Dom)}
	return nil
}

// need refuses an empty value; values are pairs of a key and what it holds.
func need(at yamltext.Place, values ...string) error {
	for i := 0; i < len(values); i += 2 {
		if strings.TrimSpace(values[i+1]) == "" {
			return at.Errorf("缺少 %s (missing key)", values[i])
		}
	}
	return nil
}

// parseYear reads the table of one year. Its file is named after the year.
func parseYear(file string, text []byte) (yearTable, error) {
	y := yearTable{days: map[pil.Day]yamltext.Place{}}
	if err := yamltext.Decode(file, text, &y.Year); err != nil {
		return y, err
	}
	year := y.Year.Year
	if year < firstYear || year > lastYear || path.Base(file) != strconv.Itoa(year)+".yaml" {
		return y, y.At.Errorf("year: %d 与文件名不符，或不在 %d–%d 年 (wrong year, or another file name)", year, firstYear, lastYear)
	}
	rest := map[pil.Day]bool{}
	if err := y.check(y.Notice, rest, false); err != nil {
		return y, err
	}
	last := y.Announced
	for _, change := range y.Changes {
		if change.Announced < last {
			return y, change.At.Errorf("改动应按公布日期先后排列，且不早于通知 (changes must follow in order of announcement)")
		}
		last = change.Announced
		if err := y.check(change, rest, true); err != nil {
			return y, err
		}
	}
	return y, nil
}

// check refuses a notice of y that lacks something or contradicts itself. rest
// holds the holidays of the notices before it, which only a change may take
// back, and is brought up to date.
func (y *yearTable) check(n Notice, rest map[pil.Day]bool, change bool) error {
	if err := need(n.At, "title", n.Title, "announced", n.Announced.String(), "verified", n.Verified); err != nil {
		return err
	}
	if len(n.Holidays) == 0 {
		return n.At.Errorf("缺少 holidays (no holidays)")
	}
	seen := map[pil.Day]bool{}
	for _, e := range n.Holidays {
		if err := need(e.At, "zh", e.Zh, "en", e.En, "days", e.Days.From.String()); err != nil {
			return err
		}
		for d := e.Days.From; d <= e.Days.To; d++ {
			if err := y.claim(e, d, seen); err != nil {
				return err
			}
			rest[d] = true
		}
		for _, d := range e.Work {
			if err := y.claim(e, d, seen); err != nil {
				return err
			}
			if !d.Weekend() && (!change || !rest[d]) {
				return e.At.Errorf("work: %s 本来就是工作日 (already a working day)", d)
			}
			delete(rest, d)
		}
	}
	return nil
}

// claim notes that e names d, which its notice may do once.
func (y *yearTable) claim(e Entry, d pil.Day, seen map[pil.Day]bool) error {
	year := y.Year.Year
	if d < pil.Date(year-1, time.December, 1) || d > pil.Date(year, time.December, 31) {
		return e.At.Errorf("%s 不在 %d 年或上年12月 (day outside the year and the December before)", d, year)
	}
	if seen[d] {
		return e.At.Errorf("%s 在 %s 已写过 (day named twice)", d, y.days[d])
	}
	seen[d], y.days[d] = true, e.At
	return nil
}

// parseSolar reads the solar holidays and closes each version where the next
// begins.
func parseSolar(file string, text []byte) (s solarFile, err error) {
	if err := yamltext.Decode(file, text, &s); err != nil {
		return s, err
	}
	if err := need(s.At, "title", s.Title, "verified", s.Verified); err != nil {
		return s, err
	}
	for i := range s.Holidays {
		r := &s.Holidays[i]
		if err := need(r.At, "zh", r.Zh, "en", r.En, "from", r.From.String()); err != nil {
			return s, err
		}
		if r.First.day == 0 || r.Days < 1 || r.First.day+r.Days > 29 {
			return s, r.At.Errorf("first 和 days 应落在一个月的前28天内 (first and days must lie in the first 28 days of a month)")
		}
		for j := range s.Holidays[:i] {
			old := &s.Holidays[j]
			if old.First != r.First || old.until != 0 {
				continue
			}
			if r.From <= old.From {
				return s, r.At.Errorf("同一节日的规定应按施行日期先后排列 (versions of a holiday must follow in order)")
			}
			old.until = r.From
		}
	}
	return s, nil
}

// parseRegional reads the regional holidays. Each is our reading and must say
// so: conf: I.
func parseRegional(file string, text []byte) ([]regionalHoliday, error) {
	var f struct {
		Holidays []regionalHoliday `yaml:"holidays"`
	}
	if err := yamltext.Decode(file, text, &f); err != nil {
		return nil, err
	}
	for _, h := range f.Holidays {
		if _, err := pil.ParseRegion(string(h.Region)); err != nil {
			return nil, pil.At(err, h.At.File, h.At.Line)
		}
		if err := need(h.At, "zh", h.Zh, "en", h.En, "basis", h.Basis); err != nil {
			return nil, err
		}
		if h.Conf != "I" {
			return nil, h.At.Errorf("地方节日都是我们的理解，应写 conf: I (regional holidays are our reading)")
		}
		seen := map[pil.Day]bool{}
		for _, dates := range h.Dates {
			if err := dates.check(seen); err != nil {
				return nil, err
			}
		}
	}
	return f.Holidays, nil
}

// check refuses days that seen, the holiday's days so far, holds already, and
// worked days that are no weekend.
func (r regionalDates) check(seen map[pil.Day]bool) error {
	if err := need(r.At, "verified", r.Verified); err != nil {
		return err
	}
	runs := r.Rest
	for _, d := range r.Work {
		if d == 0 || !d.Weekend() {
			return r.At.Errorf("work: %s 本来就是工作日 (already a working day)", d)
		}
		runs = append(slices.Clip(runs), Range{d, d})
	}
	for _, run := range runs {
		for d := run.From; d <= run.To; d++ {
			if seen[d] {
				return r.At.Errorf("%s 写了两次 (day named twice)", d)
			}
			seen[d] = true
		}
	}
	return nil
}
