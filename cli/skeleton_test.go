package cli_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/name"
	"vedette/cli/yaml"
)

// TestSkeletons: each operation shows what its input looks like, as JSON and as
// YAML alike, and neither asks the server.
func TestSkeletons(t *testing.T) {
	w := newWorld(t)
	w.set("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL")
	for _, op := range api.AllOperations() {
		t.Run("ok/"+op.Name, func(t *testing.T) {
			command := name.Command(op.Name)
			got := w.run(command, "--generate-cli-skeleton")
			if got.Code != 0 || got.Stderr != "" {
				t.Fatalf("got %+v", got)
			}
			asJSON, err := document.Parse(got.Stdout)
			if err != nil {
				t.Fatalf("%v in\n%s", err, got.Stdout)
			}
			check(t, "JSON", document.JSON(asJSON)+"\n", got.Stdout)
			var members []string
			for _, member := range op.Input.Members {
				members = append(members, member.Name)
			}
			check(t, "members", asJSON.(*document.Map).Keys(), members)

			got = w.run(command, "--generate-cli-skeleton", "yaml-input")
			if got.Code != 0 || got.Stderr != "" {
				t.Fatalf("got %+v", got)
			}
			asYAML, err := yaml.Parse(got.Stdout)
			if err != nil {
				t.Fatalf("%v in\n%s", err, got.Stdout)
			}
			check(t, "YAML", document.JSON(plain(asYAML)), document.JSON(plain(asJSON)))
			if strings.Contains(got.Stdout, " \n") {
				t.Error("got blanks at the end of a line")
			}
		})
	}
	check(t, "requests", len(w.requests()), 0)
}

// plain returns a sample as both JSON and YAML can say it: without blobs, which
// JSON has not, and with times as text.
func plain(v document.Value) document.Value {
	switch v := v.(type) {
	case *document.Map:
		m := new(document.Map)
		for key, value := range v.All() {
			m.Set(key, plain(value))
		}
		return m
	case []document.Value:
		list := make([]document.Value, len(v))
		for i, element := range v {
			list[i] = plain(element)
		}
		return list
	case document.Bytes:
		return nil
	case document.Timestamp:
		return strings.Replace(document.Text(v), " ", "T", 1)
	case string:
		return strings.Replace(v, "1970-01-01 ", "1970-01-01T", 1)
	}
	return v
}

// TestSampleAnswers: each operation shows what its answer may look like in each
// format; those whose own sample is against the rules of the model say so, as
// with AWS CLI.
func TestSampleAnswers(t *testing.T) {
	w := newWorld(t)
	var against []string
	for _, op := range api.AllOperations() {
		args := []string{name.Command(op.Name), "--generate-cli-skeleton", "output", "--cli-input-json", document.Compact(filled(op.Input))}
		codes := map[int]bool{}
		for _, format := range []string{"json", "text", "table", "yaml", "yaml-stream"} {
			got := w.run(append(args, "--output", format)...)
			codes[got.Code] = true
			switch got.Code {
			case 0:
				check(t, op.Name+": standard error", got.Stderr, "")
			case 252:
				if got.Stdout != "" || !strings.HasPrefix(got.Stderr, "\nParameter validation failed:\n") {
					t.Errorf("%s as %s: got %+v", op.Name, format, got)
				}
			default:
				t.Errorf("%s as %s: got %+v", op.Name, format, got)
			}
		}
		if len(codes) != 1 {
			t.Errorf("%s: got other exit codes in other formats", op.Name)
		}
		if codes[252] {
			against = append(against, op.Name)
		}
	}
	for _, want := range []string{"DescribeSecurityProfile", "ListActiveViolations"} {
		if !slices.Contains(against, want) {
			t.Errorf("got a sample of %s, want a report of what is wrong with it", want)
		}
	}
	check(t, "requests", len(w.requests()), 0)
}

// filled returns the least that a shape allows, with all its members.
func filled(shape *api.Shape) document.Value {
	return filler{random: rand.New(rand.NewPCG(1, 2))}.value(shape, 0)
}

// filler makes values that satisfy a shape as far as a client checks it.
type filler struct{ random *rand.Rand }

