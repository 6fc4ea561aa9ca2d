package account

import (
	"encoding/base32"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pquerna/otp/totp"

	"shouhu/internal/pil"
)

// RFC 6238, appendix B: the last six digits of its SHA-1 vectors.
func TestTOTPVectors(t *testing.T) {
	secret := Secret(base32.StdEncoding.EncodeToString([]byte("12345678901234567890")))
	for unix, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if _, err := (TOTP{Secret: secret}).Verify(code, time.Unix(unix, 0)); err != nil {
			t.Errorf("at %d: %v", unix, err)
		}
	}
}

func TestTOTP(t *testing.T) {
	device, uri, err := NewTOTP(chance(), "守护", "li.si")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(uri), "otpauth://totp/") || !strings.Contains(string(uri), string(device.Secret)) || len(device.Secret) != 32 {
		t.Errorf("uri %s", string(uri))
	}
	at := func(d time.Duration) string {
		code, err := totp.GenerateCode(string(device.Secret), noon.Add(d))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	for off, code := range map[time.Duration]pil.Code{
		0: "", -30 * time.Second: "", 30 * time.Second: "", -60 * time.Second: pil.CodeUnauthenticated, 60 * time.Second: pil.CodeUnauthenticated, -time.Hour: pil.CodeUnauthenticated,
	} {
		_, err := device.Verify(at(off), noon)
		wants(t, err, code, off.String())
	}
	used, err := device.Verify(at(0), noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, off := range []time.Duration{0, -30 * time.Second} {
		_, err = used.Verify(at(off), noon)
		wants(t, err, pil.CodeUnauthenticated, "a second time, or an older one")
	}
	if next, err := used.Verify(at(30*time.Second), noon.Add(30*time.Second)); err != nil || next.Last != used.Last+1 {
		t.Errorf("the next code: %v", err)
	}
	full := []rune(at(0))
	for i := range full {
		full[i] += '０' - '0'
	}
	if _, err := device.Verify(string(full[:3])+"　"+string(full[3:]), noon); err != nil {
		t.Errorf("full-width digits: %v", err)
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef", strings.Repeat("1", 1<<16)} {
		after, err := device.Verify(code, noon)
		wants(t, err, pil.CodeUnauthenticated, pil.Quote(code))
		if after != device {
			t.Error("a wrong code changed the state")
		}
	}
	_, err = TOTP{}.Verify(at(0), noon)
	wants(t, err, pil.CodeUnauthenticated, "no secret")
	_, _, err = NewTOTP(chance(), "守护:", "li")
	wants(t, err, pil.CodeInvalid, "colon")
	if _, _, err = NewTOTP(iotest.ErrReader(errors.New("no randomness")), "守护", "li"); err == nil {
		t.Error("drawn without randomness")
	}
}

func TestRecovery(t *testing.T) {
	codes, stored, err := NewRecovery(chance())
	if err != nil || len(codes) != 10 || len(stored) != 10 {
		t.Fatalf("%d codes, %d stored, %v", len(codes), len(stored), err)
	}
	left := stored
	for i, c := range codes {
		typed := string(c)
		switch i {
		case 1:
			typed = strings.ToLower(strings.ReplaceAll(typed, "-", " "))
		case 2:
			typed = strings.ReplaceAll(strings.ReplaceAll(typed, "0", "o"), "1", "l")
		}
		before := len(left)
		if left, err = UseRecovery(left, typed); err != nil || len(left) != before-1 {
			t.Fatalf("code %d: %d left, %v", i, len(left), err)
		}
		again, err := UseRecovery(left, typed)
		wants(t, err, pil.CodeUnauthenticated, "a second time")
		if len(again) != len(left) {
			t.Error("a used code took another")
		}
	}
	if len(stored) != 10 || stored[0] == stored[1] {
		t.Error("the stored codes were changed")
	}
	for _, s := range stored {
		for _, c := range codes {
			if strings.Contains(string(s), string(c)) || len(s) != 64 {
				t.Error("a code is stored")
			}
		}
	}
	if _, _, err := NewRecovery(iotest.ErrReader(errors.New("no randomness"))); err == nil {
		t.Error("drawn without randomness")
	}
}
