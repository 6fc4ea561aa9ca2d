package account

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"shouhu/internal/pil"
)

// A passphrase gives its key again, and nothing else does.
func TestKeyOfPassphrase(t *testing.T) {
	h := Hasher{Memory: 64, Time: 1, Threads: 1, Pepper: []byte("pepper")}
	stored, key, err := h.DrawKey(rand.Reader, "ＡＢＣ一句很长的话")
	if err != nil || len(key) != 32 {
		t.Fatalf("%d bytes, %v", len(key), err)
	}
	again, err := h.Key(stored, "ABC一句很长的话")
	if err != nil || !bytes.Equal(again, key) {
		t.Fatalf("not the same key: %v", err)
	}
	other, key2, err := h.DrawKey(rand.Reader, "ABC一句很长的话")
	if err != nil || bytes.Equal(key2, key) || other == stored {
		t.Fatalf("two drawn are one: %v", err)
	}
	if bytes.Contains([]byte(stored), key) {
		t.Fatal("what is stored holds the key")
	}
	for name, try := range map[string]func() ([]byte, error){
		"another passphrase": func() ([]byte, error) { return h.Key(stored, "ABC一句很长的话 ") },
		"none":               func() ([]byte, error) { return h.Key(stored, "") },
		"too long":           func() ([]byte, error) { return h.Key(stored, strings.Repeat("x", maxPassword+1)) },
		"another pepper": func() ([]byte, error) {
			return Hasher{Memory: 64, Time: 1, Threads: 1, Pepper: []byte("x")}.Key(stored, "ABC一句很长的话")
		},
		"damaged": func() ([]byte, error) { return h.Key(stored[1:], "ABC一句很长的话") },
	} {
		if got, err := try(); pil.CodeOf(err) != pil.CodeInvalid || got != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
