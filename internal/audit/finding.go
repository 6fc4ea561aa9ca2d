package audit

import (
	"fmt"
	"strconv"

	"shouhu/internal/pil"
)

// Fault is a way in which a record can be wrong.
type Fault string

// The closed set of faults.
const (
	LineUnreadable     Fault = "line_unreadable"
	LineMisplaced      Fault = "line_misplaced"
	FileCut            Fault = "file_cut"
	FileLength         Fault = "file_length"
	EntryAltered       Fault = "entry_altered"
	EntryMissing       Fault = "entry_missing"
	EntryMoved         Fault = "entry_moved"
	EntryInserted      Fault = "entry_inserted"
	HashMissing        Fault = "hash_missing"
	CheckpointUnsigned Fault = "checkpoint_unsigned"
	CheckpointMismatch Fault = "checkpoint_mismatch"
	PeaksMismatch      Fault = "peaks_mismatch"
	TreeTruncated      Fault = "tree_truncated"
	RowAltered         Fault = "row_altered"
	RowMissing         Fault = "row_missing"
	RowUnrecorded      Fault = "row_unrecorded"
	RowRepeated        Fault = "row_repeated"
)

// Faults lists every fault with what it means for people.
var Faults = []struct {
	Fault  Fault
	Zh, En string
}{
	{LineUnreadable, "这一行不合格式，未予采用", "the line is not of the format and was left out"},
	{LineMisplaced, "这一行位置不对，未予采用", "the line stands in the wrong place and was left out"},
	{FileCut, "文件不完整，缺少结尾", "the file ends early"},
	{FileLength, "行数与结尾所写不符，有行被增删", "not as many lines as its end says: some were added or taken out"},
	{EntryAltered, "条目被改动，与存储的散列不符", "entry altered: it does not give its stored hash"},
	{EntryMissing, "条目缺失", "entry missing"},
	{EntryMoved, "条目顺序被改动", "entry moved from its place"},
	{EntryInserted, "条目是插入的或者重复的", "entry inserted or given twice"},
	{HashMissing, "条目没有存储的散列", "no stored hash for the entry"},
	{CheckpointUnsigned, "检查点没有已知密钥为本记录作出的有效签名，未予采用", "checkpoint not signed for this record by a known key; it was left out"},
	{CheckpointMismatch, "检查点与条目不符：现有条目导不出签署的根", "checkpoint does not match: the entries do not give the signed root"},
	{PeaksMismatch, "条目导得出签署的根，存储的内部散列却导不出", "the entries give the signed root, the stored inner hashes do not"},
	{TreeTruncated, "记录被截断，短于已签署的检查点", "record cut off behind a signed checkpoint"},
	{RowAltered, "行被改动，与该条目中最后的承诺值不符", "row altered: it does not match the last commitment to it, which the entry holds"},
	{RowMissing, "行被删除而没有条目记载", "row deleted without an entry"},
	{RowUnrecorded, "没有条目记载这一行，或者条目记载已删除", "no entry records the row, or one records its removal"},
	{RowRepeated, "行重复出现", "row given twice"},
}

// ParseFault reads a fault; an unknown one is an invalid Error.
func ParseFault(s string) (Fault, error) {
	for _, f := range Faults {
		if s == string(f.Fault) {
			return f.Fault, nil
		}
	}
	return "", pil.Invalid("没有这种问题 %s (unknown fault)", pil.Quote(s))
}

// Range is the entries numbered From ≤ seq < To.
type Range struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// String writes 5, or 5–9 for several.
func (r Range) String() string {
	if r.To-r.From == 1 {
		return strconv.FormatInt(r.From, 10)
	}
	return fmt.Sprintf("%d–%d", r.From, r.To-1)
}

// RowID names a covered row.
type RowID struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// Finding is one thing that is wrong with a record.
type Finding struct {
	Fault   Fault `json:"fault"`
	Entries Range `json:"entries,omitzero"` // the entries it speaks of; of a row, the last that names it
	Row     RowID `json:"row,omitzero"`     // the row it speaks of
	Line    int   `json:"line,omitempty"`   // of the file, where one line shows it
}

// String writes the finding for people, Chinese first.
func (f Finding) String() string {
	var at string
	if f.Row != (RowID{}) {
		at += fmt.Sprintf("%s %s ", f.Row.Kind, f.Row.ID)
	}
	if f.Entries != (Range{}) {
		at += fmt.Sprintf("#%s ", f.Entries)
	}
	if f.Line > 0 {
		at += fmt.Sprintf("[第%d行 line %[1]d] ", f.Line)
	}
	for _, known := range Faults {
		if f.Fault == known.Fault {
			return fmt.Sprintf("%s%s (%s)", at, known.Zh, known.En)
		}
	}
	return at + string(f.Fault)
}

// maxFindings is how many findings a report lists; the rest are counted.
const maxFindings = 1000

// Report is what Check finds.
type Report struct {
	Entries     int64     `json:"entries"`     // the tree's size: those that are missing count, those too many do not
	Checkpoints int       `json:"checkpoints"` // signed, and their trees known
	Rows        int       `json:"rows"`        // shown
	Sealed      int64     `json:"sealed"`      // size of the last signed checkpoint; nobody vouches for entries after it
	Root        string    `json:"root"`        // of the tree, base64; nothing where damage left it unknown
	Findings    []Finding `json:"findings"`    // at most 1,000
	More        int       `json:"more"`        // findings beyond those
}

func (r *Report) add(f Finding) {
	if len(r.Findings) < maxFindings {
		r.Findings = append(r.Findings, f)
	} else {
		r.More++
	}
}

// Err is nil for a record without findings, and else a fatal Error.
func (r *Report) Err() error {
	if len(r.Findings) == 0 {
		return nil
	}
	return fatal(nil, "审计记录有 %d 处问题，首先是：%s (%[1]d faults in the record; the first is shown)", len(r.Findings)+r.More, r.Findings[0])
}
