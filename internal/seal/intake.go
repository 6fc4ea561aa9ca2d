package seal

import (
	"fmt"
	"strings"

	"filippo.io/age"

	"shouhu/internal/pil"
)

// Intake is the key pair of the public door 接收密钥, each as one line of text.
type Intake struct {
	Identity  string // secret: opens
	Recipient string // public: seals; the door is given it
}

// NewIntake draws a key pair.
func NewIntake() (Intake, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return Intake{}, fmt.Errorf("draw the intake key: %w", err)
	}
	return Intake{Identity: id.String(), Recipient: id.Recipient().String()}, nil
}

// ParseIntake reads a kept identity, and computes its recipient. What is none is
// an invalid Error.
func ParseIntake(identity string) (Intake, error) {
	id, err := age.ParseX25519Identity(strings.TrimSpace(identity))
	if err != nil {
		return Intake{}, pil.Invalid("接收密钥的格式不对 (not an intake key)") // without the error: it may hold the key
	}
	return Intake{Identity: id.String(), Recipient: id.Recipient().String()}, nil
}
