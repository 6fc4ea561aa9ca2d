package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

func split(file []byte) []string {
	return strings.SplitAfter(strings.TrimSuffix(string(file), "\n"), "\n")
}

// join ends the file with a newline again, whichever line is now the last.
func join(lines []string) []byte {
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\n") + "\n"
	}
	return []byte(strings.Join(lines, ""))
}

// move takes a line out and puts it back in as number to of the others.
func move(lines []string, from, to int) []string {
	moved := lines[from]
	return slices.Insert(slices.Delete(lines, from, from+1), to, moved)
}

// What was exported reads back as it was.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMemory(t)
		for range rapid.IntRange(0, 20).Draw(rt, "entries") {
			e := anyEntry.Draw(rt, "entry")
			m.append(t, e)
		}
		for range rapid.IntRange(0, 5).Draw(rt, "rows") {
			m.rows = append(m.rows, Row{
				Kind: KindClue, ID: anyName.Draw(rt, "id"), Salt: Salt(anyDigest.Draw(rt, "salt")),
				Content: rapid.MapOf(rapid.String(), rapid.String()).Draw(rt, "content"),
			})
		}
		if m.head.Size > 0 {
			m.checkpoint(t)
		}
		back := new(memory)
		in := newReader(bytes.NewReader(m.export(t)))
		for l, err := in.next(); l != nil || err != nil; l, err = in.next() {
			switch {
			case err != nil || l.bad:
				rt.Fatalf("line %d is not read: %v", in.number, err)
			case l.Entry != nil:
				back.entries = append(back.entries, *l.Entry)
			case l.Row != nil:
				back.rows = append(back.rows, *l.Row)
			case l.Checkpoint != nil:
				back.notes = append(back.notes, []byte(l.Checkpoint.Note))
			}
		}
		if diff := cmp.Diff([]any{m.entries, m.rows, m.notes}, []any{back.entries, back.rows, back.notes}); diff != "" {
			rt.Fatalf("(-exported +read):\n%s", diff)
		}
	})
}

