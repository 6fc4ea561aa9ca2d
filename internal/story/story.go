// Package story tells whole matters through the office's own commands, each on
// its day and by the person whose act it is: the five of the newspaper page, and
// running ones made up around a given day. It serves the demonstration, the tests
// in a browser, and the pictures of the manual.
//
// It must not know the store. What the published source does not say is made up,
// and the matter says 演示.
//
// 术语: 演示 demonstration.
package story

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
)

// Password is what everybody in the demonstration signs in with.
const Password = "shouhu-yanshi"

// Passphrase is what they keep the identity key under.
const Passphrase = "yanshi-shenfen-kouling"

// Login is somebody who can sign in.
type Login struct{ Office, Name, Login, Roles string }

// World is what was told.
type World struct {
	Cases map[string]int64 // by the name of the tale
	Clues map[string]int64
	Casts map[string]*Cast // by the office's code

	Identity seal.PrivateKey // that who reported is sealed to
}

// Cast is the people of one office.
type Cast struct {
	Office                                                                   int64
	Name                                                                     string
	Region                                                                   pil.Region
	Admin, Chief, Head, Prosecutor, Second, Assistant, ClueDesk, CaseManager desk.Who
	Department                                                               int64
}

// Office is what a story is told through: a desk, or somebody who clicks through
// the pages.
type Office interface {
	RegisterClue(context.Context, desk.Who, desk.NewClue) (int64, error)
	AssessClue(context.Context, desk.Who, desk.ClueAssessment) error
	ProposeFiling(context.Context, desk.Who, desk.FilingProposal) (int64, error)
	MoveApproval(context.Context, desk.Who, desk.ApprovalStep) error
	RecordEvent(context.Context, desk.Who, desk.Recording) (desk.Recorded, error)
	ProposeStep(context.Context, desk.Who, desk.StepProposal) (int64, error)
	RecordDemands(context.Context, desk.Who, desk.DemandVisit) error
	AddParty(context.Context, desk.Who, desk.NewParty) error
	AddNote(context.Context, desk.Who, int64, string) error
	PlanLookBack(context.Context, desk.Who, desk.VisitPlan) error
	RecordLookBack(context.Context, desk.Who, desk.VisitReport) (int64, error)

	ShowClue(context.Context, desk.Who, int64) (*desk.ClueFile, error)
	ShowCase(context.Context, desk.Who, int64) (*desk.CaseFile, error)
	ShowApproval(context.Context, desk.Who, int64) (*desk.ApprovalView, error)
}

// scene is something somebody does at a moment.
type scene struct {
	at time.Time
	do func(ctx context.Context, o Office) error
}

// Tale is one matter, told in scenes.
type Tale struct {
	Name    string
	cast    *Cast
	clue    int64
	caseID  int64
	scenes  []scene
	minutes int
	last    pil.Day
	second  bool // the second prosecutor handles it
}

// at adds a scene on a day; several on one day follow each other.
func (t *Tale) at(day pil.Day, do func(ctx context.Context, o Office) error) {
	if day != t.last {
		t.last, t.minutes = day, 0
	}
	y, m, dom := day.Civil()
	t.scenes = append(t.scenes, scene{at: time.Date(y, m, dom, 9, 7+t.minutes, 0, 0, pil.Zone).UTC(), do: do})
	t.minutes += 9
}

