package statute

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"shouhu/internal/pil"
)

// Match is one word of the press found in a text: the steps it may mean, one
// for each track that has one, or background.
type Match struct {
	Word       string
	At, End    int // byte offsets
	Background bool
	steps      []trackStep
}

type trackStep struct {
	track *Procedure
	step  *Step
}

// StepIn is the step the word means in a track, or nil. A step of a local rule
// goes before the general one where the region lies in its own.
func (m Match) StepIn(p *Procedure, region pil.Region) *Step {
	var general *Step
	for _, t := range m.steps {
		switch {
		case t.track != p:
		case t.step.Region == "":
			general = t.step
		case region != "" && region.Within(pil.Region(t.step.Region)):
			return t.step
		}
	}
	return general
}

// lexicon finds the words of the press: a trie over runes, longest match first.
type lexicon struct {
	nodes   []node
	root    map[rune]int32
	entries []Match
}

type node struct {
	next  []edge
	entry int32 // index into entries, -1: no word ends here
}

type edge struct {
	r  rune
	to int32
}

func newLexicon(l *Law) *lexicon {
	lex := &lexicon{root: map[rune]int32{}}
	for _, p := range l.Procedures {
		for _, s := range p.Steps {
			for _, w := range s.Words {
				e := &lex.entries[lex.add(w)]
				e.steps = append(e.steps, trackStep{p, s})
			}
		}
	}
	for _, w := range l.Words.Background {
		lex.entries[lex.add(w)].Background = true
	}
	for i := range lex.nodes {
		next := lex.nodes[i].next
		sort.Slice(next, func(a, b int) bool { return next[a].r < next[b].r })
	}
	return lex
}

// add puts a word into the trie and returns its entry.
func (lex *lexicon) add(word string) int32 {
	at := int32(-1)
	for _, r := range word {
		to, ok := lex.step(at, r)
		if !ok {
			to = int32(len(lex.nodes))
			lex.nodes = append(lex.nodes, node{entry: -1})
			if at < 0 {
				lex.root[r] = to
			} else {
				lex.nodes[at].next = append(lex.nodes[at].next, edge{r, to})
			}
		}
		at = to
	}
	if lex.nodes[at].entry < 0 {
		lex.nodes[at].entry = int32(len(lex.entries))
		lex.entries = append(lex.entries, Match{Word: word})
	}
	return lex.nodes[at].entry
}

func (lex *lexicon) step(at int32, r rune) (int32, bool) {
	if at < 0 {
		to, ok := lex.root[r]
		return to, ok
	}
	for _, e := range lex.nodes[at].next {
		if e.r == r {
			return e.to, true
		}
	}
	return 0, false
}

// says is a word by which a text names a track itself.
type says struct {
	word  string
	track *Procedure
}

// newSays lists the words of the readings says-TRACK, the longest first:
// 附带民事公益诉讼 is not 民事公益诉讼.
func newSays(l *Law) []says {
	var list []says
	for _, p := range l.Procedures {
		for _, w := range l.Words.Readings["says-"+p.ID] {
			list = append(list, says{w, p})
		}
	}
	slices.SortStableFunc(list, func(a, b says) int { return cmp.Compare(len(b.word), len(a.word)) })
	return list
}

// TrackSaid is the track a text names itself, or nil.
func (l *Law) TrackSaid(text string) *Procedure {
	for _, s := range l.says {
		if strings.Contains(text, s.word) {
			return s.track
		}
	}
	return nil
}

// Find reads a text from the left and appends to found the longest word that
// starts at each place, not looking inside a word once found.
func (l *Law) Find(found []Match, text string) []Match {
	lex := l.lexicon
	for i := 0; i < len(text); {
		entry, end := int32(-1), 0
		at := int32(-1)
		for j := i; j < len(text); {
			r, n := utf8.DecodeRuneInString(text[j:])
			to, ok := lex.step(at, r)
			if !ok {
				break
			}
			at, j = to, j+n
			if lex.nodes[at].entry >= 0 {
				entry, end = lex.nodes[at].entry, j
			}
		}
		if entry >= 0 {
			m := lex.entries[entry]
			m.At, m.End = i, end
			found = append(found, m)
			i = end
			continue
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return found
}
