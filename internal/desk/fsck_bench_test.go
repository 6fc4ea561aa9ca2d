package desk

import (
	"io"
	"os"
	"strconv"
	"testing"

	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// BenchmarkCheck checks everything of an office of 500 matters, each with three
// events (SHOUHU_BENCH_MATTERS changes the number); dump is the text of its backup.
func BenchmarkCheck(b *testing.B) {
	matters := 500
	if n, err := strconv.Atoi(os.Getenv("SHOUHU_BENCH_MATTERS")); err == nil {
		matters = n
	}
	o := newBench(b)
	trust := o.signing(b)
	o.on("2026-03-25")
	o.write(b, &store.Office{Name: "示例院", Level: "grassroots", Kind: "local", Region: "320281", Path: "/1/"},
		&store.Person{Login: "li", Name: "李某", OfficeID: 1, Roles: "prosecutor"})
	for id := 1; id <= matters; {
		var rows []store.Row
		for ; id <= matters && len(rows) < 2000; id++ {
			rows = append(rows, &store.Matter{ID: int64(id), Kind: store.KindCase, OfficeID: 1, Field: "个人信息", Region: "320281"},
				&store.Assignment{MatterID: int64(id), PersonID: 1, Lead: true})
			for i, step := range []string{"file", "serve-filing", "recommend"} {
				rows = append(rows, &store.Event{MatterID: int64(id), Seq: i + 1, On: pil.Date(2026, 3, 2+6*i), Track: "administrative", Step: step, By: "chief"})
			}
		}
		o.write(b, rows...)
	}
	if _, err := o.Rebuild(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	if _, err := o.SignCheckpoint(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Run("fsck", func(b *testing.B) {
		for b.Loop() {
			c, err := o.Check(b.Context(), trust, nil)
			if err != nil || !c.OK {
				b.Fatal(c.Findings, err)
			}
		}
		b.ReportMetric(float64(matters)*float64(b.N)/b.Elapsed().Seconds(), "matters/s")
	})
	b.Run("rebuild", func(b *testing.B) {
		for b.Loop() {
			if _, err := o.Rebuild(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(matters)*float64(b.N)/b.Elapsed().Seconds(), "matters/s")
	})
	b.Run("dump", func(b *testing.B) {
		var size counting
		for b.Loop() {
			if err := o.store.Dump(b.Context(), &size, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(int64(size) / int64(b.N))
	})
}

type counting int64

func (c *counting) Write(b []byte) (int, error) {
	*c += counting(len(b))
	return io.Discard.Write(b)
}
