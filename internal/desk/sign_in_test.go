package desk

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 names it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// codeAt is what an authenticator shows (RFC 6238).
func codeAt(tb testing.TB, secret account.Secret, at time.Time) string {
	tb.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(string(secret))
	if err != nil {
		tb.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	if err := binary.Write(mac, binary.BigEndian, at.Unix()/30); err != nil {
		tb.Fatal(err)
	}
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1000000)
}

// strict is an office outside the demonstration.
func strict(tb testing.TB) *office {
	o := newOffice(tb)
	o.demo = false
	return o
}

// enter signs in and finds the session.
func (o *office) enter(tb testing.TB, login, password string, device account.Secret) (*Session, SignedIn) {
	tb.Helper()
	got, err := o.SignIn(tb.Context(), Credentials{login, password, device})
	if err != nil {
		tb.Fatal(err)
	}
	return o.session(tb, got.Cookie), got
}

func (o *office) session(tb testing.TB, cookie account.Secret) *Session {
	tb.Helper()
	s, err := o.Authenticate(tb.Context(), cookie)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// enrol sets up time-based codes, and gives the signed-in session.
func (o *office) enrol(tb testing.TB, s *Session) (*Session, account.Secret, []account.Secret) {
	tb.Helper()
	set, err := o.BeginTOTP(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	got, err := o.FinishTOTP(tb.Context(), s, codeAt(tb, set.Secret, o.now))
	if err != nil {
		tb.Fatal(err)
	}
	if got.Cookie != "" {
		s = o.session(tb, got.Cookie)
	}
	return s, set.Secret, got.Recovery
}

// The way in for somebody new: a password drawn, changed at once, a second factor,
// and only then the office.
func TestFirstSignIn(t *testing.T) {
	o := strict(t)
	defer o.clean(t)
	shown, err := o.ResetCredentials(t.Context(), Who{Person: o.admin}, Reset{Person: o.procA})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%v %q", shown, shown); strings.Contains(got, "-") {
		t.Errorf("a password prints as %s", got)
	}
	s, got := o.enter(t, " Proc-A ", string(shown), "")
	if got.Stage != StagePassword || s.Stage != StagePassword || s.Who != (Who{}) || s.May(account.ShowPeople) {
		t.Fatalf("after the first password: %+v", s)
	}
	if _, err := o.ShowPeople(t.Context(), s.Who); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("the office before the password is changed: %v", err)
	}
	if _, err := o.BeginTOTP(t.Context(), s); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("a factor before the password is changed: %v", err)
	}
	for _, bad := range []string{"short", "password12345", string(shown), "xx proc-a xx long enough"} {
		if err := o.ChangePassword(t.Context(), s, "", bad); pil.CodeOf(err) != pil.CodeInvalid || strings.Contains(err.Error(), "proc-a") {
			t.Errorf("password taken: %v", err)
		}
	}
	if err := o.ChangePassword(t.Context(), s, "", "春眠不觉晓处处闻"); err != nil {
		t.Fatal(err)
	}
	s = o.session(t, got.Cookie)
	if s.Stage != StageEnrol || s.Who != (Who{}) {
		t.Fatalf("after the password: %+v", s)
	}
	if _, err := o.ShowPeople(t.Context(), s.Who); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("the office before a factor: %v", err)
	}
	set, err := o.BeginTOTP(t.Context(), s)
	if err != nil || !strings.HasPrefix(string(set.URI), "otpauth://totp/") {
		t.Fatal(err)
	}
	if again, err := o.BeginTOTP(t.Context(), o.session(t, got.Cookie)); err != nil || again != set {
		t.Errorf("another secret on a second look: %v", err)
	}
	if _, err := o.FinishTOTP(t.Context(), s, "000000"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a wrong first code: %v", err)
	}
	in, secret, recovery := o.enrol(t, s)
	if in.Stage != StageIn || in.Who.Person != o.procA || in.Factor != account.ByTOTP || len(recovery) != 10 || !in.May(account.ShowCase) || in.May(account.AddPerson) {
		t.Fatalf("after the factor: %+v", in)
	}
	if _, err := o.Authenticate(t.Context(), got.Cookie); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("the cookie of before is good still: %v", err)
	}
	// The secret lies sealed.
	for _, name := range []string{"office.db", "office.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(o.files.Dir()), name))
		if err == nil && (bytes.Contains(raw, []byte(secret)) || bytes.Contains(raw, []byte("春眠不觉晓")) || bytes.Contains(raw, []byte(recovery[0]))) {
			t.Errorf("%s holds a secret in the open", name)
		}
	}
	// From now on both are needed, and a code works once.
	o.now = o.now.Add(time.Minute)
	s, got = o.enter(t, "proc-a", "春眠不觉晓处处闻", "")
	if s.Stage != StageFactor || s.Who != (Who{}) {
		t.Fatalf("the second time: %+v", s)
	}
	if err := o.ChangePassword(t.Context(), s, "春眠不觉晓处处闻", "another long password"); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("changed before the factor: %v", err)
	}
	code := codeAt(t, secret, o.now)
	done, err := o.ConfirmCode(t.Context(), s, code, "")
	if err != nil || done.Stage != StageIn || done.Device == "" {
		t.Fatalf("%+v, %v", done, err)
	}
	if e := o.last(t); e.Action != "sign_in" || e.Actor != idText(o.procA) {
		t.Errorf("the record says %s by %s", e.Action, e.Actor)
	}
	s, _ = o.enter(t, "proc-a", "春眠不觉晓处处闻", done.Device)
	if _, err := o.ConfirmCode(t.Context(), s, code, done.Device); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("a code taken twice: %v", err)
	}
	if e := o.last(t); e.Action != "refuse_sign_in" || e.Actor != "door" {
		t.Errorf("the record says %s by %s", e.Action, e.Actor)
	}
	// Somebody else's recovery code is none; one's own works once.
	if _, err := o.ConfirmRecovery(t.Context(), s, "0000-0000-0000-0000", done.Device); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("a made-up recovery code: %v", err)
	}
	if _, err := o.ConfirmRecovery(t.Context(), s, string(recovery[3]), done.Device); err != nil {
		t.Error(err)
	}
	s, _ = o.enter(t, "proc-a", "春眠不觉晓处处闻", done.Device)
	if _, err := o.ConfirmRecovery(t.Context(), s, string(recovery[3]), done.Device); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("a recovery code taken twice: %v", err)
	}
	// The last factor stays.
	if err := o.RemoveTOTP(t.Context(), in); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("no factor left: %v", err)
	}
	if err := o.SignOut(t.Context(), done.Cookie); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Authenticate(t.Context(), done.Cookie); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("signed out: %v", err)
	}
}

