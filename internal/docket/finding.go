package docket

// FindingCode names what was found; the closed set stands in contract order.
type FindingCode string

// The finding codes.
const (
	Unplaced            FindingCode = "unplaced"
	Implied             FindingCode = "implied"
	OutOfOrder          FindingCode = "out_of_order"
	StepUnlawful        FindingCode = "step_unlawful"
	OwnDeadlineMissed   FindingCode = "own_deadline_missed"
	AgencyLate          FindingCode = "agency_late"
	AgencySilent        FindingCode = "agency_silent"
	RepliedNotRectified FindingCode = "replied_not_rectified"
	SuitAfterIndictment FindingCode = "suit_after_indictment"
	SplitOutcome        FindingCode = "split_outcome"
	DateConflict        FindingCode = "date_conflict"
	RulesUncertain      FindingCode = "rules_uncertain"
	LocalRuleElsewhere  FindingCode = "local_rule_elsewhere"
	ProvisionalDate     FindingCode = "provisional"
)

// FindingCodes lists every code.
var FindingCodes = []FindingCode{Unplaced, Implied, OutOfOrder, StepUnlawful, OwnDeadlineMissed, AgencyLate, AgencySilent,
	RepliedNotRectified, SuitAfterIndictment, SplitOutcome, DateConflict, RulesUncertain, LocalRuleElsewhere, ProvisionalDate}

// Level is how grave a finding is.
type Level string

// The levels. A breach needs that every date an act may have, under every norm
// it may fall under, with every lawful act left unpublished, is unlawful, or
// that the source itself says so.
const (
	Breach  Level = "breach"
	Warning Level = "warning"
	Info    Level = "info"
)

// Levels lists every level, gravest first.
var Levels = []Level{Breach, Warning, Info}

// Finding is something worth saying about a line, and whom it concerns:
// procuratorate, agency, court or party.
type Finding struct {
	Code    FindingCode `json:"code"`
	Level   Level       `json:"level"`
	Against string      `json:"against"`
	Event   *int        `json:"event"` // index of the event, where it is about one
	Message string      `json:"message"`
	Basis   []string    `json:"basis"`
	Cure    []string    `json:"cure"` // what may lawfully excuse it
}
