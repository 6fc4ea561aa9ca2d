package audit

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// The test vectors of the format, computed anew.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile("../../docs/formats/audit.md")
	if err != nil {
		t.Fatal(err)
	}
	has := func(what, value string) {
		t.Helper()
		if !strings.Contains(strings.ReplaceAll(string(text), "\n", ""), value) {
			t.Errorf("docs/formats/audit.md lacks %s: %s", what, value)
		}
	}
	row := Row{Kind: KindEvent, ID: "e1", Content: map[string]string{"step": "file", "day": "2026-11-23"}}
	for i := range row.Salt {
		row.Salt[i] = byte(i)
	}
	mark, err := row.Mark()
	if err != nil {
		t.Fatal(err)
	}
	has("the commitment", mark.Commitment.String())
	e := Entry{At: start, Actor: "p1", Office: "o1", Action: "open_case", Class: ClassWrite, Subject: Subject{"case", "c1"}, Reason: true, Rows: []Mark{mark}}
	has("the encoding", hex.EncodeToString(e.AppendEncoding(nil)))
	has("the leaf hash", e.Hash().String())
	b, err := (Head{}).Append(e, Entry{At: start, Actor: "p1", Office: "o1", Action: "list_clues", Class: ClassList, Subject: Subject{Kind: "clue"}, List: &Listing{Count: 3, Filter: HashFilter(row.Salt, "张三")}})
	if err != nil {
		t.Fatal(err)
	}
	has("the hash of the filter", b.Entries[1].List.Filter.String())
	has("the encoding of the list", hex.EncodeToString(b.Entries[1].AppendEncoding(nil)))
	has("the root", b.Head.Root().String())
}
