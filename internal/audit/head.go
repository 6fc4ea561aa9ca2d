package audit

import (
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Head is the end of the record: all that appending needs to know of it. The
// store keeps it in one row and locks that row last in a transaction.
type Head struct {
	Size  int64       // entries so far, 0–MaxSize
	Peaks []tlog.Hash // roots of the complete subtrees, largest first: one for each 1 in Size
}

// Batch is what an append adds to the store, in one transaction.
type Batch struct {
	Entries []Entry     // numbered, their rows in order
	Hashes  []tlog.Hash // to be stored from index tlog.StoredHashCount(old size) on
	Head    Head        // takes the place of the old one
}

// Append puts entries after the head, in their order and all at once: one write,
// or a group of reads. It reads nothing and changes neither h nor the entries.
// An entry that says too little or too much is an invalid Error, a head that
// cannot be one a fatal Error.
func (h Head) Append(entries ...Entry) (Batch, error) {
	if err := h.Check(); err != nil {
		return Batch{}, err
	}
	b := Batch{
		Entries: slices.Clone(entries),
		Hashes:  make([]tlog.Hash, 0, 2*len(entries)+bits.Len64(uint64(h.Size))),
		Head:    Head{h.Size, slices.Clone(h.Peaks)},
	}
	var buffer []byte
	for i := range b.Entries {
		e := &b.Entries[i]
		e.Seq = b.Head.Size
		e.Rows = slices.SortedFunc(slices.Values(e.Rows), compareMarks)
		if err := e.check(); err != nil {
			return Batch{}, err
		}
		buffer = e.AppendEncoding(buffer[:0])
		b.Hashes = b.Head.add(b.Hashes, tlog.RecordHash(buffer))
	}
	return b, nil
}

// add grows the tree by one leaf and appends the hashes to be stored for it to
// stored: the leaf's and those of the subtrees it completes.
func (h *Head) add(stored []tlog.Hash, leaf tlog.Hash) []tlog.Hash {
	stored = append(stored, leaf)
	for n := h.Size; n&1 == 1; n >>= 1 {
		last := len(h.Peaks) - 1
		leaf = tlog.NodeHash(h.Peaks[last], leaf)
		h.Peaks = h.Peaks[:last]
		stored = append(stored, leaf)
	}
	h.Peaks = append(h.Peaks, leaf)
	h.Size++
	return stored
}

// Root is the hash of the tree. A head that Check refuses has none.
func (h Head) Root() tlog.Hash {
	if len(h.Peaks) == 0 {
		empty, _ := tlog.TreeHash(0, nil) // reads nothing
		return empty
	}
	root := h.Peaks[len(h.Peaks)-1]
	for i := len(h.Peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(h.Peaks[i], root)
	}
	return root
}

// Check refuses, with a fatal Error, a head that no record can have.
func (h Head) Check() error {
	if h.Size < 0 || h.Size > MaxSize || bits.OnesCount64(uint64(h.Size)) != len(h.Peaks) {
		return fatal(nil, "记录的头部损坏：%d 条条目配有 %d 个散列 (head of the record is damaged)", h.Size, len(h.Peaks))
	}
	return nil
}

// peakIndexes are where the peaks of a tree of n entries are stored.
func peakIndexes(n int64) (indexes []int64) {
	for level := bits.Len64(uint64(n)) - 1; level >= 0; level-- {
		if at := n >> level; at&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, at-1))
		}
	}
	return indexes
}

// leafIndexes are where the hashes of entries from ≤ n < to are stored.
func leafIndexes(from, to int64) (indexes []int64) {
	for n := from; n < to; n++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, n))
	}
	return indexes
}
