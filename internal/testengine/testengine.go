// Package testengine gives tests the program bin/engine. For tests only: it must
// not know what they ask it.
package testengine

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Program builds bin/engine, where it is not built from these sources already,
// and gives its path. Packages tested side by side wait for each other. Where it
// cannot be built, for want of g++, the test is skipped and says so.
func Program(t testing.TB) string {
	t.Helper()
	root, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(root, "go.mod")); missing == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("no go.mod above the test")
		}
		root = filepath.Dir(root)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("bin/engine needs g++ to be built")
	}
	program := filepath.Join(root, "bin", "engine")
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(filepath.Join(root, "bin", ".engine.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }() // which also opens the lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./cmd/engine")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build bin/engine: %v\n%s", err, out)
	}
	return program
}
