package table

import (
	"context"
	"io"
	"slices"

	"shouhu/internal/pil"
)

// File is one input as the caller names it; the name stands in errors and
// rejects. Bytes must not change while the Set is in use.
type File struct {
	Name  string
	Size  int64
	Bytes io.ReaderAt
}

// Limits bound what a stranger's file may cost. A zero field is its default.
type Limits struct {
	Row      int   // bytes of one row; 1 MiB
	Columns  int   // 2,000
	Book     int64 // bytes a workbook, or another member read in memory, unpacks to; 512 MiB
	Unpacked int64 // bytes one input unpacks to; 256 GiB
	Ratio    int64 // unpacked over packed bytes, beyond the first 64 MiB; 250
	Members  int   // of one archive; 10,000

	block int   // bytes read in a turn; 1 MiB
	head  int   // bytes looked at first, beside a row; 1 MiB
	free  int64 // bytes any input may unpack to; 64 MiB
}

func (l Limits) orDefault() Limits {
	or := func(n *int, d int) {
		if *n <= 0 {
			*n = d
		}
	}
	or64 := func(n *int64, d int64) {
		if *n <= 0 {
			*n = d
		}
	}
	or(&l.Row, 1<<20)
	or(&l.Columns, 2000)
	or(&l.Members, 10_000)
	or(&l.block, 1<<20)
	or(&l.head, 1<<20)
	or64(&l.Book, 512<<20)
	or64(&l.Unpacked, 256<<30)
	or64(&l.Ratio, 250)
	or64(&l.free, 64<<20)
	return l
}

// Reason says why a row was rejected.
type Reason uint8

// Every Reason. The last three are found by who uses the rows.
const (
	Undecodable   Reason = iota + 1 // neither the file's encoding nor text
	Ragged                          // more or fewer cells than the header
	UnclosedQuote                   // quotes that do not match
	TooLong                         // beyond Limits.Row
	NotAnObject                     // a line that is not one JSON object
	EmptyPerson                     // nobody is named
	BadTime                         // a time that is there and cannot be read
	BadNumber                       // a number that is there and cannot be read
)

var reasons = [...]struct{ code, zh, en string }{
	Undecodable:   {"undecodable", "文字无法按文件的编码读出", "not text in the file's encoding"},
	Ragged:        {"ragged", "单元格数与表头不符", "more or fewer cells than the header"},
	UnclosedQuote: {"unclosed_quote", "引号没有成对", "quotes do not match"},
	TooLong:       {"too_long", "一行过长", "the row is too long"},
	NotAnObject:   {"not_an_object", "不是一个 JSON 对象，或者键有重复", "not one JSON object, or a key stands twice"},
	EmptyPerson:   {"empty_person", "人员标识为空", "nobody is named"},
	BadTime:       {"bad_time", "时间无法识别", "the time cannot be read"},
	BadNumber:     {"bad_number", "数字无法识别", "the number cannot be read"},
}

// String is the name programs use.
func (r Reason) String() string { return reasons[r].code }

// Zh is the reason in Chinese.
func (r Reason) Zh() string { return reasons[r].zh }

// En is the reason in English.
func (r Reason) En() string { return reasons[r].en }

// Reject is a row that does not count, and why; never what stood in it. Line is
// the first line of the row in its part, from 1; in a workbook the row a
// spreadsheet shows, in Parquet the number of the row.
type Reject struct {
	File, Part string
	Line       int
	Reason     Reason
}

// Input is what became of a file. Rows + Rejected are all its rows, headers and
// empty lines excluded. SHA256 is of the bytes as given, in hexadecimal.
type Input struct {
	Name, SHA256   string
	Rows, Rejected int64
}

// Set is one or many files of one shape: their columns have the same names, in
// any order. It holds no open file and may be read several times, also at once.
type Set struct {
	files   []File
	limits  Limits
	header  []string
	sources []*source
}

// source is a stream of rows that can be read beside others: a text, an archive's
// member, a workbook, a row group.
type source struct {
	file    int    // of Set.files
	part    string // the member's name
	header  []string
	columns []int      // of Set.header: the place in this source's own header
	sample  [][]string // its first rows
	hashed  bool       // its stream hashes the file as it reads
	open    func(*reading) (stream, error)
	loose   bool    // its rows name their columns themselves, and may lack some
	sheets  []sheet // of a workbook, which is one source of many parts
}

// parts are the tables of a source.
func (src *source) parts() []*source {
	if src.sheets == nil {
		return []*source{src}
	}
	var list []*source
	for _, sh := range src.sheets {
		list = append(list, sh.source)
	}
	return list
}

// parts are all tables.
func (s *Set) parts() (list []*source) {
	for _, src := range s.sources {
		list = append(list, src.parts()...)
	}
	return list
}

// stream reads a source once.
type stream interface {
	// fill reads the next rows into b. It is called by one worker at a time, in
	// order, until it answers io.EOF with an empty b.
	fill(b *Batch) error
	// split finds b's rows and cells, beside other workers' turns.
	split(b *Batch)
	// close ends the reading, also before its end.
	close() error
}

// samples is how many first rows of each source a Set keeps.
const samples = 1000

// Open looks at the files' formats, encodings and headers, and at the keys of
// every JSON line. Files that cannot be read, are empty, or whose columns differ
// are an invalid Error that says which and how.
func Open(ctx context.Context, files []File, limits Limits) (*Set, error) {
	s := &Set{files: slices.Clone(files), limits: limits.orDefault()}
	if len(files) == 0 {
		return nil, pil.Invalid("没有文件 (no file)")
	}
	for i := range s.files {
		found, err := s.look(ctx, i)
		if err != nil {
			return nil, place(err, s.files[i].Name)
		}
		s.sources = append(s.sources, found...)
	}
	return s, s.join()
}

// Header gives the names of the columns, in the order of the first file. An
// empty name has become 列N, a name that stands twice has (2) behind it.
func (s *Set) Header() []string { return slices.Clone(s.header) }

// Size is how many bytes the files have, as given: the end of Plan.Progress.
func (s *Set) Size() (n int64) {
	for _, f := range s.files {
		n += f.Size
	}
	return n
}

// Sample gives up to n first rows of each part, n at most 1,000, with the cells
// in the order of Header.
func (s *Set) Sample(n int) [][]string {
	var rows [][]string
	for _, src := range s.parts() {
		for _, row := range src.sample[:min(n, len(src.sample))] {
			sorted := make([]string, len(src.columns))
			for to, from := range src.columns {
				if from >= 0 {
					sorted[to] = row[from]
				}
			}
			rows = append(rows, sorted)
		}
	}
	return rows
}

// Plan says what a reading wants.
type Plan struct {
	Columns []int // which columns the batches hold, by position in Header
	Workers int   // how many goroutines read; 1 where it is less
	// Reject is told each rejected row, from any worker, one at a time, in no order.
	Reject func(Reject)
	// Progress is told now and then how many bytes of the files are read and how
	// many rows were handed over, one call at a time.
	Progress func(bytes, rows int64)
}
