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
	if p := pil.FindProvinces(tl.Region); len(p) > 0 {
		r.region = p[0]
	} else if p := pil.FindProvinces(tl.Office); len(p) > 0 {
		r.region = p[0]
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
	for _, g := range r.groups(label) {
		other = r.readGroup(i, g, other)
	}
	r.dropRepeats(from)
}

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
func (r *reader) groups(label string) []group {
	var list []group
	words := slices.Clone(r.found)
	from, at := 0, lastSeparator(label[:words[0].At])
	for k := range words {
		end := len(label)
		if k+1 < len(words) {
			gap := label[words[k].End:words[k+1].At]
			if !separated(gap) && !r.byHigher(words[k], words[k+1]) {
				continue
			}
			end = words[k+1].At
		}
		g := group{words: words[from : k+1], at: at, text: label[at:end], label: label}
		if len(list) == 0 {
			g.head = label[:at]
		}
		list = append(list, g)
		if k+1 < len(words) {
			from, at = k+1, words[k].End+lastSeparator(label[words[k].End:words[k+1].At])
		}
	}
	return list
}

// lastSeparator is the end of the last separator in a gap, 0 where it has none.
func lastSeparator(gap string) int {
	end := 0
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

var separators = []string{"、", "/", "／", "+", "＋", ",", "，", ";", "；", "并", "和", "与", "及", "后", "→", "—", "同时", "当庭", "暨", "再", "但", "也", "。", " ", "·", "当日", "次日"}

func separated(gap string) bool {
	for _, s := range separators {
		if strings.Contains(gap, s) {
			return true
		}
	}
	return false
}

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
		a.background, other = true, true
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
	return false
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
// name where the event says so; -1 where it says none. The longest word counts:
// 附带民事公益诉讼 is not 民事公益诉讼.
func (r *reader) trackSaid(a *pressAct) int {
	for _, text := range []string{a.label, a.detail} {
		var said *statute.Procedure
		longest := 0
		for _, p := range r.law.Procedures {
			for _, w := range r.law.Words.Readings["says-"+p.ID] {
				if len(w) > longest && strings.Contains(text, w) {
					said, longest = p, len(w)
				}
			}
		}
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

var addresseePattern = regexp.MustCompile(`(向|对象为|对)([^，,。;；:：（(）)]{1,60}?)(?:分别|依法|公开|当场|现场)?(?:发出|制发|送达|提出|发送|宣告|下发|发行政|发检察|发诉前|发[0-9一二三四五六七八九十两]+份|$)`)

// servedPattern finds the agency a recommendation was served on (当日送达市住建局).
var servedPattern = regexp.MustCompile(`(送达|送交|交付)([^，,:：达]{2,40})$`)

// addressees reads from a detail to whom a recommendation went: one line each.
// A clause that tells of another paper is not about the recommendation.
func addressees(detail string, words *statute.Words) []string {
	for _, clause := range strings.FieldsFunc(detail, func(c rune) bool { return strings.ContainsRune(";；。(（)）", c) }) {
		if hasAny(clause, words.Readings["other-papers"]) {
			continue
		}
		m := addresseePattern.FindStringSubmatch(clause)
		if m == nil {
			m = servedPattern.FindStringSubmatch(clause)
		}
		if m == nil || m[1] == "对" && !strings.Contains(clause, "建议") {
			continue
		}
		if out := agencies(m[2], words.Agency); len(out) > 0 {
			return out
		}
	}
	return nil
}

var joiners = strings.NewReplacer("以及", "和", "及", "和", "与", "和")

// agencies splits a list of agencies. A joining word may be part of a name
// (人力资源和社会保障局, 忠和镇): it separates only where both sides are agencies.
func agencies(list string, endings []string) []string {
	var out []string
	for _, part := range strings.Split(joiners.Replace(list), "、") {
		for _, name := range splitAgencies(trimAgency(part), endings) {
			name = trimAgency(name)
			if isAgency(name, endings) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func trimAgency(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(name), "分别"), "向")
	return strings.TrimSuffix(strings.TrimSuffix(name, "分别"), "等")
}

func isAgency(name string, endings []string) bool {
	return slices.ContainsFunc(endings, func(e string) bool {
		return strings.HasSuffix(name, e) && len(name) > len(e) || name == e && len(e) > len("局")
	})
}

// splitAgencies cuts a name at the joining words that stand between two agencies.
func splitAgencies(name string, endings []string) []string {
	parts := strings.Split(name, "和")
	out := parts[:1:1]
	for _, next := range parts[1:] {
		last := &out[len(out)-1]
		if isAgency(*last, endings) && isAgency(next, endings) && (fullAgency(*last) || !fullAgency(next) || isAgency(strings.TrimSuffix(next, "局"), endings)) {
			out = append(out, next)
			continue
		}
		*last += "和" + next
	}
	return out
}

// fullAgency reports whether a name ends as the full name of an agency does, not
// as its short form (自然资源).
func fullAgency(name string) bool {
	return slices.ContainsFunc([]string{"局", "委", "厅", "部", "政府", "办", "室", "处", "会", "中心", "镇", "乡", "队", "站", "所"}, func(e string) bool { return strings.HasSuffix(name, e) })
}

var namePattern = regexp.MustCompile(`[\p{Han}]某(?:[甲乙丙丁某])?`)

// names reads the masked names a detail prints (周某、许某).
func names(detail string) []string {
	if !strings.Contains(detail, "某") {
		return nil
	}
	var out []string
	for _, n := range namePattern.FindAllString(detail, -1) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
