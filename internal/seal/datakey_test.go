package seal

import (
	"bytes"
	"io"
	"testing"

	"pgregory.net/rapid"
)

func dataKey(tb testing.TB) DataKey {
	tb.Helper()
	k, err := NewDataKey()
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func encrypted(tb rapid.TB, k DataKey, text []byte) []byte {
	var b bytes.Buffer
	w, err := k.Encrypt(&b)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestDataKeyWraps(t *testing.T) {
	k := dataKey(t)
	sealed, err := k.Wrap(zeros{}, key(1))
	if err != nil {
		t.Fatal(err)
	}
	got, err := UnwrapDataKey(key(1), k.Name(), sealed)
	if err != nil || got.Name() != k.Name() || got.Address("ab") != k.Address("ab") {
		t.Fatalf("another key came back: %v", err)
	}
	if _, err := UnwrapDataKey(key(2), k.Name(), sealed); err == nil {
		t.Error("opened with another office's key")
	}
	if _, err := UnwrapDataKey(key(1), dataKey(t).Name(), sealed); err == nil {
		t.Error("opened under another key's name")
	}
	if k.Address("ab") == dataKey(t).Address("ab") || k.Address("ab") == k.Address("ac") || len(k.Address("")) != 64 {
		t.Error("addresses do not tell keys and bytes apart")
	}
}

// Any part of a closed file can be read by itself; a byte changed anywhere is noticed
// by whoever reads all of it.
func TestDataKeyOpens(t *testing.T) {
	k := dataKey(t)
	rapid.Check(t, func(t *rapid.T) {
		text := bytes.Repeat([]byte("守护1"), rapid.SampledFrom([]int{0, 1, 9000, 9363, 40000}).Draw(t, "size"))
		b := encrypted(t, k, text)
		r, size, err := k.Decrypt(bytes.NewReader(b), int64(len(b)))
		if err != nil || size != int64(len(text)) {
			t.Fatalf("got %d, %v", size, err)
		}
		from := rapid.IntRange(0, len(text)).Draw(t, "from")
		to := rapid.IntRange(from, len(text)).Draw(t, "to")
		got, err := io.ReadAll(io.NewSectionReader(r, int64(from), int64(to-from)))
		if err != nil || !bytes.Equal(got, text[from:to]) {
			t.Fatalf("part %d to %d: %v", from, to, err)
		}
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		b[at] ^= 1
		if r, size, err := k.Decrypt(bytes.NewReader(b), int64(len(b))); err == nil {
			if got, err := io.ReadAll(io.NewSectionReader(r, 0, size)); err == nil {
				t.Fatalf("byte %d changed, and %d bytes opened", at, len(got))
			}
		}
		b[at] ^= 1
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		if _, _, err := k.Decrypt(bytes.NewReader(b), int64(cut)); err == nil {
			t.Fatalf("cut at %d and not noticed", cut)
		}
	})
	if _, _, err := (DataKey{}).Decrypt(bytes.NewReader(nil), 0); err == nil {
		t.Error("opened without a key")
	}
}

func BenchmarkEncrypt(b *testing.B) {
	k := dataKey(b)
	w, err := k.Encrypt(io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	block := make([]byte, 1<<20)
	b.SetBytes(int64(len(block)))
	for b.Loop() {
		if _, err := w.Write(block); err != nil {
			b.Fatal(err)
		}
	}
}
