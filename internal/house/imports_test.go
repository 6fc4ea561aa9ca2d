package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// room is what one package may import beside the standard library.
type room struct {
	pure      bool     // no sockets, files, environment, clock or chance
	own       []string // packages of this module
	libraries []string // modules
	tests     []string // packages of this module that its tests may import too
}

const (
	yaml = "go.yaml.in/yaml/v3"
	kong = "github.com/alecthomas/kong"
	wide = "github.com/mattn/go-runewidth"

	argon   = "golang.org/x/crypto/argon2"
	norm    = "golang.org/x/text/unicode/norm"
	totp    = "github.com/pquerna/otp"
	hardKey = "github.com/go-webauthn/webauthn"
	sums    = "golang.org/x/mod/sumdb"
	bun     = "github.com/uptrace/bun"
	goose   = "github.com/pressly/goose/v3"
	sqlite  = "github.com/ncruces/go-sqlite3"
	pgx     = "github.com/jackc/pgx/v5"
	gm      = "github.com/emmansun/gmsm"
	age     = "filippo.io/age"
	river   = "github.com/riverqueue/river"

	pages = "github.com/a-h/templ"
	rest  = "github.com/danielgtaylor/huma/v2"
	qr    = "github.com/boombuler/barcode/qr"

	xxh     = "github.com/zeebo/xxh3"
	chinese = "golang.org/x/text/encoding/simplifiedchinese"
	sheets  = "github.com/xuri/excelize/v2"
	packed  = "github.com/klauspost/compress"
	columns = "github.com/parquet-go/parquet-go"

	s3     = "github.com/minio/minio-go/v7"
	duck   = "github.com/duckdb/duckdb-go/v2"
	system = "golang.org/x/sys/unix"
	click  = "github.com/ClickHouse/clickhouse-go/v2"

	postgres = "github.com/jackc/pgx/v5"
	chromium = "github.com/chromedp/chromedp"
	devtools = "github.com/chromedp/cdproto" // what chromedp speaks
)

