package privacy

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// All numbers here are made up; check digits are computed.
func idNumber(region, birth, serial string) string {
	s := region + birth + serial
	sum := 0
	for i, c := range s {
		w := 1
		for range 17 - i { // 2^(17-i) mod 11, the other way to say the weights
			w = w * 2 % 11
		}
		sum += w * int(c-'0')
	}
	return s + string("10X98765432"[sum%11])
}

// luhnOf appends Luhn's check digit.
func luhnOf(s string) string {
	for d := range 10 {
		if t := fmt.Sprint(s, d); luhn([]byte(t)) {
			return t
		}
	}
	return ""
}

func TestRecognise(t *testing.T) {
	for value, want := range map[string]Kind{
		idNumber("110101", "19900307", "001"): IDNumber,
		idNumber("310104", "20000229", "123"): IDNumber,
		idNumber("310104", "20010229", "123"): "", // no such day
		idNumber("990104", "20000229", "123"): "", // no such province
		"13812345678":                         Mobile,
		"+8613812345678":                      Mobile,
		"8613812345678":                       Mobile,
		"12812345678":                         "",
		"138123456789":                        "",
		"138 1234 5678":                       "",
		luhnOf("622202123456789012"):          BankCard,
		luhnOf("411111111111111"):             BankCard,
		"6222021234567890120":                 "", // wrong digit, seen below
		luhnOf("123456789012345"):             "", // of no issuer
		luhnOf("35693803564380"):              IMEI,
		"鄂A12345":                             Plate,
		"沪AD12345":                            Plate,
		"沪A·12345":                            Plate,
		"粤Z1234港":                             Plate,
		"沪I12345":                             "",
		"张三的手机":                               "",
		"00:1A:2b:3c:4d:5e":                   MAC,
		"00:1A-2b:3c:4d:5e":                   "",
		"192.168.1.10":                        IP,
		"192.168.1.256":                       "",
		"1.2.3.4.5":                           "",
		"2001:db8::1":                         IP,
		"2001:db8:::1":                        "",
		"12:30:45":                            "",
		"zhang.san@example.cn":                Email,
		"zhang@cn":                            "",
		"@example.cn":                         "",
		"91310000MA1FL0LX0F":                  "", // wrong check
		"2021-03-05 08:05:00":                 "",
		"上海某某科技有限公司":                          "",
		"a3f1c2d4e5b60718":                    "",
		"":                                    "",
	} {
		if want == "" && luhn([]byte(value)) && value == "6222021234567890120" {
			t.Fatal("the wrong card number is right")
		}
		if got := Recognise([]byte(value)); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
	if !IsUSCC([]byte(uscc("9131000012345678T"))) {
		t.Error("USCC not recognised")
	}
}

// uscc appends the check character of GB 32100.
func uscc(s string) string {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for _, c := range letters {
		sum, w := 0, 1
		for _, d := range s {
			sum += strings.IndexRune(letters, d) * w
			w = w * 3 % 31
		}
		if (sum+strings.IndexRune(letters, c))%31 == 0 {
			return s + string(c)
		}
	}
	return ""
}

// Any one wrong digit of an identity number or card is found out, and two
// neighbours exchanged in an identity number as well.
func TestCheckDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := []byte(idNumber("420111", fmt.Sprintf("%04d%02d%02d", rapid.IntRange(1930, 2020).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d")), fmt.Sprintf("%03d", rapid.IntRange(0, 999).Draw(t, "n"))))
		if !IsIDNumber(id) {
			t.Fatalf("%s is not recognised", id)
		}
		i := rapid.IntRange(0, 16).Draw(t, "i")
		wrong := bytes.Clone(id)
		wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if IsIDNumber(wrong) {
			t.Fatalf("%s passes for %s", wrong, id)
		}
		card := []byte(luhnOf("622848" + fmt.Sprintf("%012d", rapid.IntRange(0, 999_999_999_999).Draw(t, "card"))))
		card[8] = '0' + (card[8]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "off")))%10
		if IsBankCard(card) {
			t.Fatalf("%s passes", card)
		}
	})
}

