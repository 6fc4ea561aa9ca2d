package web

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/browser"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/ferry"
	"shouhu/internal/pil"
	"shouhu/internal/portal"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
	"shouhu/internal/store"
	"shouhu/internal/story"
)

// bank is an office with its public door, and a ferry between them.
type bank struct {
	*clicker
	cast  *story.Cast
	boat  *ferry.Ferry
	door  string
	photo string
}

func newBank(t *testing.T) *bank {
	t.Helper()
	c := newClicker(t)
	w, err := story.Seat(t.Context(), c.Desk)
	if err != nil {
		t.Fatal(err)
	}
	c.learn(w)
	*c.clock = time.Date(2026, 11, 23, 9, 5, 0, 0, pil.Zone)
	b := &bank{clicker: c, cast: w.Casts["demo"], photo: filepath.Join(t.TempDir(), "河边.png")}
	public, keys, err := seal.NewDoor(rand.Reader, seal.International)
	if err != nil {
		t.Fatal(err)
	}
	s, err := spool.OpenDir(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	b.boat = &ferry.Ferry{Spool: s, Desk: c.Desk, Intake: keys.Intake, Office: b.cast.Name}
	srv := httptest.NewServer(portal.New(portal.Config{Spool: s, Door: public, Random: rand.Reader, Office: b.cast.Name, Clock: func() time.Time { return *c.clock }}))
	t.Cleanup(srv.Close)
	b.door = srv.URL
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			m.Set(x, y, color.RGBA{uint8(60 + y/3), uint8(110 + x/8), uint8(90 + y/2), 255})
		}
	}
	f, err := os.Create(b.photo)
	if err == nil {
		err = png.Encode(f, m)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bank) cross(t *testing.T, what string, carried int) {
	t.Helper()
	got, err := b.boat.Cross(t.Context())
	if err != nil || got.Reports+got.Additions != carried || got.Pages != 1 {
		t.Fatalf("%s: carried %+v, %v", what, got, err)
	}
}

