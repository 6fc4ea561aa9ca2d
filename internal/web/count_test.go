package web

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"shouhu/internal/analysis"
	"shouhu/internal/table"
)

// plainCount counts small tables the obvious way.
type plainCount struct{}

type plainGroup struct {
	analysis.Group
	persons, sites, devices map[string]bool
}

func (plainCount) Count(ctx context.Context, set *table.Set, q analysis.Question) (*analysis.Counts, []table.Input, error) {
	var mu sync.Mutex
	c := &analysis.Counts{}
	levels := []map[string]*plainGroup{{}, {}, {}}
	path := []analysis.Role{analysis.Org, analysis.Site, analysis.Device}
	times, tiers := map[string]int64{}, map[string]uint8{}
	person := map[string]map[string]bool{}
	wide := func(p *analysis.Period, sec int64) {
		if !p.Known {
			*p = analysis.Period{From: sec, To: sec, Known: true}
		}
		p.From, p.To = min(p.From, sec), max(p.To, sec)
	}
	inputs, err := set.Read(ctx, table.Plan{Columns: q.Columns, Reject: q.Reject, Progress: q.Progress}, func(worker int, b *table.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for row := range b.Len() {
			cell := func(r analysis.Role) string {
				if !q.Roles.Mapped(r) {
					return ""
				}
				return string(b.Cell(row, q.Roles[r]))
			}
			who := cell(analysis.Person)
			if who == "" {
				b.Reject(row, table.EmptyPerson)
				continue
			}
			sec, timed := int64(0), false
			if t := cell(analysis.Time); t != "" {
				if sec, timed = table.ParseTime([]byte(t)); !timed {
					b.Reject(row, table.BadTime)
					continue
				}
			}
			var all []string
			for _, i := range q.Compared {
				all = append(all, string(b.Cell(row, i)))
			}
			key, tier := strings.Join(all, "\x00"), uint8(0)
			if q.Tier != nil {
				tier = q.Tier(b, row)
			}
			if _, ok := tiers[key]; ok {
				c.Duplicates++
			} else if times[who]++; person[who] == nil {
				person[who] = map[string]bool{}
			}
			tiers[key] = max(tiers[key], tier)
			c.Rows++
			if timed {
				wide(&c.Period, sec)
			}
			var at []string
			var over []*plainGroup
			for l, r := range path {
				if !q.Roles.Mapped(r) {
					continue
				}
				at = append(at, cell(r))
				k := strings.Join(at, "\x00")
				if levels[l][k] == nil {
					levels[l][k] = &plainGroup{Group: analysis.Group{Path: slices.Clone(at)}, persons: map[string]bool{}, sites: map[string]bool{}, devices: map[string]bool{}}
				}
				g := levels[l][k]
				g.Rows++
				g.persons[who] = true
				if timed {
					wide(&g.Period, sec)
				}
				for _, o := range over {
					if r == analysis.Site {
						o.sites[k] = true
					} else {
						o.devices[k] = true
					}
				}
				over = append(over, g)
			}
			if q.Seen != nil {
				q.Seen(worker, b, row, sec, timed)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	c.Persons = int64(len(times))
	for _, t := range tiers {
		c.Tiers[t]++
	}
	repeats := map[int64]int64{}
	for _, n := range times {
		repeats[n]++
	}
	for _, n := range slices.Sorted(maps.Keys(repeats)) {
		c.Repeats = append(c.Repeats, analysis.Repeat{Times: n, Persons: repeats[n]})
	}
	for l, to := range []*[]analysis.Group{&c.Orgs, &c.Sites, &c.Devices} {
		for _, k := range slices.Sorted(maps.Keys(levels[l])) {
			g := levels[l][k]
			g.Persons, g.Sites, g.Devices = int64(len(g.persons)), int64(len(g.sites)), int64(len(g.devices))
			*to = append(*to, g.Group)
		}
	}
	return c, inputs, nil
}
