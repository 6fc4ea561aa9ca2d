package clue

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"shouhu/internal/pil"
)

// Reporter is how whoever reported stands to the office 署名情况.
type Reporter uint8

// The closed set; a clue nobody reported has none.
const (
	Named Reporter = iota + 1
	InConfidence
	Anonymous
)

var reporters = []word{
	Named:        {"named", "实名", "named"},
	InConfidence: {"in-confidence", "实名（要求保密）", "named in confidence"},
	Anonymous:    {"anonymous", "匿名", "anonymous"},
}

// Reporters lists every standing of a reporter.
func Reporters() []Reporter { return all[Reporter](reporters) }

// ParseReporter reads a reporter's standing; an unknown word is an invalid Error.
func ParseReporter(s string) (Reporter, error) { return parse[Reporter]("署名情况", reporters, s) }

// String writes the standing as data do.
func (r Reporter) String() string { return written(reporters, r).id }

// Zh is the standing in Chinese.
func (r Reporter) Zh() string { return written(reporters, r).zh }

// En is the standing in English.
func (r Reporter) En() string { return written(reporters, r).en }

// Form is what an officer types to register a clue (R25). Only channel, what
// and received are required.
type Form struct {
	Channel     Channel
	What        string // 内容
	Place       string // 地点
	Region      pil.Region
	Happened    pil.Span
	Received    pil.Day
	Field       Field
	Suspect     string // the party or agency
	Harm        string
	Attachments int
	Reporter    Reporter
}

// How much may be typed, in characters.
const (
	maxWhat        = 10000
	maxText        = 2000
	maxLine        = 200
	maxAttachments = 999
)

// ReadForm reads what was typed into each input. What cannot be read stays
// empty and is a Problem. Check says whether the rest will do.
func ReadForm(typed func(Input) string) (Form, Identity, []Problem) {
	var p problems
	get := func(in Input) string { return strings.TrimSpace(typed(in)) }
	f := Form{What: get(InWhat), Place: get(InPlace), Suspect: get(InSuspect), Harm: get(InHarm)}
	id := Identity{Private(get(InName)), Private(get(InPhone)), Private(get(InAddress)), Private(get(InOther))}
	var err error
	read := func(in Input, zh, en string, set func(string)) {
		if s := get(in); s != "" {
			err = nil
			set(s)
			p.add(err != nil, in, zh, en)
		}
	}
	read(InChannel, "没有这种渠道", "no such channel", func(s string) { f.Channel, err = named[Channel](channels, s) })
	read(InField, "未能对应领域，请选择", "names no field; please choose one", func(s string) {
		if f.Field, err = named[Field](fields, s); err != nil {
			if f.Field = FindField(s); f.Field != 0 {
				err = nil
			}
		}
	})
	read(InReporter, "应为实名、要求保密或者匿名", "named, in confidence or anonymous", func(s string) { f.Reporter, err = named[Reporter](reporters, s) })
	read(InRegion, "应为2、4或6位行政区划代码", "a region code of 2, 4 or 6 digits", func(s string) { f.Region, err = pil.ParseRegion(s) })
	read(InReceived, "日期应写作 2026-11-23", "a date is written 2026-11-23", func(s string) {
		var on pil.Span
		if on, err = readSpan(s); err == nil && !on.Precise() {
			err = pil.Invalid("不是一天 (not one day)")
		}
		if err == nil {
			f.Received = on.From
		}
	})
	read(InHappened, "时间应写作 2026-11-23、2026-11、2026 或者起至止；说不清的写进内容", "write 2026-11-23, 2026-11, 2026 or from..to; otherwise say it in the text",
		func(s string) { f.Happened, err = readSpan(s) })
	read(InAttachments, "附件数应为整数", "a whole number", func(s string) { f.Attachments, err = strconv.Atoi(s) })
	return f, id, p
}

// named reads a member by what data write or by its Chinese name.
func named[T ~uint8](words []word, s string) (T, error) {
	for m := 1; m < len(words); m++ {
		if words[m].zh == s {
			return T(m), nil
		}
	}
	return parse[T]("填写项", words, s)
}

var (
	// dateText is a date as people and spreadsheets write it, at the day, the
	// month or the year; an hour is left aside.
	dateText = regexp.MustCompile(`^(\d{4})(?:[-/.年](?:(\d{1,2})(?:[-/.月](?:(\d{1,2})日?)?)?)?)?(?:[ T]*\d{1,2}[:时点][\d:.时分秒]*)?$`)
	solid    = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)$`)    // 20261123
	serial   = regexp.MustCompile(`^([2-7]\d{4})(?:\.\d+)?$`) // a spreadsheet's count of days, 1954–2119
	between  = regexp.MustCompile(`^(.*?\d.*?)(?:\.\.|至|到|~|—+)(.*)$`)
	dayZero  = pil.Date(1899, time.December, 30) // of that count
)

// readSpan reads a date or a period. Its errors say nothing to people.
func readSpan(s string) (pil.Span, error) {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if m := between.FindStringSubmatch(s); m != nil {
		return pil.ParseSpan(plainDate(m[1]) + ".." + plainDate(m[2]))
	}
	return pil.ParseSpan(plainDate(s))
}

// plainDate writes a date as pil reads it; what is none stays.
func plainDate(s string) string {
	s = strings.TrimSpace(s)
	if m := serial.FindStringSubmatch(s); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return (dayZero + pil.Day(n)).String()
		}
	}
	m := solid.FindStringSubmatch(s)
	if m == nil {
		m = dateText.FindStringSubmatch(s)
	}
	if m == nil {
		return s
	}
	parts := m[1:2:2]
	for _, part := range m[2:] {
		if part != "" {
			parts = append(parts, strings.Repeat("0", 2-len(part))+part)
		}
	}
	return strings.Join(parts, "-")
}

// Check says what is wrong with a form on a day.
func (f *Form) Check(today pil.Day) []Problem {
	var p problems
	p.add(f.Channel.String() == "", InChannel, "请选择线索渠道", "choose the channel")
	p.add(f.What == "", InWhat, "请填写内容", "say what happened")
	p.add(f.Received == 0, InReceived, "请填写收到日期", "say when it was received")
	p.add(f.Received > today, InReceived, "收到日期不能晚于今天", "received in the future")
	for _, part := range []struct {
		in   Input
		text string
		most int
	}{{InWhat, f.What, maxWhat}, {InPlace, f.Place, maxLine}, {InSuspect, f.Suspect, maxLine}, {InHarm, f.Harm, maxText}} {
		p.tooLong(part.in, part.text, part.most)
	}
	_, err := pil.ParseRegion(string(f.Region))
	p.add(f.Region != "" && err != nil, InRegion, "应为2、4或6位行政区划代码", "a region code of 2, 4 or 6 digits")
	p.add(f.Received != 0 && f.Happened.NotAfter(f.Received) == pil.No, InHappened, "发生时间不能晚于收到日期", "happened after it was received")
	p.add(f.Field != 0 && f.Field.String() == "", InField, "没有这个领域", "no such field")
	p.add(f.Reporter != 0 && f.Reporter.String() == "", InReporter, "没有这种署名情况", "no such standing")
	p.add(f.Attachments < 0 || f.Attachments > maxAttachments, InAttachments, "附件数应为0至999", "0 to 999")
	return p
}
