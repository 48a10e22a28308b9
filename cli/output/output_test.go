package output

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"vedette/cli/document"
)

// golden is a result and what AWS CLI v2 prints for it: in each format, in
// tables of other widths ("table 40") and in colors. "text error" is what it
// says after that.
type golden map[string]string

// TestGolden shows the results of testdata/*.txtar. Escape characters are
// written as ^[ in the parts with colors, which end with an added newline.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parts := golden{}
		for _, f := range archive.Files {
			text := string(f.Data)
			if strings.Contains(f.Name, "in colors") {
				text = strings.TrimSuffix(strings.ReplaceAll(text, "^[", "\x1b"), "\n")
			}
			parts[f.Name] = text
		}
		t.Run("ok/"+name, func(t *testing.T) { parts.check(t) })
	}
}

// TestRandom shows random documents: testdata/random.jsonl.
func TestRandom(t *testing.T) {
	f, err := os.Open("testdata/random.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(lines.Bytes(), &raw); err != nil {
			t.Fatal(err)
		}
		parts := golden{"document.json": string(raw["document"]), "width": string(raw["width"])}
		delete(raw, "document")
		delete(raw, "width")
		for name, text := range raw {
			var s string
			if err := json.Unmarshal(text, &s); err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "error") {
				s += "\n"
			}
			parts[name] = s
		}
		t.Run("ok/"+strconv.Itoa(n), func(t *testing.T) { parts.check(t) })
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func (g golden) check(t *testing.T) {
	for _, part := range slices.Sorted(maps.Keys(g)) {
		format, variant, _ := strings.Cut(part, " ")
		if !slices.Contains([]string{"json", "text", "table", "yaml", "yaml-stream"}, format) || variant == "error" {
			continue
		}
		var out bytes.Buffer
		s := &Screen{Out: &out, Width: 80}
		if g["width"] != "" {
			s.Width, _ = strconv.Atoi(g["width"])
		}
		o := Options{Format: format, Operation: "DescribeThing", Color: "off", Query: g.query()}
		var err error
		switch variant {
		case "":
			err = g.show(t, s, o)
		case "in colors":
			o.Color = "on"
			err = g.show(t, s, o)
		case "in colors in a pager":
			o.Color = "on"
			p, _ := s.printer(o)
			p.out, p.reset = &out, false
			err = p.document(g.document(t))
		default:
			s.Width, _ = strconv.Atoi(variant)
			err = g.show(t, s, o)
		}
		s.Close()
		if diff := cmp.Diff(g[part], out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", part, diff)
		}
		said := ""
		if err != nil {
			said = err.Error() + "\n"
		}
		if want := g[format+" error"]; said != want {
			t.Errorf("%s: got error %q, want %q", part, said, want)
		}
	}
}

func (g golden) document(t *testing.T) document.Value {
	t.Helper()
	return parse(t, g["document.json"])
}

// query takes the member that a file names, null if there is none.
func (g golden) query() func(document.Value) (document.Value, error) {
	name, set := g["query"]
	if !set {
		return nil
	}
	return func(v document.Value) (document.Value, error) {
		m, _ := v.(*document.Map)
		return m.Value(strings.TrimSpace(name)), nil
	}
}

func (g golden) show(t *testing.T, s *Screen, o Options) error {
	t.Helper()
	if text, paged := g["pages.json"]; paged {
		pages := pagesOf(t, text)
		pages.NonAggregate = strings.Fields(g["same on each page"])
		pages.ResumeToken = func() string { return strings.TrimSpace(g["token"]) }
		pages.Result = func() (*document.Map, error) { return merged(pages) }
		return s.ShowPages(o, pages)
	}
	return s.Show(o, g.document(t))
}

func parse(t testing.TB, text string) document.Value {
	t.Helper()
	v, err := document.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func pagesOf(t testing.TB, text string) Pages {
	list := parse(t, text).([]document.Value)
	return Pages{
		ResultKey:   "things",
		ResumeToken: func() string { return "" },
		All: func(yield func(*document.Map, error) bool) {
			for _, page := range list {
				if !yield(page.(*document.Map), nil) {
					return
				}
			}
		},
	}
}

// merged gathers pages, as package client does.
func merged(p Pages) (*document.Map, error) {
	result, items := new(document.Map), []document.Value(nil)
	var first *document.Map
	for page, err := range p.All {
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = page
		}
		if more, ok := page.Value(p.ResultKey).([]document.Value); ok {
			items = append(items, more...)
			result.Set(p.ResultKey, items)
		}
	}
	for _, key := range p.NonAggregate {
		result.Set(key, first.Value(key))
	}
	if token := p.ResumeToken(); token != "" {
		result.Set("NextToken", token)
	}
	return result, nil
}

