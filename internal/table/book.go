package table

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"shouhu/internal/pil"
)

// book is a workbook's sheets, one after the other: two at a time would be two
// workbooks in memory.
type book struct {
	f      *excelize.File
	sheets []sheet
	rows   *excelize.Rows // of sheets[0]; nil before its first
	line   int            // last read
	limits *Limits
	end    func()
}

// sheet is a sheet that holds a table.
type sheet struct {
	*source
	name string
	line int // of its header
}

// batchRows is how many rows come at once where they are not counted in bytes.
const batchRows = 4096

// openBook opens a workbook. Cells come as the file holds them, not as a format
// shows them: digits stay digits and dates are counts of days, as ParseTime knows.
func openBook(in io.ReaderAt, size int64, limits *Limits) (f *excelize.File, err error) {
	err = safely(func() error {
		f, err = excelize.OpenReader(io.NewSectionReader(in, 0, size), excelize.Options{
			RawCellValue: true,
			// One limit for both: beyond the second, the library would write to the
			// temporary folder.
			UnzipSizeLimit: limits.Book, UnzipXMLSizeLimit: limits.Book,
		})
		return err
	})
	if err != nil {
		return nil, pil.Invalid("无法读取这份 .xlsx：可能已损坏、有密码，或者解压后超过%d MB；请在表格软件中打开后另存，过大的另存为 CSV (damaged, protected or too large .xlsx: save it again, or as CSV)", limits.Book>>20)
	}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		_ = f.Close() // nothing was written
		return nil, pil.Invalid("该表采用1904年日期系统，请改用1900年日期系统后另存 (dates count from 1904)")
	}
	return f, nil
}

// safely calls f. The libraries are not made for hostile files: their panics are
// the file's fault.
func safely(f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return f()
}

var errPanic = errors.New("table: a library gave up on the file")

func errBook() error {
	return pil.Invalid("无法读取这份 .xlsx，请在表格软件中打开后另存 (damaged .xlsx: open it and save it again)")
}

// lookBook looks at every sheet of a workbook that is not empty.
func (s *Set) lookBook(src *source, in io.ReaderAt, size int64) ([]*source, error) {
	f, err := openBook(in, size, &s.limits)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, limits: &s.limits}
	defer func() {
		_ = b.close() // it was only read
	}()
	for _, name := range f.GetSheetList() {
		sh := sheet{source: &source{file: src.file, part: name}, name: name}
		if src.part != "" {
			sh.part = src.part + "/" + name
		}
		b.sheets, b.rows, b.line = []sheet{sh}, nil, 0
		for len(sh.sample) < samples {
			cells, err := b.next()
			if errors.Is(err, io.EOF) {
				break
			}
			switch n := len(cells); {
			case err != nil:
				return nil, err
			case n == 0:
			case sh.line == 0:
				sh.header, sh.line = cells, b.line
				if err := s.name(sh.source); err != nil {
					return nil, err
				}
			case n <= len(sh.header):
				sh.sample = append(sh.sample, append(cells, make([]string, len(sh.header)-n)...))
			}
		}
		if sh.line > 0 {
			src.sheets = append(src.sheets, sh)
		}
	}
	if len(src.sheets) == 0 {
		return nil, errEmpty()
	}
	src.open = func(r *reading) (stream, error) {
		f, err := openBook(in, size, &s.limits)
		if err != nil {
			return nil, err
		}
		return &book{f: f, sheets: src.sheets, limits: &s.limits, end: func() {
			if src.part == "" {
				r.bytes.Add(size)
			}
		}}, nil
	}
	return []*source{src}, nil
}

// next gives the next row's cells without its empty end; io.EOF after the last
// of the sheet.
func (b *book) next() (cells []string, err error) {
	err = safely(func() error {
		if b.rows == nil {
			if b.rows, err = b.f.Rows(b.sheets[0].name); err != nil {
				return err
			}
		}
		if !b.rows.Next() {
			if err := b.rows.Error(); err != nil {
				return err
			}
			return io.EOF
		}
		cells, err = b.rows.Columns()
		return err
	})
	b.line++
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, errBook()
	}
	for i, c := range cells {
		cells[i] = trimmed(c)
	}
	return withoutEnd(cells), nil
}

// withoutEnd is a row without the empty cells at its end.
func withoutEnd(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// trimmed is a cell without blanks at its ends.
func trimmed(s string) string { return strings.Trim(s, " \t\n\v\f\r\u3000") }

func (b *book) fill(batch *Batch) error {
	for len(b.sheets) > 0 {
		sh := b.sheets[0]
		batch.turnTo(sh.source)
		if b.rows == nil {
			b.line = 0
		}
		for batch.Len()+len(batch.failed) < batchRows && len(batch.data) < 1<<22 {
			cells, err := b.next()
			if errors.Is(err, io.EOF) {
				_ = b.rows.Close() // it was only read
				b.rows, b.sheets = nil, b.sheets[1:]
				break
			}
			if err != nil {
				return err
			}
			if b.line > sh.line && len(cells) > 0 {
				batch.add(b.line, cells, b.limits.Row)
			}
		}
		if batch.Len()+len(batch.failed) > 0 {
			return nil
		}
	}
	return io.EOF
}

// add adds a row of text; cells it lacks at its end are empty.
func (b *Batch) add(line int, cells []string, most int) {
	size := 0
	for _, c := range cells {
		size += len(c)
		if !utf8.ValidString(c) || strings.IndexByte(c, 0) >= 0 {
			b.fail(line, Undecodable)
			return
		}
	}
	switch {
	case len(cells) > len(b.want):
		b.fail(line, Ragged)
	case size > most:
		b.fail(line, TooLong)
	default:
		slots := b.empty()
		for i, c := range cells {
			if to := b.want[i]; to >= 0 {
				lo := len(b.data)
				b.data = append(b.data, c...)
				slots[to] = span{uint32(lo), uint32(len(b.data))}
			}
		}
		b.row(line, slots)
	}
}

func (b *book) split(*Batch) {}

func (b *book) close() error {
	if b.rows != nil {
		_ = b.rows.Close() // it was only read
	}
	if b.end != nil {
		b.end()
	}
	return b.f.Close()
}
