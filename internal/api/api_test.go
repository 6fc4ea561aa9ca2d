package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"shouhu/internal/account"
	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

// The document is what people agreed to, open to all, and without loose ends.
func TestDocument(t *testing.T) {
	b := newBench(t)
	a := b.send("", http.MethodGet, "/api/openapi.json", "")
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	golden.Check(t, "openapi.json", string(a.body))
	for _, ref := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllSubmatch(a.body, -1) {
		if !bytes.Contains(a.body, []byte(`      "`+string(ref[1])+`": {`)) {
			t.Errorf("the document has no %s", ref[1])
		}
	}
	if bytes.Contains(a.body, []byte("演示")) && bytes.Contains(a.body, []byte("演示县")) {
		t.Error("the document names data")
	}
}

// Every operation declares what it needs, is closed to who has no token, and shows
// another office nothing.
func TestRoutes(t *testing.T) {
	b := newBench(t)
	var table strings.Builder
	for _, r := range b.routes() {
		fmt.Fprintf(&table, "%-14s %-4s %-26s %-14s %s · %s\n", r.id, r.method, r.path, r.act, r.zh, r.en)
		if _, err := account.ParseAction(r.act.String()); err != nil {
			t.Errorf("%s: %v", r.id, err)
		}
		for name, token := range map[string]string{"none": "", "not ours": "Bearer abc", "another scheme": "Basic abc", "a made-up one": "Bearer shouhu_" + strings.Repeat("A", 32)} {
			a := b.send("", r.method, b.at(r.path), "", "Authorization", token)
			if p := a.problem(t, r.id); p.Status != http.StatusUnauthorized || p.Code != pil.CodeUnauthenticated || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s, token %s: %s", r.id, name, a.body)
			}
		}
		for _, who := range []string{"there-prosecutor", "there-chief", "there-clues", "there-manager", "there-admin"} {
			a := b.send(who, r.method, b.at(r.path), "{}")
			switch {
			case strings.Contains(r.path, "{id}"):
				if p := a.problem(t, r.id); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
					t.Errorf("%s as %s: %s", r.id, who, a.body)
				}
			case bytes.Contains(a.body, []byte("林场")) || bytes.Contains(a.body, []byte("林业局")):
				t.Errorf("%s as %s shows another office's matter: %s", r.id, who, a.body)
			}
			if got := a.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control %q", r.id, got)
			}
		}
	}
	golden.Check(t, "routes.txt", table.String())
}

// What every reading operation answers is written down, and is as the document
// describes it.
func TestAnswers(t *testing.T) {
	b := newBench(t)
	var all strings.Builder
	for _, r := range b.routes() {
		if r.method != http.MethodGet {
			continue
		}
		who := "here-prosecutor"
		if strings.Contains(r.path, "clues") {
			who = "here-clues"
		}
		target := b.at(r.path)
		if r.id == "law-steps" {
			target += "?track=administrative"
		}
		v, a := get[any](t, b, who, target)
		schema := b.api.OpenAPI().Paths[r.path].Get.Responses["200"].Content["application/json"].Schema
		res := &huma.ValidateResult{}
		huma.Validate(b.api.OpenAPI().Components.Schemas, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, res)
		for _, err := range res.Errors {
			t.Errorf("%s is not as the document says: %v", r.id, err)
		}
		if strings.Contains(string(a.body), "null") {
			t.Errorf("%s holds a null", r.id)
		}
		if body, is := v.(map[string]any); is && strings.HasPrefix(r.id, "law-") {
			body["items"] = body["items"].([]any)[:2] // law/ has its own tests
		}
		text, err := json.MarshalIndent(v, "", "  ")
		ok(t, err)
		fmt.Fprintf(&all, "GET %s\n%s\n\n", target, regexp.MustCompile(`"law": "[0-9a-f]{64}"`).ReplaceAll(text, []byte(`"law": "…"`)))
	}
	golden.Check(t, "answers.txt", all.String())
	for _, private := range []string{"演示举报人", "010-00000000"} {
		if strings.Contains(all.String(), private) {
			t.Errorf("who reported is shown: %s", private)
		}
	}
}

