package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"shouhu/internal/desk"
	"shouhu/internal/ferry"
	"shouhu/internal/pil"
	"shouhu/internal/spool"
)

type ferryCmd struct {
	data
	Spool string `help:"公共入口的暂存目录 · spool of the public door" required:"" placeholder:"DIR"`
	JSON  bool   `name:"json" help:"输出 JSON"`
}

// Run carries once what waits, both ways.
func (c *ferryCmd) Run(out io.Writer) (err error) {
	ctx := context.Background()
	f, err := c.open()
	if err != nil {
		return err
	}
	s, d, err := f.attach(ctx, overlay{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	boat, err := f.ferry(d, c.Spool, nil)
	if err != nil {
		return err
	}
	t, err := boat.Cross(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, t)
	}
	_, err = fmt.Fprintf(out, "收入举报 %d 件、补充 %d 件，带回 %d 页；打不开 %d 件（在 refused 目录），等待 %d 件 (carried)\n", t.Reports, t.Additions, t.Pages, t.Refused, t.Waiting)
	return err
}

// ferryEvery is how often a running office looks into the spool.
const ferryEvery = 2 * time.Second

// ferry makes a ferry between a spool and the office of the folder.
func (f *folder) ferry(d *desk.Desk, dir string, log *slog.Logger) (*ferry.Ferry, error) {
	intake, err := f.intakeKeys()
	if err != nil {
		return nil, err
	}
	if len(intake) == 0 {
		return nil, pil.Invalid("这个数据目录没有接收密钥 (no intake key in the data folder)")
	}
	s, err := spool.OpenDir(dir, 0)
	if err != nil {
		return nil, err
	}
	return &ferry.Ferry{Spool: s, Desk: d, Intake: intake[0], Older: intake[1:], Office: f.settings.Door, Log: log}, nil
}

// beside runs the ferry until ctx ends; wait waits for its last crossing.
func (f *folder) beside(ctx context.Context, d *desk.Desk, dir string, log *slog.Logger) (wait func(), err error) {
	if dir == "" {
		return func() {}, nil
	}
	boat, err := f.ferry(d, dir, log)
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		boat.Run(ctx, ferryEvery)
	}()
	return func() { <-done }, nil
}

// openDoor starts the public door's program, which lies beside this one, and stops
// it again. Without the program there is no door, and door says so.
func (f *folder) openDoor(ctx context.Context, listen, spoolDir string, said io.Writer) (door string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	program := filepath.Join(filepath.Dir(self), "portal")
	if _, err := os.Stat(program); err != nil {
		return "没有 portal 程序，公共入口没有打开；请运行 make build (no door: portal is not built)", func() {}, nil
	}
	notices := f.path("notices")
	if err := os.MkdirAll(notices, 0o750); err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, program, "serve", "--listen", listen, "--spool", spoolDir, "--office-key", f.path(doorFile), "--notices", notices,
		"--office", f.settings.Door, "--demo")
	cmd.Stdout, cmd.Stderr = io.Discard, said
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = cmd.Wait() // it was told to stop, or said why it did
	}()
	return "http://" + listen, func() { _ = cmd.Process.Signal(syscall.SIGTERM); <-done }, nil
}
