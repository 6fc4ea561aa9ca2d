package analysis

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/wire"
)

// DuckDB answers models with the program bin/engine: one process a question,
// which reads what it is handed and can reach nothing else.
type DuckDB struct {
	Program string        // path of the engine
	Memory  int64         // bytes; 0 is 1 GiB
	Threads int           // 0: as many as the machine has
	Time    time.Duration // 0 is ten minutes
}

// FindEngine is the engine beside a program, or an Error that says how it is
// made. named, where not empty, is the path somebody gave.
func FindEngine(named, program string) (string, error) {
	if named == "" {
		named = filepath.Join(filepath.Dir(program), "engine")
	}
	if info, err := os.Stat(named); err != nil || info.IsDir() {
		return "", pil.NotFound("没有查询程序 %s:make build 生成，需要 g++ (the query engine is missing; make build makes it and needs g++)", named)
	}
	return named, nil
}

// Engine names it.
func (DuckDB) Engine() string { return EngineDuckDB }

// Ask runs one process. It is killed when ctx ends, when it takes longer than
// Time, and in any case before Ask returns.
func (d DuckDB) Ask(ctx context.Context, q Asked) (*wire.Answer, error) {
	limit := d.Time
	if limit == 0 {
		limit = 10 * time.Minute
	}
	// The engine stops itself in time; this is for when it does not.
	const grace = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, limit+grace)
	defer cancel()
	c := exec.CommandContext(ctx, d.Program)
	c.Env = []string{} // nothing of the office's
	c.Dir = "/"
	c.WaitDelay = grace
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, &pil.Error{Code: pil.CodeInternal, Text: "查询程序不能启动 (the query engine does not start)", Err: err}
	}
	sent := make(chan error, 1)
	feeding, stop := context.WithCancel(ctx)
	go func() { sent <- errors.Join(d.send(feeding, in, q, limit), in.Close()) }()
	answer, failed := wire.ReadAnswer(out)
	stop()
	if failed != nil {
		_ = c.Process.Kill() // it may have died already
		_ = in.Close()       // what is still being sent ends here
	}
	trouble := <-sent
	_ = c.Wait() // how it ended matters only where the answer is not whole
	switch {
	case ctx.Err() != nil && answer == nil:
		return nil, &pil.Error{Code: pil.CodeBusy, Text: "查询已中止：超过时限或被取消 (the question was stopped: too long, or cancelled)", Err: ctx.Err()}
	case failed != nil && !errors.Is(failed, error(wire.ErrNoEnd)):
		return nil, failed
	case pil.CodeOf(trouble) != pil.CodeInternal && trouble != nil:
		return nil, trouble // an input that cannot be read
	case failed != nil:
		return nil, failed
	}
	return answer, nil
}

// send hands over the request and every row.
func (d DuckDB) send(ctx context.Context, in interface{ Write([]byte) (int, error) }, q Asked, limit time.Duration) error {
	threads := d.Threads
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	r := &wire.Request{
		Version: wire.Version, SQL: q.SQL, Params: []wire.Param{}, Rows: q.Rows, Memory: d.Memory, Threads: min(threads, 64),
		Seconds: max(int(limit.Seconds()), 1), Explain: q.Check,
	}
	if r.Memory == 0 {
		r.Memory = 1 << 30
	}
	for name, v := range q.Params {
		r.Params = append(r.Params, wire.Param{Name: name, Value: v})
	}
	for _, t := range q.Tables {
		r.Tables = append(r.Tables, t.Table)
	}
	w, err := wire.NewWriter(in, r)
	if err != nil || q.Check {
		return err
	}
	var mu sync.Mutex
	for i, t := range q.Tables {
		frames := make([]*wire.Frame, max(threads, 1))
		for j := range frames {
			frames[j] = wire.NewFrame(i)
		}
		err := t.Read(ctx, len(frames), func(worker int, cells []any) error {
			f := frames[worker]
			if err := addRow(f, t.Columns, cells); err != nil {
				return err
			}
			if !f.Full() {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			return w.Send(f)
		})
		if err != nil {
			return err
		}
		for _, f := range frames {
			if err := w.Send(f); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

func addRow(f *wire.Frame, columns []wire.Column, cells []any) error {
	for i, c := range columns {
		switch v := cells[i].(type) {
		case []byte:
			f.Text(v)
		case int64:
			f.Int(v)
		case nil:
			if c.Kind == wire.Text {
				f.Text(nil)
			} else {
				f.Null()
			}
		default:
			return fmt.Errorf("cell of column %s is a %T", c.Name, v)
		}
	}
	return nil
}
