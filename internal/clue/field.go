package clue

import (
	"strings"
	"time"

	"shouhu/internal/pil"
)

// Field is a field of public-interest litigation 领域.
type Field uint8

// The closed set of fields, in the order the statutes opened them.
const (
	Ecology Field = iota + 1
	FoodDrugs
	StateProperty
	StateLand
	OldTrees
	Heroes
	Minors
	Soldiers
	WorkSafety
	PersonalInformation
	Antitrust
	TelecomFraud
	FarmProducts
	Women
	Accessibility
	Heritage
	RuralWomen
	Minerals
	EthnicUnity
	OtherField
)

// fields: the Chinese names hold the words by which law/ tells fields.
var fields = []word{
	Ecology:             {"ecology", "生态环境和资源保护", "ecology and resources"},
	FoodDrugs:           {"food-drugs", "食品药品安全", "food and drug safety"},
	StateProperty:       {"state-property", "国有财产保护", "state property"},
	StateLand:           {"state-land", "国有土地使用权出让", "grants of state-owned land"},
	OldTrees:            {"old-trees", "古树名木保护", "old and notable trees"},
	Heroes:              {"heroes", "英雄烈士保护", "heroes and martyrs"},
	Minors:              {"minors", "未成年人保护", "minors"},
	Soldiers:            {"soldiers", "军人权益保障", "rights of soldiers"},
	WorkSafety:          {"work-safety", "安全生产", "work safety"},
	PersonalInformation: {"personal-information", "个人信息保护", "personal information"},
	Antitrust:           {"antitrust", "反垄断", "antitrust"},
	TelecomFraud:        {"telecom-fraud", "反电信网络诈骗", "telecom and online fraud"},
	FarmProducts:        {"farm-products", "农产品质量安全", "quality and safety of farm products"},
	Women:               {"women", "妇女权益保障", "rights of women"},
	Accessibility:       {"accessibility", "无障碍环境建设", "accessible environment"},
	Heritage:            {"heritage", "文物和文化遗产保护", "cultural relics and heritage"},
	RuralWomen:          {"rural-women", "农村集体经济组织妇女权益", "women in rural collectives"},
	Minerals:            {"minerals", "矿产资源", "mineral resources"},
	EthnicUnity:         {"ethnic-unity", "民族团结进步", "ethnic unity"},
	OtherField:          {"other", "其他", "other"},
}

// Basis is the statute that opened a field.
type Basis struct {
	Cite           string
	Since          pil.Day // 0: no statute names the field
	Administrative bool    // the text lets agencies be sued
	Civil          bool    // the text lets wrongdoers be sued
	CityUp         bool    // only offices of cities with districts and above
	Conf           string  // how sure we are, as law/README.md says
}

