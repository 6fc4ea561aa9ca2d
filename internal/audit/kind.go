package audit

import "shouhu/internal/pil"

// Kind is a kind of row, as the record sees it.
type Kind string

// The closed set of kinds. Each table of the store belongs to one.
const (
	KindEvent      Kind = "event"
	KindApproval   Kind = "approval"
	KindPerson     Kind = "person"
	KindGrant      Kind = "grant"
	KindExhibit    Kind = "exhibit"
	KindPaper      Kind = "paper"
	KindClue       Kind = "clue"
	KindMatter     Kind = "matter"
	KindOffice     Kind = "office"
	KindModel      Kind = "model"
	KindEntry      Kind = "entry"
	KindProjection Kind = "projection"
	KindQueue      Kind = "queue"
	KindSession    Kind = "session"
	KindSearch     Kind = "search"
)

// Cover is how the record guards rows of a kind.
type Cover string

// The closed set of covers.
const (
	CoverCommitted  Cover = "committed"  // entries hold a commitment to each row
	CoverTree       Cover = "tree"       // the rows are the leaves of the tree itself
	CoverRecomputed Cover = "recomputed" // folded from committed rows; fsck folds again
	CoverNone       Cover = "none"       // derived, may be thrown away and rebuilt
)

// Covers lists every cover.
var Covers = []Cover{CoverCommitted, CoverTree, CoverRecomputed, CoverNone}

// Kinds lists every kind with its cover and its name for people.
var Kinds = []struct {
	Kind  Kind
	Cover Cover
	Zh    string
}{
	{KindEvent, CoverCommitted, "案件事件"},
	{KindApproval, CoverCommitted, "审批"},
	{KindPerson, CoverCommitted, "人员"},
	{KindGrant, CoverCommitted, "授权"},
	{KindExhibit, CoverCommitted, "证据"},
	{KindPaper, CoverCommitted, "文书"},
	{KindClue, CoverCommitted, "线索"},
	{KindMatter, CoverCommitted, "案卷"},
	{KindOffice, CoverCommitted, "机构"},
	{KindModel, CoverCommitted, "监督模型"},
	{KindEntry, CoverTree, "记录条目"},
	{KindProjection, CoverRecomputed, "由事件推算的状态"},
	{KindQueue, CoverNone, "任务队列"},
	{KindSession, CoverNone, "登录会话"},
	{KindSearch, CoverNone, "检索表"},
}

// ParseKind reads a kind; an unknown one is an invalid Error.
func ParseKind(s string) (Kind, error) {
	for _, k := range Kinds {
		if s == string(k.Kind) {
			return k.Kind, nil
		}
	}
	return "", pil.Invalid("没有行的种类 %s (unknown kind of row)", pil.Quote(s))
}

// UnmarshalText reads a kind.
func (k *Kind) UnmarshalText(b []byte) (err error) { *k, err = ParseKind(string(b)); return err }

// Cover is how the record guards rows of kind k; none for an unknown kind.
func (k Kind) Cover() Cover {
	for _, known := range Kinds {
		if k == known.Kind {
			return known.Cover
		}
	}
	return CoverNone
}

// Class is what an entry is about.
type Class string

// The closed set of classes.
const (
	ClassWrite Class = "write" // a change; it names the rows it left behind
	ClassRead  Class = "read"  // a look at one subject's personal data
	ClassList  Class = "list"  // a list shown: one entry with its filter and its length
)

// Classes lists every class.
var Classes = []Class{ClassWrite, ClassRead, ClassList}

// ParseClass reads a class; an unknown one is an invalid Error.
func ParseClass(s string) (Class, error) {
	for _, c := range Classes {
		if s == string(c) {
			return c, nil
		}
	}
	return "", pil.Invalid("没有条目的类别 %s (unknown class of entry)", pil.Quote(s))
}

// UnmarshalText reads a class.
func (c *Class) UnmarshalText(b []byte) (err error) { *c, err = ParseClass(string(b)); return err }
