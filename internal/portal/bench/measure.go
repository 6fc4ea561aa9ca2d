package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"shouhu/internal/seal"
	"shouhu/internal/spool"
)

// bench is one run of everything.
type bench struct {
	program, dir string
	time         time.Duration
	clients      []int

	public   seal.Door
	spool    *spool.Spool
	address  string
	web      *http.Client
	pid      int
	load     string // of the machine before
	lines    []line
	receipts []string
	stored   int // reports acknowledged so far
}

// line is one measurement.
type line struct {
	name     string
	clients  int
	rate     float64 // a second
	p50, p95 time.Duration
	resident int64 // of the door, at most, in bytes; 0: not its work
}

// The names of lines that the bars speak of.
const (
	argon    = "argon2id alone, as many at once as cores"
	argonEnd = "argon2id alone, once more at the end"
	sync64   = "64 KB written and fsynced, nothing else"
	sealed   = "sealed, written, fsynced: no argon2id, no HTTP"
	text     = "report, 34 KB of text"
	photo    = "report with a photo of 5 MB"
	back     = "come back with a code"
)

// timed runs do for so many at once until the time is over, and takes how long each
// run of it took.
func (b *bench) timed(name string, clients int, do func(client, n int) error) (line, error) {
	b.forget()
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var all sync.WaitGroup
	began := time.Now()
	for c := range clients {
		all.Go(func() {
			for n := 0; n == 0 || time.Since(began) < b.time; n++ {
				from := time.Now()
				err := do(c, n)
				mu.Lock()
				took = append(took, time.Since(from))
				failed = errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	whole := time.Since(began)
	slices.Sort(took)
	at := func(share float64) time.Duration { return took[int(share*float64(len(took)-1))] }
	l := line{name: name, clients: clients, rate: float64(len(took)) / whole.Seconds(), p50: at(0.5), p95: at(0.95)}
	return l, failed
}

// measure adds a line, of the door's work or not.
func (b *bench) measure(name string, clients int, door bool, do func(client, n int) error) error {
	l, err := b.timed(name, clients, do)
	if err != nil {
		return fmt.Errorf("%s, %d at once: %w", name, clients, err)
	}
	if door {
		l.resident = b.resident()
	}
	b.lines = append(b.lines, l)
	fmt.Printf("%-50s %4d  %8.1f/s  p50 %8s  p95 %8s  %4d MiB\n", name, clients, l.rate, round(l.p50), round(l.p95), l.resident>>20)
	return nil
}

func (b *bench) all(ctx context.Context) error {
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		b.load, _, _ = strings.Cut(string(text), " ")
	}
	stop, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer stop()
	hash := func(int, int) error {
		code, err := seal.NewReceipt(rand.Reader)
		if err == nil {
			_, err = code.Keys(b.public.Salt, seal.International)
		}
		return err
	}
	if err := b.measure(argon, runtime.NumCPU(), false, hash); err != nil {
		return err
	}
	if err := b.written(); err != nil {
		return err
	}
	if err := b.door(ctx); err != nil {
		return err
	}
	if err := b.measure(argonEnd, runtime.NumCPU(), false, hash); err != nil {
		return err
	}
	return b.mustBeStored()
}

// door measures what people do at the door.
func (b *bench) door(ctx context.Context) error {
	var mu sync.Mutex
	report := func(photo []byte) func(int, int) error {
		return func(client, n int) error {
			receipt, err := b.report(ctx, fmt.Sprintf("%d-%d ", client, n), photo)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				b.receipts = append(b.receipts, receipt)
				b.stored++
			}
			return err
		}
	}
	for _, n := range b.clients {
		if err := b.measure(text, n, true, report(nil)); err != nil {
			return err
		}
	}
	many := min(16, b.clients[len(b.clients)-1])
	picture := make([]byte, 5<<20)
	if _, err := rand.Read(picture); err != nil {
		return err
	}
	if err := b.measure(photo, many, true, report(picture)); err != nil {
		return err
	}
	return b.measure(back, many, true, func(client, n int) error {
		body, err := b.post(ctx, "/return", http.StatusOK, "receipt", b.receipts[(client*1000+n)%len(b.receipts)], nil)
		if err == nil && !bytes.Contains(body, []byte(`"received"`)) {
			err = errors.New("the code is not known")
		}
		return err
	})
}

// written measures the disk, and the sealed way to it.
func (b *bench) written() error {
	block := make([]byte, 64<<10)
	err := b.measure(sync64, 1, false, func(int, int) error {
		name := filepath.Join(b.dir, "block")
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		_, err = f.Write(block)
		return errors.Join(err, f.Sync(), f.Close(), os.Remove(name))
	})
	if err != nil {
		return err
	}
	own, err := spool.OpenDir(filepath.Join(b.dir, "alone"), 0)
	if err != nil {
		return err
	}
	text := long("")
	return b.measure(sealed, min(16, b.clients[len(b.clients)-1]), false, func(int, int) error {
		lookup := rand.Text()
		d := own.Begin(lookup)
		defer d.Drop()
		e, err := seal.NewEnvelope(d, rand.Reader, b.public.Intake)
		if err == nil {
			err = e.Close(&seal.Report{Kind: seal.ReportKind, What: text, Lookup: lookup})
		}
		if err == nil {
			err = d.KeepReport(lookup)
		}
		return err
	})
}

// open starts the door's program on a fresh spool.
func (b *bench) open(ctx context.Context) (stop func(), err error) {
	if b.public, _, err = seal.NewDoor(rand.Reader, seal.International); err != nil {
		return nil, err
	}
	key := filepath.Join(b.dir, "door.pub")
	if err := os.WriteFile(key, []byte(b.public.Text()), 0o600); err != nil {
		return nil, err
	}
	if b.spool, err = spool.OpenDir(filepath.Join(b.dir, "spool"), 0); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, b.program, "serve", "--json", "--listen", "127.0.0.1:0", "--spool", filepath.Join(b.dir, "spool"), "--office-key", key)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	var ready struct{ Address string }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&ready); err != nil {
		stop()
		return nil, fmt.Errorf("the door did not start: %w", err)
	}
	b.address, b.pid = ready.Address, cmd.Process.Pid
	b.web = &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	return stop, nil
}

