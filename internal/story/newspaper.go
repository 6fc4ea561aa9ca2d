package story

import (
	"context"

	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
)

// The five matters of the newspaper page, up to the state the page tells. Days it
// does not print are made up and lie where the law lets them.

// queshan: rubbish in a forest, told by a friend's sigh.
func queshan(c *Cast) *Tale {
	const agency = "土门林区主管部门"
	t := &Tale{Name: "确山", cast: c}
	t.registered(day("2021-11-15"), desk.NewClue{Title: "土门林区乱扔垃圾", Form: clue.Form{Channel: clue.OwnFinding, Field: clue.Ecology, Place: "土门林区",
		What:    "听到朋友感叹“土门林区风景是真美，就是垃圾乱扔有点不协调”。检察官到现场查看：等待进入的汽车排成长龙，林区中游人如潮，小商贩叫卖，无人管理，乱扔垃圾严重，存在火灾隐患。",
		Suspect: agency, Harm: "林区环境受损，存在火灾隐患"}})
	t.assessed(day("2021-11-17"), "林区主管部门负有管理职责，未依法履职，建议立案。")
	t.filed(day("2021-11-19"), desk.FilingProposal{Title: "督促整治土门林区乱扔垃圾案", Reason: "经现场查看，土门林区游人激增而无人管理，垃圾遍地，存在较大火灾隐患，公益受到侵害，主管部门可能未依法履职。",
		Lines: []desk.CaseLine{{Track: "administrative", Respondent: agency}}})
	t.did(day("2021-11-23"), with(admin(agency, "serve-filing"), "送达立案决定书，附送达回证。"))
	t.did(day("2021-11-25"), with(admin(agency, "investigate"), "现场勘查林区入口、停车处和林间三处堆放点，拍照固定，询问商贩和游客。"))
	t.did(day("2021-12-06"), with(admin(agency, "investigate-end"), "调查终结，拟提出检察建议。"))
	rec := with(admin(agency, "decide-recommend"), "主管部门对林区负有环境卫生和防火管理职责，未依法履行。")
	rec.Demands = []desk.DemandText{{Text: "清理林区内的垃圾", Basis: "固体废物污染环境防治法第四十九条"}, {Text: "设置垃圾箱、行为规范牌和横幅标语"}, {Text: "划定车位，规范停车秩序"}, {Text: "安排护林员巡逻，健全管理机制", Basis: "森林法第三十四条"}}
	t.decided(day("2021-12-09"), rec)
	serve := with(admin(agency, "serve"), "向林区主管部门送达检察建议书，当面签收。")
	serve.More = map[string]string{"number": "确检建〔2021〕12号", "manner": "直接送达"}
	t.did(day("2021-12-10"), serve)
	t.did(day("2021-12-13"), with(admin(agency, "record-recommendation"), "报驻马店市人民检察院备案。"))
	t.did(day("2021-12-24"), with(admin(agency, "rectify"), "组织人员清理垃圾，设立垃圾箱、行为规范牌和横幅标语，划定车位，安排护林员引导巡逻。"))
	t.did(day("2022-01-18"), with(admin(agency, "reply"), "书面回复：四项建议均已落实，附照片。"),
		answer{"清理", docket.AnswerIt, ""}, answer{"设置", docket.AnswerIt, ""}, answer{"划定", docket.AnswerIt, ""}, answer{"安排", docket.AnswerIt, ""})
	t.did(day("2022-01-25"), with(admin(agency, "verify"), "到现场核实：环境清洁、秩序井然。"))
	t.seen(day("2022-01-25"), answer{"清理", docket.Verified, "三处堆放点已清空"}, answer{"设置", docket.Verified, "新设垃圾箱、规范牌"}, answer{"划定", docket.Verified, ""}, answer{"安排", docket.Verified, "护林员在岗巡逻"})
	t.seen(day("2022-01-25"), answer{"清理", docket.CloseIt, ""}, answer{"设置", docket.CloseIt, ""}, answer{"划定", docket.CloseIt, ""}, answer{"安排", docket.CloseIt, ""})
	return t
}

