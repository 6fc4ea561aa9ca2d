package web

import (
	"strings"
	"testing"

	"shouhu/internal/dataflow"
	"shouhu/internal/desk"
)

// drawFlow puts two nodes and an edge on the map of the walked case.
func (w *walk) drawFlow(tb testing.TB) {
	tb.Helper()
	node := func(k dataflow.Kind, name string) int64 {
		n, err := w.SaveFlowNode(tb.Context(), w.cast.Prosecutor, desk.FlowNode{Matter: w.kase, Node: dataflow.Node{Kind: k, Name: name}})
		if err != nil {
			tb.Fatal(err)
		}
		return n
	}
	from, to := node(dataflow.Subject, "业主"), node(dataflow.Collector, "演示物业公司")
	edge, err := w.SaveFlowEdge(tb.Context(), w.cast.Prosecutor, desk.FlowEdge{Matter: w.kase, Edge: dataflow.Edge{From: from, To: to, Handling: dataflow.Collect, Categories: []string{"face"}}})
	if err != nil {
		tb.Fatal(err)
	}
	w.flowForms = []string{"/cases/" + id(w.kase) + "/flow/node?node=" + id(from), "/cases/" + id(w.kase) + "/flow/edge?edge=" + id(edge)}
}

// A table of contracts becomes a map: read, looked at, put on the map.
func TestFlowFromTable(t *testing.T) {
	w := newWalk(t)
	file, err := w.AttachFile(t.Context(), w.cast.Prosecutor, desk.Upload{Matter: w.kase, Kind: "document", Name: "合同清单.tsv", Media: "text/csv",
		Bytes: strings.NewReader("合同编号\t供应商\t购买方\t设备所属\t采集条数\n1\t某科技公司\t甲店\t甲店\t100\n2\t某科技公司\t乙店\t乙店\t2,000\n")})
	if err != nil {
		t.Fatal(err)
	}
	br := w.as(t, "ys-jcg")
	path := "/cases/" + id(w.kase) + "/flow"
	br.post(path+"/propose", "file", id(file), "subject", "进店消费者").want(t, 422, path+"/propose", "请选择信息种类")
	got := br.post(path+"/propose", "file", id(file), "subject", "进店消费者", "category", "face")
	got.want(t, 200, path+"/propose", "2 行，6 个主体、6 条流向", "某科技公司", "画到图上")
	br.post(path+"/accept", "file", id(file), "subject", "进店消费者", "category", "face", "supplier", "1", "buyer", "2", "owner", "3", "rows", "4").want(t, 200, path, "新增流向 6 条", "合同清单.tsv", "2000 条")
	br.post(path+"/accept", "file", id(file), "subject", "进店消费者", "category", "face").want(t, 200, path, "新增流向 0 条")
	svg := br.get(path + ".svg")
	if svg.status != 200 || svg.header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg.text, "某科技公司") {
		t.Errorf("%d %s", svg.status, svg.header.Get("Content-Type"))
	}
	csv := br.post("/cases/" + id(w.kase) + "/flow-csv")
	if csv.status != 200 || !strings.Contains(csv.text, ",出售,") {
		t.Errorf("%d %s", csv.status, csv.text)
	}
	br.post("/cases/"+id(w.kase)+"/flow/edge", "from", "1", "to", "1", "handling", "collect").want(t, 422, path+"/edge", "起点")
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}
