package desk

import (
	"context"
	"fmt"
	"mime"
	"path"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// NewExhibit is a piece of evidence that enters a case.
type NewExhibit struct {
	Matter  int64
	Seen    int
	Facts   evidence.Facts
	Files   []int64 // attached to the case already; they are not copied
	Uploads []int64 // received for it, and whole
	Keeper  int64   // who keeps it; 0: the actor
	Kept    string  // where it lies
}

// AddExhibit enters a piece of evidence: what the articles require is checked, its
// files are hashed as they are put together, and the chain of custody begins. What is
// wrong with the form is Faults.
func (d *Desk) AddExhibit(ctx context.Context, who Who, in NewExhibit) (id int64, err error) {
	t := target{matter: named(in.Matter), seen: in.Seen, kind: store.KindCase}
	if err := d.mayAsk(ctx, who, account.AttachExhibit, t); err != nil {
		return 0, err
	}
	tidy(&in.Facts)
	if err := d.checkFacts(&in.Facts); err != nil {
		return 0, err
	}
	var taken []takenIn
	var uploads []*store.Upload
	for _, n := range in.Uploads {
		u, key, err := d.uploadOf(ctx, who, in.Matter, n)
		if err != nil {
			return 0, err
		}
		media := mediaOf(u.Name)
		f, err := d.join(ctx, u, key, media, fileKindOf(media))
		if err != nil {
			return 0, err
		}
		taken, uploads = append(taken, f), append(uploads, u)
	}
	err = d.do(ctx, who, account.AttachExhibit, t, func(w *work) error {
		x := &store.Exhibit{MatterID: in.Matter, PersonID: w.me, MadeAt: w.tx.Now}
		if x.N, err = w.tx.NextExhibit(in.Matter); err != nil {
			return err
		}
		if err := w.tx.Add(x); err != nil {
			return err
		}
		id = x.ID
		if err := w.state(x.ID, 1, &in.Facts, ""); err != nil {
			return err
		}
		files := slices.Clone(in.Files)
		for i := range taken {
			f := taken[i] // as it is: the transaction may be tried again
			f.made = slices.Clone(f.made)
			f.TakenOn = in.Facts.On
			if err := w.addFile(&f); err != nil {
				return err
			}
			files = append(files, f.ID)
		}
		for _, u := range uploads {
			if err := w.tx.EndUpload(u.ID); err != nil {
				return err
			}
		}
		if err := w.tie(x, files); err != nil {
			return err
		}
		keeper := in.Keeper
		if keeper == 0 {
			keeper = w.me
		}
		if err := w.checkPeople([]int64{keeper}); err != nil {
			return err
		}
		return w.link(x, &store.Custody{Act: evidence.Received, On: w.today, KeeperID: keeper, Place: in.Kept})
	})
	if err != nil {
		return 0, err
	}
	for _, u := range uploads {
		_ = d.files.DropPieces(context.WithoutCancel(ctx), u.ID, u.Pieces+1) // what stays is closed, and belongs to nothing
	}
	return id, nil
}

// tidy takes the blanks off what was typed.
func tidy(f *evidence.Facts) {
	for _, s := range []*string{&f.Title, &f.Time, &f.Place, &f.Provider, &f.Source, &f.Making, &f.Witness, &f.Proves} {
		*s = strings.TrimSpace(*s)
	}
}

// checkFacts is what the articles and plain sense forbid, as Faults with the articles.
func (d *Desk) checkFacts(f *evidence.Facts) error {
	var out Faults
	for _, p := range f.Check(d.Day()) {
		if p.Stop {
			out = append(out, d.citedFault(p))
		}
	}
	for field, text := range map[string]string{"title": f.Title, "place": f.Place, "provider": f.Provider, "source": f.Source, "making": f.Making, "witness": f.Witness, "proves": f.Proves} {
		if len([]rune(text)) > maxText {
			out = append(out, Fault{field, fmt.Sprintf("至多 %d 个字", maxText), fmt.Sprintf("at most %d characters", maxText)})
		}
	}
	if len([]rune(f.Title)) > maxLine {
		out = append(out, Fault{"title", fmt.Sprintf("至多 %d 个字", maxLine), fmt.Sprintf("at most %d characters", maxLine)})
	}
	return out.orNil()
}

func (d *Desk) citedFault(p evidence.Problem) Fault {
	if p.Cite == "" {
		return Fault{p.Field, p.Zh, p.En}
	}
	cite := d.law.CiteShort(p.Cite)
	return Fault{p.Field, fmt.Sprintf("%s（%s）", p.Zh, cite.Zh), fmt.Sprintf("%s (%s)", p.En, cite.En)}
}

// state saves what is said of an exhibit, as its next entry.
func (w *work) state(exhibit int64, seq int, f *evidence.Facts, reason string) error {
	if err := w.checkPeople(f.Collectors); err != nil {
		return err
	}
	return w.tx.Add(&store.ExhibitEntry{ExhibitID: exhibit, Seq: seq, Facts: *f, Reason: reason, PersonID: w.me, RecordedAt: w.tx.Now})
}

// tie makes attached files of the case the exhibit's.
func (w *work) tie(x *store.Exhibit, files []int64) error {
	for i, n := range files {
		f, err := w.File(n)
		if err != nil || f.MatterID != x.MatterID || f.MadeOf != 0 {
			return pil.NotFound("案卷里没有这个文件 (no such file in the case)")
		}
		if slices.Contains(files[:i], n) {
			continue
		}
		if err := w.tx.Add(&store.ExhibitFile{ExhibitID: x.ID, FileID: n, PersonID: w.me, AddedAt: w.tx.Now}); err != nil {
			return err
		}
	}
	return nil
}

// link adds the next link of an exhibit's chain of custody, where the chain allows it.
func (w *work) link(x *store.Exhibit, c *store.Custody) error {
	chain, files, err := w.chain(x)
	if err != nil {
		return err
	}
	now, err := evidence.Follow(chain)
	if err != nil {
		return err
	}
	c.ExhibitID, c.N, c.PersonID, c.RecordedAt = x.ID, len(chain)+1, w.me, w.tx.Now
	c.Unit, c.Place, c.Note = strings.TrimSpace(c.Unit), strings.TrimSpace(c.Place), strings.TrimSpace(c.Note)
	for _, text := range []string{c.Unit, c.Place, c.Note} {
		if len([]rune(text)) > maxText {
			return pil.Invalid("文字最多 %d 字 (text too long)", maxText)
		}
	}
	l := c.Link()
	l.Bytes = len(files) > 0
	if _, err := now.Take(l); err != nil {
		return err
	}
	return w.tx.Add(c)
}

// chain is an exhibit's chain of custody so far, and its files.
func (l *look) chain(x *store.Exhibit) (chain []evidence.Link, files []int64, err error) {
	custody, err := l.CustodyOf(x.MatterID)
	if err != nil {
		return nil, nil, err
	}
	tied, err := l.ExhibitFiles(x.MatterID)
	for i := range tied {
		if tied[i].ExhibitID == x.ID {
			files = append(files, tied[i].FileID)
		}
	}
	for i := range custody {
		if custody[i].ExhibitID == x.ID {
			c := custody[i].Link()
			c.Bytes = len(files) > 0
			chain = append(chain, c)
		}
	}
	return chain, files, err
}

// mediaOf is what a file's name says it is: what the sender claims is not kept.
func mediaOf(name string) string {
	if m := mime.TypeByExtension(strings.ToLower(path.Ext(name))); m != "" {
		return m
	}
	return "application/octet-stream"
}

func fileKindOf(media string) string {
	if slices.Contains(photoMedia, media) {
		return "photo"
	}
	return "exhibit"
}
