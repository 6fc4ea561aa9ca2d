package store

import (
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"shouhu/internal/audit"
)

type (
	// Model is a supervision model that somebody of an office uploaded, one row a
	// version.
	Model struct {
		bun.BaseModel `bun:"models"`
		ID            int64  `bun:"id,pk,autoincrement"`
		OfficeID      int64  `bun:"office_id"`
		Name          string `bun:"name"`
		Version       int    `bun:"version"`
		Zh            string `bun:"zh"`
		Body          string `bun:"body"`
		SHA256        string `bun:"sha256"`
		State         string `bun:"state"`
		Reason        string `bun:"reason"`
		ApprovalID    int64  `bun:"approval_id"`
		MadeBy        int64  `bun:"made_by"`
		MadeAt        Moment `bun:"made_at"`
		ShelvedBy     int64  `bun:"shelved_by"`
		ShelvedAt     Moment `bun:"shelved_at"`
		EndedBy       int64  `bun:"ended_by"`
		EndedAt       Moment `bun:"ended_at"`
		Salted
	}

	// ModelRun is one use of a model.
	ModelRun struct {
		bun.BaseModel `bun:"model_runs"`
		ID            int64           `bun:"id,pk,autoincrement"`
		OfficeID      int64           `bun:"office_id"`
		ModelID       int64           `bun:"model_id"` // 0: built in
		Name          string          `bun:"name"`
		Version       int             `bun:"version"`
		Zh            string          `bun:"zh"`
		SHA256        string          `bun:"sha256"`
		Trial         bool            `bun:"trial"`
		Engine        string          `bun:"engine"`
		Params        json.RawMessage `bun:"params"`
		OnDay         int64           `bun:"on_day"`
		State         string          `bun:"state"`
		Note          string          `bun:"note"`
		MadeBy        int64           `bun:"made_by"`
		MadeAt        Moment          `bun:"made_at"`
		EndedAt       Moment          `bun:"ended_at"`
		HitCount      int             `bun:"hit_count"`
		Salted
	}

	// ModelFile is an input of a run, or what the run found.
	ModelFile struct {
		bun.BaseModel `bun:"model_files"`
		ID            int64  `bun:"id,pk,autoincrement"`
		RunID         int64  `bun:"run_id"`
		Part          string `bun:"part"` // the model's table; empty: what was found
		FileID        int64  `bun:"file_id"`
		Name          string `bun:"name"`
		Size          int64  `bun:"size"`
		SHA256        string `bun:"sha256"`
		SM3           string `bun:"sm3"`
		KeyID         int64  `bun:"key_id"`
		RowCount      int64  `bun:"row_count"`
		Rejected      int64  `bun:"rejected"`
		Salted
	}

	// ModelHit is one thing a run found, and what became of it.
	ModelHit struct {
		bun.BaseModel `bun:"model_hits"`
		RunID         int64  `bun:"run_id,pk"`
		N             int    `bun:"n,pk"`
		Title         string `bun:"title"`
		Summary       string `bun:"summary"`
		Place         string `bun:"place"`
		Proof         int    `bun:"proof"`
		Mark          string `bun:"mark"`
		Subject       string `bun:"subject"`
		State         string `bun:"state"`
		MatterID      int64  `bun:"matter_id"`
		Reason        string `bun:"reason"`
		DecidedBy     int64  `bun:"decided_by"`
		DecidedAt     Moment `bun:"decided_at"`
		Salted
	}

	// ModelUpload is a table sent for a run that has not begun.
	ModelUpload struct {
		bun.BaseModel `bun:"model_uploads"`
		ID            int64  `bun:"id,pk,autoincrement"`
		PersonID      int64  `bun:"person_id"`
		Model         string `bun:"model"`
		Part          string `bun:"part"`
		Name          string `bun:"name"`
		Size          int64  `bun:"size"`
		SHA256        string `bun:"sha256"`
		SM3           string `bun:"sm3"`
		KeyID         int64  `bun:"key_id"`
		MovedAt       Moment `bun:"moved_at"`
	}
)

