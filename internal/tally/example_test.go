package tally_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"shouhu/internal/table"
	"shouhu/internal/tally"
)

const faces = `face,company,shop,time
f1,Qinghe,East Lake,2021-03-05 10:00:00
f2,Qinghe,East Lake,2021-03-05 10:00:05
f1,Qinghe,East Lake,2021/3/5 10:00
f1,Qinghe,West Park,2021-03-06 11:30:00
f3,Wangshu,East Lake,2021-03-07 12:00:00
`

// Persons of companies and shops. The third row equals the first.
func Example() {
	set, err := table.Open(context.Background(), []table.File{{Name: "faces.csv", Size: int64(len(faces)), Bytes: strings.NewReader(faces)}}, table.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	c, err := tally.New(tally.Spec{
		Person: 0, Path: []int{1, 2}, Time: 3,
		Key:     [16]byte{1}, // drawn anew for each count, outside of examples
		Workers: 2,
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = set.Read(context.Background(), table.Plan{Columns: []int{0, 1, 2, 3}, Workers: 2}, c.Add)
	if err != nil {
		log.Fatal(err)
	}
	r, err := c.Result(context.Background())
	c.Close()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Rows, "rows,", r.DuplicateRows, "duplicate,", r.Persons, "persons")
	for _, level := range r.Levels {
		for _, g := range level {
			fmt.Println(strings.Join(g.Name, " "), g.Rows, g.Persons, table.FormatTime(g.Period.From))
		}
	}
	for _, n := range r.Repeats {
		fmt.Println(n.Persons, "came", n.Times, "times")
	}
	// Output:
	// 5 rows, 1 duplicate, 3 persons
	// Qinghe 4 2 2021-03-05T10:00:00
	// Wangshu 1 1 2021-03-07T12:00:00
	// Qinghe East Lake 3 2 2021-03-05T10:00:00
	// Qinghe West Park 1 1 2021-03-06T11:30:00
	// Wangshu East Lake 1 1 2021-03-07T12:00:00
	// 2 came 1 times
	// 1 came 2 times
}

// With a memory limit, rows that do not fit wait in temporary files: sealed, and
// removed from their folder while they are open.
func ExampleSpec_memory() {
	c, err := tally.New(tally.Spec{
		Person: 0, Time: tally.None, Others: []int{0, 1, 2, 3},
		Memory: 512 << 20,
		Spill: func() (tally.File, error) {
			f, err := os.CreateTemp("", "count")
			if err != nil {
				return nil, err
			}
			return f, os.Remove(f.Name())
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	r, err := c.Result(context.Background())
	fmt.Println(r.Rows, err)
	// Output:
	// 0 <nil>
}
