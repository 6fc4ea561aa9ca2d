package desk

import (
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/store"
)

// tasksOf are the open tasks of a person.
func (b *bench) tasksOf(tb testing.TB, person int64) (texts []string) {
	tb.Helper()
	err := b.store.Read(tb.Context(), func(v *store.View) error {
		tasks, err := v.TasksFor(person)
		for i := range tasks {
			texts = append(texts, tasks[i].Text)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return texts
}

func (b *bench) remind(tb testing.TB, day string) int {
	tb.Helper()
	b.on(day)
	n, err := b.Remind(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// A limit becomes one task, three days before its last day and not earlier, for the
// lead; ticks that follow add nothing; one whose limit ended is done.
func TestRemind(t *testing.T) {
	b := newBench(t)
	trust := b.signing(t)
	b.sample(t) // the agency has until 2026-05-20 to reply (D07)
	before := b.remind(t, "2026-05-16")
	if got := b.remind(t, "2026-05-17"); got != 1 {
		t.Fatalf("three days before: %d tasks", got)
	}
	tasks := b.tasksOf(t, 1)
	if len(tasks) != before+1 || !strings.Contains(strings.Join(tasks, "\n"), "（D07），2026-05-20，城管局") {
		t.Errorf("tasks %q", tasks)
	}
	if got := b.remind(t, "2026-05-25"); got != 0 {
		t.Errorf("late, and reminded already: %d tasks", got)
	}
	b.write(t, &store.Event{MatterID: 1, Seq: 4, On: b.on("2026-05-25"), Track: "administrative", Step: "reply", Respondent: "城管局", By: "agency"})
	if _, err := b.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	b.remind(t, "2026-05-25")
	if tasks := b.tasksOf(t, 1); strings.Contains(strings.Join(tasks, "\n"), "D07") {
		t.Errorf("after the reply: %q", tasks)
	}
	if got := b.check(t, trust); len(got) > 0 {
		t.Errorf("the record: %v", got)
	}
}

// Where nobody leads a matter the head of its department is told, then a head of the
// office, then its chief; never one who has left.
func TestRemindWithoutLead(t *testing.T) {
	b := newBench(t)
	b.write(t, &store.Office{Name: "示例院", Level: "grassroots", Kind: "local", Path: "/1/"})
	people := []store.Person{
		{Login: "chief", Roles: account.Chief.String(), FromDay: 1}, {Login: "gone", Roles: account.Head.String(), DepartmentID: 5, FromDay: 1, UntilDay: 2},
		{Login: "other", Roles: account.Head.String(), DepartmentID: 6, FromDay: 1}, {Login: "head", Roles: account.Head.String(), DepartmentID: 5, FromDay: 1},
	}
	for i, want := range []int64{1, 1, 3, 4} {
		people[i].OfficeID, people[i].Name = 1, people[i].Login
		b.write(t, &people[i])
		err := b.store.Write(t.Context(), b.now, func(tx *store.Tx) error {
			got, err := reminded(tx, &store.Deadline{OfficeID: 1, DepartmentID: 5})
			if got != want {
				t.Errorf("with %s: told %d, want %d", people[i].Login, got, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Sessions that ran out are forgotten, others stay.
func TestSweep(t *testing.T) {
	b := newBench(t)
	b.write(t, &store.Office{Name: "示例院"}, &store.Person{Login: "li", OfficeID: 1})
	rule := account.OfficeRule()
	put := func(id string, begun, seen time.Duration) {
		err := b.store.Write(t.Context(), b.now, func(tx *store.Tx) error {
			return tx.PutSession(&store.Session{ID: id, PersonID: 1, BegunAt: store.MomentOf(b.now.Add(-begun)), SeenAt: store.MomentOf(b.now.Add(-seen))})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("fresh", time.Minute, time.Minute)
	put("quiet", time.Hour, rule.Idle+time.Minute)
	put("old", rule.Whole+time.Minute, time.Minute)
	if err := b.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := b.store.Read(t.Context(), func(v *store.View) error {
		for id, stays := range map[string]bool{"fresh": true, "quiet": false, "old": false} {
			if _, err := v.Session(id); (err == nil) != stays {
				t.Errorf("%s: %v", id, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