var bases = []Basis{
	Ecology:             {"APL25(4)、CPL58(2)、EC1073–EC1076", pil.Date(2017, time.July, 1), true, true, false, "V"},
	FoodDrugs:           {"APL25(4)、CPL58(2)", pil.Date(2017, time.July, 1), true, true, false, "V"},
	StateProperty:       {"APL25(4)", pil.Date(2017, time.July, 1), true, false, false, "V"},
	StateLand:           {"APL25(4)", pil.Date(2017, time.July, 1), true, false, false, "V"},
	OldTrees:            {"APL25(4)、CPL58(2)", pil.Date(2017, time.July, 1), true, true, false, "I"},
	Heroes:              {"英雄烈士保护法第25条、CC185、J13", pil.Date(2018, time.May, 1), false, true, false, "V"},
	Minors:              {"未成年人保护法第106条", pil.Date(2021, time.June, 1), true, true, false, "V"},
	Soldiers:            {"军人地位和权益保障法第62条", pil.Date(2021, time.August, 1), true, true, false, "V"},
	WorkSafety:          {"安全生产法第74条第2款", pil.Date(2021, time.September, 1), true, true, false, "M"},
	PersonalInformation: {"P70", pil.Date(2021, time.November, 1), false, true, false, "V"},
	Antitrust:           {"反垄断法第60条第2款", pil.Date(2022, time.August, 1), false, true, true, "M"},
	TelecomFraud:        {"反电信网络诈骗法第47条", pil.Date(2022, time.December, 1), true, true, false, "V"},
	FarmProducts:        {"农产品质量安全法第79条第2款", pil.Date(2023, time.January, 1), true, true, false, "V"},
	Women:               {"妇女权益保障法第77条", pil.Date(2023, time.January, 1), true, true, false, "V"},
	Accessibility:       {"无障碍环境建设法第63条", pil.Date(2023, time.September, 1), true, true, false, "V"},
	Heritage:            {"文物保护法第99条", pil.Date(2025, time.March, 1), true, true, false, "V"},
	RuralWomen:          {"农村集体经济组织法第56条第2款", pil.Date(2025, time.May, 1), true, true, false, "V"},
	Minerals:            {"矿产资源法第74条", pil.Date(2025, time.July, 1), true, true, false, "V"},
	EthnicUnity:         {"民族团结进步促进法第54条第2款", pil.Date(2026, time.July, 1), true, true, false, "V"},
	OtherField:          {},
}

// fieldWords are what people and sheets call a field.
var fieldWords = [][]string{
	Ecology:             {"生态", "生态环境", "环境保护", "环保", "污染", "污水", "噪声", "噪音", "扬尘", "油烟", "垃圾", "林地", "森林", "河道"},
	FoodDrugs:           {"食品", "药品", "食药", "食品药品", "食品安全", "餐饮"},
	StateProperty:       {"国有财产", "国有资产", "国财"},
	StateLand:           {"国有土地", "国土出让", "土地使用权出让"},
	OldTrees:            {"古树", "名木", "古树名木"},
	Heroes:              {"英烈", "烈士", "英雄烈士"},
	Minors:              {"未成年", "未成年人"},
	Soldiers:            {"军人", "军属", "军人权益"},
	WorkSafety:          {"安全生产", "安全隐患", "消防"},
	PersonalInformation: {"个人信息", "信息泄露", "人脸识别", "隐私"},
	Antitrust:           {"垄断", "反垄断"},
	TelecomFraud:        {"电信诈骗", "网络诈骗", "电信网络诈骗", "反诈"},
	FarmProducts:        {"农产品", "农产品质量安全"},
	Women:               {"妇女", "妇女权益"},
	Accessibility:       {"无障碍", "无障碍环境", "盲道"},
	Heritage:            {"文物", "文化遗产", "文保"},
	RuralWomen:          {"外嫁女", "农村集体经济组织妇女"},
	Minerals:            {"矿产", "矿产资源", "采矿"},
	EthnicUnity:         {"民族团结"},
}

// Fields lists every field.
func Fields() []Field { return all[Field](fields) }

// ParseField reads a field; an unknown word is an invalid Error.
func ParseField(s string) (Field, error) { return parse[Field]("领域", fields, s) }

// String writes the field as data do.
func (f Field) String() string { return written(fields, f).id }

// Zh is the field in Chinese, as a case's field is written.
func (f Field) Zh() string { return written(fields, f).zh }

// En is the field in English.
func (f Field) En() string { return written(fields, f).en }

// Basis is the statute that opened the field.
func (f Field) Basis() Basis {
	if int(f) < len(bases) {
		return bases[f]
	}
	return Basis{}
}

// FindField is the field a text names, 0 where it names none: of several words
// the longest counts, then the first.
func FindField(text string) Field {
	var found Field
	length, at := 0, 0
	for f, words := range fieldWords {
		for _, w := range words {
			i := strings.Index(text, w)
			if i >= 0 && (len(w) > length || len(w) == length && i < at) {
				found, length, at = Field(f), len(w), i
			}
		}
	}
	return found
}
