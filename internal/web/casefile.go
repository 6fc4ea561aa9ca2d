package web

import (
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func caseLead(ctx context.Context, f *desk.CaseFile) string {
	var lead []string
	for _, p := range f.People {
		if p.Lead || len(f.People) < 3 {
			lead = append(lead, p.Name)
		}
	}
	s := f.Number + " · " + f.Field
	if len(lead) > 0 {
		s += " · " + ui.T(ctx, "承办：%s", "handled by %s", strings.Join(lead, "、"))
	}
	return s
}

func caseTags(ctx context.Context, f *desk.CaseFile) []ui.Tag {
	late, open := 0, false
	for _, d := range f.Deadlines {
		if d.Ended == 0 && d.Due < f.Today && d.Who == "office" {
			late++
		}
	}
	for _, l := range f.Lines {
		open = open || !l.Ended
	}
	tags := []ui.Tag{{Tone: ui.Done, Text: ui.T(ctx, "已办结", "closed")}}
	if open {
		tags = []ui.Tag{{Text: ui.T(ctx, "在办", "open")}}
	}
	if late > 0 {
		tags = append(tags, ui.Tag{Tone: ui.Late, Text: ui.T(ctx, "%d 项逾期", "%d late", late), Href: "#deadlines"})
	}
	if f.Major {
		tags = append(tags, ui.Tag{Text: ui.T(ctx, "重大办案事项", "major matter")})
	}
	if f.Demo {
		tags = append(tags, ui.Tag{Text: ui.T(ctx, "演示", "demo")})
	}
	return tags
}

// actPath is the form for a step that may come next.
func actPath(matter int64, l desk.LineView, o desk.OptionView) string {
	return stepPath(matter, l, o.Step.ID)
}

func stepPath(matter int64, l desk.LineView, step string) string {
	return query("/cases/"+id(matter)+"/act", "track", l.Track.ID, "respondent", l.Respondent, "step", step)
}

func caseActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	var out []ui.Action
	if f.May[account.AttachExhibit] {
		out = append(out, ui.Action{Text: ui.T(ctx, "附文件", "Attach files"), Href: "/cases/" + id(f.ID) + "/files"})
	}
	if f.May[account.ShowRecord] {
		out = append(out, ui.Action{Text: ui.T(ctx, "操作记录", "Record"), Href: "/matters/" + id(f.ID) + "/record"})
	}
	return append(out, ui.Action{Text: ui.T(ctx, "案卡", "Case card"), Href: "/cases/" + id(f.ID) + "/card"}, ui.Action{Text: ui.T(ctx, "打印", "Print"), Print: true})
}

// mainStep reports whether a step leads the procedure on; the rest stands folded
// below.
func mainStep(l desk.LineView, o desk.OptionView) bool {
	to := o.Step.ToState()
	if to < 0 || slices.Contains([]string{"not-file", "look-back", "recommend", "take-effect"}, o.Step.ID) {
		return false
	}
	here := slices.Index(l.Track.States, l.Main)
	state := l.Track.States[to]
	return state != l.State && (to > here || state.Fact) && !state.Side
}

