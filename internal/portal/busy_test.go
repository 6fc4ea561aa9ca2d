package portal_test

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"shouhu/internal/portal"
	"shouhu/internal/spool"
)

// Where there is no room for a file, or for more of them, the form comes back with
// all that was typed, whichever came first; a later, smaller report is taken in.
func TestNoRoom(t *testing.T) {
	dir := t.TempDir()
	s, err := spool.OpenDir(dir, 200<<10)
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, func(c *portal.Config) { c.Spool = s })
	post := func(path string, values map[string]string, files ...file) (int, string, string) {
		t.Helper()
		kind, body := form(t, values, files...)
		a, err := http.Post(d.URL+path, kind, body)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close()
		return a.StatusCode, a.Header.Get("Retry-After"), string(b)
	}
	large := file{"a.jpg", strings.Repeat("x", 300<<10)}
	status, after, text := post("/report", map[string]string{"what": "河边 canary", "where": "河滨路", "name": "王某"}, large, large)
	if status != http.StatusServiceUnavailable || after == "" || !strings.Contains(text, "河边 canary") || !strings.Contains(text, "河滨路") || !strings.Contains(text, "王某") ||
		!strings.Contains(text, "2 个文件没有保存") || !strings.Contains(text, "没有收下") {
		t.Errorf("got %d %q %s", status, after, text)
	}
	status, _, text = post("/report", map[string]string{"what": "x"})
	code := output.FindStringSubmatch(text)
	if status != http.StatusCreated || code == nil {
		t.Fatalf("a small one: got %d", status)
	}
	status, after, text = post("/return", map[string]string{"receipt": code[1], "add": "又来了 canary", "wish": "withdraw"}, large)
	if status != http.StatusServiceUnavailable || after == "" || !strings.Contains(text, "又来了 canary") || strings.Contains(text, "补充的内容已经收到") || !strings.Contains(text, "尚未取走") {
		t.Errorf("an addition: got %d %q %s", status, after, text)
	}
	if status, _, _ := post("/return", map[string]string{"receipt": code[1], "add": "又来了"}); status != http.StatusOK {
		t.Errorf("a small addition: got %d", status)
	}
	for sub, want := range map[string]int{"new": 0, "in": 2} {
		if list, err := filepath.Glob(filepath.Join(dir, sub, "*")); err != nil || len(list) != want {
			t.Errorf("%s/ holds %d, want %d", sub, len(list), want)
		}
	}
	if b := d.log.String(); strings.Contains(b, "canary") {
		t.Error("the log quotes")
	}
}
