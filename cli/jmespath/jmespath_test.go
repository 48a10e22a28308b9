package jmespath_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vedette/cli/document"
	"vedette/cli/jmespath"
)

// parse reads a JSON text of a test.
func parse(t testing.TB, text string) document.Value {
	t.Helper()
	v, err := document.Parse(text)
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

// outcome is what came of a query: how (result, syntax error or search error)
// and the result's JSON or the error's text.
func outcome(query string, given document.Value) (how, text string) {
	e, err := jmespath.Compile(query)
	if err != nil {
		return "syntax error", err.Error()
	}
	v, err := e.Search(given)
	if err != nil {
		return "search error", err.Error()
	}
	return "result", document.Compact(printable(v))
}

// printable replaces the references in v by their texts.
func printable(v document.Value) document.Value {
	switch v := v.(type) {
	case *jmespath.Reference:
		return v.String()
	case []document.Value:
		list := make([]document.Value, len(v))
		for i, element := range v {
			list[i] = printable(element)
		}
		return list
	case *document.Map:
		m := new(document.Map)
		for key, value := range v.All() {
			m.Set(key, printable(value))
		}
		return m
	}
	return v
}

type pythonCase struct {
	line             int
	given            document.Value
	query, how, text string
}

// pythonCases reads what the original makes of queries; the file says how it is
// written.
func pythonCases(t testing.TB) []pythonCase {
	t.Helper()
	f, err := os.Open("testdata/python.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []pythonCase
	var c pythonCase
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		c.line++
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		what, text, _ := strings.Cut(line, ": ")
		switch what {
		case "given":
			c.given = parse(t, text)
		case "query":
			c.query = parse(t, text).(string)
		case "result":
			c.how, c.text = what, text
			cases = append(cases, c)
		default:
			c.how, c.text = what, parse(t, text).(string)
			cases = append(cases, c)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestPython(t *testing.T) {
	for _, c := range pythonCases(t) {
		name := "ok"
		if c.how != "result" {
			name = "fail"
		}
		t.Run(fmt.Sprintf("%s/line %d", name, c.line), func(t *testing.T) {
			if how, text := outcome(c.query, c.given); how != c.how || text != c.text {
				t.Errorf("query %q\ngot  %s: %s\nwant %s: %s", c.query, how, text, c.how, c.text)
			}
		})
	}
}

// TestCompliance runs the language's own suite. The Python library passes all
// of it, so there are no exceptions.
func TestCompliance(t *testing.T) {
	files, err := filepath.Glob("testdata/compliance/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no suite", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, group := range parse(t, string(text)).([]document.Value) {
			given := group.(*document.Map).Value("given")
			for j, c := range group.(*document.Map).Value("cases").([]document.Value) {
				c := c.(*document.Map)
				name, _, _ := strings.Cut(filepath.Base(file), ".")
				name = fmt.Sprintf("%s/%d/%d", name, i, j)
				switch {
				case c.Has("result"):
					t.Run("ok/"+name, func(t *testing.T) { checkResult(t, c, given) })
				case c.Has("error"):
					t.Run("fail/"+name, func(t *testing.T) { checkError(t, c, given) })
				}
			}
		}
	}
}

func checkResult(t *testing.T, c *document.Map, given document.Value) {
	t.Helper()
	query := c.Value("expression").(string)
	// The suite does not care for the order of keys, the language's equality neither.
	e, err := jmespath.Compile("[0] == [1]")
	if err != nil {
		t.Fatal(err)
	}
	how, text := outcome(query, given)
	if how != "result" {
		t.Fatalf("query %q: %s: %s", query, how, text)
	}
	equal, err := e.Search([]document.Value{parse(t, text), c.Value("result")})
	if err != nil || equal != true {
		t.Errorf("query %q: got %s, want %s", query, text, document.Compact(c.Value("result")))
	}
}

func checkError(t *testing.T, c *document.Map, given document.Value) {
	t.Helper()
	query := c.Value("expression").(string)
	how, text := outcome(query, given)
	if how == "result" {
		t.Errorf("query %q: got %s, want an error: %s", query, text, c.Value("error"))
	}
	if c.Value("error") == "syntax" && how != "syntax error" {
		t.Errorf("query %q: got %s %s, want a syntax error", query, how, text)
	}
}

// TestDepth holds the depths from which on AWS CLI 2.9.19 gives up.
func TestDepth(t *testing.T) {
	const tooDeep = "maximum recursion depth exceeded"
	nested := func(open, inner, end string) func(n int) string {
		return func(n int) string { return strings.Repeat(open, n) + inner + strings.Repeat(end, n) }
	}
	for name, c := range map[string]struct {
		query func(n int) string
		first int
		text  string
	}{
		"parentheses": {nested("(", "a", ")"), 490, tooDeep},
		"lists":       {nested("[", "a", "]"), 327, tooDeep},
		"filters":     {nested("[?", "a", "]"), 327, tooDeep},
		"calls":       {nested("f(", "a", ")"), 490, tooDeep},
		"hashes":      {nested("{a:", "a", "}"), 245, tooDeep + " while calling a Python object"},
		"not":         {nested("!", "a", ""), 485, tooDeep},
		"and":         {nested("@&&", "@", ""), 491, tooDeep},
		"json":        {func(n int) string { return "`" + nested("[", "", "]")(n) + "`" }, 976, tooDeep + " while decoding a JSON array from a unicode string"},
		"json object": {func(n int) string { return "`" + nested(`{"[":`, "1", "}")(n) + "`" }, 976, tooDeep + " while decoding a JSON object from a unicode string"},
	} {
		given := document.NewMap("a", document.NewMap("a", int64(1)))
		t.Run("ok/"+name, func(t *testing.T) {
			if how, text := outcome(c.query(c.first-1), given); strings.Contains(text, tooDeep) {
				t.Errorf("%s: %s", how, text)
			}
		})
		t.Run("fail/"+name, func(t *testing.T) {
			for _, n := range []int{c.first, 100_000} {
				if _, text := outcome(c.query(n), given); n == c.first && text != c.text || !strings.Contains(text, tooDeep) {
					t.Errorf("depth %d: got %.200s, want %s", n, text, c.text)
				}
			}
		})
	}
}

// TestSize is about long numbers and lists.
func TestSize(t *testing.T) {
	digits := strings.Repeat("7", 4301)
	const tooLong = "Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; " +
		"use sys.set_int_max_str_digits() to increase the limit"
	var many []document.Value
	for i := range 200 {
		many = append(many, []document.Value{int64(i * 7 % 10), int64(i)})
	}
	given := document.NewMap("digits", digits, "many", many)
	for name, c := range map[string]struct{ query, how, text string }{
		"ok/index":               {"many[" + digits[1:] + "]", "result", "null"},
		"fail/index":             {"many[" + digits + "]", "syntax error", tooLong},
		"fail/negative index":    {"many[-" + digits + "]", "syntax error", tooLong},
		"ok/literal":             {"`" + digits[1:] + "`", "result", digits[1:]},
		"ok/literal as a string": {"`" + digits + "`", "result", `"` + digits + `"`},
		"ok/nested literal":      {"`{a:[1,-" + digits + "]}`", "result", `"{a:[1,-` + digits + `]}"`},
		"fail/nested literal":    {"`{\"a\":[1,-" + digits + "]}`", "syntax error", "Bad jmespath expression: Bad token {\"a\":[1,-" + digits + "]}:\n`{\"a\":[1,-" + digits + "]}`\n^"},
		"ok/float literal":       {"`[1," + digits + "e0]`", "result", `[1, Infinity]`},
		"ok/to_number":           {"to_number(digits)", "result", "Infinity"},
		"ok/sort_by is stable":   {"sort_by(many, &[0])[:22][1]", "result", "[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 3, 13]"},
	} {
		t.Run(name, func(t *testing.T) {
			if how, text := outcome(c.query, given); how != c.how || text != c.text {
				t.Errorf("got %s: %.300s\nwant %s: %.300s", how, text, c.how, c.text)
			}
		})
	}
}

// TestNoJSON is about values that a JSON text cannot hold.
func TestNoJSON(t *testing.T) {
	at := document.Timestamp(time.Date(2023, 1, 2, 3, 4, 5, 0, time.UTC))
	given := document.NewMap("at", at, "blob", document.Bytes("a'b"), "number", document.Bytes(" 12 "), "list", []document.Value{at})
	for query, want := range map[string]string{
		"ok/at == at":                 `true`,
		"ok/at == blob":               `false`,
		"ok/blob == blob":             `true`,
		"ok/blob == 'x'":              `false`,
		"ok/contains(list, at)":       `true`,
		"ok/!blob":                    `false`,
		"ok/at < at":                  `null`,
		"ok/at.x":                     `null`,
		"ok/at[0]":                    `null`,
		"ok/blob[*]":                  `null`,
		"ok/type(at)":                 `null`,
		"ok/to_string(at)":            `"\"2023-01-02 03:04:05\""`,
		"ok/to_string(blob)":          `"\"b\\\"a'b\\\"\""`,
		"ok/to_number(number)":        `12`,
		"ok/to_number(blob)":          `null`,
		"fail/to_number(at)":          `int() argument must be a string, a bytes-like object or a real number, not 'datetime.datetime'`,
		"fail/length(blob)":           `In function length(), invalid type for value: b"a'b", expected one of: ['string', 'array', 'object'], received: "unknown"`,
		"fail/abs(at)":                `In function abs(), invalid type for value: 2023-01-02 03:04:05, expected one of: ['number'], received: "unknown"`,
		"fail/sort(list)":             `In function sort(), invalid type for value: 2023-01-02 03:04:05, expected one of: ['array-string', 'array-number'], received: "datetime"`,
		"fail/sort_by(list, &@)":      `In function sort_by(), invalid type for value: 2023-01-02 03:04:05, expected one of: ['string', 'number'], received: "unknown"`,
		"fail/join('', [blob])":       `In function join(), invalid type for value: b"a'b", expected one of: ['array-string'], received: "bytes"`,
		"fail/contains('', at)":       `'in <string>' requires string as left operand, not datetime.datetime`,
		"fail/contains('', blob)":     `'in <string>' requires string as left operand, not bytes`,
		"fail/merge(@, at)":           `'datetime.datetime' object is not iterable`,
		"fail/merge(@, blob)":         `cannot convert dictionary update sequence element #0 to a sequence`,
		"fail/merge(@, [[list, at]])": `unhashable type: 'list'`,
	} {
		t.Run(query, func(t *testing.T) {
			kind, query, _ := strings.Cut(query, "/")
			how, text := outcome(query, given)
			if text != want || (how == "result") != (kind == "ok") {
				t.Errorf("got %s %s, want %s", how, text, want)
			}
		})
	}
}

func TestErrorTypes(t *testing.T) {
	_, err := jmespath.Compile("a.")
	if e := (*jmespath.SyntaxError)(nil); !errors.As(err, &e) {
		t.Errorf("got %T, want *SyntaxError", err)
	}
	e, err := jmespath.Compile("abs(@)")
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Search(nil)
	if e := (*jmespath.SearchError)(nil); !errors.As(err, &e) {
		t.Errorf("got %T, want *SearchError", err)
	}
	if got := e.String(); got != "abs(@)" {
		t.Errorf("got %q", got)
	}
}

// FuzzSearch holds that no query panics and that parentheses and a pipe to @
// change nothing.
func FuzzSearch(f *testing.F) {
	for _, c := range pythonCases(f) {
		f.Add(c.query, document.Compact(c.given))
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		if len(query) > 2000 || len(text) > 2000 {
			return
		}
		given, err := document.Parse(text)
		if err != nil {
			return
		}
		how, got := outcome(query, given)
		if how == "syntax error" || strings.Contains(got, "recursion depth") {
			return
		}
		for _, same := range []string{"(" + query + ")", query + "|@", "@|" + query} {
			again, text := outcome(same, given)
			if !strings.Contains(text, "recursion depth") && (again != how || text != got) {
				t.Errorf("%q: %s %s\n%q: %s %s", query, how, got, same, again, text)
			}
		}
	})
}

const benchmarkQuery = "activeViolations[?violationEventType=='in-alarm' && behavior.criteria.value.count > `100`].{Thing: thingName, Metric: behavior.metric, Last: lastViolationValue.count} | sort_by(@, &Thing)"

func benchmarkDocument() document.Value {
	var violations []document.Value
	for i := range 100 {
		kind := []string{"in-alarm", "alarm-cleared"}[i%2]
		violations = append(violations, document.NewMap(
			"thingName", fmt.Sprintf("thing-%d", 1000-i), "violationEventType", kind,
			"behavior", document.NewMap("metric", "aws:message-byte-size", "criteria",
				document.NewMap("value", document.NewMap("count", int64(i*10)))),
			"lastViolationValue", document.NewMap("count", int64(i))))
	}
	return document.NewMap("activeViolations", violations)
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(benchmarkQuery)))
	for b.Loop() {
		if _, err := jmespath.Compile(benchmarkQuery); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	e, err := jmespath.Compile(benchmarkQuery)
	if err != nil {
		b.Fatal(err)
	}
	given := benchmarkDocument()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Search(given); err != nil {
			b.Fatal(err)
		}
	}
}
