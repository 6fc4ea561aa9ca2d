package statute

import (
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/calendar"
	"shouhu/internal/pil"
)

// Basis lists the citations the end rests on, as numbered on the start day:
// the limit's own articles, then the rule of counting where it was used.
func (l *Law) Basis(d Due) []string {
	cites := slices.Clone(d.Version.Cite)
	add := func(cite string) {
		if !slices.Contains(cites, cite) {
			cites = append(cites, cite)
		}
	}
	if d.Limit.Kind == ActBy || d.Limit.Kind == Wait {
		add("CPL85")
	}
	if d.Added > 0 && d.Limit.Exclude != nil && len(d.question.Exclude) > 0 {
		add(d.Limit.Exclude.Cite)
	}
	if d.Added > 0 && d.Limit.Suspend != nil && len(d.question.Suspend) > 0 {
		add(d.Limit.Suspend.Cite)
	}
	for _, g := range d.question.Extend {
		add(g.Cite)
	}
	return l.CitesOn(cites, d.Start)
}

// Explain tells a person how the end was found: trigger, article, length, what
// was skipped and why, extensions and who approved them, what is unsure.
func (l *Law) Explain(d Due) Text {
	var zh, en strings.Builder
	say := func(z, e string) {
		zh.WriteString(z)
		en.WriteString(e)
	}
	m := d.Limit
	law := strings.Join(l.CitesOn(d.Version.Cite, d.Start), "、")
	say(fmt.Sprintf("%s %s（%s）：", m.ID, m.Zh, law), fmt.Sprintf("%s %s (%s): ", m.ID, m.En, strings.ReplaceAll(law, "、", ", ")))
	switch m.Kind {
	case Before:
		l.explainBefore(d, say)
	case WorkingDays:
		say(fmt.Sprintf("自%s %s，当日不计，只计工作日，第%d个工作日为 %s", m.Start.Zh, d.Start.Zh(), d.Version.Days, d.Due.Zh()),
			fmt.Sprintf("from %s on %s, that day not counted, working days only; working day %d is %s", m.Start.En, d.Start.En(), d.Version.Days, d.Due.En()))
	default:
		l.explainLength(d, say)
	}
	for i, w := range l.Warnings(d) {
		zh, en := "；"+w.Zh, "; "+w.En
		if i == 0 {
			zh, en = "。注意："+w.Zh, ". Note: "+w.En
		}
		if w.En == "" {
			en = ""
		}
		say(zh, en)
	}
	say("。", ".")
	return Text{Zh: zh.String(), En: en.String()}
}

func (l *Law) explainBefore(d Due, say func(zh, en string)) {
	m := d.Limit
	if d.Version.Days == 0 {
		say(fmt.Sprintf("须在%s（%s）之前", m.Start.Zh, d.Start.Zh()), fmt.Sprintf("before %s (%s)", m.Start.En, d.Start.En()))
		return
	}
	say(fmt.Sprintf("%s %s，当日不计，往前数%d日，最迟 %s；稳妥为 %s；不因休息日移动", m.Start.Zh, d.Start.Zh(), d.Version.Days, d.Due.Zh(), (d.Due-1).Zh()),
		fmt.Sprintf("%s on %s, that day not counted, %d days back: %s at the latest, %s to be safe; rest days do not move it", m.Start.En, d.Start.En(), d.Version.Days, d.Due.En(), (d.Due-1).En()))
}

