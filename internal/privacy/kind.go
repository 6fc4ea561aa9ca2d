package privacy

import "shouhu/internal/pil"

// Tier is the class of PIJ5(1)(3)–(5) a kind of personal data counts in, in
// ascending order of weight. The zero Tier belongs to what is not personal data.
type Tier uint8

// The tiers.
const (
	TierC Tier = iota + 1 // 其他公民个人信息, PIJ5(1)(5)
	TierB                 // 住宿、通信记录、健康生理、交易等, PIJ5(1)(4)
	TierA                 // 行踪轨迹、通信内容、征信、财产, PIJ5(1)(3)
)

// Tiers lists every tier from C to A.
var Tiers = []Tier{TierC, TierB, TierA}

// String is A, B or C, and nothing for the zero Tier.
func (t Tier) String() string {
	switch t {
	case TierA:
		return "A"
	case TierB:
		return "B"
	case TierC:
		return "C"
	}
	return ""
}

// ParseTier reads A, B or C.
func ParseTier(s string) (Tier, bool) {
	for _, t := range Tiers {
		if t.String() == s {
			return t, true
		}
	}
	return 0, false
}

// MarshalText writes A, B or C.
func (t Tier) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads A, B or C.
func (t *Tier) UnmarshalText(text []byte) error {
	tier, ok := ParseTier(string(text))
	if !ok {
		return pil.Invalid("类别 %s 应为 A、B 或者 C (no such tier)", pil.Quote(string(text)))
	}
	*t = tier
	return nil
}

// Kind names what a value is: a kind of personal data, or something else that is
// recognised so that it is not taken for personal data.
type Kind string

// The closed set of kinds. Kinds holds what the law makes of each.
const (
	Face          Kind = "face"
	Biometric     Kind = "biometric"
	IDNumber      Kind = "id_number"
	Passport      Kind = "passport"
	Name          Kind = "name"
	Mobile        Kind = "mobile"
	Phone         Kind = "phone"
	Email         Kind = "email"
	Address       Kind = "address"
	BirthDate     Kind = "birth_date"
	Gender        Kind = "gender"
	Age           Kind = "age"
	Account       Kind = "account"
	Password      Kind = "password"
	Plate         Kind = "plate"
	IMEI          Kind = "imei"
	MAC           Kind = "mac"
	IP            Kind = "ip"
	Identifier    Kind = "identifier"
	Position      Kind = "position"
	Religion      Kind = "religion"
	SpecialStatus Kind = "special_status"
	CrimeRecord   Kind = "crime_record"
	Lodging       Kind = "lodging"
	CallRecord    Kind = "call_record"
	Health        Kind = "health"
	Trade         Kind = "trade"
	Track         Kind = "track"
	Message       Kind = "message"
	Credit        Kind = "credit"
	BankCard      Kind = "bank_card"
	Property      Kind = "property"

	USCC   Kind = "uscc"
	Time   Kind = "time"
	Money  Kind = "money"
	Region Kind = "region"
)

// About is what the law makes of a kind.
type About struct {
	Kind      Kind
	Zh, En    string
	Tier      Tier // zero: not personal data
	Sensitive bool // 敏感个人信息, P28
	// Basis names the articles: P is 个人信息保护法, PIJ 法释〔2017〕10号, FRJ
	// 法释〔2021〕15号, CC 民法典; GB/T 45574 is the standard for sensitive data.
	Basis []string
	// Disputed says in Chinese and English why tier or sensitivity is not settled;
	// such a line is a careful reading that a person confirms. Empty: settled.
	Disputed string
}

