package face_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
	"shouhu/internal/table"
	"shouhu/internal/tally"
	"shouhu/internal/tally/face"
)

// What is counted is what was promised, for any number of rows, in both
// encodings, with any number of makers.
func TestTotals(t *testing.T) {
	for _, rows := range []int64{0, 1, 2, 26, 99, 100, 101, 2626, 40_000} {
		set := face.Set{Seed: 7, Rows: rows}
		want := set.Totals()
		for _, e := range []face.Encoding{face.UTF8, face.GB18030} {
			r := count(t, set, e, int(rows%3)+1)
			got := face.Totals{Rows: r.Rows, DuplicateRows: r.DuplicateRows, Persons: r.Persons, Repeats: map[int64]int64{}}
			for _, n := range r.Repeats {
				got.Repeats[n.Times] = n.Persons
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d rows (-promised +counted):\n%s", rows, diff)
			}
			if rows < 40_000 {
				continue
			}
			if got := [3]int{len(r.Levels[0]), len(r.Levels[1]), len(r.Levels[2])}; got != [3]int{face.Companies, face.Shops, face.Devices} {
				t.Errorf("groups: %v", got)
			}
		}
	}
}

func count(t *testing.T, set face.Set, e face.Encoding, workers int) *tally.Result {
	t.Helper()
	var b bytes.Buffer
	if err := set.WriteCSV(&b, e, 0, set.Rows, workers); err != nil {
		t.Fatal(err)
	}
	s, err := table.Open(t.Context(), []table.File{{Name: "faces.csv", Size: int64(b.Len()), Bytes: bytes.NewReader(b.Bytes())}}, table.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := tally.New(tally.Spec{Person: 0, Path: []int{1, 2, 3}, Time: 4, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := s.Read(t.Context(), table.Plan{Columns: []int{0, 1, 2, 3, 4}, Workers: workers}, c.Add); err != nil {
		t.Fatal(err)
	}
	r, err := c.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAppendTime(t *testing.T) {
	for _, sec := range []int64{0, 1614902700, 1709164799, 951782400, 4102416000} {
		want := time.Unix(sec, 0).In(pil.Zone).Format("2006-01-02 15:04:05")
		if got := string(face.AppendTime(nil, sec)); got != want {
			t.Errorf("%d: got %s, want %s", sec, got, want)
		}
	}
}
