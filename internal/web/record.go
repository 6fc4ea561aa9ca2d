package web

import (
	"fmt"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/ui"
)

// record is what was done in the office, and looked at.
func (s *Server) record(c *call) error {
	a := c.asks("/record", c.r.URL.Query())
	f := readRecord(a)
	if !a.ok() {
		f = desk.RecordFilter{}
	}
	r, err := s.desk.ShowRecord(c.ctx(), c.session.Who, f)
	if err != nil {
		return err
	}
	p := ui.Page{Title: c.t("操作记录", "Record"), Lead: c.t("谁在什么时候办了什么、看了什么；只增不改，可以离线核验", "Who did what, and who looked at what; append-only, and can be checked offline")}
	if r.Export {
		p.Actions = []ui.Action{{Text: c.t("导出核验文件", "Export for checking"), Post: "/record/export"}}
	}
	return c.page(p, signedCard(c, r), s.recordList(c, a, r))
}

// recordOf is the record of one clue or case.
func (s *Server) recordOf(c *call) error {
	n, err := c.id()
	if err != nil {
		return err
	}
	a := c.asks("/matters/"+id(n)+"/record", c.r.URL.Query())
	f := readRecord(a)
	if !a.ok() {
		f = desk.RecordFilter{}
	}
	r, err := s.desk.ShowRecordOf(c.ctx(), c.session.Who, n, f)
	if err != nil {
		return err
	}
	return c.page(ui.Page{Title: c.t("操作记录", "Record"), Lead: r.Matter.Number + " · " + c.t("谁办过、谁看过", "who worked on it, and who looked at it"),
		Crumbs: []ui.Link{{Text: c.t("操作记录", "Record"), Href: "/record"}, {Text: r.Matter.Number}}}, s.recordList(c, a, r))
}

func readRecord(a *asked) desk.RecordFilter {
	f := desk.RecordFilter{Person: a.count("person"), From: a.day("from"), To: a.day("to"), Before: a.count("after"), Subject: a.count("subject")}
	switch a.among("class", "write", "read", "list") {
	case "write":
		f.Class = "write"
	case "read":
		f.Class = "read"
	case "list":
		f.Class = "list"
	}
	f.Kind = a.among("kind", subjectKinds...)
	if word := a.text("action"); word != "" {
		if act, err := account.ParseAction(word); err == nil {
			f.Action = act.String()
		} else {
			a.wrong("action", a.c.say(err))
		}
	}
	return f
}

var subjectKinds = []string{"clue", "case", "person", "office", "approval", "agency", "record", "statistics", "visit", "filing", "transfer", "file", "exhibit", "token", "model_run", "model_hit", "model_hit_unmasked"}

func (s *Server) recordList(c *call, a *asked, r *desk.RecordPage) templ.Component {
	var people, actions, kinds []ui.Option
	for _, p := range r.People {
		people = append(people, ui.Option{Value: id(p.ID), Label: p.Name})
	}
	for _, act := range r.Actions {
		actions = append(actions, ui.Option{Value: act.String(), Label: ui.In(c.ctx(), act)})
	}
	for _, k := range subjectKinds {
		kinds = append(kinds, ui.Option{Value: k, Label: subjectText(c, k)})
	}
	any := c.t("不限", "any")
	fields := []question{
		chooseOf("person", c.t("人员", "Person"), any, people), chooseOf("action", c.t("操作", "Action"), any, actions),
		chooseOf("class", c.t("性质", "Nature"), any, []ui.Option{{Value: "write", Label: classText(c, "write")}, {Value: "read", Label: classText(c, "read")}, {Value: "list", Label: classText(c, "list")}}),
	}
	if r.Matter == nil {
		fields = append(fields, chooseOf("kind", c.t("对象", "Subject"), any, kinds))
	}
	fields = append(fields, question{kind: date, Field: ui.Field{Name: "from", Label: c.t("从", "From")}}, question{kind: date, Field: ui.Field{Name: "to", Label: c.t("至", "to")}})
	list := c.amend()
	if a.ok() {
		next := ""
		if n := len(r.Rows); n > 0 {
			next = a.with("after", id(r.Rows[n-1].Seq))
		}
		list = stack([]templ.Component{ui.Table(recordGrid(c, r)), a.turner(r.More, next)})
	}
	return card(ui.Section{Flush: true}, a.bar("record-results", fields...), results("record-results", list))
}

func recordGrid(c *call, r *desk.RecordPage) ui.Grid {
	g := ui.Grid{ID: "record-table", Caption: c.t("操作记录", "Record"), Columns: []ui.Column{
		{Label: c.t("时间", "When"), Tight: true}, {Label: c.t("人员", "Who"), Tight: true}, {Label: c.t("操作", "What")}, {Label: c.t("性质", "Nature"), Tight: true}, {Label: c.t("对象", "Subject")}, {Label: c.t("序号", "No."), Num: true},
	}, Empty: ui.EmptyState{Title: c.t("没有符合条件的记录", "No entry fits"), Text: c.t("放宽筛选条件再看。", "Widen the filter.")}}
	for i := range r.Rows {
		g.Rows = append(g.Rows, recordRow(c, &r.Rows[i]))
	}
	return g
}

