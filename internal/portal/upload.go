package portal

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
)

// Files can be sent in parts before the form, by a script: each part is sealed as it
// arrives, into the envelope the form will close. A connection that breaks goes on where
// it was; a program that ends takes its keys along, and the parts with them.
const (
	partSize   = 256 << 10
	uploadMost = 128 // at once: each holds two pieces of an envelope in memory
	uploadHead = "Upload-Id"
	uploadAt   = "Upload-At"
)

// upload is an envelope whose files arrive in parts.
type upload struct {
	id    string
	mu    sync.Mutex
	draft *spool.Draft
	env   *seal.Envelope
	file  *seal.File // being sent; nil: none
	files int        // begun
	size  int64      // of the file being sent, as announced
	at    int64      // of it, sealed
	total int64      // announced of all files
	gone  bool
	timer *time.Timer
}

// uploads are those that wait for their form.
type uploads struct {
	mu   sync.Mutex
	open map[string]*upload
}

// take gives an upload to whoever ends it; nil where there is none.
func (l *uploads) take(id string) *upload {
	l.mu.Lock()
	defer l.mu.Unlock()
	u := l.open[id]
	if u != nil {
		delete(l.open, id)
		u.timer.Stop()
	}
	return u
}

// put lets an upload wait, for a while.
func (l *uploads) put(u *upload, most time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) >= uploadMost {
		return false
	}
	l.open[u.id] = u
	u.timer = time.AfterFunc(most, func() {
		if l.take(u.id) == u {
			u.drop()
		}
	})
	return true
}

func (u *upload) drop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.gone = true
	u.draft.Drop()
}

// envelope begins an envelope in the spool.
func (p *Portal) envelope() (*spool.Draft, *seal.Envelope, error) {
	name := make([]byte, 16)
	if _, err := io.ReadFull(p.Random, name); err != nil {
		return nil, nil, err
	}
	draft := p.Spool.Begin(hex.EncodeToString(name))
	env, err := seal.NewEnvelope(draft, p.Random, p.Door.Intake)
	return draft, env, err
}

var errNoUpload = pil.NotFound("没有这个上传，或者已经过期 (no such upload)")

// beginUpload answers the name of a new upload.
func (p *Portal) beginUpload(w http.ResponseWriter, r *http.Request) {
	id := make([]byte, 16)
	_, err := io.ReadFull(p.Random, id)
	u := &upload{id: hex.EncodeToString(id)}
	if err == nil {
		u.draft, u.env, err = p.envelope()
	}
	if err == nil && !p.uploads.put(u, p.Abandon) {
		err = &pil.Error{Code: pil.CodeBusy, Text: "现在上传的人多 (busy)"}
	}
	if err != nil {
		p.fail(w, r, "begin an upload", err)
		return
	}
	writeJSON(w, http.StatusCreated, struct {
		ID   string `json:"id"`
		Part int    `json:"part"` // bytes at most
	}{u.id, partSize})
}

// onUpload does something to the upload that a request names, and answers how far it is.
// The name stands in a header, never in an address: addresses are written to logs.
func (p *Portal) onUpload(do func(u *upload, r *http.Request, body []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := p.part(w, r)
		if err != nil {
			p.fail(w, r, "receive a part", err)
			return
		}
		p.uploads.mu.Lock()
		u := p.uploads.open[r.Header.Get(uploadHead)]
		if u != nil {
			u.timer.Reset(p.Abandon)
		}
		p.uploads.mu.Unlock()
		if u == nil {
			p.fail(w, r, "find an upload", errNoUpload)
			return
		}
		u.mu.Lock()
		defer u.mu.Unlock()
		if err = errNoUpload; !u.gone {
			err = do(u, r, body)
		}
		if err != nil && pil.CodeOf(err) != pil.CodeConflict {
			p.fail(w, r, "take in a part", err)
			return
		}
		status := http.StatusOK
		if err != nil {
			status = http.StatusConflict
		}
		writeJSON(w, status, struct {
			Files int   `json:"files"` // begun
			At    int64 `json:"at"`    // of the last, sealed
		}{u.files, u.at})
	}
}

// part reads a whole part: what breaks off is as if it had never come.
func (p *Portal) part(w http.ResponseWriter, r *http.Request) (b []byte, err error) {
	done, err := p.bodies.turn(r.Context(), false)
	if err != nil {
		return nil, err
	}
	defer done()
	raw := p.moving(w, r)
	defer func() { raw.over(w, err) }()
	if b, err = io.ReadAll(http.MaxBytesReader(w, raw, partSize)); err != nil {
		return nil, broken(err)
	}
	return b, nil
}

// errApart says that sender and door are not at the same place; the answer tells where.
var errApart = &pil.Error{Code: pil.CodeConflict, Text: "接续的位置不对 (not at that place)"}

// beginFile begins the next file: {"file":NUMBER,"name","media","size"}, numbers from 0.
func beginFile(u *upload, _ *http.Request, body []byte) error {
	var in struct {
		File  int    `json:"file"`
		Name  string `json:"name"`
		Media string `json:"media"`
		Size  int64  `json:"size"`
	}
	if err := json.Unmarshal(body, &in); err != nil || in.Size < 0 {
		return broken(errors.Join(err, io.ErrUnexpectedEOF))
	}
	switch {
	case in.File == u.files-1 && u.size == in.Size: // said twice
		return nil
	case in.File != u.files || u.file != nil:
		return errApart
	case u.files >= seal.MaxFiles || in.Size > MaxBody-u.total:
		return errTooMuch
	}
	f, err := u.env.BeginFile(seal.FileName{Name: shortName(in.Name), Media: mediaType(in.Media)})
	if err != nil {
		return err
	}
	u.file, u.size, u.at = f, in.Size, 0
	u.files++
	u.total += in.Size
	return u.ended()
}

// takePart seals the next part of the file, which begins at Upload-At.
func takePart(u *upload, r *http.Request, body []byte) error {
	at, err := strconv.ParseInt(r.Header.Get(uploadAt), 10, 64)
	if err != nil || at != u.at || u.file == nil || int64(len(body)) > u.size-u.at {
		return errApart
	}
	n, err := u.file.Write(body)
	u.at += int64(n)
	if err != nil {
		return err
	}
	return u.ended()
}

func (u *upload) ended() error {
	if u.at < u.size {
		return nil
	}
	err := u.file.End()
	u.file = nil
	return err
}

func showUpload(*upload, *http.Request, []byte) error { return nil }

// claim lets a form close the envelope of its upload.
func (p *Portal) claim(s *sending) error {
	id := s.get("upload")
	if id == "" {
		return nil
	}
	u := p.uploads.take(id)
	if u == nil {
		s.lost = true
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.file != nil || s.files > 0 {
		u.gone = true
		u.draft.Drop()
		return broken(io.ErrUnexpectedEOF)
	}
	s.draft.Drop()
	s.draft, s.env, s.files, s.claimed = u.draft, u.env, u.files, u
	u.gone = true // for whoever still sends parts
	return nil
}

// end ends a sending: what was not kept is thrown away, but files that were sent before
// wait for the form to come again.
func (p *Portal) end(s *sending) {
	if u := s.claimed; u != nil && !s.closed {
		u.mu.Lock()
		u.gone = false
		u.mu.Unlock()
		if p.uploads.put(u, p.Abandon) {
			return
		}
	}
	s.draft.Drop() // nothing where it was kept
}
