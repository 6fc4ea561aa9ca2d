package gallery

import (
	"context"

	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func dueGrid(ctx context.Context) ui.Grid {
	g := ui.Grid{
		ID: "due-list", Caption: ui.T(ctx, "到期事项", "What is due"),
		Columns: []ui.Column{
			{Label: ui.T(ctx, "期限", "Deadline")}, {Label: ui.T(ctx, "案件", "Case")},
			{Label: ui.T(ctx, "届满日", "Last day"), Tight: true, SortBy: "#sort", Sorted: ui.Ascending},
			{Label: ui.T(ctx, "情形", "State"), Tight: true},
		},
	}
	cases := []string{"甲林场生活垃圾案", "甲林场生活垃圾案", "会员信息泄露案", "古树保护案"}
	for i, d := range deadlines(ctx)[:4] {
		g.Rows = append(g.Rows, ui.Row{Href: "#" + d.ID, Tone: d.Tone(), Cells: []ui.Cell{
			{Text: d.Name, Sub: d.ID}, {Text: cases[i], Href: "#case", Sub: "演检公益立〔2026〕" + string(rune('9'-i)) + "号"},
			{Content: due(d)}, {Content: deadlineBadge(d)},
		}})
	}
	return g
}

func todoGrid(ctx context.Context) ui.Grid {
	wait := func(tone ui.Tone, zh, en string) ui.Cell {
		text := zh
		if ui.LangOf(ctx) == ui.English {
			text = en
		}
		return ui.Cell{Content: badge(ui.Tag{Tone: tone, Text: text})}
	}
	return ui.Grid{
		ID: "todo-list", Caption: ui.T(ctx, "待我办理的事项", "What waits for me"),
		Columns: []ui.Column{
			{Label: ui.T(ctx, "事项", "Task")}, {Label: ui.T(ctx, "案件或者线索", "Case or clue")},
			{Label: ui.T(ctx, "收到", "Since"), Tight: true}, {Label: ui.T(ctx, "情形", "State"), Tight: true},
		},
		Rows: []ui.Row{
			{Href: "#t1", Cells: []ui.Cell{{Text: ui.T(ctx, "评估线索", "Assess the clue")}, {Text: "XS-2026-0412", Sub: ui.T(ctx, "商场摄像头采集人脸（匿名举报）", "faces recorded in a mall (anonymous)")}, day(pil.Date(2026, 11, 21)), wait(ui.Plain, "新线索", "new")}},
			{Href: "#t2", Cells: []ui.Cell{{Text: ui.T(ctx, "签收送达回证", "Enter the proof of service")}, {Text: "演检公益立〔2026〕9号", Sub: "甲林场生活垃圾案"}, day(pil.Date(2026, 11, 20)), wait(ui.Late, "送达逾期", "service late")}},
			{Href: "#t3", Cells: []ui.Cell{{Text: ui.T(ctx, "核实整改", "Verify the rectification")}, {Text: "演检公益立〔2026〕6号", Sub: "古树保护案"}, day(pil.Date(2026, 11, 18)), wait(ui.Soon, "11-28 前", "before 11-28")}},
		},
	}
}

func clueGrid(ctx context.Context) ui.Grid {
	return ui.Grid{
		ID: "clue-list", Caption: ui.T(ctx, "线索", "Clues"),
		Columns: []ui.Column{
			{Label: ui.T(ctx, "编号", "Number"), Tight: true, SortBy: "#s1"}, {Label: ui.T(ctx, "内容", "What")},
			{Label: ui.T(ctx, "领域", "Field"), Tight: true}, {Label: ui.T(ctx, "涉及人数", "Persons"), Num: true, SortBy: "#s2", Sorted: ui.Descending},
			{Label: ui.T(ctx, "金额（元）", "Yuan"), Num: true}, {Label: ui.T(ctx, "情形", "State"), Tight: true},
		},
		Rows: []ui.Row{
			{Href: "#c1", Cells: []ui.Cell{{Text: "XS-2026-0412"}, {Text: ui.T(ctx, "商场摄像头采集人脸", "Faces recorded in a mall")}, {Text: ui.T(ctx, "个人信息", "personal data")}, {Text: "26,000,000"}, {Text: "—"}, {Content: badge(ui.Tag{Text: ui.T(ctx, "评估中", "in assessment")})}}},
			{Href: "#c2", Tone: ui.Late, Cells: []ui.Cell{{Text: "XS-2026-0398"}, {Text: ui.T(ctx, "用客户新号码注册账号出售验证码", "Accounts registered with customers' numbers")}, {Text: ui.T(ctx, "个人信息", "personal data")}, {Text: "1,000"}, {Text: "6,400.00"}, {Content: badge(ui.Tag{Tone: ui.Late, Text: ui.T(ctx, "答复逾期", "answer late")})}}},
			{Href: "#c3", Tone: ui.Done, Cells: []ui.Cell{{Text: "XS-2026-0377"}, {Text: ui.T(ctx, "林场内倾倒生活垃圾", "Rubbish in the forest")}, {Text: ui.T(ctx, "生态环境", "environment")}, {Text: "—"}, {Text: "—"}, {Content: badge(ui.Tag{Tone: ui.Done, Text: ui.T(ctx, "已立案", "case opened")})}}},
		},
		Empty: ui.EmptyState{Title: ui.T(ctx, "没有符合条件的线索", "No clue fits")},
	}
}
