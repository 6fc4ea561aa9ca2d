package modeltest

import (
	"fmt"
	"strconv"
)

// The planted rows. Ordinary rows use numbers from 1000 up.

func newNumbers(m maker) {
	m.table("openings", "手机号码", "经办人工号", "营业厅", "开户时间", "交付时间")
	m.table("registrations", "注册手机号", "平台", "注册时间")
	open := func(clerk string, n, from, to int) {
		m.row("openings", phone(n), clerk, "南湖营业厅", clock(from, 540), clock(to, 900))
	}
	register := func(n int, when string) { m.row("registrations", phone(n), "甲商城", when) }
	for n := range 6 {
		open("沈一", n, n, n+1)
		register(n, clock(n, 600))
	}
	m.row("registrations", phone(0), "乙商城", clock(0, 540)) // in the very minute of opening
	m.hit("沈一", 7)
	for n := 10; n < 14; n++ {
		open("许二", n, n, n+1)
		register(n, clock(n, 600))
	}
	register(10, clock(10, 660))
	m.near("a clerk with one number less than the limit, though with enough registrations")
	for n := 20; n < 27; n++ {
		open("周三", n, n, n+1)
		register(n, clock(n+1, 900))
	}
	m.near("registered in the minute of the hand-over, by the applicant")
	for n := 30; n < 37; n++ {
		open("吴四", n, n, n+1)
		register(n, clock(n, 539))
	}
	m.near("reused numbers, registered by whoever had them before")
	for n := 40; n < 47; n++ {
		m.row("openings", phone(n), "郑五", "南湖营业厅", clock(n, 540), "")
		register(n, clock(n, 600))
	}
	m.near("no time of hand-over is on record")
}

func faceSupplier(m maker) {
	m.table("devices", "设备编号", "供应商", "使用单位", "门店", "是否人脸识别", "安装日期")
	m.table("notices", "使用单位", "门店", "设置日期")
	m.table("consents", "使用单位", "门店", "取得日期")
	install := func(supplier, company, site, face string, at int) {
		m.row("devices", fmt.Sprintf("%s-%s-%s", supplier, company, site), supplier, company, site, face, day(at))
	}
	install("明眸", "甲公司", "一店", "是", 10)
	install("明眸", "甲公司", "二店", "是", 12)
	install("明眸", "乙公司", "一店", "有", 10)
	m.row("notices", "乙公司", "一店", day(9)) // and no consent
	install("明眸", "丙公司", "一店", "是", 10)
	m.row("consents", "丙公司", "一店", day(9))
	m.row("notices", "丙公司", "一店", day(11)) // a day late
	install("明眸", "丁公司", "一店", "是", 10)
	m.row("notices", "丁公司", "一店", day(10))
	m.row("consents", "丁公司", "一店", day(10))
	m.hit("明眸", 4)
	for _, c := range []string{"戊公司", "己公司"} {
		install("清瞳", c, "一店", "是", 10)
		install("清瞳", c, "二店", "是", 10)
	}
	m.near("many devices, in one company less than the limit")
	for _, c := range []string{"庚公司", "辛公司", "壬公司"} {
		install("远望", c, "一店", "否", 10)
	}
	m.near("cameras that recognise no faces")
	for _, c := range []string{"庚公司", "辛公司", "壬公司"} {
		install("守信", c, "三店", "是", 10)
		m.row("notices", c, "三店", day(8))
		m.row("consents", c, "三店", day(8))
	}
	m.near("everything on record")
}

func faceStoreFiling(m maker) {
	m.table("stores", "单位", "系统名称", "地区", "人数", "达到日期")
	m.table("filings", "备案主体", "系统名称", "备案日期")
	m.Params["as_of"] = "2026-03-02"
	store := func(processor, persons, reached string) {
		m.row("stores", processor, "门禁", "城东区", persons, reached)
	}
	store("甲物业", "100000", "2025-09-01")
	m.hit("甲物业", 1)
	store("乙物业", "2,300,000", "2024年12月1日")
	m.row("stores", "乙物业", "访客", "城西区", "150000", "2025-08-04")
	m.hit("乙物业", 2)
	store("丙物业", "180000", "2025-09-01")
	m.row("filings", "丙物业", "访客", "2025-09-20") // another system
	m.hit("丙物业", 1)
	// 30 working days after Thursday 2026-01-15, over the Spring Festival with
	// its moved working days, are not over on 2 March; calendar days are.
	store("丁物业", "100000", "2026-01-15")
	m.near("thirty days have passed, thirty working days have not")
	store("戊物业", "99999", "2025-09-01")
	m.near("one person less")
	store("己物业", "120000", "2025-09-01")
	m.row("filings", "己物业", "门禁", "2025-09-30")
	m.near("filed in time")
	store("庚物业", "120000", "2025-09-01")
	m.row("filings", "庚物业", "门禁", "2026-01-30")
	m.near("filed late, but filed")
	store("辛物业", "120000", "")
	m.near("no day on record")
}

