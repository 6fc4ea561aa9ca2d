package web

import (
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// showToday is the first page.
func (s *Server) showToday(c *call) error {
	t, err := s.desk.Today(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	return c.show(todayPage(c.frame(), c.flash, t))
}

// showCase is the case file.
func (s *Server) showCase(c *call) error {
	f, err := s.desk.ShowCase(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	return c.show(casePage(c.frame(), c.flash, f))
}

// openMatter leads to the page of a clue or case whose kind a link did not know,
// and lets what is to be told be told there.
func (s *Server) openMatter(c *call) error {
	n := c.number("id")
	kind, err := s.desk.KindOf(c.ctx(), c.session.Who, n)
	if err != nil {
		return err
	}
	for _, f := range c.flash {
		c.putFlash(f)
	}
	return c.to(matterPath(kind, n))
}

// askAct is the form of one act on a clue or case.
func (s *Server) askAct(c *call) error {
	q := c.r.URL.Query()
	f, err := s.desk.ActForm(c.ctx(), c.session.Who, c.number("id"), q.Get("track"), q.Get("respondent"), q.Get("step"))
	if err != nil {
		return err
	}
	return c.show(actPage(c.frame(), f, ui.Answers{}))
}

// takeAct records an act, or proposes it for decision.
func (s *Server) takeAct(c *call) error {
	v := c.r.PostForm
	f, err := s.desk.ActForm(c.ctx(), c.session.Who, c.number("id"), v.Get("track"), v.Get("respondent"), v.Get("step"))
	if err != nil {
		return err
	}
	act, faults := readAct(c, f)
	if len(faults) == 0 {
		page := matterPath(f.Matter.Kind, f.Matter.ID)
		if f.Propose {
			n, err := s.desk.ProposeStep(c.ctx(), c.session.Who, desk.StepProposal{Matter: f.Matter.ID, Seen: number(v.Get("seen")), Act: act, Opinion: act.Note})
			if err == nil {
				return c.done("/approvals/"+id(n), ui.T(c.ctx(), "已提出，等待审批。", "Proposed; it waits for approval."))
			}
			if faults, err = c.fault(err); err != nil {
				return err
			}
		} else {
			got, err := s.desk.RecordEvent(c.ctx(), c.session.Who, desk.Recording{Matter: f.Matter.ID, Seen: number(v.Get("seen")), Act: act, Answers: readAnswers(c, f.Answers)})
			switch {
			case err == nil && got.Approval != 0:
				return c.done("/approvals/"+id(got.Approval), ui.T(c.ctx(), "补录已报部门负责人，同意后入卷。", "The back-entry has gone to the head; it enters the file once agreed."))
			case err == nil:
				return c.done(page, ui.T(c.ctx(), "已记录「%s」。", "Recorded: %s.", say(c.ctx(), f.Step.Text)))
			}
			if faults, err = c.fault(err); err != nil {
				return err
			}
		}
	}
	return c.again(actPage(c.frame(), f, ui.Answers{Values: v, Faults: faults}))
}

// readAct reads the form of an act.
func readAct(c *call, f *desk.ActForm) (desk.Act, []ui.Fault) {
	ctx, v := c.ctx(), c.r.PostForm
	var faults []ui.Fault
	act := desk.Act{Track: f.Track.ID, Respondent: f.Respondent, Step: f.Step.ID, Ground: v.Get("ground"), Affirmed: v["affirmed"], Urgent: v.Get("urgent") != "",
		Note: v.Get("note"), Reason: v.Get("reason"), More: map[string]string{}}
	if !f.Propose {
		on, err := pil.ParseDay(strings.TrimSpace(v.Get("on")))
		if err != nil {
			faults = append(faults, ui.Fault{Name: "on", Text: ui.T(ctx, "请填日期，如 2026-11-23。", "Give a day such as 2026-11-23.")})
		}
		act.On = on
	}
	for _, p := range v["people"] {
		act.People = append(act.People, int64(number(p)))
	}
	if f.People > 0 && len(act.People) < f.People && !f.Propose {
		faults = append(faults, ui.Fault{Name: "people", Text: ui.T(ctx, "至少选择 %d 名检察人员。", "Choose at least %d.", f.People)})
	}
	for _, name := range []string{"days", "months"} {
		text := strings.TrimSpace(v.Get(name))
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 3650 {
			faults = append(faults, ui.Fault{Name: name, Text: ui.T(ctx, "请填 1 至 3650 的整数。", "Give a whole number from 1 to 3650.")})
			continue
		}
		if name == "days" {
			act.Days = n
		} else {
			act.Months = n
		}
	}
	for _, name := range []string{"number", "manner", "sum"} {
		if text := strings.TrimSpace(v.Get("more." + name)); text != "" {
			act.More[name] = text
		}
	}
	if f.Demands {
		for line := range strings.Lines(v.Get("demands")) {
			text, basis, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(line), "｜", "|"), "|")
			if text = strings.TrimSpace(text); text != "" {
				act.Demands = append(act.Demands, desk.DemandText{Text: text, Basis: strings.TrimSpace(basis)})
			}
		}
		if len(act.Demands) == 0 {
			faults = append(faults, ui.Fault{Name: "demands", Text: ui.T(ctx, "请至少写一项建议事项。", "Write at least one demand.")})
		}
	}
	if len(f.Grounds) > 0 && act.Ground == "" {
		faults = append(faults, ui.Fault{Name: "ground", Text: ui.T(ctx, "请选择法定情形。", "Choose a ground.")})
	}
	return act, faults
}

func readAnswers(c *call, demands []desk.DemandView) []desk.Answer {
	var out []desk.Answer
	for _, d := range demands {
		if m := c.r.PostForm.Get("demand." + id(d.ID)); m != "" {
			out = append(out, desk.Answer{Demand: d.ID, Move: docket.DemandMove(m), Note: c.r.PostForm.Get("demand-note." + id(d.ID))})
		}
	}
	return out
}

// onCase opens the case file for one of its forms.
func (s *Server) onCase(c *call) (*desk.CaseFile, error) {
	return s.desk.ShowCase(c.ctx(), c.session.Who, c.number("id"))
}

func (s *Server) askDemands(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	return c.show(demandsPage(c.frame(), f, ui.Answers{}))
}

func (s *Server) takeDemands(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	in := desk.DemandVisit{Matter: f.ID, Seen: number(c.r.PostForm.Get("seen")), Answers: readAnswers(c, f.Demands)}
	faults := readDay(c, "on", &in.On)
	for _, p := range c.r.PostForm["people"] {
		in.People = append(in.People, int64(number(p)))
	}
	if len(faults) == 0 {
		err := s.desk.RecordDemands(c.ctx(), c.session.Who, in)
		if err == nil {
			for _, d := range f.Demands {
				for _, side := range []string{"before", "after"} {
					up := desk.Upload{Matter: f.ID, Kind: "photo", Demand: d.ID, Side: side, TakenOn: takenOn(side, in.On), Caption: d.Text}
					if err := s.attach(c, "photo-"+side+"."+id(d.ID), up); err != nil {
						return err
					}
				}
			}
			return c.done("/cases/"+id(f.ID)+"#demands", ui.T(c.ctx(), "已记录。", "Recorded."))
		}
		if faults, err = c.fault(err); err != nil {
			return err
		}
	}
	return c.again(demandsPage(c.frame(), f, ui.Answers{Values: c.r.PostForm, Faults: faults}))
}

// attach attaches every file of a field of the form.
func (s *Server) attach(c *call, field string, up desk.Upload) error {
	if c.r.MultipartForm == nil {
		return nil
	}
	for _, h := range c.r.MultipartForm.File[field] {
		if h.Size == 0 && h.Filename == "" {
			continue
		}
		file, err := h.Open()
		if err != nil {
			return err
		}
		up.Name, up.Media, up.Bytes = h.Filename, mediaOf(h.Filename), file
		_, err = s.desk.AttachFile(c.ctx(), c.session.Who, up)
		_ = file.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// mediaOf is what a file's name says it is: what the sender claims is not kept.
func mediaOf(name string) string {
	if m := mime.TypeByExtension(strings.ToLower(filepath.Ext(name))); m != "" {
		return m
	}
	return "application/octet-stream"
}

func (s *Server) askVisits(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	return c.show(planPage(c.frame(), f, ui.Answers{}))
}

func (s *Server) takeVisits(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	v := c.r.PostForm
	in := desk.VisitPlan{Matter: f.ID, Seen: number(v.Get("seen")), Every: number(v.Get("every")), Times: number(v.Get("times")),
		Checklist: strings.Split(v.Get("checklist"), "\n"), Note: v.Get("note")}
	faults := readDay(c, "on", &in.On)
	if len(faults) == 0 {
		err := s.desk.PlanLookBack(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done("/cases/"+id(f.ID)+"#visits", ui.T(c.ctx(), "已安排。", "Planned."))
		}
		if faults, err = c.fault(err); err != nil {
			return err
		}
	}
	return c.again(planPage(c.frame(), f, ui.Answers{Values: v, Faults: faults}))
}

// visitOf finds a look-back of the case.
func visitOf(f *desk.CaseFile, n int64) (desk.VisitView, error) {
	for _, v := range f.Visits {
		if v.ID == n {
			return v, nil
		}
	}
	return desk.VisitView{}, pil.NotFound("没有这次回头看 (no such look-back)")
}

func (s *Server) askVisit(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	v, err := visitOf(f, c.number("visit"))
	if err != nil {
		return err
	}
	return c.show(visitPage(c.frame(), f, v, ui.Answers{}))
}

func (s *Server) takeVisit(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	visit, err := visitOf(f, c.number("visit"))
	if err != nil {
		return err
	}
	v := c.r.PostForm
	in := desk.VisitReport{Visit: visit.ID, Seen: number(v.Get("seen")), Outcome: v.Get("outcome"), Findings: v.Get("findings")}
	faults := readDay(c, "on", &in.On)
	for _, p := range v["people"] {
		in.People = append(in.People, int64(number(p)))
	}
	for i := range visit.Checklist {
		n := strconv.Itoa(i)
		in.Checks = append(in.Checks, desk.Check{Holds: v.Get("check." + n), Remark: v.Get("remark." + n)})
	}
	if len(faults) == 0 {
		_, err := s.desk.RecordLookBack(c.ctx(), c.session.Who, in)
		if err == nil {
			for _, side := range []string{"before", "after"} {
				if err := s.attach(c, side, desk.Upload{Matter: f.ID, Kind: "photo", Visit: visit.ID, Side: side, TakenOn: takenOn(side, in.On)}); err != nil {
					return err
				}
			}
			return c.done("/cases/"+id(f.ID)+"#visits", ui.T(c.ctx(), "已记录。", "Recorded."))
		}
		if faults, err = c.fault(err); err != nil {
			return err
		}
	}
	return c.again(visitPage(c.frame(), f, visit, ui.Answers{Values: v, Faults: faults}))
}

// takenOn is the day of a photo brought along: those from before have a day of
// their own that nobody said.
func takenOn(side string, on pil.Day) pil.Day {
	if side == "before" {
		return 0
	}
	return on
}

// askFiles is the form of files; a link may say of which kind, and which entry
// they belong to.
func (s *Server) askFiles(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	a := ui.Answers{Values: url.Values{}}
	for _, name := range []string{"kind", "event"} {
		if q.Has(name) {
			a.Values[name] = q[name]
		}
	}
	return c.show(filesPage(c.frame(), f, a))
}

func (s *Server) takeFiles(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	v := c.r.PostForm
	up := desk.Upload{Matter: f.ID, Kind: v.Get("kind"), Caption: v.Get("caption"), Event: number(v.Get("event"))}
	var faults []ui.Fault
	if v.Get("taken") != "" {
		faults = readDay(c, "taken", &up.TakenOn)
	}
	if c.r.MultipartForm == nil || len(c.r.MultipartForm.File["files"]) == 0 {
		faults = append(faults, ui.Fault{Name: "files", Text: ui.T(c.ctx(), "请选择文件。", "Choose files.")})
	}
	if len(faults) == 0 {
		err := s.attach(c, "files", up)
		if err == nil {
			return c.done("/cases/"+id(f.ID)+"#files", ui.T(c.ctx(), "已保存。", "Stored."))
		}
		if faults, err = c.fault(err); err != nil {
			return err
		}
	}
	return c.again(filesPage(c.frame(), f, ui.Answers{Values: v, Faults: faults}))
}

func (s *Server) askParties(c *call) error {
	return s.partyForm(c, ui.Answers{})
}

func (s *Server) partyForm(c *call, a ui.Answers) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	agencies, err := s.desk.ListAgencies(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	page := partyPage(c.frame(), f, agencies, a)
	if len(a.Faults) > 0 {
		return c.again(page)
	}
	return c.show(page)
}

func (s *Server) takeParties(c *call) error {
	v := c.r.PostForm
	n := c.number("id")
	err := s.desk.AddParty(c.ctx(), c.session.Who, desk.NewParty{Matter: n, Seen: number(v.Get("seen")), Kind: v.Get("kind"), Part: v.Get("part"), Name: v.Get("name"),
		Personal: v.Get("personal"), Agency: int64(number(v.Get("agency"))), Note: v.Get("note")})
	if err == nil {
		return c.done("/cases/"+id(n)+"#parties", ui.T(c.ctx(), "已添加。", "Added."))
	}
	faults, err := c.fault(err)
	if err != nil {
		return err
	}
	return s.partyForm(c, ui.Answers{Values: v, Faults: faults})
}

func (s *Server) askFacts(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	return c.show(factsPage(c.frame(), f, ui.Answers{}))
}

func (s *Server) takeFacts(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	v := c.r.PostForm
	err = s.desk.ChangeCase(c.ctx(), c.session.Who, desk.CaseFacts{Matter: f.ID, Seen: number(v.Get("seen")), Title: v.Get("title"), National: v.Get("national"), Place: v.Get("place"), Summary: v.Get("summary")})
	if err == nil {
		return c.done("/cases/"+id(f.ID)+"#facts", ui.T(c.ctx(), "已保存。", "Saved."))
	}
	faults, err := c.fault(err)
	if err != nil {
		return err
	}
	return c.again(factsPage(c.frame(), f, ui.Answers{Values: v, Faults: faults}))
}

func (s *Server) askLinks(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	return c.show(linksPage(c.frame(), f, ui.Answers{}))
}

func (s *Server) takeLinks(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	v := c.r.PostForm
	err = s.desk.LinkCases(c.ctx(), c.session.Who, f.ID, v.Get("number"), v.Get("kind"), v.Get("note"))
	if err == nil {
		return c.done("/cases/"+id(f.ID)+"#links", ui.T(c.ctx(), "已关联。", "Linked."))
	}
	faults, err := c.fault(err)
	if err != nil {
		return err
	}
	return c.again(linksPage(c.frame(), f, ui.Answers{Values: v, Faults: faults}))
}

// eventOf finds an entry of the history that still stands.
func eventOf(f *desk.CaseFile, seq int64) (desk.EventView, error) {
	i := slices.IndexFunc(f.Timeline, func(e desk.EventView) bool { return int64(e.Seq) == seq && e.SupersededBy == 0 })
	if i < 0 {
		return desk.EventView{}, pil.NotFound("没有这条记录，或者它已被更正 (no such entry, or it was corrected)")
	}
	return f.Timeline[i], nil
}

func (s *Server) askCorrection(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	e, err := eventOf(f, c.number("seq"))
	if err != nil {
		return err
	}
	return c.show(correctPage(c.frame(), f, e, ui.Answers{}))
}

func (s *Server) takeCorrection(c *call) error {
	f, err := s.onCase(c)
	if err != nil {
		return err
	}
	e, err := eventOf(f, c.number("seq"))
	if err != nil {
		return err
	}
	v := c.r.PostForm
	in := desk.Correction{Seq: e.Seq, Reason: v.Get("reason")}
	var faults []ui.Fault
	if v.Get("what") != "void" {
		in.Act = &desk.Act{Track: e.Track, Respondent: e.Respondent, Step: e.Step, Ground: e.Facts.Ground, Affirmed: e.Facts.Affirmed, People: e.Facts.People,
			Urgent: e.Urgent, Days: e.Days, Months: e.Months, Note: v.Get("note"), More: e.Facts.More}
		faults = readDay(c, "on", &in.Act.On)
	}
	if len(faults) == 0 {
		n, err := s.desk.CorrectEvent(c.ctx(), c.session.Who, f.ID, number(v.Get("seen")), in)
		if err == nil {
			return c.done("/approvals/"+id(n), ui.T(c.ctx(), "更正已报部门负责人。", "The correction has gone to the head."))
		}
		if faults, err = c.fault(err); err != nil {
			return err
		}
	}
	return c.again(correctPage(c.frame(), f, e, ui.Answers{Values: v, Faults: faults}))
}

func (s *Server) takeNote(c *call) error {
	n, f := c.number("id"), c.told
	err := s.desk.AddNote(c.ctx(), c.session.Who, n, f.text("text"))
	if err == nil {
		return c.done("/matters/"+id(n), c.t("已添加。", "Added."))
	}
	return s.oneMore(c, n, f, "text", err, c.t("便签", "Note"), question{kind: area, Field: ui.Field{Name: "text", Label: c.t("新便签", "New note"), Required: true, Rows: 4, MaxLength: 20000}})
}

func (s *Server) takeTask(c *call) error {
	n, f := c.number("id"), c.told
	in := desk.NewTask{Matter: n, For: f.id("for"), Text: f.text("text"), Due: f.day("due")}
	var err error
	if f.ok() {
		if err = s.desk.AddTask(c.ctx(), c.session.Who, in); err == nil {
			return c.done("/matters/"+id(n), c.t("已布置。", "Added."))
		}
	} else if _, err := s.desk.KindOf(c.ctx(), c.session.Who, n); err != nil {
		return err
	}
	return s.oneMore(c, n, f, "", err, c.t("布置任务", "Add a task"),
		question{kind: line, Field: ui.Field{Name: "text", Label: c.t("做什么", "What"), Required: true, MaxLength: 500}},
		question{kind: date, Field: ui.Field{Name: "due", Label: c.t("期限", "By"), Half: true}})
}

// oneMore shows a small form of a case's page once more, on a page of its own,
// with what was typed and what is wrong with it.
func (s *Server) oneMore(c *call, matter int64, f *filled, field string, err error, title string, list ...question) error {
	if err != nil {
		if err := f.mend(field, err); err != nil {
			return err
		}
	}
	hidden := []ui.Hidden{}
	if f.text("for") != "" {
		hidden = append(hidden, ui.Hidden{Name: "for", Value: f.text("for")})
	}
	return c.page(ui.Page{Title: title}, card(ui.Section{}, f.fields(ui.Form{Action: c.r.URL.Path, Submit: c.t("保存", "Save"), Hidden: hidden, Cancel: c.cancel("/matters/" + id(matter))}, list...)))
}

func (s *Server) closeTask(c *call) error {
	if err := s.desk.CloseTask(c.ctx(), c.session.Who, c.number("id"), c.r.PostForm.Get("done") != "0"); err != nil {
		return err
	}
	return c.done("/", ui.T(c.ctx(), "任务已更新。", "Task updated."))
}

// file sends an attached file: pictures and PDF to look at, the rest to keep.
func (s *Server) file(c *call) error {
	f, bytes, err := s.desk.OpenFile(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	defer func() { _ = bytes.Close() }()
	if f.PersonID == 0 && f.MadeOf == 0 { // a stranger's
		return c.strange(f.Name, f.Size, f.ReceivedAt.Time(), bytes)
	}
	way := "attachment"
	if slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"}, f.Media) {
		way = "inline"
	}
	if f.Media != "application/pdf" { // which a browser shows in no sandbox
		c.w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'") // strangers' bytes
	}
	c.w.Header().Set("Content-Type", f.Media)
	c.w.Header().Set("Content-Disposition", mime.FormatMediaType(way, map[string]string{"filename": f.Name}))
	http.ServeContent(c.w, c.r, "", f.ReceivedAt.Time(), bytes)
	return nil
}
