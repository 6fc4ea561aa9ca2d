package house

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// Written in pieces, so that this file keeps its own rules.
var (
	machinePath = regexp.MustCompile(`(?:^|[^A-Za-z0-9_./-])/(?:wor` + `k|roo` + `t|hom` + `e)/`)
	halfWidth   = regexp.MustCompile(`[\p{Han}”」）】》][,;:?!][\p{Han}“「（《]`)
	registry    = regexp.MustCompile(`proxy\.gola` + `ng\.org|registry\.np` + `mjs\.org|deb\.debi` + `an\.org`)
)

func TestTexts(t *testing.T) {
	dir := root(t)
	tree := os.DirFS(dir)
	for _, name := range tracked(t, dir) {
		text, err := fs.ReadFile(tree, name)
		if os.IsNotExist(err) {
			continue // removed, and git not yet told
		}
		if err != nil {
			t.Error(err)
			continue
		}
		report(t, textFaults(name, text))
	}
}

// tracked lists the files git holds or would hold; without git, every file.
func tracked(t *testing.T, dir string) (names []string) {
	t.Helper()
	git := exec.Command("git", "-C", dir, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if out, err := git.Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	}
	walk(t, os.DirFS(dir), func(name string) { names = append(names, name) })
	return names
}

// textFaults lists what a text file may not contain. A file with a NUL byte or
// in another encoding than UTF-8 is data and is left alone.
func textFaults(name string, text []byte) (faults []string) {
	if bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text) {
		return nil
	}
	for i, line := range bytes.Split(text, []byte("\n")) {
		for _, rule := range []struct {
			broken bool
			what   string
		}{
			{bytes.IndexByte(line, '\r') >= 0, "a carriage return: lines end in LF"},
			{machinePath.Match(line), "a path of one machine"},
			{registry.Match(line), "the host of a package registry"},
			{!strings.Contains(name, "testdata/") && halfWidth.Match(line), "half-width punctuation inside a Chinese sentence"},
		} {
			if rule.broken {
				faults = append(faults, fmt.Sprintf("%s:%d: %s", name, i+1, rule.what))
			}
		}
	}
	return faults
}

// The rules catch what they are for.
func TestTextRules(t *testing.T) {
	for text, want := range map[string]int{
		"a\nb\n":                          0,
		"a\r\nb\r\n":                      2,
		"cd /wor" + "k/main":              1,
		"在/hom" + "e/某人/":                 1,
		"https://example.org/wor" + "k/":  0,
		"internal/wor" + "k/":             0,
		"https://registry.np" + "mjs.org": 1,
		"\xce\xd2 GB18030\r\n":            0,
	} {
		tree := fstest.MapFS{"a.txt": {Data: []byte(text)}}
		if faults := textFaults("a.txt", tree["a.txt"].Data); len(faults) != want {
			t.Errorf("%q: got %q, want %d faults", text, faults, want)
		}
	}
}
