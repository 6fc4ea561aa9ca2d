package clue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// typed is a form as typed, by input.
type typed map[Input]string

func (m typed) get(in Input) string { return m[in] }

// wants checks which inputs have a problem, in order; every problem speaks both
// languages and repeats nothing of what was typed.
func wants(t *testing.T, what string, got []Problem, want ...Input) {
	t.Helper()
	var ins []Input
	for _, p := range got {
		ins = append(ins, p.Input)
		if p.Zh == "" || p.En == "" {
			t.Errorf("%s: %v says nothing", what, p)
		}
	}
	if !slices.Equal(ins, want) {
		t.Errorf("%s: problems %q, want %v", what, got, want)
	}
}

func TestFormCheck(t *testing.T) {
	whole := Form{Channel: Telephone, What: "河边倾倒垃圾", Received: today}
	for _, c := range []struct {
		what   string
		change func(*Form)
		want   []Input
	}{
		{"as it is", func(*Form) {}, nil},
		{"nothing typed", func(f *Form) { *f = Form{} }, []Input{InChannel, InWhat, InReceived}},
		{"no such members", func(f *Form) { f.Channel, f.Field, f.Reporter = 99, 99, 99 }, []Input{InChannel, InField, InReporter}},
		{"tomorrow", func(f *Form) { f.Received = today + 1 }, []Input{InReceived}},
		{"long", func(f *Form) { f.What = strings.Repeat("字", maxWhat) }, nil},
		{"too long", func(f *Form) {
			f.What, f.Place, f.Suspect, f.Harm = strings.Repeat("字", maxWhat+1), strings.Repeat("字", 201), strings.Repeat("字", 201), strings.Repeat("字", 2001)
		}, []Input{InWhat, InPlace, InSuspect, InHarm}},
		{"no text", func(f *Form) { f.What = "\xff" }, []Input{InWhat}},
		{"no region", func(f *Form) { f.Region = "99" }, []Input{InRegion}},
		{"happened later", func(f *Form) { f.Happened = pil.On(today + 1) }, []Input{InHappened}},
		{"happened some day this month", func(f *Form) { f.Happened = pil.Between(today-22, today+7) }, nil},
		{"attachments", func(f *Form) { f.Attachments = -1 }, []Input{InAttachments}},
		{"attachments", func(f *Form) { f.Attachments = 1000 }, []Input{InAttachments}},
	} {
		f := whole
		c.change(&f)
		wants(t, c.what, f.Check(today), c.want...)
	}
}

func TestReadForm(t *testing.T) {
	f, id, p := ReadForm(typed{
		InChannel: "电话", InWhat: " 河边倾倒垃圾 ", InPlace: "和平路", InRegion: "420111", InHappened: "2026年11月", InReceived: "2026/11/3 9:05",
		InField: "环境保护", InSuspect: "某公司", InHarm: "水黑", InAttachments: "2", InReporter: "in-confidence", InName: "某甲", InPhone: "０２７－８７６５４３２１", InAddress: "某处",
	}.get)
	wants(t, "all inputs", p)
	want := Form{Telephone, "河边倾倒垃圾", "和平路", "420111", pil.Between(pil.Date(2026, 11, 1), pil.Date(2026, 11, 30)), pil.Date(2026, 11, 3), Ecology, "某公司", "水黑", 2, InConfidence}
	if f != want || id.Name != "某甲" || id.Address != "某处" {
		t.Errorf("read %+v", f)
	}
	wants(t, "the form", f.Check(today))
	wants(t, "the identity", id.Check(f.Reporter))

	f, _, p = ReadForm(typed{InChannel: "飞鸽", InField: "交通", InReporter: "?", InRegion: "洪山", InReceived: "2026-11", InHappened: "上周末", InAttachments: "两"}.get)
	wants(t, "nothing readable", p, InChannel, InField, InReporter, InRegion, InReceived, InHappened, InAttachments)
	if f != (Form{}) {
		t.Errorf("read %+v", f)
	}
}

func TestReadSpan(t *testing.T) {
	for s, want := range map[string]string{
		"2026-11-23": "2026-11-23", "2026/1/3": "2026-01-03", "2026.11.23": "2026-11-23", "2026年11月23日": "2026-11-23", "２０２６年１月３日": "2026-01-03",
		"20261123": "2026-11-23", "2026-11-23 09:05:33": "2026-11-23", "2026-11-23T09:05:33.250": "2026-11-23", "2026年11月23日9时5分": "2026-11-23", "2026/11/23  23:59": "2026-11-23",
		"46349": "2026-11-23", "46349.4306": "2026-11-23", "36526": "2000-01-01",
		"2026-11": "2026-11-01..2026-11-30", "2026年11月": "2026-11-01..2026-11-30", "2026年": "2026-01-01..2026-12-31", "2026": "2026-01-01..2026-12-31",
		"2026-11-01至2026-11-23": "2026-11-01..2026-11-23", "2026年1月到2026年3月": "2026-01-01..2026-03-31", "2026.1.3~2026.1.5": "2026-01-03..2026-01-05",
		"2026-11-01..2026-11-23": "2026-11-01..2026-11-23", "XXXX-07-21": "XXXX-07-21", "": "",
		"2026-02-30": "!", "2026-11-23至25": "!", "上周末": "!", "2026-11-23 晚": "!", "26-11-23": "!", "11/23/2026": "!", "99999": "!", "2026-11-23Z": "!", "至": "!",
	} {
		got, err := readSpan(s)
		if err != nil && want != "!" || err == nil && got.String() != want {
			t.Errorf("%q is read as %q, %v; want %s", s, got, err, want)
		}
	}
}

