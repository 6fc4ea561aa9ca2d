package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed find.js
var find string

// answer is what the page says when asked to do something with an element.
type answer struct {
	Missing string  // why it could not be done yet
	X, Y    float64 // where to click
	Leads   bool    // the click leads to another page
	Type    bool    // the text is still to be typed
	Text    string
}

// on finds the element of a name and calls a JavaScript function on it, until
// both succeed.
func (b *Browser) on(kind, name, function string, args ...any) (runtime.RemoteObjectID, answer) {
	b.tb.Helper()
	var (
		id  runtime.RemoteObjectID
		got answer
	)
	b.until(fmt.Sprintf("%s %q", kind, name), func() string {
		found, err := ask(b, chromedp.Evaluate[*runtime.RemoteObject](question(find, kind, name)))
		if err != nil {
			return err.Error()
		}
		if id = found.ObjectID; id == "" {
			var why string
			if err := json.Unmarshal(found.Value, &why); err != nil {
				return err.Error()
			}
			return why
		}
		at := func(p *runtime.CallFunctionOnParams) { p.ObjectID = id }
		if got, err = ask(b, chromedp.CallFunctionOn[answer](function, at, args...)); err != nil {
			return err.Error()
		}
		return got.Missing
	})
	return id, got
}

// Open goes to an address and waits until the page has come.
func (b *Browser) Open(address string) {
	b.tb.Helper()
	b.do("open "+address, chromedp.Navigate(address))
}

// Click clicks the middle of a button, link, label or other element.
func (b *Browser) Click(name string) {
	b.tb.Helper()
	b.press(name, false)
}

// Submit clicks a button that has to lead to another page. An empty name is the
// only button of the page that sends a form.
func (b *Browser) Submit(name string) {
	b.tb.Helper()
	if name == "" {
		name = "form :is(button:not([type]), [type=submit]):enabled"
	}
	b.press(name, true)
}

// aim says where to click an element, and whether that leads to another page.
// went is told what the scripts of the page make of it.
const aim = `function () {
	if (this.matches(":disabled, [aria-disabled=true]")) return { missing: "it is disabled" };
	this.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
	const box = [...this.getClientRects()].find((r) => r.width > 0 && r.height > 0);
	if (!box) return { missing: "it has no area" };
	const x = box.x + box.width / 2, y = box.y + box.height / 2;
	const top = document.elementFromPoint(x, y);
	if (!this.contains(top)) return { missing: "it is covered by " + (top ? top.outerHTML.slice(0, 120) : "the edge of the window") };

	const here = (target) => !target || target === "_self";
	const link = this.closest("a[href]"), button = this.closest("button, input");
	let leads = false;
	if (link) {
		const [to, fragment] = link.href.split("#");
		leads = /^https?:/.test(to) && here(link.target) && !(fragment !== undefined && to === location.href.split("#")[0]);
	} else if (button?.form && ["submit", "image"].includes(button.type)) {
		const form = button.form, attribute = (name) => button.getAttribute("form" + name) ?? form.getAttribute(name);
		leads = here(attribute("target")) && attribute("method") !== "dialog"
			&& (form.hasAttribute("novalidate") || button.formNoValidate || form.checkValidity());
	}
	window.went = undefined;
	if (leads) addEventListener(link ? "click" : "submit", (e) => { window.went = !e.defaultPrevented }, { once: true });
	return { x, y, leads };
}`

// grace is how long a page is given to begin to load when nothing says whether
// there will be one.
const grace = 250 * time.Millisecond

func (b *Browser) press(name string, leaves bool) {
	b.tb.Helper()
	_, to := b.on("press", name, aim)
	before := b.begun()
	if _, err := ask(b, discard(chromedp.MouseClickXY(to.X, to.Y))); err != nil && !left(err) {
		b.tb.Fatalf("click %s: %v", name, err)
	}
	wait := time.Duration(0)
	switch {
	case leaves, to.Leads && b.opts.NoScript:
		wait, leaves = b.patience, true
	case to.Leads:
		went, err := ask(b, chromedp.Evaluate[string](`String(window.went)`))
		switch {
		case err != nil && !left(err):
			b.tb.Fatalf("click %s: %v", name, err)
		case err != nil, went == "true":
			wait, leaves = b.patience, true
		case went == "undefined": // left already, or a script kept the event to itself
			wait = grace
		}
	}
	if !b.settle(before, wait) && leaves {
		b.tb.Fatalf("click %q: no page came", name)
	}
}

// left reports whether the page went away under the step, which is what a click
// on a link is for.
func left(err error) bool {
	return strings.Contains(err.Error(), "navigated or closed") || strings.Contains(err.Error(), "context was destroyed")
}

