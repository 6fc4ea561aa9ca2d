package table

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// file is an input of these bytes.
func file(name, text string) File {
	return File{Name: name, Size: int64(len(text)), Bytes: strings.NewReader(text)}
}

// line is where a row stands.
type line struct {
	file, part string
	line       int
}

// told is everything a reading tells, in the order of files, parts and lines.
type told struct {
	header  []string
	rows    [][]string
	lines   []line
	rejects []Reject
	inputs  []Input
}

// load reads all columns of a set.
func load(limits Limits, workers int, files ...File) (*told, error) {
	s, err := Open(context.Background(), files, limits)
	if err != nil {
		return nil, err
	}
	got := &told{header: s.Header()}
	type row struct {
		line
		cells []string
	}
	var mu sync.Mutex
	var rows []row
	got.inputs, err = s.Read(context.Background(), Plan{
		Columns: count(len(got.header)), Workers: workers,
		Reject: func(r Reject) { got.rejects = append(got.rejects, r) },
	}, func(_ int, b *Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.Len() {
			r := row{cells: []string{}}
			r.file, r.part = b.File()
			r.line.line = b.Line(i)
			for col := range got.header {
				r.cells = append(r.cells, string(b.Cell(i, col)))
			}
			rows = append(rows, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	at := func(name string) int { return slices.IndexFunc(files, func(f File) bool { return f.Name == name }) }
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(at(a.file)-at(b.file), cmp.Compare(a.part, b.part), a.line.line-b.line.line)
	})
	slices.SortFunc(got.rejects, func(a, b Reject) int {
		return cmp.Or(at(a.File)-at(b.File), cmp.Compare(a.Part, b.Part), a.Line-b.Line)
	})
	for _, r := range rows {
		got.rows, got.lines = append(got.rows, r.cells), append(got.lines, r.line)
	}
	return got, nil
}

// must ends a test that cannot go on.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func gb18030(s string) string { return must(simplifiedchinese.GB18030.NewEncoder().String(s)) }

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, s)
	must(0, errors.Join(err, w.Close()))
	return b.String()
}

// zipped packs names and texts by turns.
func zipped(members ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		_, err := io.WriteString(must(z.Create(members[i])), members[i+1])
		must(0, err)
	}
	must(0, z.Close())
	return b.String()
}

// book is a workbook of one sheet for each table; numbers stay numbers.
func booked(sheets ...[][]any) string {
	f := excelize.NewFile()
	for i, rows := range sheets {
		name := fmt.Sprint("Sheet", i+1)
		must(f.NewSheet(name))
		for i, row := range rows {
			must(0, f.SetSheetRow(name, fmt.Sprint("A", i+1), &row))
		}
	}
	var b bytes.Buffer
	must(0, errors.Join(f.Write(&b), f.Close()))
	return b.String()
}

// anys is rows as a workbook takes them.
func anys(rows [][]string) (out [][]any) {
	for _, row := range rows {
		var cells []any
		for _, c := range row {
			cells = append(cells, c)
		}
		out = append(out, cells)
	}
	return out
}

// separated writes rows as encoding/csv does.
func separated(rows [][]string, comma rune, crlf bool) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = comma, crlf
	must(0, w.WriteAll(rows))
	return b.String()
}

// parqueted writes rows below a header as text, few to a row group.
func parqueted(rows [][]string, each int64) string {
	group := parquet.Group{}
	for _, name := range rows[0] {
		group[name] = parquet.Optional(parquet.String())
	}
	schema := parquet.NewSchema("t", group)
	var b bytes.Buffer
	w := parquet.NewWriter(&b, schema, parquet.MaxRowsPerRowGroup(each))
	var order []int // the schema sorts its columns
	for _, path := range schema.Columns() {
		order = append(order, slices.Index(rows[0], path[0]))
	}
	for _, row := range rows[1:] {
		var values parquet.Row
		for col, from := range order {
			v := parquet.NullValue().Level(0, 0, col)
			if row[from] != "" {
				v = parquet.ByteArrayValue([]byte(row[from])).Level(0, 1, col)
			}
			values = append(values, v)
		}
		must(w.WriteRows([]parquet.Row{values}))
	}
	must(0, w.Close())
	return b.String()
}

// objects writes rows below a header as JSON lines, the keys in any order.
func objects(rows [][]string) string {
	var b strings.Builder
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, c := range row {
			m[rows[0][i]] = c
		}
		b.Write(must(json.Marshal(m)))
		b.WriteByte('\n')
	}
	return b.String()
}

