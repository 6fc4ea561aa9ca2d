package privacy

import (
	"fmt"
	"strconv"
	"strings"

	"shouhu/internal/pil"
)

// The standards of PIJ5(1)(3)–(5) in 条 and of PIJ5(1)(7) in fen. Every one of
// them can be halved without a remainder (PIJ5(1)(8)).
const (
	limitA    = 50
	limitB    = 500
	limitC    = 5000
	limitGain = pil.Money(5000_00)
)

// One record of A weighs as much towards the proportional sum of PIJ5(1)(6) as
// weightA records of C, one of B as much as weightB.
const (
	weightA = limitC / limitA
	weightB = limitC / limitB
)

// tenfold is how many times a standard makes 情节特别严重 (PIJ5(2)(3)).
const tenfold = 10

// MaxCount is the largest count of one class that Assess takes: 10¹⁵ 条. More
// is a slip of the keyboard, and below it no sum here can overflow.
const MaxCount = 1_000_000_000_000_000

// Counts is what was obtained, sold or provided, duplicates removed (PIJ11).
type Counts struct {
	A       int64     // 行踪轨迹、通信内容、征信、财产: 0–MaxCount 条, PIJ5(1)(3)
	B       int64     // 住宿、通信记录、健康生理、交易 …: 0–MaxCount 条, PIJ5(1)(4)
	C       int64     // all others: 0–MaxCount 条, PIJ5(1)(5)
	Gain    pil.Money // 违法所得, 0 or more fen, PIJ5(1)(7)
	Insider bool      // sold or provided what was got in duty or service, PIJ5(1)(8)
}

// Severity is what the counts alone say; the grounds that no count can show
// are left to a person and named in Reasons.
type Severity struct {
	Serious     bool     `json:"serious"`      // 情节严重, PIJ5(1)(3)–(8)
	VerySerious bool     `json:"very_serious"` // 情节特别严重, PIJ5(2)(3)
	Ratio       Ratio    `json:"ratio"`        // the larger of number and gain over its standard
	Reasons     []Reason `json:"reasons"`
}

// Reason says for one rule what was found, Chinese first.
type Reason struct {
	Rule string `json:"rule"` // PIJ5(1)(3)
	Text string `json:"text"`
}

// Ratio is how many times a standard is reached, in ten-thousandths.
type Ratio int64

// String writes the ratio with four decimals: 1.0142.
func (r Ratio) String() string { return fmt.Sprintf("%d.%04d", r/one, r%one) }

// MarshalJSON writes the ratio as a JSON number with four decimals.
func (r Ratio) MarshalJSON() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Ratio) UnmarshalJSON(text []byte) error {
	whole, decimals, ok := strings.Cut(string(text), ".")
	n, err := strconv.ParseInt(whole+decimals, 10, 64)
	if err != nil || !ok || len(decimals) != 4 || n < 0 {
		return pil.Invalid("比值应为四位小数 (a ratio has four decimals)")
	}
	*r = Ratio(n)
	return nil
}

// one is the Ratio of a standard just reached.
const one Ratio = 10_000

// Assess measures the counts against PIJ5. Serious and VerySerious are decided
// on the integers themselves. Ratio is rounded half up, but what lies below 1
// or 10 is never rounded up to it: 4,999.99 yuan of gain is 0.9999. So Ratio is
// at least 1 exactly where Serious is true, and at least 10 exactly where
// VerySerious is. A negative number or a count above MaxCount is an invalid
// Error.
func Assess(c Counts) (Severity, error) {
	if err := c.check(); err != nil {
		return Severity{}, err
	}
	m := measure(c)
	s := Severity{
		Serious:     m.sum >= m.limitSum || c.Gain >= m.limitGain,
		VerySerious: m.sum >= tenfold*m.limitSum || c.Gain >= tenfold*m.limitGain,
		Ratio:       max(m.sumRatio(), m.gainRatio()),
	}
	s.Reasons = m.reasons(s)
	return s, nil
}

func (c Counts) check() error {
	for _, n := range []struct {
		class string
		count int64
	}{{"A", c.A}, {"B", c.B}, {"C", c.C}} {
		if n.count < 0 {
			return pil.Invalid("%s类信息条数 %d 不能为负 (a count cannot be negative)", n.class, n.count)
		}
		if n.count > MaxCount {
			return pil.Invalid("%s类信息条数 %d 过大，至多 %d (count too large)", n.class, n.count, int64(MaxCount))
		}
	}
	if c.Gain < 0 {
		return pil.Invalid("违法所得 %s 元不能为负 (gain cannot be negative)", c.Gain)
	}
	return nil
}

// measured holds the counts beside the standards that apply to them: those of
// PIJ5(1)(3)–(7), or half of them for an insider.
type measured struct {
	Counts
	limitA, limitB, limitC int64
	sum, limitSum          int64 // in 条 of class C
	limitGain              pil.Money
}

func measure(c Counts) measured {
	part := int64(1)
	if c.Insider {
		part = 2
	}
	return measured{
		Counts: c,
		limitA: limitA / part, limitB: limitB / part, limitC: limitC / part,
		sum: weightA*c.A + weightB*c.B + c.C, limitSum: limitC / part,
		limitGain: limitGain / pil.Money(part),
	}
}

// sumRatio is exact: 1/10,000 of the standard is half a record, or a quarter.
func (m measured) sumRatio() Ratio { return Ratio(m.sum) * (one / Ratio(m.limitSum)) }

// gainRatio is rounded half up and held below a standard that is not reached.
func (m measured) gainRatio() Ratio {
	step := m.limitGain / pil.Money(one) // fen in 1/10,000 of the standard
	r := Ratio(m.Gain / step)
	if 2*(m.Gain%step) >= step {
		r++
	}
	switch {
	case m.Gain < m.limitGain:
		return min(r, one-1)
	case m.Gain < tenfold*m.limitGain:
		return min(r, tenfold*one-1)
	}
	return r
}
