package table

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
)

// Columns come in the order asked for, also twice; rows a consumer finds wanting
// are rejected; progress ends at the size of the files.
func TestPlan(t *testing.T) {
	files := []File{file("a.csv", "a,b,c\n1,2,3\n4,5,6\n"), file("b.zip", zipped("x.csv", "c,b,a\n9,8,7\n"))}
	s := must(Open(context.Background(), files, Limits{}))
	if d := diff.Diff([][]string{{"1", "2", "3"}, {"7", "8", "9"}}, s.Sample(1)); d != "" {
		t.Error(d)
	}
	var cells []string
	var rejects []Reject
	var seen, rows int64
	in, err := s.Read(context.Background(), Plan{
		Columns: []int{2, 0, 2}, Reject: func(r Reject) { rejects = append(rejects, r) },
		Progress: func(bytes, n int64) { seen, rows = bytes, n },
	}, func(_ int, b *Batch) error {
		for row := range b.Len() {
			for col := range 3 {
				cells = append(cells, string(b.Cell(row, col)))
			}
			if string(b.Cell(row, 1)) == "4" {
				b.Reject(row, EmptyPerson)
				b.Reject(row, BadTime) // it is gone already
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := diff.Diff("3 1 3 6 4 6 9 7 9", strings.Join(cells, " ")); d != "" {
		t.Error(d)
	}
	if d := diff.Diff([]Reject{{File: "a.csv", Line: 3, Reason: EmptyPerson}}, rejects); d != "" {
		t.Error(d)
	}
	if rows != 2 || in[0].Rows != 1 || in[0].Rejected != 1 || in[1].Rows != 1 || seen == 0 || seen > s.Size() {
		t.Errorf("%+v, %d rows, %d of %d bytes", in, rows, seen, s.Size())
	}
}

// An error of the consumer, of the caller and of the disk ends the reading, and
// stays what it is.
func TestReadEnds(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,2\n", 10_000)
	s := must(Open(context.Background(), []File{file("a.csv", text)}, Limits{block: 100}))
	mine := errors.New("enough")
	ctx, cancel := context.WithCancel(context.Background())
	for what, each := range map[error]func() error{
		mine:             func() error { return mine },
		context.Canceled: func() error { cancel(); return nil },
	} {
		var calls atomic.Int64
		in, err := s.Read(ctx, Plan{Columns: []int{0}, Workers: 2}, func(int, *Batch) error { calls.Add(1); return each() })
		if !errors.Is(err, what) || in != nil || calls.Load() > 4 {
			t.Errorf("%v: %v after %d calls", what, err, calls.Load())
		}
		ctx, cancel = context.WithCancel(context.Background())
	}
	cancel()
	shorter := File{Name: "a.csv", Size: int64(len(text)) + 1, Bytes: strings.NewReader(text)}
	s = must(Open(context.Background(), []File{shorter}, Limits{}))
	if _, err := s.Read(context.Background(), Plan{}, func(int, *Batch) error { return nil }); !errors.Is(err, io.ErrUnexpectedEOF) || pil.CodeOf(err) != pil.CodeInternal {
		t.Errorf("a file that is shorter than it was: %v", err)
	}
	if _, err := Open(context.Background(), []File{{Name: "a.csv", Size: 4, Bytes: broken{}}}, Limits{}); !errors.Is(err, io.ErrClosedPipe) || pil.CodeOf(err) != pil.CodeInternal {
		t.Errorf("a disk that fails: %v", err)
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

// Every reason has a name of its own, in both languages.
func TestReasons(t *testing.T) {
	seen := map[string]bool{}
	for r := Undecodable; int(r) < len(reasons); r++ {
		for _, s := range []string{r.String(), r.Zh(), r.En()} {
			if s == "" || seen[s] {
				t.Errorf("%d: %q", r, s)
			}
			seen[s] = true
		}
	}
}

// fuzz: no bytes make a reader panic or run away. What is read is text within the
// limits, the same in blocks of any size; what is refused is the file's fault.
func fuzz(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	limits := Limits{Row: 1000, Columns: 50, Book: 1 << 20, Unpacked: 1 << 20, Members: 10}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := File{Name: name, Size: int64(len(data)), Bytes: bytes.NewReader(data)}
		got, err := load(limits, 1, in)
		if err != nil {
			if pil.CodeOf(err) != pil.CodeInvalid || got != nil {
				t.Fatal(err)
			}
			return
		}
		if n := int64(len(got.rows)); got.inputs[0].Rows != n || got.inputs[0].Rejected != int64(len(got.rejects)) {
			t.Fatalf("%d rows, %d rejects, %+v", n, len(got.rejects), got.inputs)
		}
		for _, row := range got.rows {
			for _, cell := range row {
				if !validUTF8([]byte(cell)) || trimmed(cell) != cell {
					t.Fatalf("%q", cell)
				}
			}
		}
		limits := limits
		limits.block = 1 + len(data)%50
		again, err := load(limits, 2, in)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff.Diff(got, again, diff.AllowUnexported(told{}, line{})); d != "" {
			t.Fatal(d)
		}
	})
}

var seed = [][]string{{"a", "b"}, {"1", "甲,\"\n"}, {"420111199001011234", ""}}

func FuzzCSV(f *testing.F) {
	fuzz(f, "a.csv", separated(seed, ',', false), gb18030(separated(seed, ';', true)), "\xef\xbb\xbfa\tb\n\"1\n2\t\"3\"4\n")
}

func FuzzJSON(f *testing.F) {
	fuzz(f, "a.json", objects(seed), `{"a":-1.5e+3,"b":[{"\u7532":null}],"c":"\ud842\udfb7"}`+"\n{")
}
func FuzzBook(f *testing.F)    { fuzz(f, "a.xlsx", booked(anys(seed), anys(seed))) }
func FuzzParquet(f *testing.F) { fuzz(f, "a.parquet", parqueted(seed, 1)) }
func FuzzPacked(f *testing.F) {
	fuzz(f, "a.zip", gzipped("a,b\n1,2\n"), zipped("a.csv", "a,b\n1,2\n", "b.csv.gz", gzipped("b,a\n1,2\n")))
}
