package desk

import (
	"context"
	"encoding/json"
	"fmt"
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
	err = d.do(ctx, who, account.RequestRecusal, target{matter: named(in.Matter)}, func(w *work) error {
		w.reason = true
		p, err := w.somebody(in.Person)
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
			if had[i].PersonID == p.ID && (had[i].State == recusalRequested || had[i].State == recusalDecided) {
				return &pil.Error{Code: pil.CodeConflict, Text: "对该人员的回避已经提出或者决定 (requested or decided already)"}
			}
		}
		decider := account.RecusalDecider(staff(p).Roles)
		if decider == account.Chief && w.actor.Person.Roles.Has(account.Chief) && !slices.Contains(w.about.Assigned, personID(w.me)) {
			return pil.Forbidden("回避由检察长决定，提出人不得自行决定：请由他人提出或者登记，再由您决定（R22） (you decide it: somebody else requests it)")
		}
		r := &store.Recusal{MatterID: in.Matter, PersonID: p.ID, Ground: ground, State: recusalRequested, RequestedBy: w.me, RequestedAt: w.tx.Now}
		if err := w.tx.Add(r); err != nil {
			return err
		}
		id = r.ID
		_, err = w.propose(proposal{kind: KindRecusal, subject: idText(p.ID), title: "回避：" + p.Name, body: recusalBody{Recusal: r.ID, Person: p.ID, Ground: ground},
			deciders: decider.String(), opinion: ground})
		return err
	})
	return id, err
}

// recusalBody is what an approval of the kind recusal holds.
type recusalBody struct {
	Recusal int64  `json:"recusal"`
	Person  int64  `json:"person"`
	Ground  string `json:"ground"`
}

func recusalBodyOf(a *store.Approval) (b recusalBody, err error) {
	if err := json.Unmarshal(a.Body, &b); err != nil {
		return b, fmt.Errorf("read approval %d: %w", a.ID, err)
	}
	return b, nil
}
