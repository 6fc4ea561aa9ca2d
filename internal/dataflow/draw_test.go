package dataflow

import (
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/law"
)

func rules(tb testing.TB) *Rules {
	tb.Helper()
	r, err := Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// faces is the way of the faces in shops: eight companies, one supplier.
func faces() *Map {
	m := &Map{Nodes: []Node{{1, Subject, "进店消费者（不特定多数）", ""}}}
	day := pil.Date
	for i, n := range []string{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"} {
		m.Nodes = append(m.Nodes, Node{int64(i + 2), Collector, "涉案经营主体" + n, ""})
	}
	m.Nodes = append(m.Nodes, Node{10, Keeper, "电子科技公司服务器", ""}, Node{11, Processor, "某电子科技公司", ""},
		Node{12, Product, "进店人数、性别比例、年龄分析", ""}, Node{13, Buyer, "8家经营主体（购买统计服务）", ""})
	for i := range 8 {
		id := int64(i + 2)
		rows := int64(1_000_000 * (i + 1))
		m.Edges = append(m.Edges,
			Edge{ID: id * 10, From: 1, To: id, Handling: Collect, Categories: []string{"face"}, Circumstances: []Circumstance{PublicPlace}, Rows: rows, Begin: day(2019, 3, 1), End: day(2022, 3, 31),
				Basis: "none", Answers: map[string]pil.Tri{"notice": pil.No, "separate": pil.No, "sign": pil.No}, Evidence: []string{"附件1"}},
			Edge{ID: id*10 + 1, From: id, To: 10, Handling: Entrust, Categories: []string{"face"}, Rows: rows, Begin: day(2019, 3, 1), End: day(2022, 3, 31), Answers: map[string]pil.Tri{"agreement": pil.Yes}})
	}
	m.Edges = append(m.Edges,
		Edge{ID: 200, From: 10, To: 11, Handling: Use, Categories: []string{"face"}, Rows: 26_000_000, Persons: 6_000_000, Begin: day(2019, 3, 1)},
		Edge{ID: 201, From: 11, To: 12, Handling: Use, Categories: []string{"statistics"}, Answers: map[string]pil.Tri{"irreversible": pil.Yes}},
		Edge{ID: 202, From: 12, To: 13, Handling: Sell, Categories: []string{"statistics"}, Answers: map[string]pil.Tri{"irreversible": pil.Yes}},
		Edge{ID: 203, From: 11, To: 2, Handling: Sell, Categories: []string{"face"}, Rows: 5200, Begin: day(2021, 12, 1)},
		Edge{ID: 204, From: 1, To: 11, Handling: Collect, Categories: []string{"device"}, Rows: 0})
	return m
}

func TestDraw(t *testing.T) {
	r, m := rules(t), faces()
	if err := m.Check(r); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "faces.svg", Draw(m, r.Judge(m), Captions{"数据流向图：演示案件", r.Describe(m)}))
	golden.Check(t, "faces.csv", csvText(t, r, m))
	golden.Check(t, "empty.svg", Draw(&Map{}, nil, Captions{"空图", ""}))
}

func csvText(tb testing.TB, r *Rules, m *Map) string {
	tb.Helper()
	var b strings.Builder
	if err := r.WriteCSV(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// The order in which nodes and edges of one id stand decides nothing but who comes
// first among equals; the picture is XML whatever the names hold.
func TestDrawAny(t *testing.T) {
	r := rules(t)
	rapid.Check(t, func(t *rapid.T) {
		m := &Map{}
		for i := range rapid.IntRange(0, 12).Draw(t, "nodes") {
			m.Nodes = append(m.Nodes, Node{ID: int64(i + 1), Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), Name: rapid.StringN(1, 60, -1).Draw(t, "name")})
		}
		if n := len(m.Nodes); n > 1 {
			for i := range rapid.IntRange(0, 20).Draw(t, "edges") {
				m.Edges = append(m.Edges, Edge{ID: int64(i + 1), From: int64(rapid.IntRange(1, n).Draw(t, "from")), To: int64(rapid.IntRange(1, n).Draw(t, "to")),
					Handling: rapid.SampledFrom(Handlings).Draw(t, "handling"), Categories: []string{"face"}, Rows: rapid.Int64Min(0).Draw(t, "rows")})
			}
		}
		got := Draw(m, r.Judge(m), Captions{Title: "a<b", Desc: "&"})
		if got != Draw(m, r.Judge(m), Captions{Title: "a<b", Desc: "&"}) {
			t.Fatal("the same map gives another picture")
		}
		d := xml.NewDecoder(strings.NewReader(got))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in %s", err, got)
			}
		}
		for _, bad := range []string{"NaN", "Inf"} {
			if strings.Contains(got, `"`+bad) {
				t.Fatal(bad)
			}
		}
	})
}

