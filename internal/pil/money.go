package pil

import (
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in fen (1 yuan = 100 fen). There is no floating point
// anywhere near it.
type Money int64

// ParseMoney reads yuan such as 2664, 2535.5 or 2,535.50. More than two
// decimals, a sign or anything that is no number is an invalid Error.
func ParseMoney(s string) (Money, error) {
	whole, frac, hasFrac := strings.Cut(strings.ReplaceAll(s, ",", ""), ".")
	bad := func() (Money, error) {
		return 0, Invalid("金额 %s 应为元,至多两位小数 (yuan with at most two decimals)", Quote(s))
	}
	if whole == "" || len(whole) > 15 || len(frac) > 2 || hasFrac && frac == "" {
		return bad()
	}
	fen, err := strconv.ParseUint(whole+frac+strings.Repeat("0", 2-len(frac)), 10, 63)
	if err != nil {
		return bad()
	}
	return Money(fen), nil
}

// String writes yuan with two decimals and thousands separators: 5,199.50.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	yuan := strconv.FormatInt(int64(m/100), 10)
	for i := len(yuan) - 3; i > 0; i -= 3 {
		yuan = yuan[:i] + "," + yuan[i:]
	}
	return fmt.Sprintf("%s%s.%02d", sign, yuan, m%100)
}
