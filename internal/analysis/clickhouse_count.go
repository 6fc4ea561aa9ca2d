package analysis

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"shouhu/internal/table"
)

// Count deals the rows by person and adds the servers' answers up: persons,
// duplicates and repeats never cross servers, companies and shops do, and their
// numbers of sites and devices are counted here, over all names.
func (c *ClickHouse) Count(ctx context.Context, set *table.Set, q Question) (*Counts, []table.Input, error) {
	workers := max(q.Workers, 1)
	k, err := c.open(ctx, workers)
	if err != nil {
		return nil, nil, err
	}
	defer k.close()
	path := q.Roles.Path()
	columns, define := []string{"person", "same", "at", "timed", "tier"}, "person FixedString(16), same FixedString(16), at Int64, timed UInt8, tier UInt8"
	for i := range path {
		columns, define = append(columns, fmt.Sprintf("p%d", i)), define+fmt.Sprintf(", p%d String", i)
	}
	t, err := k.table(ctx, "count", define)
	if err != nil {
		return nil, nil, err
	}
	inputs, err := c.load(ctx, k, set, q, t, columns)
	if err != nil {
		return nil, nil, err
	}
	counts, err := k.count(ctx, t, path)
	return counts, inputs, err
}

// load reads the set and deals its rows.
func (c *ClickHouse) load(ctx context.Context, k *cluster, set *table.Set, q Question, t string, columns []string) ([]table.Input, error) {
	workers := max(q.Workers, 1)
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, err
	}
	dealers, rows := make([]*dealer, workers), make([]*countedRow, workers)
	for i := range dealers {
		dealers[i] = k.dealer(t, strings.Join(columns, ", "), c.rows)
		rows[i] = &countedRow{q: q, path: q.Roles.Path(), key: key[:], cells: make([]any, len(columns))}
	}
	plan := table.Plan{Columns: q.Columns, Workers: workers, Reject: q.Reject, Progress: q.Progress}
	inputs, err := set.Read(ctx, plan, func(worker int, b *table.Batch) error {
		for i := range b.Len() {
			why, ok := rows[worker].read(worker, b, i)
			if !ok {
				b.Reject(i, why)
				continue
			}
			if err := dealers[worker].add(ctx, rows[worker].server(len(k.conns)), rows[worker].cells); err != nil {
				return err
			}
		}
		return nil
	})
	for _, d := range dealers {
		err = d.end(err)
	}
	if err != nil {
		return nil, err
	}
	return inputs, k.arrived(ctx, t, dealers)
}

// countedRow makes of a row what a server counts.
type countedRow struct {
	q     Question
	path  []Role
	key   []byte
	buf   []byte
	hash  [32]byte
	cells []any
}

func (r *countedRow) read(worker int, b *table.Batch, row int) (table.Reason, bool) {
	person := b.Cell(row, r.q.Roles[Person])
	if len(person) == 0 {
		return table.EmptyPerson, false
	}
	var sec int64
	var timed bool
	if r.q.Roles.Mapped(Time) {
		if cell := b.Cell(row, r.q.Roles[Time]); len(cell) > 0 {
			if sec, timed = table.ParseTime(cell); !timed {
				return table.BadTime, false
			}
		}
	}
	r.buf = append(append(r.buf[:0], r.key...), 'p')
	r.buf = append(r.buf, person...)
	r.hash = sha256.Sum256(r.buf)
	r.buf = append(append(r.buf[:0], r.key...), 's')
	for _, i := range r.q.Compared {
		if i == r.q.Roles[Time] && timed {
			r.buf = binary.LittleEndian.AppendUint64(append(r.buf, 't'), uint64(sec))
			continue
		}
		cell := b.Cell(row, i)
		r.buf = append(binary.AppendUvarint(append(r.buf, 'c'), uint64(len(cell))), cell...)
	}
	same := sha256.Sum256(r.buf)
	var tier uint8
	if r.q.Tier != nil {
		tier = r.q.Tier(b, row)
	}
	one := uint8(0)
	if timed {
		one = 1
	}
	r.cells[0], r.cells[1], r.cells[2], r.cells[3], r.cells[4] = string(r.hash[:16]), string(same[:16]), sec, one, tier
	for i, role := range r.path {
		r.cells[5+i] = string(b.Cell(row, r.q.Roles[role]))
	}
	if r.q.Seen != nil {
		r.q.Seen(worker, b, row, sec, timed)
	}
	return 0, true
}

// server is where all rows of this person go.
func (r *countedRow) server(n int) int {
	return int(binary.LittleEndian.Uint64(r.hash[16:24]) % uint64(n))
}

