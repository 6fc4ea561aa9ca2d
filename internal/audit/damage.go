package audit

import (
	"errors"
	"fmt"

	"shouhu/internal/pil"
)

// ErrDamaged lies beneath every fatal Error: the record itself is damaged. Stop,
// call the person responsible, and do not try again.
var ErrDamaged = errors.New("audit: record damaged")

func fatal(cause error, format string, args ...any) error {
	beneath := ErrDamaged
	if cause != nil {
		beneath = fmt.Errorf("%w: %w", ErrDamaged, cause)
	}
	return &pil.Error{Code: pil.CodeInternal, Text: fmt.Sprintf(format, args...), Err: beneath}
}
