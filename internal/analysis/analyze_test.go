package analysis

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
	"shouhu/internal/privacy"
	"shouhu/internal/table"
)

// engines are all that count in this package's tests; each must agree.
var engines = map[string]Engine{"tally": Tally{}, "slow": slow{}}

// file makes an input of a text.
func file(name string, data []byte) table.File {
	return table.File{Name: name, Size: int64(len(data)), Bytes: bytes.NewReader(data)}
}

// analyze opens files and analyses them by a map.
func analyze(t *testing.T, e Engine, mapText string, tiers []string, files ...table.File) *Report {
	t.Helper()
	r, err := tryAnalyze(t.Context(), e, mapText, tiers, files...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tryAnalyze(ctx context.Context, e Engine, mapText string, tiers []string, files ...table.File) (*Report, error) {
	set, err := table.Open(ctx, files, table.Limits{})
	if err != nil {
		return nil, err
	}
	o := Order{Engine: e}
	if mapText == "" {
		o.Roles = Propose(set.Header(), set.Sample(200)).Roles
	} else if o.Roles, err = ParseMap(mapText, set.Header()); err != nil {
		return nil, err
	}
	if o.Tiers, err = ParseTiers(tiers, o.Roles, set.Header()); err != nil {
		return nil, err
	}
	return Analyze(ctx, set, o)
}

// bars makes a CSV of cells between bars.
func bars(text string) string { return strings.ReplaceAll(text, "|", ",") }

// The forms one table is written in.
var forms = map[string]func(header []string, rows [][]string) (name string, data []byte){
	"csv": func(h []string, rows [][]string) (string, []byte) { return "a.csv", asCSV(',', h, rows) },
	"bom": func(h []string, rows [][]string) (string, []byte) {
		return "a.csv", append([]byte("\xef\xbb\xbf"), asCSV(',', h, rows)...)
	},
	"tsv": func(h []string, rows [][]string) (string, []byte) { return "a.tsv", asCSV('\t', h, rows) },
	"crlf": func(h []string, rows [][]string) (string, []byte) {
		return "a.csv", bytes.ReplaceAll(asCSV(',', h, rows), []byte("\n"), []byte("\r\n"))
	},
	"gb18030": func(h []string, rows [][]string) (string, []byte) {
		out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(asCSV(',', h, rows))
		if err != nil {
			panic(err)
		}
		return "a.csv", out
	},
	"gzip": func(h []string, rows [][]string) (string, []byte) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(asCSV(',', h, rows))
		_ = z.Close()
		return "a.csv.gz", b.Bytes()
	},
	"zip": func(h []string, rows [][]string) (string, []byte) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i, part := range [][][]string{rows[:len(rows)/2], rows[len(rows)/2:]} {
			w, _ := z.Create(fmt.Sprintf("p%d.csv", i))
			_, _ = w.Write(asCSV(',', h, part))
		}
		_ = z.Close()
		return "a.zip", b.Bytes()
	},
	"jsonl": func(h []string, rows [][]string) (string, []byte) {
		var b bytes.Buffer
		for _, row := range rows {
			object := map[string]string{}
			for i, name := range h {
				object[name] = row[i]
			}
			line, _ := json.Marshal(object)
			b.Write(append(line, '\n'))
		}
		return "a.jsonl", b.Bytes()
	},
	"xlsx": func(h []string, rows [][]string) (string, []byte) {
		f := excelize.NewFile()
		for i, row := range append([][]string{h}, rows...) {
			_ = f.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &row)
		}
		var b bytes.Buffer
		_ = f.Write(&b)
		return "a.xlsx", b.Bytes()
	},
	"parquet": func(h []string, rows [][]string) (string, []byte) {
		group := parquet.Group{}
		for _, name := range h {
			group[name] = parquet.String()
		}
		schema := parquet.NewSchema("t", group) // which puts the columns in its own order
		var b bytes.Buffer
		w := parquet.NewWriter(&b, schema)
		for _, row := range rows {
			var values parquet.Row
			for i, column := range schema.Columns() {
				values = append(values, parquet.ByteArrayValue([]byte(row[slices.Index(h, column[0])])).Level(0, 0, i))
			}
			_, _ = w.WriteRows([]parquet.Row{values})
		}
		_ = w.Close()
		return "a.parquet", b.Bytes()
	},
}

func asCSV(comma rune, header []string, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	_ = w.WriteAll(append([][]string{header}, rows...))
	return b.Bytes()
}

