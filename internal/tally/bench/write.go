package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"shouhu/internal/measured"
)

const (
	target = "bench-analysis"
	chart  = "counting.svg" // beside the document
)

// write puts the measurements into the document, and a chart beside it.
func (b *bench) write(doc string) error {
	if err := measured.Write(doc, target, b.section(time.Now())); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(filepath.Dir(doc), chart), []byte(b.svg()), 0o644)
}

func (b *bench) section(now time.Time) string {
	var s strings.Builder
	fmt.Fprintf(&s, `## Counting evidence

%s rows of invented face records (`+"`internal/tally/face`"+`): 8 companies, 143 shops, 284 devices, one row in a hundred a duplicate. Every contender counts rows, duplicates, distinct persons in all and per company, shop and device, the period and the repeats; its answer is compared with the numbers known beforehand. Each ran in a process of its own, in turn, on the same files; the best of %d rounds. Memory is the most the kernel saw. The machine was %s.

Repeat: `+"`make bench-analysis ROWS=%d`"+`

| what | seconds | of which reading | times the plain read | seconds of all cores | memory, MiB | spilled, MiB |
|---|---|---|---|---|---|---|
`, measured.Grouped(b.rows), b.rounds, b.quiet(), b.rows)
	var plain, duck, free, whole, limited, wide, ten figures
	for _, l := range b.lines {
		f := l.figures
		switch l.name {
		case "plain":
			plain = f
		case "tally":
			free = f
		case "report":
			whole = f
		case "512MiB":
			limited = f
		case "duckdb":
			duck = f
		case "1.5GiB":
			wide = f
		case "tenfold":
			ten = f
		}
		fmt.Fprintf(&s, "| %s | %.2f | %s | %s | %.2f | %d | %s |\n", l.what, f.Took.Seconds(),
			or(f.Read > 0, "%.2f", f.Read.Seconds()), or(plain.Took > 0 && l.task.Rows == b.rows, "%.1f", ratio(f.Took, plain.Took)), f.CPU.Seconds(), f.Peak/mib, or(f.Spilled > 0, "%d", f.Spilled/mib))
	}
	s.WriteString("\n")
	for _, c := range []struct {
		what string
		a, b figures
		bar  string
	}{
		{"our count over the plain read", free, plain, "3.5"},
		{"the whole report over the plain read", whole, plain, "3.5"},
		{"our count over DuckDB", free, duck, "0.12"},
		{"the whole report over DuckDB", whole, duck, "0.12"},
		{"under 512 MiB over no limit", limited, free, "3"},
		{"ten files over one, both under 1.5 GiB", ten, wide, "14"},
	} {
		if c.a.Took > 0 && c.b.Took > 0 {
			fmt.Fprintf(&s, "- %s: %.2f (the bar is %s); %.2f in the time of all cores, which other work disturbs less\n", c.what, ratio(c.a.Took, c.b.Took), c.bar, ratio(c.a.CPU, c.b.CPU))
		}
	}
	for _, left := range b.left {
		fmt.Fprintf(&s, "- not run: %s\n", left)
	}
	fmt.Fprintf(&s, "\n![seconds of each](%s)\n\nMeasured %s, %d cores, %s. The memory of PostgreSQL and SQLite is that of other processes and is not seen here; small figures of memory are those of the program that starts the others.\n",
		chart, now.Format("2006-01-02"), runtime.NumCPU(), runtime.Version())
	return s.String()
}

// quiet says how busy the machine was with other things.
func (b *bench) quiet() string {
	if b.load == "" {
		return "of unknown load"
	}
	return "shared with other work, load " + b.load + " before the first run"
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

func or(there bool, format string, v any) string {
	if !there {
		return "–"
	}
	return fmt.Sprintf(format, v)
}

// svg draws a bar for each measurement, the reading darker than the rest.
func (b *bench) svg() string {
	const left, width, row = 330, 420, 26
	var most time.Duration
	for _, l := range b.lines {
		most = max(most, l.figures.Took)
	}
	var s strings.Builder
	height := row*len(b.lines) + 20
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" role="img"><title>Seconds each way of counting takes</title><rect width="100%%" height="100%%" fill="#fff"/>`+"\n", left+width+90, height)
	for i, l := range b.lines {
		y := 10 + i*row
		bar := func(d time.Duration) int64 { return max(int64(d)*width/max(int64(most), 1), 1) }
		fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="end">%s</text><rect x="%d" y="%d" width="%d" height="%d" fill="#7aa6d8"/>`, left-8, y+row/2+2, l.what, left, y, bar(l.figures.Took), row-8)
		if l.figures.Read > 0 {
			fmt.Fprintf(&s, `<rect x="%d" y="%d" width="%d" height="%d" fill="#2f5f99"/>`, left, y, bar(l.figures.Read), row-8)
		}
		fmt.Fprintf(&s, `<text x="%d" y="%d">%.2f s</text>`+"\n", int64(left)+bar(l.figures.Took)+6, y+row/2+2, l.figures.Took.Seconds())
	}
	return s.String() + "</svg>\n"
}
