package clue

// Grade is how high something is held to be.
type Grade uint8

// The closed set of grades.
const (
	Low Grade = iota + 1
	Medium
	High
)

var grades = []word{
	Low:    {"low", "低", "low"},
	Medium: {"medium", "中", "medium"},
	High:   {"high", "高", "high"},
}

// Grades lists every grade, lowest first.
func Grades() []Grade { return all[Grade](grades) }

// ParseGrade reads a grade; an unknown word is an invalid Error.
func ParseGrade(s string) (Grade, error) { return parse[Grade]("等级", grades, s) }

// String writes the grade as data do.
func (g Grade) String() string { return written(grades, g).id }

// Zh is the grade in Chinese.
func (g Grade) Zh() string { return written(grades, g).zh }

// En is the grade in English.
func (g Grade) En() string { return written(grades, g).en }

// Conclusion is what the assessment proposes 处理意见. It is named as the step
// of law/procedures/clue.yaml that follows.
type Conclusion uint8

// The closed set of conclusions.
const (
	ToFile    Conclusion = iota + 1 // R28, R29: the chief decides, R30
	NotToFile                       // R30
	ToTransfer
	ToReportUp
	ToInquire // preliminary inquiry, R27
)

var conclusions = []word{
	ToFile:     {"file", "建议立案", "propose to open the case"},
	NotToFile:  {"not-file", "建议不立案", "propose not to open a case"},
	ToTransfer: {"transfer-clue", "移送有管辖权的同级院", "transfer to the competent office of the same level"},
	ToReportUp: {"report-up", "报请移送上级院", "report to the higher office"},
	ToInquire:  {"preliminary", "初步调查", "preliminary inquiry"},
}

// Conclusions lists every conclusion.
func Conclusions() []Conclusion { return all[Conclusion](conclusions) }

// ParseConclusion reads a conclusion; an unknown word is an invalid Error.
func ParseConclusion(s string) (Conclusion, error) {
	return parse[Conclusion]("处理意见", conclusions, s)
}

// String writes the conclusion as the step that follows.
func (c Conclusion) String() string { return written(conclusions, c).id }

// Zh is the conclusion in Chinese.
func (c Conclusion) Zh() string { return written(conclusions, c).zh }

// En is the conclusion in English.
func (c Conclusion) En() string { return written(conclusions, c).en }

// Graded is a grade and why.
type Graded struct {
	Grade  Grade
	Reason string
}

// Assessment is what a procurator makes of a clue: truth and checkability
// (R27), and the risk of acting, which is practice.
type Assessment struct {
	Truth, Checkability, Risk Graded

	Harm          bool // to the interests of the state or the public
	Illegal       bool // possibly an illegal act or failure to act
	SeriousNobody bool // serious harm, and after the inquiry nobody known to answer for it (R29)

	Conclusion Conclusion
	Reason     string
}

// Check says what is missing, and where the conclusion does not follow. To open
// a case needs harm and possible illegality (R28), or serious harm for which
// nobody is known to answer (R29).
func (a *Assessment) Check() []Problem {
	var p problems
	for _, part := range []struct {
		in Input
		Graded
	}{{InTruth, a.Truth}, {InCheckability, a.Checkability}, {InRisk, a.Risk}} {
		p.add(part.Grade.String() == "", part.in, "请选择等级", "choose a grade")
		p.add(part.Reason == "", part.in, "请写明理由", "give the reason")
		p.tooLong(part.in, part.Reason, maxText)
	}
	p.add(a.Conclusion.String() == "", InConclusion, "请选择处理意见", "choose a conclusion")
	p.add(a.Reason == "", InConclusion, "请写明理由", "give the reason")
	p.tooLong(InConclusion, a.Reason, maxText)
	must := a.Harm && a.Illegal
	p.add(a.Conclusion == ToFile && !must && !a.SeriousNobody, InConclusion,
		"立案须国家利益或者社会公共利益受到侵害，且可能存在违法行为（R28）；损害严重而责任主体不明的，可以以事立案（R29）",
		"opening a case needs harm and a possible illegality (R28), or serious harm and nobody known to answer for it (R29)")
	p.add(a.Conclusion == NotToFile && must, InConclusion,
		"认定公益受到侵害且可能违法的，应当立案（R28）", "with harm and a possible illegality the case must be opened (R28)")
	return p
}
