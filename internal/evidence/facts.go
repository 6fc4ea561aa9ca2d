package evidence

import (
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// Facts are what is said of an exhibit when it enters the file; a correction says all
// of them anew.
type Facts struct {
	Title      string    `json:"title"`
	Kind       Kind      `json:"kind"`
	Method     Method    `json:"method"`
	Collectors []int64   `json:"collectors"`          // staff, by id (R36)
	On         pil.Day   `json:"on"`                  // collected on
	Time       string    `json:"time,omitempty"`      // of that day, HH:MM
	Place      string    `json:"place"`               // where
	Provider   string    `json:"provider,omitempty"`  // 提供人: who gave it, was questioned or gave the opinion
	Source     string    `json:"source,omitempty"`    // where it comes from: which file, system, medium
	Form       Form      `json:"form"`                // original or copy
	Checked    bool      `json:"checked,omitempty"`   // 本复制件与原件核对一致
	Making     string    `json:"making,omitempty"`    // how a copy of recordings or data was made (R39)
	Pages      int       `json:"pages,omitempty"`     // of paper; 0: none
	Seam       bool      `json:"seam,omitempty"`      // 骑缝章 over several pages (R38)
	Signature  Signature `json:"signature,omitempty"` // of whoever spoke, wrote or gave
	Qualified  bool      `json:"qualified,omitempty"` // the institution entrusted is qualified (R41)
	Witness    string    `json:"witness,omitempty"`   // 见证人 (R42)
	Proves     string    `json:"proves"`              // what it is to prove
}

// CopyStatement is what a copy states of itself (R38).
const CopyStatement = "本复制件与原件核对一致"

// MinCollectors is how many staff collect together (R36).
const MinCollectors = 2

// rulesFrom is the first day of the Rules of 2021 whose articles Check cites: before
// it they required nothing.
var rulesFrom = pil.Date(2021, 7, 1)

// Problem is what the facts lack, beside the form's field it is about.
type Problem struct {
	Field  string
	Zh, En string
	Cite   string // the article; empty: plain sense
	Stop   bool   // it may not enter the file like this; else a caution
}

// checker gathers problems.
type checker struct {
	list  []Problem
	bound bool // the Rules applied on the day
}

// need notes what has to be there by an article.
func (c *checker) need(ok bool, field, cite, zh, en string) {
	if !ok {
		c.list = append(c.list, Problem{field, zh, en, cite, cite == "" || c.bound})
	}
}

// must notes what has to be there whatever the day: without it there is nothing to
// judge.
func (c *checker) must(ok bool, field, cite, zh, en string) {
	if !ok {
		c.list = append(c.list, Problem{field, zh, en, cite, true})
	}
}

// warn notes what is unusual and may be right.
func (c *checker) warn(ok bool, field, cite, zh, en string) {
	if !ok {
		c.list = append(c.list, Problem{field, zh, en, cite, false})
	}
}

// Check says what the facts lack on a day: what has to be there (Stop), and what
// somebody should look at again. The articles are those of the Rules of 2021; of what
// was collected before them they are cautions.
func (f *Facts) Check(today pil.Day) []Problem {
	c := &checker{bound: f.On >= rulesFrom}
	f.checkPlain(c, today)
	f.checkCollected(c)
	f.checkForm(c)
	f.checkConfirmed(c)
	slices.SortStableFunc(c.list, func(a, b Problem) int {
		switch {
		case a.Stop == b.Stop:
			return 0
		case a.Stop:
			return -1
		}
		return 1
	})
	return c.list
}

func (f *Facts) checkPlain(c *checker, today pil.Day) {
	c.need(strings.TrimSpace(f.Title) != "", "title", "", "请填写证据名称", "name the exhibit")
	c.must(f.Kind.Zh() != "", "kind", "R34", "请选择法定的九种证据之一", "choose one of the nine statutory kinds")
	c.must(f.Method.Zh() != "", "method", "R35", "请选择收集方式", "choose how it was collected")
	c.must(f.Form.Zh() != "", "form", "R38", "请写明是原件还是复制件", "say whether it is the original or a copy")
	c.need(f.On != 0, "on", "", "请填写收集日期", "say on which day it was collected")
	c.need(f.On <= today, "on", "", "收集日期还没有到", "that day has not come")
	c.need(f.Time == "" || clockTime(f.Time), "time", "", "时间写法应如 09:30", "write the time as 09:30")
	c.need(strings.TrimSpace(f.Place) != "", "place", "", "请填写收集地点", "say where it was collected")
	c.need(f.Pages >= 0 && f.Pages <= 1_000_000, "pages", "", "页数应为正整数", "pages is a positive number")
	c.warn(strings.TrimSpace(f.Proves) != "", "proves", "", "没有写明证明什么", "what it proves is not said")
}

func clockTime(s string) bool {
	return len(s) == 5 && s[2] == ':' && s[0] >= '0' && s[0] <= '2' && s[1] >= '0' && s[1] <= '9' && (s[0] < '2' || s[1] < '4') &&
		s[3] >= '0' && s[3] <= '5' && s[4] >= '0' && s[4] <= '9'
}

// fits are the methods by which each kind usually comes; reading and copying files may
// bring any kind, and so may another necessary way.
var fits = map[Kind][]Method{
	Documentary: {Gathered}, Physical: {Gathered, Inspected}, AudioVisual: {Gathered, Questioned, Inspected}, Electronic: {Gathered, Inspected, Entrusted},
	Testimony: {Questioned}, Statement: {Questioned}, Appraisal: {Entrusted}, Expert: {Advised}, Inspection: {Inspected},
}

func (f *Facts) checkCollected(c *checker) {
	who := slices.Compact(slices.Sorted(slices.Values(f.Collectors)))
	c.need(len(who) >= MinCollectors, "collectors", "R36", "调查应由两名以上检察人员共同进行", "two or more procuratorial staff collect together")
	usual, known := fits[f.Kind]
	c.warn(!known || f.Method.Zh() == "" || f.Method == Consulted || f.Method == Otherwise || slices.Contains(usual, f.Method), "method", "R35",
		"这种证据通常不是这样取得的，请核对", "evidence of this kind is not usually collected this way")
}

func (f *Facts) checkForm(c *checker) {
	provider, source := strings.TrimSpace(f.Provider) != "", strings.TrimSpace(f.Source) != ""
	media := f.Kind == AudioVisual || f.Kind == Electronic
	switch {
	case f.Form == Copy && media:
		c.need(source, "source", "R39", "复制件应写明来源", "a copy states its source")
		c.need(strings.TrimSpace(f.Making) != "", "making", "R39", "复制件应写明制作经过", "a copy states how it was made")
	case f.Form == Copy:
		c.need(provider, "provider", "R38", "复制件应写明提供人", "a copy names who provided the original")
		c.need(source, "source", "R38", "复制件应写明来源", "a copy states its source")
		c.need(f.Checked, "checked", "R38", "复制件应注明“"+CopyStatement+"”", "a copy states that it was checked against the original")
		c.need(f.Signature != "", "signature", "R38", "复制件应由提供人签名或者盖章；拒绝的，注明情况", "the provider signs or seals a copy; a refusal is noted")
		c.need(f.Pages <= 1 || f.Seam, "seam", "R38", "多页的复制件应加盖骑缝章", "a copy of several pages is sealed across its edges")
	case f.Form == Likeness:
		c.need(f.Kind == Physical || f.Kind == Documentary || f.Kind == Inspection || f.Kind == "", "form", "R38", "照片、录像、复制品代替的只能是实物", "only an object is replaced by a photo, recording or replica")
		c.need(source, "source", "R38", "应写明原物存放何处", "say where the object is")
	}
}

func (f *Facts) checkConfirmed(c *checker) {
	spoke := f.Kind == Testimony || f.Kind == Statement
	provider := strings.TrimSpace(f.Provider) != ""
	c.need(!spoke || provider, "provider", "R37", "应写明被询问人", "name who was questioned")
	c.need(!spoke || f.Form == Copy || f.Signature != "", "signature", "R37", "询问笔录应由被询问人签名或者盖章；拒绝的，注明情况", "the record of questioning is signed or sealed; a refusal is noted")
	c.need(f.Kind != Expert || provider, "provider", "R40", "应写明咨询的专家、部门或者行业协会", "name the expert or body that gave the opinion")
	c.need(f.Kind != Expert || f.Form == Copy || f.Signature == Signed || f.Signature == Sealed, "signature", "R40", "专家意见应由本人签名或者单位盖章", "an expert opinion is signed or sealed")
	c.need(f.Kind != Appraisal || provider, "provider", "R41", "应写明鉴定机构", "name the institution")
	c.need(f.Kind != Appraisal || f.Qualified, "qualified", "R41", "应委托具备资格的机构", "the institution has to be qualified")
	c.need(f.Kind != Inspection || f.Form == Copy || f.Signature != "", "signature", "R42", "勘验笔录应由参加人、见证人签名", "those taking part sign the record of inspection")
	c.warn(f.Kind != Inspection || strings.TrimSpace(f.Witness) != "", "witness", "R42", "没有写明见证人", "no witness is named")
}

// Stops reports whether any of the problems keeps the exhibit out of the file.
func Stops(list []Problem) bool {
	return slices.ContainsFunc(list, func(p Problem) bool { return p.Stop })
}
