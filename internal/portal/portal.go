package portal

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/a-h/templ"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
	"shouhu/internal/ui"
)

// Config is what a door is made of.
type Config struct {
	Spool   *spool.Spool
	Door    seal.Door
	Random  io.Reader
	Notices fs.FS            // released notices as ID.json; nil: none
	Clock   func() time.Time // nil: the machine's
	Log     *slog.Logger     // of faults only; never of who asked, nor what
	Office  string           // name on the pages
	Onion   string           // http://….onion, told to browsers that can go there
	Demo    bool

	Workers  int           // argon2id runs at once; 0: one a core
	Patience time.Duration // how long a report waits for its turn; 0: a minute
	Long     int           // who has a script is asked for work when so many wait; 0: eight a worker
	Stall    time.Duration // a body that does not move is cut off; 0: half a minute
	Abandon  time.Duration // files sent before a form wait for it; 0: ten minutes
}

// How much is taken in.
const (
	MaxBody   = 200 << 20 // of one report with its files
	slack     = 1 << 20   // what multipart adds
	maxDrain  = 300 << 20 // read and thrown away, so that the answer arrives
	maxField  = 256 << 10 // of one field, as bytes
	maxWhat   = 60000     // characters
	maxLine   = 200
	bodyMost  = 512 // bodies read at once
	queueMost = 1024
	bodyTime  = 30 * time.Minute
)

// Portal answers the public.
type Portal struct {
	Config
	mux     *http.ServeMux
	hash    *pool
	bodies  *pool
	notices noticeBoard
	uploads uploads
	puzzles puzzles
}

// New makes a door.
func New(c Config) *Portal {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	c.Workers = cmp.Or(c.Workers, runtime.NumCPU())
	c.Patience, c.Stall, c.Abandon = cmp.Or(c.Patience, time.Minute), cmp.Or(c.Stall, 30*time.Second), cmp.Or(c.Abandon, 10*time.Minute)
	c.Long = cmp.Or(c.Long, 8*c.Workers)
	p := &Portal{Config: c, mux: http.NewServeMux(), hash: newPool(c.Workers, queueMost, c.Patience), bodies: newPool(bodyMost, queueMost, c.Patience)}
	p.notices.files = c.Notices
	p.uploads.open, p.puzzles.used, p.puzzles.key = map[string]*upload{}, map[string]int64{}, make([]byte, 32)
	if _, err := io.ReadFull(c.Random, p.puzzles.key); err != nil {
		panic(err) // a machine without chance can seal nothing either
	}
	for _, r := range p.routes() {
		p.mux.HandleFunc(r.pattern, r.answer)
	}
	return p
}

type route struct {
	pattern string
	answer  http.HandlerFunc
}

