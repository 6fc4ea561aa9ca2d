package account

import (
	"time"

	"shouhu/internal/pil"
)

// Term is how long something handed over holds: from one civil day (+08:00) to
// another, both included, unless it was ended before. There is always an end.
type Term struct {
	From, Until pil.Day
	Ended       time.Time // zero: not ended before Until
}

// Holds reports whether the term covers the moment.
func (t Term) Holds(at time.Time) bool {
	d := pil.DayOf(at)
	return t.From != 0 && t.From <= d && d <= t.Until && (t.Ended.IsZero() || at.Before(t.Ended))
}

// End is the term ended at a moment. A term that is over, or was ended earlier,
// stays as it is.
func (t Term) End(at time.Time) Term {
	if t.Ended.IsZero() || at.Before(t.Ended) {
		t.Ended = at
	}
	return t
}

// Check refuses a term without a first and a last day, as an invalid Error.
func (t Term) Check() error {
	if t.From == 0 || t.Until < t.From {
		return pil.Invalid("须写明起止日期，终止日不早于起始日 (needs a first and a last day)")
	}
	return nil
}
