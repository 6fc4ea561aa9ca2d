package analysis

import (
	"strings"
	"testing"

	"shouhu/internal/wire"
)

func sqlModel(sql string, engines ...string) *Model {
	return &Model{
		Name: "m", Engines: engines, SQL: sql,
		Tables:     []ModelTable{{Name: "people", Columns: []ModelColumn{{Name: "id", Kind: wire.Text}, {Name: "born", Kind: wire.Day}}}, {Name: "dead"}},
		Parameters: []ModelParameter{{Name: "n"}},
	}
}

// What a statement may not say is refused before any engine sees it.
func TestCheckSQL(t *testing.T) {
	for _, sql := range []string{
		`SELECT id AS hit FROM people WHERE born > $n`,
		`WITH a AS (SELECT id FROM people), b AS (SELECT id FROM a) SELECT b.id AS hit FROM b JOIN dead ON b.id = dead.id WHERE $n > 0`,
		`SELECT id, count(*) FROM people x WHERE id NOT IN (SELECT id FROM dead) AND id <> 'a;b--''c' GROUP BY id HAVING count(*) > $n -- the end; really`,
		`SELECT id, row_number() OVER (PARTITION BY id ORDER BY born) AS n FROM people QUALIFY n = $n`,
		`SELECT (SELECT max(born) FROM people) - $n AS d FROM dead`,
	} {
		if err := checkSQL(sqlModel(sql, EngineDuckDB)); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	for _, sql := range []string{
		`SELECT * FROM '/etc/passwd' WHERE $n`, `SELECT * FROM read_csv('/etc/passwd') WHERE $n`, `SELECT * FROM "people" WHERE $n`,
		`SELECT * FROM people, dead WHERE $n`, `SELECT * FROM people p, read_text('/etc/passwd') WHERE $n`,
		`SELECT * FROM people JOIN read_text('/etc/passwd') ON $n`, `SELECT * FROM nowhere WHERE $n`, `SELECT * FROM main.people WHERE $n`,
		`SELECT * FROM people.id WHERE $n`, `SELECT * FROM (VALUES (1)) WHERE $n`, `SELECT * FROM people($n)`,
		`SELECT getenv('HOME'), $n FROM people`, `SELECT 1; SELECT $n`, `SELECT 1 FROM people WHERE $n;`,
		`COPY people TO '/tmp/x' $n`, `ATTACH '/tmp/x' $n`, `INSTALL httpfs $n`, `SET memory_limit = $n`, `PRAGMA $n`, `CREATE TABLE x AS SELECT $n`,
		`SELECT id INTO x FROM people WHERE $n`, `SELECT id FROM people WHERE $n INTO OUTFILE '/tmp/x'`, `SELECT id FROM people WHERE $n FORMAT CSV`,
		`SELECT id FROM people WHERE $n SETTINGS readonly = 0`, `SELECT id /* $n */ FROM people`, `SELECT id FROM people WHERE id = 'a\' AND $n`,
		`SELECT id FROM people`, `SELECT id FROM people WHERE $n AND $other`, `SELECT (id FROM people WHERE $n`, `SELECT id) FROM people WHERE $n`,
		`SELECT id FROM people WHERE $n UNION SELECT * FROM system.users`, `EXPLAIN SELECT $n`, `WITH people AS (SELECT 1) SELECT $n`,
		`SELECT id FROM people TABLESAMPLE $n`, `SELECT $n FROM people CROSS JOIN file('x')`, `SELECT 名 FROM people WHERE $n`, ``, `;`,
	} {
		if err := checkSQL(sqlModel(sql, EngineDuckDB)); err == nil {
			t.Errorf("%s: accepted", sql)
		}
	}
	for _, sql := range []string{
		`WITH a AS (SELECT id FROM people) SELECT id FROM a WHERE $n`, `SELECT lower(id), $n FROM people`, `SELECT count(*) OVER () FROM people WHERE $n`,
	} {
		if err := checkSQL(sqlModel(sql, EngineDuckDB, EngineClickHouse)); err == nil {
			t.Errorf("%s: accepted for both engines", sql)
		}
	}
}

// Tables get the question's names, parameters their values, and nothing inside a
// text is touched.
func TestRenameTables(t *testing.T) {
	q := Asked{
		SQL:    "SELECT people.id, p.born -- $n\nFROM people JOIN people p ON p.id=people.id WHERE p.id <> 'FROM people $n' AND (p.born, $m) IN (SELECT born, id FROM people)",
		Params: map[string]any{"n": int64(5), "m": `a'b\`},
	}
	got := renameTables(q, map[string]string{"PEOPLE": "x1"})
	want := `SELECT people.id , p.born FROM x1 AS people JOIN x1 p ON p.id = people.id WHERE p.id <> 'FROM people $n' AND ( p.born , 'a\'b\\' ) IN ( SELECT born , id FROM x1 AS people )`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadCell(t *testing.T) {
	for _, c := range []struct {
		kind  wire.Kind
		cell  string
		want  int64
		empty bool
		ok    bool
	}{
		{wire.Integer, "1,234", 1234, false, true}, {wire.Integer, "12a", 0, false, false}, {wire.Integer, "", 0, true, true},
		{wire.Fen, "￥1,050.50", 105050, false, true}, {wire.Fen, "-0.5元", -50, false, true}, {wire.Fen, "1.005", 0, false, false},
		{wire.Fen, "1.10000", 110, false, true}, {wire.Fen, "--1", 0, false, false}, {wire.Fen, "元", 0, false, false}, {wire.Fen, "1.2.3", 0, false, false},
		{wire.Day, "1970年1月2日", 1, false, true}, {wire.Day, "1969-12-31", -1, false, true}, {wire.Day, "1970-01-01 23:59:59", 0, false, true},
		{wire.Day, "某日", 0, false, false}, {wire.Time, "1970-01-01 08:00:00", 0, false, true},
	} {
		v, empty, ok := readCell(c.kind, []byte(c.cell))
		if v != c.want && c.ok || empty != c.empty || ok != c.ok {
			t.Errorf("%s %q: got %d %v %v", c.kind, c.cell, v, empty, ok)
		}
	}
}

// A file with a mistake is refused with its line.
func FuzzLoad(f *testing.F) {
	f.Add("name: x\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Load("f.yaml", []byte(text))
		if err == nil && (m.Name == "" || len(m.Tables) == 0) {
			t.Errorf("accepted %q", text)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "f.yaml") {
			t.Errorf("the error names no file: %v", err)
		}
	})
}