// shop is the table of a small shop chain, always the same: faces, with
// duplicates, an empty person and a time nobody can read.
func shop() (header []string, rows [][]string) {
	header = []string{"人脸ID", "公司", "门店", "设备编号", "抓拍时间", "性别", "年龄"}
	random := rand.New(rand.NewPCG(4, 4))
	for range 400 {
		person := random.IntN(120)
		rows = append(rows, []string{
			fmt.Sprintf("F%04d", person), []string{"申城餐饮", "浦江零售", "云间健身"}[random.IntN(3)], fmt.Sprintf("%d号店", 1+random.IntN(3)),
			fmt.Sprintf("CAM-%d", random.IntN(2)), fmt.Sprintf("2021-03-%02d %02d:%02d:00", 1+random.IntN(28), 9+random.IntN(12), random.IntN(60)),
			[]string{"男", "女", ""}[person%3], strconv.Itoa(8 + person%70),
		})
	}
	rows = append(rows, slices.Clone(rows[10:40])...)
	rows = append(rows, []string{"", "申城餐饮", "1号店", "CAM-0", "2021-03-01 09:00:00", "男", "30"})
	rows = append(rows, []string{"F0001", "申城餐饮", "1号店", "CAM-0", "昨天", "男", "30"})
	return header, rows
}