func TestErrors(t *testing.T) {
	broken := errors.New("page 2 is broken")
	pages := func(t *testing.T) Pages {
		p := pagesOf(t, `[{"things": ["a", "b"], "nextToken": "1"}]`)
		good := p.All
		p.All = func(yield func(*document.Map, error) bool) {
			for page := range good {
				if !yield(page, nil) {
					return
				}
			}
			yield(nil, broken)
		}
		p.Result = func() (*document.Map, error) { return merged(p) }
		return p
	}
	failing := func(document.Value) (document.Value, error) { return nil, broken }
	tests := []struct {
		name    string
		options Options
		out     string
	}{
		{"fail/json shows nothing", Options{Format: "json"}, ""},
		{"fail/table shows nothing", Options{Format: "table"}, ""},
		{"fail/yaml shows nothing", Options{Format: "yaml"}, ""},
		{"fail/text shows the pages so far", Options{Format: "text"}, "THINGS\ta\nTHINGS\tb\n"},
		{"fail/yaml-stream shows the pages so far", Options{Format: "yaml-stream"}, "- nextToken: '1'\n  things:\n  - a\n  - b\n"},
		{"fail/query of text", Options{Format: "text", Query: failing}, ""},
		{"fail/query of yaml-stream", Options{Format: "yaml-stream", Query: failing}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			s := &Screen{Out: &out, Width: 80}
			if err := s.ShowPages(tt.options, pages(t)); err != broken {
				t.Errorf("got error %v, want %v", err, broken)
			}
			s.Close()
			if out.String() != tt.out {
				t.Errorf("got %q, want %q", out.String(), tt.out)
			}
		})
	}
	t.Run("fail/query of a document", func(t *testing.T) {
		for _, format := range []string{"json", "text", "table", "yaml", "yaml-stream"} {
			var out bytes.Buffer
			s := &Screen{Out: &out, Width: 80}
			if err := s.Show(Options{Format: format, Query: failing}, new(document.Map)); err != broken || out.Len() > 0 {
				t.Errorf("%s: got error %v and output %q", format, err, out.String())
			}
		}
	})
	t.Run("fail/unknown format", func(t *testing.T) {
		err := (&Screen{}).Show(Options{Format: "xml"}, nil)
		if err == nil || err.Error() != "Unknown output type: xml" {
			t.Errorf("got error %v", err)
		}
	})
}

// FuzzShow shows any document in each format: that never panics, and all lines of
// a table are equally wide.
func FuzzShow(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `""`, `[[]]`, `[{}, []]`, `{"a": {"b": [1, "日本", null, 1e400, NaN]}, "": [{}]}`,
		`[{"a": 1}, {"a": [2]}]`, `[[[{"a": 1, "b": [3]}]], "s"]`, `["a", {"b": 1}]`, `[{}, [0]]`, `[{}, [1, true, -9]]`, `[{}, [99999999999999999999]]`,
	} {
		f.Add(seed, 80)
	}
	f.Fuzz(func(t *testing.T, text string, width int) {
		if len(text) > 1<<14 || !utf8.ValidString(text) {
			return
		}
		v, err := document.Parse(text)
		if err != nil {
			return
		}
		for _, format := range []string{"json", "text", "table", "yaml", "yaml-stream"} {
			for _, color := range []string{"on", "off"} {
				var out bytes.Buffer
				s := &Screen{Out: &out, Width: width}
				_ = s.Show(Options{Format: format, Operation: "DescribeThing", Color: color}, v)
				s.Close()
				if format == "table" && color == "off" && !strings.ContainsAny(text, `\`) {
					checkWidths(t, out.String())
				}
			}
		}
	})
}

func checkWidths(t *testing.T, table string) {
	t.Helper()
	want := -1
	for line := range strings.Lines(table) {
		if width := textWidth(strings.TrimSuffix(line, "\n")); want < 0 {
			want = width
		} else if width != want {
			t.Errorf("a line is %d columns wide, want %d:\n%s", width, want, table)
			return
		}
	}
}
