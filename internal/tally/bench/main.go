// Command bench measures what the counting of evidence costs, side by side with
// other ways to the same figures, on invented records of faces; and writes what
// it found into docs/performance.md. `make bench-analysis` runs it.
//
// Each contender runs in a process of its own, one after the other, and in
// several rounds; its time is the best of them, its memory what the kernel says
// the process had at most. Who counts wrongly is not measured but named.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"shouhu/internal/tally/face"
)

// task is what one contender is to do.
type task struct {
	Name   string
	Files  []string
	Memory int64
	Rows   int64
	Dir    string
}

// figures is what it says about the rows, and how long it took.
type figures struct {
	Rows, Duplicates, Persons int64
	Repeats                   map[int64]int64
	Groups                    [3]int
	Took, Read                time.Duration
	Spilled                   int64
	Peak                      int64         // bytes, told by the kernel
	CPU                       time.Duration // of all cores, told by the kernel
}

var contenders = map[string]func(context.Context, task) (figures, error){
	"plain":    plainRead,
	"tally":    count,
	"report":   report,
	"duckdb":   duckDB,
	"postgres": postgreSQL,
	"sqlite":   sqlite,
}

func main() {
	var (
		rows   = flag.Int64("rows", 2_600_000, "how many rows the large table has")
		dir    = flag.String("dir", "", "folder for the tables, best on a fast disk; emptied of them in the end")
		rounds = flag.Int("rounds", 2, "how often each contender runs")
		doc    = flag.String("doc", "", "file whose section between the marks is written anew")
		only   = flag.String("only", "", "names of measurements, separated by commas; all where empty")
		alone  = flag.String("alone", "", "run this one task, as JSON")
	)
	flag.Parse()
	if err := run(*rows, *dir, *rounds, *doc, *only, *alone); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(rows int64, dir string, rounds int, doc, only, alone string) error {
	ctx := context.Background()
	if alone != "" {
		var t task
		if err := json.Unmarshal([]byte(alone), &t); err != nil {
			return err
		}
		if name := os.Getenv("BENCH_PROFILE"); name != "" {
			p, err := os.Create(name)
			if err != nil {
				return err
			}
			if err := pprof.StartCPUProfile(p); err != nil {
				return err
			}
			defer pprof.StopCPUProfile()
		}
		f, err := contenders[t.Name](ctx, t)
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(f)
	}
	if dir == "" {
		made, err := os.MkdirTemp("", "bench-analysis")
		if err != nil {
			return err
		}
		defer os.RemoveAll(made) //nolint:errcheck // nothing is left to do about it
		dir = made
	}
	b := &bench{dir: dir, rows: rows, rounds: rounds, only: map[string]bool{}}
	for name := range strings.SplitSeq(only, ",") {
		if name != "" {
			b.only[name] = true
		}
	}
	if err := b.all(ctx); err != nil {
		return err
	}
	if doc == "" {
		return nil
	}
	return b.write(doc)
}

// measure runs a task in a process of its own and checks what it counted.
func measure(ctx context.Context, t task, want face.Totals) (figures, error) {
	var f figures
	own, err := os.Executable()
	if err != nil {
		return f, err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return f, err
	}
	cmd := exec.CommandContext(ctx, own, "-alone", string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return f, fmt.Errorf("%s: %w", t.Name, err)
	}
	if err := json.Unmarshal(out, &f); err != nil {
		return f, err
	}
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		f.Peak = max(f.Peak, use.Maxrss<<10)
		f.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() // with that of the processes it waited for
	}
	if t.Name == "plain" {
		return f, nil
	}
	if f.Rows != want.Rows || f.Duplicates != want.DuplicateRows || f.Persons != want.Persons || fmt.Sprint(f.Repeats) != fmt.Sprint(want.Repeats) {
		return f, fmt.Errorf("%s counted wrongly: %+v instead of %+v", t.Name, f, want)
	}
	if t.Rows > 100_000 && f.Groups != [3]int{face.Companies, face.Shops, face.Devices} {
		return f, fmt.Errorf("%s counted wrongly: %v groups", t.Name, f.Groups)
	}
	return f, nil
}

// create writes a file of the folder, once.
func create(dir, name string, write func(*os.File) error) (string, error) {
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	f, err := os.Create(path + ".part")
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // closed below where it matters
	if err := write(f); err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return path, os.Rename(path+".part", path)
}
