// Package ferry carries sealed envelopes from the spool of the public door into the
// office, and sealed answers back.
//
//	in    open with the intake key → files stored → clue or addition registered by the
//	      desk, once → the envelope is taken away
//	out   pages of reporters whose matter changed, each sealed to its reporter
//
// An envelope leaves the spool only when the office has committed what it held; a
// ferry killed in between carries it again, and the desk knows it. What cannot be
// opened is put aside for somebody to look at, never thrown away.
//
// It must not know pages, SQL, or what a clue goes through. It trusts the desk to
// store what it says it stored. It never opens an identity.
//
// 术语: 摆渡 ferry · 信封 envelope.
package ferry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
)

// Ferry goes between a spool and an office.
type Ferry struct {
	Spool  *spool.Spool
	Desk   *desk.Desk
	Intake seal.PrivateKey
	Older  []seal.PrivateKey // intake keys before rotations
	Office string            // name of the office that reports go to; empty: the first
	Log    *slog.Logger
}

// Trip is what one crossing carried.
type Trip struct {
	Reports   int `json:"reports"`
	Additions int `json:"additions"`
	Refused   int `json:"refused"` // could not be opened, and lie in refused/
	Waiting   int `json:"waiting"` // additions whose report has not arrived
	Pages     int `json:"pages"`   // brought back
}

// Empty reports whether nothing was carried.
func (t Trip) Empty() bool { return t == Trip{Waiting: t.Waiting} }

// pagesAtOnce bounds how many pages are in memory.
const pagesAtOnce = 100

// Cross carries all that waits, both ways. One that fails stays for the next
// crossing and does not hold up the others.
func (f *Ferry) Cross(ctx context.Context) (t Trip, err error) {
	list, err := f.Spool.Waiting()
	if err != nil {
		return t, err
	}
	var faults []error
	for len(list) > 0 && ctx.Err() == nil {
		some := list[:min(len(list), pagesAtOnce)]
		list = list[len(some):]
		var stored []spool.Waiting
		for _, w := range some {
			done, err := f.carry(ctx, w, &t)
			if err != nil {
				faults = append(faults, err)
			}
			if done {
				stored = append(stored, w)
			}
		}
		// The reporters' pages are there before the envelopes are gone: who comes back
		// in between is known.
		if err := f.bring(ctx, &t); err != nil {
			return t, errors.Join(append(faults, err)...)
		}
		for _, w := range stored {
			faults = append(faults, f.Spool.Fetched(w))
		}
	}
	faults = append(faults, f.bring(ctx, &t))
	return t, errors.Join(faults...)
}

// carry has the office store one envelope; done says that it did.
func (f *Ferry) carry(ctx context.Context, w spool.Waiting, t *Trip) (done bool, err error) {
	in, report, err := f.open(ctx, w)
	switch {
	case report == nil && pil.CodeOf(err) == pil.CodeInvalid:
		t.Refused++
		return false, f.Spool.Refuse(w)
	case err != nil:
		return false, err
	}
	if report.Kind == seal.ReportKind {
		if err = f.Desk.ReceiveReport(ctx, *in); err == nil {
			t.Reports++
		}
		return err == nil, err
	}
	err = f.Desk.ReceiveAddition(ctx, *in)
	switch {
	case err == nil:
		t.Additions++
	case pil.CodeOf(err) == pil.CodeNotFound:
		t.Waiting++
		return false, nil
	}
	return err == nil, err
}

// open opens an envelope and stores its files. A report comes back only when the
// envelope was whole and the sender's.
func (f *Ferry) open(ctx context.Context, w spool.Waiting) (*desk.Carried, *seal.Report, error) {
	r, err := f.Spool.Fetch(w)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = r.Close() }() // it was only read
	in := &desk.Carried{Office: f.Office, Files: f.Desk.BeginTaking()}
	var empty []string
	report, id, err := seal.OpenReport(r, f.Intake, func(n seal.FileName, body io.Reader) error {
		ok, err := in.Files.Take(ctx, desk.NewFile{Name: n.Name, Media: n.Media, Bytes: body})
		if err == nil && !ok {
			empty = append(empty, n.Name)
		}
		return err
	}, f.Older...)
	if err != nil {
		return nil, nil, err
	}
	if report.Lookup != w.Lookup || !seal.IsLookup(report.Lookup) || (report.Kind == seal.ReportKind) != w.First {
		return nil, nil, pil.Invalid("信封与它的名称不符 (the envelope is not what its name says)")
	}
	if _, err := seal.ParsePublicKey(report.Reporter); err != nil {
		return nil, nil, err
	}
	in.Envelope, in.Lookup, in.ReporterKey, in.Identity = id, report.Lookup, report.Reporter, report.Identity
	in.Form, in.Text = read(report, empty)
	return in, report, nil
}

// wishes are what a reporter may say by choosing.
var wishes = map[string]string{"fixed": "【举报人说明：问题已经解决】", "not-fixed": "【举报人说明：问题没有解决，或者又发生了】", "withdraw": "【举报人要求撤回举报】"}

// read makes the office's form of what was typed freely. What the form cannot hold
// stands in the text, so that nothing is lost.
func read(r *seal.Report, empty []string) (clue.Form, string) {
	typed := map[clue.Input]string{clue.InField: r.Field, clue.InPlace: r.Where, clue.InHappened: r.When, clue.InReceived: r.Day}
	form, _, problems := clue.ReadForm(func(in clue.Input) string { return typed[in] })
	text := strings.TrimSpace(r.What)
	note := func(label, v string) {
		if v != "" {
			text = strings.TrimSpace(text + "\n\n" + label + "：" + v)
		}
	}
	if len(problems) > 0 {
		note("时间", r.When)
	}
	if utf8.RuneCountInString(form.Place) > 200 {
		note("地点", form.Place)
		form.Place = ""
	}
	note("空文件", strings.Join(empty, "、"))
	if wish := wishes[r.Wish]; wish != "" {
		text = strings.TrimSpace(wish + "\n" + text)
	}
	if text == "" {
		text = "（没有文字）"
	}
	return form, text
}

// bring writes the pages of reporters whose matter changed.
func (f *Ferry) bring(ctx context.Context, t *Trip) error {
	for {
		pages, err := f.Desk.ReporterPages(ctx, pagesAtOnce)
		if err != nil {
			return err
		}
		for _, p := range pages {
			if err := f.Spool.PutAnswer(p.Lookup, p.Sealed); err != nil {
				return err
			}
			if err := f.Desk.BroughtPage(ctx, p); err != nil {
				return err
			}
			t.Pages++
		}
		if len(pages) < pagesAtOnce {
			return nil
		}
	}
}

// Run crosses every so often until ctx ends. Faults go to the log, by their kind
// only, and the next crossing tries again.
func (f *Ferry) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := f.Cross(ctx); err != nil && ctx.Err() == nil && f.Log != nil {
			f.Log.Warn("ferry", "fault", string(pil.CodeOf(err)))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
