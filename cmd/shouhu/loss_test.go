package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shouhu/internal/audit"
	"shouhu/internal/desk"
	"shouhu/internal/store"
)

// outside is a public door with its office, ferries between them, and people who
// report. Any of the programs may be killed at any time.
type outside struct {
	testing.TB
	data, spool, program string
	door, office         *office
	address              atomic.Value // of the door, as a string
	ferry                atomic.Pointer[os.Process]
	web                  *http.Client
	mu                   sync.Mutex
	told                 []told
	refused              atomic.Int64 // posts that were not acknowledged
}

// told is a report that was acknowledged.
type told struct {
	name, receipt string
	text          [sha256.Size]byte
	photo         string // SHA-256 of the file; empty: none
}

func newOutside(tb testing.TB, spool, data string) *outside {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "portal")
	if out, err := exec.CommandContext(tb.Context(), "go", "build", "-o", program, "shouhu/cmd/portal").CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	if _, said, status := shouhu(tb, "init", "--yes", "--data", data, "--office", "示例院"); status != 0 {
		tb.Fatal(said)
	}
	o := &outside{TB: tb, data: data, spool: spool, program: program, web: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	o.inside(func(s *store.Store, _ *desk.Desk) {
		err := s.Write(tb.Context(), time.Now(), func(tx *store.Tx) error {
			p, err := tx.Person(1)
			if err != nil {
				return err
			}
			p.Roles = "clue-officer chief head"
			if err := tx.Change(p); err != nil {
				return err
			}
			return tx.Record(audit.Entry{Actor: "test", Office: "1", Action: "begin_test", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "person", ID: "1"}})
		})
		if err != nil {
			tb.Fatal(err)
		}
	})
	return o
}

// inside looks into the office beside its programs.
func (o *outside) inside(look func(*store.Store, *desk.Desk)) {
	o.Helper()
	f, err := data{Data: o.data}.open()
	if err != nil {
		o.Fatal(err)
	}
	s, d, err := f.attach(o.Context(), overlay{})
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	look(s, d)
}

func (o *outside) openDoor(flags ...string) {
	o.Helper()
	var err error
	args := append([]string{"serve", "--json", "--listen", "127.0.0.1:0", "--spool", o.spool, "--office-key", filepath.Join(o.data, doorFile)}, flags...)
	if o.door, err = startServing(exec.Command(o.program, args...), ""); err != nil {
		o.Fatal(err)
	}
	o.address.Store(o.door.address)
	o.Cleanup(o.door.kill)
}

func (o *outside) openOffice() {
	o.Helper()
	var err error
	if o.office, err = startOffice(context.Background(), []string{"--json", "--data", o.data, "--spool", o.spool}, ""); err != nil {
		o.Fatal(err)
	}
	o.Cleanup(o.office.kill)
}

// ferries starts one ferry after the other until ctx ends.
func (o *outside) ferries(ctx context.Context) {
	for ctx.Err() == nil {
		cmd := exec.Command("shouhu", "ferry", "--json", "--data", o.data, "--spool", o.spool)
		if err := cmd.Start(); err != nil {
			o.Error(err)
			return
		}
		o.ferry.Store(cmd.Process)
		_ = cmd.Wait() // it may have been killed; the next one carries on
	}
}

// post sends a form and gives the answer's status, Retry-After and body.
func (o *outside) post(ctx context.Context, path string, asJSON bool, fields [][2]string, photo []byte) (status int, h http.Header, body []byte, err error) {
	var sent bytes.Buffer
	w := multipart.NewWriter(&sent)
	for _, f := range fields {
		err = errors.Join(err, w.WriteField(f[0], f[1]))
	}
	if photo != nil {
		part, e := w.CreateFormFile("files", "现场.jpg")
		if e == nil {
			_, e = part.Write(photo)
		}
		err = errors.Join(err, e)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return 0, nil, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.address.Load().(string)+path, &sent)
	if err != nil {
		return 0, nil, nil, err
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	if asJSON {
		r.Header.Set("Accept", "application/json")
	}
	a, err := o.web.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = a.Body.Close() }()
	body, err = io.ReadAll(a.Body)
	return a.StatusCode, a.Header, body, err
}

