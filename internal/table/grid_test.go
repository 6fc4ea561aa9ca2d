package table

import (
	"archive/zip"
	"bytes"
	_ "embed" // a hotline's sheet
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

// hotline is a hotline's sheet in which much is wrong.
//
//go:embed testdata/hotline.csv
var hotline string

// flat writes rows on lines, so that reading a sheet in two ways can be compared.
func flat(rows [][]string) string {
	var b strings.Builder
	for i, r := range rows {
		fmt.Fprintf(&b, "%d %q\n", i+1, r)
	}
	return b.String()
}

// workbook is a workbook after a change to its empty first sheet.
func workbook(t testing.TB, change func(*excelize.File) error) string {
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
	return workbook(t, func(f *excelize.File) error {
		for i, row := range rows {
			if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestReadGrid(t *testing.T) {
	want, err := ReadGrid("a.csv", strings.NewReader(hotline))
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "grid.txt", flat(want))
	tabbed := strings.ReplaceAll(strings.ReplaceAll(hotline, "食品,", "食品，"), ",", "\t")
	for name, text := range map[string]string{
		"bom.csv": "\xef\xbb\xbf" + hotline, "gb.csv": gb18030(hotline), "crlf.CSV": strings.ReplaceAll(hotline, "\n", "\r\n"), "unended.csv": strings.TrimSuffix(hotline, "\n"),
		"tab.tsv": tabbed, "gb.tsv": gb18030(tabbed),
	} {
		got, err := ReadGrid(name, strings.NewReader(text))
		like := flat(got)
		if strings.HasSuffix(name, ".tsv") {
			like = strings.ReplaceAll(like, "食品，", "食品,")
		}
		if err != nil || like != flat(want) {
			t.Errorf("%s: %v\n%s", name, err, like)
		}
	}
	got, err := ReadGrid("a.xlsx", strings.NewReader(xlsx(t, []any{"标题"}, nil, []any{" 工单编号 ", "来电时间", nil, ""}, []any{"A001", 46349.43, nil, 13900000000, true})))
	if err != nil || flat(got) != flat([][]string{{"标题"}, {}, {"工单编号", "来电时间"}, {"A001", "46349.43", "", "13900000000", "1"}}) {
		t.Errorf("%v\n%s", err, flat(got))
	}
}

func TestReadGridRefuses(t *testing.T) {
	whole := xlsx(t, []any{"内容", "来电时间"})
	for what, c := range map[string]struct {
		name, text string
		line       int
	}{
		"an unclosed quote":       {"a.csv", "a,b\n1,2\n\n3,\"秘密\n5,6\n", 4},
		"words after a quote":     {"a.csv", "a,b\n\"秘\"密,2\n", 2},
		"another encoding":        {"a.csv", "a,\xff\xff秘密\n", 0},
		"UTF-16":                  {"a.csv", "a\x00,\x00b\x00\n\x00", 0},
		"another kind":            {"a.xls", "\xd0\xcf\x11\xe0", 0},
		"no kind":                 {"noending", "a,b", 0},
		"a text called a book":    {"a.xlsx", "a,b\n", 0},
		"a book called a text":    {"a.csv", whole, 0},
		"half a book":             {"a.xlsx", whole[:len(whole)/2], 0},
		"an archive, not a book":  {"a.xlsx", archive(t, "hello.txt", 5), 0},
		"a bomb":                  {"a.xlsx", archive(t, "xl/worksheets/sheet1.xml", gridBook+1), 0},
		"too many bytes":          {"a.csv", strings.Repeat("a", gridBytes+1), 0},
		"too many rows":           {"a.csv", strings.Repeat("a\n", gridRows+1), 0},
		"too many empty rows":     {"a.csv", strings.Repeat("\n", gridRows) + "a\n", 0},
		"too many columns":        {"a.csv", "a\n" + strings.Repeat("a,", gridColumns) + "a\n", 2},
		"too many rows in a book": {"a.xlsx", far(t, "A1048576"), 0},
		"too many columns in it":  {"a.xlsx", far(t, "XFD3"), 3},
		"dates from 1904":         {"a.xlsx", mac(t), 0},
	} {
		rows, err := ReadGrid(c.name, strings.NewReader(c.text))
		bad, ok := errors.AsType[*pil.Error](err)
		if !ok || bad.Code != pil.CodeInvalid || bad.Line != c.line || rows != nil {
			t.Errorf("%s: %d rows, %v", what, len(rows), err)
		} else if strings.Contains(err.Error(), "秘") || strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: the error repeats the sheet: %v", what, err)
		}
	}
	if _, err := ReadGrid("a.csv", iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
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
	return workbook(t, func(f *excelize.File) error { return f.SetCellValue("Sheet1", cell, "a") })
}

func mac(t *testing.T) string {
	yes := true
	return workbook(t, func(f *excelize.File) error {
		return f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes})
	})
}

// What people said is not written to the temporary folder, however much it is.
func TestReadGridWritesNothing(t *testing.T) {
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
	got, err := ReadGrid("a.xlsx", strings.NewReader(text))
	if err != nil || len(got) != len(rows) {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	if at, err := os.Stat(dir); err != nil || !at.ModTime().Equal(never) {
		t.Errorf("something was written to the temporary folder: %v", err)
	}
}

// Whatever encoding/csv writes comes back, cell by cell and row by row.
func TestReadGridReadsWhatWasWritten(t *testing.T) {
	cell := rapid.StringOfN(rapid.RuneFrom([]rune("垃圾a1,\"\n;；\t€𠮷")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 5), 0, 8).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		b.WriteString("a,b\n") // the separator is read off the first line
		var want [][]string
		add := func(r []string) {
			cells := []string{}
			for _, c := range r {
				cells = append(cells, trimmed(c))
			}
			want = append(want, withoutEnd(cells))
		}
		add([]string{"a", "b"})
		for _, r := range rows {
			if len(r) == 1 && strings.TrimSpace(r[0]) == "" {
				r = []string{""}
			}
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
			add(r)
		}
		w.Flush()
		for len(want[len(want)-1]) == 0 { // empty lines at the end are no rows
			want = want[:len(want)-1]
		}
		for _, text := range []string{b.String(), "\xef\xbb\xbf" + b.String()} {
			got, err := ReadGrid("a.csv", strings.NewReader(text))
			for len(got) > 0 && len(got[len(got)-1]) == 0 {
				got = got[:len(got)-1]
			}
			if err != nil || flat(got) != flat(want) {
				t.Fatalf("%v\n%s\nwant\n%s", err, flat(got), flat(want))
			}
		}
	})
}

// FuzzReadGrid: no bytes make it panic or run away; what it reads is text
// within the bounds; its errors are of one kind.
func FuzzReadGrid(f *testing.F) {
	f.Add("a.csv", []byte(hotline))
	f.Add("a.tsv", []byte("工单编号\t内容\n1\t\"a\nb\"\n"))
	f.Add("a.csv", []byte(gb18030(hotline)))
	f.Add("a.xlsx", []byte(xlsx(f, []any{"工单编号", "来电时间", "内容"}, []any{1, 46349.5, "垃圾"})))
	f.Add("a.csv", []byte("a,\"b\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		rows, err := ReadGrid(name, bytes.NewReader(data))
		if err != nil {
			if pil.CodeOf(err) != pil.CodeInvalid || rows != nil {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			return
		}
		if len(rows) > gridRows {
			t.Fatalf("%d rows", len(rows))
		}
		for _, r := range rows {
			if len(r) > gridColumns || len(r) > 0 && r[len(r)-1] == "" {
				t.Fatalf("%q", r)
			}
		}
	})
}
