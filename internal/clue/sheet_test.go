package clue

import (
	_ "embed" // a hotline's sheet
	"fmt"
	"strings"
	"testing"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/internal/table"
)

// sheet is a hotline's sheet in which much is wrong.
//
//go:embed testdata/sheet.csv
var sheet string

func TestImportTable(t *testing.T) {
	rows, err := table.ReadGrid("a.csv", strings.NewReader(sheet))
	if err != nil {
		t.Fatal(err)
	}
	in, out, err := ImportTable(rows, Mapping{Region: "420111", Today: today})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	list := func(p []Problem) {
		for _, p := range p {
			fmt.Fprintf(&b, "    %s：%s | %s: %s\n", p.Input.Zh(), p.Zh, p.Input.En(), p.En)
		}
	}
	for _, c := range in {
		f := c.Form
		fmt.Fprintf(&b, "第%d行 接收 %q %s · %s · %q · %q %s · %s · %s · %v\n", c.Line, c.Order, f.Received, f.Channel.Zh(), f.What, f.Place, f.Region, f.Field.Zh(), f.Reporter.Zh(), c.Identity)
		list(c.Notes)
	}
	for _, r := range out {
		fmt.Fprintf(&b, "第%d行 未接收\n", r.Line)
		list(r.Why)
	}
	golden.Check(t, "import.txt", b.String())
	if id := in[0].Identity; id != (Identity{Name: "某甲", Phone: "13900000000"}) {
		t.Error("another identity")
	}
}

func TestImportTableHeader(t *testing.T) {
	row := []string{"1", "2026-11-20", "垃圾"}
	for _, c := range []struct {
		what string
		rows [][]string
		m    Mapping
		in   int
	}{
		{"no rows", nil, Mapping{}, -1},
		{"no header", [][]string{row, row}, Mapping{}, -1},
		{"half a header", [][]string{{"工单编号", "来电时间", "备注"}, row}, Mapping{}, -1},
		{"a header only", [][]string{{"工单编号", "来电时间", "诉求内容"}}, Mapping{}, 0},
		{"English", [][]string{{"Order No.", "Received On", "Content"}, row}, Mapping{}, 1},
		{"marks and blanks", [][]string{{"＊工单 编号", "来电时间（年月日）", "【诉求内容】内容"}, row, {}, {"2", "2026-11-21", "污水"}}, Mapping{}, 2},
		{"named by the office", [][]string{{"a", "b", "c"}, row}, Mapping{Columns: map[string]Input{"b": InReceived, "c": InWhat}}, 1},
		{"named otherwise", [][]string{{"工单编号", "来电时间", "诉求内容", "来电时间2"}, row}, Mapping{Columns: map[string]Input{"来电时间": 0, "来电时间2": InReceived}}, 0},
		{"too far down", append(make([][]string, headerWithin), []string{"来电时间", "内容"}), Mapping{}, -1},
	} {
		c.m.Today = today
		in, out, err := ImportTable(c.rows, c.m)
		if (err != nil) != (c.in < 0) || err != nil && pil.CodeOf(err) != pil.CodeInvalid || err == nil && len(in) != c.in {
			t.Errorf("%s: %d in, %v out, %v", c.what, len(in), out, err)
		}
	}
}

// No name of a column is of two inputs, and each is written as it is compared.
func TestHeadersAreOfOneInput(t *testing.T) {
	seen := map[string]Input{}
	for in, names := range headers {
		for _, name := range names {
			if letters, _ := plain(name); string(letters) != name || seen[name] != 0 {
				t.Errorf("column %q of %v and %v", name, seen[name], Input(in))
			}
			seen[name] = Input(in)
		}
		if len(names) > 0 && (seen[Input(in).Zh()] != Input(in) || seen[Input(in).String()] != Input(in)) {
			t.Errorf("%v is no column of its own name", Input(in))
		}
	}
}

