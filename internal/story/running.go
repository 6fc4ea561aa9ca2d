package story

import (
	"context"

	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
)

// plot is the beginning of a running matter.
type plot struct {
	name, agency, what string
	field              clue.Field
	channel            clue.Channel
	second             bool
}

// opened begins an administrative matter: the case is opened so many days before
// today.
func (p plot) opened(c *Cast, today pil.Day, ago int) *Tale {
	t := p.told(c, today, ago+12)
	t.assessed(today-pil.Day(ago+9), "可能存在监管不到位，建议立案。")
	t.filed(today-pil.Day(ago), desk.FilingProposal{Title: "督促" + p.name + "案", Reason: p.what, Lines: []desk.CaseLine{{Track: "administrative", Respondent: p.agency}}})
	return t
}

// told begins with the clue only.
func (p plot) told(c *Cast, today pil.Day, ago int) *Tale {
	t := &Tale{Name: p.name, cast: c, second: p.second}
	in := desk.NewClue{Title: p.name, Form: clue.Form{Channel: p.channel, Field: p.field, Place: "演示县", What: p.what, Suspect: p.agency}}
	if p.channel == clue.WebReport || p.channel == clue.Visit {
		in.Reporter, in.Identity = clue.InConfidence, clue.Identity{Name: "演示举报人", Phone: "010-00000000"}
	}
	return t.registered(today-pil.Day(ago), in)
}

// served goes on to a recommendation served so many days before today, with its
// demands; the higher office has its copy.
func (t *Tale) served(agency string, today pil.Day, ago int, demands ...string) *Tale {
	on := today - pil.Day(ago)
	t.did(on-28, with(admin(agency, "serve-filing"), "送达立案决定书。"))
	t.did(on-20, with(admin(agency, "investigate"), "现场勘查，调取台账。"))
	t.did(on-6, with(admin(agency, "investigate-end"), "调查终结，拟提出检察建议。"))
	t.decided(on-2, recommendation(agency, demands...))
	t.did(on, with(admin(agency, "serve"), "当面送达，附送达回证。"))
	return t.did(on+2, with(admin(agency, "record-recommendation"), "报上一级院备案。"))
}

func recommendation(agency string, demands ...string) desk.Act {
	a := with(admin(agency, "decide-recommend"), "经调查，行政机关未依法全面履行监管职责，公益持续受到侵害。")
	for _, d := range demands {
		a.Demands = append(a.Demands, desk.DemandText{Text: d})
	}
	return a
}

