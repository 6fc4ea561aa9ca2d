package desk

import (
	"context"
	"io"
	"iter"
	"slices"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// RecordFilter is which entries of the record are asked for. Zero fields ask
// nothing.
type RecordFilter struct {
	Person   int64
	Action   string
	Class    audit.Class
	Kind     string // of the subject
	Subject  int64
	From, To pil.Day
	Before   int64 // cursor: the entry the page before ended with
}

// RecordPage is a page of the record.
type RecordPage struct {
	Rows    []RecordLine
	More    bool
	People  []Person // of the office
	Actions []account.Action
	Matter  *Matter // of the record of one matter
	Export  bool
	Size    int64 // entries of the whole record
	Signed  int64 // entries below the last signed checkpoint; 0: none is signed
	Today   pil.Day
}

// RecordLine is an entry with names.
type RecordLine struct {
	store.Entry
	Person string // who; empty: not a person
	What   string // the subject's name where the page knows it
	Path   string // kind of the matter that a page shows, empty where it has none
}

// ShowRecord is a page of the record of the actor's office, the newest first.
// Looking at it is recorded.
func (d *Desk) ShowRecord(ctx context.Context, who Who, f RecordFilter) (*RecordPage, error) {
	out := &RecordPage{Actions: account.AllActions()}
	err := d.ask(ctx, who, account.ShowRecord, target{}, func(l *look) error {
		q := store.EntryFilter{Office: idText(l.office), Action: f.Action, Class: string(f.Class), Kind: f.Kind, Subject: idText(f.Subject)}
		return l.fillRecord(out, f, q)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ShowRecordOf is what the record says of one clue or case: who changed it, and
// who looked at it, whatever their office.
func (d *Desk) ShowRecordOf(ctx context.Context, who Who, matter int64, f RecordFilter) (*RecordPage, error) {
	out := &RecordPage{Actions: account.AllActions()}
	err := d.ask(ctx, who, account.ShowRecord, target{matter: named(matter)}, func(l *look) error {
		out.Matter = l.matter
		l.sawSubject()
		q := store.EntryFilter{Action: f.Action, Class: string(f.Class), Kind: l.matter.Kind, Subject: idText(l.matter.ID)}
		return l.fillRecord(out, f, q)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (l *look) fillRecord(out *RecordPage, f RecordFilter, q store.EntryFilter) (err error) {
	out.Today = l.today
	if f.Person != 0 {
		q.Actor = idText(f.Person)
	}
	if f.From != 0 {
		q.Since = startOf(f.From)
	}
	if f.To != 0 {
		q.Until = startOf(f.To + 1)
	}
	q.Before, q.Most = f.Before, PageSize+1
	rows, err := l.EntriesBy(q)
	if err != nil {
		return err
	}
	if len(rows) > PageSize {
		rows, out.More = rows[:PageSize], true
	}
	names := map[int64]string{}
	matters := map[int64]*Matter{}
	for i := range rows {
		line, err := l.recordLine(&rows[i], names, matters)
		if err != nil {
			return err
		}
		out.Rows = append(out.Rows, line)
	}
	if out.People, err = l.People(l.office); err != nil {
		return err
	}
	for range account.Powers(l.actor, account.ExportRecord, l.now) {
		out.Export = true
	}
	if out.Size, err = l.Size(); err != nil {
		return err
	}
	out.Signed, _, err = l.NewestCheckpoint()
	if out.Matter == nil {
		l.sawList("record", filterText(f), len(rows))
	}
	return err
}

// startOf is the first moment of a day at +08:00.
func startOf(d pil.Day) store.Moment {
	y, m, day := d.Civil()
	return store.MomentOf(time.Date(y, m, day, 0, 0, 0, 0, pil.Zone))
}

// recordLine names what an entry speaks of. A clue or case that the reader may not
// see keeps its number to itself: its title could tell what it is about.
func (l *look) recordLine(e *store.Entry, names map[int64]string, matters map[int64]*Matter) (RecordLine, error) {
	line := RecordLine{Entry: *e}
	if n := idOf(e.Actor); n != 0 {
		line.Person = l.name(names, n)
	}
	n := idOf(e.SubjectID)
	if n == 0 {
		return line, nil
	}
	switch e.SubjectKind {
	case store.KindClue, store.KindCase:
		m, ok := matters[n]
		if !ok {
			var err error
			if m, err = l.Matter(n); pil.CodeOf(err) == pil.CodeNotFound {
				m = nil
			} else if err != nil {
				return line, err
			}
			matters[n] = m
		}
		if m == nil {
			return line, nil
		}
		line.What = m.Number
		about, err := aboutMatter(l.View, m)
		if err != nil {
			return line, err
		}
		show := account.ShowCase
		if m.Kind == store.KindClue {
			show = account.ShowClue
		}
		if _, err := account.Can(l.actor, show, about, l.now); err == nil {
			line.Path = m.Kind
		}
	case "person":
		line.What = l.name(names, n)
	case "office":
		o, err := l.Office(n)
		if err != nil && pil.CodeOf(err) != pil.CodeNotFound {
			return line, err
		}
		if err == nil {
			line.What = o.Name
		}
	}
	return line, nil
}

// ExportRecord writes the record of the actor's office as a file that anybody can
// check offline (docs/formats/audit.md). It shows no content, and of entries of
// other offices the hash only. Taking it along is itself an entry, written before.
func (d *Desk) ExportRecord(ctx context.Context, who Who, w io.Writer) error {
	var office string
	err := d.ask(ctx, who, account.ExportRecord, target{record: audit.Subject{Kind: "record"}}, func(l *look) error {
		office = idText(l.office)
		size, err := l.Size()
		l.sawList("record", "export", int(size))
		return err
	})
	if err != nil {
		return err
	}
	return d.store.Read(ctx, func(v *store.View) error { return audit.Export(w, ownRecord{v, office}) })
}

// ownRecord is the record as one office may take it along.
type ownRecord struct {
	*store.View
	office string
}

// Entries are the office's own.
func (r ownRecord) Entries(from, to int64) ([]audit.Entry, error) {
	list, err := r.View.Entries(from, to)
	return slices.DeleteFunc(list, func(e audit.Entry) bool { return e.Office != r.office }), err
}

// Rows are none.
func (r ownRecord) Rows() iter.Seq2[audit.Row, error] {
	return func(func(audit.Row, error) bool) {}
}
