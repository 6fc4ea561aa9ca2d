package analysis

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/privacy"
	"shouhu/internal/table"
	"shouhu/internal/wire"
)

// A title or summary speaks of a hit by {…}: {count} the rows that prove it,
// {column} the value of the first row, {distinct column} how many values,
// {sum column}, {min column}, {max column}, and {$name} a parameter.
var templatePlace = regexp.MustCompile(`\{([^{}]*)\}`)

func checkTemplate(m *Model, text string) error {
	for _, p := range templatePlace.FindAllStringSubmatch(text, -1) {
		what := strings.Fields(p[1])
		name := ""
		switch {
		case p[1] == "count":
			continue
		case len(what) == 1 && strings.HasPrefix(what[0], "$"):
			if slices.ContainsFunc(m.Parameters, func(q ModelParameter) bool { return q.Name == what[0][1:] }) {
				continue
			}
		case len(what) == 1:
			name = what[0]
		case len(what) == 2 && slices.Contains([]string{"distinct", "sum", "min", "max"}, what[0]):
			name = what[1]
		}
		at := slices.IndexFunc(m.Output, func(c ModelColumn) bool { return c.Name == name })
		if at < 0 {
			return m.Errorf("{%s} 既不是 output 的列也不是参数 (neither an output column nor a parameter)", p[1])
		}
		if what[0] == "sum" && m.Output[at].Kind == wire.Text {
			return m.Errorf("{%s}:文字不能求和 (texts have no sum)", p[1])
		}
	}
	return nil
}

// fill writes a template over the values of a hit's rows. Personal values are
// masked: clues are read by more people than evidence is.
func (m *Model) fill(text string, rows [][]any, params map[string]any) string {
	return templatePlace.ReplaceAllStringFunc(text, func(s string) string {
		what := strings.Fields(s[1 : len(s)-1])
		if what[0] == "count" {
			return strconv.Itoa(len(rows))
		}
		if name, ok := strings.CutPrefix(what[0], "$"); ok {
			i := slices.IndexFunc(m.Parameters, func(p ModelParameter) bool { return p.Name == name })
			return formatValue(m.Parameters[i].Kind, params[name])
		}
		at := slices.IndexFunc(m.Output, func(c ModelColumn) bool { return c.Name == what[len(what)-1] })
		c := m.Output[at]
		if len(what) == 2 {
			v := summarise(what[0], rows, at)
			if what[0] == "distinct" {
				return strconv.FormatInt(v.(int64), 10)
			}
			return c.masked(v)
		}
		return c.masked(rows[0][at])
	})
}

// masked is a value as clues and lists show it.
func (c *ModelColumn) masked(v any) string {
	s := formatValue(c.Kind, v)
	if !c.Personal {
		return s
	}
	return MaskCell(s)
}

// Masked are the cells of a row that proves, as pages show them unless somebody asked
// for all: personal columns masked, and whatever else is seen to be personal.
func (h *Hits) Masked(cells []string) []string {
	out := slices.Clone(cells)
	for i, c := range out {
		k := privacy.Recognise([]byte(c))
		switch {
		case i < len(h.Columns) && h.Columns[i].Personal:
			out[i] = MaskCell(c)
		case privacy.Of(k).Tier != 0:
			out[i] = privacy.Mask(k, c)
		}
	}
	return out
}

// MaskCell hides a personal value: by its kind where that shows, otherwise all
// but its first character.
func MaskCell(s string) string {
	if s == "" {
		return ""
	}
	k := privacy.Recognise([]byte(s))
	if masked := privacy.Mask(k, s); masked != s {
		return masked
	}
	r := []rune(s)
	return string(r[0]) + strings.Repeat("*", min(len(r)-1, 8))
}

func summarise(how string, rows [][]any, at int) any {
	seen := map[any]bool{}
	var out any
	for _, row := range rows {
		v := row[at]
		if v == nil || v == "" {
			continue
		}
		seen[v] = true
		n, isNumber := v.(int64)
		switch {
		case out == nil:
			out = v
		case how == "sum" && isNumber:
			out = out.(int64) + n
		case how == "min" && less(v, out), how == "max" && less(out, v):
			out = v
		}
	}
	if how == "distinct" {
		return int64(len(seen))
	}
	return out
}

func less(a, b any) bool {
	switch a := a.(type) {
	case int64:
		b, ok := b.(int64)
		return ok && a < b
	case string:
		b, ok := b.(string)
		return ok && a < b
	}
	return false
}

// unixDays is how many days 1970-01-01 lies after pil's day 0.
var unixDays = int64(pil.Date(1970, time.January, 1))

func days(d pil.Day) int64 { return int64(d) - unixDays }

// formatValue writes a cell as people read it.
func formatValue(k wire.Kind, v any) string {
	n, ok := v.(int64)
	if !ok {
		s, _ := v.(string)
		return s
	}
	switch k {
	case wire.Day:
		if d := n + unixDays; d > 0 && d <= int64(pil.MaxDay) {
			return pil.Day(d).String()
		}
	case wire.Time:
		return strings.Replace(table.FormatTime(n), "T", " ", 1)
	case wire.Fen:
		return pil.Money(n).String()
	}
	return strconv.FormatInt(n, 10)
}

// readCell reads a cell as the kind wants it. An empty one is nil; text is left
// to the caller.
func readCell(k wire.Kind, cell []byte) (v int64, empty, ok bool) {
	if len(cell) == 0 {
		return 0, true, true
	}
	switch k {
	case wire.Day, wire.Time:
		sec, ok := table.ParseTime(cell)
		if k == wire.Time {
			return sec, false, ok
		}
		const zone, day = 8 * 60 * 60, 24 * 60 * 60
		sec += zone
		d := sec / day
		if sec < 0 && sec%day != 0 {
			d--
		}
		return d, false, ok
	case wire.Fen:
		v, ok := readFen(cell)
		return v, false, ok
	}
	s := bytes.ReplaceAll(cell, []byte(","), nil)
	n, err := strconv.ParseInt(string(s), 10, 64)
	return n, false, err == nil
}

// readFen reads an amount of yuan: 1234, -1,234.5, ¥1234.50, 1234.50元. More
// than two decimals, but for zeros, are no amount.
func readFen(cell []byte) (int64, bool) {
	s := strings.NewReplacer(",", "", "，", "", "¥", "", "￥", "", "元", "", " ", "").Replace(string(cell))
	s, negative := strings.CutPrefix(s, "-")
	yuan, fen, _ := strings.Cut(s, ".")
	fen = strings.TrimRight(fen, "0")
	if yuan == "" || len(yuan) > 15 || len(fen) > 2 || strings.ContainsAny(yuan+fen, "+-.") {
		return 0, false
	}
	n, err := strconv.ParseInt(yuan+fen+strings.Repeat("0", 2-len(fen)), 10, 64)
	if negative {
		n = -n
	}
	return n, err == nil
}
