package web

import (
	"crypto/rand"
	"log/slog"
	"net/http"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// Config is what a Server is made of.
type Config struct {
	Desk    *desk.Desk
	Secure  bool         // the browser comes over TLS, to us or to a proxy before us
	Log     *slog.Logger // nil: slog.Default
	Version string       // shown at the foot of pages
}

// Server serves the pages.
type Server struct {
	desk    *desk.Desk
	secure  bool
	log     *slog.Logger
	version string
	key     []byte // signs what browsers keep for one page
	table   []route
}

// New makes the handler of all pages. Timeouts belong to the http.Server around it.
func New(c Config) http.Handler { return newServer(c).handler() }

func newServer(c Config) *Server {
	s := &Server{desk: c.Desk, secure: c.Secure, log: c.Log, version: c.Version, key: []byte(rand.Text())}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.table = s.routes()
	return s
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.table {
		mux.Handle(r.method+" "+r.path, s.serve(r))
	}
	mux.Handle("GET "+ui.StaticPath, ui.Static())
	mux.Handle("/", s.serve(route{permission: public, handle: func(*call) error { return pil.NotFound("没有这个页面 (no such page)") }}))

	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.serve(route{permission: public, handle: func(*call) error {
		return pil.Forbidden("请求来自其他网站，没有执行 (sent from another site; nothing was done)")
	}}))
	return s.headers(guard.Handler(mux))
}

// policy is what pages may load: what this server serves, and nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets what every answer has. What is not a page sets its own
// Cache-Control.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