func (r *Model) cover() (audit.Kind, string)     { return audit.KindModel, id(r.ID) }
func (r *ModelRun) cover() (audit.Kind, string)  { return audit.KindModel, "run/" + id(r.ID) }
func (r *ModelFile) cover() (audit.Kind, string) { return audit.KindModel, "file/" + id(r.ID) }
func (r *ModelHit) cover() (audit.Kind, string) {
	return audit.KindModel, fmt.Sprintf("hit/%d/%d", r.RunID, r.N)
}

// File is the run's file as those of matters are opened; it has no id among them.
func (r *ModelFile) File() File {
	return File{Name: r.Name, Size: r.Size, SHA256: r.SHA256, SM3: r.SM3, KeyID: r.KeyID}
}

// Models are the uploaded ones of an office, the last first.
func (v *View) Models(office int64) ([]Model, error) {
	return all[Model](v, "id DESC", "office_id = ?", office)
}

// Model reads one.
func (v *View) Model(n int64) (*Model, error) {
	var row Model
	return &row, v.one(&row, "id = ?", n)
}

// RunFilter is which runs of an office are asked for.
type RunFilter struct {
	Office  int64
	Name    string // of the model; empty: any
	AfterID int64  // where the page before ended
	Most    int
}

// Runs are those of an office, the last first.
func (v *View) Runs(f RunFilter) (rows []ModelRun, err error) {
	if nothingLike(&f) {
		return nil, nil
	}
	q := v.db.NewSelect().Model(&rows).Where("office_id = ?", f.Office)
	if f.Name != "" {
		q = q.Where("name = ?", f.Name)
	}
	if f.AfterID != 0 {
		q = q.Where("id < ?", f.AfterID)
	}
	err = q.OrderExpr("id DESC").Limit(int64(f.Most)).Scan(v.ctx)
	return rows, err
}

// Run reads one.
func (v *View) Run(n int64) (*ModelRun, error) {
	var row ModelRun
	return &row, v.one(&row, "id = ?", n)
}

// Tried reports whether a model's file of this hash has been tried to the end.
func (v *View) Tried(model int64, sha256 string) (bool, error) {
	rows, err := all[ModelRun](v, "id", "model_id = ? AND sha256 = ? AND trial AND state = 'done'", model, sha256)
	return len(rows) > 0, err
}

// RunFiles are the inputs of a run, and what it found.
func (v *View) RunFiles(run int64) ([]ModelFile, error) {
	return all[ModelFile](v, "id", "run_id = ?", run)
}

