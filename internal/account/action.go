package account

// Action is one command or query of the office, named verb_noun. Its names,
// what it needs and who may take it are its row in the permission table.
type Action uint8

// The closed set of actions, in the order of the table.
const (
	ShowClue Action = iota + 1
	ListClues
	RegisterClue
	ImportClues
	AssessClue
	MergeClues
	AssignClue
	TransferClue
	AcceptClue
	AnswerReporter
	ProposeFiling
	ReviewFiling
	DecideFiling

	ShowIdentity
	ApproveIdentity
	ShowIdentityKeys
	KeepIdentityKey
	GiveIdentityKey

	ShowCase
	ListCases
	OpenCase
	RecordEvent
	CorrectEvent
	ApproveCorrection
	ProposeStep
	ReviewStep
	DecideStep
	ReferStep
	RecordDissent
	DirectCase
	ShowFilings
	AssignCase
	RequestRecusal
	DecideRecusal
	DraftPaper
	SignPaper
	ExportCase
	ArchiveCase

	ViewExhibit
	AttachExhibit
	ExportExhibit
	CorrectExhibit
	HandOverExhibit
	RecheckExhibit
	RunAnalysis
	DrawFlow

	ShowModels
	ProposeModel
	DecideModel
	WithdrawModel
	RunModel
	ShowRuns
	ShowProof
	JudgeHit

	ListTasks
	AddTask
	CloseTask
	AddNote
	PlanLookBack
	RecordLookBack
	SaveView

	ShowAgencies
	ChangeAgency

	ShowFund
	RecordPayment
	ApprovePayment

	ShowHandovers
	GiveDelegation
	EndDelegation
	GiveGrant
	EndGrant
	AddCover
	EndCover
	HandOverMatters

	ShowPeople
	AddPerson
	ChangePerson
	ClosePerson
	ProposeRole
	DecideRole
	ResetCredentials
	ChangeCredentials
	MakeToken
	RevokeToken
	ChangeOffice

	ShowRecord
	ExportRecord
	CheckRecord
	RunBackup
	ProposeLaw
	DecideLaw

	ShowStatistics
	ExportReport
	actionEnd
)

// AllActions lists every action.
func AllActions() []Action {
	list := make([]Action, 0, actionEnd-1)
	for a := Action(1); a < actionEnd; a++ {
		list = append(list, a)
	}
	return list
}

// ParseAction reads an action; an unknown word is an invalid Error.
func ParseAction(s string) (Action, error) {
	words := make([]word, actionEnd)
	for a := range table {
		words[a] = table[a].word
	}
	return parse[Action]("操作", words, s)
}

// entry is the action's row of the table; an empty one for what is no action.
func (a Action) entry() *entry {
	if a >= actionEnd {
		return &table[0]
	}
	return &table[a]
}

// String writes the action as commands and the record do: register_clue.
func (a Action) String() string { return a.entry().id }

// Zh is the action in Chinese.
func (a Action) Zh() string { return a.entry().zh }

// En is the action in English.
func (a Action) En() string { return a.entry().en }

// Reach is how far the role's permission for the action goes.
func (a Action) Reach(r Role) Reach {
	if r >= roleEnd {
		return NoReach
	}
	return a.entry().may[r]
}

// is reports whether the action is of all the kinds.
func (r *row) is(k kind) bool { return r.kind&k == k }

// Delegable reports whether the chief may leave the action to another (R5).
func (a Action) Delegable() bool { return a.Reach(Chief) != NoReach && !a.entry().is(inPerson) }