// rugao: two who registered their customers; ended after a public hearing.
func rugao(c *Cast) *Tale {
	t := &Tale{Name: "如皋", cast: c}
	t.registered(day("2021-10-08"), desk.NewClue{Title: "周某、许某侵犯公民个人信息", Form: clue.Form{Channel: clue.CriminalDepartment, Field: clue.PersonalInformation, Place: "通讯营业厅",
		What:    "刑检部门移送：仇某、周某、许某涉嫌侵犯公民个人信息罪移送审查起诉。周某、许某办理业务时瞒着客户代注册网上商城会员，一单一结，分别获利2664元、2535.5元。",
		Suspect: "周某、许某、仇某", Harm: "众多公民个人信息受到侵害"}})
	t.assessed(day("2021-10-11"), "侵害众多公民个人信息，损害社会公共利益，建议立案。")
	t.filed(day("2021-10-13"), desk.FilingProposal{Title: "周某、许某侵犯公民个人信息公益诉讼案", Field: clue.PersonalInformation.Zh(), Reason: "审查起诉期间查明，周某、许某办理业务时侵犯众多公民个人信息；仇某另行处理。",
		Lines: []desk.CaseLine{{Track: "civil", Respondent: "周某", Kind: "person"}, {Track: "civil", Respondent: "许某", Kind: "person"}, {Track: "civil", Respondent: "仇某", Kind: "person"}}})
	for _, who := range []string{"周某", "许某"} {
		t.did(day("2021-10-20"), with(civil(who, "investigate"), "讯问并核对注册、结算记录；本人认罪认罚，愿意缴纳公益损害赔偿金。"))
		t.did(day("2021-11-05"), with(civil(who, "investigate-end"), "调查终结，拟召开听证会。"))
	}
	for _, who := range []string{"周某", "许某"} {
		t.decided(day("2021-11-08"), with(civil(who, "hearing"), "召开诉前公开听证会，邀请人大代表、政协委员、人民监督员、消费者协会负责人任听证员；同时听取相对不起诉意见。"))
	}
	pay := func(who, sum string) {
		a := with(civil(who, "pay"), "听证员闭门评议一致同意后，当场向财政代管公益损害赔偿金账户缴纳。")
		a.More = map[string]string{"sum": sum + "元"}
		t.did(day("2021-11-16"), a)
	}
	pay("周某", "2664.00")
	pay("许某", "2535.50")
	for _, who := range []string{"周某", "许某"} {
		end := with(civil(who, "terminate"), "公益损害较小，已全额支付公益损害赔偿金，经公开听证确认，听证员一致同意终结审查。")
		end.Ground = "JSU-paid"
		t.decided(day("2021-11-26"), end)
	}
	t.noted(day("2021-11-26"), "仇某一线仍在办理：另行审查。")
	return t
}

