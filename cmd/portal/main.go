// Command portal is the public door: a form that anybody can fill in, sealed as it
// arrives, into a folder. It links no database and holds no key that opens anything.
//
// Exit status: 0 done; 2 where the call is wrong, with one line on stderr.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"shouhu/internal/pil"
	"shouhu/internal/portal"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
)

type cli struct {
	Serve serveCmd `cmd:"" help:"运行公共入口 · run the public door"`
}

type serveCmd struct {
	Listen    string `help:"监听地址 · address to listen on" default:"127.0.0.1:8081" placeholder:"ADDR"`
	Spool     string `help:"暂存密封信封的目录 · folder of sealed envelopes" required:"" placeholder:"DIR"`
	OfficeKey string `help:"shouhu init 写下的 door.pub · the office's public keys" required:"" placeholder:"FILE"`
	Notices   string `help:"已发布公告的目录 · folder of released notices" placeholder:"DIR"`
	Office    string `help:"页面上的检察院名称 · the office's name"`
	Onion     string `help:"洋葱地址，如 http://….onion · onion address to tell of" placeholder:"URL"`
	Limit     int64  `help:"暂存上限（MB）· most megabytes that wait" default:"20480"`
	Demo      bool   `help:"页面注明演示 · say that this is a demonstration"`
	JSON      bool   `name:"json" help:"就绪时输出 JSON"`
}

func main() {
	syscall.Umask(0o007) // the spool belongs to a group that door and office share
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("portal"), kong.Description("守护 · 公共入口 (the public door)"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }))
	if err != nil {
		return fail(stderr, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	_, err = parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		return fail(stderr, pil.Invalid("命令行有误：%v；portal --help 有说明 (wrong call; see --help)", err))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := c.Serve.run(ctx, stdout, stderr); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// fail prints one line; where even stderr is gone there is nobody left to tell.
func fail(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintln(stderr, "portal: "+strings.Join(strings.Fields(err.Error()), " "))
	return 2
}

// memory is where the collector begins to work harder: two hashes of 32 MiB, and
// half a megabyte for each of some hundred people at once.
const memory = 150 << 20

func (c *serveCmd) open(stderr io.Writer) (*portal.Portal, error) {
	text, err := os.ReadFile(c.OfficeKey)
	if err != nil {
		return nil, pil.Invalid("读不了 --office-key 指的文件 (cannot read the office's key file)")
	}
	door, err := seal.ParseDoor(string(text))
	if err != nil {
		return nil, err
	}
	s, err := spool.OpenDir(c.Spool, c.Limit<<20)
	if err != nil {
		return nil, err
	}
	if err := s.Sweep(); err != nil {
		return nil, err
	}
	var notices fs.FS
	if c.Notices != "" {
		notices = os.DirFS(c.Notices)
	}
	if c.Onion != "" && !strings.HasPrefix(c.Onion, "http") {
		return nil, pil.Invalid("--onion 应如 http://….onion (an address)")
	}
	return portal.New(portal.Config{Spool: s, Door: door, Random: rand.Reader, Notices: notices, Office: c.Office,
		Onion: strings.TrimSuffix(c.Onion, "/"), Demo: c.Demo, Log: slog.New(slog.NewTextHandler(stderr, nil))}), nil
}

func (c *serveCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	debug.SetMemoryLimit(memory)
	p, err := c.open(stderr)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return pil.Invalid("不能监听 %s：地址不对，或者已被占用 (cannot listen there)", c.Listen)
	}
	// The server's own log names addresses: nobody keeps it.
	server := &http.Server{Handler: p, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	if c.JSON {
		_, err = fmt.Fprintf(stdout, "{\"ready\":true,\"address\":\"http://%s\"}\n", l.Addr())
	} else {
		_, err = fmt.Fprintf(stdout, "公共入口已就绪 http://%s 按 Ctrl-C 停止 (ready)\n", l.Addr())
	}
	if err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-ended: // it never ends well by itself
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	return server.Shutdown(last)
}
