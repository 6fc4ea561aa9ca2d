package privacy

import (
	"bytes"
	"slices"
)

// Found is a piece of text that is personal data, by byte offsets.
type Found struct {
	Kind       Kind
	Start, End int
}

// Find looks through free text for what Recognise knows: identity numbers,
// mobiles, bank cards, plates, e-mail, device and network addresses, each as a
// whole word: digits that continue on either side are another number. Pieces
// come in order and do not overlap. Names and addresses, which no form tells,
// are not found. A number with masked digits (138****5678) is not found.
func Find(text []byte) (found []Found) {
	for i := 0; i < len(text); {
		if !begins(text, i) {
			i++
			continue
		}
		word := wordAt(text[i:])
		if f, ok := longest(text, i, word); ok {
			found = append(found, f)
			i = f.End
			continue
		}
		i += max(runAt(text[i:]), 1)
	}
	return found
}

// begins reports whether a word starts at i: a letter or digit after neither, or
// the province of a plate. After a dot it does only where no digit precedes the
// dot, so that the end of a version or an address is no address.
func begins(text []byte, i int) bool {
	if text[i] >= 0x80 {
		return IsPlate(plateAt(text[i:]))
	}
	if !alphanumeric(text[i]) {
		return false
	}
	if i == 0 {
		return true
	}
	switch prev := text[i-1]; prev {
	case '.', '@', '_', '%':
		return i == 1 || text[i-2] < '0' || text[i-2] > '9'
	default:
		return !alphanumeric(prev)
	}
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// runAt is the length of the letters and digits at the beginning of text.
func runAt(text []byte) int {
	n := 0
	for n < len(text) && alphanumeric(text[n]) {
		n++
	}
	return n
}

func wordByte(c byte) bool {
	return alphanumeric(c) || bytes.IndexByte([]byte(".:@_%+-"), c) >= 0
}

// wordAt is the length of the word at the beginning of text.
func wordAt(text []byte) int {
	n := 0
	for n < len(text) && wordByte(text[n]) {
		n++
	}
	return n
}

// plateAt is what could be a plate at the beginning of text.
func plateAt(text []byte) []byte {
	n := 3
	if n < len(text) && text[n] < 0x80 {
		n++
		n += len("·") * boolInt(bytes.HasPrefix(text[n:], []byte("·")))
		start := n
		for n < len(text) && n-start < 6 && (text[n] >= '0' && text[n] <= '9' || text[n] >= 'A' && text[n] <= 'Z') {
			n++
		}
		for _, end := range []string{"学", "警", "港", "澳", "挂"} {
			if n-start == 4 && bytes.HasPrefix(text[n:], []byte(end)) {
				n += len(end)
			}
		}
		if n < len(text) && (text[n] >= '0' && text[n] <= '9' || text[n] >= 'A' && text[n] <= 'Z') {
			return nil
		}
	}
	return text[:min(n, len(text))]
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// longest finds the longest piece at i that is a kind: a card number written in
// groups, the word itself, the word without the marks at its end, or its first
// run of letters and digits.
func longest(text []byte, i, word int) (Found, bool) {
	if text[i] >= 0x80 {
		return Found{Plate, i, i + len(plateAt(text[i:]))}, true
	}
	var ends []int
	if grouped := groupsAt(text[i:]); grouped > word {
		ends = append(ends, grouped)
	}
	ends = append(ends, word, len(bytes.TrimRight(text[i:i+word], ".:-_%+@")), runAt(text[i:]))
	for _, n := range slices.Compact(ends) {
		if k := Recognise(text[i : i+n]); k != "" && Of(k).Tier != 0 {
			return Found{k, i, i + n}, true
		}
	}
	return Found{}, false
}

// groupsAt is the length of a card number in groups of four at the beginning of
// text.
func groupsAt(text []byte) int {
	n := 0
	for n < len(text) && n < 23 && (text[n] >= '0' && text[n] <= '9' || text[n] == ' ' && n%5 == 4) {
		n++
	}
	return len(bytes.TrimRight(text[:n], " "))
}