// xuhui: 26 million faces, one supplier, eight companies.
func xuhui(c *Cast) *Tale {
	const agency = "有关行政机关"
	t := &Tale{Name: "徐汇", cast: c}
	t.registered(day("2021-03-22"), desk.NewClue{Title: "8家经营主体违法收集人脸信息", Form: clue.Form{Channel: clue.OwnFinding, Field: clue.PersonalInformation, Place: "辖区商圈",
		What:    "某汽车企业被处罚后排查发现：2019年至2021年，辖区8家经营主体与同一电子科技公司签订人脸识别技术服务合同，未经消费者同意大量收集进店消费者人脸信息。截至2021年3月共2600万余条，涉及284台设备、143家门店。",
		Suspect: "8家经营主体、电子科技公司", Harm: "不特定多数消费者的人脸信息被收集、加工、出售，流路径无法监测"}})
	t.assessed(day("2021-03-29"), "侵犯不特定多数消费者权益，有职责的行政机关未依法监管，建议立案。")
	t.filed(day("2021-04-06"), desk.FilingProposal{Title: "督促加强企业收集人脸信息行为监管案", Reason: "经营主体未告知、未经同意收集人脸信息，负有监管职责的行政机关未依法查处。",
		Lines: []desk.CaseLine{{Track: "administrative", Respondent: agency}}, Major: true})
	for _, n := range []string{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"} {
		t.beside(day("2021-04-08"), desk.NewParty{Kind: "company", Part: "other", Name: "涉案经营主体" + n, Note: "与电子科技公司签订人脸识别技术服务合同"})
	}
	t.beside(day("2021-04-08"), desk.NewParty{Kind: "company", Part: "supplier", Name: "某电子科技公司", Note: "安装设备、储存、分析、整合数据，出售衍生数据"})
	t.beside(day("2021-04-08"), desk.NewParty{Kind: "company", Part: "beside", Name: "某汽车企业", Note: "5家直营店、2家加盟店，22台摄像头，43万余张照片；已受行政处罚并整改，不在8家之内"})
	t.did(day("2021-05-12"), with(admin(agency, "investigate"), "逐店勘查摄像头，调取服务合同和后台数据，逐家核对条数、设备、门店。"))
	t.did(day("2021-07-20"), with(admin(agency, "investigate-end"), "调查终结：2600万余条、284台设备、143家门店。"))
	rec := with(admin(agency, "decide-recommend"), "负有监管职责的行政机关应当依法查处。")
	rec.Demands = []desk.DemandText{{Text: "依法查处8家涉案经营主体", Basis: "消费者权益保护法第五十六条"}, {Text: "继续对违法搜集、储存公民个人信息的经营主体开展排查"}, {Text: "加大人脸识别摄像头使用的监管力度"}}
	t.decided(day("2021-07-29"), rec)
	serve := with(admin(agency, "serve"), "公开宣告送达检察建议书。")
	serve.More = map[string]string{"manner": "宣告送达"}
	t.did(day("2021-08-02"), serve)
	t.did(day("2021-08-05"), with(admin(agency, "record-recommendation"), "报上一级院备案。"))
	t.did(day("2021-08-10"), with(admin(agency, "other-paper"), "对电子科技公司制发监督文书，督促整改。"))
	t.did(day("2021-08-25"), with(admin(agency, "interview"), "联合行政机关约谈涉案企业负责人，普法宣传；制发公民个人信息保护领域的法律法规指引告知书。"))
	t.did(day("2021-09-22"), with(admin(agency, "rectify"), "行政机关对涉案主体作出行政处罚，加大对商圈、商业综合体、沿街商铺的日常巡查，畅通投诉举报渠道。"),
		answer{"依法查处", docket.AnswerIt, "已作出行政处罚"})
	return t
}

// hongshan: new numbers sold before their owners used them.
func hongshan(c *Cast) *Tale {
	const who = "沈某"
	t := &Tale{Name: "洪山", cast: c}
	t.registered(day("2021-09-03"), desk.NewClue{Title: "沈某侵犯公民个人信息", Form: clue.Form{Channel: clue.CriminalDepartment, Field: clue.PersonalInformation, Place: "某通讯服务营业厅",
		What:    "刑检部门移送：沈某将经手的单位集体新办手机号码先用于电商平台注册，接收验证码卖给“接码群”，2021年3月至7月泄露近千条手机号码，获利6400余元。",
		Suspect: who, Harm: "扰乱公民个人信息正常收集、使用、流通秩序"}})
	t.assessed(day("2021-09-06"), "侵害众多公民个人信息安全，建议刑事附带民事公益诉讼立案。")
	t.filed(day("2021-09-08"), desk.FilingProposal{Title: "诉沈某侵犯公民个人信息刑事附带民事公益诉讼案", Reason: "沈某未经许可泄露公民手机号码，严重侵害公民个人信息安全。",
		Lines: []desk.CaseLine{{Track: "criminal-incidental", Respondent: who, Kind: "person"}}})
	t.did(day("2021-09-09"), with(incidental(who, "criminal-transfer"), "公安机关移送审查起诉。"))
	t.did(day("2021-09-13"), with(incidental(who, "investigate"), "核对号码清单与结算记录。"))
	t.decided(day("2021-09-15"), with(incidental(who, "announce"), "在具有全国影响的媒体公告三十日，建议法律规定的机关和有关组织起诉。"))
	t.did(day("2021-10-18"), with(incidental(who, "announce-expired"), "公告期满，没有法律规定的机关和社会组织起诉。"))
	t.did(day("2021-10-20"), with(incidental(who, "indict"), "以侵犯公民个人信息罪提起公诉。"))
	t.decided(day("2021-10-20"), with(incidental(who, "sue"), "请求判令按获利金额赔偿、在市级媒体登报道歉、进行法治教育。"))
	t.did(day("2021-10-22"), with(incidental(who, "record-suit"), "起诉书报上一级院备案。"))
	t.did(day("2021-10-27"), with(incidental(who, "accept"), "法院受理。"))
	t.did(day("2021-11-30"), with(incidental(who, "session"), "公开开庭审理，人民监督员旁听；沈某当庭认罪悔罪，向社会道歉。"))
	t.did(day("2021-12-03"), with(incidental(who, "judge"), "支持全部诉讼请求：按获利金额支付赔偿金，在市级以上媒体赔礼道歉；拘役五个月，罚金7000元，违法所得追缴上缴国库。"))
	return t
}

