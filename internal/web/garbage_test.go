package web

import (
	"crypto/rand"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/seal"
)

// askedForm is a form as a page has it: where it goes, and what it asks.
type askedForm struct {
	action string
	fields map[string]string // by name, what it is filled in with at first
	typed  map[string]bool   // what people write into
	login  string            // who was shown it
}

var (
	forms  = regexp.MustCompile(`(?s)<form [^>]*method="post"[^>]*>.*?</form>`)
	action = regexp.MustCompile(`action="([^"]*)"`)
	field  = regexp.MustCompile(`(?s)<(input|select|textarea|button)\b[^>]*\bname="([^"]*)"[^>]*>`)
	value  = regexp.MustCompile(`\bvalue="([^"]*)"`)
	boxes  = regexp.MustCompile(`\btype="(radio|checkbox|hidden|password|file|number)"`)
)

// formsOf are the forms of a page.
func formsOf(text, login string) (out []askedForm) {
	for _, form := range forms.FindAllString(text, -1) {
		a := askedForm{fields: map[string]string{}, typed: map[string]bool{}, login: login}
		if m := action.FindStringSubmatch(form); m != nil {
			a.action = html.UnescapeString(m[1])
		}
		for _, m := range field.FindAllStringSubmatch(form, -1) {
			name := html.UnescapeString(m[2])
			if v := value.FindStringSubmatch(m[0]); v != nil && a.fields[name] == "" {
				a.fields[name] = html.UnescapeString(v[1])
			} else if _, ok := a.fields[name]; !ok {
				a.fields[name] = ""
			}
			a.typed[name] = m[1] == "textarea" || m[1] == "input" && !boxes.MatchString(m[0])
		}
		out = append(out, a)
	}
	return out
}

// garbage is what no form should get, each in every field at once.
var garbage = map[string]string{
	"nothing":              "",
	"no such day":          "2026-02-31",
	"a day far off":        "9999-12-31",
	"a day before days":    "0000-00-00",
	"an unknown id":        "987654321",
	"a negative id":        "-1",
	"too big a number":     "99999999999999999999999999",
	"no such word":         "nonsense",
	"NUL":                  "a\x00b",
	"invalid UTF-8":        "a\xff\xfe\xc3(",
	"a text that goes on":  strings.Repeat("林", 60000),
	"markup":               `"><script>alert(1)</script>`,
	"a sentence of SQL":    `'; DROP TABLE matters; --`,
	"directions, controls": "a\u202eb\u200d\x1b[31m\r\nX: y",
}

// machine is what an answer to people never holds.
var machine = regexp.MustCompile(`strconv\.|sql: |SQLSTATE|constraint|runtime error|invalid character|unexpected end|goroutine|<script>alert|parsing "`)

// fromDoor is the page of a clue that came through the public door.
func (w *walk) fromDoor(tb testing.TB) string {
	tb.Helper()
	_, keys, err := seal.NewDoor(rand.Reader, seal.International)
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.ReceiveReport(tb.Context(), desk.Carried{Office: "演示县人民检察院", Envelope: seal.ID{1}, Lookup: strings.Repeat("a", 32),
		ReporterKey: keys.Intake.Public().String(), Text: "<b>河边</b>堆放垃圾"}); err != nil {
		tb.Fatal(err)
	}
	pages, err := w.ReporterPages(tb.Context(), 1)
	if err != nil || len(pages) != 1 {
		tb.Fatal(len(pages), err)
	}
	return "/clues/" + id(pages[0].Matter)
}

