package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/browser"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/story"
	"shouhu/law"
)

// clicker tells a story the way its people do: it signs in as each of them on the
// day, and clicks and types through the pages. What it only looks up, it asks the
// desk.
type clicker struct {
	*desk.Desk
	tb     testing.TB
	b      *browser.Browser
	base   string
	clock  *time.Time
	logins map[int64]string
	who    int64
	day    pil.Day
	seen   map[string]bool // pages that axe-core has looked at
	asker  *analysis.Asker // of models; nil: the engine is missing
}

// The five matters of the newspaper page, each through the pages, from the first
// word to the state the page tells.
func TestNewspaperInBrowser(t *testing.T) {
	c := newClicker(t)
	w, err := story.Seat(t.Context(), c.Desk)
	if err != nil {
		t.Fatal(err)
	}
	c.learn(w)
	tales := story.Newspaper(w.Casts)
	at := func(now time.Time) story.Office {
		*c.clock = now
		return c
	}
	if err := story.Play(t.Context(), at, tales, nil); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"已核实", "终结案件", "行政处罚", "一审已判", "回头看"} {
		tale := tales[i]
		c.as(tale.Handler(), c.Day())
		c.open("/cases/" + id(tale.Case()))
		c.b.MustSee(want)
		c.shot("matter-"+strconv.Itoa(i+1), 1500)
	}
}

