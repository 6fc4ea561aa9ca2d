package portal

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
	"shouhu/internal/ui"
)

var errTooMuch = errors.New("too many or too large files")

// sending is what somebody is sending: fields in memory, files sealed already.
type sending struct {
	values url.Values
	files  int
	draft  *spool.Draft
	env    *seal.Envelope
	full   error // there was no room for a file: nothing will be kept

	claimed *upload // files were sent before the form
	lost    bool    // and are gone
	worked  bool    // a puzzle was solved
	closed  bool    // the envelope is closed: it cannot wait for another form
}

func (s *sending) get(name string) string { return strings.TrimSpace(s.values.Get(name)) }

// moving is a body that has to move: each read pushes the deadline on.
type moving struct {
	io.ReadCloser
	rc    *http.ResponseController
	stall time.Duration
	end   time.Time
}

func (m moving) Read(b []byte) (int, error) {
	next := time.Now().Add(m.stall)
	if next.After(m.end) {
		next = m.end
	}
	if err := m.rc.SetReadDeadline(next); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return m.ReadCloser.Read(b)
}

func (p *Portal) moving(w http.ResponseWriter, r *http.Request) moving {
	return moving{r.Body, http.NewResponseController(w), p.Stall, time.Now().Add(bodyTime)}
}

// over lifts the deadline: what the pages and the queue take is not the sender's time.
// Where the body broke off the deadline stays, and the connection ends with the answer:
// nobody waits for the rest. A connection that knows no deadlines has none to lift.
func (m moving) over(w http.ResponseWriter, err error) {
	if err != nil {
		w.Header().Set("Connection", "close")
		return
	}
	_ = m.rc.SetReadDeadline(time.Time{})
}

// fields that a form has; others are read and thrown away.
var fields = map[string]bool{"what": true, "where": true, "when": true, "field": true, "name": true, "phone": true, "receipt": true, "add": true, "wish": true,
	"hand": true, "upload": true, "work": true}

// receive reads a body: fields into memory, files through the seal into a draft.
// Whoever calls it drops the draft unless it is kept.
func (p *Portal) receive(w http.ResponseWriter, r *http.Request) (s *sending, err error) {
	raw := p.moving(w, r)
	defer func() { raw.over(w, err) }()
	done, err := p.bodies.turn(r.Context(), false)
	if err != nil {
		return nil, err
	}
	defer done()
	if r.ContentLength > MaxBody+slack {
		drain(raw)
		return nil, errTooMuch
	}
	r.Body = http.MaxBytesReader(w, raw, MaxBody+slack)
	s = &sending{values: url.Values{}}
	if s.draft, s.env, err = p.envelope(); err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		err = s.multipart(r)
	} else {
		err = s.urlencoded(r)
	}
	if err == nil {
		err = p.claim(s)
	}
	if err != nil {
		s.draft.Drop()
		if statusOf(err) == http.StatusRequestEntityTooLarge {
			drain(raw)
		}
		return nil, err
	}
	s.worked = s.get("work") != "" && p.puzzles.solved(s.get("work"), p.Clock())
	return s, nil
}

// drain reads on so that a sender who is still sending sees the answer; its faults
// are the sender's.
func drain(r io.Reader) { _, _ = io.CopyN(io.Discard, r, maxDrain) }

func (s *sending) urlencoded(r *http.Request) error {
	b, err := io.ReadAll(io.LimitReader(r.Body, 4*maxField))
	if err != nil {
		return broken(err)
	}
	all, err := url.ParseQuery(string(b))
	if err != nil {
		return broken(err)
	}
	for name := range fields {
		if v := all.Get(name); v != "" {
			s.set(name, v)
		}
	}
	return nil
}

func (s *sending) multipart(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return broken(err)
	}
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		if n > 200 {
			return errTooMuch
		}
		if err := s.part(part); err != nil {
			return err
		}
	}
}

func (s *sending) part(part *multipart.Part) error {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return broken(err)
	}
	name := params["name"]
	fileName, isFile := params["filename"]
	if isFile {
		if fileName == "" {
			if _, err := io.Copy(io.Discard, part); err != nil { // a choice left empty
				return broken(err)
			}
			return nil
		}
		if s.files++; s.files > seal.MaxFiles {
			return errTooMuch
		}
		return s.fileOrFull(fileName, part)
	}
	b, err := io.ReadAll(io.LimitReader(part, maxField))
	if err != nil {
		return broken(err)
	}
	if _, err := io.Copy(io.Discard, part); err != nil {
		return broken(err)
	}
	if fields[name] {
		s.set(name, string(b))
	}
	return nil
}

