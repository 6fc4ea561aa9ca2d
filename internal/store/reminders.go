package store

import (
	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// Reminder says that a limit's coming due was made a task.
type Reminder struct {
	bun.BaseModel `bun:"reminders"`
	MatterID      int64   `bun:"matter_id,pk"`
	Track         string  `bun:"track,pk"`
	Respondent    string  `bun:"respondent,pk"`
	LimitID       string  `bun:"limit_id,pk"`
	StartOn       pil.Day `bun:"start_on,pk"`
	DueOn         pil.Day `bun:"due_on,pk"`
	TaskID        int64   `bun:"task_id"`
}

// sameLimit ties a reminder r to the deadline d it was about.
const sameLimit = `r.matter_id = d.matter_id AND r.track = d.track AND r.respondent = d.respondent
	AND r.limit_id = d.limit_id AND r.start_on = d.start_on AND r.due_on = d.due_on`

// Unreminded are limits that run, are due on a day or before, and were not reminded
// of, by office. Limits of the kinds named are left out.
func (v *View) Unreminded(by pil.Day, without []string, most int) ([]Deadline, error) {
	var rows []Deadline
	err := v.db.NewSelect().Model(&rows).ModelTableExpr("deadlines AS d").ColumnExpr("d.*").
		Where("d.ended_on = 0 AND d.due_on <= ? AND d.kind NOT IN (?)", by, bun.List(without)).
		Where("NOT EXISTS (SELECT 1 FROM reminders r WHERE " + sameLimit + ")").
		OrderExpr("d.office_id, d.due_on, d.matter_id, d.n").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// Settled are reminders, with their open tasks, of limits that run no more.
func (v *View) Settled(most int) ([]Reminder, []Task, error) {
	var rows []Reminder
	err := v.db.NewSelect().Model(&rows).ModelTableExpr("reminders AS r").ColumnExpr("r.*").
		Where("EXISTS (SELECT 1 FROM tasks t WHERE t.id = r.task_id AND t.done_at = 0)").
		Where("NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.ended_on = 0 AND " + sameLimit + ")").
		OrderExpr("r.task_id").Limit(int64(most)).Scan(v.ctx)
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].TaskID
	}
	tasks, err := all[Task](v, "id", "id IN (?)", bun.List(ids))
	return rows, tasks, err
}

// AddReminder notes that a limit was reminded of.
func (tx *Tx) AddReminder(row *Reminder) error { return insert(tx, []Reminder{*row}) }

// RemoveReminder forgets that a limit was reminded of.
func (tx *Tx) RemoveReminder(row *Reminder) error {
	_, err := tx.tx.NewDelete().Model(row).WherePK().Exec(tx.ctx)
	return err
}
