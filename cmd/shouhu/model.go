package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"shouhu/internal/analysis"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	tables "shouhu/internal/table"
	"shouhu/models"
)

type modelCmd struct {
	List  modelListCmd  `cmd:"" help:"列出内置模型 · list the built-in models"`
	Show  modelShowCmd  `cmd:"" help:"看一个模型：依据、表、参数、语句 · show one model"`
	Check modelCheckCmd `cmd:"" help:"检查模型文件，可附样本表试运行 · check a model's file, and try it on samples"`
	Run   modelRunCmd   `cmd:"" help:"对表运行模型，给出线索和证明的行 · run a model over tables"`
}

// findModel is a built-in model by name, or the file where a path is given.
func findModel(name string) (*analysis.Model, error) {
	if strings.HasSuffix(name, ".yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, pil.Invalid("打不开 %s，请检查路径 (cannot open the file)", name)
		}
		return analysis.Load(name, data)
	}
	all, err := analysis.LoadAll(models.FS)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.Name == name {
			return m, nil
		}
	}
	return nil, pil.NotFound("没有模型 %s,用 shouhu model list 查看 (no such model; see model list)", pil.Quote(name))
}

type modelListCmd struct {
	JSON bool `name:"json" help:"输出 JSON"`
}

type modelLine struct {
	Name    string   `json:"name"`
	Version int      `json:"version"`
	Zh      string   `json:"zh"`
	En      string   `json:"en"`
	Field   string   `json:"field"`
	Engines []string `json:"engines"`
	Tables  []string `json:"tables"`
	SHA256  string   `json:"sha256"`
}

// Run lists the models.
func (c *modelListCmd) Run(out io.Writer) error {
	all, err := analysis.LoadAll(models.FS)
	if err != nil {
		return err
	}
	lines := []modelLine{}
	t := newTable("模型", "名称", "领域", "需要的表", "引擎")
	for _, m := range all {
		l := modelLine{Name: m.Name, Version: m.Version, Zh: m.Zh, En: m.En, Field: m.Field, Engines: enginesOf(m), SHA256: m.SHA256}
		var names []string
		for _, mt := range m.Tables {
			l.Tables = append(l.Tables, mt.Name)
			names = append(names, mt.Zh)
		}
		lines = append(lines, l)
		t.row(m.Name, m.Zh, fieldZh(m.Field), strings.Join(names, "、"), strings.Join(l.Engines, "、"))
	}
	if c.JSON {
		return printJSON(out, lines)
	}
	return t.print(out)
}

func enginesOf(m *analysis.Model) []string {
	if m.Finder != "" {
		return []string{"finder:" + m.Finder}
	}
	return m.Engines
}

func fieldZh(s string) string {
	f, err := clue.ParseField(s)
	if err != nil {
		return s
	}
	return f.Zh()
}

type modelShowCmd struct {
	overlay
	Name string `arg:"" help:"模型名，或者 .yaml 文件 · a model's name, or a file"`
	JSON bool   `name:"json" help:"输出 JSON"`
}

