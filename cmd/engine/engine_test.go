package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
	"shouhu/internal/wire"
)

// TestMain lets the test binary be the engine, so that nothing is linked twice.
func TestMain(m *testing.M) {
	if os.Getenv("SHOUHU_TEST_AS_ENGINE") != "" {
		os.Exit(run(os.Stdin, os.Stdout, confine))
	}
	os.Exit(m.Run())
}

func request(sql string, params ...wire.Param) *wire.Request {
	return &wire.Request{
		Version: wire.Version, SQL: sql, Params: params, Rows: 1000, Memory: 256 << 20, Threads: 2, Seconds: 20,
		Tables: []wire.Table{{Name: "people", Columns: []wire.Column{{Name: "id", Kind: wire.Text}, {Name: "born", Kind: wire.Day}, {Name: "paid", Kind: wire.Fen}}}},
	}
}

// question runs a process of its own for one question.
func question(t *testing.T, r *wire.Request, rows [][]any) (*wire.Answer, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0])
	c.Env = []string{"SHOUHU_TEST_AS_ENGINE=1"}
	var out, trouble bytes.Buffer
	c.Stdout, c.Stderr = &out, &trouble
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	send(in, r, rows) // fails where the engine has refused already
	_ = in.Close()
	if err := c.Wait(); err != nil {
		t.Logf("the engine ended with %v: %.800s", err, trouble.String())
	}
	return wire.ReadAnswer(&out)
}

func send(in interface{ Write([]byte) (int, error) }, r *wire.Request, rows [][]any) {
	w, err := wire.NewWriter(in, r)
	if err != nil {
		return
	}
	f := wire.NewFrame(0)
	for _, row := range rows {
		for _, c := range row {
			switch c := c.(type) {
			case string:
				f.Text([]byte(c))
			case int:
				f.Int(int64(c))
			default:
				f.Null()
			}
		}
		if f.Full() && w.Send(f) != nil {
			return
		}
	}
	if w.Send(f) == nil {
		_ = w.Close()
	}
}

// A question is answered with texts and whole numbers as they were given: long
// digits stay text, empty is empty.
func TestAnswer(t *testing.T) {
	rows := [][]any{{"11010519491231002X", -1, 5}, {"012345678901234567890", 18000, nil}, {"", nil, 7}}
	a, err := question(t, request(`WITH o AS (SELECT id, born, paid, row_number() OVER (ORDER BY id) AS n FROM people)
		SELECT id, born, paid, n, (SELECT sum(paid) FROM people) AS total, born > $day AS later FROM o ORDER BY id`,
		wire.Param{Name: "day", Value: int64(0)}, wire.Param{Name: "unused", Value: "x"}), rows)
	if err != nil {
		t.Fatal(err)
	}
	want := &wire.Answer{
		Columns: []string{"id", "born", "paid", "n", "total", "later"},
		Rows: [][]any{
			{"", nil, int64(7), int64(1), int64(12), nil},
			{"012345678901234567890", int64(18000), nil, int64(2), int64(12), int64(1)},
			{"11010519491231002X", int64(-1), int64(5), int64(3), int64(12), int64(0)},
		},
		Done: wire.Done{Rows: 3, Loaded: 3},
	}
	if d := cmp.Diff(want, a); d != "" {
		t.Error(d)
	}
}

func TestMostRows(t *testing.T) {
	r := request(`SELECT id FROM people`)
	r.Rows = 2
	a, err := question(t, r, [][]any{{"a", 1, 1}, {"b", 1, 1}, {"c", 1, 1}})
	if err != nil || !a.More || len(a.Rows) != 2 {
		t.Errorf("got %+v, %v; want two rows and word of more", a, err)
	}
}

