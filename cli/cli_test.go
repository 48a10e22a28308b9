package cli_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/cli"
	"vedette/cli/output"
	"vedette/cli/settings"
)

// secretKey is what no run may show.
const secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

// world is where command lines of a test run: a server, a folder, an environment.
type world struct {
	t       testing.TB
	dir     string // the working folder, and the home folder
	environ map[string]string
	server  *httptest.Server

	mu      sync.Mutex
	handler http.HandlerFunc
	sent    []string // METHOD /path?query body
}

// newWorld returns a world whose server answers an empty object, and whose
// environment leads there with a Region and a key.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir()}
	w.server = httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(w.server.Close)
	w.environ = map[string]string{
		"HOME": w.dir, "AWS_ENDPOINT_URL": w.server.URL, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": secretKey,
	}
	w.answer(200, `{}`)
	return w
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	w.sent = append(w.sent, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
	handler := w.handler
	w.mu.Unlock()
	handler(rw, r)
}

// answer lets the server answer every request the same.
func (w *world) answer(status int, body string) {
	w.handler = func(rw http.ResponseWriter, _ *http.Request) {
		if status >= 300 {
			rw.Header().Set("x-amzn-errortype", "OddException")
		}
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, body)
	}
}

// set changes the environment: NAME=value, or NAME alone to take it away.
func (w *world) set(pairs ...string) {
	for _, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		if found {
			w.environ[name] = value
		} else {
			delete(w.environ, name)
		}
	}
}

func (w *world) write(name, content string) {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// result is what a command line came to.
type result struct {
	Code           int
	Stdout, Stderr string
}

func (w *world) program(args []string) (*cli.Program, *bytes.Buffer, *bytes.Buffer) {
	var environ []string
	for name, value := range w.environ {
		environ = append(environ, name+"="+value)
	}
	stdout, stderr := new(bytes.Buffer), new(bytes.Buffer)
	return &cli.Program{
		Args:    args,
		System:  settings.System{Environ: environ, Dir: w.dir},
		Screen:  &output.Screen{Out: stdout, Err: stderr, Width: 80, Environ: environ},
		Stderr:  stderr,
		Version: "vedette/0.0.0 Go/1 linux/amd64",
		Verbs:   []string{"serve"},
		Now:     func() time.Time { return time.Now().UTC() },
		Wait:    func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}, stdout, stderr
}

// run runs a command line of the API.
func (w *world) run(args ...string) result {
	w.t.Helper()
	p, stdout, stderr := w.program(append([]string{"iot"}, args...))
	code := p.Run(context.Background())
	return result{code, stdout.String(), stderr.String()}
}

// requests returns what was sent so far, and forgets it.
func (w *world) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.sent
	w.sent = nil
	return sent
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: got +, want -\n%s", what, diff)
	}
}

