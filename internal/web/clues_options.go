package web

import (
	"context"
	"strconv"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// member is one of a closed set.
type member interface {
	ui.Bilingual
	String() string
}

// optionsOf are the members of a closed set to choose from.
func optionsOf[T member](ctx context.Context, list []T) []ui.Option {
	var out []ui.Option
	for _, m := range list {
		out = append(out, ui.Option{Value: m.String(), Label: ui.In(ctx, m)})
	}
	return out
}

func channelOptions(ctx context.Context) []ui.Option   { return optionsOf(ctx, clue.Channels()) }
func fieldOptions(ctx context.Context) []ui.Option     { return optionsOf(ctx, clue.Fields()) }
func kindOptions(ctx context.Context) []ui.Option      { return optionsOf(ctx, clue.Kinds()) }
func tierOptions(ctx context.Context) []ui.Option      { return optionsOf(ctx, clue.Tiers()) }
func suspicionOptions(ctx context.Context) []ui.Option { return optionsOf(ctx, clue.Suspicions()) }

// fieldNameOptions are fields by the name a matter keeps.
func fieldNameOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, f := range clue.Fields() {
		out = append(out, ui.Option{Value: f.Zh(), Label: ui.In(ctx, f)})
	}
	return out
}

func reporterOptions(ctx context.Context) []ui.Option {
	none := ui.Option{Value: "", Label: ui.T(ctx, "没有举报人（本院发现、媒体、平台等）", "nobody reported (own finding, media, platform …)")}
	return append([]ui.Option{none}, optionsOf(ctx, clue.Reporters())...)
}

func departmentOptions(list []desk.Department) []ui.Option {
	var out []ui.Option
	for _, d := range list {
		out = append(out, ui.Option{Value: id(d.ID), Label: d.Name})
	}
	return out
}

func sameLevel(list []desk.Office) []ui.Option {
	var out []ui.Option
	for _, o := range list {
		out = append(out, ui.Option{Value: id(o.ID), Label: o.Name})
	}
	return out
}

func caseOptions(list []desk.Matter) []ui.Option {
	var out []ui.Option
	for _, m := range list {
		out = append(out, ui.Option{Value: id(m.ID), Label: m.Number + " " + m.Title})
	}
	return out
}

// trackOptions are the tracks a case may be opened on.
func trackOptions(ctx context.Context) []ui.Option {
	return append(optionsOf(ctx, clue.Kinds()), ui.Option{Value: "support", Label: ui.T(ctx, "支持起诉", "support of another's suit")})
}

func filingOptions(ctx context.Context, f *desk.ClueFile) []ui.Option {
	out := []ui.Option{{Value: "open", Label: ui.T(ctx, "立案", "open a case")}}
	if len(f.Cases) > 0 {
		out = append(out, ui.Option{Value: "join", Label: ui.T(ctx, "并入在办案件", "join an open case")})
	}
	out = append(out, ui.Option{Value: "none", Label: ui.T(ctx, "不立案", "open none")})
	if f.Assessment != nil && f.Assessment.Conclusion == clue.NotToFile {
		out[len(out)-1].Selected = true
	} else {
		out[0].Selected = true
	}
	return out
}

func transferOptions(ctx context.Context, f *desk.ClueFile) []ui.Option {
	same := ui.Option{Value: desk.TransferSame, Label: ui.T(ctx, "移送有管辖权的同级院（R26）", "to the competent office of the same level (R26)")}
	if f.Received {
		same.Disabled, same.Hint = true, ui.T(ctx, "受移送的线索不得退回或者再移送", "a clue sent here may not go back or on")
	}
	up := ui.Option{Value: desk.TransferUp, Label: ui.T(ctx, "报请移送上级院（R26）", "report it to the higher office (R26)")}
	if f.Higher != nil {
		up.Hint = f.Higher.Name
	}
	return []ui.Option{same, up, {Value: desk.TransferCrime, Label: ui.T(ctx, "移送犯罪、职务违法或者违纪线索（R31）", "hand over a clue of crime or misconduct (R31)"),
		Hint: ui.T(ctx, "本线索继续办理", "this clue goes on")}}
}

// gradeFields are a grade and its reason, three times.
func gradeFields(ctx context.Context, f *desk.ClueFile) (out [][2]ui.Field) {
	old := clue.Assessment{}
	if f.Assessment != nil {
		old = *f.Assessment
	}
	for _, g := range []struct {
		in  clue.Input
		was clue.Graded
	}{{clue.InTruth, old.Truth}, {clue.InCheckability, old.Checkability}, {clue.InRisk, old.Risk}} {
		out = append(out, [2]ui.Field{
			{Name: g.in.String(), Label: ui.In(ctx, g.in), Required: true, Half: true, Value: g.was.Grade.String(), Blank: ui.T(ctx, "请选择", "choose"), Options: optionsOf(ctx, clue.Grades())},
			{Name: g.in.String() + "-reason", Label: ui.T(ctx, "%s：理由", "%s: why", ui.In(ctx, g.in)), Required: true, Half: true, Value: g.was.Reason, MaxLength: 2000},
		})
	}
	return out
}

