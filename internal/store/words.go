package store

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folded is a text as search compares it: NFKC, lower case, letters and digits
// in runs parted by one blank. from and to hold for each character the bytes of
// the text that it stands for.
type folded struct {
	text     []rune
	from, to []int
}

func fold(s string) (f folded) {
	var it norm.Iter
	for it.InitString(norm.NFKC, s); !it.Done(); {
		from := it.Pos()
		part := it.Next()
		to := it.Pos()
		for _, r := range string(part) {
			switch {
			case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
				continue // seen by nobody
			case !unicode.In(r, unicode.L, unicode.N, unicode.M):
				if n := len(f.text); n == 0 || f.text[n-1] == ' ' {
					continue
				}
				r = ' '
			}
			f.text = append(f.text, unicode.ToLower(r))
			f.from, f.to = append(f.from, from), append(f.to, to)
		}
	}
	return f
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// longToken is the most characters of a word that count, and manyTokens the most
// tokens of one matter: PostgreSQL keeps a megabyte of them.
const (
	longToken  = 64
	manyTokens = 60_000
)

// tokens calls add with what a folded text is found by: of Chinese each pair of
// characters, and each character where single is set; of other text each word.
// A stretch of one character is a token of its own.
func tokens(text []rune, single bool, add func(string)) {
	for len(text) > 0 {
		n := 1
		switch {
		case text[0] == ' ':
		case han(text[0]):
			for n < len(text) && han(text[n]) {
				n++
			}
			for i := range n {
				if single || n == 1 {
					add(string(text[i]))
				}
				if i+1 < n {
					add(string(text[i : i+2]))
				}
			}
		default:
			for n < len(text) && text[n] != ' ' && !han(text[n]) {
				n++
			}
			add(string(text[:min(n, longToken)]))
		}
		text = text[n:]
	}
}

// phrases are the runs of letters and digits in what was asked for. Each has to
// stand in a matter as it is written.
func phrases(words []string) [][]rune {
	var out [][]rune
	for _, w := range words {
		for p := range strings.FieldsSeq(string(fold(w).text)) {
			out = append(out, []rune(p))
		}
	}
	return out
}

// index finds a phrase in a folded text from a place on; -1: it is not there.
func (f *folded) index(phrase []rune, start int) int {
	for i := start; i+len(phrase) <= len(f.text); i++ {
		if slices.Equal(f.text[i:i+len(phrase)], phrase) {
			return i
		}
	}
	return -1
}

// Piece is a piece of a text; Hit where it is what was searched for.
type Piece struct {
	Text string
	Hit  bool
}

// Highlight parts a text into what was searched for and what stands between. Of
// a longer text it keeps about most characters around the first place; with no
// such place it gives nil.
func Highlight(text string, words []string, most int) []Piece {
	f := fold(text)
	hit := make([]bool, len(f.text))
	first := -1
	for _, p := range phrases(words) {
		for i := f.index(p, 0); i >= 0; i = f.index(p, i+1) {
			for k := i; k < i+len(p); k++ {
				hit[k] = true
			}
			if first < 0 || i < first {
				first = i
			}
		}
	}
	if first < 0 {
		return nil
	}
	start, end := 0, len(f.text)
	if end > most {
		start = max(0, min(first-most/4, end-most))
		end = start + most
	}
	var out []Piece
	put := func(s string, hit bool) {
		if s != "" {
			out = append(out, Piece{s, hit})
		}
	}
	at := 0
	if start > 0 {
		at = f.from[start]
		put("…", false)
	}
	for i := start; i < end; {
		k := i + 1
		for k < end && hit[k] == hit[i] {
			k++
		}
		if hit[i] {
			put(text[at:max(at, f.from[i])], false)
			put(text[max(at, f.from[i]):f.to[k-1]], true)
			at = f.to[k-1]
		}
		i = k
	}
	if end < len(f.text) {
		put(text[at:max(at, f.to[end-1])], false)
		put("…", false)
	} else {
		put(text[at:], false)
	}
	return out
}
