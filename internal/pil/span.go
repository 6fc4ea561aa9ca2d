package pil

import (
	"strings"
)

// Tri is an answer in three-valued logic.
type Tri int8

// The three answers. Unknown is the zero value.
const (
	Unknown Tri = iota
	No
	Yes
)

// String writes unknown, no or yes.
func (t Tri) String() string { return [...]string{"unknown", "no", "yes"}[t] }

// Span is an imprecise date: the day lies somewhere from From to To, both
// included. A precise day has From == To. Where nothing is known both are 0.
// A date whose year is unprinted (XXXX-07-21) keeps month and day and has no
// From and To.
type Span struct {
	From, To   Day
	Month, Dom int8 // of a year-less date; Dom 0 where only the month is printed
}

// On is the span of one precise day.
func On(d Day) Span { return Span{From: d, To: d} }

// Between is the span from one day to another, both included.
func Between(from, to Day) Span { return Span{From: from, To: to} }

// ParseSpan reads a date as newspapers print it: YYYY-MM-DD, YYYY-MM, YYYY, a
// range A..B of these, XXXX-MM-DD and XXXX-MM where the year is unprinted (of a
// range its beginning is kept), or nothing where the date is unknown. A day the calendar does not have, or a
// range that ends before it starts, is an invalid Error.
func ParseSpan(s string) (Span, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Span{}, nil
	}
	if a, b, ok := strings.Cut(s, ".."); ok {
		from, err := parsePart(a)
		if err != nil {
			return Span{}, err
		}
		to, err := parsePart(b)
		if err != nil {
			return Span{}, err
		}
		if from.Month != 0 && to.Month != 0 {
			return from, nil // no year on either end: all that is known is when it began
		}
		if from.From == 0 || to.To == 0 {
			return Span{}, Invalid("日期范围 %s 的两端都要有年份 (both ends of a range need a year)", Quote(s))
		}
		if to.To < from.From {
			return Span{}, Invalid("日期范围 %s 的终点早于起点 (range ends before it starts)", Quote(s))
		}
		return Span{From: from.From, To: to.To}, nil
	}
	return parsePart(s)
}

func parsePart(s string) (Span, error) {
	s = strings.TrimSpace(s)
	year := s
	yearless := strings.HasPrefix(s, "XXXX-")
	if yearless {
		year = "2000" + s[4:] // a leap year: 02-29 may be meant
	}
	y, m, d, ok := splitDate(year)
	if !ok {
		return Span{}, Invalid("日期 %s 应写作 YYYY、YYYY-MM、YYYY-MM-DD、XXXX-MM-DD 或 起..止 (unreadable date)", Quote(s))
	}
	from, err := civil(s, y, max(m, 1), max(d, 1))
	if err != nil || len(s) >= 7 && m == 0 || len(s) == 10 && d == 0 {
		return Span{}, Invalid("日历上没有 %s 这一天 (no such day)", Quote(s))
	}
	switch {
	case yearless:
		return Span{Month: int8(m), Dom: int8(d)}, nil
	case m == 0:
		return Span{From: from, To: Date(y+1, 1, 0)}, nil
	case d == 0:
		return Span{From: from, To: from + Day(DaysIn(from.Year(), monthOf(from))) - 1}, nil
	}
	return On(from), nil
}

// Known reports whether the span is bounded on both sides.
func (s Span) Known() bool { return s.From != 0 && s.To != 0 }

// Precise reports whether the span is one day.
func (s Span) Precise() bool { return s.From != 0 && s.From == s.To }

// Before answers whether s lies strictly before t, whatever days the two mean.
func (s Span) Before(t Span) Tri {
	switch {
	case s.To != 0 && t.From != 0 && s.To < t.From:
		return Yes
	case s.From != 0 && t.To != 0 && s.From >= t.To:
		return No
	}
	return Unknown
}

// NotAfter answers whether s lies on or before the day d.
func (s Span) NotAfter(d Day) Tri {
	switch {
	case d == 0:
		return Unknown
	case s.To != 0 && s.To <= d:
		return Yes
	case s.From != 0 && s.From > d:
		return No
	}
	return Unknown
}

// Clip narrows s to what also lies from a to b (0: no bound on that side). It
// returns false, and s unchanged, where nothing would be left.
func (s Span) Clip(a, b Day) (Span, bool) {
	n := s
	if a != 0 && (n.From == 0 || n.From < a) {
		n.From = a
	}
	if b != 0 && (n.To == 0 || n.To > b) {
		n.To = b
	}
	if n.From != 0 && n.To != 0 && n.From > n.To {
		return s, false
	}
	return n, true
}

// String writes the span as ParseSpan reads it; a month or year that was read
// as such comes back as the range of its days.
func (s Span) String() string {
	switch {
	case s.Month != 0 && s.Dom != 0:
		return "XXXX-" + two(s.Month) + "-" + two(s.Dom)
	case s.Month != 0:
		return "XXXX-" + two(s.Month)
	case s.From == s.To:
		return s.From.String()
	}
	return s.From.String() + ".." + s.To.String()
}

func two(n int8) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
