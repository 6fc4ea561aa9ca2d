package web

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/evidence"
	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/internal/story"
)

// walk is the demonstration with one of everything that an address may name.
type walk struct {
	*world
	cast   *story.Cast // of the office whose pages are walked
	kase   int64
	clue   int64
	titles map[int64]string
	people map[string]desk.Person // by login, of the office
	ids    map[string]map[string]string

	flowForms []string // of the map of the case
	analysis  int64

	draftModel string // tried, not proposed
}

// newWalk tells the story, and adds what it lacks.
func newWalk(tb testing.TB) *walk {
	tb.Helper()
	told := newWorld(tb)
	b := told.bench
	w := &walk{world: told, cast: told.Casts["demo"], kase: told.Cases["整治非法占用消防通道"], clue: told.Clues["药店出售过期药品"], titles: map[int64]string{}, people: map[string]desk.Person{}}
	ctx, c := tb.Context(), w.cast
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	all, err := b.ShowPeople(ctx, c.Admin)
	must(err)
	for _, p := range all.Staff {
		w.people[p.Login] = desk.Person{ID: p.ID, Name: p.Name, Roles: p.Roles.Zh()}
	}
	text := func(kind string, matter int64) string {
		n, err := b.AttachFile(ctx, map[string]desk.Who{"exhibit": c.Prosecutor, "document": c.ClueDesk}[kind], desk.Upload{Matter: matter, Kind: kind, Name: "记录.txt", Media: "text/plain", Bytes: strings.NewReader("记录")})
		must(err)
		return id(n)
	}
	caseFile, clueFile := text("exhibit", w.kase), text("document", w.clue)
	must(b.AddTask(ctx, c.Prosecutor, desk.NewTask{Matter: w.kase, Text: "核对台账"}))
	w.drawFlow(tb)
	w.count(tb)
	must(b.PlanLookBack(ctx, c.Prosecutor, desk.VisitPlan{Matter: w.kase, On: b.Day() + 9, Checklist: []string{"通道是否畅通"}}))
	_, err = b.RequestIdentity(ctx, c.ClueDesk, w.clue, "须当面核实地点")
	must(err)
	agency, err := b.ChangeAgency(ctx, c.Prosecutor, desk.Agency{Name: "演示县消防救援大队"})
	must(err)
	cover, err := b.AddCover(ctx, c.Head, desk.NewCover{Absent: w.people["ys-jishu"].ID, Does: w.people["ys-caiwu"].ID, From: b.Day() + 5, Until: b.Day() + 6})
	must(err)
	must(b.SaveView(ctx, c.Prosecutor, "cases", "在办", "live=1"))
	roles, err := b.ProposeRole(ctx, c.Admin, desk.RoleProposal{Person: w.people["ys-jishu"].ID, Roles: account.RolesOf(account.Technician, account.Assistant)})
	must(err)

	// A clue on its way here from another office.
	there := told.Casts["queshan"]
	sent, err := b.RegisterClue(ctx, there.ClueDesk, desk.NewClue{Title: "另一县的线索", Lead: there.Prosecutor.Person, Department: there.Department,
		Form: clue.Form{Channel: clue.OwnFinding, Field: clue.Ecology, Place: "演示县", Region: there.Region, What: "河道内倾倒垃圾，已有一周", Received: b.Day()}})
	must(err)
	got, err := b.TransferClue(ctx, there.ClueDesk, desk.ClueTransfer{Matter: sent, Step: desk.TransferSame, ToOffice: c.Office, Reason: "损害发生在该院辖区"})
	must(err)
	if got.Approval != 0 {
		must(b.MoveApproval(ctx, there.Head, desk.ApprovalStep{Approval: got.Approval, Move: docket.Approve}))
	}
	transfers, err := b.ListTransfers(ctx, c.ClueDesk)
	must(err)
	filings, err := b.ListFilings(ctx, told.Casts["zhumadian"].Chief)
	must(err)

	exhibit, err := b.AddExhibit(ctx, c.Prosecutor, desk.NewExhibit{Matter: w.kase, Files: []int64{number64(caseFile)}, Facts: evidence.Facts{Title: "台账", Kind: evidence.Documentary, Method: evidence.Gathered,
		Collectors: []int64{c.Prosecutor.Person, c.Assistant.Person}, On: b.Day(), Place: "演示县", Form: evidence.Original, Proves: "通道被占用"}})
	must(err)
	upload, err := b.BeginUpload(ctx, c.Prosecutor, w.kase, "录像.mp4", 100)
	must(err)

	f, err := b.ShowCase(ctx, c.Prosecutor, w.kase)
	must(err)
	g, err := b.ShowClue(ctx, c.ClueDesk, w.clue)
	must(err)
	w.titles[w.kase], w.titles[w.clue] = f.Title, g.Title
	kase := map[string]string{"id": id(w.kase), "seq": strconv.Itoa(f.Timeline[slices.IndexFunc(f.Timeline, func(e desk.EventView) bool { return e.Step == "serve-filing" })].Seq), "visit": id(f.Visits[0].ID), "n": id(w.analysis), "exhibit": id(exhibit), "upload": id(upload.ID)}
	w.ids = map[string]map[string]string{"cases": kase, "matters": kase, "clues": {"id": id(w.clue), "approval": id(g.Approvals[0].ID)}, "files": {"id": caseFile}, "approvals": {"id": id(f.Approvals[0].ID)},
		"tasks": {"id": id(f.Tasks[0].ID)}, "transfers": {"id": id(transfers.In[0].ID)}, "filings": {"id": id(filings[0].ID)}, "people": {"id": id(w.people["ys-jishu"].ID)}, "handovers": {"id": id(cover)},
		"agencies": {"id": id(agency)}, "views": {"id": "1"}, "account": {"id": "1"}, "language": {"lang": "zh"}, "law": {"procedure": "administrative", "step": "serve", "limit": "D07"}}
	w.models(tb)
	w.ids["identity-keys"] = map[string]string{"id": id(c.Second.Person)}
	w.ids["clue files"], w.ids["roles"] = map[string]string{"id": clueFile}, map[string]string{"id": id(roles)}
	return w
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// path is a route's path with the ids of what it is about; query where the page
// needs one.
func (w *walk) path(tb testing.TB, r route) string {
	tb.Helper()
	path := strings.TrimSuffix(r.path, "{$}")
	first, _, _ := strings.Cut(path[1:], "/")
	path = placeholder.ReplaceAllStringFunc(path, func(s string) string {
		v := w.ids[first][s[1:len(s)-1]]
		if v == "" {
			tb.Fatalf("%s: no id for %s: say in newWalk what it names", r.path, s)
		}
		return v
	})
	if r.method != http.MethodGet {
		return path
	}
	return path + map[string]string{
		"/cases/{id}/act": "?track=administrative&respondent=" + url.QueryEscape("演示县消防救援大队") + "&step=consult", "/clues/{id}/act": "?track=clue&step=preliminary",
		"/search": "?q=" + url.QueryEscape("消防通道"), "/law/article": "?cite=R36",
	}[r.path]
}

// subject is what a route is about, for the permission table, and the matter it
// tells of; nil where it is about no one thing.
func (w *walk) subject(r route) (*account.Subject, int64) {
	office := account.OfficeID(id(w.cast.Office))
	above := []account.OfficeID{account.OfficeID(id(w.Casts["zhumadian"].Office))}
	s := &account.Subject{Office: office, Above: above, Department: account.DepartmentID(id(w.cast.Department))}
	first, _, _ := strings.Cut(r.path[1:], "/")
	switch {
	case !strings.Contains(r.path, "{id}"):
		return nil, 0
	case slices.Contains([]string{"cases", "matters", "files", "approvals", "tasks"}, first):
		s.Matter, s.Assigned = account.MatterID(id(w.kase)), []account.PersonID{account.PersonID(id(w.cast.Prosecutor.Person)), account.PersonID(id(w.cast.Assistant.Person))}
		return s, w.kase
	case first == "clues":
		s.Matter, s.Assigned = account.MatterID(id(w.clue)), []account.PersonID{account.PersonID(id(w.cast.Prosecutor.Person))}
		return s, w.clue
	}
	return nil, 0
}

// ask sends a request and follows nothing; a POST sends an empty form.
func (w *walk) ask(br *visitor, r route, path string, form url.Values) (int, string) {
	br.tb.Helper()
	client := &http.Client{Jar: br.http.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var res *http.Response
	var err error
	if r.method == http.MethodGet {
		res, err = client.Get(br.base + path)
	} else {
		res, err = client.PostForm(br.base+path, form)
	}
	if err != nil {
		br.tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		br.tb.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// walked are the routes in an order that spares who walks: what ends a session
// comes last.
func walked(s *Server) []route {
	list := slices.Clone(s.table)
	slices.SortStableFunc(list, func(a, b route) int {
		last := func(r route) int {
			if r.path == "/sign-out" || strings.HasPrefix(r.path, "/account/") || strings.HasPrefix(r.path, "/set-up/") || strings.HasPrefix(r.path, "/sign-in") {
				return 1
			}
			return 0
		}
		return cmp.Compare(last(a), last(b))
	})
	return list
}

// Every route says who may ask for it: the list is what gets reviewed.
func TestRouteTable(t *testing.T) {
	var b strings.Builder
	for _, r := range newServer(Config{Desk: newBench(t, true).Desk}).table {
		word := string(r.permission)
		if act, err := account.ParseAction(word); err == nil {
			word += " " + act.Zh()
		}
		fmt.Fprintf(&b, "%-4s %-36s %s\n", r.method, r.path, word)
	}
	golden.Check(t, "routes.txt", b.String())
}

// Who is nobody here is led to the door, whatever the address.
func TestWalkAsStranger(t *testing.T) {
	w := newWalk(t)
	br := w.visitor(t)
	for _, r := range walked(newServer(Config{Desk: w.Desk})) {
		if r.permission == public {
			continue
		}
		path := w.path(t, r)
		status, text := w.ask(br, r, path, nil)
		if r.method == http.MethodGet && status != http.StatusSeeOther || r.method == http.MethodPost && status != http.StatusUnauthorized {
			t.Errorf("%s %s: %d", r.method, path, status)
		}
		w.tellsNothing(t, r.method+" "+path, text)
	}
}

// tellsNothing fails where an answer holds the title of the case or clue.
func (w *walk) tellsNothing(tb testing.TB, what, text string) {
	tb.Helper()
	for _, title := range w.titles {
		if strings.Contains(text, title) {
			tb.Errorf("%s tells of 「%s」", what, title)
		}
	}
}

// Who has the same role in another office, and who is recused, gets no page about
// the matter, and no list that names it.
func TestWalkAsOthers(t *testing.T) {
	w := newWalk(t)
	ctx, c := t.Context(), w.cast
	others := []string{"qs-jcz", "qs-head", "qs-jcg", "qs-zhuli", "qs-xiansuo", "qs-admin"}
	recused := []string{"ys-jcg2", "ys-anguan", "ys-head", "ys-fujcz", "ys-jcz"}
	for _, login := range recused {
		if err := w.AddTask(ctx, c.Head, desk.NewTask{Matter: w.kase, For: w.people[login].ID, Text: "先核对"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, login := range recused {
		for _, matter := range []int64{w.kase, w.clue} {
			n, err := w.RequestRecusal(ctx, c.Prosecutor, desk.RecusalRequest{Matter: matter, Person: w.people[login].ID, Ground: "近亲属"})
			if err != nil {
				t.Fatal(err)
			}
			who := c.Chief
			if login == "ys-jcz" {
				who = desk.Who{Person: w.people["ys-jianwei"].ID}
			}
			if err := w.DecideRecusal(ctx, who, desk.RecusalDecision{Recusal: n, Recuse: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
	routes := walked(newServer(Config{Desk: w.Desk}))
	for _, login := range slices.Concat(others, recused) {
		t.Run(login, func(t *testing.T) {
			br := w.as(t, login)
			for _, r := range routes {
				if r.path == "/sign-out" || strings.HasPrefix(r.path, "/sign-in") || strings.HasPrefix(r.path, "/set-up") || strings.HasPrefix(r.path, "/account") {
					continue
				}
				path := w.path(t, r)
				status, text := w.ask(br, r, path, nil)
				if status >= 500 {
					t.Errorf("%s %s: %d", r.method, path, status)
				}
				w.tellsNothing(t, r.method+" "+path, text)
				if _, matter := w.subject(r); matter != 0 && status != http.StatusForbidden && status != http.StatusNotFound {
					t.Errorf("%s %s: %d, want 403 or 404", r.method, path, status)
				}
			}
		})
	}
	// What the roles of somebody else are, and the clue's files, neither.
	for _, login := range others {
		br := w.as(t, login)
		for _, path := range []string{"/approvals/" + w.ids["roles"]["id"], "/files/" + w.ids["clue files"]["id"], "/people/" + w.ids["people"]["id"], "/agencies/" + w.ids["agencies"]["id"]} {
			if got := br.get(path); got.status != http.StatusNotFound && got.status != http.StatusForbidden {
				t.Errorf("%s by %s: %d", path, login, got.status)
			}
		}
	}
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}

// Each role of the office gets exactly the pages the permission table gives it.
func TestWalkByRole(t *testing.T) {
	w := newWalk(t)
	routes := walked(newServer(Config{Desk: w.Desk}))
	logins := []string{"ys-xiansuo", "ys-jcg", "ys-jcg2", "ys-zhuli", "ys-jishu", "ys-head", "ys-fujcz", "ys-jcz", "ys-jianwei", "ys-anguan", "ys-caiwu", "ys-shenji", "ys-admin", "zmd-jcz"}
	asked := map[string]map[string]int{}
	for _, login := range logins {
		br := w.as(t, login)
		who := w.actor(t, login)
		for _, r := range routes {
			if r.method != http.MethodGet || strings.HasPrefix(r.path, "/sign-in") || strings.HasPrefix(r.path, "/set-up") {
				continue
			}
			path := w.path(t, r)
			status, text := w.ask(br, r, path, nil)
			if asked[r.path] == nil {
				asked[r.path] = map[string]int{}
			}
			asked[r.path][login] = status
			if status >= 500 {
				t.Errorf("%s by %s: %d", path, login, status)
			}
			w.judge(t, r, login, &who, status, text)
		}
	}
	var b strings.Builder
	b.WriteString("What each GET answers for one case, clue, person … of the office: 1 a page, 3 leads on, 4 forbidden, 0 not found, 9 not in this state.\n\n")
	for _, login := range logins {
		fmt.Fprintf(&b, "%s ", strings.TrimPrefix(login, "ys-"))
	}
	b.WriteString("\n")
	sign := map[int]string{200: "1", 303: "3", 302: "3", 403: "4", 404: "0", 409: "9"}
	for _, r := range newServer(Config{Desk: w.Desk}).table {
		row := asked[r.path]
		if row == nil || r.method != http.MethodGet {
			continue
		}
		for _, login := range logins {
			b.WriteString(cmp.Or(sign[row[login]], strconv.Itoa(row[login])))
		}
		fmt.Fprintf(&b, " %s\n", r.path)
	}
	golden.Check(t, "walk.txt", b.String())
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}

// actor is somebody as the permission table knows persons.
func (w *walk) actor(tb testing.TB, login string) account.Actor {
	tb.Helper()
	got, err := w.SignIn(tb.Context(), desk.Credentials{Login: login, Password: story.Password})
	if err != nil {
		tb.Fatal(err)
	}
	s, err := w.Authenticate(tb.Context(), got.Cookie)
	if err != nil {
		tb.Fatal(err)
	}
	p := account.Person{ID: account.PersonID(id(s.Who.Person)), Office: account.OfficeID(id(s.Office.ID)), Roles: s.Roles, Procurator: true, From: pil.Date(2015, 1, 1)}
	if s.Department.ID != 0 {
		p.Department = account.DepartmentID(id(s.Department.ID))
	}
	return account.Actor{Person: p}
}

// judge holds an answer against the permission table.
func (w *walk) judge(tb testing.TB, r route, login string, who *account.Actor, status int, text string) {
	tb.Helper()
	refused := status == http.StatusForbidden || status == http.StatusNotFound
	act, err := account.ParseAction(string(r.permission))
	if err == nil {
		powers := 0
		for range account.Powers(*who, act, w.now) {
			powers++
		}
		if powers == 0 && status != http.StatusForbidden {
			tb.Errorf("%s by %s: %d, though the table gives no power to %s", r.path, login, status, act)
		}
	}
	s, matter := w.subject(r)
	if s == nil {
		if refused && err == nil {
			powers := false
			for range account.Powers(*who, act, w.now) {
				powers = true
			}
			own := !strings.Contains(r.path, "{")
			if powers && own {
				tb.Errorf("%s by %s: %d, though the table gives %s", r.path, login, status, act)
			}
		}
		return
	}
	can := func(a account.Action) bool { _, err := account.Can(*who, a, *s, w.now); return err == nil }
	shows := account.ShowCase
	if matter == w.clue {
		shows = account.ShowClue
	}
	if err == nil && can(act) && can(shows) && refused {
		tb.Errorf("%s by %s: %d, though the table gives %s", r.path, login, status, act)
	}
	if err == nil && !can(act) && !refused {
		tb.Errorf("%s by %s: %d, though the table does not give %s", r.path, login, status, act)
	}
	if !can(shows) && (err != nil || !can(act)) && strings.Contains(text, w.titles[matter]) {
		tb.Errorf("%s by %s: %d tells of a matter that person may not see", r.path, login, status)
	}
}

// number64 is the number in an address.
func number64(s string) int64 { return int64(number(s)) }
