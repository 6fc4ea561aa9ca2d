package store

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver, "pgx"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/ext/fts5"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"shouhu/internal/pil"
)

// Store is an open store. It is safe for concurrent use.
type Store struct {
	write, read *bun.DB // of SQLite one writer and many readers; of PostgreSQL the same pool
	postgres    bool
	laws        lawIDs
}

// Open opens the store at a database URL (postgres://…) or a file path, and
// brings its tables up to this version. A database that is not there, or not
// ours, is an error that says so.
func Open(ctx context.Context, where string) (*Store, error) {
	return OpenThrough(ctx, where, "")
}

// ready brings the tables up to this version.
func (s *Store) ready(ctx context.Context) error {
	if err := s.migrate(ctx, 0); err != nil {
		return err
	}
	return s.newSearch(ctx)
}

// Attach opens a store that is there and may be in use, and leaves its tables as
// they are. Tables of another version of the program are a conflict Error.
func Attach(ctx context.Context, where string) (*Store, error) {
	if !IsURL(where) {
		if _, err := os.Stat(where); err != nil {
			return nil, pil.NotFound("没有数据库文件 %s (no such database file)", filepath.Base(where))
		}
	}
	return open(ctx, where, "", func(s *Store) error { return s.sameVersion(ctx) })
}

// IsURL reports whether a store at where is a PostgreSQL database.
func IsURL(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

func open(ctx context.Context, where, vfs string, ready func(*Store) error) (*Store, error) {
	s := &Store{postgres: IsURL(where)}
	var err error
	if s.postgres {
		err = s.openPostgres(where)
	} else {
		err = s.openFile(where, vfs)
	}
	if err != nil {
		return nil, err
	}
	if err = s.write.PingContext(ctx); err == nil {
		err = ready(s)
	}
	if err != nil {
		_ = s.Close()
		return nil, s.gone(err)
	}
	s.register()
	return s, nil
}

func (s *Store) openPostgres(where string) error {
	u, err := url.Parse(where)
	if err != nil {
		return pil.Invalid("数据库地址写法不对 (the database URL cannot be read)") // without the error: it may hold a password
	}
	q := u.Query()
	q.Set("default_query_exec_mode", "exec")
	u.RawQuery = q.Encode()
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		return pil.Invalid("数据库地址写法不对 (the database URL cannot be read)")
	}
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(32)
	s.write = bun.NewDB(db, pgdialect.New())
	s.read = s.write
	return nil
}

