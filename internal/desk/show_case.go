package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// CaseFile is everything one page of a case tells: where it stands, what may be
// done next and under which article, what is due when, who must act.
type CaseFile struct {
	store.Matter
	Office     string
	Department string
	Lines      []LineView
	Deadlines  []DeadlineView
	Timeline   []EventView
	// Investigation is the plan and the acts of it, of a case.
	Investigation Investigation
	Parties       []store.Party
	People        []PersonOn
	Recusals      []RecusalView
	Approvals     []ApprovalLine
	Demands       []DemandView
	Visits        []VisitView
	Files         []store.File
	Exhibits      int // how many
	Notes         []NoteView
	Tasks         []TaskView
	Links         []LinkView
	Filings       []FilingView
	Flow          *FlowView // the data-flow map
	Analyses      []AnalysisLine
	Names         map[int64]string // of the persons that appear
	Staff         []store.Person   // who may be chosen: the office's people
	May           map[account.Action]bool
	Today         pil.Day
	Recorded      bool // every look at it is
}

// LineView is one track against one respondent.
type LineView struct {
	Track      *statute.Procedure
	Respondent string
	State      *statute.State
	Main       *statute.State // where the procedure stands, beside a fact
	Ended      bool
	Ground     *statute.Ground
	Phases     []PhaseView
	Next       []OptionView
	Others     []*statute.Step // what agencies, courts and parties may have done
	Findings   []docket.Finding
}

// OptionView is one step that may come next.
type OptionView struct {
	docket.Option
	Cites    []string
	Deciders string // who decides, in Chinese; empty: nobody has to
	DecideEn string
	Papers   []PaperView
	Do       account.Action // by which the step is taken or proposed
	May      bool           // the person who looks may do so
}

// PaperView is a paper that goes with a step.
type PaperView struct {
	ID string
	statute.Text
}

// DeadlineView is one limit, with its explanation.
type DeadlineView struct {
	ID          string
	Name        statute.Text
	Track       string
	Respondent  string
	Who         string
	WhoText     statute.Text
	Kind        statute.Kind
	Start       pil.Day
	Due         pil.Day
	Ended       pil.Day // 0: runs
	Provisional bool
	Met         string // yes, no, unknown, running
	Explain     statute.Text
	Basis       []string
	Warnings    []statute.Text
}

// EventView is one entry of the history.
type EventView struct {
	store.Event
	Name         statute.Text
	TrackName    statute.Text
	By           statute.Text
	Cites        []string
	Person       string
	Supersedes   *store.Event // what it took the place of
	SupersededBy int          // the correction that took its place; 0: it stands
	Files        []store.File
	LawHash      string
}

// PersonOn is somebody who works on the matter.
type PersonOn struct {
	store.Assignment
	Name string
	As   account.Role
}

// RecusalView is a recusal with the name of whom it is about, and its approval.
type RecusalView struct {
	store.Recusal
	Name     string
	By       string // who asked for it
	Decider  string
	As       account.Role // in which the decider decided
	Approval int64        // 0: decided before approvals were kept
	Waits    string       // for whom, in Chinese
}

// DemandView is one demand, where it stands and what became of it.
type DemandView struct {
	store.Demand
	State docket.DemandState
	Moves []DemandMoveView
	Files []store.File
	May   []docket.DemandMove // what may come next
}

// DemandMoveView is one thing that became of a demand.
type DemandMoveView struct {
	store.DemandMove
	Name   docket.DemandMove
	Person string
	Went   []string
}

// VisitView is a look-back with its photos.
type VisitView struct {
	store.Visit
	Went   []string
	Before []store.File
	After  []store.File
	Other  []store.File
	Late   bool
}

// NoteView is a remark with who made it.
type NoteView struct {
	store.Note
	Person string
}

// TaskView is a task with whom it is for.
type TaskView struct {
	store.Task
	For    string
	Matter string
	Late   bool
}

// LinkView is another matter this one is tied to.
type LinkView struct {
	store.Link
	Other   store.Matter
	Outward bool // from this matter to the other
	Hidden  bool // the actor may not see the other: nothing of it is told
}

