package table

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// file is an input of these bytes.
func file(name, text string) File {
	return File{Name: name, Size: int64(len(text)), Bytes: strings.NewReader(text)}
}

// all reads every cell of a set, in the order of parts and lines.
func all(t testing.TB, limits Limits, files ...File) (header []string, rows [][]string, rejects []string, inputs []Input, err error) {
	t.Helper()
	s, err := Open(context.Background(), files, limits)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	var mu sync.Mutex
	inputs, err = s.Read(context.Background(), Plan{
		Columns: count(len(s.header)), Workers: 1,
		Reject: func(r Reject) {
			rejects = append(rejects, fmt.Sprintf("%s/%s:%d %s", r.File, r.Part, r.Line, r.Reason))
		},
	}, func(_ int, b *Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for row := range b.Len() {
			cells := []string{}
			for col := range s.header {
				cells = append(cells, string(b.Cell(row, col)))
			}
			rows = append(rows, cells)
		}
		return nil
	})
	return s.Header(), rows, rejects, inputs, err
}

func TestFirst(t *testing.T) {
	h, rows, rej, in, err := all(t, Limits{}, file("a.csv", "a,b,c\r\nx,1,\"a,b\"\n\ny,2\nz,3,\"c\nd\"\"e\"\nv,4,　x "), file("b.csv", "c;a;b\np;q;6\n"))
	t.Logf("%q\n%q\n%q\n%+v %v", h, rows, rej, in, err)
}
