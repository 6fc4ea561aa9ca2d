package privacy

import (
	"bytes"
	"unicode/utf8"
)

// Recognise says what a whole cell is by its form alone: kinds whose form or
// check digit leaves little doubt. Empty: nothing that can be told. It never
// allocates, and refuses most cells by length and first byte.
func Recognise(cell []byte) Kind {
	n := len(cell)
	if n < 7 || n > 64 {
		return ""
	}
	switch {
	case IsMobile(cell):
		return Mobile
	case n == 18 && IsIDNumber(cell):
		return IDNumber
	case n == 18 && IsUSCC(cell):
		return USCC
	case n == 15 && IsIMEI(cell):
		return IMEI
	case IsBankCard(cell):
		return BankCard
	case IsPlate(cell):
		return Plate
	case n == 17 && IsMAC(cell):
		return MAC
	case IsIP(cell):
		return IP
	case IsEmail(cell):
		return Email
	}
	return ""
}

// IsIDNumber reports whether s is an 18-digit 公民身份号码: a province that
// exists, a date of birth that exists, and the check digit of GB 11643 (ISO
// 7064, MOD 11-2).
func IsIDNumber(s []byte) bool {
	if len(s) != 18 || !allDigits(s[:17]) || !province(s[0], s[1]) {
		return false
	}
	year, month, day := number(s[6:10]), number(s[10:12]), number(s[12:14])
	if year < 1850 || year > 2200 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return false
	}
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += weight * int(s[i]-'0')
	}
	check := "10X98765432"[sum%11]
	return s[17] == check || check == 'X' && s[17] == 'x'
}

// IsMobile reports whether s is a mainland mobile number: 11 digits from 13 to
// 19, with +86 or 86 before it at most.
func IsMobile(s []byte) bool {
	s = bytes.TrimPrefix(s, []byte("+"))
	if len(s) == 13 {
		s = bytes.TrimPrefix(s, []byte("86"))
	}
	return len(s) == 11 && s[0] == '1' && s[1] >= '3' && allDigits(s)
}

// IsBankCard reports whether s is a bank card number: 16 to 19 digits of an
// issuer range in use here (62 of UnionPay, 4 and 51–55 of the others, 9558 and
// 60 of older cards) with Luhn's check digit (ISO/IEC 7812). Blanks between
// groups of four are allowed.
func IsBankCard(s []byte) bool {
	if len(s) < 16 || len(s) > 23 {
		return false
	}
	var digits [19]byte
	n := 0
	for i, c := range s {
		switch {
		case c == ' ' && i%5 == 4:
		case c >= '0' && c <= '9' && n < len(digits):
			digits[n] = c
			n++
		default:
			return false
		}
	}
	d := digits[:n]
	if n < 16 || !luhn(d) {
		return false
	}
	switch {
	case d[0] == '6' && (d[1] == '2' || d[1] == '0'), d[0] == '9' && d[1] == '5':
		return true
	case n == 16:
		return d[0] == '4' || d[0] == '5' && d[1] >= '1' && d[1] <= '5'
	}
	return false
}

// IsIMEI reports whether s is a device number: 15 digits with Luhn's check
// digit, of a reporting body in use (01, 35, 86, 91, 99).
func IsIMEI(s []byte) bool {
	if len(s) != 15 || !allDigits(s) {
		return false
	}
	switch string(s[:2]) {
	case "01", "35", "86", "91", "99":
		return luhn(s)
	}
	return false
}

// IsUSCC reports whether s is a 统一社会信用代码: 18 characters with both check
// characters of GB 32100 and GB 11714.
func IsUSCC(s []byte) bool {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY" // without I, O, S, V, Z
	if len(s) != 18 || !allDigits(s[2:8]) {
		return false
	}
	sum, weight := 0, 1
	for _, c := range s[:17] {
		v := bytes.IndexByte([]byte(letters), c)
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return s[17] == letters[(31-sum%31)%31]
}

// provinceLetters are the first characters of number plates.
const provinceLetters = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"

// IsPlate reports whether s is a number plate: province, letter, five
// characters, or six for new energy; 学, 警, 港 and 澳 may end it.
func IsPlate(s []byte) bool {
	r, size := utf8.DecodeRune(s)
	if size != 3 || !bytes.ContainsRune([]byte(provinceLetters), r) {
		return false
	}
	s = s[size:]
	if len(s) == 0 || s[0] < 'A' || s[0] > 'Z' || s[0] == 'I' {
		return false
	}
	s = bytes.TrimPrefix(s[1:], []byte("·"))
	for _, end := range []string{"学", "警", "港", "澳", "挂"} {
		if rest, ok := bytes.CutSuffix(s, []byte(end)); ok {
			return len(rest) == 4 && plateSerial(rest)
		}
	}
	return (len(s) == 5 || len(s) == 6) && plateSerial(s)
}

func plateSerial(s []byte) bool {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c < 'A' || c > 'Z' || c == 'I' || c == 'O':
			return false
		}
	}
	return digits >= 2
}

