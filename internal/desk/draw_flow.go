package desk

import (
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/dataflow"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// FlowNode is a node to save; ID 0 makes a new one.
type FlowNode struct {
	Matter int64
	Seen   int
	dataflow.Node
}

func onCase(matter int64, seen int) target {
	return target{matter: named(matter), seen: seen, kind: store.KindCase}
}

// SaveFlowNode adds a node to the map of a case, or changes one.
func (d *Desk) SaveFlowNode(ctx context.Context, who Who, in FlowNode) (id int64, err error) {
	in.Name, in.Note = strings.TrimSpace(in.Name), strings.TrimSpace(in.Note)
	err = d.do(ctx, who, account.DrawFlow, onCase(in.Matter, in.Seen), func(w *work) error {
		if err := in.Check(); err != nil {
			return err
		}
		nodes, err := w.FlowNodes(in.Matter)
		if err != nil {
			return err
		}
		same := func(n store.FlowNode) bool {
			return n.ID != in.ID && n.Name == in.Name && n.Kind == string(in.Kind)
		}
		switch {
		case in.ID == 0 && len(nodes) >= dataflow.MaxNodes:
			return pil.Invalid("一张图最多 %d 个主体 (at most %[1]d nodes)", dataflow.MaxNodes)
		case slices.ContainsFunc(nodes, same):
			return pil.Invalid("图上已经有这个主体：%s「%s」 (it is on the map already)", in.Kind.Zh(), in.Name)
		}
		row := &store.FlowNode{MatterID: in.Matter, MadeBy: w.me, MadeAt: w.tx.Now}
		if in.ID != 0 {
			if row = flowNodeOf(nodes, in.ID); row == nil {
				return noFlow()
			}
		}
		row.Kind, row.Name, row.Note = string(in.Kind), in.Name, in.Note
		if in.ID != 0 {
			id = in.ID
			return w.tx.Change(row)
		}
		err = w.tx.Add(row)
		id = row.ID
		return err
	})
	return id, err
}

func flowNodeOf(nodes []store.FlowNode, id int64) *store.FlowNode {
	i := slices.IndexFunc(nodes, func(n store.FlowNode) bool { return n.ID == id })
	if i < 0 {
		return nil
	}
	return &nodes[i]
}

func noFlow() error {
	return pil.NotFound("图上没有这一项，可能已被移除 (not on the map)")
}

// RemoveFlowNode takes a node off the map, with the edges that hang on it; the
// record keeps that they were there.
func (d *Desk) RemoveFlowNode(ctx context.Context, who Who, matter int64, seen int, node int64) error {
	return d.do(ctx, who, account.DrawFlow, onCase(matter, seen), func(w *work) error {
		nodes, err := w.FlowNodes(matter)
		if err != nil {
			return err
		}
		row := flowNodeOf(nodes, node)
		if row == nil {
			return noFlow()
		}
		edges, err := w.FlowEdges(matter)
		if err != nil {
			return err
		}
		for i := range edges {
			if edges[i].FromID == node || edges[i].ToID == node {
				if err := w.tx.Remove(&edges[i]); err != nil {
					return err
				}
			}
		}
		return w.tx.Remove(row)
	})
}

// FlowEdge is an edge to save; ID 0 makes a new one.
type FlowEdge struct {
	Matter int64
	Seen   int
	dataflow.Edge
}

// SaveFlowEdge adds an edge to the map of a case, or changes one.
func (d *Desk) SaveFlowEdge(ctx context.Context, who Who, in FlowEdge) (id int64, err error) {
	err = d.do(ctx, who, account.DrawFlow, onCase(in.Matter, in.Seen), func(w *work) error {
		v, err := w.wholeFlow()
		if err != nil {
			return err
		}
		if in.ID == 0 && len(v.Map.Edges) >= dataflow.MaxEdges {
			return pil.Invalid("一张图最多 %d 条流向 (at most %[1]d edges)", dataflow.MaxEdges)
		}
		if err := v.Map.CheckEdge(d.flows, &in.Edge); err != nil {
			return err
		}
		for _, ref := range in.Evidence {
			if v.Proof(ref).Name == "" {
				return pil.Invalid("选的证据不属于本案 (the evidence is not of this case)")
			}
		}
		row := &store.FlowEdge{MatterID: in.Matter, MadeBy: w.me, MadeAt: w.tx.Now}
		if in.ID == 0 {
			putEdge(row, &in.Edge)
			err = w.tx.Add(row)
			id = row.ID
			return err
		}
		edges, err := w.FlowEdges(in.Matter)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(edges, func(e store.FlowEdge) bool { return e.ID == in.ID })
		if i < 0 {
			return noFlow()
		}
		id = in.ID
		putEdge(&edges[i], &in.Edge)
		return w.tx.Change(&edges[i])
	})
	return id, err
}

// RemoveFlowEdge takes an edge off the map.
func (d *Desk) RemoveFlowEdge(ctx context.Context, who Who, matter int64, seen int, edge int64) error {
	return d.do(ctx, who, account.DrawFlow, onCase(matter, seen), func(w *work) error {
		edges, err := w.FlowEdges(matter)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(edges, func(e store.FlowEdge) bool { return e.ID == edge })
		if i < 0 {
			return noFlow()
		}
		return w.tx.Remove(&edges[i])
	})
}

// acceptFlow puts a proposed map on that of the case: a node of the same kind and
// name is the same one, an edge between the same two with the same handling gets
// the counted rows.
func (w *work) acceptFlow(matter int64, m *dataflow.Map) (added int, err error) {
	nodes, err := w.FlowNodes(matter)
	if err != nil {
		return 0, err
	}
	edges, err := w.FlowEdges(matter)
	if err != nil {
		return 0, err
	}
	at := map[int64]int64{}
	for i := range m.Nodes {
		n := &m.Nodes[i]
		if j := slices.IndexFunc(nodes, func(x store.FlowNode) bool { return x.Kind == string(n.Kind) && x.Name == n.Name }); j >= 0 {
			at[n.ID] = nodes[j].ID
			continue
		}
		row := &store.FlowNode{MatterID: matter, Kind: string(n.Kind), Name: n.Name, MadeBy: w.me, MadeAt: w.tx.Now}
		if err := n.Check(); err != nil {
			return 0, err
		}
		if err := w.tx.Add(row); err != nil {
			return 0, err
		}
		at[n.ID] = row.ID
		nodes = append(nodes, *row)
	}
	for i := range m.Edges {
		e := m.Edges[i]
		e.From, e.To = at[e.From], at[e.To]
		if j := slices.IndexFunc(edges, func(x store.FlowEdge) bool {
			return x.FromID == e.From && x.ToID == e.To && x.Handling == string(e.Handling)
		}); j >= 0 {
			r := &edges[j]
			r.RowCount = e.Rows
			for _, ref := range e.Evidence {
				if !slices.Contains(r.Evidence, ref) {
					r.Evidence = append(r.Evidence, ref)
				}
			}
			if err := w.tx.Change(r); err != nil {
				return 0, err
			}
			continue
		}
		row := &store.FlowEdge{MatterID: matter, MadeBy: w.me, MadeAt: w.tx.Now}
		putEdge(row, &e)
		if err := w.tx.Add(row); err != nil {
			return 0, err
		}
		added++
	}
	if len(nodes) > dataflow.MaxNodes || len(edges)+added > dataflow.MaxEdges {
		return 0, pil.Invalid("一张图最多 %d 个主体、%d 条流向 (at most %[1]d nodes and %[2]d edges)", dataflow.MaxNodes, dataflow.MaxEdges)
	}
	return added, nil
}
