package gallery

import (
	"context"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

// today is the day on which the gallery plays.
var today = pil.Date(2026, 11, 23)

// Frame is a frame as a prosecutor sees it; current is the address of the room
// the page is in.
func Frame(ctx context.Context, current string) ui.Frame {
	f := ui.Frame{
		Office: ui.T(ctx, "演示市甲区人民检察院", "Demo City Jia District Procuratorate"),
		Person: ui.T(ctx, "演示甲", "Demo A"), Role: ui.T(ctx, "检察官", "prosecutor"),
		Account: "#account", Search: "/search", Lang: "#lang", SignOut: "/sign-out", Version: "v0.0-demo",
		Demo: ui.T(ctx, "演示数据：人员、案件、日期均为虚构，请勿录入真实案情。", "Demonstration: people, cases and days are made up. Enter nothing real."),
		Nav: []ui.NavEntry{
			{Text: ui.T(ctx, "今日", "Today"), Href: "#today"},
			{Text: ui.T(ctx, "线索", "Clues"), Href: "#clues", Count: 12},
			{Text: ui.T(ctx, "案件", "Cases"), Href: "#cases"},
			{Text: ui.T(ctx, "审批", "Approvals"), Href: "#approvals", Count: 3},
			{Text: ui.T(ctx, "期限", "Deadlines"), Href: "#deadlines"},
			{Text: ui.T(ctx, "证据分析", "Analysis"), Href: "#analysis"},
			{Text: ui.T(ctx, "听证", "Hearings"), Href: "#hearings"},
			{Text: ui.T(ctx, "资金", "Funds"), Href: "#funds"},
			{Text: ui.T(ctx, "统计", "Statistics"), Href: "#statistics"},
			{Text: ui.T(ctx, "法律", "Law"), Href: "#law"},
		},
	}
	for i := range f.Nav {
		f.Nav[i].Current = f.Nav[i].Href == current
	}
	return f
}

func reply(ctx context.Context) ui.Deadline {
	return ui.Deadline{
		ID: "D07", Name: ui.T(ctx, "行政机关依法履职并书面回复", "the agency performs its duty and replies in writing"),
		Who: ui.T(ctx, "演示市甲区城市管理局", "Demo City Jia District Urban Management"), Due: pil.Date(2027, 3, 1), Today: today, Provisional: true,
		Explanation: []string{
			ui.T(ctx, "自收到检察建议书 2026-12-31（周四），当日不计，2个月，该月无对应日，取当月最后一日。", "From receipt on 2026-12-31 (Thu), that day not counted, 2 months; the month has no such day, so its last day."),
			ui.T(ctx, "末日 2027-02-28（周日），为休息日，顺延至 2027-03-01（周一）。", "The last day, 2027-02-28 (Sun), is a rest day; moved to 2027-03-01 (Mon)."),
			ui.T(ctx, "2027年放假安排尚未收录，只按周末和固定节日推算，为暂定。", "No holiday table for 2027 yet; weekends and fixed holidays only: provisional."),
		},
		Articles: []ui.Article{{Text: ui.T(ctx, "法释〔2018〕6号第21条", "Fa Shi [2018] No. 6, art 21"), Href: "#J21"}},
	}
}

func deadlines(ctx context.Context) []ui.Deadline {
	article := func(zh string) []ui.Article { return []ui.Article{{Text: zh, Href: "#article"}} }
	return []ui.Deadline{
		{ID: "D05", Name: ui.T(ctx, "送达检察建议书", "serve the recommendation"), Who: ui.T(ctx, "本院", "this office"), Due: pil.Date(2026, 11, 20), Today: today,
			Explanation: []string{ui.T(ctx, "自作出决定 2026-11-15（周日）起五日内。", "Within five days of the decision of 2026-11-15 (Sun).")}, Articles: article("办案规则第76条")},
		{ID: "D06", Name: ui.T(ctx, "检察建议报上一级院备案", "record the recommendation with the higher office"), Due: pil.Date(2026, 11, 23), Today: today, Articles: article("办案规则第76条")},
		{ID: "D03", Name: ui.T(ctx, "审查起诉", "review for suit"), Due: pil.Date(2026, 11, 28), Today: today, Articles: article("办案规则第47条")},
		reply(ctx),
		{ID: "D11", Name: ui.T(ctx, "鉴定期间不计入", "appraisal does not count"), Due: pil.Date(2026, 12, 30), Today: today, State: ui.Paused, Note: ui.T(ctx, "自 2026-11-10 委托鉴定，暂停计算。", "Paused since the appraisal of 2026-11-10.")},
		{ID: "D01", Name: ui.T(ctx, "向举报人程序回复", "tell the reporter the report was received"), Due: pil.Date(2026, 10, 19), Today: today, State: ui.Met, Note: ui.T(ctx, "2026-10-14 已回复。", "Told on 2026-10-14.")},
	}
}

func lines(ctx context.Context) []ui.Line {
	phase := func(state ui.PhaseState, name string, day pil.Day) ui.Phase {
		return ui.Phase{Name: name, State: state, Day: day}
	}
	clue, inquiry, pre := ui.T(ctx, "线索", "Clue"), ui.T(ctx, "调查", "Inquiry"), ui.T(ctx, "诉前", "Pre-suit")
	review, court, after := ui.T(ctx, "审查起诉", "Review"), ui.T(ctx, "审判", "Court"), ui.T(ctx, "执行", "After")
	return []ui.Line{
		{
			Track: ui.T(ctx, "行政公益诉讼", "Administrative"), Respondent: ui.T(ctx, "演示市甲区城市管理局", "Urban Management of Jia District"), Href: "#line-1",
			State: ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "检察建议已送达", "Recommendation served")},
			Facts: []ui.Tag{{Text: ui.T(ctx, "已回复", "Replied")}, {Text: ui.T(ctx, "已报整改", "Rectification reported")}},
			Phases: []ui.Phase{
				phase(ui.Past, clue, pil.Date(2026, 10, 12)), phase(ui.Past, inquiry, pil.Date(2026, 10, 20)), phase(ui.Current, pre, pil.Date(2026, 11, 15)),
				phase(ui.Ahead, review, 0), phase(ui.Ahead, court, 0), phase(ui.Ahead, after, 0),
			},
		},
		{
			Track: ui.T(ctx, "刑事附带民事公益诉讼", "Incidental civil"), Respondent: ui.T(ctx, "演示人员乙", "Demo B"), Href: "#line-2",
			State: ui.Tag{Tone: ui.Plain, Text: ui.T(ctx, "诉前公告中", "Pre-suit notice")},
			Phases: []ui.Phase{
				phase(ui.Skipped, clue, 0), phase(ui.Past, inquiry, pil.Date(2026, 10, 20)), phase(ui.Current, pre, pil.Date(2026, 11, 18)),
				phase(ui.Ahead, review, 0), phase(ui.Ahead, court, 0), phase(ui.Ahead, after, 0),
			},
		},
	}
}

