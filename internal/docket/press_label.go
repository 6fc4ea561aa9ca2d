package docket

import (
	"iter"
	"slices"
	"strings"

	"shouhu/internal/statute"
)

// group is a run of words that stand together in a label, with the text around
// them up to the next separator.
type group struct {
	words []statute.Match
	at    int    // where the text about these words begins
	text  string // the text about these words
	head  string // for the first words of a label, all that stands before them
	label string
}

// before is the text about these words that stands before one of them.
func (g *group) before(m statute.Match) string { return g.label[min(g.at, m.At):m.At] }

// near is the text between one of these words and the one before it.
func (g *group) near(m statute.Match) string {
	from := min(g.at, m.At)
	for _, w := range g.words {
		if w.End <= m.At {
			from = max(from, w.End)
		}
	}
	return g.label[from:m.At]
}

// after is the text about these words that stands after one of them.
func (g *group) after(m statute.Match) string {
	end := max(m.End, min(len(g.label), g.at+len(g.text)))
	return g.label[m.End:end]
}

// groups cuts a label into its groups: at separators, and after what a higher
// office did where the office's own opening or suit follows (经最高检批准起诉).
func (r *reader) groups(label string) iter.Seq[group] {
	words := r.found
	return func(yield func(group) bool) {
		from, at := 0, lastSeparator(label[:words[0].At])
		head := label[:at]
		for k := range words {
			end := len(label)
			if k+1 < len(words) {
				gap := label[words[k].End:words[k+1].At]
				if !separated(gap) && !r.byHigher(words[k], words[k+1]) {
					continue
				}
				end = words[k+1].At
			}
			if !yield(group{words: words[from : k+1], at: at, text: label[at:end], head: head, label: label}) {
				return
			}
			if k+1 < len(words) {
				from, at, head = k+1, words[k].End+lastSeparator(label[words[k].End:words[k+1].At]), ""
			}
		}
	}
}

// lastSeparator is the end of the last separator in a gap, 0 where it has none.
func lastSeparator(gap string) int {
	end := 0
	if gap == "" {
		return end
	}
	for _, s := range separators {
		if k := strings.LastIndex(gap, s); k >= 0 {
			end = max(end, k+len(s))
		}
	}
	return end
}

// byHigher reports whether a word tells of a higher office's act and the next
// one of the office's own opening or suit.
func (r *reader) byHigher(m, next statute.Match) bool {
	s, t := r.stepOf(m), r.stepOf(next)
	return s != nil && t != nil && s.By == "higher-office" && (t.ID == fileStep || t.ID == suitStep)
}

// stepOf is the step a word means in the first track of the case that knows it,
// else in the clue procedure; nil where it is background or another track's.
func (r *reader) stepOf(m statute.Match) *statute.Step {
	if m.Background {
		return nil
	}
	for _, p := range r.tracks {
		if s := m.StepIn(p, r.region); s != nil {
			return s
		}
	}
	return m.StepIn(r.clue, "")
}

// onlyFound reports whether a label tells that something was discovered and
// holds no word of a step (专项监督中发现).
func (r *reader) onlyFound(label string) bool {
	for _, m := range r.found {
		if !m.Background {
			return false
		}
	}
	for _, w := range r.law.Words.Readings["discovered"] {
		if strings.HasSuffix(label, w) {
			return true
		}
	}
	return false
}

// readWord reads an event as if its label were a known word.
func (r *reader) readWord(i int, word string) {
	r.found = r.law.Find(r.found[:0], word)
	if len(r.found) > 0 {
		r.readGroup(i, group{words: r.found[:1:1], text: word, label: word}, false)
	}
}

// Words of the law's own lists that stand for a step the label tells otherwise.
const (
	clueFound      = "发现线索"
	suitBrought    = "提起诉讼"
	saidSilent     = "未回复"
	saidUnchanged  = "未整改"
	noneSued       = "公告期满无人起诉"
	suitSupported  = "支持起诉"
	suitDesignated = "指定管辖"
	suitElsewhere  = "移送审查提起诉讼"
	suitUrged      = "督促起诉"
	notDone        = "背景"
)

var separators = []string{"、", "/", "／", "+", "＋", ",", "，", ";", "；", "并", "和", "与", "及", "后", "→", "—", "同时", "当庭", "暨", "再", "但", "也", "。", " ", "·", "当日", "次日"}

func separated(gap string) bool {
	for _, s := range separators {
		if strings.Contains(gap, s) {
			return true
		}
	}
	return false
}

// readGroup reads one act out of words that stand together; other tells that
// the words before were about other proceedings, and so does the answer.
func (r *reader) readGroup(i int, g group, other bool) bool {
	e := &r.tl.Events[i]
	m := r.instead(&g, r.pick(&g), e.Detail)
	a := pressAct{event: i, label: e.Label, on: e.Date, window: e.Date, detail: e.Detail}
	whole := len(m.Word) == len(strings.TrimSpace(e.Label))
	s := r.stepOf(m)
	others := s == nil || s.By != "agency" && s.By != "other" && m.StepIn(r.clue, "") != s // whose acts other proceedings know too
	switch {
	case m.Background:
		a.background = true
	case others && !whole && r.reads("other-proceedings", g.head+g.text) && !r.reads("incidental", g.text),
		others && other && !r.reads("own", g.text):
		a.background = true
		r.acts = append(r.acts, a)
		return true
	case len(r.acts) > 0 && s != nil && s.ID == announceStep && r.settled(i):
		if n := r.tracks[0].Step(publishStep); n != nil {
			a.step = n
			break
		}
		fallthrough
	default:
		r.place(&a, m)
	}
	r.acts = append(r.acts, a)
	r.readAlso(a)
	return false
}