var rooms = map[string]room{
	"law":    {pure: true},
	"models": {tests: []string{"internal/analysis", "internal/analysis/modeltest", "internal/clue", "internal/pil", "internal/statute", "internal/table", "internal/wire"}},

	"internal/pil":      {pure: true},
	"internal/yamltext": {pure: true, own: []string{"internal/pil"}, libraries: []string{yaml}},
	"internal/wire":     {pure: true, own: []string{"internal/pil"}},

	"internal/calendar":   {pure: true, own: []string{"internal/pil", "internal/yamltext"}},
	"internal/statute":    {pure: true, own: []string{"internal/pil", "internal/yamltext", "internal/calendar"}},
	"internal/docket":     {pure: true, own: []string{"internal/pil", "internal/yamltext", "internal/calendar", "internal/statute"}, libraries: []string{yaml}},
	"internal/privacy":    {pure: true, own: []string{"internal/pil"}},
	"internal/account":    {pure: true, own: []string{"internal/pil"}, libraries: []string{argon, norm, totp, hardKey}},
	"internal/audit":      {pure: true, own: []string{"internal/pil"}, libraries: []string{sums}},
	"internal/seal":       {pure: true, own: []string{"internal/pil"}, libraries: []string{age, gm, argon}},
	"internal/dataflow":   {pure: true, own: []string{"law", "internal/pil", "internal/yamltext"}},
	"internal/clue":       {pure: true, own: []string{"internal/pil"}, libraries: []string{xxh, norm}, tests: []string{"internal/table"}},
	"internal/evidence":   {pure: true, own: []string{"internal/pil"}},
	"internal/table":      {pure: true, own: []string{"internal/pil"}, libraries: []string{chinese, sheets, packed, columns}},
	"internal/tally":      {pure: true, own: []string{"internal/pil", "internal/table"}},
	"internal/tally/face": {pure: true, libraries: []string{chinese}, tests: []string{"internal/pil", "internal/table", "internal/tally"}},

	"internal/store":    {own: []string{"internal/pil", "internal/audit", "internal/docket", "internal/evidence", "internal/seal"}, libraries: []string{bun, goose, sqlite, pgx, sums, norm, gm, s3}},
	"internal/desk":     {own: []string{"models", "internal/pil", "internal/calendar", "internal/statute", "internal/docket", "internal/account", "internal/audit", "internal/seal", "internal/clue", "internal/evidence", "internal/dataflow", "internal/table", "internal/privacy", "internal/analysis", "internal/store"}, libraries: []string{sums}, tests: []string{"internal/story", "internal/wire"}},
	"internal/analysis": {own: []string{"internal/pil", "internal/wire", "internal/yamltext", "internal/privacy", "internal/table", "internal/tally"}, libraries: []string{sheets, click}},
	"internal/ui":       {own: []string{"internal/pil"}, libraries: []string{pages}},
	"internal/web": {
		own:       []string{"internal/pil", "internal/statute", "internal/docket", "internal/account", "internal/clue", "internal/evidence", "internal/dataflow", "internal/privacy", "internal/analysis", "internal/desk", "internal/ui"},
		libraries: []string{pages, qr, sheets},
		tests:     []string{"internal/seal", "internal/store", "internal/story", "internal/browser", "internal/audit", "internal/spool", "internal/portal", "internal/ferry"},
	},
	"internal/api": {
		own:       []string{"internal/pil", "internal/statute", "internal/docket", "internal/account", "internal/clue", "internal/desk"},
		libraries: []string{rest},
		tests:     []string{"internal/store"},
	},
	"internal/spool": {own: []string{"internal/pil"}},
	"internal/portal": {
		own:       []string{"internal/pil", "internal/clue", "internal/seal", "internal/spool", "internal/ui"},
		libraries: []string{pages},
		tests:     []string{"internal/browser"},
	},
	"cmd/portal": {own: []string{"internal/pil", "internal/seal", "internal/spool", "internal/portal"}, libraries: []string{kong}},
	"internal/ferry": {
		own:   []string{"internal/pil", "internal/clue", "internal/seal", "internal/spool", "internal/desk"},
		tests: []string{"internal/statute", "internal/store", "internal/account", "internal/audit", "internal/portal", "internal/backup"},
	},
	"internal/ui/gallery": {own: []string{"internal/pil", "internal/ui"}, libraries: []string{pages}},

	"internal/story": {own: []string{"internal/pil", "internal/account", "internal/clue", "internal/docket", "internal/seal", "internal/desk"}, tests: []string{"internal/statute", "internal/store"}},

	"internal/backup": {own: []string{"internal/pil", "internal/store"}, tests: []string{"internal/audit"}},
	"internal/jobs": {
		own:       []string{"internal/desk", "internal/store"},
		libraries: []string{river, sums},
		tests:     []string{"internal/statute", "internal/audit"},
	},

	"cmd/engine": {own: []string{"internal/pil", "internal/wire"}, libraries: []string{duck, system}},
	"cmd/shouhu": {
		own: []string{
			"law", "models", "internal/clue", "internal/pil", "internal/yamltext", "internal/calendar", "internal/statute", "internal/docket", "internal/privacy", "internal/dataflow",
			"internal/account", "internal/audit", "internal/seal", "internal/store", "internal/desk", "internal/backup", "internal/jobs", "internal/story", "internal/api", "internal/web", "internal/spool", "internal/ferry", "internal/analysis", "internal/table", "internal/tally",
		},
		libraries: []string{kong, wide, sums},
	},

	"internal/nation":       {own: []string{"internal/pil", "internal/statute", "internal/docket", "internal/account", "internal/audit", "internal/clue", "internal/store", "internal/desk"}},
	"internal/portal/bench": {own: []string{"internal/measured", "internal/seal", "internal/spool"}},
	"internal/tally/bench":  {own: []string{"internal/measured", "internal/table", "internal/tally", "internal/tally/face"}, libraries: []string{duck, pgx, columns}},

	"internal/house":              {},
	"internal/analysis/modeltest": {own: []string{"internal/pil"}},
	"internal/testengine":         {},
	"internal/testclickhouse":     {},
	"internal/measured":           {},
	"internal/testdisk":           {libraries: []string{sqlite}},
	"internal/golden":             {libraries: []string{"github.com/google/go-cmp"}},
	"internal/testdb":             {libraries: []string{postgres}},
	"internal/browser":            {libraries: []string{chromium, devtools}},
}

// forTests is what any test may import beside what its room may.
var forTests = room{
	own: []string{"law", "internal/golden", "internal/testdb", "internal/testengine", "internal/testclickhouse", "internal/testdisk", "internal/browser", "internal/measured"},
	libraries: []string{
		"github.com/google/go-cmp", "pgregory.net/rapid", "github.com/rogpeppe/go-internal/testscript", chinese, columns,
	},
}

// impure are the packages a pure room does without, and all below them but for
// those in harmless.
var (
	impure   = []string{"net", "os", "database/sql", "syscall", "path/filepath", "log", "math/rand", "crypto/rand", "plugin"}
	harmless = []string{"net/netip", "net/url"}
)

