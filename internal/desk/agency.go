package desk

import (
	"context"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ListAgencies is the office's register of agencies.
func (d *Desk) ListAgencies(ctx context.Context, who Who) (out []store.Agency, err error) {
	err = d.ask(ctx, who, account.ShowAgencies, target{}, func(l *look) error {
		out, err = l.Agencies(l.office)
		return err
	})
	return out, err
}

// AgencyFile is an agency with the cases it is in and what was recommended to it.
type AgencyFile struct {
	store.Agency
	Cases       []MatterLine
	Recommended []*Recommended
	May         bool // the actor may change the entry
	Today       pil.Day
}

// ShowAgency is one entry of the register.
func (d *Desk) ShowAgency(ctx context.Context, who Who, id int64) (f *AgencyFile, err error) {
	f = &AgencyFile{}
	err = d.ask(ctx, who, account.ShowAgencies, target{}, func(l *look) error {
		a, err := l.Agency(id)
		if err != nil {
			return err
		}
		if a.OfficeID != l.office {
			return pil.NotFound("没有找到 (not found)")
		}
		f.Agency, f.May, f.Today = *a, l.can(account.ChangeAgency), l.today
		sight, err := l.sight(account.ListCases)
		if pil.CodeOf(err) == pil.CodeForbidden {
			return nil
		}
		if err != nil {
			return err
		}
		rows, err := l.ListMatters(store.MatterFilter{Sight: sight, Kind: store.KindCase, Agency: id, Most: PageSize})
		if err != nil {
			return err
		}
		for i := range rows {
			line := d.matterLine(rows[i])
			f.Cases = append(f.Cases, line)
			r, err := l.recommended(line, a.Name)
			if err != nil {
				return err
			}
			if r != nil {
				f.Recommended = append(f.Recommended, r)
			}
		}
		if len(rows) > 0 {
			l.sawList("case", "agency "+idText(id), len(rows))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ChangeAgency adds an agency to the register, or puts its entry right.
func (d *Desk) ChangeAgency(ctx context.Context, who Who, in store.Agency) (id int64, err error) {
	in.Name, in.Contact, in.Phone, in.Address = strings.TrimSpace(in.Name), strings.TrimSpace(in.Contact), strings.TrimSpace(in.Phone), strings.TrimSpace(in.Address)
	switch {
	case in.Name == "":
		return 0, pil.Invalid("请填机关名称 (a name is needed)")
	case len([]rune(in.Name)) > maxLine, len([]rune(in.Contact)) > maxLine, len([]rune(in.Phone)) > maxLine, len([]rune(in.Address)) > maxLine, len(in.Duties) > 200:
		return 0, pil.Invalid("文字过长，各项最多 %d 字 (text too long)", maxLine)
	}
	err = d.do(ctx, who, account.ChangeAgency, target{}, func(w *work) error {
		list, err := w.Agencies(w.office)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Name == in.Name && list[i].ID != in.ID {
				return pil.Invalid("名录中已有「%s」 (already in the register)", in.Name)
			}
		}
		if in.ID == 0 {
			in.OfficeID = w.office
			if err := w.tx.Add(&in); err != nil {
				return err
			}
			id = in.ID
			return nil
		}
		old, err := w.Agency(in.ID)
		if err != nil {
			return err
		}
		if old.OfficeID != w.office {
			return pil.NotFound("没有找到 (not found)")
		}
		in.OfficeID, id = old.OfficeID, old.ID
		return w.tx.Change(&in)
	})
	return id, err
}
