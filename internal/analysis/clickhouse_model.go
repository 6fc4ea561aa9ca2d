package analysis

import (
	"context"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"shouhu/internal/pil"
	"shouhu/internal/wire"
)

// Ask answers a model: rows are dealt by each table's shard column, tables
// without one are copied to every server, and the servers' rows put together. A
// hit that comes from two servers means that the model deals its rows wrongly,
// and is an Error. Where no table is dealt, one server answers alone.
func (c *ClickHouse) Ask(ctx context.Context, q Asked) (*wire.Answer, error) {
	one := *c
	if !slices.ContainsFunc(q.Tables, func(t AskedTable) bool { return t.Shard >= 0 }) {
		one.servers = c.servers[:1]
	}
	const workers = 2
	k, err := one.open(ctx, workers)
	if err != nil {
		return nil, err
	}
	defer k.close()
	names := map[string]string{}
	for _, t := range q.Tables {
		var define []string
		for _, col := range t.Columns {
			kind := "Nullable(Int64)"
			if col.Kind == wire.Text {
				kind = "String"
			}
			if col.Name == sourceColumn {
				kind = "Int64"
			}
			define = append(define, col.Name+" "+kind)
		}
		full, err := k.table(ctx, t.Name, strings.Join(define, ", "))
		if err != nil {
			return nil, err
		}
		names[strings.ToUpper(t.Name)] = full
		if q.Check {
			continue
		}
		if err := k.deal(ctx, t, full, workers, c.rows); err != nil {
			return nil, err
		}
	}
	return k.ask(ctx, renameTables(q, names), q.Rows)
}

// deal loads one table.
func (k *cluster) deal(ctx context.Context, t AskedTable, full string, workers, most int) error {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, c.Name)
	}
	dealers := make([]*dealer, workers)
	values := make([][]any, workers)
	for i := range dealers {
		dealers[i] = k.dealer(full, strings.Join(columns, ", "), most)
		values[i] = make([]any, len(columns))
	}
	err := t.Read(ctx, workers, func(worker int, cells []any) error {
		row := values[worker]
		for i, cell := range cells {
			if b, ok := cell.([]byte); ok {
				cell = string(b)
			}
			row[i] = cell
		}
		if t.Shard >= 0 {
			return dealers[worker].add(ctx, shardOf(row[t.Shard], len(k.conns)), row)
		}
		for server := range k.conns {
			if err := dealers[worker].add(ctx, server, row); err != nil {
				return err
			}
		}
		return nil
	})
	for _, d := range dealers {
		err = d.end(err)
	}
	if err != nil {
		return err
	}
	return k.arrived(ctx, full, dealers)
}

func shardOf(v any, servers int) int {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, v) // a hash takes everything
	return int(h.Sum64() % uint64(servers))
}

// renameTables writes a checked statement with the tables' names of this
// question and the parameters' values in it.
func renameTables(q Asked, names map[string]string) string {
	tokens, _ := scanSQL(q.SQL)
	var b strings.Builder
	for i, t := range tokens {
		text := t.text
		switch {
		case t.kind == "param":
			text = quoteClickHouse(q.Params[t.text[1:]])
		case t.kind == "word" && i > 0 && (tokens[i-1].word == "FROM" || tokens[i-1].word == "JOIN") && names[t.word] != "":
			text = names[t.word]
			if i+1 == len(tokens) || tokens[i+1].kind != "word" || keywords[tokens[i+1].word] && tokens[i+1].word != "AS" {
				text += " AS " + t.text
			}
		}
		if i > 0 && t.text != "." && tokens[i-1].text != "." && t.text != "(" {
			b.WriteByte(' ')
		}
		if t.text == "(" && i > 0 && keywords[tokens[i-1].word] {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	return b.String()
}

func quoteClickHouse(v any) string {
	if n, ok := v.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	s, _ := v.(string)
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// ask runs the statement on every server.
func (k *cluster) ask(ctx context.Context, sql string, most int64) (*wire.Answer, error) {
	a := &wire.Answer{}
	seen := map[string]int{} // the server a hit came from
	var mu sync.Mutex
	err := k.each(ctx, func(ctx context.Context, server int, conn driver.Conn) error {
		rows, err := conn.Query(ctx, sql)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // its fault is that of rows.Err
		columns, cells := blanks(rows)
		hit := slices.Index(columns, hitColumn)
		for rows.Next() {
			if err := rows.Scan(cells...); err != nil {
				return err
			}
			row := make([]any, len(cells))
			for i, cell := range cells {
				row[i] = plain(cell)
			}
			mu.Lock()
			a.Columns = columns
			a.More = int64(len(a.Rows)) >= most
			key := ""
			if hit >= 0 {
				key, _ = row[hit].(string)
			}
			was, met := seen[key]
			seen[key] = server
			if !a.More {
				a.Rows = append(a.Rows, row)
			}
			full := a.More
			mu.Unlock()
			if met && was != server {
				return pil.Invalid("同一条线索来自两台服务器：模型的 shard 列不对 (one hit from two servers: the model's shard columns are wrong)")
			}
			if full {
				return nil
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		a.Columns = columns
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Done.Rows = int64(len(a.Rows))
	return a, nil
}

// blanks are the names of an answer's columns and places to scan a row into.
func blanks(rows driver.Rows) (names []string, cells []any) {
	for _, t := range rows.ColumnTypes() {
		names = append(names, t.Name())
		cells = append(cells, reflect.New(t.ScanType()).Interface())
	}
	return names, cells
}

// plain is a scanned value as int64, string or nil; another kind stays itself.
func plain(cell any) any {
	v := reflect.ValueOf(cell)
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch {
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return int64(v.Uint())
	case v.Kind() == reflect.String:
		return v.String()
	}
	return v.Interface()
}
