package table

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"shouhu/internal/pil"
)

// How large a grid may be.
const (
	gridBytes   = 16 << 20 // of the file
	gridBook    = 64 << 20 // bytes of what an xlsx unpacks to
	gridRows    = 100_000
	gridColumns = 200
)

// ReadGrid reads a small sheet whole, as a spreadsheet shows it, for readers that
// look for the header themselves: titles may stand above it and rows may differ
// in length. It reads .csv, .tsv and .txt in UTF-8 or GB18030, or the first sheet
// of an .xlsx. Cells come trimmed and rows without their empty end; row i is the
// row i+1 a spreadsheet shows. A sheet that is too large, damaged or of another
// kind is an invalid Error that repeats nothing of it. Nothing is written to a
// temporary file.
func ReadGrid(name string, r io.Reader) ([][]string, error) {
	data, err := io.ReadAll(io.LimitReader(r, gridBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > gridBytes {
		return nil, pil.Invalid("表格超过%d MB，请分成几份导入 (too large: split the sheet)", gridBytes>>20)
	}
	zipped := bytes.HasPrefix(data, []byte("PK\x03\x04"))
	switch ext := strings.ToLower(path.Ext(name)); {
	case ext == ".xlsx" && zipped:
		return bookGrid(data)
	case (ext == ".csv" || ext == ".tsv" || ext == ".txt") && !zipped:
		return textGrid(data, ext == ".tsv")
	}
	return nil, pil.Invalid("请导入 .xlsx、.csv 或者 .tsv 文件；.xls 请另存为 .xlsx (an .xlsx, .csv or .tsv file, please)")
}

// grid gathers rows within the bounds.
type grid [][]string

func (g *grid) add(cells []string) error {
	if len(*g) == gridRows {
		return pil.Invalid("表格超过%d行，请分成几份导入 (too many rows: split the sheet)", gridRows)
	}
	if len(cells) > gridColumns {
		return pil.At(pil.Invalid("超过%d列 (too many columns)", gridColumns), "", len(*g)+1)
	}
	*g = append(*g, cells)
	return nil
}

func textGrid(data []byte, tabs bool) ([][]string, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	b := Batch{data: data, encoding: asUTF8}
	if !validUTF8(data) {
		if b.encoding = asGB18030; !validGB(data) {
			return nil, pil.Invalid("不是文本，或者文字既不是 UTF-8 也不是 GB18030，请另存为「CSV UTF-8」或者 .xlsx (not a text, or neither UTF-8 nor GB18030)")
		}
	}
	comma := byte(',')
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if tabs || !bytes.Contains(first, []byte(",")) && bytes.Contains(first, []byte("\t")) {
		comma = '\t'
	}
	var (
		g      grid
		fields []field
		end    int
		v      verdict
	)
	for pos, line := 0, 1; pos < len(data); pos = end {
		if fields, end, v = record(data, pos, comma, len(data)+1, true, fields); v != whole {
			return nil, pil.At(pil.Invalid("引号没有成对：单元格内的引号须写两遍并整格加引号 (quotes do not match)"), "", line)
		}
		var cells []string
		for _, f := range fields {
			cell := b.cell(f)
			// Here cells are read by people: a line end within one is one character.
			cells = append(cells, strings.ReplaceAll(string(b.data[cell.lo:cell.hi]), "\r\n", "\n"))
		}
		b.data = data // without what was decoded behind it
		if err := g.add(withoutEnd(cells)); err != nil {
			return nil, err
		}
		line += newlines(data[pos:end])
	}
	return g, nil
}

func bookGrid(data []byte) ([][]string, error) {
	limits := Limits{Book: gridBook}.orDefault()
	f, err := openBook(bytes.NewReader(data), int64(len(data)), &limits)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, limits: &limits}
	defer func() {
		_ = b.close() // it was only read
	}()
	names := f.GetSheetList()
	if len(names) == 0 {
		return nil, errBook()
	}
	b.sheets = []sheet{{name: names[0]}}
	var g grid
	for {
		cells, err := b.next()
		if errors.Is(err, io.EOF) {
			return g, nil
		}
		if err == nil {
			err = g.add(cells)
		}
		if err != nil {
			return nil, err
		}
	}
}
