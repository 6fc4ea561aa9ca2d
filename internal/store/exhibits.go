package store

import (
	"fmt"

	"github.com/uptrace/bun"

	"shouhu/internal/evidence"
	"shouhu/internal/pil"
)

type (
	// DataKey is the key of a matter's files, or of a run's, closed.
	DataKey struct {
		bun.BaseModel `bun:"data_keys"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		Name          string `bun:"name"`
		Sealed        string `bun:"sealed"`
		MadeAt        Moment `bun:"made_at"`
	}

	// Upload is a file that is being received over several requests.
	Upload struct {
		bun.BaseModel `bun:"uploads"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		PersonID      int64  `bun:"person_id"`
		KeyID         int64  `bun:"key_id"`
		Name          string `bun:"name"`
		Size          int64  `bun:"size"` // -1: not said beforehand
		Got           int64  `bun:"got"`
		Pieces        int    `bun:"pieces"`
		MovedAt       Moment `bun:"moved_at"`
	}

	// FileCheck is when a file's bytes were last read again, and what was found.
	FileCheck struct {
		bun.BaseModel `bun:"file_checks"`
		FileID        int64          `bun:"file_id,pk"`
		CheckedAt     Moment         `bun:"checked_at"`
		Found         evidence.Found `bun:"found"`
	}

	// Exhibit is a piece of evidence of a case; its entries say what it is.
	Exhibit struct {
		bun.BaseModel `bun:"exhibits"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		N             int    `bun:"n"`
		PersonID      int64  `bun:"person_id"`
		MadeAt        Moment `bun:"made_at"`
		Salted
	}

	// ExhibitEntry is what was said of an exhibit; the last one counts.
	ExhibitEntry struct {
		bun.BaseModel `bun:"exhibit_entries"`
		ExhibitID     int64          `bun:"exhibit_id,pk"`
		Seq           int            `bun:"seq,pk"`
		Facts         evidence.Facts `bun:"facts"`
		Reason        string         `bun:"reason"`
		PersonID      int64          `bun:"person_id"`
		RecordedAt    Moment         `bun:"recorded_at"`
		Salted
	}

	// ExhibitFile is an attached file that belongs to an exhibit.
	ExhibitFile struct {
		bun.BaseModel `bun:"exhibit_files"`
		ExhibitID     int64  `bun:"exhibit_id,pk"`
		FileID        int64  `bun:"file_id,pk"`
		PersonID      int64  `bun:"person_id"`
		AddedAt       Moment `bun:"added_at"`
		Salted
	}

	// Custody is one link of an exhibit's chain of custody.
	Custody struct {
		bun.BaseModel `bun:"custody"`
		ExhibitID     int64          `bun:"exhibit_id,pk"`
		N             int            `bun:"n,pk"`
		Act           evidence.Act   `bun:"act"`
		On            pil.Day        `bun:"on_day"`
		KeeperID      int64          `bun:"keeper_id"`
		Unit          string         `bun:"unit"`
		Place         string         `bun:"place"`
		Note          string         `bun:"note"`
		Found         evidence.Found `bun:"found"`
		PersonID      int64          `bun:"person_id"` // 0: the clock
		RecordedAt    Moment         `bun:"recorded_at"`
		Salted
	}
)

// Link is the link as package evidence follows it.
func (r *Custody) Link() evidence.Link {
	return evidence.Link{Act: r.Act, On: r.On, Keeper: r.KeeperID, Unit: r.Unit, Place: r.Place, Note: r.Note, Found: r.Found}
}

// Received is what was taken of the file's bytes when they came in.
func (r *File) Received() Received { return Received{SHA256: r.SHA256, SM3: r.SM3, Size: r.Size} }

// What a file was made for, out of the one that came in.
const (
	MadeClean = "clean" // a photo without metadata
	MadeSmall = "small" // a thumbnail
)

// Files are the files attached to a matter, as they came in.
func (v *View) Files(matter int64) ([]File, error) {
	return all[File](v, "id", "matter_id = ? AND made_of = 0", matter)
}

// Made are the files made from others of a matter.
func (v *View) Made(matter int64) ([]File, error) {
	return all[File](v, "id", "matter_id = ? AND made_of <> 0", matter)
}

// File reads one.
func (v *View) File(id int64) (*File, error) {
	var row File
	return &row, v.one(&row, "id = ?", id)
}

// FilesAfter are all attached files in the order of their ids, for a check.
func (v *View) FilesAfter(id int64, most int) ([]File, error) {
	var rows []File
	err := v.db.NewSelect().Model(&rows).Where("id > ?", id).OrderExpr("id").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// AddFile saves a file that came in, and when it is to be read again first.
func (tx *Tx) AddFile(f *File) error {
	if err := tx.Add(f); err != nil {
		return err
	}
	return insert(tx, []FileCheck{{FileID: f.ID, CheckedAt: tx.Now}})
}

// Unchecked are files last read before a moment, those longest ago first.
func (v *View) Unchecked(before Moment, most int) ([]File, error) {
	var rows []File
	err := v.db.NewSelect().Model(&rows).ModelTableExpr("files AS f").ColumnExpr("f.*").Join("JOIN file_checks AS c ON c.file_id = f.id").
		Where("c.checked_at < ?", before).OrderExpr("c.checked_at, c.file_id").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// Check is when a file was last read again; a file nobody noted is a not_found Error.
func (v *View) Check(file int64) (*FileCheck, error) {
	var row FileCheck
	return &row, v.one(&row, "file_id = ?", file)
}

// ChecksOf are the checks of a matter's files.
func (v *View) ChecksOf(matter int64) ([]FileCheck, error) {
	return all[FileCheck](v, "file_id", "file_id IN (SELECT id FROM files WHERE matter_id = ?)", matter)
}

// PutCheck notes what reading a file again has shown.
func (tx *Tx) PutCheck(c FileCheck) error {
	return tx.exec("INSERT INTO file_checks (file_id, checked_at, found) VALUES (?, ?, ?) ON CONFLICT (file_id) DO UPDATE SET checked_at = excluded.checked_at, found = excluded.found",
		c.FileID, int64(c.CheckedAt), string(c.Found))
}

// DataKey reads one.
func (v *View) DataKey(id int64) (*DataKey, error) {
	var row DataKey
	return &row, v.one(&row, "id = ?", id)
}

// DataKeyOf is the key of a matter, the newest; none is a not_found Error.
func (v *View) DataKeyOf(matter int64) (*DataKey, error) {
	rows, err := all[DataKey](v, "id DESC", "matter_id = ?", matter)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, pil.NotFound("没有密钥 (no key)")
	}
	return &rows[0], nil
}

// AddDataKey saves a key, closed.
func (tx *Tx) AddDataKey(k *DataKey) error {
	return insertOne(tx, k)
}

// BindDataKey says whose key it is.
func (tx *Tx) BindDataKey(id, matter int64) error {
	return tx.exec("UPDATE data_keys SET matter_id = ? WHERE id = ? AND matter_id = 0", matter, id)
}

// Upload reads one.
func (v *View) Upload(id int64) (*Upload, error) {
	var row Upload
	return &row, v.one(&row, "id = ?", id)
}

// Uploads are those of a person to a matter.
func (v *View) Uploads(matter, person int64) ([]Upload, error) {
	return all[Upload](v, "id", "matter_id = ? AND person_id = ?", matter, person)
}

// StaleUploads are those nothing was added to since a moment.
func (v *View) StaleUploads(before Moment) ([]Upload, error) {
	return all[Upload](v, "id", "moved_at < ?", int64(before))
}

// AddUpload begins one.
func (tx *Tx) AddUpload(u *Upload) error {
	return insertOne(tx, u)
}

func insertOne[T any](tx *Tx, row *T) error {
	if _, err := tx.tx.NewInsert().Model(row).Exec(tx.ctx); err != nil {
		return fmt.Errorf("insert %T: %w", row, err)
	}
	return nil
}

// GrowUpload notes one more piece of a length, where the upload is as it was; false
// where somebody else was faster.
func (tx *Tx) GrowUpload(u *Upload, by int64) (bool, error) {
	res, err := tx.tx.NewRaw("UPDATE uploads SET got = got + ?, pieces = pieces + 1, moved_at = ? WHERE id = ? AND got = ?", by, int64(tx.Now), u.ID, u.Got).Exec(tx.ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// EndUpload forgets one.
func (tx *Tx) EndUpload(id int64) error { return tx.exec("DELETE FROM uploads WHERE id = ?", id) }

// Exhibit reads one.
func (v *View) Exhibit(id int64) (*Exhibit, error) {
	var row Exhibit
	return &row, v.one(&row, "id = ?", id)
}

// Exhibits are those of a case, by their numbers.
func (v *View) Exhibits(matter int64) ([]Exhibit, error) {
	return all[Exhibit](v, "n", "matter_id = ?", matter)
}

// ExhibitsAfter are all exhibits in the order of their ids, for a check.
func (v *View) ExhibitsAfter(id int64, most int) ([]Exhibit, error) {
	var rows []Exhibit
	err := v.db.NewSelect().Model(&rows).Where("id > ?", id).OrderExpr("id").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// NextExhibit is the number the next exhibit of a case gets. The matter is locked.
func (tx *Tx) NextExhibit(matter int64) (n int, err error) {
	err = tx.db.NewRaw("SELECT coalesce(max(n), 0) + 1 FROM exhibits WHERE matter_id = ?", matter).Scan(tx.ctx, &n)
	return n, err
}

const ofMatter = "exhibit_id IN (SELECT id FROM exhibits WHERE matter_id = ?)"

// ExhibitEntries is what was said of exhibits: of a whole case, in the order it was.
func (v *View) ExhibitEntries(matter int64) ([]ExhibitEntry, error) {
	return all[ExhibitEntry](v, "exhibit_id, seq", ofMatter, matter)
}

// ExhibitFiles are the files of the exhibits of a case.
func (v *View) ExhibitFiles(matter int64) ([]ExhibitFile, error) {
	return all[ExhibitFile](v, "exhibit_id, file_id", ofMatter, matter)
}

// CustodyOf are the chains of custody of the exhibits of a case.
func (v *View) CustodyOf(matter int64) ([]Custody, error) {
	return all[Custody](v, "exhibit_id, n", ofMatter, matter)
}

// ExhibitsOf are the exhibits a file belongs to.
func (v *View) ExhibitsOf(file int64) ([]Exhibit, error) {
	return all[Exhibit](v, "id", "id IN (SELECT exhibit_id FROM exhibit_files WHERE file_id = ?)", file)
}

// ExhibitRows is what was said of one exhibit, and its chain of custody.
func (v *View) ExhibitRows(id int64) ([]ExhibitEntry, []Custody, error) {
	entries, err := all[ExhibitEntry](v, "seq", "exhibit_id = ?", id)
	if err != nil {
		return nil, nil, err
	}
	custody, err := all[Custody](v, "n", "exhibit_id = ?", id)
	return entries, custody, err
}
