package desk

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/privacy"
	"shouhu/internal/store"
	"shouhu/internal/table"
)

// The states of an analysis.
const (
	AnalysisRunning   = "running"
	AnalysisDone      = "done"
	AnalysisFailed    = "failed"
	AnalysisCancelled = "cancelled"
)

// atOnce is how many analyses run at the same time; more wait.
const atOnce = 1

// mostRejects is how many rejected rows are listed.
const mostRejects = 100_000

// runs are the analyses at work in this process.
type runs struct {
	mu   sync.Mutex
	at   map[int64]*running
	turn chan struct{}
}

// running is one of them: how far it has come, and how to stop it.
type running struct {
	cancel      context.CancelFunc
	all         int64 // bytes of its files
	bytes, rows atomic.Int64
	begun       atomic.Int64 // Unix seconds; 0: it waits for its turn
	cancelled   atomic.Bool
}

func newRuns() *runs {
	return &runs{at: map[int64]*running{}, turn: make(chan struct{}, atOnce)}
}

func (r *runs) of(id int64) *running {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at[id]
}

func (r *runs) put(id int64, x *running) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x == nil {
		delete(r.at, id)
	} else {
		r.at[id] = x
	}
}

// tables are files of a case opened as one set.
type tables struct {
	*table.Set
	files []store.File
	all   int64
	close func()
}

