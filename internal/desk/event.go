package desk

import (
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// Act is an act on a matter as an officer enters or proposes it.
type Act struct {
	Track      string            `json:"track"`
	Respondent string            `json:"respondent,omitempty"` // empty: all lines of the track
	Step       string            `json:"step"`
	On         pil.Day           `json:"on,omitempty"` // the civil day it happened; of a decision the day it is made
	Ground     string            `json:"ground,omitempty"`
	Affirmed   []string          `json:"affirmed,omitempty"` // facts the law asks for
	People     []int64           `json:"people,omitempty"`   // staff taking part
	Urgent     bool              `json:"urgent,omitempty"`
	Days       int               `json:"days,omitempty"`   // the length a paper states
	Months     int               `json:"months,omitempty"` // the length of an extension
	Reason     string            `json:"reason,omitempty"` // for what the law lets pass only with reasons
	Note       string            `json:"note,omitempty"`
	More       map[string]string `json:"more,omitempty"`    // paper number, manner of service, sum …
	Demands    []DemandText      `json:"demands,omitempty"` // what a recommendation asks for
}

// DemandText is one demand of a recommendation and the duty it rests on.
type DemandText struct {
	Text  string `json:"text"`
	Basis string `json:"basis,omitempty"`
}

// The most a text somebody types may hold, in characters.
const (
	maxLine = 200
	maxText = 20000
)

func (a *Act) clean() error {
	a.Note, a.Reason = strings.TrimSpace(a.Note), strings.TrimSpace(a.Reason)
	a.Respondent = strings.TrimSpace(a.Respondent)
	if len([]rune(a.Note)) > maxText || len([]rune(a.Reason)) > maxText {
		return pil.Invalid("文字过长，最多 %d 字；请作为附件上传 (text too long)", maxText)
	}
	if len([]rune(a.Respondent)) > maxLine {
		return pil.Invalid("对象名称过长，最多 %d 字 (name too long)", maxLine)
	}
	var kept []DemandText
	for _, t := range a.Demands {
		t.Text, t.Basis = strings.TrimSpace(t.Text), strings.TrimSpace(t.Basis)
		if len([]rune(t.Text)) > maxText || len([]rune(t.Basis)) > maxText {
			return pil.Invalid("建议事项过长，最多 %d 字 (demand too long)", maxText)
		}
		if t.Text != "" {
			kept = append(kept, t)
		}
	}
	a.Demands = kept
	return nil
}

// step finds the step of the law an act is.
func (d *Desk) step(track, id string) (*statute.Step, error) {
	p := d.law.Procedure(track)
	if p == nil {
		return nil, pil.Invalid("没有程序 %s (no such procedure)", pil.Quote(track))
	}
	s := p.Step(id)
	if s == nil {
		return nil, pil.Invalid("程序「%s」没有步骤 %s (no such step)", p.Zh, pil.Quote(id))
	}
	return s, nil
}

// intent is the act as package docket judges it.
func (a *Act) intent(decider string) docket.Intent {
	return docket.Intent{Track: a.Track, Respondent: a.Respondent, Step: a.Step, On: a.On, Decider: decider, People: len(a.People),
		Facts: a.Affirmed, Ground: a.Ground, Reason: a.Reason}
}

// event is the act as it is kept. by is who decided, a word of the law.
func (a *Act) event(by string, approval int64) *store.Event {
	return &store.Event{On: a.On, Track: a.Track, Respondent: a.Respondent, Step: a.Step, By: by, Urgent: a.Urgent, Days: a.Days, Months: a.Months,
		Reason: a.Reason, ApprovalID: approval, Note: a.Note,
		Facts: store.Facts{Ground: a.Ground, People: a.People, Affirmed: a.Affirmed, More: a.More}}
}

// history is a matter's events and what they add up to.
func (l *look) history(m *store.Matter) ([]store.Event, *docket.Case, error) {
	events, err := l.Events(m.ID)
	if err != nil {
		return nil, nil, err
	}
	c, err := fold(l.desk.law, m, events)
	return events, c, err
}

// append adds an event to a matter's history; it does not ask whether it may be.
func (w *work) append(m *store.Matter, e *store.Event) error {
	events, err := w.Events(m.ID)
	if err != nil {
		return err
	}
	e.MatterID, e.Seq, e.RecordedAt, e.PersonID = m.ID, 1, w.tx.Now, w.me
	if n := len(events); n > 0 {
		e.Seq = events[n-1].Seq + 1
	}
	if e.LawID, err = w.tx.LawID(w.desk.law.Hash); err != nil {
		return err
	}
	w.law = true
	w.reason = w.reason || e.Reason != ""
	w.touch(m)
	return w.tx.Add(e)
}

// checkPeople refuses staff who are not of the office, not assigned where the
// matter is a case, or recused.
func (l *look) checkPeople(ids []int64) error {
	for i, id := range ids {
		p, err := l.Person(id)
		if err != nil {
			return pil.Invalid("参加人员中有不存在的人员 (unknown person among those taking part)")
		}
		if slices.Contains(l.about.Recused, personID(id)) {
			return pil.Forbidden("%s 已回避，不得参加（R19–R22） (recused)", p.Name)
		}
		if staff := staff(p); !staff.Active(l.now) {
			return pil.Invalid("%s 不在职，不能列为参加人员 (not in service)", p.Name)
		}
		if slices.Contains(ids[:i], id) {
			return pil.Invalid("%s 列了两次 (named twice)", p.Name)
		}
	}
	return nil
}

// deciderWord is what the law calls the role somebody decides in.
func deciderWord(by account.Decision, act account.Action) string {
	switch {
	case act == account.DirectCase:
		return "higher-office"
	case by.Role == account.Committee:
		return "committee"
	case by.Role == account.Prosecutor:
		return "prosecutor"
	case by.Role == account.Head:
		return "head"
	}
	return "chief"
}

func fields(s string) []string { return strings.Fields(s) }