func findOptions(ctx context.Context, f *desk.ClueFile) []ui.Option {
	a := f.Assessment
	return []ui.Option{
		{Value: "harm", Label: ui.T(ctx, "国家利益或者社会公共利益受到侵害", "the interests of the state or the public are harmed"), Hint: "R28", Selected: a != nil && a.Harm},
		{Value: "illegal", Label: ui.T(ctx, "可能存在违法行为或者不履职", "possibly an illegal act or failure to act"), Hint: "R28", Selected: a != nil && a.Illegal},
		{Value: "nobody", Label: ui.T(ctx, "损害严重，经初步调查仍难以确定责任主体", "serious harm, and nobody known to answer after the inquiry"), Hint: "R29", Selected: a != nil && a.SeriousNobody},
	}
}

func conclusionOptions(ctx context.Context, f *desk.ClueFile) []ui.Option {
	out := optionsOf(ctx, clue.Conclusions())
	for i, c := range clue.Conclusions() {
		out[i].Selected = f.Assessment != nil && f.Assessment.Conclusion == c
	}
	return out
}

func assessedReason(f *desk.ClueFile) string {
	if f.Assessment == nil {
		return ""
	}
	return f.Assessment.Reason
}

func assessmentFacts(ctx context.Context, f *desk.ClueFile) []ui.Fact {
	a := f.Assessment
	yes := func(b bool) string {
		if b {
			return ui.T(ctx, "是", "yes")
		}
		return ui.T(ctx, "否", "no")
	}
	return []ui.Fact{
		{Label: ui.In(ctx, clue.InTruth), Value: graded(ctx, a.Truth)}, {Label: ui.In(ctx, clue.InCheckability), Value: graded(ctx, a.Checkability)},
		{Label: ui.In(ctx, clue.InRisk), Value: graded(ctx, a.Risk)}, {Label: ui.In(ctx, clue.InConclusion), Value: ui.In(ctx, a.Conclusion)},
		{Label: ui.T(ctx, "公益受损", "Harm"), Value: yes(a.Harm)}, {Label: ui.T(ctx, "可能违法", "Possibly illegal"), Value: yes(a.Illegal)},
		{Label: ui.T(ctx, "理由", "Reasons"), Value: a.Reason, Wide: true}, {Label: ui.T(ctx, "评估人", "By"), Value: f.AssessedBy + " " + ui.Date(f.AssessedOn)},
	}
}

func graded(ctx context.Context, g clue.Graded) string { return ui.In(ctx, g.Grade) + "：" + g.Reason }

func assessActions(ctx context.Context, f *desk.ClueFile) []ui.Action {
	if !f.May[account.AssessClue] || f.Assessment == nil || !mayStep(f, "assess") {
		return nil
	}
	return []ui.Action{{Text: ui.T(ctx, "重新评估", "Assess anew"), Href: cluePath(f, "assess"), Kind: ui.Quiet}}
}

func assignActions(ctx context.Context, f *desk.ClueFile) []ui.Action {
	var out []ui.Action
	if f.May[account.AssignClue] {
		out = append(out, ui.Action{Text: ui.T(ctx, "分派", "Assign"), Href: "/matters/" + id(f.ID) + "/assign", Kind: ui.Quiet})
	}
	if f.May[account.RequestRecusal] {
		out = append(out, ui.Action{Text: ui.T(ctx, "回避", "Recusal"), Href: "/matters/" + id(f.ID) + "/recusal", Kind: ui.Quiet})
	}
	return out
}

// mayStep reports whether a step of the law may come next on the clue.
func mayStep(f *desk.ClueFile, step string) bool {
	for _, l := range f.Lines {
		for _, o := range l.Next {
			if o.Step.ID == step {
				return o.Allowed()
			}
		}
	}
	return false
}

