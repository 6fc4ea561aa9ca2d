package pil

import "strings"

// Region is a GB/T 2260 code: two digits for a province, four for a city, six
// for a county. The empty Region means the whole country or "not known".
type Region string

// Provinces are the province-level units of GB/T 2260 in the order of their codes.
var Provinces = []struct {
	Code Region
	Zh   string // the short name people use
}{
	{"11", "北京"}, {"12", "天津"}, {"13", "河北"}, {"14", "山西"}, {"15", "内蒙古"},
	{"21", "辽宁"}, {"22", "吉林"}, {"23", "黑龙江"},
	{"31", "上海"}, {"32", "江苏"}, {"33", "浙江"}, {"34", "安徽"}, {"35", "福建"}, {"36", "江西"}, {"37", "山东"},
	{"41", "河南"}, {"42", "湖北"}, {"43", "湖南"}, {"44", "广东"}, {"45", "广西"}, {"46", "海南"},
	{"50", "重庆"}, {"51", "四川"}, {"52", "贵州"}, {"53", "云南"}, {"54", "西藏"},
	{"61", "陕西"}, {"62", "甘肃"}, {"63", "青海"}, {"64", "宁夏"}, {"65", "新疆"},
	{"71", "台湾"}, {"81", "香港"}, {"82", "澳门"},
}

// ParseRegion reads a GB/T 2260 code of two, four or six digits whose province
// exists.
func ParseRegion(s string) (Region, error) {
	bad := Invalid("地区代码 %s 应为 GB/T 2260 的 2、4 或 6 位数字 (region code)", Quote(s))
	if len(s) != 2 && len(s) != 4 && len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return "", bad
	}
	r := Region(s)
	if r.ProvinceZh() == "" {
		return "", bad
	}
	return r, nil
}

// FindProvince is the first province a text names (重庆大足、四川资阳: 50), or
// nothing.
func FindProvince(text string) Region {
	for i := range text {
		for _, p := range Provinces {
			if strings.HasPrefix(text[i:], p.Zh) {
				return p.Code
			}
		}
	}
	return ""
}

// ProvinceZh is the short Chinese name of the province r lies in, or nothing.
func (r Region) ProvinceZh() string {
	for _, p := range Provinces {
		if len(r) >= 2 && p.Code == r[:2] {
			return p.Zh
		}
	}
	return ""
}

// Within reports whether r is outer or lies inside it. The whole country
// contains every region.
func (r Region) Within(outer Region) bool { return strings.HasPrefix(string(r), string(outer)) }