// One table gives one result, whatever the form, encoding, order and split, and
// whoever counts.
func TestOneResult(t *testing.T) {
	header, rows := shop()
	want := ""
	for name, e := range engines {
		name0, data := forms["csv"](header, rows)
		r := analyze(t, e, "", nil, file(name0, data))
		if want == "" {
			want = r.ResultSHA256
			text, err := json.MarshalIndent(r, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden.Check(t, "report.json", string(text)+"\n")
		}
		for form, write := range forms {
			file0, data := write(header, rows)
			if got := analyze(t, e, "", nil, file(file0, data)); got.ResultSHA256 != want {
				t.Errorf("%s, %s: %s, want %s", name, form, got.ResultSHA256, want)
			}
		}
		shuffled := slices.Clone(rows)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		turned, turnedRows := turn(header, shuffled)
		_, first := forms["gb18030"](header, shuffled[:100])
		_, second := forms["gzip"](turned, turnedRows[100:])
		if got := analyze(t, e, "", nil, file("b.csv", first), file("c.csv.gz", second)); got.ResultSHA256 != want {
			t.Errorf("%s: shuffled and split: %s, want %s", name, got.ResultSHA256, want)
		}
	}
}

// turn reverses the order of columns.
func turn(header []string, rows [][]string) (h []string, r [][]string) {
	h = slices.Clone(header)
	slices.Reverse(h)
	for _, row := range rows {
		row = slices.Clone(row)
		slices.Reverse(row)
		r = append(r, row)
	}
	return h, r
}

// An outsider who has only the JSON finds the same hash: everything but inputs,
// roles, names of columns and the hash, by RFC 8785.
func TestHashFromOutside(t *testing.T) {
	header, rows := shop()
	name, data := forms["csv"](header, rows)
	r := analyze(t, slow{}, "", []string{"person=B"}, file(name, data))
	text, err := marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"inputs", "roles", "result_sha256"} {
		delete(all, gone)
	}
	for _, c := range all["personal_data"].([]any) {
		delete(c.(map[string]any), "column")
	}
	rest, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	if rest, err = Canonical(rest); err != nil {
		t.Fatal(err)
	}
	if got := digest(rest); got != r.ResultSHA256 {
		t.Errorf("from outside %s, in the report %s", got, r.ResultSHA256)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if again, err := back.hash(); err != nil || again != r.ResultSHA256 {
		t.Errorf("read back, the report hashes to %s, %v", again, err)
	}
}

// Two hundred small tables, each drawn from few values so that everything
// collides, counted by every engine and by maps.
func TestAgainstOracle(t *testing.T) {
	for seed := range uint64(200) {
		d := draw(rand.New(rand.NewPCG(seed, 7)))
		counts := oracle(d.rows, d.mapped, len(d.header), d.tier)
		want, err := Make(Facts{Header: d.header, Roles: d.mapped, Counts: counts})
		if err != nil {
			t.Fatal(err)
		}
		hash := ""
		for name, e := range engines {
			got := analyze(t, e, d.mapped.MapText(d.header), nil, d.files...)
			for _, c := range []struct {
				field     string
				want, got any
			}{
				{"rows", want.Rows, got.Rows}, {"duplicates", want.Duplicates, got.Duplicates}, {"distinct_persons", want.DistinctPersons, got.DistinctPersons},
				{"period", want.Period, got.Period}, {"orgs", want.Orgs, got.Orgs}, {"sites", want.Sites, got.Sites}, {"devices", want.Devices, got.Devices},
				{"repeat_persons", want.RepeatPersons, got.RepeatPersons},
				{"tiers", []int64{want.Threshold.A, want.Threshold.B, want.Threshold.C}, []int64{got.Threshold.A, got.Threshold.B, got.Threshold.C}},
			} {
				if diff := cmp.Diff(c.want, c.got); diff != "" {
					t.Errorf("seed %d, %s, %s (-oracle +got):\n%s", seed, name, c.field, diff)
				}
			}
			var accepted, rejected int64
			for _, in := range got.Inputs {
				accepted, rejected = accepted+in.Rows, rejected+in.Rejected
			}
			if accepted != got.Rows || accepted+rejected != int64(len(d.rows)) {
				t.Errorf("seed %d, %s: %d accepted and %d rejected of %d", seed, name, accepted, rejected, len(d.rows))
			}
			if hash == "" {
				hash = got.ResultSHA256
			}
			if got.ResultSHA256 != hash {
				t.Errorf("seed %d: %s gives another hash", seed, name)
			}
		}
		if t.Failed() {
			return
		}
	}
}

// drawn is a random table, and what is known of it.
type drawn struct {
	header []string
	rows   [][]string
	mapped Roles
	files  []table.File
}

// tier is A where the bank card is filled, B where the health is, C else.
func (d *drawn) tier(row []string) int {
	tier := 0
	for i, name := range d.header {
		if row[i] != "" && name == "病历" {
			tier = max(tier, 1)
		}
		if row[i] != "" && name == "银行卡号" {
			tier = 2
		}
	}
	return tier
}

func draw(random *rand.Rand) *drawn {
	d := &drawn{mapped: NoRoles()}
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	all := []struct {
		role   Role
		name   string
		values []string
	}{
		{Person, "人员编号", []string{"a", "b", "c", "d", "甲", "A", "", "0a", "ａ"}},
		{Org, "公司", []string{"甲", "乙", "", "x,y", "\"q\""}},
		{Site, "门店", []string{"一店", "二店", "=1+1"}},
		{Device, "设备", []string{"D1", "D2", "D10"}},
		{Time, "时间", []string{"2021-03-05 08:05:00", "2021年3月5日 08:05:00", "2021/3/6 08:05:00", "", "昨天", "1969-12-31 23:59:59"}},
		{Amount, "金额", []string{"1", "1.00", "", "x"}},
		{Category, "类别", []string{"甲", ""}},
		{-1, "银行卡号", []string{"", "", "6222"}},
		{-1, "病历", []string{"", "", "有"}},
		{-1, "备注", []string{"", "甲", "13812345678"}},
	}
	var values [][]string
	for _, c := range all {
		if c.role != Person && random.IntN(3) == 0 {
			continue
		}
		if c.role >= 0 && (c.role == Person || random.IntN(5) > 0) {
			d.mapped[c.role] = len(d.header)
		}
		d.header, values = append(d.header, c.name), append(values, c.values)
	}
	for range random.IntN(60) {
		row := make([]string, len(d.header))
		for i := range row {
			row[i] = pick(values[i]...)
		}
		if len(row) == 1 && row[0] == "" {
			row[0] = "a" // an empty line is no row
		}
		d.rows = append(d.rows, row)
	}
	rest := d.rows
	for n := 1 + random.IntN(3); n > 0; n-- {
		part := rest
		if n > 1 {
			part = rest[:random.IntN(len(rest)+1)]
		}
		rest = rest[len(part):]
		form := pick("csv", "bom", "crlf", "gb18030", "gzip", "tsv")
		header, rows := d.header, part
		if random.IntN(2) == 0 {
			header, rows = turn(d.header, part)
		}
		name, data := forms[form](header, rows)
		d.files = append(d.files, file(fmt.Sprintf("%d-%s", n, name), data))
	}
	return d
}

func TestTiers(t *testing.T) {
	card, other := "6222021234567890128", "6222021234567890136"
	if !privacy.IsBankCard([]byte(card)) || !privacy.IsBankCard([]byte(other)) {
		t.Fatal("the cards are not valid")
	}
	table3 := "手机号|银行卡号|时间\n13812345678|" + card + "|2021-03-05\n13812345678||2021-03-05\n13812345679||2021-03-05\n"
	unnamed := "手机号|c2|时间\n13812345678|" + card + "|2021-03-05\n13812345678||2021-03-06\n13812345679|" + other + "|2021-03-05\n"
	for _, c := range []struct {
		name, text, mapText string
		tiers               []string
		a, b, c             int64
	}{
		{"the highest of equal rows", table3, "person=手机号,time=时间", nil, 1, 0, 1},
		{"values tell where the name does not", unnamed, "person=手机号,time=时间", nil, 2, 0, 1},
		{"set by the caller, a role", unnamed, "person=手机号,time=时间", []string{"person=B", "c2=C"}, 0, 3, 0},
		{"set by the caller, a column", table3, "person=手机号,time=时间", []string{"银行卡号=B"}, 0, 1, 1},
		{"a face is C", "人脸ID|时间\nf1|2021-03-05\n", "person=人脸ID,time=时间", nil, 0, 0, 1},
		{"amounts are nobody's", "手机号|金额\n13812345678|6400\n", "person=手机号,amount=金额", nil, 0, 0, 1},
		{"but may be made to count", "手机号|金额\n13812345678|6400\n13812345679|\n", "person=手机号,amount=金额", []string{"amount=A"}, 1, 0, 1},
	} {
		for name, e := range engines {
			r := analyze(t, e, c.mapText, c.tiers, file("a.csv", []byte(bars(c.text))))
			if got := [3]int64{r.Threshold.A, r.Threshold.B, r.Threshold.C}; got != [3]int64{c.a, c.b, c.c} {
				t.Errorf("%s (%s): got %v, want %d %d %d", c.name, name, got, c.a, c.b, c.c)
			}
		}
	}
}

// Nothing mapped but the person: lists are empty, numbers null, no key is missing.
func TestLeastReport(t *testing.T) {
	for name, e := range engines {
		r := analyze(t, e, "person=#1", nil, file("a.csv", []byte(bars("甲|乙\nx|1\nx|1\nx|2\ny|1\n"))))
		text, err := marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`"period":{"from":null,"to":null}`, `"orgs":[]`, `"sites":[]`, `"devices":[]`, `"rows":4,"duplicates":{"rows":1,`,
			`"distinct_persons":2`, `"repeat_persons":[{"times":1,"persons":1},{"times":2,"persons":1}]`,
			`"roles":{"person":"甲","org":null,"site":null,"device":null,"time":null,"amount":null,"consent":null,"category":null,"gender":null,"age":null}`,
			`"personal_data":[{"column":"甲","kind":"identifier","tier":"C","sensitive":false,"share":1.0000}]`,
			`"derived":{"hours":[],"days":[],"genders":[],"ages":[],"consents":[],"categories":[],"amount":null}`,
		} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: no %s in\n%s", name, want, text)
			}
		}
		r = analyze(t, e, "person=#1,site=#2", nil, file("a.csv", []byte(bars("甲|乙\nx|1\n"))))
		if text, err = marshal(r.Sites); err != nil || string(text) != `[{"org":null,"site":"1","rows":1,"distinct_persons":1,"devices":null,"from":null,"to":null}]` {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
}

