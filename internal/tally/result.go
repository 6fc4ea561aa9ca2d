package tally

import "time"

// Result is what was counted. Lists of groups are sorted by name, column by
// column, in code-point order.
type Result struct {
	Rows          int64 // duplicates included
	DuplicateRows int64 // rows that equal an earlier one: Rows less distinct rows
	Persons       int64 // distinct; 0 without Spec.Person
	Period        Period
	Levels        [][]Group // for each level of Spec.Path, its groups
	By            [][]Group // for each of Spec.By, its groups
	Repeats       []Repeat  // ascending by Times
	Classes       []int64   // distinct rows by class, up to the highest that occurs; of equal rows the highest class counts
	Spilled       int64     // bytes written to temporary files; says nothing about the rows
}

// Group is one company, one shop of a company, one device of a shop …
type Group struct {
	Name    []string // the cells, from the top
	Rows    int64    // duplicates included
	Persons int64    // distinct
	// Below are how many groups of each deeper level lie in this one: the shops
	// and the devices of a company. Nil in Result.By.
	Below  []int64
	Period Period
}

// Repeat says how many persons have exactly Times distinct rows.
type Repeat struct{ Times, Persons int64 }

// Period is the first and the last time among some rows, as table.ParseTime
// gives them. Known is false where no row has a time.
type Period struct {
	From, To int64
	Known    bool
}

func (p *Period) add(sec int64) {
	if !p.Known {
		*p = Period{sec, sec, true}
		return
	}
	p.From, p.To = min(p.From, sec), max(p.To, sec)
}

// join takes in another period.
func (p *Period) join(q Period) {
	if q.Known {
		p.add(q.From)
		p.add(q.To)
	}
}

// Phase is what a count is doing.
type Phase uint8

// The phases, in their order.
const (
	Reading  Phase = iota // the caller reads tables and calls Add; Done and Total are bytes
	Counting              // Result goes through the partitions; Done and Total are rows
)

// Progress is how far a count is.
type Progress struct {
	Phase       Phase
	Done, Total int64
	Rows        int64 // read so far
}

// reading is the share of the whole that Reading takes, in thousandths: as
// measured with CSV, where it takes least.
const reading = 850

// Permille is how much of the whole is done, from 0 to 1000.
func (p Progress) Permille() int64 {
	done := int64(0)
	if p.Total > 0 {
		done = min(max(p.Done, 0), p.Total)
	}
	from, share := int64(0), int64(reading)
	if p.Phase == Counting {
		from, share = reading, 1000-reading
	}
	if p.Total <= 0 {
		return from
	}
	return from + share*done/p.Total
}

// Left estimates the time still needed, from the time it took so far; 0 where
// it is too early to say.
func (p Progress) Left(elapsed time.Duration) time.Duration {
	done := p.Permille()
	if done < 10 {
		return 0
	}
	return elapsed / time.Duration(done) * time.Duration(1000-done)
}
