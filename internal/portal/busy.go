package portal

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"

	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// retryAfter is when somebody who found no room, or no turn, may come again, in
// seconds.
const retryAfter = "30"

// fileOrFull takes in a file. Where there is no room the rest of the body is read for
// what was typed, which goes back to the sender.
func (s *sending) fileOrFull(name string, part *multipart.Part) error {
	if s.full == nil {
		err := s.file(name, part)
		if pil.CodeOf(err) != pil.CodeBusy {
			return err
		}
		s.full = err
		s.draft.Drop() // others need the room
	}
	if _, err := io.Copy(io.Discard, part); err != nil {
		return broken(err)
	}
	return nil
}

// noRoom is what somebody is told whose form comes back.
func noRoom(ctx context.Context) []ui.Flash {
	return []ui.Flash{{Tone: ui.Late, Text: ui.T(ctx, "现在人多，或者空间暂时不足：内容没有收下，都还在下面。请过半分钟再提交一次。",
		"Many people are here, or space is short: nothing was taken in. All you typed is still below; please send it again in half a minute.")}}
}

// failReport answers a report that was not kept. One that came at a bad moment goes
// back to its sender with all that was typed.
func (p *Portal) failReport(w http.ResponseWriter, r *http.Request, s *sending, err error) {
	if statusOf(err) != http.StatusServiceUnavailable || wantsJSON(r) {
		p.fail(w, r, "keep a report", err)
		return
	}
	p.fault("keep a report", err)
	p.showReportForm(w, r, http.StatusServiceUnavailable, s)
}