func TestFind(t *testing.T) {
	id, card := idNumber("110101", "19900307", "001"), luhnOf("622202123456789012")
	for text, want := range map[string]string{
		"联系人张某，电话13812345678，身份证" + id + "。":                                                              "mobile 13812345678; id_number " + id,
		"tel:13812345678,mail a.b@example.com.":                                                           "mobile 13812345678; email a.b@example.com",
		"卡号 " + card[:4] + " " + card[4:8] + " " + card[8:12] + " " + card[12:16] + " " + card[16:] + "！": "bank_card " + card[:4] + " " + card[4:8] + " " + card[8:12] + " " + card[12:16] + " " + card[16:],
		"车牌沪A·D1234与鄂A12345号":                                                                             "plate 沪A·D1234; plate 鄂A12345",
		"编号2138123456789，金额13812345678.50元":                                                               "mobile 13812345678",
		"订单号9913812345678001":                                                                             "",
		"版本1.2.3.4.5":                                                                                     "",
		"照片" + id + "_正面.jpg":                                                                             "id_number " + id,
		"138****5678":                                                                                     "",
		"沪":                                                                                               "",
		"":                                                                                                "",
	} {
		var got []string
		last := 0
		for _, f := range Find([]byte(text)) {
			if f.Start < last || f.End > len(text) {
				t.Fatalf("%s: pieces out of order", text)
			}
			last = f.End
			got = append(got, string(f.Kind)+" "+text[f.Start:f.End])
		}
		if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("电话13812345678，沪A·12345 a@b.cn 1.2.3.4 沪"))
	f.Fuzz(func(t *testing.T, text []byte) {
		last := 0
		for _, p := range Find(text) {
			if p.Start < last || p.End <= p.Start || p.End > len(text) {
				t.Fatalf("pieces out of order: %v", p)
			}
			last = p.End
			if k := Recognise(text[p.Start:p.End]); k != p.Kind {
				t.Fatalf("%q is %s and not %s", text[p.Start:p.End], k, p.Kind)
			}
		}
	})
}

func TestByName(t *testing.T) {
	for header, want := range map[string]Kind{
		"人脸ID": Face, "face_id": Face, "FaceID": Face, "人脸设备": "", "人脸设备编号": "",
		"身份证号": IDNumber, "身份证号码（加密）": IDNumber, "ID_Number": IDNumber,
		"手机号": Mobile, "手机号码": Mobile, "ＭＯＢＩＬＥ": Mobile, "联系电话": Phone, "公司电话号码": "",
		"姓名": Name, "联系人姓名": Name, "公司名称": "", "门店": "", "设备编号": "",
		"性别": Gender, "年龄": Age, "年龄段": Age, "银行卡号": BankCard, "车牌号": Plate,
		"行踪轨迹": Track, "病历号": Health, "用户ID": Identifier, "统一社会信用代码": USCC,
		"采集时间": "", "金额": "", "); DROP TABLE x;--": "", "": "", "身份证号是否有效": "",
	} {
		if got, _ := ByName(header); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
}

// Every kind has a text, and every kind of personal data its tier and articles.
func TestKinds(t *testing.T) {
	seen := map[Kind]bool{}
	for _, a := range Kinds {
		if seen[a.Kind] || a.Zh == "" || a.En == "" {
			t.Errorf("%s stands twice or has no text", a.Kind)
		}
		seen[a.Kind] = true
		if (a.Tier != 0) != (len(a.Basis) > 0) || a.Tier == 0 && a.Sensitive {
			t.Errorf("%s: tier %q, basis %v", a.Kind, a.Tier, a.Basis)
		}
		if tier, ok := ParseTier(a.Tier.String()); a.Tier != 0 && (!ok || tier != a.Tier) {
			t.Errorf("%s: tier %q does not read back", a.Kind, a.Tier)
		}
	}
	for _, names := range []map[Kind][]string{whole, within} {
		for k, list := range names {
			for _, name := range list {
				if Of(k).Kind == "" || Plain(name) != name {
					t.Errorf("%s: name %q is not as headers are compared", k, name)
				}
			}
		}
	}
}

func TestMask(t *testing.T) {
	for _, c := range []struct {
		kind        Kind
		value, want string
	}{
		{Mobile, "13812345678", "138****5678"},
		{IDNumber, "110101199003070011", "110101***********1"},
		{Name, "张三丰", "张**"}, {Name, "张", "*"}, {Name, "", ""},
		{BankCard, "6222021234567890128", "6222***********0128"},
		{Email, "zhang@example.cn", "z***@example.cn"}, {IP, "10.1.2.3", "10.1.2.*"},
		{Face, "a3f1c2d4e5b60718", "a3f1**********18"}, {Plate, "沪A12345", "沪A***45"},
		{Mobile, "138", "1**"},
	} {
		if got := Mask(c.kind, c.value); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.kind, c.value, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[^*]*`).Draw(t, "value")
		kind := rapid.SampledFrom(Kinds).Draw(t, "kind").Kind
		if got := Mask(kind, value); value != "" && got == value {
			t.Fatalf("%s of %q is not masked", kind, value)
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	cells := [][]byte{[]byte("a3f1c2d4e5b60718"), []byte("上海某某科技有限公司"), []byte("13812345678"), []byte("2021-03-05 08:05:00")}
	for b.Loop() {
		for _, c := range cells {
			Recognise(c)
		}
	}
}
