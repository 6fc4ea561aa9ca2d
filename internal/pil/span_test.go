package pil

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseSpan(t *testing.T) {
	between := func(a, b string) Span { return Between(day(t, a), day(t, b)) }
	for _, c := range []struct {
		in      string
		want    Span
		printed string
	}{
		{"", Span{}, ""},
		{"  ", Span{}, ""},
		{"2021-07-21", On(day(t, "2021-07-21")), "2021-07-21"},
		{" 2021-07-21 ", On(day(t, "2021-07-21")), "2021-07-21"},
		{"2021-07", between("2021-07-01", "2021-07-31"), "2021-07-01..2021-07-31"},
		{"2024-02", between("2024-02-01", "2024-02-29"), "2024-02-01..2024-02-29"},
		{"2023-02", between("2023-02-01", "2023-02-28"), "2023-02-01..2023-02-28"},
		{"2021", between("2021-01-01", "2021-12-31"), "2021-01-01..2021-12-31"},
		{"9999", between("9999-01-01", "9999-12-31"), "9999-01-01..9999-12-31"},
		{"0001", between("0001-01-01", "0001-12-31"), "0001-01-01..0001-12-31"},
		{"2021-08-01..2021-08-31", between("2021-08-01", "2021-08-31"), "2021-08-01..2021-08-31"},
		{"2021-08 .. 2021-09", between("2021-08-01", "2021-09-30"), "2021-08-01..2021-09-30"},
		{"2020..2021-02", between("2020-01-01", "2021-02-28"), "2020-01-01..2021-02-28"},
		{"2021-12-30..2021", between("2021-12-30", "2021-12-31"), "2021-12-30..2021-12-31"},
		{"2021-08-01..2021-08-01", On(day(t, "2021-08-01")), "2021-08-01"},
		{"XXXX-07-21", Span{Month: 7, Dom: 21}, "XXXX-07-21"},
		{"XXXX-02-29", Span{Month: 2, Dom: 29}, "XXXX-02-29"}, // the year may be a leap year
		{"XXXX-12", Span{Month: 12}, "XXXX-12"},
		{"XXXX-05-14..XXXX-05-27", Span{Month: 5, Dom: 14}, "XXXX-05-14"}, // a year-less range is told by its beginning
	} {
		got, err := ParseSpan(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.in, diff)
		}
		if got.String() != c.printed {
			t.Errorf("%q is written %q, want %q", c.in, got, c.printed)
		}
	}
}

func TestParseSpanRefuses(t *testing.T) {
	for _, s := range []string{
		"2021-02-29", "2021-13", "2021-00", "2021-00-01", "2021-01-00", "0000", "0000-01", "0000-01-01",
		"XXXX", "XXXX-", "XXXX-00", "XXXX-13", "XXXX-02-30", "XXXX-02-00", "XXXX-04-31", "XXXX-0102", "xxxx-01-01", "XXX1-01-01",
		"..", "2021..", "..2021", "2021-05..2021-03", "2021..2020", "2021-01-02..2021-01-01", "XXXX-01-01..2021-01-02", "2021..XXXX-12",
		"2021..2022..2023", "2021-01-01...2021-02-01", "2021年7月", "21-07-01", "2021-7-1", "2021/07", "昨天", "２０２１", "2021-01-01\x00",
	} {
		if got, err := ParseSpan(s); CodeOf(err) != CodeInvalid || got != (Span{}) {
			t.Errorf("%q is read as %+v, %v", s, got, err)
		}
	}
}

// window draws spans so near each other that every answer comes up. Now and
// then a side is open.
var window = rapid.Custom(func(t *rapid.T) Span {
	from := rapid.Int32Range(100, 106).Draw(t, "from")
	s := Between(Day(from), Day(from+rapid.Int32Range(0, 4).Draw(t, "length")))
	switch rapid.IntRange(0, 7).Draw(t, "open") {
	case 0:
		s.From = 0
	case 1:
		s.To = 0
	case 2:
		s = Span{Month: 7, Dom: 21}
	}
	return s
})

// days lists what a span may mean. An open side reaches past everything the
// tests draw, by more days than one, so that no answer hangs on where it stops.
func days(s Span) (all []Day) {
	from, to := s.From, s.To
	if from == 0 {
		from = 90
	}
	if to == 0 {
		to = 120
	}
	for d := from; d <= to; d++ {
		all = append(all, d)
	}
	return all
}

