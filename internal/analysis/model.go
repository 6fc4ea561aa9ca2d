package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/wire"
	"shouhu/internal/yamltext"
)

// Model is a supervision model 大数据法律监督模型: a question to tables that
// somebody else keeps, whose every answer is a clue with the rows that prove it.
// docs/formats/model.md describes its file.
type Model struct {
	yamltext.Place `yaml:"-"`

	Name        string           `yaml:"name"`    // as its file, without .yaml
	Version     int              `yaml:"version"` // counts up with every change
	Zh          string           `yaml:"zh"`
	En          string           `yaml:"en"`
	Field       string           `yaml:"field"` // the clue's field, as package clue writes it
	Purpose     Words            `yaml:"purpose"`
	Law         []string         `yaml:"law"` // citations, as law/ writes them
	Tables      []ModelTable     `yaml:"tables"`
	Parameters  []ModelParameter `yaml:"parameters"`
	Engines     []string         `yaml:"engines"` // duckdb, clickhouse; none for a finder
	SQL         string           `yaml:"sql"`
	Finder      string           `yaml:"finder"` // instead of SQL: text, labels
	Output      []ModelColumn    `yaml:"output"`
	Title       string           `yaml:"title"`   // of the clue, with {…}
	Summary     string           `yaml:"summary"` // likewise
	Where       string           `yaml:"where"`   // likewise: the clue's place
	Proves      Words            `yaml:"proves"`
	FalseAlarms Words            `yaml:"false_alarms"`

	SHA256 string `yaml:"-"` // of the file
}

// Words is a text in both languages.
type Words struct {
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
}

// ModelTable is a table the model reads.
type ModelTable struct {
	yamltext.Place `yaml:"-"`

	Name    string        `yaml:"name"`
	Zh      string        `yaml:"zh"`
	Columns []ModelColumn `yaml:"columns"`
	// Shard is the column along which rows are dealt to the servers of a
	// distributed engine; a table without one is copied to each. Rows the
	// statement compares must meet on one server.
	Shard string `yaml:"shard"`
}

// ModelColumn is a column of a table, or of what the statement gives.
type ModelColumn struct {
	yamltext.Place `yaml:"-"`

	Name     string    `yaml:"name"`
	Zh       string    `yaml:"zh"`
	Aliases  []string  `yaml:"aliases"`
	Kind     wire.Kind `yaml:"kind"`     // text where none is given
	Searched bool      `yaml:"searched"` // a finder looks into it
	Personal bool      `yaml:"personal"` // personal data: masked wherever the rows that prove are not shown
	// Of a column that the loader computes: From is a column of kind day, and
	// the value is the last of so many working days after it.
	From        string `yaml:"from"`
	WorkingDays int    `yaml:"working_days"`
}

// ModelParameter is a number, day or word the statement names as $name.
type ModelParameter struct {
	yamltext.Place `yaml:"-"`

	Name    string    `yaml:"name"`
	Zh      string    `yaml:"zh"`
	En      string    `yaml:"en"`
	Kind    wire.Kind `yaml:"kind"`    // integer where none is given
	Default string    `yaml:"default"` // of a day also: today
	Min     string    `yaml:"min"`
	Max     string    `yaml:"max"`
}

// Engines and finders a model may name.
const (
	EngineDuckDB     = "duckdb"
	EngineClickHouse = "clickhouse"
	FinderText       = "text"   // personal data in texts that are public
	FinderLabels     = "labels" // names and numbers shown in full, cell by cell
)

// sourceColumn is the column every table has beside its own: where the row
// stands in its input. hitColumn names the hit a row of the answer belongs to.
const (
	sourceColumn = "source"
	hitColumn    = "hit"
)

// largestModel bounds a model's file.
const largestModel = 256 << 10

// Load reads a model and checks all that can be checked without an engine.
// Whatever is wrong is an invalid Error with file and line.
func Load(file string, data []byte) (*Model, error) {
	if len(data) > largestModel {
		return nil, pil.At(pil.Invalid("模型文件超过256 KiB (the model is longer than 256 KiB)"), file, 0)
	}
	var m Model
	if err := yamltext.Decode(file, data, &m); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	m.SHA256 = hex.EncodeToString(sum[:])
	if m.File == "" {
		m.File, m.Line = file, 1
	}
	return &m, m.check()
}