// Natural persons' data are for who handles the case.
func TestPersonal(t *testing.T) {
	b := newBench(t)
	for who, want := range map[string]string{"here-prosecutor": "演示身份证号", "here-assistant": "演示身份证号", "here-manager": "", "city-chief": ""} {
		c, _ := get[Case](t, b, who, b.at("/api/v1/cases/{id}"))
		if i := slices.IndexFunc(c.Parties, func(p Party) bool { return p.Kind == "person" }); i < 0 || c.Parties[i].Personal != want {
			t.Errorf("%s sees %+v, want personal data %q", who, c.Parties, want)
		}
	}
}

// What is wrong with a request is said in both languages, with the place, and
// without repeating what was sent.
func TestBadInput(t *testing.T) {
	b := newBench(t)
	whole := func(more string) string {
		return `{"channel":"telephone","what":"机密内容","received":"2021-12-01"` + more + `}`
	}
	for _, c := range []struct {
		name, method, target, body string
		status                     int
		place, zh                  string // of one of the faults
	}{
		{"unknown filter", "GET", "/cases?colour=red", "", 422, "colour", "没有这个参数，可用：limit、cursor"},
		{"no filters at all", "GET", "/me?x=1", "", 422, "x", "没有这个参数"},
		{"bad cursor", "GET", "/cases?cursor=%21%21", "", 422, "cursor", "不是本接口给出的游标"},
		{"made-up cursor", "GET", "/cases?cursor=eyJpIjoxfQ", "", 422, "cursor", "游标属于另一个筛选"},
		{"limit zero", "GET", "/cases?limit=0", "", 422, "limit", "不小于 1"},
		{"limit too large", "GET", "/cases?limit=201", "", 422, "limit", "不大于 200"},
		{"limit no number", "GET", "/cases?limit=many", "", 422, "limit", "应为整数"},
		{"live neither", "GET", "/cases?live=maybe", "", 422, "live", "应为 true 或者 false"},
		{"unknown state", "GET", "/cases?state=asleep", "", 422, "state", "没有这种状态"},
		{"unknown track", "GET", "/cases?track=railway", "", 422, "track", "没有这种程序，可用：administrative"},
		{"unknown field", "GET", "/cases?field=traffic", "", 422, "field", "只能是其中之一："},
		{"no region", "GET", "/cases?region=abc", "", 422, "region", "行政区划代码"},
		{"no day", "GET", "/cases?due_by=tomorrow", "", 422, "due_by", "应为日期"},
		{"a day there is not", "GET", "/due/cases?until=2021-02-31", "", 422, "until", "应为日期"},
		{"whose", "GET", "/due/cases?whose=mine", "", 422, "whose", "只能是其中之一："},
		{"unknown track of the law", "GET", "/law/steps?track=x", "", 422, "track", "没有这种程序"},
		{"id no number", "GET", "/cases/abc", "", 422, "id", "应为整数"},
		{"id zero", "GET", "/cases/0", "", 422, "id", "不小于 1"},
		{"no such case", "GET", "/cases/999", "", 404, "", ""},
		{"a clue is no case", "GET", b.at("/cases/{id}/next")[:7] + fmt.Sprint(b.clue), "", 404, "", ""},
		{"no such address", "GET", "/papers", "", 404, "", ""},
		{"no such method", "DELETE", "/cases", "", 405, "", ""},
		{"no body", "POST", "/clues", "", 400, "#", "JSON"},
		{"broken JSON", "POST", "/clues", `{"what":"机密内容`, 400, "#", "JSON"},
		{"no object", "POST", "/clues", `["机密内容"]`, 422, "#", "应为对象"},
		{"nothing said", "POST", "/clues", `{}`, 422, "#/what", "必须填写"},
		{"wrong type", "POST", "/clues", whole(`,"attachments":"机密内容"`), 422, "#/attachments", "应为整数"},
		{"too many attachments", "POST", "/clues", whole(`,"attachments":1000`), 422, "#/attachments", "不大于 999"},
		{"unknown member", "POST", "/clues", whole(`,"colour":"机密内容"`), 422, "#/colour", "没有这个成员"},
		{"unknown member of the identity", "POST", "/clues", whole(`,"identity":{"sex":"机密内容"}`), 422, "#/identity/sex", "没有这个成员"},
		{"unknown channel", "POST", "/clues", `{"channel":"机密内容","what":"x","received":"2021-12-01"}`, 422, "#/channel", "只能是其中之一："},
		{"no day received", "POST", "/clues", `{"channel":"letter","what":"x","received":"机密内容"}`, 422, "#/received", "应为日期"},
		{"received tomorrow", "POST", "/clues", `{"channel":"letter","what":"x","received":"2021-12-11"}`, 422, "#/received", ""},
		{"happened when", "POST", "/clues", whole(`,"happened":"机密内容"`), 422, "#/happened", "时间应写作"},
		{"region", "POST", "/clues", whole(`,"region":"99"`), 422, "#/region", "行政区划代码"},
		{"anonymous with a name", "POST", "/clues", whole(`,"reporter":"anonymous","identity":{"name":"机密内容"}`), 422, "#/reporter", "匿名举报不登记身份"},
		{"what too long", "POST", "/clues", `{"channel":"letter","what":"` + strings.Repeat("长", 10001) + `","received":"2021-12-01"}`, 422, "#/what", "字数不超过 10000"},
		{"too large", "POST", "/clues", `{"what":"` + strings.Repeat("x", maxBody) + `"}`, 413, "", ""},
		{"nobody's department", "POST", "/clues", whole(`,"reporter":"anonymous","department":999`), 422, "#/department", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			who := "here-prosecutor"
			if c.method == "POST" {
				who = "here-clues"
			}
			a := b.send(who, c.method, "/api/v1"+c.target, c.body)
			p := a.problem(t, c.name)
			if p.Status != c.status {
				t.Fatalf("%d, want %d: %s", p.Status, c.status, a.body)
			}
			if bytes.Contains(a.body, []byte("机密内容")) {
				t.Errorf("it repeats what was sent: %s", a.body)
			}
			if c.place != "" && !slices.ContainsFunc(p.Errors, func(f Fault) bool {
				return f.Pointer+f.Parameter == c.place && strings.Contains(f.Zh, c.zh) && f.En != ""
			}) {
				t.Errorf("no fault at %s with %q: %s", c.place, c.zh, a.body)
			}
		})
	}
	a := b.send("here-clues", http.MethodPost, "/api/v1/clues", "what=x", "Content-Type", "application/x-www-form-urlencoded")
	if p := a.problem(t, "a form"); p.Status != http.StatusUnsupportedMediaType {
		t.Errorf("a form: %s", a.body)
	}
	a = b.send("here-clues", http.MethodPost, "/api/v1/clues", "{"+strings.Repeat(`"a":1,`, 3)+func() (s string) {
		for i := range 100 {
			s += fmt.Sprintf(`"b%d":1,`, i)
		}
		return s
	}()+`"c":1}`)
	if p := a.problem(t, "many faults"); len(p.Errors) != maxFaults {
		t.Errorf("%d faults, want %d", len(p.Errors), maxFaults)
	}
	if list, _ := get[Page[ClueLine]](t, b, "here-clues", "/api/v1/clues"); len(list.Items) != 1 {
		t.Errorf("%d clues, want the 1 there was", len(list.Items))
	}
}

