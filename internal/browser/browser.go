// Package browser drives a real browser in tests: Debian's Chromium, without a
// window, in Chinese, with a profile of its own and no way out of this machine.
// A test says what a person would do, by the words on the screen:
//
//	b := browser.New(t, browser.Options{})
//	b.Open(server.URL + "/report")
//	b.Fill("联系电话", "13800000000")
//	b.Submit("提交线索")
//	b.MustSee("已收到")
//	b.Axe()
//
// # Names
//
// A button, a link or a field is named by its words: the text, the label, an
// aria-label, a placeholder. Failing that the name is a CSS selector, and
// failing that it is a part of the words. What is named has to be visible and
// the only one.
//
// # Waiting
//
// Every helper waits until what it needs is there, and fails the test with
// what is missing. After a click that leads to another page, the page has come
// when the helper returns. Answers that a script fetches without leaving the
// page are waited for with MustSee. Links that open a new window are not
// followed.
//
// # Faults
//
// An error in the console, a script that throws, a resource that is missing or
// that the content security policy forbids: each fails the test, unless it was
// forgiven. The status of the page itself is an answer, not a fault. When a
// test fails, its log has the address and a picture of the page.
//
// It is for tests only and knows nothing of what the pages are about.
package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Options are how a browser differs from one on a desk, 1280 × 800.
type Options struct {
	Phone    bool // a phone held upright, 390 × 844, with touch
	Small    bool // a small one, 360 × 740
	NoScript bool // the pages' JavaScript does not run
}

// Browser is one browser with one tab. It belongs to one goroutine.
type Browser struct {
	tb       testing.TB
	opts     Options
	ctx      context.Context
	main     cdp.FrameID
	patience time.Duration // how long a helper waits

	mu       sync.Mutex
	loads    int  // pages that began to load
	loading  bool // the last of them has not come yet
	pages    map[string]bool
	faults   []fault
	forgiven []string
}

// fault is an error of the console.
type fault struct {
	text, url string
	network   bool
}

// programs are the names Chromium goes by.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

// New starts a browser, which ends with the test. Without Chromium the test is
// skipped; under the race detector too: the run without it drives the browser.
func New(tb testing.TB, o Options) *Browser {
	tb.Helper()
	switch {
	case race:
		tb.Skip("the browser is slow under the race detector: the run without it drives it")
	case testing.Short():
		tb.Skip("-short: the browser is slow")
	}
	program := ""
	for _, name := range slices.Backward(programs) {
		if found, err := exec.LookPath(name); err == nil {
			program = found
		}
	}
	if program == "" {
		tb.Skip("no Chromium in PATH: " + strings.Join(programs, ", "))
	}

	//nolint:usetesting // a process of Chromium may write there when the test's folder has to be empty
	home, err := os.MkdirTemp("", "shouhu-browser-")
	if err != nil {
		tb.Fatal(err)
	}
	silent := chromedp.WithBrowserOption(
		chromedp.WithBrowserLogf(func(string, ...any) {}),
		chromedp.WithBrowserErrorf(func(string, ...any) {}), // events newer than the library
	)
	// Not the test's context: that one ends before the clean-up takes a picture.
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(flags(program, home)...), silent)
	b := &Browser{tb: tb, opts: o, ctx: ctx, patience: 15 * time.Second, pages: map[string]bool{}}
	tb.Cleanup(func() {
		b.close(cancel)
		if err := os.RemoveAll(home); err != nil {
			tb.Log(err)
		}
	})
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		tb.Fatalf("Chromium does not start: %v", err)
	}
	b.mu.Lock()
	b.main = cdp.FrameID(chromedp.FromContext(ctx).Target.TargetID)
	b.mu.Unlock()

	window := chromedp.EmulateViewport(1280, 800)
	if o.Phone || o.Small {
		wide, high := int64(390), int64(844)
		if o.Small {
			wide, high = 360, 740
		}
		window = chromedp.EmulateViewport(wide, high, chromedp.EmulateMobile, chromedp.EmulateTouch,
			chromedp.EmulatePortrait, chromedp.EmulateScale(2))
	}
	b.do("the window", window, b.script(!o.NoScript))
	return b
}

// flags are what every browser is started with, on top of what chromedp does:
// no window, a profile for the occasion, nothing in the background, and no
// sandbox where root needs that.
func flags(program, home string) []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program),
		chromedp.Env("HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home,
			"LANGUAGE=zh_CN", "TZ=Asia/Shanghai", "DISPLAY=", "WAYLAND_DISPLAY="),
		chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("accept-lang", "zh-CN,zh"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("font-render-hinting", "none"),
	}
}

// script switches the pages' JavaScript on or off.
func (b *Browser) script(on bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	})
}

