package web

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"shouhu/internal/evidence"
)

// inert is the policy of what strangers sent: no script, no form, no other origin, and
// nothing is loaded, whatever the bytes are.
const inert = "sandbox; default-src 'none'; frame-ancestors 'none'"

// maxText is how many bytes of a text are shown.
const maxText = 1 << 20

// strange shows a file that came through the public door. Nothing of it is ever shown
// as it was sent: a picture is decoded and written anew, a text is plain text, and
// everything else, like what is asked for with ?original=1, is a download that no
// browser renders. The media type is found from the bytes, never from the sender.
func (c *call) strange(name string, size int64, at time.Time, body io.ReadSeeker) error {
	h := c.w.Header()
	h.Set("Content-Security-Policy", inert)
	h.Set("X-Content-Type-Options", "nosniff")
	if c.r.URL.Query().Get("original") == "" && size <= evidence.MaxPhoto {
		shown, media, err := safely(body)
		if err != nil {
			return err
		}
		if shown != nil {
			h.Set("Content-Type", media)
			h.Set("Content-Disposition", "inline")
			_, err := c.w.Write(shown)
			if err != nil {
				return fmt.Errorf("send a preview: %w", err)
			}
			return nil
		}
		if _, err := body.Seek(0, io.SeekStart); err != nil {
			return err
		}
	}
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	http.ServeContent(c.w, c.r, "", at, body)
	return nil
}

// safely is a harmless form of a picture or a text; nil where there is none.
func safely(r io.Reader) (shown []byte, media string, err error) {
	all, err := io.ReadAll(io.LimitReader(r, evidence.MaxPhoto))
	if err != nil {
		return nil, "", err
	}
	kind := http.DetectContentType(all)
	switch {
	case kind == "image/jpeg" || kind == "image/png":
		var b bytes.Buffer
		if evidence.Thumbnail(&b, all) != nil { // too many pixels, or damaged: no preview
			return nil, "", nil
		}
		return b.Bytes(), "image/jpeg", nil
	case strings.HasPrefix(kind, "text/") && utf8.Valid(all) && len(all) <= maxText:
		return all, "text/plain; charset=utf-8", nil
	}
	return nil, "", nil
}
