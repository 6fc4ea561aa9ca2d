package nation

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Bench is a number of people at work at once on a country.
type Bench struct {
	Desk   *desk.Desk
	Store  *store.Store
	Users  int           // at once
	Time   time.Duration // after a tenth of it, in which nothing is measured
	Seed   uint64
	Pause  time.Duration // the mean of what passes between two things somebody does
	office []store.Office
}

// Taken is how long one operation took, over all its runs.
type Taken struct {
	Name          string
	Bar           time.Duration // of the 95th of a hundred
	N             int
	P50, P95, P99 time.Duration
	Max           time.Duration
}

// user is somebody at work, with what that person has open.
type user struct {
	who     desk.Who
	place   int // in staff
	cases   []int64
	clues   []int64
	covered bool // sees cases
}

// operation is one thing people do. It reports whether it did it.
type operation struct {
	name   string
	weight int
	bar    time.Duration
	do     func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error)
}

const (
	bar       = 100 * time.Millisecond
	barSearch = 200 * time.Millisecond
	barAlike  = 50 * time.Millisecond
)

var operations = []operation{
	{"list of cases", 14, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		return u.covered, b.list(ctx, u, store.MatterFilter{})
	}},
	{"list of clues", 8, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		if u.clues == nil {
			return false, nil
		}
		return true, b.list(ctx, u, store.MatterFilter{Kind: store.KindClue})
	}},
	{"list by next limit", 8, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		return u.covered, b.list(ctx, u, store.MatterFilter{ByDue: true})
	}},
	{"filtered list", 14, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		return u.covered, b.list(ctx, u, b.filter(r))
	}},
	{"far page of a list", 4, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		if len(u.cases) == 0 {
			return false, nil
		}
		return true, b.list(ctx, u, store.MatterFilter{AfterID: pick(r, u.cases)})
	}},
	{"open a case: history, limits, next steps", 20, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		if len(u.cases) == 0 {
			return false, nil
		}
		_, err := b.Desk.ShowCase(ctx, u.who, pick(r, u.cases))
		return true, err
	}},
	{"today", 10, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		_, err := b.Desk.Today(ctx, u.who)
		return true, err
	}},
	{"search, common words", 6, barSearch, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		return b.search(ctx, u, pick(r, common))
	}},
	{"search, rare words", 6, barSearch, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		return b.search(ctx, u, named(r.IntN(12000))+pick(r, []string{"", "", "餐馆", "超市", "养殖场", " 垃圾"}))
	}},
	{"search in a filtered list", 4, barSearch, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		f := b.filter(r)
		f.Words = strings.Fields(pick(r, common))
		return u.covered, b.list(ctx, u, f)
	}},
	{"likely duplicates of a clue", 8, barAlike, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		if len(u.clues) == 0 || u.place == assistantAt {
			return false, nil
		}
		_, err := b.Desk.SuggestDuplicates(ctx, u.who, pick(r, u.clues))
		return true, err
	}},
	{"a note on a case (write)", 2, bar, func(ctx context.Context, b *Bench, r *rand.Rand, u *user) (bool, error) {
		if len(u.cases) == 0 || u.place < leadAt || u.place >= leadAt+leads {
			return false, nil
		}
		return true, b.Desk.AddNote(ctx, u.who, pick(r, u.cases), "已电话联系，约定下周现场查看。")
	}},
}

// common are words that stand in many matters, of two to four characters; the
// last stand in few or none together.
var common = []string{"垃圾", "个人信息", "消防", "倾倒垃圾", "案", "食品安全", "路", "督促整治", "行政机关 垃圾", "人脸识别", "2025", "林业局 盲道", "未成年人", "水", "无人", "检察"}

func (b *Bench) list(ctx context.Context, u *user, f store.MatterFilter) error {
	_, err := b.Desk.ListMatters(ctx, u.who, f)
	return err
}

func (b *Bench) search(ctx context.Context, u *user, words string) (bool, error) {
	_, err := b.Desk.Search(ctx, u.who, words, 0)
	return u.covered || u.clues != nil, err
}

// filter draws what people filter by.
func (b *Bench) filter(r *rand.Rand) (f store.MatterFilter) {
	live := true
	for range 1 + r.IntN(3) {
		switch r.IntN(8) {
		case 0:
			f.Field = pickTrade(r).field.Zh()
		case 1:
			f.Live = &live
		case 2:
			f.State = pick(r, []string{"filed", "investigating", "served", "replied", "terminated", "sued", "consulting"})
		case 3:
			f.Track = pick(r, []string{"administrative", "civil"})
		case 4:
			f.Region = pick(r, b.office).Region
		case 5:
			f.From = Today - pil.Day(r.IntN(600))
			f.To = f.From + 90
		case 6:
			f.Due = Today + pil.Day(r.IntN(60))
		case 7:
			f.Phase = pick(r, []string{"inquiry", "pre-suit", "review", "court"})
		}
	}
	return f
}