func TestJudge(t *testing.T) {
	var b strings.Builder
	r, m := rules(t), faces()
	for _, f := range r.Judge(m) {
		word := "待查"
		if f.Missing {
			word = "缺失"
		}
		var ids []string
		for _, x := range f.Rules {
			ids = append(ids, x.ID)
		}
		b.WriteString(strings.Join([]string{m.label(f.Edge), word, f.Point.Text.Zh, strings.Join(f.Cites(), " "), strings.Join(ids, " "), f.Point.Ask.Zh}, "\t") + "\n")
	}
	golden.Check(t, "faces.txt", b.String())
}

// Each word that a rule may hang on brings its point, and a day before the rule
// does not.
func TestRules(t *testing.T) {
	r := rules(t)
	base := func(e Edge) *Map {
		e.ID, e.From, e.To = 1, 1, 2
		return &Map{Nodes: []Node{{1, Subject, "a", ""}, {2, Keeper, "b", ""}}, Edges: []Edge{e}}
	}
	for _, x := range []struct {
		name  string
		edge  Edge
		point string
		want  bool
	}{
		{"face needs separate consent", Edge{Handling: Collect, Categories: []string{"face"}}, "separate", true},
		{"a name does not", Edge{Handling: Collect, Categories: []string{"basic"}}, "separate", false},
		{"duty needs no consent", Edge{Handling: Collect, Categories: []string{"face"}, Basis: "duty"}, "separate", false},
		{"provided", Edge{Handling: Provide, Categories: []string{"basic"}}, "separate", true},
		{"sold is provided", Edge{Handling: Sell, Categories: []string{"basic"}}, "separate", true},
		{"published", Edge{Handling: Publish, Categories: []string{"basic"}}, "separate", true},
		{"entrusted", Edge{Handling: Entrust, Categories: []string{"basic"}}, "agreement", true},
		{"joint", Edge{Handling: Joint, Categories: []string{"basic"}}, "agreement", true},
		{"collected", Edge{Handling: Collect, Categories: []string{"basic"}}, "agreement", false},
		{"health is assessed", Edge{Handling: Use, Categories: []string{"health"}}, "assessment", true},
		{"a name is not", Edge{Handling: Use, Categories: []string{"basic"}}, "assessment", false},
		{"automated", Edge{Handling: Use, Categories: []string{"basic"}, Circumstances: []Circumstance{Automated}}, "assessment", true},
		{"minors", Edge{Handling: Use, Categories: []string{"basic"}, Circumstances: []Circumstance{Minors}}, "guardian", true},
		{"minors by category", Edge{Handling: Use, Categories: []string{"under14"}}, "guardian", true},
		{"public place", Edge{Handling: Collect, Categories: []string{"face"}, Circumstances: []Circumstance{PublicPlace}}, "sign", true},
		{"99 999 faces", Edge{Handling: Use, Categories: []string{"face"}, Persons: 99_999}, "filing", false},
		{"100 000 faces", Edge{Handling: Use, Categories: []string{"face"}, Persons: 100_000}, "filing", true},
		{"100 000 rows, persons not counted", Edge{Handling: Use, Categories: []string{"face"}, Rows: 100_000}, "filing", true},
		{"before the measures", Edge{Handling: Use, Categories: []string{"face"}, Persons: 100_000, End: pil.Date(2025, 5, 31)}, "filing", false},
		{"on their day", Edge{Handling: Use, Categories: []string{"face"}, Persons: 100_000, End: pil.Date(2025, 6, 1)}, "filing", true},
		{"before the Civil Code", Edge{Handling: Collect, Categories: []string{"face"}, End: pil.Date(2020, 12, 31)}, "basis", false},
		{"statistics need nothing but their proof", Edge{Handling: Sell, Categories: []string{"statistics"}}, "basis", false},
		{"statistics", Edge{Handling: Sell, Categories: []string{"statistics"}}, "irreversible", true},
		{"statistics with faces are faces", Edge{Handling: Sell, Categories: []string{"statistics", "face"}}, "irreversible", false},
	} {
		t.Run(x.name, func(t *testing.T) {
			m := base(x.edge)
			got := slices.ContainsFunc(r.Judge(m), func(f Finding) bool { return f.Point.ID == x.point })
			if got != x.want {
				t.Errorf("%s: %t, want %t", x.point, got, x.want)
			}
			if x.want && x.point != BasisPoint {
				m.Edges[0].Answers = map[string]pil.Tri{x.point: pil.Yes}
				if slices.ContainsFunc(r.Judge(m), func(f Finding) bool { return f.Point.ID == x.point }) {
					t.Error("it is there, and still asked for")
				}
			}
		})
	}
}