// clock is what a pure room does not take from package time: the time comes in
// as an argument, and the zone is pil.Zone.
var clock = []string{
	"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation",
}

func TestImports(t *testing.T) {
	found, files := packages(t, os.DirFS(root(t)))
	for _, dir := range slices.Sorted(maps.Keys(found)) {
		r, ok := rooms[dir]
		if !ok {
			t.Errorf("package %s has no row in the import table", dir)
			continue
		}
		for _, s := range found[dir] {
			report(t, importFaults(dir, r, s))
			if r.pure && !s.test {
				report(t, clockFaults(s, files))
			}
		}
	}
}

// importFaults lists the imports of one file that its row does not allow.
func importFaults(dir string, r room, s source) (faults []string) {
	if s.test {
		r.pure = false
		r.own = slices.Concat(r.own, r.tests, forTests.own, []string{dir})
		r.libraries = slices.Concat(r.libraries, forTests.libraries)
	}
	for _, i := range s.ast.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return append(faults, err.Error())
		}
		own, isOwn := strings.CutPrefix(name, module+"/")
		first, _, _ := strings.Cut(name, "/")
		allowed := true
		switch {
		case isOwn:
			allowed = slices.Contains(r.own, own)
		case strings.Contains(first, "."):
			allowed = below(name, r.libraries)
		case r.pure:
			allowed = !below(name, impure) || below(name, harmless)
		}
		if !allowed {
			faults = append(faults, fmt.Sprintf("%s: %s may not import %s", s.name, dir, name))
		}
	}
	return faults
}

// below reports whether name is one of the packages or lies under one.
func below(name string, packages []string) bool {
	return slices.ContainsFunc(packages, func(p string) bool { return name == p || strings.HasPrefix(name, p+"/") })
}

// clockFaults lists where a file takes the time, or a zone, from the machine.
func clockFaults(s source, files *token.FileSet) (faults []string) {
	local := "" // what this file calls package time
	for _, i := range s.ast.Imports {
		if i.Path.Value == `"time"` {
			local = "time"
			if i.Name != nil {
				local = i.Name.Name
			}
		}
	}
	if local == "." {
		return []string{s.name + ": package time may not be imported with a dot"}
	}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && local != "" && x.Name == local && slices.Contains(clock, sel.Sel.Name) {
			faults = append(faults, fmt.Sprintf("%s: time.%s in a pure room: time comes in as an argument", files.Position(sel.Pos()), sel.Sel.Name))
		}
		return true
	})
	return faults
}

// The rows themselves name rooms that have a row.
func TestRowsNameRooms(t *testing.T) {
	for dir, r := range rooms {
		for _, own := range slices.Concat(r.own, r.tests) {
			if _, ok := rooms[own]; !ok {
				t.Errorf("the row of %s names %s, which has none", dir, own)
			}
			if r.pure && !rooms[own].pure {
				t.Errorf("%s is pure and may not lean on %s, which is not", dir, own)
			}
		}
	}
}

// The rules catch what they are for.
func TestImportRules(t *testing.T) {
	for _, c := range []struct {
		name, code string
		faults     int
	}{
		{"a.go", `import ("fmt"; "shouhu/internal/pil"; "net/url")`, 0},
		{"a.go", `import "shouhu/internal/statute"`, 1},
		{"a.go", `import "github.com/google/go-cmp/cmp"`, 1},
		{"a.go", `import ("os"; "os/exec"; "net/http"; "database/sql")`, 4},
		{"a_test.go", `import ("os"; "github.com/google/go-cmp/cmp"; "shouhu/law"; "shouhu/internal/privacy")`, 0},
		{"a_test.go", `import ("shouhu/internal/statute"; "github.com/nobody/knows")`, 2},
		{"a.go", `import ("shouhu/internal/testdb"; "shouhu/internal/browser")`, 2},
		{"a_test.go", `import ("shouhu/internal/testdb"; "shouhu/internal/browser")`, 0},
		{"a.go", `import "time"; var _ = time.Now(); var _ = time.Local`, 2},
		{"a.go", `import clock "time"; var f = clock.Now`, 1},
		{"a.go", `import . "time"; var f = Now`, 1},
		{"a.go", `import "time"; var f = time.Unix`, 0},
	} {
		found, files := packages(t, fstest.MapFS{c.name: {Data: []byte("package a; " + c.code)}})
		s := found[path.Dir(c.name)][0]
		faults := importFaults("internal/privacy", rooms["internal/privacy"], s)
		if faults = append(faults, clockFaults(s, files)...); len(faults) != c.faults {
			t.Errorf("%s: got %q, want %d faults", c.code, faults, c.faults)
		}
	}
}
