package table

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// faces is a generated table of n rows as a face recognition system would write it.
func faces(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString(strings.Join([]string{"人脸编号", "企业", "门店", "设备", "抓拍时间", "序号"}, ",") + "\n")
	for i := range n {
		org := r.IntN(8)
		site := r.IntN(18)
		fmt.Fprintf(&b, "F%016x,%d号演示企业,%d号售楼处,%d号门%d号摄像机,2021-%02d-%02d %02d:%02d:%02d,%d\n", r.Uint64()>>20, org, site, site, r.IntN(2), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), i)
	}
	return b.Bytes()
}

// BenchmarkRead reads cells, beside a plain reading that hashes and counts lines.
func BenchmarkRead(b *testing.B) {
	text := faces(1_000_000)
	b.Run("plain", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			hashAndCount(bytes.NewReader(text), 2)
		}
	})
	b.Run("cells", func(b *testing.B) { benchmark(b, "a.csv", text) })
	b.Run("quoted", func(b *testing.B) {
		benchmark(b, "a.csv", bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(","), []byte("\",\"")), []byte("\n"), []byte("\"\n\"")))
	})
	b.Run("GB18030", func(b *testing.B) { benchmark(b, "a.csv", []byte(gb18030(string(text)))) })
	b.Run("gzip", func(b *testing.B) { benchmark(b, "a.csv.gz", []byte(gzipped(string(text)))) })
	few := faces(200_000)
	rows := must(csv.NewReader(bytes.NewReader(few)).ReadAll())
	b.Run("Parquet", func(b *testing.B) { benchmark(b, "a.parquet", []byte(parqueted(rows, 100_000))) })
	b.Run("JSON lines", func(b *testing.B) { benchmark(b, "a.jsonl", []byte(objects(rows))) })
	b.Run("XLSX", func(b *testing.B) { benchmark(b, "a.xlsx", []byte(booked(anys(rows[:20_000])))) })
}

func benchmark(b *testing.B, name string, text []byte) {
	rows := int64(0)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := Open(context.Background(), []File{{Name: name, Size: int64(len(text)), Bytes: bytes.NewReader(text)}}, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		in, err := s.Read(context.Background(), Plan{Columns: []int{0, 1, 2, 3, 4, 5}, Workers: 2}, func(_ int, b *Batch) error { return nil })
		if err != nil || in[0].Rows < 1000 || in[0].Rejected > 1 {
			b.Fatal(in, err)
		}
		rows += in[0].Rows
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows), "ns/row")
}

// hashAndCount is the plain reading: workers take turns at reading and hashing,
// and count lines beside each other.
func hashAndCount(in io.Reader, workers int) (lines int) {
	var turn sync.Mutex
	var all sync.WaitGroup
	h, total := sha256.New(), make([]int, workers)
	for w := range workers {
		all.Go(func() {
			block := make([]byte, 1<<20)
			for {
				turn.Lock()
				n, _ := io.ReadFull(in, block)
				h.Write(block[:n])
				turn.Unlock()
				if n == 0 {
					return
				}
				total[w] += bytes.Count(block[:n], []byte{'\n'})
			}
		})
	}
	all.Wait()
	for _, n := range total {
		lines += n
	}
	return lines
}
