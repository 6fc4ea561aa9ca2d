package account

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"shouhu/internal/pil"
)

// Passkey 安全密钥 is what is stored of a WebAuthn key: a second factor that
// needs no phone.
type Passkey struct {
	ID, PublicKey []byte
	Flags         uint8  // as the authenticator sent them
	Counter       uint32 // of uses, where the key counts
	Transports    []string
	Name          string // what its owner calls it
	Made          time.Time
}

// Holder is a person with the keys registered so far.
type Holder struct {
	ID    PersonID
	Login string
	Name  string
	Keys  []Passkey
}

// Ceremony is what is stored between a challenge and its answer, for one use.
type Ceremony struct {
	State []byte // names the person too
	Until time.Time
}

// ceremonyTime is how long a person has to touch the key.
const ceremonyTime = 5 * time.Minute

// Passkeys registers and verifies keys for one address of the office. The
// library draws a challenge itself, which ours takes the place of; it looks at
// the clock for certificates of makers only, which we do not ask keys for.
type Passkeys struct{ party *webauthn.WebAuthn }

// NewPasskeys is for the office's host name, such as shouhu.local, and the
// origins its pages have, such as https://shouhu.local.
func NewPasskeys(host, title string, origins []string) (Passkeys, error) {
	party, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: title, RPOrigins: origins, AttestationPreference: protocol.PreferNoAttestation})
	if err != nil {
		return Passkeys{}, pil.Invalid("安全密钥的域名或来源不对：%s (host or origins of security keys)", err)
	}
	return Passkeys{party}, nil
}

// BeginRegister gives the options for the browser's navigator.credentials.create
// as JSON, and what to store until the answer comes.
func (p Passkeys) BeginRegister(random io.Reader, h Holder, at time.Time) (options []byte, c Ceremony, err error) {
	challenge, err := newChallenge(random)
	if err != nil {
		return nil, Ceremony{}, err
	}
	creation, session, err := p.party.BeginRegistration(user{h}, func(o *protocol.PublicKeyCredentialCreationOptions) error {
		o.Challenge = challenge
		o.CredentialExcludeList = webauthn.Credentials(user{h}.WebAuthnCredentials()).CredentialDescriptors()
		return nil
	})
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("begin to register a key: %w", err)
	}
	return begun(creation, session, at)
}

// FinishRegister reads the browser's answer and returns the key to store. An
// answer that is late, for another person or wrong is an unauthenticated Error.
func (p Passkeys) FinishRegister(c Ceremony, h Holder, answer []byte, at time.Time) (Passkey, error) {
	session, err := c.open(at)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Passkey{}, refused(err)
	}
	made, err := p.party.CreateCredential(user{h}, session, parsed)
	if err != nil {
		return Passkey{}, refused(err)
	}
	key := Passkey{ID: made.ID, PublicKey: made.PublicKey, Flags: uint8(made.Flags.ProtocolValue()), Counter: made.Authenticator.SignCount, Made: at}
	for _, t := range made.Transport {
		key.Transports = append(key.Transports, string(t))
	}
	return key, nil
}

// BeginSignIn gives the options for the browser's navigator.credentials.get as
// JSON, and what to store until the answer comes. A person without a key is an
// invalid Error.
func (p Passkeys) BeginSignIn(random io.Reader, h Holder, at time.Time) (options []byte, c Ceremony, err error) {
	if len(h.Keys) == 0 {
		return nil, Ceremony{}, pil.Invalid("尚未登记安全密钥 (no security key registered)")
	}
	challenge, err := newChallenge(random)
	if err != nil {
		return nil, Ceremony{}, err
	}
	assertion, session, err := p.party.BeginLogin(user{h}, func(o *protocol.PublicKeyCredentialRequestOptions) error {
		o.Challenge = challenge
		return nil
	})
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("begin to sign in with a key: %w", err)
	}
	return begun(assertion, session, at)
}

// FinishSignIn verifies the browser's answer and returns the key it came from,
// with its counter as it is to be stored. An answer that is late, for another
// person, wrong, or of a key whose counter did not grow is an unauthenticated
// Error.
func (p Passkeys) FinishSignIn(c Ceremony, h Holder, answer []byte, at time.Time) (Passkey, error) {
	session, err := c.open(at)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Passkey{}, refused(err)
	}
	used, err := p.party.ValidateLogin(user{h}, session, parsed)
	if err != nil {
		return Passkey{}, refused(err)
	}
	if used.Authenticator.CloneWarning {
		return Passkey{}, refused(errors.New("its counter did not grow: perhaps a copy"))
	}
	key := h.Keys[slices.IndexFunc(h.Keys, func(k Passkey) bool { return bytes.Equal(k.ID, used.ID) })]
	key.Counter, key.Flags = used.Authenticator.SignCount, uint8(used.Flags.ProtocolValue())
	return key, nil
}

func newChallenge(random io.Reader) (protocol.URLEncodedBase64, error) {
	challenge := make([]byte, 32)
	if _, err := io.ReadFull(random, challenge); err != nil {
		return nil, fmt.Errorf("draw a challenge: %w", err)
	}
	return challenge, nil
}

func begun(options any, session *webauthn.SessionData, at time.Time) ([]byte, Ceremony, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return nil, Ceremony{}, err
	}
	state, err := json.Marshal(session)
	return text, Ceremony{State: state, Until: at.Add(ceremonyTime)}, err
}

// open reads what was stored when the ceremony began.
func (c Ceremony) open(at time.Time) (s webauthn.SessionData, err error) {
	if !at.Before(c.Until) {
		return s, unauthenticated("验证已过期，请重来 (too late, begin again)")
	}
	if err := json.Unmarshal(c.State, &s); err != nil {
		return s, refused(err)
	}
	return s, nil
}

func refused(err error) error {
	return &pil.Error{Code: pil.CodeUnauthenticated, Text: "安全密钥验证未通过 (the security key was not accepted)", Err: err}
}

// user shows a holder to the library.
type user struct{ Holder }

func (u user) WebAuthnID() []byte          { return []byte(u.ID) }
func (u user) WebAuthnName() string        { return u.Login }
func (u user) WebAuthnDisplayName() string { return u.Name }
func (u user) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, 0, len(u.Keys))
	for _, k := range u.Keys {
		c := webauthn.Credential{ID: k.ID, PublicKey: k.PublicKey, Flags: webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(k.Flags))}
		c.Authenticator.SignCount = k.Counter
		for _, t := range k.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		list = append(list, c)
	}
	return list
}