// long is 34 KB of text that begins with a name.
func long(name string) string {
	return name + " " + strings.Repeat("河边堆放垃圾，气味很大。", 1000)
}

// photo is a picture of 5 MB that no other report has.
func photo(name string) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		panic(err) // a buffer takes everything
	}
	rest := make([]byte, 5<<20-b.Len())
	_, _ = rand.NewChaCha8(sha256.Sum256([]byte(name))).Read(rest) // it never fails
	return append(b.Bytes(), rest...)
}

// report sends one, and remembers it where it was acknowledged.
func (o *outside) report(ctx context.Context, name string, withPhoto bool) (ok bool) {
	t := told{name: name}
	text := long(name)
	t.text = sha256.Sum256([]byte(text))
	var picture []byte
	if withPhoto {
		picture = photo(name)
		sum := sha256.Sum256(picture)
		t.photo = hex.EncodeToString(sum[:])
	}
	status, _, body, err := o.post(ctx, "/report", true, [][2]string{{"what", text}}, picture)
	var got struct{ Receipt string }
	switch {
	case err != nil || status == http.StatusServiceUnavailable:
		o.refused.Add(1)
		return false
	case status != http.StatusCreated || json.Unmarshal(body, &got) != nil:
		o.Errorf("%s is answered with %d", name, status)
		return false
	}
	t.receipt = got.Receipt
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, t)
	return true
}

// comeBack asks with the code of a report. Where the door is there at all it knows
// the code.
func (o *outside) comeBack(ctx context.Context, t told) (state string) {
	status, _, body, err := o.post(ctx, "/return", true, [][2]string{{"receipt", t.receipt}}, nil)
	if err != nil || status == http.StatusServiceUnavailable {
		return ""
	}
	var page struct{ State string }
	if err := json.Unmarshal(body, &page); err != nil || status != http.StatusOK {
		o.Errorf("%s was acknowledged, and its code is answered with %d", t.name, status)
	}
	return page.State
}

// people report, each one after the other, until told to stop; now and then one comes
// back.
func (o *outside) people(ctx context.Context, n int, phase string, r *rand.Rand) (wait func()) {
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	for person := range n {
		own := rand.New(rand.NewPCG(r.Uint64(), uint64(person)))
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if !o.report(context.WithoutCancel(ctx), fmt.Sprintf("report-%s-%d-%d", phase, person, i), person == 0) {
					time.Sleep(20 * time.Millisecond)
				}
				if own.IntN(5) == 0 {
					o.mu.Lock()
					var back told
					if len(o.told) > 0 {
						back = o.told[own.IntN(len(o.told))]
					}
					o.mu.Unlock()
					if back.receipt != "" {
						o.comeBack(context.WithoutCancel(ctx), back)
					}
				}
			}
		})
	}
	return func() { stop(); all.Wait() }
}

