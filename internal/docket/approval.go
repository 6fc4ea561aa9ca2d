package docket

import (
	"slices"

	"shouhu/internal/pil"
)

// ApprovalState is where something proposed stands.
type ApprovalState string

// The states of an approval.
const (
	InReview   ApprovalState = "review"    // 待部门负责人审核 (R7)
	InDecision ApprovalState = "decision"  // 待决定
	Committee  ApprovalState = "committee" // 已提交检委会 (R5)
	Returned   ApprovalState = "returned"  // 退回，待修改后再报 (R8)
	Approved   ApprovalState = "approved"
	Otherwise  ApprovalState = "otherwise" // 另行决定
	Withdrawn  ApprovalState = "withdrawn"
)

// ApprovalStates lists every state, in the order of the way.
var ApprovalStates = []ApprovalState{InReview, InDecision, Committee, Returned, Approved, Otherwise, Withdrawn}

var approvalZh = map[ApprovalState]string{InReview: "待审核", InDecision: "待决定", Committee: "检委会审议", Returned: "已退回",
	Approved: "同意", Otherwise: "另行决定", Withdrawn: "已撤回"}

// Zh is the state in Chinese.
func (s ApprovalState) Zh() string { return approvalZh[s] }

// Open reports whether somebody still has to act.
func (s ApprovalState) Open() bool { return slices.Contains(ApprovalStates[:4], s) }

// ApprovalMove is what somebody does with something proposed.
type ApprovalMove string

// The moves of an approval.
const (
	Propose    ApprovalMove = "propose"
	Agree      ApprovalMove = "agree"    // the head passes it on with an opinion
	Disagree   ApprovalMove = "disagree" // the head passes it on with another opinion
	Return     ApprovalMove = "return"   // back for reasons: 复核 (R8)
	Resubmit   ApprovalMove = "resubmit"
	Refer      ApprovalMove = "refer" // the chief refers it to the committee (R5)
	Approve    ApprovalMove = "approve"
	DecideElse ApprovalMove = "otherwise" // decided otherwise, with reasons
	Withdraw   ApprovalMove = "withdraw"
	Dissent    ApprovalMove = "dissent" // the handler's written dissent is kept (R8)
)

// ApprovalMoves lists every move.
var ApprovalMoves = []ApprovalMove{Propose, Agree, Disagree, Return, Resubmit, Refer, Approve, DecideElse, Withdraw, Dissent}

var moveZh = map[ApprovalMove]string{Propose: "提出", Agree: "审核同意", Disagree: "审核不同意", Return: "退回复核", Resubmit: "再次报送",
	Refer: "提交检委会", Approve: "决定同意", DecideElse: "另行决定", Withdraw: "撤回", Dissent: "书面异议"}

// Zh is the move in Chinese.
func (m ApprovalMove) Zh() string { return moveZh[m] }

// NeedsOpinion reports whether the move needs reasons in writing.
func (m ApprovalMove) NeedsOpinion() bool {
	return slices.Contains([]ApprovalMove{Disagree, Return, Refer, DecideElse, Dissent}, m)
}

// approvalWays is where each move leads from each state; Dissent leads nowhere.
var approvalWays = map[ApprovalState]map[ApprovalMove]ApprovalState{
	InReview:   {Agree: InDecision, Disagree: InDecision, Return: Returned, Withdraw: Withdrawn},
	InDecision: {Approve: Approved, DecideElse: Otherwise, Return: Returned, Refer: Committee, Withdraw: Withdrawn},
	Committee:  {Approve: Approved, DecideElse: Otherwise, Return: Returned},
	Returned:   {Resubmit: InReview, Withdraw: Withdrawn},
	Approved:   {Dissent: Approved},
	Otherwise:  {Dissent: Otherwise},
}

// Step says where a move leads. review tells whether the head reviews first. A
// move the state does not know is a conflict Error, one without the reasons it
// needs an invalid one.
func (s ApprovalState) Step(m ApprovalMove, review bool, opinion string) (ApprovalState, error) {
	if m.NeedsOpinion() && opinion == "" {
		return s, pil.Invalid("「%s」须写明理由 (reasons are needed)", m.Zh())
	}
	if s == "" && m == Propose || s == Returned && m == Resubmit {
		if review {
			return InReview, nil
		}
		return InDecision, nil
	}
	next, ok := approvalWays[s][m]
	if !ok {
		return s, &pil.Error{Code: pil.CodeConflict, Text: "此件现为「" + s.Zh() + "」，不能「" + m.Zh() + "」；请刷新后再看 (not possible in this state)"}
	}
	return next, nil
}
