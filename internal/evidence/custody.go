package evidence

import (
	"strings"

	"shouhu/internal/pil"
)

// Act is what happened to an exhibit in custody.
type Act string

// The acts.
const (
	Received   Act = "received"    // 收到: the first link, and only that
	Moved      Act = "moved"       // 移动存放
	Examined   Act = "examined"    // 查验、检验
	Rehashed   Act = "rehashed"    // 复核散列值
	Copied     Act = "copied"      // 复制
	HandedOver Act = "handed-over" // 交出: to another keeper, or out of the office
	Returned   Act = "returned"    // 收回
)

var actWords = []word[Act]{
	{Received, "收到", "received"}, {Moved, "移动存放", "moved"}, {Examined, "查验", "examined"}, {Rehashed, "复核散列值", "re-hashed"},
	{Copied, "复制", "copied"}, {HandedOver, "交出", "handed over"}, {Returned, "收回", "returned"},
}

// Acts lists the acts.
func Acts() []Act { return members(actWords) }

// ParseAct reads an act; an unknown word is an invalid Error.
func ParseAct(s string) (Act, error) { return parse("保管行为", actWords, s) }

// Zh is the act in Chinese.
func (a Act) Zh() string { return find(actWords, a).zh }

// En is the act in English.
func (a Act) En() string { return find(actWords, a).en }

// Found is what reading the bytes of an exhibit again has shown.
type Found string

// The findings; empty is that nobody looked, or that there are no bytes.
const (
	Same    Found = "same"    // 一致
	Altered Found = "altered" // 被改动
	Missing Found = "missing" // 缺失
)

var foundWords = []word[Found]{{Same, "散列值一致", "same hashes"}, {Altered, "内容被改动", "altered"}, {Missing, "内容缺失或者读不出来", "missing or unreadable"}}

// Zh is the finding in Chinese.
func (f Found) Zh() string { return find(foundWords, f).zh }

// En is the finding in English.
func (f Found) En() string { return find(foundWords, f).en }

// Bad reports whether the bytes were not what they have to be.
func (f Found) Bad() bool { return f == Altered || f == Missing }

// Link is one link of the chain of custody 保管链.
type Link struct {
	Act    Act
	On     pil.Day
	Keeper int64  // who keeps it from here on, by id: received, handed over inside, returned
	Unit   string // to whom outside the office it was handed over
	Place  string // where it lies from here on; empty: where it lay
	Note   string
	Found  Found
	Bytes  bool // the exhibit has bytes that can be hashed
}

// Custody is where an exhibit is. The zero Custody is of one not received yet.
type Custody struct {
	Links   int
	Since   pil.Day // of the last link
	Keeper  int64   // 0: it is outside
	Unit    string  // who has it outside
	Place   string
	Damaged bool // its bytes were found altered or missing, and not found whole since
}

// Out reports whether it is outside the office.
func (c Custody) Out() bool { return c.Unit != "" }

// Take is the custody after one more link, or an invalid Error that says why the chain
// does not allow it:
//
//   - it begins with receiving, once;
//   - no link is of a day before the one before it;
//   - what is outside is neither moved, examined nor copied, and comes back first;
//   - a hand-over names another keeper, and the bytes were found whole at it.
func (c Custody) Take(l Link) (Custody, error) {
	switch {
	case l.Act.Zh() == "":
		return c, pil.Invalid("请选择保管行为 (choose what happened)")
	case (c.Links == 0) != (l.Act == Received):
		return c, pil.Invalid("保管链从收到开始，只有一次 (the chain begins with receiving, once)")
	case l.On == 0:
		return c, pil.Invalid("请填写日期 (say on which day)")
	case l.On < c.Since:
		return c, pil.Invalid("不能早于上一环 %s (not before the last link)", c.Since.Zh())
	case c.Out() && l.Act != Returned && l.Act != Rehashed:
		return c, pil.Invalid("证据在「%s」，收回以后才能%s (it is outside the office)", c.Unit, l.Act.Zh())
	}
	next := c
	next.Links, next.Since = c.Links+1, l.On
	if l.Found != "" {
		next.Damaged = l.Found.Bad()
	}
	if place := strings.TrimSpace(l.Place); place != "" {
		next.Place = place
	}
	unit := strings.TrimSpace(l.Unit)
	switch l.Act {
	case Received:
		if l.Keeper == 0 {
			return c, pil.Invalid("请写明由谁保管 (say who keeps it)")
		}
		next.Keeper = l.Keeper
	case Moved:
		if next.Place == c.Place {
			return c, pil.Invalid("请写明新的存放地点 (say where it lies now)")
		}
	case Rehashed:
		if l.Found == "" {
			return c, pil.Invalid("复核须写明结果 (say what was found)")
		}
	case HandedOver:
		switch {
		case (l.Keeper == 0) == (unit == ""):
			return c, pil.Invalid("请写明交给谁：本院人员或者院外单位，只写一个 (to whom: staff or a unit outside, one of them)")
		case l.Keeper != 0 && l.Keeper == c.Keeper:
			return c, pil.Invalid("已由此人保管 (that person keeps it already)")
		case l.Bytes && l.Found != Same:
			return c, pil.Invalid("交接时复核散列值，结果不一致，没有交出；请告知管理员 (the hashes do not match; it was not handed over)")
		}
		next.Keeper, next.Unit = l.Keeper, unit
	case Returned:
		if !c.Out() || l.Keeper == 0 {
			return c, pil.Invalid("只有交出院外的才有收回，并写明由谁收回 (only what went outside comes back, to a keeper)")
		}
		next.Keeper, next.Unit = l.Keeper, ""
	}
	return next, nil
}

// Follow goes along a chain. The error is that of its first broken link, and the
// custody the one before it.
func Follow(chain []Link) (c Custody, err error) {
	for _, l := range chain {
		if c, err = c.Take(l); err != nil {
			return c, err
		}
	}
	return c, nil
}
