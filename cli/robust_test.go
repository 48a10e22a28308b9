package cli_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"vedette/api"
	"vedette/cli/argument"
	"vedette/cli/command"
	"vedette/cli/document"
	"vedette/cli/settings"
)

// TestRobust: no command line, however odd, and no answer of a server ends in
// anything but an exit code and a text for people.
func TestRobust(t *testing.T) {
	w := newWorld(t)
	for name, content := range map[string]string{
		"good.json": `{"a":1}`, "bad.json": "{", "bytes": "\xff\x00\xfe", "empty": "", "list": `["a",{"b":null}]`, "in.yaml": "a: [1, {b: !!binary x}]\n? {}\n: &a *a\n",
		".aws/config": "[default]\ncli_binary_format = raw-in-base64-out\n[profile p]\noutput = yaml\nregion = eu-west-1\n[profile broken]\nsource_profile = broken\nrole_arn = x\n" +
			"[profile wire]\ncli_timestamp_format = wire\nparameter_validation = false\nretry_mode = adaptive\n",
	} {
		w.write(name, content)
	}
	var mu sync.Mutex
	server := rand.New(rand.NewPCG(7, 7))
	w.handler = func(rw http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		status, kind, body := oddAnswer(server)
		mu.Unlock()
		if kind != "" {
			rw.Header().Set("x-amzn-errortype", kind)
		}
		rw.Header().Set("Connection", "close")
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, body)
	}
	lines := liner{Rand: rand.New(rand.NewPCG(20, 24)), endpoint: w.server.URL, operations: []*command.Operation{nil}}
	for _, name := range command.Names() {
		if op := command.Find(name); op != nil {
			lines.operations = append(lines.operations, op)
		}
	}
	codes := map[int]int{}
	for range commandLines {
		args := lines.line()
		p, stdout, stderr := w.program(args)
		p.Prompt = func(context.Context, *settings.Files, []string) ([]string, error) {
			return nil, errors.New("nobody is there")
		}
		code := func() int {
			defer func() {
				if r := recover(); r != nil {
					t.Fatalf("%q: panic: %v\n%s", args, r, debug.Stack())
				}
			}()
			return p.Run(context.Background())
		}()
		codes[code]++
		said := stderr.String()
		if slices.Contains([]int{252, 253, 254, 255}, code) {
			if !strings.HasPrefix(said, "\n") && !strings.HasPrefix(said, "time=") { // what --debug logs

				t.Errorf("%q: got %d and %q, want an error behind an empty line", args, code, said)
			}
		} else if code != 0 {
			t.Errorf("%q: got exit code %d and %q", args, code, said)
		}
		for _, bad := range []string{"goroutine ", "runtime error", "panic", "%!", "0xc0", secretKey} {
			if strings.Contains(said, bad) || bad == secretKey && strings.Contains(stdout.String(), bad) {
				t.Errorf("%q: got %q in %q", args, bad, said)
			}
		}
		w.requests()
	}
	for _, code := range []int{0, 252, 254, 255} {
		if codes[code] < commandLines/200 {
			t.Errorf("got exit code %d only %d times: the command lines are too much alike", code, codes[code])
		}
	}
	t.Logf("exit codes: %v", codes)
}

// oddValues are texts that a person may well type where something else is wanted.
var oddValues = []string{
	"", " ", "-", "--", "-1", "0", "1", "5", "1.5", "1e999", "NaN", "true", "null", "x", "é", "日本", "😀", "\xff", "\x00", "a b", "a\nb", "a=b", "a=", "=", ",", "a,b", "a=[b,c", "a={b=c}", "a='b",
	`a="b\"`, "{", "}", "{}", "[]", "[", `{"a":`, `{"a":[1,{"b":null}]}`, `[{"Key":"a"},5]`, `"x"`, "file://", "file://good.json", "file://bad.json", "file://bytes", "file://empty", "file://list",
	"file://none", "fileb://bytes", "fileb://none", "file://~/good.json", "file://$HOME/good.json", "file://in.yaml", "2024-01-01", "1704067200", "99999-01-01", "2024-13-45", "now", "AP8=", "====",
	"SNS=alertTargetArn=a,roleArn=b", "SNS={alertTargetArn=a", "Key=a,Value=b", "Key=a,Key=b", "things[0]", "a[?b==`1`]", "length(@)", "@", "a.b.c", "%s%n", "$HOME", "~", "'", "`", "\\", "help", "None",
	"eyJuZXh0VG9rZW4iOiBudWxsfQ==", "x___1", "a___b___c", "MTIz", "18446744073709551616", "-9223372036854775809", strings.Repeat("x", 300), strings.Repeat("[", 2000), strings.Repeat("a={", 500),
}

// liner makes command lines of real options.
type liner struct {
	*rand.Rand
	endpoint   string
	operations []*command.Operation // nil: one that does not exist
}

func pick[T any](l liner, list []T) T { return list[l.IntN(len(list))] }

