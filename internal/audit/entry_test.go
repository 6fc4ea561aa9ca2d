package audit

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// Every kind is known by its name, once, and rows are committed to exactly
// where the kind says so.
func TestKinds(t *testing.T) {
	seen := map[Kind]bool{}
	covers := map[Cover]bool{}
	for _, k := range Kinds {
		if got, err := ParseKind(string(k.Kind)); err != nil || got != k.Kind {
			t.Errorf("%s is read as %q, %v", k.Kind, got, err)
		}
		if seen[k.Kind] || k.Zh == "" || k.Kind.Cover() != k.Cover {
			t.Errorf("%+v: twice, without a name, or covered otherwise: %s", k, k.Kind.Cover())
		}
		seen[k.Kind], covers[k.Cover] = true, true
		row := Row{Kind: k.Kind, ID: "1", Salt: Salt{1}, Content: map[string]string{"a": "b"}}
		if _, err := row.Mark(); (err == nil) != (k.Cover == CoverCommitted) {
			t.Errorf("%s, which is %s: a row gives %v", k.Kind, k.Cover, err)
		}
	}
	for _, c := range Covers {
		if !covers[c] {
			t.Errorf("no kind is %s", c)
		}
	}
	if k, err := ParseKind("case"); pil.CodeOf(err) != pil.CodeInvalid || k.Cover() != CoverNone {
		t.Errorf("an unknown kind is read as %q, %v", k, err)
	}
}

func TestClasses(t *testing.T) {
	for _, c := range Classes {
		if got, err := ParseClass(string(c)); err != nil || got != c {
			t.Errorf("%s is read as %q, %v", c, got, err)
		}
	}
	if _, err := ParseClass("look"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("an unknown class gives %v", err)
	}
}

