package analysis

import (
	"fmt"
	"strings"
	"testing"
)

func TestPropose(t *testing.T) {
	for _, c := range []struct {
		name, header, rows, want string
		sure                     bool
	}{
		{"the usual face table", "人脸ID|公司|门店|设备编号|抓拍时间|性别|年龄",
			"a1|甲|一店|D1|2021-03-05 08:05:00|男|30#a2|甲|一店|D1|2021-03-05 08:06:00|女|31",
			"person=人脸ID,org=公司,site=门店,device=设备编号,time=抓拍时间,gender=性别,age=年龄", true},
		{"in English", "ts|camera_id|store|company_name|face_id",
			"2021-03-05T08:05:00|D1|s|c|f1", "person=face_id,org=company_name,site=store,device=camera_id,time=ts", true},
		{"numbers tell a person", "c1|c2", "13812345678|x#13812345679|y", "person=c1", true},
		{"times need no name", "手机号|c2", "13812345678|2021/3/5 8:05#13812345679|2021年3月5日", "person=手机号,time=c2", true},
		{"nothing is known", "a|b", "x|1#y|1", "person=a", false},
		{"two of a kind", "手机号1|手机号码", "13812345678|13812345679", "person=手机号1", false},
		{"a name and a number of a company", "身份证号|公司名称|公司编号", "x|甲|1", "person=身份证号,org=公司名称", false},
		{"a company's telephone is no company", "手机号|公司电话号码", "13812345678|13812345679", "person=手机号", true},
		{"a time that is none", "手机号|时间", "13812345678|上午#13812345679|下午", "person=手机号", true},
		{"devices of faces", "人脸设备|人脸ID", "D1|f1", "person=人脸ID,device=人脸设备", true},
		{"amounts and consent", "手机号|金额（元）|是否同意|信息类别", "13812345678|6.40|是|号码", "person=手机号,amount=金额（元）,consent=是否同意,category=信息类别", true},
		{"SQL in a header", "手机号|\"); DROP TABLE x;--", "13812345678|1", "person=手机号", true},
	} {
		header := strings.Split(c.header, "|")
		var sample [][]string
		for row := range strings.SplitSeq(c.rows, "#") {
			sample = append(sample, strings.Split(row, "|"))
		}
		p := Propose(header, sample)
		named := ""
		for role, i := range p.Roles {
			if i >= 0 {
				named += fmt.Sprintf(",%s=%s", Role(role), header[i])
			}
		}
		if strings.TrimPrefix(named, ",") != c.want || p.Sure() != c.sure {
			t.Errorf("%s: got %s, sure %t (%v)\nwant %s, %t", c.name, named[1:], p.Sure(), p.Confidence, c.want, c.sure)
		}
	}
}

// What MapText writes, ParseMap reads; whatever the header.
func TestMapText(t *testing.T) {
	header := []string{"人脸ID", "a,org=b", "x y", "", "'; rm -rf", "门店", "c=d"}
	for person := range header {
		for org := range header {
			if person == org {
				continue
			}
			r := NoRoles()
			r[Person], r[Org] = person, org
			text := r.MapText(header)
			if strings.ContainsAny(text, " ;'") {
				t.Errorf("%s would not survive a command line", text)
			}
			back, err := ParseMap(text, header)
			if err != nil || back != r {
				t.Errorf("%s reads as %v, %v", text, back, err)
			}
		}
	}
}

func TestParseMap(t *testing.T) {
	header := []string{"人脸ID", "a,b", "时间", "org=x"}
	for text, want := range map[string]string{
		"person=人脸ID":                 "person=人脸ID",
		"person=人脸ID,org=a,b,time=时间": "person=人脸ID,org=#2,time=时间",
		"person=#1,site=#4":           "person=人脸ID,site=#4",
		"person=人脸ID，time=时间":         "person=人脸ID,time=时间",
		"person = 人脸ID , time = 时间":   "person=人脸ID,time=时间",
		"":                            "应写作 角色=列名",
		"person":                      "应写作 角色=列名",
		"people=人脸ID":                 "应写作 角色=列名",
		"org=时间":                      "缺少 person",
		"person=人脸ID,org=人脸ID":        "既是 person 又是 org",
		"person=人脸ID,person=时间":       "出现两次",
		"person=没有":                   "没有 \"没有\" 这一列",
		"person=#5":                   "这一列",
		"person=#0":                   "这一列",
	} {
		got, err := ParseMap(text, header)
		if err != nil {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", text, err, want)
			}
			continue
		}
		if got.MapText(header) != want {
			t.Errorf("%s: got %s, want %s", text, got.MapText(header), want)
		}
	}
}
