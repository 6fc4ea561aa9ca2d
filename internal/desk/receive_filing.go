package desk

import (
	"context"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ReceiveFiling is the higher office's receipt of a record-filing (备案).
func (d *Desk) ReceiveFiling(ctx context.Context, who Who, filing int64, note string) error {
	f, err := d.peekFiling(ctx, filing)
	if err != nil {
		return err
	}
	return d.do(ctx, who, account.ShowFilings, target{matter: named(f.MatterID)}, func(w *work) error {
		f, err := w.Filing(filing)
		if err != nil {
			return err
		}
		if f.ToOffice != w.office {
			return pil.NotFound("没有找到 (not found)")
		}
		if f.ReceivedOn != 0 {
			return &pil.Error{Code: pil.CodeConflict, Text: "已于 " + f.ReceivedOn.Zh() + " 登记收到 (already received)"}
		}
		f.ReceivedOn, f.ReceivedBy = w.today, w.me
		if note = strings.TrimSpace(note); note != "" {
			f.Note = strings.TrimSpace(f.Note + "\n" + note)
		}
		return w.tx.Change(f)
	})
}

func (d *Desk) peekFiling(ctx context.Context, id int64) (f *store.Filing, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		f, err = v.Filing(id)
		return err
	})
	return f, err
}

// FilingLine is a record-filing as the higher office lists it.
type FilingLine struct {
	store.Filing
	From   string
	Matter string
	Number string
	Open   bool // the actor may see the case itself
}

// ListFilings are the record-filings sent to the actor's office, those not yet
// received first.
func (d *Desk) ListFilings(ctx context.Context, who Who) (out []FilingLine, err error) {
	err = d.ask(ctx, who, account.ShowFilings, target{more: belowOwn}, func(l *look) error {
		rows, err := l.FilingsTo(l.office, 200)
		if err != nil {
			return err
		}
		for _, f := range rows {
			m, err := l.Matter(f.MatterID)
			if err != nil {
				return err
			}
			o, err := l.Office(f.FromOffice)
			if err != nil {
				return err
			}
			about, err := aboutMatter(l.View, m)
			if err != nil {
				return err
			}
			_, shut := account.Can(l.actor, account.ShowCase, about, l.now)
			out = append(out, FilingLine{Filing: f, From: o.Name, Matter: m.Title, Number: m.Number, Open: shut == nil})
		}
		l.sawList("filing", "", len(out))
		return nil
	})
	return out, err
}

// belowOwn makes the subject something in an office that the actor's leads.
func belowOwn(_ *store.View, s *account.Subject) error {
	s.Above = append([]account.OfficeID{s.Office}, s.Above...)
	s.Office = "below"
	return nil
}