// long is 34 KB of text.
func long(name string) string {
	return name + strings.Repeat("河边堆放垃圾，气味很大。", 960)
}

func (b *bench) report(ctx context.Context, name string, picture []byte) (receipt string, err error) {
	body, err := b.post(ctx, "/report", http.StatusCreated, "what", long(name), picture)
	if err != nil {
		return "", err
	}
	var got struct{ Receipt string }
	return got.Receipt, json.Unmarshal(body, &got)
}

func (b *bench) post(ctx context.Context, path string, want int, field, value string, picture []byte) ([]byte, error) {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	err := w.WriteField(field, value)
	sent := io.Reader(&head)
	size := int64(0)
	if picture != nil {
		_, e := w.CreateFormFile("files", "现场.jpg")
		tail := "\r\n--" + w.Boundary() + "--\r\n"
		sent, size = io.MultiReader(&head, bytes.NewReader(picture), strings.NewReader(tail)), int64(head.Len()+len(picture)+len(tail))
		err = errors.Join(err, e)
	} else {
		err = errors.Join(err, w.Close())
		size = int64(head.Len())
	}
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.address+path, sent)
	if err != nil {
		return nil, err
	}
	r.ContentLength = size
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept", "application/json")
	a, err := b.web.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != want {
		err = fmt.Errorf("answered with %s", a.Status)
	}
	return body, err
}

// mustBeStored compares what was acknowledged with what lies in the spool.
func (b *bench) mustBeStored() error {
	list, err := b.spool.Waiting()
	if err == nil && len(list) != b.stored {
		err = fmt.Errorf("%d reports were acknowledged, %d are stored", b.stored, len(list))
	}
	return err
}

// forget has the kernel forget the most memory the door ever had.
func (b *bench) forget() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", b.pid), []byte("5"), 0) // without it the figure is of all lines so far
}

// resident is the most memory the door had since forget, in bytes.
func (b *bench) resident() (n int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	_, _ = fmt.Sscan(rest, &n) // 0 where the kernel does not say
	return n << 10
}
