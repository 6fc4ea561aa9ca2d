package desk

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/pil"
)

// softKey is an ES256 security key in software.
type softKey struct {
	key     *ecdsa.PrivateKey
	counter uint32
}

const (
	keyHost   = "shouhu.local"
	keyOrigin = "https://shouhu.local"
	softKeyID = "security-key-0001"
)

func url64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// answer is what the browser sends; the key signs, or registers.
func (k *softKey) answer(tb testing.TB, kind string, options []byte, person string) []byte {
	tb.Helper()
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		tb.Fatal(err)
	}
	client, err := json.Marshal(map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": keyOrigin, "crossOrigin": false})
	if err != nil {
		tb.Fatal(err)
	}
	host := sha256.Sum256([]byte(keyHost))
	k.counter++
	flags := byte(0x05)
	if kind == "webauthn.create" {
		flags = 0x45
	}
	data := binary.BigEndian.AppendUint32(append(host[:], flags), k.counter)
	response := map[string]any{"clientDataJSON": url64(client)}
	if kind == "webauthn.create" {
		point, err := k.key.PublicKey.Bytes()
		if err != nil {
			tb.Fatal(err)
		}
		cose := slices.Concat([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33], []byte{0x22, 0x58, 32}, point[33:])
		data = slices.Concat(data, make([]byte, 16), []byte{0, byte(len(softKeyID))}, []byte(softKeyID), cose)
		object := slices.Concat([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), []byte{byte(len(data))}, data)
		response["attestationObject"] = url64(object)
	} else {
		hash := sha256.Sum256(client)
		sum := sha256.Sum256(slices.Concat(data, hash[:]))
		signature, err := ecdsa.SignASN1(rand.Reader, k.key, sum[:])
		if err != nil {
			tb.Fatal(err)
		}
		response["authenticatorData"], response["signature"], response["userHandle"] = url64(data), url64(signature), url64([]byte(person))
	}
	b, err := json.Marshal(map[string]any{"id": url64([]byte(softKeyID)), "rawId": url64([]byte(softKeyID)), "type": "public-key", "response": response})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// A security key is a second factor too; its answer counts once.
func TestSecurityKey(t *testing.T) {
	o := strict(t)
	defer o.clean(t)
	s, got := o.enter(t, "proc-a", demoPassword, "")
	if got.Stage != StageEnrol {
		t.Fatalf("stage %d", got.Stage)
	}
	if _, err := o.BeginKeySetUp(t.Context(), s); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("without an address of the office: %v", err)
	}
	party, err := account.NewPasskeys(keyHost, "守护", []string{keyOrigin})
	if err != nil {
		t.Fatal(err)
	}
	o.door.passkeys = &party
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := &softKey{key: private}
	options, err := o.BeginKeySetUp(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	made, err := o.FinishKeySetUp(t.Context(), s, "工作证旁的钥匙", key.answer(t, "webauthn.create", options, ""))
	if err != nil || len(made.Recovery) != 10 {
		t.Fatalf("%d codes, %v", len(made.Recovery), err)
	}
	if s = o.session(t, made.Cookie); s.Stage != StageIn || s.Keys != 1 || s.Factor != account.ByPasskey {
		t.Fatalf("after the key: %+v", s)
	}
	page, err := o.ShowAccount(t.Context(), s)
	if err != nil || len(page.Keys) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	if err := o.RemoveKey(t.Context(), s, page.Keys[0].ID); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("the last factor: %v", err)
	}
	for i := range 2 {
		s, _ = o.enter(t, "proc-a", demoPassword, "")
		if s.Stage != StageFactor {
			t.Fatalf("stage %d", s.Stage)
		}
		if options, err = o.BeginKey(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		answer := key.answer(t, "webauthn.get", options, idText(o.procA))
		done, err := o.ConfirmKey(t.Context(), s, answer, "")
		if err != nil || done.Stage != StageIn {
			t.Fatalf("round %d: %+v, %v", i, done, err)
		}
		again, _ := o.enter(t, "proc-a", demoPassword, "")
		if _, err := o.ConfirmKey(t.Context(), again, answer, ""); pil.CodeOf(err) != pil.CodeUnauthenticated {
			t.Errorf("an answer taken twice: %v", err)
		}
		o.now = o.now.Add(time.Hour)
	}
	// A copy of the key, whose counter stands still, is refused.
	s, _ = o.enter(t, "proc-a", demoPassword, "")
	if options, err = o.BeginKey(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	key.counter = 1
	if _, err := o.ConfirmKey(t.Context(), s, key.answer(t, "webauthn.get", options, idText(o.procA)), ""); pil.CodeOf(err) != pil.CodeUnauthenticated {
		t.Errorf("a copy: %v", err)
	}
}
