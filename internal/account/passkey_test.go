package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"shouhu/internal/pil"
)

// securityKey is an ES256 authenticator in software.
type securityKey struct {
	t       *testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	host    string
	counter uint32
}

func newSecurityKey(t *testing.T, host string) *securityKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &securityKey{t: t, key: key, id: []byte("credential-0001-" + host), host: host}
}

func url64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (k *securityKey) encode(v any, f func(any) ([]byte, error)) []byte {
	k.t.Helper()
	b, err := f(v)
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

// client is what the browser signs over: type, challenge and origin.
func (k *securityKey) client(kind string, options []byte, origin string) []byte {
	k.t.Helper()
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		k.t.Fatal(err)
	}
	return k.encode(map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": origin, "crossOrigin": false}, json.Marshal)
}

// data is the authenticator data: host, flags (present, verified, new key), counter.
func (k *securityKey) data(flags byte) []byte {
	host := sha256.Sum256([]byte(k.host))
	k.counter++
	return binary.BigEndian.AppendUint32(append(host[:], flags), k.counter)
}

func (k *securityKey) register(options []byte, origin string) []byte {
	k.t.Helper()
	point, err := k.key.PublicKey.Bytes()
	if err != nil {
		k.t.Fatal(err)
	}
	public := k.encode(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}, webauthncbor.Marshal)
	data := append(k.data(0x45), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), public...)
	object := k.encode(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data}, webauthncbor.Marshal)
	return k.encode(map[string]any{"id": url64(k.id), "rawId": url64(k.id), "type": "public-key", "response": map[string]any{
		"clientDataJSON": url64(k.client("webauthn.create", options, origin)), "attestationObject": url64(object), "transports": []string{"usb"},
	}}, json.Marshal)
}

func (k *securityKey) sign(options []byte, origin, person string) []byte {
	k.t.Helper()
	client, data := k.client("webauthn.get", options, origin), k.data(0x05)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, sum[:])
	if err != nil {
		k.t.Fatal(err)
	}
	return k.encode(map[string]any{"id": url64(k.id), "rawId": url64(k.id), "type": "public-key", "response": map[string]any{
		"clientDataJSON": url64(client), "authenticatorData": url64(data), "signature": url64(signature), "userHandle": url64([]byte(person)),
	}}, json.Marshal)
}

const (
	testHost   = "shouhu.local"
	testOrigin = "https://shouhu.local"
)

