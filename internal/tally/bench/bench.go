package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"shouhu/internal/tally/face"
)

const (
	mib = int64(1) << 20
	gib = int64(1) << 30
)

// bench is one run of everything.
type bench struct {
	dir    string
	rows   int64
	rounds int
	only   map[string]bool
	lines  []line
	left   []string // what was left out, and why
	load   string   // of the machine before the first run
}

// line is one measurement.
type line struct {
	name, what string
	task       task
	figures    figures
}

func (b *bench) asked(name string) bool { return len(b.only) == 0 || b.only[name] }

// all makes the tables and measures.
func (b *bench) all(ctx context.Context) error {
	large := face.Set{Seed: 1, Rows: b.rows}
	began := time.Now()
	csv, err := b.csv("faces.csv", large, face.UTF8, 0, large.Rows)
	if err != nil {
		return err
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		b.load, _, _ = strings.Cut(string(text), " ")
	}
	fmt.Printf("%d rows made in %s\n", b.rows, time.Since(began).Round(time.Millisecond))
	on := func(files ...string) task { return task{Name: "tally", Files: files, Rows: b.rows, Dir: b.dir} }
	plain, duck, whole, limited := on(csv), on(csv), on(csv), on(csv)
	plain.Name, duck.Name, whole.Name, limited.Memory = "plain", "duckdb", "report", 512*mib
	if err := b.measure(ctx, large, b.rounds,
		line{name: "plain", what: "plain read: SHA-256 and lines counted, nothing else", task: plain},
		line{name: "tally", what: "our count, no memory limit", task: on(csv)},
		line{name: "report", what: "the whole report: shouhu analyze --json", task: whole},
		line{name: "512MiB", what: "our count, 512 MiB", task: limited},
		line{name: "duckdb", what: "DuckDB: table loaded, then one statement a figure", task: duck},
	); err != nil {
		return err
	}
	if err := b.formats(ctx, large); err != nil {
		return err
	}
	if err := b.tenth(ctx); err != nil {
		return err
	}
	return b.tenfold(ctx, large, csv)
}

