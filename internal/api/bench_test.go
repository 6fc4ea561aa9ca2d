package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/law"
)

// bench is an office with one case and its clue, entered through the commands, and
// the API before it. Who is known by a name, and so is that person's token.
type bench struct {
	*desk.Desk
	*server
	api    huma.API
	store  *store.Store
	log    bytes.Buffer
	now    time.Time
	people map[string]desk.Who
	tokens map[string]string
	clue   int64 // it became the case
	matter int64 // the case
}

const demoPassword = "演示用的口令请勿外用"

func newBench(t *testing.T) *bench {
	t.Helper()
	l, err := statute.Load(law.FS)
	ok(t, err)
	dir := t.TempDir()
	b := &bench{people: map[string]desk.Who{}, tokens: map[string]string{}}
	b.store, err = store.Open(t.Context(), filepath.Join(dir, "office.db"))
	ok(t, err)
	t.Cleanup(func() { _ = b.store.Close() })
	files, err := store.OpenFiles(filepath.Join(dir, "files"))
	ok(t, err)
	b.Desk = desk.New(desk.Config{Store: b.store, Law: l, Files: files, Clock: func() time.Time { return b.now }, Demo: true,
		Keys: desk.Keys{Seal: make([]byte, 32), Likeness: make([]byte, 16)}, Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
	b.server, b.api = build(Config{Desk: b.Desk, Log: slog.New(slog.NewTextHandler(&b.log, nil))})
	b.on("2021-11-20")
	b.staff(t)
	b.open(t)
	return b
}

// on sets the clock to nine in the morning of a day.
func (b *bench) on(day string) {
	d, err := pil.ParseDay(day)
	if err != nil {
		panic(err)
	}
	y, m, dom := d.Civil()
	b.now = time.Date(y, m, dom, 9, 0, 0, 0, pil.Zone).UTC()
}

// staff founds a city office and staffs two county offices below it.
func (b *bench) staff(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	first := func(name string) desk.FirstPerson {
		return desk.FirstPerson{Login: name, Name: "演示" + name, Password: demoPassword}
	}
	f, err := b.Found(ctx, desk.Founding{
		Offices: []desk.NewOffice{
			{Code: "city", Name: "演示市院", Level: account.City, Kind: account.Local, Region: "4117"},
			{Code: "here", Name: "演示县院", Level: account.Grassroots, Kind: account.Local, Region: "411725", Parent: "city"},
			{Code: "there", Name: "演示邻县院", Level: account.Grassroots, Kind: account.Local, Region: "411726", Parent: "city"},
		},
		Administrator: first("city-admin"), Chief: first("city-chief"),
	})
	ok(t, err)
	b.people["city-chief"] = desk.Who{Person: f.Chief}
	for _, office := range []string{"here", "there"} {
		two, err := b.StaffOffice(ctx, f.Offices[office], first(office+"-admin"), first(office+"-chief"))
		ok(t, err)
		admin, chief := desk.Who{Person: two.Administrator}, desk.Who{Person: two.Chief}
		ok(t, b.ChangeOffice(ctx, admin, desk.OfficeChange{Add: []string{"公益诉讼检察部"}}))
		people, err := b.ShowPeople(ctx, admin)
		ok(t, err)
		dep := people.Departments[0].ID
		b.people[office+"-admin"], b.people[office+"-chief"] = admin, chief
		for _, p := range []struct {
			name string
			role account.Role
		}{{"prosecutor", account.Prosecutor}, {"assistant", account.Assistant}, {"head", account.Head}, {"clues", account.ClueOfficer}, {"manager", account.CaseManager}} {
			name := office + "-" + p.name
			got, err := b.AddPerson(ctx, admin, desk.NewPerson{Login: name, Name: "演示" + p.role.Zh(), Department: dep, Procurator: p.role != account.CaseManager,
				Roles: account.RolesOf(p.role), Password: demoPassword})
			ok(t, err)
			ok(t, b.DecideRole(ctx, chief, desk.RoleDecision{Approval: got.Approval, Agree: true}))
			b.people[name] = desk.Who{Person: got.Person}
		}
	}
	for name, who := range b.people {
		secret, err := b.MakeToken(ctx, who, account.MaxTokenDays)
		ok(t, err)
		b.tokens[name] = string(secret)
	}
}

// open takes a clue through its filing, and the case to the service of the
// recommendation.
func (b *bench) open(t *testing.T) {
	t.Helper()
	ctx, by := t.Context(), b.people["here-prosecutor"]
	id, err := b.RegisterClue(ctx, b.people["here-clues"], desk.NewClue{Form: clue.Form{Channel: clue.Telephone, What: "演示林场入口长期堆放生活垃圾", Place: "演示林场",
		Region: "411725", Received: b.Day(), Field: clue.Ecology, Reporter: clue.InConfidence},
		Identity: clue.Identity{Name: "演示举报人", Phone: "010-00000000"}})
	ok(t, err)
	b.clue = id
	ok(t, b.AssignClue(ctx, b.people["here-clues"], desk.Assigning{Matter: id, To: []desk.Assignee{{Person: by.Person, As: account.Prosecutor, Lead: true}}}))
	n, err := b.ProposeFiling(ctx, by, desk.FilingProposal{Matter: id, Open: true, Title: "督促整治演示林场垃圾案", With: []int64{b.people["here-assistant"].Person},
		Lines: []desk.CaseLine{{Track: "administrative", Respondent: "演示县林业局"}}, Reason: "主管部门未依法履职"})
	ok(t, err)
	b.decide(t, n)
	list, err := b.ListMatters(ctx, by, desk.MatterFilter{})
	ok(t, err)
	b.matter = list.Rows[0].MatterID
	ok(t, b.AddParty(ctx, by, desk.NewParty{Matter: b.matter, Kind: "person", Part: "other", Name: "演示某甲", Personal: "演示身份证号"}))
	act := func(step string) desk.Act {
		return desk.Act{Track: "administrative", Respondent: "演示县林业局", Step: step, Affirmed: []string{"plan-made", "addressee-known", "agency-not-performing"},
			People: []int64{by.Person, b.people["here-assistant"].Person}}
	}
	record := func(step string) {
		_, err := b.RecordEvent(ctx, by, desk.Recording{Matter: b.matter, Act: act(step)})
		ok(t, err)
	}
	record("investigate")
	b.on("2021-12-01")
	record("investigate-end")
	rec := act("decide-recommend")
	rec.Demands = []desk.DemandText{{Text: "清理垃圾", Basis: "森林法第三十九条"}, {Text: "设置警示牌"}}
	n, err = b.ProposeStep(ctx, by, desk.StepProposal{Matter: b.matter, Act: rec})
	ok(t, err)
	b.decide(t, n)
	b.on("2021-12-10")
	record("serve")
	ok(t, b.PlanLookBack(ctx, by, desk.VisitPlan{Matter: b.matter, On: b.Day().AddMonths(6), Checklist: []string{"垃圾是否反弹"}}))
}

// decide takes a proposal through the head and the chief.
func (b *bench) decide(t *testing.T, id int64) {
	t.Helper()
	v, err := b.ShowApproval(t.Context(), b.people["here-head"], id)
	ok(t, err)
	if v.State == docket.InReview {
		ok(t, b.MoveApproval(t.Context(), b.people["here-head"], desk.ApprovalStep{Approval: id, Move: docket.Agree, Opinion: "同意"}))
	}
	ok(t, b.MoveApproval(t.Context(), b.people["here-chief"], desk.ApprovalStep{Approval: id, Move: docket.Approve, Opinion: "同意"}))
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send asks as somebody; headers are given by name and value.
func (b *bench) send(who, method, target, body string, headers ...string) answer {
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, in)
	if token := b.tokens[who]; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// get asks for something and reads it.
func get[T any](t *testing.T, b *bench, who, target string) (v T, a answer) {
	t.Helper()
	a = b.send(who, http.MethodGet, target, "")
	if a.status != http.StatusOK {
		t.Fatalf("GET %s as %s: %d %s", target, who, a.status, a.body)
	}
	ok(t, json.Unmarshal(a.body, &v))
	return v, a
}

// problem reads a problem, and fails on what is none.
func (a answer) problem(t *testing.T, what string) Problem {
	t.Helper()
	var p Problem
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("%s: %d, %s: %s", what, a.status, ct, a.body)
		return p
	}
	ok(t, json.Unmarshal(a.body, &p))
	if p.Status != a.status || p.Type != "about:blank" || p.Title != http.StatusText(a.status) || p.Detail == "" || p.Code == "" {
		t.Errorf("%s: not a whole problem: %s", what, a.body)
	}
	return p
}

// at puts the bench's clue and case into a path.
func (b *bench) at(path string) string {
	id := b.matter
	if strings.Contains(path, "/clues/") {
		id = b.clue
	}
	return strings.ReplaceAll(path, "{id}", fmt.Sprint(id))
}