func discard[T any](a chromedp.Action[T]) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := a(ctx, t)
		return err
	})
}

// begun counts the pages that began to load.
func (b *Browser) begun() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.loads
}

// settle waits for a page after the first before ones to begin to load, and
// then until it has come.
func (b *Browser) settle(before int, wait time.Duration) (came bool) {
	b.tb.Helper()
	for end := time.Now().Add(wait); b.begun() == before; time.Sleep(5 * time.Millisecond) {
		if !time.Now().Before(end) {
			return false
		}
	}
	b.until("the page", func() string {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.loading {
			return "is still loading"
		}
		return ""
	})
	return true
}

// Fill puts a text into a field, in place of what was there, as if typed.
func (b *Browser) Fill(name, text string) {
	b.tb.Helper()
	_, got := b.on("field", name, `function (text) {
		if (this.disabled || this.readOnly) return { missing: "it may not be changed" };
		this.focus();
		if (text !== "" && !/^(date|time|month|week|datetime-local|color|range)$/.test(this.type)) {
			this.select();
			return { type: true };
		}
		this.value = text;
		for (const kind of ["input", "change"]) this.dispatchEvent(new Event(kind, { bubbles: true }));
		return {};
	}`, text)
	if got.Type {
		b.do("type into "+name, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
			return err
		}))
	}
	if holds := b.Value(name); holds != text {
		b.tb.Fatalf("field %q: filled with %q, it holds %q", name, text, holds)
	}
}

// Value is what a field holds.
func (b *Browser) Value(name string) string {
	b.tb.Helper()
	_, got := b.on("field", name, `function () { return { text: this.value } }`)
	return got.Text
}

// Select chooses an option of a list by its words or its value.
func (b *Browser) Select(name, option string) {
	b.tb.Helper()
	before := b.begun()
	b.on("field", name, `function (option) {
		if (this.disabled) return { missing: "it may not be changed" };
		const options = [...(this.options || [])];
		const chosen = options.find((o) => o.label.trim() === option) || options.find((o) => o.value === option);
		if (!chosen) return { missing: "no option " + option + " among " + options.map((o) => o.label.trim()).join(" | ") };
		chosen.selected = true;
		for (const kind of ["input", "change"]) this.dispatchEvent(new Event(kind, { bubbles: true }));
		return {};
	}`, option)
	b.settle(before, 0)
}

// Upload puts files into a field for files.
func (b *Browser) Upload(name string, files ...string) {
	b.tb.Helper()
	absolute := make([]string, len(files))
	for i, f := range files {
		var err error
		if absolute[i], err = filepath.Abs(f); err != nil {
			b.tb.Fatal(err)
		}
	}
	id, _ := b.on("field", name, `function () { return this.type === "file" ? {} : { missing: "it takes no files" } }`)
	b.do("upload to "+name, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: absolute, ObjectID: id})
		return err
	}))
}

// Press presses keys one after the other: "\t" is Tab, "\r" is Enter, "\x1b" is
// Escape.
func (b *Browser) Press(keys string) {
	b.tb.Helper()
	before := b.begun()
	b.do("press keys", chromedp.KeyEvent(keys))
	if strings.Contains(keys, "\r") {
		b.settle(before, grace)
	}
}

// Text is the visible text of the element of a CSS selector.
func (b *Browser) Text(selector string) string {
	b.tb.Helper()
	_, got := b.on("css", selector, `function () { return { text: this.innerText.trim() } }`)
	return got.Text
}

// Eval is what a JavaScript expression says of the page, as a string.
func (b *Browser) Eval(expression string) string {
	b.tb.Helper()
	return run(b, expression, chromedp.Evaluate[string]("String("+expression+")"))
}

// Address is where the browser is.
func (b *Browser) Address() string {
	b.tb.Helper()
	return b.Eval("location.href")
}

// MustSee waits until the page shows a text. White space of any length is one
// blank.
func (b *Browser) MustSee(text string) {
	b.tb.Helper()
	b.until("see", func() string {
		seen, err := b.seen()
		if err != nil || strings.Contains(seen, oneLine(text)) {
			return said(err)
		}
		return fmt.Sprintf("no %q on the page, which says: %s", text, seen)
	})
}

// MustNotSee waits until the page does not show a text.
func (b *Browser) MustNotSee(text string) {
	b.tb.Helper()
	b.until("not see", func() string {
		seen, err := b.seen()
		if err != nil || !strings.Contains(seen, oneLine(text)) {
			return said(err)
		}
		return fmt.Sprintf("%q is on the page, which says: %s", text, seen)
	})
}

func (b *Browser) seen() (string, error) {
	text, err := ask(b, chromedp.Evaluate[string](`document.body.innerText`))
	return oneLine(text), err
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
