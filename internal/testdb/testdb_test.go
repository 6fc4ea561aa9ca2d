package testdb

import (
	"database/sql"
	"os"
	"testing"
)

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func one[T any](t *testing.T, db *sql.DB, query string, args ...any) (got T) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&got); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

// Two databases know nothing of each other, keep Chinese text, and are gone
// after the test, also when a connection was left open.
func TestPostgres(t *testing.T) {
	const named = `SELECT current_database()`
	var names []string
	t.Run("alive", func(t *testing.T) {
		a, b := open(t, Postgres(t)), open(t, Postgres(t))
		names = []string{one[string](t, a, named), one[string](t, b, named)}
		if names[0] == names[1] {
			t.Errorf("one database twice: %s", names[0])
		}
		if _, err := a.ExecContext(t.Context(), `CREATE TABLE clue (title text)`); err != nil {
			t.Fatal(err)
		}
		if got := one[string](t, a, `INSERT INTO clue VALUES ('个人信息') RETURNING title`); got != "个人信息" {
			t.Errorf("kept as %q", got)
		}
		if one[bool](t, b, `SELECT to_regclass('clue') IS NOT NULL`) {
			t.Error("a table of one database is seen in the other")
		}
	})
	if names == nil {
		t.Skip("see above")
	}
	server := open(t, os.Getenv("SHOUHU_TEST_POSTGRES"))
	for _, name := range names {
		if one[bool](t, server, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name) {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestSQLite(t *testing.T) {
	a, b := SQLite(t), SQLite(t)
	if a == b {
		t.Errorf("one file twice: %s", a)
	}
	if _, err := os.Stat(a); !os.IsNotExist(err) {
		t.Errorf("the file is there already: %v", err)
	}
}