// TestExitCodes: each kind of end has its exit code, and its words on standard
// error behind an empty line.
func TestExitCodes(t *testing.T) {
	list := []string{"list-security-profiles"}
	describe := func(more ...string) []string { return append([]string{"describe-thing", "--thing-name", "t"}, more...) }
	for _, test := range []struct {
		name    string
		environ []string
		status  int
		body    string
		args    []string
		code    int
		stderr  string // its last line
	}{
		{"ok/answer", nil, 200, `{"version":1}`, describe(), 0, ""},
		{"ok/skeleton without Region and key", []string{"AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"}, 200, `{}`, []string{"list-things", "--generate-cli-skeleton"}, 0, ""},
		{"ok/version", nil, 200, `{}`, []string{"--version"}, 0, ""},
		{"ok/unsigned without a key", []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}, 200, `{"a":1}`, describe("--no-sign-request"), 0, ""},
		{"fail/no operation", nil, 200, `{}`, nil, 252, "vedette: error: the following arguments are required: operation"},
		{"fail/no such operation", nil, 200, `{}`, []string{"make-coffee"}, 252, ""},
		{"fail/missing option", nil, 200, `{}`, []string{"describe-thing"}, 252, "vedette: error: the following arguments are required: --thing-name"},
		{"fail/unknown option", nil, 200, `{}`, describe("--what", "x"), 252, "Unknown options: --what, x"},
		{"fail/ambiguous option", nil, 200, `{}`, []string{"list-things", "--attribute", "x"}, 252,
			"vedette: error: ambiguous option: --attribute could match --attribute-name, --attribute-value"},
		{"fail/no such output", nil, 200, `{}`, append(list, "--output", "xml"), 252, ""},
		{"fail/query", nil, 200, `{}`, append(list, "--query", "a["), 252, ""},
		{"fail/JSON", nil, 200, `{}`, []string{"create-thing", "--thing-name", "t", "--attribute-payload", "{"}, 252, ""},
		{"fail/shorthand", nil, 200, `{}`, []string{"create-thing", "--thing-name", "t", "--attribute-payload", "a"}, 252, ""},
		{"fail/no such file", nil, 200, `{}`, []string{"create-thing", "--thing-name", "t", "--attribute-payload", "file://none.json"}, 252,
			"Error parsing parameter '--attribute-payload': Unable to load paramfile file://none.json: [Errno 2] No such file or directory: 'none.json'"},
		{"fail/validation", nil, 200, `{}`, []string{"describe-thing", "--thing-name", ""}, 252, "Invalid length for parameter thingName, value: 0, valid min length: 1"},
		{"fail/endpoint", nil, 200, `{}`, append(list, "--endpoint-url", "localhost"), 252,
			`Bad value for --endpoint-url "localhost": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/`},
		{"fail/both inputs", nil, 200, `{}`, append(list, "--cli-input-json", "{}", "--cli-input-yaml", "{}"), 252, "Only one --cli-input- parameter may be specified."},
		{"fail/paging by hand", nil, 200, `{}`, append(list, "--no-paginate", "--max-items", "1"), 252, "Cannot specify --no-paginate along with pagination arguments: --max-items"},
		{"fail/another command", nil, 200, `{}`, append(list, "serve"), 252, "Unknown options: serve"},
		{"fail/no Region", []string{"AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"}, 200, `{}`, list, 253, `You must specify a region. You can also configure your region by running "aws configure".`},
		{"fail/no key", []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}, 200, `{}`, list, 253, `Unable to locate credentials. You can configure credentials by running "aws configure".`},
		{"fail/service", nil, 404, `{"message":"gone"}`, describe(), 254, "An error occurred (OddException) when calling the DescribeThing operation: gone"},
		{"fail/service, again and again", nil, 503, `{"message":"busy"}`, describe(), 254,
			"An error occurred (OddException) when calling the DescribeThing operation (reached max retries: 2): busy"},
		{"fail/half a key", []string{"AWS_SECRET_ACCESS_KEY"}, 200, `{}`, list, 255, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"},
		{"fail/no such profile", nil, 200, `{}`, append(list, "--profile", "p"), 255, "The config profile (p) could not be found"},
		{"fail/Region", []string{"AWS_DEFAULT_REGION=a_b"}, 200, `{}`, list, 255, "Provided region_name 'a_b' doesn't match a supported format."},
		{"fail/output of the environment", []string{"AWS_DEFAULT_OUTPUT=xml"}, 200, `{}`, list, 255, "Unknown output type: xml"},
		{"fail/a number in shorthand", nil, 200, `{}`, []string{"create-job", "--job-id", "j", "--targets", "t", "--timeout-config", "inProgressTimeoutInMinutes=x"}, 255,
			"invalid literal for int() with base 10: 'x'"},
		{"fail/Base64", nil, 200, `{}`, []string{"test-invoke-authorizer", "--authorizer-name", "a", "--mqtt-context", "password=x"}, 255, `Invalid base64: "x"`},
		{"fail/an answer without sense", nil, 200, `[]`, describe(), 255, "'list' object has no attribute 'get'"},
		{"fail/query of the answer", nil, 200, `{"version":1}`, describe("--query", "length(version)"), 255, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.set(test.environ...)
			w.answer(test.status, test.body)
			got := w.run(test.args...)
			check(t, "exit code", got.Code, test.code)
			lines := strings.Split(strings.TrimSpace(got.Stderr), "\n")
			if last := lines[len(lines)-1]; test.stderr != "" && last != test.stderr {
				t.Errorf("got %q, want %q at the end", last, test.stderr)
			}
			if test.code == 0 {
				check(t, "standard error", got.Stderr, "")
			} else if got.Stdout != "" || !strings.HasPrefix(got.Stderr, "\n") {
				t.Errorf("got %q and %q, want nothing, and an error behind an empty line", got.Stdout, got.Stderr)
			}
		})
	}
}

// TestUnreachable: servers that are not there, hang up, or are none.
func TestUnreachable(t *testing.T) {
	w := newWorld(t)
	w.handler = func(rw http.ResponseWriter, _ *http.Request) {
		conn, _, err := rw.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	url := w.server.URL + "/things/t"
	got := w.run("describe-thing", "--thing-name", "t")
	check(t, "a server that hangs up", got, result{255, "", "\nConnection was closed before we received a valid response from endpoint URL: \"" + url + "\".\n"})
	check(t, "attempts", len(w.requests()), 3)
	w.server.Close()
	got = w.run("describe-thing", "--thing-name", "t")
	check(t, "a server that is gone", got, result{255, "", "\nCould not connect to the endpoint URL: \"" + url + "\"\n"})
}

// TestInterrupt: an interrupt while the server hangs ends the command with 130.
func TestInterrupt(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.handler = func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	p, stdout, stderr := w.program([]string{"iot", "describe-thing", "--thing-name", "t"})
	check(t, "exit code", p.Run(ctx), 130)
	check(t, "output", []string{stdout.String(), stderr.String()}, []string{"\n", ""})
	check(t, "attempts", len(w.requests()), 1)
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestLostOutput: a short answer that cannot be written is noticed at the end.
func TestLostOutput(t *testing.T) {
	w := newWorld(t)
	w.answer(200, `{"version":1}`)
	p, _, _ := w.program([]string{"iot", "describe-thing", "--thing-name", "t"})
	p.Screen.Out = fullDisk{}
	check(t, "exit code", p.Run(context.Background()), 120)
}

// TestNoServiceOfItsOwn: a command line without iot, or with another command.
func TestNoServiceOfItsOwn(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
		want string // in the output
	}{
		{"ok/version", []string{"--version"}, 0, "vedette/0.0.0 Go/1 linux/amd64\n"},
		{"ok/help", []string{"--region", "r", "help"}, 0, "iot"},
		{"fail/nothing", nil, 252, "the following arguments are required: command"},
		{"fail/another service", []string{"s3", "ls"}, 252, "argument command: Invalid choice"},
		{"fail/a verb behind options of iot", []string{"--region", "r", "serve"}, 252, "serve takes no option of iot before it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, stdout, stderr := newWorld(t).program(test.args)
			check(t, "exit code", p.Run(context.Background()), test.code)
			if !strings.Contains(stdout.String()+stderr.String(), test.want) {
				t.Errorf("got %s%s, want %q in it", stdout, stderr, test.want)
			}
		})
	}
}
