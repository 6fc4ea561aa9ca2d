package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"shouhu/internal/pil"
	"shouhu/internal/wire"
)

// database is DuckDB in memory, with everything outside shut.
type database struct{ conn *duckdb.Conn }

// closed is what shuts DuckDB in, in this order: the lock is last, and after it
// no statement can open anything again.
var closed = []string{
	"SET autoinstall_known_extensions=false",
	"SET autoload_known_extensions=false",
	"SET allow_community_extensions=false",
	"SET temp_directory=''", // over the memory limit a question is refused, not spilled in the clear
	"SET enable_external_access=false",
	"SET lock_configuration=true",
}

func open(ctx context.Context, r *wire.Request) (*database, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	c, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	d := &database{conn: c.(*duckdb.Conn)}
	first := []string{fmt.Sprintf("SET memory_limit='%dB'", r.Memory), fmt.Sprintf("SET threads=%d", r.Threads)}
	for _, set := range slices.Concat(first, closed) {
		if _, err := d.conn.ExecContext(ctx, set, nil); err != nil {
			return nil, fmt.Errorf("%s: %w", set, err)
		}
	}
	return d, nil
}

var columnTypes = map[wire.Kind]string{
	wire.Text: "VARCHAR NOT NULL", wire.Integer: "BIGINT", wire.Fen: "BIGINT", wire.Day: "BIGINT", wire.Time: "BIGINT",
}

// create makes the tables, empty. Their names have been checked.
func (d *database) create(ctx context.Context, tables []wire.Table) error {
	for _, t := range tables {
		columns := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = fmt.Sprintf("%q %s", c.Name, columnTypes[c.Kind])
		}
		if _, err := d.conn.ExecContext(ctx, fmt.Sprintf("CREATE TABLE %q (%s)", t.Name, strings.Join(columns, ", ")), nil); err != nil {
			return err
		}
	}
	return nil
}

// prepare takes one SELECT and nothing else.
func (d *database) prepare(r *wire.Request) (*duckdb.Stmt, error) {
	s, err := d.conn.Prepare(r.SQL) // refuses several statements
	if err != nil {
		return nil, sqlError(err)
	}
	statement := s.(*duckdb.Stmt)
	if kind, err := statement.StatementType(); err != nil || kind != duckdb.STATEMENT_TYPE_SELECT {
		return nil, pil.Invalid("只能是一条 SELECT 语句 (one SELECT and nothing else)")
	}
	return statement, nil
}

// load reads all rows of all tables.
func (d *database) load(ctx context.Context, question *wire.Reader) (rows int64, err error) {
	tables := question.Request.Tables
	into := make([]*duckdb.Appender, len(tables))
	for i, t := range tables {
		if into[i], err = duckdb.NewAppenderFromConn(d.conn, "", t.Name); err != nil {
			return 0, err
		}
	}
	values := make([]driver.Value, wire.MaxColumns)
	err = question.Each(func(table int, cells []any) error {
		for i, c := range cells {
			if text, ok := c.([]byte); ok {
				c = string(text)
			}
			values[i] = c
		}
		rows++
		if rows%(1<<16) == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return into[table].AppendRow(values[:len(cells)]...)
	})
	for _, a := range into {
		if e := a.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		return 0, sqlError(err)
	}
	return rows, nil
}

// answer runs the statement and writes what it gives.
func (d *database) answer(ctx context.Context, s *duckdb.Stmt, r *wire.Request, loaded int64, out *wire.AnswerWriter) error {
	args, err := arguments(s, r.Params)
	if err != nil {
		return err
	}
	result, err := s.QueryContext(ctx, args)
	if err != nil {
		return stopped(ctx, err)
	}
	columns := result.Columns()
	if err := out.Columns(columns); err != nil {
		return err
	}
	done := wire.Done{Loaded: loaded}
	values := make([]driver.Value, len(columns))
	cells := make([]any, len(columns))
	for {
		if err := result.Next(values); errors.Is(err, io.EOF) {
			return out.Done(done)
		} else if err != nil {
			return stopped(ctx, err)
		}
		if done.Rows == r.Rows {
			done.More = true
			return out.Done(done)
		}
		for i, v := range values {
			if cells[i], err = cell(columns[i], v); err != nil {
				return err
			}
		}
		if err := out.Row(cells); err != nil {
			return err
		}
		done.Rows++
	}
}

// arguments are the values of the parameters a statement names.
func arguments(s *duckdb.Stmt, params []wire.Param) ([]driver.NamedValue, error) {
	var args []driver.NamedValue
	for i := 1; i <= s.NumInput(); i++ {
		name, err := s.ParamName(i)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(params, func(p wire.Param) bool { return p.Name == name })
		if at < 0 {
			return nil, pil.Invalid("没有参数 $%s (no such parameter)", name)
		}
		args = append(args, driver.NamedValue{Name: name, Ordinal: i, Value: params[at].Value})
	}
	return args, nil
}

// cell is a value of an answer. Fractions are refused: what is to be cited is
// counted in whole numbers.
func cell(column string, v driver.Value) (any, error) {
	switch v := v.(type) {
	case nil, int64, string:
		return v, nil
	case int32:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int8:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case *big.Int: // what sum() of whole numbers gives
		if v.IsInt64() {
			return v.Int64(), nil
		}
	}
	return nil, pil.Invalid("结果列 %s 既非文字也非整数，请用 CAST(… AS BIGINT) 或 VARCHAR (column is neither text nor a whole number)", pil.Quote(column))
}

// stopped is why a running statement ended without an answer.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return sqlError(err)
}

// quoted is what DuckDB quotes from statements and values.
var quoted = regexp.MustCompile(`'[^']*'|"[^"]*"`)

// sqlError is DuckDB's refusal in our words. Its own text is kept for faults of
// the statement; for faults in the values it is not, as it quotes them.
func sqlError(err error) error {
	var e *duckdb.Error
	if !errors.As(err, &e) {
		if strings.Contains(err.Error(), "multiple statements") || strings.Contains(err.Error(), "PrepareContext") {
			return pil.Invalid("只能是一条 SELECT 语句 (one SELECT and nothing else)")
		}
		return err
	}
	first, _, _ := strings.Cut(e.Msg, "\n")
	switch e.Type {
	case duckdb.ErrorTypeOutOfMemory:
		return &pil.Error{Code: pil.CodeBusy, Text: "查询超过内存上限，已中止；请提高 --memory 或缩小范围 (the question needs more memory than it may use)"}
	case duckdb.ErrorTypePermission:
		return pil.Forbidden("查询不得读写文件、网络或设置 (a question may not touch files, the network or settings)")
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeParameterNotResolved:
		return pil.Invalid("语句有误 (error in the statement): %s", first)
	}
	return pil.Invalid("语句执行出错，可能某个值无法转换或超出范围 (the statement met a value it cannot work with): %s", quoted.ReplaceAllString(first, "…"))
}
