package desk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
	"shouhu/internal/table"
)

// What a run may come to, and how many first rows of each file a trial reads.
const (
	maxHits   = 2000
	TrialRows = 1000
)

// maxHeld is how many tables somebody may have sent for runs of one model.
const maxHeld = 40

// TableEndings are how the names of files end that may hold tables.
var TableEndings = []string{".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zip"}

// IsTable reports whether a file's name says that it may hold a table.
func IsTable(name string) bool {
	return slices.Contains(TableEndings, strings.ToLower(path.Ext(name)))
}

// HoldTable takes in a file for a table of a model, for a run that has not begun: it
// is kept for two days. It leaves no entry; the run does.
func (d *Desk) HoldTable(ctx context.Context, who Who, ref, part, name string, r io.Reader) (u *store.ModelUpload, err error) {
	var held []store.ModelUpload
	err = d.ask(ctx, who, account.RunModel, target{}, func(l *look) error {
		m, err := l.modelBy(ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(m.Tables, func(t analysis.ModelTable) bool { return t.Name == part }) {
			return pil.NotFound("模型没有这个表 (the model reads no such table)")
		}
		held, err = l.ModelUploads(l.me, m.Ref)
		return err
	})
	if err != nil {
		return nil, err
	}
	if name = cleanName(name); name == "" {
		return nil, pil.Invalid("文件没有名称 (the file has no name)")
	}
	if len(held) >= maxHeld {
		return nil, pil.Invalid("传来还没有运行的表过多，请先运行 (too many tables wait for a run)")
	}
	k, err := d.newKey(ctx, 0) // of its own: it is taken away with its bytes
	if err != nil {
		return nil, err
	}
	got, err := d.files.Put(ctx, k.key, r, MaxFile)
	if err != nil {
		return nil, err
	}
	if got.Size == 0 {
		return nil, pil.Invalid("文件「%s」是空的 (the file is empty)", name)
	}
	u = &store.ModelUpload{PersonID: who.Person, Model: ref, Part: part, Name: name, Size: got.Size, SHA256: got.SHA256, SM3: got.SM3, KeyID: k.id}
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
		u.MovedAt = tx.Now
		return tx.AddModelUpload(u)
	})
	return u, err
}

// CaseTable is a table attached to a case somebody works on.
type CaseTable struct {
	store.File
	Number string // of the case
	Title  string
}

// RunChoices is what the form of a run offers.
type RunChoices struct {
	ShelfModel
	Held    []store.ModelUpload // sent, and not run yet
	Cases   []CaseTable
	Missing string
	Today   pil.Day
}

// caseTablesShown is how many tables of cases a form offers.
const caseTablesShown = 200

// PrepareRun reads what the form of a run of a model offers: the tables the person has
// sent for it, and those of the person's cases.
func (d *Desk) PrepareRun(ctx context.Context, who Who, ref string) (*RunChoices, error) {
	c := &RunChoices{}
	if _, err := d.askerNow(); err != nil {
		c.Missing = err.Error()
	}
	err := d.ask(ctx, who, account.RunModel, target{}, func(l *look) error {
		m, err := l.modelBy(ref)
		if err != nil {
			return err
		}
		if err := m.runs(); err != nil {
			return err
		}
		c.ShelfModel, c.Today = *m, l.today
		if c.Held, err = l.ModelUploads(l.me, m.Ref); err != nil {
			return err
		}
		c.Cases, err = l.caseTables()
		return err
	})
	return c, err
}

// runs refuses a model that is not run any more.
func (m *ShelfModel) runs() error {
	if !m.Shelved() && !m.Trying() {
		return &pil.Error{Code: pil.CodeConflict, Text: "模型不在架上，不能运行 (the model is not on the shelf)"}
	}
	return nil
}

