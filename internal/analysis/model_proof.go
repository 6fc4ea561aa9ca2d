package analysis

import (
	"encoding/csv"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// WriteProof writes the rows that prove, whole, as CSV: it is evidence. Cells that a
// spreadsheet would take for a formula are made harmless.
func WriteProof(w io.Writer, hits *Hits) error {
	out := csv.NewWriter(w)
	head := []string{"hit", "title"}
	for _, c := range hits.Columns {
		head = append(head, c.Zh)
	}
	if err := out.Write(append(head, "sources")); err != nil {
		return err
	}
	for _, h := range hits.Hits {
		for _, row := range h.Rows {
			cells := []string{Neutral(h.Key), Neutral(h.Title)}
			for _, c := range row.Cells {
				cells = append(cells, Neutral(c))
			}
			if err := out.Write(append(cells, Neutral(SourcesText(row.Sources)))); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// SourcesText says where a row that proves stands: 名单.csv:2 处罚.xlsx!表1:14.
func SourcesText(sources []Source) string {
	var s []string
	for _, f := range sources {
		name := filepath.Base(f.File)
		if f.Part != "" {
			name += "!" + f.Part
		}
		s = append(s, name+":"+strconv.Itoa(f.Line))
	}
	return strings.Join(s, " ")
}
