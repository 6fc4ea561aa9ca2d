package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

// opened is all of an envelope.
type opened struct {
	Report Report
	Files  []string // name, media, content
}

func openAll(b []byte, key PrivateKey) (out opened, id ID, err error) {
	r, id, err := OpenReport(bytes.NewReader(b), key, func(n FileName, r io.Reader) error {
		body, err := io.ReadAll(r)
		out.Files = append(out.Files, n.Name, n.Media, string(body))
		return err
	})
	if r != nil {
		out.Report = *r
	}
	return out, id, err
}

func sealAll(tb testing.TB, to PublicKey, in opened) ([]byte, ID) {
	tb.Helper()
	var b bytes.Buffer
	e, err := NewEnvelope(&b, rand.Reader, to)
	if err != nil {
		tb.Fatal(err)
	}
	for i := 0; i < len(in.Files); i += 3 {
		if _, err := e.AddFile(FileName{in.Files[i], in.Files[i+1]}, strings.NewReader(in.Files[i+2])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := e.Close(&in.Report); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes(), e.ID
}

// keyOf makes the same key each time: for vectors.
func keyOf(tb testing.TB, s Suite) PrivateKey {
	tb.Helper()
	k, err := NewPrivateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 32)), s)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

var sample = opened{
	Report: Report{Kind: ReportKind, Day: "2026-11-23", What: "河边堆放垃圾", Where: "演示县河滨路", Lookup: strings.Repeat("0a", 16), Reporter: "x25519:AA"},
	Files:  []string{"照片.jpg", "image/jpeg", strings.Repeat("photo ", 30000), "../../etc/passwd", "text/plain", ""},
}

func TestEnvelopeOpens(t *testing.T) {
	for _, s := range Suites() {
		key := keyOf(t, s)
		b, id := sealAll(t, key.Public(), sample)
		got, gotID, err := openAll(b, key)
		if err != nil || gotID != id {
			t.Fatalf("%s: %v", s, err)
		}
		if d := cmp.Diff(sample, got); d != "" {
			t.Errorf("%s: %s", s, d)
		}
		if bytes.Contains(b, []byte("photo")) || bytes.Contains(b, []byte("jpg")) {
			t.Errorf("%s: something stands in clear", s)
		}
	}
}