// running are the matters of the demonstration office around today: late, due,
// waiting, suspended, at court, closed with a look-back to come.
func running(c *Cast, today pil.Day) []*Tale {
	var out []*Tale
	add := func(t *Tale) *Tale {
		out = append(out, t)
		return t
	}
	sixty := 55 // days since service: the two months end soon

	p := plot{name: "整治河道倾倒建筑垃圾", agency: "演示县水利局", what: "群众反映河道内倾倒建筑垃圾，影响行洪。", field: clue.Ecology, channel: clue.Telephone}
	add(p.opened(c, today, sixty+30).served(p.agency, today, sixty, "清理河道内的建筑垃圾", "建立河道巡查台账"))

	p = plot{name: "规范快递面单个人信息保护", agency: "演示县邮政管理局", what: "多个快递网点面单完整显示收件人姓名、电话、住址，随意丢弃。", field: clue.PersonalInformation, channel: clue.Volunteer}
	t := add(p.opened(c, today, 100).served(p.agency, today, 68, "督促网点启用隐私面单", "查处随意丢弃面单的网点", "建立常态检查机制"))
	t.did(today-20, with(admin(p.agency, "interim-reply"), "报送整改方案，称将分批推进。"))

	p = plot{name: "整治窨井盖缺失", agency: "演示县住房和城乡建设局", what: "老城区多处窨井盖缺失、破损，已有行人跌伤。", field: clue.WorkSafety, channel: clue.Hotline}
	t = add(p.opened(c, today, 95).served(p.agency, today, 58, "补齐缺失、更换破损的窨井盖", "明确权属单位，建立巡查台账"))
	t.did(today-8, with(admin(p.agency, "reply"), "回复称已全部更换。"), answer{"补齐", docket.AnswerIt, "附照片12张"}, answer{"明确", docket.AnswerIdle, "只写“将进一步加强”"})

	p = plot{name: "整治校园周边食品安全", agency: "演示县市场监督管理局", what: "校门口摊点无证经营，销售过期食品。", field: clue.FoodDrugs, channel: clue.Media, second: true}
	t = add(p.opened(c, today, 110).served(p.agency, today, 75, "查处无证经营摊点", "清理过期食品", "公示检查结果"))
	t.did(today-30, with(admin(p.agency, "reply"), "已检查摊点23户，立案4户。"), answer{"查处", docket.AnswerIt, ""}, answer{"清理", docket.AnswerIt, ""}, answer{"公示", docket.AnswerIt, ""})
	t.did(today-12, with(admin(p.agency, "follow-up"), "放学时段到现场查看。"))
	t.seen(today-12, answer{"查处", docket.Partly, "仍有3户无证"}, answer{"清理", docket.Verified, "抽查未见过期食品"}, answer{"公示", docket.OnPaper, "公示栏空白，回复所附照片为往年"})
	t.seen(today-11, answer{"清理", docket.CloseIt, ""})

	p = plot{name: "修复受损耕地", agency: "演示县自然资源局", what: "取土场超期未复垦，耕作层破坏。", field: clue.Ecology, channel: clue.OtherBody}
	t = add(p.opened(c, today, 120).served(p.agency, today, 80, "督促完成复垦", "追缴土地复垦费"))
	t.did(today-40, with(admin(p.agency, "reply"), "已制定复垦方案，因冬季封冻不能施工，春季复工。"), answer{"督促", docket.AnswerIt, "方案已批复"}, answer{"追缴", docket.AnswerIt, "已缴纳"})
	suspend := with(admin(p.agency, "suspend"), "已作出决定并制定方案，因气候条件客观上不能按期完成，中止审查。")
	suspend.Affirmed = append(suspend.Affirmed, "within-term", "decision-or-plan", "objective-cause", "no-neglect")
	t.decided(today-35, suspend)
	t.did(today-33, with(admin(p.agency, "record-suspension"), "报上一级院备案。"))

	p = plot{name: "整治网约房登记信息泄露", agency: "演示县公安局", what: "多家网约房超范围收集身份证照片并在群内转发。", field: clue.PersonalInformation, channel: clue.WebReport}
	add(p.opened(c, today, 15)) // nobody has told the agency yet: a limit of the office's own is late

	p = plot{name: "保护饮用水水源地", agency: "演示县生态环境局", what: "一级保护区内有垂钓、洗车。", field: clue.Ecology, channel: clue.OwnFinding, second: true}
	t = add(p.opened(c, today, 40))
	t.did(today-36, with(admin(p.agency, "serve-filing"), "送达立案决定书。"))
	t.did(today-25, with(admin(p.agency, "investigate"), "沿岸踏勘，拍照固定。"))
	t.did(today-8, with(admin(p.agency, "investigate-end"), "拟提出检察建议。"))
	t.decided(today-7, recommendation(p.agency, "设置隔离设施和警示标志", "查处违法垂钓、洗车")) // decided, not served: late

	p = plot{name: "规范物业小区人脸识别门禁", agency: "演示县住房和城乡建设局", what: "小区强制业主刷脸进门，未提供其他方式。", field: clue.PersonalInformation, channel: clue.Volunteer}
	t = add(p.opened(c, today, 35))
	t.did(today-31, with(admin(p.agency, "serve-filing"), "送达立案决定书。"))
	t.did(today-20, with(admin(p.agency, "investigate"), "走访小区12个。"))
	t.did(today-5, with(admin(p.agency, "investigate-end"), "拟提出检察建议。"))
	t.decided(today-4, recommendation(p.agency, "责令提供刷卡等替代方式", "对存储的人脸信息限期处理"))
	t.did(today-2, with(admin(p.agency, "serve"), "当面送达。")) // its copy has not gone to the higher office

	p = plot{name: "整治非法占用消防通道", agency: "演示县消防救援大队", what: "商业街消防通道被停车位占用。", field: clue.WorkSafety, channel: clue.Visit}
	t = add(p.opened(c, today, 30))
	t.did(today-27, with(admin(p.agency, "serve-filing"), "送达立案决定书。"))
	t.did(today-14, with(admin(p.agency, "investigate"), "实地测量通道宽度。"))
	t.did(today-3, with(admin(p.agency, "investigate-end"), "拟提出检察建议。"))
	t.proposed(today-2, recommendation(p.agency, "清理占用消防通道的停车位", "联合开展专项检查"), nil) // waits for the head

	p = plot{name: "追回违规领取的补贴", agency: "演示县农业农村局", what: "已注销合作社仍领取农机补贴。", field: clue.StateProperty, channel: clue.OtherDepartment}
	t = add(p.opened(c, today, 60))
	t.did(today-57, with(admin(p.agency, "serve-filing"), "送达立案决定书。"))
	t.did(today-40, with(admin(p.agency, "investigate"), "调取补贴发放台账。"))
	t.did(today-16, with(admin(p.agency, "investigate-end"), "拟提出检察建议。"))
	var id int64
	t.proposed(today-6, recommendation(p.agency, "追回违规发放的补贴", "完善核查机制"), &id)
	t.at(today-5, func(ctx context.Context, o Office) error {
		return o.MoveApproval(ctx, c.Head, desk.ApprovalStep{Approval: id, Move: docket.Return, Opinion: "请补充每户金额和发放依据，附台账复印件。"})
	})

	// Against wrongdoers.
	t = add((plot{name: "某信息咨询公司买卖公民个人信息", agency: "某信息咨询公司", what: "刑检部门移送：公司出售贷款意向人信息12万余条。", field: clue.PersonalInformation, channel: clue.CriminalDepartment}).told(c, today, 80))
	t.assessed(today-76, "侵害众多公民个人信息，建议民事公益诉讼立案。")
	t.filed(today-72, desk.FilingProposal{Title: "某信息咨询公司侵犯公民个人信息民事公益诉讼案", Reason: "出售公民个人信息12万余条，损害社会公共利益。", Lines: []desk.CaseLine{{Track: "civil", Respondent: "某信息咨询公司", Kind: "company"}}})
	t.did(today-50, with(civil("某信息咨询公司", "investigate"), "电子数据勘验，去重统计条数。"))
	t.did(today-26, with(civil("某信息咨询公司", "investigate-end"), "拟公告。"))
	t.decided(today-22, with(civil("某信息咨询公司", "announce"), "在具有全国影响的媒体公告三十日。"))

	t = add((plot{name: "王某等人非法获取学生信息", agency: "演示人员丁", what: "刑检部门移送：培训机构人员购买学生及家长信息用于推销。", field: clue.PersonalInformation, channel: clue.CriminalDepartment, second: true}).told(c, today, 120))
	t.assessed(today-117, "建议刑事附带民事公益诉讼立案。")
	t.filed(today-113, desk.FilingProposal{Title: "演示人员丁侵犯公民个人信息刑事附带民事公益诉讼案", Reason: "购买学生及家长信息3万余条。", Lines: []desk.CaseLine{{Track: "criminal-incidental", Respondent: "演示人员丁", Kind: "person"}}})
	t.did(today-112, with(incidental("演示人员丁", "criminal-transfer"), "移送审查起诉。"))
	t.did(today-105, with(incidental("演示人员丁", "investigate"), "核对信息清单。"))
	t.decided(today-100, with(incidental("演示人员丁", "announce"), "公告三十日。"))
	t.did(today-62, with(incidental("演示人员丁", "announce-expired"), "没有适格主体起诉。"))
	t.did(today-60, with(incidental("演示人员丁", "indict"), "提起公诉。"))
	t.decided(today-60, with(incidental("演示人员丁", "sue"), "请求赔偿、公开道歉。"))
	t.did(today-58, with(incidental("演示人员丁", "record-suit"), "报上一级院备案。"))
	t.did(today-53, with(incidental("演示人员丁", "accept"), "法院受理。"))

	// Closed, to be looked at again.
	out = append(out, closed(c, today, plot{name: "拆除违法排污口", agency: "演示县生态环境局", what: "企业私设暗管排污。", field: clue.Ecology, channel: clue.Letter}, -6, ""),
		closed(c, today, plot{name: "清理农药包装废弃物", agency: "演示县农业农村局", what: "田间随意丢弃农药瓶。", field: clue.Ecology, channel: clue.Volunteer}, 9, ""),
		closed(c, today, plot{name: "整治占道停放共享单车", agency: "演示县城市管理局", what: "盲道被共享单车占用。", field: clue.Accessibility, channel: clue.Hotline, second: true}, -2, "盲道再次被占用，现场清点单车41辆。"))

	// Clues on their way.
	for _, p := range []struct {
		plot
		ago      int
		assessed bool
	}{
		{plot{name: "药店出售过期药品", agency: "演示县市场监督管理局", what: "市民来电反映，城东某药店货架上有过期感冒药，店员称未及时清理。", field: clue.FoodDrugs, channel: clue.Telephone}, 3, false},
		{plot{name: "外卖平台泄露订单信息", agency: "演示县市场监督管理局", what: "用户反映收到冒充客服电话，对方能说出完整订单和住址。", field: clue.PersonalInformation, channel: clue.WebReport}, 6, false},
		{plot{name: "湿地公园填埋垃圾", agency: "演示县林业局", what: "湿地公园北岸夜间有车辆填埋生活垃圾，气味刺鼻，已持续两周。", field: clue.Ecology, channel: clue.Volunteer}, 5, true},
		{plot{name: "湿地公园北岸倾倒垃圾", agency: "演示县林业局", what: "湿地公园北岸夜间有卡车倾倒填埋生活垃圾，气味刺鼻，持续约两周，请查处。", field: clue.Ecology, channel: clue.Hotline}, 2, false},
		{plot{name: "烈士纪念设施年久失修", agency: "演示县退役军人事务局", what: "烈士墓碑文字脱落，周边杂草丛生。", field: clue.Heroes, channel: clue.Visit, second: true}, 8, true},
	} {
		t := add(p.told(c, today, p.ago))
		if p.assessed {
			t.assessed(today-1, "现场情况属实，建议立案。")
		}
	}
	// One opinion waits for the chief.
	t = add((plot{name: "医院候诊屏显示患者全名", agency: "演示县卫生健康局", what: "多家医院候诊屏、检验单自助机完整显示患者姓名和病种。", field: clue.PersonalInformation, channel: clue.Volunteer}).told(c, today, 15))
	t.assessed(today-9, "敏感个人信息公开显示，建议立案。")
	var filing int64
	t.at(today-3, func(ctx context.Context, o Office) (err error) {
		filing, err = o.ProposeFiling(ctx, c.Prosecutor, desk.FilingProposal{Matter: t.clue, Open: true, Title: "督促规范医疗机构患者信息显示案", Reason: "敏感个人信息未去标识公开显示。",
			Lines: []desk.CaseLine{{Track: "administrative", Respondent: "演示县卫生健康局"}}})
		return err
	})
	t.at(today-2, func(ctx context.Context, o Office) error {
		return o.MoveApproval(ctx, c.Head, desk.ApprovalStep{Approval: filing, Move: docket.Agree, Opinion: "经审核，建议立案。"})
	})
	return out
}

