package browser

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The page of a small office, under a policy as strict as the real one.
const reportPage = `<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>提交线索</title><link rel="icon" href="/icon.svg"></head>
<body>
<main>
<h1>提交线索</h1>
<noscript><p>没有脚本也能提交。</p></noscript>
<p id="script" hidden>脚本已运行</p>
<form method="post" action="/report" enctype="multipart/form-data">
<p><label for="title">线索标题 *</label> <input id="title" name="title" required></p>
<p><label>被反映单位：<input name="unit" value="旧名称"></label></p>
<p><label for="body">事实经过</label> <textarea id="body" name="body"></textarea></p>
<p><label for="day">发现日期</label> <input id="day" name="day" type="date"></p>
<p><label for="field">领域</label> <select id="field" name="field"><option value="">请选择</option><option value="PI">个人信息保护</option></select></p>
<p><label><input type="checkbox" name="agree" value="是"> 我已阅读须知</label></p>
<p><label for="file">证据材料</label> <input id="file" name="file" type="file"></p>
<p><button>提交</button> <button disabled>暂存</button></p>
</form>
<p><a href="/slow">进度查询</a></p>
<button type="button" id="more">显示更多</button> <a href="/twins" id="ask">重新开始</a><p id="extra"></p>
</main>
<script src="/page.js"></script>
</body></html>`

const pageScript = `
document.getElementById("script").hidden = false;
document.getElementById("more").addEventListener("click", () => {
	setTimeout(() => { document.getElementById("extra").textContent = "更多内容" }, 100);
});
document.getElementById("ask").addEventListener("click", (e) => {
	e.preventDefault();
	document.getElementById("extra").textContent = confirm("确定？") ? "已确定" : "已取消";
});`

// office serves the page, what was sent to it, and pages with faults.
func office(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	pages := map[string]string{
		"GET /{$}":    reportPage,
		"GET /bare":   `<main><h1>无障碍</h1><img src="/icon.svg"><p style="color:#ccc">看不清的字</p></main>`,
		"GET /throws": `<h1>出错</h1><script src="/throws.js"></script>`,
		"GET /outer":  `<h1>外部</h1><img alt="" src="http://example.org/a.png">`,
		"GET /twins":  `<h1>两个</h1><button>查看</button><button>查看</button>`,
		"GET /under":  `<button>盖住</button><div id="cover"></div><style nonce="n">#cover { position: fixed; inset: 0 }</style>`,
	}
	for pattern, body := range pages {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { show(w, body) })
	}
	scripts := map[string]string{"/page.js": pageScript, "/throws.js": `console.error("控制台", 7); throw new Error("坏了")`}
	for path, body := range scripts {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			write(w, body)
		})
	}
	mux.HandleFunc("GET /icon.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		write(w, `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>`)
	})
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(400 * time.Millisecond)
		w.WriteHeader(http.StatusNotFound)
		show(w, "<h1>没有这条线索</h1>")
	})
	mux.HandleFunc("POST /report", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var s strings.Builder
		for _, name := range []string{"title", "unit", "body", "day", "field", "agree"} {
			fmt.Fprintf(&s, "<p>%s=%s</p>", name, html.EscapeString(r.FormValue(name)))
		}
		for _, f := range r.MultipartForm.File["file"] {
			fmt.Fprintf(&s, "<p>file=%s</p>", html.EscapeString(f.Filename))
		}
		fmt.Fprintf(&s, "<p id=language>%s</p>", html.EscapeString(r.Header.Get("Accept-Language")))
		show(w, "<h1>已收到</h1>"+s.String())
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// show answers with a page; a body alone gets a head.
func show(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'self' 'nonce-n'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if !strings.HasPrefix(body, "<!DOCTYPE") {
		body = `<!DOCTYPE html><html lang="zh-CN"><title>页面</title><link rel="icon" href="/icon.svg">` + body
	}
	write(w, body)
}

func write(w io.Writer, text string) {
	if _, err := io.WriteString(w, text); err != nil {
		panic(http.ErrAbortHandler) // the browser hung up
	}
}

// witness is a test that may fail without failing the one it stands in for.
type witness struct {
	testing.TB
	said []string
}

func (w *witness) Errorf(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}
func (w *witness) Fatalf(format string, args ...any) { w.Errorf(format, args...); runtime.Goexit() }

// fails is what a test hears that does this, impatiently.
func fails(t *testing.T, b *Browser, do func()) string {
	t.Helper()
	w := &witness{TB: t}
	b.tb, b.patience = w, 100*time.Millisecond
	done := make(chan bool)
	go func() { defer close(done); do() }()
	<-done
	b.tb, b.patience = t, 15*time.Second
	return strings.Join(w.said, "\n")
}

// holds reports what a text should have and has not.
func holds(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in %q", w, text)
		}
	}
}