func (p *Portal) routes() []route {
	return []route{
		{"GET /{$}", p.home},
		{"GET /report", p.reportForm},
		{"POST /report", p.postReport},
		{"GET /return", p.returnForm},
		{"POST /return", p.postReturn},
		{"POST /upload", p.beginUpload},
		{"GET /upload", p.onUpload(showUpload)},
		{"POST /upload/file", p.onUpload(beginFile)},
		{"POST /upload/part", p.onUpload(takePart)},
		{"GET /turn", p.turnAhead},
		{"GET /notices", p.noticeList},
		{"GET /notices/{id}", p.notice},
		{"GET /notices.atom", p.noticeFeed},
		{"GET " + ui.StaticPath, p.static},
		{"GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }},
		{"/", func(w http.ResponseWriter, r *http.Request) { p.trouble(w, r, http.StatusNotFound) }},
	}
}

// The policies: documents have no script, those with a form for files one of our own,
// everything else is nothing at all.
const (
	pagePolicy = "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	formPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	dataPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"
)

// permissions are what no page here may ask a browser for. A form for files may ask for
// the position, once its button is pressed.
var permissions = strings.Join([]string{
	"accelerometer=()", "ambient-light-sensor=()", "attribution-reporting=()", "autoplay=()", "battery=()", "bluetooth=()", "browsing-topics=()", "camera=()",
	"clipboard-read=()", "clipboard-write=()", "compute-pressure=()", "display-capture=()", "encrypted-media=()", "fullscreen=()", "gamepad=()", "geolocation=()",
	"gyroscope=()", "hid=()", "idle-detection=()", "interest-cohort=()", "local-fonts=()", "magnetometer=()", "microphone=()", "midi=()", "payment=()",
	"picture-in-picture=()", "publickey-credentials-get=()", "screen-wake-lock=()", "serial=()", "storage-access=()", "usb=()", "web-share=()",
	"xr-spatial-tracking=()",
}, ", ")

// ServeHTTP answers one request. A fault of ours is a 500 that tells nothing.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if fault := recover(); fault != nil {
			if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(fault)
			}
			p.fault("panic", nil) // without what it was: it may quote
			p.trouble(w, r, http.StatusInternalServerError)
		}
	}()
	h := w.Header()
	for _, v := range [][2]string{
		{"Content-Security-Policy", dataPolicy}, {"Cross-Origin-Embedder-Policy", "require-corp"}, {"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"}, {"X-Frame-Options", "DENY"}, {"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "no-referrer"},
		{"Cache-Control", "no-store"}, {"Permissions-Policy", permissions}, {"X-Robots-Tag", "noindex, nofollow, noarchive"},
	} {
		h.Set(v[0], v[1])
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		p.mux.ServeHTTP(w, r)
	default:
		h.Set("Allow", "GET, HEAD, POST")
		p.trouble(w, r, http.StatusMethodNotAllowed)
	}
}

func (p *Portal) static(w http.ResponseWriter, r *http.Request) { ui.Static().ServeHTTP(w, r) }

// fault notes that something of ours went wrong, and nothing of who met it.
func (p *Portal) fault(what string, err error) {
	if p.Log == nil {
		return
	}
	code := "panic"
	if err != nil {
		code = string(pil.CodeOf(err))
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			code = path.Op + ": " + path.Err.Error() // never the path: it holds a look-up id
		}
	}
	p.Log.Error(what, "fault", code)
}

// langOf is the language an address asks for. No header decides: in Tor Browser all
// speak English.
func langOf(r *http.Request) ui.Lang {
	l, err := ui.ParseLang(r.URL.Query().Get("lang"))
	if err != nil {
		return ui.Chinese
	}
	return l
}

// at is an address of this door in the language of ctx.
func at(ctx context.Context, path string) string {
	if ui.LangOf(ctx) == ui.English {
		return path + "?lang=en"
	}
	return path
}

func (p *Portal) frame(ctx context.Context, r *http.Request) ui.Frame {
	path := r.URL.Path
	other := path + "?lang=" + ui.LangOf(ctx).Other().String()
	f := ui.Frame{Office: p.Office, Home: at(ctx, "/"), Lang: other, Plain: true, Nav: []ui.NavEntry{
		{Text: ui.T(ctx, "首页", "Home"), Href: at(ctx, "/"), Current: path == "/"},
		{Text: ui.T(ctx, "我要举报", "Report"), Href: at(ctx, "/report"), Current: path == "/report"},
		{Text: ui.T(ctx, "查看进展", "Come back"), Href: at(ctx, "/return"), Current: path == "/return"},
		{Text: ui.T(ctx, "公告", "Notices"), Href: at(ctx, "/notices"), Current: strings.HasPrefix(path, "/notices")},
	}}
	if p.Demo {
		f.Demo = ui.T(ctx, "演示系统：请不要填写真实的举报", "A demonstration: do not report anything real here")
	}
	return f
}

// sheet is a page as it is about to be written.
type sheet struct {
	ui.Page
	status int
	files  bool // has a form for files: the one script that makes it better may run
}

// page writes a page.
func (p *Portal) page(w http.ResponseWriter, r *http.Request, status int, page ui.Page, content func(context.Context) templ.Component) {
	p.write(w, r, sheet{Page: page, status: status}, content)
}

