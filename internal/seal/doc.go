// Package seal keeps secrets closed: small ones at rest, and whatever comes through
// the public door.
//
//	Seal, Open           a second factor, who reported: AES-256-GCM under a key of
//	                     the installation, bound to what it is for
//	To, OpenFrom         a short text to a public key: an identity, an answer
//	NewEnvelope          a report and its files, sealed to a public key as they
//	                     stream in, padded to length classes
//	OpenReport           opens one, and believes nothing before the last byte
//	Receipt              the reporter's code; argon2id makes keys of it
//	Door                 the file the public door is given: it opens nothing
//
// docs/formats/seal.md is the format. Two suites stand behind one interface, chosen
// by the key: X25519 and AES, or SM2, SM3 and SM4; a certified device can take the
// place of either.
//
// It must not know whose secrets they are, storage, or files. It trusts its caller
// to keep the keys, and the chance it is handed; HPKE draws its own. Who has a key
// can open all that was sealed under it; who has the sealed text and not the key
// learns its length class, and cannot change it or give it to another purpose
// unseen.
//
// 术语: 密封 seal · 信封 envelope · 接收密钥 intake key · 身份密钥 identity key ·
// 回执码 receipt.
package seal
