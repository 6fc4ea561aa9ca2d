package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/pil"
)

// Closing says that somebody's service ends.
type Closing struct {
	Person int64
	Until  pil.Day // the last day of service; 0 opens the account again
}

// ClosePerson ends somebody's service after a day, and says how many matters and
// tasks are still with that person: they go to others by HandOverMatters. The last
// administrator and the chief stay until there is another.
func (d *Desk) ClosePerson(ctx context.Context, who Who, in Closing) (left int, err error) {
	err = d.do(ctx, who, account.ClosePerson, ofPerson(in.Person), func(w *work) error {
		if err := w.tx.LockStaff(w.office); err != nil { // two administrators may close each other
			return err
		}
		p, err := w.Person(in.Person)
		if err != nil {
			return err
		}
		roles := staff(p).Roles
		if in.Until != 0 && roles.Has(account.Chief) {
			return pil.Invalid("须先由他人接任检察长 (somebody has to succeed the chief first)")
		}
		if in.Until != 0 && roles.Has(account.Administrator) {
			other, err := holder(&w.look, p.OfficeID, account.Administrator, p.ID)
			if err != nil {
				return err
			}
			if other == nil {
				return pil.Invalid("这是最后一名系统管理员，须先有另一名 (the last administrator)")
			}
		}
		p.UntilDay = in.Until
		if err := staff(p).Check(); err != nil {
			return err
		}
		if in.Until != 0 && in.Until < w.today {
			if err := w.tx.EndSessionsOf(p.ID); err != nil {
				return err
			}
		}
		held, err := w.AssignmentsOf(p.ID)
		if err != nil {
			return err
		}
		tasks, err := w.TasksFor(p.ID)
		if err != nil {
			return err
		}
		left = len(held) + len(tasks)
		if err := takeBackKeys(w.tx, p, w.now); err != nil {
			return err
		}
		return w.tx.Change(p)
	})
	return left, err
}
