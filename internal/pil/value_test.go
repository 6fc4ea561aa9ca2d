package pil

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseMoney(t *testing.T) {
	for in, fen := range map[string]Money{
		"0": 0, "0.01": 1, "0.1": 10, "2664": 266400, "2535.5": 253550, "2,535.50": 253550, "5199.50": 519950, "007": 700,
		"1,234,567.89": 123456789, "999999999999999.99": 99999999999999999,
		// 2535.50 × 100 and its like are not exact in floating point.
		"1.15": 115, "64.1": 6410, "4.35": 435,
	} {
		if got, err := ParseMoney(in); err != nil || got != fen {
			t.Errorf("%q is read as %d, %v; want %d", in, got, err, fen)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for _, s := range []string{
		"", ".", "1.", ".5", "1.234", "1.005", "1.000", "-1", "+1", "1e3", "0x10", "1_000", "1 000", " 1", "1 ", "１", "一千", "￥5", "5元", "NaN", "Inf",
		"1.2.3", "1..2", "1.+5", "--1", "9999999999999999", "1.5\n",
	} {
		if got, err := ParseMoney(s); CodeOf(err) != CodeInvalid || got != 0 {
			t.Errorf("%q is read as %s, %v", s, got, err)
		}
	}
}

// A comma that groups no thousands may be meant as a decimal point: read as
// nothing, it would make 2,50 a hundred times as much.
func TestParseMoneyRefusesStrayCommas(t *testing.T) {
	for _, s := range []string{",", ",1", "1,", "2,50", "2664,5", "1,,000", "12,34.50", "1.5,0", "1,0000"} {
		if got, err := ParseMoney(s); CodeOf(err) != CodeInvalid || got != 0 {
			t.Errorf("%q is read as %s, %v", s, got, err)
		}
	}
}

func TestMoneyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Money(rapid.Int64Range(0, 99999999999999999).Draw(t, "fen"))
		written := m.String()
		if got, err := ParseMoney(written); err != nil || got != m {
			t.Fatalf("%d is written %s and read as %d, %v", m, written, got, err)
		}
		plain := fmt.Sprintf("%d.%02d", m/100, m%100)
		if strings.ReplaceAll(written, ",", "") != plain {
			t.Fatalf("%d is written %s, want %s with separators", m, written, plain)
		}
	})
}

func TestMoneyWritten(t *testing.T) {
	for fen, want := range map[Money]string{
		0: "0.00", 5: "0.05", 99900: "999.00", 100000: "1,000.00", 519950: "5,199.50", 123456789: "1,234,567.89", -5: "-0.05", -519950: "-5,199.50",
	} {
		if got := fen.String(); got != want {
			t.Errorf("%d is written %s, want %s", fen, got, want)
		}
	}
}

