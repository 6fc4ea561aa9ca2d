package desk

import (
	"context"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/dataflow"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// FlowView is the data-flow map of a case, what is missing in it, and what may
// prove it.
type FlowView struct {
	Map      dataflow.Map
	Findings []dataflow.Finding
	Rules    *dataflow.Rules
	Evidence []FlowProof // what the case has to point at
}

// FlowProof is a file of the case that an edge may rest on.
type FlowProof struct {
	Ref  string // file:7
	Name string
	Path string // of its page
}

// Proof finds what a reference names; one that names nothing any more has no
// name.
func (v *FlowView) Proof(ref string) FlowProof {
	for _, p := range v.Evidence {
		if p.Ref == ref {
			return p
		}
	}
	return FlowProof{Ref: ref}
}

// Of are the findings on one edge.
func (v *FlowView) Of(edge int64) (out []dataflow.Finding) {
	for _, f := range v.Findings {
		if f.Edge == edge {
			out = append(out, f)
		}
	}
	return out
}

// Missing counts the points that are missing, and those nobody has looked into.
func (v *FlowView) Missing() (missing, open int) {
	for _, f := range v.Findings {
		if f.Missing {
			missing++
		} else {
			open++
		}
	}
	return missing, open
}

// fillFlow reads the map of the case.
func (l *look) fillFlow(f *CaseFile) (err error) {
	f.Flow, err = l.flow(f.ID, f.Files)
	return err
}

func (l *look) flow(matter int64, files []store.File) (*FlowView, error) {
	v := &FlowView{Rules: l.desk.flows}
	m, err := l.flowMap(matter)
	if err != nil {
		return nil, err
	}
	v.Map, v.Findings = *m, v.Rules.Judge(m)
	for i := range files {
		name := files[i].Name
		if files[i].Caption != "" {
			name += "（" + files[i].Caption + "）"
		}
		v.Evidence = append(v.Evidence, FlowProof{Ref: "file:" + idText(files[i].ID), Name: name, Path: "/files/" + idText(files[i].ID)})
	}
	return v, nil
}

// flowMap is the map as package dataflow knows it.
func (l *look) flowMap(matter int64) (*dataflow.Map, error) {
	nodes, err := l.FlowNodes(matter)
	if err != nil {
		return nil, err
	}
	edges, err := l.FlowEdges(matter)
	if err != nil {
		return nil, err
	}
	m := &dataflow.Map{}
	for i := range nodes {
		n := &nodes[i]
		m.Nodes = append(m.Nodes, dataflow.Node{ID: n.ID, Kind: dataflow.Kind(n.Kind), Name: n.Name, Note: n.Note})
	}
	for i := range edges {
		m.Edges = append(m.Edges, flowEdge(&edges[i]))
	}
	return m, nil
}

func flowEdge(r *store.FlowEdge) dataflow.Edge {
	e := dataflow.Edge{ID: r.ID, From: r.FromID, To: r.ToID, Handling: dataflow.Handling(r.Handling), Categories: r.Categories, Rows: r.RowCount, Persons: r.Persons,
		Begin: r.BeginOn, End: r.EndOn, Basis: r.Basis, Answers: map[string]pil.Tri{}, Evidence: r.Evidence, Note: r.Note}
	for _, c := range r.Circumstances {
		e.Circumstances = append(e.Circumstances, dataflow.Circumstance(c))
	}
	for point, a := range r.Answers {
		e.Answers[point] = answerOf(a)
	}
	return e
}

func answerOf(s string) pil.Tri {
	switch s {
	case pil.Yes.String():
		return pil.Yes
	case pil.No.String():
		return pil.No
	}
	return pil.Unknown
}

// putEdge writes what package dataflow knows of an edge into its row.
func putEdge(r *store.FlowEdge, e *dataflow.Edge) {
	r.FromID, r.ToID, r.Handling, r.Categories, r.RowCount, r.Persons = e.From, e.To, string(e.Handling), e.Categories, e.Rows, e.Persons
	r.BeginOn, r.EndOn, r.Basis, r.Evidence, r.Note = e.Begin, e.End, e.Basis, e.Evidence, strings.TrimSpace(e.Note)
	r.Circumstances, r.Answers = []string{}, map[string]string{}
	for _, c := range e.Circumstances {
		r.Circumstances = append(r.Circumstances, string(c))
	}
	for point, a := range e.Answers {
		if a != pil.Unknown {
			r.Answers[point] = a.String()
		}
	}
	if r.Evidence == nil {
		r.Evidence = []string{}
	}
}

// ShowFlow is the map alone, for its picture.
func (d *Desk) ShowFlow(ctx context.Context, who Who, matter int64) (v *FlowView, title string, err error) {
	err = d.ask(ctx, who, account.ShowCase, target{matter: named(matter), kind: store.KindCase}, func(l *look) error {
		title = l.matter.Title
		if v, err = l.wholeFlow(); err == nil {
			l.sawSubject()
		}
		return err
	})
	return v, title, err
}

// ExportFlow is the map to be taken away: a recorded read.
func (d *Desk) ExportFlow(ctx context.Context, who Who, matter int64) (v *FlowView, title string, err error) {
	err = d.ask(ctx, who, account.ExportCase, target{matter: named(matter), kind: store.KindCase}, func(l *look) error {
		title = l.matter.Title
		if v, err = l.wholeFlow(); err == nil {
			l.sawSubject()
		}
		return err
	})
	return v, title, err
}

func (l *look) wholeFlow() (*FlowView, error) {
	files, err := l.Files(l.matter.ID)
	if err != nil {
		return nil, err
	}
	return l.flow(l.matter.ID, files)
}
