package privacy

import (
	"fmt"
	"strings"
)

// item is one standard of PIJ5 and whether it is met.
type item struct {
	rule string
	met  bool
	text string
}

// reasons goes through PIJ5 item by item, says what is met and by which
// numbers, and ends with what no number can say.
func (m measured) reasons(s Severity) []Reason {
	items := m.classes()
	items = append(items, m.proportional(items), m.gain())
	items = append(items, m.insider(items), m.tenfold(s))
	if !s.Serious {
		items = append(items, m.missing())
	}
	var reasons []Reason
	for _, it := range append(items, forPeople[:]...) {
		reasons = append(reasons, Reason{Rule: it.rule, Text: it.text})
	}
	return reasons
}

// classes measures each class against its own standard.
func (m measured) classes() []item {
	class := func(rule, zh, en string, n, limit int64) item {
		met := n >= limit
		return item{rule, met, fmt.Sprintf("%s %d 条，标准 %d 条%s：%s (%s: %d records, standard %d%s: %s)",
			zh, n, limit, m.halfZh(), verdictZh(met), en, n, limit, m.halfEn(), verdictEn(met))}
	}
	return []item{
		class("PIJ5(1)(3)", "A类信息（行踪轨迹、通信内容、征信、财产）",
			"A: movements, content of communications, credit, property", m.A, m.limitA),
		class("PIJ5(1)(4)", "B类信息（住宿、通信记录、健康生理、交易等）",
			"B: lodging, communication records, health, transactions", m.B, m.limitB),
		class("PIJ5(1)(5)", "C类信息（其他个人信息）",
			"C: all other personal information", m.C, m.limitC),
	}
}

// proportional adds the classes up in proportion. By its words the rule is
// for numbers that meet no standard of a single class.
func (m measured) proportional(classes []item) item {
	const rule = "PIJ5(1)(6)"
	sum := fmt.Sprintf("按比例合计 100×%d＋10×%d＋%d＝%d", m.A, m.B, m.C, m.sum)
	if len(metBy(classes)) > 0 {
		return item{rule, false, fmt.Sprintf("%s：已有单项达到标准，不适用本项 (proportional sum %d: one class alone is met, so this item does not apply)",
			sum, m.sum)}
	}
	met := m.sum >= m.limitSum
	return item{rule, met, fmt.Sprintf("%s，标准 %d%s：%s (proportional sum: %d, standard %d%s: %s)",
		sum, m.limitSum, m.halfZh(), verdictZh(met), m.sum, m.limitSum, m.halfEn(), verdictEn(met))}
}

func (m measured) gain() item {
	met := m.Gain >= m.limitGain
	return item{"PIJ5(1)(7)", met, fmt.Sprintf("违法所得 %s 元，标准 %s 元%s：%s (gain: %s yuan, standard %s%s: %s)",
		m.Gain, m.limitGain, m.halfZh(), verdictZh(met), m.Gain, m.limitGain, m.halfEn(), verdictEn(met))}
}

func (m measured) insider(standards []item) item {
	const rule = "PIJ5(1)(8)"
	by := metBy(standards)
	switch {
	case !m.Insider:
		return item{rule, false, "未注明信息系履行职责或者提供服务过程中获得：标准不减半 (not stated to be got in duty or service: standards not halved)"}
	case len(by) == 0:
		return item{rule, false, "信息系履行职责或者提供服务过程中获得后出售或者提供，标准减半：未达到 (got in duty or service, then sold or provided: half of each standard: not met)"}
	}
	return item{rule, true, fmt.Sprintf("信息系履行职责或者提供服务过程中获得后出售或者提供，标准减半：达到，见 %[1]s (got in duty or service, then sold or provided: half of each standard: met by %[1]s)",
		strings.Join(by, ", "))}
}

func (m measured) tenfold(s Severity) item {
	sum, gain := tenfold*m.limitSum, tenfold*m.limitGain
	return item{"PIJ5(2)(3)", s.VerySerious, fmt.Sprintf("十倍标准：合计 %d、十倍为 %d，违法所得 %s 元、十倍为 %s 元，比例 %s：%s (tenfold: sum %d, ten times the standard %d; gain %s yuan, ten times the standard %s; ratio %s: %s)",
		m.sum, sum, m.Gain, gain, s.Ratio, verdictZh(s.VerySerious), m.sum, sum, m.Gain, gain, s.Ratio, verdictEn(s.VerySerious))}
}

func (m measured) missing() item {
	sum, gain := m.limitSum-m.sum, m.limitGain-m.Gain
	return item{"PIJ5(1)", false, fmt.Sprintf("数量、数额均未达到标准：按比例合计还差 %d（折合C类条数），违法所得还差 %s 元 (no standard of number or gain is met: the proportional sum is short by %d in records of C, the gain by %s yuan)",
		sum, gain, sum, gain)}
}

// forPeople names what the counts leave open.
var forPeople = [...]item{
	{rule: "PIJ11", text: "「条」如何计算有争议（一条记录可含多项信息）：条数、去重方法和类别由办案人员核定 (how to count one 条 is disputed: a person confirms the count, how duplicates were removed, and the class)"},
	{rule: "PIJ5", text: "第一款第（一）（二）（九）（十）项、第二款第（一）（二）（四）项不以数量为准，由办案人员判断 (items (1)(1)(2)(9)(10) and (2)(1)(2)(4) do not turn on numbers: a person judges them)"},
	{rule: "PIJ6", text: "仅为合法经营活动购买、收受C类信息的，标准另定，由办案人员判断 (buying or receiving class C only for lawful business has standards of its own: a person judges them)"},
}

// metBy lists the rules of the items that are met.
func metBy(items []item) []string {
	var rules []string
	for _, it := range items {
		if it.met {
			rules = append(rules, it.rule)
		}
	}
	return rules
}

func (m measured) halfZh() string {
	if m.Insider {
		return "（已减半）"
	}
	return ""
}

func (m measured) halfEn() string {
	if m.Insider {
		return " (halved)"
	}
	return ""
}

func verdictZh(met bool) string {
	if met {
		return "达到"
	}
	return "未达到"
}

func verdictEn(met bool) string {
	if met {
		return "met"
	}
	return "not met"
}
