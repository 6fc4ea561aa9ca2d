package pil

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// day is a day the test knows to be one.
func day(t testing.TB, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var anyDay = rapid.Custom(func(t *rapid.T) Day { return Day(rapid.Int32Range(1, int32(MaxDay)).Draw(t, "day")) })

// The oracle is package time, which shares no arithmetic with Civil and Weekday
// beyond the epoch.
func TestDayAgreesWithTime(t *testing.T) {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	check := func(t interface{ Errorf(string, ...any) }, d Day) {
		want := first.AddDate(0, 0, int(d)-1)
		if got := d.String(); got != want.Format(time.DateOnly) {
			t.Errorf("day %d is %s, want %s", d, got, want.Format(time.DateOnly))
		}
		if d.Weekday() != want.Weekday() {
			t.Errorf("%s is a %s, want %s", d, d.Weekday(), want.Weekday())
		}
		if d.Weekend() != (want.Weekday() == time.Saturday || want.Weekday() == time.Sunday) {
			t.Errorf("%s: weekend %t", d, d.Weekend())
		}
		if y, m, dom := d.Civil(); Date(y, m, dom) != d || y != d.Year() {
			t.Errorf("%s comes back as %s", d, Date(y, m, dom))
		}
		if back, err := ParseDay(d.String()); err != nil || back != d {
			t.Errorf("%s is read as %s, %v", d, back, err)
		}
	}
	for _, d := range []Day{1, MaxDay, unixDay, day(t, "2000-02-29"), day(t, "1900-02-28"), day(t, "2024-12-31")} {
		check(t, d)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, anyDay.Draw(t, "d")) })
}

func TestDayBounds(t *testing.T) {
	if got := Date(1, time.January, 1); got != 1 {
		t.Errorf("0001-01-01 is day %d, want 1", got)
	}
	if got := Date(9999, time.December, 31); got != MaxDay {
		t.Errorf("9999-12-31 is day %d, want %d", got, MaxDay)
	}
	if got := Date(2024, 14, 0); got.String() != "2025-01-31" {
		t.Errorf("month 14, day 0 of 2024 is %s, want 2025-01-31", got)
	}
	if got := Day(0).String(); got != "" {
		t.Errorf("no day is written %q", got)
	}
}

// The civil day changes at midnight in Beijing, not in Greenwich.
func TestDayOf(t *testing.T) {
	for moment, want := range map[string]string{
		"2024-02-28T15:59:59Z":      "2024-02-28",
		"2024-02-28T16:00:00Z":      "2024-02-29",
		"2024-02-29T23:59:59+08:00": "2024-02-29",
		"2024-12-31T11:30:00-05:00": "2025-01-01",
	} {
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(at); got.String() != want {
			t.Errorf("%s falls on %s, want %s", moment, got, want)
		}
	}
}

func TestParseDayRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "2026-02-31", "2023-02-29", "1900-02-29", "2024-00-10", "2024-01-00", "2024-13-01", "2024-04-31", "0000-01-01",
		" 2024-01-01", "2024-01-01 ", "2024 01 01", "2024/01/01", "2024-1-1", "20240101", "2024-01", "2024", "+024-01-01", "-001-01-01",
		"XXXX-01-01", "２０２４-01-01", "2024-01-01T00:00", "2024-01-0x", "12024-01-01",
	} {
		if d, err := ParseDay(s); CodeOf(err) != CodeInvalid || d != 0 {
			t.Errorf("%q is read as %q, %v", s, d, err)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-25", 2, "2027-01-25"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2023-01-31", 1, "2023-02-28"},
		{"2024-02-29", 1, "2024-03-29"}, // the corresponding day, not the month's last
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2024-02-29", -12, "2023-02-28"},
		{"2023-12-31", 2, "2024-02-29"},
		{"2024-12-31", 2, "2025-02-28"},
		{"2024-12-31", 12, "2025-12-31"},
		{"2024-12-31", -1, "2024-11-30"},
		{"2024-10-31", 0, "2024-10-31"},
		{"2099-12-31", 2, "2100-02-28"}, // 2100 is no leap year
	} {
		if got := day(t, c.from).AddMonths(c.n); got.String() != c.want {
			t.Errorf("%s + %d months is %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

// 民法典 art 202 in words: n months on, the same day of the month or else that
// month's last.
func TestAddMonthsKeepsTheDayOrClamps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(int32(Date(200, 1, 1)), int32(Date(9800, 1, 1))).Draw(t, "d"))
		n := rapid.IntRange(-2000, 2000).Draw(t, "n")
		y, m, dom := d.Civil()
		y2, m2, dom2 := d.AddMonths(n).Civil()
		if got := (y2*12 + int(m2)) - (y*12 + int(m)); got != n {
			t.Fatalf("%s + %d months lands %d months on", d, n, got)
		}
		if dom2 != dom && (dom2 > dom || dom2 != DaysIn(y2, m2)) {
			t.Fatalf("%s + %d months is %s", d, n, d.AddMonths(n))
		}
	})
}

func TestDayForPeople(t *testing.T) {
	d := day(t, "2026-11-23")
	if got, want := d.Zh(), "2026-11-23（周一）"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := d.En(), "2026-11-23 (Mon)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDayInJSON(t *testing.T) {
	type record struct {
		On   Day `json:"on"`
		None Day `json:"none,omitempty"`
	}
	in := record{On: day(t, "2024-02-29")}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"on":"2024-02-29"}` {
		t.Fatalf("written %s, %v", text, err)
	}
	out := record{None: 7} // what was there before goes
	if err := json.Unmarshal([]byte(`{"on":"2024-02-29","none":""}`), &out); err != nil || out != in {
		t.Errorf("read %+v, %v; want %+v", out, err, in)
	}
	if err := json.Unmarshal([]byte(`{"on":"2024-02-30"}`), &out); err == nil {
		t.Error("2024-02-30 was read")
	}
}