// user draws somebody, and finds out what that person has.
func (b *Bench) user(ctx context.Context, r *rand.Rand) (*user, error) {
	var o store.Office
	want := account.Grassroots
	switch n := r.IntN(100); {
	case n < 2:
		want = account.Supreme
	case n < 6:
		want = account.Provincial
	case n < 16:
		want = account.City
	}
	for o = pick(r, b.office); o.Level != want.String(); {
		o = pick(r, b.office)
	}
	u := &user{place: pick(r, []int{leadAt, leadAt + 1, leadAt + 2, leadAt, assistantAt, headAt, chiefAt, clerkAt, clerkAt + 1})}
	if want == account.Supreme || want == account.Provincial {
		u.place = chiefAt
	}
	u.who.Person = person(o.ID, u.place)
	cases, err := b.Desk.ListMatters(ctx, u.who, store.MatterFilter{})
	if err == nil {
		u.covered = true
		for _, row := range cases.Rows {
			u.cases = append(u.cases, row.MatterID)
		}
	} else if pil.CodeOf(err) != pil.CodeForbidden {
		return nil, err
	}
	clues, err := b.Desk.ListMatters(ctx, u.who, store.MatterFilter{Kind: store.KindClue})
	if err != nil && pil.CodeOf(err) != pil.CodeForbidden {
		return nil, err
	}
	for _, row := range clues.Rows {
		u.clues = append(u.clues, row.MatterID)
	}
	return u, nil
}

// users are those who work, some of whom are there at any time.
func (b *Bench) users(ctx context.Context) (users []*user, err error) {
	err = b.Store.Read(ctx, func(v *store.View) (err error) {
		b.office, err = v.Offices()
		return err
	})
	r := rand.New(rand.NewPCG(b.Seed, 0))
	for range 12 * b.Users {
		if err != nil {
			return nil, err
		}
		var u *user
		if u, err = b.user(ctx, r); err == nil {
			users = append(users, u)
		}
	}
	return users, err
}

// Once has each thing done once, by the first who can; it names those that nobody
// could.
func (b *Bench) Once(ctx context.Context) (undone []string, err error) {
	users, err := b.users(ctx)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(b.Seed, 1))
	for k := range operations {
		done := false
		for _, u := range users {
			if done, err = operations[k].do(ctx, b, r, u); pil.CodeOf(err) == pil.CodeForbidden {
				done, err = false, nil
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", operations[k].name, err)
			}
			if done {
				break
			}
		}
		if !done {
			undone = append(undone, operations[k].name)
		}
	}
	return undone, nil
}

// Run has people work, and tells how long each operation took.
func (b *Bench) Run(ctx context.Context) ([]Taken, error) {
	users, err := b.users(ctx)
	if err != nil {
		return nil, err
	}
	took := make([][][]time.Duration, b.Users)
	errs := make([]error, b.Users)
	begin := time.Now()
	warm, end := begin.Add(b.Time/10), begin.Add(b.Time/10+b.Time)
	var wait sync.WaitGroup
	for n := range b.Users {
		took[n] = make([][]time.Duration, len(operations))
		wait.Go(func() { errs[n] = b.work(ctx, rand.New(rand.NewPCG(b.Seed, uint64(n+1))), users, took[n], warm, end) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	var out []Taken
	for k, op := range operations {
		var all []time.Duration
		for n := range took {
			all = append(all, took[n][k]...)
		}
		slices.Sort(all)
		t := Taken{Name: op.name, Bar: op.bar, N: len(all)}
		if len(all) > 0 {
			at := func(p int) time.Duration { return all[min(len(all)-1, len(all)*p/100)] }
			t.P50, t.P95, t.P99, t.Max = at(50), at(95), at(99), all[len(all)-1]
		}
		out = append(out, t)
	}
	return out, nil
}

func (b *Bench) work(ctx context.Context, r *rand.Rand, users []*user, took [][]time.Duration, warm, end time.Time) error {
	sum := 0
	for i := range operations {
		sum += operations[i].weight
	}
	for time.Now().Before(end) {
		u, n, k := pick(r, users), r.IntN(sum), 0
		for ; n >= operations[k].weight; k++ {
			n -= operations[k].weight
		}
		start := time.Now()
		did, err := operations[k].do(ctx, b, r, u)
		if pil.CodeOf(err) == pil.CodeForbidden {
			did, err = false, nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", operations[k].name, err)
		}
		if did && start.After(warm) {
			took[k] = append(took[k], time.Since(start))
		}
		if b.Pause > 0 {
			time.Sleep(time.Duration(r.ExpFloat64() * float64(b.Pause)))
		}
	}
	return nil
}
