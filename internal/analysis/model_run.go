package analysis

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"shouhu/internal/pil"
	"shouhu/internal/table"
	"shouhu/internal/wire"
)

// Run is one use of a model.
type Run struct {
	Tables map[string]*table.Set // by the model's names
	Params map[string]string     // what differs from the defaults
	Today  pil.Day               // for parameters that default to today
	// AddWorking is the last of n working days after a day: calendar.Calendar has
	// it. Needed only where a column is computed so.
	AddWorking func(d pil.Day, n int) pil.Day
	Asker      Asker // nil where the model is a finder
	Most       int64 // rows of proof; 0 is 100,000
	Sample     int   // only so many first rows of each part of each table; 0 is all
	Reject     func(tableName string, r table.Reject)
	// Progress is told now and then how many bytes of all tables are read, and how
	// many of their rows, one call at a time; may be nil.
	Progress func(bytes, rows int64)
}

// Size is how many bytes the run reads, as Progress counts them.
func (r *Run) Size() (n int64) {
	for _, set := range r.Tables {
		n += set.Size()
	}
	return n
}

// Asker answers a model's statement over its tables: DuckDB in its own process,
// or ClickHouse.
type Asker interface {
	// Engine is the name models declare.
	Engine() string
	// Ask loads the tables and runs the statement once. An answer is whole, or
	// there is an error.
	Ask(ctx context.Context, q Asked) (*wire.Answer, error)
}

// Asked is a statement with its tables.
type Asked struct {
	SQL    string
	Params map[string]any
	Tables []AskedTable
	Rows   int64
	Check  bool // only find out whether the statement is right; nothing is loaded
}

// AskedTable is a table and the way its rows come.
type AskedTable struct {
	wire.Table
	Shard int // column rows are dealt by; -1: every server gets all
	// Read hands over every row. Its cells are int64, []byte or nil and valid
	// during the call; calls of one worker do not overlap.
	Read func(ctx context.Context, workers int, row func(worker int, cells []any) error) error
}

// Hits is what a run found.
type Hits struct {
	Model   string             `json:"model"`
	Version int                `json:"version"`
	SHA256  string             `json:"model_sha256"`
	Engine  string             `json:"engine"`
	Params  map[string]string  `json:"params"`
	Inputs  map[string][]Input `json:"inputs"`
	Field   string             `json:"field"`
	Law     []string           `json:"law"`
	Columns []HitColumn        `json:"columns"` // of the rows that prove
	Hits    []Hit              `json:"hits"`
}

// HitColumn heads a column of proof.
type HitColumn struct {
	Name     string `json:"name"`
	Zh       string `json:"zh"`
	Personal bool   `json:"personal"` // masked wherever proof is not being looked at
}

// Hit is one clue. Title, summary and place hold personal values masked.
type Hit struct {
	Key     string  `json:"key"`
	Title   string  `json:"title"`
	Summary string  `json:"summary"`
	Place   string  `json:"place"`
	Rows    []Proof `json:"rows"`
}

// Proof is a row that proves, and where it stands in the inputs.
type Proof struct {
	Cells   []string `json:"cells"`
	Sources []Source `json:"sources"`
}

// Source is a row of an input.
type Source struct {
	Table string `json:"table"`
	File  string `json:"file"`
	Part  string `json:"part,omitempty"`
	Line  int    `json:"line"`
}

const mostProof = 100_000

// Do runs the model. Tables whose columns are missing are an invalid Error that
// names them; so is an answer larger than Most.
func (m *Model) Do(ctx context.Context, r Run) (*Hits, error) {
	params, shown, err := m.values(r)
	if err != nil {
		return nil, err
	}
	if r.Most == 0 {
		r.Most = mostProof
	}
	l := &loading{run: r, inputs: map[string][]Input{}, read: map[string][2]int64{}}
	asked := Asked{SQL: m.SQL, Params: params, Rows: r.Most}
	for i := range m.Tables {
		t, err := l.table(&m.Tables[i])
		if err != nil {
			return nil, err
		}
		asked.Tables = append(asked.Tables, t)
	}
	hits := &Hits{Model: m.Name, Version: m.Version, SHA256: m.SHA256, Params: shown, Inputs: l.inputs, Field: m.Field, Law: m.Law}
	var answer *wire.Answer
	if m.Finder != "" {
		hits.Engine = "finder:" + m.Finder
		answer, err = m.find(ctx, asked)
	} else {
		if r.Asker == nil || !slices.Contains(m.Engines, r.Asker.Engine()) {
			return nil, pil.Invalid("模型 %s 要用的引擎是 %v (the model runs on another engine)", m.Name, m.Engines)
		}
		hits.Engine = r.Asker.Engine()
		answer, err = r.Asker.Ask(ctx, asked)
	}
	if err != nil {
		return nil, err
	}
	if answer.More {
		return nil, pil.Invalid("命中的行超过 %d，结果不完整；请收紧参数或者提高上限 (more rows than the limit; nothing is given rather than a part)", r.Most)
	}
	return hits, m.gather(hits, answer, params, l)
}

