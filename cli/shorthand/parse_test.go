package shorthand_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/shorthand"
)

// golden reads a file of testdata with a JSON object a line.
func golden(t *testing.T, name string) []*document.Map {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var cases []*document.Map
	for line := range strings.Lines(string(data)) {
		v, err := document.Parse(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		cases = append(cases, v.(*document.Map))
	}
	return cases
}

// result is a value or an error as the golden files have it.
func result(v document.Value, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return document.Compact(v)
}

// want is what a case of a golden file expects.
func want(t *testing.T, c *document.Map) string {
	t.Helper()
	if c.Has("error") {
		return "error: " + c.Value("error").(string)
	}
	v, err := document.Parse(c.Value("value").(string))
	if err != nil {
		t.Fatal(err)
	}
	return document.Compact(v)
}

// testdata/parsed.jsonl has the results of the parser of AWS CLI 2.9.19.
func TestParseAsAWSCLI(t *testing.T) {
	for _, c := range golden(t, "parsed.jsonl") {
		text := c.Value("text").(string)
		m, err := shorthand.Parse(text)
		if got := result(m, err); got != want(t, c) {
			t.Errorf("Parse(%q)\n got %s\nwant %s", text, got, want(t, c))
		}
	}
}

func inputMember(t testing.TB, operation, member string) *api.Shape {
	t.Helper()
	for _, op := range api.AllOperations() {
		if op.Name == operation {
			return op.Input.Member(member).Shape
		}
	}
	t.Fatalf("no operation %s", operation)
	return nil
}

// testdata/converted.jsonl has what AWS CLI 2.9.19 makes of the parsed values.
func TestConvertAsAWSCLI(t *testing.T) {
	for _, c := range golden(t, "converted.jsonl") {
		text, member := c.Value("text").(string), c.Value("member").(string)
		shape := inputMember(t, c.Value("operation").(string), member)
		var got string
		if shape.Type == api.TypeList {
			list, err := shorthand.ReadList(shape, []string{text})
			got = result(list, err)
		} else {
			got = result(shorthand.Read(shape, text, nil))
		}
		if got != want(t, c) {
			t.Errorf("--%s %q\n got %s\nwant %s", member, text, got, want(t, c))
		}
	}
}

func TestReadListFromOneText(t *testing.T) {
	behaviors := inputMember(t, "CreateSecurityProfile", "behaviors")
	got := result(shorthand.Read(behaviors, "name=B,suppressAlerts=true", nil))
	if want := `{"name": "B", "suppressAlerts": "true"}`; got != want {
		t.Errorf("got %s, want %s: one object, not converted", got, want)
	}
	list, err := shorthand.ReadList(behaviors, nil)
	if err != nil || list == nil || len(list) != 0 {
		t.Errorf("no texts: got %v, %v, want an empty list", list, err)
	}
}

func TestDepth(t *testing.T) {
	for _, c := range []struct {
		name  string
		depth int
		ok    bool
	}{{"ok/deepest", 486, true}, {"fail/too deep", 487, false}, {"fail/far too deep", 100000, false}} {
		t.Run(c.name, func(t *testing.T) {
			_, err := shorthand.Parse("a=" + strings.Repeat("[", c.depth) + strings.Repeat("]", c.depth))
			if (err == nil) != c.ok {
				t.Errorf("got %.80v", err)
			}
			if _, syntax := err.(*shorthand.SyntaxError); syntax {
				t.Error("got a syntax error, want one of status 255")
			}
		})
	}
}

func TestApplies(t *testing.T) {
	text := &api.Shape{Type: api.TypeString}
	structure := &api.Shape{Type: api.TypeStructure}
	listOf := func(s *api.Shape) *api.Shape { return &api.Shape{Type: api.TypeList, Element: s} }
	for _, c := range []struct {
		name  string
		shape *api.Shape
		first string
		want  bool
	}{
		{"ok/structure", structure, "a=b", true},
		{"ok/map", &api.Shape{Type: api.TypeMap, Value: text}, "a=b", true},
		{"ok/list of structures", listOf(structure), "a=b", true},
		{"ok/list of lists", listOf(listOf(text)), "a=b", true},
		{"ok/empty", structure, "", true},
		{"fail/list of strings", listOf(text), "a=b", false},
		{"fail/string", text, "a=b", false},
		{"fail/object", structure, `{"a":1}`, false},
		{"fail/array after blanks", listOf(structure), "\u2003\n [1]", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shorthand.Applies(c.shape, c.first); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
}

// plain turns a parsed value into the reference's types.
func plain(v document.Value) any {
	switch v := v.(type) {
	case []document.Value:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case *document.Map:
		m := make(map[string]any, v.Len())
		for key, value := range v.All() {
			m[key] = plain(value)
		}
		return m
	}
	return v
}

// compare checks a text with the reference.
func compare(t *testing.T, text string) {
	t.Helper()
	if strings.Count(text, "[")+strings.Count(text, "{") > 400 {
		return // perhaps too deep
	}
	reference := referenceParse(text)
	m, err := shorthand.Parse(text)
	if (err == nil) != (reference != nil) {
		t.Fatalf("Parse(%q): got %v, %v; the reference has %v", text, m, err, reference)
	}
	if err == nil && !reflect.DeepEqual(plain(m), any(reference)) {
		t.Fatalf("Parse(%q): got %s; the reference has %v", text, document.Compact(m), reference)
	}
	if e, ok := err.(*shorthand.SyntaxError); ok && (e.Offset < 0 || e.Offset > len(text)+1 || !strings.Contains(e.Error(), "^")) {
		t.Fatalf("Parse(%q): a picture without its caret: %s", text, e)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a=b,c=d", "a=1,2,b=3", `a=[b,'c',"d"],e={f=g}`, `a='it\'s',b="\\"`, `a=b,"c,d"=e`, `a=b,"x,d='"'`,
		"a=b\\,c,\nd = e ", "a=1,a=2", "a={b=[{c=d},{}],}", "größe=1", "a=😀", "a=}b]c", "a='b\\'", "a=b,{c,[d", "\x00=\xff,\x80",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		compare(t, text)
	})
}

// generator makes texts, seeded: most of them are shorthand.
type generator struct{ *rand.Rand }

func (g generator) pick(of ...string) string { return of[g.IntN(len(of))] }

func (g generator) blank() string { return g.pick("", "", "", "", "", "", " ", "\t", "\n", "  ") }

func (g generator) repeat(most int, part func() string) string {
	parts := make([]string, g.IntN(most+1))
	for i := range parts {
		parts[i] = part()
	}
	return strings.Join(parts, g.blank()+","+g.blank())
}

func (g generator) key() string {
	return g.pick("a", "b", "Key", "Value", "x-y", "u_v", "h#1", "p/q", "t:u", "1.2", "")
}

func (g generator) scalar() string {
	if g.IntN(4) > 0 {
		return g.pick("v", "hello world", "arn:aws:sns:eu-west-1:1:t", "10.0.0.0/8", "a=b", "-1.5", "", `a\,b`, `a\b`, "größe", "q[1", "w{2", " lead", "trail ", "😀", "}", "]x")
	}
	quote := g.pick("'", `"`)
	inside := ""
	for range g.IntN(6) {
		inside += g.pick("a", " ", ",", "=", `\\`, `\`+quote, "{", "]", "é", `\n`, "\n", "b,c=d")
	}
	return quote + inside + quote
}

func (g generator) value(depth int) string {
	switch n := g.IntN(10); {
	case depth > 0 && n == 0:
		return "[" + g.blank() + g.repeat(3, func() string { return g.value(depth - 1) }) + g.blank() + "]"
	case depth > 0 && n < 3:
		return "{" + g.blank() + g.repeat(3, func() string { return g.key() + g.blank() + "=" + g.blank() + g.value(depth-1) }) + g.blank() + "}"
	}
	return g.scalar()
}

func (g generator) text() string {
	return g.repeat(4, func() string {
		value := g.value(3)
		if g.IntN(4) == 0 {
			value = g.repeat(4, g.scalar)
		}
		return g.key() + g.blank() + "=" + g.blank() + value
	})
}

// mutate changes a text in a few places.
func (g generator) mutate(text string) string {
	s := []rune(text)
	for range 1 + g.IntN(3) {
		i := g.IntN(len(s) + 1)
		with := []rune(g.pick("=", ",", "{", "}", "[", "]", `"`, "'", `\`, " ", "\n", "a", "é", "😀", "\u2003", "\x1c", "\x01", "}]", `\'`, "k="))
		end := min(len(s), i+g.IntN(2))
		s = append(s[:i:i], append(with, s[end:]...)...)
	}
	return string(s)
}

func TestParseAsReference(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	accepted := 0
	const rounds = 15000
	for range rounds {
		text := g.text()
		compare(t, text)
		if _, err := shorthand.Parse(text); err == nil {
			accepted++
		}
		compare(t, g.mutate(text))
	}
	if accepted < rounds/3 {
		t.Errorf("%d of %d generated texts are shorthand, want more", accepted, rounds)
	}
}

func ExampleParse() {
	m, _ := shorthand.Parse("name=B,ports=1,2,value={cidrs=[10.0.0.0/8]}")
	fmt.Println(document.Compact(m))
	_, err := shorthand.Parse("My Key=a")
	fmt.Println(err)
	// Output:
	// {"name": "B", "ports": ["1", "2"], "value": {"cidrs": ["10.0.0.0/8"]}}
	// Expected: '=', received: 'K' for input:
	// My Key=a
	//    ^
}