// openFile opens one connection that writes and several that read: SQLite lets
// one write at a time, and a queue in Go waits better than a busy loop. FULL is
// for what somebody was told is stored.
func (s *Store) openFile(path, vfs string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	dsn := func(mode string) string {
		q := url.Values{"_txlock": {mode}, "_pragma": {
			"busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(on)",
			"temp_store(memory)", "cache_size(-65536)", "mmap_size(0)", "journal_size_limit(67108864)",
		}}
		if vfs != "" {
			q.Set("vfs", vfs)
		}
		return "file:" + (&url.URL{Path: abs}).EscapedPath() + "?" + q.Encode()
	}
	writer, err := openSQLite(dsn("immediate"), 4<<30)
	if err != nil {
		return s.gone(err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := openSQLite(dsn("deferred"), 1<<30)
	if err != nil {
		return s.gone(err)
	}
	reader.SetMaxOpenConns(4 * runtime.GOMAXPROCS(0))
	reader.SetMaxIdleConns(4 * runtime.GOMAXPROCS(0))
	s.write = bun.NewDB(writer, sqlitedialect.New())
	s.read = bun.NewDB(reader, sqlitedialect.New())
	return nil
}

// connector opens connections that may take up more memory than the driver's own
// 256 MB, beyond which it panics, and that know how to search.
type connector struct {
	sqldriver.Connector
	memory int64
}

func openSQLite(dsn string, memory int64) (*sql.DB, error) {
	c, err := (&driver.SQLite{}).OpenConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(&connector{c, memory}), nil
}

func (c *connector) Connect(ctx context.Context) (sqldriver.Conn, error) {
	conn, err := c.Connector.Connect(sqlite3.WithMaxMemory(ctx, c.memory))
	if err != nil {
		return nil, err
	}
	if err := fts5.Register(conn.(driver.Conn).Raw()); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// Alone runs fn while no other program on the same PostgreSQL database is in it, nor
// brings tables up to date. An embedded store has one program that does.
func (s *Store) Alone(ctx context.Context, fn func() error) (err error) {
	if !s.postgres {
		return fn()
	}
	c, err := s.write.Conn(ctx)
	if err != nil {
		return s.gone(err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := c.ExecContext(ctx, "SELECT pg_advisory_lock(?)", aloneLock); err != nil {
		return s.gone(err)
	}
	defer func() {
		_, e := c.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", aloneLock)
		err = errors.Join(err, e)
	}()
	return fn()
}

// aloneLock is ours among the advisory locks of a database.
const aloneLock = 0x73686f756875 // shouhu

// Writer is where the store writes, for a queue that keeps tables of its own beside
// ours.
func (s *Store) Writer() *sql.DB { return s.write.DB }

// Close closes the store.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Postgres reports whether the store is a PostgreSQL database.
func (s *Store) Postgres() bool { return s.postgres }

// Ready reports, as a busy Error, that the database does not answer.
func (s *Store) Ready(ctx context.Context) error {
	// A statement, for it is tried again on a fresh connection where one has died; a
	// ping is not.
	if _, err := s.read.ExecContext(ctx, "SELECT 1"); err != nil {
		return s.gone(err)
	}
	return nil
}

// gone turns trouble with the engine into what a person can act on. Anything it
// does not know stays as it is, and is internal.
func (s *Store) gone(err error) error {
	busy := func(text string) error { return &pil.Error{Code: pil.CodeBusy, Text: text, Err: err} }
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sqlite3.NOTADB), errors.Is(err, sqlite3.CORRUPT):
		return &pil.Error{Code: pil.CodeInternal, Err: err,
			Text: "数据库文件已损坏；请停止使用，从备份恢复 (the database file is damaged; stop, and restore a backup)"}
	case errors.Is(err, sqlite3.FULL), errors.As(err, &pg) && pg.Code == "53100":
		return busy("磁盘已满，没有保存；请管理员腾出空间后再试 (the disk is full; nothing was saved)")
	case errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, sqlite3.IOERR_FSYNC), errors.Is(err, sqlite3.IOERR_SHMSIZE), errors.Is(err, syscall.ENOSPC):
		// The driver says this, and not FULL, of a full disk.
		return busy("写不进磁盘，没有保存；磁盘可能已满，请管理员腾出空间后再试 (cannot write to the disk, which may be full; nothing was saved)")
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		return busy("数据库正忙，没有保存；请稍后再试 (the database is busy; nothing was saved)")
	case errors.Is(err, sqlite3.CANTOPEN), errors.Is(err, sqlite3.IOERR), errors.As(err, &connect),
		errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57P")),
		!errors.As(err, &pg) && s.postgres && (errors.Is(err, sql.ErrConnDone) || errors.Is(err, sqldriver.ErrBadConn)), pgconn.SafeToRetry(err):
		return busy("数据库没有应答，没有保存；请稍后再试，或者告知管理员 (the database does not answer; nothing was saved)")
	}
	return err
}

// again reports whether the transaction lost a race and may simply be tried again.
func again(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// tries is how often a transaction that loses races is tried before its caller is
// told that the database is busy.
const tries = 5

// Write runs fn in one transaction and commits what it did, or nothing. now is
// the moment of everything in it, cut to whole seconds, UTC. A panic rolls back.
func (s *Store) Write(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	for n := 1; ; n++ {
		err := s.once(ctx, now, fn)
		if err == nil {
			return nil
		}
		if !again(err) || n == tries {
			return s.gone(err)
		}
	}
}

func (s *Store) once(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }() // back to the pool
	btx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = btx.Rollback() }() // after a commit it does nothing
	tx := &Tx{View: View{s: s, db: btx, ctx: ctx}, tx: btx, conn: conn, Now: MomentOf(now)}
	if err := fn(tx); err != nil {
		return err
	}
	if len(tx.marks) > 0 {
		return fmt.Errorf("commit: %d rows were saved and no entry records them", len(tx.marks))
	}
	if err := btx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Read runs fn on a snapshot: everything in it is of one moment.
func (s *Store) Read(ctx context.Context, fn func(*View) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if s.postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	btx, err := s.read.BeginTx(ctx, opts)
	if err != nil {
		return s.gone(fmt.Errorf("begin: %w", err))
	}
	defer func() { _ = btx.Rollback() }()
	return s.gone(fn(&View{s: s, db: btx, ctx: ctx}))
}
