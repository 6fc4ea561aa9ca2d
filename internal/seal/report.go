package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"shouhu/internal/pil"
)

// Kind is what an envelope holds.
type Kind string

// The closed set of kinds.
const (
	ReportKind   Kind = "report"   // the first word of a reporter
	AdditionKind Kind = "addition" // what the same reporter adds later
)

// Report is what an envelope holds beside its files. Identity is sealed once more,
// to the identity key: whoever opens the envelope does not read it.
type Report struct {
	Kind     Kind   `json:"kind"`
	Day      string `json:"day"` // it came in, at +08:00: coarse on purpose
	What     string `json:"what"`
	Where    string `json:"where,omitempty"`
	When     string `json:"when,omitempty"`
	Field    string `json:"field,omitempty"`
	Wish     string `json:"wish,omitempty"` // fixed, not-fixed, withdraw
	Lookup   string `json:"lookup"`         // names the reporter's page
	Reporter string `json:"reporter"`       // public key that answers are sealed to
	Identity []byte `json:"identity,omitempty"`
}

// FileName is a file inside the sealed part, as its sender names it. Nobody has
// checked either text.
type FileName struct {
	Name  string `json:"name"`
	Media string `json:"media"`
}

// The frames inside the sealed stream: a letter, a length of four bytes, as many
// bytes. After the frame that ends come zeros.
const (
	frameFile   = 'F' // FileName, as JSON
	frameData   = 'D' // bytes of that file
	frameSum    = 'S' // SHA-256 of them
	frameReport = 'R' // Report, as JSON; comes after the files
	frameEnd    = 'Z'
)

// How much one envelope holds.
const (
	MaxFiles  = 20
	maxFrame  = 1 << 20
	maxReport = 1 << 20
)

// Envelope is being written: files as they stream in, then the report.
type Envelope struct {
	ID    ID
	s     *sealer
	files int
}

// NewEnvelope begins an envelope to the office's intake key on w. Nothing is
// written to w before a chunk of 64 KiB is full, and only sealed bytes ever are.
func NewEnvelope(w io.Writer, random io.Reader, to PublicKey) (*Envelope, error) {
	id, err := NewID(random)
	if err != nil {
		return nil, err
	}
	s, err := newSealer(w, random, to, id)
	if err != nil {
		return nil, err
	}
	return &Envelope{ID: id, s: s}, nil
}

func (e *Envelope) frame(kind byte, body []byte) error {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)))
	if _, err := e.s.Write(head); err != nil {
		return err
	}
	_, err := e.s.Write(body)
	return err
}

func (e *Envelope) frameJSON(kind byte, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(body) > maxReport {
		return pil.Invalid("内容过长 (too long)")
	}
	return e.frame(kind, body)
}

// File is one file of an envelope being written.
type File struct {
	e   *Envelope
	sum hash.Hash
}

// BeginFile begins a file; End has to end it before anything else is added.
func (e *Envelope) BeginFile(name FileName) (*File, error) {
	if e.files++; e.files > MaxFiles {
		return nil, pil.Invalid("文件至多 %d 个 (at most %[1]d files)", MaxFiles)
	}
	return &File{e, sha256.New()}, e.frameJSON(frameFile, name)
}

// Write seals the next bytes of the file.
func (f *File) Write(b []byte) (n int, err error) {
	f.sum.Write(b)
	for n < len(b) {
		some := b[n:min(len(b), n+maxFrame)]
		if err := f.e.frame(frameData, some); err != nil {
			return n, err
		}
		n += len(some)
	}
	return n, nil
}

// End ends the file.
func (f *File) End() error { return f.e.frame(frameSum, f.sum.Sum(nil)) }

// AddFile seals a file while it is read, and gives its size.
func (e *Envelope) AddFile(name FileName, r io.Reader) (size int64, err error) {
	f, err := e.BeginFile(name)
	if err != nil {
		return 0, err
	}
	if size, err = io.CopyBuffer(f, r, make([]byte, 32<<10)); err != nil {
		return size, err
	}
	return size, f.End()
}

// Close writes the report, the padding, and the last chunk.
func (e *Envelope) Close(r *Report) error {
	if err := e.frameJSON(frameReport, r); err != nil {
		return err
	}
	if err := e.frame(frameEnd, nil); err != nil {
		return err
	}
	return e.s.close()
}

