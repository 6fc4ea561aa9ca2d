package ui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every text of the module is there in both languages, asks for the same
// values, and is written as Chinese is.
func TestTexts(t *testing.T) {
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	tree, found := os.DirFS(dir), 0
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "bin", "dist", "testdata"}, d.Name()):
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		n, faults := textFaults(name, text)
		found += n
		for _, f := range faults {
			t.Error(f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 100 {
		t.Errorf("only %d texts found: the walk misses some", found)
	}
}

// textFaults reads the calls of T in one file.
func textFaults(name string, text []byte) (found int, faults []string) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	if err != nil {
		return 0, []string{err.Error()}
	}
	local := "" // what this file calls package ui
	for _, i := range file.Imports {
		if i.Path.Value == `"shouhu/internal/ui"` {
			local = "ui"
			if i.Name != nil {
				local = i.Name.Name
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncDecl); ok && file.Name.Name == "web" && f.Name.Name == "t" {
			return false // it passes texts on; its own calls are read
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch f := call.Fun.(type) {
		case *ast.Ident:
			ok = f.Name == "T" && file.Name.Name == "ui"
		case *ast.SelectorExpr:
			x, isName := f.X.(*ast.Ident)
			ok = isName && local != "" && x.Name == local && f.Sel.Name == "T"
			if isName && file.Name.Name == "web" && x.Name == "c" && f.Sel.Name == "t" { // T with the context of a request
				ok, call = true, &ast.CallExpr{Fun: call.Fun, Args: append([]ast.Expr{x}, call.Args...), Ellipsis: call.Ellipsis}
			}
		default:
			ok = false
		}
		if ok {
			found++
			for _, f := range callFaults(call) {
				faults = append(faults, fmt.Sprintf("%s: %s", files.Position(call.Pos()), f))
			}
		}
		return true
	})
	return found, faults
}

var (
	verb      = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0]*[\d.]*([a-zA-Z%])`)
	han       = regexp.MustCompile(`\p{Han}`)
	halfWidth = regexp.MustCompile(`[\p{Han}”」）》〕][,.;:?!()]|[(][\p{Han}“「（《]|[,.;:?!)][\p{Han}“「（《]`)
	quotes    = regexp.MustCompile(`["']`)
)

func callFaults(call *ast.CallExpr) (faults []string) {
	if len(call.Args) < 3 {
		return []string{"T needs a context and both languages"}
	}
	zh, ok := literal(call.Args[1])
	en, okEn := literal(call.Args[2])
	if !ok || !okEn {
		return []string{"both texts of T are literals, so that they can be read here"}
	}
	if strings.TrimSpace(zh) == "" || strings.TrimSpace(en) == "" {
		faults = append(faults, "a language is missing")
	}
	inZh, nZh := verbs(zh)
	inEn, nEn := verbs(en)
	args := len(call.Args) - 3
	numbered := indexed(zh) && indexed(en) && max(nZh, nEn) <= args
	if !numbered && !slices.Equal(inZh, inEn) {
		faults = append(faults, fmt.Sprintf("%q and %q ask for different values", zh, en))
	} else if !call.Ellipsis.IsValid() && max(nZh, nEn) != args {
		faults = append(faults, fmt.Sprintf("%q asks for %d values and gets %d", zh, max(nZh, nEn), args))
	}
	if found := halfWidth.FindString(zh); found != "" {
		faults = append(faults, fmt.Sprintf("%q: half-width punctuation at %q", zh, found))
	}
	if han.MatchString(zh) && quotes.MatchString(zh) {
		faults = append(faults, fmt.Sprintf("%q: quotation marks are 「」 or “”", zh))
	}
	if han.MatchString(en) && en != "中文" {
		faults = append(faults, fmt.Sprintf("%q is not English", en))
	}
	return faults
}

// verbs are the values a text asks for, by place, and the highest place.
func verbs(s string) (list []string, highest int) {
	next := 1
	for _, m := range verb.FindAllStringSubmatch(s, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1]) // digits, by the pattern
		}
		list = append(list, fmt.Sprintf("%d%s", next, m[2]))
		highest = max(highest, next)
		next++
	}
	slices.Sort(list)
	return slices.Compact(list), highest
}

// indexed texts number their values and may leave one to the other language.
func indexed(s string) bool { return strings.Contains(s, "%[") }

// literal is a string literal, or several joined with +.
func literal(x ast.Expr) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil && x.Kind == token.STRING
	case *ast.BinaryExpr:
		a, okA := literal(x.X)
		b, okB := literal(x.Y)
		return a + b, okA && okB && x.Op == token.ADD
	}
	return "", false
}

// The rules catch what they are for.
func TestTextRules(t *testing.T) {
	for code, want := range map[string]int{
		`ui.T(ctx, "登记线索", "Register a clue")`:               0,
		`ui.T(ctx, "还有 %d 天", "%d days left", n)`:            0,
		`ui.T(ctx, "100%%", "100%%")`:                        0,
		`ui.T(ctx, "%[2]s 的 %[1]s", "%[1]s of %[2]s", a, b)`: 0,
		`ui.T(ctx, "XS-2026-0412", "XS-2026-0412")`:          0,
		`ui.T(ctx, "登记", "")`:                                1,
		`ui.T(ctx, "登记")`:                                    1,
		`ui.T(ctx, zh, "Register")`:                          1,
		`ui.T(ctx, "还有 %d 天", "%s days left", n)`:            1,
		`ui.T(ctx, "还有 %d 天", "days left", n)`:               1,
		`ui.T(ctx, "还有 %d 天", "%d days left")`:               1,
		`ui.T(ctx, "登记` + `,评估", "Register, assess")`:        1,
		`ui.T(ctx, "登记(评估)", "Register (assess)")`:           1,
		`ui.T(ctx, "登记。", "登记")`:                             1,
		`ui.T(ctx, "叫\"守护\"的", "called Shouhu")`:             1,
		`other.T(ctx, "", "")`:                               0,
	} {
		_, faults := textFaults("a.go", []byte("package a\nimport \"shouhu/internal/ui\"\nvar _ = "+code))
		if len(faults) != want {
			t.Errorf("%s: got %q, want %d faults", code, faults, want)
		}
	}
}