// source tells faults of the sender from ours.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func (s *sending) file(name string, part *multipart.Part) error {
	from := &source{r: part}
	_, err := s.env.AddFile(seal.FileName{Name: shortName(name), Media: mediaType(part.Header.Get("Content-Type"))}, from)
	if from.err != nil {
		return broken(from.err)
	}
	return err
}

// mediaType is what a sender calls a file; nobody has checked it.
func mediaType(text string) string {
	kind, _, err := mime.ParseMediaType(text)
	if err != nil || len(kind) > 100 {
		return "application/octet-stream"
	}
	return kind
}

// shortName keeps the end of a long name, where the kind stands.
func shortName(name string) string {
	name = strings.ToValidUTF8(name, "�")
	if r := []rune(name); len(r) > 255 {
		name = string(r[len(r)-255:])
	}
	return name
}

func (s *sending) set(name, value string) {
	s.values.Set(name, strings.ReplaceAll(strings.ToValidUTF8(value, "�"), "\r\n", "\n"))
}

// broken is a body that ended early or is none. Where it was too large it stays so.
func broken(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return err
	}
	return &pil.Error{Code: pil.CodeInvalid, Text: "送来的内容不完整 (incomplete)", Err: err}
}

// check says what is wrong with what was typed.
func (s *sending) check(ctx context.Context, what string, required bool) (faults []ui.Fault) {
	fault := func(name, text string) { faults = append(faults, ui.Fault{Name: name, Text: text}) }
	if required && s.get(what) == "" {
		fault(what, ui.T(ctx, "请写一写发生了什么，一句话也行", "Say what happened; one sentence will do"))
	}
	if utf8.RuneCountInString(s.get(what)) > maxWhat {
		fault(what, ui.T(ctx, "文字太长（至多六万字）；请分次补充，或者作为文件上传", "Too long (60,000 characters at most); add the rest later, or as a file"))
	}
	for _, name := range []string{"where", "when", "name", "phone"} {
		if utf8.RuneCountInString(s.get(name)) > maxLine {
			fault(name, ui.T(ctx, "这一项太长（至多二百字）", "Too long (200 characters at most)"))
		}
	}
	if s.lost {
		fault("files", ui.T(ctx, "刚才上传的文件已经过期，请重新选择", "The files sent before have expired; please choose them again"))
	}
	if _, err := clue.ParseField(s.get("field")); s.get("field") != "" && err != nil {
		fault("field", ui.T(ctx, "请从列出的种类里选，或者不选", "Choose one of the list, or none"))
	}
	return faults
}

// identity is who reports, as it lies under the seal of the identity key.
type identity struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// seal writes the last of the envelope.
func (p *Portal) seal(s *sending, kind seal.Kind, what string, keys seal.ReporterKeys) error {
	if s.full != nil {
		return s.full
	}
	r := &seal.Report{Kind: kind, Day: pil.DayOf(p.Clock()).String(), What: s.get(what), Where: s.get("where"), When: s.get("when"), Field: s.get("field"),
		Wish: s.get("wish"), Lookup: keys.Lookup, Reporter: keys.Key.Public().String()}
	if who := (identity{s.get("name"), s.get("phone")}); who != (identity{}) {
		b, err := json.Marshal(who)
		if err != nil {
			return err
		}
		if r.Identity, err = seal.To(p.Random, p.Door.Identity, seal.IdentityPurpose(s.env.ID), b); err != nil {
			return err
		}
	}
	s.closed = true
	return s.env.Close(r)
}

// keys computes what a code gives, when its turn comes.
func (p *Portal) keys(ctx context.Context, code seal.Receipt, worked bool) (seal.ReporterKeys, error) {
	done, err := p.hash.turn(ctx, worked)
	if err != nil {
		return seal.ReporterKeys{}, err
	}
	defer done()
	return code.Keys(p.Door.Salt, p.Door.Intake.Suite())
}
