package store

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// Reach is what one power lets a person see in a list: of the fields that are set
// all must fit. The zero Reach is everything.
type Reach struct {
	Office     int64  // that office
	Under      string // offices whose path begins so
	Department int64
	Person     int64 // what is assigned to that person
	Matter     int64 // one matter only

	offices []int64 // those of Under, where they are few
}

// wide reports whether a reach goes over many offices.
func (r *Reach) wide() bool {
	return len(r.offices) == 0 && r.Office == 0 && r.Department == 0 && r.Person == 0 && r.Matter == 0
}

// Sight is what somebody may see: what any of the reaches reaches, without the
// matters from which the person is recused.
type Sight struct {
	Reaches []Reach
	Me      int64
}

func (s Sight) wide() bool {
	return slices.ContainsFunc(s.Reaches, func(r Reach) bool { return r.wide() })
}

// fewOffices is up to how many offices are looked through one by one.
const fewOffices = 50

// near is a sight that knows which offices are under another, where they are few.
func (v *View) near(s Sight) (Sight, error) {
	s.Reaches = slices.Clone(s.Reaches)
	for i := range s.Reaches {
		r := &s.Reaches[i]
		if r.Under == "" || r.offices != nil {
			continue
		}
		var ids []int64
		q := v.under(v.db.NewSelect().TableExpr("offices").ColumnExpr("id"), r.Under)
		if err := q.Limit(fewOffices+1).Scan(v.ctx, &ids); err != nil {
			return s, fmt.Errorf("offices under another: %w", err)
		}
		if len(ids) > 0 && len(ids) <= fewOffices {
			r.offices = ids
		}
	}
	return s, nil
}

// under asks for offices whose path begins with another's, which ends in a slash.
func (v *View) under(q *bun.SelectQuery, path string) *bun.SelectQuery {
	column := "path"
	if v.s.postgres {
		column = `path COLLATE "C"`
	}
	return q.Where(column+" >= ? AND "+column+" < ?", path, strings.TrimSuffix(path, "/")+"0") // the sign after the slash
}

// MatterFilter is what a list of matters is asked for. Zero fields ask nothing.
type MatterFilter struct {
	Sight  Sight
	Kind   string
	Office int64
	Live   *bool
	Field  string
	Region pil.Region // and all below it
	State  string
	Phase  string
	Track  string
	Lead   int64
	Agency int64   // of the register: a party
	Due    pil.Day // next due on or before
	From   pil.Day // opened on or after
	To     pil.Day // opened on or before
	ByDue  bool    // the next due first; otherwise the newest first
	// Words have all to stand in the matter's texts (Text); the newest come first
	// then, whatever ByDue says.
	Words []string
	// Of clues only.
	Channel    string
	Unassigned bool
	Merged     *bool // into another clue
	Assigned   int64 // somebody who works on it, in whatever role
	// Cursor: where the page before ended.
	AfterID  int64
	AfterDue pil.Day
	Most     int
}

// MatterRow is a matter as lists show it.
type MatterRow struct {
	Standing   `bun:"embed:"`
	Number     string `bun:"number"`
	National   string `bun:"national"`
	Title      string `bun:"title"`
	Place      string `bun:"place"`
	Demo       bool   `bun:"demo"`
	LeadName   string `bun:"lead_name"`
	OfficeName string `bun:"office_name"`
	Text       *Text  `bun:"-"` // where words were asked for
}

// sight adds to a query on a table with matter_id, office_id and department_id
// what the person may see.
func (v *View) sight(q *bun.SelectQuery, s Sight) *bun.SelectQuery {
	q = q.Where("s.matter_id NOT IN (SELECT matter_id FROM recusals WHERE person_id = ? AND state = 'decided')", s.Me)
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		if len(s.Reaches) == 0 {
			return q.Where("1 = 0")
		}
		for _, r := range s.Reaches {
			q = q.WhereGroup(" OR ", func(q *bun.SelectQuery) *bun.SelectQuery { return r.where(v, q) })
		}
		return q
	})
}

func (r *Reach) where(v *View, q *bun.SelectQuery) *bun.SelectQuery {
	q = q.Where("1 = 1")
	if r.Office != 0 {
		q = q.Where("s.office_id = ?", r.Office)
	}
	switch {
	case len(r.offices) > 0:
		q = q.Where("s.office_id IN (?)", bun.List(r.offices))
	case r.Under != "":
		q = q.Where("s.office_id IN (?)", v.under(v.db.NewSelect().TableExpr("offices").ColumnExpr("id"), r.Under))
	}
	if r.Department != 0 {
		q = q.Where("s.department_id = ?", r.Department)
	}
	if r.Person != 0 {
		q = q.Where("s.matter_id IN (SELECT matter_id FROM assignments WHERE person_id = ? AND ended_at = 0)", r.Person)
	}
	if r.Matter != 0 {
		q = q.Where("s.matter_id = ?", r.Matter)
	}
	return q
}

