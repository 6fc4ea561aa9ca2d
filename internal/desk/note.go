package desk

import (
	"context"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// AddNote adds a remark to a matter.
func (d *Desk) AddNote(ctx context.Context, who Who, matter int64, text string) error {
	return d.do(ctx, who, account.AddNote, target{matter: named(matter)}, func(w *work) error {
		if text = strings.TrimSpace(text); text == "" {
			return pil.Invalid("请写内容 (the note is empty)")
		}
		if len([]rune(text)) > maxText {
			return pil.Invalid("便签最多 %d 字 (note too long)", maxText)
		}
		return w.tx.Add(&store.Note{MatterID: matter, PersonID: w.me, MadeAt: w.tx.Now, Text: text})
	})
}

// NewTask is something somebody is to do.
type NewTask struct {
	Matter int64 // 0: of none
	For    int64 // 0: oneself
	Text   string
	Due    pil.Day // 0: none
}

// AddTask gives somebody a task: oneself, or those whose work one directs.
func (d *Desk) AddTask(ctx context.Context, who Who, in NewTask) error {
	if in.For == 0 {
		in.For = who.Person
	}
	return d.do(ctx, who, account.AddTask, target{matter: in.Matter, self: in.Matter == 0}, func(w *work) error {
		if in.Text = strings.TrimSpace(in.Text); in.Text == "" {
			return pil.Invalid("请写任务内容 (the task is empty)")
		}
		if len([]rune(in.Text)) > maxText {
			return pil.Invalid("任务最多 %d 字 (task too long)", maxText)
		}
		p, err := w.Person(in.For)
		if err != nil || p.OfficeID != w.office {
			return pil.Invalid("请选择本院人员 (choose somebody of this office)")
		}
		if in.Due != 0 && in.Due < w.today {
			return pil.Invalid("期限已经过去 (the day has passed)")
		}
		return w.tx.Add(&store.Task{MatterID: in.Matter, OfficeID: w.office, ForID: in.For, MadeBy: w.me, MadeAt: w.tx.Now, Text: in.Text, DueOn: in.Due})
	})
}

// CloseTask says that a task is done; done by mistake, it is open again.
func (d *Desk) CloseTask(ctx context.Context, who Who, task int64, done bool) error {
	var t *store.Task
	if err := d.store.Read(ctx, func(v *store.View) (err error) {
		t, err = v.Task(task)
		return err
	}); err != nil {
		return err
	}
	mine := t.ForID == who.Person || t.MadeBy == who.Person
	return d.do(ctx, who, account.CloseTask, target{matter: t.MatterID, office: t.OfficeID, self: mine}, func(w *work) error {
		t, err := w.Task(task)
		if err != nil {
			return err
		}
		t.DoneAt, t.DoneBy = 0, 0
		if done {
			t.DoneAt, t.DoneBy = w.tx.Now, w.me
		}
		return w.tx.Change(t)
	})
}