// mainSteps are the steps that lead a line on, as cards: those that may be taken,
// then those that lack something.
func mainSteps(ctx context.Context, f *desk.CaseFile, l desk.LineView) []ui.Step {
	var out []ui.Step
	for _, o := range l.Next {
		if !mainStep(l, o) {
			continue
		}
		s := ui.Step{ID: "step-" + l.Track.ID + "-" + o.Step.ID, Name: say(ctx, o.Step.Text), Line: l.Respondent, Articles: articles(ctx, o.Cites)}
		switch {
		case o.Deciders != "":
			s.Decides = ui.T(ctx, "报请%s决定", "decided by the %s", inLang(ctx, o.Deciders, o.DecideEn))
			if o.Rule.Review == "head" {
				s.Decides = ui.T(ctx, "部门负责人审核，%s决定", "reviewed by the head, decided by the %s", inLang(ctx, o.Deciders, o.DecideEn))
			}
		default:
			s.Decides = ui.T(ctx, "承办检察官办理", "done by the prosecutor in charge")
		}
		for _, p := range o.Papers {
			s.Papers = append(s.Papers, say(ctx, p.Text))
		}
		for _, k := range o.Lack {
			n := ui.Need{Text: say(ctx, k.Text), Articles: articles(ctx, []string{k.Cite})}
			if k.Stop {
				s.Stops = append(s.Stops, n)
			} else {
				s.Cautions = append(s.Cautions, n)
			}
		}
		if o.Allowed() && o.May {
			a := ui.Action{Text: ui.T(ctx, "记录", "Record it"), Href: actPath(f.ID, l, o)}
			if o.Do == account.ProposeStep {
				a.Text = ui.T(ctx, "提出并报审", "Propose it")
			}
			if len(out) == 0 && len(s.Cautions) == 0 {
				a.Kind = ui.Primary
			}
			s.Actions = []ui.Action{a}
		}
		out = append(out, s)
	}
	return out
}

// otherSteps are the office's steps beside the way.
func otherSteps(_ *desk.CaseFile, l desk.LineView) []desk.OptionView {
	var out []desk.OptionView
	for _, o := range l.Next {
		if !mainStep(l, o) {
			out = append(out, o)
		}
	}
	return out
}

func lackText(ctx context.Context, k docket.Lack) string {
	if k.Stop {
		return ui.T(ctx, "还缺：%s", "missing: %s", say(ctx, k.Text))
	}
	return ui.T(ctx, "须写明理由：%s", "needs reasons: %s", say(ctx, k.Text))
}

func caseDeadlines(ctx context.Context, f *desk.CaseFile) []ui.Deadline {
	var out []ui.Deadline
	for _, d := range f.Deadlines {
		out = append(out, deadlineView(ctx, d, f.Today))
	}
	return out
}

func openApprovals(f *desk.CaseFile) []desk.ApprovalLine {
	var out []desk.ApprovalLine
	for _, a := range f.Approvals {
		if a.State.Open() {
			out = append(out, a)
		}
	}
	return out
}

func approvalTag(ctx context.Context, a desk.ApprovalLine) ui.Tag {
	switch a.State {
	case docket.InReview, docket.InDecision, docket.Committee:
		return ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "待%s", "waits for: %s", a.Waits)}
	case docket.Returned:
		return ui.Tag{Tone: ui.Soon, Text: ui.T(ctx, "已退回", "returned")}
	case docket.Approved:
		return ui.Tag{Tone: ui.Done, Text: ui.T(ctx, "同意", "approved")}
	case docket.Otherwise:
		if a.Kind != desk.KindStep && a.Kind != desk.KindFiling {
			return ui.Tag{Text: inLang(ctx, refusal(a.Kind)[0], "refused")}
		}
		return ui.Tag{Text: ui.T(ctx, "另行决定", "decided otherwise")}
	}
	return ui.Tag{Text: ui.T(ctx, "已撤回", "withdrawn")}
}

func peopleActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	var out []ui.Action
	if f.May[account.AssignCase] {
		out = append(out, ui.Action{Text: ui.T(ctx, "指定承办", "Assign"), Href: "/matters/" + id(f.ID) + "/assign", Kind: ui.Quiet})
	}
	if f.May[account.RequestRecusal] {
		out = append(out, ui.Action{Text: ui.T(ctx, "回避", "Recusal"), Href: "/matters/" + id(f.ID) + "/recusal", Kind: ui.Quiet})
	}
	return out
}