// Try asks the engine whether the statement is right, without any rows.
func (m *Model) Try(ctx context.Context, asker Asker) error {
	params, _, err := m.values(Run{Today: pil.Date(2026, 1, 1)})
	if err != nil || m.SQL == "" {
		return err
	}
	asked := Asked{SQL: m.SQL, Params: params, Rows: 1, Check: true}
	for i := range m.Tables {
		asked.Tables = append(asked.Tables, m.Tables[i].shape())
	}
	_, err = asker.Ask(ctx, asked)
	return err
}

func (m *Model) values(r Run) (params map[string]any, shown map[string]string, err error) {
	params, shown = map[string]any{}, map[string]string{}
	for i := range m.Parameters {
		p := &m.Parameters[i]
		if params[p.Name], err = p.value(r.Params[p.Name], r.Today); err != nil {
			return nil, nil, err
		}
		shown[p.Name] = formatValue(p.Kind, params[p.Name])
	}
	for name := range r.Params {
		if _, ok := params[name]; !ok {
			return nil, nil, pil.Invalid("模型 %s 没有参数 %s (no such parameter)", m.Name, pil.Quote(name))
		}
	}
	return params, shown, nil
}

// shape is the table as engines know it: its columns, and source.
func (t *ModelTable) shape() AskedTable {
	a := AskedTable{Table: wire.Table{Name: t.Name}, Shard: -1}
	for i, c := range t.Columns {
		a.Columns = append(a.Columns, wire.Column{Name: c.Name, Kind: c.Kind})
		if t.Shard == c.Name {
			a.Shard = i
		}
	}
	a.Columns = append(a.Columns, wire.Column{Name: sourceColumn, Kind: wire.Integer})
	return a
}

// loading is the way of the rows from sets to an engine.
type loading struct {
	run    Run
	mu     sync.Mutex
	inputs map[string][]Input
	parts  []Source            // file and part, by number
	read   map[string][2]int64 // bytes and rows, by table
}

// told passes on how far one of the tables is, as a part of all of them.
func (l *loading) told(name string, bytes, rows int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read[name] = [2]int64{bytes, rows}
	bytes, rows = 0, 0
	for _, n := range l.read {
		bytes, rows = bytes+n[0], rows+n[1]
	}
	l.run.Progress(bytes, rows)
}

// Bind finds the model's columns in a header, by name, Chinese name or alias.
// A column nobody has is an invalid Error that lists them all.
func (t *ModelTable) Bind(header []string) (columns []int, err error) {
	var missing []string
	for _, c := range t.Columns {
		if c.From != "" {
			continue
		}
		at := -1
		for _, name := range slices.Concat([]string{c.Name, c.Zh}, c.Aliases) {
			if at = slices.Index(header, name); at >= 0 {
				break
			}
		}
		if at < 0 {
			missing = append(missing, c.Zh)
		}
		columns = append(columns, at)
	}
	if missing != nil {
		return nil, pil.Invalid("表 %s(%s)缺少列:%v (columns are missing)", t.Name, t.Zh, missing)
	}
	return columns, nil
}

func (l *loading) table(t *ModelTable) (AskedTable, error) {
	a := t.shape()
	set := l.run.Tables[t.Name]
	if set == nil {
		return a, pil.Invalid("缺少表 %s(%s):--input %s=文件 (the table is missing)", t.Name, t.Zh, t.Name)
	}
	columns, err := t.Bind(set.Header())
	if err != nil {
		return a, err
	}
	computed := slices.ContainsFunc(t.Columns, func(c ModelColumn) bool { return c.From != "" })
	if computed && l.run.AddWorking == nil {
		return a, pil.Invalid("计算工作日需要日历 (working days need the calendar)")
	}
	a.Read = func(ctx context.Context, workers int, row func(int, []any) error) error {
		return l.load(ctx, t, set, columns, workers, row)
	}
	return a, nil
}

