package desk

import (
	"context"
	"fmt"

	"shouhu/internal/store"
)

// foldedUnder is the setting that holds the hash of the law that projections were
// last all computed under.
const foldedUnder = "folded_under"

// CatchUp computes what lists show anew where the law has changed since; an office
// does it before it opens.
func (d *Desk) CatchUp(ctx context.Context, note Notes) (changed int, err error) {
	var under string
	err = d.store.Read(ctx, func(v *store.View) (err error) {
		under, err = v.Setting(foldedUnder)
		return err
	})
	if err != nil || under == d.law.Hash {
		return 0, err
	}
	return d.Rebuild(ctx, note)
}

// rebuildPage is how many matters one transaction folds: writers wait for it.
const rebuildPage = 100

// Rebuild computes what lists show of every matter anew from what the record covers,
// and says of how many matters it differed. Others may work meanwhile.
func (d *Desk) Rebuild(ctx context.Context, note Notes) (changed int, err error) {
	done := int64(0)
	for last, more := int64(0), true; more; {
		err := d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
			page, err := tx.LockFoldedAfter(last, rebuildPage)
			if err != nil {
				return err
			}
			n, to := 0, last
			var ids []int64
			for i := range page {
				f := &page[i]
				to, ids = f.ID, append(ids, f.ID)
				p, err := ProjectFrom(d.law, &f.Matter, f.Events, f.Assigned)
				if err != nil {
					return fmt.Errorf("fold matter %d: %w", f.ID, err)
				}
				if len(differences(p, &f.Kept)) == 0 {
					continue
				}
				n++
				if err := tx.PutProjection(p); err != nil {
					return err
				}
			}
			if err := tx.Index(ids...); err != nil {
				return err
			}
			if more = len(page) == rebuildPage; !more {
				stray, err := tx.StrayProjections()
				if err != nil {
					return err
				}
				for _, id := range stray {
					n++
					if err := tx.RemoveProjection(id); err != nil {
						return err
					}
				}
				if err := tx.SetSetting(foldedUnder, d.law.Hash); err != nil {
					return err
				}
			}
			changed, done, last = changed+n, done+int64(len(page)), to
			return nil
		})
		if err != nil {
			return changed, err
		}
		note.say("重新推算 (folding anew)", done, 0)
	}
	return changed, nil
}
