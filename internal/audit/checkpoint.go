package audit

import (
	"encoding/base64"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/pil"
)

// Checkpoint is the state of a record at a moment. Signed and kept elsewhere it
// binds the office to every entry below Size.
type Checkpoint struct {
	Origin string    // whose record it is: the office's name, without blanks
	Size   int64     // entries, 1–MaxSize
	Root   tlog.Hash // of the tree of that size
	At     time.Time // UTC, whole seconds
}

// Checkpoint is the head as a checkpoint.
func (h Head) Checkpoint(origin string, at time.Time) Checkpoint {
	return Checkpoint{Origin: origin, Size: h.Size, Root: h.Root(), At: at}
}

// NewKey draws a key pair for signing checkpoints: signer is secret and goes to
// note.NewSigner, verifier is public and goes to Keys. The name may not hold
// blanks or a plus.
func NewKey(random io.Reader, name string) (signer, verifier string, err error) {
	if err := checkName("密钥名称 (name of the key)", name); err != nil {
		return "", "", err
	}
	if strings.Contains(name, "+") {
		return "", "", pil.Invalid("密钥名称不得含有加号 (no plus in the name of a key)")
	}
	return note.GenerateKey(random, name)
}

// Keys is the list of known keys: the one in use and those before it, for what
// they signed stays signed. A text that is no verifier key is an invalid Error.
func Keys(verifiers ...string) (note.Verifiers, error) {
	var all []note.Verifier
	for i, text := range verifiers {
		v, err := note.NewVerifier(text)
		if err != nil {
			return nil, &pil.Error{Code: pil.CodeInvalid, Err: err, Text: "第 " + strconv.Itoa(i+1) + " 把验证密钥无法识别 (verifier key cannot be read)"}
		}
		all = append(all, v)
	}
	return note.VerifierList(all...), nil
}

// Sign writes the checkpoint as a signed note. While a key is being replaced the
// old and the new one sign together. A signer is an interface: a certified
// device can be one.
func (c Checkpoint) Sign(signers ...note.Signer) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if len(signers) == 0 {
		return nil, pil.Invalid("检查点没有签名密钥 (checkpoint without a signing key)")
	}
	return note.Sign(&note.Note{Text: c.text()}, signers...)
}

// OpenCheckpoint reads a signed note of a record named origin. One that is
// malformed, of another record, not signed by any of the keys, or wrongly signed
// by one of them is an invalid Error.
func OpenCheckpoint(msg []byte, keys note.Verifiers, origin string) (Checkpoint, error) {
	n, err := note.Open(msg, keys)
	if err == nil {
		err = strictBase64(n)
	}
	if err != nil {
		return Checkpoint{}, &pil.Error{Code: pil.CodeInvalid, Err: err, Text: "检查点没有已知密钥的有效签名 (checkpoint is not signed by a known key)"}
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != origin {
		return Checkpoint{}, pil.Invalid("检查点属于另一份记录 %s (checkpoint of another record)", pil.Quote(c.Origin))
	}
	return c, nil
}

// strictBase64 refuses a signature with bits that note ignores: there is one way
// to write a checkpoint.
func strictBase64(n *note.Note) error {
	for _, s := range slices.Concat(n.Sigs, n.UnverifiedSigs) {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return err
		}
	}
	return nil
}

func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n" + c.At.Format(time.RFC3339) + "\n"
}

// parseCheckpoint reads what text writes and nothing else.
func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) == 5 {
		c.Origin = lines[0]
		c.Size, _ = strconv.ParseInt(lines[1], 10, 64)
		c.Root, _ = tlog.ParseHash(lines[2])
		c.At, _ = time.Parse(time.RFC3339, lines[3])
	}
	if c.check() != nil || c.text() != text { // what did not parse does not come back
		return Checkpoint{}, pil.Invalid("检查点的文字不合格式 (malformed checkpoint)")
	}
	return c, nil
}

func (c Checkpoint) check() error {
	if err := checkName("记录名称 (origin)", c.Origin); err != nil {
		return err
	}
	if c.Size < 1 || c.Size > MaxSize {
		return pil.Invalid("检查点应含 1 至 %d 条条目 (size of the checkpoint out of range)", int64(MaxSize))
	}
	if !isMoment(c.At) {
		return pil.Invalid("检查点的时刻应为 UTC 的整秒 (moment must be UTC, whole seconds)")
	}
	return nil
}
