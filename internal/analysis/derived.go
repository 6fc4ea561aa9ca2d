package analysis

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// Derived are the tables suppliers make of such data and sell: people counting
// (客流) by hour and day, gender, age. They count accepted rows, duplicates
// included. A list is empty where its role is not mapped.
type Derived struct {
	Hours      []HourRow  `json:"hours"` // 0–23 of the wall clock at +08:00
	Days       []DayRow   `json:"days"`
	Genders    []ValueRow `json:"genders"`
	Ages       []ValueRow `json:"ages"`
	Consents   []ValueRow `json:"consents"`
	Categories []ValueRow `json:"categories"`
	Amount     *AmountSum `json:"amount"`
}

// HourRow is how many rows fall into one hour of the day.
type HourRow struct {
	Hour int64 `json:"hour"`
	Rows int64 `json:"rows"`
}

// DayRow is how many rows fall on one day, YYYY-MM-DD.
type DayRow struct {
	Day  string `json:"day"`
	Rows int64  `json:"rows"`
}

// ValueRow is how many rows hold one value; an empty Value are the empty cells.
type ValueRow struct {
	Value string `json:"value"`
	Rows  int64  `json:"rows"`
}

// AmountSum adds the amounts up, to the fen.
type AmountSum struct {
	Yuan   string `json:"yuan"`   // 6400.00
	Rows   int64  `json:"rows"`   // with a readable amount
	Unread int64  `json:"unread"` // with one that is not; empty cells count as neither
}

// complete makes every list a list.
func (d Derived) complete() Derived {
	d.Hours, d.Days = nonNil(d.Hours), nonNil(d.Days)
	d.Genders, d.Ages = nonNil(d.Genders), nonNil(d.Ages)
	d.Consents, d.Categories = nonNil(d.Consents), nonNil(d.Categories)
	return d
}

// mostValues is how many different values a derived table lists. A column with
// more is no category, and its list stays empty.
const mostValues = 200

// values counts the rows by value until there are too many different ones.
type values map[string]*int64

// add takes one more cell.
func (v *values) add(cell []byte) {
	if n := (*v)[string(cell)]; n != nil {
		*n++
		return
	}
	if *v == nil {
		*v = values{}
	}
	if len(*v) <= mostValues { // one more than may be listed, which says that there are too many
		(*v)[string(cell)] = new(int64(1))
	}
}

// join adds another worker's values.
func (v *values) join(other values) {
	if *v == nil {
		*v = values{}
	}
	for value, n := range other {
		if mine := (*v)[value]; mine != nil {
			*mine += *n
		} else {
			(*v)[value] = new(*n)
		}
	}
}

// list is the table, sorted by value in code-point order.
func (v values) list() []ValueRow {
	if len(v) > mostValues {
		return nil
	}
	var rows []ValueRow
	for _, value := range slices.Sorted(maps.Keys(v)) {
		rows = append(rows, ValueRow{value, *v[value]})
	}
	return rows
}

// bands are the age groups whole numbers are put into, by their first year;
// fourteen and eighteen are the law's own borders (P28, P31; CC17).
var bands = []int{0, 14, 18, 25, 35, 45, 55, 65}

// band is the age group of a cell: of a whole number of years the group it lies
// in; what is no number stays as the supplier wrote it.
func band(cell []byte) []byte {
	age := 0
	for _, c := range cell {
		if c < '0' || c > '9' || len(cell) > 3 {
			return cell
		}
		age = 10*age + int(c-'0')
	}
	if len(cell) == 0 || age > 150 {
		return cell
	}
	i, found := slices.BinarySearch(bands, age)
	if !found {
		i--
	}
	return bandNames[i]
}

var bandNames = func() (names [][]byte) {
	for i, from := range bands {
		name := strconv.Itoa(from) + "+"
		if i < len(bands)-1 {
			name = strconv.Itoa(from) + "–" + strconv.Itoa(bands[i+1]-1)
		}
		names = append(names, []byte(name))
	}
	return names
}()

// dayTable counts rows by day: densely for the years evidence is of, else in a
// map.
type dayTable struct {
	dense [denseDays]int64
	rest  map[int64]int64
}

// zone is how far the clock here is ahead of UTC, in seconds.
const zone = 8 * 60 * 60

const (
	firstDense = 10957           // 2000-01-01 in days since 1970-01-01
	denseDays  = 50*365 + 12 + 1 // to 2050
)

func (t *dayTable) add(day, rows int64) {
	if i := day - firstDense; i >= 0 && i < denseDays {
		t.dense[i] += rows
		return
	}
	if t.rest == nil {
		t.rest = map[int64]int64{}
	}
	t.rest[day] += rows
}

func (t *dayTable) list() (rows []DayRow) {
	all := maps.Clone(t.rest)
	if all == nil {
		all = map[int64]int64{}
	}
	for i, n := range t.dense {
		if n > 0 {
			all[int64(i)+firstDense] = n
		}
	}
	for _, day := range slices.SortedFunc(maps.Keys(all), cmp.Compare[int64]) {
		rows = append(rows, DayRow{Stamp(day*86400 - zone).String()[:len("2006-01-02")], all[day]})
	}
	return rows
}
