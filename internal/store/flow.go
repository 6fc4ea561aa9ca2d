package store

import (
	"github.com/uptrace/bun"

	"shouhu/internal/audit"
	"shouhu/internal/pil"
)

type (
	// FlowNode is one who takes part in the data flow of a case.
	FlowNode struct {
		bun.BaseModel `bun:"flow_nodes"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		Kind          string `bun:"kind"`
		Name          string `bun:"name"`
		Note          string `bun:"note"`
		MadeBy        int64  `bun:"made_by"`
		MadeAt        Moment `bun:"made_at"`
		Salted
	}

	// FlowEdge is one stretch of the way data go.
	FlowEdge struct {
		bun.BaseModel `bun:"flow_edges"`
		ID            int64             `bun:"id,pk,autoincrement"`
		MatterID      int64             `bun:"matter_id"`
		FromID        int64             `bun:"from_id"`
		ToID          int64             `bun:"to_id"`
		Handling      string            `bun:"handling"`
		Categories    []string          `bun:"categories"`
		Circumstances []string          `bun:"circumstances"`
		RowCount      int64             `bun:"row_count"`
		Persons       int64             `bun:"persons"`
		BeginOn       pil.Day           `bun:"begin_on"`
		EndOn         pil.Day           `bun:"end_on"`
		Basis         string            `bun:"basis"`
		Answers       map[string]string `bun:"answers"`
		Evidence      []string          `bun:"evidence"`
		Note          string            `bun:"note"`
		MadeBy        int64             `bun:"made_by"`
		MadeAt        Moment            `bun:"made_at"`
		Salted
	}
)

func (r *FlowNode) cover() (audit.Kind, string) { return audit.KindMatter, "flow-node/" + id(r.ID) }
func (r *FlowEdge) cover() (audit.Kind, string) { return audit.KindMatter, "flow-edge/" + id(r.ID) }

// FlowNodes are the nodes of a matter's map in the order they were drawn.
func (v *View) FlowNodes(matter int64) ([]FlowNode, error) {
	return all[FlowNode](v, "id", "matter_id = ?", matter)
}

// FlowEdges are the edges of a matter's map in the order they were drawn.
func (v *View) FlowEdges(matter int64) ([]FlowEdge, error) {
	return all[FlowEdge](v, "id", "matter_id = ?", matter)
}

// StrayFlows are edges that lead from or to a node of another matter.
func (v *View) StrayFlows() ([]Tied, error) {
	return v.tied(`SELECT 'flow-edge' AS kind, CAST(e.id AS TEXT) AS id FROM flow_edges e
		WHERE (SELECT count(*) FROM flow_nodes n WHERE n.matter_id = e.matter_id AND n.id IN (e.from_id, e.to_id)) <> 2 ORDER BY e.id`)
}
