package privacy

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

func TestAssess(t *testing.T) {
	for _, c := range []struct {
		name        string
		counts      Counts
		serious     bool
		verySerious bool
		ratio       string
		names       string // a rule among the reasons
	}{
		{"nothing", Counts{}, false, false, "0.0000", "PIJ5(1)"},
		{"A just below", Counts{A: 49}, false, false, "0.9800", "PIJ5(1)"},
		{"A reached", Counts{A: 50}, true, false, "1.0000", "PIJ5(1)(3)"},
		{"A tenfold", Counts{A: 500}, true, true, "10.0000", "PIJ5(2)(3)"},
		{"B just below", Counts{B: 499}, false, false, "0.9980", "PIJ5(1)"},
		{"B reached", Counts{B: 500}, true, false, "1.0000", "PIJ5(1)(4)"},
		{"C just below", Counts{C: 4999}, false, false, "0.9998", "PIJ5(1)"},
		{"C reached", Counts{C: 5000}, true, false, "1.0000", "PIJ5(1)(5)"},
		{"sum just below", Counts{A: 20, B: 200, C: 999}, false, false, "0.9998", "PIJ5(1)"},
		{"sum reached", Counts{A: 20, B: 200, C: 1000}, true, false, "1.0000", "PIJ5(1)(6)"},
		{"number and gain are not added", Counts{A: 49, Gain: 4999_99}, false, false, "0.9999", "PIJ5(1)"},
		{"gain a fen short is not rounded up", Counts{Gain: 4999_99}, false, false, "0.9999", "PIJ5(1)"},
		{"gain reached", Counts{Gain: 5000_00}, true, false, "1.0000", "PIJ5(1)(7)"},
		{"gain rounds half up", Counts{Gain: 25}, false, false, "0.0001", "PIJ5(1)"},
		{"gain rounds down below half", Counts{Gain: 24}, false, false, "0.0000", "PIJ5(1)"},
		{"tenfold gain a fen short is not rounded up", Counts{Gain: 49999_99}, true, false, "9.9999", "PIJ5(1)(7)"},
		{"tenfold gain", Counts{Gain: 50000_00}, true, true, "10.0000", "PIJ5(2)(3)"},
		{"press: 2,535.50 yuan, insider", Counts{Gain: 2535_50, Insider: true}, true, false, "1.0142", "PIJ5(1)(8)"},
		{"press: 2,535.50 yuan, outsider", Counts{Gain: 2535_50}, false, false, "0.5071", "PIJ5(1)"},
		{"press: 1,000 C, 6,400 yuan, insider", Counts{C: 1000, Gain: 6400_00, Insider: true}, true, false, "2.5600", "PIJ5(1)(8)"},
		{"insider a fen short", Counts{Gain: 2499_99, Insider: true}, false, false, "0.9999", "PIJ5(1)"},
		{"insider tenfold a fen short", Counts{Gain: 24999_99, Insider: true}, true, false, "9.9999", "PIJ5(1)(8)"},
		{"insider A", Counts{A: 25, Insider: true}, true, false, "1.0000", "PIJ5(1)(8)"},
		{"insider A below", Counts{A: 24, B: 9, C: 9, Insider: true}, false, false, "0.9996", "PIJ5(1)"},
		{"largest", Counts{A: MaxCount, B: MaxCount, C: MaxCount, Gain: math.MaxInt64, Insider: true}, true, true, "44400000000000.0000", "PIJ5(2)(3)"},
		{"largest gain", Counts{Gain: math.MaxInt64}, true, true, "18446744073709.5516", "PIJ5(2)(3)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := assess(t, c.counts)
			if s.Serious != c.serious || s.VerySerious != c.verySerious || s.Ratio.String() != c.ratio {
				t.Errorf("got serious %t, very serious %t, ratio %s; want %t, %t, %s",
					s.Serious, s.VerySerious, s.Ratio, c.serious, c.verySerious, c.ratio)
			}
			named := false
			for _, r := range s.Reasons {
				named = named || r.Rule == c.names
			}
			if !named {
				t.Errorf("no reason names %s", c.names)
			}
		})
	}
}

