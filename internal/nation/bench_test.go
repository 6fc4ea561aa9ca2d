package nation

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"shouhu/internal/measured"
	"shouhu/internal/testdb"
)

var (
	size   = flag.Float64("size", 0, "how much of the country to measure: 1 is all of it")
	engine = flag.String("engine", "sqlite postgres", "which engines to measure")
	keep   = flag.String("keep", "", "a folder where a country that was made is kept, and found again")
	users  = flag.Int("users", 16, "how many work at once")
	pause  = flag.Duration("pause", 150*time.Millisecond, "the mean pause between two things somebody does")
	long   = flag.Duration("time", time.Minute, "for how long")
	doc    = flag.String("doc", "", "a document whose section is written anew")
)

// TestNational measures people at work on a country, as make bench-national asks.
func TestNational(t *testing.T) {
	if *size == 0 {
		t.Skip("a measurement: make bench-national")
	}
	l := loadLaw(t)
	var found []measurement
	for name := range strings.FieldsSeq(*engine) {
		t.Run(name, func(t *testing.T) {
			where, fresh := kept(t, name)
			s := open(t, where)
			start := time.Now()
			if fresh {
				c := &Country{Size: *size, Seed: 1, Law: l, Check: 997, Timed: func(what string, took time.Duration) {
					fmt.Printf("%s: %s took %s\n", name, what, took.Round(time.Millisecond))
				}}
				last := time.Now()
				c.Told = func(what string, n, of int) {
					if time.Since(last) > 20*time.Second {
						last = time.Now()
						fmt.Printf("%s: %d of %d %s after %s\n", name, n, of, what, time.Since(start).Round(time.Second))
					}
				}
				m, err := c.Load(t.Context(), s)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Printf("%s: %+v in %s, %.2f GB on disk\n", name, m, time.Since(start).Round(time.Second), float64(testdb.Size(t, where))/1e9)
			}
			b := &Bench{Desk: newDesk(t, s, l), Store: s, Time: *long, Seed: 1}
			run := func(users int, pause time.Duration) map[string]Taken {
				b.Users, b.Pause = users, pause
				list, err := b.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				by := map[string]Taken{}
				for _, taken := range list {
					by[taken.Name] = taken
				}
				fmt.Printf("%s, size %g, %d at once, pausing %s: done\n", name, *size, users, pause)
				return by
			}
			found = append(found, measurement{name, testdb.Size(t, where), run(1, 0), run(*users, *pause), run(*users, 0)})
		})
	}
	text := section(found)
	fmt.Println(text)
	if *doc != "" {
		if err := measured.Write(*doc, "bench-national", text); err != nil {
			t.Fatal(err)
		}
	}
}

// measurement is how long what people do took on one engine, by its name.
type measurement struct {
	engine                 string
	disk                   int64 // bytes
	alone, pausing, rushed map[string]Taken
}

// section is what the document says of it.
func section(found []measurement) string {
	var b strings.Builder
	load := "unknown"
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(text), " ")
	}
	fmt.Fprintf(&b, "Size %g, %d cores, measured %s; the load of the machine was %s in the end. On disk:", *size, runtime.NumCPU(), time.Now().Format(time.DateOnly), load)
	for _, m := range found {
		fmt.Fprintf(&b, " %s %.1f GB;", m.engine, float64(m.disk)/1e9)
	}
	fmt.Fprintf(&b, " times are at the desk, pages not rendered. With %d at once each pauses %s on average.\n\n| operation |", *users, *pause)
	line := "|---|"
	for _, m := range found {
		fmt.Fprintf(&b, " %s alone: p50 | %d at once: p50 | p95 | p99 |", m.engine, *users)
		line += "---|---|---|---|"
	}
	fmt.Fprintf(&b, " bar p95 |\n%s---|\n", line)
	for _, o := range operations {
		fmt.Fprintf(&b, "| %s |", o.name)
		for _, m := range found {
			late := ""
			if m.pausing[o.name].P95 > o.bar {
				late = " (missed)"
			}
			fmt.Fprintf(&b, " %s | %s | **%s**%s | %s |", ms(m.alone[o.name].P50), ms(m.pausing[o.name].P50), ms(m.pausing[o.name].P95), late, ms(m.pausing[o.name].P99))
		}
		fmt.Fprintf(&b, " %s |\n", ms(o.bar))
	}
	for _, m := range found {
		var late []string
		for _, o := range operations {
			if took := m.rushed[o.name]; took.P95 > o.bar {
				late = append(late, fmt.Sprintf("%s %s", o.name, ms(took.P95)))
			}
		}
		fmt.Fprintf(&b, "\nWith no pause at all, %d questions always waiting for the cores, on %s ", *users, m.engine)
		if late == nil {
			b.WriteString("every operation stays within its bar.\n")
		} else {
			fmt.Fprintf(&b, "the 95th of a hundred is beyond its bar for: %s. That measures the queue.\n", strings.Join(late, ", "))
		}
	}
	return b.String()
}

// ms writes 5.7 ms and 57 ms.
func ms(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// kept is where a country is: a new place, or one that has been filled before.
func kept(t *testing.T, engine string) (where string, fresh bool) {
	t.Helper()
	if *keep == "" {
		return engines[engine](t), true
	}
	name := fmt.Sprintf("national_%s", strings.ReplaceAll(fmt.Sprint(*size), ".", "_"))
	if engine == "sqlite" {
		where = filepath.Join(*keep, name+".db")
		_, err := os.Stat(where)
		return where, os.IsNotExist(err)
	}
	return testdb.Named(t, name)
}
