package modeltest

import (
	"fmt"
	"strconv"
)

// ordinary makes the nth of a crowd in which nothing is wrong.
var ordinary = map[string]func(m maker, n int){
	"new-numbers": func(m maker, n int) {
		m.row("openings", phone(n), "营业员"+strconv.Itoa(m.IntN(40)), "城北营业厅", clock(n%300, 500), clock(n%300, 540))
		m.row("registrations", phone(n), "甲商城", clock(n%300+1+m.IntN(30), 600))
	},
	"face-supplier": func(m maker, n int) {
		company, site := fmt.Sprintf("常公司%d", m.IntN(50)), "店"+strconv.Itoa(n)
		m.row("devices", "D"+strconv.Itoa(n), "供应商"+strconv.Itoa(m.IntN(9)), company, site, []string{"是", "否"}[m.IntN(2)], day(50+m.IntN(100)))
		m.row("notices", company, site, day(m.IntN(50)))
		m.row("consents", company, site, day(m.IntN(50)))
	},
	"face-store-filing": func(m maker, n int) {
		company := "常物业" + strconv.Itoa(n)
		m.row("stores", company, "门禁", "城北区", strconv.Itoa(1000+m.IntN(200000)), "2025-09-0"+strconv.Itoa(1+m.IntN(9)))
		m.row("filings", company, "门禁", "2025-09-1"+strconv.Itoa(m.IntN(10)))
	},
	"museum-group-channel": func(m maker, n int) {
		for i := range 1 + m.IntN(4) {
			m.row("visits", "省博物馆", identity(n), []string{"团队", "个人"}[m.IntN(2)], "游客", "旅行社"+strconv.Itoa(m.IntN(30)), clock(i*m.IntN(90), 600))
		}
	},
	"recruitment-shells": func(m maker, n int) {
		company := "常公司" + strconv.Itoa(n)
		m.row("posts", "招聘网", company, uscc(n), "文员", day(m.IntN(100)))
		m.row("registry", uscc(n), company, "存续", "", strconv.Itoa(m.IntN(90)))
	},
	"notices-unmasked": func(m maker, n int) {
		m.row("notices", "gongshi/"+strconv.Itoa(n), "城北区某局", "公示", day(m.IntN(300)), fmt.Sprintf("第%d批名单，金额%d元，电话%s。", n, m.IntN(1e6), phone(n)), "")
	},
	"delivery-labels": func(m maker, n int) {
		m.row("labels", "飞鱼快递", "站点"+strconv.Itoa(m.IntN(20)), "FY"+strconv.Itoa(n), "张**", fmt.Sprintf("199****%04d", n), day(m.IntN(30)))
	},
	"student-sims": func(m maker, n int) {
		m.row("students", identity(n), "某学院", "甲市")
		m.row("cards", phone(n), identity(n), day(0), "")
		for i := range 3 {
			m.row("usage", phone(n), day(30+i), strconv.Itoa(m.IntN(30)), []string{"甲市", "丁市"}[m.IntN(2)])
		}
	},
	"payments-after-end": func(m maker, n int) {
		m.row("payments", "低保", identity(n), "城北区某局", day(m.IntN(100)), strconv.Itoa(100+m.IntN(900)))
		if m.IntN(4) == 0 {
			m.row("ended", identity(n), "迁出", day(100+m.IntN(100)), "有效")
		}
	},
	"repeat-penalties": func(m maker, n int) {
		m.row("penalties", uscc(n), "常厂"+strconv.Itoa(n), "常罚"+strconv.Itoa(n), []string{"标签不符", "超限添加"}[m.IntN(2)], "城北区某局", day(m.IntN(1000)), "有效")
	},
	"rectification-rebound": func(m maker, n int) {
		place := strconv.Itoa(n) + "号路"
		m.row("recommendations", "常建"+strconv.Itoa(n), "城北区某局", place, "油烟", day(200))
		m.row("complaints", "常"+strconv.Itoa(n), place, "油烟", day(m.IntN(500)), "属实")
	},
	"unpatrolled-points": func(m maker, n int) {
		code := "P" + strconv.Itoa(n)
		m.row("points", code, "香樟", "城北区", "某街道", day(m.IntN(100)), "正常")
		m.row("patrols", code, day(m.IntN(800)))
		m.row("patrols", code, day(900+m.IntN(100)))
	},
}
