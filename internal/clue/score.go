package clue

import (
	"fmt"
	"slices"

	"shouhu/internal/pil"
)

// Candidate is what is compared of a clue.
type Candidate struct {
	Signature Signature
	Region    pil.Region
	Place     string
	Happened  pil.Span
	Received  pil.Day
}

// Candidate is what is compared of the form under the installation's key.
func (f *Form) Candidate(key Key) Candidate {
	return Candidate{Sign(f.What, key), f.Region, f.Place, f.Happened, f.Received}
}

// Score is how likely two clues tell of one matter, in per cent. Place and Time
// are -1 where one of the two does not say.
type Score struct {
	Wording, Place, Time int
	Total                int
	Suggest              bool // show the pair to the officer

	// What Why tells.
	regions  relation
	words    int // how far the words for the place overlap, or -1
	days     int // between the two
	happened bool
	short    bool
}

// relation is how two regions lie.
type relation uint8

const (
	unsaid relation = iota
	equal
	nested
	apart
)

// What a suggestion takes. Measured on the synthetic set of the tests
// (testdata/duplicates.txt): higher loses retold clues, lower brings in clues of
// one street that tell of different things.
const (
	suggestAt     = 55
	minWording    = 25 // below, only place and time are alike
	shortWording  = 50 // of short texts, and the place must agree too
	alikePlace    = 50
	contraryPlace = 30 // below, the words must be nearly the same
	nearlySame    = 80
)

// Judge compares two clues. Wording counts six parts, place two and a half,
// time one and a half; what one of the two does not say is left out. Where the
// places lie apart only nearly the same words are suggested, and short texts,
// which say little, only where the place is alike. Judge(a, b) is Judge(b, a).
func Judge(a, b *Candidate) Score {
	s := Score{Wording: int(a.Signature.Likeness(&b.Signature)*100 + 0.5), Place: -1, Time: -1, words: -1}
	s.judgePlace(a, b)
	s.judgeTime(a, b)
	sum, parts := 60*s.Wording, 60
	if s.Place >= 0 {
		sum, parts = sum+25*s.Place, parts+25
	}
	if s.Time >= 0 {
		sum, parts = sum+15*s.Time, parts+15
	}
	s.Total = sum / parts
	s.short = min(a.Signature.Chars, b.Signature.Chars) < shortText
	switch {
	case s.Total < suggestAt || s.Wording < minWording:
	case s.short:
		s.Suggest = s.Wording >= shortWording && s.Place >= alikePlace
	default:
		s.Suggest = s.Place < 0 || s.Place >= contraryPlace || s.Wording >= nearlySame
	}
	return s
}

func (s *Score) judgePlace(a, b *Candidate) {
	switch {
	case a.Region == "" || b.Region == "":
	case a.Region == b.Region:
		s.regions, s.Place = equal, 100
	case a.Region.Within(b.Region) || b.Region.Within(a.Region):
		s.regions, s.Place = nested, 70
	default:
		s.regions, s.Place = apart, 0
		return
	}
	switch s.words = overlap(a.Place, b.Place); {
	case s.words < 0:
	case s.Place < 0:
		s.Place = s.words
	default:
		s.Place = (25*s.Place + 75*s.words) / 100
	}
}

// judgeTime compares when it happened, and else when it was received: within a
// week is as near as can be, a quarter apart is far.
func (s *Score) judgeTime(a, b *Candidate) {
	x, y := a.Happened, b.Happened
	if s.happened = x.Known() && y.Known(); !s.happened {
		if a.Received == 0 || b.Received == 0 {
			return
		}
		x, y = pil.On(a.Received), pil.On(b.Received)
	}
	s.days = int(max(0, x.From-y.To, y.From-x.To))
	s.Time = min(100, max(0, (90-s.days)*100/(90-7)))
}

// Why says in words what the score rests on.
func (s *Score) Why() (why []Text) {
	say := func(zh, en string, args ...any) {
		why = append(why, Text{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)})
	}
	say("文字约%d%%相同", "wording about %d%% alike", s.Wording)
	switch s.regions {
	case equal:
		say("行政区划相同", "the same region")
	case nested:
		say("行政区划相互包含", "one region contains the other")
	case apart:
		say("行政区划不同", "different regions")
	}
	if s.words >= 0 {
		say("地点文字重合%d%%", "the words for the place overlap by %d%%", s.words)
	}
	switch {
	case s.Time < 0:
	case s.happened:
		say("发生时间相距%d天", "days between what happened: %d", s.days)
	default:
		say("收到日期相距%d天", "days between receipt: %d", s.days)
	}
	if s.short {
		say("文字很短，地点也须相近", "short texts: the place must be alike too")
	}
	return why
}

// overlap is the share of the shorter text's pairs of characters that the other
// has too, in per cent; -1 where a text has none.
func overlap(a, b string) int {
	x, y := pairs(a), pairs(b)
	if len(x) == 0 || len(y) == 0 {
		return -1
	}
	same := 0
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			same, i, j = same+1, i+1, j+1
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return same * 100 / min(len(x), len(y))
}

// pairs are the different pairs of neighbouring characters of a text, sorted.
func pairs(s string) []uint64 {
	letters, _ := plain(s)
	var list []uint64
	last := rune(-1)
	for _, r := range string(letters) {
		if last >= 0 {
			list = append(list, uint64(last)<<32|uint64(r))
		}
		last = r
	}
	slices.Sort(list)
	return slices.Compact(list)
}