// IsMAC reports whether s is six pairs of hexadecimal digits joined by : or -.
func IsMAC(s []byte) bool {
	if len(s) != 17 || s[2] != ':' && s[2] != '-' {
		return false
	}
	for i, c := range s {
		if i%3 == 2 {
			if c != s[2] {
				return false
			}
		} else if !hexDigit(c) {
			return false
		}
	}
	return true
}

// IsIP reports whether s is an IPv4 address of four decimal parts, or an IPv6
// address with at least two colons.
func IsIP(s []byte) bool {
	if bytes.Count(s, []byte(":")) >= 2 {
		return ipv6(s)
	}
	parts, value, width := 0, 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			value, width = 10*value+int(s[i]-'0'), width+1
			if width > 3 || value > 255 {
				return false
			}
			continue
		}
		if i < len(s) && s[i] != '.' || width == 0 {
			return false
		}
		parts, value, width = parts+1, 0, 0
	}
	return parts == 4
}

func ipv6(s []byte) bool {
	if len(s) > 39 || bytes.Count(s, []byte("::")) > 1 || bytes.Contains(s, []byte(":::")) {
		return false
	}
	groups, width := 0, 0
	for _, c := range s {
		switch {
		case c == ':':
			width = 0
		case hexDigit(c):
			if width++; width == 1 {
				groups++
			}
			if width > 4 {
				return false
			}
		default:
			return false
		}
	}
	return groups == 8 || groups < 8 && bytes.Contains(s, []byte("::"))
}

// IsEmail reports whether s is an e-mail address: a local part, @, and a domain
// with a dot.
func IsEmail(s []byte) bool {
	local, domain, ok := bytes.Cut(s, []byte("@"))
	if !ok || len(local) == 0 || len(local) > 64 || !emailPart(local, "._%+-") || !emailPart(domain, ".-") {
		return false
	}
	dot := bytes.LastIndexByte(domain, '.')
	return dot > 0 && len(domain)-dot > 2 && domain[dot-1] != '.'
}

func emailPart(s []byte, marks string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || i == len(s)-1 && marks == ".-" || bytes.IndexByte([]byte(marks), c) < 0) {
			return false
		}
	}
	return len(s) > 0
}

// IsPersonName reports whether s looks like a Chinese name: two to four Han
// characters that begin with a common surname, or a name of a minority with its
// middle dot. It is a hint: many words look so.
func IsPersonName(s []byte) bool {
	if !utf8.Valid(s) {
		return false
	}
	runes, dot := 0, false
	for _, r := range string(s) {
		switch {
		case r == '·':
			dot = true
		case r < 0x4e00 || r > 0x9fff:
			return false
		default:
			runes++
		}
	}
	if dot {
		return runes >= 3 && runes <= 15
	}
	first, _ := utf8.DecodeRune(s)
	return runes >= 2 && runes <= 4 && bytes.ContainsRune([]byte(surnames), first)
}

// surnames are the hundred most frequent, most of nine in ten people, and first
// characters of the usual double ones.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧司上诸"

func allDigits(s []byte) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) > 0
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func number(s []byte) (n int) {
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// luhn checks the last digit of s by ISO/IEC 7812-1.
func luhn(s []byte) bool {
	sum := 0
	for i := range s {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// province reports whether two digits begin a region code of GB/T 2260; 83 is
// used for 台湾 residents' permits.
func province(a, b byte) bool {
	switch (a-'0')*10 + (b - '0') {
	case 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
		50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83:
		return true
	}
	return false
}
