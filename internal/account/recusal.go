package account

import "shouhu/internal/pil"

// Recusal 回避 is the decision that a person takes no part in a matter. Until it
// is made the person keeps working (R21).
type Recusal struct {
	Matter MatterID
	Person PersonID
	Ground string  // R19: near relative, or another relation that may affect fairness
	On     pil.Day // day of the decision
	By     Role    // who decided, R22
}

// RecusalDecider is who decides whether a person with these roles is recused:
// for the chief the committee, which a deputy chief then chairs, for all others
// the chief (R22).
func RecusalDecider(s RoleSet) Role {
	if s.Has(Chief) {
		return Committee
	}
	return Chief
}

// WithoutChief is who decides on a matter from which the chief is recused: the
// committee in the chief's place (I, after R22).
func (s RoleSet) WithoutChief() RoleSet {
	if !s.Has(Chief) {
		return s
	}
	return s&^RolesOf(Chief) | RolesOf(Committee)
}

// Check refuses, as an invalid Error, a recusal without matter, person, ground
// or day, or one decided by another than R22 names for somebody with these roles;
// the committee may stand in for a chief who is recused (I).
func (r Recusal) Check(of RoleSet) error {
	switch {
	case r.Matter == "" || r.Person == "" || r.Ground == "" || r.On == 0:
		return pil.Invalid("回避须写明事项、人员、理由和日期（R19） (needs matter, person, ground and day)")
	case r.By != RecusalDecider(of) && r.By != Committee:
		return pil.Invalid("其回避须由%s决定（R22） (decided by another)", RecusalDecider(of).Zh())
	}
	return nil
}

// Remove takes the person off the matter: what is left, and what went, for the
// record.
func (r Recusal) Remove(held []Assignment) (left, gone []Assignment) {
	for _, a := range held {
		if a.Matter == r.Matter && a.Person == r.Person {
			gone = append(gone, a)
		} else {
			left = append(left, a)
		}
	}
	return left, gone
}
