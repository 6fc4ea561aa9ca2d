package desk

import (
	"context"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Acceptance takes in a clue that another office sent. It must be taken in; who
// holds it not to be competent reports it to the higher office (R26).
type Acceptance struct {
	Transfer   int64
	Department int64  // that is to handle it; 0: the actor's own
	Lead       int64  // 0: nobody yet
	Dispute    string // why this office is not competent; empty: it is
}

// Accepted is what came of it: the office's own clue, and where it is reported up,
// the approval of that.
type Accepted struct {
	Matter   int64
	Number   string
	Approval int64
}

// AcceptClue takes in a clue sent to the actor's office: a clue of its own, under
// its own number, tied to the one it came from, with its files, and who reported
// where that was sent along.
func (d *Desk) AcceptClue(ctx context.Context, who Who, in Acceptance) (out Accepted, err error) {
	if in.Dispute = strings.TrimSpace(in.Dispute); len([]rune(in.Dispute)) > maxText {
		return out, fault("dispute", "文字过长", "too long")
	}
	err = d.do(ctx, who, account.AcceptClue, target{}, func(w *work) error {
		t, err := w.Transfer(in.Transfer)
		if err != nil {
			return err
		}
		if t.ToOffice != w.office {
			return pil.NotFound("没有找到 (not found)")
		}
		if t.State != transferSent {
			return &pil.Error{Code: pil.CodeConflict, Text: "这件移送的线索已经受理 (accepted already)"}
		}
		if _, err := w.tx.LockMatter(t.MatterID); err != nil {
			return err
		}
		m, err := w.receive(t, in.Department)
		if err != nil {
			return err
		}
		out = Accepted{Matter: m.ID, Number: m.Number}
		t.State, t.AnsweredBy, t.AnsweredAt, t.NewMatter, t.Answer = transferAccepted, w.me, w.tx.Now, m.ID, in.Dispute
		if in.Dispute != "" {
			t.State = transferReportedUp
		}
		if err := w.tx.Change(t); err != nil {
			return err
		}
		if err := w.staffClue(m, in.Lead); err != nil {
			return err
		}
		if in.Dispute == "" {
			return nil
		}
		got, err := w.sendClue(m, &ClueTransfer{Step: TransferUp, Reason: in.Dispute, Identity: t.Identity})
		out.Approval = got.Approval
		return err
	})
	return out, err
}

// receive makes the office's own clue of one that was sent.
func (w *work) receive(t *store.Transfer, department int64) (*store.Matter, error) {
	old, err := w.Matter(t.MatterID)
	if err != nil {
		return nil, err
	}
	was, err := w.Clue(t.MatterID)
	if err != nil {
		return nil, err
	}
	if department == 0 {
		department = idOf(w.actor.Person.Department)
	} else if err := w.ownDepartment(department); err != nil {
		return nil, err
	}
	what, err := w.desk.told(&w.tx.View, was)
	if err != nil {
		return nil, err
	}
	c := &store.Clue{Channel: clue.OtherOffice.String(), ReceivedOn: w.today, Happened: was.Happened, What: was.What, Party: was.Party, Harm: was.Harm,
		Reporter: was.Reporter, OutsideNo: old.Number}
	m := &store.Matter{Title: old.Title, Field: old.Field, Region: old.Region, Place: old.Place, Major: old.Major, DepartmentID: department, Demo: old.Demo}
	var who *store.Identity
	steps := []string{"find", "accept-transfer"}
	if t.Identity {
		who, err = w.Identity(old.ID)
		switch {
		case pil.CodeOf(err) == pil.CodeNotFound:
			who = nil
		case err != nil:
			return nil, err
		default: // who answers the reporter is this office now
			c.Named = true
			steps = append(steps, "receive-report")
		}
	}
	if err := w.newClue(m, c, &clue.Identity{}, steps, nil); err != nil {
		return nil, err
	}
	if what != was.What { // sealed it came, sealed it stays
		if err := w.keepTold(m, c, what, store.Report{}); err != nil {
			return nil, err
		}
	}
	if who != nil { // as it is sealed: nobody opens it on the way
		if err := w.tx.Add(&store.Identity{MatterID: m.ID, Sealed: who.Sealed}); err != nil {
			return nil, err
		}
	}
	if err := w.copyFiles(old.ID, m.ID); err != nil {
		return nil, err
	}
	return m, w.tx.Add(&store.Link{Kind: LinkTransfer, FromID: old.ID, ToID: m.ID, Note: t.Reason, MadeBy: w.me, MadeAt: w.tx.Now})
}

// SentClue is a clue on its way between offices, with what its receiver may read
// before taking it in.
type SentClue struct {
	store.Transfer
	Number   string
	Title    string
	Field    string
	Place    string
	From, To string
	What     string
	Received pil.Day
	Files    int
}

// SentClues are the clues sent to the actor's office that wait to be taken in, and
// those the office has sent that nobody has taken in yet.
type SentClues struct {
	In, Out []SentClue
	Today   pil.Day
}

// ListTransfers lists the clues on their way to and from the actor's office.
func (d *Desk) ListTransfers(ctx context.Context, who Who) (out SentClues, err error) {
	err = d.ask(ctx, who, account.AcceptClue, target{}, func(l *look) error {
		out.Today = l.today
		in, err := l.TransfersTo(l.office, transferSent)
		if err != nil {
			return err
		}
		gone, err := l.TransfersFrom(l.office, transferSent, 200)
		if err != nil {
			return err
		}
		if out.In, err = l.sentClues(in); err != nil {
			return err
		}
		if out.Out, err = l.sentClues(gone); err != nil {
			return err
		}
		l.sawList("transfer", "", len(in)+len(gone))
		return nil
	})
	return out, err
}

func (l *look) sentClues(rows []store.Transfer) (out []SentClue, err error) {
	for _, t := range rows {
		m, err := l.Matter(t.MatterID)
		if err != nil {
			return nil, err
		}
		c, err := l.Clue(t.MatterID)
		if err != nil {
			return nil, err
		}
		files, err := l.Files(t.MatterID)
		if err != nil {
			return nil, err
		}
		s := SentClue{Transfer: t, Number: m.Number, Title: m.Title, Field: m.Field, Place: m.Place, What: c.What, Received: c.ReceivedOn, Files: len(files)}
		if s.From, s.To, err = l.endsOf(&t); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// endsOf are the names of who sent a clue and who gets it.
func (l *look) endsOf(t *store.Transfer) (from, to string, err error) {
	o, err := l.Office(t.FromOffice)
	if err != nil {
		return "", "", err
	}
	from, to = o.Name, t.Outside
	if t.ToOffice != 0 {
		if o, err = l.Office(t.ToOffice); err != nil {
			return "", "", err
		}
		to = o.Name
	}
	return from, to, nil
}
