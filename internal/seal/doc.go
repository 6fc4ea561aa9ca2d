// Package seal keeps secrets closed: small ones at rest, and the key pair that
// whatever comes through the public door is sealed to.
//
//	Seal, Open   a second factor, who reported: AES-256-GCM under a key of the
//	             installation, bound to what it is for
//	NewIntake    the key pair of the public door (age, X25519): whoever has the
//	             recipient can seal, only the identity opens
//
// A public door will add envelopes sealed to the recipient, receipt codes and
// shares of the identity for recovery; they belong here, beside a suite of
// SM2/SM3/SM4 for a certified device.
//
// It must not know whose secrets they are, storage, or files. It trusts its
// caller to keep the key, and the chance it is handed; age draws its own. Who has
// the key can open all that was sealed under it; who has the sealed text and not
// the key learns its length, and cannot change it or give it to another purpose
// unseen.
//
// 术语: 密封 seal · 接收密钥 intake key.
package seal
