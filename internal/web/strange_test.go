package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// Whatever a stranger sends, HTML, a script, a picture that is a page too, the browser
// gets nothing that it would run.
func TestStrangersFilesAreInert(t *testing.T) {
	var photo bytes.Buffer
	m := image.NewRGBA(image.Rect(0, 0, 9, 9))
	m.Set(1, 1, color.RGBA{R: 255, A: 255})
	if err := png.Encode(&photo, m); err != nil {
		t.Fatal(err)
	}
	const page = "<!DOCTYPE html><script>alert(1)</script>"
	for name, x := range map[string]struct{ body, media, way string }{
		"html":                 {page, "text/plain; charset=utf-8", "inline"},
		"picture":              {photo.String(), "image/jpeg", "inline"},
		"picture and page":     {photo.String() + page, "image/jpeg", "inline"},
		"svg":                  {`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "text/plain; charset=utf-8", "inline"},
		"pdf":                  {"%PDF-1.7\n" + page, "application/octet-stream", "attachment"},
		"damaged picture":      {photo.String()[:40] + page, "application/octet-stream", "attachment"},
		"bytes":                {"\x00\x01\x02" + page, "application/octet-stream", "attachment"},
		"the original picture": {photo.String() + page, "application/octet-stream", "attachment"},
	} {
		files, err := store.OpenFiles(filepath.Join(t.TempDir(), "files"))
		if err != nil {
			t.Fatal(err)
		}
		key, err := seal.NewDataKey()
		if err != nil {
			t.Fatal(err)
		}
		got, err := files.Put(t.Context(), key, strings.NewReader(x.body), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		open, err := files.Open(t.Context(), got.SHA256, key)
		if err != nil {
			t.Fatal(err)
		}
		path := "/files/1"
		if name == "the original picture" {
			path += "?original=1"
		}
		w := httptest.NewRecorder()
		c := &call{w: w, r: httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)}
		if err := c.strange("<x>.html", int64(len(x.body)), time.Unix(0, 0), open); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h := w.Result().Header
		if h.Get("Content-Type") != x.media || !strings.HasPrefix(h.Get("Content-Disposition"), x.way) || h.Get("Content-Security-Policy") != inert || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", name, h)
		}
		body, err := io.ReadAll(w.Body)
		if x.media == "image/jpeg" && bytes.Contains(body, []byte("script")) || err != nil {
			t.Errorf("%s: the preview holds what the stranger sent, %v", name, err)
		}
		_ = open.Close()
	}
}
