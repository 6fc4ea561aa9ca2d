package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
)

// What each encoding begins with: nothing hashed for one purpose can be passed
// off for another, and a new version hashes differently.
const (
	entryDomain  = "shouhu/audit/entry/1"
	rowDomain    = "shouhu/audit/row/1"
	filterDomain = "shouhu/audit/filter/1"
)

// encoding is bytes under construction: numbers are big-endian of fixed width,
// texts carry their length, so that no two values share an encoding.
type encoding []byte

func (e *encoding) text(s string) {
	*e = binary.BigEndian.AppendUint32(*e, uint32(len(s)))
	*e = append(*e, s...)
}

func (e *encoding) count(n int) { *e = binary.BigEndian.AppendUint32(*e, uint32(n)) }

func (e *encoding) number(n int64) { *e = binary.BigEndian.AppendUint64(*e, uint64(n)) }

func (e *encoding) flag(b bool) {
	if b {
		*e = append(*e, 1)
	} else {
		*e = append(*e, 0)
	}
}

// AppendEncoding appends the canonical encoding of the entry to b: what a leaf
// of the tree is the hash of (docs/formats/audit.md, "Entry").
func (e *Entry) AppendEncoding(b []byte) []byte {
	out := encoding(b)
	out.text(entryDomain)
	out.number(e.Seq)
	out.number(e.At.Unix())
	out.text(e.Actor)
	out.text(e.Office)
	out.text(e.Action)
	out.text(string(e.Class))
	out.text(e.Subject.Kind)
	out.text(e.Subject.ID)
	out.flag(e.Reason)
	out = append(out, e.Law[:]...)
	out.flag(e.List != nil)
	if e.List != nil {
		out = append(out, e.List.Filter[:]...)
		out.number(e.List.Count)
	}
	out.count(len(e.Rows))
	for i := range e.Rows {
		out.text(string(e.Rows[i].Kind))
		out.text(e.Rows[i].ID)
		out.flag(e.Rows[i].Removed)
		out = append(out, e.Rows[i].Commitment[:]...)
	}
	return out
}

// commitment is the SHA-256 over the canonical encoding of a row with its salt
// (docs/formats/audit.md, "Row").
func (r *Row) commitment() Digest {
	var out encoding
	out.text(rowDomain)
	out = append(out, r.Salt[:]...)
	out.text(string(r.Kind))
	out.text(r.ID)
	out.count(len(r.Content))
	for _, name := range slices.Sorted(maps.Keys(r.Content)) {
		out.text(name)
		out.text(r.Content[name])
	}
	return sha256.Sum256(out)
}
