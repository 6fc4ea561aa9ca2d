package docket

import (
	"fmt"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// ReportJSON is a report in the shape outsiders rely on.
type ReportJSON struct {
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	Tracks    []string          `json:"tracks"`
	Rules     map[string]string `json:"rules"`
	States    map[string]string `json:"states"`
	State     string            `json:"state"`
	Events    []PlacedJSON      `json:"events"`
	Lines     []LineJSON        `json:"lines"`
	Deadlines []DeadlineJSON    `json:"deadlines"`
	Findings  []Finding         `json:"findings"`
	Paid      string            `json:"paid,omitempty"`
	Law       string            `json:"law"` // hash of the law it was judged under
}

// PlacedJSON is one act; an unknown day is null.
type PlacedJSON struct {
	Index int      `json:"index"`
	From  *pil.Day `json:"from"`
	To    *pil.Day `json:"to"`
	Label string   `json:"label"`
	Act   string   `json:"act"`
	Track string   `json:"track"`
	State string   `json:"state"`
}

// LineJSON is one track against one respondent.
type LineJSON struct {
	Track      string `json:"track"`
	Respondent string `json:"respondent"`
	State      string `json:"state"`
	Ground     string `json:"ground,omitempty"`
}

// DeadlineJSON is one limit; an unknown end is null.
type DeadlineJSON struct {
	ID          string       `json:"id"`
	Track       string       `json:"track"`
	Addressee   string       `json:"addressee"`
	Kind        statute.Kind `json:"kind"`
	Start       *string      `json:"start"`
	DueFrom     *pil.Day     `json:"due_from"`
	DueTo       *pil.Day     `json:"due_to"`
	Provisional bool         `json:"provisional"`
	Met         string       `json:"met"`
	Basis       []string     `json:"basis"`
	Explain     string       `json:"explain"`
	ExplainEn   string       `json:"explain_en"`
}

// JSON writes out the report; limits are explained here and not before.
func (rep *Report) JSON() ReportJSON {
	out := ReportJSON{ID: rep.ID, Title: rep.Title, Law: rep.law.Hash, Rules: map[string]string{}, States: map[string]string{},
		Events: []PlacedJSON{}, Lines: []LineJSON{}, Deadlines: []DeadlineJSON{}, Findings: rep.Findings, Tracks: []string{}}
	for i, p := range rep.Tracks {
		out.Tracks = append(out.Tracks, p.ID)
		out.Rules[p.ID], out.States[p.ID] = rep.Rules[i], rep.States[i]
	}
	if len(rep.States) > 0 {
		out.State = rep.States[0]
	}
	for _, e := range rep.Events {
		out.Events = append(out.Events, PlacedJSON{e.Index, known(e.On.From), known(e.On.To), e.Label, e.Act, e.Track, e.State})
	}
	for _, ln := range rep.Lines {
		one := LineJSON{Track: ln.Track.ID, Respondent: ln.Respondent, State: ln.StateID()}
		if ln.Ground != nil {
			one.Ground = ln.Ground.ID
		}
		out.Lines = append(out.Lines, one)
	}
	for _, d := range rep.Deadlines {
		text := rep.Explain(d)
		one := DeadlineJSON{ID: d.Run.Limit.ID, Track: d.Track, Addressee: d.Addressee, Kind: d.Run.Limit.Kind, DueFrom: known(d.Run.From), DueTo: known(d.Run.To),
			Provisional: d.Run.Provisional, Met: d.Met, Basis: rep.basis(d), Explain: text.Zh, ExplainEn: text.En}
		if d.Run.Start.From != 0 {
			start := d.Run.Start.String()
			one.Start = &start
		}
		out.Deadlines = append(out.Deadlines, one)
	}
	if rep.Paid > 0 {
		out.Paid = rep.Paid.String()
	}
	if out.Findings == nil {
		out.Findings = []Finding{}
	}
	return out
}

func known(d pil.Day) *pil.Day {
	if d == 0 {
		return nil
	}
	return &d
}

func (rep *Report) basis(d *Deadline) []string {
	if d.Run.From != 0 {
		return rep.law.Basis(d.Run.Due)
	}
	v := d.Run.Limit.Vers[len(d.Run.Limit.Vers)-1]
	return v.Cite
}

// Explain tells how a limit's end was found and why it counts as kept or not.
func (rep *Report) Explain(d *Deadline) statute.Text {
	run := d.Run
	switch {
	case run.Start.From == 0:
		return statute.Text{Zh: "起算的行为没有公布日期，无法计算。", En: "The act it runs from is not dated; it cannot be counted."}
	case run.From == 0:
		return statute.Text{Zh: "文书载明的长度未公布，或者日期超出可计算的范围，未计算。", En: "Not counted: the length the paper states was not published, or the date lies out of range."}
	}
	t := rep.law.Explain(run.Due)
	add := func(zh, en string) { t.Zh += zh; t.En += " " + en }
	if run.From != run.To && run.To != 0 {
		add(fmt.Sprintf("起算日在 %s 之间，故届满在 %s 与 %s 之间。", run.Start, run.From, run.To),
			fmt.Sprintf("The start lies in %s, so the end lies from %s to %s.", run.Start, run.From, run.To))
	}
	if run.By != nil && run.By.ID == recommendStep && run.Limit.FromReceipt {
		add("公布的检察建议日期视为收到之日。", "The published day of the recommendation counts as its receipt.")
	}
	if run.Doubt {
		add("起算日可能落在没有这一期限的规范之下。", "The start may fall under norms that know no such limit.")
	}
	if run.open || run.To == 0 {
		add("期间有长度未公布的延长、中止或扣除，届满日不确定。", "Extended, suspended or excluded for a length not published; the end is open.")
	}
	if run.End != nil {
		add(fmt.Sprintf("实际：「%s」%s。", run.End.Step.Zh, orUnknown(run.End.On.String())), fmt.Sprintf("Done: %s, %s.", run.End.Step.En, orUndated(run.End.On.String())))
	}
	return t
}

func orUnknown(s string) string {
	if s == "" {
		return "日期未公布"
	}
	return s
}

func orUndated(s string) string {
	if s == "" {
		return "date not published"
	}
	return s
}
