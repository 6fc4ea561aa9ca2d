package wire

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"

	"shouhu/internal/pil"
)

// Version is the protocol's; a sandbox answers no other.
const Version = 1

// Kind is what a column or a parameter holds. Both engines compute with text
// and whole numbers only, so that they cannot differ in zones, calendars or
// rounding.
type Kind string

// The closed set of kinds.
const (
	Text    Kind = "text"    // characters as they stand; an empty cell is ''
	Integer Kind = "integer" // a whole number
	Fen     Kind = "fen"     // an amount of money in fen
	Day     Kind = "day"     // days since 1970-01-01
	Time    Kind = "time"    // seconds since 1970 (UTC); 28800 more are wall clock at +08:00
)

// Kinds lists every kind.
var Kinds = []Kind{Text, Integer, Fen, Day, Time}

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
}

// Table is a table the question may read.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
}

// Param is a value the statement names as $name: int64, string or nil.
type Param struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// Request is one question.
type Request struct {
	Version int     `json:"version"`
	SQL     string  `json:"sql"` // one SELECT
	Params  []Param `json:"params"`
	Tables  []Table `json:"tables"`
	Rows    int64   `json:"rows"`    // most rows of an answer, 1 to MaxRows
	Memory  int64   `json:"memory"`  // bytes the database may use, at least MinMemory
	Threads int     `json:"threads"` // 1 to 64
	Seconds int     `json:"seconds"` // from the first byte to the last, 1 to 86400
	Explain bool    `json:"explain"` // only prepare the statement: are its names and kinds right?
}

// Bounds of a request.
const (
	MinMemory  = 64 << 20
	MaxRows    = 1_000_000
	MaxSQL     = 64 << 10
	MaxTables  = 16
	MaxColumns = 64
	maxRequest = 1 << 20
	maxName    = 40
)

var name = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// IsName reports whether s may name a table, a column or a parameter: small
// letters, digits and _, at most 40.
func IsName(s string) bool { return len(s) <= maxName && name.MatchString(s) }

// Check is an invalid Error where the request breaks a bound.
func (r *Request) Check() error {
	switch {
	case r.Version != Version:
		return pil.Invalid("协议版本是 %d,应为 %d (wrong version of the protocol)", r.Version, Version)
	case r.SQL == "" || len(r.SQL) > MaxSQL:
		return pil.Invalid("语句为空或超过 64 KiB (no statement, or more than 64 KiB)")
	case len(r.Tables) == 0 || len(r.Tables) > MaxTables:
		return pil.Invalid("表应为1到 %d 个 (1 to %d tables)", MaxTables, MaxTables)
	case r.Rows < 1 || r.Rows > MaxRows:
		return pil.Invalid("行数上限应在1到 %d 之间 (limit of rows out of range)", MaxRows)
	case r.Memory < MinMemory:
		return pil.Invalid("内存上限不得小于64 MiB (memory limit below 64 MiB)")
	case r.Threads < 1 || r.Threads > 64:
		return pil.Invalid("线程应在1到64之间 (1 to 64 threads)")
	case r.Seconds < 1 || r.Seconds > 86400:
		return pil.Invalid("时限应在1到86400秒之间 (1 to 86400 seconds)")
	}
	seen := map[string]bool{}
	once := func(scope, s string) error {
		if !IsName(s) || seen[scope+s] {
			return pil.Invalid("名称重复，或不是小写字母、数字和下划线:%s (a name twice, or not small letters, digits and _)", pil.Quote(s))
		}
		seen[scope+s] = true
		return nil
	}
	for _, t := range r.Tables {
		if err := once("", t.Name); err != nil {
			return err
		}
		if len(t.Columns) == 0 || len(t.Columns) > MaxColumns {
			return pil.Invalid("表 %s 的列应为1到 %d 个 (1 to %d columns)", t.Name, MaxColumns, MaxColumns)
		}
		for _, c := range t.Columns {
			if err := once(t.Name+".", c.Name); err != nil {
				return err
			}
			if !slices.Contains(Kinds, c.Kind) {
				return pil.Invalid("没有列类型 %s (no such kind of column)", pil.Quote(string(c.Kind)))
			}
		}
	}
	for _, p := range r.Params {
		if err := once("$", p.Name); err != nil {
			return err
		}
	}
	return nil
}

// decodeRequest reads a request strictly: what it does not know is refused.
func decodeRequest(line []byte) (*Request, error) {
	var r Request
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&r); err != nil {
		return nil, pil.Invalid("请求不是合法的 JSON (not a valid request)")
	}
	for i, p := range r.Params {
		v, err := value(p.Value)
		if err != nil {
			return nil, err
		}
		r.Params[i].Value = v
	}
	return &r, r.Check()
}

// value is a cell as JSON gives it: nil, a string or a whole number.
func value(v any) (any, error) {
	switch v := v.(type) {
	case nil, string:
		return v, nil
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
	}
	return nil, pil.Invalid("值应为文字、整数或空 (want text, a whole number or null)")
}
