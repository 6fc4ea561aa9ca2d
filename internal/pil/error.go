package pil

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of trouble an Error is, so that each front door can
// answer it in its own way.
type Code string

// The closed set of codes. Anything that is not an *Error is internal, and its
// text is never shown to a person.
const (
	CodeConflict        Code = "conflict"
	CodeInternal        Code = "internal"
	CodeInvalid         Code = "invalid"
	CodeNotFound        Code = "not_found"
	CodeForbidden       Code = "forbidden"
	CodeUnauthenticated Code = "unauthenticated"
	CodeBusy            Code = "busy"
)

// Codes lists every code.
var Codes = []Code{CodeConflict, CodeInternal, CodeInvalid, CodeNotFound, CodeForbidden, CodeUnauthenticated, CodeBusy}

// Error is a code and a sentence for a person. File and Line are set where the
// trouble is in a text somebody wrote.
type Error struct {
	Code Code
	Text string
	File string
	Line int
	Err  error // what lies beneath, for errors.Is
}

// Error writes the place, where there is one, and the sentence.
func (e *Error) Error() string {
	switch {
	case e.File != "" && e.Line > 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
	case e.File != "":
		return e.File + ": " + e.Text
	case e.Line > 0:
		return fmt.Sprintf("第%d行: %s", e.Line, e.Text)
	}
	return e.Text
}

// Unwrap gives the error beneath.
func (e *Error) Unwrap() error { return e.Err }

// Invalid is an Error for input or a call that is wrong; the sentence says what
// to do about it.
func Invalid(format string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Text: fmt.Sprintf(format, args...)}
}

// NotFound is an Error for a name nothing answers to.
func NotFound(format string, args ...any) *Error {
	return &Error{Code: CodeNotFound, Text: fmt.Sprintf(format, args...)}
}

// Forbidden is an Error for an act the law or the permission table refuses.
func Forbidden(format string, args ...any) *Error {
	return &Error{Code: CodeForbidden, Text: fmt.Sprintf(format, args...)}
}

// At returns err with the file and line it speaks of; a place already set
// stays. An error that is not an *Error becomes an invalid one.
func At(err error, file string, line int) error {
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: CodeInvalid, Text: oneLine(err.Error()), Err: err}
	}
	placed := *e
	if placed.File == "" {
		placed.File = file
	}
	if placed.Line == 0 && placed.File == file {
		placed.Line = line
	}
	return &placed
}

// CodeOf is the code of err; internal for an error that is not an *Error.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Quote shows a piece of input inside an error on one short line: control
// characters escaped, at most 40 characters.
func Quote(s string) string {
	const most = 40
	short := []rune(s[:min(len(s), 8*most)])
	if len(short) > most {
		return fmt.Sprintf("%q…", string(short[:most]))
	}
	return fmt.Sprintf("%q", s)
}
