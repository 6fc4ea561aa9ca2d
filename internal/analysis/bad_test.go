package analysis

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"shouhu/internal/pil"
)

// zipped packs n members of a text.
func zipped(t *testing.T, n int, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n {
		w, err := z.Create(fmt.Sprintf("%d.csv", i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What cannot be read is refused with the file's name, and nothing of it is
// repeated; what can be read in part is counted, and the rest is told.
func TestBadInputs(t *testing.T) {
	const secret = "13812345678"
	good := bars("手机号|公司|时间\n" + secret + "|甲|2021-03-05\n13812345679|乙|2021-03-06\n")
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("丙号线索科技")
	if err != nil {
		t.Fatal(err)
	}
	bomb := gzipped(t, append([]byte(good), bytes.Repeat([]byte("1,1,1\n"), 12<<20)...))
	wide := strings.Repeat("x,", 299)
	for _, c := range []struct {
		name           string
		data           []byte
		rows, rejected int64
		refused        bool
	}{
		{"good.csv", []byte(good), 2, 0, false},
		{"header-only.csv", []byte("手机号\n"), 0, 0, false},
		{"empty.csv", nil, 0, 0, true},
		{"blank.csv", []byte("\n\n\n"), 0, 0, true},
		{"ragged.csv", []byte(good + secret + ",甲\n" + secret + ",甲,2021-03-05,x\n"), 2, 2, false},
		{"mixed.csv", []byte(good + secret + "," + gb + ",2021-03-05\n"), 2, 1, false},
		{"quote.csv", []byte(good + "\"" + secret + ",甲,2021-03-05\n" + secret + ",甲,2021-03-05\n"), 3, 1, false}, // the next line begins anew
		{"formula.csv", []byte(good + secret + ",=cmd'/c calc'!A1,2021-03-05\n"), 3, 0, false},
		{"sql.csv", []byte("手机号,\"'; DROP TABLE x; --\"\n" + secret + ",1\n"), 1, 0, false},
		{"wide.csv", []byte(headerOf(300) + "\n" + wide + secret + "\n"), 1, 0, false},
		{"nul.csv", []byte(good + "\x00\x00\x00"), 2, 1, false},
		{"cut.csv.gz", gzipped(t, []byte(strings.Repeat(good, 500)))[:60], 0, 0, true},
		{"bomb.csv.gz", bomb, 0, 0, true},
		{"cut.zip", zipped(t, 2, []byte(good))[:200], 0, 0, true},
		{"two.zip", zipped(t, 2, []byte(good)), 4, 0, false},
		{"cut.xlsx", zipped(t, 1, []byte(good))[:100], 0, 0, true},
	} {
		mapText := "person=手机号"
		if c.name == "wide.csv" {
			mapText = "person=#300"
		}
		r, err := tryAnalyze(t.Context(), Tally{}, mapText, nil, file(c.name, c.data))
		if c.refused {
			if pil.CodeOf(err) != pil.CodeInvalid || !strings.HasPrefix(err.Error(), c.name) || strings.Contains(err.Error(), secret) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if in := r.Inputs[0]; r.Rows != c.rows || in.Rows != c.rows || in.Rejected != c.rejected {
			t.Errorf("%s: %d rows and %d rejected, want %d and %d", c.name, in.Rows, in.Rejected, c.rows, c.rejected)
		}
	}
}

func headerOf(n int) string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("c%d", i))
	}
	return strings.Join(names, ",")
}
