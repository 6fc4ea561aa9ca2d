package portal

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/ui"
)

func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who has gone away needs no answer
}

func (p *Portal) home(w http.ResponseWriter, r *http.Request) {
	ctx := ui.WithLang(r.Context(), langOf(r))
	w.Header().Del("X-Robots-Tag")
	p.page(w, r, http.StatusOK, ui.Page{Title: ui.T(ctx, "发现公共利益受损，告诉检察院", "Tell the procuratorate when the public interest is harmed"),
		Lead: ui.T(ctx, "不用注册，可以匿名；提交后给您一个回执码，凭它查看进展、补充情况。", "No account; anonymous if you like. You get a code to follow what happens and to add more.")},
		func(context.Context) templ.Component { return homePage(p.Onion) })
}

func (p *Portal) reportForm(w http.ResponseWriter, r *http.Request) {
	p.showReportForm(w, r, http.StatusOK, nil)
}

// showReportForm shows the form, with all that was sent where it comes again.
func (p *Portal) showReportForm(w http.ResponseWriter, r *http.Request, status int, s *sending, faults ...ui.Fault) {
	ctx := ui.WithLang(r.Context(), langOf(r))
	f := reportView{busy: status == http.StatusServiceUnavailable, faults: faults}
	if s != nil {
		f.values, f.files, f.kept = s.values, s.files, s.claimed != nil && !s.closed
		if !f.kept {
			f.values.Del("upload")
		}
	}
	page := ui.Page{Title: ui.T(ctx, "我要举报", "Report"), Lead: ui.T(ctx, "只有第一项要填，其余都可以空着。可以匿名。", "Only the first question has to be answered. You may stay anonymous.")}
	p.write(w, r, sheet{page, status, true}, func(context.Context) templ.Component { return reportPage(f) })
}

// reportView is the form of a report as it is shown.
type reportView struct {
	values url.Values
	faults []ui.Fault
	files  int  // that came with it
	kept   bool // they wait for the form to come again
	busy   bool
}

func (f reportView) answers() ui.Answers { return ui.Answers{Values: f.values, Faults: f.faults} }

// upload names the files that wait.
func (f reportView) upload() (list []ui.Hidden) {
	if f.kept {
		list = append(list, ui.Hidden{Name: "upload", Value: f.values.Get("upload")})
	}
	return list
}

// postReport takes a report in. 201 is written after the envelope is on the disk.
func (p *Portal) postReport(w http.ResponseWriter, r *http.Request) {
	s, err := p.receive(w, r)
	if err != nil {
		p.fail(w, r, "receive a report", err)
		return
	}
	defer p.end(s)
	ctx := ui.WithLang(r.Context(), langOf(r))
	if faults := s.check(ctx, "what", true); faults != nil {
		if wantsJSON(r) {
			writeJSON(w, http.StatusUnprocessableEntity, struct {
				Errors []ui.Fault `json:"errors"`
			}{faults})
			return
		}
		p.showReportForm(w, r, http.StatusUnprocessableEntity, s, faults...)
		return
	}
	code, err := seal.NewReceipt(p.Random)
	if err == nil {
		err = p.keep(r.Context(), s, code)
	}
	if err != nil {
		p.failReport(w, r, s, err)
		return
	}
	if wantsJSON(r) {
		writeJSON(w, http.StatusCreated, struct {
			Receipt string `json:"receipt"`
		}{code.Shown()})
		return
	}
	p.page(w, r, http.StatusCreated, ui.Page{Title: ui.T(ctx, "已经收到", "Received")}, func(context.Context) templ.Component { return receiptPage(code.Shown()) })
}

func (p *Portal) keep(ctx context.Context, s *sending, code seal.Receipt) error {
	if s.full != nil {
		return s.full
	}
	keys, err := p.keys(ctx, code, s.worked)
	if err != nil {
		return err
	}
	if err := p.seal(s, seal.ReportKind, "what", keys); err != nil {
		return err
	}
	return s.draft.KeepReport(keys.Lookup)
}

func (p *Portal) returnForm(w http.ResponseWriter, r *http.Request) {
	p.showReturnForm(w, r, http.StatusOK, false)
}

func (p *Portal) showReturnForm(w http.ResponseWriter, r *http.Request, status int, wrong bool) {
	if wrong && wantsJSON(r) {
		writeJSON(w, status, struct {
			Error string `json:"error"`
		}{"没有找到这个回执码 (no such code)"})
		return
	}
	ctx := ui.WithLang(r.Context(), langOf(r))
	p.page(w, r, status, ui.Page{Title: ui.T(ctx, "查看进展", "Come back")}, func(context.Context) templ.Component { return returnPage(wrong) })
}

// open finds what a code leads to: its own page, or that of the code it was handed on
// from. What is no code, and a code nobody has, cost the same work; known is false.
func (p *Portal) open(ctx context.Context, s *sending) (code seal.Receipt, keys seal.ReporterKeys, known bool, err error) {
	code, wrong := seal.ParseReceipt(s.get("receipt"))
	if keys, err = p.keys(ctx, code, s.worked); err != nil {
		return code, keys, false, err
	}
	sealed, err := p.Spool.Key(keys.Lookup)
	if err != nil {
		return code, keys, false, err
	}
	if sealed != nil {
		first, err := keys.Follow(sealed)
		if err != nil {
			return code, keys, false, nil // what somebody else put there says nothing
		}
		keys = first
	}
	known, err = p.Spool.Known(keys.Lookup)
	return code, keys, known && wrong == nil, err
}