// Somebody changes lines of the exported file.
func TestChangedLines(t *testing.T) {
	whole := split(sample(t).export(t)) // header, 1–3 checkpoints, 4–15 entries 0–11, 16–20 rows, 21 end
	var sentences strings.Builder
	for _, c := range []struct {
		name   string
		change func(l []string) []string
		want   []string
	}{
		{"entry 6 taken out", func(l []string) []string { return slices.Delete(l, 10, 11) },
			[]string{"checkpoint_mismatch #5–8", "entry_missing #6", "file_length", "row_unrecorded exhibit/x1"}},
		{"entry 11 taken out", func(l []string) []string { return slices.Delete(l, 15, 16) }, []string{"tree_truncated #11", "file_length"}},
		{"entries 2 to 9 taken out", func(l []string) []string { return slices.Delete(l, 6, 14) },
			[]string{"checkpoint_mismatch #0–4", "checkpoint_mismatch #5–8", "checkpoint_mismatch #9–11", "entry_missing #2–9", "file_length",
				"row_altered clue/l1 #1", "row_unrecorded exhibit/x1", "row_unrecorded person/p1"}},
		{"entries 6 and 7 change places", func(l []string) []string { l[10], l[11] = l[11], l[10]; return l }, []string{"entry_moved #7"}},
		{"entries 1 and 8 change places", func(l []string) []string { l[5], l[12] = l[12], l[5]; return l },
			[]string{"checkpoint_mismatch #0–4", "entry_moved #1", "entry_moved #8"}},
		{"entry 2 moved behind entry 7", func(l []string) []string { return move(l, 6, 11) }, []string{"checkpoint_mismatch #0–4", "entry_moved #2"}},
		{"entry 7 moved before entry 2", func(l []string) []string { return move(l, 11, 6) }, []string{"entry_moved #7"}},
		{"entry 6 twice", func(l []string) []string { return slices.Insert(l, 11, l[10]) }, []string{"entry_inserted #6", "file_length"}},
		{"entry 8 also before entry 1", func(l []string) []string { return slices.Insert(l, 5, l[12]) }, []string{"entry_inserted #8", "file_length"}},
		{"an entry 40 put in", func(l []string) []string {
			return slices.Insert(l, 10, strings.Replace(l[10], `"seq":6`, `"seq":40`, 1))
		},
			[]string{"entry_inserted #40", "file_length"}},
		{"a checkpoint among the entries it covers", func(l []string) []string { return move(l, 2, 14) }, []string{"line_misplaced"}},
		{"a checkpoint among the entries before it", func(l []string) []string { return move(l, 2, 10) }, nil},
		{"the last entries and checkpoints taken out", func(l []string) []string { return slices.Delete(slices.Delete(l, 13, 16), 3, 4) },
			[]string{"file_length", "row_missing grant/g1 #7", "row_unrecorded paper/d1"}},
		{"a row among the entries", func(l []string) []string { return move(l, 19, 6) }, nil},
		{"an entry among the rows", func(l []string) []string { return move(l, 9, 17) },
			[]string{"checkpoint_mismatch #5–8", "entry_moved #5"}},
		{"cut off in the rows", func(l []string) []string { return l[:18] }, []string{"file_cut"}},
		{"a blank in a line", func(l []string) []string { l[17] = strings.Replace(l[17], ":", ": ", 1); return l },
			[]string{"line_unreadable", "row_missing person/p1 #4"}},
		{"a key twice", func(l []string) []string { l[17] = strings.Replace(l[17], `"id":`, `"id":"p2","id":`, 1); return l },
			[]string{"line_unreadable", "row_missing person/p1 #4"}},
		{"something after the end", func(l []string) []string { return append(l, l[17]) }, []string{"row_repeated person/p1", "line_misplaced", "file_length"}},
		{"a stored inner hash", func(l []string) []string { l[2] = strings.Replace(l[2], `peaks":["n`, `peaks":["o`, 1); return l }, []string{"peaks_mismatch #0–8"}},
		{"a carriage return", func(l []string) []string { l[17] = strings.TrimSuffix(l[17], "\n") + "\r\n"; return l },
			[]string{"line_unreadable", "row_missing person/p1 #4"}},
	} {
		m := sample(t)
		var got []string
		fmt.Fprintf(&sentences, "## %s\n", c.name)
		for _, f := range check(t, join(c.change(slices.Clone(whole))), m.trust()).Findings {
			got = append(got, short(f))
			fmt.Fprintln(&sentences, f)
		}
		sentences.WriteByte('\n')
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	golden.Check(t, "lines.txt", sentences.String())
}

// touched is what a change of the file may rightly be named by.
type touched struct {
	lines []int
	seqs  []int64
	rows  []RowID
	end   bool // the end, or the length
}

func (c *touched) add(number int, text string) {
	c.lines = append(c.lines, number)
	var l line
	if json.Unmarshal([]byte(text), &l) != nil {
		return
	}
	switch {
	case l.Entry != nil:
		c.seqs = append(c.seqs, l.Entry.Seq)
		for _, m := range l.Entry.Rows {
			c.rows = append(c.rows, RowID{m.Kind, m.ID})
		}
	case l.Row != nil:
		c.rows = append(c.rows, RowID{l.Row.Kind, l.Row.ID})
	default: // a checkpoint is missed only by the number of lines
		c.end = true
	}
}

// names reports whether the finding names what was changed.
func (c *touched) names(f Finding) bool {
	return f.Line > 0 && slices.Contains(c.lines, f.Line) || slices.Contains(c.rows, f.Row) || c.end && (f.Fault == FileCut || f.Fault == FileLength) ||
		slices.ContainsFunc(c.seqs, func(seq int64) bool { return f.Row == (RowID{}) && f.Entries.From <= seq && seq < f.Entries.To })
}

// inOrder reports whether lines say what they are to say in an order the format
// allows: entries by number, the end last, a checkpoint before the first entry
// it does not cover, rows anywhere.
func inOrder(lines []string) bool {
	next := int64(0)
	for i, text := range lines {
		var l line
		if json.Unmarshal([]byte(text), &l) != nil {
			return false
		}
		switch {
		case l.Entry != nil && l.Entry.Seq != next, l.End != nil && i != len(lines)-1:
			return false
		case l.Entry != nil:
			next++
		case l.Checkpoint != nil:
			size, err := strconv.ParseInt(strings.Split(l.Checkpoint.Note, "\n")[1], 10, 64)
			if err != nil || size < next {
				return false
			}
		}
	}
	return true
}

// Any single change of any line is found; what it is named by is what was
// changed, and nothing that was left alone is accused.
func TestAnyChangeIsNamed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMemory(t)
		for range rapid.IntRange(1, 25).Draw(rt, "acts") {
			switch rapid.IntRange(0, 5).Draw(rt, "act") {
			case 0:
				m.append(t, look(m.head.Size), list(m.head.Size+1))
			case 1:
				if m.head.Size > 0 {
					m.checkpoint(t)
				}
			default:
				m.write(t, rapid.SampledFrom([]Kind{KindEvent, KindClue}).Draw(rt, "kind"), fmt.Sprint(rapid.IntRange(1, 5).Draw(rt, "id")),
					rapid.SampledFrom([]string{"甲", "乙", "丙", ""}).Draw(rt, "value"))
			}
		}
		m.append(t, look(m.head.Size))
		m.checkpoint(t)
		file := m.export(t)
		if got := check(t, file, m.trust()).Findings; len(got) > 0 {
			rt.Fatalf("the record as it was gives %v", got)
		}

		c := new(touched)
		change := rapid.SampledFrom([]func(*rapid.T, *touched, []string) []byte{bend, drop, swap, repeat, cut}).Draw(rt, "change")
		file = change(rt, c, split(file))
		harmless := len(c.lines) == 0
		named := false
		report := check(t, file, m.trust())
		for _, f := range report.Findings {
			if !c.names(f) && (harmless || f.Fault != FileLength) {
				rt.Errorf("%+v: it accuses %s", *c, f)
			}
			named = named || c.names(f)
		}
		if !named && !harmless {
			rt.Errorf("%+v is not named: %v", *c, report.Findings)
		}
	})
}