// closed is a matter terminated some months ago, to be looked at again so many
// days from today; with what was found, it was looked at then.
func closed(c *Cast, today pil.Day, p plot, visit int, found string) *Tale {
	t := p.opened(c, today, 260).served(p.agency, today, 225, "依法查处并恢复", "建立长效机制")
	t.did(today-190, with(admin(p.agency, "reply"), "已整改。"), answer{"依法", docket.AnswerIt, ""}, answer{"建立", docket.AnswerIt, ""})
	t.did(today-180, with(admin(p.agency, "verify"), "现场核实整改到位。"))
	t.seen(today-180, answer{"依法", docket.Verified, ""}, answer{"建立", docket.Verified, ""})
	t.seen(today-180, answer{"依法", docket.CloseIt, ""}, answer{"建立", docket.CloseIt, ""})
	end := with(admin(p.agency, "terminate"), "行政机关已依法全面履职。")
	end.Ground = "R74(1)"
	t.decided(today-170, end)
	on := today + pil.Day(visit)
	if found != "" {
		return t.visited(today-169, on, []string{"整改是否保持", "机制是否运行"}, desk.Rebounded, found)
	}
	t.at(today-169, func(ctx context.Context, o Office) error {
		return o.PlanLookBack(ctx, t.handler(), desk.VisitPlan{Matter: t.caseID, On: on, Checklist: []string{"整改是否保持", "机制是否运行"}})
	})
	return t
}
