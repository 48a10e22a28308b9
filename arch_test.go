package vedette_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "vedette"

// layers lists the packages from the bottom up: a package imports only from
// layers below its own. Packages named together in one string never import
// each other; those in strings of their own may import the ones before them.
var layers = [][]string{
	{"api sigv4 ml mqtt killpoint console"},
	{"metric", "record violation principal restjson"},
	{"store stream detect gateway notify task"},
	{"control cli sim"},
	{"app"},
	{"cmd"},
}

// standardOnly names the packages that import nothing but the standard library.
var standardOnly = []string{"api", "sigv4", "ml", "mqtt", "killpoint", "console"}

// confined names libraries that only one package may import.
var confined = map[string]string{
	"github.com/nats-io/":                   "stream",
	"modernc.org/sqlite":                    "store",
	"github.com/jackc/pgx":                  "store",
	"database/sql":                          "store",
	"github.com/prometheus/client_golang":   "app",
	"github.com/spf13/cobra":                "cmd",
	"charm.land/":                           "cli",
	"github.com/aws/aws-sdk-go-v2/service/": "notify",
	"github.com/coder/websocket":            "gateway",
	"github.com/coreos/go-oidc":             "principal",
	"golang.org/x/oauth2":                   "principal",
	"github.com/eclipse/paho":               "gateway",
}

// rank gives each top-level package its place in the order of imports.
func rank() map[string]int {
	ranks, next := map[string]int{}, 0
	for _, layer := range layers {
		for _, group := range layer {
			for _, name := range strings.Fields(group) {
				ranks[name] = next
			}
			next++
		}
	}
	return ranks
}

// eachFile calls fn for every Go file of the module with its slash-separated
// folder and its syntax.
func eachFile(t *testing.T, fn func(dir, name string, f *ast.File, fset *token.FileSet)) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (slices.Contains([]string{"testdata", "node_modules", "bin"}, d.Name()) || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		fn(filepath.ToSlash(filepath.Dir(path)), d.Name(), f, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isTestCode tells whether a file is only for tests: it may import upwards.
func isTestCode(dir, name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasSuffix(dir, "test") || dir == "testscript"
}

func TestImportsPointDown(t *testing.T) {
	ranks := rank()
	eachFile(t, func(dir, name string, f *ast.File, fset *token.FileSet) {
		if dir == "." || isTestCode(dir, name) || generator(f) {
			return
		}
		top, _, _ := strings.Cut(dir, "/")
		own, known := ranks[top]
		if !known {
			t.Errorf("%s: package %s has no layer: give it one in arch_test.go and docs/architecture.md", dir, top)
			return
		}
		for _, imp := range f.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			pos := fset.Position(imp.Pos())
			inner, ours := strings.CutPrefix(path, module+"/")
			if !ours {
				checkLibrary(t, pos, top, path)
				continue
			}
			target, _, _ := strings.Cut(inner, "/")
			if target != top && ranks[target] >= own {
				t.Errorf("%s: %s imports %s, which is not below it: declare the small interface that is needed", pos, top, target)
			}
		}
	})
}

func checkLibrary(t *testing.T, pos token.Position, top, path string) {
	t.Helper()
	if first, _, _ := strings.Cut(path, "/"); slices.Contains(standardOnly, top) && strings.Contains(first, ".") {
		t.Errorf("%s: %s imports %s, but keeps to the standard library", pos, top, path)
	}
	for prefix, owner := range confined {
		if strings.HasPrefix(path, prefix) && top != owner {
			t.Errorf("%s: %s imports %s, which only %s may", pos, top, path, owner)
		}
	}
}

// generator tells whether a file is left out of every build.
func generator(f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() < f.Package && strings.Contains(group.Text()+group.List[0].Text, "go:build ignore") {
			return true
		}
	}
	return false
}

func TestEveryPackageHasOneComment(t *testing.T) {
	comments := map[string][]string{}
	eachFile(t, func(dir, name string, f *ast.File, _ *token.FileSet) {
		if strings.HasSuffix(name, "_test.go") || generator(f) || slices.ContainsFunc(f.Comments, func(g *ast.CommentGroup) bool {
			return g.Pos() < f.Package && strings.HasPrefix(g.List[0].Text, "//go:build killpoints")
		}) {
			return
		}
		if _, seen := comments[dir]; !seen {
			comments[dir] = nil
		}
		if f.Doc != nil {
			comments[dir] = append(comments[dir], name)
		}
	})
	for dir, files := range comments {
		if len(files) != 1 {
			t.Errorf("package in %s: %d package comments %v, want one that says what the package is for", dir, len(files), files)
		}
	}
}

// TestBudgets holds the sizes that keep code readable: functions of at most 60
// lines, files of at most 500, interfaces of at most 5 methods.
func TestBudgets(t *testing.T) {
	eachFile(t, func(dir, name string, f *ast.File, fset *token.FileSet) {
		if strings.HasSuffix(name, "_gen.go") {
			return
		}
		test := isTestCode(dir, name)
		if lines := fset.Position(f.End()).Line; lines > 500 && !test {
			t.Errorf("%s/%s has %d lines, want at most 500", dir, name, lines)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if lines := fset.Position(n.End()).Line - fset.Position(n.Pos()).Line + 1; lines > 60 && !test {
					t.Errorf("%s: func %s has %d lines, want at most 60", fset.Position(n.Pos()), n.Name.Name, lines)
				}
			case *ast.InterfaceType:
				if len(n.Methods.List) > 5 {
					t.Errorf("%s: interface of %d methods, want at most 5", fset.Position(n.Pos()), len(n.Methods.List))
				}
			}
			return true
		})
	})
}

func TestNoDrawerPackages(t *testing.T) {
	eachFile(t, func(dir, _ string, _ *ast.File, _ *token.FileSet) {
		for _, banned := range []string{"util", "utils", "common", "helpers", "types", "misc", "internal", "pkg"} {
			if slices.Contains(strings.Split(dir, "/"), banned) {
				t.Errorf("folder %s: name a package after what it is for", dir)
			}
		}
	})
}

func TestCIRunsTheTestCommand(t *testing.T) {
	script, err := os.ReadFile(".ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(script), "make test") {
		t.Error(".ci/run does not run README's test command")
	}
}
