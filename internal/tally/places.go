package tally

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
)

// places are the groups of all workers under common numbers. A place is what one
// row's cells name together; it lies in one group of each grouping. Places are
// numbered in the order of their names, those of Path first, so the places of
// one shop or device are neighbours.
type places struct {
	groupings int
	levels    int
	lists     [][]Group  // by grouping: the levels, then By
	seats     int        // groups of all groupings
	groups    []uint32   // by place and grouping: the seat of the group
	path      []uint32   // by place: the deepest level's group, for duplicates
	common    [][]uint32 // by worker and the worker's own code: the place
}

// merge brings the workers' dictionaries together.
func (c *Counter) merge() *places {
	type named struct {
		name []string
		sum  group
	}
	all := map[string]*named{}
	for i := range c.workers {
		for _, g := range c.workers[i].groups {
			n := all[g.key]
			if n == nil {
				n = &named{name: cells(g.key, len(c.columns)), sum: group{key: g.key}}
				all[g.key] = n
			}
			n.sum.rows += g.rows
			n.sum.join(g.Period)
		}
	}
	order := slices.SortedFunc(maps.Values(all), func(a, b *named) int { return slices.Compare(a.name, b.name) })
	place := make(map[string]uint32, len(order))
	for i, n := range order {
		place[n.sum.key] = uint32(i)
	}

	p := &places{levels: len(c.spec.Path), groupings: len(c.spec.Path) + len(c.spec.By), path: make([]uint32, len(order))}
	for i := range c.workers {
		own := make([]uint32, len(c.workers[i].groups))
		for code, g := range c.workers[i].groups {
			own[code] = place[g.key]
		}
		p.common = append(p.common, own)
	}

	p.groups = make([]uint32, len(order)*p.groupings)
	for g := range p.groupings {
		columns := c.grouping(g)
		key := func(n *named) []string {
			name := make([]string, len(columns))
			for i, col := range columns {
				name[i] = n.name[col]
			}
			return name
		}
		of := map[string]*Group{}
		keys := make([]string, len(order))
		for i, n := range order {
			name := key(n)
			keys[i] = joined(name)
			group := of[keys[i]]
			if group == nil {
				group = &Group{Name: name}
				of[keys[i]] = group
			}
			group.Rows += n.sum.rows
			group.Period.join(n.sum.Period)
		}
		sorted := slices.SortedFunc(maps.Values(of), func(a, b *Group) int { return slices.Compare(a.Name, b.Name) })
		seat := make(map[string]uint32, len(sorted))
		list := make([]Group, len(sorted))
		for i, group := range sorted {
			seat[joined(group.Name)] = uint32(p.seats + i)
			list[i] = *group
		}
		for i := range order {
			p.groups[i*p.groupings+g] = seat[keys[i]]
			if g == p.levels-1 {
				p.path[i] = seat[keys[i]]
			}
		}
		p.lists = append(p.lists, list)
		p.seats += len(list)
	}
	p.below()
	return p
}

// below counts the groups under each group of the levels.
func (p *places) below() {
	first := make([]uint32, p.levels+1) // seat of a level's first group
	for level := range p.levels {
		first[level+1] = first[level] + uint32(len(p.lists[level]))
		for i := range p.lists[level] {
			p.lists[level][i].Below = make([]int64, p.levels-1-level)
		}
	}
	seen := make([]bool, p.seats)
	for at := 0; at < len(p.groups); at += p.groupings {
		of := p.groups[at : at+p.levels]
		for level, seat := range of {
			if seen[seat] {
				continue
			}
			seen[seat] = true
			for above := range level {
				p.lists[above][of[above]-first[above]].Below[level-above-1]++
			}
		}
	}
}

// grouping gives the places of a grouping's columns among c.columns.
func (c *Counter) grouping(g int) []int {
	if g < len(c.spec.Path) {
		columns := make([]int, g+1)
		for i := range columns {
			columns[i] = i
		}
		return columns
	}
	var columns []int
	for _, col := range c.spec.By[g-len(c.spec.Path)] {
		columns = append(columns, slices.Index(c.columns, col))
	}
	return columns
}

// cells takes apart what appendCells wrote.
func cells(key string, n int) []string {
	list := make([]string, 0, n)
	for len(key) > 0 {
		size, at := binary.Uvarint([]byte(key[:min(len(key), binary.MaxVarintLen64)]))
		end := at + int(size)
		list = append(list, key[at:end])
		key = key[end:]
	}
	return list
}

// joined is appendCells for names.
func joined(name []string) string {
	var b []byte
	for _, cell := range name {
		b = append(binary.AppendUvarint(b, uint64(len(cell))), cell...)
	}
	return string(b)
}

// byTimes sorts a count of persons by how often they were there.
func byTimes(count map[int64]int64) []Repeat {
	list := make([]Repeat, 0, len(count))
	for times, persons := range count {
		list = append(list, Repeat{times, persons})
	}
	slices.SortFunc(list, func(a, b Repeat) int { return cmp.Compare(a.Times, b.Times) })
	return list
}