// FilingView is a record-filing with the next level.
type FilingView struct {
	store.Filing
	To string
}

// ShowCase is the case file. Every look at it is recorded.
func (d *Desk) ShowCase(ctx context.Context, who Who, id int64) (*CaseFile, error) {
	f := &CaseFile{Names: map[int64]string{}, May: map[account.Action]bool{}, Recorded: true}
	err := d.ask(ctx, who, account.ShowCase, target{matter: named(id), kind: store.KindCase}, func(l *look) error {
		f.Matter, f.Today = *l.matter, l.today
		for _, step := range []func(*look, *CaseFile) error{
			(*look).fillOffice, (*look).fillHistory, (*look).fillInvestigation, (*look).fillDemands, (*look).fillVisits, (*look).fillRest, (*look).fillApprovals, (*look).fillLinks, (*look).fillFlow, (*look).countExhibits, (*look).fillAnalyses,
		} {
			if err := step(l, f); err != nil {
				return err
			}
		}
		for _, act := range account.AllActions() {
			if l.can(act) {
				f.May[act] = true
			}
		}
		f.Personal(l)
		l.sawSubject()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Personal leaves out natural persons' data for those who do not handle the case.
func (f *CaseFile) Personal(l *look) {
	if f.May[account.RecordEvent] || f.May[account.ViewExhibit] {
		return
	}
	for i := range f.Parties {
		f.Parties[i].Personal = ""
	}
}

func (l *look) fillOffice(f *CaseFile) error {
	o, err := l.Office(f.OfficeID)
	if err != nil {
		return err
	}
	f.Office = o.Name
	departments, err := l.Departments(f.OfficeID)
	if err != nil {
		return err
	}
	for i := range departments {
		if departments[i].ID == f.DepartmentID {
			f.Department = departments[i].Name
		}
	}
	people, err := l.People(f.OfficeID)
	if err != nil {
		return err
	}
	for i := range people {
		f.Names[people[i].ID] = people[i].Name
	}
	f.Staff = l.hands(people)
	return nil
}

// name is a person's name, looked up once.
func (l *look) name(names map[int64]string, id int64) string {
	if id == 0 {
		return ""
	}
	if n, ok := names[id]; ok {
		return n
	}
	names[id] = "#" + strconv.FormatInt(id, 10)
	if p, err := l.Person(id); err == nil {
		names[id] = p.Name
	}
	return names[id]
}

func (l *look) fillHistory(f *CaseFile) error {
	events, c, err := l.history(l.matter)
	if err != nil {
		return err
	}
	if f.Files, err = l.Files(f.ID); err != nil {
		return err
	}
	f.Timeline = l.timeline(events, f.Files, f.Names)
	for _, ln := range c.Lines {
		f.Lines = append(f.Lines, l.lineView(c, ln))
		f.Deadlines = append(f.Deadlines, l.deadlineViews(ln)...)
	}
	sortDeadlines(f.Deadlines)
	return nil
}

// sortDeadlines puts what runs before what has ended, the next due first.
func sortDeadlines(list []DeadlineView) {
	slices.SortStableFunc(list, func(a, b DeadlineView) int {
		if (a.Ended == 0) != (b.Ended == 0) {
			if a.Ended == 0 {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Due, b.Due)
	})
}

func (l *look) timeline(events []store.Event, files []store.File, names map[int64]string) []EventView {
	law := l.desk.law
	bySeq := map[int]*store.Event{}
	superseded := map[int]int{}
	for i := range events {
		bySeq[events[i].Seq] = &events[i]
		if s := events[i].Supersedes; s != 0 {
			superseded[s] = events[i].Seq
		}
	}
	var out []EventView
	for i := range events {
		e := EventView{Event: events[i], Person: l.name(names, events[i].PersonID), SupersededBy: superseded[events[i].Seq]}
		if p := law.Procedure(e.Track); p != nil {
			e.TrackName = p.Text
			if s := p.Step(e.Step); s != nil {
				e.Name = s.Text
				if r := s.On(e.On); r != nil {
					e.Cites = law.CitesOn(r.Cite, e.On)
				}
				e.By = statute.ActorText(s.By)
			}
		}
		if e.Event.By != "" {
			e.By = statute.ActorText(e.Event.By)
		}
		if e.Event.Supersedes != 0 {
			e.Supersedes = bySeq[e.Event.Supersedes]
		}
		for k := range files {
			if files[k].EventSeq == e.Seq {
				e.Files = append(e.Files, files[k])
			}
		}
		if h, err := l.LawHash(e.LawID); err == nil {
			e.LawHash = h
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b EventView) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Seq, b.Seq)) })
	return out
}

func (l *look) lineView(c *docket.Case, ln *docket.Line) LineView {
	v := LineView{Track: ln.Track, Respondent: ln.Respondent, State: ln.Track.State(ln.StateID()), Main: ln.Track.States[ln.State],
		Ended: ln.Track.States[ln.State].End, Ground: ln.Ground, Findings: ln.Findings, Phases: phases(ln)}
	for _, o := range c.Next(ln, l.today) {
		v.Next = append(v.Next, l.optionView(o))
	}
	for _, s := range ln.Track.Steps {
		if s.By != "office" && s.On(l.today) != nil && s.MayFrom(ln.State) && s.InField(l.matter.Field) {
			v.Others = append(v.Others, s)
		}
	}
	return v
}

func (l *look) optionView(o docket.Option) OptionView {
	law := l.desk.law
	v := OptionView{Option: o, Cites: law.CitesOn(o.Rule.Cite, l.today), Do: account.RecordEvent}
	var zh, en []string
	for _, d := range o.Rule.Decide {
		t := statute.ActorText(d)
		zh, en = append(zh, t.Zh), append(en, t.En)
	}
	if len(zh) > 0 {
		v.Do = account.ProposeStep
		v.Deciders, v.DecideEn = strings.Join(zh, "或者"), strings.Join(en, " or ")
	}
	for _, p := range o.Rule.Papers {
		v.Papers = append(v.Papers, PaperView{ID: p, Text: law.PaperOn(p, l.today)})
	}
	v.May = l.can(v.Do)
	return v
}

func (l *look) deadlineViews(ln *docket.Line) []DeadlineView {
	law := l.desk.law
	ended := ln.Track.States[ln.State].End
	kept := deadlinesOf(ln, ended)
	var out []DeadlineView
	k := 0
	for _, r := range ln.Runs {
		if r.From == 0 {
			continue
		}
		d := &kept[k]
		k++
		v := DeadlineView{ID: r.Limit.ID, Name: r.Limit.Text, Track: ln.Track.ID, Respondent: ln.Respondent, Who: r.Limit.Who, WhoText: statute.ActorText(r.Limit.Who),
			Kind: r.Limit.Kind, Start: d.StartOn, Due: d.DueOn, Ended: d.EndedOn, Provisional: r.Provisional, Met: r.Met(l.today),
			Explain: law.Explain(r.Due), Basis: law.Basis(r.Due), Warnings: law.Warnings(r.Due)}
		out = append(out, v)
	}
	return out
}

func (l *look) fillDemands(f *CaseFile) error {
	demands, err := l.Demands(f.ID)
	if err != nil {
		return err
	}
	moves, err := l.DemandMoves(f.ID)
	if err != nil {
		return err
	}
	states := demandStates(demands, moves)
	for _, x := range demands {
		v := DemandView{Demand: x, State: states[x.ID]}
		for _, m := range moves {
			if m.DemandID == x.ID {
				v.Moves = append(v.Moves, DemandMoveView{DemandMove: m, Name: docket.DemandMove(m.Move), Person: l.name(f.Names, m.PersonID), Went: l.names(f.Names, m.People)})
			}
		}
		for _, file := range f.Files {
			if file.DemandID == x.ID {
				v.Files = append(v.Files, file)
			}
		}
		for _, m := range docket.DemandMoves {
			if _, err := docket.MoveDemand(v.State, m); err == nil {
				v.May = append(v.May, m)
			}
		}
		f.Demands = append(f.Demands, v)
	}
	return nil
}

// names are the names behind ids separated by blanks.
func (l *look) names(known map[int64]string, ids string) []string {
	var out []string
	for s := range strings.FieldsSeq(ids) {
		out = append(out, l.name(known, idOf(s)))
	}
	return out
}

func (l *look) countExhibits(f *CaseFile) error {
	list, err := l.Exhibits(f.ID)
	f.Exhibits = len(list)
	return err
}

func (l *look) fillVisits(f *CaseFile) error {
	visits, err := l.Visits(f.ID)
	if err != nil {
		return err
	}
	for _, x := range visits {
		f.Visits = append(f.Visits, l.visitView(x, f.Files, f.Names))
	}
	return nil
}

func (l *look) visitView(x store.Visit, files []store.File, names map[int64]string) VisitView {
	v := VisitView{Visit: x, Went: l.names(names, x.People), Late: x.DoneOn == 0 && x.PlannedOn < l.today}
	for _, file := range files {
		if file.VisitID != x.ID {
			continue
		}
		switch file.Side {
		case "before":
			v.Before = append(v.Before, file)
		case "after":
			v.After = append(v.After, file)
		default:
			v.Other = append(v.Other, file)
		}
	}
	return v
}

func (l *look) fillRest(f *CaseFile) (err error) {
	if f.Parties, err = l.Parties(f.ID); err != nil {
		return err
	}
	if f.People, err = l.peopleOn(f.ID, f.Names); err != nil {
		return err
	}
	if f.Recusals, err = l.recusalViews(f.ID, f.Names); err != nil {
		return err
	}
	notes, err := l.Notes(f.ID)
	if err != nil {
		return err
	}
	for _, n := range notes {
		f.Notes = append(f.Notes, NoteView{Note: n, Person: l.name(f.Names, n.PersonID)})
	}
	tasks, err := l.Tasks(f.ID)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		f.Tasks = append(f.Tasks, l.taskView(t, f.Names))
	}
	filings, err := l.Filings(f.ID)
	if err != nil {
		return err
	}
	for _, x := range filings {
		o, err := l.Office(x.ToOffice)
		if err != nil {
			return err
		}
		f.Filings = append(f.Filings, FilingView{Filing: x, To: o.Name})
	}
	return nil
}

