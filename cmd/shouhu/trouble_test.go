package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shouhu/internal/store"
	"shouhu/internal/testdb"
)

// tamper runs a statement on an embedded store past the office.
func tamper(file, statement string) error {
	s, err := store.Attach(context.Background(), file)
	if err != nil {
		return err
	}
	_, err = s.Writer().ExecContext(context.Background(), statement)
	return errors.Join(err, s.Close())
}

// smallDisk is a disk of so many megabytes; the test is skipped where none can be made.
func smallDisk(tb testing.TB, megabytes int) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	if os.Getuid() != 0 {
		tb.Skip("needs root, to make a small disk")
	}
	if out, err := exec.CommandContext(tb.Context(), "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm", megabytes), "tmpfs", dir).CombinedOutput(); err != nil {
		tb.Skipf("a small disk cannot be made here: %s", out)
	}
	tb.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			tb.Errorf("%s", out)
		}
	})
	return dir
}

// fill takes all the room of a disk but for some bytes, until it is given back.
func fill(tb testing.TB, disk string, but int64) (giveBack func()) {
	tb.Helper()
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		tb.Fatal(err)
	}
	size := int64(0)
	for block := make([]byte, 1<<12); err == nil; {
		var n int
		n, err = f.Write(block)
		size += int64(n)
	}
	if err := errors.Join(f.Truncate(max(size-but, 0)), f.Close()); err != nil {
		tb.Fatal(err)
	}
	return func() {
		tb.Helper()
		if err := os.Remove(filler); err != nil {
			tb.Fatal(err)
		}
	}
}

// While the disk is full nothing is lost and whoever writes is told so; when there
// is room again, writing goes on.
func TestDiskFull(t *testing.T) {
	disk := smallDisk(t, 24)
	dir := filepath.Join(disk, "office")
	busyOffice(t, dir)
	w := startWriter(t, dir, "a")
	w.next(t, "note ")
	giveBack := fill(t, disk, 0)
	if refused := w.next(t, "refused "); !strings.HasPrefix(refused, "refused busy") || !strings.Contains(refused, "磁盘") || !strings.Contains(refused, "满") {
		t.Errorf("with the disk full: %s", refused)
	}
	if out, said, status := shouhu(t, "backup", "--data", dir, filepath.Join(disk, "b.tar")); status != 2 || !strings.Contains(said, "磁盘已满") || out != "" {
		t.Errorf("backup onto a full disk: %d %s%s", status, out, said)
	}
	if left, _ := filepath.Glob(filepath.Join(disk, ".writing-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	giveBack()
	n := len(w.all)
	w.next(t, "note ")
	t.Logf("refused until line %d, saved again at line %d", n, len(w.all))
	mustHold(t, dir, w.kill())
}

// A backup made while people write restores to an office in which everything
// matches.
func TestBackupUnderLoad(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "office")
	busyOffice(t, from)
	w := startWriter(t, from, "a")
	w.next(t, "note ")
	saved := append([]string{}, w.kill()...)
	w = startWriter(t, from, "b")
	w.next(t, "note ")
	file := filepath.Join(dir, "office.tar")
	if _, said, status := shouhu(t, "backup", "--data", from, file); status != 0 {
		t.Fatal(said)
	}
	w.next(t, "note ") // it still writes
	into := filepath.Join(dir, "restored")
	if out, said, status := shouhu(t, "restore", "--data", into, file); status != 0 {
		t.Fatalf("%d %s%s", status, out, said)
	}
	mustHold(t, into, saved)
	mustHold(t, from, w.kill())
}

// On PostgreSQL the same office runs, twice at once; killed while writing it loses
// nothing; its backup restores into the embedded store, and back.
func TestOnPostgres(t *testing.T) {
	url := testdb.Postgres(t)
	dir := t.TempDir()
	from := filepath.Join(dir, "office")
	busyOffice(t, from, "--database", url)
	a, err := startOffice(t.Context(), []string{"--json", "--data", from}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.kill)
	b, err := startOffice(t.Context(), []string{"--json", "--data", from}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.kill)
	w := startWriter(t, from, "a")
	w.next(t, "note ")
	file := filepath.Join(dir, "office.tar")
	if _, said, status := shouhu(t, "backup", "--data", from, file); status != 0 {
		t.Fatal(said)
	}
	w.next(t, "note ")
	mustHold(t, from, w.kill())
	for _, o := range []*office{a, b} {
		if _, status, err := fetch(o.address + "/healthz"); err != nil || status != "200" {
			t.Errorf("%s, %v", status, err)
		}
		if err := o.stop(); err != nil {
			t.Error(err)
		}
	}
	if _, said, status := shouhu(t, "restore", "--data", filepath.Join(dir, "over"), "--database", url, file); status != 2 || !strings.Contains(said, "不是空的") {
		t.Errorf("over a database in use: %d %s", status, said)
	}
	embedded, back := filepath.Join(dir, "embedded"), filepath.Join(dir, "back.tar")
	other := testdb.Postgres(t)
	for _, args := range [][]string{
		{"restore", "--data", embedded, file}, {"backup", "--data", embedded, back}, {"restore", "--data", filepath.Join(dir, "again"), "--database", other, back},
	} {
		if out, said, status := shouhu(t, args...); status != 0 {
			t.Fatalf("%v: %d %s%s", args, status, out, said)
		}
	}
}

// When PostgreSQL goes away, whoever writes is told that the database does not
// answer, /healthz says so, and when it is back the office goes on by itself.
func TestPostgresGone(t *testing.T) {
	where := t.TempDir()
	script, err := filepath.Abs("../../scripts/postgres.sh")
	if err != nil {
		t.Fatal(err)
	}
	testdb.Postgres(t) // skips where there is none
	// A server of its own: others need theirs.
	if err := os.Chmod(filepath.Dir(where), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), script, "start", where).Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command(script, "stop", where).Run() })
	url := strings.TrimSpace(string(out))
	dir := filepath.Join(t.TempDir(), "office")
	busyOffice(t, dir, "--database", url)
	o, err := startOffice(t.Context(), []string{"--json", "--data", dir}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.kill)
	w := startWriter(t, dir, "a")
	w.next(t, "note ")
	signal := func(name string) {
		t.Helper()
		pid, err := os.ReadFile(filepath.Join(where, "data", "postmaster.pid"))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(pid), "\n")
		if out, err := exec.CommandContext(t.Context(), "kill", "-"+name, first).CombinedOutput(); err != nil {
			t.Fatalf("%s", out)
		}
	}
	signal("INT") // a fast stop
	if refused := w.next(t, "refused "); !strings.HasPrefix(refused, "refused busy") || !strings.Contains(refused, "没有应答") {
		t.Errorf("with the server gone: %s", refused)
	}
	if _, status, err := fetch(o.address + "/healthz"); err != nil || status != "503" {
		t.Errorf("/healthz: %s, %v", status, err)
	}
	if _, said, status := shouhu(t, "fsck", "--data", dir); status != 2 || !strings.Contains(said, "没有应答") {
		t.Errorf("fsck: %d %s", status, said)
	}
	if out, err := exec.CommandContext(t.Context(), script, "restart", where).CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	w.next(t, "note ")
	if _, status, err := fetch(o.address + "/healthz"); err != nil || status != "200" {
		t.Errorf("/healthz after: %s, %v", status, err)
	}
	mustHold(t, dir, w.kill())
}