func TestFindProvince(t *testing.T) {
	for text, want := range map[string]Region{
		"重庆大足、四川资阳":        "50",
		"四川资阳、重庆大足":        "51",
		"江苏省连云港市海州区":       "32",
		"内蒙古自治区巴彦淖尔市":      "15",
		"海州区（江苏）":          "32",
		"Beijing, 南京":      "",
		"":                 "",
		"河\xff南 湖\xff\xff": "",
	} {
		if got := FindProvince(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Every province is found by its own name and by no other's.
func TestProvincesWalk(t *testing.T) {
	var codes []Region
	for _, p := range Provinces {
		codes = append(codes, p.Code)
		if got := FindProvince(p.Zh + "省某市"); got != p.Code {
			t.Errorf("%s: %q, want %q", p.Zh, got, p.Code)
		}
		for _, tail := range []string{"", "01", "0105"} {
			r, err := ParseRegion(string(p.Code) + tail)
			if err != nil || r.ProvinceZh() != p.Zh || !r.Within(p.Code) || !r.Within("") {
				t.Errorf("%s%s: %q, %v, in %s", p.Code, tail, r, err, r.ProvinceZh())
			}
		}
	}
	if len(codes) != 34 || !slices.IsSorted(codes) || len(slices.Compact(codes)) != 34 {
		t.Errorf("want 34 provinces in the order of their codes: %v", codes)
	}
}

func TestParseRegionRefuses(t *testing.T) {
	for _, s := range []string{"", "3", "320", "32010", "3201050", "99", "00", "3a", "江苏", " 32", "３２"} {
		if r, err := ParseRegion(s); CodeOf(err) != CodeInvalid || r != "" {
			t.Errorf("%q is read as %q, %v", s, r, err)
		}
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		r, outer Region
		want     bool
	}{
		{"320105", "32", true}, {"320105", "3201", true}, {"320105", "320105", true}, {"32", "320105", false},
		{"320105", "31", false}, {"32", "", true}, {"", "", true}, {"", "32", false},
	} {
		if got := c.r.Within(c.outer); got != c.want {
			t.Errorf("%q within %q: %t", c.r, c.outer, got)
		}
	}
	if got := Region("").ProvinceZh() + Region("9").ProvinceZh() + Region("990000").ProvinceZh(); got != "" {
		t.Errorf("no province is named %s", got)
	}
}

func TestErrorPlaces(t *testing.T) {
	e := Invalid("坏了 %d", 7)
	for _, c := range []struct {
		err  error
		want string
	}{
		{e, "坏了 7"},
		{At(e, "a.yaml", 3), "a.yaml:3: 坏了 7"},
		{At(e, "a.yaml", 0), "a.yaml: 坏了 7"},
		{At(e, "", 3), "第3行: 坏了 7"},
		{At(At(e, "a.yaml", 3), "b.yaml", 9), "a.yaml:3: 坏了 7"},                     // the first place stays
		{At(At(e, "", 3), "a.yaml", 9), "a.yaml:3: 坏了 7"},                           // a parser knows the line, its caller the file
		{At(errors.New("one\ntwo\tthree"), "a.yaml", 1), "a.yaml:1: one two three"}, // on one line
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if e.File != "" || e.Line != 0 {
		t.Error("At changed the error it was given")
	}
	if At(nil, "a.yaml", 1) != nil {
		t.Error("no error got a place")
	}
	foreign := At(fs.ErrNotExist, "a.yaml", 1)
	if !errors.Is(foreign, fs.ErrNotExist) || CodeOf(foreign) != CodeInvalid {
		t.Errorf("%v has lost what lies beneath", foreign)
	}
}

// A line counts inside its own file only.
func TestErrorPlaceIsNotMixed(t *testing.T) {
	if got := At(At(Invalid("坏了"), "a.yaml", 0), "b.yaml", 9).Error(); got != "a.yaml: 坏了" {
		t.Errorf("got %q: the line of another file", got)
	}
}

func TestCodeOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Code
	}{
		{Invalid("x"), CodeInvalid},
		{NotFound("x"), CodeNotFound},
		{Forbidden("x"), CodeForbidden},
		{&Error{Code: CodeConflict}, CodeConflict},
		{fmt.Errorf("open case: %w", At(Forbidden("x"), "a", 1)), CodeForbidden},
		{errors.New("x"), CodeInternal},
		{nil, CodeInternal},
	} {
		if got := CodeOf(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}

// Front doors walk Codes; one that is left out would be answered as internal.
func TestCodesWalk(t *testing.T) {
	want := []Code{"conflict", "internal", "invalid", "not_found", "forbidden", "unauthenticated", "busy"}
	if diff := cmp.Diff(want, Codes); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"立案":                             `"立案"`,
		"a\nb\t\"c\"":                    `"a\nb\t\"c\""`,
		"\u202eevil\u2028":               `"\u202eevil\u2028"`, // no turning of the line, no second line
		strings.Repeat("案", 40):          `"` + strings.Repeat("案", 40) + `"`,
		strings.Repeat("案", 41):          `"` + strings.Repeat("案", 40) + `"…`,
		strings.Repeat("x", 2<<20):       `"` + strings.Repeat("x", 40) + `"…`,
		strings.Repeat("\U0001F600", 90): `"` + strings.Repeat("\U0001F600", 40) + `"…`,
	} {
		if got := Quote(in); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		got := Quote(string(rapid.SliceOfN(rapid.Byte(), 0, 500).Draw(t, "bytes")))
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\x1b") || utf8.RuneCountInString(got) > 40*10+3 {
			t.Fatalf("%s", got)
		}
	})
}
