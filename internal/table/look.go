package table

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// way opens a source's bytes for one reading; end is called once at its end.
type way func(*reading) (in io.Reader, end func() error, err error)

// look says what sources of rows a file is.
func (s *Set) look(ctx context.Context, file int) ([]*source, error) {
	f := s.files[file]
	if f.Size == 0 {
		return nil, errEmpty()
	}
	head, err := s.head(io.NewSectionReader(f.Bytes, 0, f.Size))
	if err != nil {
		return nil, err
	}
	switch kindOf(head) {
	case "":
	case "zip":
		return s.lookZip(ctx, file)
	case "gzip":
		return s.lookGzip(ctx, file)
	case "parquet":
		return s.lookParquet(&source{file: file}, f.Bytes, f.Size)
	default:
		return nil, errKind()
	}
	src := &source{file: file, hashed: true}
	spots := [][]byte{head}
	if int64(len(head)) < f.Size {
		// What is ASCII for a megabyte may be Chinese further down.
		for i := range int64(16) {
			spot := make([]byte, 16<<10)
			n, err := f.Bytes.ReadAt(spot, max(0, f.Size-int64(len(spot)))*(i+1)/16)
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
			spots = append(spots, spot[:n])
		}
	}
	return s.lookText(ctx, src, f.Name, spots, int64(len(head)) == f.Size, s.plainWay(file))
}

func errEmpty() error {
	return pil.Invalid("文件是空的，没有表头 (the file is empty)")
}

func errKind() error {
	return pil.Invalid("无法识别的文件：请提供 CSV、TSV、XLSX、JSON 行、Parquet，或者它们的 gzip、zip 压缩包 (not a CSV, TSV, XLSX, JSON lines or Parquet file, nor a gzip or zip of one)")
}

// kindOf tells files that are no text by how they begin.
func kindOf(head []byte) string {
	for magic, kind := range map[string]string{
		"PK\x03\x04": "zip", "PK\x05\x06": "zip", "\x1f\x8b": "gzip", "PAR1": "parquet",
		"PARE": "?", "\xd0\xcf\x11\xe0": "?", "%PDF": "?", "\x89PNG": "?", "\xff\xd8\xff": "?", "7z\xbc\xaf": "?", "Rar!": "?", "\x28\xb5\x2f\xfd": "?", "BZh": "?", "\xfd7zXZ": "?",
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return kind
		}
	}
	return ""
}

// head reads as much of a text as its header and first rows may need.
func (s *Set) head(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, int64(s.limits.Row+s.limits.head)))
}

// plainWay reads a file as it is and hashes it.
func (s *Set) plainWay(file int) way {
	return func(r *reading) (io.Reader, func() error, error) {
		in := &hashing{r: r, h: sha256.New(), in: io.NewSectionReader(s.files[file].Bytes, 0, s.files[file].Size)}
		return in, func() error { return in.end(file) }, nil
	}
}

// hashing reads, hashes what it read and tells how much it was.
type hashing struct {
	r *reading
	h interface {
		io.Writer
		Sum([]byte) []byte
	}
	in   io.Reader
	seen int64
}

func (h *hashing) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	_, _ = h.h.Write(p[:n]) // a hash never fails
	h.seen += int64(n)
	h.r.bytes.Add(int64(n))
	return n, err
}

// end hashes what was not read and notes the sum.
func (h *hashing) end(file int) error {
	if _, err := io.Copy(io.Discard, h); err != nil {
		return err
	}
	if want := h.r.set.files[file].Size; h.seen != want {
		return fmt.Errorf("%d of %d bytes: %w", h.seen, want, io.ErrUnexpectedEOF)
	}
	h.r.sum(file, h.h.Sum(nil))
	return nil
}

// lookText looks at a text: spots[0] is its beginning, all of it where complete
// says so, the others stand anywhere.
func (s *Set) lookText(ctx context.Context, src *source, name string, spots [][]byte, complete bool, open way) ([]*source, error) {
	head := spots[0]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, pil.Invalid("文件是 UTF-16 编码，请另存为「CSV UTF-8」 (UTF-16: save it as CSV UTF-8)")
	}
	t := layout{row: s.limits.Row, line: 1}
	mark := []byte("\xef\xbb\xbf")
	rest, marked := bytes.CutPrefix(head, mark)
	if marked {
		t.encoding, t.skip = asUTF8, int64(len(mark))
	} else {
		t.encoding = guess(wholeLines(spots, complete))
	}
	// Empty lines before the header do not count.
	for len(rest) > 0 && (rest[0] == '\n' || rest[0] == '\r') {
		if rest[0] == '\n' {
			t.line++
		}
		t.skip++
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return nil, errEmpty()
	}
	ext := path.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz"))
	switch start := bytes.TrimLeft(rest, " \t"); {
	case bytes.HasPrefix(start, []byte("{")):
		return s.lookJSON(ctx, src, t, rest, complete, open)
	case bytes.HasPrefix(start, []byte("[")) && strings.Contains(ext, "json"):
		return nil, pil.Invalid("JSON 须每行一个对象，不是一个数组 (JSON lines: one object a line, not an array)")
	case bytes.HasPrefix(start, []byte("<")):
		return nil, errKind() // a page or XML, whatever its name says
	}
	comma, fields, end, v := delimiter(rest, ext, s.limits.Row, complete)
	switch {
	case v == more || v == long:
		return nil, pil.At(pil.Invalid("表头过长，可能不是表格 (the header is too long: not a table?)"), "", t.line)
	case !t.encoding.valid(rest[:end]):
		return nil, pil.At(pil.Invalid("表头的文字既不是 UTF-8 也不是 GB18030，请另存为「CSV UTF-8」 (the header is neither UTF-8 nor GB18030)"), "", t.line)
	case v == bad:
		return nil, pil.At(pil.Invalid("表头的引号没有成对 (the quotes of the header do not match)"), "", t.line)
	case bytes.Contains(bytes.TrimRight(rest[:end], "\r\n"), []byte{'\r'}) && bytes.IndexByte(rest[:end], '"') < 0:
		return nil, pil.Invalid("行末只有回车符，请另存为「CSV UTF-8」 (lines end in CR alone: save it as CSV UTF-8)")
	}
	b := &Batch{data: slices.Clone(rest), encoding: t.encoding}
	for _, f := range fields {
		c := b.cell(f)
		src.header = append(src.header, string(b.data[c.lo:c.hi]))
	}
	if err := s.name(src); err != nil {
		return nil, err
	}
	t.comma = comma
	t.skip += int64(end)
	t.line += newlines(rest[:end])
	src.open = func(r *reading) (stream, error) {
		in, end, err := open(r)
		return &text{layout: t, in: in, end: end, block: s.limits.block}, err
	}
	src.firstRows(&text{layout: t, eof: complete}, rest[end:])
	return []*source{src}, nil
}

