package gallery

import (
	"context"
	"net/url"

	"shouhu/internal/ui"
)

// answers are a form as it comes back: half right.
func answers(ctx context.Context) ui.Answers {
	return ui.Answers{
		Values: url.Values{
			"title": {""}, "channel": {"report"}, "received": {"2026-12-01"}, "named": {"anonymous"}, "fields": {"pi", "food"},
			"text": {ui.T(ctx, "商场入口摄像头对每位顾客拍照并识别，未见任何提示。", "Cameras at the entrance photograph and recognise every customer; no notice anywhere.")},
		},
		Faults: []ui.Fault{
			{Name: "title", Text: ui.T(ctx, "请填写线索名称。", "Give it a title.")},
			{Name: "received", Text: ui.T(ctx, "收到日期不能晚于今天。", "The day cannot lie after today.")},
		},
	}
}

func terminate(ctx context.Context) ui.Question {
	return ui.Question{
		Title: ui.T(ctx, "确认终结案件？", "Terminate the case?"),
		Text:  ui.T(ctx, "甲林场生活垃圾污染环境案，对城市管理局的行政公益诉讼。", "Rubbish in Jia Forest, the administrative line against Urban Management."),
		Consequences: []string{
			ui.T(ctx, "报请检察长决定；决定前案件状态不变。", "The chief procurator decides; until then nothing changes."),
			ui.T(ctx, "未办结的期限不再计算。", "Deadlines that still run fall away."),
		},
		Form: ui.Form{Action: "/terminate", Submit: ui.T(ctx, "送请审批", "Send for decision"), Cancel: &ui.Link{Text: ui.T(ctx, "返回案件", "Back to the case"), Href: "#case"}},
	}
}
