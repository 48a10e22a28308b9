package vedette_test

import (
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// declared returns every name that the module declares outside of tests, as the
// documentation writes it: pkg.Name, and pkg.(*Type).Method or pkg.Type.Method as
// the receiver is. It also returns the packages, true for those at the root.
func declared(t *testing.T) (names, packages map[string]bool) {
	t.Helper()
	names, packages = map[string]bool{}, map[string]bool{}
	eachFile(t, func(dir, name string, f *ast.File, _ *token.FileSet) {
		if dir == "." || strings.HasSuffix(name, "_test.go") {
			return
		}
		pkg := filepath.Base(dir)
		packages[pkg] = packages[pkg] || pkg == dir
		for _, d := range f.Decls {
			for _, name := range namesOf(d) {
				names[pkg+"."+name] = true
			}
		}
	})
	return names, packages
}

// namesOf returns what a declaration declares.
func namesOf(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []string{receiver(d) + d.Name.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

// receiver returns the part of a method's name in front of it: "(*Type)." or
// "Type."; nothing for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	of, pointer := d.Recv.List[0].Type, false
	if star, ok := of.(*ast.StarExpr); ok {
		of, pointer = star.X, true
	}
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	name, ok := of.(*ast.Ident)
	switch {
	case !ok:
		return "?."
	case pointer:
		return "(*" + name.Name + ")."
	}
	return name.Name + "."
}

var (
	code       = regexp.MustCompile("`([^`\n]+)`")
	identifier = regexp.MustCompile(`^([a-z][a-z0-9]*)\.(\(\*\w+\)\.)?\w+(\.\w+)?$`)
)

func TestArchitectureNamesExist(t *testing.T) {
	names, packages := declared(t)
	text := read(t, "docs/architecture.md")
	checked := 0
	for _, span := range code.FindAllStringSubmatch(text, -1) {
		m := identifier.FindStringSubmatch(span[1])
		if m == nil {
			continue
		}
		if _, ours := packages[m[1]]; !ours {
			continue
		}
		checked++
		if !names[span[1]] {
			t.Errorf("docs/architecture.md names %s, which does not exist", span[1])
		}
	}
	if checked < 50 {
		t.Errorf("only %d names found in docs/architecture.md: does this test still read it right?", checked)
	}
	for pkg, atRoot := range packages {
		if atRoot && !strings.Contains(text, "| ["+pkg+"](") {
			t.Errorf("docs/architecture.md says nothing of package %s", pkg)
		}
	}
}

var (
	fenced = regexp.MustCompile("(?ms)^```.*?^```")
	link   = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	pages := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	err := filepath.WalkDir("docs", func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(read(t, page), ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: the link %s leads nowhere", page, m[1])
			}
		}
	}
}

var (
	// The ways in which app names a metric.
	registered = regexp.MustCompile(`(?:histogram\(|alarm\(|Name: |add\((?:counter|gauge), |NewDesc\("vedette_)"?([a-z][a-z_]+)"`)
	documented = regexp.MustCompile(`vedette_([a-z_]+)`)
)

func TestMetricsAreDocumented(t *testing.T) {
	have := map[string]bool{}
	for _, file := range []string{"app/metrics.go", "app/readings.go"} {
		for _, m := range registered.FindAllStringSubmatch(read(t, file), -1) {
			have[m[1]] = true
		}
	}
	if len(have) < 40 {
		t.Errorf("only %d metrics found in app: does this test still read it right?", len(have))
	}
	for _, page := range []string{"docs/operations.md", "docs/performance.md", "docs/detection.md", "README.md"} {
		for _, m := range documented.FindAllStringSubmatch(read(t, page), -1) {
			if !have[m[1]] {
				t.Errorf("%s names the metric vedette_%s, which does not exist", page, m[1])
			}
		}
	}
	operations := read(t, "docs/operations.md")
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if !strings.Contains(operations, "| `vedette_"+name+"` |") {
			t.Errorf("the table of metrics in docs/operations.md has no line for vedette_%s", name)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
