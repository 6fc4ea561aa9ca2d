package analysis

import (
	"slices"
	"strings"

	"shouhu/internal/privacy"
	"shouhu/internal/table"
)

// Sure is the confidence from which a proposed role is taken without asking, in
// hundredths.
const Sure = 80

// Proposal is which column may have which role, and how likely.
type Proposal struct {
	Roles      Roles
	Confidence [roles]int // 0–100; 0 where no column is proposed
}

// Sure reports whether nobody needs to be asked: a person was found, and no role
// is in doubt.
func (p Proposal) Sure() bool {
	for role, i := range p.Roles {
		if i >= 0 && p.Confidence[role] < Sure || i < 0 && Role(role) == Person {
			return false
		}
	}
	return true
}

// least is the confidence below which a role is not even proposed.
const least = 50

// words are what a column of each role is called. Person, Gender and Age go by
// privacy.ByName.
var words = [roles][]string{
	Org:      {"公司", "企业", "单位", "商户", "商家", "机构", "集团", "品牌", "org", "organization", "organisation", "company", "merchant", "enterprise", "corp"},
	Site:     {"门店", "店铺", "场所", "网点", "分店", "店", "营业部", "shop", "store", "site", "branch", "venue"},
	Device:   {"设备", "摄像头", "摄像机", "相机", "终端", "采集点", "device", "camera", "terminal"},
	Time:     {"时间", "日期", "时刻", "time", "timestamp", "datetime", "date", "ts"},
	Amount:   {"金额", "价款", "价格", "费用", "报酬", "佣金", "amount", "price", "fee", "payment"},
	Consent:  {"同意", "是否同意", "授权", "是否授权", "告知", "是否告知", "consent", "agreed"},
	Category: {"类别", "信息类别", "数据类别", "类型", "category"},
}

// endings say nothing about which role a column has.
var endings = []string{"名称", "编号", "编码", "代码", "标识", "序列号", "全称", "全名", "id", "no", "code", "name", "号", "名"}

// persons is how well a kind of value tells persons apart, in hundredths of
// confidence; the best one of a table is proposed.
var persons = map[privacy.Kind]int{
	privacy.Face: 97, privacy.IDNumber: 95, privacy.Identifier: 94, privacy.Mobile: 92, privacy.Passport: 90,
	privacy.Phone: 86, privacy.Account: 84, privacy.Email: 82, privacy.Plate: 80, privacy.IMEI: 80, privacy.MAC: 80,
	privacy.BankCard: 75, privacy.Name: 70,
}

// Propose reads roles out of a header and the first rows. Two columns that may
// both have a role make it doubtful.
func Propose(header []string, sample [][]string) Proposal {
	p := Proposal{Roles: NoRoles()}
	scores := make([][roles]int, len(header))
	for i, name := range header {
		scores[i] = score(name, column(sample, i))
	}
	for {
		role, at, best := -1, -1, least-1
		for i := range scores {
			for r, s := range scores[i] {
				if p.Roles[r] < 0 && s > best && slices.Index(p.Roles[:], i) < 0 {
					role, at, best = r, i, s
				}
			}
		}
		if role < 0 {
			break
		}
		p.Roles[role], p.Confidence[role] = at, best
		for i := range scores { // a rival as good leaves it open which
			if i != at && scores[i][role] == best && slices.Index(p.Roles[:], i) < 0 {
				p.Confidence[role] = min(best, 60)
			}
		}
	}
	if !p.Roles.Mapped(Person) {
		p.guessPerson(header, sample)
	}
	return p
}

// guessPerson proposes the free column with the most different values, which is
// no more than something to begin a map with.
func (p *Proposal) guessPerson(header []string, sample [][]string) {
	most := 0
	for i := range header {
		if slices.Index(p.Roles[:], i) >= 0 {
			continue
		}
		different := map[string]bool{}
		for _, cell := range column(sample, i) {
			different[cell] = true
		}
		if len(different) > most {
			most, p.Roles[Person], p.Confidence[Person] = len(different), i, 30
		}
	}
}

// column is the cells of one column that are not empty.
func column(sample [][]string, i int) (cells []string) {
	for _, row := range sample {
		if row[i] != "" {
			cells = append(cells, row[i])
		}
	}
	return cells
}

// score is how likely a column has each role.
func score(header string, cells []string) (s [roles]int) {
	plain := privacy.Plain(header)
	kind, exact := privacy.ByName(header)
	if kind == "" {
		kind = byValues(cells)
	}
	for role := range words {
		s[role] = wordScore(plain, words[role], kind)
	}
	if kind == "" {
		s[Time] = timeScore(s[Time], cells)
	}
	switch kind {
	case privacy.Gender:
		s[Gender] = nameScore(exact)
	case privacy.Age:
		s[Age] = nameScore(exact)
	}
	if exact || !privacy.OfThing(header) {
		s[Person] = persons[kind]
	}
	return s
}

func nameScore(exact bool) int {
	if exact {
		return 95
	}
	return 85
}

// wordScore compares a name with the words of a role: the word itself with an
// ending at most, a name that ends in it, or one that has it somewhere, which
// tells nothing where the name is known to be a kind of personal data.
func wordScore(plain string, words []string, kind privacy.Kind) (best int) {
	stem := plain
	for _, end := range endings {
		if s, ok := strings.CutSuffix(plain, end); ok && s != "" {
			stem = s
			break
		}
	}
	for _, w := range words {
		switch {
		case plain == w, stem == w:
			return 95
		case len(w) > 2 && (strings.HasSuffix(plain, w) || strings.HasSuffix(stem, w)):
			best = max(best, 90)
		case len(w) > 3 && strings.Contains(plain, w) && kind == "" && stem == plain:
			best = max(best, 55)
		}
	}
	if kind != "" && best < 95 {
		return 0
	}
	return best
}

// timeScore weighs a name against values: most must be times, since the others
// will be rejected; times written with marks need no name.
func timeScore(byName int, cells []string) int {
	times, marked := 0, 0
	for _, c := range cells {
		if _, ok := table.ParseTime([]byte(c)); ok {
			times++
			if strings.ContainsAny(c, "-/:年.") {
				marked++
			}
		}
	}
	switch n := len(cells); {
	case n == 0:
		return byName
	case 10*times < 5*n:
		return 0
	case byName == 0 && 10*marked >= 9*n:
		return 85
	case 10*times < 6*n:
		return min(byName, 60)
	}
	return byName
}

// byValues is the kind that nine of ten cells are.
func byValues(cells []string) privacy.Kind {
	counts := map[privacy.Kind]int{}
	for _, c := range cells {
		counts[privacy.Recognise([]byte(c))]++
	}
	for kind, n := range counts {
		if kind != "" && 10*n >= 9*len(cells) {
			return kind
		}
	}
	return ""
}
