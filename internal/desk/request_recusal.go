package desk

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// RecusalRequest asks that somebody take no part in a matter (R19).
type RecusalRequest struct {
	Matter, Person int64
	Ground         string
}

// RequestRecusal asks for a recusal. Until it is decided the person keeps working
// (R21).
func (d *Desk) RequestRecusal(ctx context.Context, who Who, in RecusalRequest) (id int64, err error) {
	ground := strings.TrimSpace(in.Ground)
	if n := utf8.RuneCountInString(ground); n == 0 || n > 500 {
		return 0, pil.Invalid("须写明回避理由（R19），至多500字 (the ground is needed)")
	}
	err = d.do(ctx, who, account.RequestRecusal, target{matter: in.Matter}, func(w *work) error {
		w.reason = true
		p, err := w.Person(in.Person)
		if err != nil {
			return err
		}
		if p.OfficeID != w.matter.OfficeID && !slices.Contains(w.about.Assigned, personID(p.ID)) {
			return pil.Invalid("该人员不是办理本案的检察院的人员，也未参与本案 (neither of the office nor on the matter)")
		}
		had, err := w.Recusals(in.Matter)
		if err != nil {
			return err
		}
		for i := range had {
			if had[i].PersonID == p.ID && had[i].State != recusalRefused {
				return &pil.Error{Code: pil.CodeConflict, Text: "对该人员的回避已经提出或者决定 (requested or decided already)"}
			}
		}
		r := &store.Recusal{MatterID: in.Matter, PersonID: p.ID, Ground: ground, State: recusalRequested, RequestedBy: w.me, RequestedAt: w.tx.Now}
		if err := w.tx.Add(r); err != nil {
			return err
		}
		id = r.ID
		return nil
	})
	return id, err
}
