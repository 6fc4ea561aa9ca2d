package desk

import (
	"context"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// ActForm is what a page needs to ask for one act: what the norms of the day want
// affirmed, which grounds they list, who decides.
type ActForm struct {
	Matter     store.Matter
	Track      *statute.Procedure
	Respondent string
	Step       *statute.Step
	Rule       *statute.Rule // nil: the norms of the day know no such step
	Cites      []string
	Propose    bool // it needs a decision
	Deciders   string
	DecidersEn string
	Facts      []FactAsked
	Missing    []docket.Lack // what stands in the way now, or needs reasons
	Grounds    []statute.Ground
	People     int // staff who must take part; 0: none need be named
	PeopleCite string
	Stated     []*statute.Limit
	Extends    []*statute.Limit
	Demands    bool // it may list demands
	Answers    []DemandView
	Paper      bool // it has a number
	Service    bool // it is a service of a paper
	Staff      []store.Person
	Today      pil.Day
	Last       pil.Day // of what is recorded: an earlier day is a back-entry
}

// FactAsked is something the officer affirms, and the article that asks for it.
type FactAsked struct {
	ID   string
	Text statute.Text
	Cite string
	Must bool
	Held bool // it is known to hold already
}

// Manners of service: what counts as the day of service differs.
var Manners = []statute.Text{
	{Zh: "直接送达", En: "handed over"}, {Zh: "宣告送达", En: "announced"}, {Zh: "留置送达", En: "left"}, {Zh: "邮寄送达", En: "by post"}, {Zh: "电子送达", En: "electronic"},
}

// ActForm prepares the form of an act on a line of a matter.
func (d *Desk) ActForm(ctx context.Context, who Who, matter int64, track, respondent, step string) (*ActForm, error) {
	f := &ActForm{Respondent: respondent}
	kind, err := d.matterKind(ctx, matter)
	if err != nil {
		return nil, err
	}
	act := account.ShowCase
	if kind == store.KindClue {
		act = account.ShowClue
	}
	err = d.ask(ctx, who, act, target{matter: named(matter)}, func(l *look) error {
		s, err := d.step(track, step)
		if err != nil {
			return err
		}
		f.Track, f.Step = d.law.Procedure(track), s
		f.Matter, f.Today = *l.matter, l.today
		l.sawSubject()
		events, c, err := l.history(l.matter)
		if err != nil {
			return err
		}
		f.Last = lastOn(events)
		people, err := l.People(l.matter.OfficeID)
		if err != nil {
			return err
		}
		f.Staff = l.hands(people)
		f.Rule = s.On(l.today)
		if f.Rule == nil {
			return nil
		}
		f.ofRule(l, c)
		for i := range f.Facts {
			if f.Facts[i].ID == planFact {
				if f.Facts[i].Held, err = l.planned(events); err != nil {
					return err
				}
			}
		}
		return f.answers(l)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// KindOf is whether a matter is a clue or a case, for who may see it.
func (d *Desk) KindOf(ctx context.Context, who Who, matter int64) (kind string, err error) {
	if kind, err = d.matterKind(ctx, matter); err != nil {
		return "", err
	}
	act := account.ShowCase
	if kind == store.KindClue {
		act = account.ShowClue
	}
	return kind, d.mayAsk(ctx, who, act, target{matter: named(matter)})
}

// matterKind tells whether a matter is a clue or a case, to nobody but the desk.
func (d *Desk) matterKind(ctx context.Context, id int64) (kind string, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		m, err := v.Matter(id)
		kind = m.Kind
		return err
	})
	return kind, err
}

func (f *ActForm) ofRule(l *look, c *docket.Case) {
	law, r := l.desk.law, f.Rule
	f.Cites = law.CitesOn(r.Cite, l.today)
	for _, d := range r.Decide {
		t := statute.ActorText(d)
		if f.Propose {
			f.Deciders, f.DecidersEn = f.Deciders+"或者", f.DecidersEn+" or "
		}
		f.Deciders, f.DecidersEn, f.Propose = f.Deciders+t.Zh, f.DecidersEn+t.En, true
	}
	f.Propose = f.Propose && f.Step.By == "office"
	for i := range r.Needs {
		n := &r.Needs[i]
		switch {
		case n.Fact != "":
			f.Facts = append(f.Facts, FactAsked{ID: n.Fact, Text: n.Text, Cite: law.CiteOn(n.Cite, l.today), Must: n.Level != "warn"})
		case n.People > 0:
			f.People, f.PeopleCite = n.People, law.CiteOn(n.Cite, l.today)
		}
	}
	if ln := c.Line(f.Track.ID, f.Respondent); ln != nil {
		for _, o := range c.Next(ln, l.today) {
			if o.Step == f.Step {
				f.Missing = o.Lack
			}
		}
	}
	for _, g := range f.Step.Grounds {
		if (g.Region == "" || f.Matter.Region.Within(pil.Region(g.Region))) && g.Holds(l.today) {
			f.Grounds = append(f.Grounds, g)
		}
	}
	for _, m := range r.StartsLimits() {
		if v := m.VersionOn(l.today); v != nil && v.Stated {
			f.Stated = append(f.Stated, m)
		}
	}
	f.Extends = r.ExtendsLimits()
	f.Demands = f.Step.ID == "decide-recommend" || f.Step.ID == "recommend"
	f.Paper = len(r.Papers) > 0
	f.Service = f.Step.ID == "serve" || f.Step.ID == "serve-filing"
}

// answers are the demands a reply or a check speaks of.
func (f *ActForm) answers(l *look) error {
	if f.Step.By != "agency" && f.Step.ID != "verify" && f.Step.ID != "not-rectified" && f.Step.ID != "follow-up" {
		return nil
	}
	var c CaseFile
	c.Matter, c.Names = *l.matter, map[int64]string{}
	if err := l.fillDemands(&c); err != nil {
		return err
	}
	for _, x := range c.Demands {
		if x.Respondent == f.Respondent || f.Respondent == "" || x.Respondent == "" {
			f.Answers = append(f.Answers, x)
		}
	}
	return nil
}

// PhaseView is one station of a line's way.
type PhaseView struct {
	ID      string
	On      pil.Day // when it was first reached; 0: not, or not known
	Past    bool
	Current bool
}

// phases are the stations of a procedure, as far as it has them.
func phases(ln *docket.Line) []PhaseView {
	order := []string{"clue", "inquiry", "pre-suit", "review", "court", "after", "end"}
	has := map[string]bool{}
	for _, s := range ln.Track.States {
		has[s.Phase] = true
	}
	now := slices.Index(order, ln.Track.States[ln.State].Phase)
	first := map[string]pil.Day{}
	for i := range ln.Acts {
		a := &ln.Acts[i]
		if to := a.Step.ToState(); to >= 0 {
			if p := ln.Track.States[to].Phase; first[p] == 0 {
				first[p] = a.On.From
			}
		}
	}
	var out []PhaseView
	for i, p := range order {
		if has[p] {
			out = append(out, PhaseView{ID: p, On: first[p], Past: i < now && first[p] != 0, Current: i == now})
		}
	}
	return out
}
