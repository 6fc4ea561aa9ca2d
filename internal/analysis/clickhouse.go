package analysis

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"shouhu/internal/pil"
)

// ClickHouse counts, and answers models, on one or several servers. We deal the
// rows to them, so that all rows of a person (of a model's shard column) meet on
// one server; each answers for its own, and the answers add up exactly. A server
// that is down, or loses a row, is an Error: never a partial count.
//
// Servers see names of companies, shops and devices, times, and of persons only
// hashes under a key made for the one question. Of a model they see the columns
// it declares. Tables are made for one question and dropped after it.
type ClickHouse struct {
	servers  []string
	auth     clickhouse.Auth
	rows     int           // rows of one batch
	patience time.Duration // for connecting
}

// clickHouseScheme begins the address.
const clickHouseScheme = "clickhouse://"

// ParseClickHouse reads clickhouse://[user:password@]host:port,host:port/database.
func ParseClickHouse(address string) (*ClickHouse, error) {
	bad := pil.Invalid("--engine 应写作 clickhouse://HOST:PORT,HOST:PORT/DATABASE，端口不可省略 (servers with ports, then the database)")
	rest, ok := strings.CutPrefix(address, clickHouseScheme)
	if !ok {
		return nil, bad
	}
	who, hosts, ok := strings.Cut(rest, "@")
	if !ok {
		who, hosts = "default", rest
	}
	hosts, database, _ := strings.Cut(hosts, "/")
	if database == "" {
		database = "default"
	}
	user, password, _ := strings.Cut(who, ":")
	c := &ClickHouse{servers: strings.Split(hosts, ","), rows: 100_000, patience: 10 * time.Second}
	for i, h := range c.servers {
		u, err := url.Parse("clickhouse://" + h)
		if err != nil || u.Port() == "" || u.Hostname() == "" || strings.Contains(strings.Join(c.servers[:i], ","), h) {
			return nil, bad
		}
	}
	var err1, err2 error
	c.auth.Database = database
	c.auth.Username, err1 = url.PathUnescape(user)
	c.auth.Password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil || !clickHouseName(database) {
		return nil, bad
	}
	return c, nil
}

func clickHouseName(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" && s != ""
}

// Engine names it.
func (*ClickHouse) Engine() string { return EngineClickHouse }

// cluster is the servers during one question, each with its connections and a
// table's suffix nobody else uses.
type cluster struct {
	names  []string
	conns  []driver.Conn
	suffix string
	tables []string // to be dropped
}

func (c *ClickHouse) open(ctx context.Context, workers int) (*cluster, error) {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	k := &cluster{names: c.servers, suffix: hex.EncodeToString(random[:])}
	for _, server := range c.servers {
		conn, err := clickhouse.Open(&clickhouse.Options{
			Addr: []string{server}, Auth: c.auth, DialTimeout: c.patience, ReadTimeout: time.Hour,
			MaxOpenConns: workers + 2, MaxIdleConns: workers + 2,
		})
		if err == nil {
			k.conns = append(k.conns, conn)
			err = conn.Ping(ctx)
		}
		if err != nil {
			k.close()
			return nil, serverError(server, err)
		}
	}
	return k, nil
}

// serverError says which server failed; its own text may quote values.
func serverError(server string, err error) error {
	var known *pil.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	e := &pil.Error{Code: pil.CodeBusy, Text: fmt.Sprintf("ClickHouse 服务器 %s 连接不上或者中途失败，没有结果；请检查后重试 (a server is down or failed; no partial result is given)", server), Err: err}
	if exception, ok := errors.AsType[*clickhouse.Exception](err); ok {
		e.Code, e.Text = pil.CodeInternal, fmt.Sprintf("ClickHouse 服务器 %s 报错(编号%d)，没有结果 (the server reports error %[2]d; no partial result is given)", server, exception.Code)
	}
	return e
}

// each does something on every server at once; the first fault wins.
func (k *cluster) each(ctx context.Context, do func(ctx context.Context, i int, conn driver.Conn) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	faults := make(chan error, len(k.conns))
	for i, conn := range k.conns {
		go func() {
			err := do(ctx, i, conn)
			if err != nil {
				err = serverError(k.names[i], err)
			}
			faults <- err
		}()
	}
	var first error
	for range k.conns {
		if err := <-faults; err != nil && first == nil {
			first = err
			cancel()
		}
	}
	return first
}

// table makes a table of this name on every server and gives its full name.
func (k *cluster) table(ctx context.Context, name, columns string) (string, error) {
	full := "shouhu_" + name + "_" + k.suffix
	k.tables = append(k.tables, full)
	return full, k.each(ctx, func(ctx context.Context, _ int, conn driver.Conn) error {
		return conn.Exec(ctx, "CREATE TABLE "+full+" ("+columns+") ENGINE = MergeTree ORDER BY tuple()")
	})
}

// close drops the tables, however the question ended, and hangs up.
func (k *cluster) close() {
	const farewell = 30 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	for _, conn := range k.conns {
		for _, t := range k.tables {
			_ = conn.Exec(ctx, "DROP TABLE IF EXISTS "+t) // a server that is gone has lost it, or keeps it under its random name
		}
		_ = conn.Close() // nothing is left to be lost
	}
}

// dealer sends rows to servers in batches; it belongs to one goroutine.
type dealer struct {
	k       *cluster
	insert  string
	most    int
	batches []driver.Batch
	sent    []uint64 // rows by server
}

func (k *cluster) dealer(table, columns string, most int) *dealer {
	return &dealer{k: k, insert: "INSERT INTO " + table + " (" + columns + ")", most: most, batches: make([]driver.Batch, len(k.conns)), sent: make([]uint64, len(k.conns))}
}

// add sends a row to one server.
func (d *dealer) add(ctx context.Context, server int, cells []any) error {
	b := d.batches[server]
	if b == nil {
		var err error
		if b, err = d.k.conns[server].PrepareBatch(ctx, d.insert); err != nil {
			return serverError(d.k.names[server], err)
		}
		d.batches[server] = b
	}
	if err := b.Append(cells...); err != nil {
		return serverError(d.k.names[server], err)
	}
	d.sent[server]++
	if b.Rows() >= d.most {
		return d.flush(server)
	}
	return nil
}

func (d *dealer) flush(server int) error {
	b := d.batches[server]
	if b == nil {
		return nil
	}
	d.batches[server] = nil
	if err := b.Send(); err != nil {
		return serverError(d.k.names[server], err)
	}
	return nil
}

// end sends what is left; after a fault it only lets go.
func (d *dealer) end(fault error) error {
	for i, b := range d.batches {
		if fault == nil {
			fault = d.flush(i)
		} else if b != nil {
			_ = b.Abort() // the fault is what is told
		}
	}
	return fault
}

// arrived holds what servers have against what was sent.
func (k *cluster) arrived(ctx context.Context, table string, dealers []*dealer) error {
	return k.each(ctx, func(ctx context.Context, i int, conn driver.Conn) error {
		var sent, has uint64
		for _, d := range dealers {
			sent += d.sent[i]
		}
		if err := conn.QueryRow(ctx, "SELECT count() FROM "+table).Scan(&has); err != nil {
			return err
		}
		if has != sent {
			return &pil.Error{Code: pil.CodeInternal, Text: fmt.Sprintf("ClickHouse 服务器 %s 收到的行数不符，没有结果 (rows were lost on the way; no result is given)", k.names[i])}
		}
		return nil
	})
}
