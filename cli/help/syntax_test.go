package help

import (
	"os"
	"strings"
	"testing"

	"vedette/api"
)

// TestSyntax compares with what AWS CLI v2 shows for every option that is more
// than a scalar: testdata/syntax.txt.
func TestSyntax(t *testing.T) {
	text, err := os.ReadFile("testdata/syntax.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for i, block := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n\n## ") {
		if title, example, _ := strings.Cut(block, "\n"); i > 0 {
			want[title] = example
		}
	}
	seen := map[string]bool{}
	check := func(title, got string) {
		if want[title] != got {
			t.Errorf("%s: got\n%s\nwant\n%s", title, got, want[title])
		}
		seen[title] = true
	}
	for _, op := range api.AllOperations() {
		for _, m := range op.Input.Members {
			switch s := m.Shape; {
			case scalar(s):
			case s.Type == api.TypeList && scalar(s.Element):
				check(s.Name+": Syntax", listSyntax(s))
			default:
				check(s.Name+": Shorthand Syntax", shorthandSyntax(s))
				check(s.Name+": JSON Syntax", jsonSyntax(s))
			}
		}
	}
	for title := range want {
		if !seen[title] {
			t.Errorf("no option for %s", title)
		}
	}
}

// tree is a shape that contains itself, as no shape of the API does yet.
func tree() *api.Shape {
	word := &api.Shape{Name: "Word", Type: api.TypeString}
	s := &api.Shape{Name: "Tree", Type: api.TypeStructure}
	list := &api.Shape{Name: "Trees", Type: api.TypeList, Element: s}
	byName := &api.Shape{Name: "TreesByName", Type: api.TypeMap, Key: word, Value: list}
	s.Members = []api.Member{{Name: "name", Shape: word}, {Name: "left", Shape: s}, {Name: "more", Shape: byName}}
	return s
}

func TestRecursion(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"ok/json", jsonSyntax(tree()), `{
  "name": "string",
  "left": { ... recursive ... },
  "more": {"string": [
        { ... recursive ... }
        ...
      ]
    ...}
}`},
		{"ok/shorthand", shorthandSyntax(&api.Shape{Type: api.TypeList, Element: tree()}), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", tt.got, tt.want)
			}
		})
	}
	p := newPage(80, false)
	p.nested(0, tree(), true, nil)
	if got, want := strings.Count(p.text.String(), "recursive"), 2; got != want {
		t.Errorf("%d shapes are called recursive, want %d:\n%s", got, want, p.text.String())
	}
}

func TestShorthandStructureInItself(t *testing.T) {
	s := &api.Shape{Name: "Pair", Type: api.TypeStructure}
	inner := &api.Shape{Name: "Inner", Type: api.TypeStructure}
	inner.Members = []api.Member{{Name: "again", Shape: inner}, {Name: "n", Shape: &api.Shape{Name: "N", Type: api.TypeLong}}}
	s.Members = []api.Member{{Name: "inner", Shape: inner}}
	if got, want := shorthandSyntax(s), "inner={( ... recursive ... ),n=long}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
