// Package law carries the YAML a lawyer reads: instruments, norm sets,
// procedures, limits, papers, local rules and the yearly calendars. It holds
// data only; package statute and package calendar give it meaning.
package law

import "embed"

// FS is the built-in law. Its layout is described in law/README.md.
//
//go:embed *.yaml procedures local calendar
var FS embed.FS
