package desk

import (
	"context"
	"errors"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// ofExhibit is an exhibit as what an action is about.
func (d *Desk) ofExhibit(ctx context.Context, id int64) (x *store.Exhibit, t target, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		x, err = v.Exhibit(id)
		return err
	})
	if err != nil {
		return nil, target{}, err
	}
	return x, target{matter: named(x.MatterID), kind: store.KindCase, record: audit.Subject{Kind: "exhibit", ID: idText(id)}}, nil
}

// ExhibitCorrection says all of an exhibit anew.
type ExhibitCorrection struct {
	Exhibit int64
	Entry   int // the entry that was seen; 0: whichever is last
	Facts   evidence.Facts
	Reason  string
}

// CorrectExhibit says what an exhibit is anew, with the reason: the entries before stay
// readable, and the last one counts.
func (d *Desk) CorrectExhibit(ctx context.Context, who Who, in ExhibitCorrection) error {
	x, t, err := d.ofExhibit(ctx, in.Exhibit)
	if err != nil {
		return err
	}
	if err := d.mayAsk(ctx, who, account.CorrectExhibit, t); err != nil {
		return err
	}
	tidy(&in.Facts)
	in.Reason = strings.TrimSpace(in.Reason)
	switch {
	case in.Reason == "":
		return fault("reason", "请写明更正的理由", "say why it is corrected")
	case len([]rune(in.Reason)) > maxText:
		return fault("reason", "理由过长", "the reason is too long")
	}
	if err := d.checkFacts(&in.Facts); err != nil {
		return err
	}
	return d.do(ctx, who, account.CorrectExhibit, t, func(w *work) error {
		entries, err := w.ExhibitEntries(x.MatterID)
		if err != nil {
			return err
		}
		last := 0
		for i := range entries {
			if entries[i].ExhibitID == x.ID {
				last = max(last, entries[i].Seq)
			}
		}
		if in.Entry != 0 && in.Entry != last {
			return &pil.Error{Code: pil.CodeConflict, Text: "您打开之后，此证据已有人更正；没有保存，请核对后再提交 (corrected by somebody since you opened it)"}
		}
		return w.state(x.ID, last+1, &in.Facts, in.Reason)
	})
}

// CustodyAct is what happens to an exhibit in custody.
type CustodyAct struct {
	Exhibit int64
	Act     evidence.Act
	On      pil.Day // 0: today
	Keeper  int64   // handed over inside, returned: who keeps it now
	Unit    string  // handed over to whom outside
	Place   string
	Note    string
}

// HandOverExhibit adds a link to the chain of custody: handed over, returned, moved,
// examined, copied. At every hand-over and return the bytes are read again first; where
// they are not what came in, that is recorded instead, and an invalid Error says so.
func (d *Desk) HandOverExhibit(ctx context.Context, who Who, in CustodyAct) error {
	x, t, err := d.ofExhibit(ctx, in.Exhibit)
	if err != nil {
		return err
	}
	if err := d.mayAsk(ctx, who, account.HandOverExhibit, t); err != nil {
		return err
	}
	if in.Act == evidence.Received || in.Act == evidence.Rehashed {
		return pil.Invalid("收到和复核由系统记录 (these are recorded by the office itself)")
	}
	c := store.Custody{Act: in.Act, On: in.On, KeeperID: in.Keeper, Unit: in.Unit, Place: in.Place, Note: in.Note}
	if in.Act == evidence.HandedOver || in.Act == evidence.Returned {
		found, err := d.rehash(ctx, x)
		if err != nil {
			return err
		}
		c.Found = found.worst
		if c.Found.Bad() {
			if err := d.noteFound(ctx, who, account.HandOverExhibit, x, t, found); err != nil {
				return err
			}
			return pil.Invalid("复核散列值：%s。没有交接，已记入保管链；请告知管理员 (the hashes do not match; nothing was handed over)", c.Found.Zh())
		}
	}
	return d.do(ctx, who, account.HandOverExhibit, t, func(w *work) error {
		l := c
		if l.On == 0 {
			l.On = w.today
		}
		if l.On > w.today {
			return fault("on", "日期还没有到", "that day has not come")
		}
		if l.Act != evidence.HandedOver && l.Act != evidence.Returned {
			l.KeeperID, l.Unit = 0, ""
		}
		if l.KeeperID != 0 {
			if err := w.checkPeople([]int64{l.KeeperID}); err != nil {
				return err
			}
		}
		return w.link(x, &l)
	})
}

// RecheckExhibit reads the bytes of an exhibit again and records what was found.
func (d *Desk) RecheckExhibit(ctx context.Context, who Who, exhibit int64) (evidence.Found, error) {
	x, t, err := d.ofExhibit(ctx, exhibit)
	if err != nil {
		return "", err
	}
	if err := d.mayAsk(ctx, who, account.RecheckExhibit, t); err != nil {
		return "", err
	}
	found, err := d.rehash(ctx, x)
	if err != nil {
		return "", err
	}
	if found.worst == "" {
		return "", pil.Invalid("此证据没有电子文件，无从复核 (the exhibit has no files)")
	}
	return found.worst, d.noteFound(ctx, who, account.RecheckExhibit, x, t, found)
}

// rehashed is what reading files again has shown.
type rehashed struct {
	worst evidence.Found // empty: there are no files
	each  map[int64]evidence.Found
}

func (r *rehashed) note(file int64, f evidence.Found) {
	if r.each == nil {
		r.each = map[int64]evidence.Found{}
	}
	r.each[file] = f
	if r.worst == "" || f.Bad() {
		r.worst = f
	}
}

// rehash reads the files of an exhibit again. The error is for a disk that does not
// answer: that says nothing of the bytes.
func (d *Desk) rehash(ctx context.Context, x *store.Exhibit) (r rehashed, err error) {
	type one struct {
		store.File
		key seal.DataKey
		bad bool
	}
	var list []one
	err = d.store.Read(ctx, func(v *store.View) error {
		tied, err := v.ExhibitFiles(x.MatterID)
		if err != nil {
			return err
		}
		for i := range tied {
			if tied[i].ExhibitID != x.ID {
				continue
			}
			f, err := v.File(tied[i].FileID)
			if err != nil {
				return err
			}
			key, err := d.keyOf(v, f.KeyID)
			list = append(list, one{*f, key, err != nil})
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	for i := range list {
		if list[i].bad {
			r.note(list[i].ID, evidence.Missing)
			continue
		}
		found, err := foundBy(d.files.Check(ctx, list[i].Received(), list[i].key))
		if err != nil {
			return r, err
		}
		r.note(list[i].ID, found)
	}
	return r, nil
}

// foundBy is what a check of bytes has shown; the error is one that says nothing of
// them.
func foundBy(err error) (evidence.Found, error) {
	switch {
	case err == nil:
		return evidence.Same, nil
	case pil.CodeOf(err) == pil.CodeNotFound:
		return evidence.Missing, nil
	case errors.Is(err, store.ErrAltered):
		return evidence.Altered, nil
	}
	return "", err
}

// noteFound records what reading the files of an exhibit again has shown.
func (d *Desk) noteFound(ctx context.Context, who Who, act account.Action, x *store.Exhibit, t target, found rehashed) error {
	return d.do(ctx, who, act, t, func(w *work) error {
		for file, f := range found.each {
			if err := w.tx.PutCheck(store.FileCheck{FileID: file, CheckedAt: w.tx.Now, Found: f}); err != nil {
				return err
			}
		}
		return w.link(x, &store.Custody{Act: evidence.Rehashed, On: w.today, Found: found.worst})
	})
}
