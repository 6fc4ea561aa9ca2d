package desk

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// RunLine is a run as lists show it.
type RunLine struct {
	store.ModelRun
	Ref      string // of its model
	Person   string
	Accepted int
	Aside    int
	Open     int
	Progress *AnalysisProgress // of one that runs here; nil: ended, or broken off
}

// Broken reports whether it says that it runs, and does not run here.
func (r *RunLine) Broken() bool { return r.State == AnalysisRunning && r.Progress == nil }

func (l *look) runLines(rows []store.ModelRun) ([]RunLine, error) {
	var ids []int64
	for i := range rows {
		ids = append(ids, rows[i].ID)
	}
	counts, err := l.HitCounts(ids)
	if err != nil {
		return nil, err
	}
	names := map[int64]string{}
	out := make([]RunLine, len(rows))
	for i := range rows {
		r := RunLine{ModelRun: rows[i], Ref: rows[i].Name, Person: l.name(names, rows[i].MadeBy)}
		if r.ModelID != 0 {
			r.Ref = idText(r.ModelID)
		}
		for _, c := range counts {
			if c.RunID != r.ID {
				continue
			}
			switch c.State {
			case HitAccepted:
				r.Accepted = c.N
			case HitAside:
				r.Aside = c.N
			case HitOpen:
				r.Open = c.N
			}
		}
		if x := l.desk.models.of(r.ID); x != nil && r.State == AnalysisRunning {
			r.Progress = x.progress()
		}
		out[i] = r
	}
	return out, nil
}

// progress is how far it has come.
func (x *running) progress() *AnalysisProgress {
	p := &AnalysisProgress{Done: min(x.bytes.Load(), x.all), All: x.all, Rows: x.rows.Load()}
	begun := x.begun.Load()
	if p.Waits = begun == 0; !p.Waits && p.Done > 0 {
		spent := time.Since(time.Unix(begun, 0))
		p.Left = (time.Duration(float64(spent) * float64(p.All-p.Done) / float64(p.Done))).Round(time.Second)
	}
	return p
}

// RunPage is a page of the runs of an office.
type RunPage struct {
	Rows   []RunLine
	More   bool
	Counts []store.RunCount // of all runs in earnest, by model
	Names  map[string]string
}

// ListRuns lists runs of the office, the last first.
func (d *Desk) ListRuns(ctx context.Context, who Who, f store.RunFilter) (*RunPage, error) {
	p := &RunPage{Names: map[string]string{}}
	err := d.ask(ctx, who, account.ShowRuns, target{}, func(l *look) (err error) {
		f.Office, f.Most = l.office, PageSize+1
		rows, err := l.Runs(f)
		if err != nil {
			return err
		}
		if p.More = len(rows) > PageSize; p.More {
			rows = rows[:PageSize]
		}
		if p.Rows, err = l.runLines(rows); err != nil {
			return err
		}
		if p.Counts, err = l.RunCounts(l.office); err != nil {
			return err
		}
		all, err := builtin()
		if err != nil {
			return err
		}
		for _, m := range all {
			p.Names[m.Name] = m.Zh
		}
		own, err := l.Models(l.office)
		for i := range slices.Backward(own) { // the last version names it
			p.Names[own[i].Name] = own[i].Zh
		}
		l.sawList("model_run", f.Name, len(p.Rows))
		return err
	})
	return p, err
}

// The states of a hit 命中.
const (
	HitOpen     = "open"
	HitAccepted = "accepted"
	HitAside    = "aside"
)

// HitLine is a hit with what became of it.
type HitLine struct {
	store.ModelHit
	By    string // who decided
	Clue  *store.Matter
	Stand statute.Text // where the clue stands
}

func (l *look) hitLine(h *store.ModelHit, names map[int64]string) (HitLine, error) {
	line := HitLine{ModelHit: *h, By: l.name(names, h.DecidedBy)}
	if h.MatterID == 0 {
		return line, nil
	}
	m, err := l.Matter(h.MatterID)
	if err != nil {
		return line, err
	}
	line.Clue = m
	s, err := l.Standing(h.MatterID)
	if err != nil {
		return line, err
	}
	line.Stand, _ = l.desk.stateText(s.Tracks, s.State)
	return line, nil
}

// RunView is one run: its inputs, and what it found.
type RunView struct {
	RunLine
	Model  *ShelfModel // as it is now; nil: it is not there any more
	Params map[string]string
	Inputs []store.ModelFile
	Hits   []HitLine
	May    map[account.Action]bool
}

// Rejected is how many rows of all inputs could not be read.
func (v *RunView) Rejected() (n int64) {
	for i := range v.Inputs {
		n += v.Inputs[i].Rejected
	}
	return n
}

// Rows is how many rows of all inputs were read.
func (v *RunView) Rows() (n int64) {
	for i := range v.Inputs {
		n += v.Inputs[i].RowCount
	}
	return n
}

