package statute

import (
	"strconv"
	"strings"
)

// Cited is what a citation, as pages print it, speaks of: the instrument, and the
// article with its paragraph, which is empty where all of it is cited. The
// instrument is nil where none of ours is cited.
func (l *Law) Cited(cite string) (in *Instrument, article string) {
	cite = strings.TrimSuffix(strings.TrimSpace(cite), todayMark)
	key, article := l.splitCite(cite)
	in = l.instrument[key]
	if in == nil || !in.Has(article) {
		return nil, ""
	}
	return in, article
}

// Was are the articles, as numbered today, that bore a number before some day.
func (i *Instrument) Was(article string) []Renumbered {
	number, _, _ := strings.Cut(article, "(")
	var out []Renumbered
	for _, r := range i.Renumbered {
		for today, old := range r.Articles {
			if strconv.Itoa(old) == number && today != number {
				out = append(out, Renumbered{Renumbering: r, Article: today})
			}
		}
	}
	return out
}

// Renumbered is an article of today under the number it had before a day.
type Renumbered struct {
	Renumbering
	Article string
}

// Resting is something of ours that rests on an article.
type Resting struct {
	Cite      string     // with its paragraph
	Procedure *Procedure // of a step
	Step      *Step
	Limit     *Limit
	Paper     *Paper
	Period
	Conf Conf
}

// RestsOn lists what rests on an article of an instrument, in the order of the
// files: steps by their rules, needs and grounds, limits, papers. Paragraphs are
// not told apart; an empty article means any.
func (l *Law) RestsOn(in *Instrument, article string) []Resting {
	number, _, _ := strings.Cut(article, "(")
	var out []Resting
	add := func(r Resting, cites ...string) {
		for _, cite := range cites {
			key, a := l.splitCite(cite)
			n, _, _ := strings.Cut(a, "(")
			if key != in.Key || number != "" && n != number {
				continue
			}
			r.Cite = cite
			for i := range out {
				if o := &out[i]; o.Cite == cite && o.Step == r.Step && o.Limit == r.Limit && o.Paper == r.Paper && o.Period == r.Period {
					return
				}
			}
			out = append(out, r)
		}
	}
	for _, p := range l.Procedures {
		for _, s := range p.Steps {
			for _, rule := range s.Law {
				r := Resting{Procedure: p, Step: s, Period: rule.Period, Conf: rule.Conf}
				add(r, rule.Cite...)
				for i := range rule.Needs {
					add(r, rule.Needs[i].Cite)
				}
			}
			for _, g := range s.Grounds {
				add(Resting{Procedure: p, Step: s, Period: g.Period, Conf: g.Conf}, g.Cite...)
			}
		}
	}
	for _, m := range l.Limits {
		for _, v := range m.Vers {
			add(Resting{Limit: m, Period: v.Period, Conf: v.Conf}, v.Cite...)
			for _, e := range m.Extend {
				add(Resting{Limit: m, Period: v.Period, Conf: v.Conf}, e.Cite)
			}
			if m.Exclude != nil {
				add(Resting{Limit: m, Period: v.Period, Conf: v.Conf}, m.Exclude.Cite)
			}
			if m.Suspend != nil {
				add(Resting{Limit: m, Period: v.Period, Conf: m.Suspend.Conf}, m.Suspend.Cite)
			}
		}
	}
	for _, p := range l.Papers {
		add(Resting{Paper: p, Conf: p.Conf}, p.Cite...)
	}
	return out
}
