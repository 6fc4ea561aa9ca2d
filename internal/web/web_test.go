package web

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 names it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/testdb"
	"shouhu/law"
)

// bench is an office that serves pages, and a clock to set.
type bench struct {
	*desk.Desk
	srv     *httptest.Server
	now     time.Time
	log     *bytes.Buffer
	founded desk.Founded
}

const password = "演示用的口令请勿外用"

func newBench(tb testing.TB, demo bool) *bench {
	tb.Helper()
	b := newDesk(tb, demo)
	person := func(login, name string) desk.FirstPerson {
		p := desk.FirstPerson{Login: login, Name: name}
		if demo {
			p.Password = password
		}
		return p
	}
	var err error
	b.founded, err = b.Found(tb.Context(), desk.Founding{Offices: []desk.NewOffice{{Code: "c", Name: "演示市院", Level: account.City, Kind: account.Local, Region: "4201"},
		{Code: "d", Name: "演示区院", Level: account.Grassroots, Kind: account.Local, Region: "420111", Parent: "c"}},
		Departments: []string{"第八检察部"}, Administrator: person("admin", "演示管理员"), Chief: person("chief", "演示检察长")})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// newDesk is a desk without any office, behind its pages.
func newDesk(tb testing.TB, demo bool) *bench {
	tb.Helper()
	l, err := statute.Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	st, err := store.Open(tb.Context(), testdb.Store(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = st.Close() })
	files, err := store.OpenFiles(filepath.Join(tb.TempDir(), "files"))
	if err != nil {
		tb.Fatal(err)
	}
	b := &bench{now: time.Date(2021, 11, 1, 1, 0, 0, 0, time.UTC), log: &bytes.Buffer{}}
	b.Desk = desk.New(desk.Config{Store: st, Law: l, Files: files, Clock: func() time.Time { return b.now }, Demo: demo, Keys: desk.Keys{Seal: make([]byte, 32), Likeness: make([]byte, 16)},
		Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
	b.srv = httptest.NewServer(New(Config{Desk: b.Desk, Log: slog.New(slog.NewTextHandler(b.log, nil)), Version: "test"}))
	tb.Cleanup(b.srv.Close)
	return b
}

// visitor is somebody's browser, without scripts.
type visitor struct {
	tb   testing.TB
	http *http.Client
	base string
}

func (b *bench) visitor(tb testing.TB) *visitor {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &visitor{tb, &http.Client{Jar: jar}, b.srv.URL}
}

// page is what a browser was shown, where it ended up.
type page struct {
	status int
	path   string
	text   string
	header http.Header
}

func (b *visitor) read(res *http.Response, err error) page {
	b.tb.Helper()
	if err != nil {
		b.tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.tb.Fatal(err)
	}
	return page{res.StatusCode, res.Request.URL.RequestURI(), string(text), res.Header}
}

func (b *visitor) get(path string) page {
	b.tb.Helper()
	return b.read(b.http.Get(b.base + path))
}

func (b *visitor) post(path string, values ...string) page {
	b.tb.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	return b.read(b.http.PostForm(b.base+path, form))
}

func (p page) want(tb testing.TB, status int, path string, texts ...string) {
	tb.Helper()
	if p.status != status || p.path != path {
		tb.Fatalf("got %d at %s, want %d at %s\n%s", p.status, p.path, status, path, body(p.text))
	}
	for _, text := range texts {
		if !strings.Contains(p.text, text) {
			tb.Errorf("%s does not say %q\n%s", p.path, text, body(p.text))
		}
	}
}

var tags = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>|\s+`)

func body(text string) string { return tags.ReplaceAllString(text, " ") }

// in is a browser somebody is signed in with, in the demonstration.
func (b *bench) in(tb testing.TB, login string) *visitor {
	tb.Helper()
	br := b.visitor(tb)
	br.post("/sign-in", "login", login, "password", password).want(tb, 200, "/")
	return br
}

// Signing in for the first time, by forms alone: password, second factor, codes.
func TestSignInByForms(t *testing.T) {
	b := newBench(t, false)
	br := b.visitor(t)
	br.get("/people/1").want(t, 200, "/sign-in?to=%2Fpeople%2F1", "登录", `autocomplete="username"`)
	br.post("/sign-in", "login", "", "password", "").want(t, 422, "/sign-in", "请填写「账号」", "请填写「口令」")
	p := br.post("/sign-in", "login", "admin", "password", "not the password", "to", "/people/1")
	p.want(t, 401, "/sign-in", "账号或者口令不对", `value="admin"`, `value="/people/1"`)
	if strings.Contains(p.text, "not the password") || strings.Contains(p.text, "wrong account") {
		t.Error("the page shows too much")
	}
	first := string(b.founded.AdministratorPassword)
	br.post("/sign-in", "login", "admin", "password", first, "to", "/people/1").want(t, 200, "/set-up/password?to=%2Fpeople%2F1", "设置口令")
	br.get("/people").want(t, 200, "/set-up/password?to=%2Fpeople", "设置口令")
	br.get("/set-up/factor").want(t, 200, "/set-up/password")
	br.post("/set-up/password", "password", "天街小雨润如酥", "again", "x").want(t, 422, "/set-up/password", "两次输入的口令不同")
	br.post("/set-up/password", "password", "短", "again", "短").want(t, 422, "/set-up/password", "口令至少12个字符")
	p = br.post("/set-up/password", "password", "天街小雨润如酥草色", "again", "天街小雨润如酥草色", "to", "/people/1")
	p.want(t, 200, "/set-up/factor?to=%2Fpeople%2F1", "动态验证码", "/set-up/factor.svg")
	svg := br.get("/set-up/factor.svg")
	svg.want(t, 200, "/set-up/factor.svg", "<svg")
	if svg.header.Get("Cache-Control") != "no-store" || svg.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("the picture: %v", svg.header)
	}
	secret := strings.ReplaceAll(regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(p.text)[1], " ", "")
	br.post("/set-up/code", "code", "000000").want(t, 422, "/set-up/code", "验证码不对", "<svg"[:0])
	p = br.post("/set-up/code", "code", code(t, secret, b.now), "to", "/people/1")
	p.want(t, 200, "/set-up/code", "恢复码", `href="/people/1"`)
	recovery := regexp.MustCompile(`<code>([0-9A-Z-]{19})</code>`).FindAllStringSubmatch(p.text, -1)
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	br.get("/people/1").want(t, 200, "/people/1", "演示管理员")
	br.post("/sign-out").want(t, 200, "/sign-in", "已退出")
	br.get("/people").want(t, 200, "/sign-in?to=%2Fpeople")

	b.now = b.now.Add(time.Hour)
	br.post("/sign-in", "login", "ADMIN", "password", "天街小雨润如酥草色").want(t, 200, "/sign-in/factor", "第二因素")
	br.get("/account").want(t, 200, "/sign-in/factor?to=%2Faccount", "第二因素")
	br.post("/sign-in/code", "code", "123456").want(t, 401, "/sign-in/code", "验证码不对")
	br.post("/sign-in/code", "code", code(t, secret, b.now), "to", "/account").want(t, 200, "/account", "我的账号", "恢复码剩余 10 个")
	br.post("/sign-out")
	br.post("/sign-in", "login", "admin", "password", "天街小雨润如酥草色").want(t, 200, "/sign-in/factor")
	br.post("/sign-in/recovery", "recovery", recovery[0][1]).want(t, 200, "/")
	br.get("/account").want(t, 200, "/account", "恢复码剩余 9 个")
	if b.log.Len() > 0 {
		t.Errorf("the log says %s", b.log)
	}
}

// code is what an authenticator shows (RFC 6238).
func code(tb testing.TB, secret string, at time.Time) string {
	tb.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		tb.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	if err := binary.Write(mac, binary.BigEndian, at.Unix()/30); err != nil {
		tb.Fatal(err)
	}
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:])&0x7fffffff%1000000)
}

func TestThrottled(t *testing.T) {
	b := newBench(t, true)
	br := b.visitor(t)
	var last page
	for range 8 {
		last = br.post("/sign-in", "login", "admin", "password", "wrong")
	}
	last.want(t, 503, "/sign-in", "尝试过于频繁")
	if last.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.in(t, "chief")
}

// Every route says who may ask for it, and keeps the others out.
func TestRoutes(t *testing.T) {
	b := newBench(t, true)
	s := newServer(Config{Desk: b.Desk})
	stranger, chief := b.visitor(t), b.in(t, "chief")
	seen := map[string]bool{}
	session := func() *desk.Session {
		got, err := b.SignIn(t.Context(), desk.Credentials{Login: "chief", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		session, err := b.Authenticate(t.Context(), got.Cookie)
		if err != nil {
			t.Fatal(err)
		}
		return session
	}()
	for _, r := range s.table {
		name := r.method + " " + r.path
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		if r.handle == nil {
			t.Errorf("%s has no handler", name)
		}
		path := strings.NewReplacer("{$}", "", "{id}", "1", "{approval}", "1", "{lang}", "en").Replace(r.path)
		ask := func(br *visitor) page {
			if r.method == http.MethodPost {
				return br.post(path)
			}
			return br.get(path)
		}
		switch r.permission {
		case public:
			continue
		case atDoor, signedIn:
		default:
			act, err := account.ParseAction(string(r.permission))
			if err != nil {
				t.Errorf("%s: permission %q: %v", name, r.permission, err)
				continue
			}
			if !session.May(act) {
				if got := ask(chief); got.status != http.StatusForbidden {
					t.Errorf("%s by who has no such power: %d", name, got.status)
				}
			}
		}
		got := ask(stranger)
		if toDoor := r.method == http.MethodGet && strings.HasPrefix(got.path, "/sign-in?to="); !toDoor && got.status != http.StatusUnauthorized {
			t.Errorf("%s by a stranger: %d at %s", name, got.status, got.path)
		}
	}
}

// What every answer has, and what comes from elsewhere.
func TestHeaders(t *testing.T) {
	b := newBench(t, true)
	br := b.in(t, "chief")
	for _, path := range []string{"/people", "/sign-in", "/nothing", "/handovers"} {
		p := br.get(path)
		if p.header.Get("Content-Security-Policy") != policy || p.header.Get("Referrer-Policy") != "no-referrer" || p.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, p.header)
		}
		if regexp.MustCompile(`<script>|<style|\sstyle=|\son[a-z]+=|javascript:`).MatchString(p.text) {
			t.Errorf("%s has something inline", path)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.srv.URL+"/sign-out", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	br.read(br.http.Do(req)).want(t, 403, "/sign-out", "请求来自其他网站")
	br.get("/people").want(t, 200, "/people")
	big := br.post("/people/new", "name", strings.Repeat("x", formBytes+1))
	if big.status != 403 && big.status != 413 {
		t.Errorf("a huge form: %d", big.status)
	}
	u, _ := url.Parse(b.srv.URL)
	for _, k := range br.http.Jar.Cookies(u) {
		if strings.HasPrefix(k.Name, "__Host-") {
			t.Errorf("%s without TLS", k.Name)
		}
	}
	w := httptest.NewRecorder()
	secure := New(Config{Desk: b.Desk, Secure: true})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://shouhu.local/sign-in", strings.NewReader("login=chief&password="+url.QueryEscape(password)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	secure.ServeHTTP(w, r)
	if k := w.Header().Values("Set-Cookie"); len(k) < 2 || !strings.HasPrefix(k[0], "__Host-shouhu=") || !strings.Contains(k[0], "Secure") || !strings.Contains(k[0], "HttpOnly") ||
		!strings.Contains(k[0], "SameSite=Lax") || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("over TLS: %v", w.Header())
	}
}

// Return paths stay at home.
func TestLocal(t *testing.T) {
	for to, want := range map[string]string{"/people?x=1": "/people?x=1", "": "/", "//evil.example": "/", "https://evil.example": "/", "/\\evil": "/", "people": "/",
		"javascript:alert(1)": "/", "/%0d%0aSet-Cookie:x": "/%0d%0aSet-Cookie:x", "/a\r\nb": "/", "http:///x": "/"} {
		if got := local(to); got != want {
			t.Errorf("local(%q) = %q, want %q", to, got, want)
		}
	}
}

// An error that is not for people is shown as a number only.
func TestInternalError(t *testing.T) {
	b := newBench(t, true)
	s := newServer(Config{Desk: b.Desk, Log: slog.New(slog.NewTextHandler(b.log, nil))})
	for name, handle := range map[string]func(*call) error{
		"an error": func(*call) error { return fmt.Errorf("password of somebody: %w", io.ErrUnexpectedEOF) },
		"a panic":  func(*call) error { panic("password of somebody") },
	} {
		b.log.Reset()
		w := httptest.NewRecorder()
		s.serve(route{permission: public, handle: handle}).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x", nil))
		ref := regexp.MustCompile(`ref=(\w+)`).FindStringSubmatch(b.log.String())
		if w.Code != 500 || strings.Contains(w.Body.String(), "somebody") || ref == nil || !strings.Contains(w.Body.String(), ref[1]) {
			t.Errorf("%s: %d, %s, %s", name, w.Code, body(w.Body.String()), b.log)
		}
	}
	for code, status := range statuses {
		w := httptest.NewRecorder()
		s.serve(route{permission: public, handle: func(*call) error { return &pil.Error{Code: code, Text: "一句话 (a sentence)"} }}).
			ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", nil))
		if w.Code != status || !strings.Contains(w.Body.String(), "一句话") || strings.Contains(w.Body.String(), "a sentence") {
			t.Errorf("%s: %d, %s", code, w.Code, body(w.Body.String()))
		}
	}
}

// A form with files is read up to what its route allows.
func TestUpload(t *testing.T) {
	b := newBench(t, true)
	s := newServer(Config{Desk: b.Desk})
	send := func(size int) (got string, status int) {
		var text bytes.Buffer
		form := multipart.NewWriter(&text)
		part, err := form.CreateFormFile("photo", "1.jpg")
		if err == nil {
			_, err = part.Write(make([]byte, size))
		}
		if err == nil {
			err = form.WriteField("caption", " 现场照片 ")
		}
		if err == nil {
			err = form.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", &text)
		r.Header.Set("Content-Type", form.FormDataContentType())
		s.serve(route{permission: public, most: 4 << 20, handle: func(c *call) error {
			f, err := c.upload()
			if err != nil {
				return err
			}
			got = f.text("caption")
			_, _, err = c.r.FormFile("photo")
			return err
		}}).ServeHTTP(w, r)
		return got, w.Code
	}
	if got, status := send(3 << 20); got != "现场照片" || status != http.StatusOK {
		t.Errorf("got %q, %d", got, status)
	}
	if _, status := send(5 << 20); status != http.StatusRequestEntityTooLarge {
		t.Errorf("too much: %d", status)
	}
}
