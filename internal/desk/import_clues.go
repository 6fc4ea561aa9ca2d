package desk

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/store"
	"shouhu/internal/table"
)

// ImportPlan says how a hotline's sheet is read, and to whom its clues go.
type ImportPlan struct {
	clue.Mapping       // Today is set by the desk
	Department   int64 // that is to handle them; 0: the actor's own
	// Progress is told after each batch how many rows of all are done.
	Progress func(done, all int)
}

// ImportReport is what became of a sheet. It holds no cell of it.
type ImportReport struct {
	Accepted []ImportedClue
	Rejected []clue.Rejected
}

// ImportedClue is a row that became a clue.
type ImportedClue struct {
	Line   int
	Matter int64
	Number string
	Notes  []clue.Problem // what could not be read, or is doubtful
}

// importBatch is how many rows one transaction registers: others wait for it.
const importBatch = 100

// ImportClues registers the rows of a sheet as clues, a transaction for each
// hundred. A work-order number the office has already is rejected, so that a
// sheet may be sent again after a failure; where a batch fails, the report tells
// what was stored before.
func (d *Desk) ImportClues(ctx context.Context, who Who, name string, sheet io.Reader, in ImportPlan) (rep ImportReport, err error) {
	// Whoever may not import is told before the sheet is read.
	if err := d.ask(ctx, who, account.ImportClues, target{}, func(*look) error { return nil }); err != nil {
		return rep, err
	}
	rows, err := table.ReadGrid(name, sheet)
	if err != nil {
		return rep, err
	}
	in.Today = d.Day()
	list, rejected, err := clue.ImportTable(rows, in.Mapping)
	if err != nil {
		return rep, err
	}
	rep.Rejected = rejected
	all := len(list)
	for done := 0; done < all; {
		n := min(all-done, importBatch)
		accepted, rejected, err := d.importBatch(ctx, who, list[done:done+n], in.Department)
		if err != nil {
			return rep, err
		}
		rep.Accepted, rep.Rejected = append(rep.Accepted, accepted...), append(rep.Rejected, rejected...)
		if done += n; in.Progress != nil {
			in.Progress(done, all)
		}
	}
	slices.SortStableFunc(rep.Rejected, func(a, b clue.Rejected) int { return cmp.Compare(a.Line, b.Line) })
	return rep, nil
}

func (d *Desk) importBatch(ctx context.Context, who Who, list []clue.Imported, department int64) (accepted []ImportedClue, rejected []clue.Rejected, err error) {
	err = d.do(ctx, who, account.ImportClues, target{}, func(w *work) error {
		accepted, rejected = nil, nil // a lost race tries again
		if err := w.tx.LockOffice(w.office); err != nil {
			return err
		}
		var orders []string
		for i := range list {
			if list[i].Order != "" {
				orders = append(orders, list[i].Order)
			}
		}
		known, err := w.OrdersKnown(w.office, orders)
		if err != nil {
			return err
		}
		for i := range list {
			row := &list[i]
			if before := known[row.Order]; row.Order != "" && before != 0 {
				why, err := w.importedBefore(before)
				if err != nil {
					return err
				}
				rejected = append(rejected, clue.Rejected{Line: row.Line, Why: []clue.Problem{why}})
				continue
			}
			m, err := w.registerClue(&NewClue{Form: row.Form, Identity: row.Identity, Order: row.Order, Department: department})
			if err != nil {
				return err
			}
			accepted = append(accepted, ImportedClue{Line: row.Line, Matter: m.ID, Number: m.Number, Notes: row.Notes})
		}
		return nil
	})
	return accepted, rejected, err
}

// importedBefore is why a row with a known work-order number is rejected; it names
// the clue, which the office may know.
func (l *look) importedBefore(matter int64) (p clue.Problem, err error) {
	var m *store.Matter
	if m, err = l.Matter(matter); err != nil {
		return p, err
	}
	return clue.Problem{Input: clue.InOrder, Text: clue.Text{Zh: fmt.Sprintf("该工单编号已登记为 %s", m.Number), En: "this work order is registered already as " + m.Number}}, nil
}
