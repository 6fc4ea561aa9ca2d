package desk

import (
	"context"
	"io"
	"path"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// MaxFile is the most bytes of one attached file: it streams, so the disk is the limit
// that counts.
const MaxFile = 1 << 40

// The kinds of attached files, and the sides of a pair of photos.
var (
	FileKinds  = []string{"document", "exhibit", "photo", PlanKind}
	PhotoSides = []string{"", "before", "after"}
)

// Upload is a file to attach to a matter.
type Upload struct {
	Matter  int64
	Kind    string
	Name    string
	Media   string
	Bytes   io.Reader
	Caption string
	TakenOn pil.Day
	Event   int   // the event it belongs to; 0: none
	Demand  int64 // the demand it shows; 0: none
	Visit   int64 // the look-back it was taken on; 0: none
	Side    string
}

// AttachFile attaches a file; its hash is taken on receipt and never changes.
func (d *Desk) AttachFile(ctx context.Context, who Who, in Upload) (id int64, err error) {
	act, err := d.fileAction(ctx, in.Matter, account.AttachExhibit, account.AssessClue)
	if err != nil {
		return 0, err
	}
	// Whoever may not attach is told before the bytes are taken in.
	if err := d.mayAsk(ctx, who, act, target{matter: named(in.Matter)}); err != nil {
		return 0, err
	}
	in.Name = cleanName(in.Name)
	switch {
	case in.Name == "":
		return 0, pil.Invalid("文件没有名称 (the file has no name)")
	case !slices.Contains(FileKinds, in.Kind):
		return 0, pil.Invalid("请选择种类：文书、证据、照片或者调查方案 (choose a kind)")
	case !slices.Contains(PhotoSides, in.Side):
		return 0, pil.Invalid("照片只分整改前、整改后 (before or after)")
	case len([]rune(in.Caption)) > maxText:
		return 0, pil.Invalid("说明最多 %d 字 (caption too long)", maxText)
	}
	k, err := d.caseKey(ctx, in.Matter)
	if err != nil {
		return 0, err
	}
	f, err := d.receive(ctx, k, store.File{MatterID: in.Matter, Kind: in.Kind, Name: in.Name, Media: in.Media, Caption: strings.TrimSpace(in.Caption),
		TakenOn: in.TakenOn, EventSeq: in.Event, DemandID: in.Demand, VisitID: in.Visit, Side: in.Side}, in.Bytes)
	if err != nil {
		return 0, err
	}
	if f.Size == 0 {
		return 0, pil.Invalid("文件「%s」是空的 (the file is empty)", in.Name)
	}
	err = d.do(ctx, who, act, target{matter: named(in.Matter)}, func(w *work) error {
		if in.TakenOn > w.today {
			return pil.Invalid("拍摄日期还没有到 (taken on a day that has not come)")
		}
		if err := w.checkPlace(&f.File); err != nil {
			return err
		}
		if err := w.addFile(&f); err != nil {
			return err
		}
		id = f.ID
		return nil
	})
	return id, err
}

// fileAction is by which action a file of a matter is handled: what came with a
// clue is no exhibit yet.
func (d *Desk) fileAction(ctx context.Context, matter int64, ofCase, ofClue account.Action) (account.Action, error) {
	kind, err := d.matterKind(ctx, matter)
	if kind == store.KindClue {
		return ofClue, err
	}
	return ofCase, err
}

// checkPlace refuses a file for an event, demand or look-back of another matter.
func (w *work) checkPlace(f *store.File) error {
	if f.EventSeq != 0 {
		events, err := w.Events(f.MatterID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(events, func(e store.Event) bool { return e.Seq == f.EventSeq }) {
			return pil.Invalid("没有第 %d 号记录 (no such entry)", f.EventSeq)
		}
	}
	if f.DemandID != 0 {
		if x, err := w.Demand(f.DemandID); err != nil || x.MatterID != f.MatterID {
			return pil.NotFound("没有这一项建议事项 (no such demand)")
		}
	}
	if f.VisitID != 0 {
		if x, err := w.Visit(f.VisitID); err != nil || x.MatterID != f.MatterID {
			return pil.NotFound("没有这次回头看 (no such look-back)")
		}
	}
	return nil
}

// cleanName keeps the last part of a file's name, without control characters, and
// not too long: it came from somebody's machine.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if name == "." || name == "/" {
		return ""
	}
	if r := []rune(name); len(r) > maxLine {
		name = string(r[len(r)-maxLine:])
	}
	return strings.TrimSpace(name)
}

// OpenFile opens an attached file to be looked at or downloaded: a recorded read. Its
// bytes are opened as they are read.
func (d *Desk) OpenFile(ctx context.Context, who Who, file int64) (f *store.File, bytes *store.Bytes, err error) {
	if err := d.store.Read(ctx, func(v *store.View) (err error) {
		f, err = v.File(file)
		return err
	}); err != nil {
		return nil, nil, err
	}
	act, err := d.fileAction(ctx, f.MatterID, account.ViewExhibit, account.ShowClue)
	if err != nil {
		return nil, nil, err
	}
	var key seal.DataKey
	t := target{matter: named(f.MatterID), record: audit.Subject{Kind: "file", ID: idText(file)}}
	err = d.ask(ctx, who, act, t, func(l *look) (err error) {
		l.sawSubject()
		key, err = d.keyOf(l.View, f.KeyID)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	bytes, err = d.files.Open(ctx, f.SHA256, key)
	return f, bytes, err
}
