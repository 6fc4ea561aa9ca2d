package desk

import (
	"context"
	"sync"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// heldKey is the open key of a matter's files, with its number.
type heldKey struct {
	id  int64
	key seal.DataKey
}

// dataKeys are the keys opened so far.
type dataKeys struct{ byID sync.Map }

// caseKey is the key that a matter's files are closed under; the first file makes it.
func (d *Desk) caseKey(ctx context.Context, matter int64) (k heldKey, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		row, err := v.DataKeyOf(matter)
		if err != nil {
			return err
		}
		k.id = row.ID
		k.key, err = d.unwrap(row)
		return err
	})
	if pil.CodeOf(err) == pil.CodeNotFound {
		return d.newKey(ctx, matter)
	}
	return k, err
}

// newKey makes a key; matter 0 is one not registered yet, which is bound later. Two
// made at once for one matter do no harm: each file knows its own.
func (d *Desk) newKey(ctx context.Context, matter int64) (k heldKey, err error) {
	if k.key, err = seal.NewDataKey(); err != nil {
		return k, err
	}
	sealed, err := k.key.Wrap(d.random, d.keys.Seal)
	if err != nil {
		return k, err
	}
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		row := &store.DataKey{MatterID: matter, Name: k.key.Name(), Sealed: sealed, MadeAt: tx.Now}
		err := tx.AddDataKey(row)
		k.id = row.ID
		return err
	})
	return k, err
}

func (d *Desk) unwrap(row *store.DataKey) (seal.DataKey, error) {
	if k, ok := d.opened.byID.Load(row.ID); ok {
		return k.(seal.DataKey), nil //nolint:forcetypeassert // nothing else is put there
	}
	k, err := seal.UnwrapDataKey(d.keys.Seal, row.Name, row.Sealed)
	if err == nil {
		d.opened.byID.Store(row.ID, k)
	}
	return k, err
}

// keyOf is the key a file is closed under; the zero key for one that lies open.
func (d *Desk) keyOf(v *store.View, id int64) (seal.DataKey, error) {
	if id == 0 {
		return seal.DataKey{}, nil
	}
	row, err := v.DataKey(id)
	if err != nil {
		return seal.DataKey{}, err
	}
	return d.unwrap(row)
}

// openBytes opens the bytes of a file for the desk's own reading: whoever asks was
// allowed to, and the look recorded.
func (d *Desk) openBytes(ctx context.Context, f *store.File) (*store.Bytes, error) {
	var key seal.DataKey
	err := d.store.Read(ctx, func(v *store.View) (err error) {
		key, err = d.keyOf(v, f.KeyID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.files.Open(ctx, f.SHA256, key)
}
