package desk

import (
	"context"
	"errors"
	"fmt"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// clockwork is the actor of the record for what the office does without anybody
// asking. It is no person, has no powers, and does nothing but what stands here.
const clockwork = "clock"

const (
	remindAhead = 3   // days before a limit's last day
	remindPage  = 100 // tasks one transaction makes
)

// Remind makes a task of each limit that is due within three days or late: one for
// each limit and last day, for whoever leads the matter, else for the head of its
// department. Tasks of limits that run no more are done. Doing it again does
// nothing.
func (d *Desk) Remind(ctx context.Context) (made int, err error) {
	for {
		n, err := d.remindSome(ctx)
		if err != nil {
			return made, err
		}
		if made += n; n == 0 {
			return made, d.settleReminders(ctx)
		}
	}
}

// errNothing ends a transaction that has nothing to write.
var errNothing = pil.NotFound("nothing")

// remindSome makes the tasks of one office, or of as many as one transaction may.
func (d *Desk) remindSome(ctx context.Context) (made int, err error) {
	err = d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
		made = 0
		due, err := tx.Unreminded(pil.DayOf(tx.Now.Time())+remindAhead, []string{string(statute.KeepAtLeast)}, remindPage)
		if err != nil {
			return audit.Entry{}, err
		}
		if len(due) == 0 {
			return audit.Entry{}, errNothing
		}
		office := due[0].OfficeID
		for i := range due {
			l := &due[i]
			if l.OfficeID != office {
				break
			}
			for_, err := reminded(tx, l)
			if err != nil {
				return audit.Entry{}, err
			}
			task := &store.Task{MatterID: l.MatterID, OfficeID: office, ForID: for_, MadeAt: tx.Now, DueOn: l.DueOn, Text: d.reminder(l)}
			if err := tx.Add(task); err != nil {
				return audit.Entry{}, err
			}
			made++
			if err := tx.AddReminder(&store.Reminder{MatterID: l.MatterID, Track: l.Track, Respondent: l.Respondent, LimitID: l.LimitID,
				StartOn: l.StartOn, DueOn: l.DueOn, TaskID: task.ID}); err != nil {
				return audit.Entry{}, err
			}
		}
		return audit.Entry{Actor: clockwork, Office: idText(office), Action: "remind_limits", Subject: officeSubject(office)}, nil
	})
	if errors.Is(err, errNothing) {
		return 0, nil
	}
	return made, err
}

// reminder is what a task says: the limit and whom it binds, no more.
func (d *Desk) reminder(l *store.Deadline) string {
	name := l.LimitID
	if m := d.law.Limit(l.LimitID); m != nil {
		name = m.Zh
	}
	text := fmt.Sprintf("期限将满：%s（%s），%s", name, l.LimitID, l.DueOn)
	if l.Respondent != "" {
		text += "，" + l.Respondent
	}
	return text
}

// reminded is who is told: the lead, else the head of the matter's department, else
// a head of the office, else its chief.
func reminded(tx *store.Tx, l *store.Deadline) (int64, error) {
	if l.LeadID != 0 {
		return l.LeadID, nil
	}
	people, err := tx.People(l.OfficeID)
	if err != nil {
		return 0, err
	}
	var best, rank int64
	for i := range people {
		p := staff(&people[i])
		if !p.Active(tx.Now.Time()) {
			continue
		}
		n := int64(0)
		switch {
		case p.Roles.Has(account.Head) && people[i].DepartmentID == l.DepartmentID:
			n = 3
		case p.Roles.Has(account.Head):
			n = 2
		case p.Roles.Has(account.Chief):
			n = 1
		}
		if n > rank {
			best, rank = people[i].ID, n
		}
	}
	return best, nil
}

// settleReminders marks as done the tasks of limits that run no more.
func (d *Desk) settleReminders(ctx context.Context) error {
	for {
		err := d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
			rows, tasks, err := tx.Settled(remindPage)
			if err != nil {
				return audit.Entry{}, err
			}
			if len(tasks) == 0 {
				return audit.Entry{}, errNothing
			}
			office := tasks[0].OfficeID
			for i := range tasks {
				t := &tasks[i]
				if t.OfficeID != office {
					continue
				}
				t.DoneAt = tx.Now
				if err := tx.Change(t); err != nil {
					return audit.Entry{}, err
				}
				for j := range rows {
					if rows[j].TaskID != t.ID {
						continue
					}
					if err := tx.RemoveReminder(&rows[j]); err != nil { // should it run again, it is told again
						return audit.Entry{}, err
					}
				}
			}
			return audit.Entry{Actor: clockwork, Office: idText(office), Action: "settle_reminders", Subject: officeSubject(office)}, nil
		})
		if errors.Is(err, errNothing) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Sweep forgets sessions that have run out.
func (d *Desk) Sweep(ctx context.Context) error {
	now, rule := d.clock(), d.rule()
	return d.store.Write(ctx, now, func(tx *store.Tx) error {
		if err := tx.EndSessionsBefore(store.MomentOf(now.Add(-rule.Whole))); err != nil {
			return err
		}
		return tx.EndQuietSessions(store.MomentOf(now.Add(-rule.Idle)))
	})
}
