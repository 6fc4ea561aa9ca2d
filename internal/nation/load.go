package nation

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// Today is the day it is in the country, and firstDay that of its first clue.
var (
	Today    = pil.Date(2026, 11, 20)
	firstDay = pil.Date(2021, 7, 5)
)

// Now is the time of that day.
func Now() time.Time { return time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC) }

// Likeness keys the signatures.
var Likeness = []byte("national")

// At size 1 there are so many clues; of each twelve five became a case, so that
// seventeen matters follow each other.
const (
	clues      = 3_000_000
	round      = 12
	casesIn    = 5
	batchUnits = 200 * round
)

// Rare is a word that stands in one clue alone, and RareIn which.
const Rare = "麒麟纹琉璃瓦"

// Country is what is to be made.
type Country struct {
	Size  float64
	Seed  uint64
	Law   *statute.Law
	Check int                          // every so many units docket.Permit is asked; 0: never
	Told  func(what string, n, of int) // progress
	Timed func(what string, took time.Duration)

	places []place
	lawID  int64
	units  int
}

// Made is what was made.
type Made struct {
	Offices, People, Clues, Cases, Events, Rows int
	Bands                                       int
	RareIn                                      int64 // the clue that Rare stands in
}

// unit is one clue and, of some, its case.
type unit struct {
	n          int
	clue, file int64 // ids; file 0: no case came of it
}

func (c *Country) unit(n int) unit {
	u := unit{n: n, clue: int64(n/round*(round+casesIn) + 1)}
	for k := range n % round {
		u.clue++
		if filed(k) {
			u.clue++
		}
	}
	if filed(n % round) {
		u.file = u.clue + 1
	}
	return u
}

// filed spreads the cases over a round.
func filed(k int) bool { return k*casesIn%round < casesIn }

// Load fills an empty store.
func (c *Country) Load(ctx context.Context, s *store.Store) (m Made, err error) {
	c.units = max(round, int(clues*c.Size)/round*round)
	c.places = offices(c.Size)
	start := time.Now()
	step := func(what string) {
		if c.Timed != nil {
			c.Timed(what, time.Since(start))
		}
		start = time.Now()
	}
	if err := c.found(ctx, s, &m); err != nil {
		return m, err
	}
	var all []bands
	err = s.MoveIn(ctx, func() error {
		if all, err = c.matters(ctx, s, &m); err != nil {
			return err
		}
		step("matters, events, projections, search")
		if err := saveBands(ctx, s, all); err != nil {
			return err
		}
		m.Bands = len(all)
		step("bands")
		return nil
	})
	step("references, indexes, statistics")
	m.RareIn = c.unit(c.units / 2).clue
	return m, err
}

func entry() audit.Entry {
	return audit.Entry{Actor: "init", Office: "1", Action: "move_in", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "office", ID: "1"}}
}

// found saves offices and people, and the law's number.
func (c *Country) found(ctx context.Context, s *store.Store, m *Made) error {
	b := s.NewBulk()
	for i := range c.places {
		o := c.places[i].office
		if err := b.Add(&o, &store.Department{ID: o.ID, OfficeID: o.ID, Name: "公益诉讼检察部"}); err != nil {
			return err
		}
		for _, p := range people(&o) {
			m.People++
			if err := b.Add(p); err != nil {
				return err
			}
		}
	}
	m.Offices = len(c.places)
	return s.Write(ctx, Now(), func(tx *store.Tx) (err error) {
		if c.lawID, err = tx.LawID(c.Law.Hash); err != nil {
			return err
		}
		if err := tx.Save(b); err != nil {
			return err
		}
		return tx.Record(entry())
	})
}

// bands are one band of one clue; sorted they are saved fastest.
type bands struct {
	key  uint64
	clue int64
}

// made is a batch made ready.
type made struct {
	bulk  *store.Bulk
	bands []bands
	Made
	err error
}

// matters makes batches on all cores and saves them in their order.
func (c *Country) matters(ctx context.Context, s *store.Store, m *Made) (all []bands, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan chan made, runtime.GOMAXPROCS(0))
	go func() {
		defer close(queue)
		for first := 0; first < c.units; first += batchUnits {
			one := make(chan made, 1)
			select {
			case queue <- one:
			case <-ctx.Done():
				return
			}
			go func() { one <- c.batch(s, first, min(first+batchUnits, c.units)) }()
		}
	}()
	for one := range queue {
		x := <-one
		if x.err != nil {
			return nil, x.err
		}
		err := s.Write(ctx, Now(), func(tx *store.Tx) error {
			if err := tx.Save(x.bulk); err != nil {
				return err
			}
			return tx.Record(entry())
		})
		if err != nil {
			return nil, err
		}
		all = append(all, x.bands...)
		m.Clues, m.Cases, m.Events, m.Rows = m.Clues+x.Clues, m.Cases+x.Cases, m.Events+x.Events, m.Rows+x.bulk.Rows()
		if c.Told != nil {
			c.Told("clues", m.Clues, c.units)
		}
	}
	return all, nil
}