// caseTables are tables of cases whose data the actor may analyse.
func (l *look) caseTables() (out []CaseTable, err error) {
	assigned, err := l.AssignmentsOf(l.me)
	if err != nil {
		return nil, err
	}
	for i := range assigned {
		m, err := l.Matter(assigned[i].MatterID)
		if err != nil {
			return nil, err
		}
		if m.Kind != store.KindCase {
			continue
		}
		about, err := aboutMatter(l.View, m)
		if err != nil {
			return nil, err
		}
		if _, err := account.Can(l.actor, account.RunAnalysis, about, l.now); err != nil {
			continue
		}
		files, err := l.Files(m.ID)
		if err != nil {
			return nil, err
		}
		for j := range files {
			if IsTable(files[j].Name) && len(out) < caseTablesShown {
				out = append(out, CaseTable{files[j], m.Number, m.Title})
			}
		}
	}
	return out, nil
}

// RunOrder is a run of a model: its tables, each of one or more files, and what
// differs from the parameters' defaults.
type RunOrder struct {
	Model  string
	Held   []int64            // of HoldTable; each knows its table
	Cases  map[string][]int64 // attached files of cases, by table
	Params map[string]string

	again []store.ModelFile // inputs of an earlier run, in the place of Held and Cases
}

// RunModel begins a run and answers at once; it goes on by itself. A model that is not
// on the shelf is tried: on the first rows only, and what it finds becomes no clue.
// What is wrong comes back as Faults, tables as table.NAME, parameters as param.NAME.
func (d *Desk) RunModel(ctx context.Context, who Who, in RunOrder) (id int64, err error) {
	in.Held = slices.Compact(slices.Sorted(slices.Values(in.Held)))
	var m *ShelfModel
	var inputs []store.ModelFile
	err = d.ask(ctx, who, account.RunModel, target{}, func(l *look) error {
		if m, err = l.modelBy(in.Model); err != nil {
			return err
		}
		if err := m.runs(); err != nil {
			return err
		}
		inputs, err = l.runInputs(&in, m)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, f := range inputs { // a table of a case is its exhibit
		if f.FileID != 0 {
			if err := d.mayUseFile(ctx, who, f.FileID); err != nil {
				return 0, err
			}
		}
	}
	var faults Faults
	for i := range m.Parameters {
		p := &m.Parameters[i]
		if err := p.Check(in.Params[p.Name], d.Day()); err != nil {
			faults = append(faults, saidFault("param."+p.Name, err))
		}
	}
	w, wrong := d.openRun(ctx, m, inputs)
	if wrong = append(wrong, faults...); len(wrong) > 0 {
		w.close()
		return 0, wrong
	}
	row, err := d.beginRun(ctx, who, &in, m, inputs, w)
	if err != nil {
		w.close()
		return 0, err
	}
	return row.ID, nil
}

// mayUseFile refuses a file of a case whose data the person may not analyse.
func (d *Desk) mayUseFile(ctx context.Context, who Who, file int64) error {
	var f *store.File
	if err := d.store.Read(ctx, func(v *store.View) (err error) {
		f, err = v.File(file)
		return err
	}); err != nil {
		return err
	}
	return d.mayAsk(ctx, who, account.RunAnalysis, onCase(f.MatterID, 0))
}

// runInputs are the files of a run, in the order of the model's tables.
func (l *look) runInputs(in *RunOrder, m *ShelfModel) (out []store.ModelFile, err error) {
	if in.again != nil {
		return in.again, nil
	}
	held, err := l.ModelUploads(l.me, m.Ref)
	if err != nil {
		return nil, err
	}
	for _, t := range m.Tables {
		for _, n := range in.Held {
			at := slices.IndexFunc(held, func(u store.ModelUpload) bool { return u.ID == n })
			if at < 0 {
				return nil, pil.Invalid("传来的表已经不在，请重新选择文件 (a table that was sent is gone: send it again)")
			}
			if u := &held[at]; u.Part == t.Name {
				out = append(out, store.ModelFile{Part: u.Part, Name: u.Name, Size: u.Size, SHA256: u.SHA256, SM3: u.SM3, KeyID: u.KeyID})
			}
		}
		for _, n := range in.Cases[t.Name] {
			f, err := l.File(n)
			if err != nil {
				return nil, err
			}
			out = append(out, store.ModelFile{Part: t.Name, FileID: f.ID, Name: f.Name, Size: f.Size, SHA256: f.SHA256, SM3: f.SM3, KeyID: f.KeyID})
		}
	}
	return out, nil
}

// openedRun are the tables of a run, open.
type openedRun struct {
	sets map[string]*table.Set
	all  int64
	done []func()
}

func (w *openedRun) close() {
	for _, f := range w.done {
		f()
	}
}

// openRun opens the tables and finds the model's columns in them.
func (d *Desk) openRun(ctx context.Context, m *ShelfModel, inputs []store.ModelFile) (w *openedRun, faults Faults) {
	w = &openedRun{sets: map[string]*table.Set{}}
	for i := range m.Tables {
		t := &m.Tables[i]
		field := "table." + t.Name
		var files []store.File
		for j := range inputs {
			if inputs[j].Part == t.Name {
				files = append(files, inputs[j].File())
			}
		}
		if len(files) == 0 {
			faults = append(faults, Fault{field, fmt.Sprintf("请给出表「%s」的文件", t.Zh), "give a file for this table"})
			continue
		}
		set, err := d.openTables(ctx, files)
		if err != nil {
			faults = append(faults, saidFault(field, err))
			continue
		}
		w.done = append(w.done, set.close)
		w.sets[t.Name] = set.Set
		w.all += set.all
		if _, err := t.Bind(set.Header()); err != nil {
			faults = append(faults, saidFault(field, err))
		}
	}
	return w, faults
}

// beginRun saves the run and sets it going.
func (d *Desk) beginRun(ctx context.Context, who Who, in *RunOrder, m *ShelfModel, inputs []store.ModelFile, w *openedRun) (*store.ModelRun, error) {
	var asker analysis.Asker
	engine := "finder:" + m.Finder
	if m.SQL != "" {
		var err error
		if asker, err = d.askerNow(); err != nil {
			return nil, err
		}
		engine = asker.Engine()
	}
	settled := m.settled(in.Params, d.Day())
	params, err := json.Marshal(settled)
	if err != nil {
		return nil, err
	}
	row := &store.ModelRun{}
	files := make([]store.ModelFile, 0, len(inputs))
	err = d.do(ctx, who, account.RunModel, target{}, func(k *work) error {
		now, err := k.modelBy(in.Model)
		if err != nil {
			return err
		}
		if now.SHA256 != m.SHA256 || now.State != m.State {
			return &pil.Error{Code: pil.CodeConflict, Text: "模型刚有变动，请刷新后再运行 (the model has just changed)"}
		}
		*row = store.ModelRun{OfficeID: k.office, Name: m.Name, Version: m.Version, Zh: m.Zh, SHA256: m.SHA256, Trial: m.Trying(), Engine: engine, Params: params,
			OnDay: int64(k.today), State: AnalysisRunning, MadeBy: k.me, MadeAt: k.tx.Now}
		if m.Row != nil {
			row.ModelID = m.Row.ID
		}
		if err := k.tx.Add(row); err != nil {
			return err
		}
		files = files[:0]
		for _, f := range inputs {
			f.ID, f.RunID, f.RowCount, f.Rejected, f.Salted = 0, row.ID, 0, 0, store.Salted{}
			if err := k.tx.Add(&f); err != nil {
				return err
			}
			files = append(files, f)
		}
		for _, n := range in.Held {
			there, err := k.tx.EndModelUpload(n)
			if err == nil && !there {
				err = pil.Invalid("传来的表已经不在，请重新选择文件 (a table that was sent is gone: send it again)")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	x := &running{cancel: cancel, all: w.all}
	d.models.put(row.ID, x)
	order := analysis.Run{Tables: w.sets, Params: settled, Today: pil.Day(row.OnDay), AddWorking: d.law.Calendar.AddWorking, Asker: asker,
		Progress: func(bytes, rows int64) { x.bytes.Store(bytes); x.rows.Store(rows) }}
	if row.Trial {
		order.Sample = TrialRows
	}
	go d.runModel(run, &ranModel{row: *row, files: files, model: m.Model, order: order, tables: w, at: x})
	return row, nil
}

// settled are all parameters as texts, defaults and today's date included: a run made
// again is made with these.
func (m *ShelfModel) settled(given map[string]string, today pil.Day) map[string]string {
	out := map[string]string{}
	for _, p := range m.Parameters {
		out[p.Name] = cmp.Or(strings.TrimSpace(given[p.Name]), p.Default)
		if out[p.Name] == "today" {
			out[p.Name] = today.String()
		}
	}
	return out
}

// ranModel is a run at work.
type ranModel struct {
	row    store.ModelRun
	files  []store.ModelFile
	model  *analysis.Model
	order  analysis.Run
	tables *openedRun
	at     *running
}

// runModel runs, and says how it ended: with all that was found, or with nothing.
func (d *Desk) runModel(ctx context.Context, r *ranModel) {
	defer d.models.put(r.row.ID, nil)
	defer r.at.cancel()
	defer r.tables.close()
	found, result, err := d.findHits(ctx, r)
	row := &r.row
	row.State = AnalysisDone
	switch {
	case r.at.cancelled.Load():
		row.State, found = AnalysisCancelled, nil
	case err != nil:
		row.State, row.Note, found = AnalysisFailed, "运行没有完成，请告知管理员 (the run did not finish)", nil
		if pe, ok := errors.AsType[*pil.Error](err); ok { // its text is for people
			row.Note = pe.Error()
		}
	}
	// Whoever asked is not waiting any more: where this cannot be saved, the page says
	// that the run broke off.
	_ = d.byMachine(context.WithoutCancel(ctx), func(tx *store.Tx) (audit.Entry, error) {
		row.EndedAt = tx.Now
		if found != nil {
			row.HitCount = len(found.Hits)
			if err := tx.Add(result); err != nil {
				return audit.Entry{}, err
			}
			for i := range found.Hits {
				if err := tx.Add(d.hitRow(row, found, i)); err != nil {
					return audit.Entry{}, err
				}
			}
		}
		for i := range r.files {
			if err := tx.Change(&r.files[i]); err != nil {
				return audit.Entry{}, err
			}
		}
		return audit.Entry{Actor: clockwork, Office: idText(row.OfficeID), Action: "end_model_run", Subject: audit.Subject{Kind: "model_run", ID: idText(row.ID)}}, tx.Change(row)
	})
}

// findHits runs the model and keeps what it found as a file, closed.
func (d *Desk) findHits(ctx context.Context, r *ranModel) (*analysis.Hits, *store.ModelFile, error) {
	select {
	case d.models.turn <- struct{}{}:
		defer func() { <-d.models.turn }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	r.at.begun.Store(time.Now().Unix())
	var rejected atomic.Int64
	r.order.Reject = func(string, table.Reject) { rejected.Add(1) }
	hits, err := r.model.Do(ctx, r.order)
	if err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if len(hits.Hits) > maxHits {
		return nil, nil, pil.Invalid("命中 %d 条，超过 %d 条；请收紧参数后再运行，不会只给一部分 (too many hits: narrow the parameters; a part is never given)", len(hits.Hits), maxHits)
	}
	for i := range r.files {
		f := &r.files[i]
		if same := ofPart(r.files, f.Part); len(same) == len(hits.Inputs[f.Part]) { // in the order they were opened in
			in := hits.Inputs[f.Part][slices.Index(same, f)]
			if in.SHA256 != f.SHA256 {
				return nil, nil, pil.Invalid("文件「%s」与收到时不一致，没有结果；请告知管理员核对附件 (the file is not what came in)", f.Name)
			}
			f.RowCount, f.Rejected = in.Rows, in.Rejected
		}
	}
	text, err := json.Marshal(hits)
	if err != nil {
		return nil, nil, err
	}
	k, err := d.newKey(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	got, err := d.files.Put(ctx, k.key, bytes.NewReader(text), MaxFile)
	if err != nil {
		return nil, nil, err
	}
	return hits, &store.ModelFile{RunID: r.row.ID, Name: "hits.json", Size: got.Size, SHA256: got.SHA256, SM3: got.SM3, KeyID: k.id, RowCount: int64(len(hits.Hits)), Rejected: rejected.Load()}, nil
}

// ofPart are the files of one table.
func ofPart(files []store.ModelFile, part string) (out []*store.ModelFile) {
	for i := range files {
		if files[i].Part == part {
			out = append(out, &files[i])
		}
	}
	return out
}

// hitRow is the i-th hit as lists show it.
func (d *Desk) hitRow(run *store.ModelRun, found *analysis.Hits, i int) *store.ModelHit {
	h := &found.Hits[i]
	mark, subject := d.hitMarks(run, h)
	return &store.ModelHit{RunID: run.ID, N: i + 1, Title: clip(h.Title, maxLine), Summary: clip(h.Summary, maxText), Place: clip(h.Place, maxLine), Proof: len(h.Rows), Mark: mark, Subject: subject, State: HitOpen}
}

// hitMarks say whether two hits are the same: by the same rows, and about the same
// thing. They are keyed: who sees them learns nothing of what was found.
func (d *Desk) hitMarks(run *store.ModelRun, h *analysis.Hit) (mark, subject string) {
	sum := hmac.New(sha256.New, d.keys.Likeness)
	put := func(text string) { _, _ = fmt.Fprintf(sum, "%d:%s", len(text), text) } // a hash takes everything
	put("model hit")
	put(run.Name)
	put(h.Key)
	subject = hex.EncodeToString(sum.Sum(nil))
	for _, r := range h.Rows {
		put("row")
		for _, c := range r.Cells {
			put(c)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), subject
}

// clip cuts a text to so many characters.
func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// onRun is the target of an action on a run.
func onRun(run *store.ModelRun, kind string) target {
	return target{office: run.OfficeID, record: audit.Subject{Kind: kind, ID: idText(run.ID)}, more: func(_ *store.View, s *account.Subject) error {
		s.Assigned = append(s.Assigned, personID(run.MadeBy))
		return nil
	}}
}

// peekRun reads a run before it is known who may see it; nothing of it leaves.
func (d *Desk) peekRun(ctx context.Context, id int64) (run *store.ModelRun, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		run, err = v.Run(id)
		return err
	})
	return run, err
}

// RunModelAgain begins a run with the tables and parameters of an earlier one, and the
// model as it is now.
func (d *Desk) RunModelAgain(ctx context.Context, who Who, id int64) (int64, error) {
	run, err := d.peekRun(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := d.mayAsk(ctx, who, account.RunModel, onRun(run, "model_run")); err != nil {
		return 0, err
	}
	order := RunOrder{Model: run.Name, Params: map[string]string{}, again: []store.ModelFile{}}
	err = d.store.Read(ctx, func(v *store.View) error {
		if run.ModelID != 0 {
			order.Model = idText(run.ModelID)
		}
		files, err := v.RunFiles(id)
		for _, f := range files {
			if f.Part != "" {
				order.again = append(order.again, f)
			}
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(run.Params, &order.Params); err != nil {
		return 0, err
	}
	return d.RunModel(ctx, who, order)
}

// CancelRun stops a run; what it had is thrown away.
func (d *Desk) CancelRun(ctx context.Context, who Who, id int64) error {
	run, err := d.peekRun(ctx, id)
	if err != nil {
		return err
	}
	return d.do(ctx, who, account.RunModel, onRun(run, "model_run"), func(w *work) error {
		row, err := w.Run(id)
		if err != nil {
			return err
		}
		if row.State != AnalysisRunning {
			return &pil.Error{Code: pil.CodeConflict, Text: "这次运行已经结束 (it has ended already)"}
		}
		x := d.models.of(id)
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

// DropModelUploads forgets tables that were sent two days ago for runs that never
// began, and their bytes.
func (d *Desk) DropModelUploads(ctx context.Context) error {
	if d.files == nil {
		return nil
	}
	var list []store.ModelUpload
	err := d.store.Read(ctx, func(v *store.View) (err error) {
		list, err = v.StaleModelUploads(store.MomentOf(d.clock().Add(-uploadKept)))
		return err
	})
	for i := range list {
		err = errors.Join(err, d.forgetTable(ctx, &list[i]))
	}
	return err
}

func (d *Desk) forgetTable(ctx context.Context, u *store.ModelUpload) error {
	var key seal.DataKey
	there := false
	err := d.store.Write(ctx, d.clock(), func(tx *store.Tx) (err error) {
		if key, err = d.keyOf(&tx.View, u.KeyID); err != nil {
			return err
		}
		there, err = tx.EndModelUpload(u.ID)
		return err
	})
	if err != nil || !there { // a run has taken it meanwhile
		return err
	}
	return d.files.Forget(ctx, u.SHA256, key)
}
