package docket

import (
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// Intent is an act somebody wants to take next.
type Intent struct {
	Track, Respondent, Step string
	On                      pil.Day
	Decider                 string   // who decides: an actor of package statute
	People                  int      // procuratorial staff taking part
	Facts                   []string // what the officer affirms
	Ground                  string   // the ground named, where the text lists grounds
	Reason                  string   // for what the law lets pass only with reasons
}

// Lack is one thing that stands in the way, or a caution.
type Lack struct {
	statute.Text
	Cite string
	Stop bool // refuses; otherwise it passes with reasons
}

// Option is one step that may come next on a line, with what is missing for it.
type Option struct {
	Step *statute.Step
	Rule *statute.Rule
	Lack []Lack
}

// Allowed reports whether nothing refuses the step.
func (o Option) Allowed() bool {
	return !slices.ContainsFunc(o.Lack, func(l Lack) bool { return l.Stop })
}

// Next lists the office's steps the law knows for a line on a day, lawful ones
// first, in the order of the procedure, each with what is missing.
func (c *Case) Next(ln *Line, on pil.Day) []Option {
	var open, lacking []Option
	for _, s := range ln.Track.Steps {
		if s.By != "office" || !mayTake(ln, s) || s.On(on) == nil || !c.here(s) {
			continue
		}
		o := Option{Step: s, Rule: s.On(on)}
		for i := range o.Rule.Needs {
			n := &o.Rule.Needs[i]
			if n.Forbidden {
				o.Lack = append(o.Lack, c.lack(n, on))
			} else if (len(n.Done) > 0 || n.Over != "") && !c.holds(ln, n, Intent{On: on}) {
				o.Lack = append(o.Lack, c.lack(n, on))
			}
		}
		if o.Allowed() {
			open = append(open, o)
		} else {
			lacking = append(lacking, o)
		}
	}
	return append(open, lacking...)
}

// here reports whether a step of a local rule or of one field belongs to the case.
func (c *Case) here(s *statute.Step) bool {
	return (s.Region == "" || c.Region.Within(pil.Region(s.Region))) && s.InField(c.Field)
}

func (c *Case) lack(n *statute.Need, on pil.Day) Lack {
	return Lack{Text: n.Text, Cite: c.law.CiteOn(n.Cite, on), Stop: n.Level != "warn"}
}

// Permit answers whether the office may take an act: what passes only with
// reasons comes back as cautions. A refusal is a forbidden Error that names the
// article. Acts of courts, agencies and others are never refused.
func (c *Case) Permit(in Intent) ([]Lack, error) {
	step, err := c.step(in.Track, in.Step)
	if err != nil {
		return nil, err
	}
	if step.By != "office" {
		return nil, nil
	}
	ln := c.lineFor(in.Track, in.Respondent)
	rule := step.On(in.On)
	switch {
	case rule == nil:
		return nil, pil.Forbidden("%s 的规范没有「%s」这一步骤 (the norms of that day know no such step)", in.On, step.Zh)
	case !c.here(step):
		return nil, pil.Forbidden("「%s」依据地方规则，本地或本领域不适用 (this step rests on a rule of another place or field)", step.Zh)
	case !mayTake(ln, step):
		return nil, pil.Forbidden("现为「%s」，不能「%s」（%s） (not possible in this state)", ln.Track.State(ln.StateID()).Zh, step.Zh, c.articles(rule, in.On))
	}
	if len(rule.Decide) > 0 && !slices.Contains(rule.Decide, in.Decider) {
		return nil, pil.Forbidden("「%s」须由%s决定（%s） (decided by: %s)", step.Zh, deciders(rule), c.articles(rule, in.On), strings.Join(rule.Decide, ", "))
	}
	if err := c.permitGround(step, in); err != nil {
		return nil, err
	}
	var cautions []Lack
	for i := range rule.Needs {
		n := &rule.Needs[i]
		if c.holds(ln, n, in) {
			continue
		}
		l := c.lack(n, in.On)
		if l.Stop {
			return nil, pil.Forbidden("不能「%s」，尚缺：%s（%s） (lacking: %s)", step.Zh, l.Zh, l.Cite, l.En)
		}
		cautions = append(cautions, l)
	}
	if len(cautions) > 0 && in.Reason == "" {
		return cautions, pil.Invalid("「%s」须写明理由：%s（%s） (needs reasons: %s)", step.Zh, cautions[0].Zh, cautions[0].Cite, cautions[0].En)
	}
	return cautions, nil
}

// permitGround refuses a ground the text does not list here and now.
func (c *Case) permitGround(step *statute.Step, in Intent) error {
	if len(step.Grounds) == 0 {
		return nil
	}
	var names []string
	for i := range step.Grounds {
		g := &step.Grounds[i]
		available := (g.Region == "" || c.Region.Within(pil.Region(g.Region))) && g.Holds(in.On)
		if g.ID == in.Ground && available {
			return nil
		}
		if available {
			names = append(names, g.ID+" "+g.Zh)
		}
	}
	what := "须写明理由 (name a ground)"
	if in.Ground != "" {
		what = fmt.Sprintf("理由 %s 在此地此时不适用 (this ground is not available here)", in.Ground)
	}
	return pil.Forbidden("「%s」%s：%s", step.Zh, what, strings.Join(names, "；"))
}

// holds answers a need for an intended act.
func (c *Case) holds(ln *Line, n *statute.Need, in Intent) bool {
	switch {
	case n.Forbidden:
		return false
	case len(n.Done) > 0:
		return ln.Done(n.DoneSteps())
	case n.People > 0:
		return in.People >= n.People
	case n.Fact != "":
		return slices.Contains(in.Facts, n.Fact)
	}
	return c.over(ln, n, in.On)
}

// over reports whether the limit a need names has ended before the day: of
// several runs one is enough; with none there is nothing to wait for. A run whose
// end is open has not ended.
func (c *Case) over(ln *Line, n *statute.Need, on pil.Day) bool {
	base := n.OverLimit()
	if n.OfLimit() != nil {
		base = n.OfLimit()
	}
	some := false
	for _, run := range ln.Runs {
		if run.Limit != base || run.From == 0 {
			continue
		}
		some = true
		end := run.To
		if n.OfLimit() != nil {
			d, err := n.OverLimit().Count(c.law.Calendar, statute.Question{Start: run.Start.From})
			if err != nil {
				return false
			}
			end = d.Raw - 1 // on the day itself the days asked for have gone by
		}
		if end != 0 && on > end || n.OrDone && run.End != nil {
			return true
		}
	}
	return !some
}

// mayTake reports whether a step may be taken where a line stands. Beside the
// main way (a suspended case) a fact does not lead on; the way back comes first.
func mayTake(ln *Line, s *statute.Step) bool {
	return s.MayFrom(ln.State) || !ln.Track.States[ln.State].Side && s.MayFrom(ln.at())
}

func (c *Case) articles(r *statute.Rule, on pil.Day) string {
	return strings.Join(c.law.CitesOn(r.Cite, on), "、")
}

func deciders(r *statute.Rule) string {
	var names []string
	for _, d := range r.Decide {
		names = append(names, statute.ActorText(d).Zh)
	}
	return strings.Join(names, "或者")
}
