package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // registers the driver
	"github.com/jackc/pgx/v5"
)

// statements are the obvious way to the figures of a report: one statement for
// each. f is the table; seen is the time.
var statements = []string{
	`SELECT count(*) FROM f`,
	`SELECT count(*) FROM (SELECT DISTINCT person, org, site, device, seen FROM f) AS d`,
	`SELECT count(DISTINCT person) FROM f`,
	`SELECT min(seen), max(seen) FROM f`,
	`SELECT org, count(*), count(DISTINCT person), count(DISTINCT site), count(DISTINCT device), min(seen), max(seen) FROM f GROUP BY org ORDER BY org`,
	`SELECT org, site, count(*), count(DISTINCT person), count(DISTINCT device), min(seen), max(seen) FROM f GROUP BY org, site ORDER BY org, site`,
	`SELECT org, site, device, count(*), count(DISTINCT person), min(seen), max(seen) FROM f GROUP BY org, site, device ORDER BY org, site, device`,
	`SELECT times, count(*) FROM (SELECT person, count(*) AS times FROM (SELECT DISTINCT person, org, site, device, seen FROM f) AS d GROUP BY person) AS p GROUP BY times ORDER BY times`,
}

// understand takes the figures from the answers of statements: the first cells
// of each row.
func understand(answers [][][]string) (f figures, err error) {
	number := func(s string) int64 {
		n, e := strconv.ParseInt(s, 10, 64)
		if e != nil {
			err = e
		}
		return n
	}
	f.Rows = number(answers[0][0][0])
	f.Duplicates = f.Rows - number(answers[1][0][0])
	f.Persons = number(answers[2][0][0])
	f.Groups = [3]int{len(answers[4]), len(answers[5]), len(answers[6])}
	f.Repeats = map[int64]int64{}
	for _, row := range answers[7] {
		f.Repeats[number(row[0])] = number(row[1])
	}
	return f, err
}

// duckDB loads the CSV into a table in memory and asks.
func duckDB(ctx context.Context, t task) (f figures, err error) {
	begin := time.Now()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return f, err
	}
	defer db.Close() //nolint:errcheck // in memory
	db.SetMaxOpenConns(1)
	names := make([]string, len(t.Files))
	for i, name := range t.Files {
		names[i] = "'" + name + "'"
	}
	load := `CREATE TABLE f (person VARCHAR, org VARCHAR, site VARCHAR, device VARCHAR, seen TIMESTAMP, gender VARCHAR, age VARCHAR)`
	if _, err := db.ExecContext(ctx, load); err != nil {
		return f, err
	}
	if _, err := db.ExecContext(ctx, `INSERT INTO f SELECT * FROM read_csv([`+strings.Join(names, ", ")+`], header = true)`); err != nil {
		return f, err
	}
	read := time.Since(begin)
	var answers [][][]string
	for _, s := range statements {
		rows, err := ask(ctx, db, s)
		if err != nil {
			return f, err
		}
		answers = append(answers, rows)
	}
	if f, err = understand(answers); err != nil {
		return f, err
	}
	f.Read, f.Took = read, time.Since(begin)
	return f, nil
}

func ask(ctx context.Context, db *sql.DB, statement string) (all [][]string, err error) {
	rows, err := db.QueryContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is looked at
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			return nil, err
		}
		text := make([]string, len(columns))
		for i, c := range cells {
			text[i] = fmt.Sprint(*c.(*any))
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// postgreSQL copies the CSV into an unlogged table of a server of its own.
func postgreSQL(ctx context.Context, t task) (f figures, err error) {
	dir, err := os.MkdirTemp(t.Dir, "postgres")
	if err != nil {
		return f, err
	}
	if err := os.Chmod(t.Dir, 0o755); err != nil { // the server's user has to get there
		return f, err
	}
	start := exec.CommandContext(ctx, "scripts/postgres.sh", "start", dir)
	start.Env = append(os.Environ(), "SHOUHU_POSTGRES_CONF=shared_buffers = '1GB'")
	url, err := start.Output()
	if err != nil {
		return f, fmt.Errorf("PostgreSQL does not start: %w", err)
	}
	defer func() {
		err = errors.Join(err, exec.CommandContext(ctx, "scripts/postgres.sh", "stop", dir).Run())
	}()
	begin := time.Now()
	conn, err := pgx.Connect(ctx, strings.TrimSpace(string(url)))
	if err != nil {
		return f, err
	}
	defer conn.Close(ctx) //nolint:errcheck // the server ends
	for _, s := range []string{
		"CREATE UNLOGGED TABLE f (person text, org text, site text, device text, seen timestamp, gender text, age text)",
		"SET work_mem = '1GB'",
	} {
		if _, err := conn.Exec(ctx, s); err != nil {
			return f, err
		}
	}
	for _, name := range t.Files {
		if err := copyIn(ctx, conn, name); err != nil {
			return f, err
		}
	}
	if _, err := conn.Exec(ctx, "ANALYZE f"); err != nil {
		return f, err
	}
	read := time.Since(begin)
	var answers [][][]string
	for _, s := range statements {
		all, err := conn.PgConn().Exec(ctx, s).ReadAll()
		if err != nil {
			return f, err
		}
		var rows [][]string
		for _, row := range all[0].Rows {
			text := make([]string, len(row))
			for i := range row {
				text[i] = string(row[i])
			}
			rows = append(rows, text)
		}
		answers = append(answers, rows)
	}
	if f, err = understand(answers); err != nil {
		return f, err
	}
	f.Read, f.Took = read, time.Since(begin)
	return f, nil
}

func copyIn(ctx context.Context, conn *pgx.Conn, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	_, err = conn.PgConn().CopyFrom(ctx, file, "COPY f FROM STDIN CSV HEADER")
	return err
}

// sqlite imports the CSV into a database file with its own shell.
func sqlite(ctx context.Context, t task) (f figures, err error) {
	file := filepath.Join(t.Dir, "faces.sqlite")
	defer os.Remove(file) //nolint:errcheck // nothing is left to do about it
	const mark = "===="
	var script strings.Builder
	script.WriteString("PRAGMA journal_mode = OFF;\nPRAGMA synchronous = OFF;\nPRAGMA cache_size = -1000000;\nPRAGMA temp_store = MEMORY;\n" +
		"CREATE TABLE f (person text, org text, site text, device text, seen text, gender text, age text);\n.mode csv\n")
	for _, name := range t.Files {
		script.WriteString(".import --skip 1 " + name + " f\n")
	}
	script.WriteString(".mode tabs\n")
	for _, s := range statements {
		script.WriteString(s + ";\n.print " + mark + "\n")
	}
	begin := time.Now()
	shell := exec.CommandContext(ctx, "sqlite3", file)
	shell.Stdin, shell.Stderr = strings.NewReader(script.String()), os.Stderr
	out, err := shell.Output()
	if err != nil {
		return f, err
	}
	took := time.Since(begin)
	_, text, _ := strings.Cut(string(out), "off\n") // what the first PRAGMA says
	var answers [][][]string
	for answer := range strings.SplitSeq(text, mark+"\n") {
		var rows [][]string
		for line := range strings.Lines(answer) {
			rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
		answers = append(answers, rows)
	}
	if len(answers) <= len(statements)-1 {
		return f, errors.New("sqlite3 did not answer every statement")
	}
	if f, err = understand(answers); err != nil {
		return f, err
	}
	f.Took = took
	return f, nil
}