// Whatever is sent to a form, the answer is a page that says in words what is
// wrong: never a failure, never the machine's own words.
func TestGarbage(t *testing.T) {
	if testing.Short() {
		t.Skip("every form with everything in every field: not in a short run")
	}
	w := newWalk(t)
	routes := newServer(Config{Desk: w.Desk}).table
	more := append(w.forms(t), w.fromDoor(t))
	var list []askedForm
	reached := map[string]bool{} // routes with a form that somebody was shown
	browsers := map[string]*visitor{}
	for _, login := range []string{"ys-xiansuo", "ys-jcg", "ys-head", "ys-jcz", "ys-anguan", "ys-admin", "ys-shenji", "zmd-jcz", "ys-jishu"} {
		br := w.as(t, login)
		browsers[login] = br
		var paths []string
		for _, r := range walked(newServer(Config{Desk: w.Desk})) {
			if r.method == http.MethodGet && !strings.HasPrefix(r.path, "/sign-in") && !strings.HasPrefix(r.path, "/set-up") {
				paths = append(paths, w.path(t, r))
			}
		}
		for _, path := range append(paths, more...) {
			status, text := w.ask(br, route{method: http.MethodGet}, path, nil)
			if status != http.StatusOK {
				continue
			}
			for _, form := range formsOf(text, login) {
				path, _, _ := strings.Cut(form.action, "?")
				if path == "" || path == "/sign-out" || path == "/account/sessions/end" || slices.ContainsFunc(list, func(f askedForm) bool { return f.action == form.action }) {
					continue
				}
				list = append(list, form)
				if at := slices.IndexFunc(routes, func(r route) bool { return r.method == http.MethodPost && matches(r.path, path) }); at >= 0 {
					reached[routes[at].path] = true
				}
			}
		}
	}
	for _, form := range list {
		w.feed(t, browsers[form.login], form)
	}
	for _, r := range routes {
		if r.method == http.MethodPost && !reached[r.path] && !slices.Contains(unseen, r.path) {
			t.Errorf("no form for POST %s was seen: garbage never reached it", r.path)
		}
	}
	if w.log.Len() > 0 {
		t.Errorf("the log says %.2000s", w.log)
	}
}

// unseen are the routes whose forms stand on pages this walk does not reach, or that
// only a script asks (TestPieces); who
// is nobody sends them garbage in TestGarbageAtTheDoor, or nothing can be wrong.
var unseen = []string{"/identity-keys/take", "/sign-in", "/sign-out", "/sign-in/code", "/sign-in/recovery", "/sign-in/key-options", "/sign-in/key", "/set-up/password", "/set-up/code", "/set-up/key-options", "/set-up/key",
	"/account/totp/remove", "/account/keys/{id}/remove", "/account/recovery", "/account/sessions/end",
	"/cases/{id}/flow/accept", "/cases/{id}/analyses", "/cases/{id}/analyses/{n}/cancel", "/models/runs/{run}/cancel", "/cases/{id}/uploads", "/cases/{id}/uploads/{upload}"}

func matches(pattern, path string) bool {
	re := "^" + placeholder.ReplaceAllString(regexp.QuoteMeta(strings.NewReplacer("{", "<", "}", ">").Replace(pattern)), "") + "$"
	re = regexp.MustCompile(`<\w+>`).ReplaceAllString(re, `[^/]+`)
	return regexp.MustCompile(re).MatchString(path)
}

// feed sends garbage to a form, all fields at once and then one after the other.
func (w *walk) feed(t *testing.T, br *visitor, form askedForm) {
	t.Helper()
	post := route{method: http.MethodPost}
	try := func(name, text string, values url.Values, keep string) {
		status, got := w.ask(br, post, form.action, values)
		what := fmt.Sprintf("%s to %s %q by %s", text, form.action, name, form.login)
		if status >= 500 || status == http.StatusOK && strings.Contains(got, "请求失败") {
			t.Errorf("%s: %d", what, status)
		}
		if m := machine.FindString(got); m != "" {
			t.Errorf("%s: the answer says %q", what, m)
		}
		if keep != "" && status == http.StatusUnprocessableEntity && strings.Contains(got, `action="`+html.EscapeString(form.action)+`"`) && strings.Contains(got, `name="`+name+`"`) && !strings.Contains(got, keep) {
			t.Errorf("%s: what was typed is gone", what)
		}
	}
	for text, g := range garbage {
		values := url.Values{}
		for name := range form.fields {
			values.Set(name, g)
		}
		try("", text, values, "")
	}
	names := make([]string, 0, len(form.fields))
	for name := range form.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, text := range []string{"NUL", "invalid UTF-8", "too big a number", "no such word", "an unknown id", "no such day"} {
			values := url.Values{}
			for n, v := range form.fields {
				values.Set(n, v)
			}
			values.Set(name, garbage[text])
			keep := ""
			if text == "no such day" && form.typed[name] {
				keep = garbage[text]
			}
			try(name, text, values, keep)
		}
	}
}

