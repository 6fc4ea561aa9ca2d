package api

import (
	"context"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// LawLimit is one limit of the master list.
type LawLimit struct {
	ID       string         `json:"id"`
	Zh       string         `json:"zh"`
	En       string         `json:"en"`
	Kind     string         `json:"kind" enum:"act-by,wait,before,keep-at-least,working-days"`
	Whose    Term           `json:"whose"`
	Start    statute.Text   `json:"start" doc:"起算 · what it runs from"`
	Versions []LimitVersion `json:"versions"`
	Region   string         `json:"region,omitempty" doc:"仅该地 · there only"`
	Optional bool           `json:"optional" doc:"由本院选用，不是法定期限 · an office may turn it on: no term of the law"`
	Off      bool           `json:"off" doc:"未选用 · not turned on"`
}

// LimitVersion is the length a limit has in a period.
type LimitVersion struct {
	From   pil.Day      `json:"from,omitzero" format:"date"`
	To     pil.Day      `json:"to,omitzero" format:"date"`
	Length statute.Text `json:"length"`
	Days   int          `json:"days,omitempty"`
	Months int          `json:"months,omitempty"`
	Years  int          `json:"years,omitempty"`
	Cites  []Term       `json:"cites"`
	Conf   string       `json:"conf" doc:"把握程度，见 law/README.md · how sure we are"`
}

func (s *server) lawLimits(context.Context, *caller, *struct{}) (*list[LawLimit], error) {
	return whole(each(s.desk.Law().Limits, func(m **statute.Limit) LawLimit {
		l := *m
		return LawLimit{ID: l.ID, Zh: l.Zh, En: l.En, Kind: string(l.Kind), Whose: actor(l.Who), Start: l.Start, Region: l.Region, Optional: l.Optional, Off: l.Off,
			Versions: each(l.Vers, func(p **statute.LimitVersion) LimitVersion {
				v := *p
				return LimitVersion{v.From, v.To, v.Length(), v.Days, v.Months, v.Years, s.cites(v.Cite), string(v.Conf)}
			})}
	})), nil
}

// StepQuery is which steps are asked for.
type StepQuery struct {
	Track string `query:"track" maxLength:"60" doc:"程序 · track" example:"administrative"`
	On    string `query:"on" format:"date" doc:"依该日规范；没有的为今天 · by the norms of that day; otherwise of today"`
}

// LawStep is a step as the norms of a day have it.
type LawStep struct {
	Track  Term     `json:"track"`
	ID     string   `json:"id"`
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
	By     Term     `json:"by"`
	From   []string `json:"from" doc:"从哪些状态 · from which states"`
	To     string   `json:"to,omitempty" doc:"到哪一状态；没有的状态不变 · to which; left out: it stays"`
	Region string   `json:"region,omitempty"`
	Cites  []Term   `json:"cites"`
	Basis  string   `json:"basis,omitempty"`
	Conf   string   `json:"conf"`
	Decide []Term   `json:"decide" doc:"由谁决定 · who decides"`
	Papers []Term   `json:"papers"`
	Starts []string `json:"starts" doc:"起算的期限 · limits it starts"`
	Ends   []string `json:"ends" doc:"终止的期限 · limits it ends"`
	Needs  []Lack   `json:"needs" doc:"须先具备的 · what must be there first"`
}

func (s *server) lawSteps(_ context.Context, _ *caller, q *StepQuery) (*list[LawStep], error) {
	if err := s.trackAsked(q.Track); err != nil {
		return nil, err
	}
	day, err := dayAsked("on", q.On)
	if err != nil {
		return nil, err
	}
	if day == 0 {
		day = s.desk.Day()
	}
	all := []LawStep{}
	for _, p := range s.desk.Law().Procedures {
		for _, step := range p.Steps {
			if rule := step.On(day); rule != nil && (q.Track == "" || q.Track == p.ID) {
				all = append(all, s.lawStep(p, step, rule, day))
			}
		}
	}
	return whole(all), nil
}

func (s *server) lawStep(p *statute.Procedure, step *statute.Step, rule *statute.Rule, day pil.Day) LawStep {
	law := s.desk.Law()
	return LawStep{Track: term(p.ID, p.Text), ID: step.ID, Zh: step.Zh, En: step.En, By: actor(step.By), From: same(step.From), To: step.To, Region: step.Region,
		Cites: s.cites(law.CitesOn(rule.Cite, day)), Basis: string(rule.Basis), Conf: string(rule.Conf),
		Decide: each(rule.Decide, func(id *string) Term { return actor(*id) }),
		Papers: each(rule.Papers, func(id *string) Term { return term(*id, law.PaperOn(*id, day)) }),
		Starts: same(rule.Starts), Ends: same(rule.Ends),
		Needs: each(rule.Needs, func(n *statute.Need) Lack {
			return Lack{n.Zh, n.En, s.cites([]string{law.CiteOn(n.Cite, day)})[0], n.Level != "warn"}
		})}
}