func museum(m maker) {
	m.table("visits", "场馆", "证件号码", "入馆通道", "人员类别", "旅行社", "入馆时间")
	visit := func(who int, channel, role string, at, minute int) {
		m.row("visits", "省博物馆", identity(who), channel, role, "旅行社"+strconv.Itoa(at%3), clock(at, minute))
	}
	key := func(who int) string { return "省博物馆 " + identity(who) }
	for i := range 6 { // six days within thirty, the last on the thirtieth
		visit(1, "团队", "游客", []int{0, 5, 10, 15, 20, 29}[i], 600)
	}
	m.hit(key(1), 6)
	for i := range 7 { // a long way in, and once by himself
		visit(2, "团队", "游客", 100+i, 600)
	}
	visit(2, "个人", "游客", 107, 600)
	m.hit(key(2), 7)
	for i := range 6 {
		visit(3, "团队", "游客", []int{0, 5, 10, 15, 20, 30}[i], 600)
	}
	m.near("the sixth day is one day too late")
	for i := range 9 {
		visit(4, "团队", "游客", 40+i/2, 600+60*(i%2))
	}
	m.near("nine entries on five days")
	for i := range 20 {
		visit(5, "团队", "导游", i, 600)
	}
	m.near("a registered guide")
	for i := range 20 {
		visit(6, "个人", "游客", i, 600)
	}
	m.near("comes often, by himself")
	for i := range 6 {
		m.row("visits", []string{"省博物馆", "市博物馆"}[i%2], identity(7), "团队", "游客", "旅行社0", clock(i, 600))
	}
	m.near("two museums, three days each")
}

func recruitment(m maker) {
	m.table("posts", "平台", "招聘单位", "信用代码", "岗位", "发布时间")
	m.table("registry", "信用代码", "企业名称", "登记状态", "注销日期", "参保人数")
	post := func(n int, company string, times int) {
		for i := range times {
			m.row("posts", "招聘网", company, uscc(n), "客服"+strconv.Itoa(i), day(10+i))
		}
	}
	register := func(n int, company, status, ended, insured string) {
		m.row("registry", uscc(n), company, status, ended, insured)
	}
	post(1, "云上科技公司", 2)
	m.hit("云上科技公司 "+uscc(1), 2) // nobody registered
	post(2, "大江集团公司", 3)
	register(2, "小溪商贸公司", "存续", "", "3")
	m.hit("大江集团公司 "+uscc(2), 3) // somebody else's code
	post(3, "旧日公司", 3)
	register(3, "旧日公司", "注销", day(10), "0")
	m.hit("旧日公司 "+uscc(3), 2) // the first was on the day it ended
	post(4, "空壳公司", 10)
	register(4, "空壳公司", "存续", "", "0")
	m.hit("空壳公司 "+uscc(4), 10)
	post(5, "新设公司", 9)
	register(5, "新设公司", "存续", "", "0")
	m.near("nobody insured yet, one post less than the limit")
	post(6, "停业公司", 3)
	register(6, "停业公司", "吊销", day(20), "4")
	m.near("posted before it was struck off")
	post(7, "未报公司", 12)
	register(7, "未报公司", "存续", "", "")
	m.near("the number of insured is not on record")
}

