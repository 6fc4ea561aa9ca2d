package audit

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// filled is a record of n entries appended in groups of random size.
func filled(t *rapid.T, m *memory, n int64) {
	for m.head.Size < n {
		group := make([]Entry, rapid.Int64Range(1, n-m.head.Size).Draw(t, "group"))
		for i := range group {
			group[i] = look(m.head.Size + int64(i))
		}
		b, err := m.head.Append(group...)
		if err != nil {
			t.Fatal(err)
		}
		m.head, m.entries, m.hashes = b.Head, append(m.entries, b.Entries...), append(m.hashes, b.Hashes...)
	}
}

// The oracle is tlog, which reads the stored hashes where we keep peaks.
func TestAppendAgreesWithTlog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := new(memory)
		filled(t, m, rapid.Int64Range(0, 300).Draw(t, "size"))
		stored := new(memory)
		for n := range m.head.Size {
			if m.entries[n].Seq != n {
				t.Fatalf("entry %d is numbered %d", n, m.entries[n].Seq)
			}
			more, err := tlog.StoredHashes(n, m.entries[n].AppendEncoding(nil), stored)
			if err != nil {
				t.Fatal(err)
			}
			stored.hashes = append(stored.hashes, more...)
		}
		if diff := cmp.Diff(stored.hashes, m.hashes); diff != "" {
			t.Fatalf("stored hashes (-tlog +ours):\n%s", diff)
		}
		root, err := tlog.TreeHash(m.head.Size, stored)
		if err != nil || root != m.head.Root() {
			t.Fatalf("the root of %d is %s, want %s, %v", m.head.Size, m.head.Root(), root, err)
		}
		peaks, err := stored.ReadHashes(peakIndexes(m.head.Size))
		if err != nil || !slices.Equal(peaks, m.head.Peaks) {
			t.Fatalf("peaks of %d: %v, want %v, %v", m.head.Size, m.head.Peaks, peaks, err)
		}
	})
}

func TestAppendLeavesItsArgumentsAlone(t *testing.T) {
	m := sample(t)
	before := Head{m.head.Size, slices.Clone(m.head.Peaks)}
	e := act(0)
	e.Rows = []Mark{{Kind: KindPaper, ID: "d2", Removed: true}, {Kind: KindClue, ID: "l2", Removed: true}}
	given := slices.Clone(e.Rows)
	b, err := m.head.Append(e, e)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, m.head); diff != "" {
		t.Errorf("the head changed:\n%s", diff)
	}
	if e.Seq != 0 || !slices.Equal(e.Rows, given) {
		t.Errorf("the entry changed: %+v", e)
	}
	if got := b.Entries[1]; got.Seq != 13 || got.Rows[0].Kind != KindClue {
		t.Errorf("appended as %+v", got)
	}
}

func TestDamagedHead(t *testing.T) {
	for name, h := range map[string]Head{
		"too few peaks": {Size: 3, Peaks: make([]tlog.Hash, 1)}, "too many peaks": {Size: 4, Peaks: make([]tlog.Hash, 2)},
		"negative": {Size: -1, Peaks: make([]tlog.Hash, 64)}, "too large": {Size: MaxSize + 1, Peaks: make([]tlog.Hash, 2)},
	} {
		if _, err := h.Append(act(0)); !errors.Is(err, ErrDamaged) || pil.CodeOf(err) != pil.CodeInternal {
			t.Errorf("%s: got %v, want a fatal error", name, err)
		}
	}
}

func TestCheckpoint(t *testing.T) {
	m := sample(t)
	want := m.head.Checkpoint(origin, start)
	msg, err := want.Sign(m.signer)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenCheckpoint(msg, m.keys, origin); err != nil || got != want {
		t.Errorf("opened as %+v, %v; want %+v", got, err, want)
	}
	refused := func(name string, msg []byte, keys note.Verifiers, origin string) {
		t.Helper()
		if got, err := OpenCheckpoint(msg, keys, origin); pil.CodeOf(err) != pil.CodeInvalid || got != (Checkpoint{}) {
			t.Errorf("%s: opened as %+v, %v", name, got, err)
		}
	}
	refused("of another record", msg, m.keys, "别处")
	refused("no keys", msg, nil, origin)
	refused("unsigned", []byte(want.text()), m.keys, origin)
	for i := range msg {
		bent := slices.Clone(msg)
		bent[i] ^= 1
		refused("a byte bent", bent, m.keys, origin)
	}
	for name, text := range map[string]string{
		"no moment": "示范市检察院\n12\n" + want.Root.String() + "\n", "more": want.text() + "more\n", "size 0": strings.Replace(want.text(), "\n12\n", "\n0\n", 1),
		"size with a plus": strings.Replace(want.text(), "\n12\n", "\n+12\n", 1), "huge": strings.Replace(want.text(), "\n12\n", "\n9223372036854775807\n", 1),
		"local": strings.Replace(want.text(), "Z\n", "+00:00\n", 1), "short root": strings.Replace(want.text(), "=\n", "\n", 1),
	} {
		signed, err := note.Sign(&note.Note{Text: text}, m.signer)
		if err != nil {
			t.Fatal(err)
		}
		refused(name, signed, m.keys, origin)
	}
	if _, err := want.Sign(); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("signed by nobody: %v", err)
	}
	if _, err := (Head{}).Checkpoint(origin, start).Sign(m.signer); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("an empty record was signed: %v", err)
	}
}