// judge is the meaning of three-valued logic: yes where it holds for all the
// days meant, no where it holds for none.
func judge(holds func(yield func(bool))) Tri {
	var yes, no bool
	holds(func(b bool) { yes, no = yes || b, no || !b })
	switch {
	case yes && no:
		return Unknown
	case yes:
		return Yes
	}
	return No
}

func TestSpanAnswersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, o := window.Draw(t, "s"), window.Draw(t, "o")
		d := Day(rapid.Int32Range(98, 112).Draw(t, "d"))
		want := judge(func(yield func(bool)) {
			for _, a := range days(s) {
				for _, b := range days(o) {
					yield(a < b)
				}
			}
		})
		if got := s.Before(o); got != want {
			t.Errorf("%v before %v: %s, want %s", s, o, got, want)
		}
		want = judge(func(yield func(bool)) {
			for _, a := range days(s) {
				yield(a <= d)
			}
		})
		if got := s.NotAfter(d); got != want {
			t.Errorf("%v not after %d: %s, want %s", s, d, got, want)
		}
	})
}

func TestNotAfterNoDay(t *testing.T) {
	if got := On(5).NotAfter(0); got != Unknown {
		t.Errorf("not after no day: %s, want unknown", got)
	}
}

// What a clipped span means is what both meant; where that is nothing, Clip
// says so and leaves the span alone.
func TestClip(t *testing.T) {
	bound := rapid.Custom(func(t *rapid.T) Day {
		if rapid.Bool().Draw(t, "open") {
			return 0
		}
		return Day(rapid.Int32Range(98, 114).Draw(t, "bound"))
	})
	rapid.Check(t, func(t *rapid.T) {
		s := window.Draw(t, "s")
		a := bound.Draw(t, "a")
		b := bound.Draw(t, "b")
		if a != 0 && b != 0 && a > b {
			a, b = b, a
		}
		var want []Day
		for _, d := range days(s) {
			if (a == 0 || d >= a) && (b == 0 || d <= b) {
				want = append(want, d)
			}
		}
		got, ok := s.Clip(a, b)
		switch {
		case ok != (len(want) > 0):
			t.Errorf("%+v clipped to %d..%d: ok is %t", s, a, b, ok)
		case !ok && got != s:
			t.Errorf("%+v clipped to nothing became %+v", s, got)
		case ok && !slices.Equal(days(got), want):
			t.Errorf("%+v clipped to %d..%d is %+v", s, a, b, got)
		}
	})
}

func TestSpanKnownPrecise(t *testing.T) {
	for _, c := range []struct {
		s              Span
		known, precise bool
	}{
		{Span{}, false, false},
		{On(7), true, true},
		{Between(7, 8), true, false},
		{Span{From: 7}, false, false},
		{Span{To: 7}, false, false},
		{Span{Month: 7, Dom: 21}, false, false},
	} {
		if c.s.Known() != c.known || c.s.Precise() != c.precise {
			t.Errorf("%+v: known %t, precise %t", c.s, c.s.Known(), c.s.Precise())
		}
	}
}

// Tri has no Parse; its words stand in golden files and answers to the outside.
func TestTriWords(t *testing.T) {
	var words []string
	for tri := Unknown; tri <= Yes; tri++ {
		words = append(words, tri.String())
	}
	if got := strings.Join(words, " "); got != "unknown no yes" {
		t.Errorf("got %s", got)
	}
	if Unknown != Tri(0) {
		t.Error("the zero answer is not unknown")
	}
}

// FuzzParseSpan: whatever is read is written so that it is read the same again,
// and lies in the order it should.
func FuzzParseSpan(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpan(text)
		if err != nil {
			if CodeOf(err) != CodeInvalid || strings.ContainsAny(err.Error(), "\r\n") || s != (Span{}) {
				t.Fatalf("%q: %+v, %v", text, s, err)
			}
			return
		}
		again, err := ParseSpan(s.String())
		if err != nil || again != s {
			t.Fatalf("%q is read as %+v, written %q, read again as %+v, %v", text, s, s, again, err)
		}
		if s.From > s.To || (s.From == 0) != (s.To == 0) || s.To > MaxDay || s.Month != 0 && s.From != 0 {
			t.Fatalf("%q is read as %+v", text, s)
		}
	})
}
