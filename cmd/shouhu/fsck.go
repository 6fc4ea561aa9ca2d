package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"shouhu/internal/audit"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

type fsckCmd struct {
	Data     string `help:"数据目录 · data folder" placeholder:"DIR"`
	Database string `help:"PostgreSQL 地址，默认见 DIR/config · database URL" placeholder:"URL"`
	Files    string `help:"附件存放处，默认见 DIR/config · where files lie" placeholder:"URL"`
	overlay
	Rebuild  bool     `help:"由事件重新推算列表所用的表 · compute projections anew"`
	ReadOnly bool     `help:"只核对，不签署检查点 · check only, sign no checkpoint"`
	Export   string   `help:"把审计记录导出到文件，供他处核对；不含内容 · export the record, without content" placeholder:"FILE"`
	Record   string   `help:"核对导出的审计记录，不需要数据目录 · check an exported record" placeholder:"FILE"`
	Prove    *int64   `help:"给出第 N 条在已签署检查点之下的证明 · prove that a signed checkpoint holds entry N" placeholder:"N"`
	Proof    string   `help:"核对一份证明，不需要数据目录 · check a proof" placeholder:"FILE"`
	Trust    string   `help:"签署者公钥文件 record.pub，配合 --record、--proof · public keys of the record" placeholder:"FILE"`
	Held     []string `help:"另处保存的检查点，可重复 · checkpoints kept elsewhere" placeholder:"FILE"`
	JSON     bool     `name:"json" help:"输出 JSON"`
}

// fsckAnswer is what a check of everything says.
type fsckAnswer struct {
	*desk.Checked
	Signed  bool `json:"signed"`            // a checkpoint was signed first
	Rebuilt *int `json:"rebuilt,omitempty"` // matters of which lists showed something else
}

