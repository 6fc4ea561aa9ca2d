package evidence

import (
	"slices"

	"shouhu/internal/pil"
)

// Kind is one of the nine statutory kinds of evidence (R34).
type Kind string

// The kinds, in the order of R34.
const (
	Documentary Kind = "documentary" // 书证
	Physical    Kind = "physical"    // 物证
	AudioVisual Kind = "audio-visual"
	Electronic  Kind = "electronic" // 电子数据
	Testimony   Kind = "testimony"  // 证人证言
	Statement   Kind = "statement"  // 当事人陈述
	Appraisal   Kind = "appraisal"  // 鉴定意见
	Expert      Kind = "expert"     // 专家意见
	Inspection  Kind = "inspection" // 勘验笔录
)

// Method is how an exhibit was collected (R35).
type Method string

// The methods, in the order of R35.
const (
	Consulted  Method = "consulted"  // (1) 查阅、调取、复制有关执法、诉讼卷宗材料等
	Questioned Method = "questioned" // (2) 询问
	Gathered   Method = "gathered"   // (3) 收集书证、物证、视听资料、电子数据
	Advised    Method = "advised"    // (4) 咨询
	Entrusted  Method = "entrusted"  // (5) 委托鉴定、评估、审计、检验、检测、翻译
	Inspected  Method = "inspected"  // (6) 勘验物证、现场
	Otherwise  Method = "otherwise"  // (7) 其他必要的调查方式
)

// Form is whether the exhibit is the original.
type Form string

// The forms (R38, R39).
const (
	Original Form = "original" // 原件、原物、原始载体
	Copy     Form = "copy"     // 复制件
	Likeness Form = "likeness" // 照片、录像、复制品 of an object (R38)
)

// Signature is how whoever spoke or wrote confirmed it (R37, R40, R42).
type Signature string

// The ways; empty is none.
const (
	Signed  Signature = "signed"  // 签名
	Sealed  Signature = "sealed"  // 盖章
	Refused Signature = "refused" // 拒绝签名盖章，已注明
)

// word is a member of a closed set as people read it.
type word[T ~string] struct {
	is     T
	zh, en string
}

var kindWords = []word[Kind]{
	{Documentary, "书证", "documentary evidence"}, {Physical, "物证", "physical evidence"}, {AudioVisual, "视听资料", "audio-visual material"},
	{Electronic, "电子数据", "electronic data"}, {Testimony, "证人证言", "testimony of a witness"}, {Statement, "当事人陈述", "statement of a party"},
	{Appraisal, "鉴定意见", "appraisal opinion"}, {Expert, "专家意见", "expert opinion"}, {Inspection, "勘验笔录", "record of inspection"},
}

var methodWords = []word[Method]{
	{Consulted, "查阅、调取、复制卷宗材料", "read, taken or copied from files"}, {Questioned, "询问", "questioned"}, {Gathered, "收集书证、物证、视听资料、电子数据", "gathered"},
	{Advised, "咨询", "advice sought"}, {Entrusted, "委托鉴定、评估、审计、检验、检测、翻译", "appraisal, audit, test or translation entrusted"},
	{Inspected, "勘验物证、现场", "object or scene inspected"}, {Otherwise, "其他必要的调查方式", "another necessary way"},
}

var formWords = []word[Form]{
	{Original, "原件、原物、原始载体", "original"}, {Copy, "复制件", "copy"}, {Likeness, "照片、录像、复制品（原物不便提取）", "photo, recording or replica of an object"},
}

var signatureWords = []word[Signature]{
	{Signed, "已签名", "signed"}, {Sealed, "已盖章", "sealed"}, {Refused, "拒绝签名盖章，已注明", "refused, and noted"},
}

func members[T ~string](words []word[T]) (out []T) {
	for _, w := range words {
		out = append(out, w.is)
	}
	return out
}

func find[T ~string](words []word[T], v T) word[T] {
	if i := slices.IndexFunc(words, func(w word[T]) bool { return w.is == v }); i >= 0 {
		return words[i]
	}
	return word[T]{}
}

func parse[T ~string](what string, words []word[T], s string) (T, error) {
	if w := find(words, T(s)); w.is != "" {
		return w.is, nil
	}
	return "", pil.Invalid("没有这样的%s：%s (unknown word)", what, pil.Quote(s))
}

// Kinds lists the nine kinds.
func Kinds() []Kind { return members(kindWords) }

// ParseKind reads a kind; an unknown word is an invalid Error.
func ParseKind(s string) (Kind, error) { return parse("证据种类", kindWords, s) }

// Zh is the kind in Chinese.
func (k Kind) Zh() string { return find(kindWords, k).zh }

// En is the kind in English.
func (k Kind) En() string { return find(kindWords, k).en }

// Methods lists the seven methods.
func Methods() []Method { return members(methodWords) }

// ParseMethod reads a method; an unknown word is an invalid Error.
func ParseMethod(s string) (Method, error) { return parse("收集方式", methodWords, s) }

// Zh is the method in Chinese.
func (m Method) Zh() string { return find(methodWords, m).zh }

// En is the method in English.
func (m Method) En() string { return find(methodWords, m).en }

// Forms lists the forms.
func Forms() []Form { return members(formWords) }

// ParseForm reads a form; an unknown word is an invalid Error.
func ParseForm(s string) (Form, error) { return parse("原件或者复制件", formWords, s) }

// Zh is the form in Chinese.
func (f Form) Zh() string { return find(formWords, f).zh }

// En is the form in English.
func (f Form) En() string { return find(formWords, f).en }

// Signatures lists the ways to confirm.
func Signatures() []Signature { return members(signatureWords) }

// ParseSignature reads a way to confirm; an unknown word is an invalid Error.
func ParseSignature(s string) (Signature, error) { return parse("签名情况", signatureWords, s) }

// Zh is the way in Chinese.
func (s Signature) Zh() string { return find(signatureWords, s).zh }

// En is the way in English.
func (s Signature) En() string { return find(signatureWords, s).en }
