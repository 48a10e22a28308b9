package help

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vedette/api"
	"vedette/cli/name"
)

var update = flag.Bool("update", false, "write the pages in testdata")

// rendered returns the page of an operation.
func rendered(t *testing.T, op *api.Operation, width int, bold bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := Operation(&b, op, width, bold); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func operation(t *testing.T, name string) *api.Operation {
	t.Helper()
	for _, op := range api.AllOperations() {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("no operation %s", name)
	return nil
}

// sections returns the titles of a page in order.
func sections(page string) (titles []string) {
	for line := range strings.Lines(page) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != ' ' {
			titles = append(titles, line)
		}
	}
	return titles
}

func TestPages(t *testing.T) {
	for _, op := range []string{"CreateSecurityProfile", "ListPolicies", "CreateKeysAndCertificate"} {
		golden(t, filepath.Join("testdata", name.Command(op)+".txt"), rendered(t, operation(t, op), 80, false))
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; go test -update rewrites it, read the diff. Got:\n%s", path, got)
	}
}

func TestEveryOperationRenders(t *testing.T) {
	want := []string{"NAME", "DESCRIPTION", "SYNOPSIS", "OPTIONS", "GLOBAL OPTIONS", "OUTPUT"}
	for _, op := range api.AllOperations() {
		page := rendered(t, op, 80, false)
		got := slices.DeleteFunc(sections(page), func(s string) bool { return s == "EXAMPLES" })
		if !slices.Equal(got, want) {
			t.Errorf("%s: sections %v, want %v", op.Name, got, want)
		}
		if !strings.Contains(page, "\n       "+strings.Fields(api.Help(op.Name))[0]+" ") {
			t.Errorf("%s: the page lacks its sentence", op.Name)
		}
		for i := range op.Input.Members {
			m := &op.Input.Members[i]
			if shown := strings.Contains(page, "--"+name.Option(m.Name)+" ") || strings.Contains(page, "--"+name.Option(m.Name)+"\n"); !shown && !hidden(op, m) {
				t.Errorf("%s: the page lacks the option of %s", op.Name, m.Name)
			}
		}
	}
}

// TestWidth renders narrow and wide pages: only lines that cannot be wrapped are
// wider.
func TestWidth(t *testing.T) {
	for _, width := range []int{50, 80, 132} {
		for _, op := range api.AllOperations() {
			for line := range strings.Lines(withoutCode(rendered(t, op, width, false))) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > width && len(strings.Fields(line)) > 1 {
					t.Errorf("%s, width %d: %q", op.Name, width, line)
				}
			}
		}
	}
}

// withoutCode cuts out what is not wrapped: synopsis, syntaxes and examples.
func withoutCode(page string) string {
	var b strings.Builder
	skip := false
	for line := range strings.Lines(page) {
		switch text := strings.TrimSpace(line); {
		case line[0] != ' ' && line[0] != '\n':
			skip = text == "SYNOPSIS" || text == "EXAMPLES"
		case strings.HasSuffix(text, "Syntax:"):
			skip = true
		case strings.HasPrefix(line, "       --"):
			skip = false
		}
		if !skip {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestBold(t *testing.T) {
	op := operation(t, "ListPolicies")
	page := rendered(t, op, 80, true)
	for _, want := range []string{"\x1b[1mNAME\x1b[0m\n", "\x1b[1m--page-size\x1b[0m (integer)", "\x1b[1m--query\x1b[0m, the query"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	plain := strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(page)
	if plain != rendered(t, op, 80, false) {
		t.Error("bold changes more than how letters look")
	}
}

func TestService(t *testing.T) {
	var b bytes.Buffer
	if err := Service(&b, 0, false); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if got, want := sections(page), []string{"NAME", "DESCRIPTION", "AVAILABLE COMMANDS"}; !slices.Equal(got, want) {
		t.Errorf("sections %v, want %v", got, want)
	}
	for _, op := range api.AllOperations() {
		if listed := strings.Contains(page, "\n       o "+name.Command(op.Name)+"\n"); listed == op.Deprecated {
			t.Errorf("%s: listed %t, deprecated %t", op.Name, listed, op.Deprecated)
		}
	}
	for line := range strings.Lines(page) {
		if utf8.RuneCountInString(line) > 81 {
			t.Errorf("too wide: %q", line)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

func TestFailingReader(t *testing.T) {
	if err := Operation(full{}, operation(t, "ListThings"), 80, false); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Operation: got %v", err)
	}
	if err := Service(full{}, 80, false); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Service: got %v", err)
	}
}

// TestExamples holds the examples to the model.
func TestExamples(t *testing.T) {
	_, blocks, _ := strings.Cut(examplesText, "\n\n")
	last := ""
	for block := range strings.SplitSeq(strings.TrimSpace(blocks), "\n\n") {
		title, text, _ := strings.Cut(block, "\n")
		op := operation(t, title)
		if title <= last {
			t.Errorf("%s stands behind %s", title, last)
		}
		last = title
		known := []string{}
		for _, o := range options(op) {
			known = append(known, o.names...)
		}
		for _, g := range globals() {
			known = append(known, g.name)
		}
		for word := range strings.FieldsSeq(text) {
			if strings.HasPrefix(word, "--") && !slices.Contains(known, word) {
				t.Errorf("%s has no option %s", title, word)
			}
		}
		if !strings.Contains(text, "  vedette iot "+name.Command(title)+" ") {
			t.Errorf("%s: the example shows another command", title)
		}
		if !strings.Contains(rendered(t, op, 80, false), "\nEXAMPLES\n") {
			t.Errorf("%s: the page lacks its example", title)
		}
	}
}

func BenchmarkOperation(b *testing.B) {
	ops := api.AllOperations()
	op := ops[slices.IndexFunc(ops, func(op *api.Operation) bool { return op.Name == "CreateTopicRule" })]
	var buf bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := Operation(&buf, op, 80, false); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(buf.Len()))
	}
}