// Kinds is the whole table. Where courts differ between two tiers the lighter
// one stands here, but for 财产, which PIJ5(1)(3) names itself.
var Kinds = []About{
	{Face, "人脸信息", "face", TierC, true, []string{"P28", "FRJ1", "PIJ5(1)(5)"},
		"类别有争议，有按B类、有按C类认定的；未另行指定的按C类计 (the tier of faces is disputed between B and C; C unless set otherwise)"},
	{Biometric, "其他生物识别信息", "other biometrics", TierC, true, []string{"P28", "PIJ5(1)(5)"},
		"类别有争议，有按B类、有按C类认定的；未另行指定的按C类计 (the tier of biometrics is disputed between B and C; C unless set otherwise)"},
	{IDNumber, "身份证件号码", "identity number", TierC, false, []string{"CC1034", "PIJ1", "PIJ5(1)(5)"},
		"身份证件号码一般按C类，有按B类认定的 (usually C, some courts B)"},
	{Passport, "护照等其他证件号码", "passport or other document number", TierC, false, []string{"CC1034", "PIJ5(1)(5)"}, ""},
	{Name, "姓名", "name", TierC, false, []string{"CC1034", "PIJ1", "PIJ5(1)(5)"}, ""},
	{Mobile, "手机号码", "mobile number", TierC, false, []string{"CC1034", "PIJ1", "PIJ5(1)(5)"}, ""},
	{Phone, "电话号码", "telephone number", TierC, false, []string{"CC1034", "PIJ1", "PIJ5(1)(5)"}, ""},
	{Email, "电子邮箱", "e-mail address", TierC, false, []string{"CC1034", "PIJ5(1)(5)"}, ""},
	{Address, "住址", "address", TierC, false, []string{"CC1034", "PIJ1", "PIJ5(1)(5)"}, ""},
	{BirthDate, "出生日期", "date of birth", TierC, false, []string{"CC1034", "PIJ5(1)(5)"}, ""},
	{Gender, "性别", "gender", TierC, false, []string{"P4", "PIJ5(1)(5)"}, ""},
	{Age, "年龄", "age", TierC, false, []string{"P4", "PIJ5(1)(5)"},
		"不满十四周岁未成年人的个人信息属于敏感个人信息(P28)，按行核定 (data of children under 14 are sensitive: confirmed row by row)"},
	{Account, "账号", "account", TierC, false, []string{"PIJ1", "PIJ5(1)(5)"},
		"账号按其能查到的内容可能属于更高类别 (may count higher by what the account holds)"},
	{Password, "口令", "password", TierC, false, []string{"PIJ1", "PIJ5(1)(5)"},
		"账号密码按其能查到的内容可能属于更高类别 (may count higher by what it opens)"},
	{Plate, "车牌号码", "number plate", TierC, false, []string{"PIJ5(1)(5)"}, ""},
	{IMEI, "设备识别码", "device number (IMEI)", TierC, false, []string{"P4", "PIJ5(1)(5)"}, ""},
	{MAC, "MAC地址", "MAC address", TierC, false, []string{"P4", "PIJ5(1)(5)"}, ""},
	{IP, "IP地址", "IP address", TierC, false, []string{"P4", "PIJ5(1)(5)"}, ""},
	{Identifier, "其他识别编号", "other identifier of a person", TierC, false, []string{"P4", "PIJ5(1)(5)"}, ""},
	{Position, "精准定位", "precise position", TierC, true, []string{"P28", "PIJ5(1)(5)"},
		"连续的定位可能构成行踪轨迹(A类) (continuous positions may be movements, tier A)"},
	{Religion, "宗教信仰", "religion", TierC, true, []string{"P28", "PIJ5(1)(5)"}, ""},
	{SpecialStatus, "特定身份", "special status", TierC, true, []string{"P28", "PIJ5(1)(5)"},
		"特定身份的范围以国家标准为准 (its extent follows GB/T 45574)"},
	{CrimeRecord, "违法犯罪记录", "record of offences", TierC, true, []string{"P28", "PIJ5(1)(5)"},
		"类别有争议；未另行指定的按C类计 (the tier is disputed between B and C; C unless set otherwise)"},
	{Lodging, "住宿信息", "lodging", TierB, false, []string{"PIJ5(1)(4)"},
		"是否敏感依内容而定 (sensitive by its content)"},
	{CallRecord, "通信记录", "communication records", TierB, false, []string{"PIJ5(1)(4)"}, ""},
	{Health, "健康生理信息", "health", TierB, true, []string{"P28", "PIJ5(1)(4)"}, ""},
	{Trade, "交易信息", "transactions", TierB, false, []string{"PIJ5(1)(4)"},
		"只有可能影响人身、财产安全的交易信息属于B类 (B only where it may touch a person's or property's safety)"},
	{Track, "行踪轨迹信息", "movements", TierA, true, []string{"P28", "PIJ5(1)(3)"}, ""},
	{Message, "通信内容", "content of communications", TierA, true, []string{"CC1032", "PIJ5(1)(3)"},
		"属于隐私，是否列为敏感个人信息依内容而定 (private; sensitive by its content)"},
	{Credit, "征信信息", "credit", TierA, true, []string{"P28", "PIJ5(1)(3)"}, ""},
	{BankCard, "金融账户", "financial account", TierA, true, []string{"P28", "PIJ5(1)(3)"},
		"仅有卡号而无密码时，有按B类或者C类认定的 (a bare card number without its password: some courts hold B or C)"},
	{Property, "财产信息", "property", TierA, true, []string{"P28", "PIJ5(1)(3)"}, ""},

	{Kind: USCC, Zh: "统一社会信用代码", En: "unified social credit code"},
	{Kind: Time, Zh: "时间", En: "time"},
	{Kind: Money, Zh: "金额", En: "money"},
	{Kind: Region, Zh: "地区", En: "region"},
}

// Of is what the law makes of k. Of a kind outside Kinds it is the zero About.
func Of(k Kind) About {
	for _, a := range Kinds {
		if a.Kind == k {
			return a
		}
	}
	return About{}
}
