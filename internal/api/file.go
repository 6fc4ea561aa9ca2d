package api

import (
	"context"
	"time"

	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// byID asks for one clue or case.
type byID struct {
	ID int64 `path:"id" minimum:"1"`
}

// fileOf reads the file of a clue or of a case.
type fileOf func(context.Context, *caller, int64) (*desk.CaseFile, error)

func (s *server) caseFile(ctx context.Context, c *caller, id int64) (*desk.CaseFile, error) {
	return s.desk.ShowCase(ctx, c.Who, id)
}

func (s *server) clueFile(ctx context.Context, c *caller, id int64) (*desk.CaseFile, error) {
	f, err := s.desk.ShowClue(ctx, c.Who, id)
	if err != nil {
		return nil, err
	}
	return &f.CaseFile, nil
}

// Matter is what a clue and a case have in common.
type Matter struct {
	ID         int64  `json:"id"`
	Number     string `json:"number"`
	National   string `json:"national,omitempty" doc:"全国统一业务系统编号 · number in the national system"`
	Title      string `json:"title"`
	Office     Named  `json:"office"`
	Department *Named `json:"department,omitempty"`
	Field      *Term  `json:"field,omitempty"`
	Region     string `json:"region,omitempty"`
	Place      string `json:"place,omitempty"`
	Demo       bool   `json:"demo" doc:"演示数据 · sample data"`
	Version    int    `json:"version" doc:"每次变动加一 · grows with every change"`
	MadeAt     string `json:"made_at,omitempty" format:"date-time"`
	Lines      []Line `json:"lines" doc:"每种程序、每个对象一条 · one for each track and respondent"`
	People     []On   `json:"people" doc:"办案人员 · who works on it"`
	Links      []Link `json:"links" doc:"关联的线索和案件 · other matters it is tied to"`
}

// Line is one track against one respondent.
type Line struct {
	Track      Term      `json:"track"`
	Respondent string    `json:"respondent,omitempty"`
	State      Term      `json:"state"`
	Phase      string    `json:"phase"`
	Ended      bool      `json:"ended"`
	Ground     *Term     `json:"ground,omitempty" doc:"终结等所依据的情形 · the ground of its end"`
	Findings   []Finding `json:"findings"`
}

// Finding is something worth saying about a line.
type Finding struct {
	Code    string `json:"code"`
	Level   string `json:"level" enum:"breach,warning,info"`
	Against string `json:"against"`
	Message string `json:"message"`
	Basis   []Term `json:"basis"`
}

// On is somebody who works on a matter.
type On struct {
	Person Named `json:"person"`
	Role   *Term `json:"role,omitempty"`
	Lead   bool  `json:"lead"`
}

// Link is another matter this one is tied to.
type Link struct {
	Kind    string    `json:"kind"`
	Outward bool      `json:"outward" doc:"由本件指向对方 · from this matter to the other"`
	Matter  MatterRef `json:"matter"`
	Note    string    `json:"note,omitempty"`
}

func (s *server) matter(f *desk.CaseFile) Matter {
	m := Matter{ID: f.ID, Number: f.Number, National: f.National, Title: f.Title, Office: Named{f.OfficeID, f.Office}, Field: fieldTerm(f.Field), Region: string(f.Region),
		Place: f.Place, Demo: f.Demo, Version: f.Version, MadeAt: moment(f.MadeAt.Time()), Links: links(f.Links)}
	if f.DepartmentID != 0 {
		m.Department = &Named{f.DepartmentID, f.Department}
	}
	m.People = each(f.People, func(p *desk.PersonOn) On { return On{Named{p.PersonID, p.Name}, known(p.As), p.Lead} })
	m.Lines = each(f.Lines, func(l *desk.LineView) Line {
		v := Line{Track: term(l.Track.ID, l.Track.Text), Respondent: l.Respondent, State: stateTerm(l.State), Phase: l.State.Phase, Ended: l.Ended}
		if l.Ground != nil {
			t := term(l.Ground.ID, l.Ground.Text)
			v.Ground = &t
		}
		v.Findings = each(l.Findings, func(x *docket.Finding) Finding {
			return Finding{string(x.Code), string(x.Level), x.Against, x.Message, s.cites(x.Basis)}
		})
		return v
	})
	return m
}

// links name the other matters: what more there is to them is shown there.
func links(list []desk.LinkView) []Link {
	return each(list, func(l *desk.LinkView) Link {
		return Link{Kind: l.Kind, Outward: l.Outward, Matter: MatterRef{ID: l.Other.ID, Kind: l.Other.Kind, Number: l.Other.Number, Title: l.Other.Title}, Note: l.Note}
	})
}

// Case is one case. Natural persons' data are in it only for who handles it.
type Case struct {
	Matter
	Summary string   `json:"summary,omitempty"`
	Major   bool     `json:"major" doc:"重大办案事项 · major"`
	Parties []Party  `json:"parties"`
	Demands []Demand `json:"demands" doc:"检察建议的各项 · what a recommendation asks for"`
	Visits  []Visit  `json:"visits" doc:"回头看 · look-backs"`
}

// Party is somebody a case is about.
type Party struct {
	ID       int64  `json:"id"`
	Kind     string `json:"kind" enum:"agency,company,person,other"`
	Part     string `json:"part"`
	Name     string `json:"name"`
	Personal string `json:"personal,omitempty" doc:"个人信息，仅办案人员可见 · personal data, for who handles the case"`
	Note     string `json:"note,omitempty"`
}

// Demand is one demand and what became of it.
type Demand struct {
	ID         int64  `json:"id"`
	N          int    `json:"n"`
	Event      int    `json:"event" doc:"提出它的办案行为 · seq of the act it was made by"`
	Respondent string `json:"respondent,omitempty"`
	Text       string `json:"text"`
	Basis      string `json:"basis,omitempty"`
	State      Term   `json:"state"`
	Settled    bool   `json:"settled"`
	Moves      []Move `json:"moves"`
}

// Move is what became of a demand on a day.
type Move struct {
	Move   Term     `json:"move"`
	On     pil.Day  `json:"on" format:"date"`
	Note   string   `json:"note,omitempty"`
	People []string `json:"people" doc:"到场人员 · who went there"`
}

// Visit is a look-back.
type Visit struct {
	ID        int64   `json:"id"`
	PlannedOn pil.Day `json:"planned_on" format:"date"`
	DoneOn    pil.Day `json:"done_on,omitzero" format:"date"`
	Late      bool    `json:"late"`
	Outcome   string  `json:"outcome,omitempty"`
	Findings  string  `json:"findings,omitempty"`
	Checklist []Check `json:"checklist"`
	NewClue   int64   `json:"new_clue,omitempty" doc:"反弹的新线索 · the clue of harm that returned"`
}

// Check is one line of a look-back's checklist.
type Check struct {
	What   string `json:"what"`
	Holds  string `json:"holds,omitempty" doc:"yes 或者 no；没有看的不出现 · left out where nobody looked"`
	Remark string `json:"remark,omitempty"`
}

type caseOut struct{ Body Case }

func (s *server) showCase(ctx context.Context, c *caller, in *byID) (*caseOut, error) {
	f, err := s.caseFile(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	v := Case{Matter: s.matter(f), Summary: f.Summary, Major: f.Major}
	v.Parties = each(f.Parties, func(p *desk.Party) Party { return Party{p.ID, p.Kind, p.Part, p.Name, p.Personal, p.Note} })
	v.Demands = each(f.Demands, func(d *desk.DemandView) Demand {
		return Demand{ID: d.ID, N: d.N, Event: d.EventSeq, Respondent: d.Respondent, Text: d.Text, Basis: d.Basis,
			State: Term{string(d.State), d.State.Zh(), d.State.En()}, Settled: d.State.Settled(), Moves: each(d.Moves, func(m *desk.DemandMoveView) Move {
				return Move{Term{string(m.Name), m.Name.Zh(), m.Name.En()}, m.On, m.Note, same(m.Went)}
			})}
	})
	v.Visits = each(f.Visits, func(x *desk.VisitView) Visit {
		return Visit{x.ID, x.PlannedOn, x.DoneOn, x.Late, x.Outcome, x.Findings, each(x.Checklist, func(k *desk.Check) Check { return Check(*k) }), x.NewClue}
	})
	return &caseOut{v}, nil
}

// Event is one entry of a history.
type Event struct {
	Seq          int               `json:"seq"`
	On           pil.Day           `json:"on" format:"date" doc:"发生之日 · the day it happened"`
	RecordedAt   string            `json:"recorded_at" format:"date-time"`
	Track        Term              `json:"track"`
	Respondent   string            `json:"respondent,omitempty" doc:"没有的为该程序全部对象 · none: all of the track"`
	Step         Term              `json:"step"`
	By           *Term             `json:"by,omitempty" doc:"由谁作出 · who took or decided it"`
	Person       *Named            `json:"person,omitempty" doc:"由谁记录 · who recorded it"`
	Cites        []Term            `json:"cites"`
	Ground       string            `json:"ground,omitempty"`
	Note         string            `json:"note,omitempty"`
	Reason       string            `json:"reason,omitempty"`
	More         map[string]string `json:"more,omitempty" doc:"文号、送达方式等 · paper number, manner of service …"`
	Supersedes   int               `json:"supersedes,omitempty" doc:"它更正的记录 · seq it takes the place of"`
	SupersededBy int               `json:"superseded_by,omitempty" doc:"更正它的记录 · seq that took its place"`
	Void         bool              `json:"void" doc:"更正为没有发生 · corrected to: did not happen"`
	Law          string            `json:"law,omitempty" doc:"当时所依法律数据的 SHA-256 · hash of the law it was decided under"`
	Files        []File            `json:"files"`
}

// File is an attached file.
type File struct {
	ID      int64   `json:"id"`
	Kind    string  `json:"kind"`
	Name    string  `json:"name"`
	Media   string  `json:"media"`
	Size    int64   `json:"size" doc:"字节 · bytes"`
	SHA256  string  `json:"sha256"`
	Caption string  `json:"caption,omitempty"`
	TakenOn pil.Day `json:"taken_on,omitzero" format:"date"`
}

func (s *server) events(file fileOf) func(context.Context, *caller, *byID) (*list[Event], error) {
	return func(ctx context.Context, c *caller, in *byID) (*list[Event], error) {
		f, err := file(ctx, c, in.ID)
		if err != nil {
			return nil, err
		}
		return whole(each(f.Timeline, s.event)), nil
	}
}

func (s *server) event(e *desk.EventView) Event {
	v := Event{Seq: e.Seq, On: e.On, RecordedAt: moment(e.RecordedAt.Time()), Track: s.trackTerm(e.Track), Respondent: e.Respondent, Step: term(e.Step, e.Name),
		Cites: s.cites(e.Cites), Ground: e.Facts.Ground, Note: e.Note, Reason: e.Reason, More: e.Facts.More, SupersededBy: e.SupersededBy, Void: e.Void, Law: e.LawHash}
	if e.Event.By != "" || e.By.Zh != "" {
		t := term(e.Event.By, e.By)
		v.By = &t
	}
	if e.PersonID != 0 {
		v.Person = &Named{e.PersonID, e.Person}
	}
	if e.Supersedes != nil {
		v.Supersedes = e.Supersedes.Seq
	}
	v.Files = each(e.Files, func(f *desk.File) File {
		return File{f.ID, f.Kind, f.Name, f.Media, f.Size, f.SHA256, f.Caption, f.TakenOn}
	})
	return v
}

// Limit is one limit of a matter, with how it was counted.
type Limit struct {
	Limit       Term           `json:"limit"`
	Track       Term           `json:"track"`
	Respondent  string         `json:"respondent,omitempty"`
	Whose       Term           `json:"whose"`
	Kind        string         `json:"kind" enum:"act-by,wait,before,keep-at-least,working-days"`
	Start       pil.Day        `json:"start" format:"date"`
	Due         pil.Day        `json:"due" format:"date"`
	EndedOn     pil.Day        `json:"ended_on,omitzero" format:"date" doc:"没有的仍在进行 · left out while it runs"`
	Met         string         `json:"met" enum:"yes,no,unknown,running"`
	Provisional bool           `json:"provisional" doc:"该年尚无放假通知 · no holiday notice for that year yet"`
	Explain     statute.Text   `json:"explain" doc:"怎样算出的 · how it was found"`
	Basis       []Term         `json:"basis"`
	Warnings    []statute.Text `json:"warnings"`
}

func (s *server) limits(file fileOf) func(context.Context, *caller, *byID) (*list[Limit], error) {
	return func(ctx context.Context, c *caller, in *byID) (*list[Limit], error) {
		f, err := file(ctx, c, in.ID)
		if err != nil {
			return nil, err
		}
		return whole(each(f.Deadlines, func(d *desk.DeadlineView) Limit {
			return Limit{Limit: term(d.ID, d.Name), Track: s.trackTerm(d.Track), Respondent: d.Respondent, Whose: term(d.Who, d.WhoText), Kind: string(d.Kind),
				Start: d.Start, Due: d.Due, EndedOn: d.Ended, Met: d.Met, Provisional: d.Provisional, Explain: d.Explain, Basis: s.cites(d.Basis), Warnings: same(d.Warnings)}
		})), nil
	}
}

// Option is one step that may come next on a line.
type Option struct {
	Track      Term          `json:"track"`
	Respondent string        `json:"respondent,omitempty"`
	Step       Term          `json:"step"`
	Allowed    bool          `json:"allowed" doc:"没有什么不许 · nothing refuses it"`
	Lacks      []Lack        `json:"lacks" doc:"尚缺什么 · what is missing"`
	Cites      []Term        `json:"cites"`
	Deciders   *statute.Text `json:"deciders,omitempty" doc:"由谁决定；没有的不须审批 · who decides; left out where nobody has to"`
	Papers     []Term        `json:"papers"`
	Action     string        `json:"action" doc:"以什么操作进行 · the action it is taken or proposed by"`
	May        bool          `json:"may" doc:"令牌所代表的人可以进行 · the person may do so"`
}

// Lack is what is missing for a step.
type Lack struct {
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Cite    Term   `json:"cite"`
	Refuses bool   `json:"refuses" doc:"false：写明理由即可 · false: it passes with reasons"`
}

func (s *server) next(file fileOf) func(context.Context, *caller, *byID) (*list[Option], error) {
	return func(ctx context.Context, c *caller, in *byID) (*list[Option], error) {
		f, err := file(ctx, c, in.ID)
		if err != nil {
			return nil, err
		}
		all := []Option{}
		for i := range f.Lines {
			l := &f.Lines[i]
			all = append(all, each(l.Next, func(o *desk.OptionView) Option { return s.option(l, o) })...)
		}
		return whole(all), nil
	}
}

func (s *server) option(l *desk.LineView, o *desk.OptionView) Option {
	v := Option{Track: term(l.Track.ID, l.Track.Text), Respondent: l.Respondent, Step: term(o.Step.ID, o.Step.Text), Allowed: o.Allowed(),
		Cites: s.cites(o.Cites), Action: o.Do.String(), May: o.May}
	if o.Deciders != "" {
		v.Deciders = &statute.Text{Zh: o.Deciders, En: o.DecideEn}
	}
	v.Lacks = each(o.Lack, func(x *docket.Lack) Lack { return Lack{x.Zh, x.En, s.cites([]string{x.Cite})[0], x.Stop} })
	v.Papers = each(o.Papers, func(p *desk.PaperView) Term { return term(p.ID, p.Text) })
	return v
}

// moment writes a moment; nothing for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// same is a list as it is, never null.
func same[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
