package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/pil"
)

// MaxLine is the longest line of an exported record, in bytes.
const MaxLine = 16 << 20

// version is that of the exported file.
const version = 1

// line is one line of an exported record: exactly one of the pointers is set,
// or Version. The order of the fields is the order of the keys.
type line struct {
	Version    int         `json:"shouhu_audit,omitempty"` // the first line
	Entry      *Entry      `json:"entry,omitempty"`
	Lost       *lost       `json:"lost,omitempty"`
	Hash       tlog.Hash   `json:"hash,omitzero"` // the stored leaf hash of Entry
	Checkpoint *sealed     `json:"checkpoint,omitempty"`
	Row        *Row        `json:"row,omitempty"`
	End        *endOfLines `json:"end,omitempty"` // the last line

	number int  // counted from 1
	bad    bool // not of this format
}

// lost stands where the store has the hash of an entry and no entry.
type lost struct {
	Seq  int64     `json:"seq"`
	Hash tlog.Hash `json:"hash"`
}

// sealed is a signed checkpoint and the peaks of the tree of its size, from
// which checking goes on where what came before is damaged.
type sealed struct {
	Note  string      `json:"note"`
	Peaks []tlog.Hash `json:"peaks"`
}

type endOfLines struct {
	Lines int `json:"lines"` // the first and the last one included
}

// check tells whether the line holds one thing, and that thing may stand.
func (l *line) check() error {
	held := 0
	for _, is := range []bool{l.Version != 0, l.Entry != nil, l.Lost != nil, l.Checkpoint != nil, l.Row != nil, l.End != nil} {
		if is {
			held++
		}
	}
	if held != 1 || l.Hash != (tlog.Hash{}) && l.Entry == nil {
		return pil.Invalid("一行应只含一项 (a line holds one thing)")
	}
	switch {
	case l.Entry != nil:
		return l.Entry.check()
	case l.Row != nil:
		return l.Row.check()
	case l.Lost != nil && (l.Lost.Seq < 0 || l.Lost.Seq >= MaxSize):
		return pil.Invalid("条目的序号超出范围 (sequence out of range)")
	}
	return nil
}

// canonical writes lines in the one way the format allows.
type canonical struct {
	buffer bytes.Buffer
	json   *json.Encoder
}

func newCanonical() *canonical {
	c := new(canonical)
	c.json = json.NewEncoder(&c.buffer)
	c.json.SetEscapeHTML(false)
	return c
}

// bytes is the line with its newline, good until the next call.
func (c *canonical) bytes(l *line) ([]byte, error) {
	c.buffer.Reset()
	err := c.json.Encode(l)
	return c.buffer.Bytes(), err
}

// reader reads lines.
type reader struct {
	in     *bufio.Reader
	text   []byte
	again  *canonical
	number int // of the last line read
}

func newReader(r io.Reader) *reader {
	return &reader{in: bufio.NewReaderSize(r, 1<<16), again: newCanonical()}
}

// next returns the next line, nil after the last one.
func (r *reader) next() (*line, error) {
	text, err := r.read()
	if errors.Is(err, io.EOF) {
		return nil, nil //nolint:nilnil // the end is no error
	}
	if err != nil {
		return nil, err
	}
	r.number++
	return r.parse(text), nil
}

// parse reads a line. It is bad where the bytes are not those that the format
// prescribes for what they say: so there is nothing in a file that is not
// checked, and nothing that another reader could take for something else.
func (r *reader) parse(text []byte) *line {
	l := new(line)
	err := json.Unmarshal(text, l)
	if err == nil {
		err = l.check()
	}
	if err == nil {
		var again []byte
		if again, err = r.again.bytes(l); err == nil && bytes.Equal(again, text) {
			l.number = r.number
			return l
		}
	}
	return &line{number: r.number, bad: true}
}

// read returns the next line with its newline, good until the next call.
func (r *reader) read() ([]byte, error) {
	r.text = r.text[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		r.text = append(r.text, part...)
		switch {
		case len(r.text) > MaxLine:
			return nil, &pil.Error{Code: pil.CodeInvalid, Line: r.number + 1, Text: "行过长 (line too long)"}
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(r.text) > 0:
			return r.text, nil
		}
		return r.text, err
	}
}
