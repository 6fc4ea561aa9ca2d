package account

import (
	"encoding/base64"
	"fmt"
	"strings"

	"shouhu/internal/pil"
)

// phc is an argon2id hash in the PHC string format, parameters and all:
//
//	$argon2id$v=19$m=65536,t=3,p=2[,keyid=…]$salt$hash
type phc struct {
	memory, time uint32 // KiB, passes
	threads      uint8
	keyID        []byte // of the pepper; nil where there is none
	salt, hash   []byte
}

// Limits of what is read: a stored text must not make the office spend more
// than 1 GiB or sixteen passes on one sign-in.
const (
	maxMemory  = 1 << 20 // KiB
	maxTime    = 16
	maxThreads = 16
)

var b64 = base64.RawStdEncoding.Strict()

// String writes the hash; it is a secret and its users keep it one.
func (p phc) String() string {
	keyID := ""
	if p.keyID != nil {
		keyID = ",keyid=" + b64.EncodeToString(p.keyID)
	}
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d%s$%s$%s", p.memory, p.time, p.threads, keyID, b64.EncodeToString(p.salt), b64.EncodeToString(p.hash))
}

// parsePHC reads exactly what String writes. Anything else, and parameters out
// of bounds, is an invalid Error that does not show the text.
func parsePHC(s string) (phc, error) {
	bad := pil.Invalid("存储的口令散列无法识别 (stored password hash is not readable)")
	part := strings.Split(s, "$")
	if len(part) != 6 {
		return phc{}, bad
	}
	params, keyID, keyed := strings.Cut(part[3], ",keyid=")
	var p phc
	if _, err := fmt.Sscanf(params, "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return phc{}, bad
	}
	var errs [3]error
	p.salt, errs[0] = b64.DecodeString(part[4])
	p.hash, errs[1] = b64.DecodeString(part[5])
	if keyed {
		p.keyID, errs[2] = b64.DecodeString(keyID)
	}
	switch {
	case errs != [3]error{}:
		return phc{}, bad
	case p.time < 1 || p.time > maxTime || p.threads < 1 || p.threads > maxThreads || p.memory < 8*uint32(p.threads) || p.memory > maxMemory:
		return phc{}, bad
	case len(p.salt) < 16 || len(p.salt) > 64 || len(p.hash) < 16 || len(p.hash) > 64 || keyed && (len(p.keyID) < 1 || len(p.keyID) > 16):
		return phc{}, bad
	case p.String() != s: // leading zeros, another version, trailing text
		return phc{}, bad
	}
	return p, nil
}