// Who has no such power is told so, whatever was sent.
func TestForbidden(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct{ who, method, target string }{
		{"here-admin", "GET", "/cases"}, {"here-admin", "GET", b.at("/cases/{id}")}, {"here-admin", "POST", "/clues"}, {"here-chief", "POST", "/clues"}, {"here-clues", "GET", "/cases"},
	} {
		if p := b.send(c.who, c.method, "/api/v1"+c.target, "not JSON").problem(t, c.target); p.Status != http.StatusForbidden || p.Code != pil.CodeForbidden {
			t.Errorf("%s %s as %s: %s", c.method, c.target, c.who, p.String())
		}
	}
}

// A clue arrives once, however often it is sent.
func TestRegisterClue(t *testing.T) {
	b := newBench(t)
	body := func(what, more string) string {
		return `{"channel":"platform","what":"` + what + `","received":"2021-12-09","region":"411725","field":"ecology","reporter":"named","identity":{"name":"演示来件人","phone":"010-11111111"}` + more + `}`
	}
	post := func(body string, headers ...string) (answer, RegisteredClue) {
		a := b.send("here-clues", http.MethodPost, "/api/v1/clues", body, headers...)
		var r RegisteredClue
		if a.status < 300 {
			ok(t, json.Unmarshal(a.body, &r))
		}
		return a, r
	}
	a, first := post(body("演示河道污水", ""), "Idempotency-Key", "k-1")
	if a.status != http.StatusCreated || a.header.Get("Location") != fmt.Sprintf("/api/v1/clues/%d", first.ID) || first.Number == "" || first.Again {
		t.Fatalf("%d %v %s", a.status, a.header, a.body)
	}
	if a, again := post(body("演示河道污水", ""), "Idempotency-Key", "k-1"); a.status != http.StatusOK || again.ID != first.ID || again.Number != first.Number || !again.Again {
		t.Errorf("sent again: %d %s", a.status, a.body)
	}
	if a, _ := post(body("演示河道污水", `,"order":"k-1"`)); a.status != http.StatusOK {
		t.Errorf("the key is the sender's number: %d %s", a.status, a.body)
	}
	if a, _ := post(body("另一件事", ""), "Idempotency-Key", "k-1"); a.problem(t, "another text").Status != http.StatusConflict {
		t.Errorf("another text under the same key: %s", a.body)
	}
	if a, other := post(body("演示河道污水", `,"order":"k-2"`)); a.status != http.StatusCreated || other.ID == first.ID {
		t.Errorf("another number: %d %s", a.status, a.body)
	}
	c, shown := get[Clue](t, b, "here-clues", a.header.Get("Location"))
	if c.What != "演示河道污水" || c.Order != "k-1" || c.Channel.ID != "platform" || c.Field.ID != "ecology" || !c.Identity || c.ReceivedOn.String() != "2021-12-09" {
		t.Errorf("%s", shown.body)
	}
	if bytes.Contains(shown.body, []byte("来件人")) || bytes.Contains(shown.body, []byte("11111111")) {
		t.Errorf("who reported is shown: %s", shown.body)
	}
	// A case manager registers and may not look.
	m := b.send("here-manager", http.MethodPost, "/api/v1/clues", body("演示山体开挖", ""))
	if m.status != http.StatusCreated {
		t.Errorf("%d %s", m.status, m.body)
	}

	var at sync.WaitGroup
	ids := make([]int64, 8)
	for i := range ids {
		at.Go(func() {
			a := b.send("here-clues", http.MethodPost, "/api/v1/clues", body("演示同时到达", ""), "Idempotency-Key", "k-3")
			var r RegisteredClue
			if json.Unmarshal(a.body, &r) == nil {
				ids[i] = r.ID
			}
		})
	}
	at.Wait()
	if slices.Contains(ids, 0) || len(slices.Compact(ids)) != 1 {
		t.Errorf("sent at once: %v", ids)
	}
}