// ShowRun is one run, a recorded read. Titles and summaries hold personal values
// masked.
func (d *Desk) ShowRun(ctx context.Context, who Who, id int64) (*RunView, error) {
	run, err := d.peekRun(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &RunView{May: map[account.Action]bool{}}
	err = d.ask(ctx, who, account.ShowRuns, onRun(run, "model_run"), func(l *look) error {
		if err := l.openRunView(v, id); err != nil {
			return err
		}
		hits, err := l.Hits(id)
		if err != nil {
			return err
		}
		names := map[int64]string{}
		for i := range hits {
			line, err := l.hitLine(&hits[i], names)
			if err != nil {
				return err
			}
			v.Hits = append(v.Hits, line)
		}
		l.sawSubject()
		return nil
	})
	return v, err
}

// openRunView reads a run without its hits.
func (l *look) openRunView(v *RunView, id int64) error {
	row, err := l.Run(id)
	if err != nil {
		return err
	}
	lines, err := l.runLines([]store.ModelRun{*row})
	if err != nil {
		return err
	}
	v.RunLine = lines[0]
	if err := json.Unmarshal(row.Params, &v.Params); err != nil {
		return err
	}
	files, err := l.RunFiles(id)
	if err != nil {
		return err
	}
	for i := range files {
		if files[i].Part != "" {
			v.Inputs = append(v.Inputs, files[i])
		}
	}
	v.Model, err = l.modelBy(v.Ref)
	if pil.CodeOf(err) == pil.CodeNotFound { // of an earlier version of the program
		err = nil
	}
	l.fillMay(v.May)
	return err
}

// HitView is one hit with the rows that prove it.
type HitView struct {
	RunView
	Hit     HitLine
	Columns []analysis.HitColumn
	Proof   []analysis.Proof
	Full    bool      // nothing is masked
	Earlier []HitLine // clues of earlier runs about the same
}

// ShowHit is one hit with the rows that prove it, a recorded read; full, which shows
// personal values, is recorded as such.
func (d *Desk) ShowHit(ctx context.Context, who Who, id int64, n int, full bool) (*HitView, error) {
	run, err := d.peekRun(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &HitView{Full: full}
	v.May = map[account.Action]bool{}
	act, t := account.ShowRuns, onRun(run, "model_hit")
	if full {
		act, t.record.Kind = account.ShowProof, "model_hit_unmasked"
	}
	t.record.ID += "/" + idText(int64(n))
	err = d.ask(ctx, who, act, t, func(l *look) error {
		h, err := l.Hit(id, n)
		if err != nil {
			return err
		}
		if err := l.openRunView(&v.RunView, id); err != nil {
			return err
		}
		names := map[int64]string{}
		if v.Hit, err = l.hitLine(h, names); err != nil {
			return err
		}
		before, err := l.AcceptedHits(run.OfficeID, h.Mark, h.Subject)
		if err != nil {
			return err
		}
		for i := range before {
			if b := &before[i]; b.RunID == id && b.N == n || b.MatterID == h.MatterID {
				continue
			}
			line, err := l.hitLine(&before[i], names)
			if err != nil {
				return err
			}
			v.Earlier = append(v.Earlier, line)
		}
		l.sawSubject()
		return nil
	})
	if err != nil {
		return nil, err
	}
	hits, err := d.foundBy(ctx, id)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > len(hits.Hits) {
		return nil, pil.NotFound("没有这条命中 (no such hit)")
	}
	v.Columns, v.Proof = hits.Columns, hits.Hits[n-1].Rows
	if !full {
		for i := range v.Proof {
			v.Proof[i].Cells = hits.Masked(v.Proof[i].Cells)
		}
	}
	return v, nil
}

// foundBy opens what a run found, whole.
func (d *Desk) foundBy(ctx context.Context, run int64) (*analysis.Hits, error) {
	var file *store.File
	err := d.store.Read(ctx, func(v *store.View) error {
		files, err := v.RunFiles(run)
		for i := range files {
			if files[i].Part == "" {
				f := files[i].File()
				file = &f
			}
		}
		return err
	})
	if err == nil && file == nil {
		err = pil.NotFound("这次运行没有结果 (the run has no result)")
	}
	if err != nil {
		return nil, err
	}
	bytes, err := d.openBytes(ctx, file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = bytes.Close() }() // only read from
	hits := &analysis.Hits{}
	if err := json.NewDecoder(io.NewSectionReader(bytes, 0, file.Size)).Decode(hits); err != nil {
		return nil, pil.Invalid("运行结果读不出来，请告知管理员核对 (what the run found cannot be read)")
	}
	return hits, nil
}

// hitSubject names a hit in the record.
func hitSubject(run int64, n int) audit.Subject {
	return audit.Subject{Kind: "model_hit", ID: idText(run) + "/" + idText(int64(n))}
}

// lawText is the citations of a model for a clue's text.
func (d *Desk) lawText(cites []string) string {
	var out []string
	for _, c := range cites {
		out = append(out, d.law.CiteShort(c).Zh)
	}
	return strings.Join(out, "、")
}
