package models_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shouhu/internal/analysis"
	"shouhu/internal/table"
	"shouhu/internal/testengine"
	"shouhu/internal/wire"
)

// An engine that is killed in the middle of its answer, or whose answer is cut short,
// gives one clear error and no hits: never those that had come.
func TestEngineDies(t *testing.T) {
	engine := testengine.Program(t)
	var penalties *analysis.Model
	for _, m := range load(t) {
		if m.Name == "repeat-penalties" {
			penalties = m
		}
	}
	var text bytes.Buffer
	text.WriteString("信用代码\t当事人\t决定书文号\t案由\t处罚机关\t处罚日期\t决定状态\n")
	for i := range 4000 { // an answer well beyond what a pipe holds
		for j := range 2 {
			_, _ = fmt.Fprintf(&text, "91990000MA%08d\t%d厂\t罚%d-%d\t标签不符\t某局\t2025-03-%02d\t有效\n", i, i, i, j, 5+j)
		}
	}
	run := func(program string) (*analysis.Hits, error) {
		set, err := table.Open(t.Context(), []table.File{{Name: "p.tsv", Size: int64(text.Len()), Bytes: bytes.NewReader(text.Bytes())}}, table.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return penalties.Do(t.Context(), analysis.Run{Tables: map[string]*table.Set{"penalties": set}, Asker: analysis.DuckDB{Program: program, Memory: 256 << 20}})
	}
	if hits, err := run(engine); err != nil || len(hits.Hits) != 4000 {
		t.Fatalf("the engine itself: %v", err)
	}
	script := func(lines string) string {
		path := filepath.Join(t.TempDir(), "engine")
		if err := os.WriteFile(path, []byte("#!/bin/bash\nexport PATH=/usr/bin:/bin\n"+strings.ReplaceAll(lines, "ENGINE", "'"+engine+"'")+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for what, lines := range map[string]string{
		// The rest of the answer does not fit into the pipe: it is still being written.
		"killed in mid-answer": `exec 4<&0; exec 3< <(exec ENGINE <&4); head -c 2000 <&3; kill -9 $!`,
		"cut short":            `ENGINE | head -c 100000`,
		"cut in the last line": `ENGINE | head -c -8`,
		"dead from the start":  `exit 1`,
		"killed by a signal":   `kill -9 $$`,
	} {
		hits, err := run(script(lines))
		if hits != nil || !errors.Is(err, error(wire.ErrNoEnd)) || !strings.Contains(err.Error(), "中途退出，没有结果") {
			t.Errorf("%s: %v, hits %v", what, err, hits != nil)
		}
	}
}
