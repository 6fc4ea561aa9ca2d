package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/seal"
	"shouhu/internal/store"
	"shouhu/internal/story"
)

type demoCmd struct {
	Listen string   `help:"监听地址 · address to listen on" env:"DEMO_ADDR" default:"127.0.0.1:8080" placeholder:"ADDR"`
	Door   string   `help:"公共入口的监听地址 · address of the public door" env:"DEMO_DOOR_ADDR" default:"127.0.0.1:8081" placeholder:"ADDR"`
	Dir    string   `help:"数据目录；不写则用临时目录，结束时删除 · data folder; else a temporary one" env:"DEMO_DIR" placeholder:"DIR"`
	JSON   bool     `name:"json" help:"就绪时输出 JSON"`
	Files  []string `arg:"" optional:"" name:"file" help:"一并导入的已公布案件(YAML) · published cases to take in"`
}

// demoHasher makes passwords that everybody knows anyway quick to check.
var demoHasher = account.Hasher{Memory: 8 << 10, Time: 1, Threads: 1}

// Run tells the story into an office and runs it until it is told to stop.
func (c *demoCmd) Run(t terminal) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	dir := c.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "shouhu-demo-*"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	f := &folder{dir: dir, where: filepath.Join(dir, storeFile), demo: true,
		settings: settings{Office: "守护演示", Origin: "shouhu-demo", Listen: c.Listen, Door: "演示县人民检察院"}}
	_, err = os.Stat(f.path(configFile))
	fresh := errors.Is(err, os.ErrNotExist)
	if fresh {
		if err := emptyFolder(dir); err != nil {
			return err
		}
		keys, err := drawKeys(f.settings.Origin, seal.International)
		if err != nil {
			return err
		}
		if _, err := f.lay(keys, nil); err != nil {
			return err
		}
	}
	release, err := lock(dir, true)
	if err != nil {
		return err
	}
	defer release()
	s, err := store.Open(ctx, f.where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	d, err := f.office(ctx, s, overlay{})
	if err != nil {
		return err
	}
	if fresh {
		if err := c.tell(ctx, t, f, d); err != nil {
			if c.Dir != "" {
				clearFolder(dir, true)
			}
			return err
		}
	}
	spoolDir := f.path("spool")
	door, shut, err := f.openDoor(ctx, c.Door, spoolDir, t.err)
	if err != nil {
		return err
	}
	defer shut()
	if err := c.hello(t, door); err != nil {
		return err
	}
	return (&serveCmd{Listen: c.Listen, JSON: c.JSON, Spool: spoolDir}).run(ctx, t, f, s, d)
}

// tell tells the story, and takes in the published cases.
func (c *demoCmd) tell(ctx context.Context, t terminal, f *folder, d *desk.Desk) error {
	say := t.progress(unixNow)
	w, err := story.Tell(ctx, d, d.Day(), func(done, all int) { say("演示案件", int64(done), int64(all)) })
	if err != nil {
		return err
	}
	for i, file := range c.Files {
		data, err := readLimited(file, docket.MaxTimelineBytes)
		if err != nil {
			return err
		}
		tl, err := docket.ParseTimeline(file, data)
		if err != nil {
			return err
		}
		if _, err := d.ImportCase(ctx, w.Casts["demo"].CaseManager, tl); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		say("公布案件", int64(i+1), int64(len(c.Files)))
	}
	if err := f.changeDoor(func(door *seal.Door) { door.Identity = w.Identity.Public() }); err != nil {
		return err
	}
	_, err = d.SignCheckpoint(ctx)
	return err
}

// hello prints who can sign in.
func (c *demoCmd) hello(t terminal, door string) error {
	if c.JSON {
		return nil
	}
	table := newTable("检察院", "姓名", "账号", "角色")
	for _, l := range story.Logins() {
		table.row(l.Office, l.Name, l.Login, l.Roles)
	}
	if _, err := fmt.Fprintln(t.out); err != nil {
		return err
	}
	if err := table.print(t.out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.out, "\n口令都是 %s (everybody's password)；先用 ys-jcg 看“今日”，再用 ys-head、ys-jcz 看审批。\n查阅举报人身份另需身份口令 %s (passphrase of the identity key)\n公共入口 %s (the public door)；举报由 ys-xs 一类线索管理员在收件箱看到。\n", story.Password, story.Passphrase, door)
	return err
}