func (l liner) line() []string {
	op := pick(l, l.operations)
	args := []string{"iot"}
	switch {
	case op == nil:
		args = append(args, pick(l, oddValues))
	case l.IntN(50) > 0:
		args = append(args, op.Command)
		args = append(args, l.options(op)...)
	}
	for l.IntN(2) == 0 {
		args = slices.Insert(args, l.IntN(len(args)+1), l.global()...)
	}
	if l.IntN(10) == 0 {
		args = slices.Insert(args, l.IntN(len(args)+1), pick(l, oddValues))
	}
	if l.IntN(20) == 0 && len(args) > 1 {
		args = args[:l.IntN(len(args))]
	}
	return args
}

func (l liner) options(op *command.Operation) (args []string) {
	f := filler{l.Rand}
	for _, o := range op.Parser(nil).Options {
		member := memberOf(op, o)
		required := o.Required && l.IntN(30) > 0
		if !required && l.IntN(8) > 0 {
			continue
		}
		name := o.Name
		if l.IntN(10) == 0 {
			name = name[:3+l.IntN(len(name)-2)]
		}
		var words []string
		switch {
		case strings.HasSuffix(o.Name, "-outfile"):
			words = []string{pick(l, []string{"key.pem", "", "none/key.pem", "~", "good.json/x", "\x00", "é"})}
		case o.Arity == argument.Flag && l.IntN(10) > 0:
		case member != nil && l.IntN(3) > 0:
			words = []string{f.text(member.Shape)}
		default:
			for l.IntN(4) > 0 {
				words = append(words, pick(l, oddValues))
			}
		}
		if len(words) == 1 && l.IntN(5) == 0 {
			args = append(args, name+"="+words[0])
			continue
		}
		args = append(append(args, name), words...)
	}
	return args
}

func memberOf(op *command.Operation, o *argument.Option) *api.Member {
	for _, m := range op.Members {
		if m.Option == o.Name {
			return m.Member
		}
	}
	return nil
}

// text returns a value as an option takes it.
func (f filler) text(shape *api.Shape) string {
	v := f.value(shape, 2)
	if s, ok := v.(string); ok {
		return s
	}
	return document.Compact(v)
}

// global returns a global option. The endpoint is never one elsewhere.
func (l liner) global() []string {
	o := pick(l, command.Global())
	switch {
	case o.Name == "--endpoint-url":
		return []string{o.Name, pick(l, []string{l.endpoint, l.endpoint + "/a/b?c", "", "x", "http://", "http://127.0.0.1:1", "ftp://127.0.0.1", "http://127.0.0.1:x", "http://[::1"})}
	case o.Name == "--profile" && l.IntN(2) == 0:
		return []string{o.Name, pick(l, []string{"default", "p", "broken", "wire"})}
	case strings.HasSuffix(o.Name, "-timeout"):
		return []string{o.Name, pick(l, []string{"60", "x", "-1", "1.5", "", "99999999999999999999"})}
	case o.Arity == argument.Flag:
		return []string{o.Name}
	case o.Choices != nil && l.IntN(5) > 0:
		return []string{o.Name, pick(l, o.Choices)}
	}
	return []string{o.Name, pick(l, oddValues)}
}

// oddAnswer returns what a server may say, and much that none says.
func oddAnswer(r *rand.Rand) (status int, kind, body string) {
	l := liner{Rand: r}
	status = pick(l, []int{200, 200, 200, 200, 200, 201, 204, 299, 300, 302, 304, 400, 403, 404, 429, 500, 503})
	if status >= 300 {
		kind = pick(l, []string{"", "OddException", "ThrottlingException:http://x", "a#b", ":"})
	}
	switch r.IntN(8) {
	case 0:
		body = pick(l, append([]string{"null", "<html>", "{\"message\":\"m\"}", "\xef\xbb\xbf{}"}, oddValues...))
	case 1:
		body = "{}"
	default:
		op := pick(l, api.AllOperations())
		if op.Output != nil {
			body = document.Compact(l.value(op.Output, 0))
		}
	}
	return status, kind, body
}

// value returns an answer of a shape, with a few things of other shapes.
func (l liner) value(shape *api.Shape, depth int) document.Value {
	if l.IntN(40) == 0 {
		return pick(l, []document.Value{nil, true, int64(-1), 1.5, "x", []document.Value{nil}, document.NewMap("a", nil)})
	}
	switch shape.Type {
	case api.TypeStructure:
		m := new(document.Map)
		for _, member := range shape.Members {
			if l.IntN(3) > 0 && depth < 8 && !strings.HasSuffix(member.Name, "Token") && !strings.HasSuffix(member.Name, "Marker") {
				m.Set(member.Name, l.value(member.Shape, depth+1))
			}
		}
		return m
	case api.TypeList:
		list := []document.Value{}
		for depth < 8 && l.IntN(3) > 0 {
			list = append(list, l.value(shape.Element, depth+1))
		}
		return list
	case api.TypeMap:
		return document.NewMap(pick(l, []string{"", "a", "é"}), l.value(shape.Value, depth+1))
	}
	return filler{l.Rand}.value(shape, depth)
}
