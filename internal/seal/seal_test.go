package seal

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// zeros is chance that is none: for texts that must come out the same.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

func key(b byte) []byte { return bytes.Repeat([]byte{b}, KeySize) }

// What was sealed once must open for ever: this text was written by the first version.
func TestOpensItsOldForm(t *testing.T) {
	const old = "seal1.AAAAAAAAAAAAAAAAzFD7rhBP-qABL58yahM_Xwvwp34H_w"
	got, err := Open(key(1), "totp/7", old)
	if err != nil || string(got) != "secret" {
		t.Fatalf("got %q, %v", got, err)
	}
	again, err := Seal(zeros{}, key(1), "totp/7", []byte("secret"))
	if err != nil || again != old {
		t.Errorf("got %q, %v, want %q", again, err, old)
	}
}

func TestSealOpens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOf(rapid.Byte()).Draw(t, "secret")
		purpose := rapid.StringN(1, 20, -1).Draw(t, "purpose")
		nonce := rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "nonce")
		sealed, err := Seal(bytes.NewReader(nonce), key(7), purpose, secret)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Open(key(7), purpose, sealed); err != nil || !bytes.Equal(got, secret) {
			t.Fatalf("got %x, %v, want %x", got, err, secret)
		}
		if _, err := Open(key(7), purpose+"0", sealed); err == nil {
			t.Fatal("opened for another purpose")
		}
		if _, err := Open(key(8), purpose, sealed); err == nil {
			t.Fatal("opened with another key")
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		changed := []byte(sealed)
		if changed[at] = 'A'; string(changed) == sealed {
			changed[at] = 'B'
		}
		if _, err := Open(key(7), purpose, string(changed)); err == nil {
			t.Fatalf("opened with byte %d changed", at)
		}
	})
}

func TestRefusals(t *testing.T) {
	good, err := Seal(zeros{}, key(1), "p", []byte("s"))
	if err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func() error{
		"short key":  func() error { _, err := Seal(zeros{}, key(1)[:16], "p", nil); return err },
		"no purpose": func() error { _, err := Seal(zeros{}, key(1), "", nil); return err },
		"empty":      func() error { _, err := Open(key(1), "p", ""); return err },
		"version":    func() error { _, err := Open(key(1), "p", "seal2."+good[6:]); return err },
		"cut":        func() error { _, err := Open(key(1), "p", good[:12]); return err },
		"no base64":  func() error { _, err := Open(key(1), "p", good+"!"); return err },
	} {
		err := try()
		if err == nil || pil.CodeOf(err) != pil.CodeInternal {
			t.Errorf("%s: got %v, want an internal error", name, err)
		}
	}
	if _, err := Seal(iotest.ErrReader(io.ErrUnexpectedEOF), key(1), "p", nil); err == nil {
		t.Error("sealed without chance")
	}
	if _, err := NewKey(iotest.ErrReader(io.ErrUnexpectedEOF)); err == nil {
		t.Error("a key without chance")
	}
}
