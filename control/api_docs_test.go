package control_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"vedette/api"
	"vedette/control"
)

var (
	apiSection = regexp.MustCompile("(?m)^### (\\w+)$\n\n`(\\w+) (/[^`]*)` · (.*)$")
	word       = regexp.MustCompile("[`\"]([\\w.]+)[`\"]")
)

// TestAPIDocs: what docs/api.md says of an operation is so: method, path, permission, and
// every member is named.
func TestAPIDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	page, own := string(text), map[string]*api.Operation{}
	for _, op := range control.OwnOperations() {
		own[op.Name] = op
	}
	found := apiSection.FindAllStringSubmatchIndex(page, -1)
	if len(found) < 12 {
		t.Fatalf("only %d operations found: does this test still read the page right?", len(found))
	}
	said := map[string]bool{}
	for _, w := range word.FindAllStringSubmatch(page, -1) {
		said[w[1]] = true
	}
	for _, m := range found {
		name, method, path, permission := page[m[2]:m[3]], page[m[4]:m[5]], page[m[6]:m[7]], page[m[8]:m[9]]
		op, known := own[name]
		if !known {
			t.Errorf("%s is no operation", name)
			continue
		}
		if op.Method != method || op.URI != path {
			t.Errorf("%s: the page says %s %s, want %s %s", name, method, path, op.Method, op.URI)
		}
		action := control.ActionOf(op)
		if !strings.HasPrefix(permission, "`"+action+"`") && !(action == "" && strings.HasPrefix(permission, "no permission")) {
			t.Errorf("%s: the page says the permission %s, want %q", name, permission, action)
		}
		if name == "GetSuggestions" { // docs/thresholds.md
			continue
		}
		for _, s := range []*api.Shape{op.Input, op.Output} {
			for _, member := range s.Members {
				if !said[member.Name] && !strings.Contains(path, "{"+member.Name+"}") {
					t.Errorf("%s: the page says nothing of %s", name, member.Name)
				}
			}
		}
	}
}
