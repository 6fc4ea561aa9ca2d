package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
)

func request() *Request {
	return &Request{Version: Version, SQL: "SELECT 1", Params: []Param{{"day", int64(3)}, {"word", "人"}, {"none", nil}}, Rows: 10, Memory: MinMemory, Threads: 2, Seconds: 5,
		Tables: []Table{{"people", []Column{{"id", Text}, {"born", Day}}}, {"paid", []Column{{"fen", Fen}}}}}
}

// sent is a question with some rows, as it goes over the wire.
func sent(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, request())
	if err != nil {
		tb.Fatal(err)
	}
	f := NewFrame(0)
	f.Text([]byte("甲"))
	f.Int(-7)
	f.Text(nil)
	f.Null()
	g := NewFrame(1)
	g.Int(1 << 40)
	for _, frame := range []*Frame{f, g, f} { // the third is empty by then
		if err := w.Send(frame); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// rows reads a question to its end.
func rows(text []byte) (req *Request, told []string, err error) {
	r, err := NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, nil, err
	}
	err = r.Each(func(table int, cells []any) error {
		line := fmt.Sprint(table)
		for _, c := range cells {
			if text, ok := c.([]byte); ok {
				c = string(text)
			}
			line += fmt.Sprintf(" %v", c)
		}
		told = append(told, line)
		return nil
	})
	return r.Request, told, err
}

// What is sent is what is read: the request, and every row of every table.
func TestQuestion(t *testing.T) {
	req, told, err := rows(sent(t))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(request(), req); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"0 甲 -7", "0  <nil>", "1 1099511627776"}, told); d != "" {
		t.Error(d)
	}
}

// A question cut off anywhere is refused: never a part for the whole.
func TestQuestionCut(t *testing.T) {
	whole := sent(t)
	for n := range whole {
		if _, _, err := rows(whole[:n]); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%d bytes of %d: %v", n, len(whole), err)
		}
	}
}

// A request that breaks a bound is refused by both ends.
func TestRequestBounds(t *testing.T) {
	for what, change := range map[string]func(*Request){
		"version":      func(r *Request) { r.Version++ },
		"no statement": func(r *Request) { r.SQL = "" },
		"long":         func(r *Request) { r.SQL = strings.Repeat("x", MaxSQL+1) },
		"no table":     func(r *Request) { r.Tables = nil },
		"rows":         func(r *Request) { r.Rows = MaxRows + 1 },
		"memory":       func(r *Request) { r.Memory = 1 },
		"threads":      func(r *Request) { r.Threads = 65 },
		"seconds":      func(r *Request) { r.Seconds = 0 },
		"table twice":  func(r *Request) { r.Tables[1].Name = "people" },
		"table's name": func(r *Request) { r.Tables[0].Name = `a"b` },
		"column twice": func(r *Request) { r.Tables[0].Columns[1].Name = "id" },
		"column":       func(r *Request) { r.Tables[0].Columns[0].Name = strings.Repeat("a", 41) },
		"no column":    func(r *Request) { r.Tables[0].Columns = nil },
		"kind":         func(r *Request) { r.Tables[0].Columns[0].Kind = "float" },
		"parameter":    func(r *Request) { r.Params[0].Name = "Day" },
	} {
		r := request()
		change(r)
		if _, err := NewWriter(&bytes.Buffer{}, r); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, line := range []string{"", "x\n", "{}\n", `{"version":1,"files":["/etc/passwd"]}` + "\n", strings.Repeat(" ", maxRequest+2) + "\n",
		`{"version":1,"sql":"SELECT 1","params":[{"name":"a","value":1.5}],"tables":[{"name":"t","columns":[{"name":"c","kind":"text"}]}],"rows":1,"memory":67108864,"threads":1,"seconds":1}` + "\n"} {
		if _, err := NewReader(strings.NewReader(line)); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%.80q: %v", line, err)
		}
	}
}

// Frames that are not in order are refused.
func TestFrames(t *testing.T) {
	head := bytes.SplitAfter(sent(t), []byte("\n"))[0]
	frame := func(table, size uint64, body ...byte) []byte {
		b := binary.AppendUvarint(bytes.Clone(head), table)
		return append(append(binary.AppendUvarint(b, size), body...), 0)
	}
	for what, text := range map[string][]byte{
		"a table that is not there": frame(3, 1, 0),
		"too large":                 frame(1, maxFrame+1),
		"longer than it has":        frame(1, 9, 1, 'a'),
		"half a row":                frame(1, 2, 1, 'a'),
		"a text beyond the frame":   frame(1, 3, 9, 'a', 0),
		"no kind of cell":           frame(2, 2, 2, 2),
		"a number that never ends":  frame(2, 11, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255),
	} {
		if _, told, err := rows(text); pil.CodeOf(err) != pil.CodeInvalid || len(told) > 0 {
			t.Errorf("%s: %v after %q", what, err, told)
		}
	}
	if _, told, err := rows(frame(2, 3, 1, 4, 9)); err == nil || len(told) != 1 { // a row, then a byte that begins none
		t.Errorf("%q, %v", told, err)
	}
}