func TestEntryRefused(t *testing.T) {
	mark := Mark{Kind: KindEvent, ID: "e1", Commitment: Digest{1}}
	for name, spoil := range map[string]func(e *Entry){
		"local time":           func(e *Entry) { e.At = e.At.In(pil.Zone) },
		"half a second":        func(e *Entry) { e.At = e.At.Add(time.Second / 2) },
		"year 10000":           func(e *Entry) { e.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"no actor":             func(e *Entry) { e.Actor = "" },
		"blank in actor":       func(e *Entry) { e.Actor = "p 1" },
		"control in actor":     func(e *Entry) { e.Actor = "p\x7f" },
		"actor not UTF-8":      func(e *Entry) { e.Actor = "p\xff" },
		"long actor":           func(e *Entry) { e.Actor = strings.Repeat("p", 129) },
		"no office":            func(e *Entry) { e.Office = "" },
		"no action":            func(e *Entry) { e.Action = "" },
		"verb alone":           func(e *Entry) { e.Action = "open" },
		"capitals":             func(e *Entry) { e.Action = "Open_case" },
		"verb without a noun":  func(e *Entry) { e.Action = "open_" },
		"no class":             func(e *Entry) { e.Class = "" },
		"unknown class":        func(e *Entry) { e.Class = "look" },
		"no kind of subject":   func(e *Entry) { e.Subject.Kind = "" },
		"no subject":           func(e *Entry) { e.Subject.ID = "" },
		"list of a write":      func(e *Entry) { e.List = &Listing{} },
		"list without listing": func(e *Entry) { e.Class = ClassList },
		"negative count":       func(e *Entry) { e.Class, e.List = ClassList, &Listing{Count: -1} },
		"rows of a read":       func(e *Entry) { e.Class, e.Rows = ClassRead, []Mark{mark} },
		"row twice":            func(e *Entry) { e.Rows = []Mark{mark, mark} },
		"row of a derived kind": func(e *Entry) {
			e.Rows = []Mark{{Kind: KindSession, ID: "s1", Commitment: Digest{1}}}
		},
		"row without id":           func(e *Entry) { e.Rows = []Mark{{Kind: KindEvent, Commitment: Digest{1}}} },
		"row without a commitment": func(e *Entry) { e.Rows = []Mark{{Kind: KindEvent, ID: "e1"}} },
		"removed and committed":    func(e *Entry) { e.Rows = []Mark{{KindEvent, "e1", true, Digest{1}}} },
	} {
		e := act(0)
		spoil(&e)
		if b, err := (Head{}).Append(e); pil.CodeOf(err) != pil.CodeInvalid || b.Hashes != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestRowRefused(t *testing.T) {
	content := map[string]string{"a": "b"}
	for name, row := range map[string]Row{
		"no salt":    {Kind: KindEvent, ID: "e1", Content: content},
		"no content": {Kind: KindEvent, ID: "e1", Salt: Salt{1}},
		"no id":      {Kind: KindEvent, Salt: Salt{1}, Content: content},
		"not UTF-8":  {Kind: KindEvent, ID: "e1", Salt: Salt{1}, Content: map[string]string{"a": "\xff"}},
	} {
		if _, err := row.Mark(); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// decode reads an encoding back, sharing no code with it: what can be read back
// loses nothing, so no two entries share an encoding.
func decode(t interface{ Fatalf(string, ...any) }, b []byte) (e Entry) {
	take := func(n int) []byte {
		if n > len(b) {
			t.Fatalf("the encoding ends early")
		}
		out := b[:n]
		b = b[n:]
		return out
	}
	number := func(width int) (n int64) {
		for _, digit := range take(width) {
			n = n<<8 | int64(digit)
		}
		return n
	}
	text := func() string { return string(take(int(number(4)))) }
	if got := text(); got != "shouhu/audit/entry/1" {
		t.Fatalf("it begins with %q", got)
	}
	e.Seq, e.At = number(8), time.Unix(number(8), 0).UTC()
	e.Actor, e.Office, e.Action, e.Class = text(), text(), text(), Class(text())
	e.Subject = Subject{text(), text()}
	e.Reason = number(1) == 1
	copy(e.Law[:], take(32))
	if number(1) == 1 {
		e.List = new(Listing)
		copy(e.List.Filter[:], take(32))
		e.List.Count = number(8)
	}
	for range number(4) {
		m := Mark{Kind: Kind(text()), ID: text(), Removed: number(1) == 1}
		copy(m.Commitment[:], take(32))
		e.Rows = append(e.Rows, m)
	}
	if len(b) > 0 {
		t.Fatalf("%d bytes are left", len(b))
	}
	return e
}

func TestEncodingLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry.Draw(t, "entry")
		encoded := e.AppendEncoding(nil)
		back := decode(t, encoded)
		if !equal(back, e) {
			t.Fatalf("read back %+v, want %+v", back, e)
		}
		if !bytes.Equal(back.AppendEncoding(nil), encoded) {
			t.Fatalf("%+v has two encodings", e)
		}
	})
}

// A commitment binds kind, id, salt and each column, and tells neighbours apart.
func TestCommitmentBinds(t *testing.T) {
	row := func(kind Kind, id string, salt byte, content ...string) Row {
		r := Row{Kind: kind, ID: id, Salt: Salt{salt}, Content: map[string]string{}}
		for i := 0; i < len(content); i += 2 {
			r.Content[content[i]] = content[i+1]
		}
		return r
	}
	seen := map[Digest]int{}
	for i, r := range []Row{
		row(KindEvent, "e1", 1, "a", "b"), row(KindEvent, "e1", 2, "a", "b"), row(KindEvent, "e2", 1, "a", "b"), row(KindClue, "e1", 1, "a", "b"),
		row(KindEvent, "e1", 1), row(KindEvent, "e1", 1, "a", ""), row(KindEvent, "e1", 1, "", "a"), row(KindEvent, "e1", 1, "ab", ""),
		row(KindEvent, "e1", 1, "a", "b", "c", "d"), row(KindEvent, "e1", 1, "a", "d", "c", "b"), row(KindEvent, "e1", 1, "a", "bcd"),
	} {
		mark, err := r.Mark()
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[mark.Commitment]; ok {
			t.Errorf("rows %d and %d share a commitment", other, i)
		}
		seen[mark.Commitment] = i
	}
}

func TestDigest(t *testing.T) {
	d := Digest{0xab, 31: 1}
	if got, err := ParseDigest(d.String()); err != nil || got != d {
		t.Errorf("%s is read as %s, %v", d, got, err)
	}
	for _, s := range []string{"", "ab", d.String() + "00", strings.Repeat("x", 64)} {
		if got, err := ParseDigest(s); pil.CodeOf(err) != pil.CodeInvalid || got != (Digest{}) {
			t.Errorf("%q is read as %s, %v", s, got, err)
		}
	}
	if _, err := NewSalt(strings.NewReader("short")); err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("a salt of five bytes: %v", err)
	}
}
