package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
)

// Problem is an error as RFC 9457 writes it.
type Problem struct {
	Type   string   `json:"type" doc:"about:blank：状态码已说明种类 · the status says what kind it is"`
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Code   pil.Code `json:"code" enum:"conflict,internal,invalid,not_found,forbidden,unauthenticated,busy"`
	Detail string   `json:"detail" doc:"给人看的一句话 · a sentence for a person"`
	Errors []Fault  `json:"errors,omitempty" doc:"逐项说明 · what is wrong, one by one"`
}

// Fault is what is wrong with one thing that was sent.
type Fault struct {
	Pointer   string `json:"pointer,omitempty" doc:"JSON Pointer，正文中的位置 · where in the body (RFC 6901, as a fragment)" example:"#/received"`
	Parameter string `json:"parameter,omitempty" doc:"参数名 · the parameter's name" example:"due_by"`
	Zh        string `json:"zh"`
	En        string `json:"en"`
}

// maxFaults is how many faults one problem lists.
const maxFaults = 20

var statuses = map[pil.Code]int{
	pil.CodeConflict: http.StatusConflict, pil.CodeInternal: http.StatusInternalServerError, pil.CodeInvalid: http.StatusUnprocessableEntity,
	pil.CodeNotFound: http.StatusNotFound, pil.CodeForbidden: http.StatusForbidden, pil.CodeUnauthenticated: http.StatusUnauthorized,
	pil.CodeBusy: http.StatusServiceUnavailable,
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the status it is sent with.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says how to come in, and when to come again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch p.Code {
	case pil.CodeUnauthenticated:
		h.Set("WWW-Authenticate", `Bearer realm="shouhu"`)
	case pil.CodeBusy:
		h.Set("Retry-After", "5")
	}
	return h
}

// write sends it where no operation does.
func (p *Problem) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = huma.DefaultJSONFormat.Marshal(w, p) // a client that has gone away needs no answer
}

// problem is an error for who asked. What is internal goes to the log.
func (s *server) problem(ctx context.Context, operation string, err error) *Problem {
	p := problemOf(err)
	if p.Code == pil.CodeInternal && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "api", "operation", operation, "error", err)
	}
	return p
}

func problemOf(err error) *Problem {
	p := &Problem{Type: "about:blank", Code: pil.CodeOf(err), Detail: "系统内部错误 (internal error)"}
	p.Status = statuses[p.Code]
	p.Title = http.StatusText(p.Status)
	if e, ok := errors.AsType[*pil.Error](err); ok && p.Code != pil.CodeInternal {
		p.Detail = e.Error()
	}
	if f, ok := errors.AsType[desk.Faults](err); ok {
		for _, x := range f {
			p.Errors = append(p.Errors, Fault{Pointer: pointerTo(x.Field), Zh: x.Zh, En: x.En})
		}
	}
	if f, ok := errors.AsType[wrong](err); ok {
		p.Errors = []Fault{Fault(f)}
	}
	return p
}

// pointerTo is where the body holds an input of the clue's form.
func pointerTo(field string) string {
	in, err := clue.ParseInput(field)
	switch {
	case field == "":
		return "#"
	case err == nil && slices.Contains([]clue.Input{clue.InName, clue.InPhone, clue.InAddress, clue.InOther}, in):
		return "#/identity/" + field
	}
	return "#/" + field
}

// wrong is a fault of a parameter, as an error.
type wrong Fault

func (f wrong) Error() string { return f.Unwrap().Error() }

// Unwrap makes it an invalid Error.
func (f wrong) Unwrap() error { return pil.Invalid("参数 %s：%s (%s)", f.Parameter, f.Zh, f.En) }

// problemResponse describes problems in the document.
func problemResponse(r huma.Registry) *huma.Response {
	return &huma.Response{Description: "问题说明 · a problem (RFC 9457)", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: r.Schema(reflect.TypeFor[Problem](), true, "Problem")},
	}}
}

