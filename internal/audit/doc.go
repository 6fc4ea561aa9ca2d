// Package audit is the record: an append-only, hash-chained list of who wrote
// what and who read whose personal data, which anybody can re-check offline. It
// is a Merkle tree log as of RFC 6962 (golang.org/x/mod/sumdb/tlog) with signed
// checkpoints (sumdb/note).
//
// An Entry says that something was done, by whom and to what; it holds no
// content. For each row that a write leaves behind it holds a salted
// commitment; the salt lies with the row, so that whoever deletes the row and
// its salt leaves a number that can no longer be linked to anything.
//
//	Head.Append   entries → new head and the hashes to store; values only
//	Checkpoint    the head, signed
//	ProveEntry, ProveGrowth and their checks
//	Export, Check the whole record as a file, and everything that is wrong in it
//
// It must not know what the rows mean, who may do what, storage, or the clock.
// It trusts the keys it is given and nothing else: who can change the stored
// record can be found out by Check up to the last checkpoint, and not beyond it.
// Who holds the signing key as well can rewrite the record, and is found out by
// whoever kept an older checkpoint.
//
// The format is docs/formats/audit.md.
//
// 术语: 审计记录 record · 条目 entry · 承诺值 commitment · 检查点 checkpoint.
package audit
