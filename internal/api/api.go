package api

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
)

// Config is what the API is made of.
type Config struct {
	Desk *desk.Desk
	Log  *slog.Logger // hears of internal errors; nil: nobody does
}

const (
	prefix  = "/api/v1"
	maxBody = 1 << 20 // bytes

	// anyone is an action that every person in service may take: for what shows
	// nothing of the office.
	anyone = account.SaveView
)

// route is one operation.
type route struct {
	id, method, path string
	act              account.Action
	zh, en           string // what it does
	register         func(huma.API, huma.Operation)
}

// server answers requests.
type server struct {
	desk *desk.Desk
	log  *slog.Logger
	mux  *http.ServeMux
	doc  []byte // the OpenAPI document
}

// routes are all operations.
func (s *server) routes() []route {
	list := []route{
		on(s, "me", http.MethodGet, "/me", anyone, "令牌代表谁", "whom the token speaks for", s.me),

		on(s, "list-clues", http.MethodGet, "/clues", account.ListClues, "线索列表", "clues the person may see", s.listClues),
		on(s, "register-clue", http.MethodPost, "/clues", account.RegisterClue, "登记线索", "register a clue", s.registerClue),
		on(s, "show-clue", http.MethodGet, "/clues/{id}", account.ShowClue, "一件线索", "one clue", s.showClue),

		on(s, "list-cases", http.MethodGet, "/cases", account.ListCases, "案件列表", "cases the person may see", s.listCases),
		on(s, "show-case", http.MethodGet, "/cases/{id}", account.ShowCase, "一件案件", "one case", s.showCase),

		on(s, "due-of-cases", http.MethodGet, "/due/cases", account.ListCases, "案件的期限，先到期的在前", "running limits of cases, the earliest due first", s.due(desk.KindCase)),
		on(s, "due-of-clues", http.MethodGet, "/due/clues", account.ListClues, "线索的期限，先到期的在前", "running limits of clues, the earliest due first", s.due(desk.KindClue)),

		on(s, "law-limits", http.MethodGet, "/law/limits", anyone, "法定期限总表", "the limits the law knows", s.lawLimits),
		on(s, "law-steps", http.MethodGet, "/law/steps", anyone, "某日规范下的办案步骤", "the steps of the law on a day", s.lawSteps),
	}
	for _, m := range []struct {
		path, one string
		act       account.Action
		file      fileOf
	}{{"/clues/{id}", "clue", account.ShowClue, s.clueFile}, {"/cases/{id}", "case", account.ShowCase, s.caseFile}} {
		list = append(list,
			on(s, m.one+"-events", http.MethodGet, m.path+"/events", m.act, "办案经过", "its history", s.events(m.file)),
			on(s, m.one+"-limits", http.MethodGet, m.path+"/limits", m.act, "期限及其算法", "its limits, explained", s.limits(m.file)),
			on(s, m.one+"-next", http.MethodGet, m.path+"/next", m.act, "依法可以采取的下一步", "what may lawfully come next", s.next(m.file)))
	}
	return list
}

// on is a route whose handler gets who calls.
func on[I, O any](s *server, id, method, path string, act account.Action, zh, en string, handle func(context.Context, *caller, *I) (*O, error)) route {
	return route{id: id, method: method, path: prefix + path, act: act, zh: zh, en: en, register: func(a huma.API, op huma.Operation) {
		huma.Register(a, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := handle(ctx, callerOf(ctx), in)
			if err != nil {
				return nil, s.problem(ctx, id, err)
			}
			return out, nil
		})
	}}
}

// New is the API, to be mounted at /api/.
func New(c Config) http.Handler {
	s, _ := build(c)
	return s
}

