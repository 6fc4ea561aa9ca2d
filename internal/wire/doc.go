// Package wire is what the office and the SQL sandbox (cmd/engine) say to each
// other: one question a process. docs/formats/engine.md describes the bytes.
//
// To the sandbox go one line of JSON, the Request, and then the rows of the
// tables it names, in frames. Back come lines of JSON: the columns, the rows,
// and a last line that says done or what went wrong. An answer without its last
// line is no answer.
//
// It must not know what a model or an exhibit is, nor how SQL is run. It trusts
// neither side: frames, names and rows are bounded and checked.
package wire
