package statute

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// graphAct is a step under the rule of the day, in words.
type graphAct struct {
	n                     int // its number in the picture; 0 for a side act
	step                  *Step
	rule                  *Rule
	tags                  []string
	who, more             string // who decides; who proposes, reviews, is told
	papers, limits, cites []string
}

// loose reports whether the act rests on less than an article.
func (a *graphAct) loose() bool { return a.rule.Basis != ByLaw }

// name is the Chinese name with its marks.
func (a *graphAct) name() string { return a.step.Zh + strings.Join(a.tags, "") }

// moves reports whether the act belongs on the map: it leads to a state, and
// not from just anywhere.
func (a *graphAct) moves() bool { return a.step.to >= 0 && !slices.Contains(a.step.From, "any") }

// act puts a rule into words.
func (g *graph) act(s *Step, r *Rule) *graphAct {
	a := &graphAct{step: s, rule: r, cites: g.law.CitesOn(r.Cite, g.day)}
	a.who, a.more = graphWho(s, r)
	switch {
	case r.Basis == ByPractice:
		a.tags = append(a.tags, "〔做法〕")
	case r.Basis == ByInference:
		a.tags = append(a.tags, "〔推论〕")
	case r.Conf == Reading:
		a.tags = append(a.tags, "〔读法〕")
	case r.Conf == Secondary || r.Conf == Memory:
		a.tags = append(a.tags, "〔待核〕")
	}
	if len(s.Fields) > 0 {
		a.tags = append(a.tags, "〔限"+s.Fields[0]+"〕")
	}
	if s.Region != "" {
		a.tags = append(a.tags, "〔"+pil.Region(s.Region).ProvinceZh()+"〕")
	}
	for _, id := range r.Papers {
		a.papers = append(a.papers, g.law.PaperOn(id, g.day).Zh)
	}
	a.limits = g.limitWords(r)
	return a
}

func graphWho(s *Step, r *Rule) (who, more string) {
	var rest []string
	who = actorText(cmp.Or(r.Propose, s.By)).Zh
	if len(r.Decide) > 0 {
		var names []string
		for _, d := range r.Decide {
			names = append(names, actorText(d).Zh)
		}
		who = strings.Join(names, "或者") + "决定"
		if r.Propose != "" && !slices.Contains(r.Decide, r.Propose) {
			rest = append(rest, actorText(r.Propose).Zh+"提出")
		}
	}
	if r.Review != "" {
		rest = append(rest, actorText(r.Review).Zh+"审核")
	}
	switch r.Higher {
	case "record":
		rest = append(rest, "报上一级院备案")
	case "approve":
		rest = append(rest, "报上级院批准")
	case "report":
		rest = append(rest, "报上级院")
	}
	return who, strings.Join(rest, "，")
}

// limitWords says what the act does to each limit, with the length where one
// begins, ends or begins anew.
func (g *graph) limitWords(r *Rule) (words []string) {
	for _, x := range []struct {
		verb   string
		length bool
		limits []*Limit
	}{
		{"起", true, r.starts}, {"改起", true, r.restarts}, {"止", true, r.ends},
		{"停", false, r.pauses}, {"续", false, r.resumes}, {"延", false, r.extends},
	} {
		for _, m := range x.limits {
			word := x.verb + "\u00a0" + m.ID
			if x.length {
				word += "\u00a0" + m.lengthOn(g.day)
			}
			if g.runs[m] && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

// lengthOn is the length in a few words, as counted by the norms of the day.
func (m *Limit) lengthOn(d pil.Day) string {
	v := m.VersionOn(d)
	if v == nil {
		v = m.nearest(d)
	}
	switch {
	case v.Stated:
		return "文书载明"
	case m.Kind == Before && v.Days == 0:
		return "之前"
	case m.Kind == Before:
		return fmt.Sprintf("提前%d日", v.Days)
	case m.Kind == WorkingDays:
		return fmt.Sprintf("%d个工作日", v.Days)
	case m.Kind == Wait:
		return "满" + v.Length().Zh
	}
	return v.Length().Zh
}

// lawOn is what the limit rests on by the norms of the day.
func (m *Limit) lawOn(d pil.Day) []string {
	if v := m.VersionOn(d); v != nil {
		return v.Cite
	}
	return m.nearest(d).Cite
}

// phaseText names a phase; one that is not known goes by its id.
func phaseText(id string) Text {
	switch id {
	case "clue":
		return Text{"线索", "clue"}
	case "inquiry":
		return Text{"立案调查", "opening and inquiry"}
	case "pre-suit":
		return Text{"诉前程序", "before the suit"}
	case "review":
		return Text{"审查起诉", "review for suit"}
	case "court":
		return Text{"诉讼", "in court"}
	case "after":
		return Text{"裁判之后", "after judgment"}
	case "end":
		return Text{"办结", "ends"}
	}
	return Text{id, id}
}
