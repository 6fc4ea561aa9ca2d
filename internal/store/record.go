package store

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"sync"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/audit"
	"shouhu/internal/pil"
)

// Entry is an entry of the record as a page lists it.
type Entry struct {
	bun.BaseModel `bun:"record_entries"`
	Seq           int64  `bun:"seq,pk"`
	At            Moment `bun:"at"`
	Actor         string `bun:"actor"`
	Office        string `bun:"office"`
	Action        string `bun:"action"`
	Class         string `bun:"class"`
	SubjectKind   string `bun:"subject_kind"`
	SubjectID     string `bun:"subject_id"`
	Reason        bool   `bun:"reason"`
	LawID         int64  `bun:"law_id"`
	ListFilter    string `bun:"list_filter"`
	ListCount     int64  `bun:"list_count"`
}

type mark struct {
	bun.BaseModel `bun:"record_marks"`
	Seq           int64  `bun:"seq,pk"`
	Kind          string `bun:"kind,pk"`
	RowID         string `bun:"row_id,pk"`
	Removed       bool   `bun:"removed"`
	Commitment    []byte `bun:"commitment"`
}

type hash struct {
	bun.BaseModel `bun:"record_hashes"`
	N             int64  `bun:"n,pk"`
	Hash          []byte `bun:"hash"`
}

type head struct {
	bun.BaseModel `bun:"record_head"`
	ID            int64  `bun:"id,pk"`
	Size          int64  `bun:"size"`
	Peaks         []byte `bun:"peaks"`
}

type checkpoint struct {
	bun.BaseModel `bun:"checkpoints"`
	Size          int64  `bun:"size,pk"`
	Note          string `bun:"note"`
}

// Record writes entries of the record: the last statement of a transaction, for
// it locks the head. The first entry names every covered row that the
// transaction saved.
func (tx *Tx) Record(entries ...audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	for i := range entries {
		entries[i].At = tx.Now.Time()
	}
	entries[0].Rows, tx.marks = tx.marks, nil
	h, err := tx.head(tx.s.postgres)
	if err != nil {
		return err
	}
	batch, err := h.Append(entries...)
	if err != nil {
		return fmt.Errorf("append to the record: %w", err)
	}
	var rows []Entry
	var marks []mark
	for i := range batch.Entries {
		e := &batch.Entries[i]
		row, err := tx.entryRow(e)
		if err != nil {
			return err
		}
		rows = append(rows, row)
		for _, m := range e.Rows {
			marks = append(marks, mark{Seq: e.Seq, Kind: string(m.Kind), RowID: m.ID, Removed: m.Removed, Commitment: m.Commitment[:]})
		}
	}
	var hashes []hash
	for i, x := range batch.Hashes {
		hashes = append(hashes, hash{N: tlog.StoredHashCount(h.Size) + int64(i), Hash: x[:]})
	}
	if err := insert(tx, rows); err != nil {
		return err
	}
	if err := tx.saveMarks(marks); err != nil {
		return err
	}
	if err := insert(tx, hashes); err != nil {
		return err
	}
	next := head{ID: 1, Size: batch.Head.Size, Peaks: packPeaks(batch.Head.Peaks)}
	if _, err := tx.tx.NewUpdate().Model(&next).WherePK().Exec(tx.ctx); err != nil {
		return fmt.Errorf("move the head: %w", err)
	}
	return nil
}

func (tx *Tx) saveMarks(marks []mark) error {
	if len(marks) <= batch {
		return insert(tx, marks)
	}
	b := tx.s.NewBulk()
	for i := range marks {
		if err := b.model(reflect.ValueOf(&marks[i]).Elem()); err != nil {
			return err
		}
	}
	return tx.Save(b)
}

// batch is how many rows one statement inserts: PostgreSQL and SQLite take about
// 32,000 arguments at most.
const batch = 500

// insert saves rows of an uncovered table.
func insert[T any](tx *Tx, rows []T) error {
	for len(rows) > 0 {
		n := min(len(rows), batch)
		part := rows[:n]
		if _, err := tx.tx.NewInsert().Model(&part).Exec(tx.ctx); err != nil {
			return fmt.Errorf("insert %T: %w", rows, err)
		}
		rows = rows[n:]
	}
	return nil
}

