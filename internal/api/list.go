package api

import (
	"context"
	"errors"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
)

// Me is whom the token speaks for.
type Me struct {
	Person     Named  `json:"person"`
	Login      string `json:"login"`
	Office     Named  `json:"office"`
	Department *Named `json:"department,omitempty"`
	Roles      []Term `json:"roles"`
	Until      string `json:"until" format:"date-time" doc:"令牌有效至 · the token's end"`
}

type meOut struct{ Body Me }

func (s *server) me(_ context.Context, c *caller, _ *struct{}) (*meOut, error) {
	m := Me{Person: Named(c.Person), Login: c.Login, Office: Named(c.Office), Roles: []Term{}, Until: moment(c.Until)}
	if c.Department.ID != 0 {
		d := Named(c.Department)
		m.Department = &d
	}
	for r := range c.Roles.Roles() {
		m.Roles = append(m.Roles, *known(r))
	}
	return &meOut{m}, nil
}

// MatterQuery is what a list of clues or cases may be asked for.
type MatterQuery struct {
	Paging
	State  string         `query:"state" maxLength:"60" doc:"所处状态 · state.id"`
	Field  fieldID        `query:"field" doc:"领域 · field"`
	Region string         `query:"region" maxLength:"6" doc:"行政区划代码，含其下级 · region code and all below it" example:"4201"`
	Live   optional[bool] `query:"live" doc:"在办 true，办结 false · still going, or ended"`
	DueBy  string         `query:"due_by" format:"date" doc:"最近的期限在该日或者之前 · next limit due on or before"`
	Order  string         `query:"order" enum:"newest,due" default:"newest" doc:"newest 新的在前；due 先到期的在前，只列有期限的 · newest first, or the earliest due first"`
}

// optional is a parameter that may be left out.
type optional[T any] struct {
	value T
	Value *T
}