func TestIdentityCheck(t *testing.T) {
	for _, c := range []struct {
		id   Identity
		r    Reporter
		want []Input
	}{
		{Identity{}, 0, nil},
		{Identity{}, Anonymous, nil},
		{Identity{}, Named, []Input{InName}},
		{Identity{}, InConfidence, []Input{InName}},
		{Identity{Phone: "13900000000"}, Named, nil},
		{Identity{Name: "某甲"}, Anonymous, []Input{InReporter}},
		{Identity{Name: Private(strings.Repeat("某", 101))}, Named, []Input{InName}},
	} {
		wants(t, fmt.Sprint(c.r), c.id.Check(c.r), c.want...)
	}
	for number, good := range map[Private]bool{
		"13900000000": true, "139 0000 0000": true, "027-87654321": true, "(027)87654321转801": true, "+86 139-0000-0000": true, "12345": true,
		"１３９００００００００": true, "13900000000/027-87654321": true, "13900000000、13800000000": true,
		"某甲": false, "139": false, "wx13900000000": false, "13900000000某": false, "-----": false,
	} {
		if got := len(Identity{Phone: number}.Check(0)) == 0; got != good {
			t.Errorf("telephone %q passes: %t", string(number), got)
		}
	}
}

// No way of printing shows who reported, wherever the identity stands.
func TestIdentityIsHidden(t *testing.T) {
	const name = "某甲丙丁"
	id := Identity{name, name, name, name}
	in := Imported{Identity: id}
	var b bytes.Buffer
	for _, v := range []any{id, &id, id.Name, in, &in, []Identity{id}, map[string]Identity{"who": id}} {
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		text, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		b.Write(text)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
	}
	fmt.Fprint(&b, pil.Invalid("%v %s", id, id.Name))
	if strings.Contains(b.String(), "某") || strings.Contains(b.String(), fmt.Sprintf("%x", "某")) || !strings.Contains(b.String(), hidden) {
		t.Errorf("shown: %s", b.String())
	}
}

func TestAssessmentCheck(t *testing.T) {
	why := Graded{High, "有照片"}
	whole := Assessment{Truth: why, Checkability: why, Risk: why, Harm: true, Illegal: true, Conclusion: ToFile, Reason: "符合条件"}
	for _, c := range []struct {
		what   string
		change func(*Assessment)
		want   []Input
	}{
		{"as it is", func(*Assessment) {}, nil},
		{"nothing", func(a *Assessment) { *a = Assessment{} }, []Input{InTruth, InTruth, InCheckability, InCheckability, InRisk, InRisk, InConclusion, InConclusion}},
		{"no reason", func(a *Assessment) { a.Risk.Reason, a.Reason = "", "" }, []Input{InRisk, InConclusion}},
		{"long", func(a *Assessment) { a.Reason = strings.Repeat("字", 2001) }, []Input{InConclusion}},
		{"no harm (R28)", func(a *Assessment) { a.Harm = false }, []Input{InConclusion}},
		{"nothing illegal (R28)", func(a *Assessment) { a.Illegal = false }, []Input{InConclusion}},
		{"on facts (R29)", func(a *Assessment) { a.Illegal, a.SeriousNobody = false, true }, nil},
		{"must file (R28)", func(a *Assessment) { a.Conclusion = NotToFile }, []Input{InConclusion}},
		{"not to file", func(a *Assessment) { a.Conclusion, a.Harm = NotToFile, false }, nil},
		{"inquire", func(a *Assessment) { a.Conclusion = ToInquire }, nil},
	} {
		a := whole
		c.change(&a)
		wants(t, c.what, a.Check(), c.want...)
	}
}

// Whatever is typed, what ReadForm understood is a form of which only what it
// said is missing, and no problem repeats the text.
func TestReadFormRepeatsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := "ZQ" + rapid.StringN(0, 30, -1).Draw(t, "typed")
		f, id, p := ReadForm(func(Input) string { return mark })
		p = append(append(p, f.Check(today)...), id.Check(f.Reporter)...)
		if text := fmt.Sprint(p); strings.Contains(text, "ZQ") {
			t.Fatal(text)
		}
	})
}
