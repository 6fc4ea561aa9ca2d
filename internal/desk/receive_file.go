package desk

import (
	"bytes"
	"context"
	"io"
	"path"
	"slices"
	"strings"

	"shouhu/internal/evidence"
	"shouhu/internal/store"
)

// takenIn is a file whose bytes are stored and which has no row yet, with what was made
// of it: of a photo a copy without metadata, and a small one.
type takenIn struct {
	store.File
	made []store.File
}

// photoMedia are the photos that a clean copy is made of.
var photoMedia = []string{"image/jpeg", "image/png"}

// receive stores the bytes of a file as they come in. The original is not touched.
func (d *Desk) receive(ctx context.Context, k heldKey, f store.File, r io.Reader) (takenIn, error) {
	got, err := d.files.Put(ctx, k.key, r, MaxFile)
	if err != nil {
		return takenIn{}, err
	}
	f.Size, f.SHA256, f.SM3, f.KeyID = got.Size, got.SHA256, got.SM3, k.id
	in := takenIn{File: f}
	if !slices.Contains(photoMedia, f.Media) || f.Size > evidence.MaxPhoto {
		return in, nil
	}
	photo, err := d.files.Open(ctx, f.SHA256, k.key)
	if err != nil {
		return in, err
	}
	defer func() { _ = photo.Close() }() // only read from
	clean, small, ok := evidence.Pictures(photo)
	if !ok {
		return in, nil // no photo, whatever its name says
	}
	base := strings.TrimSuffix(f.Name, path.Ext(f.Name))
	for _, m := range []struct {
		as, name, media string
		bytes           []byte
	}{
		{store.MadeClean, base + "-无元数据" + path.Ext(f.Name), f.Media, clean}, {store.MadeSmall, base + "-缩略图.jpg", "image/jpeg", small},
	} {
		got, err := d.files.Put(ctx, k.key, bytes.NewReader(m.bytes), evidence.MaxPhoto)
		if err != nil {
			return in, err
		}
		in.made = append(in.made, store.File{Kind: f.Kind, Name: m.name, Media: m.media, MadeAs: m.as, Size: got.Size, SHA256: got.SHA256, SM3: got.SM3, KeyID: k.id})
	}
	return in, nil
}

// addFile saves the rows of a file that was taken in.
func (w *work) addFile(in *takenIn) error {
	in.PersonID, in.ReceivedAt = w.me, w.tx.Now
	if err := w.tx.AddFile(&in.File); err != nil {
		return err
	}
	for i := range in.made {
		m := &in.made[i]
		m.MatterID, m.MadeOf, m.PersonID, m.ReceivedAt = in.MatterID, in.ID, w.me, w.tx.Now
		if err := w.tx.AddFile(m); err != nil {
			return err
		}
	}
	return nil
}

// copyFiles hangs the files of one matter on another: the bytes stay where they are.
func (w *work) copyFiles(from, to int64) error {
	files, err := w.Files(from)
	if err != nil {
		return err
	}
	made, err := w.Made(from)
	if err != nil {
		return err
	}
	for i := range files {
		f := files[i]
		was := f.ID
		f.ID, f.MatterID, f.EventSeq, f.DemandID, f.VisitID = 0, to, 0, 0, 0
		if err := w.tx.AddFile(&f); err != nil {
			return err
		}
		for j := range made {
			if m := made[j]; m.MadeOf == was {
				m.ID, m.MatterID, m.MadeOf = 0, to, f.ID
				if err := w.tx.AddFile(&m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