func TestAnalyzeRefuses(t *testing.T) {
	for _, c := range []struct{ mapText, want string }{
		{"org=甲", "缺少 person"},
		{"person=甲,time=没有", "这一列"},
	} {
		_, err := tryAnalyze(t.Context(), slow{}, c.mapText, nil, file("a.csv", []byte(bars("甲|乙\nx|1\n"))))
		if pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.mapText, err)
		}
	}
	for _, tiers := range [][]string{{"person"}, {"person=D"}, {"time=A"}, {"nobody=A"}, {"person=A", "甲=B"}, {""}} {
		if _, err := tryAnalyze(t.Context(), slow{}, "person=甲", tiers, file("a.csv", []byte(bars("甲|乙\nx|1\n")))); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%q: %v", tiers, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, e := range engines {
		if _, err := tryAnalyze(ctx, e, "person=甲", nil, file("a.csv", []byte(bars("甲|乙\nx|1\n")))); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled, %v", name, err)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{
		{0, 0, "0.0000"}, {0, 5, "0.0000"}, {5, 5, "1.0000"}, {1, 3, "0.3333"}, {2, 3, "0.6667"},
		{1, 26_000_000, "0.0001"}, {25_999_999, 26_000_000, "0.9999"}, {1, 2, "0.5000"},
	} {
		if got := share(c.part, c.whole).String(); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestAmounts(t *testing.T) {
	var sum, other amounts
	for _, cell := range []string{"6400", "2,535.50", "¥12.5", "0.10元", "-1", "", "x", "1.234", "1.230", ".5", "999999999999999.99", "9999999999999999"} {
		sum.add([]byte(cell))
	}
	for range 2000 {
		other.add([]byte("999999999999999.99"))
	}
	sum.join(&other)
	got := sum.table()
	if diff := cmp.Diff(&AmountSum{Yuan: "2001000000000008928.32", Rows: 2007, Unread: 4}, got); diff != "" {
		t.Error(diff)
	}
}
