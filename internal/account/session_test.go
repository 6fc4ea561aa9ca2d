package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

func TestSession(t *testing.T) {
	rule, random := OfficeRule(), chance()
	id, s, err := NewSession(random, "li", noon)
	if err != nil {
		t.Fatal(err)
	}
	if known, err := SessionID(id); err != nil || known != s.ID || strings.Contains(fmt.Sprintf("%+v", s), string(id)) {
		t.Errorf("the stored id: %v", err)
	}
	wants(t, s.Check(rule, noon), pil.CodeUnauthenticated, "without second factor")
	wants(t, s.Check(SessionRule{Idle: time.Hour, Whole: time.Hour, OneFactor: true}, noon), "", "in the demo")
	if !s.Live(rule, noon) || !s.Lacks(rule) {
		t.Error("half signed in")
	}
	id2, both, err := s.Confirm(random, ByTOTP, noon.Add(time.Minute))
	if err != nil || id2 == id || both.ID == s.ID || both.Person != "li" || both.Begun != s.Begun {
		t.Fatalf("confirmed as %+v, %v", both, err)
	}
	for after, code := range map[time.Duration]pil.Code{0: "", 29 * time.Minute: "", 31*time.Minute - 1: "", 31 * time.Minute: pil.CodeUnauthenticated, 24 * time.Hour: pil.CodeUnauthenticated} {
		wants(t, both.Check(rule, noon.Add(after)), code, after.String())
	}
	for _, bad := range []Secret{"", "x", id + "A", id[1:], "=" + id[1:], Secret(strings.Repeat("A", 1<<16))} {
		_, err := SessionID(bad)
		wants(t, err, pil.CodeUnauthenticated, fmt.Sprintf("%d characters", len(bad)))
	}
	if _, _, err := NewSession(iotest.ErrReader(errors.New("no randomness")), "li", noon); err == nil {
		t.Error("drawn without randomness")
	}
}

// A session in use all the time ends after ten hours.
func TestSessionWhole(t *testing.T) {
	s := Session{Person: "li", Factor: ByTOTP, Begun: noon, Seen: noon}
	for at := noon; at.Before(noon.Add(10 * time.Hour)); at = at.Add(10 * time.Minute) {
		wants(t, s.Check(OfficeRule(), at), "", at.Sub(noon).String())
		s = s.Touch(at)
	}
	wants(t, s.Check(OfficeRule(), noon.Add(10*time.Hour)), pil.CodeUnauthenticated, "the whole is over")
}

// However busily it is used, a session ends; once over, no request brings it back.
func TestSessionEnds(t *testing.T) {
	rule := OfficeRule()
	rapid.Check(t, func(t *rapid.T) {
		s := Session{Person: "li", Factor: ByPasskey, Begun: noon, Seen: noon}
		at := noon
		for _, minutes := range rapid.SliceOf(rapid.IntRange(0, 40)).Draw(t, "pauses") {
			quiet := time.Duration(minutes) * time.Minute
			at = at.Add(quiet)
			over := quiet >= rule.Idle || at.Sub(noon) >= rule.Whole
			if err := s.Check(rule, at); (err != nil) != over {
				t.Fatalf("after %s, quiet for %s: %v", at.Sub(noon), quiet, err)
			}
			if over {
				return
			}
			if s = s.Touch(at); s.Touch(noon) != s {
				t.Fatal("time ran backwards")
			}
		}
	})
}

func TestToken(t *testing.T) {
	secret, tok, err := NewToken(chance(), "li", 30, noon)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := TokenID(secret); err != nil || id != tok.ID || !strings.HasPrefix(string(secret), tok.Hint) || len(tok.Hint) > 12 {
		t.Errorf("token %+v, %v", tok, err)
	}
	text, err := json.Marshal(tok)
	if err != nil || strings.Contains(string(text)+fmt.Sprintf("%#v", tok), string(secret)) {
		t.Errorf("the token shows itself: %s, %v", text, err)
	}
	wants(t, tok.Check(noon.AddDate(0, 0, 30).Add(-1)), "", "the last moment")
	wants(t, tok.Check(noon.AddDate(0, 0, 30)), pil.CodeUnauthenticated, "over")
	tok.Ended = noon.Add(time.Hour)
	wants(t, tok.Check(noon), "", "before it is revoked")
	wants(t, tok.Check(noon.Add(time.Hour)), pil.CodeUnauthenticated, "revoked")
	for _, days := range []int{0, -1, MaxTokenDays + 1} {
		_, _, err := NewToken(chance(), "li", days, noon)
		wants(t, err, pil.CodeInvalid, fmt.Sprint(days))
	}
	for _, bad := range []Secret{"", "shouhu_", secret[len(tokenPrefix):], "Shouhu_" + secret[len(tokenPrefix):], secret + "A"} {
		_, err := TokenID(bad)
		wants(t, err, pil.CodeUnauthenticated, fmt.Sprintf("%d characters", len(bad)))
	}
}
