package desk

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// ferryman is the actor of the record for what the ferry carries in. It is no
// person, and does nothing but what stands in this file.
const ferryman = "ferry"

// SealedText stands where a clue's text would, in every table and list.
const SealedText = "（网上举报：内容密封保存，打开线索查看）"

// onTheWeb is the manner of answering that reaches the reporter's page.
const onTheWeb = "网上"

// Carried is what came through the public door in one envelope.
type Carried struct {
	Office      string // name of the office it is for; empty: the first
	Envelope    seal.ID
	Lookup      string // where the reporter's page lies
	ReporterKey string // public
	Form        clue.Form
	Text        string // what was told, or added; any length
	Identity    []byte // sealed to the identity key; nil: anonymous
	Files       *Taking
}

// Taking stores files that come with an envelope, before anybody knows whether the
// envelope is whole. They belong to nothing yet.
type Taking struct {
	d     *Desk
	key   heldKey
	files []takenIn
}

// BeginTaking begins to take in the files of one envelope.
func (d *Desk) BeginTaking() *Taking { return &Taking{d: d} }

// Take stores one file, closed under a key of its own envelope. An empty file is no
// file: ok is false.
func (t *Taking) Take(ctx context.Context, f NewFile) (ok bool, err error) {
	name := cleanName(f.Name)
	if name == "" {
		name = "未命名"
	}
	kind := "document"
	if strings.HasPrefix(f.Media, "image/") {
		kind = "photo"
	}
	body := bufio.NewReader(f.Bytes)
	if _, err := body.Peek(1); err == io.EOF {
		return false, nil
	}
	if t.key.id == 0 {
		if t.key, err = t.d.newKey(ctx, 0); err != nil {
			return false, err
		}
	}
	got, err := t.d.receive(ctx, t.key, store.File{Kind: kind, Name: name, Media: f.Media}, body)
	if err == nil {
		t.files = append(t.files, got)
	}
	return err == nil, err
}

// ferryWork runs one command of the ferry's: as Desk.do, but nobody asks, and no
// permission is needed to bring in what the public sends.
func (d *Desk) ferryWork(ctx context.Context, act account.Action, in *Carried, fn func(*work) error) error {
	now := d.clock()
	return d.store.Write(ctx, now, func(tx *store.Tx) error {
		w := &work{look: look{View: &tx.View, desk: d, act: act, now: now, today: pil.DayOf(now)}, tx: tx}
		if err := w.newEnvelope(in.Envelope); err != nil {
			return err
		}
		if err := fn(w); err != nil {
			return err
		}
		return w.finish()
	})
}

// errKnown ends what was carried in before: a ferry that was killed comes again.
var errKnown = errors.New("carried in before")

func (w *work) newEnvelope(id seal.ID) error {
	known, err := w.HasEnvelope(id.String())
	if err == nil && known {
		return errKnown
	}
	return err
}

func (w *work) receivingOffice(name string) error {
	list, err := w.Offices()
	if err != nil {
		return err
	}
	for i := range list {
		if name == "" || list[i].Name == name {
			w.office = list[i].ID
			return nil
		}
	}
	return pil.Invalid("config 里 door 指的检察院不存在 (the office that reports go to is unknown)")
}

// ReceiveReport registers what an envelope holds as a clue, once: an envelope that
// was taken in before changes nothing. What was told stays sealed; who told it stays
// sealed to the identity key.
func (d *Desk) ReceiveReport(ctx context.Context, in Carried) error {
	err := d.ferryWork(ctx, account.RegisterClue, &in, func(w *work) error {
		if err := w.receivingOffice(in.Office); err != nil {
			return err
		}
		if err := errors.Join(w.tx.LockOffice(w.office), w.newEnvelope(in.Envelope)); err != nil { // two ferries at once
			return err
		}
		f := in.Form
		f.Channel, f.Reporter, f.Received = clue.WebReport, clue.Anonymous, min(max(f.Received, 1), w.today)
		if in.Identity != nil {
			f.Reporter = clue.InConfidence
		}
		if f.Happened.NotAfter(f.Received) == pil.No {
			f.Happened = pil.Span{}
		}
		title := "网上举报"
		if f.Field != 0 {
			title += "：" + f.Field.Zh()
		}
		m := &store.Matter{Title: title, Field: f.Field.Zh(), Region: f.Region, Place: f.Place}
		c := &store.Clue{Channel: f.Channel.String(), ReceivedOn: f.Received, Happened: spanText(f.Happened), What: SealedText,
			Named: in.Identity != nil, Reporter: f.Reporter.String()}
		if err := w.newClue(m, c, &clue.Identity{}, firstSteps(f.Channel, f.Reporter), nil); err != nil {
			return err
		}
		w.matter = m
		w.target.Kind, w.target.ID = store.KindClue, idText(m.ID)
		if err := w.keepTold(m, c, in.Text, store.Report{Envelope: in.Envelope.String(), Lookup: in.Lookup, ReporterKey: in.ReporterKey}); err != nil {
			return err
		}
		if err := w.keepIdentity(&in, false); err != nil {
			return err
		}
		return w.keepFiles(&in, "")
	})
	if errors.Is(err, errKnown) {
		return nil
	}
	return err
}

