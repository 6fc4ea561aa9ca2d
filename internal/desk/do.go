package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// target is what an action is about. The zero target is the actor's own office.
type target struct {
	matter int64  // a clue or case; it is locked
	kind   string // of the matter, where the action is for one kind only
	seen   int    // the version the person saw; 0: whatever it is
	office int64  // an office, where it is not the actor's own
	self   bool   // what belongs to the actor
	// more adds what else the subject needs: the proposer, who decides.
	more func(v *store.View, s *account.Subject) error
	// record names the subject in the record where it is neither matter nor office.
	record audit.Subject
}

// named is the id of a matter that an action is about; 0, which names none, is the
// id of nothing, not leave to act on the office as a whole.
func named(matter int64) int64 {
	if matter == 0 {
		return -1
	}
	return matter
}

// look is one query at work.
type look struct {
	*store.View
	desk   *Desk
	act    account.Action
	actor  account.Actor
	me     int64
	office int64 // the actor's own
	matter *store.Matter
	about  account.Subject
	by     account.Decision
	now    time.Time
	today  pil.Day
	reads  []audit.Entry
	target audit.Subject
}

// work is one command at work.
type work struct {
	look
	tx      *store.Tx
	touched []*store.Matter // saved and folded anew at the end
	law     bool            // the law decided something
	reason  bool            // a reason was given
	after   []func()        // done once it is committed
}

// do runs one command: the only way to write.
func (d *Desk) do(ctx context.Context, who Who, act account.Action, t target, fn func(*work) error) error {
	now := d.clock()
	var w *work
	err := d.store.Write(ctx, now, func(tx *store.Tx) error {
		w = &work{look: look{View: &tx.View, desk: d, act: act, now: now, today: pil.DayOf(now)}, tx: tx}
		if t.matter != 0 {
			m, err := tx.LockMatter(t.matter)
			if err != nil {
				return err
			}
			w.matter = m
		}
		if err := w.allow(who, t); err != nil {
			return err
		}
		if w.matter != nil {
			if t.seen != 0 && t.seen != w.matter.Version {
				return w.conflict(t.seen)
			}
			w.touch(w.matter)
		}
		if err := fn(w); err != nil {
			return err
		}
		return w.finish()
	})
	if err != nil {
		return err
	}
	for _, f := range w.after {
		f()
	}
	return nil
}

// allow loads who asks and what about, and asks the permission table.
func (l *look) allow(who Who, t target) (err error) {
	if l.actor, err = actor(l.View, who); err != nil {
		return err
	}
	l.me, l.office = who.Person, idOf(l.actor.Person.Office)
	switch {
	case t.matter != 0:
		if t.kind != "" && l.matter.Kind != t.kind {
			return pil.NotFound("没有找到 (not found)")
		}
		l.target = audit.Subject{Kind: l.matter.Kind, ID: idText(l.matter.ID)}
		l.about, err = aboutMatter(l.View, l.matter)
	default:
		office := t.office
		if office == 0 {
			office = l.office
		}
		l.target = audit.Subject{Kind: "office", ID: idText(office)}
		l.about, err = inOffice(l.View, office)
		l.about.Department = l.actor.Person.Department
	}
	if err != nil {
		return err
	}
	if t.self {
		l.about.Assigned = append(l.about.Assigned, personID(who.Person))
	}
	if t.more != nil {
		if err := t.more(l.View, &l.about); err != nil {
			return err
		}
	}
	if t.record.Kind != "" {
		l.target = t.record
	}
	l.by, err = account.Can(l.actor, l.act, l.about, l.now)
	return err
}

// can reports whether the actor may take another action on the same subject: for
// pages that show what may be done.
func (l *look) can(act account.Action) bool {
	_, err := account.Can(l.actor, act, l.about, l.now)
	return err == nil
}

// touch has the matter saved, under the next version, and folded anew when the
// command is done.
func (w *work) touch(m *store.Matter) {
	if !slices.Contains(w.touched, m) {
		w.touched = append(w.touched, m)
	}
}

func (w *work) finish() error {
	for _, m := range w.touched {
		m.Version++
		if err := w.tx.Change(m); err != nil {
			return err
		}
		if err := w.desk.refold(w.tx, m); err != nil {
			return err
		}
		if err := w.tx.Index(m.ID); err != nil {
			return err
		}
	}
	e := w.entry(audit.ClassWrite)
	if w.law {
		h, err := audit.ParseDigest(w.desk.law.Hash)
		if err != nil {
			return err
		}
		e.Law = h
	}
	return w.tx.Record(append([]audit.Entry{e}, w.reads...)...)
}

func (l *look) entry(class audit.Class) audit.Entry {
	actor := idText(l.me)
	if l.me == 0 {
		actor = ferryman
	}
	return audit.Entry{Actor: actor, Office: idText(l.office), Action: l.act.String(), Class: class, Subject: l.target}
}

// conflict tells who changed the matter since the person looked, and what.
func (w *work) conflict(seen int) error {
	since := w.matter.Version - seen
	entries, err := w.EntriesOf(w.matter.Kind, idText(w.matter.ID), []audit.Class{audit.ClassWrite}, max(1, min(since, 5)))
	if err != nil {
		return err
	}
	var told []string
	for i := range entries {
		e := &entries[i]
		name := e.Actor
		if p, err := w.Person(idOf(e.Actor)); err == nil {
			name = p.Name
		}
		what := e.Action
		if a, err := account.ParseAction(e.Action); err == nil {
			what = a.Zh()
		}
		told = append(told, fmt.Sprintf("%s %s「%s」", e.At.Time().In(pil.Zone).Format("01-02 15:04"), name, what))
	}
	return &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf(
		"您打开之后，此件已有变动：%s。没有保存，您填写的内容还在；请核对后再提交 (changed since you opened it; nothing was saved)", strings.Join(told, "；"))}
}

// ask runs one query on a snapshot. What it notes as read is in the record before
// the answer leaves.
func (d *Desk) ask(ctx context.Context, who Who, act account.Action, t target, fn func(*look) error) error {
	now := d.clock()
	var l *look
	err := d.store.Read(ctx, func(v *store.View) error {
		l = &look{View: v, desk: d, act: act, now: now, today: pil.DayOf(now)}
		if t.matter != 0 {
			m, err := v.Matter(t.matter)
			if err != nil {
				return err
			}
			l.matter = m
		}
		if err := l.allow(who, t); err != nil {
			return err
		}
		return fn(l)
	})
	if err != nil || len(l.reads) == 0 {
		return err
	}
	return d.reads.add(ctx, l.reads...)
}

// sawSubject notes a look at the subject's personal data.
func (l *look) sawSubject() { l.reads = append(l.reads, l.entry(audit.ClassRead)) }

// sawList notes a list shown: by which filter, and how many lines.
func (l *look) sawList(kind, filter string, count int) {
	e := l.entry(audit.ClassList)
	e.Subject = audit.Subject{Kind: kind}
	e.List = &audit.Listing{Filter: audit.HashFilter(l.desk.keys.Filter, filter), Count: int64(count)}
	l.reads = append(l.reads, e)
}