// Pages follow each other without a gap, by body and by header, in both orders.
func TestPaging(t *testing.T) {
	b := newBench(t)
	for i := range 6 {
		a := b.send("here-clues", http.MethodPost, "/api/v1/clues", fmt.Sprintf(`{"channel":"telephone","what":"演示事项%d","received":"2021-12-%02d","reporter":"named","identity":{"name":"演示"}}`, i, 1+i/2))
		if a.status != http.StatusCreated {
			t.Fatalf("%s", a.body)
		}
	}
	link := regexp.MustCompile(`^<(/api/v1/[^>]+)>; rel="next"$`)
	for _, first := range []string{"/api/v1/clues?limit=2", "/api/v1/clues?limit=2&order=due", "/api/v1/clues?limit=3&live=true&channel=telephone", "/api/v1/due/clues?limit=2"} {
		every, _ := get[Page[json.RawMessage]](t, b, "here-clues", strings.NewReplacer("limit=2", "limit=200", "limit=3", "limit=200").Replace(first))
		var got []json.RawMessage
		target, pages := first, 0
		for target != "" && pages < 20 {
			p, a := get[Page[json.RawMessage]](t, b, "here-clues", target)
			got, pages = append(got, p.Items...), pages+1
			target = ""
			if m := link.FindStringSubmatch(a.header.Get("Link")); m != nil {
				target = m[1]
			}
			if (target == "") != (p.Next == "") || target != "" && !strings.Contains(target, "cursor="+p.Next) {
				t.Errorf("%s: next %q, link %q", first, p.Next, target)
			}
		}
		if len(every.Items) < 5 || pages < 2 || every.Next != "" || !slices.EqualFunc(got, every.Items, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
			t.Errorf("%s: %d in %d pages, %d at once", first, len(got), pages, len(every.Items))
		}
	}
	p, _ := get[Page[ClueLine]](t, b, "here-clues", "/api/v1/clues?limit=1")
	for _, other := range []string{"/api/v1/clues?live=true&cursor=", "/api/v1/due/clues?cursor="} {
		if a := b.send("here-clues", http.MethodGet, other+p.Next, ""); a.problem(t, "a cursor of another list").Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", other, a.body)
		}
	}
}