// small reads little at once, so that rows and characters straddle blocks.
var small = Limits{block: 7}

func TestRead(t *testing.T) {
	const name, when, place = "姓名", "抓拍时间", "地点"
	header := []string{name, when, place}
	table := func(rows ...[]string) [][]string { return append([][]string{header}, rows...) }
	for what, c := range map[string]struct {
		files   []File
		header  []string
		rows    [][]string
		rejects string
	}{
		"quotes, blanks and an unended line": {
			[]File{file("a.csv", "a,b,c\r\n1, 2 ,\" 3,\"\"x\"\"\n y\"\r\n\r\n\u30004\t,,\"\"")},
			[]string{"a", "b", "c"}, [][]string{{"1", "2", "3,\"x\"\n y"}, {"4", "", ""}}, "",
		},
		"a quote inside a cell is a character": {
			[]File{file("a.csv", "a,b\n5\" x,1\n")}, []string{"a", "b"}, [][]string{{`5" x`, "1"}}, "",
		},
		"blanks after a closing quote": {
			[]File{file("a.csv", "a,b\n\"1\" ,2\n")}, []string{"a", "b"}, [][]string{{"1", "2"}}, "",
		},
		"columns in any order": {
			[]File{file("a.csv", separated(table([]string{"甲", "1", "东"}), ',', false)), file("b.tsv", gb18030(separated([][]string{{place, name, when}, {"西", "乙", "2"}}, '\t', true)))},
			header, [][]string{{"甲", "1", "东"}, {"乙", "2", "西"}}, "",
		},
		"semicolons": {
			[]File{file("a.csv", "a;b,c\n1,2;3\n4;5\n")}, []string{"a", "b,c"}, [][]string{{"1,2", "3"}, {"4", "5"}}, "",
		},
		"names empty and twice": {
			[]File{file("a.csv", "a,,a,\n1,2,3,4\n")}, []string{"a", "列2", "a (2)", "列4"}, [][]string{{"1", "2", "3", "4"}}, "",
		},
		"one column": {
			[]File{file("a.csv", "a\n1\n\n2\n")}, []string{"a"}, [][]string{{"1"}, {"2"}}, "",
		},
		"a header alone": {
			[]File{file("a.csv", "a,b")}, []string{"a", "b"}, nil, "",
		},
		"ragged": {
			[]File{file("a.csv", "a,b\n1\n1,2,3\n1,2\n1,2,\n")}, []string{"a", "b"}, [][]string{{"1", "2"}}, "a.csv:2 ragged, a.csv:3 ragged, a.csv:5 ragged",
		},
		"a quote that is not closed costs its row": {
			[]File{file("a.csv", "a,b\n1,\"x\n2,y\n3,z\n")}, []string{"a", "b"}, [][]string{{"2", "y"}, {"3", "z"}}, "a.csv:2 unclosed_quote",
		},
		"and no other row with quotes": {
			[]File{file("a.csv", "a,b\n1,\"x\n2,\"y\"\n3,\"z\n\"\n")}, []string{"a", "b"}, [][]string{{"2", "y"}, {"3", "z"}}, "a.csv:2 unclosed_quote",
		},
		"words after a quote": {
			[]File{file("a.csv", "a,b\n\"1\"x,2\n3,4\n")}, []string{"a", "b"}, [][]string{{"3", "4"}}, "a.csv:2 unclosed_quote",
		},
		"a NUL": {
			[]File{file("a.csv", "a,b\n1,\x00\n3,4\n")}, []string{"a", "b"}, [][]string{{"3", "4"}}, "a.csv:2 undecodable",
		},
		"GB18030 in UTF-8": {
			[]File{file("a.csv", separated(table([]string{"甲", "1", "东"}, []string{"乙", "2", "西"}), ',', false)+gb18030("丙")+",3,\n丁,4,\n")},
			header, [][]string{{"甲", "1", "东"}, {"乙", "2", "西"}, {"丁", "4", ""}}, "a.csv:4 undecodable",
		},
		"UTF-8 in GB18030": {
			[]File{file("a.csv", gb18030(separated(table([]string{"甲", "1", "东"}, []string{"乙", "2", "西"}), ',', false))+"某甲,3,江汉\n"+gb18030("丁")+",4,\n")},
			header, [][]string{{"甲", "1", "东"}, {"乙", "2", "西"}, {"丁", "4", ""}}, "a.csv:4 undecodable",
		},
		"neither": {
			[]File{file("a.csv", "a,b\n\xff\xff,1\n2,\xe4\xb8\n甲,4\n乙,5")}, []string{"a", "b"}, [][]string{{"甲", "4"}, {"乙", "5"}}, "a.csv:2 undecodable, a.csv:3 undecodable",
		},
		"characters of four bytes": {
			[]File{file("a.csv", "\xef\xbb\xbfa,b\n𠮷,1\n"), file("b.csv", gb18030("a,b\n𠮷田,\u3000€㐀\n"))}, []string{"a", "b"}, [][]string{{"𠮷", "1"}, {"𠮷田", "€㐀"}}, "",
		},
		"JSON lines": {
			[]File{file("a.jsonl", `{"id":420111199001011234,"n":1.50,"s":" \u7532\n\"\ud842\udfb7"}`+"\n\n"+`{"s":null,"x":{"a":[1, 2]},"n":true}`+"\r\n{\"id\":\"1\",\"id\":\"2\"}\n[1]\n{\"id\":01}\n{\"s\":\"\\ud842\"}\n{}")},
			[]string{"id", "n", "s", "x"}, [][]string{{"420111199001011234", "1.50", "甲\n\"𠮷", ""}, {"", "true", "", `{"a":[1, 2]}`}, {"", "", "", ""}},
			"a.jsonl:4 not_an_object, a.jsonl:5 not_an_object, a.jsonl:6 not_an_object, a.jsonl:7 undecodable",
		},
		"JSON lines in GB18030": {
			[]File{file("a.json", gb18030(`{"姓名":"甲\\乙"}`+"\n"))}, []string{name}, [][]string{{`甲\乙`}}, "",
		},
		"JSON lines beside a table": {
			[]File{file("a.jsonl", `{"b":1}`), file("b.csv", "a,b\n1,2\n")}, []string{"a", "b"}, [][]string{{"", "1"}, {"1", "2"}}, "",
		},
		"a workbook": {
			[]File{file("a.xlsx", booked([][]any{{}, {" a ", "b", nil, ""}, {"x", 44260.33}, nil, {"420111199001011234", 13900000000}, {true, "", "y"}}, nil, [][]any{{"b", "a"}, {1, "z"}}))},
			[]string{"a", "b"}, [][]string{{"x", "44260.33"}, {"420111199001011234", "13900000000"}, {"z", "1"}}, "a.xlsx/Sheet1:6 ragged",
		},
		"archives": {
			[]File{file("a.csv.gz", gzipped("a,b\n1,2\n")), file("b.zip", zipped("d/", "", "d/x.csv", "b,a\n4,3\n", "__MACOSX/x", "", "y.csv.gz", "a,b\n5\n", "z.xlsx", booked([][]any{{"a", "b"}, {7, 8}}), "z.parquet", parqueted([][]string{{"a", "b"}, {"9", ""}}, 3)))},
			[]string{"a", "b"}, [][]string{{"1", "2"}, {"3", "4"}, {"9", ""}, {"7", "8"}}, "b.zip/y.csv.gz:2 ragged",
		},
		"Parquet": {
			[]File{file("a.parquet", parqueted(table([]string{" 甲", "1", "东"}, []string{"", "2", ""}, []string{"\xff", "3", ""}, []string{"丁", "4", ""}), 3))},
			[]string{place, name, when}, [][]string{{"东", "甲", "1"}, {"", "", "2"}, {"", "丁", "4"}}, "a.parquet:3 undecodable",
		},
		"Parquet without rows": {
			[]File{file("a.parquet", parqueted([][]string{{"a", "b"}}, 3))}, []string{"a", "b"}, nil, "",
		},
		"300 columns": {
			[]File{file("a.csv", strings.Repeat("a,", 299)+"a\n"+strings.Repeat("1,", 299)+"2\n")}, nil, nil, "",
		},
	} {
		for _, limits := range []Limits{{}, small} {
			got, err := load(limits, 2, c.files...)
			if err != nil {
				t.Errorf("%s: %v", what, err)
				continue
			}
			if c.header == nil {
				if len(got.header) != 300 || got.header[299] != "a (300)" || len(got.rows) != 1 || got.rows[0][299] != "2" {
					t.Errorf("%s: %v", what, got)
				}
				continue
			}
			if d := diff.Diff(c.header, got.header) + diff.Diff(c.rows, got.rows); d != "" {
				t.Errorf("%s (-want +got):\n%s", what, d)
			}
			var rejects []string
			rejected := map[string]int64{}
			for _, r := range got.rejects {
				at := r.File
				if r.Part != "" {
					at += "/" + r.Part
				}
				rejects = append(rejects, fmt.Sprintf("%s:%d %s", at, r.Line, r.Reason))
				rejected[r.File]++
			}
			if s := strings.Join(rejects, ", "); s != c.rejects {
				t.Errorf("%s: rejected %s, want %s", what, s, c.rejects)
			}
			rows := int64(0)
			for i, in := range got.inputs {
				sum := sha256.Sum256(must(io.ReadAll(io.NewSectionReader(c.files[i].Bytes, 0, c.files[i].Size))))
				if in.Name != c.files[i].Name || in.SHA256 != hex.EncodeToString(sum[:]) || in.Rejected != rejected[in.Name] {
					t.Errorf("%s: %+v", what, in)
				}
				rows += in.Rows
			}
			if rows != int64(len(c.rows)) {
				t.Errorf("%s: %d rows counted", what, rows)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	yes := true
	mac := excelize.NewFile()
	must(0, mac.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	var macs bytes.Buffer
	must(0, mac.Write(&macs))
	whole := booked([][]any{{"秘密", "b"}, {1, 2}})
	columns := parqueted([][]string{{"秘密", "b"}, {"1", "2"}}, 3)
	secret := "秘密\n" + strings.Repeat("秘密\n", 100_000)
	for what, c := range map[string]struct {
		files []File
		says  string
	}{
		"no file":                        {nil, "没有文件"},
		"an empty file":                  {[]File{file("a.csv", "")}, "是空的"},
		"nothing but lines":              {[]File{file("a.csv", "\xef\xbb\xbf\r\n\n")}, "是空的"},
		"an empty workbook":              {[]File{file("a.xlsx", booked())}, "是空的"},
		"an empty archive":               {[]File{file("a.zip", zipped())}, "是空的"},
		"an empty gzip":                  {[]File{file("a.gz", gzipped(""))}, "是空的"},
		"an empty member":                {[]File{file("a.zip", zipped("x.csv", ""))}, "x.csv：文件是空的"},
		"UTF-16":                         {[]File{file("a.csv", "\xff\xfea\x00,\x00")}, "UTF-16"},
		"UTF-16 without a mark":          {[]File{file("a.csv", "a\x00,\x00b\x00\n\x00")}, "既不是 UTF-8"},
		"another encoding":               {[]File{file("a.csv", "\xff\xff,b\n1,2\n")}, "既不是 UTF-8"},
		"a picture":                      {[]File{file("a.csv", "\x89PNG\r\n\x1a\n\x00\x00")}, "无法识别"},
		"old lines":                      {[]File{file("a.csv", "a,b\r1,2\r")}, "回车符"},
		"an old workbook":                {[]File{file("a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, "无法识别"},
		"a page called a workbook":       {[]File{file("a.xls", "<html><table>")}, "无法识别"},
		"a document":                     {[]File{file("a.docx", zipped("[Content_Types].xml", "x", "word/document.xml", "x"))}, "无法识别"},
		"a list":                         {[]File{file("a.json", "[{\"a\":1}]")}, "每行一个对象"},
		"half an object":                 {[]File{file("a.json", "{\n\"a\":1}")}, "没有一行是"},
		"quotes of the header":           {[]File{file("a.csv", "\"秘密\"x,b\n1,2\n")}, "引号"},
		"a header without end":           {[]File{file("a.csv", strings.Repeat("秘密,", 1<<20))}, "表头过长"},
		"too many columns":               {[]File{file("a.csv", strings.Repeat("a,", 2000)+"a\n")}, "超过2000列"},
		"another shape":                  {[]File{file("a.csv", "a,秘密\n1,2\n"), file("b.csv", "a,c\n")}, "没有后者的第2列"},
		"fewer columns":                  {[]File{file("a.csv", "a,秘密\n1,2\n"), file("b.csv", "a\n")}, "没有后者的第2列"},
		"more columns":                   {[]File{file("a.csv", "a\n1\n"), file("b.csv", "a,秘密\n")}, "第2列在后者中没有"},
		"sheets of two shapes":           {[]File{file("a.xlsx", booked([][]any{{"a"}}, [][]any{{"秘密"}}))}, "「Sheet2」表头与 a.xlsx「Sheet1」 不同"},
		"dates from 1904":                {[]File{file("a.xlsx", macs.String())}, "1904"},
		"half a workbook":                {[]File{file("a.xlsx", whole[:len(whole)/2])}, "不完整"},
		"half an archive":                {[]File{file("a.zip", zipped("a.csv", secret)[:100])}, "不完整"},
		"half a gzip":                    {[]File{file("a.gz", gzipped(secret)[:100])}, "不完整"},
		"a damaged gzip":                 {[]File{file("a.gz", gzipped("a\n1\n")[:15]+"\x00\x00\x00\x00\x00\x00\x00\x00")}, "已损坏"},
		"a damaged gzip header":          {[]File{file("a.gz", "\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")}, "已损坏"},
		"half a Parquet file":            {[]File{file("a.parquet", columns[:len(columns)/2])}, "Parquet"},
		"an archive inside":              {[]File{file("a.zip", zipped("b.zip", zipped("c.csv", "a\n")))}, "b.zip：压缩包里还有"},
		"gzip inside an archive, packed": {[]File{file("a.gz", gzipped(gzipped("a\n")))}, "无法识别"},
	} {
		_, err := Open(context.Background(), c.files, Limits{})
		if pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(fmt.Sprint(err), c.says) || strings.Contains(err.Error(), "秘密") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	limits := Limits{Row: 1000, block: 1000, head: 1000, free: 1 << 20}
	zeros := strings.Repeat("0,0\n", 1<<20)
	noise := must(io.ReadAll(io.LimitReader(rand8(), 1<<16)))
	long := "a,b\n" + strings.ReplaceAll(hex.EncodeToString(noise), "00", ",\n")
	packed, member := gzipped(long), zipped("x.csv", long)
	for what, c := range map[string]struct {
		f    File
		says string
	}{
		"a bomb":                {file("a.gz", gzipped(zeros)), "炸弹"},
		"a bomb in an archive":  {file("a.zip", zipped("a.csv", zeros)), "炸弹"},
		"gzip cut off":          {file("a.gz", packed[:len(packed)-100]), "不完整"},
		"gzip without its sum":  {file("a.gz", packed[:len(packed)-8]), "不完整"},
		"gzip with another sum": {file("a.gz", packed[:len(packed)-8]+"\x00\x00\x00\x00\x00\x00\x00\x00"), "已损坏"},
		"more behind gzip":      {file("a.gz", packed+"more"), "压缩文件"},
		"a member that differs": {file("a.zip", member[:1<<15]+"\x00\x00\x00\x00\x00\x00\x00\x00"+member[1<<15+8:]), ""},
	} {
		s, err := Open(context.Background(), []File{c.f}, limits)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		in, err := s.Read(context.Background(), Plan{Columns: []int{0}, Workers: 2}, func(int, *Batch) error { return nil })
		if pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(fmt.Sprint(err), c.says) || in != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// rand8 is noise, always the same.
func rand8() io.Reader {
	sum := sha256.Sum256(nil)
	return readerFunc(func(p []byte) (int, error) {
		sum = sha256.Sum256(sum[:])
		return copy(p, sum[:]), nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// The same rows in any encoding, format and split are the same cells.
func TestFormatsAreEqual(t *testing.T) {
	cell := rapid.StringOfN(rapid.RuneFrom([]rune("甲乙a1,\"\n;\t €𠮷　")), 0, 5, -1)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(t, "width")
		rows := [][]string{}
		for i := range width {
			if i == 0 {
				rows = append(rows, nil)
			}
			rows[0] = append(rows[0], fmt.Sprint("列", i))
		}
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			row := rapid.SliceOfN(cell, width, width).Draw(t, "row")
			row[0] = "x" + row[0] // an empty row is none in a sheet
			rows = append(rows, row)
		}
		want := [][]string(nil)
		for _, row := range rows[1:] {
			cells := []string{}
			for _, c := range row {
				cells = append(cells, trimmed(c))
			}
			want = append(want, cells)
		}
		limits := Limits{block: rapid.IntRange(1, 64).Draw(t, "block")}
		workers := rapid.IntRange(1, 3).Draw(t, "workers")
		comma := separated(rows, ',', false)
		files := map[string][]File{
			"csv":       {file("a.csv", comma)},
			"crlf":      {file("a.csv", "\xef\xbb\xbf"+strings.TrimSuffix(separated(rows, ',', false), "\n")+"\r\n")},
			"tsv":       {file("a.tsv", separated(rows, '\t', false))},
			"semicolon": {file("a.csv", separated(rows, ';', false))},
			"gb":        {file("a.csv", gb18030(comma))},
			"gzip":      {file("a.csv.gz", gzipped(gb18030(comma)))},
			"zip":       {file("a.zip", zipped("a.csv", comma))},
			"xlsx":      {file("a.xlsx", booked(anys(rows)))},
		}
		if len(rows) > 1 {
			files["json"] = []File{file("a.jsonl", objects(rows))}
			files["json gb"] = []File{file("a.jsonl", gb18030(objects(rows)))}
		}
		files["parquet"] = []File{file("a.parquet", parqueted(rows, 3))}
		cut := rapid.IntRange(1, len(rows)).Draw(t, "cut")
		files["two files"] = []File{file("a.csv", separated(rows[:cut], ',', false)), file("b.csv", separated(append([][]string{rows[0]}, rows[cut:]...), ';', true))}
		for what, f := range files {
			got, err := load(limits, workers, f...)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			for i := range got.rows {
				for j := range got.rows[i] {
					got.rows[i][j] = strings.ReplaceAll(got.rows[i][j], "\r\n", "\n")
				}
			}
			slices.Sort(got.header) // Parquet's writer sorts its columns, and so do maps
			if len(got.rejects) > 0 || diff.Diff(rows[0], got.header)+diff.Diff(want, got.rows) != "" {
				t.Fatalf("%s: %v\n%s", what, got.rejects, diff.Diff(rows[0], got.header)+diff.Diff(want, got.rows))
			}
		}
	})
}

// What is ASCII where a file is looked at may be Chinese further down.
func TestLateChinese(t *testing.T) {
	limits := Limits{Row: 100, head: 100, block: 1000}
	for what, encode := range map[string]func(string) string{"UTF-8": func(s string) string { return s }, "GB18030": gb18030} {
		for _, before := range []int{10, 1000, 30_000} {
			text := "a,b\n" + strings.Repeat("1,2\n", before) + encode("甲,3\n")
			for _, f := range []File{file("a.csv", text), file("a.csv.gz", gzipped(text))} {
				got, err := load(limits, 2, f)
				if err != nil || len(got.rows) != before+1 || got.rows[before][0] != "甲" {
					t.Errorf("%s after %d rows of %s: %v", what, before, f.Name, err)
				}
			}
		}
	}
}

// What encoding/csv reads is read alike, in blocks of any size.
func TestReadsLikeTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := "a,b,c\n" + rapid.StringOfN(rapid.RuneFrom([]rune("ab甲,,,\"\"\n\n ")), 0, 60, -1).Draw(t, "text")
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		want, err := r.ReadAll()
		if err != nil {
			t.Skip("not well-formed")
		}
		var rows [][]string
		ragged := 0
		for _, row := range want[1:] {
			if len(row) != 3 {
				ragged++
				continue
			}
			for i := range row {
				row[i] = trimmed(row[i])
			}
			rows = append(rows, row)
		}
		got, err := load(Limits{block: rapid.IntRange(1, 70).Draw(t, "block")}, 2, file("a.csv", text))
		if err != nil {
			t.Fatal(err)
		}
		if d := diff.Diff(rows, got.rows); d != "" || len(got.rejects) != ragged {
			t.Fatalf("%v\n%s", got.rejects, d)
		}
	})
}

// Whatever the bytes, the size of the blocks changes nothing.
func TestBlocksAreEqual(t *testing.T) {
	part := rapid.SampledFrom([]string{"a", "甲", ",", ",", "\"", "\"", "\n", "\r\n", "\x00", "\xff", " ", gb18030("乙"), "{\"a\":1}", strings.Repeat("x", 40)})
	rapid.Check(t, func(t *rapid.T) {
		text := "a,b\n" + strings.Join(rapid.SliceOfN(part, 0, 60).Draw(t, "parts"), "")
		row := rapid.IntRange(20, 120).Draw(t, "row")
		want, err := load(Limits{Row: row}, 1, file("a.csv", text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := load(Limits{Row: row, block: rapid.IntRange(1, 200).Draw(t, "block")}, 3, file("a.csv", text))
		if err != nil {
			t.Fatal(err)
		}
		if d := diff.Diff(want, got, diff.AllowUnexported(told{}, line{})); d != "" {
			t.Fatal(d)
		}
	})
}