// saidAsProblem turns what the library says of a request into a Problem. What was
// sent is not repeated: it may be personal data.
func saidAsProblem(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := problemOf(pil.Invalid("请求有误 (the request is wrong)"))
	p.Status, p.Title = m.Status, http.StatusText(m.Status)
	switch m.Status {
	case http.StatusRequestEntityTooLarge:
		p.Detail = "正文过大，最多 1 MB (the body is too large: at most 1 MB)"
	case http.StatusUnsupportedMediaType:
		p.Detail = "正文应为 application/json (the body must be application/json)"
	case http.StatusRequestTimeout:
		p.Detail = "正文未在时限内到达 (the body did not arrive in time)"
	case http.StatusBadRequest:
		p.Detail = "正文应为一个 JSON 对象，读不懂 (the body is not JSON)"
		p.Errors = []Fault{{Pointer: "#", Zh: "不是有效的 JSON", En: "not valid JSON"}}
	case http.StatusUnprocessableEntity:
		for _, d := range m.Errors {
			p.Errors = append(p.Errors, said(ctx.Operation(), d.Location, d.Message))
		}
		slices.SortStableFunc(p.Errors, func(a, b Fault) int {
			return cmp.Or(cmp.Compare(a.Parameter, b.Parameter), cmp.Compare(a.Pointer, b.Pointer))
		})
		p.Errors = p.Errors[:min(len(p.Errors), maxFaults)]
		if len(p.Errors) > 0 {
			f := p.Errors[0]
			p.Detail = cmp.Or(f.Parameter, f.Pointer) + "：" + f.Zh + " (" + f.En + ")"
		}
	default: // the body could not be read, or the answer not be written
		p.Detail = "没有读完请求 (the request could not be read)"
	}
	return p, nil
}

var required = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// said is one remark of the library in both languages.
func said(op *huma.Operation, location, message string) Fault {
	f := Fault{Zh: "不符合要求", En: message}
	where, rest, _ := strings.Cut(location, ".")
	if where == "body" {
		if m := required.FindStringSubmatch(message); m != nil {
			rest, message, f.En = strings.TrimPrefix(rest+"."+m[1], "."), "required", "required"
		}
		f.Pointer = "#"
		if rest != "" {
			f.Pointer = "#/" + strings.NewReplacer("~", "~0", "/", "~1", ".", "/", "[", "/", "]", "").Replace(rest)
		}
	} else {
		f.Parameter = rest
	}
	for _, w := range words {
		if tail, ok := strings.CutPrefix(message, w.said); ok {
			f.Zh, f.En = w.zh+tail, w.en+tail
			break
		}
	}
	if message == unknownParameter {
		var known []string
		for _, p := range op.Parameters {
			if p.In == "query" {
				known = append(known, p.Name)
			}
		}
		if len(known) > 0 {
			f.Zh += "，可用：" + strings.Join(known, "、")
			f.En += "; there are: " + strings.Join(known, ", ")
		}
	}
	return f
}

const unknownParameter = "unknown query parameter"

// words are the remarks of the library that these operations can meet; what
// follows one is a number or a list of ours.
var words = []struct{ said, zh, en string }{
	{unknownParameter, "没有这个参数", "no such parameter"},
	{"unexpected property", "没有这个成员", "no such member"},
	{"required", "必须填写", "required"},
	{"expected string to be RFC 3339 date", "应为日期 YYYY-MM-DD", "a day, YYYY-MM-DD"},
	{"expected string to match pattern ", "格式不对，应为 ", "must match "},
	{"expected value to be one of ", "只能是其中之一：", "one of "},
	{"expected length >= ", "字数不少于 ", "at least this many characters: "},
	{"expected length <= ", "字数不超过 ", "at most this many characters: "},
	{"expected number >= ", "不小于 ", "at least "},
	{"expected number <= ", "不大于 ", "at most "},
	{"expected integer", "应为整数", "a whole number"},
	{"invalid integer", "应为整数", "a whole number"},
	{"expected number", "应为数字", "a number"},
	{"expected boolean", "应为 true 或者 false", "true or false"},
	{"invalid boolean", "应为 true 或者 false", "true or false"},
	{"expected object", "应为对象", "an object"},
}

// String shows it in a test's failure.
func (p *Problem) String() string {
	b, _ := json.Marshal(p) // plain values
	return string(b)
}