// Run shows a model.
func (c *modelShowCmd) Run(out io.Writer) error {
	m, err := findModel(c.Name)
	if err != nil {
		return err
	}
	l, err := c.load()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, m)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s (%s)\n版本 %d · 领域 %s · %s\n\n%s\n%s\n\n依据\n", m.Name, m.Zh, m.En, m.Version, fieldZh(m.Field), strings.Join(enginesOf(m), "、"), m.Purpose.Zh, m.Purpose.En)
	for _, cite := range m.Law {
		if in, _ := l.Cited(cite); in != nil {
			cite = l.CiteText(cite).Zh
		}
		fmt.Fprintf(&b, "  %s\n", cite)
	}
	for _, t := range m.Tables {
		fmt.Fprintf(&b, "\n表 %s %s\n", t.Name, t.Zh)
		for _, col := range t.Columns {
			if col.From != "" {
				fmt.Fprintf(&b, "  %s = %s 之后第%d个工作日\n", col.Name, col.From, col.WorkingDays)
				continue
			}
			fmt.Fprintf(&b, "  %s %s", col.Name, col.Zh)
			if len(col.Aliases) > 0 {
				fmt.Fprintf(&b, "(或者 %s)", strings.Join(col.Aliases, "、"))
			}
			fmt.Fprintf(&b, " %s\n", col.Kind)
		}
	}
	if len(m.Parameters) > 0 {
		b.WriteString("\n参数\n")
	}
	for _, p := range m.Parameters {
		fmt.Fprintf(&b, "  %s %s 默认 %s", p.Name, p.Zh, p.Default)
		if p.Min != "" || p.Max != "" {
			fmt.Fprintf(&b, "，%s 至 %s", p.Min, p.Max)
		}
		b.WriteByte('\n')
	}
	if m.SQL != "" {
		fmt.Fprintf(&b, "\n语句\n%s\n", strings.TrimRight(m.SQL, "\n"))
	}
	fmt.Fprintf(&b, "\n能证明\n%s\n%s\n\n误报\n%s\n%s\n", m.Proves.Zh, m.Proves.En, m.FalseAlarms.Zh, m.FalseAlarms.En)
	_, err = io.WriteString(out, b.String())
	return err
}

// engineFlags name what runs a statement.
type engineFlags struct {
	EngineProgram string        `name:"engine-program" help:"查询程序 bin/engine 的路径；默认在本程序旁边 · path of the engine" placeholder:"FILE"`
	Memory        string        `help:"查询可用的内存 · memory for the question" placeholder:"1GiB"`
	Time          time.Duration `help:"查询的时限 · time for the question" default:"10m"`
}

func (f engineFlags) duckdb() (analysis.Asker, error) {
	memory, err := parseBytes(f.Memory)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	program, err := analysis.FindEngine(f.EngineProgram, self)
	if err != nil {
		return nil, err
	}
	return analysis.DuckDB{Program: program, Memory: memory, Time: f.Time}, nil
}

// inputs opens TABLE=FILE, one or more files a table.
func inputs(ctx context.Context, m *analysis.Model, given []string) (sets map[string]*tables.Set, closing func(), err error) {
	names := map[string][]string{}
	for _, in := range given {
		name, file, ok := strings.Cut(in, "=")
		if !ok || file == "" {
			return nil, nil, pil.Invalid("--input %s 应写作 表=文件 (should be TABLE=FILE)", pil.Quote(in))
		}
		at := slices.IndexFunc(m.Tables, func(t analysis.ModelTable) bool { return t.Name == name || t.Zh == name })
		if at < 0 {
			return nil, nil, pil.Invalid("模型 %s 没有表 %s (the model reads no such table)", m.Name, pil.Quote(name))
		}
		names[m.Tables[at].Name] = append(names[m.Tables[at].Name], file)
	}
	var all []func()
	closing = func() {
		for _, f := range all {
			f()
		}
	}
	sets = map[string]*tables.Set{}
	for name, list := range names {
		files, done, err := analysis.Files(list)
		if err != nil {
			closing()
			return nil, nil, err
		}
		all = append(all, done)
		if sets[name], err = tables.Open(ctx, files, tables.Limits{}); err != nil {
			closing()
			return nil, nil, err
		}
	}
	return sets, closing, nil
}

type modelCheckCmd struct {
	overlay
	engineFlags
	File   string   `arg:"" help:"模型文件 .yaml · the model's file"`
	Input  []string `help:"样本表，可重复 · samples to try it on" placeholder:"TABLE=FILE"`
	Engine string   `help:"声明了 clickhouse 的模型，也在这些服务器上试 · try it on these servers too" placeholder:"clickhouse://…"`
	Sample int      `help:"每个文件只用前这么多行 · only so many first rows of each file" default:"1000"`
	JSON   bool     `name:"json" help:"输出 JSON"`
}

type modelVerdict struct {
	File    string   `json:"file"`
	OK      bool     `json:"ok"`
	Checked []string `json:"checked"`
	Untried []string `json:"untried"` // engines that could not be reached
	Faults  []string `json:"faults"`
	Hits    *int     `json:"sample_hits,omitempty"`
}