func (f filler) value(shape *api.Shape, depth int) document.Value {
	least := 0.0
	if shape.Min != nil {
		least = *shape.Min
	}
	switch shape.Type {
	case api.TypeStructure:
		m := new(document.Map)
		for _, member := range shape.Members {
			if member.Required || depth < 4 {
				m.Set(member.Name, f.value(member.Shape, depth+1))
			}
		}
		return m
	case api.TypeList:
		list := []document.Value{}
		for range max(int(least), 1) {
			if depth < 8 {
				list = append(list, f.value(shape.Element, depth+1))
			}
		}
		return list
	case api.TypeMap:
		return document.NewMap(f.value(shape.Key, depth+1), f.value(shape.Value, depth+1))
	case api.TypeInteger, api.TypeLong:
		return int64(least) + f.random.Int64N(1000)
	case api.TypeDouble:
		return least + f.random.Float64()
	case api.TypeBoolean:
		return f.random.IntN(2) == 0
	case api.TypeTimestamp:
		return "2024-01-01T00:00:00Z"
	case api.TypeBlob:
		return "AP8="
	}
	if shape.Enum != nil {
		return shape.Enum[f.random.IntN(len(shape.Enum))]
	}
	letters := []rune("aZ09é日😀:/\"\\ \t#-'{}[],=%&?+")
	text := make([]rune, max(int(least), 1)+f.random.IntN(5))
	for i := range text {
		text[i] = letters[f.random.IntN(len(letters))]
	}
	return string(text)
}

// TestInputs: whatever an operation allows goes through, as JSON and as YAML, and
// both send the same.
func TestInputs(t *testing.T) {
	w := newWorld(t)
	w.handler = func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, `{}`) }
	f := filler{random: rand.New(rand.NewPCG(3, 4))}
	for _, op := range api.AllOperations() {
		t.Run("ok/"+op.Name, func(t *testing.T) {
			input := f.value(op.Input, 0).(*document.Map)
			for _, member := range op.Input.Members { // a header holds less than a body
				if member.Location == api.InHeader {
					input.Set(member.Name, "header-value")
				}
			}
			w.write("in.json", document.JSON(input))
			w.write("in.yaml", document.JSON(input))
			var sent [][]string
			for _, args := range [][]string{{"--cli-input-json", "file://in.json"}, {"--cli-input-yaml", "file://in.yaml"}, {"--cli-input-json", document.Compact(input)}} {
				got := w.run(append([]string{name.Command(op.Name)}, args...)...)
				if got.Code != 0 || got.Stderr != "" {
					t.Fatalf("%s: got %+v", args, got)
				}
				sent = append(sent, w.requests())
			}
			check(t, "number of requests", len(sent[0]), 1)
			check(t, "what YAML sends", sent[1], sent[0])
			check(t, "what the command line sends", sent[2], sent[0])
		})
	}
}

// TestHelp: each operation has a page, by each of the ways to ask for it.
func TestHelp(t *testing.T) {
	w := newWorld(t)
	w.set("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
	for _, op := range api.AllOperations() {
		t.Run("ok/"+op.Name, func(t *testing.T) {
			command := name.Command(op.Name)
			got := w.run(command, "help")
			if got.Code != 0 || got.Stderr != "" || !strings.Contains(got.Stdout, command) {
				t.Fatalf("got %+v", got)
			}
			for _, member := range op.Input.Members {
				paging := op.Paginate != nil && (member.Name == op.Paginate.InputToken || member.Name == op.Paginate.LimitKey)
				if option := "--" + name.Option(member.Name); !paging && !strings.Contains(got.Stdout, option) {
					t.Errorf("got no %s in the page", option)
				}
			}
			if op.Paginate != nil && !strings.Contains(got.Stdout, "--max-items") {
				t.Error("got no paging in the page")
			}
		})
	}
	want := w.run("describe-thing", "help")
	for _, args := range [][]string{{"describe-thing", "--help"}, {"describe-thing", "-h"}, {"--output", "text", "describe-thing", "help"}, {"describe-thing", "--thing-name", "x", "help"}} {
		check(t, strings.Join(args, " "), w.run(args...), want)
	}
	check(t, "requests", len(w.requests()), 0)
}
