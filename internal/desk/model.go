package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/models"
)

// The states of a supervision model 监督模型. A built-in one is always on the shelf.
const (
	ModelDraft     = "draft"   // uploaded, to be tried and proposed
	ModelWaiting   = "waiting" // for a second person
	ModelShelf     = "shelf"
	ModelRefused   = "refused"
	ModelWithdrawn = "withdrawn"
)

// builtin are the models of the house.
var builtin = sync.OnceValues(func() ([]*analysis.Model, error) { return analysis.LoadAll(models.FS) })

// noAsker is the Error of an office whose query program is not there.
func noAsker() error {
	return pil.Invalid("没有查询程序 bin/engine，语句不能运行：请管理员安装 g++ 后运行 make build，把它放在 bin/shouhu 旁边，再试 (the query engine is missing: make build makes it and needs g++)")
}

// askerNow is what runs statements, or an invalid Error that says what to do.
func (d *Desk) askerNow() (analysis.Asker, error) {
	a, err := d.asker()
	if err != nil {
		return nil, noAsker()
	}
	return a, nil
}

// ShelfModel is a model of an office: built in, or uploaded.
type ShelfModel struct {
	*analysis.Model
	Ref   string       // as addresses name it: the name of a built-in one, the number of another
	Row   *store.Model // nil: built in
	State string
	By    string // who uploaded it
}

// Shelved reports whether it may be run in earnest.
func (m *ShelfModel) Shelved() bool { return m.State == ModelShelf }

// Trying reports whether it may be tried, and only tried.
func (m *ShelfModel) Trying() bool { return m.State == ModelDraft || m.State == ModelWaiting }

// shelfModel is an uploaded row as it was read again: what is stored was checked.
func (l *look) shelfModel(row *store.Model) (*ShelfModel, error) {
	m, err := analysis.Load(row.Name+".yaml", []byte(row.Body))
	if err != nil {
		return nil, &pil.Error{Code: pil.CodeInternal, Text: "模型读不出来，请告知管理员 (the model cannot be read)", Err: err}
	}
	return &ShelfModel{Model: m, Ref: idText(row.ID), Row: row, State: row.State, By: l.name(map[int64]string{}, row.MadeBy)}, nil
}

// modelBy finds a model of the office by what addresses name it.
func (l *look) modelBy(ref string) (*ShelfModel, error) {
	if n, err := strconv.ParseInt(ref, 10, 64); err == nil {
		row, err := l.Model(n)
		if err == nil && row.OfficeID != l.office {
			err = pil.NotFound("没有这个模型 (no such model)")
		}
		if err != nil {
			return nil, err
		}
		return l.shelfModel(row)
	}
	all, err := builtin()
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.Name == ref {
			return &ShelfModel{Model: m, Ref: m.Name, State: ModelShelf}, nil
		}
	}
	return nil, pil.NotFound("没有这个模型 (no such model)")
}

// CheckModel says what is wrong with a model's field and citations, each an invalid
// Error with file and line. The statement was checked when it was read.
func CheckModel(law *statute.Law, m *analysis.Model) (faults []error) {
	if _, err := clue.ParseField(m.Field); err != nil {
		faults = append(faults, m.Errorf("%v", err))
	}
	for _, cite := range m.Law {
		if !Citable(law, cite) {
			faults = append(faults, m.Errorf("法律数据中没有 %s (the law data do not hold the citation)", pil.Quote(cite)))
		}
	}
	return faults
}

// Citable reports whether the law data, or a field's own statute, hold a citation.
func Citable(law *statute.Law, cite string) bool {
	if in, _ := law.Cited(cite); in != nil {
		return true
	}
	return slices.ContainsFunc(clue.Fields(), func(f clue.Field) bool {
		return slices.Contains(strings.Split(f.Basis().Cite, "、"), cite)
	})
}

// ModelLine is a model as the shelf lists it, with what its runs came to.
type ModelLine struct {
	ShelfModel
	Count store.RunCount // of all versions under its name
}

// Shelf is the shelf of an office.
type Shelf struct {
	Lines   []ModelLine
	Missing string // why statements cannot run now; empty: they can
	May     map[account.Action]bool
}