// A key is replaced: the old one vouches for what it signed, both sign on the
// day of the change, and who knows only one of them can follow.
func TestRotation(t *testing.T) {
	m := sample(t)
	oldKeys, oldSigner := m.keys, m.signer
	secret, public, err := NewKey(m.salts, origin+"2")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	newKeys, err := Keys(public)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := m.head.Checkpoint(origin, start).Sign(oldSigner, signer)
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string]note.Verifiers{"old": oldKeys, "new": newKeys} {
		if _, err := OpenCheckpoint(msg, keys, origin); err != nil {
			t.Errorf("with the %s key: %v", name, err)
		}
	}
	if _, _, err := NewKey(m.salts, "a b"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a blank in the name: %v", err)
	}
	if _, _, err := NewKey(m.salts, "a+b"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a plus in the name: %v", err)
	}
	if _, err := Keys(public, "no key"); pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(err.Error(), "2") {
		t.Errorf("a text that is no key: %v", err)
	}
}

func TestProofs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := new(memory)
		size := rapid.Int64Range(1, 200).Draw(t, "size")
		filled(t, m, rapid.Int64Range(1, size).Draw(t, "earlier size"))
		earlier := m.head.Checkpoint(origin, start)
		filled(t, m, size)
		later := m.head.Checkpoint(origin, start)

		seq := rapid.Int64Range(0, size-1).Draw(t, "seq")
		proof, err := ProveEntry(later, seq, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckEntry(later, m.entries[seq], proof); err != nil {
			t.Fatal(err)
		}
		other := m.entries[seq]
		other.Reason = !other.Reason
		if CheckEntry(later, other, proof) == nil {
			t.Fatal("an altered entry is proved")
		}
		if size > 1 && CheckEntry(later, m.entries[(seq+1)%size], proof) == nil {
			t.Fatal("another entry is proved")
		}

		growth, err := ProveGrowth(earlier, later, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckGrowth(earlier, later, growth); err != nil {
			t.Fatal(err)
		}
		earlier.Root[0]++
		if CheckGrowth(earlier, later, growth) == nil {
			t.Fatal("a record grew from what it was not")
		}
		if _, err := ProveGrowth(earlier, later, m); !errors.Is(err, ErrDamaged) {
			t.Fatalf("a root that is not stored: %v", err)
		}

		m.hashes[tlog.StoredHashIndex(0, seq)][0]++
		if _, err := ProveEntry(later, seq, m); !errors.Is(err, ErrDamaged) {
			t.Fatalf("a stored hash was altered: %v", err)
		}
	})
}

func TestProofsRefuse(t *testing.T) {
	m := sample(t)
	c := m.head.Checkpoint(origin, start)
	for _, seq := range []int64{-1, 12} {
		if _, err := ProveEntry(c, seq, m); pil.CodeOf(err) != pil.CodeNotFound {
			t.Errorf("entry %d of 12: %v", seq, err)
		}
	}
	huge := c
	huge.Size = 1<<63 - 1
	if _, err := ProveEntry(huge, 3, m); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("a huge checkpoint: %v", err)
	}
	if err := CheckEntry(huge, m.entries[3], make(tlog.RecordProof, 62)); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a huge checkpoint: %v", err)
	}
	if err := CheckGrowth(c, huge, nil); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a huge checkpoint: %v", err)
	}
	if _, err := ProveGrowth(huge, c, m); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("from large to small: %v", err)
	}
	if err := CheckEntry(c, Entry{}, nil); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("an empty entry: %v", err)
	}
}