// ReceiveAddition takes in what a reporter adds, once. Where the report itself has
// not arrived it is a not_found Error.
func (d *Desk) ReceiveAddition(ctx context.Context, in Carried) error {
	err := d.ferryWork(ctx, account.AnswerReporter, &in, func(w *work) error {
		r, err := w.ReportOf(in.Lookup)
		if err != nil {
			return err
		}
		if w.matter, err = w.tx.LockMatter(r.MatterID); err != nil {
			return err
		}
		if err := w.newEnvelope(in.Envelope); err != nil { // two ferries at once
			return err
		}
		w.office = w.matter.OfficeID
		w.target.Kind, w.target.ID = store.KindClue, idText(r.MatterID)
		w.touch(w.matter)
		text := in.Text
		if in.Files != nil && len(in.Files.files) > 0 {
			text = strings.TrimSpace(fmt.Sprintf("%s\n（附 %d 个文件）", text, len(in.Files.files)))
		}
		if err := w.say(store.ReporterSide, in.Envelope.String(), text); err != nil {
			return err
		}
		if err := w.keepIdentity(&in, true); err != nil {
			return err
		}
		return w.keepFiles(&in, "举报人补充")
	})
	if errors.Is(err, errKnown) {
		return nil
	}
	return err
}

func (w *work) keepFiles(in *Carried, caption string) error {
	if in.Files == nil || len(in.Files.files) == 0 {
		return nil
	}
	for i := range in.Files.files {
		f := in.Files.files[i] // as it is: the transaction may be tried again
		f.made = slices.Clone(f.made)
		f.MatterID, f.Caption = w.matter.ID, caption
		if err := w.addFile(&f); err != nil {
			return err
		}
	}
	return w.tx.BindDataKey(in.Files.key.id, w.matter.ID)
}

// sealedIdentity begins a kept identity, of which there may be several, with blanks
// between: the id it is bound to follows, which is that
// of its envelope or drawn for it, and what is sealed to the identity key.
const sealedIdentity = "door1."

func identityText(id seal.ID, sealed []byte) string {
	return sealedIdentity + id.String() + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// identitiesMost is how many are kept of one report: the first, and the latest of others.
const identitiesMost = 10

// addIdentity keeps one more beside those before it: whoever holds a second code may add a
// name, never take one away.
func addIdentity(kept, more string) string {
	list := append(strings.Fields(kept), more)
	if len(list) > identitiesMost {
		list = slices.Delete(list, 1, 1+len(list)-identitiesMost)
	}
	return strings.Join(list, " ")
}

func (w *work) keepIdentity(in *Carried, later bool) error {
	if in.Identity == nil {
		return nil
	}
	sealed := identityText(in.Envelope, in.Identity)
	if !later {
		return w.tx.Add(&store.Identity{MatterID: w.matter.ID, Sealed: sealed})
	}
	switch row, err := w.Identity(w.matter.ID); {
	case err == nil:
		row.Sealed = addIdentity(row.Sealed, sealed)
		return w.tx.Change(row)
	case pil.CodeOf(err) != pil.CodeNotFound:
		return err
	}
	c, err := w.Clue(w.matter.ID)
	if err != nil {
		return err
	}
	c.Named, c.Reporter = true, clue.InConfidence.String()
	return errors.Join(w.tx.Change(c), w.tx.Add(&store.Identity{MatterID: w.matter.ID, Sealed: sealed}))
}

// keepTold seals what was told with a clue whose own text is SealedText, and signs it
// so that likely duplicates are found.
func (w *work) keepTold(m *store.Matter, c *store.Clue, text string, r store.Report) (err error) {
	r.MatterID = m.ID
	if r.Sealed, err = w.desk.sealText(m.ID, text); err != nil {
		return err
	}
	signed := *c
	signed.What = text
	return errors.Join(w.tx.Add(&r), putSignature(w.tx, w.desk.key(), m, &signed))
}

func reportPurpose(matter int64) string { return "report/" + idText(matter) }

func (d *Desk) sealText(matter int64, text string) (string, error) {
	return seal.Seal(d.random, d.keys.Seal, reportPurpose(matter), []byte(text))
}

// told is what a clue tells: of one from the public door what lies under the seal.
func (d *Desk) told(v *store.View, c *store.Clue) (string, error) {
	if c.What != SealedText {
		return c.What, nil
	}
	r, err := v.Report(c.MatterID)
	if pil.CodeOf(err) == pil.CodeNotFound {
		return c.What, nil
	}
	if err != nil {
		return "", err
	}
	b, err := seal.Open(d.keys.Seal, reportPurpose(c.MatterID), r.Sealed)
	return string(b), err
}

// say adds a message to the talk of w's matter.
func (w *work) say(side, envelope, text string) error {
	sealed, err := w.desk.sealText(w.matter.ID, text)
	if err != nil {
		return err
	}
	return w.tx.Add(&store.Talk{MatterID: w.matter.ID, Side: side, PersonID: w.me, MadeAt: w.tx.Now, Envelope: envelope, Sealed: sealed})
}

// sayToReporter says something to the reporter, where the clue came through the
// public door.
func (w *work) sayToReporter(text string) error {
	switch _, err := w.Door(w.matter.ID); {
	case pil.CodeOf(err) == pil.CodeNotFound:
		return nil
	case err != nil:
		return err
	}
	return w.say(store.OfficeSide, "", text)
}

// TellReporter writes to the reporter's page: a question, a word between the answers
// the law asks for.
func (d *Desk) TellReporter(ctx context.Context, who Who, matter int64, text string) error {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return fault("text", "请写明要说的话", "say something")
	case len([]rune(text)) > maxText:
		return fault("text", "文字过长", "too long")
	}
	return d.do(ctx, who, account.AnswerReporter, target{matter: named(matter), kind: store.KindClue}, func(w *work) error {
		if _, err := w.Door(matter); pil.CodeOf(err) == pil.CodeNotFound {
			return pil.Forbidden("本线索不是从公共入口来的，举报人没有网页 (the reporter has no page)")
		} else if err != nil {
			return err
		}
		return w.say(store.OfficeSide, "", text)
	})
}

