package clue

import (
	"slices"

	"shouhu/internal/pil"
)

// Tier is a tier of state organs: of agencies, and of procuratorates from
// County (基层院) up.
type Tier uint8

// The closed set of tiers, lowest first.
const (
	Township Tier = iota + 1
	County
	City
	Province
	Nation
)

var tiers = []word{
	Township: {"township", "乡镇级", "township"},
	County:   {"county", "县级（基层院）", "county (grassroots office)"},
	City:     {"city", "市级（分、州、市院）", "city"},
	Province: {"province", "省级", "provincial"},
	Nation:   {"nation", "国家级（最高人民检察院）", "national"},
}

// Tiers lists every tier, lowest first.
func Tiers() []Tier { return all[Tier](tiers) }

// ParseTier reads a tier; an unknown word is an invalid Error.
func ParseTier(s string) (Tier, error) { return parse[Tier]("层级", tiers, s) }

// String writes the tier as data do.
func (t Tier) String() string { return written(tiers, t).id }

// Zh is the tier in Chinese.
func (t Tier) Zh() string { return written(tiers, t).zh }

// En is the tier in English.
func (t Tier) En() string { return written(tiers, t).en }

// cut is the region of a tier that a region lies in; ok is false where it is
// not known precisely enough.
func (t Tier) cut(r pil.Region) (region pil.Region, ok bool) {
	n := [...]int{Township: 6, County: 6, City: 4, Province: 2, Nation: 0}[t]
	if len(r) < n {
		return r, false
	}
	return r[:n], true
}

// Kind is the kind of case a clue may become.
type Kind uint8

// The closed set of kinds; none where it is not known yet.
const (
	Administrative Kind = iota + 1
	Civil
	Incidental // 刑事附带民事
)

var kinds = []word{
	Administrative: {"administrative", "行政公益诉讼", "administrative"},
	Civil:          {"civil", "民事公益诉讼", "civil"},
	Incidental:     {"criminal-incidental", "刑事附带民事公益诉讼", "civil, incidental to criminal proceedings"},
}

// Kinds lists every kind.
func Kinds() []Kind { return all[Kind](kinds) }

// ParseKind reads a kind; an unknown word is an invalid Error.
func ParseKind(s string) (Kind, error) { return parse[Kind]("案件类型", kinds, s) }

// String writes the kind as the procedure of law/procedures is called.
func (k Kind) String() string { return written(kinds, k).id }

// Zh is the kind in Chinese.
func (k Kind) Zh() string { return written(kinds, k).zh }

// En is the kind in English.
func (k Kind) En() string { return written(kinds, k).en }

// Suspicion is what else a clue tells of (R31).
type Suspicion uint8

// The closed set of suspicions.
const (
	Crime Suspicion = iota + 1
	DutyOffence
	Discipline
)

var suspicions = []word{
	Crime:       {"crime", "涉嫌犯罪", "crime"},
	DutyOffence: {"duty-offence", "涉嫌职务违法或者职务犯罪", "offence in office"},
	Discipline:  {"discipline", "涉嫌违纪", "breach of discipline"},
}

// Suspicions lists every suspicion.
func Suspicions() []Suspicion { return all[Suspicion](suspicions) }

// ParseSuspicion reads a suspicion; an unknown word is an invalid Error.
func ParseSuspicion(s string) (Suspicion, error) {
	return parse[Suspicion]("其他嫌疑", suspicions, s)
}

// String writes the suspicion as data do.
func (s Suspicion) String() string { return written(suspicions, s).id }

// Zh is the suspicion in Chinese.
func (s Suspicion) Zh() string { return written(suspicions, s).zh }

// En is the suspicion in English.
func (s Suspicion) En() string { return written(suspicions, s).en }

// Verdict is to whom a clue belongs, named as the step of law/procedures that
// follows where there is one.
type Verdict uint8

// The closed set of verdicts.
const (
	Undecided Verdict = iota + 1
	Ours
	SameTier
	Higher
	Lower
)

var verdicts = []word{
	Undecided: {"undecided", "尚不能确定", "cannot be said yet"},
	Ours:      {"ours", "本院管辖", "ours"},
	SameTier:  {"transfer-clue", "移送有管辖权的同级院", "transfer to the competent office of the same tier"},
	Higher:    {"report-up", "报请移送上级院", "report to the higher office"},
	Lower:     {"assign-down", "交下级院办理", "hand down to the lower office"},
}

// Verdicts lists every verdict.
func Verdicts() []Verdict { return all[Verdict](verdicts) }

// ParseVerdict reads a verdict; an unknown word is an invalid Error.
func ParseVerdict(s string) (Verdict, error) { return parse[Verdict]("管辖意见", verdicts, s) }

// String writes the verdict as data do.
func (v Verdict) String() string { return written(verdicts, v).id }

// Zh is the verdict in Chinese.
func (v Verdict) Zh() string { return written(verdicts, v).zh }

// En is the verdict in English.
func (v Verdict) En() string { return written(verdicts, v).en }

// Office is a procuratorate, as far as jurisdiction asks.
type Office struct {
	Tier    Tier
	Region  pil.Region
	Special bool // military, railway, or sent out by another office
}