func filingGrid(ctx context.Context, f *desk.CaseFile) ui.Grid {
	g := ui.Grid{ID: "filings-table", Caption: ui.T(ctx, "报上一级院备案", "Record-filing"), Columns: []ui.Column{
		{Label: ui.T(ctx, "事项", "What")}, {Label: ui.T(ctx, "收到", "Received"), Tight: true},
	}}
	for _, x := range f.Filings {
		got := ui.Badge(ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "待收", "not yet")})
		if x.ReceivedOn != 0 {
			got = ui.Badge(ui.Tag{Tone: ui.Done, Text: ui.Date(x.ReceivedOn)})
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Title, Sub: ui.T(ctx, "%s 报 %s", "%s to %s", ui.Date(x.SentOn), x.To)}, {Content: got}}})
	}
	return g
}

func linkText(ctx context.Context, l desk.LinkView) string {
	switch l.Kind {
	case desk.LinkClue:
		if l.Outward {
			return ui.T(ctx, "所立案件", "case opened")
		}
		return ui.T(ctx, "来源线索", "clue")
	case desk.LinkParent:
		if l.Outward {
			return ui.T(ctx, "上级案件", "parent")
		}
		return ui.T(ctx, "下属案件", "child")
	case desk.LinkRebound:
		if l.Outward {
			return ui.T(ctx, "反弹线索", "harm returned")
		}
		return ui.T(ctx, "原案", "the case before")
	}
	return ui.T(ctx, "并行案件", "parallel")
}

func staffOptions(staff []desk.Person) []ui.Option {
	var out []ui.Option
	for _, p := range staff {
		out = append(out, ui.Option{Value: id(p.ID), Label: p.Name})
	}
	return out
}

func demandNote(ctx context.Context, f *desk.CaseFile) string {
	done := 0
	for _, d := range f.Demands {
		if d.State.Settled() {
			done++
		}
	}
	return ui.T(ctx, "%d 项中 %d 项办结；回复不等于整改", "%d demands, %d closed; a reply is not a rectification", len(f.Demands), done)
}

func demandActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	if !f.May[account.RecordEvent] {
		return nil
	}
	return []ui.Action{{Text: ui.T(ctx, "记录回复、核实、办结", "Record answers and checks"), Href: "/cases/" + id(f.ID) + "/demands"}}
}

func demandWord(ctx context.Context, s docket.DemandState) string {
	return inLang(ctx, s.Zh(), s.En())
}

func moveWord(ctx context.Context, m docket.DemandMove) string { return inLang(ctx, m.Zh(), m.En()) }

func demandGrid(ctx context.Context, f *desk.CaseFile) ui.Grid {
	g := ui.Grid{ID: "demands-table", Caption: ui.T(ctx, "建议事项", "Demands"), Columns: []ui.Column{
		{Label: ui.T(ctx, "事项", "Demand")}, {Label: ui.T(ctx, "状态", "State"), Tight: true}, {Label: ui.T(ctx, "经过", "What became of it")},
	}}
	for _, d := range f.Demands {
		sub := d.Respondent
		if d.Basis != "" {
			sub += " · " + d.Basis
		}
		g.Rows = append(g.Rows, ui.Row{Tone: demandTone(d.State), Cells: []ui.Cell{{Text: d.Text, Sub: sub}, {Content: demandState(d)}, {Content: demandWay(f, d)}}})
	}
	return g
}

func attachments(files []desk.File) []ui.Attachment {
	var out []ui.Attachment
	for _, x := range files {
		out = append(out, ui.Attachment{Name: x.Name, Href: "/files/" + id(x.ID), Note: size(x.Size)})
	}
	return out
}

func eventID(seq int) string { return "event-" + id(int64(seq)) }