// clueWay is the page of a step, and who may use it.
func clueWay(f *desk.ClueFile, step string) (path string, may bool) {
	switch step {
	case desk.AnswerReceipt, desk.AnswerResult:
		return query(cluePath(f, "answer"), "step", step), f.May[account.AnswerReporter] && (f.Reporter != clue.Anonymous || f.Channel == clue.WebReport) && f.Reporter != 0
	case "assess":
		return cluePath(f, "assess"), f.May[account.AssessClue] && f.Assessment == nil
	case "preliminary", "report-clue-up":
		return query(cluePath(f, "act"), "track", "clue", "step", step), f.May[account.RecordEvent]
	case "file":
		return cluePath(f, "filing"), f.May[account.ProposeFiling]
	case desk.TransferSame:
		return query(cluePath(f, "transfer"), "step", step), f.May[account.TransferClue] && !f.Received
	case desk.TransferUp, desk.TransferCrime:
		return query(cluePath(f, "transfer"), "step", step), f.May[account.TransferClue]
	}
	return "", false
}

// clueOrder is the order of the steps on the page: what has a limit first.
var clueOrder = []string{desk.AnswerReceipt, "assess", "file", "preliminary", desk.TransferSame, desk.TransferUp, desk.TransferCrime, "report-clue-up", desk.AnswerResult}

// clueSteps are the steps the person may take on a clue. One answer is enough for
// each limit, so those answered stand last or not at all.
func clueSteps(ctx context.Context, f *desk.ClueFile) (out []ui.Step) {
	options := map[string]desk.OptionView{}
	for _, l := range f.Lines {
		for _, o := range l.Next {
			options[o.Step.ID] = o
		}
	}
	open := map[string]*desk.DeadlineView{}
	for i := range f.Deadlines {
		if d := &f.Deadlines[i]; d.Ended == 0 {
			open[d.ID] = d
		}
	}
	limits := map[string]string{desk.AnswerReceipt: "INF.receipt", desk.AnswerResult: "INF.result"}
	for _, step := range clueOrder {
		o, ok := options[step]
		path, may := clueWay(f, step)
		if !ok || !may || step == desk.AnswerReceipt && open[limits[step]] == nil {
			continue
		}
		s := ui.Step{ID: "step-" + step, Name: say(ctx, o.Step.Text), Articles: articles(ctx, o.Cites)}
		if step == "file" {
			s.Name = ui.T(ctx, "提出立案、并案或者不立案意见", "Propose to open a case, to join one, or to open none")
			s.Decides = ui.T(ctx, "部门负责人审核，检察长决定", "reviewed by the head, decided by the chief")
		} else if o.Rule.Review == "head" {
			s.Decides = ui.T(ctx, "部门负责人审核", "reviewed by the head")
		}
		for _, p := range o.Papers {
			s.Papers = append(s.Papers, say(ctx, p.Text))
		}
		if d := open[limits[step]]; d != nil {
			v := deadlineView(ctx, *d, f.Today)
			s.Deadline = &v
		}
		a := ui.Action{Text: clueVerb(ctx, step), Href: path}
		if len(out) == 0 {
			a.Kind = ui.Primary
		}
		s.Actions = []ui.Action{a}
		out = append(out, s)
	}
	return out
}

func clueVerb(ctx context.Context, step string) string {
	switch step {
	case desk.AnswerReceipt, desk.AnswerResult:
		return ui.T(ctx, "记录答复", "Record the answer")
	case "assess":
		return ui.T(ctx, "评估", "Assess")
	case "file":
		return ui.T(ctx, "提出意见", "Propose")
	case desk.TransferSame, desk.TransferUp, desk.TransferCrime:
		return ui.T(ctx, "移送", "Send on")
	}
	return ui.T(ctx, "记录", "Record it")
}

// clueEntries are the history; a clue's entries are put right by its prosecutor.
func clueEntries(ctx context.Context, f *desk.ClueFile) []ui.Entry {
	c := f.CaseFile
	c.May = map[account.Action]bool{}
	return caseEntries(ctx, &c)
}

func verdictTone(j *desk.Jurisdiction) ui.Tone {
	switch j.Verdict {
	case clue.Ours:
		return ui.Done
	case clue.Undecided:
		return ui.Waiting
	}
	return ui.Soon
}

func verdictActions(ctx context.Context, f *desk.ClueFile, j *desk.Jurisdiction) (out []ui.Action) {
	if !f.May[account.TransferClue] {
		return nil
	}
	if step := j.Verdict.String(); (j.Verdict == clue.SameTier || j.Verdict == clue.Higher) && mayStep(f, step) {
		to := ""
		if len(j.Offices) == 1 && j.Verdict == clue.SameTier {
			to = id(j.Offices[0].ID)
		}
		out = append(out, ui.Action{Text: ui.T(ctx, "按此移送", "Send it there"), Href: query(cluePath(f, "transfer"), "step", step, "to", to)})
	}
	if j.HandOver != 0 {
		out = append(out, ui.Action{Text: ui.T(ctx, "移送%s线索", "Hand over: %s", ui.In(ctx, j.HandOver)), Href: query(cluePath(f, "transfer"), "step", desk.TransferCrime)})
	}
	return out
}

