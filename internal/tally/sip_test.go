package tally

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"
)

// The 64 vectors of the reference implementation: key 00…0f, inputs of 0 to 63
// bytes 00, 01, 02 …; the first and last as published, all of them by a hash.
func TestSip(t *testing.T) {
	var key [16]byte
	for i := range key {
		key[i] = byte(i)
	}
	s, all := newSIP(key), sha256.New()
	var in, first, last []byte
	for i := range 64 {
		hi, lo := s.sum(in)
		out := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, hi), lo)
		all.Write(out)
		if i == 0 {
			first = out
		}
		last = out
		in = append(in, byte(i))
	}
	for _, c := range []struct {
		what string
		got  []byte
		want string
	}{
		{"first", first, "a3817f04ba25a8e66df67214c7550293"},
		{"last", last, "5150d1772f50834a503e069a973fbd7c"},
		{"all", all.Sum(nil), "ecfaa9fe47ff788fa834a9863ea2715a2880cd37d2b8c3c194402838428119b9"},
	} {
		if got := hex.EncodeToString(c.got); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
}

func BenchmarkSip(b *testing.B) {
	s, in := newSIP([16]byte{1}), []byte("f3a9c0d17be24c5589aa01b2")
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		s.sum(in)
	}
}