// Run checks a model; the exit status is 1 where it may not be used.
func (c *modelCheckCmd) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	v := modelVerdict{File: c.File, Checked: []string{}, Untried: []string{}, Faults: []string{}}
	if err := c.judge(ctx, &v); err != nil {
		var known *pil.Error
		if !errors.As(err, &known) || known.Code == pil.CodeInternal || known.Code == pil.CodeNotFound {
			return err
		}
		v.Faults = append(v.Faults, err.Error())
	}
	v.OK = len(v.Faults) == 0
	if c.JSON {
		if err := printJSON(out, v); err != nil {
			return err
		}
	} else {
		for _, s := range v.Checked {
			if _, err := fmt.Fprintln(out, "✓ "+s); err != nil {
				return err
			}
		}
		for _, s := range v.Untried {
			if _, err := fmt.Fprintln(out, "– "+s); err != nil {
				return err
			}
		}
		for _, s := range v.Faults {
			if _, err := fmt.Fprintln(out, "✗ "+s); err != nil {
				return err
			}
		}
	}
	if !v.OK {
		return errNo
	}
	return nil
}

func (c *modelCheckCmd) judge(ctx context.Context, v *modelVerdict) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.File); err != nil {
		return pil.NotFound("打不开 %s，请检查路径 (cannot open the file)", c.File)
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	m, err := analysis.Load(c.File, data)
	if err != nil {
		return err
	}
	v.Checked = append(v.Checked, "文件、名称、语句可用的词 (file, names, words of the statement)")
	for _, err := range desk.CheckModel(l, m) {
		v.Faults = append(v.Faults, err.Error())
	}
	v.Checked = append(v.Checked, "领域和引用 (field and citations)")
	asker, err := c.try(ctx, m, v)
	if err != nil {
		return err
	}
	if len(c.Input) == 0 {
		return nil
	}
	if asker == nil && m.SQL != "" {
		v.Untried = append(v.Untried, "样本没有试运行：没有可用的引擎 (the samples were not tried: no engine can be reached)")
		return nil
	}
	sets, closing, err := inputs(ctx, m, c.Input)
	if err != nil {
		return err
	}
	defer closing()
	hits, err := m.Do(ctx, analysis.Run{Tables: sets, Today: pil.DayOf(time.Now()), AddWorking: l.Calendar.AddWorking, Asker: asker, Sample: c.Sample})
	if err != nil {
		return err
	}
	n := len(hits.Hits)
	v.Hits = &n
	v.Checked = append(v.Checked, fmt.Sprintf("样本试运行：%d 条线索 (tried on the samples)", n))
	return nil
}

// try asks every engine the model declares, of those that can be reached, whether the
// statement is right, and says which were asked and which were not. It gives the first
// that was, for the samples.
func (c *modelCheckCmd) try(ctx context.Context, m *analysis.Model, v *modelVerdict) (first analysis.Asker, err error) {
	for _, name := range m.Engines {
		var asker analysis.Asker
		switch {
		case name == analysis.EngineDuckDB:
			asker, err = c.duckdb()
			if pil.CodeOf(err) == pil.CodeNotFound && c.EngineProgram == "" {
				v.Untried = append(v.Untried, fmt.Sprintf("没有在 %s 上试：%v", name, err))
				continue
			}
		case c.Engine == "":
			v.Untried = append(v.Untried, fmt.Sprintf("没有在 %s 上试：用 --engine clickhouse://… 给出服务器 (not tried there: name the servers)", name))
			continue
		default:
			asker, err = analysis.ParseClickHouse(c.Engine)
		}
		if err != nil {
			return nil, err
		}
		switch err = m.Try(ctx, asker); {
		case pil.CodeOf(err) == pil.CodeBusy: // it is down
			v.Untried = append(v.Untried, fmt.Sprintf("没有在 %s 上试：%v", name, err))
			continue
		case err != nil:
			v.Faults = append(v.Faults, fmt.Sprintf("%s：%v", name, err))
			continue
		}
		if first == nil {
			first = asker
		}
		v.Checked = append(v.Checked, fmt.Sprintf("%s 接受语句 (the engine accepts the statement)", name))
	}
	return first, nil
}

