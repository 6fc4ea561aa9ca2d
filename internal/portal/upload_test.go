package portal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"shouhu/internal/portal"
	"shouhu/internal/seal"
)

// sendPart sends one request of an upload.
func (d *door) sendPart(tb testing.TB, method, path, id, at, body string) (status int, files int, sealed int64) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, d.URL+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Upload-Id", id)
	r.Header.Set("Upload-At", at)
	r.Header.Set("Accept", "application/json")
	status, text := d.do(tb, r)
	var got struct {
		Files int
		At    int64
	}
	if status < 400 || status == http.StatusConflict {
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			tb.Fatal(text, err)
		}
	}
	return status, got.Files, got.At
}

func (d *door) beginUpload(tb testing.TB) string {
	tb.Helper()
	status, text := d.post(tb, "/upload", true, nil)
	var got struct {
		ID   string
		Part int
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusCreated || len(got.ID) != 32 || got.Part < 1<<16 {
		tb.Fatalf("got %d %s", status, text)
	}
	return got.ID
}

// Files sent in parts, with every accident of a bad line, arrive whole; nothing of them
// lies in clear, and the form that comes at last closes their envelope.
func TestUpload(t *testing.T) {
	d := open(t, nil)
	id := d.beginUpload(t)
	body := strings.Repeat("canary-part ", 50000) // 600,000 bytes
	about := func(n int, name string, size int) string {
		return fmt.Sprintf(`{"file":%d,"name":%q,"media":"image/jpeg","size":%d}`, n, name, size)
	}
	expect := func(what string, wantStatus, wantFiles int, wantAt int64) func(int, int, int64) {
		return func(status, files int, at int64) {
			t.Helper()
			if status != wantStatus || status < 400 && (files != wantFiles || at != wantAt) || status == http.StatusConflict && at != wantAt {
				t.Errorf("%s: got %d, %d files, at %d; want %d, %d, %d", what, status, files, at, wantStatus, wantFiles, wantAt)
			}
		}
	}
	expect("a part before any file", 409, 0, 0)(d.sendPart(t, "POST", "/upload/part", id, "0", "x"))
	expect("the first file", 200, 1, 0)(d.sendPart(t, "POST", "/upload/file", id, "", about(0, "../照片.jpg", len(body))))
	expect("the first file, said twice", 200, 1, 0)(d.sendPart(t, "POST", "/upload/file", id, "", about(0, "../照片.jpg", len(body))))
	expect("a file before its turn", 409, 1, 0)(d.sendPart(t, "POST", "/upload/file", id, "", about(1, "b", 1)))
	expect("a part", 200, 1, 1000)(d.sendPart(t, "POST", "/upload/part", id, "0", body[:1000]))
	expect("the same part again", 409, 1, 1000)(d.sendPart(t, "POST", "/upload/part", id, "0", body[:1000]))
	expect("a part further on", 409, 1, 1000)(d.sendPart(t, "POST", "/upload/part", id, "5000", body[5000:6000]))
	expect("a negative place", 409, 1, 1000)(d.sendPart(t, "POST", "/upload/part", id, "-1", body[:1000]))
	expect("a part too large", 413, 0, 0)(d.sendPart(t, "POST", "/upload/part", id, "1000", strings.Repeat("x", 256<<10+1)))
	expect("somebody else's", 404, 0, 0)(d.sendPart(t, "POST", "/upload/part", strings.Repeat("0", 32), "0", "x"))
	expect("how far", 200, 1, 1000)(d.sendPart(t, "GET", "/upload", id, "", ""))
	for at := 1000; at < len(body); at += 100000 {
		status, _, _ := d.sendPart(t, "POST", "/upload/part", id, strconv.Itoa(at), body[at:min(at+100000, len(body))])
		if status != http.StatusOK {
			t.Fatalf("at %d: got %d", at, status)
		}
	}
	expect("more than announced", 409, 1, int64(len(body)))(d.sendPart(t, "POST", "/upload/part", id, strconv.Itoa(len(body)), "x"))
	expect("an empty file", 200, 2, 0)(d.sendPart(t, "POST", "/upload/file", id, "", about(1, "空", 0)))
	expect("no JSON", 400, 0, 0)(d.sendPart(t, "POST", "/upload/file", id, "", "x"))
	expect("more than 200 MB", 413, 0, 0)(d.sendPart(t, "POST", "/upload/file", id, "", about(2, "b", 200<<20)))
	d.noCanary(t, "canary")

	// A form with a fault leaves the files where they are.
	status, text := d.post(t, "/report", false, map[string]string{"what": " ", "upload": id})
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, `name="upload" value="`+id) || !strings.Contains(text, "2 个文件已经上传") {
		t.Errorf("got %d %s", status, text)
	}
	if status, _ = d.post(t, "/report", true, map[string]string{"what": "x", "upload": id}); status != http.StatusCreated {
		t.Errorf("got %d", status)
	}
	reports, files := d.opened(t)
	if len(reports) != 1 || len(files) != 4 || files[0] != "../照片.jpg" || files[1] != body || files[3] != "" {
		t.Errorf("%d reports with %d files", len(reports), len(files)/2)
	}
	// Once closed, the upload is nobody's.
	if status, text = d.post(t, "/report", false, map[string]string{"what": "又一件", "upload": id}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "已经过期") || !strings.Contains(text, "又一件") || strings.Contains(text, id) {
		t.Errorf("got %d %s", status, text)
	}
	expect("after the form", 404, 0, 0)(d.sendPart(t, "GET", "/upload", id, "", ""))
	d.noCanary(t, "canary")
}