// Schema is the schema of the value.
func (optional[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}

// Receiver is where the value is put.
func (o *optional[T]) Receiver() reflect.Value { return reflect.ValueOf(&o.value).Elem() }

// OnParamSet tells that there is one.
func (o *optional[T]) OnParamSet(isSet bool, _ any) {
	if isSet {
		o.Value = &o.value
	}
}

// filter is the query as the desk asks it.
func (s *server) filter(c *caller, q *MatterQuery) (f desk.MatterFilter, err error) {
	at, err := c.after(q.Paging)
	if err != nil {
		return f, err
	}
	region, err := regionAsked(q.Region)
	if err != nil {
		return f, err
	}
	due, err := dayAsked("due_by", q.DueBy)
	if err != nil {
		return f, err
	}
	f = desk.MatterFilter{State: q.State, Field: q.Field.zh(), Region: region, Live: q.Live.Value, Due: due, ByDue: q.Order == "due",
		AfterID: at.ID, AfterDue: at.Day, Most: q.Limit}
	return f, s.stateAsked(q.State)
}

// MatterLine is a clue or a case in a list.
type MatterLine struct {
	ID       int64   `json:"id"`
	Number   string  `json:"number"`
	Title    string  `json:"title"`
	Office   Named   `json:"office"`
	Lead     *Named  `json:"lead,omitempty" doc:"承办人 · who handles it"`
	Field    *Term   `json:"field,omitempty"`
	Region   string  `json:"region,omitempty"`
	Place    string  `json:"place,omitempty"`
	State    Term    `json:"state"`
	Live     bool    `json:"live"`
	OpenedOn pil.Day `json:"opened_on,omitzero" format:"date"`
	MovedOn  pil.Day `json:"moved_on,omitzero" format:"date" doc:"最近一次办案行为 · the last act"`
	NextDue  pil.Day `json:"next_due,omitzero" format:"date"`
	Limit    *Term   `json:"next_limit,omitempty" doc:"最近的期限 · which limit is due next"`
	Demo     bool    `json:"demo" doc:"演示数据 · sample data"`
}

func matterLine(r *desk.MatterLine) MatterLine {
	m := MatterLine{ID: r.MatterID, Number: r.Number, Title: r.Title, Office: Named{r.OfficeID, r.OfficeName}, Field: fieldTerm(r.Field), Region: string(r.Region),
		Place: r.Place, State: term(r.State, r.StateText), Live: r.Live, OpenedOn: r.OpenedOn, MovedOn: r.MovedOn, NextDue: r.NextDue, Demo: r.Demo}
	if r.LeadID != 0 {
		m.Lead = &Named{r.LeadID, r.LeadName}
	}
	if r.NextLimit != "" {
		t := term(r.NextLimit, r.LimitText)
		m.Limit = &t
	}
	return m
}

// CaseLine is a case in a list.
type CaseLine struct {
	MatterLine
	Tracks      []Term `json:"tracks" doc:"程序 · tracks"`
	Respondents string `json:"respondents,omitempty" doc:"监督对象，顿号分开 · respondents"`
}

// CaseQuery is what the list of cases may be asked for.
type CaseQuery struct {
	MatterQuery
	Track string `query:"track" maxLength:"60" doc:"程序 · track" example:"administrative"`
}

func (s *server) listCases(ctx context.Context, c *caller, q *CaseQuery) (*list[CaseLine], error) {
	f, err := s.filter(c, &q.MatterQuery)
	if err := errors.Join(err, s.trackAsked(q.Track)); err != nil {
		return nil, err
	}
	f.Kind, f.Track = desk.KindCase, q.Track
	got, err := s.desk.ListMatters(ctx, c.Who, f)
	if err != nil {
		return nil, err
	}
	var end *place
	if n := len(got.Rows); got.More {
		end = &place{ID: got.Rows[n-1].MatterID, Day: got.Rows[n-1].NextDue}
	}
	return page(c, each(got.Rows, func(r *desk.MatterLine) CaseLine {
		return CaseLine{matterLine(r), s.trackTerms(r.Tracks), r.Respondents}
	}), end), nil
}

// ClueLine is a clue in a list.
type ClueLine struct {
	MatterLine
	Channel    *Term   `json:"channel,omitempty"`
	ReceivedOn pil.Day `json:"received_on,omitzero" format:"date"`
	Answerable bool    `json:"answerable" doc:"有人可以答复 · somebody can be answered"`
	MergedInto int64   `json:"merged_into,omitempty" doc:"已并入的线索 · the clue it was merged into"`
}

// ClueQuery is what the list of clues may be asked for.
type ClueQuery struct {
	MatterQuery
	Channel channelID      `query:"channel" doc:"渠道 · channel"`
	Merged  optional[bool] `query:"merged" doc:"已并入其他线索 · merged into another"`
}

func (s *server) listClues(ctx context.Context, c *caller, q *ClueQuery) (*list[ClueLine], error) {
	f, err := s.filter(c, &q.MatterQuery)
	if err != nil {
		return nil, err
	}
	f.Channel, f.Merged = string(q.Channel), q.Merged.Value
	got, err := s.desk.Inbox(ctx, c.Who, f)
	if err != nil {
		return nil, err
	}
	var end *place
	if n := len(got.Rows); got.More {
		end = &place{ID: got.Rows[n-1].MatterID, Day: got.Rows[n-1].NextDue}
	}
	return page(c, each(got.Rows, func(r *desk.InboxLine) ClueLine {
		return ClueLine{matterLine(&r.MatterLine), known(r.Channel), r.On, r.Named, r.Into}
	}), end), nil
}

// DueQuery is which limits are asked for.
type DueQuery struct {
	Paging
	From  string         `query:"from" format:"date" doc:"该日或者之后到期 · due on or after"`
	Until string         `query:"until" format:"date" doc:"该日或者之前到期 · due on or before"`
	Whose string         `query:"whose" enum:"office,agency,court,party,higher-office" doc:"谁的期限 · whose duty"`
	Mine  optional[bool] `query:"mine" doc:"只列本人承办的 · only what the person handles"`
}

// DueLine is a running limit in a list.
type DueLine struct {
	Matter      MatterRef `json:"matter"`
	Office      Named     `json:"office"`
	Lead        *Named    `json:"lead,omitempty"`
	Limit       Term      `json:"limit"`
	Whose       Term      `json:"whose"`
	Track       Term      `json:"track"`
	Respondent  string    `json:"respondent,omitempty"`
	Start       pil.Day   `json:"start,omitzero" format:"date"`
	Due         pil.Day   `json:"due" format:"date"`
	DaysLeft    int       `json:"days_left" doc:"负数为已逾期 · negative: late"`
	Provisional bool      `json:"provisional" doc:"该年尚无放假通知 · no holiday notice for that year yet"`
}

// MatterRef names a clue or a case.
type MatterRef struct {
	ID     int64  `json:"id"`
	Kind   string `json:"kind" enum:"clue,case"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

// due lists the running limits of clues or of cases.
func (s *server) due(kind string) func(context.Context, *caller, *DueQuery) (*list[DueLine], error) {
	return func(ctx context.Context, c *caller, q *DueQuery) (*list[DueLine], error) {
		at, err := c.after(q.Paging)
		from, err1 := dayAsked("from", q.From)
		until, err2 := dayAsked("until", q.Until)
		if err := errors.Join(err, err1, err2); err != nil {
			return nil, err
		}
		f := desk.DueFilter{Kind: kind, From: from, Until: until, AfterDue: at.Day, AfterID: at.ID, AfterN: at.N, Most: q.Limit}
		if q.Whose != "" {
			f.Who = []string{q.Whose}
		}
		if q.Mine.Value != nil && *q.Mine.Value {
			f.Lead = c.Who.Person
		}
		got, err := s.desk.ListDue(ctx, c.Who, f)
		if err != nil {
			return nil, err
		}
		var end *place
		if n := len(got.Rows); got.More {
			last := &got.Rows[n-1]
			end = &place{ID: last.MatterID, Day: last.DueOn, N: last.N}
		}
		return page(c, each(got.Rows, s.dueLine), end), nil
	}
}

func (s *server) dueLine(r *desk.DueLine) DueLine {
	d := DueLine{Matter: MatterRef{r.MatterID, r.MatterKind, r.Number, r.Title}, Office: Named{r.OfficeID, r.OfficeName}, Limit: term(r.LimitID, r.Name),
		Whose: term(r.Who, r.Whose), Track: s.trackTerm(r.Track), Respondent: r.Respondent, Start: r.StartOn, Due: r.DueOn, DaysLeft: r.Left, Provisional: r.Provisional}
	if r.LeadID != 0 {
		d.Lead = &Named{r.LeadID, r.LeadName}
	}
	return d
}
