package models_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/analysis"
	"shouhu/internal/analysis/modeltest"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/table"
	"shouhu/internal/testclickhouse"
	"shouhu/internal/testengine"
	"shouhu/law"
	"shouhu/models"
)

func load(t *testing.T) []*analysis.Model {
	t.Helper()
	all, err := analysis.LoadAll(models.FS)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// given is a run over generated data, with every table in a file of its own.
func given(t *testing.T, m *analysis.Model, d *modeltest.Data, l *statute.Law) analysis.Run {
	t.Helper()
	r := analysis.Run{Tables: map[string]*table.Set{}, Params: d.Params, Today: pil.Date(2026, 3, 2), AddWorking: l.Calendar.AddWorking}
	for _, mt := range m.Tables {
		text := d.Tables[mt.Name].CSV()
		set, err := table.Open(t.Context(), []table.File{{Name: mt.Name + ".csv", Size: int64(len(text)), Bytes: bytes.NewReader(text)}}, table.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		r.Tables[mt.Name] = set
	}
	r.Reject = func(name string, row table.Reject) { t.Errorf("%s: row %d rejected: %s", name, row.Line, row.Reason) }
	return r
}

// Every model finds what was planted, by exactly the rows that prove it, and
// nothing else: neither a near miss nor anything in the crowd.
func TestPlanted(t *testing.T) {
	l, err := statute.LoadWith(law.FS)
	if err != nil {
		t.Fatal(err)
	}
	servers := testclickhouse.Start(t, 2)
	distributed, err := analysis.ParseClickHouse("clickhouse://" + servers[0].Addr + "," + servers[1].Addr + "/default")
	if err != nil {
		t.Fatal(err)
	}
	askers := []analysis.Asker{analysis.DuckDB{Program: testengine.Program(t), Memory: 256 << 20}, distributed}
	for _, m := range load(t) {
		for _, asker := range runners(m, askers) {
			name := m.Name
			if asker != nil {
				name += "/" + asker.Engine()
			}
			t.Run(name, func(t *testing.T) {
				for seed := range uint64(2) {
					d, ok := modeltest.Make(m.Name, seed, 300)
					if !ok {
						t.Fatal("no data are generated for this model")
					}
					r := given(t, m, d, l)
					r.Asker = asker
					got, err := m.Do(t.Context(), r)
					if err != nil {
						t.Fatal(err)
					}
					found := map[string]int{}
					for _, h := range got.Hits {
						found[h.Key] = len(h.Rows)
						checkHit(t, m, h, d)
					}
					if diff := cmp.Diff(d.Hits, found); diff != "" {
						t.Errorf("seed %d: planted and found differ:\n%s", seed, diff)
					}
					if seed == 0 {
						t.Logf("%d hits, %d near misses left alone, e.g. %s %s", len(found), len(d.Near), got.Hits[0].Title, got.Hits[0].Summary)
					}
				}
			})
		}
	}
}

func runners(m *analysis.Model, all []analysis.Asker) (fit []analysis.Asker) {
	if m.Finder != "" {
		return []analysis.Asker{nil}
	}
	for _, a := range all {
		if strings.Contains(fmt.Sprint(m.Engines), a.Engine()) {
			fit = append(fit, a)
		}
	}
	return fit
}

// checkHit holds a hit against its inputs: each source is a line that exists,
// and what people read holds no whole identity number.
func checkHit(t *testing.T, m *analysis.Model, h analysis.Hit, d *modeltest.Data) {
	t.Helper()
	for _, row := range h.Rows {
		for _, s := range row.Sources {
			if rows := d.Tables[s.Table].Rows; s.Line < 2 || s.Line > len(rows)+10 || s.File != s.Table+".csv" {
				t.Errorf("%s: source %+v is not in the data", h.Key, s)
			}
		}
		for i, c := range m.Output {
			if c.Personal && len(row.Cells[i]) > 6 && strings.Contains(h.Title+h.Summary+h.Place, row.Cells[i]) {
				t.Errorf("%s: the clue quotes the personal value of %s", h.Key, c.Name)
			}
		}
	}
	if strings.ContainsAny(h.Title+h.Summary, "{}") || h.Title == "" || h.Summary == "" {
		t.Errorf("%s: title %q, summary %q", h.Key, h.Title, h.Summary)
	}
}

// What a model cites exists, its field exists, and its statement suits the
// engine.
func TestModels(t *testing.T) {
	l, err := statute.LoadWith(law.FS)
	if err != nil {
		t.Fatal(err)
	}
	engine := analysis.DuckDB{Program: testengine.Program(t), Memory: 256 << 20}
	all := load(t)
	if len(all) < 12 {
		t.Errorf("%d models", len(all))
	}
	distributed := 0
	for _, m := range all {
		if _, err := clue.ParseField(m.Field); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
		for _, cite := range m.Law {
			named := false
			for _, f := range clue.Fields() {
				named = named || strings.Contains(f.Basis().Cite, cite)
			}
			if in, _ := l.Cited(cite); in == nil && !named {
				t.Errorf("%s cites %s, which the law data do not hold", m.Name, cite)
			}
		}
		if m.SQL != "" {
			if err := m.Try(context.Background(), engine); err != nil {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
		if len(m.Engines) == 2 {
			distributed++
		}

	}
	if distributed < 2 {
		t.Errorf("%d models run on both engines", distributed)
	}
}