// A form filled in as people do, with scripts on a desk and without on a phone.
func TestForm(t *testing.T) {
	site := office(t)
	evidence := filepath.Join(t.TempDir(), "截图.txt")
	if err := os.WriteFile(evidence, []byte("证据"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{"desk": {}, "phone, no script": {Phone: true, NoScript: true}} {
		t.Run(name, func(t *testing.T) {
			b := New(t, o)
			b.Open(site)
			if o.NoScript {
				b.MustSee("没有脚本也能提交。")
				b.MustNotSee("脚本已运行")
			} else {
				b.MustSee("脚本已运行")
				b.MustNotSee("没有脚本也能提交。")
				b.Click("显示更多")
				b.MustSee("更多内容")
			}
			if got, want := b.Eval("innerWidth"), map[bool]string{false: "1280", true: "390"}[o.Phone]; got != want {
				t.Errorf("%s wide, want %s", got, want)
			}
			b.Axe()
			b.Screenshot("form")
			b.Fill("线索标题", "某App超范围收集😀\"'\\")
			b.Fill("被反映单位", "新名称")
			b.Fill("#body", "第一行\n第二行")
			b.Fill("发现日期", "2026-03-01")
			b.Select("领域", "个人信息保护")
			b.Click("我已阅读须知")
			b.Upload("证据材料", evidence)
			b.Submit("")
			if got := b.Text("h1"); got != "已收到" {
				t.Errorf("after the form: %q", got)
			}
			for _, want := range []string{
				"title=某App超范围收集😀\"'\\", "unit=新名称 ", "body=第一行 第二行", "day=2026-03-01", "field=PI", "agree=是", "file=截图.txt",
			} {
				b.MustSee(want)
			}
			holds(t, b.Text("#language"), "zh-CN")
			if got := b.Address(); got != site+"/report" {
				t.Errorf("at %s", got)
			}
			if got := b.Eval("Intl.DateTimeFormat().resolvedOptions().timeZone"); got != "Asia/Shanghai" {
				t.Errorf("in %s", got)
			}
		})
	}
}

// A helper returns when the page it leads to is there, and what cannot be done
// is said in words.
func TestWaits(t *testing.T) {
	site := office(t)
	b := New(t, Options{})
	b.Open(site)
	b.Click("进度查询")
	if got := b.Text("h1"); got != "没有这条线索" {
		t.Errorf("after the click: %q", got)
	}
	b.Open(site)
	b.Click("重新开始") // which a script turns into a question
	b.MustSee("已确定")
	b.Click("线索标题")
	b.Press("线索\t")
	if got := b.Value("线索标题"); got != "线索" {
		t.Errorf("typed: %q", got)
	}
	if got := b.Eval("document.activeElement.name"); got != "unit" {
		t.Errorf("after Tab: %q", got)
	}
	for _, c := range []struct {
		do    func()
		words []string
	}{
		{func() { b.Click("删除") }, []string{`press "删除"`, "提交 | 暂存 | 进度查询"}},
		{func() { b.Click("暂存") }, []string{"disabled"}},
		{func() { b.Fill("电话", "1") }, []string{`field "电话"`, "线索标题 | 被反映单位"}},
		{func() { b.Fill("发现日期", "昨天") }, []string{"昨天", `holds ""`}},
		{func() { b.Select("领域", "食品") }, []string{"请选择 | 个人信息保护"}},
		{func() { b.Upload("线索标题", "x") }, []string{"takes no files"}},
		{func() { b.Submit("显示更多") }, []string{"no page came"}},
		{func() { b.MustSee("已收到") }, []string{"已收到", "提交线索"}},
		{func() { b.MustNotSee("提交线索") }, []string{"提交线索"}},
		{func() { b.Text("h2") }, []string{"not on the page"}},
	} {
		holds(t, fails(t, b, c.do), c.words...)
	}
	b.Open(site + "/twins")
	holds(t, fails(t, b, func() { b.Click("查看") }), "2 of that name")
	b.Open(site + "/under")
	holds(t, fails(t, b, func() { b.Click("盖住") }), "covered by <div")
}

func TestAxe(t *testing.T) {
	site := office(t)
	b := New(t, Options{})
	b.Open(site + "/bare")
	b.Forgive("style-src") // the planted one
	holds(t, fails(t, b, b.Axe), "image-alt (critical)", "\n  img\n")
	b.Eval(`document.querySelector("p").style.color = "#ccc"`)
	holds(t, fails(t, b, b.Axe), "color-contrast (serious)", "\n  p\n")
}

// What goes wrong on a page fails the test, unless it is forgiven; the status
// of the page itself is an answer.
func TestFaults(t *testing.T) {
	site := office(t)
	for path, words := range map[string][]string{
		"/slow":   nil,
		"/throws": {"控制台 7", "Error: 坏了"},
		"/outer":  {"example.org"},
		"/bare":   {"style-src"},
	} {
		b := New(t, Options{})
		b.Open(site + path)
		b.Eval("1")
		faults := strings.Join(b.unforgiven(), "\n")
		holds(t, faults, words...)
		if words == nil && faults != "" {
			t.Errorf("%s: %s", path, faults)
		}
		for _, w := range append(words, "Content Security Policy") {
			b.Forgive(w)
		}
	}
}