func steps(ctx context.Context) []ui.Step {
	return []ui.Step{
		{
			ID: "step-follow-up", Name: ui.T(ctx, "跟进调查", "Follow up"), Line: ui.T(ctx, "城市管理局", "Urban Management"),
			Articles: []ui.Article{{Text: ui.T(ctx, "办案规则第77条", "Rules art 77"), Href: "#R77"}}, Decides: ui.T(ctx, "承办检察官决定", "prosecutor decides"),
			Papers:  []string{ui.T(ctx, "跟进调查笔录", "Record of follow-up")},
			Actions: []ui.Action{{Text: ui.T(ctx, "记录跟进调查", "Record a follow-up"), Href: "#do", Kind: ui.Primary}},
		},
		{
			ID: "step-terminate", Name: ui.T(ctx, "终结案件", "Terminate the case"), Line: ui.T(ctx, "城市管理局", "Urban Management"),
			Articles: []ui.Article{{Text: ui.T(ctx, "办案规则第79条", "Rules art 79"), Href: "#R79"}}, Decides: ui.T(ctx, "报请检察长决定", "the chief procurator decides"),
			Papers: []string{ui.T(ctx, "终结案件决定书", "Decision to terminate")},
			Cautions: []ui.Need{{Text: ui.T(ctx, "行政机关已回复，但整改未经核实；如仍终结，请写明理由。", "The agency replied, but nobody has verified the rectification; terminating anyway needs reasons."),
				Articles: []ui.Article{{Text: ui.T(ctx, "办案规则第78条", "Rules art 78"), Href: "#R78"}}}},
			Actions: []ui.Action{{Text: ui.T(ctx, "起草终结审批", "Draft the termination"), Href: "#confirm", Dialog: "terminate"}},
		},
		{
			ID: "step-sue", Name: ui.T(ctx, "提起诉讼", "Sue"), Line: ui.T(ctx, "城市管理局", "Urban Management"),
			Articles: []ui.Article{{Text: ui.T(ctx, "办案规则第81条", "Rules art 81"), Href: "#R81"}, {Text: ui.T(ctx, "行政诉讼法第25条", "ALL art 25"), Href: "#APL25"}},
			Decides:  ui.T(ctx, "报请检察长或者检察委员会决定", "the chief procurator or the committee decides"),
			Stops: []ui.Need{
				{Text: ui.T(ctx, "回复期限尚未届满（D07，2027-03-01）", "The time to reply has not ended (D07, 2027-03-01)"), Link: &ui.Link{Text: ui.T(ctx, "看期限", "see the deadline"), Href: "#D07"}},
				{Text: ui.T(ctx, "缺审查终结报告", "No review report"), Link: &ui.Link{Text: ui.T(ctx, "起草", "draft it"), Href: "#draft"}},
			},
		},
	}
}

