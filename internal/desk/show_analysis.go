package desk

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// SmallGroup is the fewest persons, or rows, that a page or an export shows a count
// of, where nobody asked for more.
const SmallGroup = 5

// AnalysisLine is an analysis as the case file lists it.
type AnalysisLine struct {
	store.Analysis
	Inputs   []store.File
	Person   string
	Progress *AnalysisProgress // of one that runs here; nil: ended, or broken off
}

// AnalysisProgress is how far a count has come.
type AnalysisProgress struct {
	Waits bool // for its turn
	Done  int64
	All   int64 // bytes
	Rows  int64
	Left  time.Duration // about; 0: not known yet
}

// Broken reports whether it says that it runs, and does not run here.
func (a *AnalysisLine) Broken() bool { return a.State == AnalysisRunning && a.Progress == nil }

// fillAnalyses lists the analyses of the case.
func (l *look) fillAnalyses(f *CaseFile) error {
	rows, err := l.Analyses(f.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		f.Analyses = append(f.Analyses, l.analysisLine(&rows[i], f.Files))
	}
	return nil
}

func (l *look) analysisLine(row *store.Analysis, files []store.File) AnalysisLine {
	a := AnalysisLine{Analysis: *row, Person: l.name(map[int64]string{}, row.MadeBy)}
	for n := range strings.FieldsSeq(row.Files) {
		for i := range files {
			if idText(files[i].ID) == n {
				a.Inputs = append(a.Inputs, files[i])
			}
		}
	}
	if x := l.desk.runs.of(row.ID); x != nil && row.State == AnalysisRunning {
		a.Progress = x.progress()
	}
	return a
}

// AnalysisView is one analysis with its report.
type AnalysisView struct {
	AnalysisLine
	Matter  store.Matter
	Report  *analysis.Report // nil: there is none
	Full    bool             // nothing is masked
	Exhibit int64            // which the report is; 0: none
	Staff   []store.Person
	Handles []int64 // who works on the case
	May     map[account.Action]bool
}

// Sheets are the tables of the report, masked where not everything was asked for.
func (v *AnalysisView) Sheets() []analysis.Sheet {
	if v.Full {
		return v.Report.Sheets()
	}
	return analysis.Masked(v.Report, SmallGroup)
}

// ShowAnalysis is one analysis with its report, a recorded read; full, which shows
// small groups and personal values, is recorded as such.
func (d *Desk) ShowAnalysis(ctx context.Context, who Who, matter, id int64, full bool) (*AnalysisView, error) {
	return d.lookAnalysis(ctx, who, account.ViewExhibit, matter, id, full)
}

// ExportAnalysis is a report to be taken away: a recorded read.
func (d *Desk) ExportAnalysis(ctx context.Context, who Who, matter, id int64, full bool) (*AnalysisView, error) {
	return d.lookAnalysis(ctx, who, account.ExportExhibit, matter, id, full)
}

func (d *Desk) lookAnalysis(ctx context.Context, who Who, act account.Action, matter, id int64, full bool) (*AnalysisView, error) {
	v := &AnalysisView{Full: full, May: map[account.Action]bool{}}
	var report *store.File
	t := onCase(matter, 0)
	t.record = audit.Subject{Kind: "analysis", ID: idText(id)}
	if full {
		t.record.Kind = "analysis_unmasked"
	}
	err := d.ask(ctx, who, act, t, func(l *look) error {
		row, err := l.analysisOf(id)
		if err != nil {
			return err
		}
		files, err := l.Files(matter)
		if err != nil {
			return err
		}
		v.AnalysisLine, v.Matter = l.analysisLine(row, files), *l.matter
		for i := range files {
			if files[i].ID == row.ReportID {
				report = &files[i]
			}
		}
		tied, err := l.ExhibitFiles(matter)
		if err != nil {
			return err
		}
		for i := range tied {
			if row.ReportID != 0 && tied[i].FileID == row.ReportID {
				v.Exhibit = tied[i].ExhibitID
			}
		}
		people, err := l.People(l.matter.OfficeID)
		if err != nil {
			return err
		}
		v.Staff = l.hands(people)
		assigned, err := l.Assignments(matter)
		if err != nil {
			return err
		}
		for _, a := range assigned {
			if a.EndedAt == 0 {
				v.Handles = append(v.Handles, a.PersonID)
			}
		}
		for _, a := range account.AllActions() {
			v.May[a] = l.can(a)
		}
		l.sawSubject()
		return nil
	})
	if err != nil || report == nil {
		return v, err
	}
	bytes, err := d.openBytes(ctx, report)
	if err != nil {
		return nil, err
	}
	defer func() { _ = bytes.Close() }()
	v.Report = &analysis.Report{}
	if err := json.NewDecoder(io.NewSectionReader(bytes, 0, report.Size)).Decode(v.Report); err != nil {
		return nil, pil.Invalid("报告读不出来，请告知管理员核对附件 (the report cannot be read)")
	}
	return v, nil
}
