package statute

import (
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// Report is what Check finds: what is wrong, and what rests on less than the
// text of an instrument.
type Report struct {
	Problems []string       `json:"problems"`
	Counts   map[string]int `json:"counts"`
	OK       bool           `json:"ok"`
}

// Check proves what loading cannot: every state named and reachable, every step cited or
// marked as practice, every limit with something that starts and something that
// ends it or a reason why not, every actor known, every version within the life
// of what it cites.
func (l *Law) Check() Report {
	r := Report{Counts: map[string]int{}}
	bad := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(r.Problems, text) { // a shared step stands in several tracks
			r.Problems = append(r.Problems, text)
		}
	}
	for _, p := range l.Procedures {
		l.checkReach(p, bad)
		checkStates(p, bad)
		for _, s := range p.Steps {
			l.checkStep(s, &r, bad)
		}
		r.Counts["procedures"]++
		r.Counts["states"] += len(p.States)
		r.Counts["steps"] += len(p.Steps)
	}
	l.checkLimits(&r, bad)
	r.Counts["instruments"], r.Counts["papers"], r.Counts["norm sets"], r.Counts["local rules"] = len(l.Instruments), len(l.Papers), len(l.Sets), len(l.Local)
	for _, i := range l.Instruments {
		if !i.cited {
			r.Counts["instruments nobody cites"]++
		}
	}
	r.Counts["calendar years"] = len(l.Calendar.Years())
	if r.Problems == nil {
		r.Problems = []string{}
	}
	r.OK = len(r.Problems) == 0
	return r
}

// checkReach walks from the first state along every step.
func (l *Law) checkReach(p *Procedure, bad func(string, ...any)) {
	seen := make([]bool, len(p.States))
	seen[0] = true
	queue := []int{0}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, s := range p.moves[at] {
			if !seen[s.to] {
				seen[s.to] = true
				queue = append(queue, s.to)
			}
		}
	}
	for i, s := range p.States {
		if !seen[i] {
			bad("%s: 程序 %s 的状态 %s 到不了 (state cannot be reached)", s.Place, p.ID, s.ID)
		}
	}
}

// Closed sets of words.
var (
	phases = []string{"clue", "inquiry", "pre-suit", "review", "court", "after", "end"}
	lines  = []string{"", "addressee", "respondent"}
)

func checkStates(p *Procedure, bad func(string, ...any)) {
	for _, s := range p.States {
		if s.Zh == "" || s.En == "" {
			bad("%s: 状态 %s 缺少中文名或英文名 (state without a name)", s.Place, s.ID)
		}
		if !slices.Contains(phases, s.Phase) {
			bad("%s: 状态 %s 的 phase %s 应为 %s 之一 (unknown phase)", s.Place, s.ID, pil.Quote(s.Phase), strings.Join(phases, "、"))
		}
	}
}

func (l *Law) checkStep(s *Step, r *Report, bad func(string, ...any)) {
	if s.Zh == "" || s.En == "" {
		bad("%s: 步骤 %s 缺少中文名或英文名 (step without a name)", s.Place, s.ID)
	}
	if _, ok := actors[s.By]; !ok {
		bad("%s: 步骤 %s 的 by %s 不认识 (unknown actor)", s.Place, s.ID, pil.Quote(s.By))
	}
	if !slices.Contains(lines, s.Lines) {
		bad("%s: 步骤 %s 的 lines %s 应为 addressee 或 respondent (unknown lines)", s.Place, s.ID, pil.Quote(s.Lines))
	}
	if s.Otherwise != "" && s.Otherwise != "background" {
		bad("%s: 步骤 %s 的 otherwise %s 应为 background (unknown otherwise)", s.Place, s.ID, pil.Quote(s.Otherwise))
	}
	for _, rule := range s.Law {
		r.Counts["rules"]++
		switch rule.Basis {
		case ByPractice:
			r.Counts["rules resting on practice"]++
		case ByInference:
			r.Counts["rules resting on inference"]++
		}
		if rule.Conf != Verified {
			r.Counts["rules marked "+string(rule.Conf)]++
		}
		for _, id := range append(slices.Clone(rule.Decide), rule.Propose, rule.Review) {
			if _, ok := actors[id]; !ok && id != "" {
				bad("%s: 步骤 %s:%s 不认识 (unknown actor)", rule.Place, s.ID, pil.Quote(id))
			}
		}
		if _, ok := higher[rule.Higher]; !ok && rule.Higher != "" {
			bad("%s: 步骤 %s 的 higher %s 应为 record、approve 或 report", rule.Place, s.ID, pil.Quote(rule.Higher))
		}
		for _, m := range rule.pauses {
			if m.Exclude == nil && m.Suspend == nil {
				bad("%s: 步骤 %s 停止 %s,但该期限没有 exclude 或 suspend (nothing lets these days not count)", rule.Place, s.ID, m.ID)
			}
		}
		for _, m := range rule.extends {
			if len(m.Extend) == 0 {
				bad("%s: 步骤 %s 延长 %s,但该期限没有 extend (nothing lets it be extended)", rule.Place, s.ID, m.ID)
			}
		}
		for _, c := range rule.Cite {
			l.checkLife(c, rule.Period, rule.Place.String(), bad)
		}
	}
}

// checkLife refuses a citation of an instrument that was not in force at any
// time of the period it is cited for.
func (l *Law) checkLife(cite string, p Period, place string, bad func(string, ...any)) {
	key, _ := l.splitCite(cite)
	in := l.instrument[key]
	if in == nil {
		return
	}
	if in.Status == "draft" {
		bad("%s: 引用了尚未施行的 %s (cites a draft)", place, cite)
		return
	}
	if in.From != 0 && p.To != 0 && p.To < in.From || in.To != 0 && p.From > in.To {
		bad("%s: %s 在所引期间未施行 (instrument not in force in that period)", place, cite)
	}
}

func (l *Law) checkLimits(r *Report, bad func(string, ...any)) {
	starts, ends := map[*Limit]bool{}, map[*Limit]bool{}
	for _, p := range l.Procedures {
		for _, s := range p.Steps {
			for _, rule := range s.Law {
				for _, m := range append(slices.Clone(rule.starts), rule.restarts...) {
					starts[m] = true
				}
				for _, m := range rule.ends {
					ends[m] = true
				}
			}
		}
	}
	for _, m := range l.Limits {
		r.Counts["limits"]++
		for _, v := range m.Vers {
			if v.Conf != Verified {
				r.Counts["limits marked "+string(v.Conf)]++
			}
			for _, c := range v.Cite {
				if !m.Optional { // a service level may be modelled on norms that are gone
					l.checkLife(c, v.Period, v.Place.String(), bad)
				}
			}
		}
		if m.Outside != nil {
			r.Counts["limits nothing here starts or ends"]++
			continue
		}
		if m.Off {
			continue // nothing starts it until the office turns it on
		}
		if !starts[m] && m.after == nil {
			bad("%s: 没有步骤起算期限 %s (nothing starts this limit)", m.Place, m.ID)
		}
		if !ends[m] {
			bad("%s: 没有步骤结束期限 %s (nothing ends this limit)", m.Place, m.ID)
		}
	}
}
