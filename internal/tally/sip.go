package tally

import (
	"encoding/binary"
	"math/bits"
)

// A sip is the secret of SipHash-2-4 with 128 bits of output (Aumasson and
// Bernstein, 2012): a keyed hash made so that who does not know the key cannot
// find two inputs that collide, however many results he has seen. Fast hashes
// that only take a seed, such as xxh3 or murmur, do not promise that: there are
// inputs that collide under every seed, and a table is written by the other
// side of the case.
type sip struct{ k0, k1 uint64 }

func newSIP(key [16]byte) sip {
	return sip{binary.LittleEndian.Uint64(key[:8]), binary.LittleEndian.Uint64(key[8:])}
}

// sum is the hash of b.
func (s sip) sum(b []byte) (hi, lo uint64) {
	v0 := s.k0 ^ 0x736f6d6570736575
	v1 := s.k1 ^ 0x646f72616e646f6d ^ 0xee
	v2 := s.k0 ^ 0x6c7967656e657261
	v3 := s.k1 ^ 0x7465646279746573

	last := uint64(len(b)) << 56
	for ; len(b) >= 8; b = b[8:] {
		m := binary.LittleEndian.Uint64(b)
		v3 ^= m
		v0, v1, v2, v3 = mix(v0, v1, v2, v3)
		v0, v1, v2, v3 = mix(v0, v1, v2, v3)
		v0 ^= m
	}
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	v3 ^= last
	v0, v1, v2, v3 = mix(v0, v1, v2, v3)
	v0, v1, v2, v3 = mix(v0, v1, v2, v3)
	v0 ^= last

	v2 ^= 0xee
	for range 4 {
		v0, v1, v2, v3 = mix(v0, v1, v2, v3)
	}
	hi = v0 ^ v1 ^ v2 ^ v3
	v1 ^= 0xdd
	for range 4 {
		v0, v1, v2, v3 = mix(v0, v1, v2, v3)
	}
	return hi, v0 ^ v1 ^ v2 ^ v3
}

// mix is one SipRound.
func mix(v0, v1, v2, v3 uint64) (a, b, c, d uint64) {
	v0 += v1
	v2 += v3
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 = bits.RotateLeft64(v0, 32) + v3
	v2 += v1
	return v0, bits.RotateLeft64(v1, 17) ^ v2, bits.RotateLeft64(v2, 32), bits.RotateLeft64(v3, 21) ^ v0
}
