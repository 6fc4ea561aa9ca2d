package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shouhu/internal/store"
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

// While the disk is full nothing is lost and whoever writes is told so; when there
// is room again, writing goes on.
func TestDiskFull(t *testing.T) {
	disk := t.TempDir()
	if os.Getuid() != 0 {
		t.Skip("needs root, to make a small disk")
	}
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be made here: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", disk).CombinedOutput(); err != nil { //nolint:noctx // after the test
			t.Errorf("%s", out)
		}
	})
	dir := filepath.Join(disk, "office")
	busyOffice(t, dir)
	w := startWriter(t, dir, "", "a")
	w.next(t, "note ")
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 1<<16); err == nil; {
		_, err = f.Write(block)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if refused := w.next(t, "refused "); !strings.HasPrefix(refused, "refused busy") || !strings.Contains(refused, "磁盘") || !strings.Contains(refused, "满") {
		t.Errorf("with the disk full: %s", refused)
	}
	if out, said, status := shouhu(t, "backup", "--data", dir, filepath.Join(disk, "b.tar")); status != 2 || !strings.Contains(said, "磁盘已满") || out != "" {
		t.Errorf("backup onto a full disk: %d %s%s", status, out, said)
	}
	if left, _ := filepath.Glob(filepath.Join(disk, ".writing-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
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
	w := startWriter(t, from, "", "a")
	w.next(t, "note ")
	saved := append([]string{}, w.kill()...)
	w = startWriter(t, from, "", "b")
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