func newClicker(tb testing.TB) *clicker {
	tb.Helper()
	l, err := statute.Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	s, err := store.Open(tb.Context(), filepath.Join(dir, "office.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	files, err := store.OpenFiles(filepath.Join(dir, "files"))
	if err != nil {
		tb.Fatal(err)
	}
	now := time.Date(2015, 1, 5, 1, 0, 0, 0, time.UTC)
	var asker analysis.Asker
	d := desk.New(desk.Config{Store: s, Law: l, Files: files, Demo: true, Asker: func() (analysis.Asker, error) {
		if asker == nil {
			return nil, pil.NotFound("no engine")
		}
		return asker, nil
	}, Clock: func() time.Time { return now },
		Keys: desk.Keys{Seal: make([]byte, 32), Likeness: make([]byte, 16)}, Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
	srv := httptest.NewServer(New(Config{Desk: d}))
	tb.Cleanup(srv.Close)
	return &clicker{Desk: d, tb: tb, b: browser.New(tb, browser.Options{}), base: srv.URL, clock: &now, logins: map[int64]string{}, seen: map[string]bool{}, asker: &asker}
}

// learn finds the account of everybody in the story.
func (c *clicker) learn(w *story.World) {
	for _, cast := range w.Casts {
		people, err := c.ShowPeople(c.tb.Context(), cast.Admin)
		if err != nil {
			c.tb.Fatal(err)
		}
		for _, p := range people.Staff {
			c.logins[p.ID] = p.Login
		}
	}
}

// as signs in as somebody, where that is not who is signed in already.
func (c *clicker) as(who desk.Who, day pil.Day) {
	if c.who == who.Person && c.day == day {
		return
	}
	if c.who != 0 && c.day == day {
		c.b.Submit("退出")
	}
	c.open("/sign-in")
	c.b.Fill("账号", c.logins[who.Person])
	c.b.Fill("口令", story.Password)
	c.b.Submit("登录")
	c.who, c.day = who.Person, day
}

var numbers = regexp.MustCompile(`[0-9]+`)

// open opens a page, and has axe-core look at the first of its kind.
func (c *clicker) open(path string) {
	c.b.Open(c.base + path)
	c.look()
}

func (c *clicker) look() {
	u, err := url.Parse(c.b.Address())
	if err != nil {
		c.tb.Fatal(err)
	}
	kind := numbers.ReplaceAllString(u.Path, "N") + "?" + u.Query().Get("step")
	if !c.seen[kind] {
		c.seen[kind] = true
		c.b.Axe()
	}
}

// send presses the button of the page's form, and fails on what the form says is
// wrong.
func (c *clicker) send(what string) error {
	c.b.Submit("main .form .form-buttons button[type=submit]")
	c.look()
	if wrong := c.b.Eval(`[...document.querySelectorAll('.fault-summary')].map(e => e.innerText).join(' ')`); wrong != "" {
		return fmt.Errorf("%s: %s", what, wrong)
	}
	return nil
}

// tick ticks boxes or rounds of a group by their values.
func (c *clicker) tick(name string, values ...string) {
	for _, v := range values {
		selector := fmt.Sprintf(`main input[name="%s"][value="%s"]`, name, v)
		if c.b.Eval(fmt.Sprintf(`String(document.querySelector(%q)?.checked ?? "none")`, selector)) == "false" {
			c.b.Click(selector)
		}
	}
}

// fill fills a field where the form has it.
func (c *clicker) fill(name, text string) {
	if text == "" {
		return
	}
	selector := fmt.Sprintf(`main [name="%s"]`, name)
	if c.b.Eval(fmt.Sprintf(`String(!!document.querySelector(%q))`, selector)) == "true" {
		c.b.Fill(selector, text)
	}
}

func (c *clicker) pick(name, value string) {
	if value != "" {
		c.b.Select(fmt.Sprintf(`main select[name="%s"]`, name), value)
	}
}

func ids(list []int64) (out []string) {
	for _, n := range list {
		out = append(out, id(n))
	}
	return out
}

// reached is the number in the address of the page that has come.
func (c *clicker) reached(room string) (int64, error) {
	_, rest, ok := strings.Cut(c.b.Address(), "/"+room+"/")
	if !ok {
		return 0, fmt.Errorf("the page is %s", c.b.Address())
	}
	return strconv.ParseInt(numbers.FindString(rest), 10, 64)
}

func (c *clicker) RegisterClue(_ context.Context, who desk.Who, in desk.NewClue) (int64, error) {
	c.as(who, c.Day())
	c.open("/clues")
	c.b.Click(`a.primary[href="/clues/new"]`)
	c.look()
	c.pick("channel", in.Channel.String())
	c.fill("received", in.Received.String())
	c.fill("what", in.What)
	c.fill("title", in.Title)
	c.fill("place", in.Place)
	c.fill("region", string(in.Region))
	c.pick("field", in.Field.String())
	c.fill("suspect", in.Suspect)
	c.fill("harm", in.Harm)
	if in.Reporter != 0 {
		c.tick("reporter", in.Reporter.String())
	}
	c.pick("lead", id(in.Lead))
	if err := c.send("register a clue"); err != nil {
		return 0, err
	}
	return c.reached("clues")
}

func (c *clicker) AssessClue(_ context.Context, who desk.Who, in desk.ClueAssessment) error {
	c.as(who, c.Day())
	c.open("/clues/" + id(in.Matter) + "/assess")
	for name, g := range map[string]struct{ grade, reason string }{
		"truth": {in.Truth.Grade.String(), in.Truth.Reason}, "checkability": {in.Checkability.Grade.String(), in.Checkability.Reason}, "risk": {in.Risk.Grade.String(), in.Risk.Reason},
	} {
		c.pick(name, g.grade)
		c.fill(name+"-reason", g.reason)
	}
	c.tick("finds", "harm", "illegal")
	c.tick("conclusion", in.Conclusion.String())
	c.fill("reason", in.Reason)
	return c.send("assess the clue")
}

func (c *clicker) ProposeFiling(_ context.Context, who desk.Who, in desk.FilingProposal) (int64, error) {
	c.as(who, c.Day())
	c.open("/clues/" + id(in.Matter) + "/filing")
	c.tick("decision", "open")
	c.fill("reason", in.Reason)
	c.fill("title", in.Title)
	c.pick("track", in.Lines[0].Track)
	var names []string
	for _, l := range in.Lines {
		names = append(names, l.Respondent)
	}
	c.fill("respondents", strings.Join(names, "\n"))
	c.tick("with", ids(in.With)...)
	if in.Major {
		c.tick("more", "major")
	}
	if err := c.send("propose to open a case"); err != nil {
		return 0, err
	}
	q, err := c.ListApprovals(c.tb.Context(), who)
	if err != nil {
		return 0, err
	}
	return q.Mine[len(q.Mine)-1].ID, nil
}

func (c *clicker) MoveApproval(_ context.Context, who desk.Who, in desk.ApprovalStep) error {
	c.as(who, c.Day())
	c.open("/approvals")
	c.b.Click(fmt.Sprintf(`#for-me a[href="/approvals/%d"]`, in.Approval))
	c.look()
	c.tick("move", string(in.Move))
	c.fill("opinion", in.Opinion)
	return c.send(in.Move.Zh())
}

// act opens the form of an act from the case file, the way the file offers it.
func (c *clicker) act(matter int64, a desk.Act) {
	c.open("/cases/" + id(matter))
	c.b.Eval(`(document.querySelectorAll('main details').forEach(d => d.open = true), '')`)
	path := query("/cases/"+id(matter)+"/act", "track", a.Track, "respondent", a.Respondent, "step", a.Step)
	// The file may offer it twice; who reads takes the first.
	if c.b.Eval(fmt.Sprintf(`String(!!(window.offered = document.querySelector('main a[href=%q]')) && (offered.id = 'offered'))`, path)) == "offered" {
		c.b.Click("#offered")
		c.look()
	} else {
		c.open(path)
	}
	c.fill("on", pil.DayOf(*c.clock).String())
	c.fill("note", a.Note)
	c.fill("reason", a.Reason)
	c.tick("affirmed", a.Affirmed...)
	c.tick("people", ids(a.People)...)
	if a.Ground != "" {
		c.tick("ground", a.Ground)
	}
	for k, v := range a.More {
		if k == "manner" {
			c.pick("more.manner", v)
			continue
		}
		c.fill("more."+k, v)
	}
	var demands []string
	for _, d := range a.Demands {
		demands = append(demands, strings.TrimSuffix(d.Text+"｜"+d.Basis, "｜"))
	}
	c.fill("demands", strings.Join(demands, "\n"))
}

func (c *clicker) answers(list []desk.Answer) {
	for _, a := range list {
		c.pick("demand."+id(a.Demand), string(a.Move))
		c.fill("demand-note."+id(a.Demand), a.Note)
	}
}

func (c *clicker) RecordEvent(_ context.Context, who desk.Who, in desk.Recording) (desk.Recorded, error) {
	c.as(who, c.Day())
	c.act(in.Matter, in.Act)
	c.answers(in.Answers)
	return desk.Recorded{}, c.send("record " + in.Step)
}

func (c *clicker) ProposeStep(_ context.Context, who desk.Who, in desk.StepProposal) (int64, error) {
	c.as(who, c.Day())
	c.act(in.Matter, in.Act)
	if err := c.send("propose " + in.Step); err != nil {
		return 0, err
	}
	return c.reached("approvals")
}

func (c *clicker) RecordDemands(_ context.Context, who desk.Who, in desk.DemandVisit) error {
	c.as(who, c.Day())
	c.open("/cases/" + id(in.Matter))
	c.b.Click("记录回复、核实、办结")
	c.look()
	c.tick("people", ids(in.People)...)
	c.answers(in.Answers)
	if in.Answers[0].Move == docket.Verified {
		c.b.Upload(fmt.Sprintf(`[name="photo-before.%d"]`, in.Answers[0].Demand), photoOf(c.tb, "整改前.png", false))
		c.b.Upload(fmt.Sprintf(`[name="photo-after.%d"]`, in.Answers[0].Demand), photoOf(c.tb, "整改后.png", true))
	}
	return c.send("record demands")
}

func (c *clicker) AddParty(_ context.Context, who desk.Who, in desk.NewParty) error {
	c.as(who, c.Day())
	c.open("/cases/" + id(in.Matter) + "/parties")
	c.fill("name", in.Name)
	c.tick("kind", in.Kind)
	c.pick("part", in.Part)
	c.fill("note", in.Note)
	return c.send("add a party")
}

func (c *clicker) AddNote(_ context.Context, who desk.Who, matter int64, text string) error {
	c.as(who, c.Day())
	c.open("/cases/" + id(matter))
	c.b.Fill("新便签", text)
	c.b.Submit(fmt.Sprintf(`form[action="/cases/%d/notes"] button[type=submit]`, matter))
	c.b.MustSee(text)
	return nil
}

func (c *clicker) PlanLookBack(_ context.Context, who desk.Who, in desk.VisitPlan) error {
	c.as(who, c.Day())
	c.open("/cases/" + id(in.Matter))
	c.b.Click("安排回头看")
	c.look()
	c.fill("on", in.On.String())
	c.fill("checklist", strings.Join(in.Checklist, "\n"))
	c.fill("note", in.Note)
	return c.send("plan a look-back")
}

func (c *clicker) RecordLookBack(_ context.Context, who desk.Who, in desk.VisitReport) (int64, error) {
	c.as(who, c.Day())
	c.open("/")
	c.b.Click(`#visits a[href]:not([href="/look-backs"])`)
	c.b.Click("记录这次回头看")
	c.look()
	c.tick("people", ids(in.People)...)
	for i, k := range in.Checks {
		c.pick("check."+strconv.Itoa(i), k.Holds)
	}
	c.tick("outcome", in.Outcome)
	c.fill("findings", in.Findings)
	c.b.Upload(`[name="before"]`, photoOf(c.tb, "当时.png", false))
	c.b.Upload(`[name="after"]`, photoOf(c.tb, "现在.png", true))
	return 0, c.send("record a look-back")
}

var _ story.Office = (*clicker)(nil)
