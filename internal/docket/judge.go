package docket

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// judge adds what only the whole case tells: lateness, silence, replies
// without rectification, split endings, what was implied, what is provisional.
func (r *reader) judge(rep *Report, list []int) {
	r.judgeSilence(rep, list)
	r.judgeDeadlines(rep)
	r.judgeReplies(rep)
	r.judgeIndictment(rep, list)
	r.judgeSplit(rep, list)
	r.judgeConflict(rep)
	r.judgeGrounds(rep, list)
	r.tellImplied(rep)
	r.sumPaid(rep)
}

func (r *reader) judgeDeadlines(rep *Report) {
	provisional := false
	for _, d := range rep.Deadlines {
		provisional = provisional || d.Run.Provisional
		m := d.Run.Limit
		if d.Met != "no" || m.Kind == statute.Wait || d.Run.End == nil {
			continue
		}
		x := Finding{Event: ref(d.Run.End), Basis: rep.law.Basis(d.Run.Due), Cure: m.Cure}
		switch m.Who {
		case "office":
			x.Code, x.Level, x.Against = OwnDeadlineMissed, Breach, "procuratorate"
			if len(m.Cure) > 0 {
				x.Level = Warning
			}
		case "agency":
			x.Code, x.Level, x.Against = AgencyLate, Warning, "agency"
			if d.Run.End.Step.ID == lateReplyStep {
				x.Level = Breach // the source itself says that it came late
			}
		default:
			continue // terms of courts, parties and higher offices give no finding
		}
		x.Message = fmt.Sprintf("%s %s：届满 %s，实际 %s (ended %s, done %s)", m.ID, m.Zh, d.Run.To, d.Run.End.On, d.Run.To, d.Run.End.On)
		rep.find(x)
	}
	if provisional {
		rep.find(Finding{Code: ProvisionalDate, Level: Info, Against: "procuratorate", Message: "有期限落在尚无放假安排的年份，结果为暂定 (a limit ends in a year without a holiday table; provisional)"})
	}
}

// Steps the judging knows by name: the facts around a recommendation.
const (
	recommendStep = "recommend"
	serveStep     = "serve"
	replyStep     = "reply"
	lateReplyStep = "late-reply"
	silentStep    = "no-reply"
	followUpStep  = "follow-up"
	suitStep      = "sue"
	indictStep    = "indict"
	fileStep      = "file"
	announceStep  = "announce"
	publishStep   = "publish-settlement"
	terminateStep = "terminate"
	withdrawStep  = "withdraw"
	payStep       = "pay"
	hearingStep   = "hearing"

	notRectifiedStep = "not-rectified"
)

// judgeSilence finds an agency's silence past its term where the source states
// it: in so many words (逾期未回复), or of a day certainly after the term. It must
// tell of a recommendation, so a complaint left unanswered is none; and a reply
// published in time speaks against it.
func (r *reader) judgeSilence(rep *Report, list []int) {
	recommended := make([]bool, len(r.tracks))
	for _, i := range list {
		a := &r.acts[i]
		if a.step == nil || a.clue || r.tracks[a.track].Step(silentStep) == nil {
			continue
		}
		if a.step.Lines == "addressee" || a.step.ID == suitStep {
			recommended[a.track] = true // a suit cannot be without a recommendation, published or not
		}
		told := a.label + a.detail
		if !recommended[a.track] || a.step.By == "agency" && a.step.ID != silentStep || a.step.ID != silentStep && !r.reads("silent", a.detail) {
			continue
		}
		rule := r.tracks[a.track].Step(silentStep).On(day(a.window))
		if rule == nil {
			continue // no norm of that day knew a term to reply in
		}
		if r.silence(rep, a, told) {
			event := a.event
			rep.find(Finding{Code: AgencySilent, Level: Breach, Against: "agency", Event: &event, Basis: rep.law.CitesOn(rule.Cite, day(a.window)),
				Message: "来源载明行政机关逾期未书面回复 (the source states that the agency did not reply in its term)"})
		}
	}
}

