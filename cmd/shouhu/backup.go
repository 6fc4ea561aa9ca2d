package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"syscall"

	"shouhu/internal/backup"
	"shouhu/internal/pil"
)

type backupCmd struct {
	data
	File        string `arg:"" help:"备份文件，如 2026-03-02.tar · the backup"`
	WithoutKeys bool   `help:"不含密钥；密钥须另行保管，恢复时用 --keys 给出 · leave the keys out"`
	JSON        bool   `name:"json" help:"输出 JSON"`
}

type backupAnswer struct {
	File     string `json:"file"`
	Bytes    int64  `json:"bytes"`
	Keys     bool   `json:"keys"`
	Rows     int64  `json:"rows"`
	Attached int64  `json:"attached"`
}

// Help says what a backup holds.
func (c *backupCmd) Help() string {
	return "备份是一个 tar 文件，含全部数据和附件，并且默认含有密钥：得到它的人能打开封存的内容、签署记录，须像密钥一样保管。" +
		"SQLite 的备份可以恢复到 PostgreSQL，反之亦然。\n\n" +
		"A backup holds all data, attached files and, unless --without-keys is given, the keys: who has it can open what is sealed."
}

// Run saves everything while the office works.
func (c *backupCmd) Run(t terminal, out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	f, err := c.open()
	if err != nil {
		return err
	}
	if _, err := os.Lstat(c.File); err == nil {
		return &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf("%s 已经存在，没有覆盖；请换一个名字 (the file exists)", c.File)}
	}
	extra, err := f.extra(!c.WithoutKeys)
	if err != nil {
		return err
	}
	s, d, err := f.attach(ctx, overlay{})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	files, err := f.files(ctx)
	if err != nil {
		return err
	}
	progress := t.progress(unixNow)
	var m *backup.Manifest
	err = writeWhole(c.File, func(w io.Writer) (err error) {
		m, err = backup.Write(ctx, w, backup.Source{Store: s, Files: files, Extra: extra, Keys: !c.WithoutKeys, Made: d.Now(),
			Note: func(what string, done int64) { progress(what, done, 0) }})
		return err
	})
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	a := backupAnswer{File: c.File, Bytes: info.Size(), Keys: m.Keys, Rows: m.Rows, Attached: m.Files}
	if c.JSON {
		return printJSON(out, a)
	}
	keys := "含密钥，请妥善保管 (it holds the keys)"
	if !a.Keys {
		keys = "不含密钥，请另行保管 keys 目录 (without keys)"
	}
	_, err = fmt.Fprintf(out, "已备份到 %s：%d 行，附件 %d 个，%.1f MB；%s\n", a.File, a.Rows, a.Attached, float64(a.Bytes)/1e6, keys)
	return err
}

// extra is what a backup holds beside the store: settings without the database's
// address, which may hold a password, public keys, the office's own law, and keys.
func (f *folder) extra(keys bool) (map[string][]byte, error) {
	kept := f.settings
	kept.Database, kept.Files, kept.Access, kept.Secret = "", "", "", "" // of this machine, and secret
	extra := map[string][]byte{configFile: kept.text()}
	for _, name := range []string{doorFile, recordFile} {
		body, err := os.ReadFile(f.path(name))
		if err != nil {
			return nil, pil.Invalid("读不了 %s (cannot read the file)", f.path(name))
		}
		extra[name] = body
	}
	if keys {
		for _, name := range keyNames {
			text, err := f.readKey(name)
			if err != nil {
				return nil, err
			}
			extra[path.Join(keysDir, name)] = []byte(text + "\n")
		}
	}
	for _, dir := range []string{lawDir, shareDir} {
		err := fs.WalkDir(os.DirFS(f.dir), dir, func(name string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && name == dir {
				return fs.SkipAll
			}
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			body, err := os.ReadFile(f.path(filepath.FromSlash(name)))
			extra[name] = body
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return extra, nil
}

// writeWhole writes a file that is there whole, on the disk, or not at all.
func writeWhole(name string, fill func(io.Writer) error) error {
	dir := filepath.Dir(name)
	file, err := os.CreateTemp(dir, ".writing-*")
	if err != nil {
		return pil.Invalid("%s 里不能写文件，请检查路径和权限 (cannot write there)", dir)
	}
	defer func() { _ = os.Remove(file.Name()) }() // after the rename it is gone
	if err := fill(file); err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.ENOSPC) {
			return &pil.Error{Code: pil.CodeBusy, Text: fmt.Sprintf("磁盘已满，没有写成 %s (the disk is full; nothing was written)", name), Err: err}
		}
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), name); err != nil {
		return err
	}
	return syncFolder(dir)
}