// TalkLine is one message as the office sees it.
type TalkLine struct {
	FromReporter bool
	Person       string // of the office
	At           store.Moment
	Text         string
}

func (l *look) fillTalk(f *ClueFile) error {
	switch _, err := l.Door(f.ID); {
	case pil.CodeOf(err) == pil.CodeNotFound:
		return nil
	case err != nil:
		return err
	}
	f.FromDoor = true
	rows, err := l.Talks(f.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		t := &rows[i]
		b, err := seal.Open(l.desk.keys.Seal, reportPurpose(f.ID), t.Sealed)
		if err != nil {
			return err
		}
		f.Talk = append(f.Talk, TalkLine{FromReporter: t.Side == store.ReporterSide, Person: l.name(f.Names, t.PersonID), At: t.MadeAt, Text: string(b)})
	}
	return nil
}

// ReporterPage is a page to be brought to a reporter, sealed.
type ReporterPage struct {
	Matter  int64
	Version int64 // of all that it shows
	Lookup  string
	Sealed  []byte
}

// ReporterPages makes, up to most, the pages of reporters whose matter has changed
// since the last were brought.
func (d *Desk) ReporterPages(ctx context.Context, most int) (list []ReporterPage, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		rows, err := v.StaleReports(most)
		if err != nil {
			return err
		}
		for i := range rows {
			p, err := d.reporterPage(v, &rows[i])
			if err != nil {
				return err
			}
			list = append(list, *p)
		}
		return nil
	})
	return list, err
}

func (d *Desk) reporterPage(v *store.View, r *store.Report) (*ReporterPage, error) {
	m, err := v.Matter(r.MatterID)
	if err != nil {
		return nil, err
	}
	page, err := d.reporterState(v, m.ID)
	if err != nil {
		return nil, err
	}
	version, err := v.ReportVersion(m.ID)
	if err != nil {
		return nil, err
	}
	talks, err := v.Talks(m.ID)
	if err != nil {
		return nil, err
	}
	for i := range talks {
		b, err := seal.Open(d.keys.Seal, reportPurpose(m.ID), talks[i].Sealed)
		if err != nil {
			return nil, err
		}
		page.Messages = append(page.Messages, seal.Message{From: talks[i].Side, Day: pil.DayOf(talks[i].MadeAt.Time()).String(), Text: string(b)})
	}
	body, err := json.Marshal(page)
	if err != nil {
		return nil, err
	}
	to, err := seal.ParsePublicKey(r.ReporterKey)
	if err != nil {
		return nil, err
	}
	sealed, err := seal.To(d.random, to, seal.MessagePurpose(r.Lookup), body)
	return &ReporterPage{Matter: m.ID, Version: version, Lookup: r.Lookup, Sealed: sealed}, err
}

// BroughtPage notes that a reporter's page lies where the door finds it.
func (d *Desk) BroughtPage(ctx context.Context, p ReporterPage) error {
	return d.store.Write(ctx, d.clock(), func(tx *store.Tx) error { return tx.MarkReport(p.Matter, p.Version) })
}