// mustHaveAll fails where a report that was acknowledged is not in the office exactly
// once, whole, or its reporter cannot come back; or anything does not match.
func (o *outside) mustHaveAll() {
	o.Helper()
	for range 3 { // the last may still have been at work
		if out, said, status := shouhu(o, "ferry", "--json", "--data", o.data, "--spool", o.spool); status != 0 {
			o.Fatalf("ferry: %d\n%s%s", status, out, said)
		}
	}
	for _, dir := range []string{"in", "refused"} {
		if left, err := filepath.Glob(filepath.Join(o.spool, dir, "*")); err != nil || len(left) > 0 {
			o.Errorf("%d envelopes lie in %s/, %v", len(left), dir, err)
		}
	}
	if out, said, status := shouhu(o, "fsck", "--data", o.data); status != 0 {
		o.Errorf("fsck: %d\n%s%s", status, out, said)
	}
	type clue struct {
		times  int
		text   [sha256.Size]byte
		photos []string
	}
	there := map[string]*clue{}
	o.inside(func(s *store.Store, d *desk.Desk) {
		var rows []store.Clue
		err := s.Read(o.Context(), func(v *store.View) (err error) {
			rows, err = v.CluesAfter(0, 1_000_000)
			return err
		})
		if err != nil {
			o.Fatal(err)
		}
		for i := range rows {
			f, err := d.ShowClue(o.Context(), desk.Who{Person: 1}, rows[i].MatterID)
			if err != nil {
				o.Fatal(err)
			}
			name, _, _ := strings.Cut(f.Clue.What, " ")
			c := there[name]
			if c == nil {
				c = &clue{}
				there[name] = c
			}
			c.times++
			c.text = sha256.Sum256([]byte(f.Clue.What))
			for j := range f.Files {
				c.photos = append(c.photos, f.Files[j].SHA256)
			}
		}
	})
	for name, c := range there {
		if c.times > 1 {
			o.Errorf("%s is in the office %d times", name, c.times)
		}
	}
	var all sync.WaitGroup
	turns := make(chan struct{}, 4)
	for _, t := range o.told {
		c := there[t.name]
		switch {
		case c == nil:
			o.Errorf("%s was acknowledged, and is not in the office", t.name)
			continue
		case c.text != t.text, t.photo != "" && (len(c.photos) != 1 || c.photos[0] != t.photo):
			o.Errorf("%s is not whole: photos %v", t.name, c.photos)
		}
		all.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			if state := o.comeBack(o.Context(), t); state != "registered" {
				o.Errorf("%s: its code shows %q", t.name, state)
			}
		})
	}
	all.Wait()
}

// However often door, ferries and office are killed while people report, every
// report that was acknowledged is in the office once, whole, and its reporter can
// come back. SHOUHU_KILLS says how often, SHOUHU_SEED when.
func TestKilledWhileReported(t *testing.T) {
	kills, seed, crowds := 6, uint64(1), []int{1, 2, 4, 16, 64}
	if n, err := strconv.Atoi(os.Getenv("SHOUHU_KILLS")); err == nil {
		kills, crowds = n, append(crowds, 256)
	}
	if n, err := strconv.ParseUint(os.Getenv("SHOUHU_SEED"), 10, 64); err == nil {
		seed = n
	}
	r := rand.New(rand.NewPCG(seed, 0))
	o := newOutside(t, filepath.Join(t.TempDir(), "spool"), filepath.Join(t.TempDir(), "office"))
	o.openDoor()
	o.openOffice()
	ctx, stop := context.WithCancel(t.Context())
	var ferries sync.WaitGroup
	ferries.Go(func() { o.ferries(ctx) })
	victims := map[string]int{}
	for n, crowd := range crowds {
		wait := o.people(ctx, crowd, strconv.Itoa(crowd), r)
		for range (kills + n) / len(crowds) {
			time.Sleep(time.Duration(100+r.IntN(500)) * time.Millisecond)
			victim := []string{"door", "ferry", "office"}[r.IntN(3)]
			victims[victim]++
			switch victim {
			case "door":
				o.door.kill()
				o.openDoor()
			case "ferry":
				_ = o.ferry.Load().Kill() // it may have ended just now
			case "office":
				o.office.kill()
				o.openOffice()
			}
		}
		wait()
	}
	stop()
	ferries.Wait()
	if err := o.office.stop(); err != nil {
		t.Log(err) // what the log says of a full queue or a lost race is no loss
	}
	o.mustHaveAll()
	t.Logf("seed %d, killed %v, %d reports acknowledged, %d not; all of the acknowledged are there", seed, victims, len(o.told), o.refused.Load())
	if len(o.told) == 0 || len(victims) == 0 {
		t.Error("nothing was tried")
	}
}
