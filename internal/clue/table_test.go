package clue

import (
	"archive/zip"
	"bytes"
	_ "embed" // a hotline's sheet
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

// sheet is a hotline's sheet in which much is wrong.
//
//go:embed testdata/sheet.csv
var sheet string

// flat writes rows on lines, so that reading a sheet in two ways can be compared.
func flat(rows [][]string) string {
	var b strings.Builder
	for i, r := range rows {
		fmt.Fprintf(&b, "%d %q\n", i+1, r)
	}
	return b.String()
}

func gb18030(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// book is a workbook after a change to its empty first sheet.
func book(t testing.TB, change func(*excelize.File) error) string {
	t.Helper()
	f := excelize.NewFile()
	var b bytes.Buffer
	if err := errors.Join(change(f), f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// xlsx is a workbook whose first sheet holds the rows; numbers stay numbers.
func xlsx(t testing.TB, rows ...[]any) string {
	t.Helper()
	return book(t, func(f *excelize.File) error {
		for i, row := range rows {
			if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestReadTable(t *testing.T) {
	want, err := ReadTable("a.csv", strings.NewReader(sheet))
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "table.txt", flat(want))
	tabbed := strings.ReplaceAll(strings.ReplaceAll(sheet, "食品,", "食品，"), ",", "\t")
	for name, text := range map[string]string{
		"bom.csv": "\xef\xbb\xbf" + sheet, "gb.csv": gb18030(t, sheet), "crlf.CSV": strings.ReplaceAll(sheet, "\n", "\r\n"), "unended.csv": strings.TrimSuffix(sheet, "\n"),
		"tab.tsv": tabbed, "gb.tsv": gb18030(t, tabbed),
	} {
		got, err := ReadTable(name, strings.NewReader(text))
		like := flat(got)
		if strings.HasSuffix(name, ".tsv") {
			like = strings.ReplaceAll(like, "食品，", "食品,")
		}
		if err != nil || like != flat(want) {
			t.Errorf("%s: %v\n%s", name, err, like)
		}
	}
	got, err := ReadTable("a.xlsx", strings.NewReader(xlsx(t, []any{"标题"}, nil, []any{" 工单编号 ", "来电时间", nil, ""}, []any{"A001", 46349.43, nil, 13900000000, true})))
	if err != nil || flat(got) != flat([][]string{{"标题"}, {}, {"工单编号", "来电时间"}, {"A001", "46349.43", "", "13900000000", "1"}}) {
		t.Errorf("%v\n%s", err, flat(got))
	}
}

func TestReadTableRefuses(t *testing.T) {
	whole := xlsx(t, []any{"内容", "来电时间"})
	for what, c := range map[string]struct {
		name, text string
		line       int
	}{
		"an unclosed quote":       {"a.csv", "a,b\n1,2\n\n3,\"秘密\n5,6\n", 4},
		"a bare quote":            {"a.csv", "a,b\n1,秘\"密\n", 2},
		"words after a quote":     {"a.csv", "a,b\n\"秘\"密,2\n", 2},
		"another encoding":        {"a.csv", "a,\xff\xff秘密\n", 0},
		"UTF-16":                  {"a.csv", "a\x00,\x00b\x00\n\x00", 0},
		"another kind":            {"a.xls", "\xd0\xcf\x11\xe0", 0},
		"no kind":                 {"noending", "a,b", 0},
		"a text called a book":    {"a.xlsx", "a,b\n", 0},
		"a book called a text":    {"a.csv", whole, 0},
		"half a book":             {"a.xlsx", whole[:len(whole)/2], 0},
		"an archive, not a book":  {"a.xlsx", archive(t, "hello.txt", 5), 0},
		"a bomb":                  {"a.xlsx", archive(t, "xl/worksheets/sheet1.xml", maxUnzip+1), 0},
		"too many bytes":          {"a.csv", strings.Repeat("a", maxSheet+1), 0},
		"too many rows":           {"a.csv", strings.Repeat("a\n", maxRows+1), 0},
		"too many empty rows":     {"a.csv", strings.Repeat("\n", maxRows) + "a\n", 0},
		"too many columns":        {"a.csv", "a\n" + strings.Repeat("a,", maxColumns) + "a\n", 2},
		"too many rows in a book": {"a.xlsx", far(t, "A1048576"), 0},
		"too many columns in it":  {"a.xlsx", far(t, "XFD3"), 3},
		"dates from 1904":         {"a.xlsx", mac(t), 0},
	} {
		rows, err := ReadTable(c.name, strings.NewReader(c.text))
		bad, ok := errors.AsType[*pil.Error](err)
		if !ok || bad.Code != pil.CodeInvalid || bad.Line != c.line || rows != nil {
			t.Errorf("%s: %d rows, %v", what, len(rows), err)
		} else if strings.Contains(err.Error(), "秘") || strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: the error repeats the sheet: %v", what, err)
		}
	}
	if _, err := ReadTable("a.csv", iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a reader that fails: %v", err)
	}
}

// archive is a zip that holds one file of n zero bytes.
func archive(t *testing.T, name string, n int) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write(make([]byte, n))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func far(t *testing.T, cell string) string {
	return book(t, func(f *excelize.File) error { return f.SetCellValue("Sheet1", cell, "a") })
}

func mac(t *testing.T) string {
	yes := true
	return book(t, func(f *excelize.File) error {
		return f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes})
	})
}

// What people said is not written to the temporary folder, however much it is.
func TestReadTableWritesNothing(t *testing.T) {
	long := strings.Repeat("字", 30000)
	rows := [][]any{}
	for i := range 200 { // 18 MB: the library's own limit is 16
		rows = append(rows, []any{fmt.Sprint(i, long)})
	}
	text, dir := xlsx(t, rows...), t.TempDir()
	t.Setenv("TMPDIR", dir)
	never := time.Unix(0, 0) // a file that comes and goes moves this
	if err := os.Chtimes(dir, never, never); err != nil {
		t.Fatal(err)
	}
	got, err := ReadTable("a.xlsx", strings.NewReader(text))
	if err != nil || len(got) != len(rows) {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	if at, err := os.Stat(dir); err != nil || !at.ModTime().Equal(never) {
		t.Errorf("something was written to the temporary folder: %v", err)
	}
}

// Whatever encoding/csv writes comes back, cell by cell and row by row.
func TestReadTableReadsWhatWasWritten(t *testing.T) {
	cell := rapid.StringOfN(rapid.RuneFrom([]rune("垃圾a1,\"\n;；\t€𠮷")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 5), 0, 8).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		b.WriteString("a,b\n") // the separator is read off the first line
		var want table
		if err := want.add([]string{"a", "b"}); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if len(r) == 1 && strings.TrimSpace(r[0]) == "" {
				r = []string{""}
			}
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
			if err := want.add(slices.Clone(r)); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		for len(want[len(want)-1]) == 0 { // empty lines at the end are no rows
			want = want[:len(want)-1]
		}
		for _, text := range []string{b.String(), "\xef\xbb\xbf" + b.String()} {
			got, err := ReadTable("a.csv", strings.NewReader(text))
			for len(got) > 0 && len(got[len(got)-1]) == 0 {
				got = got[:len(got)-1]
			}
			if err != nil || flat(got) != flat(want) {
				t.Fatalf("%v\n%s\nwant\n%s", err, flat(got), flat(want))
			}
		}
	})
}

func TestImportTable(t *testing.T) {
	rows, err := ReadTable("a.csv", strings.NewReader(sheet))
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

// FuzzReadTable: no bytes make it panic or run away; what it reads is text
// within the bounds; its errors are of one kind.
func FuzzReadTable(f *testing.F) {
	f.Add("a.csv", []byte(sheet))
	f.Add("a.tsv", []byte("工单编号\t内容\n1\t\"a\nb\"\n"))
	f.Add("a.csv", []byte(gb18030(f, sheet)))
	f.Add("a.xlsx", []byte(xlsx(f, []any{"工单编号", "来电时间", "内容"}, []any{1, 46349.5, "垃圾"})))
	f.Add("a.csv", []byte("a,\"b\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		rows, err := ReadTable(name, bytes.NewReader(data))
		if err != nil {
			if pil.CodeOf(err) != pil.CodeInvalid || rows != nil {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			return
		}
		if len(rows) > maxRows {
			t.Fatalf("%d rows", len(rows))
		}
		for _, r := range rows {
			if len(r) > maxColumns || len(r) > 0 && r[len(r)-1] == "" {
				t.Fatalf("%q", r)
			}
		}
	})
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
		rows, err := ReadTable("a.tsv", strings.NewReader(text.String()))
		if err != nil {
			b.Fatal(err)
		}
		if in, _, err := ImportTable(rows, Mapping{Today: today}); err != nil || len(in) != 1000 {
			b.Fatal(len(in), err)
		}
	}
}
