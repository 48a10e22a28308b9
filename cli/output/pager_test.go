package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vedette/cli/document"
)

// TestMain makes the test binary a pager where PAGER_OF_TEST is set.
func TestMain(m *testing.M) {
	switch os.Getenv("PAGER_OF_TEST") {
	case "cat":
		io.Copy(os.Stdout, os.Stdin)
		os.Exit(3)
	case "quit":
		os.Exit(3)
	case "environ":
		io.Copy(io.Discard, os.Stdin)
		fmt.Printf("%q LESS=%q", os.Args[1:], os.Getenv("LESS"))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func pagingScreen(t *testing.T, out io.Writer, does string, environ ...string) *Screen {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Screen{
		Out: out, Err: os.Stderr, Terminal: true, Width: 80,
		Pager:   `'` + self + `' -x "y z"`,
		Environ: append(environ, "PAGER_OF_TEST="+does),
	}
}

func TestPager(t *testing.T) {
	v := document.NewMap("a", "b")
	tests := []struct {
		name    string
		does    string
		environ []string
		options Options
		want    string
	}{
		{"ok/json", "cat", nil, Options{Format: "json"}, "{\n    \"a\": \"b\"\n}\n"},
		{"ok/text", "cat", nil, Options{Format: "text"}, "b\n"},
		{"ok/table in colors", "cat", nil, Options{Format: "table", Operation: "Get"},
			"------------\n|    Get   |\n+----+-----+\n|  \x1b[1m\x1b[34ma\x1b[0m |  \x1b[1m\x1b[34mb\x1b[0m  |\n+----+-----+\n\x1b[0m"},
		{"ok/LESS is set", "environ", nil, Options{Format: "json"}, `["-x" "y z"] LESS="FRX"`},
		{"ok/LESS is kept", "environ", []string{"LESS=S"}, Options{Format: "json"}, `["-x" "y z"] LESS="S"`},
		{"ok/LESS is kept empty", "environ", []string{"LESS="}, Options{Format: "json"}, `["-x" "y z"] LESS=""`},
		{"ok/left early", "quit", nil, Options{Format: "text"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			s := pagingScreen(t, &out, tt.does, tt.environ...)
			if err := s.Show(tt.options, v); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if out.String() != tt.want {
				t.Errorf("got %q, want %q", out.String(), tt.want)
			}
		})
	}
	t.Run("ok/left early with much to show", func(t *testing.T) {
		for _, format := range []string{"json", "text", "yaml-stream"} {
			s := pagingScreen(t, io.Discard, "quit")
			if err := s.Show(Options{Format: format}, strings.Repeat("x", 1<<20)); err != nil {
				t.Errorf("%s: %v", format, err)
			}
		}
	})
	t.Run("fail/an error after the first page", func(t *testing.T) {
		broken := errors.New("broken")
		var out bytes.Buffer
		s := pagingScreen(t, &out, "cat")
		err := s.ShowPages(Options{Format: "text"}, Pages{ResultKey: "things", All: func(yield func(*document.Map, error) bool) {
			yield(document.NewMap("things", []document.Value{"a"}), nil)
			yield(nil, broken)
		}})
		if err != broken || out.String() != "THINGS\ta\n" {
			t.Errorf("got error %v and output %q", err, out.String())
		}
	})
}

func TestPagerThatDoesNotStart(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, []byte("no program"), 0o644); err != nil {
		t.Fatal(err)
	}
	missing := func(name string) string {
		return "Unable to redirect output to pager. Received the following error when opening pager:\n" +
			"[Errno 2] No such file or directory: " + name + "\n\n" +
			"Learn more about configuring the output pager by running \"aws help config-vars\"."
	}
	tests := []struct {
		name, command, environ string
		v                      document.Value
		want                   string // the error, without which nothing is shown all the same
	}{
		{"fail/not in PATH", "nosuch -x", "PATH=" + dir, "a", missing("'nosuch'")},
		{"fail/no PATH", "nosuch", "X=", "a", missing("'nosuch'")},
		{"fail/no such file", `"it's"/nosuch`, "PATH=" + dir, "a", missing(`"it's/nosuch"`)},
		{"ok/nothing to show", "nosuch", "PATH=" + dir, new(document.Map), ""},
		{"ok/no program", plain, "PATH=" + dir, "a", ""},
		{"ok/no program in PATH", "plain", "PATH=" + dir, "a", ""},
		{"ok/a folder", dir, "PATH=" + dir, "a", ""},
		{"ok/below a file", plain + "/x", "PATH=" + dir, "a", ""},
		{"fail/blank", " ", "PATH=" + dir, "a", "list index out of range"},
		{"fail/open quote", "it's", "PATH=" + dir, new(document.Map), "No closing quotation"},
		{"fail/open escape", `less\`, "PATH=" + dir, new(document.Map), "No escaped character"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, format := range []string{"json", "text"} {
				var out bytes.Buffer
				s := &Screen{Out: &out, Err: &out, Terminal: true, Width: 80, Pager: tt.command, Environ: []string{tt.environ}}
				err := s.Show(Options{Format: format}, tt.v)
				got := ""
				if err != nil {
					got = err.Error()
				}
				if got != tt.want || out.Len() > 0 {
					t.Errorf("%s: got error %q and output %q, want error %q", format, got, out.String(), tt.want)
				}
				if s.Close() != nil {
					t.Errorf("%s: got an error at the end", format)
				}
			}
		})
	}
}

func TestSplitCommand(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"ok/empty", "", nil},
		{"ok/blanks", " \t\r\n", nil},
		{"ok/words", " less  -R\t-S ", []string{"less", "-R", "-S"}},
		{"ok/quotes", `a 'b c' "d e"f'g'`, []string{"a", "b c", "d efg"}},
		{"ok/empty words", `'' a""`, []string{"", "a"}},
		{"ok/backslash", `a\ b \' \\`, []string{"a b", "'", `\`}},
		{"ok/backslash in quotes", `'a\b' "a\b \" \\ \$ \'"`, []string{`a\b`, `a\b " \ \$ \'`}},
		{"ok/no shell", "a | b > c; $d `e` # f *", []string{"a", "|", "b", ">", "c;", "$d", "`e`", "#", "f", "*"}},
		{"ok/other blanks are none", "a\u00a0b\vc", []string{"a\u00a0b\vc"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := splitCommand(tt.in)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %q and error %v, want %q", got, err, tt.want)
			}
		})
	}
}

// FuzzSplitCommand splits words that were quoted in the one way that always works.
func FuzzSplitCommand(f *testing.F) {
	f.Add("less -R 'a'", "")
	f.Add(`a"b\`, "'")
	f.Fuzz(func(t *testing.T, a, b string) {
		_, _ = splitCommand(a)
		a, b = strings.ToValidUTF8(a, ""), strings.ToValidUTF8(b, "")
		quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'" }
		got, err := splitCommand(quote(a) + " " + quote(b))
		if err != nil || !slices.Equal(got, []string{a, b}) {
			t.Errorf("got %q and error %v, want %q", got, err, []string{a, b})
		}
	})
}