// firstRows keeps the first rows of data as the sample.
func (src *source) firstRows(t *text, data []byte) {
	b := &Batch{data: slices.Clone(data[:t.cut(data)]), line: t.line, encoding: t.encoding, width: len(src.header), want: count(len(src.header))}
	t.split(b)
	b.keep(src)
}

// count is 0, 1 … n-1.
func count(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// wholeLines are the lines that stand whole in the spots of a text, of which the
// first is its beginning, or all of it.
func wholeLines(spots [][]byte, complete bool) (lines [][]byte) {
	for i, spot := range spots {
		list := bytes.SplitAfter(spot, []byte{'\n'})
		if i > 0 {
			list = list[1:]
		}
		if n := len(list); !complete && n > 0 {
			list = list[:n-1]
		}
		lines = append(lines, list...)
	}
	return lines
}

// delimiter finds what separates cells: what gives the most of the first rows as
// many cells as the header, then what gives the header more, then the comma.
// With it come the header's cells and where the header ends.
func delimiter(data []byte, ext string, row int, complete bool) (comma byte, header []field, end int, v verdict) {
	best := -1
	for _, c := range []byte{',', '\t', ';'} {
		fields, at, seen := record(data, 0, c, row, complete, nil)
		score := 0
		if n := len(fields); n > 1 {
			score = n
			if ext == ".tsv" && c == '\t' {
				score += 1 << 40
			}
			var cells []field
			pos := at
			for i := 0; i < 100 && pos < len(data) && seen == whole; i++ {
				var what verdict
				if cells, pos, what = record(data, pos, c, row, complete, cells); what == more || what == long {
					break
				}
				if len(cells) == n {
					score += 1 << 20
				}
			}
		}
		if score > best {
			best, comma, header, end, v = score, c, fields, at, seen
		}
	}
	return comma, header, end, v
}

// name makes the names of a header different from each other and not empty.
func (s *Set) name(src *source) error {
	if len(src.header) > s.limits.Columns {
		return pil.Invalid("有%d列，超过%d列 (too many columns)", len(src.header), s.limits.Columns)
	}
	seen := map[string]bool{}
	for _, name := range src.header {
		seen[name] = true
	}
	used := map[string]bool{}
	for i, name := range src.header {
		if name == "" {
			name = fmt.Sprintf("列%d", i+1)
		}
		free := name
		for n := 2; used[free] || free != src.header[i] && seen[free]; n++ {
			free = fmt.Sprintf("%s (%d)", name, n)
		}
		used[free] = true
		src.header[i] = free
	}
	return nil
}

// join finds each part's place for every column. The shape of the first part is
// that of all; where all name their columns row by row, it is what any of them
// names.
func (s *Set) join() error {
	parts := s.parts()
	first := parts[0]
	at := map[string]int{}
	if i := slices.IndexFunc(parts, func(p *source) bool { return !p.loose }); i >= 0 {
		first = parts[i]
		s.header = first.header
		for i, name := range s.header {
			at[name] = i
		}
	} else {
		for _, p := range parts {
			for _, name := range p.header {
				if _, ok := at[name]; !ok {
					at[name] = len(s.header)
					s.header = append(s.header, name)
				}
			}
		}
	}
	for _, p := range parts {
		p.columns = slices.Repeat([]int{-1}, len(s.header))
		extra := 0
		for from, name := range p.header {
			if to, ok := at[name]; ok {
				p.columns[to] = from
			} else if extra == 0 {
				extra = from + 1
			}
		}
		lacks := 0
		if !p.loose {
			lacks = slices.Index(p.columns, -1) + 1
		}
		// Columns are counted, not named: what stands first may be no header.
		var why string
		switch {
		case lacks > 0 && extra > 0:
			why = fmt.Sprintf("没有后者的第%d列，且第%d列在后者中没有 (column %d of the other is missing, and the other lacks column %d of this)", lacks, extra, lacks, extra)
		case lacks > 0:
			why = fmt.Sprintf("没有后者的第%d列 (column %d of the other is missing)", lacks, lacks)
		case extra > 0:
			why = fmt.Sprintf("第%d列在后者中没有 (the other lacks column %d of this)", extra, extra)
		default:
			continue
		}
		return pil.At(pil.Invalid("%s表头与 %s 不同：%s", named(p.part), s.files[first.file].Name+named(first.part), why), s.files[p.file].Name, 0)
	}
	return nil
}

// named puts a part's name in brackets.
func named(part string) string {
	if part == "" {
		return ""
	}
	return "「" + part + "」"
}
