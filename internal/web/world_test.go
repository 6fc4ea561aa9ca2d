package web

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shouhu/internal/pil"
	"shouhu/internal/story"
)

// world is the whole demonstration on 2026-11-23, served.
type world struct {
	*bench
	*story.World
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	b := newDesk(tb, true)
	b.now = time.Date(2026, 11, 23, 17, 0, 0, 0, pil.Zone)
	w, err := story.Tell(tb.Context(), b.Desk, pil.DayOf(b.now), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &world{b, w}
}

// as is the browser of somebody of the story, signed in.
func (w *world) as(tb testing.TB, login string) *visitor {
	tb.Helper()
	br := w.visitor(tb)
	if p := br.post("/sign-in", "login", login, "password", story.Password); p.status != 200 || p.path == "/sign-in" {
		tb.Fatalf("%s does not get in: %d at %s", login, p.status, p.path)
	}
	return br
}

// rows opens a sheet of a workbook that was sent.
func (p page) rows(tb testing.TB, sheet string) [][]string {
	tb.Helper()
	if p.status != 200 || p.header.Get("Content-Type") != xlsxMedia {
		tb.Fatalf("%d %s is no workbook\n%s", p.status, p.header.Get("Content-Type"), body(p.text))
	}
	f, err := excelize.OpenReader(bytes.NewReader([]byte(p.text)))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows(sheet)
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

// The pages of the office, on one told world: what each group shows to whom.
func TestOffice(t *testing.T) {
	w := newWorld(t)
	for _, x := range []struct {
		name string
		test func(*testing.T, *world)
	}{
		{"docket", tryDocket}, {"calendar", tryCalendar}, {"look-backs", tryLookBacks}, {"overview", tryOverview}, {"law", tryLaw}, {"record", tryRecord},
		{"sheets", trySheets}, {"agencies", tryAgencies}, {"filings", tryFilings}, {"search", trySearch},
	} {
		t.Run(x.name, func(t *testing.T) { x.test(t, w) })
	}
	if w.log.Len() > 0 {
		t.Errorf("the log says\n%s", w.log)
	}
}