// silence marks the terms an act says were let pass, and reports whether there
// is one; with no term to reply in on the track, the source's word alone counts.
func (r *reader) silence(rep *Report, a *pressAct, told string) bool {
	stated := r.reads("past-term", told)
	terms := func(d *Deadline) bool {
		m := d.Run.Limit
		return m.Who == "agency" && m.Shown == "always" && d.Track == r.tracks[a.track].ID
	}
	named := slices.ContainsFunc(rep.Deadlines, func(d *Deadline) bool { return terms(d) && speaksOf(told, d.Addressee) })
	some, silent := false, false
	for _, d := range rep.Deadlines {
		if !terms(d) || named && !speaksOf(told, d.Addressee) {
			continue
		}
		some = true
		after := d.Run.To != 0 && a.window.From > d.Run.To
		if d.Met == "yes" || !stated && !after {
			continue
		}
		silent = true
		if d.Run.End == nil {
			d.Run.Silent, d.Met = true, "no"
		}
	}
	return silent || !some && stated
}

// judgeReplies finds a reply that was no rectification: the follow-up says so,
// or the office went on to sue the agency that had replied.
func (r *reader) judgeReplies(rep *Report) {
	for _, ln := range rep.Lines {
		replied := false
		for i := range ln.Acts {
			a := &ln.Acts[i]
			if a.Ref < 0 {
				continue
			}
			e := &r.tl.Events[a.Ref]
			switch id := a.Step.ID; {
			case id == replyStep || id == lateReplyStep:
				replied = true
			case replied && (id == suitStep || id == followUpStep && r.reads("not-rectified", e.Label+e.Detail)):
				rep.find(Finding{Code: RepliedNotRectified, Level: Warning, Against: "agency", Event: ref(a), Basis: []string{"R82"},
					Message: "已回复但未整改到位：「回复」不等于「整改」 (replied, not rectified)"})
				return
			}
		}
	}
}

// judgeIndictment tells how long after the indictment the incidental suit came;
// the law wants it together, a later one before first judgment is only noted.
func (r *reader) judgeIndictment(rep *Report, list []int) {
	var indicted pil.Span
	for _, i := range list {
		a := &r.acts[i]
		if a.step == nil || a.clue {
			continue
		}
		switch {
		case a.step.ID == indictStep:
			indicted = a.on
		case a.step.ID == suitStep && r.tracks[a.track].Step(indictStep) != nil && indicted.Before(a.on) == pil.Yes:
			event := a.event
			lag := strconv.Itoa(int(a.on.From - indicted.To))
			if !a.on.Precise() || !indicted.Precise() {
				lag = "至少" + lag
			}
			rep.find(Finding{Code: SuitAfterIndictment, Level: Info, Against: "procuratorate", Event: &event, Basis: r.cites(a, suitStep),
				Message: fmt.Sprintf("附带民事公益诉讼在提起公诉后%s天提起 (suit %s days after the indictment)", lag, lag)})
			return
		}
	}
}

// judgeSplit finds that the matter ended in different ways for different
// respondents: opposite acts in one case, or a judgment that tells of others'
// mediation.
func (r *reader) judgeSplit(rep *Report, list []int) {
	for p, i := range list {
		a := &r.acts[i]
		if a.step == nil || a.clue {
			continue
		}
		split := len(a.step.Opposite) > 0 && r.reads("split", a.detail)
		for _, k := range list[:p] {
			b := &r.acts[k]
			if b.step == nil || b.clue || b.track != a.track {
				continue
			}
			for _, o := range a.step.Opposite {
				split = split || b.step.ID == o && (b.event == a.event || b.on.Known() && a.on.Known() && b.on.Before(a.on) == pil.Unknown)
			}
		}
		if split {
			event := a.event
			rep.find(Finding{Code: SplitOutcome, Level: Info, Against: "procuratorate", Event: &event,
				Message: "同批对象结局不同，分线记录 (different endings for different respondents, kept on their own lines)"})
			return
		}
	}
}

// judgeConflict finds that sources give different dates, where the text says so.
func (r *reader) judgeConflict(rep *Report) {
	if r.reads("conflict", r.tl.Note) {
		rep.find(Finding{Code: DateConflict, Level: Info, Against: "procuratorate", Message: "来源所载日期不一致，见 note (sources differ on a date, see note)"})
		return
	}
	for i, e := range r.tl.Events {
		if r.reads("conflict", e.Detail) {
			event := i
			rep.find(Finding{Code: DateConflict, Level: Info, Against: "procuratorate", Event: &event, Message: "来源所载日期不一致 (sources differ on this date)"})
			return
		}
	}
}

