package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"shouhu/internal/analysis"
	"shouhu/internal/pil"
	tables "shouhu/internal/table"
)

type analyzeCmd struct {
	Files  []string `arg:"" name:"file" help:"证据表格：CSV、TSV、XLSX、JSON lines、Parquet，可压缩 · evidence tables"`
	Map    string   `help:"各列的角色，写全：person=列名,org=列名,… · what each column is; complete" placeholder:"person=列名,…"`
	Memory string   `help:"计数引擎可用的内存，超出部分写入加密的临时文件 · memory for counting; what is beyond goes to encrypted temporary files" default:"1.5GiB"`
	Tier   []string `help:"指定某角色或者某列的类别 · set the tier of a role or column" placeholder:"ROLE=A|B|C"`
	Engine string   `help:"用别的引擎计数 · count on another engine" placeholder:"URL"`
	JSON   bool     `name:"json" help:"输出 JSON"`
	Out    string   `help:"写 report.json、report.xlsx、rejected.csv 的目录 · folder for the report and the rejected rows" placeholder:"DIR"`
}

// Run analyses the tables.
func (c *analyzeCmd) Run(out io.Writer, term terminal) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = pil.Invalid("已中断，没有写出任何结果 (interrupted; nothing was written)")
		}
	}()
	memory, err := parseBytes(c.Memory)
	if err != nil {
		return err
	}
	engine, err := analysis.OpenEngine(c.Engine)
	if err != nil {
		return err
	}
	files, closing, err := analysis.Files(c.Files)
	if err != nil {
		return err
	}
	defer closing()
	set, err := tables.Open(ctx, files, tables.Limits{})
	if err != nil {
		return err
	}
	order := analysis.Order{Engine: engine, Memory: memory}
	if order.Roles, err = c.roles(set, term); err != nil {
		return err
	}
	if order.Tiers, err = analysis.ParseTiers(c.Tier, order.Roles, set.Header()); err != nil {
		return err
	}
	folder, err := openOut(c.Out)
	if err != nil {
		return err
	}
	defer folder.close()
	order.Reject = folder.reject
	show := newProgress(term.err, set.Size())
	order.Progress = show.step
	report, err := analysis.Analyze(ctx, set, order)
	show.end()
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := folder.keep(report); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, report)
	}
	return printAnalysis(out, report)
}

// roles reads --map, or proposes: what is in doubt is asked at a terminal, and
// refused with a ready --map elsewhere.
func (c *analyzeCmd) roles(set *tables.Set, term terminal) (analysis.Roles, error) {
	header := set.Header()
	if c.Map != "" {
		return analysis.ParseMap(c.Map, header)
	}
	p := analysis.Propose(header, set.Sample(200))
	p.Roles = p.Roles.Counting() // a derived table is made where it is asked for
	ready := p.Roles.MapText(header)
	if p.Sure() {
		return p.Roles, nil
	}
	if isTerminal(os.Stdin) && isTerminal(term.err) {
		return askRoles(p, header, os.Stdin, term.err)
	}
	return p.Roles, pil.Invalid("各列的角色不能确定，请核对后加上 --map %s (roles in doubt: check this map and give it)", ready)
}

// askRoles shows the proposal and takes Enter, or a map.
func askRoles(p analysis.Proposal, header []string, in io.Reader, w io.Writer) (analysis.Roles, error) {
	t := newTable("角色", "列", "把握")
	for role, i := range p.Roles {
		if i >= 0 {
			t.row(analysis.Role(role).String(), header[i], fmt.Sprintf("%d%%", p.Confidence[role]))
		}
	}
	if err := t.print(w); err != nil {
		return p.Roles, err
	}
	lines := bufio.NewScanner(in)
	for {
		if _, err := fmt.Fprintf(w, "\n直接回车采用，或者输入 %s\n> ", p.Roles.MapText(header)); err != nil {
			return p.Roles, err
		}
		if !lines.Scan() {
			return p.Roles, pil.Invalid("没有确定各列的角色，请加上 --map %s (roles in doubt)", p.Roles.MapText(header))
		}
		line := strings.TrimSpace(lines.Text())
		if line == "" && p.Roles.Mapped(analysis.Person) {
			return p.Roles, nil
		}
		mapped, err := analysis.ParseMap(line, header)
		if err == nil {
			return mapped, nil
		}
		if _, err := fmt.Fprintln(w, err); err != nil {
			return p.Roles, err
		}
	}
}

// isTerminal reports whether a stream is a terminal and not merely a device.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// parseBytes reads 512MiB, 1GiB, 1.5GB or a number of bytes; nothing is 0.
func parseBytes(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	bad := pil.Invalid("--memory %s 应写作 512MiB、1GiB 或者字节数 (should be a size)", pil.Quote(s))
	digits := strings.TrimRightFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	unit, ok := map[string]float64{
		"": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "kb": 1e3, "m": 1 << 20, "mib": 1 << 20, "mb": 1e6, "g": 1 << 30, "gib": 1 << 30, "gb": 1e9, "t": 1 << 40, "tib": 1 << 40, "tb": 1e12,
	}[strings.ToLower(strings.TrimSpace(s[len(digits):]))]
	n, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || n*unit < 1<<20 || n*unit > 1<<50 {
		return 0, bad
	}
	return int64(n * unit), nil
}

