package seal

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

// Any k shares give the seed back, through their written form; fewer do not, and
// neither do shares of two seeds.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, MaxShares).Draw(t, "n")
		k := rapid.IntRange(2, n).Draw(t, "k")
		seed := rapid.SliceOfN(rapid.Byte(), KeySize, KeySize).Draw(t, "seed")
		chance := rand.NewChaCha8([32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "chance")))
		list, err := SplitSeed(chance, seed, k, n)
		if err != nil {
			t.Fatal(err)
		}
		var typed []Share
		for _, i := range rapid.Permutation(list).Draw(t, "order")[:k] {
			s, err := ParseShare(i.Shown())
			if err != nil || s != i {
				t.Fatalf("read otherwise: %v", err)
			}
			typed = append(typed, s)
		}
		got, err := JoinShares(typed)
		if err != nil || !bytes.Equal(got, seed) {
			t.Fatalf("not the seed: %v", err)
		}
		if _, err := JoinShares(typed[:k-1]); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("too few: %v", err)
		}
		if _, err := JoinShares(append(typed[:k-1:k-1], typed[0])); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("one twice: %v", err)
		}
		other := bytes.Clone(seed)
		other[0]++
		foreign, err := SplitSeed(chance, other, k, n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := JoinShares(append(typed[:k-1:k-1], foreign[0])); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("of two seeds: %v", err)
		}
		// What k-1 shares say fits every seed: with a forged last share they give another.
		forged := typed[k-1]
		forged.y[0] ^= 1
		if got, err := JoinShares(append(typed[:k-1:k-1], forged)); err == nil {
			t.Errorf("a forged share gives %x", got)
		}
	})
}

// Every digit that is mistyped, and every two groups that are swapped, are found, and
// named by their group.
func TestShareMistyped(t *testing.T) {
	list, err := SplitSeed(rand.NewChaCha8([32]byte{1}), make([]byte, KeySize), 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	digits := strings.ReplaceAll(list[1].Shown(), " ", "")
	for i := range digits {
		bad := []byte(digits)
		bad[i] = '0' + (bad[i]-'0'+1)%10
		_, err := ParseShare(string(bad))
		if want := fmt.Sprintf("第 %d 组", i/groupDigits+1); pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(err.Error(), want) {
			t.Fatalf("digit %d: %v", i, err)
		}
	}
	swapped := digits[groupDigits:2*groupDigits] + digits[:groupDigits] + digits[2*groupDigits:]
	for _, bad := range []string{swapped, digits[1:], digits + "0", "", strings.Repeat("9", len(digits)), strings.Repeat("x", len(digits))} {
		if _, err := ParseShare(bad); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%.20s: %v", bad, err)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v", list[0], list[0], list[0]); strings.Contains(s, hex.EncodeToString(list[0].y[:4])) || strings.Contains(s, fmt.Sprint(list[0].y[0])) {
		t.Errorf("printed: %s", s)
	}
	if got, err := ParseShare(strings.ReplaceAll(list[2].Shown(), " ", "－")); err != nil || got != list[2] || got.Number() != 3 || got.Threshold() != 3 {
		t.Errorf("with dashes: %v", err)
	}
	for _, c := range [][2]int{{1, 5}, {6, 5}, {2, MaxShares + 1}, {0, 0}} {
		if _, err := SplitSeed(rand.NewChaCha8([32]byte{1}), make([]byte, KeySize), c[0], c[1]); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%d of %d: %v", c[0], c[1], err)
		}
	}
}

// Multiplication has inverses: a field.
func TestField(t *testing.T) {
	for a := 1; a < 256; a++ {
		if mul(byte(a), inverse(byte(a))) != 1 {
			t.Errorf("%d has no inverse", a)
		}
	}
	if mul(0x57, 0x83) != 0xc1 { // FIPS 197, 4.2
		t.Error("not the field of FIPS 197")
	}
}

// What was printed once joins for ever.
func TestShareVectors(t *testing.T) {
	seed := []byte("recovery seed of thirty-two byte")
	list, err := SplitSeed(rand.NewChaCha8([32]byte{7}), seed, 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintln(&b, s.Shown())
	}
	golden.Check(t, "vectors/shares.txt", b.String())
	text, err := os.ReadFile(filepath.Join("testdata", "vectors", "shares.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var old []Share
	for line := range strings.Lines(string(text)) {
		s, err := ParseShare(line)
		if err != nil {
			t.Fatal(err)
		}
		old = append(old, s)
	}
	for _, three := range [][]Share{old[:3], old[2:], {old[4], old[0], old[2]}} {
		if got, err := JoinShares(three); err != nil || !bytes.Equal(got, seed) {
			t.Errorf("%s, %v", got, err)
		}
	}
}

func FuzzShare(f *testing.F) {
	list, err := SplitSeed(rand.NewChaCha8([32]byte{1}), make([]byte, KeySize), 2, 2)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(list[0].Shown())
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := ParseShare(text); err == nil {
			if again, err := ParseShare(s.Shown()); err != nil || again != s {
				t.Fatal("read otherwise")
			}
		}
	})
}
