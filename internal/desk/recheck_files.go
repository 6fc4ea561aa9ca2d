package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shouhu/internal/audit"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// How often files are read again, how many at a time, and how long at a stretch.
const (
	recheckEvery = 30 * 24 * time.Hour
	recheckPage  = 20
	recheckTime  = 20 * time.Minute
)

// RecheckFiles reads again every file not read for thirty days, and says how many were
// not what came in. What was found stands in the custody of the exhibits they belong to;
// of what is wrong, whoever leads the matter gets a task. It stops after a while and
// goes on the next time.
func (d *Desk) RecheckFiles(ctx context.Context) (read, bad int, err error) {
	begun := d.clock()
	for d.clock().Sub(begun) < recheckTime {
		n, wrong, err := d.recheckSome(ctx)
		if read, bad = read+n, bad+wrong; err != nil || n == 0 {
			return read, bad, err
		}
	}
	return read, bad, nil
}

// reread is a file read again.
type reread struct {
	store.File
	key   seal.DataKey
	found evidence.Found
}

func (d *Desk) recheckSome(ctx context.Context) (read, bad int, err error) {
	var list []reread
	err = d.store.Read(ctx, func(v *store.View) error {
		files, err := v.Unchecked(store.MomentOf(d.clock().Add(-recheckEvery)), recheckPage)
		for i := range files {
			r := reread{File: files[i]}
			if r.key, err = d.keyOf(v, r.KeyID); err != nil {
				r.found = evidence.Missing // its key does not open: neither do its bytes
			}
			list = append(list, r)
		}
		return errors.Join(err, v.Context().Err())
	})
	if err != nil && len(list) == 0 {
		return 0, 0, err
	}
	for i := range list {
		r := &list[i]
		if r.found == "" {
			if r.found, err = foundBy(d.files.Check(ctx, r.Received(), r.key)); err != nil {
				return i, bad, fmt.Errorf("read file %d again: %w", r.ID, err)
			}
		}
		if r.found.Bad() {
			bad++
		}
		if err := d.noteReread(ctx, r); err != nil {
			return i, bad, err
		}
	}
	return len(list), bad, nil
}

// noteReread notes what was found: in the custody of exhibits, and as a task where
// something is wrong that was not before.
func (d *Desk) noteReread(ctx context.Context, r *reread) error {
	return d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
		e := audit.Entry{Actor: clockwork, Action: "recheck_files", Subject: audit.Subject{Kind: "file", ID: idText(r.ID)}}
		m, err := tx.Matter(r.MatterID)
		if err != nil {
			return e, err
		}
		e.Office = idText(m.OfficeID)
		before, err := tx.Check(r.ID)
		if err != nil && pil.CodeOf(err) != pil.CodeNotFound {
			return e, err
		}
		if err := tx.PutCheck(store.FileCheck{FileID: r.ID, CheckedAt: tx.Now, Found: r.found}); err != nil {
			return e, err
		}
		exhibits, err := tx.ExhibitsOf(r.ID)
		if err != nil {
			return e, err
		}
		name := fmt.Sprintf("文件 %d", r.ID)
		for i := range exhibits {
			x := &exhibits[i]
			name = evidence.Number(x.N)
			if _, err := tx.LockMatter(x.MatterID); err != nil {
				return e, err
			}
			w := &work{look: look{View: &tx.View, desk: d}, tx: tx}
			err := w.link(x, &store.Custody{Act: evidence.Rehashed, On: pil.DayOf(tx.Now.Time()), Found: r.found, Note: r.Name})
			if err != nil && pil.CodeOf(err) != pil.CodeInvalid { // a chain that is broken already is found by a check of everything
				return e, err
			}
		}
		if !r.found.Bad() || before.Found.Bad() {
			return e, nil
		}
		lead := int64(0)
		if on, err := tx.Assignments(m.ID); err != nil {
			return e, err
		} else if len(on) > 0 {
			lead = on[0].PersonID
		}
		who, err := reminded(tx, &store.Deadline{LeadID: lead, OfficeID: m.OfficeID, DepartmentID: m.DepartmentID})
		if err != nil {
			return e, err
		}
		return e, tx.Add(&store.Task{MatterID: m.ID, OfficeID: m.OfficeID, ForID: who, MadeAt: tx.Now, DueOn: pil.DayOf(tx.Now.Time()),
			Text: fmt.Sprintf("定期复核散列值：%s %s；请告知管理员，从备份找回", name, r.found.Zh())})
	})
}

// DropUploads forgets files that were being received and to which nothing was added for
// two days.
func (d *Desk) DropUploads(ctx context.Context) error {
	if d.files == nil {
		return nil
	}
	var list []store.Upload
	err := d.store.Read(ctx, func(v *store.View) (err error) {
		list, err = v.StaleUploads(store.MomentOf(d.clock().Add(-uploadKept)))
		return err
	})
	for i := range list {
		err = errors.Join(err, d.forget(ctx, &list[i]))
	}
	return err
}