func day(s string) pil.Day {
	d, err := pil.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// registered has the clue desk register a clue and hand it to the prosecutor.
func (t *Tale) registered(on pil.Day, in desk.NewClue) *Tale {
	in.Received = on
	if source, said := in.Channel.Source(); said && source == clue.Reported && in.Reporter == 0 {
		in.Reporter = clue.Anonymous
	}
	t.at(on, func(ctx context.Context, o Office) (err error) {
		if source, said := in.Channel.Source(); said && source == clue.Reported && in.Reporter == 0 {
			in.Reporter = clue.Anonymous
		}
		if in.Channel == clue.Telephone { // who calls leaves a name, and asks that it be kept
			in.Reporter, in.Identity = clue.InConfidence, clue.Identity{Name: "演示举报人", Phone: "010-00000000"}
		}
		in.Demo, in.Region, in.Lead, in.Department = true, t.cast.Region, t.handler().Person, t.cast.Department
		t.clue, err = o.RegisterClue(ctx, t.cast.ClueDesk, in)
		return err
	})
	return t
}

// assessed has the prosecutor assess the clue.
func (t *Tale) assessed(on pil.Day, why string) {
	t.at(on, func(ctx context.Context, o Office) error {
		return o.AssessClue(ctx, t.handler(), desk.ClueAssessment{Matter: t.clue, Assessment: clue.Assessment{
			Truth: clue.Graded{Grade: clue.High, Reason: "与现场和材料一致"}, Checkability: clue.Graded{Grade: clue.High, Reason: "现场、台账可查"},
			Risk: clue.Graded{Grade: clue.Low, Reason: "没有不稳定因素"}, Harm: true, Illegal: true, Conclusion: clue.ToFile, Reason: why}})
	})
}

// filed proposes to open the case and takes it through the head and the chief.
func (t *Tale) filed(on pil.Day, in desk.FilingProposal) {
	var id int64
	t.at(on, func(ctx context.Context, o Office) (err error) {
		in.Matter, in.Open, in.With = t.clue, true, []int64{t.cast.Assistant.Person}
		id, err = o.ProposeFiling(ctx, t.handler(), in)
		return err
	})
	t.agreed(on, &id, "同意立案。")
	t.at(on, func(ctx context.Context, o Office) error {
		c, err := o.ShowClue(ctx, t.cast.ClueDesk, t.clue)
		if err != nil {
			return err
		}
		for _, l := range c.Links {
			if l.Kind == desk.LinkClue {
				t.caseID = l.Other.ID
			}
		}
		return nil
	})
}

// agreed takes a proposal through the head, where it goes there, and the chief.
func (t *Tale) agreed(on pil.Day, id *int64, opinion string) {
	t.at(on, func(ctx context.Context, o Office) error {
		v, err := o.ShowApproval(ctx, t.cast.Head, *id)
		if err != nil {
			return err
		}
		if v.State != docket.InReview {
			return nil
		}
		return o.MoveApproval(ctx, t.cast.Head, desk.ApprovalStep{Approval: *id, Move: docket.Agree, Opinion: "经审核，事实清楚，同意报检察长决定。"})
	})
	t.at(on, func(ctx context.Context, o Office) error {
		return o.MoveApproval(ctx, t.cast.Chief, desk.ApprovalStep{Approval: *id, Move: docket.Approve, Opinion: opinion})
	})
}

// did records an act.
func (t *Tale) did(on pil.Day, act desk.Act, answers ...answer) *Tale {
	t.at(on, func(ctx context.Context, o Office) error {
		act.On = 0
		if act.Step == "investigate" || act.Step == "verify" || act.Step == "follow-up" {
			act.People = []int64{t.handler().Person, t.cast.Assistant.Person}
		}
		list, err := t.answers(ctx, o, answers)
		if err != nil {
			return err
		}
		_, err = o.RecordEvent(ctx, t.handler(), desk.Recording{Matter: t.caseID, Act: act, Answers: list})
		return err
	})
	return t
}

// decided proposes a step and takes it through to the decision.
func (t *Tale) decided(on pil.Day, act desk.Act) {
	var id int64
	t.proposed(on, act, &id)
	t.agreed(on, &id, "同意。")
}

// proposed proposes a step and leaves it on its way.
func (t *Tale) proposed(on pil.Day, act desk.Act, id *int64) {
	t.at(on, func(ctx context.Context, o Office) (err error) {
		n, err := o.ProposeStep(ctx, t.handler(), desk.StepProposal{Matter: t.caseID, Act: act, Opinion: act.Note})
		if id != nil {
			*id = n
		}
		return err
	})
}

// answer is what became of a demand, named by the beginning of its text.
type answer struct {
	demand string
	move   docket.DemandMove
	note   string
}

func (t *Tale) answers(ctx context.Context, o Office, list []answer) ([]desk.Answer, error) {
	if len(list) == 0 {
		return nil, nil
	}
	f, err := o.ShowCase(ctx, t.handler(), t.caseID)
	if err != nil {
		return nil, err
	}
	var out []desk.Answer
	for _, a := range list {
		for _, x := range f.Demands {
			if strings.HasPrefix(x.Text, a.demand) {
				out = append(out, desk.Answer{Demand: x.ID, Move: a.move, Note: a.note})
			}
		}
	}
	return out, nil
}

// seen records what was found of demands on the spot, and closes them.
func (t *Tale) seen(on pil.Day, list ...answer) {
	t.at(on, func(ctx context.Context, o Office) error {
		answers, err := t.answers(ctx, o, list)
		if err != nil {
			return err
		}
		return o.RecordDemands(ctx, t.handler(), desk.DemandVisit{Matter: t.caseID, Answers: answers, People: []int64{t.handler().Person, t.cast.Assistant.Person}})
	})
}

// beside adds somebody the case is about.
func (t *Tale) beside(on pil.Day, p desk.NewParty) {
	t.at(on, func(ctx context.Context, o Office) error {
		p.Matter = t.caseID
		return o.AddParty(ctx, t.handler(), p)
	})
}

// noted adds a remark.
func (t *Tale) noted(on pil.Day, text string) *Tale {
	t.at(on, func(ctx context.Context, o Office) error { return o.AddNote(ctx, t.handler(), t.caseID, text) })
	return t
}

// Play plays the scenes of all tales in the order of their moments; at is the
// office at one.
func Play(ctx context.Context, at func(time.Time) Office, tales []*Tale, progress func(done, all int)) error {
	type played struct {
		scene
		tale *Tale
		n    int
	}
	var all []played
	for _, t := range tales {
		for i, s := range t.scenes {
			all = append(all, played{s, t, i})
		}
	}
	slices.SortStableFunc(all, func(a, b played) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.n, b.n)) })
	for i, s := range all {
		if err := s.do(ctx, at(s.at)); err != nil {
			return fmt.Errorf("%s, scene %d (%s): %w", s.tale.Name, s.n+1, pil.DayOf(s.at), err)
		}
		if progress != nil {
			progress(i+1, len(all))
		}
	}
	return nil
}