func saveBands(ctx context.Context, s *store.Store, all []bands) error {
	slices.SortFunc(all, func(a, b bands) int {
		return cmp.Or(cmp.Compare(int64(a.key), int64(b.key)), cmp.Compare(a.clue, b.clue))
	})
	all = slices.Compact(all)
	for len(all) > 0 {
		b := s.NewBulk()
		n := min(len(all), 500_000)
		for _, x := range all[:n] {
			if err := b.Band(x.key, x.clue); err != nil {
				return err
			}
		}
		all = all[n:]
		if err := s.Write(ctx, Now(), func(tx *store.Tx) error { return tx.Save(b) }); err != nil {
			return err
		}
	}
	return nil
}

// batch makes units ready.
func (c *Country) batch(s *store.Store, from, to int) (out made) {
	out.bulk = s.NewBulk()
	for n := from; n < to; n++ {
		if out.err = c.make(c.unit(n), &out); out.err != nil {
			out.err = fmt.Errorf("unit %d: %w", n, out.err)
			return out
		}
	}
	return out
}

// make makes a clue and the case it became.
func (c *Country) make(u unit, out *made) error {
	r := rand.New(rand.NewPCG(c.Seed, uint64(u.n)))
	at := &c.places[c.office(r)]
	sc := newScene(r, at.county)
	day := firstDay + pil.Day(int64(Today-firstDay)*int64(u.n)/int64(c.units))
	w := &clueFiled
	if u.file == 0 {
		w = pickWay(r, clueWays)
	}
	told := sc.told(r)
	if u.n == c.units/2 {
		told += "现场遗留" + Rare + "一块。"
	}
	m := c.matter(u.clue, store.KindClue, at, &sc, day)
	m.Title, m.Number = cutText(told, 24), fmt.Sprintf("线索〔%d〕%d号", day.Year(), u.n+1)
	row := &store.Clue{MatterID: u.clue, Channel: pick(r, clue.Channels()).String(), ReceivedOn: day, What: told, Party: sc.firm, Harm: sc.fill(r, pick(r, sc.step)), Assessment: []byte("{}")}
	lead := leadAt + r.IntN(leads)
	if err := c.sign(m, row, out); err != nil {
		return err
	}
	if err := out.bulk.Add(row); err != nil {
		return err
	}
	out.Clues++
	events := w.walk(r, day, Today, []string{""})
	if err := c.save(m, events, row, out, person(at.office.ID, lead)); err != nil || u.file == 0 {
		return err
	}
	if last := events[len(events)-1]; last.Step == "file" {
		return c.open(r, u, at, &sc, last.On, lead, out)
	}
	return nil // it is going to become a case
}

// open makes the case a clue became.
func (c *Country) open(r *rand.Rand, u unit, at *place, sc *scene, day pil.Day, lead int, out *made) error {
	m := c.matter(u.file, store.KindCase, at, sc, day)
	m.Title, m.Summary = sc.fill(r, pick(r, sc.title)), sc.opinion(r)
	m.Number = fmt.Sprintf("公益立〔%d〕%d号", day.Year(), u.file)
	if r.IntN(4) > 0 {
		m.National = fmt.Sprintf("J%s%d%07d", at.office.Region, day.Year(), u.file)
	}
	w := pickWay(r, caseWays)
	names := []string{sc.firm}
	if w.track == "administrative" {
		if names[0] = sc.agency; sc.second != sc.agency && r.IntN(8) == 0 {
			names = append(names, sc.second)
		}
	}
	events := w.walk(r, day, Today, names)
	me, helper := person(at.office.ID, lead), person(at.office.ID, assistantAt)
	for i := range events {
		if events[i].Facts.People != nil {
			events[i].Facts.People = []int64{me, helper}
		}
	}
	out.Cases++
	if err := c.save(m, events, nil, out, me, helper); err != nil {
		return err
	}
	rows := []store.Row{&store.Link{ID: u.file, Kind: desk.LinkClue, FromID: u.clue, ToID: u.file, MadeBy: me}}
	for i, name := range names {
		rows = append(rows, &store.Party{ID: u.file*2 + int64(i), MatterID: u.file, Kind: "agency", Part: "respondent", Name: name})
	}
	last := &events[len(events)-1]
	for i := range events {
		e := &events[i]
		switch {
		case e.Step == "decide-recommend":
			for k, text := range sc.step {
				rows = append(rows, &store.Demand{ID: u.file*16 + int64(e.Seq%5*3+k), MatterID: u.file, EventSeq: e.Seq, Respondent: e.Respondent, N: k + 1, Text: text})
			}
		case e.Step == "record-recommendation" && e.Respondent == names[0] && at.office.ParentID != 0:
			f := &store.Filing{ID: u.file, MatterID: u.file, EventSeq: e.Seq, FromOffice: at.office.ID, ToOffice: at.office.ParentID, Title: m.Title, SentOn: e.On, SentBy: me}
			if e.On < Today-30 {
				f.ReceivedOn, f.ReceivedBy = e.On+5, person(at.office.ParentID, headAt)
			}
			rows = append(rows, f)
		case e == last && e.Step == "terminate":
			v := &store.Visit{ID: u.file, MatterID: u.file, PlannedOn: e.On.AddMonths(3), Checklist: []store.Check{{What: "问题是否反弹"}}, MadeBy: me}
			if v.PlannedOn < Today-40 || v.PlannedOn < Today && r.IntN(3) > 0 {
				v.DoneOn, v.Outcome, v.DoneBy, v.People = v.PlannedOn, desk.Holds, me, fmt.Sprint(me, " ", helper)
			}
			rows = append(rows, v)
		}
	}
	if last.On > Today-20 && r.IntN(3) == 0 {
		rows = append(rows, &store.Task{ID: u.file, MatterID: u.file, OfficeID: at.office.ID, ForID: helper, MadeBy: me, Text: "整理卷宗材料", DueOn: last.On + 25},
			&store.Approval{ID: u.file, MatterID: u.file, OfficeID: at.office.ID, DepartmentID: at.office.ID, Kind: string(desk.KindStep), Subject: last.Step, Title: "提出办案意见",
				Body: []byte(`{}`), Proposer: me, Review: true, Deciders: "chief", State: []string{"review", "decision"}[r.IntN(2)]},
			&store.ApprovalMove{ApprovalID: u.file, N: 1, PersonID: me, Role: account.Prosecutor.String(), Move: "propose", Opinion: "拟同意"})
	}
	return out.bulk.Add(rows...)
}