// caseEntries are the history, the newest first.
func caseEntries(ctx context.Context, f *desk.CaseFile) []ui.Entry {
	several := len(f.Lines) > 1
	var out []ui.Entry
	for _, e := range f.Timeline {
		v := ui.Entry{ID: eventID(e.Seq), Day: pil.On(e.On), Recorded: e.RecordedAt.Time(), Who: say(ctx, e.By), By: e.Person,
			What: say(ctx, e.Name), Text: e.Note, Articles: articles(ctx, e.Cites), Attachments: attachments(e.Files)}
		if several || e.Respondent != "" {
			v.Line = e.Respondent
			if v.Line == "" && several {
				v.Line = say(ctx, e.TrackName)
			}
		}
		if e.Void {
			v.What = ui.T(ctx, "撤销记录：%s", "Taken out: %s", v.What)
		}
		if e.Reason != "" {
			v.Text = strings.TrimSpace(v.Text + "\n" + ui.T(ctx, "理由：%s", "Reasons: %s", e.Reason))
		}
		if e.Urgent {
			v.Tags = append(v.Tags, ui.Tag{Text: ui.T(ctx, "紧急", "urgent")})
		}
		for _, k := range []string{"number", "manner", "sum"} {
			if s := e.Facts.More[k]; s != "" {
				v.Tags = append(v.Tags, ui.Tag{Text: s})
			}
		}
		if e.SupersededBy != 0 {
			v.Superseded = &ui.Link{Text: ui.T(ctx, "第 %d 号更正", "correction %d", e.SupersededBy), Href: "#" + eventID(e.SupersededBy)}
		} else if f.May[account.CorrectEvent] {
			v.Detail = correctLink(f.ID, e.Seq)
		}
		if isService(e.Step) && !e.Void && e.SupersededBy == 0 {
			v.Attachments = append(v.Attachments, ui.Attachment{Name: ui.T(ctx, "送达回证", "Proof of service"), Href: "/cases/" + id(f.ID) + "/events/" + id(int64(e.Seq)) + "/receipt"})
		}
		if e.Supersedes != nil {
			v.Corrects = &ui.Link{Text: ui.T(ctx, "第 %d 号记录（%s）", "entry %d (%s)", e.Supersedes.Seq, ui.Date(e.Supersedes.On)), Href: "#" + eventID(e.Supersedes.Seq)}
		}
		out = append(out, v)
	}
	slices.Reverse(out)
	return out
}

func visitActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	if !f.May[account.PlanLookBack] {
		return nil
	}
	return []ui.Action{{Text: ui.T(ctx, "安排回头看", "Plan a look-back"), Href: "/cases/" + id(f.ID) + "/visits", Kind: ui.Quiet}}
}

// pairsOf puts the photos of one place side by side, in the order they came.
func pairsOf(files []desk.File) [][2]*desk.File {
	var sides [2][]*desk.File
	for i := range files {
		switch files[i].Side {
		case "before":
			sides[0] = append(sides[0], &files[i])
		case "after":
			sides[1] = append(sides[1], &files[i])
		}
	}
	var out [][2]*desk.File
	for i := range max(len(sides[0]), len(sides[1])) {
		var pair [2]*desk.File
		for k := range sides {
			if i < len(sides[k]) {
				pair[k] = sides[k][i]
			}
		}
		out = append(out, pair)
	}
	return out
}

// loose are the files that belong to no pair.
func loose(files []desk.File) []desk.File {
	return slices.DeleteFunc(slices.Clone(files), func(f desk.File) bool { return f.Side != "" })
}

func photo(f *desk.File) ui.Photo {
	if f == nil {
		return ui.Photo{}
	}
	caption := f.Caption
	if f.TakenOn != 0 {
		caption = strings.TrimSpace(caption + " " + ui.Date(f.TakenOn))
	}
	alt := f.Caption
	if alt == "" {
		alt = f.Name
	}
	return ui.Photo{Src: "/files/" + id(f.ID), Href: "/files/" + id(f.ID), Alt: alt, Caption: caption}
}

func fileActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	if !f.May[account.AttachExhibit] {
		return nil
	}
	return []ui.Action{{Text: ui.T(ctx, "证据登记", "Exhibits"), Href: exhibitsPath(f.ID), Kind: ui.Quiet}, {Text: ui.T(ctx, "附文件", "Attach files"), Href: "/cases/" + id(f.ID) + "/files", Kind: ui.Quiet}}
}