// RunFilesAfter are the files of all runs in the order of their ids, for a check.
func (v *View) RunFilesAfter(n int64, most int) (rows []ModelFile, err error) {
	err = v.db.NewSelect().Model(&rows).Where("id > ?", n).OrderExpr("id").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// ModelsAfter are all uploaded models in the order of their ids, for a check.
func (v *View) ModelsAfter(n int64, most int) (rows []Model, err error) {
	err = v.db.NewSelect().Model(&rows).Where("id > ?", n).OrderExpr("id").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// Hits are what a run found.
func (v *View) Hits(run int64) ([]ModelHit, error) {
	return all[ModelHit](v, "n", "run_id = ?", run)
}

// Hit reads one.
func (v *View) Hit(run int64, n int) (*ModelHit, error) {
	var row ModelHit
	return &row, v.one(&row, "run_id = ? AND n = ?", run, n)
}

// HitsOf are the hits a clue was made of, the first first.
func (v *View) HitsOf(matter int64) ([]ModelHit, error) {
	return all[ModelHit](v, "decided_at, run_id, n", "matter_id = ?", matter)
}

// AcceptedHits are hits of an office that became clues: by the same rows (mark), or
// about the same (subject); the first first.
func (v *View) AcceptedHits(office int64, mark, subject string) ([]ModelHit, error) {
	return all[ModelHit](v, "decided_at, run_id, n", "matter_id <> 0 AND (mark = ? OR subject = ?) AND run_id IN (SELECT id FROM model_runs WHERE office_id = ?)", mark, subject, office)
}

// HitCount is how many hits of a run are in a state.
type HitCount struct {
	RunID int64  `bun:"run_id"`
	State string `bun:"state"`
	N     int    `bun:"n"`
}

// HitCounts counts the hits of runs by what became of them.
func (v *View) HitCounts(runs []int64) (out []HitCount, err error) {
	if len(runs) == 0 {
		return nil, nil
	}
	err = v.db.NewRaw("SELECT run_id, state, count(*) AS n FROM model_hits WHERE run_id IN (?) GROUP BY run_id, state ORDER BY run_id, state", bun.List(runs)).Scan(v.ctx, &out)
	return out, err
}

// RunCount is how often a model was run in earnest, and what became of its hits.
type RunCount struct {
	Name                        string
	Runs                        int
	Hits, Accepted, Aside, Open int
}

// RunCounts counts runs and hits of an office by model; trials are left out.
func (v *View) RunCounts(office int64) (out []RunCount, err error) {
	err = v.db.NewRaw(`SELECT r.name, count(DISTINCT r.id) AS runs, count(h.n) AS hits,
		coalesce(sum(CASE WHEN h.state = 'accepted' THEN 1 ELSE 0 END), 0) AS accepted, coalesce(sum(CASE WHEN h.state = 'aside' THEN 1 ELSE 0 END), 0) AS aside,
		coalesce(sum(CASE WHEN h.state = 'open' THEN 1 ELSE 0 END), 0) AS open
		FROM model_runs r LEFT JOIN model_hits h ON h.run_id = r.id WHERE r.office_id = ? AND NOT r.trial GROUP BY r.name ORDER BY r.name`, office).Scan(v.ctx, &out)
	return out, err
}

// ModelUploads are the tables a person has sent for runs of a model.
func (v *View) ModelUploads(person int64, model string) ([]ModelUpload, error) {
	return all[ModelUpload](v, "id", "person_id = ? AND model = ?", person, model)
}

// AddModelUpload keeps one.
func (tx *Tx) AddModelUpload(u *ModelUpload) error { return insertOne(tx, u) }

// EndModelUpload forgets one; false where somebody else has.
func (tx *Tx) EndModelUpload(n int64) (bool, error) {
	res, err := tx.tx.NewRaw("DELETE FROM model_uploads WHERE id = ?", n).Exec(tx.ctx)
	if err != nil {
		return false, err
	}
	gone, err := res.RowsAffected()
	return gone == 1, err
}

// StaleModelUploads are those sent before a moment.
func (v *View) StaleModelUploads(before Moment) ([]ModelUpload, error) {
	return all[ModelUpload](v, "id", "moved_at < ?", int64(before))
}

// StrayRuns are runs, their files and hits that name a row which is not there, or not
// of their office.
func (v *View) StrayRuns() ([]Tied, error) {
	return v.tied(`SELECT 'model-run' AS kind, CAST(r.id AS TEXT) AS id FROM model_runs r
			WHERE r.model_id <> 0 AND NOT EXISTS (SELECT 1 FROM models m WHERE m.id = r.model_id AND m.office_id = r.office_id)
		UNION ALL SELECT 'model-run', CAST(r.id AS TEXT) FROM model_runs r
			WHERE r.state = 'done' AND (r.hit_count <> (SELECT count(*) FROM model_hits h WHERE h.run_id = r.id)
				OR NOT EXISTS (SELECT 1 FROM model_files f WHERE f.run_id = r.id AND f.part = ''))
		UNION ALL SELECT 'model', CAST(m.id AS TEXT) FROM models m
			WHERE m.approval_id <> 0 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.id = m.approval_id)
		UNION ALL SELECT 'model-file', CAST(f.id AS TEXT) FROM model_files f
			WHERE f.key_id <> 0 AND NOT EXISTS (SELECT 1 FROM data_keys k WHERE k.id = f.key_id)
		UNION ALL SELECT 'model-file', CAST(f.id AS TEXT) FROM model_files f
			WHERE f.file_id <> 0 AND NOT EXISTS (SELECT 1 FROM files o WHERE o.id = f.file_id AND o.sha256 = f.sha256)
		UNION ALL SELECT 'model-hit', CAST(h.run_id AS TEXT) || '/' || CAST(h.n AS TEXT) FROM model_hits h
			WHERE (h.state = 'accepted') <> (h.matter_id <> 0)
				OR h.matter_id <> 0 AND NOT EXISTS (SELECT 1 FROM clues c WHERE c.matter_id = h.matter_id)`)
}