func (l *look) taskView(t store.Task, names map[int64]string) TaskView {
	return TaskView{Task: t, For: l.name(names, t.ForID), Late: t.DoneAt == 0 && t.DueOn != 0 && t.DueOn < l.today}
}

func (l *look) fillApprovals(f *CaseFile) error {
	list, err := l.Approvals(f.ID)
	if err != nil {
		return err
	}
	for i := range list {
		line, err := l.approvalLine(&list[i], f.Names)
		if err != nil {
			return err
		}
		f.Approvals = append(f.Approvals, line)
	}
	return nil
}

func (l *look) fillLinks(f *CaseFile) error {
	links, err := l.linkViews(f.ID)
	f.Links = links
	return err
}

// mayShow reports whether the actor may see another matter.
func (l *look) mayShow(m *store.Matter) (bool, error) {
	s, err := aboutMatter(l.View, m)
	if err != nil {
		return false, err
	}
	act := account.ShowCase
	if m.Kind == store.KindClue {
		act = account.ShowClue
	}
	_, err = account.Can(l.actor, act, s, l.now)
	return err == nil, nil
}

func (l *look) linkViews(matter int64) (out []LinkView, err error) {
	links, err := l.Links(matter)
	if err != nil {
		return nil, err
	}
	for _, x := range links {
		other := x.ToID
		if x.ToID == matter {
			other = x.FromID
		}
		m, err := l.Matter(other)
		if err != nil {
			return nil, err
		}
		may, err := l.mayShow(m)
		if err != nil {
			return nil, err
		}
		if !may {
			m = &store.Matter{ID: m.ID, Kind: m.Kind, OfficeID: m.OfficeID, Title: "（无权查看）"}
		}
		out = append(out, LinkView{Link: x, Other: *m, Outward: x.FromID == matter, Hidden: !may})
	}
	return out, nil
}
