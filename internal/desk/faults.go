package desk

import (
	"strings"

	"shouhu/internal/clue"
	"shouhu/internal/pil"
)

// Fault is what is wrong with one field of a form, for a page to show beside it.
// It never repeats what was typed. An empty Field is the form as a whole.
type Fault struct{ Field, Zh, En string }

// Faults is an invalid Error that says what is wrong field by field.
type Faults []Fault

// Error writes the first, and how many there are.
func (f Faults) Error() string { return f.Unwrap().Error() }

// Unwrap makes it an invalid Error.
func (f Faults) Unwrap() error {
	switch len(f) {
	case 0:
		return pil.Invalid("填写有误 (something is wrong with the form)")
	case 1:
		return pil.Invalid("%s (%s)", f[0].Zh, f[0].En)
	}
	return pil.Invalid("%s；共 %d 处需要改正 (%s; %[2]d to correct)", f[0].Zh, len(f), f[0].En)
}

// fault is one, as an error.
func fault(field, zh, en string) error { return Faults{{field, zh, en}} }

// saidFault is what an Error says, beside a field.
func saidFault(field string, err error) Fault {
	zh := err.Error()
	if at := strings.LastIndex(zh, " ("); at > 0 && strings.HasSuffix(zh, ")") {
		return Fault{field, zh[:at], zh[at+2 : len(zh)-1]}
	}
	return Fault{field, zh, zh}
}

// problemsOf are a form's problems.
func problemsOf(lists ...[]clue.Problem) (f Faults) {
	for _, list := range lists {
		for _, p := range list {
			f = append(f, Fault{p.Input.String(), p.Zh, p.En})
		}
	}
	return f
}

// orNil is the Faults as an error; nil where there are none.
func (f Faults) orNil() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
