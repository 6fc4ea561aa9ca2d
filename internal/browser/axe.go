package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 as its makers publish it, under the Mozilla Public
// License 2.0 (axe/LICENSE).
//
//go:embed axe/axe.min.js
var axe string

// violation is a rule of axe that the page breaks.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ Target, Why string }
}

const runAxe = `axe.run(document, { resultTypes: ["violations"], preload: false }).then((found) => JSON.stringify(
	found.violations.map(({ id, impact, help, nodes }) => ({
		id, impact, help, nodes: nodes.map((n) => ({ target: n.target.join(" "), why: n.failureSummary })),
	}))))`

// Axe checks that people with disabilities can use the page as it is now, and
// fails the test on each finding that axe-core calls serious or critical.
//
// It runs in a world of its own beside the page's scripts, which no content
// security policy forbids.
func (b *Browser) Axe() {
	b.tb.Helper()
	if b.opts.NoScript {
		// Its timers would stand still. The page's scripts were not read when
		// the page came and are not read now.
		b.do("axe", b.script(true))
		defer b.do("axe", b.script(false))
	}
	said := run(b, "axe", func(ctx context.Context, t *chromedp.Target) (string, error) {
		world, err := cdp.Call(ctx, t, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: b.main, WorldName: "axe"})
		if err != nil {
			return "", err
		}
		there := func(p *runtime.EvaluateParams) { p.ContextID = world.ExecutionContextID }
		if _, err := chromedp.Evaluate[chromedp.Void](axe, there)(ctx, t); err != nil {
			return "", err
		}
		return chromedp.Evaluate[string](runAxe, there, chromedp.EvalAwaitPromise)(ctx, t)
	})
	var found []violation
	if err := json.Unmarshal([]byte(said), &found); err != nil {
		b.tb.Fatal(err)
	}
	for _, v := range found {
		if v.Impact == "serious" || v.Impact == "critical" {
			b.tb.Errorf("%s", v)
		}
	}
}

// String is the finding as a person reads it: the rule, what it asks for, and
// each place that does not have it.
func (v violation) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "axe: %s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&s, "\n  %s\n    %s", n.Target, strings.ReplaceAll(n.Why, "\n", "\n    "))
	}
	return s.String()
}