// listen takes note of what the browser tells by itself.
func (b *Browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *page.EventFrameStartedLoading:
		if e.FrameID == b.main {
			b.loads++
			b.loading = true
		}
	case *page.EventFrameStoppedLoading:
		if e.FrameID == b.main {
			b.loading = false
		}
	case *page.EventFrameNavigated:
		if e.Frame.ID == b.main {
			b.pages[e.Frame.URL] = true
		}
	case *page.EventJavascriptDialogOpening: // a person says yes
		go func() { // if it fails, so does what waits for the answer
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, a := range e.Args {
				words = append(words, plain(a))
			}
			b.faults = append(b.faults, fault{text: "console: " + strings.Join(words, " ")})
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + plain(x)
		}
		b.faults = append(b.faults, fault{text: text, url: e.ExceptionDetails.URL})
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.faults = append(b.faults, fault{e.Entry.Text, e.Entry.URL, e.Entry.Source == log.EntrySourceNetwork})
		}
	}
}

// plain is a value of the page as its console shows it.
func plain(o *runtime.RemoteObject) string {
	var text string
	if err := json.Unmarshal(o.Value, &text); err == nil {
		return text
	}
	return cmp.Or(o.Description, string(o.Value), string(o.UnserializableValue))
}

// Forgive takes an error of the console for what the test expects, if it holds
// the words.
func (b *Browser) Forgive(words string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgiven = append(b.forgiven, words)
}

// unforgiven are the faults so far that fail the test.
func (b *Browser) unforgiven() (faults []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		address, _, _ := strings.Cut(f.url, "#")
		text := strings.TrimSpace(f.text + " " + f.url)
		switch {
		case f.network && b.pages[address]:
		case slices.ContainsFunc(b.forgiven, func(words string) bool { return strings.Contains(text, words) }):
		default:
			faults = append(faults, text)
		}
	}
	return faults
}

// close ends the browser, after a last look at it.
func (b *Browser) close(cancel context.CancelFunc) {
	defer cancel()
	ctx, stop := context.WithTimeout(b.ctx, 10*time.Second)
	defer stop()
	// The answer comes after every event before it.
	address, err := chromedp.Run(ctx, chromedp.Location())
	for _, f := range b.unforgiven() {
		b.tb.Errorf("the page has an error: %s", f)
	}
	if b.tb.Failed() && err == nil {
		b.tb.Logf("the page was %s", address)
		if picture, err := b.picture(ctx); err != nil {
			b.tb.Logf("no picture of it: %v", err)
		} else {
			b.tb.Logf("a picture of it: %s", picture)
		}
	}
	if err := chromedp.Cancel(ctx); err != nil {
		b.tb.Logf("Chromium did not end well: %v", err)
	}
}

// picture keeps what a failed test saw: among the artifacts of go test
// -artifacts, or else in a temporary file that stays.
func (b *Browser) picture(ctx context.Context) (string, error) {
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return "", err
	}
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		name := filepath.Join(b.tb.ArtifactDir(), "page.png")
		return name, os.WriteFile(name, png, 0o644)
	}
	file, err := os.CreateTemp("", "shouhu-page-*.png")
	if err != nil {
		return "", err
	}
	_, err = file.Write(png)
	return file.Name(), errors.Join(err, file.Close())
}

// Screenshot writes the whole page to NAME.png in the folder that the
// environment variable SHOUHU_SHOTS names; without it, nothing: pictures are
// taken when somebody means to look at them.
func (b *Browser) Screenshot(name string) {
	b.tb.Helper()
	dir := os.Getenv("SHOUHU_SHOTS")
	if dir == "" {
		return
	}
	png := run(b, "a picture", chromedp.FullScreenshot(100))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.tb.Fatal(err)
	}
}

// do runs steps that need no waiting for the page.
func (b *Browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.tb.Helper()
	run(b, what, chromedp.Steps(steps...))
}

// run is do for a step that has an answer.
func run[T any](b *Browser, what string, step chromedp.Action[T]) T {
	b.tb.Helper()
	got, err := ask(b, step)
	if err != nil {
		b.tb.Fatalf("%s: %v", what, err)
	}
	return got
}

// ask runs a step; a browser that hangs is an error.
func ask[T any](b *Browser, step chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	return chromedp.Run(ctx, step)
}

// until looks until nothing is missing, at least once. When patience ends the
// test fails with what is missing.
func (b *Browser) until(what string, look func() (missing string)) {
	b.tb.Helper()
	for end := time.Now().Add(b.patience); ; time.Sleep(20 * time.Millisecond) {
		missing := look()
		if missing == "" {
			return
		}
		if time.Now().After(end) {
			b.tb.Fatalf("%s: %s", what, missing)
		}
	}
}

// question is a JavaScript function called with strings.
func question(function string, args ...string) string {
	words, _ := json.Marshal(args) // strings always can be
	return "(" + function + ")(..." + string(words) + ")"
}