// admin is an act on an administrative line.
func admin(respondent, step string) desk.Act {
	return desk.Act{Track: "administrative", Respondent: respondent, Step: step,
		Affirmed: []string{"plan-made", "addressee-known", "agency-not-performing", "matches-claims"}}
}

// civil is an act on a civil line.
func civil(respondent, step string) desk.Act {
	return desk.Act{Track: "civil", Respondent: respondent, Step: step, Affirmed: []string{"plan-made", "addressee-known", "national-media", "still-harmed"}}
}

// incidental is an act on a criminal-incidental line.
func incidental(respondent, step string) desk.Act {
	return desk.Act{Track: "criminal-incidental", Respondent: respondent, Step: step, Affirmed: []string{"plan-made", "addressee-known", "national-media", "still-harmed"}}
}

// with adds what an act says.
func with(a desk.Act, note string) desk.Act {
	a.Note = note
	return a
}

// handler is who handles the matter.
func (t *Tale) handler() desk.Who {
	if t.second {
		return t.cast.Second
	}
	return t.cast.Prosecutor
}

// Tell founds the offices, seats their people and tells the five matters of the
// newspaper page and the running ones around today. Everything happens before
// today.
func Tell(ctx context.Context, d *desk.Desk, today pil.Day, progress func(done, all int)) (*World, error) {
	w, err := Seat(ctx, d)
	if err != nil {
		return nil, err
	}
	tales := append(Newspaper(w.Casts), running(w.Casts[demoOffice], today)...)
	if err := Play(ctx, func(t time.Time) Office { return d.At(t) }, tales, progress); err != nil {
		return nil, err
	}
	for _, t := range tales {
		w.Cases[t.Name], w.Clues[t.Name] = t.caseID, t.clue
	}
	return w, nil
}

// Case is the case of the tale, once it is opened.
func (t *Tale) Case() int64 { return t.caseID }

// Newspaper are the five matters of the newspaper page.
func Newspaper(casts map[string]*Cast) []*Tale {
	return []*Tale{queshan(casts["queshan"]), rugao(casts["rugao"]), xuhui(casts["xuhui"]), hongshan(casts["hongshan"]), tancheng(casts["tancheng"])}
}

// Handler is who handles the matter.
func (t *Tale) Handler() desk.Who { return t.handler() }
