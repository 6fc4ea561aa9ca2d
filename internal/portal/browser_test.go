package portal_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shouhu/internal/browser"
	"shouhu/internal/portal"
)

// picture writes a photo of the kind a telephone sends, too large for one part.
func picture(tb testing.TB) string {
	tb.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 400, 400))
	noise := sha256.Sum256([]byte("photo"))
	for i := range m.Pix {
		if i%32 == 0 {
			noise = sha256.Sum256(noise[:])
		}
		m.Pix[i] = noise[i%32] | 0x0f
	}
	m.Set(0, 0, color.White)
	name := filepath.Join(tb.TempDir(), "河边.png")
	f, err := os.Create(name)
	if err == nil {
		err = png.Encode(f, m)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return name
}

// line is a bad line between browser and door: it counts, and breaks where it is told.
type line struct {
	http.Handler
	mu       sync.Mutex
	requests []string
	bytes    int
	parts    int
}

type counted struct {
	http.ResponseWriter
	l *line
}

func (c counted) Write(b []byte) (int, error) {
	c.l.mu.Lock()
	c.l.bytes += len(b)
	c.l.mu.Unlock()
	return c.ResponseWriter.Write(b)
}
func (c counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.requests = append(l.requests, r.Method+" "+r.URL.Path)
	part := 0
	if r.URL.Path == "/upload/part" {
		l.parts++
		part = l.parts
	}
	l.mu.Unlock()
	if part == 2 { // breaks before it arrives
		panic(http.ErrAbortHandler)
	}
	l.Handler.ServeHTTP(counted{w, l}, r)
	if part == 3 { // arrives, and the answer does not
		panic(http.ErrAbortHandler)
	}
}

func (d *door) behindLine() *line {
	l := &line{Handler: d.Config.Handler}
	d.Config.Handler = l
	return l
}

// The first visit, by somebody who never was here: small, few requests, no cookie, and
// nothing from anywhere else.
func TestFirstVisitInBrowser(t *testing.T) {
	d := open(t, nil)
	l := d.behindLine()
	b := browser.New(t, browser.Options{Small: true})
	b.Open(d.URL + "/")
	b.MustSee("您怎样受到保护")
	b.Axe()
	l.mu.Lock()
	requests, size := l.requests, l.bytes+600*len(l.requests) // and the heads of answers
	l.mu.Unlock()
	t.Logf("%d requests, %d bytes: %v", len(requests), size, requests)
	if len(requests) > 6 || size > 100<<10 {
		t.Errorf("the first visit takes %d requests (%v) and %d bytes", len(requests), requests, size)
	}
	b.Submit(`main a[href="/report"]`)
	l.mu.Lock()
	requests, size = l.requests, l.bytes+600*len(l.requests)
	l.mu.Unlock()
	t.Logf("with the form: %d requests, %d bytes", len(requests), size)
	if len(requests) > 6 || size > 100<<10 {
		t.Errorf("up to the form it takes %d requests (%v) and %d bytes", len(requests), requests, size)
	}
	if kept := b.Eval(`document.cookie + localStorage.length + sessionStorage.length`); kept != "00" {
		t.Errorf("something is kept on the device: %s", kept)
	}
}