// What was sealed once must open for ever, by any program: testdata holds envelopes
// and the keys they were sealed to. SEAL_VECTORS=1 writes new ones where none are.
func TestVectors(t *testing.T) {
	for _, s := range Suites() {
		name := filepath.Join("testdata", "vectors", s.String()+".envelope")
		key := keyOf(t, s)
		if os.Getenv("SEAL_VECTORS") != "" {
			short := sample
			short.Files = []string{"a.txt", "text/plain", "abc"}
			b, _ := sealAll(t, key.Public(), short)
			box, err := To(rand.Reader, key.Public(), "test", []byte("王某"))
			if err != nil {
				t.Fatal(err)
			}
			b64 := base64.StdEncoding.EncodeToString
			if err := os.WriteFile(name, []byte("key "+key.Text()+"\nenvelope "+b64(b)+"\nbox "+b64(box)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f := strings.Fields(string(text))
		if k, err := ParsePrivateKey(f[1]); err != nil || k.Text() != key.Text() {
			t.Errorf("%s: the key: %v", s, err)
		}
		b, err := base64.StdEncoding.DecodeString(f[3])
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := openAll(b, key)
		if err != nil || got.Report.What != sample.Report.What || len(got.Files) != 3 || got.Files[2] != "abc" {
			t.Errorf("%s: got %v, %v", s, got, err)
		}
		box, err := base64.StdEncoding.DecodeString(f[5])
		if err != nil {
			t.Fatal(err)
		}
		if text, err := OpenFrom(key, "test", box); err != nil || string(text) != "王某" {
			t.Errorf("%s: the box: %q, %v", s, text, err)
		}
	}
}

func TestEnvelopeRefuses(t *testing.T) {
	for _, s := range Suites() {
		key := keyOf(t, s)
		good, _ := sealAll(t, key.Public(), sample)
		other, err := NewPrivateKey(rand.Reader, s)
		if err != nil {
			t.Fatal(err)
		}
		refuse := func(what string, b []byte, k PrivateKey) {
			t.Helper()
			if _, _, err := openAll(b, k); pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("%s, %s: got %v, want an invalid error", s, what, err)
			}
		}
		refuse("another key", good, other)
		refuse("empty", nil, key)
		refuse("something behind", append(bytes.Clone(good), 0), key)
		refuse("twice", append(bytes.Clone(good), good...), key)
		for _, n := range []int{1, tagSize, chunkSize, len(good) - 10, len(good) - chunkSize/2} {
			refuse("cut", good[:len(good)-n], key)
		}
		for at := 0; at < len(good); at += 1009 {
			b := bytes.Clone(good)
			b[at] ^= 1
			refuse("a bit changed", b, key)
		}
		wrong := errors.New("disk")
		if _, _, err := OpenReport(bytes.NewReader(good), key, func(FileName, io.Reader) error { return wrong }); !errors.Is(err, wrong) {
			t.Errorf("got %v", err)
		}
	}
	if k := keyOf(t, International); strings.Contains(k.String()+k.GoString(), k.Text()[10:]) {
		t.Error("a private key is printed")
	}
}

// Lengths come in classes, and a text and a slightly longer one look the same.
func TestPadded(t *testing.T) {
	for n, want := range map[int64]int64{0: 16 << 10, 16 << 10: 16 << 10, 16<<10 + 1: 32 << 10, 34 << 10: 64 << 10, 1 << 20: 1 << 20, 1<<20 + 1: 9 << 17, 5 << 20: 5 << 20, 5<<20 + 1: 11 << 19, 200 << 20: 208 << 20} {
		if got := Padded(n); got != want {
			t.Errorf("%d: got %d, want %d", n, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1<<30).Draw(t, "n")
		if p := Padded(n); p < n || p > 1<<20 && p-n > n/7 {
			t.Fatalf("%d becomes %d", n, p)
		}
	})
	key := keyOf(t, International)
	lengths := map[int]bool{}
	for _, n := range []int{1, 100, 5000} {
		b, _ := sealAll(t, key.Public(), opened{Report: Report{Kind: ReportKind, What: strings.Repeat("x", n)}})
		lengths[len(b)] = true
	}
	if len(lengths) != 1 {
		t.Errorf("short texts have lengths %v", lengths)
	}
}

func TestTooManyFiles(t *testing.T) {
	e, err := NewEnvelope(io.Discard, rand.Reader, keyOf(t, International).Public())
	if err != nil {
		t.Fatal(err)
	}
	for n := range MaxFiles + 1 {
		_, err = e.AddFile(FileName{}, strings.NewReader("x"))
		if (err != nil) != (n == MaxFiles) {
			t.Fatalf("file %d: %v", n, err)
		}
	}
}

func TestTo(t *testing.T) {
	for _, s := range Suites() {
		key := keyOf(t, s)
		sizes := map[int]bool{}
		for _, secret := range []string{"", "王某", strings.Repeat("长", 150)} {
			b, err := To(rand.Reader, key.Public(), "identity 1", []byte(secret))
			if err != nil {
				t.Fatal(err)
			}
			sizes[len(b)/64] = true // SM2's own text varies by a byte or two
			if got, err := OpenFrom(key, "identity 1", b); err != nil || string(got) != secret {
				t.Errorf("%s: got %q, %v", s, got, err)
			}
			if _, err := OpenFrom(key, "identity 2", b); pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("%s: opened for another purpose: %v", s, err)
			}
			for at := range b {
				c := bytes.Clone(b)
				c[at] ^= 4
				if _, err := OpenFrom(key, "identity 1", c); err == nil {
					t.Fatalf("%s: opened with byte %d changed", s, at)
				}
			}
			if _, err := OpenFrom(key, "identity 1", b[:len(b)-1]); err == nil {
				t.Error("opened, cut short")
			}
		}
		if len(sizes) > 1 {
			t.Errorf("%s: the length tells: %v", s, sizes)
		}
	}
}

func TestReceipt(t *testing.T) {
	seen := map[Receipt]bool{}
	for range 200 {
		r, err := NewReceipt(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		shown := r.Shown()
		if seen[r] || len(r) != 28 || len(shown) != 34 {
			t.Fatalf("got %q", shown)
		}
		seen[r] = true
		for _, typed := range []string{shown, strings.ReplaceAll(shown, " ", "-"), " " + strings.ReplaceAll(shown, " ", "\u3000") + "\n", string(r),
			strings.Map(func(d rune) rune {
				if d == ' ' {
					return '—'
				}
				return d - '0' + '０'
			}, shown)} {
			if got, err := ParseReceipt(typed); err != nil || got != r {
				t.Fatalf("%q: %v", typed, err)
			}
		}
		for at := range string(r) { // every wrong digit, and neighbours exchanged
			b := []byte(r)
			b[at] = '0' + (b[at]-'0'+3)%10
			if _, err := ParseReceipt(string(b)); pil.CodeOf(err) != pil.CodeInvalid {
				t.Fatal("a wrong digit passed")
			}
			if at > 0 && r[at] != r[at-1] {
				b = []byte(r)
				b[at], b[at-1] = b[at-1], b[at]
				if _, err := ParseReceipt(string(b)); err == nil {
					t.Fatal("exchanged digits passed")
				}
			}
		}
	}
	for _, wrong := range []string{"", "1234", strings.Repeat("1", 28), strings.Repeat("9", 3000), "abcd", strings.Repeat("0", 26) + "98x"} {
		if _, err := ParseReceipt(wrong); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%q passed", wrong)
		}
	}
	if got := receiptOf(t, zeros{}); got != Receipt(strings.Repeat("0", 26)+"98") {
		t.Errorf("got %s", string(got))
	}
}

// receiptOf draws a code from what is no chance.
func receiptOf(tb testing.TB, random io.Reader) Receipt {
	tb.Helper()
	r, err := NewReceipt(random)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// The keys of a receipt are the same for ever, and others under another salt.
func TestReceiptKeys(t *testing.T) {
	r := Receipt(strings.Repeat("0", 26) + "98")
	var text strings.Builder
	for _, s := range Suites() {
		k, err := r.Keys(key(1), s)
		if err != nil {
			t.Fatal(err)
		}
		if !IsLookup(k.Lookup) {
			t.Errorf("%q is no look-up id", k.Lookup)
		}
		text.WriteString(k.Lookup + " " + k.Key.Public().String() + "\n")
		if other, err := r.Keys(key(2), s); err != nil || other.Lookup == k.Lookup || other.Key.Public().Equal(k.Key.Public()) {
			t.Error("the salt makes no difference")
		}
	}
	golden.Check(t, "vectors/receipt.txt", text.String())
	for _, s := range []string{"", "..", strings.Repeat("A0", 16), strings.Repeat("a", 31) + "/"} {
		if IsLookup(s) {
			t.Errorf("%q is taken for a look-up id", s)
		}
	}
}

func TestDoor(t *testing.T) {
	for _, s := range Suites() {
		d, k, err := NewDoor(rand.Reader, s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseDoor(d.Text())
		if err != nil || got.Text() != d.Text() || !got.Intake.Equal(k.Intake.Public()) || got.Intake.Suite() != s {
			t.Errorf("%s: %v", s, err)
		}
		for _, wrong := range []string{"", "x", strings.Replace(d.Text(), "salt ", "sale ", 1), strings.Replace(d.Text(), s.String(), "rsa", 1), d.Text()[:len(d.Text())-10]} {
			if _, err := ParseDoor(wrong); pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("%q passed", wrong)
			}
		}
		if _, err := ParsePrivateKey(k.Intake.Public().String()); err == nil {
			t.Error("a public key passed for a private one")
		}
		if p, err := ParsePrivateKey(k.Intake.Text() + "\n"); err != nil || p.Text() != k.Intake.Text() {
			t.Error(err)
		}
	}
}

func FuzzOpenReport(f *testing.F) {
	for _, s := range Suites() {
		b, _ := sealAll(f, keyOf(f, s).Public(), sample)
		f.Add(b)
		f.Add(b[:200])
	}
	intl, cn := keyOf(f, International), keyOf(f, ChineseNational)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, k := range []PrivateKey{intl, cn} {
			if _, _, err := openAll(b, k); err != nil && pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("got %v", err)
			}
		}
	})
}

// FuzzFrames gives the frame reader bytes that were sealed well by a hostile sender.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("Z\x00\x00\x00\x00"))
	f.Add([]byte("R\x00\x00\x00\x02{}Z\x00\x00\x00\x00"))
	f.Add([]byte("F\x00\x00\x00\x02{}D\x00\x00\x00\x01aS\x00\x00\x00\x00"))
	key := keyOf(f, International)
	f.Fuzz(func(t *testing.T, frames []byte) {
		var b bytes.Buffer
		s, err := newSealer(&b, rand.Reader, key.Public(), ID{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(frames); err != nil {
			t.Fatal(err)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := openAll(b.Bytes(), key); err != nil && pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	f.Add(strings.Repeat("0", 26) + "98")
	f.Fuzz(func(t *testing.T, typed string) {
		if r, err := ParseReceipt(typed); err == nil && (len(r) != 28 || mod97(string(r)) != 1) {
			t.Errorf("got %q", string(r))
		}
	})
}
