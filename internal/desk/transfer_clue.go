package desk

import (
	"context"
	"encoding/json"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// The steps by which a clue leaves for another office or organ.
const (
	TransferSame  = "transfer-clue"   // to the competent office of the same level (R26)
	TransferUp    = "report-up"       // to the higher office (R26)
	TransferCrime = "hand-over-crime" // a part of it, to those who deal with crime or misconduct (R31)
)

// TransferSteps lists them.
var TransferSteps = []string{TransferSame, TransferUp, TransferCrime}

// ClueTransfer sends a clue to another office or organ.
type ClueTransfer struct {
	Matter   int64  `json:"-"`
	Seen     int    `json:"-"`
	Step     string `json:"step"`
	ToOffice int64  `json:"to_office,omitempty"` // an office of this installation; of report-up the one above
	Outside  string `json:"outside,omitempty"`   // another, by name
	Reason   string `json:"reason"`
	// Identity sends who reported along, under its seal, to an office of this
	// installation, which then answers the reporter.
	Identity bool `json:"identity,omitempty"`
}

// TransferClue sends a clue on: at once, or after the head's review where the law
// of the day asks for it. An office that was sent a clue may only report it up
// (R26).
func (d *Desk) TransferClue(ctx context.Context, who Who, in ClueTransfer) (out Recorded, err error) {
	if err := in.check(); err != nil {
		return out, err
	}
	err = d.do(ctx, who, account.TransferClue, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindClue}, func(w *work) error {
		if err := w.notMerged(); err != nil {
			return err
		}
		if err := w.noneOpen(KindTransfer); err != nil {
			return err
		}
		out, err = w.sendClue(w.matter, &in)
		return err
	})
	return out, err
}

func (in *ClueTransfer) check() error {
	in.Outside, in.Reason = strings.TrimSpace(in.Outside), strings.TrimSpace(in.Reason)
	var f Faults
	switch in.Step {
	case TransferSame:
		if in.ToOffice == 0 && in.Outside == "" {
			f = append(f, Fault{"to", "请选择接收的检察院", "choose the office"})
		}
	case TransferCrime:
		in.ToOffice, in.Identity = 0, false
		if in.Outside == "" {
			f = append(f, Fault{"outside", "请写明接收的机关或者部门", "name the organ or department"})
		}
	case TransferUp:
	default:
		f = append(f, Fault{"step", "请选择移送的方式", "choose how it is sent"})
	}
	if in.Reason == "" {
		f = append(f, Fault{"reason", "请写明理由", "say why"})
	}
	if len([]rune(in.Reason)) > maxText || len([]rune(in.Outside)) > maxLine {
		f = append(f, Fault{"reason", "文字过长", "too long"})
	}
	return f.orNil()
}

// sendClue checks where a clue is to go, and sends it or proposes to.
func (w *work) sendClue(m *store.Matter, in *ClueTransfer) (out Recorded, err error) {
	step, err := w.desk.step("clue", in.Step)
	if err != nil {
		return out, err
	}
	if err := w.checkWay(m, in); err != nil {
		return out, err
	}
	_, c, err := w.history(m)
	if err != nil {
		return out, err
	}
	act := Act{Track: "clue", Step: in.Step, On: w.today, Reason: in.Reason}
	if _, err := c.Permit(act.intent("prosecutor")); err != nil {
		return out, err
	}
	rule := step.On(w.today)
	if rule.Review != "head" {
		out.Seq, err = w.sent(m, in, 0)
		return out, err
	}
	to := in.Outside
	if in.ToOffice != 0 {
		o, err := w.Office(in.ToOffice)
		if err != nil {
			return out, err
		}
		to = o.Name
	}
	out.Approval, err = w.propose(proposal{kind: KindTransfer, subject: in.Step, title: step.Zh + "（" + to + "）", body: in, deciders: transferDeciders,
		opinion: in.Reason, matter: m})
	return out, err
}

// transferDeciders review a transfer, which is all the law asks: the head, or the
// chief where the head proposes it.
const transferDeciders = "head chief"

// checkWay refuses a way the law does not know: to an office of another level, or
// back or on from an office that was sent the clue.
func (w *work) checkWay(m *store.Matter, in *ClueTransfer) error {
	own, err := w.Office(m.OfficeID)
	if err != nil {
		return err
	}
	switch in.Step {
	case TransferUp:
		if in.ToOffice == 0 && in.Outside == "" {
			in.ToOffice = own.ParentID
		}
		if in.ToOffice == 0 && in.Outside == "" {
			return fault("to", "系统中没有本院的上一级院，请写明院名", "the higher office is not known here: name it")
		}
		if in.ToOffice != 0 && in.ToOffice != own.ParentID {
			return fault("to", "只能报请本院的上一级院", "only to the office that leads this one")
		}
		return nil
	case TransferSame:
		l := w.look
		l.matter = m
		received, err := l.cameFromOffice()
		if err != nil {
			return err
		}
		if received {
			return w.neverBack(m)
		}
	}
	if in.ToOffice == 0 {
		return nil
	}
	o, err := w.Office(in.ToOffice)
	if pil.CodeOf(err) == pil.CodeNotFound {
		return fault("to", "没有这个检察院", "no such office")
	}
	if err != nil {
		return err
	}
	switch {
	case o.ID == own.ID:
		return fault("to", "不能移送给本院", "not to the own office")
	case o.Level != own.Level:
		return fault("to", "只能移送同级检察院；属上级院管辖的，请报请移送（R26）", "only to an office of the same level; otherwise report it up (R26)")
	}
	return nil
}

// neverBack is the law's own refusal to send a clue back or on.
func (w *work) neverBack(m *store.Matter) error {
	_, c, err := w.history(m)
	if err != nil {
		return err
	}
	if _, err := c.Permit(docket.Intent{Track: "clue", Step: "return-transfer", On: w.today}); err != nil {
		return err
	}
	return nil // before the Rules nothing forbade it
}

// sent enters the transfer into the history and lets the receiver find it.
func (w *work) sent(m *store.Matter, in *ClueTransfer, approval int64) (seq int, err error) {
	e := &store.Event{On: w.today, Track: "clue", Step: in.Step, By: "prosecutor", ApprovalID: approval, Note: in.Reason}
	if err := w.append(m, e); err != nil {
		return 0, err
	}
	w.reason = true
	return e.Seq, w.tx.Add(&store.Transfer{MatterID: m.ID, Act: in.Step, FromOffice: m.OfficeID, ToOffice: in.ToOffice, Outside: in.Outside, Reason: in.Reason,
		SentOn: w.today, SentBy: w.me, State: transferSent, Identity: in.Identity})
}

// carryOutTransfer sends a clue whose transfer was agreed to.
func (w *work) carryOutTransfer(a *store.Approval, decided string) error {
	if decided != "" && decided != a.Subject {
		return pil.Invalid("不能改作其他处理；请退回后重新提出 (return it and have it proposed anew)")
	}
	var in ClueTransfer
	if err := json.Unmarshal(a.Body, &in); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	if err := w.checkWay(w.matter, &in); err != nil {
		return err
	}
	_, c, err := w.history(w.matter)
	if err != nil {
		return err
	}
	act := Act{Track: "clue", Step: in.Step, On: w.today, Reason: in.Reason}
	if _, err := c.Permit(act.intent("prosecutor")); err != nil {
		return err
	}
	_, err = w.sent(w.matter, &in, a.ID)
	return err
}
