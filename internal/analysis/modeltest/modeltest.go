// Package modeltest makes data for the supervision models: for each a crowd of
// ordinary rows from a seed, planted hits, and near misses that a careless
// statement would take for hits. For tests and measurements only; nobody in it
// exists.
//
// It must not know the models' statements, only their tables.
package modeltest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"

	"shouhu/internal/pil"
)

// Data is what one model is tested with.
type Data struct {
	Tables map[string]*Table
	Params map[string]string
	Hits   map[string]int // key of each planted hit, and how many rows prove it
	Near   []string       // what each near miss is, one a planted one
}

// Table is a table as somebody would send it.
type Table struct {
	Header []string
	Rows   [][]string
}

// CSV writes the table.
func (t *Table) CSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(append([][]string{t.Header}, t.Rows...)) // a buffer takes everything
	return b.Bytes()
}

// maker is a Data under construction.
type maker struct {
	*Data
	*rand.Rand
}

// makers are the generators by model.
var makers = map[string]func(maker){
	"new-numbers": newNumbers, "face-supplier": faceSupplier, "face-store-filing": faceStoreFiling, "museum-group-channel": museum,
	"recruitment-shells": recruitment, "notices-unmasked": notices, "delivery-labels": labels, "student-sims": sims,
	"payments-after-end": payments, "repeat-penalties": penalties, "rectification-rebound": rebound, "unpatrolled-points": points,
}

// Make generates the data of a model. crowd is how many ordinary items stand
// around the planted ones. Rows are shuffled.
func Make(model string, seed uint64, crowd int) (*Data, bool) {
	f, ok := makers[model]
	if !ok {
		return nil, false
	}
	m := maker{&Data{Tables: map[string]*Table{}, Params: map[string]string{}, Hits: map[string]int{}}, rand.New(rand.NewPCG(seed, 4))}
	f(m)
	for i := range crowd {
		ordinary[model](m, 1000+i)
	}
	names := make([]string, 0, len(m.Tables))
	for name := range m.Tables {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		rows := m.Tables[name].Rows
		m.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	return m.Data, true
}

func (m maker) table(name string, header ...string) { m.Tables[name] = &Table{Header: header} }

func (m maker) row(table string, cells ...string) {
	t := m.Tables[table]
	if len(cells) != len(t.Header) {
		panic(fmt.Sprintf("%s: %d cells under %d heads", table, len(cells), len(t.Header)))
	}
	t.Rows = append(t.Rows, cells)
}

func (m maker) hit(key string, rows int) { m.Hits[key] = rows }
func (m maker) near(what string)         { m.Near = append(m.Near, what) }

// base is the day the stories count from; day and clock write moments after it.
var base = pil.Date(2025, 3, 3)

func day(n int) string { return (base + pil.Day(n)).String() }
func clock(n, minute int) string {
	return fmt.Sprintf("%s %02d:%02d:00", day(n), minute/60, minute%60)
}

// identity is the nth number with a right check digit, of people born in the
// 1880s in a county that does not exist.
func identity(n int) string {
	s := fmt.Sprintf("110000%04d%02d%02d%03d", 1880+n%10, 1+n/10%12, 1+n/120%28, n/3360%1000)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}

func phone(n int) string { return fmt.Sprintf("1990000%04d", n%10000) }
func uscc(n int) string  { return fmt.Sprintf("91990000MA%08d", n) }