// A form that comes before its files are whole is refused, and nothing is kept.
func TestUploadCutShort(t *testing.T) {
	d := open(t, nil)
	id := d.beginUpload(t)
	d.sendPart(t, "POST", "/upload/file", id, "", `{"file":0,"name":"a","size":200000}`)
	d.sendPart(t, "POST", "/upload/part", id, "0", strings.Repeat("x", 150000))
	if left, err := filepath.Glob(filepath.Join(d.dir, "new", "*")); err != nil || len(left) != 1 {
		t.Fatalf("being written: %v, %v", left, err)
	}
	if status, _ := d.post(t, "/report", true, map[string]string{"what": "x", "upload": id}); status != http.StatusBadRequest {
		t.Errorf("got %d", status)
	}
	d.nothingLeft(t)
}

func (d *door) nothingLeft(tb testing.TB) {
	tb.Helper()
	if left, err := filepath.Glob(filepath.Join(d.dir, "*", "*")); err != nil || len(left) != 0 {
		tb.Errorf("left: %v, %v", left, err)
	}
}

// What is never followed by a form is taken away after a time.
func TestUploadAbandoned(t *testing.T) {
	d := open(t, func(c *portal.Config) { c.Abandon = 20 * time.Millisecond })
	id := d.beginUpload(t)
	d.sendPart(t, "POST", "/upload/file", id, "", `{"file":0,"name":"a","size":200000}`)
	d.sendPart(t, "POST", "/upload/part", id, "0", strings.Repeat("x", 150000))
	for {
		if status, _, _ := d.sendPart(t, "POST", "/upload/part", "none", "0", ""); status != http.StatusNotFound {
			t.Fatalf("got %d", status)
		}
		left, err := filepath.Glob(filepath.Join(d.dir, "new", "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 {
			break // otherwise the test's own time limit ends it
		}
		time.Sleep(5 * time.Millisecond)
	}
	if status, _, _ := d.sendPart(t, "GET", "/upload", id, "", ""); status != http.StatusNotFound {
		t.Errorf("got %d", status)
	}
	d.nothingLeft(t)
}

// There is room for so many uploads; whoever finds none sends the form whole.
func TestUploadsMost(t *testing.T) {
	d := open(t, nil)
	got := map[int]int{}
	for range 140 {
		status, _ := d.post(t, "/upload", true, nil)
		got[status]++
	}
	if got[http.StatusCreated] != 128 || got[http.StatusServiceUnavailable] != 12 {
		t.Errorf("got %v", got)
	}
	if status, _ := d.post(t, "/report", true, map[string]string{"what": "x"}, file{"a", "b"}); status != http.StatusCreated {
		t.Errorf("a form by itself: got %d", status)
	}
}

// Files beside the form and an addition with an upload.
func TestUploadAdds(t *testing.T) {
	d := open(t, nil)
	code := d.report(t, map[string]string{"what": "x"})
	id := d.beginUpload(t)
	d.sendPart(t, "POST", "/upload/file", id, "", `{"file":0,"name":"后来.txt","size":3}`)
	d.sendPart(t, "POST", "/upload/part", id, "0", "abc")
	if status, text := d.post(t, "/return", false, map[string]string{"receipt": code, "add": strings.Repeat("长", 60001), "upload": id}); status != http.StatusUnprocessableEntity || !strings.Contains(text, `name="upload" value="`+id) || !strings.Contains(text, "1 个文件已经上传") {
		t.Errorf("too long: got %d", status)
	}
	if status, text := d.post(t, "/return", false, map[string]string{"receipt": code, "add": "补", "upload": id}); status != http.StatusOK || !strings.Contains(text, "已经收到") {
		t.Errorf("got %d %s", status, text)
	}
	if reports, files := d.opened(t); len(reports) != 2 || len(files) != 2 || files[0] != "后来.txt" || files[1] != "abc" {
		t.Errorf("%d envelopes, %q", len(reports), files)
	}
}

func (d *door) report(tb testing.TB, values map[string]string, files ...file) (code string) {
	tb.Helper()
	status, text := d.post(tb, "/report", true, values, files...)
	var got struct{ Receipt string }
	if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusCreated {
		tb.Fatalf("got %d %s", status, text)
	}
	return got.Receipt
}

// A second code leads to the same page, adds to the same report, and is no key to what
// the first one's holder told; the door keeps nothing that opens either.
func TestSecondCode(t *testing.T) {
	d := open(t, nil)
	code := d.report(t, map[string]string{"what": "canary-what", "name": "canary-name"})
	hand := func(code string) string {
		t.Helper()
		status, text := d.post(t, "/return", true, map[string]string{"receipt": code, "hand": "1"})
		var got struct{ Second, State string }
		if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusOK || got.State != "received" {
			t.Fatalf("got %d %s", status, text)
		}
		if _, err := seal.ParseReceipt(got.Second); err != nil || got.Second == code {
			t.Fatalf("no second code: %v", err)
		}
		return got.Second
	}
	second := hand(code)
	third := hand(second) // handed on again
	for i, c := range []string{second, third} {
		if status, text := d.post(t, "/return", true, map[string]string{"receipt": c, "add": fmt.Sprint("补充", i)}); status != http.StatusOK || !strings.Contains(text, `"added":true`) {
			t.Errorf("code %d: got %d %s", i, status, text)
		}
	}
	reports, _ := d.opened(t)
	if len(reports) != 3 || reports[1].Lookup != reports[0].Lookup || reports[2].Lookup != reports[0].Lookup || reports[1].Reporter != reports[0].Reporter {
		t.Errorf("got %+v", reports)
	}
	status, text := d.post(t, "/return", false, map[string]string{"receipt": code, "hand": "1"})
	if status != http.StatusOK || !strings.Contains(text, "第二个回执码") || !output.MatchString(text) {
		t.Errorf("the page: got %d %s", status, text)
	}
	words := []string{"canary"}
	for _, c := range []string{code, second, third} {
		words = append(words, c, strings.ReplaceAll(c, " ", ""))
	}
	d.noCanary(t, words...)
	// Keys that somebody exchanged in the spool open nothing.
	keys, err := filepath.Glob(filepath.Join(d.dir, "keys", "*"))
	if err != nil || len(keys) != 3 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	swap(t, keys[0], keys[1])
	got := map[int]int{}
	for _, c := range []string{second, third} {
		status, _ := d.post(t, "/return", true, map[string]string{"receipt": c})
		got[status]++
	}
	if got[http.StatusNotFound] == 0 {
		t.Errorf("exchanged keys: got %v", got)
	}
}

// While the line is long a puzzle is given out; whoever solves it goes first, once.
func TestPuzzle(t *testing.T) {
	d := open(t, func(c *portal.Config) { c.Workers, c.Long = 1, 4 })
	ask := func() (bits int, puzzle string) {
		t.Helper()
		status, text := d.get(t, "/turn")
		var got struct {
			Bits   int
			Puzzle string
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusOK {
			t.Fatalf("got %d %s", status, text)
		}
		return got.Bits, got.Puzzle
	}
	if bits, puzzle := ask(); bits != 0 || puzzle != "" {
		t.Errorf("nobody waits, and %d bits are asked for", bits)
	}
	done := make(chan int)
	for range 40 {
		go func() {
			status, _ := d.post(t, "/report", true, map[string]string{"what": "x"})
			done <- status
		}()
	}
	bits, puzzle := 0, ""
	for bits == 0 && len(done) == 0 {
		if bits, puzzle = ask(); bits == 0 {
			select {
			case <-done:
				t.Fatal("the line was never long")
			case <-time.After(time.Millisecond):
			}
		}
	}
	if bits < 14 || bits > 20 {
		t.Errorf("%d bits", bits)
	}
	solved := ""
	for n := 0; solved == ""; n++ {
		text := fmt.Sprintf("%s:%d", puzzle, n)
		if sum := sha256.Sum256([]byte(text)); sum[0] == 0 && sum[1]>>(16-min(bits, 16)) == 0 && (bits <= 16 || sum[2]>>(24-bits) == 0) {
			solved = text
		}
	}
	for _, work := range []string{solved, solved, "x", puzzle + ":1"} { // right, twice, wrong: never refused
		if status, _ := d.post(t, "/report", true, map[string]string{"what": "x", "work": work}); status != http.StatusCreated {
			t.Errorf("got %d", status)
		}
	}
	for range 40 {
		if status := <-done; status != http.StatusCreated {
			t.Errorf("who waited: got %d", status)
		}
	}
	if bytes.Contains(d.log.Bytes(), []byte(puzzle)) {
		t.Error("the log has the puzzle")
	}
}

// FuzzUpload sends anything as the parts of an upload: nothing fails on our side, and no
// more is ever sealed than was announced.
func FuzzUpload(f *testing.F) {
	f.Add(`{"file":0,"name":"a","size":3}`, "0", []byte("abc"))
	f.Add(`{"file":-1,"name":"\u0000","size":-3}`, "-1", []byte{})
	f.Add(`{"file":0,"size":9223372036854775807}`, "9223372036854775807", []byte("x"))
	d := open(f, func(c *portal.Config) { c.Abandon = time.Second })
	h := d.Config.Handler
	f.Fuzz(func(t *testing.T, about, at string, body []byte) {
		send := func(path, id string, body []byte) (int, string) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
			r.Header["Upload-Id"], r.Header["Upload-At"], r.Header["Accept"] = []string{id}, []string{at}, []string{"application/json"}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Code, w.Body.String()
		}
		status, text := send("/upload", "", nil)
		if status == http.StatusServiceUnavailable {
			return // so many wait already
		}
		var begun struct{ ID string }
		if err := json.Unmarshal([]byte(text), &begun); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/upload/file", "/upload/part", "/upload/part"} {
			sent := body
			if path == "/upload/file" {
				sent = []byte(about)
			}
			if status, text := send(path, begun.ID, sent); status >= 500 {
				t.Errorf("%s: got %d %s", path, status, text)
			}
		}
		form := "what=x&upload=" + begun.ID
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/report", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusCreated && w.Code != http.StatusBadRequest {
			t.Errorf("the form: got %d", w.Code)
		}
	})
}
