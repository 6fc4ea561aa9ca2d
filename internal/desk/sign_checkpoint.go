package desk

import (
	"context"

	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// CanSign reports whether the desk holds the key that signs the record.
func (d *Desk) CanSign() bool { return d.signer != nil }

// SignCheckpoint signs the record as it stands and keeps the checkpoint; where
// nothing was written since the last one it does nothing. From then on whoever
// changes what is below is found out, whatever else was changed with it.
func (d *Desk) SignCheckpoint(ctx context.Context) (signed bool, err error) {
	if d.signer == nil {
		return false, pil.Invalid("没有签名密钥，不能签署检查点 (no key to sign with)")
	}
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		h, last, err := tx.LastCheckpoint()
		if err != nil || h.Size == last {
			return err
		}
		note, err := h.Checkpoint(d.origin, tx.Now.Time()).Sign(d.signer)
		if err != nil {
			return err
		}
		signed = true
		return tx.AddCheckpoint(h.Size, note)
	})
	return signed && err == nil, err
}