// What a hostile or mistaken statement gets is a clear refusal.
func TestRefusals(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("code\nTOP-SECRET\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.csv")
	for _, c := range []struct {
		sql  string
		code pil.Code
		says string
	}{
		{`SELECT * FROM read_csv('/etc/passwd')`, pil.CodeForbidden, "不得读写文件"},
		{`SELECT content FROM read_text('/etc/passwd')`, pil.CodeForbidden, "不得读写文件"},
		{`SELECT * FROM '` + secret + `'`, "", ""},
		{`SELECT * FROM glob('/etc/*')`, pil.CodeForbidden, "不得读写文件"},
		{`COPY people TO '` + out + `'`, "", ""},
		{`COPY people FROM '/etc/passwd'`, "", ""},
		{`EXPORT DATABASE '` + filepath.Dir(out) + `'`, "", ""},
		{`ATTACH '` + out + `' AS x`, "", ""},
		{`INSTALL httpfs`, "", ""},
		{`LOAD httpfs`, "", ""},
		{`SET enable_external_access=true`, pil.CodeInvalid, "SELECT"},
		{`PRAGMA enable_external_access=true`, "", ""},
		{`SELECT 1; SELECT 2`, pil.CodeInvalid, "SELECT"},
		{`SELECT 1; SET memory_limit='64GB'`, pil.CodeInvalid, "SELECT"},
		{`DELETE FROM people`, pil.CodeInvalid, "SELECT"},
		{`CREATE TABLE x AS SELECT 1`, pil.CodeInvalid, "SELECT"},
		{`EXPLAIN SELECT 1`, pil.CodeInvalid, "SELECT"},
		{`SELECT * FROM nowhere`, pil.CodeInvalid, "nowhere"},
		{`SELECT surname FROM people`, pil.CodeInvalid, "surname"},
		{`SELECT FROM WHERE`, pil.CodeInvalid, "语句有误"},
		{`SELECT $absent`, pil.CodeInvalid, "$absent"},
		{`SELECT avg(paid) FROM people`, pil.CodeInvalid, "整数"},
		{`SELECT CAST(id AS BIGINT) FROM people`, pil.CodeInvalid, "某个值"},
	} {
		a, err := question(t, request(c.sql), [][]any{{"PERSON-1", 1, 1}, {"PERSON-2", 2, 2}})
		if err == nil {
			t.Errorf("%s: answered with %v", c.sql, a.Rows)
			continue
		}
		if c.code != "" && pil.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %s %q, want %s with %q", c.sql, pil.CodeOf(err), err, c.code, c.says)
		}
		if pil.CodeOf(err) == pil.CodeInternal {
			t.Errorf("%s: internal: %v", c.sql, err)
		}
		for _, hidden := range []string{"TOP-SECRET", "PERSON-1", "root:"} {
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("%s: the refusal quotes %s", c.sql, hidden)
			}
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%s wrote a file", c.sql)
		}
	}
}

// Memory and time end a question, not the office.
func TestLimits(t *testing.T) {
	r := request(`SELECT count(*) FROM (SELECT DISTINCT a.range * 1000003 + b.range FROM range(100000) a, range(2000) b)`)
	r.Memory = wire.MinMemory
	if _, err := question(t, r, nil); pil.CodeOf(err) != pil.CodeBusy || !strings.Contains(err.Error(), "内存") {
		t.Errorf("too much memory: got %v", err)
	}
	r = request(`SELECT CAST(sum(range % 7) AS BIGINT) FROM range(10000000000000)`)
	r.Seconds = 1
	start := time.Now()
	if _, err := question(t, r, nil); pil.CodeOf(err) != pil.CodeBusy || !strings.Contains(err.Error(), "时限") {
		t.Errorf("too slow: got %v", err)
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("a limit of one second took %v", took)
	}
}

// The kernel shuts the process in too: with the filter on, no file opens.
func TestConfined(t *testing.T) {
	if os.Getenv("SHOUHU_TEST_CONFINED") == "" {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestConfined$", "-test.v")
		c.Env = []string{"SHOUHU_TEST_CONFINED=1"}
		out, _ := c.CombinedOutput()
		if !strings.Contains(string(out), "shut in") {
			t.Errorf("the process was not shut in:\n%s", out)
		}
		return
	}
	if err := confine(request("SELECT 1")); err != nil {
		t.Fatal(err)
	}
	_, read := os.ReadFile("/etc/passwd")
	write := os.WriteFile(os.TempDir()+"/shouhu-engine-escape", nil, 0o600)
	start := exec.Command("/bin/true").Run()
	fmt.Println("read:", read, "write:", write, "start:", start)
	if read != nil && write != nil && start != nil {
		fmt.Println("shut in")
	}
	os.Exit(0) // the frame of the test would want files
}

// Strange bytes on stdin are refused and nothing more.
func TestBrokenRequests(t *testing.T) {
	good := `{"version":1,"sql":"SELECT id FROM people","params":[],"tables":[{"name":"people","columns":[{"name":"id","kind":"text"}]}],"rows":10,"memory":268435456,"threads":1,"seconds":10}` + "\n"
	for name, in := range map[string]string{
		"empty": "", "no JSON": "hello\n", "cut": good, "frame too long": good + "\x01\xff\xff\xff\xff\x7f", "no such table": good + "\x05\x01a\x00",
		"cell beyond its frame": good + "\x01\x02\x09a\x00", "unknown member": strings.Replace(good, `"rows"`, `"file":"x","rows"`, 1),
		"name that quotes": strings.Replace(good, `"id","kind"`, `"i\"d","kind"`, 1),
	} {
		var out bytes.Buffer
		if status := run(strings.NewReader(in), &out, func(*wire.Request) error { return nil }); status != 0 {
			t.Errorf("%s: status %d", name, status)
		}
		if _, err := wire.ReadAnswer(&out); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
