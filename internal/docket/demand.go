package docket

import (
	"slices"

	"shouhu/internal/pil"
)

// DemandMove is what becomes of one demand of a recommendation.
type DemandMove string

// The moves of a demand. "Replied" is not "rectified": only what was verified on
// the spot counts, and each demand is closed by itself.
const (
	Deliver    DemandMove = "deliver"     // 送达
	AnswerIt   DemandMove = "answer"      // 已回复，有具体措施
	AnswerIdle DemandMove = "answer-idle" // 回复空泛，没有具体措施
	Verified   DemandMove = "verify"      // 现场核实：已整改
	Partly     DemandMove = "partly"      // 现场核实：部分整改
	OnPaper    DemandMove = "on-paper"    // 现场核实：没有整改，或者只在纸面上
	CloseIt    DemandMove = "close"       // 办结
	Reopen     DemandMove = "reopen"      // 反弹，重新跟进
	Drop       DemandMove = "drop"        // 建议修改、撤回，不再要求 (JS22, JS23)
)

// DemandMoves lists every move.
var DemandMoves = []DemandMove{Deliver, AnswerIt, AnswerIdle, Verified, Partly, OnPaper, CloseIt, Reopen, Drop}

// DemandState is where a demand stands.
type DemandState string

// The states of a demand.
const (
	DemandMade    DemandState = "made"
	Delivered     DemandState = "delivered"
	Answered      DemandState = "answered"
	IdlyAnswered  DemandState = "answered-idle"
	Rectified     DemandState = "verified"
	PartRectified DemandState = "partly"
	NotRectified  DemandState = "on-paper"
	Closed        DemandState = "closed"
	Dropped       DemandState = "dropped"
)

// DemandStates lists every state, in the order of the way.
var DemandStates = []DemandState{DemandMade, Delivered, Answered, IdlyAnswered, Rectified, PartRectified, NotRectified, Closed, Dropped}

type pair struct{ zh, en string }

var demandMoveNames = map[DemandMove]pair{
	Deliver: {"送达", "delivered"}, AnswerIt: {"已回复", "answered"}, AnswerIdle: {"回复空泛", "answered without measures"},
	Verified: {"现场核实已整改", "verified on the spot"}, Partly: {"现场核实部分整改", "rectified in part"},
	OnPaper: {"现场核实未整改", "not rectified on the spot"}, CloseIt: {"办结", "closed"}, Reopen: {"重新跟进", "reopened"},
	Drop: {"不再要求", "dropped"},
}

var demandStateNames = map[DemandState]pair{
	DemandMade: {"待送达", "to be delivered"}, Delivered: {"待回复", "awaiting a reply"}, Answered: {"已回复，待核实", "answered, to be verified"},
	IdlyAnswered: {"回复空泛，待核实", "idle answer, to be verified"}, Rectified: {"已核实整改", "verified"},
	PartRectified: {"部分整改", "rectified in part"}, NotRectified: {"未整改（纸面整改）", "not rectified (on paper only)"}, Closed: {"已办结", "closed"},
	Dropped: {"不再要求", "dropped"},
}

// Zh is the move in Chinese.
func (m DemandMove) Zh() string { return demandMoveNames[m].zh }

// En is the move in English.
func (m DemandMove) En() string { return demandMoveNames[m].en }

// OnTheSpot reports whether the move says what was seen there.
func (m DemandMove) OnTheSpot() bool { return m == Verified || m == Partly || m == OnPaper }

// Zh is the state in Chinese.
func (s DemandState) Zh() string { return demandStateNames[s].zh }

// En is the state in English.
func (s DemandState) En() string { return demandStateNames[s].en }

// Settled reports whether nothing more is to be done about the demand.
func (s DemandState) Settled() bool { return s == Closed || s == Dropped }

// demandLeads is the state each move leads to, and demandFrom the states it may
// be made in.
var demandLeads = map[DemandMove]DemandState{Deliver: Delivered, AnswerIt: Answered, AnswerIdle: IdlyAnswered, Verified: Rectified,
	Partly: PartRectified, OnPaper: NotRectified, CloseIt: Closed, Reopen: Delivered, Drop: Dropped}

var demandFrom = map[DemandMove][]DemandState{
	Deliver:    {DemandMade, Delivered},
	AnswerIt:   {Delivered, Answered, IdlyAnswered, PartRectified, NotRectified},
	AnswerIdle: {Delivered, Answered, IdlyAnswered, PartRectified, NotRectified},
	Verified:   {Delivered, Answered, IdlyAnswered, PartRectified, NotRectified},
	Partly:     {Delivered, Answered, IdlyAnswered, Rectified, PartRectified, NotRectified},
	OnPaper:    {Delivered, Answered, IdlyAnswered, Rectified, PartRectified, NotRectified},
	CloseIt:    {Rectified},
	Reopen:     {Rectified, Closed},
	Drop:       {DemandMade, Delivered, Answered, IdlyAnswered, Rectified, PartRectified, NotRectified},
}

// MoveDemand says where a move leads a demand. A move the state does not allow is
// a forbidden Error that says why: a reply closes nothing.
func MoveDemand(s DemandState, m DemandMove) (DemandState, error) {
	next, ok := demandLeads[m]
	if !ok {
		return s, pil.Invalid("没有这样的处理 %s (no such move)", pil.Quote(string(m)))
	}
	if !slices.Contains(demandFrom[m], s) {
		if m == CloseIt {
			return s, pil.Forbidden("建议事项现为「%s」：现场核实已整改后才能办结，回复不等于整改 (only what was verified on the spot can be closed)", s.Zh())
		}
		return s, pil.Forbidden("建议事项现为「%s」，不能「%s」 (not possible in this state)", s.Zh(), m.Zh())
	}
	return next, nil
}
