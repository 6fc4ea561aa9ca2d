package wire

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"

	"shouhu/internal/pil"
)

// Rows of one table travel in frames of about this many bytes.
const (
	frameSize = 256 << 10
	maxFrame  = 64 << 20
)

// Writer sends a request and its rows. Not for several goroutines at once.
type Writer struct {
	out *bufio.Writer
}

// NewWriter checks and sends the request.
func NewWriter(w io.Writer, r *Request) (*Writer, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	line, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriterSize(w, frameSize)
	if _, err = out.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	return &Writer{out: out}, out.Flush()
}

// Frame is rows of one table on their way; goroutines that load side by side
// fill one each and hand it to Send.
type Frame struct {
	table int
	bytes []byte
}

// NewFrame is an empty frame for the table at this place of the request.
func NewFrame(table int) *Frame { return &Frame{table: table, bytes: make([]byte, 0, frameSize+4096)} }

// Text adds a text cell.
func (f *Frame) Text(s []byte) {
	f.bytes = binary.AppendUvarint(f.bytes, uint64(len(s)))
	f.bytes = append(f.bytes, s...)
}

// Int adds a cell of any other kind.
func (f *Frame) Int(n int64) {
	f.bytes = append(f.bytes, 1)
	f.bytes = binary.AppendVarint(f.bytes, n)
}

// Null adds an empty cell of any kind but text.
func (f *Frame) Null() { f.bytes = append(f.bytes, 0) }

// Full reports whether the frame is worth sending. It is asked between rows.
func (f *Frame) Full() bool { return len(f.bytes) >= frameSize }

// Send sends a frame's rows and empties it.
func (w *Writer) Send(f *Frame) error {
	if len(f.bytes) == 0 {
		return nil
	}
	if len(f.bytes) > maxFrame {
		return pil.Invalid("一行过长，超过64 MiB (a row longer than 64 MiB)")
	}
	head := binary.AppendUvarint(nil, uint64(f.table)+1)
	head = binary.AppendUvarint(head, uint64(len(f.bytes)))
	if _, err := w.out.Write(head); err != nil {
		return err
	}
	_, err := w.out.Write(f.bytes)
	f.bytes = f.bytes[:0]
	return err
}

// Close says that all rows are sent.
func (w *Writer) Close() error {
	if err := w.out.WriteByte(0); err != nil {
		return err
	}
	return w.out.Flush()
}

// Reader is the other end of a Writer.
type Reader struct {
	in      *bufio.Reader
	Request *Request
}

// NewReader reads the request and checks it.
func NewReader(r io.Reader) (*Reader, error) {
	in := bufio.NewReaderSize(r, frameSize)
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxRequest {
			return nil, pil.Invalid("请求过长 (the request is too long)")
		}
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, errCut
		}
	}
	req, err := decodeRequest(line)
	if err != nil {
		return nil, err
	}
	return &Reader{in: in, Request: req}, nil
}

var (
	errCut   = pil.Invalid("数据没有传完 (the rows end too early)")
	errFrame = pil.Invalid("数据帧不对 (a frame is not in order)")
)

// Each reads all frames. The cells of a row, int64, []byte or nil, are valid
// during the call only.
func (r *Reader) Each(row func(table int, cells []any) error) error {
	var frame []byte
	for {
		t, err := binary.ReadUvarint(r.in)
		if err != nil {
			return errCut
		}
		if t == 0 {
			return nil
		}
		n, err := binary.ReadUvarint(r.in)
		if err != nil {
			return errCut
		}
		if t > uint64(len(r.Request.Tables)) || n > maxFrame {
			return errFrame
		}
		if uint64(cap(frame)) < n {
			frame = make([]byte, n)
		}
		frame = frame[:n]
		if _, err := io.ReadFull(r.in, frame); err != nil {
			return errCut
		}
		if err := r.rows(int(t-1), frame, row); err != nil {
			return err
		}
	}
}

// rows takes one frame apart.
func (r *Reader) rows(table int, frame []byte, row func(int, []any) error) error {
	columns := r.Request.Tables[table].Columns
	cells := make([]any, len(columns))
	for len(frame) > 0 {
		for i, c := range columns {
			var ok bool
			if cells[i], frame, ok = cell(c.Kind, frame); !ok {
				return errFrame
			}
		}
		if err := row(table, cells); err != nil {
			return err
		}
	}
	return nil
}

func cell(k Kind, in []byte) (v any, rest []byte, ok bool) {
	if k == Text {
		n, used := binary.Uvarint(in)
		if used <= 0 || n > uint64(len(in)-used) {
			return nil, nil, false
		}
		return in[used : used+int(n)], in[used+int(n):], true
	}
	if len(in) == 0 {
		return nil, nil, false
	}
	if in[0] == 0 {
		return nil, in[1:], true
	}
	n, used := binary.Varint(in[1:])
	if in[0] != 1 || used <= 0 {
		return nil, nil, false
	}
	return n, in[1+used:], true
}