// tancheng: old trees, looked at again.
func tancheng(c *Cast) *Tale {
	const agency = "县林业主管部门"
	t := &Tale{Name: "郯城", cast: c}
	t.registered(day("2021-03-08"), desk.NewClue{Title: "古树名木缺乏保护", Form: clue.Form{Channel: clue.Volunteer, Field: clue.OldTrees, Place: "多个村庄",
		What: "志愿者反映部分古树名木没有挂牌、没有围栏，周边堆放杂物。", Suspect: agency, Harm: "古树名木受到损害"}})
	t.assessed(day("2021-03-10"), "主管部门负有保护职责，建议立案。")
	t.filed(day("2021-03-12"), desk.FilingProposal{Title: "督促保护古树名木案", Reason: "古树名木未挂牌、未建档，保护措施缺失。", Lines: []desk.CaseLine{{Track: "administrative", Respondent: agency}}})
	t.did(day("2021-03-25"), with(admin(agency, "investigate"), "逐株查看。"))
	rec := with(admin(agency, "decide-recommend"), "主管部门应当依法履行保护职责。")
	rec.Demands = []desk.DemandText{{Text: "对古树名木挂牌建档"}, {Text: "设置围栏，清理周边杂物"}}
	t.decided(day("2021-04-09"), rec)
	t.did(day("2021-04-12"), with(admin(agency, "serve"), "送达检察建议书。"))
	t.did(day("2021-04-14"), with(admin(agency, "record-recommendation"), "报上一级院备案。"))
	t.did(day("2021-06-08"), with(admin(agency, "reply"), "已挂牌建档、设置围栏。"), answer{"对古树", docket.AnswerIt, ""}, answer{"设置", docket.AnswerIt, ""})
	t.did(day("2021-06-21"), with(admin(agency, "verify"), "逐株核实，整改到位。"))
	t.seen(day("2021-06-21"), answer{"对古树", docket.Verified, "逐株核对"}, answer{"设置", docket.Verified, ""})
	t.seen(day("2021-06-21"), answer{"对古树", docket.CloseIt, ""}, answer{"设置", docket.CloseIt, ""})
	end := with(admin(agency, "terminate"), "行政机关已依法全面履职，公益得到保护。")
	end.Ground = "R74(1)"
	t.decided(day("2021-07-08"), end)
	t.visited(day("2021-07-09"), day("2021-12-08"), []string{"挂牌是否完好", "围栏是否完好", "周边有无新堆放杂物"}, desk.Holds, "对古树名木保护情况开展“回头看”：挂牌、围栏完好，长势良好。")
	return t
}

// visited plans a look-back and records it.
func (t *Tale) visited(from, to pil.Day, list []string, outcome, findings string) *Tale {
	t.at(from, func(ctx context.Context, o Office) error {
		return o.PlanLookBack(ctx, t.handler(), desk.VisitPlan{Matter: t.caseID, On: to, Checklist: list, Note: "办结后五个月回访"})
	})
	t.at(to, func(ctx context.Context, o Office) error {
		f, err := o.ShowCase(ctx, t.handler(), t.caseID)
		if err != nil {
			return err
		}
		v := f.Visits[len(f.Visits)-1]
		checks := make([]desk.Check, len(v.Checklist))
		for i := range checks {
			checks[i].Holds = "yes"
			if outcome != desk.Holds && i == 0 {
				checks[i].Holds = "no"
			}
		}
		_, err = o.RecordLookBack(ctx, t.cast.Assistant, desk.VisitReport{Visit: v.ID, Outcome: outcome, Findings: findings, Checks: checks,
			People: []int64{t.handler().Person, t.cast.Assistant.Person}})
		return err
	})
	return t
}
