package privacy

import (
	"strings"
	"unicode/utf8"
)

// Mask hides a value of a kind so that a person can still tell two apart on a
// page: 138****5678, 张**. What is short, or of a kind without a rule, keeps its
// first character. The command line and the record never use it: masking is for
// pages and exports.
func Mask(k Kind, value string) string {
	if value == "" {
		return ""
	}
	n := utf8.RuneCountInString(value)
	keep := func(head, tail int) string {
		if n <= head+tail {
			head, tail = min(n/2, 1), 0
		}
		r := []rune(value)
		return string(r[:head]) + strings.Repeat("*", max(n-head-tail, 1)) + string(r[n-tail:])
	}
	switch k {
	case IDNumber:
		return keep(6, 1)
	case Mobile, Phone:
		return keep(3, 4)
	case BankCard:
		return keep(4, 4)
	case Plate:
		return keep(2, 2)
	case Name:
		return keep(1, 0)
	case Email:
		local, domain, ok := strings.Cut(value, "@")
		if !ok || local == "" {
			return keep(1, 0)
		}
		_, size := utf8.DecodeRuneInString(local)
		return local[:size] + "***@" + domain
	case IP:
		if i := strings.LastIndexAny(value, ".:"); i > 0 {
			return value[:i+1] + "*"
		}
	case Address:
		return keep(6, 0)
	}
	if n > 12 {
		return keep(4, 2)
	}
	return keep(1, 0)
}