func fileKind(ctx context.Context, kind string) string {
	switch kind {
	case "document":
		return ui.T(ctx, "文书", "paper")
	case "exhibit":
		return ui.T(ctx, "证据", "exhibit")
	case desk.PlanKind:
		return ui.T(ctx, "调查方案", "plan")
	}
	return ui.T(ctx, "照片", "photo")
}

func fileGrid(ctx context.Context, f *desk.CaseFile) ui.Grid {
	g := ui.Grid{ID: "files-table", Caption: ui.T(ctx, "文书和证据", "Papers and evidence"), Columns: []ui.Column{
		{Label: ui.T(ctx, "名称", "Name")}, {Label: ui.T(ctx, "种类", "Kind"), Tight: true}, {Label: ui.T(ctx, "收到", "Received"), Tight: true}, {Label: ui.T(ctx, "大小", "Size"), Tight: true, Num: true},
	}, Empty: ui.EmptyState{Title: ui.T(ctx, "还没有文件", "No files yet"), Text: ui.T(ctx, "附上的文件在收到时计算散列值，以后任何人都能核对没有改动。", "A file's hash is taken on receipt, so that anybody can check later that it has not changed.")}}
	for _, x := range f.Files {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{
			{Text: x.Name, Href: "/files/" + id(x.ID), Sub: strings.TrimSpace(x.Caption + " SHA-256 " + x.SHA256[:12] + "…")}, {Text: fileKind(ctx, x.Kind)},
			{Text: ui.Moment(x.ReceivedAt.Time()), Sub: f.Names[x.PersonID]}, {Text: size(x.Size)},
		}})
	}
	return g
}

func factActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	if !f.May[account.RecordEvent] {
		return nil
	}
	return []ui.Action{{Text: ui.T(ctx, "修改", "Change"), Href: "/cases/" + id(f.ID) + "/facts", Kind: ui.Quiet}}
}

func partyActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	if !f.May[account.RecordEvent] {
		return nil
	}
	return []ui.Action{{Text: ui.T(ctx, "添加", "Add"), Href: "/cases/" + id(f.ID) + "/parties", Kind: ui.Quiet}, {Text: ui.T(ctx, "关联案件", "Link a case"), Href: "/cases/" + id(f.ID) + "/links", Kind: ui.Quiet}}
}

func partyKind(ctx context.Context, kind string) string {
	switch kind {
	case "agency":
		return ui.T(ctx, "行政机关", "agency")
	case "company":
		return ui.T(ctx, "单位", "company")
	case "person":
		return ui.T(ctx, "个人", "person")
	}
	return ui.T(ctx, "其他", "other")
}

func partyPart(ctx context.Context, part string) string {
	switch part {
	case "respondent":
		return ui.T(ctx, "监督对象、违法行为人", "respondent")
	case "beside":
		return ui.T(ctx, "另案或者在旁", "beside")
	case "supplier":
		return ui.T(ctx, "供应方", "supplier")
	case "relative":
		return ui.T(ctx, "近亲属", "relative")
	case "plaintiff":
		return ui.T(ctx, "适格主体", "plaintiff")
	case "court":
		return ui.T(ctx, "法院", "court")
	}
	return ui.T(ctx, "其他", "other")
}

func partyGrid(ctx context.Context, f *desk.CaseFile) ui.Grid {
	g := ui.Grid{ID: "parties-table", Caption: ui.T(ctx, "当事人和有关单位", "Parties"), Columns: []ui.Column{
		{Label: ui.T(ctx, "名称", "Name")}, {Label: ui.T(ctx, "种类", "Kind"), Tight: true}, {Label: ui.T(ctx, "地位", "Part"), Tight: true},
	}, Empty: ui.EmptyState{Title: ui.T(ctx, "没有当事人", "No parties"), Text: ui.T(ctx, "以事立案的，查明对象后用「确定监督对象」记录。", "Of a case opened on facts, record the respondent once it is found.")}}
	for _, p := range f.Parties {
		cell := ui.Cell{Text: p.Name, Sub: strings.TrimSpace(p.Personal + " " + p.Note)}
		if p.AgencyID != 0 {
			cell.Href = "/agencies/" + id(p.AgencyID)
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: partyKind(ctx, p.Kind)}, {Text: partyPart(ctx, p.Part)}}})
	}
	return g
}

