package web

import (
	"bytes"
	"net/url"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"shouhu/internal/pil"
)

// workbook is a file for a spreadsheet, written row by row.
type workbook struct {
	file *excelize.File
	out  *excelize.StreamWriter
	head int // style of the first row
	day  int // style of days
	row  int
	many int // sheets so far
}

// sheetColumn is a column of a sheet: its label and its width in characters.
type sheetColumn struct {
	label string
	width float64
}

func newWorkbook() (*workbook, error) {
	b := &workbook{file: excelize.NewFile()}
	var err error
	if b.head, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}); err != nil {
		return nil, err
	}
	format := "yyyy-mm-dd"
	b.day, err = b.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
	return b, err
}

// sheet begins another sheet; the rows that follow are its own.
func (b *workbook) sheet(name string, columns ...sheetColumn) error {
	if err := b.flush(); err != nil {
		return err
	}
	if b.many++; b.many == 1 {
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	var err error
	if b.out, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	b.row = 0
	var labels []any
	for i, col := range columns {
		if err := b.out.SetColWidth(i+1, i+1, col.width); err != nil {
			return err
		}
		labels = append(labels, excelize.Cell{StyleID: b.head, Value: col.label})
	}
	if err := b.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return b.add(labels...)
}

// add writes a row. Days are written as days, and text as text: nothing in it is
// taken for a formula.
func (b *workbook) add(values ...any) error {
	for i, v := range values {
		d, ok := v.(pil.Day)
		switch {
		case ok && d == 0:
			values[i] = nil
		case ok:
			y, m, dom := d.Civil()
			values[i] = excelize.Cell{StyleID: b.day, Value: time.Date(y, m, dom, 0, 0, 0, 0, time.UTC)}
		}
	}
	b.row++
	return b.out.SetRow("A"+strconv.Itoa(b.row), values)
}

func (b *workbook) flush() error {
	if b.out == nil {
		return nil
	}
	return b.out.Flush()
}

// bytes ends the workbook.
func (b *workbook) bytes() ([]byte, error) {
	defer func() { _ = b.file.Close() }()
	if err := b.flush(); err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err := b.file.Write(&buf)
	return buf.Bytes(), err
}

const xlsxMedia = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// sendBook answers with a workbook.
func (c *call) sendBook(name string, b *workbook) error {
	text, err := b.bytes()
	if err != nil {
		return err
	}
	return c.send(name, xlsxMedia, text)
}

// send answers with a file to keep.
func (c *call) send(name, media string, text []byte) error {
	c.attach(name, media)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, err := c.w.Write(text)
	if err != nil {
		return nil //nolint:nilerr // whoever asked has gone
	}
	return nil
}

// attach says that the answer is a file of a name.
func (c *call) attach(name, media string) {
	h := c.w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
}
