package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"shouhu/internal/api"
	"shouhu/internal/desk"
	"shouhu/internal/jobs"
	"shouhu/internal/pil"
	"shouhu/internal/store"
	"shouhu/internal/web"
)

type serveCmd struct {
	data
	overlay
	Listen string `help:"监听地址，默认见 DIR/config · address to listen on" placeholder:"ADDR"`
	Spool  string `help:"公共入口的暂存目录；写明则随时收取 · spool of the public door, to ferry from" placeholder:"DIR"`
	JSON   bool   `name:"json" help:"就绪时输出 JSON"`
}

// The patience of the server: headers come at once, a body of 200 MB over a slow
// line may take its time.
const (
	headerTime   = 10 * time.Second
	bodyTime     = 15 * time.Minute
	idleTime     = 2 * time.Minute
	shutdownTime = 20 * time.Second
)

// Run runs the office until it is told to stop.
func (c *serveCmd) Run(t terminal) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	f, err := c.open()
	if err != nil {
		return err
	}
	release, err := lock(c.Data, !store.IsURL(f.where))
	if err != nil {
		return err
	}
	defer release()
	s, err := store.Open(ctx, f.where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	d, err := f.office(ctx, s, c.overlay)
	if err != nil {
		return err
	}
	if _, err := d.CatchUp(ctx, t.progress(unixNow)); err != nil {
		return err
	}
	return c.run(ctx, t, f, s, d)
}

func (c *serveCmd) run(ctx context.Context, t terminal, f *folder, s *store.Store, d *desk.Desk) error {
	listen := c.Listen
	if listen == "" {
		listen = f.settings.Listen
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return pil.Invalid("不能监听 %s：地址不对，或者已被占用 (cannot listen there)", listen)
	}
	log := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	clock, err := jobs.Start(ctx, s, d, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	ferried, err := f.beside(ctx, d, c.Spool, log)
	if err != nil {
		return errors.Join(err, clock.Stop(ctx), l.Close())
	}
	server := &http.Server{Handler: pages(f, d, log), ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: bodyTime,
		IdleTimeout: idleTime, MaxHeaderBytes: 64 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	if err := c.ready(t, l.Addr().String()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err = <-ended: // it never ends well by itself
	case <-ctx.Done():
		err = nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if e := server.Shutdown(last); e != nil && err == nil {
		err = errors.Join(e, server.Close())
	}
	ferried()
	err = errors.Join(err, clock.Stop(last))
	if d.CanSign() {
		_, e := d.SignCheckpoint(last)
		err = errors.Join(err, e)
	}
	return err
}

func (c *serveCmd) ready(t terminal, addr string) (err error) {
	if c.JSON {
		return printJSON(t.out, struct {
			Ready   bool   `json:"ready"`
			Address string `json:"address"`
		}{true, "http://" + addr})
	}
	_, err = fmt.Fprintf(t.out, "守护已就绪 http://%s 按 Ctrl-C 停止 (ready)\n", addr)
	return err
}

// pages is what the office answers.
func pages(f *folder, d *desk.Desk, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if err := d.Ready(r.Context()); err != nil {
			http.Error(w, "database does not answer", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n")) // a client that has gone away needs no answer
	})
	mux.Handle("/api/", api.New(api.Config{Desk: d, Log: log}))
	mux.Handle("/", web.New(web.Config{Desk: d, Log: log, Secure: strings.HasPrefix(f.settings.Address, "https://")}))
	return mux
}

func unixNow() int64 { return time.Now().Unix() }