func (b *bank) ok(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// newest is the clue that came last.
func (b *bank) newest(t *testing.T) int64 {
	t.Helper()
	list, err := b.ListMatters(t.Context(), b.cast.ClueDesk, store.MatterFilter{Kind: store.KindClue})
	b.ok(t, "list the clues", err)
	var newest int64
	for i := range list.Rows {
		newest = max(newest, list.Rows[i].MatterID)
	}
	return newest
}

// file takes the clue through assessment and filing to a case.
func (b *bank) file(t *testing.T, matter int64) (kase int64) {
	t.Helper()
	ctx, lead := t.Context(), b.cast.Prosecutor
	b.ok(t, "assign", b.AssignClue(ctx, b.cast.ClueDesk, desk.Assigning{Matter: matter, Department: b.cast.Department, To: []desk.Assignee{{Person: lead.Person, As: account.Prosecutor, Lead: true}}}))
	high := clue.Graded{Grade: clue.High, Reason: "与照片一致"}
	b.ok(t, "assess", b.AssessClue(ctx, lead, desk.ClueAssessment{Matter: matter, Assessment: clue.Assessment{Truth: high, Checkability: high,
		Risk: clue.Graded{Grade: clue.Low, Reason: "没有"}, Harm: true, Illegal: true, Conclusion: clue.ToFile, Reason: "属实"}}))
	id, err := b.ProposeFiling(ctx, lead, desk.FilingProposal{Matter: matter, Open: true, Title: "演示河边堆放垃圾案", Field: "生态环境和资源保护", With: []int64{b.cast.Assistant.Person},
		Lines: []desk.CaseLine{{Track: "administrative", Respondent: "演示县水利局", Kind: "agency"}}, Reason: "垃圾堆放在河道管理范围内"})
	b.ok(t, "propose to file", err)
	b.ok(t, "the head", b.Desk.MoveApproval(ctx, b.cast.Head, desk.ApprovalStep{Approval: id, Move: docket.Agree, Opinion: "同意"}))
	b.ok(t, "the chief", b.Desk.MoveApproval(ctx, b.cast.Chief, desk.ApprovalStep{Approval: id, Move: docket.Approve, Opinion: "同意立案"}))
	f, err := b.ShowClue(ctx, b.cast.ClueDesk, matter)
	b.ok(t, "show", err)
	for _, l := range f.Links {
		kase = l.Other.ID
	}
	return kase
}

func (b *bank) record(t *testing.T, kase int64, step string) {
	t.Helper()
	act := desk.Act{Track: "administrative", Respondent: "演示县水利局", Step: step, Note: "垃圾已清运，岸坡已复绿", Affirmed: []string{"plan-made"}}
	if step == "verify" {
		act.People = []int64{b.cast.Prosecutor.Person, b.cast.Assistant.Person}
	}
	_, err := b.Desk.RecordEvent(t.Context(), b.cast.Prosecutor, desk.Recording{Matter: kase, Act: act})
	b.ok(t, step, err)
}

// reporter is somebody with a browser and no account.
type reporter struct {
	*browser.Browser
	t     *testing.T
	b     *bank
	code  string
	shots bool
	small bool
}

// check looks whether everybody can use a page.
func (r *reporter) check(name string) {
	r.t.Helper()
	r.Axe()
	if wide := r.Eval(`document.documentElement.scrollWidth - innerWidth`); wide != "0" {
		r.t.Errorf("%s is %s pixels wider than the screen", name, wide)
	}
}

// look checks a page and takes its picture.
func (r *reporter) look(name string) {
	r.t.Helper()
	r.check(name)
	if r.shots {
		c := *r.b.clicker
		c.b = r.Browser
		c.shot("door-"+name, 3000)
	}
}

func (r *reporter) back() {
	r.t.Helper()
	r.Open(r.b.door + "/return")
	r.Fill("回执码", r.code)
	r.Submit("查看")
}

// The reporter's whole way, with scripts and without, on a small phone and at a desk:
// from the first page to the last word, with the office's answers in between. With
// SHOUHU_SHOTS it takes the pictures of the manual.
func TestReporterInBrowser(t *testing.T) {
	b := newBank(t)
	for i, o := range []browser.Options{{Small: true, NoScript: true}, {Small: true}, {NoScript: true}, {}} {
		t.Run(fmt.Sprintf("small %t, script %t", o.Small, !o.NoScript), func(t *testing.T) {
			r := &reporter{Browser: browser.New(t, o), t: t, b: b, shots: i == 0, small: o.Small}
			r.journey(!o.NoScript, i == 0)
		})
	}
	t.Run("a hostile sender", b.hostile)
}

// hostile sends what would do harm if it were anything but text: the officer reads it as
// text, and a file that claims to be a picture runs nowhere.
func (b *bank) hostile(t *testing.T) {
	const said = `<script>document.title = "owned"</script><img src="x" onerror="document.title='owned'">=HYPERLINK("http://evil")`
	name := `<svg onload="document.title='owned'">=1+1.gif`
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	err := w.WriteField("what", said)
	for _, f := range [][2]string{{name, `GIF89a=1;/*<script>document.title = "owned"</script>*/`}, {"../../etc/passwd.html", "<script>document.title='owned'</script>"}} {
		var part io.Writer
		if err == nil {
			part, err = w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {multipart.FileContentDisposition("files", f[0])}, "Content-Type": {"text/html"}})
		}
		if err == nil {
			_, err = io.WriteString(part, f[1])
		}
	}
	b.ok(t, "write the form", errors.Join(err, w.Close()))
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.door+"/report", &body)
	b.ok(t, "ask", err)
	q.Header.Set("Content-Type", w.FormDataContentType())
	a, err := http.DefaultClient.Do(q)
	b.ok(t, "send", err)
	_ = a.Body.Close()
	b.cross(t, "the hostile report", 1)
	b.as(b.cast.ClueDesk, b.Day())
	page := "/clues/" + id(b.newest(t))
	b.open(page)
	b.b.MustSee(said)
	b.b.MustSee(name)
	b.b.MustSee("passwd.html")
	b.b.MustNotSee("../")
	for link := range strings.FieldsSeq(b.b.Eval(`[...document.querySelectorAll('#told a[href*="/files/"]')].map((a) => a.href).join(" ")`)) {
		heads := b.b.Eval(fmt.Sprintf(`(() => { const x = new XMLHttpRequest(); x.open("GET", %q, false); x.send();
			return ["Content-Security-Policy", "X-Content-Type-Options", "Content-Disposition", "Content-Type"].map((h) => x.getResponseHeader(h)).join(" | ") })()`, link))
		// Shown is only what is text and nothing else.
		harmless := strings.Contains(heads, "attachment") || strings.HasSuffix(heads, "| text/plain; charset=utf-8")
		if !strings.Contains(heads, "sandbox") || !strings.Contains(heads, "nosniff") || !harmless {
			t.Errorf("%s is served as %s", link, heads)
		}
	}
	if title := b.b.Eval("document.title"); strings.Contains(title, "owned") {
		t.Error("what a stranger sent ran in the officer's page")
	}
}