func TestAssessRefuses(t *testing.T) {
	for _, c := range []Counts{
		{A: -1}, {B: -1}, {C: -1}, {Gain: -1}, {A: math.MinInt64}, {Gain: math.MinInt64},
		{A: MaxCount + 1}, {B: MaxCount + 1}, {C: MaxCount + 1}, {A: math.MaxInt64}, {C: math.MaxInt64, Insider: true},
	} {
		s, err := Assess(c)
		var e *pil.Error
		if !errors.As(err, &e) || e.Code != pil.CodeInvalid {
			t.Errorf("%+v: got %v, want an invalid error", c, err)
		}
		if diff := cmp.Diff(Severity{}, s); diff != "" {
			t.Errorf("%+v: answers in spite of the error: %s", c, diff)
		}
	}
}

func TestRatioIsAJSONNumber(t *testing.T) {
	out, err := json.Marshal(assess(t, Counts{Gain: 2535_50, Insider: true}))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"serious":true,"very_serious":false,"ratio":1.0142,"reasons":[{"rule":"PIJ5(1)(3)",`; !strings.HasPrefix(string(out), want) {
		t.Errorf("got %s\nwant %s…", out, want)
	}
	var back Severity
	if err := json.Unmarshal(out, &back); err != nil || back.Ratio != 10142 {
		t.Errorf("reads back as %v, %v", back.Ratio, err)
	}
	for _, bad := range []string{`1`, `1.5`, `-1.0000`, `"1.0000"`, `1.00000`} {
		if json.Unmarshal([]byte(`{"ratio":`+bad+`}`), &back) == nil {
			t.Errorf("ratio %s is read", bad)
		}
	}
}

// The decision, the ratio and its rounding agree with exact fractions.
func TestExactAgainstFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := counts(t)
		s := assess(t, c)

		number := new(big.Int).Add(new(big.Int).Mul(big.NewInt(100), big.NewInt(c.A)), new(big.Int).Mul(big.NewInt(10), big.NewInt(c.B)))
		number.Add(number, big.NewInt(c.C))
		exact := new(big.Rat).SetFrac(number, big.NewInt(5000))
		if g := big.NewRat(int64(c.Gain), 5000_00); g.Cmp(exact) > 0 {
			exact = g
		}
		if c.Insider {
			exact.Mul(exact, big.NewRat(2, 1))
		}
		serious, very := exact.Cmp(big.NewRat(1, 1)) >= 0, exact.Cmp(big.NewRat(10, 1)) >= 0
		if s.Serious != serious || s.VerySerious != very {
			t.Fatalf("%+v: got %t, %t; exactly %s", c, s.Serious, s.VerySerious, exact.FloatString(6))
		}
		if (s.Ratio >= one) != serious || (s.Ratio >= 10*one) != very {
			t.Fatalf("%+v: ratio %s contradicts %t, %t", c, s.Ratio, serious, very)
		}
		off := new(big.Rat).Sub(exact, big.NewRat(int64(s.Ratio), int64(one)))
		if off.Abs(off).Cmp(big.NewRat(1, 10_000)) >= 0 {
			t.Fatalf("%+v: ratio %s is off from %s", c, s.Ratio, exact.FloatString(8))
		}
		held := s.Ratio == one-1 || s.Ratio == 10*one-1
		if rounded := exact.FloatString(4); s.Ratio.String() != rounded && !held {
			t.Fatalf("%+v: ratio %s, rounded half up %s", c, s.Ratio, rounded)
		}
	})
}

func TestMoreIsNeverMilder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		less := counts(t)
		more := less
		switch step := rapid.Int64Range(1, 6000).Draw(t, "step"); rapid.SampledFrom([]string{"A", "B", "C", "gain", "insider"}).Draw(t, "argument") {
		case "A":
			more.A = min(more.A+step, MaxCount)
		case "B":
			more.B = min(more.B+step, MaxCount)
		case "C":
			more.C = min(more.C+step, MaxCount)
		case "gain":
			more.Gain += min(pil.Money(step), math.MaxInt64-more.Gain)
		case "insider":
			more.Insider = true
		}
		a, b := assess(t, less), assess(t, more)
		if a.Ratio > b.Ratio || a.Serious && !b.Serious || a.VerySerious && !b.VerySerious {
			t.Fatalf("%+v gives %s, the heavier %+v gives %s", less, a.Ratio, more, b.Ratio)
		}
	})
}

// Around each standard, one record or fen decides.
func TestBoundaries(t *testing.T) {
	for _, insider := range []bool{false, true} {
		part := int64(1)
		if insider {
			part = 2
		}
		for name, with := range map[string]struct {
			limit int64
			make  func(n int64) Counts
		}{
			"A":    {50 / part, func(n int64) Counts { return Counts{A: n} }},
			"B":    {500 / part, func(n int64) Counts { return Counts{B: n} }},
			"C":    {5000 / part, func(n int64) Counts { return Counts{C: n} }},
			"gain": {5000_00 / part, func(n int64) Counts { return Counts{Gain: pil.Money(n)} }},
		} {
			for off := int64(-1); off <= 1; off++ {
				for _, times := range []int64{1, 10} {
					c := with.make(times*with.limit + off)
					c.Insider = insider
					s := assess(t, c)
					got := s.Serious
					if times == 10 {
						got = s.VerySerious
					}
					if got != (off >= 0) {
						t.Errorf("%s, insider %t, %d times the standard %+d: got %t", name, insider, times, off, got)
					}
				}
			}
		}
	}
}

func TestInsiderCountsDouble(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		half := counts(t)
		half.A, half.B, half.C, half.Gain, half.Insider = half.A/2, half.B/2, half.C/2, half.Gain/2, true
		double := Counts{A: 2 * half.A, B: 2 * half.B, C: 2 * half.C, Gain: 2 * half.Gain}
		same(t, half, double)
	})
}

func TestClassesAreEquivalent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := counts(t)
		c.A, c.B = c.A/1000, c.B/1000
		insteadOfA, insteadOfB := c, c
		insteadOfA.A, insteadOfA.B = 0, c.B+10*c.A
		insteadOfB.B, insteadOfB.C = 0, min(c.C, MaxCount/2)+10*c.B
		c.C = min(c.C, MaxCount/2)
		insteadOfA.C = c.C
		same(t, c, insteadOfA)
		same(t, c, insteadOfB)
	})
}

func same(t *rapid.T, a, b Counts) {
	t.Helper()
	x, y := assess(t, a), assess(t, b)
	if x.Ratio != y.Ratio || x.Serious != y.Serious || x.VerySerious != y.VerySerious {
		t.Fatalf("%+v gives %s, %+v gives %s", a, x.Ratio, b, y.Ratio)
	}
}

// The reasons as a person reads them; a change of wording is a change of this
// file.
func TestReasonsGolden(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct {
		title  string
		counts Counts
	}{
		{"nothing", Counts{}},
		{"insider, 2,535.50 yuan", Counts{Gain: 2535_50, Insider: true}},
		{"outsider, 2,535.50 yuan", Counts{Gain: 2535_50}},
		{"insider, 1,000 C, 6,400 yuan", Counts{C: 1000, Gain: 6400_00, Insider: true}},
		{"proportional sum", Counts{A: 20, B: 200, C: 1000}},
		{"A alone tenfold, and gain", Counts{A: 500, C: 12, Gain: 8000_00}},
		{"insider, sum one short", Counts{A: 24, B: 9, C: 9, Insider: true}},
		{"insider, sum", Counts{A: 24, B: 10, Insider: true}},
	} {
		s := assess(t, c.counts)
		fmt.Fprintf(&b, "## %s\n%+v\nserious %t · very serious %t · ratio %s\n\n", c.title, c.counts, s.Serious, s.VerySerious, s.Ratio)
		for _, r := range s.Reasons {
			fmt.Fprintf(&b, "%-10s  %s\n", r.Rule, r.Text)
		}
		b.WriteString("\n")
	}
	golden.Check(t, "reasons.txt", b.String())
}

func BenchmarkAssess(b *testing.B) {
	for b.Loop() {
		if _, err := Assess(Counts{A: 20, B: 200, C: 1000, Gain: 2535_50}); err != nil {
			b.Fatal(err)
		}
	}
}

// counts draws numbers near the standards, near the limits and in between.
func counts(t *rapid.T) Counts {
	near := func(name string, limit, most int64) int64 {
		return rapid.OneOf(
			rapid.Int64Range(0, 2*limit),
			rapid.Int64Range(10*limit-2, 10*limit+2),
			rapid.Int64Range(0, most),
			rapid.Int64Range(most-2, most),
		).Draw(t, name)
	}
	return Counts{
		A:       near("A", limitA, MaxCount),
		B:       near("B", limitB, MaxCount),
		C:       near("C", limitC, MaxCount),
		Gain:    pil.Money(near("gain", int64(limitGain), math.MaxInt64)),
		Insider: rapid.Bool().Draw(t, "insider"),
	}
}

func assess(t interface {
	Helper()
	Fatalf(string, ...any)
}, c Counts) Severity {
	t.Helper()
	s, err := Assess(c)
	if err != nil {
		t.Fatalf("assess %+v: %v", c, err)
	}
	return s
}