// openTables opens files of a case to be read as tables.
func (d *Desk) openTables(ctx context.Context, files []store.File) (*tables, error) {
	t := &tables{files: files}
	var open []io.Closer
	t.close = func() {
		for _, c := range open {
			_ = c.Close() // only read from
		}
	}
	var in []table.File
	for i := range files {
		bytes, err := d.openBytes(ctx, &files[i])
		if err != nil {
			t.close()
			return nil, err
		}
		open = append(open, bytes)
		in = append(in, table.File{Name: files[i].Name, Size: files[i].Size, Bytes: bytes})
		t.all += files[i].Size
	}
	var err error
	if t.Set, err = table.Open(ctx, in, table.Limits{}); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// tableFiles are the named files of the matter, in the order they were received.
func (l *look) tableFiles(matter int64, ids []int64) (out []store.File, err error) {
	files, err := l.Files(matter)
	if err != nil {
		return nil, err
	}
	for i := range files {
		if slices.Contains(ids, files[i].ID) {
			out = append(out, files[i])
		}
	}
	if len(out) == 0 || len(out) != len(slices.Compact(slices.Sorted(slices.Values(ids)))) {
		return nil, pil.Invalid("请选择本案的表格文件 (choose tables of this case)")
	}
	return out, nil
}

// TableRoles are the columns of tables with what each may be.
type TableRoles struct {
	Files    []store.File
	Header   []string
	Proposal analysis.Proposal
	Columns  []TableColumn
}

// TableColumn is a column with masked examples of its values.
type TableColumn struct {
	Kind     privacy.Kind // empty: none told
	Examples []string
}

// ProposeRoles opens tables of a case and proposes what each column is; examples are
// masked.
func (d *Desk) ProposeRoles(ctx context.Context, who Who, matter int64, files []int64) (*TableRoles, error) {
	p := &TableRoles{}
	err := d.ask(ctx, who, account.RunAnalysis, onCase(matter, 0), func(l *look) (err error) {
		p.Files, err = l.tableFiles(matter, files)
		l.sawSubject()
		return err
	})
	if err != nil {
		return nil, err
	}
	set, err := d.openTables(ctx, p.Files)
	if err != nil {
		return nil, err
	}
	defer set.close()
	p.Header = set.Header()
	sample := set.Sample(200)
	p.Proposal = analysis.Propose(p.Header, sample)
	for i := range p.Header {
		p.Columns = append(p.Columns, examples(p.Header[i], sample, i, p.Proposal.Roles[analysis.Person] == i))
	}
	return p, nil
}

// examples are up to three different values of a column, masked.
func examples(name string, sample [][]string, i int, person bool) TableColumn {
	c := TableColumn{}
	c.Kind, _ = privacy.ByName(name)
	for _, row := range sample {
		cell := row[i]
		if c.Kind == "" {
			c.Kind = privacy.Recognise([]byte(cell))
		}
		kind := c.Kind
		if kind == "" && person {
			kind = privacy.Identifier
		}
		if kind != "" && privacy.Of(kind).Zh != "" {
			cell = privacy.Mask(kind, cell)
		}
		if cell = shorten(cell, 24); cell != "" && !slices.Contains(c.Examples, cell) {
			if c.Examples = append(c.Examples, cell); len(c.Examples) == 3 {
				break
			}
		}
	}
	return c
}

// AnalysisOrder is what is to be counted. Roles is a map as analysis.ParseMap reads
// it, complete.
type AnalysisOrder struct {
	Matter int64
	Files  []int64
	Roles  string
}

// RunAnalysis begins to count tables of a case and answers at once; the count goes on
// by itself.
func (d *Desk) RunAnalysis(ctx context.Context, who Who, in AnalysisOrder) (id int64, err error) {
	if err := d.mayAsk(ctx, who, account.RunAnalysis, onCase(in.Matter, 0)); err != nil {
		return 0, err
	}
	var files []store.File
	if err := d.store.Read(ctx, func(v *store.View) (err error) {
		files, err = (&look{View: v, desk: d}).tableFiles(in.Matter, in.Files)
		return err
	}); err != nil {
		return 0, err
	}
	set, err := d.openTables(ctx, files)
	if err != nil {
		return 0, err
	}
	mapped, err := analysis.ParseMap(in.Roles, set.Header())
	if err != nil {
		set.close()
		return 0, err
	}
	row := &store.Analysis{}
	err = d.do(ctx, who, account.RunAnalysis, onCase(in.Matter, 0), func(w *work) error {
		var ids []string
		for i := range files {
			ids = append(ids, idText(files[i].ID))
		}
		*row = store.Analysis{MatterID: in.Matter, Files: strings.Join(ids, " "), Roles: mapped.MapText(set.Header()), State: AnalysisRunning, MadeBy: w.me, MadeAt: w.tx.Now}
		return w.tx.Add(row)
	})
	if err != nil {
		set.close()
		return 0, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	x := &running{cancel: cancel, all: set.all}
	d.runs.put(row.ID, x)
	go d.analyse(run, who, *row, set, mapped, x)
	return row.ID, nil
}

// analyse counts, attaches the report, and says how it ended.
func (d *Desk) analyse(ctx context.Context, who Who, row store.Analysis, set *tables, mapped analysis.Roles, x *running) {
	defer d.runs.put(row.ID, nil)
	defer x.cancel()
	defer set.close()
	err := d.count(ctx, who, &row, set, mapped, x)
	row.State = AnalysisDone
	switch {
	case x.cancelled.Load():
		row.State, row.Note = AnalysisCancelled, ""
	case err != nil:
		row.State, row.Note = AnalysisFailed, "分析没有完成，请告知管理员 (the analysis did not finish)"
		if pe, ok := errors.AsType[*pil.Error](err); ok && pe.Code != pil.CodeInternal {
			row.Note = pe.Error()
		}
	}
	// Whoever asked is not waiting any more: where this cannot be saved, the page says
	// that the count broke off.
	_ = d.byMachine(context.WithoutCancel(ctx), func(tx *store.Tx) (audit.Entry, error) {
		m, err := tx.Matter(row.MatterID)
		if err != nil {
			return audit.Entry{}, err
		}
		row.EndedAt = tx.Now
		return audit.Entry{Actor: clockwork, Office: idText(m.OfficeID), Action: "end_analysis", Subject: audit.Subject{Kind: m.Kind, ID: idText(m.ID)}}, tx.Change(&row)
	})
}

func (d *Desk) count(ctx context.Context, who Who, row *store.Analysis, set *tables, mapped analysis.Roles, x *running) error {
	select {
	case d.runs.turn <- struct{}{}:
		defer func() { <-d.runs.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	x.begun.Store(time.Now().Unix())
	var rejects bytes.Buffer
	list, listed := csv.NewWriter(&rejects), 0
	report, err := analysis.Analyze(ctx, set.Set, analysis.Order{Roles: mapped, Engine: d.engine, Memory: d.memory,
		Progress: func(bytes, rows int64) { x.bytes.Store(bytes); x.rows.Store(rows) },
		Reject: func(r table.Reject) {
			if listed++; listed <= mostRejects {
				_ = list.Write([]string{r.File, r.Part, strconv.Itoa(r.Line), r.Reason.String(), r.Reason.Zh()}) // to memory
			}
		}})
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text, err := json.MarshalIndent(report, "", " ")
	if err != nil {
		return err
	}
	attach := func(name, media, caption string, text []byte) (int64, error) {
		return d.AttachFile(ctx, who, Upload{Matter: row.MatterID, Kind: "document", Name: name, Media: media, Caption: caption, Bytes: bytes.NewReader(text)})
	}
	if row.ReportID, err = attach(fmt.Sprintf("数据分析报告-%d.json", row.ID), "application/json", "结果摘要 "+report.ResultSHA256[:16], text); err != nil {
		return err
	}
	if list.Flush(); listed > 0 {
		head := "\ufefffile,part,line,reason,原因\n"
		if row.RejectsID, err = attach(fmt.Sprintf("数据分析剔除的行-%d.csv", row.ID), "text/csv", fmt.Sprintf("共 %d 行", listed), append([]byte(head), rejects.Bytes()...)); err != nil {
			return err
		}
	}
	row.RowCount, row.Persons, row.Rejected, row.Result = report.Rows, report.DistinctPersons, int64(listed), report.ResultSHA256
	return nil
}

// CancelAnalysis stops a count that runs; what it had is thrown away.
func (d *Desk) CancelAnalysis(ctx context.Context, who Who, matter, id int64) error {
	return d.do(ctx, who, account.RunAnalysis, onCase(matter, 0), func(w *work) error {
		row, err := w.analysisOf(id)
		if err != nil {
			return err
		}
		if row.State != AnalysisRunning {
			return &pil.Error{Code: pil.CodeConflict, Text: "这次分析已经结束 (it has ended already)"}
		}
		x := d.runs.of(id)
		if x == nil { // it broke off, or runs elsewhere: nobody waits for it
			row.State, row.EndedAt = AnalysisCancelled, w.tx.Now
			return w.tx.Change(row)
		}
		w.after = append(w.after, func() {
			x.cancelled.Store(true)
			x.cancel()
		})
		return nil
	})
}

// analysisOf finds an analysis of the matter.
func (l *look) analysisOf(id int64) (*store.Analysis, error) {
	row, err := l.Analysis(id)
	if err == nil && row.MatterID != l.matter.ID {
		err = pil.NotFound("没有找到 (not found)")
	}
	return row, err
}