// count asks every server and adds up.
func (k *cluster) count(ctx context.Context, t string, path []Role) (*Counts, error) {
	c := &Counts{}
	levels := make([]map[string]*Group, len(path))
	for i := range levels {
		levels[i] = map[string]*Group{}
	}
	repeats := map[int64]int64{}
	var mu sync.Mutex
	err := k.each(ctx, func(ctx context.Context, _ int, conn driver.Conn) error {
		const period = "minIf(at, timed = 1), maxIf(at, timed = 1), sum(timed)"
		var distinct int64
		total := &Group{}
		err := numbers(ctx, conn, "SELECT count(), uniqExact(person), uniqExact(same), "+period+" FROM "+t, 0, func(_ []string, n []int64) {
			distinct = n[2]
			total.take(append(n[:2:2], n[3:]...))
		})
		if err != nil {
			return err
		}
		mu.Lock()
		c.Rows, c.Persons, c.Duplicates = c.Rows+total.Rows, c.Persons+total.Persons, c.Duplicates+total.Rows-distinct
		c.Period.join(total.Period)
		mu.Unlock()
		for i := range path {
			var by []string
			for j := range i + 1 {
				by = append(by, fmt.Sprintf("p%d", j))
			}
			names := strings.Join(by, ", ")
			err := numbers(ctx, conn, "SELECT "+names+", count(), uniqExact(person), "+period+" FROM "+t+" GROUP BY "+names, i+1, func(name []string, n []int64) {
				mu.Lock()
				defer mu.Unlock()
				key := strings.Join(name, "\x00")
				g := levels[i][key]
				if g == nil {
					g = &Group{Path: slices.Clone(name)}
					levels[i][key] = g
				}
				g.take(n)
			})
			if err != nil {
				return err
			}
		}
		err = numbers(ctx, conn, "SELECT n, count() FROM (SELECT person, uniqExact(same) AS n FROM "+t+" GROUP BY person) GROUP BY n", 0, func(_ []string, n []int64) {
			mu.Lock()
			defer mu.Unlock()
			repeats[n[0]] += n[1]
		})
		if err != nil {
			return err
		}
		return numbers(ctx, conn, "SELECT most, count() FROM (SELECT same, max(tier) AS most FROM "+t+" GROUP BY same) GROUP BY most", 0, func(_ []string, n []int64) {
			mu.Lock()
			defer mu.Unlock()
			c.Tiers[n[0]] += n[1]
		})
	})
	if err != nil {
		return nil, err
	}
	for times, persons := range repeats {
		c.Repeats = append(c.Repeats, Repeat{Times: times, Persons: persons})
	}
	slices.SortFunc(c.Repeats, func(a, b Repeat) int { return cmp.Compare(a.Times, b.Times) })
	c.levels(levels, path)
	return c, nil
}

// take adds a server's numbers of the group: rows, persons, first and last time,
// rows that have a time.
func (g *Group) take(n []int64) {
	g.Rows, g.Persons = g.Rows+n[0], g.Persons+n[1]
	g.Period.join(Period{From: n[2], To: n[3], Known: n[4] > 0})
}

// join takes another period into p.
func (p *Period) join(o Period) {
	switch {
	case !o.Known:
	case !p.Known:
		*p = o
	default:
		p.From, p.To = min(p.From, o.From), max(p.To, o.To)
	}
}

// levels sorts the groups and counts what lies below each.
func (c *Counts) levels(levels []map[string]*Group, path []Role) {
	for i, role := range path {
		for _, g := range levels[i] {
			for j := range i {
				above := levels[j][strings.Join(g.Path[:j+1], "\x00")]
				switch role {
				case Site:
					above.Sites++
				case Device:
					above.Devices++
				}
			}
		}
	}
	for i, role := range path {
		groups := make([]Group, 0, len(levels[i]))
		for _, g := range levels[i] {
			groups = append(groups, *g)
		}
		slices.SortFunc(groups, func(a, b Group) int { return slices.Compare(a.Path, b.Path) })
		switch role {
		case Org:
			c.Orgs = groups
		case Site:
			c.Sites = groups
		case Device:
			c.Devices = groups
		}
	}
}

// numbers runs a statement that gives texts first and then whole numbers.
func numbers(ctx context.Context, conn driver.Conn, sql string, texts int, each func(names []string, n []int64)) error {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // its fault is that of rows.Err
	_, cells := blanks(rows)
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			return err
		}
		var names []string
		var n []int64
		for i, cell := range cells {
			switch v := plain(cell).(type) {
			case string:
				names = append(names, v)
			case int64:
				n = append(n, v)
			default:
				return fmt.Errorf("column %d of an answer is a %T", i, v)
			}
		}
		if len(names) != texts {
			return fmt.Errorf("an answer has %d texts", len(names))
		}
		each(names, n)
	}
	return rows.Err()
}