// outFolder is --out: everything is written into a temporary folder inside and
// moved when the report is whole.
type outFolder struct {
	dir, part string
	made      bool // dir did not exist
	rejects   *os.File
	lines     *csv.Writer
	few       []tables.Reject // not yet written, so that few can be sorted
	err       error
}

// mostSorted is how many rejected rows are listed in order; more are listed as
// they were met.
const mostSorted = 500_000

func openOut(dir string) (*outFolder, error) {
	f := &outFolder{dir: dir}
	if dir == "" {
		return f, nil
	}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		f.made = true
	}
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		f.part, err = os.MkdirTemp(dir, ".analyze-*")
	}
	if err == nil {
		f.rejects, err = os.Create(filepath.Join(f.part, "rejected.csv"))
	}
	if err != nil {
		f.close()
		return nil, pil.Invalid("--out %s 不能写入 (cannot write there)", dir)
	}
	f.lines = csv.NewWriter(f.rejects)
	f.err = f.lines.Write([]string{"file", "line", "reason"})
	return f, nil
}

// reject takes a rejected row; never what stood in it.
func (f *outFolder) reject(r tables.Reject) {
	if f.dir == "" {
		return
	}
	if f.few = append(f.few, r); len(f.few) == mostSorted {
		f.flush()
	}
}

func (f *outFolder) flush() {
	for _, r := range f.few {
		name := r.File
		if r.Part != "" {
			name += "!" + r.Part
		}
		if f.err == nil {
			f.err = f.lines.Write([]string{analysis.Neutral(name), strconv.Itoa(r.Line), r.Reason.String()})
		}
	}
	f.few = f.few[:0]
}

// keep writes the report beside the rejected rows.
func (f *outFolder) keep(r *analysis.Report) error {
	return f.keepAll(map[string]func(io.Writer) error{
		"report.json": func(w io.Writer) error { return printJSON(w, r) },
		"report.xlsx": func(w io.Writer) error { return analysis.WriteXLSX(w, r.Sheets()) },
	})
}

// keepAll writes files beside the rejected rows and moves all of it to its place.
func (f *outFolder) keepAll(files map[string]func(io.Writer) error) error {
	if f.dir == "" {
		return nil
	}
	slices.SortFunc(f.few, func(a, b tables.Reject) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Part, b.Part), a.Line-b.Line)
	})
	f.flush()
	f.lines.Flush()
	if err := errors.Join(f.err, f.lines.Error(), f.rejects.Close()); err != nil {
		return fmt.Errorf("write rejected.csv: %w", err)
	}
	for name, write := range files {
		if err := writeFile(filepath.Join(f.part, name), write); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.Rename(filepath.Join(f.part, name), filepath.Join(f.dir, name)); err != nil {
			return err
		}
	}
	f.made = false
	return os.Rename(filepath.Join(f.part, "rejected.csv"), filepath.Join(f.dir, "rejected.csv"))
}

func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Sync(), f.Close())
}

// close removes what is unfinished.
func (f *outFolder) close() {
	if f.rejects != nil {
		_ = f.rejects.Close() // closed already where it is kept
	}
	if f.part != "" {
		_ = os.RemoveAll(f.part) // only unfinished files are left in it
	}
	if f.made {
		_ = os.Remove(f.dir) // ours and empty
	}
}

// progress tells a person at a terminal how far the reading is.
type progress struct {
	w     io.Writer // nil where nobody looks
	total int64
	start time.Time
	last  time.Time
	shown bool
}

func newProgress(w io.Writer, total int64) *progress {
	p := &progress{start: time.Now(), total: total}
	if isTerminal(w) {
		p.w = w
	}
	return p
}

func (p *progress) step(bytes, rows int64) {
	if p.w == nil || time.Since(p.last) < 200*time.Millisecond {
		return
	}
	p.last, p.shown = time.Now(), true
	part := float64(min(bytes, p.total)) / float64(max(p.total, 1))
	left := "…"
	if gone := time.Since(p.start); part > 0.01 {
		left = time.Duration(float64(gone) * (1 - part) / part).Round(time.Second).String()
	}
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%d 行 · %.0f%% · 还需 %s", rows, 100*part, left) // nobody is harmed where a terminal has gone
}

// end clears the line.
func (p *progress) end() {
	if p.shown {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K") // as above
	}
}

// printAnalysis shows the report's tables, the largest groups of long ones.
func printAnalysis(out io.Writer, r *analysis.Report) error {
	const most = 24
	for i, s := range r.Sheets() {
		if i > 0 {
			if _, err := fmt.Fprintln(out); err != nil {
				return err
			}
		}
		title := s.Title.Zh + " · " + s.Title.En
		if len(s.Rows) > most && s.Measure > 0 {
			title += fmt.Sprintf("（%d 行，列最大的 %d 行；--json 或者 --out 有全部 · the largest %[2]d of %[1]d）", len(s.Rows), most)
		}
		if _, err := fmt.Fprintln(out, title); err != nil {
			return err
		}
		var heads []string
		for _, h := range s.Heads {
			heads = append(heads, h.Zh)
		}
		t := newTable(heads...)
		rows := s.Rows
		if s.Measure > 0 {
			rows = s.Largest(most)
		}
		for _, row := range rows {
			var cells []string
			for _, c := range row {
				cells = append(cells, c.String())
			}
			t.row(cells...)
		}
		if err := t.print(out); err != nil {
			return err
		}
	}
	return nil
}
