package audit

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

func (m *memory) trust() Trust { return Trust{Origin: origin, Keys: m.keys} }

func (m *memory) Size() (int64, error) { return m.head.Size, nil }

// Entries are found from the first with the number on: tampering may have left
// gaps and repetitions, but the order of the store's index.
func (m *memory) Entries(from, to int64) ([]Entry, error) {
	bySeq := func(e Entry, seq int64) int { return int(e.Seq - seq) }
	first, _ := slices.BinarySearchFunc(m.entries, from, bySeq)
	last, _ := slices.BinarySearchFunc(m.entries, to, bySeq)
	return m.entries[first:last], nil
}

func (m *memory) Checkpoints() ([][]byte, error) { return m.notes, nil }

func (m *memory) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range m.rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (m *memory) export(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Export(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func check(t testing.TB, file []byte, trust Trust) *Report {
	t.Helper()
	r, err := Check(bytes.NewReader(file), trust)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// short names a finding without its sentence: entry_altered #6.
func short(f Finding) string {
	s := string(f.Fault)
	if f.Row != (RowID{}) {
		s += fmt.Sprintf(" %s/%s", f.Row.Kind, f.Row.ID)
	}
	if f.Entries != (Range{}) {
		s += " #" + f.Entries.String()
	}
	return s
}

func TestWhole(t *testing.T) {
	m := sample(t)
	file := m.export(t)
	golden.Check(t, "record.jsonl", string(file))
	want := &Report{Entries: 12, Checkpoints: 3, Rows: 5, Sealed: 12, Root: m.head.Root().String(), Findings: []Finding{}}
	got := check(t, file, m.trust())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := got.Err(); err != nil {
		t.Error(err)
	}
	empty := newMemory(t)
	if got := check(t, empty.export(t), empty.trust()); len(got.Findings) > 0 || got.Entries != 0 {
		t.Errorf("an empty record gives %+v", got)
	}
	m.rows = nil
	trust := m.trust()
	trust.EntriesOnly = true
	if got := check(t, m.export(t), trust); len(got.Findings) > 0 {
		t.Errorf("entries alone give %v", got.Findings)
	}
}

// Somebody who can change the stored record does so; the export is honest, and
// the check names what was done and nothing else.
func TestTampering(t *testing.T) {
	entry := func(m *memory, seq int64) *Entry {
		return &m.entries[slices.IndexFunc(m.entries, func(e Entry) bool { return e.Seq == seq })]
	}
	row := func(m *memory, id string) *Row {
		return &m.rows[slices.IndexFunc(m.rows, func(r Row) bool { return r.ID == id })]
	}
	rebuild := func(m *memory) { // the whole tree anew, by somebody without the key
		m.head, m.hashes = Head{}, nil
		for i := range m.entries {
			m.entries[i].Seq = m.head.Size
			m.hashes = m.head.add(m.hashes, m.entries[i].Hash())
		}
	}
	var sentences strings.Builder
	for _, c := range []struct {
		name   string
		tamper func(m *memory)
		want   []string
	}{
		{"the actor of entry 6 is another", func(m *memory) { entry(m, 6).Actor = "p9" }, []string{"entry_altered #6"}},
		{"the reason of entry 2 is taken back", func(m *memory) { entry(m, 2).Reason = false }, []string{"entry_altered #2"}},
		{"the commitment of entry 6 and its row", func(m *memory) {
			row(m, "x1").Content["value"] = "别的证据"
			entry(m, 6).Rows[0].Commitment = row(m, "x1").commitment()
		}, []string{"entry_altered #6"}},
		{"entry 6 with its stored hash", func(m *memory) {
			entry(m, 6).Actor = "p9"
			m.hashes[tlog.StoredHashIndex(0, 6)] = entry(m, 6).Hash()
		}, []string{"checkpoint_mismatch #5–8"}},
		{"entry 6 and the whole tree", func(m *memory) {
			entry(m, 6).Actor = "p9"
			rebuild(m)
		}, []string{"checkpoint_mismatch #5–8", "checkpoint_mismatch #5–11"}},
		{"entry 8 deleted", func(m *memory) { m.entries = slices.Delete(m.entries, 8, 9) }, []string{"entry_missing #8"}},
		{"entry 8 and its hash deleted", func(m *memory) {
			m.entries = slices.Delete(m.entries, 8, 9)
			m.hashes[tlog.StoredHashIndex(0, 8)] = tlog.Hash{}
		}, []string{"checkpoint_mismatch #5–8", "checkpoint_mismatch #5–11", "entry_missing #8"}},
		{"entry 8 deleted and the tree built again", func(m *memory) {
			m.entries = slices.Delete(m.entries, 8, 9)
			rebuild(m)
		}, []string{"checkpoint_mismatch #5–8", "tree_truncated #11"}},
		{"entries 10 and 11 cut off", func(m *memory) {
			m.entries = m.entries[:10]
			rebuild(m)
		}, []string{"tree_truncated #10–11", "row_unrecorded paper/d1"}},
		{"entries cut off with their checkpoints", func(m *memory) {
			m.entries, m.notes = m.entries[:9], m.notes[:2]
			rebuild(m)
			m.rows = slices.DeleteFunc(m.rows, func(r Row) bool { return r.ID == "d1" })
		}, []string{"row_missing grant/g1 #7"}},
		{"entry 12 put in behind the head", func(m *memory) {
			e := look(12)
			e.Seq = 12
			m.entries = append(m.entries, e)
		}, []string{"hash_missing #12"}},
		{"entry 6 put in again, with another actor", func(m *memory) {
			e := *entry(m, 6)
			e.Actor = "p9"
			m.entries = slices.Insert(m.entries, 7, e)
		}, []string{"entry_inserted #6"}},
		{"a stored hash altered", func(m *memory) { m.hashes[tlog.StoredHashIndex(0, 6)][0]++ }, []string{"entry_altered #6", "checkpoint_mismatch #5–8"}},
		{"a stored hash deleted", func(m *memory) { m.hashes[tlog.StoredHashIndex(0, 6)] = tlog.Hash{} }, []string{"hash_missing #6"}},
		{"an inner hash altered", func(m *memory) { m.hashes[tlog.StoredHashIndex(3, 0)][0]++ }, []string{"peaks_mismatch #0–8", "peaks_mismatch #0–11"}},

		{"row x1 altered", func(m *memory) { row(m, "x1").Content["value"] = "别的证据" }, []string{"row_altered exhibit/x1 #6"}},
		{"a column of row x1 emptied", func(m *memory) { delete(row(m, "x1").Content, "note") }, []string{"row_altered exhibit/x1 #6"}},
		{"the salt of row x1 altered", func(m *memory) { row(m, "x1").Salt[0]++ }, []string{"row_altered exhibit/x1 #6"}},
		{"row x1 deleted", func(m *memory) { m.rows = slices.DeleteFunc(m.rows, func(r Row) bool { return r.ID == "x1" }) }, []string{"row_missing exhibit/x1 #6"}},
		{"row x2 put in", func(m *memory) { m.rows = append(m.rows, Row{KindExhibit, "x2", Salt{1}, map[string]string{}}) }, []string{"row_unrecorded exhibit/x2"}},
		{"row g1 brought back", func(m *memory) { m.rows = append(m.rows, Row{KindGrant, "g1", Salt{1}, map[string]string{}}) }, []string{"row_unrecorded grant/g1 #9"}},
		{"row x1 twice", func(m *memory) { m.rows = append(m.rows, *row(m, "x1")) }, []string{"row_repeated exhibit/x1"}},

		{"a checkpoint of another size", func(m *memory) { m.notes[1] = bytes.Replace(m.notes[1], []byte("\n9\n"), []byte("\n8\n"), 1) }, []string{"checkpoint_unsigned"}},
		{"a checkpoint signed by a stranger", func(m *memory) {
			stranger := withKey(t, 8)
			m.notes[1], _ = m.head.Checkpoint(origin, start).Sign(stranger.signer)
		}, []string{"checkpoint_unsigned"}},
		{"a checkpoint of another record", func(m *memory) { m.notes[1], _ = m.head.Checkpoint("别处", start).Sign(m.signer) }, []string{"checkpoint_unsigned"}},
		{"a signed checkpoint of another tree", func(m *memory) {
			m.notes[1], _ = Checkpoint{Origin: origin, Size: 9, Root: tlog.Hash{1}, At: start}.Sign(m.signer)
		}, []string{"checkpoint_mismatch #5–8"}},
	} {
		m := sample(t)
		c.tamper(m)
		report := check(t, m.export(t), m.trust())
		var got []string
		fmt.Fprintf(&sentences, "## %s\n", c.name)
		for _, f := range report.Findings {
			got = append(got, short(f))
			fmt.Fprintln(&sentences, f)
		}
		sentences.WriteByte('\n')
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if err := report.Err(); !errors.Is(err, ErrDamaged) || pil.CodeOf(err) != pil.CodeInternal {
			t.Errorf("%s: the report's error is %v, want a fatal one", c.name, err)
		}
	}
	golden.Check(t, "findings.txt", sentences.String())
}

// Who holds the signing key can rewrite everything, but not what was handed to
// others before.
func TestHeldCheckpoints(t *testing.T) {
	m := sample(t)
	trust := m.trust()
	for _, note := range m.notes {
		c, err := OpenCheckpoint(note, m.keys, origin)
		if err != nil {
			t.Fatal(err)
		}
		trust.Held = append(trust.Held, c)
	}
	if got := check(t, m.export(t), trust); len(got.Findings) > 0 {
		t.Errorf("the record as it was gives %v", got.Findings)
	}
	rewritten := newMemory(t)
	for _, e := range m.entries[:10] {
		e.Rows = nil
		if e.Seq == 6 {
			e.Actor = "p9"
		}
		rewritten.append(t, e)
	}
	rewritten.checkpoint(t)
	if got := check(t, rewritten.export(t), rewritten.trust()); len(got.Findings) > 0 {
		t.Errorf("alone, what was rewritten gives %v", got.Findings)
	}
	var got []string
	for _, f := range check(t, rewritten.export(t), trust).Findings {
		got = append(got, short(f))
	}
	if diff := cmp.Diff([]string{"checkpoint_mismatch #0–4", "checkpoint_mismatch #0–8", "tree_truncated #10–11"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every fault has a name and a sentence, and some change in these tests is
// named by it.
func TestFaults(t *testing.T) {
	var found strings.Builder
	for _, name := range []string{"findings.txt", "lines.txt"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		found.Write(text)
	}
	for _, f := range Faults {
		if got, err := ParseFault(string(f.Fault)); err != nil || got != f.Fault {
			t.Errorf("%s is read as %q, %v", f.Fault, got, err)
		}
		if f.Zh == "" || f.En == "" || !strings.Contains(found.String(), f.Zh+" ("+f.En+")") {
			t.Errorf("%s has no sentence, or is found nowhere", f.Fault)
		}
	}
	if _, err := ParseFault("other"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("an unknown fault gives %v", err)
	}
}

func TestExportIsTheSameTwice(t *testing.T) {
	m := sample(t)
	if !bytes.Equal(m.export(t), m.export(t)) {
		t.Error("two exports of one record differ")
	}
}
