package desk

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// IdentityRequest is why somebody asks to learn who reported, and when that was
// done.
type IdentityRequest struct {
	Reason   string       `json:"reason"`
	OpenedAt store.Moment `json:"opened_at,omitempty"`
}

// identityTerm is how long an agreed request may be used.
const identityTerm = 24 * time.Hour

// identityDeciders agree to opening an identity: a second person.
const identityDeciders = "head deputy-chief chief"

// RequestIdentity asks to learn who reported a clue: with a reason, of a second
// person.
func (d *Desk) RequestIdentity(ctx context.Context, who Who, matter int64, reason string) (approval int64, err error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return 0, fault("reason", "请写明查阅的理由", "say why")
	case len([]rune(reason)) > maxText:
		return 0, fault("reason", "理由过长", "too long")
	}
	t := target{matter: named(matter), kind: store.KindClue, more: aboutIdentity}
	err = d.do(ctx, who, account.ShowIdentity, t, func(w *work) error {
		if _, err := w.Identity(matter); err != nil {
			if pil.CodeOf(err) == pil.CodeNotFound {
				return pil.NotFound("本线索没有登记举报人身份 (no identity is kept)")
			}
			return err
		}
		list, err := w.Approvals(matter)
		if err != nil {
			return err
		}
		for i := range list {
			if a := &list[i]; a.Kind == string(KindIdentity) && a.Proposer == w.me && a.ClosedAt == 0 {
				return &pil.Error{Code: pil.CodeConflict, Text: "您已提出查阅申请，正在等待同意 (you have asked already)"}
			}
		}
		w.reason = true
		approval, err = w.propose(proposal{kind: KindIdentity, subject: "identity", title: "查阅举报人身份（" + w.matter.Number + "）", body: IdentityRequest{Reason: reason},
			deciders: identityDeciders, opinion: reason})
		return err
	})
	return approval, err
}

func aboutIdentity(_ *store.View, s *account.Subject) error {
	s.Identity = true
	return nil
}

// carryOutIdentity agrees that a request be used; nothing is opened by it.
func (w *work) carryOutIdentity(_ *store.Approval, decided string) error {
	if decided != "" {
		return pil.Invalid("只能同意，或者写明理由不同意 (agree or not)")
	}
	return nil
}

// OpenIdentity shows who reported, once, to who asked, within a day of the second
// person's agreement, with the passphrase that the identity key is kept under. That
// it was opened is in the record before it is shown.
func (d *Desk) OpenIdentity(ctx context.Context, who Who, approval int64, passphrase string) (out clue.Identity, matter int64, err error) {
	a, err := d.peekApproval(ctx, approval)
	if err != nil {
		return out, 0, err
	}
	if ApprovalKind(a.Kind) != KindIdentity {
		return out, 0, pil.NotFound("没有找到 (not found)")
	}
	t := target{matter: named(a.MatterID), kind: store.KindClue, more: aboutIdentity}
	if err := d.ask(ctx, who, account.ShowIdentity, t, func(l *look) error {
		_, _, err := l.openable(approval)
		return err
	}); err != nil {
		return out, a.MatterID, err // before a passphrase is asked for
	}
	held, err := d.identityKeys(ctx, who, passphrase)
	if err != nil {
		return out, a.MatterID, err
	}
	err = d.do(ctx, who, account.ShowIdentity, t, func(w *work) error {
		a, in, err := w.openable(approval)
		if err != nil {
			return err
		}
		row, err := w.Identity(a.MatterID)
		if err != nil {
			return err
		}
		if out, err = openIdentity(held, row.Sealed); err != nil {
			return err
		}
		in.OpenedAt = w.tx.Now
		if a.Body, err = json.Marshal(in); err != nil {
			return err
		}
		w.reason = true
		w.sawSubject()
		return w.tx.Change(a)
	})
	if err != nil {
		return clue.Identity{}, a.MatterID, err
	}
	return out, a.MatterID, nil
}

// openable is a request that its proposer may use now.
func (l *look) openable(approval int64) (*store.Approval, *IdentityRequest, error) {
	a, err := l.Approval(approval)
	if err != nil {
		return nil, nil, err
	}
	var in IdentityRequest
	if err := json.Unmarshal(a.Body, &in); err != nil {
		return nil, nil, err
	}
	return a, &in, l.mayOpen(a, &in)
}

// mayOpen refuses to open an identity on a request that is not, or no longer,
// good for it.
func (l *look) mayOpen(a *store.Approval, in *IdentityRequest) error {
	gone := func(text string) error { return &pil.Error{Code: pil.CodeConflict, Text: text} }
	switch {
	case a.Proposer != l.me:
		return pil.Forbidden("只有申请人本人可以查阅 (only who asked may open it)")
	case docket.ApprovalState(a.State) != docket.Approved:
		return gone("申请尚未获得同意 (not agreed to)")
	case in.OpenedAt != 0:
		return gone("此次同意已经用过；需要再看，请重新申请 (used already: ask again)")
	case l.now.Sub(a.ClosedAt.Time()) > identityTerm:
		return gone("同意已超过一日，没有使用；需要查阅，请重新申请 (the agreement has lapsed: ask again)")
	}
	return nil
}

// IdentityView is one request to learn who reported.
type IdentityView struct {
	Approval int64
	Person   string
	Mine     bool
	Reason   string
	State    docket.ApprovalState
	AskedAt  store.Moment
	OpenedAt store.Moment
	Until    time.Time // agreed and unused: until when it may be used
	Ready    bool      // the person who looks may open it now
}

func (l *look) identityViews(names map[int64]string) (out []IdentityView, err error) {
	list, err := l.Approvals(l.matter.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		a := &list[i]
		if ApprovalKind(a.Kind) != KindIdentity {
			continue
		}
		var in IdentityRequest
		if err := json.Unmarshal(a.Body, &in); err != nil {
			return nil, err
		}
		v := IdentityView{Approval: a.ID, Person: l.name(names, a.Proposer), Mine: a.Proposer == l.me, Reason: in.Reason, State: docket.ApprovalState(a.State),
			AskedAt: a.MadeAt, OpenedAt: in.OpenedAt, Ready: l.mayOpen(a, &in) == nil}
		if v.State == docket.Approved && in.OpenedAt == 0 {
			v.Until = a.ClosedAt.Time().Add(identityTerm)
		}
		out = append(out, v)
	}
	return out, nil
}
