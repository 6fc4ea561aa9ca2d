package analysis

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shouhu/internal/golden"
)

// hostile is a report whose names are what a spreadsheet would run.
func hostile(t *testing.T) *Report {
	t.Helper()
	return analyze(t, slow{}, "", nil, file("a.csv", []byte(bars("手机号|公司|抓拍时间\n"+
		"13812345678|=cmd'/c calc'!A1|2021-03-05\n13812345679|+1|2021-03-05\n13812345670|@x|2021-03-05\n13812345671|-2|2021-03-05\n13812345672|经办13912345678|2021-03-05\n"))))
}

// A workbook opens, holds every table, and no cell of it is a formula or would
// become one.
func TestWriteXLSX(t *testing.T) {
	r := hostile(t)
	var b bytes.Buffer
	if err := WriteXLSX(&b, r.Sheets()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = f.Close() // only read from
	}()
	if got, want := len(f.GetSheetList()), len(r.Sheets()); got != want {
		t.Errorf("%d sheets, want %d", got, want)
	}
	found := 0
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, cell := range row {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, err := f.GetCellFormula(name, at); err != nil || formula != "" {
					t.Errorf("%s %s is a formula", name, at)
				}
				if Neutral(cell) != cell && !strings.HasPrefix(cell, "'") {
					t.Errorf("%s %s begins as a formula", name, at)
				}
				if strings.HasPrefix(cell, "'") {
					found++
				}
			}
		}
	}
	if found != 4 {
		t.Errorf("%d names were neutralised, want 4", found)
	}
}

// The pages' tables: small groups hidden, never one alone, and personal values
// in names masked.
func TestMasked(t *testing.T) {
	header, rows := shop()
	rows = append(rows, []string{"F9001", "申城餐饮", "9号店", "CAM-9", "2021-03-01 09:00:00", "男", "30"},
		[]string{"F9002", "小店13812345678", "1号店", "CAM-0", "2021-03-01 09:00:00", "男", "30"})
	name, data := forms["csv"](header, rows)
	r := analyze(t, slow{}, "", nil, file(name, data))
	var b strings.Builder
	for _, s := range Masked(r, 5) {
		fmt.Fprintf(&b, "## %s %s\n", s.Name, s.Title.Zh)
		for _, row := range s.Rows {
			var cells []string
			for _, c := range row {
				cells = append(cells, c.String())
			}
			fmt.Fprintln(&b, strings.Join(cells, " | "))
		}
		hidden := 0
		for _, row := range s.Rows {
			if s.Measure > 0 && row[s.Measure].Is == IsHidden {
				hidden++
			}
		}
		if hidden == 1 && len(s.Rows) > 1 {
			t.Errorf("%s hides one line alone", s.Name)
		}
	}
	golden.Check(t, "masked.txt", b.String())
	if strings.Contains(b.String(), "13812345678") {
		t.Error("a mobile number is shown")
	}
	for _, s := range Masked(r, 0) {
		for _, row := range s.Rows {
			for _, c := range row {
				if c.Is == IsHidden {
					t.Fatalf("%s hides without a floor", s.Name)
				}
			}
		}
	}
	plain := r.Sheets()[1].Rows
	if got := fmt.Sprint(plain); !strings.Contains(got, "13812345678") {
		t.Error("the report itself is masked")
	}
}

func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "甲": "甲", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\tx": "'\tx", "＝1": "'＝1", "1-2": "1-2",
	} {
		if got := Neutral(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
