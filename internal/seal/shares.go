package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"shouhu/internal/pil"
)

// Share is one of n parts of a recovery seed 恢复份额, of which k give it back and
// fewer tell nothing (Shamir 1979, byte by byte over GF(2⁸)). It is a secret:
// nothing prints it but Shown.
type Share struct {
	x, k byte
	set  [setSize]byte // which seed it is of
	y    [KeySize]byte
}

const (
	setSize = 6
	// MaxShares is how many parts a seed is split into at most.
	MaxShares = 20
)

// SplitSeed splits a seed of KeySize bytes into n shares, any k of which give it
// back. n and k out of 2 ≤ k ≤ n ≤ MaxShares are an invalid Error.
func SplitSeed(random io.Reader, seed []byte, k, n int) ([]Share, error) {
	if len(seed) != KeySize {
		return nil, closed("恢复种子应为 32 字节 (a seed has 32 bytes)")
	}
	if k < 2 || k > n || n > MaxShares {
		return nil, pil.Invalid("恢复份额：至少 2 份能恢复，总数至多 %d 份 (threshold 2 to shares, shares at most %[1]d)", MaxShares)
	}
	poly := make([]byte, k*KeySize) // of each byte of the seed its coefficients, the seed itself first
	if _, err := io.ReadFull(random, poly); err != nil {
		return nil, fmt.Errorf("draw shares: %w", err)
	}
	list := make([]Share, n)
	for i := range list {
		s := &list[i]
		s.x, s.k, s.set = byte(i+1), byte(k), setOf(seed)
		for b := range KeySize {
			coefficients := poly[b*k : (b+1)*k]
			coefficients[0] = seed[b]
			for c := k - 1; c >= 0; c-- {
				s.y[b] = mul(s.y[b], s.x) ^ coefficients[c]
			}
		}
	}
	clear(poly)
	return list, nil
}

// JoinShares gives the seed back. Too few shares, the same one twice, or shares of
// different seeds are an invalid Error.
func JoinShares(list []Share) ([]byte, error) {
	if len(list) == 0 {
		return nil, pil.Invalid("没有恢复份额 (no shares)")
	}
	first, seen := &list[0], map[byte]bool{}
	for i := range list {
		if s := &list[i]; s.set != first.set || s.k != first.k {
			return nil, pil.Invalid("第 %d 份不属于同一套恢复份额 (share %[1]d is of another set)", i+1)
		} else if seen[s.x] {
			return nil, pil.Invalid("同一份恢复份额输入了两次 (the same share twice)")
		}
		seen[list[i].x] = true
	}
	if len(list) < int(first.k) {
		return nil, pil.Invalid("恢复份额不够：需要 %d 份，只有 %d 份 (%[1]d shares are needed, there are %[2]d)", first.k, len(list))
	}
	list = list[:first.k]
	seed := make([]byte, KeySize)
	for i := range list {
		weight := byte(1) // of Lagrange at 0
		for j := range list {
			if i != j {
				weight = mul(weight, mul(list[j].x, inverse(list[j].x^list[i].x)))
			}
		}
		for b := range seed {
			seed[b] ^= mul(weight, list[i].y[b])
		}
	}
	if setOf(seed) != first.set {
		return nil, pil.Invalid("恢复份额合不成原来的种子，有一份抄错 (the shares do not fit together)")
	}
	return seed, nil
}

// setOf tells the seeds apart, and that shares were joined well; 48 bits of a hash
// do not help to guess 256.
func setOf(seed []byte) (set [setSize]byte) {
	h := sha256.Sum256(append([]byte("shouhu-seal/1 shares "), seed...))
	copy(set[:], h[:])
	return set
}

// mul multiplies in GF(2⁸) modulo x⁸+x⁴+x³+x+1, in a time that depends on neither.
func mul(a, b byte) (p byte) {
	for range 8 {
		p ^= a & -(b & 1)
		a = a<<1 ^ 0x1b&-(a>>7)
		b >>= 1
	}
	return p
}

// inverse is a to the power of 254.
func inverse(a byte) byte {
	p := a
	for range 6 {
		p = mul(mul(p, p), a)
	}
	return mul(p, p)
}

// shareForm is the version of a written share.
const shareForm = 1

const (
	shareBytes  = 3 + setSize + KeySize // form, x, k, set, y
	groupBytes  = 4
	shareGroups = (shareBytes + groupBytes - 1) / groupBytes
	groupDigits = 12 // ten of the number, two check digits
)

// Shown is the share as it is written down: groups of twelve digits, of which the
// last two check the group and its place (ISO 7064 MOD 97-10).
func (s Share) Shown() string {
	raw := append([]byte{shareForm, s.x, s.k}, s.set[:]...)
	raw = append(raw, s.y[:]...)
	raw = append(raw, make([]byte, shareGroups*groupBytes-len(raw))...)
	groups := make([]string, shareGroups)
	for i := range groups {
		number := fmt.Sprintf("%010d", binary.BigEndian.Uint32(raw[i*groupBytes:]))
		digits := number + checkOf(i, number)
		groups[i] = digits[:4] + " " + digits[4:8] + " " + digits[8:]
	}
	return strings.Join(groups, "  ")
}

func checkOf(place int, number string) string {
	return fmt.Sprintf("%02d", 98-mod97(fmt.Sprintf("%02d", place+1)+number+"00"))
}

// Number is which of the shares it is, from 1.
func (s Share) Number() int { return int(s.x) }

// Threshold is how many shares are needed.
func (s Share) Threshold() int { return int(s.k) }

// String hides the share.
func (Share) String() string { return "［share］" }

// GoString hides the share.
func (s Share) GoString() string { return s.String() }

// ParseShare reads what Shown wrote, as people type it. A mistyped one is an invalid
// Error that says which group is wrong.
func ParseShare(typed string) (s Share, err error) {
	digits, err := digitsOf(typed, 4*shareGroups*groupDigits)
	if err != nil || len(digits) != shareGroups*groupDigits {
		return s, pil.Invalid("恢复份额应为 %d 组、每组 %d 位数字 (a share has %[1]d groups of %[2]d digits)", shareGroups, groupDigits)
	}
	var raw []byte
	for i := range shareGroups {
		group := digits[i*groupDigits : (i+1)*groupDigits]
		var n uint64
		if _, err := fmt.Sscanf(group[:10], "%d", &n); err != nil || n > 1<<32-1 || checkOf(i, group[:10]) != group[10:] {
			return Share{}, pil.Invalid("恢复份额第 %d 组抄错，请核对 (group %[1]d is mistyped)", i+1)
		}
		raw = binary.BigEndian.AppendUint32(raw, uint32(n))
	}
	s.x, s.k = raw[1], raw[2]
	copy(s.set[:], raw[3:])
	copy(s.y[:], raw[3+setSize:])
	if raw[0] != shareForm || s.x == 0 || s.x > MaxShares || s.k < 2 || s.k > MaxShares {
		return Share{}, pil.Invalid("恢复份额的版本不认识 (a share of an unknown form)")
	}
	return s, nil
}

// RecoveryKey is the private key that a seed gives. Its public half is kept: what is
// sealed to it opens with k shares only.
func RecoveryKey(s Suite, seed []byte) (PrivateKey, error) { return privateFrom(s, seed) }

// ID names a key in files and lists; it is no secret.
func (k PublicKey) ID() string { return hex.EncodeToString(k.id()) }
