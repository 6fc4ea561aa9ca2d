package docket

import (
	"slices"
	"strings"

	"shouhu/internal/statute"
)

// lineSet are the lines of one track. What is done without naming a respondent
// happens to every line. The base holds what happened before the first respondent
// was named; a line named later starts as a copy of it and lives through what has
// happened to all since.
type lineSet struct {
	base  *Line
	named []*Line
	since []Act
}

func newLineSet(track *statute.Procedure) lineSet { return lineSet{base: NewLine(track, "")} }

// shown are the lines to show: the named ones, or the base while there are none.
func (s *lineSet) shown() []*Line {
	if len(s.named) > 0 {
		return s.named
	}
	return []*Line{s.base}
}

// fresh is what a line against a respondent not named so far would be.
func (s *lineSet) fresh(f *folder, respondent string) *Line {
	ln := s.base.copy(respondent)
	for _, a := range s.since {
		f.apply(ln, a)
	}
	return ln
}

// open finds the line against a respondent, starting one where there is none.
func (s *lineSet) open(f *folder, respondent string) *Line {
	for _, ln := range s.named {
		if ln.Respondent == respondent {
			return ln
		}
	}
	ln := s.fresh(f, respondent)
	s.named = append(s.named, ln)
	return ln
}

// all applies an act that names no respondent.
func (s *lineSet) all(f *folder, a Act) {
	for _, ln := range s.shown() {
		f.apply(ln, a)
	}
	if len(s.named) > 0 {
		s.since = append(s.since, a)
	}
}

// speaksOf reports whether a text names a respondent, with or without the level
// of its area (县环保局, 环保局).
func speaksOf(text, respondent string) bool {
	if strings.Contains(text, respondent) {
		return true
	}
	for _, level := range []string{"省", "市", "县", "区", "州", "旗"} {
		if short, ok := strings.CutPrefix(respondent, level); ok && len(short) > 2*len(level) {
			return strings.Contains(text, short)
		}
	}
	return false
}

// sameName reports whether two names are of one respondent: the same, or one the
// short form of the other (县市监局, 县市场监督管理局; 镇政府, 栽麻镇人民政府).
func sameName(a, b string) bool {
	if a == b {
		return true
	}
	long, short := []rune(a), []rune(b)
	if len(long) < len(short) {
		long, short = short, long
	}
	if len(short) < 3 || long[len(long)-1] != short[len(short)-1] {
		return false
	}
	k := 0
	for _, c := range long {
		switch {
		case k < len(short) && c == short[k]:
			k++
		case strings.ContainsRune("省市州县区旗镇乡村街分", c):
			return false // 市公安局 is not 市某区公安局
		}
	}
	return k == len(short)
}

// called is the name of the line a press text speaks of by a short form, or the
// name itself.
func (s *lineSet) called(name string) string {
	for _, ln := range s.named {
		if sameName(ln.Respondent, name) {
			return ln.Respondent
		}
	}
	return name
}

// spokenOf are the named lines a text names.
func (s *lineSet) spokenOf(text string) []*Line {
	var some []*Line
	for _, ln := range s.named {
		if speaksOf(text, ln.Respondent) {
			some = append(some, ln)
		}
	}
	return some
}

// apart gives an act a line of its own where the same event tells of the
// opposite act too: one matter was opened, another was not. It is nil elsewhere.
func (s *lineSet) apart(a *pressAct) *Line {
	for _, b := range s.shown()[0].Acts {
		if b.Ref != a.event || b.Implied || !slices.Contains(a.step.Opposite, b.Step.ID) {
			continue
		}
		if len(s.named) == 0 {
			s.named = append(s.named, s.base.copy("其一"))
		}
		ln := NewLine(s.base.Track, "其二")
		s.named = append(s.named, ln)
		return ln
	}
	return nil
}

// copy is a line of its own that has lived through the same acts.
func (ln *Line) copy(respondent string) *Line {
	c := *ln
	c.Respondent = respondent
	c.Acts, c.Findings, c.done = slices.Clone(ln.Acts), slices.Clone(ln.Findings), slices.Clone(ln.done)
	c.Runs = make([]*Run, len(ln.Runs))
	for i, run := range ln.Runs {
		own := *run
		own.exclude, own.suspend, own.grants = slices.Clone(run.exclude), slices.Clone(run.suspend), slices.Clone(run.grants)
		c.Runs[i] = &own
	}
	return &c
}
