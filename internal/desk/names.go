package desk

import (
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// The rows that pages show as they are, by the desk's name: front doors do not
// know the store.
type (
	// Day is a civil day at +08:00.
	Day = pil.Day
	// Matter is a clue or a case.
	Matter = store.Matter
	// Party is somebody a matter is about.
	Party = store.Party
	// Agency is an entry of the register of agencies.
	Agency = store.Agency
	// Duty is a duty of an agency and its basis.
	Duty = store.Duty
	// File is an attached file.
	File = store.File
	// Check is one line of a look-back's checklist.
	Check = store.Check
	// Person is one of the staff.
	Person = store.Person
	// Office is a procuratorate.
	Office = store.Office
	// Department is a part of an office.
	Department = store.Department
	// VisitRow is a look-back in a list.
	VisitRow = store.VisitRow
	// MatterFilter is what a list of matters is asked for.
	MatterFilter = store.MatterFilter
	// RunFilter is which runs of models are asked for.
	RunFilter = store.RunFilter
	// RunCount is what the runs of a model came to.
	RunCount = store.RunCount
	// Piece is a piece of a text, marked where it is what was searched for.
	Piece = store.Piece
	// SavedView is a filter somebody keeps.
	SavedView = store.SavedView
)

// The kinds of matters.
const (
	KindClue = store.KindClue
	KindCase = store.KindCase
)
