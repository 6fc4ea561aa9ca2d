package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"shouhu/internal/table"
	"shouhu/internal/tally"
)

// plainRead is the yardstick: read, hash, count lines, on all cores, and nothing
// else.
func plainRead(_ context.Context, t task) (f figures, err error) {
	begin := time.Now()
	for _, name := range t.Files {
		n, err := plain(name)
		if err != nil {
			return f, err
		}
		f.Rows += n - 1
	}
	f.Took = time.Since(begin)
	return f, nil
}

func plain(name string) (lines int64, err error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close() //nolint:errcheck // only read
	free, full, done := make(chan []byte, 4), make(chan []byte, 4), make(chan int64)
	for range cap(free) {
		free <- make([]byte, 1<<20)
	}
	go func() {
		n := int64(0)
		for b := range full {
			n += int64(bytes.Count(b, []byte{'\n'}))
			free <- b[:cap(b)]
		}
		done <- n
	}()
	sum := sha256.New()
	for {
		b := <-free
		n, err := io.ReadFull(file, b)
		sum.Write(b[:n])
		full <- b[:n]
		if err != nil {
			close(full)
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				return <-done, nil
			}
			return 0, err
		}
	}
}

// count is ours.
func count(ctx context.Context, t task) (f figures, err error) {
	if t.Memory > 0 {
		debug.SetMemoryLimit(t.Memory)
	}
	begin := time.Now()
	var files []table.File
	for _, name := range t.Files {
		file, err := os.Open(name)
		if err != nil {
			return f, err
		}
		defer file.Close() //nolint:errcheck // only read
		stat, err := file.Stat()
		if err != nil {
			return f, err
		}
		files = append(files, table.File{Name: name, Size: stat.Size(), Bytes: file})
	}
	set, err := table.Open(ctx, files, table.Limits{})
	if err != nil {
		return f, err
	}
	workers := runtime.GOMAXPROCS(0)
	spec := tally.Spec{
		Person: 0, Path: []int{1, 2, 3}, Time: 4, Workers: workers, Memory: t.Memory,
		Spill: func() (tally.File, error) {
			file, err := os.CreateTemp(t.Dir, "spill")
			if err != nil {
				return nil, err
			}
			return file, os.Remove(file.Name())
		},
	}
	if _, err := rand.Read(spec.Key[:]); err != nil {
		return f, err
	}
	c, err := tally.New(spec)
	if err != nil {
		return f, err
	}
	defer c.Close()
	if _, err := set.Read(ctx, table.Plan{Columns: []int{0, 1, 2, 3, 4}, Workers: workers}, c.Add); err != nil {
		return f, err
	}
	f.Read = time.Since(begin)
	r, err := c.Result(ctx)
	if err != nil {
		return f, err
	}
	f.Took = time.Since(begin)
	f.Rows, f.Duplicates, f.Persons, f.Spilled = r.Rows, r.DuplicateRows, r.Persons, r.Spilled
	f.Repeats = map[int64]int64{}
	for _, n := range r.Repeats {
		f.Repeats[n.Times] = n.Persons
	}
	for i := range f.Groups {
		f.Groups[i] = len(r.Levels[i])
	}
	return f, nil
}

// report is all of it: shouhu analyze, from the file to the JSON.
func report(ctx context.Context, t task) (f figures, err error) {
	args := append([]string{"analyze", "--json", "--map", "person=人脸编号,org=公司,site=门店,device=设备编号,time=抓拍时间"}, t.Files...)
	begin := time.Now()
	cmd := exec.CommandContext(ctx, "bin/shouhu", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return f, err
	}
	f.Took = time.Since(begin)
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		f.Peak = use.Maxrss << 10
	}
	var r struct {
		Rows       int64
		Duplicates struct{ Rows int64 }
		Persons    int64          `json:"distinct_persons"`
		Repeats    []tally.Repeat `json:"repeat_persons"`
		Orgs       []struct{}
		Sites      []struct{}
		Devices    []struct{}
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return f, err
	}
	f.Rows, f.Duplicates, f.Persons = r.Rows, r.Duplicates.Rows, r.Persons
	f.Groups = [3]int{len(r.Orgs), len(r.Sites), len(r.Devices)}
	f.Repeats = map[int64]int64{}
	for _, n := range r.Repeats {
		f.Repeats[n.Times] = n.Persons
	}
	return f, nil
}
