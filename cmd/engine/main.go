// Command engine is the SQL sandbox: one question, one process. It reads a
// request and the rows of the tables it names on stdin, runs one SELECT over
// them with DuckDB, writes the answer on stdout, and ends. docs/formats/engine.md
// describes what goes over the pipes.
//
// It opens no file, no socket and starts no program: DuckDB is told so, its
// configuration is locked, and on Linux the kernel is told so too, before the
// first row is read. What the request did not hand over, a statement cannot
// reach.
//
// Exit status: 0 answered (a refusal is an answer too); anything else means the
// process died, and what it had written is not an answer.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/wire"
)

func main() { os.Exit(run(os.Stdin, os.Stdout, confine)) }

// run answers one question. confine shuts the process in, as soon as the
// database is open.
func run(in io.Reader, out io.Writer, confine func(*wire.Request) error) int {
	answer := wire.NewAnswerWriter(out)
	err := ask(in, answer, confine)
	if err == nil {
		return 0
	}
	if answer.Fail(failure(err)) != nil {
		return 1
	}
	return 0
}

// ask reads, loads and answers.
func ask(in io.Reader, answer *wire.AnswerWriter, confine func(*wire.Request) error) error {
	question, err := wire.NewReader(in)
	if err != nil {
		return err
	}
	r := question.Request
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Duration(r.Seconds)*time.Second, errSlow)
	defer cancel()
	debug.SetMemoryLimit(256 << 20) // Go's own part is small: cells on their way
	db, err := open(ctx, r)
	if err != nil {
		return err
	}
	if err := confine(r); err != nil {
		return err
	}
	if err := db.create(ctx, r.Tables); err != nil {
		return err
	}
	statement, err := db.prepare(r)
	if err != nil {
		return err
	}
	if r.Explain {
		return answer.Done(wire.Done{})
	}
	loaded, err := db.load(ctx, question)
	if err != nil {
		return err
	}
	return db.answer(ctx, statement, r, loaded, answer)
}

var errSlow = &pil.Error{Code: pil.CodeBusy, Text: "查询超过时限，已中止；请缩小范围或放宽时限 (the question took too long and was stopped)"}

// failure is what the office is told.
func failure(err error) wire.Failure {
	if known, ok := errors.AsType[*pil.Error](err); ok {
		return wire.Failure{Code: known.Code, Text: known.Error()}
	}
	return wire.Failure{Code: pil.CodeInternal, Text: fmt.Sprintf("查询程序出错 (the query engine met an error): %T", err)}
}
