package analysis

import (
	"context"
	"slices"
	"strings"
	"time"

	"shouhu/internal/table"
)

// oracle counts rows by maps, the way the rules are written and no other: it
// shares nothing with an engine, neither its reading of times nor its sums.
// tiers gives the tier of each row; nil is C for all.
func oracle(rows [][]string, mapped Roles, columns int, tiers func(row []string) int) *Counts {
	c := &Counts{}
	distinct := map[string]int{}
	timesOf := map[string]int64{}
	levels := map[Role]map[string]*bag{}
	for _, role := range mapped.Path() {
		levels[role] = map[string]*bag{}
	}
	all := &bag{}
	for _, row := range rows {
		var at *time.Time
		if mapped.Mapped(Time) && row[mapped[Time]] != "" {
			at = oracleTime(row[mapped[Time]])
			if at == nil {
				continue // rejected
			}
		}
		if row[mapped[Person]] == "" {
			continue
		}
		c.Rows++
		all.add(row[mapped[Person]], at)
		var path []string
		for _, role := range mapped.Path() {
			path = append(path, row[mapped[role]])
			key := strings.Join(path, "\x00")
			g := levels[role][key]
			if g == nil {
				g = &bag{path: slices.Clone(path)}
				levels[role][key] = g
			}
			g.add(row[mapped[Person]], at)
		}
		same := ""
		if mapped.Mapped(Time) {
			for role, i := range mapped {
				if i < 0 || Role(role) == Gender || Role(role) == Age {
					continue
				}
				if cell := row[i]; Role(role) == Time && at != nil {
					same += "\x00" + at.UTC().String() // the moment, however written
				} else {
					same += "\x00" + cell
				}
			}
		} else {
			same = strings.Join(row[:columns], "\x00")
		}
		tier := 0
		if tiers != nil {
			tier = tiers(row)
		}
		if was, ok := distinct[same]; ok {
			distinct[same] = max(was, tier)
			c.Duplicates++
			continue
		}
		distinct[same] = tier
		timesOf[row[mapped[Person]]]++
	}
	for _, tier := range distinct {
		c.Tiers[tier]++
	}
	c.Persons, c.Period = int64(len(all.persons)), all.period
	repeats := map[int64]int64{}
	for _, n := range timesOf {
		repeats[n]++
	}
	for times, persons := range repeats {
		c.Repeats = append(c.Repeats, Repeat{times, persons})
	}
	slices.SortFunc(c.Repeats, func(a, b Repeat) int { return int(a.Times - b.Times) })
	c.Orgs = groupsOf(levels, Org)
	c.Sites = groupsOf(levels, Site)
	c.Devices = groupsOf(levels, Device)
	return c
}

// bag is one group being counted.
type bag struct {
	path    []string
	rows    int64
	persons map[string]bool
	period  Period
}

func (b *bag) add(person string, at *time.Time) {
	if b.persons == nil {
		b.persons = map[string]bool{}
	}
	b.rows++
	b.persons[person] = true
	if at == nil {
		return
	}
	sec := at.Unix()
	if !b.period.Known || sec < b.period.From {
		b.period.From = sec
	}
	if !b.period.Known || sec > b.period.To {
		b.period.To = sec
	}
	b.period.Known = true
}

// oracleTime reads the two forms the tests write.
func oracleTime(s string) *time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05", "2006年1月2日 15:04:05", "2006/1/2 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, time.FixedZone("", 8*60*60)); err == nil {
			return &t
		}
	}
	return nil
}

func groupsOf(levels map[Role]map[string]*bag, role Role) (groups []Group) {
	for _, b := range levels[role] {
		g := Group{Path: b.path, Rows: b.rows, Persons: int64(len(b.persons)), Period: b.period}
		for _, s := range levels[Site] {
			if role == Org && slices.Equal(s.path[:1], b.path) {
				g.Sites++
			}
		}
		for _, d := range levels[Device] {
			if role != Device && slices.Equal(d.path[:len(b.path)], b.path) {
				g.Devices++
			}
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		for i := range a.Path {
			if c := strings.Compare(a.Path[i], b.Path[i]); c != 0 {
				return c
			}
		}
		return 0
	})
	return groups
}

// slow is an engine that keeps every row and asks the oracle.
type slow struct{}

func (slow) Count(ctx context.Context, set *table.Set, q Question) (*Counts, []table.Input, error) {
	var rows [][]string
	var tiers []int
	plan := table.Plan{Columns: q.Columns, Workers: 1, Reject: q.Reject, Progress: q.Progress}
	inputs, err := set.Read(ctx, plan, func(worker int, b *table.Batch) error {
		for i := range b.Len() {
			row := make([]string, len(q.Columns))
			for j := range row {
				row[j] = string(b.Cell(i, j))
			}
			var sec int64
			timed := false
			if at := q.Roles[Time]; at >= 0 && row[at] != "" {
				if sec, timed = table.ParseTime(b.Cell(i, at)); !timed {
					b.Reject(i, table.BadTime)
					continue
				}
				row[at] = time.Unix(sec, 0).In(time.FixedZone("", 8*60*60)).Format("2006-01-02 15:04:05")
			}
			if row[q.Roles[Person]] == "" {
				b.Reject(i, table.EmptyPerson)
				continue
			}
			tier := 0
			if q.Tier != nil {
				tier = int(q.Tier(b, i))
			}
			q.Seen(worker, b, i, sec, timed)
			rows, tiers = append(rows, row), append(tiers, tier)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	n := 0
	return oracle(rows, q.Roles, len(q.Columns), func([]string) int { n++; return tiers[n-1] }), inputs, nil
}
