package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"shouhu/internal/pil"
)

// Failure is why a question has no answer.
type Failure struct {
	Code pil.Code `json:"code"`
	Text string   `json:"text"`
}

// line is one line of an answer: exactly one of its members.
type line struct {
	Columns []string `json:"columns,omitempty"`
	Row     []any    `json:"row,omitempty"`
	Done    *Done    `json:"done,omitempty"`
	Failure *Failure `json:"error,omitempty"`
}

// Done is the last line of a whole answer.
type Done struct {
	Rows   int64 `json:"rows"`   // rows sent
	More   bool  `json:"more"`   // there were more than the limit
	Loaded int64 `json:"loaded"` // rows of all tables that were read
}

// AnswerWriter writes an answer line by line.
type AnswerWriter struct {
	enc *json.Encoder
	buf *bufio.Writer
}

// NewAnswerWriter writes to w.
func NewAnswerWriter(w io.Writer) *AnswerWriter {
	buf := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	return &AnswerWriter{enc: enc, buf: buf}
}

// Columns is the first line.
func (a *AnswerWriter) Columns(names []string) error { return a.enc.Encode(line{Columns: names}) }

// Row is a row: int64, string or nil.
func (a *AnswerWriter) Row(cells []any) error { return a.enc.Encode(line{Row: cells}) }

// Done ends a whole answer.
func (a *AnswerWriter) Done(d Done) error {
	if err := a.enc.Encode(line{Done: &d}); err != nil {
		return err
	}
	return a.buf.Flush()
}

// Fail ends an answer that could not be given.
func (a *AnswerWriter) Fail(f Failure) error {
	if err := a.enc.Encode(line{Failure: &f}); err != nil {
		return err
	}
	return a.buf.Flush()
}

// Answer is a whole answer.
type Answer struct {
	Columns []string
	Rows    [][]any // int64, string or nil
	Done
}

// Longest line and largest answer that are read; a sandbox that says more is
// not believed.
const (
	maxLine   = 16 << 20
	maxAnswer = 512 << 20
)

// ErrNoEnd is the Error of an answer that stops before its last line: the
// sandbox died.
var ErrNoEnd = &pil.Error{Code: pil.CodeInternal, Text: "查询程序中途退出，没有结果 (the query engine stopped before it had answered)"}

// ReadAnswer reads an answer to its end. The sandbox's own failure comes back
// as an Error with its code.
func ReadAnswer(r io.Reader) (*Answer, error) {
	var a Answer
	scan := bufio.NewScanner(io.LimitReader(r, maxAnswer))
	scan.Buffer(make([]byte, 64<<10), maxLine)
	for scan.Scan() {
		var l line
		d := json.NewDecoder(bytes.NewReader(scan.Bytes()))
		d.UseNumber()
		if d.Decode(&l) != nil {
			return nil, ErrNoEnd
		}
		switch {
		case l.Failure != nil:
			return nil, &pil.Error{Code: l.Failure.Code, Text: l.Failure.Text}
		case l.Done != nil:
			if l.Done.Rows != int64(len(a.Rows)) {
				return nil, ErrNoEnd
			}
			a.Done = *l.Done
			return &a, nil
		case l.Columns != nil:
			a.Columns = l.Columns
		default:
			if len(l.Row) != len(a.Columns) {
				return nil, ErrNoEnd
			}
			for i, c := range l.Row {
				v, err := value(c)
				if err != nil {
					return nil, err
				}
				l.Row[i] = v
			}
			a.Rows = append(a.Rows, l.Row)
		}
	}
	return nil, ErrNoEnd
}