// With a script: photos are seen before they are sent, arrive in parts over a line that
// breaks, and the page says how far it is.
func TestUploadInBrowser(t *testing.T) {
	d := open(t, nil)
	l := d.behindLine()
	b := browser.New(t, browser.Options{Small: true})
	b.Forgive("net::ERR_")
	b.Forgive("/upload/part") // the door says where it is after a break
	photo := picture(t)
	note := filepath.Join(t.TempDir(), "说明.txt")
	if err := os.WriteFile(note, []byte("canary-note"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Open(d.URL + "/report")
	b.Upload("照片、文件", photo, note)
	b.MustSee("河边.png")
	for range 100 {
		if b.Eval(`document.querySelector(".chosen img")?.naturalWidth || 0`) == "400" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if wide := b.Eval(`document.querySelector(".chosen img")?.naturalWidth`); wide != "400" {
		t.Errorf("the photo is not shown: %s", wide)
	}
	b.Axe()
	b.Click("去掉 说明.txt")
	b.MustNotSee("说明.txt")
	b.Upload("照片、文件", photo, note)

	// Without a text nothing is sent.
	b.Click("提交")
	if left := b.Eval(`document.activeElement.id`); left != "f-what" {
		t.Errorf("the focus is on %s", left)
	}
	b.Fill("发生了什么", "河边堆放垃圾 canary-what")
	b.Submit("提交")
	b.MustSee("您的回执码")
	b.Axe()
	code := b.Text("#receipt")
	want, err := os.ReadFile(photo)
	if err != nil {
		t.Fatal(err)
	}
	reports, files := d.opened(t)
	if len(reports) != 1 || len(files) != 4 || files[0] != "河边.png" || files[1] != string(want) || files[2] != "说明.txt" || files[3] != "canary-note" {
		t.Errorf("%d reports, %d files", len(reports), len(files)/2)
	}
	l.mu.Lock()
	if l.parts < 4 {
		t.Errorf("%d parts: the line never broke", l.parts)
	}
	l.mu.Unlock()
	d.noCanary(t, "canary", code)

	b.Submit("抄好了，试一试回执码")
	b.Fill("回执码", code)
	b.Submit("查看")
	b.Fill("补充的情况，或者对问题的回答", "又来了")
	b.Upload("照片、文件", note)
	b.Submit("提交补充")
	b.MustSee("补充的内容已经收到")
	if reports, files := d.opened(t); len(reports) != 2 || len(files) != 6 {
		t.Errorf("%d envelopes, %d files", len(reports), len(files)/2)
	}
}

// The position is filled in when asked, as coarse as chosen; the page may ask, others not.
func TestPositionInBrowser(t *testing.T) {
	d := open(t, nil)
	b := browser.New(t, browser.Options{Small: true})
	b.Open(d.URL + "/report?lang=en")
	b.Eval(`navigator.geolocation.getCurrentPosition = (ok, bad, o) => o.enableHighAccuracy ? bad({}) : ok({ coords: { latitude: 30.592849, longitude: 114.305539 } })`)
	if got := b.Value("Where"); got != "" {
		t.Errorf("filled in unasked: %s", got)
	}
	b.Click("Fill in my rough position (about 1 km)")
	if got := b.Value("Where"); got != "near latitude 30.59, longitude 114.31" {
		t.Errorf("got %q", got)
	}
	b.Click("Fill in a closer position (about 100 m)")
	b.MustSee("No position was given")
	for path, want := range map[string]string{"/report": "true", "/": "false", "/return": "false"} {
		b.Open(d.URL + path)
		if got := b.Eval(`document.featurePolicy.allowsFeature("geolocation")`); got != want {
			t.Errorf("%s: may ask for the position: %s", path, got)
		}
	}
}

// The script's own SHA-256 is SHA-256, and it solves what the door asks.
func TestWorkInBrowser(t *testing.T) {
	d := open(t, func(c *portal.Config) { c.Workers = 1 })
	b := browser.New(t, browser.Options{})
	b.Open(d.URL + "/report")
	for n := range 130 {
		text := strings.Repeat("a", n)
		sum := sha256.Sum256([]byte(text))
		if got, want := b.Eval(fmt.Sprintf("sha256(%q) >>> 0", text)), fmt.Sprint(binary.BigEndian.Uint32(sum[:])); got != want {
			t.Fatalf("%d letters: got %s, want %s", n, got, want)
		}
	}
	b.Eval(`window.fetch = async () => ({ json: async () => ({ bits: 12, puzzle: "p" }) }), turn(() => {}).then((w) => { document.title = w }), 0`)
	var solved string
	for range 500 {
		if solved = b.Eval("document.title"); strings.HasPrefix(solved, "p:") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if sum := sha256.Sum256([]byte(solved)); !strings.HasPrefix(solved, "p:") || sum[0] != 0 || sum[1] > 15 {
		t.Errorf("%q does not solve it: %s", solved, hex.EncodeToString(sum[:4]))
	}
}

// Every page, in both languages, on a small phone, without a script: nothing is wider
// than the phone, and nothing stands in anybody's way.
func TestPagesInBrowser(t *testing.T) {
	d := open(t, nil)
	code := d.report(t, map[string]string{"what": "x"})
	b := browser.New(t, browser.Options{Small: true, NoScript: true})
	for _, lang := range []string{"zh", "en"} {
		for _, path := range []string{"/", "/report", "/return", "/notices", "/notices/a1", "/nowhere"} {
			b.Open(d.URL + path + "?lang=" + lang)
			look(t, b, path)
		}
		b.Open(d.URL + "/return?lang=" + lang)
		b.Fill("[name=receipt]", "1234")
		b.Submit("")
		look(t, b, "a wrong code")
		b.Fill("[name=receipt]", code)
		b.Submit("")
		look(t, b, "the reporter's page")
		if text := b.Text("main"); lang == "en" && strings.ContainsAny(text, "的了您") {
			t.Errorf("there is Chinese on the English page: %s", text)
		}
	}
}

func look(t *testing.T, b *browser.Browser, what string) {
	t.Helper()
	b.Axe()
	if wide := b.Eval(`document.documentElement.scrollWidth - innerWidth`); wide != "0" {
		t.Errorf("%s is %s pixels wider than the phone", what, wide)
	}
}