func (f *MatterFilter) where(v *View, q *bun.SelectQuery) *bun.SelectQuery {
	q = v.sight(q, f.Sight)
	if f.Kind != "" {
		q = q.Where("s.kind = ?", f.Kind)
	}
	if f.Office != 0 {
		q = q.Where("s.office_id = ?", f.Office)
	}
	if f.Live != nil {
		q = q.Where("s.live = ?", *f.Live)
	}
	if f.Field != "" {
		q = q.Where("s.field = ?", f.Field)
	}
	if f.Region != "" {
		q = q.Where("s.region LIKE ?", string(f.Region)+"%")
	}
	if f.State != "" {
		q = q.Where("s.state = ?", f.State)
	}
	if f.Phase != "" {
		q = q.Where("s.phase = ?", f.Phase)
	}
	if f.Track != "" {
		q = q.Where("(' ' || s.tracks || ' ') LIKE ?", "% "+f.Track+" %")
	}
	if f.Lead != 0 {
		q = q.Where("s.lead_id = ?", f.Lead)
	}
	if f.Agency != 0 {
		q = q.Where("s.matter_id IN (SELECT matter_id FROM parties WHERE agency_id = ?)", f.Agency)
	}
	if f.Due != 0 {
		q = q.Where("s.next_due > 0 AND s.next_due <= ?", f.Due)
	}
	if f.From != 0 {
		q = q.Where("s.opened_on >= ?", f.From)
	}
	if f.To != 0 {
		q = q.Where("s.opened_on <= ?", f.To)
	}
	if f.Channel != "" {
		q = q.Where("EXISTS (SELECT 1 FROM clues AS c WHERE c.matter_id = s.matter_id AND c.channel = ?)", f.Channel)
	}
	if f.Merged != nil {
		not := ""
		if !*f.Merged {
			not = "NOT "
		}
		q = q.Where(not + "EXISTS (SELECT 1 FROM clues AS c WHERE c.matter_id = s.matter_id AND c.merged_into > 0)")
	}
	if f.Unassigned {
		q = q.Where("s.lead_id = 0")
	}
	if f.Assigned != 0 {
		q = q.Where("s.matter_id IN (SELECT matter_id FROM assignments WHERE person_id = ? AND ended_at = 0)", f.Assigned)
	}
	return q
}

// named adds to rows of standings, a page of them already, what their matters are
// called.
func (v *View) named(page *bun.SelectQuery) *bun.SelectQuery {
	return v.db.NewSelect().TableExpr("(?) AS s", page).ColumnExpr("s.*").
		ColumnExpr("m.number, m.national, m.title, m.place, m.demo, COALESCE(p.name, '') AS lead_name, o.name AS office_name").
		Join("JOIN matters AS m ON m.id = s.matter_id").Join("JOIN offices AS o ON o.id = s.office_id").
		Join("LEFT JOIN people AS p ON p.id = s.lead_id")
}

func (v *View) standings(f *MatterFilter, columns string) *bun.SelectQuery {
	return f.where(v, v.db.NewSelect().TableExpr("standings AS s").ColumnExpr(columns))
}

// among is what a filter asks for among matters known by their ids. SQLite
// would rather go through all of a kind than look up some hundred ids.
func (v *View) among(f *MatterFilter, columns string, ids []int64) *bun.SelectQuery {
	table := "standings AS s"
	if !v.s.postgres {
		table += " INDEXED BY sqlite_autoindex_standings_1"
	}
	return f.where(v, v.db.NewSelect().TableExpr(table).ColumnExpr(columns).Where("s.matter_id IN (?)", bun.List(ids)))
}

// indexed reports whether what search keeps answers a filter best: words, and the
// sight of those who see more than one office, who may ask for what is rare among
// very many.
func (f *MatterFilter) indexed() bool {
	beyond := func(r Reach) bool { return r.wide() || r.Under != "" }
	return len(f.Words) > 0 || !f.ByDue && slices.ContainsFunc(f.Sight.Reaches, beyond)
}

