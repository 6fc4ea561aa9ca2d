package evidence

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// Item is an exhibit as a manifest lists it, with the names of persons found.
type Item struct {
	Number     int
	Facts      Facts
	Collectors []string
	Files      []FileLine
	Keeper     string // who has it now
}

// FileLine is one file of an exhibit.
type FileLine struct {
	Name   string
	Size   int64 // bytes
	SHA256 string
	SM3    string // empty: received before it was taken
}

// Number is how an exhibit is called in its case: 证据3.
func Number(n int) string { return "证据" + strconv.Itoa(n) }

// ManifestHead are the columns of a manifest 证据目录.
var ManifestHead = []string{"编号", "证据名称", "证据种类", "收集方式", "来源", "提供人", "收集人", "收集时间", "收集地点", "原件或者复制件", "复制件说明", "页数", "证明内容",
	"文件名", "字节数", "SHA-256", "SM3", "现由谁保管"}

// Manifest lists exhibits for a court: one row for each, and one more for each further
// file. Every cell is Safe.
func Manifest(items []Item) (rows [][]string) {
	for i := range items {
		x := &items[i]
		f := &x.Facts
		when := f.On.String()
		if f.Time != "" {
			when += " " + f.Time
		}
		row := []string{Number(x.Number), f.Title, f.Kind.Zh(), f.Method.Zh(), f.Source, f.Provider, strings.Join(x.Collectors, "、"), when, f.Place, f.Form.Zh(), f.copyNote(),
			pages(f.Pages), f.Proves, "", "", "", "", x.Keeper}
		for n, file := range x.Files {
			if n > 0 {
				row = make([]string, len(ManifestHead))
				row[0] = Number(x.Number)
			}
			copy(row[13:], []string{file.Name, strconv.FormatInt(file.Size, 10), file.SHA256, file.SM3})
			rows = append(rows, safeRow(row))
		}
		if len(x.Files) == 0 {
			rows = append(rows, safeRow(row))
		}
	}
	return rows
}

// copyNote is what a copy states of itself (R38, R39).
func (f *Facts) copyNote() string {
	var parts []string
	if f.Form == Copy && f.Checked {
		parts = append(parts, CopyStatement)
	}
	if f.Making != "" {
		parts = append(parts, f.Making)
	}
	return strings.Join(parts, "；")
}

func pages(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func safeRow(row []string) []string {
	for i := range row {
		row[i] = Safe(row[i])
	}
	return row
}

// Safe is a text that no spreadsheet takes for a formula: one that begins like a
// formula gets an apostrophe in front, and line breaks become blanks.
func Safe(cell string) string {
	cell = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f:
			return -1
		}
		return r
	}, cell)
	if begin := strings.TrimLeft(cell, " \u00a0\u3000"); begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) {
		return "'" + cell
	}
	return cell
}

// WriteCSV writes a table as a file for a spreadsheet: UTF-8 with a byte order mark,
// lines ended as RFC 4180 says.
func WriteCSV(w io.Writer, head []string, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(head); err != nil {
		return err
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}