// Guessing slows down the guesser, not others, nor the person at a known device.
func TestThrottle(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	_, got := o.enter(t, "proc-a", demoPassword, "")
	var codes []pil.Code
	for range 8 {
		_, err := o.SignIn(t.Context(), Credentials{"proc-a", "wrong password", ""})
		codes = append(codes, pil.CodeOf(err))
	}
	if codes[0] != pil.CodeUnauthenticated || codes[7] != pil.CodeBusy {
		t.Fatalf("guesses end %v", codes)
	}
	if _, err := o.SignIn(t.Context(), Credentials{"proc-a", demoPassword, ""}); pil.CodeOf(err) != pil.CodeBusy {
		t.Errorf("the right password from a strange device: %v", err)
	}
	if _, err := o.SignIn(t.Context(), Credentials{"proc-a", demoPassword, got.Device}); err != nil {
		t.Errorf("at a known device: %v", err)
	}
	if _, err := o.SignIn(t.Context(), Credentials{"proc-b", demoPassword, got.Device}); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	o.now = o.now.Add(2 * time.Minute)
	if _, err := o.SignIn(t.Context(), Credentials{"proc-a", demoPassword, ""}); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	// Names that nobody has are answered alike, and leave no trace of their own.
	size := o.size(t)
	for i := range 8 {
		_, err := o.SignIn(t.Context(), Credentials{"nobody-here", "wrong password", ""})
		if pil.CodeOf(err) != codes[i] {
			t.Errorf("guess %d: got %v, want %s", i, err, codes[i])
		}
	}
	if o.size(t) != size {
		t.Error("names that nobody has fill the record")
	}
	o.view(t, func(v *store.View) error {
		rows, err := v.SignInsOf(0)
		if len(rows) != 1 {
			t.Errorf("%d rows for nobody", len(rows))
		}
		return err
	})
}

