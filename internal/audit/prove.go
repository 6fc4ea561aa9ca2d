package audit

import (
	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/pil"
)

// ProveEntry proves that the tree of a checkpoint holds entry seq; it reads
// about log₂ Size stored hashes. No such entry is a not_found Error; what does
// not lead to the checkpoint's root is a fatal one.
func ProveEntry(c Checkpoint, seq int64, stored tlog.HashReader) (tlog.RecordProof, error) {
	if seq < 0 || seq >= c.Size || c.Size > MaxSize {
		return nil, pil.NotFound("检查点之下没有第 %d 条 (no such entry below the checkpoint)", seq)
	}
	proof, err := tlog.ProveRecord(c.Size, seq, stored)
	if err != nil {
		return nil, err
	}
	leaf, err := stored.ReadHashes(leafIndexes(seq, seq+1))
	if err != nil {
		return nil, err
	}
	if err := tlog.CheckRecord(proof, c.Size, c.Root, seq, leaf[0]); err != nil {
		return nil, fatal(err, "存储的散列不能导出检查点 %d 的根 (stored hashes do not give the root of the checkpoint)", c.Size)
	}
	return proof, nil
}

// CheckEntry checks a proof that the tree of the checkpoint holds the entry. A
// proof that fails is an invalid Error.
func CheckEntry(c Checkpoint, e Entry, proof tlog.RecordProof) error {
	if err := e.check(); err != nil {
		return err
	}
	if c.Size > MaxSize || tlog.CheckRecord(proof, c.Size, c.Root, e.Seq, e.Hash()) != nil {
		return pil.Invalid("证明不成立：检查点 %d 之下没有这样的第 %d 条 (proof fails: no such entry below the checkpoint)", c.Size, e.Seq)
	}
	return nil
}

// ProveGrowth proves that the tree of the later checkpoint begins with all of
// the earlier one. An earlier one that is larger is an invalid Error; what does
// not lead to the roots is a fatal one.
func ProveGrowth(earlier, later Checkpoint, stored tlog.HashReader) (tlog.TreeProof, error) {
	if earlier.Size < 1 || earlier.Size > later.Size || later.Size > MaxSize {
		return nil, pil.Invalid("先后两个检查点的大小颠倒 (sizes of the checkpoints are the wrong way round)")
	}
	proof, err := tlog.ProveTree(later.Size, earlier.Size, stored)
	if err != nil {
		return nil, err
	}
	if err := CheckGrowth(earlier, later, proof); err != nil {
		return nil, fatal(err, "存储的散列不能由检查点 %d 导出检查点 %d (stored hashes do not lead from one checkpoint to the other)", earlier.Size, later.Size)
	}
	return proof, nil
}

// CheckGrowth checks a proof that nothing below the earlier checkpoint was
// changed by the later one. A proof that fails is an invalid Error.
func CheckGrowth(earlier, later Checkpoint, proof tlog.TreeProof) error {
	if later.Size > MaxSize || earlier.Origin != later.Origin || tlog.CheckTree(proof, later.Size, later.Root, earlier.Size, earlier.Root) != nil {
		return pil.Invalid("证明不成立：检查点 %d 不是由检查点 %d 增长而来 (proof fails: one checkpoint did not grow from the other)", later.Size, earlier.Size)
	}
	return nil
}
