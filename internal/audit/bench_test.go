package audit

import (
	"bytes"
	"testing"
)

// BenchmarkAppend appends writes of one row each.
func BenchmarkAppend(b *testing.B) {
	e := act(0)
	e.Rows = []Mark{{Kind: KindEvent, ID: "e1", Commitment: Digest{1}}}
	var h Head
	b.ReportAllocs()
	for b.Loop() {
		batch, err := h.Append(e)
		if err != nil {
			b.Fatal(err)
		}
		h = batch.Head
	}
}

// BenchmarkAppendGroup appends groups of 100 reads; ns/op is of a group.
func BenchmarkAppendGroup(b *testing.B) {
	group := make([]Entry, 100)
	for i := range group {
		group[i] = look(int64(i))
	}
	var h Head
	b.ReportAllocs()
	for b.Loop() {
		batch, err := h.Append(group...)
		if err != nil {
			b.Fatal(err)
		}
		h = batch.Head
	}
}

// BenchmarkCommit commits to a row of two short columns.
func BenchmarkCommit(b *testing.B) {
	row := Row{Kind: KindEvent, ID: "e1", Salt: Salt{1}, Content: map[string]string{"step": "file", "day": "2026-11-23"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := row.Mark(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckMillion checks a record of 1,000,000 entries, one in ten a write
// of one of 50,000 rows, with a checkpoint every 10,000.
func BenchmarkCheckMillion(b *testing.B) {
	m := million(b)
	file := m.export(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if got := check(b, file, m.trust()); len(got.Findings) > 0 || got.Entries != m.head.Size {
			b.Fatalf("%+v", got)
		}
	}
	b.ReportMetric(float64(m.head.Size)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkExportMillion writes the same record.
func BenchmarkExportMillion(b *testing.B) {
	m := million(b)
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := Export(&out, m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(m.head.Size)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func million(b *testing.B) *memory {
	b.Helper()
	const entries, rows, every = 1_000_000, 50_000, 10_000
	m := newMemory(b)
	m.rows = make([]Row, rows)
	group := make([]Entry, 0, every)
	for n := range int64(entries) {
		e := look(n)
		if n%10 == 0 {
			row := Row{Kind: KindEvent, ID: act(7 * (n / 10 % rows)).Subject.ID, Salt: Salt{byte(n), byte(n >> 8), byte(n >> 16), 1}, Content: map[string]string{"step": "file", "day": "2026-11-23"}}
			mark, err := row.Mark()
			if err != nil {
				b.Fatal(err)
			}
			e = act(n)
			e.Rows, m.rows[n/10%rows] = []Mark{mark}, row
		}
		if group = append(group, e); len(group) == every {
			m.append(b, group...)
			m.checkpoint(b)
			group = group[:0]
		}
	}
	return m
}