// counted reports whether an index of few offices has all that a filter asks for.
func (f *MatterFilter) counted() bool {
	plain := MatterFilter{Sight: f.Sight, Kind: f.Kind, Live: f.Live, Most: f.Most}
	return !f.Sight.wide() && reflect.DeepEqual(*f, plain)
}

// beside is a column as no index knows it: for those who see few offices an index
// of all offices is the longer way, however the planner thinks of it.
func beside(s Sight, column, none string) string {
	if s.wide() {
		return column
	}
	return "(" + column + none + ")"
}

// ListMatters is a page of the matters a filter asks for.
func (v *View) ListMatters(f MatterFilter) (rows []MatterRow, err error) {
	if nothingLike(&f) {
		return nil, nil
	}
	if f.Sight, err = v.near(f.Sight); err != nil {
		return nil, err
	}
	if f.indexed() {
		return v.seek(&f).list(&f)
	}
	q, order := v.standings(&f, "s.*"), "s.matter_id DESC"
	switch {
	case f.ByDue:
		order = beside(f.Sight, "s.next_due", " + 0") + ", s.matter_id"
		q = q.Where("s.next_due > 0")
		if f.AfterID != 0 {
			q = q.Where("s.next_due >= ? AND (s.next_due > ? OR s.matter_id > ?)", f.AfterDue, f.AfterDue, f.AfterID)
		}
	case f.AfterID != 0:
		q = q.Where("s.matter_id < ?", f.AfterID)
	}
	err = v.named(q.OrderExpr(order).Limit(int64(f.Most))).OrderExpr(order).Scan(v.ctx, &rows)
	return rows, err
}

// CountMatters counts what a filter asks for, up to most; with words it may
// count matters that hold the characters of a word apart.
func (v *View) CountMatters(f MatterFilter, most int) (n int, err error) {
	if nothingLike(&f) {
		return 0, nil
	}
	if f.Sight, err = v.near(f.Sight); err != nil {
		return 0, err
	}
	if f.AfterID = 0; f.indexed() && !f.counted() {
		return v.seek(&f).count(&f, most)
	}
	err = v.db.NewSelect().TableExpr("(?) AS counted", v.standings(&f, "1").Limit(int64(most))).ColumnExpr("count(*)").Scan(v.ctx, &n)
	return n, err
}

// ListCounted is the first page of what a filter asks for, or a later one, and how
// many there are, up to most.
func (v *View) ListCounted(f MatterFilter, most int) (rows []MatterRow, n int, err error) {
	if nothingLike(&f) {
		return nil, 0, nil
	}
	if f.Sight, err = v.near(f.Sight); err != nil {
		return nil, 0, err
	}
	if !f.indexed() || f.AfterID != 0 {
		if rows, err = v.ListMatters(f); err == nil && (len(rows) >= f.Most || f.AfterID != 0) {
			n, err = v.CountMatters(f, most)
			return rows, n, err
		}
		return rows, len(rows), err
	}
	s := v.seek(&f)
	ids, err := s.next(most)
	if err != nil {
		return nil, 0, err
	}
	s.ahead = ids
	if rows, err = s.list(&f); err != nil || len(rows) < f.Most {
		return rows, len(rows), err
	}
	s.ahead, s.before = ids, ids[len(ids)-1]
	n, err = s.count(&f, most)
	return rows, n, err
}

// DueRow is a running limit as lists show it.
type DueRow struct {
	Deadline   `bun:"embed:"`
	Number     string `bun:"number"`
	Title      string `bun:"title"`
	MatterKind string `bun:"matter_kind"`
	Field      string `bun:"field"`
	LeadName   string `bun:"lead_name"`
	OfficeName string `bun:"office_name"`
}

// DueFilter is which running limits are asked for. Zero fields ask nothing.
type DueFilter struct {
	Sight Sight
	Kind  string   // of the matter
	From  pil.Day  // due on or after
	Until pil.Day  // due on or before
	Who   []string // whose duty: of these
	Lead  int64
	// Cursor: where the page before ended.
	AfterDue pil.Day
	AfterID  int64 // of the matter
	AfterN   int
	Most     int
}

