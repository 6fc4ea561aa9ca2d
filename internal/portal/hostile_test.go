package portal_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shouhu/internal/portal"
)

func swap(tb testing.TB, a, b string) {
	tb.Helper()
	x, err := os.ReadFile(a)
	if err != nil {
		tb.Fatal(err)
	}
	y, err := os.ReadFile(b)
	if err != nil {
		tb.Fatal(err)
	}
	for name, body := range map[string][]byte{a: y, b: x} {
		if err := os.WriteFile(name, body, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

// Who stops sending is cut off after the limit, told so, and nothing is kept; who sends
// slowly but moves is waited for.
func TestStalledSender(t *testing.T) {
	d := open(t, func(c *portal.Config) { c.Stall = 300 * time.Millisecond })
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", d.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	head := "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n"
	if _, err := fmt.Fprintf(c, "POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n%s%s", head, strings.Repeat("canary ", 20000)); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	a, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("not cut off: %v", err)
	}
	_ = a.Body.Close()
	if a.StatusCode != http.StatusBadRequest {
		t.Errorf("got %s", a.Status)
	}
	d.nothingLeft(t)

	r, w := io.Pipe()
	go func() {
		text := "--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\n一句话\r\n--b--\r\n"
		for i := range len(text) {
			time.Sleep(8 * time.Millisecond) // 80 of them are longer than the limit
			_, _ = io.WriteString(w, text[i:i+1])
		}
		_ = w.Close()
	}()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL+"/report", r)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	if status, _ := d.do(t, q); status != http.StatusCreated {
		t.Errorf("a slow one: got %d", status)
	}
	d.noCanary(t, "canary")
}

// Names of files are text: none becomes a path, and each arrives as it was sent.
func TestFileNames(t *testing.T) {
	d := open(t, nil)
	names := []string{"../../etc/passwd", `..\..\windows\win.ini`, "/etc/shadow", "CON", "..", strings.Repeat("长", 300) + ".jpg",
		`"><script>alert(1)</script>.svg`, "=cmd|' /C calc'!A0.csv", "发票.jpg\u202egpj.exe", "%2e%2e%2f", " . "}
	var files []file
	for i, n := range names {
		files = append(files, file{n, fmt.Sprint("content ", i)})
	}
	d.report(t, map[string]string{"what": "x"}, files...)
	_, got := d.opened(t)
	if len(got) != 2*len(names) {
		t.Fatalf("%d of %d files", len(got)/2, len(names))
	}
	for i := range names {
		if name := got[2*i]; name == "" || len([]rune(name)) > 255 || got[2*i+1] != fmt.Sprint("content ", i) {
			t.Errorf("%q arrived as %q with %q", names[i], name, got[2*i+1])
		}
	}
	err := filepath.WalkDir(d.dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.HasSuffix(path, ".report") {
			t.Errorf("a file stands at %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
