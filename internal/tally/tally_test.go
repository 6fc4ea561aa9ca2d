package tally

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/table"
)

// The columns of the small tables: person, company, shop, device, time, amount,
// gender.
var header = []string{"person", "org", "site", "device", "time", "amount", "gender"}

// question is what is asked of a small table.
type question struct {
	spec  Spec
	class func(row []string) uint8
}

func (q question) with() Spec {
	s := q.spec
	s.Class = func(b *table.Batch, row int) uint8 {
		cells := make([]string, len(header))
		for i := range cells {
			cells[i] = string(b.Cell(row, i))
		}
		return q.class(cells)
	}
	return s
}

// amounts puts rows with an amount in class 2.
func amounts(row []string) uint8 {
	if row[5] != "" {
		return 2
	}
	return 0
}

// male puts rows in class 1 by a column that makes no row distinct.
func male(row []string) uint8 {
	if row[6] == "男" {
		return 1
	}
	return 0
}

var questions = map[string]question{
	"all roles":    {Spec{Person: 0, Path: []int{1, 2, 3}, By: [][]int{{6}, {6, 1}, {}}, Time: 4, Others: []int{5}}, amounts},
	"only times":   {Spec{Person: 0, Path: []int{1, 2, 3}, Time: 4}, male},
	"no time":      {Spec{Person: 0, Path: []int{1, 3}, Time: None, Others: []int{0, 1, 2, 3, 4, 5, 6}}, amounts},
	"no path":      {Spec{Person: 0, By: [][]int{{1}}, Time: 4}, male},
	"no person":    {Spec{Person: None, Path: []int{1, 2}, Time: 4, Others: []int{5}}, male},
	"seven levels": {Spec{Person: 0, Path: []int{1, 2, 3, 6, 5, 4, 0}, Time: 4}, amounts},
}

// brute counts the same with maps of whole rows.
func brute(s Spec, class func([]string) uint8, rows [][]string) *Result {
	r := &Result{Levels: [][]Group{}, By: [][]Group{}}
	type found struct {
		group   Group
		persons map[string]bool
	}
	lists := make([]map[string]*found, len(s.Path)+len(s.By))
	columns := make([][]int, len(lists))
	for i := range lists {
		lists[i] = map[string]*found{}
		if i < len(s.Path) {
			columns[i] = s.Path[:i+1]
		} else {
			columns[i] = s.By[i-len(s.Path)]
		}
	}
	key := func(row []string, columns []int) (string, []string) {
		name := make([]string, len(columns))
		for i, c := range columns {
			name[i] = row[c]
		}
		return strings.Join(name, "\x00"), name
	}
	distinct := map[string]uint8{}
	times := map[string]int64{}
	for _, row := range rows {
		if s.Person != None && row[s.Person] == "" {
			continue
		}
		when, timed := int64(0), false
		if s.Time != None && row[s.Time] != "" {
			if when, timed = table.ParseTime([]byte(row[s.Time])); !timed {
				continue
			}
		}
		r.Rows++
		same, _ := key(row, slices.Concat(s.Path, s.Others))
		person := ""
		if s.Person != None {
			person = row[s.Person]
		}
		same = fmt.Sprint(person, "\x00", when, timed, "\x00", same)
		c, old := distinct[same]
		distinct[same] = max(c, class(row))
		if !old {
			times[person]++
		}
		if timed {
			r.Period.add(when)
		}
		for i, list := range lists {
			k, name := key(row, columns[i])
			if list[k] == nil {
				list[k] = &found{Group{Name: name}, map[string]bool{}}
			}
			f := list[k]
			f.group.Rows++
			f.persons[person] = true
			if timed {
				f.group.Period.add(when)
			}
		}
	}
	r.DuplicateRows = r.Rows - int64(len(distinct))
	counts := map[int64]int64{}
	if s.Person != None {
		r.Persons = int64(len(times))
		for _, n := range times {
			counts[n]++
		}
		r.Repeats = byTimes(counts)
	}
	for _, c := range distinct {
		for len(r.Classes) <= int(c) {
			r.Classes = append(r.Classes, 0)
		}
		r.Classes[c]++
	}
	for i, list := range lists {
		groups := []Group{}
		for _, f := range list {
			if s.Person != None {
				f.group.Persons = int64(len(f.persons))
			}
			if i < len(s.Path) {
				f.group.Below = make([]int64, len(s.Path)-1-i)
				for deeper := i + 1; deeper < len(s.Path); deeper++ {
					for _, d := range lists[deeper] {
						if slices.Equal(d.group.Name[:i+1], f.group.Name) {
							f.group.Below[deeper-i-1]++
						}
					}
				}
			}
			groups = append(groups, f.group)
		}
		slices.SortFunc(groups, func(a, b Group) int { return slices.Compare(a.Name, b.Name) })
		if i < len(s.Path) {
			r.Levels = append(r.Levels, groups)
		} else {
			r.By = append(r.By, groups)
		}
	}
	return r
}