func recordRow(c *call, e *desk.RecordLine) ui.Row {
	what := actionText(c, e.Action)
	subject := ui.Cell{Text: subjectText(c, e.SubjectKind)}
	if e.What != "" {
		subject.Text, subject.Sub = e.What, subject.Text
	}
	if e.Path != "" {
		subject.Href = "/matters/" + e.SubjectID
	}
	if e.Class == "list" {
		subject.Sub = c.t("列出 %d 条", "%d lines", e.ListCount)
	}
	sub := ""
	if e.Reason {
		sub = c.t("写明了理由", "with reasons")
	}
	person := e.Person
	if person == "" {
		person = c.t("系统", "the system")
	}
	return ui.Row{Cells: []ui.Cell{{Text: ui.Moment(e.At.Time())}, {Text: person}, {Text: what, Sub: sub}, {Text: classText(c, e.Class)}, subject, {Text: fmt.Sprint(e.Seq)}}}
}

// actionText is an action in words; one that is nobody's power has its own.
func actionText(c *call, word string) string {
	if a, err := account.ParseAction(word); err == nil {
		return ui.In(c.ctx(), a)
	}
	switch word {
	case "found_office":
		return c.t("初始化", "founded")
	case "staff_office":
		return c.t("设立人员", "staffed")
	case "sign_in":
		return c.t("登录", "signed in")
	case "sign_out":
		return c.t("退出", "signed out")
	case "add_office":
		return c.t("增加下级院", "office added")
	case "remind_limits":
		return c.t("期限提醒", "reminders of limits")
	case "end_analysis":
		return c.t("分析结束", "an analysis ended")
	case "end_model_run":
		return c.t("模型运行结束", "a model's run ended")
	case "recheck_files":
		return c.t("定期复核散列值", "file read again")
	case "settle_reminders":
		return c.t("撤销期限提醒", "reminders settled")
	case "refuse_sign_in":
		return c.t("登录失败", "sign-in refused")
	case "refuse_passphrase":
		return c.t("身份口令不对", "wrong passphrase")
	}
	return word
}

func classText(c *call, class string) string {
	switch class {
	case "write":
		return c.t("变更", "change")
	case "read":
		return c.t("查看", "look")
	case "list":
		return c.t("列表", "list")
	}
	return class
}

func subjectText(c *call, kind string) string {
	switch kind {
	case "clue":
		return c.t("线索", "clue")
	case "case":
		return c.t("案件", "case")
	case "person":
		return c.t("人员", "person")
	case "office":
		return c.t("本院", "office")
	case "approval":
		return c.t("审批", "approval")
	case "agency":
		return c.t("行政机关", "agency")
	case "record":
		return c.t("操作记录", "record")
	case "statistics":
		return c.t("统计", "statistics")
	case "visit":
		return c.t("回头看", "look-back")
	case "filing":
		return c.t("备案", "record-filing")
	case "transfer":
		return c.t("移送", "transfer")
	case "file":
		return c.t("文件", "file")
	case "exhibit":
		return c.t("证据", "exhibit")
	case "token":
		return c.t("访问令牌", "token")
	case "model_run":
		return c.t("模型运行", "run of a model")
	case "model_hit":
		return c.t("模型命中", "hit of a model")
	case "model_hit_unmasked":
		return c.t("模型命中（未遮盖）", "hit of a model, unmasked")
	}
	return kind
}

func signedCard(c *call, r *desk.RecordPage) templ.Component {
	state := ui.Tag{Tone: ui.Soon, Text: c.t("尚无签名检查点", "no signed checkpoint yet")}
	note := c.t("签名检查点之前的记录，任何改动都能被发现；请把检查点抄送上级院或者打印留存。", "Below a signed checkpoint any change is found out; keep checkpoints elsewhere too.")
	if r.Signed > 0 {
		state = ui.Tag{Tone: ui.Done, Text: c.t("已签名至第 %d 条", "signed up to entry %d", r.Signed)}
	}
	return card(ui.Section{Title: c.t("记录的状态", "State of the record")}, ui.Facts([]ui.Fact{
		{Label: c.t("全部条目", "Entries"), Value: fmt.Sprint(r.Size)}, {Label: c.t("签名检查点", "Checkpoint"), Content: ui.Badge(state)}, {Label: c.t("其后条目", "Entries since"), Value: fmt.Sprint(r.Size - r.Signed)},
	}), words(note))
}

// exportRecord is the record of the office as a file anybody can check.
func (s *Server) exportRecord(c *call) error {
	w := &firstByte{c: c, name: fmt.Sprintf("record-%s.jsonl", s.desk.Day())}
	err := s.desk.ExportRecord(c.ctx(), c.session.Who, w)
	if err != nil && w.begun {
		c.logged(err) // half a file is there already: its missing end tells
		return nil
	}
	return err
}

// firstByte names the file once there is something to send.
type firstByte struct {
	c     *call
	name  string
	begun bool
}

func (w *firstByte) Write(b []byte) (int, error) {
	if !w.begun {
		w.begun = true
		w.c.attach(w.name, "application/x-ndjson; charset=utf-8")
	}
	return w.c.w.Write(b)
}
