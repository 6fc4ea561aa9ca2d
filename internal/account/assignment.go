package account

import (
	"slices"

	"shouhu/internal/pil"
)

// Assignment 承办 says that a person works on a matter, and as what.
type Assignment struct {
	Matter MatterID
	Person PersonID
	As     Role
	Lead   bool // 主办检察官 of a group (R6)
}

// HandOver 交接 plans what becomes of everything a person holds: Each names the
// receiver of a matter, Rest takes what Each does not name. Recused are the
// persons who may not take a matter.
type HandOver struct {
	From    PersonID
	Each    map[MatterID]Person
	Rest    Person
	Recused map[MatterID][]PersonID
}

// Move is one assignment as it was and as it shall be.
type Move struct{ Was, Is Assignment }

// Plan lists one move for each assignment of the person. Nothing may be left
// over: a receiver who is recused, lacks the role or is missing is an invalid
// Error that names the matter.
func (h HandOver) Plan(held []Assignment) ([]Move, error) {
	var plan []Move
	for _, was := range held {
		if was.Person != h.From {
			continue
		}
		to, ok := h.Each[was.Matter]
		if !ok {
			to = h.Rest
		}
		switch {
		case to.ID == "" || to.ID == h.From:
			return nil, pil.Invalid("%s 没有接收人 (nobody takes it over)", pil.Quote(string(was.Matter)))
		case !to.Roles.Has(was.As):
			return nil, pil.Invalid("接收人不是%s，不能接收 %s (the receiver lacks the role)", was.As.Zh(), pil.Quote(string(was.Matter)))
		case slices.Contains(h.Recused[was.Matter], to.ID):
			return nil, pil.Invalid("接收人已回避，不能接收 %s (the receiver is recused)", pil.Quote(string(was.Matter)))
		}
		is := was
		is.Person = to.ID
		plan = append(plan, Move{was, is})
	}
	return plan, nil
}

// Apply makes the moves in a copy of the assignments. Where the receiver had
// the same part in the matter already, the two become one, which leads if one
// of them did. A move whose assignment is not held is a conflict Error: the
// plan is older than what it plans for.
func Apply(moves []Move, held []Assignment) ([]Assignment, error) {
	left := slices.Clone(held)
	for _, m := range moves {
		at := slices.Index(left, m.Was)
		if at < 0 {
			return nil, &pil.Error{Code: pil.CodeConflict, Text: "承办情况已变动，请重新安排交接 (assignments have changed, plan again)"}
		}
		same := slices.IndexFunc(left, func(a Assignment) bool {
			return a.Matter == m.Is.Matter && a.Person == m.Is.Person && a.As == m.Is.As
		})
		if same < 0 {
			left[at] = m.Is
			continue
		}
		left[same].Lead = left[same].Lead || m.Is.Lead
		left = slices.Delete(left, at, at+1)
	}
	return left, nil
}