func entries(ctx context.Context) []ui.Entry {
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, pil.Zone)
	}
	month, err := pil.ParseSpan("2026-09")
	if err != nil {
		panic(err)
	}
	return []ui.Entry{
		{
			ID: "e6", Day: pil.On(pil.Date(2026, 11, 20)), Recorded: at(11, 20, 16, 2), Who: ui.T(ctx, "演示市甲区城市管理局", "Urban Management"), By: ui.T(ctx, "演示丙", "Demo C"),
			What: ui.T(ctx, "书面回复", "Written reply"), Tags: []ui.Tag{{Text: ui.T(ctx, "已回复", "Replied")}},
			Text:        ui.T(ctx, "称已清运垃圾 12 吨，增设垃圾箱 8 个，设置警示牌 4 块。", "Says 12 t of rubbish were removed, 8 bins and 4 signs set up."),
			Attachments: []ui.Attachment{{Name: ui.T(ctx, "关于检察建议的复函", "Reply to the recommendation"), Href: "#f1", Note: "PDF · 412 KB"}, {Name: ui.T(ctx, "整改照片", "Photos"), Href: "#f2", Note: ui.T(ctx, "6 张", "6")}},
		},
		{
			ID: "e5", Day: pil.On(pil.Date(2026, 11, 15)), Recorded: at(11, 15, 10, 30), Who: ui.T(ctx, "检察长", "Chief procurator"),
			What: ui.T(ctx, "决定提出检察建议", "Recommendation decided"), Articles: []ui.Article{{Text: ui.T(ctx, "办案规则第75条", "Rules art 75"), Href: "#R75"}},
			Attachments: []ui.Attachment{{Name: ui.T(ctx, "检察建议书", "Recommendation"), Href: "#f3", Note: "DOCX · 38 KB"}},
		},
		{
			ID: "e4", Day: pil.On(pil.Date(2026, 11, 2)), Recorded: at(11, 3, 9, 12), Who: ui.T(ctx, "演示甲", "Demo A"),
			What: ui.T(ctx, "现场勘验", "Site visit"), Corrects: &ui.Link{Text: ui.T(ctx, "2026-11-01 的记录", "the record of 2026-11-01"), Href: "#e3"},
			Text: ui.T(ctx, "甲林场北坡两处堆放点，分别约 120 和 45 平方米，定位和照片附后。", "Two dumps on the north slope, about 120 and 45 square metres; positions and photos attached."),
		},
		{
			ID: "e3", Day: pil.On(pil.Date(2026, 11, 1)), Recorded: at(11, 2, 18, 40), Who: ui.T(ctx, "演示甲", "Demo A"),
			What: ui.T(ctx, "现场勘验", "Site visit"), Text: ui.T(ctx, "一处堆放点，约 100 平方米。", "One dump, about 100 square metres."),
			Superseded: &ui.Link{Text: ui.T(ctx, "2026-11-02 的记录", "the record of 2026-11-02"), Href: "#e4"}, Tags: []ui.Tag{{Text: ui.T(ctx, "已更正", "corrected")}},
		},
		{
			ID: "e2", Day: pil.On(pil.Date(2026, 10, 20)), Recorded: at(10, 20, 11, 0), Who: ui.T(ctx, "检察长", "Chief procurator"),
			What: ui.T(ctx, "立案", "Case opened"), Articles: []ui.Article{{Text: ui.T(ctx, "办案规则第28条", "Rules art 28"), Href: "#R28"}, {Text: ui.T(ctx, "第67条", "art 67"), Href: "#R67"}},
		},
		{
			ID: "e1", Day: month, Recorded: at(10, 12, 8, 55), Who: ui.T(ctx, "益心为公志愿者", "a volunteer"), What: ui.T(ctx, "线索发现", "Clue found"),
			Text: ui.T(ctx, "志愿者反映林场内有人倾倒垃圾，日期只记得在九月。", "A volunteer said rubbish was dumped in the forest, in September, the day not remembered."),
		},
	}
}

