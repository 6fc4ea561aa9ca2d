package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"shouhu/internal/audit"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// writer is a program of its own: it opens an office and writes through its desk, a
// note and a file at a time, and says each number when the desk said it is saved.
// Where there is no room it says so, waits, and tries again.
func writer() {
	f, err := data{Data: os.Args[1]}.open()
	if err == nil {
		err = writeOn(f)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func writeOn(f *folder) error {
	ctx := context.Background()
	s, d, err := f.attach(ctx, overlay{})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	who, from := desk.Who{Person: 1}, os.Args[2]
	for n := 0; ; n++ {
		text := fmt.Sprintf("note %s-%d", from, n)
		err := d.AddNote(ctx, who, 1, text)
		if err == nil {
			_, err = d.AttachFile(ctx, who, desk.Upload{Matter: 1, Kind: "photo", Name: text + ".jpg", Bytes: strings.NewReader(strings.Repeat(text, 2000))})
		}
		if err != nil {
			fmt.Println("refused", pil.CodeOf(err), err)
			time.Sleep(20 * time.Millisecond)
			continue
		}
		fmt.Println(text)
	}
}

// busyOffice is an office with one person and one matter to write on.
func busyOffice(tb testing.TB, dir string, flags ...string) {
	tb.Helper()
	if _, said, status := shouhu(tb, append([]string{"init", "--yes", "--data", dir, "--office", "示例院"}, flags...)...); status != 0 {
		tb.Fatal(said)
	}
	f, err := data{Data: dir}.open()
	if err != nil {
		tb.Fatal(err)
	}
	s, d, err := f.attach(tb.Context(), overlay{})
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	err = s.Write(tb.Context(), time.Now(), func(tx *store.Tx) error {
		p, err := tx.Person(1)
		if err != nil {
			return err
		}
		p.Roles, p.Procurator = "prosecutor", true
		if err := tx.Change(p); err != nil {
			return err
		}
		if err := tx.Add(&store.Matter{Kind: store.KindCase, OfficeID: 1, Field: "个人信息", Region: "11"},
			&store.Assignment{MatterID: 1, PersonID: 1, Lead: true}); err != nil {
			return err
		}
		return tx.Record(audit.Entry{Actor: "test", Office: "1", Action: "begin_test", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "matter", ID: "1"}})
	})
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := d.Rebuild(tb.Context(), nil); err != nil {
		tb.Fatal(err)
	}
}

// writing is a writer at work.
type writing struct {
	cmd  *exec.Cmd
	said chan string
	all  []string // said so far, when it is over
}

func startWriter(tb testing.TB, dir, from string) *writing {
	tb.Helper()
	w := &writing{cmd: exec.Command("writer", dir, from), said: make(chan string, 1<<16)}
	w.cmd.Stderr = os.Stderr
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() {
		defer close(w.said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			w.said <- lines.Text()
		}
	}()
	tb.Cleanup(func() { w.kill() })
	return w
}

// next waits for the writer to say something that begins so.
func (w *writing) next(tb testing.TB, prefix string) string {
	tb.Helper()
	late := time.After(60 * time.Second)
	for {
		select {
		case line, ok := <-w.said:
			if !ok {
				tb.Fatalf("the writer is gone, waiting for %q", prefix)
			}
			w.all = append(w.all, line)
			if strings.HasPrefix(line, prefix) {
				return line
			}
		case <-late:
			tb.Fatalf("the writer did not say %q in a minute", prefix)
		}
	}
}

// kill ends the writer in the middle of things and gives the notes it had said.
func (w *writing) kill() (saved []string) {
	if w.cmd.ProcessState == nil {
		_ = w.cmd.Process.Kill()
		for line := range w.said {
			w.all = append(w.all, line)
		}
		_ = w.cmd.Wait()
	}
	for _, line := range w.all {
		if strings.HasPrefix(line, "note ") {
			saved = append(saved, line)
		}
	}
	return saved
}

// mustHold fails where fsck finds anything, or a note or file that was said to be
// saved is not there.
func mustHold(tb testing.TB, dir string, saved []string) {
	tb.Helper()
	if out, said, status := shouhu(tb, "fsck", "--data", dir); status != 0 {
		tb.Fatalf("fsck: %d\n%s%s", status, out, said)
	}
	f, err := data{Data: dir}.open()
	if err != nil {
		tb.Fatal(err)
	}
	s, err := store.Attach(tb.Context(), f.where)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	there := map[string]bool{}
	err = s.Read(tb.Context(), func(v *store.View) error {
		notes, err := v.Notes(1)
		for i := range notes {
			there[notes[i].Text] = true
		}
		if err != nil {
			return err
		}
		files, err := v.Files(1)
		for i := range files {
			there[files[i].Name] = true
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	for _, note := range saved {
		if !there[note] || !there[note+".jpg"] {
			tb.Errorf("%s was said to be saved, and is not there", note)
		}
	}
}

// However often the office is killed in the middle of writing, what was said to be
// saved is there, and everything matches. SHOUHU_KILLS says how often.
func TestKilledWhileWriting(t *testing.T) {
	kills := 5
	if n, err := strconv.Atoi(os.Getenv("SHOUHU_KILLS")); err == nil {
		kills = n
	}
	dir := filepath.Join(t.TempDir(), "office")
	busyOffice(t, dir)
	var saved []string
	for n := range kills {
		w := startWriter(t, dir, strconv.Itoa(n))
		w.next(t, "note ")
		time.Sleep(rand.N(300 * time.Millisecond))
		saved = append(saved, w.kill()...)
		mustHold(t, dir, saved)
	}
	t.Logf("killed %d times, %d notes and files said to be saved, all there", kills, len(saved))
}
