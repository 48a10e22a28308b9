package complete

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/name"
)

var update = flag.Bool("update", false, "write the golden files")

// TestLookups holds the rule to what it finds for the model: for each member that
// identifies something, with all the others given, the list that is asked for.
func TestLookups(t *testing.T) {
	var b strings.Builder
	for _, op := range api.AllOperations() {
		if op.Deprecated {
			continue
		}
		l := readLine([]string{"iot", name.Command(op.Name), ""})
		for _, m := range l.op.Members {
			if m.Shape.Type == api.TypeString {
				l.given[m.Option] = []string{"X"}
			}
		}
		for _, m := range l.op.Members {
			part := *m.Member
			if part.Shape.Type == api.TypeList {
				part.Shape = part.Shape.Element
			}
			if !isIdentity(part.Shape) {
				continue
			}
			before := l.given[m.Option]
			delete(l.given, m.Option)
			found := "-"
			if k := findLookup(l, &part, time.Unix(0, 0)); k != nil {
				found = strings.TrimSuffix(k.Operation.Name+" "+k.list+"."+k.member, ".")
			}
			l.given[m.Option] = before
			fmt.Fprintf(&b, "%s %s: %s\n", op.Name, m.Name, found)
		}
	}
	path := filepath.Join("testdata", "lookups.txt")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("%s differs; go test -update rewrites it, read the diff. Got:\n%s", path, b.String())
	}
}

// server answers lists from a few names, two to a page, and counts.
type server struct {
	calls []string
	err   error
}

func (s *server) ask(_ context.Context, globals []string, op *api.Operation, params *document.Map) (*document.Map, error) {
	call := op.Name + " " + document.Repr(params)
	if globals != nil {
		call = strings.Join(globals, " ") + " " + call
	}
	s.calls = append(s.calls, call)
	if s.err != nil {
		return nil, s.err
	}
	things := func(names ...string) []document.Value {
		list := []document.Value{}
		for _, n := range names {
			list = append(list, document.NewMap("thingName", n))
		}
		return list
	}
	switch {
	case op.Name == "ListThings" && !params.Has("nextToken"):
		return document.NewMap("things", things("cam-1", "cam-2"), "nextToken", "more"), nil
	case op.Name == "ListThings":
		return document.NewMap("things", things("door-1", "cam-1")), nil
	case op.Name == "ListDimensions":
		return document.NewMap("dimensionNames", []document.Value{"topics"}), nil
	case op.Name == "ListSecurityProfiles":
		return document.NewMap("securityProfileIdentifiers", []document.Value{document.NewMap("name", "fleet"), "odd", nil, document.NewMap("arn", int64(1))}), nil
	}
	return new(document.Map), nil
}

func TestNamesFromTheServer(t *testing.T) {
	s := &server{}
	e := &Engine{Ask: s.ask}
	words := []string{"--region", "eu-west-1", "iot", "describe-thing", "--thing-name", "cam"}
	for range 2 {
		got := texts(e.CompleteFor(t.Context(), words, time.Minute).Candidates)
		if want := []string{"cam-1", "cam-2"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	want := []string{
		"--region eu-west-1 ListThings {'maxResults': 250}",
		"--region eu-west-1 ListThings {'maxResults': 250, 'nextToken': 'more'}",
	}
	if !slices.Equal(s.calls, want) {
		t.Errorf("calls: got %q, want %q", s.calls, want)
	}
}

func TestNamesThatCannotBeHad(t *testing.T) {
	words := []string{"iot", "describe-thing", "--thing-name", ""}
	if r := (&Engine{}).Complete(words, false); r.Lookup != nil || len(r.Candidates) > 0 {
		t.Errorf("with nobody to ask: got %+v", r)
	}
	s := &server{err: errors.New("refused")}
	e := &Engine{Ask: s.ask}
	for range 2 {
		if r := e.CompleteFor(t.Context(), words, time.Minute); r.Lookup != nil || len(r.Candidates) > 0 {
			t.Errorf("with a failing server: got %+v", r)
		}
	}
	if len(s.calls) != 1 {
		t.Errorf("a server that failed was asked %d times, want once", len(s.calls))
	}
}