func (l *Law) explainLength(d Due, say func(zh, en string)) {
	m, v, q := d.Limit, d.Version, d.question
	length := v.length(q.Days)
	say(fmt.Sprintf("自%s %s，当日不计，%s", m.Start.Zh, d.Start.Zh(), length.Zh), fmt.Sprintf("from %s on %s, that day not counted, %s", m.Start.En, d.Start.En(), length.En))
	if d.Limit.After != "" {
		say(fmt.Sprintf("（起点为 %s 的届满日）", m.After), fmt.Sprintf(" (begins at the end of %s)", m.After))
	}
	for _, g := range q.Extend {
		by := actorText(g.By)
		say(fmt.Sprintf("，经%s批准延长%d个月（%s%s）", by.Zh, g.Months, g.Cite, onDay("，", g.On)), fmt.Sprintf(", extended by %d month(s) with the approval of %s (%s%s)", g.Months, by.En, g.Cite, onDay(", ", g.On)))
	}
	if (v.Months > 0 || v.Years > 0) && d.Added == 0 && clamped(d) {
		say("，该月无对应日，取当月最后一日", ", the month has no such day, so its last day")
	}
	if d.Added > 0 {
		say(fmt.Sprintf("，扣除不计入的%d日（%s）", d.Added, pauseList(d)), fmt.Sprintf(", plus %d days that do not count (%s)", d.Added, pauseList(d)))
	}
	say("，末日 "+d.Raw.Zh(), "; the last day is "+d.Raw.En())
	switch {
	case m.Kind == KeepAtLeast:
		say("，至少保存至该日，不因休息日移动", ", to be kept at least until then; rest days do not move it")
	case d.Due != d.Raw:
		skipped := restDays(d.calendar, d.Raw, d.Due)
		say(fmt.Sprintf("，为休息日，顺延越过%s，至 %s", skipped.Zh, d.Due.Zh()), fmt.Sprintf(", a rest day; moved past %s to %s", skipped.En, d.Due.En()))
	}
	if d.calendar.On(d.Due).Kind == calendar.Moved {
		say("，该周末因调休上班，不是休息日", ", a weekend day that is worked, so no rest day")
	}
	if m.Kind == Wait {
		say("；期满之前不得起诉", "; nobody may sue before the end")
	}
}

func onDay(sep string, d pil.Day) string {
	if d == 0 {
		return ""
	}
	return sep + d.String()
}

func clamped(d Due) bool {
	_, _, from := d.Start.Civil()
	_, _, to := d.Raw.Civil()
	return to < from
}

func pauseList(d Due) string {
	var parts []string
	for _, p := range d.pauses() {
		if p.From <= d.Raw {
			parts = append(parts, p.String())
		}
	}
	return strings.Join(parts, "、")
}

// restDays names the rest days from a to the day before b, a run of one kind
// at a time.
func restDays(cal *calendar.Calendar, a, b pil.Day) Text {
	var zh, en []string
	for from := a; from < b; {
		info := cal.On(from)
		to := from
		for to+1 < b && cal.On(to+1).Zh == info.Zh {
			to++
		}
		days := from.String()
		if to != from {
			days += "—" + to.String()
		}
		zh = append(zh, fmt.Sprintf("%s（%s）", days, info.Zh))
		en = append(en, fmt.Sprintf("%s (%s)", days, info.En))
		from = to + 1
	}
	return Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
}

func (v *LimitVersion) length(stated int) Text {
	switch {
	case v.Stated:
		return Text{fmt.Sprintf("文书载明%d日", stated), fmt.Sprintf("%d days as the paper states", stated)}
	case v.Years > 0:
		return Text{fmt.Sprintf("%d年", v.Years), fmt.Sprintf("%d year(s)", v.Years)}
	case v.Months > 0:
		return Text{fmt.Sprintf("%d个月", v.Months), fmt.Sprintf("%d month(s)", v.Months)}
	}
	return Text{fmt.Sprintf("%d日", v.Days), fmt.Sprintf("%d days", v.Days)}
}