func (tx *Tx) entryRow(e *audit.Entry) (Entry, error) {
	row := Entry{Seq: e.Seq, At: MomentOf(e.At), Actor: e.Actor, Office: e.Office, Action: e.Action, Class: string(e.Class),
		SubjectKind: e.Subject.Kind, SubjectID: e.Subject.ID, Reason: e.Reason}
	if e.Law != (audit.Digest{}) {
		n, err := tx.LawID(e.Law.String())
		if err != nil {
			return row, err
		}
		row.LawID = n
	}
	if e.List != nil {
		row.ListFilter, row.ListCount = e.List.Filter.String(), e.List.Count
	}
	return row, nil
}

// head reads the end of the record, locking it where asked to. SQLite has one
// writer, which needs no lock.
func (v *View) head(lock bool) (audit.Head, error) {
	h := head{ID: 1}
	q := v.db.NewSelect().Model(&h).WherePK()
	if lock {
		q = q.For("UPDATE")
	}
	if err := q.Scan(v.ctx); err != nil {
		return audit.Head{}, fmt.Errorf("read the head of the record: %w", err)
	}
	peaks, err := unpackPeaks(h.Peaks)
	return audit.Head{Size: h.Size, Peaks: peaks}, err
}

// Head is the end of the record.
func (v *View) Head() (audit.Head, error) { return v.head(false) }

func packPeaks(peaks []tlog.Hash) []byte {
	b := []byte{}
	for _, p := range peaks {
		b = append(b, p[:]...)
	}
	return b
}

func unpackPeaks(b []byte) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for ; len(b) >= tlog.HashSize; b = b[tlog.HashSize:] {
		out = append(out, tlog.Hash(b[:tlog.HashSize]))
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("the head of the record is cut: %w", audit.ErrDamaged)
	}
	return out, nil
}

// AddCheckpoint keeps a signed checkpoint of a size.
func (tx *Tx) AddCheckpoint(size int64, note []byte) error {
	return insert(tx, []checkpoint{{Size: size, Note: string(note)}})
}

// LastCheckpoint is the end of the record, locked, and the size of the last signed
// checkpoint, 0 for none.
func (tx *Tx) LastCheckpoint() (h audit.Head, size int64, err error) {
	if h, err = tx.head(tx.s.postgres); err != nil {
		return h, 0, err
	}
	err = tx.tx.NewRaw("SELECT coalesce(max(size), 0) FROM checkpoints").Scan(tx.ctx, &size)
	return h, size, err
}

// Size is how many entries the record has. With Entries, ReadHashes, Checkpoints
// and Rows it makes a View an audit.Source.
func (v *View) Size() (int64, error) {
	h, err := v.head(false)
	return h.Size, err
}

// Entries are those numbered from ≤ Seq < to.
func (v *View) Entries(from, to int64) ([]audit.Entry, error) {
	rows, err := all[Entry](v, "seq", "seq >= ? AND seq < ?", from, to)
	if err != nil {
		return nil, err
	}
	marks, err := all[mark](v, "seq, kind, row_id", "seq >= ? AND seq < ?", from, to)
	if err != nil {
		return nil, err
	}
	out := make([]audit.Entry, 0, len(rows))
	for _, r := range rows {
		e := audit.Entry{Seq: r.Seq, At: r.At.Time(), Actor: r.Actor, Office: r.Office, Action: r.Action, Class: audit.Class(r.Class),
			Subject: audit.Subject{Kind: r.SubjectKind, ID: r.SubjectID}, Reason: r.Reason}
		if r.LawID != 0 {
			h, err := v.LawHash(r.LawID)
			if err != nil && pil.CodeOf(err) != pil.CodeNotFound {
				return nil, err
			}
			e.Law, _ = audit.ParseDigest(h) // what is none is the zero one, which does not give the entry's hash
		}
		if e.Class == audit.ClassList {
			filter, _ := audit.ParseDigest(r.ListFilter) // likewise
			e.List = &audit.Listing{Filter: filter, Count: r.ListCount}
		}
		for ; len(marks) > 0 && marks[0].Seq <= r.Seq; marks = marks[1:] {
			m := &marks[0]
			if m.Seq != r.Seq {
				continue // of an entry that is missing
			}
			row := audit.Mark{Kind: audit.Kind(m.Kind), ID: m.RowID, Removed: m.Removed}
			copy(row.Commitment[:], m.Commitment)
			e.Rows = append(e.Rows, row)
		}
		slices.SortFunc(e.Rows, func(a, b audit.Mark) int { // a database may have an order of its own
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
		})
		out = append(out, e)
	}
	return out, nil
}

