package clue

import "shouhu/internal/pil"

// Text is one sentence or name in two languages.
type Text struct{ Zh, En string }

// word is one member of a closed set: as data write it, and as people read it.
type word struct{ id, zh, en string }

// parse finds the member of a closed set that is written s; members count from
// 1. What is none is an invalid Error.
func parse[T ~uint8](what string, words []word, s string) (T, error) {
	for i := 1; i < len(words); i++ {
		if words[i].id == s {
			return T(i), nil
		}
	}
	return 0, pil.Invalid("没有这样的%s：%s (unknown word)", what, pil.Quote(s))
}

// written is a member's word, or an empty one for what is no member.
func written[T ~uint8](words []word, m T) word {
	if int(m) < len(words) {
		return words[m]
	}
	return word{}
}

// all lists the members of a closed set in their order.
func all[T ~uint8](words []word) []T {
	list := make([]T, 0, len(words))
	for i := 1; i < len(words); i++ {
		list = append(list, T(i))
	}
	return list
}

// Problem is what is wrong with one input, for a page to show beside it. It
// never repeats what was typed. Input 0 is the whole row of a sheet.
type Problem struct {
	Input Input
	Text
}

// problems gathers what is wrong.
type problems []Problem

// add notes a problem where it is one.
func (p *problems) add(wrong bool, in Input, zh, en string) {
	if wrong {
		*p = append(*p, Problem{in, Text{zh, en}})
	}
}
