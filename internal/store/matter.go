package store

import (
	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// Matter reads a clue or case.
func (v *View) Matter(id int64) (*Matter, error) {
	var row Matter
	return &row, v.one(&row, "id = ?", id)
}

// LockMatter reads a clue or case and keeps others from changing it until the
// transaction ends.
func (tx *Tx) LockMatter(id int64) (*Matter, error) {
	if tx.s.postgres {
		if err := tx.exec("SELECT 1 FROM matters WHERE id = ? FOR UPDATE", id); err != nil {
			return nil, err
		}
	}
	return tx.Matter(id)
}

// MatterByNumber finds an office's matter by its number.
func (v *View) MatterByNumber(office int64, number string) (*Matter, error) {
	var row Matter
	return &row, v.one(&row, "office_id = ? AND number = ?", office, number)
}

// NextNumber draws the next number of a series of an office in a year, from 1.
func (tx *Tx) NextNumber(office int64, series string, year int) (int, error) {
	var n int
	err := tx.tx.NewRaw(`INSERT INTO numbers (office_id, series, year, last) VALUES (?, ?, ?, 1)
		ON CONFLICT (office_id, series, year) DO UPDATE SET last = numbers.last + 1 RETURNING last`, office, series, year).Scan(tx.ctx, &n)
	return n, err
}

// Events are a matter's history in the order it was recorded.
func (v *View) Events(matter int64) ([]Event, error) {
	return all[Event](v, "seq", "matter_id = ?", matter)
}

// Clue reads what a clue holds beside its matter.
func (v *View) Clue(matter int64) (*Clue, error) {
	var row Clue
	return &row, v.one(&row, "matter_id = ?", matter)
}

// CluesByID reads several.
func (v *View) CluesByID(ids []int64) ([]Clue, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all[Clue](v, "matter_id", "matter_id IN (?)", bun.List(ids))
}

// MergedInto are the clues that were merged into one.
func (v *View) MergedInto(matter int64) ([]Clue, error) {
	return all[Clue](v, "matter_id", "merged_into = ?", matter)
}

// Identity is who reported, sealed.
func (v *View) Identity(matter int64) (*Identity, error) {
	var row Identity
	return &row, v.one(&row, "matter_id = ?", matter)
}

// Assignments are who works on a matter now.
func (v *View) Assignments(matter int64) ([]Assignment, error) {
	return all[Assignment](v, "lead DESC, id", "matter_id = ? AND ended_at = 0", matter)
}

// AssignmentsEver are who works or worked on a matter.
func (v *View) AssignmentsEver(matter int64) ([]Assignment, error) {
	return all[Assignment](v, "id", "matter_id = ?", matter)
}

// AssignmentsOf is all that a person works on now.
func (v *View) AssignmentsOf(person int64) ([]Assignment, error) {
	return all[Assignment](v, "matter_id, id", "person_id = ? AND ended_at = 0", person)
}

// Recusals are a matter's recusals, requested, decided and refused.
func (v *View) Recusals(matter int64) ([]Recusal, error) {
	return all[Recusal](v, "id", "matter_id = ?", matter)
}

// Recusal reads one.
func (v *View) Recusal(id int64) (*Recusal, error) {
	var row Recusal
	return &row, v.one(&row, "id = ?", id)
}

// Links tie a matter to others, whichever way.
func (v *View) Links(matter int64) ([]Link, error) {
	return all[Link](v, "id", "from_id = ? OR to_id = ?", matter, matter)
}

// Transfers are a clue's transfers.
func (v *View) Transfers(matter int64) ([]Transfer, error) {
	return all[Transfer](v, "id", "matter_id = ? OR new_matter = ?", matter, matter)
}

// Transfer reads one.
func (v *View) Transfer(id int64) (*Transfer, error) {
	var row Transfer
	return &row, v.one(&row, "id = ?", id)
}

// TransfersTo are those sent to an office in a state.
func (v *View) TransfersTo(office int64, state string) ([]Transfer, error) {
	return all[Transfer](v, "id", "to_office = ? AND state = ?", office, state)
}

// Parties are who a matter is about.
func (v *View) Parties(matter int64) ([]Party, error) {
	return all[Party](v, "id", "matter_id = ?", matter)
}

// Party reads one.
func (v *View) Party(id int64) (*Party, error) {
	var row Party
	return &row, v.one(&row, "id = ?", id)
}

// Agencies are an office's register of agencies.
func (v *View) Agencies(office int64) ([]Agency, error) {
	return all[Agency](v, "name, id", "office_id = ?", office)
}

// Agency reads one.
func (v *View) Agency(id int64) (*Agency, error) {
	var row Agency
	return &row, v.one(&row, "id = ?", id)
}

// PartiesOfAgency are the parties that an agency of the register is in matters.
func (v *View) PartiesOfAgency(agency int64) ([]Party, error) {
	return all[Party](v, "matter_id", "agency_id = ?", agency)
}

// Demands are what a matter's recommendations ask for.
func (v *View) Demands(matter int64) ([]Demand, error) {
	return all[Demand](v, "event_seq, respondent, n, id", "matter_id = ?", matter)
}

// Demand reads one.
func (v *View) Demand(id int64) (*Demand, error) {
	var row Demand
	return &row, v.one(&row, "id = ?", id)
}

// DemandMoves are what became of a matter's demands, in the order of days.
func (v *View) DemandMoves(matter int64) ([]DemandMove, error) {
	return all[DemandMove](v, "on_day, id", "matter_id = ?", matter)
}

// Visits are a matter's look-backs.
func (v *View) Visits(matter int64) ([]Visit, error) {
	return all[Visit](v, "planned_on, id", "matter_id = ?", matter)
}

// Visit reads one.
func (v *View) Visit(id int64) (*Visit, error) {
	var row Visit
	return &row, v.one(&row, "id = ?", id)
}

// Notes are the remarks on a matter.
func (v *View) Notes(matter int64) ([]Note, error) {
	return all[Note](v, "id", "matter_id = ?", matter)
}

// Tasks are a matter's tasks.
func (v *View) Tasks(matter int64) ([]Task, error) {
	return all[Task](v, "done_at, due_on, id", "matter_id = ?", matter)
}

// Task reads one.
func (v *View) Task(id int64) (*Task, error) {
	var row Task
	return &row, v.one(&row, "id = ?", id)
}

// TasksFor are a person's open tasks.
func (v *View) TasksFor(person int64) ([]Task, error) {
	return all[Task](v, "due_on, id", "for_id = ? AND done_at = 0", person)
}

// Approval reads one.
func (v *View) Approval(id int64) (*Approval, error) {
	var row Approval
	return &row, v.one(&row, "id = ?", id)
}

// Approvals are those of a matter.
func (v *View) Approvals(matter int64) ([]Approval, error) {
	return all[Approval](v, "id", "matter_id = ?", matter)
}

// ApprovalsIn are an office's approvals in some states, the oldest first.
func (v *View) ApprovalsIn(office int64, states ...string) ([]Approval, error) {
	return all[Approval](v, "id", "office_id = ? AND state IN (?)", office, bun.List(states))
}

// ApprovalsBy are a person's proposals in some states.
func (v *View) ApprovalsBy(person int64, states ...string) ([]Approval, error) {
	return all[Approval](v, "id", "proposer = ? AND state IN (?)", person, bun.List(states))
}

// ApprovalMoves is the way an approval went.
func (v *View) ApprovalMoves(approval int64) ([]ApprovalMove, error) {
	return all[ApprovalMove](v, "n", "approval_id = ?", approval)
}

// Filings are a matter's record-filings with the next level.
func (v *View) Filings(matter int64) ([]Filing, error) {
	return all[Filing](v, "id", "matter_id = ?", matter)
}

// Filing reads one.
func (v *View) Filing(id int64) (*Filing, error) {
	var row Filing
	return &row, v.one(&row, "id = ?", id)
}

// FilingsTo are those sent to an office, those not yet received first.
func (v *View) FilingsTo(office int64, most int) ([]Filing, error) {
	var rows []Filing
	err := v.db.NewSelect().Model(&rows).Where("to_office = ?", office).OrderExpr("received_on > 0, id DESC").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// Views are the filters a person keeps for a page.
func (v *View) Views(person int64, page string) ([]SavedView, error) {
	return all[SavedView](v, "id", "person_id = ? AND page = ?", person, page)
}

// AddView keeps a filter.
func (tx *Tx) AddView(row *SavedView) error {
	if !keeps(row.Name) || !keeps(row.Query) {
		return unkept()
	}
	_, err := tx.tx.NewInsert().Model(row).Exec(tx.ctx)
	return err
}

// RemoveView forgets a person's filter.
func (tx *Tx) RemoveView(person, id int64) error {
	return tx.exec("DELETE FROM views WHERE id = ? AND person_id = ?", id, person)
}

// Standing is where a matter stands; not there yet is a not_found Error.
func (v *View) Standing(matter int64) (*Standing, error) {
	var row Standing
	return &row, v.one(&row, "matter_id = ?", matter)
}

// Projection is all that is folded from a matter's events, for lists.
type Projection struct {
	Standing  Standing
	Lines     []Line
	Deadlines []Deadline
}

// Projection reads what is kept of a matter's fold.
func (v *View) Projection(matter int64) (p Projection, err error) {
	s, err := v.Standing(matter)
	if err != nil && pil.CodeOf(err) != pil.CodeNotFound {
		return p, err
	}
	p.Standing = *s
	if p.Lines, err = all[Line](v, "track, respondent", "matter_id = ?", matter); err != nil {
		return p, err
	}
	p.Deadlines, err = all[Deadline](v, "n", "matter_id = ?", matter)
	return p, err
}

// projections are the tables that a matter is folded into.
var projections = []string{"standings", "lines", "deadlines"}

// PutProjection takes the place of what was kept of a matter's fold.
func (tx *Tx) PutProjection(p *Projection) error {
	if err := tx.RemoveProjection(p.Standing.MatterID); err != nil {
		return err
	}
	if err := insert(tx, []Standing{p.Standing}); err != nil {
		return err
	}
	if err := insert(tx, p.Lines); err != nil {
		return err
	}
	return insert(tx, p.Deadlines)
}

// RemoveProjection takes away what was kept of a matter that is not there.
func (tx *Tx) RemoveProjection(matter int64) error {
	for _, t := range projections {
		if err := tx.exec("DELETE FROM ? WHERE matter_id = ?", bun.Ident(t), matter); err != nil {
			return err
		}
	}
	return nil
}
