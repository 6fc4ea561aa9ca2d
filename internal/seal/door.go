package seal

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"shouhu/internal/pil"
)

// Door is what the public door is given: public keys, and the installation's salt
// for receipts. It opens nothing.
type Door struct {
	Intake   PublicKey // what reports are sealed to
	Identity PublicKey // what reporters' identities are sealed to, once more
	Salt     []byte    // 32 bytes
}

const doorHead = "shouhu-door-1"

// DoorKeys are the private halves of a Door.
type DoorKeys struct {
	Intake, Identity PrivateKey
}

// NewDoor draws the keys of a public door.
func NewDoor(random io.Reader, s Suite) (d Door, k DoorKeys, err error) {
	if k.Intake, err = NewPrivateKey(random, s); err != nil {
		return d, k, err
	}
	if k.Identity, err = NewPrivateKey(random, s); err != nil {
		return d, k, err
	}
	d.Intake, d.Identity = k.Intake.Public(), k.Identity.Public()
	d.Salt, err = NewKey(random)
	return d, k, err
}

// Text is the door as its file holds it.
func (d Door) Text() string {
	return fmt.Sprintf("%s\nintake %s\nidentity %s\nsalt %s\n", doorHead, d.Intake, d.Identity, base64.RawURLEncoding.EncodeToString(d.Salt))
}

// ParseDoor reads what Text wrote; anything else is an invalid Error.
func ParseDoor(text string) (d Door, err error) {
	bad := pil.Invalid("不是公共入口的密钥文件，请使用 shouhu init 写下的 door.pub (not a door key file)")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 4 || strings.TrimSpace(lines[0]) != doorHead {
		return d, bad
	}
	value := func(i int, name string) string {
		key, v, _ := strings.Cut(strings.TrimSpace(lines[i]), " ")
		if key != name {
			return ""
		}
		return v
	}
	if d.Intake, err = ParsePublicKey(value(1, "intake")); err != nil {
		return Door{}, bad
	}
	if d.Identity, err = ParsePublicKey(value(2, "identity")); err != nil {
		return Door{}, bad
	}
	if d.Salt, err = base64.RawURLEncoding.Strict().DecodeString(value(3, "salt")); err != nil || len(d.Salt) != KeySize || d.Intake.suite != d.Identity.suite {
		return Door{}, bad
	}
	return d, nil
}