func build(c Config) (*server, huma.API) {
	s := &server{desk: c.Desk, log: c.Log, mux: http.NewServeMux()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	a := humago.New(s.mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:  "3.1.0",
			Info:     &huma.Info{Title: "守护 Shouhu", Version: "1", Description: about},
			Security: []map[string][]string{{"token": {}}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{saidAsProblem},
	})
	refused := problemResponse(a.OpenAPI().Components.Schemas)
	for _, r := range s.routes() {
		op := huma.Operation{
			OperationID: r.id, Method: r.method, Path: r.path, Summary: r.zh + " · " + r.en, Tags: []string{strings.Split(r.path, "/")[3]},
			MaxBodyBytes: maxBody, Middlewares: huma.Middlewares{s.enter(r.act)}, DefaultStatus: http.StatusOK,
			Responses:  map[string]*huma.Response{"default": refused},
			Extensions: map[string]any{"x-action": r.act.String()},
		}
		if r.method == http.MethodPost {
			op.DefaultStatus = http.StatusCreated
		}
		r.register(a, op)
	}
	s.doc = document(a.OpenAPI())
	s.mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(s.doc) // a client that has gone away needs no answer
	})
	s.mux.HandleFunc("/", s.nothing)
	return s, a
}

const about = "检察公益诉讼办案系统的接口 · the office's API. 日期为 YYYY-MM-DD，时刻为 RFC 3339；没有值的成员不出现。" +
	"Days are YYYY-MM-DD, moments RFC 3339; a member without a value is left out. x-action 为所需权限 · x-action is the permission it takes."

// document writes the OpenAPI document: no list is ever null, answers may grow, what
// is sent may not, and of errors there are problems only.
func document(o *huma.OpenAPI) []byte {
	schemas := o.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for name, s := range schemas {
		if name != "NewClue" && name != "Identity" {
			s.AdditionalProperties = nil
		}
		for _, p := range s.Properties {
			if p.Type == huma.TypeArray {
				p.Nullable = false
			}
		}
	}
	register := o.Paths[prefix+"/clues"].Post
	again := *register.Responses["201"]
	again.Description = "此前已登记 · it was registered before"
	register.Responses["200"] = &again
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // the routes are fixed: a test would have met it
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		panic(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// ServeHTTP answers one request; no answer may be kept by anybody between.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	s.mux.ServeHTTP(w, r)
}

// nothing answers where no operation is, and tells which methods there are.
func (s *server) nothing(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := s.mux.Handler(other); pattern != "/" && pattern != "" {
			allow = append(allow, m)
		}
	}
	if len(allow) == 0 {
		problemOf(pil.NotFound("没有这个地址；见 /api/openapi.json (no such resource)")).write(w)
		return
	}
	w.Header().Set("Allow", strings.Join(allow, ", "))
	p := problemOf(pil.Invalid("这个地址不接受该方法，可用：%s (method not allowed)", strings.Join(allow, "、")))
	p.Status, p.Title = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
	p.write(w)
}

// caller is who asks, and with which address.
type caller struct {
	*desk.Session
	url url.URL
}

type callerKey struct{}

func callerOf(ctx context.Context) *caller { return ctx.Value(callerKey{}).(*caller) }

// enter finds whom the token speaks for. Who has no power at all to take the
// action is told before anything that was sent is read.
func (s *server) enter(act account.Action) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		_, w := humago.Unwrap(ctx)
		scheme, token, _ := strings.Cut(ctx.Header("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			problemOf(&pil.Error{Code: pil.CodeUnauthenticated, Text: "须有访问令牌：Authorization: Bearer …（shouhu token） (a bearer token is needed)"}).write(w)
			return
		}
		session, err := s.desk.AuthenticateToken(ctx.Context(), account.Secret(strings.TrimSpace(token)))
		if err == nil && !session.May(act) {
			err = pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", act.Zh(), act.En())
		}
		if err != nil {
			s.problem(ctx.Context(), ctx.Operation().OperationID, err).write(w)
			return
		}
		next(huma.WithValue(ctx, callerKey{}, &caller{session, ctx.URL()}))
	}
}