// ListDue lists running limits, the earliest due first.
func (v *View) ListDue(f DueFilter) (rows []DueRow, err error) {
	if nothingLike(&f) {
		return nil, nil
	}
	if f.Sight, err = v.near(f.Sight); err != nil {
		return nil, err
	}
	if len(f.Who) != 1 && f.Sight.wide() {
		return v.dueOfEach(f)
	}
	q := v.sight(v.db.NewSelect().TableExpr("deadlines AS s").ColumnExpr("s.*").Where("s.ended_on = 0"), f.Sight)
	if f.From != 0 {
		q = q.Where("s.due_on >= ?", f.From)
	}
	if f.Until != 0 {
		q = q.Where("s.due_on <= ?", f.Until)
	}
	if len(f.Who) > 0 {
		q = q.Where(beside(f.Sight, "s.who", " || ''")+" IN (?)", bun.List(f.Who))
	}
	if f.Lead != 0 {
		q = q.Where("s.lead_id = ?", f.Lead)
	}
	if f.Kind != "" {
		q = q.Join("CROSS JOIN matters AS k").Where("k.id = s.matter_id AND k.kind = ?", f.Kind)
	}
	if f.AfterDue != 0 {
		q = q.Where("s.due_on >= ? AND (s.due_on > ? OR s.matter_id > ? OR s.matter_id = ? AND s.n > ?)", f.AfterDue, f.AfterDue, f.AfterID, f.AfterID, f.AfterN)
	}
	order := beside(f.Sight, "s.due_on", " + 0") + ", s.matter_id, s.n"
	err = v.db.NewSelect().TableExpr("(?) AS s", q.OrderExpr(order).Limit(int64(f.Most))).ColumnExpr("s.*").
		ColumnExpr("m.number, m.title, m.field, m.kind AS matter_kind, COALESCE(p.name, '') AS lead_name, o.name AS office_name").
		Join("JOIN matters AS m ON m.id = s.matter_id").Join("JOIN offices AS o ON o.id = s.office_id").
		Join("LEFT JOIN people AS p ON p.id = s.lead_id").OrderExpr(order).Scan(v.ctx, &rows)
	return rows, err
}

// dueOfEach asks for the duties of each by itself, the earliest of which an index
// of all offices has first.
func (v *View) dueOfEach(f DueFilter) (rows []DueRow, err error) {
	if len(f.Who) == 0 { // from one to the next by the index, not through all rows
		err := v.db.NewRaw(`WITH RECURSIVE each (who) AS (SELECT min(who) FROM deadlines WHERE ended_on = 0
			UNION ALL SELECT (SELECT min(d.who) FROM deadlines d WHERE d.ended_on = 0 AND d.who > each.who) FROM each WHERE each.who IS NOT NULL)
			SELECT who FROM each WHERE who IS NOT NULL`).Scan(v.ctx, &f.Who)
		if err != nil {
			return nil, fmt.Errorf("whose duties run: %w", err)
		}
	}
	for _, who := range f.Who {
		one := f
		one.Who = []string{who}
		some, err := v.ListDue(one)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	slices.SortFunc(rows, func(a, b DueRow) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.MatterID, b.MatterID), cmp.Compare(a.N, b.N))
	})
	return rows[:min(len(rows), f.Most)], nil
}

// VisitRow is a look-back as lists show it.
type VisitRow struct {
	Visit    `bun:"embed:"`
	Number   string `bun:"number"`
	Title    string `bun:"title"`
	LeadName string `bun:"lead_name"`
}

// ListVisits lists look-backs planned in a stretch of days, those not done only
// where asked for, the earliest first.
func (v *View) ListVisits(s Sight, from, until pil.Day, open bool, most int) (rows []VisitRow, err error) {
	if s, err = v.near(s); err != nil {
		return nil, err
	}
	q := v.db.NewSelect().ColumnExpr("x.*").ColumnExpr("m.number, m.title, COALESCE(p.name, '') AS lead_name")
	if s.wide() {
		q = q.TableExpr("visits AS x").Join("JOIN standings AS s ON s.matter_id = x.matter_id")
	} else { // from what may be seen to its look-backs, for SQLite in this order
		q = q.TableExpr("standings AS s").Join("CROSS JOIN visits AS x").Where("x.matter_id = s.matter_id AND s.kind = ?", KindCase)
	}
	q = v.sight(q.Join("JOIN matters AS m ON m.id = x.matter_id").Join("LEFT JOIN people AS p ON p.id = s.lead_id"), s)
	if open {
		q = q.Where("x.done_on = 0")
	}
	if from != 0 {
		q = q.Where("x.planned_on >= ?", from)
	}
	if until != 0 {
		q = q.Where("x.planned_on <= ?", until)
	}
	err = q.OrderExpr("x.planned_on, x.id").Limit(int64(most)).Scan(v.ctx, &rows)
	return rows, err
}
