package portal_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"shouhu/internal/portal"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
)

// door is a portal with the keys of its office.
type door struct {
	*httptest.Server
	dir  string
	keys seal.DoorKeys
	log  *bytes.Buffer
	s    *spool.Spool
}

func open(tb testing.TB, change func(*portal.Config)) *door {
	tb.Helper()
	public, keys, err := seal.NewDoor(rand.Reader, seal.International)
	if err != nil {
		tb.Fatal(err)
	}
	d := &door{dir: tb.TempDir(), keys: keys, log: &bytes.Buffer{}}
	if d.s, err = spool.OpenDir(d.dir, 0); err != nil {
		tb.Fatal(err)
	}
	c := portal.Config{Spool: d.s, Door: public, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(d.log, nil)), Notices: fstest.MapFS{
		"a1.json": {Data: []byte(`{"id":"a1","kind":"pre-suit","title":"公告一","published":"2026-11-20","html_text":"<p>内容</p><script>alert(1)</script>"}`)},
		"b.json":  {Data: []byte(`{"id":"../b"}`)},
	}}
	if change != nil {
		change(&c)
	}
	d.Server = httptest.NewServer(portal.New(c))
	tb.Cleanup(d.Close)
	return d
}

// file is one to send.
type file struct{ name, body string }

func form(tb testing.TB, values map[string]string, files ...file) (kind string, body *bytes.Buffer) {
	tb.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for _, f := range files { // before the fields: the order is the sender's
		part, err := w.CreateFormFile("files", f.name)
		if err == nil {
			_, err = io.WriteString(part, f.body)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	for name, v := range values {
		if err := w.WriteField(name, v); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return w.FormDataContentType(), body
}

func (d *door) post(tb testing.TB, path string, asJSON bool, values map[string]string, files ...file) (status int, text string) {
	tb.Helper()
	kind, body := form(tb, values, files...)
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, d.URL+path, body)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if asJSON {
		r.Header.Set("Accept", "application/json")
	}
	return d.do(tb, r)
}

func (d *door) do(tb testing.TB, r *http.Request) (int, string) {
	tb.Helper()
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(a.Body)
	if err != nil {
		tb.Fatal(err)
	}
	_ = a.Body.Close()
	return a.StatusCode, string(b)
}

var output = regexp.MustCompile(`<output id="receipt">([0-9 ]+)</output>`)

// opened opens every envelope that waits.
func (d *door) opened(tb testing.TB) (list []*seal.Report, files []string) {
	tb.Helper()
	waiting, err := d.s.Waiting()
	if err != nil {
		tb.Fatal(err)
	}
	for _, w := range waiting {
		r, err := d.s.Fetch(w)
		if err != nil {
			tb.Fatal(err)
		}
		report, id, err := seal.OpenReport(r, d.keys.Intake, func(n seal.FileName, r io.Reader) error {
			b, err := io.ReadAll(r)
			files = append(files, n.Name, string(b))
			return err
		})
		_ = r.Close()
		if err != nil {
			tb.Fatal(err)
		}
		if report.Lookup != w.Lookup || len(report.Identity) > 0 && openIdentity(tb, d.keys.Identity, id, report.Identity) == "" {
			tb.Error("lookup or identity")
		}
		list = append(list, report)
	}
	return list, files
}

func openIdentity(tb testing.TB, key seal.PrivateKey, id seal.ID, sealed []byte) string {
	tb.Helper()
	b, err := seal.OpenFrom(key, seal.IdentityPurpose(id), sealed)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func TestReport(t *testing.T) {
	d := open(t, nil)
	status, text := d.post(t, "/report", false, map[string]string{"what": "河边堆放垃圾 canary-what", "where": "河滨路", "field": "ecology", "name": "canary-name", "phone": "13900000000"},
		file{"../../canary-name.jpg", strings.Repeat("canary-file ", 20000)}, file{"空.txt", ""})
	code := output.FindStringSubmatch(text)
	if status != http.StatusCreated || code == nil {
		t.Fatalf("got %d %s", status, text)
	}
	status, text = d.post(t, "/return", true, map[string]string{"receipt": strings.ReplaceAll(code[1], " ", "－")})
	var page struct {
		State    string
		Messages []seal.Message
	}
	if err := json.Unmarshal([]byte(text), &page); err != nil || status != http.StatusOK || page.State != "received" || page.Messages == nil {
		t.Errorf("got %d %s, %v", status, text, err)
	}
	status, text = d.post(t, "/return", false, map[string]string{"receipt": code[1], "add": "又来了 canary-add", "wish": "withdraw"}, file{"2.txt", "canary-two"})
	if status != http.StatusOK || !strings.Contains(text, "撤回的要求已经收到") || strings.Contains(text, "canary") {
		t.Errorf("got %d %s", status, text)
	}
	reports, files := d.opened(t)
	if len(reports) != 2 || reports[0].What != "河边堆放垃圾 canary-what" || reports[0].Field != "ecology" || reports[1].What != "又来了 canary-add" || reports[1].Lookup != reports[0].Lookup {
		t.Errorf("got %+v", reports)
	}
	if len(files) != 6 || files[0] != "../../canary-name.jpg" && files[0] != "canary-name.jpg" || len(files[1]) != 240000 || files[5] != "canary-two" {
		t.Errorf("got %d files", len(files)/2)
	}
	// What the office left is the reporter's alone.
	keys, err := seal.ParseReceipt(code[1])
	if err != nil {
		t.Fatal(err)
	}
	to, err := seal.ParsePublicKey(reports[0].Reporter)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(seal.Page{State: "registered", Zh: "已登记", Messages: []seal.Message{{From: "office", Text: "<b>请问</b>在哪一段？"}}})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(rand.Reader, to, seal.MessagePurpose(reports[0].Lookup), body)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.s.PutAnswer(reports[0].Lookup, sealed); err != nil {
		t.Fatal(err)
	}
	if status, text = d.post(t, "/return", false, map[string]string{"receipt": string(keys)}); status != http.StatusOK || !strings.Contains(text, "已登记") || !strings.Contains(text, "&lt;b&gt;请问") {
		t.Errorf("got %d %s", status, text)
	}
	d.noCanary(t, "canary", "13900000000", string(keys), code[1])
}

// noCanary looks for strings in all the portal ever wrote.
func (d *door) noCanary(t *testing.T, words ...string) {
	t.Helper()
	all := map[string][]byte{"log": d.log.Bytes()}
	err := filepath.WalkDir(d.dir, func(name string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			all[name], err = os.ReadFile(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range all {
		for _, w := range append(words, "127.0.0.1") {
			if bytes.Contains(b, []byte(w)) || strings.Contains(filepath.Base(name), w) {
				t.Errorf("%q stands in %s", w, name)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	d := open(t, nil)
	status, text := d.post(t, "/report", false, map[string]string{"what": " ", "where": `"><script>x</script>`, "name": "王某"}, file{"a", "a"})
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, "&#34;&gt;&lt;script&gt;") && !strings.Contains(text, "&lt;script&gt;") || !strings.Contains(text, "王某") || !strings.Contains(text, "1 个文件没有保存") {
		t.Errorf("missing what: got %d %s", status, text)
	}
	var many []file
	for n := range 21 {
		many = append(many, file{fmt.Sprint(n), "x"})
	}
	if status, _ := d.post(t, "/report", false, map[string]string{"what": "x"}, many...); status != http.StatusRequestEntityTooLarge {
		t.Errorf("21 files: got %d", status)
	}
	if status, _ := d.post(t, "/report", true, map[string]string{"what": "x"}, many[:20]...); status != http.StatusCreated {
		t.Errorf("20 files: got %d", status)
	}
	if status, _ := d.post(t, "/report", false, map[string]string{"what": strings.Repeat("长", 60001)}); status != http.StatusUnprocessableEntity {
		t.Errorf("too long: got %d", status)
	}
	if status, _ := d.post(t, "/report", true, map[string]string{"what": strings.Repeat("长", 11000)}); status != http.StatusCreated {
		t.Errorf("34 KB: got %d", status)
	}
	unknown, err := seal.NewReceipt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	for _, code := range []string{unknown.Shown(), "1234", "", strings.Repeat("9", 90)} {
		status, text := d.post(t, "/return", false, map[string]string{"receipt": code, "add": "x"})
		if pages = append(pages, text); status != http.StatusNotFound || text != pages[0] {
			t.Errorf("an unknown code: got %d", status)
		}
	}
	for name, send := range map[string][2]string{
		"no boundary": {"multipart/form-data", "x"},
		"cut":         {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\nabc"},
		"no name":     {"multipart/form-data; boundary=b", "--b\r\nX: y\r\n\r\nabc\r\n--b--\r\n"},
		"garbage":     {"application/x-www-form-urlencoded", "%zz=%"},
		"many parts":  {"multipart/form-data; boundary=b", strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nabc\r\n", 300) + "--b--\r\n"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL+"/report", strings.NewReader(send[1]))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", send[0])
		if status, _ := d.do(t, r); status < 400 || status >= 500 {
			t.Errorf("%s: got %d", name, status)
		}
	}
	if list, err := filepath.Glob(filepath.Join(d.dir, "new", "*")); err != nil || len(list) != 0 {
		t.Errorf("drafts are left: %v", list)
	}
	if reports, _ := d.opened(t); len(reports) != 2 {
		t.Errorf("%d reports are stored", len(reports))
	}
}

// zeros is a body of so many bytes.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestTooLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 210 MB")
	}
	d := open(t, nil)
	head := "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n"
	for _, chunked := range []bool{false, true} {
		body := io.MultiReader(strings.NewReader(head), zeros(210<<20), strings.NewReader("\r\n--b--\r\n"))
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL+"/report", body)
		if err != nil {
			t.Fatal(err)
		}
		if !chunked {
			r.ContentLength = int64(len(head)) + 210<<20 + 9
		}
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		if status, _ := d.do(t, r); status != http.StatusRequestEntityTooLarge {
			t.Errorf("got %d", status)
		}
	}
	if list, err := filepath.Glob(filepath.Join(d.dir, "*", "*")); err != nil || len(list) != 0 {
		t.Errorf("left: %v", list)
	}
}

// Every route has every header, no page but a form for files has a script, and every link leads somewhere.
func TestCrawl(t *testing.T) {
	d := open(t, nil)
	link := regexp.MustCompile(`(?:href|src|action)="(/[^"#]*)`)
	seen, todo := map[string]bool{}, []string{"/", "/nowhere", "/notices/none", "/healthz"}
	for len(todo) > 0 {
		path := strings.ReplaceAll(todo[0], "&amp;", "&")
		if todo = todo[1:]; seen[path] {
			continue
		}
		seen[path] = true
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodOptions} {
			r, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			a, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(a.Body)
			if err != nil {
				t.Fatal(err)
			}
			_ = a.Body.Close()
			checkHeaders(t, method+" "+path, a.Header)
			scripts := bytes.Count(b, []byte("<script"))
			if form := bytes.Contains(b, []byte(`type="file"`)); form != (scripts == 1) || scripts != bytes.Count(b, []byte(`<script src="/static/send-`)) || form && strings.Contains(a.Header.Get("Content-Security-Policy"), "script-src 'none'") {
				t.Errorf("%s %s: %d scripts", method, path, scripts)
			}
			if bytes.Contains(b, []byte("<script>")) || bytes.Contains(b, []byte(" style=")) || bytes.Contains(b, []byte("onclick")) {
				t.Errorf("%s has a script or a style", path)
			}
			if method != http.MethodGet {
				continue
			}
			if a.StatusCode != http.StatusOK && !strings.Contains(path, "no") {
				t.Errorf("%s: %s", path, a.Status)
			}
			for _, m := range link.FindAllStringSubmatch(string(b), -1) {
				todo = append(todo, m[1])
			}
		}
	}
	for _, path := range []string{"/report", "/return?lang=en", "/notices/a1", "/notices.atom"} {
		if !seen[path] {
			t.Errorf("nothing leads to %s", path)
		}
	}
	_, text := d.get(t, "/notices/a1")
	if !strings.Contains(text, "<p>内容</p>") || !strings.Contains(text, "&lt;script&gt;") {
		t.Error("the notice")
	}
}

func (d *door) get(tb testing.TB, path string) (int, string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, d.URL+path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return d.do(tb, r)
}

func checkHeaders(t *testing.T, what string, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Permissions-Policy": "camera=()",
	} {
		if !strings.Contains(h.Get(name), want) {
			t.Errorf("%s: %s is %q", what, name, h.Get(name))
		}
	}
	page := strings.HasPrefix(h.Get("Content-Type"), "text/html")
	policy := h.Get("Content-Security-Policy")
	script := strings.Contains(policy, "script-src 'self'")
	if script == strings.Contains(h.Get("Permissions-Policy"), "geolocation=()") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: policy %q, permissions %q", what, policy, h.Get("Permissions-Policy"))
	}
	if page != (script || strings.Contains(policy, "script-src 'none'")) || page == strings.Contains(policy, "sandbox") {
		t.Errorf("%s: policy %q", what, policy)
	}
	if h.Get("Set-Cookie") != "" || h.Get("Cache-Control") == "" || page && h.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: cookies or cache: %v", what, h)
	}
}

// Many at once are answered late, none is lost; where patience ends they are told to
// come back.
func TestOverload(t *testing.T) {
	d := open(t, func(c *portal.Config) { c.Workers, c.Patience = 1, 500*time.Millisecond })
	var mu sync.Mutex
	count := map[int]int{}
	var wait sync.WaitGroup
	for range 40 {
		wait.Go(func() {
			status, _ := d.post(t, "/report", true, map[string]string{"what": "x"})
			mu.Lock()
			count[status]++
			mu.Unlock()
		})
	}
	wait.Wait()
	reports, _ := d.opened(t)
	if count[201] == 0 || count[201]+count[503] != 40 || len(reports) != count[201] {
		t.Errorf("answers %v, %d stored", count, len(reports))
	}
}

func TestURLEncoded(t *testing.T) {
	d := open(t, nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL+"/report?lang=en", strings.NewReader(url.Values{"what": {"x"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if status, text := d.do(t, r); status != http.StatusCreated || !strings.Contains(text, "Your code") {
		t.Errorf("got %d %s", status, text)
	}
}

// The door links no database driver and nothing that opens the office.
func TestLinks(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "shouhu/cmd/portal").Output()
	if err != nil {
		t.Fatal(err)
	}
	for p := range strings.FieldsSeq(string(out)) {
		for _, no := range []string{"database/sql", "sqlite", "jackc/pgx", "duckdb", "clickhouse", "uptrace/bun", "shouhu/internal/desk", "shouhu/internal/store", "runtime/cgo"} {
			if strings.Contains(p, no) && (no != "runtime/cgo" || os.Getenv("CGO_ENABLED") == "0") {
				t.Errorf("the door links %s", p)
			}
		}
	}
}

func FuzzReport(f *testing.F) {
	kind, body := form(f, map[string]string{"what": "x"}, file{"a", "b"})
	f.Add(kind, body.Bytes())
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\n\r\n--b--"))
	d := open(f, func(c *portal.Config) { c.Workers = 4 })
	h := d.Config.Handler
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/report", bytes.NewReader(body))
		r.Header["Content-Type"] = []string{kind}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("got %d", w.Code)
		}
	})
}