// Warnings lists what a careful person would add to the answer.
func (l *Law) Warnings(d Due) []Text {
	var out []Text
	add := func(zh, en string) { out = append(out, Text{Zh: zh, En: en}) }
	m := d.Limit
	if d.OutOfForce {
		add(fmt.Sprintf("%s 当日的规范没有这一期限，按%s起的规定推算", d.Start, sinceOf(d.Version)), fmt.Sprintf("the norms of %s know no such limit; counted by those from %s", d.Start, sinceOf(d.Version)))
	}
	if d.Provisional {
		year := d.Due.Year()
		switch {
		case !d.calendar.Known(d.Due):
		case m.Kind == WorkingDays:
			year = d.Start.Year()
		default:
			year = d.Raw.Year()
		}
		add(fmt.Sprintf("%d年放假安排尚未收录，只按周末和固定节日推算，为暂定", year), fmt.Sprintf("no holiday table for %d yet; weekends and fixed holidays only: provisional", year))
	}
	if m.Kind == ActBy || m.Kind == Wait || m.Kind == WorkingDays {
		if first := d.With(d.calendar.AsAnnounced()); first.Due != d.Due {
			add(fmt.Sprintf("按年初公布的放假安排为 %s，年中通知改变后为 %s", first.Due, d.Due), fmt.Sprintf("by the holidays as first announced it was %s; a later notice moved it to %s", first.Due, d.Due))
		}
	}
	if m.Kind == Before && d.Version.Days > 0 {
		add(fmt.Sprintf("最迟日 %s 与稳妥日 %s 之间有两种读法", d.Due, d.Due-1), fmt.Sprintf("%s is the lenient reading, %s the safe one", d.Due, d.Due-1))
	}
	switch d.Version.Conf {
	case Secondary, Memory:
		add("依据来自二手资料，未核对原文", "rests on a secondary source, the text was not checked")
	case Reading:
		add("条文未明，为本系统的读法", "the text is silent; this is our reading")
	}
	if d.Added > 0 && m.Suspend != nil && m.Suspend.Conf == Reading && len(d.question.Suspend) > 0 {
		add("中止的日数如何计入，条文未写，按顺延处理（可设定）", "the text does not say what suspension does to the days left; they are added (configurable)")
	}
	for day := d.Raw; day < d.Due; day++ {
		if d.calendar.On(day).Regional {
			add("含民族节日的地方放假，是否计入为本系统的读法", "a regional holiday is among the days skipped; that it counts is our reading")
			break
		}
	}
	if note := d.Version.Note; note != "" {
		add(note, "") // notes are the lawyer's, in Chinese only
	}
	return out
}

func sinceOf(v *LimitVersion) string {
	if v.From == 0 {
		return "…"
	}
	return v.From.String()
}

// Moved tells what a change of the calendar did to a running limit; ok is
// false where the end stayed.
func Moved(before, after Due) (t Text, ok bool) {
	if before.Due == after.Due {
		return Text{}, false
	}
	return Text{
		Zh: fmt.Sprintf("%s：放假安排变动，届满日由 %s 改为 %s", after.Limit.ID, before.Due.Zh(), after.Due.Zh()),
		En: fmt.Sprintf("%s: the holiday table changed; the end moved from %s to %s", after.Limit.ID, before.Due.En(), after.Due.En()),
	}, true
}

var actors = map[string]Text{
	"prosecutor": {"检察官", "the prosecutor"}, "head": {"部门负责人", "the department head"}, "chief": {"检察长", "the chief procurator"},
	"committee": {"检察委员会", "the procuratorial committee"}, "office": {"本院", "the office"}, "higher-office": {"上级检察院", "the higher procuratorate"},
	"court": {"人民法院", "the court"}, "agency": {"行政机关", "the agency"}, "party": {"当事人", "the party"}, "anyone": {"任何人", "anyone"}, "other": {"其他主体", "others"},
	"court-president": {"院长", "the president of the court"}, "higher-court": {"上级人民法院", "the higher court"}, "high-court": {"高级人民法院", "the high court"},
}

// Actors lists the words for who acts, proposes and decides.
func Actors() []string {
	return []string{"prosecutor", "head", "chief", "committee", "office", "higher-office", "court", "court-president", "higher-court", "high-court", "agency", "party", "anyone", "other"}
}

func actorText(id string) Text {
	if t, ok := actors[id]; ok {
		return t
	}
	return Text{Zh: id, En: id}
}

// ActorText names who acts, in two languages.
func ActorText(id string) Text { return actorText(id) }

// Length writes the length for people; a length the paper states is said so.
func (v *LimitVersion) Length() Text {
	if v.Stated {
		return Text{Zh: "文书载明", En: "as the paper states"}
	}
	return v.length(0)
}

// Unit is the unit the length is counted in.
func (v *LimitVersion) Unit(k Kind) string {
	switch {
	case k == WorkingDays:
		return "working-days"
	case v.Years > 0:
		return "years"
	case v.Months > 0:
		return "months"
	}
	return "days"
}