// postReturn shows a reporter's page, and takes in what is added.
func (p *Portal) postReturn(w http.ResponseWriter, r *http.Request) {
	s, err := p.receive(w, r)
	if err != nil {
		p.fail(w, r, "receive an addition", err)
		return
	}
	defer p.end(s)
	code, keys, known, err := p.open(r.Context(), s)
	if err != nil {
		p.fail(w, r, "look up a code", err)
		return
	}
	if !known {
		p.showReturnForm(w, r, http.StatusNotFound, true)
		return
	}
	ctx := ui.WithLang(r.Context(), langOf(r))
	v := view{code: code.Shown(), wish: s.get("wish")}
	adds := s.get("add") != "" || s.files > 0 || s.get("wish") != "" || s.get("name") != "" || s.get("phone") != ""
	if v.faults = s.check(ctx, "add", false); adds && v.faults == nil {
		err := p.add(s, keys)
		if v.busy = statusOf(err) == http.StatusServiceUnavailable && !wantsJSON(r); v.busy {
			p.fault("keep an addition", err)
		} else if err != nil {
			p.fail(w, r, "keep an addition", err)
			return
		}
		v.added = err == nil
	}
	if s.get("hand") != "" && v.faults == nil && !v.busy {
		if v.second, err = p.handOn(r.Context(), keys, s.worked); err != nil {
			p.fail(w, r, "hand a code on", err)
			return
		}
	}
	if v.page, err = p.reporterPage(keys); err != nil {
		p.fail(w, r, "open a reporter's page", err)
		return
	}
	status := http.StatusOK
	if v.faults != nil || v.busy {
		status, v.values, v.files = http.StatusUnprocessableEntity, s.values, s.files
		if s.claimed != nil && !s.closed {
			v.upload = []ui.Hidden{{Name: "upload", Value: s.get("upload")}}
		}
	}
	if v.busy {
		status = http.StatusServiceUnavailable
	}
	if wantsJSON(r) {
		english := ui.LangOf(ctx) == ui.English
		writeJSON(w, status, struct {
			State    string         `json:"state"`
			Text     string         `json:"text"`
			Next     string         `json:"next"`
			Messages []seal.Message `json:"messages"`
			Added    bool           `json:"added"`
			Second   string         `json:"second,omitempty"`
		}{v.page.State, v.page.Text(english), v.page.Next(english), v.page.Messages, v.added, v.second})
		return
	}
	p.write(w, r, sheet{ui.Page{Title: ui.T(ctx, "您的举报", "Your report")}, status, true}, func(context.Context) templ.Component { return reporterPage(v) })
}

// handOn makes a second code that leads to the same page. What is kept of it opens with
// that code only.
func (p *Portal) handOn(ctx context.Context, keys seal.ReporterKeys, worked bool) (string, error) {
	code, err := seal.NewReceipt(p.Random)
	if err != nil {
		return "", err
	}
	second, err := p.keys(ctx, code, worked)
	if err != nil {
		return "", err
	}
	sealed, err := keys.HandOn(p.Random, second)
	if err != nil {
		return "", err
	}
	return code.Shown(), p.Spool.PutKey(second.Lookup, sealed)
}

func (p *Portal) add(s *sending, keys seal.ReporterKeys) error {
	if err := p.seal(s, seal.AdditionKind, "add", keys); err != nil {
		return err
	}
	return s.draft.KeepAddition(keys.Lookup, s.env.ID.String())
}

// received is the page of a report the office has not fetched yet.
var received = seal.Page{State: "received", Zh: "已收到，检察院尚未取走", En: "Received; the procuratorate has not fetched it yet",
	NextZh: "内容已经密封存好，不会丢。检察院取走后登记，七日内在这里告知受理情况。", NextEn: "It is sealed and stored, and will not be lost. When it is fetched and registered you are told here, within seven days.",
	Stage: seal.StageReceived, Messages: []seal.Message{}}

// reporterPage opens what the office left for the reporter.
func (p *Portal) reporterPage(keys seal.ReporterKeys) (seal.Page, error) {
	sealed, err := p.Spool.Answer(keys.Lookup)
	if err != nil || sealed == nil {
		return received, err
	}
	b, err := seal.OpenFrom(keys.Key, seal.MessagePurpose(keys.Lookup), sealed)
	if err != nil {
		return received, nil // what somebody else put there says nothing
	}
	var page seal.Page
	if err := json.Unmarshal(b, &page); err != nil {
		return received, pil.Invalid("答复无法读取 (the page cannot be read)")
	}
	if page.Messages == nil {
		page.Messages = []seal.Message{}
	}
	return page, nil
}

// view is a reporter's page as it is shown.
type view struct {
	code   string
	page   seal.Page
	added  bool
	wish   string      // that was added
	second string      // a code to hand on, just made
	busy   bool        // what was added was not taken in: no room
	files  int         // that came with it and were not taken in
	upload []ui.Hidden // they wait for the form to come again
	values url.Values
	faults []ui.Fault
}
