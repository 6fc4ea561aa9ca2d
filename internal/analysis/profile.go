package analysis

import (
	"math/big"

	"shouhu/internal/privacy"
	"shouhu/internal/table"
)

// plan is what is known of the columns before counting: which may hold personal
// data, and of which tier.
type plan struct {
	header []string
	mapped Roles
	tiers  map[int]privacy.Tier // set by the caller, by column
	kinds  map[int]privacy.Kind // of columns whose kind is known
	open   []int                // columns whose values must tell
}

// newPlan reads the kinds out of names. A column with another role than person,
// gender or age holds no personal data, unless the caller gives it a tier. The
// column that tells persons apart always does.
func newPlan(header []string, mapped Roles, tiers map[int]privacy.Tier) *plan {
	p := &plan{header: header, mapped: mapped, tiers: tiers, kinds: map[int]privacy.Kind{}}
	about := map[int]Role{}
	for role, i := range mapped {
		if i >= 0 {
			about[i] = Role(role)
		}
	}
	for i, name := range header {
		role, hasRole := about[i]
		kind, _ := privacy.ByName(name)
		_, forced := tiers[i]
		switch {
		case hasRole && role != Person && role != Gender && role != Age && !forced:
			continue
		case forced && kind == "":
			kind = privacy.Identifier
		case hasRole && role == Gender:
			kind = privacy.Gender
		case hasRole && role == Age:
			kind = privacy.Age
		}
		if kind == "" {
			p.open = append(p.open, i)
		} else {
			p.kinds[i] = kind
		}
	}
	return p
}

// tier is the tier a column counts in; zero where it holds no personal data.
func (p *plan) tier(i int) privacy.Tier {
	if t, ok := p.tiers[i]; ok {
		return t
	}
	return privacy.Of(p.kinds[i]).Tier
}

// rowTier is the tier of a row by its filled cells, and the tier every row has at
// least, which the column of persons sets. The function is nil where no row can
// weigh more.
func (p *plan) rowTier(q *Question) (tier func(b *table.Batch, row int) uint8, base uint8) {
	base = max(uint8(p.tier(p.mapped[Person])), uint8(privacy.TierC)) - 1
	var at [3][]int // positions in a batch of the columns heavier than base
	for j, i := range q.Columns {
		if t := uint8(p.tier(i)); t > base+1 {
			at[t-1] = append(at[t-1], j)
		}
	}
	if len(at[1])+len(at[2]) == 0 {
		return nil, base
	}
	return func(b *table.Batch, row int) uint8 {
		for t := uint8(2); t > base; t-- {
			for _, j := range at[t] {
				if len(b.Cell(row, j)) > 0 {
					return t
				}
			}
		}
		return base
	}, base
}

// watched lists the columns whose cells a reading looks at for personal data.
func (p *plan) watched() (columns []int) {
	for i := range p.header {
		if p.tier(i) != 0 {
			columns = append(columns, i)
		}
	}
	return append(columns, p.open...)
}

// profile is what one worker sees of the accepted rows besides what is counted:
// how full the columns are, what the open ones hold, and the derived tables.
type profile struct {
	rows   int64
	filled []int64                   // by position in the plan's watched columns
	kinds  []map[privacy.Kind]*int64 // of open columns, likewise
	hours  [24]int64
	days   dayTable
	lists  [roles]values
	sum    amounts
	_      [64]byte // keeps workers off each other's cache lines
}

// profiler looks at rows for a question.
type profiler struct {
	watched []int  // positions in a batch
	full    int    // index into watched of a column no accepted row leaves empty; -1 where none
	open    int    // index into watched from which on columns are open
	roles   Roles  // positions in a batch
	listed  []Role // roles with a table of values
	workers []*profile
}

func newProfiler(p *plan, q *Question) *profiler {
	watched := p.watched()
	at := map[int]int{}
	for j, i := range q.Columns {
		at[i] = j
	}
	pr := &profiler{full: -1, open: len(watched) - len(p.open), roles: q.Roles}
	for j, i := range watched {
		pr.watched = append(pr.watched, at[i])
		if i == p.mapped[Person] && j < pr.open {
			pr.full = j
		}
	}
	for _, role := range []Role{Gender, Age, Consent, Category} {
		if q.Roles.Mapped(role) {
			pr.listed = append(pr.listed, role)
		}
	}
	for range q.Workers {
		w := &profile{filled: make([]int64, len(watched)), kinds: make([]map[privacy.Kind]*int64, len(watched))}
		for j := range w.kinds {
			w.kinds[j] = map[privacy.Kind]*int64{}
		}
		pr.workers = append(pr.workers, w)
	}
	return pr
}

// seen takes one accepted row in.
func (pr *profiler) seen(worker int, b *table.Batch, row int, sec int64, timed bool) {
	w := pr.workers[worker]
	w.rows++
	for j, at := range pr.watched {
		if j == pr.full {
			continue
		}
		cell := b.Cell(row, at)
		if len(cell) == 0 {
			continue
		}
		w.filled[j]++
		if j < pr.open {
			continue
		}
		if kind := privacy.Recognise(cell); kind != "" {
			if n := w.kinds[j][kind]; n != nil {
				*n++
			} else {
				w.kinds[j][kind] = new(int64(1))
			}
		}
	}
	if timed {
		day, rest := floorDiv(sec+zone, 86400)
		w.days.add(day, 1)
		w.hours[rest/3600]++
	}
	for _, role := range pr.listed {
		cell := b.Cell(row, pr.roles[role])
		if role == Age {
			cell = band(cell)
		}
		w.lists[role].add(cell)
	}
	if at := pr.roles[Amount]; at >= 0 {
		w.sum.add(b.Cell(row, at))
	}
}

