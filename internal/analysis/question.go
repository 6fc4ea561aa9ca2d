package analysis

import (
	"context"

	"shouhu/internal/table"
)

// Engine counts. Whichever does, the Counts of the same rows are the same.
type Engine interface {
	// Count reads the whole set once and answers q. Rows with an empty person are
	// rejected (table.EmptyPerson), and those whose time is there and cannot be
	// read (table.BadTime). An engine that loses a part of its work gives an
	// error, never a partial count.
	Count(ctx context.Context, set *table.Set, q Question) (*Counts, []table.Input, error)
}

// Question is what an engine is asked. Positions count the cells of a batch.
type Question struct {
	Columns  []int // of the set's header: what a batch holds, for table.Plan.Columns
	Roles    Roles // where each role stands among Columns; -1 where not mapped
	Compared []int // the columns that make rows distinct, among Columns
	Memory   int64 // bytes the engine may hold; 0 leaves it to the engine
	Workers  int   // goroutines to read with
	// Tier is the tier of one accepted row: 0 is C, 1 is B, 2 is A. Of equal rows
	// the highest counts. nil: all rows are 0. Called from several goroutines.
	Tier func(b *table.Batch, row int) uint8
	// Seen is called once for each accepted row, duplicates too, on the worker's
	// goroutine; sec is its time where timed. May be nil.
	Seen func(worker int, b *table.Batch, row int, sec int64, timed bool)

	Reject func(table.Reject) // as table.Plan has it
	// Progress is told now and then how far the work is, as a part of set.Size(),
	// and how many rows were read; one call at a time. May be nil.
	Progress func(bytes, rows int64)
}

// question asks about the columns a report needs: those of the roles, those
// that make rows distinct, and further ones.
func question(columns int, mapped Roles, further []int) Question {
	wanted := make([]bool, columns)
	compared := mapped.Compared(columns)
	for _, list := range [][]int{mapped[:], compared, further} {
		for _, i := range list {
			if i >= 0 {
				wanted[i] = true
			}
		}
	}
	q := Question{Roles: NoRoles()}
	at := make([]int, columns)
	for i, w := range wanted {
		if w {
			at[i] = len(q.Columns)
			q.Columns = append(q.Columns, i)
		}
	}
	for role, i := range mapped {
		if i >= 0 {
			q.Roles[role] = at[i]
		}
	}
	for _, i := range compared {
		q.Compared = append(q.Compared, at[i])
	}
	return q
}