type modelRunCmd struct {
	overlay
	engineFlags
	Name   string   `arg:"" help:"模型名，或者 .yaml 文件 · a model's name, or a file"`
	Input  []string `help:"表，可重复；同一个表可以有几个文件 · tables" placeholder:"TABLE=FILE"`
	Param  []string `help:"参数，可重复 · parameters" placeholder:"k=v"`
	Engine string   `help:"用 ClickHouse 运行 · run on ClickHouse" placeholder:"clickhouse://…"`
	Today  string   `help:"今天的日期，用于默认为今天的参数 · today's date" placeholder:"YYYY-MM-DD"`
	Most   int64    `help:"证明的行数上限 · most rows of proof" default:"100000"`
	JSON   bool     `name:"json" help:"输出 JSON"`
	Out    string   `help:"写 hits.json、hits.csv、rejected.csv 的目录 · folder for what was found" placeholder:"DIR"`
}

// Run runs a model.
func (c *modelRunCmd) Run(out io.Writer, term terminal) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	m, err := findModel(c.Name)
	if err != nil {
		return err
	}
	l, err := c.load()
	if err != nil {
		return err
	}
	r := analysis.Run{Params: map[string]string{}, Today: pil.DayOf(time.Now()), AddWorking: l.Calendar.AddWorking, Most: c.Most}
	if c.Today != "" {
		if r.Today, err = pil.ParseDay(c.Today); err != nil {
			return err
		}
	}
	for _, p := range c.Param {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			return pil.Invalid("--param %s 应写作 名=值 (should be k=v)", pil.Quote(p))
		}
		r.Params[name] = value
	}
	if m.SQL != "" {
		if r.Asker, err = c.asker(); err != nil {
			return err
		}
	}
	sets, closing, err := inputs(ctx, m, c.Input)
	if err != nil {
		return err
	}
	defer closing()
	r.Tables = sets
	folder, err := openOut(c.Out)
	if err != nil {
		return err
	}
	defer folder.close()
	r.Reject = func(_ string, row tables.Reject) { folder.reject(row) }
	show := newProgress(term.err, r.Size())
	r.Progress = show.step
	hits, err := m.Do(ctx, r)
	show.end()
	if err != nil {
		if ctx.Err() != nil {
			return pil.Invalid("已中断，没有写出任何结果 (interrupted; nothing was written)")
		}
		return err
	}
	if err := folder.keepAll(map[string]func(io.Writer) error{
		"hits.json": func(w io.Writer) error { return printJSON(w, hits) },
		"hits.csv":  func(w io.Writer) error { return analysis.WriteProof(w, hits) },
	}); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, hits)
	}
	return printHits(out, m, hits)
}

func (c *modelRunCmd) asker() (analysis.Asker, error) {
	if c.Engine == "" {
		return c.duckdb()
	}
	return analysis.ParseClickHouse(c.Engine)
}

// printHits shows each clue and where its first rows stand; personal values of
// the rows themselves are in --json and --out only.
func printHits(out io.Writer, m *analysis.Model, hits *analysis.Hits) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s · 引擎 %s · 线索 %d 条\n", m.Zh, hits.Engine, len(hits.Hits))
	for _, t := range m.Tables {
		for _, in := range hits.Inputs[t.Name] {
			fmt.Fprintf(&b, "  %s %s：%d 行，剔除 %d 行，sha256 %s\n", t.Zh, in.Path, in.Rows, in.Rejected, in.SHA256)
		}
	}
	const most = 5
	for i, h := range hits.Hits {
		fmt.Fprintf(&b, "\n%d. %s\n   %s\n", i+1, h.Title, h.Summary)
		for j, row := range h.Rows {
			if j == most {
				fmt.Fprintf(&b, "   … 共 %d 行，--json 或者 --out 有全部\n", len(h.Rows))
				break
			}
			fmt.Fprintf(&b, "   证明：%s\n", analysis.SourcesText(row.Sources))
		}
	}
	fmt.Fprintf(&b, "\n能证明：%s\n误报：%s\n", m.Proves.Zh, m.FalseAlarms.Zh)
	_, err := io.WriteString(out, b.String())
	return err
}
