package audit

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/pil"
)

// MaxSize is the most entries a record may have (2⁴⁸). It keeps arithmetic on
// numbers that strangers wrote within bounds.
const MaxSize = 1 << 48

// maxName is the most bytes of an id or a name.
const maxName = 128

// Entry is one thing done: a write, a look at personal data, or a list shown.
// It holds no content and no reason, only that one was given.
type Entry struct {
	Seq     int64     `json:"seq"`    // its place in the record, from 0; Append sets it
	At      time.Time `json:"at"`     // UTC, whole seconds
	Actor   string    `json:"actor"`  // id of a person or a service
	Office  string    `json:"office"` // id of the office the actor acted for
	Action  string    `json:"action"` // verb_noun: open_case, show_identity, list_clues
	Class   Class     `json:"class"`
	Subject Subject   `json:"subject"`
	Reason  bool      `json:"reason"`         // a reason was given
	Law     Digest    `json:"law,omitzero"`   // hash of the law it was decided under; none where no law decided
	List    *Listing  `json:"list,omitempty"` // of a list only
	Rows    []Mark    `json:"rows,omitempty"` // of a write only: every covered row it changed, by kind and id
}

// Subject is what the act was done to.
type Subject struct {
	Kind string `json:"kind"`         // a noun: case, clue, person
	ID   string `json:"id,omitempty"` // of a list it may be missing
}

// Listing is what is kept of a list shown.
type Listing struct {
	Filter Digest `json:"filter"` // HashFilter of what was asked for
	Count  int64  `json:"count"`  // lines shown, 0 or more
}

// Hash is the leaf hash of the entry (RFC 6962, section 2.1).
func (e *Entry) Hash() tlog.Hash { return tlog.RecordHash(e.AppendEncoding(make([]byte, 0, 512))) }

// check tells whether the entry may stand in a record; an invalid Error says
// why not.
func (e *Entry) check() error {
	if e.Seq < 0 || e.Seq >= MaxSize {
		return pil.Invalid("条目的序号超出范围 (sequence out of range)")
	}
	if !isMoment(e.At) {
		return pil.Invalid("条目的时刻应为 UTC 的整秒 (moment must be UTC, whole seconds)")
	}
	if err := checkName("行为人编号 (actor)", e.Actor); err != nil {
		return err
	}
	if err := checkName("单位编号 (office)", e.Office); err != nil {
		return err
	}
	if !isWords(e.Action) || !strings.Contains(e.Action, "_") {
		return pil.Invalid("动作 %s 应写作 动词_名词 (action must be verb_noun)", pil.Quote(e.Action))
	}
	if !isWords(e.Subject.Kind) {
		return pil.Invalid("对象的种类 %s 应为小写英文名词 (kind of subject must be a lower-case noun)", pil.Quote(e.Subject.Kind))
	}
	if e.Subject.ID != "" || e.Class != ClassList {
		if err := checkName("对象的编号 (id of the subject)", e.Subject.ID); err != nil {
			return err
		}
	}
	return e.checkClass()
}

func (e *Entry) checkClass() error {
	if _, err := ParseClass(string(e.Class)); err != nil {
		return err
	}
	if (e.List != nil) != (e.Class == ClassList) || e.List != nil && e.List.Count < 0 {
		return pil.Invalid("列表条目且只有列表条目写明条件和条数 (a list, and only a list, has a filter and a count)")
	}
	if len(e.Rows) > 0 && e.Class != ClassWrite {
		return pil.Invalid("只有写入条目列出行 (only a write names rows)")
	}
	for i := range e.Rows {
		if err := e.Rows[i].check(); err != nil {
			return err
		}
		if i > 0 && compareMarks(e.Rows[i-1], e.Rows[i]) >= 0 {
			return pil.Invalid("条目中的行应按种类和编号排列，各列一次 (rows by kind and id, each once)")
		}
	}
	return nil
}

// checkName refuses what is no id or name: 1–128 bytes of UTF-8 without blanks
// and control characters. The value itself is not shown: it may be somebody's.
func checkName(what, s string) error {
	bad := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }
	if s == "" || len(s) > maxName || !utf8.ValidString(s) || strings.ContainsFunc(s, bad) {
		return pil.Invalid("%s 应为 1 至 %d 字节、不含空白的 UTF-8 (1 to %[2]d bytes of UTF-8 without blanks)", what, maxName)
	}
	return nil
}

// isMoment reports whether t is a moment as the record writes it: UTC, whole
// seconds, a year of four digits.
func isMoment(t time.Time) bool {
	return t.Location() == time.UTC && t.Nanosecond() == 0 && t.Year() >= 1 && t.Year() <= 9999
}

// isWords reports whether s is lower-case English words joined by underscores.
func isWords(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for word := range strings.SplitSeq(s, "_") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}
