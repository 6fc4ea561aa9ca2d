package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
)

//go:embed static
var files embed.FS

// StaticPath is where Static is mounted.
const StaticPath = "/static/"

// asset is one file as it is served.
type asset struct {
	url, mime    string
	plain, gzip  []byte
	etag, etagGz string
}

// mediaTypes are ours, not the machine's.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// assets are made once: what they are made of is in the program.
var assets = sync.OnceValue(func() map[string]asset {
	made := map[string]asset{}
	for name, text := range map[string][]byte{
		"shouhu.css":  stylesheet(),
		"shouhu.js":   read("shouhu.js"),
		"send.js":     read("send.js"),
		"htmx.min.js": read("htmx.min.js"),
		"shield.svg":  read("shield.svg"),
	} {
		sum := sha256.Sum256(text)
		hash := hex.EncodeToString(sum[:6])
		ext := path.Ext(name)
		made[name] = asset{
			url:   StaticPath + strings.TrimSuffix(name, ext) + "-" + hash + ext,
			mime:  mediaTypes[ext],
			plain: text, gzip: zip(text),
			etag: `"` + hash + `"`, etagGz: `"` + hash + `-gz"`,
		}
	}
	return made
})

// dataURL is a picture inside Pico's stylesheet, which img-src 'self' would
// refuse; shouhu.css draws its own.
var dataURL = regexp.MustCompile(`url\("data:[^"]*"\)`)

// stylesheet is Pico in a layer of its own and ours over it, in one file: one
// request, and whatever ours says wins.
func stylesheet() []byte {
	pico := bytes.TrimPrefix(read("pico.min.css"), []byte(`@charset "UTF-8";`))
	pico = dataURL.ReplaceAll(pico, []byte("none"))
	own := read("shouhu.css")
	return bytes.Join([][]byte{[]byte("@charset \"UTF-8\";\n@layer pico {\n"), pico, []byte("\n}\n"), own}, nil)
}

func read(name string) []byte {
	text, err := files.ReadFile("static/" + name)
	if err != nil {
		panic(err) // it is in the program or the program does not build
	}
	return text
}

func zip(text []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // memory does not refuse to be written to
	}
	return b.Bytes()
}

// Asset is the address of a file of this room, with its hash in the name.
// shouhu.css, shouhu.js, send.js, htmx.min.js and shield.svg are there.
func Asset(name string) string {
	a, ok := assets()[name]
	if !ok {
		panic("ui: no asset " + name)
	}
	return a.url
}

// Static serves the files of this room under StaticPath. An address holds the
// hash of its file, so browsers keep it for ever.
func Static() http.Handler {
	byURL := map[string]asset{}
	for _, a := range assets() {
		byURL[a.url] = a
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.mime)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		text, tag := a.plain, a.etag
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			text, tag = a.gzip, a.etagGz
		}
		h.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
}

func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(quality), "q="), "0.") != "" || quality == ""
		}
	}
	return false
}
