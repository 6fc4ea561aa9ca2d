package privacy

import (
	"slices"
	"strings"
)

// A column is known by its header: by the whole name, or by a word in it. Longer
// words win, so that 人脸设备 is a device and no face.

// whole are names that mean one thing only when they stand alone.
var whole = map[Kind][]string{
	Name:       {"name", "xm", "客户", "顾客", "机主", "户主", "姓名"},
	Mobile:     {"mobile", "cell", "sjh", "手机"},
	Phone:      {"tel", "phone", "电话", "联系方式"},
	Address:    {"addr", "address", "地址", "收货地址"},
	Email:      {"email", "mail", "邮箱"},
	Gender:     {"sex", "gender", "性别"},
	Age:        {"age", "年龄", "年龄段", "agegroup"},
	IP:         {"ip"},
	MAC:        {"mac"},
	IMEI:       {"imei", "meid", "imsi", "idfa", "oaid"},
	Face:       {"face", "人脸"},
	IDNumber:   {"idno", "idcard", "sfz", "sfzh", "证件号"},
	Account:    {"account", "qq", "wechat", "openid", "username", "微信", "账号", "用户名", "昵称"},
	Identifier: {"person", "personid", "pid", "uid", "userid", "memberid", "customerid", "subject", "人员", "人员id", "人员编号", "用户id", "用户编号", "会员号", "会员id", "会员编号", "顾客id", "顾客编号", "客户id", "客户编号", "人员标识", "用户标识"},
	Plate:      {"plate", "车牌"},
	Position:   {"lng", "lat", "lon", "longitude", "latitude", "gps", "经度", "纬度", "经纬度"},
	Password:   {"password", "pwd", "密码"},
	Credit:     {"credit"},
	Health:     {"health"},
	Region:     {"地区", "省", "省份", "市", "城市", "区县", "行政区划", "行政区划代码", "province", "city", "region"},
}

// within are words that say what a column holds wherever they stand.
var within = map[Kind][]string{
	Face:          {"人脸", "脸部", "面部", "faceid", "faceno", "facetoken", "facehash", "facefeature", "facecode", "facekey", "faceuuid", "faceimage"},
	Biometric:     {"指纹", "掌纹", "虹膜", "声纹", "步态", "基因", "fingerprint", "iris", "voiceprint"},
	IDNumber:      {"身份证", "公民身份号码", "证件号码", "idnumber", "idcardno", "identitynumber"},
	Passport:      {"护照", "通行证", "军官证", "社保号", "社保卡", "驾驶证号", "passport"},
	Name:          {"姓名", "fullname", "realname"},
	Mobile:        {"手机号", "手机号码", "移动电话", "mobilephone", "mobileno", "mobilenumber", "cellphone"},
	Phone:         {"电话号码", "联系电话", "固定电话", "phonenumber", "phoneno", "telephone"},
	Email:         {"邮箱", "电子邮件", "emailaddress"},
	Address:       {"住址", "家庭地址", "收货地址", "居住地", "homeaddress"},
	BirthDate:     {"出生日期", "出生年月", "生日", "birthday", "birthdate", "dateofbirth"},
	Account:       {"微信号", "qq号", "微信openid", "登录名", "游戏账号"},
	Password:      {"登录密码", "支付密码", "passwd"},
	Plate:         {"车牌号", "号牌号码", "licenseplate", "plateno", "platenumber"},
	IP:            {"ip地址", "ipaddress", "ipaddr"},
	MAC:           {"mac地址", "macaddress", "macaddr"},
	IMEI:          {"设备识别码", "imei号"},
	Position:      {"精准定位", "定位坐标"},
	Religion:      {"宗教", "信仰", "religion"},
	SpecialStatus: {"残疾", "残障", "disability"},
	CrimeRecord:   {"犯罪记录", "前科", "违法记录"},
	Lodging:       {"住宿", "入住", "房间号", "退房"},
	CallRecord:    {"通话记录", "通信记录", "主叫", "被叫", "通话时长"},
	Health:        {"病历", "病史", "诊断", "就诊", "疾病", "用药", "体检", "生育", "diagnosis", "disease"},
	Trade:         {"交易记录", "交易流水", "订单内容", "购买记录", "消费记录"},
	Track:         {"轨迹", "行踪", "trajectory"},
	Message:       {"短信内容", "聊天内容", "聊天记录", "通信内容", "通话内容"},
	Credit:        {"征信", "信用报告", "creditreport"},
	BankCard:      {"银行卡", "银行账号", "银行账户", "开户账号", "信用卡号", "借记卡", "支付宝账号", "bankcard", "bankaccount", "cardno", "cardnumber"},
	Property:      {"存款", "房产", "收入明细", "工资明细", "资产"},
	USCC:          {"统一社会信用代码", "信用代码", "uscc"},
}

// others are words of columns that are about things, not persons, though a word
// of within stands in them too.
var others = []string{"设备", "摄像", "相机", "终端", "门店", "店铺", "公司", "企业", "单位", "商户", "供应商", "device", "camera", "store", "shop", "company", "数量", "次数", "是否"}

// Plain is a header as it is compared: lower case, full-width letters made
// half-width, and nothing but letters and digits; what stands in brackets at the
// end (手机号(脱敏)) is left out.
func Plain(header string) string {
	if i := strings.IndexAny(header, "(（[【"); i > 0 {
		header = header[:i]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '　':
			return -1
		}
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r >= 0x4e00 && r <= 0x9fff:
			return r
		}
		return -1
	}, header)
}

// ByName says what kind of values a column of this header holds, and whether
// the whole name says so or only a word in it. Empty: the name does not tell.
func ByName(header string) (kind Kind, exact bool) {
	plain := Plain(header)
	for _, a := range Kinds {
		if slices.Contains(whole[a.Kind], plain) {
			return a.Kind, true
		}
	}
	longest := 0
	for _, a := range Kinds {
		for _, word := range within[a.Kind] {
			if len(word) > longest && strings.Contains(plain, word) {
				kind, exact, longest = a.Kind, len(plain) == len(word), len(word)
			}
		}
	}
	if !exact && OfThing(header) {
		return "", false
	}
	return kind, exact
}

// OfThing reports whether a column's name says that it is about a thing or an
// organisation: 公司电话, 设备编号.
func OfThing(header string) bool {
	plain := Plain(header)
	return slices.ContainsFunc(others, func(word string) bool { return strings.Contains(plain, word) })
}
