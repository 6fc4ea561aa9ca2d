package pil

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Money is an amount in fen (1 yuan = 100 fen). There is no floating point
// anywhere near it.
type Money int64

var yuanText = regexp.MustCompile(`^(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d\d?)?$`)

// ParseMoney reads yuan such as 2664, 2535.5 or 2,535.50. More than two
// decimals, a sign, a comma that groups no thousands or anything that is no
// number is an invalid Error.
func ParseMoney(s string) (Money, error) {
	whole, frac, _ := strings.Cut(strings.ReplaceAll(s, ",", ""), ".")
	if !yuanText.MatchString(s) {
		return 0, Invalid("金额 %s 应为元，至多两位小数 (yuan with at most two decimals)", Quote(s))
	}
	fen, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 2-len(frac)), 10, 64)
	return Money(fen), err
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