// office draws an office: counties have most of the work.
func (c *Country) office(r *rand.Rand) int {
	for {
		i := r.IntN(len(c.places))
		switch c.places[i].office.Level {
		case account.Grassroots.String():
			return i
		case account.City.String():
			if r.IntN(2) == 0 {
				return i
			}
		case account.Provincial.String():
			if r.IntN(3) == 0 {
				return i
			}
		}
	}
}

func (c *Country) matter(id int64, kind string, at *place, sc *scene, day pil.Day) *store.Matter {
	return &store.Matter{ID: id, Kind: kind, OfficeID: at.office.ID, DepartmentID: at.office.ID, Field: sc.field.Zh(), Region: at.office.Region, Place: sc.place,
		MadeBy: person(at.office.ID, clerkAt), MadeAt: morning(day), Version: 1}
}

// save makes a matter ready with its events, who works on it, its projection and
// what search keeps.
func (c *Country) save(m *store.Matter, events []store.Event, row *store.Clue, out *made, on ...int64) error {
	m.Version = len(events)
	rows := []store.Row{m}
	for i := range events {
		e := &events[i]
		e.MatterID, e.LawID, e.PersonID, e.RecordedAt = m.ID, c.lawID, on[0], morning(e.On)
		rows = append(rows, e)
	}
	out.Events += len(events)
	var assigned []store.Assignment
	for i, p := range on {
		role := account.Prosecutor
		if i > 0 {
			role = account.Assistant
		}
		assigned = append(assigned, store.Assignment{ID: m.ID*2 + int64(i), MatterID: m.ID, PersonID: p, Role: role.String(), Lead: i == 0, MadeBy: m.MadeBy})
	}
	for i := range assigned {
		rows = append(rows, &assigned[i])
	}
	if err := out.bulk.Add(rows...); err != nil {
		return err
	}
	if c.Check > 0 && m.ID%int64(c.Check) == 0 {
		if err := Lawful(c.Law, m.Field, m.Region, events); err != nil {
			return err
		}
	}
	p, err := desk.ProjectFrom(c.Law, m, events, assigned)
	if err != nil {
		return err
	}
	text := store.Text{Title: m.Title, Number: m.Number, National: m.National, Place: m.Place, Summary: m.Summary, Path: c.places[m.OfficeID-1].office.Path}
	if row != nil {
		text.What, text.Party, text.Harm = row.What, row.Party, row.Harm
	}
	return out.bulk.Project(p, text, on...)
}

func (c *Country) sign(m *store.Matter, row *store.Clue, out *made) error {
	s := clue.Sign(row.What, clue.Key(binary.LittleEndian.Uint64(Likeness)))
	body, err := s.AppendBinary(nil)
	if err != nil {
		return err
	}
	for _, k := range s.Bands() {
		out.bands = append(out.bands, bands{k, m.ID})
	}
	return out.bulk.Sign(&store.Signature{MatterID: m.ID, Region: m.Region, ReceivedOn: row.ReceivedOn, Body: body, Place: m.Place, Happened: row.Happened})
}

// morning is nine o'clock of a day.
func morning(day pil.Day) store.Moment {
	return store.Moment(int64(day-pil.Date(1970, 1, 1))*86400 + 3600)
}

func cutText(s string, n int) string {
	r := []rune(s)
	return string(r[:min(len(r), n)])
}