// card is a bank card number of an issuer that does not exist, with a right
// check digit.
func card(n int) string {
	s := fmt.Sprintf("629999%012d", n)
	sum := 0
	for i := range s {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return s + strconv.Itoa((10-sum%10)%10)
}

func notices(m maker) {
	m.table("notices", "网址", "发布机关", "公告标题", "发布时间", "正文", "附件内容")
	publish := func(n int, body, attachment string) string {
		key := "gongshi/" + strconv.Itoa(n)
		m.row("notices", key, "城东区某局", "补贴名单公示", day(n), body, attachment)
		return key
	}
	id := identity(7)
	m.hit(publish(1, "领取人张某，身份证号"+id+"，现予公示。", ""), 1)
	m.hit(publish(2, "名单见附件", "序号 姓名 账号\n1 李某 "+card(5)), 1)
	m.hit(publish(3, "（"+id[:17]+id[17:]+"），卡号："+card(6)+"。", id), 1)
	publish(4, "领取人张某，身份证号"+id[:6]+"********"+id[14:], "")
	m.near("masked in the middle")
	wrong := id[:17] + string('0'+(id[17]-'0'+1)%10)
	if id[17] == 'X' {
		wrong = id[:17] + "0"
	}
	publish(5, "编号"+wrong, "")
	m.near("eighteen digits whose check digit is wrong")
	publish(6, "项目编号 1"+id+"2", "")
	m.near("an identity number inside a longer number")
	publish(7, "统一社会信用代码"+uscc(3)+"，账号 1234567890123456", "联系电话"+phone(3))
	m.near("codes of a company, an account that is no card, an office's telephone")
}

func labels(m maker) {
	m.table("labels", "快递公司", "网点", "运单号", "收件人", "收件人电话", "抽查日期")
	label := func(station string, n int, name, number string) {
		m.row("labels", "快马速运", station, fmt.Sprintf("KM%s%05d", station, n), name, number, day(n%20))
	}
	for n := range 10 {
		label("城东站", n, "王小明", phone(n))
	}
	label("城东站", 10, "王**", "199****0010")
	m.hit("快马速运 城东站", 10)
	for n := range 9 {
		label("城西站", n, "李小红", phone(n))
	}
	label("城西站", 10, "李小红", "199****0010")
	m.near("one label less than the limit")
	for n := range 30 {
		label("城南站", n, "赵*", phone(n))
	}
	m.near("numbers in full, names hidden")
	for n := range 30 {
		label("城北站", n, "孙小亮", "199****00"+fmt.Sprintf("%02d", n))
	}
	m.near("names in full, numbers hidden")
	for n := range 30 {
		label("开发区站", n, "某某有限公司收发室", phone(n))
	}
	m.near("recipients that are organisations")
}

func sims(m maker) {
	m.table("students", "证件号码", "就读学校", "学校所在地")
	m.table("cards", "号码", "机主证件号", "入网日期", "销户日期")
	m.table("usage", "号码", "使用日期", "被叫号码数", "使用地")
	student := func(n int) { m.row("students", identity(n), "某职业学院", "甲市") }
	use := func(n, at int, callees int, region string) {
		m.row("usage", phone(n), day(at), strconv.Itoa(callees), region)
	}
	open := func(n, who, from int, to string) { m.row("cards", phone(n), identity(who), day(from), to) }
	student(1)
	open(1, 1, 0, "")
	for i := range 3 {
		use(1, 10+i, 60+i, "乙市")
	}
	use(1, 13, 20, "乙市")
	m.hit(phone(1), 3)
	student(2)
	open(2, 2, 0, day(31))
	for i := range 4 {
		use(2, 28+i, 200, "丙市") // the last on the day of closing
	}
	use(2, 32, 200, "丙市")
	m.hit(phone(2), 4)
	student(3)
	open(3, 3, 0, "")
	for i := range 2 {
		use(3, 10+i, 100, "乙市")
	}
	use(3, 12, 59, "乙市")
	m.near("the third day is one call short")
	student(4)
	open(4, 4, 0, "")
	for i := range 9 {
		use(4, 10+i, 100, "甲市")
	}
	m.near("a call-centre job beside the school")
	open(5, 5, 0, "")
	for i := range 9 {
		use(5, 10+i, 100, "乙市")
	}
	m.near("no student")
	student(6)
	open(6, 6, 0, day(9))
	open(6, 5, 10, "")
	for i := range 9 {
		use(6, 10+i, 100, "乙市")
	}
	m.near("the number has gone to somebody else")
}

func payments(m maker) {
	m.table("payments", "补贴项目", "身份证号", "主管单位", "发放日期", "发放金额")
	m.table("ended", "身份证号", "原因", "死亡日期", "状态")
	pay := func(who, at int, amount string) {
		m.row("payments", "高龄津贴", identity(who), "城东区某局", day(at), amount)
	}
	end := func(who int, reason, status string) {
		m.row("ended", identity(who), reason, day(100), status)
	}
	end(1, "死亡", "有效")
	for i := range 5 {
		pay(1, 60+30*i, "￥1,050.50") // 60, 90, 120 in grace; 150, 180 after it
	}
	m.hit(identity(1), 2)
	end(2, "服刑", "有效")
	pay(2, 132, "150")
	pay(2, 140, "150.00元")
	pay(2, 150, "-200") // taken back, but not all
	m.hit(identity(2), 3)
	end(3, "死亡", "有效")
	pay(3, 131, "500")
	m.near("on the last day of grace")
	end(4, "死亡", "有效")
	pay(4, 140, "500")
	pay(4, 160, "-500")
	m.near("taken back in full")
	end(5, "死亡", "撤销")
	pay(5, 140, "500")
	m.near("the record of death was withdrawn")
	end(6, "迁出", "有效")
	pay(6, 140, "99.99")
	m.near("one fen less than the limit")
	pay(7, 140, "500")
	m.near("nothing has ended")
}

func penalties(m maker) {
	m.table("penalties", "信用代码", "当事人", "决定书文号", "案由", "处罚机关", "处罚日期", "决定状态")
	punish := func(n int, number, ground string, at int, status string) {
		m.row("penalties", uscc(n), "食品厂"+strconv.Itoa(n), number, ground, "城东区某局", day(at), status)
	}
	punish(1, "罚1", "标签不符", 0, "有效")
	punish(1, "罚2", "标签不符", 730, "有效")
	m.hit(uscc(1)+" 标签不符", 1)
	for i := range 3 {
		punish(2, "罚"+strconv.Itoa(10+i), "超限添加", 100*i, "有效")
	}
	m.hit(uscc(2)+" 超限添加", 3) // three pairs
	punish(3, "罚20", "标签不符", 0, "有效")
	punish(3, "罚21", "标签不符", 731, "有效")
	m.near("a day later than the limit")
	punish(4, "罚30", "标签不符", 0, "有效")
	punish(4, "罚31", "超限添加", 100, "有效")
	m.near("another ground")
	punish(5, "罚40", "标签不符", 0, "有效")
	punish(5, "罚41", "标签不符", 100, "撤销")
	m.near("the second decision was withdrawn")
	punish(6, "罚50", "标签不符", 0, "有效")
	punish(6, "罚50", "标签不符", 5, "有效")
	m.near("the same decision published twice")
	punish(7, "罚60", "标签不符", 0, "有效")
	punish(7, "罚61", "标签不符", 0, "有效")
	m.near("two decisions of one day")
}

func rebound(m maker) {
	m.table("recommendations", "检察建议文号", "被建议单位", "问题地点", "类别", "结案日期")
	m.table("complaints", "工单号", "投诉地点", "类别", "投诉日期", "核查结果")
	recommend := func(number, place string) {
		m.row("recommendations", number, "城东区某局", place, "油烟", day(100))
	}
	complain := func(ticket, place, subject string, at int, status string) {
		m.row("complaints", ticket, place, subject, day(at), status)
	}
	recommend("建1", "一号街")
	complain("A1", "一号街", "油烟", 101, "属实")
	complain("A2", "一号街", "油烟", 465, "")
	complain("A3", "一号街", "油烟", 466, "属实") // beyond the year
	m.hit("建1", 2)
	recommend("建2", "二号街")
	complain("B1", "二号街", "油烟", 90, "属实")
	complain("B2", "二号街", "油烟", 100, "属实")
	m.near("before closing, and on its day")
	recommend("建3", "三号街")
	complain("C1", "三号街", "油烟", 120, "属实")
	complain("C1", "三号街", "油烟", 121, "属实")
	m.near("one ticket sent out twice")
	recommend("建4", "四号街")
	complain("D1", "四号街", "噪声", 120, "属实")
	complain("D2", "四号街", "噪声", 121, "属实")
	m.near("about another matter")
	recommend("建5", "五号街")
	complain("E1", "五号街", "油烟", 120, "属实")
	complain("E2", "五号街", "油烟", 121, "不属实")
	m.near("the second complaint was found untrue")
	m.row("recommendations", "建6", "城东区某局", "六号街", "油烟", "")
	complain("F1", "六号街", "油烟", 120, "属实")
	complain("F2", "六号街", "油烟", 121, "属实")
	m.near("not closed yet")
}

func points(m maker) {
	m.table("points", "古树编号", "树种", "所在地", "责任单位", "建档日期", "生长状况")
	m.table("patrols", "古树编号", "巡查日期")
	m.Params["as_of"] = day(1000)
	list := func(code string, at int, status string) {
		m.row("points", code, "银杏", "城东区", "某街道", day(at), status)
	}
	patrol := func(code string, at int) { m.row("patrols", code, day(at)) }
	list("T1", 0, "正常")
	m.hit("T1", 1) // never
	list("T2", 0, "衰弱")
	patrol("T2", 819)
	m.hit("T2", 1) // a day too long ago
	list("T3", 0, "正常")
	patrol("T3", 1001)
	m.hit("T3", 1) // after the day asked about
	list("T4", 0, "正常")
	patrol("T4", 820)
	m.near("patrolled on the first day that counts")
	list("T5", 820, "正常")
	m.near("listed too late to judge")
	list("T6", 0, "死亡")
	m.near("dead")
	list("T7", 0, "正常")
	patrol("T7", 1000)
	m.near("patrolled on the day asked about")
}
