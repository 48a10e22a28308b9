package mqtt

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A statement is one of those that the MQTT 5 specification numbers in its
// appendix B.
type statement struct {
	id    string
	text  string   // what it asks, in our words
	proof []string // exchanges, and tests of this package or, as gateway.Test…, of that one
	why   string   // there is no proof: why it is not this server's to keep
}

// numberOfStatements is how many the specification has.
const numberOfStatements = 251

func readStatements(t *testing.T) []statement {
	t.Helper()
	text, err := os.ReadFile("testdata/statements.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []statement
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, " | ")
		if len(columns) != 3 {
			t.Fatalf("want three columns: %s", line)
		}
		s := statement{id: columns[0], text: columns[1]}
		if why, ok := strings.CutPrefix(columns[2], "- "); ok {
			s.why = why
		} else {
			s.proof = strings.Split(columns[2], " ")
		}
		all = append(all, s)
	}
	return all
}

// testsOf returns the names of the tests in a directory.
func testsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}

// TestStatements runs, for each normative statement of the MQTT 5 specification,
// what proves it: by the standard's rules, and with all the limits that Options
// have. What holds only under one of the two says so in exchanges.txt.
func TestStatements(t *testing.T) {
	exchanges := readExchanges(t)
	own, gateways := testsOf(t, "."), testsOf(t, "../gateway")
	for rules, options := range map[string]func() Options{"standard": exchangeOptions, "limited": limitedOptions} {
		for _, s := range readStatements(t) {
			t.Run(fmt.Sprintf("ok/%s/%s", rules, s.id), func(t *testing.T) {
				if s.why != "" {
					return // it is not about a server like this, as the table says
				}
				departs := true
				for _, name := range s.proof {
					if test, ok := strings.CutPrefix(name, "gateway."); ok && gateways[test] || own[name] {
						departs = false
						continue
					}
					e := exchanges[name]
					if e == nil {
						t.Fatalf("there is no %s", name)
					}
					if e.rules == "" || e.rules == rules {
						departs = false
						e.run(t, options())
					}
				}
				if departs && rules == "standard" {
					t.Errorf("%s: nothing proves it by the standard's rules", s.text)
				}
			})
		}
	}
}

// TestLimits runs the exchanges that are about limits and not about statements.
func TestLimits(t *testing.T) {
	for name, e := range readExchanges(t) {
		if e.rules == "limited" {
			t.Run("ok/"+name, func(t *testing.T) { e.run(t, limitedOptions()) })
		}
	}
}

var statementID = regexp.MustCompile(`^MQTT-(\d+\.\d+\.\d+)-(\d+)$`)

// TestStatementsAreComplete: every statement is there, and every exchange used.
func TestStatementsAreComplete(t *testing.T) {
	all := readStatements(t)
	if len(all) != numberOfStatements {
		t.Errorf("got %d statements, want %d", len(all), numberOfStatements)
	}
	last, used := map[string]int{"2.2.1": 1}, map[string]bool{} // there is no 2.2.1-1
	for _, s := range all {
		m := statementID.FindStringSubmatch(s.id)
		if m == nil {
			t.Fatalf("%q is no number of a statement", s.id)
		}
		if last[m[1]]++; m[2] != fmt.Sprint(last[m[1]]) {
			t.Errorf("%s follows %s-%d", s.id, m[1], last[m[1]]-1)
		}
		for _, name := range s.proof {
			used[name] = true
		}
	}
	for name, e := range readExchanges(t) {
		if !used[name] && e.rules != "limited" {
			t.Errorf("exchange %s proves nothing", name)
		}
	}
}