// Run checks; what is wrong is exit status 1.
func (c *fsckCmd) Run(t terminal, out io.Writer) error {
	switch {
	case c.Record != "":
		return c.offline(out)
	case c.Proof != "":
		return c.checkProof(out)
	}
	if c.Data == "" || c.Trust != "" {
		return pil.Invalid("请给出 --data DIR；核对导出的记录用 --record FILE --trust FILE (need --data, or --record and --trust)")
	}
	if c.ReadOnly && c.Rebuild {
		return pil.Invalid("--read-only 和 --rebuild 不能同用 (do not go together)")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	f, err := data{Data: c.Data, Database: c.Database, Files: c.Files}.open()
	if err != nil {
		return err
	}
	trust, err := f.trust()
	if err != nil {
		return err
	}
	if trust.Held, err = c.held(trust); err != nil {
		return err
	}
	s, d, err := f.attach(ctx, c.overlay)
	if pil.CodeOf(err) == pil.CodeInternal && err != nil { // that it cannot even be opened is an answer, too
		return c.answer(out, fsckAnswer{Checked: &desk.Checked{Findings: []desk.Trouble{desk.Unreadable(desk.PartDatabase)}}})
	}
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	switch {
	case c.Export != "":
		return c.export(ctx, out, s)
	case c.Prove != nil:
		return c.prove(ctx, out, s, trust)
	}
	a, err := c.check(ctx, t, d, trust)
	if err != nil {
		return err
	}
	return c.answer(out, a)
}

func (c *fsckCmd) answer(out io.Writer, a fsckAnswer) error {
	if err := c.print(out, a); err != nil {
		return err
	}
	if !a.OK {
		return errNo
	}
	return nil
}

func (c *fsckCmd) check(ctx context.Context, t terminal, d *desk.Desk, trust audit.Trust) (a fsckAnswer, err error) {
	if d.CanSign() && !c.ReadOnly {
		if a.Signed, err = d.SignCheckpoint(ctx); err != nil && pil.CodeOf(err) == pil.CodeBusy {
			return a, err
		} // where it cannot be signed because of damage, the check says which
	}
	progress := t.progress(unixNow)
	if c.Rebuild {
		n, err := d.Rebuild(ctx, progress)
		if err != nil {
			return a, err
		}
		a.Rebuilt = &n
		if err := d.RebuildLikeness(ctx, func(n int) { progress("查重特征 (likeness)", int64(n), 0) }); err != nil {
			return a, err
		}
	}
	a.Checked, err = d.Check(ctx, trust, progress)
	return a, err
}

func (c *fsckCmd) print(out io.Writer, a fsckAnswer) error {
	if c.JSON {
		return printJSON(out, a)
	}
	w := bufio.NewWriter(out)
	if a.Rebuilt != nil {
		_, _ = fmt.Fprintf(w, "重新推算：%d 件的列表内容与事件不符，已改正 (matters mended)\n", *a.Rebuilt) // Flush tells
	}
	for _, f := range a.Findings {
		_, _ = fmt.Fprintln(w, printable(f.String()))
	}
	if a.More > 0 {
		_, _ = fmt.Fprintf(w, "另有 %d 处 (and more)\n", a.More)
	}
	if r := a.Record; r != nil {
		_, _ = fmt.Fprintf(w, "审计记录 %d 条，检查点 %d 个，签署至第 %d 条；受记录保护的数据 %d 行\n", r.Entries, r.Checkpoints, r.Sealed, r.Rows)
	}
	_, _ = fmt.Fprintf(w, "案卷 %d 件，附件 %d 个\n", a.Matters, a.Files)
	if a.OK {
		_, _ = fmt.Fprintln(w, "全部相符 (everything matches)")
	} else {
		_, _ = fmt.Fprintf(w, "发现 %d 处不符，请保留现场并告知负责人 (do not change anything; call the person responsible)\n", len(a.Findings)+a.More)
	}
	return w.Flush()
}

// held reads checkpoints that were kept elsewhere.
func (c *fsckCmd) held(trust audit.Trust) (list []audit.Checkpoint, err error) {
	for _, file := range c.Held {
		body, err := readLimited(file, 1<<16)
		if err != nil {
			return nil, err
		}
		p, err := audit.OpenCheckpoint(body, trust.Keys, trust.Origin)
		if err != nil {
			return nil, pil.At(err, file, 0)
		}
		list = append(list, p)
	}
	return list, nil
}

// offline checks an exported record by itself.
func (c *fsckCmd) offline(out io.Writer) error {
	if c.Trust == "" || c.Data != "" || c.Rebuild || c.Export != "" {
		return pil.Invalid("--record 须同时给出 --trust，且不与 --data 等同用 (--record goes with --trust alone)")
	}
	trust, err := readTrust(c.Trust)
	if err != nil {
		return err
	}
	if trust.Held, err = c.held(trust); err != nil {
		return err
	}
	trust.EntriesOnly = true
	file, err := os.Open(c.Record)
	if err != nil {
		return pil.Invalid("打不开 %s，请检查路径 (cannot open the file)", c.Record)
	}
	defer func() { _ = file.Close() }() // only read from
	r, err := audit.Check(file, trust)
	if err != nil {
		return pil.At(err, c.Record, 0)
	}
	if c.JSON {
		err = printJSON(out, struct {
			OK bool `json:"ok"`
			*audit.Report
		}{len(r.Findings) == 0, r})
	} else {
		w := bufio.NewWriter(out)
		for _, f := range r.Findings {
			_, _ = fmt.Fprintln(w, printable(f.String())) // Flush tells
		}
		_, _ = fmt.Fprintf(w, "条目 %d 条，检查点 %d 个，签署至第 %d 条\n", r.Entries, r.Checkpoints, r.Sealed)
		if len(r.Findings) == 0 {
			_, _ = fmt.Fprintln(w, "全部相符 (everything matches)")
		}
		err = w.Flush()
	}
	if err == nil && len(r.Findings) > 0 {
		return errNo
	}
	return err
}

// export writes the record without rows: who checks it elsewhere sees no content.
func (c *fsckCmd) export(ctx context.Context, out io.Writer, s *store.Store) error {
	err := writeWhole(c.Export, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, 1<<16)
		err := s.Read(ctx, func(v *store.View) error { return audit.Export(b, store.EntriesOnly{View: v}) })
		return errors.Join(err, b.Flush())
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, map[string]string{"exported": c.Export})
	}
	_, err = fmt.Fprintf(out, "审计记录已导出到 %s；核对：shouhu fsck --record %[1]s --trust record.pub\n", c.Export)
	return err
}
