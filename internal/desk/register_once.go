package desk

import (
	"context"
	"errors"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
)

// Registered is a clue that came in through RegisterOnce.
type Registered struct {
	Matter int64
	Number string
	Again  bool // the office had it already: nothing was written
}

// RegisterOnce is RegisterClue for a sender that may send a clue twice, not knowing
// whether it arrived. Where the office has a clue under the sender's own number,
// Order, with the same text, it is that clue; with another text it is a conflict
// Error. Without a number every call registers.
func (d *Desk) RegisterOnce(ctx context.Context, who Who, in NewClue) (out Registered, err error) {
	in.Order, in.once = strings.TrimSpace(in.Order), &out
	if in.Order != "" {
		err = d.ask(ctx, who, account.RegisterClue, target{}, func(l *look) error { return l.sentBefore(&in) })
		if err != nil || out.Again {
			return out, err
		}
	}
	id, err := d.RegisterClue(ctx, who, in)
	if errors.Is(err, errSentBefore) { // by another at the same time
		return out, nil
	}
	if err != nil {
		return Registered{}, err
	}
	out.Matter = id
	return out, nil
}

var errSentBefore = errors.New("sent before")

// firstTime stops what RegisterOnce was asked for where the clue is there already.
func (w *work) firstTime(in *NewClue) error {
	if in.once == nil || in.Order == "" {
		return nil
	}
	if err := w.tx.LockOffice(w.office); err != nil {
		return err
	}
	if err := w.sentBefore(in); err != nil {
		return err
	}
	if in.once.Again {
		return errSentBefore
	}
	return nil
}

// sentBefore looks for the clue under the sender's number.
func (l *look) sentBefore(in *NewClue) error {
	known, err := l.OrdersKnown(l.office, []string{in.Order})
	if err != nil || known[in.Order] == 0 {
		return err
	}
	c, err := l.Clue(known[in.Order])
	if err != nil {
		return err
	}
	m, err := l.Matter(c.MatterID)
	if err != nil {
		return err
	}
	if c.What != strings.TrimSpace(in.What) || c.Channel != in.Channel.String() {
		return &pil.Error{Code: pil.CodeConflict, Text: "这个编号已登记为 " + m.Number + "，内容不同；请换一个编号 (this number is taken by another text)"}
	}
	*in.once = Registered{Matter: m.ID, Number: m.Number, Again: true}
	return nil
}
