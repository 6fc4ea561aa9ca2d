package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func (s *Server) approvals(c *call) error {
	q, err := s.desk.ListApprovals(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	return c.show(approvalsPage(c.frame(), c.flash, q))
}

// onApproval opens the approval the page is about.
func (s *Server) onApproval(c *call) (*desk.ApprovalView, error) {
	return s.desk.ShowApproval(c.ctx(), c.session.Who, c.number("id"))
}

func (s *Server) approval(c *call) error {
	v, err := s.onApproval(c)
	if err != nil {
		return err
	}
	return c.show(approvalPage(c.frame(), c.flash, v, ui.Answers{}))
}

func (s *Server) moveApproval(c *call) error {
	v := c.r.PostForm
	n := c.number("id")
	var faults []ui.Fault
	move := docket.ApprovalMove(v.Get("move"))
	if move == "" {
		faults = []ui.Fault{{Name: "move", Text: ui.T(c.ctx(), "请选择处理方式。", "Choose what to do.")}}
	} else {
		err := s.desk.MoveApproval(c.ctx(), c.session.Who, desk.ApprovalStep{Approval: n, Moves: number(v.Get("moves")), Move: move, Opinion: v.Get("opinion"), Decided: v.Get("decided")})
		if err == nil {
			return c.done("/approvals/"+id(n), c.t("已处理：%s。", "Done: %s.", approvalWord(c.ctx(), move)))
		}
		if pil.CodeOf(err) == pil.CodeInvalid && move.NeedsOpinion() && strings.TrimSpace(v.Get("opinion")) == "" {
			faults = []ui.Fault{{Name: "opinion", Text: c.say(err)}}
		} else if faults, err = c.fault(err); err != nil {
			return err
		}
	}
	view, err := s.onApproval(c)
	if err != nil {
		return err
	}
	return c.again(approvalPage(c.frame(), nil, view, ui.Answers{Values: v, Faults: faults}))
}

// askWithdraw asks before a proposal is taken back.
func (s *Server) askWithdraw(c *call) error {
	v, err := s.onApproval(c)
	if err != nil {
		return err
	}
	if !mayMove(v, docket.Withdraw) {
		return &pil.Error{Code: pil.CodeConflict, Text: "此件现在不能撤回：只有提出人可以在决定之前撤回 (only who proposed it, before it is decided)"}
	}
	return s.withdrawPage(c, v, c.empty(nil))
}

func (s *Server) withdrawPage(c *call, v *desk.ApprovalView, f *filled) error {
	path := "/approvals/" + id(v.ID)
	q := ui.Question{Title: c.t("撤回「%s」？", "Withdraw “%s”?", v.Title), Text: c.t("撤回后不能恢复；需要的，另行提出。", "It cannot be taken up again; propose anew where needed."),
		Consequences: []string{endsHere(c.ctx(), v.ApprovalLine), c.t("提出和撤回都留在审批经过中", "That it was proposed and withdrawn stays on its sheet")},
		Form:         ui.Form{Action: path + "/withdraw", Submit: c.t("撤回", "Withdraw"), Cancel: c.cancel(path), Faults: f.faults, Hidden: []ui.Hidden{{Name: "moves", Value: strconv.Itoa(len(v.Moves))}}}}
	why := question{kind: area, Field: ui.Answers{Values: f.values, Faults: f.faults}.Fill(ui.Field{Name: "opinion", Label: c.t("说明", "Why"), Rows: 3, MaxLength: 20000})}
	return c.page(ui.Page{Bare: true, Title: c.t("撤回", "Withdraw"), Crumbs: approvalCrumbs(c.ctx(), v)}, confirm(q, []question{why}))
}

func (s *Server) withdraw(c *call) error {
	f := c.told
	n := c.number("id")
	err := s.desk.MoveApproval(c.ctx(), c.session.Who, desk.ApprovalStep{Approval: n, Moves: int(f.id("moves")), Move: docket.Withdraw, Opinion: f.text("opinion")})
	if err == nil {
		return c.done("/approvals/"+id(n), c.t("已撤回", "Withdrawn"))
	}
	if pil.CodeOf(err) != pil.CodeInvalid {
		return err
	}
	if err := f.mend("opinion", err); err != nil {
		return err
	}
	v, err := s.onApproval(c)
	if err != nil {
		return err
	}
	return s.withdrawPage(c, v, f)
}

// askEdit is the form of a returned proposal, filled with what was proposed.
func (s *Server) askEdit(c *call) error {
	v, err := s.onApproval(c)
	if err != nil {
		return err
	}
	return s.editPage(c, v, ui.Answers{})
}

func (s *Server) editPage(c *call, v *desk.ApprovalView, a ui.Answers) error {
	if !v.Edits {
		return &pil.Error{Code: pil.CodeConflict, Text: "此件现在不能修改：退回的，由提出人修改后再报 (only what was returned, by who proposed it)"}
	}
	show := c.show
	if len(a.Faults) > 0 {
		show = c.again
	}
	if v.Filing != nil {
		f, err := s.desk.ShowClue(c.ctx(), c.session.Who, v.MatterID)
		if err != nil {
			return err
		}
		choices, err := s.desk.ClueChoices(c.ctx(), c.session.Who)
		if err != nil {
			return err
		}
		if a.Values == nil {
			a.Values = filingValues(v.Filing)
		}
		return show(editFilingPage(c.frame(), v, f, choices, a))
	}
	f, err := s.desk.ActForm(c.ctx(), c.session.Who, v.MatterID, v.Act.Track, v.Act.Respondent, v.Act.Step)
	if err != nil {
		return err
	}
	if a.Values == nil {
		a.Values = actValues(v.Act)
	}
	return show(editStepPage(c.frame(), v, f, a))
}

// takeEdit submits a returned proposal again.
func (s *Server) takeEdit(c *call) error {
	v, err := s.onApproval(c)
	if err != nil {
		return err
	}
	if !v.Edits {
		return s.editPage(c, v, ui.Answers{}) // says why not
	}
	f := c.told
	in := desk.ApprovalStep{Approval: v.ID, Moves: int(f.id("moves")), Move: docket.Resubmit, Opinion: f.text("opinion")}
	if v.Filing != nil {
		in.Body = f.filing(v.MatterID)
	} else {
		form, err := s.desk.ActForm(c.ctx(), c.session.Who, v.MatterID, v.Act.Track, v.Act.Respondent, v.Act.Step)
		if err != nil {
			return err
		}
		in.Body, f.faults = readAct(c, form)
	}
	if f.ok() {
		err := s.desk.MoveApproval(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done("/approvals/"+id(v.ID), c.t("已再次报送", "Submitted again"))
		}
		if f.faults, err = c.fault(err); err != nil {
			return err
		}
	}
	return s.editPage(c, v, ui.Answers{Values: f.values, Faults: f.faults})
}

// actValues are a proposed act as its form is filled in.
func actValues(a *desk.Act) url.Values {
	v := url.Values{"note": {a.Note}, "reason": {a.Reason}, "ground": {a.Ground}, "affirmed": a.Affirmed}
	for _, p := range a.People {
		v.Add("people", id(p))
	}
	if a.Urgent {
		v.Set("urgent", "1")
	}
	for name, n := range map[string]int{"days": a.Days, "months": a.Months} {
		if n != 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	for name, text := range a.More {
		v.Set("more."+name, text)
	}
	var lines []string
	for _, d := range a.Demands {
		if d.Basis != "" {
			d.Text += "｜" + d.Basis
		}
		lines = append(lines, d.Text)
	}
	v.Set("demands", strings.Join(lines, "\n"))
	return v
}

// filingValues are an opinion on a clue as its form is filled in.
func filingValues(in *desk.FilingProposal) url.Values {
	v := url.Values{"reason": {in.Reason}, "title": {in.Title}, "lead": {id(in.Lead)}, "decision": {"none"}}
	switch {
	case in.Join != 0:
		v.Set("decision", "join")
		v.Set("join", id(in.Join))
	case in.Open:
		v.Set("decision", "open")
	}
	for _, p := range in.With {
		v.Add("with", id(p))
	}
	if in.OnFacts {
		v.Add("more", "facts")
	}
	if in.Major {
		v.Add("more", "major")
	}
	var lines []string
	for _, l := range in.Lines {
		v.Set("track", l.Track)
		lines = append(lines, l.Respondent)
	}
	v.Set("respondents", strings.Join(lines, "\n"))
	return v
}

func approvalCrumbs(ctx context.Context, v *desk.ApprovalView) []ui.Link {
	return []ui.Link{{Text: ui.T(ctx, "审批", "Approvals"), Href: "/approvals"}, {Text: v.Title, Href: "/approvals/" + id(v.ID)}}
}

// approvalActions is what may be done from the head of an approval's page.
func approvalActions(ctx context.Context, v *desk.ApprovalView) []ui.Action {
	var out []ui.Action
	path := "/approvals/" + id(v.ID)
	if v.Edits {
		out = append(out, ui.Action{Text: ui.T(ctx, "修改后再报", "Change and submit again"), Href: path + "/edit", Kind: ui.Primary})
	}
	if mayMove(v, docket.Withdraw) {
		out = append(out, ui.Action{Text: ui.T(ctx, "撤回", "Withdraw"), Href: path + "/withdraw"})
	}
	return append(out, ui.Action{Text: ui.T(ctx, "审批表", "Approval sheet"), Href: path + "/sheet"})
}

// returnedFor is what the one who sent a proposal back wrote; empty where it was
// not sent back.
func returnedFor(v *desk.ApprovalView) (who, why string) {
	for _, m := range v.Moves {
		if m.Move == docket.Return {
			who, why = m.Person, m.Opinion
		}
	}
	return who, why
}

// endsHere is what does not happen once an approval is withdrawn.
func endsHere(ctx context.Context, a desk.ApprovalLine) string {
	switch a.State {
	case docket.InReview:
		return ui.T(ctx, "不再送%s审核", "It goes to no review by %s", a.Waits)
	case docket.Returned:
		return ui.T(ctx, "不再修改报送", "It is not submitted again")
	}
	return ui.T(ctx, "不再送%s决定", "It goes to no decision by %s", a.Waits)
}

// approvalWord is what somebody does with an approval, as a list of what was done
// names it.
func approvalWord(ctx context.Context, m docket.ApprovalMove) string {
	return inLang(ctx, m.Zh(), map[docket.ApprovalMove]string{docket.Propose: "proposed", docket.Agree: "reviewed, agrees", docket.Disagree: "reviewed, disagrees",
		docket.Return: "returned", docket.Resubmit: "submitted again", docket.Refer: "referred to the committee", docket.Approve: "approved",
		docket.DecideElse: "decided otherwise", docket.Withdraw: "withdrawn", docket.Dissent: "written dissent"}[m])
}

// through says by whose power somebody acted, where it was not the own role.
func through(ctx context.Context, m desk.MoveView) string {
	term := ui.T(ctx, "%s至%s", "%s to %s", ui.Date(m.From), ui.Date(m.Until))
	switch m.ApprovalMove.Way {
	case "delegation":
		return ui.T(ctx, "依%s授权（%s）", "delegated by %s (%s)", m.Of, term)
	case "cover":
		return ui.T(ctx, "代理%s（%s）", "standing in for %s (%s)", m.Of, term)
	case "grant":
		return ui.T(ctx, "依跨院调用（%s）", "by a cross-office grant (%s)", term)
	}
	return ""
}

func filingFacts(ctx context.Context, v *desk.ApprovalView) []ui.Fact {
	f := v.Filing
	facts := []ui.Fact{{Label: ui.T(ctx, "意见", "Opinion"), Value: say(ctx, v.Step.Text)}}
	if f.Open {
		var lines []string
		for _, l := range f.Lines {
			name := l.Track
			if p := v.Tracks[l.Track]; p != nil {
				name = say(ctx, p.Text)
			}
			if l.Respondent != "" {
				name += " × " + l.Respondent
			}
			lines = append(lines, name)
		}
		facts = append(facts, ui.Fact{Label: ui.T(ctx, "案名", "Title"), Value: f.Title}, ui.Fact{Label: ui.T(ctx, "领域", "Field"), Value: f.Field},
			ui.Fact{Label: ui.T(ctx, "承办", "Handled by"), Value: v.Names[f.Lead]}, ui.Fact{Label: ui.T(ctx, "类型和对象", "Tracks"), Value: strings.Join(lines, "；"), Wide: true})
	}
	return append(facts, ui.Fact{Label: ui.T(ctx, "事实和理由", "Facts and reasons"), Value: f.Reason, Wide: true})
}

func actFacts(ctx context.Context, v *desk.ApprovalView) []ui.Fact {
	a := v.Act
	facts := []ui.Fact{{Label: ui.T(ctx, "步骤", "Step"), Value: say(ctx, v.Step.Text)}, {Label: ui.T(ctx, "对象", "Respondent"), Value: a.Respondent}}
	if a.On != 0 {
		facts = append(facts, ui.Fact{Label: ui.T(ctx, "日期", "Day"), Value: ui.In(ctx, a.On)})
	}
	if a.Ground != "" {
		text := a.Ground
		for _, g := range v.Step.Grounds {
			if g.ID == a.Ground {
				text = ui.T(ctx, "%s（%s）", "%s (%s)", say(ctx, g.Text), cited(ctx, g.ID))
			}
		}
		facts = append(facts, ui.Fact{Label: ui.T(ctx, "法定情形", "Ground"), Value: text, Wide: true})
	}
	if a.Note != "" {
		facts = append(facts, ui.Fact{Label: ui.T(ctx, "事实、证据和意见", "Facts, evidence, opinion"), Value: a.Note, Wide: true})
	}
	if a.Reason != "" {
		facts = append(facts, ui.Fact{Label: ui.T(ctx, "理由", "Reasons"), Value: a.Reason, Wide: true})
	}
	return facts
}

func roleFacts(ctx context.Context, v *desk.ApprovalView) []ui.Fact {
	facts := []ui.Fact{{Label: ui.T(ctx, "人员", "Person"), Value: v.Whom.Name}, {Label: ui.T(ctx, "提出人", "Proposed by"), Value: v.Proposer},
		{Label: ui.T(ctx, "现有角色", "Present roles"), Value: roleList(ctx, v.Their)}, {Label: ui.T(ctx, "提出的角色", "Proposed roles"), Value: roleList(ctx, v.Roles.Is)}}
	if v.Roles.Succeeds.ID != 0 {
		facts = append(facts, ui.Fact{Label: ui.T(ctx, "接任", "Succeeds"), Value: ui.T(ctx, "%s 同时免去检察长，其授权一并终止", "%s is chief no more, and the delegations end", v.Roles.Succeeds.Name), Wide: true})
	}
	return facts
}

func modelFacts(ctx context.Context, m *desk.ShelfModel) []ui.Fact {
	return []ui.Fact{{Label: ui.T(ctx, "模型", "Model"), Value: ui.T(ctx, "%[1]s（%[2]s，第%[3]d版）", "%[1]s (%[2]s, version %[3]d)", inLang(ctx, m.Zh, m.En), m.Name, m.Version)}, {Label: ui.T(ctx, "上传", "Uploaded by"), Value: m.By},
		{Label: ui.T(ctx, "目的", "Purpose"), Value: inLang(ctx, m.Purpose.Zh, m.Purpose.En), Wide: true}, {Label: ui.T(ctx, "能证明", "What a hit proves"), Value: inLang(ctx, m.Proves.Zh, m.Proves.En), Wide: true},
		{Label: "SHA-256", Value: m.SHA256, Wide: true}}
}

func recusalFacts(ctx context.Context, v *desk.ApprovalView) []ui.Fact {
	part := ui.T(ctx, "未承办本件", "does not work on it")
	if v.Whom.As != 0 {
		part = ui.In(ctx, v.Whom.As)
		if v.Whom.Lead {
			part += ui.T(ctx, "（主办）", " (lead)")
		}
	}
	return []ui.Fact{{Label: ui.T(ctx, "回避人员", "Who is to be recused"), Value: v.Whom.Name}, {Label: ui.T(ctx, "角色", "Roles"), Value: roleList(ctx, v.Their)},
		{Label: ui.T(ctx, "在本件中", "In this matter"), Value: part}, {Label: ui.T(ctx, "提出人", "Requested by"), Value: v.Proposer},
		{Label: ui.T(ctx, "理由（R19）", "Ground (R19)"), Value: v.Recusal.Ground, Wide: true}}
}

func identityFacts(ctx context.Context, v *desk.ApprovalView) []ui.Fact {
	facts := []ui.Fact{{Label: ui.T(ctx, "申请人", "Asked by"), Value: v.Proposer}, {Label: ui.T(ctx, "查阅理由", "Why"), Value: v.Identity.Reason, Wide: true}}
	if at := v.Identity.OpenedAt; at != 0 {
		facts = append(facts, ui.Fact{Label: ui.T(ctx, "已查阅", "Opened"), Value: ui.Moment(at.Time())})
	}
	return facts
}

// whatFollows is what comes of approving, where the page does not show it.
func whatFollows(ctx context.Context, v *desk.ApprovalView) string {
	switch v.Kind {
	case desk.KindIdentity:
		return ui.T(ctx, "同意后，申请人本人一日内可看一次，并记入操作记录；同意的人看不到。", "Once agreed, the person who asked may look once within a day, which is recorded; who agrees sees nothing.")
	case desk.KindRecusal:
		return ui.T(ctx, "决定之前，该人员继续办理（R21）；决定回避的，即时退出本件，不能再看到。", "Until it is decided the person keeps working (R21); once recused, off the matter at once.")
	case desk.KindRole:
		return ui.T(ctx, "同意后，角色即时生效。", "The roles take effect at once.")
	case desk.KindModel:
		return ui.T(ctx, "请先打开模型，看依据、语句和试运行的命中；同意后上架，检察官和技术人员可以正式运行。", "Open the model first: its law, statement and what the trial found. Once agreed it is run in earnest.")
	}
	return ""
}