// A thousand at once count as a thousand: attempts are charged before a password
// is compared.
func TestThrottleAtOnce(t *testing.T) {
	o := newOffice(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	compared := 0
	for range 40 {
		wg.Go(func() {
			_, err := o.SignIn(t.Context(), Credentials{"proc-a", "wrong password", ""})
			mu.Lock()
			defer mu.Unlock()
			if pil.CodeOf(err) == pil.CodeUnauthenticated {
				compared++
			}
		})
	}
	wg.Wait()
	if compared > 6 {
		t.Errorf("%d guesses were compared", compared)
	}
}

func TestNobodySignsIn(t *testing.T) {
	o := strict(t)
	o.on("2021-11-08")
	if _, err := o.ClosePerson(t.Context(), Who{Person: o.admin}, Closing{Person: o.procB, Until: o.Day() - 1}); err != nil {
		t.Fatal(err)
	}
	shown, err := o.ResetCredentials(t.Context(), Who{Person: o.admin}, Reset{Person: o.procA, Factors: true})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, c := range []Credentials{{"proc-b", demoPassword, ""}, {"proc-a", demoPassword, ""}, {"nobody", demoPassword, ""}, {"", "", ""}, {"proc-a", strings.Repeat("长", 500), ""}} {
		_, err := o.SignIn(t.Context(), c)
		if pil.CodeOf(err) != pil.CodeUnauthenticated {
			t.Errorf("got %v", err)
		}
		texts = append(texts, err.Error())
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("answers differ: %q", texts)
		}
	}
	o.now = o.now.AddDate(0, 0, 8)
	if _, err := o.SignIn(t.Context(), Credentials{"proc-a", string(shown), ""}); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("a drawn password after eight days: %v", err)
	}
	if _, err := o.AddPerson(t.Context(), Who{Person: o.admin}, NewPerson{Login: "own", Name: "丁", Password: "a password of mine"}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a chosen password outside the demonstration: %v", err)
	}
}

// A session ends after half an hour of quiet, and after ten hours in any case.
func TestSessionEnds(t *testing.T) {
	o := newOffice(t)
	_, got := o.enter(t, "proc-a", demoPassword, "")
	size := o.size(t)
	for range 29 {
		o.now = o.now.Add(20 * time.Minute)
		o.session(t, got.Cookie)
	}
	if o.size(t) != size {
		t.Error("looking in fills the record")
	}
	o.now = o.now.Add(25 * time.Minute) // ten hours and five minutes
	if _, err := o.Authenticate(t.Context(), got.Cookie); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("after ten hours: %v", err)
	}
	_, got = o.enter(t, "proc-a", demoPassword, got.Device)
	if got.Device != "" {
		t.Error("a known device gets another secret")
	}
	o.now = o.now.Add(31 * time.Minute)
	if _, err := o.Authenticate(t.Context(), got.Cookie); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("after half an hour: %v", err)
	}
	for _, bad := range []account.Secret{"", "x", got.Cookie + "A", account.Secret(strings.Repeat("A", 43))} {
		if _, err := o.Authenticate(t.Context(), bad); pil.CodeOf(err) != pil.CodeUnauthenticated {
			t.Errorf("a made-up cookie: %v", err)
		}
	}
}

// What an administrator takes away is gone at once.
func TestCredentialsTaken(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	s, got := o.enter(t, "proc-a", demoPassword, "")
	token, err := o.MakeToken(t.Context(), s.Who, 30)
	if err != nil {
		t.Fatal(err)
	}
	by, err := o.AuthenticateToken(t.Context(), token)
	if err != nil || by.Who != (Who{Person: o.procA, Token: true}) {
		t.Fatalf("%+v, %v", by, err)
	}
	if _, err := o.MakeToken(t.Context(), by.Who, 30); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("a token makes a token: %v", err)
	}
	if err := o.ChangePassword(t.Context(), by, demoPassword, "another long password"); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("a token changes the password: %v", err)
	}
	page, err := o.ShowAccount(t.Context(), s)
	if err != nil || len(page.Tokens) != 1 || len(page.Sessions) != 1 || !page.Sessions[0].This || page.Person.Login != "proc-a" {
		t.Errorf("the own page: %+v, %v", page, err)
	}
	// Codes set up in the demonstration are asked for from then on; all else ends.
	second, _ := o.enter(t, "proc-a", demoPassword, got.Device)
	s, _, _ = o.enrol(t, s)
	if err := o.ChangePassword(t.Context(), s, "wrong", "another long password"); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("the wrong old password: %v", err)
	}
	if err := o.ChangePassword(t.Context(), s, demoPassword, "another long password"); err != nil {
		t.Fatal(err)
	}
	if err := o.EndOtherSessions(t.Context(), second); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("another session after the password was changed: %v", err)
	}
	if _, err := o.ResetCredentials(t.Context(), Who{Person: o.admin}, Reset{Person: o.procA, Factors: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.AuthenticateToken(t.Context(), token); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("the token: %v", err)
	}
	if err := o.EndOtherSessions(t.Context(), s); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("the session: %v", err)
	}
	if _, err := o.SignIn(t.Context(), Credentials{"proc-a", "another long password", ""}); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("the password: %v", err)
	}
}