func TestStanding(t *testing.T) {
	for _, c := range []struct {
		header, cell, before string
		want                 Reporter
	}{
		{"是否匿名", "是", "", Anonymous},
		{"是否匿名", "否", "", 0},
		{"是否保密", "是", "", InConfidence},
		{"是否保密", "Y", "anonymous", Anonymous},
		{"是否保密", "不保密", "", 0},
		{"是否保密", "否", "in-confidence", InConfidence},
		{"举报方式", "实名举报", "", Named},
		{"举报方式", "实名", "in-confidence", InConfidence},
		{"举报方式", "匿名举报", "in-confidence", Anonymous},
		{"举报方式", "要求保密", "", InConfidence},
		{"举报方式", "非匿名", "", 0},
	} {
		got, err := ParseReporter(standing(c.header, c.cell, c.before))
		if got != c.want {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
}

// Who would stay unnamed but is known from the sheet is kept in confidence.
func TestImportKeepsConfidence(t *testing.T) {
	for _, c := range []struct {
		cells []string
		want  Reporter
	}{
		{[]string{"", ""}, 0},
		{[]string{"某甲", ""}, Named},
		{[]string{"某甲", "保密"}, InConfidence},
		{[]string{"某甲", "匿名"}, InConfidence},
		{[]string{"", "匿名"}, Anonymous},
	} {
		in, out, err := ImportTable([][]string{{"内容", "来电时间", "姓名", "署名情况"}, append([]string{"垃圾", "2026-11-20"}, c.cells...)}, Mapping{Today: today})
		if err != nil || len(out) > 0 || in[0].Form.Reporter != c.want || len(in[0].Notes) > 0 {
			t.Errorf("%q: %v %v %v", c.cells, in, out, err)
		}
	}
}

// FuzzImportTable: every row below the header is a clue, rejected, or empty; a
// clue passes the form's own check; no reason repeats a cell.
func FuzzImportTable(f *testing.F) {
	f.Add(sheet)
	f.Add("内容\t来电时间\nZQ垃圾\tZQ\nZQ\t2026-11-20\n")
	f.Fuzz(func(t *testing.T, text string) {
		var rows [][]string
		for line := range strings.Lines(text) {
			rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
		in, out, err := ImportTable(rows, Mapping{Today: today})
		if err != nil {
			if pil.CodeOf(err) != pil.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		lines, orders := map[int]bool{}, map[string]bool{"": false}
		for _, c := range in {
			if p := c.Form.Check(today); len(p) > 0 || lines[c.Line] || orders[c.Order] {
				t.Fatalf("row %d is a clue: %v", c.Line, p)
			}
			lines[c.Line], orders[c.Order] = true, c.Order != ""
		}
		for _, r := range out {
			if len(r.Why) == 0 || lines[r.Line] || strings.Contains(fmt.Sprint(r), "ZQ") {
				t.Fatalf("%+v", r)
			}
			lines[r.Line] = true
		}
		for i := range rows {
			if i >= headerWithin && !lines[i+1] && strings.Join(rows[i], "") != "" {
				t.Fatalf("row %d is lost", i+1)
			}
		}
	})
}

func BenchmarkImport(b *testing.B) {
	var text strings.Builder
	text.WriteString("工单编号\t来电时间\t诉求内容\t诉求地址\t诉求类别\t姓名\t联系电话\n")
	for i := range 1000 {
		fmt.Fprintf(&text, "A%d\t2026-11-20 09:05:33\t河边堆满建筑垃圾，每到下雨黑水就流进旁边的鱼塘\t和平路12号\t环境保护\t某甲\t13900000000\n", i)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		rows, err := table.ReadGrid("a.tsv", strings.NewReader(text.String()))
		if err != nil {
			b.Fatal(err)
		}
		if in, _, err := ImportTable(rows, Mapping{Today: today}); err != nil || len(in) != 1000 {
			b.Fatal(len(in), err)
		}
	}
}
