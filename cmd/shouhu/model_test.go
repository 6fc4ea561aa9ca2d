package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"shouhu/internal/testengine"
)

// TestModelScripts runs the model command with the real engine.
func TestModelScripts(t *testing.T) {
	program := testengine.Program(t)
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/model",
		Setup: func(e *testscript.Env) error { e.Setenv("ENGINE", program); return nil },
	})
}

// The office stays pure Go: DuckDB is in the engine only.
func TestOfficeIsPureGo(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "./")
	list.Env = append(list.Environ(), "CGO_ENABLED=0")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for dep := range strings.FieldsSeq(string(out)) {
		if strings.Contains(dep, "duckdb") || dep == "runtime/cgo" {
			t.Errorf("the office depends on %s", dep)
		}
	}
}