func (p *Portal) write(w http.ResponseWriter, r *http.Request, page sheet, content func(context.Context) templ.Component) {
	ctx := ui.WithLang(context.WithoutCancel(r.Context()), langOf(r)) // a body that broke off ends the request's own
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", ui.LangOf(ctx).Tag())
	if p.Onion != "" {
		h.Set("Onion-Location", p.Onion+r.URL.Path)
	}
	frame := p.frame(ctx, r)
	if page.files {
		h.Set("Content-Security-Policy", formPolicy)
		h.Set("Permissions-Policy", strings.Replace(permissions, "geolocation=()", "geolocation=(self)", 1))
		frame.Script = "send.js"
	}
	if page.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryAfter)
	}
	var b strings.Builder
	if err := ui.Shell(frame, page.Page).Render(templ.WithChildren(ctx, content(ctx)), &b); err != nil {
		p.fault("write a page", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(page.status)
	_, _ = io.WriteString(w, b.String()) // who has gone away needs no page
}

func (p *Portal) trouble(w http.ResponseWriter, r *http.Request, status int) {
	ctx := ui.WithLang(r.Context(), langOf(r))
	t := ui.Trouble{Status: status, Way: []ui.Link{{Text: ui.T(ctx, "回到首页", "Home"), Href: at(ctx, "/")}, {Text: ui.T(ctx, "凭回执码查看进展", "Come back with a code"), Href: at(ctx, "/return")}},
		Detail: ui.T(ctx, "这是我们的问题，不是您的：刚才的内容没有收下。", "This is our fault, not yours: nothing was taken in."), Advice: ui.T(ctx, "请过一会儿再试。", "Please try again in a while.")}
	switch status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
		t.Detail = ui.T(ctx, "现在人多，或者空间暂时不足：您的内容没有收下。", "Many people are here, or space is short: nothing was taken in.")
		t.Advice = ui.T(ctx, "不是您的问题。请过半分钟再提交一次。", "It is not your fault. Please send it again in half a minute.")
	case http.StatusRequestEntityTooLarge:
		t.Detail = ui.T(ctx, "文件太多或者太大：一次至多 20 个文件、共 200 MB。您的内容没有收下。", "Too many files, or too large: at most 20 files and 200 MB at once. Nothing was taken in.")
		t.Advice = ui.T(ctx, "请后退，少选几个文件；也可以先只提交文字，再凭回执码分次补充文件。", "Go back and choose fewer files, or send the text first and add files with your code later.")
	case http.StatusBadRequest:
		t.Detail = ui.T(ctx, "送来的内容不完整，没有收下，多半是网络断了。", "What arrived was incomplete and was not taken in; most likely the connection broke.")
		t.Advice = ui.T(ctx, "请后退，再提交一次。", "Go back and send it again.")
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		t.Detail = ui.T(ctx, "这个地址上没有内容。", "There is nothing at this address.")
		t.Advice = ui.T(ctx, "您没有做错什么。可以从下面继续。", "You did nothing wrong. Go on from here.")
	}
	if wantsJSON(r) {
		writeJSON(w, status, struct {
			Error string `json:"error"`
		}{t.Detail})
		return
	}
	p.page(w, r, status, ui.Page{Bare: true, Title: ui.T(ctx, "未能办理", "Not done")}, func(context.Context) templ.Component { return ui.ErrorPage(t) })
}

// statusOf is how an error is told.
func statusOf(err error) int {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large), errors.Is(err, errTooMuch):
		return http.StatusRequestEntityTooLarge
	case pil.CodeOf(err) == pil.CodeBusy:
		return http.StatusServiceUnavailable
	case pil.CodeOf(err) == pil.CodeInvalid:
		return http.StatusBadRequest
	case pil.CodeOf(err) == pil.CodeNotFound:
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

func (p *Portal) fail(w http.ResponseWriter, r *http.Request, what string, err error) {
	status := statusOf(err)
	if status >= 500 {
		p.fault(what, err)
	}
	p.trouble(w, r, status)
}
