package docket

import (
	"regexp"
	"slices"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// pressAct is one act read out of a published event.
type pressAct struct {
	event       int
	label       string
	on          pil.Span
	window      pil.Span
	track       int           // index into reader.tracks
	step        *statute.Step // nil: background or unplaced
	background  bool
	clue        bool // a step of the clue procedure, shared by all tracks
	addressees  []string
	respondents []string
	detail      string
	served      bool // the detail says the recommendation was handed over that day
	urgent      bool
	state       string // of the track after the act
}

// reader turns a timeline into acts on tracks.
type reader struct {
	law    *statute.Law
	tl     *Timeline
	region pil.Region
	tracks []*statute.Procedure
	clue   *statute.Procedure
	acts   []pressAct
	found  []statute.Match // scratch
}

// clueTrack is the procedure that comes before every track; the incidental track
// holds the civil part of a criminal case.
const (
	clueTrack       = "clue"
	incidentalTrack = "criminal-incidental"
)

func newReader(law *statute.Law, tl *Timeline) *reader {
	r := &reader{law: law, tl: tl, clue: law.Procedure(clueTrack), acts: make([]pressAct, 0, len(tl.Events)+4)}
	if r.region = pil.FindProvince(tl.Region); r.region == "" {
		r.region = pil.FindProvince(tl.Office)
	}
	r.tracks = r.tracksOf(tl.Kind)
	if len(r.tracks) == 0 {
		r.tracks = r.tracksOf(tl.Title)
	}
	if len(r.tracks) == 0 {
		r.tracks = r.guessTracks()
	}
	for i := range tl.Events {
		r.read(i)
	}
	return r
}

// tracksOf finds the tracks a kind names, in the order named: 民事(并行政建议)
// is civil and administrative; in 刑事附带民事 the civil part is no track of its own.
func (r *reader) tracksOf(kind string) []*statute.Procedure {
	var tracks []*statute.Procedure
	for i := 0; i < len(kind); {
		best, length := (*statute.Procedure)(nil), 0
		for _, p := range r.law.Procedures {
			for _, w := range p.Press {
				if len(w) > length && strings.HasPrefix(kind[i:], w) {
					best, length = p, len(w)
				}
			}
		}
		if best == nil {
			i++
			continue
		}
		if !slices.Contains(tracks, best) {
			tracks = append(tracks, best)
		}
		i += length
	}
	return tracks
}

// guessTracks reads the track from the acts where the kind does not say it: a
// recommendation to an agency is administrative, a suit against a person civil.
func (r *reader) guessTracks() []*statute.Procedure {
	var labels strings.Builder
	labels.WriteString(r.tl.Title)
	for _, e := range r.tl.Events {
		labels.WriteString(" " + e.Label + " " + e.Detail)
	}
	all := labels.String()
	if tracks := r.tracksOf(all); len(tracks) > 0 {
		return tracks[:1]
	}
	id := "administrative"
	if !strings.Contains(all, "检察建议") && !strings.HasPrefix(r.tl.Title, "督促") && strings.Contains(all, "公告") {
		id = "civil"
	}
	return []*statute.Procedure{r.law.Procedure(id)}
}

// read turns one event into its acts: words joined by a separator are acts of
// their own; of words that stand together the last one says what was done
// (检察建议回复), unless it is only the object of the first (回复检察建议).
func (r *reader) read(i int) {
	e := &r.tl.Events[i]
	if e.Date.To != 0 && e.Date.To < r.firstNorm() {
		r.acts = append(r.acts, pressAct{event: i, label: e.Label, on: e.Date, window: e.Date, background: true})
		return
	}
	label := strings.TrimSpace(e.Label)
	r.found = r.law.Find(r.found[:0], label)
	if r.onlyFound(label) {
		r.readWord(i, clueFound)
		return
	}
	if len(r.found) == 0 {
		r.readUnknown(i, label)
		return
	}
	from := len(r.acts)
	other := false
	for g := range r.groups(label) {
		other = r.readGroup(i, g, other)
	}
	r.dropRepeats(from)
}

// dropRepeats removes an act that the same event names a second time in other
// words (公开听证 … 听证会), and background beside a real act.
func (r *reader) dropRepeats(from int) {
	placed := false
	for _, a := range r.acts[from:] {
		placed = placed || a.step != nil
	}
	kept := r.acts[:from]
	for k := from; k < len(r.acts); k++ {
		a := r.acts[k]
		same := func(b pressAct) bool { return b.step == a.step && b.track == a.track && b.background == a.background }
		if a.step == nil && placed || slices.ContainsFunc(kept[from:], same) {
			continue
		}
		kept = append(kept, a)
	}
	r.acts = kept
}

// firstNorm is the day the first norms of public-interest litigation began;
// what is older is background.
func (r *reader) firstNorm() pil.Day { return r.law.Sets[0].From }

// readUnknown handles a label without a known word: background where it speaks
// of police, criminal courts or the press, else read from the detail where that
// says plainly what was done, else unplaced.
func (r *reader) readUnknown(i int, label string) {
	e := &r.tl.Events[i]
	a := pressAct{event: i, label: e.Label, on: e.Date, window: e.Date, detail: e.Detail}
	if suitPattern.MatchString(label) {
		r.readWord(i, suitBrought)
		return
	}
	if r.reads("background", label) {
		a.background = true
	} else if w := r.says("plain", e.Detail); w != "" {
		r.readWord(i, w)
		return
	}
	r.acts = append(r.acts, a)
}

// suitPattern finds a suit that the label tells with its kind or field
// (提起英烈保护民事公益诉讼).
var suitPattern = regexp.MustCompile(`提起[^、，,;；。/+]{0,20}诉讼`)

// reads reports whether a text holds one of the words of a reading.
func (r *reader) reads(reading, text string) bool { return r.says(reading, text) != "" }

func hasAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func (r *reader) says(reading, text string) string {
	for _, w := range r.law.Words.Readings[reading] {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// place finds the track and the step a word means in this case.
func (r *reader) place(a *pressAct, m statute.Match) {
	var options []int
	for k, p := range r.tracks {
		if m.StepIn(p, r.region) != nil {
			options = append(options, k)
		}
	}
	said := r.trackSaid(a)
	if said >= 0 && m.StepIn(r.tracks[said], r.region) != nil {
		options = []int{said}
	}
	if len(options) == 0 {
		if s := m.StepIn(r.clue, ""); s != nil {
			a.step, a.clue = s, true
			return
		}
		a.background = r.elsewhere(m)
		return
	}
	a.track = options[0]
	if len(options) > 1 {
		a.track = r.choose(options, m)
	}
	a.step = m.StepIn(r.tracks[a.track], r.region)
	if suit := r.tracks[a.track].Step(transferForSuit); a.step.ID == plainTransfer && suit != nil && r.reads(transferForSuit, a.detail) {
		a.step = suit
	}
	a.served = a.step.Lines == "addressee" && r.reads("served", a.detail) && !r.reads("not-served", a.detail)
	a.urgent = a.step.Lines == "addressee" && r.reads("urgent", a.detail)
	if a.step.Lines == "addressee" {
		if a.addressees = addressees(a.detail, &r.law.Words); len(a.addressees) == 0 {
			a.addressees = addressees(a.label, &r.law.Words)
		}
	}
	a.respondents = names(a.detail)
}

// A transfer the label does not tell apart, and the one the detail may tell.
const (
	plainTransfer   = "transfer"
	transferForSuit = "transfer-for-suit"
)

// elsewhere reports whether the word is a step of another track only: to this
// case an act of other proceedings.
func (r *reader) elsewhere(m statute.Match) bool {
	for _, p := range r.law.Procedures {
		if s := m.StepIn(p, r.region); s != nil && s.By != "office" {
			return true
		}
	}
	return false
}

// trackSaid is the track the event names itself, adding one the kind did not
// name where the event says so; -1 where it says none.
func (r *reader) trackSaid(a *pressAct) int {
	for _, text := range []string{a.label, a.detail} {
		said := r.law.TrackSaid(text)
		if said == nil {
			continue
		}
		if x := r.law.Procedure(incidentalTrack); said.ID == "civil" && slices.Contains(r.tracks, x) && !slices.Contains(r.tracks, said) && !r.reads("apart", text) {
			said = x // the civil part of the incidental case, not a case of its own
		}
		if k := slices.Index(r.tracks, said); k >= 0 {
			return k
		}
		if r.reads("adds-"+said.ID, text) {
			r.tracks = append(r.tracks, said)
			return len(r.tracks) - 1
		}
	}
	return -1
}

// choose settles a word that several tracks of the case know: what an agency
// does, and what is done to one, is administrative; a suit belongs to the track
// the kind names first.
func (r *reader) choose(options []int, m statute.Match) int {
	for _, k := range options {
		s := m.StepIn(r.tracks[k], r.region)
		if s.By == "agency" || s.Lines == "addressee" {
			return k
		}
	}
	return options[0]
}