func problemText(ctx context.Context, list []clue.Problem) (s string) {
	for _, p := range list {
		if s != "" {
			s += "；"
		}
		if p.Input != 0 {
			s += ui.In(ctx, p.Input) + "："
		}
		s += inLang(ctx, p.Zh, p.En)
	}
	return s
}

// rejectedMost is how many rows a report shows.
const rejectedMost = 500

func rejectedGrid(ctx context.Context, rep desk.ImportReport) ui.Grid {
	g := ui.Grid{ID: "rejected-table", Caption: ui.T(ctx, "没有登记的行", "Rejected rows"), Columns: []ui.Column{
		{Label: ui.T(ctx, "行", "Row"), Num: true}, {Label: ui.T(ctx, "原因", "Why")},
	}, Empty: ui.EmptyState{Title: ui.T(ctx, "全部登记", "All were registered")}}
	for i, r := range rep.Rejected {
		if i == rejectedMost {
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: "…"}, {Text: ui.T(ctx, "另有 %d 行", "and %d more", len(rep.Rejected)-i)}}})
			break
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(r.Line)}, {Text: problemText(ctx, r.Why)}}})
	}
	return g
}

// doubtful are the rows registered of which something could not be read.
func doubtful(rep desk.ImportReport) (out []desk.ImportedClue) {
	for _, a := range rep.Accepted {
		if len(a.Notes) > 0 {
			out = append(out, a)
		}
	}
	return out
}

func doubtfulGrid(ctx context.Context, rep desk.ImportReport) ui.Grid {
	g := ui.Grid{ID: "doubtful-table", Caption: ui.T(ctx, "请核对的行", "To be checked"), Columns: []ui.Column{
		{Label: ui.T(ctx, "线索", "Clue"), Tight: true}, {Label: ui.T(ctx, "行", "Row"), Num: true}, {Label: ui.T(ctx, "疑问", "In doubt")},
	}}
	for i, a := range doubtful(rep) {
		if i == rejectedMost {
			break
		}
		g.Rows = append(g.Rows, ui.Row{Href: "/clues/" + id(a.Matter), Cells: []ui.Cell{{Text: a.Number}, {Text: strconv.Itoa(a.Line)}, {Text: problemText(ctx, a.Notes)}}})
	}
	return g
}

func identityGoes(ctx context.Context, s desk.SentClue) string {
	if s.Identity {
		return ui.T(ctx, "密封移送，由受理院答复举报人", "sealed, comes along: this office answers the reporter")
	}
	return ui.T(ctx, "留存原院", "stays with the sender")
}

func sentGrid(ctx context.Context, list desk.SentClues) ui.Grid {
	g := ui.Grid{ID: "sent-table", Caption: ui.T(ctx, "已移出", "Sent"), Columns: []ui.Column{
		{Label: ui.T(ctx, "线索", "Clue")}, {Label: ui.T(ctx, "接收", "To")}, {Label: ui.T(ctx, "移送日期", "Sent"), Tight: true},
	}, Empty: ui.EmptyState{Title: ui.T(ctx, "没有等待对方受理的线索", "Nothing on its way")}}
	for _, s := range list.Out {
		if s.ToOffice != 0 {
			g.Rows = append(g.Rows, ui.Row{Href: "/clues/" + id(s.MatterID), Cells: []ui.Cell{{Text: s.Title, Sub: s.Number}, {Text: s.To}, {Text: ui.Date(s.SentOn)}}})
		}
	}
	return g
}

// regionsOf reads region codes separated by blanks; what is none is left out.
func regionsOf(text string) (out []pil.Region) {
	for _, word := range fieldsOf(text) {
		if r, err := pil.ParseRegion(word); err == nil {
			out = append(out, r)
		}
	}
	return out
}

// joined are texts with a dot between them, leaving out what is empty.
func joined(list ...string) (s string) {
	for _, text := range list {
		if s != "" && text != "" {
			s += " · "
		}
		s += text
	}
	return s
}

// transferFacts are what is proposed to be sent, to whom, and why.
func transferFacts(ctx context.Context, v *desk.ApprovalView) []ui.Fact {
	along := ui.T(ctx, "留存本院", "stays here")
	if v.Transfer.Identity {
		along = ui.T(ctx, "密封后一并移送", "goes along, sealed")
	}
	return []ui.Fact{{Label: ui.T(ctx, "接收", "To"), Value: v.To}, {Label: ui.T(ctx, "举报人身份", "The reporter's identity"), Value: along},
		{Label: ui.T(ctx, "理由", "Why"), Value: v.Transfer.Reason, Wide: true}}
}