// formats measures the other ways in which the same rows may come.
func (b *bench) formats(ctx context.Context, large face.Set) error {
	if b.asked("gzip") {
		packed, err := create(b.dir, "faces.csv.gz", func(f *os.File) error {
			w, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
			if err != nil {
				return err
			}
			if err := large.WriteCSV(w, face.UTF8, 0, large.Rows, runtime.GOMAXPROCS(0)); err != nil {
				return err
			}
			return w.Close()
		})
		if err != nil {
			return err
		}
		if err := b.measureOnce(ctx, large, line{name: "gzip", what: "our count, CSV in gzip", task: task{Name: "tally", Files: []string{packed}}}); err != nil {
			return err
		}
		if err := os.Remove(packed); err != nil {
			return err
		}
	}
	if b.asked("parquet") {
		file, err := create(b.dir, "faces.parquet", func(f *os.File) error { return writeParquet(f, large) })
		if err != nil {
			return err
		}
		if err := b.measureOnce(ctx, large, line{name: "parquet", what: "our count, Parquet", task: task{Name: "tally", Files: []string{file}}}); err != nil {
			return err
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	if b.asked("gb18030") {
		old, err := b.csv("faces-gb18030.csv", large, face.GB18030, 0, large.Rows)
		if err != nil {
			return err
		}
		if err := b.measureOnce(ctx, large, line{name: "gb18030", what: "our count, CSV in GB18030", task: task{Name: "tally", Files: []string{old}}}); err != nil {
			return err
		}
		if err := os.Remove(old); err != nil {
			return err
		}
	}
	return nil
}

// tenth lets databases count a tenth of the rows, and us the same.
func (b *bench) tenth(ctx context.Context) error {
	small := face.Set{Seed: 1, Rows: b.rows / 10}
	if !b.asked("tenth") {
		return nil
	}
	csv, err := b.csv("faces-tenth.csv", small, face.UTF8, 0, small.Rows)
	if err != nil {
		return err
	}
	defer os.Remove(csv) //nolint:errcheck // nothing is left to do about it
	on := func(name string) task { return task{Name: name, Files: []string{csv}} }
	return b.measure(ctx, small, 1,
		line{name: "tenth-tally", what: "our count, a tenth of the rows", task: on("tally")},
		line{name: "tenth-duckdb", what: "DuckDB, a tenth", task: on("duckdb")},
		line{name: "tenth-postgres", what: "PostgreSQL 15, unlogged, a tenth", task: on("postgres")},
		line{name: "tenth-sqlite", what: "SQLite 3.40, a tenth", task: on("sqlite")},
	)
}

// tenfold counts ten files of so many rows each under 1.5 GiB, and one under
// the same limit.
func (b *bench) tenfold(ctx context.Context, large face.Set, csv string) error {
	if !b.asked("tenfold") {
		return nil
	}
	limit := gib + gib/2
	one := line{name: "1.5GiB", what: "our count, 1.5 GiB", task: task{Name: "tally", Files: []string{csv}, Memory: limit}}
	if err := b.measure(ctx, large, b.rounds, one); err != nil {
		return err
	}
	stat, err := os.Stat(csv)
	if err != nil {
		return err
	}
	// Ten tables, and what is spilled of their rows.
	huge := face.Set{Seed: 1, Rows: 10 * large.Rows}
	need := 10*stat.Size() + 28*huge.Rows + 8*gib
	if free := space(b.dir); free < need {
		b.left = append(b.left, fmt.Sprintf("ten files of %d rows each need %d GiB of free disk; there were %d", large.Rows, need/gib, free/gib))
		return nil
	}
	files := make([]string, 10)
	for i := range files {
		if files[i], err = b.csv(fmt.Sprintf("faces-%d.csv", i), huge, face.UTF8, int64(i)*large.Rows, int64(i+1)*large.Rows); err != nil {
			return err
		}
		defer os.Remove(files[i]) //nolint:errcheck // nothing is left to do about it
	}
	return b.measureOnce(ctx, huge, line{name: "tenfold", what: "our count, ten such files, 1.5 GiB", task: task{Name: "tally", Files: files, Memory: limit}})
}

func (b *bench) csv(name string, s face.Set, e face.Encoding, from, to int64) (string, error) {
	return create(b.dir, name, func(f *os.File) error { return s.WriteCSV(f, e, from, to, runtime.GOMAXPROCS(0)) })
}

func (b *bench) measureOnce(ctx context.Context, s face.Set, l line) error {
	return b.measure(ctx, s, 1, l)
}

// measure runs contenders in turn, round after round, and keeps the best time
// and the most memory of each.
func (b *bench) measure(ctx context.Context, s face.Set, rounds int, lines ...line) error {
	var asked []line
	for _, l := range lines {
		if b.asked(l.name) || b.asked("tenth") && len(lines) == 4 && s.Rows < b.rows || b.asked("tenfold") && l.name == "1.5GiB" {
			l.task.Rows, l.task.Dir = s.Rows, b.dir
			l.figures.Took = math.MaxInt64
			asked = append(asked, l)
		}
	}
	for range rounds {
		for i := range asked {
			l := &asked[i]
			f, err := measure(ctx, l.task, s.Totals())
			if err != nil {
				return err
			}
			f.Peak = max(f.Peak, l.figures.Peak)
			if f.Took > l.figures.Took {
				peak := f.Peak
				f = l.figures
				f.Peak = peak
			}
			l.figures = f
			fmt.Printf("%-16s %7.2f s  (reading %6.2f)  CPU %7.2f s  %5d MiB  spilled %5d MiB\n", l.name, f.Took.Seconds(), f.Read.Seconds(), f.CPU.Seconds(), f.Peak/mib, f.Spilled/mib)
		}
	}
	b.lines = append(b.lines, asked...)
	return nil
}

// writeParquet writes a set as a Parquet file, a row group for each two million
// rows.
func writeParquet(f *os.File, s face.Set) error {
	type record struct {
		Face    string `parquet:"人脸编号,snappy"`
		Company string `parquet:"公司,dict,snappy"`
		Shop    string `parquet:"门店,dict,snappy"`
		Device  string `parquet:"设备编号,dict,snappy"`
		Time    string `parquet:"抓拍时间,snappy"`
		Gender  string `parquet:"性别,dict,snappy"`
		Age     string `parquet:"年龄段,dict,snappy"`
	}
	w := parquet.NewGenericWriter[record](f, parquet.MaxRowsPerRowGroup(2_000_000))
	m := s.Maker(face.UTF8)
	batch := make([]record, 0, 1000)
	for i := range s.Rows {
		r := m.Row(i)
		batch = append(batch, record{face.ID(r.Face), r.Company, r.Shop, r.Device, string(face.AppendTime(nil, r.Sec)), r.Gender, r.Age})
		if len(batch) == cap(batch) || i == s.Rows-1 {
			if _, err := w.Write(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return w.Close()
}