// ListModels is the shelf: built-in models and those of the office, without the
// drafts of others.
func (d *Desk) ListModels(ctx context.Context, who Who) (*Shelf, error) {
	s := &Shelf{May: map[account.Action]bool{}}
	if _, err := d.askerNow(); err != nil {
		s.Missing = err.Error()
	}
	err := d.ask(ctx, who, account.ShowModels, target{}, func(l *look) error {
		all, err := builtin()
		if err != nil {
			return err
		}
		for _, m := range all {
			s.Lines = append(s.Lines, ModelLine{ShelfModel: ShelfModel{Model: m, Ref: m.Name, State: ModelShelf}})
		}
		rows, err := l.Models(l.office)
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].State == ModelDraft && rows[i].MadeBy != l.me {
				continue
			}
			m, err := l.shelfModel(&rows[i])
			if err != nil {
				return err
			}
			s.Lines = append(s.Lines, ModelLine{ShelfModel: *m})
		}
		order := []string{ModelDraft, ModelWaiting, ModelShelf, ModelRefused, ModelWithdrawn}
		slices.SortStableFunc(s.Lines, func(a, b ModelLine) int {
			return cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State))
		})
		counts, err := l.RunCounts(l.office)
		if err != nil {
			return err
		}
		for i := range s.Lines {
			for _, c := range counts {
				if c.Name == s.Lines[i].Name {
					s.Lines[i].Count = c
				}
			}
		}
		l.fillMay(s.May)
		return nil
	})
	return s, err
}

// fillMay says what the actor may do with the subject.
func (l *look) fillMay(may map[account.Action]bool) {
	for _, act := range account.AllActions() {
		may[act] = l.can(act)
	}
}

// ModelView is one model with what may be done with it.
type ModelView struct {
	ShelfModel
	Approval *store.Approval // nil: never proposed
	Shelver  string
	Ender    string
	Tried    bool // as it is now, to the end
	Own      bool // who looks uploaded it
	Runs     []RunLine
	Missing  string
	May      map[account.Action]bool
}

// ShowModel is one model of the office's shelf.
func (d *Desk) ShowModel(ctx context.Context, who Who, ref string) (*ModelView, error) {
	v := &ModelView{May: map[account.Action]bool{}}
	if _, err := d.askerNow(); err != nil {
		v.Missing = err.Error()
	}
	err := d.ask(ctx, who, account.ShowModels, target{}, func(l *look) error {
		m, err := l.modelBy(ref)
		if err != nil {
			return err
		}
		v.ShelfModel = *m
		l.fillMay(v.May)
		if m.Row != nil {
			v.Own = m.Row.MadeBy == l.me
			names := map[int64]string{}
			v.Shelver, v.Ender = l.name(names, m.Row.ShelvedBy), l.name(names, m.Row.EndedBy)
			if v.Tried, err = l.Tried(m.Row.ID, m.Row.SHA256); err != nil {
				return err
			}
			if m.Row.ApprovalID != 0 {
				if v.Approval, err = l.Approval(m.Row.ApprovalID); err != nil {
					return err
				}
			}
		}
		if !v.May[account.ShowRuns] {
			return nil
		}
		runs, err := l.Runs(store.RunFilter{Office: l.office, Name: m.Name, Most: runsBeside})
		if err != nil {
			return err
		}
		v.Runs, err = l.runLines(runs)
		return err
	})
	return v, err
}

// runsBeside is how many runs stand on the page of a model.
const runsBeside = 10

// ModelFile is the file of a model and its name: to be read, or to begin another with.
func (d *Desk) ModelFile(ctx context.Context, who Who, ref string) (name string, text []byte, err error) {
	err = d.ask(ctx, who, account.ShowModels, target{}, func(l *look) error {
		m, err := l.modelBy(ref)
		if err != nil {
			return err
		}
		if name = m.Name + ".yaml"; m.Row != nil {
			text = []byte(m.Row.Body)
			return nil
		}
		text, err = models.FS.ReadFile(name)
		return err
	})
	return name, text, err
}