// Agency is the agency that may have acted illegally or failed to act.
type Agency struct {
	Tier       Tier
	Region     pil.Region
	Government bool // a people's government itself
	Vertical   bool // led from above (垂直管理), not by the local government
}

// Question is what jurisdiction depends on. What is not known stays empty.
type Question struct {
	Own         Office
	Kind        Kind
	Field       Field
	On          pil.Day // the day asked about
	Place       pil.Region
	Agency      Agency       // administrative
	Conduct     []pil.Region // civil: 违法行为发生地
	Harm        []pil.Region // civil: 损害结果地
	Domicile    []pil.Region // civil: 违法行为人住所地
	Criminal    Office       // incidental: the office that handles the criminal case
	Major       bool         // 重大、复杂
	Elsewhere   bool         // the competent court is not of this place (集中管辖)
	Transferred bool         // another office sent the clue here
	Suspicion   Suspicion
}

// Reason is one ground of a proposal. Conf says how sure we are of it, as in
// law/README.md: V, or I where the text is silent.
type Reason struct {
	Text
	Cite, Conf string
}

// Proposal is to whom a clue should go and why. Warnings never stand in the
// way. HandOver is set where a part goes to those who deal with crime or
// misconduct (R31), whatever becomes of the rest.
type Proposal struct {
	Verdict  Verdict
	To       Office // of the competent office, where it is not ours
	HandOver Suspicion
	Reasons  []Reason
	Warnings []Reason
}

func (p *Proposal) because(cite, conf, zh, en string) {
	p.Reasons = append(p.Reasons, Reason{Text{zh, en}, cite, conf})
}

func (p *Proposal) warn(cite, conf, zh, en string) {
	p.Warnings = append(p.Warnings, Reason{Text{zh, en}, cite, conf})
}

// Propose proposes to whom a clue belongs under the Rules in force since
// 2021-07-01 (R13–R18, R26, R31).
func Propose(q Question) Proposal {
	p := Proposal{Verdict: Undecided}
	if q.Suspicion.String() != "" {
		p.HandOver = q.Suspicion
		p.because("R31", "V", q.Suspicion.Zh()+"的线索，移送本院有关部门或者有管辖权的机关", "the suspicion ("+q.Suspicion.En()+") goes to the department or organ that deals with it")
	}
	if q.Own.Tier < County || q.Own.Tier > Nation {
		p.because("R13", "V", "须知道本院的层级", "the office's own tier must be known")
		return p
	}
	p.settle(&q, p.competent(&q))
	p.caution(&q)
	return p
}

// competent lists the offices the articles name.
func (p *Proposal) competent(q *Question) (list []Office) {
	switch q.Kind {
	case Administrative:
		if q.Agency.Tier == 0 || q.Agency.Tier > Nation {
			p.because("R13", "V", "须知道行政机关的层级", "the agency's tier must be known")
			return nil
		}
		region := q.Agency.Region
		if region == "" {
			region = q.Place
		}
		p.because("R13", "V", "行政公益诉讼由行政机关的同级检察院管辖", "an administrative case belongs to the office of the agency's tier")
		list = []Office{{Tier: max(q.Agency.Tier, County), Region: region}}
	case Civil:
		places := slices.Concat(q.Conduct, q.Harm, q.Domicile)
		if len(places) == 0 && q.Place != "" {
			places = []pil.Region{q.Place}
			p.warn("R14", "I", "暂以线索所称地点为行为地或者结果地", "taking the place the clue names for the place of act or harm")
		}
		if len(places) == 0 {
			p.because("R14", "V", "须知道行为发生地、损害结果地或者住所地之一", "one of the places of act, harm or domicile must be known")
			return nil
		}
		p.because("R14", "V", "民事公益诉讼由违法行为发生地、损害结果地或者违法行为人住所地的基层院管辖", "a civil case belongs to the grassroots office of the place of act, harm or domicile")
		for _, r := range places {
			list = append(list, Office{Tier: County, Region: r})
		}
	case Incidental:
		if q.Criminal.Tier < County || q.Criminal.Tier > Nation {
			p.because("R14", "V", "须知道办理刑事案件的检察院", "the office that handles the criminal case must be known")
			return nil
		}
		p.because("R14", "V", "刑事附带民事公益诉讼由办理刑事案件的检察院管辖", "an incidental case belongs to the office that handles the criminal case")
		return []Office{q.Criminal}
	default:
		p.because("R13、R14", "V", "先确定是行政还是民事公益诉讼", "first say whether the case would be administrative or civil")
		return nil
	}
	p.raise(q, list)
	return list
}

// raise lifts to the city what grassroots offices do not handle.
func (p *Proposal) raise(q *Question, list []Office) {
	b := q.Field.Basis()
	switch {
	case q.Major:
		p.because("R15", "V", "重大、复杂案件由设区的市级以上检察院管辖", "major and complex cases belong to offices of cities with districts and above")
	case b.CityUp && q.Kind == Civil:
		p.because(b.Cite, b.Conf, "该领域由设区的市级以上检察院提起", "in this field offices of cities with districts and above sue")
	default:
		return
	}
	for i := range list {
		list[i].Tier = max(list[i].Tier, City)
	}
}

