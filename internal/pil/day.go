package pil

import (
	"fmt"
	"time"
)

// Day is a civil day at +08:00, counted from 0001-01-01 = 1 in the proleptic
// Gregorian calendar. The zero Day means "no day". Days compare with < and >,
// and subtracting two gives the number of days between them.
type Day int32

// unixDay is the Day of 1970-01-01.
const unixDay = 719163

// MaxDay is 9999-12-31, the last day that has a four-digit year.
const MaxDay Day = 3652059

// Zone is the civil time zone of every date in the law (+08:00, no summer time).
var Zone = time.FixedZone("+08:00", 8*60*60)

// Date returns the day of a year (1–9999), month and day of the month. Like
// time.Date it normalises values outside their range: month 13 is January of
// the following year.
func Date(year int, month time.Month, day int) Day {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Day(t.Unix()/86400) + unixDay
}

// DayOf returns the civil day at +08:00 on which the moment t falls.
func DayOf(t time.Time) Day {
	y, m, d := t.In(Zone).Date()
	return Date(y, m, d)
}

// ParseDay reads YYYY-MM-DD. A day the calendar does not have (2026-02-31) is
// an invalid Error.
func ParseDay(s string) (Day, error) {
	y, m, d, ok := splitDate(s)
	if !ok || m == 0 || d == 0 {
		return 0, Invalid("日期 %s 应写作 YYYY-MM-DD (date must be YYYY-MM-DD)", Quote(s))
	}
	return civil(s, y, m, d)
}

func civil(s string, y, m, d int) (Day, error) {
	if y < 1 || m < 1 || m > 12 || d < 1 || d > DaysIn(y, time.Month(m)) {
		return 0, Invalid("日历上没有 %s 这一天 (no such day)", Quote(s))
	}
	return Date(y, time.Month(m), d), nil
}

// splitDate reads YYYY, YYYY-MM or YYYY-MM-DD; absent parts are 0.
func splitDate(s string) (y, m, d int, ok bool) {
	digits := func(s string) (int, bool) {
		n := 0
		for i := 0; i < len(s); i++ {
			if s[i] < '0' || s[i] > '9' {
				return 0, false
			}
			n = n*10 + int(s[i]-'0')
		}
		return n, true
	}
	var oks [3]bool
	switch {
	case len(s) == 4:
		y, oks[0] = digits(s)
		return y, 0, 0, oks[0]
	case len(s) == 7 && s[4] == '-':
		y, oks[0] = digits(s[:4])
		m, oks[1] = digits(s[5:])
		return y, m, 0, oks[0] && oks[1]
	case len(s) == 10 && s[4] == '-' && s[7] == '-':
		y, oks[0] = digits(s[:4])
		m, oks[1] = digits(s[5:7])
		d, oks[2] = digits(s[8:])
		return y, m, d, oks[0] && oks[1] && oks[2]
	}
	return 0, 0, 0, false
}

// DaysIn is the number of days of a month.
func DaysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}

// Civil returns the year, month and day of the month.
func (d Day) Civil() (year int, month time.Month, day int) {
	return time.Unix(int64(d-unixDay)*86400, 0).UTC().Date()
}

// Year is the calendar year of d.
func (d Day) Year() int { y, _, _ := d.Civil(); return y }

// Weekday is the day of the week; 0001-01-01 was a Monday.
func (d Day) Weekday() time.Weekday { return time.Weekday(d % 7) }

// Weekend reports whether d is a Saturday or a Sunday.
func (d Day) Weekend() bool { w := d.Weekday(); return w == time.Saturday || w == time.Sunday }

// AddMonths returns the corresponding day n months later, or the last day of
// that month where it has no such day (民法典 art 202).
func (d Day) AddMonths(n int) Day {
	y, m, day := d.Civil()
	first := Date(y, m+time.Month(n), 1)
	y, m, _ = first.Civil()
	return first + Day(min(day, DaysIn(y, m))-1)
}

// String writes YYYY-MM-DD, and nothing for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Civil()
	b := [10]byte{byte('0' + y/1000%10), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-',
		byte('0' + int(m)/10), byte('0' + int(m)%10), '-', byte('0' + day/10), byte('0' + day%10)}
	return string(b[:])
}

var weekdayZh = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// Zh writes the day with its weekday for people: 2026-11-23（周一）.
func (d Day) Zh() string { return fmt.Sprintf("%s（周%s）", d, weekdayZh[d.Weekday()]) }

// En writes the day with its weekday for people: 2026-11-23 (Mon).
func (d Day) En() string { return fmt.Sprintf("%s (%s)", d, d.Weekday().String()[:3]) }

// MarshalText writes YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; empty text is no day.
func (d *Day) UnmarshalText(b []byte) (err error) {
	*d = 0
	if len(b) > 0 {
		*d, err = ParseDay(string(b))
	}
	return err
}

func monthOf(d Day) time.Month { _, m, _ := d.Civil(); return m }
