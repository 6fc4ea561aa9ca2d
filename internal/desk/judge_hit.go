package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// HitClue is the clue a hit became.
type HitClue struct {
	Matter int64
	Number string
	Again  bool // it was there already: this hit, or one by the same rows, was accepted before
}

// errAccepted ends a transaction that found the hit accepted already.
var errAccepted = errors.New("accepted")

// AcceptHit makes a clue of a hit, with the rows that prove it attached in full. A hit
// accepted before, or one whose very rows are a clue of an earlier run, leads to that
// clue: nothing is registered twice. The prosecutor who accepts handles the clue.
func (d *Desk) AcceptHit(ctx context.Context, who Who, id int64, n int) (out HitClue, err error) {
	run, hit, t, err := d.peekHit(ctx, who, id, n)
	if err != nil {
		return out, err
	}
	if hit.MatterID != 0 {
		return d.hitClue(ctx, hit.MatterID)
	}
	hits, err := d.foundBy(ctx, id)
	if err != nil {
		return out, err
	}
	if n > len(hits.Hits) {
		return out, pil.NotFound("没有这条命中 (no such hit)")
	}
	in, err := d.clueOfHit(ctx, run, hits, n)
	if err != nil {
		return out, err
	}
	if err := d.CheckClue(*in); err != nil {
		return out, err
	}
	files, err := d.takeIn(ctx, in.Files)
	if err != nil {
		return out, err
	}
	err = d.do(ctx, who, account.JudgeHit, t, func(w *work) error {
		if err := w.tx.LockOffice(w.office); err != nil {
			return err
		}
		h, err := w.Hit(id, n)
		if err != nil {
			return err
		}
		if err := w.mayJudge(run, h); err != nil {
			return err
		}
		before, err := w.AcceptedHits(run.OfficeID, h.Mark, h.Subject)
		if err != nil {
			return err
		}
		out = HitClue{}
		if at := slices.IndexFunc(before, func(b store.ModelHit) bool { return b.Mark == h.Mark }); at >= 0 {
			m, err := w.Matter(before[at].MatterID)
			if err != nil {
				return err
			}
			out = HitClue{m.ID, m.Number, true}
		} else {
			m, err := w.registerClue(in)
			if err != nil {
				return err
			}
			if err := w.addClueFiles(m, files); err != nil {
				return err
			}
			w.about.Assigned = nil // whose run it is says nothing of the clue
			if err := w.staffClue(m, 0); err != nil {
				return err
			}
			out = HitClue{m.ID, m.Number, false}
		}
		h.State, h.MatterID, h.DecidedBy, h.DecidedAt = HitAccepted, out.Matter, w.me, w.tx.Now
		return w.tx.Change(h)
	})
	if errors.Is(err, errAccepted) { // by another at the same time
		_, hit, _, err = d.peekHit(ctx, who, id, n)
		if err != nil {
			return out, err
		}
		return d.hitClue(ctx, hit.MatterID)
	}
	return out, err
}

// hitClue is the clue that is there already.
func (d *Desk) hitClue(ctx context.Context, matter int64) (out HitClue, err error) {
	err = d.store.Read(ctx, func(v *store.View) error {
		m, err := v.Matter(matter)
		if err == nil {
			out = HitClue{m.ID, m.Number, true}
		}
		return err
	})
	return out, err
}

// peekHit finds a hit for who may judge it.
func (d *Desk) peekHit(ctx context.Context, who Who, id int64, n int) (run *store.ModelRun, hit *store.ModelHit, t target, err error) {
	if run, err = d.peekRun(ctx, id); err != nil {
		return nil, nil, t, err
	}
	t = onRun(run, "model_hit")
	t.record = hitSubject(id, n)
	err = d.ask(ctx, who, account.JudgeHit, t, func(l *look) error {
		if l.office != run.OfficeID {
			return pil.Forbidden("由本院人员处理 (by the people of its office)")
		}
		hit, err = l.Hit(id, n)
		return err
	})
	return run, hit, t, err
}

// mayJudge refuses a hit of a trial, and one that is decided.
func (w *work) mayJudge(run *store.ModelRun, h *store.ModelHit) error {
	switch {
	case run.Trial:
		return pil.Invalid("这是试运行，命中不能成为线索；模型上架后正式运行 (a trial: run the model once it is on the shelf)")
	case h.State == HitAccepted:
		return errAccepted
	case h.State != HitOpen:
		return &pil.Error{Code: pil.CodeConflict, Text: "这条命中已经搁置 (it has been set aside)"}
	}
	return nil
}

// clueOfHit is the clue a hit makes, with the file of the rows that prove it.
func (d *Desk) clueOfHit(ctx context.Context, run *store.ModelRun, hits *analysis.Hits, n int) (*NewClue, error) {
	h := &hits.Hits[n-1]
	field, err := clue.ParseField(hits.Field)
	if err != nil {
		return nil, err
	}
	var office *store.Office
	if err := d.store.Read(ctx, func(v *store.View) (err error) {
		office, err = v.Office(run.OfficeID)
		return err
	}); err != nil {
		return nil, err
	}
	one := *hits
	one.Hits = hits.Hits[n-1 : n]
	var proof bytes.Buffer
	proof.WriteString("\ufeff")
	if err := analysis.WriteProof(&proof, &one); err != nil {
		return nil, err
	}
	const room = 2000 // of the text, for what is said of the source
	what := fmt.Sprintf("%s\n\n来源：大数据法律监督模型「%s」（%s，第%d版，sha256 %.16s…）第%d次运行的第%d条命中。证明的数据%d行，附于「%s」。所涉条文：%s。",
		clip(h.Summary, 10000-room), run.Zh, run.Name, run.Version, run.SHA256, run.ID, n, len(h.Rows), proofName(run.ID, n), clip(d.lawText(hits.Law), room/2))
	return &NewClue{Title: clip(h.Title, maxLine), Files: []NewFile{{Name: proofName(run.ID, n), Media: "text/csv", Caption: fmt.Sprintf("证明的数据，%d行", len(h.Rows)), Bytes: &proof}},
		Form: clue.Form{Channel: clue.Model, Field: field, What: strings.TrimSpace(what), Place: clip(h.Place, maxLine), Region: office.Region, Received: d.Day()}}, nil
}

// proofName is the name of the file of the rows that prove a hit.
func proofName(run int64, n int) string {
	return fmt.Sprintf("模型运行%d-命中%d-证明数据.csv", run, n)
}

// SetAsideHit says that a hit is a false alarm, or leads nowhere, and why.
func (d *Desk) SetAsideHit(ctx context.Context, who Who, id int64, n int, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return fault("reason", "请写明搁置的理由", "say why it is set aside")
	case len([]rune(reason)) > maxText:
		return fault("reason", fmt.Sprintf("至多 %d 个字", maxText), fmt.Sprintf("at most %d characters", maxText))
	}
	run, _, t, err := d.peekHit(ctx, who, id, n)
	if err != nil {
		return err
	}
	err = d.do(ctx, who, account.JudgeHit, t, func(w *work) error {
		h, err := w.Hit(id, n)
		if err != nil {
			return err
		}
		if err := w.mayJudge(run, h); err != nil {
			return err
		}
		w.reason = true
		h.State, h.Reason, h.DecidedBy, h.DecidedAt = HitAside, reason, w.me, w.tx.Now
		return w.tx.Change(h)
	})
	if errors.Is(err, errAccepted) {
		return &pil.Error{Code: pil.CodeConflict, Text: "这条命中已经采纳为线索 (it is a clue already)"}
	}
	return err
}
