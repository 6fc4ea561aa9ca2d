package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shouhu/internal/pil"
)

// twoCodes are the keys of a first and a second code, the same each time.
func twoCodes(tb testing.TB, s Suite) (first, second ReporterKeys) {
	tb.Helper()
	var err error
	if first, err = Receipt(strings.Repeat("0", 26)+"98").Keys(key(1), s); err != nil {
		tb.Fatal(err)
	}
	if second, err = receiptOf(tb, bytes.NewReader(bytes.Repeat([]byte{1}, 26))).Keys(key(1), s); err != nil {
		tb.Fatal(err)
	}
	return first, second
}

// A second code leads to what the first opens, for ever; nobody else's does.
// SEAL_VECTORS=1 writes the vectors where there are none.
func TestHandOn(t *testing.T) {
	for _, s := range Suites() {
		first, second := twoCodes(t, s)
		name := filepath.Join("testdata", "vectors", s.String()+".handed")
		if os.Getenv("SEAL_VECTORS") != "" {
			box, err := first.HandOn(rand.Reader, second)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(base64.StdEncoding.EncodeToString(box)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		box, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := second.Follow(box)
		if err != nil || got.Lookup != first.Lookup || got.Key.Text() != first.Key.Text() {
			t.Errorf("%s: got %s, %v", s, got.Lookup, err)
		}
		if bytes.Contains(box, []byte(first.Lookup)) || bytes.Contains(box, []byte(second.Lookup)) {
			t.Errorf("%s: what is kept names a code", s)
		}
		elsewhere := second
		elsewhere.Lookup = first.Lookup
		for what, k := range map[string]ReporterKeys{"the first code": first, "another place": elsewhere} {
			if _, err := k.Follow(box); pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("%s: opened with %s: %v", s, what, err)
			}
		}
		for _, text := range []string{"", "x", first.Lookup, first.Lookup + " " + first.Key.Public().String(), "../x " + first.Key.Text()} {
			box, err := To(rand.Reader, second.Key.Public(), handedPurpose(second.Lookup), []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := second.Follow(box); pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("%s: %q was taken for keys: %v", s, text, err)
			}
		}
	}
}
