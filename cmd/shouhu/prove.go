package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// inclusion is the proof that a signed checkpoint holds an entry: enough to show
// somebody who keeps nothing but the public key.
type inclusion struct {
	Checkpoint string           `json:"checkpoint"` // the signed note
	Entry      audit.Entry      `json:"entry"`
	Proof      tlog.RecordProof `json:"proof"`
}

// prove prints the proof of one entry under the last signed checkpoint.
func (c *fsckCmd) prove(ctx context.Context, out io.Writer, s *store.Store, trust audit.Trust) error {
	var p inclusion
	err := s.Read(ctx, func(v *store.View) error {
		notes, err := v.Checkpoints()
		if err != nil {
			return err
		}
		if len(notes) == 0 {
			return pil.NotFound("还没有签署过检查点；先运行 shouhu fsck --data DIR (no signed checkpoint yet)")
		}
		last := notes[len(notes)-1]
		at, err := audit.OpenCheckpoint(last, trust.Keys, trust.Origin)
		if err != nil {
			return err
		}
		if p.Proof, err = audit.ProveEntry(at, *c.Prove, v); err != nil {
			return err
		}
		entries, err := v.Entries(*c.Prove, *c.Prove+1)
		if err != nil {
			return err
		}
		if len(entries) != 1 {
			return pil.NotFound("没有第 %d 条 (no such entry)", *c.Prove)
		}
		p.Checkpoint, p.Entry = string(last), entries[0]
		return nil
	})
	if err != nil {
		return err
	}
	return printJSON(out, p)
}

// checkProof checks a proof by itself.
func (c *fsckCmd) checkProof(out io.Writer) error {
	if c.Trust == "" || c.Data != "" {
		return pil.Invalid("--proof 须同时给出 --trust，且不与 --data 同用 (--proof goes with --trust alone)")
	}
	trust, err := readTrust(c.Trust)
	if err != nil {
		return err
	}
	body, err := readLimited(c.Proof, audit.MaxLine)
	if err != nil {
		return err
	}
	var p inclusion
	if err := json.Unmarshal(body, &p); err != nil {
		return pil.At(pil.Invalid("不是一份证明 (not a proof)"), c.Proof, 0)
	}
	at, err := audit.OpenCheckpoint([]byte(p.Checkpoint), trust.Keys, trust.Origin)
	if err == nil {
		err = audit.CheckEntry(at, p.Entry, p.Proof)
	}
	ok := err == nil
	switch {
	case c.JSON:
		err = printJSON(out, map[string]bool{"ok": ok})
	case ok:
		_, err = fmt.Fprintf(out, "成立：%s 签署的检查点（%d 条）之下，第 %d 条是 %s %s %s (the proof holds)\n", at.At.In(pil.Zone).Format("2006-01-02 15:04"), at.Size,
			p.Entry.Seq, p.Entry.Action, p.Entry.Subject.Kind, printable(p.Entry.Subject.ID))
	default:
		_, err = fmt.Fprintf(out, "不成立：%v\n", err)
	}
	if err == nil && !ok {
		return errNo
	}
	return err
}
