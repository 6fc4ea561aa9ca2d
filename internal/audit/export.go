package audit

import (
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/pil"
)

// page is how many entries are read from a Source at once.
const page = 1024

// Source is a stored record. It gives what is there and judges nothing: what is
// wrong with it, Check will say.
type Source interface {
	// Size is how many entries the head counts.
	Size() (int64, error)
	// Entries are those numbered from ≤ Seq < to, ascending.
	Entries(from, to int64) ([]Entry, error)
	// HashReader reads the hashes that Batch.Hashes were; one that is not there
	// is the zero Hash.
	tlog.HashReader
	// Checkpoints are all the signed checkpoints, by size.
	Checkpoints() ([][]byte, error)
	// Rows are all the covered rows, in any order, with their salts. For an
	// export that shows no content, none.
	Rows() iter.Seq2[Row, error]
}

// Export writes the stored record as a file (docs/formats/audit.md, "File"). It
// holds a page of entries and one row in memory.
func Export(w io.Writer, s Source) error {
	out := &writer{w: w, canonical: newCanonical()}
	if err := out.line(&line{Version: version}); err != nil {
		return err
	}
	if err := out.checkpoints(s); err != nil {
		return fmt.Errorf("export checkpoints: %w", err)
	}
	if err := out.entries(s); err != nil {
		return fmt.Errorf("export entries: %w", err)
	}
	for row, err := range s.Rows() {
		if err != nil {
			return fmt.Errorf("export rows: %w", err)
		}
		if err := out.line(&line{Row: &row}); err != nil {
			return fmt.Errorf("export row %s %s: %w", row.Kind, row.ID, err)
		}
	}
	return out.line(&line{End: &endOfLines{Lines: out.lines + 1}})
}

type writer struct {
	w         io.Writer
	canonical *canonical
	lines     int
}

func (w *writer) line(l *line) error {
	text, err := w.canonical.bytes(l)
	if err != nil {
		return err
	}
	if len(text) > MaxLine {
		return pil.Invalid("一行超过 %d 字节，无法导出 (line too long to export)", MaxLine)
	}
	w.lines++
	_, err = w.w.Write(text)
	return err
}

// checkpoints writes the signed checkpoints with the peaks of their trees as
// they are stored.
func (w *writer) checkpoints(s Source) error {
	notes, err := s.Checkpoints()
	if err != nil {
		return err
	}
	for _, note := range notes {
		l := &line{Checkpoint: &sealed{Note: string(note), Peaks: []tlog.Hash{}}}
		text, _, _ := strings.Cut(l.Checkpoint.Note, "\n\n")
		if c, err := parseCheckpoint(text + "\n"); err == nil {
			if l.Checkpoint.Peaks, err = s.ReadHashes(peakIndexes(c.Size)); err != nil {
				return err
			}
		}
		if err := w.line(l); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) entries(s Source) error {
	size, err := s.Size()
	if err != nil {
		return err
	}
	for from := int64(0); from == 0 || from < size; from += page {
		lines, err := readPage(s, from, size)
		if err != nil {
			return err
		}
		for i := range lines {
			if err := w.line(&lines[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// readPage reads a page of entries with their stored hashes. Where there is a
// hash and no entry, the line says so; the last page holds also what lies
// beyond the size.
func readPage(s Source, from, size int64) (lines []line, err error) {
	to, hashed := from+page, min(from+page, size)
	if to >= size {
		to = math.MaxInt64
	}
	entries, err := s.Entries(from, to)
	if err != nil {
		return nil, err
	}
	hashes, err := s.ReadHashes(leafIndexes(from, hashed))
	if err != nil {
		return nil, err
	}
	seq := from
	absent := func(to int64) {
		for ; seq < to; seq++ {
			if h := hashes[seq-from]; h != (tlog.Hash{}) {
				lines = append(lines, line{Lost: &lost{Seq: seq, Hash: h}})
			}
		}
	}
	for i := range entries {
		absent(min(entries[i].Seq, hashed))
		l := line{Entry: &entries[i]}
		if seq == entries[i].Seq && seq < hashed {
			l.Hash = hashes[seq-from]
			seq++
		}
		lines = append(lines, l)
	}
	absent(hashed)
	return lines, nil
}
