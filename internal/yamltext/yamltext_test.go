package yamltext

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
)

// paper has a field of every kind that Decode knows.
type paper struct {
	ID      string `yaml:"id"`
	From    pil.Day
	names   `yaml:",inline"`
	Since   pil.Day           `yaml:"since"`
	Copies  int               `yaml:"copies"`
	Month   int8              `yaml:"month"`
	Fen     int64             `yaml:"fen"`
	Public  bool              `yaml:"public"`
	Signed  *bool             `yaml:"signed"`
	Cite    []string          `yaml:"cite"`
	Numbers []int             `yaml:"numbers"`
	Calls   map[string]string `yaml:"calls"`
	Parts   []*part           `yaml:"parts"`
	Place   `yaml:"-"`
}

type names struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

type part struct {
	Kind  string   `yaml:"kind"`
	Words []string `yaml:"words"`
	At    Place
}

const whole = `id: W19
zh: 检察建议书
en: "recommendation: to the agency"
since: 2021-07-01
copies: 3
month: 12
fen: 519950
public: true
signed: false
cite: [R75, R76]
numbers: [1, -2]
calls:
  S2018: 建议
  PM: 督促
parts:
  - kind: 首部
    words: 标题
  - {kind: 尾部, words: []}
`

func TestDecode(t *testing.T) {
	no := false
	since, err := pil.ParseDay("2021-07-01")
	if err != nil {
		t.Fatal(err)
	}
	want := paper{
		ID: "W19", names: names{"检察建议书", "recommendation: to the agency"}, Since: since,
		Copies: 3, Month: 12, Fen: 519950, Public: true, Signed: &no, Cite: []string{"R75", "R76"}, Numbers: []int{1, -2},
		Calls: map[string]string{"S2018": "建议", "PM": "督促"},
		Parts: []*part{
			{Kind: "首部", Words: []string{"标题"}, At: Place{"w.yaml", 16}}, // one word stands for a list of one
			{Kind: "尾部", Words: []string{}, At: Place{"w.yaml", 18}},
		},
		Place: Place{"w.yaml", 1},
	}
	for name, text := range map[string]string{"unix": whole, "windows": strings.ReplaceAll(whole, "\n", "\r\n"), "marked": "\ufeff" + whole} {
		var got paper
		if err := Decode("w.yaml", []byte(text), &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(paper{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Every mistake is refused with the line it stands on and a word on what it is.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
		says       string
	}{
		{"unknown key", "id: a\nidd: b\n", 2, "unknown key"},
		{"unknown key below", "id: a\nparts:\n  - kind: b\n    word: c\n", 4, "unknown key"},
		{"field without a tag", "id: a\nFrom: 2021-07-01\n", 2, "unknown key"},
		{"place is no key", "id: a\nPlace: x\n", 2, "unknown key"},
		{"merge key", "<<: {id: a}\n", 1, "unknown key"},
		{"list as key", "id: a\n? [b]\n: c\n", 2, "unknown key"},
		{"key twice", "id: a\nzh: b\nid: c\n", 3, "given twice"},
		{"inlined key twice", "zh: a\nid: b\nzh: c\n", 3, "given twice"},
		{"map key twice", "calls:\n  a: b\n  a: c\n", 3, "given twice"},
		{"map with a list as key", "calls:\n  ? [a]\n  : b\n", 2, "text"},

		{"list for text", "id:\n  - a\n", 2, "text"},
		{"mapping for text", "id: {a: b}\n", 1, "text"},
		{"nothing for text", "zh: a\nid:\n", 2, "text"},
		{"null for text", "id: ~\n", 1, "text"},
		{"text for list of parts", "id: a\nparts: b\n", 2, "list"},
		{"nothing for list", "id: a\ncite:\n", 2, "list"},
		{"mapping for list", "id: a\ncite: {a: b}\n", 2, "list"},
		{"list in list", "cite:\n  - a\n  - [b]\n", 3, "text"},
		{"null in list", "cite:\n  - a\n  -\n", 3, "text"},
		{"one number for list", "numbers: 1\n", 1, "list"},
		{"text for number", "id: a\ncopies: three\n", 2, "integer"},
		{"fraction for number", "copies: 1.5\n", 1, "integer"},
		{"hexadecimal number", "copies: 0x10\n", 1, "integer"},
		{"number too large for its field", "month: 128\n", 1, "integer"},
		{"number too large", "fen: 9223372036854775808\n", 1, "integer"},
		{"list for number", "copies: [1]\n", 1, "integer"},
		{"yes for true", "id: a\npublic: yes\n", 2, "true"},
		{"quoted true", "public: \"true\"\n", 1, "true"},
		{"one for true", "public: 1\n", 1, "true"},
		{"text for map", "calls: a\n", 1, "mapping"},
		{"list for map", "calls:\n  - a\n", 2, "mapping"},
		{"list for the whole", "- id: a\n", 1, "mapping"},
		{"text for the whole", "a\n", 1, "mapping"},
		{"no such day", "id: a\nsince: 2021-02-29\n", 2, "no such day"},
		{"list for a day", "id: a\nsince: [2021-02-28]\n", 2, "value"},

		{"alias", "id: &a x\nzh: *a\n", 1, "aliases"},
		{"anchor alone", "id: x\nzh: &a y\n", 2, "aliases"},
		{"anchor on a list", "id: x\ncite: &a [b]\n", 2, "aliases"},
		{"two documents", "id: a\n---\nid: b\n", 2, "one document"},
		{"second document empty", "id: a\n---\n", 2, "one document"},
		{"second document broken", "id: a\n---\nb: 'c\n", 3, "not valid YAML"},
		{"text after the end", "id: a\n...\nb\n", 3, "not valid YAML"},
		{"empty", "", 1, "empty"},
		{"blank lines", "\n\n", 1, "empty"},
		{"comments only", "# a\n# b\n", 1, "empty"},
		{"tab indentation", "parts:\n\t- kind: a\n", 2, "not valid YAML"},
		{"tab before a key", "id: a\n\tzh: b\n", 2, "not valid YAML"},
		{"open list", "id: a\ncite: [b\nzh: c\n", 2, "not valid YAML"},
		{"closed and not opened", "id: a\nzh: b\n}\n", 3, "not valid YAML"},
		{"open list on line one", "[a,\nb: c\n", 3, "not valid YAML"},
		{"entry without a dash", "cite:\n  - a\n  b\n", 3, "not valid YAML"},
		{"unknown version", "# a\n%YAML 9.9\n---\nid: b\n", 2, "not valid YAML"},
		{"open quote", "id: a\nzh: 'b\nen: c\n", 2, "not valid YAML"},
		{"colon in plain text", "id: a\nzh: b: c\n", 2, "not valid YAML"},
		{"control character", "id: a\x00b\n", 1, "not valid YAML"},
		{"not UTF-8", "id: \xff\xff\n", 1, "save it as UTF-8"},
		{"nested without end", strings.Repeat("[", 20000), 1, "not valid YAML"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p paper
			refused(t, Decode("w.yaml", []byte(c.text), &p), c.line, c.says)
		})
	}
}

func refused(t *testing.T, err error, line int, says string) {
	t.Helper()
	e, ok := errors.AsType[*pil.Error](err)
	if !ok || e.Code != pil.CodeInvalid {
		t.Fatalf("got %v, want an invalid Error", err)
	}
	if e.File != "w.yaml" || e.Line != line || !strings.Contains(e.Text, says) {
		t.Errorf("got %q, want it on line %d and to say %q", e.Error(), line, says)
	}
	if strings.ContainsAny(e.Text, "\r\n") || len(e.Text) > 1000 {
		t.Errorf("the sentence is long or broken: %.200q", e.Text)
	}
}

// A very long value is data like any other where text is wanted, and is not
// thrown back at people where it is not.
func TestLongScalar(t *testing.T) {
	long := strings.Repeat("案件", 1<<20/3)
	var p paper
	if err := Decode("w.yaml", []byte("zh: b\nid: "+long+"\n"), &p); err != nil || p.ID != long {
		t.Fatalf("%d bytes came back as %d, %v", len(long), len(p.ID), err)
	}
	refused(t, Decode("w.yaml", []byte("zh: b\ncopies: "+long+"\n"), &p), 2, "integer")
	refused(t, Decode("w.yaml", []byte("zh: b\nsince: "+long+"\n"), &p), 2, "YYYY-MM-DD")
	refused(t, Decode("w.yaml", []byte("zh: b\nid: {"+long+"\n"), &p), 2, "not valid YAML")
	refused(t, Decode("w.yaml", []byte("zh: b\n? "+long+"\n: c\n"), &p), 2, "unknown key")
}

// FuzzDecode: no text makes the reader panic, and every refusal names the file
// and a line of the text.
func FuzzDecode(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		var p paper
		err := Decode("w.yaml", []byte(text), &p)
		if err == nil {
			return
		}
		e, ok := errors.AsType[*pil.Error](err)
		if !ok || e.Code != pil.CodeInvalid || e.File != "w.yaml" {
			t.Fatalf("%v", err)
		}
		breaks := 0 // YAML knows five
		for _, b := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
			breaks += strings.Count(text, b)
		}
		if lines := breaks + 1; e.Line < 1 || e.Line > lines+1 { // the end of the text is the line after its last
			t.Fatalf("line %d of %d: %s", e.Line, lines, e.Text)
		}
		if strings.ContainsAny(e.Text, "\r\n") || len(e.Text) > 1000 {
			t.Fatalf("the sentence is long or broken: %.200q", e.Text)
		}
	})
}