func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

// join adds all workers up into the first.
func (pr *profiler) join() *profile {
	all := pr.workers[0]
	for _, w := range pr.workers[1:] {
		all.rows += w.rows
		for j, n := range w.filled {
			all.filled[j] += n
			for kind, n := range w.kinds[j] {
				if mine := all.kinds[j][kind]; mine != nil {
					*mine += *n
				} else {
					all.kinds[j][kind] = n
				}
			}
		}
		for h, n := range w.hours {
			all.hours[h] += n
		}
		for i, n := range w.days.dense {
			all.days.dense[i] += n
		}
		for day, n := range w.days.rest {
			all.days.add(day, n)
		}
		for role := range all.lists {
			all.lists[role].join(w.lists[role])
		}
		all.sum.join(&w.sum)
	}
	if pr.full >= 0 {
		all.filled[pr.full] = all.rows
	}
	return all
}

// learn gives the open columns the kind that at least half of their filled cells
// are, and reports whether one of them weighs more than C. The answer depends on
// the rows alone, not on their order.
func (p *plan) learn(all *profile) (heavier bool) {
	first := len(p.watched()) - len(p.open)
	for j, i := range p.open {
		kind, most := privacy.Kind(""), int64(0)
		for _, a := range privacy.Kinds { // in a fixed order, for ties
			if n := all.kinds[first+j][a.Kind]; n != nil && *n > most {
				kind, most = a.Kind, *n
			}
		}
		if i == p.mapped[Person] && 2*most < all.filled[first+j] {
			kind, most = privacy.Identifier, all.filled[first+j]
		}
		if most == 0 || 2*most < all.filled[first+j] {
			continue
		}
		p.kinds[i] = kind
		heavier = heavier || p.tier(i) > privacy.TierC
	}
	p.open = nil
	return heavier
}

// columns lists what holds personal data and how much of it is filled. known is
// the list of watched columns all was made with.
func (p *plan) columns(watched []int, all *profile, rows int64) (list []PersonalColumn) {
	for j, i := range watched {
		tier := p.tier(i)
		if tier == 0 || all.filled[j] == 0 {
			continue
		}
		list = append(list, PersonalColumn{
			Column: p.header[i], Kind: p.kinds[i], Tier: tier, Sensitive: privacy.Of(p.kinds[i]).Sensitive, Share: share(all.filled[j], rows),
		})
	}
	return list
}

// derived makes the derived tables.
func (all *profile) derived(mapped Roles) (d Derived) {
	if mapped.Mapped(Time) {
		for h, n := range all.hours {
			if n > 0 {
				d.Hours = append(d.Hours, HourRow{int64(h), n})
			}
		}
		d.Days = all.days.list()
	}
	d.Genders, d.Ages = all.lists[Gender].list(), all.lists[Age].list()
	d.Consents, d.Categories = all.lists[Consent].list(), all.lists[Category].list()
	if mapped.Mapped(Amount) {
		d.Amount = all.sum.table()
	}
	return d
}

// amounts adds amounts up; large is what would not fit fen.
type amounts struct {
	fen, rows, unread int64
	large             *big.Int
}

// add takes one more cell.
func (a *amounts) add(cell []byte) {
	if len(cell) == 0 {
		return
	}
	fen, ok := parseFen(cell)
	if !ok {
		a.unread++
		return
	}
	a.rows++
	if a.fen += fen; a.fen > 1<<62 || a.fen < -1<<62 {
		a.carry()
	}
}

// carry moves fen to large.
func (a *amounts) carry() {
	if a.large == nil {
		a.large = new(big.Int)
	}
	a.large.Add(a.large, big.NewInt(a.fen))
	a.fen = 0
}

func (a *amounts) join(other *amounts) {
	a.carry()
	other.carry()
	a.large.Add(a.large, other.large)
	a.rows, a.unread = a.rows+other.rows, a.unread+other.unread
}

func (a *amounts) table() *AmountSum {
	a.carry()
	yuan, fen := new(big.Int).QuoRem(new(big.Int).Abs(a.large), big.NewInt(100), new(big.Int))
	text := yuan.String() + "." + string([]byte{byte('0' + fen.Int64()/10), byte('0' + fen.Int64()%10)})
	if a.large.Sign() < 0 {
		text = "-" + text
	}
	return &AmountSum{Yuan: text, Rows: a.rows, Unread: a.unread}
}

// parseFen reads yuan such as 2664, -2,535.5, ¥12.00 or 12元 into fen: at most 15
// digits before the point and two after it.
func parseFen(cell []byte) (fen int64, ok bool) {
	s := string(cell) // does not escape
	for _, mark := range [...]string{"¥", "￥"} {
		if len(s) > len(mark) && s[:len(mark)] == mark {
			s = s[len(mark):]
		}
	}
	if len(s) > len("元") && s[len(s)-len("元"):] == "元" {
		s = s[:len(s)-len("元")]
	}
	sign := int64(1)
	if len(s) > 0 && s[0] == '-' {
		sign, s = -1, s[1:]
	}
	digits, decimals := 0, -1
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9' && (decimals >= 0 || digits < 15):
			if decimals >= 0 {
				if decimals++; decimals > 2 && c != '0' {
					return 0, false
				}
			} else {
				digits++
			}
			if decimals <= 2 {
				fen = 10*fen + int64(c-'0')
			}
		case c == '.' && decimals < 0 && digits > 0:
			decimals = 0
		case c == ',' && decimals < 0 && digits > 0:
		default:
			return 0, false
		}
	}
	if digits == 0 {
		return 0, false
	}
	for d := max(decimals, 0); d < 2; d++ {
		fen *= 10
	}
	return sign * fen, true
}
