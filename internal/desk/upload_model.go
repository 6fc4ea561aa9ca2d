package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// NewModel is the file of a model.
type NewModel struct {
	File string // its name, for what is said of its lines
	Text []byte
}

// UploadModel checks a model as shouhu model check does, and keeps it as a draft. The
// person's own draft of the same name is replaced. What is wrong with the file is an
// invalid Error with file and line.
func (d *Desk) UploadModel(ctx context.Context, who Who, in NewModel) (id int64, err error) {
	if err := d.mayAsk(ctx, who, account.ProposeModel, target{}); err != nil {
		return 0, err
	}
	if in.File = cleanName(in.File); in.File == "" {
		in.File = "model.yaml"
	}
	m, err := d.checkModel(ctx, in)
	if err != nil {
		return 0, err
	}
	err = d.do(ctx, who, account.ProposeModel, target{}, func(w *work) error {
		if err := w.tx.LockOffice(w.office); err != nil {
			return err
		}
		row, err := w.draftOf(m)
		if err != nil {
			return err
		}
		row.Version, row.Zh, row.Body, row.SHA256, row.MadeAt = m.Version, m.Zh, string(in.Text), m.SHA256, w.tx.Now
		if row.ID == 0 {
			err = w.tx.Add(row)
		} else {
			err = w.tx.Change(row)
		}
		id = row.ID
		return err
	})
	return id, err
}

// checkModel reads a model and tries all that can be tried without rows.
func (d *Desk) checkModel(ctx context.Context, in NewModel) (*analysis.Model, error) {
	m, err := analysis.Load(in.File, in.Text)
	if err != nil {
		return nil, err
	}
	var faults Faults
	for _, err := range CheckModel(d.law, m) {
		faults = append(faults, saidFault("text", err))
	}
	if len(faults) > 0 {
		return nil, faults
	}
	all, err := builtin()
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(all, func(b *analysis.Model) bool { return b.Name == m.Name }) {
		return nil, m.Errorf("内置模型已经叫 %s，请另起名称 (a built-in model has this name)", m.Name)
	}
	if m.Finder != "" {
		return m, nil
	}
	if !slices.Contains(m.Engines, analysis.EngineDuckDB) {
		return nil, m.Errorf("本院用 duckdb 运行模型，engines 里没有 (the office runs models on duckdb)")
	}
	asker, err := d.askerNow()
	if err != nil {
		return m, nil // it cannot be tried, and what was not tried is not proposed
	}
	return m, m.Try(ctx, asker)
}

// draftOf is the row the model goes into: the actor's draft of that name, or a new one.
func (w *work) draftOf(m *analysis.Model) (*store.Model, error) {
	rows, err := w.Models(w.office)
	if err != nil {
		return nil, err
	}
	row := &store.Model{OfficeID: w.office, Name: m.Name, State: ModelDraft, MadeBy: w.me}
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Name != m.Name:
		case r.State == ModelDraft && r.MadeBy == w.me:
			row = r
		case r.State == ModelWaiting:
			return nil, m.Errorf("同名模型第 %d 版正在等待批准 (a version waits for its second person)", r.Version)
		case (r.State == ModelShelf || r.State == ModelWithdrawn) && r.Version >= m.Version:
			return nil, m.Errorf("version 应大于 %d：该版本已经上架过 (version counts up)", r.Version)
		}
	}
	return row, nil
}

// modelBody is what is proposed: this file, and no other.
type modelBody struct {
	Model  int64  `json:"model"`
	SHA256 string `json:"sha256"`
}

func modelBodyOf(a *store.Approval) (b modelBody, err error) {
	err = json.Unmarshal(a.Body, &b)
	return b, err
}

