package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"shouhu/internal/backup"
	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

type restoreCmd struct {
	data
	File   string `arg:"" help:"备份文件 · the backup"`
	Shares string `help:"恢复份额文件，每行一份，用于不含密钥的备份 · file of recovery shares" placeholder:"FILE"`
	Keys   string `help:"密钥目录，用于不含密钥的备份 · folder of keys for a backup without" placeholder:"DIR"`
	JSON   bool   `name:"json" help:"输出 JSON"`
}

// Run restores into an empty folder, and an empty database, and checks everything.
func (c *restoreCmd) Run(t terminal, out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if _, err := os.Stat(filepath.Join(c.Data, lockFile)); err == nil {
		release, err := lock(c.Data, true)
		if err != nil {
			return err // of a running office: that says more than "not empty"
		}
		release()
	}
	if err := emptyFolder(c.Data); err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return pil.Invalid("打不开 %s，请检查路径 (cannot open the file)", c.File)
	}
	defer func() { _ = file.Close() }() // only read from
	b, err := backup.Open(file)
	if err != nil {
		return err
	}
	_, err = os.Stat(c.Data)
	was := err == nil
	if err := c.restore(ctx, t, b); err != nil {
		clearFolder(c.Data, was)
		return err
	}
	check := fsckCmd{Data: c.Data, Database: c.Database, Files: c.Files, JSON: c.JSON}
	if !c.JSON {
		if _, err := fmt.Fprintf(out, "已恢复到 %s：%d 行，附件 %d 个。会话不在备份里，请重新登录。(restored)\n", c.Data, b.Manifest.Rows, b.Manifest.Files); err != nil {
			return err
		}
	}
	return check.Run(t, out)
}

func (c *restoreCmd) restore(ctx context.Context, t terminal, b *backup.Backup) error {
	f := &folder{dir: c.Data}
	if err := yamltext.Decode(configFile, b.Extra[configFile], &f.settings); err != nil {
		return err
	}
	f.settings.Database, f.settings.Files, f.where = c.Database, c.Files, c.where("")
	secret, open := map[string][]byte{}, map[string][]byte{}
	for name, body := range b.Extra {
		key, isKey := strings.CutPrefix(name, keysDir+"/")
		if isKey {
			secret[key] = body
		} else if name == doorFile || name == recordFile || (strings.HasPrefix(name, lawDir+"/") || strings.HasPrefix(name, shareDir+"/")) && path.Clean(name) == name {
			open[filepath.FromSlash(name)] = body
		}
	}
	if !b.Manifest.Keys {
		if c.Keys == "" && c.Shares == "" {
			return pil.Invalid("这个备份不含密钥，请用 --keys 给出密钥目录，或者用 --shares 给出恢复份额 (this backup holds no keys; give their folder with --keys, or recovery shares with --shares)")
		}
		if c.Keys == "" {
			text, err := readLimited(c.Shares, maxShareText)
			if err != nil {
				return err
			}
			got, err := openSealed(open, string(text))
			if err != nil {
				return err
			}
			secret = got.secret
		}
		for _, name := range keyNames {
			if secret[name] != nil {
				continue
			}
			body, err := readLimited(filepath.Join(c.Keys, name), 1<<16)
			if err != nil {
				return err
			}
			secret[name] = body
		}
	}
	for name := range secret {
		if name != filepath.Base(name) {
			return pil.Invalid("备份里的密钥名称不对 (a key of a strange name)")
		}
	}
	if err := f.write(secret, open); err != nil {
		return err
	}
	release, err := lock(c.Data, true)
	if err != nil {
		return err
	}
	defer release()
	files, err := f.files(ctx)
	if err != nil {
		return err
	}
	progress := t.progress(unixNow)
	err = b.Restore(ctx, f.where, files, func(what string, done int64) { progress(what, done, 0) })
	if errors.Is(err, syscall.ENOSPC) {
		return &pil.Error{Code: pil.CodeBusy, Text: "磁盘已满，没有恢复 (the disk is full; nothing was restored)", Err: err}
	}
	if err != nil {
		return err
	}
	return f.finish()
}