// judgeGrounds finds the ground a termination names, and whether it is one of
// another place or time.
func (r *reader) judgeGrounds(rep *Report, list []int) {
	for _, i := range list {
		a := &r.acts[i]
		if a.step == nil || a.clue || len(a.step.Grounds) == 0 {
			continue
		}
		for g := range a.step.Grounds {
			ground := &a.step.Grounds[g]
			if !hasAny(a.detail, ground.Words) {
				continue
			}
			for _, ln := range rep.Lines {
				if ln.Track == r.tracks[a.track] && ln.Done([]int{a.step.Index()}) {
					ln.Ground = ground
				}
			}
			if ground.Region == "" {
				continue
			}
			there := r.region == "" || r.region.Within(pil.Region(ground.Region))
			then := a.window.To == 0 || ground.Holds(a.window.To) || a.window.From != 0 && ground.Holds(a.window.From)
			if there && then {
				continue
			}
			event := a.event
			rep.find(Finding{Code: LocalRuleElsewhere, Level: Warning, Against: "procuratorate", Event: &event, Basis: ground.Cite, Cure: standIns(a, ground),
				Message: fmt.Sprintf("终结理由「%s」只在%s自%s起适用；此处另写明当时当地的理由 (this ground exists in %s only, from %s)",
					ground.Zh, pil.Region(ground.Region).ProvinceZh(), ground.From, pil.Region(ground.Region).ProvinceZh(), ground.From)})
		}
	}
}

// cites are the articles the norms of an act's day give for a step of its track.
func (r *reader) cites(a *pressAct, step string) []string {
	s := r.tracks[a.track].Step(step)
	if s == nil {
		return nil
	}
	rule := s.On(day(a.window))
	if rule == nil {
		return nil
	}
	return r.law.CitesOn(rule.Cite, day(a.window))
}

// standIns are the grounds in force that may carry a decision where a local
// ground does not hold.
func standIns(a *pressAct, local *statute.Ground) []string {
	var ids []string
	for g := range a.step.Grounds {
		ground := &a.step.Grounds[g]
		if slices.Contains(local.Instead, ground.ID) && ground.Holds(day(a.window)) {
			ids = append(ids, ground.ID)
		}
	}
	return ids
}

// tellImplied lists the steps no source tells of but others cannot be without.
func (r *reader) tellImplied(rep *Report) {
	for _, ln := range rep.Lines {
		for i, a := range ln.Acts {
			if !a.Implied {
				continue
			}
			x := Finding{Code: Implied, Level: Info, Against: "procuratorate",
				Message: fmt.Sprintf("「%s」未见报道，由其后的行为推知 (not published; implied by what followed)", a.Step.Zh)}
			for _, later := range ln.Acts[i+1:] {
				if !later.Implied {
					x.Event = ref(&later)
					break
				}
			}
			if rule := a.Step.On(day(a.Window)); rule != nil {
				x.Basis = rep.law.CitesOn(rule.Cite, day(a.Window))
			}
			rep.find(x)
		}
	}
}

var yuanPattern = regexp.MustCompile(`([0-9][0-9,]*(?:\.[0-9]{1,2})?)(万?)元`)

// sumPaid adds up the yuan that the details of payments print: a stated total
// where there is one, else every amount; clauses that tell of fines and forfeited
// gains, which go to the treasury, are left out.
func (r *reader) sumPaid(rep *Report) {
	for i := range r.acts {
		a := &r.acts[i]
		if a.step == nil || a.step.ID != payStep {
			continue
		}
		for _, m := range r.amounts(a.detail) {
			if rep.Paid += m; rep.Paid < 0 || rep.Paid > maxPaid {
				rep.Paid = 0 // no payment is of that size: the text was misread
				return
			}
		}
	}
}

// maxPaid is a million million yuan.
const maxPaid = pil.Money(100_000_000_000_000)

func (r *reader) amounts(detail string) []pil.Money {
	var all []pil.Money
	for _, clause := range strings.FieldsFunc(detail, func(c rune) bool { return strings.ContainsRune("；;。，、", c) }) {
		if r.reads("treasury", clause) {
			continue
		}
		for _, found := range yuanPattern.FindAllStringSubmatch(clause, -1) {
			m, err := pil.ParseMoney(found[1])
			if err != nil || m > maxPaid/10_000 {
				continue
			}
			if found[2] != "" {
				m *= 10_000
			}
			if r.reads("total", clause) {
				return []pil.Money{m}
			}
			all = append(all, m)
		}
	}
	return all
}
