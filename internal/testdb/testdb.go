// Package testdb gives a test a database of its own: an empty one, gone when
// the test ends. The PostgreSQL it asks is the one scripts/test.sh starts.
//
// It is for tests only and knows nothing of what is stored.
package testdb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql knows it as pgx
)

// Postgres is the URL of a fresh, empty PostgreSQL database. Without a server
// to make it on, the test is skipped. Whoever is still connected when the test
// ends is thrown out.
func Postgres(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("SHOUHU_TEST_POSTGRES")
	if server == "" {
		tb.Skip("PostgreSQL is not running: make test starts it, and so does scripts/postgres.sh")
	}
	at, err := url.Parse(server)
	if err != nil {
		tb.Fatalf("SHOUHU_TEST_POSTGRES: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	run(tb, server, "CREATE DATABASE "+name+" TEMPLATE template0")
	tb.Cleanup(func() { run(tb, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	at.Path = "/" + name
	return at.String()
}

// Named is the URL of a PostgreSQL database that outlives the test, and whether it
// was made just now.
func Named(tb testing.TB, name string) (where string, fresh bool) {
	tb.Helper()
	server := os.Getenv("SHOUHU_TEST_POSTGRES")
	at, err := url.Parse(server)
	if err != nil || server == "" {
		tb.Skip("PostgreSQL is not running: scripts/postgres.sh starts it")
	}
	at.Path = "/" + name
	if ask(tb, server, "SELECT count(*) FROM pg_database WHERE datname = '"+name+"'") == 0 {
		run(tb, server, "CREATE DATABASE "+name+" TEMPLATE template0")
		fresh = true
	}
	return at.String(), fresh
}

// Size is how many bytes a database takes up.
func Size(tb testing.TB, where string) int64 {
	tb.Helper()
	if !strings.HasPrefix(where, "postgres://") {
		i, err := os.Stat(where)
		if err != nil {
			tb.Fatal(err)
		}
		return i.Size()
	}
	return ask(tb, where, "SELECT pg_database_size(current_database())")
}

func ask(tb testing.TB, server, query string) (n int64) {
	tb.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		tb.Fatal(err)
	}
	err = db.QueryRowContext(tb.Context(), query).Scan(&n)
	if err := errors.Join(err, db.Close()); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return n
}

func run(tb testing.TB, server, statement string) {
	tb.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		tb.Fatal(err)
	}
	// Not the test's context: that one has ended when the database is dropped.
	_, err = db.ExecContext(context.Background(), statement)
	if err := errors.Join(err, db.Close()); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}

// Store is where a test that runs on either engine keeps its rows: SQLite, or
// PostgreSQL where SHOUHU_TEST_ENGINE says postgres. A run asked for on
// PostgreSQL fails without a server; it is never skipped.
func Store(tb testing.TB) string {
	tb.Helper()
	switch {
	case !OnPostgres():
		return SQLite(tb)
	case os.Getenv("SHOUHU_TEST_POSTGRES") == "":
		tb.Fatal("SHOUHU_TEST_ENGINE=postgres, but SHOUHU_TEST_POSTGRES names no server: scripts/postgres.sh starts one")
	}
	return Postgres(tb)
}

// OnPostgres reports whether Store gives PostgreSQL. Any other word than sqlite,
// postgres and none is a panic: a misspelt run would test what nobody asked for.
func OnPostgres() bool {
	switch engine := os.Getenv("SHOUHU_TEST_ENGINE"); engine {
	case "", "sqlite":
		return false
	case "postgres":
		return true
	default:
		panic("SHOUHU_TEST_ENGINE=" + engine + ": want sqlite or postgres")
	}
}

// SQLite is the path of a database file that does not exist yet.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "test.db")
}