// registered is a holder with one key, the key, and the office it belongs to.
func registered(t *testing.T) (Passkeys, *securityKey, Holder) {
	t.Helper()
	office, err := NewPasskeys(testHost, "守护", []string{testOrigin})
	if err != nil {
		t.Fatal(err)
	}
	h, key := Holder{ID: "li", Login: "li.si", Name: "李四"}, newSecurityKey(t, testHost)
	options, c, err := office.BeginRegister(chance(), h, noon)
	if err != nil {
		t.Fatal(err)
	}
	made, err := office.FinishRegister(c, h, key.register(options, testOrigin), noon.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	h.Keys = []Passkey{made}
	return office, key, h
}

func TestPasskey(t *testing.T) {
	office, key, h := registered(t)
	if string(h.Keys[0].ID) != string(key.id) || h.Keys[0].Counter != 1 || h.Keys[0].Transports[0] != "usb" {
		t.Errorf("registered %+v", h.Keys[0])
	}
	for i := range 3 {
		options, c, err := office.BeginSignIn(chance(), h, noon)
		if err != nil {
			t.Fatal(err)
		}
		used, err := office.FinishSignIn(c, h, key.sign(options, testOrigin, "li"), noon)
		if err != nil || used.Counter != uint32(i+2) {
			t.Fatalf("sign-in %d: %+v, %v", i, used, err)
		}
		h.Keys[0] = used
	}
	// The next registration tells the browser which keys are there already.
	options, _, err := office.BeginRegister(chance(), h, noon)
	if err != nil || !strings.Contains(string(options), url64(key.id)) {
		t.Errorf("options %s, %v", options, err)
	}
}

func TestPasskeyChallengeIsOurs(t *testing.T) {
	office, _, h := registered(t)
	first, _, _ := office.BeginSignIn(chance(), h, noon)
	same, _, _ := office.BeginSignIn(chance(), h, noon)
	random := chance()
	_, _, _ = office.BeginSignIn(random, h, noon)
	other, _, _ := office.BeginSignIn(random, h, noon)
	if string(first) != string(same) || string(first) == string(other) {
		t.Error("the challenge does not come from the randomness given")
	}
}

func TestPasskeyRefuses(t *testing.T) {
	office, key, h := registered(t)
	options, c, err := office.BeginSignIn(chance(), h, noon)
	if err != nil {
		t.Fatal(err)
	}
	good := key.sign(options, testOrigin, "li")
	random := chance()
	if _, _, err = office.BeginSignIn(random, h, noon); err != nil {
		t.Fatal(err)
	}
	_, later, err := office.BeginSignIn(random, h, noon)
	if err != nil {
		t.Fatal(err)
	}
	thief := newSecurityKey(t, testHost)
	thief.id = key.id
	phished := *key
	phished.host = "shouhu.example"
	copied := *key
	copied.counter = 0
	stranger := Holder{ID: "wang", Login: "wang", Keys: h.Keys}
	for what, try := range map[string]func() (Passkey, error){
		"too late":          func() (Passkey, error) { return office.FinishSignIn(c, h, good, noon.Add(5*time.Minute)) },
		"another person":    func() (Passkey, error) { return office.FinishSignIn(c, stranger, good, noon) },
		"another challenge": func() (Passkey, error) { return office.FinishSignIn(later, h, good, noon) },
		"another key":       func() (Passkey, error) { return office.FinishSignIn(c, h, thief.sign(options, testOrigin, "li"), noon) },
		"another origin": func() (Passkey, error) {
			return office.FinishSignIn(c, h, key.sign(options, "https://shouhu.example", "li"), noon)
		},
		"another host": func() (Passkey, error) {
			return office.FinishSignIn(c, h, phished.sign(options, testOrigin, "li"), noon)
		},
		"another handle": func() (Passkey, error) { return office.FinishSignIn(c, h, key.sign(options, testOrigin, "wang"), noon) },
		"a copied key": func() (Passkey, error) {
			return office.FinishSignIn(c, h, copied.sign(options, testOrigin, "li"), noon)
		},
		"no answer": func() (Passkey, error) { return office.FinishSignIn(c, h, nil, noon) },
		"nonsense":  func() (Passkey, error) { return office.FinishSignIn(c, h, []byte(`{"id":"x"}`), noon) },
		"no state": func() (Passkey, error) {
			return office.FinishSignIn(Ceremony{Until: c.Until}, h, good, noon)
		},
		"a registration": func() (Passkey, error) {
			return office.FinishSignIn(c, h, key.register(options, testOrigin), noon)
		},
		"a sign-in as registration": func() (Passkey, error) { return office.FinishRegister(c, h, good, noon) },
	} {
		used, err := try()
		wants(t, err, pil.CodeUnauthenticated, what)
		if used.ID != nil || err != nil && strings.Contains(err.Error(), "li.si") {
			t.Errorf("%s: %+v, %v", what, used, err)
		}
	}
	if _, err := office.FinishSignIn(c, h, good, noon); err != nil {
		t.Errorf("the right answer: %v", err)
	}
	_, _, err = office.BeginSignIn(chance(), Holder{ID: "li", Login: "li"}, noon)
	wants(t, err, pil.CodeInvalid, "without a key")
	_, err = NewPasskeys("not a host!", "守护", nil)
	wants(t, err, pil.CodeInvalid, "no origins")
}
