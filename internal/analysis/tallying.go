package analysis

import (
	"context"
	"crypto/rand"
	"os"
	"slices"

	"shouhu/internal/table"
	"shouhu/internal/tally"
)

// Tally is the counting engine of the house: it counts in this process, under
// Question.Memory with the help of temporary files.
type Tally struct {
	// Temp is the folder for temporary files; the machine's own where empty. The
	// files have no name and hold nothing that can be read.
	Temp string
}

// Count reads the set and counts it.
func (e Tally) Count(ctx context.Context, set *table.Set, q Question) (*Counts, []table.Input, error) {
	spec := tally.Spec{
		Person: q.Roles[Person], Time: q.Roles[Time], Class: q.Tier, Seen: q.Seen,
		Workers: max(q.Workers, 1), Memory: q.Memory, Spill: e.spill,
	}
	for _, role := range q.Roles.Path() {
		spec.Path = append(spec.Path, q.Roles[role])
	}
	for _, i := range q.Compared {
		if i != spec.Person && i != spec.Time && !slices.Contains(spec.Path, i) {
			spec.Others = append(spec.Others, i)
		}
	}
	plan := table.Plan{Columns: q.Columns, Workers: spec.Workers, Reject: q.Reject}
	if q.Progress != nil {
		size := set.Size()
		tell := func(p tally.Progress) { q.Progress(size*p.Permille()/1000, p.Rows) }
		plan.Progress = func(bytes, rows int64) { tell(tally.Progress{Done: bytes, Total: size, Rows: rows}) }
		spec.Progress = tell
	}
	if _, err := rand.Read(spec.Key[:]); err != nil {
		return nil, nil, err
	}
	c, err := tally.New(spec)
	if err != nil {
		return nil, nil, err
	}
	defer c.Close()
	inputs, err := set.Read(ctx, plan, c.Add)
	if err != nil {
		return nil, nil, err
	}
	r, err := c.Result(ctx)
	if err != nil {
		return nil, nil, err
	}
	return countsOf(r, q.Roles), inputs, nil
}

// spill makes a file without a name: nothing is left of it however the process
// ends.
func (e Tally) spill() (tally.File, error) {
	f, err := os.CreateTemp(e.Temp, "shouhu-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close() // of no use with a name
		return nil, err
	}
	return f, nil
}

// countsOf says what the tally counted as every engine says it.
func countsOf(r *tally.Result, mapped Roles) *Counts {
	c := &Counts{Rows: r.Rows, Duplicates: r.DuplicateRows, Persons: r.Persons, Period: Period(r.Period)}
	for i, role := range mapped.Path() {
		groups := make([]Group, 0, len(r.Levels[i]))
		for _, g := range r.Levels[i] {
			group := Group{Path: g.Name, Rows: g.Rows, Persons: g.Persons, Period: Period(g.Period)}
			for j, below := range mapped.Path()[i+1:] {
				switch below {
				case Site:
					group.Sites = g.Below[j]
				case Device:
					group.Devices = g.Below[j]
				}
			}
			groups = append(groups, group)
		}
		switch role {
		case Org:
			c.Orgs = groups
		case Site:
			c.Sites = groups
		case Device:
			c.Devices = groups
		}
	}
	for _, n := range r.Repeats {
		c.Repeats = append(c.Repeats, Repeat(n))
	}
	copy(c.Tiers[:], r.Classes)
	return c
}
