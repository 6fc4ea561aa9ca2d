package audit

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// memory is a stored record that tests fill and then tamper with.
type memory struct {
	head    Head
	entries []Entry
	hashes  []tlog.Hash
	notes   [][]byte
	rows    []Row

	signer note.Signer
	keys   note.Verifiers
	salts  io.Reader
}

const origin = "示范市检察院"

var start = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func newMemory(t testing.TB) *memory { return withKey(t, 7) }

// withKey is an empty record whose key and salts come from a seed.
func withKey(t testing.TB, seed byte) *memory {
	t.Helper()
	salts := rand.NewChaCha8([32]byte{seed})
	secret, public, err := NewKey(salts, origin)
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{salts: salts}
	if m.signer, err = note.NewSigner(secret); err != nil {
		t.Fatal(err)
	}
	if m.keys, err = Keys(public); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *memory) append(t testing.TB, entries ...Entry) {
	t.Helper()
	b, err := m.head.Append(entries...)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(m.hashes)) != tlog.StoredHashCount(m.head.Size) {
		t.Fatalf("%d hashes are stored for %d entries", len(m.hashes), m.head.Size)
	}
	m.head, m.entries, m.hashes = b.Head, append(m.entries, b.Entries...), append(m.hashes, b.Hashes...)
}

// write sets a row to a new value and records it; a value "" removes the row.
func (m *memory) write(t testing.TB, kind Kind, id, value string) {
	t.Helper()
	mark := Mark{Kind: kind, ID: id, Removed: true}
	m.rows = slices.DeleteFunc(m.rows, func(r Row) bool { return r.Kind == kind && r.ID == id })
	if value != "" {
		row := Row{Kind: kind, ID: id, Content: map[string]string{"value": value, "note": "演示"}}
		var err error
		if row.Salt, err = NewSalt(m.salts); err != nil {
			t.Fatal(err)
		}
		if mark, err = row.Mark(); err != nil {
			t.Fatal(err)
		}
		m.rows = append(m.rows, row)
	}
	e := act(m.head.Size)
	e.Rows = []Mark{mark}
	m.append(t, e)
}

func (m *memory) checkpoint(t testing.TB) {
	t.Helper()
	text, err := m.head.Checkpoint(origin, start.Add(time.Duration(m.head.Size)*time.Minute)).Sign(m.signer)
	if err != nil {
		t.Fatal(err)
	}
	m.notes = append(m.notes, text)
}

// act is a write that touched no covered row.
func act(n int64) Entry {
	return Entry{At: start.Add(time.Duration(n) * time.Second), Actor: "p1", Office: "o1", Action: "open_case", Class: ClassWrite,
		Subject: Subject{"case", fmt.Sprintf("c%d", n/7)}, Law: Digest{1, 2, 3}}
}

func look(n int64) Entry {
	return Entry{At: start.Add(time.Duration(n) * time.Second), Actor: "p2", Office: "o1", Action: "show_identity", Class: ClassRead,
		Subject: Subject{"clue", fmt.Sprintf("l%d", n)}, Reason: true}
}

func list(n int64) Entry {
	return Entry{At: start.Add(time.Duration(n) * time.Second), Actor: "p2", Office: "o1", Action: "list_clues", Class: ClassList,
		Subject: Subject{Kind: "clue"}, List: &Listing{HashFilter(Salt{9}, "个人信息"), 20}}
}

// sample is a record of 12 entries: rows of six kinds, one of them changed and
// them changed, one removed; checkpoints at 5, 9 and 12.
func sample(t testing.TB) *memory {
	t.Helper()
	m := newMemory(t)
	m.write(t, KindEvent, "e1", "立案")                    // 0
	m.write(t, KindClue, "l1", "收到")                     // 1
	m.append(t, look(2), list(3))                        // 2, 3
	m.write(t, KindPerson, "p1", "甲")                    // 4
	m.checkpoint(t)                                      // 5
	m.write(t, KindClue, "l1", "已核")                     // 5
	m.write(t, KindExhibit, "x1", "证据")                  // 6
	m.write(t, KindGrant, "g1", "查阅")                    // 7
	m.append(t, look(8))                                 // 8
	m.checkpoint(t)                                      // 9
	m.write(t, KindGrant, "g1", "")                      // 9
	m.write(t, KindPaper, "d1", "\"检察建议书\"\n<正文>\u2028") // 10
	m.append(t, act(11))                                 // 11
	m.checkpoint(t)                                      // 12
	return m
}

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at < int64(len(m.hashes)) {
			out[i] = m.hashes[at]
		}
	}
	return out, nil
}