// load hands a set's rows over as the table's cells.
func (l *loading) load(ctx context.Context, t *ModelTable, set *table.Set, columns []int, workers int, row func(int, []any) error) error {
	cells := make([][]any, max(workers, 1))
	for i := range cells {
		cells[i] = make([]any, len(t.Columns)+1)
	}
	plan := table.Plan{Columns: columns, Workers: workers}
	if l.run.Reject != nil {
		plan.Reject = func(r table.Reject) { l.run.Reject(t.Name, r) }
	}
	if l.run.Progress != nil {
		plan.Progress = func(bytes, rows int64) { l.told(t.Name, bytes, rows) }
	}
	inputs, err := set.Read(ctx, plan, func(worker int, b *table.Batch) error {
		part := l.part(t.Name, b)
		for i := range b.Len() {
			if l.run.Sample > 0 && b.Line(i) > l.run.Sample+1 {
				continue
			}
			if why, ok := t.cells(cells[worker], b, i, l.run.AddWorking); !ok {
				b.Reject(i, why)
				continue
			}
			cells[worker][len(t.Columns)] = part<<lineBits | int64(b.Line(i))
			if err := row(worker, cells[worker]); err != nil {
				return err
			}
		}
		return nil
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inputs[t.Name] = inputsOf(inputs)
	return err
}

// lineBits of a source are the line, those above the part.
const lineBits = 40

func (l *loading) part(name string, b *table.Batch) int64 {
	file, part := b.File()
	s := Source{Table: name, File: file, Part: part}
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.parts, s)
	if i < 0 {
		i = len(l.parts)
		l.parts = append(l.parts, s)
	}
	return int64(i + 1)
}

func (l *loading) source(v int64) (Source, bool) {
	part := int(v>>lineBits) - 1
	if part < 0 || part >= len(l.parts) {
		return Source{}, false
	}
	s := l.parts[part]
	s.Line = int(v & (1<<lineBits - 1))
	return s, true
}

// cells reads one row. A row with a number or day that is none is rejected:
// a model must not judge by what it could not read.
func (t *ModelTable) cells(out []any, b *table.Batch, row int, addWorking func(pil.Day, int) pil.Day) (table.Reason, bool) {
	at := 0
	for i, c := range t.Columns {
		if c.From != "" {
			continue
		}
		cell := b.Cell(row, at)
		at++
		if c.Kind == wire.Text {
			out[i] = cell
			continue
		}
		v, empty, ok := readCell(c.Kind, cell)
		switch {
		case !ok && (c.Kind == wire.Day || c.Kind == wire.Time):
			return table.BadTime, false
		case !ok:
			return table.BadNumber, false
		case empty:
			out[i] = nil
		default:
			out[i] = v
		}
	}
	for i, c := range t.Columns {
		if c.From == "" {
			continue
		}
		from := slices.IndexFunc(t.Columns, func(o ModelColumn) bool { return o.Name == c.From })
		out[i] = nil
		if d, ok := out[from].(int64); ok {
			out[i] = days(addWorking(pil.Day(d+unixDays), c.WorkingDays))
		}
	}
	return 0, true
}

// gather makes hits of an answer's rows: those with the same hit are one.
func (m *Model) gather(hits *Hits, a *wire.Answer, params map[string]any, l *loading) error {
	key, columns, sources, err := m.columns(a.Columns)
	if err != nil {
		return err
	}
	for _, c := range m.Output {
		hits.Columns = append(hits.Columns, HitColumn{Name: c.Name, Zh: c.Zh, Personal: c.Personal})
	}
	groups := map[string][][]any{}
	for _, row := range a.Rows {
		k := formatValue(wire.Text, row[key])
		if k == "" {
			return m.Errorf("hit 列为空 (the hit column is empty)")
		}
		groups[k] = append(groups[k], row)
	}
	hits.Hits = make([]Hit, 0, len(groups))
	for k, rows := range groups {
		slices.SortFunc(rows, func(a, b []any) int { return compareRows(a, b, sources, columns) })
		h := Hit{Key: k}
		picked := make([][]any, len(rows))
		for i, row := range rows {
			picked[i] = make([]any, len(columns))
			p := Proof{Cells: make([]string, len(columns)), Sources: []Source{}}
			for j, at := range columns {
				picked[i][j] = row[at]
				p.Cells[j] = formatValue(m.Output[j].Kind, row[at])
			}
			for _, at := range sources {
				v, _ := row[at].(int64)
				if s, ok := l.source(v); ok {
					p.Sources = append(p.Sources, s)
				}
			}
			if len(p.Sources) == 0 {
				return m.Errorf("结果没有 source_表名 列，证明不到原始行 (no source_TABLE column names the rows that prove)")
			}
			h.Rows = append(h.Rows, p)
		}
		h.Title, h.Summary, h.Place = m.fill(m.Title, picked, params), m.fill(m.Summary, picked, params), m.fill(m.Where, picked, params)
		hits.Hits = append(hits.Hits, h)
	}
	slices.SortFunc(hits.Hits, func(a, b Hit) int { return cmp.Compare(a.Key, b.Key) })
	return nil
}

// columns finds hit, the output's columns and the sources among an answer's.
func (m *Model) columns(names []string) (key int, columns, sources []int, err error) {
	if key = slices.Index(names, hitColumn); key < 0 {
		return 0, nil, nil, m.Errorf("结果没有 hit 列 (the statement gives no column hit)")
	}
	for _, c := range m.Output {
		at := slices.Index(names, c.Name)
		if at < 0 {
			return 0, nil, nil, m.Errorf("结果没有列 %s (the statement gives no such column)", c.Name)
		}
		columns = append(columns, at)
	}
	for _, t := range m.Tables { // two rows of one table: source_TABLE, source_TABLE_2
		for _, suffix := range []string{"", "_2"} {
			if at := slices.Index(names, sourceColumn+"_"+t.Name+suffix); at >= 0 {
				sources = append(sources, at)
			}
		}
	}
	return key, columns, sources, nil
}

// compareRows puts rows in one order, whatever order an engine gave them in: by
// what they say, then by where they stand.
func compareRows(a, b []any, sources, columns []int) int {
	for _, list := range [][]int{columns, sources} {
		for _, i := range list {
			switch {
			case a[i] == b[i]:
			case less(a[i], b[i]) || a[i] == nil:
				return -1
			default:
				return 1
			}
		}
	}
	return 0
}