// readAlso adds the notice that the detail of an opening tells of the same day
// (民事公益诉讼立案并公告).
func (r *reader) readAlso(a pressAct) {
	if a.step == nil || a.step.ID != fileStep || !r.reads("also-announce", a.detail) {
		return
	}
	if s := r.tracks[a.track].Step(announceStep); s != nil {
		a.step = s
		r.acts = append(r.acts, a)
	}
}

// settled reports whether the same event told of mediation or settlement: a
// notice that follows is the court's, of the agreement.
func (r *reader) settled(i int) bool {
	a := &r.acts[len(r.acts)-1]
	return a.event == i && a.step != nil && (a.step.ID == "mediate" || a.step.ID == "settle")
}

// pick chooses the word that says what was done: the last one, unless it is the
// object of the first, what an inspection discovered, or what a reply or a
// judgment says.
func (r *reader) pick(g *group) statute.Match {
	words := g.words
	for k := 0; k+1 < len(words); k++ {
		gap := g.label[words[k].End:words[k+1].At]
		if r.stepOf(words[k]) != nil && (r.reads("discovered", gap) || strings.ContainsAny(gap, ":：")) {
			return words[k]
		}
	}
	last := words[len(words)-1]
	if len(words) > 1 && r.isObject(last) {
		return words[0]
	}
	t := r.stepOf(last)
	if t == nil {
		return last
	}
	for _, m := range words[:len(words)-1] {
		s := r.stepOf(m)
		if s == nil {
			continue
		}
		switch {
		case (s.ID == replyStep || s.ID == lateReplyStep || slices.Contains(judgments, s.ID)) && slices.Contains(told, t.ID),
			slices.Contains(judgments, s.ID) && last.Word == "履行",
			s.ID == hearingStep && (t.ID == followUpStep || t.ID == "verify"),
			(s.ID == withdrawStep || slices.Contains(judgments, s.ID)) && t.ID == terminateStep:
			return m
		}
	}
	return last
}

// judgments are the steps that end a suit with words of their own; told are the
// steps that these or a reply may speak of.
var judgments = []string{"judge", "second", "retry-judge", "mediate", "settle"}

var told = []string{"rectify", "restore", "pay", "apologise", "verify", notRectifiedStep}

// instead is the word for what a label really tells: the suit of another, a suit
// nobody brought, rectification or a reply that did not come.
func (r *reader) instead(g *group, m statute.Match, detail string) statute.Match {
	s := r.stepOf(m)
	if s == nil {
		return m
	}
	before, near, word := g.before(m), g.near(m), ""
	switch s.ID {
	case suitStep:
		switch {
		case before == "" || r.reads("consent", before):
		case r.reads("suit-none", near) || r.negated(near):
			word = noneSued
		case r.reads("suit-urged", near):
			word = suitUrged
		case r.reads("suit-supported", before):
			word = suitSupported
		case r.reads("suit-designated", before):
			word = suitDesignated
		case r.reads("suit-elsewhere", before):
			word = suitElsewhere
		}
	case "other-plaintiff":
		switch {
		case r.reads("suit-supported", near):
			word = suitSupported
		case r.reads("suit-urged", near):
			word = suitUrged
		}
	case "rectify", "verify":
		if r.negated(near) || r.reads("not-rectified", g.after(m)) {
			word = saidUnchanged
		}
	case replyStep:
		if r.negated(near) {
			word = saidSilent
		}
	default:
		if (s.By == "court" || s.By == "party") && r.reads("negation", lastRunes(near, 2)) {
			word = notDone
		}
	}
	if strings.HasPrefix(s.ID, "record-") && strings.HasSuffix(m.Word, recorded) && !strings.Contains(m.Word, "书") {
		word = r.recorded(g.text, detail)
	}
	if word == "" {
		return m
	}
	if found := r.law.Find(nil, word); len(found) == 1 && (r.stepOf(found[0]) != nil || found[0].Background) {
		return found[0]
	}
	return m
}

// recorded is the word for what was recorded with the higher office, as the
// label or else the detail says; empty where neither does.
func (r *reader) recorded(label, detail string) string {
	for _, text := range []string{label, detail} {
		for _, p := range recordings {
			if strings.Contains(text, p[0]) {
				return p[1]
			}
		}
	}
	return ""
}

// recorded ends every word for recording a paper with the higher office;
// recordings tell by the paper which word is meant.
const recorded = "备案"

var recordings = [][2]string{
	{"中止", "中止审查备案"}, {"线索", "线索备案"}, {"起诉书", "起诉书备案"}, {"建议", "检察建议备案"},
	{"判决", "判决备案"}, {"裁判", "判决备案"}, {"裁定", "裁定备案"}, {"起诉", "起诉书备案"}, {"立案", notDone},
}

// negated reports whether a text ends in a negation, a few characters apart.
func (r *reader) negated(before string) bool {
	for _, w := range r.law.Words.Readings["no-negation"] {
		before = strings.ReplaceAll(before, w, "")
	}
	if r.reads("negation-far", before) {
		return true
	}
	return r.reads("negation", lastRunes(before, 4))
}

// lastRunes are the last n characters of a text.
func lastRunes(text string, n int) string {
	runes := []rune(text)
	return string(runes[max(0, len(runes)-n):])
}

// isObject reports whether the word names a paper that other verbs act on.
func (r *reader) isObject(m statute.Match) bool {
	return slices.Contains(r.law.Words.Readings["objects"], m.Word)
}