func TestPropose(t *testing.T) {
	header := []string{"合同编号", "乙方（技术服务商）", "甲方", "设备所属单位", "采集条数"}
	c := GuessColumns(header)
	if want := (Columns{1, 2, 3, 4}); c != want {
		t.Fatalf("%+v, want %+v", c, want)
	}
	type line struct {
		supplier, buyer, owner string
		rows                   int64
	}
	lines := []line{{"科技公司", "甲店", "甲店", 10}, {"科技公司", "乙店", "乙店", 20}, {"科技公司", "甲店", "甲店", 5}, {"", "甲店", "丙店", -3}, {"科技公司", "", "", 7}}
	text := func() string {
		n := NewCount()
		for _, l := range lines {
			if err := n.Add(l.supplier, l.buyer, l.owner, l.rows); err != nil {
				t.Fatal(err)
			}
		}
		r := rules(t)
		m := n.Map("消费者", []string{"face"}, []string{"附件3"})
		if err := m.Check(r); err != nil {
			t.Fatal(err)
		}
		return csvText(t, r, m)
	}
	golden.Check(t, "proposed.csv", text())
	want, shuffle := text(), rand.New(rand.NewPCG(1, 2))
	for range 5 {
		shuffle.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if text() != want {
			t.Fatal("the order of the lines changes the map")
		}
	}
	n := NewCount()
	var err error
	for i := range MaxParties + 1 {
		err = n.Add(strings.Repeat("甲", i+1), "", "", 0)
	}
	if pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("too many names: %v", err)
	}
}

func TestCheck(t *testing.T) {
	r := rules(t)
	for _, x := range []struct {
		says   string
		change func(*Map)
	}{
		{"a name", func(m *Map) { m.Nodes[0].Name = " " }}, {"too long", func(m *Map) { m.Nodes[0].Name = strings.Repeat("长", 61) }},
		{"what it does", func(m *Map) { m.Nodes[0].Kind = "x" }}, {"begins and ends", func(m *Map) { m.Edges[0].To = 99 }},
		{"same node", func(m *Map) { m.Edges[0].To = m.Edges[0].From }}, {"way of processing", func(m *Map) { m.Edges[0].Handling = "" }},
		{"categories", func(m *Map) { m.Edges[0].Categories = nil }}, {"unknown category", func(m *Map) { m.Edges[0].Categories = []string{"x"} }},
		{"negative", func(m *Map) { m.Edges[0].Rows = -1 }}, {"more persons", func(m *Map) { m.Edges[0].Persons = m.Edges[0].Rows + 1 }},
		{"before it begins", func(m *Map) { m.Edges[0].End = 1 }}, {"unknown basis", func(m *Map) { m.Edges[0].Basis = "x" }},
		{"unknown circumstance", func(m *Map) { m.Edges[0].Circumstances = []Circumstance{"x"} }}, {"unknown point", func(m *Map) { m.Edges[0].Answers["x"] = pil.Yes }},
		{"at most", func(m *Map) { m.Nodes = make([]Node, MaxNodes+1) }},
	} {
		m := faces()
		x.change(m)
		if err := m.Check(r); pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v", x.says, err)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 9999: "9999", 10_000: "1万", 26_001_234: "2600.1万", 99_999_999: "9999.9万", 100_000_000: "1亿", 1_260_000_000: "12.6亿"} {
		if got := Number(n); got != want {
			t.Errorf("Number(%d) = %s, want %s", n, got, want)
		}
	}
}
