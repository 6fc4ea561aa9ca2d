package analysis

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// mostSheetRows is how many rows one sheet of a workbook holds.
const mostSheetRows = 1_048_576

// WriteXLSX writes tables as a workbook, one sheet each; a table too long for a
// sheet goes on in a next one. Texts are written as texts, and what a
// spreadsheet would take for a formula gets an apostrophe before it (Neutral).
func WriteXLSX(w io.Writer, sheets []Sheet) error {
	f := excelize.NewFile()
	defer func() {
		_ = f.Close() // removes what the library kept; the workbook is written
	}()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	first := true
	for _, s := range sheets {
		const most = mostSheetRows - 1 // the heads
		for part := 0; part*most < len(s.Rows); part++ {
			name := s.Title.Zh
			if part > 0 {
				name = fmt.Sprintf("%s %d", name, part+1)
			}
			if name, err = addSheet(f, sheetName(name), first); err != nil {
				return err
			}
			first = false
			if err := writeSheet(f, name, bold, s.Heads, s.Rows[part*most:min((part+1)*most, len(s.Rows))]); err != nil {
				return err
			}
		}
	}
	return f.Write(w)
}

// sheetName leaves out what the name of a sheet may not hold.
func sheetName(s string) string {
	return strings.NewReplacer("：", " ", ":", " ", "/", " ", "\\", " ", "?", " ", "*", " ", "[", "(", "]", ")").Replace(s)
}

func addSheet(f *excelize.File, name string, first bool) (string, error) {
	if first {
		return name, f.SetSheetName("Sheet1", name)
	}
	_, err := f.NewSheet(name)
	return name, err
}

func writeSheet(f *excelize.File, name string, bold int, heads []Text, rows [][]Cell) error {
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, len(heads), 22); err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	line := make([]any, len(heads))
	for i, h := range heads {
		line[i] = excelize.Cell{StyleID: bold, Value: h.Zh + " " + h.En}
	}
	if err := out.SetRow("A1", line); err != nil {
		return err
	}
	for n, row := range rows {
		for i, c := range row {
			switch c.Is {
			case IsNumber:
				line[i] = c.Number
			case IsHidden:
				line[i] = c.String()
			default:
				line[i] = Neutral(c.Text)
			}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", n+2), line[:len(row)]); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Neutral puts an apostrophe before a text that a spreadsheet would take for a
// formula: one that begins with =, +, -, @, a tab or a line break, or with their
// full-width forms.
func Neutral(s string) string {
	if s == "" || !strings.ContainsAny(string([]rune(s)[:1]), "=+-@\t\r\n＝＋－＠") {
		return s
	}
	return "'" + s
}
