package web

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
)

// faceRows writes made-up rows of faces: companies, shops, devices, a week of hours.
func faceRows(w io.Writer, rows int) {
	r := rand.New(rand.NewPCG(7, 11))
	names := []string{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"}
	_, _ = fmt.Fprintln(w, "人脸编号\t所属公司\t门店名称\t设备编号\t采集时间\t性别\t年龄")
	from := time.Date(2021, 3, 1, 9, 0, 0, 0, pil.Zone)
	for range rows {
		o := r.IntN(8)
		shop := r.IntN(2 + o%3)
		face, at := r.IntN(rows/4+1), from.Add(time.Duration(r.IntN(28*12))*time.Hour/6*2)
		_, _ = fmt.Fprintf(w, "F%08d\t涉案经营主体%s\t%s-%02d店\tCAM-%d%02d%d\t%s\t%s\t%d\n", face, names[o], names[o], shop+1, o, shop, r.IntN(2), at.Format("2006-01-02 15:04:05"), []string{"男", "女"}[face%2], 8+face%60)
	}
	_, _ = fmt.Fprintln(w, "\t涉案经营主体甲\t甲-01店\tCAM-0000\t2021-03-02 10:00:00\t男\t30")
	_, _ = fmt.Fprintln(w, "F1\t涉案经营主体甲\t甲-01店\tCAM-0000\t某日\t男\t30")
}

// count analyses a table of the walked case and waits for its end.
func (w *walk) count(tb testing.TB) {
	tb.Helper()
	var text strings.Builder
	faceRows(&text, 200)
	file, err := w.AttachFile(tb.Context(), w.cast.Prosecutor, desk.Upload{Matter: w.kase, Kind: "exhibit", Name: "后台数据.tsv", Media: "text/tab-separated-values", Bytes: strings.NewReader(text.String())})
	if err != nil {
		tb.Fatal(err)
	}
	n, err := w.RunAnalysis(tb.Context(), w.cast.Prosecutor, desk.AnalysisOrder{Matter: w.kase, Files: []int64{file}, Roles: "person=人脸编号,org=所属公司,site=门店名称,device=设备编号,time=采集时间"})
	if err != nil {
		tb.Fatal(err)
	}
	w.analysis = n
	w.settle(tb, n)
}

// settle waits until an analysis has ended.
func (w *walk) settle(tb testing.TB, n int64) *desk.AnalysisView {
	tb.Helper()
	for range 600 {
		v, err := w.ShowAnalysis(tb.Context(), w.cast.Prosecutor, w.kase, n, false)
		if err != nil {
			tb.Fatal(err)
		}
		if v.State != desk.AnalysisRunning {
			return v
		}
		time.Sleep(20 * time.Millisecond)
	}
	tb.Fatal("the analysis does not end")
	return nil
}

// From files to the report: columns proposed with masked examples, small groups
// hidden until asked for, every figure with its source.
func TestAnalysisPages(t *testing.T) {
	w := newWalk(t)
	v := w.settle(t, w.analysis)
	if v.State != desk.AnalysisDone || v.RowCount != 200 || v.Rejected != 2 || v.Report == nil {
		t.Fatalf("%s %q: %d rows, %d rejected", v.State, v.Note, v.RowCount, v.Rejected)
	}
	br := w.as(t, "ys-jcg")
	base := "/cases/" + id(w.kase) + "/analyses"
	br.get(base+"/new").want(t, 200, base+"/new", "后台数据.tsv")
	br.post(base+"/columns").want(t, 422, base+"/columns", "请选择表格")
	file := id(v.Inputs[0].ID)
	got := br.post(base+"/columns", "file", file)
	got.want(t, 200, base+"/columns", "人脸编号", "把握", "示例已遮盖")
	if strings.Contains(got.text, "F0000") {
		t.Error("an example shows a face's number")
	}
	br.post(base, "file", file, "role.1", "org").want(t, 422, base, "person")
	page := br.get(base + "/" + id(w.analysis))
	page.want(t, 200, base+"/"+id(w.analysis), "涉案经营主体甲", v.Result, "怎样数出来的", v.Report.Inputs[0].SHA256, "＊", "剔除的行")
	full := br.post(base + "/" + id(w.analysis) + "/full")
	full.want(t, 200, base+"/"+id(w.analysis)+"/full", "未遮盖")
	if strings.Contains(full.text, "＊") {
		t.Error("unmasked, and something is hidden")
	}
	if rows := br.post(base+"/"+id(w.analysis)+"/xlsx").rows(t, "各单位"); len(rows) != 9 {
		t.Errorf("%d rows of companies", len(rows))
	}
	if text := br.post(base + "/" + id(w.analysis) + "/json"); !strings.Contains(text.text, v.Result) {
		t.Error(text.status, text.text)
	}
	br.get("/cases/"+id(w.kase)).want(t, 200, "/cases/"+id(w.kase), "数据分析", "后台数据.tsv")
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}