// anyLine draws a line; the first is TestNotARecord's.
func anyLine(t *rapid.T, name string, lines []string) int {
	return rapid.IntRange(1, len(lines)-1).Draw(t, name)
}

func bend(t *rapid.T, c *touched, lines []string) []byte {
	at := anyLine(t, "bend", lines)
	c.add(at+1, lines[at])
	bent := []byte(strings.TrimSuffix(lines[at], "\n"))
	bent[rapid.IntRange(0, len(bent)-1).Draw(t, "byte")] ^= rapid.ByteRange(1, 255).Draw(t, "by")
	c.add(at+1, string(bent))
	if bytes.Contains(bent, []byte("\n")) { // one line became two
		c.lines, c.end = append(c.lines, at+2), true
	}
	lines[at] = string(bent)
	return join(lines)
}

func drop(t *rapid.T, c *touched, lines []string) []byte {
	at := anyLine(t, "drop", lines)
	c.add(0, lines[at])
	return join(slices.Delete(lines, at, at+1))
}

func swap(t *rapid.T, c *touched, lines []string) []byte {
	a, b := anyLine(t, "swap", lines), anyLine(t, "with", lines)
	lines[a], lines[b] = lines[b], lines[a]
	file := join(lines)
	if inOrder(lines) {
		return file
	}
	c.add(a+1, lines[a])
	c.add(b+1, lines[b])
	between := []int{}
	for i := min(a, b) + 1; i < max(a, b); i++ {
		if strings.HasPrefix(lines[i], `{"entry"`) {
			between = append(between, i)
		}
	}
	if len(between) == 1 { // it changed places with this one: which of them moved, nobody can say
		c.add(between[0]+1, lines[between[0]])
	}
	return file
}

func repeat(t *rapid.T, c *touched, lines []string) []byte {
	at, to := anyLine(t, "repeat", lines), anyLine(t, "before", lines)
	c.add(to+1, lines[at])
	c.lines = append(c.lines, at+1, at+2) // where the line is now
	return join(slices.Insert(lines, to, lines[at]))
}

func cut(t *rapid.T, c *touched, lines []string) []byte {
	file := join(lines)
	keep := rapid.IntRange(len(lines[0]), len(file)-1).Draw(t, "keep")
	for i := bytes.Count(file[:keep], []byte("\n")); i < len(lines); i++ {
		c.add(i+1, lines[i])
	}
	return file[:keep]
}

// What is no exported record is refused, and so is what cannot be read.
func TestNotARecord(t *testing.T) {
	m := sample(t)
	file := m.export(t)
	for name, in := range map[string]io.Reader{
		"empty":         strings.NewReader(""),
		"another":       strings.NewReader("{}\n"),
		"newer":         strings.NewReader(`{"shouhu_audit":2}` + "\n"),
		"no header":     bytes.NewReader(file[len(split(file)[0]):]),
		"one long line": io.MultiReader(strings.NewReader(split(file)[0]), strings.NewReader(strings.Repeat("x", MaxLine+1))),
	} {
		if got, err := Check(in, m.trust()); pil.CodeOf(err) != pil.CodeInvalid || got != nil {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	if got, err := Check(io.MultiReader(bytes.NewReader(file[:100]), iotest.ErrReader(iotest.ErrTimeout)), m.trust()); err == nil || got != nil {
		t.Errorf("a broken reader: got %v, %v", got, err)
	}
}

// A report lists so many findings and counts the rest.
func TestManyFindings(t *testing.T) {
	m := sample(t)
	lines := split(m.export(t))
	for range 1500 {
		lines = slices.Insert(lines, 3, "x\n")
	}
	got := check(t, join(lines), m.trust())
	if len(got.Findings) != 1000 || got.More != 501 { // and the length
		t.Errorf("%d findings and %d more", len(got.Findings), got.More)
	}
}

// FuzzCheck: no file makes the check panic or run away, and whatever passes up
// to the last checkpoint says what was signed.
func FuzzCheck(f *testing.F) {
	m := sample(f)
	want := check(f, m.export(f), m.trust())
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := Check(bytes.NewReader(file), m.trust())
		if err != nil {
			if pil.CodeOf(err) != pil.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		for _, f := range got.Findings {
			if f.String() == "" || f.Entries.From > f.Entries.To {
				t.Fatalf("%+v", f)
			}
		}
		if len(got.Findings) == 0 && got.Sealed == want.Sealed && got.Entries == want.Entries && (got.Root != want.Root || got.Rows != want.Rows) {
			t.Fatalf("another record passes: %+v", got)
		}
	})
}