// LoadAll reads every model of a folder, by name.
func LoadAll(dir fs.FS) ([]*Model, error) {
	files, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	var all []*Model
	for _, file := range files {
		data, err := fs.ReadFile(dir, file)
		if err != nil {
			return nil, err
		}
		m, err := Load(file, data)
		if err != nil {
			return nil, err
		}
		if m.Name+".yaml" != file {
			return nil, m.Errorf("name 应与文件名相同:%s (the name is the file's)", m.Name)
		}
		all = append(all, m)
	}
	return all, nil
}

var modelName = regexp.MustCompile(`^[a-z][a-z0-9-]{2,39}$`)

// check is what Load can see: names, references, kinds, the statement's words.
func (m *Model) check() error {
	for _, need := range []struct{ name, value string }{
		{"zh", m.Zh}, {"en", m.En}, {"field", m.Field}, {"purpose", m.Purpose.Zh}, {"title", m.Title}, {"summary", m.Summary},
		{"proves", m.Proves.Zh}, {"false_alarms", m.FalseAlarms.Zh},
	} {
		if strings.TrimSpace(need.value) == "" {
			return m.Errorf("缺少 %s (missing)", need.name)
		}
	}
	switch {
	case !modelName.MatchString(m.Name):
		return m.Errorf("name 应为小写字母、数字和连字符，3至40个 (name: 3 to 40 small letters, digits and -)")
	case m.Version < 1:
		return m.Errorf("version 应从1起 (version counts from 1)")
	case len(m.Law) == 0:
		return m.Errorf("缺少 law:至少引用一条 (cite at least one article)")
	case len(m.Tables) == 0:
		return m.Errorf("缺少 tables (no tables)")
	case (m.SQL == "") == (m.Finder == ""):
		return m.Errorf("sql 和 finder 应写其一 (either sql or finder)")
	case m.Finder != "" && m.Finder != FinderText && m.Finder != FinderLabels:
		return m.Errorf("没有 finder %s (no such finder)", pil.Quote(m.Finder))
	case m.SQL != "" && len(m.Engines) == 0:
		return m.Errorf("缺少 engines:duckdb、clickhouse (no engines)")
	case len(m.Output) == 0:
		return m.Errorf("缺少 output (no output)")
	}
	for _, e := range m.Engines {
		if e != EngineDuckDB && e != EngineClickHouse || m.Finder != "" {
			return m.Errorf("没有引擎 %s (no such engine for this model)", pil.Quote(e))
		}
	}
	if err := m.checkTables(); err != nil {
		return err
	}
	if err := m.checkParameters(); err != nil {
		return err
	}
	if err := m.checkOutput(); err != nil {
		return err
	}
	if m.SQL != "" {
		return checkSQL(m)
	}
	return nil
}

func (m *Model) checkTables() error {
	seen := map[string]bool{}
	for i := range m.Tables {
		t := &m.Tables[i]
		if !wire.IsName(t.Name) || seen[t.Name] || reserved[strings.ToUpper(t.Name)] {
			return t.Errorf("表名 %s 重复、是保留字或不是小写字母 (a table's name twice, reserved, or not small letters)", pil.Quote(t.Name))
		}
		seen[t.Name] = true
		columns := map[string]bool{sourceColumn: true}
		for j := range t.Columns {
			c := &t.Columns[j]
			if !wire.IsName(c.Name) || columns[c.Name] || reserved[strings.ToUpper(c.Name)] {
				return c.Errorf("列名 %s 重复、是保留字或不是小写字母 (a column's name twice, reserved, or not small letters)", pil.Quote(c.Name))
			}
			columns[c.Name] = true
			if err := c.checkKind(wire.Text); err != nil {
				return err
			}
			from := slices.IndexFunc(t.Columns, func(o ModelColumn) bool { return o.Name == c.From })
			switch {
			case (c.From != "") != (c.WorkingDays != 0):
				return c.Errorf("from 和 working_days 应一同给出 (from and working_days go together)")
			case c.From != "" && (from < 0 || from == j || t.Columns[from].Kind != wire.Day || t.Columns[from].From != "" || c.Kind != wire.Day):
				return c.Errorf("from 应为本表另一日期列，本列也为 day (from: another column of kind day; so is this one)")
			case c.WorkingDays < 0 || c.WorkingDays > 1000:
				return c.Errorf("working_days 应在1到1000之间 (out of range)")
			case c.Zh == "" && c.From == "":
				return c.Errorf("列 %s 缺少 zh (no Chinese name)", c.Name)
			}
		}
		if len(t.Columns) == 0 || len(t.Columns) >= wire.MaxColumns {
			return t.Errorf("列应为1到%d个 (1 to %d columns)", wire.MaxColumns-1, wire.MaxColumns-1)
		}
		if t.Shard != "" && !columns[t.Shard] {
			return t.Errorf("shard %s 不是本表的列 (not a column of the table)", pil.Quote(t.Shard))
		}
	}
	if len(m.Tables) > wire.MaxTables {
		return m.Errorf("表不得超过%d个 (too many tables)", wire.MaxTables)
	}
	return nil
}