func (r *reporter) journey(script, clicks bool) {
	t, b, ctx := r.t, r.b, r.t.Context()
	r.Open(b.door + "/")
	r.MustSee("您怎样受到保护")
	r.look("home")
	r.Submit(`main a[href="/report"]`)
	r.Fill("发生了什么", "河边每天夜里有人倒建筑垃圾，已经堆成小山，气味很大。")
	r.Fill("在哪里", "河滨路老桥下面")
	r.Fill("什么时候", "上个月起，每天夜里")
	r.Select("属于哪一类", "生态环境和资源保护")
	r.Upload("照片、文件", b.photo)
	if script {
		r.MustSee("河边.png")
		r.shots = r.small
		r.look("photo")
		r.shots = false
	}
	r.look("report")
	r.Submit("提交")
	r.MustSee("您的回执码")
	r.look("code")
	r.code = r.Text("#receipt")
	r.back()
	r.MustSee("已收到，检察院尚未取走")
	r.check("received")

	b.cross(t, "the report", 1)
	matter := b.newest(t)
	if clicks {
		b.as(b.cast.ClueDesk, b.Day())
		b.open("/clues/" + id(matter))
		b.b.MustSee("河边每天夜里有人倒建筑垃圾")
		b.b.Fill("要问的、要说的", "谢谢您。请问车子从哪一头开进来，大约几点？")
		b.b.Submit("写给举报人")
		b.look()
		b.shot("clue-talk", 1500)
	} else {
		b.ok(t, "ask", b.TellReporter(ctx, b.cast.ClueDesk, matter, "谢谢您。请问车子从哪一头开进来，大约几点？"))
	}
	_, err := b.AnswerReporter(ctx, b.cast.ClueDesk, desk.ReporterAnswer{Matter: matter, Step: desk.AnswerReceipt, Manner: "网上", Text: "您反映的情况已经登记，由本院办理。"})
	b.ok(t, "answer", err)
	b.cross(t, "the answer", 0)

	r.back()
	r.MustSee("大约几点")
	r.MustSee("由本院办理")
	r.MustNotSee("问题解决了吗")
	r.Fill("补充的情况，或者对问题的回答", "从西头，大约夜里一点。昨天又来了两车。")
	r.Upload("#f-files", b.photo)
	r.Submit("提交补充")
	r.MustSee("补充的内容已经收到")
	b.cross(t, "the addition", 1)
	r.back()
	r.MustSee("昨天又来了两车")
	r.look("talk")

	kase := b.file(t, matter)
	b.cross(t, "filed", 0)
	r.back()
	r.MustSee("已经立案办理")
	r.MustNotSee("问题解决了吗")
	b.record(t, kase, "rectify")
	b.cross(t, "put right", 0)
	r.back()
	r.MustSee("对方说已经整改")
	b.record(t, kase, "verify")
	b.cross(t, "verified", 0)
	r.back()
	r.MustSee("检察院到现场核实")
	r.look("fixed")
	r.Click("没有解决，或者又发生了")
	r.Fill("#fixed-add", "桥东头还有一堆")
	r.Submit("告诉检察院")
	r.MustSee("补充的内容已经收到")

	r.Click("要一个第二回执码，交给别人")
	r.Submit("显示第二个回执码")
	r.look("second")
	first := r.code
	if r.code = r.Text("#receipt"); r.code == first || len(r.code) != 34 {
		t.Errorf("the second code: %s", r.code)
	}
	r.back() // whoever has the second code reads the same
	r.MustSee("大约几点")
	r.Click("现在留下姓名、电话")
	r.Fill("姓名（可以不填）", "演示举报人")
	r.Submit("留下姓名、电话")
	r.MustSee("补充的内容已经收到")
	r.code = first
	r.back()
	r.Click("撤回举报")
	r.Submit(`form:has([value=withdraw]) button`)
	r.MustSee("您撤回的要求已经收到")
	r.check("withdrawn")

	b.cross(t, "the last words", 3)
	f, err := b.ShowClue(ctx, b.cast.ClueDesk, matter)
	b.ok(t, "show", err)
	var talk strings.Builder
	for _, l := range f.Talk {
		talk.WriteString(l.Text + "\n")
	}
	for _, want := range []string{"昨天又来了两车", "没有解决", "桥东头还有一堆", "撤回举报"} {
		if !strings.Contains(talk.String(), want) {
			t.Errorf("the office does not read %q: %s", want, talk.String())
		}
	}
	if !f.HasIdentity || len(f.Files) != 2 || strings.Contains(talk.String(), "演示举报人") {
		t.Errorf("identity %t, %d files", f.HasIdentity, len(f.Files))
	}
}