// ProposeModel puts a draft that was tried before a second person, and returns the
// approval's id. Only who uploaded it proposes it, and whoever proposes does not decide.
func (d *Desk) ProposeModel(ctx context.Context, who Who, id int64, opinion string) (approval int64, err error) {
	if opinion = strings.TrimSpace(opinion); len([]rune(opinion)) > maxText {
		return 0, pil.Invalid("意见过长，最多 %d 字 (opinion too long)", maxText)
	}
	err = d.do(ctx, who, account.ProposeModel, target{}, func(w *work) error {
		if err := w.tx.LockOffice(w.office); err != nil {
			return err
		}
		m, err := w.modelBy(idText(id))
		if err != nil {
			return err
		}
		tried, err := w.Tried(id, m.Row.SHA256)
		switch {
		case err != nil:
			return err
		case m.State != ModelDraft:
			return &pil.Error{Code: pil.CodeConflict, Text: "只有草稿可以报请上架 (only a draft is proposed)"}
		case m.Row.MadeBy != w.me:
			return pil.Forbidden("由上传的人报请上架 (by who uploaded it)")
		case !tried:
			return pil.Invalid("请先用样本试运行到底，再报请上架 (try it on a sample first)")
		}
		approval, err = w.propose(proposal{kind: KindModel, subject: m.Name, title: fmt.Sprintf("监督模型「%s」第%d版上架", m.Row.Zh, m.Row.Version),
			body: modelBody{m.Row.ID, m.Row.SHA256}, deciders: correctionDeciders, opinion: opinion})
		if err != nil {
			return err
		}
		m.Row.State, m.Row.ApprovalID = ModelWaiting, approval
		return w.tx.Change(m.Row)
	})
	return approval, err
}

// waitingModel is the model an approval is about, as long as it waits.
func (w *work) waitingModel(a *store.Approval) (*store.Model, error) {
	b, err := modelBodyOf(a)
	if err != nil {
		return nil, err
	}
	row, err := w.Model(b.Model)
	if err == nil && (row.State != ModelWaiting || row.SHA256 != b.SHA256) {
		err = &pil.Error{Code: pil.CodeConflict, Text: "提出之后，模型已有变动，请重新提出 (the model has changed since)"}
	}
	return row, err
}

// carryOutModel puts a model on the shelf; the version before it goes.
func (w *work) carryOutModel(a *store.Approval, decided string) error {
	if decided != "" {
		return pil.Invalid("只能同意，或者写明理由不同意 (agree or not)")
	}
	row, err := w.waitingModel(a)
	if err != nil {
		return err
	}
	if row.MadeBy == w.me {
		return pil.Forbidden("上传的人不能批准自己的模型 (not by who uploaded it)")
	}
	rows, err := w.Models(row.OfficeID)
	if err != nil {
		return err
	}
	for i := range rows {
		if r := &rows[i]; r.Name == row.Name && r.State == ModelShelf {
			r.State, r.Reason, r.EndedBy, r.EndedAt = ModelWithdrawn, fmt.Sprintf("由第%d版代替", row.Version), w.me, w.tx.Now
			if err := w.tx.Change(r); err != nil {
				return err
			}
		}
	}
	row.State, row.ShelvedBy, row.ShelvedAt = ModelShelf, w.me, w.tx.Now
	return w.tx.Change(row)
}

// endModel makes a draft again of what was taken back, and keeps what was refused.
func (w *work) endModel(a *store.Approval, move docket.ApprovalMove) error {
	row, err := w.waitingModel(a)
	if err != nil {
		return err
	}
	row.State = ModelRefused
	if move == docket.Withdraw {
		row.State = ModelDraft
	}
	return w.tx.Change(row)
}

// WithdrawModel takes an uploaded model off the shelf, with the reason; runs and clues
// stay.
func (d *Desk) WithdrawModel(ctx context.Context, who Who, id int64, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return fault("reason", "请写明撤下的理由", "say why it is withdrawn")
	case len([]rune(reason)) > maxText:
		return fault("reason", fmt.Sprintf("至多 %d 个字", maxText), fmt.Sprintf("at most %d characters", maxText))
	}
	return d.do(ctx, who, account.WithdrawModel, target{}, func(w *work) error {
		m, err := w.modelBy(idText(id))
		if err != nil {
			return err
		}
		if m.State != ModelShelf {
			return &pil.Error{Code: pil.CodeConflict, Text: "模型不在架上 (it is not on the shelf)"}
		}
		w.reason = true
		m.Row.State, m.Row.Reason, m.Row.EndedBy, m.Row.EndedAt = ModelWithdrawn, reason, w.me, w.tx.Now
		return w.tx.Change(m.Row)
	})
}
