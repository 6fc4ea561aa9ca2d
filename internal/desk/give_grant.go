package desk

import (
	"context"
	"strings"
	"unicode/utf8"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// NewGrant lends one of the staff to another office by written decision (R11).
type NewGrant struct {
	Person      int64
	Office      int64 // that handles the matter
	Role        account.Role
	Matter      int64  // 0: whatever is assigned to the person there
	Decision    string // the written decision, by number
	From, Until pil.Day
}

// GiveGrant lends one of the staff to an office. The chief of the office that
// leads both gives it, or of one of the two that leads the other.
func (d *Desk) GiveGrant(ctx context.Context, who Who, in NewGrant) (id int64, err error) {
	err = d.do(ctx, who, account.GiveGrant, target{office: in.Office}, func(w *work) error {
		p, err := w.Person(in.Person)
		if err != nil {
			return err
		}
		if err := w.startsNow(in.Until, p); err != nil {
			return err
		}
		home, err := w.Office(p.OfficeID)
		if err != nil {
			return err
		}
		if !strings.Contains(home.Path, "/"+idText(w.office)+"/") {
			return pil.Invalid("该人员所在院不是本院或者下级院，须由共同的上级院决定调用（R11） (the person's office is not led by yours)")
		}
		if in.Matter != 0 {
			m, err := w.Matter(in.Matter)
			if err != nil {
				return err
			}
			if m.OfficeID != in.Office {
				return pil.Invalid("该案不由所写的检察院办理 (the matter is not of that office)")
			}
		}
		decision := strings.TrimSpace(in.Decision)
		if utf8.RuneCountInString(decision) > 200 {
			return pil.Invalid("决定文号至多200字 (the decision's number is too long)")
		}
		g := account.Grant{Person: personID(p.ID), Office: officeID(in.Office), Role: in.Role, Matter: matterID(in.Matter), Decision: decision,
			Term: account.Term{From: in.From, Until: in.Until}}
		if err := g.Check(staff(p)); err != nil {
			return err
		}
		h := &store.Handover{Kind: handGrant, FromID: w.me, ToID: p.ID, OfficeID: in.Office, Role: in.Role.String(), MatterID: in.Matter,
			Decision: decision, FromDay: in.From, UntilDay: in.Until, MadeBy: w.me, MadeAt: w.tx.Now}
		id, err = w.handOver(h)
		return err
	})
	return id, err
}