// Each filter leaves out what it is to leave out.
func TestFilters(t *testing.T) {
	b := newBench(t)
	for query, want := range map[string]int{
		"": 1, "live=true": 1, "live=false": 0, "track=administrative": 1, "track=civil": 0, "field=ecology": 1, "field=minors": 0,
		"region=4117": 1, "region=411726": 0, "due_by=2022-12-31": 1, "due_by=2021-01-01": 0, "state=filed": 0, "order=due": 1,
	} {
		p, a := get[Page[CaseLine]](t, b, "here-prosecutor", "/api/v1/cases?"+query)
		if len(p.Items) != want {
			t.Errorf("cases?%s: %d, want %d: %s", query, len(p.Items), want, a.body)
		}
	}
	for query, want := range map[string]bool{"": true, "whose=agency": true, "whose=court": false, "mine=true": true, "until=2021-01-01": false, "from=2030-01-01": false} {
		p, a := get[Page[DueLine]](t, b, "here-prosecutor", "/api/v1/due/cases?"+query)
		if (len(p.Items) > 0) != want {
			t.Errorf("due/cases?%s: %s", query, a.body)
		}
	}
	if p, a := get[Page[DueLine]](t, b, "here-head", "/api/v1/due/cases?mine=true"); len(p.Items) != 0 {
		t.Errorf("the head handles nothing: %s", a.body)
	}
}

// What goes wrong inside is told to the log alone.
func TestInternal(t *testing.T) {
	b := newBench(t)
	ok(t, b.store.Close())
	a := b.send("here-prosecutor", http.MethodGet, "/api/v1/cases", "")
	if p := a.problem(t, "a closed store"); p.Status < 500 || bytes.Contains(a.body, []byte("sql")) || bytes.Contains(a.body, []byte("closed")) {
		t.Errorf("%s", a.body)
	}
	if p := b.log.String(); !strings.Contains(p, "operation=list-cases") {
		t.Errorf("the log: %s", p)
	}
}