// text writes rows as a CSV.
func text(t testing.TB, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// folder makes temporary files, removed as soon as they are open.
func folder(dir string) func() (File, error) {
	return func() (File, error) {
		f, err := os.CreateTemp(dir, "spill")
		if err != nil {
			return nil, err
		}
		return f, os.Remove(f.Name())
	}
}

// countFiles counts files with so many workers, each of which takes whatever batch
// comes, in the given shape.
func countFiles(t testing.TB, s Spec, sh shape, files ...[]byte) (*Result, error) {
	t.Helper()
	var in []table.File
	for i, f := range files {
		in = append(in, table.File{Name: fmt.Sprintf("%d.csv", i), Size: int64(len(f)), Bytes: bytes.NewReader(f)})
	}
	set, err := table.Open(t.Context(), in, table.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	columns := make([]int, len(header))
	for i := range columns {
		columns[i] = slices.Index(set.Header(), header[i])
	}
	c := newCounter(s, sh)
	defer c.Close()
	if _, err := set.Read(t.Context(), table.Plan{Columns: columns, Workers: s.Workers}, c.Add); err != nil {
		return nil, err
	}
	return c.Result(t.Context())
}

// rows draws small tables in which persons, places and times meet often.
func rows(most int) *rapid.Generator[[][]string] {
	cell := func(words ...string) *rapid.Generator[string] { return rapid.SampledFrom(words) }
	row := rapid.Custom(func(t *rapid.T) []string {
		return []string{
			cell("a", "b", "c", "d", "陈", "").Draw(t, "person"),
			cell("甲公司", "乙公司", "乙").Draw(t, "org"),
			cell("一店", "二店", "公司").Draw(t, "site"),
			cell("1", "2").Draw(t, "device"),
			cell("2021-03-05 08:05:00", "2021/3/5 8:05", "2021-03-05 08:05:01", "1969-12-31 00:00:00", "", "昨天").Draw(t, "time"),
			cell("", "9.9", "12").Draw(t, "amount"),
			cell("男", "女").Draw(t, "gender"),
		}
	})
	return rapid.SliceOfN(row, 0, most)
}

// Whatever the order of rows, their division into files, the number of workers
// and the memory: what is counted is what a count by hand gives.
func TestEqualsBruteForce(t *testing.T) {
	dir := t.TempDir()
	for name, q := range questions {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				table := rows(60).Draw(rt, "rows")
				want := brute(q.spec, q.class, table)
				shuffled := rapid.Permutation(table).Draw(rt, "order")
				cut := rapid.IntRange(0, len(table)).Draw(rt, "cut")
				s := q.with()
				s.Workers = rapid.IntRange(1, 3).Draw(rt, "workers")
				s.Key[3] = rapid.Byte().Draw(rt, "key")
				s.Spill = folder(dir)
				sh := shape{
					block: rapid.IntRange(1, 9).Draw(rt, "block"),
					keep:  rapid.IntRange(0, 9).Draw(rt, "keep"),
					sort:  rapid.SampledFrom([]int{0, 1, 2, 7, 40}).Draw(rt, "sort"),
				}
				got, err := countFiles(t, s, sh, text(t, shuffled[:cut]), text(t, shuffled[cut:]))
				if err != nil {
					rt.Fatal(err)
				}
				got.Spilled = 0
				if diff := cmp.Diff(want, got); diff != "" {
					rt.Fatalf("-brute force +tally:\n%s", diff)
				}
			})
		})
	}
}
