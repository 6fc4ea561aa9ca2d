package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"shouhu/internal/analysis"
	"shouhu/internal/pil"
	"shouhu/internal/table"
	"shouhu/internal/testclickhouse"
)

// Two servers count what this process counts: the same report, the same hash;
// when one of them goes, there is an error and no report.
func TestClickHouseReport(t *testing.T) {
	servers := testclickhouse.Start(t, 2)
	engine, err := analysis.OpenEngine("clickhouse://" + servers[0].Addr + "," + servers[1].Addr + "/default")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(strings.Join([]string{"人脸编号", "公司", "门店", "设备", "时间"}, ",") + "\n")
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		when := fmt.Sprintf("2021-0%d-%02d %02d:00:00", 1+r.IntN(9), 1+r.IntN(28), r.IntN(24))
		switch r.IntN(40) {
		case 0:
			when = ""
		case 1:
			when = strings.ReplaceAll(when, "-", "/") // the same moment, written otherwise
		case 2:
			when = "某日"
		}
		person := fmt.Sprintf("F%05d", r.IntN(700))
		if r.IntN(90) == 0 {
			person = ""
		}
		fmt.Fprintf(&b, "%s,C%d,S%d,D%d,%s\n", person, r.IntN(3), r.IntN(4), r.IntN(2), when)
	}
	count := func(e analysis.Engine) (*analysis.Report, error) {
		text := b.String()
		set, err := table.Open(t.Context(), []table.File{{Name: "a.csv", Size: int64(len(text)), Bytes: strings.NewReader(text)}}, table.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		roles, err := analysis.ParseMap("person=人脸编号,org=公司,site=门店,device=设备,time=时间", set.Header())
		if err != nil {
			t.Fatal(err)
		}
		return analysis.Analyze(t.Context(), set, analysis.Order{Roles: roles, Engine: e})
	}
	want, err := count(nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := count(engine)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := asJSON(t, want), asJSON(t, got); !bytes.Equal(a, b) {
		t.Error(cmp.Diff(string(a), string(b)))
	}
	if want.ResultSHA256 == "" || want.ResultSHA256 != got.ResultSHA256 {
		t.Errorf("result_sha256: %s and %s", want.ResultSHA256, got.ResultSHA256)
	}
	for _, s := range servers {
		if left := tablesOn(t, s.Addr); left != 0 {
			t.Errorf("%d tables are left on a server", left)
		}
	}
	servers[1].Stop()
	if r, err := count(engine); err == nil || r != nil || pil.CodeOf(err) != pil.CodeBusy || !strings.Contains(err.Error(), servers[1].Addr) {
		t.Errorf("a server is gone: got %v, %v", r, err)
	}
}

func tablesOn(t *testing.T, addr string) (n uint64) {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{addr}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // the test is over
	if err := conn.QueryRow(t.Context(), "SELECT count() FROM system.tables WHERE database = 'default'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func asJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestParseClickHouse(t *testing.T) {
	for _, bad := range []string{
		"clickhouse://", "clickhouse://host", "clickhouse://host:9000,", "clickhouse://a:1,a:1/x", "clickhouse://a:1/x;DROP", "http://a:1/x", "clickhouse://u:%zz@a:1/x",
	} {
		if _, err := analysis.ParseClickHouse(bad); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: got %v", bad, err)
		}
	}
	for _, good := range []string{"clickhouse://a:9000", "clickhouse://a:9000,b:9000/evidence", "clickhouse://user:p%40ss@[::1]:9000/x"} {
		if _, err := analysis.ParseClickHouse(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}
