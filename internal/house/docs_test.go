package house

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	fence       = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	backticked  = regexp.MustCompile("`([^`\n]+)`")
	identifier  = regexp.MustCompile(`^([a-z]\w*)\.([A-Z]\w*)(?:\.([A-Z]\w*))?(?:\(.*\))?$`)
	pathlike    = regexp.MustCompile(`^[\w.*-]+(/[\w.*-]*)*$`)
	fileEnding  = regexp.MustCompile(`\.(go|md|sh|mod|sum|ya?ml|templ|golden)$`)
	placeholder = regexp.MustCompile(`^[A-Z]+$`) // DIR, DATA, FILE: one part of a path
	moduleHost  = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

var mediaTypes = []string{"application", "image", "multipart", "text"}

func TestDocuments(t *testing.T) {
	tree := os.DirFS(root(t))
	if _, err := fs.Stat(tree, "README.md"); err != nil {
		t.Errorf("the house needs a README.md: %v", err)
	}
	report(t, documentFaults(t, tree))
}

// documentFaults lists the words in backticks that name nothing.
func documentFaults(t *testing.T, tree fs.FS) (faults []string) {
	t.Helper()
	names, documents := map[string]bool{}, []string{}
	walk(t, tree, func(name string) {
		for dir := name; dir != "."; dir = path.Dir(dir) {
			names[dir] = true
		}
		if isDocument(name) {
			documents = append(documents, name)
		}
	})
	exports := exported(t, tree)
	for _, doc := range documents {
		text, err := fs.ReadFile(tree, doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range backticked.FindAllStringSubmatch(fence.ReplaceAllString(string(text), ""), -1) {
			word := m[1]
			if id := identifier.FindStringSubmatch(word); id != nil && !fileEnding.MatchString(word) {
				if declared, isRoom := exports[id[1]]; isRoom && !declared[strings.Trim(id[2]+"."+id[3], ".")] {
					faults = append(faults, fmt.Sprintf("%s: `%s` is not declared in internal/%s", doc, word, id[1]))
				}
			} else if isPath(word) && !exists(word, doc, names) {
				faults = append(faults, fmt.Sprintf("%s: `%s` is not in the tree", doc, word))
			}
		}
	}
	return faults
}

func isDocument(name string) bool {
	switch name {
	case "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "GLOSSARY.md", "law/README.md":
		return true
	}
	return strings.HasPrefix(name, "docs/") && path.Ext(name) == ".md"
}

// isPath tells a path of this tree from the other words doc.go lists.
func isPath(word string) bool {
	if !pathlike.MatchString(word) {
		return false
	}
	parts := strings.Split(word, "/")
	switch {
	case len(parts) == 1:
		return fileEnding.MatchString(word) && strings.Trim(word, "*") != path.Ext(word)
	case parts[0] == "bin", slices.Contains(mediaTypes, parts[0]), moduleHost.MatchString(parts[0]):
		return false
	case slices.ContainsFunc(parts, func(p string) bool { return placeholder.MatchString(strings.TrimSuffix(p, path.Ext(p))) }):
		return false
	}
	standard, err := build.Import(word, "", build.FindOnly)
	return err != nil || !standard.Goroot
}

// exists looks for a path in the places doc.go lists. names holds every file
// and folder of the tree.
func exists(word, doc string, names map[string]bool) bool {
	word = strings.TrimSuffix(word, "/")
	if word == "." {
		return true
	}
	at := []string{path.Clean(word), path.Join(path.Dir(doc), word), path.Join("internal", word)}
	for name := range names {
		for _, pattern := range at {
			if ok, err := path.Match(pattern, name); ok && err == nil {
				return true
			}
		}
		if ok, err := path.Match(word, path.Base(name)); ok && err == nil && !strings.Contains(word, "/") {
			return true
		}
	}
	return false
}

// exported lists what each room under internal/ declares: Name, Type.Method
// and Type.Field.
func exported(t *testing.T, tree fs.FS) map[string]map[string]bool {
	t.Helper()
	found, _ := packages(t, tree)
	rooms := map[string]map[string]bool{}
	for dir, sources := range found {
		name, ok := strings.CutPrefix(dir, "internal/")
		if !ok {
			continue
		}
		names := map[string]bool{}
		for _, s := range sources {
			if s.test {
				continue
			}
			for _, d := range s.ast.Decls {
				declare(names, d)
			}
		}
		rooms[name] = names
	}
	return rooms
}

func declare(names map[string]bool, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			name = typeName(d.Recv.List[0].Type) + "." + name
		}
		names[name] = true
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					names[n.Name] = true
				}
			case *ast.TypeSpec:
				names[spec.Name.Name] = true
				for _, member := range members(spec.Type) {
					names[spec.Name.Name+"."+member] = true
				}
			}
		}
	}
}

// members are the fields of a struct or the methods of an interface.
func members(x ast.Expr) (names []string) {
	var list *ast.FieldList
	switch x := x.(type) {
	case *ast.StructType:
		list = x.Fields
	case *ast.InterfaceType:
		list = x.Methods
	default:
		return nil
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			names = append(names, n.Name)
		}
		if len(f.Names) == 0 {
			names = append(names, typeName(f.Type))
		}
	}
	return names
}

// typeName is T of T, *T, T[P] and room.T.
func typeName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.StarExpr:
		return typeName(x.X)
	case *ast.IndexExpr:
		return typeName(x.X)
	case *ast.IndexListExpr:
		return typeName(x.X)
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return token.ILLEGAL.String()
}

// The rules catch what they are for, and leave the rest alone.
func TestDocumentRules(t *testing.T) {
	tree := fstest.MapFS{
		"internal/pil/day.go": {Data: []byte("package pil\ntype Day int\ntype Span struct{ From, To Day }\nfunc (d *Day) Zh() string { return \"\" }\nfunc Date() Day { return 0 }\n")},
		"docs/adr/0001.md":    {},
		"law/limits.yaml":     {},
		".ci/run":             {},
	}
	for word, want := range map[string]bool{
		"internal/pil": true, "internal/pil/": true, "internal/pil/day.go": true, "pil/day.go": true, "day.go": true,
		"adr/0001.md": true, "law/*.yaml": true, ".ci/run": true, "docs/": true, "./law": true,
		"internal/nothing": false, "law/*.go": false, "adr/0002.md": false, "night.go": false, ".ci/walk": false,
		"pil.Day": true, "pil.Day.Zh": true, "pil.Span.From": true, "pil.Date()": true,
		"pil.Night": false, "pil.Day.En": false, "pil.Span.Zh": false,
		"time.Now": true, "net/http": true, "pgregory.net/rapid": true, "go.yaml.in/yaml/v3": true, "bin/shouhu": true,
		"DATA/law": true, "DIR/door.pub": true, "application/json": true, "/report": true, "make test": true, "*.go": true,
		"https://example.org/a": true, "D12.admin": true, "--law DIR": true, "docs/{id}.md": true, "a/b/FILE.yaml": true,
	} {
		tree["docs/test.md"] = &fstest.MapFile{Data: []byte("see `" + word + "`\n```sh\ncat `no/such/file`\n```\n")}
		if faults := documentFaults(t, tree); (len(faults) == 0) != want {
			t.Errorf("`%s`: got %q, want it to pass: %t", word, faults, want)
		}
	}
}