func (c *ModelColumn) checkKind(none wire.Kind) error {
	if c.Kind == "" {
		c.Kind = none
	}
	if !slices.Contains(wire.Kinds, c.Kind) {
		return c.Errorf("没有类型 %s:text、integer、fen、day、time (no such kind)", pil.Quote(string(c.Kind)))
	}
	return nil
}

func (m *Model) checkParameters() error {
	seen := map[string]bool{}
	for i := range m.Parameters {
		p := &m.Parameters[i]
		if !wire.IsName(p.Name) || seen[p.Name] {
			return p.Errorf("参数名 %s 重复或不是小写字母 (a parameter's name twice, or not small letters)", pil.Quote(p.Name))
		}
		seen[p.Name] = true
		if p.Kind == "" {
			p.Kind = wire.Integer
		}
		if !slices.Contains(wire.Kinds, p.Kind) {
			return p.Errorf("没有类型 %s (no such kind)", pil.Quote(string(p.Kind)))
		}
		if p.Zh == "" || p.Default == "" {
			return p.Errorf("参数 %s 缺少 zh 或 default (no Chinese name or no default)", p.Name)
		}
		if _, err := p.value("", 0); err != nil && p.Default != "today" {
			return p.Errorf("%v", err)
		}
	}
	return nil
}

// Check is an invalid Error where the text given for a parameter is no value of it;
// an empty one is the default.
func (p *ModelParameter) Check(text string, today pil.Day) error {
	_, err := p.value(text, today)
	return err
}

// value reads the text given for a parameter, the default where it is empty.
func (p *ModelParameter) value(text string, today pil.Day) (any, error) {
	if text == "" {
		text = p.Default
	}
	if text == "today" && p.Kind == wire.Day {
		if today == 0 {
			return nil, pil.Invalid("参数 %s 需要今天的日期 (needs today's date)", p.Name)
		}
		return days(today), nil
	}
	v, err := parseParameter(p.Kind, text)
	if err != nil {
		return nil, pil.Invalid("参数 %s(%s)应为%s:%s (wrong value)", p.Name, p.Zh, kindWords[p.Kind], pil.Quote(text))
	}
	n, isNumber := v.(int64)
	for _, bound := range []struct {
		text string
		sign int64
	}{{p.Min, 1}, {p.Max, -1}} {
		if bound.text == "" {
			continue
		}
		b, err := parseParameter(p.Kind, bound.text)
		limit, ok := b.(int64)
		if err != nil || !ok || !isNumber {
			return nil, pil.Invalid("参数 %s 的 min、max 不对 (wrong bounds)", p.Name)
		}
		if (n-limit)*bound.sign < 0 {
			return nil, pil.Invalid("参数 %s(%s)应在%s到%s之间:%s (out of range)", p.Name, p.Zh, p.Min, p.Max, pil.Quote(text))
		}
	}
	return v, nil
}

var kindWords = map[wire.Kind]string{
	wire.Text: "文字", wire.Integer: "整数", wire.Fen: "金额(元)", wire.Day: "日期 YYYY-MM-DD", wire.Time: "时间 YYYY-MM-DD HH:MM:SS",
}

func parseParameter(k wire.Kind, text string) (any, error) {
	switch k {
	case wire.Integer:
		return strconv.ParseInt(text, 10, 48)
	case wire.Fen:
		m, err := pil.ParseMoney(text)
		return int64(m), err
	case wire.Day:
		d, err := pil.ParseDay(text)
		return days(d), err
	case wire.Time:
		t, err := time.Parse(time.DateTime, text)
		return t.Unix(), err
	}
	return text, nil
}

func (m *Model) checkOutput() error {
	seen := map[string]bool{}
	for i := range m.Output {
		c := &m.Output[i]
		if err := c.checkKind(wire.Text); err != nil {
			return err
		}
		if !wire.IsName(c.Name) || seen[c.Name] || c.Name == hitColumn || c.Zh == "" {
			return c.Errorf("output 的列 %s 重复、缺少 zh 或不可用 (an output column twice, without zh, or not possible)", pil.Quote(c.Name))
		}
		seen[c.Name] = true
	}
	for _, text := range []string{m.Title, m.Summary, m.Where} {
		if err := checkTemplate(m, text); err != nil {
			return err
		}
	}
	return nil
}