// ReadHashes reads stored hashes; one that is not there is the zero Hash.
func (v *View) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	at := make(map[int64][]int, len(indexes))
	for i, n := range indexes {
		at[n] = append(at[n], i)
	}
	for len(indexes) > 0 {
		n := min(len(indexes), batch)
		rows, err := all[hash](v, "n", "n IN (?)", bun.List(indexes[:n]))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			for _, i := range at[r.N] {
				copy(out[i][:], r.Hash)
			}
		}
		indexes = indexes[n:]
	}
	return out, nil
}

// Checkpoints are all the signed checkpoints, by size.
func (v *View) Checkpoints() ([][]byte, error) {
	rows, err := all[checkpoint](v, "size", "1 = 1")
	out := make([][]byte, 0, len(rows))
	for _, r := range rows {
		out = append(out, []byte(r.Note))
	}
	return out, err
}

var _ audit.Source = (*View)(nil)

// EntriesOf lists the entries about a subject, the newest first.
func (v *View) EntriesOf(kind, id string, classes []audit.Class, most int) ([]Entry, error) {
	var rows []Entry
	err := v.db.NewSelect().Model(&rows).Where("subject_kind = ? AND subject_id = ? AND class IN (?)", kind, id, bun.List(classes)).
		OrderExpr("seq DESC").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// EntriesBefore lists an office's entries before one, the newest first; before 0
// means from the end.
func (v *View) EntriesBefore(office string, before int64, most int) ([]Entry, error) {
	var rows []Entry
	q := v.db.NewSelect().Model(&rows).Where("office = ?", office).OrderExpr("seq DESC").Limit(int64(most))
	if before > 0 {
		q = q.Where("seq < ?", before)
	}
	return rows, q.Scan(v.ctx)
}

// lawIDs remembers the numbers of laws: there are few, and they never change.
type lawIDs struct {
	mu     sync.Mutex
	byHash map[string]int64
	byID   map[int64]string
}

func (l *lawIDs) put(id int64, hash string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byHash == nil {
		l.byHash, l.byID = map[string]int64{}, map[int64]string{}
	}
	l.byHash[hash], l.byID[id] = id, hash
}

type law struct {
	bun.BaseModel `bun:"laws"`
	ID            int64  `bun:"id,pk,autoincrement"`
	Hash          string `bun:"hash"`
}

// LawID is the number a law's hash is stored under, given it where it is new.
func (tx *Tx) LawID(hash string) (int64, error) {
	tx.s.laws.mu.Lock()
	n := tx.s.laws.byHash[hash]
	tx.s.laws.mu.Unlock()
	if n != 0 {
		return n, nil
	}
	var row law
	err := tx.one(&row, "hash = ?", hash)
	if pil.CodeOf(err) == pil.CodeNotFound {
		row = law{Hash: hash}
		_, err = tx.tx.NewInsert().Model(&row).Exec(tx.ctx)
		return row.ID, err // remembered once it is committed and read
	}
	if err != nil {
		return 0, err
	}
	tx.s.laws.put(row.ID, hash)
	return row.ID, nil
}

// LawHash is the hash stored under a number.
func (v *View) LawHash(id int64) (string, error) {
	v.s.laws.mu.Lock()
	h := v.s.laws.byID[id]
	v.s.laws.mu.Unlock()
	if h != "" {
		return h, nil
	}
	var row law
	if err := v.one(&row, "id = ?", id); err != nil {
		return "", err
	}
	return row.Hash, nil
}

// EntriesOnly is a stored record whose export shows no rows, and so no content.
type EntriesOnly struct{ *View }

// Rows are none.
func (EntriesOnly) Rows() iter.Seq2[audit.Row, error] {
	return func(func(audit.Row, error) bool) {}
}
