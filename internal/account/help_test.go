package account

import (
	"math/rand"
	"testing"
	"time"

	"shouhu/internal/pil"
)

// noon is when most tests happen; today is its civil day.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, pil.Zone)

const today = pil.Day(739943) // 2026-11-23

// chance is randomness that is the same every time.
func chance() *rand.Rand { return rand.New(rand.NewSource(1)) }

// wants checks the code of an error; "" wants none.
func wants(t interface {
	Helper()
	Errorf(string, ...any)
}, err error, code pil.Code, what string,
) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case code != "" && (err == nil || pil.CodeOf(err) != code):
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// who is a person of the district office with these roles.
func who(id PersonID, list ...Role) Person {
	return Person{ID: id, Name: "某", Office: "district", Department: "eighth", Roles: RolesOf(list...), Procurator: true, From: today - 1000}
}

func TestToday(t *testing.T) {
	if pil.DayOf(noon) != today {
		t.Fatalf("%s is day %d", pil.DayOf(noon), pil.DayOf(noon))
	}
}