// answered is an answer as the sandbox writes it.
func answered(tb testing.TB, last func(*AnswerWriter) error) []byte {
	tb.Helper()
	var b bytes.Buffer
	a := NewAnswerWriter(&b)
	if err := errors.Join(a.Columns([]string{"id", "n"}), a.Row([]any{"甲<", int64(-1)}), a.Row([]any{"", nil}), last(a)); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// An answer is whole or there is none.
func TestAnswers(t *testing.T) {
	done := Done{Rows: 2, Loaded: 5}
	whole := answered(t, func(a *AnswerWriter) error { return a.Done(done) })
	got, err := ReadAnswer(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&Answer{Columns: []string{"id", "n"}, Rows: [][]any{{"甲<", int64(-1)}, {"", nil}}, Done: done}, got); d != "" {
		t.Error(d)
	}
	for n := range len(whole) - 1 { // without the last line's end it is whole
		if a, err := ReadAnswer(bytes.NewReader(whole[:n])); !errors.Is(err, error(ErrNoEnd)) || a != nil {
			t.Errorf("%d bytes of %d: %+v, %v", n, len(whole), a, err)
		}
	}
	refused := answered(t, func(a *AnswerWriter) error { return a.Fail(Failure{pil.CodeBusy, "内存不足"}) })
	if a, err := ReadAnswer(bytes.NewReader(refused)); pil.CodeOf(err) != pil.CodeBusy || a != nil {
		t.Errorf("%+v, %v", a, err)
	}
	for what, text := range map[string]string{
		"rows it has not sent":  `{"columns":["a"]}` + "\n" + `{"done":{"rows":3}}` + "\n",
		"a row of another form": `{"columns":["a"]}` + "\n" + `{"row":[1,2]}` + "\n" + `{"done":{"rows":1}}` + "\n",
		"a fraction":            `{"columns":["a"]}` + "\n" + `{"row":[1.5]}` + "\n" + `{"done":{"rows":1}}` + "\n",
		"no JSON":               "panic: runtime error\n",
		"nothing":               "",
	} {
		if a, err := ReadAnswer(strings.NewReader(text)); err == nil || a != nil {
			t.Errorf("%s: %+v, %v", what, a, err)
		}
	}
}

// Whatever comes to the sandbox, it reads rows of the declared tables and kinds, or
// refuses.
func FuzzRows(f *testing.F) {
	f.Add(sent(f))
	f.Add([]byte("{}\n\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := NewReader(bytes.NewReader(text))
		if err != nil {
			if pil.CodeOf(err) != pil.CodeInvalid {
				t.Error(err)
			}
			return
		}
		err = r.Each(func(table int, cells []any) error {
			columns := r.Request.Tables[table].Columns
			if len(cells) != len(columns) {
				t.Fatalf("%d cells of %d columns", len(cells), len(columns))
			}
			for i, c := range cells {
				switch c.(type) {
				case []byte:
					if columns[i].Kind != Text {
						t.Errorf("text in a column of kind %s", columns[i].Kind)
					}
				case int64, nil:
					if columns[i].Kind == Text {
						t.Errorf("%v in a column of texts", c)
					}
				default:
					t.Errorf("a cell is a %T", c)
				}
			}
			return nil
		})
		if err != nil && pil.CodeOf(err) != pil.CodeInvalid {
			t.Error(err)
		}
	})
}

// Whatever the sandbox says, the office reads a whole answer or none.
func FuzzAnswer(f *testing.F) {
	f.Add(answered(f, func(a *AnswerWriter) error { return a.Done(Done{Rows: 2}) }))
	f.Add([]byte(`{"error":{"code":"busy","text":"x"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := ReadAnswer(bytes.NewReader(text))
		if (a == nil) == (err == nil) {
			t.Fatalf("%+v and %v", a, err)
		}
		if a == nil {
			return
		}
		if a.Done.Rows != int64(len(a.Rows)) {
			t.Errorf("%d rows, %d said", len(a.Rows), a.Done.Rows)
		}
		for _, row := range a.Rows {
			if len(row) != len(a.Columns) {
				t.Errorf("%d cells under %d columns", len(row), len(a.Columns))
			}
		}
	})
}
