package account

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"shouhu/internal/pil"
)

// quick is too weak for an office and quick enough for a test.
func quick(pepper string) Hasher {
	return Hasher{Memory: 64, Time: 1, Threads: 1, Pepper: []byte(pepper)}
}

func TestCheckPassword(t *testing.T) {
	for password, code := range map[string]pil.Code{
		"correct horse battery":                 "",
		"tr0ub4dor&3xyz":                        "",
		"春眠不觉晓处处闻":                              "",
		"hunter2hunter3":                        "",
		"短一点":                                   pil.CodeInvalid,
		"春眠不觉晓处处":                               pil.CodeInvalid,
		"elevenchars":                           pil.CodeInvalid,
		"Password2026!!":                        pil.CodeInvalid,
		"ｐａｓｓｗｏｒｄ２０２６":                          pil.CodeInvalid, // full-width is the same word
		"123456789012":                          pil.CodeInvalid,
		"qwertyuiop123":                         pil.CodeInvalid,
		"woaini1314520":                         pil.CodeInvalid,
		"wodemima123456":                        pil.CodeInvalid,
		"全心全意为人民服务":                             pil.CodeInvalid,
		"aaaaaaaaaaaaaaa":                       pil.CodeInvalid,
		"abababababab":                          pil.CodeInvalid,
		"zhang.wei is my name":                  pil.CodeInvalid,
		"ZHANG.WEI1234567":                      pil.CodeInvalid,
		"":                                      pil.CodeInvalid,
		"not utf-8 \xff\xff\xff":                pil.CodeInvalid,
		strings.Repeat("abcdefghij", 25) + "kl": "",
		strings.Repeat("abcdefghij", 26):        pil.CodeInvalid,
	} {
		err := CheckPassword("zhang.wei", password)
		wants(t, err, code, pil.Quote(password))
		if err != nil && len(password) > 3 && strings.Contains(err.Error(), password) {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestPassword(t *testing.T) {
	h := quick("")
	stored, err := h.Hash(chance(), "Ångström 口令 ﬁne")
	if err != nil {
		t.Fatal(err)
	}
	for typed, code := range map[string]pil.Code{
		"Ångström 口令 ﬁne":              "",
		"A\u030angstro\u0308m 口令 fine": "",                      // decomposed, no ligature
		"Ａ\u030angström　口令　fine":       "",                      // full-width letter and blanks
		"Ångström 口令 Fine":             pil.CodeUnauthenticated, // case counts
		"Ångström 口令":                  pil.CodeUnauthenticated,
		"":                             pil.CodeUnauthenticated,
		strings.Repeat("x", 1<<20):     pil.CodeUnauthenticated,
	} {
		fresh, err := h.Verify(chance(), stored, typed)
		wants(t, err, code, pil.Quote(typed))
		if fresh != "" {
			t.Errorf("%s: a new hash without need", pil.Quote(typed))
		}
	}
	again, err := h.Hash(bytes.NewReader(bytes.Repeat([]byte{7}, 16)), "Ångström 口令 ﬁne")
	if err != nil || again == stored {
		t.Errorf("two salts, one hash: %v", err)
	}
	wants(t, h.Decoy("anything"), pil.CodeUnauthenticated, "decoy")
	if _, err := h.Hash(iotest.ErrReader(errors.New("no randomness")), "x"); err == nil {
		t.Error("hashed without a salt")
	}
}

// A stored form made with other parameters, or before there was a pepper, is
// replaced at the next sign-in.
func TestPasswordUpgrade(t *testing.T) {
	old := quick("")
	stored, err := old.Hash(chance(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	for what, now := range map[string]Hasher{
		"more memory": {Memory: 128, Time: 1, Threads: 1},
		"more passes": {Memory: 64, Time: 2, Threads: 1},
		"a pepper":    quick("kept elsewhere"),
	} {
		fresh, err := now.Verify(chance(), stored, "correct horse")
		if err != nil || fresh == "" {
			t.Fatalf("%s: %q, %v", what, string(fresh), err)
		}
		if next, err := now.Verify(chance(), fresh, "correct horse"); err != nil || next != "" {
			t.Errorf("%s: the new hash is not current: %v", what, err)
		}
		if fresh, err := now.Verify(chance(), stored, "wrong"); err == nil || fresh != "" {
			t.Errorf("%s: a wrong password upgrades", what)
		}
	}
	peppered, err := quick("one").Hash(chance(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []Hasher{quick("two"), quick("")} {
		_, err = other.Verify(chance(), peppered, "correct horse")
		wants(t, err, pil.CodeInvalid, "another pepper")
	}
}

// Only what Hash writes is read back, and nothing that would cost too much.
func TestPHCRefuses(t *testing.T) {
	const cut = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
	for _, bad := range []string{
		"", "password", cut, cut + "AAAA", "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=16$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=064,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=15,t=1,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1,keyid=$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1 $AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAB$AAAAAAAAAAAAAAAAAAAAAA",
	} {
		_, err := parsePHC(bad)
		wants(t, err, pil.CodeInvalid, bad)
		if err != nil && len(bad) > 8 && strings.Contains(err.Error(), bad) {
			t.Errorf("the error shows what is stored: %v", err)
		}
	}
}

func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=65536,t=3,p=4,keyid=AAAA$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			if pil.CodeOf(err) != pil.CodeInvalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if p.String() != s {
			t.Fatalf("%q is written back %q", s, p.String())
		}
		if p.memory > maxMemory || p.time > maxTime || p.threads > maxThreads || p.time == 0 || p.threads == 0 {
			t.Fatalf("%q would cost too much", s)
		}
	})
}

// No verb, no JSON and no error shows a secret.
func TestSecretsStayHidden(t *testing.T) {
	const text = "s3cr3t-text"
	s := Secret(text)
	uri := TOTP{Secret: s, Last: 5}
	shown := fmt.Sprint(s, uri, &uri, []Secret{s}, map[string]Secret{"k": s}) +
		fmt.Sprintf("%v %+v %#v %s %q %x %X %d %10s|%v|%+v|%#v", s, s, s, s, s, s, s, s, s, uri, uri, uri) + s.String() +
		fmt.Errorf("verify %s: %w", s, unauthenticated("no")).Error()
	for _, v := range []any{s, uri, map[string]any{"a": s}} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(b)
	}
	for _, leak := range []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), "s3cr"} {
		if strings.Contains(shown, leak) {
			t.Errorf("%s in %s", leak, shown)
		}
	}
	if string(s) != text {
		t.Error("the text itself is lost")
	}
}
