package clue

// Channel is how a clue reached the office 渠道.
type Channel uint8

// The closed set of channels.
const (
	Telephone Channel = iota + 1
	Letter
	Visit
	WebReport
	Email
	Hotline   // imported from 12345 and the like
	Volunteer // 益心为公
	Media
	Platform // where agencies share their enforcement data
	OtherBody
	CriminalDepartment
	OtherDepartment
	HigherOffice
	OtherOffice
	OwnFinding
	Model // found by a supervision model 大数据法律监督模型
)

var channels = []word{
	Telephone:          {"telephone", "电话", "telephone"},
	Letter:             {"letter", "来信", "letter"},
	Visit:              {"visit", "来访", "visit"},
	WebReport:          {"web", "网上举报", "web report"},
	Email:              {"email", "电子邮件", "e-mail"},
	Hotline:            {"hotline", "12345等热线导入", "hotline import (12345 and others)"},
	Volunteer:          {"volunteer", "益心为公志愿者", "volunteer"},
	Media:              {"media", "媒体", "media"},
	Platform:           {"platform", "行政执法信息共享平台", "enforcement-data platform"},
	OtherBody:          {"other-body", "其他机关转交（机关、团体、代表委员）", "passed on by another body, deputy or member"},
	CriminalDepartment: {"criminal-department", "刑检部门移送", "handed over by the criminal department"},
	OtherDepartment:    {"other-department", "本院其他部门移送", "handed over by another department"},
	HigherOffice:       {"higher-office", "上级交办", "assigned by a higher office"},
	OtherOffice:        {"other-office", "其他院移送", "transferred by another office"},
	OwnFinding:         {"own-finding", "履职中发现", "own finding"},
	Model:              {"model", "大数据监督模型", "supervision model"},
}

// Channels lists every channel.
func Channels() []Channel { return all[Channel](channels) }

// ParseChannel reads a channel; an unknown word is an invalid Error.
func ParseChannel(s string) (Channel, error) { return parse[Channel]("线索渠道", channels, s) }

// String writes the channel as data do.
func (c Channel) String() string { return written(channels, c).id }

// Zh is the channel in Chinese.
func (c Channel) Zh() string { return written(channels, c).zh }

// En is the channel in English.
func (c Channel) En() string { return written(channels, c).en }

// Source is one of the six sources of R24 线索来源.
type Source uint8

// The closed set of sources, numbered as R24 numbers them.
const (
	Reported  Source = iota + 1 // by persons and organisations
	InCases                     // found in handling cases
	Shared                      // on an enforcement-data platform
	PassedOn                    // by state organs, associations, deputies and members
	Published                   // media and public opinion
	OnDuty                      // found in other duties
)

var sources = []word{
	Reported:  {"R24(1)", "控告、举报", "complaint or report"},
	InCases:   {"R24(2)", "办案中发现", "found in handling a case"},
	Shared:    {"R24(3)", "行政执法信息共享平台发现", "found on an enforcement-data platform"},
	PassedOn:  {"R24(4)", "国家机关、社会团体、代表委员等转交", "passed on by organs, associations, deputies or members"},
	Published: {"R24(5)", "媒体、舆论反映", "media and public opinion"},
	OnDuty:    {"R24(6)", "其他履职中发现", "found in other duties"},
}

// Sources lists every source.
func Sources() []Source { return all[Source](sources) }

// ParseSource reads a source; an unknown word is an invalid Error.
func ParseSource(s string) (Source, error) { return parse[Source]("线索来源", sources, s) }

// String writes the source as its citation: R24(1).
func (s Source) String() string { return written(sources, s).id }

// Zh is the source in Chinese.
func (s Source) Zh() string { return written(sources, s).zh }

// En is the source in English.
func (s Source) En() string { return written(sources, s).en }

// Source is the source of R24 a channel counts as, 0 where the article names
// none (another office's transfer, a higher office's assignment). said is false
// where it is our reading (I): the article does not speak of volunteers,
// hotlines, departments or models.
func (c Channel) Source() (source Source, said bool) {
	switch c {
	case Telephone, Letter, Visit, WebReport, Email:
		return Reported, true
	case Volunteer:
		return Reported, false
	case CriminalDepartment, OtherDepartment:
		return InCases, false
	case Platform:
		return Shared, true
	case OtherBody:
		return PassedOn, true
	case Hotline:
		return PassedOn, false
	case Media:
		return Published, true
	case OwnFinding:
		return OnDuty, true
	case Model:
		return OnDuty, false
	}
	return 0, false
}
