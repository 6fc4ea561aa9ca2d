package store

import (
	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// What a head of department reads: one statement a table, with the rights inside
// it. Names come with the rows; words of the law do not.

// DueCount is how many running limits of the office are late or come due, by a
// person, a limit or a field.
type DueCount struct {
	ID   int64  `bun:"id"`  // a person; 0 of a limit or a field, and where nobody handles it
	Key  string `bun:"key"` // a person's name, a limit's id, a field
	Late int    `bun:"late"`
	Soon int    `bun:"soon"`
}

// dueCounts counts the office's own running limits due by until, by a column of
// the deadline (d), its matter (m) or who leads it (p).
func (v *View) dueCounts(sight Sight, today, until pil.Day, id, key string) ([]DueCount, error) {
	var rows []DueCount
	q := v.db.NewSelect().TableExpr("deadlines AS s").
		ColumnExpr("? AS id, ? AS key", bun.Safe(id), bun.Safe(key)).
		ColumnExpr("sum(CASE WHEN s.due_on < ? THEN 1 ELSE 0 END) AS late, sum(CASE WHEN s.due_on >= ? THEN 1 ELSE 0 END) AS soon", today, today).
		Join("JOIN matters AS m ON m.id = s.matter_id").Join("LEFT JOIN people AS p ON p.id = s.lead_id").
		Where("s.ended_on = 0 AND s.who = 'office' AND s.due_on <= ?", until)
	err := v.sight(q, sight).GroupExpr("1, 2").OrderExpr("late DESC, soon DESC, key, id").Scan(v.ctx, &rows)
	return rows, err
}

// DueByPerson counts them by who leads the matter.
func (v *View) DueByPerson(s Sight, today, until pil.Day) ([]DueCount, error) {
	return v.dueCounts(s, today, until, "s.lead_id", "COALESCE(p.name, '')")
}

// DueByLimit counts them by the limit.
func (v *View) DueByLimit(s Sight, today, until pil.Day) ([]DueCount, error) {
	return v.dueCounts(s, today, until, "0", "s.limit_id")
}

// DueByField counts them by the field of the matter.
func (v *View) DueByField(s Sight, today, until pil.Day) ([]DueCount, error) {
	return v.dueCounts(s, today, until, "0", "m.field")
}

// StateCount is how many live cases stand in a state.
type StateCount struct {
	Tracks string `bun:"tracks"`
	State  string `bun:"state"`
	Count  int    `bun:"n"`
}

// LiveByState counts the live cases by where they stand.
func (v *View) LiveByState(s Sight) ([]StateCount, error) {
	var rows []StateCount
	q := v.db.NewSelect().TableExpr("standings AS s").ColumnExpr("s.tracks, s.state, count(*) AS n").Where("s.kind = ? AND s.live = ?", KindCase, true)
	err := v.sight(q, s).GroupExpr("s.tracks, s.state").OrderExpr("n DESC, s.state, s.tracks").Scan(v.ctx, &rows)
	return rows, err
}

// PersonCount is how many live cases a person leads.
type PersonCount struct {
	ID    int64  `bun:"id"`
	Name  string `bun:"name"`
	Count int    `bun:"n"`
}

// LiveByPerson counts the live cases by who leads them.
func (v *View) LiveByPerson(s Sight) ([]PersonCount, error) {
	var rows []PersonCount
	q := v.db.NewSelect().TableExpr("standings AS s").ColumnExpr("s.lead_id AS id, COALESCE(p.name, '') AS name, count(*) AS n").
		Join("LEFT JOIN people AS p ON p.id = s.lead_id").Where("s.kind = ? AND s.live = ?", KindCase, true)
	err := v.sight(q, s).GroupExpr("s.lead_id, p.name").OrderExpr("n DESC, name, s.lead_id").Scan(v.ctx, &rows)
	return rows, err
}

// WaitingApproval is an approval on its way, with when it last moved.
type WaitingApproval struct {
	Approval `bun:"embed:"`
	Since    Moment `bun:"since"`
	Proposed string `bun:"proposed"` // the proposer's name
	Number   string `bun:"number"`
	Matter   string `bun:"matter"`
	Of       string `bun:"of_kind"` // kind of the matter
}

// ApprovalsWaiting lists what is to be reviewed or decided, what has waited
// longest first.
func (v *View) ApprovalsWaiting(s Sight, states []string, most int) ([]WaitingApproval, error) {
	var rows []WaitingApproval
	q := v.db.NewSelect().TableExpr("approvals AS s").ColumnExpr("s.*").
		ColumnExpr("(SELECT max(x.at) FROM approval_moves AS x WHERE x.approval_id = s.id) AS since").
		ColumnExpr("p.name AS proposed, m.number, m.title AS matter, m.kind AS of_kind").
		Join("JOIN matters AS m ON m.id = s.matter_id").Join("JOIN people AS p ON p.id = s.proposer").
		Where("s.state IN (?)", bun.List(states))
	err := v.sight(q, s).OrderExpr("since, s.id").Limit(int64(most)).Scan(v.ctx, &rows)
	return rows, err
}

// DemandRow is a demand with what last became of it.
type DemandRow struct {
	Demand   `bun:"embed:"`
	Move     string  `bun:"move"`  // empty: nothing yet
	On       pil.Day `bun:"moved"` // when
	Number   string  `bun:"number"`
	Title    string  `bun:"title"`
	LeadName string  `bun:"lead_name"`
}

// DemandsAfter lists the demands of live cases whose last move is one of those
// named, an empty one standing for none; what has waited longest first.
func (v *View) DemandsAfter(s Sight, moves []string, most int) ([]DemandRow, error) {
	var rows []DemandRow
	q := v.db.NewSelect().TableExpr("demands AS d").ColumnExpr("d.*, COALESCE(x.move, '') AS move, COALESCE(x.on_day, 0) AS moved").
		ColumnExpr("m.number, m.title, COALESCE(p.name, '') AS lead_name").
		Join("JOIN standings AS s ON s.matter_id = d.matter_id").Join("JOIN matters AS m ON m.id = d.matter_id").
		Join("LEFT JOIN people AS p ON p.id = s.lead_id").
		Join("LEFT JOIN demand_moves AS x ON x.demand_id = d.id AND NOT EXISTS (SELECT 1 FROM demand_moves AS y WHERE y.demand_id = d.id"+
			" AND (y.on_day > x.on_day OR y.on_day = x.on_day AND y.id > x.id))").
		Where("s.live = ? AND COALESCE(x.move, '') IN (?)", true, bun.List(moves))
	err := v.sight(q, s).OrderExpr("moved, d.id").Limit(int64(most)).Scan(v.ctx, &rows)
	return rows, err
}
