package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// officeCmds are what stories of a running office need beside testscript's own:
//
//	office NAME ARGS…   runs shouhu serve ARGS… and goes on when it is ready; $NAME
//	                    is its address
//	stop NAME [KILL]    stops it by SIGTERM, which has to be its good end, or kills it
//	get STATUS URL      fetches a page
//	tamper FILE SQL     changes an embedded store past the office
//	flip FILE           changes one byte in the middle of a file
var officeCmds = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"office": func(ts *testscript.TestScript, _ bool, args []string) {
		o, err := startOffice(context.Background(), append([]string{"--json"}, args[1:]...), ts.MkAbs("."))
		ts.Check(err)
		ts.Defer(o.kill)
		offices.Store(ts.Name()+" "+args[0], o)
		ts.Setenv(args[0], o.address)
	},
	"stop": func(ts *testscript.TestScript, _ bool, args []string) {
		v, _ := offices.Load(ts.Name() + " " + args[0])
		o := v.(*office)
		if len(args) > 1 {
			o.kill()
			return
		}
		ts.Check(o.stop())
	},
	"get": func(ts *testscript.TestScript, _ bool, args []string) {
		body, status, err := fetch(args[1])
		ts.Check(err)
		_, err = io.WriteString(ts.Stdout(), body)
		ts.Check(err)
		if status != args[0] {
			ts.Fatalf("%s: %s", args[1], status)
		}
	},
	"tamper": func(ts *testscript.TestScript, _ bool, args []string) {
		ts.Check(tamper(ts.MkAbs(args[0]), args[1]))
	},
	"flip": func(ts *testscript.TestScript, _ bool, args []string) {
		name := ts.MkAbs(args[0])
		body, err := os.ReadFile(name)
		ts.Check(err)
		body[len(body)/2] ^= 1
		ts.Check(os.WriteFile(name, body, 0o600))
	},
}

// offices are those of the scripts, which run side by side.
var offices sync.Map

// office is a running shouhu serve, or portal serve.
type office struct {
	cmd     *exec.Cmd
	address string
	said    strings.Builder // on stderr
	ended   chan struct{}
	err     error // how it ended
	over    bool
}

func startOffice(ctx context.Context, args []string, dir string) (*office, error) {
	return startServing(exec.CommandContext(ctx, "shouhu", append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), dir)
}

// startServing starts an office or a door, and goes on when it is ready.
func startServing(cmd *exec.Cmd, dir string) (*office, error) {
	o := &office{cmd: cmd, ended: make(chan struct{})}
	o.cmd.Dir, o.cmd.Stderr = dir, &o.said
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := o.cmd.Start(); err != nil {
		return nil, err
	}
	var ready struct {
		Ready   bool
		Address string
	}
	r := bufio.NewReader(out)
	err = json.NewDecoder(r).Decode(&ready)
	go func() {
		_, _ = io.Copy(io.Discard, r)
		o.err = o.cmd.Wait()
		close(o.ended)
	}()
	if err != nil || !ready.Ready {
		o.kill()
		return nil, fmt.Errorf("it did not start: %w: %s", err, &o.said)
	}
	o.address = ready.Address
	return o, nil
}

// stop asks the office to stop, which it does well and soon.
func (o *office) stop() error {
	if err := o.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-o.ended:
		o.over = true
		if o.err != nil || o.said.Len() > 0 {
			return fmt.Errorf("the office ended with %w, saying %q", o.err, &o.said)
		}
		return nil
	case <-time.After(30 * time.Second):
		o.kill()
		return errors.New("the office did not stop in 30 seconds")
	}
}

// kill ends it without a word.
func (o *office) kill() {
	if o.over {
		return
	}
	o.over = true
	_ = o.cmd.Process.Kill() // it may be gone already
	<-o.ended
}

func fetch(url string) (body, status string, err error) {
	r, err := http.Get(url)
	if err != nil {
		return "", "", err
	}
	b, err := io.ReadAll(r.Body)
	return string(b), fmt.Sprint(r.StatusCode), errors.Join(err, r.Body.Close())
}

// shouhu runs the program and gives what it says.
func shouhu(tb testing.TB, args ...string) (stdout, stderr string, status int) {
	tb.Helper()
	var out, err strings.Builder
	cmd := exec.Command("shouhu", args...)
	cmd.Stdout, cmd.Stderr = &out, &err
	if e := cmd.Run(); e != nil {
		if _, ok := errors.AsType[*exec.ExitError](e); !ok {
			tb.Fatal(e)
		}
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}
