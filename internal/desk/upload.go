package desk

import (
	"context"
	"fmt"
	"io"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// MaxPiece is the most bytes of one piece of an upload.
const MaxPiece = 64 << 20

// maxUploads is how many files a person may be sending to one case at a time.
const maxUploads = 50

// uploadKept is how long an upload nothing was added to is kept.
const uploadKept = 48 * time.Hour

// UploadState is a file on its way, and how far it has come: it is gone on with from
// Got, after whatever break.
type UploadState struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"` // -1: not said
	Got  int64  `json:"got"`
}

func stateOf(u *store.Upload) UploadState { return UploadState{u.ID, u.Name, u.Size, u.Got} }

// Whole reports whether all of it has come.
func (u UploadState) Whole() bool { return u.Got > 0 && (u.Size < 0 || u.Got == u.Size) }

// BeginUpload begins to receive a file for a case in pieces; size -1 is one that nobody
// said. The same file begun again is gone on with. It changes nothing of the case and
// leaves no entry: the file is attached when it is whole.
func (d *Desk) BeginUpload(ctx context.Context, who Who, matter int64, name string, size int64) (u UploadState, err error) {
	if err := d.mayAsk(ctx, who, account.AttachExhibit, target{matter: named(matter), kind: store.KindCase}); err != nil {
		return u, err
	}
	name = cleanName(name)
	switch {
	case name == "":
		return u, pil.Invalid("文件没有名称 (the file has no name)")
	case size == 0:
		return u, pil.Invalid("文件「%s」是空的 (the file is empty)", name)
	case size < -1 || size > MaxFile:
		return u, pil.Invalid("文件太大 (the file is too large)")
	}
	k, err := d.caseKey(ctx, matter)
	if err != nil {
		return u, err
	}
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		list, err := tx.Uploads(matter, who.Person)
		if err != nil {
			return err
		}
		for i := range list {
			if x := &list[i]; size > 0 && x.Name == name && x.Size == size {
				u = stateOf(x)
				return nil
			}
		}
		if len(list) >= maxUploads {
			return pil.Invalid("上传中的文件过多，请先完成或者删除 (too many uploads at a time)")
		}
		row := &store.Upload{MatterID: matter, PersonID: who.Person, KeyID: k.id, Name: name, Size: size, MovedAt: tx.Now}
		err = tx.AddUpload(row)
		u = stateOf(row)
		return err
	})
	return u, err
}

// uploadOf is an upload of the person's own, with its key.
func (d *Desk) uploadOf(ctx context.Context, who Who, matter, id int64) (u *store.Upload, key seal.DataKey, err error) {
	if err := d.mayAsk(ctx, who, account.AttachExhibit, target{matter: named(matter), kind: store.KindCase}); err != nil {
		return nil, key, err
	}
	err = d.store.Read(ctx, func(v *store.View) error {
		if u, err = v.Upload(id); err != nil {
			return err
		}
		if u.MatterID != matter || u.PersonID != who.Person {
			return pil.NotFound("没有这个上传 (no such upload)")
		}
		key, err = d.keyOf(v, u.KeyID)
		return err
	})
	return u, key, err
}

// ListUploads are the person's files on their way to a case.
func (d *Desk) ListUploads(ctx context.Context, who Who, matter int64) (list []UploadState, err error) {
	err = d.ask(ctx, who, account.AttachExhibit, target{matter: named(matter), kind: store.KindCase}, func(l *look) error {
		rows, err := l.Uploads(matter, who.Person)
		for i := range rows {
			list = append(list, stateOf(&rows[i]))
		}
		return err
	})
	return list, err
}

// AddPiece adds what r gives to an upload, MaxPiece at most, at the place it has come
// to: another place is a conflict Error, and the answer says from where to go on. A
// piece that breaks off is not kept.
func (d *Desk) AddPiece(ctx context.Context, who Who, matter, id, at int64, r io.Reader) (UploadState, error) {
	u, key, err := d.uploadOf(ctx, who, matter, id)
	if err != nil {
		return UploadState{}, err
	}
	behind := &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf("已收到 %d 字节，请从这里继续 (go on from there)", u.Got)}
	if at != u.Got {
		return stateOf(u), behind
	}
	most := int64(MaxPiece)
	if u.Size >= 0 {
		most = min(most, u.Size-u.Got)
	}
	n, err := d.files.PutPiece(ctx, key, u.ID, u.Pieces, r, most)
	if err != nil || n == 0 {
		return stateOf(u), err
	}
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		grown, err := tx.GrowUpload(u, n)
		if err == nil && !grown {
			return behind
		}
		return err
	})
	if err == nil {
		u.Got += n
	}
	return stateOf(u), err
}

// DropUpload forgets an upload.
func (d *Desk) DropUpload(ctx context.Context, who Who, matter, id int64) error {
	u, _, err := d.uploadOf(ctx, who, matter, id)
	if err != nil {
		return err
	}
	return d.forget(ctx, u)
}

func (d *Desk) forget(ctx context.Context, u *store.Upload) error {
	if err := d.store.Write(ctx, d.clock(), func(tx *store.Tx) error { return tx.EndUpload(u.ID) }); err != nil {
		return err
	}
	return d.files.DropPieces(ctx, u.ID, u.Pieces+1) // the last may have come and not been noted
}

// Receive takes in a whole file as an upload, piece by piece.
func (d *Desk) Receive(ctx context.Context, who Who, matter int64, name string, r io.Reader) (UploadState, error) {
	u, err := d.BeginUpload(ctx, who, matter, name, -1)
	for err == nil {
		was := u.Got
		if u, err = d.AddPiece(ctx, who, matter, u.ID, u.Got, r); err != nil || u.Got == was {
			break
		}
	}
	if err != nil && u.ID != 0 {
		_ = d.DropUpload(context.WithoutCancel(ctx), who, matter, u.ID) // else the clock does it
	}
	return u, err
}

// join puts the pieces of an upload together into a file that has no row yet.
func (d *Desk) join(ctx context.Context, u *store.Upload, key seal.DataKey, media, kind string) (in takenIn, err error) {
	if !stateOf(u).Whole() {
		return in, fault("files", fmt.Sprintf("文件「%s」还没有传完", u.Name), "a file has not come whole")
	}
	pieces := d.files.Pieces(ctx, key, u.ID, u.Pieces)
	in, err = d.receive(ctx, heldKey{u.KeyID, key}, store.File{MatterID: u.MatterID, Kind: kind, Name: u.Name, Media: media}, pieces)
	if e := pieces.Close(); err == nil {
		err = e
	}
	if err == nil && in.Size != u.Got {
		return in, pil.Invalid("文件「%s」没有收全，请重新上传 (the file did not come whole)", u.Name)
	}
	return in, err
}
