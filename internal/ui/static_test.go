package ui

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func get(url string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Static().ServeHTTP(w, r)
	return w
}

func TestStatic(t *testing.T) {
	for name, kind := range map[string]string{
		"shouhu.css": "text/css; charset=utf-8", "shouhu.js": "text/javascript; charset=utf-8",
		"htmx.min.js": "text/javascript; charset=utf-8", "shield.svg": "image/svg+xml",
	} {
		plain := get(Asset(name))
		if plain.Code != http.StatusOK || plain.Header().Get("Content-Type") != kind ||
			plain.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d %v", name, plain.Code, plain.Header())
		}
		zipped := get(Asset(name), "Accept-Encoding", "br, gzip")
		r, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != plain.Body.String() {
			t.Errorf("%s: compressed it is another file", name)
		}
		if again := get(Asset(name), "If-None-Match", plain.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("%s: asked again: %d", name, again.Code)
		}
		if refused := get(Asset(name), "Accept-Encoding", "gzip;q=0"); refused.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: compressed for somebody who cannot read it", name)
		}
	}
	for _, url := range []string{"/static/", "/static/shouhu.css", "/static/htmx.LICENSE", "/static/shouhu-000000000000.css"} {
		if w := get(url); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", url, w.Code)
		}
	}
}
