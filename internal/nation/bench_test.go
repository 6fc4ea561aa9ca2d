package nation

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shouhu/internal/testdb"
)

var (
	size   = flag.Float64("size", 0, "how much of the country to measure: 1 is all of it")
	engine = flag.String("engine", "sqlite postgres", "which engines to measure")
	keep   = flag.String("keep", "", "a folder where a country that was made is kept, and found again")
	users  = flag.Int("users", 16, "how many work at once")
	pause  = flag.Duration("pause", 0, "the mean pause between two things somebody does")
	long   = flag.Duration("time", time.Minute, "for how long")
)

// TestNational measures people at work on a country, as make bench-national asks.
func TestNational(t *testing.T) {
	if *size == 0 {
		t.Skip("a measurement: make bench-national")
	}
	l := loadLaw(t)
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
			d := newDesk(t, s, l)
			b := &Bench{Desk: d, Store: s, Users: *users, Time: *long, Seed: 1, Pause: *pause}
			list, err := b.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Printf("%s, size %g, %d at once for %s, pausing %s\n%s\n", name, *size, *users, *long, *pause, Table(list))
		})
	}
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
