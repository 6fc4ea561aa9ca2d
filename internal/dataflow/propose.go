package dataflow

import (
	"cmp"
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// Columns are the positions of the columns of a table that say who supplies whom;
// -1 where a table has no such column.
type Columns struct {
	Supplier int // who installs, processes, sells: 供应商
	Buyer    int // who buys data or the service: 购买方
	Owner    int // whose shop or device collects: 设备所属
	Rows     int // how many rows of data a line stands for; -1: one
}

// guesses are the words of headers, the surest first.
var guesses = []struct {
	words []string
	set   func(*Columns, int)
	at    func(*Columns) int
}{
	{[]string{"供应商", "供货商", "提供方", "服务商", "技术服务", "出售方", "乙方", "supplier", "vendor", "seller", "provider"}, func(c *Columns, i int) { c.Supplier = i }, func(c *Columns) int { return c.Supplier }},
	{[]string{"购买方", "购买", "采购", "客户", "接收方", "甲方", "buyer", "customer", "client", "receiver"}, func(c *Columns, i int) { c.Buyer = i }, func(c *Columns) int { return c.Buyer }},
	{[]string{"设备所属", "所属单位", "经营主体", "商户", "企业", "公司", "单位", "owner", "company", "operator"}, func(c *Columns, i int) { c.Owner = i }, func(c *Columns) int { return c.Owner }},
	{[]string{"条数", "数据量", "记录数", "采集量", "rows", "records", "count"}, func(c *Columns, i int) { c.Rows = i }, func(c *Columns) int { return c.Rows }},
}

// GuessColumns finds the columns by their names.
func GuessColumns(header []string) Columns {
	c := Columns{-1, -1, -1, -1}
	taken := make([]bool, len(header))
	for _, g := range guesses {
		for _, word := range g.words {
			i := slices.IndexFunc(header, func(h string) bool { return strings.Contains(strings.ToLower(h), word) })
			if i >= 0 && !taken[i] && g.at(&c) < 0 {
				g.set(&c, i)
				taken[i] = true
			}
		}
	}
	return c
}

// MaxParties is how many different names Count takes.
const MaxParties = 60

type lines struct{ lines, rows int64 }

// Count counts who supplies whom, line by line, and proposes a map.
type Count struct {
	owners, suppliers map[string]*lines
	collects, sells   map[[2]string]*lines // owner or "" → supplier; supplier → buyer
	names             map[string]bool
	lines             int64
}

// NewCount begins with nothing.
func NewCount() *Count {
	return &Count{owners: map[string]*lines{}, suppliers: map[string]*lines{}, collects: map[[2]string]*lines{}, sells: map[[2]string]*lines{}, names: map[string]bool{}}
}

// Add counts one line: empty names are left out, rows below 0 count as none. More
// than MaxParties names are an invalid Error.
func (c *Count) Add(supplier, buyer, owner string, rows int64) error {
	rows = max(rows, 0)
	c.lines++
	for _, n := range []string{supplier, buyer, owner} {
		if n != "" && !c.names[n] {
			if len(c.names) == MaxParties {
				return pil.Invalid("名称超过 %d 个，画出来看不清；请先按供应商筛选，或者核对选的列是不是名称 (more than %[1]d names)", MaxParties)
			}
			c.names[strings.Clone(n)] = true
		}
	}
	add := func(m map[[2]string]*lines, from, to string) {
		k := [2]string{from, to}
		if m[k] == nil {
			m[[2]string{strings.Clone(from), strings.Clone(to)}] = &lines{1, rows}
			return
		}
		m[k].lines++
		m[k].rows += rows
	}
	one := func(m map[string]*lines, name string) {
		if m[name] == nil {
			m[strings.Clone(name)] = &lines{1, rows}
			return
		}
		m[name].lines++
		m[name].rows += rows
	}
	if owner != "" {
		one(c.owners, owner)
		if supplier != "" && supplier != owner {
			add(c.collects, owner, supplier)
		}
	}
	if supplier != "" {
		one(c.suppliers, supplier)
		if buyer != "" && buyer != supplier {
			add(c.sells, supplier, buyer)
		}
	}
	return nil
}

// Lines is how many lines were counted.
func (c *Count) Lines() int64 { return c.lines }

// Map proposes a map with numbers of its own, from 1: data subjects → owners →
// suppliers → buyers, with how many rows the lines give. It says nothing of bases
// and categories but those given; a person accepts it, or not.
func (c *Count) Map(subject string, categories []string, evidence []string) *Map {
	m := &Map{}
	at := map[Kind]map[string]int64{}
	node := func(k Kind, name string) int64 {
		if at[k] == nil {
			at[k] = map[string]int64{}
		}
		if at[k][name] == 0 {
			m.Nodes = append(m.Nodes, Node{ID: int64(len(m.Nodes) + 1), Kind: k, Name: name})
			at[k][name] = int64(len(m.Nodes))
		}
		return at[k][name]
	}
	edge := func(from, to int64, h Handling, n *lines) {
		m.Edges = append(m.Edges, Edge{ID: int64(len(m.Edges) + 1), From: from, To: to, Handling: h, Categories: slices.Clone(categories), Rows: n.rows, Evidence: slices.Clone(evidence)})
	}
	for _, o := range sorted(c.owners) {
		edge(node(Subject, subject), node(Collector, o), Collect, c.owners[o])
	}
	for _, s := range sorted(c.suppliers) {
		node(Processor, s)
	}
	for _, k := range pairs(c.collects) {
		edge(node(Collector, k[0]), node(Processor, k[1]), Entrust, c.collects[k])
	}
	for _, k := range pairs(c.sells) {
		edge(node(Processor, k[0]), node(Buyer, k[1]), Sell, c.sells[k])
	}
	return m
}

func sorted(m map[string]*lines) []string {
	list := make([]string, 0, len(m))
	for n := range m {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

func pairs(m map[[2]string]*lines) [][2]string {
	list := make([][2]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return list
}