// settle compares the competent offices with ours: what is ours comes first,
// then what may be handed down, sent across, reported up.
func (p *Proposal) settle(q *Question, list []Office) {
	best := map[Verdict]Office{}
	note := func(v Verdict, o Office) {
		if _, ok := best[v]; !ok {
			best[v] = o
		}
	}
	for _, o := range list {
		wider := max(o.Tier, q.Own.Tier)
		theirs, known := wider.cut(o.Region)
		mine, knowOwn := wider.cut(q.Own.Region)
		switch {
		case o.Tier > q.Own.Tier:
			note(Higher, Office{Tier: o.Tier, Region: theirs})
		case (!known || !knowOwn) && (q.Own.Region.Within(o.Region) || o.Region.Within(q.Own.Region)):
			note(Undecided, Office{})
		case theirs != mine:
			note(SameTier, Office{Tier: q.Own.Tier, Region: theirs})
		case o.Tier < q.Own.Tier:
			lower, _ := o.Tier.cut(o.Region)
			note(Lower, Office{Tier: o.Tier, Region: lower})
		default:
			note(Ours, Office{})
		}
	}
	for _, v := range []Verdict{Ours, Lower, Undecided, SameTier, Higher} {
		if to, ok := best[v]; ok {
			p.Verdict, p.To = v, to
			break
		}
	}
	switch {
	case len(best) == 0:
	case p.Verdict == Undecided:
		p.because("R13、R14", "I", "地点或者本院辖区不够具体，不能确定到院", "the place, or our own territory, is not precise enough to name an office")
	case p.Verdict == SameTier && q.Transferred:
		p.Verdict = Higher
		p.because("R26", "V", "受移送的检察院应当受理；认为不属本院管辖的，报告上级院，不得自行退回或者再移送", "an office that was sent a clue must accept it; it reports to the higher office and may not send it back or on")
	case p.Verdict == SameTier:
		p.because("R26", "V", "不属本院管辖的，移送有管辖权的同级院", "what is not ours goes to the competent office of the same tier")
	case p.Verdict == Higher:
		p.because("R26", "V", "属上级院管辖的，报请移送", "what belongs to a higher office is reported to it")
	case p.Verdict == Lower:
		p.because("R18", "V", "上级院可以办理下级院管辖的案件，也可以交下级院办理", "a higher office may take up what belongs to a lower one, or hand it down")
	}
}

// caution adds what never stands in the way.
func (p *Proposal) caution(q *Question) {
	if q.Kind == Administrative {
		if q.Agency.Tier == Township {
			p.warn("R13", "I", "乡镇没有同级检察院，由基层院管辖", "a township has no office of its own: the grassroots office")
		}
		if q.Agency.Government {
			p.warn("R13", "V", "行政机关是人民政府的，上一级院管辖更为适宜时可以由上一级院管辖", "against a people's government the next higher office may file where more suitable")
		}
		if q.Agency.Vertical {
			p.warn("R13", "I", "垂直管理的机关，按其本身层级确定同级院，请核实", "an agency led from above counts by its own tier; please check")
		}
	}
	var districts []pil.Region
	for _, r := range q.Harm {
		if d, ok := County.cut(r); ok && !slices.Contains(districts, d) {
			districts = append(districts, d)
		}
	}
	if len(districts) > 1 {
		p.warn("R15", "V", "损害涉及两个以上行政区划的，可以由共同的上一级院管辖", "harm in several districts may go to their common higher office")
	}
	if q.Elsewhere {
		p.warn("R16", "V", "立案管辖与诉讼管辖可以不一致：需要起诉的，移送与有管辖权的法院相对应的检察院", "who files need not be who sues: for suit the case goes to the office that matches the competent court")
	}
	if q.Own.Special || q.Criminal.Special {
		p.warn("R17", "I", "规则没有专门规定铁路、军事等检察院的管辖；跨区划案件按指定或者协作机制办理，请报上级院确认", "the Rules say nothing of railway or military offices; designation and cooperation apply, please ask the higher office")
	}
	if p.Verdict == Higher && !q.Own.Region.Within(p.To.Region) {
		p.warn("R17", "I", "有管辖权的院不在本院的上级序列，经上级院移送或者指定", "the competent office does not lead ours: through the higher office, by transfer or designation")
	}
	if b := q.Field.Basis(); b.Cite != "" {
		if q.On != 0 && q.On < b.Since {
			p.warn(b.Cite, b.Conf, "该领域当日尚未法定，属等外探索", "on that day no statute named this field: exploration")
		}
		if q.Kind == Administrative && !b.Administrative || q.Kind != Administrative && q.Kind != 0 && !b.Civil {
			p.warn(b.Cite, b.Conf, "法条没有写明该领域可以提起此类公益诉讼，请核实依据", "the statute does not name this kind of case in this field; please check the ground")
		}
	} else if q.Field == OtherField {
		p.warn("R110", "I", "不在法定领域之列，请写明依据", "no statutory field; please say on what ground")
	}
}
