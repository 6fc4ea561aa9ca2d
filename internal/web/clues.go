package web

import (
	"errors"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// sheetBytes is the most bytes of a form with a hotline's sheet.
const sheetBytes = 20 << 20

// clueRoutes are the pages of the inbox.
func (s *Server) clueRoutes() []route {
	show, transfer := may(account.ShowClue), may(account.TransferClue)
	return []route{
		{"GET", "/clues", may(account.ListClues), s.showInbox, 0},
		{"GET", "/clues/new", may(account.RegisterClue), s.showRegister, 0},
		{"POST", "/clues/new", may(account.RegisterClue), posted(s.registerClue), fileBytes},
		{"GET", "/clues/import", may(account.ImportClues), s.showImport, 0},
		{"POST", "/clues/import", may(account.ImportClues), posted(s.importClues), sheetBytes},
		{"GET", "/clues/transfers", may(account.AcceptClue), s.showSent, 0},
		{"POST", "/transfers/{id}/accept", may(account.AcceptClue), s.acceptClue, 0},
		{"GET", "/clues/{id}", show, s.showClue, 0},
		{"GET", "/clues/{id}/assess", may(account.AssessClue), s.showAssess, 0},
		{"POST", "/clues/{id}/assess", may(account.AssessClue), s.assessClue, 0},
		{"POST", "/clues/{id}/merge", may(account.MergeClues), s.mergeClues, 0},
		{"POST", "/clues/{id}/unmerge", may(account.MergeClues), s.unmergeClue, 0},
		{"GET", "/clues/{id}/assign", may(account.AssignClue), s.showAssignClue, 0},
		{"POST", "/clues/{id}/assign", may(account.AssignClue), s.assignClue, 0},
		{"GET", "/clues/{id}/transfer", transfer, s.showTransfer, 0},
		{"POST", "/clues/{id}/transfer", transfer, s.transferClue, 0},
		{"GET", "/clues/{id}/answer", may(account.AnswerReporter), s.showAnswer, 0},
		{"POST", "/clues/{id}/answer", may(account.AnswerReporter), s.answerReporter, 0},
		{"GET", "/clues/{id}/filing", may(account.ProposeFiling), s.showFiling, 0},
		{"POST", "/clues/{id}/filing", may(account.ProposeFiling), s.proposeFiling, 0},
		{"GET", "/clues/{id}/identity", may(account.ShowIdentity), s.showIdentityForm, 0},
		{"POST", "/clues/{id}/identity", may(account.ShowIdentity), s.requestIdentity, 0},
		{"POST", "/clues/{id}/identity/{approval}", may(account.ShowIdentity), s.openIdentity, 0},
		{"GET", "/clues/{id}/act", may(account.RecordEvent), s.askAct, 0},
		{"POST", "/clues/{id}/act", may(account.RecordEvent), posted(s.takeAct), 0},
		{"POST", "/clues/{id}/files", may(account.AssessClue), posted(s.addClueFiles), fileBytes},
		{"POST", "/clues/{id}/notes", may(account.AddNote), s.addClueNote, 0},
		{"POST", "/clues/{id}/tell", may(account.AnswerReporter), s.tellReporter, 0},
	}
}

// answers are a form as the components of package ui fill it in.
func (f *filled) answers() ui.Answers { return ui.Answers{Values: f.values, Faults: f.faults} }

// mendAll notes what the desk says is wrong, each beside its field, and returns
// nil then; any other error comes back.
func (f *filled) mendAll(err error) error {
	if faults, ok := errors.AsType[desk.Faults](err); ok {
		for _, x := range faults {
			f.wrong(x.Field, inLang(f.c.ctx(), x.Zh, x.En))
		}
		return nil
	}
	return f.mend("", err)
}

// ids are the numbers of what was ticked.
func (f *filled) ids(name string) (out []int64) {
	for _, word := range f.values[name] {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil && n > 0 {
			out = append(out, n)
		}
	}
	return out
}

// version is the version of the matter the person saw.
func (f *filled) version() int { return int(f.id("seen")) }

func fieldsOf(text string) []string { return strings.Fields(text) }

// inboxView is a page of the inbox with its filter.
type inboxView struct {
	desk.Inbox
	view        string
	values      url.Values
	active      int
	states      []ui.Option
	first, next string
}

func (b inboxView) fill(f ui.Field) ui.Field { return ui.Answers{Values: b.values}.Fill(f) }

// with is the same list with one thing otherwise, from its beginning.
func (b inboxView) with(name, value string) string {
	v := url.Values{}
	for k, list := range b.values {
		if len(list) > 0 && list[0] != "" && k != "after" && k != "due" {
			v.Set(k, list[0])
		}
	}
	v.Del(name)
	if value != "" {
		v.Set(name, value)
	}
	if len(v) == 0 {
		return "/clues"
	}
	return "/clues?" + v.Encode()
}

func (s *Server) showInbox(c *call) error {
	q := c.r.URL.Query()
	b := inboxView{view: q.Get("view"), values: q}
	f := s.inboxFilter(c, &b)
	var err error
	if b.Inbox, err = s.desk.Inbox(c.ctx(), c.session.Who, f); err != nil {
		return err
	}
	if f.AfterID != 0 {
		b.first = b.with("after", "")
	}
	if b.More && len(b.Rows) > 0 {
		last := b.Rows[len(b.Rows)-1]
		b.next = b.with("after", id(last.MatterID))
		if f.ByDue {
			b.next += "&due=" + last.NextDue.String()
		}
	}
	for _, p := range s.desk.States() {
		if p.ID != "clue" {
			continue
		}
		for _, st := range p.States {
			b.states = append(b.states, ui.Option{Value: st.ID, Label: say(c.ctx(), st.Text)})
		}
	}
	page := ui.Page{Title: c.t("收件箱", "Inbox"), Lead: c.t("各渠道来的线索都在这里：登记、查重、定管辖、分派、答复。", "Clues of every channel: registered, compared, assigned, answered.")}
	if c.session.May(account.RegisterClue) {
		page.Actions = append(page.Actions, ui.Action{Text: c.t("登记线索", "Register a clue"), Href: "/clues/new", Kind: ui.Primary})
	}
	if c.session.May(account.ImportClues) {
		page.Actions = append(page.Actions, ui.Action{Text: c.t("导入热线工单", "Import a sheet"), Href: "/clues/import"})
	}
	return c.page(page, inboxBody(b))
}

// inboxFilter reads the filter of the inbox. What cannot be read asks nothing.
func (s *Server) inboxFilter(c *call, b *inboxView) desk.MatterFilter {
	yes, no := true, false
	day := func(name string) pil.Day {
		d, err := pil.ParseDay(b.values.Get(name))
		if err != nil {
			return 0
		}
		return d
	}
	f := desk.MatterFilter{Live: &yes, Merged: &no, State: b.values.Get("state"), Field: b.values.Get("field"), From: day("from"), To: day("to")}
	if r, err := pil.ParseRegion(b.values.Get("region")); err == nil {
		f.Region = r
	}
	if ch, err := clue.ParseChannel(b.values.Get("channel")); err == nil {
		f.Channel = ch.String()
	}
	for _, name := range []string{"channel", "state", "field", "region", "from", "to"} {
		if b.values.Get(name) != "" {
			b.active++
		}
	}
	if n, err := strconv.ParseInt(b.values.Get("after"), 10, 64); err == nil {
		f.AfterID = n
	}
	switch b.view {
	case "unassigned":
		f.Unassigned = true
	case "mine":
		f.Assigned = c.session.Who.Person
	case "due":
		f.ByDue, f.Due, f.Merged, f.AfterDue = true, s.desk.Day()+7, nil, day("due")
	case "merged":
		f.Merged, f.Live = &yes, nil
	case "ended":
		f.Live = &no
	default:
		b.view = ""
	}
	if f.State != "" && b.view != "ended" {
		f.Live = nil // a state says itself whether it has ended
	}
	return f
}

// clueFormView is the form of a new clue.
type clueFormView struct {
	c desk.ClueChoices
	a ui.Answers
}

func (s *Server) showRegister(c *call) error { return s.registerPage(c, c.empty(nil)) }

func (s *Server) registerPage(c *call, f *filled) error {
	choices, err := s.desk.ClueChoices(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	page := ui.Page{Title: c.t("登记线索", "Register a clue"), Crumbs: inboxCrumbs(c)}
	return c.page(page, clueForm(clueFormView{choices, f.answers()}))
}

func inboxCrumbs(c *call) []ui.Link {
	return []ui.Link{{Text: c.t("收件箱", "Inbox"), Href: "/clues"}}
}

func (s *Server) registerClue(c *call) error {
	f, err := c.upload()
	if err != nil {
		return err
	}
	form, who, problems := clue.ReadForm(func(in clue.Input) string { return f.text(in.String()) })
	for _, p := range problems {
		f.wrong(p.Input.String(), inLang(c.ctx(), p.Zh, p.En))
	}
	in := desk.NewClue{Form: form, Identity: who, Title: f.text("title"), Order: f.text("order"), Department: f.id("department"), Lead: f.id("lead")}
	if f.ok() {
		files, closeAll, err := c.sent("files")
		if err != nil {
			return err
		}
		defer closeAll()
		in.Files = files
		id, err := s.desk.RegisterClue(c.ctx(), c.session.Who, in)
		if err == nil {
			return s.registered(c, id)
		}
		if err := f.mendAll(err); err != nil {
			return err
		}
	} else if faults, ok := errors.AsType[desk.Faults](s.desk.CheckClue(in)); ok { // everything at once
		for _, x := range faults {
			if !slices.ContainsFunc(f.faults, func(g ui.Fault) bool { return g.Name == x.Field }) {
				f.wrong(x.Field, inLang(c.ctx(), x.Zh, x.En))
			}
		}
	}
	if c.r.MultipartForm != nil && len(c.r.MultipartForm.File["files"]) > 0 {
		f.wrong("files", c.t("附件须重新选择：浏览器不保留", "Choose the files again: the browser does not keep them"))
	}
	return s.registerPage(c, f)
}

// registered leads to a new clue, or back to the inbox where the person may only
// list.
func (s *Server) registered(c *call, n int64) error {
	if !c.session.May(account.ShowClue) {
		return c.done("/clues", c.t("已登记", "Registered"))
	}
	return c.done("/clues/"+id(n), c.t("已登记。请看是否重复，并告知举报人。", "Registered. See whether it is a duplicate, and tell the reporter."))
}

// sent opens the files sent under a name.
func (c *call) sent(name string) (files []desk.NewFile, closeAll func(), err error) {
	var open []multipart.File
	closeAll = func() {
		for _, f := range open {
			_ = f.Close() // it was only read
		}
	}
	if c.r.MultipartForm == nil {
		return nil, closeAll, nil
	}
	for _, h := range c.r.MultipartForm.File[name] {
		f, err := h.Open()
		if err != nil {
			closeAll()
			return nil, func() {}, err
		}
		open = append(open, f)
		files = append(files, desk.NewFile{Name: h.Filename, Media: h.Header.Get("Content-Type"), Bytes: f})
	}
	return files, closeAll, nil
}

func (s *Server) showImport(c *call) error { return s.importPage(c, c.empty(nil)) }

func (s *Server) importPage(c *call, f *filled) error {
	choices, err := s.desk.ClueChoices(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	return c.page(ui.Page{Title: c.t("导入热线工单", "Import a hotline's sheet"), Crumbs: inboxCrumbs(c)}, importForm(choices, f.answers()))
}

func (s *Server) importClues(c *call) error {
	f, err := c.upload()
	if err != nil {
		return err
	}
	plan := desk.ImportPlan{Department: f.id("department")}
	if plan.Channel, err = clue.ParseChannel(f.text("channel")); err != nil {
		f.wrong("channel", c.say(err))
	}
	if text := f.text("region"); text != "" {
		if plan.Region, err = pil.ParseRegion(text); err != nil {
			f.wrong("region", c.say(err))
		}
	}
	sheets, closeAll, err := c.sent("sheet")
	if err != nil {
		return err
	}
	defer closeAll()
	if len(sheets) != 1 {
		f.wrong("sheet", c.t("请选择一份表格", "Choose a sheet"))
	}
	if !f.ok() {
		return s.importPage(c, f)
	}
	rep, err := s.desk.ImportClues(c.ctx(), c.session.Who, sheets[0].Name, sheets[0].Bytes, plan)
	if err != nil && len(rep.Accepted) == 0 {
		if err := f.mend("sheet", err); err != nil {
			return err
		}
		return s.importPage(c, f)
	}
	page := ui.Page{Title: c.t("导入结果", "What was imported"), Crumbs: append(inboxCrumbs(c), ui.Link{Text: c.t("导入", "Import"), Href: "/clues/import"})}
	if err != nil {
		if pil.CodeOf(err) == pil.CodeInternal {
			c.logged(err)
		}
		page.Flash = append(page.Flash, ui.Flash{Tone: ui.Late, Text: c.t("导入中途停下：下列已登记的不会丢失；请稍后把整份表格再传一次，已登记的不会重复。", "It stopped halfway. What is listed is stored; send the whole sheet again later.")})
	}
	return c.page(page, importReport(rep))
}

// sentView is the page of clues on their way, and the form that was sent.
type sentView struct {
	list desk.SentClues
	c    desk.ClueChoices
	id   int64
	f    *filled
}

func (v sentView) a(id int64) ui.Answers {
	if v.f == nil || id != v.id {
		return ui.Answers{}
	}
	return v.f.answers()
}

// only are the faults of one of the forms, by the IDs its fields have there.
func (v sentView) only(n int64) (out []ui.Fault) {
	for _, f := range v.a(n).Faults {
		if f.Name != "" {
			f.Name += "-" + id(n)
		}
		out = append(out, f)
	}
	return out
}

func (s *Server) showSent(c *call) error { return s.sentPage(c, 0, nil) }

func (s *Server) sentPage(c *call, id int64, f *filled) (err error) {
	v := sentView{id: id, f: f}
	if v.list, err = s.desk.ListTransfers(c.ctx(), c.session.Who); err != nil {
		return err
	}
	if v.c, err = s.desk.ClueChoices(c.ctx(), c.session.Who); err != nil {
		return err
	}
	return c.page(ui.Page{Title: c.t("移送的线索", "Clues between offices"), Crumbs: inboxCrumbs(c)}, sentBody(v))
}

func (s *Server) acceptClue(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	got, err := s.desk.AcceptClue(c.ctx(), c.session.Who, desk.Acceptance{Transfer: n, Department: f.id("department"), Lead: f.id("lead"), Dispute: f.text("dispute")})
	if err == nil {
		text := c.t("已受理，编号 %s", "Accepted as %s", got.Number)
		if got.Approval != 0 {
			text = c.t("已受理，编号 %s；报请上级院已提交部门负责人审核", "Accepted as %s; the report to the higher office goes to the head", got.Number)
		}
		return c.done("/clues/"+id(got.Matter), text)
	}
	if pil.CodeOf(err) != pil.CodeInvalid {
		return err // it is no longer on the page
	}
	if err := f.mendAll(err); err != nil {
		return err
	}
	return s.sentPage(c, n, f)
}

// cluePageView is what a clue's page shows beside the clue: the form that was sent
// to one of its parts, and the jurisdiction asked about.
type cluePageView struct {
	part         string
	f            *filled
	asked        ui.Answers
	jurisdiction *desk.Jurisdiction
}

func (p cluePageView) a(part string) ui.Answers {
	if p.f == nil || part != p.part {
		return ui.Answers{}
	}
	return p.f.answers()
}

func (p cluePageView) only(part string) []ui.Fault { return p.a(part).Faults }

func (s *Server) showClue(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	p := cluePageView{asked: ui.Answers{Values: c.r.URL.Query()}}
	if q := c.r.URL.Query(); q.Get("jurisdiction") != "" {
		j, err := s.desk.ProposeJurisdiction(c.ctx(), c.session.Who, whereabouts(n, q))
		if err != nil {
			return err
		}
		p.jurisdiction = &j
	}
	return s.cluePage(c, n, p)
}

// whereabouts reads what was asked about jurisdiction. What cannot be read is not
// known.
func whereabouts(n int64, q url.Values) desk.Whereabouts {
	in := desk.Whereabouts{Matter: n, Conduct: regionsOf(q.Get("conduct")), Harm: regionsOf(q.Get("harm"))}
	in.Kind, _ = clue.ParseKind(q.Get("kind"))
	in.Agency.Tier, _ = clue.ParseTier(q.Get("tier"))
	in.Suspicion, _ = clue.ParseSuspicion(q.Get("suspicion"))
	if r, err := pil.ParseRegion(q.Get("agency")); err == nil {
		in.Agency.Region = r
	}
	more := q["more"]
	in.Agency.Government, in.Agency.Vertical = slices.Contains(more, "government"), slices.Contains(more, "vertical")
	in.Major, in.Elsewhere = slices.Contains(more, "major"), slices.Contains(more, "elsewhere")
	return in
}

func (s *Server) cluePage(c *call, n int64, p cluePageView) error {
	f, err := s.desk.ShowClue(c.ctx(), c.session.Who, n)
	if err != nil {
		return err
	}
	page := ui.Page{Title: f.Title, Lead: joined(f.Number, f.Field), Crumbs: inboxCrumbs(c), Tags: clueTags(c, f)}
	return c.page(page, cluePageBody(f, p))
}

func clueTags(c *call, f *desk.ClueFile) (tags []ui.Tag) {
	for _, l := range f.Lines {
		t := ui.Tag{Text: say(c.ctx(), l.Main.Text)}
		if l.Ended {
			t.Tone = ui.Done
		}
		tags = append(tags, t)
	}
	if f.Into != nil {
		tags = append(tags, ui.Tag{Text: c.t("已合并", "merged")})
	}
	if f.Received {
		tags = append(tags, ui.Tag{Text: c.t("其他院移送", "sent by another office")})
	}
	for _, d := range f.Deadlines {
		if d.Ended == 0 && d.Due < f.Today {
			tags = append(tags, ui.Tag{Tone: ui.Late, Text: c.t("答复逾期", "answer late"), Href: "#deadlines"})
			break
		}
	}
	if f.Demo {
		tags = append(tags, ui.Tag{Text: c.t("演示", "demo")})
	}
	return tags
}

// onClue reads the clue a page is about, for a form of its own.
func (s *Server) onClue(c *call) (*desk.ClueFile, error) {
	n, err := c.id()
	if err != nil {
		return nil, err
	}
	return s.desk.ShowClue(c.ctx(), c.session.Who, n)
}

func (c *call) ofClue(title string, f *desk.ClueFile) ui.Page {
	return ui.Page{Title: title, Lead: f.Number + " " + f.Title, Crumbs: append(inboxCrumbs(c), ui.Link{Text: f.Title, Href: cluePath(f, "")})}
}

func (s *Server) showAssess(c *call) error { return s.assessPage(c, c.empty(nil)) }

func (s *Server) assessPage(c *call, form *filled) error {
	f, err := s.onClue(c)
	if err != nil {
		return err
	}
	return c.page(c.ofClue(c.t("评估线索", "Assess the clue"), f), assessForm(f, form.answers()))
}

func (s *Server) assessClue(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.ClueAssessment{Matter: n, Seen: f.version()}
	for _, g := range []struct {
		name string
		to   *clue.Graded
	}{{"truth", &in.Truth}, {"checkability", &in.Checkability}, {"risk", &in.Risk}} {
		g.to.Grade, _ = clue.ParseGrade(f.text(g.name)) // none is a fault the desk tells
		g.to.Reason = f.text(g.name + "-reason")
	}
	in.Conclusion, _ = clue.ParseConclusion(f.text("conclusion"))
	finds := f.values["finds"]
	in.Harm, in.Illegal, in.SeriousNobody = slices.Contains(finds, "harm"), slices.Contains(finds, "illegal"), slices.Contains(finds, "nobody")
	in.Reason = f.text("reason")
	err = s.desk.AssessClue(c.ctx(), c.session.Who, in)
	if err == nil {
		return c.done("/clues/"+id(n)+"#assessment", c.t("评估已保存", "Assessment saved"))
	}
	if err := f.mendAll(err); err != nil {
		return err
	}
	for i := range f.faults { // a grade's missing reason stands beside the reason
		if g := f.faults[i].Name; slices.Contains([]string{"truth", "checkability", "risk"}, g) && f.text(g) != "" {
			f.faults[i].Name = g + "-reason"
		} else if g == "conclusion" && f.text(g) != "" && in.Reason == "" {
			f.faults[i].Name = "reason"
		}
	}
	return s.assessPage(c, f)
}

// onPart answers a form on a part of the clue's page: back to it, with a sentence,
// or the page again with what is wrong.
func (s *Server) onPart(c *call, part, text string, do func(n int64, f *filled) error) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if err = do(n, f); err == nil && f.ok() {
		return c.done("/clues/"+id(n), text)
	}
	if err != nil {
		if err := f.mendAll(err); err != nil {
			return err
		}
	}
	return s.cluePage(c, n, cluePageView{part: part, f: f})
}

func (s *Server) mergeClues(c *call) error {
	return s.onPart(c, "merge", c.t("已合并到最先反映的线索", "Merged into the first told"), func(n int64, f *filled) error {
		ticked := f.ids("clues")
		if len(ticked) == 0 {
			f.wrong("", c.t("请勾选要合并的线索", "Tick the clues to merge"))
			return nil
		}
		_, err := s.desk.MergeClues(c.ctx(), c.session.Who, desk.Merging{Clues: append(ticked, n), Reason: f.text("reason")})
		return err
	})
}

func (s *Server) unmergeClue(c *call) error {
	return s.onPart(c, "unmerge", c.t("已撤销合并", "The merge was undone"), func(n int64, f *filled) error {
		return s.desk.UnmergeClue(c.ctx(), c.session.Who, n, f.version(), f.text("reason"))
	})
}

func (s *Server) addClueNote(c *call) error {
	return s.onPart(c, "notes", c.t("已添加", "Added"), func(n int64, f *filled) error {
		return s.desk.AddNote(c.ctx(), c.session.Who, n, f.text("text"))
	})
}

func (s *Server) tellReporter(c *call) error {
	return s.onPart(c, "tell", c.t("已写到举报人的网页", "It will stand on the reporter's page"), func(n int64, f *filled) error {
		return s.desk.TellReporter(c.ctx(), c.session.Who, n, f.text("text"))
	})
}

func (s *Server) addClueFiles(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.upload()
	if err != nil {
		return err
	}
	files, closeAll, err := c.sent("files")
	if err != nil {
		return err
	}
	defer closeAll()
	if len(files) == 0 {
		f.wrong("files", c.t("请选择文件", "Choose a file"))
	}
	for _, x := range files {
		kind := "document"
		if strings.HasPrefix(x.Media, "image/") {
			kind = "photo"
		}
		if _, err := s.desk.AttachFile(c.ctx(), c.session.Who, desk.Upload{Matter: n, Kind: kind, Name: x.Name, Media: x.Media, Bytes: x.Bytes, Caption: f.text("caption")}); err != nil {
			if err := f.mend("files", err); err != nil {
				return err
			}
		}
	}
	if f.ok() {
		return c.done("/clues/"+id(n), c.t("已上传 %d 件", "%d uploaded", len(files)))
	}
	return s.cluePage(c, n, cluePageView{part: "files", f: f})
}

func (s *Server) showAssignClue(c *call) error { return s.assignCluePage(c, c.empty(nil)) }

func (s *Server) assignCluePage(c *call, form *filled) error {
	f, err := s.onClue(c)
	if err != nil {
		return err
	}
	choices, err := s.desk.ClueChoices(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	return c.page(c.ofClue(c.t("分派线索", "Assign the clue"), f), clueAssignForm(f, choices, form.answers()))
}

func (s *Server) assignClue(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.Assigning{Matter: n, Seen: f.version(), Department: f.id("department")}
	if lead := f.id("lead"); lead != 0 {
		in.To = append(in.To, desk.Assignee{Person: lead, As: account.Prosecutor, Lead: true})
	}
	for _, p := range f.ids("with") {
		in.To = append(in.To, desk.Assignee{Person: p, As: account.Assistant})
	}
	if err := s.desk.AssignClue(c.ctx(), c.session.Who, in); err != nil {
		if err := f.mend("lead", err); err != nil {
			return err
		}
		return s.assignCluePage(c, f)
	}
	return c.done("/clues/"+id(n), c.t("已分派", "Assigned"))
}

func (s *Server) showTransfer(c *call) error {
	q := c.r.URL.Query()
	if q.Get("step") == "" {
		return s.transferPage(c, c.empty(nil))
	}
	return s.transferPage(c, c.empty(url.Values{"step": q["step"], "to": q["to"], "identity": {"1"}}))
}

func (s *Server) transferPage(c *call, form *filled) error {
	f, err := s.onClue(c)
	if err != nil {
		return err
	}
	for i := range form.faults { // without offices to choose from, the name is typed
		if form.faults[i].Name == "to" && (len(f.Offices) == 0 || f.Received) {
			form.faults[i].Name = "outside"
		}
	}
	return c.page(c.ofClue(c.t("移送线索", "Send the clue on"), f), transferForm(f, form.answers()))
}

func (s *Server) transferClue(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.ClueTransfer{Matter: n, Seen: f.version(), Step: f.text("step"), Outside: f.text("outside"), Reason: f.text("reason"), Identity: f.flag("identity")}
	if in.Step == desk.TransferSame {
		in.ToOffice = f.id("to")
	}
	got, err := s.desk.TransferClue(c.ctx(), c.session.Who, in)
	if err == nil {
		if got.Approval != 0 {
			return c.done("/clues/"+id(n), c.t("已提交部门负责人审核，同意后发出", "Proposed: it is sent once the head agrees"))
		}
		return c.done("/clues/"+id(n), c.t("已记录移送", "Recorded"))
	}
	if err := f.mendAll(err); err != nil {
		return err
	}
	return s.transferPage(c, f)
}

func (s *Server) showAnswer(c *call) error { return s.answerPage(c, c.empty(nil)) }

func (s *Server) answerPage(c *call, form *filled) error {
	f, err := s.onClue(c)
	if err != nil {
		return err
	}
	return c.page(c.ofClue(c.t("答复举报人", "Answer the reporter"), f), answerForm(f, c.r.URL.Query().Get("step"), form.answers()))
}

func (s *Server) answerReporter(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.ReporterAnswer{Matter: n, Seen: f.version(), Step: f.text("step"), On: f.needDay("on", c.t("答复日期", "day")), Manner: f.text("manner"), Text: f.text("text"), Reason: f.text("reason")}
	if f.ok() {
		got, err := s.desk.AnswerReporter(c.ctx(), c.session.Who, in)
		if err == nil {
			if got.Approval != 0 {
				return c.done("/clues/"+id(n), c.t("补录已提交部门负责人", "The back-entry goes to the head"))
			}
			return c.done("/clues/"+id(n), c.t("答复已记录", "Recorded"))
		}
		if err := f.mendAll(err); err != nil {
			return err
		}
	}
	return s.answerPage(c, f)
}

func (s *Server) showIdentityForm(c *call) error { return s.identityPage(c, c.empty(nil)) }

func (s *Server) identityPage(c *call, form *filled) error {
	f, err := s.onClue(c)
	if err != nil {
		return err
	}
	return c.page(c.ofClue(c.t("申请查阅举报人身份", "Ask to learn who reported"), f), identityForm(f, form.answers()))
}

func (s *Server) requestIdentity(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if _, err := s.desk.RequestIdentity(c.ctx(), c.session.Who, n, f.text("reason")); err != nil {
		if err := f.mendAll(err); err != nil {
			return err
		}
		return s.identityPage(c, f)
	}
	return c.done("/clues/"+id(n), c.t("申请已提交，等待另一人同意", "Asked; a second person has to agree"))
}

func (s *Server) openIdentity(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	approval, err := strconv.ParseInt(c.r.PathValue("approval"), 10, 64)
	if err != nil {
		return pil.NotFound("没有找到 (not found)")
	}
	f, err := s.desk.ShowClue(c.ctx(), c.session.Who, n)
	if err != nil {
		return err
	}
	form, err := c.form()
	if err != nil {
		return err
	}
	who, _, err := s.desk.OpenIdentity(c.ctx(), c.session.Who, approval, form.values.Get("passphrase"))
	if _, wrong := errors.AsType[desk.Faults](err); wrong {
		if err := form.mendAll(err); err != nil {
			return err
		}
		return c.page(c.ofClue(c.t("举报人身份", "Who reported"), f), card(ui.Section{}, openIdentityForm(f, approval, form.answers())))
	}
	if err != nil {
		return err
	}
	return c.page(c.ofClue(c.t("举报人身份", "Who reported"), f), identityBody(f, who))
}

func (s *Server) showFiling(c *call) error { return s.filingPage(c, c.empty(nil)) }

func (s *Server) filingPage(c *call, form *filled) error {
	f, err := s.onClue(c)
	if err != nil {
		return err
	}
	choices, err := s.desk.ClueChoices(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	return c.page(c.ofClue(c.t("提出立案意见", "Propose on the case"), f), filingForm(f, choices, form.answers()))
}

func (s *Server) proposeFiling(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := f.filing(n)
	if f.ok() {
		approval, err := s.desk.ProposeFiling(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done("/clues/"+id(n), c.t("意见已提交（第 %d 号审批）", "Proposed (approval %d)", approval))
		}
		if err := f.mendAll(err); err != nil {
			return err
		}
	}
	return s.filingPage(c, f)
}

// filing reads an opinion on a clue.
func (f *filled) filing(n int64) desk.FilingProposal {
	in := desk.FilingProposal{Matter: n, Seen: f.version(), Title: f.text("title"), Reason: f.need("reason", f.c.t("事实、证据和理由", "facts, evidence and reasons")), Lead: f.id("lead"), With: f.ids("with"),
		OnFacts: slices.Contains(f.values["more"], "facts"), Major: slices.Contains(f.values["more"], "major")}
	switch f.text("decision") {
	case "open":
		in.Open = true
		in.Lines = f.caseLines(in.OnFacts)
	case "join":
		in.Open, in.Join = true, f.needID("join", f.c.t("并入的在办案件", "case to join"))
	case "none":
	default:
		f.wrong("decision", f.c.t("请选择意见", "Choose an opinion"))
	}
	return in
}

// caseLines are the respondents typed, one a line, on the track chosen.
func (f *filled) caseLines(onFacts bool) (out []desk.CaseLine) {
	track := f.text("track")
	if track == "" {
		f.wrong("track", f.c.t("请选择案件类型", "Choose the track"))
	}
	for name := range strings.Lines(f.values.Get("respondents")) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, desk.CaseLine{Track: track, Respondent: name})
		}
	}
	if len(out) == 0 && onFacts {
		out = append(out, desk.CaseLine{Track: track})
	}
	if len(out) == 0 {
		f.wrong("respondents", f.c.t("请写明监督对象；尚不能确定的，勾选「以事立案」（R29）", "Name the respondents, or open on facts (R29)"))
	}
	return out
}