// todayActions is what a person's day begins with.
func todayActions(ctx context.Context, f ui.Frame) []ui.Action {
	for _, n := range f.Nav {
		if n.Href == "/clues" {
			return []ui.Action{{Text: ui.T(ctx, "登记线索", "Register a clue"), Href: "/clues/new", Kind: ui.Primary}}
		}
	}
	return nil
}

// investigationActions are the ways to plan and to record an act of investigation,
// one for each line where the law of today allows it.
func investigationActions(ctx context.Context, f *desk.CaseFile) []ui.Action {
	var out []ui.Action
	if f.May[account.AttachExhibit] && len(f.Investigation.Plans) == 0 {
		out = append(out, ui.Action{Text: ui.T(ctx, "附调查方案", "Attach the plan"), Href: query("/cases/"+id(f.ID)+"/files", "kind", desk.PlanKind), Kind: ui.Quiet})
	}
	for _, l := range f.Lines {
		for _, o := range l.Next {
			if o.Investigates() && o.May && o.Allowed() {
				text := ui.T(ctx, "记录一次调查", "Record an act of investigation")
				if len(f.Lines) > 1 && l.Respondent != "" {
					text = ui.T(ctx, "记录一次调查：%s", "Record an act: %s", l.Respondent)
				}
				out = append(out, ui.Action{Text: text, Href: actPath(f.ID, l, o), Kind: ui.Quiet})
			}
		}
	}
	return out
}

// planFacts says what is known of the plan of the investigation.
func planFacts(ctx context.Context, f *desk.CaseFile) string {
	v := f.Investigation
	switch {
	case len(v.Plans) > 0:
		return ""
	case v.Said != nil:
		return ui.T(ctx, "%s 由%s确认已制定调查方案，案卷中没有附件。", "On %s %s affirmed that there is a plan; it is not in the file.", ui.Date(v.Said.On), v.Said.Person)
	}
	return ui.T(ctx, "还没有调查方案：调查之前应当制定（R33）。", "No plan yet: one is made before the investigation (R33).")
}

func investigationGrid(ctx context.Context, f *desk.CaseFile) ui.Grid {
	g := ui.Grid{ID: "investigation-table", Caption: ui.T(ctx, "调查", "Investigation"), Columns: []ui.Column{
		{Label: ui.T(ctx, "日期", "Day"), Tight: true}, {Label: ui.T(ctx, "调查情况", "What was done")}, {Label: ui.T(ctx, "调查人员", "Who"), Tight: true}, {Label: ui.T(ctx, "取得的材料", "What it brought")},
	}, Empty: ui.EmptyState{Title: ui.T(ctx, "还没有调查记录", "Nothing has been investigated yet"), Text: ui.T(ctx, "两名以上检察人员共同进行（R36）；每次调查记一条，取得的证据附在这一条下面。", "Two or more together (R36); each act is recorded by itself, with what it brought.")}}
	for _, x := range f.Investigation.Acts {
		what := ui.Cell{Text: x.Note, Href: "#" + eventID(x.Seq), Sub: x.Respondent}
		if what.Text == "" {
			what.Text = say(ctx, x.Name)
		}
		who := ui.Cell{Text: strings.Join(x.Went, "、")}
		if len(x.Went) == 0 {
			who.Text = ui.T(ctx, "没有载明", "not said")
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Date(x.On)}, what, who, {Content: actFiles(f, x)}}})
	}
	return g
}