// forms makes what some forms need, and gives the pages they are on.
func (w *walk) forms(tb testing.TB) (paths []string) {
	tb.Helper()
	ctx, c := tb.Context(), w.cast
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	identity, err := w.RequestIdentity(ctx, c.Prosecutor, w.clue, "须当面核实")
	must(err)
	must(w.MoveApproval(ctx, c.Head, desk.ApprovalStep{Approval: identity, Move: docket.Approve}))
	a, b := w.Clues["湿地公园填埋垃圾"], w.Clues["湿地公园北岸倾倒垃圾"]
	q, err := w.ListApprovals(ctx, c.Prosecutor)
	must(err)
	_, err = w.MakeToken(ctx, c.Prosecutor, 30)
	must(err)
	paths = append(paths, "/approvals/"+id(q.Returned[0].ID), "/approvals/"+id(q.Returned[0].ID)+"/edit", "/cases?live=1", "/cases?live=1&field=ecology", "/clues/"+id(a), "/clues/"+id(b), "/clues/"+id(a)+"/filing")
	told := w.Clues["外卖平台泄露订单信息"]
	_, err = w.MergeClues(ctx, c.ClueDesk, desk.Merging{Clues: []int64{told, w.Clues["烈士纪念设施年久失修"]}, Reason: "试"})
	must(err)
	paths = append(paths, w.flowForms...)
	paths = append(paths, "/models/shelf/"+w.draftModel)
	return append(paths, "/clues/"+id(told), "/clues/"+id(w.Clues["烈士纪念设施年久失修"]))
}

// The door takes garbage from anybody.
func TestGarbageAtTheDoor(t *testing.T) {
	w := newWalk(t)
	br, half := w.visitor(t), w.as(t, "ys-jishu")
	for _, b := range []*visitor{br, half} {
		for _, r := range newServer(Config{Desk: w.Desk}).table {
			if r.method != http.MethodPost || !strings.HasPrefix(r.path, "/sign-in") && !strings.HasPrefix(r.path, "/set-up") {
				continue
			}
			for text, g := range garbage {
				values := url.Values{}
				for _, name := range []string{"login", "password", "again", "code", "recovery", "answer", "to", "name"} {
					values.Set(name, g)
				}
				status, got := w.ask(b, r, r.path, values)
				if status >= 500 && status != http.StatusServiceUnavailable || machine.MatchString(got) {
					t.Errorf("%s to %s: %d", text, r.path, status)
				}
			}
		}
	}
	if w.log.Len() > 0 {
		t.Errorf("the log says %.2000s", w.log)
	}
}

// Whatever stands in an address, the answer is a page.
func TestGarbageInAddresses(t *testing.T) {
	if testing.Short() {
		t.Skip("every form with everything in every field: not in a short run")
	}
	w := newWalk(t)
	br := w.as(t, "ys-jcz")
	names := []string{"q", "state", "field", "region", "from", "to", "after", "due", "view", "channel", "track", "respondent", "step", "kind", "event", "cite", "month", "year", "day", "page", "live", "sort", "lead",
		"office", "action", "actor", "subject", "class", "on", "start", "jurisdiction", "agency"}
	for _, r := range walked(newServer(Config{Desk: w.Desk})) {
		if r.method != http.MethodGet {
			continue
		}
		path, _, _ := strings.Cut(w.path(t, r), "?")
		addresses := map[string]string{}
		for text, g := range garbage {
			v := url.Values{}
			for _, name := range names {
				v.Set(name, g[:min(len(g), 2000)])
			}
			addresses[text] = path + "?" + v.Encode()
		}
		addresses["no query"] = path + "?%zz&;=;"
		for _, odd := range []string{"abc", "0", "-1", "99999999999999999999", "%00", "%ff", "..%2f..", "1.5"} {
			if strings.Contains(r.path, "{") {
				addresses["id "+odd] = placeholder.ReplaceAllString(r.path, odd)
			}
		}
		for text, address := range addresses {
			status, got := w.ask(br, r, address, nil)
			if status >= 500 {
				t.Errorf("%s in %s: %d", text, r.path, status)
			}
			if m := machine.FindString(got); m != "" {
				t.Errorf("%s in %s: the answer says %q", text, r.path, m)
			}
		}
	}
	if w.log.Len() > 0 {
		t.Errorf("the log says %.2000s", w.log)
	}
}
