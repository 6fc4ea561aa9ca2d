package clue

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"shouhu/internal/pil"
)

// How large a sheet may be.
const (
	maxSheet   = 16 << 20 // bytes of the file
	maxUnzip   = 64 << 20 // bytes of what an xlsx unpacks to
	maxRows    = 100_000
	maxColumns = 200
)

// ReadTable reads a sheet: .csv, .tsv and .txt in UTF-8 or GB18030, or the first
// sheet of an .xlsx. Cells come trimmed and rows without their empty end; row i
// is the row i+1 a spreadsheet shows. A sheet that is too large, damaged or of
// another kind is an invalid Error that repeats nothing of it.
func ReadTable(name string, r io.Reader) ([][]string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSheet+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSheet {
		return nil, pil.Invalid("表格超过%d MB，请分成几份导入 (too large: split the sheet)", maxSheet>>20)
	}
	zipped := bytes.HasPrefix(data, []byte("PK\x03\x04"))
	switch ext := strings.ToLower(path.Ext(name)); {
	case ext == ".xlsx" && zipped:
		return readXLSX(data)
	case (ext == ".csv" || ext == ".tsv" || ext == ".txt") && !zipped:
		return readText(data, ext)
	}
	return nil, pil.Invalid("请导入 .xlsx、.csv 或者 .tsv 文件；.xls 请另存为 .xlsx (an .xlsx, .csv or .tsv file, please)")
}

// table gathers rows within the bounds.
type table [][]string

func (t *table) add(cells []string) error {
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(*t) == maxRows {
		return pil.Invalid("表格超过%d行，请分成几份导入 (too many rows: split the sheet)", maxRows)
	}
	if len(cells) > maxColumns {
		return pil.At(pil.Invalid("超过%d列 (too many columns)", maxColumns), "", len(*t)+1)
	}
	*t = append(*t, cells)
	return nil
}

func readText(data []byte, ext string) ([][]string, error) {
	data, err := decode(data)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if ext == ".tsv" || !bytes.Contains(first, []byte(",")) && bytes.Contains(first, []byte("\t")) {
		r.Comma = '\t'
	}
	var t table
	next := 1 // the line on which the next row would begin
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, pil.At(pil.Invalid("引号没有成对：单元格内的引号须写两遍并整格加引号 (quotes do not match)"), "", bad.StartLine)
		}
		if err != nil {
			return nil, err
		}
		// The reader leaves out empty lines; a spreadsheet counts them.
		line, _ := r.FieldPos(0)
		for ; next < line; next++ {
			if err := t.add(nil); err != nil {
				return nil, err
			}
		}
		last, _ := r.FieldPos(len(cells) - 1)
		next = last + strings.Count(cells[len(cells)-1], "\n") + 1
		if err := t.add(cells); err != nil {
			return nil, err
		}
	}
}

// decode gives a text in UTF-8: as it is where it is UTF-8, else out of GB18030.
func decode(data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		var err error
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil || bytes.ContainsRune(data, utf8.RuneError) {
			return nil, pil.Invalid("文字既不是 UTF-8 也不是 GB18030，请另存为「CSV UTF-8」 (neither UTF-8 nor GB18030)")
		}
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, pil.Invalid("不是文本，请另存为「CSV UTF-8」或者 .xlsx (not a text)")
	}
	return data, nil
}

// readXLSX reads the first sheet. Cells come as the file holds them, not as a
// format shows them: dates are counts of days, which readSpan knows.
func readXLSX(data []byte) (t [][]string, err error) {
	damaged := pil.Invalid("无法读取这份 .xlsx，请在表格软件中打开后另存 (damaged .xlsx: open it and save it again)")
	// The library is not made for hostile files. Its panic is the file's fault.
	defer func() {
		if recover() != nil {
			t, err = nil, damaged
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true,
		// One limit for both: beyond the second, the library would write people's
		// words to the temporary folder.
		UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip,
	})
	if err != nil {
		return nil, damaged
	}
	defer func() {
		_ = f.Close() // nothing was written
	}()
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		return nil, pil.Invalid("该表采用1904年日期系统，请改用1900年日期系统后另存 (dates count from 1904)")
	}
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, damaged
	}
	rows, err := f.Rows(sheets[0])
	if err != nil {
		return nil, damaged
	}
	var got table
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, damaged
		}
		if err := got.add(cells); err != nil {
			return nil, err
		}
	}
	if rows.Error() != nil {
		return nil, damaged
	}
	return got, nil
}
