package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"shouhu": main, "writer": writer})
}

// TestScripts runs the program as its users call it; each script tells one
// story of the contract.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: officeCmds,
		Setup: func(e *testscript.Env) error {
			e.Setenv("CASES", filepath.Join(root, "testdata", "cases"))
			return os.WriteFile(filepath.Join(e.WorkDir, "long.yaml"), longEvent(), 0o600)
		},
	})
}

// longEvent is a timeline with an event text of two megabytes.
func longEvent() []byte {
	text := make([]byte, 0, 2<<20+64)
	text = append(text, "id: L\nevents:\n  - {date: 2021-08, event: 立案}\n  - {date: 2021-09, event: "...)
	for len(text) < 2<<20 {
		text = append(text, "检察建议"...)
	}
	return append(text, "}\n"...)
}