// month is a November with a moved working day made up for the picture.
func month() ui.Month {
	days := map[pil.Day]ui.MonthDay{}
	for d := pil.Date(2026, 11, 1); d <= pil.Date(2026, 11, 30); d++ {
		days[d] = ui.MonthDay{Rest: d.Weekend()}
	}
	days[pil.Date(2026, 11, 15)] = ui.MonthDay{Moved: true, Note: "调休"}
	for day, item := range map[pil.Day]ui.MonthItem{
		pil.Date(2026, 11, 20): {Text: "D05 送达检察建议书", Href: "#D05", Tone: ui.Late},
		pil.Date(2026, 11, 23): {Text: "D06 报备案", Href: "#D06", Tone: ui.Soon},
		pil.Date(2026, 11, 26): {Text: "14:30 公开听证", Href: "#hearing"},
		pil.Date(2026, 11, 18): {Text: "诉前公告", Href: "#notice", Tone: ui.Done},
	} {
		d := days[day]
		d.Items = append(d.Items, item)
		days[day] = d
	}
	return ui.Month{Year: 2026, Month: time.November, Today: today, Days: days, Prev: "#prev", Next: "#next"}
}

func sheet() ui.Sheet {
	return ui.Sheet{
		Office: "演示市甲区人民检察院", Title: "检察建议审批表", Number: "演检公益审〔2026〕17号",
		Rows: [][]ui.SheetField{
			{{Label: "案件名称", Value: "甲林场生活垃圾污染环境行政公益诉讼案（演示）"}},
			{{Label: "案号", Value: "演检公益立〔2026〕9号"}, {Label: "立案日期", Value: "2026-10-20"}},
			{{Label: "承办检察官", Value: "演示甲"}, {Label: "送审日期", Value: "2026-11-13"}},
			{{Label: "被监督机关", Value: "演示市甲区城市管理局"}, {Label: "法律依据", Value: "办案规则第75条、第76条"}},
			{{Label: "事实与理由", Lines: 5, Value: "甲林场北坡两处垃圾堆放点约 165 平方米，长期未清运。该局负有环境卫生监督管理职责，经磋商后仍未完全履行。"}},
			{{Label: "建议内容", Lines: 4, Value: "一、依法清运并修复场地；\n二、增设收集设施、警示标志，落实日常巡查。"}},
		},
		Signs: []ui.Signature{
			{Title: "承办检察官意见", Opinion: "拟提出检察建议，请审核。", Name: "演示甲", Day: "2026年11月13日"},
			{Title: "部门负责人意见"},
			{Title: "检察长意见"},
		},
		Notes: []string{"演示文书，不具有法律效力。"},
	}
}