// OpenReport opens an envelope. Each file goes to file as it is opened, and is to be
// believed only when OpenReport returns without an error: then every byte of the
// envelope was the sender's. What is damaged, cut short, altered, or sealed to
// another key is an invalid Error. An envelope names its key: older ones open what was
// sealed before a rotation.
func OpenReport(r io.Reader, key PrivateKey, file func(FileName, io.Reader) error, older ...PrivateKey) (*Report, ID, error) {
	o, id, err := openEnvelope(r, append([]PrivateKey{key}, older...))
	if err != nil {
		return nil, id, err
	}
	var report *Report
	for files := 0; ; {
		kind, body, err := readFrame(o)
		if err != nil {
			return nil, id, err
		}
		switch {
		case kind == frameFile && report == nil && files < MaxFiles:
			files++
			if err := openFile(o, body, file); err != nil {
				return nil, id, err
			}
		case kind == frameReport && report == nil:
			report = &Report{}
			if err := json.Unmarshal(body, report); err != nil {
				return nil, id, errDamaged // without the error: it quotes
			}
		case kind == frameEnd && report != nil && len(body) == 0:
			return report, id, onlyZeros(o)
		default:
			return nil, id, errDamaged
		}
	}
}

func readFrame(r io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, short(err)
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, nil, errDamaged
	}
	body = make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, nil, short(err)
	}
	return head[0], body, nil
}

// onlyZeros reads the padding to the last chunk.
func onlyZeros(r io.Reader) error {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		for _, b := range buf[:n] {
			if b != 0 {
				return errDamaged
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// dataReader reads the data frames of one file.
type dataReader struct {
	r    io.Reader
	left []byte
	sum  []byte // when it is over
	err  error
}

func (d *dataReader) Read(p []byte) (int, error) {
	for len(d.left) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		kind, body, err := readFrame(d.r)
		switch {
		case err != nil:
			d.err = err
		case kind == frameData:
			d.left = body
		case kind == frameSum:
			d.sum, d.err = body, io.EOF
		default:
			d.err = errDamaged
		}
	}
	n := copy(p, d.left)
	d.left = d.left[n:]
	return n, nil
}

func openFile(r io.Reader, head []byte, file func(FileName, io.Reader) error) error {
	var name FileName
	if err := json.Unmarshal(head, &name); err != nil {
		return errDamaged
	}
	d, sum := &dataReader{r: r}, sha256.New()
	if err := file(name, io.TeeReader(d, sum)); err != nil {
		return fmt.Errorf("take in a file: %w", err)
	}
	if _, err := io.Copy(sum, d); err != nil { // what file left unread
		return err
	}
	if string(sum.Sum(nil)) != string(d.sum) {
		return errDamaged
	}
	return nil
}

// IdentityPurpose binds a sealed identity to the envelope it came in.
func IdentityPurpose(id ID) string { return "identity " + id.String() }

// MessagePurpose binds an answer to the page it is for.
func MessagePurpose(lookup string) string { return "answer " + lookup }

// Page is what a reporter sees on coming back; sealed to the reporter's key.
type Page struct {
	State    string    `json:"state"` // a word
	Zh       string    `json:"zh"`    // the same in plain words
	En       string    `json:"en"`
	NextZh   string    `json:"next_zh,omitempty"` // what comes next, in plain words
	NextEn   string    `json:"next_en,omitempty"`
	Stage    int       `json:"stage,omitempty"` // StageReceived and on; 0: none of them
	Asks     bool      `json:"asks,omitempty"`  // the office asks whether the harm is gone
	Messages []Message `json:"messages"`
}

// The stages of a report that goes its whole way.
const (
	StageReceived = 1 + iota
	StageAssessed
	StageCase
	StageRectified
)

// Message is one of the talk between reporter and office.
type Message struct {
	From string `json:"from"` // office, reporter
	Day  string `json:"day"`
	Text string `json:"text"`
}

// Text is the state in plain words.
func (p Page) Text(english bool) string {
	if english {
		return p.En
	}
	return p.Zh
}

// Next is what comes next, in plain words.
func (p Page) Next(english bool) string {
	if english {
		return p.NextEn
	}
	return p.NextZh
}
